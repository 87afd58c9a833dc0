//! A subscriber that does not read: the publisher feels nothing, and the subscriber is cut off at the hard limit of its buffer.

use serde_json::{Value, json};

use super::super::run::{Trace, indented};
use super::super::vector::Vector;

/// What the sockets between server and subscriber hold. A kernel sizes them by itself; read off this recording.
const SOCKETS: &str = "2.81MB";

/// The scenario. The server writes to the socket while that has room; what does not go in stays in the subscriber's output buffer.
pub(in super::super) fn text(vector: &Vector) -> Result<String, String> {
    vector.knows(&[
        "hard_bytes",
        "soft_bytes",
        "soft_seconds",
        "msg_bytes",
        "max_msgs",
    ])?;
    if vector.whole("soft_bytes")? != 0 || vector.whole("soft_seconds")? != 0 {
        return Err("a soft limit".to_owned());
    }
    let text = format!(
        "scenario \"{}\"
        channel sockets capacity {SOCKETS} overflow reject
        channel output unbounded
        shared killed = 0
        shared most = 0B
        shared blocked = 0
        process publisher {{
        repeat {} as before {{
        let began = now
        produce size {}B
        if len(output) > 0 {{ send output }} else {{ offer sockets {{ }} else {{ send output }} }}
        if bytes(output) > {}B {{
        killed = 1
        print \"killed|publishes={{before + 1}}\"
        }} else {{ most = max(most, bytes(output)) }}
        if now > began {{ blocked = blocked + 1 }}
        if killed {{ break }}
        sleep 1ms
        }}
        print \"end|killed={{killed}}|most={{most / 1B}}|blocked={{blocked}}\"
        }}",
        vector.system,
        vector.whole("max_msgs")?,
        vector.whole("msg_bytes")?,
        vector.whole("hard_bytes")?,
    );
    Ok(indented(&text))
}

/// When the subscriber was cut off, and whether a publish took time.
pub(in super::super) fn observe(vector: &Vector, trace: &Trace) -> Result<Value, String> {
    let end = trace.only("end")?;
    let publishes = trace.only("killed")?.number("publishes");
    let bytes = publishes * vector.whole("msg_bytes")? as f64;
    Ok(json!({
        "publisher_never_blocked": end.number("blocked") == 0.0,
        "subscriber_killed": end.field("killed"),
        "killed_after_at_least_hard_limit_bytes": bytes >= vector.whole("hard_bytes")? as f64,
        "measured": {
            "publishes_until_kill": publishes,
            "bytes_until_kill": bytes,
            "peak_omem": end.field("most"),
        },
    }))
}
