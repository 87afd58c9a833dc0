//! Lambda's event source mapping: pollers that each take a batch, run the function on it and take the next. While messages are there,
//! their number grows evenly, by so many in a minute, up to a bound.
//!
//! A look at a whole minute comes after the last poller of that minute has begun; the function runs for longer than is looked at, so
//! that who has a batch is busy whenever we look.

use serde_json::{Value, json};

use super::super::run::{Trace, indented};
use super::super::vector::Vector;

/// Pollers that a mapping starts with, and how many more a minute: the documentation's numbers.
const POLLERS: i64 = 5;
const GROWTH: i64 = 300;
/// A look is this much after the minute.
const LOOK_MS: i64 = 1;

/// The scenario.
pub(in super::super) fn text(vector: &Vector) -> Result<String, String> {
    vector.knows(&["maximum_concurrency", "account_concurrency", "backlog"])?;
    if vector.parameters["backlog"] != "unbounded" {
        return Err("a backlog that can be used up".to_owned());
    }
    let account = vector.whole("account_concurrency")?;
    let most = vector
        .optional_of(&["maximum_concurrency"])?
        .map_or(account, |most| most.min(account));
    let least = POLLERS.min(most);
    // At the start, until the bound is reached, and once more.
    let looks = (most - least + GROWTH - 1) / GROWTH + 2;
    let text = format!(
        "scenario \"{}\"
        queue q visibility 30m
        shared running = 0
        process poller x {least} to {most} growing {GROWTH} per 1m while len(q) > 0 {{
        forever {{
        receive q up to 10
        running = running + 1
        sleep 15m
        running = running - 1
        ack
        }}
        }}
        process sender {{ repeat {} {{ send q }} }}
        process looks {{
        sleep {LOOK_MS}ms
        repeat {looks} as minute {{
        print \"look|minute={{minute}}|running={{running}}\"
        sleep 1m
        }}
        }}",
        vector.system,
        // More than all pollers can take until the last look.
        most * 20,
    );
    Ok(indented(&text))
}

/// How many batches ran at each whole minute.
pub(in super::super) fn observe(_: &Vector, trace: &Trace) -> Result<Value, String> {
    let bounds = trace.tagged("look").map(
        |line| json!({ "minute": line.field("minute"), "max_concurrent_batches": line.field("running") }),
    );
    Ok(json!({ "derived_upper_bound": bounds.collect::<Value>() }))
}
