//! The means of the distributions, under the names of the draws: what a waiting tick is rescaled by when a knob moves.
//!
//! Parameters count as they do for the draws (see the parent module). A mean is never NaN or negative ([`uniform`]'s
//! may be negative); it is infinite only for [`pareto`] and [`weibull`], where said. Who divides one mean by another
//! looks out for 0 and infinity first.

use super::ZIPF_N_MAX;
use super::distributions::{draw, not_negative, weight};
use super::zipf::hat_area;

/// Terms of a harmonic number that are summed one by one; an integral stands for the others.
const TERMS_SUMMED: u64 = 128;

/// The mean of [`Stream::exponential`](super::Stream::exponential).
#[must_use]
pub fn exponential(mean: f64) -> f64 {
    draw(mean)
}

/// The mean of [`Stream::uniform`](super::Stream::uniform).
#[must_use]
pub fn uniform(lo: f64, hi: f64) -> f64 {
    let middle = lo + (hi - lo) * 0.5;
    if middle.is_finite() { middle } else { 0.0 }
}

/// The mean of [`Stream::normal`](super::Stream::normal): that of the normal distribution cut at 0, which is above
/// `mean` (by 0.01 % of it where `sd` is a third of it, by 8 % where they are equal).
#[must_use]
pub fn normal(mean: f64, sd: f64) -> f64 {
    use std::f64::consts::{FRAC_1_SQRT_2, TAU};
    let sd = not_negative(sd);
    if sd == 0.0 {
        return draw(mean);
    }
    let z = mean / sd;
    let share_above = 0.5 * libm::erfc(-z * FRAC_1_SQRT_2);
    let density = libm::exp(-0.5 * z * z) / TAU.sqrt();
    draw(mean * share_above + sd * density)
}

/// The mean of [`Stream::lognormal`](super::Stream::lognormal): `mean`, whatever `cv`.
#[must_use]
pub fn lognormal(mean: f64, _cv: f64) -> f64 {
    draw(mean)
}

/// The mean of [`Stream::gamma`](super::Stream::gamma): `mean`, whatever `cv`.
#[must_use]
pub fn gamma(mean: f64, _cv: f64) -> f64 {
    draw(mean)
}

/// The mean of [`Stream::erlang`](super::Stream::erlang): `mean`, whatever `k`.
#[must_use]
pub fn erlang(_k: f64, mean: f64) -> f64 {
    draw(mean)
}

/// The mean of [`Stream::pareto`](super::Stream::pareto): `mean` if `alpha` is above 1, else infinite (0 if `mean` is).
#[must_use]
pub fn pareto(mean: f64, alpha: f64) -> f64 {
    let mean = draw(mean);
    if alpha > 1.0 || mean == 0.0 {
        mean
    } else {
        f64::INFINITY
    }
}

/// The mean of [`Stream::weibull`](super::Stream::weibull): `scale` × Γ(1 + 1/`shape`); infinite where that passes
/// `f64::MAX` (a `shape` below 0.0058).
#[must_use]
pub fn weibull(scale: f64, shape: f64) -> f64 {
    not_negative(scale * libm::tgamma(1.0 + 1.0 / not_negative(shape)))
}

/// The mean of [`Stream::zipf`](super::Stream::zipf), within one part in 100,000. Its cost does not depend on `n`.
#[must_use]
pub fn zipf(n: u64, s: f64) -> f64 {
    let n = n.clamp(1, ZIPF_N_MAX);
    let s = not_negative(s);
    if s.is_infinite() {
        return 1.0;
    }
    harmonic(n, s - 1.0) / harmonic(n, s)
}

/// The mean of `values` chosen by [`Stream::choice`](super::Stream::choice) with these weights; the first value if no
/// weight is above 0, and 0 without values.
#[must_use]
pub fn choice(weights: &[f64], values: &[f64]) -> f64 {
    let total: f64 = weights.iter().copied().map(weight).sum();
    if total == 0.0 {
        return draw(values.first().copied().unwrap_or(0.0));
    }
    let pairs = weights.iter().zip(values);
    draw(pairs.map(|(&w, value)| weight(w) / total * value).sum())
}

/// The sum of k^-s for k from 1 to `n`. The integral over half a step to both sides of k differs from the term at k by
/// s(s+1)/(24 k²) of it, which is little beyond the summed ones.
fn harmonic(n: u64, s: f64) -> f64 {
    let summed = n.min(TERMS_SUMMED);
    let head: f64 = (1..=summed).map(|k| libm::pow(k as f64, -s)).sum();
    let from = summed as f64 + 0.5;
    let to = n as f64 + 0.5;
    head + (hat_area(to, s) - hat_area(from, s))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zipf_agrees_with_the_sum() {
        for n in [1_u64, 2, 100, 129, 50_000] {
            for s in [0.0, 0.5, 1.0, 1.5, 2.0, 3.0, 20.0] {
                let sum = |s: f64| (1..=n).map(|k| libm::pow(k as f64, -s)).sum::<f64>();
                let exact = sum(s - 1.0) / sum(s);
                let error = (zipf(n, s) / exact - 1.0).abs();
                assert!(error < 1e-5, "zipf({n}, {s}): {error}");
            }
        }
        assert_eq!(zipf(1_000, f64::INFINITY), 1.0);
        assert_eq!(zipf(9, f64::NAN), 5.0);
    }

    #[test]
    fn the_cut_raises_the_mean() {
        assert!((normal(1.0, 1.0) - 1.083_3).abs() < 1e-4);
        assert_eq!(normal(-1.0, 0.0), 0.0);
        assert_eq!(normal(1e9, 1.0), 1e9);
    }

    #[test]
    fn weibull_is_a_gamma_function() {
        assert!((weibull(2.0, 0.5) - 4.0).abs() < 1e-12);
        assert_eq!(weibull(2.0, 0.0), f64::INFINITY);
    }

    #[test]
    fn choice_weighs() {
        assert_eq!(choice(&[9.0, 1.0, -4.0], &[10.0, 500.0, 1.0]), 59.0);
        assert_eq!(choice(&[0.0], &[10.0]), 10.0);
        assert_eq!(choice(&[], &[]), 0.0);
    }
}
