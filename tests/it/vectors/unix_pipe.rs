//! Unix pipes: a channel with room in pages.
//!
//! - A write of at most a page (`PIPE_BUF`) is one item: it goes in whole or not at all.
//! - A longer write is sent as the kernel lays it: first what goes beside the bytes in the last page, then page by page. The writer knows
//!   how far the last page is filled (`end`), as no other word of the language says it.
//! - DIVERGES: a receiver takes whole items, a reader any number of bytes. Where a recording reads less than was written at a time, the
//!   pages are sent in pieces of a size that divides both. They lie as the page does: the first takes the slot, the others go beside it.

/// One page, and the longest write that goes in whole.
const PAGE: i64 = 4096;
/// What a pipe holds when nothing is said.
const PIPE: i64 = 65_536;

pub(super) mod atomic;
pub(super) mod blocking;
pub(super) mod ends;
pub(super) mod fill;
pub(super) mod partial;

/// The declaration of a pipe.
fn pipe(name: &str, size: i64) -> String {
    format!("channel {name} capacity {size}B pages {PAGE}B")
}

/// A write without waiting: afterwards `rest` is what did not go in. Wants a variable `end`, 0B in an empty pipe.
fn write(pipe: &str, size: i64) -> String {
    let lead = size % PAGE;
    let beside = if size > PAGE && lead > 0 {
        format!(
            "if end > 0B and end + {lead}B <= {PAGE}B {{
            produce size {lead}B
            offer {pipe} {{
            rest = rest - {lead}B
            end = end + {lead}B
            }} else {{ discard }}
            }}"
        )
    } else {
        String::new()
    };
    format!(
        "let rest = {size}B
        {beside}
        while rest > 0B {{
        let piece = min(rest, {PAGE}B)
        produce size piece
        offer {pipe} {{
        rest = rest - piece
        end = piece
        }} else {{
        discard
        break
        }}
        }}"
    )
}

/// The largest size that divides both.
fn common(a: i64, b: i64) -> i64 {
    if b == 0 { a } else { common(b, a % b) }
}
