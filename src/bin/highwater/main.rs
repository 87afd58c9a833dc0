//! The command line, over the same door as the page: `highwater run|sweep|check|fmt FILE`.
//!
//! Exit codes: 0 fine; 1 an expectation was missed; 2 the text or the call is wrong; 3 the run was stopped; 130 Ctrl-C.

mod call;
mod figures;
mod files;
mod interrupt;
mod knobs;
mod out;
mod print;
mod progress;
mod sweep;
mod trace;

use std::ffi::{OsStr, OsString};
use std::process::ExitCode;

use call::{Call, Refusal, USAGE, read_call};
use files::{read, rewrite, shown};
use highwater::lang::scenario::{KnobId, Scenario, Unit};
use highwater::lang::{self, units};
use highwater::measure::report::Ended;
use highwater::simulation::{DEFAULT_RUN_NS, Simulation, Status};
use interrupt::{INTERRUPTED, Interrupt};
use out::{complain, put, put_json, say};
use progress::{Pace, Progress};
use trace::TraceFile;

const MISSED: u8 = 1;
const WRONG: u8 = 2;
const STOPPED: u8 = 3;

fn main() -> ExitCode {
    let json = std::env::args_os().any(|argument| argument == "--json");
    match read_call().and_then(|call| obey(&call)) {
        Ok(code) => ExitCode::from(code),
        Err(refusal) => {
            refusal.show(json);
            ExitCode::from(WRONG)
        }
    }
}

fn obey(call: &Call) -> Result<u8, Refusal> {
    match call.command.as_str() {
        "run" => run(call),
        "sweep" => sweep::sweep(call),
        "check" => check(call),
        "fmt" => fmt(call),
        "help" => {
            put(format_args!("{USAGE}"));
            Ok(0)
        }
        "" => Err(Refusal::Form("what is to be done?".to_owned())),
        "version" => {
            say!("highwater {}", env!("CARGO_PKG_VERSION"));
            Ok(0)
        }
        other => Err(Refusal::Form(format!(
            "unknown command '{other}': run, sweep, check and fmt are known"
        ))),
    }
}

fn files(call: &Call) -> Result<&[OsString], Refusal> {
    if call.files.is_empty() {
        return Err(Refusal::Form(format!(
            "'{}' needs a FILE, or - for standard input",
            call.command
        )));
    }
    Ok(&call.files)
}

fn check(call: &Call) -> Result<u8, Refusal> {
    let mut code = 0;
    let mut list = Vec::new();
    for file in files(call)? {
        let source = read(file)?;
        match source.compile() {
            Ok(_) if call.json => {}
            Ok(_) => say!("{}: fine", source.file),
            Err(refusal) => {
                // One list, however many files.
                if call.json {
                    list.extend(refusal.as_json());
                } else {
                    refusal.show(false);
                }
                code = WRONG;
            }
        }
    }
    if call.json {
        put_json(&serde_json::Value::Array(list).to_string());
    }
    Ok(code)
}

fn fmt(call: &Call) -> Result<u8, Refusal> {
    let mut code = 0;
    for file in files(call)? {
        let source = read(file)?;
        let tidy = lang::format(&source.text).map_err(|diagnostics| source.refuse(diagnostics))?;
        let is_tidy = tidy == source.text;
        if file == "-" && !call.check {
            put(format_args!("{tidy}"));
        } else if !is_tidy && call.check {
            say!("{}: would be rewritten", source.file);
            code = MISSED;
        } else if !is_tidy {
            rewrite(file, &tidy)?;
            say!("{}: rewritten", source.file);
        }
    }
    Ok(code)
}

fn one_file(call: &Call) -> Result<&OsStr, Refusal> {
    match files(call)? {
        [file] => Ok(file),
        several => Err(Refusal::Form(format!(
            "'{}' takes one FILE, not {}: {}",
            call.command,
            several.len(),
            several
                .iter()
                .map(|file| shown(file))
                .collect::<Vec<_>>()
                .join(", ")
        ))),
    }
}

fn run(call: &Call) -> Result<u8, Refusal> {
    let source = read(one_file(call)?)?;
    let scenario = source.compile()?;
    let knobs = knobs::set_by(call, &scenario)?;
    let (warmup, until) = measured(call, &scenario)?;
    let simulation = begin(call, scenario, &knobs);
    let mut simulation = match (&call.trace, call.digest || call.json) {
        (Some(_), _) => simulation.with_trace(),
        (None, true) => simulation.with_digest(),
        (None, false) => simulation,
    };
    let trace = call.trace.as_ref().map(TraceFile::create).transpose()?;
    let mut player = Player::new(trace);
    let end = match player.play_warmup(&mut simulation, warmup)? {
        End::Through => player.play(&mut simulation, until)?,
        early => early,
    };
    player.finish()?;
    let mut report = simulation.report();
    if end == End::Interrupted {
        report.ended = Ended::Interrupted;
    }
    if call.json {
        put_json(&serde_json::to_string(&report)?);
    } else {
        print::report(&report, &simulation.scenario().shared);
    }
    if end == End::Interrupted {
        let (now, until) = (time(simulation.now()), time(until));
        complain(format_args!(
            "highwater: interrupted at {now} of {until}; this is what came of it so far\n"
        ));
        return Ok(INTERRUPTED);
    }
    let missed = report
        .expectations
        .iter()
        .any(|expectation| !expectation.met);
    Ok(match end {
        End::Stopped => STOPPED,
        _ => u8::from(missed) * MISSED,
    })
}

/// A time of a run, as one would write it.
fn time(nanoseconds: u64) -> String {
    units::format(nanoseconds as f64, Unit { time: 1, bytes: 0 })
}

/// When measuring begins and ends, in nanoseconds.
fn measured(call: &Call, scenario: &Scenario) -> Result<(u64, u64), Refusal> {
    let until = call.until.or(scenario.run_ns).unwrap_or(DEFAULT_RUN_NS);
    let warmup = call.warmup.unwrap_or(0);
    if warmup > 0 && warmup >= until {
        let (warmup, until) = (time(warmup), time(until));
        return Err(Refusal::Call(format!(
            "--warmup {warmup} leaves nothing to measure: the run ends at {until}"
        )));
    }
    Ok((warmup, until))
}

/// A run at its time 0, with knobs where the call has set them.
fn begin(call: &Call, mut scenario: Scenario, knobs: &[(KnobId, f64)]) -> Simulation {
    for &(knob, value) in knobs {
        knobs::make_room(&mut scenario.knobs[knob.index()], value);
    }
    let seed = call.seed.or(scenario.seed).unwrap_or(1);
    let mut simulation = Simulation::new(scenario, seed);
    for &(knob, value) in knobs {
        simulation.set_knob(knob, value);
    }
    simulation
}

/// How the playing of a run ended.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    /// At the time asked for, or idle.
    Through,
    Stopped,
    /// By Ctrl-C.
    Interrupted,
}

/// Lets time pass in runs, one after another, until somebody presses Ctrl-C.
struct Player {
    trace: Option<TraceFile>,
    progress: Progress,
    pace: Pace,
    interrupt: Interrupt,
}

impl Player {
    fn new(trace: Option<TraceFile>) -> Self {
        Player {
            trace,
            progress: Progress::new(),
            pace: Pace::new(),
            interrupt: Interrupt::listen(),
        }
    }

    /// Lets time pass, writing the trace and, where that takes long and somebody watches, how far it is.
    fn play(&mut self, simulation: &mut Simulation, until: u64) -> Result<End, Refusal> {
        loop {
            if self.interrupt.asked() {
                return Ok(End::Interrupted);
            }
            let status = self.pace.slice(|events| simulation.advance(until, events));
            if let Some(trace) = &mut self.trace {
                trace.write(simulation)?;
            }
            match status {
                Status::Budget => self.progress.show(simulation, until),
                Status::Stopped => return Ok(End::Stopped),
                _ => return Ok(End::Through),
            }
        }
    }

    /// Lets the time pass that is not measured. A run that ends in it keeps what was measured so far.
    fn play_warmup(&mut self, simulation: &mut Simulation, warmup: u64) -> Result<End, Refusal> {
        if warmup == 0 {
            return Ok(End::Through);
        }
        let end = self.play(simulation, warmup)?;
        if end == End::Through {
            simulation.reset_measures();
        }
        Ok(end)
    }

    /// Nothing more is played.
    fn finish(self) -> Result<(), Refusal> {
        self.progress.end();
        self.trace.map_or(Ok(()), TraceFile::end)
    }
}
