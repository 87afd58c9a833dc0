//! A roll: who is there, each with what belongs to it, in the order of their numbers. A sorted list of places, short enough to be moved
//! when one comes or goes; a tree would be 4 KB of the wasm file.

use super::Who;

#[derive(Debug, Clone)]
pub(super) struct Roll<T> {
    /// Number and row, in the order of numbers.
    places: Vec<(Who, u32)>,
    rows: Vec<(Who, T)>,
}

impl<T> Roll<T> {
    pub(super) const fn new() -> Self {
        Roll {
            places: Vec::new(),
            rows: Vec::new(),
        }
    }

    /// Where one is in the order, or belongs.
    fn place(&self, who: Who) -> Result<usize, usize> {
        self.places.binary_search_by_key(&who, |(other, _)| *other)
    }

    fn row(&self, who: Who) -> Option<usize> {
        let place = self.place(who).ok()?;
        Some(self.places[place].1 as usize)
    }

    pub(super) fn get(&self, who: Who) -> Option<&T> {
        self.row(who).map(|row| &self.rows[row].1)
    }

    pub(super) fn get_mut(&mut self, who: Who) -> Option<&mut T> {
        self.row(who).map(|row| &mut self.rows[row].1)
    }

    /// Adds one who is not there.
    pub(super) fn add(&mut self, who: Who, what: T) {
        if let Err(place) = self.place(who) {
            self.places.insert(place, (who, self.rows.len() as u32));
            self.rows.push((who, what));
        }
    }

    pub(super) fn remove(&mut self, who: Who) -> Option<T> {
        let place = self.place(who).ok()?;
        let (_, row) = self.places.remove(place);
        let (_, what) = self.rows.swap_remove(row as usize);
        // The last row is where that one was.
        if let Some(&(moved, _)) = self.rows.get(row as usize) {
            if let Ok(place) = self.place(moved) {
                self.places[place].1 = row;
            }
        }
        Some(what)
    }

    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// All, in the order of numbers.
    pub(super) fn iter(&self) -> impl Iterator<Item = (Who, &T)> {
        let row = |&(who, row): &(Who, u32)| (who, &self.rows[row as usize].1);
        self.places.iter().map(row)
    }

    /// All, in any order.
    pub(super) fn values(&self) -> impl Iterator<Item = &T> {
        self.rows.iter().map(|(_, what)| what)
    }

    /// All, in any order.
    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = (Who, &mut T)> {
        self.rows.iter_mut().map(|(who, what)| (*who, what))
    }

    /// All, in any order.
    pub(super) fn values_mut(&mut self) -> impl Iterator<Item = &mut T> {
        self.rows.iter_mut().map(|(_, what)| what)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_comes_and_goes_is_found_in_order() {
        let mut roll = Roll::new();
        for who in [5, 1, 9, 3, 7] {
            roll.add(who, who * 10);
        }
        assert_eq!(roll.remove(1), Some(10));
        assert_eq!(roll.remove(9), Some(90));
        assert_eq!(roll.remove(9), None);
        roll.add(2, 20);
        let all: Vec<(Who, u32)> = roll.iter().map(|(who, what)| (who, *what)).collect();
        assert_eq!(all, [(2, 20), (3, 30), (5, 50), (7, 70)]);
        assert_eq!((roll.get(7), roll.get(9)), (Some(&70), None));
    }
}
