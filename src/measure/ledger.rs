//! What became of every item: produced = done + dropped + failed + lost + in flight, at every instant.

/// How an item ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It was finished.
    Done,
    /// It was dropped: for want of room, or on purpose.
    Dropped,
    /// The activity that held it failed.
    Failed,
    /// A crash, an OOM or retention destroyed it.
    Lost,
}

/// Counts of items since time 0; a warm-up does not reset them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Ledger {
    /// Items made.
    pub produced: u64,
    /// Items finished.
    pub done: u64,
    /// Items dropped.
    pub dropped: u64,
    /// Items failed.
    pub failed: u64,
    /// Items destroyed.
    pub lost: u64,
    /// Deliveries of an item that had been delivered before; no items of their own.
    pub redelivered: u64,
    /// Finished before the `call` that waited for it gave up, or waited for by nobody.
    pub good: u64,
}

impl Ledger {
    /// Items that have not ended.
    #[inline]
    #[must_use]
    pub fn in_flight(&self) -> u64 {
        self.produced - self.done - self.dropped - self.failed - self.lost
    }

    /// An item ends.
    #[inline]
    pub fn end(&mut self, fate: Fate) {
        match fate {
            Fate::Done => self.done += 1,
            Fate::Dropped => self.dropped += 1,
            Fate::Failed => self.failed += 1,
            Fate::Lost => self.lost += 1,
        }
    }
}
