//! What a run may hold: its partitions, and what is traced of it, have limits of their own. (How much memory it may take is in
//! `tests/footprint.rs`.)

use crate::support::{SECOND, simulation};
use highwater::simulation::{Simulation, Status};

/// A text of so many topics of the most partitions, each with a group.
fn topics(count: usize, groups: usize) -> String {
    let mut text = String::from("process p { sleep 1s }\n");
    for topic in 0..count {
        text.push_str(&format!("topic t{topic} partitions 65535\n"));
        for group in 0..groups {
            text.push_str(&format!("group g{topic}_{group} on t{topic}\n"));
        }
    }
    text
}

#[test]
fn partitions_have_limits_that_are_named() {
    // What it shows, the text, and why it is stopped.
    let rows = [
        ("as many as there may be", topics(1, 1), None),
        ("as many as there may be together", topics(15, 0), None),
        (
            "one more than a topic may have",
            "topic t partitions 65536\nprocess p { sleep 1s }".to_owned(),
            Some("line 1: 't' is to have 65536 partitions: a topic has at most 65535"),
        ),
        (
            "topics in all",
            topics(500, 0),
            Some("line 17: 't15' is to have 65535 partitions: all topics together, counted once more for each group, have at most 1000000"),
        ),
        (
            "groups in all",
            topics(1, 15),
            Some("line 2: 't0' is to have 65535 partitions: all topics together, counted once more for each group, have at most 1000000"),
        ),
        (
            "a knob that is moved",
            "knob many = 3 from 1 to 100k\ntopic t partitions many\ngroup g on t\nprocess p { sleep 1s; set many = 70k; sleep 1s }".to_owned(),
            Some("line 2: 't' is to have 70000 partitions: a topic has at most 65535"),
        ),
    ];
    for (what, text, expected) in rows {
        let mut simulation = simulation(&text, 1);
        let _ = simulation.advance(10 * SECOND, u64::MAX);
        let error = simulation.report().error;
        let found = error.map(|error| format!("line {}: {}", error.line, error.message));
        assert_eq!(found.as_deref(), expected, "{what}");
    }
}

/// One poll gives no more than that, whatever the text says: what it gives is copied.
#[test]
fn one_poll_gives_so_many_records_at_most() {
    let text = "topic t partitions 1\ngroup g on t
        process p { repeat 150k { send t } }
        process q { sleep 1ms; poll g up to 1M; commit; print \"{lag(g)}\"; poll g up to 1M; commit; print \"{lag(g)}\" }";
    let mut simulation = simulation(text, 1);
    let _ = simulation.advance(SECOND, u64::MAX);
    let printed = simulation.printed(0);
    let lags: Vec<&str> = printed.iter().map(|line| line.text.as_str()).collect();
    assert_eq!(lags, ["50000", "0"]);
}

/// Whoever asks for a trace takes it in pieces, however far a call is to go: it is the same trace.
#[test]
fn a_trace_comes_in_pieces() {
    let text = "channel c capacity 3\nprocess p { forever { sleep exp(1ms); send c } }\nprocess q { forever { receive c; sleep exp(1ms); done } }";
    let traced = || simulation(text, 7).with_trace();
    let in_pieces = |mut simulation: Simulation, events: u64| {
        let (mut lines, mut most) = (Vec::new(), 0);
        loop {
            let status = simulation.advance(60 * SECOND, events);
            let piece = simulation.drain_trace();
            most = most.max(piece.len());
            lines.extend(piece);
            if status != Status::Budget {
                return (lines, most, simulation.digest());
            }
        }
    };
    let (at_once, most, digest) = in_pieces(traced(), u64::MAX);
    assert!(at_once.len() > 200_000, "{} events", at_once.len());
    assert!(most < 100_000, "{most} events were kept");
    let (in_steps, _, same) = in_pieces(traced(), 1000);
    assert!(at_once == in_steps && digest == same);
    let mut plain = simulation(text, 7).with_digest();
    let _ = plain.advance(60 * SECOND, u64::MAX);
    assert_eq!(plain.digest(), digest);
}
