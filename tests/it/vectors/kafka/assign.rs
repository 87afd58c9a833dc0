//! Who gets which partitions, and what a change of the members takes from whom.
//!
//! One topic is played: each partition gets a record some time after each change of the members, and who prints it owns it. Nothing is
//! committed, so what a change takes from its owner is delivered again, also to the same owner: that is how an eager rebalance, which
//! takes everything, is told from a cooperative one.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::super::run::{Line, Trace, indented};
use super::super::vector::Vector;
use super::{Strategy, Topics, moved};

/// From one change to the next, and from a change to its records.
const STEP_MS: usize = 10;
const RECORDS_MS: usize = 5;

/// A change of the members.
enum Change {
    Add,
    Remove(usize),
}

fn changes(vector: &Vector) -> Result<Vec<Change>, String> {
    let list = vector.parameters["then"].as_array().into_iter().flatten();
    list.map(|change| match change.as_str() {
        Some("add") => Ok(Change::Add),
        Some(change) => {
            let which = change
                .strip_prefix("remove:")
                .and_then(|which| which.parse().ok());
            which
                .map(Change::Remove)
                .ok_or_else(|| format!("the change `{change}` is not known"))
        }
        None => Err(format!("the change {change} is no text")),
    })
    .collect()
}

/// When each member comes and goes, as numbers of changes.
fn lives(vector: &Vector) -> Result<Vec<(usize, Option<usize>)>, String> {
    let mut lives = vec![(0, None); vector.whole("consumers")? as usize];
    for (number, change) in (1..).zip(changes(vector)?) {
        match change {
            Change::Add => lives.push((number, None)),
            Change::Remove(which) => {
                let life = lives.get_mut(which);
                life.ok_or_else(|| format!("there is no member {which}"))?.1 = Some(number);
            }
        }
    }
    Ok(lives)
}

/// The scenario, for one topic.
pub(in super::super) fn text(vector: &Vector) -> Result<String, String> {
    vector.knows(&["strategy", "topics", "consumers", "then", "broker"])?;
    let (topics, strategy) = (Topics::of(vector)?, Strategy::of(vector)?);
    let mut text = format!("scenario \"{}\"\n", vector.system);
    let [(name, partitions)] = &topics.0[..] else {
        return Ok(text);
    };
    text += &format!(
        "topic {name} partitions {partitions}
        group g on {name} assignor {}
        process app {{
        repeat {} {{
        sleep {RECORDS_MS}ms
        repeat {partitions} as i {{
        produce size 1B * i
        send {name}
        }}
        sleep {}ms
        }}
        }}
        ",
        strategy.word,
        changes(vector)?.len() + 1,
        STEP_MS - RECORDS_MS
    );
    for (member, (comes, goes)) in lives(vector)?.into_iter().enumerate() {
        let rounds = format!(
            "forever {{
            poll g
            for each {{
            print \"got|member={member}|partition={{size / 1B}}|attempt={{attempt}}\"
            }}
            }}"
        );
        let rounds = match goes {
            Some(goes) => format!(
                "within {}ms {{\n{rounds}\n}} else {{ }}",
                (goes - comes) * STEP_MS
            ),
            None => rounds,
        };
        text += &format!(
            "process c{member} {{\nsleep {}ms\n{rounds}\n}}\n",
            comes * STEP_MS
        );
    }
    Ok(indented(&text))
}

/// The tables.
pub(in super::super) fn observe(vector: &Vector, trace: &Trace) -> Result<Value, String> {
    let (topics, strategy) = (Topics::of(vector)?, Strategy::of(vector)?);
    let count = vector.whole("consumers")? as usize;
    let mut first = topics.share_out(&strategy, &vec![Vec::new(); count]);
    let mut changes = Vec::new();
    if topics.0.len() == 1 {
        let played = played(vector, trace, 0)?;
        let by_call = first.iter().map(|places| topics.names(places));
        let by_play = played
            .iter()
            .map(|(_, places)| topics.names(&of_topic(places)));
        if !by_call.eq(by_play) {
            return Err(format!(
                "played {played:?}, but the function says {first:?}"
            ));
        }
        first = played.iter().map(|(_, places)| of_topic(places)).collect();
        for number in 1..=self::changes(vector)?.len() {
            changes.push(detail(vector, trace, &topics, number)?);
        }
    }
    let each = |key: &str| changes.iter().map(|change| change[key].clone()).collect();
    let [sizes, moves, revoked]: [Value; 3] = [
        "sizes",
        "partitions_that_changed_owner",
        "total_revoked_in_callbacks",
    ]
    .map(each);
    Ok(json!({
        "assignment_by_member_id_rank": first.iter().map(|places| topics.names(places)).collect::<Vec<_>>(),
        "sizes_by_member_id_rank": first.iter().map(Vec::len).collect::<Vec<_>>(),
        "idle_consumers": first.iter().filter(|places| places.is_empty()).count(),
        "changes_sizes": sizes,
        "changes_partitions_that_changed_owner": moves,
        "changes_total_revoked_in_callbacks": revoked,
        "changes_detail": changes,
    }))
}

fn of_topic(partitions: &[u32]) -> Vec<(u32, u32)> {
    partitions.iter().map(|&partition| (0, partition)).collect()
}

/// Deliveries at a time.
fn got(trace: &Trace, ms: usize) -> impl Iterator<Item = &Line> {
    let then = trace.tagged("got");
    then.filter(move |line| line.ns == ms as u64 * 1_000_000)
}

/// Who owns what after so many changes: each member that is there, and its partitions in order.
fn played(vector: &Vector, trace: &Trace, number: usize) -> Result<Vec<(usize, Vec<u32>)>, String> {
    let lives = lives(vector)?.into_iter().enumerate();
    let there = lives
        .filter(|(_, (comes, goes))| *comes <= number && goes.is_none_or(|goes| goes > number));
    let owned = there.map(|(member, _)| {
        let own = got(trace, number * STEP_MS + RECORDS_MS);
        let own = own.filter(|line| line.number("member") == member as f64);
        let mut own: Vec<u32> = own.map(|line| line.number("partition") as u32).collect();
        own.sort_unstable();
        (member, own)
    });
    Ok(owned.collect())
}

/// What a change did.
fn detail(vector: &Vector, trace: &Trace, topics: &Topics, number: usize) -> Result<Value, String> {
    let named = |number: usize| -> Result<Map<String, Value>, String> {
        let owned = played(vector, trace, number)?.into_iter();
        Ok(owned
            .map(|(member, own)| (format!("c{member:02}"), topics.names(&of_topic(&own))))
            .collect())
    };
    let (before, after) = (named(number - 1)?, named(number)?);
    let sizes = after
        .values()
        .filter_map(|places| places.as_array().map(Vec::len));
    let again: BTreeSet<u32> = got(trace, number * STEP_MS)
        .filter(|line| line.number("attempt") > 1.0)
        .map(|line| line.number("partition") as u32)
        .collect();
    Ok(json!({
        "change": vector.parameters["then"][number - 1],
        "sizes": sizes.collect::<Vec<_>>(),
        "partitions_that_changed_owner": moved(&before, &after),
        "total_revoked_in_callbacks": again.len(),
        "assignment": after,
    }))
}
