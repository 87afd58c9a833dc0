//! What is declared under which name. Two name spaces: processes and tasks; everything else. Local variables are the lowering's.

use std::collections::BinaryHeap;

use super::ast::{DeclarationKind, Name, ThingKind, Tree};
use super::diagnostics::{Problems, suggest};
use super::scenario::{
    ChannelId, CpuId, GroupId, KnobId, MemoryId, ProcessId, QueueId, ResourceId, SharedId, Span,
    Store, Thing, TopicId,
};

/// What a name stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Symbol {
    Knob(KnobId),
    Shared(SharedId),
    /// `shared … per key`
    Table(SharedId),
    Channel(ChannelId),
    Topic(TopicId),
    Group(GroupId),
    Queue(QueueId),
    Resource(ResourceId),
    /// `resource … per key`
    Keyed(ResourceId),
    Cpu(CpuId),
    Memory(MemoryId),
    Process(ProcessId),
    Task(ProcessId),
}

impl Symbol {
    /// What it is, with its article.
    pub(crate) fn describe(self) -> &'static str {
        match self {
            Symbol::Knob(_) => "a knob",
            Symbol::Shared(_) => "a shared variable",
            Symbol::Table(_) => "a table",
            Symbol::Channel(_) => "a channel",
            Symbol::Topic(_) => "a topic",
            Symbol::Group(_) => "a group",
            Symbol::Queue(_) => "a queue",
            Symbol::Resource(_) => "a resource",
            Symbol::Keyed(_) => "a resource per key",
            Symbol::Cpu(_) => "a cpu",
            Symbol::Memory(_) => "a memory",
            Symbol::Process(_) => "a process",
            Symbol::Task(_) => "a task",
        }
    }

    /// The store it is, if a `send` may name it.
    pub(crate) fn store(self) -> Option<Store> {
        match self {
            Symbol::Channel(id) => Some(Store::Channel(id)),
            Symbol::Topic(id) => Some(Store::Topic(id)),
            Symbol::Queue(id) => Some(Store::Queue(id)),
            _ => None,
        }
    }

    /// The thing it is, if `len` may name it.
    pub(crate) fn thing(self) -> Option<Thing> {
        match self {
            Symbol::Channel(id) => Some(Thing::Channel(id)),
            Symbol::Topic(id) => Some(Thing::Topic(id)),
            Symbol::Queue(id) => Some(Thing::Queue(id)),
            Symbol::Resource(id) | Symbol::Keyed(id) => Some(Thing::Resource(id)),
            Symbol::Cpu(id) => Some(Thing::Cpu(id)),
            _ => None,
        }
    }
}

/// One of the two name spaces, in the order of names.
type Space = Vec<(String, Symbol, Span)>;

/// All names of a text.
#[derive(Debug, Default)]
pub(crate) struct Names {
    things: Space,
    crews: Space,
}

impl Names {
    /// Collects the names of all declarations, and reports those that are given twice. Indices count in the order of the text.
    pub(crate) fn collect(tree: &Tree, problems: &mut Problems) -> Self {
        let mut names = Names::default();
        let mut counts = Counts::default();
        let declared: Vec<(&Name, Symbol)> = (tree.declarations.iter())
            .filter_map(|declaration| counts.declared(&declaration.kind))
            .collect();
        let sorted: BinaryHeap<(&str, usize)> = (declared.iter().map(|(name, _)| &*name.text))
            .zip(0..)
            .collect();
        for (_, index) in sorted.into_sorted_vec() {
            let (name, symbol) = declared[index];
            names.declare(name, symbol, problems);
        }
        names
    }

    /// Adds the next name in their order.
    fn declare(&mut self, name: &Name, symbol: Symbol, problems: &mut Problems) {
        let space = if is_crew(symbol) {
            &mut self.crews
        } else {
            &mut self.things
        };
        match space.last() {
            Some((last, other, span)) if *last == name.text => {
                let message = format!(
                    "the name '{last}' is taken: {} on line {} has it",
                    other.describe(),
                    span.line
                );
                problems.report(name.span, message, None);
            }
            _ => space.push((name.text.clone(), symbol, name.span)),
        }
    }

    /// A knob, shared variable, store or resource.
    pub(crate) fn thing(&self, name: &str) -> Option<Symbol> {
        found(&self.things, name)
    }

    /// A process or task.
    pub(crate) fn crew(&self, name: &str) -> Option<Symbol> {
        found(&self.crews, name)
    }

    /// What was probably meant by an unknown name, among those that are accepted.
    pub(crate) fn near(
        &self,
        name: &str,
        accepted: &dyn Fn(Symbol) -> bool,
    ) -> Option<(&str, Symbol)> {
        let all = || {
            (self.things.iter().chain(&self.crews))
                .filter(|(_, symbol, _)| accepted(*symbol))
                .map(|(name, symbol, _)| (name.as_str(), *symbol))
        };
        let near = suggest(name, all().map(|(name, _)| name))?;
        all().find(|(name, _)| *name == near)
    }

    /// Whether there are topics or queues.
    pub(crate) fn has_other_stores(&self) -> bool {
        self.things
            .iter()
            .any(|(_, symbol, _)| matches!(symbol, Symbol::Topic(_) | Symbol::Queue(_)))
    }
}

fn found(space: &Space, name: &str) -> Option<Symbol> {
    let at = space.binary_search_by(|(known, ..)| known.as_str().cmp(name));
    at.ok().map(|at| space[at].1)
}

fn is_crew(symbol: Symbol) -> bool {
    matches!(symbol, Symbol::Process(_) | Symbol::Task(_))
}

/// The next index of each kind.
#[derive(Debug, Default)]
struct Counts {
    knobs: u32,
    shared: u32,
    processes: u32,
    /// By [`ThingKind`].
    things: [u32; 7],
}

impl Counts {
    fn declared<'t>(&mut self, kind: &'t DeclarationKind) -> Option<(&'t Name, Symbol)> {
        Some(match kind {
            DeclarationKind::Knob { name, .. } => {
                (name, Symbol::Knob(KnobId(next(&mut self.knobs))))
            }
            DeclarationKind::Shared { name, clauses, .. } => {
                let id = SharedId(next(&mut self.shared));
                let symbol = if clauses.have(&["per"]) {
                    Symbol::Table(id)
                } else {
                    Symbol::Shared(id)
                };
                (name, symbol)
            }
            DeclarationKind::Thing {
                kind,
                name,
                clauses,
            } => {
                let index = next(&mut self.things[*kind as usize]);
                (name, thing(*kind, index, clauses.have(&["per"])))
            }
            DeclarationKind::Process(process) => {
                let id = ProcessId(next(&mut self.processes));
                let symbol = if process.is_task {
                    Symbol::Task(id)
                } else {
                    Symbol::Process(id)
                };
                (&process.name, symbol)
            }
            DeclarationKind::At { .. } => {
                next(&mut self.processes);
                return None;
            }
            _ => return None,
        })
    }
}

fn thing(kind: ThingKind, index: u32, per_key: bool) -> Symbol {
    match kind {
        ThingKind::Channel => Symbol::Channel(ChannelId(index)),
        ThingKind::Topic => Symbol::Topic(TopicId(index)),
        ThingKind::Group => Symbol::Group(GroupId(index)),
        ThingKind::Queue => Symbol::Queue(QueueId(index)),
        ThingKind::Resource if per_key => Symbol::Keyed(ResourceId(index)),
        ThingKind::Resource => Symbol::Resource(ResourceId(index)),
        ThingKind::Cpu => Symbol::Cpu(CpuId(index)),
        ThingKind::Memory => Symbol::Memory(MemoryId(index)),
    }
}

fn next(count: &mut u32) -> u32 {
    *count += 1;
    *count - 1
}
