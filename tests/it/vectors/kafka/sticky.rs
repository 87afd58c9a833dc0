//! Messages without a key, in bursts: to which partitions, and in how many requests.
//!
//! Each partition has a member of its own, so what one poll gives is what one request had brought: as many records of one partition as
//! there are, up to the size of a batch.
//!
//! DIVERGES: a client that sticks picks a partition at random and stays with it for a burst; records without a key go in turn here. So
//! the text gives the records of a burst a key, the burst's number. A client that does not stick picks at random for each message.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::super::run::{Trace, indented};
use super::super::vector::Vector;

/// `batch.num.messages` when nothing is said.
const BATCH: i64 = 10_000;

/// The scenario.
pub(in super::super) fn text(vector: &Vector) -> Result<String, String> {
    vector.knows(&[
        "partitions",
        "linger_ms",
        "sticky_linger_ms",
        "bursts",
        "per_burst",
        "gap_ms",
        "batch_num_messages",
        "broker",
    ])?;
    let partitions = vector.whole("partitions")?;
    let batch = vector
        .optional_of(&["batch_num_messages"])?
        .unwrap_or(BATCH);
    let key = match vector.whole("sticky_linger_ms")? {
        0 => "",
        _ => "key burst",
    };
    // Nothing is sent before all have their partitions.
    let text = format!(
        "scenario \"{}\"
        topic t partitions {partitions}
        group g on t
        shared members = 0
        process app {{
        repeat {} as burst {{
        sleep {}ms
        repeat {} {{
        produce {key}
        send t
        }}
        }}
        }}
        process partition x {partitions} {{
        let me = members
        members = members + 1
        forever {{
        poll g up to {batch}
        print \"request|partition={{me}}\"
        }}
        }}",
        vector.system,
        vector.whole("bursts")?,
        vector.whole("gap_ms")?,
        vector.whole("per_burst")?,
    );
    Ok(indented(&text))
}

/// Requests, all together and by burst.
pub(in super::super) fn observe(vector: &Vector, trace: &Trace) -> Result<Value, String> {
    let (gap, partitions) = (vector.whole("gap_ms")? as f64, vector.whole("partitions")?);
    let used = (1..=vector.whole("bursts")?).map(|burst| {
        let requests = trace.tagged("request");
        let requests = requests.filter(|line| line.ms() == burst as f64 * gap);
        let used: BTreeSet<String> = requests
            .map(|line| line.field("partition").to_string())
            .collect();
        used.len()
    });
    let used: Vec<usize> = used.collect();
    let requests = trace.tagged("request").count();
    Ok(json!({
        "one_partition_per_burst": used.iter().all(|&used| used == 1),
        "all_partitions_used_in_each_burst": used.iter().all(|&used| used as i64 == partitions),
        "produce_requests": requests,
        "measured": { "distinct_partitions_per_burst": used, "produce_requests": requests },
    }))
}
