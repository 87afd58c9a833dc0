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
    /// A number that no other arrow has.
    fn key(&self) -> u128 {
        let end = |end: End| (end.kind as u128) << 32 | u128::from(end.index);
        (end(self.from) << 40 | end(self.to)) << 8 | self.verb as u128
    }
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
    let mut edges = between_stores(scenario);
    edges.extend(acted(scenario));
    in_order(&mut edges, |(span, _)| place(*span));
    // Each arrow once, where it is first drawn.
    let mut edges: Vec<(usize, Edge)> = (edges.into_iter().enumerate())
        .map(|(at, (_, edge))| (at, edge))
        .collect();
    in_order(&mut edges, |(_, edge)| edge.key());
    edges.dedup_by_key(|(_, edge)| *edge);
    in_order(&mut edges, |(at, _)| *at as u128);
    let edges = edges.into_iter().map(|(_, edge)| edge).collect();
    Outline {
        nodes: placed.into_iter().map(|(_, node)| node).collect(),
        edges,
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
    Some(End {
        kind,
        index: process.0,
    })
}

fn between_stores(scenario: &Scenario) -> Vec<(Span, Edge)> {
    let dead = scenario
        .queues
        .iter()
        .zip(0..)
        .filter_map(|(queue, index)| {
            let from = End {
                kind: Kind::Queue,
                index,
            };
            Some((
                queue.span,
                Edge {
                    from,
                    to: store(queue.dead_letter?),
                    verb: Verb::DeadLetter,
                },
            ))
        });
    let read = scenario.groups.iter().zip(0..).map(|(group, index)| {
        let from = End {
            kind: Kind::Topic,
            index: group.topic.0,
        };
        (
            group.span,
            Edge {
                from,
                to: End {
                    kind: Kind::Group,
                    index,
                },
                verb: Verb::Read,
            },
        )
    });
    dead.chain(read).collect()
}

fn acted(scenario: &Scenario) -> Vec<(Span, Edge)> {
    each_arrow(scenario)
        .into_iter()
        .map(|(_, span, edge)| (span, edge))
        .collect()
}

/// Every arrow of every instruction, with the counter of what goes along it.
fn each_arrow(scenario: &Scenario) -> Vec<(u32, Span, Edge)> {
    let mut found = Vec::new();
    let ends = scenario.bodies.iter().skip(1).map(|body| body.entry);
    let ends = ends.chain([scenario.code.len() as u32]);
    for (body, end) in scenario.bodies.iter().zip(ends) {
        if let Some(who) = crew_end(scenario, body.process) {
            for pc in body.entry..end {
                found.extend(arrows_at(scenario, who, pc));
            }
        }
    }
    found
}

fn arrows_at(scenario: &Scenario, who: End, pc: u32) -> Vec<(u32, Span, Edge)> {
    let (Some(instruction), Some(&span)) = (
        scenario.code.get(pc as usize),
        scenario.spans.get(pc as usize),
    ) else {
        return Vec::new();
    };
    let arrows = (0..).zip(arrows(scenario, who, instruction));
    let counted = arrows.map(|(arm, edge)| match *instruction {
        Instruction::Select { select } => (scenario.arm_counter(select, arm), span, edge),
        _ => (pc, span, edge),
    });
    counted.collect()
}

/// For each arrow of an outline, the counters ([`Scenario::counters`]) of what goes along it.
#[must_use]
pub fn counters(scenario: &Scenario, edges: &[Edge]) -> Vec<Vec<u32>> {
    let arrows = each_arrow(scenario);
    // Sorted by numbers, like everything here: see `in_order`.
    let mut order: Vec<(u128, usize)> = arrows
        .iter()
        .map(|(_, _, edge)| edge.key())
        .zip(0..)
        .collect();
    order.sort_unstable();
    let of = |edge: &Edge| {
        let key = edge.key();
        let first = order.partition_point(|(other, _)| *other < key);
        let along = order[first..].iter().take_while(|(other, _)| *other == key);
        along.map(|&(_, at)| arrows[at].0).collect()
    };
    edges.iter().map(of).collect()
}

/// The arrows of one instruction.
fn arrows(scenario: &Scenario, who: End, instruction: &Instruction) -> Vec<Edge> {
    let to = |to: End, verb: Verb| {
        vec![Edge {
            from: who,
            to,
            verb,
        }]
    };
    let from = |from: End, verb: Verb| {
        vec![Edge {
            from,
            to: who,
            verb,
        }]
    };
    let end = |kind: Kind, index: u32| End { kind, index };
    match *instruction {
        Instruction::Send { store: target, .. } => to(store(target), Verb::Send),
        Instruction::Offer { store: target, .. } => to(store(target), Verb::Offer),
        Instruction::Call { channel, .. } => to(end(Kind::Channel, channel.0), Verb::Call),
        Instruction::Receive { store: source, .. } => from(store(source), Verb::Receive),
        Instruction::Poll { group, .. } => from(end(Kind::Group, group.0), Verb::Poll),
        Instruction::With { resource, .. } => to(end(Kind::Resource, resource.0), Verb::With),
        Instruction::Acquire { resource, .. } => to(end(Kind::Resource, resource.0), Verb::Acquire),
        Instruction::Release { resource, .. } => to(end(Kind::Resource, resource.0), Verb::Release),
        Instruction::Work { cpu, .. } => to(end(Kind::Cpu, cpu.0), Verb::Work),
        Instruction::Spawn { body, .. } => {
            let started = scenario
                .bodies
                .get(body.index())
                .and_then(|body| crew_end(scenario, body.process));
            started
                .filter(|started| started.kind == Kind::Task && *started != who)
                .map_or(Vec::new(), |task| to(task, Verb::Spawn))
        }
        Instruction::Select { select } => {
            let arms = scenario
                .selects
                .get(select.index())
                .map_or(&[][..], |select| &select.arms);
            arms.iter()
                .flat_map(|arm| {
                    if arm.sends {
                        to(store(arm.store), Verb::Send)
                    } else {
                        from(store(arm.store), Verb::Receive)
                    }
                })
                .collect()
        }
        Instruction::Await { watch, .. } => {
            let watched = scenario
                .watches
                .get(watch.index())
                .map_or(&[][..], Vec::as_slice);
            watched
                .iter()
                .filter_map(|watch| watched_end(*watch))
                .flat_map(|thing| from(thing, Verb::Await))
                .collect()
        }
        _ => Vec::new(),
    }
}

fn store(store: Store) -> End {
    match store {
        Store::Channel(id) => End {
            kind: Kind::Channel,
            index: id.0,
        },
        Store::Topic(id) => End {
            kind: Kind::Topic,
            index: id.0,
        },
        Store::Queue(id) => End {
            kind: Kind::Queue,
            index: id.0,
        },
    }
}

/// What an `await` looks at, if it is drawn.
fn watched_end(watch: Watch) -> Option<End> {
    Some(match watch {
        Watch::Thing(Thing::Channel(id)) => End {
            kind: Kind::Channel,
            index: id.0,
        },
        Watch::Thing(Thing::Topic(id)) => End {
            kind: Kind::Topic,
            index: id.0,
        },
        Watch::Thing(Thing::Queue(id)) => End {
            kind: Kind::Queue,
            index: id.0,
        },
        Watch::Thing(Thing::Resource(id)) => End {
            kind: Kind::Resource,
            index: id.0,
        },
        Watch::Thing(Thing::Cpu(id)) => End {
            kind: Kind::Cpu,
            index: id.0,
        },
        Watch::Group(id) => End {
            kind: Kind::Group,
            index: id.0,
        },
        Watch::Memory(id) => End {
            kind: Kind::Memory,
            index: id.0,
        },
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
