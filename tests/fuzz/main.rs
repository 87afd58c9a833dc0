//! `make fuzz`: the property tests' programs and checks without end, with other seeds, with texts that are too large for a test, and with a watch
//! on the clock and on memory. `fuzz MINUTES SEED` plays rounds until the time is over; the seed of the first round is SEED, and of each further
//! one it is one higher. What is found is made small, kept in `target/fuzz/` and told at the end of its round, with the seed that finds it again.

#[path = "../it/properties/checks.rs"]
mod checks;
#[path = "../it/properties/damage.rs"]
mod damage;
mod giants;
#[path = "../it/properties/instants.rs"]
mod instants;
#[path = "../it/properties/oracles.rs"]
mod oracles;
#[path = "../it/properties/programs.rs"]
mod programs;
mod smallest;
mod watch;

use std::cell::Cell;
use std::panic;
use std::time::{Duration, Instant};

use proptest::prelude::*;
use proptest::test_runner::{RngAlgorithm, TestError, TestRng, TestRunner};

use checks::{SPAN, Verdict, Way, holds, survives, way};
use watch::Watch;

/// A kind of text.
struct Kind {
    name: &'static str,
    /// What makes one.
    texts: BoxedStrategy<String>,
    /// What is asked of one.
    judge: fn(&str, Way) -> Verdict,
    /// How many there are in a round.
    count: u32,
    /// It is played in one of so many rounds, the first for certain.
    rounds: u64,
}

/// A text of which nothing is known takes so long at most.
const TEXT_TAKES_AT_MOST: Duration = Duration::from_secs(5);
/// The same of one that is played in several ways and looked at after every instant, or in which a million things happen.
const LONG_TEXT_TAKES_AT_MOST: Duration = Duration::from_secs(60);
/// The kinds of which nothing is known.
const UNKNOWN: [&str; 2] = ["damaged", "heavy"];
const CROWDS: &str = "crowds";

/// A found fault is made smaller for so long at most: by the generator, and then line by line.
const SHRINKING: Duration = Duration::from_secs(20);

fn kinds() -> Vec<Kind> {
    let of = |name, texts, judge, count| Kind {
        name,
        texts,
        judge,
        count,
        rounds: if name == CROWDS { 50 } else { 1 },
    };
    let programs = |text: &str, way| holds(text, SPAN, way);
    let texts = |text: &str, _| survives(text, SPAN);
    let mut kinds = vec![
        of("looping", programs::looping(), programs, 20),
        of("ending", programs::ending(), programs, 20),
        of("crowded", programs::crowded(), programs, 40),
        of("watching", programs::watching(), programs, 20),
        of("damaged", damage::damaged(programs::crowded()), texts, 200),
        of("heavy", giants::heavy(), texts, 4),
        of(
            CROWDS,
            giants::crowds(),
            |text, _| giants::outlasts(text),
            1,
        ),
        of(
            "long turns",
            giants::long_turns(),
            |text, _| giants::outlasts(text),
            1,
        ),
    ];
    kinds.extend(
        oracles::KINDS
            .iter()
            .map(|&(name, texts)| of(name, texts(), programs, 20)),
    );
    kinds
}

/// The generator's stream of a kind in a round.
fn stream(seed: u64, kind: usize) -> TestRng {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    bytes[8..16].copy_from_slice(&(kind as u64).to_le_bytes());
    TestRng::from_seed(RngAlgorithm::ChaCha, &bytes)
}

fn config(count: u32) -> ProptestConfig {
    ProptestConfig {
        cases: count,
        failure_persistence: None,
        max_global_rejects: 100 * count,
        max_shrink_time: SHRINKING.as_millis() as u32,
        max_shrink_iters: 1_000_000,
        ..ProptestConfig::default()
    }
}

/// What a panic says is a verdict too.
fn judged(kind: &Kind, text: &str, way: Way, watch: &Watch) -> Verdict {
    let at_most = if UNKNOWN.contains(&kind.name) {
        TEXT_TAKES_AT_MOST
    } else {
        LONG_TEXT_TAKES_AT_MOST
    };
    watch.begin(kind.name, text, at_most);
    let judge = kind.judge;
    let verdict = panic::catch_unwind(|| judge(text, way));
    watch.end();
    verdict.unwrap_or_else(|panic| {
        let said = panic.downcast_ref::<String>().map(String::as_str);
        Err(format!(
            "panic: {}",
            said.or(panic.downcast_ref::<&str>().copied())
                .unwrap_or("without a word")
        ))
    })
}

/// What kind of fault it is: the words before the figures.
fn fault(verdict: &str) -> &str {
    verdict
        .split(|sign: char| sign == ':' || sign.is_ascii_digit())
        .next()
        .unwrap_or_default()
}

/// Plays the texts of a kind in a round. Says what was found, if something was.
fn play(kind: &Kind, number: usize, seed: u64, watch: &Watch) -> Option<String> {
    let mut runner = TestRunner::new_with_rng(config(kind.count), stream(seed, number));
    let (played, found) = (Cell::new(0), Cell::new(false));
    let told = |broken: &str, text: &str, way: Way| {
        let kept = watch::keep(&format!("{}-{seed}", kind.name.replace(' ', "-")), text);
        let name = kind.name;
        format!(
            "{name}, text {} of seed {seed}, played {way:?}: {broken}\nthe text is in {kept}:\n{text}",
            played.get()
        )
    };
    let outcome = runner.run(&(kind.texts.clone(), way()), |(text, way)| {
        if kind.name != "damaged" && highwater::lang::compile(&text).is_err() {
            return Err(TestCaseError::reject("it does not compile"));
        }
        played.set(played.get() + u32::from(!found.get()));
        judged(kind, &text, way, watch).map_err(|broken| {
            found.set(true);
            watch.found(Some(told(&broken, &text, way)));
            TestCaseError::fail(broken)
        })
    });
    let (broken, (text, way)) = match outcome {
        Err(TestError::Fail(reason, case)) => (reason.message().to_owned(), case),
        Err(TestError::Abort(reason)) => {
            return Some(format!("{}: {}", kind.name, reason.message()));
        }
        Ok(()) => return None,
    };
    let (broken, text) = smaller(broken, text, |text| judged(kind, text, way, watch));
    watch.found(None);
    Some(told(&broken, &text, way))
}

/// A smaller text that is broken in the same way, and what is said of it.
fn smaller(broken: String, text: String, judge: impl Fn(&str) -> Verdict) -> (String, String) {
    // What a program counts of itself means nothing without all of it.
    if broken.contains("does not hold") {
        return (broken, text);
    }
    let until = Instant::now() + SHRINKING;
    let same = |other: String| fault(&other) == fault(&broken);
    let text = smallest::smallest(&text, |text| {
        Instant::now() < until && judge(text).err().is_some_and(same)
    });
    (judge(&text).err().unwrap_or(broken), text)
}

/// Plays a text that was kept, in every way.
fn again(file: &str, watch: &Watch) {
    let text = std::fs::read_to_string(file).unwrap_or_else(|error| panic!("{file}: {error}"));
    let kind = Kind {
        name: "again",
        texts: Just(String::new()).boxed(),
        judge: |text, way| holds(text, SPAN, way),
        count: 1,
        rounds: 1,
    };
    let ways = [
        Way::Pieces(1),
        Way::Pieces(7),
        Way::Back(0.1),
        Way::Back(0.5),
        Way::WarmUp(0.2),
        Way::WarmUp(0.7),
        Way::Traced,
        Way::Formatted,
        Way::Spaced,
    ];
    let broken: Vec<String> = ways
        .iter()
        .filter_map(|&way| {
            Some(format!(
                "{way:?}: {}",
                judged(&kind, &text, way, watch).err()?
            ))
        })
        .collect();
    println!(
        "{}\n== {} of {} ways to play {file} broke a rule",
        broken.join("\n"),
        broken.len(),
        ways.len()
    );
    std::process::exit(i32::from(!broken.is_empty()));
}

fn main() {
    let mut arguments = std::env::args().skip(1);
    let mut number = |what: &str| -> u64 {
        let given = arguments.next().unwrap_or_default();
        given.parse().unwrap_or_else(|_| {
            panic!("fuzz MINUTES SEED [KIND]: {what} is a whole number, not '{given}'")
        })
    };
    let (minutes, first_seed) = (number("MINUTES"), number("SEED"));
    let only = arguments.next();
    let begun = Instant::now();
    let watch = Watch::start();
    let kinds = kinds();
    if let Some(file) = only.as_ref().filter(|only| only.ends_with(".hw")) {
        return again(file, &watch);
    }
    let wanted = |kind: &&Kind| only.as_ref().is_none_or(|only| only == kind.name);
    if !kinds.iter().any(|kind| wanted(&kind)) {
        let names: Vec<&str> = kinds.iter().map(|kind| kind.name).collect();
        panic!("the kinds of texts are: {}", names.join(", "));
    }
    // What panics from here on is told with its text.
    panic::set_hook(Box::new(|_| ()));
    println!("== fuzzing for {minutes} min; the seed is {first_seed}");
    let mut seed = first_seed;
    loop {
        let playing = kinds
            .iter()
            .enumerate()
            .filter(|(_, kind)| wanted(kind) && (seed - first_seed) % kind.rounds == 0);
        let found: Vec<String> = playing
            .filter_map(|(number, kind)| play(kind, number, seed, &watch))
            .collect();
        let (seconds, texts) = (begun.elapsed().as_secs(), watch.texts());
        if !found.is_empty() {
            println!("{}", found.join("\n\n"));
            println!(
                "== FAILED: {} kinds of texts broke a rule with seed {seed}, after {texts} texts in {seconds} s; again: make fuzz SEED={seed} MINUTES=0",
                found.len()
            );
            std::process::exit(1);
        }
        seed += 1;
        if seconds >= 60 * minutes {
            println!(
                "== held: {texts} texts in {seconds} s, seeds {first_seed} to {}, at most {} MiB",
                seed - 1,
                watch.peak_mib()
            );
            return;
        }
        if (seed - first_seed) % 5 == 0 {
            println!(
                "{seconds} s: {texts} texts, the next seed is {seed}, at most {} MiB",
                watch.peak_mib()
            );
        }
    }
}
