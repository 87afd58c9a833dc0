//! `listen(n)`: n + 1 connections are made without an `accept()`; further ones are not refused but try again.

use serde_json::{Value, json};

use super::super::run::{Trace, indented};
use super::super::vector::Vector;

/// How many connect beyond those for whom there is room.
const TOO_MANY: i64 = 2;

/// The scenario. A SYN that finds the queue full is dropped, and sent again after a second.
pub(in super::super) fn text(vector: &Vector) -> Result<String, String> {
    vector.knows(&["backlog"])?;
    let room = vector.whole("backlog")? + 1;
    let text = format!(
        "scenario \"{}\"
        channel listening capacity {room}
        shared connected = 0
        process client x {} {{
        let in = 0
        while not in {{
        offer listening {{
        in = 1
        connected = connected + 1
        }} else {{ sleep 1s }}
        }}
        }}
        process server {{
        sleep 5500ms
        print \"waiting|connected={{connected}}\"
        receive listening
        sleep 2s
        print \"accepted|connected={{connected}}\"
        }}",
        vector.system,
        room + TOO_MANY,
    );
    Ok(indented(&text))
}

/// How many were connected before and after one was accepted.
pub(in super::super) fn observe(_: &Vector, trace: &Trace) -> Result<Value, String> {
    let connected = |tag| Ok::<f64, String>(trace.only(tag)?.number("connected"));
    let (before, after) = (connected("waiting")?, connected("accepted")?);
    Ok(json!({
        "connects_completed_without_accept": before,
        "next_connect_ok_after_one_accept": after == before + 1.0,
    }))
}
