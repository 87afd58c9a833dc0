//! Where an activity stands: its instruction, what it waits for, what it has in hand, the scopes it is in.

use super::calendar::NEVER;
use crate::lang::scenario::{Backoff, Pc, Store};
use crate::model::fifo::Fifo;
use crate::model::item::Item;
use crate::model::line::Ticket;
use crate::model::permits::{At, Place};

/// How an activity goes on when it runs next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resume {
    /// At its instruction.
    Here,
    /// At its instruction, which looks again: what it was woken for may be gone.
    Again,
    /// The same at a leased queue, which has something for it.
    Look {
        /// The queue.
        queue: u32,
    },
    /// At its instruction, which could not be done.
    Refused,
    /// It fetches the item that was kept for it in this channel, then goes on at that instruction.
    Fetch {
        /// The channel.
        channel: u32,
        /// Where it goes on.
        then: Pc,
    },
}

/// What an activity waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wait {
    /// The slot is unused.
    Vacant,
    /// Its turn at this instant.
    Ready(Resume),
    /// Its time.
    Sleep,
    /// The next tick of its `every`.
    Tick,
    /// The next try of its `retry`, from that instruction.
    Backoff(Pc),
    /// The time at which its `at` block begins.
    Start,
    /// Room in a channel.
    Send {
        /// The channel.
        channel: u32,
        /// Its place in the line of senders.
        ticket: Ticket,
    },
    /// Room in a channel for its request.
    CallSend {
        /// The channel.
        channel: u32,
        /// Its place in the line of senders.
        ticket: Ticket,
    },
    /// The reply to its request.
    Call,
    /// An item.
    Receive {
        /// The channel.
        channel: u32,
        /// Its place in the line of receivers.
        ticket: Ticket,
    },
    /// The first of several; where, stands in [`Activity::arms`].
    Select,
    /// Permits.
    Permit {
        /// The resource.
        resource: u32,
        /// Which of its pools.
        place: Place,
        /// Its place in the line.
        ticket: Ticket,
        /// Whether it is a `with`, whose scope begins with the grant.
        scoped: bool,
    },
    /// Records.
    Poll {
        /// The group.
        group: u32,
    },
    /// A message of a leased queue.
    Lease {
        /// The queue.
        queue: u32,
        /// Its place in the line of receivers.
        ticket: Ticket,
    },
    /// The end of its work, on a core.
    Work {
        /// The processor.
        cpu: u32,
        /// Its place among those who work.
        ticket: Ticket,
    },
    /// A core.
    Core {
        /// The processor.
        cpu: u32,
        /// Its place in the line.
        ticket: Ticket,
    },
    /// A condition.
    Await,
    /// The end of all its children.
    AwaitAll,
}

/// How time is told apart in the report: what an activity did while it passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// Sleeping, or between two ticks.
    Sleeping,
    /// On a core.
    Working,
    /// Waiting for a core.
    CpuWait,
    /// Waiting for permits.
    ResourceWait,
    /// Waiting to send.
    Sending,
    /// Waiting to receive.
    Receiving,
    /// Waiting for a reply, a condition or children.
    Awaiting,
}

/// How many [`State`]s there are.
pub const STATES: usize = 7;

impl Wait {
    /// What the waiting counts as; `None` where no time passes.
    #[inline]
    #[must_use]
    pub fn state(self) -> Option<State> {
        match self {
            Wait::Vacant | Wait::Ready(_) => None,
            Wait::Sleep | Wait::Tick | Wait::Backoff(_) | Wait::Start => Some(State::Sleeping),
            Wait::Send { .. } | Wait::CallSend { .. } => Some(State::Sending),
            Wait::Receive { .. } | Wait::Poll { .. } | Wait::Lease { .. } | Wait::Select => {
                Some(State::Receiving)
            }
            Wait::Permit { .. } => Some(State::ResourceWait),
            Wait::Work { .. } => Some(State::Working),
            Wait::Core { .. } => Some(State::CpuWait),
            Wait::Call | Wait::Await | Wait::AwaitAll => Some(State::Awaiting),
        }
    }
}

/// A block that an activity is in and that something must be done about when it leaves it.
#[derive(Debug, Clone)]
pub enum Scope {
    /// `with`: a permit returns.
    With {
        /// Of this resource.
        resource: u32,
        /// To this pool.
        at: At,
    },
    /// `within`: a deadline.
    Within {
        /// The time.
        deadline: u64,
        /// Where it goes on when the time has come; it fails if `None`.
        otherwise: Option<Pc>,
    },
    /// `try`.
    Try {
        /// Where a failure goes on.
        otherwise: Pc,
    },
    /// `retry`.
    Retry(Retry),
    /// `for each`: the items before and after the one in hand.
    ForEach {
        /// Visited and kept.
        visited: Batch,
        /// Not visited yet.
        ahead: Batch,
    },
}

/// A `retry` that an activity is in.
#[derive(Debug, Clone, Copy)]
pub struct Retry {
    /// The block's first instruction.
    pub body: Pc,
    /// How many more tries there are.
    pub left: u64,
    /// What the next backoff is multiplied by.
    pub factor: f64,
    /// How the wait between tries is made.
    pub backoff: Option<Backoff>,
    /// Where the last failure goes on; it goes outward if `None`.
    pub otherwise: Option<Pc>,
}

/// Items in a row, the oldest first, and what they weigh together.
#[derive(Debug, Clone, Default)]
pub struct Batch {
    items: Fifo<Item>,
    weight: Weight,
}

/// Bytes that somebody holds. Those whose room is still taken in the channel they came from (`frees done`) are told apart: where that
/// channel is in a memory, they weigh there.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Weight {
    /// Of items that are nowhere else.
    pub own: u64,
    /// Of items that keep their room.
    pub roomed: u64,
}

impl Weight {
    /// Of one item.
    #[inline]
    #[must_use]
    pub fn of(item: &Item) -> Self {
        match item.room() {
            None => Weight {
                own: item.size,
                roomed: 0,
            },
            Some(_) => Weight {
                own: 0,
                roomed: item.size,
            },
        }
    }

    /// The sum.
    #[inline]
    pub fn add(&mut self, other: Weight) {
        self.own += other.own;
        self.roomed += other.roomed;
    }

    #[inline]
    fn subtract(&mut self, other: Weight) {
        self.own -= other.own;
        self.roomed -= other.roomed;
    }
}

impl Batch {
    /// How many items.
    #[inline]
    #[must_use]
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// Whether there is none.
    #[inline]
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// What they weigh.
    #[inline]
    #[must_use]
    pub fn weight(&self) -> Weight {
        self.weight
    }

    /// Adds an item behind the others.
    #[inline]
    pub fn push(&mut self, item: Item) {
        self.weight.add(Weight::of(&item));
        self.items.push_back(item);
    }

    /// Takes the oldest out.
    #[inline]
    pub fn pop(&mut self) -> Option<Item> {
        let item = self.items.pop_front()?;
        self.weight.subtract(Weight::of(&item));
        Some(item)
    }

    fn push_before(&mut self, item: Item) {
        self.weight.add(Weight::of(&item));
        self.items.push_front(item);
    }

    /// Adds all of another batch behind these.
    pub fn append(&mut self, mut other: Batch) {
        self.weight.add(other.weight);
        self.items.append(&mut other.items);
    }

    /// Everything, the oldest first.
    pub fn iter(&self) -> impl Iterator<Item = &Item> {
        self.items.iter()
    }
}

/// What an activity holds: nothing, an item, or a batch, the oldest first.
#[derive(Debug, Clone, Default)]
pub struct Hand {
    first: Option<Item>,
    /// Empty where `first` is `None`.
    rest: Batch,
}

impl Hand {
    /// How many items.
    #[inline]
    #[must_use]
    pub fn len(&self) -> usize {
        usize::from(self.first.is_some()) + self.rest.len()
    }

    /// Whether it holds nothing.
    #[inline]
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.first.is_none()
    }

    /// The item in hand: of a batch the oldest.
    #[inline]
    #[must_use]
    pub fn item(&self) -> Option<&Item> {
        self.first.as_ref()
    }

    /// Lets go of the oldest.
    #[inline]
    pub fn let_go(&mut self) {
        self.first = if self.rest.is_empty() {
            None
        } else {
            self.rest.pop()
        };
    }

    /// Adds an item behind the others.
    #[inline(always)]
    pub fn push(&mut self, item: Item) {
        if self.first.is_none() {
            self.first = Some(item);
        } else {
            self.rest.push(item);
        }
    }

    /// Adds a batch behind the others.
    pub fn append(&mut self, mut batch: Batch) {
        if self.first.is_none() {
            self.first = batch.pop();
        }
        self.rest.append(batch);
    }

    /// Takes everything out, the oldest first.
    #[inline]
    pub fn take_all(&mut self) -> Batch {
        let mut items = std::mem::take(&mut self.rest);
        if let Some(first) = self.first.take() {
            items.push_before(first);
        }
        items
    }

    /// Everything, the oldest first.
    pub fn iter(&self) -> impl Iterator<Item = &Item> {
        self.first.iter().chain(self.rest.iter())
    }

    /// What it weighs.
    #[must_use]
    pub fn weight(&self) -> Weight {
        let mut weight = self.rest.weight();
        if let Some(first) = &self.first {
            weight.add(Weight::of(first));
        }
        weight
    }
}

/// One line in which an activity waits at a `select`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WaitingArm {
    /// The channel.
    pub store: Store,
    /// Whether it waits to send there.
    pub sends: bool,
    /// Its place.
    pub ticket: Ticket,
    /// Where it goes on if this arm comes first.
    pub target: Pc,
    /// The counter of what passes it.
    pub counter: u32,
}

/// An activity. Slots are reused; `life` tells the lives apart.
///
/// What every event touches comes first and fills one cache line; with ten thousand activities, that is what an event costs.
#[derive(Debug, Clone)]
#[repr(C, align(64))]
pub struct Activity {
    /// What it waits for.
    pub wait: Wait,
    /// Since when, in nanoseconds.
    pub since: u64,
    /// When the statement it waits in gives up, or [`NEVER`].
    pub deadline: u64,
    /// The instruction it runs next, or waits at.
    pub pc: Pc,
    /// Whose it is: index of the process, task or `at` block.
    pub process: u32,
    /// What it runs: index of the body.
    pub body: u32,
    /// Which life of the slot this is.
    pub life: u32,
    /// Live children.
    pub children: u32,
    /// Which of its waits for a condition is next or under way; goes on through all lives of the slot.
    pub turn: u32,
    /// It stands among what is ready at this instant.
    pub queued: bool,
    /// It has made or received an item before.
    pub had_item: bool,
    /// `every` or `spawn` started it: it ends when it fails, and its first item is as old as it is.
    pub started_by_statement: bool,
    /// Its number among the members of a process that tells them (`as i`).
    pub number: u32,
    /// What it holds.
    pub hand: Hand,
    /// When it started.
    pub started: u64,
    /// The activity that started it, and which life of it.
    pub parent: Option<(u32, u32)>,
    /// Number of its latest `call`.
    pub call: u32,
    /// The groups it has polled.
    pub groups: Vec<u32>,
    /// What the memory it is in was last told that it weighs, in bytes.
    pub charged: u64,
    /// The slot of its deadline, once it has opened a `within`.
    pub deadline_slot: Option<u32>,
    /// `let`s and loop counters.
    pub locals: Vec<f64>,
    /// The blocks it is in, the innermost last.
    pub scopes: Vec<Scope>,
    /// The lines it waits in at a `select`.
    pub arms: Vec<WaitingArm>,
    /// The request of its latest `call`, while it waits to be taken.
    pub request: Option<Box<Item>>,
    /// What a `select` made to offer while nothing was in hand: it is offered until somebody takes it, however often another arm comes
    /// first.
    pub offered: Option<Box<Item>>,
    /// How many activities its process had started before it: a number that no other of them ever has.
    pub serial: u64,
}

const _: () = assert!(
    std::mem::offset_of!(Activity, number) <= 64,
    "what every event touches fills one cache line"
);

impl Activity {
    /// An unused slot.
    #[must_use]
    pub fn vacant() -> Self {
        Activity {
            pc: 0,
            process: 0,
            body: 0,
            wait: Wait::Vacant,
            since: 0,
            deadline: NEVER,
            hand: Hand::default(),
            started: 0,
            had_item: false,
            started_by_statement: false,
            number: 0,
            life: 0,
            queued: false,
            parent: None,
            children: 0,
            turn: 0,
            call: 0,
            request: None,
            offered: None,
            serial: 0,
            groups: Vec::new(),
            charged: 0,
            deadline_slot: None,
            locals: Vec::new(),
            scopes: Vec::new(),
            arms: Vec::new(),
        }
    }

    /// The slot is unused from now on, and whoever still knows this life of it is told apart. What can grow keeps its room for the next.
    #[inline]
    pub fn vacate(&mut self) {
        self.wait = Wait::Vacant;
        self.life = self.life.wrapping_add(1);
        self.queued = false;
        self.deadline = NEVER;
        self.had_item = false;
        self.started_by_statement = false;
        self.children = 0;
        debug_assert!(
            self.hand.is_empty()
                && self.request.is_none()
                && self.offered.is_none()
                && self.scopes.is_empty()
                && self.arms.is_empty()
        );
    }

    /// What tells it apart from all others, now and later: its process and its number there. In this order activities are gone through,
    /// whichever slots they live in.
    #[must_use]
    pub fn birth(&self) -> (u32, u64) {
        (self.process, self.serial)
    }

    /// What it gives when it is to give something: the oldest item in hand, else what its `select` made to offer.
    #[inline]
    #[must_use]
    pub fn gives(&self) -> Option<&Item> {
        self.hand.item().or(self.offered.as_deref())
    }

    /// The items it has: in hand, in the batches of its `for each`es, the request it waits to send, and what it made to offer.
    pub fn all_items(&self) -> impl Iterator<Item = &Item> {
        let kept = self.scopes.iter().flat_map(|scope| match scope {
            Scope::ForEach { visited, ahead } => [Some(visited), Some(ahead)],
            _ => [None, None],
        });
        let batches = kept.flatten().flat_map(Batch::iter);
        self.hand
            .iter()
            .chain(batches)
            .chain(self.request.as_deref())
            .chain(self.offered.as_deref())
    }

    /// How many these are.
    #[must_use]
    pub fn items(&self) -> usize {
        let apart = [&self.request, &self.offered];
        let mut items = self.hand.len() + apart.into_iter().flatten().count();
        for scope in &self.scopes {
            if let Scope::ForEach { visited, ahead } = scope {
                items += visited.len() + ahead.len();
            }
        }
        items
    }

    /// What all of these weigh.
    #[must_use]
    pub fn weight(&self) -> Weight {
        let mut weight = self.hand.weight();
        for scope in &self.scopes {
            if let Scope::ForEach { visited, ahead } = scope {
                weight.add(visited.weight());
                weight.add(ahead.weight());
            }
        }
        for item in [&self.request, &self.offered].into_iter().flatten() {
            weight.add(Weight::of(item));
        }
        weight
    }
}
