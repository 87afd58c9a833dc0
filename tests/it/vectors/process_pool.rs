//! Python's `ProcessPoolExecutor`: more futures say that they run, and cannot be cancelled, than there are processes.
//!
//! A thread in the parent moves submitted work into a call queue with room for one more than there are processes, and what it moves
//! counts as running. It fills that queue when it is woken, by a submit or by a result. The work of this program is submitted before the
//! processes take their first, so nothing wakes it when they do: what has been moved is the first filling.

use serde_json::{Value, json};

use super::run::{Trace, indented};
use super::vector::Vector;

/// How many calls wait ready beyond the processes: `EXTRA_QUEUED_CALLS` of CPython.
const CALLS_EXTRA: i64 = 1;

/// The scenario. The program looks and cancels when the work has run for half its time.
pub(super) fn text(vector: &Vector) -> Result<String, String> {
    vector.knows(&["max_workers", "tasks", "hold_s"])?;
    let (processes, tasks) = (vector.whole("max_workers")?, vector.whole("tasks")?);
    let hold_s = vector.numbers("hold_s")?[0];
    let text = format!(
        "scenario \"{}\"
        channel submitted unbounded
        channel calls capacity {} no_handoff
        shared woken = 0
        shared moved = 0
        shared finished = 0
        process main {{
        repeat {tasks} as i {{
        produce key i
        send submitted
        woken = woken + 1
        }}
        sleep {}s
        print \"running|count={{moved - finished}}\"
        while len(submitted) > 0 {{
        receive submitted
        print \"cancelled\"
        discard
        }}
        }}
        process manager {{
        let seen = 0
        forever {{
        await woken > seen
        seen = woken
        while len(calls) < {} and len(submitted) > 0 {{
        receive submitted
        moved = moved + 1
        send calls
        }}
        }}
        }}
        process worker x {processes} {{
        print \"worker\"
        forever {{
        receive calls
        sleep {hold_s}s
        done
        finished = finished + 1
        woken = woken + 1
        }}
        }}",
        vector.system,
        processes + CALLS_EXTRA,
        hold_s / 2.0,
        processes + CALLS_EXTRA,
    );
    Ok(indented(&text))
}

/// The counts.
pub(super) fn observe(_: &Vector, trace: &Trace) -> Result<Value, String> {
    Ok(json!({
        "futures_reporting_running": trace.only("running")?.field("count"),
        "cancellable": trace.tagged("cancelled").count(),
        "processes": trace.tagged("worker").count(),
    }))
}
