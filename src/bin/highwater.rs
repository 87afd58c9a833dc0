//! The command line, over the same door as the page: `highwater run|check|fmt FILE`.
//!
//! Exit codes: 0 fine; 1 an expectation was missed; 2 the text or the call is wrong; 3 the run was stopped.

use std::io::{IsTerminal, Read, Write};
use std::process::ExitCode;

use highwater::lang::scenario::{KnobId, Unit};
use highwater::lang::{self, Diagnostic, units};
use highwater::measure::report::Report;
use highwater::simulation::{Simulation, Status};
use lexopt::prelude::*;

const USAGE: &str = "\
highwater run FILE [--until 60s] [--seed 1] [--set rate=200/s]... [--warmup 10s] [--json] [--digest] [--trace FILE]
highwater check FILE... [--json]
highwater fmt FILE... [--check]

FILE may be - for standard input. `run` plays a scenario and prints what came of it; `check` says what is wrong with a text;
`fmt` rewrites it, tidily indented (with --check it only says whether it would).
Exit codes: 0 fine, 1 an expectation was missed, 2 the text or the call is wrong, 3 the run was stopped.
";

const MISSED: u8 = 1;
const WRONG: u8 = 2;
const STOPPED: u8 = 3;

/// Events between two looks at the clock, for progress.
const EVENTS_PER_SLICE: u64 = 2_000_000;
/// Seconds of the viewer's before progress is shown.
const PATIENCE_S: u64 = 2;

/// What was asked for.
#[derive(Default)]
struct Call {
    command: String,
    files: Vec<String>,
    until: Option<u64>,
    warmup: Option<u64>,
    seed: Option<u64>,
    set: Vec<(String, String)>,
    trace: Option<String>,
    json: bool,
    digest: bool,
    check: bool,
}

fn main() -> ExitCode {
    let json = std::env::args().any(|argument| argument == "--json");
    match read_call().and_then(|call| obey(&call)) {
        Ok(code) => ExitCode::from(code),
        Err(refusal) => {
            refusal.show(json);
            ExitCode::from(WRONG)
        }
    }
}

/// Why a call was refused: a sentence about the call, or what is wrong with a text.
enum Refusal {
    Call(String),
    Text {
        file: String,
        source: String,
        diagnostics: Vec<Diagnostic>,
    },
}

impl Refusal {
    fn show(&self, json: bool) {
        if json {
            println!("{}", serde_json::Value::Array(self.as_json()));
            return;
        }
        match self {
            Refusal::Call(message) => eprintln!("highwater: {message}\n\n{USAGE}"),
            Refusal::Text {
                file,
                source,
                diagnostics,
            } => {
                for diagnostic in diagnostics {
                    eprintln!("{}\n", diagnostic.render(file, source).trim_end());
                }
            }
        }
    }

    fn as_json(&self) -> Vec<serde_json::Value> {
        let one = |span: lang::scenario::Span, message: &str, help: Option<&String>| {
            serde_json::json!({
                "line": span.line, "column": span.column, "end_line": span.end_line, "end_column": span.end_column,
                "message": message, "help": help,
            })
        };
        match self {
            Refusal::Call(message) => vec![one(lang::scenario::Span::default(), message, None)],
            Refusal::Text {
                file, diagnostics, ..
            } => diagnostics
                .iter()
                .map(|found| {
                    let mut error = one(found.span, &found.message, found.help.as_ref());
                    error["file"] = file.as_str().into();
                    error
                })
                .collect(),
        }
    }
}

impl<E: std::error::Error> From<E> for Refusal {
    fn from(error: E) -> Self {
        Refusal::Call(error.to_string())
    }
}

fn read_call() -> Result<Call, Refusal> {
    let mut call = Call::default();
    let mut arguments = lexopt::Parser::from_env();
    while let Some(argument) = arguments.next()? {
        match argument {
            Long("until") => call.until = Some(duration(&arguments.value()?.string()?)?),
            Long("warmup") => call.warmup = Some(duration(&arguments.value()?.string()?)?),
            Long("seed") => call.seed = Some(arguments.value()?.parse()?),
            Long("set") => call.set.push(assignment(&arguments.value()?.string()?)?),
            Long("trace") => call.trace = Some(arguments.value()?.string()?),
            Long("json") => call.json = true,
            Long("digest") => call.digest = true,
            Long("check") => call.check = true,
            Short('h') | Long("help") => call.command = "help".to_owned(),
            Short('V') | Long("version") => call.command = "version".to_owned(),
            Value(word) if call.command.is_empty() => call.command = word.string()?,
            Value(file) => call.files.push(file.string()?),
            other => return Err(other.unexpected().into()),
        }
    }
    Ok(call)
}

fn duration(text: &str) -> Result<u64, Refusal> {
    let nanoseconds = units::parse(text, Unit { time: 1, bytes: 0 }).map_err(Refusal::Call)?;
    Ok(nanoseconds as u64)
}

fn assignment(text: &str) -> Result<(String, String), Refusal> {
    let parts = text.split_once('=');
    let (name, value) = parts.ok_or_else(|| {
        Refusal::Call(format!(
            "--set takes KNOB=VALUE, as in rate=200/s; '{text}' has no '='"
        ))
    })?;
    Ok((name.trim().to_owned(), value.trim().to_owned()))
}

fn obey(call: &Call) -> Result<u8, Refusal> {
    match call.command.as_str() {
        "run" => run(call),
        "check" => check(call),
        "fmt" => fmt(call),
        "help" | "" => {
            print!("{USAGE}");
            Ok(if call.command.is_empty() { WRONG } else { 0 })
        }
        "version" => {
            println!("highwater {}", env!("CARGO_PKG_VERSION"));
            Ok(0)
        }
        other => Err(Refusal::Call(format!(
            "unknown command '{other}': run, check and fmt are known"
        ))),
    }
}

fn read(file: &str) -> Result<String, Refusal> {
    let mut source = String::new();
    let read = if file == "-" {
        std::io::stdin().read_to_string(&mut source).map(|_| source)
    } else {
        std::fs::read_to_string(file)
    };
    read.map_err(|error| Refusal::Call(format!("cannot read {file}: {error}")))
}

fn files(call: &Call) -> Result<&[String], Refusal> {
    if call.files.is_empty() {
        return Err(Refusal::Call(format!(
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
        match lang::compile(&source) {
            Ok(_) if call.json => {}
            Ok(_) => println!("{file}: fine"),
            Err(diagnostics) => {
                let refusal = Refusal::Text {
                    file: file.clone(),
                    source,
                    diagnostics,
                };
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
        println!("{}", serde_json::Value::Array(list));
    }
    Ok(code)
}

fn fmt(call: &Call) -> Result<u8, Refusal> {
    let mut code = 0;
    for file in files(call)? {
        let source = read(file)?;
        let tidy = lang::format(&source).map_err(|diagnostics| Refusal::Text {
            file: file.clone(),
            source: source.clone(),
            diagnostics,
        })?;
        if file == "-" && !call.check {
            print!("{tidy}");
        } else if tidy != source && call.check {
            println!("{file}: would be rewritten");
            code = MISSED;
        } else if tidy != source {
            std::fs::write(file, tidy)
                .map_err(|error| Refusal::Call(format!("cannot write {file}: {error}")))?;
            println!("{file}: rewritten");
        }
    }
    Ok(code)
}

fn run(call: &Call) -> Result<u8, Refusal> {
    let [file] = files(call)? else {
        return Err(Refusal::Call(format!(
            "'run' takes one FILE, not {}",
            call.files.len()
        )));
    };
    let source = read(file)?;
    let mut simulation = prepare(call, file, &source)?;
    let mut trace = call
        .trace
        .as_ref()
        .map(std::fs::File::create)
        .transpose()?
        .map(std::io::BufWriter::new);
    let until = call.until.unwrap_or(simulation.horizon());
    if let Some(warmup) = call.warmup {
        if warmup >= until {
            let show = |ns: u64| units::format(ns as f64, Unit { time: 1, bytes: 0 });
            let (warmup, until) = (show(warmup), show(until));
            return Err(Refusal::Call(format!(
                "--warmup {warmup} leaves nothing to measure: the run ends at {until}"
            )));
        }
        play(&mut simulation, warmup, trace.as_mut())?;
        simulation.reset_measures();
    }
    let status = play(&mut simulation, until, trace.as_mut())?;
    if let Some(mut trace) = trace {
        trace.flush()?;
    }
    let report = simulation.report();
    if call.json {
        println!("{}", serde_json::to_string(&report)?);
    } else {
        print_report(&report);
    }
    let missed = report
        .expectations
        .iter()
        .any(|expectation| !expectation.met);
    Ok(if status == Status::Stopped {
        STOPPED
    } else {
        u8::from(missed) * MISSED
    })
}

fn prepare(call: &Call, file: &str, source: &str) -> Result<Simulation, Refusal> {
    let refuse = |diagnostics| Refusal::Text {
        file: file.to_owned(),
        source: source.to_owned(),
        diagnostics,
    };
    let scenario = lang::compile(source).map_err(refuse)?;
    let seed = call.seed.or(scenario.seed).unwrap_or(1);
    let simulation = Simulation::new(scenario, seed);
    let mut simulation = match (&call.trace, call.digest || call.json) {
        (Some(_), _) => simulation.with_trace(),
        (None, true) => simulation.with_digest(),
        (None, false) => simulation,
    };
    for (name, text) in &call.set {
        let (knob, value) = knob_and_value(&simulation, name, text)?;
        simulation.set_knob(knob, value);
    }
    Ok(simulation)
}

fn knob_and_value(
    simulation: &Simulation,
    name: &str,
    text: &str,
) -> Result<(KnobId, f64), Refusal> {
    let knobs = &simulation.scenario().knobs;
    let Some(index) = knobs.iter().position(|knob| knob.name == name) else {
        let known: Vec<&str> = knobs.iter().map(|knob| knob.name.as_str()).collect();
        let known = if known.is_empty() {
            "it has none".to_owned()
        } else {
            format!("it has {}", known.join(", "))
        };
        return Err(Refusal::Call(format!(
            "--set {name}: the scenario has no such knob; {known}"
        )));
    };
    let knob = &knobs[index];
    let value = units::parse(text, knob.unit)
        .map_err(|message| Refusal::Call(format!("--set {name}: {message}")))?;
    if value < knob.from || value > knob.to {
        let show = |value: f64| match knob.percent {
            true => format!("{}%", units::format(value * 100.0, knob.unit)),
            false => units::format(value, knob.unit),
        };
        let (from, to) = (show(knob.from), show(knob.to));
        return Err(Refusal::Call(format!(
            "--set {name}: {text} is outside its range, which goes from {from} to {to}"
        )));
    }
    Ok((KnobId(index as u32), value))
}

/// Lets time pass, writing the trace and, where that takes long and somebody watches, how far it is.
fn play(
    simulation: &mut Simulation,
    until: u64,
    mut trace: Option<&mut std::io::BufWriter<std::fs::File>>,
) -> Result<Status, Refusal> {
    let began = std::time::Instant::now();
    let watched = std::io::stderr().is_terminal();
    let slice = if trace.is_some() {
        EVENTS_PER_SLICE / 20
    } else {
        EVENTS_PER_SLICE
    };
    let mut shown = false;
    loop {
        let status = simulation.advance(until, slice);
        if let Some(trace) = trace.as_deref_mut() {
            for event in simulation.drain_trace() {
                writeln!(trace, "{event}")?;
            }
        }
        if status != Status::Budget {
            if shown {
                eprintln!();
            }
            return Ok(status);
        }
        if watched && began.elapsed().as_secs() >= PATIENCE_S {
            shown = true;
            let at = simulation.now() as f64 / 1e9;
            eprint!(
                "\r{at:.3} s of {:.0} s, {} events ",
                until as f64 / 1e9,
                simulation.events()
            );
        }
    }
}

fn print_report(report: &Report) {
    let quantity = |seconds: f64| units::format(seconds * 1e9, Unit { time: 1, bytes: 0 });
    let items = &report.items;
    for line in &report.printed {
        println!("{:>12}  {}: {}", quantity(line.t_s), line.by, line.text);
    }
    println!(
        "{}",
        if report.scenario.is_empty() {
            "(no title)"
        } else {
            &report.scenario
        }
    );
    println!(
        "time {}, {} events, seed {}",
        quantity(report.time_s),
        report.events,
        report.seed
    );
    println!(
        "items: {} produced = {} done + {} dropped + {} failed + {} lost + {} in flight",
        items.produced, items.done, items.dropped, items.failed, items.lost, items.in_flight
    );
    println!(
        "throughput {:.4} /s, goodput {:.4} /s",
        report.throughput_per_s, report.goodput_per_s
    );
    if let Some(digest) = &report.digest {
        println!("digest {digest}");
    }
    let latency = &report.latency_s;
    if latency.count > 0 {
        println!(
            "latency: mean {}, p50 {}, p90 {}, p99 {}, p99.9 {}, max {}",
            quantity(latency.mean),
            quantity(latency.p50),
            quantity(latency.p90),
            quantity(latency.p99),
            quantity(latency.p999),
            quantity(latency.max)
        );
    }
    for (why, times) in &report.failures.0 {
        println!("failed {times} times: {why}");
    }
    print_stores(report);
    for (name, value) in &report.shared.0 {
        println!("shared {name} = {value}");
    }
    for expectation in &report.expectations {
        println!(
            "{}: {}",
            if expectation.met { "met" } else { "MISSED" },
            expectation.text
        );
    }
    if let Some(error) = &report.error {
        println!("stopped at line {}: {}", error.line, error.message);
    }
}

fn print_stores(report: &Report) {
    print_channels(report);
    print_logs_and_queues(report);
    print_resources(report);
}

fn print_channels(report: &Report) {
    for (name, channel) in &report.channels.0 {
        println!(
            "channel {name}: depth {} (mean {:.3}, most {}), {} in, {} out, {} rejected, {} dropped, \
             full {:.1} % of the time, at most {} waiting to send",
            channel.depth,
            channel.mean_depth,
            channel.max_depth,
            channel.taken,
            channel.given,
            channel.rejected,
            channel.dropped,
            channel.full_share * 100.0,
            channel.max_waiting_senders
        );
    }
}

fn print_logs_and_queues(report: &Report) {
    for (name, topic) in &report.topics.0 {
        println!(
            "topic {name}: {} records in {} partitions, {} deleted",
            topic.records,
            topic.end_offsets.len(),
            topic.deleted
        );
    }
    for (name, group) in &report.groups.0 {
        println!(
            "group {name}: lag {} (mean {:.1}, most {}), {} members, {} rebalances, {} delivered again, {} thrown out",
            group.lag,
            group.mean_lag,
            group.max_lag,
            group.members,
            group.rebalances,
            group.redelivered,
            group.evicted
        );
    }
    for (name, queue) in &report.queues.0 {
        println!(
            "queue {name}: {} visible (mean {:.1}, most {}), {} in flight, {} delayed, {} delivered again, {} dead letters",
            queue.visible,
            queue.mean_visible,
            queue.max_visible,
            queue.in_flight,
            queue.delayed,
            queue.redelivered,
            queue.dead_lettered
        );
    }
}

fn print_resources(report: &Report) {
    for (name, pool) in &report.resources.0 {
        println!(
            "resource {name}: {} of {} in use (most {}, {:.1} %), {} waiting (most {}), {} refused",
            pool.in_use,
            pool.permits,
            pool.max_in_use,
            pool.utilisation * 100.0,
            pool.waiting,
            pool.max_waiting,
            pool.refused
        );
    }
    for (name, cpu) in &report.cpus.0 {
        println!(
            "cpu {name}: {} of {} cores in use (most {}, {:.1} %), {} waiting (most {})",
            cpu.in_use,
            cpu.cores,
            cpu.max_in_use,
            cpu.utilisation * 100.0,
            cpu.waiting,
            cpu.max_waiting
        );
    }
    for (name, memory) in &report.memories.0 {
        let size = |bytes: u64| units::format(bytes as f64, Unit { time: 0, bytes: 1 });
        println!(
            "memory {name}: {} of {} in use (most {}), passed {} times",
            size(memory.used),
            size(memory.limit),
            size(memory.peak),
            memory.ooms
        );
    }
}
