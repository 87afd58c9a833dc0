//! `--trace FILE`: a line for each thing that happened, in the words of the text. An activity is named by its process and a number that no
//! other of the process ever has (`worker#3`); stores, resources and knobs have their names, quantities their units.

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, BufWriter, Write};

use highwater::lang::scenario::{Instruction, Scenario, Store, Unit};
use highwater::lang::units;
use highwater::measure::{Event, Thing, What};
use highwater::simulation::Simulation;

use super::call::Refusal;
use super::files::unwritable;
use super::knobs;
use super::out::visible;

/// The file that a run's events are written to.
pub(crate) struct TraceFile {
    name: OsString,
    out: BufWriter<File>,
    teller: Teller,
}

impl TraceFile {
    pub(crate) fn create(name: &OsString) -> Result<Self, Refusal> {
        let file = File::create(name).map_err(|error| unwritable(name, &error))?;
        Ok(TraceFile {
            name: name.clone(),
            out: BufWriter::new(file),
            teller: Teller::default(),
        })
    }

    /// Writes what happened since the last call.
    pub(crate) fn write(&mut self, simulation: &mut Simulation) -> Result<(), Refusal> {
        let events = simulation.drain_trace();
        let scenario = simulation.scenario();
        let written = events
            .iter()
            .try_for_each(|event| self.line(event, scenario));
        written.map_err(|error| unwritable(&self.name, &error))
    }

    fn line(&mut self, event: &Event, scenario: &Scenario) -> io::Result<()> {
        let line = self.teller.line(event, scenario);
        writeln!(self.out, "{}", visible(format_args!("{line}")))
    }

    /// Writes what is left.
    pub(crate) fn end(mut self) -> Result<(), Refusal> {
        let flushed = self.out.flush();
        flushed.map_err(|error| unwritable(&self.name, &error))
    }
}

/// Tells events in words. It has to hear of all of them, in their order, for slots of activities are used again.
#[derive(Default)]
struct Teller {
    /// By slot, who is there.
    slots: Vec<String>,
    /// By process, how many activities it has had.
    started: Vec<u64>,
}

impl Teller {
    fn line(&mut self, event: &Event, scenario: &Scenario) -> String {
        let who = event.who as usize;
        if who >= self.slots.len() {
            self.slots.resize(who + 1, String::new());
        }
        // Who was there before the first event never starts: the first that is heard of it names it.
        if event.what == What::Starts || self.slots[who].is_empty() {
            self.slots[who] = self.newcomer(event, scenario);
        }
        let said = Self::said(event, scenario);
        let (seconds, nanos) = (event.time / 1_000_000_000, event.time % 1_000_000_000);
        let name = &self.slots[who];
        let line = event.line;
        format!("{seconds}.{nanos:09}s {name} line {line}: {said}")
    }

    fn newcomer(&mut self, event: &Event, scenario: &Scenario) -> String {
        // What a full channel drops or a memory takes with it is nobody's doing.
        let Some(process) = event.process.map(|process| process as usize) else {
            return "nobody".to_owned();
        };
        if process >= self.started.len() {
            self.started.resize(process + 1, 0);
        }
        self.started[process] += 1;
        let name = scenario
            .processes
            .get(process)
            .map_or("", |process| process.name.as_str());
        format!("{name}#{}", self.started[process])
    }

    /// What happened, with what belongs to it.
    fn said(event: &Event, scenario: &Scenario) -> String {
        let (what, figure) = (event.what, event.figure.amount);
        let word = what.word();
        let thing = thing(event, scenario);
        let of = |word: &str| match &thing {
            Some(thing) => format!("{word} {thing}"),
            None => String::new(),
        };
        match what {
            What::Sleeps => format!("{word} for {}", duration(figure)),
            What::Works => format!("{word} for {}{}", duration(figure), of(" on")),
            What::WaitsForCore | What::WaitsForPermits | What::GivesWay => {
                format!("{word}{}", of(" of"))
            }
            What::Sends | What::WaitsToSend => format!("{word}{}", of(" to")),
            What::Refused => format!("{word}{}", of(" by")),
            What::Receives => format!("{word} {}{}", counted(figure, "item"), of(" from")),
            What::WaitsToReceive | What::Replied => format!("{word}{}", of(" from")),
            What::GivesUp => format!("{word}{}", of(" on")),
            What::Calls => format!("{word}{} with {}", of(""), size(figure)),
            What::Releases => format!("{word} {}{}", counted(figure, "permit"), of(" of")),
            What::Done | What::Dropped | What::Failed | What::Lost => {
                format!("{word}, {} after its birth", duration(figure))
            }
            What::Retries => format!("{word}, {} left", counted(figure, "attempt")),
            What::Prints => format!("{word} {}", size(figure)),
            What::Sets => match event.figure.thing {
                Thing::Knob(id) => {
                    let knob = &scenario.knobs[id as usize];
                    let value = knobs::shown(knob, f64::from_bits(figure));
                    format!("{word} {} to {value}", knob.name)
                }
                _ => word.to_owned(),
            },
            What::Acquires | What::Closes => format!("{word}{}", of("")),
            _ => word.to_owned(),
        }
    }
}

/// The name of what an event is about; where it tells nothing, of what its instruction acts on.
fn thing(event: &Event, scenario: &Scenario) -> Option<String> {
    let thing = match event.figure.thing {
        Thing::Nothing => acted_on(event, scenario)?,
        told => told,
    };
    let name = match thing {
        Thing::Channel(id) => &scenario.channels[id as usize].name,
        Thing::Topic(id) => &scenario.topics[id as usize].name,
        Thing::Group(id) => &scenario.groups[id as usize].name,
        Thing::Queue(id) => &scenario.queues[id as usize].name,
        Thing::Resource(id) => &scenario.resources[id as usize].name,
        Thing::Cpu(id) => &scenario.cpus[id as usize].name,
        Thing::Knob(id) => &scenario.knobs[id as usize].name,
        Thing::Nothing => return None,
    };
    Some(name.clone())
}

fn acted_on(event: &Event, scenario: &Scenario) -> Option<Thing> {
    Some(match *scenario.code.get(event.at as usize)? {
        Instruction::Send { store, .. }
        | Instruction::Offer { store, .. }
        | Instruction::Receive { store, .. } => match store {
            Store::Channel(id) => Thing::Channel(id.0),
            Store::Topic(id) => Thing::Topic(id.0),
            Store::Queue(id) => Thing::Queue(id.0),
        },
        Instruction::Call { channel, .. } | Instruction::Close { channel } => {
            Thing::Channel(channel.0)
        }
        Instruction::Poll { group, .. } => Thing::Group(group.0),
        Instruction::With { resource, .. } | Instruction::Acquire { resource, .. } => {
            Thing::Resource(resource.0)
        }
        Instruction::Work { cpu, .. } => Thing::Cpu(cpu.0),
        _ => return None,
    })
}

fn duration(nanoseconds: u64) -> String {
    units::format(nanoseconds as f64, Unit { time: 1, bytes: 0 })
}

fn size(bytes: u64) -> String {
    units::format(bytes as f64, Unit { time: 0, bytes: 1 })
}

fn counted(number: u64, what: &str) -> String {
    let ending = if number == 1 { "" } else { "s" };
    format!("{number} {what}{ending}")
}
