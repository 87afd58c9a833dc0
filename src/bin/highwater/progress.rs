//! How far a run is, in one line on a terminal's standard error, and how many events it is given between two looks.

use std::io::IsTerminal;
use std::time::{Duration, Instant};

use highwater::lang::{scenario::Unit, units};
use highwater::simulation::Simulation;

use super::out::status_line;

/// Time of the viewer's before progress is shown.
const PATIENCE: Duration = Duration::from_secs(1);
/// And between two lines.
const PAUSE: Duration = Duration::from_millis(200);
/// A slice of a run is to take about so long, so that Ctrl-C and progress come soon, however slow its events are.
const SLICE: Duration = Duration::from_millis(20);
const EVENTS_MIN: u64 = 1_000;
const EVENTS_MAX: u64 = 2_000_000;

/// How far runs are, where that takes long and somebody watches.
pub(crate) struct Progress {
    next: Instant,
    watched: bool,
    shown: bool,
    /// Which run it is, if there are several.
    pub(crate) run: String,
}

impl Progress {
    pub(crate) fn new() -> Self {
        Progress {
            next: Instant::now() + PATIENCE,
            watched: std::io::stderr().is_terminal(),
            shown: false,
            run: String::new(),
        }
    }

    /// Shows a run that is to go on until then (nanoseconds).
    pub(crate) fn show(&mut self, simulation: &Simulation, until: u64) {
        if self.watched && Instant::now() >= self.next {
            self.next = Instant::now() + PAUSE;
            self.shown = true;
            let line = how_far(simulation.now(), until, simulation.events());
            status_line(&format!("{}{line}", self.run));
        }
    }

    /// Makes room for what comes of it.
    pub(crate) fn end(&self) {
        if self.shown {
            status_line("");
        }
    }
}

/// Virtual time so far, of how much, and events.
fn how_far(now: u64, until: u64, events: u64) -> String {
    let time = |ns: f64| units::format(ns, Unit { time: 1, bytes: 0 });
    // Three digits are enough for a line that changes all the time.
    let unit = 10_f64.powi((now.max(1)).ilog10() as i32 - 2).max(1.0);
    let now = time((now as f64 / unit).round() * unit);
    let events = match events {
        0..1_000_000 => format!("{events}"),
        _ => format!("{:.1} M", events as f64 / 1e6),
    };
    format!("{now} of {}, {events} events", time(until as f64))
}

/// How many events a slice has: as many as took the time of one when last looked at.
pub(crate) struct Pace {
    events: u64,
}

impl Pace {
    pub(crate) fn new() -> Self {
        Pace { events: EVENTS_MIN }
    }

    /// Plays a slice and learns from how long it took.
    pub(crate) fn slice<T>(&mut self, play: impl FnOnce(u64) -> T) -> T {
        let began = Instant::now();
        let played = play(self.events);
        self.learn(began.elapsed());
        played
    }

    fn learn(&mut self, took: Duration) {
        if took < SLICE / 2 {
            self.events = (self.events * 2).min(EVENTS_MAX);
        } else if took > SLICE * 2 {
            self.events = (self.events / 2).max(EVENTS_MIN);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_is_told_in_three_digits() {
        let shown = how_far(12_345_678_901, 60_000_000_000, 3_120_000);
        assert_eq!(shown, "12.3s of 1m, 3.1 M events");
        assert_eq!(
            how_far(1_234_567, 20_000_000, 17),
            "1.23ms of 20ms, 17 events"
        );
        assert_eq!(how_far(0, 200_000_000_000, 17), "0s of 200s, 17 events");
    }

    #[test]
    fn slices_grow_while_they_are_short_and_shrink_when_they_take_long() {
        let mut pace = Pace::new();
        let mut after = |took: Duration| {
            (0..20).for_each(|_| pace.learn(took));
            pace.events
        };
        assert_eq!(after(Duration::ZERO), EVENTS_MAX);
        assert_eq!(after(SLICE), EVENTS_MAX);
        assert_eq!(after(SLICE * 3), EVENTS_MIN);
    }
}
