//! A stream of random words: xoshiro256++ behind a name, and the evenly spread draws. Knows no distribution.

use super::ziggurat::Ziggurat;

/// What a stream is for. Each purpose of one name has a stream of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// What the activities of a group draw: durations, sizes, keys, failures.
    Draws = 1,
    /// The intervals of an `every`.
    Ticks = 2,
    /// Which of several ready arms a `select` takes.
    Select = 3,
}

/// One stream of random numbers: 32 bytes and an address, copied by `clone`, equal if and only if all later draws are.
///
/// The generator is xoshiro256++ 1.0 by David Blackman and Sebastiano Vigna (2019), public domain,
/// <https://prng.di.unimi.it/xoshiro256plusplus.c>.
#[derive(Clone, Debug)]
pub struct Stream {
    state: [u64; 4],
    ziggurat: &'static Ziggurat,
}

impl PartialEq for Stream {
    fn eq(&self, other: &Self) -> bool {
        self.state == other.state
    }
}

impl Eq for Stream {}

impl Stream {
    /// The stream for this seed, name, purpose and ordinal (which of several of that name and purpose; 0 if there is
    /// one).
    ///
    /// The name is hashed by FNV-1a (64 bits); seed, hash, purpose and ordinal are mixed one after the other by the
    /// finaliser of splitmix64, which then fills the state, as the authors of xoshiro advise. Two streams of one run
    /// coincide only if the names' hashes do: about one chance in 2^64 per pair.
    ///
    /// ```
    /// use highwater::random::{Purpose, Stream};
    /// let arrivals = Stream::derive(1, "orders", Purpose::Ticks, 0);
    /// assert_ne!(arrivals, Stream::derive(1, "orders", Purpose::Draws, 0));
    /// ```
    #[must_use]
    pub fn derive(seed: u64, name: &str, purpose: Purpose, ordinal: u32) -> Self {
        let place = ((purpose as u64) << 32) | u64::from(ordinal);
        let mut mixer = SplitMix64(seed);
        for part in [fnv1a(name.as_bytes()), place] {
            mixer = SplitMix64(mixer.next() ^ part);
        }
        // Four successive words of splitmix64 are never all zero, the one state that xoshiro must not have.
        Self {
            state: std::array::from_fn(|_| mixer.next()),
            ziggurat: Ziggurat::made(),
        }
    }

    /// What exponential and normal draws are made with.
    #[inline]
    pub(super) fn ziggurat(&self) -> &'static Ziggurat {
        self.ziggurat
    }

    /// The next 64 random bits.
    #[inline]
    pub fn next_u64(&mut self) -> u64 {
        let s = &mut self.state;
        let word = s[0].wrapping_add(s[3]).rotate_left(23).wrapping_add(s[0]);
        let shifted = s[1] << 17;
        s[2] ^= s[0];
        s[3] ^= s[1];
        s[1] ^= s[2];
        s[0] ^= s[3];
        s[2] ^= shifted;
        s[3] = s[3].rotate_left(45);
        word
    }

    /// A number from 0 (included) to 1 (excluded), one of 2^53 equally likely, equally spaced ones.
    #[inline]
    pub fn unit(&mut self) -> f64 {
        unit_from(self.next_u64())
    }

    /// A number from 0 (excluded) to 1 (included): what a logarithm can be taken of. The smallest is 2^-53.
    #[inline]
    pub fn open_unit(&mut self) -> f64 {
        1.0 - self.unit()
    }

    /// A whole number from 0 to `n` - 1, all exactly equally likely; 0 if `n` is 0.
    ///
    /// Daniel Lemire, "Fast Random Integer Generation in an Interval", ACM TOMACS 29 (2019): one multiplication, and a
    /// division only in the rare case that the word may have to be rejected.
    #[inline]
    pub fn below(&mut self, n: u64) -> u64 {
        let mut product = u128::from(self.next_u64()) * u128::from(n);
        if (product as u64) < n {
            let biased = n.wrapping_neg() % n;
            while (product as u64) < biased {
                product = u128::from(self.next_u64()) * u128::from(n);
            }
        }
        (product >> 64) as u64
    }
}

/// The upper 53 bits of a word as a number in [0, 1). The lower 11 are free for another use.
#[inline]
pub(super) fn unit_from(word: u64) -> f64 {
    const STEP: f64 = 1.0 / (1_u64 << 53) as f64;
    (word >> 11) as f64 * STEP
}

/// Sebastiano Vigna's splitmix64, public domain, <https://prng.di.unimi.it/splitmix64.c>.
struct SplitMix64(u64);

impl SplitMix64 {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut word = self.0;
        word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        word ^ (word >> 31)
    }
}

/// FNV-1a with 64 bits (Fowler, Noll and Vo, <http://www.isthe.com/chongo/tech/comp/fnv/>): short, without tables, and
/// every byte of a name counts.
fn fnv1a(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, &byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stream(seed: u64) -> Stream {
        Stream::derive(seed, "test", Purpose::Draws, 0)
    }

    /// How far chi-square is from its mean, in its standard deviations.
    fn chi_square_deviation(counts: &[u64]) -> f64 {
        let total: u64 = counts.iter().sum();
        let expected = total as f64 / counts.len() as f64;
        let chi_square: f64 = counts
            .iter()
            .map(|&count| (count as f64 - expected).powi(2) / expected)
            .sum();
        let freedom = (counts.len() - 1) as f64;
        (chi_square - freedom) / (2.0 * freedom).sqrt()
    }

    /// The vectors are those of the `rand_xoshiro` crate, made with the authors' C code.
    #[test]
    fn xoshiro_agrees_with_its_authors() {
        let mut stream = Stream {
            state: [1, 2, 3, 4],
            ziggurat: Ziggurat::made(),
        };
        let expected = [
            41_943_041,
            58_720_359,
            3_588_806_011_781_223,
            3_591_011_842_654_386,
            9_228_616_714_210_784_205,
            9_973_669_472_204_895_162,
        ];
        assert_eq!(expected, std::array::from_fn(|_| stream.next_u64()));
    }

    /// Vectors: <https://rosettacode.org/wiki/Pseudo-random_numbers/Splitmix64>.
    #[test]
    fn splitmix_agrees_with_its_author() {
        let mut mixer = SplitMix64(1_234_567);
        let expected = [6_457_827_717_110_365_317, 3_203_168_211_198_807_973];
        assert_eq!(expected, std::array::from_fn(|_| mixer.next()));
    }

    /// Vectors: the list that comes with the authors' code (`test_fnv.c`).
    #[test]
    fn fnv_agrees_with_its_authors() {
        assert_eq!(fnv1a(b""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(fnv1a(b"a"), 0xaf63_dc4c_8601_ec8c);
        assert_eq!(fnv1a(b"foobar"), 0x8594_4171_f739_67e8);
    }

    #[test]
    fn derivation_is_pinned() {
        let mut stream = Stream::derive(7, "orders", Purpose::Ticks, 0);
        let first: [u64; 3] = std::array::from_fn(|_| stream.next_u64());
        let expected = [
            7_607_535_900_165_823_958,
            17_878_141_164_625_127_261,
            3_036_239_042_925_413_951,
        ];
        assert_eq!(first, expected);
    }

    #[test]
    fn every_part_of_the_derivation_counts() {
        let base = Stream::derive(7, "orders", Purpose::Ticks, 0);
        let others = [
            Stream::derive(8, "orders", Purpose::Ticks, 0),
            Stream::derive(7, "order", Purpose::Ticks, 0),
            Stream::derive(7, "orders", Purpose::Draws, 0),
            Stream::derive(7, "orders", Purpose::Select, 0),
            Stream::derive(7, "orders", Purpose::Ticks, 1),
        ];
        assert_eq!(base, Stream::derive(7, "orders", Purpose::Ticks, 0));
        for other in others {
            assert_ne!(base, other);
        }
    }

    #[test]
    fn bytes_are_even() {
        let mut stream = stream(1);
        let mut counts = vec![[0_u64; 256]; 8];
        for _ in 0..200_000 {
            for (place, byte) in stream.next_u64().to_le_bytes().into_iter().enumerate() {
                counts[place][usize::from(byte)] += 1;
            }
        }
        for place in counts {
            assert!(chi_square_deviation(&place).abs() < 4.0);
        }
    }

    #[test]
    fn below_is_even() {
        for n in [2_u64, 3, 7, 10, 100, 1_000] {
            let mut stream = stream(n);
            let mut counts = vec![0_u64; n as usize];
            for _ in 0..n * 2_000 {
                counts[stream.below(n) as usize] += 1;
            }
            assert!(chi_square_deviation(&counts).abs() < 4.0, "n = {n}");
        }
    }

    /// With n = 3 * 2^62 a plain multiplication would hit the lower third of each block twice as often.
    #[test]
    fn below_rejects_what_would_bias_it() {
        let mut stream = stream(5);
        let n = 3_u64 << 62;
        let mut counts = [0_u64; 3];
        for _ in 0..100_000 {
            counts[(stream.below(n) % 3) as usize] += 1;
        }
        assert!(chi_square_deviation(&counts).abs() < 4.0);
    }

    #[test]
    fn below_stays_below() {
        let mut stream = stream(6);
        assert_eq!(stream.below(0), 0);
        assert_eq!(stream.below(1), 0);
        assert!((0..1_000).all(|_| stream.below(u64::MAX) < u64::MAX));
    }

    #[test]
    fn units_stay_in_their_interval() {
        assert_eq!(unit_from(0), 0.0);
        assert!(unit_from(u64::MAX) < 1.0);
        let mut stream = stream(9);
        for _ in 0..10_000 {
            let unit = stream.open_unit();
            assert!(unit > 0.0 && unit <= 1.0);
        }
    }

    /// Pairs of draws from two streams fall evenly on a 16 by 16 board, however near the streams' names are.
    #[test]
    fn streams_are_independent() {
        let pairs = [
            (("a", Purpose::Draws, 0), ("b", Purpose::Draws, 0)),
            (("a", Purpose::Draws, 0), ("a", Purpose::Ticks, 0)),
            (("a", Purpose::Draws, 0), ("a", Purpose::Draws, 1)),
        ];
        for (left, right) in pairs {
            let mut left = Stream::derive(1, left.0, left.1, left.2);
            let mut right = Stream::derive(1, right.0, right.1, right.2);
            let mut counts = [0_u64; 256];
            for _ in 0..100_000 {
                counts[(left.below(16) * 16 + right.below(16)) as usize] += 1;
            }
            assert!(chi_square_deviation(&counts).abs() < 4.0);
        }
    }

    /// The first draws of the streams of successive seeds are as even as those of one stream.
    #[test]
    fn seeds_are_independent() {
        let mut counts = [0_u64; 256];
        for seed in 0..100_000 {
            counts[stream(seed).below(256) as usize] += 1;
        }
        assert!(chi_square_deviation(&counts).abs() < 4.0);
    }
}
