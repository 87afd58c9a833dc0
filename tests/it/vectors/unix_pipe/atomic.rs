//! Two writers and one reader: are records ever torn?
//!
//! Two pipes are written alike. One is `ready`: its reader keeps up, as the recorded one nearly did. The other is `crowded`: both
//! writers wait for room all the time, so whatever can be torn is.
//!
//! `torn_records` was measured: in most runs none, in one 6 %, as two processors had it. Statements between two waits are atomic here,
//! so where writers do not wait none is torn, which lies in what was measured.

use serde_json::{Value, json};

use super::super::run::{Trace, indented};
use super::super::vector::Vector;
use super::{PAGE, PIPE, pipe};

const WRITERS: i64 = 2;

/// The scenario. The key of a piece is its number among all pieces of all writers: a piece that does not follow the one before it
/// in its record tears the record.
pub(in super::super) fn text(vector: &Vector) -> Result<String, String> {
    vector.knows(&["record", "count"])?;
    let (record, count) = (vector.whole("record")?, vector.whole("count")?);
    let pieces = (record + PAGE - 1) / PAGE;
    let mut text = format!("scenario \"{}\"\n", vector.system);
    for (name, writing, reading) in [("ready", "sleep 1ms", ""), ("crowded", "", "sleep 1ms")] {
        text += &format!("{}\n", pipe(name, PIPE));
        for writer in 0..WRITERS {
            text += &format!(
                "process {name}{writer} {{
                repeat {count} as i {{
                repeat {pieces} as part {{
                produce size min({PAGE}B, {record}B - part * {PAGE}B) key ({writer} * {count} + i) * {pieces} + part
                send {name}
                }}
                {writing}
                }}
                }}\n"
            );
        }
        text += &format!(
            "process {name}_reader {{
            let last = -1
            let torn = 0
            let total = 0B
            repeat {} {{
            receive {name}
            if key % {pieces} > 0 and key != last + 1 {{ torn = torn + 1 }}
            last = key
            total = total + size
            done
            {reading}
            }}
            print \"{name}|torn={{torn}}|bytes={{total / 1B}}\"
            }}\n",
            WRITERS * count * pieces
        );
    }
    Ok(indented(&text))
}

/// What is torn in no run is promised; the recorder wrote 0 outside of `measured` where it is.
pub(in super::super) fn observe(_: &Vector, trace: &Trace) -> Result<Value, String> {
    let (ready, crowded) = (trace.only("ready")?, trace.only("crowded")?);
    Ok(json!({
        "atomic_guaranteed": crowded.number("torn") == 0.0,
        "torn_records": crowded.field("torn"),
        "total_bytes": ready.field("bytes"),
        "measured": { "torn_records": ready.field("torn") },
    }))
}
