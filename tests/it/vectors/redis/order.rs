//! After a stall the commands of one client are done in one go, then those of the next, whatever the order in which they came.

use serde_json::{Value, json};

use super::super::run::{Line, Trace, indented};
use super::super::vector::Vector;

/// How many clients there are: the program has two.
const CLIENTS: i64 = 2;
/// How long the server is held up. It is not among the parameters; all commands come within it.
const STALL: &str = "500ms";

/// The scenario. The clients take turns, so that in order of arrival their commands would be mixed.
pub(in super::super) fn text(vector: &Vector) -> Result<String, String> {
    vector.knows(&["n"])?;
    let commands = vector.whole("n")?;
    let each = |line: fn(i64) -> String, between: &str| {
        let lines: Vec<String> = (0..CLIENTS).map(line).collect();
        lines.join(between)
    };
    let text = format!(
        "scenario \"{}\"
        cpu redis cores 1
        {}
        process clients {{
        repeat {commands} as command {{
        {}
        }}
        }}
        process server {{
        work {STALL} on redis
        forever {{
        await {} > 0
        {}
        }}
        }}",
        vector.system,
        each(|i| format!("channel socket{i} unbounded"), "\n"),
        each(
            |i| format!("sleep 1ms\nproduce key command\nsend socket{i}"),
            "\n"
        ),
        each(|i| format!("len(socket{i})"), " + "),
        each(readable, "\n"),
    );
    Ok(indented(&text))
}

/// What the event loop does for a client: it reads all that is there and carries it out.
fn readable(client: i64) -> String {
    format!(
        "if len(socket{client}) > 0 {{
        receive socket{client} up to 1000
        for each {{
        work 10us on redis
        print \"executed|client={client}|command={{key}}\"
        done
        }}
        }}"
    )
}

/// The order of each client's commands, and how often the server went from one client to another.
pub(in super::super) fn observe(_: &Vector, trace: &Trace) -> Result<Value, String> {
    let executed: Vec<(f64, f64)> = trace.tagged("executed").map(command).collect();
    let of = |client: i64| {
        let own = executed.iter().filter(move |(by, _)| *by == client as f64);
        own.map(|(_, command)| *command)
    };
    let changes = executed.windows(2).filter(|pair| pair[0].0 != pair[1].0);
    Ok(json!({
        "per_client_fifo": (0..CLIENTS).all(|client| of(client).is_sorted()),
        "each_client_served_as_one_batch": changes.count() as i64 == CLIENTS - 1,
        "executed": executed.len(),
    }))
}

fn command(line: &Line) -> (f64, f64) {
    (line.number("client"), line.number("command"))
}
