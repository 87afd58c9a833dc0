//! What is asked of a program: that no other way to play it makes another run of it, and what `instants` asks of its every instant. Shared by
//! the property tests and `make fuzz`, so that both look for the same. A verdict says in words what it saw broken.

use highwater::lang::scenario::KnobId;
use highwater::lang::{compile, format};
use highwater::simulation::{Simulation, Status};
use proptest::prelude::*;

use super::instants;

/// Fine, or what is wrong.
pub(crate) type Verdict = Result<(), String>;

/// How far a run goes: some programs are runaways.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Span {
    /// Virtual nanoseconds.
    pub(crate) until: u64,
    /// Events.
    pub(crate) events: u64,
}

/// Enough for any of the programs here.
pub(crate) const SPAN: Span = Span {
    until: 1_000_000_000,
    events: 20_000,
};
/// The seed of all runs: what differs is the text.
const RUN_SEED: u64 = 11;

/// Another way to play a program, which must make the same run.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Way {
    /// In pieces of so many events, with a clone now and then.
    Pieces(u64),
    /// Back to that share of its time and on from there, after knobs have moved from outside.
    Back(f64),
    /// What is measured is reset when that share of the events has happened.
    WarmUp(f64),
    /// Every event is kept.
    Traced,
    /// `highwater fmt` goes over the text first.
    Formatted,
    /// The text has more blank lines and comments.
    Spaced,
}

/// Any way.
pub(crate) fn way() -> BoxedStrategy<Way> {
    prop_oneof![
        3 => (1..500_u64).prop_map(Way::Pieces),
        3 => (0.0..1.0).prop_map(Way::Back),
        3 => (0.0..1.0).prop_map(Way::WarmUp),
        1 => Just(Way::Traced),
        1 => Just(Way::Formatted),
        1 => Just(Way::Spaced),
    ]
    .boxed()
}

/// A run of a text.
pub(crate) fn begin(text: &str) -> Result<Simulation, String> {
    let scenario = compile(text).map_err(|problems| problems[0].render("text", text))?;
    Ok(Simulation::new(scenario, RUN_SEED))
}

/// Plays on to the end of the span in pieces of so many events. By events, not by calls: looks at conditions use up a call's budget too.
pub(crate) fn play(
    simulation: &mut Simulation,
    span: Span,
    piece: u64,
    mut between: impl FnMut(&mut Simulation) -> Verdict,
) -> Result<Status, String> {
    while simulation.events() < span.events {
        let left = span.events - simulation.events();
        let status = simulation.advance(span.until, piece.min(left));
        if status != Status::Budget {
            return Ok(status);
        }
        between(simulation)?;
    }
    Ok(Status::Budget)
}

/// Plays on to the end of the span at a go.
pub(crate) fn at_a_go(simulation: &mut Simulation, span: Span) -> Result<Status, String> {
    play(simulation, span, u64::MAX, |_| Ok(()))
}

/// All that is asked of a program.
pub(crate) fn holds(text: &str, span: Span, way: Way) -> Verdict {
    let mut first = begin(text)?.with_digest();
    at_a_go(&mut first, span)?;
    let mut looked_at = begin(text)?.with_digest();
    instants::look(&mut looked_at, span)?;
    same_report("looked at after every instant", &mut first, &mut looked_at)?;
    match way {
        Way::Pieces(piece) => in_pieces(text, span, piece, &mut first),
        Way::Back(share) => after_going_back(text, span, share),
        Way::WarmUp(share) => after_a_warm_up(text, span, share, &first),
        Way::Traced => {
            let mut traced = begin(text)?.with_trace();
            // When many events are kept it goes on only after they are taken.
            play(&mut traced, span, u64::MAX, |simulation| {
                let _ = simulation.drain_trace();
                Ok(())
            })?;
            same_report("traced", &mut first, &mut traced)
        }
        Way::Formatted => {
            let tidy = format(text).map_err(|_| "a text that compiles cannot be formatted")?;
            after_rewriting("formatted", &tidy, span, &first)
        }
        Way::Spaced => {
            let spaced = text.replace('\n', "\n\n// A line more.\n");
            after_rewriting("with blank lines and comments", &spaced, span, &first)
        }
    }
}

fn in_pieces(text: &str, span: Span, piece: u64, first: &mut Simulation) -> Verdict {
    let mut again = begin(text)?.with_digest();
    let mut rounds = 0;
    play(&mut again, span, piece, |simulation| {
        rounds += 1;
        if rounds % 3 == 0 {
            *simulation = simulation.clone();
        }
        Ok(())
    })?;
    same_report(&format!("in pieces of {piece} events"), first, &mut again)
}

/// Knobs move from outside at three places on the way, to the ends of their ranges in turn.
fn after_going_back(text: &str, span: Span, share: f64) -> Verdict {
    let mut simulation = begin(text)?.with_digest();
    let piece = (span.events / 4).max(1);
    let mut moves = 0;
    play(&mut simulation, span, piece, |simulation| {
        let knobs = simulation.scenario().knobs.len();
        for number in 0..knobs {
            let knob = &simulation.scenario().knobs[number];
            let value = if (moves + number) % 2 == 0 {
                knob.from
            } else {
                knob.to
            };
            simulation.set_knob(KnobId(number as u32), value);
        }
        moves += 1;
        Ok(())
    })?;
    let (digest, end) = (simulation.digest(), simulation.now());
    // Where an error stopped it, or the budget in the middle of an instant, `events` says how far it went.
    let again = Span {
        until: end,
        events: simulation.events(),
    };
    let back = (end as f64 * share) as u64;
    while simulation.seek(back, u64::MAX) == Status::Budget {}
    at_a_go(&mut simulation, again)?;
    same(
        &format!("the digest after going back to {back} ns"),
        &digest,
        &simulation.digest(),
    )
}

fn after_a_warm_up(text: &str, span: Span, share: f64, first: &Simulation) -> Verdict {
    let mut warm = begin(text)?.with_digest();
    let events = (first.events() as f64 * share) as u64;
    at_a_go(&mut warm, Span { events, ..span })?;
    warm.reset_measures();
    at_a_go(&mut warm, span)?;
    let what = format!("the digest after a warm-up of {events} events");
    same(&what, &first.digest(), &warm.digest())
}

fn after_rewriting(how: &str, text: &str, span: Span, first: &Simulation) -> Verdict {
    let mut again = begin(text)?.with_digest();
    at_a_go(&mut again, span)?;
    same(
        &format!("the digest of the text {how}"),
        &first.digest(),
        &again.digest(),
    )
}

fn same_report(how: &str, first: &mut Simulation, again: &mut Simulation) -> Verdict {
    same(
        &format!("the digest {how}"),
        &first.digest(),
        &again.digest(),
    )?;
    let (first, again) = (first.report(), again.report());
    if first == again {
        Ok(())
    } else {
        Err(format!(
            "the report {how} is another: {first:?}\nand {again:?}"
        ))
    }
}

fn same<T: PartialEq + std::fmt::Debug>(what: &str, first: &T, again: &T) -> Verdict {
    if first == again {
        Ok(())
    } else {
        Err(format!("{what} is {again:?}, and at a go it was {first:?}"))
    }
}

/// So much work is asked of a text of which nothing is known, in steps: about a second as people run it. What takes more lets time pass, a
/// little of it at a time, and would go on so for as long as it is told.
const STEPS_MAX: u64 = 3_000_000;
/// Events between two looks at the work.
const EVENTS_BETWEEN: u64 = 64;

/// Plays a text of which nothing is known to the end of the span, or for so much work.
fn play_for_some_work(simulation: &mut Simulation, span: Span) -> Status {
    while simulation.events() < span.events && simulation.steps() < STEPS_MAX {
        let left = span.events - simulation.events();
        let status = simulation.advance(span.until, left.min(EVENTS_BETWEEN));
        if status != Status::Budget {
            return status;
        }
    }
    Status::Budget
}

/// What is asked of a text of which nothing is known: it is refused with its place, or it runs, and what can be asked of a run is answered.
pub(crate) fn survives(text: &str, span: Span) -> Verdict {
    let scenario = match compile(text) {
        Ok(scenario) => scenario,
        Err(problems) => {
            let shown: usize = problems
                .iter()
                .map(|problem| problem.render("text", text).len())
                .sum();
            return if shown > 0 {
                Ok(())
            } else {
                Err("it is refused without a word".to_owned())
            };
        }
    };
    let tidy = format(text).map_err(|_| "a text that compiles cannot be formatted")?;
    same(
        "what fmt makes of its own work",
        &Ok(tidy.clone()),
        &format(&tidy).map_err(|_| ()),
    )?;
    let mut simulation = Simulation::new(scenario, RUN_SEED).with_digest();
    let until = span.until.min(simulation.horizon());
    let status = play_for_some_work(&mut simulation, Span { until, ..span });
    // A text may say that a sleep never ends, so that nothing is asked of one that will never go on.
    instants::look_at_end(&mut simulation, status, false)?;
    let (report, lines, series) = (simulation.report(), simulation.lines(), simulation.series());
    let told = !report.processes.0.is_empty() || !lines.is_empty() || !series.is_empty();
    if told {
        Ok(())
    } else {
        Err("a run has no report".to_owned())
    }
}
