//! Which partition a key goes to, by the Java client's hash and by librdkafka's.

use highwater::model::log::{Partitioner, partition_of};
use serde_json::{Map, Value, json};

use super::super::run::Trace;
use super::super::vector::Vector;

/// Nothing is to be played.
pub(in super::super) fn text(vector: &Vector) -> Result<String, String> {
    vector.knows(&["partitioners", "partition_counts", "keys", "broker"])?;
    Ok(format!("scenario \"{}\"\n", vector.system))
}

/// The table, for the partitioners there are.
pub(in super::super) fn observe(vector: &Vector, _: &Trace) -> Result<Value, String> {
    let partitioners = [
        ("consistent_random", Partitioner::Crc32),
        ("murmur2_random", Partitioner::Murmur2),
    ];
    let counts = vector.numbers("partition_counts")?;
    let keys = vector.parameters["keys"].as_array();
    let keys = keys.ok_or("`keys` is no list")?;
    let mut table = Map::new();
    for (name, partitioner) in partitioners {
        let mut rows = Map::new();
        for &count in &counts {
            let places = keys.iter().filter_map(Value::as_str).map(|key| {
                let place = partition_of(key.as_bytes(), count as usize, partitioner);
                (key.to_owned(), json!(place))
            });
            rows.insert(count.to_string(), Value::Object(places.collect()));
        }
        table.insert(name.to_owned(), Value::Object(rows));
    }
    Ok(json!({ "table": table }))
}
