//! A roll: who is there, each with what belongs to it, in the order of their numbers. A sorted list; a tree would be 4 KB of the wasm file.

use super::Who;

#[derive(Debug, Clone)]
pub(super) struct Roll<T>(Vec<(Who, T)>);

impl<T> Roll<T> {
    pub(super) const fn new() -> Self {
        Roll(Vec::new())
    }

    /// Where one is, or belongs.
    fn place(&self, who: Who) -> Result<usize, usize> {
        self.0.binary_search_by_key(&who, |(other, _)| *other)
    }

    pub(super) fn get(&self, who: Who) -> Option<&T> {
        self.place(who).ok().map(|place| &self.0[place].1)
    }

    pub(super) fn get_mut(&mut self, who: Who) -> Option<&mut T> {
        self.place(who).ok().map(|place| &mut self.0[place].1)
    }

    /// Adds one who is not there.
    pub(super) fn add(&mut self, who: Who, what: T) {
        if let Err(place) = self.place(who) {
            self.0.insert(place, (who, what));
        }
    }

    pub(super) fn remove(&mut self, who: Who) -> Option<T> {
        self.place(who).ok().map(|place| self.0.remove(place).1)
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (Who, &T)> {
        self.0.iter().map(|(who, what)| (*who, what))
    }

    pub(super) fn values(&self) -> impl Iterator<Item = &T> {
        self.0.iter().map(|(_, what)| what)
    }

    pub(super) fn values_mut(&mut self) -> impl Iterator<Item = &mut T> {
        self.0.iter_mut().map(|(_, what)| what)
    }
}
