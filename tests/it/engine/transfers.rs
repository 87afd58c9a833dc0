//! Items in hand: birth, done, discard, fail, call and reply, select, spawn, for each.

use crate::support::{Row, SECOND, assert_near, prints, run};
use highwater::measure::report::Items;

#[test]
fn calls() {
    prints(&[
        (
            "a call waits until someone is done with its request",
            r#"channel ch capacity 1
            process c { call ch { print "replied" } }
            process s { receive ch; sleep 5ms; done; print "served" }"#,
            "5 served; 5 replied",
        ),
        (
            "else: the request was rejected, failed, dropped, or time is up",
            r#"channel brim capacity 1 overflow reject
            channel fails unbounded
            channel drops capacity 1 overflow drop_oldest
            channel slow unbounded
            process f { receive fails; try { fail } else { }; discard; receive fails; fail }
            process c {
              send brim; call brim { print "no" } else { print "rejected" }
              call fails { print "no" } else { print "discarded" }
              call fails { print "no" } else { print "failed" }
              spawn { sleep 1ms; send drops }
              call drops { print "no" } else { print "dropped" }
              call slow within 5ms { print "no" } else { print "timed out" }
            }"#,
            "0 rejected; 0 discarded; 0 failed; 1 dropped; 6 timed out",
        ),
        (
            "what the caller holds stays in hand",
            r#"channel ch capacity 1
            process c { produce key 5; call ch; print "{key}" }
            process s { receive ch; done }"#,
            "0 5",
        ),
        (
            "a request handed on is answered by who is done with it",
            r#"channel a capacity 1
            channel b capacity 1
            process c { call a { print "replied" } }
            process one { receive a; sleep 1ms; send b }
            process two { receive b; sleep 1ms; done }"#,
            "2 replied",
        ),
        (
            "a call waits for room as a send does, within its time",
            r#"channel ch capacity 1
            process f { send ch; call ch within 10ms { print "no" } else { print "gave up" } }
            process s { sleep 20ms; receive ch; sleep 1ms; receive ch within 5ms { print "no" } else { print "only one was there" } }"#,
            "10 gave up; 26 only one was there",
        ),
    ]);
}

/// A text and the ledger at the end of a minute: produced, done, dropped, failed, in flight.
fn ledgers(rows: &[(&str, &str, [u64; 5])]) {
    for (rule, text, expected) in rows {
        let Items {
            produced,
            done,
            dropped,
            failed,
            in_flight,
            ..
        } = run(text, 60 * SECOND).items;
        assert_eq!(
            [produced, done, dropped, failed, in_flight],
            *expected,
            "produced, done, dropped, failed, in flight: {rule}\n{text}"
        );
    }
}

#[test]
fn the_ledger() {
    ledgers(&[
        (
            "done on a batch finishes all of it",
            "channel ch unbounded; process p { repeat 5 { send ch }; receive ch up to 3; done }",
            [5, 3, 0, 0, 2],
        ),
        (
            "an item in hand when its activity ends is done",
            "process p { produce }",
            [1, 1, 0, 0, 0],
        ),
        (
            "an item in hand is done when another is received",
            "channel ch unbounded; process p { repeat 2 { send ch }; receive ch; receive ch; sleep 2m }",
            [2, 1, 0, 0, 1],
        ),
        (
            "discard drops",
            "process p { produce; discard }",
            [1, 0, 1, 0, 0],
        ),
        (
            "done with nothing in hand makes an item",
            "process p { done }",
            [1, 1, 0, 0, 0],
        ),
        (
            "an uncaught fail in an activity of spawn that holds nothing makes an item",
            "process p { spawn { fail } }",
            [1, 0, 0, 1, 0],
        ),
        (
            "an uncaught fail in a process fails what is in hand and starts the body again",
            "shared n = 0; process p { n = n + 1; sleep 1s; if n > 3 { stop }; produce; fail }",
            [3, 0, 0, 3, 0],
        ),
        (
            "a refused offer keeps the item; the ledger is not touched",
            "channel ch capacity 1 overflow reject; process p { send ch; produce; offer ch { } else { }; sleep 2m }",
            [2, 0, 0, 0, 2],
        ),
        (
            "a call's request that was rejected, or not taken in time, counts as dropped",
            "channel r capacity 0 overflow reject; channel w capacity 0; process p { call r { } else { }; call w within 1s { } else { } }",
            [2, 0, 2, 0, 0],
        ),
        (
            "drop_newest and drop_oldest count as dropped",
            "channel n capacity 2 overflow drop_newest; channel o capacity 2 overflow drop_oldest; process p { repeat 5 { send n }; repeat 5 { send o } }",
            [10, 0, 6, 0, 4],
        ),
        (
            "an activity of every whose body needs an item has its item from its start",
            "resource r permits 1; process p { every 25s { with r { sleep 2m; done } } }",
            [2, 0, 0, 0, 2],
        ),
        (
            "a task that may receive first makes none",
            "channel ch unbounded; process p { spawn { receive ch; done } }",
            [0, 0, 0, 0, 0],
        ),
        (
            "fail with probability 1 and 0",
            "process p { try { produce; fail 0% } else { discard }; try { fail 100% } else { done } }",
            [1, 1, 0, 0, 0],
        ),
        (
            "deadline: what the block took stays in hand",
            "channel ch capacity 1; process p { send ch; within 1s { receive ch; sleep 10s } else { discard } }",
            [1, 0, 1, 0, 0],
        ),
        (
            "producing with an item in hand finishes that first",
            "process p { produce; produce; discard }",
            [2, 1, 1, 0, 0],
        ),
    ]);
}

#[test]
fn time_is_told_apart() {
    // Ten seconds in line to send the request, twenty for the reply, thirty asleep.
    let text = "channel ch capacity 0
        process c { call ch; sleep 30s }
        process s { sleep 10s; receive ch; sleep 20s; done; sleep 30s }";
    let share = run(text, 60 * SECOND).processes.0[0].1.share;
    assert_near("sending", share.sending, 1.0 / 6.0, 1e-9);
    assert_near("awaiting the reply", share.awaiting, 2.0 / 6.0, 1e-9);
    assert_near("sleeping", share.sleeping, 3.0 / 6.0, 1e-9);
}

#[test]
fn throughput_goodput_and_latency() {
    // One a second, each served in 2 s by one of plenty; half of the callers wait 3 s, half 1 s.
    let text = "channel ch unbounded
        process s x 10 { forever { receive ch; sleep 2s; done } }
        process c { every 1s { call ch within 3s } }
        process d { every 1s { call ch within 1s { } else { } } }";
    let report = run(text, 1000 * SECOND);
    assert_near(
        "throughput",
        report.throughput_per_s,
        2.0 * 998.0 / 1000.0,
        1e-9,
    );
    assert_near(
        "goodput: late replies do not count",
        report.goodput_per_s,
        0.998,
        1e-9,
    );
    assert_near("latency of requests", report.latency_s.mean, 2.0, 0.01);
}

#[test]
fn births() {
    // Each row prints the age of the item in hand.
    let rows: &[Row] = &[
        (
            "the first item of an activity of every is born when the activity started",
            r#"process p { every 30s { sleep 5ms; print "{age}"; done; sleep 1ms; print "{age}" ; stop } }"#,
            "30005 5ms; 30006 0ns; 60000 ",
        ),
        (
            "of a process's: now",
            r#"channel ch unbounded; process p { sleep 5ms; send ch; sleep 2ms; receive ch; print "{age}" }"#,
            "7 2ms",
        ),
        (
            "produce: born now",
            r#"process p { spawn { sleep 5ms; produce; sleep 1ms; print "{age}" } }"#,
            "6 1ms",
        ),
        (
            "spawn t with item gives it what is in hand",
            r#"task t { sleep 1ms; print "{key} {age}" }; process p { produce key 3; sleep 1ms; spawn t with item; print "{key}" }"#,
            "1 0; 2 3 2ms",
        ),
    ];
    prints(&rows[1..]);
}

/// One item, one arm: whatever else the hand-over sets in motion.
fn select_and_the_lines_of_others() {
    prints(&[
        (
            "an item in hand that is done at a hand-over frees room for others, not for the arm that is left",
            r#"channel c capacity 1 frees done
            channel a capacity 0
            process f { send c }
            process p { sleep 1ms; receive c; select { receive a { print "a" }; send c { print "no" } }; sleep 1ms; print "{len(c)}" }
            process q { sleep 10ms; send a }"#,
            "10 a; 11 0",
        ),
        (
            "two arms whose room appears in one step: one is taken",
            r#"channel d capacity 1 frees done
            channel c capacity 20B
            process x { produce size 20B; send c }
            process y { produce size 10B; send d }
            process a { sleep 1ms; receive d; send c; print "a" }
            process b { sleep 2ms; produce size 10B; select { send c { print "c" }; send d { print "no" } } }
            process r { sleep 5ms; receive c; print "{len(c)} {len(d)}" }"#,
            "5 2 0; 5 a; 5 c",
        ),
        (
            "two arms that wait for the same: the first has it, once",
            r#"channel c capacity 2
            process x { repeat 2 { send c } }
            process b { sleep 1ms; select { send c { print "one" }; send c { print "no" } } }
            process r { sleep 5ms; receive c up to 2; print "{len(c)}" }"#,
            "5 1; 5 one",
        ),
        (
            "who waits at both ends is met at either, and never by itself",
            r#"channel c capacity 0
            channel w capacity 1 frees done delay 1ms
            process a { repeat 2 { select { send c { print "sent" }; receive c { print "received" } } } }
            process b { sleep 1ms; send c; sleep 1ms; receive c }
            process d { send w; select { send w { print "w" }; receive w { done; sleep 9ms; print "{len(w)}" } } }"#,
            "1 received; 2 sent; 10 0",
        ),
        (
            "an arm that was ready until the item in hand was done: it looks again",
            r#"channel a capacity 0
            channel b capacity 1 frees done
            process f { send b }
            process m { sleep 1ms; receive b; sleep 10ms; select { receive a { print "no" }; after 5ms { print "after" } } }
            process x { sleep 2ms; select { send a { print "no" }; send b { print "b" } } }"#,
            "11 b; 16 after",
        ),
    ]);
}

#[test]
fn selects() {
    prints(&[
        (
            "else runs at once if none is ready; after is a deadline",
            r#"channel a capacity 1
            process p { select { receive a { print "no" } else { print "none" } }
                        select { receive a { print "no" }; after 5ms { print "after" } } }"#,
            "0 none; 5 after",
        ),
        (
            "waits for the first of several and leaves the other lines",
            r#"channel a capacity 1
            channel b capacity 1
            process p { repeat 2 { select { receive a { print "a" }; receive b { print "b" } } } }
            process q { sleep 1ms; send b; sleep 1ms; send a; sleep 1ms; send a; send b; print "{len(a)} {len(b)}" }"#,
            "1 b; 2 a; 3 1 1",
        ),
        (
            "send arms",
            r#"channel a capacity 1
            process p { produce key 4; select { send a { print "sent" } else { print "no" } }
                        produce key 5; select { send a { print "waited" }; after 1s { print "no" } } }
            process r { sleep 7ms; receive a; print "{key}"; sleep 1ms; receive a; print "{key}" }"#,
            "0 sent; 7 4; 7 waited; 8 5",
        ),
        (
            "a closed and empty channel makes its receive arm ready, and that fails",
            r#"channel a capacity 1
            channel b capacity 1
            process p { try { select { receive a { print "no" }; receive b { print "no" } } } else { print "closed" } }
            process c { sleep 2ms; close b }"#,
            "2 closed",
        ),
    ]);
    select_and_the_lines_of_others();
    // Of those ready at once one is drawn evenly: 20,000 draws, standard deviation 71.
    let text = "channel a capacity 1; channel b capacity 1; shared n = 0
        process p { repeat 20000 { offer a { } else { }; offer b { } else { }; select { receive a { n = n + 1 }; receive b { } }; done; sleep 1us } }";
    let n = run(text, SECOND).shared.0[0].1;
    assert!(
        (n - 10_000.0).abs() < 300.0,
        "one of two ready arms was drawn {n} times of 20,000"
    );
}

#[test]
fn batches() {
    prints(&[
        (
            "receive up to N takes what is there, at least one",
            r#"channel ch unbounded
            process p { repeat 5 as i { produce key i; send ch }; receive ch up to 3; for each { print "{key}" }; done
                        receive ch up to 10; for each { print "{key}" }; done; print "{len(ch)}" }"#,
            "0 0; 0 1; 0 2; 0 3; 0 4; 0 0",
        ),
        (
            "after for each the batch is in hand again, less what the body finished",
            r#"channel ch unbounded
            process p { repeat 4 as i { produce key i; send ch }; receive ch up to 4
                        for each { if key < 2 { done } }; for each { print "{key}" }; discard }"#,
            "0 2; 0 3",
        ),
        (
            "break leaves the unvisited in hand",
            r#"channel ch unbounded
            process p { repeat 4 as i { produce key i; send ch }; receive ch up to 4
                        for each { if key == 1 { break }; done }; for each { print "{key}" } }"#,
            "0 1; 0 2; 0 3",
        ),
        (
            "a deadline in for each leaves the unvisited in hand",
            r#"channel ch unbounded
            process p { repeat 4 as i { produce key i; send ch }; receive ch up to 4
                        within 25ms { for each { sleep 10ms; done } } else { for each { print "{key}" } } }"#,
            "25 2; 25 3",
        ),
        (
            "send with a batch in hand gives away the oldest",
            r#"channel ch unbounded
            channel out unbounded
            process p { repeat 3 as i { produce key i; send ch }; receive ch up to 3; send out; for each { print "left {key}" }
                        receive out { print "given {key}" } }"#,
            "0 left 1; 0 left 2; 0 given 0",
        ),
        (
            "for each with nothing in hand does nothing",
            r#"channel ch unbounded; process p { send ch; receive ch; done; for each { print "no" }; print "end" }"#,
            "0 end",
        ),
    ]);
}
