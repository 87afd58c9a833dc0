//! `await`: who waits for which condition, and when it is looked at again.

use super::activity::{Resume, Wait};
use super::machine::{Flow, Machine};
use crate::lang::scenario::{ExprId, Instruction, Scenario, Thing, Watch, WatchId};
use crate::measure::{What, row, takes};

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

/// What has lists of those who watch it, by number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Channel,
    Resource,
    Shared,
    Topic,
    Group,
    Queue,
    Cpu,
    Memory,
}

/// Who watches what. An activity that awaits is in the list of everything its condition names.
#[derive(Debug, Clone)]
pub(super) struct Watching {
    /// By kind and number.
    lists: [Vec<List>; Kind::Memory as usize + 1],
    /// What has changed and is watched, in order.
    changed: Vec<Changed>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Changed {
    Listed(Kind, u32),
    Parent(u32),
    Knob,
}

takes! { Watcher: 8, List: 32 }

impl Watching {
    /// Bytes that it holds.
    pub(super) fn footprint(&self) -> u64 {
        let lists = self.lists.iter().flatten();
        let watchers = lists.map(|list| row::<List>(1) + row::<Watcher>(list.watchers.len()));
        watchers.sum()
    }

    pub(super) fn new(scenario: &Scenario) -> Self {
        let counts = [
            scenario.channels.len(),
            scenario.resources.len(),
            scenario.shared.len(),
            scenario.topics.len(),
            scenario.groups.len(),
            scenario.queues.len(),
            scenario.cpus.len(),
            scenario.memories.len(),
        ];
        Watching {
            lists: counts.map(|count| vec![List::default(); count]),
            changed: Vec::new(),
        }
    }

    /// Whether anything watched has changed.
    #[inline]
    pub(super) fn touched(&self) -> bool {
        !self.changed.is_empty()
    }

    /// That one has changed.
    #[inline]
    pub(super) fn touch(&mut self, kind: Kind, number: u32) {
        let list = &mut self.lists[kind as usize][number as usize];
        if !list.watchers.is_empty() && !list.changed {
            list.changed = true;
            self.changed.push(Changed::Listed(kind, number));
        }
    }

    pub(super) fn touch_parent(&mut self, parent: u32) {
        self.changed.push(Changed::Parent(parent));
    }

    pub(super) fn touch_knob(&mut self) {
        self.changed.push(Changed::Knob);
    }

    /// The list of those who watch that.
    fn list(&mut self, watch: Watch) -> Option<&mut List> {
        let (kind, number) = match watch {
            Watch::Thing(Thing::Channel(channel)) => (Kind::Channel, channel.0),
            Watch::Thing(Thing::Resource(resource)) => (Kind::Resource, resource.0),
            Watch::Shared(shared) => (Kind::Shared, shared.0),
            Watch::Thing(Thing::Topic(topic)) => (Kind::Topic, topic.0),
            Watch::Group(group) => (Kind::Group, group.0),
            Watch::Thing(Thing::Queue(queue)) => (Kind::Queue, queue.0),
            Watch::Thing(Thing::Cpu(cpu)) => (Kind::Cpu, cpu.0),
            Watch::Memory(memory) => (Kind::Memory, memory.0),
            // Its own children find an activity without a list.
            Watch::Pending => return None,
        };
        self.lists[kind as usize].get_mut(number as usize)
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
        self.grew(self.scenario.watches[watch.index()].len() / 8);
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
                Changed::Listed(kind, number) => self.look_at_list(kind, number as usize),
            }
        }
    }

    fn look_at_list(&mut self, kind: Kind, number: usize) {
        let list = &mut self.watching.lists[kind as usize][number];
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
        self.watching.lists[kind as usize][number].watchers = list;
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
