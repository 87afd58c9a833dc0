//! What happened, line by line, and its digest. Kept only when asked for.

use super::footprint::{row, takes};

/// So many events are kept before the caller must take them; one step of a run may add some more.
const KEPT_MAX: usize = 1 << 16;

/// What kind of thing happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(
    missing_docs,
    reason = "the words of the trace; what each means is in the language reference"
)]
#[repr(u8)]
pub enum What {
    Starts,
    Ends,
    Sleeps,
    Ticks,
    Sends,
    WaitsToSend,
    Refused,
    Receives,
    WaitsToReceive,
    Calls,
    Replied,
    GivesUp,
    Acquires,
    WaitsForPermits,
    Releases,
    Awaits,
    Resumes,
    Done,
    Dropped,
    Failed,
    Lost,
    Fails,
    Retries,
    Prints,
    Sets,
    Closes,
    Deadline,
    Works,
    WaitsForCore,
    GivesWay,
    Killed,
}

impl What {
    /// As a trace says it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            What::Starts => "starts",
            What::Ends => "ends",
            What::Sleeps => "sleeps",
            What::Ticks => "ticks",
            What::Sends => "sends",
            What::WaitsToSend => "waits to send",
            What::Refused => "is refused",
            What::Receives => "receives",
            What::WaitsToReceive => "waits to receive",
            What::Calls => "calls",
            What::Replied => "has its reply",
            What::GivesUp => "gives up",
            What::Acquires => "acquires",
            What::WaitsForPermits => "waits for permits",
            What::Releases => "releases",
            What::Awaits => "awaits",
            What::Resumes => "goes on",
            What::Done => "item done",
            What::Dropped => "item dropped",
            What::Failed => "item failed",
            What::Lost => "item lost",
            What::Fails => "fails",
            What::Retries => "tries again",
            What::Prints => "prints",
            What::Sets => "sets",
            What::Closes => "closes",
            What::Deadline => "runs out of time",
            What::Works => "works",
            What::WaitsForCore => "waits for a core",
            What::GivesWay => "gives way",
            What::Killed => "is killed",
        }
    }
}

/// One thing that happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Event {
    /// When, in nanoseconds.
    pub time: u64,
    /// The activity's number.
    pub who: u32,
    /// Its line in the text.
    pub line: u32,
    /// Its instruction, which tells what a figure is of. No part of the digest.
    pub at: u32,
    /// What.
    pub what: What,
    /// A figure that belongs to it: a duration in nanoseconds, a store's index, a value's bits.
    pub figure: u64,
}

takes! { Event: 32 }

/// A running hash over events, and the events themselves if they are wanted.
#[derive(Debug, Clone)]
pub struct Trace {
    digest: u64,
    events: u64,
    kept: Option<Vec<Event>>,
}

impl Trace {
    /// An empty trace. With `keep` it holds the events until [`Trace::drain`] takes them.
    #[must_use]
    pub fn new(keep: bool) -> Self {
        // The offset basis of FNV-1a.
        Trace {
            digest: 0xcbf2_9ce4_8422_2325,
            events: 0,
            kept: keep.then(Vec::new),
        }
    }

    /// Adds an event.
    pub fn add(&mut self, event: Event) {
        self.events += 1;
        let head = u64::from(event.who) | (u64::from(event.line) << 32);
        for word in [event.time, head, event.what as u64, event.figure] {
            // FNV-1a over words instead of bytes, with a turn so that high bits reach low ones.
            self.digest = (self.digest ^ word)
                .wrapping_mul(0x0000_0100_0000_01b3)
                .rotate_left(23);
        }
        if let Some(kept) = &mut self.kept {
            kept.push(event);
        }
    }

    /// The hash of all events so far, as 16 hexadecimal digits.
    #[must_use]
    pub fn digest(&self) -> String {
        format!("{:016x}", self.digest ^ self.events)
    }

    /// Bytes that it holds.
    #[must_use]
    pub fn footprint(&self) -> u64 {
        self.kept
            .as_ref()
            .map_or(0, |kept| row::<Event>(kept.len()))
    }

    /// Whether so many events are kept that they should be taken before more happens.
    #[inline]
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.kept
            .as_ref()
            .is_some_and(|kept| kept.len() >= KEPT_MAX)
    }

    /// Takes the events kept since the last call.
    pub fn drain(&mut self) -> Vec<Event> {
        self.kept.as_mut().map(std::mem::take).unwrap_or_default()
    }
}
