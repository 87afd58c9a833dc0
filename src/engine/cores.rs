//! `work D on cpu`: who has a core, who waits for one, and whose turn is over.

use super::activity::Wait;
use super::machine::{Flow, Machine};
use super::timers::Timer;
use super::values::{Values, count, nanoseconds};
use super::watching::Kind;
use crate::lang::scenario::{self as text, ExprId};
use crate::measure::{Thing, What};
use crate::model::cpu::{Cpu, Started, Turn};
use crate::model::line::Ticket;

/// The cores and the quantum of a processor, with the knobs as they stand.
pub(super) fn cores(cpu: &text::Cpu, values: &Values) -> (u64, Option<u64>) {
    let slice = cpu
        .slice
        .and_then(|slice| nanoseconds(values.declared(slice)));
    (count(values.declared(cpu.cores)), slice)
}

impl Machine {
    pub(super) fn work(&mut self, me: usize, pc: usize, cpu: u32, time: ExprId) -> Flow {
        let time = self.duration(time, me);
        match self.at_cpu(cpu, |cpu, now, _| cpu.start(now, me as u32, time)) {
            Started::Runs(ticket) => {
                self.passed[pc] += 1;
                self.note(me, What::Works, Thing::Cpu(cpu).times(time));
                self.wait(me, Wait::Work { cpu, ticket }, time);
            }
            Started::Waits(ticket) => {
                self.note(me, What::WaitsForCore, Thing::Cpu(cpu));
                self.wait_for(me, Wait::Core { cpu, ticket }, None);
            }
        }
        Flow::Rest
    }

    /// The work is done: the core is for the next, and the activity goes on.
    pub(super) fn finish_work(&mut self, me: usize, cpu: u32, ticket: Ticket) {
        self.end_wait(me);
        self.at_cpu(cpu, |cpu, now, turns| cpu.stop(now, ticket, turns));
        self.activities[me].pc += 1;
        self.run(me);
    }

    /// Calls a processor and carries out whose turn it is.
    pub(super) fn at_cpu<R>(
        &mut self,
        number: u32,
        call: impl FnOnce(&mut Cpu, u64, &mut Vec<Turn>) -> R,
    ) -> R {
        let mut turns = std::mem::take(&mut self.turns);
        let result = call(&mut self.cpus[number as usize], self.now, &mut turns);
        for turn in turns.drain(..) {
            self.carry_out_turn(number, turn);
        }
        self.turns = turns;
        self.set_quantum(number);
        self.watching.touch(Kind::Cpu, number);
        result
    }

    fn carry_out_turn(&mut self, cpu: u32, turn: Turn) {
        match turn {
            Turn::Runs { who, ticket, left } => {
                let me = who as usize;
                let pc = self.activities[me].pc as usize;
                self.passed[pc] += 1;
                self.note(me, What::Works, Thing::Cpu(cpu).times(left));
                self.end_wait(me);
                self.wait(me, Wait::Work { cpu, ticket }, left);
            }
            Turn::Waits { who, ticket } => {
                let me = who as usize;
                self.note(me, What::GivesWay, Thing::Cpu(cpu));
                self.calendar.cancel(who);
                self.end_wait(me);
                self.activities[me].wait = Wait::Core { cpu, ticket };
            }
        }
    }

    /// A processor is called when the next quantum ends.
    fn set_quantum(&mut self, cpu: u32) {
        let end = self.cpus[cpu as usize].quantum_ends();
        self.set_timer(Timer::Cpu(cpu), end);
    }

    pub(super) fn fire_cpu(&mut self, cpu: u32) {
        self.at_cpu(cpu, Cpu::take_turns);
    }
}
