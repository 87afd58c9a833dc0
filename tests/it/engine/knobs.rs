//! A knob acts on the running simulation at once.

use crate::support::{MS, SECOND, assert_near, knob, log_of, run, simulation};
use highwater::measure::report::Report;

/// Plays a text to the end with knobs moved on the way: (milliseconds, knob, value in nanoseconds or plain).
fn with_moves(text: &str, moves: &[(u64, &str, f64)], until: u64) -> Report {
    let mut simulation = simulation(text, 1);
    for &(ms, name, value) in moves {
        let _ = simulation.advance(ms * MS, u64::MAX);
        let knob = knob(&simulation, name);
        simulation.set_knob(knob, value);
    }
    let _ = simulation.advance(until, u64::MAX);
    simulation.report()
}

type Moves = &'static [(u64, &'static str, f64)];

#[test]
fn what_a_move_does() {
    let rows: &[(&str, &str, Moves, &str)] = &[
        (
            "a tick in progress is scaled: half of 10 ms was over, the other half takes five times as long",
            r#"knob d = 10ms from 1ms to 1s; process p { every d { print "tick" } }; process q { sleep 90ms; stop }"#,
            &[(15, "d", 50e6)],
            "10 tick; 40 tick; 90 tick",
        ),
        (
            "a tick that is due now is due now, however long the next",
            r#"knob d = 10ms from 1ms to 1s; at 10ms { set d = 40ms }; process p { sleep 0ms; every d { print "tick" } }"#,
            &[],
            "10 tick; 50 tick; 90 tick",
        ),
        (
            "a wait that has begun keeps its length",
            r#"knob d = 10ms from 1ms to 1s; process p { repeat 3 { sleep d; print "slept" } }"#,
            &[(5, "d", 40e6)],
            "10 slept; 50 slept; 90 slept",
        ),
        (
            "a channel that shrinks keeps what it holds and takes nothing until it has room",
            r#"knob room = 4 from 0 to 10
            channel ch capacity room
            process s { repeat 4 as i { produce key i; send ch }; sleep 10ms; produce key 4; send ch; print "in at {len(ch)}" }
            process r { sleep 20ms; forever { receive ch; print "{key}"; sleep 5ms } }"#,
            &[(5, "room", 2.0)],
            "20 0; 25 1; 30 2; 30 in at 2; 35 3; 40 4",
        ),
        (
            "a channel that grows lets waiting senders in at once",
            r#"knob room = 1 from 0 to 10
            channel ch capacity room
            process s { repeat 3 { send ch; print "in" } }"#,
            &[(5, "room", 3.0)],
            "0 in; 5 in; 5 in",
        ),
        (
            "a pool that grows serves its line; one that shrinks waits for its permits",
            r#"knob n = 1 from 0 to 10
            resource r permits n
            process p x 4 { with r { print "in"; sleep 10ms } }"#,
            &[(5, "n", 3.0), (7, "n", 1.0)],
            "0 in; 5 in; 5 in; 15 in",
        ),
        (
            "a process that grows starts activities",
            r#"knob n = 1 from 0 to 10; process p x n { print "up"; sleep 1s }"#,
            &[(5, "n", 3.0)],
            "0 up; 5 up; 5 up",
        ),
        (
            "one that shrinks retires idle activities first, the youngest first",
            r#"knob n = 3 from 0 to 10
            channel ch unbounded
            shared ids = 0
            process p x n { let me = ids; ids = ids + 1; forever { receive ch; print "{me}"; sleep 3ms; done } }
            process s { sleep 10ms; repeat 3 { send ch; sleep 1ms } }"#,
            &[(5, "n", 1.0)],
            "10 0; 13 0; 16 0",
        ),
        (
            "who selects among receives is idle too, who would send is not",
            r#"knob n = 3 from 0 to 10
            channel ch unbounded
            queue q visibility 1s
            process p x n as i { forever { select { receive ch { print "{i}"; done } receive q { print "{i} of q"; ack } } } }
            process r x n as i { select { receive ch { done } send out { } }; print "{i} stays" }
            channel out capacity 0
            process s { sleep 10ms; send q; sleep 1ms; send q; sleep 1ms; repeat 3 { receive out; done } }"#,
            &[(5, "n", 1.0)],
            "10 0 of q; 11 0 of q; 12 0 stays; 12 1 stays; 12 2 stays",
        ),
        (
            "busy ones retire when they next stand at the start of their body",
            r#"knob n = 2 from 0 to 10
            process p x n { forever { sleep 4ms; print "round" } }; process q { sleep 15ms; set n = 0 }"#,
            &[(5, "n", 1.0)],
            "4 round; 4 round; 8 round; 8 round; 12 round; 16 round",
        ),
        (
            "those who were to retire stay when the process grows again before they do",
            r#"knob n = 4 from 0 to 10
            process p x n { print "up"; sleep 20ms; print "through" }"#,
            &[(5, "n", 2.0), (6, "n", 3.0), (7, "n", 5.0)],
            "0 up; 0 up; 0 up; 0 up; 7 up; 20 through; 20 through; 20 through; 20 through; 27 through",
        ),
        (
            "an await on a knob is looked at when the knob is moved from outside",
            r#"knob go = 0 from 0 to 1; process p { await go == 1; print "go" }"#,
            &[(5, "go", 1.0)],
            "5 go",
        ),
        (
            "set and moves clamp to the range",
            r#"knob n = 1 from 0 to 10; process p { sleep 10ms; print "{n}"; set n = 0 - 5; print "{n}" }"#,
            &[(5, "n", 1e9)],
            "10 10; 10 0",
        ),
        (
            "a delay that is shortened lets nothing overtake",
            r#"knob d = 10ms from 0ms to 1s
            channel ch unbounded delay d
            process s { produce key 1; send ch; sleep 6ms; produce key 2; send ch }
            process r { repeat 2 { receive ch; print "{key}" } }"#,
            &[(5, "d", 1e6)],
            "10 1; 10 2",
        ),
    ];
    let mut wrong = String::new();
    for (rule, text, moves, expected) in rows {
        let found = log_of(&with_moves(text, moves, 100 * MS));
        if found != *expected {
            wrong.push_str(&format!(
                "\n{rule}\n  expected {expected}\n  found    {found}\n{text}\n"
            ));
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn a_tick_that_is_due_when_a_knob_moves_stays_as_it_was_drawn() {
    // One of the two moves the mean of the interval, by next to nothing.
    let times = |moved: &str| {
        let text = format!(
            "knob k = 10ms from 1ms to 20ms; knob other = 10ms from 1ms to 20ms; shared n = 0
             process p {{ every choice(0s: 50%, k: 50%) {{ n = n + 1; print \"tick\"; set {moved} = 10ms + 1ns * n }} }}"
        );
        let lines = run(&text, SECOND).printed;
        lines
            .iter()
            .take(50)
            .map(|line| (line.t_s * 100.0).round())
            .collect::<Vec<_>>()
    };
    assert_eq!(times("k"), times("other"));
}

#[test]
fn throughput_follows() {
    let text = "knob rate = 10/s from 1/s to 1k/s
        channel line unbounded; process a { every 1/rate { send line } }; process s { forever { receive line; done } }";
    let mut simulation = simulation(text, 1);
    let rate = knob(&simulation, "rate");
    let set = simulation.scenario().knobs[rate.index()].value;
    for (seconds, per_second) in [(10, 100.0), (20, 1000.0), (30, 5.0)] {
        let _ = simulation.advance(seconds * SECOND, u64::MAX);
        simulation.set_knob(rate, set * per_second / 10.0);
        simulation.reset_measures();
        let _ = simulation.advance((seconds + 10) * SECOND, u64::MAX);
        let found = simulation.report().throughput_per_s;
        assert_near("throughput after the move", found, per_second, 0.03);
    }
}

#[test]
fn a_move_before_the_first_event_is_how_the_run_begins() {
    let text = "knob n = 1 from 0 to 10; process p x n { done }";
    let mut simulation = simulation(text, 1);
    let n = knob(&simulation, "n");
    simulation.set_knob(n, 7.0);
    let _ = simulation.advance(SECOND, u64::MAX);
    assert_eq!(simulation.report().items.done, 7);
    assert!(simulation.moves().is_empty());
}
