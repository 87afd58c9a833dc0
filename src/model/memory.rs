//! A memory: what is in it counts against its limit. Who is charged how much is the engine's to know; what happens when the limit is
//! passed is too (`LANGUAGE.md` 5.6).

use crate::measure::{Gauge, GaugeWindow, takes};

/// A memory.
#[derive(Debug, Clone)]
pub struct Memory {
    limit: u64,
    used: Gauge,
    /// What was charged since [`Memory::settle`].
    charged: i64,
    ooms: u64,
    last_oom: Option<u64>,
}

takes! { Memory: 112 }

impl Memory {
    /// Empty, at time 0.
    #[must_use]
    pub fn new(limit: u64) -> Self {
        Memory {
            limit,
            used: Gauge::new(0, 0),
            charged: 0,
            ooms: 0,
            last_oom: None,
        }
    }

    /// Bytes that may be in it.
    #[must_use]
    pub fn limit(&self) -> u64 {
        self.limit
    }

    /// Moves the limit.
    pub fn set_limit(&mut self, limit: u64) {
        self.limit = limit;
    }

    /// Bytes in it, over time. The highest may show by how much the limit was passed.
    #[must_use]
    pub fn used(&self) -> &Gauge {
        &self.used
    }

    /// How often the limit was passed.
    #[must_use]
    pub fn ooms(&self) -> u64 {
        self.ooms
    }

    /// When it was passed last, in nanoseconds.
    #[must_use]
    pub fn last_oom(&self) -> Option<u64> {
        self.last_oom
    }

    /// What was charged so much is charged so much from now on. It shows after [`Memory::settle`], so that what moves within a memory
    /// is never counted twice on the way.
    pub fn charge(&mut self, before: u64, after: u64) {
        self.charged = self
            .charged
            .saturating_add_unsigned(after)
            .saturating_sub_unsigned(before);
    }

    /// What was charged shows. Says whether that changes anything.
    pub fn settle(&mut self, now: u64) -> bool {
        let charged = std::mem::take(&mut self.charged);
        self.used.add(now, charged);
        charged != 0
    }

    /// Whether more is in it than may be.
    #[must_use]
    pub fn passed(&self) -> bool {
        self.used.level() > self.limit
    }

    /// The limit was passed now.
    pub fn note_oom(&mut self, now: u64) {
        self.ooms += 1;
        self.last_oom = Some(now);
    }

    /// Bytes in the row of the charts that ends now.
    pub fn end_window(&mut self, now: u64) -> GaugeWindow {
        self.used.end_window(now)
    }

    /// Forgets what was measured: the end of a warm-up.
    pub fn reset_measures(&mut self, now: u64) {
        self.used.reset(now);
        self.ooms = 0;
    }
}
