//! A memory: what is in it counts against its limit. Who is charged how much is the engine's to know; what happens when the limit is
//! passed is too (`www/docs/language.md#memory`).

use crate::measure::{Counter, Gauge, Peak};

/// A memory.
#[derive(Debug, Clone)]
pub struct Memory {
    limit: u64,
    used: u64,
    used_gauge: Gauge,
    /// What was charged since [`Memory::settle`].
    charged: i64,
    ooms: Counter,
    last_oom: Peak,
}

impl Memory {
    /// Empty, at time 0.
    #[must_use]
    pub fn new(limit: u64) -> Self {
        Memory {
            limit,
            used: 0,
            used_gauge: Gauge::new(0, 0),
            charged: 0,
            ooms: Counter::default(),
            last_oom: Peak::default(),
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

    /// Bytes in it.
    #[must_use]
    pub fn used(&self) -> u64 {
        self.used
    }

    /// Bytes in it, over time. The highest may show by how much the limit was passed.
    #[must_use]
    pub fn used_gauge(&self) -> &Gauge {
        &self.used_gauge
    }

    /// The same, to end a row of the charts.
    pub fn used_gauge_mut(&mut self) -> &mut Gauge {
        &mut self.used_gauge
    }

    /// How often the limit was passed.
    #[must_use]
    pub fn ooms(&self) -> &Counter {
        &self.ooms
    }

    /// When it was passed last, in nanoseconds; of no meaning if it was not.
    #[must_use]
    pub fn last_oom(&self) -> &Peak {
        &self.last_oom
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
        self.used = self.used.saturating_add_signed(charged);
        self.used_gauge.set(now, self.used);
        charged != 0
    }

    /// Whether more is in it than may be.
    #[must_use]
    pub fn passed(&self) -> bool {
        self.used > self.limit
    }

    /// The limit was passed now.
    pub fn note_oom(&mut self, now: u64) {
        self.ooms += 1;
        self.last_oom.rise(now);
    }

    /// Forgets what was measured: the end of a warm-up.
    pub fn reset_measures(&mut self, now: u64) {
        self.used_gauge.reset(now);
        self.ooms.reset();
        self.last_oom.reset(0);
    }
}
