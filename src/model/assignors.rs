//! Who of a group's members gets which partitions: the assignors of Kafka's clients.
//!
//! A pure function, as in the clients: members in the order of their ids, each with what it owned before, and what each gets. Sticky is
//! the constrained form (`AbstractStickyAssignor.constrainedAssign`), since all members of a group here read the same topics.

use std::collections::BinaryHeap;

/// How partitions are shared out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Assignor {
    /// Runs of neighbours, topic by topic; the first members get one more where it does not come out even.
    Range,
    /// Dealt in turn over all topics.
    RoundRobin,
    /// Even, with as few moves as can be.
    Sticky,
}

/// A partition of a topic.
pub type Place = (u32, u32);

/// What each member gets, in order. `topics` are numbers of partitions; `before` is what each member owned.
#[must_use]
pub fn assign(assignor: Assignor, topics: &[u32], before: &[Vec<Place>]) -> Vec<Vec<Place>> {
    let mut gets = vec![Vec::new(); before.len()];
    if before.is_empty() {
        return gets;
    }
    match assignor {
        Assignor::Range => range(topics, &mut gets),
        Assignor::RoundRobin => {
            let members = gets.len();
            for (turn, place) in places(topics).enumerate() {
                gets[turn % members].push(place);
            }
        }
        Assignor::Sticky => sticky(topics, before, &mut gets),
    }
    gets
}

fn places(topics: &[u32]) -> impl Iterator<Item = Place> {
    (0..)
        .zip(topics)
        .flat_map(|(topic, &partitions)| (0..partitions).map(move |partition| (topic, partition)))
}

fn range(topics: &[u32], gets: &mut [Vec<Place>]) {
    for (topic, &partitions) in (0..).zip(topics) {
        let (each, more) = (
            partitions as usize / gets.len(),
            partitions as usize % gets.len(),
        );
        let mut next = 0;
        for (member, gets) in gets.iter_mut().enumerate() {
            let count = (each + usize::from(member < more)) as u32;
            gets.extend((next..next + count).map(|partition| (topic, partition)));
            next += count;
        }
    }
}

/// First everyone keeps what it may keep, then what is left is dealt to those who have too few.
fn sticky(topics: &[u32], before: &[Vec<Place>], gets: &mut [Vec<Place>]) {
    let all: Vec<Place> = places(topics).collect();
    let least = all.len() / gets.len();
    let mut with_one_more = all.len() % gets.len();
    let mut is_left = vec![true; all.len()];
    for (gets, before) in gets.iter_mut().zip(before) {
        let mut kept = sorted(before.clone());
        kept.retain(|place| all.binary_search(place).is_ok_and(|at| is_left[at]));
        if kept.len() > least && with_one_more > 0 {
            with_one_more -= 1;
            kept.truncate(least + 1);
        } else {
            kept.truncate(least);
        }
        for at in kept.iter().flat_map(|place| all.binary_search(place)) {
            is_left[at] = false;
        }
        *gets = kept;
    }
    let left = all.into_iter().zip(is_left);
    let left = left.filter(|(_, is_left)| *is_left);
    let mut left = left.map(|(place, _)| place);
    while gets.iter().any(|gets| gets.len() < least) {
        for gets in gets.iter_mut().filter(|gets| gets.len() < least) {
            gets.extend(left.next());
        }
    }
    // One more each for the first who have only the least.
    let fitting = gets.iter_mut().filter(|gets| gets.len() == least);
    for (gets, place) in fitting.zip(left) {
        gets.push(place);
    }
    for gets in gets.iter_mut() {
        *gets = sorted(std::mem::take(gets));
    }
}

/// By a heap: the library's sorts are several times as long.
fn sorted(places: Vec<Place>) -> Vec<Place> {
    BinaryHeap::from(places).into_sorted_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_partition_has_one_owner_and_nobody_two_more_than_another() {
        for assignor in [Assignor::Range, Assignor::RoundRobin, Assignor::Sticky] {
            for members in 1..12 {
                for partitions in 1..30 {
                    let mut owned = assign(assignor, &[partitions], &vec![Vec::new(); members]);
                    // One leaves, two come.
                    owned.pop();
                    owned.extend([Vec::new(), Vec::new()]);
                    let after = assign(assignor, &[partitions], &owned);
                    let mut all: Vec<Place> = after.iter().flatten().copied().collect();
                    all.sort_unstable();
                    assert_eq!(
                        all,
                        places(&[partitions]).collect::<Vec<_>>(),
                        "{assignor:?}"
                    );
                    let sizes = || after.iter().map(Vec::len);
                    assert!(sizes().max() <= sizes().min().map(|least| least + 1));
                }
            }
        }
    }

    #[test]
    fn sticky_moves_what_it_must_only() {
        let first = assign(Assignor::Sticky, &[6], &[vec![], vec![]]);
        assert_eq!(
            first,
            [vec![(0, 0), (0, 2), (0, 4)], vec![(0, 1), (0, 3), (0, 5)]]
        );
        let mut more = first.clone();
        more.push(Vec::new());
        let second = assign(Assignor::Sticky, &[6], &more);
        let kept = |member: usize| {
            second[member]
                .iter()
                .all(|place| first[member].contains(place))
        };
        assert!(kept(0) && kept(1) && second[2].len() == 2, "{second:?}");
    }
}
