//! Runs against closed forms. Every row is played with several seeds; the mean over the seeds must agree with the formula within the
//! half-width of its own confidence interval, and that interval must be narrow enough to mean something.

use crate::support::{SECOND, assert_near, known, run, run_warm};
use highwater::measure::report::Report;

/// Seeds a row is played with.
const SEEDS: u64 = 8;
/// Deviations of the mean that are allowed. With about seventy figures and Student's t of 7 degrees of freedom, a sound engine misses
/// 6.5 somewhere in two of a hundred choices of seeds; the seeds are fixed, so it does so always or never.
const DEVIATIONS: f64 = 6.5;
/// A figure whose interval is wider than this share of it proves nothing.
const WIDTH_MAX: f64 = 0.09;

/// What is compared.
type Figure = (&'static str, f64, fn(&Report) -> f64);

/// A model: its name, its text, and what theory says of it. All run for the same number of seconds after a warm-up.
struct Row {
    name: String,
    text: String,
    seconds: u64,
    figures: Vec<Figure>,
}

/// The mean and its standard error.
fn mean_and_error(values: &[f64]) -> (f64, f64) {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    (mean, (squares / (n - 1.0) / n).sqrt())
}

/// Plays all rows; gives the mean of each one's first figure.
fn agree(rows: &[Row]) -> Vec<f64> {
    let mut wrong = String::new();
    let mut firsts = Vec::new();
    for row in rows {
        let warmup = row.seconds / 10 * SECOND;
        let until = row.seconds * SECOND + warmup;
        let reports: Vec<Report> = (1..=SEEDS)
            .map(|seed| run_warm(&row.text, seed, warmup, until))
            .collect();
        for (at, (what, expected, of)) in row.figures.iter().enumerate() {
            let values: Vec<f64> = reports.iter().map(of).collect();
            let (mean, error) = mean_and_error(&values);
            if at == 0 {
                firsts.push(mean);
            }
            // Figures that do not vary (a throughput that is exact) are held to one part in a thousand.
            let slack = (DEVIATIONS * error).max(1e-3 * expected.abs());
            if (mean - expected).abs() > slack || slack > WIDTH_MAX * expected.abs() {
                wrong.push_str(&format!(
                    "\n{}: {what} is {mean} ± {error}, theory says {expected}",
                    row.name
                ));
            }
        }
        for report in &reports {
            little(&row.name, report, &mut wrong);
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    firsts
}

/// Little's law in the buffer: mean depth = rate through it × mean time in it. The latter is known where items are born as they are
/// sent and done as they are received; else the law holds for the system, with what is in service.
fn little(name: &str, report: &Report, wrong: &mut String) {
    let Some(line) = report.channels.get("line") else {
        return;
    };
    let busy = report.processes.get("server").map_or(0.0, |server| {
        f64::from(server.activities) * known(server.share.sleeping)
    });
    let inside = line.mean_depth + busy;
    let law = known(report.throughput_per_s) * known(report.latency_s.mean);
    // Exact but for what is inside at both ends of the measured time.
    if (inside - law).abs() > 0.02 * law + 0.01 {
        wrong.push_str(&format!(
            "\n{name}: {inside} inside, but rate × time is {law}"
        ));
    }
}

fn sojourn(report: &Report) -> f64 {
    known(report.latency_s.mean) * 1e3
}

fn in_line(report: &Report) -> f64 {
    report
        .channels
        .get("line")
        .map_or(f64::NAN, |line| line.mean_depth)
}

fn busy(report: &Report) -> f64 {
    let server = report.processes.get("server").expect("a server");
    f64::from(server.activities) * known(server.share.sleeping)
}

fn lost(report: &Report) -> f64 {
    let line = report.channels.get("line").expect("a line");
    line.dropped as f64 / (line.dropped + line.taken) as f64
}

/// Arrivals at rate `load × servers` per millisecond into a line, served in `service` (mean 1 ms).
fn queue(load: f64, servers: u32, room: &str, service: &str) -> String {
    let rate = load * f64::from(servers);
    format!(
        "channel line {room}
        process arrivals {{ every exp(1ms / {rate}) {{ send line }} }}
        process server x {servers} {{ forever {{ receive line; sleep {service}; done }} }}"
    )
}

/// The probability that an arrival waits in M/M/c (Erlang C), from Erlang B by its recursion.
fn erlang_c(servers: u32, load: f64) -> f64 {
    let blocking = erlang_b(servers, load * f64::from(servers));
    blocking / (1.0 - load * (1.0 - blocking))
}

/// The probability that an arrival is refused in M/M/c/c.
fn erlang_b(servers: u32, offered: f64) -> f64 {
    (1..=servers).fold(1.0, |blocking, n| {
        offered * blocking / (f64::from(n) + offered * blocking)
    })
}

#[test]
fn one_server_of_any_service_time() {
    // Pollaczek and Khinchine: mean wait = load (1 + cv²) / 2 / (1 - load) service times.
    let kinds = [
        ("M/M/1", "exp(1ms)", 1.0, 1500),
        ("M/D/1", "1ms", 0.0, 600),
        ("M/G/1 lognormal", "lognormal(1ms, 1.5)", 1.5, 4000),
        ("M/E4/1", "erlang(4, 1ms)", 0.5, 800),
        ("M/U/1", "uniform(0ms, 2ms)", 1.0 / 3f64.sqrt(), 800),
    ];
    let rows: Vec<Row> = kinds
        .iter()
        .flat_map(|&(name, service, cv, seconds): &(&str, &str, f64, u64)| {
            [0.5, 0.7].map(|load: f64| {
                let wait = load * (1.0 + cv * cv) / 2.0 / (1.0 - load);
                Row {
                    name: format!("{name} at {load}"),
                    text: queue(load, 1, "unbounded", service),
                    seconds: seconds / 5,
                    figures: vec![
                        ("mean time in the system", wait + 1.0, sojourn),
                        ("mean number in line", load * wait, in_line),
                        ("mean number in service", load, busy),
                    ],
                }
            })
        })
        .collect();
    agree(&rows);
}

#[test]
fn many_servers() {
    let rows: Vec<Row> = [(2, 0.7, 100), (4, 0.8, 80), (16, 0.9, 60)]
        .iter()
        .map(|&(servers, load, seconds)| {
            let wait = erlang_c(servers, load) / (f64::from(servers) * (1.0 - load));
            Row {
                name: format!("M/M/{servers} at {load}"),
                text: queue(load, servers, "unbounded", "exp(1ms)"),
                seconds,
                figures: vec![
                    ("mean time in the system", wait + 1.0, sojourn),
                    (
                        "mean number in line",
                        load * f64::from(servers) * wait,
                        in_line,
                    ),
                    ("mean number in service", load * f64::from(servers), busy),
                ],
            }
        })
        .collect();
    agree(&rows);
}

#[test]
fn one_server_with_room_for_few() {
    // M/M/1/K: K - 1 places in line and one in service; what finds them full is lost.
    let rows: Vec<Row> = [(3, 0.8), (6, 1.2), (11, 1.0)]
        .iter()
        .map(|&(k, load): &(u32, f64)| {
            let weights: Vec<f64> = (0..=k).map(|n| load.powi(n as i32)).collect();
            let sum: f64 = weights.iter().sum();
            let blocked = weights[k as usize] / sum;
            let number: f64 = (0..=k)
                .map(|n| f64::from(n) * weights[n as usize] / sum)
                .sum();
            let serving = 1.0 - weights[0] / sum;
            Row {
                name: format!("M/M/1/{k} at {load}"),
                text: queue(
                    load,
                    1,
                    &format!("capacity {} overflow drop_newest", k - 1),
                    "exp(1ms)",
                ),
                seconds: 240,
                figures: vec![
                    ("share lost", blocked, lost),
                    ("mean number in line", number - serving, in_line),
                    ("mean number in service", serving, busy),
                ],
            }
        })
        .collect();
    agree(&rows);
}

#[test]
fn lines_without_places() {
    // M/M/c/c: permits that are refused when none is free; Erlang's B, whatever the service time's distribution.
    fn refused(report: &Report) -> f64 {
        report.items.dropped as f64 / (report.items.dropped + report.items.done) as f64
    }
    fn in_use(report: &Report) -> f64 {
        let pool = report.resources.get("trunks").expect("trunks");
        known(pool.utilisation) * pool.permits as f64
    }
    let rows: Vec<Row> = [(1, 0.5, "exp(1ms)"), (4, 3.0, "exp(1ms)"), (10, 12.0, "lognormal(1ms, 1)"), (20, 15.0, "1ms")]
        .iter()
        .map(|&(trunks, offered, service)| {
            let blocking = erlang_b(trunks, offered);
            Row {
                name: format!("M/G/{trunks}/{trunks} offered {offered}, {service}"),
                text: format!(
                    "resource trunks permits {trunks} when_full refuse
                    process arrivals {{ every exp(1ms / {offered}) {{ with trunks {{ sleep {service}; done }} else {{ discard }} }} }}"
                ),
                seconds: 25,
                figures: vec![
                    ("share refused", blocking, refused),
                    ("mean number in use", offered * (1.0 - blocking), in_use),
                ],
            }
        })
        .collect();
    agree(&rows);
}

#[test]
fn a_shared_processor() {
    // M/G/1 processor sharing: the mean time in the system is service / (1 - load), whatever the service time's distribution; in order,
    // it would be twice that for this lognormal. A quantum of a twentieth of the mean comes within 3 % of it.
    fn working(report: &Report) -> f64 {
        report
            .cpus
            .get("c")
            .map_or(f64::NAN, |cpu| known(cpu.utilisation))
    }
    let rows: Vec<Row> = ["exp(1ms)", "1ms", "lognormal(1ms, 1.5)"]
        .iter()
        .map(|service| Row {
            name: format!("M/G/1-PS, {service}"),
            text: format!(
                "cpu c cores 1 slice 50us
                process arrivals {{ every exp(1ms / 0.6) {{ work {service} on c; done }} }}"
            ),
            seconds: 20,
            figures: vec![("share of time at work", 0.6, working)],
        })
        .collect();
    agree(&rows);
    for row in &rows {
        let means: Vec<f64> = (1..=SEEDS)
            .map(|seed| sojourn(&run_warm(&row.text, seed, SECOND, 150 * SECOND)))
            .collect();
        let (mean, error) = mean_and_error(&means);
        assert!(
            (mean / 2.5 - 1.0).abs() < 0.03,
            "{}: {mean} ± {error}, theory says 2.5",
            row.name
        );
    }
}

#[test]
fn many_cores() {
    // M/M/c with work on the cores of one processor.
    let rows: Vec<Row> = [(2, 0.7), (8, 0.9)]
        .iter()
        .map(|&(cores, load): &(u32, f64)| {
            let wait = erlang_c(cores, load) / (f64::from(cores) * (1.0 - load));
            Row {
                name: format!("M/M/{cores} of cores at {load}"),
                text: format!(
                    "cpu c cores {cores}
                    process arrivals {{ every exp(1ms / {}) {{ work exp(1ms) on c; done }} }}",
                    load * f64::from(cores)
                ),
                seconds: 60,
                figures: vec![("mean time in the system", wait + 1.0, sojourn)],
            }
        })
        .collect();
    agree(&rows);
}

#[test]
fn two_stages_with_a_finite_buffer() {
    // Saturated first stage, both exponential with equal means, b places between: the number ahead of the second stage, with one that
    // is done and blocked, is a birth and death chain on 0..b+2 with equal rates, so throughput = (b + 2) / (b + 3) per service time.
    fn rate(report: &Report) -> f64 {
        known(report.throughput_per_s)
    }
    fn depth(report: &Report) -> f64 {
        report
            .channels
            .get("between")
            .expect("the buffer")
            .mean_depth
    }
    fn blocked(report: &Report) -> f64 {
        let first = report.processes.get("first").expect("the first");
        known(first.share.sending)
    }
    let rows: Vec<Row> = [0_u32, 1, 4, 16]
        .iter()
        .map(|&b| {
            let states = f64::from(b + 3);
            let mut figures: Vec<Figure> = vec![
                ("throughput", 1000.0 * f64::from(b + 2) / states, rate),
                ("share of time blocked", 1.0 / states, blocked),
            ];
            if b > 0 {
                // In state n (0..b+2) the buffer holds n - 1 of them, at most b.
                let held: u32 = (0..=b + 2).map(|n| n.saturating_sub(1).min(b)).sum();
                figures.push(("mean depth", f64::from(held) / states, depth));
            }
            Row {
                name: format!("two stages, {b} places"),
                text: format!(
                    "channel between capacity {b}
                    process first {{ forever {{ produce; sleep exp(1ms); send between }} }}
                    process second {{ forever {{ receive between; sleep exp(1ms); done }} }}"
                ),
                seconds: 300,
                figures,
            }
        })
        .collect();
    agree(&rows);
}

#[test]
fn blocking_tandems_as_other_simulators_have_them() {
    // No closed form: the same models in SimPy 4.1.2 (processes and `Store`s of two) and Ciw 3.2.7 (queue_capacities inf, 2, 1;
    // servers 1, 2, 1), ten seeds each, run once by hand; mean and standard error of what they gave.
    type Oracle = (&'static str, &'static str, f64, f64, fn(&Report) -> f64);
    let rows: [Oracle; 2] = [
        (
            "SimPy: three stages, saturated, two places between: items per ms",
            "channel a capacity 2
            channel b capacity 2
            process first { forever { produce; sleep exp(1ms); send a } }
            process second { forever { receive a; sleep lognormal(1ms, 1.5); send b } }
            process third { forever { receive b; sleep uniform(0ms, 2ms); done } }",
            0.733_826,
            0.000_367,
            |report| known(report.throughput_per_s) / 1000.0,
        ),
        (
            "Ciw: Poisson arrivals, two servers in the middle, a fixed time at the end: ms in the system",
            "channel door unbounded
            channel a capacity 2
            channel b capacity 1
            process arrivals { every exp(1ms / 0.6) { send door } }
            process first { forever { receive door; sleep exp(1ms); send a } }
            process second x 2 { forever { receive a; sleep exp(1ms / 0.45); send b } }
            process third { forever { receive b; sleep 1.2ms; done } }",
            10.680_6,
            0.104_1,
            sojourn,
        ),
    ];
    for (name, text, expected, their_error, of) in rows {
        let values: Vec<f64> = (1..=SEEDS)
            .map(|seed| of(&run_warm(text, seed, 5 * SECOND, 105 * SECOND)))
            .collect();
        let (mean, error) = mean_and_error(&values);
        let slack = 4.5 * error.hypot(their_error);
        assert!(
            (mean - expected).abs() < slack && slack < 0.08 * expected,
            "{name}: {mean} ± {error} here, {expected} ± {their_error} there"
        );
    }
}

/// Throughput, use and mean line of one exponential server with customers that think in between: mean value analysis, customer by
/// customer (Reiser and Lavenberg 1980). Who comes finds what is there on average with one customer less.
fn closed(customers: u32, think: f64, service: f64) -> (f64, f64, f64) {
    let (mut rate, mut there) = (0.0, 0.0);
    for n in 1..=customers {
        let time_there = service * (1.0 + there);
        rate = f64::from(n) / (think + time_there);
        there = rate * time_there;
    }
    (rate, rate * service, there - rate * service)
}

#[test]
fn one_giant_lock() {
    // A tenth of a worker's work is under the lock: 9 ms beside it, 1 ms in it. The machine-repairman network: ten workers ask for all
    // that it can give, and sixteen get hardly more than ten.
    fn rate(report: &Report) -> f64 {
        known(report.throughput_per_s)
    }
    fn lock(report: &Report) -> &highwater::measure::report::ResourceReport {
        report.resources.get("lock").expect("the lock")
    }
    let rows: Vec<Row> = [1, 2, 4, 8, 16, 32, 64]
        .iter()
        .map(|&workers| {
            let (throughput, used, waiting) = closed(workers, 9.0, 1.0);
            let mut figures: Vec<Figure> = vec![
                ("throughput", 1000.0 * throughput, rate),
                ("share of time held", used, |report| known(lock(report).utilisation)),
            ];
            if workers > 1 {
                figures.push(("mean line", waiting, |report| lock(report).mean_waiting));
            }
            Row {
                name: format!("{workers} workers and one lock"),
                text: format!(
                    "resource lock permits 1
                    process worker x {workers} {{ forever {{ sleep exp(9ms); with lock {{ sleep exp(1ms) }}; done }} }}"
                ),
                seconds: if workers < 4 { 300 } else { 100 },
                figures,
            }
        })
        .collect();
    for (row, found) in rows.iter().zip(agree(&rows)) {
        assert_near(&row.name, found, row.figures[0].1, 0.02);
    }
}

#[test]
fn a_lock_per_row() {
    // The same sixteen workers with a thousand rows: two of them want one row at once so seldom that it costs nothing to speak of.
    let text = |critical: &str| {
        format!(
            "resource row permits 1 per key
            process worker x 16 {{ forever {{ sleep exp(9ms); let k = floor(random() * 1000); {critical}; done }} }}"
        )
    };
    let rate = |critical: &str| {
        let text = text(critical);
        let seeds: Vec<f64> = (1..=SEEDS)
            .map(|seed| known(run_warm(&text, seed, 5 * SECOND, 105 * SECOND).throughput_per_s))
            .collect();
        mean_and_error(&seeds)
    };
    let (locked, locked_error) = rate("with row[k] { sleep exp(1ms) }");
    let (free, free_error) = rate("sleep exp(1ms)");
    let noise = 3.0 * locked_error.hypot(free_error) / free;
    assert!(noise < 0.005, "the noise is {noise}");
    assert!(
        locked > 0.98 * free,
        "{locked} per second with a lock per row, {free} without"
    );
    assert_near("without a lock", free, 1600.0, 0.01);
}

#[test]
fn a_slow_command_holds_up_the_others_by_what_is_left_of_it() {
    // Each second a command of 200 ms takes the one thread, and others call, 1 ms apart, in each round 10 ms later than in the last.
    // Who is alone waits for what is left, within one command's time; of several each also waits for those before him.
    let command_ms = 0.1;
    for others in [1, 5] {
        let text = format!(
            "cpu redis cores 1
            process slow {{ every 1s {{ work 200ms on redis }} }}
            process other x {others} as i {{
              repeat 25 as round {{
                sleep 1s
                let late = round * 10ms + i * 1ms
                spawn {{
                  sleep late
                  let asked = now
                  work {command_ms}ms on redis
                  print \"{{i}} {{late / 1ms}} {{(now - asked) / 1ms}}\"
                }}
              }}
            }}"
        );
        let report = run(&text, 60 * SECOND);
        assert_eq!(report.printed.len(), 25 * others);
        for line in &report.printed {
            let numbers = line.text.split(' ');
            let numbers: Vec<f64> = numbers.map(|n| n.parse().expect("a number")).collect();
            let left_ms = (200.0 - numbers[1]).max(0.0);
            let over_ms = numbers[2] - left_ms;
            assert!(
                (0.0..=command_ms * (numbers[0] + 1.0) + 1e-9).contains(&over_ms),
                "{over_ms} ms more than the {left_ms} ms that were left: {}",
                line.text
            );
        }
    }
}
