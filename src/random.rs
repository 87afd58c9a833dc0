//! Randomness: streams derived from one seed, and the distributions that draw from them. Nothing else.
//!
//! # Streams
//! Every group of activities and every purpose has a [`Stream`] of its own, derived from the run's seed, a name, a
//! [`Purpose`] and an ordinal. No stream is derived from another, so adding, removing or changing one place of a
//! scenario leaves the draws of all other places as they were: two variants of a scenario see the same arrivals.
//!
//! # Distributions
//! They are methods of [`Stream`], in the unit of their parameters (durations here are nanoseconds as `f64`);
//! [`mean_of`] has the mean of each. The parameters come from a text that anybody may write, so no value of them panics
//! or hangs:
//! - a parameter that is NaN, or negative where that makes no sense, counts as 0;
//! - no draw is NaN or infinite, and none but `uniform`'s is negative; what would be infinite is `f64::MAX`.
//!
//! `exponential`, `uniform`, `normal`, `lognormal`, `pareto`, `weibull`, `choice` and `chance` take from the stream
//! what they take whatever their parameters are, so moving a knob leaves the luck of later draws unchanged. `gamma`,
//! `erlang` and `zipf` reject, or sum, by their parameters; after those have changed, the luck changes.
//!
//! # The same bits everywhere
//! Only `+ - * /`, `sqrt` (exact by IEEE 754) and the `libm` crate are used, never the platform's `ln`, `exp` or `pow`,
//! so native builds and browsers draw the same numbers. Tests pin the first ones: changing them changes what linked
//! scenarios show.
//!
//! # Quality
//! xoshiro256++ has a period of 2^256 - 1. The distributions are exact but for the 53 bits of a double: none is a sum
//! of twelve uniforms, none is cut in its tail. It is no source for secrets.
//!
//! ```
//! use highwater::random::{Purpose, Stream};
//!
//! let mut ticks = Stream::derive(7, "orders", Purpose::Ticks, 0);
//! let wait_ns = ticks.exponential(10e6);
//! assert!(wait_ns >= 0.0);
//! assert_eq!(wait_ns, Stream::derive(7, "orders", Purpose::Ticks, 0).exponential(10e6));
//! ```

mod distributions;
pub mod mean_of;
mod stream;
mod ziggurat;
mod zipf;

pub use stream::{Purpose, Stream};
pub use zipf::{ZIPF_N_MAX, ZipfSampler};
