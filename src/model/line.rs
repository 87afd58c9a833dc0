//! A waiting line: first come first served, and anyone may leave it from the middle at once. Places are reused, so a line that has
//! reached its longest never allocates again.

use crate::measure::{Footprint, row};

/// A place in a line, good until its holder leaves.
pub type Ticket = u32;

const NONE: u32 = u32::MAX;

#[derive(Debug, Clone, Copy)]
struct Place<T> {
    before: u32,
    behind: u32,
    entry: T,
}

/// A first-come first-served line of `T`s.
#[derive(Debug, Clone)]
pub struct Line<T> {
    places: Vec<Place<T>>,
    first: u32,
    last: u32,
    /// Head of the list of unused places, linked by `behind`.
    unused: u32,
    len: u32,
}

impl<T: Footprint> Footprint for Place<T> {
    const BYTES: u64 = 8 + T::BYTES;
}

impl<T: Footprint> Line<T> {
    /// Bytes that it holds: as many places as it was ever long.
    #[must_use]
    pub fn footprint(&self) -> u64 {
        row::<Place<T>>(self.places.len())
    }
}

impl<T> Default for Line<T> {
    fn default() -> Self {
        Line {
            places: Vec::new(),
            first: NONE,
            last: NONE,
            unused: NONE,
            len: 0,
        }
    }
}

impl<T: Copy> Line<T> {
    /// How many wait.
    #[inline]
    #[must_use]
    pub fn len(&self) -> u32 {
        self.len
    }

    /// Whether nobody waits.
    #[inline]
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Joins at the end.
    #[inline]
    pub fn join(&mut self, entry: T) -> Ticket {
        let place = Place {
            before: self.last,
            behind: NONE,
            entry,
        };
        let ticket = if self.unused == NONE {
            self.places.push(place);
            (self.places.len() - 1) as u32
        } else {
            let ticket = self.unused;
            self.unused = self.places[ticket as usize].behind;
            self.places[ticket as usize] = place;
            ticket
        };
        if self.last == NONE {
            self.first = ticket;
        } else {
            self.places[self.last as usize].behind = ticket;
        }
        self.last = ticket;
        self.len += 1;
        ticket
    }

    /// Who has waited longest.
    #[inline]
    #[must_use]
    pub fn first(&self) -> Option<&T> {
        self.places
            .get(self.first as usize)
            .map(|place| &place.entry)
    }

    /// The same, to change it.
    #[inline]
    pub fn first_mut(&mut self) -> Option<&mut T> {
        self.places
            .get_mut(self.first as usize)
            .map(|place| &mut place.entry)
    }

    /// What stands at a ticket that was not used up, to change it.
    pub fn entry_mut(&mut self, ticket: Ticket) -> &mut T {
        &mut self.places[ticket as usize].entry
    }

    /// Takes out who has waited longest.
    #[inline]
    pub fn pop(&mut self) -> Option<(Ticket, T)> {
        if self.first == NONE {
            return None;
        }
        let ticket = self.first;
        Some((ticket, self.leave(ticket)))
    }

    /// Takes out the holder of a ticket; the others keep their order.
    ///
    /// The ticket must have been given by this line and not been used up.
    #[inline]
    pub fn leave(&mut self, ticket: Ticket) -> T {
        let Place {
            before,
            behind,
            entry,
        } = self.places[ticket as usize];
        // A place that was left already: who stands at both ends of a channel (a `select`) leaves the other with the call at one.
        if before == ticket {
            return entry;
        }
        match before {
            NONE => self.first = behind,
            _ => self.places[before as usize].behind = behind,
        }
        match behind {
            NONE => self.last = before,
            _ => self.places[behind as usize].before = before,
        }
        self.places[ticket as usize].behind = self.unused;
        self.places[ticket as usize].before = ticket;
        self.unused = ticket;
        self.len -= 1;
        entry
    }

    /// Everyone, the longest waiting first.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        let mut at = self.first;
        std::iter::from_fn(move || {
            let place = self.places.get(at as usize)?;
            at = place.behind;
            Some(&place.entry)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn serves_in_order_of_arrival_whoever_leaves() {
        let mut line = Line::default();
        let tickets: Vec<Ticket> = (0..5).map(|who| line.join(who)).collect();
        assert_eq!(line.leave(tickets[2]), 2);
        assert_eq!(line.leave(tickets[0]), 0);
        let late = line.join(9);
        assert_eq!(line.iter().copied().collect::<Vec<_>>(), [1, 3, 4, 9]);
        assert_eq!(line.leave(late), 9);
        let served: Vec<i32> = std::iter::from_fn(|| line.pop().map(|(_, who)| who)).collect();
        assert_eq!(served, [1, 3, 4]);
        assert!(line.is_empty() && line.first().is_none());
    }

    #[test]
    fn a_place_is_left_once() {
        let mut line = Line::default();
        let tickets: Vec<Ticket> = (0..3).map(|who| line.join(who)).collect();
        let _ = line.leave(tickets[1]);
        let _ = line.leave(tickets[1]);
        assert_eq!(
            (line.len(), line.pop(), line.pop()),
            (2, Some((0, 0)), Some((2, 2)))
        );
        assert!(line.is_empty());
    }

    #[test]
    fn reuses_places() {
        let mut line = Line::default();
        for round in 0..1000 {
            let _ = line.join(round);
            let _ = line.join(round);
            let _ = line.pop();
            let _ = line.pop();
        }
        assert_eq!(
            line.places.len(),
            2,
            "a line of at most two needs two places"
        );
    }
}
