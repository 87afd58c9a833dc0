//! SQS, and Lambda's reading of it.
//!
//! A receive is a process that keeps what it got in hand, so that a later delete (`ack`) or change of visibility (`nack` now, else
//! `extend`) of a body is done by whoever got it last. The key of a FIFO queue is the group, so a body is told by when it was born: a
//! nanosecond apart. How many are visible, in flight and delayed is what the report says soon after each operation.

pub(super) mod lambda;
pub(super) mod limits;
pub(super) mod script;
