//! Zipf's distribution by rejection-inversion: whole numbers 1 to n, without a table of n entries.
//!
//! Wolfgang Hörmann and Gerhard Derflinger, "Rejection-Inversion to Generate Variates from Monotone Discrete
//! Distributions", ACM TOMACS 6 (1996), in the numerically stable form of Apache Commons'
//! RejectionInversionZipfSampler. A draw costs fewer than 1.02 tries on average for every n and s that was measured.

use super::stream::Stream;

/// The most values that [`Stream::zipf`] chooses from; a larger n counts as this.
pub const ZIPF_N_MAX: u64 = 1_000_000_000;

/// Beyond this exponent even the number 2 has a chance below 2^-1000.
const S_MAX: f64 = 1_000.0;

/// Zipf's distribution with its constants worked out: number k of 1 to n has a chance proportional to 1/k^s.
///
/// Keep one where n and s rarely change: a draw then costs a third of what [`Stream::zipf`] does (30 ns against 97).
///
/// ```
/// use highwater::random::{Purpose, Stream, ZipfSampler};
///
/// let mut stream = Stream::derive(1, "keys", Purpose::Draws, 0);
/// let mut keys = ZipfSampler::new(1_000_000, 1.1);
/// assert!((1..=1_000_000).contains(&keys.draw(&mut stream)));
/// keys.tune(10, 0.0);
/// assert!((1..=10).contains(&keys.draw(&mut stream)));
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct ZipfSampler {
    n: u64,
    s: f64,
    /// The area under the hat from 1 to 1.5, less the whole first column.
    area_low: f64,
    /// The area under the hat from 1 to n + 0.5.
    area_high: f64,
    /// A draw at most this far below its whole number is taken without a look at the hat.
    sure: f64,
}

impl ZipfSampler {
    /// The sampler for numbers 1 to `n` (at least 1, at most [`ZIPF_N_MAX`]) and exponent `s` (at least 0, which makes
    /// all equally likely; NaN counts as 0).
    #[must_use]
    pub fn new(n: u64, s: f64) -> Self {
        let (n, s) = within_bounds(n, s);
        Self {
            n,
            s,
            area_low: hat_area(1.5, s) - 1.0,
            area_high: hat_area(n as f64 + 0.5, s),
            sure: 2.0 - hat_area_inverse(hat_area(2.5, s) - hat(2.0, s), s),
        }
    }

    /// Works the constants out anew if `n` or `s` has changed.
    #[inline]
    pub fn tune(&mut self, n: u64, s: f64) {
        if (self.n, self.s) != within_bounds(n, s) {
            *self = Self::new(n, s);
        }
    }

    /// A number from 1 to n.
    #[inline]
    pub fn draw(&self, stream: &mut Stream) -> u64 {
        if self.s == 0.0 {
            return 1 + stream.below(self.n);
        }
        loop {
            let area = self.area_high + stream.unit() * (self.area_low - self.area_high);
            let x = hat_area_inverse(area, self.s);
            let k = ((x + 0.5) as u64).clamp(1, self.n);
            let number = k as f64;
            if number - x <= self.sure
                || area >= hat_area(number + 0.5, self.s) - hat(number, self.s)
            {
                return k;
            }
        }
    }
}

fn within_bounds(n: u64, s: f64) -> (u64, f64) {
    let s = if s > 0.0 { s.min(S_MAX) } else { 0.0 };
    (n.clamp(1, ZIPF_N_MAX), s)
}

/// The hat: the density x^-s, of which the chances are the values at whole numbers.
fn hat(x: f64, s: f64) -> f64 {
    libm::exp(-s * libm::log(x))
}

/// The area under the hat from 1 to `x`: (x^(1-s) - 1) / (1 - s), or ln x where s is 1.
pub(super) fn hat_area(x: f64, s: f64) -> f64 {
    let log = libm::log(x);
    expm1_ratio((1.0 - s) * log) * log
}

/// The `x` up to which the hat covers this area.
fn hat_area_inverse(area: f64, s: f64) -> f64 {
    // Rounding may carry the product just below -1, which has no logarithm.
    let t = (area * (1.0 - s)).max(-1.0);
    libm::exp(log1p_ratio(t) * area)
}

/// (e^x - 1) / x, continued through 0.
fn expm1_ratio(x: f64) -> f64 {
    if x.abs() > 1e-8 {
        libm::expm1(x) / x
    } else {
        1.0 + x * 0.5
    }
}

/// ln(1 + x) / x, continued through 0.
fn log1p_ratio(x: f64) -> f64 {
    if x.abs() > 1e-8 {
        libm::log1p(x) / x
    } else {
        1.0 - x * 0.5
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Purpose;

    fn stream() -> Stream {
        Stream::derive(3, "zipf", Purpose::Draws, 0)
    }

    /// Chi-square against the exact chances, in standard deviations.
    fn deviation(n: u64, s: f64) -> f64 {
        let sampler = ZipfSampler::new(n, s);
        let mut stream = stream();
        let draws = 200_000;
        let mut counts = vec![0.0; n as usize];
        for _ in 0..draws {
            counts[sampler.draw(&mut stream) as usize - 1] += 1.0;
        }
        let weights: Vec<f64> = (1..=n).map(|k| libm::pow(k as f64, -s)).collect();
        let weight: f64 = weights.iter().sum();
        let mut chi_square = 0.0;
        let mut freedom = -1.0;
        // Cells that expect fewer than five are pooled, as chi-square demands.
        let (mut seen, mut expected) = (0.0, 0.0);
        for (count, w) in counts.iter().zip(&weights) {
            seen += count;
            expected += w / weight * f64::from(draws);
            if expected >= 5.0 {
                chi_square += (seen - expected) * (seen - expected) / expected;
                freedom += 1.0;
                (seen, expected) = (0.0, 0.0);
            }
        }
        (chi_square - freedom) / (2.0_f64 * freedom).sqrt()
    }

    #[test]
    fn agrees_with_the_exact_chances() {
        for n in [2, 3, 10, 1_000] {
            for s in [0.0, 0.3, 0.999_999_999, 1.0, 1.000_001, 1.1, 2.0, 4.0] {
                let deviation = deviation(n, s);
                assert!(deviation.abs() < 4.0, "zipf({n}, {s}): {deviation}");
            }
        }
    }

    /// For n = 10^9 and s = 1 the chance of a number up to m is H(m) / H(n).
    #[test]
    fn reaches_a_thousand_million() {
        let sampler = ZipfSampler::new(ZIPF_N_MAX, 1.0);
        let mut stream = stream();
        let draws = 100_000;
        let few = (0..draws)
            .filter(|_| sampler.draw(&mut stream) <= 31_623)
            .count();
        let harmonic = |n: f64| libm::log(n) + 0.577_215_664_901_532_9 + 0.5 / n;
        let expected = harmonic(31_623.0) / harmonic(1e9);
        assert!((few as f64 / f64::from(draws) - expected).abs() < 0.006);
    }

    #[test]
    fn strange_parameters_end_well() {
        let mut stream = stream();
        for n in [0, 1, 2, ZIPF_N_MAX, u64::MAX] {
            for s in [-1.0, -0.0, 1e-300, 50.0, 1e9, f64::INFINITY, f64::NAN] {
                let k = ZipfSampler::new(n, s).draw(&mut stream);
                assert!(
                    k >= 1 && k <= n.clamp(1, ZIPF_N_MAX),
                    "zipf({n}, {s}) = {k}"
                );
            }
        }
        assert_eq!(ZipfSampler::new(1_000, f64::INFINITY).draw(&mut stream), 1);
    }

    #[test]
    fn tuning_is_the_same_as_starting_anew() {
        let mut sampler = ZipfSampler::new(10, 1.0);
        sampler.tune(20, 2.0);
        assert_eq!(sampler, ZipfSampler::new(20, 2.0));
        sampler.tune(u64::MAX, f64::NAN);
        assert_eq!(sampler, ZipfSampler::new(ZIPF_N_MAX, 0.0));
    }
}
