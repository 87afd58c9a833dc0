//! Tasks that are all made at once and a bound on how many run: coroutines behind a semaphore, promises behind p-limit, and
//! `Promise.all`, which has no bound.
//!
//! p-limit is the semaphore: who waited longest starts in the instant in which one settles, whether that one resolved or rejected.
//! `Promise.all` is an `await` on all having ended or one having failed; it stops nothing.

use serde_json::{Value, json};

use super::jobs::{latest, most_running, times};
use super::run::{Line, Trace, indented};
use super::vector::Vector;

/// A recording's parameters, whatever its recorder called them.
struct Pool {
    tasks: i64,
    /// How many may run at once; all of them where nothing bounds them.
    bound: i64,
    /// How long they run, in turn.
    durations_ms: Vec<f64>,
    /// The task that fails instead of ending well.
    fails: Option<i64>,
    /// When the pool is first looked at and how often after that.
    looks_ms: Option<(i64, i64)>,
    /// What the recorded times count.
    unit_ms: f64,
}

impl Pool {
    fn read(vector: &Vector) -> Result<Self, String> {
        vector.knows(&[
            "tasks",
            "permits",
            "concurrency",
            "service_ticks",
            "tick_ms",
            "durations_ms",
            "duration_ms",
            "fail_index",
            "sample_ms",
            "sample_offset_ms",
        ])?;
        let tick_ms = vector.optional_of(&["tick_ms"])?;
        let unit_ms = tick_ms.unwrap_or(1) as f64;
        let durations = ["service_ticks", "durations_ms", "duration_ms"]
            .into_iter()
            .find(|&key| !vector.parameters[key].is_null())
            .ok_or("no durations")?;
        let first_look = vector.optional_of(&["sample_offset_ms"])?;
        let tasks = vector.whole("tasks")?;
        Ok(Pool {
            tasks,
            bound: vector
                .optional_of(&["permits", "concurrency"])?
                .unwrap_or(tasks),
            durations_ms: vector
                .numbers(durations)?
                .iter()
                .map(|duration| duration * unit_ms)
                .collect(),
            fails: vector.optional_of(&["fail_index"])?,
            looks_ms: first_look.zip(vector.optional_of(&["sample_ms"])?),
            unit_ms,
        })
    }

    /// A process for each task.
    fn task(&self, task: i64, duration_ms: f64) -> String {
        let (how, then) = if self.fails == Some(task) {
            ("failed", "fail")
        } else {
            ("end", "")
        };
        format!(
            "process task{task} {{
            print \"made\"
            try {{
            with slots {{
            running = running + 1
            print \"start|task={task}\"
            sleep {duration_ms}ms
            running = running - 1
            settled = settled + 1
            print \"{how}|task={task}\"
            {then}
            }}
            }} else {{
            rejected = 1
            }}
            }}\n"
        )
    }
}

/// The scenario.
pub(super) fn text(vector: &Vector) -> Result<String, String> {
    let pool = Pool::read(vector)?;
    let tasks = pool.tasks;
    let mut text = format!(
        "scenario \"{}\"
        resource slots permits {}
        shared running = 0
        shared settled = 0
        shared rejected = 0\n",
        vector.system, pool.bound
    );
    for (task, &duration_ms) in (0..tasks).zip(pool.durations_ms.iter().cycle()) {
        text += &pool.task(task, duration_ms);
    }
    text += &format!(
        "process main {{
        print \"all_made|running={{running}}|waiting={{len(slots)}}\"
        await rejected == 1 or settled == {tasks}
        print \"all|rejected={{rejected}}\"
        }}\n"
    );
    if let Some((first_ms, every_ms)) = pool.looks_ms {
        text += &format!(
            "process looking_on {{
            sleep {first_ms}ms
            while settled < {tasks} {{
            print \"look|running={{running}}|waiting={{len(slots)}}\"
            sleep {every_ms}ms
            }}
            }}"
        );
    }
    Ok(indented(&text))
}

/// When each ran, and what was seen in between.
pub(super) fn observe(vector: &Vector, trace: &Trace) -> Result<Value, String> {
    let pool = Pool::read(vector)?;
    let (starts, ends) = (
        times(trace, "start", pool.unit_ms),
        times(trace, "end", pool.unit_ms),
    );
    let all_made = trace.only("all_made")?;
    let all = trace.only("all")?;
    let in_order = |tag: &str| -> Value {
        let lines = trace.tagged(tag);
        lines
            .map(|line| json!([line.ms(), line.field("task")]))
            .collect()
    };
    let look = |line: &Line| {
        json!({
            "t": line.ms(),
            "in_flight": line.field("running"),
            "pending": line.field("waiting"),
        })
    };
    Ok(json!({
        "start_tick": starts,
        "end_tick": ends,
        "start_ms": starts,
        "end_ms": ends,
        "max_in_flight": most_running(trace),
        "peak_in_flight": most_running(trace),
        "makespan_ticks": latest(&ends),
        "makespan_ms": latest(&ends),
        "coroutines_created_at_t0": trace.tagged("made").filter(|line| line.ns == 0).count(),
        "samples": trace.tagged("look").map(look).collect::<Vec<_>>(),
        "activeCount_sync": all_made.field("running"),
        "pendingCount_sync": all_made.field("waiting"),
        "rejected_at_ms": (all.number("rejected") == 1.0).then(|| all.ms()),
        "started": in_order("start"),
        "finished": in_order("end"),
        "tasks_started_after_rejection": trace.tagged("start").filter(|line| line.ns >= all.ns).count(),
    }))
}
