//! Many who want one row that a transaction has written: in which order they get it, and who need not wait.
//!
//! A plain lock (`advisory`), and a row that is locked and not written (`for_update`), go to who has waited longest. A written row does
//! not. Its writer leaves a new version. Of those who wait, the first has the lock on the old version's place and waits for the writer;
//! he gets the new version. The others come through the place after him, find the new version taken, and all wait for the transaction
//! that has it. When that ends all are woken, and who is there first has the row. So the first waiter is the first, and then it is chance.

use serde_json::{Value, json};

use super::super::files::FILES;
use super::super::run::{Line, Trace, indented, run_seed};
use super::super::vector::Vector;

/// Between one waiter and the next: the recordings' notes.
const APART_MS: i64 = 60;
/// A statement, from the client to the server and back.
const STATEMENT: &str = "0.8ms";
/// How far apart those who are woken together come to run.
const WAKING: &str = "uniform(0us, 50us)";

/// The scenario.
pub(in super::super) fn text(vector: &Vector) -> Result<String, String> {
    vector.knows(&[
        "mode",
        "waiters",
        "hold_ms",
        "lock_timeout_ms",
        "hold_extra_ms",
    ])?;
    let (waiters, hold_ms) = (vector.whole("waiters")?, vector.whole("hold_ms")?);
    let extra_ms = vector.optional_of(&["hold_extra_ms"])?.unwrap_or(0);
    let commit_ms = APART_MS * (waiters + 1);
    let statement = statement(vector)?;
    let session = |number: i64| {
        format!(
            "process session{number} {{
            sleep {}ms
            let me = {}
            {}
            print \"end|session={number}\"
            }}",
            APART_MS * (number + 1),
            number + 1,
            statement
                .replace(
                    "GRANTED",
                    &format!("print \"granted|session={number}\"\nsleep {hold_ms}ms")
                )
                .replace("RESULT", &format!("result|session={number}")),
        )
    };
    let sessions: Vec<String> = (0..waiters).map(session).collect();
    let text = format!(
        "scenario \"{}\"
        resource row permits 1
        resource other_row permits 1
        resource place permits 1
        resource advisory permits 1
        shared value = 0
        shared committed = 0
        shared newest_is = 0
        shared waiting = 0
        process holder {{
        acquire advisory
        acquire row
        let mine = value + 1
        sleep {commit_ms}ms
        print \"before|waiting={{waiting}}\"
        {}
        sleep {extra_ms}ms
        print \"commit\"
        sleep {STATEMENT}
        value = mine
        committed = 1
        release row
        release advisory
        print \"end\"
        }}
        {}
        at 100s {{ print \"final|value={{value}}\" }}",
        vector.system,
        others(),
        sessions.join("\n"),
    );
    Ok(indented(&text))
}

/// A reader of the row, who sees what was committed, and a writer of another row.
fn others() -> String {
    format!(
        "spawn {{
        let began = now
        sleep {STATEMENT}
        print \"reader|value={{value}}|ms={{(now - began) / 1ms}}\"
        }}
        spawn {{
        let began = now
        sleep {STATEMENT}
        with other_row {{ print \"writer|ms={{(now - began) / 1ms}}\" }}
        }}"
    )
}

/// What each waiter asks for. GRANTED stands for having it until it commits, RESULT for what its client is told.
fn statement(vector: &Vector) -> Result<String, String> {
    let lock = |name: &str| {
        format!(
            "waiting = waiting + 1
            acquire {name}
            waiting = waiting - 1
            GRANTED
            release {name}"
        )
    };
    let give_up = |within: &str, otherwise: &str| {
        format!(
            "waiting = waiting + 1
            let has = 1
            acquire row within {within} else {{ has = 0 }}
            waiting = waiting - 1
            if has {{
            GRANTED
            release row
            }} else {{ {otherwise} }}"
        )
    };
    let refused = |why: &str| format!("print \"RESULT|why={why}\"");
    Ok(match mode(vector) {
        "advisory" => lock("advisory"),
        "for_update" => lock("row"),
        "wait" => update(),
        "nowait" => give_up("0ms", &refused("nowait")),
        "lock_timeout" => give_up(
            &format!("{}ms", vector.whole("lock_timeout_ms")?),
            &refused("lock_timeout"),
        ),
        "skip_locked" => give_up("0ms", "with other_row { print \"RESULT|row=2\" }"),
        mode => return Err(format!("what `{mode}` does")),
    })
}

/// `update t set v = v + 1`. `newest_is` says who has the newest version, once the holder has made one.
fn update() -> String {
    format!(
        "waiting = waiting + 1
        with place {{
        await committed
        if newest_is == 0 {{ newest_is = me }}
        }}
        while newest_is != me {{
        await newest_is == 0
        sleep {WAKING}
        if newest_is == 0 {{ newest_is = me }}
        }}
        waiting = waiting - 1
        let mine = value + 1
        GRANTED
        value = mine
        newest_is = 0"
    )
}

/// Who was granted, in order.
fn granted(trace: &Trace) -> Vec<i64> {
    let sessions = trace.tagged("granted");
    sessions.map(|line| line.number("session") as i64).collect()
}

/// What the client was told.
fn result(line: &Line) -> Value {
    let told = match line.field("why").as_str() {
        Some("nowait") => {
            json!("LockNotAvailable: could not obtain lock on row in relation \"t\"")
        }
        Some("lock_timeout") => {
            json!("LockNotAvailable: canceling statement due to lock timeout")
        }
        _ => json!([[line.field("row")]]),
    };
    json!([line.field("session"), told])
}

/// The order of the grants, what the others saw meanwhile, and how long it took from the commit on.
pub(in super::super) fn observe(vector: &Vector, trace: &Trace) -> Result<Value, String> {
    let (reader, writer) = (trace.only("reader")?, trace.only("writer")?);
    let order = granted(trace);
    let commit_ms = trace.only("commit")?.ms();
    let ends = trace.tagged("end").map(Line::ms);
    let total_ms = ends.fold(f64::NAN, f64::max) - commit_ms;
    let hold_ms = vector.whole("hold_ms")? as f64;
    Ok(json!({
        "waiting_sessions_before_commit": trace.only("before")?.field("waiting"),
        "reader_sees_old_value_while_locked": reader.field("value"),
        "reader_not_blocked (<50ms)": reader.number("ms") < 50.0,
        "other_row_writer_not_blocked (<50ms)": writer.number("ms") < 50.0,
        "final_value": trace.only("final")?.field("value"),
        "first_granted_is_first_waiter": order.first() == Some(&0),
        "strict_fifo_this_run": order.is_sorted(),
        "grant_order": order,
        "serialised_total_in_holds": (total_ms / hold_ms).round(),
        "results": trace.tagged("result").map(result).collect::<Vec<_>>(),
        "measured": { "reader_ms": reader.field("ms"), "total_after_commit_ms": total_ms },
    }))
}

/// Runs whose orders are compared.
const SEEDS: u64 = 600;

/// In how many of [`SEEDS`] runs the waiters got the row in each order, as the recordings write one ("0123").
fn orders(vector: &Vector) -> Result<Vec<(String, f64)>, String> {
    let text = text(vector)?;
    let mut counts: Vec<(String, f64)> = Vec::new();
    for seed in 1..=SEEDS {
        let order = granted(&run_seed(&text, seed)?);
        let order: String = order.iter().map(i64::to_string).collect();
        match counts.iter_mut().find(|(known, _)| *known == order) {
            Some((_, count)) => *count += 1.0,
            None => counts.push((order, 1.0)),
        }
    }
    Ok(counts)
}

/// Each order that was recorded can come, and one that is always the same comes always. Where it is chance, the first waiter is first,
/// and the others come in each order as often as in any other: chi-squared with 5 degrees of freedom passes 20.5 once in a thousand.
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn orders_are_those_recorded() {
    for (name, json) in FILES {
        let vector = Vector::parse(name, json).expect("a recording");
        let granted = ["wait", "for_update", "advisory"];
        if vector.system != "postgres-row-lock" || !granted.contains(&mode(&vector)) {
            continue;
        }
        let orders = orders(&vector).unwrap_or_else(|why| panic!("{name}: {why}"));
        let recorded = vector.observed["measured"]["grant_order_each_run"]["values"].as_array();
        for order in recorded.expect("orders").iter().filter_map(Value::as_str) {
            assert!(
                orders.iter().any(|(got, _)| got == order),
                "{name}: {order} never comes, but {orders:?}"
            );
        }
        if mode(&vector) == "wait" {
            let expected = SEEDS as f64 / 6.0;
            let squares = orders
                .iter()
                .map(|(_, n)| (n - expected).powi(2) / expected);
            assert!(
                orders.len() == 6 && squares.sum::<f64>() < 20.5,
                "{name}: {orders:?} are not even"
            );
            assert!(
                orders.iter().all(|(order, _)| order.starts_with('0')),
                "{name}: {orders:?}"
            );
        } else {
            assert_eq!(orders.len(), 1, "{name}: {orders:?}");
        }
    }
}

fn mode(vector: &Vector) -> &str {
    vector.parameters["mode"].as_str().unwrap_or_default()
}
