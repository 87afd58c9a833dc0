//! Node's streams. A buffer is a channel with a high-water mark: a mark, not a wall.
//!
//! - A Writable keeps the chunk that is being sunk in its length (`frees done`), and 'drain' comes when it is empty: `high_water`'s rule.
//! - A Readable asks its source for more whenever its length is below the mark: `low_water` one below `high_water`.

use super::vector::Vector;

pub(super) mod defaults;
pub(super) mod pipe;
pub(super) mod readable;
pub(super) mod web;
pub(super) mod writable;

/// `highWaterMark` when nothing is said: 16 objects, or bytes by the major version of Node.
const DEFAULT_OBJECTS: i64 = 16;
const DEFAULT_BYTES: i64 = 65_536;
const DEFAULT_BYTES_BEFORE_22: i64 = 16_384;

/// The mark that the parameter says, or the default.
fn mark(vector: &Vector, key: &str) -> Result<i64, String> {
    match vector.optional_of(&[key])? {
        Some(mark) => Ok(mark),
        None if vector.flag("objectMode", false) => Ok(DEFAULT_OBJECTS),
        None => default_bytes(vector),
    }
}

fn default_bytes(vector: &Vector) -> Result<i64, String> {
    let major = vector
        .version
        .trim_start_matches("node v")
        .split('.')
        .next()
        .unwrap_or_default();
    let major: u32 = major
        .parse()
        .map_err(|why| format!("version `{}`: {why}", vector.version))?;
    Ok(if major < 22 {
        DEFAULT_BYTES_BEFORE_22
    } else {
        DEFAULT_BYTES
    })
}

/// The buffer of a Readable: `full` holds while its length is at the mark or above. In object mode every chunk weighs 1 B.
fn readable(name: &str, mark: i64) -> String {
    format!("channel {name} high_water {mark}B low_water {}B", mark - 1)
}

/// The size of the chunks, all alike.
fn chunk(vector: &Vector) -> Result<i64, String> {
    if vector.flag("objectMode", false) {
        return Ok(1);
    }
    match vector.numbers("chunks")?[..] {
        [size] => Ok(size as i64),
        ref sizes => Err(format!("chunks of several sizes: {sizes:?}")),
    }
}
