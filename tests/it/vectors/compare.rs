//! Recorded against got, key by key.
//!
//! Everything recorded must be there and equal, numbers to a millionth (a half tick is the finest that was recorded). Under `measured`
//! the recording is `{min, median, max}` of what a real clock or a real random choice gave: the number got must lie between its
//! bounds, widened by [`TOLERANCE`] or by the share that `loose` names for its key, and milliseconds by [`WAKING_MS`] too. A recorded
//! null says that the recorder could not look. What we have beyond the recording is not compared: a recorder left out what differed
//! between its runs.

use serde_json::Value;

/// How far a number may lie outside what was measured, as a share of the bound.
const TOLERANCE: f64 = 0.05;
/// A real thread runs some tenths of a millisecond after its time has come; in virtual time nothing is late.
const WAKING_MS: f64 = 0.5;

/// Keys that are not compared, and those with a tolerance of their own; the last of each is the reason.
#[derive(Clone, Copy)]
struct Exceptions<'a> {
    skipped: &'a [&'a str],
    loose: &'a [(&'a str, f64, &'a str)],
}

/// Every difference, with its place.
pub(super) fn differences(
    recorded: &Value,
    got: &Value,
    skipped: &[&str],
    loose: &[(&str, f64, &str)],
) -> Vec<String> {
    let mut found = Vec::new();
    walk("", recorded, got, Exceptions { skipped, loose }, &mut found);
    found
}

fn walk(place: &str, recorded: &Value, got: &Value, but: Exceptions<'_>, found: &mut Vec<String>) {
    match (recorded, got) {
        (Value::Null, _) => {}
        (Value::Object(fields), _) if fields.contains_key("min") && fields.contains_key("max") => {
            let bound = |key: &str| recorded[key].as_f64().unwrap_or(f64::NAN);
            let waking = if place.ends_with("_ms") {
                WAKING_MS
            } else {
                0.0
            };
            let key = place.rsplit('.').next().unwrap_or_default();
            let loose = but.loose.iter().find(|(loose, ..)| *loose == key);
            let tolerance = loose.map_or(TOLERANCE, |(_, share, _)| *share);
            let (low, high) = (
                bound("min") * (1.0 - tolerance) - waking,
                bound("max") * (1.0 + tolerance) + waking,
            );
            if !got.as_f64().is_some_and(|got| (low..=high).contains(&got)) {
                found.push(format!(
                    "{place}: measured {low} to {high} (with tolerance), got {got}"
                ));
            }
        }
        (Value::Object(fields), Value::Object(_)) => {
            for (key, recorded) in fields
                .iter()
                .filter(|(key, _)| !but.skipped.contains(&key.as_str()))
            {
                let place = if place.is_empty() {
                    key.clone()
                } else {
                    format!("{place}.{key}")
                };
                walk(&place, recorded, &got[key], but, found);
            }
        }
        (Value::Array(list), Value::Array(other)) if list.len() == other.len() => {
            for (at, (recorded, got)) in list.iter().zip(other).enumerate() {
                walk(&format!("{place}[{at}]"), recorded, got, but, found);
            }
        }
        _ if same(recorded, got) => {}
        _ => found.push(format!("{place}: recorded {recorded}, got {got}")),
    }
}

/// Equal; a truth printed as a number is 1 or 0.
fn same(recorded: &Value, got: &Value) -> bool {
    let number = |value: &Value| {
        value
            .as_f64()
            .or_else(|| value.as_bool().map(|truth| f64::from(u8::from(truth))))
    };
    match (number(recorded), number(got)) {
        (Some(recorded), Some(got)) => (recorded - got).abs() < 1e-6,
        _ => recorded == got,
    }
}
