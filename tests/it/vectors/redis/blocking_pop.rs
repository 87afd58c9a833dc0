//! `BLPOP`: who has waited longest gets the next value.

use serde_json::{Value, json};

use super::super::run::{Line, Trace, indented};
use super::super::vector::Vector;

/// The scenario. A push of several values is one command, with nothing in between. The key is the place of a value among all.
pub(in super::super) fn text(vector: &Vector) -> Result<String, String> {
    vector.knows(&["clients", "pushes"])?;
    let mut pushed = 0;
    let pushes = vector.parameters["pushes"].as_array().into_iter().flatten();
    let pushes = pushes.map(|values| {
        let sends = values.as_array().into_iter().flatten().map(|_| {
            pushed += 1;
            format!("produce key {}\nsend list\n", pushed - 1)
        });
        format!("sleep 10ms\n{}", sends.collect::<String>())
    });
    let pushes: String = pushes.collect();
    let clients = vector.whole("clients")?;
    let client = |number: i64| {
        format!(
            "process client{number} {{
            sleep {number}ms
            receive list
            popped = popped + 1
            print \"popped|client={number}|value={{key}}\"
            }}"
        )
    };
    let text = format!(
        "scenario \"{}\"
        channel list unbounded
        shared popped = 0
        {}
        process producer {{
        sleep {clients}ms
        {pushes}
        sleep 10ms
        print \"end|blocked={{{clients} - popped}}\"
        while len(list) > 0 {{ receive list; print \"left|value={{key}}\" }}
        }}",
        vector.system,
        (0..clients).map(client).collect::<Vec<_>>().join("\n"),
    );
    Ok(indented(&text))
}

/// Who got what, and what and who is left.
pub(in super::super) fn observe(vector: &Vector, trace: &Trace) -> Result<Value, String> {
    let pushes = vector.parameters["pushes"].as_array().into_iter().flatten();
    let values: Vec<&Value> = pushes.filter_map(Value::as_array).flatten().collect();
    let value = |line: &Line| values.get(line.number("value") as usize).copied();
    let pair = |line: &Line| json!([line.field("client"), value(line)]);
    Ok(json!({
        "assignment_client_value": trace.tagged("popped").map(pair).collect::<Vec<_>>(),
        "left_in_list": trace.tagged("left").map(value).collect::<Vec<_>>(),
        "still_blocked": trace.only("end")?.field("blocked"),
    }))
}
