//! The stores that hold items and the resources that are held for a while: one file each, blind to each other, to the activities and
//! to the calendar. A model is called with the time and answers with its effects (this waiter has the item now, that one may look
//! again, call me at that time); the engine carries them out. Waiters are numbers to a model.

pub mod assignors;
pub mod channel;
pub mod cpu;
pub mod fifo;
pub mod group;
pub mod item;
pub mod keys;
pub mod line;
pub mod log;
pub mod memory;
mod pages;
pub mod permits;
pub mod queue;
mod roll;
pub mod table;

/// Who waits: a number that means something to the engine only.
pub type Who = u32;
