//! Nothing is asked for: the send buffer grows while the sender fills it, so megabytes are accepted before it stops.

use serde_json::{Value, json};

use super::super::run::{Trace, indented};
use super::super::vector::Vector;
use super::{READS_BEGIN, connection, state};

/// Linux's `tcp_wmem` and `tcp_rmem`: where buffers begin, and up to what the sender's grows. A receive buffer grows with what is read.
const SEND_BUFFER: i64 = 16_384;
const SEND_BUFFER_MAX: i64 = 4_194_304;
const RECEIVE_BUFFER: i64 = 131_072;

/// The scenario. The buffer is a knob, so that it can grow.
pub(in super::super) fn text(vector: &Vector) -> Result<String, String> {
    vector.knows(&["write_size"])?;
    let text = format!(
        "scenario \"{}\"
        knob send_buffer = {SEND_BUFFER}B from {SEND_BUFFER}B to {SEND_BUFFER_MAX}B
        {}
        process reader {{
        sleep {READS_BEGIN}
        {}
        print \"buffer|bytes={{send_buffer / 1B}}\"
        }}",
        vector.system,
        connection(
            vector.whole("write_size")?,
            "send_buffer",
            RECEIVE_BUFFER,
            &format!(
                "while full(sending) and send_buffer < {SEND_BUFFER_MAX}B {{ set send_buffer = send_buffer * 2 }}"
            )
        ),
        state("full"),
    );
    Ok(indented(&text))
}

/// What was accepted, and where it lies.
pub(in super::super) fn observe(_: &Vector, trace: &Trace) -> Result<Value, String> {
    let full = trace.only("full")?;
    Ok(json!({
        "sender_blocked": full.field("blocked"),
        "initial_SO_SNDBUF": SEND_BUFFER,
        "initial_SO_RCVBUF": RECEIVE_BUFFER,
        "measured": {
            "accepted_bytes_until_block": full.field("accepted"),
            "receiver_queue": full.field("receiving"),
            "sender_queue": full.field("sending"),
            "final_SO_SNDBUF": trace.only("buffer")?.field("bytes"),
            "final_SO_RCVBUF": RECEIVE_BUFFER,
        },
    }))
}
