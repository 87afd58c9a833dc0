//! `max_connections`: a connection takes a place or is refused at once, and the last places are for superusers.

use serde_json::{Value, json};

use super::super::run::{Line, Trace, indented};
use super::super::vector::Vector;

/// `superuser_reserved_connections` as it comes.
const RESERVED: i64 = 3;
/// How many connections of each kind are tried beyond those that can be had.
const TOO_MANY: i64 = 2;

const NO_PLACE: &str = "sorry, too many clients already";
const RESERVED_PLACE: &str =
    "remaining connection slots are reserved for non-replication superuser connections";

/// The scenario: ordinary users, superusers, an ordinary one who finds every place taken, and one who comes when somebody has gone.
pub(in super::super) fn text(vector: &Vector) -> Result<String, String> {
    vector.knows(&["max_connections"])?;
    let most = vector.whole("max_connections")?;
    let text = format!(
        "scenario \"{}\"
        resource slots permits {most} when_full refuse
        process main {{
        {}
        {}
        {}
        release slots {}
        {}
        }}",
        vector.system,
        connect(most, "ordinary", RESERVED),
        connect(RESERVED + TOO_MANY, "superuser", 0),
        connect(1, "late", RESERVED),
        RESERVED + 1,
        connect(1, "again", RESERVED),
    );
    Ok(indented(&text))
}

/// What the server does for so many new connections: each takes a place, and gives it back if it may not have one of the last.
fn connect(times: i64, who: &str, keeps_free: i64) -> String {
    format!(
        "repeat {times} {{
        let asked = now
        let in = 1
        acquire slots else {{
        in = 0
        print \"{who}|in=0|why={NO_PLACE}|waited={{now > asked}}\"
        }}
        if in and free(slots) < {keeps_free} {{
        in = 0
        release slots
        print \"{who}|in=0|why={RESERVED_PLACE}|waited={{now > asked}}\"
        }}
        if in {{ print \"{who}|in=1\" }}
        }}"
    )
}

/// How many got in, and what the others were told.
pub(in super::super) fn observe(vector: &Vector, trace: &Trace) -> Result<Value, String> {
    let accepted = |who| trace.tagged(who).filter(|line| line.number("in") == 1.0);
    let refused = |who| trace.tagged(who).filter(|line| line.number("in") == 0.0);
    let why = |who| refused(who).next().map(|line: &Line| line.field("why"));
    let all = ["ordinary", "superuser", "late"].into_iter();
    let waited = all
        .flat_map(refused)
        .any(|line| line.number("waited") != 0.0);
    Ok(json!({
        "max_connections": vector.whole("max_connections")?,
        "superuser_reserved_connections": RESERVED,
        "ordinary_connections_accepted": accepted("ordinary").count(),
        "ordinary_refusal": why("ordinary"),
        "then_superuser_connections_accepted": accepted("superuser").count(),
        "superuser_refusal": why("superuser"),
        "ordinary_refusal_when_all_slots_used": why("late"),
        "refusal_is_immediate_not_queued (<200ms)": !waited,
        "slot_reusable_after_one_close": accepted("again").count() == 1,
    }))
}
