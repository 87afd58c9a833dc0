//! What the page draws: numbers in one flat array whose layout is told once, by name. Nothing here allocates per activity.

use serde::Serialize;

use super::Simulation;
use super::report::{last_oom, shares};
use crate::engine::Status;
use crate::engine::activity::{STATES, Wait};
use crate::engine::sampling::Column;
use crate::lang::scenario::{ProcessKind, Scenario, Unit};
use crate::measure::reading::{
    CountReading, GaugeReading, LatencyReading, SeriesReading, ShareReading,
};
use crate::model::channel::{Channel, Room};
use crate::model::cpu::Cpu;
use crate::model::group::Group;
use crate::model::log::Log;
use crate::model::memory::Memory;
use crate::model::permits::Permits;
use crate::model::queue::Queue;
use crate::model::table::{RECENT, Table};

/// What the figures of a frame are called and where they stand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Layout {
    /// The figures at the front, about the run as a whole.
    pub header: Vec<&'static str>,
    /// The figures after them: per kind, one row for each of its kind, in the order of the text.
    pub blocks: Vec<Block>,
}

/// The rows of one kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Block {
    /// `knob`, `channel`, `resource`, `cpu`, `memory`, `topic`, `partition`, `group`, `cursor`, `queue`, `shared`, `entry`, `process` or
    /// `edge`.
    pub kind: &'static str,
    /// Where the first row begins.
    pub offset: usize,
    /// How many rows.
    pub count: usize,
    /// What the figures of a row are called; a row is as long as this.
    pub fields: Vec<&'static str>,
}

const HEADER: [&str; 20] = [
    "time_ns",
    "events",
    "status",
    "produced",
    "done",
    "dropped",
    "failed",
    "lost",
    "in_flight",
    "redelivered",
    "throughput_per_s",
    "goodput_per_s",
    "latency_mean_ns",
    "latency_p50_ns",
    "latency_p90_ns",
    "latency_p99_ns",
    "latency_p999_ns",
    "latency_max_ns",
    "printed",
    "checkpoints",
];
const KNOB: [&str; 1] = ["value"];
const CHANNEL: [&str; 20] = [
    "depth",
    "capacity",
    "bytes",
    "counts_bytes",
    "level",
    "full",
    "high_water",
    "in",
    "out",
    "rejected",
    "dropped",
    "waiting_senders",
    "waiting_receivers",
    "max_depth",
    "mean_depth",
    "max_waiting_senders",
    "full_share",
    "on_wire",
    "held",
    "closed",
];
const RESOURCE: [&str; 9] = [
    "permits",
    "in_use",
    "waiting",
    "refused",
    "max_in_use",
    "max_waiting",
    "utilisation",
    "per_key",
    "keys",
];
const CPU: [&str; 7] = [
    "cores",
    "in_use",
    "waiting",
    "max_in_use",
    "max_waiting",
    "utilisation",
    "slice_ns",
];
const MEMORY: [&str; 6] = ["used", "limit", "peak", "mean_used", "ooms", "last_oom_ns"];
const TOPIC: [&str; 5] = ["partitions", "records", "bytes", "appended", "deleted"];
/// A partition of a topic; [`LANES`] rows for each topic, NaN where it has fewer partitions.
const PARTITION: [&str; 2] = ["start", "end"];
const GROUP: [&str; 10] = [
    "lag",
    "max_lag",
    "members",
    "rebalancing",
    "rebalances",
    "delivered",
    "redelivered",
    "evicted",
    "paused",
    "committed",
];
/// A partition as a group sees it; [`LANES`] rows for each group. The owner is the number of an activity, -1 for nobody.
const CURSOR: [&str; 3] = ["committed", "position", "owner"];
const QUEUE: [&str; 13] = [
    "visible",
    "in_flight",
    "delayed",
    "max_visible",
    "max_in_flight",
    "sent",
    "received",
    "redelivered",
    "deleted",
    "expired",
    "dead_lettered",
    "waiting_receivers",
    "bytes",
];
/// A `shared`: the value of a variable or the entries of a table, NaN for what it has not, and how often it was assigned to.
const SHARED: [&str; 3] = ["value", "entries", "writes"];
/// An entry of a table; as many rows for each table as are known by when they were written, the last first, NaN where there are fewer.
const ENTRY: [&str; 2] = ["key", "value"];
/// Partitions of a topic that a frame shows.
const LANES: usize = 16;
const PROCESS: [&str; 25] = [
    "activities",
    "max_activities",
    "sleeping",
    "working",
    "cpu_wait",
    "resource_wait",
    "sending",
    "receiving",
    "awaiting",
    "share_sleeping",
    "share_working",
    "share_cpu_wait",
    "share_resource_wait",
    "share_sending",
    "share_receiving",
    "share_awaiting",
    "items_in_hand",
    "started",
    "finished",
    "failed",
    "wanted",
    "most",
    "down",
    "restart_ns",
    "killed",
];
const EDGE: [&str; 1] = ["passed"];

/// A column of the charts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SeriesColumn {
    /// What it shows.
    pub name: &'static str,
    /// The kind of what it is about: `system`, `channel`, `resource`, `cpu`, `memory`, `group`, `queue`, `process` or `shared`.
    pub kind: &'static str,
    /// Which of that kind.
    pub index: u32,
    /// `items`, `bytes`, `per_s` or `ns`.
    pub unit: &'static str,
}

/// What an activity does at its line, as a number in [`Simulation::lines`].
fn line_state(wait: Wait) -> u32 {
    match wait {
        Wait::Vacant | Wait::Ready(_) => 0,
        Wait::Sleep | Wait::Backoff(_) | Wait::Start => 1,
        Wait::Work { .. } => 2,
        Wait::Core { .. } => 3,
        Wait::Permit { .. } => 4,
        Wait::Send { .. } | Wait::CallSend { .. } => 5,
        Wait::Receive { .. } | Wait::Lease { .. } | Wait::Select => 6,
        Wait::Call | Wait::Await | Wait::AwaitAll => 7,
        Wait::Tick => 8,
        Wait::Poll { .. } => 9,
    }
}

impl Simulation {
    /// The layout of [`Simulation::frame`]; the same for the whole run.
    #[must_use]
    pub fn layout(&self) -> Layout {
        let scenario = self.scenario();
        let tables = self.tables().count();
        let kinds: [(&'static str, usize, &[&'static str]); 14] = [
            ("knob", scenario.knobs.len(), &KNOB),
            ("channel", scenario.channels.len(), &CHANNEL),
            ("resource", scenario.resources.len(), &RESOURCE),
            ("cpu", scenario.cpus.len(), &CPU),
            ("memory", scenario.memories.len(), &MEMORY),
            ("topic", scenario.topics.len(), &TOPIC),
            ("partition", scenario.topics.len() * LANES, &PARTITION),
            ("group", scenario.groups.len(), &GROUP),
            ("cursor", scenario.groups.len() * LANES, &CURSOR),
            ("queue", scenario.queues.len(), &QUEUE),
            ("shared", scenario.shared.len(), &SHARED),
            ("entry", tables * RECENT, &ENTRY),
            ("process", scenario.processes.len(), &PROCESS),
            ("edge", self.edges.len(), &EDGE),
        ];
        let mut offset = HEADER.len();
        let blocks = kinds.map(|(kind, count, fields)| {
            let block = Block {
                kind,
                offset,
                count,
                fields: fields.to_vec(),
            };
            offset += count * fields.len();
            block
        });
        Layout {
            header: HEADER.to_vec(),
            blocks: blocks.to_vec(),
        }
    }

    /// All figures of this instant, as [`Simulation::layout`] says.
    #[must_use]
    pub fn frame(&self) -> Vec<f64> {
        let machine = &self.machine;
        let now = machine.now();
        let mut frame = self.frame_header().to_vec();
        frame.extend(&machine.values.knobs);
        for channel in &machine.channels {
            frame.extend_from_slice(&channel_row(channel, now));
        }
        for pool in &machine.resources {
            frame.extend_from_slice(&resource_row(pool, now));
        }
        for cpu in &machine.cpus {
            frame.extend_from_slice(&cpu_row(cpu, now));
        }
        for memory in &machine.memories {
            frame.extend_from_slice(&memory_row(memory, now));
        }
        self.push_logs(&mut frame);
        self.push_shared(&mut frame);
        self.push_process_rows(&mut frame);
        for edge in &self.edges {
            let passed = edge.iter().map(|&pc| machine.passed[pc as usize].count());
            frame.push(passed.sum::<u64>() as f64);
        }
        frame
    }

    fn push_logs(&self, frame: &mut Vec<f64>) {
        let machine = &self.machine;
        for log in &machine.logs {
            frame.extend_from_slice(&topic_row(log));
        }
        for log in &machine.logs {
            (0..LANES).for_each(|one| frame.extend_from_slice(&partition_row(log, one)));
        }
        for group in &machine.groups {
            frame.extend_from_slice(&group_row(group));
        }
        for group in &machine.groups {
            (0..LANES).for_each(|one| frame.extend_from_slice(&cursor_row(group, one)));
        }
        for queue in &machine.queues {
            frame.extend_from_slice(&queue_row(queue));
        }
    }

    /// The tables, in the order of the text.
    fn tables(&self) -> impl Iterator<Item = &Table> {
        let shared = self.scenario().shared.iter().zip(&self.machine.tables);
        shared
            .filter(|(declared, _)| declared.per_key)
            .map(|(_, table)| table)
    }

    fn push_shared(&self, frame: &mut Vec<f64>) {
        let machine = &self.machine;
        for (index, declared) in self.scenario().shared.iter().enumerate() {
            let [value, entries] = match declared.per_key {
                true => [f64::NAN, machine.tables[index].len() as f64],
                false => [machine.shared[index], f64::NAN],
            };
            frame.extend_from_slice(&[value, entries, machine.writes[index].count() as f64]);
        }
        for table in self.tables() {
            let mut rows = [[f64::NAN; ENTRY.len()]; RECENT];
            for (row, (key, value)) in rows.iter_mut().zip(table.recent()) {
                *row = [key, value];
            }
            frame.extend_from_slice(rows.as_flattened());
        }
    }

    fn frame_header(&self) -> [f64; HEADER.len()] {
        let machine = &self.machine;
        let ledger = machine.ledger();
        let latency = &machine.latency;
        let quantile = |q| latency.quantile(q).map_or(f64::NAN, |ns| ns as f64);
        let status = match self.status {
            _ if machine.error().is_some() => 3.0,
            Status::Idle => 2.0,
            _ => 0.0,
        };
        [
            machine.now() as f64,
            machine.events() as f64,
            status,
            ledger.produced as f64,
            ledger.done as f64,
            ledger.dropped as f64,
            ledger.failed as f64,
            ledger.lost as f64,
            ledger.in_flight() as f64,
            ledger.redelivered as f64,
            machine.throughput_per_s().unwrap_or(f64::NAN),
            machine.goodput_per_s().unwrap_or(f64::NAN),
            latency.mean_ns().unwrap_or(f64::NAN),
            quantile(0.5),
            quantile(0.9),
            quantile(0.99),
            quantile(0.999),
            latency.max_ns().map_or(f64::NAN, |ns| ns as f64),
            self.printed_count() as f64,
            self.checkpoints.count() as f64,
        ]
    }

    fn push_process_rows(&self, frame: &mut Vec<f64>) {
        let machine = &self.machine;
        let mut counts = vec![[0u32; STATES]; machine.crews.len()];
        let mut items = vec![0usize; machine.crews.len()];
        // Vacant slots belong to nobody; a text without a process has no crew at all.
        let live = (machine.activities.iter()).filter(|activity| activity.wait != Wait::Vacant);
        for activity in live {
            if let Some(state) = activity.wait.state() {
                counts[activity.process as usize][state as usize] += 1;
            }
            items[activity.process as usize] += activity.items();
        }
        let open = machine.time_in_open_waits();
        for (process, crew) in machine.crews.iter().enumerate() {
            let shares = shares(crew, &open[process]);
            frame.extend_from_slice(&[f64::from(crew.live), crew.live_max.count() as f64]);
            frame.extend_from_slice(&counts[process].map(f64::from));
            let shares = [
                shares.sleeping,
                shares.working,
                shares.cpu_wait,
                shares.resource_wait,
                shares.sending,
                shares.receiving,
                shares.awaiting,
            ];
            frame.extend_from_slice(&shares.map(|share| share.unwrap_or(f64::NAN)));
            frame.extend_from_slice(&[
                items[process] as f64,
                crew.started.count() as f64,
                crew.ended.count() as f64,
                crew.failures.count() as f64,
                f64::from(crew.wanted()),
                f64::from(machine.members_most(process)),
                f64::from(u8::from(crew.down)),
                machine
                    .begins_again(process)
                    .map_or(-1.0, |time| time as f64),
                crew.killed.count() as f64,
            ]);
        }
    }

    /// Where activities stand: triples of line, what they do there (0 ready, 1 sleeping, 2 working, 3 waits for a core, 4 for a
    /// resource, 5 to send, 6 to receive, 7 for a reply, a condition or children, 8 ticks, 9 polls) and how many.
    #[must_use]
    pub fn lines(&self) -> Vec<u32> {
        let spans = &self.scenario().spans;
        let lines = spans.iter().map(|span| span.line).max().unwrap_or(0) as usize + 1;
        let mut counts = vec![[0u32; 10]; lines];
        for activity in &self.machine.activities {
            if activity.wait != Wait::Vacant {
                counts[spans[activity.pc as usize].line as usize]
                    [line_state(activity.wait) as usize] += 1;
            }
        }
        let mut triples = Vec::new();
        for (line, states) in (0..).zip(&counts) {
            for (state, &count) in (0..).zip(states) {
                if count > 0 {
                    triples.extend([line, state, count]);
                }
            }
        }
        triples
    }

    /// The charts: the number of rows, where the first begins and how long a row is (nanoseconds), then column after column as
    /// [`Simulation::series_columns`] names them.
    #[must_use]
    pub fn series(&self) -> Vec<f64> {
        let series = &self.machine.sampler.series;
        let mut out = vec![
            series.rows() as f64,
            series.start_ns() as f64,
            series.width_ns() as f64,
        ];
        for column in 0..series.columns() {
            out.extend(series.column(column));
        }
        out
    }

    /// What the columns of [`Simulation::series`] show.
    #[must_use]
    pub fn series_columns(&self) -> Vec<SeriesColumn> {
        let scenario = self.scenario();
        let columns = Column::all(scenario).into_iter();
        columns.map(|column| describe(scenario, column)).collect()
    }

    /// Whether a process is shown: `at` blocks are not.
    #[must_use]
    pub fn is_shown(&self, process: usize) -> bool {
        !matches!(self.scenario().processes[process].kind, ProcessKind::At(_))
    }
}

fn describe(scenario: &Scenario, column: Column) -> SeriesColumn {
    let of = |name, kind, index, unit| SeriesColumn {
        name,
        kind,
        index,
        unit,
    };
    let system = |name, unit| of(name, "system", 0, unit);
    match column {
        Column::Throughput => system("throughput", "per_s"),
        Column::Goodput => system("goodput", "per_s"),
        Column::Produced => system("produced", "per_s"),
        Column::P50 => system("p50", "ns"),
        Column::P99 => system("p99", "ns"),
        Column::Depth(index) => of("depth", "channel", index, "items"),
        Column::HighestDepth(index) => of("max_depth", "channel", index, "items"),
        Column::InUse(index) => of("in_use", "resource", index, "items"),
        Column::Waiting(index) => of("waiting", "resource", index, "items"),
        Column::CoresInUse(index) => of("in_use", "cpu", index, "items"),
        Column::WaitingForCores(index) => of("waiting", "cpu", index, "items"),
        Column::Used(index) => of("used", "memory", index, "bytes"),
        Column::HighestUsed(index) => of("highest_used", "memory", index, "bytes"),
        Column::Lag(index) => of("lag", "group", index, "items"),
        Column::HighestLag(index) => of("max_lag", "group", index, "items"),
        Column::Visible(index) => of("visible", "queue", index, "items"),
        Column::InFlight(index) => of("in_flight", "queue", index, "items"),
        Column::Activities(index) => of("activities", "process", index, "items"),
        Column::Shared(index) => {
            let unit = unit_word(scenario.shared[index as usize].unit);
            of("value", "shared", index, unit)
        }
        Column::Entries(index) => of("entries", "shared", index, "items"),
    }
}

/// The word for a unit among those of the charts; a number where there is none.
fn unit_word(unit: Unit) -> &'static str {
    match (unit.time, unit.bytes) {
        (1, 0) => "ns",
        (0, 1) => "bytes",
        (-1, 0) => "per_s",
        _ => "items",
    }
}

fn channel_row(channel: &Channel, now: u64) -> [f64; CHANNEL.len()] {
    let rules = channel.rules();
    let (capacity, in_bytes) = match (rules.mark, rules.room) {
        (Some(mark), _) => (mark.high as f64, mark.bytes),
        (None, Room::Items(items)) => (items as f64, false),
        (None, Room::Bytes(bytes) | Room::Pages { bytes, .. }) => (bytes as f64, true),
        (None, Room::Unlimited) => (-1.0, false),
    };
    let counts = channel.counts();
    let flag = |flag: bool| f64::from(u8::from(flag));
    [
        channel.len() as f64,
        capacity,
        channel.bytes() as f64,
        flag(in_bytes),
        if in_bytes {
            channel.bytes()
        } else {
            channel.level_items()
        } as f64,
        flag(channel.full()),
        flag(rules.mark.is_some()),
        counts.taken.count() as f64,
        counts.given.count() as f64,
        counts.rejected.count() as f64,
        counts.dropped.count() as f64,
        f64::from(channel.waiting_senders()),
        f64::from(channel.waiting_receivers()),
        channel.depth().highest() as f64,
        channel.depth().mean(now),
        counts.senders_max.count() as f64,
        channel.full_share().share(now),
        channel.on_wire() as f64,
        channel.held() as f64,
        flag(channel.closed()),
    ]
}

fn resource_row(pool: &Permits, now: u64) -> [f64; RESOURCE.len()] {
    let gauges = pool.gauges();
    [
        pool.total() as f64,
        pool.in_use() as f64,
        f64::from(pool.waiting()),
        pool.refused().count() as f64,
        gauges.in_use.highest() as f64,
        gauges.waiting.highest() as f64,
        (gauges.in_use.share_of(&gauges.total, now)).unwrap_or(f64::NAN),
        f64::from(u8::from(pool.per_key())),
        pool.keys() as f64,
    ]
}

fn cpu_row(cpu: &Cpu, now: u64) -> [f64; CPU.len()] {
    let gauges = cpu.gauges();
    [
        cpu.cores() as f64,
        f64::from(cpu.busy()),
        f64::from(cpu.waiting()),
        gauges.busy.highest() as f64,
        gauges.waiting.highest() as f64,
        (gauges.busy.share_of(&gauges.total, now)).unwrap_or(f64::NAN),
        cpu.slice().unwrap_or(0) as f64,
    ]
}

fn memory_row(memory: &Memory, now: u64) -> [f64; MEMORY.len()] {
    [
        memory.used() as f64,
        memory.limit() as f64,
        memory.used_gauge().highest() as f64,
        memory.used_gauge().mean(now),
        memory.ooms().count() as f64,
        last_oom(memory).map_or(-1.0, |time| time as f64),
    ]
}

fn topic_row(log: &Log) -> [f64; TOPIC.len()] {
    let appended: u64 = (0..log.partitions()).map(|one| log.end(one)).sum();
    [
        log.partitions() as f64,
        log.len() as f64,
        log.bytes() as f64,
        appended as f64,
        log.deleted().count() as f64,
    ]
}

fn partition_row(log: &Log, partition: usize) -> [f64; PARTITION.len()] {
    if partition >= log.partitions() {
        return [f64::NAN; PARTITION.len()];
    }
    [log.start(partition) as f64, log.end(partition) as f64]
}

fn group_row(group: &Group) -> [f64; GROUP.len()] {
    let counts = group.counts();
    let committed: u64 = group.lanes().iter().map(|lane| lane.committed).sum();
    [
        group.lag() as f64,
        group.lag_gauge().highest() as f64,
        group.members() as f64,
        f64::from(u8::from(group.is_rebalancing())),
        counts.rebalances.count() as f64,
        counts.delivered.count() as f64,
        counts.redelivered.count() as f64,
        counts.evicted.count() as f64,
        group.paused() as f64,
        committed as f64,
    ]
}

fn cursor_row(group: &Group, partition: usize) -> [f64; CURSOR.len()] {
    let Some(lane) = group.lanes().get(partition) else {
        return [f64::NAN; CURSOR.len()];
    };
    [
        lane.committed as f64,
        lane.position as f64,
        lane.owner.map_or(-1.0, f64::from),
    ]
}

fn queue_row(queue: &Queue) -> [f64; QUEUE.len()] {
    let (counts, [visible, in_flight]) = (queue.counts(), queue.gauges());
    [
        queue.visible(),
        queue.in_flight(),
        queue.delayed(),
        visible.highest(),
        in_flight.highest(),
        counts.sent.count(),
        counts.received.count(),
        counts.redelivered.count(),
        counts.deleted.count(),
        counts.expired.count(),
        counts.dead_lettered.count(),
        u64::from(queue.waiting_receivers()),
        queue.bytes(),
    ]
    .map(|figure| figure as f64)
}
