//! How many messages one receive gives, and how long it waits where there is none.

use serde_json::{Map, Value, json};

use super::super::run::{Trace, indented, refused};
use super::super::vector::Vector;

/// The scenario.
pub(in super::super) fn text(vector: &Vector) -> Result<String, String> {
    vector.knows(&["messages", "max_values", "long_poll_s"])?;
    let (messages, wait) = (vector.whole("messages")?, vector.whole("long_poll_s")?);
    let sizes = vector.numbers("max_values")?.into_iter();
    let receives = sizes.filter(|most| !refused(&alone(*most))).map(|most| {
        format!(
            "receive q up to {most} {{
            let got = 0
            for each {{ got = got + 1 }}
            print \"receive|most={most}|got={{got}}\"
            nack
            }}"
        )
    });
    let text = format!(
        "scenario \"{}\"
        queue q visibility 30s
        queue empty visibility 30s
        process main {{
        repeat {messages} {{ send q }}
        {}
        let began = now
        receive empty within {wait}s {{ }} else {{ print \"poll|s={{(now - began) / 1s}}\" }}
        }}",
        vector.system,
        receives.collect::<Vec<_>>().join("\n")
    );
    Ok(indented(&text))
}

/// A text with no more than a receive of so many.
fn alone(most: f64) -> String {
    format!("queue q visibility 30s\nprocess main {{ receive q up to {most} }}")
}

/// What each receive gave, if the language has it, and the wait.
pub(in super::super) fn observe(vector: &Vector, trace: &Trace) -> Result<Value, String> {
    let sizes = vector.numbers("max_values")?.into_iter();
    let invalid = sizes.filter(|most| refused(&alone(*most)));
    let invalid = invalid.map(|most| (most.to_string(), "InvalidParameterValue".into()));
    let gave = trace.tagged("receive").map(|line| {
        let (most, got) = (line.number("most"), line.number("got"));
        let shown = if (1.0..=most).contains(&got) {
            format!("ok, at most {most}")
        } else {
            format!("{got} at once")
        };
        (most.to_string(), shown.into())
    });
    let waited = trace.only("poll")?.number("s");
    Ok(json!({
        "MaxNumberOfMessages": invalid.chain(gave).collect::<Map<String, Value>>(),
        "empty_long_poll_returns_after_wait": waited >= vector.whole("long_poll_s")? as f64,
        "measured": { "long_poll_s": waited },
    }))
}
