//! Work is what is counted: budgets and the limit of an instant hold whatever a text does, and nobody is asked who cannot go on.

use super::worst_texts::{Fate, Worst, worst_texts};
use crate::support::{Row, SECOND, knob, prints, run, simulation};
use highwater::simulation::Status;

/// Events in a slice, as the page's driver has them, and the steps that it may take: those of its budget, and what one event may be beyond.
const SLICE: u64 = 2_000;
const STEPS_OF_SLICE: u64 = 4 * SLICE + 150_000;
/// An instant that never ends is stopped after five million steps, and what one event may be.
const STEPS_OF_RUN: u64 = 5_000_000 + STEPS_OF_SLICE;

/// What is wrong with how a text goes, if anything.
fn judge((what, text, fate): &Worst) -> Option<String> {
    let mut simulation = simulation(text, 1);
    let (mut status, mut slices) = (Status::Budget, 0);
    // A text in which time passes is left after some slices.
    while status == Status::Budget && (*fate != Fate::Goes || slices < 200) {
        let before = simulation.steps();
        status = simulation.advance(10_000 * 3600 * SECOND, SLICE);
        slices += 1;
        let steps = simulation.steps() - before;
        if steps > STEPS_OF_SLICE {
            return Some(format!(
                "{what}: a slice of {SLICE} events took {steps} steps"
            ));
        }
        if simulation.steps() > STEPS_OF_RUN && matches!(fate, Fate::Stops(_)) {
            return Some(format!("{what}: not stopped after {STEPS_OF_RUN} steps"));
        }
    }
    let error = simulation.report().error.map(|error| error.message);
    let as_it_should = match fate {
        Fate::Stops(word) => error.as_ref().is_some_and(|error| error.contains(word)),
        Fate::Ends => status == Status::Idle,
        Fate::Goes => status == Status::Budget,
    };
    (!as_it_should).then(|| format!("{what}: expected {fate:?}, found {status:?} {error:?}"))
}

#[test]
fn the_worst_texts_pause_in_time_and_are_stopped() {
    let texts = worst_texts();
    let wrong: Vec<String> = std::thread::scope(|scope| {
        let judges: Vec<_> = (texts.iter())
            .map(|text| scope.spawn(move || judge(text)))
            .collect();
        let wrong = judges
            .into_iter()
            .map(|one| one.join().expect("it does not panic"));
        wrong.flatten().collect()
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Steps of a text until nothing is left to do.
fn steps(text: &str) -> u64 {
    let mut simulation = simulation(text, 1);
    let status = simulation.advance(3600 * SECOND, u64::MAX);
    assert_eq!(status, Status::Idle, "{text}");
    simulation.steps()
}

/// How many times as much work as many: what should not depend on how many are there takes as long for all of them as for few.
#[test]
fn who_cannot_go_on_is_not_asked() {
    let rows = [
        (
            "a turn for each",
            "shared next = 0; process p x COUNT as i { await next == i; next = next + 1 }",
        ),
        (
            "a turn for each, in parts of a condition",
            "shared next = 0; shared open = 1; process p x COUNT as i { await open == 1 and not (next < i or next > i); next = next + 1 }",
        ),
        (
            "a level for each",
            "shared level = 0; process p x COUNT as i { await level >= i; level = level + 1 }",
        ),
        (
            "an entry for each",
            "shared t = 0 per key; process p x COUNT as i { await t[i] > 0; t[i + 1] = 1 }; process q { t[0] = 1 }",
        ),
        (
            "an entry for each, and nothing known of the condition",
            "shared t = 0 per key; process p x COUNT as i { await t[i] * t[i] % 2 == 1; t[i + 1] = 1 }; process q { t[0] = 1 }",
        ),
        (
            "a row for each",
            "resource row permits 1 per key; process p x COUNT as i { await free(row[i]) == 0; acquire row[i + 1] }; process q { acquire row[0] }",
        ),
        (
            "a length for each",
            "channel c unbounded; process p x COUNT as i { await len(c) > i; send c }; process q { send c }",
        ),
        (
            "a turn with a deadline that is far",
            "shared next = 0; process p x COUNT as i { within 1h { await next == i }; next = next + 1 }",
        ),
    ];
    for (what, text) in rows {
        let of = |count: usize| steps(&text.replace("COUNT", &count.to_string()));
        let (few, many) = (of(100), of(3200));
        assert!(
            many < 32 * few + 32 * few / 8,
            "{what}: {few} steps for 100, {many} for 3200: more than 32 times as many"
        );
    }
}

/// What a move costs does not depend on what does not rest on the knob.
#[test]
fn a_knob_asks_only_what_rests_on_it() {
    let steps = |channels: usize| {
        let others: String = (0..channels)
            .map(|number| format!("channel c{number} capacity j; resource r{number} permits j; cpu u{number} cores j\n"))
            .collect();
        let text = format!(
            "knob k = 1 from 1 to 9; knob j = 1 from 1 to 9; channel own capacity k + 1\n{others}process p {{ sleep 1ms }}"
        );
        let mut simulation = simulation(&text, 1);
        let _ = simulation.advance(SECOND, u64::MAX);
        let (before, moved) = (simulation.steps(), knob(&simulation, "k"));
        (0..100).for_each(|turn| simulation.set_knob(moved, f64::from(turn % 9 + 1)));
        simulation.steps() - before
    };
    let (few, many) = (steps(1), steps(1000));
    assert_eq!(
        few, many,
        "steps of a hundred moves beside 1 and beside 1000"
    );
}

/// A group asks nobody whose time is not up.
#[test]
fn a_group_asks_only_whose_time_is_up() {
    let steps = |members: usize| {
        let text = format!(
            "topic t partitions 4; group g on t; process p x {members} {{ forever {{ poll g }} }}
            process q {{ sleep 1s; repeat 1000 {{ send t; sleep 1ms }} }}"
        );
        let mut simulation = simulation(&text, 1);
        let _ = simulation.advance(SECOND - 1, u64::MAX);
        let before = simulation.steps();
        let _ = simulation.advance(3 * SECOND, u64::MAX);
        simulation.steps() - before
    };
    let (few, many) = (steps(4), steps(4000));
    assert!(
        many < few + few / 8,
        "{few} steps beside 4 members, {many} beside 4000"
    );
}

#[test]
fn sixteen_thousand_take_their_turns() {
    let report = run(
        "shared next = 0; process p x 16000 as i { await next == i; next = next + 1; done }",
        SECOND,
    );
    assert_eq!(report.items.done, 16_000);
}

/// Whoever is woken by one change is woken in the order in which the waits began, however the conditions are said.
#[test]
fn one_change_wakes_in_the_order_of_waiting() {
    let rows: [Row; 6] = [
        (
            "whatever is compared, who began first goes first",
            "shared n = 0; shared m = 0
             process a { sleep 1ms; await n != 0; print \"differs\" }
             process b { sleep 2ms; await n == 5; print \"equal\" }
             process c { sleep 3ms; await n > 4; print \"above\" }
             process d { sleep 4ms; await n * n > 20; print \"square\" }
             process e { sleep 5ms; await not (n < 3); print \"not below\" }
             process f { sleep 6ms; await 2 <= n; print \"turned round\" }
             process g { sleep 7ms; await n; print \"itself\" }
             process h { sleep 8ms; await m == 1 or n == 5; print \"one of two\" }
             at 10ms { n = 5 }",
            "10 differs; 10 equal; 10 above; 10 square; 10 not below; 10 turned round; 10 itself; 10 one of two",
        ),
        (
            "all parts of an `and` must hold, whichever comes last",
            "shared n = 0; shared m = 0
             process a { await n == 1 and m == 1; print \"both\" }
             at 1ms { n = 1 }; at 2ms { n = 0 }; at 3ms { m = 1 }; at 4ms { m = 0; n = 1 }; at 5ms { m = 1 }",
            "5 both",
        ),
        (
            "who waits for two things is woken by the first that has changed",
            "channel c capacity 9; shared n = 0
             process a { await len(c) == 1; print \"length\" }
             process b { await n == 1 and len(c) == 1; print \"both\" }
             at 1ms { n = 1 }; at 2ms { send c }",
            "2 length; 2 both",
        ),
        (
            "children and a variable",
            "shared n = 0
             process a { spawn { sleep 2ms }; await pending == 0 and n == 1; print \"both\" }
             at 3ms { n = 1 }",
            "3 both",
        ),
        (
            "a knob in the condition or in the key",
            "knob k = 1 from 0 to 9; shared n = 2; shared t = 0 per key
             process a { await n <= k; print \"knob\" }
             process b { await t[k] == 1; print \"entry\" }
             at 1ms { t[3] = 1 }; at 2ms { set k = 2 }; at 3ms { set k = 3 }",
            "2 knob; 3 entry",
        ),
        (
            "an entry that another names as a whole",
            "shared t = 0 per key; shared which = 7
             process a { await t[which] == 1; print \"by a variable\" }
             process b { await len(t) > 1; print \"entries\" }
             process c { await t[7] == 1; print \"by its key\" }
             at 1ms { t[3] = 1 }; at 2ms { t[7] = 1 }",
            "2 by a variable; 2 entries; 2 by its key",
        ),
    ];
    prints(&rows);
}

/// What a statement does at one go has a limit that the text is told.
#[test]
fn what_is_too_much_at_one_go_is_refused() {
    let sum = |terms: usize| vec!["n"; terms].join(" + ");
    let sums = |count: usize| vec![format!("({})", sum(200)); count].join(" * ");
    let rows = [
        (
            "as many holes as may be",
            format!("print \"{}\"", "{n}".repeat(1000)),
            None,
        ),
        (
            "a hole more",
            format!("print \"{}\"", "{n}".repeat(1001)),
            Some("at most 1000 holes"),
        ),
        (
            "holes of much",
            format!("print \"{}\"", format!("{{{}}}", sum(200)).repeat(11)),
            Some("expressions of 4096 parts"),
        ),
        ("as many parts as may be", format!("n = {}", sums(10)), None),
        (
            "some parts more",
            format!("n = {}", sums(11)),
            Some("this expression is too long"),
        ),
        (
            "as many arms as may be",
            format!("select {{ {} }}", "receive c { } ".repeat(256)),
            None,
        ),
        (
            "an arm more",
            format!("select {{ {} }}", "receive c { } ".repeat(257)),
            Some("at most 256 arms"),
        ),
    ];
    for (what, statement, refused) in rows {
        let text = format!("shared n = 1; channel c capacity 1; process p {{ {statement} }}");
        let messages: Vec<String> = match highwater::lang::compile(&text) {
            Ok(_) => Vec::new(),
            Err(problems) => problems
                .into_iter()
                .map(|problem| problem.message)
                .collect(),
        };
        match refused {
            None => assert!(messages.is_empty(), "{what}: {messages:?}"),
            Some(word) => assert!(
                messages.len() == 1 && messages[0].contains(word),
                "{what}: {messages:?} instead of one that says '{word}'"
            ),
        }
    }
}

/// A batch is no larger than may be moved at one go; what is left over comes with the next.
#[test]
fn batches_come_in_pieces() {
    let rows: [Row; 2] = [
        (
            "a receive takes a hundred thousand at most",
            "channel c unbounded
             process p { repeat 150k { send c }; close c }
             process q { sleep 1ms; receive c up to 1M; print \"{len(c)} left\"; done; receive c up to 1M; print \"{len(c)} left\"; done }",
            "1 50000 left; 1 0 left",
        ),
        (
            "a commit of more is one commit all the same",
            "topic t partitions 2; group g on t
             process p { repeat 250k { send t }; sleep 1ms; print \"{lag(g)} to do\" }
             process q { sleep 500us; repeat 3 { poll g up to 1M }; commit; print \"{lag(g)} to do\"; done }",
            "0.5 0 to do; 1 0 to do",
        ),
    ];
    prints(&rows);
}
