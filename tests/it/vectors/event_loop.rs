//! Node's event loop and the pool behind it: what runs on while one of them is blocked.
//!
//! The loop is a `cpu` with one core: a callback runs to completion. `setInterval` counts from the callback before, so that what was
//! missed is not made up for. libuv's pool is so many permits; timers need none of them.

use serde_json::{Value, json};

use super::run::{Line, Trace, indented};
use super::vector::{Vector, text as text_of};

const POOL: &str = "node-libuv-pool";

/// `UV_THREADPOOL_SIZE` when nothing is said.
const POOL_THREADS: i64 = 4;
/// How long the program is watched after the block, in intervals. It is not among the recorded parameters; the counts say so much.
const WATCHED_INTERVALS: i64 = 6;

/// The scenario.
pub(super) fn text(vector: &Vector) -> Result<String, String> {
    let text = if vector.system == POOL {
        pool(vector)?
    } else {
        blocked_loop(vector)?
    };
    Ok(indented(&format!("scenario \"{}\"\n{text}", vector.system)))
}

/// A timer, and a computation on its loop or in a worker thread.
fn blocked_loop(vector: &Vector) -> Result<String, String> {
    vector.knows(&["interval_ms", "block_at_ms", "block_ms", "where"])?;
    let on = match text_of(&vector.parameters, "where")? {
        "main" => "main_loop",
        "worker" => "worker_loop",
        place => return Err(format!("a block in {place}")),
    };
    let interval_ms = vector.whole("interval_ms")?;
    let (from_ms, block_ms) = (vector.whole("block_at_ms")?, vector.whole("block_ms")?);
    Ok(format!(
        "cpu main_loop cores 1
        cpu worker_loop cores 1
        shared ended = 0
        at {}ms {{ ended = 1 }}
        process interval {{
        while ended == 0 {{
        sleep {interval_ms}ms
        work 0ms on main_loop
        if ended == 0 {{ print \"tick\" }}
        }}
        }}
        process block {{
        sleep {from_ms}ms
        print \"blocks\"
        work {block_ms}ms on {on}
        print \"unblocks\"
        }}",
        from_ms + block_ms + WATCHED_INTERVALS * interval_ms
    ))
}

/// Calls that are stuck in the pool until they are released: one, then all.
fn pool(vector: &Vector) -> Result<String, String> {
    vector.knows(&["blocked", "UV_THREADPOOL_SIZE (env)"])?;
    let blocked = vector.whole("blocked")?;
    let look = "print \"look|other={other}|ticks={ticks}|opened={opened}\"";
    Ok(format!(
        "resource uv_threads permits {}
        shared released = 0
        shared opened = 0
        shared other = 0
        shared ticks = 0
        process main {{
        repeat {blocked} as i {{
        spawn {{
        with uv_threads {{ await released > i }}
        opened = opened + 1
        }}
        }}
        sleep 1ms
        spawn {{
        with uv_threads {{ sleep 1ms }}
        other = 1
        }}
        sleep 100ms
        {look}
        released = 1
        sleep 100ms
        {look}
        released = {blocked}
        sleep 100ms
        {look}
        }}
        process timer {{
        while opened < {blocked} {{
        sleep 10ms
        ticks = ticks + 1
        }}
        }}",
        threads(vector)?
    ))
}

fn threads(vector: &Vector) -> Result<i64, String> {
    let said = vector.optional_of(&["UV_THREADPOOL_SIZE (env)"])?;
    Ok(said.unwrap_or(POOL_THREADS))
}

/// Who was held up by the block, and for how long.
pub(super) fn observe(vector: &Vector, trace: &Trace) -> Result<Value, String> {
    if vector.system == POOL {
        return looks(vector, trace);
    }
    let (from_ms, to_ms) = (trace.only("blocks")?.ms(), trace.only("unblocks")?.ms());
    let block_ms = vector.whole("block_ms")? as f64;
    let interval_ms = vector.whole("interval_ms")? as f64;
    let ticks: Vec<f64> = trace.tagged("tick").map(Line::ms).collect();
    let during = ticks
        .iter()
        .filter(|&&ms| from_ms < ms && ms < to_ms)
        .count();
    // The recorder wrote a text where the count was not the same in every run.
    let during = if (during as f64 - block_ms / interval_ms).abs() <= 1.0 {
        json!("about block/interval")
    } else {
        json!(during)
    };
    let after: Vec<f64> = ticks.iter().copied().filter(|&ms| ms >= to_ms).collect();
    let first_after_ms = after.first().map_or(f64::NAN, |ms| ms - to_ms);
    let max_gap_ms = gaps(&ticks).fold(f64::NAN, f64::max);
    Ok(json!({
        "ticks_during_block": during,
        "max_gap_at_least_block": max_gap_ms >= block_ms,
        "no_catchup_burst": gaps(&after).all(|gap| gap > interval_ms / 2.0),
        "first_tick_within_5ms_of_block_end": first_after_ms <= 5.0,
        "measured": {
            "max_gap_ms": max_gap_ms,
            "first_tick_after_block_end_ms": first_after_ms,
            "ticks_total": ticks.len(),
        },
    }))
}

fn gaps(instants: &[f64]) -> impl Iterator<Item = f64> {
    instants.windows(2).map(|pair| pair[1] - pair[0])
}

/// The pool while all are stuck, after one release, and after all.
fn looks(vector: &Vector, trace: &Trace) -> Result<Value, String> {
    let looks: Vec<&Line> = trace.tagged("look").collect();
    let [stuck, one, all] = looks[..] else {
        return Err(format!("{} looks at the pool instead of 3", looks.len()));
    };
    Ok(json!({
        "UV_THREADPOOL_SIZE": threads(vector)?,
        "other_fs_op_done_while_blocked": stuck.field("other"),
        "other_fs_op_done_after_one_release": one.field("other"),
        "timers_keep_running": stuck.number("ticks") > 0.0,
        "all_released": all.number("opened") == vector.whole("blocked")? as f64,
    }))
}
