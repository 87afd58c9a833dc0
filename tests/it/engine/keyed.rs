//! Tables, permits per key, numbers of activities, and keys of requests.

use crate::support::{MS, Row, SECOND, prints, run};

#[test]
fn tables() {
    let rows: &[Row] = &[
        (
            "a key that was never written has the first value; the first value deletes",
            "knob start = 100 from 0 to 1k
             shared balance = start per key
             process p {
               balance[7] = balance[7] - 30; balance[8] = 5
               print \"{balance[7]} {balance[8]} {balance[9]} {len(balance)}\"
               balance[7] = 50 * 2
               print \"{balance[7]} {len(balance)}\"
             }
             expect balance[8] == 5 and len(balance) == 1",
            "0 70 5 100 2; 0 100 1",
        ),
        (
            "entries have the unit of their first value; a knob that moves does not move them",
            "knob start = 1ms from 0s to 1s
             shared seen = start per key
             at 1ms { set start = 5ms }
             process p { seen[1] = 3ms; sleep 2ms; print \"{seen[1]} {seen[2]}\" }",
            "2 3ms 1ms",
        ),
        (
            "0 and -0 are one key, and so is what is equal however it was worked out",
            "shared t = 0 per key
             process p { t[0 * -1] = 1; t[0.5 + 1.5] = 2; print \"{t[0]} {t[2]} {len(t)}\" }",
            "0 1 2 2",
        ),
        (
            "put if absent: nothing comes between the look and the write",
            "shared owner = 0 per key
             process p x 3 as i { if owner[5] == 0 { owner[5] = i + 1; print \"{i} has it\" } else { print \"{i} came late\" } }",
            "0 0 has it; 0 1 came late; 0 2 came late",
        ),
        (
            "compare and swap: who saw an old version does its work again",
            "shared value = 0 per key
             shared version = 0 per key
             process p x 2 as i {
               forever {
                 let seen = version[1]
                 let read = value[1]
                 sleep 10ms + i * 1ms
                 if version[1] == seen { version[1] = seen + 1; value[1] = read + 1; print \"{i} writes {value[1]}\"; stop }
                 print \"{i} tries again\"
               }
             }",
            "10 0 writes 1; 11 1 tries again; 22 1 writes 2",
        ),
        (
            "an await looks again when an entry changes, whichever",
            "shared state = 0 per key
             process p { await state[3] == 2; print \"state {state[3]}\" }
             process q { state[4] = 2; sleep 1ms; state[3] = 1; sleep 1ms; state[3] = 2 }",
            "2 state 2",
        ),
        (
            "entries survive the crash, the deadline, the failure and the OOM of who wrote them",
            "memory heap limit 1KB
             channel pile unbounded in heap
             shared written = 0 per key
             process a { written[1] = 1; sleep 1h }
             process b { within 1ms { written[2] = 1; sleep 1h } else { stop } }
             process c { repeat 1 { try { written[3] = 1; fail } else { stop } } }
             process d in heap { written[4] = written[4] + 1; sleep 3ms; produce size 2KB; send pile; sleep 1h }
             at 2ms { crash a }
             at 12ms { print \"{written[1]} {written[2]} {written[3]} {written[4]} {len(written)}\" }",
            "3 killed: heap passed its limit of 1KB; 12 1 1 1 1 4",
        ),
    ];
    prints(rows);
}

#[test]
fn permits_per_key() {
    let rows: &[Row] = &[
        (
            "each key has its own line, first come first served",
            "resource row permits 1 per key
             process p x 4 as i { with row[i % 2] { print \"{i} in\"; sleep 10ms } }",
            "0 0 in; 0 1 in; 10 2 in; 10 3 in",
        ),
        (
            "free and waiting of a key, and of a key that nobody uses",
            "resource row permits 2 per key
             process p x 4 { with row[5] { sleep 10ms } }
             at 1ms { print \"{free(row[5])} {len(row[5])} {free(row[6])} {len(row[6])} {len(row)}\" }
             at 30ms { print \"{free(row[5])} {len(row)}\" }
             expect max_in_use(row) == 2 and max_waiting(row) == 2 and utilisation(row) > 0",
            "1 0 2 2 0 2; 30 2 0",
        ),
        (
            "a deadline leaves the line of its key, and a crash returns what is held",
            "resource row permits 1 per key
             process holder { with row[1] { sleep 1h } }
             process late { with row[1] within 2ms { } else { print \"late\" } }
             process next { with row[1] { print \"next\" } }
             at 5ms { crash holder }",
            "2 late; 5 next",
        ),
        (
            "the limit of a line counts per key; no waiting at all is NOWAIT",
            "resource row permits 1 when_full refuse per key
             process p x 2 { with row[1] { print \"in\"; sleep 1ms } else { print \"refused\" } }
             process q { with row[2] { print \"in\" } else { print \"refused\" } }
             expect refused(row) == 1",
            "0 in; 0 refused; 0 in",
        ),
        (
            "acquire and release by key; new permits beyond those declared stay with their key",
            "resource credits permits 0 per key
             process p { acquire credits[1] 2; print \"two\" }
             process q { sleep 1ms; release credits[2] 2; release credits[1] 3; print \"{free(credits[1])} {free(credits[2])}\" }",
            "1 1 2; 1 two",
        ),
        (
            "what another has given back already goes back to its own key, which was forgotten meanwhile",
            "resource row permits 1 per key
             process a { with row[1] { sleep 10ms }; print \"{free(row[1])} {free(row[2])}\" }
             process b { sleep 1ms; release row[1] }
             process c { sleep 2ms; with row[2] { sleep 20ms } }
             process d { sleep 3ms; with row[2] { print \"in\" } }",
            "10 2 0; 22 in",
        ),
        (
            "a knob moves the pools of all keys",
            "knob n = 1 from 0 to 5
             resource row permits n per key
             process p x 3 { with row[1] { print \"in\"; sleep 10ms } }
             at 5ms { set n = 2; print \"{free(row[9])}\" }",
            "0 in; 5 2; 5 in; 10 in",
        ),
        (
            "an await looks again when permits of a key come back",
            "resource row permits 1 per key
             process p { with row[3] { sleep 4ms } }
             process q { sleep 1ms; await free(row[3]) > 0; print \"free\" }",
            "4 free",
        ),
        (
            "who is first asks again for a key that was forgotten meanwhile",
            "resource row permits 1 per key
             process p { repeat 3 as i { with row[1] { sleep 1ms }; with row[2] { sleep 1ms } }; print \"{free(row[1])}\" }",
            "6 1",
        ),
    ];
    prints(rows);
}

#[test]
fn numbers_of_activities() {
    let rows: &[Row] = &[
        (
            "from 0, in the order of their start",
            "process p x 3 as i { print \"{i}\" }",
            "0 0; 0 1; 0 2",
        ),
        (
            "kept when the body begins again, whatever the body did to the variable",
            "process p x 2 as i { sleep 1ms; print \"{i}\"; i = 9; if now < 2ms { fail }; stop }",
            "1 0; 1 1; 2 0; 2 1",
        ),
        (
            "the lowest that is free goes to who joins",
            "knob n = 3 from 1 to 5
             process p x n as i { print \"{i} joins\"; if i == 1 and now == 0s { stop }; sleep 1h }
             at 1ms { set n = 4 }
             at 2ms { set n = 5 }",
            "0 0 joins; 0 1 joins; 0 2 joins; 1 1 joins; 2 3 joins",
        ),
        (
            "after a crash they count anew, and inline bodies know the number",
            "process p x 2 as i { spawn { sleep 1ms; print \"{i}\" }; sleep 1h }
             at 5ms { crash p for 5ms }",
            "1 0; 1 1; 11 0; 11 1",
        ),
    ];
    prints(rows);
}

#[test]
fn keys_of_requests() {
    prints(&[(
        "the server reads the key of a request; a retry repeats it",
        "channel api capacity 5
         process client { retry 1 { call api size 2KB key 42 within 5ms }; print \"answered\" }
         process server { forever { receive api; print \"{key} {size}\"; sleep 4ms; fail 0%; if now > 5ms { done } else { fail } } }",
        "0 42 2KB; 4 42 2KB; 8 answered",
    )]);
}

#[test]
fn what_is_idle_is_forgotten() {
    let text = "resource row permits 1 per key
        process p x 20 { forever { with row[floor(uniform(0, 1k))] within 3ms { sleep exp(1ms) } else { sleep 1ms } } }
        at 900ms { crash p }";
    let report = run(text, SECOND);
    let (name, row) = &report.resources.0[0];
    assert_eq!(name, "row");
    assert_eq!(
        (row.in_use, row.waiting, row.keys),
        (0, 0, Some(0)),
        "all keys were given back at the crash"
    );
    assert!(row.max_in_use > 15, "{row:?}");
    let busy = run(text, 500 * MS);
    let keys = busy.resources.0[0].1.keys.unwrap_or(0);
    assert!((10..=20).contains(&keys), "{keys} keys in use by 20");
}
