//! `highwater sweep`: one run for each value of a knob, and what became of some measures, as a table.
//!
//! A measure is a number of the report, named by its path there: `throughput_per_s`, `latency_s/p99`, `shared/hits`. Of the system as a
//! whole its own word will do: `throughput`, `p99`, `lost`. With `per s` behind it, it is what the number grew by while it was measured,
//! per second. The page's panel of curves (`www/sweep.js`) reads the same paths.

use highwater::lang::Scenario;
use highwater::lang::scenario::{Knob, KnobId, Piece, Unit};
use highwater::lang::units;
use highwater::simulation::Simulation;
use serde_json::{Value, json};

use super::call::{Call, Refusal};
use super::files::read;
use super::interrupt::INTERRUPTED;
use super::knobs::{self, shown};
use super::out::{complain, put, put_json, say};
use super::{End, Player, STOPPED, begin, measured, one_file};

/// How many values a range is given if the call does not say.
const POINTS: usize = 8;
const POINTS_MAX: usize = 1000;
/// What is shown if the call does not say, and all shared variables.
const SHOWN: [&str; 4] = ["throughput", "goodput", "p50", "p99"];

/// What is read off each run.
struct Measure {
    /// As the call names it.
    name: String,
    path: String,
    per_s: bool,
    /// From the report's unit to that of the table: durations are in seconds, as latencies are.
    factor: f64,
}

/// What came of one run.
struct Row {
    value: f64,
    /// NaN where the report has `null`.
    figures: Vec<f64>,
    error: Option<String>,
}

/// The whole table.
struct Table {
    title: String,
    seed: u64,
    warmup: u64,
    until: u64,
    knob: Knob,
    measures: Vec<Measure>,
    rows: Vec<Row>,
}

pub(crate) fn sweep(call: &Call) -> Result<u8, Refusal> {
    let scenario = read(one_file(call)?)?.compile()?;
    let mut knobs = knobs::set_by(call, &scenario)?;
    let (knob, values) = over(call, &scenario)?;
    let (warmup, until) = measured(call, &scenario)?;
    let mut first = begin(call, scenario.clone(), &knobs);
    let mut table = Table {
        title: scenario.title.clone(),
        seed: first.seed(),
        warmup,
        until,
        knob: scenario.knobs[knob.index()].clone(),
        measures: measures(call, &mut first)?,
        rows: Vec::new(),
    };
    let mut player = Player::new(None);
    for (at, &value) in values.iter().enumerate() {
        knobs.push((knob, value));
        let simulation = begin(call, scenario.clone(), &knobs);
        knobs.pop();
        let (name, number, of) = (&table.knob.name, at + 1, values.len());
        player.progress.run = format!(
            "{name} {}, run {number} of {of}: ",
            shown(&table.knob, value)
        );
        match one_run(simulation, &table, value, &mut player)? {
            Some(row) => table.rows.push(row),
            None => break,
        }
    }
    player.finish()?;
    table.put(call);
    if table.rows.len() < values.len() {
        let (done, of) = (table.rows.len(), values.len());
        complain(format_args!(
            "highwater: interrupted after {done} of {of} runs\n"
        ));
        return Ok(INTERRUPTED);
    }
    let stopped = table.rows.iter().any(|row| row.error.is_some());
    Ok(u8::from(stopped) * STOPPED)
}

/// Plays one run; `None` if it was interrupted.
fn one_run(
    mut simulation: Simulation,
    table: &Table,
    value: f64,
    player: &mut Player,
) -> Result<Option<Row>, Refusal> {
    let warmed = player.play_warmup(&mut simulation, table.warmup)?;
    let before = serde_json::to_value(simulation.report())?;
    let end = match warmed {
        End::Through => player.play(&mut simulation, table.until)?,
        early => early,
    };
    if end == End::Interrupted {
        return Ok(None);
    }
    let after = serde_json::to_value(simulation.report())?;
    let error = (end == End::Stopped).then(|| why_stopped(&after));
    let figures = table.measures.iter();
    Ok(Some(Row {
        value,
        figures: figures.map(|measure| measure.of(&before, &after)).collect(),
        error,
    }))
}

fn why_stopped(report: &Value) -> String {
    let error = &report["error"];
    let message = error["message"].as_str().unwrap_or_default();
    format!("stopped at line {}: {message}", error["line"])
}

/// Which knob, and the values it is given.
fn over(call: &Call, scenario: &Scenario) -> Result<(KnobId, Vec<f64>), Refusal> {
    let Some((name, text)) = &call.over else {
        return Err(Refusal::Form(
            "'sweep' needs a knob and its values: --over workers=1,2,4,8".to_owned(),
        ));
    };
    if call.set.iter().any(|(other, _)| other == name) {
        return Err(Refusal::Call(format!(
            "--set {name}: --over says what its values are"
        )));
    }
    let id = knobs::named(scenario, "--over", name)?;
    let value = |text: &str| knobs::value(scenario, "--over", id, text.trim());
    let values = match text.split_once("..") {
        Some((from, to)) => {
            let knob = &scenario.knobs[id.index()];
            spread(knob, value(from)?, value(to)?, points(call)?)
        }
        None if call.points.is_some() => {
            return Err(Refusal::Call(format!(
                "--points: --over {name}={text} lists its values; a range is --over {name}=A..B"
            )));
        }
        None => text.split(',').map(value).collect::<Result<_, _>>()?,
    };
    Ok((id, values))
}

fn points(call: &Call) -> Result<usize, Refusal> {
    match call.points.unwrap_or(POINTS) {
        points @ 2..=POINTS_MAX => Ok(points),
        other => Err(Refusal::Call(format!(
            "--points {other}: a range has from 2 to {POINTS_MAX} values"
        ))),
    }
}

/// Values from one to the other: at even distances or, on a logarithmic knob, in even ratios; tidied to about two digits, each once.
fn spread(knob: &Knob, from: f64, to: f64, points: usize) -> Vec<f64> {
    let by_ratio = knob.log && from > 0.0 && to > 0.0;
    let gap = (to - from).abs() / (points - 1) as f64;
    let binary = knob.unit.bytes == 1 && (from % 1024.0 == 0.0 || to % 1024.0 == 0.0);
    let between = |share: f64| {
        let value = if by_ratio {
            from * (to / from).powf(share)
        } else {
            from + (to - from) * share
        };
        let tidy = round_to_digits(value, if by_ratio { value } else { gap }, binary);
        let stepped = match knob.step {
            Some(step) => knob.from + ((tidy - knob.from) / step).round() * step,
            None if knob.whole => tidy.round(),
            None => tidy,
        };
        stepped.clamp(from.min(to), from.max(to))
    };
    let mut values: Vec<f64> = (0..points)
        .map(|at| match at {
            0 => from,
            _ if at == points - 1 => to,
            _ => between(at as f64 / (points - 1) as f64),
        })
        .collect();
    values.dedup();
    values
}

/// Rounds to a unit that gives `size` two digits, counted in KiB, MiB … if it is binary.
fn round_to_digits(value: f64, size: f64, binary: bool) -> f64 {
    if size <= 0.0 {
        return value;
    }
    let prefix = if binary {
        1024_f64.powf(size.log(1024.0).floor().max(0.0))
    } else {
        1.0
    };
    let power = (size / prefix).log10().floor() as i32 - 1;
    // Dividing by a whole number leaves no noise: 27 tenths are 2.7, while 27 times 0.1 is a little more.
    let tidy = if power < 0 {
        let parts = 10_f64.powi(-power);
        (value / prefix * parts).round() / parts
    } else {
        let unit = 10_f64.powi(power);
        (value / prefix / unit).round() * unit
    };
    tidy * prefix
}

/// What to read off each run; a name that the report does not have is refused before the first.
fn measures(call: &Call, simulation: &mut Simulation) -> Result<Vec<Measure>, Refusal> {
    let report = serde_json::to_value(simulation.report())?;
    let names: Vec<String> = if call.show.is_empty() {
        let shared = simulation.scenario().shared.iter();
        let shared = shared.filter(|shared| report["shared"].get(&shared.name).is_some());
        let own = SHOWN.iter().map(|&name| name.to_owned());
        own.chain(shared.map(|shared| format!("shared/{}", shared.name)))
            .collect()
    } else {
        call.show.clone()
    };
    let reasons = reasons(simulation);
    let scenario = simulation.scenario();
    names
        .into_iter()
        .map(|name| {
            let mut measure = measure(name, &report, &reasons)?;
            measure.factor = factor(&measure.path, scenario);
            Ok(measure)
        })
        .collect()
}

/// The report has shared variables as they are held, in nanoseconds; everything else that is a time is in seconds there.
fn factor(path: &str, scenario: &Scenario) -> f64 {
    let name = path.strip_prefix("shared/").unwrap_or_default();
    let declared = scenario.shared.iter().find(|shared| shared.name == name);
    declared.map_or(1.0, |shared| plain(1.0, shared.unit))
}

/// What a `fail "…"` may say: the report has a reason only once it was met.
fn reasons(simulation: &Simulation) -> Vec<String> {
    let literal = |text: &Vec<Piece>| match text.as_slice() {
        [Piece::Literal(why)] => Some(format!("failures/{why}")),
        _ => None,
    };
    let texts = simulation.scenario().texts.iter();
    texts.filter_map(literal).collect()
}

fn measure(name: String, report: &Value, reasons: &[String]) -> Result<Measure, Refusal> {
    let bare = name.trim().trim_start_matches('/');
    let (path, per_s) = match bare.strip_suffix("per s") {
        Some(path) if path.ends_with(' ') => (path.trim_end(), true),
        _ => (bare, false),
    };
    let forms = [
        path.to_owned(),
        format!("{path}_per_s"),
        format!("items/{path}"),
        format!("latency_s/{path}"),
    ];
    let found = forms
        .iter()
        .find_map(|form| Some((form, find(report, form)?)));
    match found {
        Some((form, Value::Number(_) | Value::Null)) => Ok(Measure {
            path: form.clone(),
            per_s,
            name,
            factor: 1.0,
        }),
        None if reasons.iter().any(|reason| reason == path) => Ok(Measure {
            path: path.to_owned(),
            per_s,
            name,
            factor: 1.0,
        }),
        Some((_, other)) => Err(Refusal::Call(format!(
            "--show {name}: this is no number; {path} has {}",
            keys(other)
        ))),
        None => Err(Refusal::Call(format!(
            "--show {name}: the report has no such measure; {}",
            nearest(report, path)
        ))),
    }
}

/// What a path leads to. A name may hold a `/` itself, as a reason of a failure does.
fn find<'a>(report: &'a Value, path: &str) -> Option<&'a Value> {
    let whole = match report {
        Value::Object(map) => map.get(path),
        Value::Array(list) => list.get(path.parse::<usize>().ok()?),
        _ => return None,
    };
    whole.or_else(|| {
        let (first, rest) = path.split_once('/')?;
        find(find(report, first)?, rest)
    })
}

/// What there is at the place where a path goes astray.
fn nearest(report: &Value, path: &str) -> String {
    let place = path.rsplit_once('/').map(|(place, _)| place);
    let found = place.and_then(|place| Some((place, find(report, place)?)));
    match (found, place) {
        (Some((place, value)), _) => format!("{place} has {}", keys(value)),
        (None, Some(place)) => nearest(report, place),
        (None, None) => format!("it has {}", keys(report)),
    }
}

/// The names at a place below which there are numbers.
fn keys(value: &Value) -> String {
    let names: Vec<String> = match value {
        Value::Object(map) => map
            .iter()
            .filter(|(_, value)| leads_to_a_number(value))
            .map(|(name, _)| name.clone())
            .collect(),
        Value::Array(list) => (0..list.len()).map(|at| at.to_string()).collect(),
        _ => Vec::new(),
    };
    if names.is_empty() {
        "none".to_owned()
    } else {
        names.join(", ")
    }
}

fn leads_to_a_number(value: &Value) -> bool {
    match value {
        Value::Number(_) => true,
        Value::Object(map) => map.values().any(leads_to_a_number),
        Value::Array(list) => list.iter().any(leads_to_a_number),
        _ => false,
    }
}

impl Measure {
    fn of(&self, begin: &Value, end: &Value) -> f64 {
        let at = |report: &Value| match find(report, &self.path) {
            Some(value) => value.as_f64().unwrap_or(f64::NAN) * self.factor,
            // A reason that was never met.
            None => 0.0,
        };
        if !self.per_s {
            return at(end);
        }
        let time = |report: &Value| report["time_s"].as_f64().unwrap_or(f64::NAN);
        (at(end) - at(begin)) / (time(end) - time(begin))
    }
}

impl Table {
    fn put(&self, call: &Call) {
        if call.json {
            put_json(&self.as_json().to_string());
        } else if call.csv {
            self.print_csv();
        } else {
            self.print();
        }
    }

    fn print(&self) {
        let head = std::iter::once(&self.knob.name);
        let head: Vec<String> = head
            .chain(self.measures.iter().map(|measure| &measure.name))
            .cloned()
            .collect();
        let mut lines = vec![head];
        lines.extend(self.rows.iter().map(|row| {
            let value = shown(&self.knob, row.value);
            let figures = row.figures.iter().map(|&figure| short(figure));
            std::iter::once(value).chain(figures).collect()
        }));
        let widths: Vec<usize> = (0..lines[0].len())
            .map(|column| {
                let cells = lines.iter().map(|line| line[column].chars().count());
                cells.max().unwrap_or(0)
            })
            .collect();
        for line in lines {
            let cells = line.iter().zip(&widths);
            let cells: Vec<String> = cells
                .map(|(cell, &width)| format!("{cell:>width$}"))
                .collect();
            say!("{}", cells.join("  "));
        }
        for row in &self.rows {
            if let Some(error) = &row.error {
                say!("{}: {error}", shown(&self.knob, row.value));
            }
        }
    }

    /// For programs: the knob too as a number, in the units of the report.
    fn print_csv(&self) {
        let quoted = |cell: &str| match cell.contains([',', '"', '\n']) {
            true => format!("\"{}\"", cell.replace('"', "\"\"")),
            false => cell.to_owned(),
        };
        put(format_args!("{}", quoted(&self.knob.name)));
        for measure in &self.measures {
            put(format_args!(",{}", quoted(&measure.name)));
        }
        say!("");
        for row in &self.rows {
            put(format_args!("{}", plain(row.value, self.knob.unit)));
            for figure in &row.figures {
                match figure.is_nan() {
                    true => put(format_args!(",")),
                    false => put(format_args!(",{figure}")),
                }
            }
            say!("");
        }
    }

    fn as_json(&self) -> Value {
        let names = self.measures.iter().map(|measure| &measure.name);
        let rows = self.rows.iter().map(|row| {
            json!({
                "value": shown(&self.knob, row.value),
                "number": plain(row.value, self.knob.unit),
                "figures": row.figures,
                "error": row.error,
            })
        });
        json!({
            "scenario": self.title,
            "seed": self.seed,
            "warmup_s": self.warmup as f64 / 1e9,
            "until_s": self.until as f64 / 1e9,
            "knob": self.knob.name,
            "measures": names.collect::<Vec<_>>(),
            "rows": rows.collect::<Vec<_>>(),
        })
    }
}

/// A knob's value in the units of the report: durations in seconds.
fn plain(value: f64, unit: Unit) -> f64 {
    value / 1e9_f64.powi(i32::from(unit.time.max(0)))
}

/// A figure for the eye: six digits.
fn short(figure: f64) -> String {
    if figure.is_nan() {
        return "-".to_owned();
    }
    if figure.fract() == 0.0 && figure.abs() < 1e15 {
        return format!("{figure}");
    }
    let rounded = format!("{figure:.5e}").parse().unwrap_or(figure);
    units::format(rounded, Unit::default())
}
