//! What a diagram of a scenario needs: its things, and who does what with which, read off the lowered code.
//!
//! Arrows go the way that items go: a `send` from the process to the store, a `receive` from the store to the process. What is used
//! (`with`, `work`) and what is started (`spawn`) is pointed at; what an `await` looks at points at who waits. What `at` blocks do is
//! left out: they act on the scene from outside.

use serde::Serialize;

use super::diagnostics::{in_order, place};
use super::scenario::{
    Instruction, MemoryId, ProcessId, ProcessKind, Scenario, Span, Store, Thing, Watch,
};

/// A scenario as things and arrows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Outline {
    /// Everything that is drawn, in the order of the text.
    pub nodes: Vec<Node>,
    /// Who does what with which, each once, in the order of the text.
    pub edges: Vec<Edge>,
}

/// A thing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Node {
    /// What it is.
    pub kind: Kind,
    /// Its name in the text.
    pub name: String,
    /// Its index in the scenario's list of its kind; processes and tasks share the list
    /// [`Scenario::processes`].
    pub index: u32,
    /// The line of the text that declares it.
    pub line: u32,
    /// The memory it is in, if any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub memory: Option<u32>,
}

/// What a node is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the words that declare them")]
pub enum Kind {
    Channel,
    Topic,
    Group,
    Queue,
    Resource,
    Cpu,
    Memory,
    Table,
    Process,
    Task,
}

/// An end of an arrow: a node by kind and index.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct End {
    /// What it is.
    pub kind: Kind,
    /// See [`Node::index`].
    pub index: u32,
}

/// An arrow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Edge {
    /// Where it begins.
    pub from: End,
    /// Where it points.
    pub to: End,
    /// Why it is there.
    pub verb: Verb,
}

impl Edge {
    /// The arrow between who acts and a thing.
    fn new(who: End, verb: Verb, thing: End) -> Edge {
        let (from, to) = match verb {
            Verb::Receive | Verb::Poll | Verb::Await => (thing, who),
            _ => (who, thing),
        };
        Edge { from, to, verb }
    }

    /// A number that no other arrow has.
    fn key(&self) -> u128 {
        let end = |end: End| (end.kind as u128) << 32 | u128::from(end.index);
        (end(self.from) << 40 | end(self.to)) << 8 | self.verb as u128
    }
}

/// An arrow as it is found.
struct Found {
    /// Where it stands among all.
    rank: u128,
    /// The counter of what goes along it, if it is counted.
    counter: u32,
    edge: Edge,
}

/// Why there is an arrow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the words of the statements")]
pub enum Verb {
    Send,
    Offer,
    Call,
    Receive,
    Poll,
    With,
    Acquire,
    Release,
    Work,
    Spawn,
    Await,
    /// To a table, from who assigns its entries.
    Write,
    /// From a queue to where its dead letters go.
    DeadLetter,
    /// From a topic to a group that reads it.
    Read,
}

/// Reads the diagram off a scenario.
#[must_use]
pub fn outline(scenario: &Scenario) -> Outline {
    let mut placed = declared(scenario);
    in_order(&mut placed, |(span, _)| place(*span));
    let mut found = between_stores(scenario);
    found.extend(acted(scenario));
    in_order(&mut found, |arrow| arrow.rank);
    // Each arrow once, where it is first drawn.
    for (arrow, rank) in found.iter_mut().zip(0..) {
        arrow.rank = rank;
    }
    in_order(&mut found, |arrow| arrow.edge.key());
    found.dedup_by_key(|arrow| arrow.edge);
    in_order(&mut found, |arrow| arrow.rank);
    Outline {
        nodes: placed.into_iter().map(|(_, node)| node).collect(),
        edges: found.into_iter().map(|arrow| arrow.edge).collect(),
    }
}

fn declared(scenario: &Scenario) -> Vec<(Span, Node)> {
    let mut placed = Vec::new();
    let mut place = |kind, index: usize, span: Span, name: &str, memory: Option<MemoryId>| {
        let node = Node {
            kind,
            name: name.to_owned(),
            index: index as u32,
            line: span.line,
            memory: memory.map(|memory| memory.0),
        };
        placed.push((span, node));
    };
    for (index, channel) in scenario.channels.iter().enumerate() {
        place(
            Kind::Channel,
            index,
            channel.span,
            &channel.name,
            channel.memory,
        );
    }
    for (index, topic) in scenario.topics.iter().enumerate() {
        place(Kind::Topic, index, topic.span, &topic.name, topic.memory);
    }
    for (index, group) in scenario.groups.iter().enumerate() {
        place(Kind::Group, index, group.span, &group.name, None);
    }
    for (index, queue) in scenario.queues.iter().enumerate() {
        place(Kind::Queue, index, queue.span, &queue.name, queue.memory);
    }
    for (index, resource) in scenario.resources.iter().enumerate() {
        place(Kind::Resource, index, resource.span, &resource.name, None);
    }
    for (index, cpu) in scenario.cpus.iter().enumerate() {
        place(Kind::Cpu, index, cpu.span, &cpu.name, None);
    }
    for (index, memory) in scenario.memories.iter().enumerate() {
        place(Kind::Memory, index, memory.span, &memory.name, None);
    }
    let shared = scenario.shared.iter().enumerate();
    for (index, table) in shared.filter(|(_, shared)| shared.per_key) {
        place(Kind::Table, index, table.span, &table.name, None);
    }
    for (index, process) in scenario.processes.iter().enumerate() {
        if let Some(kind) = crew(process.kind) {
            place(kind, index, process.span, &process.name, process.memory);
        }
    }
    placed
}

/// How a crew is drawn; `at` blocks are not.
fn crew(kind: ProcessKind) -> Option<Kind> {
    match kind {
        ProcessKind::Process => Some(Kind::Process),
        ProcessKind::Task => Some(Kind::Task),
        ProcessKind::At(_) => None,
    }
}

fn crew_end(scenario: &Scenario, process: ProcessId) -> Option<End> {
    let kind = crew(scenario.processes.get(process.index())?.kind)?;
    Some(End::new(kind, process.0))
}

impl End {
    fn new(kind: Kind, index: u32) -> End {
        End { kind, index }
    }
}

fn between_stores(scenario: &Scenario) -> Vec<Found> {
    let mut found = Vec::new();
    let mut arrow = |span: Span, from: End, verb: Verb, to: End| {
        let edge = Edge { from, to, verb };
        let (rank, counter) = (place(span), 0);
        found.push(Found {
            rank,
            counter,
            edge,
        });
    };
    for (queue, index) in scenario.queues.iter().zip(0..) {
        if let Some(dead) = queue.dead_letter {
            let from = End::new(Kind::Queue, index);
            arrow(queue.span, from, Verb::DeadLetter, store(dead));
        }
    }
    for (group, index) in scenario.groups.iter().zip(0..) {
        let from = End::new(Kind::Topic, group.topic.0);
        arrow(group.span, from, Verb::Read, End::new(Kind::Group, index));
    }
    found
}

/// Every arrow of every instruction.
fn acted(scenario: &Scenario) -> Vec<Found> {
    let mut found = Vec::new();
    let ends = scenario.bodies.iter().skip(1).map(|body| body.entry);
    let ends = ends.chain([scenario.code.len() as u32]);
    for (body, end) in scenario.bodies.iter().zip(ends) {
        let Some(who) = crew_end(scenario, body.process) else {
            continue;
        };
        for pc in body.entry..end {
            let at = pc as usize;
            let (Some(instruction), Some(span)) = (scenario.code.get(at), scenario.spans.get(at))
            else {
                continue;
            };
            let mut arm = 0;
            arrows(scenario, who, instruction, &mut |verb, thing| {
                let counter = match *instruction {
                    Instruction::Select { select } => scenario.arm_counter(select, arm),
                    _ => pc,
                };
                arm += 1;
                let (rank, edge) = (place(*span), Edge::new(who, verb, thing));
                found.push(Found {
                    rank,
                    counter,
                    edge,
                });
            });
        }
    }
    found
}

/// For each arrow of an outline, the counters ([`Scenario::counters`]) of what goes along it.
#[must_use]
pub fn counters(scenario: &Scenario, edges: &[Edge]) -> Vec<Vec<u32>> {
    let mut found = acted(scenario);
    in_order(&mut found, |arrow| arrow.edge.key());
    let of = |edge: &Edge| {
        let first = found.partition_point(|other| other.edge.key() < edge.key());
        let along = found[first..]
            .iter()
            .take_while(|other| other.edge == *edge);
        along.map(|arrow| arrow.counter).collect()
    };
    edges.iter().map(of).collect()
}

/// Tells the arrows of one instruction: why, and to or from which thing.
fn arrows(
    scenario: &Scenario,
    who: End,
    instruction: &Instruction,
    arrow: &mut dyn FnMut(Verb, End),
) {
    match *instruction {
        Instruction::Send { store: to, .. } => arrow(Verb::Send, store(to)),
        Instruction::Offer { store: to, .. } => arrow(Verb::Offer, store(to)),
        Instruction::Receive { store: from, .. } => arrow(Verb::Receive, store(from)),
        Instruction::Call { channel, .. } => arrow(Verb::Call, End::new(Kind::Channel, channel.0)),
        Instruction::Poll { group, .. } => arrow(Verb::Poll, End::new(Kind::Group, group.0)),
        Instruction::With { resource, .. } => {
            arrow(Verb::With, End::new(Kind::Resource, resource.0));
        }
        Instruction::Acquire { resource, .. } => {
            arrow(Verb::Acquire, End::new(Kind::Resource, resource.0));
        }
        Instruction::Release { resource, .. } => {
            arrow(Verb::Release, End::new(Kind::Resource, resource.0));
        }
        Instruction::SetEntry { table, .. } => arrow(Verb::Write, End::new(Kind::Table, table.0)),
        Instruction::Work { cpu, .. } => arrow(Verb::Work, End::new(Kind::Cpu, cpu.0)),
        Instruction::Spawn { body, .. } => {
            let body = scenario.bodies.get(body.index());
            let started = body.and_then(|body| crew_end(scenario, body.process));
            let task = started.filter(|started| started.kind == Kind::Task && *started != who);
            task.into_iter().for_each(|task| arrow(Verb::Spawn, task));
        }
        Instruction::Select { select } => {
            let select = scenario.selects.get(select.index());
            for arm in select.iter().flat_map(|select| &select.arms) {
                let verb = if arm.sends { Verb::Send } else { Verb::Receive };
                arrow(verb, store(arm.store));
            }
        }
        Instruction::Await { watch, .. } => {
            let watched = scenario.watches.get(watch.index());
            let things = watched.into_iter().flatten().copied();
            things
                .filter_map(|watch| watched_end(scenario, watch))
                .for_each(|thing| arrow(Verb::Await, thing));
        }
        _ => {}
    }
}

fn store(store: Store) -> End {
    match store {
        Store::Channel(id) => End::new(Kind::Channel, id.0),
        Store::Topic(id) => End::new(Kind::Topic, id.0),
        Store::Queue(id) => End::new(Kind::Queue, id.0),
    }
}

/// What an `await` looks at, if it is drawn.
fn watched_end(scenario: &Scenario, watch: Watch) -> Option<End> {
    Some(match watch {
        Watch::Thing(Thing::Channel(id)) => End::new(Kind::Channel, id.0),
        Watch::Thing(Thing::Topic(id)) => End::new(Kind::Topic, id.0),
        Watch::Thing(Thing::Queue(id)) => End::new(Kind::Queue, id.0),
        Watch::Thing(Thing::Resource(id)) => End::new(Kind::Resource, id.0),
        Watch::Thing(Thing::Cpu(id)) => End::new(Kind::Cpu, id.0),
        Watch::Group(id) => End::new(Kind::Group, id.0),
        Watch::Memory(id) => End::new(Kind::Memory, id.0),
        Watch::Shared(id) if scenario.shared.get(id.index())?.per_key => {
            End::new(Kind::Table, id.0)
        }
        Watch::Shared(_) | Watch::Pending => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lang::compile;

    /// The arrows as `from verb to`.
    fn shown(source: &str) -> Vec<String> {
        let outline = outline(&compile(source).expect("a right text"));
        let name = |end: End| {
            let node = outline
                .nodes
                .iter()
                .find(|node| node.kind == end.kind && node.index == end.index);
            node.map_or("?".to_owned(), |node| node.name.clone())
        };
        outline
            .edges
            .iter()
            .map(|edge| format!("{} {:?} {}", name(edge.from), edge.verb, name(edge.to)))
            .collect()
    }

    #[test]
    fn arrows_go_the_way_of_items() {
        let source = "
            channel a capacity 1
            queue q visibility 1s max_receives 2 dead_letter a
            topic t partitions 1
            group g on t
            resource r permits 1
            cpu c cores 1
            at 1s { produce; send t }
            task job { work 1ms on c }
            process p { spawn { send a }; spawn job; spawn job; with r { offer q } }
            process w { select { receive a { } send q { } }; poll g up to 1; await full(a) and free(r) > 0 }";
        let expected = [
            "q DeadLetter a",
            "t Read g",
            "job Work c",
            "p Send a",
            "p Spawn job",
            "p With r",
            "p Offer q",
            "a Receive w",
            "w Send q",
            "g Poll w",
            "a Await w",
            "r Await w",
        ];
        assert_eq!(shown(source), expected);
    }
}
