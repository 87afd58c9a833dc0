//! What is in a memory: every activity and channel that is in one is weighed when it may have changed, and a memory whose limit is
//! passed at the end of a step is emptied (`www/docs/language.md#memory`).

use super::activity::Weight;
use super::machine::{ITEM_BYTES_MAX, Machine};
use super::values::{Values, bytes, nanoseconds};
use super::watching::Kind;
use super::work;
use crate::lang::scenario::{self as text, Unit};
use crate::lang::units;

/// The limit of a memory, with the knobs as they stand.
pub(super) fn limit(memory: &text::Memory, values: &Values) -> u64 {
    bytes(values.declared(memory.limit))
}

/// Whether some of the channels whose items keep their room (`frees done`) are in a memory and some are not.
pub(super) fn mixed_rooms(channels: &[text::Channel]) -> bool {
    let keep_room = channels.iter().filter(|channel| channel.frees_done);
    let (inside, outside): (Vec<_>, Vec<_>) =
        keep_room.partition(|channel| channel.memory.is_some());
    !inside.is_empty() && !outside.is_empty()
}

const BYTES: Unit = Unit { time: 0, bytes: 1 };

impl Machine {
    /// What an activity has in hand, or whether it is there, may have changed.
    #[inline]
    pub(super) fn touch_weight(&mut self, me: usize) {
        if !self.memories.is_empty() {
            self.to_weigh.push(me as u32);
        }
    }

    /// What is in a channel may have changed.
    #[inline]
    pub(super) fn weigh_channel(&mut self, channel: u32) {
        if !self.memories.is_empty() {
            self.weigh_channel_in_full(channel);
        }
    }

    fn weigh_channel_in_full(&mut self, channel: u32) {
        let Some(memory) = self.scenario.channels[channel as usize].memory else {
            return;
        };
        let weight = self.channels[channel as usize].bytes_here();
        let before = std::mem::replace(&mut self.channel_charges[channel as usize], weight);
        self.memories[memory.index()].charge(before, weight);
    }

    /// What is in a topic may have changed.
    pub(super) fn weigh_topic(&mut self, topic: usize) {
        if let Some(memory) = self.scenario.topics[topic].memory {
            let weight = self.logs[topic].bytes();
            let before = std::mem::replace(&mut self.topic_charges[topic], weight);
            self.memories[memory.index()].charge(before, weight);
        }
    }

    /// What is in a queue may have changed.
    pub(super) fn weigh_queue(&mut self, queue: usize) {
        if let Some(memory) = self.scenario.queues[queue].memory {
            let weight = self.queues[queue].bytes();
            let before = std::mem::replace(&mut self.queue_charges[queue], weight);
            self.memories[memory.index()].charge(before, weight);
        }
    }

    /// The memory of the activity's process.
    fn memory_of(&self, me: usize) -> Option<usize> {
        let process = self.activities[me].process as usize;
        self.scenario.processes[process]
            .memory
            .map(text::MemoryId::index)
    }

    /// What an activity weighs: what it holds by being there, and the items it has.
    fn weight_of(&self, me: usize) -> u64 {
        let process = &self.scenario.processes[self.activities[me].process as usize];
        // Bounded as an item is, so that all that may live together still have a sum.
        let holds = process.holds.map_or(0, |holds| {
            bytes(self.values.declared(holds)).min(ITEM_BYTES_MAX)
        });
        let Weight { own, roomed } = self.activities[me].weight();
        holds
            + own
            + if roomed == 0 {
                0
            } else {
                self.uncharged(me, roomed)
            }
    }

    /// How many bytes of those that still take room in channels weigh in no memory there.
    fn uncharged(&self, me: usize, roomed: u64) -> u64 {
        let mut uncharged = 0;
        for item in self.activities[me].all_items() {
            let Some(channel) = item.room() else { continue };
            let outside = self.scenario.channels[channel as usize].memory.is_none();
            // What holds for one holds for all.
            if !self.mixed_rooms {
                return if outside { roomed } else { 0 };
            }
            if outside {
                uncharged += item.size;
            }
        }
        uncharged
    }

    fn weigh(&mut self, me: usize) {
        if !self.lives(me) {
            return;
        }
        if let Some(memory) = self.memory_of(me) {
            if self.mixed_rooms {
                self.charge_each(self.activities[me].items(), 1);
            }
            let weight = self.weight_of(me);
            let before = std::mem::replace(&mut self.activities[me].charged, weight);
            self.memories[memory].charge(before, weight);
        }
    }

    /// An activity is gone, and what it weighed.
    pub(super) fn weigh_out(&mut self, me: usize) {
        let before = std::mem::take(&mut self.activities[me].charged);
        if let (true, Some(memory)) = (before > 0, self.memory_of(me)) {
            self.memories[memory].charge(before, 0);
        }
    }

    /// Weighs all that may have changed, so that what memories say is true now.
    pub(super) fn settle_memories(&mut self) {
        self.charge_each(self.to_weigh.len(), work::LOOK);
        self.charge(self.memories.len() as u64);
        let mut touched = std::mem::take(&mut self.to_weigh);
        for me in touched.drain(..) {
            self.weigh(me as usize);
        }
        self.to_weigh = touched;
        let now = self.now;
        for (number, memory) in (0..).zip(&mut self.memories) {
            if memory.settle(now) {
                self.watching.touch(Kind::Memory, number);
            }
        }
    }

    /// The end of a step: a memory whose limit is passed ends.
    pub(super) fn check_memories(&mut self) {
        self.settle_memories();
        for memory in 0..self.memories.len() {
            if self.memories[memory].passed() && self.has_something_in(memory) {
                self.run_out_of(memory);
                self.settle_memories();
            }
        }
    }

    fn has_something_in(&mut self, memory: usize) -> bool {
        self.charge_slots();
        let in_it = |of: Option<text::MemoryId>| of.is_some_and(|of| of.index() == memory);
        let scenario = &self.scenario;
        (0..self.activities.len()).any(|me| self.lives(me) && self.memory_of(me) == Some(memory))
            || (scenario.channels.iter().zip(&self.channels))
                .any(|(declared, channel)| in_it(declared.memory) && !channel.is_empty())
            || (scenario.topics.iter().zip(&self.logs))
                .any(|(declared, log)| in_it(declared.memory) && !log.is_empty())
            || (scenario.queues.iter().zip(&self.queues))
                .any(|(declared, queue)| in_it(declared.memory) && !queue.is_empty())
    }

    fn run_out_of(&mut self, memory: usize) {
        let declared = &self.scenario.memories[memory];
        let restart = declared
            .restart
            .and_then(|restart| nanoseconds(self.values.declared(restart)));
        let limit = units::format(self.memories[memory].limit() as f64, BYTES);
        let line = format!("killed: {} passed its limit of {limit}", declared.name);
        let first = (self.scenario.processes.iter())
            .position(|process| process.memory.is_some_and(|of| of.index() == memory));
        self.print_line(first.unwrap_or(0) as u32, line);
        self.memories[memory].note_oom(self.now);
        self.end_memory(memory as u32, restart);
    }

    /// Weighs everything anew and compares with what was charged.
    #[cfg(debug_assertions)]
    pub(super) fn check_charges(&self) {
        for (number, memory) in self.memories.iter().enumerate() {
            let activities = (0..self.activities.len())
                .filter(|&me| self.lives(me) && self.memory_of(me) == Some(number));
            let in_hands: u64 = activities.map(|me| self.weight_of(me)).sum();
            let in_it = |of: Option<text::MemoryId>| of.is_some_and(|of| of.index() == number);
            let in_channels: u64 = (self.scenario.channels.iter().zip(&self.channels))
                .filter(|(declared, _)| in_it(declared.memory))
                .map(|(_, channel)| channel.bytes_here())
                .sum();
            let in_logs: u64 = (self.scenario.topics.iter().zip(&self.logs))
                .filter(|(declared, _)| in_it(declared.memory))
                .map(|(_, log)| log.bytes())
                .sum();
            let in_queues: u64 = (self.scenario.queues.iter().zip(&self.queues))
                .filter(|(declared, _)| in_it(declared.memory))
                .map(|(_, queue)| queue.bytes())
                .sum();
            assert_eq!(
                memory.used(),
                in_hands + in_channels + in_logs + in_queues,
                "memory {number} at {} ns: {in_hands} in hands, {in_channels} in channels, {in_logs} in logs",
                self.now
            );
        }
    }
}
