//! A run that stands still says since when, who waits for what at which line, and whether it is a circle; an end in order does not.

use crate::support::{SECOND, knob, simulation};
use highwater::measure::report::{Report, Standstill};
use highwater::simulation::Status;

/// What it shows, the text, whether it cannot go on, and all sentences.
type Row = (&'static str, &'static str, bool, &'static [&'static str]);

const ROWS: &[Row] = &[
    (
        "a circle of bounded channels",
        "channel jobs capacity 2
         channel results capacity 2
         process main {
           repeat 9 { sleep 1ms; send jobs }
           repeat 9 { receive results; done }
         }
         process worker x 3 { forever { receive jobs; send results } }",
        true,
        &[
            "stands still since 8ms, in a circle: main -> jobs -> worker -> results -> main",
            "main waits to send to jobs at line 4 since 8ms; only worker could receive from it",
            "3 of worker wait to send to results at line 7 since 3ms; only main could receive from it",
        ],
    ),
    (
        "two locks in another order",
        "resource a permits 1
         resource b permits 1
         process left { with a { sleep 1ms; with b { } } }
         process right { with b { sleep 2ms; with a { } } }",
        true,
        &[
            "stands still since 2ms, in a circle: left -> b -> right -> a -> left",
            "left waits for permits of b at line 3 since 1ms; only right could give some back",
            "right waits for permits of a at line 4 since 2ms; only left could give some back",
        ],
    ),
    (
        "philosophers, each with a fork of one resource",
        "resource fork permits 1 per key
         process philosopher x 5 as i { with fork[i] { sleep 1ms; with fork[(i + 1) % 5] { } } }",
        true,
        &[
            "stands still since 1ms, in a circle: philosopher -> fork -> philosopher",
            "5 of philosopher wait for permits of fork at line 2 since 1ms; only philosopher could give some back",
        ],
    ),
    (
        "a lock that is asked for by who has it",
        "resource lock permits 1
         process p { with lock { sleep 1s; with lock { } } }",
        true,
        &[
            "stands still since 1s, in a circle: p -> lock -> p",
            "p waits for permits of lock at line 2 since 1s; only p could give some back",
        ],
    ),
    (
        "a permit that nobody gives back",
        "resource lock permits 1
         process p { acquire lock }
         process q { sleep 1ms; acquire lock }",
        true,
        &[
            "stands still since 1ms: 1 activity waits for what never comes",
            "q waits for permits of lock at line 3 since 1ms; nobody is there to give any back",
        ],
    ),
    (
        "a caller whose server waits for it",
        "channel ask capacity 1
         resource lock permits 1
         process client { with lock { call ask } }
         process server { receive ask; sleep 1ms; with lock { done } }",
        true,
        &[
            "stands still since 1ms, in a circle: client -> server -> lock -> client",
            "client waits for the reply to its request at line 3 since 0s; only server could give it",
            "server waits for permits of lock at line 4 since 1ms; only client could give some back",
        ],
    ),
    (
        "a parent that waits for a child that needs its lock",
        "resource lock permits 1
         process p { with lock { spawn { sleep 1ms; with lock { } }; await all } }",
        true,
        &[
            "stands still since 1ms, in a circle: p -> lock -> p",
            "1 of p waits for the end of what it spawned at line 2 since 0s",
            "1 of p waits for permits of lock at line 2 since 1ms; only p could give some back",
        ],
    ),
    (
        "a line that nobody empties any more",
        "channel line capacity 2
         process producer { forever { sleep 1ms; send line } }
         process consumer { receive line; done }",
        true,
        &[
            "stands still since 4ms: 1 activity waits for what never comes, 3 items are in flight",
            "producer waits to send to line at line 2 since 4ms; nobody is there to receive from it",
        ],
    ),
    (
        "a select that offers what nobody takes",
        "channel a capacity 0
         channel b capacity 0
         process p { select { send a { } receive b { done } } }",
        true,
        &[
            "stands still since 0s: 1 activity waits for what never comes, 1 item is in flight",
            "p waits to send to a or to receive from b at line 3 since 0s",
        ],
    ),
    (
        "no core",
        "knob cores = 0 from 0 to 4
         cpu none cores cores
         process p { work 1ms on none }",
        true,
        &[
            "stands still since 0s: 1 activity waits for what never comes",
            "p waits for a core of none at line 3 since 0s; it has none",
        ],
    ),
    (
        "what is left over",
        "channel line capacity 9
         process producer { repeat 5 { send line }; sleep 1ms }",
        true,
        &["stands still since 1ms: nobody is left, 5 items are in flight"],
    ),
    (
        "all have ended",
        "process p { sleep 20ms; done }",
        false,
        &["nothing more happens after 20ms"],
    ),
    (
        "servers at rest",
        "channel line capacity 2
         shared dirty = 0
         process producer { repeat 5 { sleep 1ms; send line } }
         process consumer x 2 { forever { receive line; sleep 3ms; done } }
         process sweeper { forever { await dirty > 0; dirty = 0 } }",
        false,
        &[
            "nothing more happens after 10ms",
            "2 of consumer wait to receive from line at line 4 since 8ms; nobody is there to send to it",
            "sweeper waits for its condition at line 5 since 0s; only sweeper could change what it looks at",
        ],
    ),
];

fn sentences(standstill: &Standstill) -> Vec<&str> {
    let waits = standstill
        .waits
        .iter()
        .map(|standing| standing.text.as_str());
    std::iter::once(standstill.summary.as_str())
        .chain(waits)
        .collect()
}

fn stands(report: &Report) -> &Standstill {
    report.standstill.as_ref().expect("nothing more happens")
}

#[test]
fn who_waits_for_what_is_said_in_sentences() {
    let mut wrong = String::new();
    for (what, text, stuck, expected) in ROWS {
        let mut simulation = simulation(text, 1);
        // Through a pause at which nothing is due, and back again: it is the same.
        let _ = simulation.advance(SECOND / 2, u64::MAX);
        assert_eq!(
            simulation.advance(60 * SECOND, u64::MAX),
            Status::Idle,
            "{what}"
        );
        let report = simulation.report();
        let found = stands(&report);
        if found.stuck != *stuck || sentences(found) != *expected {
            let all = sentences(found).join("\n    ");
            wrong.push_str(&format!("\n{what}: stuck {}\n    {all}\n", found.stuck));
        }
        let _ = simulation.seek(0, u64::MAX);
        let _ = simulation.advance(60 * SECOND, u64::MAX);
        assert_eq!(
            simulation.report().standstill,
            report.standstill,
            "{what}, played again"
        );
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// While anything is due the run does not stand, whoever else is stuck; one that was stopped has its error.
#[test]
fn a_run_that_goes_on_or_was_stopped_does_not_stand() {
    for text in [
        "channel c capacity 0; process p { send c }; process clock { every 1s { print \"tick\" } }",
        "channel c capacity 0; process p { send c }; process late { sleep 1h }",
        "process p { forever { } }",
    ] {
        let mut simulation = simulation(text, 1);
        let _ = simulation.advance(10 * SECOND, u64::MAX);
        assert_eq!(simulation.report().standstill, None, "{text}");
    }
}

/// A knob that makes room ends it.
#[test]
fn a_moved_knob_lets_it_go_on() {
    let text = "knob room = 2 from 1 to 100
        channel jobs capacity room
        channel results capacity 2
        process main { repeat 9 { send jobs }; repeat 9 { receive results; done } }
        process worker x 3 { forever { receive jobs; sleep 1ms; send results } }";
    let mut simulation = simulation(text, 1);
    let _ = simulation.advance(SECOND, u64::MAX);
    assert!(stands(&simulation.report()).stuck);
    simulation.set_knob(knob(&simulation, "room"), 9.0);
    assert_eq!(simulation.report().standstill, None, "it goes on");
    let _ = simulation.advance(2 * SECOND, u64::MAX);
    let report = simulation.report();
    let found = stands(&report);
    assert_eq!((found.stuck, report.items.done), (false, 9), "{found:?}");
    assert!(found.since_s > 1.0, "{found:?}");
}
