//! Random consumers of a leased queue that receive, delete, give back, prolong, fail, crash and are too late: each message is in one
//! place all the time (visible, in flight, delayed, deleted or dead), none vanishes, and `attempt` counts its deliveries.

use std::collections::BTreeMap;
use std::fmt::Write;

use proptest::prelude::*;
use proptest::strategy::ValueTree;

use crate::properties::config;
use crate::support::{MS, assert_balanced, run, simulation};
use highwater::measure::report::{QueueReport, Report};
use highwater::simulation::Status;

/// How often the queue of a program gives a message out at most.
const RECEIVES_MAX: u64 = 3;

/// What a consumer does with what it has received. Leases last 5 ms in `q`, 3 ms in `dlq`.
fn step() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "ack",
        "ack",
        "nack",
        "nack after exp(4ms)",
        "extend exp(4ms)",
        "extend 0ms",
        "sleep exp(1ms)",
        "sleep exp(4ms)",
        "sleep 5ms",
        "fail 20%",
        "for each { done }",
        "for each { spawn t with item }",
        "for each { if random() < 50% { ack } }",
        "for each { if random() < 50% { nack } else { extend 6ms } }",
        "for each { sleep exp(2ms); ack }",
        "within exp(3ms) { sleep exp(3ms); ack } else { }",
    ])
}

fn consumer(queue: &str, number: usize, (count, most, wait, steps): &Consumer) -> String {
    let steps = steps.join("\n");
    format!(
        "process p{number} x {count} {{\nforever {{\nreceive {queue} up to {most} within {wait}ms {{\n\
         for each {{ print \"{queue} {{key}} {{size / 1B}} {{attempt}}\" }}\n{steps}\n}} else {{ }}\nsleep 100us\n}}\n}}\n"
    )
}

type Consumer = (u32, u32, u32, Vec<&'static str>);

fn consumers() -> impl Strategy<Value = Vec<Consumer>> {
    let one = (
        1..4_u32,
        1..12_u32,
        0..5_u32,
        prop::collection::vec(step(), 1..4),
    );
    prop::collection::vec(one, 1..4)
}

/// Senders of numbered messages (a message's number is its size) of three keys, consumers, and crashes of these.
fn program() -> impl Strategy<Value = String> {
    (any::<bool>(), 0..3_u32, 0..30_u32, consumers()).prop_map(|(fifo, delay, crash_ms, crews)| {
        let fifo = if fifo { "fifo" } else { "" };
        let mut text = format!(
            "queue dlq visibility 3ms {fifo}
            queue q visibility 5ms max_receives {RECEIVES_MAX} dead_letter dlq delay {delay}ms {fifo}
            shared n = 0
            task t {{ sleep exp(3ms); ack }}
            process sender {{ every exp(700us) {{ n = n + 1; produce key n % 3 size 1B * n; send q }} }}\n"
        );
        for (number, crew) in crews.iter().enumerate() {
            text += &consumer("q", number, crew);
        }
        text += &consumer("dlq", crews.len(), &crews[0]);
        if crash_ms > 0 {
            let _ = writeln!(text, "process crashes {{ every {crash_ms}ms {{ crash p0 for 3ms }} }}");
        }
        text
    })
}

fn inside(queue: &QueueReport) -> u64 {
    queue.visible + queue.in_flight + queue.delayed
}

/// Each message is in one place, and the ledger knows it.
fn assert_placed(report: &Report, text: &str) {
    assert_balanced(report, text);
    let [q, dlq] = ["q", "dlq"].map(|name| *report.queues.get(name).expect("a queue"));
    for queue in [q, dlq] {
        let placed = inside(&queue) + queue.deleted + queue.dead_lettered;
        assert_eq!(placed, queue.sent, "{queue:?}\n{text}");
    }
    assert_eq!(q.sent, report.items.produced, "{text}");
    assert_eq!(dlq.sent, q.dead_lettered, "{text}");
    assert_eq!(dlq.dead_lettered, 0, "{text}");
    assert_eq!(report.items.done, q.deleted + dlq.deleted, "{text}");
    assert_eq!(report.items.in_flight, inside(&q) + inside(&dlq), "{text}");
    let redelivered = q.redelivered + dlq.redelivered;
    assert_eq!(report.items.redelivered, redelivered, "{text}");
}

/// Deliveries of each message count up from one, in the queue before in the dead letters; first deliveries come in order of sending.
fn assert_counted(report: &Report, text: &str) {
    let mut deliveries: BTreeMap<(&str, u64), u64> = BTreeMap::new();
    let mut newest: BTreeMap<(&str, u64), u64> = BTreeMap::new();
    for line in &report.printed {
        let mut words = line.text.split(' ');
        let queue = words.next().expect("the queue");
        let mut number = || -> u64 {
            words
                .next()
                .and_then(|word| word.parse().ok())
                .expect("a number")
        };
        let (key, message, attempt) = (number(), number(), number());
        let before = deliveries.entry((queue, message)).or_default();
        *before += 1;
        assert_eq!(*before, attempt, "{} at {} s\n{text}", line.text, line.t_s);
        if attempt == 1 && queue == "q" {
            let newest = newest.entry((queue, key)).or_default();
            assert!(*newest < message, "{} after {newest}\n{text}", line.text);
            *newest = message;
        }
        if queue == "dlq" {
            let alive = deliveries.get(&("q", message));
            assert_eq!(alive, Some(&RECEIVES_MAX), "{}\n{text}", line.text);
        }
    }
    for name in ["q", "dlq"] {
        let of = deliveries.iter().filter(|((queue, _), _)| *queue == name);
        let delivered: u64 = of.map(|(_, times)| times).sum();
        let queue = report.queues.get(name).expect("a queue");
        assert_eq!(delivered, queue.received, "{name}\n{text}");
    }
    let alive = deliveries.iter().filter(|((queue, _), _)| *queue == "q");
    assert!(
        alive.into_iter().all(|(_, &times)| times <= RECEIVES_MAX),
        "{text}"
    );
}

/// Fewer cases than for short programs, and the same at every run.
fn few() -> ProptestConfig {
    ProptestConfig {
        cases: 200,
        ..config()
    }
}

proptest! {
    #![proptest_config(few())]

    #[test]
    fn each_message_is_in_one_place_and_its_deliveries_are_counted(text in program()) {
        let mut simulation = simulation(&text, 5);
        for piece in 1..=12 {
            prop_assert!(simulation.advance(piece * 5 * MS, u64::MAX) != Status::Stopped, "{}", text);
            assert_placed(&simulation.report(), &text);
        }
        let report = simulation.report();
        prop_assume!(report.printed_before == 0);
        assert_counted(&report, &text);
    }
}

#[test]
fn the_random_consumers_consume() {
    // Guards the test above against consumers to whom little happens.
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut sums = [0; 5];
    for _ in 0..60 {
        let text = program().new_tree(&mut runner).expect("a text").current();
        let report = run(&text, 60 * MS);
        let q = report.queues.get("q").expect("the queue");
        let counts = [
            q.received,
            q.redelivered,
            q.deleted,
            q.expired,
            q.dead_lettered,
        ];
        (0..sums.len()).for_each(|at| sums[at] += counts[at]);
    }
    let [received, redelivered, deleted, expired, dead] = sums;
    assert!(
        received > 3000 && redelivered > 1000 && deleted > 1000 && expired > 300 && dead > 300,
        "{received} received, {redelivered} of them again, {deleted} deleted, {expired} ran out, {dead} dead"
    );
}
