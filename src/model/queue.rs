//! A leased queue (SQS): who receives a message gets it for a time, and it is gone only when it is deleted.
//!
//! A message is delayed, visible or in flight. In flight it comes back when its lease runs out or is given up, at the back, with its
//! count of receives one higher; at the receive that would exceed `max_receives` it goes to the dead letters instead. With `fifo` a key's
//! messages stay in order, and none of them is given out while another is in flight.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::Who;
use super::fifo::Fifo;
use super::item::{Hold, Item, Key};
use super::keys::{KeyBits, KeyMap, key_bits};
use super::line::{Line, Ticket};
use crate::measure::{Counter, Gauge};

/// The most messages one receive gives (`MaxNumberOfMessages`).
pub const BATCH_MAX: u64 = 10;

/// What the text and the knobs say of a queue; times in nanoseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rules {
    /// How long a lease lasts.
    pub visibility: u64,
    /// How often a message is given out at most; any number of times if `None`.
    pub max_receives: Option<u64>,
    /// How long a new message is not visible.
    pub delay: u64,
    /// Whether a key's messages stay in order.
    pub fifo: bool,
}

/// A message in somebody's hand: which, and the how-many-th time it was given out. Good until the lease runs out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lease {
    /// The queue, by index.
    pub queue: u32,
    /// The message.
    pub message: u32,
    /// Told apart from other leases of its place.
    pub delivery: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Delayed,
    Visible,
    InFlight,
    /// Its place is vacant.
    Gone,
}

#[derive(Debug, Clone)]
struct Message {
    item: Item,
    state: State,
    /// Its place in order: of arrival, or of becoming visible again where no order is kept.
    order: u64,
    /// When it becomes visible, delayed or in flight: time and order of scheduling.
    due: (u64, u64),
    receives: u64,
    /// Grows with each lease of this place, over all messages that were in it.
    delivery: u32,
}

/// What is visible and in flight of one key.
#[derive(Debug, Clone, Default)]
struct Ordered {
    /// By order.
    visible: BinaryHeap<Reverse<(u64, u32)>>,
    in_flight: u64,
    /// Under which order it is among the free keys.
    listed: Option<u64>,
}

type Due = (u64, u64, u32);

/// As many stale times are kept before the list is gone through.
const STALE_MIN: u64 = 64;

/// What is counted of a queue.
#[derive(Debug, Clone, Copy, Default)]
pub struct Counts {
    /// Messages sent to it.
    pub sent: Counter,
    /// Messages given out, again or not.
    pub received: Counter,
    /// Given out again.
    pub redelivered: Counter,
    /// Deleted.
    pub deleted: Counter,
    /// Gone to the dead letters.
    pub dead_lettered: Counter,
    /// Leases that ran out.
    pub expired: Counter,
}

/// A leased queue.
#[derive(Debug, Clone)]
pub struct Queue {
    number: u32,
    rules: Rules,
    messages: Vec<Message>,
    vacant: Vec<u32>,
    /// Visible messages where no order is kept, the oldest first.
    visible: Fifo<u32>,
    /// By key, where order is kept.
    keys: KeyMap<Ordered>,
    /// The keys that may be given out, by the order of their first message; what is not listed so any more is passed over.
    free_keys: BinaryHeap<Reverse<(u64, u64)>>,
    /// How many keys are listed.
    free: u64,
    /// When what is delayed or in flight becomes visible: time, order of scheduling, message. The first one is never stale.
    due: BinaryHeap<Reverse<Due>>,
    next_order: u64,
    receivers: Line<Who>,
    /// Who was woken and has not looked yet: there is something for each of them.
    woken: u64,
    bytes: u64,
    visible_count: u64,
    visible_gauge: Gauge,
    in_flight: u64,
    in_flight_gauge: Gauge,
    delayed: u64,
    /// When the last of those becomes visible.
    delayed_until: u64,
    counts: Counts,
}

const NO_KEY: KeyBits = KeyBits::MAX;

/// What a key is told apart by. No number is no key.
fn bits(key: Key) -> KeyBits {
    match key {
        Key::None => NO_KEY,
        Key::Number(number) => key_bits(number).unwrap_or(NO_KEY),
        // As little a number as no key is.
        Key::Literal(index) => 0xFFFF_FFFE_0000_0000 | u64::from(index),
    }
}

impl Queue {
    /// An empty queue.
    #[must_use]
    pub fn new(number: u32, rules: Rules) -> Self {
        Queue {
            number,
            rules,
            messages: Vec::new(),
            vacant: Vec::new(),
            visible: Fifo::new(),
            keys: KeyMap::default(),
            free_keys: BinaryHeap::new(),
            free: 0,
            due: BinaryHeap::new(),
            next_order: 0,
            receivers: Line::default(),
            woken: 0,
            bytes: 0,
            visible_count: 0,
            visible_gauge: Gauge::new(0, 0),
            in_flight: 0,
            in_flight_gauge: Gauge::new(0, 0),
            delayed: 0,
            delayed_until: 0,
            counts: Counts::default(),
        }
    }

    /// New rules: leases and delays that run keep their length.
    pub fn set_rules(&mut self, rules: Rules) {
        self.rules = rules;
    }

    /// Visible messages.
    #[must_use]
    pub fn visible(&self) -> u64 {
        self.visible_count
    }

    /// Messages in flight.
    #[must_use]
    pub fn in_flight(&self) -> u64 {
        self.in_flight
    }

    /// Visible messages and messages in flight, over time.
    #[must_use]
    pub fn gauges(&self) -> [&Gauge; 2] {
        [&self.visible_gauge, &self.in_flight_gauge]
    }

    /// The same, to end a row of the charts.
    pub fn gauges_mut(&mut self) -> [&mut Gauge; 2] {
        [&mut self.visible_gauge, &mut self.in_flight_gauge]
    }

    /// Messages that are not visible yet.
    #[must_use]
    pub fn delayed(&self) -> u64 {
        self.delayed
    }

    /// All messages it has.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.visible_count + self.in_flight + self.delayed
    }

    /// Whether it has none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Bytes of all messages.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// What was counted.
    #[must_use]
    pub fn counts(&self) -> &Counts {
        &self.counts
    }

    /// Who waits for messages.
    #[must_use]
    pub fn waiting_receivers(&self) -> u32 {
        self.receivers.len()
    }

    /// Forgets what was counted: the end of a warm-up.
    pub fn reset_measures(&mut self, now: u64) {
        self.counts = Counts::default();
        self.visible_gauge.reset(now);
        self.in_flight_gauge.reset(now);
    }

    /// When the next message becomes visible.
    #[must_use]
    pub fn next_due(&self) -> Option<u64> {
        self.due.peek().map(|&Reverse((due, ..))| due)
    }

    /// A message comes. Says who may look, if anybody waits.
    pub fn send(&mut self, now: u64, item: Item) -> Option<Who> {
        self.counts.sent += 1;
        self.bytes += item.size;
        let message = self.place(item);
        let mut due = now.saturating_add(self.rules.delay);
        // A delay that a knob has shortened does not let messages overtake each other where order is kept.
        let keeps_order = self.rules.fifo && self.delayed > 0;
        if keeps_order {
            due = due.max(self.delayed_until);
        }
        if self.rules.delay == 0 && !keeps_order {
            self.show(now, message);
            return self.next_woken();
        }
        self.delayed += 1;
        self.delayed_until = due;
        self.hide(message, State::Delayed, due);
        None
    }

    fn place(&mut self, item: Item) -> u32 {
        let order = self.take_order();
        let Some(place) = self.vacant.pop() else {
            self.messages.push(Message {
                item,
                state: State::Gone,
                order,
                due: (0, 0),
                receives: 0,
                delivery: 0,
            });
            return (self.messages.len() - 1) as u32;
        };
        let message = &mut self.messages[place as usize];
        message.item = item;
        message.order = order;
        message.receives = 0;
        place
    }

    fn take_order(&mut self) -> u64 {
        self.next_order += 1;
        self.next_order
    }

    /// It becomes visible at that time.
    fn hide(&mut self, message: u32, state: State, due: u64) {
        let order = self.take_order();
        let one = &mut self.messages[message as usize];
        one.state = state;
        one.due = (due, order);
        self.due.push(Reverse((due, order, message)));
    }

    /// It is visible from now on.
    fn show(&mut self, now: u64, message: u32) {
        let fifo = self.rules.fifo;
        let back = self.take_order();
        let one = &mut self.messages[message as usize];
        one.state = State::Visible;
        if fifo {
            let (key, order) = (bits(one.item.key), one.order);
            let ordered = self.keys.entry(key);
            ordered.visible.push(Reverse((order, message)));
            self.free_key(key);
        } else {
            one.order = back;
            self.visible.push_back(message);
        }
        self.visible_count += 1;
        self.note(now);
    }

    /// Whether a receive would give something (or bury something).
    #[must_use]
    pub fn has_some(&self) -> bool {
        !self.visible.is_empty() || self.free > 0
    }

    /// Takes the next visible message; with `fifo`, the next of the key that `of` names, if it is given.
    fn next(&mut self, now: u64, of: Option<u64>) -> Option<u32> {
        let message = if self.rules.fifo {
            let key = match of {
                Some(key) => key,
                None => self.first_free()?,
            };
            let ordered = self.keys.get_mut(key)?;
            let Reverse((_, message)) = ordered.visible.pop()?;
            self.free -= u64::from(ordered.listed.take().is_some());
            message
        } else {
            self.visible.pop_front()?
        };
        self.visible_count -= 1;
        self.note(now);
        Some(message)
    }

    /// The key whose first visible message is the oldest, among those that may be given out.
    fn first_free(&mut self) -> Option<u64> {
        loop {
            let &Reverse((order, key)) = self.free_keys.peek()?;
            let ordered = self.keys.get(key);
            if ordered.is_some_and(|ordered| ordered.listed == Some(order)) {
                return Some(key);
            }
            self.free_keys.pop();
        }
    }

    /// Leases up to so many messages, at most [`BATCH_MAX`]. What was given out too often is put into `dead` instead.
    pub fn receive(&mut self, now: u64, most: u64, taken: &mut Vec<Item>, dead: &mut Vec<Item>) {
        let most = most.clamp(1, BATCH_MAX) as usize;
        let mut key = None;
        while taken.len() < most {
            let Some(message) = self.next(now, key) else {
                // One receive may take several of one key, then of the next.
                match key.take() {
                    Some(_) => continue,
                    None => break,
                }
            };
            let one = &self.messages[message as usize];
            let this_key = bits(one.item.key);
            if self
                .rules
                .max_receives
                .is_some_and(|most| one.receives >= most)
            {
                dead.push(self.remove(message));
                self.counts.dead_lettered += 1;
                self.free_key(this_key);
                continue;
            }
            if self.rules.fifo {
                if let Some(ordered) = self.keys.get_mut(this_key) {
                    ordered.in_flight += 1;
                }
                key = Some(this_key);
            }
            taken.push(self.lease(now, message));
        }
    }

    fn lease(&mut self, now: u64, message: u32) -> Item {
        let due = now.saturating_add(self.rules.visibility);
        self.hide(message, State::InFlight, due);
        self.in_flight += 1;
        self.note(now);
        self.counts.received += 1;
        let one = &mut self.messages[message as usize];
        one.receives += 1;
        one.delivery = one.delivery.wrapping_add(1);
        self.counts.redelivered += u64::from(one.receives > 1);
        Item {
            hold: Hold::Lease(Lease {
                queue: self.number,
                message,
                delivery: one.delivery,
            }),
            redeliveries: (one.receives - 1) as u32,
            caller: None,
            ..one.item
        }
    }

    /// What is visible or in flight has changed.
    fn note(&mut self, now: u64) {
        self.visible_gauge.set(now, self.visible_count);
        self.in_flight_gauge.set(now, self.in_flight);
    }

    /// Who finds nothing waits.
    pub fn wait(&mut self, who: Who) -> Ticket {
        self.receivers.join(who)
    }

    /// Who waits gives up.
    pub fn leave(&mut self, ticket: Ticket) {
        let _ = self.receivers.leave(ticket);
    }

    /// Whether a lease still holds.
    fn holds(&self, lease: Lease) -> bool {
        self.messages
            .get(lease.message as usize)
            .is_some_and(|one| one.state == State::InFlight && one.delivery == lease.delivery)
    }

    /// Takes a message out of flight.
    fn land(&mut self, now: u64, message: u32) {
        self.in_flight -= 1;
        self.note(now);
        let key = bits(self.messages[message as usize].item.key);
        if let Some(ordered) = self.keys.get_mut(key) {
            ordered.in_flight -= 1;
        }
    }

    /// A key none of whose messages is in flight may be given out again.
    fn free_key(&mut self, key: u64) {
        let Some(ordered) = self.keys.get_mut(key) else {
            return;
        };
        if ordered.in_flight > 0 {
            return;
        }
        let first = ordered.visible.peek().map(|&Reverse((order, _))| order);
        if ordered.listed != first {
            self.free += u64::from(ordered.listed.is_none());
            ordered.listed = first;
            (self.free_keys).extend(first.map(|order| Reverse((order, key))));
        }
        if first.is_none() {
            self.keys.remove(key);
        }
    }

    /// Whether a message is still to become visible at that time.
    fn is_due(messages: &[Message], &Reverse((due, order, message)): &Reverse<Due>) -> bool {
        let one = &messages[message as usize];
        matches!(one.state, State::Delayed | State::InFlight) && one.due == (due, order)
    }

    /// Forgets times that do not count any more: the first, and all when they are most.
    fn drop_stale(&mut self) {
        let messages = &self.messages;
        while (self.due.peek()).is_some_and(|first| !Self::is_due(messages, first)) {
            self.due.pop();
        }
        let alive = self.in_flight + self.delayed;
        if self.due.len() as u64 > 2 * alive + STALE_MIN {
            self.due.retain(|due| Self::is_due(messages, due));
        }
    }

    /// Deletes a leased message. `None` if the lease has run out: that does nothing.
    pub fn delete(&mut self, now: u64, lease: Lease) -> Option<Item> {
        if !self.holds(lease) {
            return None;
        }
        self.land(now, lease.message);
        self.counts.deleted += 1;
        let item = self.remove(lease.message);
        self.drop_stale();
        self.free_key(bits(item.key));
        Some(item)
    }

    fn remove(&mut self, message: u32) -> Item {
        let one = &mut self.messages[message as usize];
        one.state = State::Gone;
        self.bytes -= one.item.size;
        self.vacant.push(message);
        one.item
    }

    /// A lease counts from now again, for so long; 0 gives the message up at once. Who has no lease any more changes nothing.
    pub fn extend(&mut self, now: u64, lease: Lease, time: u64) {
        if !self.holds(lease) {
            return;
        }
        self.land(now, lease.message);
        if time == 0 {
            self.show(now, lease.message);
            self.drop_stale();
            return;
        }
        let key = bits(self.messages[lease.message as usize].item.key);
        if let Some(ordered) = self.keys.get_mut(key) {
            ordered.in_flight += 1;
        }
        self.in_flight += 1;
        self.note(now);
        self.hide(lease.message, State::InFlight, now.saturating_add(time));
        self.drop_stale();
    }

    /// What is due becomes visible, at most so many at once. Says how many have.
    pub fn look(&mut self, now: u64, most: u64) -> u64 {
        let mut shown = 0;
        while let Some(&Reverse((due, _, message))) = self.due.peek() {
            if due > now || shown == most {
                break;
            }
            shown += 1;
            if self.messages[message as usize].state == State::InFlight {
                self.land(now, message);
                self.counts.expired += 1;
            } else {
                self.delayed -= 1;
            }
            self.show(now, message);
            self.drop_stale();
        }
        shown
    }

    /// Who may look now: as many as there is something for, without those who were told so before. Each looks, or says that it will not.
    pub fn next_woken(&mut self) -> Option<Who> {
        if self.woken >= self.free + self.visible.len() as u64 {
            return None;
        }
        let (_, who) = self.receivers.pop()?;
        self.woken += 1;
        Some(who)
    }

    /// Who was woken looks, or will not.
    pub fn looked(&mut self) {
        self.woken -= 1;
    }

    /// Empties the queue and says what was in it.
    pub fn clear(&mut self, now: u64) -> Vec<Item> {
        let all = (self.messages.iter()).filter(|one| one.state != State::Gone);
        let items = all.map(|one| one.item).collect();
        for message in &mut self.messages {
            message.state = State::Gone;
        }
        self.vacant = (0..self.messages.len() as u32).collect();
        self.visible.clear();
        self.keys = KeyMap::default();
        self.free_keys.clear();
        self.free = 0;
        self.due.clear();
        self.bytes = 0;
        self.delayed = 0;
        (self.visible_count, self.in_flight) = (0, 0);
        self.note(now);
        items
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::reading::CountReading;

    fn item(key: f64) -> Item {
        Item::new(0, 1, Key::Number(key))
    }

    fn receive(queue: &mut Queue, now: u64, most: u64) -> (Vec<(f64, u32)>, Vec<Lease>, usize) {
        let (mut taken, mut dead) = (Vec::new(), Vec::new());
        queue.receive(now, most, &mut taken, &mut dead);
        let leases = taken.iter().filter_map(|item| match item.hold {
            Hold::Lease(lease) => Some(lease),
            _ => None,
        });
        let got = taken.iter().map(|item| match item.key {
            Key::Number(key) => (key, item.redeliveries + 1),
            _ => (f64::NAN, 0),
        });
        (got.collect(), leases.collect(), dead.len())
    }

    const RULES: Rules = Rules {
        visibility: 100,
        max_receives: Some(2),
        delay: 0,
        fifo: false,
    };

    #[test]
    fn what_is_not_deleted_comes_back_and_dies() {
        let mut queue = Queue::new(0, RULES);
        (1..=3).for_each(|key| assert_eq!(queue.send(0, item(f64::from(key))), None));
        let (got, leases, _) = receive(&mut queue, 10, 2);
        assert_eq!(got, [(1.0, 1), (2.0, 1)]);
        assert!(queue.delete(50, leases[0]).is_some());
        assert_eq!(queue.next_due(), Some(110));
        let _ = queue.look(110, 100);
        assert!(
            queue.delete(120, leases[1]).is_none(),
            "the lease has run out"
        );
        let (got, ..) = receive(&mut queue, 120, 10);
        assert_eq!(got, [(3.0, 1), (2.0, 2)]);
        let _ = queue.look(220, 100);
        let (got, _, dead) = receive(&mut queue, 220, 10);
        assert_eq!((got, dead), (vec![(3.0, 2)], 1));
        assert_eq!((queue.len(), queue.bytes()), (1, 1));
    }

    #[test]
    fn a_lease_is_extended_or_given_up() {
        let mut queue = Queue::new(0, RULES);
        let _ = queue.send(0, item(1.0));
        let (_, leases, _) = receive(&mut queue, 0, 1);
        queue.extend(90, leases[0], 100);
        let _ = queue.look(100, 100);
        assert_eq!((queue.visible(), queue.next_due()), (0, Some(190)));
        queue.extend(150, leases[0], 0);
        assert_eq!((queue.visible(), queue.in_flight()), (1, 0));
        assert!(queue.delete(151, leases[0]).is_none());
    }

    #[test]
    fn a_key_in_flight_holds_up_its_others_only() {
        let rules = Rules {
            fifo: true,
            max_receives: None,
            ..RULES
        };
        let mut queue = Queue::new(0, rules);
        for key in [1.0, 1.0, 2.0, 1.0, 2.0] {
            let _ = queue.send(0, item(key));
        }
        let (got, first, _) = receive(&mut queue, 1, 1);
        assert_eq!(got, [(1.0, 1)]);
        assert_eq!(receive(&mut queue, 2, 10).0, [(2.0, 1), (2.0, 1)]);
        assert_eq!(receive(&mut queue, 3, 10).0, []);
        assert!(queue.delete(4, first[0]).is_some());
        assert_eq!(receive(&mut queue, 5, 10).0, [(1.0, 1), (1.0, 1)]);
        let _ = queue.look(105, 100);
        assert_eq!(receive(&mut queue, 105, 10).0.len(), 4);
    }

    #[test]
    fn each_message_is_in_one_place() {
        let mut state = 7_u64;
        let mut random = |below: u64| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % below
        };
        for fifo in [false, true] {
            let rules = Rules {
                fifo,
                delay: 3,
                ..RULES
            };
            let mut queue = Queue::new(0, rules);
            let (mut leases, mut dead, mut deleted) = (Vec::new(), 0, 0);
            for now in 0..5000_u64 {
                match random(5) {
                    0 => drop(queue.send(now, item(random(4) as f64))),
                    1 => {
                        let (_, more, died) = receive(&mut queue, now, 1 + random(10));
                        leases.extend(more);
                        dead += died as u64;
                    }
                    2 if !leases.is_empty() => {
                        let lease = leases.swap_remove(random(leases.len() as u64) as usize);
                        deleted += u64::from(queue.delete(now, lease).is_some());
                    }
                    3 if !leases.is_empty() => {
                        let lease = leases[random(leases.len() as u64) as usize];
                        queue.extend(now, lease, random(3) * 40);
                    }
                    _ => drop(queue.look(now, 100)),
                }
                let inside = queue.len();
                assert_eq!(
                    queue.counts().sent.count(),
                    inside + dead + deleted,
                    "at {now}"
                );
                assert_eq!(queue.bytes(), inside);
                let visible: usize = queue.keys.rows().map(|one| one.visible.len()).sum();
                assert_eq!(queue.visible(), (visible + queue.visible.len()) as u64);
                let is_due = |due: &&Reverse<Due>| Queue::is_due(&queue.messages, due);
                let alive = queue.in_flight() + queue.delayed();
                assert_eq!(queue.due.iter().filter(is_due).count() as u64, alive);
                assert!(queue.due.peek().as_ref().is_none_or(is_due));
                assert!(queue.due.len() as u64 <= 2 * alive + STALE_MIN + 10);
                let listed = queue.keys.rows().filter(|one| one.listed.is_some());
                assert_eq!(queue.free, listed.count() as u64);
            }
        }
    }
}
