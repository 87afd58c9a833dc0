//! How what is measured is read. A warm-up's end writes to measures, so nothing that decides how a run goes on may read them: whoever
//! acts knows the types and tells them things; their answers are methods of these traits, which only what reports brings into scope
//! (`tests/it/tidy.rs` holds the list: the report, the frame, the claims, the rows of the charts).

use super::{Gauge, GaugeWindow, LatencyWindow, Ledger};

/// What a [`Gauge`] has seen since its last reset.
pub trait GaugeReading {
    /// The highest level at any instant, the one held at the reset included.
    fn highest(&self) -> u64;

    /// The integral of the level over time, in level × nanoseconds.
    fn integral(&self, now_ns: u64) -> f64;

    /// The mean of the level over time; the level itself if no time has passed.
    fn mean(&self, now_ns: u64) -> f64;

    /// This level as a share of another, both averaged over time; `None` where the other is 0.
    fn share_of(&self, whole: &Gauge, now_ns: u64) -> Option<f64>;

    /// Ends the window that began at the last `end_window`, `reset` or `new`, and begins the next.
    fn end_window(&mut self, now_ns: u64) -> GaugeWindow;
}

/// What a [`Share`](super::Share) has seen since its last reset.
pub trait ShareReading {
    /// For how long it held, in nanoseconds, exactly.
    fn held_ns(&self, now_ns: u64) -> u64;

    /// The share of the time for which it held, from 0 to 1. If no time has passed: 1 if it holds now, else 0.
    fn share(&self, now_ns: u64) -> f64;
}

/// What a [`Counter`](super::Counter) or a [`Peak`](super::Peak) has come to since its last reset.
pub trait CountReading {
    /// How many, or the most.
    fn count(&self) -> u64;
}

/// What [`TimeSpent`](super::TimeSpent) has come to since its last reset.
pub trait TimeReading<const STATES: usize> {
    /// The share of all time for each state, those spells that are still open (`open`, from their beginning) included; `None` if no
    /// time has passed for anybody.
    fn shares(&self, open: &[u64; STATES]) -> Option<[f64; STATES]>;
}

/// What a [`Latency`](super::Latency) has recorded since its last reset.
pub trait LatencyReading {
    /// How many latencies were recorded.
    fn count(&self) -> u64;

    /// Their mean, exact but for the rounding to `f64`; `None` if there are none.
    fn mean_ns(&self) -> Option<f64>;

    /// The smallest, exact; `None` if there are none.
    fn min_ns(&self) -> Option<u64>;

    /// The largest, exact; `None` if there are none.
    fn max_ns(&self) -> Option<u64>;

    /// The latency in nanoseconds that a share `q` of all do not pass: the one of rank ⌈q × count⌉ in ascending order,
    /// with rank 1 for q = 0. `q` below 0 or NaN counts as 0, above 1 as 1. `None` if there are no latencies.
    fn quantile(&self, q: f64) -> Option<u64> {
        self.quantiles([q]).map(|[ns]| ns)
    }

    /// Several quantiles at once: adding the open window to the rest, some microseconds, is done once for all of them.
    fn quantiles<const N: usize>(&self, shares: [f64; N]) -> Option<[u64; N]>;

    /// How many latencies were above [`LATENCY_NS_MAX`](super::LATENCY_NS_MAX) and share the last bucket.
    fn clamped(&self) -> u64;

    /// Ends the window that began at the last `end_window`, `reset` or `new`, and begins the next. `None` if nothing
    /// was recorded in it. Costs some microseconds.
    fn end_window(&mut self) -> Option<LatencyWindow>;
}

/// What has become of items since [`Measured`](super::Measured) began.
pub trait RateReading {
    /// Items done per second; `None` if no time has passed.
    fn throughput_per_s(&self, ledger: &Ledger, now_ns: u64) -> Option<f64>;

    /// Items done in time per second; `None` if no time has passed.
    fn goodput_per_s(&self, ledger: &Ledger, now_ns: u64) -> Option<f64>;
}

/// What stands in a [`Series`](super::Series).
pub trait SeriesReading {
    /// The values of a column, oldest first.
    ///
    /// # Panics
    /// If there is no such column.
    fn column(&self, index: usize) -> &[f64];
}
