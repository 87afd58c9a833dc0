//! How bytes lie in a ring of pages: the room of a Unix pipe, which counts slots of one page and not bytes.
//!
//! - What comes goes into slots of its own, page by page. Only its leading `size % page` bytes may go into the last slot, and only if
//!   they fit there whole.
//! - What leaves is always the oldest bytes, whoever took them. A slot is free when all of it has left: what was read at the front of
//!   a slot makes no room at its back.
//!
//! Slots that lie the same are counted, not listed, so that its size follows the items and not their bytes.

use super::fifo::Fifo;
use crate::measure::takes;

/// Slots with as many bytes left in each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Run {
    bytes: u64,
    slots: u64,
}

/// The slots in use, the oldest first.
#[derive(Debug, Clone, Default)]
pub(super) struct Pages {
    runs: Fifo<Run>,
    used: u64,
    /// Where the bytes of the last slot end, counted from its beginning.
    end: u64,
}

takes! { Run: 16 }

impl Pages {
    /// Bytes that it holds.
    pub(super) fn footprint(&self) -> u64 {
        self.runs.footprint()
    }

    /// Slots in use.
    pub(super) fn used(&self) -> u64 {
        self.used
    }

    /// How many more slots an item of this size takes.
    pub(super) fn needs(&self, size: u64, page: u64) -> u64 {
        if self.merges(size, page) {
            size / page
        } else {
            size.div_ceil(page)
        }
    }

    fn merges(&self, size: u64, page: u64) -> bool {
        self.used > 0 && self.end.saturating_add(size % page) <= page
    }

    /// Lays an item behind the others.
    pub(super) fn put(&mut self, size: u64, page: u64) {
        let mut rest = size % page;
        if rest > 0 && self.merges(size, page) {
            self.extend_last(rest);
            rest = 0;
        }
        self.push(page, size / page);
        self.push(rest, u64::from(rest > 0));
    }

    /// The oldest bytes leave.
    pub(super) fn free(&mut self, mut bytes: u64) {
        while bytes > 0 {
            let Some(run) = self.runs.front_mut() else {
                debug_assert!(false, "more bytes leave than were laid");
                return;
            };
            let emptied = (bytes / run.bytes).min(run.slots);
            bytes -= emptied * run.bytes;
            run.slots -= emptied;
            self.used -= emptied;
            if run.slots == 0 {
                let _ = self.runs.pop_front();
            } else if bytes > 0 {
                // Less than what the next slot holds: it stays in use.
                let left = run.bytes - bytes;
                run.slots -= 1;
                if run.slots == 0 {
                    let _ = self.runs.pop_front();
                }
                self.runs.push_front(Run {
                    bytes: left,
                    slots: 1,
                });
                bytes = 0;
            }
        }
    }

    fn extend_last(&mut self, bytes: u64) {
        let Some(last) = self.runs.back_mut() else {
            return;
        };
        let filled = last.bytes + bytes;
        last.slots -= 1;
        if last.slots == 0 {
            let _ = self.runs.pop_back();
        }
        self.runs.push_back(Run {
            bytes: filled,
            slots: 1,
        });
        self.end += bytes;
    }

    fn push(&mut self, bytes: u64, slots: u64) {
        if slots == 0 {
            return;
        }
        self.used += slots;
        self.end = bytes;
        match self.runs.back_mut() {
            Some(last) if last.bytes == bytes => last.slots += slots,
            _ => self.runs.push_back(Run { bytes, slots }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: u64 = 4096;
    const SLOTS: u64 = 16;

    /// How many writes of this size fit into an empty pipe.
    fn writes(size: u64) -> u64 {
        let mut pages = Pages::default();
        let mut count = 0;
        while pages.used() + pages.needs(size, PAGE) <= SLOTS {
            pages.put(size, PAGE);
            count += 1;
        }
        count
    }

    /// Against the recordings of a kernel (`tests/vectors/pipe_fill_*`).
    #[test]
    fn what_fits_follows_the_size_of_the_writes() {
        for (size, count) in [
            (1, 65_536),
            (1000, 64),
            (4096, 16),
            (4097, 10),
            (5000, 10),
            (65_536, 1),
            (65_537, 0),
        ] {
            assert_eq!(writes(size), count, "writes of {size} B");
        }
    }

    #[test]
    fn a_slot_is_free_when_all_of_it_has_left() {
        let mut pages = Pages::default();
        pages.put(3 * PAGE, PAGE);
        pages.free(PAGE - 1);
        assert_eq!(pages.used(), 3);
        pages.free(1);
        assert_eq!(pages.used(), 2);
        pages.free(PAGE + 1);
        assert_eq!((pages.used(), pages.needs(1, PAGE)), (1, 1));
        pages.free(PAGE - 1);
        assert_eq!(pages.used(), 0);
        assert!(pages.runs.is_empty());
    }

    /// The bytes that were read from the front of the only slot make no room at its back.
    #[test]
    fn what_was_read_makes_no_room_behind() {
        let mut pages = Pages::default();
        pages.put(4000, PAGE);
        pages.free(3999);
        assert_eq!(pages.needs(96, PAGE), 0);
        assert_eq!(pages.needs(97, PAGE), 1);
        pages.put(96, PAGE);
        assert_eq!(pages.needs(1, PAGE), 1);
        pages.free(97);
        assert_eq!((pages.used(), pages.needs(1, PAGE)), (0, 1));
    }

    #[test]
    fn an_item_lies_across_slots() {
        let mut pages = Pages::default();
        pages.put(100, PAGE);
        // 904 bytes beside the 100, a page of its own for the rest.
        pages.put(5000, PAGE);
        assert_eq!(pages.used(), 2);
        // The last slot is full, so nothing goes beside.
        assert_eq!(pages.needs(904, PAGE), 1);
        pages.free(100);
        assert_eq!(pages.used(), 2);
        pages.free(904);
        assert_eq!(pages.used(), 1);
    }

    #[test]
    fn nothing_takes_no_slot() {
        let mut pages = Pages::default();
        pages.put(0, PAGE);
        pages.free(0);
        assert_eq!((pages.used(), pages.needs(0, PAGE)), (0, 0));
    }

    /// A size beyond all memory is a number like any other.
    #[test]
    fn slots_are_counted_not_listed() {
        let mut pages = Pages::default();
        pages.put(u64::MAX / 2, 1);
        pages.put(u64::MAX / 2, 1);
        assert_eq!((pages.used(), pages.runs.len()), (u64::MAX - 1, 1));
        pages.free(u64::MAX - 1);
        assert_eq!(pages.used(), 0);
    }
}
