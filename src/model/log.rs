//! A log: partitions to which records are appended and from which nobody takes. What retention deletes is gone, read or not.
//!
//! A record takes 8 bytes; where its neighbours' differ, 4 more for its size and 8 for its key; never more than 24. Records that every
//! group has committed are forgotten where no retention may ask for their size or age; they count as kept all the same.

use std::collections::VecDeque;

use super::item::{Item, Key};
use crate::measure::{Counter, Footprint, row, takes};

/// The most records a log keeps in store.
pub const RECORDS_MAX: u64 = 20_000_000;

/// The most partitions a log has.
pub const PARTITIONS_MAX: u64 = 65_535;

/// Records that are stored together.
const CHUNK: usize = 512;

/// How a key picks a partition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Partitioner {
    /// As the Java client does it (`Utils.murmur2`).
    Murmur2,
    /// As librdkafka does it (`consistent_random`).
    Crc32,
}

/// What is deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Retention {
    /// Records born longer ago than so many nanoseconds.
    Age(u64),
    /// The oldest of a partition that has more than so many bytes, but never its last (`retention.bytes` is per partition).
    Size(u64),
}

/// A record.
#[derive(Debug, Clone, Copy)]
struct Record {
    born: u64,
    size: u64,
    /// A number's bits, or one of the patterns below, which no number of a text has.
    key: u64,
}

/// One figure of each record of a chunk. It takes no room while all are alike, and half of it while none is large.
#[derive(Debug, Clone)]
enum Column {
    Same(u64),
    Short(Vec<u32>),
    Each(Vec<u64>),
}

impl Column {
    /// Adds one to so many.
    #[inline(always)]
    fn push(&mut self, len: usize, value: u64) {
        match (&mut *self, u32::try_from(value)) {
            (Column::Each(values), _) => values.push(value),
            (Column::Short(values), Ok(value)) => values.push(value),
            (Column::Same(same), _) if len == 0 => *same = value,
            (Column::Same(same), _) if *same == value => {}
            _ => self.widen(len, value),
        }
    }

    /// Adds one that does not fit in.
    #[cold]
    fn widen(&mut self, len: usize, value: u64) {
        let room = (len + 1).next_power_of_two();
        let short = |value: u64| u32::try_from(value).ok();
        *self = match (&*self, short(value)) {
            (Column::Same(same), Some(value)) if short(*same).is_some() => {
                let mut values = Vec::with_capacity(room);
                values.resize(len, *same as u32);
                values.push(value);
                Column::Short(values)
            }
            _ => {
                let mut values = Vec::with_capacity(room);
                values.extend((0..len).map(|place| self.get(place)));
                values.push(value);
                Column::Each(values)
            }
        };
    }

    fn footprint(&self) -> u64 {
        match self {
            Column::Same(_) => 0,
            Column::Short(values) => row::<u32>(values.len()),
            Column::Each(values) => row::<u64>(values.len()),
        }
    }

    #[inline]
    fn get(&self, place: usize) -> u64 {
        match self {
            Column::Same(same) => *same,
            Column::Short(values) => u64::from(values[place]),
            Column::Each(values) => values[place],
        }
    }
}

/// Records that are stored together, at most [`CHUNK`].
#[derive(Debug, Clone)]
struct Chunk {
    born: Vec<u64>,
    size: Column,
    key: Column,
}

takes! { Chunk: 88, Partition: 64, Log: 112 }

impl Chunk {
    fn footprint(&self) -> u64 {
        Self::BYTES + row::<u64>(self.born.len()) + self.size.footprint() + self.key.footprint()
    }

    fn new() -> Self {
        Chunk {
            born: Vec::new(),
            size: Column::Same(0),
            key: Column::Same(0),
        }
    }

    #[inline]
    fn push(&mut self, record: Record) {
        let len = self.born.len();
        self.size.push(len, record.size);
        self.key.push(len, record.key);
        self.born.push(record.born);
    }

    #[inline]
    fn get(&self, place: usize) -> Option<Record> {
        Some(Record {
            born: *self.born.get(place)?,
            size: self.size.get(place),
            key: self.key.get(place),
        })
    }
}

const NO_KEY: u64 = u64::MAX;
/// A literal's index stands in the low half.
const LITERAL: u64 = 0xFFFF_FFFE_0000_0000;

fn packed(key: Key) -> u64 {
    match key {
        Key::None => NO_KEY,
        Key::Number(number) => number.to_bits(),
        Key::Literal(index) => LITERAL | u64::from(index),
    }
}

fn unpacked(key: u64) -> Key {
    match key {
        NO_KEY => Key::None,
        literal if literal & !0xFFFF_FFFF == LITERAL => Key::Literal(literal as u32),
        number => Key::Number(f64::from_bits(number)),
    }
}

/// A partition.
#[derive(Debug, Clone, Default)]
struct Partition {
    /// Offset of the oldest record kept.
    start: u64,
    /// The offset that the next record gets.
    end: u64,
    bytes: u64,
    /// Offset of the first record of the first chunk.
    stored_from: u64,
    chunks: VecDeque<Chunk>,
}

impl Partition {
    fn push(&mut self, record: Record) {
        let is_full = |chunk: &Chunk| chunk.born.len() == CHUNK;
        if self.chunks.back().is_none_or(is_full) {
            self.chunks.push_back(Chunk::new());
        }
        if let Some(chunk) = self.chunks.back_mut() {
            chunk.push(record);
        }
        self.end += 1;
        self.bytes += record.size;
    }

    fn get(&self, offset: u64) -> Option<Record> {
        let index = offset.checked_sub(self.stored_from)? as usize;
        self.chunks.get(index / CHUNK)?.get(index % CHUNK)
    }

    /// Records before that offset are no longer needed. Says how many are no longer stored.
    fn forget(&mut self, before: u64) -> u64 {
        let first = self.stored_from;
        while self.stored_from + CHUNK as u64 <= before && self.chunks.len() > 1 {
            self.chunks.pop_front();
            self.stored_from += CHUNK as u64;
        }
        self.stored_from - first
    }

    /// Deletes the oldest record. Says how large it was.
    fn delete(&mut self) -> u64 {
        let size = self.get(self.start).map_or(0, |record| record.size);
        self.bytes -= size;
        self.start += 1;
        size
    }
}

/// A log.
#[derive(Debug, Clone)]
pub struct Log {
    partitions: Vec<Partition>,
    partitioner: Partitioner,
    retention: Option<Retention>,
    /// The partition of the next record without a key.
    turn: usize,
    deleted: Counter,
    /// Records kept, their bytes, and records in store, of all partitions.
    len: u64,
    bytes: u64,
    stored: u64,
}

impl Log {
    /// An empty log of at least one partition.
    #[must_use]
    pub fn new(partitions: u64, partitioner: Partitioner, retention: Option<Retention>) -> Self {
        let mut log = Log {
            partitions: Vec::new(),
            partitioner,
            retention,
            turn: 0,
            deleted: Counter::default(),
            len: 0,
            bytes: 0,
            stored: 0,
        };
        log.grow(partitions.max(1));
        log
    }

    /// Bytes that it holds.
    #[must_use]
    pub fn footprint(&self) -> u64 {
        let chunks = self.partitions.iter().flat_map(|one| &one.chunks);
        row::<Partition>(self.partitions.len()) + chunks.map(Chunk::footprint).sum::<u64>()
    }

    /// Partitions can be added, never taken away, as in Kafka. Says whether there are more now.
    pub fn grow(&mut self, partitions: u64) -> bool {
        let before = self.partitions.len();
        let wanted = before.max(partitions.min(PARTITIONS_MAX) as usize);
        self.partitions.resize_with(wanted, Partition::default);
        wanted > before
    }

    /// Changes what is deleted.
    pub fn set_retention(&mut self, retention: Option<Retention>) {
        self.retention = retention;
    }

    /// What is deleted.
    #[must_use]
    pub fn retention(&self) -> Option<Retention> {
        self.retention
    }

    /// How many partitions.
    #[must_use]
    pub fn partitions(&self) -> usize {
        self.partitions.len()
    }

    /// The offset that the next record of a partition gets.
    #[inline]
    #[must_use]
    pub fn end(&self, partition: usize) -> u64 {
        self.partitions[partition].end
    }

    /// The offset of the oldest record that a partition keeps.
    #[must_use]
    pub fn start(&self, partition: usize) -> u64 {
        self.partitions[partition].start
    }

    /// Records kept.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.len
    }

    /// Whether it keeps none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Bytes kept.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Records in store.
    #[must_use]
    pub fn stored(&self) -> u64 {
        self.stored
    }

    /// Records deleted so far.
    #[must_use]
    pub fn deleted(&self) -> &Counter {
        &self.deleted
    }

    /// Forgets what was counted: the end of a warm-up.
    pub fn reset_measures(&mut self) {
        self.deleted.reset();
    }

    /// The partition of a key, by its text; without one, the next in turn.
    pub fn pick(&mut self, key: Option<&str>) -> usize {
        let count = self.partitions.len();
        match key {
            Some(text) => partition_of(text.as_bytes(), count, self.partitioner),
            None => {
                self.turn = (self.turn + 1) % count;
                (self.turn + count - 1) % count
            }
        }
    }

    /// Appends a record.
    pub fn append(&mut self, partition: usize, item: &Item) {
        self.partitions[partition].push(Record {
            born: item.born,
            size: item.size,
            key: packed(item.key),
        });
        self.len += 1;
        self.bytes += item.size;
        self.stored += 1;
    }

    /// When a record was born, in nanoseconds; of one that is no longer stored, 0.
    #[inline]
    #[must_use]
    pub fn born(&self, partition: usize, offset: u64) -> u64 {
        let record = self.partitions[partition].get(offset);
        record.map_or(0, |record| record.born)
    }

    /// A copy of a record.
    #[must_use]
    pub fn item(&self, partition: usize, offset: u64) -> Option<Item> {
        let record = self.partitions[partition].get(offset)?;
        Some(Item::new(record.born, record.size, unpacked(record.key)))
    }

    /// Every group has committed what is before that offset.
    pub fn forget(&mut self, partition: usize, before: u64) {
        if self.retention.is_none() {
            self.stored -= self.partitions[partition].forget(before);
        }
    }

    /// Deletes what retention asks for in a partition. Says whether there was anything.
    pub fn delete(&mut self, now: u64, partition: usize) -> bool {
        let one = &mut self.partitions[partition];
        let before = one.start;
        match self.retention {
            None => {}
            Some(Retention::Age(age)) => {
                let limit = now.checked_sub(age);
                while one.start < one.end
                    && limit.is_some_and(|limit| one.get(one.start).is_none_or(|r| r.born <= limit))
                {
                    self.bytes -= one.delete();
                }
            }
            Some(Retention::Size(most)) => {
                while one.bytes > most && one.end - one.start > 1 {
                    self.bytes -= one.delete();
                }
            }
        }
        let count = one.start - before;
        self.stored -= one.forget(one.start);
        self.deleted += count;
        self.len -= count;
        count > 0
    }

    /// When the next record grows too old.
    #[must_use]
    pub fn next_too_old(&self) -> Option<u64> {
        let Some(Retention::Age(age)) = self.retention else {
            return None;
        };
        let oldest = self
            .partitions
            .iter()
            .filter_map(|one| one.get(one.start).map(|record| record.born));
        oldest.min().map(|born| born.saturating_add(age))
    }

    /// Deletes everything; offsets go on. Says what the starts are now.
    pub fn clear(&mut self) {
        (self.len, self.bytes, self.stored) = (0, 0, 0);
        for one in &mut self.partitions {
            self.deleted += one.end - one.start;
            *one = Partition {
                start: one.end,
                end: one.end,
                bytes: 0,
                stored_from: one.end,
                chunks: VecDeque::new(),
            };
        }
    }
}

/// The partition that a client picks for a key.
#[must_use]
pub fn partition_of(key: &[u8], partitions: usize, partitioner: Partitioner) -> usize {
    let hash = match partitioner {
        Partitioner::Murmur2 => murmur2(key) & 0x7FFF_FFFF,
        Partitioner::Crc32 => crc32(key),
    };
    hash as usize % partitions
}

/// Kafka's murmur2, with its seed.
fn murmur2(data: &[u8]) -> u32 {
    const M: u32 = 0x5BD1_E995;
    let mix = |word: u32| {
        let word = word.wrapping_mul(M);
        (word ^ (word >> 24)).wrapping_mul(M)
    };
    let words = data.chunks_exact(4);
    let rest = words.remainder();
    let mut hash = words.fold(0x9747_B28C ^ data.len() as u32, |hash, word| {
        hash.wrapping_mul(M) ^ mix(u32::from_le_bytes([word[0], word[1], word[2], word[3]]))
    });
    for (place, &byte) in rest.iter().enumerate().rev() {
        hash ^= u32::from(byte) << (8 * place);
        if place == 0 {
            hash = hash.wrapping_mul(M);
        }
    }
    hash = (hash ^ (hash >> 13)).wrapping_mul(M);
    hash ^ (hash >> 15)
}

/// CRC-32 as zlib has it.
fn crc32(data: &[u8]) -> u32 {
    !data.iter().fold(u32::MAX, |crc, &byte| {
        (0..8).fold(crc ^ u32::from(byte), |crc, _| {
            (crc >> 1) ^ (0xEDB8_8320 & (crc & 1).wrapping_neg())
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::reading::CountReading;

    fn item(born: u64, size: u64) -> Item {
        Item::new(born, size, Key::Number(born as f64))
    }

    #[test]
    fn what_is_alike_takes_no_room() {
        let mut log = Log::new(1, Partitioner::Murmur2, None);
        let size = |born: u64| match born {
            0..600 => 7,
            600..1000 => born % 3,
            _ => (born % 2) << 35,
        };
        (0..1200).for_each(|born| log.append(0, &item(born, size(born))));
        let columns = log.partitions[0].chunks.iter().map(|chunk| &chunk.size);
        let kinds: Vec<&str> = columns
            .map(|column| match column {
                Column::Same(_) => "same",
                Column::Short(_) => "short",
                Column::Each(_) => "each",
            })
            .collect();
        assert_eq!(kinds, ["same", "each", "each"]);
        assert!((0..1200).all(|born| log.item(0, born) == Some(item(born, size(born)))));
        let mut log = Log::new(1, Partitioner::Murmur2, None);
        (0..512).for_each(|born| log.append(0, &item(born, born % 3)));
        let column = &log.partitions[0].chunks[0].size;
        assert!(matches!(column, Column::Short(values) if values.capacity() == CHUNK));
        assert!((0..512).all(|born| log.item(0, born) == Some(item(born, born % 3))));
    }

    #[test]
    fn a_record_takes_at_most_24_bytes() {
        let bytes_of = |column: &Column| match column {
            Column::Same(_) => 0,
            Column::Short(values) => values.capacity() * 4,
            Column::Each(values) => values.capacity() * 8,
        };
        for (sizes, most) in [(1, 17.0), (1000, 21.5)] {
            let mut log = Log::new(10, Partitioner::Murmur2, None);
            for born in 0..100_000 {
                log.append(born as usize % 10, &item(born, born % sizes));
            }
            let chunks = log.partitions.iter().flat_map(|one| &one.chunks);
            let bytes = chunks.map(|chunk| {
                let born = chunk.born.capacity() * 8;
                size_of::<Chunk>() + born + bytes_of(&chunk.size) + bytes_of(&chunk.key)
            });
            let each = bytes.sum::<usize>() as f64 / 100_000.0;
            assert!(each <= most, "{each} bytes a record");
        }
    }

    #[test]
    fn keys_are_packed() {
        for key in [
            Key::None,
            Key::Number(-0.5),
            Key::Number(f64::INFINITY),
            Key::Literal(u32::MAX),
        ] {
            assert_eq!(unpacked(packed(key)), key);
        }
    }

    #[test]
    fn offsets_stay_over_forgetting_and_deleting() {
        let mut log = Log::new(1, Partitioner::Murmur2, None);
        (0..2000).for_each(|born| log.append(0, &item(born, 1)));
        log.forget(0, 1500);
        assert_eq!((log.len(), log.stored()), (2000, 2000 - 1024));
        assert_eq!(log.item(0, 1999).map(|item| item.born), Some(1999));
        let mut log = Log::new(1, Partitioner::Murmur2, Some(Retention::Size(10)));
        (0..2000).for_each(|born| log.append(0, &item(born, 1)));
        assert!(log.delete(0, 0));
        assert_eq!(
            (log.start(0), log.end(0), log.deleted().count()),
            (1990, 2000, 1990)
        );
        log.clear();
        log.append(0, &item(7, 1));
        assert_eq!(
            (log.start(0), log.item(0, 2000).map(|item| item.born)),
            (2000, Some(7))
        );
    }

    #[test]
    fn age_deletes_what_was_born_too_long_ago() {
        let mut log = Log::new(2, Partitioner::Crc32, Some(Retention::Age(100)));
        (0..10).for_each(|born| log.append(1, &item(born * 10, 1)));
        assert_eq!(log.next_too_old(), Some(100));
        assert!(!log.delete(99, 1) && log.delete(125, 1) && !log.delete(125, 0));
        assert_eq!((log.start(1), log.next_too_old()), (3, Some(130)));
    }

    #[test]
    fn records_without_a_key_go_in_turn() {
        let mut log = Log::new(3, Partitioner::Murmur2, None);
        let picked: Vec<usize> = (0..5).map(|_| log.pick(None)).collect();
        assert_eq!(picked, [0, 1, 2, 0, 1]);
    }
}
