//! Runaway texts stop with an error that names the line, and every call returns.

use crate::support::{MS, SECOND, simulation};
use highwater::simulation::Status;

#[test]
fn runaway_texts_stop_and_name_the_line() {
    // What goes wrong, the text, the line that the error names, a word of its sentence.
    let rows = [
        (
            "forever without waiting",
            "process p {\n  forever {\n  }\n}",
            2,
            "at one instant",
        ),
        (
            "while without waiting",
            "process p {\n  let n = 0\n  while 1 { n = n + 1 }\n}",
            3,
            "at one instant",
        ),
        (
            "two that wake each other",
            "channel a capacity 0\nchannel b capacity 0\nprocess p { forever { send a; receive b; done } }\nprocess q { forever { receive a; done; send b } }",
            0,
            "at one instant",
        ),
        (
            "a table without end",
            "shared t = 0 per key\nprocess p { let n = 0; forever { repeat 100k { n = n + 1; t[n] = 1 }; sleep 1ms } }",
            2,
            "entries in 't'",
        ),
        (
            "keys without end",
            "resource r permits 1 per key\nprocess p { let n = 0; forever { repeat 100k { n = n + 1; acquire r[n] }; sleep 1ms } }",
            2,
            "keys of 'r'",
        ),
        (
            "an entry without a key",
            "shared t = 0 per key\nprocess p { let zero = 0; t[zero / zero] = 1 }",
            2,
            "this key is not a number",
        ),
        (
            "a pool without a key",
            "resource r permits 1 per key\nprocess p { let zero = 0; with r[zero / zero] { } }",
            2,
            "this key is not a number",
        ),
        (
            "unbounded spawn",
            "process p {\n  forever { spawn { sleep 1s } }\n}",
            0,
            "activities",
        ),
        (
            "a process too large",
            "channel c capacity 1\nprocess p x 2M { receive c }",
            2,
            "activities",
        ),
        (
            "unbounded items",
            "channel c unbounded\nprocess p {\n  forever { send c; sleep 1ns }\n}",
            3,
            "items",
        ),
        (
            "every 0ns",
            "shared z = 0\nprocess p {\n  every 1ms * z { done }\n}",
            3,
            "at one instant",
        ),
        (
            "failing at once for ever",
            "process p {\n  fail\n}",
            2,
            "at one instant",
        ),
        (
            "retrying at once for ever",
            "process p {\n  retry 1G { fail }\n}",
            2,
            "at one instant",
        ),
        (
            "a sleep that is not a number",
            "shared z = 0\nprocess p {\n  sleep 1s * (z / z)\n}",
            3,
            "not a number",
        ),
    ];
    for (what, text, line, word) in rows {
        let text = text.replace("1G", "1_000_000_000");
        let mut simulation = simulation(&text, 1);
        let status = simulation.advance(60 * SECOND, u64::MAX);
        let report = simulation.report();
        assert_eq!(status, Status::Stopped, "{what} was not stopped:\n{text}");
        let error = report.error.expect("a stopped run says why");
        assert!(
            line == 0 || error.line == line,
            "{what}: line {} instead of {line}: {}",
            error.line,
            error.message
        );
        assert!(
            error.line > 0 && error.message.contains(word),
            "{what}: '{}' does not say '{word}'",
            error.message
        );
        assert_eq!(
            simulation.advance(120 * SECOND, u64::MAX),
            Status::Stopped,
            "{what}: it stays stopped"
        );
    }
}

#[test]
fn advance_returns_within_its_budget() {
    let text = "process p { forever { } }";
    let mut simulation = simulation(text, 1);
    assert_eq!(simulation.advance(SECOND, 10), Status::Budget);
    assert!(simulation.events() <= 10);
    assert_eq!(simulation.advance(SECOND, 0), Status::Budget);
}

/// Looking at a crowd is work: a call that may do so much returns after few instructions of this kind, and the instant ends in time.
#[test]
fn crowds_are_counted() {
    let rows = [
        (
            "one that changes what a crowd awaits",
            "shared n = 0; process p x 50000 { await n < 0 }; process q { forever { n = n + 1 } }",
            None,
        ),
        (
            "a knob beside a crowd that has weight",
            "knob n = 1 from 1 to 9; memory m limit 1GB * n; process p x 50000 in m holds 1B { sleep 1s }
             process q { forever { set n = 1; set n = 2 } }",
            None,
        ),
        (
            "a knob that moves the pools of many keys",
            "knob n = 1 from 1 to 9; resource r permits n per key
             process q { repeat 100k as k { acquire r[k] }; forever { set n = 1; set n = 2 } }",
            None,
        ),
        (
            "crashes beside a crowd",
            "process p x 50000 { sleep 1s }; process q { forever { crash r } }; process r { sleep 1s }",
            None,
        ),
        (
            "a memory that a crowd cannot live in, at one instant",
            "memory m limit 1B restart 0s; process p x 50000 in m holds 2B { sleep 1s }",
            Some("at one instant"),
        ),
    ];
    for (what, text, stops) in rows {
        let mut simulation = simulation(text, 1);
        let budget = if stops.is_some() { u64::MAX } else { 1_000_000 };
        let status = simulation.advance(SECOND, budget);
        let error = simulation.report().error.map(|error| error.message);
        match stops {
            Some(word) => assert!(error.is_some_and(|error| error.contains(word)), "{what}"),
            None => assert_eq!(status, Status::Budget, "{what}"),
        }
    }
}

/// These took the square of their size.
#[test]
fn crowds_cost_no_squares() {
    let rows = [
        (
            "many leave what many watch",
            "channel c capacity 1; process p x 10000 { receive c }; process q x 10000 { await len(c) > 5 }; at 1ms { crash p }",
        ),
        (
            "much room on its way back to a channel in a memory",
            "memory m limit 1GB; channel c unbounded delay 1s in m
             process s { forever { sleep 10us; send c } }; process r { forever { receive c; done } }",
        ),
    ];
    for (what, text) in rows {
        let mut simulation = simulation(text, 1);
        assert_ne!(
            simulation.advance(3 * SECOND, u64::MAX),
            Status::Stopped,
            "{what}"
        );
    }
}

#[test]
fn nothing_left_to_do_is_told_however_far_the_horizon() {
    for text in [
        "process p { sleep 1ms }",
        "run 1ns; process p { sleep 1ms }",
        "run 1ns; knob k = 1 from 0 to 9; channel c capacity k; process p x 3 { receive c }",
    ] {
        for until in [SECOND, 3600 * SECOND, u64::MAX] {
            let mut simulation = simulation(text, 1);
            assert_eq!(
                simulation.advance(until, u64::MAX),
                Status::Idle,
                "{text} until {until}"
            );
            let _ = simulation.report();
        }
    }
}

#[test]
fn a_text_without_a_process_has_a_frame() {
    for text in ["", "run 1s", "channel c capacity 1"] {
        let mut simulation = simulation(text, 1);
        let _ = simulation.advance(SECOND, 100);
        let figures: usize = simulation
            .layout()
            .blocks
            .iter()
            .map(|block| block.count * block.fields.len())
            .sum();
        assert_eq!(
            simulation.frame().len(),
            simulation.layout().header.len() + figures,
            "{text}"
        );
    }
}

#[test]
fn figures_beyond_all_measure_do_no_harm() {
    for text in [
        "resource r permits 1M * 1M * 1M * 1M; process p { acquire r 1M * 1M * 1M; print \"{free(r)}\"; repeat 9 { release r 1M * 1M * 1M * 1M } }",
        "resource r permits 1M * 1M * 1M * 1M; process p x 3 { acquire r 1M * 1M * 1M * 1M; release r 1M * 1M * 1M * 1M }",
        "resource r permits 1M * 1M * 1M * 1M per key; process p { repeat 3000 as k { acquire r[k] 1M * 1M * 1M }; sleep 1ms; repeat 3000 as k { release r[k] 1M * 1M * 1M * 1M } }",
        "channel c unbounded; process p { repeat 9 { produce size 1GB * 1M * 1M; send c }; repeat 9 { receive c; done } }",
        "channel c capacity 1GB * 1M * 1M; process p { repeat 9 { produce size 1GB * 1M * 1M; send c } }; process r { repeat 9 { receive c; done } }",
        "process p x 100 { sleep 1h * 1M * 1M; done }",
        "process p x 100 { sleep 1h * 2M; sleep 1h * 2M; sleep 1h * 2M; done }",
        "process p { repeat 1M * 1M * 1M * 1M { sleep 1h } }",
        "process p { retry 1M * 1M * 1M backoff 1h times 1000 { fail } }",
        "process p { retry 9 backoff 1h / 0 { fail } else { print \"over\" } }",
        "shared z = 0; process p x 3 { sleep 1ms / z; done }",
        "shared z = 0; process p { produce size 1B / z; done; repeat z / z { }; every 1ms / z { done } }",
        "channel c high_water 1M * 1M * 1M * 1M; process p { send c }",
        "memory m limit 1GB * 1M * 1M; process p x 3 in m holds 1GB * 1M * 1M { sleep 1ms; produce size 1GB * 1M * 1M; print \"{used(m)}\" }",
    ] {
        let source = text.replace("/ 0 ", "/ 0.000000000000000000001 ");
        let mut simulation = simulation(&source, 1);
        for until in [MS, 3600 * SECOND, u64::MAX / 2, u64::MAX] {
            let _ = simulation.advance(until, 200_000);
            let _ = simulation.report();
            let _ = simulation.series();
        }
    }
}

/// As many activities as there may be leave the timers of the stores and their own deadlines their places.
#[test]
fn timers_are_not_left_out_when_there_are_many_activities() {
    let text = "channel c capacity 9 delay 1s
         process sleepers x 999998 { sleep 1h }
         process p { send c }
         process r { within 10s { receive c; print \"arrived\"; done } }";
    let mut simulation = simulation(text, 1);
    assert_eq!(
        simulation.advance(5 * SECOND, u64::MAX),
        Status::Reached,
        "{:?}",
        simulation.report().error
    );
    assert_eq!(simulation.report().printed.len(), 1, "the item arrives");
}
