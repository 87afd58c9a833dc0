//! Node's writable streams: what `write()` answers at each chunk, and when 'drain' comes.
//!
//! The stream is a channel with a high-water mark that `frees done`: the chunk that the sink holds counts, and the length falls when
//! the sink's callback runs. In object mode every chunk counts 1; here it weighs 1 B, so that `bytes` is `writableLength` in both.
//! Node's order at one instant is in the text: `write()` runs an idle sink before it answers (`sleep 0ms`), and a callback is told to
//! the 'drain' listeners first, then to its own caller, then to whoever awaited the drain.

use serde_json::{Value, json};

use super::super::run::{Line, Trace, indented, rows};
use super::super::vector::Vector;
use super::mark;

/// The scenario.
pub(in super::super) fn text(vector: &Vector) -> Result<String, String> {
    vector.knows(&[
        "hwm",
        "objectMode",
        "chunks",
        "count",
        "sink_delay_ms",
        "produce_ms",
        "writev",
        "cork",
        "respect",
    ])?;
    let objects = vector.flag("objectMode", false);
    let mark = mark(vector, "hwm")?;
    let sizes = if objects {
        vec![1.0]
    } else {
        vector.numbers("chunks")?
    };
    let produce_ms = vector
        .optional_of(&["produce_ms"])?
        .map(|ms| format!("sleep {ms}ms"))
        .unwrap_or_default();
    // The program that only looks at the answers writes on whatever they are.
    let respects = vector.system == "node-writable-drain" && vector.flag("respect", true);
    let respects = if respects {
        "if not answer { await drained }"
    } else {
        ""
    };
    let text = format!(
        "scenario \"{}\"
        channel stream high_water {mark}{} frees done
        shared drained = 0
        shared ended = 0
        {}
        process drains {{
        forever {{
        await full(stream)
        await not full(stream)
        if not ended {{
        print \"drain|length={{bytes(stream) / 1B}}|called_back={{called_back}}\"
        drained = 1
        }}
        }}
        }}
        process writer {{
        repeat {} as i {{
        {produce_ms}
        drained = 0
        let chunk = 0B
        {}
        produce size chunk key i
        send stream
        sleep 0ms
        let answer = bytes(stream) < {mark}B or bytes(stream) == 0B
        print \"write|i={{i}}|ret={{answer}}|length={{bytes(stream) / 1B}}|need_drain={{full(stream)}}\"
        {respects}
        }}
        ended = 1
        }}",
        vector.system,
        if objects { "" } else { "B" },
        sink(vector)?,
        vector.whole("count")?,
        rows("i", &sizes, |size| format!("chunk = {size}B")),
    );
    Ok(indented(&text))
}

/// The sink: none while corked, one that never calls back, one that does so at once, or after its delays in turn.
pub(super) fn sink(vector: &Vector) -> Result<String, String> {
    let delay = &vector.parameters["sink_delay_ms"];
    let calls_back = match delay {
        Value::Null => "await called_back < 0",
        Value::String(word) if word == "sync" => "",
        Value::String(word) => return Err(format!("sink_delay_ms `{word}`")),
        _ => &rows("calls", &vector.numbers("sink_delay_ms")?, |ms| {
            format!("sleep {ms}ms")
        }),
    };
    if vector.flag("cork", false) {
        return Ok("shared called_back = 0".to_owned());
    }
    // Without writev the sink takes one chunk at a time, however many there are.
    let up_to = if vector.flag("writev", false) {
        format!("up to {}", vector.whole("count")?)
    } else {
        String::new()
    };
    Ok(format!(
        "shared called_back = 0
        process sink {{
        let calls = 0
        forever {{
        receive stream {up_to}
        let first = called_back
        let last = called_back
        for each {{ last = key }}
        print \"writev|first={{first}}|chunks={{last - first + 1}}\"
        {calls_back}
        called_back = last + 1
        calls = calls + 1
        done
        spawn {{ print \"cb|i={{last}}|length={{bytes(stream) / 1B}}\" }}
        }}
        }}"
    ))
}

/// The answers and events, and what follows from them.
pub(in super::super) fn observe(vector: &Vector, trace: &Trace) -> Result<Value, String> {
    let mark = mark(vector, "hwm")?;
    let writes: Vec<&Line> = trace.tagged("write").collect();
    let refused = |line: &&&Line| line.number("ret") == 0.0;
    let first_refused = writes.iter().find(refused);
    let lengths = writes.iter().map(|line| line.number("length"));
    let writev = vector.flag("writev", false);
    Ok(json!({
        "highWaterMark": mark,
        "first_false_index": first_refused.map_or(Value::from(-1), |line| line.field("i").clone()),
        "writableLength_at_first_false": first_refused.map(|line| line.field("length")),
        "writes": writes.iter().map(|line| json!({
            "i": line.field("i"),
            "ret": line.field("ret"),
            "writableLength": line.field("length"),
            "needDrain": line.field("need_drain"),
        })).collect::<Vec<_>>(),
        "false_write_indexes": writes.iter().filter(refused).map(|line| line.field("i")).collect::<Vec<_>>(),
        "drains": trace.tagged("drain").map(|line| json!({
            "t": line.ms(),
            "writableLength": line.field("length"),
            "completed": line.field("called_back"),
        })).collect::<Vec<_>>(),
        "drain_count": trace.tagged("drain").count(),
        "every_drain_at_length_0": trace.tagged("drain").all(|line| line.number("length") == 0.0),
        "peak_writableLength": lengths.fold(f64::NAN, f64::max),
        "finish_time_ms": trace.tagged("cb").map(Line::ms).fold(f64::NAN, f64::max),
        "events": trace.0.iter().filter(|line| writev || line.tag != "writev").map(event).collect::<Vec<_>>(),
    }))
}

/// A line as the recorder wrote it: time, tag, fields by position.
fn event(line: &Line) -> Value {
    let keys: &[&str] = match line.tag.as_str() {
        "write" => &["i", "ret", "length"],
        "writev" => &["first", "chunks"],
        "cb" => &["i", "length"],
        _ => &["length"],
    };
    let fields = keys.iter().map(|key| line.field(key).clone());
    [json!(line.ms()), json!(line.tag)]
        .into_iter()
        .chain(fields)
        .collect()
}
