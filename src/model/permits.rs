//! A pool of permits: connections, threads, a semaphore, a mutex, credits. Waiting is first come first served and nobody overtakes.
//!
//! Who asks for many at the head of the line takes what is freed bit by bit and holds up those behind it, as tokio's semaphore does;
//! if it gives up, what it took goes on to the next.

use super::Who;
use super::line::{Line, Ticket};
use crate::measure::{Gauge, GaugeWindow};

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
    /// Its place in the line, now free.
    pub ticket: Ticket,
}

#[derive(Debug, Clone, Copy)]
struct Waiter {
    who: Who,
    /// What it still lacks and what it asked for.
    lacks: u64,
    amount: u64,
}

/// A pool of permits.
#[derive(Debug, Clone)]
pub struct Permits {
    /// The declared number, which a knob may move.
    declared: u64,
    /// May be below zero after a knob took permits away that are in use.
    free: i64,
    limit_waiting: Option<u64>,
    line: Line<Waiter>,
    in_use: Gauge,
    waiting: Gauge,
    total: Gauge,
    refused: u64,
}

impl Permits {
    /// All permits free, at time 0.
    #[must_use]
    pub fn new(permits: u64, limit_waiting: Option<u64>) -> Self {
        Permits {
            declared: permits,
            free: permits as i64,
            limit_waiting,
            line: Line::default(),
            in_use: Gauge::new(0, 0),
            waiting: Gauge::new(0, 0),
            total: Gauge::new(0, permits),
            refused: 0,
        }
    }

    /// Permits that nobody has.
    #[must_use]
    pub fn free(&self) -> u64 {
        self.free.max(0) as u64
    }

    /// How many wait.
    #[must_use]
    pub fn waiting(&self) -> u32 {
        self.line.len()
    }

    /// Permits in use over time.
    #[must_use]
    pub fn in_use(&self) -> &Gauge {
        &self.in_use
    }

    /// Waiters over time.
    #[must_use]
    pub fn waiting_gauge(&self) -> &Gauge {
        &self.waiting
    }

    /// How many there are, over time: the declared number, or more where `release` raised it.
    #[must_use]
    pub fn total(&self) -> &Gauge {
        &self.total
    }

    /// Acquires that were refused.
    #[must_use]
    pub fn refused(&self) -> u64 {
        self.refused
    }

    /// Permits in use and waiters in the row of the charts that ends now.
    pub fn end_window(&mut self, now: u64) -> (GaugeWindow, GaugeWindow) {
        (self.in_use.end_window(now), self.waiting.end_window(now))
    }

    /// Forgets what was counted: the end of a warm-up.
    pub fn reset_measures(&mut self, now: u64) {
        self.refused = 0;
        self.in_use.reset(now);
        self.waiting.reset(now);
        self.total.reset(now);
    }

    /// Asks for permits. `patient` is false for who would not wait.
    pub fn acquire(&mut self, now: u64, who: Who, amount: u64) -> Acquired {
        if self.line.is_empty() && self.free >= amount as i64 {
            self.free -= amount as i64;
            self.in_use.add(now, amount as i64);
            return Acquired::Granted;
        }
        if self
            .limit_waiting
            .is_some_and(|limit| u64::from(self.line.len()) >= limit)
        {
            self.refused += 1;
            return Acquired::Refused;
        }
        let mut waiter = Waiter {
            who,
            lacks: amount,
            amount,
        };
        if self.line.is_empty() {
            self.soak(&mut waiter);
        }
        let ticket = self.line.join(waiter);
        self.waiting.add(now, 1);
        Acquired::Waits(ticket)
    }

    /// Gives permits back, one's own or another's; beyond what is in use they are new ones.
    #[inline]
    pub fn release(&mut self, now: u64, amount: u64, grants: &mut Vec<Grant>) {
        self.free = self.free.saturating_add(amount as i64);
        let back = amount.min(self.in_use.level());
        self.in_use.add(now, -(back as i64));
        if amount > back {
            self.total.add(now, (amount - back) as i64);
        }
        self.serve(now, grants);
    }

    /// A waiter gives up; what it took already goes on.
    pub fn leave(&mut self, now: u64, ticket: Ticket, grants: &mut Vec<Grant>) {
        let waiter = self.line.leave(ticket);
        self.free += (waiter.amount - waiter.lacks) as i64;
        self.waiting.add(now, -1);
        self.serve(now, grants);
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
        self.declared = permits;
        self.free = self.free.saturating_add(change);
        self.total.add(now, change);
        self.serve(now, grants);
    }

    fn soak(&mut self, waiter: &mut Waiter) {
        let taken = waiter.lacks.min(self.free());
        waiter.lacks -= taken;
        self.free -= taken as i64;
    }

    fn serve(&mut self, now: u64, grants: &mut Vec<Grant>) {
        while let Some(&first) = self.line.first() {
            let mut waiter = first;
            self.soak(&mut waiter);
            if waiter.lacks > 0 {
                if let Some(place) = self.line.first_mut() {
                    *place = waiter;
                }
                break;
            }
            let Some((ticket, _)) = self.line.pop() else {
                break;
            };
            self.waiting.add(now, -1);
            self.in_use.add(now, waiter.amount as i64);
            grants.push(Grant {
                who: waiter.who,
                ticket,
            });
        }
    }
}
