//! A run that stands still: nothing will ever happen again. When it came to that, who waits where and for what, and whether they wait
//! for each other in a circle. It only reads.
//!
//! A run may end so in order: everybody has ended, or is a server that waits for the next request. What is left in flight then, or who
//! waits to send, for permits, for a core or for a reply, never gets on: that is told as standing still.

mod graph;

use super::report::seconds;
use super::{Simulation, units_of_time};
use crate::engine::activity::{Activity, Wait};
use crate::engine::calendar::NEVER;
use crate::lang::scenario::{Pc, Scenario, Store};
use crate::measure::report::{Standing, Standstill};
use graph::{Graph, Node};

/// So many places are listed, in the order of the text.
const PLACES_MAX: usize = 50;
/// So many names stand in one sentence.
const NAMES_MAX: usize = 3;

/// All activities that wait at the same instruction for the same kind of thing.
#[derive(Debug, Clone)]
struct Place {
    pc: Pc,
    process: u32,
    count: u32,
    since: u64,
    /// One of them stands for all.
    example: u32,
}

impl Simulation {
    /// Who waits for what, if nothing will ever happen again.
    pub(super) fn standstill(&self) -> Option<Standstill> {
        let machine = &self.machine;
        if machine.error().is_some() || machine.next_due() != NEVER {
            return None;
        }
        let since = machine.last_event();
        let places = places(&machine.activities, machine.scenario.code.len());
        let in_flight = machine.ledger().in_flight();
        let blocked = machine.activities.iter().any(is_blocked);
        let stuck = in_flight > 0 || blocked;
        let graph = Graph::new(machine);
        let circle = if stuck {
            self.circle(&graph)
        } else {
            Vec::new()
        };
        let shown = places.iter().take(PLACES_MAX);
        let waiting: u32 = places.iter().map(|place| place.count).sum();
        Some(Standstill {
            since_s: seconds(since as f64),
            stuck,
            summary: summary(since, stuck, &circle, in_flight, waiting),
            circle,
            waits: shown.map(|place| self.standing(&graph, place)).collect(),
            more_places: places.len().saturating_sub(PLACES_MAX),
        })
    }

    /// The names along a circle of activities and what they wait for, the first again at the end; empty if there is none.
    fn circle(&self, graph: &Graph<'_>) -> Vec<String> {
        let machine = &self.machine;
        let activities = || (0..).zip(&machine.activities);
        let blocked = activities().filter(|(_, one)| is_blocked(one));
        let holding = activities().filter(|(_, one)| one.items() > 0);
        let roots = blocked.chain(holding).map(|(me, _)| me);
        let scenario = &machine.scenario;
        let mut seen: Vec<Pc> = Vec::new();
        let mut names: Vec<String> = Vec::new();
        let mut is_new = false;
        for node in graph.circle(roots) {
            match node {
                Node::Activity(me) => {
                    let activity = &machine.activities[me as usize];
                    // Many that stand at one place are one link.
                    is_new = !seen.contains(&activity.pc);
                    if is_new {
                        seen.push(activity.pc);
                        names.push(process_name(scenario, activity.process));
                    }
                }
                Node::Process(_) => {}
                thing if is_new => names.push(graph.name(thing).to_owned()),
                _ => {}
            }
        }
        names.dedup();
        if names.len() == 1 || names.first() != names.last() {
            names.extend(names.first().cloned());
        }
        names
    }

    fn standing(&self, graph: &Graph<'_>, place: &Place) -> Standing {
        let machine = &self.machine;
        let scenario = &machine.scenario;
        let activity = &machine.activities[place.example as usize];
        let name = process_name(scenario, place.process);
        let live = machine.crews[place.process as usize].live;
        let (waits_for, of, sentence) = wanted(scenario, activity);
        let line = scenario.spans[place.pc as usize].line;
        let who = if live == 1 {
            format!("{name} waits")
        } else {
            let wait = if place.count == 1 { "waits" } else { "wait" };
            format!("{} of {name} {wait}", place.count)
        };
        let helpers = graph.helpers(place.example);
        let helpers: Vec<String> = helpers
            .into_iter()
            .map(|process| process_name(scenario, process))
            .collect();
        let since = units_of_time(place.since);
        let why = why(waits_for, &helpers);
        Standing {
            text: format!("{who} {sentence} at line {line} since {since}{why}"),
            process: name,
            activities: place.count,
            line,
            waits_for,
            of,
            since_s: seconds(place.since as f64),
            helpers,
        }
    }
}

/// Whether it waits for something that a server at rest does not wait for.
fn is_blocked(activity: &Activity) -> bool {
    match activity.wait {
        Wait::Send { .. }
        | Wait::CallSend { .. }
        | Wait::Call
        | Wait::Permit { .. }
        | Wait::Core { .. } => true,
        Wait::Select => activity.arms.iter().any(|arm| arm.sends),
        _ => false,
    }
}

/// Where activities wait, in the order of the instructions.
fn places(activities: &[Activity], code: usize) -> Vec<Place> {
    // A request that waits to be taken and one that waits for its reply stand at one instruction.
    let mut found: Vec<Option<Place>> = vec![None; 2 * code];
    for (me, activity) in (0..).zip(activities) {
        if matches!(activity.wait, Wait::Vacant | Wait::Ready(_)) {
            continue;
        }
        let key = 2 * activity.pc as usize + usize::from(activity.wait == Wait::Call);
        let place = found[key].get_or_insert(Place {
            pc: activity.pc,
            process: activity.process,
            count: 0,
            since: activity.since,
            example: me,
        });
        place.count += 1;
        place.since = place.since.min(activity.since);
    }
    found.into_iter().flatten().collect()
}

fn process_name(scenario: &Scenario, process: u32) -> String {
    scenario.processes[process as usize].name.clone()
}

/// What an activity waits for: a word for programs, the name of the thing, and the words after "waits".
fn wanted(scenario: &Scenario, activity: &Activity) -> (&'static str, String, String) {
    let channel = |number: u32| scenario.channels[number as usize].name.as_str();
    let (what, of, words) = match activity.wait {
        Wait::Send { channel: of, .. } => ("room", channel(of), "to send to"),
        Wait::CallSend { channel: of, .. } => ("room", channel(of), "to send a request to"),
        Wait::Receive { channel: of, .. } => ("item", channel(of), "to receive from"),
        Wait::Permit { resource, .. } => {
            let name = &scenario.resources[resource as usize].name;
            ("permits", name.as_str(), "for permits of")
        }
        Wait::Poll { group } => {
            let name = &scenario.groups[group as usize].name;
            ("records", name.as_str(), "for records of")
        }
        Wait::Lease { queue, .. } => {
            let name = &scenario.queues[queue as usize].name;
            ("message", name.as_str(), "to receive from")
        }
        Wait::Core { cpu, .. } => {
            let name = &scenario.cpus[cpu as usize].name;
            ("core", name.as_str(), "for a core of")
        }
        Wait::Select => return selected(scenario, activity),
        Wait::Call => ("reply", "", "for the reply to its request"),
        Wait::Await => ("condition", "", "for its condition"),
        Wait::AwaitAll => ("children", "", "for the end of what it spawned"),
        _ => ("time", "", "for a time that never comes"),
    };
    let sentence = format!("{words} {of}").trim_end().to_owned();
    (what, of.to_owned(), sentence)
}

/// The lines in which a `select` stands.
fn selected(scenario: &Scenario, activity: &Activity) -> (&'static str, String, String) {
    let arm = |sends: bool, store: Store| {
        let name = match store {
            Store::Channel(channel) => &scenario.channels[channel.index()].name,
            Store::Queue(queue) => &scenario.queues[queue.index()].name,
            Store::Topic(topic) => &scenario.topics[topic.index()].name,
        };
        let verb = if sends {
            "to send to"
        } else {
            "to receive from"
        };
        format!("{verb} {name}")
    };
    let arms = activity.arms.iter();
    let words: Vec<String> = arms.map(|one| arm(one.sends, one.store)).collect();
    ("select", String::new(), words.join(" or "))
}

/// Who could end such a wait.
fn why(waits_for: &str, helpers: &[String]) -> String {
    let (one, none) = match waits_for {
        "room" => (
            "only {} could receive from it",
            "nobody is there to receive from it",
        ),
        "item" | "message" => ("only {} could send to it", "nobody is there to send to it"),
        "permits" => (
            "only {} could give some back",
            "nobody is there to give any back",
        ),
        "records" => ("only {} could send some", "nobody is there to send any"),
        "core" => ("", "it has none"),
        "reply" => ("only {} could give it", "nobody is there to give it"),
        "condition" => (
            "only {} could change what it looks at",
            "nobody is there to change what it looks at",
        ),
        _ => return String::new(),
    };
    if helpers.is_empty() {
        return format!("; {none}");
    }
    let mut names = helpers[..helpers.len().min(NAMES_MAX)].join(" or ");
    if helpers.len() > NAMES_MAX {
        names.push_str(" or others");
    }
    format!("; {}", one.replace("{}", &names))
}

/// All of it in one sentence.
fn summary(since: u64, stuck: bool, circle: &[String], in_flight: u64, waiting: u32) -> String {
    let since = units_of_time(since);
    if !stuck {
        return format!("nothing more happens after {since}");
    }
    if !circle.is_empty() {
        let circle = circle.join(" -> ");
        return format!("stands still since {since}, in a circle: {circle}");
    }
    let items = match in_flight {
        0 => String::new(),
        1 => ", 1 item is in flight".to_owned(),
        _ => format!(", {in_flight} items are in flight"),
    };
    let who = match waiting {
        0 => "nobody is left".to_owned(),
        1 => "1 activity waits for what never comes".to_owned(),
        _ => format!("{waiting} activities wait for what never comes"),
    };
    format!("stands still since {since}: {who}{items}")
}
