//! Where those who `await` stand: with the thing that is to change, and there by the value that it is to have. A change then costs as much
//! as those whom it may let go on, however many stand there. Who they are and what a thing is worth is the machine's affair.

use std::collections::BinaryHeap;

use crate::lang::scenario::{Binary, ExprId, Observation, SharedId};
use crate::measure::{row, takes};
use crate::model::keys::{KeyBits, KeyMap, key_bits};

/// A part of a condition that is not as it is wanted.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reason {
    pub(super) part: ExprId,
    pub(super) wanted: bool,
}

/// One wait of one activity: of use while the activity's `turn` is still this one. Who stops waiting leaves no list; it is passed over, and
/// goes when its place is looked at or the list has doubled.
#[derive(Debug, Clone, Copy)]
pub(super) struct Watcher {
    pub(super) who: u32,
    pub(super) turn: u32,
    pub(super) reason: Reason,
}

/// What is read off a thing. Of what there is for each key, the key stands apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reading {
    Shared(SharedId),
    Entry(SharedId),
    Seen(Observation),
}

/// When a watcher is looked at.
#[derive(Debug, Clone, Copy)]
pub(super) enum How {
    /// At any change.
    Any,
    /// When the reading is this.
    Equal(KeyBits),
    /// When it has come up to there, or down to there; see [`ordered`].
    Rises(u64),
    Falls(u64),
}

impl How {
    /// When a comparison of a reading with a bound may be as it is wanted. `None`: never.
    pub(super) fn of(comparison: Binary, wanted: bool, bound: f64) -> Option<Self> {
        let (bits, at) = (key_bits(bound)?, ordered(bound));
        Some(match (comparison, wanted) {
            (Binary::Equal, true) | (Binary::NotEqual, false) => How::Equal(bits),
            (Binary::Less, true) | (Binary::GreaterOrEqual, false) => How::Falls(at - 1),
            (Binary::LessOrEqual, true) | (Binary::Greater, false) => How::Falls(at),
            (Binary::Greater, true) | (Binary::LessOrEqual, false) => How::Rises(at + 1),
            (Binary::GreaterOrEqual, true) | (Binary::Less, false) => How::Rises(at),
            _ => How::Any,
        })
    }
}

/// A number that is as large among its like as this one is among numbers.
fn ordered(value: f64) -> u64 {
    let bits = (value + 0.0).to_bits();
    if bits >> 63 == 1 {
        !bits
    } else {
        bits | 1 << 63
    }
}

/// Where a watcher stands with a thing: at a reading, or with all of it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    pub(super) key: Option<KeyBits>,
    pub(super) reading: Option<Reading>,
    pub(super) how: How,
}

impl Place {
    /// Whatever changes of the thing.
    pub(super) const ALL: Place = Place {
        key: None,
        reading: None,
        how: How::Any,
    };
}

/// A watcher and the place that it has left.
pub(super) type Found = (Place, Watcher);

/// A watcher and how far its reading is to go. The largest goes first.
#[derive(Debug, Clone, Copy)]
struct Bound(u64, Watcher);

impl PartialEq for Bound {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl Eq for Bound {}

impl PartialOrd for Bound {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Bound {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.cmp(&other.0)
    }
}

/// Those who wait for one reading.
#[derive(Debug, Clone)]
pub(super) struct Point {
    key: Option<KeyBits>,
    reading: Reading,
    any: Vec<Watcher>,
    equal: KeyMap<Vec<Watcher>>,
    /// By what the bound is not, so that the lowest is the largest.
    rises: BinaryHeap<Bound>,
    falls: BinaryHeap<Bound>,
}

takes! { Watcher: 16, Bound: 24, Vec<Watcher>: 24, Point: 200, Vec<Point>: 24, Standing: 192 }

/// Bytes of points and of who waits there.
fn of_points(points: &[Point]) -> u64 {
    row::<Point>(points.len()) + points.iter().map(Point::footprint).sum::<u64>()
}

impl Point {
    /// Bytes that it holds.
    fn footprint(&self) -> u64 {
        let of_value = |equal: &Vec<Watcher>| row::<Watcher>(equal.len());
        of_value(&self.any)
            + self.equal.footprint(of_value)
            + row::<Bound>(self.rises.len() + self.falls.len())
    }

    fn new(key: Option<KeyBits>, reading: Reading) -> Self {
        Point {
            key,
            reading,
            any: Vec::new(),
            equal: KeyMap::default(),
            rises: BinaryHeap::new(),
            falls: BinaryHeap::new(),
        }
    }

    /// What is read here, and of which key.
    pub(super) fn reads(&self) -> (Reading, Option<KeyBits>) {
        (self.reading, self.key)
    }

    fn add(&mut self, how: How, watcher: Watcher) {
        match how {
            How::Any => self.any.push(watcher),
            How::Equal(value) => self.equal.entry(value).push(watcher),
            How::Rises(to) => self.rises.push(Bound(!to, watcher)),
            How::Falls(to) => self.falls.push(Bound(to, watcher)),
        }
    }

    fn is_empty(&self) -> bool {
        let bounds = self.rises.len() + self.falls.len();
        self.any.is_empty() && self.equal.is_empty() && bounds == 0
    }

    /// Takes out who may go on now that the reading is this.
    pub(super) fn take_met(&mut self, value: f64, found: &mut Vec<Found>) {
        let (key, reading) = (self.key, Some(self.reading));
        let mut take = |how, watcher| found.push((Place { key, reading, how }, watcher));
        self.any.drain(..).for_each(|one| take(How::Any, one));
        let Some(bits) = key_bits(value) else {
            // What is no number is as it is wanted by who wants it not to be less.
            self.equal.retain(|value, equal| {
                equal.drain(..).for_each(|one| take(How::Equal(value), one));
                false
            });
            (self.rises.drain()).for_each(|Bound(to, one)| take(How::Rises(!to), one));
            (self.falls.drain()).for_each(|Bound(to, one)| take(How::Falls(to), one));
            return;
        };
        if let Some(equal) = self.equal.get_mut(bits) {
            equal.drain(..).for_each(|one| take(How::Equal(bits), one));
            self.equal.remove(bits);
        }
        let level = ordered(value);
        while let Some(Bound(to, one)) = pop_from(&mut self.rises, !level) {
            take(How::Rises(!to), one);
        }
        while let Some(Bound(to, one)) = pop_from(&mut self.falls, level) {
            take(How::Falls(to), one);
        }
    }

    fn retain(&mut self, waits: &dyn Fn(&Watcher) -> bool) -> usize {
        self.any.retain(waits);
        let mut equal_left = 0;
        self.equal.retain(|_, equal| {
            equal.retain(waits);
            equal_left += equal.len();
            !equal.is_empty()
        });
        self.rises.retain(|Bound(_, one)| waits(one));
        self.falls.retain(|Bound(_, one)| waits(one));
        self.any.len() + equal_left + self.rises.len() + self.falls.len()
    }
}

/// The first, if it goes as far as that.
fn pop_from(bounds: &mut BinaryHeap<Bound>, least: u64) -> Option<Bound> {
    bounds.peek().filter(|bound| bound.0 >= least)?;
    bounds.pop()
}

/// So many stand with a thing before any are looked for who wait no longer.
const PRUNED_FROM: usize = 16;

/// Those who stand with one thing.
#[derive(Debug, Clone, Default)]
pub(super) struct Standing {
    count: usize,
    prune_at: usize,
    all: Vec<Watcher>,
    points: Vec<Point>,
    keyed: KeyMap<Vec<Point>>,
    /// The keys that have changed; of no use where all have.
    changed_keys: Vec<KeyBits>,
    all_changed: bool,
}

impl Standing {
    /// Bytes that it holds.
    pub(super) fn footprint(&self) -> u64 {
        row::<Watcher>(self.all.len())
            + of_points(&self.points)
            + self.keyed.footprint(|points| of_points(points))
            + row::<KeyBits>(self.changed_keys.len())
    }

    /// How many stand here, with those who wait no longer.
    pub(super) fn len(&self) -> usize {
        self.count
    }

    /// One more stands here; those who wait no longer go when there are twice as many.
    pub(super) fn add(&mut self, place: Place, one: Watcher, waits: &dyn Fn(&Watcher) -> bool) {
        if self.count >= self.prune_at {
            self.count = self.retain(waits);
            self.prune_at = (2 * self.count).max(PRUNED_FROM);
        }
        self.put(place, one);
    }

    /// One stands here again.
    pub(super) fn put(&mut self, place: Place, one: Watcher) {
        self.count += 1;
        let Some(reading) = place.reading else {
            return self.all.push(one);
        };
        let points = match place.key {
            Some(key) => self.keyed.entry(key),
            None => &mut self.points,
        };
        let at = points.iter().position(|point| point.reading == reading);
        let at = at.unwrap_or_else(|| {
            points.push(Point::new(place.key, reading));
            points.len() - 1
        });
        points[at].add(place.how, one);
    }

    fn retain(&mut self, waits: &dyn Fn(&Watcher) -> bool) -> usize {
        let mut left = 0;
        let mut retain = |points: &mut Vec<Point>| {
            points.iter_mut().for_each(|one| left += one.retain(waits));
            points.retain(|point| !point.is_empty());
            !points.is_empty()
        };
        retain(&mut self.points);
        self.keyed.retain(|_, points| retain(points));
        self.all.retain(waits);
        left + self.all.len()
    }

    /// All of the thing may have changed.
    pub(super) fn touch(&mut self) {
        self.all_changed = true;
    }

    /// That of it which belongs to a key has changed.
    pub(super) fn touch_key(&mut self, key: KeyBits) {
        if self.keyed.find(key).is_some() && self.changed_keys.last() != Some(&key) {
            self.changed_keys.push(key);
        }
    }

    /// Takes out who may go on now that the thing has changed. `read` says what a reading is.
    pub(super) fn take_met(
        &mut self,
        read: &mut dyn FnMut((Reading, Option<KeyBits>)) -> f64,
        found: &mut Vec<Found>,
    ) {
        let before = found.len();
        found.extend(self.all.drain(..).map(|one| (Place::ALL, one)));
        let mut take = |points: &mut Vec<Point>| {
            points.retain_mut(|point| {
                point.take_met(read(point.reads()), found);
                !point.is_empty()
            });
            !points.is_empty()
        };
        take(&mut self.points);
        if std::mem::take(&mut self.all_changed) {
            self.changed_keys.clear();
            self.keyed.retain(|_, points| take(points));
        }
        for key in std::mem::take(&mut self.changed_keys) {
            if self.keyed.get_mut(key).is_some_and(|points| !take(points)) {
                self.keyed.remove(key);
            }
        }
        self.count -= found.len() - before;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn watcher(who: u32) -> Watcher {
        let reason = Reason {
            part: ExprId(0),
            wanted: true,
        };
        Watcher {
            who,
            turn: 0,
            reason,
        }
    }

    /// Who is taken out at each of these values, one after another; `how` is made for each watcher's bound.
    fn met(comparison: Binary, wanted: bool, bounds: &[f64], values: &[f64]) -> Vec<Vec<u32>> {
        let mut standing = Standing::default();
        for (who, &bound) in (0..).zip(bounds) {
            if let Some(how) = How::of(comparison, wanted, bound) {
                let place = Place {
                    key: None,
                    reading: Some(Reading::Shared(SharedId(0))),
                    how,
                };
                standing.add(place, watcher(who), &|_| true);
            }
        }
        let taken = values.iter().map(|&value| {
            let mut found = Vec::new();
            standing.take_met(&mut |_| value, &mut found);
            let mut who: Vec<u32> = found.iter().map(|(_, one)| one.who).collect();
            who.sort_unstable();
            who
        });
        taken.collect()
    }

    #[test]
    fn a_change_finds_those_whose_comparison_it_makes_true() {
        let bounds = [-1.0, 0.0, 1.0, 2.0, f64::NAN];
        let rows = [
            (Binary::Equal, true, vec![vec![], vec![1], vec![2]]),
            (Binary::NotEqual, false, vec![vec![], vec![1], vec![2]]),
            (Binary::Less, true, vec![vec![3], vec![2], vec![]]),
            (
                Binary::GreaterOrEqual,
                false,
                vec![vec![3], vec![2], vec![]],
            ),
            (Binary::LessOrEqual, true, vec![vec![3], vec![1, 2], vec![]]),
            (Binary::Greater, true, vec![vec![0, 1, 2], vec![], vec![]]),
            (
                Binary::GreaterOrEqual,
                true,
                vec![vec![0, 1, 2], vec![], vec![]],
            ),
            (Binary::Less, false, vec![vec![0, 1, 2], vec![], vec![]]),
        ];
        for (comparison, wanted, expected) in rows {
            let found = met(comparison, wanted, &bounds, &[1.5, -0.0, 1.0]);
            assert_eq!(found, expected, "{comparison:?} {wanted}");
        }
        assert_eq!(
            met(Binary::Less, false, &bounds, &[f64::NAN]),
            [[0, 1, 2, 3]]
        );
        let ends = [f64::NEG_INFINITY, f64::INFINITY];
        assert_eq!(met(Binary::Greater, true, &ends, &[f64::INFINITY]), [[0]]);
        assert_eq!(met(Binary::Less, true, &ends, &[f64::NEG_INFINITY]), [[1]]);
    }

    #[test]
    fn a_key_wakes_its_own_and_who_waits_no_longer_goes() {
        let place = |key| Place {
            key: Some(key),
            reading: Some(Reading::Entry(SharedId(0))),
            how: How::Any,
        };
        let mut standing = Standing::default();
        (0..100).for_each(|who| standing.add(place(u64::from(who % 10)), watcher(who), &|_| true));
        standing.touch_key(3);
        standing.touch_key(77);
        let mut found = Vec::new();
        standing.take_met(&mut |_| 0.0, &mut found);
        assert_eq!((found.len(), standing.len()), (10, 90));
        assert!(found.iter().all(|(_, one)| one.who % 10 == 3));
        standing.touch();
        standing.take_met(&mut |_| 0.0, &mut found);
        assert_eq!((found.len(), standing.len()), (100, 0));
        (0..1000).for_each(|who| standing.add(place(0), watcher(who), &|one| one.who + 9 > who));
        assert!(standing.len() < 40, "{} stand here", standing.len());
    }
}
