//! The distributions of the language, as draws from a [`Stream`]. The rules for strange parameters stand in the parent
//! module; the means in `mean_of`.

use super::stream::Stream;
use super::zipf::ZipfSampler;

/// Up to this many stages, adding exponential draws is cheaper than a gamma draw.
const STAGES_SUMMED_MAX: f64 = 4.0;

/// Weights above this count as this, so that no sum of them overflows.
const WEIGHT_MAX: f64 = 1e300;

impl Stream {
    /// True with chance `p`: never if `p` is 0, negative or NaN, always if it is 1 or more.
    #[inline]
    pub fn chance(&mut self, p: f64) -> bool {
        self.unit() < p
    }

    /// Evenly from `lo` (included) to `hi`, in either order; they may be negative. Rounding may yield `hi` itself. 0 if
    /// either is NaN or infinite.
    #[inline]
    pub fn uniform(&mut self, lo: f64, hi: f64) -> f64 {
        let x = lo + (hi - lo) * self.unit();
        if x.is_finite() { x } else { 0.0 }
    }

    /// Exponential: the time to the next of events that come independently, one per `mean` on average.
    ///
    /// Ziggurat of 256 layers, about 2 ns.
    #[inline]
    pub fn exponential(&mut self, mean: f64) -> f64 {
        draw(mean * self.standard_exponential())
    }

    /// Normal with this mean and standard deviation, cut at 0: what would be negative is 0. [`mean_of::normal`] tells
    /// by how much that raises the mean.
    ///
    /// [`mean_of::normal`]: super::mean_of::normal
    #[inline]
    pub fn normal(&mut self, mean: f64, sd: f64) -> f64 {
        draw(mean + not_negative(sd) * self.standard_normal())
    }

    /// Lognormal with this mean and coefficient of variation (standard deviation over mean): what service times and
    /// network latencies often look like. `cv` 0 gives the mean.
    pub fn lognormal(&mut self, mean: f64, cv: f64) -> f64 {
        let cv = not_negative(cv);
        let variance = libm::log1p(cv * cv);
        let z = self.standard_normal();
        draw(mean * libm::exp(variance.sqrt() * z - 0.5 * variance))
    }

    /// Gamma with this mean and coefficient of variation: `cv` 1 is exponential, less is steadier, 0 gives the mean.
    pub fn gamma(&mut self, mean: f64, cv: f64) -> f64 {
        let cv = not_negative(cv);
        self.gamma_of_shape(mean, 1.0 / (cv * cv))
    }

    /// Erlang: the sum of `k` exponential stages, with this mean in all. `k` is rounded to a whole number and is 1 at
    /// least.
    pub fn erlang(&mut self, k: f64, mean: f64) -> f64 {
        let stages = libm::round(k).max(1.0);
        if stages > STAGES_SUMMED_MAX {
            return self.gamma_of_shape(mean, stages);
        }
        let sum: f64 = (0..stages as u32)
            .map(|_| self.standard_exponential())
            .sum();
        draw(mean * (sum / stages))
    }

    /// Pareto (type I) with tail index `alpha`: the smallest value is mean × (1 - 1/alpha).
    ///
    /// With `alpha` of 1 or less no finite mean exists; then `mean` is taken for the smallest value. With `alpha` 0 (or
    /// less, or NaN) every draw is `f64::MAX`, the limit of that.
    pub fn pareto(&mut self, mean: f64, alpha: f64) -> f64 {
        let smallest = if alpha > 1.0 {
            mean * (1.0 - 1.0 / alpha)
        } else {
            mean
        };
        let growth = self.standard_exponential() / not_negative(alpha);
        draw(smallest * libm::exp(growth))
    }

    /// Weibull: `shape` below 1 has a heavy tail, 1 is exponential, above 1 values gather around `scale`.
    ///
    /// With `shape` 0 (or less, or NaN) a draw is 0 or `f64::MAX`, the limit of small shapes.
    pub fn weibull(&mut self, scale: f64, shape: f64) -> f64 {
        let exponent = 1.0 / not_negative(shape);
        draw(scale * libm::pow(self.standard_exponential(), exponent))
    }

    /// Zipf: a whole number k from 1 to `n` with a chance proportional to 1/k^s. Bounds as for [`ZipfSampler::new`],
    /// which is quicker where `n` and `s` stay the same.
    pub fn zipf(&mut self, n: u64, s: f64) -> u64 {
        ZipfSampler::new(n, s).draw(self)
    }

    /// The index of one of `weights`, with a chance in proportion to its weight; they need not sum to 1.
    ///
    /// Negative and NaN weights count as 0, those above 1e300 as 1e300. If none is above 0, the answer is 0.
    ///
    /// ```
    /// # use highwater::random::{Purpose, Stream};
    /// let mut stream = Stream::derive(1, "sizes", Purpose::Draws, 0);
    /// assert_eq!(stream.choice(&[0.0, 0.9, 0.0]), 1);
    /// ```
    pub fn choice(&mut self, weights: &[f64]) -> usize {
        let total: f64 = weights.iter().copied().map(weight).sum();
        let mut rest = self.unit() * total;
        let mut chosen = 0;
        for (index, w) in weights.iter().copied().map(weight).enumerate() {
            if w > 0.0 {
                // Rounding may leave a little of the rest at the end: it belongs to the last that has a weight.
                chosen = index;
                if rest < w {
                    break;
                }
                rest -= w;
            }
        }
        chosen
    }

    fn gamma_of_shape(&mut self, mean: f64, shape: f64) -> f64 {
        if shape.is_infinite() {
            return draw(mean);
        }
        draw(mean * (self.standard_gamma(shape) / shape))
    }

    /// Gamma with this shape and scale 1. George Marsaglia and Wai Wan Tsang, "A Simple Method for Generating Gamma
    /// Variables", ACM TOMS 26 (2000); shapes below 1 by the remark in its section 6.
    fn standard_gamma(&mut self, shape: f64) -> f64 {
        if shape < 1.0 {
            let below_one = libm::exp(-self.standard_exponential() / shape);
            return below_one * self.standard_gamma(shape + 1.0);
        }
        let d = shape - 1.0 / 3.0;
        let c = 1.0 / (9.0 * d).sqrt();
        loop {
            let z = self.standard_normal();
            let root = 1.0 + c * z;
            if root <= 0.0 {
                continue;
            }
            let v = root * root * root;
            let u = self.open_unit();
            let square = z * z;
            if u < 1.0 - 0.0331 * square * square
                || libm::log(u) < 0.5 * square + d * (1.0 - v + libm::log(v))
            {
                return d * v;
            }
        }
    }
}

/// What a draw or a mean may be: not NaN, not negative, finite.
#[inline]
pub(super) fn draw(x: f64) -> f64 {
    not_negative(x).min(f64::MAX)
}

/// The parameter, or 0 if it is negative or NaN. (`f64::max` may keep the sign of -0, differently on each target.)
#[inline]
pub(super) fn not_negative(x: f64) -> f64 {
    if x > 0.0 { x } else { 0.0 }
}

/// What a weight counts as.
#[inline]
pub(super) fn weight(w: f64) -> f64 {
    not_negative(w).min(WEIGHT_MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::{Purpose, mean_of};

    const DRAWS: usize = 200_000;
    const ODD: [f64; 12] = [
        f64::NEG_INFINITY,
        -1.0,
        -0.0,
        0.0,
        f64::MIN_POSITIVE,
        1e-160,
        1.0,
        1e10,
        1e160,
        f64::MAX,
        f64::INFINITY,
        f64::NAN,
    ];

    fn stream(name: &str) -> Stream {
        Stream::derive(11, name, Purpose::Draws, 0)
    }

    /// Kolmogorov and Smirnov: the greatest distance of the draws from the distribution they should have. The bound is
    /// passed once in a thousand by chance; the seed is fixed. The mean is compared too, within five standard errors.
    fn check(name: &str, draw: impl Fn(&mut Stream) -> f64, cdf: impl Fn(f64) -> f64, mean: f64) {
        let mut stream = stream(name);
        let mut draws: Vec<f64> = (0..DRAWS).map(|_| draw(&mut stream)).collect();
        draws.sort_by(f64::total_cmp);
        let count = DRAWS as f64;
        let mut distance = 0.0_f64;
        for (index, pair) in draws.windows(2).enumerate() {
            // Equal draws (a distribution cut at 0 has them) make one step.
            if pair[0] < pair[1] {
                let share = (index + 1) as f64 / count;
                distance = distance.max((share - cdf(pair[0])).abs());
            }
        }
        assert!(distance * count.sqrt() < 1.95, "{name}: {distance}");

        let mean_seen = draws.iter().sum::<f64>() / count;
        let variance = draws.iter().map(|x| (x - mean_seen).powi(2)).sum::<f64>() / count;
        let error = 5.0 * (variance / count).sqrt();
        assert!((mean_seen - mean).abs() < error, "{name}: {mean_seen}");
    }

    fn phi(x: f64) -> f64 {
        0.5 * libm::erfc(-x * std::f64::consts::FRAC_1_SQRT_2)
    }

    /// The incomplete gamma function P(shape, x) by its power series, good enough for the shapes tried here.
    fn gamma_cdf(shape: f64, x: f64) -> f64 {
        if x <= 0.0 {
            return 0.0;
        }
        let mut term = 1.0 / shape;
        let mut sum = term;
        for i in 1..10_000 {
            term *= x / (shape + f64::from(i));
            sum += term;
            if term < sum * 1e-15 {
                break;
            }
        }
        sum * libm::exp(shape * libm::log(x) - x - libm::lgamma(shape))
    }

    #[test]
    fn exponential_agrees() {
        let cdf = |x: f64| -libm::expm1(-x / 5.0);
        check(
            "exp",
            |s| s.exponential(5.0),
            cdf,
            mean_of::exponential(5.0),
        );
    }

    #[test]
    fn uniform_agrees() {
        let mean = mean_of::uniform(-2.0, 6.0);
        check(
            "uniform",
            |s| s.uniform(-2.0, 6.0),
            |x| (x + 2.0) / 8.0,
            mean,
        );
        check(
            "uniform back",
            |s| s.uniform(6.0, -2.0),
            |x| (x + 2.0) / 8.0,
            mean,
        );
    }

    #[test]
    fn normal_agrees_and_is_cut() {
        for (mean, sd) in [(10.0, 1.0), (1.0, 1.0), (-1.0, 2.0)] {
            check(
                &format!("normal {mean}"),
                |s| s.normal(mean, sd),
                |x| phi((x - mean) / sd),
                mean_of::normal(mean, sd),
            );
        }
    }

    #[test]
    fn lognormal_agrees() {
        for cv in [0.1, 1.0, 3.0] {
            let variance = libm::log1p(cv * cv);
            check(
                &format!("lognormal {cv}"),
                |s| s.lognormal(2.0, cv),
                |x| phi((libm::log(x / 2.0) + 0.5 * variance) / variance.sqrt()),
                mean_of::lognormal(2.0, cv),
            );
        }
    }

    #[test]
    fn gamma_agrees() {
        for cv in [0.2, 0.7, 1.0, 1.5, 3.0] {
            let shape = 1.0 / (cv * cv);
            check(
                &format!("gamma {cv}"),
                |s| s.gamma(3.0, cv),
                |x| gamma_cdf(shape, x / 3.0 * shape),
                mean_of::gamma(3.0, cv),
            );
        }
    }

    #[test]
    fn erlang_agrees() {
        for k in [1.0, 2.0, 4.0, 5.0, 30.0] {
            check(
                &format!("erlang {k}"),
                |s| s.erlang(k, 3.0),
                |x| gamma_cdf(k, x / 3.0 * k),
                mean_of::erlang(k, 3.0),
            );
        }
    }

    #[test]
    fn pareto_agrees() {
        for alpha in [2.5, 4.0] {
            let smallest = 6.0 * (1.0 - 1.0 / alpha);
            check(
                &format!("pareto {alpha}"),
                |s| s.pareto(6.0, alpha),
                |x| 1.0 - libm::pow(smallest / x, alpha),
                mean_of::pareto(6.0, alpha),
            );
        }
    }

    #[test]
    fn pareto_without_a_mean_starts_at_the_parameter() {
        let mut stream = stream("pareto");
        let mut draws: Vec<f64> = (0..DRAWS).map(|_| stream.pareto(6.0, 0.8)).collect();
        draws.sort_by(f64::total_cmp);
        assert!(draws[0] >= 6.0 && draws[0] < 6.001);
        let median = 6.0 * libm::pow(2.0, 1.0 / 0.8);
        assert!((draws[DRAWS / 2] / median - 1.0).abs() < 0.02);
        assert_eq!(mean_of::pareto(6.0, 0.8), f64::INFINITY);
    }

    #[test]
    fn weibull_agrees() {
        for shape in [0.7, 1.0, 3.0] {
            check(
                &format!("weibull {shape}"),
                |s| s.weibull(2.0, shape),
                |x| -libm::expm1(-libm::pow(x / 2.0, shape)),
                mean_of::weibull(2.0, shape),
            );
        }
    }

    #[test]
    fn choice_and_chance_agree() {
        let weights = [1.0, 0.0, -3.0, 6.0, f64::NAN, 3.0];
        let mut stream = stream("choice");
        let mut counts = [0.0; 6];
        let mut hits = 0.0;
        for _ in 0..DRAWS {
            counts[stream.choice(&weights)] += 1.0 / DRAWS as f64;
            hits += f64::from(u8::from(stream.chance(0.05))) / DRAWS as f64;
        }
        let expected = [0.1, 0.0, 0.0, 0.6, 0.0, 0.3];
        for (seen, share) in counts.into_iter().zip(expected) {
            assert!((seen - share).abs() < 0.005 * (1.0 + share) && (share > 0.0 || seen == 0.0));
        }
        assert!((hits - 0.05).abs() < 0.002);
    }

    #[test]
    fn choice_without_weights_is_the_first() {
        let mut stream = stream("choice");
        assert_eq!(stream.choice(&[]), 0);
        assert_eq!(stream.choice(&[0.0, -1.0]), 0);
        assert_eq!(stream.choice(&[0.0, f64::INFINITY]), 1);
    }

    #[test]
    fn strange_parameters_end_well() {
        let mut stream = stream("odd");
        for a in ODD {
            for b in ODD {
                let draws = [
                    stream.exponential(a),
                    stream.normal(a, b),
                    stream.lognormal(a, b),
                    stream.gamma(a, b),
                    stream.erlang(a, b),
                    stream.pareto(a, b),
                    stream.weibull(a, b),
                    stream.choice(&[a, b]) as f64,
                ];
                for (which, x) in draws.into_iter().enumerate() {
                    assert!(
                        x.is_finite() && x.is_sign_positive(),
                        "{which}({a}, {b}) = {x}"
                    );
                }
                assert!(stream.uniform(a, b).is_finite());
            }
        }
    }

    #[test]
    fn no_variation_gives_the_mean() {
        let mut stream = stream("fixed");
        assert_eq!(stream.normal(3.0, 0.0), 3.0);
        assert_eq!(stream.lognormal(3.0, 0.0), 3.0);
        assert_eq!(stream.gamma(3.0, 0.0), 3.0);
        assert_eq!(stream.uniform(3.0, 3.0), 3.0);
        assert_eq!(stream.pareto(3.0, f64::INFINITY), 3.0);
        assert_eq!(stream.weibull(3.0, f64::INFINITY), 3.0);
        assert_eq!(stream.exponential(0.0), 0.0);
    }

    /// Parameters change the draw, not what is taken from the stream.
    #[test]
    fn luck_does_not_depend_on_parameters() {
        let mut few = stream("luck");
        let mut many = few.clone();
        for _ in 0..10_000 {
            let small = few.exponential(1.0);
            assert_eq!(many.exponential(1024.0), small * 1024.0);
            few.normal(0.0, 0.0);
            many.normal(5.0, 3.0);
            few.lognormal(0.0, 0.0);
            many.lognormal(5.0, 3.0);
            few.pareto(0.0, 0.0);
            many.pareto(5.0, 3.0);
            few.weibull(0.0, 0.0);
            many.weibull(5.0, 3.0);
        }
        assert_eq!(few, many);
    }

    /// If this fails, every linked scenario shows another run: that needs a new version of the semantics.
    #[test]
    fn first_draws_are_pinned() {
        let mut s = Stream::derive(7, "pinned", Purpose::Draws, 0);
        let seen = [
            s.unit(),
            s.exponential(1.0),
            s.uniform(1.0, 2.0),
            s.normal(10.0, 1.0),
            s.lognormal(1.0, 1.0),
            s.gamma(1.0, 0.5),
            s.gamma(1.0, 2.0),
            s.erlang(3.0, 1.0),
            s.pareto(1.0, 1.5),
            s.weibull(1.0, 0.7),
            s.zipf(1_000_000, 1.1) as f64,
            s.choice(&[1.0, 2.0, 3.0]) as f64,
        ];
        let expected = [
            0.837_299_019_764_909_5,
            0.048_946_462_771_682_755,
            1.845_391_834_245_828_6,
            10.766_593_768_284_123,
            0.630_434_963_659_164_6,
            0.577_578_899_005_615_9,
            6.497_895_207_857_552,
            1.448_899_424_277_665_2,
            2.242_344_538_967_969_5,
            0.356_687_096_754_171_76,
            8_024.0,
            2.0,
        ];
        assert_eq!(seen, expected);
    }

    /// Many draws in one number: rare paths (edges, tails) are pinned as well.
    #[test]
    fn a_hundred_thousand_draws_are_pinned() {
        let digest = digest_of("digest", |s| {
            [s.exponential(1.0), s.normal(5.0, 1.0), s.gamma(1.0, 0.8)]
        });
        assert_eq!(digest, 5_486_902_240_854_245_942);
        let digest = digest_of("logarithms", |s| {
            [
                s.lognormal(1.0, 2.0),
                s.pareto(5.0, 1.2),
                s.weibull(1.0, 0.8),
            ]
        });
        assert_eq!(digest, 17_990_450_884_101_726_460);
        let digest = digest_of("whole", |s| {
            [
                s.erlang(3.0, 1.0),
                s.zipf(1_000_000, 1.1) as f64,
                s.below(1_000) as f64,
            ]
        });
        assert_eq!(digest, 14_903_200_303_656_054_853);
    }

    fn digest_of(name: &str, draw: impl Fn(&mut Stream) -> [f64; 3]) -> u64 {
        let mut stream = Stream::derive(7, name, Purpose::Draws, 0);
        (0..100_000)
            .flat_map(|_| draw(&mut stream))
            .fold(0_u64, |digest, x| digest.rotate_left(5) ^ x.to_bits())
    }
}
