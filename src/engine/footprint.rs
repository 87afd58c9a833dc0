//! How much a run holds, and that it never holds too much. Everything is counted: what cannot be much by its size, the rest by what is
//! in it, so that a run is stopped at the same event wherever it is played and whatever room its lists have kept.
//!
//! Counting walks over all activities and stores. It is done where a run may have come near to its limit: whoever makes something notes
//! that ([`Machine::grew`]), in units that are never smaller than what it takes.

use super::activity::{Activity, Scope, WaitingArm};
use super::machine::{Crew, Machine, PrintedLine};
use super::timers::Role;
use super::values::Plan;
use crate::lang::scenario::Span;
use crate::measure::{Counter, Footprint, Trace, row, takes};
use crate::model::channel::Channel;
use crate::model::cpu::Cpu;
use crate::model::group::Group;
use crate::model::item::Item;
use crate::model::log::Log;
use crate::model::memory::Memory;
use crate::model::permits::Permits;
use crate::model::queue::Queue;
use crate::model::table::Table;
use crate::random::Stream;

/// The most bytes that a run may hold.
pub const HELD_BYTES_MAX: u64 = 512 << 20;
/// The same in words.
const HELD_MAX: &str = "512 MiB";
/// Bytes of one unit of growth.
const UNIT: u64 = 128;
/// So many units are let go by at least between two counts.
const UNITS_MIN: u64 = 1 << 14;

takes! {
    Activity: 384, Scope: 104, WaitingArm: 32, Crew: 208, Role: 8, PrintedLine: 40, Plan: 16, Stream: 40, Counter: 8,
}

/// When what is held is counted again.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Growth {
    /// What was made since time 0 besides items, in units.
    made: u64,
    /// At so many of these and of items.
    count_at: u64,
}

/// Local values of an activity that keeps room for many more than it has give it back.
const LOCALS_KEPT: usize = 32;

impl Machine {
    /// Bytes that a clone takes.
    #[must_use]
    pub fn footprint(&self) -> u64 {
        // Whether somebody reads a trace changes nothing in a run.
        self.held() + self.trace.as_ref().map_or(0, Trace::footprint)
    }

    /// Bytes that the run holds.
    fn held(&self) -> u64 {
        let activities: u64 = self.activities.iter().map(of_activity).sum();
        let stores: u64 = self.stores().map(|(bytes, ..)| bytes).sum();
        self.of_lists() + self.measured() + activities + stores
    }

    /// Each store or resource: what it holds, its name and where it is declared.
    fn stores(&self) -> impl Iterator<Item = (u64, &str, Span)> {
        let scenario = &*self.scenario;
        let channels = (scenario.channels.iter().zip(&self.channels))
            .map(|(of, one)| (whole::<Channel>(one.footprint()), &*of.name, of.span));
        let resources = (scenario.resources.iter().zip(&self.resources))
            .map(|(of, one)| (whole::<Permits>(one.footprint()), &*of.name, of.span));
        let cpus = (scenario.cpus.iter().zip(&self.cpus))
            .map(|(of, one)| (whole::<Cpu>(one.footprint()), &*of.name, of.span));
        let topics = (scenario.topics.iter().zip(&self.logs))
            .map(|(of, one)| (whole::<Log>(one.footprint()), &*of.name, of.span));
        let groups = (scenario.groups.iter().zip(&self.groups))
            .map(|(of, one)| (whole::<Group>(one.footprint()), &*of.name, of.span));
        let queues = (scenario.queues.iter().zip(&self.queues))
            .map(|(of, one)| (whole::<Queue>(one.footprint()), &*of.name, of.span));
        let tables = (scenario.shared.iter().zip(&self.tables))
            .map(|(of, one)| (whole::<Table>(one.footprint()), &*of.name, of.span));
        (channels.chain(resources).chain(cpus))
            .chain(topics.chain(groups))
            .chain(queues.chain(tables))
    }

    /// What is kept for each slot, instruction, process or other thing of the text.
    fn of_lists(&self) -> u64 {
        let numbers: u64 = self
            .numbers
            .iter()
            .map(super::crews::Numbers::footprint)
            .sum();
        let charges = [
            &self.channel_charges,
            &self.topic_charges,
            &self.queue_charges,
        ];
        let charges: u64 = charges.iter().map(|list| row::<u64>(list.len())).sum();
        let counters = [&self.passed, &self.failed_because, &self.writes];
        let counters: u64 = counters.iter().map(|list| row::<Counter>(list.len())).sum();
        row::<Activity>(self.activities.len())
            + self.calendar.footprint()
            + row::<Role>(self.roles.len())
            + self.ready_footprint()
            + row::<u32>(self.vacant.len() + self.to_weigh.len())
            + row::<Crew>(self.crews.len())
            + numbers
            + self.timers.footprint()
            + charges
            + counters
            + row::<usize>(self.topic_groups.len() + self.topic_groups_from.len())
            + row::<Memory>(self.memories.len())
            + row::<f64>(self.shared.len())
            + self.values.footprint()
            + row::<Stream>(self.streams.len())
            + self.watching.footprint()
    }

    /// What was measured and printed.
    fn measured(&self) -> u64 {
        self.latency.footprint() + self.sampler.footprint() + self.printed_footprint()
    }

    /// So many things were made: each counts as one of [`UNIT`] bytes.
    #[inline]
    pub(super) fn grew(&mut self, units: usize) {
        self.growth.made += units as u64;
    }

    /// Much was made at once.
    pub(super) fn grew_much(&mut self) {
        self.growth.count_at = 0;
    }

    /// Counts what the run holds where it may be too much by now.
    #[inline]
    pub(super) fn check_held(&mut self) {
        if self.growth.made + self.ledger.produced >= self.growth.count_at {
            self.count_held();
        }
    }

    #[cold]
    fn count_held(&mut self) {
        let held = self.held();
        let left = HELD_BYTES_MAX.saturating_sub(held) / UNIT;
        self.growth.count_at = self.growth.made + self.ledger.produced + left.max(UNITS_MIN);
        if held > HELD_BYTES_MAX {
            self.stop_for_memory();
        }
        self.trim();
    }

    /// Names what takes most.
    fn stop_for_memory(&mut self) {
        let activities: u64 = self.activities.iter().map(whole_activity).sum();
        let largest = self.stores().max_by_key(|&(bytes, ..)| bytes);
        let crew = (0..self.crews.len()).max_by_key(|&process| self.crews[process].live);
        let crew = crew.map(|process| &self.scenario.processes[process]);
        let crew = crew.map(|process| (activities, &*process.name, process.span));
        let largest = largest
            .into_iter()
            .chain(crew)
            .max_by_key(|&(bytes, ..)| bytes);
        let Some((_, name, span)) = largest else {
            return;
        };
        let message =
            format!("this run would hold more than {HELD_MAX} of memory, most of it for '{name}'");
        self.stop_with(span, message);
    }

    /// What was large and is not any more gives its room back.
    fn trim(&mut self) {
        self.channels.iter_mut().for_each(Channel::trim);
        self.queues.iter_mut().for_each(Queue::trim);
        for activity in &mut self.activities {
            let locals = &mut activity.locals;
            if locals.capacity() > 4 * locals.len() + LOCALS_KEPT {
                locals.shrink_to_fit();
            }
        }
    }
}

fn whole<T: Footprint>(elsewhere: u64) -> u64 {
    T::BYTES + elsewhere
}

fn whole_activity(activity: &Activity) -> u64 {
    Activity::BYTES + of_activity(activity)
}

/// What an activity holds outside its slot.
#[inline]
fn of_activity(activity: &Activity) -> u64 {
    let locals = row::<f64>(activity.locals.len());
    // Most have nothing else, and there may be many.
    let is_plain = activity.scopes.is_empty()
        && activity.arms.is_empty()
        && activity.groups.is_empty()
        && activity.request.is_none()
        && activity.hand.len() <= 1;
    if is_plain {
        return locals;
    }
    locals
        + row::<Scope>(activity.scopes.len())
        + row::<WaitingArm>(activity.arms.len())
        + row::<u32>(activity.groups.len())
        + row::<Item>(activity.items().saturating_sub(1))
}
