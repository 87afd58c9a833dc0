//! One blocking write that is longer than the pipe, and a slow reader: the writer goes on a whole page at a time.

use serde_json::{Value, json};

use super::super::run::{Line, Trace, indented};
use super::super::vector::Vector;
use super::{PAGE, PIPE, common, pipe};

/// The recorder wrote down so many reads at either end.
const STEPS_SHOWN: usize = 24;

/// The scenario. The write comes in pieces, as the reader takes them.
pub(in super::super) fn text(vector: &Vector) -> Result<String, String> {
    vector.knows(&["total", "read_size"])?;
    let (total, read) = (vector.whole("total")?, vector.whole("read_size")?);
    let piece = common(PAGE, read);
    let text = format!(
        "scenario \"{}\"
        {}
        shared written = 0B
        process writer {{
        while written < {total}B {{
        let piece = min({piece}B, {total}B - written)
        produce size piece
        send pipe
        written = written + piece
        }}
        print \"returned|bytes={{written / 1B}}\"
        }}
        process reader {{
        let read = 0B
        sleep 1ms
        print \"before|in_pipe={{bytes(pipe) / 1B}}|returned={{written == {total}B}}\"
        repeat {} {{
        receive pipe up to {}
        for each {{
        read = read + size
        done
        }}
        sleep 1ms
        print \"step|read={{read / 1B}}|in_pipe={{bytes(pipe) / 1B}}|returned={{written == {total}B}}\"
        }}
        }}",
        vector.system,
        pipe("pipe", PIPE),
        (total + read - 1) / read,
        read / piece,
    );
    Ok(indented(&text))
}

/// What was in the pipe after each read.
pub(in super::super) fn observe(_: &Vector, trace: &Trace) -> Result<Value, String> {
    let before = trace.only("before")?;
    let steps: Vec<&Line> = trace.tagged("step").collect();
    let shown = |at: usize| at < STEPS_SHOWN || at + STEPS_SHOWN >= steps.len();
    let returned = steps.iter().find(|line| line.number("returned") == 1.0);
    Ok(json!({
        "in_pipe_before_reads": before.field("in_pipe"),
        "writer_blocked": before.number("returned") == 0.0,
        "steps": steps.iter().enumerate().filter(|(at, _)| shown(*at)).map(|(_, line)| json!({
            "read_total": line.field("read"),
            "in_pipe": line.field("in_pipe"),
            "write_returned": line.field("returned"),
        })).collect::<Vec<_>>(),
        "write_return_value": trace.only("returned")?.field("bytes"),
        "first_read_total_when_write_returned": returned.map(|line| line.field("read")),
    }))
}
