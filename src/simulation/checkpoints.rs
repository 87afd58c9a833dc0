//! Checkpoints: clones of the machine at growing distances, so that going back in time replays little.

use crate::engine::Machine;

/// What all checkpoints of a run may take together, in bytes.
const BYTES_MAX: u64 = 64 << 20;
/// How many checkpoints a run is given at first.
const FIRST_COUNT: u64 = 64;

#[derive(Debug, Clone)]
struct Checkpoint {
    machine: Machine,
    moves_done: usize,
    bytes: u64,
}

/// The checkpoints of a run, by time. When they take too much, every other one goes and the distance doubles.
#[derive(Debug, Clone)]
pub(super) struct Checkpoints {
    kept: Vec<Checkpoint>,
    distance: u64,
    next: u64,
    bytes: u64,
}

impl Checkpoints {
    pub(super) fn new(horizon: u64) -> Self {
        let distance = (horizon / FIRST_COUNT).max(1);
        Checkpoints {
            kept: Vec::new(),
            distance,
            next: distance,
            bytes: 0,
        }
    }

    /// When the next one is due.
    pub(super) fn next(&self) -> u64 {
        self.next
    }

    pub(super) fn count(&self) -> usize {
        self.kept.len()
    }

    /// Keeps a clone if one is due, and says how many bytes that were.
    pub(super) fn keep(&mut self, machine: &Machine, moves_done: usize) -> u64 {
        if machine.now() < self.next {
            return 0;
        }
        self.next = (machine.now() / self.distance + 1).saturating_mul(self.distance);
        let bytes = machine.footprint();
        let newer = self
            .kept
            .last()
            .is_none_or(|last| last.machine.events() < machine.events());
        if bytes > BYTES_MAX / 4 || !newer {
            return 0;
        }
        self.bytes += bytes;
        self.kept.push(Checkpoint {
            machine: machine.clone(),
            moves_done,
            bytes,
        });
        while self.bytes > BYTES_MAX || self.kept.len() as u64 > 2 * FIRST_COUNT {
            self.thin();
        }
        bytes
    }

    fn thin(&mut self) {
        let mut index = 0;
        self.kept.retain(|_| {
            index += 1;
            index % 2 == 0
        });
        self.bytes = self.kept.iter().map(|checkpoint| checkpoint.bytes).sum();
        self.distance = self.distance.saturating_mul(2);
    }

    /// The latest one not after that time, and how many moves were done by then.
    pub(super) fn nearest(&self, time: u64) -> Option<(Machine, usize)> {
        let found = self
            .kept
            .iter()
            .rev()
            .find(|checkpoint| checkpoint.machine.now() <= time)?;
        Some((found.machine.clone(), found.moves_done))
    }

    /// Another run goes on from here: what lay ahead is void.
    pub(super) fn forget_after(&mut self, machine: &Machine) {
        // Time passes without events too.
        let here = (machine.now(), machine.events());
        self.kept
            .retain(|checkpoint| (checkpoint.machine.now(), checkpoint.machine.events()) <= here);
        self.bytes = self.kept.iter().map(|checkpoint| checkpoint.bytes).sum();
        let last = self
            .kept
            .last()
            .map_or(0, |checkpoint| checkpoint.machine.now());
        self.next = (last / self.distance + 1).saturating_mul(self.distance);
    }

    pub(super) fn clear(&mut self) {
        self.kept.clear();
        self.bytes = 0;
        self.next = self.distance;
    }
}
