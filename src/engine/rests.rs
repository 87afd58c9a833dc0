//! What rests on which knob: the expressions, and the declared things that they say something of. A knob that moves asks for these and no
//! others, however many there are.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::lang::scenario::{
    Capacity, Expr, ExprId, Instruction, KnobId, Pc, ProcessKind, Retention, Scenario,
};

/// What an expression says something of; in the order in which they are worked out anew. A group goes with its topic.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Thing {
    Channel(u32),
    Resource(u32),
    Cpu(u32),
    Memory(u32),
    /// What a member of that process holds by being there.
    Holds(u32),
    Topic(u32),
    Queue(u32),
    Process(u32),
    /// The interval of that `every`.
    Every(Pc),
}

/// What rests on what. It stays as it is through a run.
#[derive(Debug, Default)]
pub(super) struct Rests {
    /// Pairs in the order of the first: a part that rests on a knob, and what it is a part of.
    wholes: Vec<(ExprId, ExprId)>,
    /// By knob: where it is named.
    named: Vec<Vec<ExprId>>,
    /// Pairs in the order of the first.
    things: Vec<(ExprId, Thing)>,
}

/// The pairs that begin so.
fn of<T>(pairs: &[(ExprId, T)], first: ExprId) -> impl Iterator<Item = &T> {
    let from = pairs.partition_point(|&(expr, _)| expr < first);
    let own = pairs[from..]
        .iter()
        .take_while(move |&&(expr, _)| expr == first);
    own.map(|(_, second)| second)
}

fn sorted<T: Ord>(mut list: Vec<T>) -> Vec<T> {
    list.sort();
    list
}

impl Rests {
    pub(super) fn new(scenario: &Scenario) -> Self {
        let mut rests = Rests {
            named: vec![Vec::new(); scenario.knobs.len()],
            ..Rests::default()
        };
        let mut of_knobs = vec![false; scenario.expressions.len()];
        // Parts come before wholes.
        for (whole, expr) in (0..).zip(&scenario.expressions) {
            let whole = ExprId(whole);
            if let Expr::Knob(knob) = *expr {
                rests.named[knob.index()].push(whole);
                of_knobs[whole.index()] = true;
            }
            expr.for_each_part(|part| {
                if of_knobs[part.index()] {
                    rests.wholes.push((part, whole));
                    of_knobs[whole.index()] = true;
                }
            });
        }
        rests.wholes = sorted(rests.wholes);
        let mut things = Vec::new();
        for_each_declared(scenario, |expr, thing| {
            if of_knobs[expr.index()] {
                things.push((expr, thing));
            }
        });
        rests.things = sorted(things);
        rests
    }

    /// The expressions that rest on a knob, parts before wholes.
    pub(super) fn on(&self, knob: KnobId) -> Vec<ExprId> {
        let named = self.named[knob.index()].iter();
        let mut open: BinaryHeap<Reverse<ExprId>> = named.map(|&expr| Reverse(expr)).collect();
        let mut all: Vec<ExprId> = Vec::new();
        while let Some(Reverse(expr)) = open.pop() {
            if all.last() != Some(&expr) {
                all.push(expr);
                open.extend(of(&self.wholes, expr).map(|&whole| Reverse(whole)));
            }
        }
        all
    }

    /// What expressions say something of, each once and in order.
    pub(super) fn things(&self, expressions: &[ExprId]) -> Vec<Thing> {
        let things = expressions.iter().flat_map(|&expr| of(&self.things, expr));
        let mut things = sorted(things.copied().collect());
        things.dedup();
        things
    }
}

/// Every expression that is worked out when a knob moves, and what it says something of.
fn for_each_declared(scenario: &Scenario, mut each: impl FnMut(ExprId, Thing)) {
    let mut all = |exprs: &[Option<ExprId>], thing: Thing| {
        exprs.iter().flatten().for_each(|&expr| each(expr, thing));
    };
    for (number, channel) in (0..).zip(&scenario.channels) {
        let capacity = match channel.capacity {
            Capacity::Items(size) | Capacity::Bytes(size) => [Some(size), None],
            Capacity::Pages { size, page } => [Some(size), Some(page)],
            Capacity::Unbounded => [None, None],
            Capacity::HighWater { high, low, .. } => [Some(high), low],
        };
        all(&capacity, Thing::Channel(number));
        all(&[channel.delay], Thing::Channel(number));
    }
    for (number, pool) in (0..).zip(&scenario.resources) {
        all(
            &[Some(pool.permits), pool.limit_waiting],
            Thing::Resource(number),
        );
    }
    for (number, cpu) in (0..).zip(&scenario.cpus) {
        all(&[Some(cpu.cores), cpu.slice], Thing::Cpu(number));
    }
    for (number, memory) in (0..).zip(&scenario.memories) {
        all(&[Some(memory.limit)], Thing::Memory(number));
    }
    for (number, topic) in (0..).zip(&scenario.topics) {
        let retention = topic.retention.map(|retention| match retention {
            Retention::Age(most) | Retention::Size(most) => most,
        });
        all(&[Some(topic.partitions), retention], Thing::Topic(number));
    }
    for group in &scenario.groups {
        let times = [
            group.max_poll_interval,
            group.session_timeout,
            group.auto_commit,
        ];
        all(&times, Thing::Topic(group.topic.0));
    }
    for (number, queue) in (0..).zip(&scenario.queues) {
        let rules = [Some(queue.visibility), queue.max_receives, queue.delay];
        all(&rules, Thing::Queue(number));
    }
    for (number, process) in (0..).zip(&scenario.processes) {
        all(&[process.holds], Thing::Holds(number));
        if process.kind == ProcessKind::Process {
            let scale = process
                .autoscale
                .map(|scale| [scale.to, scale.growing, scale.per]);
            all(&[process.count], Thing::Process(number));
            all(
                &scale.into_iter().flatten().map(Some).collect::<Vec<_>>(),
                Thing::Process(number),
            );
        }
    }
    for (pc, instruction) in (0..).zip(&scenario.code) {
        if let Instruction::Every { interval, .. } = *instruction {
            all(&[Some(interval)], Thing::Every(pc));
        }
    }
}
