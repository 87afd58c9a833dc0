//! The report of a run, filled in from the machine.

use std::rc::Rc;

use super::{Simulation, Traced};
use crate::engine::Status;
use crate::engine::activity::{STATES, State};
use crate::engine::machine::Crew;
use crate::lang::scenario::{Piece, ProcessKind};
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
    pub fn report(&mut self) -> Report {
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
            tables: self.of_shared(true, |of| of_table(&machine.tables[of], machine.writes[of])),
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

    fn expectations(&mut self) -> Vec<Expectation> {
        let scenario = Rc::clone(&self.machine.scenario);
        let claims = scenario.expects.iter();
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
        for (text, &count) in machine.scenario.texts.iter().zip(&machine.failed_because) {
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
        let quantile = |q| latency.quantile(q).map_or(0.0, |ns| seconds(ns as f64));
        Latencies {
            count: latency.count(),
            mean: latency.mean_ns().map_or(0.0, seconds),
            p50: quantile(0.5),
            p90: quantile(0.9),
            p99: quantile(0.99),
            p999: quantile(0.999),
            max: latency.max_ns().map_or(0.0, |ns| seconds(ns as f64)),
        }
    }

    fn processes(&self) -> Named<ProcessReport> {
        let machine = &self.machine;
        let waiting = self.time_in_open_waits();
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

    /// Per process, the time of the waits that still last, by state.
    pub(super) fn time_in_open_waits(&self) -> Vec<[u64; STATES]> {
        let machine = &self.machine;
        let mut open = vec![[0_u64; STATES]; machine.crews.len()];
        for activity in &machine.activities {
            if let Some(state) = activity.wait.state() {
                let time = &mut open[activity.process as usize][state as usize];
                *time = time.saturating_add(machine.now() - activity.since);
            }
        }
        open
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
        taken: counts.taken,
        given: counts.given,
        rejected: counts.rejected,
        dropped: counts.dropped,
        waiting_senders: channel.waiting_senders(),
        waiting_receivers: channel.waiting_receivers(),
        max_waiting_senders: counts.senders_max,
        send_waits: counts.send_waits,
        full_share: channel.full_share().share(now),
        bytes: channel.bytes(),
        max_bytes: counts.bytes_max,
    }
}

fn of_resource(pool: &Permits, now: u64) -> ResourceReport {
    ResourceReport {
        permits: pool.total().level(),
        in_use: pool.in_use().level(),
        max_in_use: pool.in_use().highest(),
        utilisation: pool.in_use().share_of(pool.total(), now),
        waiting: pool.waiting(),
        mean_waiting: pool.waiting_gauge().mean(now),
        max_waiting: pool.waiting_gauge().highest(),
        refused: pool.refused(),
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
        deleted: log.deleted(),
    }
}

fn of_group(group: &Group, log: &Log, now: u64) -> GroupReport {
    let (lanes, counts) = (group.lanes(), group.counts());
    let lags = lanes.iter().enumerate();
    GroupReport {
        lag: group.lag().level(),
        mean_lag: group.lag().mean(now),
        max_lag: group.lag().highest(),
        lags: lags
            .map(|(one, lane)| log.end(one) - lane.committed)
            .collect(),
        committed: lanes.iter().map(|lane| lane.committed).collect(),
        positions: lanes.iter().map(|lane| lane.position).collect(),
        owners: lanes.iter().map(|lane| lane.owner).collect(),
        members: group.members(),
        rebalances: counts.rebalances,
        rebalance_history: group.history().map(of_rebalance).collect(),
        delivered: counts.delivered,
        redelivered: counts.redelivered,
        evicted: counts.evicted,
        paused_s: seconds(group.paused_ns(now) as f64),
    }
}

fn of_queue(queue: &Queue, now: u64) -> QueueReport {
    let counts = queue.counts();
    QueueReport {
        visible: queue.visible().level(),
        in_flight: queue.in_flight().level(),
        delayed: queue.delayed(),
        mean_visible: queue.visible().mean(now),
        max_visible: queue.visible().highest(),
        max_in_flight: queue.in_flight().highest(),
        bytes: queue.bytes(),
        sent: counts.sent,
        received: counts.received,
        redelivered: counts.redelivered,
        deleted: counts.deleted,
        expired: counts.expired,
        dead_lettered: counts.dead_lettered,
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
    CpuReport {
        cores: cpu.total().level(),
        in_use: cpu.busy().level(),
        max_in_use: cpu.busy().highest(),
        utilisation: cpu.busy().share_of(cpu.total(), now),
        waiting: cpu.waiting(),
        mean_waiting: cpu.waiting_gauge().mean(now),
        max_waiting: cpu.waiting_gauge().highest(),
    }
}

fn of_memory(memory: &Memory, now: u64) -> MemoryReport {
    MemoryReport {
        used: memory.used().level(),
        limit: memory.limit(),
        mean_used: memory.used().mean(now),
        peak: memory.used().highest(),
        ooms: memory.ooms(),
        last_oom_s: memory.last_oom().map(|time| seconds(time as f64)),
    }
}

fn of_process(crew: &Crew, open: &[u64; STATES]) -> ProcessReport {
    ProcessReport {
        activities: crew.live,
        max_activities: crew.live_max,
        started: crew.started,
        failures: crew.failures,
        killed: crew.killed,
        share: shares(crew, open),
    }
}

/// What part of all the time of a process's activities went where.
pub(super) fn shares(crew: &Crew, open: &[u64; STATES]) -> Shares {
    let of = |state: State| crew.time_in[state as usize] as f64 + open[state as usize] as f64;
    let all: f64 = crew
        .time_in
        .iter()
        .zip(open)
        .map(|(past, open)| *past as f64 + *open as f64)
        .sum();
    if all == 0.0 {
        return Shares::default();
    }
    Shares {
        sleeping: of(State::Sleeping) / all,
        working: of(State::Working) / all,
        cpu_wait: of(State::CpuWait) / all,
        resource_wait: of(State::ResourceWait) / all,
        sending: of(State::Sending) / all,
        receiving: of(State::Receiving) / all,
        awaiting: of(State::Awaiting) / all,
    }
}
