//! Topics and groups: `www/docs/language.md#logs-topics-and-groups`.

use crate::support::{
    MS, Row, SECOND, assert_balanced, assert_near, knob, prints, run, simulation,
};

#[test]
fn polls() {
    let rows: &[Row] = &[
        (
            "partitions in turn, starting after the one where it last began; each in the order of the log",
            "topic t partitions 3
             group g on t
             process p { repeat 9 as i { produce size 1B * i; send t }; poll g up to 1; print \"{size}\"; poll g up to 1; print \"{size}\"
               poll g up to 6; for each { print \"{size}\" } }",
            "0 0B; 0 1B; 0 2B; 0 5B; 0 8B; 0 3B; 0 6B; 0 4B",
        ),
        (
            "keyless records go in turn",
            "topic t partitions 3
             group g on t
             process p { repeat 7 as i { produce size 1B * (i + 1); send t }; poll g up to 3; for each { print \"{size}\" }; poll g up to 9; for each { print \"{size}\" } }",
            "0 1B; 0 4B; 0 7B; 0 2B; 0 5B; 0 3B; 0 6B",
        ),
        (
            "who waits is woken by an append; a batch is in hand after commit too, and done does nothing to it",
            "topic t partitions 1
             group g on t
             process c { forever { poll g up to 10; for each { print \"{key} age {age}\"; done }; commit; for each { print \"still {key}\" } } }
             process p { sleep 1ms; produce key 1; send t; produce key 2; send t }
             expect done == 2",
            "1 1 age 0s; 1 2 age 0s; 1 still 1; 1 still 2",
        ),
        (
            "within: else when the time is up, and membership stays",
            "topic t partitions 1
             group g on t
             process c { repeat 2 { poll g within 5ms { print \"got {key}\" } else { print \"nothing\" } } }
             process p { sleep 7ms; produce key 3; send t }",
            "5 nothing; 7 got 3",
        ),
        (
            "without else the failed poll fails, and the process begins again",
            "topic t partitions 1
             group g on t
             shared n = 0
             process c { n = n + 1; if n == 3 { stop }; print \"begins\"; poll g within 5ms }",
            "0 begins; 5 begins",
        ),
        (
            "a deadline around it calls it off, and so do the records that come later go to the next poll",
            "topic t partitions 1
             group g on t
             process c { within 3ms { poll g } else { print \"late\" }; sleep 2ms; poll g; print \"{key}\" }
             process p { sleep 4ms; produce key 3; send t }",
            "3 late; 5 3",
        ),
        (
            "two groups read the same log, each at its own place",
            "topic t partitions 1
             group a on t
             group b on t
             process p { repeat 2 as i { produce key i; send t } }
             process x { forever { poll a; print \"a {key}\"; commit } }
             process y { sleep 1ms; forever { poll b up to 1; print \"b {key}\"; commit; sleep 1ms } }
             expect done == 4",
            "0 a 0; 1 b 0; 2 b 1",
        ),
        (
            "more members than partitions: one has nothing to do",
            "topic t partitions 2
             group g on t
             shared n = 0
             process c x 3 { let me = n; n = n + 1; forever { poll g; print \"{me}: {key}\"; commit } }
             process p { sleep 1ms; repeat 4 as i { produce size 1B * i; send t; sleep 1ms } }",
            "1 0: 0; 2 1: 0; 3 0: 0; 4 1: 0",
        ),
        (
            "an activity may be in two groups; commit is for both",
            "topic t partitions 1
             topic u partitions 1
             group g on t
             group h on u
             process p { produce key 1; send t; produce key 2; send u; poll g; print \"{key}\"; poll h; print \"{key}\"; commit
               print \"{lag(g)} {lag(h)}\" }",
            "0 1; 0 2; 0 0 0",
        ),
    ];
    prints(rows);
}

#[test]
fn logs() {
    let rows: &[Row] = &[
        (
            "len, bytes and lag; a log keeps what was read",
            "topic t partitions 2
             group g on t
             process p { repeat 3 { produce size 10B; send t }; print \"{len(t)} {bytes(t)} {lag(g)}\"
               poll g up to 2; print \"{lag(g)}\"; commit; print \"{len(t)} {bytes(t)} {lag(g)}\" }",
            "0 3 30B 3; 0 3; 0 3 30B 1",
        ),
        (
            "a lag can be awaited, and a length",
            "topic t partitions 1
             group g on t
             process w { await lag(g) > 1; print \"behind\"; await lag(g) == 0; print \"level\" }
             process v { await len(t) == 2; print \"two\" }
             process p { repeat 2 { sleep 1ms; send t } }
             process c { sleep 5ms; poll g up to 10; sleep 1ms; commit }",
            "2 behind; 2 two; 6 level",
        ),
        (
            "without a group a record is done at the append",
            "topic t partitions 1
             process p { send t; send t; print \"{len(t)}\" }
             expect done == 2",
            "0 2",
        ),
        (
            "a key has one partition: what a slow partition holds up is its own",
            "topic t partitions 3 partitioner crc32
             group g on t
             process p { repeat 6 as i { if i % 2 == 0 { produce size 1B * i key \"a\" } else { produce size 1B * i key \"b\" }; send t } }
             process c { poll g up to 3; for each { print \"{size}\" }; poll g up to 3; for each { print \"{size}\" } }",
            "0 0B; 0 2B; 0 4B; 0 1B; 0 3B; 0 5B",
        ),
        (
            "a record that is sent on is an item of its own; what is appended is the item itself",
            "topic t partitions 1
             topic u partitions 1
             group g on t
             group h on u
             channel ch unbounded
             process p { produce key 7 size 5B; send t; produce key 8; send t; poll g up to 2; for each { send ch; }; commit
               receive ch up to 2; for each { send u }; poll h up to 2; for each { print \"{key} {size}\" }; commit }
             expect produced == 4
             expect done == 4",
            "0 7 5B; 0 8 1B",
        ),
        (
            "size: the oldest go, but never the last; who has not read them has lost them",
            "topic t partitions 1 retention 30B
             group g on t
             process p { repeat 5 as i { produce key i size 10B; send t }; print \"{len(t)} {bytes(t)} {lag(g)}\"; poll g up to 1; print \"{key}\"
               produce size 50B; send t; print \"{len(t)} {bytes(t)}\" }
             expect lost == 5",
            "0 3 30B 3; 0 2; 0 1 50B",
        ),
        (
            "age: what is too old goes, read or not; what is committed was done",
            "topic t partitions 1 retention 10ms
             group g on t
             process p { repeat 4 { send t; sleep 5ms }; print \"{len(t)} {lag(g)}\" }
             process c { sleep 1ms; poll g up to 1; commit; sleep 100ms; print \"{len(t)}\" }
             expect done == 1
             expect lost == 3",
            "20 1 1; 101 0",
        ),
        (
            "a retention that shrinks acts at once",
            "knob keep = 1h from 1ms to 1h
             knob room = 1MB from 1B to 1MB
             topic t partitions 2 retention keep
             topic u partitions 2 retention room
             group g on t
             process p { repeat 4 { send t; send u } }
             at 5ms { set keep = 2ms; set room = 1B; print \"{len(t)} {len(u)} {lag(g)}\" }",
            "5 0 2 0",
        ),
        (
            "more partitions get the records after them, and a rebalance",
            "knob n = 1 from 1 to 4
             topic t partitions n
             group g on t
             process c x 2 { forever { poll g; print \"{size}\"; commit; sleep 100ms } }
             process p { repeat 2 { produce size 1B; send t }; sleep 5ms; set n = 2; repeat 2 { produce size 2B; send t } }",
            "0 1B; 100 2B; 100 2B",
        ),
        (
            "a group that begins at the end skips what is there",
            "topic t partitions 2
             group g on t from latest
             process p { repeat 3 { produce size 1B; send t }; sleep 5ms; repeat 2 { produce size 2B; send t } }
             process c { sleep 1ms; print \"{lag(g)}\"; forever { poll g; print \"{size}, lag {lag(g)}\"; commit } }
             expect dropped == 3
             expect done == 2",
            "1 3; 5 2B, lag 2",
        ),
        (
            "a memory that ends takes its log along; offsets go on",
            "memory m limit 100B
             topic t partitions 1 in m
             group g on t
             process c { poll g up to 1; print \"{key}\"; sleep 5ms; poll g; print \"{key}\" }
             process p { sleep 1ms; repeat 6 as i { produce key i size 20B; send t }; sleep 9ms; produce key 9 size 20B; send t; print \"{used(m)}\" }
             expect lost == 6",
            "1 killed: m passed its limit of 100B; 10 20B; 10 9",
        ),
    ];
    prints(rows);
}

#[test]
fn commits() {
    let rows: &[Row] = &[
        (
            "commit is for what was polled, and once",
            "topic t partitions 1
             group g on t
             process p { repeat 4 { send t }; poll g up to 3; commit; print \"{lag(g)}\"; commit; print \"{lag(g)}\" }
             expect done == 3",
            "0 1; 0 1",
        ),
        (
            "by one who is no member it fails",
            "topic t partitions 1
             group g on t
             process p { send t; try { commit } else { print \"no member\" }; poll g; commit; print \"committed\" }",
            "0 no member; 0 committed",
        ),
        (
            "automatic: by a poll, when the time has passed, what earlier polls gave",
            "topic t partitions 1
             group g on t commit auto 5ms
             process p { repeat 9 { send t } }
             process c { repeat 4 { poll g up to 2; print \"{lag(g)}\"; sleep 3ms } }",
            "0 9; 3 9; 6 5; 9 5",
        ),
        (
            "automatic: while it waits in its poll too",
            "topic t partitions 1
             group g on t commit auto 5ms
             process p { send t; await lag(g) == 0; print \"level\" }
             process c { poll g; sleep 2ms; forever { poll g } }",
            "5 level",
        ),
        (
            "automatic: who leaves in order commits, who is killed does not, and who has its number next does not for it",
            "topic t partitions 1
             group g on t commit auto 5ms session_timeout 10ms
             process p { repeat 3 as i { produce key i; send t } }
             process a { poll g up to 1 }
             process b { sleep 1ms; print \"{lag(g)}\"; forever { poll g up to 2; for each { print \"{key} {attempt}\" }; sleep 50ms } }
             at 8ms { crash b for 20ms }",
            "1 2; 1 1 1; 1 2 1; 29 2; 29 1 2; 29 2 2",
        ),
        (
            "automatic: before partitions are taken away, so that nothing is delivered twice",
            "topic t partitions 2
             group g on t commit auto 1h
             process p { repeat 4 as i { produce size 1B * i; send t } }
             process a { poll g up to 4; sleep 5ms; print \"{lag(g)}\"; forever { poll g; print \"a {attempt}\" } }
             process b { sleep 1ms; forever { poll g; print \"b {attempt}\" } }
             process w { sleep 6ms; print \"{lag(g)}\" }",
            "5 4; 6 0",
        ),
        (
            "automatic and cooperative: before a partition moves",
            "topic t partitions 2
             group g on t commit auto 1h assignor cooperative
             process p { repeat 4 as i { produce size 1B * i; send t }; sleep 12ms; send t; send t }
             process a { poll g up to 4; forever { sleep 5ms; poll g; print \"a {attempt}\" } }
             process b { sleep 1ms; forever { poll g; print \"b {attempt}\" } }",
            "12 a 1; 12 b 1",
        ),
        (
            "an uncaught failure gives what was not committed again; a caught one does not",
            "topic t partitions 1
             group g on t
             process p { repeat 3 as i { produce key i; send t } }
             process c { forever { poll g up to 1; print \"{key} attempt {attempt}\"; if key == 1 and attempt < 3 { fail }
               try { if key == 2 { fail } } else { print \"caught\" }; commit } }
             expect redelivered == 2",
            "0 0 attempt 1; 0 1 attempt 1; 0 1 attempt 2; 0 1 attempt 3; 0 2 attempt 1; 0 caught",
        ),
    ];
    prints(rows);
}

#[test]
fn pauses() {
    let rows: &[Row] = &[
        (
            "while paused, polls give nothing and membership stays; then it goes on where it was",
            "topic t partitions 1
             group g on t max_poll_interval 10ms
             process p { repeat 4 as i { produce key i; send t } }
             process c { poll g up to 2; for each { print \"{key}\" }; pause g
               repeat 3 { poll g within 8ms { print \"given\" } else { print \"nothing\" } }
               resume g; poll g up to 2; for each { print \"{key} {attempt}\" }; commit }
             expect done == 4",
            "0 0; 0 1; 8 nothing; 16 nothing; 24 nothing; 24 2 1; 24 3 1",
        ),
        (
            "an eager rebalance forgets the pause",
            "topic t partitions 2
             group g on t
             process p { repeat 4 as i { produce key i; send t } }
             process c { poll g up to 1; commit; pause g; poll g within 9ms { print \"given\" } else { print \"nothing\" } }
             process d { sleep 2ms; poll g within 1ms { } else { } }",
            "2 given",
        ),
    ];
    prints(rows);
}

#[test]
fn rebalances() {
    let rows: &[Row] = &[
        (
            "eager: nobody has records until every other member has polled; what was not committed comes again",
            "topic t partitions 2
             group g on t
             process p { repeat 4 as i { produce key i size 1B; send t; } }
             process a { forever { poll g up to 1; print \"a attempt {attempt}\"; sleep 10ms } }
             process b { sleep 1ms; forever { poll g up to 1; print \"b attempt {attempt}\"; sleep 10ms } }
             at 12ms { print \"{lag(g)}\" }
             at 15ms { crash a; crash b }",
            "0 a attempt 1; 10 a attempt 2; 10 b attempt 1; 12 4",
        ),
        (
            "cooperative: who has its partition goes on; who moves one gives it up at its next poll",
            "topic t partitions 2
             group g on t assignor cooperative
             process p { repeat 8 { send t } }
             process a { repeat 3 { poll g up to 1; print \"a attempt {attempt}\"; commit; sleep 10ms } }
             process b { sleep 1ms; repeat 2 { poll g up to 1; print \"b attempt {attempt}\"; commit; sleep 10ms } }",
            "0 a attempt 1; 10 a attempt 1; 20 a attempt 1; 20 b attempt 1; 30 b attempt 1",
        ),
        (
            "a commit is accepted until its member polls again",
            "topic t partitions 1
             group g on t
             process p { repeat 4 as i { produce key i; send t } }
             process a { poll g up to 1; sleep 5ms; commit; print \"lag {lag(g)}\"; poll g up to 1; print \"a {key}\"; sleep 1h }
             process b { sleep 1ms; poll g up to 1; print \"b {key}\" }",
            "5 lag 3; 5 a 1",
        ),
        (
            "what was polled before and not committed then is not committed by a later commit",
            "topic t partitions 1
             group g on t
             process p { repeat 4 as i { produce key i; send t } }
             process a { poll g up to 2; sleep 5ms; poll g within 1ms { } else { commit; print \"lag {lag(g)}\" }; sleep 1h }
             process b { sleep 1ms; poll g; print \"b\" }
             process c { sleep 2ms; poll g; sleep 20ms; poll g }
             process d { sleep 2ms; poll g; print \"d\" }
             at 3ms { crash c }",
            "6 lag 4",
        ),
        (
            "who takes too long is thrown out, its late commit fails, and it joins again",
            "topic t partitions 1
             group g on t max_poll_interval 10ms
             process p { repeat 2 as i { produce key i; send t } }
             process a { poll g up to 1; print \"a {key}\"; sleep 30ms; try { commit } else { print \"a is out\" }
               poll g; print \"a {key} attempt {attempt}\"; commit; stop }
             process b { sleep 1ms; repeat 2 { poll g up to 1; print \"b {key} attempt {attempt}\"; commit; sleep 5ms } }
             expect redelivered == 1",
            "0 a 0; 10 b 0 attempt 2; 15 b 1 attempt 1; 30 a is out",
        ),
        (
            "who polls at the last moment is in time",
            "topic t partitions 1
             group g on t max_poll_interval 10ms
             process p { repeat 3 { send t } }
             process a { repeat 3 { poll g up to 1; print \"{attempt}\"; commit; sleep 10ms } }
             process b { sleep 1ms; poll g within 1h { } else { } }",
            "0 1; 10 1; 20 1",
        ),
        (
            "who crashes is missed when its session runs out, by a rebalance that waits for it too",
            "topic t partitions 1
             group g on t session_timeout 20ms
             process p { repeat 2 as i { produce key i; send t } }
             process a { poll g up to 2; print \"a {attempt}\"; sleep 1h }
             process b { sleep 7ms; poll g up to 2; print \"b {attempt}\"; commit; print \"{lag(g)}\" }
             at 5ms { crash a }",
            "0 a 1; 25 b 2; 25 0",
        ),
        (
            "who begins again at once is another member: the session of the dead one must run out",
            "topic t partitions 1
             group g on t session_timeout 20ms
             process p { send t; send t }
             process a { poll g up to 2; print \"{attempt}\"; sleep 10ms; commit }
             at 5ms { crash a for 1ms }",
            "0 1; 25 2",
        ),
        (
            "a rebalance waits for a dead one no longer than for a slow one",
            "topic t partitions 1
             group g on t session_timeout 50ms max_poll_interval 10ms
             process p { send t }
             process a { poll g; print \"a {attempt}\"; sleep 5ms }
             process b { sleep 7ms; poll g; print \"b {attempt}\"; commit }
             at 4ms { crash a }",
            "0 a 1; 17 b 2",
        ),
        (
            "who leaves in order is missed at once",
            "topic t partitions 1
             group g on t
             process p { repeat 2 as i { produce key i; send t } }
             process a { poll g up to 1; commit; sleep 5ms }
             process b { sleep 1ms; poll g; print \"{key}\" }",
            "5 1",
        ),
        (
            "all that join at one instant share at once, whoever starts them",
            "topic t partitions 4
             group g on t
             process m { repeat 3 { spawn w }; poll g; print \"m {size}\"; sleep 1ms; commit }
             task w { poll g up to 9; print \"w {size}\"; sleep 1ms; commit }
             process p { repeat 4 as i { produce size 1B * (i + 1); send t } }
             expect redelivered == 0",
            "0 m 1B; 0 w 2B; 0 w 3B; 0 w 4B",
        ),
    ];
    prints(rows);
}

#[test]
fn autoscaled_pollers() {
    let rows: &[Row] = &[(
        "who waits in its poll with nothing in hand is idle, retires and leaves in order",
        "topic t partitions 4
         group g on t
         shared busy = 1
         process p { repeat 4 { sleep 10ms; produce key 1; send t } }
         process c x 1 to 3 growing 1 per 4ms while busy == 1 { forever { poll g; print \"{attempt}\"; commit } }
         at 15ms { busy = 0 }
         process w { sleep 35ms; print \"ok\" }
         expect redelivered == 0",
        "10 1; 20 1; 30 1; 35 ok; 40 1",
    )];
    prints(rows);
    let report = run(rows[0].1, 100 * MS);
    let group = report.groups.get("g").expect("the group");
    // Three join one by one, two leave.
    assert_eq!((group.members, group.rebalances), (1, 5), "{group:?}");
}

#[test]
fn what_is_measured_of_them() {
    let report = run(
        "topic t partitions 2
         group g on t max_poll_interval 10ms
         process p { repeat 6 { produce size 2B; send t } }
         process a { poll g up to 2; sleep 30ms; poll g up to 6; commit; pause g; sleep 5ms; resume g; sleep 1h }",
        39 * MS,
    );
    let topic = report.topics.get("t").expect("the topic");
    assert_eq!(
        (
            &topic.end_offsets,
            &topic.start_offsets,
            topic.records,
            topic.bytes,
            topic.deleted
        ),
        (&vec![3, 3], &vec![0, 0], 6, 12, 0)
    );
    let group = report.groups.get("g").expect("the group");
    assert_eq!(
        (
            group.lag,
            group.max_lag,
            &group.lags,
            &group.committed,
            &group.positions
        ),
        (0, 6, &vec![0, 0], &vec![3, 3], &vec![3, 3])
    );
    assert_eq!(
        (
            group.delivered,
            group.redelivered,
            group.evicted,
            group.rebalances,
            group.members
        ),
        (8, 2, 1, 2, 1)
    );
    assert_near("lag", group.mean_lag, 6.0 * 30.0 / 39.0, 1e-9);
    assert_near("paused", group.paused_s, 0.005, 1e-9);
    let causes: Vec<&str> = group
        .rebalance_history
        .iter()
        .map(|one| one.cause)
        .collect();
    assert_eq!(causes, ["join", "join"]);
}

#[test]
fn knobs_of_a_group_act_at_once_and_are_replayed() {
    let text = "knob patience = 1h from 1ms to 1h
        knob n = 1 from 1 to 9
        topic t partitions n
        group g on t max_poll_interval patience
        process p { every 1ms { send t } }
        process a x 2 { forever { poll g up to 5; sleep 20ms; commit } }";
    let mut played = simulation(text, 1).with_digest();
    let _ = played.advance(10 * MS, u64::MAX);
    played.set_knob(knob(&played, "patience"), 5.0 * MS as f64);
    played.set_knob(knob(&played, "n"), 3.0);
    let _ = played.advance(SECOND, u64::MAX);
    let report = played.report();
    assert_balanced(&report, text);
    let group = report.groups.get("g").expect("the group");
    assert!(
        group.evicted > 10 && group.committed.len() == 3,
        "{group:?}"
    );
    let digest = played.digest();
    let _ = played.seek(2 * MS, u64::MAX);
    let _ = played.seek(SECOND, u64::MAX);
    assert_eq!(
        played.digest(),
        digest,
        "going back and forward is the same run"
    );
}
