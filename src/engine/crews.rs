//! Processes come and go as a whole: `crash`, `restart`, the end of a memory, and the looks of autoscaled processes.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::calendar::NEVER;
use super::machine::{Flow, Machine, NOBODY, Role};
use super::values::{count, nanoseconds};
use crate::lang::scenario::{ExprId, MemoryId, ProcessId, ProcessKind};
use crate::measure::{Fate, What, row, takes};

takes! { Numbers: 32 }

/// The numbers of a process's members: the lowest that is free goes to who comes.
#[derive(Debug, Clone, Default)]
pub(super) struct Numbers {
    next: u32,
    free: BinaryHeap<Reverse<u32>>,
}

impl Numbers {
    /// Bytes, with itself.
    pub(super) fn footprint(&self) -> u64 {
        row::<Numbers>(1) + row::<u32>(self.free.len())
    }

    pub(super) fn take(&mut self) -> u32 {
        let Some(Reverse(number)) = self.free.pop() else {
            self.next += 1;
            return self.next - 1;
        };
        number
    }

    pub(super) fn give_back(&mut self, number: u32) {
        self.free.push(Reverse(number));
    }
}

impl Machine {
    /// Kills a process: its activities, their ticks and inline children, not the tasks they spawned.
    pub(super) fn crash(
        &mut self,
        me: usize,
        process: ProcessId,
        duration: Option<ExprId>,
    ) -> Flow {
        let (life, before) = (self.activities[me].life, self.work);
        let back = duration.map(|duration| self.duration(duration, me));
        let doomed = self.doomed(&|machine, other| machine.activities[other].process == process.0);
        self.call_off(&doomed);
        self.kill_all(&doomed);
        self.take_down(process.index(), back);
        if self.activities[me].life == life {
            self.after_looks(before)
        } else {
            Flow::Rest
        }
    }

    /// Begins a process again that is down; one that runs is left alone.
    pub(super) fn restart(&mut self, process: usize) {
        if !std::mem::take(&mut self.crews[process].down) {
            return;
        }
        if let Some(slot) = self.crews[process].restart_slot {
            self.clear_timer(slot);
        }
        let wanted = self.members_wanted(process);
        self.crews[process].wanted = wanted;
        for _ in self.crews[process].members..wanted {
            self.start_member(process);
        }
    }

    /// Everything in a memory is gone: its activities are killed and its stores emptied. Its processes begin again after `restart`.
    pub(super) fn end_memory(&mut self, memory: u32, restart: Option<u64>) {
        let in_it = |of: Option<MemoryId>| of.is_some_and(|of| of.0 == memory);
        let doomed = self.doomed(&|machine, other| {
            let process = machine.activities[other].process as usize;
            in_it(machine.scenario.processes[process].memory)
        });
        self.call_off(&doomed);
        for channel in 0..self.channels.len() as u32 {
            if in_it(self.scenario.channels[channel as usize].memory) {
                self.lose_all_in(channel);
            }
        }
        for queue in 0..self.queues.len() {
            if in_it(self.scenario.queues[queue].memory) {
                self.lose_queue(queue);
            }
        }
        for topic in 0..self.logs.len() {
            if in_it(self.scenario.topics[topic].memory) {
                self.lose_log(topic);
            }
        }
        self.kill_all(&doomed);
        for process in 0..self.crews.len() {
            if in_it(self.scenario.processes[process].memory) {
                self.take_down(process, restart);
            }
        }
    }

    fn lose_all_in(&mut self, channel: u32) {
        let items = self.at_channel(channel, |channel, now, effects| channel.clear(now, effects));
        for item in items {
            let remains = super::lives::Remains::of_stored(&item);
            self.end_item(NOBODY, remains, Fate::Lost);
        }
    }

    /// A process is down; it begins again after so long, or when it is told to.
    fn take_down(&mut self, process: usize, back: Option<u64>) {
        if self.scenario.processes[process].kind != ProcessKind::Process {
            return;
        }
        self.crews[process].down = true;
        self.crews[process].excess = 0;
        let slot = match (self.crews[process].restart_slot, back) {
            (Some(slot), _) => slot,
            (None, None) => return,
            (None, Some(_)) => {
                let Some(slot) = self.new_slot(Role::Restart(process as u32)) else {
                    return;
                };
                self.crews[process].restart_slot = Some(slot);
                slot
            }
        };
        self.clear_timer(slot);
        self.set_timer(slot, back.map(|back| self.now.saturating_add(back)));
    }

    fn doomed(&mut self, dies: &dyn Fn(&Machine, usize) -> bool) -> Vec<usize> {
        self.toil_over_all();
        (0..self.activities.len())
            .filter(|&me| self.lives(me) && dies(self, me))
            .collect()
    }

    /// None of those who die together waits for anything any more when the first dies: what it leaves goes to who lives on. Who waited
    /// shortest goes first, so that none of the others moves up.
    fn call_off(&mut self, doomed: &[usize]) {
        let mut doomed: BinaryHeap<(u64, usize)> = (doomed.iter())
            .map(|&me| (self.activities[me].since, me))
            .collect();
        while let Some((_, me)) = doomed.pop() {
            self.cancel_wait(me);
            self.end_wait(me);
        }
    }

    /// They end where they stand: the permits of their `with`s return, what they have in hand is lost.
    fn kill_all(&mut self, doomed: &[usize]) {
        for &me in doomed {
            let scopes = self.activities[me].scopes.len() as u16;
            self.leave_scopes(me, scopes);
            self.end_all_in_hand(me, Fate::Lost);
            self.abandon_groups(me);
            self.note(me, What::Killed, 0);
            self.crews[self.activities[me].process as usize].killed += 1;
            self.vacate(me);
        }
    }

    /// How many activities an autoscaled process may have; as many as it has at least, if it is not autoscaled.
    pub(crate) fn members_most(&self, process: usize) -> u32 {
        let most = self.scenario.processes[process]
            .autoscale
            .map_or(0, |scale| count(self.values.declared(scale.to)));
        (most.min(u64::from(u32::MAX)) as u32).max(self.crews[process].wanted)
    }

    /// When a process that is down begins again, if that is known.
    pub(crate) fn begins_again(&self, process: usize) -> Option<u64> {
        let slot = self.crews[process].restart_slot?;
        let time = self.calendar.time(slot);
        (self.crews[process].down && time != NEVER).then_some(time)
    }

    /// How long an autoscaled process waits between two looks: the increment spread evenly over its period. `None` where nothing is
    /// ever added.
    fn look_interval(&self, process: usize) -> Option<u64> {
        let scale = self.scenario.processes[process].autoscale?;
        let interval = self.values.declared(scale.per) / self.values.declared(scale.growing);
        let interval = nanoseconds(interval).filter(|_| interval >= 0.0 && interval.is_finite());
        interval.map(|interval| interval.max(1))
    }

    /// The first look of an autoscaled process.
    pub(super) fn begin_looking(&mut self, process: usize) {
        let Some(interval) = self.look_interval(process) else {
            return;
        };
        let Some(slot) = self.new_slot(Role::Scale(process as u32)) else {
            return;
        };
        self.crews[process].scale_slot = Some(slot);
        self.crews[process].look_interval = interval;
        self.set_timer(slot, Some(self.now.saturating_add(interval)));
    }

    /// A knob moved: the wait for the next look is scaled, as that for a tick is.
    pub(super) fn rescale_look(&mut self, process: usize) {
        let before = self.crews[process].look_interval;
        let Some(slot) = self.crews[process].scale_slot else {
            return self.begin_looking(process);
        };
        let Some(after) = self.look_interval(process) else {
            self.set_timer(slot, None);
            self.crews[process].scale_slot = None;
            self.free_slot(slot);
            return;
        };
        if after != before {
            let left = self.calendar.time(slot).saturating_sub(self.now) as f64;
            let left = (left * (after as f64 / before as f64)) as u64;
            self.crews[process].look_interval = after;
            self.set_timer(slot, Some(self.now.saturating_add(left.max(1))));
        }
    }

    /// A look of an autoscaled process: one more while its condition holds, one idle one less while it does not.
    pub(super) fn fire_scale(&mut self, process: usize) {
        let Some(scale) = self.scenario.processes[process].autoscale else {
            return;
        };
        if !self.crews[process].down {
            let grows = self.value(scale.condition, NOBODY, process) != 0.0;
            let members = self.crews[process].members;
            if grows && members < self.members_most(process) {
                self.start_member(process);
            } else if !grows && members > self.crews[process].wanted {
                let _ = self.retire_idle(process, 1);
            }
        }
        if let Some(slot) = self.crews[process].scale_slot {
            let interval = self.crews[process].look_interval;
            self.set_timer(slot, Some(self.now.saturating_add(interval)));
        }
    }
}
