//! What is due at a time without being an activity: arrivals, leases that run out, quanta, deadlines, restarts. Each timer has a slot of
//! the calendar of its own from the first time on that it is set.

use super::calendar::{NEVER, Slot};
use super::machine::Machine;
use crate::lang::scenario::Scenario;
use crate::measure::row;

/// What a slot of the calendar stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Activity,
    Timer(Timer),
}

/// What is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Timer {
    /// The earliest open deadline of that activity.
    Deadline(u32),
    /// Arrivals and freed room of that channel (`delay`).
    Channel(u32),
    /// A member of that group whose time is up, or the end of a rebalance.
    Group(u32),
    /// Messages of that queue that become visible.
    Queue(u32),
    /// Records of that topic that are too old.
    Topic(u32),
    /// The end of a quantum of that processor.
    Cpu(u32),
    /// That process begins again.
    Restart(u32),
    /// The next look of that autoscaled process.
    Scale(u32),
}

/// The slots of timers, by what they are due for. Those of deadlines stand with their activities.
#[derive(Debug, Clone)]
pub(super) struct Timers {
    channels: Vec<Option<Slot>>,
    groups: Vec<Option<Slot>>,
    queues: Vec<Option<Slot>>,
    topics: Vec<Option<Slot>>,
    cpus: Vec<Option<Slot>>,
    restarts: Vec<Option<Slot>>,
    scales: Vec<Option<Slot>>,
    /// How many slots are timers'.
    pub(super) count: usize,
}

impl Timers {
    /// None is set.
    pub(super) fn new(scenario: &Scenario) -> Self {
        Timers {
            channels: vec![None; scenario.channels.len()],
            groups: vec![None; scenario.groups.len()],
            queues: vec![None; scenario.queues.len()],
            topics: vec![None; scenario.topics.len()],
            cpus: vec![None; scenario.cpus.len()],
            restarts: vec![None; scenario.processes.len()],
            scales: vec![None; scenario.processes.len()],
            count: 0,
        }
    }

    /// Bytes that they hold.
    pub(super) fn footprint(&self) -> u64 {
        let stores = [&self.channels, &self.groups, &self.queues, &self.topics];
        let others = [&self.cpus, &self.restarts, &self.scales];
        let all = stores.into_iter().chain(others);
        all.map(|slots| row::<Option<Slot>>(slots.len())).sum()
    }
}

impl Machine {
    /// The slot of a timer, if it was ever set.
    fn slot_of(&mut self, timer: Timer) -> &mut Option<Slot> {
        let timers = &mut self.timers;
        match timer {
            Timer::Deadline(who) => &mut self.activities[who as usize].deadline_slot,
            Timer::Channel(channel) => &mut timers.channels[channel as usize],
            Timer::Group(group) => &mut timers.groups[group as usize],
            Timer::Queue(queue) => &mut timers.queues[queue as usize],
            Timer::Topic(topic) => &mut timers.topics[topic as usize],
            Timer::Cpu(cpu) => &mut timers.cpus[cpu as usize],
            Timer::Restart(process) => &mut timers.restarts[process as usize],
            Timer::Scale(process) => &mut timers.scales[process as usize],
        }
    }

    /// A timer is due at that time from now on, or never.
    #[inline]
    pub(super) fn set_timer(&mut self, timer: Timer, due: Option<u64>) {
        let slot = match (*self.slot_of(timer), due) {
            (Some(slot), _) => slot,
            (None, None) => return,
            (None, Some(_)) => {
                let slot = self.new_slot(Role::Timer(timer));
                *self.slot_of(timer) = slot;
                let Some(slot) = slot else { return };
                slot
            }
        };
        let due = due.unwrap_or(NEVER);
        if due == self.calendar.time(slot) {
            return;
        }
        if due == NEVER {
            self.calendar.cancel(slot);
        } else {
            self.schedule(slot, due);
        }
    }

    /// When a timer is due, or [`NEVER`].
    pub(super) fn timer_due(&mut self, timer: Timer) -> u64 {
        let slot = *self.slot_of(timer);
        slot.map_or(NEVER, |slot| self.calendar.time(slot))
    }

    /// A timer is not due any more in the calendar: it has been called.
    pub(super) fn stop_timer(&mut self, timer: Timer) {
        if let Some(slot) = *self.slot_of(timer) {
            self.calendar.cancel(slot);
        }
    }

    /// A timer is not due any more, nor is a turn that it has at this instant.
    pub(super) fn clear_timer(&mut self, timer: Timer) {
        if let Some(slot) = *self.slot_of(timer) {
            self.clear_slot(slot);
        }
    }

    fn clear_slot(&mut self, slot: Slot) {
        self.calendar.cancel(slot);
        let timer = &mut self.activities[slot as usize];
        timer.life = timer.life.wrapping_add(1);
        timer.queued = false;
    }

    /// Gives a timer's slot back.
    pub(super) fn free_timer(&mut self, slot: Slot) {
        self.clear_slot(slot);
        self.vacant.push(slot);
        self.timers.count -= 1;
    }

    /// A timer is no more: it is not due, nor has it a turn at this instant, and its slot is given back.
    pub(super) fn end_timer(&mut self, timer: Timer) {
        if let Some(slot) = self.slot_of(timer).take() {
            self.free_timer(slot);
        }
    }

    /// When a process that is down begins again, or [`NEVER`].
    pub(super) fn restart_due(&self, process: usize) -> u64 {
        self.timers.restarts[process].map_or(NEVER, |slot| self.calendar.time(slot))
    }

    /// A timer that is called gives way to what else is due at this instant, and has its turn behind that.
    pub(super) fn call_again(&mut self, timer: Timer) {
        if let Some(slot) = *self.slot_of(timer) {
            self.enqueue(slot);
        }
    }
}
