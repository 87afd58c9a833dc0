//! The producer's own queue, in front of any topic: it never waits, is full by messages or by bytes, and a message that the broker has
//! acknowledged keeps its place until `poll()` has reported it. So a place is freed by `done`, and `done` waits for the poll.

use serde_json::{Value, json};

use super::super::run::{Trace, indented};
use super::super::vector::Vector;

/// The scenario. All messages are as large, so the bound on messages is one on bytes.
pub(in super::super) fn text(vector: &Vector) -> Result<String, String> {
    vector.knows(&[
        "max_messages",
        "max_kbytes",
        "msg_bytes",
        "rtt_ms",
        "attempts",
        "broker",
    ])?;
    let size = vector.whole("msg_bytes")?;
    let messages = vector.whole("max_messages")? * size;
    let bytes = vector
        .optional_of(&["max_kbytes"])?
        .map_or(messages, |kbytes| messages.min(kbytes * 1024));
    let rtt = vector.whole("rtt_ms")?;
    let text = format!(
        "scenario \"{}\"
        channel buffer capacity {bytes}B frees done
        shared polled = 0
        process app {{
        let accepted = 0
        let refused = 0
        repeat {} {{
        produce size {size}B
        offer buffer {{ accepted = accepted + 1 }} else {{ discard; refused = 1; break }}
        }}
        print \"filled|accepted={{accepted}}|full={{refused}}\"
        sleep {}ms
        produce size {size}B
        offer buffer {{ print \"acked|full=0\" }} else {{ print \"acked|full=1\" }}
        polled = 1
        sleep 1ms
        offer buffer {{ print \"polled|full=0\" }} else {{ print \"polled|full=1\" }}
        }}
        process broker {{
        receive buffer up to 1000000
        sleep {rtt}ms
        await polled == 1
        done
        }}",
        vector.system,
        vector.whole("attempts")?,
        2 * rtt,
    );
    Ok(indented(&text))
}

/// How many went in, and when there was room again.
pub(in super::super) fn observe(_: &Vector, trace: &Trace) -> Result<Value, String> {
    let full = |tag: &str| Ok::<bool, String>(trace.only(tag)?.number("full") == 1.0);
    let filled = trace.only("filled")?;
    Ok(json!({
        "accepted_before_error": filled.number("accepted"),
        "error": full("filled")?.then_some("Local: Queue full"),
        "error_is_immediate_not_blocking": filled.ns == 0,
        "produce_after_broker_acked_but_before_poll":
            if full("acked")? { "still full (delivery reports not polled)" } else { "accepted" },
        "produce_after_poll": if full("polled")? { "still full" } else { "accepted" },
    }))
}
