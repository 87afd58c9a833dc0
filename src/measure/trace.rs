//! What happened, line by line, and its digest. Kept only when asked for.
//!
//! # The digest
//! It is a hash of the *facts* of a run, in their order. A fact is what a text can tell from another run: an item, a permit, a core or a
//! reply changed hands; an item ended; a statement gave up, was refused, failed or is tried again; time was slept or worked away; an
//! `every` ticked; a knob was set, a channel closed, an activity killed, a line printed. Of each it holds
//!
//! - when, in virtual nanoseconds,
//! - whose process it was, by its index,
//! - what happened,
//! - which thing it was about: its kind, and its index among those of its kind,
//! - the amount: items, permits, nanoseconds, bytes, attempts, a value; of a line printed its text.
//!
//! It holds nothing of where that is written (lines, columns, numbers of instructions), nor of how the engine came there: no slots, no
//! activities that begin and end, no waits and no looks that lead to nothing, no events and no work counted. So it is the same for a text
//! that is laid out anew, and for an engine that does the same with less.

use super::footprint::{row, takes};

/// So many events are kept before the caller must take them; one step of a run may add some more.
const KEPT_MAX: usize = 1 << 16;

/// What kind of thing happened. The digest holds the numbers: a new one stands at the end.
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
    /// Whether it is a fact, which the digest holds, or only how one comes to be or does not.
    #[inline]
    fn is_fact(self) -> bool {
        !matches!(
            self,
            What::Starts
                | What::Ends
                | What::WaitsToSend
                | What::WaitsToReceive
                | What::WaitsForPermits
                | What::WaitsForCore
                | What::Awaits
                // The line itself is in the digest.
                | What::Prints
        )
    }

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

/// What something is about: its index among those of its kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[allow(missing_docs, reason = "the words of the language")]
pub enum Thing {
    #[default]
    Nothing,
    Channel(u32),
    Topic(u32),
    Group(u32),
    Queue(u32),
    Resource(u32),
    Cpu(u32),
    Knob(u32),
}

impl Thing {
    /// Kind and index in one word.
    fn code(self) -> u64 {
        let (kind, index) = match self {
            Thing::Nothing => (0, 0),
            Thing::Channel(index) => (1, index),
            Thing::Topic(index) => (2, index),
            Thing::Group(index) => (3, index),
            Thing::Queue(index) => (4, index),
            Thing::Resource(index) => (5, index),
            Thing::Cpu(index) => (6, index),
            Thing::Knob(index) => (7, index),
        };
        kind << 32 | u64::from(index)
    }

    /// So much or so many of it.
    #[inline]
    #[must_use]
    pub fn times(self, amount: u64) -> Figure {
        Figure {
            thing: self,
            amount,
        }
    }
}

/// What belongs to something that happened: which thing it was about, and how much or how many.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Figure {
    /// The thing.
    pub thing: Thing,
    /// A number of items, permits or attempts, a duration in nanoseconds, bytes, a value's bits.
    pub amount: u64,
}

/// An amount of nothing in particular.
impl From<u64> for Figure {
    #[inline]
    fn from(amount: u64) -> Self {
        Thing::Nothing.times(amount)
    }
}

/// One of it.
impl From<Thing> for Figure {
    #[inline]
    fn from(thing: Thing) -> Self {
        thing.times(1)
    }
}

/// One thing that happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Event {
    /// When, in nanoseconds.
    pub time: u64,
    /// The index of the process, task or `at` block; `None` where it is nobody's doing.
    pub process: Option<u32>,
    /// The activity's number.
    pub who: u32,
    /// Its line in the text.
    pub line: u32,
    /// Its instruction, which tells what a figure is of.
    pub at: u32,
    /// What.
    pub what: What,
    /// What belongs to it.
    pub figure: Figure,
}

takes! { Event: 48 }

/// A running hash over facts, and all events if they are wanted.
#[derive(Debug, Clone)]
pub struct Trace {
    digest: u64,
    kept: Option<Vec<Event>>,
}

impl Trace {
    /// An empty trace. With `keep` it holds the events until [`Trace::drain`] takes them.
    #[must_use]
    pub fn new(keep: bool) -> Self {
        // The offset basis of FNV-1a.
        Trace {
            digest: 0xcbf2_9ce4_8422_2325,
            kept: keep.then(Vec::new),
        }
    }

    /// Adds an event.
    pub fn add(&mut self, event: Event) {
        if event.what.is_fact() {
            let Figure { thing, amount } = event.figure;
            self.mix(head(event.time, event.process, event.what));
            self.mix([thing.code(), amount]);
        }
        if let Some(kept) = &mut self.kept {
            kept.push(event);
        }
    }

    /// Adds a line that was printed.
    pub fn add_line(&mut self, time: u64, process: u32, text: &str) {
        self.mix(head(time, Some(process), What::Prints));
        self.mix([text.len() as u64]);
        self.mix(text.bytes().map(u64::from));
    }

    fn mix(&mut self, words: impl IntoIterator<Item = u64>) {
        for word in words {
            // FNV-1a over words instead of bytes, with a turn so that high bits reach low ones.
            self.digest = (self.digest ^ word)
                .wrapping_mul(0x0000_0100_0000_01b3)
                .rotate_left(23);
        }
    }

    /// The hash of all facts so far, as 16 hexadecimal digits.
    #[must_use]
    pub fn digest(&self) -> String {
        format!("{:016x}", self.digest)
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

/// When, whose and what, in two words.
fn head(time: u64, process: Option<u32>, what: What) -> [u64; 2] {
    let process = process.map_or(u64::MAX, u64::from);
    [time, process << 8 | what as u64]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digest(events: &[Event]) -> String {
        let mut trace = Trace::new(false);
        events.iter().for_each(|&event| trace.add(event));
        trace.digest()
    }

    #[test]
    fn a_digest_is_of_what_happened() {
        let sent = Event {
            time: 5,
            process: Some(1),
            who: 7,
            line: 3,
            at: 4,
            what: What::Sends,
            figure: Thing::Channel(2).into(),
        };
        let elsewhere = Event {
            who: 8,
            line: 30,
            at: 40,
            ..sent
        };
        let waits = Event {
            what: What::WaitsToSend,
            ..sent
        };
        assert_eq!(digest(&[sent]), digest(&[waits, elsewhere]));
        let others = [
            Event { time: 6, ..sent },
            Event {
                process: Some(2),
                ..sent
            },
            Event {
                process: None,
                ..sent
            },
            Event {
                what: What::Receives,
                ..sent
            },
            Event {
                figure: Thing::Topic(2).into(),
                ..sent
            },
            Event {
                figure: Thing::Channel(3).into(),
                ..sent
            },
            Event {
                figure: Thing::Channel(2).times(2),
                ..sent
            },
        ];
        for other in others {
            assert_ne!(digest(&[sent]), digest(&[other]), "{other:?}");
        }
        assert_ne!(digest(&[sent]), digest(&[sent, sent]));
    }
}
