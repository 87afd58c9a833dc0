//! An item: what channels carry and activities hold.

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
    /// The channel (by index) whose room it still holds while it is in its receiver's hand (`frees done`).
    pub room: Option<u32>,
    /// How often it was delivered again, after the first time.
    pub redeliveries: u32,
}

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
            room: None,
            redeliveries: 0,
        }
    }
}
