//! Knobs by their names, and their values as the language writes them.

use highwater::lang::scenario::{Knob, KnobId, Scenario, Unit};
use highwater::lang::units;

use super::call::{Call, Refusal};
use super::out::complain;

/// The knobs that `--set` names, with their values, in the order of the call.
pub(crate) fn set_by(call: &Call, scenario: &Scenario) -> Result<Vec<(KnobId, f64)>, Refusal> {
    let one = |(name, text): &(String, String)| {
        let knob = named(scenario, "--set", name)?;
        Ok((knob, value(scenario, "--set", knob, text)?))
    };
    call.set.iter().map(one).collect()
}

/// The knob of a name.
pub(crate) fn named(scenario: &Scenario, option: &str, name: &str) -> Result<KnobId, Refusal> {
    let knobs = &scenario.knobs;
    if let Some(index) = knobs.iter().position(|knob| knob.name == name) {
        return Ok(KnobId(index as u32));
    }
    let known: Vec<&str> = knobs.iter().map(|knob| knob.name.as_str()).collect();
    let known = if known.is_empty() {
        "it has none".to_owned()
    } else {
        format!("it has {}", known.join(", "))
    };
    Err(Refusal::Call(format!(
        "{option} {name}: the scenario has no such knob; {known}"
    )))
}

/// A value of a knob, written as in the language. One outside of the knob's range is taken, with a warning: the range is that of a
/// slider, and who calls by script may want to know what lies beyond.
pub(crate) fn value(
    scenario: &Scenario,
    option: &str,
    knob: KnobId,
    text: &str,
) -> Result<f64, Refusal> {
    let knob = &scenario.knobs[knob.index()];
    let name = &knob.name;
    let value = units::parse(text, knob.unit)
        .map_err(|message| Refusal::Call(format!("{option} {name}: {message}")))?;
    if value < knob.from || value > knob.to {
        let (from, to) = (shown(knob, knob.from), shown(knob, knob.to));
        complain(format_args!(
            "highwater: warning: {option} {name}: {text} is beyond the slider, which goes from {from} to {to}\n"
        ));
    }
    Ok(value)
}

/// Widens the range of a knob so that a value is in it.
pub(crate) fn make_room(knob: &mut Knob, value: f64) {
    knob.from = knob.from.min(value);
    knob.to = knob.to.max(value);
}

/// The value of a knob as one would write it.
pub(crate) fn shown(knob: &Knob, value: f64) -> String {
    let number = |value| {
        units::format(
            value,
            Unit {
                time: 0,
                ..knob.unit
            },
        )
    };
    match knob.per_s {
        _ if knob.percent => format!("{}%", number(value * 100.0)),
        60.0 => format!("{}/m", number(value * 60.0)),
        3600.0 => format!("{}/h", number(value * 3600.0)),
        _ => units::format(value, knob.unit),
    }
}
