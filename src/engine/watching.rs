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

/// Who watches one thing.
#[derive(Debug, Clone, Default)]
struct List {
    watchers: Vec<Watcher>,
    /// It stands among what has changed, once however often it did.
    changed: bool,
}

impl List {
    #[inline]
    fn touch(&mut self, all: &mut Vec<Changed>, this: Changed) {
        if !self.watchers.is_empty() && !self.changed {
            self.changed = true;
            all.push(this);
        }
    }
}

/// Who watches what. An activity that awaits is in the list of everything its condition names.
#[derive(Debug, Clone)]
pub(super) struct Watching {
    channels: Vec<List>,
    resources: Vec<List>,
    shared: Vec<List>,
    topics: Vec<List>,
    groups: Vec<List>,
    queues: Vec<List>,
    cpus: Vec<List>,
    memories: Vec<List>,
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
            channels: vec![List::default(); scenario.channels.len()],
            resources: vec![List::default(); scenario.resources.len()],
            shared: vec![List::default(); scenario.shared.len()],
            topics: vec![List::default(); scenario.topics.len()],
            groups: vec![List::default(); scenario.groups.len()],
            queues: vec![List::default(); scenario.queues.len()],
            cpus: vec![List::default(); scenario.cpus.len()],
            memories: vec![List::default(); scenario.memories.len()],
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
        self.channels[channel as usize].touch(&mut self.changed, Changed::Channel(channel));
    }

    #[inline]
    pub(super) fn touch_resource(&mut self, resource: u32) {
        self.resources[resource as usize].touch(&mut self.changed, Changed::Resource(resource));
    }

    #[inline]
    pub(super) fn touch_shared(&mut self, shared: u32) {
        self.shared[shared as usize].touch(&mut self.changed, Changed::Shared(shared));
    }

    #[inline]
    pub(super) fn touch_topic(&mut self, topic: u32) {
        self.topics[topic as usize].touch(&mut self.changed, Changed::Topic(topic));
    }

    #[inline]
    pub(super) fn touch_group(&mut self, group: u32) {
        self.groups[group as usize].touch(&mut self.changed, Changed::Group(group));
    }

    pub(super) fn touch_queue(&mut self, queue: u32) {
        self.queues[queue as usize].touch(&mut self.changed, Changed::Queue(queue));
    }

    pub(super) fn touch_cpu(&mut self, cpu: u32) {
        self.cpus[cpu as usize].touch(&mut self.changed, Changed::Cpu(cpu));
    }

    pub(super) fn touch_memory(&mut self, memory: u32) {
        self.memories[memory as usize].touch(&mut self.changed, Changed::Memory(memory));
    }

    pub(super) fn touch_parent(&mut self, parent: u32) {
        self.changed.push(Changed::Parent(parent));
    }

    pub(super) fn touch_knob(&mut self) {
        self.changed.push(Changed::Knob);
    }

    fn list(&mut self, watch: Watch) -> Option<&mut List> {
        match watch {
            Watch::Thing(Thing::Channel(channel)) => self.channels.get_mut(channel.index()),
            Watch::Thing(Thing::Resource(resource)) => self.resources.get_mut(resource.index()),
            Watch::Shared(shared) => self.shared.get_mut(shared.index()),
            Watch::Thing(Thing::Topic(topic)) => self.topics.get_mut(topic.index()),
            Watch::Group(group) => self.groups.get_mut(group.index()),
            Watch::Thing(Thing::Queue(queue)) => self.queues.get_mut(queue.index()),
            Watch::Thing(Thing::Cpu(cpu)) => self.cpus.get_mut(cpu.index()),
            Watch::Memory(memory) => self.memories.get_mut(memory.index()),
            // Its own children find an activity without a list.
            Watch::Pending => None,
        }
    }

    fn changed_list(&mut self, changed: Changed) -> Option<&mut List> {
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
            let list = &mut list.watchers;
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
                Changed::Knob => {
                    self.toil(self.activities.len());
                    (0..self.activities.len()).for_each(|me| self.look(me));
                }
                listed => self.look_at_list(listed),
            }
        }
    }

    fn look_at_list(&mut self, changed: Changed) {
        let Some(list) = self.watching.changed_list(changed) else {
            return;
        };
        list.changed = false;
        let mut list = std::mem::take(&mut list.watchers);
        self.toil(list.len());
        list.retain(|watcher| {
            let me = watcher.who as usize;
            self.activities[me].turn == watcher.turn && {
                self.look(me);
                self.activities[me].turn == watcher.turn
            }
        });
        if let Some(place) = self.watching.changed_list(changed) {
            place.watchers = list;
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
