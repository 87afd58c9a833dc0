//! Text in, trace out: compiles and runs a scenario through the crate's own door and reads the lines it printed.

use std::fmt;

use highwater::lang::{Diagnostic, compile};
use highwater::measure::report::Report;
use highwater::simulation::Simulation;
use serde_json::{Map, Number, Value};

/// No recording takes longer; a text that is still busy then shows in what it did not print.
const HORIZON_NS: u64 = 3_600_000_000_000;
/// Far more than any recording needs: a text that runs away is stopped.
const EVENTS_MAX: u64 = 10_000_000;

/// A printed line `tag|key=value|…`, read.
#[derive(Debug)]
pub(super) struct Line {
    /// When, in nanoseconds.
    pub(super) ns: u64,
    /// What stands before the first bar.
    pub(super) tag: String,
    /// The rest: numbers, truths, else texts.
    pub(super) fields: Map<String, Value>,
}

impl Line {
    /// When, in milliseconds.
    pub(super) fn ms(&self) -> f64 {
        self.ns as f64 / 1e6
    }

    /// A field; null if it is not there.
    pub(super) fn field(&self, key: &str) -> &Value {
        self.fields.get(key).unwrap_or(&Value::Null)
    }

    /// A field as a number; NaN, which equals nothing, if it is none.
    pub(super) fn number(&self, key: &str) -> f64 {
        self.field(key).as_f64().unwrap_or(f64::NAN)
    }
}

/// All lines of a run, in order.
#[derive(Debug)]
pub(super) struct Trace(pub(super) Vec<Line>);

impl Trace {
    /// The lines with this tag.
    pub(super) fn tagged(&self, tag: &str) -> impl Iterator<Item = &Line> {
        self.0.iter().filter(move |line| line.tag == tag)
    }

    /// One field of each line with this tag.
    pub(super) fn column(&self, tag: &str, key: &str) -> Vec<Value> {
        self.tagged(tag)
            .map(|line| line.field(key).clone())
            .collect()
    }

    /// The line that is printed once.
    pub(super) fn only(&self, tag: &str) -> Result<&Line, String> {
        match *self.tagged(tag).collect::<Vec<_>>() {
            [line] => Ok(line),
            ref lines => Err(format!(
                "`{tag}` was printed {} times instead of once",
                lines.len()
            )),
        }
    }
}

impl fmt::Display for Trace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|line| {
            writeln!(
                f,
                "{:>12} ms  {}  {}",
                line.ms(),
                line.tag,
                Value::from(line.fields.clone())
            )
        })
    }
}

/// A text, ready to be played.
fn simulation(text: &str, seed: u64) -> Result<Simulation, String> {
    let readable = |errors: Vec<Diagnostic>| {
        errors
            .iter()
            .map(|error| error.render("", text))
            .collect::<String>()
    };
    compile(text)
        .map(|scenario| Simulation::new(scenario, seed))
        .map_err(readable)
}

/// Whether the checker refuses a text.
pub(super) fn refused(text: &str) -> bool {
    compile(text).is_err()
}

/// Plays a text and gives the report at each of these times, which rise (nanoseconds).
pub(super) fn reports(text: &str, at_ns: &[u64]) -> Result<Vec<Report>, String> {
    let mut simulation = simulation(text, 1)?;
    let reports = at_ns.iter().map(|&at_ns| {
        let _ = simulation.advance(at_ns, EVENTS_MAX);
        simulation.report()
    });
    Ok(reports.collect())
}

/// Runs a text to its end and gives what it printed.
pub(super) fn run(text: &str) -> Result<Trace, String> {
    run_seed(text, 1)
}

/// The same with a seed: what is chance in a recording.
pub(super) fn run_seed(text: &str, seed: u64) -> Result<Trace, String> {
    let mut simulation = simulation(text, seed)?;
    let _ = simulation.advance(HORIZON_NS, EVENTS_MAX);
    let report = simulation.report();
    if let Some(error) = report.error {
        return Err(format!("line {}: {}", error.line, error.message));
    }
    Ok(Trace(
        report
            .printed
            .iter()
            .map(|printed| read((printed.t_s * 1e9).round() as u64, &printed.text))
            .collect(),
    ))
}

fn read(ns: u64, text: &str) -> Line {
    let mut parts = text.split('|');
    let tag = parts.next().unwrap_or_default().to_owned();
    let fields = parts
        .filter_map(|part| part.split_once('='))
        .map(|(key, value)| (key.to_owned(), value_of(value)))
        .collect();
    Line { ns, tag, fields }
}

fn value_of(text: &str) -> Value {
    match text {
        "true" => Value::Bool(true),
        "false" => Value::Bool(false),
        _ => match (
            text.parse::<i64>(),
            text.parse::<f64>().ok().and_then(Number::from_f64),
        ) {
            (Ok(whole), _) => Value::from(whole),
            (_, Some(number)) => Value::Number(number),
            _ => Value::from(text),
        },
    }
}

/// Sets each line in by the braces that are open before it, so that a failing text can be read.
pub(super) fn indented(text: &str) -> String {
    let mut depth = 0;
    let mut out = String::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let shown = if line.starts_with('}') {
            depth - 1
        } else {
            depth
        };
        out += &"  ".repeat(shown);
        out += line;
        out.push('\n');
        // Braces in a print's text come in pairs.
        depth = (depth + line.matches('{').count()).saturating_sub(line.matches('}').count());
    }
    out
}

/// One statement of several, by a number's remainder.
pub(super) fn rows(number: &str, values: &[f64], statement: impl Fn(f64) -> String) -> String {
    let rows = values.iter().enumerate();
    let lines = rows.map(|(row, &value)| {
        format!(
            "if {number} % {} == {row} {{ {} }}",
            values.len(),
            statement(value)
        )
    });
    lines.collect::<Vec<_>>().join("\n")
}
