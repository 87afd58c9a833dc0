//! The Go program that Highwater began with: sends by `select` with a `default`, and a goroutine that makes room later.

use serde_json::{Value, json};

use super::run::{Trace, indented};
use super::runtime;
use super::vector::Vector;

/// The scenario. The value sent is the item's key.
pub(super) fn text(vector: &Vector) -> Result<String, String> {
    vector.knows(&["cap", "sends", "delay_ms", "print_sent_after_unblock"])?;
    let says_sent = if vector.flag("print_sent_after_unblock", true) {
        "print \"line|text=sent {i}\""
    } else {
        ""
    };
    let text = format!(
        "scenario \"{}\"
        channel ch {}
        process main {{
        repeat {} as i {{
        produce key i
        offer ch {{
        print \"line|text=sent {{i}}\"
        }} else {{
        print \"line|text={{i}} blocked (buffer full)\"
        spawn {{
        sleep {}ms
        receive ch
        print \"released|v={{key}}\"
        }}
        send ch
        {says_sent}
        }}
        print \"after|len={{len(ch)}}\"
        }}
        print \"end\"
        await all
        while len(ch) > 0 {{
        receive ch
        print \"left|v={{key}}\"
        }}
        }}",
        vector.system,
        runtime::channel(&vector.system, vector.whole("cap")?)?,
        vector.whole("sends")?,
        vector.whole("delay_ms")?,
    );
    Ok(indented(&text))
}

/// The lines and their times, in delays.
pub(super) fn observe(vector: &Vector, trace: &Trace) -> Result<Value, String> {
    let delay_ms = vector.whole("delay_ms")? as f64;
    let end_ms = trace.only("end")?.ms();
    Ok(json!({
        "lines": trace.column("line", "text"),
        "line_time_in_delays": trace.tagged("line").map(|line| line.ms() / delay_ms).collect::<Vec<_>>(),
        "len_after_each_send": trace.column("after", "len"),
        "received_by_released_goroutines": trace.column("released", "v"),
        "blocked_sends": trace.tagged("released").count(),
        "left_in_buffer_fifo": trace.column("left", "v"),
        "total_time_in_delays": end_ms / delay_ms,
        "measured": { "elapsed_ms": end_ms },
    }))
}
