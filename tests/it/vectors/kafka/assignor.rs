//! The assignor as a pure function, through changes of the members one by one.

use highwater::model::assignors::Place;
use serde_json::{Map, Value, json};

use super::super::run::Trace;
use super::super::vector::Vector;
use super::{Strategy, Topics, moved};

/// Nothing is to be played.
pub(in super::super) fn text(vector: &Vector) -> Result<String, String> {
    vector.knows(&["strategy", "topics", "members", "then"])?;
    Ok(format!("scenario \"{}\"\n", vector.system))
}

/// What each member gets, first and after each change.
pub(in super::super) fn observe(vector: &Vector, _: &Trace) -> Result<Value, String> {
    let (topics, strategy) = (Topics::of(vector)?, Strategy::of(vector)?);
    let names = |list: &Value| -> Vec<String> {
        let names = list.as_array().into_iter().flatten();
        names
            .filter_map(|name| name.as_str().map(str::to_owned))
            .collect()
    };
    let mut members: Vec<(String, Vec<Place>)> = names(&vector.parameters["members"])
        .into_iter()
        .map(|name| (name, Vec::new()))
        .collect();
    let mut assignments: Vec<Map<String, Value>> = Vec::new();
    let changes = vector.parameters["then"].as_array();
    let changes = changes.into_iter().flatten().map(Some);
    for change in std::iter::once(None).chain(changes) {
        match change.map(names).as_deref() {
            None => {}
            Some([what, who]) if what == "add" => members.push((who.clone(), Vec::new())),
            Some([what, who]) if what == "remove" => members.retain(|(name, _)| name != who),
            Some(other) => return Err(format!("the change {other:?} is not known")),
        }
        members.sort();
        let before: Vec<Vec<Place>> = members.iter().map(|(_, owned)| owned.clone()).collect();
        for ((_, owned), gets) in members.iter_mut().zip(topics.share_out(&strategy, &before)) {
            *owned = gets;
        }
        let named = members.iter();
        let named = named.map(|(name, owned)| (name.clone(), topics.names(owned)));
        assignments.push(named.collect());
    }
    let moves = assignments.windows(2).map(|two| moved(&two[0], &two[1]));
    Ok(json!({
        "partitions_moved_per_change": moves.collect::<Vec<_>>(),
        "assignments": assignments,
    }))
}
