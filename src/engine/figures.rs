//! What is read off a run when somebody looks at it: whether claims hold, rates, how long waits have lasted. It changes nothing in the run,
//! and nothing that acts comes here: what is measured begins anew at the end of a warm-up, and the run must not feel it.

use super::activity::STATES;
use super::machine::{Crew, Machine, NOBODY};
use super::values::{binary, scaled, unary};
use crate::lang::scenario::{
    ChannelMeasure, CpuMeasure, Expr, ExprId, GroupMeasure, Measure, MemoryMeasure, ProcessMeasure,
    QueueMeasure, ResourceMeasure,
};
use crate::measure::Gauge;
use crate::measure::reading::{
    CountReading, GaugeReading, LatencyReading, RateReading, ShareReading,
};
use crate::model::channel::Channel;
use crate::model::cpu::Cpu;
use crate::model::group::Group;
use crate::model::memory::Memory;
use crate::model::permits::Permits;
use crate::model::queue::Queue;

fn utilisation(in_use: &Gauge, total: &Gauge, now: u64) -> f64 {
    in_use.share_of(total, now).unwrap_or(f64::NAN)
}

fn channel_measure(what: ChannelMeasure, channel: &Channel, now: u64) -> f64 {
    let counts = channel.counts();
    let count = match what {
        ChannelMeasure::MeanDepth => return channel.depth().mean(now),
        ChannelMeasure::FullShare => return channel.full_share().share(now),
        ChannelMeasure::MaxDepth => channel.depth().highest(),
        ChannelMeasure::MaxBytes => counts.bytes_max.count(),
        ChannelMeasure::Rejected => counts.rejected.count(),
        ChannelMeasure::Dropped => counts.dropped.count(),
        ChannelMeasure::SendWaits => counts.send_waits.count(),
        ChannelMeasure::MaxWaitingSenders => counts.senders_max.count(),
    };
    count as f64
}

fn resource_measure(what: ResourceMeasure, pool: &Permits, now: u64) -> f64 {
    let gauges = pool.gauges();
    let count = match what {
        ResourceMeasure::Utilisation => return utilisation(&gauges.in_use, &gauges.total, now),
        ResourceMeasure::MaxInUse => gauges.in_use.highest(),
        ResourceMeasure::MaxWaiting => gauges.waiting.highest(),
        ResourceMeasure::Refused => pool.refused().count(),
    };
    count as f64
}

fn cpu_measure(what: CpuMeasure, cpu: &Cpu, now: u64) -> f64 {
    let gauges = cpu.gauges();
    let count = match what {
        CpuMeasure::Utilisation => return utilisation(&gauges.busy, &gauges.total, now),
        CpuMeasure::MaxInUse => gauges.busy.highest(),
        CpuMeasure::MaxWaiting => gauges.waiting.highest(),
    };
    count as f64
}

fn memory_measure(what: MemoryMeasure, memory: &Memory) -> f64 {
    let count = match what {
        MemoryMeasure::Peak => memory.used_gauge().highest(),
        MemoryMeasure::Ooms => memory.ooms().count(),
    };
    count as f64
}

fn queue_measure(what: QueueMeasure, queue: &Queue) -> f64 {
    let [visible, _] = queue.gauges();
    let value = match what {
        QueueMeasure::DeadLettered => queue.counts().dead_lettered.count(),
        QueueMeasure::Redelivered => queue.counts().redelivered.count(),
        QueueMeasure::MaxVisible => visible.highest(),
    };
    value as f64
}

fn group_measure(what: GroupMeasure, group: &Group) -> f64 {
    let value = match what {
        GroupMeasure::MaxLag => group.lag_gauge().highest(),
        GroupMeasure::Rebalances => group.counts().rebalances.count(),
        GroupMeasure::Redelivered => group.counts().redelivered.count(),
    };
    value as f64
}

fn process_measure(what: ProcessMeasure, crew: &Crew) -> f64 {
    let value = match what {
        ProcessMeasure::MaxActivities => crew.live_max.count(),
        ProcessMeasure::Killed => crew.killed.count(),
        ProcessMeasure::Failures => crew.failures.count(),
    };
    value as f64
}

impl Machine {
    /// Whether a claim holds now. What it says of a figure that there is not (a latency where nothing is done) does not hold.
    pub(crate) fn holds(&self, claim: ExprId) -> bool {
        self.claimed(claim) != 0.0
    }

    /// The value of an expression of a claim. It is of the whole run: nobody's locals, hand or draws are in it.
    fn claimed(&self, expr: ExprId) -> f64 {
        match self.scenario.expressions[expr.index()] {
            Expr::Number(value) => value,
            Expr::Knob(knob) => self.knob(knob),
            Expr::Shared(shared) => self.shared[shared.index()],
            Expr::Entry(table, key) => self.tables[table.index()].get(self.claimed(key)),
            Expr::Unary(op, a) => unary(op, self.claimed(a)),
            Expr::Binary(op, a, b) => binary(op, self.claimed(a), self.claimed(b)),
            Expr::Scaled(a, power) => scaled(self.claimed(a), power),
            Expr::Observe(observation) => {
                let key = observation.key().map_or(0.0, |key| self.claimed(key));
                self.observe(observation, NOBODY, key)
            }
            Expr::Measure(measure) => self.measure(measure),
            // The checker lets none through.
            Expr::Local(_) | Expr::Draw(_) => f64::NAN,
        }
    }

    fn measure(&self, measure: Measure) -> f64 {
        let ledger = &self.ledger;
        let latency = &self.latency;
        let quantile = |q| latency.quantile(q).map_or(f64::NAN, |ns| ns as f64);
        match measure {
            Measure::Produced => ledger.produced as f64,
            Measure::Done => ledger.done as f64,
            Measure::Dropped => ledger.dropped as f64,
            Measure::Failed => ledger.failed as f64,
            Measure::Lost => ledger.lost as f64,
            Measure::InFlight => ledger.in_flight() as f64,
            Measure::Redelivered => ledger.redelivered as f64,
            Measure::Throughput => self.throughput_per_s().unwrap_or(f64::NAN),
            Measure::Goodput => self.goodput_per_s().unwrap_or(f64::NAN),
            Measure::Mean => latency.mean_ns().unwrap_or(f64::NAN),
            Measure::P50 => quantile(0.5),
            Measure::P90 => quantile(0.9),
            Measure::P99 => quantile(0.99),
            Measure::P999 => quantile(0.999),
            Measure::Max => latency.max_ns().map_or(f64::NAN, |ns| ns as f64),
            Measure::Channel(what, id) => {
                channel_measure(what, &self.channels[id.index()], self.now)
            }
            Measure::Resource(what, id) => {
                resource_measure(what, &self.resources[id.index()], self.now)
            }
            Measure::Cpu(what, id) => cpu_measure(what, &self.cpus[id.index()], self.now),
            Measure::Memory(what, id) => memory_measure(what, &self.memories[id.index()]),
            Measure::Process(what, id) => process_measure(what, &self.crews[id.index()]),
            Measure::Group(what, id) => group_measure(what, &self.groups[id.index()]),
            Measure::Queue(what, id) => queue_measure(what, &self.queues[id.index()]),
        }
    }

    /// Items done per second since measuring began; `None` if no time has passed.
    pub(crate) fn throughput_per_s(&self) -> Option<f64> {
        self.measured.throughput_per_s(&self.ledger, self.now)
    }

    /// Items done in time per second since measuring began; `None` if no time has passed.
    pub(crate) fn goodput_per_s(&self) -> Option<f64> {
        self.measured.goodput_per_s(&self.ledger, self.now)
    }

    /// Per process, how long the waits that still last have lasted, by state, in nanoseconds.
    pub(crate) fn time_in_open_waits(&self) -> Vec<[u64; STATES]> {
        let mut open = vec![[0_u64; STATES]; self.crews.len()];
        for activity in &self.activities {
            if let Some(state) = activity.wait.state() {
                let time = &mut open[activity.process as usize][state as usize];
                *time = time.saturating_add(self.now - activity.since);
            }
        }
        open
    }
}
