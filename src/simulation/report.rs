//! The report of a run, filled in from the machine.

use super::{Simulation, Traced};
use crate::engine::Status;
use crate::engine::activity::{STATES, State};
use crate::engine::machine::Crew;
use crate::lang::scenario::{Piece, ProcessKind};
use crate::measure::reading::{
    CountReading, GaugeReading, LatencyReading, ShareReading, TimeReading,
};
use crate::measure::report::{
    ChannelReport, CpuReport, Ended, ErrorReport, Expectation, GroupReport, Items, Latencies,
    MemoryReport, Named, Printed, ProcessReport, QueueReport, RebalanceReport, Report,
    ResourceReport, Shares, TableReport, TopicReport,
};
use crate::model::channel::Channel;
use crate::model::cpu::Cpu;
use crate::model::group::{Cause, Group, Rebalance};
use crate::model::log::Log;
use crate::model::memory::Memory;
use crate::model::permits::Permits;
use crate::model::queue::Queue;
use crate::model::table::Table;

pub(super) fn seconds(ns: f64) -> f64 {
    ns / 1e9
}

impl Simulation {
    /// The report of the run so far.
    pub fn report(&self) -> Report {
        let expectations = self.expectations();
        let machine = &self.machine;
        let scenario = &machine.scenario;
        let now = machine.now();
        Report {
            scenario: scenario.title.clone(),
            seed: self.seed,
            time_s: seconds(now as f64),
            events: machine.events(),
            digest: self.digest(),
            items: self.items(),
            throughput_per_s: machine.throughput_per_s(),
            goodput_per_s: machine.goodput_per_s(),
            latency_s: self.latencies(),
            channels: Named(
                (scenario.channels.iter().zip(&machine.channels))
                    .map(|(declared, channel)| (declared.name.clone(), of_channel(channel, now)))
                    .collect(),
            ),
            resources: Named(
                (scenario.resources.iter().zip(&machine.resources))
                    .map(|(declared, pool)| (declared.name.clone(), of_resource(pool, now)))
                    .collect(),
            ),
            topics: Named(
                (scenario.topics.iter().zip(&machine.logs))
                    .map(|(declared, log)| (declared.name.clone(), of_log(log)))
                    .collect(),
            ),
            groups: Named(
                (scenario.groups.iter().zip(&machine.groups))
                    .map(|(declared, group)| {
                        let log = &machine.logs[declared.topic.index()];
                        (declared.name.clone(), of_group(group, log, now))
                    })
                    .collect(),
            ),
            queues: Named(
                (scenario.queues.iter().zip(&machine.queues))
                    .map(|(declared, queue)| (declared.name.clone(), of_queue(queue, now)))
                    .collect(),
            ),
            cpus: Named(
                (scenario.cpus.iter().zip(&machine.cpus))
                    .map(|(declared, cpu)| (declared.name.clone(), of_cpu(cpu, now)))
                    .collect(),
            ),
            memories: Named(
                (scenario.memories.iter().zip(&machine.memories))
                    .map(|(declared, memory)| (declared.name.clone(), of_memory(memory, now)))
                    .collect(),
            ),
            processes: self.processes(),
            shared: self.of_shared(false, |of| machine.shared[of]),
            tables: self.of_shared(true, |of| {
                of_table(&machine.tables[of], machine.writes[of].count())
            }),
            failures: self.failures(),
            printed: self.printed(0),
            printed_before: machine.printed().0,
            expectations,
            ended: self.ended(),
            standstill: self.standstill(),
            error: self.error(),
        }
    }

    /// Something of each shared variable, or of each table, by index.
    fn of_shared<T>(&self, per_key: bool, of: impl Fn(usize) -> T) -> Named<T> {
        let shared = self.scenario().shared.iter().enumerate();
        let wanted = shared.filter(|(_, declared)| declared.per_key == per_key);
        Named(wanted.map(|(at, one)| (one.name.clone(), of(at))).collect())
    }

    /// The hash of all events, if one is kept.
    #[must_use]
    pub fn digest(&self) -> Option<String> {
        if self.traced == Traced::Not {
            None
        } else {
            self.machine.trace_ref().map(crate::measure::Trace::digest)
        }
    }

    /// The lines of the log from that one on, counted from the first ever printed.
    #[must_use]
    pub fn printed(&self, from: u64) -> Vec<Printed> {
        let (before, lines) = self.machine.printed();
        let skip = from.saturating_sub(before) as usize;
        let processes = &self.machine.scenario.processes;
        let shown = lines.iter().skip(skip).map(|line| Printed {
            t_s: seconds(line.time as f64),
            by: processes[line.process as usize].name.clone(),
            text: line.text.clone(),
        });
        shown.collect()
    }

    /// How many lines were ever printed.
    #[must_use]
    pub fn printed_count(&self) -> u64 {
        let (before, lines) = self.machine.printed();
        before + lines.len() as u64
    }

    fn expectations(&self) -> Vec<Expectation> {
        let claims = self.machine.scenario.expects.iter();
        claims
            .map(|expect| Expectation {
                met: self.machine.holds(expect.expr),
                text: expect.text.clone(),
            })
            .collect()
    }

    /// The reasons of `fail`s, each text once, in the order of the scenario.
    fn failures(&self) -> Named<u64> {
        let machine = &self.machine;
        let mut failures: Vec<(String, u64)> = Vec::new();
        for (text, count) in machine.scenario.texts.iter().zip(&machine.failed_because) {
            let count = count.count();
            let [Piece::Literal(why)] = text.as_slice() else {
                continue;
            };
            match failures.iter_mut().find(|(other, _)| other == why) {
                Some((_, sum)) => *sum += count,
                None if count > 0 => failures.push((why.clone(), count)),
                None => {}
            }
        }
        Named(failures)
    }

    fn items(&self) -> Items {
        let ledger = self.machine.ledger();
        Items {
            produced: ledger.produced,
            done: ledger.done,
            dropped: ledger.dropped,
            failed: ledger.failed,
            lost: ledger.lost,
            in_flight: ledger.in_flight(),
            redelivered: ledger.redelivered,
        }
    }

    fn latencies(&self) -> Latencies {
        let latency = &self.machine.latency;
        let quantile = |q| latency.quantile(q).map(|ns| seconds(ns as f64));
        Latencies {
            count: latency.count(),
            mean: latency.mean_ns().map(seconds),
            p50: quantile(0.5),
            p90: quantile(0.9),
            p99: quantile(0.99),
            p999: quantile(0.999),
            max: latency.max_ns().map(|ns| seconds(ns as f64)),
            made_by_done: self.machine.measured.made_by_done.count(),
        }
    }

    fn processes(&self) -> Named<ProcessReport> {
        let machine = &self.machine;
        let waiting = machine.time_in_open_waits();
        let crews = machine
            .scenario
            .processes
            .iter()
            .zip(&machine.crews)
            .zip(waiting);
        let shown = crews.filter(|((process, _), _)| !matches!(process.kind, ProcessKind::At(_)));
        Named(
            shown
                .map(|((process, crew), open)| (process.name.clone(), of_process(crew, &open)))
                .collect(),
        )
    }

    fn ended(&self) -> Ended {
        match self.status {
            _ if self.machine.error().is_some() => Ended::Error,
            Status::Idle => Ended::Idle,
            _ => Ended::Horizon,
        }
    }

    fn error(&self) -> Option<ErrorReport> {
        let error = self.machine.error()?;
        Some(ErrorReport {
            line: error.span.line,
            column: error.span.column,
            message: error.message.clone(),
        })
    }
}

fn of_channel(channel: &Channel, now: u64) -> ChannelReport {
    let counts = channel.counts();
    ChannelReport {
        depth: channel.len() as u64,
        mean_depth: channel.depth().mean(now),
        max_depth: channel.depth().highest(),
        taken: counts.taken.count(),
        given: counts.given.count(),
        rejected: counts.rejected.count(),
        dropped: counts.dropped.count(),
        waiting_senders: channel.waiting_senders(),
        waiting_receivers: channel.waiting_receivers(),
        max_waiting_senders: counts.senders_max.count(),
        send_waits: counts.send_waits.count(),
        full_share: channel.full_share().share(now),
        bytes: channel.bytes(),
        max_bytes: counts.bytes_max.count(),
    }
}

fn of_resource(pool: &Permits, now: u64) -> ResourceReport {
    let gauges = pool.gauges();
    ResourceReport {
        permits: pool.total(),
        in_use: pool.in_use(),
        max_in_use: gauges.in_use.highest(),
        utilisation: gauges.in_use.share_of(&gauges.total, now),
        waiting: pool.waiting(),
        mean_waiting: gauges.waiting.mean(now),
        max_waiting: gauges.waiting.highest(),
        refused: pool.refused().count(),
        keys: pool.per_key().then(|| pool.keys() as u64),
    }
}

fn of_table(table: &Table, writes: u64) -> TableReport {
    TableReport {
        entries: table.len() as u64,
        writes,
    }
}

fn of_log(log: &Log) -> TopicReport {
    let partitions = 0..log.partitions();
    TopicReport {
        end_offsets: partitions.clone().map(|one| log.end(one)).collect(),
        start_offsets: partitions.map(|one| log.start(one)).collect(),
        records: log.len(),
        bytes: log.bytes(),
        deleted: log.deleted().count(),
    }
}

fn of_group(group: &Group, log: &Log, now: u64) -> GroupReport {
    let (lanes, counts) = (group.lanes(), group.counts());
    let lags = lanes.iter().enumerate();
    GroupReport {
        lag: group.lag(),
        mean_lag: group.lag_gauge().mean(now),
        max_lag: group.lag_gauge().highest(),
        lags: lags
            .map(|(one, lane)| log.end(one) - lane.committed)
            .collect(),
        committed: lanes.iter().map(|lane| lane.committed).collect(),
        positions: lanes.iter().map(|lane| lane.position).collect(),
        owners: lanes.iter().map(|lane| lane.owner).collect(),
        members: group.members(),
        rebalances: counts.rebalances.count(),
        rebalance_history: group.history().map(of_rebalance).collect(),
        delivered: counts.delivered.count(),
        redelivered: counts.redelivered.count(),
        evicted: counts.evicted.count(),
        paused_s: seconds(group.paused_gauge().integral(now)),
    }
}

fn of_queue(queue: &Queue, now: u64) -> QueueReport {
    let (counts, [visible, in_flight]) = (queue.counts(), queue.gauges());
    QueueReport {
        visible: queue.visible(),
        in_flight: queue.in_flight(),
        delayed: queue.delayed(),
        mean_visible: visible.mean(now),
        max_visible: visible.highest(),
        max_in_flight: in_flight.highest(),
        bytes: queue.bytes(),
        sent: counts.sent.count(),
        received: counts.received.count(),
        redelivered: counts.redelivered.count(),
        deleted: counts.deleted.count(),
        expired: counts.expired.count(),
        dead_lettered: counts.dead_lettered.count(),
        waiting_receivers: queue.waiting_receivers(),
    }
}

fn of_rebalance(rebalance: &Rebalance) -> RebalanceReport {
    RebalanceReport {
        begin_s: seconds(rebalance.begin as f64),
        end_s: rebalance.end.map(|end| seconds(end as f64)),
        cause: match rebalance.cause {
            Cause::Join => "join",
            Cause::Leave => "leave",
            Cause::Crash => "crash",
            Cause::PollInterval => "poll interval",
            Cause::Partitions => "partitions",
        },
    }
}

fn of_cpu(cpu: &Cpu, now: u64) -> CpuReport {
    let gauges = cpu.gauges();
    CpuReport {
        cores: cpu.cores(),
        in_use: u64::from(cpu.busy()),
        max_in_use: gauges.busy.highest(),
        utilisation: gauges.busy.share_of(&gauges.total, now),
        waiting: cpu.waiting(),
        mean_waiting: gauges.waiting.mean(now),
        max_waiting: gauges.waiting.highest(),
    }
}

fn of_memory(memory: &Memory, now: u64) -> MemoryReport {
    MemoryReport {
        used: memory.used(),
        limit: memory.limit(),
        mean_used: memory.used_gauge().mean(now),
        peak: memory.used_gauge().highest(),
        ooms: memory.ooms().count(),
        last_oom_s: last_oom(memory).map(|time| seconds(time as f64)),
    }
}

/// When the limit was passed last since measuring began.
pub(super) fn last_oom(memory: &Memory) -> Option<u64> {
    (memory.ooms().count() > 0).then(|| memory.last_oom().count())
}

fn of_process(crew: &Crew, open: &[u64; STATES]) -> ProcessReport {
    ProcessReport {
        activities: crew.live,
        max_activities: crew.live_max.count(),
        started: crew.started.count(),
        failures: crew.failures.count(),
        killed: crew.killed.count(),
        share: shares(crew, open),
    }
}

/// What part of all the time of a process's activities went where.
pub(super) fn shares(crew: &Crew, open: &[u64; STATES]) -> Shares {
    let shares = crew.time_in.shares(open);
    let of = |state: State| shares.map(|shares| shares[state as usize]);
    Shares {
        sleeping: of(State::Sleeping),
        working: of(State::Working),
        cpu_wait: of(State::CpuWait),
        resource_wait: of(State::ResourceWait),
        sending: of(State::Sending),
        receiving: of(State::Receiving),
        awaiting: of(State::Awaiting),
    }
}
