//! What is measured: it changes nothing in a run, a warm-up leaves all that came before out of every figure, and what there is nothing of has
//! no figure.

use proptest::prelude::*;
use serde_json::{Map, Value};

use crate::properties::{config, looping};
use crate::support::{MS, SECOND, assert_near, log_of, run, run_warm, simulation};
use highwater::simulation::Simulation;

/// What happens in a text, and the same when a warm-up ends in its midst.
const READ_BACK: [(&str, &str, u64); 3] = [
    (
        "since when each waits, which decides who leaves the line first in a crash",
        "resource r permits 1
        process p x 2 as i { if i == 0 { sleep 1ms; acquire r } else { acquire r 2 }; sleep 1h }
        at 100ms { crash p }
        at 200ms { print \"{free(r)} free\" }",
        50,
    ),
    (
        "how many activities have started, which numbers those that come",
        "channel c capacity 3
        process p x 3 as i { forever { sleep 10ms; send c; sleep 40ms } }
        process q { every 7ms { receive c within 20ms { print \"has one\" } else { print \"none\" } } }
        at 95ms { crash p for 3ms }
        at 150ms { crash q }",
        60,
    ),
    (
        "since when a member is paused",
        "topic t partitions 2
        group g on t
        process w { every 10ms { send t } }
        process m x 2 { forever { poll g within 30ms { commit; pause g; sleep 25ms; print \"{lag(g)}\"; resume g } else { } } }
        at 300ms { crash m for 20ms }",
        140,
    ),
];

#[test]
fn a_warm_up_changes_nothing_that_happens() {
    for (what, text, warmup) in READ_BACK {
        let plain = log_of(&run(text, SECOND));
        assert!(!plain.is_empty(), "{what}: nothing is printed");
        let warm = log_of(&run_warm(text, 1, warmup * MS, SECOND));
        assert_eq!(
            plain, warm,
            "a warm-up changed the run; read back is {what}\n{text}"
        );
    }
    let free = log_of(&run(READ_BACK[0].1, SECOND));
    assert_eq!(
        free, "200 1 free",
        "what was acquired in a crashed process is free again"
    );
}

/// Plays a text to its end of some hundred milliseconds, with the end of a warm-up after so many events.
fn traced(text: &str, reset_after: Option<u64>) -> Simulation {
    let mut run = simulation(text, 11).with_digest();
    if let Some(events) = reset_after {
        let _ = run.advance(SECOND, events);
        run.reset_measures();
    }
    let left = 20_000_u64.saturating_sub(run.events());
    let _ = run.advance(SECOND / 4, left);
    run
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, ..config() })]

    #[test]
    fn no_program_feels_the_end_of_a_warm_up(text in looping(), events in 0..3_000_u64) {
        prop_assume!(highwater::lang::compile(&text).is_ok());
        let (plain, warm) = (traced(&text, None), traced(&text, Some(events)));
        // A runaway is cut off by its events, and those of a budget may end in the midst of one.
        prop_assume!(plain.now() == warm.now() && plain.events() == warm.events());
        prop_assert_eq!(plain.digest(), warm.digest(), "a reset after {} events:\n{}", events, text);
        let (plain, warm) = (plain.report(), warm.report());
        prop_assert_eq!(plain.items, warm.items, "a reset after {} events:\n{}", events, text);
        prop_assert_eq!(plain.printed, warm.printed, "a reset after {} events:\n{}", events, text);
    }
}

/// What the end of a warm-up does to a figure of the report.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Rule {
    /// It is of this instant, of the whole run, or no figure: it stays.
    Stays,
    /// It counts from here: 0.
    Counts,
    /// It is the highest since: where it is now, as that figure beside it says.
    Peak(&'static str),
    /// It is a mean since, and no time has passed: where it is now.
    Mean(&'static str),
    /// It is of what has passed since: nothing.
    None,
    /// A share of time, of which none has passed: 1 or 0, as it is now.
    Share,
}

/// The rule of each figure, by the end of its path. Figures that are not here are new: say what a warm-up does to them.
const RULES: &[(Rule, &str)] = &[
    (
        Rule::Stays,
        "scenario seed time_s events digest ended standstill error printed printed_before expectations",
    ),
    (
        Rule::Stays,
        "items/produced items/done items/dropped items/failed items/lost items/in_flight items/redelivered",
    ),
    (
        Rule::None,
        "throughput_per_s goodput_per_s mean p50 p90 p99 p999 max",
    ),
    (Rule::Counts, "latency_s/count made_by_done"),
    (
        Rule::Stays,
        "depth bytes waiting_senders waiting_receivers waiting permits in_use keys cores used limit activities shared",
    ),
    (Rule::Mean("depth"), "mean_depth"),
    (Rule::Peak("depth"), "max_depth"),
    (Rule::Peak("bytes"), "max_bytes"),
    (Rule::Peak("waiting_senders"), "max_waiting_senders"),
    (
        Rule::Counts,
        "in out rejected dropped send_waits refused ooms started failures killed writes",
    ),
    (Rule::Share, "full_share utilisation"),
    (Rule::Peak("in_use"), "resources/max_in_use cpus/max_in_use"),
    (Rule::Mean("waiting"), "mean_waiting"),
    (Rule::Peak("waiting"), "max_waiting"),
    (Rule::Mean("used"), "mean_used"),
    (Rule::Peak("used"), "peak"),
    (
        Rule::None,
        "last_oom_s sleeping working cpu_wait resource_wait sending receiving awaiting",
    ),
    (Rule::Peak("activities"), "max_activities"),
    (Rule::Stays, "entries records end_offsets start_offsets"),
    (Rule::Counts, "deleted"),
    (
        Rule::Stays,
        "lag lags committed positions owners members rebalance_history",
    ),
    (Rule::Mean("lag"), "mean_lag"),
    (Rule::Peak("lag"), "max_lag"),
    (
        Rule::Counts,
        "rebalances delivered redelivered evicted paused_s",
    ),
    (Rule::Stays, "visible in_flight delayed"),
    (Rule::Mean("visible"), "mean_visible"),
    (Rule::Peak("visible"), "max_visible"),
    (Rule::Peak("in_flight"), "max_in_flight"),
    (Rule::Counts, "sent received expired dead_lettered"),
];

/// Everything that has figures, with something of each.
const ALL: &str = "
run 2s
shared total = 0
shared seats = 0 per key
channel line capacity 3
channel door capacity 1KiB overflow reject
channel latest capacity 1 overflow drop_oldest
resource db permits 2 limit_waiting 1
resource row permits 1 per key
cpu cores cores 2 slice 3ms
memory heap limit 2KB restart 20ms
topic t partitions 2 retention 100ms
group g on t commit auto 30ms max_poll_interval 60ms
queue dlq visibility 1s
queue jobs visibility 20ms max_receives 2 dead_letter dlq

process source { every exp(4ms) { produce size 90B key zipf(9, 1); send t; send jobs; offer door { } else { discard }; send latest; send line; total = total + 1 } }
process server x 2 in heap holds 200B { forever { receive line; with db within 9ms { work exp(9ms) on cores } else { fail \"busy\" }; done } }
process more in heap { forever { produce size 500B; sleep exp(40ms); spawn { sleep 30ms } with item } }
process clerk { forever { receive jobs up to 3 within 5ms { sleep exp(15ms); if random() < 50% { ack } } else { } } }
process reader { forever { poll g up to 5 within 9ms { sleep exp(20ms) } else { pause g; sleep 5ms; resume g } } }
process lock x 3 { forever { with row[zipf(3, 1)] { sleep exp(2ms) }; seats[zipf(5, 1)] = total } }
process idle { forever { sleep exp(5ms); done } }
at 500ms { crash server for 10ms }
";

/// Figures of a report: path and value.
fn leaves(path: &str, value: &Value, found: &mut Vec<(String, Value)>) {
    match value {
        Value::Object(map) => {
            for (name, value) in map {
                leaves(&format!("{path}/{name}"), value, found);
            }
        }
        other => found.push((path.to_owned(), other.clone())),
    }
}

fn figures(run: &Simulation) -> (Value, Vec<(String, Value)>) {
    let report = serde_json::to_value(run.report()).expect("JSON");
    let mut found = Vec::new();
    leaves("", &report, &mut found);
    (report, found)
}

fn rule_of(path: &str) -> Option<Rule> {
    if path.starts_with("/shared/") {
        return Some(Rule::Stays);
    }
    if path.starts_with("/failures/") {
        return Some(Rule::Counts);
    }
    // Of `resources/NAME/max_in_use` the name is no matter.
    let parts: Vec<&str> = path.split('/').skip(1).collect();
    let last = parts.last()?;
    let with_kind = format!("{}/{last}", parts.first()?);
    let is_meant = |word: &str| word == with_kind || word == *last;
    let exact = |(_, words): &&(Rule, &str)| words.split(' ').any(|word| word == with_kind);
    let named = |(_, words): &&(Rule, &str)| words.split(' ').any(is_meant);
    let rule = RULES
        .iter()
        .find(exact)
        .or_else(|| RULES.iter().find(named));
    rule.map(|(rule, _)| *rule)
}

fn is_right(rule: Rule, before: &Value, after: &Value, beside: &Map<String, Value>) -> bool {
    match rule {
        Rule::Stays => before == after,
        Rule::Counts => after.as_f64() == Some(0.0),
        Rule::Peak(level) | Rule::Mean(level) => after.as_f64() == beside[level].as_f64(),
        Rule::None => after.is_null(),
        Rule::Share => after
            .as_f64()
            .is_some_and(|share| (0.0..=1.0).contains(&share)),
    }
}

#[test]
fn every_figure_of_the_report_begins_anew_or_stays() {
    let mut run = simulation(ALL, 3);
    let _ = run.advance(SECOND, u64::MAX);
    let (_, before) = figures(&run);
    run.reset_measures();
    let (after, found) = figures(&run);
    let mut wrong = String::new();
    let mut moved = 0;
    for (path, old) in &before {
        let Some(rule) = rule_of(path) else {
            wrong.push_str(&format!("{path}: a figure without a rule\n"));
            continue;
        };
        let new = found.iter().find(|(other, _)| other == path);
        // A reason that was not met since is not listed.
        let new = new.map_or(Value::from(0), |(_, new)| new.clone());
        let place = path.rsplit_once('/').map_or("", |(place, _)| place);
        let nothing = Map::new();
        let beside = after
            .pointer(place)
            .and_then(Value::as_object)
            .unwrap_or(&nothing);
        if !is_right(rule, old, &new, beside) {
            wrong.push_str(&format!("{path}: {rule:?}, but {old} became {new}\n"));
        }
        moved += usize::from(*old != new);
    }
    assert!(wrong.is_empty(), "at the end of a warm-up:\n{wrong}");
    assert!(moved > 60, "only {moved} figures had anything to forget");
}

#[test]
fn counts_before_and_after_a_warm_up_are_those_of_the_whole_run() {
    let mut whole = simulation(ALL, 3);
    let _ = whole.advance(2 * SECOND, u64::MAX);
    let mut warm = simulation(ALL, 3);
    let _ = warm.advance(SECOND, u64::MAX);
    let (before, _) = figures(&warm);
    warm.reset_measures();
    let _ = warm.advance(2 * SECOND, u64::MAX);
    let ((after, _), (_, all)) = (figures(&warm), figures(&whole));
    let of =
        |report: &Value, path: &str| report.pointer(path).and_then(Value::as_f64).unwrap_or(0.0);
    for (path, sum) in all {
        if rule_of(&path) == Some(Rule::Counts) {
            let (first, then) = (of(&before, &path), of(&after, &path));
            let off = (first + then - sum.as_f64().unwrap_or(f64::NAN)).abs();
            assert!(off < 1e-9, "{path}: {first} and {then} are not {sum}");
        }
    }
}

#[test]
fn utilisation_is_over_what_there_was() {
    let text = "run 10s
    knob n = 4 from 0 to 9
    cpu c cores n
    resource r permits n
    process p x 4 { work 8s on c }
    process q x 4 { with r { sleep 8s } }
    at 2s { set n = 1 }
    expect utilisation(c) <= 100% and utilisation(r) <= 100%";
    let report = run(text, 10 * SECOND);
    let cpu = report.cpus.get("c").expect("c");
    let pool = report.resources.get("r").expect("r");
    // Four are there until the work on them is done at 8 s, then one for two seconds: 32 of 34.
    let right = 32.0 / 34.0;
    assert_near(
        "a core that a knob took away is there while it works",
        cpu.utilisation,
        right,
        1e-9,
    );
    assert_near(
        "a permit that a knob took away is there while it is held",
        pool.utilisation,
        right,
        1e-9,
    );
    assert!(report.expectations.iter().all(|claim| claim.met));
    assert_eq!(
        (cpu.cores, pool.permits),
        (1, 1),
        "how many there are is what was asked for"
    );
    let none = "resource r permits 0\nprocess p { sleep 1s }";
    let report = run(none, SECOND);
    let pool = report.resources.get("r").expect("r");
    assert_eq!(pool.utilisation, None, "of no permits");
}

#[test]
fn what_there_is_nothing_of_has_no_figure() {
    let mut run = simulation(
        "channel c capacity 2\nprocess p { forever { sleep 1s; send c } }\nexpect p99 < 1h",
        1,
    );
    let (at_start, _) = figures(&run);
    for rate in ["throughput_per_s", "goodput_per_s"] {
        assert!(
            at_start[rate].is_null(),
            "{rate} over no time: {}",
            at_start[rate]
        );
    }
    let _ = run.advance(10 * SECOND, u64::MAX);
    let (report, _) = figures(&run);
    for figure in ["mean", "p50", "p90", "p99", "p999", "max"] {
        let latency = &report["latency_s"][figure];
        assert!(
            latency.is_null(),
            "{figure} of nothing that is done: {latency}"
        );
    }
    assert_eq!(
        report["throughput_per_s"], 0.0,
        "nothing in ten seconds is 0 a second"
    );
    assert_eq!(
        report["expectations"][0]["met"], false,
        "no latency is below a bound"
    );
}

#[test]
fn items_that_their_done_makes_are_told() {
    let text = "process a { every 100ms { sleep 10ms; done } }\nprocess b { forever { sleep 100ms; done } }";
    let latency = run(text, SECOND).latency_s;
    assert_eq!(
        (latency.count, latency.made_by_done),
        (19, 10),
        "of b, not of a, whose are as old as their tick"
    );
}

#[test]
fn bytes_of_a_log_do_not_wrap() {
    // Twenty million records of 2^40 B each would be more than 2^64 B; of 2^38 B, all that there may be have a sum.
    let text = |size: &str| {
        format!(
            "topic t partitions 1 retention 1h\nprocess p {{ repeat 3 {{ produce size {size}; send t }} }}"
        )
    };
    let report = run(&text("256GiB"), SECOND);
    assert_eq!(report.topics.get("t").expect("t").bytes, 3 << 38);
    let mut run = simulation(&text("256GiB + 1B"), 1);
    let _ = run.advance(SECOND, u64::MAX);
    let error = run.report().error.expect("it is stopped");
    assert_eq!(
        error.message,
        "an item of 274877906945B is too large: it may have 256GiB"
    );
}
