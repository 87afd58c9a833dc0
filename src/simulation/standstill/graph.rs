//! Who waits for whom: activities wait for things (room, items, permits …), things for the processes whose text says that they take,
//! send or give back, processes for their activities. What can be told exactly is: who holds a permit of a `with`, and who has a request.

use crate::engine::Machine;
use crate::engine::activity::{Scope, Wait};
use crate::lang::scenario::{Instruction, Store, Thing, Watch};
use crate::model::item::Item;
use crate::model::permits::Place;
use std::collections::BinaryHeap;

/// Who or what is waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Node {
    Activity(u32),
    Process(u32),
    /// Room in a channel: from who receives there.
    Room(u32),
    /// Items in a channel.
    Items(u32),
    /// Permits of a resource that `release` gives back.
    Permits(u32),
    /// Permits of a pool that a `with` holds: the first of its holders in the list of all.
    Pool(u32),
    /// Records of a topic.
    Records(u32),
    /// Messages of a queue.
    Messages(u32),
    /// A shared variable or table.
    Shared(u32),
}

/// A permit that a `with` holds: the resource, the pool, and the activity.
type Held = (u32, Place, u32);

const NONE: u32 = u32::MAX;

/// Where the request of a `call` is.
#[derive(Debug, Clone, Copy)]
enum Request {
    Nowhere,
    InHand(u32),
    InChannel(u32),
}

/// Lists of numbers, linked: the first of each, and who follows.
struct Lists {
    first: Vec<u32>,
    next: Vec<u32>,
}

impl Lists {
    fn new(lists: usize, members: usize) -> Self {
        Lists {
            first: vec![NONE; lists],
            next: vec![NONE; members],
        }
    }

    fn add(&mut self, list: usize, member: u32) {
        self.next[member as usize] = std::mem::replace(&mut self.first[list], member);
    }

    fn of(&self, list: usize) -> impl Iterator<Item = u32> + '_ {
        let listed = |member: u32| (member != NONE).then_some(member);
        std::iter::successors(listed(self.first[list]), move |&member| {
            listed(self.next[member as usize])
        })
    }
}

/// The graph of one instant.
pub(super) struct Graph<'a> {
    machine: &'a Machine,
    /// Which processes can help with what, by kind of thing and number.
    helpers: [Vec<Vec<u32>>; 6],
    /// Who starts a process.
    starters: Vec<Vec<u32>>,
    /// Live activities of each process, and live children of each activity.
    members: Lists,
    children: Lists,
    held: Vec<Held>,
    requests: Vec<Request>,
}

impl<'a> Graph<'a> {
    pub(super) fn new(machine: &'a Machine) -> Self {
        let (scenario, count) = (&machine.scenario, machine.activities.len());
        let lists = |count: usize| vec![Vec::new(); count];
        let mut graph = Graph {
            machine,
            helpers: [
                lists(scenario.channels.len()),
                lists(scenario.channels.len()),
                lists(scenario.resources.len()),
                lists(scenario.topics.len()),
                lists(scenario.queues.len()),
                lists(scenario.shared.len()),
            ],
            starters: lists(scenario.processes.len()),
            members: Lists::new(scenario.processes.len(), count),
            children: Lists::new(count, count),
            held: Vec::new(),
            requests: vec![Request::Nowhere; count],
        };
        graph.read_text();
        graph.read_activities();
        graph.read_channels();
        graph
    }

    /// What each process does, whenever it comes to it.
    fn read_text(&mut self) {
        let scenario = &self.machine.scenario;
        let ends = scenario.bodies.iter().skip(1).map(|body| body.entry);
        let ends = ends.chain([scenario.code.len() as u32]);
        for (body, end) in scenario.bodies.iter().zip(ends) {
            for instruction in &scenario.code[body.entry as usize..end as usize] {
                self.read_instruction(body.process.0, instruction);
            }
        }
    }

    fn read_instruction(&mut self, process: u32, instruction: &Instruction) {
        let scenario = &self.machine.scenario;
        match *instruction {
            Instruction::Send { store, .. } | Instruction::Offer { store, .. } => {
                self.helps(process, sent_to(store));
            }
            Instruction::Receive { store, .. } => self.helps(process, received_from(store)),
            Instruction::Call { channel, .. } => self.helps(process, Some(Node::Items(channel.0))),
            Instruction::Release { resource, .. } => {
                self.helps(process, Some(Node::Permits(resource.0)));
            }
            Instruction::SetShared { shared, .. } => {
                self.helps(process, Some(Node::Shared(shared.0)));
            }
            Instruction::SetEntry { table, .. } => {
                self.helps(process, Some(Node::Shared(table.0)));
            }
            Instruction::Select { select } => {
                for arm in &scenario.selects[select.index()].arms {
                    let node = match arm.sends {
                        true => sent_to(arm.store),
                        false => received_from(arm.store),
                    };
                    self.helps(process, node);
                }
            }
            Instruction::Spawn { body, .. } => {
                let started = scenario.bodies[body.index()].process.index();
                if started != process as usize && !self.starters[started].contains(&process) {
                    self.starters[started].push(process);
                }
            }
            _ => {}
        }
    }

    fn helps(&mut self, process: u32, thing: Option<Node>) {
        let Some((kind, number)) = thing.and_then(listed) else {
            return;
        };
        let list = &mut self.helpers[kind][number as usize];
        if !list.contains(&process) {
            list.push(process);
        }
    }

    fn read_activities(&mut self) {
        let mut held: BinaryHeap<Held> = BinaryHeap::new();
        // From behind, so that the lists are in order.
        for me in (0..self.machine.activities.len() as u32).rev() {
            if !self.machine.lives(me as usize) {
                continue;
            }
            let activity = &self.machine.activities[me as usize];
            self.members.add(activity.process as usize, me);
            if let Some((parent, life)) = activity.parent {
                if self.machine.activities[parent as usize].life == life {
                    self.children.add(parent as usize, me);
                }
            }
            for scope in &activity.scopes {
                if let Scope::With { resource, at } = scope {
                    held.push((*resource, at.place(), me));
                }
            }
            activity
                .all_items()
                .for_each(|item| self.note_request(item, Request::InHand(me)));
        }
        self.held = held.into_sorted_vec();
    }

    fn read_channels(&mut self) {
        let machine = self.machine;
        for (number, channel) in (0..).zip(&machine.channels) {
            channel
                .items()
                .for_each(|item| self.note_request(item, Request::InChannel(number)));
        }
    }

    fn note_request(&mut self, item: &Item, place: Request) {
        let Some(caller) = item.caller else { return };
        let activity = &self.machine.activities[caller.who as usize];
        if activity.life == caller.life && activity.call == caller.call {
            self.requests[caller.who as usize] = place;
        }
    }

    /// The name of a thing in the text.
    pub(super) fn name(&self, node: Node) -> &str {
        let scenario = &self.machine.scenario;
        match node {
            Node::Activity(me) => {
                let process = self.machine.activities[me as usize].process;
                &scenario.processes[process as usize].name
            }
            Node::Process(process) => &scenario.processes[process as usize].name,
            Node::Room(channel) | Node::Items(channel) => &scenario.channels[channel as usize].name,
            Node::Permits(resource) => &scenario.resources[resource as usize].name,
            Node::Pool(first) => {
                let (resource, ..) = self.held[first as usize];
                &scenario.resources[resource as usize].name
            }
            Node::Records(topic) => &scenario.topics[topic as usize].name,
            Node::Messages(queue) => &scenario.queues[queue as usize].name,
            Node::Shared(shared) => &scenario.shared[shared as usize].name,
        }
    }

    /// The processes of which somebody is there who could end that wait, in the order of the text.
    pub(super) fn helpers(&self, me: u32) -> Vec<u32> {
        let mut helps = vec![false; self.machine.scenario.processes.len()];
        let mut note = |node: Node| match node {
            Node::Activity(other) => {
                helps[self.machine.activities[other as usize].process as usize] = true;
            }
            Node::Process(process) => helps[process as usize] |= self.is_there(process),
            _ => {}
        };
        for node in self.after(Node::Activity(me)) {
            match node {
                Node::Activity(_) => note(node),
                thing => self.after(thing).into_iter().for_each(&mut note),
            }
        }
        let all = (0..).zip(helps);
        all.filter(|&(_, helps)| helps)
            .map(|(process, _)| process)
            .collect()
    }

    /// Whether anybody of a process lives, or can be started by one who does.
    fn is_there(&self, process: u32) -> bool {
        let lives = |process: u32| self.machine.crews[process as usize].live > 0;
        lives(process)
            || self.starters[process as usize]
                .iter()
                .any(|&one| lives(one))
    }

    /// Whom or what a node waits for: any of them could help.
    fn after(&self, node: Node) -> Vec<Node> {
        match node {
            Node::Activity(me) => self.awaited(me as usize),
            Node::Process(process) => {
                let members = self.members.of(process as usize).map(Node::Activity);
                let starters = self.starters[process as usize].iter();
                members
                    .chain(starters.map(|&one| Node::Process(one)))
                    .collect()
            }
            Node::Pool(first) => {
                let pool = |&(resource, place, _): &Held| (resource, place);
                let all = &self.held[first as usize..];
                let holders = all.iter().take_while(|one| pool(one) == pool(&all[0]));
                holders.map(|&(.., me)| Node::Activity(me)).collect()
            }
            thing => {
                let helpers =
                    listed(thing).map(|(kind, number)| &self.helpers[kind][number as usize]);
                let helpers = helpers.into_iter().flatten();
                helpers.map(|&process| Node::Process(process)).collect()
            }
        }
    }

    fn awaited(&self, me: usize) -> Vec<Node> {
        let activity = &self.machine.activities[me];
        let scenario = &self.machine.scenario;
        match activity.wait {
            Wait::Send { channel, .. } | Wait::CallSend { channel, .. } => {
                vec![Node::Room(channel)]
            }
            Wait::Receive { channel, .. } => vec![Node::Items(channel)],
            Wait::Lease { queue, .. } => vec![Node::Messages(queue)],
            Wait::Poll { group } => vec![Node::Records(scenario.groups[group as usize].topic.0)],
            Wait::Permit {
                resource, place, ..
            } => {
                let first = self.held.partition_point(|one| *one < (resource, place, 0));
                let held = self.held.get(first);
                let held = held.filter(|one| (one.0, one.1) == (resource, place));
                let pool = held.map(|_| Node::Pool(first as u32));
                pool.into_iter().chain([Node::Permits(resource)]).collect()
            }
            Wait::Select => {
                let arms = activity.arms.iter();
                arms.filter_map(|arm| match arm.sends {
                    true => received_from(arm.store),
                    false => sent_to(arm.store),
                })
                .collect()
            }
            Wait::Call => match self.requests[me] {
                Request::Nowhere => Vec::new(),
                Request::InHand(other) => vec![Node::Activity(other)],
                Request::InChannel(channel) => vec![Node::Room(channel)],
            },
            Wait::AwaitAll => self.children.of(me).map(Node::Activity).collect(),
            Wait::Await => self.watched(me),
            _ => Vec::new(),
        }
    }

    /// What a condition looks at.
    fn watched(&self, me: usize) -> Vec<Node> {
        let scenario = &self.machine.scenario;
        let Instruction::Await { watch, .. } =
            scenario.code[self.machine.activities[me].pc as usize]
        else {
            return Vec::new();
        };
        let mut nodes = Vec::new();
        for watch in &scenario.watches[watch.index()] {
            match *watch {
                Watch::Thing(Thing::Channel(channel)) => {
                    nodes.extend([Node::Room(channel.0), Node::Items(channel.0)]);
                }
                Watch::Thing(Thing::Resource(resource)) => nodes.push(Node::Permits(resource.0)),
                Watch::Thing(Thing::Topic(topic)) => nodes.push(Node::Records(topic.0)),
                Watch::Thing(Thing::Queue(queue)) => nodes.push(Node::Messages(queue.0)),
                Watch::Group(group) => {
                    nodes.push(Node::Records(scenario.groups[group.index()].topic.0));
                }
                Watch::Shared(shared) => nodes.push(Node::Shared(shared.0)),
                Watch::Pending => nodes.extend(self.children.of(me).map(Node::Activity)),
                Watch::Thing(Thing::Cpu(_)) | Watch::Memory(_) => {}
            }
        }
        nodes
    }

    /// A number of its own for each node.
    fn index(&self, node: Node) -> usize {
        let scenario = &self.machine.scenario;
        let sizes = [
            self.machine.activities.len(),
            scenario.processes.len(),
            self.held.len(),
        ];
        let after = |kinds: usize| sizes[..kinds].iter().sum::<usize>();
        match node {
            Node::Activity(me) => me as usize,
            Node::Process(process) => after(1) + process as usize,
            Node::Pool(first) => after(2) + first as usize,
            thing => {
                let (kind, number) = listed(thing).unwrap_or_default();
                let before = self.helpers[..kind].iter().map(Vec::len).sum::<usize>();
                after(3) + before + number as usize
            }
        }
    }

    /// A circle that can be reached from these activities: the nodes along it, each of which waits for the next and the last for the
    /// first. Empty if there is none.
    pub(super) fn circle(&self, roots: impl Iterator<Item = u32>) -> Vec<Node> {
        let things: usize = self.helpers.iter().map(Vec::len).sum();
        let all = self.index(Node::Pool(0)) + self.held.len() + things;
        let (mut is_seen, mut is_open) = (vec![false; all], vec![false; all]);
        for root in roots {
            let root = Node::Activity(root);
            if is_seen[self.index(root)] {
                continue;
            }
            // The way to where the search stands; with each node, what it has not looked at yet.
            let mut way = vec![(root, self.after(root))];
            is_seen[self.index(root)] = true;
            is_open[self.index(root)] = true;
            while let Some((node, ahead)) = way.last_mut() {
                let node = *node;
                let Some(next) = ahead.pop() else {
                    is_open[self.index(node)] = false;
                    way.pop();
                    continue;
                };
                let at = self.index(next);
                if is_open[at] {
                    let nodes = way.into_iter().map(|(node, _)| node);
                    return nodes.skip_while(|&node| node != next).collect();
                }
                if !std::mem::replace(&mut is_seen[at], true) {
                    is_open[at] = true;
                    way.push((next, self.after(next)));
                }
            }
        }
        Vec::new()
    }
}

/// Where a thing's helpers are listed.
fn listed(node: Node) -> Option<(usize, u32)> {
    match node {
        Node::Activity(_) | Node::Process(_) | Node::Pool(_) => None,
        Node::Room(channel) => Some((0, channel)),
        Node::Items(channel) => Some((1, channel)),
        Node::Permits(resource) => Some((2, resource)),
        Node::Records(topic) => Some((3, topic)),
        Node::Messages(queue) => Some((4, queue)),
        Node::Shared(shared) => Some((5, shared)),
    }
}

/// What there is more of when somebody sends there.
fn sent_to(store: Store) -> Option<Node> {
    Some(match store {
        Store::Channel(channel) => Node::Items(channel.0),
        Store::Topic(topic) => Node::Records(topic.0),
        Store::Queue(queue) => Node::Messages(queue.0),
    })
}

/// What there is more of when somebody receives there.
fn received_from(store: Store) -> Option<Node> {
    match store {
        Store::Channel(channel) => Some(Node::Room(channel.0)),
        Store::Topic(_) | Store::Queue(_) => None,
    }
}
