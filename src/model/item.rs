//! An item: what channels carry and activities hold.

use crate::measure::takes;

/// What an item's partition or message group is picked by.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum Key {
    /// It has none.
    #[default]
    None,
    /// A number; its text is decimal.
    Number(f64),
    /// A literal of the text, by its index.
    Literal(u32),
}

/// Who waits for an item to be done: a `call`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Caller {
    /// The activity's number.
    pub who: u32,
    /// Which life of that number, so that a later activity in its place is not taken for it.
    pub life: u32,
    /// Which of its calls.
    pub call: u32,
}

/// What else there is of an item while it is in somebody's hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Hold {
    /// Nothing: it is all there is.
    #[default]
    Nothing,
    /// The room it still takes in the channel it came from, by index (`frees done`).
    Room(u32),
    /// The record in the log: it was polled by a member of that group, and only a commit is its `done`.
    Record(u32),
    /// The message in a leased queue: only an `ack` is its `done`.
    Lease(super::queue::Lease),
    /// Nothing: a `select` made it to offer it, and nobody has taken it yet.
    Offered,
}

/// An item. Plain data of a fixed size; whoever holds it owns it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Item {
    /// When it was made, in nanoseconds.
    pub born: u64,
    /// Bytes.
    pub size: u64,
    /// Its key.
    pub key: Key,
    /// Who waits for it to be done.
    pub caller: Option<Caller>,
    /// What else there is of it while it is in its receiver's hand.
    pub hold: Hold,
    /// How often it was delivered again, after the first time.
    pub redeliveries: u32,
}

takes! { Item: 72, (u64, Item): 80 }

impl Item {
    /// A new item that nobody waits for and that was never delivered.
    #[inline(always)]
    #[must_use]
    pub fn new(born: u64, size: u64, key: Key) -> Self {
        Item {
            born,
            size,
            key,
            caller: None,
            hold: Hold::Nothing,
            redeliveries: 0,
        }
    }

    /// The item that goes on where this one is given away. What is leased or in a log stays where it is, and a copy goes: a new item, which
    /// nobody has had before.
    #[inline]
    #[must_use]
    pub fn sent_on(&self) -> Self {
        if self.counts() && self.hold != Hold::Offered {
            return *self;
        }
        Item {
            hold: Hold::Nothing,
            redeliveries: 0,
            ..*self
        }
    }

    /// The channel (by index) whose room it still takes.
    #[inline]
    #[must_use]
    pub fn room(&self) -> Option<u32> {
        match self.hold {
            Hold::Room(channel) => Some(channel),
            _ => None,
        }
    }

    /// Whether it counts in the ledger by itself: a polled record counts in its log, a leased message in its queue.
    #[inline]
    #[must_use]
    pub fn counts(&self) -> bool {
        !matches!(self.hold, Hold::Record(_) | Hold::Lease(_))
    }
}
