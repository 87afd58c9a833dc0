//! Levels over time: how full, how many, and for what share of the time. Knows neither what is counted nor why.

use super::reading::{GaugeReading, ShareReading};

/// A level that changes at instants and holds in between: items in a channel, cores in use, bytes held.
///
/// `set` and `add` cost one or two nanoseconds. The time integral is a sum of `f64` products: with up to 2^53 level ×
/// nanoseconds (ten items for ten days) it is exact, beyond that each step rounds in the 16th digit.
///
/// The level itself is the caller's to know: a gauge is told, and what it makes of it is for a report (`GaugeReading`).
///
/// ```
/// use highwater::measure::{Gauge, reading::GaugeReading};
///
/// let mut depth = Gauge::new(0, 0);
/// depth.add(10, 3);
/// depth.set(20, 1);
/// assert_eq!(depth.highest(), 3);
/// assert_eq!(depth.mean(40), (10.0 * 0.0 + 10.0 * 3.0 + 20.0 * 1.0) / 40.0);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Gauge {
    level: i64,
    /// Since when the level holds and has not yet been added to the window's integral.
    since_ns: u64,
    window: Span,
    /// All windows that have ended since the last reset.
    before: Span,
}

/// A stretch of time and what the level did in it.
#[derive(Clone, Debug, PartialEq)]
struct Span {
    start_ns: u64,
    highest: i64,
    integral: f64,
}

/// What a level did in one window.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GaugeWindow {
    /// The mean over time; the level itself if the window took no time.
    pub mean: f64,
    /// The highest level at any instant, the one held at the start included.
    pub highest: u64,
}

impl Gauge {
    /// A gauge that shows `level` from `now_ns` on. Levels are bounded by `i64::MAX` and stop there.
    #[must_use]
    pub fn new(now_ns: u64, level: u64) -> Self {
        let level = i64::try_from(level).unwrap_or(i64::MAX);
        Self {
            level,
            since_ns: now_ns,
            window: Span::starting(now_ns, level),
            before: Span::starting(now_ns, level),
        }
    }

    /// The level is `level` from `now_ns` on.
    #[inline]
    pub fn set(&mut self, now_ns: u64, level: u64) {
        let level = i64::try_from(level).unwrap_or(i64::MAX);
        if level != self.level {
            self.change(now_ns, level);
        }
    }

    /// The level rises (or falls) by `delta` at `now_ns`. It never falls below 0: that would be a mistake of the
    /// caller, which test builds assert.
    #[inline]
    pub fn add(&mut self, now_ns: u64, delta: i64) {
        let level = self.level.saturating_add(delta);
        debug_assert!(level >= 0, "level {} fell by {delta}", self.level);
        self.change(now_ns, level.max(0));
    }

    /// Forgets all but the level: means and highs begin anew at `now_ns`.
    pub fn reset(&mut self, now_ns: u64) {
        *self = Self::new(now_ns, self.level.unsigned_abs());
    }

    #[inline]
    fn change(&mut self, now_ns: u64, level: i64) {
        debug_assert!(now_ns >= self.since_ns, "time went back");
        self.window.integral += self.pending(now_ns);
        self.window.highest = self.window.highest.max(level);
        self.level = level;
        self.since_ns = now_ns;
    }

    /// What the current level has contributed since it was set.
    #[inline]
    fn pending(&self, now_ns: u64) -> f64 {
        self.level as f64 * elapsed(self.since_ns, now_ns)
    }

    fn window_integral(&self, now_ns: u64) -> f64 {
        self.window.integral + self.pending(now_ns)
    }

    fn mean_over(&self, integral: f64, start_ns: u64, now_ns: u64) -> f64 {
        if now_ns <= start_ns {
            return self.level as f64;
        }
        integral / elapsed(start_ns, now_ns)
    }
}

impl GaugeReading for Gauge {
    fn highest(&self) -> u64 {
        self.before.highest.max(self.window.highest).unsigned_abs()
    }

    fn integral(&self, now_ns: u64) -> f64 {
        self.before.integral + self.window_integral(now_ns)
    }

    fn mean(&self, now_ns: u64) -> f64 {
        self.mean_over(self.integral(now_ns), self.before.start_ns, now_ns)
    }

    fn share_of(&self, whole: &Gauge, now_ns: u64) -> Option<f64> {
        let whole = whole.mean(now_ns);
        (whole > 0.0).then(|| self.mean(now_ns) / whole)
    }

    fn end_window(&mut self, now_ns: u64) -> GaugeWindow {
        self.change(now_ns, self.level);
        let ended = GaugeWindow {
            mean: self.mean_over(self.window.integral, self.window.start_ns, now_ns),
            highest: self.window.highest.unsigned_abs(),
        };
        self.before.integral += self.window.integral;
        self.before.highest = self.before.highest.max(self.window.highest);
        self.window = Span::starting(now_ns, self.level);
        ended
    }
}

impl Span {
    fn starting(start_ns: u64, level: i64) -> Self {
        Self {
            start_ns,
            highest: level,
            integral: 0.0,
        }
    }
}

/// How much of the time a flag held: a channel was full, a core was busy, an activity slept.
///
/// ```
/// use highwater::measure::{Share, reading::ShareReading};
///
/// let mut full = Share::new(0, false);
/// full.set(30, true);
/// full.set(40, false);
/// assert_eq!(full.share(100), 0.1);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Share {
    start_ns: u64,
    since_ns: u64,
    held_ns: u64,
    holds: bool,
}

impl Share {
    /// A flag that is `holds` from `now_ns` on.
    #[must_use]
    pub fn new(now_ns: u64, holds: bool) -> Self {
        Self {
            start_ns: now_ns,
            since_ns: now_ns,
            held_ns: 0,
            holds,
        }
    }

    /// The flag is `holds` from `now_ns` on.
    #[inline]
    pub fn set(&mut self, now_ns: u64, holds: bool) {
        debug_assert!(now_ns >= self.since_ns, "time went back");
        if holds != self.holds {
            self.held_ns = self.held_ns(now_ns);
            self.since_ns = now_ns;
            self.holds = holds;
        }
    }

    /// Forgets all but the flag itself: the share begins anew at `now_ns`.
    pub fn reset(&mut self, now_ns: u64) {
        *self = Self::new(now_ns, self.holds);
    }
}

impl ShareReading for Share {
    #[inline]
    fn held_ns(&self, now_ns: u64) -> u64 {
        let pending_ns = now_ns.saturating_sub(self.since_ns);
        self.held_ns + if self.holds { pending_ns } else { 0 }
    }

    fn share(&self, now_ns: u64) -> f64 {
        if now_ns <= self.start_ns {
            return f64::from(u8::from(self.holds));
        }
        self.held_ns(now_ns) as f64 / elapsed(self.start_ns, now_ns)
    }
}

#[inline]
fn elapsed(start_ns: u64, now_ns: u64) -> f64 {
    now_ns.saturating_sub(start_ns) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_level_is_weighed_by_how_long_it_held() {
        let mut gauge = Gauge::new(100, 2);
        gauge.set(110, 6);
        gauge.add(120, -5);
        assert_eq!(gauge.integral(140), 20.0 + 60.0 + 20.0);
        assert_eq!(gauge.mean(140), 2.5);
        assert_eq!(gauge.highest(), 6);
    }

    #[test]
    fn without_time_the_mean_is_the_level() {
        let mut gauge = Gauge::new(5, 4);
        gauge.set(5, 7);
        assert_eq!(gauge.mean(5), 7.0);
        assert_eq!(gauge.end_window(5).mean, 7.0);
    }

    #[test]
    fn a_reset_keeps_the_level_alone() {
        let mut gauge = Gauge::new(0, 0);
        gauge.set(10, 9);
        gauge.set(20, 3);
        gauge.reset(30);
        assert_eq!(gauge.highest(), 3);
        assert_eq!(gauge.mean(50), 3.0);
    }

    #[test]
    fn windows_do_not_change_the_whole() {
        let mut windowed = Gauge::new(0, 0);
        let mut plain = Gauge::new(0, 0);
        let mut sum = 0.0;
        let mut highest = 0;
        for step in 1..=100_u64 {
            let level = step * 37 % 11;
            windowed.set(step * 10, level);
            plain.set(step * 10, level);
            if step % 20 == 0 {
                let row = windowed.end_window(step * 10);
                sum += row.mean * 200.0;
                highest = highest.max(row.highest);
            }
        }
        assert_eq!(windowed.integral(1_000), plain.integral(1_000));
        assert_eq!(windowed.mean(1_500), plain.mean(1_500));
        assert_eq!(windowed.highest(), plain.highest());
        assert!((sum - plain.integral(1_000)).abs() < 1e-9);
        assert_eq!(highest, plain.highest());
    }

    #[test]
    fn a_window_begins_with_the_level_it_finds() {
        let mut gauge = Gauge::new(0, 0);
        gauge.set(5, 8);
        gauge.end_window(10);
        gauge.set(15, 2);
        let row = gauge.end_window(20);
        assert_eq!(
            row,
            GaugeWindow {
                mean: 5.0,
                highest: 8
            }
        );
    }

    #[test]
    fn huge_levels_stop_at_the_bound() {
        let mut gauge = Gauge::new(0, u64::MAX);
        gauge.add(1, i64::MAX);
        assert_eq!(gauge.highest(), i64::MAX as u64);
        assert!(gauge.mean(u64::MAX).is_finite());
    }

    #[test]
    fn a_share_counts_the_open_stretch() {
        let mut share = Share::new(0, true);
        share.set(10, false);
        share.set(10, true);
        share.set(20, true);
        assert_eq!(share.held_ns(25), 25);
        share.set(30, false);
        assert_eq!(share.share(120), 0.25);
    }

    #[test]
    fn a_share_can_begin_anew() {
        let mut share = Share::new(0, true);
        share.reset(50);
        assert_eq!(share.share(50), 1.0);
        share.set(60, false);
        assert_eq!(share.share(90), 0.25);
    }
}
