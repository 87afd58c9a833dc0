//! Redis: one thread that does one command at a time, and what it does when something is full.
//!
//! The thread is a `cpu` with one core. Where the order matters, a client's socket is a channel of its own, and the server takes all
//! that is in one before it looks at the next.

pub(super) mod blocking_pop;
pub(super) mod clients;
pub(super) mod memory;
pub(super) mod order;
pub(super) mod pubsub;
pub(super) mod stall;
