//! One slow command: all others wait for what is left of it.

use serde_json::{Value, json};

use super::super::run::{Line, Trace, indented};
use super::super::vector::{Vector, text as text_of};

/// How long the recorder's machine took for an item of a list and for a turn of a script's loop, in nanoseconds. Read off these
/// recordings: they say how much there was to do and how long the server was busy.
const LIST_ITEM_NS: f64 = 96.0;
const SCRIPT_TURN_NS: f64 = 5.2;
/// Half of what a command takes from a client's call to its answer when nothing is in the way, nearly all of it in the client.
const ONE_WAY: &str = "0.25ms";

/// The scenario.
pub(in super::super) fn text(vector: &Vector) -> Result<String, String> {
    vector.knows(&["slow", "slow_s", "list_len", "lua_iters", "ping_at_ms"])?;
    let at_ms = vector.numbers("ping_at_ms")?;
    let pings = at_ms.iter().enumerate().map(|(client, at_ms)| {
        format!(
            "process client{client} {{
            sleep {at_ms}ms
            let began = now
            sleep {ONE_WAY}
            work 1us on redis
            sleep {ONE_WAY}
            print \"ping|at={at_ms}|ms={{(now - began) / 1ms}}\"
            }}"
        )
    });
    let text = format!(
        "scenario \"{}\"
        cpu redis cores 1
        process slow {{
        work {}ns on redis
        print \"slow|ms={{now / 1ms}}\"
        }}
        {}",
        vector.system,
        slow_ns(vector)?,
        pings.collect::<Vec<_>>().join("\n")
    );
    Ok(indented(&text))
}

/// How long the slow command runs.
fn slow_ns(vector: &Vector) -> Result<f64, String> {
    match text_of(&vector.parameters, "slow")? {
        "debug_sleep" => Ok(vector.numbers("slow_s")?[0] * 1e9),
        "lrange" => Ok(vector.whole("list_len")? as f64 * LIST_ITEM_NS),
        "lua" => Ok(vector.whole("lua_iters")? as f64 * SCRIPT_TURN_NS),
        command => Err(format!("how long `{command}` takes")),
    }
}

/// What each client waited, against what was left of the slow command when it called.
pub(in super::super) fn observe(_: &Vector, trace: &Trace) -> Result<Value, String> {
    let block_ms = trace.only("slow")?.number("ms");
    let left_ms = |line: &Line| (block_ms - line.number("at")).max(0.0);
    let pings: Vec<&Line> = trace.tagged("ping").collect();
    let mut in_order = pings.clone();
    in_order.sort_by(|a, b| a.number("at").total_cmp(&b.number("at")));
    let stalled: Vec<f64> = pings
        .iter()
        .filter(|line| left_ms(line) > 0.0)
        .map(|line| line.ms())
        .collect();
    let (first, last) = (min(&stalled), max(&stalled));
    Ok(json!({
        "expected_latency_ms": in_order.iter().map(|line| left_ms(line)).collect::<Vec<_>>(),
        "all_within_8ms_of_expected": pings.iter().all(|line| (line.number("ms") - left_ms(line)).abs() <= 8.0),
        "all_stalled_pings_complete_together_within_8ms": last - first <= 8.0,
        "stalled_pings_end_at_block_end_within_15ms (block length from SLOWLOG)": block_ms <= first && last <= block_ms + 15.0,
        "pings_after_block_fast (<5ms)": pings.iter().all(|line| left_ms(line) > 0.0 || line.number("ms") < 5.0),
        "measured": {
            "slowlog_block_ms": block_ms,
            "latency_ms": in_order.iter().map(|line| line.number("ms")).collect::<Vec<_>>(),
        },
    }))
}

fn min(values: &[f64]) -> f64 {
    values.iter().copied().fold(f64::NAN, f64::min)
}

fn max(values: &[f64]) -> f64 {
    values.iter().copied().fold(f64::NAN, f64::max)
}
