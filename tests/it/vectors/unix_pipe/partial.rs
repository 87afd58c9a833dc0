//! A pipe full of pages, so many bytes read from it: is it writable, and how much does a write get in?

use serde_json::{Value, json};

use super::super::run::{Trace, indented};
use super::super::vector::Vector;
use super::{PAGE, PIPE, common, pipe, write};

/// The pairs: bytes read, bytes written.
fn cases(vector: &Vector) -> Result<Vec<[i64; 2]>, String> {
    let list = vector.parameters["cases"].as_array();
    let pair = |case: &Value| Some([case[0].as_i64()?, case[1].as_i64()?]);
    list.into_iter()
        .flatten()
        .map(|case| pair(case).ok_or_else(|| format!("the case {case} is no pair")))
        .collect()
}

/// The scenario: a pipe for each case.
pub(in super::super) fn text(vector: &Vector) -> Result<String, String> {
    vector.knows(&["cases"])?;
    let mut text = format!("scenario \"{}\"\n", vector.system);
    for (number, [drained, written]) in cases(vector)?.into_iter().enumerate() {
        let name = format!("pipe{number}");
        let piece = common(PAGE, drained);
        text += &format!(
            "{}
            process case{number} {{
            repeat {} {{
            produce size {piece}B
            send {name}
            }}
            let end = {PAGE}B
            receive {name} up to {}
            done
            let pollout = not full({name})
            {}
            print \"case|drained={drained}|pollout={{pollout}}|write={written}|accepted={{({written}B - rest) / 1B}}\"
            }}\n",
            pipe(&name, PIPE),
            PIPE / piece,
            drained / piece,
            write(&name, written),
        );
    }
    Ok(indented(&text))
}

/// A write that gets nothing in is told `EAGAIN`.
pub(in super::super) fn observe(_: &Vector, trace: &Trace) -> Result<Value, String> {
    let accepted = |bytes: &Value| match bytes.as_i64() {
        Some(0) => json!("EAGAIN"),
        _ => bytes.clone(),
    };
    Ok(json!({
        "cases": trace.tagged("case").map(|line| json!({
            "drained": line.field("drained"),
            "pollout": line.field("pollout"),
            "write": line.field("write"),
            "accepted": accepted(line.field("accepted")),
        })).collect::<Vec<_>>(),
    }))
}
