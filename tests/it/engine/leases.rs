//! Leased queues: who receives a message has it for a time, and it is gone only when it is deleted.

use crate::support::{MS, Row, assert_balanced, knob, log_of, prints, run, simulation};

#[test]
fn visibility_and_attempt() {
    let rows: &[Row] = &[
        (
            "what is received is out of sight until the lease runs out, then it comes back with `attempt` one higher",
            "queue q visibility 10ms
             process p { produce key 7; send q; print \"{len(q)}\"; receive q; print \"{len(q)}, {key} the {attempt}.\"; sleep 1h }
             process r { sleep 1ms; receive q; print \"{key} the {attempt}.\"; sleep 1h }
             process s { sleep 2ms; receive q; print \"{key} the {attempt}.\"; sleep 4ms; ack; print \"{len(q)}\" }",
            "0 1; 0 0, 7 the 1.; 10 7 the 2.; 20 7 the 3.; 24 0",
        ),
        (
            "an `ack` is the item's `done`; one after the lease ran out does nothing, and it is delivered again",
            "queue q visibility 10ms
             process p { send q; receive q; sleep 15ms; ack; print \"too late\" }
             process r { sleep 20ms; receive q; print \"the {attempt}.\"; sleep 1ms; ack; sleep 20ms; print \"{len(q)}\" }
             expect done == 1 and redelivered == 1",
            "15 too late; 20 the 2.; 41 0",
        ),
        (
            "nor does one while another has it",
            "queue q visibility 10ms
             process p { send q; receive q; sleep 15ms; ack; print \"too late\" }
             process r { receive q; print \"the {attempt}.\"; sleep 9ms; ack }
             process s { sleep 1ms; receive q within 1s { print \"no\" } else { print \"nothing\" } }
             expect done == 1",
            "10 the 2.; 15 too late; 1001 nothing",
        ),
        (
            "what comes back goes to the back",
            "queue q visibility 10ms
             process p { repeat 3 as i { produce key i; send q }; receive q; sleep 10ms; sleep 1ns; repeat 3 { receive q
               print \"{key}\" } }",
            "10.000001 1; 10.000001 2; 10.000001 0",
        ),
        (
            "a receive takes up to so many, ten at most, and what comes is leased to one",
            "queue q visibility 1h
             process p { repeat 25 { send q }
               receive q up to 4 { let n = 0; for each { n = n + 1 }; print \"{n}\" }
               receive q up to 50 { let n = 0; for each { n = n + 1 }; print \"{n}\" }
               receive q { let n = 0; for each { n = n + 1 }; print \"{n}, {len(q)} left\" }
             }",
            "0 4; 0 10; 0 1, 10 left",
        ),
        (
            "what is received in place of a leased item lets that go: it comes back",
            "queue q visibility 10ms
             process p { send q; receive q; receive q { print \"the {attempt}.\" }; receive q { print \"the {attempt}.\"; ack } }",
            "10 the 2.; 20 the 3.",
        ),
        (
            "who ends with a lease does not finish it, and a `done` on it does nothing",
            "queue q visibility 10ms
             process p { send q; receive q; done; print \"in hand: {attempt}\" }
             process r { sleep 1ms; receive q; print \"the {attempt}.\"; sleep 1h }
             expect done == 0 and in_flight == 1",
            "0 in hand: 1; 10 the 2.",
        ),
        (
            "a failure lets it go",
            "queue q visibility 10ms
             process p { send q; spawn { receive q; fail }; spawn { sleep 1ms; receive q; print \"the {attempt}.\"; ack } }
             expect failed == 0 and done == 1",
            "10 the 2.",
        ),
        (
            "what is sent on is a copy, an item of its own, born when the activity has it to give; the lease stays in hand, and `ack` deletes",
            "queue q visibility 10ms
             channel c unbounded
             process p { produce key 3; send q; sleep 1ms; receive q; send c; print \"{len(c)} there, {key} in hand\"; ack }
             process r { receive c; print \"{key} the {attempt}. from the channel\"; sleep 1ms; done }
             process s { sleep 2ms; receive q within 100ms { print \"the {attempt}.\" } else { print \"deleted\" } }
             expect produced == 2 and done == 2",
            "1 0 there, 3 in hand; 1 3 the 1. from the channel; 102 deleted",
        ),
        (
            "whoever gives a lease on, gives it on",
            "queue q visibility 10ms
             process p { produce key 3; send q; receive q; spawn t with item; sleep 20ms; print \"{len(q)}\" }
             task t { sleep 5ms; print \"{key}\"; ack }
             expect done == 1",
            "5 3; 20 0",
        ),
    ];
    prints(rows);
}

#[test]
fn nack_and_extend() {
    let rows: &[Row] = &[
        (
            "given back now",
            "queue q visibility 1h
             process p { send q; receive q; sleep 3ms; nack; print \"{len(q)}\" }
             process r { sleep 1ms; receive q; print \"the {attempt}.\"; ack }
             expect redelivered == 1",
            "3 1; 3 the 2.",
        ),
        (
            "given back after a time, from the call",
            "queue q visibility 10ms
             process p { send q; receive q; sleep 3ms; nack after 20ms; print \"{len(q)}\" }
             process r { sleep 1ms; receive q; print \"the {attempt}.\"; ack }",
            "3 0; 23 the 2.",
        ),
        (
            "after no time is now; an `ack` has nothing left to delete",
            "queue q visibility 10ms
             process p { send q; receive q; nack after 0s; print \"{len(q)}\"; ack; print \"{len(q)}\" }
             expect done == 0",
            "0 1; 0 1",
        ),
        (
            "given back too late does nothing",
            "queue q visibility 10ms
             process p { send q; receive q; sleep 15ms; nack; print \"late\" }
             process r { sleep 1ms; receive q; print \"the {attempt}.\"; sleep 9ms; ack
               receive q within 1s { } else { print \"nothing\" } }",
            "10 the 2.; 15 late; 1019 nothing",
        ),
        (
            "`extend` counts from the call and keeps the item in hand",
            "queue q visibility 10ms
             process p { send q; receive q; repeat 3 { sleep 8ms; extend 10ms }; sleep 9ms; print \"{attempt}\"; ack }
             process r { sleep 1ms; receive q within 1s { print \"no\" } else { print \"nothing\" } }
             expect done == 1 and redelivered == 0",
            "33 1; 1001 nothing",
        ),
        (
            "it may shorten a lease, and not revive one that ran out",
            "queue q visibility 10ms
             process p { send q; receive q; sleep 1ms; extend 2ms; sleep 3ms; extend 1h }
             process r { sleep 1ms; receive q; print \"the {attempt}.\"; sleep 9ms; ack }
             process s { sleep 20ms; print \"{len(q)}\" }
             expect done == 1",
            "3 the 2.; 20 0",
        ),
        (
            "all of a batch: extended, given back, deleted",
            "queue q visibility 10ms
             process p { repeat 3 as i { produce key i; send q }; receive q up to 3; sleep 9ms; extend 10ms; sleep 9ms
               print \"{len(q)}\"; nack; print \"{len(q)}\"
               receive q up to 10; ack; sleep 1s; print \"{len(q)}\" }
             expect done == 3",
            "18 0; 18 3; 1018 0",
        ),
        (
            "one of a batch in `for each`: deleted, given back, kept",
            "queue q visibility 10ms
             process p { repeat 4 as i { produce key i; send q }
               receive q up to 4
               for each { if key == 0 { ack } else { if key == 1 { nack } else { if key == 2 { extend 30ms } } } }
               print \"{len(q)}, in hand {key}\"; sleep 1ms; ack; print \"{len(q)}\" }
             expect done == 3",
            "0 1, in hand 2; 1 1",
        ),
    ];
    prints(rows);
}

#[test]
fn dead_letters() {
    let rows: &[Row] = &[
        (
            "given out `max_receives` times; at the receive that would be one more it goes to the dead letters, and that waits on",
            "queue dlq visibility 10ms
             queue q visibility 10ms max_receives 2 dead_letter dlq
             process p { produce key 5; send q; forever { receive q; print \"the {attempt}.\" } }
             process d { receive dlq; print \"dead: {key} the {attempt}.\"; ack }
             expect dead_lettered(q) == 1 and done == 1 and redelivered(q) == 1",
            "0 the 1.; 10 the 2.; 20 dead: 5 the 1.",
        ),
        (
            "nobody asks, nobody dies",
            "queue dlq visibility 10ms
             queue q visibility 10ms max_receives 1 dead_letter dlq
             process p { send q; receive q; sleep 1s; print \"{len(q)} {len(dlq)}\"
               receive q within 1s { } else { print \"{len(q)} {len(dlq)}\" } }",
            "1000 1 0; 2000 0 1",
        ),
        (
            "what is dead makes room in the receive for who is alive",
            "queue dlq visibility 1h
             queue q visibility 10ms max_receives 1 dead_letter dlq
             process p { produce key 1; send q; receive q; sleep 20ms; produce key 2; send q; receive q up to 1
               print \"{key}, {len(dlq)} dead\"; ack }",
            "20 2, 1 dead",
        ),
        (
            "a channel of dead letters",
            "channel dead capacity 1
             queue q visibility 10ms max_receives 1 dead_letter dead
             process p { repeat 2 as i { produce key i; send q }; receive q up to 2; sleep 20ms
               receive q within 1ms { } else { print \"{len(dead)}\" } }
             process d { sleep 1s; receive dead; print \"dead: {key}\"; done }
             expect dropped == 1 and done == 1 and dead_lettered(q) == 2",
            "21 1; 1000 dead: 0",
        ),
        (
            "somebody waits at it",
            "channel dead capacity 0
             queue q visibility 10ms max_receives 1 dead_letter dead
             process d { receive dead; print \"dead: {key}\"; discard }
             process p { produce key 4; send q; receive q; nack; receive q within 1ms { } else { print \"none\" } }
             expect dropped == 1",
            "0 dead: 4; 1 none",
        ),
        (
            "a topic of dead letters",
            "topic dead partitions 1
             group g on dead
             queue q visibility 10ms max_receives 1 dead_letter dead
             process d { poll g up to 5; print \"dead: {key}\"; commit }
             process p { produce key 4; send q; receive q; nack; receive q within 1ms { } else { print \"none\" } }
             expect done == 1 and in_flight == 0",
            "0 dead: 4; 1 none",
        ),
        (
            "no limit without `max_receives`",
            "queue q visibility 1ms
             process p { send q; repeat 50 { receive q; nack }; receive q; print \"the {attempt}.\" }
             expect redelivered(q) == 50 and redelivered == 50",
            "0 the 51.",
        ),
        (
            "a limit that a knob lowers counts at the next receive",
            "knob most = 5 from 1 to 5
             queue dlq visibility 1h
             queue q visibility 10ms max_receives most dead_letter dlq
             process p { send q; forever { receive q; print \"the {attempt}.\" } }
             at 15ms { set most = 2 }
             at 25ms { print \"{len(dlq)} dead\" }",
            "0 the 1.; 10 the 2.; 25 1 dead",
        ),
    ];
    prints(rows);
}

#[test]
fn delay_and_order() {
    let rows: &[Row] = &[
        (
            "a new message is not there before its delay is over; one that comes back is not delayed again",
            "queue q visibility 10ms delay 5ms
             process p { produce key 1; send q; print \"{len(q)} there, {bytes(q)}\"; receive q; print \"{age}\"; nack
               receive q; print \"{age}\" }",
            "0 0 there, 1B; 5 5ms; 5 5ms",
        ),
        (
            "a key's messages come in order, and none of them while another is in flight; other keys go on",
            "queue q visibility 10ms fifo
             process p { produce key \"a\" size 1B; send q; produce key \"a\" size 2B; send q; produce key \"b\" size 3B; send q }
             process r x 3 { receive q; print \"{size}\"; sleep 4ms; ack }",
            "0 1B; 0 3B; 4 2B",
        ),
        (
            "one receive may take several of a key, then of the next; they come back in order, before what came after them",
            "queue q visibility 10ms fifo
             process p { repeat 4 as i { produce key i % 2 size 1B * (i + 1); send q }
               receive q up to 3; for each { print \"{key}: {size}\" }
               sleep 1ms; produce key 0 size 9B; send q
               receive q up to 10; for each { print \"{key}: {size}\" } }",
            "0 0: 1B; 0 0: 3B; 0 1: 2B; 10 0: 1B; 10 0: 3B; 10 0: 9B; 10 1: 2B; 10 1: 4B",
        ),
        (
            "given back, it is the key's first again; deleted, it lets the next go",
            "queue q visibility 1h fifo
             process p { repeat 3 as i { produce key 1 size 1B * (i + 1); send q }
               receive q; print \"{size} the {attempt}.\"; nack; receive q; print \"{size} the {attempt}.\"; ack; receive q
               print \"{size}\"
               spawn { receive q within 5ms { print \"no\" } else { print \"blocked\" } }; sleep 10ms }",
            "0 1B the 1.; 0 1B the 2.; 0 2B; 5 blocked",
        ),
        (
            "0 and -0 are one key",
            "queue q visibility 1h fifo
             process p { produce key 0; send q; produce key 0 * -1; send q; receive q
               receive q within 5ms { print \"no\" } else { print \"blocked\" } }",
            "5 blocked",
        ),
        (
            "a key that is given back for later stays blocked until then",
            "queue q visibility 1h fifo
             process p { repeat 2 as i { produce key 1 size 1B * (i + 1); send q }; receive q; nack after 7ms
               repeat 2 { receive q; print \"{size}\"; ack } }",
            "7 1B; 7 2B",
        ),
        (
            "a dead letter lets the key's next go in the same receive",
            "queue dlq visibility 1h
             queue q visibility 10ms fifo max_receives 1 dead_letter dlq
             process p { repeat 2 as i { produce key 1 size 1B * (i + 1); send q }; receive q; sleep 20ms; receive q
               print \"{size}, {len(dlq)} dead\"; ack }",
            "20 2B, 1 dead",
        ),
        (
            "what is visible of a blocked key counts as visible",
            "queue q visibility 1h fifo
             process p { repeat 3 { produce key 1; send q }; receive q; print \"{len(q)}\" }
             expect max_visible(q) == 3",
            "0 2",
        ),
    ];
    prints(rows);
}

#[test]
fn long_polling() {
    let rows: &[Row] = &[
        (
            "a receive waits for the first, not for all that it asked for",
            "queue q visibility 1h
             process r { receive q up to 10 within 20s { let n = 0; for each { n = n + 1 }; print \"{n}\" } }
             process p { sleep 3s; send q; sleep 1ms; send q }",
            "3000 1",
        ),
        (
            "its time is up",
            "queue q visibility 1h
             process r { receive q within 20s { print \"no\" } else { print \"nothing\" } }
             process p { sleep 21s; send q; print \"{len(q)}\" }",
            "20000 nothing; 21000 1",
        ),
        (
            "without a wait it looks once",
            "queue q visibility 1h
             process r { receive q within 0s { print \"no\" } else { print \"nothing\" }; sleep 1ms
               receive q within 0s { print \"one\" } else { print \"no\" } }
             process p { sleep 500us; send q }",
            "0 nothing; 1 one",
        ),
        (
            "who was woken for nothing waits on, and no longer than it said",
            "queue q visibility 1h
             process r { receive q within 20ms { print \"no\" } else { print \"nothing\" } }
             process p { sleep 10ms; send q; receive q within 0s { print \"taken before\"; ack } }",
            "10 taken before; 20 nothing",
        ),
        (
            "the first that waits is served first, as many as there are messages",
            "queue q visibility 1h
             shared next = 0
             process r x 3 { next = next + 1; let me = next; receive q; print \"{me}\" }
             process p { sleep 1ms; repeat 2 { send q } }",
            "1 1; 1 2",
        ),
        (
            "leases that run out at one instant serve as many",
            "queue q visibility 10ms
             process p { repeat 3 { send q }; receive q up to 3; sleep 1h }
             process r x 4 { sleep 1ms; receive q; print \"the {attempt}.\"; ack }",
            "10 the 2.; 10 the 2.; 10 the 2.",
        ),
        (
            "who dies after it was woken is not missed",
            "queue q visibility 1h
             process a { receive q; print \"a\" }
             process b { sleep 1ms; receive q; print \"b\" }
             at 2ms { send q; crash a }",
            "2 b",
        ),
        (
            "what can be observed can be awaited",
            "queue q visibility 10ms
             process p { send q; receive q; sleep 1h }
             process w { await len(q) == 0; await len(q) > 0; print \"back\" }",
            "10 back",
        ),
    ];
    prints(rows);
}

#[test]
fn crashes_and_memories() {
    let rows: &[Row] = &[
        (
            "what a process has leased when it crashes comes back when the lease runs out; nothing is lost",
            "queue q visibility 10ms
             process p { send q; receive q; sleep 1h }
             process r { sleep 1ms; receive q; print \"the {attempt}.\"; ack }
             at 3ms { crash p }
             expect lost == 0 and done == 1",
            "10 the 2.",
        ),
        (
            "a memory that ends takes its queues with it, in flight or not",
            "memory m limit 25KB
             queue q visibility 10ms in m
             process p { produce size 10KB; send q; produce size 10KB; send q; print \"{used(m)}\"; receive q; print \"{used(m)}\"
               sleep 1ms; produce size 10KB; send q; sleep 1ms; print \"{len(q)} {used(m)}\"; ack; nack; extend 1s
               sleep 20ms; print \"{len(q)}\"; produce key 8; send q; receive q; print \"{key} the {attempt}.\"; ack }
             expect lost == 3 and done == 1 and ooms(m) == 1",
            "0 20KB; 0 20KB; 1 killed: m passed its limit of 25KB; 2 0 0B; 22 0; 22 8 the 1.",
        ),
        (
            "who has leased a message has a copy of it, that weighs where it is",
            "memory m limit 1MB
             queue q visibility 10ms
             process p in m { repeat 2 { produce size 10KB; send q }; receive q up to 2; print \"{used(m)}\"
               for each { print \"{used(m)}\"; ack }; print \"{used(m)}\" }",
            "0 20KB; 0 20KB; 0 10KB; 0 0B",
        ),
        (
            "leases held in a memory that ends run out on their own",
            "memory m limit 5KB restart 1h
             queue q visibility 10ms
             process p in m { send q; receive q; sleep 2ms; produce size 6KB; sleep 1h }
             process r { sleep 1ms; receive q; print \"the {attempt}.\"; ack }
             expect lost == 1 and done == 1",
            "2 killed: m passed its limit of 5KB; 10 the 2.",
        ),
    ];
    prints(rows);
}

#[test]
fn autoscaled_pollers() {
    let rows: &[Row] = &[(
        "pollers come while there is something, and idle ones go when there is nothing",
        "queue q visibility 1h
         process p x 1 to 9 growing 1 per 10ms while len(q) > 0 {
           print \"begins\"
           forever { receive q; sleep 25ms; ack }
         }
         process s { repeat 6 { send q } }
         process looks { sleep 195ms; repeat 3 { send q }; sleep 6ms; print \"{len(q)} left\" }
         expect max_activities(p) == 4 and done == 9",
        "0 begins; 10 begins; 20 begins; 30 begins; 200 begins; 201 1 left; 210 begins",
    )];
    prints(rows);
}

#[test]
fn knobs_move_queues() {
    let rows: &[Row] = &[
        (
            "leases and delays that run keep their length; new ones have the new one",
            "knob lease = 10ms from 0ms to 1s
             knob hold = 5ms from 0ms to 1s
             queue q visibility lease delay hold
             process p { produce key 1; send q; receive q; print \"{key} the {attempt}.\"; receive q
               print \"{key} the {attempt}.\"; receive q; print \"{key} the {attempt}.\" }
             at 2ms { set hold = 0ms }
             at 7ms { set lease = 3ms }",
            "5 1 the 1.; 15 1 the 2.; 18 1 the 3.",
        ),
        (
            "`max_receives` and a visibility of nothing: an `ack` at once is in time",
            "knob lease = 0ms from 0ms to 1s
             queue q visibility lease
             process p { send q; receive q; ack; print \"{len(q)}\" }
             expect done == 1",
            "0 0",
        ),
    ];
    prints(rows);
    let mut moved = simulation(
        "knob lease = 10ms from 0ms to 1s
         queue q visibility lease
         process p { send q; forever { receive q; print \"the {attempt}.\" } }",
        1,
    );
    let _ = moved.advance(15 * MS, u64::MAX);
    let lease = knob(&moved, "lease");
    moved.set_knob(lease, 4.0 * MS as f64);
    let _ = moved.advance(30 * MS, u64::MAX);
    assert_eq!(
        log_of(&moved.report()),
        "0 the 1.; 10 the 2.; 20 the 3.; 24 the 4.; 28 the 5."
    );
}

#[test]
fn what_is_measured_of_them() {
    let text = "queue dlq visibility 1h
         queue q visibility 10ms max_receives 2 dead_letter dlq delay 1ms
         process p { repeat 4 { produce size 3B; send q }
           sleep 2ms
           receive q up to 3
           sleep 20ms
           receive q up to 3; for each { if attempt == 1 { ack } }
           sleep 20ms; receive q up to 3; sleep 1ms; spawn { send q } }
         expect dead_lettered(q) == 2 and redelivered(q) == 3 and max_visible(q) == 4";
    let report = run(text, 43 * MS);
    let q = report.queues.get("q").expect("the queue");
    assert_eq!(
        (
            q.visible,
            q.in_flight,
            q.delayed,
            q.deleted,
            q.dead_lettered
        ),
        (0, 1, 1, 1, 2)
    );
    assert_eq!((q.sent, q.received, q.redelivered, q.expired), (5, 7, 3, 5));
    assert_eq!((q.max_visible, q.max_in_flight, q.bytes), (4, 3, 4));
    assert_eq!(report.queues.get("dlq").expect("it").visible, 2);
    assert!(report.expectations[0].met, "{:?}", report.expectations);
    let items = report.items;
    assert_eq!(
        (
            items.produced,
            items.done,
            items.in_flight,
            items.redelivered
        ),
        (5, 1, 4, 3)
    );
    assert_balanced(&report, text);
}

#[test]
fn who_waits_longest_is_next() {
    prints(&[
        (
            "for one message one is woken, however often the queue is looked at before it looks",
            "queue q visibility 1s
             process s { send q; sleep 5ms; send q; sleep 5ms; send q; sleep 10ms; send q }
             process h { receive q; sleep 5ms; ack }
             process a { sleep 1ms; receive q { print \"a\"; ack } }
             process b { sleep 2ms; receive q { print \"b\"; ack } }
             process c { sleep 3ms; receive q { print \"c\"; ack } }",
            "5 a; 10 b; 20 c",
        ),
        (
            "who was woken and is killed at that instant leaves it to the next",
            "queue q visibility 1s
             process a { receive q { print \"a\"; ack } }
             process b { sleep 1ms; receive q { print \"b\"; ack } }
             process k { sleep 5ms; send q; crash a }",
            "5 b",
        ),
    ]);
}

#[test]
fn queues_in_a_select() {
    let rows: &[Row] = &[
        (
            "the arm whose message is visible first, then that of the channel",
            "queue q visibility 1s
             channel c capacity 1
             process p { repeat 2 { select { receive q { print \"message\"; ack } receive c { print \"item\"; done } } } }
             process a { sleep 5ms; send q; sleep 5ms; send c }",
            "5 message; 10 item",
        ),
        (
            "a lease that runs out is visible to who selects",
            "queue q visibility 10ms
             channel c capacity 0
             process a { send q; receive q; sleep 1s }
             process p { sleep 1ms; select { receive q { print \"attempt {attempt}\"; ack } receive c { } } }",
            "10 attempt 2",
        ),
        (
            "the deadline and the else of a select with a queue",
            "queue q visibility 1s delay 10ms
             process p {
               send q
               select { receive q { ack } else { print \"nothing yet\" } }
               select { receive q { ack } after 5ms { print \"still nothing\" } }
               select { receive q { print \"there\"; ack } after 1s { } }
             }",
            "0 nothing yet; 5 still nothing; 10 there",
        ),
        (
            "who selects stands in line behind who waits already, and leaves the other lines",
            "queue q visibility 1s
             queue r visibility 1s
             process a { receive q { print \"a\"; ack } }
             process b { select { receive q { print \"b of q\"; ack } receive r { print \"b of r\"; ack } } }
             process c { sleep 1ms; receive r { print \"c\"; ack } }
             process d { sleep 2ms; send q; send q; send r }",
            "2 a; 2 b of q; 2 c",
        ),
        (
            "what it was woken for is for the next when another arm is taken",
            "queue q visibility 1s
             queue r visibility 1s
             process a { select { receive q { print \"a of q\"; ack } receive r { print \"a of r\"; ack } }; sleep 1h }
             process b { sleep 1ms; receive q { print \"b of q\"; ack } }
             process c { sleep 1ms; receive r { print \"c of r\"; ack } }
             process d { sleep 2ms; send q; send r; sleep 1ms; print \"{len(q)} {len(r)}\" }
             expect len(q) + len(r) == 0",
            "2 a of r; 2 b of q; 3 0 0",
        ),
        (
            "a send to a queue is always ready",
            "queue q visibility 1s
             channel c capacity 0
             process p { select { send q { print \"sent\" } receive c { } } }
             process r { receive q { print \"received\"; ack } }",
            "0 sent; 0 received",
        ),
        (
            "all that was visible goes to the dead letters: it waits on",
            "queue dead visibility 1s
             queue q visibility 5ms max_receives 1 dead_letter dead
             channel c capacity 0
             process p { send q; receive q; sleep 10ms; select { receive q { print \"again\" } after 7ms { print \"nothing\" } }; print \"{len(dead)} dead\" }",
            "17 nothing; 17 1 dead",
        ),
        (
            "who is killed leaves the line",
            "queue q visibility 1s
             channel c capacity 0
             process p { select { receive q { print \"p\"; ack } receive c { } } }
             process r { sleep 1ms; receive q { print \"r\"; ack } }
             at 2ms { crash p }
             at 3ms { send q }",
            "3 r",
        ),
    ];
    prints(rows);
}
