//! Keys and their places: a hash table that numbers the keys it knows, so that what belongs to them stands in a list. The numbers of keys
//! that were forgotten are given again. Nothing ever asks for all keys in order, so nothing depends on how they are scattered.

use crate::measure::{Footprint, row};

/// A key as bits; see [`key_bits`].
pub type KeyBits = u64;

/// What a number is told apart by as a key; `None` for what is no number. 0 and -0 are one key.
#[inline]
#[must_use]
pub fn key_bits(key: f64) -> Option<KeyBits> {
    (!key.is_nan()).then(|| (key + 0.0).to_bits())
}

const EMPTY: u32 = u32::MAX;
const SLOTS_MIN: usize = 8;

/// The places of keys.
#[derive(Debug, Clone, Default)]
pub struct Keys {
    /// Places, each where its key's hash sends it or behind; a power of two of them, at most half taken.
    slots: Vec<u32>,
    /// By place.
    keys: Vec<KeyBits>,
    vacant: Vec<u32>,
}

impl Keys {
    /// How many keys are known.
    #[must_use]
    pub fn len(&self) -> usize {
        self.keys.len() - self.vacant.len()
    }

    /// Whether none is.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The key of a place.
    #[must_use]
    pub fn key(&self, place: u32) -> KeyBits {
        self.keys[place as usize]
    }

    /// The place of a key, if it is known.
    #[inline]
    #[must_use]
    pub fn find(&self, key: KeyBits) -> Option<u32> {
        if self.slots.is_empty() {
            return None;
        }
        let place = self.slots[self.slot(key)];
        (place != EMPTY).then_some(place)
    }

    /// The place of a key that is known from now on. A new place is that of a forgotten key, or the next.
    pub fn place(&mut self, key: KeyBits) -> u32 {
        if self.slots.len() < 2 * (self.len() + 1) {
            self.grow();
        }
        let slot = self.slot(key);
        if self.slots[slot] == EMPTY {
            self.slots[slot] = self.vacant.pop().unwrap_or(self.keys.len() as u32);
            let place = self.slots[slot] as usize;
            if place == self.keys.len() {
                self.keys.push(key);
            } else {
                self.keys[place] = key;
            }
        }
        self.slots[slot]
    }

    /// Forgets a known key; its place is free.
    pub fn forget(&mut self, key: KeyBits) {
        let mut hole = self.slot(key);
        self.vacant.push(self.slots[hole]);
        self.slots[hole] = EMPTY;
        // Who was sent on because of it moves up, so that a search never ends too early.
        let mask = self.slots.len() - 1;
        let mut next = (hole + 1) & mask;
        while self.slots[next] != EMPTY {
            let home = self.home(self.key(self.slots[next]));
            if (next.wrapping_sub(home) & mask) >= (next.wrapping_sub(hole) & mask) {
                self.slots.swap(hole, next);
                hole = next;
            }
            next = (next + 1) & mask;
        }
    }

    /// Where a key's search begins. Fibonacci hashing: the upper bits of the product depend on all of the key.
    fn home(&self, key: KeyBits) -> usize {
        let hash = (key ^ key >> 32).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        (hash >> 32) as usize & (self.slots.len() - 1)
    }

    /// The slot that holds a key's place, or the empty one where it belongs.
    fn slot(&self, key: KeyBits) -> usize {
        let mut slot = self.home(key);
        while self.slots[slot] != EMPTY && self.key(self.slots[slot]) != key {
            slot = (slot + 1) & (self.slots.len() - 1);
        }
        slot
    }

    fn grow(&mut self) {
        let slots = (self.slots.len() * 2).max(SLOTS_MIN);
        let before = std::mem::replace(&mut self.slots, vec![EMPTY; slots]);
        for place in before.into_iter().filter(|&place| place != EMPTY) {
            let slot = self.slot(self.key(place));
            self.slots[slot] = place;
        }
    }
}

/// What belongs to each of the known keys.
#[derive(Debug, Clone, Default)]
pub struct KeyMap<T> {
    keys: Keys,
    /// By place; that of no key is as new.
    rows: Vec<T>,
}

impl<T: Footprint> KeyMap<T> {
    /// Bytes that it holds, with what each row holds elsewhere.
    #[must_use]
    pub fn footprint(&self, of_row: impl Fn(&T) -> u64) -> u64 {
        let Keys {
            slots,
            keys,
            vacant,
        } = &self.keys;
        row::<T>(self.rows.len())
            + row::<KeyBits>(keys.len())
            + row::<u32>(slots.len() + vacant.len())
            + self.rows.iter().map(of_row).sum::<u64>()
    }
}

impl<T: Default> KeyMap<T> {
    /// How many keys are known.
    #[must_use]
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// Whether none is.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// The place of a key, if it is known.
    #[inline]
    #[must_use]
    pub fn find(&self, key: KeyBits) -> Option<u32> {
        self.keys.find(key)
    }

    /// The key of a place.
    #[must_use]
    pub fn key(&self, place: u32) -> KeyBits {
        self.keys.key(place)
    }

    /// What belongs to a key, if it is known.
    #[inline]
    #[must_use]
    pub fn get(&self, key: KeyBits) -> Option<&T> {
        Some(&self.rows[self.keys.find(key)? as usize])
    }

    /// The same, to change it.
    #[inline]
    pub fn get_mut(&mut self, key: KeyBits) -> Option<&mut T> {
        Some(&mut self.rows[self.keys.find(key)? as usize])
    }

    /// The place of a key that is known from now on, good until it is forgotten.
    pub fn place(&mut self, key: KeyBits) -> u32 {
        let place = self.keys.place(key);
        if place as usize == self.rows.len() {
            self.rows.push(T::default());
        }
        place
    }

    /// What belongs to a key that is known from now on.
    pub fn entry(&mut self, key: KeyBits) -> &mut T {
        let place = self.place(key);
        self.at(place)
    }

    /// What belongs to the key of a place.
    #[inline]
    pub fn at(&mut self, place: u32) -> &mut T {
        &mut self.rows[place as usize]
    }

    /// Forgets the key of a place.
    pub fn vacate(&mut self, place: u32) {
        self.rows[place as usize] = T::default();
        self.keys.forget(self.keys.key(place));
    }

    /// Forgets a key, if it is known.
    pub fn remove(&mut self, key: KeyBits) {
        if let Some(place) = self.keys.find(key) {
            self.vacate(place);
        }
    }

    /// Forgets the keys that are to be; in any order.
    pub fn retain(&mut self, mut stays: impl FnMut(KeyBits, &mut T) -> bool) {
        for place in 0..self.rows.len() as u32 {
            let key = self.keys.key(place);
            if self.keys.find(key) == Some(place) && !stays(key, self.at(place)) {
                self.vacate(place);
            }
        }
    }

    /// What belongs to all known keys, in any order.
    pub fn rows(&self) -> impl Iterator<Item = &T> {
        self.places().map(|(place, _)| &self.rows[place as usize])
    }

    /// The places of all known keys, with them, in any order.
    pub fn places(&self) -> impl Iterator<Item = (u32, KeyBits)> + '_ {
        let all = (0..self.rows.len() as u32).map(|place| (place, self.keys.key(place)));
        all.filter(|&(place, key)| self.keys.find(key) == Some(place))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_come_and_go_as_in_a_map() {
        let mut keys = Keys::default();
        // What is known of each key, the slow way.
        let mut places = vec![None; 300];
        let mut state = 1u64;
        for step in 0..20_000 {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            let number = (state >> 33) as usize % places.len();
            let key = key_bits(number as f64).expect("a number");
            if state >> 63 == 0 {
                let place = keys.place(key);
                assert_eq!(*places[number].get_or_insert(place), place, "step {step}");
            } else if places[number].take().is_some() {
                keys.forget(key);
            }
            assert_eq!(keys.find(key), places[number], "step {step}");
            let known = places.iter().flatten().count();
            assert_eq!(keys.len(), known, "step {step}");
        }
    }

    #[test]
    fn zero_has_one_key_and_what_is_no_number_none() {
        assert_eq!(key_bits(0.0), key_bits(-0.0));
        assert_eq!(key_bits(f64::NAN), None);
    }
}
