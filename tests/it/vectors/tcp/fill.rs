//! Nobody reads until the sender stops; then reads until it may go on.

use serde_json::{Value, json};

use super::super::run::{Trace, indented};
use super::super::vector::Vector;
use super::{READS_BEGIN, connection, read, state};

/// The scenario. Linux gives a socket twice the buffer that was asked for.
pub(in super::super) fn text(vector: &Vector) -> Result<String, String> {
    vector.knows(&["sndbuf", "rcvbuf", "write_size", "read_size"])?;
    let write = vector.whole("write_size")?;
    let text = format!(
        "scenario \"{}\"
        {}
        process reader {{
        sleep {READS_BEGIN}
        {}
        let before = waits
        while waits == before {{
        {}
        sleep 1ms
        }}
        }}",
        vector.system,
        connection(
            write,
            &format!("{}B", 2 * vector.whole("sndbuf")?),
            2 * vector.whole("rcvbuf")?,
            ""
        ),
        state("full"),
        read(write, vector.whole("read_size")?)?,
    );
    Ok(indented(&text))
}

/// What was where.
pub(in super::super) fn observe(vector: &Vector, trace: &Trace) -> Result<Value, String> {
    let full = trace.only("full")?;
    let writable = trace
        .tagged("writable")
        .find(|line| line.ns > full.ns)
        .ok_or("it never became writable")?;
    let accepted = full.number("accepted");
    let (sndbuf, rcvbuf) = (vector.whole("sndbuf")?, vector.whole("rcvbuf")?);
    let asked = (sndbuf + rcvbuf) as f64;
    Ok(json!({
        "SO_SNDBUF_effective": 2 * sndbuf,
        "SO_RCVBUF_effective": 2 * rcvbuf,
        "sender_blocked": full.field("blocked"),
        "conservation_accepted_eq_receiver_queue_plus_sender_queue":
            accepted == full.number("receiving") + full.number("sending"),
        "accepted_between_1x_and_4x_requested_sum": (asked..=4.0 * asked).contains(&accepted),
        "zero_window_probing": full.number("probes") > 0.0,
        "sender_writable_only_after_reads": writable.number("read") > 0.0,
        "measured": {
            "accepted_bytes_until_block": accepted,
            "receiver_queue_bytes": full.field("receiving"),
            "sender_queue_bytes": full.field("sending"),
            "bytes_read_until_sender_writable": writable.field("read"),
            "sender_queue_when_writable": writable.field("sending"),
        },
    }))
}
