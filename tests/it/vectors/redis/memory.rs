//! `maxmemory`: with `noeviction` writes are refused and reads go on; with `allkeys-lru` writes go on and old keys go.

use serde_json::{Value, json};

use super::super::run::{Trace, indented};
use super::super::vector::{Vector, text as text_of};

/// What a key takes beside its value: entry, key, object, and what the allocator rounds up. Read off these recordings.
const BESIDE_VALUE_BYTES: i64 = 147;
const REFUSAL: &str = "command not allowed when used memory > 'maxmemory'.";

/// The scenario. The limit is looked at before a command, so that the one that passes it is still carried out. Redis looks for the key that
/// was used longest ago among a few drawn at random; here it is the oldest of all, for the writer is the only one who uses them.
pub(in super::super) fn text(vector: &Vector) -> Result<String, String> {
    vector.knows(&["policy", "extra_bytes", "writes", "value_bytes"])?;
    let evicts = match text_of(&vector.parameters, "policy")? {
        "noeviction" => "0",
        "allkeys-lru" => "taken > limit",
        policy => return Err(format!("what `{policy}` does")),
    };
    let key_bytes = vector.whole("value_bytes")? + BESIDE_VALUE_BYTES;
    let text = format!(
        "scenario \"{}\"
        knob limit = {}B from 0B to 1GB
        shared stored = 0 per key
        channel by_age unbounded
        shared taken = 0B
        shared accepted = 0
        shared refused = 0
        shared evicted = 0
        process writer {{
        repeat {} as k {{
        while {evicts} {{
        receive by_age
        stored[key] = 0
        taken = taken - {key_bytes}B
        evicted = evicted + 1
        done
        }}
        if taken > limit {{ refused = refused + 1 }} else {{
        stored[k] = 1
        taken = taken + {key_bytes}B
        accepted = accepted + 1
        produce key k
        send by_age
        }}
        sleep 10us
        }}
        let newest = accepted - 1
        print \"end|accepted={{accepted}}|refused={{refused}}|evicted={{evicted}}|keys={{len(stored)}}|read={{stored[newest]}}\"
        }}",
        vector.system,
        vector.whole("extra_bytes")?,
        vector.whole("writes")?,
    );
    Ok(indented(&text))
}

/// How many writes were taken, and what became of the keys.
pub(in super::super) fn observe(vector: &Vector, trace: &Trace) -> Result<Value, String> {
    let end = trace.only("end")?;
    let (accepted, evicted) = (end.number("accepted"), end.number("evicted"));
    if end.number("keys") != accepted - evicted {
        return Err(format!("{} keys are left", end.field("keys")));
    }
    let refused = end.number("refused") > 0.0;
    Ok(json!({
        "error": refused.then_some(REFUSAL),
        "reads_still_ok_when_writes_refused": if refused { json!(end.number("read") == 1.0) } else { json!("n/a") },
        "all_writes_accepted": accepted == vector.whole("writes")? as f64,
        "evictions": if evicted > 0.0 { "some" } else { "none" },
        "measured": { "writes_accepted": accepted, "evicted": evicted },
    }))
}
