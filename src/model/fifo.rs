//! What waits in line: a `VecDeque` of plain data, whose clone is two copies of memory. The library's clones one by one, in code of its
//! own for each kind of thing, and a checkpoint clones every line there is.

use std::collections::VecDeque;
use std::ops::{Deref, DerefMut};

use crate::measure::{Footprint, row};

/// So many places are kept, used or not.
const ROOM_KEPT: usize = 4096;

/// A line of plain data.
#[derive(Debug)]
pub struct Fifo<T>(VecDeque<T>);

impl<T> Fifo<T> {
    /// A line with nobody in it.
    #[must_use]
    pub const fn new() -> Self {
        Fifo(VecDeque::new())
    }

    /// Gives back room of which most is not used any more.
    pub fn trim(&mut self) {
        if self.0.capacity() > 4 * self.0.len() + ROOM_KEPT {
            self.0.shrink_to(2 * self.0.len());
        }
    }
}

impl<T: Footprint> Fifo<T> {
    /// Bytes that it holds.
    #[must_use]
    pub fn footprint(&self) -> u64 {
        row::<T>(self.0.len())
    }
}

impl<T> Default for Fifo<T> {
    fn default() -> Self {
        Fifo::new()
    }
}

impl<T: Copy> Clone for Fifo<T> {
    // Once for all things of one size.
    #[inline(never)]
    fn clone(&self) -> Self {
        let (front, back) = self.0.as_slices();
        let mut line = Vec::with_capacity(self.0.len());
        line.extend_from_slice(front);
        line.extend_from_slice(back);
        Fifo(line.into())
    }
}

impl<T> Deref for Fifo<T> {
    type Target = VecDeque<T>;

    #[inline]
    fn deref(&self) -> &VecDeque<T> {
        &self.0
    }
}

impl<T> DerefMut for Fifo<T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut VecDeque<T> {
        &mut self.0
    }
}
