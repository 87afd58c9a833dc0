//! A knob moves in the running simulation: what rests on it is evaluated anew, at this instant.

use std::collections::BinaryHeap;

use super::activity::{Activity, Wait};
use super::machine::Machine;
use super::rests::Thing;
use super::{cores, transfer, weighing, work};
use crate::lang::scenario::{BodyKind, Instruction, KnobId, Pc, Scenario};

impl Machine {
    /// The value of a knob now, canonical.
    #[must_use]
    pub fn knob(&self, knob: KnobId) -> f64 {
        self.values.knobs[knob.index()]
    }

    /// Moves a knob from outside, between two events.
    pub fn set_knob(&mut self, knob: KnobId, value: f64) {
        self.move_knob(knob, value);
        self.check_memories();
        // There may be no event after which conditions are looked at.
        self.look_again();
    }

    /// Moves a knob; the value is clamped to its range, and one that is no number moves nothing.
    ///
    /// Channels take nothing until they have room, processes start activities or retire idle ones first, and the wait for the next tick
    /// of an `every` is scaled by the ratio of its means; any other wait that has begun keeps its length.
    pub(super) fn move_knob(&mut self, knob: KnobId, value: f64) {
        let range = &self.scenario.knobs[knob.index()];
        let value = value.max(range.from).min(range.to);
        if value.is_nan() || value == self.values.knobs[knob.index()] {
            return;
        }
        let (expressions, things) = self.values.rest_on(knob);
        self.charge(2 * expressions.len() as u64);
        self.charge_each(1 + things.len(), work::THING);
        let ticking = self.ticking(&things);
        self.values.knobs[knob.index()] = value;
        let scenario = std::rc::Rc::clone(&self.scenario);
        self.values.plan(&scenario, &expressions);
        // Who is heavier or has less room is known before anybody starts or is let go.
        let limits = things.partition_point(|thing| *thing < Thing::Topic(0));
        let (limits, others) = things.split_at(limits);
        for &thing in limits {
            self.move_thing(&scenario, thing);
        }
        self.move_weights(limits);
        for &thing in others {
            self.move_thing(&scenario, thing);
        }
        self.rescale(ticking);
        self.watching.touch_knob();
        self.look_again();
    }

    /// A declared thing is as the knobs ask for.
    fn move_thing(&mut self, scenario: &Scenario, thing: Thing) {
        match thing {
            Thing::Channel(number) => self.move_channel(scenario, number),
            Thing::Resource(number) => {
                let declared = &scenario.resources[number as usize];
                let (permits, limit) = transfer::pool(declared, &self.values);
                self.charge_each(self.resources[number as usize].keys(), work::LOOK);
                self.at_resource(number, None, |pool, now, grants| {
                    pool.set(now, permits, limit, grants)
                });
            }
            Thing::Cpu(number) => {
                let (cores, slice) = cores::cores(&scenario.cpus[number as usize], &self.values);
                self.at_cpu(number, |cpu, now, turns| cpu.set(now, cores, slice, turns));
            }
            Thing::Memory(number) => {
                let limit = weighing::limit(&scenario.memories[number as usize], &self.values);
                self.memories[number as usize].set_limit(limit);
            }
            Thing::Topic(number) => self.move_log(scenario, number as usize),
            Thing::Queue(number) => self.move_queue(scenario, number as usize),
            Thing::Process(number) => self.resize(number as usize),
            Thing::Holds(_) | Thing::Every(_) => {}
        }
    }

    fn move_channel(&mut self, scenario: &Scenario, number: u32) {
        let rules = transfer::rules(&scenario.channels[number as usize], &self.values);
        if rules != *self.channels[number as usize].rules() {
            self.at_channel(number, |channel, now, effects| {
                channel.set_rules(now, rules, effects)
            });
        }
    }

    /// Members whose `holds` rests on the knob are weighed anew.
    fn move_weights(&mut self, things: &[Thing]) {
        if things.iter().any(|thing| matches!(thing, Thing::Holds(_))) {
            self.charge_slots();
            for me in 0..self.activities.len() {
                if things.contains(&Thing::Holds(self.activities[me].process)) {
                    self.touch_weight(me);
                }
            }
        }
        self.settle_memories();
    }

    /// Who waits for a tick, in the order in which they began, and the mean of its interval.
    fn ticking(&mut self, things: &[Thing]) -> Vec<(usize, f64)> {
        if !matches!(things.last(), Some(Thing::Every(_))) {
            return Vec::new();
        }
        self.charge_slots();
        let rests = |me: &Activity| {
            me.wait == Wait::Tick && things.binary_search(&Thing::Every(me.pc)).is_ok()
        };
        let mut ticking: Vec<usize> = (0..self.activities.len())
            .filter(|&me| rests(&self.activities[me]))
            .collect();
        ticking.sort_by_key(|&me| self.activities[me].birth());
        ticking
            .into_iter()
            .map(|me| (me, self.mean_interval(me)))
            .collect()
    }

    fn mean_interval(&mut self, me: usize) -> f64 {
        match self.scenario.code[self.activities[me].pc as usize] {
            Instruction::Every { interval, .. } => self.mean(interval, me),
            _ => 0.0,
        }
    }

    fn rescale(&mut self, ticking: Vec<(usize, f64)>) {
        for (me, before) in ticking {
            let after = self.mean_interval(me);
            let due = self.calendar.time(me as u32);
            // A tick that is due at this instant stands among what is ready.
            let stands = after == before || due <= self.now || self.activities[me].queued;
            if stands || self.activities[me].wait != Wait::Tick || before <= 0.0 {
                continue;
            }
            if !before.is_finite() || due == super::calendar::NEVER {
                self.draw_tick_anew(me);
                continue;
            }
            let left = (due - self.now) as f64 * (after / before);
            let left = self.checked_nanoseconds(left, me);
            self.calendar
                .schedule(me as u32, self.now.saturating_add(left).max(self.now + 1));
        }
    }

    /// A rate of nothing left no tick to scale.
    fn draw_tick_anew(&mut self, me: usize) {
        if let Instruction::Every {
            interval, ticks, ..
        } = self.scenario.code[self.activities[me].pc as usize]
        {
            self.end_wait(me);
            let _ = self.begin_ticking(me, interval, ticks);
        }
    }

    /// A process has as many members as the knobs ask for, or will have when the busy ones can go.
    fn resize(&mut self, process: usize) {
        let wanted = self.members_wanted(process);
        let before = std::mem::replace(&mut self.crews[process].wanted, wanted);
        let autoscaled = self.scenario.processes[process].autoscale.is_some();
        if autoscaled {
            self.rescale_look(process);
        } else if wanted == before {
            return;
        }
        let retiring = std::mem::take(&mut self.crews[process].excess);
        if self.crews[process].down {
            return;
        }
        // Who has ended by itself is not started again; what autoscaling has added counts, and so do those who were to retire.
        let from = if autoscaled {
            self.crews[process].members
        } else {
            before.saturating_add(retiring)
        };
        for _ in from..wanted {
            self.start_member(process);
        }
        let most = self.members_most(process);
        let too_many = self.crews[process].members.saturating_sub(most);
        if too_many > 0 {
            let left = self.retire_idle(process, too_many);
            self.crews[process].excess = left;
        }
    }

    /// Retires members that wait to receive with nothing in hand (who would send in a `select` has something), the youngest first.
    pub(super) fn retire_idle(&mut self, process: usize, mut too_many: u32) -> u32 {
        self.charge_slots();
        let mut idle: BinaryHeap<(u64, usize)> = (0..self.activities.len())
            .filter(|&me| self.is_idle_member(me, process))
            .map(|me| (self.activities[me].serial, me))
            .collect();
        while too_many > 0 {
            let Some((_, me)) = idle.pop() else { break };
            self.cancel_wait(me);
            self.end_wait(me);
            self.end_activity(me);
            too_many -= 1;
        }
        too_many
    }

    fn is_idle_member(&self, me: usize, process: usize) -> bool {
        let activity = &self.activities[me];
        matches!(
            activity.wait,
            Wait::Receive { .. } | Wait::Poll { .. } | Wait::Lease { .. } | Wait::Select
        ) && activity.process as usize == process
            && activity.gives().is_none()
            && self.scenario.bodies[activity.body as usize].kind == BodyKind::Main
    }

    /// Going back to where a body begins is where a member that is one too many goes. Says whether it has gone.
    #[inline]
    pub(super) fn goes_at_loop(&mut self, me: usize, target: Pc) -> bool {
        let process = self.activities[me].process as usize;
        let goes =
            self.crews[process].excess > 0 && self.stands_at_start(me, target) && self.retires(me);
        if goes {
            self.end_activity(me);
        }
        goes
    }

    /// The body's first instruction, or a round of a loop with nothing in hand and no block open.
    fn stands_at_start(&self, me: usize, target: Pc) -> bool {
        let activity = &self.activities[me];
        let entry = self.scenario.bodies[activity.body as usize].entry;
        target == entry || (activity.hand.is_empty() && activity.scopes.is_empty())
    }
}
