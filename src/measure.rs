//! What is measured, in memory that does not grow: latencies, levels over time, and the columns of charts; the ledger of items, the
//! trace of events, and the report's shape.
//!
//! Whoever acts reports here and never reads back, so measuring cannot change a run: the types take what they are told, and answer
//! only through the traits of [`reading`], which nothing that acts brings into scope. Times are whole nanoseconds of
//! virtual time; every call that takes `now_ns` must be given times that never go back.
//!
//! | type | answers | accuracy | memory |
//! | --- | --- | --- | --- |
//! | [`Latency`] | count, mean, quantiles, largest | quantiles within 0.4 %, all else exact | 98 KB |
//! | [`Gauge`] | highest, mean over time | integral as `f64` | 64 B |
//! | [`Share`] | how much of the time a flag held | exact to the nanosecond | 32 B |
//! | [`Counter`], [`Peak`] | how often, the most | exact | 8 B |
//! | [`TimeSpent`] | what share of the time went where | exact to the nanosecond | 16 B × states |
//! | [`Series`] | a chart's columns over the whole run | as coarse as the run is long | 8 B × 512 × columns |
//!
//! # Windows and warm-up
//! `Latency` and `Gauge` keep the current *window* (one row of a chart) apart from the time before it; `end_window`
//! hands out the row and begins the next. Everything else they answer covers all since the beginning or since `reset`,
//! which the end of the warm-up calls, the open window included.

mod counter;
mod footprint;
mod gauge;
mod histogram;
mod ledger;
pub mod reading;
pub mod report;
mod series;
mod trace;

pub use counter::{Counter, Measured, Peak, TimeSpent};
pub(crate) use footprint::takes;
pub use footprint::{Footprint, row};
pub use gauge::{Gauge, GaugeWindow, Share};
pub use histogram::{LATENCY_NS_MAX, Latency, LatencyWindow};
pub use ledger::{Fate, Ledger};
pub use series::{Merge, SERIES_ROWS_MAX, Series};
pub use trace::{Event, Figure, Thing, Trace, What};
