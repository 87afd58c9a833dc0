//! `--trace FILE`: a line for each thing that happened, in the words of the text. An activity is named by its process and a number that no
//! other of the process ever has (`worker#3`); stores, resources and knobs have their names, quantities their units.

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, BufWriter, Write};

use highwater::lang::scenario::{Instruction, Scenario, Store, Unit};
use highwater::lang::units;
use highwater::measure::{Event, What};
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

/// An activity as it is told of.
#[derive(Debug, Clone, Default)]
struct Named {
    name: String,
    /// What its `with`s have taken: those that were entered last come back first.
    taken: Vec<u32>,
}

/// Tells events in words. It has to hear of all of them, in their order, for slots of activities are used again.
#[derive(Default)]
struct Teller {
    /// By slot, who is there.
    slots: Vec<Named>,
    /// By process, how many activities it has had.
    started: Vec<u64>,
}

impl Teller {
    fn line(&mut self, event: &Event, scenario: &Scenario) -> String {
        let who = event.who as usize;
        if who >= self.slots.len() {
            self.slots.resize(who + 1, Named::default());
        }
        // Who was there before the first event never starts: the first that is heard of it names it.
        if event.what == What::Starts || self.slots[who].name.is_empty() {
            self.slots[who] = self.newcomer(event, scenario);
        }
        let said = self.said(event, scenario);
        let (seconds, nanos) = (event.time / 1_000_000_000, event.time % 1_000_000_000);
        let name = &self.slots[who].name;
        let line = event.line;
        format!("{seconds}.{nanos:09}s {name} line {line}: {said}")
    }

    fn newcomer(&mut self, event: &Event, scenario: &Scenario) -> Named {
        let body = match event.what {
            What::Starts => event.figure as usize,
            // Bodies stand in the order of their instructions.
            _ => (scenario.bodies)
                .partition_point(|body| body.entry <= event.at)
                .saturating_sub(1),
        };
        let process = (scenario.bodies.get(body)).map_or(0, |body| body.process.index());
        if process >= self.started.len() {
            self.started.resize(process + 1, 0);
        }
        self.started[process] += 1;
        let name = scenario
            .processes
            .get(process)
            .map_or("", |process| process.name.as_str());
        Named {
            name: format!("{name}#{}", self.started[process]),
            taken: Vec::new(),
        }
    }

    /// What happened, with what belongs to it.
    fn said(&mut self, event: &Event, scenario: &Scenario) -> String {
        let Event {
            who, what, figure, ..
        } = *event;
        let word = what.word();
        let instruction = scenario.code.get(event.at as usize);
        let thing = instruction.and_then(|instruction| thing(instruction, what, figure, scenario));
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
            What::Acquires => {
                if let Some(Instruction::With { resource, .. }) = instruction {
                    self.slots[who as usize].taken.push(resource.0);
                }
                format!("{word}{}", of(""))
            }
            What::Releases => self.released(event, instruction, scenario),
            What::Done | What::Dropped | What::Failed | What::Lost => {
                format!("{word}, {} after its birth", duration(figure))
            }
            What::Retries => format!("{word}, {} left", counted(figure, "attempt")),
            What::Prints => format!("{word} {}", size(figure)),
            What::Sets => match instruction {
                Some(&Instruction::SetKnob { knob, .. }) => {
                    let knob = &scenario.knobs[knob.index()];
                    let value = knobs::shown(knob, f64::from_bits(figure));
                    format!("{word} {} to {value}", knob.name)
                }
                _ => word.to_owned(),
            },
            What::Closes => format!("{word}{}", of("")),
            _ => word.to_owned(),
        }
    }

    /// A `release` names its resource; the end of a `with` gives back what that took.
    fn released(
        &mut self,
        event: &Event,
        instruction: Option<&Instruction>,
        scenario: &Scenario,
    ) -> String {
        let resource = match instruction {
            Some(&Instruction::Release { resource, .. }) => Some(resource.0),
            _ => self.slots[event.who as usize].taken.pop(),
        };
        let name = resource.and_then(|index| Some(&scenario.resources.get(index as usize)?.name));
        let of = name.map_or(String::new(), |name| format!(" of {name}"));
        format!(
            "{} {}{of}",
            event.what.word(),
            counted(event.figure, "permit")
        )
    }
}

/// The name of what an instruction acts on. Of a `select` it is what the event tells: the arm that sends there, or those that receive.
fn thing(
    instruction: &Instruction,
    what: What,
    figure: u64,
    scenario: &Scenario,
) -> Option<String> {
    let name = match *instruction {
        Instruction::Send { store: to, .. } | Instruction::Offer { store: to, .. } => {
            store(to, scenario)
        }
        Instruction::Receive { store: from, .. } => store(from, scenario),
        Instruction::Call { channel, .. } | Instruction::Close { channel } => {
            &scenario.channels[channel.index()].name
        }
        Instruction::Poll { group, .. } => &scenario.groups[group.index()].name,
        Instruction::With { resource, .. } | Instruction::Acquire { resource, .. } => {
            &scenario.resources[resource.index()].name
        }
        Instruction::Work { cpu, .. } => &scenario.cpus[cpu.index()].name,
        Instruction::Select { select } => {
            let sends = what == What::Sends;
            let arms = scenario.selects[select.index()].arms.iter();
            let arms = arms.filter(|arm| arm.sends == sends && (!sends || at(arm.store) == figure));
            let names: Vec<&str> = arms.map(|arm| store(arm.store, scenario)).collect();
            return (!names.is_empty()).then(|| names.join(" or "));
        }
        _ => return None,
    };
    Some(name.to_owned())
}

fn store(store: Store, scenario: &Scenario) -> &str {
    match store {
        Store::Channel(id) => &scenario.channels[id.index()].name,
        Store::Topic(id) => &scenario.topics[id.index()].name,
        Store::Queue(id) => &scenario.queues[id.index()].name,
    }
}

fn at(store: Store) -> u64 {
    u64::from(match store {
        Store::Channel(id) => id.0,
        Store::Topic(id) => id.0,
        Store::Queue(id) => id.0,
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
