//! A channel: a first-in first-out store with room for so many items or bytes, and a line at each end.
//!
//! The rules are those of `www/docs/language.md#channels`. Who owns a freed place is what tells the real systems apart:
//! - by default the oldest waiting sender's item goes in within the same step (Go `chan`, tokio `mpsc`);
//! - with `barging` the place is nobody's: the oldest sender is woken and looks again, and queues last if it comes too late (Python's
//!   `queue.Queue` and `asyncio.Queue`, Rust's `sync_channel`).
//!
//! And what a send does that finds a receiver waiting:
//! - by default it hands over directly and the buffer stays empty (Go);
//! - with `no_handoff` the item goes through the buffer and keeps its place until the receiver runs (tokio, Python). Without `barging`
//!   that item is promised to the woken receiver, so that nobody overtakes it.
//!
//! Room in `pages` is a Unix pipe's: slots of one page (`pages` has the rules); the rest is as with a room in bytes.
//!
//! A blocked sender's item stays in its hand; the line holds a copy, which is what is taken.

use super::Who;
use super::fifo::Fifo;
use super::item::{Hold, Item};
use super::line::{Line, Ticket};
use super::pages::Pages;
use crate::measure::{Counter, Gauge, Peak, Share, takes};

/// How much a channel holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Room {
    /// At most that many items; 0 is a rendezvous.
    Items(u64),
    /// At most that many bytes; an item larger than that is accepted when the channel is empty.
    Bytes(u64),
    /// No limit.
    Unlimited,
    /// At most `bytes / page` slots of one page each, as in a Unix pipe; an item that needs more is accepted when the channel is empty.
    Pages {
        /// Bytes of all slots together.
        bytes: u64,
        /// Bytes of one slot.
        page: u64,
    },
}

/// A mark, not a wall (Node's `highWaterMark`): `full` holds from the send that reaches `high` until the level has fallen to `low`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    /// The level that sets `full`.
    pub high: u64,
    /// The level that ends it.
    pub low: u64,
    /// Whether the level counts bytes (else items).
    pub bytes: bool,
}

/// What a send meets that finds no room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Overflow {
    /// It waits.
    Block,
    /// It fails.
    Reject,
    /// Its item is dropped.
    DropNewest,
    /// The oldest items are dropped until there is room.
    DropOldest,
}

/// The rules of one channel. Room, mark and delay follow the knobs; the rest is fixed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rules {
    /// How much it holds.
    pub room: Room,
    /// The mark that `full` goes by; by the room if `None`.
    pub mark: Option<Mark>,
    /// What a send meets that finds no room.
    pub overflow: Overflow,
    /// A freed place belongs to nobody.
    pub barging: bool,
    /// A waiting receiver takes over directly.
    pub handoff: bool,
    /// An item keeps its room until it leaves its receiver's hand.
    pub frees_done: bool,
    /// One-way latency of items and of freed room, in nanoseconds.
    pub delay: u64,
}

/// What became of an item that was offered to the channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sent {
    /// The channel or a receiver has it.
    Taken,
    /// It was dropped (`overflow drop_newest`); to its sender that is as good as taken.
    Dropped,
    /// There is no room; its sender waits in the line of senders.
    Waits(Ticket),
    /// There is no room, or the channel is closed; its sender still holds it.
    Refused,
}

/// What the engine must do after a call.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Effect {
    /// This waiting receiver has the item now.
    Gives {
        /// Who waited.
        who: Who,
        /// Its place in the line of receivers, now free.
        ticket: Ticket,
        /// What it gets.
        item: Item,
    },
    /// This waiting sender's item was taken.
    Takes {
        /// Who waited.
        who: Who,
        /// Its place in the line of senders, now free.
        ticket: Ticket,
    },
    /// This sender left the line and is to look again when it runs (`barging`).
    WakesSender {
        /// Who waited.
        who: Who,
        /// Its place in the line of senders, now free.
        ticket: Ticket,
    },
    /// This receiver left the line; an item is in the buffer for it when it runs (`no_handoff`).
    WakesReceiver {
        /// Who waited.
        who: Who,
        /// Its place in the line of receivers, now free.
        ticket: Ticket,
    },
    /// The channel was closed under this waiting sender.
    FailsSender {
        /// Who waited.
        who: Who,
        /// Its place in the line of senders, now free.
        ticket: Ticket,
    },
    /// The channel is closed and empty; this waiting receiver gets nothing.
    EndsReceiver {
        /// Who waited.
        who: Who,
        /// Its place in the line of receivers, now free.
        ticket: Ticket,
    },
    /// This item was dropped to make room.
    Drops {
        /// What was dropped.
        item: Item,
    },
    /// Call [`Channel::due`] at this time.
    CallsBack {
        /// When, in nanoseconds.
        at: u64,
    },
}

/// No place in a line; no `Option`, which would make every waiter larger.
const NOWHERE: Ticket = Ticket::MAX;

/// A sender that waits, and a copy of what it sends.
#[derive(Debug, Clone, Copy)]
struct Sender {
    who: Who,
    item: Item,
    /// Its place in the line of receivers if it waits there too (a `select`): it leaves both at once. Else [`NOWHERE`].
    receives_at: Ticket,
}

/// A receiver that waits.
#[derive(Debug, Clone, Copy)]
struct Receiver {
    who: Who,
    /// Its place in the line of senders if it waits there too, or [`NOWHERE`].
    sends_at: Ticket,
}

/// Room that was freed and that senders have not felt yet.
#[derive(Debug, Clone, Copy)]
struct Freed {
    due: u64,
    bytes: u64,
}

/// What a channel has counted since the run began (or the warm-up ended).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Items taken from senders.
    pub taken: Counter,
    /// Items given to receivers.
    pub given: Counter,
    /// Sends and offers that were refused.
    pub rejected: Counter,
    /// Items that were dropped for want of room.
    pub dropped: Counter,
    /// Sends that had to wait.
    pub send_waits: Counter,
    /// The longest line of senders.
    pub senders_max: Peak,
    /// The highest number of bytes, held room included.
    pub bytes_max: Peak,
}

/// A channel.
#[derive(Debug, Clone)]
pub struct Channel {
    number: u32,
    rules: Rules,
    buffer: Fifo<Item>,
    /// Items on their way, the next to arrive first (`delay`).
    wire: Fifo<(u64, Item)>,
    freed: Fifo<Freed>,
    /// Bytes of all that.
    freed_bytes: u64,
    senders: Line<Sender>,
    receivers: Line<Receiver>,
    /// Items at the front of the buffer that woken receivers have not fetched yet.
    promised: usize,
    /// Room taken: items and bytes in the buffer, on the wire, held in hands, and freed but not yet felt.
    level_items: u64,
    level_bytes: u64,
    /// How the bytes lie, where room is counted in pages.
    pages: Pages,
    /// The level is of interest to no mark and no pages: the common case, told by one test.
    plain: bool,
    closed: bool,
    /// The state of the mark.
    marked: bool,
    counts: Counts,
    depth: Gauge,
    full_share: Share,
}

takes! { Sender: 80, Receiver: 8, Freed: 16, Channel: 496 }

impl Channel {
    /// Bytes that it holds.
    #[must_use]
    pub fn footprint(&self) -> u64 {
        self.buffer.footprint()
            + self.wire.footprint()
            + self.freed.footprint()
            + self.senders.footprint()
            + self.receivers.footprint()
            + self.pages.footprint()
    }

    /// Gives back room that it does not use any more.
    pub fn trim(&mut self) {
        self.buffer.trim();
        self.wire.trim();
        self.freed.trim();
    }

    /// An empty channel at time 0. Its number is what the items say whose room they hold.
    #[must_use]
    pub fn new(number: u32, rules: Rules) -> Self {
        let mut channel = Channel {
            number,
            rules,
            buffer: Fifo::new(),
            wire: Fifo::new(),
            freed: Fifo::new(),
            freed_bytes: 0,
            senders: Line::default(),
            receivers: Line::default(),
            promised: 0,
            level_items: 0,
            level_bytes: 0,
            pages: Pages::default(),
            plain: is_plain(&rules),
            closed: false,
            marked: false,
            counts: Counts::default(),
            depth: Gauge::new(0, 0),
            full_share: Share::new(0, false),
        };
        channel.note(0);
        channel
    }

    /// Items in the channel: in the buffer and on the wire, not those held in hands.
    #[inline]
    #[must_use]
    pub fn len(&self) -> usize {
        self.buffer.len() + self.wire.len()
    }

    /// Whether [`Channel::len`] is 0.
    #[inline]
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// These items, in any order.
    pub fn items(&self) -> impl Iterator<Item = &Item> {
        self.buffer
            .iter()
            .chain(self.wire.iter().map(|(_, item)| item))
    }

    /// Bytes of room taken, held room included.
    #[inline]
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.level_bytes
    }

    /// Bytes in it that count against a memory: room that is free but not felt yet (`delay`) is not in it.
    #[must_use]
    pub fn bytes_here(&self) -> u64 {
        self.level_bytes - self.freed_bytes
    }

    /// Items that take room, held ones included.
    #[must_use]
    pub fn level_items(&self) -> u64 {
        self.level_items
    }

    /// Items on their way.
    #[must_use]
    pub fn on_wire(&self) -> usize {
        self.wire.len()
    }

    /// Items whose room receivers hold or that was freed and is not yet felt.
    #[must_use]
    pub fn held(&self) -> u64 {
        self.level_items.saturating_sub(self.len() as u64)
    }

    /// With a mark: from the send that reached it until the level fell. Else: no room for another item.
    #[inline]
    #[must_use]
    pub fn full(&self) -> bool {
        if self.rules.mark.is_some() {
            return self.marked;
        }
        match self.rules.room {
            Room::Items(0) => self.receivers.is_empty(),
            Room::Items(items) => self.level_items >= items,
            Room::Bytes(bytes) => self.level_bytes >= bytes || !self.senders.is_empty(),
            Room::Unlimited => false,
            Room::Pages { bytes, page } => self.pages_full(slots(bytes, page)),
        }
    }

    /// Whether it was closed.
    #[inline]
    #[must_use]
    pub fn closed(&self) -> bool {
        self.closed
    }

    /// The rules in force.
    #[must_use]
    pub fn rules(&self) -> &Rules {
        &self.rules
    }

    /// How many senders wait.
    #[must_use]
    pub fn waiting_senders(&self) -> u32 {
        self.senders.len()
    }

    /// How many receivers wait.
    #[must_use]
    pub fn waiting_receivers(&self) -> u32 {
        self.receivers.len()
    }

    /// What was counted.
    #[must_use]
    pub fn counts(&self) -> &Counts {
        &self.counts
    }

    /// Its depth over time.
    #[must_use]
    pub fn depth(&self) -> &Gauge {
        &self.depth
    }

    /// The same, to end a row of the charts.
    pub fn depth_mut(&mut self) -> &mut Gauge {
        &mut self.depth
    }

    /// The share of time it was full.
    #[must_use]
    pub fn full_share(&self) -> &Share {
        &self.full_share
    }

    /// Forgets what was counted: the end of a warm-up.
    pub fn reset_measures(&mut self, now: u64) {
        self.counts = Counts::default();
        self.counts.bytes_max.reset(self.level_bytes);
        (self.counts.senders_max).reset(u64::from(self.senders.len()));
        self.depth.reset(now);
        self.full_share.reset(now);
    }

    /// Sends an item; without room it waits, or what `overflow` says.
    #[inline]
    pub fn send(&mut self, now: u64, who: Who, item: &Item, effects: &mut Vec<Effect>) -> Sent {
        if self.accepts(item) {
            self.accept(now, item, effects);
            return Sent::Taken;
        }
        self.overflow(now, Some(who), item, effects)
    }

    /// Sends an item if that needs no waiting.
    #[inline]
    pub fn offer(&mut self, now: u64, item: &Item, effects: &mut Vec<Effect>) -> Sent {
        if self.accepts(item) {
            self.accept(now, item, effects);
            return Sent::Taken;
        }
        self.overflow(now, None, item, effects)
    }

    /// Whether an offer of this item would be taken.
    #[inline(always)]
    #[must_use]
    pub fn accepts(&self, item: &Item) -> bool {
        if self.closed {
            return false;
        }
        if self.rules.room == Room::Items(0) {
            return self.receivers_wanting(None);
        }
        (self.rules.barging || self.senders.is_empty()) && self.has_room(item.size)
    }

    /// Waits to send, whatever there is room for: one arm of a `select` that found none ready.
    pub fn wait_to_send(&mut self, now: u64, who: Who, item: &Item) -> Ticket {
        let ticket = self.senders.join(Sender {
            who,
            item: *item,
            receives_at: NOWHERE,
        });
        self.counts.send_waits += 1;
        (self.counts.senders_max).rise(u64::from(self.senders.len()));
        self.note_full(now);
        ticket
    }

    /// How many items a receive would get at once.
    #[inline]
    #[must_use]
    pub fn available(&self) -> usize {
        let unpromised = self.buffer.len() - self.spoken_for();
        let at_once = self.rules.delay == 0 && self.wire.is_empty();
        if unpromised == 0 && self.rules.room == Room::Items(0) && at_once {
            return self.senders.len() as usize;
        }
        unpromised
    }

    /// Takes the oldest item; [`Channel::available`] said there is one.
    #[inline]
    pub fn take(&mut self, now: u64, effects: &mut Vec<Effect>) -> Option<Item> {
        if let Some(item) = self.buffer.pop_front() {
            let hold = self.give(now, item.size, effects);
            if self.closed {
                self.end_receivers(effects);
            }
            return Some(with_hold(item, hold));
        }
        let (ticket, Sender { who, item, .. }) = self.next_sender()?;
        effects.push(Effect::Takes { who, ticket });
        self.counts.taken += 1;
        self.take_room(&item);
        let hold = self.give(now, item.size, effects);
        Some(with_hold(item, hold))
    }

    /// Waits to receive.
    #[inline]
    pub fn wait_to_receive(&mut self, now: u64, who: Who) -> Ticket {
        let ticket = self.receivers.join(Receiver {
            who,
            sends_at: NOWHERE,
        });
        if self.rules.room == Room::Items(0) {
            self.note_full(now);
        }
        ticket
    }

    /// The two places are one waiter's: when it is called at one it leaves the other.
    pub fn pair(&mut self, sends_at: Ticket, receives_at: Ticket) {
        self.senders.entry_mut(sends_at).receives_at = receives_at;
        self.receivers.entry_mut(receives_at).sends_at = sends_at;
    }

    /// Whether a receiver that waits is room for one of those that wait to send: at a rendezvous, and where it takes over directly from
    /// a sender that was woken for a place. Through a buffer (`no_handoff`) there is room for no more than the buffer has.
    #[must_use]
    pub fn receiver_makes_room(&self) -> bool {
        !self.senders.is_empty() && (self.rules.handoff || self.rules.room == Room::Items(0))
    }

    /// A woken receiver runs: the promise made to it ends, whether it fetches the item or not.
    pub fn end_promise(&mut self) {
        self.promised = self.promised.saturating_sub(1);
    }

    /// A woken receiver will never run: what was kept for it goes to the next in line.
    pub fn break_promise(&mut self, effects: &mut Vec<Effect>) {
        self.end_promise();
        self.wake_receiver(effects);
    }

    /// A woken sender will never run: the next in line looks instead.
    pub fn pass_wake(&mut self, now: u64, effects: &mut Vec<Effect>) {
        self.admit(now, effects);
    }

    /// A waiting sender gives up; [`Channel::let_in`] follows.
    pub fn leave_senders(&mut self, ticket: Ticket) {
        let _ = self.senders.leave(ticket);
    }

    /// A waiting sender has left: the one behind may be smaller than what held up the line.
    pub fn let_in(&mut self, now: u64, effects: &mut Vec<Effect>) {
        if !self.rules.barging {
            self.admit(now, effects);
        }
        self.note_full(now);
    }

    /// A waiting receiver gives up.
    pub fn leave_receivers(&mut self, now: u64, ticket: Ticket) {
        let _ = self.receivers.leave(ticket);
        self.note_full(now);
    }

    /// An item that kept its room (`frees done`) left its receiver's hand.
    #[inline]
    pub fn finish(&mut self, now: u64, bytes: u64, effects: &mut Vec<Effect>) {
        self.free_room(now, bytes, effects);
        self.note_full(now);
    }

    /// Closes it: waiting and later sends fail; what is in it can still be received. Says whether it was open.
    pub fn close(&mut self, now: u64, effects: &mut Vec<Effect>) -> bool {
        if self.closed {
            return false;
        }
        self.closed = true;
        while let Some((ticket, Sender { who, .. })) = self.next_sender() {
            effects.push(Effect::FailsSender { who, ticket });
        }
        self.end_receivers(effects);
        self.note_full(now);
        true
    }

    /// What is due now arrives, and freed room is felt (`delay`).
    pub fn due(&mut self, now: u64, effects: &mut Vec<Effect>) {
        while let Some(&(due, item)) = self.wire.front() {
            if due > now {
                break;
            }
            let _ = self.wire.pop_front();
            self.arrive(now, &item, effects);
        }
        while let Some(&Freed { due, bytes }) = self.freed.front() {
            if due > now {
                break;
            }
            let _ = self.freed.pop_front();
            self.freed_bytes -= bytes;
            self.feel_room(now, bytes, effects);
        }
        if self.closed {
            self.end_receivers(effects);
        }
        let next = self
            .wire
            .front()
            .map(|&(due, _)| due)
            .into_iter()
            .chain(self.freed.front().map(|freed| freed.due))
            .min();
        if let Some(at) = next {
            effects.push(Effect::CallsBack { at });
        }
        self.note(now);
    }

    /// Empties the channel and says what was in it; room held in hands stays taken.
    pub fn clear(&mut self, now: u64, effects: &mut Vec<Effect>) -> Vec<Item> {
        let items: Vec<Item> = self
            .wire
            .drain(..)
            .map(|(_, item)| item)
            .chain(self.buffer.drain(..))
            .collect();
        self.promised = 0;
        for item in &items {
            self.free_room(now, item.size, effects);
        }
        if self.closed {
            self.end_receivers(effects);
        }
        self.note(now);
        items
    }

    /// New rules: a knob moved. What is held stays; a smaller room takes nothing until it has some.
    pub fn set_rules(&mut self, now: u64, rules: Rules, effects: &mut Vec<Effect>) {
        self.rules = rules;
        self.plain = is_plain(&rules);
        self.check_mark_fell();
        while self.admit(now, effects) {}
        self.note_full(now);
    }

    fn overflow(
        &mut self,
        now: u64,
        who: Option<Who>,
        item: &Item,
        effects: &mut Vec<Effect>,
    ) -> Sent {
        if self.closed {
            self.counts.rejected += 1;
            return Sent::Refused;
        }
        match (self.rules.overflow, who) {
            (Overflow::Block, Some(who)) => Sent::Waits(self.wait_to_send(now, who, item)),
            (Overflow::Block, None) | (Overflow::Reject, _) => {
                self.counts.rejected += 1;
                Sent::Refused
            }
            (Overflow::DropNewest, _) => {
                self.counts.dropped += 1;
                Sent::Dropped
            }
            (Overflow::DropOldest, _) => self.drop_oldest(now, item, effects),
        }
    }

    /// Makes room by dropping what is oldest: of the buffer, also what a woken receiver has not fetched yet, then of the wire. Room that is
    /// held in hands cannot be made: then the new item is dropped.
    fn drop_oldest(&mut self, now: u64, item: &Item, effects: &mut Vec<Effect>) -> Sent {
        while !self.accepts(item) {
            let on_wire = || self.wire.pop_front().map(|(_, item)| item);
            let Some(item) = self.buffer.pop_front().or_else(on_wire) else {
                self.counts.dropped += 1;
                return Sent::Dropped;
            };
            self.counts.dropped += 1;
            effects.push(Effect::Drops { item });
            // Whatever the delay: it makes room for what comes in its stead.
            self.feel_room(now, item.size, effects);
        }
        self.accept(now, item, effects);
        // One large item may have come for several small ones: the last of those who were woken for them find nothing, and wait again.
        self.promised = self.promised.min(self.buffer.len());
        Sent::Taken
    }

    #[inline]
    fn has_room(&self, size: u64) -> bool {
        match self.rules.room {
            Room::Items(items) => self.level_items < items,
            Room::Bytes(bytes) => {
                self.level_items == 0 || self.level_bytes.saturating_add(size) <= bytes
            }
            Room::Unlimited => true,
            Room::Pages { bytes, page } => self.has_pages(size, slots(bytes, page), page),
        }
    }

    #[cold]
    fn pages_full(&self, slots: u64) -> bool {
        self.pages.used() >= slots || !self.senders.is_empty()
    }

    #[cold]
    fn has_pages(&self, size: u64, slots: u64, page: u64) -> bool {
        let free = slots.saturating_sub(self.pages.used());
        self.level_items == 0 || self.pages.needs(size, page.max(1)) <= free
    }

    #[inline]
    fn accept(&mut self, now: u64, item: &Item, effects: &mut Vec<Effect>) {
        self.counts.taken += 1;
        self.take_room(item);
        if self.rules.delay == 0 && self.wire.is_empty() {
            self.arrive(now, item, effects);
        } else {
            // A delay that a knob has shortened, even to nothing, does not let items overtake each other.
            let due = now
                .saturating_add(self.rules.delay)
                .max(self.wire.back().map_or(0, |&(due, _)| due));
            self.wire.push_back((due, *item));
            effects.push(Effect::CallsBack { at: due });
        }
        self.note(now);
    }

    #[inline]
    fn arrive(&mut self, now: u64, item: &Item, effects: &mut Vec<Effect>) {
        let direct = self.rules.handoff || self.rules.room == Room::Items(0);
        if direct && self.buffer.is_empty() {
            if let Some((ticket, who)) = self.next_receiver() {
                let hold = self.give(now, item.size, effects);
                effects.push(Effect::Gives {
                    who,
                    ticket,
                    item: with_hold(*item, hold),
                });
                return;
            }
        }
        self.buffer.push_back(*item);
        if !direct {
            self.wake_receiver(effects);
        }
    }

    /// How many items, the first ones, only a woken receiver may have.
    #[inline]
    fn spoken_for(&self) -> usize {
        if self.rules.barging {
            0
        } else {
            self.promised.min(self.buffer.len())
        }
    }

    /// Wakes a receiver for an item that is nobody's yet. With `barging` no item is anybody's: each that arrives wakes one more, as
    /// a condition variable does, even while one that was woken before has not run.
    fn wake_receiver(&mut self, effects: &mut Vec<Effect>) {
        if self.buffer.len() > self.spoken_for() {
            if let Some((ticket, who)) = self.next_receiver() {
                self.promised += 1;
                effects.push(Effect::WakesReceiver { who, ticket });
            }
        }
    }

    /// The receiver that waits longest leaves the line, and the line of senders if it stands there too.
    #[inline]
    fn next_receiver(&mut self) -> Option<(Ticket, Who)> {
        let (ticket, Receiver { who, sends_at }) = self.receivers.pop()?;
        if sends_at != NOWHERE {
            let _ = self.senders.leave(sends_at);
        }
        Some((ticket, who))
    }

    /// The same of the sender that waits longest.
    #[inline]
    fn next_sender(&mut self) -> Option<(Ticket, Sender)> {
        let (ticket, sender) = self.senders.pop()?;
        if sender.receives_at != NOWHERE {
            let _ = self.receivers.leave(sender.receives_at);
        }
        Some((ticket, sender))
    }

    fn end_receivers(&mut self, effects: &mut Vec<Effect>) {
        if self.wire.is_empty() && self.buffer.is_empty() {
            while let Some((ticket, who)) = self.next_receiver() {
                effects.push(Effect::EndsReceiver { who, ticket });
            }
        }
    }

    /// An item goes into a receiver's hand. Says whose room it keeps there.
    #[inline]
    fn give(&mut self, now: u64, bytes: u64, effects: &mut Vec<Effect>) -> Hold {
        self.counts.given += 1;
        if !self.rules.frees_done {
            self.free_room(now, bytes, effects);
        }
        self.note(now);
        if self.rules.frees_done {
            Hold::Room(self.number)
        } else {
            Hold::Nothing
        }
    }

    #[inline]
    fn take_room(&mut self, item: &Item) {
        self.level_items += 1;
        self.level_bytes += item.size;
        self.counts.bytes_max.rise(self.level_bytes);
        if !self.plain {
            self.level_rose(item.size);
        }
    }

    #[cold]
    fn level_rose(&mut self, bytes: u64) {
        if let Room::Pages { page, .. } = self.rules.room {
            self.pages.put(bytes, page.max(1));
        }
        if let Some(mark) = self.rules.mark {
            let level = if mark.bytes {
                self.level_bytes
            } else {
                self.level_items
            };
            self.marked |= level >= mark.high && level > 0;
        }
    }

    #[inline]
    fn free_room(&mut self, now: u64, bytes: u64, effects: &mut Vec<Effect>) {
        if self.rules.delay == 0 && self.freed.is_empty() {
            self.feel_room(now, bytes, effects);
        } else {
            let due = now
                .saturating_add(self.rules.delay)
                .max(self.freed.back().map_or(0, |freed| freed.due));
            self.freed.push_back(Freed { due, bytes });
            self.freed_bytes += bytes;
            effects.push(Effect::CallsBack { at: due });
        }
    }

    #[inline]
    fn feel_room(&mut self, now: u64, bytes: u64, effects: &mut Vec<Effect>) {
        self.level_items -= 1;
        self.level_bytes -= bytes;
        if !self.plain {
            self.level_fell(bytes);
        }
        if !self.senders.is_empty() {
            let _ = self.admit(now, effects);
        }
    }

    #[cold]
    fn level_fell(&mut self, bytes: u64) {
        if let Room::Pages { .. } = self.rules.room {
            self.pages.free(bytes);
        }
        self.check_mark_fell();
    }

    fn check_mark_fell(&mut self) {
        if let Some(mark) = self.rules.mark {
            let level = if mark.bytes {
                self.level_bytes
            } else {
                self.level_items
            };
            self.marked &= level > mark.low;
        }
    }

    /// Whether more receivers wait than there are items on their way to them (`delay`), not counting one who waits to send too and cannot
    /// be its own receiver (a `select`).
    #[inline]
    fn receivers_wanting(&self, but: Option<Who>) -> bool {
        let mut others = (self.receivers.iter()).filter(|receiver| Some(receiver.who) != but);
        others.nth(self.len()).is_some()
    }

    /// Lets in whom the room allows (with `barging`: wakes one for each place). Says whether anybody moved.
    fn admit(&mut self, now: u64, effects: &mut Vec<Effect>) -> bool {
        let mut moved = false;
        while let Some(&Sender { who, item, .. }) = self.senders.first() {
            let rendezvous = self.rules.room == Room::Items(0);
            let can_enter = if rendezvous {
                self.receivers_wanting(Some(who))
            } else {
                self.has_room(item.size)
            };
            if !can_enter {
                break;
            }
            let Some((ticket, _)) = self.next_sender() else {
                break;
            };
            moved = true;
            if self.rules.barging {
                effects.push(Effect::WakesSender { who, ticket });
                break;
            }
            effects.push(Effect::Takes { who, ticket });
            self.accept(now, &item, effects);
        }
        moved
    }

    /// Depth and fullness changed.
    #[inline]
    fn note(&mut self, now: u64) {
        self.depth.set(now, self.len() as u64);
        self.note_full(now);
    }

    #[inline]
    fn note_full(&mut self, now: u64) {
        self.full_share.set(now, self.full());
    }
}

/// Whole slots only.
fn slots(bytes: u64, page: u64) -> u64 {
    bytes / page.max(1)
}

fn is_plain(rules: &Rules) -> bool {
    rules.mark.is_none() && !matches!(rules.room, Room::Pages { .. })
}

/// The item with what it holds now. Written only where it differs: reading back in one piece what was stored in two stalls.
#[inline(always)]
fn with_hold(mut item: Item, hold: Hold) -> Item {
    if item.hold != hold {
        item.hold = hold;
    }
    item
}
