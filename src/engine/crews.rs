//! Processes come and go as a whole: `crash`, `restart`, the end of a memory, and the looks of autoscaled processes.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::calendar::NEVER;
use super::machine::{Flow, Machine, NOBODY};
use super::timers::Timer;
use super::values::{count, nanoseconds};
use super::work;
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
        let life = self.activities[me].life;
        let back = duration.map(|duration| self.duration(duration, me));
        let doomed = self.doomed(&|machine, other| machine.activities[other].process == process.0);
        self.call_off(&doomed);
        self.kill_all(&doomed);
        self.take_down(process.index(), back);
        if self.activities[me].life == life {
            Flow::Next
        } else {
            Flow::Rest
        }
    }

    /// Begins a process again that is down; one that runs is left alone.
    pub(super) fn restart(&mut self, process: usize) {
        if !std::mem::take(&mut self.crews[process].down) {
            return;
        }
        self.clear_timer(Timer::Restart(process as u32));
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
        self.charge_each(items.len(), work::ITEM);
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
        self.clear_timer(Timer::Restart(process as u32));
        let back = back.map(|back| self.now.saturating_add(back));
        self.set_timer(Timer::Restart(process as u32), back);
    }

    /// Who dies, in the order in which they began.
    fn doomed(&mut self, dies: &dyn Fn(&Machine, usize) -> bool) -> Vec<usize> {
        self.charge_slots();
        let mut doomed: Vec<usize> = (0..self.activities.len())
            .filter(|&me| self.lives(me) && dies(self, me))
            .collect();
        doomed.sort_by_key(|&me| self.activities[me].birth());
        doomed
    }

    /// None of those who die together waits for anything any more when others move up: what they leave goes to who lives on.
    fn call_off(&mut self, doomed: &[usize]) {
        let mut claims = Vec::new();
        for &me in doomed {
            self.leave_lines(me, &mut claims);
            self.end_wait(me);
        }
        claims.sort();
        claims.into_iter().for_each(|claim| self.pass_on(claim));
    }

    /// They end where they stand: the permits of their `with`s return, what they have in hand is lost.
    fn kill_all(&mut self, doomed: &[usize]) {
        for &me in doomed {
            self.charge(work::LIFE);
            let scopes = self.activities[me].scopes.len() as u16;
            self.leave_scopes(me, scopes);
            self.put_offer_in_hand(me);
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
        let time = self.restart_due(process);
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
        self.crews[process].look_interval = interval;
        self.expect_look(process, interval);
    }

    /// The next look of an autoscaled process comes after so long.
    fn expect_look(&mut self, process: usize, time: u64) {
        let due = self.now.saturating_add(time);
        self.set_timer(Timer::Scale(process as u32), Some(due));
    }

    /// A knob moved: the wait for the next look is scaled, as that for a tick is.
    pub(super) fn rescale_look(&mut self, process: usize) {
        let before = self.crews[process].look_interval;
        let timer = Timer::Scale(process as u32);
        let due = self.timer_due(timer);
        if due == NEVER {
            return self.begin_looking(process);
        }
        let Some(after) = self.look_interval(process) else {
            return self.end_timer(timer);
        };
        if after != before {
            let left = due.saturating_sub(self.now) as f64;
            let left = (left * (after as f64 / before as f64)) as u64;
            self.crews[process].look_interval = after;
            self.expect_look(process, left.max(1));
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
        let interval = self.crews[process].look_interval;
        self.expect_look(process, interval);
    }
}
