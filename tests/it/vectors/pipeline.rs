//! Pipelines: one producer, a bounded queue, consumers; every sleep comes from a table. Instants are compared exactly, in ticks.

use serde_json::{Value, json};

use super::run::{Line, Trace, indented, rows};
use super::runtime;
use super::vector::Vector;

/// The scenario. The item's number is its key.
pub(super) fn text(vector: &Vector) -> Result<String, String> {
    vector.knows(&[
        "cap",
        "items",
        "produce_ticks",
        "service_ticks",
        "consumers",
        "consumer_start_ticks",
        "tick_ms",
    ])?;
    let capacity = vector.whole("cap")?;
    let tick_ms = tick_ms(vector)?;
    let sleep = |ticks: f64| format!("sleep {}ms", ticks * tick_ms);
    let produce = rows("i", &vector.numbers("produce_ticks")?, sleep);
    let service = rows("key", &vector.numbers("service_ticks")?, sleep);
    let starts = vector.numbers("consumer_start_ticks")?;
    let mut text = format!(
        "scenario \"{}\"
        channel ch {}
        process producer {{
        repeat {} as i {{
        {produce}
        print \"attempt|item={{i}}|capacity={{{capacity} - len(ch)}}\"
        produce key i
        send ch
        print \"sent|item={{i}}\"
        }}
        }}\n",
        vector.system,
        runtime::channel(&vector.system, capacity)?,
        vector.whole("items")?,
    );
    for consumer in 0..vector.whole("consumers")? {
        let start_ticks = starts
            .get(consumer as usize % starts.len().max(1))
            .copied()
            .unwrap_or_default();
        text += &format!(
            "process consumer{consumer} {{
            sleep {}ms
            forever {{
            receive ch
            print \"received|item={{key}}|consumer={consumer}\"
            {service}
            print \"done|item={{key}}\"
            }}
            }}\n",
            start_ticks * tick_ms
        );
    }
    Ok(indented(&text))
}

fn tick_ms(vector: &Vector) -> Result<f64, String> {
    Ok(vector.whole("tick_ms")? as f64)
}

/// The instants, by item.
pub(super) fn observe(vector: &Vector, trace: &Trace) -> Result<Value, String> {
    let tick_ms = tick_ms(vector)?;
    let by_item = |tag: &str| {
        let mut lines: Vec<&Line> = trace.0.iter().filter(|line| line.tag == tag).collect();
        lines.sort_by(|a, b| a.number("item").total_cmp(&b.number("item")));
        lines
    };
    let ticks = |tag: &str| {
        by_item(tag)
            .iter()
            .map(|line| line.ms() / tick_ms)
            .collect::<Vec<f64>>()
    };
    let fields = |tag: &str, key: &str| {
        by_item(tag)
            .iter()
            .map(|line| line.field(key).clone())
            .collect::<Value>()
    };
    let waited = ticks("attempt")
        .into_iter()
        .zip(ticks("sent"))
        .map(|(attempt, sent)| sent > attempt);
    let makespan = ticks("done").into_iter().fold(f64::NAN, f64::max);
    Ok(json!({
        "attempt": ticks("attempt"),
        "sent": ticks("sent"),
        "received": ticks("received"),
        "done": ticks("done"),
        "consumer_of_item": fields("received", "consumer"),
        "capacity_before_send": fields("attempt", "capacity"),
        "blocked_items": waited.enumerate().filter_map(|(item, waited)| waited.then_some(item)).collect::<Vec<_>>(),
        "makespan_ticks": makespan,
        "measured": { "last_done_ticks": makespan },
    }))
}
