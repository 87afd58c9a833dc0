//! The command line, over the same door as the page: `highwater run|sweep|check|fmt FILE`.
//!
//! Exit codes: 0 fine; 1 an expectation was missed; 2 the text or the call is wrong; 3 the run was stopped; 130 Ctrl-C.

mod call;
mod files;
mod interrupt;
mod knobs;
mod out;
mod progress;
mod sweep;
mod trace;

use std::ffi::{OsStr, OsString};
use std::process::ExitCode;

use call::{Call, Refusal, USAGE, read_call};
use files::{read, rewrite, shown};
use highwater::lang::scenario::{KnobId, Scenario, Shared, Unit};
use highwater::lang::{self, units};
use highwater::measure::report::{Ended, Report};
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
        print_report(&report, &simulation.scenario().shared);
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
