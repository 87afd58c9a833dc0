//! One text, seed and list of knob moves give one run: at a go, in pieces, from a clone, after seeking back.

use crate::support::{MS, SECOND, digest, example, knob, run_seed, simulation};
use highwater::measure::report::Report;
use highwater::simulation::{Simulation, Status};

/// The examples that this build can run, each up to a time that is worth it.
const PLAYED: [(&str, u64); 10] = [
    ("go-select", SECOND),
    ("bounded-queue", 5 * SECOND),
    ("overflow-policies", 10 * SECOND),
    ("mm1", 3 * SECOND),
    ("lost-update", 10 * SECOND),
    ("credits", 2 * SECOND),
    ("tandem", 2 * SECOND),
    ("retry-storm", 2 * SECOND),
    ("promise-all", 3 * SECOND),
    ("tcp-window", 2 * SECOND),
];

/// Numbers that look random: the highest bits of a linear congruence.
fn random(state: &mut u64) -> u64 {
    *state = state
        .wrapping_mul(6_364_136_223_846_793_005)
        .wrapping_add(1_442_695_040_888_963_407);
    *state >> 33
}

fn in_chunks(text: &str, seed: u64, until: u64) -> String {
    let mut simulation = simulation(text, seed).with_digest();
    let mut state = seed;
    let mut target = 0;
    while target < until {
        target = (target + 1 + random(&mut state) % (until / 7)).min(until);
        while simulation.advance(target, 1 + random(&mut state) % 1000) == Status::Budget {}
        if random(&mut state) % 4 == 0 {
            simulation = simulation.clone();
        }
    }
    simulation.digest().expect("a digest was asked for")
}

#[test]
fn digests_are_the_same_at_a_go_in_chunks_and_from_clones() {
    for (name, until) in PLAYED {
        let text = example(name);
        let first = digest(&text, 3, until);
        assert_eq!(first, digest(&text, 3, until), "{name} twice");
        assert_eq!(first, in_chunks(&text, 3, until), "{name} in chunks");
        if !["go-select", "bounded-queue", "credits", "tcp-window"].contains(&name) {
            assert_ne!(first, digest(&text, 4, until), "{name}; with another seed");
        }
    }
}

#[test]
fn one_step_is_one_event() {
    let mut simulation = simulation(&example("go-select"), 1);
    let mut steps = 0;
    while simulation.step() != Status::Idle {
        steps += 1;
        assert_eq!(simulation.events(), steps);
    }
    assert_eq!(simulation.printed_count(), 7);
}

/// The moves of the run below, in milliseconds.
const MOVES: [(u64, &str, f64); 5] = [
    (700, "rate", 400e-9),
    (1300, "room", 3.0),
    (1300, "rate", 30e-9),
    (2900, "service", 1e6),
    (3100, "rate", 900e-9),
];

fn moved(until: u64) -> Simulation {
    let mut simulation = simulation(
        &example("bounded-queue").replace("1/rate", "exp(1/rate)"),
        9,
    )
    .with_digest();
    for (ms, name, value) in MOVES {
        if ms * MS > until {
            break;
        }
        let _ = simulation.advance(ms * MS, u64::MAX);
        let knob = knob(&simulation, name);
        simulation.set_knob(knob, value);
    }
    let _ = simulation.advance(until, u64::MAX);
    simulation
}

#[test]
fn seeking_back_and_forward_shows_the_straight_run() {
    let straight = |ms: u64| moved(ms * MS).report();
    let mut simulation = moved(4000 * MS);
    let mut state = 5;
    let mut targets: Vec<u64> = (0..30).map(|_| random(&mut state) % 4000).collect();
    targets.extend([4000, 0, 700, 1300, 1299, 1301, 3100, 3999, 4000]);
    for ms in targets {
        while simulation.seek(ms * MS, 50) == Status::Budget {}
        let (found, expected) = (simulation.report(), straight(ms));
        assert_eq!(found, expected, "after seeking to {ms} ms");
    }
    assert_eq!(simulation.moves().len(), MOVES.len());
}

#[test]
fn seeking_brings_tables_and_pools_of_keys_back() {
    let text = "run 4s
        shared balance = 100 per key
        shared owner = 0 per key
        resource row permits 1 per key
        memory heap limit 3KB restart 15ms
        process writer x 6 as i in heap holds 200B {
          forever {
            let k = zipf(40, 1)
            produce size 600B
            with row[k] within exp(20ms) { owner[k] = i + 1; sleep exp(4ms); balance[k] = balance[k] - 1; owner[k] = 0 }
            else { balance[k] = 100 }
            sleep exp(3ms)
          }
        }
        at 1s { crash writer for 20ms }";
    // A table without entries has no rows: they are not numbers, and equal to nothing.
    // How many checkpoints are kept is no figure of the run.
    let shown = |simulation: &Simulation| {
        let layout = simulation.layout();
        let kept = layout.header.iter().position(|name| *name == "checkpoints");
        let frame = simulation.frame().into_iter().enumerate();
        let figures = frame.filter(|(at, _)| Some(*at) != kept);
        figures
            .map(|(_, figure)| figure.to_bits())
            .collect::<Vec<_>>()
    };
    let mut sought = simulation(text, 3);
    let _ = sought.advance(4 * SECOND, u64::MAX);
    for ms in [3000, 1000, 999, 1001, 0, 2500, 17, 3999] {
        while sought.seek(ms * MS, 500) == Status::Budget {}
        let mut straight = simulation(text, 3);
        let _ = straight.advance(ms * MS, u64::MAX);
        assert_eq!(
            sought.report(),
            straight.report(),
            "after seeking to {ms} ms"
        );
        assert_eq!(
            shown(&sought),
            shown(&straight),
            "the frame after seeking to {ms} ms"
        );
    }
}

#[test]
fn a_move_after_seeking_back_is_another_run_from_there() {
    let mut simulation = moved(4000 * MS);
    let _ = simulation.seek(1000 * MS, u64::MAX);
    let rate = knob(&simulation, "rate");
    simulation.set_knob(rate, 20e-9);
    assert_eq!(
        simulation.moves().len(),
        2,
        "the moves that lay ahead are forgotten"
    );
    let _ = simulation.advance(4000 * MS, u64::MAX);
    let found = simulation.report();
    let mut straight = moved(1000 * MS);
    straight.set_knob(rate, 20e-9);
    let _ = straight.advance(4000 * MS, u64::MAX);
    assert_eq!(found, straight.report());
}

#[test]
fn a_move_in_a_pause_voids_what_was_kept_later_in_that_pause() {
    let text = "run 60s; knob n = 1 from 0 to 9; process p { sleep 1s; print \"a\"; sleep 29s; print \"{n}\" }";
    let mut simulation = simulation(text, 1);
    let n = knob(&simulation, "n");
    let _ = simulation.advance(10 * SECOND, u64::MAX);
    let _ = simulation.seek(1500 * MS, u64::MAX);
    simulation.set_knob(n, 7.0);
    let _ = simulation.advance(12 * SECOND, u64::MAX);
    let _ = simulation.seek(11 * SECOND, u64::MAX);
    assert_eq!((simulation.now(), simulation.knob(n)), (11 * SECOND, 7.0));
    let _ = simulation.seek(40 * SECOND, u64::MAX);
    assert_eq!(simulation.printed(1)[0].text, "7");
}

#[test]
fn one_place_changed_leaves_the_draws_elsewhere_alone() {
    let text = |work: &str| {
        format!(
            "channel c unbounded; process a {{ every exp(10ms) {{ print \"a\"; send c }} }}; process s {{ forever {{ receive c; {work}; done }} }}"
        )
    };
    let times = |report: Report| {
        report
            .printed
            .iter()
            .map(|line| line.t_s)
            .collect::<Vec<_>>()
    };
    assert_eq!(
        times(run_seed(&text("sleep 1ms"), 1, SECOND)),
        times(run_seed(
            &text("sleep lognormal(3ms, 1); sleep exp(1ms)"),
            1,
            SECOND
        )),
        "the arrivals of two variants differ"
    );
}

#[test]
fn a_knob_that_moves_draws_nothing() {
    // The mean of an interval is asked for, and what is random in it may be a key.
    let text = |to: u32| {
        format!(
            "knob k = 1 from 0 to 5
            shared t = 1 per key
            resource row permits 1 per key
            process a {{ repeat 4 {{ sleep 10ms; print \"{{random()}}\" }} }}
            process b {{ every 7ms * t[floor(uniform(0, 3))] * free(row[zipf(3, 1)]) {{ }} }}
            at 15ms {{ set k = {to} }}"
        )
    };
    assert_eq!(
        run_seed(&text(1), 1, SECOND).printed,
        run_seed(&text(2), 1, SECOND).printed
    );
}
