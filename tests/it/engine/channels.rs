//! Stores: order, hand-over, capacities, overflow, marks, delay, permits.

use crate::support::{MS, SECOND, assert_near, log_of, prints, run};

#[test]
fn the_order_at_one_instant() {
    prints(&[
        (
            "processes start in the order of the text",
            r#"process b { print "b" }; process a x 2 { print "a" }"#,
            "0 b; 0 a; 0 a",
        ),
        (
            "what was scheduled first happens first, whatever was ready meanwhile",
            r#"channel ch unbounded
            process a { sleep 2ms; print "a" }; process b { sleep 1ms; sleep 1ms; print "b" }
            process c { sleep 2ms; print "c" }"#,
            "2 a; 2 c; 2 b",
        ),
        (
            "statements between two waits are atomic",
            r#"shared n = 0
            process p x 3 { repeat 100 { let seen = n; n = seen + 1 }; if n % 100 == 0 { print "{n}" } }"#,
            "0 100; 0 200; 0 300",
        ),
        (
            "activities that became ready run first come first served before the clock moves",
            r#"channel ch unbounded
            process r x 2 { forever { receive ch; print "got {key}" ; done } }
            process s { produce key 1; send ch; produce key 2; send ch; print "sent" }
            process t { print "t" }"#,
            "0 sent; 0 t; 0 got 1; 0 got 2",
        ),
        (
            "a spawned child starts at this instant, behind what is ready",
            r#"process p { spawn { print "child" }; print "parent" }; process q { print "q" }"#,
            "0 parent; 0 q; 0 child",
        ),
        (
            "at blocks run once, at their time",
            r#"at 5ms { print "five" }; at 0ms { print "zero" }; process p { sleep 5ms; print "p" }"#,
            "0 zero; 5 five; 5 p",
        ),
    ]);
}

#[test]
fn lines_at_a_channel() {
    prints(&[
        (
            "k receivers waiting on a; channel of capacity c: k + c offers in one instant succeed",
            r#"channel ch capacity 3
            process r x 2 { receive ch; sleep 1s }
            process s { sleep 1ms; let n = 0; repeat 10 { produce; offer ch { n = n + 1 } else { discard } }; print "{n}" }"#,
            "1 5",
        ),
        (
            "capacity 0 is a rendezvous: an offer succeeds only if a receiver waits",
            r#"channel ch capacity 0
            process s { offer ch { print "no" } else { print "alone" }; sleep 2ms; offer ch { print "met" } else { print "no" } }
            process r { sleep 1ms; receive ch; print "got" }"#,
            "0 alone; 2 met; 2 got",
        ),
        (
            "capacity 0 with a delay: one receiver is room for one item, also while that is on its way",
            r#"channel ch capacity 0 delay 5ms
            process r { repeat 2 { receive ch; print "got" } }
            process s { sleep 1ms; offer ch { print "met" }; offer ch { print "no" } else { print "full" }; send ch; print "met" }"#,
            "1 met; 1 full; 6 got; 6 met; 11 got",
        ),
        (
            "a sender that waited longest puts its item in when room appears; nobody comes between",
            r#"channel ch capacity 1
            process a { produce key 1; send ch; produce key 2; send ch; print "a in" }
            process b { produce key 3; send ch; print "b in" }
            process r { sleep 1ms; receive ch; produce; offer ch { print "stolen" } else { print "kept" }; discard
                        repeat 2 { receive ch; print "{key}" } }"#,
            "1 kept; 1 2; 1 3; 1 a in; 1 b in",
        ),
        (
            "receivers are served in the order they came",
            r#"channel ch capacity 1
            process r x 3 { let me = 0; receive ch; print "{key}" }
            process s { sleep 1ms; repeat 3 as i { produce key i; send ch } }"#,
            "1 0; 1 1; 1 2",
        ),
        (
            "a waiter that gives up leaves the line; the others keep their order",
            r#"channel ch capacity 1
            process f { send ch }
            process a { sleep 1ms; produce key 1; send ch; print "a" }
            process b { sleep 2ms; produce key 2; send ch within 3ms { print "no" } else { print "b gave up"; discard } }
            process c { sleep 3ms; produce key 3; send ch; print "c" }
            process r { sleep 10ms; repeat 3 { receive ch; print "got {key}"; sleep 1ms } }"#,
            "5 b gave up; 10 got 0; 10 a; 11 got 1; 11 c; 12 got 3",
        ),
        (
            "a receiver that gives up leaves the line",
            r#"channel ch capacity 1
            process a { receive ch within 3ms { print "no" } else { print "gave up" } }
            process b { receive ch { print "b got it" } }
            process s { sleep 5ms; send ch }"#,
            "3 gave up; 5 b got it",
        ),
        (
            "a hand-over stands when the deadline is due at the same instant and the sender was scheduled first",
            r#"channel ch capacity 1
            process s { sleep 10ms; send ch }
            process r { receive ch within 10ms { print "got" } else { print "late" } }"#,
            "10 got",
        ),
        (
            "a deadline that was scheduled first comes first",
            r#"channel ch capacity 1
            process r { receive ch within 10ms { print "got" } else { print "late" } }
            process s { sleep 10ms; send ch }"#,
            "10 late",
        ),
        (
            "a block's deadline at the instant of the hand-over: the item stays in hand, the else runs",
            r#"channel ch capacity 1
            process s { sleep 10ms; produce key 7; send ch }
            process r { within 10ms { receive ch; print "got" } else { print "late with {key}" } }"#,
            "10 late with 7",
        ),
    ]);
}

#[test]
fn rooms_and_overflow() {
    prints(&[
        (
            "overflow reject: a send fails",
            r#"channel ch capacity 1 overflow reject
            process p { send ch { print "in" }; send ch { print "no" } else { print "refused" }; try { send ch } else { print "failed" } }"#,
            "0 in; 0 refused; 0 failed",
        ),
        (
            "overflow drop_newest and drop_oldest count as taken",
            r#"channel n capacity 2 overflow drop_newest
            channel o capacity 2 overflow drop_oldest
            process p {
              repeat 4 as i { produce key i; send n { } else { print "no" }; produce key i; send o { } else { print "no" } }
              repeat 2 { receive n; print "n{key}"; receive o; print "o{key}" } }"#,
            "0 n0; 0 o2; 0 n1; 0 o3",
        ),
        (
            "capacities in bytes",
            r#"channel ch capacity 10B
            process p { produce size 6B; offer ch { print "6" }; produce size 5B; offer ch { print "no" } else { print "no room for 5" }; discard
                        produce size 4B; offer ch { print "4, {bytes(ch)} bytes" } }"#,
            "0 6; 0 no room for 5; 0 4, 10B bytes",
        ),
        (
            "an item larger than a byte capacity is accepted when the channel is empty",
            r#"channel ch capacity 10B
            process p { produce size 100B; offer ch { print "in" }; produce size 1B; offer ch { print "no" } else { print "full" } }"#,
            "0 in; 0 full",
        ),
        (
            "drop_oldest in bytes drops as many as it takes",
            r#"channel ch capacity 10B overflow drop_oldest
            process p { repeat 5 as i { produce size 2B key i; send ch }; produce size 5B key 9; send ch
                        print "{len(ch)} items, {bytes(ch)}"; repeat 3 { receive ch; print "{key}" } }"#,
            "0 3 items, 9B; 0 3; 0 4; 0 9",
        ),
        (
            "high_water: full from the send that reaches the mark until the channel has emptied",
            r#"channel ch high_water 3
            process p { repeat 5 { send ch }; if full(ch) { print "full at {len(ch)}" }
                        while full(ch) { receive ch; done }; print "drained at {len(ch)}" }"#,
            "0 full at 5; 0 drained at 0",
        ),
        (
            "low_water: until it has fallen to that",
            r#"channel ch high_water 4 low_water 2
            process p { repeat 5 { send ch }; while full(ch) { receive ch; done }; print "{len(ch)}" }"#,
            "0 2",
        ),
        (
            "frees done: an item keeps its room until its receiver is done; len does not count it, bytes does",
            r#"channel ch capacity 1 frees done
            process s { repeat 2 { send ch; print "in" } }
            process r { sleep 1ms; receive ch; print "{len(ch)} {bytes(ch)}"; sleep 5ms; done; sleep 1s }"#,
            "0 in; 1 0 1B; 6 in",
        ),
        (
            "frees done: giving the item away frees the room too, and dropping it elsewhere does not free it again",
            r#"channel a capacity 2 frees done
            channel b capacity 1 overflow drop_oldest
            process s { repeat 6 { send a }; print "all in" }
            process r { forever { receive a; sleep 1ms; send b } }
            process look { sleep 20ms; print "{bytes(a)} {len(b)}" }"#,
            "4 all in; 20 0B 1",
        ),
        (
            "delay: an item can be received that much later, freed room is felt that much later",
            r#"channel ch capacity 1 delay 10ms
            process s { repeat 3 { send ch; print "sent" } }
            process r { forever { receive ch; print "got" } }"#,
            "0 sent; 10 got; 20 sent; 30 got; 40 sent; 50 got",
        ),
        (
            "delay: what is due at the instant of a receive arrives at that instant",
            r#"channel ch unbounded delay 20ms
            process s { repeat 4 { sleep 8ms; send ch } }
            process r { repeat 4 { receive ch; print "{age}"; sleep 10ms; done } }"#,
            "28 20ms; 38 22ms; 48 24ms; 58 26ms",
        ),
        (
            "drop_oldest over a delay drops one for one, not all that have arrived",
            r#"channel ch capacity 3 delay 1ms overflow drop_oldest
            process s { repeat 3 as i { produce key i; send ch }; sleep 5ms; produce key 3; send ch; print "{len(ch)}"
                        sleep 5ms; repeat 3 { receive ch; print "{key}" } }"#,
            "5 3; 10 1; 10 2; 10 3",
        ),
    ]);
}

#[test]
fn room_in_pages() {
    prints(&[
        (
            "the leading part of an item goes into the last page if it fits whole; the rest takes pages of its own",
            r#"channel pipe capacity 64KiB pages 4KiB
            process w { let n = 0; let b = 0B
                        forever { produce size 5000B; offer pipe { n = n + 1 } else { print "{n} {bytes(pipe) / 1B}"; stop } } }"#,
            "0 10 50000",
        ),
        (
            "a page is free when all of it has left; a sender waits as long, however little it sends",
            r#"channel pipe capacity 8KiB pages 4KiB
            process w { repeat 2 { produce size 4KiB; send pipe }; print "{full(pipe)}"
                        produce size 1B; send pipe; print "in {full(pipe)}" }
            process r { sleep 1ms; receive pipe; print "{full(pipe)}" }"#,
            "0 1; 1 1; 1 in 1",
        ),
        (
            "what is left of a page that was read from is no room for a new item",
            r#"channel pipe capacity 4KiB pages 4KiB
            process w { repeat 2 { produce size 2KiB; send pipe }; produce size 1B; send pipe; print "in" }
            process r { sleep 1ms; receive pipe; sleep 1ms; receive pipe; print "empty" }"#,
            "2 empty; 2 in",
        ),
        (
            "an item above all pages goes in when the channel is empty, and keeps them all",
            r#"channel pipe capacity 8KiB pages 4KiB
            process w { produce size 20KiB; send pipe; print "in"; produce size 1B; send pipe; print "in" }
            process r { sleep 1ms; receive pipe; done }"#,
            "0 in; 1 in",
        ),
        (
            "a moved knob counts whole pages; what is in stays as it lies",
            r#"knob room = 8KiB from 0B to 64KiB
            channel pipe capacity room pages 4KiB
            process w { repeat 4 { produce size 4KiB; send pipe; print "in" } }
            process k { sleep 1ms; set room = 15KiB; sleep 1ms; set room = 0B; sleep 1ms; set room = 16KiB }"#,
            "0 in; 0 in; 1 in; 3 in",
        ),
        (
            "frees done, delay, barging and drop_oldest go by pages too",
            r#"channel held capacity 4KiB pages 4KiB frees done
            channel far capacity 4KiB pages 4KiB delay 2ms
            channel mine capacity 4KiB pages 4KiB barging no_handoff
            channel oldest capacity 8KiB pages 4KiB overflow drop_oldest
            process a { repeat 2 { produce size 3KiB; send held; print "held" } }
            process b { sleep 1ms; receive held; sleep 1ms; done }
            process c { repeat 2 { produce size 3KiB; send far; print "far" } }
            process d { receive far; done }
            process e { produce size 3KiB; send mine; spawn { produce size 3KiB; send mine; print "waited" }; sleep 1ms; receive mine
                        produce size 3KiB; offer mine { print "barged" } else { discard } }
            process f { repeat 3 as i { produce size 3KiB key i; send oldest }; receive oldest; print "oldest {key}" }"#,
            "0 held; 0 far; 0 oldest 1; 1 barged; 2 held; 4 far",
        ),
    ]);
}

#[test]
fn who_owns_a_freed_place() {
    prints(&[
        (
            "barging: an offer in between may take the place, and who comes too late queues last",
            r#"channel ch capacity 1 barging
            process f { produce key 1; send ch; produce key 2; send ch; print "2 in" }
            process g { sleep 1ms; produce key 3; send ch; print "3 in" }
            process r { sleep 5ms; receive ch; produce key 9; offer ch { print "stolen" } else { print "no" }
                        sleep 1ms; repeat 3 { receive ch; print "got {key}"; sleep 1ms } }"#,
            "5 stolen; 6 got 9; 6 3 in; 7 got 3; 7 2 in; 8 got 2",
        ),
        (
            "no_handoff: the item keeps its place until the receiver runs, so only c offers succeed",
            r#"channel ch capacity 2 no_handoff
            process r x 2 { receive ch; sleep 1s }
            process s { sleep 1ms; let n = 0; repeat 10 { produce; offer ch { n = n + 1 } else { discard } }; print "{n}" }"#,
            "1 2",
        ),
        (
            "no_handoff with barging: an item may be taken before the woken receiver runs; it waits on, with its deadline",
            r#"channel ch capacity 2 no_handoff barging
            process slow { receive ch within 20ms { print "no" } else { print "slow gave up" } }
            process both { sleep 5ms; send ch; receive ch { print "taken back" } }"#,
            "5 taken back; 20 slow gave up",
        ),
        (
            "barging: one sender is woken for each place; the others keep their order",
            r#"channel ch capacity 2 barging no_handoff
            process f { repeat 2 as i { produce key i + 1; send ch } }
            process s x 4 { sleep 1ms; n = n + 1; produce key n + 2; send ch }
            process r { sleep 5ms; repeat 6 { receive ch; print "{key}" } }
            shared n = 0"#,
            "5 1; 5 2; 5 3; 5 4; 5 5; 5 6",
        ),
        (
            "a woken sender's deadline is its own, not that of what it does next",
            r#"channel ch capacity 1 barging
            channel other capacity 1
            process f { send ch }
            process s { sleep 1ms; send ch within 50ms; print "in"; receive other { print "other" } else { print "no" } }
            process r { sleep 10ms; receive ch; sleep 200ms; send other }"#,
            "10 in; 210 other",
        ),
    ]);
}

#[test]
fn closing() {
    prints(&[
        (
            "what is in it can still be received, then receive takes its else",
            r#"channel ch capacity 5
            process p { repeat 2 as i { produce key i; send ch }; close ch
                        repeat 3 { receive ch { print "{key}" } else { print "closed" } } }"#,
            "0 0; 0 1; 0 closed",
        ),
        (
            "later and waiting sends fail; a receive without else fails; a second close fails",
            r#"channel ch capacity 1
            process w { send ch; send ch { print "no" } else { print "waiting send failed" } }
            process p { sleep 1ms; close ch; send ch { print "no" } else { print "later send failed" }
                        try { close ch; print "no" } else { print "second close" }
                        receive ch; done; try { receive ch; print "no" } else { print "closed" } }"#,
            "1 later send failed; 1 second close; 1 closed; 1 waiting send failed",
        ),
        (
            "waiting receivers are told",
            r#"channel ch capacity 1
            process r x 2 { receive ch { print "no" } else { print "closed" } }
            process c { sleep 3ms; close ch }"#,
            "3 closed; 3 closed",
        ),
        (
            "no_handoff: receivers that wait while the last item is fetched are told too",
            r#"channel ch capacity 2 no_handoff
            process r x 2 { receive ch { print "got" } else { print "closed" } }
            process s { sleep 3ms; send ch; close ch }"#,
            "3 got; 3 closed",
        ),
        (
            "what is on its way can still be received",
            r#"channel ch capacity 2 delay 5ms
            process r x 2 { receive ch { print "got" } else { print "closed" } }
            process s { send ch; close ch }"#,
            "5 got; 5 closed",
        ),
        (
            "one activity in two lines of a channel that is closed",
            r#"channel ch capacity 0
            process p x 2 { try { select { receive ch { print "no" }; receive ch { print "no" }; after 1s { print "no" } } } else { print "closed" } }
            process q { sleep 1ms; close ch; print "shut"; sleep 1s; print "{len(ch)}" }"#,
            "1 shut; 1 closed; 1 closed; 1001 0",
        ),
    ]);
}

#[test]
fn permits() {
    prints(&[
        (
            "first come first served; one that asks for many holds up those behind it",
            r#"resource r permits 3
            process a { acquire r 2; sleep 10ms; release r 2 }
            process b { sleep 1ms; acquire r 3; print "b"; sleep 5ms; release r 3 }
            process c { sleep 2ms; acquire r; print "c"; release r }"#,
            "10 b; 15 c",
        ),
        (
            "a waiter for many that gives up lets those behind it through",
            r#"resource r permits 3
            process a { acquire r 2; sleep 10ms; release r 2 }
            process b { sleep 1ms; acquire r 3 within 4ms else { print "b gave up" } }
            process c { sleep 2ms; acquire r; print "c"; release r }"#
                .trim_end(),
            "5 b gave up; 5 c",
        ),
        (
            "release may raise the pool above its first number",
            r#"resource credit permits 0
            process p { acquire credit 3; print "three" }
            process q { sleep 1ms; release credit 5; print "{free(credit)} free" }"#,
            "1 2 free; 1 three",
        ),
        (
            "when_full refuse",
            r#"resource r permits 1 when_full refuse
            process a { with r { sleep 5ms } }; process b { with r { print "no" } else { print "refused" }; sleep 6ms; with r { print "mine" } }"#,
            "0 refused; 6 mine",
        ),
        (
            "limit_waiting: one that finds so many waiting is refused",
            r#"resource r permits 1 limit_waiting 2
            process p x 4 { with r { print "in"; sleep 1ms } else { print "refused" } }"#,
            "0 in; 0 refused; 1 in; 2 in",
        ),
        (
            "with ... within: the else when it times out",
            r#"resource r permits 1
            process a { with r { sleep 10ms } }; process b { with r within 3ms { print "no" } else { print "timed out, {len(r)} wait" } }"#,
            "3 timed out, 0 wait",
        ),
    ]);
}

#[test]
fn knob_and_shared_in_conditions() {
    prints(&[
        (
            "await is looked at again when what it names changes, and when its activity runs",
            r#"shared n = 0
            process a { await n == 1; print "a {n}"; n = 2 }
            process b { await n == 1; print "b {n}" }
            process c { sleep 1ms; n = 1; sleep 1ms; n = 1; }"#,
            "1 a 1; 2 b 1",
        ),
        (
            "await on what a channel holds",
            r#"channel ch unbounded
            process a { await len(ch) >= 3; print "three" }
            process s { repeat 5 { sleep 1ms; send ch } }"#,
            "3 three",
        ),
        (
            "await all waits for all children; pending counts them",
            r#"process p { repeat 3 as i { spawn { sleep 1ms * (i + 1) } }; print "{pending}"; await pending < 3; print "{pending}"; await all; print "{pending}" }"#,
            "0 3; 1 2; 3 0",
        ),
        (
            "await on a rendezvous that is full again when its receiver gives up",
            r#"channel ch capacity 0
            process r { sleep 1ms; receive ch within 2ms { } else { } }
            process a { await not full(ch); print "met"; await full(ch); print "left" }"#,
            "1 met; 3 left",
        ),
        (
            "await on permits",
            r#"resource r permits 1
            process a { with r { sleep 4ms } }; process b { await free(r) == 1; print "free" }"#,
            "4 free",
        ),
        (
            "await on a knob that a statement sets",
            r#"knob go = 0 from 0 to 1
            process a { await go == 1; print "go" }; at 3ms { set go = 1 }"#,
            "3 go",
        ),
    ]);
}

#[test]
fn a_tcp_window_in_bytes() {
    // Window over round trip while the reader is fast, the reader's rate when it is slow: 64 KiB / 40 ms = 1.6384 MB/s = 1600 KiB/s.
    let text = |reading: &str| {
        format!(
            "channel tcp capacity 64KiB delay 20ms
            process sender {{ forever {{ produce size 1KiB; send tcp }} }}
            process receiver {{ forever {{ receive tcp; sleep 1KiB / ({reading}); done }} }}"
        )
    };
    for (reading, per_second) in [("100MB/s", 1600.0), ("500KB/s", 500e3 / 1024.0)] {
        let report = run(&text(reading), 30 * SECOND);
        assert_near(reading, report.throughput_per_s, per_second, 0.005);
    }
}

#[test]
fn the_log_names_its_time() {
    let report = run(r#"process p { sleep 1500us; print "x" }"#, 2 * MS);
    assert_eq!(log_of(&report), "1.5 x");
    assert_eq!(report.printed[0].by, "p");
}
