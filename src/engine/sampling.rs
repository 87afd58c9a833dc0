//! The rows of the charts: at the end of each row, every column's figure is read off. Reading changes nothing in the run.

use super::machine::Machine;
use super::work;
use crate::lang::Scenario;
use crate::measure::reading::{GaugeReading, LatencyReading};
use crate::measure::{Ledger, Merge, Series, row};

/// How many rows the horizon of a run is divided into at first.
const ROWS_PER_RUN: u64 = 400;
/// The horizon where the text says none, in nanoseconds.
const DEFAULT_RUN_NS: u64 = 60_000_000_000;

/// How many of each kind have columns of their own: the first ones of the text.
const CHARTED_MAX: usize = 100;

/// What a column of the charts shows; the order of the columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Column {
    /// Items done in the row, per second.
    Throughput,
    /// Items done in time, per second.
    Goodput,
    /// Items made, per second.
    Produced,
    /// Median latency of the items done in the row, in nanoseconds; NaN if none was done.
    P50,
    /// 99th percentile of the same.
    P99,
    /// Mean depth of a channel.
    Depth(u32),
    /// Highest depth of a channel.
    HighestDepth(u32),
    /// Mean permits in use.
    InUse(u32),
    /// Mean number waiting for permits.
    Waiting(u32),
    /// Mean cores at work.
    CoresInUse(u32),
    /// Mean number waiting for a core.
    WaitingForCores(u32),
    /// Mean bytes in a memory.
    Used(u32),
    /// Most bytes in a memory.
    HighestUsed(u32),
    /// Mean lag of a group.
    Lag(u32),
    /// Highest lag of a group.
    HighestLag(u32),
    /// Mean number of visible messages of a queue.
    Visible(u32),
    /// Mean number of messages in flight of a queue.
    InFlight(u32),
    /// Live activities of an autoscaled process.
    Activities(u32),
    /// A shared variable at the end of the row.
    Shared(u32),
    /// Entries of a table at the end of the row.
    Entries(u32),
}

impl Column {
    /// All columns of a scenario, in order.
    #[must_use]
    pub fn all(scenario: &Scenario) -> Vec<Column> {
        let mut columns = vec![
            Column::Throughput,
            Column::Goodput,
            Column::Produced,
            Column::P50,
            Column::P99,
        ];
        type Of = fn(u32) -> Column;
        let mut pairs = |count: usize, first: Of, second: Of| {
            for index in 0..count.min(CHARTED_MAX) as u32 {
                columns.extend_from_slice(&[first(index), second(index)]);
            }
        };
        pairs(scenario.channels.len(), Column::Depth, Column::HighestDepth);
        pairs(scenario.resources.len(), Column::InUse, Column::Waiting);
        pairs(
            scenario.cpus.len(),
            Column::CoresInUse,
            Column::WaitingForCores,
        );
        pairs(scenario.memories.len(), Column::Used, Column::HighestUsed);
        pairs(scenario.groups.len(), Column::Lag, Column::HighestLag);
        pairs(scenario.queues.len(), Column::Visible, Column::InFlight);
        columns.extend(autoscaled(scenario).map(|process| Column::Activities(process as u32)));
        let shared = (0..).zip(scenario.shared.iter().take(CHARTED_MAX));
        columns.extend(shared.map(|(index, shared)| match shared.per_key {
            true => Column::Entries(index),
            false => Column::Shared(index),
        }));
        columns
    }

    fn merge(self) -> Merge {
        match self {
            Column::P50
            | Column::P99
            | Column::HighestDepth(_)
            | Column::HighestUsed(_)
            | Column::HighestLag(_) => Merge::Max,
            Column::Shared(_) | Column::Entries(_) => Merge::Last,
            _ => Merge::Mean,
        }
    }
}

/// The autoscaled processes that have columns of their own.
fn autoscaled(scenario: &Scenario) -> impl Iterator<Item = usize> {
    let processes = scenario.processes.iter().enumerate();
    processes
        .filter(|(_, process)| process.autoscale.is_some())
        .map(|(number, _)| number)
        .take(CHARTED_MAX)
}

/// The charts' rows and when the next one ends.
#[derive(Debug, Clone)]
pub(crate) struct Sampler {
    pub(crate) series: Series,
    next: u64,
    row: Vec<f64>,
    before: Ledger,
}

impl Sampler {
    /// Bytes that it holds.
    pub(super) fn footprint(&self) -> u64 {
        self.series.footprint() + row::<f64>(self.row.len())
    }

    pub(super) fn new(scenario: &Scenario) -> Self {
        let merges: Vec<Merge> = Column::all(scenario)
            .into_iter()
            .map(Column::merge)
            .collect();
        let width = scenario.run_ns.unwrap_or(DEFAULT_RUN_NS) / ROWS_PER_RUN;
        let series = Series::new(&merges, 0, width);
        let next = series.row_end_ns();
        Sampler {
            series,
            next,
            row: Vec::new(),
            before: Ledger::default(),
        }
    }

    /// When the row ends that is open.
    #[inline]
    pub(super) fn next(&self) -> u64 {
        self.next
    }
}

impl Machine {
    /// Time passes to the end of the row that is open. What reaches far passes through many, and the caller may look at the time between.
    #[cold]
    pub(super) fn end_row(&mut self) {
        let end = self.sampler.next;
        self.sample(end);
        self.charge_each(self.sampler.row.len(), work::FIGURE);
        self.pass_time(end);
    }

    fn sample(&mut self, now: u64) {
        let seconds = self.sampler.series.width_ns() as f64 / 1e9;
        let rate = |after: u64, before: u64| (after - before) as f64 / seconds;
        let (ledger, before) = (self.ledger, self.sampler.before);
        let latency = self.latency.end_window();
        let mut row = std::mem::take(&mut self.sampler.row);
        row.clear();
        row.push(rate(ledger.done, before.done));
        row.push(rate(ledger.good, before.good));
        row.push(rate(ledger.produced, before.produced));
        row.push(latency.map_or(f64::NAN, |window| window.p50_ns as f64));
        row.push(latency.map_or(f64::NAN, |window| window.p99_ns as f64));
        for channel in self.channels.iter_mut().take(CHARTED_MAX) {
            let window = channel.depth_mut().end_window(now);
            row.extend([window.mean, window.highest as f64]);
        }
        for pool in self.resources.iter_mut().take(CHARTED_MAX) {
            let gauges = pool.gauges_mut();
            row.extend(
                [&mut gauges.in_use, &mut gauges.waiting].map(|gauge| gauge.end_window(now).mean),
            );
        }
        for cpu in self.cpus.iter_mut().take(CHARTED_MAX) {
            let gauges = cpu.gauges_mut();
            row.extend(
                [&mut gauges.busy, &mut gauges.waiting].map(|gauge| gauge.end_window(now).mean),
            );
        }
        for memory in self.memories.iter_mut().take(CHARTED_MAX) {
            let used = memory.used_gauge_mut().end_window(now);
            row.extend([used.mean, used.highest as f64]);
        }
        for group in self.groups.iter_mut().take(CHARTED_MAX) {
            let lag = group.lag_gauge_mut().end_window(now);
            row.extend([lag.mean, lag.highest as f64]);
        }
        for queue in self.queues.iter_mut().take(CHARTED_MAX) {
            row.extend(queue.gauges_mut().map(|gauge| gauge.end_window(now).mean));
        }
        row.extend(autoscaled(&self.scenario).map(|process| f64::from(self.crews[process].live)));
        let shared = self.scenario.shared.iter().take(CHARTED_MAX).enumerate();
        row.extend(shared.map(|(index, shared)| match shared.per_key {
            true => self.tables[index].len() as f64,
            false => self.shared[index],
        }));
        self.sampler.series.push_row(&row);
        self.sampler.row = row;
        self.sampler.before = ledger;
        self.sampler.next = self.sampler.series.row_end_ns();
    }
}
