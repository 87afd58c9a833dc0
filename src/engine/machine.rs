//! The machine: all state of a run, the loop over what is due, and one arm per instruction. Its other parts are beside it: `transfer`
//! (sending and receiving), `scopes` (blocks and failures), `lives` (how activities begin and end), `crews` (how processes do), `cores`,
//! `weighing` (memories), `watching` (`await`), `knobs`.

use std::collections::VecDeque;
use std::rc::Rc;

use super::activity::{Activity, Resume, STATES, Wait};
use super::calendar::{Calendar, NEVER, SLOTS_MAX, Slot};
use super::crews::Numbers;
use super::footprint::Growth;
use super::sampling::Sampler;
use super::timers::{Role, Timer, Timers};
use super::transfer::{Claim, LaterCall};
use super::values::{Values, bytes, count, nanoseconds};
use super::watching::{Kind, Watching};
use super::weighing::mixed_rooms;
use super::work::{self, Budget, STEPS_AT_ONE_INSTANT_MAX};
use crate::lang::scenario::{
    ExprId, Instruction, KeyExpr, Pc, Piece, Scenario, Span, TextId, Unit,
};
use crate::lang::units;
use crate::measure::{
    Counter, Event, Figure, Latency, Ledger, Measured, Peak, Thing, TimeSpent, Trace, What, row,
};
use crate::model::channel::{Channel, Effect};
use crate::model::cpu::{Cpu, Turn};
use crate::model::fifo::Fifo;
use crate::model::group::Group;
use crate::model::item::{Item, Key};
use crate::model::log::{Log, RECORDS_MAX};
use crate::model::memory::Memory;
use crate::model::permits::{Grant, Permits};
use crate::model::queue::Queue;
use crate::model::table::Table;
use crate::random::Stream;

/// The most activities that may live at once.
pub const ACTIVITIES_MAX: usize = 1_000_000;
/// The most items that may be in flight at once.
pub const ITEMS_MAX: u64 = 5_000_000;
/// The largest item, in bytes: so large that all that may be in flight together still have a sum.
pub const ITEM_BYTES_MAX: u64 = 1 << 38;
const _: () = {
    let all = ITEMS_MAX + RECORDS_MAX + ACTIVITIES_MAX as u64;
    assert!(all <= i64::MAX as u64 / ITEM_BYTES_MAX);
};
/// The most lines of the log that are kept, the latest ones.
pub const PRINTED_MAX: usize = 10_000;
/// The most bytes of text they may have together.
pub const PRINTED_BYTES_MAX: usize = 4 << 20;
/// The most local values that all activities may have together.
pub const LOCALS_LIVE_MAX: usize = 1 << 24;
/// The slot that is nobody's: for values that are evaluated with nothing in hand.
pub(super) const NOBODY: usize = 0;

/// How far [`Machine::advance`] came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// Everything up to the time asked for has happened.
    Reached,
    /// So many events have happened; there may be more before that time.
    Budget,
    /// Nothing will ever happen again.
    Idle,
    /// The run was stopped; [`Machine::error`] says why.
    Stopped,
}

/// Why a run was stopped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunError {
    /// The place in the text.
    pub span: Span,
    /// One sentence.
    pub message: String,
}

/// A line of the log of the run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrintedLine {
    /// When, in nanoseconds.
    pub time: u64,
    /// Index of the process, task or `at` block.
    pub process: u32,
    /// What.
    pub text: String,
}

/// What goes on next in an activity.
pub(super) enum Flow {
    Next,
    Goto(Pc),
    /// It waits, or has ended.
    Rest,
}

/// What is kept for all activities of a process, task or `at` block.
#[derive(Debug, Clone, Copy, Default)]
pub struct Crew {
    /// Live activities: main bodies and inline bodies.
    pub live: u32,
    /// The most there were.
    pub live_max: Peak,
    /// Live activities that run the main body.
    pub members: u32,
    /// Members that the text and the knobs asked for last.
    pub(super) wanted: u32,
    /// Members that are to retire when they next can.
    pub(super) excess: u32,
    /// Time spent in each state, in nanoseconds times activities, without the waits that still last.
    pub time_in: TimeSpent<STATES>,
    /// The serial number of the activity that started last.
    pub(super) serials: u64,
    /// Activities started.
    pub started: Counter,
    /// Activities that have ended.
    pub ended: Counter,
    /// Uncaught failures.
    pub failures: Counter,
    /// Activities killed by a crash or the end of their memory.
    pub killed: Counter,
    /// It has crashed, or its memory has ended, and it has not begun again.
    pub down: bool,
    /// Between two looks of an autoscaled process, in nanoseconds.
    pub(super) look_interval: u64,
}

impl Crew {
    /// Members that the text and the knobs ask for; of an autoscaled process the least there are.
    #[must_use]
    pub fn wanted(&self) -> u32 {
        self.wanted
    }

    /// Forgets what was measured; `open` is how long the waits that still last have lasted.
    fn reset_measures(&mut self, open: &[u64; STATES]) {
        self.time_in.reset(open);
        self.live_max.reset(u64::from(self.live));
        for counter in [
            &mut self.started,
            &mut self.ended,
            &mut self.failures,
            &mut self.killed,
        ] {
            counter.reset();
        }
    }
}

/// All state of a run. Plain data: a clone is a checkpoint.
#[derive(Debug, Clone)]
pub struct Machine {
    pub(crate) scenario: Rc<Scenario>,
    /// What follows each instruction: where a jump stands next, its target, which saves the round through it.
    next: Rc<[Pc]>,
    pub(super) now: u64,
    pub(super) calendar: Calendar,
    pub(super) roles: Vec<Role>,
    /// What is ready at this instant, in order: slots and their lives.
    pub(super) ready: Fifo<(Slot, u32)>,
    /// An activity that was interrupted between two waits.
    pub(super) running: Option<u32>,
    pub(crate) activities: Vec<Activity>,
    pub(super) vacant: Vec<u32>,
    pub(super) timers: Timers,
    /// Local values of all live activities.
    pub(super) locals_live: usize,
    pub(crate) crews: Vec<Crew>,
    /// By process; used by those whose members know their numbers.
    pub(super) numbers: Vec<Numbers>,
    pub(crate) channels: Vec<Channel>,
    pub(crate) resources: Vec<Permits>,
    pub(crate) cpus: Vec<Cpu>,
    pub(crate) memories: Vec<Memory>,
    /// What each channel was last charged in its memory, in bytes.
    pub(super) channel_charges: Vec<u64>,
    pub(super) mixed_rooms: bool,
    /// Activities whose weight may have changed.
    pub(super) to_weigh: Vec<u32>,
    pub(crate) logs: Vec<Log>,
    pub(crate) groups: Vec<Group>,
    /// The groups of all topics, topic by topic, and where each topic's begin.
    pub(super) topic_groups: Vec<usize>,
    pub(super) topic_groups_from: Vec<usize>,
    pub(crate) queues: Vec<Queue>,
    /// What each queue was last charged in its memory, in bytes.
    pub(super) queue_charges: Vec<u64>,
    /// Of all topics, each counted once and once more for each group on it.
    pub(super) partitions: u64,
    /// Records in flight: for each group, those not committed.
    pub(super) in_logs: u64,
    /// Records in store, or more.
    pub(super) records: u64,
    /// What a poll fetches; kept for its room.
    pub(super) fetched: Vec<Item>,
    /// What each topic was last charged in its memory, in bytes.
    pub(super) topic_charges: Vec<u64>,
    pub(crate) shared: Vec<f64>,
    /// By shared variable; used by those that are tables.
    pub(crate) tables: Vec<Table>,
    /// By shared variable: how often it, or an entry of it, was assigned to.
    pub(crate) writes: Vec<Counter>,
    pub(crate) values: Values,
    pub(super) streams: Vec<Stream>,
    pub(super) watching: Watching,
    pub(super) effects: Vec<Effect>,
    /// Calls of channels that stand back while the answers of one are carried out.
    pub(super) to_call: Fifo<LaterCall>,
    pub(super) calling_others: bool,
    /// What somebody leaves to others; kept for its room.
    pub(super) claims: Vec<Claim>,
    pub(super) grants: Vec<Grant>,
    pub(super) turns: Vec<Turn>,
    /// The deadline of a statement that looks again.
    pub(super) kept_deadline: u64,
    pub(crate) ledger: Ledger,
    pub(crate) latency: Latency,
    pub(crate) sampler: Sampler,
    pub(super) trace: Option<Trace>,
    printed: VecDeque<PrintedLine>,
    printed_before: u64,
    printed_bytes: usize,
    /// How often an item or a permit passed each instruction and each arm of a `select`: what the diagram's arrows count.
    pub(crate) passed: Vec<Counter>,
    /// How often each text was the reason of a `fail`.
    pub(crate) failed_because: Vec<Counter>,
    pub(super) events: u64,
    /// When the last event happened, and how many there were then; known whenever nothing is due.
    calm: (u64, u64),
    pub(super) growth: Growth,
    /// Work so far, and when this instant began.
    pub(super) work: u64,
    pub(super) instant_began: u64,
    pub(crate) measured: Measured,
    pub(super) error: Option<RunError>,
}

impl Machine {
    /// A run at time 0, before anything has happened, with these values of all knobs.
    #[must_use]
    pub fn new(scenario: Rc<Scenario>, seed: u64, knobs: Vec<f64>) -> Self {
        let values = Values::new(&scenario, knobs);
        let mut machine = Machine {
            now: 0,
            calendar: Calendar::default(),
            roles: Vec::new(),
            ready: Fifo::new(),
            running: None,
            activities: Vec::new(),
            vacant: Vec::new(),
            timers: Timers::new(&scenario),
            locals_live: 0,
            crews: vec![Crew::default(); scenario.processes.len()],
            channels: Vec::new(),
            resources: Vec::new(),
            cpus: Vec::new(),
            memories: Vec::new(),
            channel_charges: vec![0; scenario.channels.len()],
            mixed_rooms: mixed_rooms(&scenario.channels),
            to_weigh: Vec::new(),
            logs: Vec::new(),
            groups: Vec::new(),
            topic_groups: Vec::new(),
            topic_groups_from: Vec::new(),
            queues: Vec::new(),
            queue_charges: vec![0; scenario.queues.len()],
            partitions: 0,
            in_logs: 0,
            records: 0,
            fetched: Vec::new(),
            topic_charges: vec![0; scenario.topics.len()],
            shared: Vec::new(),
            tables: Vec::new(),
            writes: vec![Counter::default(); scenario.shared.len()],
            numbers: vec![Numbers::default(); scenario.processes.len()],
            streams: Self::streams(&scenario, seed),
            watching: Watching::new(&scenario),
            effects: Vec::new(),
            to_call: Fifo::new(),
            calling_others: false,
            claims: Vec::new(),
            grants: Vec::new(),
            turns: Vec::new(),
            kept_deadline: NEVER,
            ledger: Ledger::default(),
            latency: Latency::new(),
            sampler: Sampler::new(&scenario),
            trace: None,
            printed: VecDeque::new(),
            printed_before: 0,
            printed_bytes: 0,
            passed: vec![Counter::default(); scenario.counters()],
            failed_because: vec![Counter::default(); scenario.texts.len()],
            events: 0,
            calm: (0, 0),
            growth: Growth::default(),
            work: 0,
            instant_began: 0,
            measured: Measured::default(),
            error: None,
            values,
            next: after_each(&scenario.code),
            scenario,
        };
        machine.make_stores();
        machine.start_processes();
        machine
    }

    /// Traces from now on; with `keep`, the events are kept for [`Trace::drain`].
    pub fn trace(&mut self, keep: bool) {
        self.trace = Some(Trace::new(keep));
    }

    /// The trace, if there is one.
    #[must_use]
    pub fn trace_ref(&self) -> Option<&Trace> {
        self.trace.as_ref()
    }

    /// The same, to take events out.
    pub fn trace_mut(&mut self) -> Option<&mut Trace> {
        self.trace.as_mut()
    }

    /// The time, in nanoseconds.
    #[must_use]
    pub fn now(&self) -> u64 {
        self.now
    }

    /// Events so far.
    #[must_use]
    pub fn events(&self) -> u64 {
        self.events
    }

    /// When the last event happened, in nanoseconds; only where nothing is due now.
    #[must_use]
    pub fn last_event(&self) -> u64 {
        self.calm.0
    }

    /// The ledger.
    #[must_use]
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// Why the run was stopped.
    #[must_use]
    pub fn error(&self) -> Option<&RunError> {
        self.error.as_ref()
    }

    /// The log: the number of lines that are no longer kept, and the lines after them.
    #[must_use]
    pub fn printed(&self) -> (u64, &VecDeque<PrintedLine>) {
        (self.printed_before, &self.printed)
    }

    /// Forgets all that was measured so far: the end of a warm-up. It writes to measures alone, which nothing here reads: levels, the
    /// ledger and the log go on, and so does the run.
    pub fn reset_measures(&mut self) {
        let now = self.now;
        self.measured.reset(now, &self.ledger);
        self.latency.reset();
        self.channels
            .iter_mut()
            .for_each(|channel| channel.reset_measures(now));
        self.resources
            .iter_mut()
            .for_each(|pool| pool.reset_measures(now));
        self.cpus.iter_mut().for_each(|cpu| cpu.reset_measures(now));
        self.memories
            .iter_mut()
            .for_each(|memory| memory.reset_measures(now));
        self.groups
            .iter_mut()
            .for_each(|group| group.reset_measures(now));
        self.queues
            .iter_mut()
            .for_each(|queue| queue.reset_measures(now));
        self.logs.iter_mut().for_each(Log::reset_measures);
        let open = self.time_in_open_waits();
        for (crew, open) in self.crews.iter_mut().zip(&open) {
            crew.reset_measures(open);
        }
        let counters = [&mut self.writes, &mut self.passed, &mut self.failed_because];
        (counters.into_iter().flatten()).for_each(Counter::reset);
    }

    /// Bytes of what is ready.
    pub(super) fn ready_footprint(&self) -> u64 {
        self.ready.footprint()
    }

    /// Bytes of the log.
    pub(super) fn printed_footprint(&self) -> u64 {
        row::<PrintedLine>(self.printed.len()) + self.printed_bytes as u64
    }

    /// Lets happen what is due up to a time, as far as a budget goes. It always returns, whatever the text says.
    pub fn advance(&mut self, until: u64, budget: Budget) -> Status {
        // What is due at the end of time never comes.
        let until = until.min(NEVER - 1);
        loop {
            self.check_held();
            if self.error.is_some() {
                return Status::Stopped;
            }
            let due = self.calendar.first_time();
            let quiet = due != self.now && self.ready.is_empty() && self.running.is_none();
            if quiet && due.min(until) >= self.sampler.next() {
                if self.work >= budget.work_last {
                    return Status::Budget;
                }
                self.note_calm();
                self.end_row();
                continue;
            }
            if quiet && due > until {
                self.note_calm();
                self.pass_time(until.max(self.now));
                return if due == NEVER {
                    Status::Idle
                } else {
                    Status::Reached
                };
            }
            let is_full = self.trace.as_ref().is_some_and(Trace::is_full);
            if self.events >= budget.events_last || self.work >= budget.work_last || is_full {
                return Status::Budget;
            }
            self.charge(work::STEP);
            if let Some(who) = self.running.take() {
                self.events += 1;
                self.run(who as usize);
                self.end_step(who as usize);
            } else if quiet {
                self.pass_time(due);
                self.fire_calendar();
            } else if due == self.now {
                self.fire_calendar();
            } else {
                self.fire_ready();
            }
        }
    }

    /// Time is about to pass without an event: the last one was now.
    #[cold]
    fn note_calm(&mut self) {
        if self.events != self.calm.1 {
            self.calm = (self.now, self.events);
        }
    }

    /// When the next event is due; [`NEVER`] if nothing will ever happen again.
    #[must_use]
    pub fn next_due(&self) -> u64 {
        if self.ready.is_empty() && self.running.is_none() {
            self.calendar.first_time()
        } else {
            self.now
        }
    }

    /// What stands first among the ready; entries of slots that were given back meanwhile are passed over.
    fn fire_ready(&mut self) {
        let Some((slot, life)) = self.ready.pop_front() else {
            return;
        };
        let activity = &mut self.activities[slot as usize];
        if activity.life == life {
            activity.queued = false;
            self.events += 1;
            self.fire(slot);
        }
    }

    #[inline]
    pub(super) fn pass_time(&mut self, time: u64) {
        self.now = time;
        self.begin_instant();
    }

    fn fire_calendar(&mut self) {
        let Some((due, slot)) = self.calendar.first() else {
            return;
        };
        self.events += 1;
        self.fire(slot);
        // Most slots have been scheduled anew by what they did; only the others need clearing.
        if self.calendar.first() == Some((due, slot)) {
            self.calendar.cancel(slot);
        }
    }

    fn fire(&mut self, slot: Slot) {
        if self.is_runaway() {
            self.stop_runaway(slot);
            return;
        }
        let mut me = slot as usize;
        match self.roles[me] {
            Role::Activity => self.fire_activity(me),
            Role::Timer(timer) => {
                if let Timer::Deadline(who) = timer {
                    me = who as usize;
                }
                self.fire_timer(timer);
            }
        }
        self.end_step(me);
    }

    fn fire_timer(&mut self, timer: Timer) {
        match timer {
            Timer::Deadline(who) => self.fire_deadline(who as usize),
            Timer::Channel(channel) => self.fire_channel(channel),
            Timer::Group(group) => self.fire_group(group as usize),
            Timer::Topic(topic) => self.fire_topic(topic as usize),
            Timer::Queue(queue) => self.fire_queue(queue),
            Timer::Cpu(cpu) => self.fire_cpu(cpu),
            Timer::Restart(process) => self.restart(process as usize),
            Timer::Scale(process) => self.fire_scale(process as usize),
        }
    }

    /// What follows an event: memories are looked at, then conditions.
    #[inline]
    fn end_step(&mut self, me: usize) {
        if !self.memories.is_empty() {
            self.touch_weight(me);
            self.check_memories();
        }
        if self.watching.touched() {
            self.look_again();
        }
        #[cfg(debug_assertions)]
        if self.is_checked() {
            self.check_ledger();
            self.check_waits();
        }
    }

    fn fire_activity(&mut self, me: usize) {
        let activity = &mut self.activities[me];
        match activity.wait {
            Wait::Vacant => return,
            Wait::Ready(resume) => return self.resume(me, resume),
            Wait::Sleep => activity.pc += 1,
            Wait::Tick => return self.tick(me),
            Wait::Work { cpu, ticket } => return self.finish_work(me, cpu, ticket),
            Wait::Start => {}
            Wait::Backoff(pc) => activity.pc = pc,
            _ => return self.give_up(me),
        }
        self.end_wait(me);
        self.run(me);
    }

    /// Runs an activity that is ready. What it was woken for is its own affair from now on: who ends it while it runs (it may crash its own
    /// process) has nothing left to call off.
    fn resume(&mut self, me: usize, resume: Resume) {
        self.activities[me].wait = Wait::Ready(Resume::Here);
        match resume {
            Resume::Here => self.run(me),
            Resume::Again => {
                let pc = self.activities[me].pc;
                self.look_at_instruction_again(me);
                self.pass_on_wakes(pc);
            }
            Resume::Look { queue } => {
                self.queues[queue as usize].looked();
                self.look_at_instruction_again(me);
                self.pass_lease(queue);
            }
            Resume::Refused => self.run_refused(me),
            Resume::Fetch { channel, then } => {
                if self.fetch(me, channel, then) {
                    self.run(me);
                }
            }
        }
    }

    /// Runs an activity whose instruction looks again; its deadline stands as it was.
    pub(super) fn look_at_instruction_again(&mut self, me: usize) {
        self.kept_deadline = std::mem::replace(&mut self.activities[me].deadline, NEVER);
        let flow = self.step(me);
        // What comes after it has deadlines of its own.
        self.kept_deadline = NEVER;
        if self.follow(me, flow) {
            self.run(me);
        }
    }

    /// Runs an activity whose instruction could not be done.
    pub(super) fn run_refused(&mut self, me: usize) {
        let flow = self.refuse(me);
        if self.follow(me, flow) {
            self.run(me);
        }
    }

    /// Moves the instruction pointer; says whether the activity goes on.
    #[inline(always)]
    pub(super) fn follow(&mut self, me: usize, flow: Flow) -> bool {
        match flow {
            Flow::Next => {
                let pc = self.activities[me].pc;
                let next = self.next[pc as usize];
                if next < pc && self.goes_at_loop(me, next) {
                    return false;
                }
                self.activities[me].pc = next;
            }
            Flow::Goto(pc) => self.activities[me].pc = pc,
            Flow::Rest => return false,
        }
        true
    }

    /// Runs instructions until the activity waits or ends. The one loop that everything goes through: what it does for each instruction
    /// stands within it, without a call.
    #[inline(never)]
    pub(super) fn run(&mut self, me: usize) {
        let last = self.work + work::WORK_PER_EVENT_MAX;
        // Charged together at the end: one store for each instruction would make the next wait for it.
        let mut instructions = 0;
        loop {
            let flow = self.step(me);
            instructions += work::INSTRUCTION;
            if !self.follow(me, flow) {
                break;
            }
            if self.watching.touched() {
                self.look_again();
            }
            if self.work + instructions >= last {
                self.interrupt(me);
                break;
            }
        }
        self.charge(instructions);
    }

    /// An activity that is between two waits goes on before anything else, but the caller may look at the time.
    #[cold]
    pub(super) fn interrupt(&mut self, me: usize) {
        self.running = Some(me as u32);
        if self.is_runaway() {
            self.stop_runaway(me as Slot);
        }
    }

    #[inline(always)]
    fn step(&mut self, me: usize) -> Flow {
        let pc = self.activities[me].pc as usize;
        match self.scenario.code[pc] {
            Instruction::Jump(target) => {
                if (target as usize) < pc && self.goes_at_loop(me, target) {
                    Flow::Rest
                } else {
                    Flow::Goto(target)
                }
            }
            Instruction::Branch {
                condition,
                otherwise,
            } => {
                if self.draw(condition, me) == 0.0 {
                    Flow::Goto(otherwise)
                } else {
                    Flow::Next
                }
            }
            Instruction::SetLocal { slot, value } => {
                self.activities[me].locals[slot as usize] = self.draw(value, me);
                Flow::Next
            }
            Instruction::SetShared { shared, value } => {
                self.shared[shared.index()] = self.draw(value, me);
                self.writes[shared.index()] += 1;
                self.watching.touch(Kind::Shared, shared.0);
                Flow::Next
            }
            Instruction::SetEntry { table, key, value } => self.set_entry(me, table, key, value),
            Instruction::SetKnob { knob, value } => {
                let value = self.draw(value, me);
                self.note(me, What::Sets, Thing::Knob(knob.0).times(value.to_bits()));
                self.move_knob(knob, value);
                Flow::Next
            }
            Instruction::Repeat {
                counter,
                limit,
                count: times,
                end,
            } => {
                let times = count(self.draw(times, me)) as f64;
                let locals = &mut self.activities[me].locals;
                locals[counter as usize] = 0.0;
                locals[limit as usize] = times;
                if times > 0.0 {
                    Flow::Next
                } else {
                    Flow::Goto(end)
                }
            }
            Instruction::RepeatNext {
                counter,
                limit,
                body,
            } => {
                let locals = &mut self.activities[me].locals;
                locals[counter as usize] += 1.0;
                if locals[counter as usize] < locals[limit as usize] {
                    Flow::Goto(body)
                } else {
                    Flow::Next
                }
            }
            Instruction::Leave { scopes } => {
                self.leave_scopes(me, scopes);
                Flow::Next
            }
            Instruction::Stop | Instruction::End => {
                self.end_activity(me);
                Flow::Rest
            }
            Instruction::Every {
                interval, ticks, ..
            } => self.begin_ticking(me, interval, ticks),
            Instruction::Sleep { time } => {
                let time = self.duration(time, me);
                self.note(me, What::Sleeps, time);
                self.wait(me, Wait::Sleep, time);
                Flow::Rest
            }
            Instruction::Produce { size, key } => {
                let size = size.map_or(1, |size| bytes(self.draw(size, me)));
                let key = self.key(key, me);
                self.produce(me, size, key);
                Flow::Next
            }
            Instruction::Send {
                store,
                within,
                otherwise,
            } => self.send(me, pc, store, within, otherwise),
            Instruction::Offer { store, otherwise } => self.offer(me, pc, store, otherwise),
            Instruction::Call {
                channel,
                size,
                key,
                within,
                otherwise,
            } => self.call(me, pc, channel, (size, key), within, otherwise),
            Instruction::Receive {
                store,
                up_to,
                within,
                ..
            } => self.receive(me, pc, store, up_to, within),
            Instruction::Select { select } => self.select(me, pc, select),
            Instruction::Close { channel } => self.close(me, channel),
            Instruction::ForEach { end } => self.enter_for_each(me, end),
            Instruction::ForEachNext { body } => self.next_for_each(me, body),
            Instruction::Done => self.done(me),
            Instruction::Discard => self.discard(me),
            Instruction::With {
                resource,
                key,
                within,
                otherwise,
            } => self.acquire(me, pc, (resource, key), 1, true, within, otherwise),
            Instruction::Acquire {
                resource,
                key,
                amount,
                within,
                otherwise,
            } => {
                let amount = amount.map_or(1, |amount| count(self.draw(amount, me)));
                self.acquire(me, pc, (resource, key), amount, false, within, otherwise)
            }
            Instruction::Release {
                resource,
                key,
                amount,
            } => {
                let amount = amount.map_or(1, |amount| count(self.draw(amount, me)));
                self.passed[pc] += 1;
                match self.pool_at(me, resource.0, key) {
                    Some(at) => self.release(me, resource.0, at, amount),
                    None => return Flow::Rest,
                }
                Flow::Next
            }
            Instruction::Spawn { body, with_item } => self.spawn(me, body, with_item),
            Instruction::Await { condition, .. } => self.await_condition(me, condition),
            Instruction::AwaitAll => self.await_all(me),
            Instruction::Within { limit, otherwise } => self.enter_within(me, limit, otherwise),
            Instruction::Try { otherwise } => self.enter_try(me, otherwise),
            Instruction::Retry {
                count,
                backoff,
                otherwise,
            } => self.enter_retry(me, count, backoff, otherwise),
            Instruction::Fail { why, share } => {
                let fails = share.is_none_or(|share| {
                    let share = self.draw(share, me);
                    self.draw_unit(me) < share
                });
                if !fails {
                    return Flow::Next;
                }
                if let Some(why) = why {
                    self.failed_because[why.index()] += 1;
                }
                self.fail(me)
            }
            Instruction::Print { text } => {
                self.print(me, text);
                Flow::Next
            }
            Instruction::Work { cpu, time } => self.work(me, pc, cpu.0, time),
            Instruction::Crash { process, duration } => self.crash(me, process, duration),
            Instruction::Restart { process } => {
                self.restart(process.index());
                Flow::Next
            }
            Instruction::Poll {
                group,
                up_to,
                within,
                ..
            } => self.poll(me, pc, group, up_to, within),
            Instruction::Commit => self.commit(me),
            Instruction::Pause { group } => self.pause_group(me, group),
            Instruction::Resume { group } => self.resume_group(me, group),
            Instruction::Ack => self.ack(me),
            Instruction::Nack { after } => self.nack(me, after),
            Instruction::Extend { time } => self.extend(me, time),
        }
    }

    /// The value of an expression, drawing from the stream of the activity's process.
    #[inline]
    pub(super) fn draw(&mut self, expr: ExprId, me: usize) -> f64 {
        let stream = self.activities[me].process as usize;
        self.value(expr, me, stream)
    }

    /// A draw from 0 to 1 from the same stream.
    #[inline(always)]
    pub(super) fn draw_unit(&mut self, me: usize) -> f64 {
        let stream = self.activities[me].process as usize;
        self.streams[stream].unit()
    }

    /// A duration in nanoseconds; the run stops if it is not a number.
    #[inline]
    pub(super) fn duration(&mut self, expr: ExprId, me: usize) -> u64 {
        let value = self.draw(expr, me);
        self.checked_nanoseconds(value, me)
    }

    #[inline]
    pub(super) fn checked_nanoseconds(&mut self, value: f64, me: usize) -> u64 {
        nanoseconds(value).unwrap_or_else(|| {
            self.stop_at(
                me,
                "this duration is not a number: something is divided by zero".to_owned(),
            );
            NEVER
        })
    }

    /// Begins a wait of so many nanoseconds.
    #[inline(always)]
    pub(super) fn wait(&mut self, me: usize, wait: Wait, time: u64) {
        let now = self.now;
        let activity = &mut self.activities[me];
        activity.wait = wait;
        activity.since = now;
        if time == 0 {
            self.enqueue(me as Slot);
        } else {
            self.calendar.schedule(me as Slot, now.saturating_add(time));
        }
    }

    /// Puts a slot behind all that is ready at this instant, once.
    #[inline]
    pub(super) fn enqueue(&mut self, slot: Slot) {
        let activity = &mut self.activities[slot as usize];
        if !activity.queued {
            activity.queued = true;
            self.ready.push_back((slot, activity.life));
        }
    }

    /// What stands among the ready, in order. Some slots may have been given back meanwhile.
    pub(super) fn ready_slots(&self) -> impl Iterator<Item = Slot> + '_ {
        let ready = self.ready.iter();
        ready
            .filter(|&&(slot, life)| self.activities[slot as usize].life == life)
            .map(|&(slot, _)| slot)
    }

    /// A wait for time begins at once although its turn at this instant was due: the turn is over.
    pub(super) fn forget_turn(&mut self, me: usize) {
        if std::mem::take(&mut self.activities[me].queued) {
            self.charge_ready();
            self.ready.retain(|&(slot, _)| slot as usize != me);
        }
    }

    /// Begins a wait for others, with the statement's deadline if it has one.
    #[inline(always)]
    pub(super) fn wait_for(&mut self, me: usize, wait: Wait, within: Option<ExprId>) {
        let deadline = match within {
            _ if self.kept_deadline != NEVER => std::mem::replace(&mut self.kept_deadline, NEVER),
            None => NEVER,
            Some(within) => self.now.saturating_add(self.duration(within, me)),
        };
        let now = self.now;
        // A place in a line.
        self.grew(1);
        let activity = &mut self.activities[me];
        activity.wait = wait;
        activity.since = now;
        activity.deadline = deadline;
        if deadline != NEVER {
            self.schedule(me as Slot, deadline);
        }
    }

    /// Schedules a slot that is not an activity's own wait for time: what is due now stands behind what is ready.
    #[inline]
    pub(super) fn schedule(&mut self, slot: Slot, time: u64) {
        if time <= self.now {
            self.enqueue(slot);
        } else {
            self.calendar.schedule(slot, time);
        }
    }

    /// Accounts for the time of a wait that is over.
    #[inline(always)]
    pub(super) fn end_wait(&mut self, me: usize) {
        let activity = &mut self.activities[me];
        if let Some(state) = activity.wait.state() {
            let crew = &mut self.crews[activity.process as usize];
            (crew.time_in).add(state as usize, self.now - activity.since);
        }
        activity.since = self.now;
        activity.wait = Wait::Ready(Resume::Here);
    }

    /// A waiting activity becomes ready.
    #[inline]
    pub(super) fn make_ready(&mut self, me: usize, resume: Resume) {
        self.end_wait(me);
        let activity = &mut self.activities[me];
        activity.wait = Wait::Ready(resume);
        if activity.deadline != NEVER {
            // Who only looks again, or may find nothing to fetch, keeps the deadline for the wait that may follow.
            if !matches!(
                resume,
                Resume::Again | Resume::Look { .. } | Resume::Fetch { .. }
            ) {
                activity.deadline = NEVER;
            }
            self.calendar.cancel(me as Slot);
        }
        self.enqueue(me as Slot);
        self.touch_weight(me);
    }

    /// Whether there is an activity in that slot.
    #[inline]
    pub(crate) fn lives(&self, me: usize) -> bool {
        self.roles[me] == Role::Activity && self.activities[me].wait != Wait::Vacant
    }

    /// A slot for a new activity or timer. Where there is none the run stops: nothing is left out in silence.
    pub(super) fn new_slot(&mut self, role: Role) -> Option<Slot> {
        self.timers.count += usize::from(role != Role::Activity);
        if let Some(slot) = self.vacant.pop() {
            self.roles[slot as usize] = role;
            return Some(slot);
        }
        if self.activities.len() >= SLOTS_MAX {
            let message = format!("more than {SLOTS_MAX} activities and timers at once");
            self.stop_with(Span::default(), message);
            return None;
        }
        let slot = self.activities.len() as u32;
        // With its place in the calendar.
        self.grew(5);
        self.activities.push(Activity::vacant());
        self.roles.push(role);
        self.calendar.reserve(slot);
        Some(slot)
    }

    /// How many activities live, without the scratch slot.
    pub(super) fn living(&self) -> usize {
        self.activities.len() - self.vacant.len() - self.timers.count - 1
    }

    pub(super) fn key(&mut self, key: Option<KeyExpr>, me: usize) -> Key {
        match key {
            None => Key::None,
            Some(KeyExpr::Number(expr)) => Key::Number(self.draw(expr, me)),
            Some(KeyExpr::Literal(index)) => Key::Literal(index),
        }
    }

    /// Makes an item and puts it in hand; what was in hand is done first.
    fn produce(&mut self, me: usize, size: u64, key: Key) {
        self.finish_hand(me);
        let item = self.new_item(me, self.now, size, key);
        self.activities[me].hand.push(item);
        self.activities[me].had_item = true;
    }

    /// An item comes into being.
    #[inline(always)]
    pub(super) fn new_item(&mut self, me: usize, born: u64, size: u64, key: Key) -> Item {
        self.count_produced(me);
        if size > ITEM_BYTES_MAX {
            self.stop_too_large(me, size);
        }
        Item::new(born, size.min(ITEM_BYTES_MAX), key)
    }

    /// There is one item more.
    #[inline(always)]
    pub(super) fn count_produced(&mut self, me: usize) {
        self.ledger.produced += 1;
        if self.ledger.in_flight() - self.in_logs > ITEMS_MAX {
            self.stop_at(
                me,
                format!(
                    "more than {ITEMS_MAX} items are in flight: nothing holds this producer back"
                ),
            );
        }
    }

    fn print(&mut self, me: usize, text: TextId) {
        let text = self.fill_in(me, text);
        self.charge(work::HOLE + text.len() as u64 / work::BYTES_COPIED);
        self.note(me, What::Prints, text.len() as u64);
        self.print_line(self.activities[me].process, text);
    }

    /// A line in the log of the run.
    pub(super) fn print_line(&mut self, process: u32, text: String) {
        if let Some(trace) = &mut self.trace {
            trace.add_line(self.now, process, &text);
        }
        self.printed_bytes += text.len();
        while self.printed.len() == PRINTED_MAX || self.printed_bytes > PRINTED_BYTES_MAX {
            let Some(oldest) = self.printed.pop_front() else {
                break;
            };
            self.printed_bytes -= oldest.text.len();
            self.printed_before += 1;
        }
        self.printed.push_back(PrintedLine {
            time: self.now,
            process,
            text,
        });
    }

    fn fill_in(&mut self, me: usize, text: TextId) -> String {
        let scenario = Rc::clone(&self.scenario);
        let mut out = String::new();
        for piece in &scenario.texts[text.index()] {
            match piece {
                Piece::Literal(literal) => out.push_str(literal),
                Piece::Value { expr, unit } => {
                    let value = self.draw(*expr, me);
                    self.charge(work::HOLE);
                    out.push_str(&units::format(value, *unit));
                }
            }
        }
        out
    }

    /// Writes to the trace.
    #[inline]
    pub(super) fn note(&mut self, me: usize, what: What, figure: impl Into<Figure>) {
        if self.trace.is_some() {
            self.note_in_full(me, what, figure.into());
        }
    }

    #[cold]
    fn stop_too_large(&mut self, me: usize, size: u64) {
        let [size, most] = [size, ITEM_BYTES_MAX]
            .map(|bytes| units::format(bytes as f64, Unit { time: 0, bytes: 1 }));
        self.stop_at(
            me,
            format!("an item of {size} is too large: it may have {most}"),
        );
    }

    #[cold]
    fn note_in_full(&mut self, me: usize, what: What, figure: Figure) {
        let Activity {
            pc: at, process, ..
        } = self.activities[me];
        let event = Event {
            time: self.now,
            process: (me != NOBODY).then_some(process),
            who: me as u32,
            line: self.scenario.spans[at as usize].line,
            at,
            what,
            figure,
        };
        if let Some(trace) = &mut self.trace {
            trace.add(event);
        }
    }

    /// Stops the run at the statement of an activity.
    #[cold]
    pub(super) fn stop_at(&mut self, me: usize, message: String) {
        let span = self.scenario.spans[self.activities[me].pc as usize];
        self.stop_with(span, message);
    }

    /// Stops the run; the first reason stands.
    #[cold]
    pub(super) fn stop_with(&mut self, span: Span, message: String) {
        if self.error.is_none() {
            self.error = Some(RunError { span, message });
        }
    }

    #[cold]
    fn stop_runaway(&mut self, slot: Slot) {
        let me = match self.roles[slot as usize] {
            Role::Timer(Timer::Deadline(who)) => who as usize,
            _ => slot as usize,
        };
        let message = format!(
            "more than {STEPS_AT_ONE_INSTANT_MAX} steps at one instant: this never lets time pass; \
             put a 'sleep', a 'receive' or another wait into it"
        );
        self.stop_at(me, message);
    }

    /// Whether the state is checked after this event.
    #[cfg(debug_assertions)]
    fn is_checked(&self) -> bool {
        // A full count costs as much as there are activities: at every event of small systems at first, then and in large ones at some.
        let between = match (self.activities.len(), self.events) {
            (many @ 257.., _) => (many as u64).max(1024),
            (_, 100_000..) => 64,
            _ => 1,
        };
        self.events % between == 0
    }

    /// Counts every item there is and compares with the ledger.
    #[cfg(debug_assertions)]
    fn check_ledger(&self) {
        let in_hands: usize = self
            .activities
            .iter()
            .map(|one| one.all_items().filter(|item| item.counts()).count())
            .sum();
        let in_channels: usize = self.channels.iter().map(Channel::len).sum();
        let in_queues: u64 = self.queues.iter().map(Queue::len).sum();
        let in_stores = in_channels + in_queues as usize;
        let lags: u64 = self.groups.iter().map(Group::lag).sum();
        assert_eq!(self.in_logs, lags, "what is in logs at {} ns", self.now);
        assert_eq!(
            self.ledger.in_flight(),
            (in_hands + in_stores) as u64 + lags,
            "the ledger does not balance at {} ns: {:?}, {in_hands} in hands, {in_stores} in stores",
            self.now,
            self.ledger
        );
        self.check_charges();
    }
}

fn after_each(code: &[Instruction]) -> Rc<[Pc]> {
    let after = (1..)
        .zip(code)
        .map(|(next, _)| match code.get(next as usize) {
            Some(&Instruction::Jump(target)) => target,
            _ => next,
        });
    after.collect()
}
