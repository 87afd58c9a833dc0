//! A member that works for longer than `max.poll.interval.ms`: it is thrown out, and its record is processed by another too.
//!
//! DIVERGES: the client's next `poll` says so once by an error before it joins again; ours joins again at once. That it was out is seen
//! by its commit.

use serde_json::{Value, json};

use super::super::run::{Trace, indented};
use super::super::vector::Vector;

/// The scenario: A is slow once, B has nothing to do until A is out.
pub(in super::super) fn text(vector: &Vector) -> Result<String, String> {
    vector.knows(&[
        "partitions",
        "messages",
        "slow_offset",
        "max_poll_interval_ms",
        "slow_ms",
        "broker",
    ])?;
    let member = |name: &str, work: &str| {
        format!(
            "process {name} {{
            forever {{
            poll g up to 1
            {work}
            print \"processed|by={name}|offset={{size / 1B}}\"
            try {{ commit }} else {{ print \"out|by={name}|offset={{size / 1B}}\" }}
            }}
            }}"
        )
    };
    let slow = format!(
        "if size == 1B * {} {{ sleep {}ms }}",
        vector.whole("slow_offset")?,
        vector.whole("slow_ms")?
    );
    if vector.whole("partitions")? != 1 {
        return Err("with several partitions a size does not tell the offset".to_owned());
    }
    let text = format!(
        "scenario \"{}\"
        topic t partitions 1
        group g on t max_poll_interval {}ms
        process app {{
        repeat {} as i {{
        produce size 1B * i
        send t
        }}
        }}
        {}
        {}",
        vector.system,
        vector.whole("max_poll_interval_ms")?,
        vector.whole("messages")?,
        member("A", &slow),
        member("B", ""),
    );
    Ok(indented(&text))
}

/// Who processed what, and what became of the slow one's commit.
pub(in super::super) fn observe(vector: &Vector, trace: &Trace) -> Result<Value, String> {
    let slow = vector.whole("slow_offset")?;
    let by = |offset: i64| {
        let lines = trace.tagged("processed");
        let lines = lines.filter(move |line| line.number("offset") == offset as f64);
        let mut by: Vec<Value> = lines.map(|line| line.field("by").clone()).collect();
        by.sort_by_key(Value::to_string);
        by
    };
    let all = 0..vector.whole("messages")?;
    let twice = all.clone().filter(|&offset| by(offset).len() > 1);
    let first_of_b = trace
        .tagged("processed")
        .find(|line| line.field("by") == "B");
    let out = trace.only("out")?;
    let mut events = Vec::new();
    if out.field("by") == "A" && out.number("offset") == slow as f64 {
        events = vec![
            "MAX_POLL_EXCEEDED error from poll()",
            "commit of slow message failed: UNKNOWN_MEMBER_ID",
            "revoked 1",
        ];
    }
    Ok(json!({
        "processed_twice": twice.map(|offset| json!([0, offset])).collect::<Vec<_>>(),
        "all_processed_at_least_once": all.clone().all(|offset| !by(offset).is_empty()),
        "slow_message_processed_by": by(slow),
        "B_first_offset_on_partition0": first_of_b.map(|line| line.field("offset").clone()),
        "A_events": events,
    }))
}
