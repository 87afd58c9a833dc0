//! The buffers fill; from then on the sender goes as fast as the reader, in lumps.

use serde_json::{Value, json};

use super::super::run::{Trace, indented};
use super::super::vector::Vector;
use super::{READS_BEGIN, connection, read, state};

/// The scenario.
pub(in super::super) fn text(vector: &Vector) -> Result<String, String> {
    vector.knows(&[
        "sndbuf",
        "rcvbuf",
        "write_size",
        "read_size",
        "read_every_ms",
        "reads",
    ])?;
    let write = vector.whole("write_size")?;
    let text = format!(
        "scenario \"{}\"
        {}
        process reader {{
        sleep {READS_BEGIN}
        {}
        repeat {} {{
        {}
        sleep {}ms
        }}
        {}
        }}",
        vector.system,
        connection(
            write,
            &format!("{}B", 2 * vector.whole("sndbuf")?),
            2 * vector.whole("rcvbuf")?,
            ""
        ),
        state("before"),
        vector.whole("reads")?,
        read(write, vector.whole("read_size")?)?,
        vector.whole("read_every_ms")?,
        state("after"),
    );
    Ok(indented(&text))
}

/// What was sent before and during the reads.
pub(in super::super) fn observe(vector: &Vector, trace: &Trace) -> Result<Value, String> {
    let (before, after) = (trace.only("before")?, trace.only("after")?);
    let sent = after.number("accepted") - before.number("accepted");
    let read = after.number("read");
    let one_buffer = 2 * vector.whole("rcvbuf")?;
    Ok(json!({
        "sender_filled_then_blocked_before_any_read": before.field("blocked"),
        "bytes_sent_during_reads_equals_bytes_read_within_one_buffer":
            (sent - read).abs() <= one_buffer as f64,
        "measured": {
            "sent_before_reads": before.field("accepted"),
            "sent_during_reads": sent,
            "read": read,
        },
    }))
}
