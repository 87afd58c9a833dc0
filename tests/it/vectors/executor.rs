//! A queue of work and threads that serve it: Python's `ThreadPoolExecutor`, and a pool of Node's worker threads.
//!
//! `submit` puts the work into a queue without a bound. A thread is made only if none is idle and fewer than the most are there; Python
//! counts the idle ones with a semaphore that a thread releases after each piece of work (3.11), and so does the text.
//! Where there is a `max_pending`, the program waits with `wait(FIRST_COMPLETED)` until fewer than that are unfinished: one wait sees all
//! that are done when it wakes.

use serde_json::{Map, Value, json};

use super::jobs::{latest, most_running, times};
use super::run::{Line, Trace, indented, rows};
use super::vector::Vector;

/// A recording's parameters, whatever its recorder called them.
struct Executor {
    threads_max: i64,
    /// Whether the threads are there before any work is.
    ready: bool,
    tasks: i64,
    pending_max: Option<i64>,
    /// How long each piece of work takes, in turn.
    service_ms: Vec<f64>,
    /// How long the program waits after each submit, in turn.
    gaps_ms: Vec<f64>,
    /// When the program, through with submitting, counts who runs and cancels what has not begun.
    cancels_at_ms: Option<f64>,
    /// What the recorded times count, and how often the pool is looked at, if at all.
    tick_ms: Option<f64>,
}

impl Executor {
    fn read(vector: &Vector) -> Result<Self, String> {
        vector.knows(&[
            "tasks",
            "max_workers",
            "workers",
            "max_pending",
            "service_ticks",
            "tick_ms",
            "jobs_ms",
            "kind",
            "task_ms",
            "gaps_ms",
            "hold_s",
        ])?;
        if vector.parameters["kind"].as_str().unwrap_or("sleep") != "sleep" {
            return Err(format!("a job of kind {}", vector.parameters["kind"]));
        }
        let tick_ms = vector.optional_of(&["tick_ms"])?.map(|ms| ms as f64);
        let scales = [
            ("service_ticks", tick_ms.unwrap_or(1.0)),
            ("jobs_ms", 1.0),
            ("task_ms", 1.0),
            ("hold_s", 1e3),
        ];
        let (key, scale) = scales
            .into_iter()
            .find(|(key, _)| !vector.parameters[key].is_null())
            .ok_or("how long the work takes is not said")?;
        let numbers = vector.numbers(key)?;
        let gaps_ms = match &vector.parameters["gaps_ms"] {
            Value::Null => Vec::new(),
            _ => vector.numbers("gaps_ms")?,
        };
        // One piece of work for each gap or each length, if their number is not said.
        let listed = gaps_ms.len().max(numbers.len()) as i64;
        Ok(Executor {
            threads_max: vector.whole_of(&["max_workers", "workers"])?,
            ready: vector.system == "node-worker-pool",
            tasks: vector.optional_of(&["tasks"])?.unwrap_or(listed),
            pending_max: vector.optional_of(&["max_pending"])?,
            cancels_at_ms: (key == "hold_s").then(|| numbers[0] * scale / 2.0),
            service_ms: numbers.iter().map(|number| number * scale).collect(),
            gaps_ms,
            tick_ms,
        })
    }

    /// What a thread does, for ever.
    fn thread(&self) -> String {
        let service = rows("key", &self.service_ms, |ms| format!("sleep {ms}ms"));
        format!(
            "task thread {{
            forever {{
            receive work_queue
            running = running + 1
            print \"start|task={{key}}\"
            {service}
            print \"end|task={{key}}\"
            running = running - 1
            finished = finished + 1
            done
            release idle
            }}
            }}"
        )
    }

    /// The program. `Thread.start()` returns when the thread runs: that is the `sleep 0ms`.
    fn program(&self) -> String {
        let ready = if self.ready {
            format!(
                "repeat {0} {{ spawn thread }}\nthreads = {0}\nsleep 0ms",
                self.threads_max
            )
        } else {
            String::new()
        };
        let wait = self.pending_max.map(|most| {
            format!(
                "while unfinished >= {most} {{
                await finished > seen
                waits = waits + 1
                unfinished = unfinished - (finished - seen)
                seen = finished
                }}"
            )
        });
        let cancel = self.cancels_at_ms.map(|at_ms| {
            format!(
                "sleep {at_ms}ms
                print \"running|count={{running}}\"
                while len(work_queue) > 0 {{
                receive work_queue
                print \"cancelled\"
                discard
                }}"
            )
        });
        format!(
            "process main {{
            let unfinished = 0
            let seen = 0
            let waits = 0
            {ready}
            repeat {} as i {{
            {}
            print \"submit|task={{i}}\"
            submitted = submitted + 1
            unfinished = unfinished + 1
            produce key i
            send work_queue
            acquire idle else {{
            if threads < {} {{
            threads = threads + 1
            spawn thread
            sleep 0ms
            }}
            }}
            print \"submitted|queued={{len(work_queue)}}|threads={{threads}}|unfinished={{unfinished}}\"
            {}
            }}
            print \"through|waits={{waits}}\"
            {}
            }}",
            self.tasks,
            wait.unwrap_or_default(),
            self.threads_max,
            rows("i", &self.gaps_ms, |ms| format!("sleep {ms}ms")),
            cancel.unwrap_or_default(),
        )
    }

    /// Who looks at the pool three quarters into each tick.
    fn looking_on(&self) -> String {
        let looks = self.tick_ms.map(|tick_ms| {
            format!(
                "process looking_on {{
                sleep {}ms
                while finished < {} {{
                print \"look|submitted={{submitted}}|running={{running}}|queued={{len(work_queue)}}|done={{finished}}\"
                sleep {tick_ms}ms
                }}
                }}",
                0.75 * tick_ms,
                self.tasks,
            )
        });
        looks.unwrap_or_default()
    }
}

/// The scenario.
pub(super) fn text(vector: &Vector) -> Result<String, String> {
    let executor = Executor::read(vector)?;
    let text = format!(
        "scenario \"{}\"
        channel work_queue unbounded no_handoff
        resource idle permits 0 when_full refuse
        shared threads = 0
        shared submitted = 0
        shared running = 0
        shared finished = 0
        {}
        {}
        {}",
        vector.system,
        executor.thread(),
        executor.program(),
        executor.looking_on(),
    );
    Ok(indented(&text))
}

/// Threads, instants, and the pool as seen three quarters into each tick.
pub(super) fn observe(vector: &Vector, trace: &Trace) -> Result<Value, String> {
    let executor = Executor::read(vector)?;
    let tick_ms = executor.tick_ms.unwrap_or(1.0);
    let ticks = |tag: &str| times(trace, tag, tick_ms);
    let most = |key: &str, tag: &str| {
        latest(
            &trace
                .tagged(tag)
                .map(|line| line.number(key))
                .collect::<Vec<_>>(),
        )
    };
    let queued_most = most("queued", "look");
    // What the bound leaves to wait while every thread runs.
    let may_queue = executor
        .pending_max
        .map(|most| (most - executor.threads_max).max(0));
    let makespan = latest(&ticks("end"));
    let running = trace.tagged("running").next();
    Ok(json!({
        "max_len_pending": most("unfinished", "submitted"),
        "max_running": most_running(trace),
        "threads_created": most("threads", "submitted"),
        "threads": most("threads", "submitted"),
        "threads_after_each_submit": trace.column("submitted", "threads"),
        "submit_tick": ticks("submit"),
        "start_tick": ticks("start"),
        "end_tick": ticks("end"),
        "makespan_ticks": makespan,
        "last_submit_tick": latest(&ticks("submit")),
        "samples_mid_tick": trace.tagged("look").map(|line| look(line, tick_ms)).collect::<Vec<_>>(),
        "max_internal_queue_at_most": queued_most,
        "max_internal_queue_within_bound": may_queue.is_some_and(|most| queued_most <= most as f64),
        "max_internal_queue_after_submit": trace.tagged("submitted").last().map(|line| line.field("queued")),
        "futures_reporting_running": running.map(|line| line.field("count")),
        "cancellable": trace.tagged("cancelled").count(),
        "measured": {
            "makespan_ms": makespan * tick_ms,
            "wait_calls": trace.only("through")?.field("waits"),
            "max_internal_queue": most("queued", "submitted"),
        },
    }))
}

/// One look at the pool.
fn look(line: &Line, tick_ms: f64) -> Value {
    let mut seen: Map<String, Value> = line.fields.clone();
    seen.insert("t".to_owned(), json!(line.ms() / tick_ms));
    Value::from(seen)
}
