//! `await`: who waits for which condition, and when it is looked at again.
//!
//! Who waits stands at the reasons why its condition does not hold: one part of an `and` that is false, all parts of an `or`. A reason
//! stands with the things that it reads, and is looked at when one of them has changed; where it compares one reading with what stays as
//! it is (`next == i`, `state[k] > 3`), only when the reading is such that it may be gone. Only then the whole condition is looked at: the
//! activity is woken, or stands at another reason. What changes at once wakes in the order of the changes, and each of them those who name
//! it in the order in which they began to wait.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::rc::Rc;

use super::activity::{Resume, Wait};
use super::machine::{Flow, Machine, NOBODY};
use super::standing::{Found, How, Place, Reading, Reason, Standing, Watcher};
use super::work;
use crate::lang::scenario::{
    Binary, Expr, ExprId, Instruction, Observation, Scenario, Thing, Unary, Watch, WatchId,
};
use crate::measure::What;
use crate::model::keys::{KeyBits, key_bits};

/// Those who stand with one thing.
#[derive(Debug, Clone, Default)]
struct List {
    /// How many stand here; one more where a condition names this thing and others, so that the order of changes is known.
    interest: usize,
    /// It stands among what has changed, once however often it did: at that place, in that round of looks.
    changed: bool,
    rank: u32,
    round: u64,
    standing: Option<Box<Standing>>,
}

/// What has lists of those who watch it, by number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Channel,
    Resource,
    Shared,
    Topic,
    Group,
    Queue,
    Cpu,
    Memory,
}

/// What an expression is made of, as far as one who waits for it must know.
#[derive(Debug, Clone, Copy, Default)]
struct Made {
    /// Of something that may change while an activity waits, knobs apart.
    varies: bool,
    /// Of a knob.
    of_knobs: bool,
}

/// Who watches what.
#[derive(Debug, Clone)]
pub(super) struct Watching {
    /// By kind and number.
    lists: [Vec<List>; Kind::Memory as usize + 1],
    /// What has changed and is watched, in order.
    changed: Vec<Changed>,
    round: u64,
    /// By expression.
    made: Rc<[Made]>,
    /// Those whose conditions name a knob.
    of_knobs: Standing,
    /// When an activity began its wait, as a number that goes up: by slot.
    began: Vec<u64>,
    waits: u64,
    /// Kept for their room.
    found: Vec<Found>,
    reasons: Vec<Reason>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Changed {
    Listed(Kind, u32),
    Parent(u32),
    Knob,
}

/// Who is woken: the rank of the change, its own rank among those who wait for it, its number. The first goes first.
type Woken = BinaryHeap<Reverse<(u64, u64, u32)>>;

impl Watching {
    pub(super) fn new(scenario: &Scenario) -> Self {
        let counts = [
            scenario.channels.len(),
            scenario.resources.len(),
            scenario.shared.len(),
            scenario.topics.len(),
            scenario.groups.len(),
            scenario.queues.len(),
            scenario.cpus.len(),
            scenario.memories.len(),
        ];
        let mut watching = Watching {
            lists: counts.map(|count| vec![List::default(); count]),
            changed: Vec::new(),
            round: 1,
            made: made_of(scenario),
            of_knobs: Standing::default(),
            began: Vec::new(),
            waits: 0,
            found: Vec::new(),
            reasons: Vec::new(),
        };
        for instruction in &scenario.code {
            if let Instruction::Await { condition, watch } = *instruction {
                let watches = &scenario.watches[watch.index()];
                let names_knobs = watching.made[condition.index()].of_knobs;
                if watches.len() + usize::from(names_knobs) > 1 {
                    (watches.iter()).for_each(|&watch| watching.note_order_of(watch));
                }
            }
        }
        watching
    }

    fn note_order_of(&mut self, watch: Watch) {
        if let Some((kind, number)) = listed(watch) {
            self.lists[kind as usize][number as usize].interest = 1;
        }
    }

    /// An estimate of the bytes that a clone takes.
    pub(super) fn footprint(&self) -> usize {
        let lists = self.lists.iter().flatten();
        let standing: usize = lists
            .map(|list| size_of::<List>() + list.interest * 96)
            .sum();
        standing + self.of_knobs.len() * 32 + self.began.len() * 8
    }

    /// Whether anything watched has changed.
    #[inline]
    pub(super) fn touched(&self) -> bool {
        !self.changed.is_empty()
    }

    /// That one has changed, and what there is of it for each key may have.
    #[inline]
    pub(super) fn touch(&mut self, kind: Kind, number: u32) {
        if self.lists[kind as usize][number as usize].interest > 0 {
            self.touch_list(kind, number, None);
        }
    }

    /// That of it which belongs to a key has changed.
    #[inline]
    pub(super) fn touch_key(&mut self, kind: Kind, number: u32, key: KeyBits) {
        if self.lists[kind as usize][number as usize].interest > 0 {
            self.touch_list(kind, number, Some(key));
        }
    }

    fn touch_list(&mut self, kind: Kind, number: u32, key: Option<KeyBits>) {
        let list = &mut self.lists[kind as usize][number as usize];
        match (&mut list.standing, key) {
            (Some(standing), Some(key)) => standing.touch_key(key),
            (Some(standing), None) => standing.touch(),
            _ => {}
        }
        if !list.changed {
            list.changed = true;
            list.round = self.round;
            list.rank = self.changed.len() as u32;
            self.changed.push(Changed::Listed(kind, number));
        }
    }

    pub(super) fn touch_parent(&mut self, parent: u32) {
        self.changed.push(Changed::Parent(parent));
    }

    pub(super) fn touch_knob(&mut self) {
        self.changed.push(Changed::Knob);
    }

    /// What has changed since the last round.
    fn next_round(&mut self) -> Vec<Changed> {
        self.round += 1;
        for &changed in &self.changed {
            if let Changed::Listed(kind, number) = changed {
                self.lists[kind as usize][number as usize].changed = false;
            }
        }
        std::mem::take(&mut self.changed)
    }

    /// The rank of that among what has changed in this round.
    fn rank(&self, watch: Watch) -> Option<u32> {
        let (kind, number) = listed(watch)?;
        let list = &self.lists[kind as usize][number as usize];
        (list.round + 1 == self.round).then_some(list.rank)
    }

    fn take(&mut self, kind: Kind, number: u32) -> Option<Box<Standing>> {
        self.lists[kind as usize][number as usize].standing.take()
    }

    /// Those who stand there do so again.
    fn put_back(&mut self, kind: Kind, number: u32, standing: Box<Standing>, left: usize) {
        let list = &mut self.lists[kind as usize][number as usize];
        list.interest -= left;
        list.standing = Some(standing);
    }
}

/// The list of those who watch that. Its own children find an activity without a list.
fn listed(watch: Watch) -> Option<(Kind, u32)> {
    Some(match watch {
        Watch::Thing(Thing::Channel(channel)) => (Kind::Channel, channel.0),
        Watch::Thing(Thing::Resource(resource)) => (Kind::Resource, resource.0),
        Watch::Shared(shared) => (Kind::Shared, shared.0),
        Watch::Thing(Thing::Topic(topic)) => (Kind::Topic, topic.0),
        Watch::Group(group) => (Kind::Group, group.0),
        Watch::Thing(Thing::Queue(queue)) => (Kind::Queue, queue.0),
        Watch::Thing(Thing::Cpu(cpu)) => (Kind::Cpu, cpu.0),
        Watch::Memory(memory) => (Kind::Memory, memory.0),
        Watch::Pending => return None,
    })
}

fn made_of(scenario: &Scenario) -> Rc<[Made]> {
    let mut all: Vec<Made> = Vec::with_capacity(scenario.expressions.len());
    // Parts come before wholes.
    for expr in &scenario.expressions {
        let mut made = Made {
            varies: watch_of(expr).is_some(),
            of_knobs: matches!(expr, Expr::Knob(_)),
        };
        expr.for_each_part(|part| {
            let part = all[part.index()];
            made.varies |= part.varies;
            made.of_knobs |= part.of_knobs;
        });
        all.push(made);
    }
    all.into()
}

/// What is to be watched where this is read.
fn watch_of(expr: &Expr) -> Option<Watch> {
    match *expr {
        Expr::Shared(shared) | Expr::Entry(shared, _) => Some(Watch::Shared(shared)),
        Expr::Observe(observation) => observation.watched(),
        _ => None,
    }
}

/// A comparison, and the same the other way round.
fn comparison(operator: Binary) -> Option<(Binary, Binary)> {
    Some(match operator {
        Binary::Equal | Binary::NotEqual => (operator, operator),
        Binary::Less => (operator, Binary::Greater),
        Binary::LessOrEqual => (operator, Binary::GreaterOrEqual),
        Binary::Greater => (operator, Binary::Less),
        Binary::GreaterOrEqual => (operator, Binary::LessOrEqual),
        _ => return None,
    })
}

impl Machine {
    pub(super) fn await_condition(&mut self, me: usize, condition: ExprId) -> Flow {
        if self.draw(condition, me) != 0.0 {
            return Flow::Next;
        }
        self.note(me, What::Awaits, 0);
        self.wait_for(me, Wait::Await, None);
        let began = &mut self.watching.began;
        if began.len() <= me {
            began.resize(me + 1, 0);
        }
        began[me] = self.watching.waits;
        self.watching.waits += 1;
        self.stand(me, condition);
        Flow::Rest
    }

    pub(super) fn await_all(&mut self, me: usize) -> Flow {
        if self.activities[me].children == 0 {
            return Flow::Next;
        }
        self.note(me, What::Awaits, 0);
        self.wait_for(me, Wait::AwaitAll, None);
        Flow::Rest
    }

    /// An activity stops watching, whether its condition holds or not.
    pub(super) fn stop_watching(&mut self, me: usize) {
        self.activities[me].turn = self.activities[me].turn.wrapping_add(1);
    }

    /// An activity whose condition does not hold stands at the reasons for that, and nowhere else.
    fn stand(&mut self, me: usize, condition: ExprId) {
        self.stop_watching(me);
        self.charge(work::LOOK);
        let mut reasons = std::mem::take(&mut self.watching.reasons);
        self.find_reasons(me, condition, true, &mut reasons);
        for reason in reasons.drain(..) {
            self.stand_at(me, reason);
        }
        self.watching.reasons = reasons;
        if self.watching.made[condition.index()].of_knobs {
            let (reason, activities) = (condition, &self.activities);
            let watcher = Watcher {
                who: me as u32,
                turn: activities[me].turn,
                reason: Reason {
                    part: reason,
                    wanted: true,
                },
            };
            let waits = |one: &Watcher| activities[one.who as usize].turn == one.turn;
            self.watching.of_knobs.add(Place::ALL, watcher, &waits);
        }
    }

    /// Why a part of a condition is not as it is wanted. Says whether it is.
    fn find_reasons(
        &mut self,
        me: usize,
        part: ExprId,
        wanted: bool,
        reasons: &mut Vec<Reason>,
    ) -> bool {
        match (&self.scenario.expressions[part.index()], wanted) {
            (&Expr::Unary(Unary::Not, a), _) => self.find_reasons(me, a, !wanted, reasons),
            (&Expr::Binary(Binary::And, a, b), true) | (&Expr::Binary(Binary::Or, a, b), false) => {
                self.find_reasons(me, a, wanted, reasons)
                    && self.find_reasons(me, b, wanted, reasons)
            }
            (&Expr::Binary(Binary::Or, a, b), true) | (&Expr::Binary(Binary::And, a, b), false) => {
                let before = reasons.len();
                let is_met = self.find_reasons(me, a, wanted, reasons)
                    || self.find_reasons(me, b, wanted, reasons);
                if is_met {
                    reasons.truncate(before);
                }
                is_met
            }
            _ => {
                let is_met = self.is_gone(me, Reason { part, wanted });
                if !is_met {
                    reasons.push(Reason { part, wanted });
                }
                is_met
            }
        }
    }

    fn is_gone(&mut self, me: usize, reason: Reason) -> bool {
        (self.draw(reason.part, me) != 0.0) == reason.wanted
    }

    /// An activity stands at a reason: by the value that is waited for if one reading decides, else with all that it reads.
    fn stand_at(&mut self, me: usize, reason: Reason) {
        let scenario = Rc::clone(&self.scenario);
        let Reason { part, wanted } = reason;
        let varies = |expr: ExprId| self.watching.made[expr.index()].varies;
        let (read, bound, operator) = match scenario.expressions[part.index()] {
            Expr::Binary(operator, a, b) if varies(a) != varies(b) => match comparison(operator) {
                Some((operator, _)) if varies(a) => (a, Some(b), operator),
                Some((_, turned)) => (b, Some(a), turned),
                None => return self.stand_at_all(me, reason),
            },
            // By itself it is compared with nothing.
            _ => (part, None, Binary::NotEqual),
        };
        let bound = bound.map_or(0.0, |bound| self.draw(bound, me));
        match (self.reading(me, read), How::of(operator, wanted, bound)) {
            (Some((kind, number, place)), Some(how)) if place.reading.is_some() => {
                self.stand_in(me, kind, number, Place { how, ..place }, reason);
            }
            // What is compared with no number never is as it is wanted.
            (Some(_), None) => {}
            _ => self.stand_at_all(me, reason),
        }
    }

    fn stand_at_all(&mut self, me: usize, reason: Reason) {
        let scenario = Rc::clone(&self.scenario);
        let mut open = vec![reason.part];
        while let Some(expr) = open.pop() {
            if !self.watching.made[expr.index()].varies {
                continue;
            }
            if let Some((kind, number, place)) = self.reading(me, expr) {
                self.stand_in(me, kind, number, place, reason);
            }
            scenario.expressions[expr.index()].for_each_part(|part| open.push(part));
        }
    }

    /// The place of an expression that is a reading of a thing: of its key if the key stays as it is.
    fn reading(&mut self, me: usize, expr: ExprId) -> Option<(Kind, u32, Place)> {
        let (watch, reading, key) = match self.scenario.expressions[expr.index()] {
            Expr::Shared(id) => (Watch::Shared(id), Reading::Shared(id), None),
            Expr::Entry(id, key) => (Watch::Shared(id), Reading::Entry(id), Some(key)),
            Expr::Observe(observation) => {
                let reading = Reading::Seen(observation.of_any_key());
                (observation.watched()?, reading, observation.key())
            }
            _ => return None,
        };
        let (kind, number) = listed(watch)?;
        if key.is_some_and(|key| self.watching.made[key.index()].varies) {
            return Some((kind, number, Place::ALL));
        }
        let key = match key {
            // What is no number has no entry; nothing changes there.
            Some(key) => Some(key_bits(self.draw(key, me))?),
            None => None,
        };
        let place = Place {
            key,
            reading: Some(reading),
            how: How::Any,
        };
        Some((kind, number, place))
    }

    fn stand_in(&mut self, me: usize, kind: Kind, number: u32, place: Place, reason: Reason) {
        let (who, turn) = (me as u32, self.activities[me].turn);
        let activities = &self.activities;
        let list = &mut self.watching.lists[kind as usize][number as usize];
        let standing = list.standing.get_or_insert_default();
        let before = standing.len();
        let watcher = Watcher { who, turn, reason };
        let waits = |one: &Watcher| activities[one.who as usize].turn == one.turn;
        standing.add(place, watcher, &waits);
        list.interest = list.interest + standing.len() - before;
    }

    /// Wakes all whose conditions hold since what they name has changed.
    #[cold]
    pub(super) fn look_again(&mut self) {
        let changed = self.watching.next_round();
        let mut woken = Woken::new();
        for (rank, &changed) in (0..).zip(&changed) {
            match changed {
                Changed::Parent(parent) => self.look_at_parent(parent, rank, &mut woken),
                Changed::Knob => self.look_at_knobs(rank, &mut woken),
                Changed::Listed(kind, number) => self.look_at_list(kind, number, rank, &mut woken),
            }
        }
        while let Some(Reverse((_, _, me))) = woken.pop() {
            let me = me as usize;
            // More than one child may have found it.
            if matches!(self.activities[me].wait, Wait::Await | Wait::AwaitAll) {
                self.charge(work::LOOK);
                self.make_ready(me, Resume::Again);
            }
        }
    }

    /// The condition of one who waits for one, and what it names.
    fn condition_of(&self, me: usize) -> Option<(ExprId, WatchId)> {
        let activity = &self.activities[me];
        match (activity.wait, self.scenario.code[activity.pc as usize]) {
            (Wait::Await, Instruction::Await { condition, watch }) => Some((condition, watch)),
            _ => None,
        }
    }

    fn look_at_list(&mut self, kind: Kind, number: u32, rank: u32, woken: &mut Woken) {
        let Some(mut standing) = self.watching.take(kind, number) else {
            return;
        };
        let mut found = std::mem::take(&mut self.watching.found);
        let before = standing.len();
        standing.take_met(&mut |(reading, key)| self.read(reading, key), &mut found);
        let mut elsewhere = Vec::new();
        for (place, one) in found.drain(..) {
            let me = one.who as usize;
            self.charge(work::LOOK);
            if self.activities[me].turn != one.turn {
                continue;
            }
            if !self.is_gone(me, one.reason) {
                standing.put(place, one);
            } else if !self.wake_if_met(me, rank, woken) {
                elsewhere.push(me);
            }
        }
        self.watching.found = found;
        let left = before - standing.len();
        self.watching.put_back(kind, number, standing, left);
        for me in elsewhere {
            self.stand_anew(me);
        }
    }

    /// What is to be read there now.
    fn read(&mut self, reading: Reading, key: Option<KeyBits>) -> f64 {
        let key = key.map_or(0.0, f64::from_bits);
        match reading {
            Reading::Shared(shared) => self.shared[shared.index()],
            Reading::Entry(table) => self.tables[table.index()].get(key),
            Reading::Seen(observation) => {
                if let Observation::Used(_) = observation {
                    self.settle_memories();
                }
                self.observe(observation, NOBODY, key)
            }
        }
    }

    fn stand_anew(&mut self, me: usize) {
        if let Some((condition, _)) = self.condition_of(me) {
            self.stand(me, condition);
        }
    }

    /// Says whether the condition of one who waits holds; then it is woken.
    fn wake_if_met(&mut self, me: usize, rank: u32, woken: &mut Woken) -> bool {
        let Some((condition, watch)) = self.condition_of(me) else {
            return true;
        };
        let is_met = self.draw(condition, me) != 0.0;
        if is_met {
            self.stop_watching(me);
            let watches = self.scenario.watches[watch.index()].iter();
            let ranks = watches.filter_map(|&watch| self.watching.rank(watch));
            let first = ranks.min().unwrap_or(rank).min(rank);
            let own = self.watching.began[me];
            woken.push(Reverse((u64::from(first), own, me as u32)));
        }
        is_met
    }

    /// A child of one who waits has ended.
    fn look_at_parent(&mut self, parent: u32, rank: u32, woken: &mut Woken) {
        let me = parent as usize;
        match self.condition_of(me) {
            Some((_, watch)) => {
                let names_children = self.scenario.watches[watch.index()].contains(&Watch::Pending);
                if names_children && !self.wake_if_met(me, rank, woken) {
                    self.stand_anew(me);
                }
            }
            None if self.activities[me].wait == Wait::AwaitAll
                && self.activities[me].children == 0 =>
            {
                woken.push(Reverse((u64::from(rank), 0, parent)));
            }
            None => {}
        }
    }

    /// A knob has moved: what rests on it alone wakes in the order of the activities' numbers.
    fn look_at_knobs(&mut self, rank: u32, woken: &mut Woken) {
        let mut found = std::mem::take(&mut self.watching.found);
        (self.watching.of_knobs).take_met(&mut |_| 0.0, &mut found);
        let mut numbers: BinaryHeap<Reverse<(u64, u64, u32)>> = BinaryHeap::new();
        for (_, one) in found.drain(..) {
            self.charge(work::LOOK);
            let me = one.who as usize;
            if self.activities[me].turn == one.turn && !self.wake_if_met(me, rank, &mut numbers) {
                self.stand_anew(me);
            }
        }
        self.watching.found = found;
        for Reverse((first, own, who)) in numbers {
            let own = if first == u64::from(rank) {
                u64::from(who)
            } else {
                own
            };
            woken.push(Reverse((first, own, who)));
        }
    }

    /// Nobody waits for what holds already.
    #[cfg(debug_assertions)]
    pub(super) fn check_waits(&mut self) {
        if self.watching.touched() {
            return;
        }
        let work = self.work;
        for me in 0..self.activities.len() {
            if let Some((condition, _)) = self.condition_of(me) {
                let holds = self.draw(condition, me) != 0.0;
                assert!(!holds, "#{me} waits at {} ns for what holds", self.now);
            }
        }
        self.work = work;
    }
}
