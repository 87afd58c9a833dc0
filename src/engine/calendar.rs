//! What is due when: a tournament (winner) tree over slots. A slot waits for one time at most, so scheduling, rescheduling and cancelling
//! are one fixed path of log2(n) compares, without allocation and without branches that depend on the keys.

use crate::measure::{row, takes};

/// The number of a slot.
pub type Slot = u32;

/// A time that never comes.
pub const NEVER: u64 = u64::MAX;

const SLOT_BITS: u32 = 24;
/// So many tickets are given out before what is pending is numbered anew.
const TICKETS: u64 = 1 << 40;
/// The most slots there can be.
pub const SLOTS_MAX: usize = 1 << SLOT_BITS;
/// The largest key. Its time, some 292 years, and what is beyond never come.
const EMPTY: u128 = u128::MAX >> 1;
const EMPTY_TIME: u64 = (EMPTY >> 64) as u64;

/// Pending times, earliest first; equal times in the order in which they were scheduled.
#[derive(Debug, Clone)]
pub struct Calendar {
    /// A complete binary tree; the parent of `i` is `i / 2`, the root is 1, slot `s` is at `leaves + s`. Each node is the smaller of its
    /// children. A key packs (time, ticket, slot), so it tells all and no two are equal.
    keys: Vec<u128>,
    leaves: usize,
    next_ticket: u64,
}

impl Default for Calendar {
    fn default() -> Self {
        Calendar {
            keys: vec![EMPTY; 2],
            leaves: 1,
            next_ticket: 0,
        }
    }
}

takes! { u128: 16 }

impl Calendar {
    /// Bytes that it holds.
    #[must_use]
    pub fn footprint(&self) -> u64 {
        row::<u128>(self.keys.len())
    }

    /// Makes room for slots up to this number.
    pub fn reserve(&mut self, slot: Slot) {
        let needed = (slot as usize + 1).next_power_of_two();
        if needed <= self.leaves {
            return;
        }
        let old = std::mem::replace(&mut self.keys, vec![EMPTY; 2 * needed]);
        self.keys[needed..needed + self.leaves].copy_from_slice(&old[self.leaves..]);
        self.leaves = needed;
        for node in (1..needed).rev() {
            self.keys[node] = smaller(self.keys[2 * node], self.keys[2 * node + 1]);
        }
    }

    /// The earliest time and its slot.
    #[inline]
    #[must_use]
    pub fn first(&self) -> Option<(u64, Slot)> {
        let key = self.keys[1];
        (key != EMPTY).then(|| (time_of(key), slot_of(key)))
    }

    /// The earliest time, or [`NEVER`].
    #[inline]
    #[must_use]
    pub fn first_time(&self) -> u64 {
        time_of(self.keys[1])
    }

    /// When a slot is due, or [`NEVER`].
    #[inline]
    #[must_use]
    pub fn time(&self, slot: Slot) -> u64 {
        time_of(self.keys[self.leaves + slot as usize])
    }

    /// Schedules a slot, or moves it. A slot scheduled for [`NEVER`] is not pending.
    #[inline]
    pub fn schedule(&mut self, slot: Slot, time: u64) {
        if self.next_ticket == TICKETS {
            self.number_anew();
        }
        let ticket = self.next_ticket;
        self.next_ticket += 1;
        let key = if time >= EMPTY_TIME {
            EMPTY
        } else {
            (u128::from(time) << 64) | u128::from((ticket << SLOT_BITS) | u64::from(slot))
        };
        self.set(slot, key);
    }

    /// Takes a slot's time away.
    #[inline]
    pub fn cancel(&mut self, slot: Slot) {
        self.set(slot, EMPTY);
    }

    /// Tickets have run out: what is pending has the first ones, in the same order.
    #[cold]
    fn number_anew(&mut self) {
        let leaves = self.keys[self.leaves..].iter();
        let mut pending: Vec<u128> = leaves.copied().filter(|&key| key != EMPTY).collect();
        pending.sort_unstable();
        self.next_ticket = 0;
        for key in pending {
            self.schedule(slot_of(key), time_of(key));
        }
    }

    #[inline(always)]
    fn set(&mut self, slot: Slot, key: u128) {
        let mut node = self.leaves + slot as usize;
        let mut winner = key;
        self.keys[node] = key;
        while node > 1 {
            winner = smaller(winner, self.keys[node ^ 1]);
            node >>= 1;
            self.keys[node] = winner;
        }
    }
}

#[inline]
fn slot_of(key: u128) -> Slot {
    (key as u32) & (SLOTS_MAX as u32 - 1)
}

#[inline]
fn time_of(key: u128) -> u64 {
    match (key >> 64) as u64 {
        EMPTY_TIME => NEVER,
        time => time,
    }
}

/// The smaller key without a branch: keys are as good as random, a mispredicted compare costs more than all the rest. Keys fill 127
/// bits, so the sign of their difference tells; a compiler that sees a comparison makes it a jump again, however it is dressed.
#[cfg(not(target_arch = "wasm32"))]
#[inline]
fn smaller(a: u128, b: u128) -> u128 {
    let mask = ((a.wrapping_sub(b) >> 64) as i64 >> 63) as u64;
    let low = b as u64 ^ ((a as u64 ^ b as u64) & mask);
    let high = (b >> 64) as u64 ^ (((a >> 64) as u64 ^ (b >> 64) as u64) & mask);
    (u128::from(high) << 64) | u128::from(low)
}

/// The same in 64-bit halves, which becomes two `select`s.
#[cfg(target_arch = "wasm32")]
#[inline]
fn smaller(a: u128, b: u128) -> u128 {
    let (a_high, a_low, b_high, b_low) = ((a >> 64) as u64, a as u64, (b >> 64) as u64, b as u64);
    let less = (a_high < b_high) | ((a_high == b_high) & (a_low < b_low));
    let (high, low) = (
        if less { a_high } else { b_high },
        if less { a_low } else { b_low },
    );
    (u128::from(high) << 64) | u128::from(low)
}

// Natively: proptest is not built for the browser.
#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// What the calendar must agree with: every slot's (time, order of scheduling), the smallest first.
    fn first_of(model: &[Option<(u64, usize)>]) -> Option<(u64, Slot)> {
        (0..)
            .zip(model)
            .filter_map(|(slot, entry)| entry.map(|key| (key, slot)))
            .min()
            .map(|((time, _), slot)| (time, slot))
    }

    proptest! {
        #[test]
        fn agrees_with_a_sorted_list(moves in prop::collection::vec((0u32..40, prop::option::of(0u64..8)), 1..200)) {
            let mut calendar = Calendar::default();
            let mut model = vec![None; 40];
            for (order, (slot, time)) in moves.into_iter().enumerate() {
                calendar.reserve(slot);
                match time {
                    Some(time) => calendar.schedule(slot, time),
                    None => calendar.cancel(slot),
                }
                model[slot as usize] = time.map(|time| (time, order));
                prop_assert_eq!(calendar.first(), first_of(&model));
                prop_assert_eq!(calendar.time(slot), time.unwrap_or(NEVER));
            }
        }
    }

    #[test]
    fn order_outlives_the_tickets() {
        let mut calendar = Calendar {
            next_ticket: TICKETS - 2,
            ..Calendar::default()
        };
        calendar.reserve(3);
        for slot in [2, 0, 3, 1] {
            calendar.schedule(slot, 7);
        }
        let order: Vec<Slot> = std::iter::from_fn(|| {
            let (_, slot) = calendar.first()?;
            calendar.cancel(slot);
            Some(slot)
        })
        .collect();
        assert_eq!(order, [2, 0, 3, 1]);
    }

    #[test]
    fn smaller_orders_by_time_then_ticket() {
        for (a, b) in [
            (0, 1),
            (1 << 64, (1 << 64) + 1),
            ((1 << 64) - 1, 1 << 64),
            (5, EMPTY),
        ] {
            assert_eq!((smaller(a, b), smaller(b, a)), (a, a));
        }
    }
}
