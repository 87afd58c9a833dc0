//! A Readable that nobody reads fills to its mark; each read asks for more when what remains is below it.

use serde_json::{Value, json};

use super::super::run::{Trace, indented};
use super::super::vector::Vector;
use super::{chunk, mark, readable};

/// How much each read takes: an object, or so many bytes.
fn take(vector: &Vector) -> Result<i64, String> {
    if vector.flag("objectMode", false) {
        return Ok(1);
    }
    vector.whole("take_bytes")
}

/// The scenario. A chunk is sent in pieces of the size that is taken, so that part of it can be read.
pub(in super::super) fn text(vector: &Vector) -> Result<String, String> {
    vector.knows(&[
        "read_hwm",
        "objectMode",
        "chunks",
        "count",
        "takes",
        "take_bytes",
    ])?;
    let (chunk, take) = (chunk(vector)?, take(vector)?);
    if chunk % take != 0 {
        return Err(format!(
            "reads of {take} B do not divide chunks of {chunk} B"
        ));
    }
    let text = format!(
        "scenario \"{}\"
        {}
        shared asked = 0
        process source {{
        repeat {} as i {{
        await not full(readable)
        asked = asked + 1
        sleep 1us
        repeat {} {{
        produce size {take}B
        send readable
        }}
        print \"push|i={{i}}|ret={{not full(readable)}}|length={{bytes(readable) / 1B}}\"
        }}
        }}
        process reader {{
        sleep 1ms
        print \"filled|length={{bytes(readable) / 1B}}|asked={{asked}}\"
        repeat {} {{
        let before = asked
        receive readable
        let got = size
        done
        sleep 1ms
        print \"take|got={{got / 1B}}|asked={{asked - before}}|length={{bytes(readable) / 1B}}\"
        }}
        }}",
        vector.system,
        readable("readable", mark(vector, "read_hwm")?),
        vector.whole("count")?,
        chunk / take,
        vector.whole("takes")?,
    );
    Ok(indented(&text))
}

/// The pushes until nobody asks, and what each read caused.
pub(in super::super) fn observe(vector: &Vector, trace: &Trace) -> Result<Value, String> {
    let filled = trace.only("filled")?;
    let pushes: Vec<Value> = trace
        .tagged("push")
        .filter(|line| line.ns < filled.ns)
        .map(|line| json!([line.field("i"), line.field("ret"), line.field("length")]))
        .collect();
    Ok(json!({
        "readable_hwm": mark(vector, "read_hwm")?,
        "pushes_until_stop": {
            "pushes": pushes.len(),
            "readableLength": filled.field("length"),
            "read_calls": filled.field("asked"),
        },
        "push_log": pushes,
        "takes": trace.tagged("take").map(|line| json!({
            "got": line.field("got"),
            "read_calls_caused": line.field("asked"),
            "readableLength": line.field("length"),
        })).collect::<Vec<_>>(),
    }))
}
