//! The command line, over the same door as the page: `highwater run|sweep|check|fmt FILE`.
//!
//! Exit codes: 0 fine; 1 an expectation was missed; 2 the text or the call is wrong; 3 the run was stopped.

mod out;
mod sweep;

use std::fs::File;
use std::io::{BufWriter, Read, Write};
use std::process::ExitCode;

use highwater::lang::scenario::{Knob, KnobId, Shared, Unit};
use highwater::lang::{self, Diagnostic, units};
use highwater::measure::Event;
use highwater::measure::report::{Report, Standstill};
use highwater::simulation::{Simulation, Status};
use lexopt::prelude::*;
use out::{Progress, complain, put, say};

const USAGE: &str = "\
highwater run FILE [--until 60s] [--seed 1] [--set rate=200/s]... [--warmup 10s] [--json] [--digest] [--trace FILE]
highwater sweep FILE --over workers=1,2,4,8 [--show throughput]... [--show 'shared/hits per s']... [--points 8]
                     [--until 60s] [--seed 1] [--set rate=200/s]... [--warmup 10s] [--csv | --json]
highwater check FILE... [--json]
highwater fmt FILE... [--check]

FILE may be - for standard input. `run` plays a scenario and prints what came of it; `sweep` plays it once for each value of a
knob (or for some from A to B: --over workers=1..128) and prints a table; `check` says what is wrong with a text;
`fmt` rewrites it, tidily indented (with --check it only says whether it would).
Exit codes: 0 fine, 1 an expectation was missed, 2 the text or the call is wrong, 3 the run was stopped.
";

const MISSED: u8 = 1;
const WRONG: u8 = 2;
const STOPPED: u8 = 3;

/// Events between two looks at the clock, for progress.
const EVENTS_PER_SLICE: u64 = 2_000_000;

/// What was asked for.
#[derive(Default)]
struct Call {
    command: String,
    files: Vec<String>,
    until: Option<u64>,
    warmup: Option<u64>,
    seed: Option<u64>,
    set: Vec<(String, String)>,
    over: Option<(String, String)>,
    points: Option<usize>,
    show: Vec<String>,
    trace: Option<String>,
    csv: bool,
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
            say!("{}", serde_json::Value::Array(self.as_json()));
            return;
        }
        match self {
            Refusal::Call(message) => complain(format_args!("highwater: {message}\n\n{USAGE}\n")),
            Refusal::Text {
                file,
                source,
                diagnostics,
            } => {
                for diagnostic in diagnostics {
                    let rendered = diagnostic.render(file, source);
                    complain(format_args!("{}\n\n", rendered.trim_end()));
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
            Long("set") => {
                let text = arguments.value()?.string()?;
                call.set.push(assignment("--set", "rate=200/s", &text)?);
            }
            Long("over") => {
                let text = arguments.value()?.string()?;
                let over = assignment("--over", "workers=1,2,4,8", &text)?;
                if call.over.replace(over).is_some() {
                    return Err(Refusal::Call("--over: one knob at a time".to_owned()));
                }
            }
            Long("points") => call.points = Some(arguments.value()?.parse()?),
            Long("show") => call.show.push(arguments.value()?.string()?),
            Long("csv") => call.csv = true,
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

fn assignment(option: &str, such: &str, text: &str) -> Result<(String, String), Refusal> {
    let parts = text.split_once('=');
    let (name, value) = parts.ok_or_else(|| {
        Refusal::Call(format!(
            "{option} takes KNOB=VALUE, as in {such}; '{text}' has no '='"
        ))
    })?;
    Ok((name.trim().to_owned(), value.trim().to_owned()))
}

fn obey(call: &Call) -> Result<u8, Refusal> {
    match call.command.as_str() {
        "run" => run(call),
        "sweep" => sweep::sweep(call),
        "check" => check(call),
        "fmt" => fmt(call),
        "help" | "" => {
            put(format_args!("{USAGE}"));
            Ok(if call.command.is_empty() { WRONG } else { 0 })
        }
        "version" => {
            say!("highwater {}", env!("CARGO_PKG_VERSION"));
            Ok(0)
        }
        other => Err(Refusal::Call(format!(
            "unknown command '{other}': run, sweep, check and fmt are known"
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
            Ok(_) => say!("{file}: fine"),
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
        say!("{}", serde_json::Value::Array(list));
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
            put(format_args!("{tidy}"));
        } else if tidy != source && call.check {
            say!("{file}: would be rewritten");
            code = MISSED;
        } else if tidy != source {
            std::fs::write(file, tidy)
                .map_err(|error| Refusal::Call(format!("cannot write {file}: {error}")))?;
            say!("{file}: rewritten");
        }
    }
    Ok(code)
}

fn one_file(call: &Call) -> Result<&str, Refusal> {
    match files(call)? {
        [file] => Ok(file),
        several => Err(Refusal::Call(format!(
            "'{}' takes one FILE, not {}",
            call.command,
            several.len()
        ))),
    }
}

fn run(call: &Call) -> Result<u8, Refusal> {
    let file = one_file(call)?;
    let simulation = prepare(call, file, &read(file)?)?;
    let mut simulation = match (&call.trace, call.digest || call.json) {
        (Some(_), _) => simulation.with_trace(),
        (None, true) => simulation.with_digest(),
        (None, false) => simulation,
    };
    let mut trace = call.trace.as_deref().map(TraceFile::create).transpose()?;
    let (warmup, until) = measured(call, &simulation)?;
    let mut progress = Progress::new();
    if warmup > 0 {
        play(&mut simulation, warmup, trace.as_mut(), &mut progress)?;
        simulation.reset_measures();
    }
    let status = play(&mut simulation, until, trace.as_mut(), &mut progress)?;
    progress.end();
    if let Some(trace) = &mut trace {
        trace.flush()?;
    }
    let report = simulation.report();
    if call.json {
        say!("{}", serde_json::to_string(&report)?);
    } else {
        print_report(&report, &simulation.scenario().shared);
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

/// When measuring begins and ends, in nanoseconds.
fn measured(call: &Call, simulation: &Simulation) -> Result<(u64, u64), Refusal> {
    let until = call.until.unwrap_or(simulation.horizon());
    let warmup = call.warmup.unwrap_or(0);
    if warmup > 0 && warmup >= until {
        let show = |ns: u64| units::format(ns as f64, Unit { time: 1, bytes: 0 });
        let (warmup, until) = (show(warmup), show(until));
        return Err(Refusal::Call(format!(
            "--warmup {warmup} leaves nothing to measure: the run ends at {until}"
        )));
    }
    Ok((warmup, until))
}

/// A run at its time 0, with the knobs where the call has set them.
fn prepare(call: &Call, file: &str, source: &str) -> Result<Simulation, Refusal> {
    let refuse = |diagnostics| Refusal::Text {
        file: file.to_owned(),
        source: source.to_owned(),
        diagnostics,
    };
    let scenario = lang::compile(source).map_err(refuse)?;
    let seed = call.seed.or(scenario.seed).unwrap_or(1);
    let mut simulation = Simulation::new(scenario, seed);
    for (name, text) in &call.set {
        let knob = knob_of(&simulation, "--set", name)?;
        let value = value_of(&simulation, "--set", knob, text)?;
        simulation.set_knob(knob, value);
    }
    Ok(simulation)
}

fn knob_of(simulation: &Simulation, option: &str, name: &str) -> Result<KnobId, Refusal> {
    let knobs = &simulation.scenario().knobs;
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

/// A value of a knob, written as in the language.
fn value_of(
    simulation: &Simulation,
    option: &str,
    knob: KnobId,
    text: &str,
) -> Result<f64, Refusal> {
    let knob = &simulation.scenario().knobs[knob.index()];
    let name = &knob.name;
    let value = units::parse(text, knob.unit)
        .map_err(|message| Refusal::Call(format!("{option} {name}: {message}")))?;
    if value < knob.from || value > knob.to {
        let (from, to) = (show_value(knob, knob.from), show_value(knob, knob.to));
        return Err(Refusal::Call(format!(
            "{option} {name}: {text} is outside its range, which goes from {from} to {to}"
        )));
    }
    Ok(value)
}

/// The value of a knob as one would write it.
fn show_value(knob: &Knob, value: f64) -> String {
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

/// Where a trace is written as it comes.
struct TraceFile {
    path: String,
    out: BufWriter<File>,
}

impl TraceFile {
    fn create(path: &str) -> Result<Self, Refusal> {
        let file = File::create(path).map_err(|error| cannot_trace(path, &error))?;
        Ok(TraceFile {
            path: path.to_owned(),
            out: BufWriter::new(file),
        })
    }

    fn write(&mut self, events: &[Event]) -> Result<(), Refusal> {
        for event in events {
            writeln!(self.out, "{event}").map_err(|error| cannot_trace(&self.path, &error))?;
        }
        Ok(())
    }

    fn flush(&mut self) -> Result<(), Refusal> {
        self.out
            .flush()
            .map_err(|error| cannot_trace(&self.path, &error))
    }
}

fn cannot_trace(path: &str, error: &std::io::Error) -> Refusal {
    Refusal::Call(format!("cannot write the trace to {path}: {error}"))
}

/// Lets time pass, writing the trace and, where that takes long and somebody watches, how far it is.
fn play(
    simulation: &mut Simulation,
    until: u64,
    mut trace: Option<&mut TraceFile>,
    progress: &mut Progress,
) -> Result<Status, Refusal> {
    loop {
        // It comes back as soon as there is much to write.
        let status = simulation.advance(until, EVENTS_PER_SLICE);
        if let Some(trace) = trace.as_deref_mut() {
            trace.write(&simulation.drain_trace())?;
        }
        if status != Status::Budget {
            return Ok(status);
        }
        progress.show(simulation, until);
    }
}

fn quantity(seconds: f64) -> String {
    units::format(seconds * 1e9, Unit { time: 1, bytes: 0 })
}

fn print_latency(report: &Report) {
    let latency = &report.latency_s;
    if latency.count > 0 {
        say!(
            "latency: mean {}, p50 {}, p90 {}, p99 {}, p99.9 {}, max {}",
            quantity(latency.mean),
            quantity(latency.p50),
            quantity(latency.p90),
            quantity(latency.p99),
            quantity(latency.p999),
            quantity(latency.max)
        );
    }
}

fn print_report(report: &Report, shared: &[Shared]) {
    let items = &report.items;
    for line in &report.printed {
        say!("{:>12}  {}: {}", quantity(line.t_s), line.by, line.text);
    }
    say!(
        "{}",
        if report.scenario.is_empty() {
            "(no title)"
        } else {
            &report.scenario
        }
    );
    say!(
        "time {}, {} events, seed {}",
        quantity(report.time_s),
        report.events,
        report.seed
    );
    say!(
        "items: {} produced = {} done + {} dropped + {} failed + {} lost + {} in flight",
        items.produced,
        items.done,
        items.dropped,
        items.failed,
        items.lost,
        items.in_flight
    );
    say!(
        "throughput {:.4} /s, goodput {:.4} /s",
        report.throughput_per_s,
        report.goodput_per_s
    );
    if let Some(digest) = &report.digest {
        say!("digest {digest}");
    }
    if let Some(standstill) = &report.standstill {
        print_standstill(standstill);
    }
    print_latency(report);
    for (why, times) in &report.failures.0 {
        say!("failed {times} times: {why}");
    }
    print_stores(report);
    print_shared(report, shared);
    for expectation in &report.expectations {
        say!(
            "{}: {}",
            if expectation.met { "met" } else { "MISSED" },
            expectation.text
        );
    }
    if let Some(error) = &report.error {
        say!("stopped at line {}: {}", error.line, error.message);
    }
}

/// When nothing more happens since, and who waits for what if that is no end in order.
fn print_standstill(standstill: &Standstill) {
    say!("{}", standstill.summary);
    if !standstill.stuck {
        return;
    }
    for standing in &standstill.waits {
        say!("  {}", standing.text);
    }
    if standstill.more_places > 0 {
        say!("  and more wait at {} other places", standstill.more_places);
    }
}

/// Variables with their units, and tables.
fn print_shared(report: &Report, shared: &[Shared]) {
    let plain = shared.iter().filter(|declared| !declared.per_key);
    for (declared, (name, value)) in plain.zip(&report.shared.0) {
        say!("shared {name} = {}", units::format(*value, declared.unit));
    }
    for (name, table) in &report.tables.0 {
        say!(
            "table {name}: {} entries, {} writes",
            table.entries,
            table.writes
        );
    }
}

fn print_stores(report: &Report) {
    print_channels(report);
    print_logs_and_queues(report);
    print_resources(report);
}

fn print_channels(report: &Report) {
    for (name, channel) in &report.channels.0 {
        say!(
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
        say!(
            "topic {name}: {} records in {} partitions, {} deleted",
            topic.records,
            topic.end_offsets.len(),
            topic.deleted
        );
    }
    for (name, group) in &report.groups.0 {
        say!(
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
        say!(
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
        say!(
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
        say!(
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
        say!(
            "memory {name}: {} of {} in use (most {}), passed {} times",
            size(memory.used),
            size(memory.limit),
            size(memory.peak),
            memory.ooms
        );
    }
}
