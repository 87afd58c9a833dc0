//! Random programs in groups, each about a few features so that what fails is small. Whatever they say: a run does not panic or hang, its ledger
//! balances (the engine asserts it at every event of a test build, and weighs every memory), nobody waits for what is there, what a program
//! counts of itself is right, and no other way to play it makes another run. `make fuzz` goes on where these few cases end, with other seeds.
//!
//! | file | what |
//! | --- | --- |
//! | `programs` | programs that say anything |
//! | `oracles` | programs that know what must come of them |
//! | `damage` | texts of all kinds with something broken |
//! | `checks`, `instants` | what is asked of them |

mod checks;
mod damage;
mod instants;
mod oracles;
mod programs;

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{RngSeed, TestRunner};

use crate::support::simulation;
use checks::{SPAN, Way, holds, survives, way};
use highwater::simulation::Status;
pub(crate) use programs::looping;
use programs::{crowded, ending, watching};

/// Plays to the end or to the end of [`SPAN`] in pieces of so many events (all at once if `None`), and says what came of it.
pub(crate) fn outcome(
    text: &str,
    piece: Option<u64>,
) -> (String, highwater::measure::report::Report) {
    let mut simulation = simulation(text, 11).with_digest();
    let mut rounds = 0_u64;
    // By events, not by calls: looks at conditions use up a call's budget too.
    while simulation.events() < SPAN.events {
        let left = SPAN.events - simulation.events();
        if simulation.advance(SPAN.until, piece.unwrap_or(left).min(left)) != Status::Budget {
            break;
        }
        rounds += 1;
        if piece.is_some() && rounds % 3 == 0 {
            simulation = simulation.clone();
        }
    }
    (
        simulation.digest().expect("a digest was asked for"),
        simulation.report(),
    )
}

/// Random texts are not all sensible; those that the checker refuses are no cases.
fn compiles(text: &str) -> bool {
    highwater::lang::compile(text).is_ok()
}

pub(crate) fn config() -> ProptestConfig {
    let default = ProptestConfig::default();
    ProptestConfig {
        cases: 500,
        max_global_rejects: 20_000,
        failure_persistence: None,
        // The same cases at every run, so that a gate does not open and shut by chance; `PROPTEST_RNG_SEED` tries others.
        rng_seed: match default.rng_seed {
            RngSeed::Random => RngSeed::Fixed(11),
            fixed => fixed,
        },
        ..default
    }
}

/// So many cases for a group.
fn cases(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, ..config() }
}

/// A program that compiles and keeps what is asked of it.
fn assert_holds(text: &str, way: Way) -> Result<(), TestCaseError> {
    prop_assume!(compiles(text));
    holds(text, SPAN, way).map_err(|broken| TestCaseError::fail(format!("{broken}\n{text}")))
}

proptest! {
    #![proptest_config(cases(150))]

    #[test]
    fn any_program_runs_and_runs_the_same_in_any_way(text in looping(), way in way()) {
        assert_holds(&text, way)?;
    }

    #[test]
    fn what_has_ended_leaves_nothing_behind(text in ending(), way in way()) {
        assert_holds(&text, way)?;
    }

    #[test]
    fn nobody_waits_for_what_is_there(text in crowded(), way in way()) {
        assert_holds(&text, way)?;
    }

    #[test]
    fn nobody_awaits_what_holds(text in watching(), way in way()) {
        assert_holds(&text, way)?;
    }
}

proptest! {
    #![proptest_config(cases(400))]

    #[test]
    fn a_damaged_text_is_refused_or_runs(text in damage::damaged(crowded())) {
        survives(&text, SPAN).map_err(|broken| TestCaseError::fail(format!("{broken}\n{text}")))?;
    }
}

#[test]
fn programs_come_to_what_they_expect() {
    let mut wrong = Vec::new();
    for &(name, kind) in oracles::KINDS {
        let tried = TestRunner::new(cases(60))
            .run(&(kind(), way()), |(text, way)| assert_holds(&text, way));
        if let Err(failed) = tried {
            wrong.push(format!("{name}: {failed}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn most_random_programs_compile() {
    // Guards the tests above against generators whose every text is refused.
    let kinds: [oracles::Kind; 4] = [
        ("looping", looping),
        ("ending", ending),
        ("crowded", crowded),
        ("watching", watching),
    ];
    let mut runner = TestRunner::deterministic();
    for (name, kind) in kinds.iter().chain(oracles::KINDS) {
        let texts: Vec<String> = (0..100)
            .map(|_| kind().new_tree(&mut runner).expect("a text").current())
            .collect();
        let refused = texts.iter().filter_map(|text| {
            highwater::lang::compile(text)
                .err()
                .map(|problems| problems[0].render("text", text))
        });
        let refused: Vec<String> = refused.collect();
        assert!(
            refused.len() < 40,
            "{name}: {} of 100 random programs are refused, as this: {}",
            refused.len(),
            refused[0]
        );
    }
}

#[test]
fn the_random_programs_are_programs() {
    // Guards the tests above against programs in which little happens.
    let mut runner = TestRunner::deterministic();
    let texts: Vec<String> = (0..200)
        .map(|_| looping().new_tree(&mut runner).expect("a text").current())
        .collect();
    let compiled = texts.iter().filter(|text| compiles(text)).count();
    let first = texts.iter().find_map(|text| {
        let problems = highwater::lang::compile(text).err()?;
        Some(format!("{}\n{text}", problems[0].render("text", text)))
    });
    assert!(
        compiled > 100,
        "only {compiled} of 200 random programs compile: {}",
        first.unwrap_or_default()
    );
    let reports: Vec<_> = texts
        .iter()
        .filter(|text| compiles(text))
        .map(|text| outcome(text, None).1)
        .collect();
    let killed: u64 = reports
        .iter()
        .flat_map(|report| &report.processes.0)
        .map(|(_, process)| process.killed)
        .sum();
    let ooms: u64 = reports
        .iter()
        .flat_map(|report| &report.memories.0)
        .map(|(_, memory)| memory.ooms)
        .sum();
    let queues = reports.iter().flat_map(|report| &report.queues.0);
    let (redelivered, deleted, dead) =
        queues.fold((0, 0, 0), |(redelivered, deleted, dead), (_, queue)| {
            (
                redelivered + queue.redelivered,
                deleted + queue.deleted,
                dead + queue.dead_lettered,
            )
        });
    assert!(
        redelivered > 200 && deleted > 100 && dead > 50,
        "{redelivered} redelivered, {deleted} deleted, {dead} dead: too few to show anything"
    );
    assert!(
        ooms > 20 && killed > 200,
        "{ooms} memories ended and {killed} activities were killed: too few to show anything"
    );
}
