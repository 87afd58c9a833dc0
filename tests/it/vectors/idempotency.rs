//! Keys that make a retry harmless, as a payment service documents them: the answer to the first request with a key is kept and given
//! again; while the first runs, a second one is refused.
//!
//! The table is three of ours: what became of a key, what was asked with it, what was answered. Looking and writing down are one step,
//! for nothing comes between two waits.

use serde_json::{Value, json};

use super::run::{Line, Trace, indented};
use super::vector::{Vector, knows, text as text_of, whole};

/// The scenario. Keys and bodies are numbered from 1, in the order in which they first come.
pub(super) fn text(vector: &Vector) -> Result<String, String> {
    vector.knows(&["service_ms", "retention_h", "requests", "first_result"])?;
    let (mut keys, mut bodies) = (Vec::new(), Vec::new());
    let mut clients = Vec::new();
    for (n, request) in requests(vector).iter().enumerate() {
        knows(request, &["t_ms", "key", "body"])?;
        clients.push(format!(
            "process client{n} {{
            sleep {}ms
            let who = {n}
            let k = {}
            let asks = {}
            {}
            }}",
            whole(request, "t_ms")?,
            number(&mut keys, text_of(request, "key")?),
            number(&mut bodies, text_of(request, "body")?),
            server(vector)?
        ));
    }
    let text = format!(
        "scenario \"{}\"
        shared running = 0 per key
        shared asked = 0 per key
        shared answer = 0 per key
        shared effects = 0
        {}
        at 10m {{ print \"end|effects={{effects}}\" }}",
        vector.system,
        clients.join("\n")
    );
    Ok(indented(&text))
}

/// What is done for a request with the key `k` that `asks` something.
fn server(vector: &Vector) -> Result<String, String> {
    let reply = "print \"reply|request={who}";
    Ok(format!(
        "if running[k] {{ {reply}|executed=0|status=409\" }}
        else if asked[k] != 0 and asked[k] != asks {{ {reply}|executed=0|status=4xx parameter mismatch\" }}
        else if answer[k] != 0 {{ {reply}|executed=0|replayed=1|status={{answer[k]}}\" }}
        else {{
        running[k] = 1
        asked[k] = asks
        sleep {}ms
        effects = effects + 1
        answer[k] = {}
        running[k] = 0
        {reply}|executed=1|status={{answer[k]}}\"
        sleep {}h
        asked[k] = 0
        answer[k] = 0
        }}",
        vector.whole("service_ms")?,
        vector.whole("first_result")?,
        vector.whole("retention_h")?
    ))
}

fn requests(vector: &Vector) -> Vec<Value> {
    let requests = vector.parameters["requests"].as_array();
    requests.cloned().unwrap_or_default()
}

/// The number of a name, from 1; a new one gets the next.
fn number(names: &mut Vec<String>, name: &str) -> usize {
    let known = names.iter().position(|known| known == name);
    known.map_or_else(
        || {
            names.push(name.to_owned());
            names.len()
        },
        |at| at + 1,
    )
}

/// Each request's reply, in the order of the requests.
pub(super) fn observe(vector: &Vector, trace: &Trace) -> Result<Value, String> {
    let reply = |n: usize| {
        let line = trace
            .tagged("reply")
            .find(|line| line.number("request") == n as f64);
        line.map_or(Value::Null, expected)
    };
    Ok(json!({
        "expected": (0..requests(vector).len()).map(reply).collect::<Vec<_>>(),
        "side_effects": trace.only("end")?.field("effects"),
    }))
}

fn expected(line: &Line) -> Value {
    json!({
        "executed": line.field("executed"),
        "reply_at_ms": line.ms(),
        "status": line.field("status"),
        "replayed": line.field("replayed"),
    })
}
