//! One scenario and seed give one run, bit for bit: the digest of all events is what `tests/digests.txt` holds. The same body runs
//! natively and, through `tests/web.rs`, in a browser; `tests/e2e` does the same with the optimised file that the page loads.
//!
//! `HIGHWATER_BLESS=1 cargo test digests` writes the file anew; do that only when the meaning of a run was changed on purpose.

use highwater::lang;
use highwater::simulation::Simulation;

/// Enough for every kind of event, few enough for an unoptimised build in a browser.
const EVENTS: u64 = 50_000;
const SEED: u64 = 7;

/// Name and text of every example that runs.
const TEXTS: [(&str, &str); 17] = [
    (
        "bounded-queue",
        include_str!("../../www/examples/bounded-queue.hw"),
    ),
    ("credits", include_str!("../../www/examples/credits.hw")),
    ("go-select", include_str!("../../www/examples/go-select.hw")),
    (
        "lost-update",
        include_str!("../../www/examples/lost-update.hw"),
    ),
    ("mm1", include_str!("../../www/examples/mm1.hw")),
    (
        "overflow-policies",
        include_str!("../../www/examples/overflow-policies.hw"),
    ),
    (
        "promise-all",
        include_str!("../../www/examples/promise-all.hw"),
    ),
    (
        "retry-storm",
        include_str!("../../www/examples/retry-storm.hw"),
    ),
    ("tandem", include_str!("../../www/examples/tandem.hw")),
    (
        "tcp-window",
        include_str!("../../www/examples/tcp-window.hw"),
    ),
    (
        "event-loop",
        include_str!("../../www/examples/event-loop.hw"),
    ),
    (
        "kafka-slow-group",
        include_str!("../../www/examples/kafka-slow-group.hw"),
    ),
    (
        "kafka-poll-interval",
        include_str!("../../www/examples/kafka-poll-interval.hw"),
    ),
    (
        "sqs-lambda",
        include_str!("../../www/examples/sqs-lambda.hw"),
    ),
    ("gil", include_str!("../../www/examples/gil.hw")),
    (
        "node-export",
        include_str!("../../www/examples/node-export.hw"),
    ),
    (
        "python-max-pending",
        include_str!("../../www/examples/python-max-pending.hw"),
    ),
];

/// Every distribution, so that no target's arithmetic goes untested.
const DISTRIBUTIONS: &str = "
process every_kind {
  forever {
    sleep exp(1ms); sleep uniform(1ms, 2ms); sleep normal(1ms, 300us); sleep lognormal(1ms, 0.5); sleep gamma(1ms, 0.3)
    sleep gamma(1ms, 2); sleep erlang(3, 1ms); sleep pareto(1ms, 1.5); sleep weibull(1ms, 0.7); sleep 1ms * zipf(100, 1.1)
    sleep choice(1ms: 90%, 5ms: 10%); sleep 1ms * random(); done
  }
}
";

/// Everything that comes and goes as a whole: turns on cores, a memory that ends, crashes, autoscaling, members of groups.
const CREWS: &str = "
cpu cores cores 2 slice 1ms
memory heap limit 20KB restart 20ms
channel jobs unbounded in heap
process clients { every exp(2ms) { produce size 400B; send jobs } }
process pool x 1 to 8 growing 3 per 10ms while len(jobs) > 2 in heap holds 500B { forever { receive jobs; work exp(6ms) on cores; done } }
topic t partitions 5 retention 300ms
group a on t assignor cooperative commit auto 20ms max_poll_interval 40ms session_timeout 60ms
group b on t assignor sticky from latest
process pollers x 3 in heap { forever { poll a up to 5; for each { sleep exp(6ms) } } }
process reader x 2 { forever { poll b up to 9 within 30ms { for each { work 1ms on cores }; try { commit } else { } } else { pause b; sleep 9ms; resume b } } }
process app { every exp(3ms) { produce key zipf(20, 1); send t } }
queue bin visibility 1s
queue post visibility 9ms max_receives 3 dead_letter bin delay 2ms in heap
queue rows visibility 30ms fifo
process letters { every exp(2ms) { produce key zipf(9, 1); send rows; send post } }
process clerk x 3 { forever { receive post up to 4; sleep exp(5ms); fail 9%; if random() < 20% { nack after 4ms } else { extend 9ms; sleep 3ms; ack } } }
process tally x 2 { forever { receive rows up to 10 within 8ms { sleep 3ms; ack } else { } } }
process other { forever { work 3ms on cores; sleep exp(4ms) } }
at 300ms { crash pool for 50ms }
at 500ms { crash clients }
at 600ms { restart clients }
at 400ms { crash reader for 30ms }
";

/// Everything that there is for each key, under crashes, deadlines and a memory that ends.
const KEYS: &str = "
shared balance = 100 per key
resource row permits 1 per key
resource limit permits 2 limit_waiting 3 per key
memory heap limit 3KB restart 15ms
channel api capacity 9
process writer x 6 as i in heap holds 200B {
  forever {
    let k = zipf(12, 1)
    produce size 600B
    with row[k] within exp(20ms) { sleep exp(4ms); balance[k] = balance[k] - 1 } else { balance[i] = 100 }
    sleep exp(3ms)
    fail 3%
  }
}
process client x 4 as i { forever { sleep exp(3ms); call api key i within 9ms { } else { } } }
process server x 3 { forever { receive api; with limit[key] { sleep exp(5ms); balance[key + 50] = balance[key + 50] + 1 } else { fail }; done } }
process watcher { forever { await balance[3] < 95 and free(row[1]) > 0; sleep 10ms; balance[3] = 100 } }
at 300ms { crash writer for 20ms }
";

/// The line of a text: its name, its digest, and the time in nanoseconds up to which it was played. That time is recorded too, since how
/// many events it takes to get there is the engine's affair.
fn line(name: &str, text: &str) -> String {
    let scenario =
        lang::compile(text).unwrap_or_else(|found| panic!("the text has errors: {found:?}"));
    let until = recorded_until(name).unwrap_or_else(|| until_of(scenario.clone()));
    let mut run = Simulation::new(scenario, SEED).with_digest();
    let _ = run.advance(until, u64::MAX);
    format!("{name} {} {until}\n", run.digest().unwrap_or_default())
}

fn recorded_until(name: &str) -> Option<u64> {
    let mut lines = include_str!("../digests.txt").lines();
    let words = lines.find_map(|line| line.strip_prefix(name)?.strip_prefix(' '))?;
    words.split(' ').nth(1)?.parse().ok()
}

/// How far a new text is played: so many events, as long as its run.
fn until_of(scenario: lang::Scenario) -> u64 {
    let mut run = Simulation::new(scenario, SEED);
    let until = run.horizon();
    let _ = run.advance(until, EVENTS);
    run.now()
}

/// The same text with a comment and an empty line after each of its lines. (No text here has a string over two lines.)
#[cfg(not(target_arch = "wasm32"))]
fn spread_out(text: &str) -> String {
    text.lines()
        .flat_map(|line| [line, "\n// a note\n\n"])
        .collect()
}

#[cfg(not(target_arch = "wasm32"))]
fn digest_of_some(text: &str) -> Option<String> {
    let scenario = lang::compile(text).ok()?;
    let mut run = Simulation::new(scenario, SEED).with_digest();
    let _ = run.advance(run.horizon(), 3_000);
    run.digest()
}

#[cfg(not(target_arch = "wasm32"))]
#[test]
fn a_digest_is_of_what_happened_not_of_where_it_is_written() {
    use proptest::strategy::{Strategy, ValueTree};
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("www");
    let folder = |path: &str| {
        let entries = std::fs::read_dir(root.join(path)).expect("a folder");
        entries.map(|entry| entry.expect("an entry").path())
    };
    let presets = folder("presets").map(|preset| preset.join("scenario.hw"));
    let files = presets.chain(folder("examples"));
    let mut texts: Vec<(String, String)> = files
        .filter(|path| path.extension().is_some_and(|ending| ending == "hw"))
        .filter_map(|path| {
            Some((
                path.display().to_string(),
                std::fs::read_to_string(&path).ok()?,
            ))
        })
        .collect();
    assert!(
        texts.len() > 60,
        "only {} presets and examples",
        texts.len()
    );
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    texts.extend((0..150).map(|number| {
        let tree = crate::properties::looping().new_tree(&mut runner);
        (
            format!("random program {number}"),
            tree.expect("a text").current(),
        )
    }));
    let mut compared = 0;
    for (name, text) in texts {
        let Some(first) = digest_of_some(&text) else {
            continue;
        };
        let tidy = lang::format(&text).expect("it compiles");
        for (what, other) in [
            ("fmt", tidy),
            ("empty lines and comments", spread_out(&text)),
        ] {
            let other = digest_of_some(&other);
            assert_eq!(
                other.as_deref(),
                Some(first.as_str()),
                "{what} changed the digest of {name}\n{text}"
            );
        }
        compared += 1;
    }
    assert!(compared > 130, "only {compared} texts compile");
}

fn computed() -> String {
    let texts = TEXTS.into_iter().chain([
        ("distributions", DISTRIBUTIONS),
        ("crews", CREWS),
        ("keys", KEYS),
    ]);
    texts.map(|(name, text)| line(name, text)).collect()
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn digests_are_the_recorded_ones() {
    let computed = computed();
    #[cfg(not(target_arch = "wasm32"))]
    if std::env::var_os("HIGHWATER_BLESS").is_some() {
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/digests.txt");
        std::fs::write(file, &computed).expect("the file can be written");
        return;
    }
    let recorded = include_str!("../digests.txt");
    let differing: Vec<String> = (recorded.lines().zip(computed.lines()))
        .filter(|(recorded, computed)| recorded != computed)
        .map(|(recorded, computed)| format!("recorded {recorded}\ncomputed {computed}"))
        .collect();
    assert!(
        differing.is_empty() && recorded.lines().count() == computed.lines().count(),
        "runs differ from the recorded ones (on purpose? see the top of tests/it/digests.rs):\n{}",
        differing.join("\n")
    );
}
