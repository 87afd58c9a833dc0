//! Java's pool and its queue.
//!
//! `ThreadPoolExecutor.execute` makes threads up to the core, then offers to the queue, then makes threads up to the most, then asks the
//! policy. A queue of 0 is a `SynchronousQueue`, which is a rendezvous; one below 0 has no bound.
//! A fair `ArrayBlockingQueue` admits who blocked in `put` in order.

use serde_json::{Value, json};

use super::jobs::numbers;
use super::run::{Line, Trace, indented};
use super::runtime;
use super::vector::{Vector, text as text_of};

const POOL: &str = "java-threadpoolexecutor";

/// What the program sees of a task that the pool refused; nothing when the policy drops it silently.
fn refusal(vector: &Vector) -> Result<Option<&'static str>, String> {
    match text_of(&vector.parameters, "policy")? {
        "Abort" => Ok(Some("RejectedExecutionException")),
        "Discard" => Ok(None),
        policy => Err(format!("the policy {policy}")),
    }
}

/// The scenario.
pub(super) fn text(vector: &Vector) -> Result<String, String> {
    let text = if vector.system == POOL {
        pool(vector)?
    } else {
        queue(vector)?
    };
    Ok(indented(&text))
}

/// Tasks that end when all are submitted and looked at.
fn pool(vector: &Vector) -> Result<String, String> {
    vector.knows(&["core", "max", "queue", "tasks", "policy"])?;
    refusal(vector)?;
    let room = match vector.whole("queue")? {
        ..0 => "unbounded".to_owned(),
        room => format!("capacity {room}"),
    };
    Ok(format!(
        "scenario \"{}\"
        channel work_queue {room}
        shared pool_size = 0
        shared active = 0
        shared released = 0
        task thread {{
        forever {{
        active = active + 1
        await released == 1
        print \"completed|task={{key}}\"
        done
        active = active - 1
        receive work_queue
        }}
        }}
        process main {{
        repeat {} as i {{
        produce key i
        let refused = 0
        if pool_size < {} {{
        pool_size = pool_size + 1
        spawn thread with item
        }} else {{
        offer work_queue else {{
        if pool_size < {} {{
        pool_size = pool_size + 1
        spawn thread with item
        }} else {{
        refused = 1
        discard
        }}
        }}
        }}
        sleep 1ms
        print \"step|task={{i}}|refused={{refused}}|pool_size={{pool_size}}|active={{active}}|queued={{len(work_queue)}}\"
        }}
        released = 1
        }}",
        vector.system,
        vector.whole("tasks")?,
        vector.whole("core")?,
        vector.whole("max")?,
    ))
}

/// Puts that block, an offer to the full queue, then takes until it is empty.
fn queue(vector: &Vector) -> Result<String, String> {
    vector.knows(&["cap", "fair", "puts"])?;
    if !vector.flag("fair", false) {
        return Err("a queue that is not fair".to_owned());
    }
    Ok(format!(
        "scenario \"{}\"
        channel ch {}
        process main {{
        repeat {} as i {{
        spawn {{
        produce key i
        send ch
        print \"put|task={{i}}\"
        }}
        sleep 1ms
        }}
        let offered = 0
        produce key -1
        offer ch {{
        offered = 1
        }} else {{
        discard
        }}
        print \"step|op=puts|offered={{offered}}|size={{len(ch)}}\"
        while len(ch) > 0 {{
        receive ch
        sleep 1ms
        print \"step|op=take|v={{key}}|size={{len(ch)}}\"
        done
        }}
        }}",
        vector.system,
        runtime::channel(&vector.system, vector.whole("cap")?)?,
        vector.whole("puts")?,
    ))
}

/// What was seen after each step.
pub(super) fn observe(vector: &Vector, trace: &Trace) -> Result<Value, String> {
    let mut steps = Vec::new();
    let lines = trace.0.iter().enumerate();
    for (at, line) in lines.filter(|(_, line)| line.tag == "step") {
        let mut step = line.fields.clone();
        if vector.system == POOL {
            step.insert("result".to_owned(), json!(result(vector, line)?));
        } else {
            step.insert("offer_when_full".to_owned(), line.field("offered").clone());
            let puts = numbers(trace.0[..at].iter(), "put");
            step.insert("completed_puts".to_owned(), json!(puts));
        }
        steps.push(Value::from(step));
    }
    Ok(json!({
        "steps": steps,
        "largest_pool_size": trace.column("step", "pool_size").iter().filter_map(Value::as_i64).max(),
        "completed_tasks": numbers(trace.0.iter(), "completed"),
    }))
}

fn result(vector: &Vector, step: &Line) -> Result<&'static str, String> {
    let refused = if step.number("refused") == 1.0 {
        refusal(vector)?
    } else {
        None
    };
    Ok(refused.unwrap_or("accepted"))
}
