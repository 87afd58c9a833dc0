//! What real runtimes were seen to do, held against Highwater.
//!
//! `tests/vectors/*.json` are recordings (see the README there). A converter turns a recording's `parameters` into a scenario text, the
//! text is run, and what it printed is brought into the shape of `observed` and compared with it, key by key. Converters look at
//! parameters only, never at `observed` or at a file's name, so a recording with other parameters needs no code.
//!
//! - `files`: the recordings, embedded. `vector`: one of them, with typed access that names what is missing or unknown.
//! - `run`: text in, trace out, through the crate's own door. `compare`: recorded against got, with readable differences.
//! - One module per kind of program: `script` (one operation at a time on a channel, queue or semaphore), `pipeline`, `overflow`,
//!   `barging`, `select`, `pool` (tasks and a bound), `executor` (threads behind a queue), `process_pool`,
//!   `java`, `gil`, `event_loop`, `node` (streams), `unix_pipe`, `tcp`, `kafka`, `sqs` (leased queues, and Lambda's reading of them),
//!   `redis`, `postgres`, `idempotency`.
//! - `runtime` says which channel words each runtime gets, `jobs` reads when jobs ran.
//!
//! The texts print lines of the form `tag|key=value|key=value`; the key of an item says which one was received.
//!
//! Every recording is run and every recorded key compared, but for the keys in `NOT_COMPARED`, each with its reason. Those in `LOOSE`
//! were measured and have a tolerance of their own, each with its reason.
//!
//! The order of a runtime's inner waiting lines is not printed by a text. It is compared all the same where the recordings show it: in
//! who is admitted next. The recorded `waiting_*` lists are in order of the calls, and so are ours.
//!
//! No file system and no native crate here: `tests/web.rs` includes this module by its path and runs the same tests in a browser.

mod barging;
mod compare;
mod event_loop;
mod executor;
mod files;
mod gil;
mod idempotency;
mod java;
mod jobs;
mod kafka;
mod node;
mod overflow;
mod pipeline;
mod pool;
mod postgres;
mod process_pool;
mod redis;
mod run;
mod runtime;
mod script;
mod select;
mod sqs;
mod tcp;
mod unix_pipe;
mod vector;

#[cfg(not(target_arch = "wasm32"))]
mod native;

use serde_json::Value;

use self::run::Trace;
use self::vector::Vector;

/// Keys of `observed` that are not compared: in which recordings (in all, if none is named), and why.
const NOT_COMPARED: &[(&str, &[&str], &str)] = &[
    (
        "is_closed",
        &[],
        "a sender's view of the flag that the script itself sets; that closing takes effect is compared in what each operation gives",
    ),
    (
        "foreign_cpu_share",
        &[],
        "how busy the recorder's machine was otherwise: it says that the other numbers can be trusted",
    ),
    (
        "wait_calls",
        &["tpe_maxpending_n40_w4_mp8"],
        "DIVERGES: four threads end their work at one instant. On a real clock they do so some microseconds apart, and how many of them
        one `wait` sees is a race (11 to 14 calls in all). In virtual time it sees all four, which makes 8, the fewest possible",
    ),
    (
        "fnv1a_random",
        &[],
        "no partitioner of ours: a Go client's (Sarama), which neither the Java client nor librdkafka uses by default",
    ),
    (
        "partition_counts",
        &[],
        "which partitions the keys went to: the recording does not say what its keys were called",
    ),
    (
        "takeover_s",
        &[],
        "how long until the dead member was missed: the session timeout and the heartbeats are not among the parameters",
    ),
    ("no_gap_no_duplicate", &["kafka_tansu_pause_s1"], TANSU),
    ("watermarks", &["kafka_tansu_pause_s1"], TANSU),
    ("accepted_bytes_until_block_exact", &[], SEGMENTS),
    ("receiver_queue_bytes_exact", &[], SEGMENTS),
    ("sender_queue_bytes_exact", &[], SEGMENTS),
    ("bytes_read_until_sender_writable_exact", &[], SEGMENTS),
    ("sender_queue_when_writable_exact", &[], SEGMENTS),
    ("peer_window_seen_by_sender_exact", &[], WINDOW),
    ("peer_window_seen_by_sender", &[], WINDOW),
    ("tcp_rmem", &[], SETTING),
    ("tcp_wmem", &[], SETTING),
    ("somaxconn", &[], SETTING),
    (
        "11",
        &["sqs_limits_s1"],
        "DIVERGES: AWS answers an error; a receive of more than ten gives ten at most, for a knob may move there",
    ),
    (
        "send_batch_11_entries",
        &[],
        "an answer to a malformed call; a `send` sends one",
    ),
    (
        "documented",
        &["docs_lambda_sqs_scaling_default"],
        "sentences of the documentation; the bounds that follow from them are compared",
    ),
    ("grant_order_each_run", &[], CHANCE),
    (
        "legal_range_of_maximum_concurrency",
        &["docs_lambda_sqs_scaling_mc50"],
        "what the service lets one ask for; a scenario may ask for any number",
    ),
];

const SEGMENTS: &str =
    "the bytes of one kernel; the same key under `measured` is compared with a tolerance";
const TANSU: &str = "a fault of this broker: it gives a wrong end of the log, and nothing after `resume()`; librdkafka's own is compared";
const WINDOW: &str =
    "a window too small to be used (silly-window avoidance): a mark is reached or not";
const CHANCE: &str =
    "the runs one by one; postgres/row_lock.rs compares the orders over many seeds";
const SETTING: &str = "a setting of the machine that recorded";

/// Keys under `measured` that lie further off than others, how far as a share, and why.
const LOOSE: &[(&str, f64, &str)] = &[
    ("accepted_bytes_until_block", 0.2, BOOKKEEPING),
    ("sent_before_reads", 0.2, BOOKKEEPING),
    ("receiver_queue_bytes", 0.2, BOOKKEEPING),
    ("receiver_queue", 0.2, BOOKKEEPING),
    ("bytes_read_until_sender_writable", 0.2, BOOKKEEPING),
    ("sender_queue_when_writable", 0.2, BOOKKEEPING),
    (
        "sender_queue_bytes",
        0.6,
        "the last segment goes in whole, however little room there is: twice the buffer where that is small",
    ),
    (
        "peak_omem",
        0.5,
        "the recorder looked at the buffer between publishes, now and then: the last look came some way before the end",
    ),
];

const BOOKKEEPING: &str = "a kernel counts the memory of its segments; a channel counts bytes";

/// How the recordings of one `system` are held.
struct Family {
    system: &'static str,
    text: fn(&Vector) -> Result<String, String>,
    observe: fn(&Vector, &Trace) -> Result<Value, String>,
}

/// The families, and a test for each, native or in the browser.
macro_rules! families {
    ($($test:ident: $system:literal by $($converter:ident)::+;)*) => {
        const FAMILIES: &[Family] =
            &[$(Family {
                system: $system,
                text: $($converter)::+::text,
                observe: $($converter)::+::observe,
            }),*];

        mod holds {
            $(
                #[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
                #[cfg_attr(not(target_arch = "wasm32"), test)]
                fn $test() {
                    super::hold($system);
                }
            )*
        }
    };
}

families! {
    go_script: "go-channel-script" by script;
    go_overflow: "go-channel-overflow" by overflow;
    go_pipeline: "go-channel-pipeline" by pipeline;
    go_barging: "go-channel-barging" by barging;
    go_select: "go-select-fairness" by select;
    tokio_script: "tokio-mpsc-script" by script;
    tokio_semaphore: "tokio-semaphore-script" by script;
    tokio_pipeline: "tokio-mpsc-pipeline" by pipeline;
    tokio_barging: "tokio-mpsc-barging" by barging;
    std_script: "rust-std-sync-channel-script" by script;
    std_barging: "rust-std-sync-channel-barging" by barging;
    pyqueue_script: "python-queue-script" by script;
    pyqueue_pipeline: "python-queue-pipeline" by pipeline;
    pyqueue_barging: "python-queue-barging" by barging;
    asyncio_queue: "asyncio-queue-script" by script;
    asyncio_semaphore: "asyncio-semaphore-script" by script;
    asyncio_pipeline: "asyncio-queue-pipeline" by pipeline;
    asyncio_pool: "asyncio-semaphore-pool" by pool;
    plimit: "p-limit-vs-promise-all" by pool;
    plimit_rejection: "p-limit-rejection" by pool;
    executor: "python-threadpool" by executor;
    executor_running: "python-threadpool-running" by executor;
    executor_threads: "python-threadpool-spawn" by executor;
    process_pool: "python-processpool-running" by process_pool;
    java_pool: "java-threadpoolexecutor" by java;
    java_queue: "java-arrayblockingqueue" by java;
    gil: "python-gil" by gil;
    gil_latency: "python-gil-latency" by gil;
    event_loop: "node-event-loop-block" by event_loop;
    libuv_pool: "node-libuv-pool" by event_loop;
    worker_pool: "node-worker-pool" by executor;
    node_hwm: "node-writable-hwm" by node::writable;
    node_drain: "node-writable-drain" by node::writable;
    node_readable: "node-readable-fill" by node::readable;
    node_web: "whatwg-writablestream" by node::web;
    node_defaults: "node-default-hwm" by node::defaults;
    node_pipe: "node-pipe" by node::pipe;
    pipe_fill: "unix-pipe-fill" by unix_pipe::fill;
    pipe_partial: "unix-pipe-partial-drain" by unix_pipe::partial;
    pipe_blocking: "unix-pipe-blocking-writer" by unix_pipe::blocking;
    pipe_atomic: "unix-pipe-atomicity" by unix_pipe::atomic;
    tcp_fill: "tcp-loopback-fill" by tcp::fill;
    tcp_rate: "tcp-loopback-rate" by tcp::rate;
    tcp_defaults: "tcp-loopback-defaults" by tcp::defaults;
    tcp_backlog: "tcp-listen-backlog" by tcp::backlog;
    pipe_ends: "unix-pipe-ends" by unix_pipe::ends;
    kafka_assignment: "kafka-assignment" by kafka::assign;
    kafka_rebalance: "kafka-rebalance" by kafka::assign;
    kafka_assignor: "kafka-assignor-function" by kafka::assignor;
    kafka_partitioner: "kafka-partitioner" by kafka::partitioner;
    kafka_order: "kafka-key-order" by kafka::order;
    kafka_pause: "kafka-pause-resume" by kafka::pause;
    kafka_max_poll: "kafka-max-poll-interval" by kafka::max_poll;
    kafka_crash: "kafka-crash-redelivery" by kafka::crash;
    kafka_queue_full: "kafka-producer-queue-full" by kafka::queue_full;
    kafka_sticky: "kafka-sticky-batches" by kafka::sticky;
    sqs_standard: "sqs-standard-script" by sqs::script;
    sqs_fifo: "sqs-fifo-script" by sqs::script;
    sqs_limits: "sqs-limits" by sqs::limits;
    lambda_sqs: "aws-lambda-sqs-event-source-mapping" by sqs::lambda;
    redis_stall: "redis-single-thread-stall" by redis::stall;
    redis_order: "redis-order" by redis::order;
    redis_blocking_pop: "redis-blpop-fifo" by redis::blocking_pop;
    redis_clients: "redis-maxclients" by redis::clients;
    redis_pubsub: "redis-pubsub-overflow" by redis::pubsub;
    pg_deadlock: "postgres-deadlock" by postgres::deadlock;
    pg_unique: "postgres-unique-key-wait" by postgres::unique;
    pg_limits: "postgres-connection-limit" by postgres::limits;
    pg_row_lock: "postgres-row-lock" by postgres::row_lock;
    pg_snapshot: "postgres-mvcc" by postgres::snapshot;
    redis_memory: "redis-maxmemory" by redis::memory;
    idempotency_key: "stripe-idempotency-key" by idempotency;
}

/// Runs every recording of a system.
///
/// # Panics
/// If one does not hold; the message has the differences of all that do not.
fn hold(system: &str) {
    let families: Vec<&Family> = FAMILIES
        .iter()
        .filter(|family| family.system == system)
        .collect();
    let recordings: Vec<&(&str, &str)> = files::FILES
        .iter()
        .filter(|(name, json)| {
            Vector::parse(name, json).is_ok_and(|vector| vector.system == system)
        })
        .collect();
    assert!(
        families.len() == 1 && !recordings.is_empty(),
        "{system}: {} families, {} recordings",
        families.len(),
        recordings.len()
    );
    let failures: Vec<String> = recordings
        .iter()
        .filter_map(|(name, json)| check(families[0], name, json).err())
        .collect();
    assert!(
        failures.is_empty(),
        "{system}: {} of {} recordings do not hold\n\n{}",
        failures.len(),
        recordings.len(),
        failures.join("\n\n")
    );
}

/// The keys that are not compared in this recording.
fn not_compared(name: &str) -> Vec<&'static str> {
    let here = NOT_COMPARED
        .iter()
        .filter(|(_, recordings, _)| recordings.is_empty() || recordings.contains(&name));
    here.map(|(key, ..)| *key).collect()
}

/// Converts, runs and compares one recording.
fn check(family: &Family, name: &str, json: &str) -> Result<(), String> {
    let vector = Vector::parse(name, json)?;
    let text = (family.text)(&vector).map_err(|why| format!("== {name}: cannot be said: {why}"))?;
    let trace =
        run::run(&text).map_err(|why| format!("== {name}: does not run: {why}\n\n{text}"))?;
    let differences = match (family.observe)(&vector, &trace) {
        Ok(got) => compare::differences(&vector.observed, &got, &not_compared(name), LOOSE),
        Err(why) => vec![why],
    };
    if differences.is_empty() {
        return Ok(());
    }
    Err(format!(
        "== {name} ({}):\n  {}\n-- the text:\n{text}\n-- what it printed:\n{trace}",
        vector.version,
        differences.join("\n  ")
    ))
}
