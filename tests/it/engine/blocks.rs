//! Blocks and how they are left: loops, with, within, try, retry, fail, stop.

use crate::support::{SECOND, log_of, prints, run};

#[test]
fn loops() {
    prints(&[
        (
            "repeat counts from 0; its count is evaluated once, on entry",
            r#"process p { let n = 2; repeat n as i { n = 10; print "{i}" }; repeat 0 { print "no" } }"#,
            "0 0; 0 1",
        ),
        (
            "break leaves the innermost loop and returns permits on the way",
            r#"resource r permits 1
            process p { repeat 2 { forever { with r { break } }; print "{free(r)}" }; while 1 { break }; print "end" }"#
                .trim_end(),
            "0 1; 0 1; 0 end",
        ),
        (
            "stop ends the activity and returns permits",
            r#"resource r permits 1
            process p { with r { stop }; print "no" }; process q { sleep 1ms; print "{free(r)}" }"#,
            "1 1",
        ),
        (
            "stop in an every body ends that body only",
            r#"process p { every 20s { print "tick"; stop } }"#,
            "20000 tick; 40000 tick; 60000 tick",
        ),
        (
            "every and spawn bodies get copies of the lets around them",
            r#"process p { let n = 1; spawn { sleep 2ms; n = n + 10; print "{n}" }; n = 5; sleep 1ms; print "{n}"; sleep 2ms; print "{n}" }"#,
            "1 5; 2 11; 3 5",
        ),
        (
            "assignment reaches the nearest let, else a shared",
            r#"shared n = 1
            process p { n = n + 1; let m = 10; m = m + 1; if 1 { m = m + 1 }; print "{m}" }; process q { print "{n}" }"#,
            "0 12; 0 2",
        ),
        (
            "the first tick comes after one interval; bodies overlap",
            r#"process p { every 20s { print "a"; sleep 30s; print "b" } }"#,
            "20000 a; 40000 a; 50000 b; 60000 a",
        ),
    ]);
}

#[test]
fn failures() {
    prints(&[
        (
            "a failure returns the permits of each with, to the nearest try",
            r#"resource r permits 2
            process p { try { with r { with r { fail "x" } } } else { print "{free(r)}" } }"#,
            "0 2",
        ),
        (
            "the else of other statements catches only what that statement itself could not do",
            r#"resource r permits 1
            process p { try { with r { fail } else { print "no" } } else { print "outer" } }"#,
            "0 outer",
        ),
        (
            "retry N: once and N times again",
            r#"process p { let n = 0; retry 3 { n = n + 1; fail } else { print "{n} tries" } }"#,
            "0 4 tries",
        ),
        (
            "retry ends with the first success",
            r#"process p { let n = 0; retry 5 { n = n + 1; if n < 3 { fail } } else { print "no" }; print "{n}" }"#,
            "0 3",
        ),
        (
            "backoff D times F up to D",
            r#"process p { retry 4 backoff 10ms times 2 up to 30ms { print "try"; fail } else { print "over" } }"#,
            "0 try; 10 try; 30 try; 60 try; 90 try; 90 over",
        ),
        (
            "retry without else fails outward; nested retries",
            r#"process p { let n = 0; retry 1 { retry 1 { n = n + 1; fail } } else { print "{n}" } }"#,
            "0 4",
        ),
        (
            "a process that fails starts its body again, its lets anew",
            r#"shared tries = 0
            process p { let n = 0; n = n + 1; tries = tries + 1; sleep 1ms; print "{n} {tries}"; if tries < 3 { fail } }"#,
            "1 1 1; 2 1 2; 3 1 3",
        ),
        (
            "a task that fails ends",
            r#"task t { sleep 1ms; print "t"; fail }; process p { spawn t; await all; print "gone at {now}" }"#,
            "1 t; 1 gone at 1ms",
        ),
        (
            "a failed send keeps the item in hand",
            r#"channel ch capacity 1 overflow reject
            process p { send ch; produce key 8; try { send ch } else { print "{key}" } }"#,
            "0 8",
        ),
    ]);
}

#[test]
fn deadlines() {
    prints(&[
        (
            "within abandons its block where it stands and returns the permits inside",
            r#"resource r permits 1
            process p { within 5ms { with r { sleep 1s; print "no" } } else { print "late, {free(r)} free" } }"#,
            "5 late, 1 free",
        ),
        (
            "a block that is through in time has no deadline any more",
            r#"process p { within 5ms { sleep 4ms } else { print "no" }; sleep 10ms; print "end" }"#,
            "14 end",
        ),
        (
            "with no else it fails",
            r#"process p { try { within 5ms { sleep 1s } } else { print "failed" } }"#,
            "5 failed",
        ),
        (
            "nested: the outer deadline may be earlier",
            r#"process p { within 5ms { within 50ms { sleep 1s } else { print "no" } } else { print "outer" }; sleep 100ms; print "end" }"#,
            "5 outer; 105 end",
        ),
        (
            "nested: the inner one first, then the outer",
            r#"process p { within 20ms { within 5ms { sleep 1s } else { print "inner" }; sleep 1s } else { print "outer" } }"#,
            "5 inner; 20 outer",
        ),
        (
            "waits are cancelled: a call's reply, a line of senders, of permits, a condition",
            r#"channel ch capacity 0
            resource r permits 0
            shared n = 0
            process p { within 1ms { send ch } else { print "send" }; discard
                        within 1ms { call ch } else { print "call" }
                        within 1ms { acquire r } else { print "acquire" }
                        within 1ms { await n == 1 } else { print "await" }
                        within 1ms { receive ch } else { print "receive" }
                        within 1ms { spawn { sleep 10ms }; await all } else { print "all" }
                        within 1ms { select { receive ch { }; send ch { } } } else { print "select" }
                        release r; n = 1; offer ch { print "no" } else { print "{free(r)} {len(r)}" } }"#,
            "1 send; 2 call; 3 acquire; 4 await; 5 receive; 6 all; 7 select; 7 1 0",
        ),
        (
            "within in a retry: the backoff is waited for, even if something was handed over at the deadline",
            r#"channel ch capacity 1
            process s { sleep 10ms; send ch }
            process p { let n = 0; retry 1 backoff 1s { n = n + 1; print "try {n}"; within 10ms { receive ch; sleep 1s } } else { print "over" } }"#,
            "0 try 1; 1010 try 2; 1020 over",
        ),
        (
            "a deadline of nothing",
            r#"process p { within 0ms { sleep 1ms; print "no" } else { print "at once" } }"#,
            "0 at once",
        ),
    ]);
}

#[test]
fn jitter_draws_evenly_from_nothing_to_the_backoff() {
    let text = r#"process p x 2000 { retry 1 backoff 1s jitter { if now == 0ms { fail }; print "{now}" } else { } }"#;
    let report = run(text, 2 * SECOND);
    let times: Vec<f64> = report.printed.iter().map(|line| line.t_s).collect();
    let mean = times.iter().sum::<f64>() / times.len() as f64;
    // The mean of 2,000 draws from 0 to 1 has a standard deviation of 0.0065.
    assert!((mean - 0.5).abs() < 0.03, "the mean backoff is {mean} s");
    assert!(times.iter().all(|time| (0.0..=1.0).contains(time)));
    assert!(times[0] < 0.01 && times[times.len() - 1] > 0.99);
}

#[test]
fn fail_with_a_probability() {
    let text = "shared failed = 0; process p { repeat 10000 { try { fail 5% } else { failed = failed + 1 }; sleep 1us } }";
    let failed = run(text, SECOND).shared.0[0].1;
    // Standard deviation 21.8.
    assert!(
        (failed - 500.0).abs() < 90.0,
        "{failed} of 10,000 failed at 5 %"
    );
}

#[test]
fn prints_are_filled_in() {
    let text = r#"knob rate = 200/s from 1/s to 1k/s
        process p { print "{1.5s} {20ms + 5us} {64KiB} {rate} {0.1 + 0.2} {7 / 2} {{x}} {5%} {1k} {3 > 2}" }"#;
    assert_eq!(
        log_of(&run(text, SECOND)),
        "0 1.5s 20.005ms 64KiB 200/s 0.3 3.5 {x} 0.05 1000 1"
    );
}

#[test]
fn processes_that_name_one_stream_draw_the_same() {
    let text = r#"process a stream x { repeat 3 { print "{random()}" } }; process b stream x { repeat 3 { print "{random()}" } }; process c { print "{random()}" }"#;
    let report = run(text, SECOND);
    let texts: Vec<&str> = report
        .printed
        .iter()
        .map(|line| line.text.as_str())
        .collect();
    assert_eq!(texts[..3], texts[3..6]);
    assert_ne!(texts[0], texts[6]);
}

#[test]
fn expectations() {
    let text = "process p { repeat 3 { done }; discard }; expect done == 3; expect dropped == 0; expect produced > 3";
    let met: Vec<bool> = run(text, SECOND)
        .expectations
        .iter()
        .map(|claim| claim.met)
        .collect();
    assert_eq!(met, [true, false, true]);
}
