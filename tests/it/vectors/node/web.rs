//! The web's WritableStream, for contrast: a writer is `ready` as soon as one place is free. That is a channel with a capacity.

use serde_json::{Value, json};

use super::super::run::{Line, Trace, indented};
use super::super::vector::Vector;

/// The scenario. Chunks weigh 1 B: `bytes` counts the one that is being sunk, as `desiredSize` does.
pub(in super::super) fn text(vector: &Vector) -> Result<String, String> {
    vector.knows(&["hwm", "count", "sink_delay_ms"])?;
    let mark = vector.whole("hwm")?;
    let desired = format!("desired={{{mark} - bytes(stream) / 1B}}");
    let text = format!(
        "scenario \"{}\"
        channel stream capacity {mark}B frees done
        process writer {{
        repeat {} as i {{
        await not full(stream)
        print \"ready|i={{i}}|{desired}\"
        produce key i
        send stream
        print \"written|i={{i}}|{desired}\"
        }}
        await bytes(stream) == 0B
        print \"closed\"
        }}
        process sink {{
        forever {{
        receive stream
        sleep {}ms
        print \"sink_done|i={{key}}\"
        done
        }}
        }}",
        vector.system,
        vector.whole("count")?,
        vector.whole("sink_delay_ms")?,
    );
    Ok(indented(&text))
}

/// The log as it was recorded: time, what, fields by position.
pub(in super::super) fn observe(_: &Vector, trace: &Trace) -> Result<Value, String> {
    let entry = |line: &Line| -> Value {
        let fields = ["i", "desired"].map(|key| line.field(key).clone());
        [json!(line.ms()), json!(line.tag)]
            .into_iter()
            .chain(fields.into_iter().filter(|field| !field.is_null()))
            .collect()
    };
    Ok(json!({ "log": trace.0.iter().map(entry).collect::<Vec<_>>() }))
}
