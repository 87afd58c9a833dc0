//! The only door to a run: make one from a scenario and a seed, let time pass, move knobs, go back in time, look at it.
//!
//! ```
//! use highwater::{lang, simulation::{Simulation, Status}};
//!
//! let scenario = lang::compile("
//!     channel line capacity 3
//!     process producer { repeat 5 { sleep 1ms; send line } }
//!     process consumer { forever { receive line; sleep 10ms; done } }
//! ").expect("a correct text");
//! let mut simulation = Simulation::new(scenario, 1);
//! assert_eq!(simulation.advance(1_000_000_000, u64::MAX), Status::Idle);
//! assert_eq!(simulation.report().items.done, 5);
//! ```

mod checkpoints;
pub mod frame;
mod report;
mod standstill;

use std::rc::Rc;

pub use crate::engine::Status;
use crate::engine::{BYTES_COPIED, Budget, Machine, STEP};
use crate::lang::scenario::KnobId;
use crate::lang::scenario::Unit;
use crate::lang::{Scenario, outline, units};
use checkpoints::Checkpoints;

/// A knob moved at that time, after so many events: part of the run.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Move {
    /// When, in nanoseconds.
    pub time: u64,
    /// After how many events.
    pub events: u64,
    /// Which knob.
    pub knob: KnobId,
    /// To what, canonical.
    pub value: f64,
}

/// Which rules a run goes by. It grows when a text, seed and list of knob moves come to other figures than before, so that a link can
/// say that it was made under others.
pub const SEMANTICS: u32 = 2;

/// The horizon of a run without `run` and without another wish, in nanoseconds.
pub const DEFAULT_RUN_NS: u64 = 60_000_000_000;

/// A time as one would write it.
fn units_of_time(ns: u64) -> String {
    units::format(ns as f64, Unit { time: 1, bytes: 0 })
}

/// A run of a scenario.
#[derive(Debug, Clone)]
pub struct Simulation {
    machine: Machine,
    seed: u64,
    /// What the knobs begin with: as declared, or as moved before the first event.
    first_knobs: Vec<f64>,
    /// Everything that was moved, in order; those from `moves_done` on lie ahead (after a seek back).
    moves: Vec<Move>,
    moves_done: usize,
    checkpoints: Checkpoints,
    traced: Traced,
    status: Status,
    /// Per arrow of the diagram, the counters of what goes along it.
    edges: Vec<Vec<u32>>,
}

/// What is kept of the events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Traced {
    Not,
    Digest,
    Lines,
}

impl Simulation {
    /// A run at time 0.
    #[must_use]
    pub fn new(scenario: Scenario, seed: u64) -> Self {
        let checkpoints = Checkpoints::new(scenario.run_ns.unwrap_or(DEFAULT_RUN_NS));
        let first_knobs: Vec<f64> = scenario.knobs.iter().map(|knob| knob.value).collect();
        let machine = Machine::new(Rc::new(scenario), seed, first_knobs.clone());
        let edges = outline::counters(
            &machine.scenario,
            &outline::outline(&machine.scenario).edges,
        );
        let (moves, traced) = (Vec::new(), Traced::Not);
        Simulation {
            machine,
            seed,
            first_knobs,
            moves,
            moves_done: 0,
            checkpoints,
            traced,
            status: Status::Reached,
            edges,
        }
    }

    /// Hashes all events from the beginning; only before the first.
    pub fn with_digest(mut self) -> Self {
        self.traced = Traced::Digest;
        self.machine.trace(false);
        self
    }

    /// Keeps all events from the beginning for [`Simulation::drain_trace`]; only before the first. When many are kept,
    /// [`Simulation::advance`] answers [`Status::Budget`] until they are taken.
    pub fn with_trace(mut self) -> Self {
        self.traced = Traced::Lines;
        self.machine.trace(true);
        self
    }

    /// The scenario.
    #[must_use]
    pub fn scenario(&self) -> &Scenario {
        &self.machine.scenario
    }

    /// The seed.
    #[must_use]
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// The time, in nanoseconds.
    #[must_use]
    pub fn now(&self) -> u64 {
        self.machine.now()
    }

    /// Events so far.
    #[must_use]
    pub fn events(&self) -> u64 {
        self.machine.events()
    }

    /// How the last call of [`Simulation::advance`] ended.
    #[must_use]
    pub fn status(&self) -> Status {
        self.status
    }

    /// Where the text asks the run to end, in nanoseconds.
    #[must_use]
    pub fn horizon(&self) -> u64 {
        self.scenario().run_ns.unwrap_or(DEFAULT_RUN_NS)
    }

    /// Lets time pass up to `until` (nanoseconds), but at most so many events, or so much work as they may be. It always returns, whatever
    /// the text says.
    pub fn advance(&mut self, until: u64, events_max: u64) -> Status {
        let mut budget = self.machine.budget(events_max);
        self.status = loop {
            let next = self.moves.get(self.moves_done).copied();
            let stop = next.map_or(until, |next| until.min(next.time));
            let status = self.advance_in_stages(stop, next.map(|next| next.events), &mut budget);
            if let Some(next) = next {
                if self.machine.events() == next.events && self.machine.now() == next.time {
                    self.machine.set_knob(next.knob, next.value);
                    self.moves_done += 1;
                    continue;
                }
            }
            break status;
        };
        self.status
    }

    /// Lets time pass with a stop at each checkpoint that is due on the way, and at that event.
    fn advance_in_stages(&mut self, until: u64, event: Option<u64>, budget: &mut Budget) -> Status {
        loop {
            // Where nothing happens there is nothing to keep: an idle run reaches any horizon in one stride.
            let checkpoint = self.checkpoints.next().max(self.machine.next_due());
            let stage = until.min(checkpoint);
            let stops = budget.up_to_event(event.unwrap_or(u64::MAX));
            let status = self.machine.advance(stage, stops);
            let copied = self.checkpoints.keep(&self.machine, self.moves_done);
            budget.spend(copied / BYTES_COPIED);
            if stage == until || matches!(status, Status::Budget | Status::Stopped) {
                return status;
            }
        }
    }

    /// Work done so far, in steps: what an event takes. It is counted from the last checkpoint on where a seek went back to one.
    #[must_use]
    pub fn steps(&self) -> u64 {
        self.machine.work_done() / STEP
    }

    /// Lets exactly one event happen, whenever it is due.
    pub fn step(&mut self) -> Status {
        match self.machine.next_due() {
            u64::MAX => self.status = Status::Idle,
            due => {
                let before = self.machine.events();
                // Rows of the charts that end on the way are no events.
                while self.advance(due, 1) == Status::Budget && self.machine.events() == before {}
            }
        }
        self.status
    }

    /// Moves a knob now; the value is clamped to its range. Before the first event it is the value the run begins with. Moves that lay
    /// ahead (after a seek back) are forgotten: this is another run from here on.
    pub fn set_knob(&mut self, knob: KnobId, value: f64) {
        self.moves.truncate(self.moves_done);
        self.checkpoints.forget_after(&self.machine);
        if self.machine.events() == 0 && self.machine.now() == 0 {
            self.begin_with(knob, value);
            return;
        }
        let (time, events) = (self.machine.now(), self.machine.events());
        self.moves.push(Move {
            time,
            events,
            knob,
            value,
        });
        self.moves_done += 1;
        self.machine.set_knob(knob, value);
    }

    fn begin_with(&mut self, knob: KnobId, value: f64) {
        let declared = &self.machine.scenario.knobs[knob.index()];
        if !value.is_nan() {
            self.first_knobs[knob.index()] = value.max(declared.from).min(declared.to);
        }
        self.begin_again();
        self.checkpoints.clear();
    }

    /// The value of a knob now.
    #[must_use]
    pub fn knob(&self, knob: KnobId) -> f64 {
        self.machine.knob(knob)
    }

    /// What was moved so far.
    #[must_use]
    pub fn moves(&self) -> &[Move] {
        &self.moves[..self.moves_done]
    }

    /// Goes to a time, back or forward, at most so many events at a call; call again with the same time while it answers
    /// [`Status::Budget`]. Going back takes the nearest checkpoint and plays from there, knob moves included.
    pub fn seek(&mut self, time: u64, events_max: u64) -> Status {
        if time < self.machine.now() {
            match self.checkpoints.nearest(time) {
                Some((machine, moves_done)) => {
                    self.machine = machine;
                    self.moves_done = moves_done;
                }
                None => self.begin_again(),
            }
        }
        self.advance(time, events_max)
    }

    fn begin_again(&mut self) {
        let scenario = Rc::clone(&self.machine.scenario);
        self.machine = Machine::new(scenario, self.seed, self.first_knobs.clone());
        if self.traced != Traced::Not {
            self.machine.trace(self.traced == Traced::Lines);
        }
        self.moves_done = 0;
    }

    /// Ends a warm-up: means, shares, rates and latencies begin anew; the ledger goes on.
    pub fn reset_measures(&mut self) {
        self.machine.reset_measures();
    }

    /// The events since the last call, if they are kept.
    pub fn drain_trace(&mut self) -> Vec<crate::measure::Event> {
        self.machine
            .trace_mut()
            .map(crate::measure::Trace::drain)
            .unwrap_or_default()
    }
}
