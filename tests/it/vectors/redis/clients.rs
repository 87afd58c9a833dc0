//! `maxclients`: who comes when all places are taken is told so and sent away, and does not wait.

use serde_json::{Value, json};

use super::super::run::{Line, Trace, indented};
use super::super::vector::Vector;

/// How many come for whom there is no place.
const TOO_MANY: i64 = 5;
const REFUSAL: &str = "-ERR max number of clients reached";

/// The scenario. The recorder's own connection is the first.
pub(in super::super) fn text(vector: &Vector) -> Result<String, String> {
    vector.knows(&["maxclients"])?;
    let most = vector.whole("maxclients")?;
    let text = format!(
        "scenario \"{}\"
        resource connections permits {most} when_full refuse
        process admin {{ acquire connections }}
        process client x {} {{
        sleep 1ms
        let asked = now
        with connections {{
        print \"accepted\"
        sleep 1s
        }} else {{ print \"refused|waited={{now > asked}}\" }}
        }}",
        vector.system,
        most - 1 + TOO_MANY,
    );
    Ok(indented(&text))
}

/// How many got in, and how the others were sent away.
pub(in super::super) fn observe(_: &Vector, trace: &Trace) -> Result<Value, String> {
    let refused: Vec<&Line> = trace.tagged("refused").collect();
    let at_once = refused.iter().all(|line| line.number("waited") == 0.0);
    Ok(json!({
        "accepted_total_including_admin": trace.tagged("accepted").count() + 1,
        "refusal": if refused.is_empty() { "" } else { REFUSAL },
        "refused_not_queued": refused.len() as i64 == TOO_MANY && at_once,
    }))
}
