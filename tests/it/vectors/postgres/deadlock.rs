//! Two transactions that want each other's row. Nobody looks for the cycle until one has waited for `deadlock_timeout`; that one is the
//! victim, and the other goes on.

use serde_json::{Value, json};

use super::super::run::{Trace, indented};
use super::super::vector::Vector;

/// `deadlock_timeout` as it comes.
const TIMEOUT: &str = "1s";

/// The scenario. The first begins to wait at 0, with both rows taken.
pub(in super::super) fn text(vector: &Vector) -> Result<String, String> {
    vector.knows(&["second_delay_ms"])?;
    let text = format!(
        "scenario \"{}\"
        resource row_a permits 1
        resource row_b permits 1
        shared first_waits = 0
        shared second_waits = 0
        {}
        {}",
        vector.system,
        session("first", "row_a", "row_b", 0, "second_waits"),
        session(
            "second",
            "row_b",
            "row_a",
            vector.whole("second_delay_ms")?,
            "first_waits"
        ),
    );
    Ok(indented(&text))
}

/// A transaction. Each holds what the other waits for, so that there is a cycle when both wait. It is looked for once in a wait; who
/// finds none waits on, here at the end of the line again, where nobody else stands.
fn session(name: &str, holds: &str, wants: &str, delay_ms: i64, other_waits: &str) -> String {
    format!(
        "process {name} {{
        try {{
        with {holds} {{
        sleep {delay_ms}ms
        {name}_waits = 1
        acquire {wants} within {TIMEOUT} else {{
        if {other_waits} {{ fail }}
        acquire {wants}
        }}
        {name}_waits = 0
        release {wants}
        }}
        print \"{name}|outcome=ok|s={{now / 1s}}\"
        }} else {{
        {name}_waits = 0
        print \"{name}|outcome=DeadlockDetected|s={{now / 1s}}\"
        }}
        }}"
    )
}

/// Who died, and when either was through.
pub(in super::super) fn observe(_: &Vector, trace: &Trace) -> Result<Value, String> {
    let (first, second) = (trace.only("first")?, trace.only("second")?);
    Ok(json!({
        "deadlock_timeout": TIMEOUT,
        "outcome": {
            "first_waiter": first.field("outcome"),
            "second_waiter": second.field("outcome"),
        },
        "measured": {
            "first_waiter": first.field("s"),
            "second_waiter": second.field("s"),
        },
    }))
}
