//! A partition is paused: nothing of it comes, it goes on where it was, and the others go on meanwhile.
//!
//! DIVERGES: a client pauses partitions, `pause` a member. So the other partition is another member's.

use serde_json::{Value, json};

use super::super::run::{Trace, indented};
use super::super::vector::Vector;

/// The scenario. Both partitions get as many records; a record's size is its offset.
pub(in super::super) fn text(vector: &Vector) -> Result<String, String> {
    vector.knows(&["messages", "pause_after", "pause_s", "broker"])?;
    let messages = vector.whole("messages")?;
    let [pause_s] = vector.numbers("pause_s")?[..] else {
        return Err("one pause".to_owned());
    };
    let poll =
        |tag: &str| format!("poll g up to 1\nn = n + 1\nprint \"{tag}|offset={{size / 1B}}\"");
    let text = format!(
        "scenario \"{}\"
        topic t partitions 2
        group g on t
        process app {{
        repeat {messages} as i {{
        produce size 1B * i
        send t
        produce size 1B * i
        send t
        }}
        }}
        process paused {{
        let n = 0
        while n < {} {{
        {}
        }}
        pause g
        within {pause_s}s {{
        forever {{
        {}
        }}
        }} else {{
        print \"position|n={{n}}\"
        }}
        resume g
        print \"resumed|log={{len(t) / 2}}\"
        while n < {messages} {{
        {}
        }}
        }}
        process other {{
        let n = 0
        forever {{
        {}
        }}
        }}",
        vector.system,
        vector.whole("pause_after")?,
        poll("before"),
        poll("paused"),
        poll("after"),
        poll("other"),
    );
    Ok(indented(&text))
}

/// What came before, during and after the pause.
pub(in super::super) fn observe(vector: &Vector, trace: &Trace) -> Result<Value, String> {
    let resumed = trace.only("resumed")?;
    let mut own = trace.column("before", "offset");
    own.extend(trace.column("after", "offset"));
    let all: Vec<Value> = (0..vector.whole("messages")?).map(Value::from).collect();
    let others = trace.tagged("other").filter(|line| line.ns < resumed.ns);
    let others: Vec<Value> = others.map(|line| line.field("offset").clone()).collect();
    Ok(json!({
        "delivered_from_paused_partition_while_paused": trace.tagged("paused").count(),
        "position_while_paused": trace.only("position")?.number("n"),
        "first_offset_after_resume": trace.column("after", "offset").first(),
        "no_gap_no_duplicate": own == all,
        "other_partition_fully_consumed_meanwhile": others == all,
        "watermarks": [0.0, resumed.number("log")],
    }))
}
