//! Records of a key, and of a partition, come in the order in which they were sent.

use std::collections::BTreeMap;

use highwater::model::log::{Partitioner, partition_of};
use serde_json::{Value, json};

use super::super::run::{Trace, indented};
use super::super::vector::Vector;

/// The scenario: keys in turn; a record's size says which it is.
pub(in super::super) fn text(vector: &Vector) -> Result<String, String> {
    vector.knows(&["messages", "keys", "partitions", "broker"])?;
    let text = format!(
        "scenario \"{}\"
        topic t partitions {} partitioner crc32
        group g on t
        process app {{
        repeat {} as i {{
        produce key i % {} size 1B * i
        send t
        }}
        }}
        process consumer {{
        forever {{
        poll g up to 3
        for each {{
        print \"got|key={{key}}|number={{size / 1B}}\"
        }}
        commit
        }}
        }}",
        vector.system,
        vector.whole("partitions")?,
        vector.whole("messages")?,
        vector.whole("keys")?,
    );
    Ok(indented(&text))
}

/// What was received, by key and by partition.
pub(in super::super) fn observe(vector: &Vector, trace: &Trace) -> Result<Value, String> {
    let partitions = vector.whole("partitions")? as usize;
    let of_key =
        |key: u64| partition_of(key.to_string().as_bytes(), partitions, Partitioner::Crc32);
    let mut sent: BTreeMap<usize, Vec<u64>> = BTreeMap::new();
    for number in 0..vector.whole("messages")? as u64 {
        let partition = of_key(number % vector.whole("keys")? as u64);
        sent.entry(partition).or_default().push(number);
    }
    let mut got: BTreeMap<usize, Vec<u64>> = BTreeMap::new();
    let mut by_key: BTreeMap<u64, Vec<u64>> = BTreeMap::new();
    for line in trace.tagged("got") {
        let (key, number) = (line.number("key") as u64, line.number("number") as u64);
        got.entry(of_key(key)).or_default().push(number);
        by_key.entry(key).or_default().push(number);
    }
    Ok(json!({
        "messages_received": got.values().map(Vec::len).sum::<usize>(),
        "per_key_order_kept": by_key.values().all(|numbers| numbers.is_sorted()),
        "per_partition_offsets_contiguous_from_0": got == sent,
    }))
}
