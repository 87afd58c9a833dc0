//! How all the other tests reach a run: a text and a horizon in, a report or a log out. Whatever is wrong is said with the text.

use highwater::lang::{self, scenario::KnobId};
use highwater::measure::report::Report;
use highwater::simulation::{Simulation, Status};

/// A second and a millisecond, in nanoseconds.
pub(crate) const SECOND: u64 = 1_000_000_000;
/// A millisecond, in nanoseconds.
pub(crate) const MS: u64 = 1_000_000;

/// A simulation of a text that must compile.
pub(crate) fn simulation(text: &str, seed: u64) -> Simulation {
    let shown = |problems: Vec<lang::Diagnostic>| -> String {
        let lines = problems.iter().map(|problem| problem.render("text", text));
        lines.collect()
    };
    let scenario = match lang::compile(text) {
        Ok(scenario) => scenario,
        Err(problems) => panic!("the text does not compile:\n{}", shown(problems)),
    };
    Simulation::new(scenario, seed)
}

/// Plays a text with one seed up to a time.
pub(crate) fn run_seed(text: &str, seed: u64, until: u64) -> Report {
    let mut simulation = simulation(text, seed);
    let status = simulation.advance(until, u64::MAX);
    let report = simulation.report();
    assert!(
        status != Status::Stopped,
        "the run was stopped: {:?}\n{text}",
        report.error
    );
    report
}

/// Plays a text with seed 1 up to a time.
pub(crate) fn run(text: &str, until: u64) -> Report {
    run_seed(text, 1, until)
}

/// Plays up to a time, but begins to measure only after a warm-up.
pub(crate) fn run_warm(text: &str, seed: u64, warmup: u64, until: u64) -> Report {
    let mut simulation = simulation(text, seed);
    let _ = simulation.advance(warmup, u64::MAX);
    simulation.reset_measures();
    let _ = simulation.advance(until, u64::MAX);
    simulation.report()
}

/// What was printed: `milliseconds text; milliseconds text`.
pub(crate) fn log_of(report: &Report) -> String {
    let lines = report
        .printed
        .iter()
        .map(|line| format!("{} {}", round(line.t_s * 1e3), line.text));
    lines.collect::<Vec<_>>().join("; ")
}

/// Milliseconds to the nanosecond.
fn round(ms: f64) -> f64 {
    (ms * 1e6).round() / 1e6
}

/// A rule of `www/docs/language.md`, a text that shows it, and what it prints (`milliseconds text; …`).
pub(crate) type Row = (&'static str, &'static str, &'static str);

/// Plays each row for a minute and compares what it prints; what it expects must be met. All rows are tried before it fails.
pub(crate) fn prints(rows: &[Row]) {
    let mut wrong = String::new();
    for (rule, text, expected) in rows {
        let report = run(text, 60 * SECOND);
        let found = log_of(&report);
        if found != *expected {
            wrong.push_str(&format!(
                "\n{rule}\n  expected {expected}\n  found    {found}\n{text}\n"
            ));
        }
        for missed in report.expectations.iter().filter(|claim| !claim.met) {
            wrong.push_str(&format!("\n{rule}\n  missed {}\n{text}\n", missed.text));
        }
        assert_balanced(&report, rule);
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// The ledger of the report: produced = done + dropped + failed + lost + in flight.
pub(crate) fn assert_balanced(report: &Report, about: &str) {
    let items = report.items;
    assert_eq!(
        items.produced,
        items.done + items.dropped + items.failed + items.lost + items.in_flight,
        "the ledger does not balance: {about}"
    );
}

/// A figure of the report that there must be; NaN, which is near nothing, if there is none.
pub(crate) fn known(figure: Option<f64>) -> f64 {
    figure.unwrap_or(f64::NAN)
}

/// Fails unless `found` is within `share` of `expected`.
#[track_caller]
pub(crate) fn assert_near(what: &str, found: impl Into<Option<f64>>, expected: f64, share: f64) {
    let found = known(found.into());
    let off = (found - expected).abs() / expected.abs().max(1e-300);
    assert!(
        off <= share,
        "{what}: found {found}, expected {expected} within {} %; it is {:.3} % off",
        share * 100.0,
        off * 100.0
    );
}

/// The knob of that name.
pub(crate) fn knob(simulation: &Simulation, name: &str) -> KnobId {
    let knobs = &simulation.scenario().knobs;
    let index = knobs.iter().position(|knob| knob.name == name);
    KnobId(index.unwrap_or_else(|| panic!("there is no knob '{name}'")) as u32)
}

/// The digest of all events up to a time.
pub(crate) fn digest(text: &str, seed: u64, until: u64) -> String {
    let mut simulation = simulation(text, seed).with_digest();
    let _ = simulation.advance(until, u64::MAX);
    simulation.digest().expect("a digest was asked for")
}

/// The text of an example.
pub(crate) fn example(name: &str) -> String {
    let path = format!("{}/www/examples/{name}.hw", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}
