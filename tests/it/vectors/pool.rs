//! Many coroutines made at once, a semaphore that bounds how many run.

use serde_json::{Value, json};

use super::run::{Line, Trace, indented};
use super::vector::Vector;

/// The scenario: a process for each coroutine.
pub(super) fn text(vector: &Vector) -> Result<String, String> {
    vector.knows(&["permits", "tasks", "service_ticks", "tick_ms"])?;
    let (tick_ms, service) = (
        vector.whole("tick_ms")? as f64,
        vector.numbers("service_ticks")?,
    );
    let mut text = format!(
        "scenario \"{}\"\nresource running permits {}\n",
        vector.system,
        vector.whole("permits")?
    );
    for (task, ticks) in (0..vector.whole("tasks")?).zip(service.iter().cycle()) {
        text += &format!(
            "process task{task} {{
            print \"made\"
            with running {{
            print \"start|task={task}\"
            sleep {}ms
            print \"end|task={task}\"
            }}
            }}\n",
            ticks * tick_ms
        );
    }
    Ok(indented(&text))
}

/// When each ran, in ticks.
pub(super) fn observe(vector: &Vector, trace: &Trace) -> Result<Value, String> {
    let tick_ms = vector.whole("tick_ms")? as f64;
    let ticks = |tag: &str| {
        let mut lines: Vec<&Line> = trace.0.iter().filter(|line| line.tag == tag).collect();
        lines.sort_by(|a, b| a.number("task").total_cmp(&b.number("task")));
        lines
            .iter()
            .map(|line| line.ms() / tick_ms)
            .collect::<Vec<f64>>()
    };
    let running = trace.0.iter().scan(0, |running, line| {
        *running += i32::from(line.tag == "start") - i32::from(line.tag == "end");
        Some(*running)
    });
    Ok(json!({
        "start_tick": ticks("start"),
        "end_tick": ticks("end"),
        "max_in_flight": running.max(),
        "makespan_ticks": ticks("end").into_iter().fold(f64::NAN, f64::max),
        "coroutines_created_at_t0": trace.tagged("made").filter(|line| line.ns == 0).count(),
    }))
}
