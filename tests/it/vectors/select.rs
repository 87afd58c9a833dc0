//! Which ready case a `select` takes: each as often as the others, and one that is not ready never.

use serde_json::{Value, json};

use super::run::{Trace, indented};
use super::vector::Vector;

/// The scenario: channels that are always ready, for what is taken is put back, and one that never is.
pub(super) fn text(vector: &Vector) -> Result<String, String> {
    vector.knows(&["trials", "ready_channels"])?;
    let ready = vector.whole("ready_channels")?;
    let each = |line: fn(i64) -> String| (0..ready).map(line).collect::<Vec<_>>().join("\n");
    let text = format!(
        "scenario \"{}\"
        {}
        channel idle capacity 1
        process main {{
        let chosen_idle = 0
        {}
        repeat {} {{
        select {{
        {}
        receive idle {{ chosen_idle = chosen_idle + 1 }}
        }}
        sleep 1ms
        }}
        {}
        print \"idle|chosen={{chosen_idle}}\"
        }}",
        vector.system,
        each(|i| format!("channel ready{i} capacity 1")),
        each(|i| format!("let chosen{i} = 0\nsend ready{i}")),
        vector.whole("trials")?,
        each(|i| format!("receive ready{i} {{\nchosen{i} = chosen{i} + 1\nsend ready{i}\n}}")),
        each(|i| format!("print \"ready|chosen={{chosen{i}}}\"")),
    );
    Ok(indented(&text))
}

/// The shares. The recorded claim is that they are even within 3 %.
pub(super) fn observe(vector: &Vector, trace: &Trace) -> Result<Value, String> {
    let (trials, ready) = (
        vector.whole("trials")? as f64,
        vector.whole("ready_channels")? as f64,
    );
    let fractions: Vec<f64> = trace
        .tagged("ready")
        .map(|line| line.number("chosen") / trials)
        .collect();
    Ok(json!({
        "not_ready_never_chosen": trace.only("idle")?.number("chosen") == 0.0,
        "uniform_among_ready_within_3pct": fractions.iter().all(|fraction| (fraction * ready - 1.0).abs() <= 0.03),
        "measured": { "fractions": fractions },
    }))
}
