//! A consumer is killed in the middle of a record, and another takes over from what is committed.
//!
//! DIVERGES: librdkafka's automatic commit is made by a timer, of everything that was handed over, the record in progress included. Ours
//! is the Java client's: a poll commits what earlier polls gave. So the text makes the timer's commit itself, while it works.

use serde_json::{Value, json};

use super::super::run::{Trace, indented};
use super::super::vector::{Vector, text as text_of};

/// The scenario: A dies at the end of the work that only one of its records needs, B is there from then on.
pub(in super::super) fn text(vector: &Vector) -> Result<String, String> {
    vector.knows(&[
        "messages",
        "commit",
        "crash_after",
        "commit_every",
        "auto_commit_interval_ms",
        "work_ms",
        "broker",
    ])?;
    let (work, every) = (vector.whole("work_ms")?, vector.whole("commit_every")?);
    let interval = vector.whole("auto_commit_interval_ms")?;
    let messages = vector.whole("messages")?;
    let (before, during, after) = match text_of(&vector.parameters, "commit")? {
        "before" => (
            "commit".to_owned(),
            format!("sleep {work}ms"),
            String::new(),
        ),
        "after" => (
            String::new(),
            format!("sleep {work}ms"),
            format!("if (key + 1) % {every} == 0 {{ commit }}"),
        ),
        "auto" if interval < work => (
            String::new(),
            format!("sleep {interval}ms\ncommit\nsleep {}ms", work - interval),
            String::new(),
        ),
        other => return Err(format!("when `{other}` commits is not written down")),
    };
    let text = format!(
        "scenario \"{}\"
        topic t partitions 1
        group g on t session_timeout 10s
        process app {{
        repeat {messages} as i {{
        produce key i
        send t
        }}
        }}
        process A {{
        forever {{
        poll g up to 1
        print \"started|key={{key}}\"
        {before}
        if key == {} {{
        {during}
        crash A
        }}
        print \"completed|key={{key}}\"
        {after}
        }}
        }}
        process B {{
        sleep {work}ms
        print \"taken|committed={{{messages} - lag(g)}}\"
        forever {{
        poll g
        for each {{ print \"again|key={{key}}\" }}
        commit
        }}
        }}",
        vector.system,
        vector.whole("crash_after")?,
    );
    Ok(indented(&text))
}

/// What was done by whom.
pub(in super::super) fn observe(vector: &Vector, trace: &Trace) -> Result<Value, String> {
    let completed = trace.column("completed", "key");
    let again = trace.column("again", "key");
    let twice = completed.iter().filter(|key| again.contains(key));
    let all = (0..vector.whole("messages")?).map(Value::from);
    let lost = all.filter(|key| !completed.contains(key) && !again.contains(key));
    Ok(json!({
        "A_started": trace.column("started", "key"),
        "committed_offset_after_crash": trace.only("taken")?.number("committed"),
        "B_first_offset": again.first(),
        "processed_twice (completed by A and again by B)": twice.collect::<Vec<_>>(),
        "lost (not completed by A, not seen by B)": lost.collect::<Vec<_>>(),
        "A_completed": completed,
        "measured": {},
    }))
}
