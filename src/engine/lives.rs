//! How activities begin and end: processes at time 0, ticks of `every`, `spawn`, the end of a body, and what becomes of the items in
//! their hands.

use super::activity::{Activity, Batch, Wait};
use super::calendar::NEVER;
use super::machine::{ACTIVITIES_MAX, Flow, LOCALS_LIVE_MAX, Machine};
use super::timers::Role;
use super::{cores, leases, transfer, weighing};
use crate::lang::scenario::{BodyId, BodyKind, ExprId, Instruction, ProcessKind, Scenario};
use crate::measure::{Fate, What};
use crate::model::channel::Channel;
use crate::model::cpu::Cpu;
use crate::model::item::{Caller, Item, Key};
use crate::model::memory::Memory;
use crate::model::permits::Permits;
use crate::model::queue::Queue;
use crate::model::table::Table;
use crate::random::{Purpose, Stream};

/// What is still needed of an item that ends. Items are not copied whole for it: loads of what was just stored in other pieces stall.
#[derive(Debug, Clone, Copy)]
pub(super) struct Remains {
    born: u64,
    size: u64,
    caller: Option<Caller>,
    room: Option<u32>,
}

impl Remains {
    #[inline(always)]
    pub(super) fn of(item: &Item) -> Self {
        let Item {
            born, size, caller, ..
        } = *item;
        Remains {
            born,
            size,
            caller,
            room: item.room(),
        }
    }

    /// The same of an item that was in a channel: room that it held elsewhere is long free, its sender's statement saw to that.
    pub(super) fn of_stored(item: &Item) -> Self {
        Remains {
            room: None,
            ..Remains::of(item)
        }
    }
}

/// Purposes of a process's streams: one for draws, one for `select`; then one for the ticks of each `every` of the scenario.
const STREAMS_PER_PROCESS: usize = 2;

impl Machine {
    pub(super) fn streams(scenario: &Scenario, seed: u64) -> Vec<Stream> {
        let processes = &scenario.processes;
        let name = |process: usize| {
            processes[process]
                .stream
                .as_deref()
                .unwrap_or(&processes[process].name)
        };
        let draws = (0..processes.len())
            .map(|process| Stream::derive(seed, name(process), Purpose::Draws, 0));
        let selects = (0..processes.len())
            .map(|process| Stream::derive(seed, name(process), Purpose::Select, 0));
        let mut streams: Vec<Stream> = draws.chain(selects).collect();
        // Ticks are numbered within their process, so that two processes of one stream see the same arrivals.
        let mut everies = vec![0; processes.len()];
        let mut ticks: Vec<Option<Stream>> = vec![None; scenario.every_count as usize];
        for instruction in &scenario.code {
            if let Instruction::Every {
                body,
                ticks: number,
                ..
            } = instruction
            {
                let process = scenario.bodies[body.index()].process.index();
                ticks[*number as usize] = Some(Stream::derive(
                    seed,
                    name(process),
                    Purpose::Ticks,
                    everies[process],
                ));
                everies[process] += 1;
            }
        }
        streams.extend(ticks.into_iter().flatten());
        streams
    }

    pub(super) fn select_stream(&self, me: usize) -> usize {
        self.scenario.processes.len() + self.activities[me].process as usize
    }

    pub(super) fn tick_stream(&self, ticks: u32) -> usize {
        STREAMS_PER_PROCESS * self.scenario.processes.len() + ticks as usize
    }

    pub(super) fn make_stores(&mut self) {
        let scenario = std::rc::Rc::clone(&self.scenario);
        // A scratch slot: first values of shared variables are evaluated as if by somebody with nothing in hand.
        let _ = self.new_slot(Role::Activity);
        for shared in &scenario.shared {
            let value = self.values.declared(shared.value);
            self.shared.push(value);
            self.tables.push(Table::new(value));
        }
        for (number, channel) in (0..).zip(&scenario.channels) {
            self.channels
                .push(Channel::new(number, transfer::rules(channel, &self.values)));
        }
        for resource in &scenario.resources {
            let (permits, limit) = transfer::pool(resource, &self.values);
            self.resources
                .push(Permits::new(permits, limit, resource.per_key));
        }
        for cpu in &scenario.cpus {
            let (cores, slice) = cores::cores(cpu, &self.values);
            self.cpus.push(Cpu::new(cores, slice));
        }
        for memory in &scenario.memories {
            let limit = weighing::limit(memory, &self.values);
            self.memories.push(Memory::new(limit));
        }
        self.make_logs(&scenario);
        for (number, queue) in (0..).zip(&scenario.queues) {
            let rules = leases::rules(queue, &self.values);
            self.queues.push(Queue::new(number, rules));
        }
    }

    /// Processes start in the order of the text.
    pub(super) fn start_processes(&mut self) {
        for process in 0..self.scenario.processes.len() {
            match self.scenario.processes[process].kind {
                ProcessKind::Process => {
                    self.crews[process].wanted = self.members_wanted(process);
                    for _ in 0..self.members_wanted(process) {
                        self.start_member(process);
                    }
                    self.begin_looking(process);
                }
                ProcessKind::Task => {}
                ProcessKind::At(time) => {
                    let time = self.values.declared(time);
                    if let Some(me) = self.begin(process, self.scenario.processes[process].body) {
                        let time = self.checked_nanoseconds(time, me);
                        self.wait(me, Wait::Start, time);
                    }
                }
            }
        }
    }

    /// How many members the text and the knobs ask for.
    pub(super) fn members_wanted(&self, process: usize) -> u32 {
        let wanted = self.scenario.processes[process]
            .count
            .map_or(1, |count| super::values::count(self.values.declared(count)));
        // One more than there can be is enough to be refused.
        wanted.min(ACTIVITIES_MAX as u64 + 1) as u32
    }

    pub(super) fn start_member(&mut self, process: usize) {
        // One event may start a whole process.
        self.charge(super::work::LIFE);
        if let Some(me) = self.begin(process, self.scenario.processes[process].body) {
            self.activities[me].wait = Wait::Ready(super::activity::Resume::Here);
            self.enqueue(me as u32);
        }
    }

    /// A new activity at the first instruction of a body, not scheduled yet.
    #[inline(always)]
    fn begin(&mut self, process: usize, body: BodyId) -> Option<usize> {
        if self.living() >= ACTIVITIES_MAX {
            let message = format!(
                "more than {ACTIVITIES_MAX} activities live at once: nothing limits how many are started"
            );
            self.stop_with(self.scenario.processes[process].span, message);
            return None;
        }
        let slot = self.new_slot(Role::Activity)?;
        let me = slot as usize;
        let shape = self.scenario.bodies[body.index()];
        let now = self.now;
        self.charge(u64::from(shape.locals) / 8);
        let activity = &mut self.activities[me];
        activity.pc = shape.entry;
        activity.process = process as u32;
        activity.body = body.0;
        activity.since = now;
        activity.started = now;
        activity.locals.clear();
        activity.locals.resize(shape.locals as usize, 0.0);
        if self.is_numbered(me) {
            let number = self.numbers[process].take();
            self.activities[me].number = number;
            self.reset_locals(me);
        }
        self.grew(usize::from(shape.locals) / 8);
        self.locals_live += shape.locals as usize;
        if self.locals_live > LOCALS_LIVE_MAX {
            let span = self.scenario.processes[process].span;
            self.stop_with(span, format!("more than {LOCALS_LIVE_MAX} local values live at once: so many activities have so many 'let's"));
        }
        let crew = &mut self.crews[process];
        crew.live += 1;
        crew.live_max.rise(u64::from(crew.live));
        crew.serials += 1;
        self.activities[me].serial = crew.serials;
        crew.started += 1;
        crew.members += u32::from(shape.kind == BodyKind::Main);
        self.touch_weight(me);
        self.note(me, What::Starts, 0);
        Some(me)
    }

    /// Whether the body of an activity knows it by its number (`as i`).
    fn is_numbered(&self, me: usize) -> bool {
        let activity = &self.activities[me];
        self.scenario.processes[activity.process as usize].numbered
            && self.scenario.bodies[activity.body as usize].kind == BodyKind::Main
    }

    /// The local values of an activity at the start of its body.
    pub(super) fn reset_locals(&mut self, me: usize) {
        self.activities[me].locals.fill(0.0);
        if self.is_numbered(me) {
            let number = self.activities[me].number;
            self.activities[me].locals[0] = f64::from(number);
        }
    }

    /// A child of `parent`, ready to run, with copies of the locals around its body.
    fn begin_child(&mut self, parent: usize, body: BodyId) -> Option<usize> {
        let shape = self.scenario.bodies[body.index()];
        let child = self.begin(shape.process.index(), body)?;
        for local in 0..shape.copies as usize {
            self.activities[child].locals[local] = self.activities[parent].locals[local];
        }
        let life = self.activities[parent].life;
        self.activities[parent].children += 1;
        let activity = &mut self.activities[child];
        activity.parent = Some((parent as u32, life));
        activity.started_by_statement = true;
        activity.wait = Wait::Ready(super::activity::Resume::Here);
        self.enqueue(child as u32);
        Some(child)
    }

    #[inline(always)]
    fn give_first_item(&mut self, me: usize, body: BodyId) {
        if self.scenario.bodies[body.index()].starts_with_item {
            let item = self.new_item(me, self.now, 1, Key::None);
            self.activities[me].hand.push(item);
            self.activities[me].had_item = true;
        }
    }

    pub(super) fn begin_ticking(&mut self, me: usize, interval: ExprId, ticks: u32) -> Flow {
        let time = self.interval(me, interval, ticks);
        self.wait(me, Wait::Tick, time);
        Flow::Rest
    }

    #[inline]
    fn interval(&mut self, me: usize, interval: ExprId, ticks: u32) -> u64 {
        let stream = self.tick_stream(ticks);
        let value = self.value(interval, me, stream);
        self.checked_nanoseconds(value, me)
    }

    /// A tick: the body starts as an activity of its own, and the next tick is drawn.
    pub(super) fn tick(&mut self, me: usize) {
        self.end_wait(me);
        self.note(me, What::Ticks, 0);
        if let Instruction::Every {
            interval,
            body,
            ticks,
        } = self.scenario.code[self.activities[me].pc as usize]
        {
            if let Some(child) = self.begin_child(me, body) {
                self.give_first_item(child, body);
            }
            let time = self.interval(me, interval, ticks);
            self.wait(me, Wait::Tick, time);
        }
    }

    pub(super) fn spawn(&mut self, me: usize, body: BodyId, with_item: bool) -> Flow {
        let given = if with_item {
            if self.activities[me].hand.is_empty() {
                let item = self.own_item(me);
                self.activities[me].hand.push(item);
            }
            self.activities[me].hand.take_all()
        } else {
            Batch::default()
        };
        let pc = self.activities[me].pc as usize;
        self.passed[pc] += 1;
        let Some(child) = self.begin_child(me, body) else {
            return Flow::Rest;
        };
        if with_item {
            self.activities[child].hand.append(given);
            self.activities[child].had_item = true;
        } else {
            self.give_first_item(child, body);
        }
        Flow::Next
    }

    /// The item that a statement needs of an activity that holds none: as old as the activity if a statement started it and this is its
    /// first, else born now.
    pub(super) fn own_item(&mut self, me: usize) -> Item {
        let activity = &mut self.activities[me];
        let first = !activity.had_item && activity.started_by_statement;
        activity.had_item = true;
        let born = if first { activity.started } else { self.now };
        self.new_item(me, born, 1, Key::None)
    }

    /// The end of a body, or `stop`: what is in hand is done. What it made to offer in a `select` and nobody took is dropped.
    pub(super) fn end_activity(&mut self, me: usize) {
        if self.activities[me].gives().is_some() {
            self.drop_offer(me);
        }
        let scopes = self.activities[me].scopes.len() as u16;
        self.leave_scopes(me, scopes);
        self.finish_hand(me);
        self.leave_groups(me);
        self.note(me, What::Ends, 0);
        self.vacate(me);
    }

    fn drop_offer(&mut self, me: usize) {
        self.set_offer_aside(me);
        if let Some(offered) = self.activities[me].offered.take() {
            self.end_item(me, Remains::of(&offered), Fate::Dropped);
        }
    }

    /// Everything in hand is done. Most often nothing is: that is found out without a call.
    #[inline(always)]
    pub(super) fn finish_hand(&mut self, me: usize) {
        if !self.activities[me].hand.is_empty() {
            self.end_all_in_hand(me, Fate::Done);
        }
    }

    /// Everything in hand ends.
    #[inline]
    pub(super) fn end_all_in_hand(&mut self, me: usize, fate: Fate) {
        while let Some(item) = self.activities[me].hand.item() {
            let (remains, counts) = (Remains::of(item), item.counts());
            self.activities[me].hand.let_go();
            // A polled record is only let go of: it counts in its log.
            if counts {
                self.end_item(me, remains, fate);
            }
        }
    }

    /// An item ends: the ledger and the clocks hear of it, room it held is freed, and who waits for it is answered.
    #[inline(always)]
    pub(super) fn end_item(&mut self, me: usize, item: Remains, fate: Fate) {
        self.charge(2);
        self.ledger.end(fate);
        let mut waited_for = true;
        if let Some(caller) = item.caller {
            waited_for = self.answer(caller, fate);
        }
        let what = match fate {
            Fate::Done => {
                self.ledger.good += u64::from(waited_for);
                self.latency.record(self.now - item.born);
                What::Done
            }
            Fate::Dropped => What::Dropped,
            Fate::Failed => What::Failed,
            Fate::Lost => What::Lost,
        };
        self.note(me, what, self.now - item.born);
        if let Some(channel) = item.room {
            self.free_room(channel, item.size);
        }
    }

    /// Gives the slot back. What the activity held is gone already.
    #[inline(always)]
    pub(super) fn vacate(&mut self, me: usize) {
        self.weigh_out(me);
        if self.is_numbered(me) {
            let Activity {
                process, number, ..
            } = self.activities[me];
            self.numbers[process as usize].give_back(number);
        }
        if self.running == Some(me as u32) {
            self.running = None;
        }
        let activity = &mut self.activities[me];
        let (process, body) = (activity.process as usize, activity.body as usize);
        let parent = activity.parent.take();
        let deadline_slot = activity.deadline_slot.take();
        self.locals_live -= activity.locals.len();
        activity.vacate();
        if self.calendar.time(me as u32) != NEVER {
            self.calendar.cancel(me as u32);
        }
        self.vacant.push(me as u32);
        if let Some(slot) = deadline_slot {
            self.free_timer(slot);
        }
        let crew = &mut self.crews[process];
        crew.live -= 1;
        crew.ended += 1;
        if self.scenario.bodies[body].kind == BodyKind::Main {
            crew.members -= 1;
            // Who ends is not missed where there is one too many.
            crew.excess = crew.excess.saturating_sub(1);
        }
        if let Some((parent, life)) = parent {
            self.lose_child(parent as usize, life);
        }
    }

    fn lose_child(&mut self, parent: usize, life: u32) {
        let activity = &mut self.activities[parent];
        if activity.life == life {
            activity.children -= 1;
            if matches!(activity.wait, Wait::Await | Wait::AwaitAll) {
                self.watching.touch_parent(parent as u32);
            }
        }
    }

    /// A member that is one too many retires where it is idle or at the start of its body; what it holds is done.
    pub(super) fn retires(&mut self, me: usize) -> bool {
        let process = self.activities[me].process as usize;
        if self.crews[process].excess == 0 {
            return false;
        }
        self.scenario.bodies[self.activities[me].body as usize].kind == BodyKind::Main
    }
}
