//! The measures of a finished run, which `expect` knows: those of the whole run, and those of one thing, `max_depth(ch)`. Their words are
//! not reserved: what stands for what is told by the place, and by the parenthesis behind it.

use super::names::Symbol;
use super::scenario::{
    ChannelId, ChannelMeasure, CpuId, CpuMeasure, GroupId, GroupMeasure, Measure, MemoryId,
    MemoryMeasure, ProcessId, ProcessMeasure, QueueId, QueueMeasure, ResourceId, ResourceMeasure,
    Unit,
};
use super::units::{DURATION, NUMBER, RATE, SIZE};

/// All measures: the word, what it is, its unit. The thing is the first of its kind here; [`of_thing`] puts the right one in.
const MEASURES: &[(&str, Measure, Unit)] = &[
    ("produced", Measure::Produced, NUMBER),
    ("done", Measure::Done, NUMBER),
    ("dropped", Measure::Dropped, NUMBER),
    ("failed", Measure::Failed, NUMBER),
    ("lost", Measure::Lost, NUMBER),
    ("in_flight", Measure::InFlight, NUMBER),
    ("redelivered", Measure::Redelivered, NUMBER),
    ("throughput", Measure::Throughput, RATE),
    ("goodput", Measure::Goodput, RATE),
    ("mean", Measure::Mean, DURATION),
    ("p50", Measure::P50, DURATION),
    ("p90", Measure::P90, DURATION),
    ("p99", Measure::P99, DURATION),
    ("p999", Measure::P999, DURATION),
    ("max", Measure::Max, DURATION),
    ("max_depth", channel(ChannelMeasure::MaxDepth), NUMBER),
    ("mean_depth", channel(ChannelMeasure::MeanDepth), NUMBER),
    ("max_bytes", channel(ChannelMeasure::MaxBytes), SIZE),
    ("rejected", channel(ChannelMeasure::Rejected), NUMBER),
    ("dropped", channel(ChannelMeasure::Dropped), NUMBER),
    ("full_share", channel(ChannelMeasure::FullShare), NUMBER),
    ("send_waits", channel(ChannelMeasure::SendWaits), NUMBER),
    (
        "max_waiting_senders",
        channel(ChannelMeasure::MaxWaitingSenders),
        NUMBER,
    ),
    ("max_in_use", resource(ResourceMeasure::MaxInUse), NUMBER),
    ("max_waiting", resource(ResourceMeasure::MaxWaiting), NUMBER),
    ("refused", resource(ResourceMeasure::Refused), NUMBER),
    (
        "utilisation",
        resource(ResourceMeasure::Utilisation),
        NUMBER,
    ),
    ("max_in_use", cpu(CpuMeasure::MaxInUse), NUMBER),
    ("max_waiting", cpu(CpuMeasure::MaxWaiting), NUMBER),
    ("utilisation", cpu(CpuMeasure::Utilisation), NUMBER),
    ("peak", memory(MemoryMeasure::Peak), SIZE),
    ("ooms", memory(MemoryMeasure::Ooms), NUMBER),
    (
        "max_activities",
        process(ProcessMeasure::MaxActivities),
        NUMBER,
    ),
    ("killed", process(ProcessMeasure::Killed), NUMBER),
    ("failures", process(ProcessMeasure::Failures), NUMBER),
    ("max_lag", group(GroupMeasure::MaxLag), NUMBER),
    ("rebalances", group(GroupMeasure::Rebalances), NUMBER),
    ("redelivered", group(GroupMeasure::Redelivered), NUMBER),
    ("dead_lettered", queue(QueueMeasure::DeadLettered), NUMBER),
    ("redelivered", queue(QueueMeasure::Redelivered), NUMBER),
    ("max_visible", queue(QueueMeasure::MaxVisible), NUMBER),
];

const fn channel(what: ChannelMeasure) -> Measure {
    Measure::Channel(what, ChannelId(0))
}

const fn resource(what: ResourceMeasure) -> Measure {
    Measure::Resource(what, ResourceId(0))
}

const fn cpu(what: CpuMeasure) -> Measure {
    Measure::Cpu(what, CpuId(0))
}

const fn memory(what: MemoryMeasure) -> Measure {
    Measure::Memory(what, MemoryId(0))
}

const fn process(what: ProcessMeasure) -> Measure {
    Measure::Process(what, ProcessId(0))
}

const fn group(what: GroupMeasure) -> Measure {
    Measure::Group(what, GroupId(0))
}

const fn queue(what: QueueMeasure) -> Measure {
    Measure::Queue(what, QueueId(0))
}

/// What a measure is taken of; `None` for the whole run.
fn kind(measure: Measure) -> Option<&'static str> {
    Some(match measure {
        Measure::Channel(..) => "channel",
        Measure::Resource(..) => "resource",
        Measure::Cpu(..) => "cpu",
        Measure::Memory(..) => "memory",
        Measure::Process(..) => "process",
        Measure::Group(..) => "group",
        Measure::Queue(..) => "queue",
        _ => return None,
    })
}

/// The measure of that thing, if it is taken of such things. A task is a process that others start.
fn with(measure: Measure, symbol: Symbol) -> Option<Measure> {
    Some(match (measure, symbol) {
        (Measure::Channel(what, _), Symbol::Channel(id)) => Measure::Channel(what, id),
        (Measure::Resource(what, _), Symbol::Resource(id) | Symbol::Keyed(id)) => {
            Measure::Resource(what, id)
        }
        (Measure::Cpu(what, _), Symbol::Cpu(id)) => Measure::Cpu(what, id),
        (Measure::Memory(what, _), Symbol::Memory(id)) => Measure::Memory(what, id),
        (Measure::Process(what, _), Symbol::Process(id) | Symbol::Task(id)) => {
            Measure::Process(what, id)
        }
        (Measure::Group(what, _), Symbol::Group(id)) => Measure::Group(what, id),
        (Measure::Queue(what, _), Symbol::Queue(id)) => Measure::Queue(what, id),
        _ => return None,
    })
}

/// All words of measures; some more than once.
pub(crate) fn words<'a>() -> impl Iterator<Item = &'a str> {
    MEASURES.iter().map(|(word, ..)| *word)
}

/// The words of what is measured of the whole run.
pub(crate) fn words_of_run<'a>() -> Vec<&'a str> {
    let of_run = MEASURES
        .iter()
        .filter(|(_, measure, _)| kind(*measure).is_none());
    of_run.map(|(word, ..)| *word).collect()
}

/// The words of what is measured of one thing, each once.
pub(crate) fn words_of_things<'a>() -> Vec<&'a str> {
    let mut words: Vec<&str> = Vec::new();
    for &(word, measure, _) in MEASURES {
        if kind(measure).is_some() && !words.contains(&word) {
            words.push(word);
        }
    }
    words
}

/// The first measure of that word that fits.
fn find(word: &str, fits: &dyn Fn(Measure) -> Option<Measure>) -> Option<(Measure, Unit)> {
    (MEASURES.iter())
        .filter(|(name, ..)| *name == word)
        .find_map(|&(_, measure, unit)| Some((fits(measure)?, unit)))
}

/// The measure of the whole run that a word is.
pub(crate) fn of_run(word: &str) -> Option<(Measure, Unit)> {
    find(word, &|measure| kind(measure).is_none().then_some(measure))
}

/// The measure of one thing that a word is.
pub(crate) fn of_thing(word: &str, symbol: Symbol) -> Option<(Measure, Unit)> {
    find(word, &|measure| with(measure, symbol))
}

/// How a measure of one thing is written: `peak(memory)`.
pub(crate) fn usage(word: &str) -> Option<String> {
    let (first, _) = find(word, &|measure| kind(measure).map(|_| measure))?;
    Some(format!("{word}({})", kind(first)?))
}

/// What a measure of one thing takes: `"a resource or cpu"`.
pub(crate) fn takes(word: &str) -> String {
    let mut takes = String::new();
    for &(name, measure, _) in MEASURES {
        if let Some(kind) = kind(measure).filter(|_| name == word) {
            takes += if takes.is_empty() { "a " } else { " or " };
            takes += kind;
        }
    }
    takes
}

/// The words of what is measured of a thing: ``"`peak`, `ooms`"``, or nothing.
pub(crate) fn had_by(symbol: Symbol) -> String {
    let mut words = String::new();
    for &(word, measure, _) in MEASURES {
        if with(measure, symbol).is_some() {
            words += if words.is_empty() { "`" } else { ", `" };
            words += word;
            words.push('`');
        }
    }
    words
}
