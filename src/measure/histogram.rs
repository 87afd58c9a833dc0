//! Latencies in fixed memory: the `hdrhistogram` crate, once for the current window and once for all before it, with
//! what it only approximates (sum, smallest, largest) kept exactly beside it.

use super::footprint::row;
use hdrhistogram::Histogram;
use std::borrow::Cow;

use super::reading::LatencyReading;

/// The largest latency with a bucket of its own: 2^54 - 1 ns, about 208 days.
pub const LATENCY_NS_MAX: u64 = (1 << 54) - 1;

/// With two digits hdrhistogram splits each octave (from a power of two to the next) into 128 buckets of equal width.
const SIGNIFICANT_DIGITS: u8 = 2;

/// Latencies in nanoseconds: count, mean, quantiles and largest, for the current window and in all.
///
/// # Accuracy
/// Count, mean, smallest and largest are exact. A quantile is the middle of the bucket that holds the sample of that
/// rank, moved between smallest and largest: below 256 ns it is exact, above it differs from the sample by at most
/// 1/256 of it (0.4 %). Samples above [`LATENCY_NS_MAX`] share the last bucket: they are counted by
/// [`LatencyReading::clamped`], and count, mean and largest take them as they are.
///
/// # Limits
/// 98 KB (two arrays of 6,144 `u64`), made once. More than 2^64 - 1 samples are not counted.
///
/// ```
/// use highwater::measure::{Latency, reading::LatencyReading};
///
/// let mut latency = Latency::new();
/// assert_eq!(latency.quantile(0.5), None);
/// for ms in 1..=100 {
///     latency.record(ms * 1_000_000);
/// }
/// let row = latency.end_window().expect("there are samples");
/// assert_eq!((row.count, row.max_ns), (100, 100_000_000));
/// let p99 = latency.quantile(0.99).expect("there are samples");
/// assert!(p99.abs_diff(99_000_000) <= 99_000_000 / 256);
/// assert_eq!(latency.mean_ns(), Some(50_500_000.0));
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Latency {
    window: Part,
    /// All windows that have ended since the last reset.
    before: Part,
}

/// The latencies of one window that had any.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LatencyWindow {
    /// How many there were: at least 1.
    pub count: u64,
    /// Their mean, exact but for the rounding to `f64`.
    pub mean_ns: f64,
    /// The median, as accurate as [`Latency`] says.
    pub p50_ns: u64,
    /// The 99th percentile, as accurate as [`Latency`] says.
    pub p99_ns: u64,
    /// The largest, exact.
    pub max_ns: u64,
}

impl Latency {
    /// No latencies yet.
    #[must_use]
    pub fn new() -> Self {
        Self {
            window: Part::new(),
            before: Part::new(),
        }
    }

    /// Bytes that it holds.
    #[must_use]
    pub fn footprint(&self) -> u64 {
        let buckets = |part: &Part| row::<u64>(part.histogram.distinct_values());
        buckets(&self.window) + buckets(&self.before)
    }

    /// Counts one latency: about 2 ns.
    #[inline]
    pub fn record(&mut self, ns: u64) {
        self.window.record(ns);
    }

    /// Forgets everything, as at the end of the warm-up.
    pub fn reset(&mut self) {
        self.window.clear();
        self.before.clear();
    }

    /// Window and rest together; copied only if both hold something.
    fn all(&self) -> Cow<'_, Part> {
        if self.window.count() == 0 {
            return Cow::Borrowed(&self.before);
        }
        if self.before.count() == 0 {
            return Cow::Borrowed(&self.window);
        }
        let mut all = self.before.clone();
        all.add(&self.window);
        Cow::Owned(all)
    }
}

impl LatencyReading for Latency {
    fn end_window(&mut self) -> Option<LatencyWindow> {
        let window = &self.window;
        let ended = LatencyWindow {
            count: window.count(),
            mean_ns: window.mean_ns()?,
            p50_ns: window.quantile_ns(0.5),
            p99_ns: window.quantile_ns(0.99),
            max_ns: window.max_ns,
        };
        self.before.add(&self.window);
        self.window.clear();
        Some(ended)
    }

    fn count(&self) -> u64 {
        self.before.count() + self.window.count()
    }

    fn mean_ns(&self) -> Option<f64> {
        mean(self.before.sum_ns + self.window.sum_ns, self.count())
    }

    fn min_ns(&self) -> Option<u64> {
        (self.count() > 0).then(|| self.before.min_ns.min(self.window.min_ns))
    }

    fn max_ns(&self) -> Option<u64> {
        (self.count() > 0).then(|| self.before.max_ns.max(self.window.max_ns))
    }

    fn quantiles<const N: usize>(&self, shares: [f64; N]) -> Option<[u64; N]> {
        let all = self.all();
        (all.count() > 0).then(|| shares.map(|q| all.quantile_ns(q)))
    }

    fn clamped(&self) -> u64 {
        self.before.clamped + self.window.clamped
    }
}

impl Default for Latency {
    fn default() -> Self {
        Self::new()
    }
}

/// One histogram and what is exact about its samples.
#[derive(Clone, Debug, PartialEq)]
struct Part {
    histogram: Histogram<u64>,
    clamped: u64,
    /// 2^64 samples of 2^64 ns do not overflow it.
    sum_ns: u128,
    min_ns: u64,
    max_ns: u64,
}

impl Part {
    fn new() -> Self {
        let histogram = Histogram::new_with_bounds(1, LATENCY_NS_MAX, SIGNIFICANT_DIGITS)
            .expect("the bounds are constants that hdrhistogram accepts");
        Self {
            histogram,
            clamped: 0,
            sum_ns: 0,
            min_ns: u64::MAX,
            max_ns: 0,
        }
    }

    #[inline]
    fn record(&mut self, ns: u64) {
        self.histogram.saturating_record(ns);
        self.clamped += u64::from(ns > LATENCY_NS_MAX);
        self.sum_ns += u128::from(ns);
        self.min_ns = self.min_ns.min(ns);
        self.max_ns = self.max_ns.max(ns);
    }

    fn add(&mut self, other: &Self) {
        self.histogram
            .add(&other.histogram)
            .expect("all parts have the same bounds");
        self.clamped += other.clamped;
        self.sum_ns += other.sum_ns;
        self.min_ns = self.min_ns.min(other.min_ns);
        self.max_ns = self.max_ns.max(other.max_ns);
    }

    fn clear(&mut self) {
        self.histogram.reset();
        (self.clamped, self.sum_ns) = (0, 0);
        (self.min_ns, self.max_ns) = (u64::MAX, 0);
    }

    fn count(&self) -> u64 {
        self.histogram.len()
    }

    fn mean_ns(&self) -> Option<f64> {
        mean(self.sum_ns, self.count())
    }

    /// Of at least one sample.
    fn quantile_ns(&self, q: f64) -> u64 {
        let q = if q > 0.0 { q.min(1.0) } else { 0.0 };
        let in_bucket_ns = self.histogram.value_at_quantile(q);
        let middle_ns = self.histogram.median_equivalent(in_bucket_ns);
        middle_ns.clamp(self.min_ns, self.max_ns)
    }
}

fn mean(sum_ns: u128, count: u64) -> Option<f64> {
    (count > 0).then(|| sum_ns as f64 / count as f64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::{Purpose, Stream};

    const QUANTILES: [f64; 7] = [0.0, 0.1, 0.5, 0.9, 0.99, 0.999, 1.0];

    /// The histogram beside the samples it should describe.
    #[derive(Default)]
    struct Pair {
        latency: Latency,
        samples: Vec<u64>,
    }

    impl Pair {
        fn record(&mut self, ns: u64) {
            self.latency.record(ns);
            self.samples.push(ns);
        }

        fn check(&mut self) {
            self.samples.sort_unstable();
            let samples = &self.samples;
            let sum: u128 = samples.iter().copied().map(u128::from).sum();
            assert_eq!(self.latency.count(), samples.len() as u64);
            assert_eq!(self.latency.min_ns(), samples.first().copied());
            assert_eq!(self.latency.max_ns(), samples.last().copied());
            assert_eq!(
                self.latency.mean_ns(),
                Some(sum as f64 / samples.len() as f64)
            );
            for q in QUANTILES {
                let rank = ((q * samples.len() as f64).ceil() as usize).max(1);
                let exact = samples[rank - 1];
                let seen = self.latency.quantile(q).expect("there are samples");
                assert!(
                    seen.abs_diff(exact) <= exact / 256,
                    "p{q}: {seen} for {exact}"
                );
            }
        }
    }

    #[test]
    fn agrees_with_sorted_samples() {
        let mut stream = Stream::derive(2, "latency", Purpose::Draws, 0);
        for mean_ns in [10.0, 1e3, 1e6, 1e9, 1e14] {
            let mut pair = Pair::default();
            for i in 0..20_000 {
                pair.record(stream.exponential(mean_ns) as u64);
                if i % 3_000 == 0 {
                    pair.latency.end_window();
                }
            }
            pair.check();
            pair.latency.end_window();
            pair.check();
        }
    }

    #[cfg(not(target_arch = "wasm32"))]
    proptest::proptest! {
        #[test]
        fn agrees_with_any_samples(
            samples in proptest::collection::vec((0_u32..54, 0..=u64::MAX), 1..300),
            window in 1_usize..50,
        ) {
            let mut pair = Pair::default();
            for (index, (bits, value)) in samples.into_iter().enumerate() {
                pair.record(value & ((2 << bits) - 1));
                if index % window == 0 {
                    pair.latency.end_window();
                }
            }
            pair.check();
        }
    }

    /// The limits that `Latency` states.
    #[test]
    fn memory_is_as_stated_and_does_not_grow() {
        let mut latency = Latency::new();
        assert_eq!(latency.window.histogram.distinct_values(), 6_144);
        latency.record(0);
        latency.record(u64::MAX);
        latency.end_window();
        assert_eq!(latency.window.histogram.distinct_values(), 6_144);
        assert_eq!(latency.before.histogram.distinct_values(), 6_144);
    }

    #[test]
    fn a_window_tells_of_itself_alone() {
        let mut latency = Latency::new();
        latency.record(1_000_000);
        latency.end_window();
        assert_eq!(latency.end_window(), None);
        latency.record(100);
        latency.record(200);
        let row = LatencyWindow {
            count: 2,
            mean_ns: 150.0,
            p50_ns: 100,
            p99_ns: 200,
            max_ns: 200,
        };
        assert_eq!(latency.end_window(), Some(row));
        assert_eq!(latency.count(), 3);
    }

    #[test]
    fn one_value_is_all_its_quantiles() {
        let mut latency = Latency::new();
        latency.record(10_000_001);
        for q in [f64::NAN, f64::NEG_INFINITY, 0.0, 0.5, 1.0, 7.0] {
            assert_eq!(latency.quantile(q), Some(10_000_001));
        }
    }

    #[test]
    fn a_reset_leaves_nothing() {
        let mut latency = Latency::new();
        latency.record(7);
        latency.end_window();
        latency.record(70_000);
        latency.reset();
        assert_eq!(latency, Latency::new());
        assert_eq!(
            (latency.mean_ns(), latency.max_ns(), latency.quantile(0.5)),
            (None, None, None)
        );
    }

    #[test]
    fn what_is_too_long_is_clamped_and_counted() {
        let mut latency = Latency::new();
        latency.record(LATENCY_NS_MAX);
        latency.record(u64::MAX);
        latency.record(u64::MAX);
        assert_eq!((latency.count(), latency.clamped()), (3, 2));
        assert_eq!(latency.max_ns(), Some(u64::MAX));
        assert!(latency.quantile(0.9) >= Some(LATENCY_NS_MAX - LATENCY_NS_MAX / 256));
    }
}
