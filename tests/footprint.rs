//! What a run says that it holds is what it takes: against an allocator that counts, for everything that can grow large. And what is
//! stated as a limit is kept. One test after the other, since the allocator counts for all.
#![cfg(not(target_arch = "wasm32"))]

use std::alloc::System;
use std::rc::Rc;

use highwater::engine::{HELD_BYTES_MAX, Machine, Status};
use highwater::lang;
use highwater::simulation::Simulation;
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

const SECOND: u64 = 1_000_000_000;
const MIB: f64 = (1 << 20) as f64;

/// Bytes that are taken since then.
fn taken(region: &Region<'_, System>) -> f64 {
    let change = region.change();
    change.bytes_allocated as f64 - change.bytes_deallocated as f64
}

fn compile(text: &str) -> lang::Scenario {
    match lang::compile(text) {
        Ok(scenario) => scenario,
        Err(problems) => panic!("{}: {text:.300}", problems[0].message),
    }
}

/// Plays a machine without a simulation around it, so many events at most.
fn advance(machine: &mut Machine, until: u64, events: u64) -> Status {
    let budget = machine.budget(events);
    machine.advance(until, budget)
}

/// So many of a text in a row, with its number for `#`.
fn times(count: usize, text: &str) -> String {
    (0..count)
        .map(|number| text.replace('#', &number.to_string()))
        .collect()
}

/// What grows large, and a text in which it does within a second.
fn rows() -> Vec<(&'static str, String)> {
    let text = |text: &str| text.to_owned();
    vec![
        ("activities", text("process p x 10000 { sleep 1h }")),
        (
            "activities that have ended",
            text("process p { repeat 10k { spawn { sleep 1ms } } }"),
        ),
        (
            "local values",
            format!(
                "process p x 1000 {{ {} sleep 1h }}",
                times(300, "let v# = 1;")
            ),
        ),
        (
            "blocks",
            format!(
                "process p x 3000 {{ {} sleep 1h {} }}",
                times(25, "try { within 2h { "),
                times(25, "} } ")
            ),
        ),
        (
            "items in a channel",
            text("channel c unbounded; process p { repeat 100k { send c } }"),
        ),
        (
            "items on a wire",
            text("channel c unbounded delay 1h; process p { repeat 100k { send c } }"),
        ),
        (
            "slots of a pipe",
            text(
                "channel c capacity 1GiB pages 4KiB; process p { repeat 50k { produce size 5000B; send c; produce size 9B; send c } }",
            ),
        ),
        (
            "senders in line",
            text("channel c capacity 1; process p x 10000 { send c }"),
        ),
        (
            "receivers in line",
            text("channel c capacity 1; process p x 10000 { receive c }"),
        ),
        (
            "callers in line",
            text("channel c capacity 1; process p x 10000 { call c }"),
        ),
        (
            "a batch in hand",
            text(
                "channel c unbounded; process p { repeat 100k { send c }; receive c up to 100k; sleep 1h }",
            ),
        ),
        (
            "batches that are visited",
            text(
                "channel c unbounded; process p { repeat 100k { send c }; receive c up to 100k; for each { sleep 1ms } }",
            ),
        ),
        (
            "places at a select",
            format!(
                "{} process p x 500 {{ select {{ {} }} }}",
                times(50, "channel c# capacity 1;"),
                times(50, "receive c# { }\n")
            ),
        ),
        (
            "a line for permits",
            text("resource r permits 1; process p x 10000 { acquire r }"),
        ),
        (
            "pools",
            text(
                "resource r permits 1 per key; process p { let n = 0; repeat 50k { n = n + 1; acquire r[n] } }",
            ),
        ),
        (
            "pools with lines",
            text(
                "resource r permits 1 per key; process p x 10000 as i { acquire r[floor(i / 2)]; sleep 1h }",
            ),
        ),
        (
            "a line for cores",
            text("cpu c cores 1; process p x 10000 { work 1s on c }"),
        ),
        (
            "entries",
            text(
                "shared t = 0 per key; process p { let n = 0; repeat 100k { n = n + 1; t[n] = 1 } }",
            ),
        ),
        (
            "who awaits",
            text(
                "shared a = 0; shared b = 0; shared c = 0; process p x 10000 { await a + b + c > 0 }",
            ),
        ),
        (
            "visible messages",
            text("queue q visibility 1s; process p { repeat 50k { send q } }"),
        ),
        (
            "messages in flight",
            text(
                "queue q visibility 1h; process p { repeat 50k { send q } }; process w { sleep 1ms; repeat 5000 { receive q up to 10 }; sleep 1h }",
            ),
        ),
        (
            "messages in order",
            text(
                "queue q visibility 1h fifo; process p { let n = 0; repeat 20k { n = n + 1; produce key n; send q } }",
            ),
        ),
        (
            "partitions",
            text("topic t partitions 65535; process p { sleep 1h }"),
        ),
        (
            "partitions of groups",
            text(
                "topic t partitions 30000; group a on t; group b on t; group c on t; process p { poll a }; process q { poll b }; process r { poll c }",
            ),
        ),
        (
            "partitions with a record each",
            text("topic t partitions 20000; group a on t; process p { repeat 20k { send t } }"),
        ),
        (
            "records",
            text(
                "topic t partitions 10; group a on t; process p { let n = 0; repeat 100k { n = n + 1; produce size n * 1B key n; send t } }",
            ),
        ),
        (
            "records that are alike",
            text("topic t partitions 10; group a on t; process p { repeat 200k { send t } }"),
        ),
        (
            "records in hand",
            text(
                "topic t partitions 1; group a on t; process p { repeat 50k { send t } }; process q { poll a up to 100k; sleep 1h }",
            ),
        ),
        (
            "members",
            text("topic t partitions 100; group a on t; process p x 10000 { poll a }"),
        ),
        (
            "lines of the log",
            format!(
                "process p {{ repeat 12k {{ print \"{}\" }} }}",
                times(30, "0123456789")
            ),
        ),
        (
            "charts",
            times(
                100,
                "channel c# capacity 1; resource r# permits 1; cpu u# cores 1; queue q# visibility 1s; shared s# = 0;",
            ) + "process p { sleep 1h }",
        ),
        (
            "declarations",
            times(
                5000,
                "channel c# capacity 1; queue q# visibility 1s; resource r# permits 1;",
            ) + "process p { sleep 1h }",
        ),
        ("processes", times(10_000, "process p# { sleep 1h }\n")),
        (
            "statements",
            format!(
                "process p {{ {} }}",
                times(20_000, "sleep 1h + # * 1s + exp(1s);")
            ),
        ),
    ]
}

fn machine(text: &str) -> Machine {
    let scenario = compile(text);
    let knobs = scenario.knobs.iter().map(|knob| knob.value).collect();
    Machine::new(Rc::new(scenario), 1, knobs)
}

fn what_is_counted_is_what_is_taken() {
    let mut wrong = String::new();
    for (what, text) in rows() {
        let scenario = Rc::new(compile(&text.replace(';', "\n")));
        let knobs: Vec<f64> = scenario.knobs.iter().map(|knob| knob.value).collect();
        let live = Region::new(ALLOCATOR);
        let mut machine = Machine::new(scenario, 1, knobs);
        let _ = advance(&mut machine, SECOND / 2, u64::MAX);
        let live = taken(&live);
        assert_eq!(machine.error(), None, "{what}");
        let clone = Region::new(ALLOCATOR);
        let copy = machine.clone();
        let (cloned, counted) = (taken(&clone), machine.footprint() as f64);
        assert_eq!(
            copy.footprint(),
            machine.footprint(),
            "{what}: a copy holds as much"
        );
        drop(copy);
        let share = counted / cloned;
        let room = live / counted;
        if !(0.8..=1.5).contains(&share) || room > 4.0 || cloned < MIB / 2.0 {
            wrong.push_str(&format!(
                "{what}: counted {:.2} MiB, a clone takes {:.2} MiB (counted / taken is {share:.2}), the run itself {:.2} MiB\n",
                counted / MIB,
                cloned / MIB,
                live / MIB
            ));
        }
    }
    assert!(
        wrong.is_empty(),
        "what is counted is not what is taken:\n{wrong}"
    );
}

/// A partition of a topic or a group is little until there is something in it.
fn a_partition_costs_little() {
    let with = |partitions: usize| {
        let text = format!("topic t partitions {partitions}\ngroup a on t\nprocess p {{ poll a }}");
        let region = Region::new(ALLOCATOR);
        let mut machine = machine(&text);
        let _ = advance(&mut machine, SECOND, u64::MAX);
        let taken = taken(&region);
        drop(machine);
        taken
    };
    let each = (with(65_535) - with(1)) / 65_534.0;
    assert!(
        each < 400.0,
        "a partition that a group reads takes {each:.0} B"
    );
}

/// All checkpoints together stay below their limit, whatever is in them.
fn checkpoints_stay_below_their_limit() {
    for text in [
        "topic t partitions 65535\ngroup a on t\nprocess p { every 500ms { send t } }\nprocess q { forever { poll a; commit } }",
        "queue q visibility 1h fifo\nprocess p { let n = 0\nevery 1ms { n = n + 1; produce key random(); send q } }\nprocess w { forever { receive q; sleep 2ms } }",
        "channel c unbounded\nprocess p x 500 { every exp(200ms) { send c } }",
    ] {
        let region = Region::new(ALLOCATOR);
        let mut simulation = Simulation::new(compile(text), 1);
        let _ = simulation.advance(60 * SECOND, u64::MAX);
        let all = taken(&region);
        let _ = simulation.seek(0, u64::MAX);
        // The machine itself, the moves, the arrows.
        let mut alone = machine(text);
        let region = Region::new(ALLOCATOR);
        let _ = advance(&mut alone, 60 * SECOND, u64::MAX);
        let copy = alone.clone();
        let itself = taken(&region);
        drop(copy);
        assert!(
            all < 64.0 * MIB + itself,
            "{:.1} MiB with {:.1} MiB for the run itself: {text}",
            all / MIB,
            itself / MIB
        );
    }
}

/// A run that would hold more than it may is stopped, says so, and takes less than 1 GiB then. It is stopped at the same event in
/// whatever pieces it is played, and by a copy that keeps no more room than it needs.
fn a_run_that_would_hold_too_much_is_stopped() {
    let text = "queue late visibility 1h delay 1h\nprocess p {\n forever { repeat 100k { send late }; sleep 1ms } }";
    let (mut events, mut most) = (Vec::new(), 0.0_f64);
    for in_pieces in [false, true] {
        let region = Region::new(ALLOCATOR);
        let mut machine = machine(text);
        let status = if in_pieces {
            let _ = advance(&mut machine, SECOND, 300);
            let copy = machine.clone();
            machine = copy;
            std::iter::repeat_with(|| advance(&mut machine, SECOND, 77))
                .find(|&status| status != Status::Budget)
                .expect("it ends")
        } else {
            advance(&mut machine, SECOND, u64::MAX)
        };
        assert_eq!(status, Status::Stopped);
        let error = machine.error().expect("a reason");
        assert_eq!(
            (error.span.line, error.message.as_str()),
            (
                1,
                "this run would hold more than 512 MiB of memory, most of it for 'late'"
            )
        );
        let held = machine.footprint();
        assert!(
            held > HELD_BYTES_MAX && held < HELD_BYTES_MAX + HELD_BYTES_MAX / 16,
            "{held}"
        );
        most = most.max(taken(&region));
        events.push((machine.events(), held));
    }
    assert_eq!(events[0], events[1], "whole and in pieces");
    assert!(most < 1024.0 * MIB, "{:.0} MiB", most / MIB);
}

#[test]
fn memory() {
    what_is_counted_is_what_is_taken();
    a_partition_costs_little();
    checkpoints_stay_below_their_limit();
    a_run_that_would_hold_too_much_is_stopped();
}
