//! The browser's side door, and the only file that knows JavaScript: convert in, one call, convert out.
//!
//! Times are `f64` nanoseconds of virtual time; no 64-bit integers and no maps cross. Frames and series are fresh typed arrays, never
//! views on the memory, which growth would detach. Where a text is wrong, what is thrown is a plain object `{ diagnostics: [...] }`;
//! any other error is an `Error` with one sentence.

mod plain;

use plain::plain;
use serde::Serialize;
use wasm_bindgen::prelude::*;

use crate::lang::outline::{Outline, outline};
use crate::lang::scenario::{Knob, KnobId, Shared, Unit};
use crate::lang::{self, Diagnostic, units};
use crate::simulation::frame::{Layout, SeriesColumn};
use crate::simulation::{self, Status};

/// What is wrong with a text, as the page sees it.
#[derive(Serialize)]
struct Problem {
    line: u32,
    column: u32,
    end_line: u32,
    end_column: u32,
    message: String,
    help: Option<String>,
}

#[derive(Serialize)]
struct Problems {
    diagnostics: Vec<Problem>,
}

/// What the page knows of a scenario before it runs.
#[derive(Serialize)]
struct Description<'a> {
    /// [`simulation::SEMANTICS`]
    semantics: u32,
    title: &'a str,
    about: &'a str,
    run_ns: f64,
    speed_ns_per_s: Option<f64>,
    seed: f64,
    knobs: Vec<Slider<'a>>,
    outline: Outline,
    layout: Layout,
    series: Vec<SeriesColumn>,
    expectations: Vec<&'a str>,
    shared: Vec<Variable<'a>>,
    makes_items: bool,
}

/// A `shared`: a variable, or a table.
#[derive(Serialize)]
struct Variable<'a> {
    name: &'a str,
    unit: UnitOut,
    per_key: bool,
}

#[derive(Serialize)]
struct Slider<'a> {
    name: &'a str,
    label: &'a str,
    value: f64,
    from: f64,
    to: f64,
    step: Option<f64>,
    log: bool,
    whole: bool,
    percent: bool,
    per_s: f64,
    unit: UnitOut,
}

#[derive(Serialize)]
struct UnitOut {
    time: i8,
    bytes: i8,
}

/// Panics say where they happened, in the console.
#[wasm_bindgen(start)]
pub fn start() {
    console_error_panic_hook::set_once();
}

/// The version of this crate.
#[wasm_bindgen]
#[must_use]
pub fn version() -> String {
    env!("CARGO_PKG_VERSION").to_owned()
}

/// What is wrong with a text: an array of `{ line, column, end_line, end_column, message, help }`, empty when it is fine.
#[wasm_bindgen]
#[must_use]
pub fn check(source: &str) -> JsValue {
    plain(&problems(lang::compile(source).err().unwrap_or_default()))
}

/// The text, tidily indented.
///
/// # Errors
/// `{ diagnostics }` when the text is wrong.
#[wasm_bindgen]
pub fn format(source: &str) -> Result<String, JsValue> {
    lang::format(source).map_err(refused)
}

/// A quantity with its natural unit: `show(1e7, 1, 0)` is `10ms`. The unit is given as powers of time and of bytes.
#[wasm_bindgen]
#[must_use]
pub fn show(value: f64, time: i8, bytes: i8) -> String {
    units::format(value, Unit { time, bytes })
}

/// Reads a quantity of that unit: `parse_quantity("10ms", 1, 0)` is `1e7`.
///
/// # Errors
/// An `Error` that says what was given and what would be accepted.
#[wasm_bindgen]
pub fn parse_quantity(text: &str, time: i8, bytes: i8) -> Result<f64, JsError> {
    units::parse(text, Unit { time, bytes }).map_err(|message| JsError::new(&message))
}

/// A run.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Simulation {
    inner: simulation::Simulation,
}

#[wasm_bindgen]
impl Simulation {
    /// Reads a text and stands at its time 0. Without a seed it is the text's, or 1.
    ///
    /// # Errors
    /// `{ diagnostics }` when the text is wrong.
    #[wasm_bindgen(constructor)]
    pub fn new(source: &str, seed: Option<f64>) -> Result<Simulation, JsValue> {
        let scenario = lang::compile(source).map_err(refused)?;
        let seed = seed.map_or(scenario.seed.unwrap_or(1), |seed| seed as u64);
        let inner = simulation::Simulation::new(scenario, seed);
        Ok(Simulation { inner })
    }

    /// The same with a digest of all events, which costs some speed.
    ///
    /// # Errors
    /// As the constructor.
    pub fn with_digest(source: &str, seed: Option<f64>) -> Result<Simulation, JsValue> {
        Simulation::new(source, seed).map(|run| Simulation {
            inner: run.inner.with_digest(),
        })
    }

    /// What the page needs to know before it draws: titles, knobs, diagram, the layout of frames and series.
    #[must_use]
    pub fn description(&self) -> JsValue {
        let scenario = self.inner.scenario();
        plain(&Description {
            semantics: simulation::SEMANTICS,
            title: &scenario.title,
            about: &scenario.about,
            run_ns: self.inner.horizon() as f64,
            speed_ns_per_s: scenario.speed_ns_per_s,
            seed: self.inner.seed() as f64,
            knobs: scenario.knobs.iter().map(slider).collect(),
            outline: outline(scenario),
            layout: self.inner.layout(),
            series: self.inner.series_columns(),
            expectations: scenario
                .expects
                .iter()
                .map(|expect| expect.text.as_str())
                .collect(),
            shared: scenario.shared.iter().map(variable).collect(),
            makes_items: scenario.makes_items(),
        })
    }

    /// Lets time pass up to `until_ns`, at most so many events or the work that they may be: 0 reached, 1 the budget is used up, 2 nothing
    /// will ever happen again, 3 stopped by an error.
    pub fn advance(&mut self, until_ns: f64, max_events: f64) -> u32 {
        code(self.inner.advance(until_ns as u64, max_events as u64))
    }

    /// Lets one event happen; the clock jumps to it.
    pub fn step(&mut self) -> u32 {
        code(self.inner.step())
    }

    /// Goes to a time, back or forward; call again with the same time while it answers 1.
    pub fn seek(&mut self, time_ns: f64, max_events: f64) -> u32 {
        code(self.inner.seek(time_ns as u64, max_events as u64))
    }

    /// The time, in nanoseconds.
    #[must_use]
    pub fn now(&self) -> f64 {
        self.inner.now() as f64
    }

    /// Moves a knob now; the value is clamped to its range.
    ///
    /// # Errors
    /// There is no knob of that number.
    pub fn set_knob(&mut self, index: u32, value: f64) -> Result<(), JsError> {
        let knobs = self.inner.scenario().knobs.len();
        if index as usize >= knobs {
            return Err(JsError::new(&format!(
                "there is no knob {index}: this scenario has {knobs}, counted from 0"
            )));
        }
        self.inner.set_knob(KnobId(index), value);
        Ok(())
    }

    /// All figures of this instant, as `description().layout` says.
    #[must_use]
    pub fn frame(&self) -> Vec<f64> {
        self.inner.frame()
    }

    /// Where activities stand: triples of line, what they do there, how many.
    #[must_use]
    pub fn lines(&self) -> Vec<u32> {
        self.inner.lines()
    }

    /// The charts: rows, start and width in nanoseconds, then column after column as `description().series` says.
    #[must_use]
    pub fn series(&self) -> Vec<f64> {
        self.inner.series()
    }

    /// Lines of the log from that one on, at most 1,000: `[{ t_s, by, text }]`.
    #[must_use]
    pub fn printed(&self, from: f64) -> JsValue {
        let mut lines = self.inner.printed(from as u64);
        lines.truncate(1000);
        plain(&lines)
    }

    /// The report of the run so far.
    #[must_use]
    pub fn report(&self) -> JsValue {
        plain(&self.inner.report())
    }

    /// The digest of all events, if the run was made with one.
    #[must_use]
    pub fn digest(&self) -> Option<String> {
        self.inner.digest()
    }
}

fn code(status: Status) -> u32 {
    match status {
        Status::Reached => 0,
        Status::Budget => 1,
        Status::Idle => 2,
        Status::Stopped => 3,
    }
}

fn slider(knob: &Knob) -> Slider<'_> {
    Slider {
        name: &knob.name,
        label: &knob.label,
        value: knob.value,
        from: knob.from,
        to: knob.to,
        step: knob.step,
        log: knob.log,
        whole: knob.whole,
        percent: knob.percent,
        per_s: knob.per_s,
        unit: unit_out(knob.unit),
    }
}

fn variable(shared: &Shared) -> Variable<'_> {
    Variable {
        name: &shared.name,
        unit: unit_out(shared.unit),
        per_key: shared.per_key,
    }
}

fn unit_out(Unit { time, bytes }: Unit) -> UnitOut {
    UnitOut { time, bytes }
}

fn problems(diagnostics: Vec<Diagnostic>) -> Vec<Problem> {
    let plain = diagnostics.into_iter().map(
        |Diagnostic {
             span,
             message,
             help,
         }| Problem {
            line: span.line,
            column: span.column,
            end_line: span.end_line,
            end_column: span.end_column,
            message,
            help,
        },
    );
    plain.collect()
}

fn refused(diagnostics: Vec<Diagnostic>) -> JsValue {
    let refusal = Problems {
        diagnostics: problems(diagnostics),
    };
    plain(&refusal)
}
