//! One end of a pipe is closed: end of file after the data, `EPIPE`, and the short count of a writer that was waiting.

use serde_json::{Value, json};

use super::super::run::{Trace, indented};
use super::super::vector::Vector;
use super::{PAGE, PIPE, pipe};

/// The bytes that are read after the writer has gone.
const TEXT: &str = "abc";
/// By how much the write that waits is longer than the pipe.
const TOO_MUCH: i64 = 10;

/// The scenario: `close` stands for either end's.
pub(in super::super) fn text(vector: &Vector) -> Result<String, String> {
    vector.knows(&[])?;
    let bytes = TEXT.bytes();
    let sends: Vec<String> = bytes
        .map(|byte| format!("produce size 1B key {byte}\nsend pipe"))
        .collect();
    let long = PIPE + TOO_MUCH;
    let text = format!(
        "scenario \"{}\"
        {}
        {}
        {}
        process writer_goes {{
        {}
        close pipe
        repeat {} {{
        receive pipe
        print \"read|byte={{key}}\"
        done
        }}
        receive pipe {{ done }} else {{ print \"eof\" }}
        }}
        process reader_goes {{
        close unread
        produce size 1B
        offer unread {{ }} else {{
        print \"error|name=EPIPE\"
        discard
        }}
        }}
        process waits {{
        let written = 0B
        while written < {long}B {{
        let piece = min({PAGE}B, {long}B - written)
        produce size piece
        send left {{ written = written + piece }} else {{
        discard
        break
        }}
        }}
        print \"returned|bytes={{written / 1B}}\"
        }}
        process leaves {{
        sleep 1ms
        close left
        }}",
        vector.system,
        pipe("pipe", PIPE),
        pipe("unread", PIPE),
        pipe("left", PIPE),
        sends.join("\n"),
        TEXT.len(),
    );
    Ok(indented(&text))
}

/// What each end was told.
pub(in super::super) fn observe(_: &Vector, trace: &Trace) -> Result<Value, String> {
    let read = trace.column("read", "byte");
    let letters = read
        .iter()
        .filter_map(|byte| char::from_u32(byte.as_u64()? as u32));
    let returned = trace.only("returned")?;
    Ok(json!({
        "read_after_writer_closed": letters.collect::<String>(),
        "then_eof": trace.only("eof").is_ok(),
        "write_after_reader_closed": trace.only("error")?.field("name"),
        "blocked_writer_when_reader_closes":
            format!("write() returned {} of {}", returned.field("bytes"), PIPE + TOO_MUCH),
    }))
}
