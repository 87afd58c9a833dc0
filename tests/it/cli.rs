//! The command line as others call it: exit codes, JSON, refusals.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::io::Write;
use std::process::{Child, Command, Stdio};

use serde_json::Value;

/// What a call gave: exit code, standard output, standard error.
pub(crate) struct Outcome {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Outcome {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.out)
            .unwrap_or_else(|error| panic!("not JSON ({error}): {}{}", self.out, self.err))
    }
}

/// Calls `highwater` with these arguments and this text on standard input.
pub(crate) fn call(arguments: &[impl AsRef<OsStr>], text: &str) -> Outcome {
    let mut child = Command::new(env!("CARGO_BIN_EXE_highwater"))
        .args(arguments)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary starts");
    // It may not read it, and then closes the pipe: that is no matter.
    let _ = child
        .stdin
        .take()
        .expect("a pipe")
        .write_all(text.as_bytes());
    ended(child)
}

/// What came of a call, when it is at its end.
pub(crate) fn ended(child: Child) -> Outcome {
    let output = child.wait_with_output().expect("the binary ends");
    Outcome {
        code: output.status.code().expect("no signal ended it"),
        out: String::from_utf8(output.stdout).expect("text"),
        err: String::from_utf8(output.stderr).expect("text"),
    }
}

/// Meets its expectation or not, as its knob stands.
const TEXT: &str = "knob n = 2 from 0 to 10 \"How many\"
knob rate = 100/s from 1/s to 1k/s
channel ch unbounded
resource r permits 1
shared s = 3
process p { repeat n { with r { sleep 1/rate; send ch } } receive ch; done; print \"end\" }
expect done >= 1
";

fn text() -> String {
    TEXT.replace("} } receive", "} }; receive")
}

#[test]
fn exit_codes() {
    let stopped = "process p { forever { } }";
    let rows: &[(&str, &[&str], &str, i32)] = &[
        ("fine", &["run", "-"], &text(), 0),
        (
            "an expectation was missed",
            &["run", "-", "--set", "n=0", "--until", "1s"],
            &text(),
            1,
        ),
        (
            "the text is wrong",
            &["run", "-"],
            "process p { send nowhere }",
            2,
        ),
        ("the run was stopped", &["run", "-"], stopped, 3),
        (
            "the run was stopped, in JSON",
            &["run", "-", "--json"],
            stopped,
            3,
        ),
        ("no such file", &["run", "no/such/file.hw"], "", 2),
        ("no such command", &["fly", "-"], "", 2),
        ("no command", &[], "", 2),
        ("no file", &["run"], "", 2),
        ("two files to run", &["run", "-", "-"], "", 2),
        ("no such option", &["run", "-", "--fast"], &text(), 2),
        (
            "an option without its value",
            &["run", "-", "--until"],
            &text(),
            2,
        ),
        (
            "a seed that is none",
            &["run", "-", "--seed", "x"],
            &text(),
            2,
        ),
        (
            "a horizon without a unit",
            &["run", "-", "--until", "60"],
            &text(),
            2,
        ),
        ("no such knob", &["run", "-", "--set", "m=1"], &text(), 2),
        (
            "out of the knob's range: a warning",
            &["run", "-", "--set", "n=11"],
            &text(),
            0,
        ),
        (
            "another unit than the knob's",
            &["run", "-", "--set", "rate=5ms"],
            &text(),
            2,
        ),
        ("no value", &["run", "-", "--set", "rate"], &text(), 2),
        ("not a number", &["run", "-", "--set", "n=nan"], &text(), 2),
        ("check: fine", &["check", "-"], &text(), 0),
        ("check: wrong", &["check", "-"], "channel", 2),
        ("help", &["--help"], "", 0),
        ("version", &["--version"], "", 0),
    ];
    for (what, arguments, text, code) in rows {
        let outcome = call(arguments, text);
        assert_eq!(
            outcome.code, *code,
            "{what}: {}{}",
            outcome.out, outcome.err
        );
        assert!(
            *code < 2 || !(outcome.out.clone() + &outcome.err).is_empty(),
            "{what}: it says nothing"
        );
        assert!(!outcome.err.contains("panicked"), "{what}: {}", outcome.err);
    }
}

#[test]
fn the_json_has_the_keys_of_the_language_page() {
    let report = call(
        &["run", "-", "--json", "--seed", "7", "--until", "2s"],
        &text(),
    )
    .json();
    let keys = |value: &Value, expected: &str, what: &str| {
        for key in expected.split(' ') {
            assert!(value.get(key).is_some(), "{what} has no '{key}': {value}");
        }
    };
    keys(
        &report,
        "scenario seed time_s events digest items throughput_per_s goodput_per_s latency_s channels resources processes shared printed expectations ended standstill error",
        "the report",
    );
    keys(
        &report["items"],
        "produced done dropped failed lost in_flight redelivered",
        "items",
    );
    keys(
        &report["latency_s"],
        "count mean p50 p90 p99 p999 max",
        "latency_s",
    );
    keys(
        &report["channels"]["ch"],
        "depth mean_depth max_depth in out rejected dropped max_waiting_senders send_waits full_share max_bytes",
        "a channel",
    );
    keys(
        &report["resources"]["r"],
        "in_use max_in_use utilisation waiting max_waiting refused",
        "a resource",
    );
    keys(
        &report["processes"]["p"],
        "activities max_activities share",
        "a process",
    );
    keys(
        &report["processes"]["p"]["share"],
        "sleeping working cpu_wait resource_wait sending receiving awaiting",
        "shares",
    );
    keys(&report["printed"][0], "t_s by text", "a printed line");
    keys(&report["expectations"][0], "text met", "an expectation");
    assert_eq!(report["seed"], 7);
    assert_eq!(
        report["time_s"], 2.0,
        "the horizon, although the run ends idle"
    );
    assert_eq!(report["ended"], "idle");
    keys(
        &report["standstill"],
        "since_s stuck summary circle waits more_places",
        "a run that stands still",
    );
    assert_eq!(report["error"], Value::Null);
    assert_eq!(report["shared"]["s"], 3.0);
    assert_eq!(report["expectations"][0]["text"], "done >= 1");
    let digest = report["digest"].as_str().expect("a digest");
    let again = call(
        &["run", "-", "--json", "--seed", "7", "--until", "2s"],
        &text(),
    )
    .json();
    assert_eq!(again["digest"], digest, "the same call, another digest");
}

#[test]
fn a_stopped_run_still_reports() {
    let report = call(
        &["run", "-", "--json"],
        "process p {\n  done\n  forever { }\n}",
    )
    .json();
    assert_eq!(report["ended"], "error");
    assert_eq!(report["error"]["line"], 3);
    assert_eq!(
        report["items"]["done"], 1,
        "what was measured so far stays readable"
    );
}

#[test]
fn errors_are_a_json_list() {
    for command in ["run", "check"] {
        let outcome = call(
            &[command, "-", "--json"],
            "channel a capacity 1\nprocess p { send aa }\nprocess q { receive bb }",
        );
        assert_eq!(outcome.code, 2);
        let errors = outcome.json();
        let errors = errors.as_array().expect("a list");
        assert_eq!(errors.len(), 2, "{errors:?}");
        assert_eq!(
            (&errors[0]["line"], &errors[1]["line"]),
            (&2.into(), &3.into())
        );
        for key in [
            "line",
            "column",
            "end_line",
            "end_column",
            "message",
            "help",
        ] {
            assert!(
                errors.iter().all(|error| error.get(key).is_some()),
                "no '{key}' in {errors:?}"
            );
        }
    }
    assert_eq!(
        call(&["check", "-", "--json"], &text()).json(),
        serde_json::json!([])
    );
}

#[test]
fn several_files_are_checked_and_each_is_named() {
    let outcome = call(&["check", "www/examples/mm1.hw", "www/examples/gil.hw"], "");
    assert_eq!(outcome.code, 0);
    assert!(
        outcome.out.contains("mm1.hw") && outcome.out.contains("gil.hw"),
        "{}",
        outcome.out
    );
    let outcome = call(
        &[
            "check",
            "www/examples/mm1.hw",
            "Cargo.toml",
            "www/examples/gil.hw",
        ],
        "",
    );
    assert_eq!(outcome.code, 2);
    assert!(
        outcome.out.contains("gil.hw") && outcome.err.contains("Cargo.toml"),
        "{}{}",
        outcome.out,
        outcome.err
    );
    // One list also for several files.
    let errors = call(&["check", "--json", "Cargo.toml", "Makefile"], "").json();
    let errors = errors.as_array().expect("a list");
    let files: BTreeSet<&str> = errors
        .iter()
        .filter_map(|error| error["file"].as_str())
        .collect();
    assert_eq!(files, BTreeSet::from(["Cargo.toml", "Makefile"]));
}

#[test]
fn fmt_checks_and_prints() {
    let untidy = "process p {\nsleep 1ms\n}\n";
    let tidy = call(&["fmt", "-"], untidy);
    assert_eq!(tidy.code, 0);
    assert_ne!(tidy.out, untidy);
    assert_eq!(call(&["fmt", "-", "--check"], untidy).code, 1);
    assert_eq!(
        call(&["fmt", "-", "--check"], &tidy.out).code,
        0,
        "what fmt wrote is tidy"
    );
    assert_eq!(call(&["fmt", "-"], "process {").code, 2);
}

/// The printed report says who waits for whom, each place in the JSON has its keys, and neither changes the exit code.
#[test]
fn a_run_that_stands_still_says_so() {
    let text = "channel a capacity 1\nchannel b capacity 1
        process p { repeat 9 { sleep 1ms; send a }; forever { receive b; done } }
        process q { forever { receive a; send b } }";
    let printed = call(&["run", "-"], text);
    let expected = "stands still since 4ms, in a circle: p -> a -> q -> b -> p
  p waits to send to a at line 3 since 4ms; only q could receive from it
  q waits to send to b at line 4 since 2ms; only p could receive from it
";
    assert!(printed.out.contains(expected), "{}", printed.out);
    let json = call(&["run", "-", "--json"], text);
    assert_eq!((printed.code, json.code), (0, 0));
    let first = &json.json()["standstill"]["waits"][0];
    for key in "process activities line waits_for of since_s helpers text".split(' ') {
        assert!(first.get(key).is_some(), "a place has no '{key}': {first}");
    }
}

#[test]
fn a_trace_has_a_line_for_each_event_and_the_same_digest() {
    let path = std::env::temp_dir().join(format!("highwater-trace-{}", std::process::id()));
    let file = path.to_str().expect("a path");
    let traced = call(&["run", "-", "--json", "--trace", file], &text()).json();
    let plain = call(&["run", "-", "--json"], &text()).json();
    let lines = std::fs::read_to_string(&path).expect("a trace");
    std::fs::remove_file(&path).expect("it can go");
    assert_eq!(traced["digest"], plain["digest"]);
    let shown: Vec<&str> = lines.lines().take(4).collect();
    let expected = [
        "0.000000000s p#1 line 6: acquires r",
        "0.000000000s p#1 line 6: sleeps for 10ms",
        "0.010000000s p#1 line 6: sends to ch",
        "0.010000000s p#1 line 6: releases 1 permit of r",
    ];
    assert_eq!(shown, expected, "{lines}");
}

#[test]
fn a_warm_up_leaves_its_time_out_of_rates_but_not_out_of_the_ledger() {
    let text = "process p { every 10ms { done } }; at 5s { produce; sleep 1h }";
    let report = call(
        &["run", "-", "--json", "--until", "10s", "--warmup", "9s"],
        text,
    )
    .json();
    assert_eq!(report["items"]["done"], 1000);
    assert_eq!(report["throughput_per_s"], 100.0);
}

/// What a sweep over `n` prints, without the blanks between columns.
fn swept(arguments: &[&str]) -> Vec<String> {
    let outcome = call(&[&["sweep", "-"], arguments].concat(), &text());
    assert_eq!(outcome.code, 0, "{}{}", outcome.out, outcome.err);
    let lines = outcome.out.lines();
    lines
        .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect()
}

#[test]
fn a_sweep_is_a_table_with_a_line_for_each_value() {
    let table = swept(&[
        "--over",
        "n=0,1,4",
        "--set",
        "rate=10/s",
        "--until",
        "2s",
        "--show",
        "done",
        "--show",
        "channels/ch/in per s",
        "--show",
        "/shared/s",
    ]);
    assert_eq!(
        table,
        [
            "n done channels/ch/in per s /shared/s",
            "0 0 0 3",
            "1 1 0.5 3",
            "4 1 2 3"
        ]
    );
}

#[test]
fn a_sweep_without_measures_shows_the_usual_ones_and_what_is_shared() {
    assert_eq!(
        swept(&["--over", "n=2", "--until", "1s"]),
        ["n throughput goodput p50 p99 shared/s", "2 1 1 0.01 0.01 3"]
    );
}

#[test]
fn a_range_is_spread_by_ratio_on_a_logarithmic_knob_and_evenly_on_another() {
    let values = |knob: &str, over: &str, points: &str| {
        let knob = format!("{knob}\nprocess p {{ sleep 1s }}");
        let arguments = [
            "sweep", "-", "--csv", "--over", over, "--points", points, "--show", "done", "--until",
            "1ms",
        ];
        let lines = call(&arguments, &knob).out;
        let firsts = lines.lines().skip(1).map(|line| line.split(',').next());
        firsts
            .map(|first| first.unwrap_or_default().to_owned())
            .collect::<Vec<String>>()
            .join(" ")
    };
    let rows = [
        (
            "knob k = 1 from 1 to 128 log",
            "k=1..128",
            "8",
            "1 2 4 8 16 32 64 128",
        ),
        ("knob k = 1 from 1 to 8 log", "k=1..8", "8", "1 2 3 4 6 8"),
        (
            "knob k = 1 from 0 to 500",
            "k=0..500",
            "8",
            "0 71 143 214 286 357 429 500",
        ),
        (
            "knob k = 1ms from 0ms to 1s",
            "k=0ms..100ms",
            "5",
            "0 0.025 0.05 0.075 0.1",
        ),
        (
            "knob k = 1ms from 1ms to 1s log",
            "k=1ms..1s",
            "4",
            "0.001 0.01 0.1 1",
        ),
        (
            "knob k = 10 from 0 to 100 step 10",
            "k=0..100",
            "4",
            "0 30 70 100",
        ),
        (
            "knob k = 64KiB from 1KiB to 1MiB log",
            "k=1KiB..1MiB",
            "3",
            "1024 32768 1048576",
        ),
        ("knob k = 50% from 0% to 100%", "k=0%..100%", "3", "0 0.5 1"),
        ("knob k = 1 from 0 to 500", "k=500..0", "3", "500 250 0"),
    ];
    for (knob, over, points, expected) in rows {
        assert_eq!(values(knob, over, points), expected, "{knob}, {over}");
    }
}

#[test]
fn a_warm_up_is_left_out_of_what_grew() {
    let text = "knob n = 1 from 0 to 9\nshared hits = 100\nprocess p { every 10ms { if now >= 1s { hits = hits + n } } }";
    let arguments = [
        "sweep",
        "-",
        "--json",
        "--over",
        "n=0,3",
        "--until",
        "3s",
        "--warmup",
        "2s",
        "--show",
        "shared/hits per s",
    ];
    let table = call(&arguments, text).json();
    assert_eq!(table["knob"], "n");
    assert_eq!(table["measures"][0], "shared/hits per s");
    assert_eq!(table["rows"][0]["figures"], serde_json::json!([0.0]));
    assert_eq!(
        table["rows"][1],
        serde_json::json!({"value": "3", "number": 3.0, "figures": [300.0], "error": null})
    );
}

#[test]
fn a_sweep_that_cannot_be_says_what_there_is() {
    let rows: &[(&[&str], &str)] = &[
        (&[], "--over workers=1,2,4,8"),
        (&["--over", "n"], "'n' has no '='"),
        (&["--over", "m=1"], "no such knob; it has n, rate"),
        (
            &["--over", "n=1", "--points", "3"],
            "a range is --over n=A..B",
        ),
        (&["--over", "n=1..2", "--points", "1"], "from 2 to"),
        (&["--over", "n=1", "--over", "rate=1/s"], "one knob"),
        (&["--over", "n=1", "--set", "n=1"], "--over says"),
        (&["--over", "rate=5ms"], "rate"),
        (&["--over", "n=1", "--show", "thoughput"], "it has channels"),
        (&["--over", "n=1", "--show", "shared/x"], "shared has s"),
        (
            &["--over", "n=1", "--show", "items"],
            "no number; items has done",
        ),
        (&["--over", "n=1", "--show", "failures/x"], "failures has"),
    ];
    for (arguments, said) in rows {
        let outcome = call(&[&["sweep", "-"], *arguments].concat(), &text());
        assert_eq!(outcome.code, 2, "{arguments:?}");
        assert!(outcome.err.contains(said), "{arguments:?}: {}", outcome.err);
    }
}

#[test]
fn a_sweep_goes_on_after_a_run_that_was_stopped() {
    let text =
        "knob n = 0 from 0 to 1\nprocess p { done; while n == 1 { }; if n == 2 { fail \"a/b\" } }";
    let arguments = [
        "sweep",
        "-",
        "--over",
        "n=1,0",
        "--show",
        "done",
        "--show",
        "failures/a/b",
    ];
    let outcome = call(&arguments, text);
    assert_eq!(outcome.code, 3);
    let lines: Vec<&str> = outcome.out.lines().map(str::trim).collect();
    assert_eq!(lines.len(), 4, "{}", outcome.out);
    assert_eq!(lines[2].split_whitespace().last(), Some("0"));
    assert!(
        lines[3].starts_with("1: stopped at line 2: "),
        "{}",
        lines[3]
    );
}

/// As `highwater … | head` does, whose end may come before ours.
#[test]
fn a_reader_that_goes_away_is_no_error() {
    for arguments in [
        &["run", "www/examples/mm1.hw", "--until", "1s", "--json"][..],
        &["run", "www/examples/mm1.hw", "--until", "1s"],
        &["check", "www/examples/mm1.hw"],
        &["--help"],
    ] {
        let mut child = Command::new(env!("CARGO_BIN_EXE_highwater"))
            .args(arguments)
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary starts");
        drop(child.stdout.take());
        let output = child.wait_with_output().expect("the binary ends");
        assert_eq!(output.status.code(), Some(0), "{arguments:?}");
        assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{arguments:?}");
    }
}
