//! `await`: who waits for which condition, and when it is looked at again.

use super::activity::{Resume, Wait};
use super::machine::{Flow, Machine};
use crate::lang::scenario::{ExprId, Instruction, Scenario, Thing, Watch, WatchId};
use crate::measure::What;

/// Who watches what. An activity that awaits is in the list of everything its condition names.
#[derive(Debug, Clone)]
pub(super) struct Watching {
    channels: Vec<Vec<u32>>,
    resources: Vec<Vec<u32>>,
    shared: Vec<Vec<u32>>,
    /// Who awaits a condition, in order; for knobs.
    everyone: Vec<u32>,
    /// What has changed and is watched, in order.
    changed: Vec<Changed>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Changed {
    Channel(u32),
    Resource(u32),
    Shared(u32),
    Parent(u32),
    Knob,
}

impl Watching {
    pub(super) fn new(scenario: &Scenario) -> Self {
        Watching {
            channels: vec![Vec::new(); scenario.channels.len()],
            resources: vec![Vec::new(); scenario.resources.len()],
            shared: vec![Vec::new(); scenario.shared.len()],
            everyone: Vec::new(),
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

    pub(super) fn touch_parent(&mut self, parent: u32) {
        self.changed.push(Changed::Parent(parent));
    }

    pub(super) fn touch_knob(&mut self) {
        if !self.everyone.is_empty() {
            self.changed.push(Changed::Knob);
        }
    }

    fn list(&mut self, watch: Watch) -> Option<&mut Vec<u32>> {
        match watch {
            Watch::Thing(Thing::Channel(channel)) => self.channels.get_mut(channel.index()),
            Watch::Thing(Thing::Resource(resource)) => self.resources.get_mut(resource.index()),
            Watch::Shared(shared) => self.shared.get_mut(shared.index()),
            // Its own children find an activity without a list; the other stores are not built yet.
            Watch::Pending
            | Watch::Thing(Thing::Topic(_) | Thing::Queue(_) | Thing::Cpu(_))
            | Watch::Group(_)
            | Watch::Memory(_) => None,
        }
    }

    fn enter(&mut self, who: u32, watches: &[Watch]) {
        for &watch in watches {
            if let Some(list) = self.list(watch) {
                list.push(who);
            }
        }
        self.everyone.push(who);
    }

    fn leave(&mut self, who: u32, watches: &[Watch]) {
        for &watch in watches {
            if let Some(list) = self.list(watch) {
                list.retain(|&other| other != who);
            }
        }
        self.everyone.retain(|&other| other != who);
    }

    fn watchers(&self, changed: Changed) -> Vec<u32> {
        match changed {
            Changed::Channel(channel) => self.channels[channel as usize].clone(),
            Changed::Resource(resource) => self.resources[resource as usize].clone(),
            Changed::Shared(shared) => self.shared[shared as usize].clone(),
            Changed::Parent(parent) => vec![parent],
            Changed::Knob => self.everyone.clone(),
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
        self.watching
            .enter(me as u32, &self.scenario.watches[watch.index()]);
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

    /// An activity stops watching, whether its condition holds or not.
    pub(super) fn stop_watching(&mut self, me: usize) {
        if let Instruction::Await { watch, .. } =
            self.scenario.code[self.activities[me].pc as usize]
        {
            self.watching
                .leave(me as u32, &self.scenario.watches[watch.index()]);
        }
    }

    /// Looks at the conditions of all who watch what has changed, in the order in which they began to wait.
    #[cold]
    pub(super) fn look_again(&mut self) {
        for changed in std::mem::take(&mut self.watching.changed) {
            for who in self.watching.watchers(changed) {
                self.look(who as usize);
            }
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
