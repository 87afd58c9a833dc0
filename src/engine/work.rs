//! Work: what everything that a text asks for costs, in one unit, so that a call of [`Machine::advance`] returns in time and an instant
//! that never ends is found out whatever the text says. Whoever does more than an instruction does charges for it, where it is done.
//!
//! A unit is some ten nanoseconds natively. An event is a step of sixteen of them and an instruction a quarter of a step; the rest is in
//! proportion to how long it was measured to take at its slowest. Work decides when a run pauses and when it is stopped, and nothing else;
//! so a figure may be put right at any time.

use super::machine::Machine;

/// Units in a step.
pub const STEP: u64 = 16;
/// An instruction, without what it charges besides.
pub(super) const INSTRUCTION: u64 = 4;
/// The most steps that may happen at one instant: an instant of so much work takes a second or two.
pub const STEPS_AT_ONE_INSTANT_MAX: u64 = 5_000_000;
/// After so much work without waiting, an activity lets the caller of [`Machine::advance`] look at the time; it goes on where it was,
/// before anything else.
pub(super) const WORK_PER_EVENT_MAX: u64 = 1024 * STEP;
/// Work that a budget allows for each of its events: events are what it counts, but few of them may be much work.
const WORK_PER_EVENT_OF_BUDGET: u64 = 4 * STEP;
/// Bytes that are copied in a unit.
pub const BYTES_COPIED: usize = 64;

/// The most items that change hands by one statement.
pub(super) const BATCH_MAX: u64 = 100_000;

/// An item or a record changes hands, ends or is told of.
pub(super) const ITEM: u64 = 6;
/// A record is committed.
pub(super) const RECORD: u64 = 3;
/// A random quantity is drawn.
pub(super) const DRAW: u64 = 8;
/// An activity is woken, or asked for what it awaits.
pub(super) const LOOK: u64 = 10;
/// An activity starts or is killed.
pub(super) const LIFE: u64 = 24;
/// A hole of a text is filled in.
pub(super) const HOLE: u64 = 48;
/// A declared thing is worked out anew.
pub(super) const THING: u64 = 16;
/// A figure of a row of the charts.
pub(super) const FIGURE: u64 = 3;
/// So many slots are passed over in a unit, in search of some.
const SLOTS_PASSED: usize = 4;

/// How far a call may go: up to that many events, and up to that much work, counted from the run's beginning.
#[derive(Debug, Clone, Copy)]
pub struct Budget {
    pub(super) events_last: u64,
    pub(super) work_last: u64,
}

impl Budget {
    /// The same with no more events than that in the run.
    #[must_use]
    pub fn up_to_event(self, events_last: u64) -> Self {
        Budget {
            events_last: self.events_last.min(events_last),
            ..self
        }
    }

    /// Work that was done elsewhere.
    pub fn spend(&mut self, work: u64) {
        self.work_last = self.work_last.saturating_sub(work);
    }
}

impl Machine {
    /// A budget of so many events from now on, and of the work that they may be.
    #[must_use]
    pub fn budget(&self, events: u64) -> Budget {
        let work = events.saturating_mul(WORK_PER_EVENT_OF_BUDGET);
        Budget {
            events_last: self.events.saturating_add(events),
            work_last: self.work.saturating_add(work),
        }
    }

    /// Work so far, in units.
    #[must_use]
    pub fn work_done(&self) -> u64 {
        self.work
    }

    /// So much work was done.
    #[inline(always)]
    pub(super) fn charge(&mut self, work: u64) {
        self.work += work;
    }

    /// So many of that were done.
    #[inline(always)]
    pub(super) fn charge_each(&mut self, count: usize, work: u64) {
        self.work += count as u64 * work;
    }

    /// Passes over all slots in search of some.
    pub(super) fn charge_slots(&mut self) {
        self.work += (self.activities.len() / SLOTS_PASSED) as u64;
    }

    /// Passes over all that is ready.
    pub(super) fn charge_ready(&mut self) {
        self.work += (self.ready.len() / SLOTS_PASSED) as u64;
    }

    /// Time passes: the work of this instant is counted from now on.
    #[inline(always)]
    pub(super) fn begin_instant(&mut self) {
        self.instant_began = self.work;
    }

    /// Whether so much was done at this instant that it seems never to end.
    #[inline(always)]
    pub(super) fn is_runaway(&self) -> bool {
        self.work - self.instant_began > STEPS_AT_ONE_INSTANT_MAX * STEP
    }
}
