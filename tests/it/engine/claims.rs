//! What `expect` reads of one thing is what the report says of it.

use crate::support::{SECOND, simulation};
use serde_json::Value;

/// Something of every kind that has measures and runs, none of them idle.
const BUSY: &str = "
channel line capacity 3
channel door capacity 1KiB overflow reject
channel drain capacity 2 overflow drop_oldest
resource db permits 2 limit_waiting 1
cpu cores cores 2
memory heap limit 1MiB restart 100ms
channel dead unbounded
queue jobs visibility 20ms max_receives 2 dead_letter dead

process open { every exp(5ms) { spawn stored; produce size 300B; offer door { } else { discard } } }
task stored { with db { sleep 15ms } else { fail \"refused\" }; send line }
process server x 2 { forever { receive line; work exp(8ms) on cores; done } }
process other { forever { sleep 7ms; work 2ms on cores; produce; send drain } }
process reader { forever { receive door; sleep 20ms; done } }
process asker { every 10ms { send jobs } }
process sluggard x 2 { forever { receive jobs; sleep exp(20ms); ack } }
process hoarder in heap holds 1KiB { forever { sleep 1ms; produce size 200KB; spawn { sleep 1s } with item } }
";

/// The words of each kind, under the key that the kind has in a report: plain numbers, then sizes.
const WORDS: &[(&str, &str)] = &[
    (
        "channels",
        "max_depth mean_depth rejected dropped full_share send_waits max_waiting_senders",
    ),
    ("resources", "max_in_use max_waiting refused utilisation"),
    ("cpus", "max_in_use max_waiting utilisation"),
    ("memories", "ooms"),
    ("queues", "max_visible redelivered dead_lettered"),
    ("processes", "max_activities failures killed"),
];
const SIZES: &[(&str, &str)] = &[("channels", "max_bytes"), ("memories", "peak")];

/// The claims that one kind's words have the values of a report, and how many of these are not 0.
fn claims(report: &Value, (kind, words): (&str, &str), unit: &str) -> (String, usize) {
    let (mut claims, mut busy) = (String::new(), 0);
    let things = report[kind].as_object().expect(kind);
    for (name, thing) in things {
        for word in words.split(' ') {
            let value = thing[word].as_f64().expect(word);
            busy += usize::from(value > 0.0);
            let (low, high) = (value - 1e-6, value + 1e-6);
            claims += &format!(
                "expect {word}({name}) > {low:.6}{unit} and {word}({name}) < {high:.6}{unit}\n"
            );
        }
    }
    (claims, busy)
}

fn played(text: &str) -> highwater::measure::report::Report {
    let mut simulation = simulation(text, 1);
    let _ = simulation.advance(2 * SECOND, u64::MAX);
    simulation.report()
}

#[test]
fn a_claim_about_a_thing_is_about_its_line_in_the_report() {
    let report = serde_json::to_value(played(BUSY)).expect("plain data");
    let rows = WORDS.iter().map(|row| (*row, ""));
    let sizes = SIZES.iter().map(|row| (*row, "B"));
    let mut text = BUSY.to_owned();
    for (row, unit) in rows.chain(sizes) {
        let (claims, busy) = claims(&report, row, unit);
        assert!(busy > row.1.split(' ').count() / 2, "{row:?}: {report:#}");
        text += &claims;
    }
    let report = played(&text);
    assert!(report.expectations.len() > 40);
    let missed: Vec<_> = report
        .expectations
        .iter()
        .filter(|claim| !claim.met)
        .collect();
    assert!(missed.is_empty(), "{missed:#?}");
}

#[test]
fn a_name_may_be_a_measure_and_a_variable() {
    let report = played(
        "channel peak capacity 2
        memory heap limit 1MiB
        shared ooms = 3
        process peak { send peak; send peak; send peak }
        expect max_depth(peak) == 2 and ooms == 3 and ooms(heap) == 0
        expect max_activities(peak) == 1 and dropped(peak) == dropped
        expect max_depth(peak) > 2",
    );
    let met: Vec<bool> = report.expectations.iter().map(|claim| claim.met).collect();
    assert_eq!(met, [true, true, false]);
}
