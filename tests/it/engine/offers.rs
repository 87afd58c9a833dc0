//! What is offered is not given yet: what a refused or waiting `send`, `offer` or `select` leaves in hand, which copies go on, and who may
//! move up when others leave their lines.

use crate::support::{Row, SECOND, knob, log_of, prints, run, simulation};

/// Figures of the report of ten seconds.
type Figures = (&'static str, &'static str, [u64; 4]);

#[test]
fn what_was_not_taken_is_as_it_was() {
    // The rule, a text, and what was produced, done, dropped, and delivered again.
    let rows: [Figures; 10] = [
        (
            "a refused offer leaves the lease in hand: `nack` gives it back, every 100 ms",
            "queue jobs visibility 8s; channel out capacity 0
             process c { send jobs }
             process w { forever { receive jobs; offer out { ack } else { sleep 100ms; nack } } }",
            [1, 0, 0, 100],
        ),
        (
            "a send that gives up does too",
            "queue jobs visibility 8s; channel out capacity 0
             process c { send jobs }
             process w { forever { receive jobs; send out within 100ms { ack } else { nack } } }",
            [1, 0, 0, 100],
        ),
        (
            "a `select` whose time is up does too",
            "queue jobs visibility 8s; channel out capacity 0
             process c { send jobs }
             process w { forever { receive jobs; select { send out { ack } after 100ms { nack } } } }",
            [1, 0, 0, 100],
        ),
        (
            "a record that is not taken is not done, and its copy is nobody's",
            "topic t partitions 1; group g on t; channel out capacity 1
             process c { repeat 3 { send t } }
             process w { forever { poll g up to 1; offer out { commit } else { sleep 100ms } } }",
            [4, 1, 0, 0],
        ),
        (
            "nor through a `select` with a time",
            "topic t partitions 1; group g on t; channel out capacity 1
             process c { repeat 3 { send t } }
             process w { forever { poll g up to 1; select { send out { commit } after 100ms { sleep 1h } } } }",
            [4, 1, 0, 0],
        ),
        (
            "a batch is sent on message by message, and one `ack` deletes it",
            "queue jobs visibility 1h; channel out unbounded
             process c { repeat 5 { send jobs } }
             process w { sleep 1s; receive jobs up to 5; for each { send out }; ack }
             process r { forever { receive out; done } }",
            [10, 10, 0, 0],
        ),
        (
            "what `drop_newest` drops of a lease is the copy",
            "queue jobs visibility 1h; channel out capacity 1 overflow drop_newest
             process c { repeat 2 { send jobs } }
             process w { forever { receive jobs; send out; ack } }",
            [4, 2, 1, 0],
        ),
        (
            "one item is offered for as long as nobody takes it, however often another arm comes first",
            "channel door capacity 0; channel tick capacity 0
             process clock { every 1s { send tick } }
             process p { forever { select { send door { } receive tick { done } } } }",
            [11, 10, 0, 0],
        ),
        (
            "so it is where a time is up in between",
            "channel door capacity 0; channel tick capacity 0
             process clock { every 1s { send tick } }
             process p { forever { select { send door { } receive tick { done } after 300ms { } } } }",
            [11, 10, 0, 0],
        ),
        (
            "what was offered and taken by nobody when its activity ends is dropped: it was never done",
            "channel door capacity 0; channel quit capacity 0
             process p { select { send door { } receive quit { done } } }
             process q { sleep 5s; send quit }",
            [2, 1, 1, 0],
        ),
    ];
    let mut wrong = String::new();
    for (rule, text, expected) in rows {
        let report = run(text, 10 * SECOND);
        let items = report.items;
        let found = [items.produced, items.done, items.dropped, items.redelivered];
        if found != expected {
            wrong.push_str(&format!(
                "\n{rule}\n  expected {expected:?} produced, done, dropped, redelivered\n  found    {found:?}\n{text}\n"
            ));
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn offers_of_a_select() {
    let rows: &[Row] = &[
        (
            "an item that is offered is not done when another comes, and is as old as the first `select`",
            "channel door capacity 0; channel tick capacity 0
             process clock { every 1s { send tick } }
             process p { forever { select { send door { } receive tick { print \"{age}\"; done } } } }
             process late { sleep 2500ms; receive door; print \"{age} old\" }
             expect mean < 1s",
            "1000 0s; 2000 0s; 2500 2.5s old; 3000 0s; 4000 0s; 5000 0s; 6000 0s; 7000 0s; 8000 0s; 9000 0s; 10000 0s; \
             11000 0s; 12000 0s; 13000 0s; 14000 0s; 15000 0s; 16000 0s; 17000 0s; 18000 0s; 19000 0s; 20000 0s; 21000 0s; \
             22000 0s; 23000 0s; 24000 0s; 25000 0s; 26000 0s; 27000 0s; 28000 0s; 29000 0s; 30000 0s; 31000 0s; 32000 0s; \
             33000 0s; 34000 0s; 35000 0s; 36000 0s; 37000 0s; 38000 0s; 39000 0s; 40000 0s; 41000 0s; 42000 0s; 43000 0s; \
             44000 0s; 45000 0s; 46000 0s; 47000 0s; 48000 0s; 49000 0s; 50000 0s; 51000 0s; 52000 0s; 53000 0s; 54000 0s; \
             55000 0s; 56000 0s; 57000 0s; 58000 0s; 59000 0s; 60000 0s",
        ),
        (
            "`else` and `after` have what was offered in hand",
            "channel door capacity 0
             process p { select { send door { } else { discard } }; select { send door { } after 1s { print \"{age}\"; discard } } }
             expect produced == 2 and dropped == 2",
            "1000 1s",
        ),
        (
            "so has who runs out of time, or meets a closed channel",
            "channel door capacity 0
             process p { within 1s { select { send door { } } } else { print \"{age}\"; discard }
               try { select { send door { } } } else { print \"{age} later\"; discard } }
             at 3s { close door }
             expect produced == 2 and dropped == 2 and failed == 0",
            "1000 1s; 3000 2s later",
        ),
        (
            "what is in hand goes before what was made",
            "channel door capacity 0; channel tick capacity 0
             process p { select { send door { } receive tick { print \"{key}\" } }; select { send door { print \"sent\" } }
               select { send door { print \"sent the other\" } } }
             process q { sleep 1s; produce key 7; send tick; receive door; print \"{key}\"; receive door; print \"{key}\" }
             expect produced == 2",
            "1000 7; 1000 sent; 1000 7; 1000 0; 1000 sent the other",
        ),
        (
            "a leased message in hand is offered as a copy, and stays",
            "queue q visibility 1h; channel out capacity 0; channel halt capacity 0
             process p { produce key 4; send q; receive q; select { send out { print \"{key} is still in hand\"; ack } receive halt { } } }
             process r { sleep 1s; receive out; print \"{key} the {attempt}.\" }
             expect produced == 2 and done == 2",
            "1000 4 the 1.; 1000 4 is still in hand",
        ),
        (
            "who waits at an arm to receive is the room that a waiting sender lacks, however long the way",
            "channel c capacity 0 delay 1ms; channel none capacity 0
             process early { send c; print \"gone\" }
             process p { sleep 5ms; select { receive none { } receive c { print \"came\"; done } } }",
            "5 gone; 6 came",
        ),
    ];
    prints(rows);
}

#[test]
fn who_leaves_lets_in_who_lives_on() {
    let rows: &[Row] = &[
        (
            "none of those who die together sends, in whichever slots they live",
            "channel c capacity 1
             process early x 3 { sleep 1ms }
             process doomed { sleep 2ms; repeat 3 as i { spawn { produce key i; send c } } }
             process safe { sleep 3ms; produce key 9; send c; print \"in\" }
             at 4ms { crash doomed; receive c; print \"{key}\"; receive c; print \"{key}\" }",
            "4 0; 4 9; 4 in",
        ),
        (
            "nor has one of them a permit that another gives back",
            "resource r permits 1
             process early x 3 { sleep 1ms }
             process doomed { sleep 2ms; spawn { acquire r; sleep 1h }; repeat 3 { spawn { acquire r 2 } }; spawn { acquire r } }
             at 3ms { spawn { acquire r; print \"mine\" } }
             at 4ms { crash doomed; release r }",
            "4 mine",
        ),
        (
            "nor a core",
            "cpu core cores 1
             process doomed x 3 { work 1h on core }
             process safe { sleep 1ms; work 1ms on core; print \"worked\" }
             at 4ms { crash doomed }",
            "5 worked",
        ),
        (
            "who crashes its own process after a message woke it leaves the queue to others",
            "queue q visibility 1h
             process p { repeat 5 { sleep 10ms; send q } }
             process w { forever { receive q; ack; print \"one\"; if now < 15ms { crash w for 20ms } } }",
            "10 one; 30 one; 30 one; 40 one; 50 one",
        ),
        (
            "so it is with a `select`, a channel through its buffer, and a sender who looks again",
            "queue q visibility 1h; channel none capacity 0
             process p { repeat 3 { sleep 10ms; send q } }
             process w { forever { select { receive q { ack; print \"one\" } receive none { } }; if now < 15ms { crash w for 20ms } } }
             channel c capacity 1 no_handoff
             process s { repeat 3 { sleep 10ms; send c } }
             process v { forever { receive c; print \"c\"; if now < 15ms { crash v for 20ms } } }
             channel b capacity 1 barging
             process t { forever { send b; if now == 5ms { crash t for 20ms } } }
             process u { sleep 5ms; repeat 4 { receive b; sleep 10ms; print \"b\" } }",
            "10 one; 10 c; 15 b; 25 b; 30 one; 30 one; 30 c; 30 c; 35 b; 45 b",
        ),
    ];
    prints(rows);
}

#[test]
fn the_oldest_is_dropped() {
    let rows: &[Row] = &[
        (
            "also what is kept for a receiver that was woken and has not run",
            "channel ring capacity 2 overflow drop_oldest no_handoff
             process r { forever { receive ring; print \"{key}\" } }
             process s { sleep 1ms; repeat 4 as i { produce key i; send ring } }
             expect dropped == 2",
            "1 2; 1 3",
        ),
        (
            "of the wire when nothing has arrived yet",
            "channel wire capacity 2 overflow drop_oldest delay 5ms
             process r { forever { receive wire; print \"{key}\" } }
             process s { repeat 4 as i { produce key i; send wire } }
             expect dropped == 2",
            "5 2; 5 3",
        ),
        (
            "what arrived before what is on the wire",
            "channel wire capacity 2 overflow drop_oldest delay 5ms
             process r { sleep 20ms; forever { receive wire; print \"{key}\" } }
             process s { repeat 3 as i { produce key i; send wire; sleep 4ms } }
             expect dropped == 1",
            "20 1; 20 2",
        ),
        (
            "for one large item several small ones go, and a receiver that was woken for one of them waits again",
            "channel ring capacity 4B overflow drop_oldest no_handoff
             process r x 3 as i { receive ring; print \"{i} has {size}\" }
             process s { sleep 1ms; repeat 3 as i { produce size 1B; send ring }; produce size 4B; send ring; sleep 1ms; send ring; send ring }
             expect dropped == 3",
            "1 0 has 4B; 2 1 has 1B; 2 2 has 1B",
        ),
        (
            "where all room is held in hands the new one is dropped: there is nothing else",
            "channel held capacity 1 overflow drop_oldest frees done
             process r { receive held; print \"{key}\"; sleep 1s; done; receive held within 1s { } else { print \"none\" } }
             process s { sleep 1ms; repeat 2 as i { produce key i; send held } }
             expect dropped == 1",
            "1 0; 2001 none",
        ),
    ];
    prints(rows);
}

/// Keys in the order in which they are received when a delay falls to nothing under way.
#[test]
fn a_delay_that_falls_to_nothing_lets_none_overtake() {
    for store in [
        "channel c capacity 9 delay d",
        "queue c visibility 1h delay d fifo",
    ] {
        let text = format!(
            "knob d = 1s from 0s to 1s
             {store}
             process s {{ produce key 1; send c; sleep 600ms; produce key 1 size 2B; send c }}
             process r {{ forever {{ receive c; print \"{{size}}\"; ack }} }}"
        );
        let text = match store.starts_with("queue") {
            true => text,
            false => text.replace("; ack", ""),
        };
        let mut simulation = simulation(&text, 1);
        let _ = simulation.advance(SECOND / 2, u64::MAX);
        let delay = knob(&simulation, "d");
        simulation.set_knob(delay, 0.0);
        let _ = simulation.advance(3 * SECOND, u64::MAX);
        let found = log_of(&simulation.report());
        assert_eq!(found, "1000 1B; 1000 2B", "{store}");
    }
}
