//! Processors, memories, and processes that come and go as a whole.

use crate::support::{MS, Row, SECOND, assert_balanced, known, prints, run, simulation};

#[test]
fn work_on_cores() {
    let rows: &[Row] = &[
        (
            "to completion, first come first served",
            "cpu c cores 2
             process p x 3 { work 10ms on c; print \"through\" }",
            "10 through; 10 through; 20 through",
        ),
        (
            "in turns: the quantum counts from when another began to wait",
            "cpu gil cores 1 slice 5ms
             process long { work 20ms on gil; print \"long\" }
             process short { sleep 12ms; work 1ms on gil; print \"short\" }",
            "18 short; 21 long",
        ),
        (
            "work that is through when its turn ends is not put back",
            "cpu c cores 1 slice 5ms
             process a { work 5ms on c; print \"a\" }
             process b { work 5ms on c; print \"b\" }",
            "5 a; 10 b",
        ),
        (
            "no work needs a core all the same",
            "cpu c cores 1
             process a { work 10ms on c }
             process b { sleep 1ms; work 0ms on c; print \"b\" }",
            "10 b",
        ),
        (
            "a deadline gives the core to the next, and leaves the line",
            "cpu c cores 1
             process a { within 4ms { work 10ms on c } else { print \"a gives up\" } }
             process b { within 3ms { work 1ms on c } else { print \"b gives up\" } }
             process d { work 1ms on c; print \"d\" }",
            "3 b gives up; 4 a gives up; 5 d",
        ),
        (
            "cores that are taken away are given up when their work is through; more serve at once",
            "knob n = 2 from 0 to 4
             cpu c cores n
             process p x 5 { work 10ms on c; print \"through\" }
             at 5ms { set n = 1 }
             at 25ms { set n = 3 }",
            "10 through; 10 through; 20 through; 30 through; 35 through",
        ),
        (
            "without a core nothing is worked; a new quantum acts on who works",
            "knob n = 0 from 0 to 4
             knob q = 1s from 1ms to 1s
             cpu c cores n slice q
             process a { work 10ms on c; print \"a\" }
             process b { work 1ms on c; print \"b\" }
             at 5ms { set n = 1 }
             at 9ms { set q = 2ms }",
            "10 b; 16 a",
        ),
        (
            "what waits and what is free can be observed and awaited",
            "cpu c cores 2
             process p x 3 { work 10ms on c }
             process q { sleep 1ms; print \"{len(c)} waits, {free(c)} free\"; await free(c) > 0; print \"one is free\" }",
            "1 1 waits, 0 free; 10 one is free",
        ),
    ];
    prints(rows);
}

#[test]
fn memories() {
    let rows: &[Row] = &[
        (
            "items weigh where they are, and once",
            "memory m limit 1MB
             channel c capacity 9 in m
             channel held capacity 9 frees done in m
             process p in m holds 1KB {
               produce size 10KB; print \"{used(m)}\"
               send c; print \"{used(m)}\"
               receive c; print \"{used(m)}\"; send held
               receive held; print \"{used(m)}\"; done; print \"{used(m)}\"
             }",
            "0 11KB; 0 11KB; 0 11KB; 0 11KB; 0 1KB",
        ),
        (
            "of a batch from two channels each item weighs where its room is",
            "memory m limit 1MB
             channel a capacity 9 frees done in m
             channel b capacity 9 frees done
             process p in m {
               repeat 2 { produce size 1KB; send a }; produce size 10KB; send b
               receive a up to 2; print \"{used(m)}\"
               let n = 0
               for each { n = n + 1; if n == 1 { receive b } }
               print \"{used(m)}\"; done; print \"{used(m)}\"
             }",
            "0 2KB; 0 11KB; 0 0B",
        ),
        (
            "who is not in it weighs nothing, but the room it holds does",
            "memory m limit 1MB
             channel held capacity 9 frees done in m
             process p { produce size 10KB; print \"{used(m)}\"; send held; receive held; print \"{used(m)}\"; done; print \"{used(m)}\" }",
            "0 0B; 0 10KB; 0 0B",
        ),
        (
            "a batch weighs, in hand and in for each",
            "memory m limit 1MB
             channel c unbounded
             process p in m {
               repeat 3 { produce size 10KB; send c }
               receive c up to 3; print \"{used(m)}\"
               for each { print \"{used(m)}\"; done }
               print \"{used(m)}\"
             }",
            "0 30KB; 0 30KB; 0 20KB; 0 10KB; 0 0B",
        ),
        (
            "past the limit everything in it is killed; its processes begin again",
            "memory m limit 25KB restart 10ms
             resource r permits 1
             channel c unbounded in m
             process p in m { print \"begins, {free(r)} free\"; with r { forever { sleep 1ms; produce size 10KB; send c } } }
             process q { sleep 5ms; print \"{len(c)} left, {free(r)} free\"; await used(m) > 5KB; print \"again\"; sleep 10ms; stop }
             at 20ms { crash p }",
            "0 begins, 1 free; 3 killed: m passed its limit of 25KB; 5 0 left, 1 free; 13 begins, 1 free; 14 again; 16 killed: m passed its limit of 25KB",
        ),
        (
            "its callers hear of it, and who is not in it lives on",
            "memory m limit 5KB
             channel api capacity 9
             process server in m { receive api; sleep 1h }
             process hog in m { sleep 1ms; produce size 6KB; sleep 1h }
             process client { call api { print \"ok\" } else { print \"gone\" } }
             process other { sleep 2ms; print \"other\" }",
            "1 killed: m passed its limit of 5KB; 1 gone; 2 other",
        ),
        (
            "receivers at a closed channel are told that what was left in it is gone",
            "memory m limit 10B
             channel c unbounded no_handoff in m
             process r x 2 { receive c { print \"no\" } else { print \"ended\" } }
             process p in m { sleep 1ms; send c; close c; produce size 20B; sleep 1h }",
            "1 killed: m passed its limit of 10B; 1 ended; 1 ended",
        ),
        (
            "nothing but a topic in it is something in it",
            "memory m limit 15B
             topic t partitions 1 in m
             process p { repeat 3 { produce size 10B; send t; sleep 1ms }; print \"{used(m)}\" }",
            "1 killed: m passed its limit of 15B; 3 10B",
        ),
        (
            "a limit that falls below what is in it ends it",
            "knob most = 50KB from 1KB to 1MB
             memory m limit most
             process p in m holds 20KB { sleep 1h }
             at 3ms { set most = 10KB }",
            "3 killed: m passed its limit of 10KB",
        ),
    ];
    prints(rows);
}

#[test]
fn crash_and_restart() {
    let rows: &[Row] = &[
        (
            "what is in hand is lost, permits return, ticks and inline children go; spawned tasks stay",
            "resource r permits 1
             channel c capacity 1
             process p {
               spawn t
               spawn { sleep 7ms; print \"child\" }
               spawn { every 2ms { print \"tick\" } }
               with r { produce; sleep 1h }
             }
             task t { sleep 8ms; print \"task\" }
             at 3ms { crash p; print \"{free(r)} free\" }
             expect lost == 1",
            "2 tick; 3 1 free; 8 task",
        ),
        (
            "for a time, or until it is told to",
            "process p { print \"begins\"; sleep 1h }
             at 1ms { crash p for 5ms }
             at 10ms { crash p }
             at 20ms { restart p; restart p }",
            "0 begins; 6 begins; 20 begins",
        ),
        (
            "a second crash counts anew; one without a time is for good",
            "process p { print \"begins\"; sleep 1h }
             at 1ms { crash p for 5ms }
             at 3ms { crash p for 10ms }
             at 20ms { crash p for 5ms }
             at 22ms { crash p }",
            "0 begins; 13 begins",
        ),
        (
            "of crashes at one instant the last counts, also after one for no time",
            "process p { print \"p\"; sleep 1h }
             process q { print \"q\"; sleep 1h }
             at 1ms { crash p for 0s; crash p; crash q for 0s; restart q; crash q for 5ms }",
            "0 p; 0 q; 6 q",
        ),
        (
            "who crashes itself goes no further",
            "process p { print \"begins\"; sleep 1ms; crash p for 2ms; print \"never\" }
             at 4ms { crash p }",
            "0 begins; 3 begins",
        ),
        (
            "a knob that moves meanwhile counts at the restart",
            "knob n = 1 from 0 to 9
             process p x n { print \"begins\"; sleep 1h }
             at 1ms { crash p for 5ms }
             at 2ms { set n = 3 }",
            "0 begins; 6 begins; 6 begins; 6 begins",
        ),
        (
            "who waits in a line leaves it, and who is served in its place",
            "channel c capacity 0
             process p { receive c; print \"p\" }
             process q { sleep 1ms; receive c; print \"q\" }
             at 2ms { crash p }
             at 3ms { send c }",
            "3 q",
        ),
        (
            "all die at once: what one leaves goes to none of the others",
            "resource r permits 1
             channel c capacity 1 frees done
             process p {
               spawn { with r { sleep 1h } }
               spawn { sleep 1ms; acquire r }
               spawn { produce; send c; receive c; sleep 1h }
               spawn { sleep 1ms; send c }
             }
             process q { sleep 1ms; sleep 1ms; acquire r; print \"q\"; send c; print \"{len(c)}\" }
             at 3ms { crash p; print \"{free(r)} free, {len(c)} left\" }",
            "3 0 free, 0 left; 3 q; 3 1",
        ),
        (
            "what an OOM frees lets in who is not in the memory, and that is not lost",
            "memory m limit 25B restart 1h
             channel c capacity 1 frees done in m
             process p in m { send c; receive c; sleep 1h }
             process q { sleep 1ms; send c; print \"{len(c)}\" }
             process x in m { sleep 5ms; produce size 30B; sleep 1h }",
            "5 killed: m passed its limit of 25B; 5 1",
        ),
    ];
    prints(rows);
}

#[test]
fn autoscaled_processes() {
    let rows: &[Row] = &[
        (
            "one is added every period / increment while the condition holds, up to the most",
            "shared busy = 1
             channel c unbounded
             process p x 1 to 3 growing 2 per 10ms while busy == 1 { print \"begins\"; forever { receive c } }
             at 22ms { busy = 0 }",
            "0 begins; 5 begins; 10 begins",
        ),
        (
            "idle ones retire, the youngest first, down to the least; busy ones stay",
            "shared busy = 1
             shared next = 0
             channel c unbounded
             process p x 1 to 3 growing 1 per 5ms while busy == 1 {
               let me = next
               next = next + 1
               forever { receive c; print \"{me} works\"; sleep 12ms; print \"{me} is through\" }
             }
             at 11ms { busy = 0; send c; send c; send c }
             at 60ms { repeat 3 { send c } }",
            "11 0 works; 11 1 works; 11 2 works; 23 0 is through; 23 1 is through; 23 2 is through; \
             60 0 works; 72 0 is through; 72 0 works; 84 0 is through; 84 0 works; 96 0 is through",
        ),
        (
            "knobs move least, most and pace",
            "knob least = 1 from 0 to 9
             knob most = 2 from 0 to 9
             knob pace = 1 from 0 to 9
             process p x least to most growing pace per 10ms while 1 == 1 { print \"begins\"; sleep 1h }
             at 12ms { set most = 3 }
             at 15ms { set pace = 5 }
             at 17ms { set least = 4 }
             at 18ms { set pace = 0; set most = 9 }",
            "0 begins; 10 begins; 16 begins; 17 begins",
        ),
    ];
    prints(rows);
}

#[test]
fn what_is_measured_of_them() {
    let report = run(
        "cpu c cores 2
         memory m limit 10KB
         process p x 3 in m holds 1KB { produce size 1KB; work 10ms on c; done }",
        40 * MS,
    );
    let cpu = report.cpus.get("c").expect("the cpu");
    // Three jobs of 10 ms on 2 cores in 40 ms.
    assert!(
        (known(cpu.utilisation) - 30.0 / 80.0).abs() < 1e-9,
        "{cpu:?}"
    );
    assert_eq!(
        (cpu.max_in_use, cpu.max_waiting, cpu.waiting, cpu.in_use),
        (2, 1, 0, 0)
    );
    let memory = report.memories.get("m").expect("the memory");
    assert_eq!((memory.used, memory.peak, memory.ooms), (0, 6000, 0));
    // Two leave after 10 ms, the third after 20.
    assert!(
        (memory.mean_used - (6000.0 + 2000.0) / 4.0).abs() < 1e-9,
        "{memory:?}"
    );
    let share = report.processes.get("p").expect("the process").share;
    assert!((known(share.working) - 0.75).abs() < 1e-9, "{share:?}");
    assert!((known(share.cpu_wait) - 0.25).abs() < 1e-9, "{share:?}");
}

#[test]
fn an_oom_by_a_moved_knob_acts_at_once_and_is_replayed() {
    let text = "knob most = 50KB from 1KB to 1MB
        memory m limit most
        channel c unbounded in m
        process p in m holds 20KB { forever { sleep 1ms; send c } }";
    let mut played = simulation(text, 1).with_digest();
    let knob = highwater::lang::scenario::KnobId(0);
    let _ = played.advance(5 * MS, u64::MAX);
    played.set_knob(knob, 10_000.0);
    let report = played.report();
    assert_balanced(&report, text);
    assert_eq!(report.memories.get("m").expect("it").ooms, 1);
    assert_eq!((report.items.lost, report.items.in_flight), (5, 0));
    let _ = played.advance(SECOND, u64::MAX);
    let digest = played.digest();
    let _ = played.seek(2 * MS, u64::MAX);
    let _ = played.seek(SECOND, u64::MAX);
    assert_eq!(
        played.digest(),
        digest,
        "going back and forward is the same run"
    );
}
