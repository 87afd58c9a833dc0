//! A pool of permits: connections, threads, a semaphore, a mutex, credits. Waiting is first come first served and nobody overtakes.
//!
//! Who asks for many at the head of the line takes what is freed bit by bit and holds up those behind it, as tokio's semaphore does;
//! if it gives up, what it took goes on to the next. A resource has one pool, or one for each key: a lock per row.

use super::Who;
use super::keys::{KeyBits, KeyMap, key_bits};
use super::line::{Line, Ticket};
use crate::measure::{Counter, Gauge, takes};

/// What became of an acquire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Acquired {
    /// The permits are the caller's.
    Granted,
    /// It waits in line.
    Waits(Ticket),
    /// So many wait already that it is refused.
    Refused,
}

/// A waiter that has all its permits now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Grant {
    /// Who waited.
    pub who: Who,
    /// The pool they are of.
    pub at: At,
    /// How many it has now.
    pub amount: u64,
}

#[derive(Debug, Clone, Copy)]
struct Waiter {
    who: Who,
    /// What it still lacks and what it asked for.
    lacks: u64,
    amount: u64,
}

/// One pool: its free permits and who waits for them.
#[derive(Debug, Clone, Default)]
struct Pool {
    /// May be below zero after a knob took permits away that are in use.
    free: i64,
    in_use: u64,
    line: Line<Waiter>,
}

impl Pool {
    fn soak(&mut self, waiter: &mut Waiter) {
        let taken = waiter.lacks.min(self.free.max(0) as u64);
        waiter.lacks -= taken;
        self.free -= taken as i64;
    }

    /// The first in line, if it has all its permits now.
    fn next(&mut self) -> Option<Waiter> {
        let mut waiter = *self.line.first()?;
        self.soak(&mut waiter);
        if waiter.lacks > 0 {
            if let Some(place) = self.line.first_mut() {
                *place = waiter;
            }
            return None;
        }
        let _ = self.line.pop();
        self.in_use += waiter.amount;
        Some(waiter)
    }
}

/// Where a pool of a resource stands: good while somebody has permits of it or waits for them.
pub type Place = u32;

/// Which pool of a resource: the only one, or that of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct At {
    key: KeyBits,
    place: Place,
}

impl At {
    /// Where it stands, for who waits there.
    #[inline]
    #[must_use]
    pub fn place(self) -> Place {
        self.place
    }

    /// Whose it is; of no use where there is only one.
    #[inline]
    #[must_use]
    pub fn key(self) -> KeyBits {
        self.key
    }
}

/// The pool of a resource that has only one.
pub const ONLY: At = At {
    place: Place::MAX,
    key: 0,
};

/// What is measured of permits.
#[derive(Debug, Clone)]
pub struct Gauges {
    /// Permits in use.
    pub in_use: Gauge,
    /// Who waits.
    pub waiting: Gauge,
    /// How many there are: those that a knob has taken away, but that are still in use, are there until they come back.
    pub total: Gauge,
}

/// Permits: one pool, or one for each key. What is measured is measured of all of them together.
#[derive(Debug, Clone)]
pub struct Permits {
    /// The declared number of one pool, which a knob may move.
    declared: u64,
    /// Of one pool.
    limit_waiting: Option<u64>,
    only: Pool,
    /// One for each key: those that are in use, or have other permits than were declared.
    keyed: Option<Box<KeyMap<Pool>>>,
    /// All that there are: the declared number, or more where `release` raised it.
    total: u64,
    /// All that are in use; a gauge ends before the sum over all keys does.
    taken: i128,
    waiting: u32,
    gauges: Gauges,
    refused: Counter,
}

takes! { Waiter: 24, Pool: 56, Permits: 320 }

impl Permits {
    /// All permits free, at time 0. With `per_key` there is a pool for each key.
    #[must_use]
    pub fn new(permits: u64, limit_waiting: Option<u64>, per_key: bool) -> Self {
        Permits {
            declared: permits,
            limit_waiting,
            only: Pool {
                free: permits as i64,
                ..Pool::default()
            },
            keyed: per_key.then(Box::default),
            total: permits,
            taken: 0,
            waiting: 0,
            gauges: Gauges {
                in_use: Gauge::new(0, 0),
                waiting: Gauge::new(0, 0),
                total: Gauge::new(0, permits),
            },
            refused: Counter::default(),
        }
    }

    /// Permits that nobody has; of keyed ones those of a key that nobody uses.
    #[must_use]
    pub fn free(&self) -> u64 {
        self.only.free.max(0) as u64
    }

    /// Whether there is a pool for each key.
    #[must_use]
    pub fn per_key(&self) -> bool {
        self.keyed.is_some()
    }

    /// How many keys there is something of.
    #[must_use]
    pub fn keys(&self) -> usize {
        self.keyed.as_ref().map_or(0, |pools| pools.len())
    }

    /// Bytes that it holds.
    #[must_use]
    pub fn footprint(&self) -> u64 {
        let keyed = self.keyed.as_ref();
        self.only.line.footprint()
            + keyed.map_or(0, |pools| pools.footprint(|pool| pool.line.footprint()))
    }

    fn of_key(&self, key: f64) -> Option<&Pool> {
        self.keyed.as_ref()?.get(key_bits(key)?)
    }

    /// Permits of a key that nobody has.
    #[must_use]
    pub fn free_of(&self, key: f64) -> u64 {
        (self.of_key(key)).map_or(self.declared, |pool| pool.free.max(0) as u64)
    }

    /// How many wait for permits of a key.
    #[must_use]
    pub fn waiting_for(&self, key: f64) -> u32 {
        self.of_key(key).map_or(0, |pool| pool.line.len())
    }

    /// The pool of a key, good until nobody has permits of it or waits for them.
    pub fn at(&mut self, key: KeyBits) -> At {
        let free = self.declared as i64;
        let Some(pools) = &mut self.keyed else {
            return ONLY;
        };
        let place = pools.place(key);
        let pool = pools.at(place);
        // One that is new has nothing yet.
        if pool.in_use == 0 && pool.free == 0 && pool.line.is_empty() {
            pool.free = free;
        }
        At { place, key }
    }

    /// The pool for what is given back. Another may have given it back already, and the pool may be forgotten since: the key has a new one.
    #[inline]
    fn known(&mut self, at: At) -> At {
        match &self.keyed {
            Some(pools) if pools.find(at.key) != Some(at.place) => self.at(at.key),
            _ => at,
        }
    }

    #[inline]
    fn pool(&mut self, at: At) -> &mut Pool {
        match &mut self.keyed {
            Some(pools) => pools.at(at.place),
            None => &mut self.only,
        }
    }

    /// A key that is as if it had never been used is forgotten.
    #[inline]
    fn forget(&mut self, at: At) {
        let declared = self.declared as i64;
        let Some(pools) = &mut self.keyed else {
            return;
        };
        let pool = pools.at(at.place);
        if pool.in_use == 0 && pool.free == declared && pool.line.is_empty() {
            pools.vacate(at.place);
        }
    }

    /// How many wait.
    #[must_use]
    pub fn waiting(&self) -> u32 {
        self.waiting
    }

    /// Permits in use.
    #[must_use]
    pub fn in_use(&self) -> u64 {
        u64::try_from(self.taken).unwrap_or(u64::MAX)
    }

    /// How many there are: the declared number, or more where `release` raised it; with one pool for each key, of one that is new.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.total
    }

    /// All that, over time.
    #[must_use]
    pub fn gauges(&self) -> &Gauges {
        &self.gauges
    }

    /// The same, to end a row of the charts.
    pub fn gauges_mut(&mut self) -> &mut Gauges {
        &mut self.gauges
    }

    /// Acquires that were refused.
    #[must_use]
    pub fn refused(&self) -> &Counter {
        &self.refused
    }

    /// Forgets what was counted: the end of a warm-up.
    pub fn reset_measures(&mut self, now: u64) {
        self.refused.reset();
        self.gauges.in_use.reset(now);
        self.gauges.waiting.reset(now);
        self.gauges.total.reset(now);
    }

    /// Asks for permits.
    pub fn acquire(&mut self, now: u64, at: At, who: Who, amount: u64) -> Acquired {
        let limit = self.limit_waiting;
        let pool = self.pool(at);
        if pool.line.is_empty() && pool.free >= amount as i64 {
            pool.free -= amount as i64;
            pool.in_use += amount;
            self.take(now, i128::from(amount));
            if amount == 0 {
                self.forget(at);
            }
            return Acquired::Granted;
        }
        if limit.is_some_and(|limit| u64::from(pool.line.len()) >= limit) {
            self.refused += 1;
            self.forget(at);
            return Acquired::Refused;
        }
        let mut waiter = Waiter {
            who,
            lacks: amount,
            amount,
        };
        if pool.line.is_empty() {
            pool.soak(&mut waiter);
        }
        let ticket = pool.line.join(waiter);
        self.wait(now, 1);
        Acquired::Waits(ticket)
    }

    /// Gives permits back, one's own or another's; beyond what is in use they are new ones.
    #[inline]
    pub fn release(&mut self, now: u64, at: At, amount: u64, grants: &mut Vec<Grant>) {
        let at = self.known(at);
        let pool = self.pool(at);
        pool.free = pool.free.saturating_add(amount as i64);
        let back = amount.min(pool.in_use);
        pool.in_use -= back;
        self.take(now, -i128::from(back));
        if amount > back && self.keyed.is_none() {
            self.total = self.total.saturating_add(amount - back);
            self.note_total(now);
        }
        self.serve(now, at, grants);
    }

    /// A waiter gives up; what it took already is free. Says for whom: [`Permits::serve_next`] follows.
    pub fn leave(&mut self, now: u64, place: Place, ticket: Ticket) -> At {
        let key = (self.keyed.as_ref()).map_or(ONLY.key, |pools| pools.key(place));
        let at = At { place, key };
        let pool = self.pool(at);
        let waiter = pool.line.leave(ticket);
        pool.free += (waiter.amount - waiter.lacks) as i64;
        self.wait(now, -1);
        at
    }

    /// A waiter has left: the next may have what it lacked.
    pub fn serve_next(&mut self, now: u64, at: At, grants: &mut Vec<Grant>) {
        let at = self.known(at);
        self.serve(now, at, grants);
    }

    /// A knob moved the number of permits, or the limit of the line.
    pub fn set(
        &mut self,
        now: u64,
        permits: u64,
        limit_waiting: Option<u64>,
        grants: &mut Vec<Grant>,
    ) {
        self.limit_waiting = limit_waiting;
        let change = permits as i64 - self.declared as i64;
        if change == 0 {
            return;
        }
        self.declared = permits;
        self.total = self.total.saturating_add_signed(change);
        self.note_total(now);
        self.only.free = self.only.free.saturating_add(change);
        let Some(pools) = &self.keyed else {
            return self.serve(now, ONLY, grants);
        };
        let all = pools.places().map(|(place, key)| At { place, key });
        for at in all.collect::<Vec<_>>() {
            let pool = self.pool(at);
            pool.free = pool.free.saturating_add(change);
            self.serve(now, at, grants);
        }
    }

    /// So many more are in use.
    #[inline]
    fn take(&mut self, now: u64, more: i128) {
        self.taken += more;
        self.gauges.in_use.set(now, self.in_use());
        self.note_total(now);
    }

    /// Who has a permit that a knob has taken away has it until it comes back. Of a pool for each key, only the number of one is known.
    #[inline]
    fn note_total(&mut self, now: u64) {
        let there = match self.keyed {
            None => self.total.max(self.in_use()),
            Some(_) => self.total,
        };
        self.gauges.total.set(now, there);
    }

    /// So many more wait.
    #[inline]
    fn wait(&mut self, now: u64, more: i32) {
        self.waiting = self.waiting.saturating_add_signed(more);
        self.gauges.waiting.set(now, u64::from(self.waiting));
    }

    #[inline]
    fn serve(&mut self, now: u64, at: At, grants: &mut Vec<Grant>) {
        while let Some(Waiter { who, amount, .. }) = self.pool(at).next() {
            self.wait(now, -1);
            self.take(now, i128::from(amount));
            grants.push(Grant { who, at, amount });
        }
        self.forget(at);
    }
}
