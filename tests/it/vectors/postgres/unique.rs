//! A second insert of a key whose first insert is not committed: it waits until the first transaction has ended, and then finds the row
//! or not.

use serde_json::{Value, json};

use super::super::run::{Trace, indented};
use super::super::vector::Vector;

/// When the second transaction begins. It is not among the parameters.
const SECOND_BEGINS: &str = "5ms";

/// The scenario. The lock is that of a transaction on the entry of the index that it has made.
pub(in super::super) fn text(vector: &Vector) -> Result<String, String> {
    vector.knows(&["on_conflict", "first_txn_ms", "first_commits"])?;
    let first_ends = if vector.flag("first_commits", true) {
        "rows = 1"
    } else {
        ""
    };
    let conflict = if vector.flag("on_conflict", false) {
        "0"
    } else {
        "UniqueViolation"
    };
    let text = format!(
        "scenario \"{}\"
        resource entry permits 1
        shared rows = 0
        process first {{
        with entry {{
        sleep {}ms
        {first_ends}
        }}
        print \"first\"
        }}
        process second {{
        sleep {SECOND_BEGINS}
        let began = now
        with entry {{
        let waited = (now - began) / 1ms
        if rows > 0 {{ print \"second|result={conflict}|ms={{waited}}\" }} else {{
        rows = 1
        print \"second|result=1|ms={{waited}}\"
        }}
        }}
        print \"end|rows={{rows}}\"
        }}",
        vector.system,
        vector.whole("first_txn_ms")?,
    );
    Ok(indented(&text))
}

/// What the second insert gave, and when.
pub(in super::super) fn observe(_: &Vector, trace: &Trace) -> Result<Value, String> {
    let (first, second) = (trace.only("first")?, trace.only("second")?);
    Ok(json!({
        "second_insert_blocked_until_first_txn_ends": second.ns >= first.ns,
        "second_result": second.field("result"),
        "rows": trace.only("end")?.field("rows"),
        "measured": { "second_insert_ms": second.field("ms") },
    }))
}
