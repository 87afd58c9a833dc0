//! What is written: results on standard output, progress on standard error.

use std::fmt::Arguments;
use std::io::{ErrorKind, IsTerminal, Write};
use std::time::{Duration, Instant};

use highwater::simulation::Simulation;

/// Time of the viewer's before progress is shown.
const PATIENCE: Duration = Duration::from_secs(2);

/// Writes to standard output. `println!` would panic where the reader has gone, as `head` does when it has seen enough: that is no
/// error, and the rest is for nobody.
pub(crate) fn put(text: Arguments<'_>) {
    if let Err(error) = std::io::stdout().write_fmt(text) {
        if error.kind() != ErrorKind::BrokenPipe {
            complain(format_args!("highwater: cannot write: {error}\n"));
            std::process::exit(i32::from(super::WRONG));
        }
    }
}

/// Writes to standard error, if anybody still reads it.
pub(crate) fn complain(text: Arguments<'_>) {
    let _ = std::io::stderr().write_fmt(text);
}

/// A line on standard output.
macro_rules! say {
    ($($part:tt)*) => { $crate::out::put(format_args!("{}\n", format_args!($($part)*))) };
}
pub(crate) use say;

/// How far runs are, where that takes long and somebody watches.
pub(crate) struct Progress {
    began: Instant,
    watched: bool,
    shown: bool,
    /// Which run it is, if there are several.
    pub(crate) run: String,
}

impl Progress {
    pub(crate) fn new() -> Self {
        Progress {
            began: Instant::now(),
            watched: std::io::stderr().is_terminal(),
            shown: false,
            run: String::new(),
        }
    }

    /// Shows a run that is to go on until then (nanoseconds).
    pub(crate) fn show(&mut self, simulation: &Simulation, until: u64) {
        if self.watched && self.began.elapsed() >= PATIENCE {
            self.shown = true;
            let at = simulation.now() as f64 / 1e9;
            let (until, events) = (until as f64 / 1e9, simulation.events());
            complain(format_args!(
                "\r\x1b[K{}{at:.3} s of {until:.0} s, {events} events",
                self.run
            ));
        }
    }

    /// Makes room for what comes of it.
    pub(crate) fn end(&self) {
        if self.shown {
            complain(format_args!("\r\x1b[K"));
        }
    }
}
