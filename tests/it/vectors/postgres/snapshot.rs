//! Versions of a row: which one a transaction reads, and whether it may write after another has.
//!
//! A snapshot is the number of the last commit that it sees. `read committed` takes one for each statement, the other levels one for the
//! transaction: they read what was there at their first statement, and a row that was written since may not be written.

use serde_json::{Value, json};

use super::super::run::{Trace, indented};
use super::super::vector::Vector;

/// The levels that the program goes through, and whether each statement takes a new snapshot. What `serializable` watches beyond
/// `repeatable read`, what others read, does not matter to a program in which two write one row.
const LEVELS: [(&str, bool); 3] = [
    ("READ COMMITTED", true),
    ("REPEATABLE READ", false),
    ("SERIALIZABLE", false),
];

/// The scenario: each level with a row of its own, all in the same instants.
pub(in super::super) fn text(vector: &Vector) -> Result<String, String> {
    vector.knows(&[])?;
    let rows = LEVELS.iter().enumerate();
    let rows: Vec<String> = rows.map(|(n, &(_, each))| row(n, each)).collect();
    Ok(indented(&format!(
        "scenario \"{}\"\n{}",
        vector.system,
        rows.join("\n")
    )))
}

/// A row with all its versions, a transaction that reads, reads again and writes, and one that commits a 5 in between.
fn row(n: usize, snapshot_for_each: bool) -> String {
    let new_snapshot = if snapshot_for_each {
        format!("snapshot = last{n}")
    } else {
        String::new()
    };
    format!(
        "shared version{n} = 0 per key
        shared last{n} = 0
        process reader{n} {{
        let snapshot = last{n}
        print \"read|level={n}|value={{version{n}[snapshot]}}\"
        sleep 2ms
        {new_snapshot}
        print \"read|level={n}|value={{version{n}[snapshot]}}\"
        {new_snapshot}
        if last{n} > snapshot {{ print \"update|level={n}|outcome=SerializationFailure\" }} else {{
        let mine = version{n}[snapshot] + 1
        sleep 1ms
        version{n}[snapshot + 1] = mine
        last{n} = snapshot + 1
        print \"update|level={n}|outcome=ok\"
        }}
        sleep 1ms
        print \"final|level={n}|value={{version{n}[last{n}]}}\"
        }}
        process writer{n} {{
        sleep 1ms
        version{n}[last{n} + 1] = 5
        last{n} = last{n} + 1
        }}"
    )
}

/// What each level read, wrote and left.
pub(in super::super) fn observe(_: &Vector, trace: &Trace) -> Result<Value, String> {
    let of = |level: usize, tag, key| {
        let lines = trace.tagged(tag);
        let lines = lines.filter(move |line| line.number("level") == level as f64);
        lines
            .map(|line| line.field(key).clone())
            .collect::<Vec<Value>>()
    };
    let levels = LEVELS.iter().enumerate().map(|(n, (name, _))| {
        let did = json!({
            "reads": of(n, "read", "value"),
            "then_update": of(n, "update", "outcome").first(),
            "final": of(n, "final", "value").first(),
        });
        ((*name).to_owned(), did)
    });
    Ok(Value::Object(levels.collect()))
}
