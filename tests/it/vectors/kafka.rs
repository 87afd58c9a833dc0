//! Kafka: librdkafka against its mock cluster and Tansu, and kafka-python's port of the Java assignors.
//!
//! Members come in the order of their ids, as the recordings' tables do ("by member id rank"). A record tells its partition by its size
//! where it has no key, for those go in turn. Where the assignor is asked for several topics it is called as the function that it is:
//! a group of ours reads one topic.

pub(super) mod assign;
pub(super) mod assignor;
pub(super) mod crash;
pub(super) mod max_poll;
pub(super) mod order;
pub(super) mod partitioner;
pub(super) mod pause;
pub(super) mod queue_full;
pub(super) mod sticky;

use highwater::model::assignors::{Assignor, Place, assign as assign_places};
use serde_json::{Map, Value};

use super::vector::{Vector, text};

/// Topics by name, and their partitions, in order of the names.
struct Topics(Vec<(String, u32)>);

impl Topics {
    fn of(vector: &Vector) -> Result<Self, String> {
        let topics = vector.parameters["topics"].as_object();
        let topics = topics.ok_or("`topics` is no object")?.iter();
        let topics = topics.map(|(name, partitions)| {
            let partitions = partitions.as_u64().ok_or("partitions are a whole number")?;
            Ok((name.clone(), partitions as u32))
        });
        let mut topics = topics.collect::<Result<Vec<_>, String>>()?;
        topics.sort();
        Ok(Topics(topics))
    }

    /// `t-3`, as the recordings write it.
    fn name(&self, (topic, partition): Place) -> String {
        format!("{}-{partition}", self.0[topic as usize].0)
    }

    fn names(&self, places: &[Place]) -> Value {
        places.iter().map(|&place| self.name(place)).collect()
    }

    fn share_out(&self, strategy: &Strategy, before: &[Vec<Place>]) -> Vec<Vec<Place>> {
        let partitions: Vec<u32> = self.0.iter().map(|&(_, partitions)| partitions).collect();
        assign_places(strategy.assignor, &partitions, before)
    }
}

/// The assignor, and the word for it.
struct Strategy {
    assignor: Assignor,
    word: &'static str,
}

impl Strategy {
    fn of(vector: &Vector) -> Result<Self, String> {
        let (assignor, word) = match text(&vector.parameters, "strategy")? {
            "range" => (Assignor::Range, "range"),
            "roundrobin" => (Assignor::RoundRobin, "roundrobin"),
            "sticky" => (Assignor::Sticky, "sticky"),
            "cooperative-sticky" => (Assignor::Sticky, "cooperative"),
            other => return Err(format!("no assignor is called `{other}`")),
        };
        Ok(Strategy { assignor, word })
    }
}

/// How many partitions changed their owner. Who leaves or comes has a name too.
fn moved(before: &Map<String, Value>, after: &Map<String, Value>) -> usize {
    let owned = |owners: &Map<String, Value>, owner: &str, place: &Value| {
        let places = owners.get(owner).and_then(Value::as_array);
        places.is_some_and(|places| places.contains(place))
    };
    let places = after.iter().flat_map(|(owner, places)| {
        let places = places.as_array().into_iter().flatten();
        places.map(move |place| (owner, place))
    });
    places
        .filter(|(owner, place)| !owned(before, owner, place))
        .count()
}
