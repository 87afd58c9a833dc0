//! What happens when. The calendar knows what is due, activities know where they stand, the machine runs their instructions until they
//! wait, and carries out what the models answer.
//!
//! The ordering contract (`www/docs/language.md#order`): virtual time is whole nanoseconds; what happens at one instant happens in the
//! order in which it was scheduled; activities that became ready run first come first served before the clock moves; what an activity
//! does between two waits is atomic. So one scenario, seed and list of knob moves give one run, on every machine.
//!
//! Absent: the text (only spans of it), the wall clock, JavaScript, any randomness but the scenario's streams.

pub mod activity;
pub mod calendar;
mod cores;
mod crews;
mod figures;
mod footprint;
mod keyed;
mod knobs;
mod leases;
mod lives;
mod logs;
pub mod machine;
mod rests;
pub mod sampling;
mod scopes;
mod standing;
mod timers;
mod transfer;
mod values;
mod watching;
mod weighing;
mod work;

pub use footprint::HELD_BYTES_MAX;
pub use machine::{Machine, RunError, Status};
pub use work::{BYTES_COPIED, Budget, STEP, STEPS_AT_ONE_INSTANT_MAX};
