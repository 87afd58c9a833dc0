//! The report of a run: plain data in the shape of `www/docs/language.md#the-report`, filled in by `simulation`. Times in seconds, rates
//! per second.

use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

/// Entries by name, in the order of the text.
#[derive(Debug, Clone, PartialEq)]
pub struct Named<T>(pub Vec<(String, T)>);

impl<T> Default for Named<T> {
    fn default() -> Self {
        Named(Vec::new())
    }
}

impl<T> Named<T> {
    /// The entry of that name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&T> {
        self.0
            .iter()
            .find(|(other, _)| other == name)
            .map(|(_, entry)| entry)
    }
}

impl<T: Serialize> Serialize for Named<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, entry) in &self.0 {
            map.serialize_entry(name, entry)?;
        }
        map.end()
    }
}

/// The whole report.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[allow(missing_docs, reason = "the keys of www/docs/language.md#the-report")]
pub struct Report {
    pub scenario: String,
    pub seed: u64,
    pub time_s: f64,
    pub events: u64,
    /// Hash of all events; `None` unless asked for.
    pub digest: Option<String>,
    pub items: Items,
    /// `None` if no time was measured.
    pub throughput_per_s: Option<f64>,
    pub goodput_per_s: Option<f64>,
    pub latency_s: Latencies,
    pub channels: Named<ChannelReport>,
    pub topics: Named<TopicReport>,
    pub groups: Named<GroupReport>,
    pub queues: Named<QueueReport>,
    pub resources: Named<ResourceReport>,
    pub cpus: Named<CpuReport>,
    pub memories: Named<MemoryReport>,
    pub processes: Named<ProcessReport>,
    pub shared: Named<f64>,
    pub tables: Named<TableReport>,
    /// How often each reason given by a `fail "…"` was met, caught or not.
    pub failures: Named<u64>,
    pub printed: Vec<Printed>,
    /// Lines that were printed before the oldest one kept.
    pub printed_before: u64,
    pub expectations: Vec<Expectation>,
    pub ended: Ended,
    pub error: Option<ErrorReport>,
}

/// The ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[allow(missing_docs, reason = "the keys of www/docs/language.md#the-report")]
pub struct Items {
    pub produced: u64,
    pub done: u64,
    pub dropped: u64,
    pub failed: u64,
    pub lost: u64,
    pub in_flight: u64,
    pub redelivered: u64,
}

/// Latencies, from an item's birth to `done`; `None` where nothing is done.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[allow(missing_docs, reason = "the keys of www/docs/language.md#the-report")]
pub struct Latencies {
    pub count: u64,
    pub mean: Option<f64>,
    pub p50: Option<f64>,
    pub p90: Option<f64>,
    pub p99: Option<f64>,
    pub p999: Option<f64>,
    pub max: Option<f64>,
    /// How many of them were made by the `done` that ended them, and so are 0.
    pub made_by_done: u64,
}

/// A channel.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[allow(missing_docs, reason = "the keys of www/docs/language.md#the-report")]
pub struct ChannelReport {
    pub depth: u64,
    pub mean_depth: f64,
    pub max_depth: u64,
    #[serde(rename = "in")]
    pub taken: u64,
    #[serde(rename = "out")]
    pub given: u64,
    pub rejected: u64,
    pub dropped: u64,
    pub waiting_senders: u32,
    pub waiting_receivers: u32,
    pub max_waiting_senders: u64,
    pub send_waits: u64,
    pub full_share: f64,
    pub bytes: u64,
    pub max_bytes: u64,
}

/// A pool of permits.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[allow(missing_docs, reason = "the keys of www/docs/language.md#the-report")]
pub struct ResourceReport {
    pub permits: u64,
    pub in_use: u64,
    pub max_in_use: u64,
    /// Of those that there were; `None` if there were none.
    pub utilisation: Option<f64>,
    pub waiting: u32,
    pub mean_waiting: f64,
    pub max_waiting: u64,
    pub refused: u64,
    /// Of a resource with a pool for each key: how many keys are in use.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub keys: Option<u64>,
}

/// A table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct TableReport {
    /// Entries that differ from the first value.
    pub entries: u64,
    /// How often an entry was written.
    pub writes: u64,
}

/// A log; lists have an entry for each partition.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[allow(missing_docs, reason = "the keys of www/docs/language.md#the-report")]
pub struct TopicReport {
    pub end_offsets: Vec<u64>,
    pub start_offsets: Vec<u64>,
    /// Records kept, and their bytes.
    pub records: u64,
    pub bytes: u64,
    pub deleted: u64,
}

/// A consumer group; lists have an entry for each partition.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[allow(missing_docs, reason = "the keys of www/docs/language.md#the-report")]
pub struct GroupReport {
    pub lag: u64,
    pub mean_lag: f64,
    pub max_lag: u64,
    pub lags: Vec<u64>,
    pub committed: Vec<u64>,
    pub positions: Vec<u64>,
    /// The number of the activity that owns the partition.
    pub owners: Vec<Option<u32>>,
    pub members: usize,
    pub rebalances: u64,
    /// The latest ones.
    pub rebalance_history: Vec<RebalanceReport>,
    pub delivered: u64,
    pub redelivered: u64,
    /// Members thrown out because they did not poll in time.
    pub evicted: u64,
    /// Time that members were paused, all together.
    pub paused_s: f64,
}

/// A rebalance.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[allow(missing_docs, reason = "their names say it")]
pub struct RebalanceReport {
    pub begin_s: f64,
    /// `None` while it is under way.
    pub end_s: Option<f64>,
    /// `join`, `leave`, `crash`, `poll interval` or `partitions`.
    pub cause: &'static str,
}

/// A leased queue.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[allow(missing_docs, reason = "the keys of www/docs/language.md#the-report")]
pub struct QueueReport {
    pub visible: u64,
    pub in_flight: u64,
    pub delayed: u64,
    pub mean_visible: f64,
    pub max_visible: u64,
    pub max_in_flight: u64,
    pub bytes: u64,
    pub sent: u64,
    pub received: u64,
    pub redelivered: u64,
    pub deleted: u64,
    /// Leases that ran out.
    pub expired: u64,
    pub dead_lettered: u64,
    pub waiting_receivers: u32,
}

/// A processor.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[allow(missing_docs, reason = "the keys of www/docs/language.md#the-report")]
pub struct CpuReport {
    pub cores: u64,
    pub in_use: u64,
    pub max_in_use: u64,
    /// Of those that there were; `None` if there were none.
    pub utilisation: Option<f64>,
    pub waiting: u32,
    pub mean_waiting: f64,
    pub max_waiting: u64,
}

/// A memory; sizes in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[allow(missing_docs, reason = "the keys of www/docs/language.md#the-report")]
pub struct MemoryReport {
    pub used: u64,
    pub limit: u64,
    pub mean_used: f64,
    pub peak: u64,
    pub ooms: u64,
    /// When the limit was passed last.
    pub last_oom_s: Option<f64>,
}

/// A process or task.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[allow(missing_docs, reason = "the keys of www/docs/language.md#the-report")]
pub struct ProcessReport {
    pub activities: u32,
    pub max_activities: u64,
    pub started: u64,
    pub failures: u64,
    /// Activities killed by a crash or the end of their memory.
    pub killed: u64,
    pub share: Shares,
}

/// What the activities of a process did with their time: shares that sum to 1, or `None` if no time passed for any.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
#[allow(missing_docs, reason = "the keys of www/docs/language.md#the-report")]
pub struct Shares {
    pub sleeping: Option<f64>,
    pub working: Option<f64>,
    pub cpu_wait: Option<f64>,
    pub resource_wait: Option<f64>,
    pub sending: Option<f64>,
    pub receiving: Option<f64>,
    pub awaiting: Option<f64>,
}

/// A line of the log.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[allow(missing_docs, reason = "the keys of www/docs/language.md#the-report")]
pub struct Printed {
    pub t_s: f64,
    pub by: String,
    pub text: String,
}

/// A claim and whether it holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[allow(missing_docs, reason = "the keys of www/docs/language.md#the-report")]
pub struct Expectation {
    pub text: String,
    pub met: bool,
}

/// How the run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Ended {
    /// At the time asked for.
    Horizon,
    /// Before it: nothing would ever have happened again.
    Idle,
    /// It was stopped.
    Error,
    /// Before it: somebody wanted to see no more.
    Interrupted,
}

/// Why it was stopped.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[allow(missing_docs, reason = "the place in the text and one sentence")]
pub struct ErrorReport {
    pub line: u32,
    pub column: u32,
    pub message: String,
}
