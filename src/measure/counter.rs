//! Counts, peaks, time spent and where measuring began: what begins anew at the end of a warm-up.

use std::ops::AddAssign;

use super::Ledger;
use super::reading::{CountReading, RateReading, TimeReading};

/// How often something happened since the last reset.
///
/// ```
/// use highwater::measure::{Counter, reading::CountReading};
///
/// let mut refused = Counter::default();
/// refused += 2;
/// assert_eq!(refused.count(), 2);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counter(u64);

impl Counter {
    /// Begins anew.
    pub fn reset(&mut self) {
        self.0 = 0;
    }
}

impl AddAssign<u64> for Counter {
    #[inline]
    fn add_assign(&mut self, more: u64) {
        self.0 += more;
    }
}

impl CountReading for Counter {
    fn count(&self) -> u64 {
        self.0
    }
}

/// The most that something has been since the last reset. It is told where it rises.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Peak(u64);

impl Peak {
    /// It is so high now.
    #[inline]
    pub fn rise(&mut self, level: u64) {
        self.0 = self.0.max(level);
    }

    /// Begins anew, where it is now.
    pub fn reset(&mut self, level: u64) {
        self.0 = level;
    }
}

impl CountReading for Peak {
    fn count(&self) -> u64 {
        self.0
    }
}

/// How much time was spent in each of some states, in nanoseconds, without the spells that still last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimeSpent<const STATES: usize> {
    past: [u64; STATES],
    /// What had passed at the last reset, open spells included: they go on, and only what comes after it is wanted.
    before: [u64; STATES],
}

impl<const STATES: usize> Default for TimeSpent<STATES> {
    fn default() -> Self {
        TimeSpent {
            past: [0; STATES],
            before: [0; STATES],
        }
    }
}

impl<const STATES: usize> TimeSpent<STATES> {
    /// A spell has ended.
    #[inline]
    pub fn add(&mut self, state: usize, ns: u64) {
        self.past[state] = self.past[state].saturating_add(ns);
    }

    /// Begins anew; `open` is how long the spells that still last have lasted.
    pub fn reset(&mut self, open: &[u64; STATES]) {
        self.before = self.with(open);
    }

    fn with(&self, open: &[u64; STATES]) -> [u64; STATES] {
        std::array::from_fn(|state| self.past[state].saturating_add(open[state]))
    }
}

impl<const STATES: usize> TimeReading<STATES> for TimeSpent<STATES> {
    fn shares(&self, open: &[u64; STATES]) -> Option<[f64; STATES]> {
        let now = self.with(open);
        let spent: [f64; STATES] =
            std::array::from_fn(|state| (now[state] - self.before[state]) as f64);
        let all: f64 = spent.iter().sum();
        (all > 0.0).then(|| spent.map(|one| one / all))
    }
}

/// Where measuring began: the time, and the ledger as it stood.
#[derive(Clone, Copy, Debug, Default)]
pub struct Measured {
    /// Items that the `done` which ended them made, for nothing was in hand.
    pub made_by_done: Counter,
    from_ns: u64,
    ledger: Ledger,
}

impl Measured {
    /// Begins anew.
    pub fn reset(&mut self, now_ns: u64, ledger: &Ledger) {
        self.made_by_done.reset();
        (self.from_ns, self.ledger) = (now_ns, *ledger);
    }

    fn per_second(&self, count: u64, now_ns: u64) -> Option<f64> {
        let seconds = (now_ns - self.from_ns) as f64 / 1e9;
        (seconds > 0.0).then(|| count as f64 / seconds)
    }
}

impl RateReading for Measured {
    fn throughput_per_s(&self, ledger: &Ledger, now_ns: u64) -> Option<f64> {
        self.per_second(ledger.done - self.ledger.done, now_ns)
    }

    fn goodput_per_s(&self, ledger: &Ledger, now_ns: u64) -> Option<f64> {
        self.per_second(ledger.good - self.ledger.good, now_ns)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spell_that_is_open_at_a_reset_counts_from_there() {
        let mut time = TimeSpent::<2>::default();
        assert_eq!(time.shares(&[0, 0]), None);
        time.add(0, 30);
        assert_eq!(time.shares(&[10, 60]), Some([0.4, 0.6]));
        time.reset(&[10, 60]);
        assert_eq!(time.shares(&[10, 60]), None);
        time.add(1, 61);
        assert_eq!(time.shares(&[13, 0]), Some([0.75, 0.25]));
    }

    #[test]
    fn rates_are_of_what_came_after_the_reset() {
        let mut measured = Measured::default();
        let mut ledger = Ledger {
            done: 7,
            ..Ledger::default()
        };
        assert_eq!(measured.throughput_per_s(&ledger, 0), None);
        measured.reset(3_000_000_000, &ledger);
        ledger.done += 1;
        assert_eq!(measured.throughput_per_s(&ledger, 5_000_000_000), Some(0.5));
        assert_eq!(measured.goodput_per_s(&ledger, 5_000_000_000), Some(0.0));
    }
}
