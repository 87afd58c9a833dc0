//! A table: a value for each key. A key that was never written has the first value, and costs nothing; writing the first value back
//! deletes the entry. It belongs to no process and to no memory, so it survives whatever happens to those.

use super::keys::{KeyBits, KeyMap, key_bits};
use crate::measure::{row, takes};

/// So many entries that were written last are known in order.
pub const RECENT: usize = 16;

/// A table.
#[derive(Debug, Clone, Default)]
pub struct Table {
    first: f64,
    entries: KeyMap<f64>,
    /// What was written last, the last first; all of it has entries.
    recent: Vec<KeyBits>,
}

takes! { Table: 144 }

impl Table {
    /// A table whose entries all have that value.
    #[must_use]
    pub fn new(first: f64) -> Self {
        Table {
            first,
            ..Table::default()
        }
    }

    /// How many entries differ from the first value.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Bytes that it holds.
    #[must_use]
    pub fn footprint(&self) -> u64 {
        self.entries.footprint(|_| 0) + row::<KeyBits>(self.recent.len())
    }

    /// Whether none does.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The value of a key; what is no number has no entry.
    #[inline]
    #[must_use]
    pub fn get(&self, key: f64) -> f64 {
        let entry = key_bits(key).and_then(|key| self.entries.get(key));
        entry.copied().unwrap_or(self.first)
    }

    /// Writes a value.
    pub fn set(&mut self, key: KeyBits, value: f64) {
        self.recent.retain(|&other| other != key);
        // What is no number may be the first value too.
        if key_bits(value) == key_bits(self.first) {
            self.entries.remove(key);
            return;
        }
        *self.entries.entry(key) = value;
        self.recent.truncate(RECENT - 1);
        self.recent.insert(0, key);
    }

    /// Keys and values of what was written last, the last first; at most [`RECENT`].
    pub fn recent(&self) -> impl Iterator<Item = (f64, f64)> + '_ {
        let keys = self.recent.iter().map(|&key| f64::from_bits(key));
        keys.map(|key| (key, self.get(key)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_are_written_read_and_deleted_by_their_first_value() {
        let mut table = Table::new(5.0);
        let key = |key: f64| key_bits(key).expect("a number");
        table.set(key(1.0), 7.0);
        table.set(key(2.0), 8.0);
        table.set(key(1.0), 9.0);
        let recent: Vec<_> = table.recent().collect();
        assert_eq!(recent, [(1.0, 9.0), (2.0, 8.0)]);
        table.set(key(1.0), 5.0);
        table.set(key(3.0), 5.0);
        assert_eq!((table.get(1.0), table.get(2.0)), (5.0, 8.0));
        assert_eq!(table.get(f64::NAN), 5.0);
        assert_eq!(table.len(), 1);
        for other in 10..40 {
            table.set(key(f64::from(other)), 1.0);
        }
        assert_eq!(table.recent().count(), RECENT);
        assert_eq!(table.recent().next(), Some((39.0, 1.0)));
        let mut table = Table::new(f64::NAN);
        table.set(key(1.0), 2.0);
        table.set(key(1.0), f64::NAN);
        assert!(table.is_empty() && table.get(1.0).is_nan());
    }
}
