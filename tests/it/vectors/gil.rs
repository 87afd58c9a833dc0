//! Python's global interpreter lock: CPU-bound work in threads and processes, and how late a thread wakes beside threads that compute.
//!
//! The lock is a `cpu` with one core and a slice of `sys.getswitchinterval()`, which counts from when another began to wait.
//!
//! DIVERGES: the line of a `cpu` is first come first served; CPython signals a condition on which threads wait with a timeout, and any of
//! them may get the lock. With at most one thread that computes there is only one to choose. With more, the recorded tail is far longer
//! than a line in order would give (with two, 23 to 57 ms instead of 10), so there the text draws who is next with a `select`.

use serde_json::{Value, json};

use super::run::{Line, Trace, indented};
use super::vector::Vector;

const LATENCY: &str = "python-gil-latency";

/// `sys.getswitchinterval()` when nothing is said.
const SWITCH_INTERVAL_MS: i64 = 5;
/// What the recorder's machine had, by the recording's notes.
const CORES: i64 = 2;
/// How often the sleeping thread wakes. The recorder's number is not said; shares of so many are good to a few percent.
const WAKES: i64 = 2_000;
/// How long it sleeps: drawn, so that no phase of the others' turns is preferred.
const SLEEPS: &str = "uniform(10ms, 20ms)";

/// The scenario.
pub(super) fn text(vector: &Vector) -> Result<String, String> {
    let text = if vector.system == LATENCY {
        vector.knows(&["burners", "switch_interval_ms"])?;
        let interval_ms = vector.whole("switch_interval_ms")?;
        match vector.whole("burners")? {
            burners @ 2.. => drawn(burners, interval_ms),
            burners => in_line(burners, interval_ms),
        }
    } else {
        vector.knows(&["workers", "tasks", "task_ms"])?;
        speed_up(vector)?
    };
    Ok(indented(&format!("scenario \"{}\"\n{text}", vector.system)))
}

/// The same tasks one after another, in threads, in processes, and asleep in threads. Each has processors of its own: they were measured
/// one after another.
fn speed_up(vector: &Vector) -> Result<String, String> {
    let (workers, tasks) = (vector.whole("workers")?, vector.whole("tasks")?);
    let task_ms = vector.whole("task_ms")?;
    let ways = [
        ("serial", 1, "work", "on alone"),
        ("threads", workers, "work", "on gil"),
        ("processes", workers, "work", "on machine"),
        ("sleepers", workers, "sleep", ""),
    ];
    let crews = ways.map(|(name, workers, verb, on)| {
        format!(
            "channel {name}_tasks unbounded
            process {name}_main {{ repeat {tasks} {{ send {name}_tasks }} }}
            process {name} x {workers} {{
            forever {{
            receive {name}_tasks
            {verb} {task_ms}ms {on}
            print \"{name}\"
            done
            }}
            }}"
        )
    });
    Ok(format!(
        "cpu alone cores 1
        cpu gil cores 1 slice {SWITCH_INTERVAL_MS}ms
        cpu machine cores {CORES}
        {}",
        crews.join("\n")
    ))
}

/// A thread that sleeps beside threads that compute.
fn in_line(burners: i64, interval_ms: i64) -> String {
    format!(
        "cpu gil cores 1 slice {interval_ms}ms
        shared woken = 0
        process burner x {burners} {{ while woken < {WAKES} {{ work 1s on gil }} }}
        {}",
        sleeper("work 0ms on gil")
    )
}

/// The same where the next holder is drawn from those who wait. Who gives the lock up asks again when another has it.
fn drawn(burners: i64, interval_ms: i64) -> String {
    let each = |line: fn(i64) -> String| (1..=burners).map(line).collect::<Vec<_>>().join("\n");
    let turns = (1..=burners).map(|burner| {
        format!(
            "receive want{burner} {{
            waiting = waiting - 1
            await waiting > 0
            sleep {interval_ms}ms
            spawn {{ waiting = waiting + 1; send want{burner} }}
            }}"
        )
    });
    format!(
        "channel want0 capacity 1
        {}
        shared waiting = {burners}
        shared woken = 0
        process gil {{
        {}
        while woken < {WAKES} {{
        select {{
        receive want0 {{ waiting = waiting - 1; done }}
        {}
        }}
        }}
        }}
        {}",
        each(|burner| format!("channel want{burner} capacity 1")),
        each(|burner| format!("send want{burner}")),
        turns.collect::<Vec<_>>().join("\n"),
        sleeper("waiting = waiting + 1\ncall want0")
    )
}

/// The thread that sleeps and, when its time has come, needs the lock.
fn sleeper(takes_lock: &str) -> String {
    format!(
        "process sleeper {{
        repeat {WAKES} {{
        sleep {SLEEPS}
        let due = now
        {takes_lock}
        print \"woke|late_ms={{(now - due) / 1ms}}\"
        woken = woken + 1
        }}
        }}"
    )
}

/// Ratios of times, or how late the thread was.
pub(super) fn observe(vector: &Vector, trace: &Trace) -> Result<Value, String> {
    if vector.system == LATENCY {
        return lateness(vector, trace);
    }
    let seconds = |way: &str| trace.tagged(way).map(Line::ms).fold(f64::NAN, f64::max) / 1e3;
    let serial_s = seconds("serial");
    let (threads, processes) = (
        seconds("threads") / serial_s,
        seconds("processes") / serial_s,
    );
    let slept_s = (vector.whole("tasks")? * vector.whole("task_ms")?) as f64 / 1e3;
    let sleepers = seconds("sleepers") / slept_s;
    Ok(json!({
        "threads_do_not_speed_up_cpu_work (ratio>0.8)": threads > 0.8,
        "processes_speed_up_cpu_work (ratio<0.75)": processes < 0.75,
        "threads_do_overlap_sleep_io": sleepers < 0.75,
        "measured": {
            "serial_s": serial_s,
            "threads_over_serial": threads,
            "processes_over_serial": processes,
            "sleep_threads_over_serial_sum": sleepers,
        },
    }))
}

fn lateness(vector: &Vector, trace: &Trace) -> Result<Value, String> {
    let mut late: Vec<f64> = trace
        .tagged("woke")
        .map(|line| line.number("late_ms"))
        .collect();
    late.sort_by(f64::total_cmp);
    let at = |share: f64| {
        let rank = (late.len() as f64 * share) as usize;
        late.get(rank).copied().unwrap_or(f64::NAN)
    };
    let half_ms = vector.whole("switch_interval_ms")? as f64 / 2.0;
    Ok(json!({
        "median_extra_latency_over_half_switch_interval": at(0.5) > half_ms,
        "measured": {
            "median_extra_latency_ms": at(0.5),
            "p95_extra_latency_ms": at(0.95),
        },
    }))
}
