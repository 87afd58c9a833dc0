//! What `run` prints of a report: the log, the ledger, rates and latencies, then each store and resource, then the claims.

use highwater::lang::scenario::{Shared, Unit};
use highwater::lang::units;
use highwater::measure::report::{Report, ResourceReport, Standstill};

use super::figures::{Scale, figure, number, percent};
use super::out::say;

pub(crate) fn report(report: &Report, shared: &[Shared]) {
    print_log(report);
    print_run(report);
    print_latency(report);
    for (why, times) in &report.failures.0 {
        say!("failed {times} times: {why}");
    }
    print_channels(report);
    print_logs_and_queues(report);
    print_resources(report);
    print_shared(report, shared);
    for expectation in &report.expectations {
        say!(
            "{}: {}",
            if expectation.met { "met" } else { "MISSED" },
            expectation.text
        );
    }
    if let Some(error) = &report.error {
        say!("stopped at line {}: {}", error.line, error.message);
    }
}

fn print_log(report: &Report) {
    let scale = Scale::of_clock(report.printed.last().map_or(0.0, |last| last.t_s));
    for line in &report.printed {
        say!("{:>12}  {}: {}", scale.exact(line.t_s), line.by, line.text);
    }
}

fn print_run(report: &Report) {
    let items = &report.items;
    say!(
        "{}",
        if report.scenario.is_empty() {
            "(no title)"
        } else {
            &report.scenario
        }
    );
    say!(
        "time {}, {} events, seed {}",
        units::format(report.time_s * 1e9, Unit { time: 1, bytes: 0 }),
        report.events,
        report.seed
    );
    say!(
        "items: {} produced = {} done + {} dropped + {} failed + {} lost + {} in flight",
        items.produced,
        items.done,
        items.dropped,
        items.failed,
        items.lost,
        items.in_flight
    );
    say!(
        "throughput {} /s, goodput {} /s",
        figure(report.throughput_per_s),
        figure(report.goodput_per_s)
    );
    if let Some(digest) = &report.digest {
        say!("digest {digest}");
    }
    if let Some(standstill) = &report.standstill {
        print_standstill(standstill);
    }
}

/// When nothing more happens since, and who waits for what if that is no end in order.
fn print_standstill(standstill: &Standstill) {
    say!("{}", standstill.summary);
    if !standstill.stuck {
        return;
    }
    for standing in &standstill.waits {
        say!("  {}", standing.text);
    }
    if standstill.more_places > 0 {
        say!("  and more wait at {} other places", standstill.more_places);
    }
}

fn print_latency(report: &Report) {
    let latency = &report.latency_s;
    // The mean tells most of the size of the others; where it is 0 they all are.
    let scale = Scale::of_seconds(latency.mean.unwrap_or(0.0));
    say!(
        "latency: mean {}, p50 {}, p90 {}, p99 {}, p99.9 {}, max {}",
        scale.seconds(latency.mean),
        scale.seconds(latency.p50),
        scale.seconds(latency.p90),
        scale.seconds(latency.p99),
        scale.seconds(latency.p999),
        scale.seconds(latency.max)
    );
    if latency.made_by_done > 0 {
        say!(
            "  0 for {} of the {} that count: nothing was in hand, so their `done` made them",
            latency.made_by_done,
            latency.count
        );
    }
}

/// Variables with their units, and tables.
fn print_shared(report: &Report, shared: &[Shared]) {
    let plain = shared.iter().filter(|declared| !declared.per_key);
    for (declared, (name, value)) in plain.zip(&report.shared.0) {
        say!("shared {name} = {}", units::format(*value, declared.unit));
    }
    for (name, table) in &report.tables.0 {
        say!(
            "table {name}: {} entries, {} writes",
            table.entries,
            table.writes
        );
    }
}

fn print_channels(report: &Report) {
    for (name, channel) in &report.channels.0 {
        say!(
            "channel {name}: depth {} (mean {}, most {}), {} in, {} out, {} rejected, {} dropped, \
             full {} of the time, at most {} waiting to send",
            channel.depth,
            number(channel.mean_depth),
            channel.max_depth,
            channel.taken,
            channel.given,
            channel.rejected,
            channel.dropped,
            percent(Some(channel.full_share)),
            channel.max_waiting_senders
        );
    }
}

fn print_logs_and_queues(report: &Report) {
    for (name, topic) in &report.topics.0 {
        say!(
            "topic {name}: {} records in {} partitions, {} deleted",
            topic.records,
            topic.end_offsets.len(),
            topic.deleted
        );
    }
    for (name, group) in &report.groups.0 {
        say!(
            "group {name}: lag {} (mean {}, most {}), {} members, {} rebalances, {} delivered again, {} thrown out",
            group.lag,
            number(group.mean_lag),
            group.max_lag,
            group.members,
            group.rebalances,
            group.redelivered,
            group.evicted
        );
    }
    for (name, queue) in &report.queues.0 {
        say!(
            "queue {name}: {} visible (mean {}, most {}), {} in flight, {} delayed, {} delivered again, {} dead letters",
            queue.visible,
            number(queue.mean_visible),
            queue.max_visible,
            queue.in_flight,
            queue.delayed,
            queue.redelivered,
            queue.dead_lettered
        );
    }
}

/// How many permits are in use: of how many, or at how many keys, since each key has its own.
fn in_use(pool: &ResourceReport) -> String {
    match pool.keys {
        None => format!(
            "{} of {} in use (most {}, {})",
            pool.in_use,
            pool.permits,
            pool.max_in_use,
            percent(pool.utilisation)
        ),
        Some(keys) => format!(
            "{} in use at {keys} keys of {} each (most {})",
            pool.in_use, pool.permits, pool.max_in_use
        ),
    }
}

fn print_resources(report: &Report) {
    for (name, pool) in &report.resources.0 {
        say!(
            "resource {name}: {}, {} waiting (most {}), {} refused",
            in_use(pool),
            pool.waiting,
            pool.max_waiting,
            pool.refused
        );
    }
    for (name, cpu) in &report.cpus.0 {
        say!(
            "cpu {name}: {} of {} cores in use (most {}, {}), {} waiting (most {})",
            cpu.in_use,
            cpu.cores,
            cpu.max_in_use,
            percent(cpu.utilisation),
            cpu.waiting,
            cpu.max_waiting
        );
    }
    for (name, memory) in &report.memories.0 {
        let scale = Scale::of_bytes(memory.limit);
        say!(
            "memory {name}: {} of {} in use (most {}), passed {} times",
            scale.bytes(memory.used),
            scale.bytes(memory.limit),
            scale.bytes(memory.peak),
            memory.ooms
        );
    }
}
