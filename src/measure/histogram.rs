//! Latencies in fixed memory: a log-linear histogram, one for the current window and one for all before it.
//!
//! Each octave (from a power of two to the next) is split into 128 buckets of equal width, the layout of Gil Tene's
//! HdrHistogram (<https://hdrhistogram.github.io/HdrHistogram/>) at two significant digits.
//!
//! It is our own because of the window: `hdrhistogram` clears and adds whole arrays, we only the stretch that was used,
//! PLACEHOLDER

/// The largest latency with a bucket of its own: 2^54 - 1 ns, about 208 days.
pub const LATENCY_NS_MAX: u64 = (1 << OCTAVES_END) - 1;

/// Values below 2^54 have buckets.
const OCTAVES_END: u32 = 54;
/// Each octave has 2^7 buckets.
const SPLIT_BITS: u32 = 7;
const SPLIT: usize = 1 << SPLIT_BITS;
/// Values below 2^8 have a bucket each; every octave above adds one split.
const BUCKETS: usize = (OCTAVES_END - SPLIT_BITS + 1) as usize * SPLIT;

/// Latencies in nanoseconds: count, mean, quantiles and largest, for the current window and in all.
///
/// # Accuracy
/// Count, mean, smallest and largest are exact. A quantile is the middle of the bucket that holds the sample of that
/// rank, moved between smallest and largest: below 256 ns it is exact, above it differs from the sample by at most 1/256
/// of it (0.4 %). Samples above [`LATENCY_NS_MAX`] share the last bucket: they are counted by [`Latency::clamped`], and
/// count, mean and largest take them as they are.
///
/// # Limits
/// 98 KB (two arrays of 6,144 `u64`), made once. At most 2^64 - 1 samples; a sum below 2^128 cannot be passed by them.
///
/// ```
/// use highwater::measure::Latency;
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
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Latency {
    window: Histogram,
    /// All windows that have ended since the last reset.
    before: Histogram,
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
            window: Histogram::new(),
            before: Histogram::new(),
        }
    }

    /// Counts one latency.
    #[inline]
    pub fn record(&mut self, ns: u64) {
        self.window.record(ns);
    }

    /// Ends the window that began at the last `end_window`, `reset` or `new`, and begins the next. `None` if nothing was
    /// recorded in it. Costs as much as the range of its latencies is wide: 128 steps for a factor of two.
    pub fn end_window(&mut self) -> Option<LatencyWindow> {
        let window = &self.window;
        let ended = LatencyWindow {
            count: window.count,
            mean_ns: mean_ns(&[window])?,
            p50_ns: quantile_ns(&[window], 0.5)?,
            p99_ns: quantile_ns(&[window], 0.99)?,
            max_ns: window.max_ns,
        };
        self.before.add(&self.window);
        self.window.clear();
        Some(ended)
    }

    /// Forgets everything, as at the end of the warm-up.
    pub fn reset(&mut self) {
        self.window.clear();
        self.before.clear();
    }

    /// How many latencies were recorded.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.before.count + self.window.count
    }

    /// Their mean, exact but for the rounding to `f64`; `None` if there are none.
    #[must_use]
    pub fn mean_ns(&self) -> Option<f64> {
        mean_ns(&self.parts())
    }

    /// The smallest, exact; `None` if there are none.
    #[must_use]
    pub fn min_ns(&self) -> Option<u64> {
        range_ns(&self.parts()).map(|(min_ns, _)| min_ns)
    }

    /// The largest, exact; `None` if there are none.
    #[must_use]
    pub fn max_ns(&self) -> Option<u64> {
        range_ns(&self.parts()).map(|(_, max_ns)| max_ns)
    }

    /// The latency in nanoseconds that a share `q` of all do not pass: the one of rank ⌈q × count⌉ in ascending order,
    /// with rank 1 for q = 0. `q` below 0 or NaN counts as 0, above 1 as 1. `None` if there are no latencies.
    ///
    /// Walks over the buckets in use: some microseconds at most.
    #[must_use]
    pub fn quantile(&self, q: f64) -> Option<u64> {
        quantile_ns(&self.parts(), q)
    }

    /// How many latencies were above [`LATENCY_NS_MAX`] and share the last bucket.
    #[must_use]
    pub fn clamped(&self) -> u64 {
        self.before.clamped + self.window.clamped
    }

    fn parts(&self) -> [&Histogram; 2] {
        [&self.before, &self.window]
    }
}

impl Default for Latency {
    fn default() -> Self {
        Self::new()
    }
}

/// One array of counts, with what is kept exactly beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Histogram {
    counts: Box<[u64; BUCKETS]>,
    count: u64,
    clamped: u64,
    sum_ns: u128,
    min_ns: u64,
    max_ns: u64,
}

impl Histogram {
    fn new() -> Self {
        Self {
            counts: Box::new([0; BUCKETS]),
            count: 0,
            clamped: 0,
            sum_ns: 0,
            min_ns: u64::MAX,
            max_ns: 0,
        }
    }

    #[inline]
    fn record(&mut self, ns: u64) {
        self.counts[bucket(ns)] += 1;
        self.count += 1;
        self.clamped += u64::from(ns > LATENCY_NS_MAX);
        self.sum_ns += u128::from(ns);
        self.min_ns = self.min_ns.min(ns);
        self.max_ns = self.max_ns.max(ns);
    }

    fn add(&mut self, other: &Self) {
        let used = other.used();
        let pairs = self.counts[used.clone()]
            .iter_mut()
            .zip(&other.counts[used]);
        for (mine, theirs) in pairs {
            *mine += theirs;
        }
        self.count += other.count;
        self.clamped += other.clamped;
        self.sum_ns += other.sum_ns;
        self.min_ns = self.min_ns.min(other.min_ns);
        self.max_ns = self.max_ns.max(other.max_ns);
    }

    fn clear(&mut self) {
        let used = self.used();
        self.counts[used].fill(0);
        (self.count, self.clamped, self.sum_ns) = (0, 0, 0);
        (self.min_ns, self.max_ns) = (u64::MAX, 0);
    }

    /// The buckets that may hold something.
    fn used(&self) -> std::ops::Range<usize> {
        if self.count == 0 {
            return 0..0;
        }
        bucket(self.min_ns)..bucket(self.max_ns) + 1
    }
}

/// The smallest and the largest sample of several histograms together.
fn range_ns(parts: &[&Histogram]) -> Option<(u64, u64)> {
    let filled = || parts.iter().filter(|part| part.count > 0);
    let min_ns = filled().map(|part| part.min_ns).min()?;
    let max_ns = filled().map(|part| part.max_ns).max()?;
    Some((min_ns, max_ns))
}

fn mean_ns(parts: &[&Histogram]) -> Option<f64> {
    let count: u64 = parts.iter().map(|part| part.count).sum();
    let sum_ns: u128 = parts.iter().map(|part| part.sum_ns).sum();
    (count > 0).then(|| sum_ns as f64 / count as f64)
}

fn quantile_ns(parts: &[&Histogram], q: f64) -> Option<u64> {
    let (min_ns, max_ns) = range_ns(parts)?;
    let count: u64 = parts.iter().map(|part| part.count).sum();
    // A float cast saturates and takes NaN for 0, so the rank always lies in 1..=count.
    let rank = (libm::ceil(q * count as f64) as u64).clamp(1, count);
    let mut passed = 0;
    for index in bucket(min_ns)..=bucket(max_ns) {
        passed += parts.iter().map(|part| part.counts[index]).sum::<u64>();
        if passed >= rank {
            return Some(middle_ns(index).clamp(min_ns, max_ns));
        }
    }
    Some(max_ns)
}

/// The bucket of a value: its octave and the seven bits after its first one.
#[inline]
fn bucket(ns: u64) -> usize {
    let ns = ns.min(LATENCY_NS_MAX);
    // The `| SPLIT` puts all values below 2^8 into the one row whose buckets are 1 ns wide.
    let shift = (ns | SPLIT as u64).ilog2() - SPLIT_BITS;
    shift as usize * SPLIT + (ns >> shift) as usize
}

/// The value in the middle of a bucket, rounded down.
fn middle_ns(index: usize) -> u64 {
    let shift = (index / SPLIT).saturating_sub(1);
    let low_ns = ((index - shift * SPLIT) as u64) << shift;
    low_ns + ((1_u64 << shift) - 1) / 2
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

    #[test]
    fn buckets_follow_each_other_without_gaps() {
        let mut last = 0;
        for octave in 0..OCTAVES_END {
            for step in 0..512_u64 {
                let ns = (1_u64 << octave) + (step << octave >> 9);
                let index = bucket(ns);
                assert!(index == last || index == last + 1, "{ns}");
                last = index;
                assert_eq!(bucket(middle_ns(index)), index);
            }
        }
        assert_eq!(bucket(LATENCY_NS_MAX), BUCKETS - 1);
        assert_eq!(bucket(u64::MAX), BUCKETS - 1);
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
