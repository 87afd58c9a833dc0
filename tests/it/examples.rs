//! The examples: all run, and show the figures that are known of them.

use crate::support::{
    SECOND, assert_balanced, assert_near, example, known, log_of, run, run_seed, run_warm,
};
use highwater::measure::report::Ended;

fn names() -> Vec<String> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/www/examples");
    let files = std::fs::read_dir(folder).expect(folder);
    let mut names: Vec<String> = files
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "hw"))
        .filter_map(|path| Some(path.file_stem()?.to_string_lossy().into_owned()))
        .collect();
    names.sort();
    names
}

#[test]
fn every_example_runs() {
    let names = names();
    assert!(names.len() >= 17, "examples are missing: {names:?}");
    for name in &names {
        let text = example(name);
        // Long enough for every part of it, short enough for a test with assertions at every event.
        let report = run(&text, 2 * SECOND);
        assert_balanced(&report, name);
    }
}

#[test]
fn go_select_prints_what_go_prints() {
    let report = run(&example("go-select"), SECOND);
    assert_eq!(
        log_of(&report),
        "0 sent 0; 0 sent 1; 0 sent 2; 0 3 blocked (buffer full); 10 sent 3 after waiting; 10 4 blocked (buffer full); 20 sent 4 after waiting"
    );
    assert!(report.expectations[0].met);
}

#[test]
fn bounded_queue_runs_at_the_consumers_rate_and_stays_full() {
    // 1 / 16 ms; the producer's 10 ms fill twenty places within 10 s.
    let report = run_warm(&example("bounded-queue"), 1, 10 * SECOND, 60 * SECOND);
    let buffer = report.channels.get("buffer").expect("the buffer");
    assert_near("throughput", report.throughput_per_s, 62.5, 1e-9);
    assert_eq!((buffer.depth, buffer.max_depth), (20, 20));
    assert_near("mean depth", buffer.mean_depth, 20.0, 1e-9);
    assert_near("share of time full", buffer.full_share, 1.0, 1e-9);
    assert!(report.expectations[0].met, "nothing is dropped");
}

#[test]
fn overflow_policies_lose_a_third_of_the_same_arrivals() {
    let report = run(&example("overflow-policies"), 600 * SECOND);
    let of = |name: &str| *report.channels.get(name).expect(name);
    // A full buffer of 50 turns away what the server cannot take: 1 - 1/1.5 of about 90,000 arrivals; 0.6 % is three deviations.
    let arrivals = (of("newest").taken + of("newest").dropped) as f64;
    assert_near("arrivals", arrivals, 90_000.0, 0.012);
    for name in ["newest", "oldest"] {
        assert_near(name, of(name).dropped as f64 / arrivals, 1.0 / 3.0, 0.02);
        assert!((49.0..=50.0).contains(&of(name).mean_depth) || of(name).mean_depth > 45.0);
    }
    assert_eq!(of("waits").dropped, 0);
    let door = f64::from(of("waits").waiting_senders);
    assert_near("senders at the door", door, arrivals / 3.0, 0.03);
}

#[test]
fn mm1_takes_five_service_times() {
    let report = run(&example("mm1"), 1000 * SECOND);
    assert_near(
        "mean time in the system",
        report.latency_s.mean,
        0.005,
        0.03,
    );
    assert_near("throughput", report.throughput_per_s, 800.0, 0.01);
}

#[test]
fn lost_update_loses_in_one_variant_and_none_in_the_other() {
    let report = run(&example("lost-update"), 10 * SECOND);
    let of = |name: &str| *report.shared.get(name).expect(name);
    assert_eq!(of("swapped"), 800.0);
    assert!(
        (100.0..700.0).contains(&of("plain")),
        "{} of 800 updates are left",
        of("plain")
    );
    assert!(report.expectations[0].met);
}

#[test]
fn credits_bound_what_is_on_the_way() {
    // A round: the credits act at once, 16 items are 5 ms on their way, and 16 ms are worked: 16 items in 21 ms.
    let report = run(&example("credits"), 30 * SECOND);
    assert_near("throughput", report.throughput_per_s, 16.0 / 0.021, 0.002);
    assert_eq!(report.channels.get("wire").expect("the wire").max_depth, 16);
}

#[test]
fn tandem_is_slower_than_its_stages() {
    // Eight stages of 1000/s with four places between: an oracle is in `theory`; here that pressure travels upstream.
    let report = run_warm(&example("tandem"), 1, 10 * SECOND, 200 * SECOND);
    assert!(
        (700.0..850.0).contains(&known(report.throughput_per_s)),
        "{:?} per second",
        report.throughput_per_s
    );
    let mean = |name: &str| report.channels.get(name).expect(name).mean_depth;
    assert!(
        mean("c1") > 2.3 && mean("c7") < 1.7 && mean("c1") > mean("c4") && mean("c4") > mean("c7")
    );
}

#[test]
fn retries_keep_a_recovered_service_down() {
    for (retries, from, to) in [(3, 0.0, 0.05), (0, 0.95, 1.05)] {
        let text = example("retry-storm").replace(
            "knob retries       = 3 ",
            &format!("knob retries = {retries}"),
        );
        assert!(text.contains(&format!("retries = {retries}")) || retries == 3);
        // The last ten seconds before 180 s: replies in time over requests first made, a thousand a second.
        let report = run_warm(&text, 1, 170 * SECOND, 180 * SECOND);
        let share = known(report.goodput_per_s) / 1000.0;
        assert!(
            (from..to).contains(&share),
            "with {retries} retries goodput is {share}"
        );
    }
}

#[test]
fn promise_all_times_out_where_a_limit_does_not() {
    let report = run(&example("promise-all"), 60 * SECOND);
    let refused = report.resources.get("db_a").expect("db_a");
    let failures = |name: &str| report.processes.get(name).expect(name).failures;
    // Twenty connections of 20 ms serve a thousand a second for two seconds.
    assert_near(
        "timeouts of 10,000",
        failures("query_all") as f64,
        8000.0,
        0.02,
    );
    assert_eq!(failures("query_limited"), 0);
    let reasons = report.failures.get("connection timeout");
    assert_eq!(reasons, Some(&failures("query_all")));
    // Nothing happens after ten seconds, but rates are over the horizon.
    assert_eq!((report.ended, report.time_s), (Ended::Idle, 60.0));
    assert_near("throughput", report.throughput_per_s, 200.0, 0.02);
    assert_eq!(refused.waiting, 0);
    assert_eq!(report.printed.len(), 2);
}

#[test]
fn tcp_window_is_the_smaller_of_window_over_round_trip_and_reading() {
    let base = example("tcp-window");
    let item = 1024.0;
    for (window, window_bytes) in [
        ("16KiB", 16384.0),
        ("64KiB", 65536.0),
        ("256KiB", 262_144.0),
    ] {
        for (delay, round_trip) in [("5ms", 0.01), ("20ms", 0.04), ("100ms", 0.2)] {
            for (reading, bytes_per_s) in [("100MB/s", 1e8), ("1MB/s", 1e6)] {
                let text = base
                    .replace("= 64KiB ", &format!("= {window} "))
                    .replace("= 20ms ", &format!("= {delay} "))
                    .replace("= 100MB/s", &format!("= {reading}"));
                let report = run_warm(&text, 1, 2 * SECOND, 10 * SECOND);
                assert_near(
                    &format!("{window}, {delay} one way, read at {reading}"),
                    report.throughput_per_s,
                    f64::min(window_bytes / round_trip, bytes_per_s) / item,
                    0.02,
                );
            }
        }
    }
}

#[test]
fn gil_finishes_threads_at_four_seconds_and_processes_at_one() {
    let report = run(&example("gil"), 10 * SECOND);
    assert_eq!(log_of(&report), "1000 processes: 1s; 4000 threads: 4s");
}

#[test]
fn python_max_pending_holds_the_futures_and_the_memory() {
    for (knob, most) in [("= 50 ", 50_u64), ("= 10 ", 10), ("= 200 ", 200)] {
        let text = example("python-max-pending").replace("= 50 ", knob);
        let report = run(&text, 60 * SECOND);
        let jobs = report.processes.get("job").expect("job").max_activities;
        let ram = report.memories.get("ram").expect("ram");
        // 1 MiB and an item of 1 B for each.
        let peak = most * ((1 << 20) + 1);
        assert_eq!(
            (jobs, ram.peak, ram.ooms),
            (most, peak, 0),
            "max_pending{knob}"
        );
        assert_eq!(report.items.done, 1000);
    }
}

#[test]
fn node_export_piles_up_where_write_is_ignored_and_stays_at_the_mark_where_it_is_not() {
    let report = run(&example("node-export"), 30 * SECOND);
    let of = |name: &str| *report.channels.get(name).expect(name);
    assert!(of("ignoring").bytes > 700_000_000, "{:?}", of("ignoring"));
    let (mark, row) = (16 * 1024, 400);
    assert!(of("piping").max_bytes < mark + row, "{:?}", of("piping"));
    let container = report.memories.get("container").expect("container");
    assert!(
        container.peak > 700_000_000 && container.ooms == 0,
        "{container:?}"
    );
}

#[test]
fn event_loop_fails_as_many_checks_as_the_workload_of_an_md1_queue_says() {
    // The check waits for the work that is there: M/D/1 with 800 ms at 0.5/s. P(workload > 499 ms) is 0.230.
    let seeds = [1, 2, 3, 4];
    let shares = seeds.map(|seed| {
        let report = run_seed(&example("event-loop"), seed, 40_000 * SECOND);
        *report.failures.get("unhealthy").expect("some fail") as f64 / 40_000.0
    });
    let mean = shares.iter().sum::<f64>() / 4.0;
    assert!(
        (mean - 0.230).abs() < 0.004,
        "{shares:?} of the checks fail"
    );
}

#[test]
fn kafka_slow_group_falls_behind_by_what_it_cannot_do() {
    let report = run(&example("kafka-slow-group"), 1200 * SECOND);
    let lag = |name: &str| report.groups.get(name).expect(name).lag as f64;
    // 2,000 a second come, two members do one in 1.2 ms each.
    let behind = (2000.0 - 2.0 / 1.2e-3) * 1200.0;
    assert_near("lag of audit", lag("audit"), behind, 0.02);
    assert!(lag("analytics") < 50.0, "{}", lag("analytics"));
    assert_eq!((report.items.lost, report.items.redelivered), (0, 0));
}

#[test]
fn kafka_poll_interval_rebalances_for_ever_at_500_records_and_not_at_50() {
    let run_with = |records: &str| {
        let text = example("kafka-poll-interval").replace("= 500 ", &format!("= {records} "));
        let report = run(&text, 4 * 3600 * SECOND);
        let group = report.groups.get("billing").expect("billing").clone();
        (report.items, group)
    };
    let (items, group) = run_with("500");
    assert!(
        group.rebalances > 50 && group.redelivered > 50_000,
        "{group:?}"
    );
    assert_eq!(
        (items.lost, items.done),
        (0, 0),
        "nothing is committed, nothing is lost"
    );
    let (items, group) = run_with("50");
    assert_eq!((group.rebalances, group.redelivered, items.lost), (1, 0, 0));
    assert!(group.lag < 50, "it has caught up: {}", group.lag);
}

#[test]
fn sqs_lambda_tramples_the_database_at_800_and_not_at_50() {
    let run_with = |concurrency: &str| {
        let text = example("sqs-lambda").replace("= 800 ", &format!("= {concurrency} "));
        run(&text, 2400 * SECOND)
    };
    let herd = run_with("800");
    let of = |report: &highwater::measure::report::Report| {
        let images = *report.queues.get("images").expect("images");
        let db = *report.resources.get("db").expect("db");
        let lambda = *report.processes.get("lambda").expect("lambda");
        (images, db, lambda)
    };
    let (images, db, lambda) = of(&herd);
    assert!(lambda.max_activities >= 750, "{lambda:?}");
    assert!(
        db.refused > 50_000 && images.redelivered > 50_000,
        "{db:?} {images:?}"
    );
    assert!(images.dead_lettered > images.deleted, "{images:?}");
    let (images, db, lambda) = of(&run_with("50"));
    assert_eq!((lambda.max_activities, db.refused), (50, 0));
    assert_eq!((images.redelivered, images.dead_lettered), (0, 0));
    assert!(images.sent - images.deleted < 20, "{images:?}");
}
