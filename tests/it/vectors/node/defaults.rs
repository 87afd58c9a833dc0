//! The marks of streams for which nothing was said. Each is written to until it is full, a byte or an object at a time: what is in it
//! then is its mark.

use serde_json::{Map, Value, json};

use super::super::run::{Trace, indented};
use super::super::vector::Vector;
use super::{DEFAULT_OBJECTS, default_bytes};

/// A file is read in 64 KiB in every version, and an iterator one value at a time.
const FILE_READ: i64 = 65_536;
const FROM_ITERATOR: i64 = 1;

/// What is asked of each kind of stream: one mark, or that of either side.
fn marks(vector: &Vector) -> Result<Vec<(&'static str, Vec<i64>)>, String> {
    let (bytes, objects) = (default_bytes(vector)?, DEFAULT_OBJECTS);
    Ok(vec![
        ("getDefaultHighWaterMark_bytes", vec![bytes]),
        ("getDefaultHighWaterMark_object", vec![objects]),
        ("Readable", vec![bytes]),
        ("Writable", vec![bytes]),
        ("Readable_objectMode", vec![objects]),
        ("Writable_objectMode", vec![objects]),
        ("Transform_w_r", vec![bytes; 2]),
        ("Transform_object_w_r", vec![objects; 2]),
        ("fs_createReadStream", vec![FILE_READ]),
        ("fs_createWriteStream", vec![bytes]),
        ("net_Socket_r_w", vec![bytes; 2]),
        ("http_IncomingMessage_r__ServerResponse_w", vec![bytes; 2]),
        ("Readable_from_iter", vec![FROM_ITERATOR]),
    ])
}

/// The scenario: a buffer for each mark.
pub(in super::super) fn text(vector: &Vector) -> Result<String, String> {
    vector.knows(&["node_major"])?;
    let mut text = format!("scenario \"{}\"\n", vector.system);
    for (kind, marks) in marks(vector)? {
        for (side, mark) in marks.iter().enumerate() {
            text += &format!(
                "channel {kind}{side} high_water {mark}
                process p_{kind}{side} {{
                while not full({kind}{side}) {{ send {kind}{side} }}
                print \"{kind}|mark={{len({kind}{side})}}\"
                }}\n"
            );
        }
    }
    Ok(indented(&text))
}

/// The marks that were found.
pub(in super::super) fn observe(vector: &Vector, trace: &Trace) -> Result<Value, String> {
    let found = marks(vector)?.into_iter().map(|(kind, _)| {
        let sides = trace.column(kind, "mark");
        let value = match &sides[..] {
            [one] => one.clone(),
            _ => json!(sides),
        };
        (kind.to_owned(), value)
    });
    Ok(Value::Object(found.collect::<Map<_, _>>()))
}
