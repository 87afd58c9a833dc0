//! `await`: who waits for which condition, and when it is looked at again.

use super::activity::{Resume, Wait};
use super::machine::{Flow, Machine};
use crate::lang::scenario::{ExprId, Instruction, Scenario, Thing, Watch, WatchId};
use crate::measure::What;

/// One wait of one activity: of use while the activity's `turn` is still this one. Who stops waiting leaves no list; its entries are
/// passed over, and go when their list is looked at or has doubled.
#[derive(Debug, Clone, Copy)]
struct Watcher {
    who: u32,
    turn: u32,
}

/// Who watches what. An activity that awaits is in the list of everything its condition names.
#[derive(Debug, Clone)]
pub(super) struct Watching {
    channels: Vec<Vec<Watcher>>,
    resources: Vec<Vec<Watcher>>,
    shared: Vec<Vec<Watcher>>,
    topics: Vec<Vec<Watcher>>,
    groups: Vec<Vec<Watcher>>,
    queues: Vec<Vec<Watcher>>,
    cpus: Vec<Vec<Watcher>>,
    memories: Vec<Vec<Watcher>>,
    /// What has changed and is watched, in order.
    changed: Vec<Changed>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Changed {
    Channel(u32),
    Resource(u32),
    Shared(u32),
    Topic(u32),
    Group(u32),
    Queue(u32),
    Cpu(u32),
    Memory(u32),
    Parent(u32),
    Knob,
}

impl Watching {
    pub(super) fn new(scenario: &Scenario) -> Self {
        Watching {
            channels: vec![Vec::new(); scenario.channels.len()],
            resources: vec![Vec::new(); scenario.resources.len()],
            shared: vec![Vec::new(); scenario.shared.len()],
            topics: vec![Vec::new(); scenario.topics.len()],
            groups: vec![Vec::new(); scenario.groups.len()],
            queues: vec![Vec::new(); scenario.queues.len()],
            cpus: vec![Vec::new(); scenario.cpus.len()],
            memories: vec![Vec::new(); scenario.memories.len()],
            changed: Vec::new(),
        }
    }

    /// Whether anything watched has changed.
    #[inline]
    pub(super) fn touched(&self) -> bool {
        !self.changed.is_empty()
    }

    #[inline]
    pub(super) fn touch_channel(&mut self, channel: u32) {
        if !self.channels[channel as usize].is_empty() {
            self.changed.push(Changed::Channel(channel));
        }
    }

    #[inline]
    pub(super) fn touch_resource(&mut self, resource: u32) {
        if !self.resources[resource as usize].is_empty() {
            self.changed.push(Changed::Resource(resource));
        }
    }

    #[inline]
    pub(super) fn touch_shared(&mut self, shared: u32) {
        if !self.shared[shared as usize].is_empty() {
            self.changed.push(Changed::Shared(shared));
        }
    }

    #[inline]
    pub(super) fn touch_topic(&mut self, topic: u32) {
        if !self.topics[topic as usize].is_empty() {
            self.changed.push(Changed::Topic(topic));
        }
    }

    #[inline]
    pub(super) fn touch_group(&mut self, group: u32) {
        if !self.groups[group as usize].is_empty() {
            self.changed.push(Changed::Group(group));
        }
    }

    pub(super) fn touch_queue(&mut self, queue: u32) {
        if !self.queues[queue as usize].is_empty() {
            self.changed.push(Changed::Queue(queue));
        }
    }

    pub(super) fn touch_cpu(&mut self, cpu: u32) {
        if !self.cpus[cpu as usize].is_empty() {
            self.changed.push(Changed::Cpu(cpu));
        }
    }

    pub(super) fn touch_memory(&mut self, memory: u32) {
        if !self.memories[memory as usize].is_empty() {
            self.changed.push(Changed::Memory(memory));
        }
    }

    pub(super) fn touch_parent(&mut self, parent: u32) {
        self.changed.push(Changed::Parent(parent));
    }

    pub(super) fn touch_knob(&mut self) {
        self.changed.push(Changed::Knob);
    }

    fn list(&mut self, watch: Watch) -> Option<&mut Vec<Watcher>> {
        match watch {
            Watch::Thing(Thing::Channel(channel)) => self.channels.get_mut(channel.index()),
            Watch::Thing(Thing::Resource(resource)) => self.resources.get_mut(resource.index()),
            Watch::Shared(shared) => self.shared.get_mut(shared.index()),
            Watch::Thing(Thing::Topic(topic)) => self.topics.get_mut(topic.index()),
            Watch::Group(group) => self.groups.get_mut(group.index()),
            Watch::Thing(Thing::Queue(queue)) => self.queues.get_mut(queue.index()),
            Watch::Thing(Thing::Cpu(cpu)) => self.cpus.get_mut(cpu.index()),
            Watch::Memory(memory) => self.memories.get_mut(memory.index()),
            // Its own children find an activity without a list; the other stores are not built yet.
            Watch::Pending => None,
        }
    }

    fn changed_list(&mut self, changed: Changed) -> Option<&mut Vec<Watcher>> {
        match changed {
            Changed::Channel(channel) => self.channels.get_mut(channel as usize),
            Changed::Resource(resource) => self.resources.get_mut(resource as usize),
            Changed::Shared(shared) => self.shared.get_mut(shared as usize),
            Changed::Topic(topic) => self.topics.get_mut(topic as usize),
            Changed::Group(group) => self.groups.get_mut(group as usize),
            Changed::Queue(queue) => self.queues.get_mut(queue as usize),
            Changed::Cpu(cpu) => self.cpus.get_mut(cpu as usize),
            Changed::Memory(memory) => self.memories.get_mut(memory as usize),
            Changed::Parent(_) | Changed::Knob => None,
        }
    }
}

impl Machine {
    pub(super) fn await_condition(&mut self, me: usize, condition: ExprId, watch: WatchId) -> Flow {
        if self.draw(condition, me) != 0.0 {
            return Flow::Next;
        }
        self.note(me, What::Awaits, 0);
        self.wait_for(me, Wait::Await, None);
        self.watch(me, watch);
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

    fn watch(&mut self, me: usize, watch: WatchId) {
        let (who, turn) = (me as u32, self.activities[me].turn);
        for &watch in &self.scenario.watches[watch.index()] {
            let Some(list) = self.watching.list(watch) else {
                continue;
            };
            list.push(Watcher { who, turn });
            if list.len().is_power_of_two() {
                list.retain(|watcher| self.activities[watcher.who as usize].turn == watcher.turn);
            }
        }
    }

    /// An activity stops watching, whether its condition holds or not.
    pub(super) fn stop_watching(&mut self, me: usize) {
        self.activities[me].turn = self.activities[me].turn.wrapping_add(1);
    }

    /// Looks at the conditions of all who watch what has changed, in the order in which they began to wait (for a knob: of their
    /// numbers).
    #[cold]
    pub(super) fn look_again(&mut self) {
        for changed in std::mem::take(&mut self.watching.changed) {
            match changed {
                Changed::Parent(parent) => self.look(parent as usize),
                Changed::Knob => (0..self.activities.len()).for_each(|me| self.look(me)),
                listed => self.look_at_list(listed),
            }
        }
    }

    fn look_at_list(&mut self, changed: Changed) {
        let Some(list) = self.watching.changed_list(changed) else {
            return;
        };
        let mut list = std::mem::take(list);
        self.work += list.len() as u64;
        list.retain(|watcher| {
            let me = watcher.who as usize;
            self.activities[me].turn == watcher.turn && {
                self.look(me);
                self.activities[me].turn == watcher.turn
            }
        });
        if let Some(place) = self.watching.changed_list(changed) {
            *place = list;
        }
    }

    fn look(&mut self, me: usize) {
        if self.may_go_on(me) {
            self.stop_watching(me);
            self.make_ready(me, Resume::Again);
        }
    }

    /// Whether what the activity awaits has come; false if it awaits nothing.
    fn may_go_on(&mut self, me: usize) -> bool {
        let activity = &self.activities[me];
        match (activity.wait, self.scenario.code[activity.pc as usize]) {
            (Wait::Await, Instruction::Await { condition, .. }) => self.draw(condition, me) != 0.0,
            (Wait::AwaitAll, _) => activity.children == 0,
            _ => false,
        }
    }
}
