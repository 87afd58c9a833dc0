//! Who gets the place that a receive frees: the sender that waited, or somebody who happens by and tries?
//!
//! Each trial fills the channel, lets senders block, receives one item and offers another in the same step.

use serde_json::{Value, json};

use super::run::{Trace, indented};
use super::runtime;
use super::vector::Vector;

/// The scenario. Keys are in order of arrival; the barger's is 0.
pub(super) fn text(vector: &Vector) -> Result<String, String> {
    vector.knows(&["cap", "maxsize", "blocked_senders", "blocked", "trials"])?;
    let capacity = vector.whole_of(&["cap", "maxsize"])?;
    let text = format!(
        "scenario \"{}\"
        channel ch {}
        process trials {{
        let stolen = 0
        let in_order = 0
        repeat {} {{
        repeat {capacity} as i {{
        produce key i + 1
        send ch
        }}
        repeat {} as i {{
        spawn {{
        produce key {capacity} + i + 1
        send ch
        }}
        sleep 1ms
        }}
        receive ch
        done
        produce key 0
        offer ch {{
        stolen = stolen + 1
        }} else {{
        discard
        }}
        sleep 1ms
        let ordered = 1
        let last = 0
        while len(ch) > 0 {{
        receive ch
        if key > 0 {{
        if key < last {{
        ordered = 0
        }}
        last = key
        }}
        done
        sleep 1ms
        }}
        in_order = in_order + ordered
        }}
        print \"end|stolen={{stolen}}|in_order={{in_order}}\"
        }}",
        vector.system,
        runtime::channel(&vector.system, capacity)?,
        vector.whole("trials")?,
        vector
            .optional_of(&["blocked_senders", "blocked"])?
            .unwrap_or(1),
    );
    Ok(indented(&text))
}

/// The counts, under every name that a recorder gave them.
pub(super) fn observe(vector: &Vector, trace: &Trace) -> Result<Value, String> {
    let end = trace.only("end")?;
    let trials = vector.whole("trials")?;
    let stolen = end.number("stolen");
    let (stolen_share, in_order_share) = (
        stolen / trials as f64,
        end.number("in_order") / trials as f64,
    );
    Ok(json!({
        "trials": trials,
        "stolen": stolen,
        "barger_stole_slot": stolen > 0.0,
        "barging_possible": stolen > 0.0,
        "barger_stole_slot_in_majority": stolen_share > 0.5,
        "fifo_order_kept": in_order_share >= 1.0,
        "measured": {
            "stolen_fraction": stolen_share,
            "blocked_senders_admitted_in_arrival_order_fraction": in_order_share,
            "blocked_putters_admitted_in_arrival_order_fraction": in_order_share,
        },
    }))
}
