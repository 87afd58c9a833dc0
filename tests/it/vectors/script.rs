//! Scripts: one operation at a time on a channel, a queue or a semaphore, the runtime settled between them.
//!
//! Each operation is a process that starts when it is its turn; an `atomic` list is one process that does not wait in between. The
//! lines `ID|begins` and `ID|result=…` say who waits and who is through; a process that looks on prints the state at the end of each
//! step. What comes from outside, a cancellation or a timeout, is a deadline (`within`) on the operation that it ends.
//!
//! `task_done` and `join` are a count and an `await` on it. tokio's `reserve` is what it is in tokio: an mpsc channel is a semaphore
//! and an unbounded list, so a script that reserves is written as a pool of permits and an unbounded channel.
//!
//! `dialect` has the words of each runtime, `statements` each operation as a text.

use serde_json::{Map, Value, json};

mod dialect;
mod statements;

use self::dialect::{DIALECTS, Dialect};
use super::run::{Line, Trace, indented};
use super::runtime;
use super::vector::{Vector, knows, text as text_of, whole};

/// Virtual time between two operations, as the slowest recorder waited: timeouts count against it.
const GAP_MS: i64 = 20;

/// One operation of a script.
struct Operation<'a> {
    id: i64,
    name: &'a str,
    at_ms: i64,
    fields: &'a Value,
    /// What an `atomic` does.
    list: Vec<Operation<'a>>,
}

struct Script<'a> {
    dialect: &'static Dialect,
    bound: i64,
    operations: Vec<Operation<'a>>,
    /// When each step ends, which is when the next begins.
    ends_ms: Vec<i64>,
}

/// The scenario.
pub(super) fn text(vector: &Vector) -> Result<String, String> {
    let script = Script::read(vector)?;
    let mut lines = vec![format!("scenario \"{}\"", vector.system)];
    lines.extend(script.stores(&vector.system)?);
    for operation in &script.operations {
        lines.push(format!(
            "process op{} {{\nsleep {}ms\n{}\n}}",
            operation.id,
            operation.at_ms,
            script.statements(operation)?
        ));
    }
    lines.push(script.looking_on());
    Ok(indented(&lines.join("\n")))
}

/// The steps, as recorded.
pub(super) fn observe(vector: &Vector, trace: &Trace) -> Result<Value, String> {
    let script = Script::read(vector)?;
    let mut states = trace.tagged("step");
    let steps = script
        .operations
        .iter()
        .zip(&script.ends_ms)
        .map(|(operation, &end_ms)| {
            let until = |line: &&Line| line.ms() < end_ms as f64;
            let since = |line: &&Line| line.ms() >= operation.at_ms as f64;
            let mut step = states
                .next()
                .map(|line| line.fields.clone())
                .unwrap_or_default();
            step.insert("after_op".to_owned(), operation.id.into());
            step.insert(
                "completed".to_owned(),
                completed(trace.0.iter().filter(since).filter(until)),
            );
            for (key, names) in script.dialect.waiting {
                let lines: Vec<&Line> = trace.0.iter().filter(until).collect();
                step.insert((*key).to_owned(), script.waiting(names, &lines));
            }
            Value::from(step)
        });
    Ok(
        json!({ "steps": steps.collect::<Value>(), "cap": script.bound, "max_capacity": script.bound }),
    )
}

/// What came through, by number of operation.
fn completed<'a>(lines: impl Iterator<Item = &'a Line>) -> Value {
    let mut through: Vec<(i64, Map<String, Value>)> = lines
        .filter(|line| line.fields.contains_key("result"))
        .filter_map(|line| Some((line.tag.parse().ok()?, line.fields.clone())))
        .collect();
    through.sort_by_key(|&(id, _)| id);
    let entries = through.into_iter().map(|(id, mut fields)| {
        fields.insert("id".to_owned(), id.into());
        Value::from(fields)
    });
    entries.collect()
}

impl<'a> Script<'a> {
    fn read(vector: &'a Vector) -> Result<Self, String> {
        let dialect = DIALECTS
            .iter()
            .find(|dialect| dialect.system == vector.system);
        let dialect = dialect.ok_or_else(|| format!("no dialect for {}", vector.system))?;
        vector.knows(&[dialect.bound, "ops"])?;
        let mut now = 0;
        let mut ends_ms = Vec::new();
        let operations: Result<Vec<Operation<'a>>, String> = list(&vector.parameters["ops"])?
            .iter()
            .map(|fields| {
                now += GAP_MS;
                let operation = Operation::read(fields, now)?;
                now += if operation.name == "sleep" {
                    whole(fields, "ms")?
                } else {
                    0
                };
                ends_ms.push(now + GAP_MS);
                Ok(operation)
            })
            .collect();
        Ok(Script {
            dialect,
            bound: vector.whole(dialect.bound)?,
            operations: operations?,
            ends_ms,
        })
    }

    /// Whether an operation of that name is in it.
    fn has(&self, name: &str) -> bool {
        self.operations
            .iter()
            .flat_map(|operation| operation.list.iter().chain([operation]))
            .any(|operation| operation.name == name)
    }

    fn stores(&self, system: &str) -> Result<Vec<String>, String> {
        let mut lines = vec!["shared closed = 0".to_owned()];
        if self.dialect.bound == "permits" || self.reserves() {
            lines.push(format!("resource slots permits {}", self.bound));
        }
        if self.reserves() {
            lines.push("shared reserved = 0".to_owned());
            lines.push("channel ch unbounded no_handoff".to_owned());
        } else if self.dialect.bound != "permits" {
            lines.push(format!(
                "channel ch {}",
                runtime::channel(system, self.bound)?
            ));
        }
        if self.counts_tasks() {
            lines.push("shared unfinished = 0".to_owned());
        }
        if self.has("drop_tx") {
            lines.push("shared sending = 0".to_owned());
        }
        Ok(lines)
    }

    /// Whether the channel is written as permits and an unbounded channel.
    fn reserves(&self) -> bool {
        self.has("reserve")
    }

    /// Whether puts are counted until `task_done`.
    fn counts_tasks(&self) -> bool {
        self.dialect
            .waiting
            .iter()
            .any(|(_, names)| names.contains(&"join"))
    }

    /// The process that prints the state at the end of each step.
    fn looking_on(&self) -> String {
        let state = self
            .dialect
            .state
            .iter()
            .map(|&(key, expression)| match key {
                "capacity" if self.reserves() => format!("|{key}={{free(slots)}}"),
                _ => format!(
                    "|{key}={{{}}}",
                    expression.replace("CAPACITY", &self.bound.to_string())
                ),
            });
        let print = format!("print \"step{}\"", state.collect::<String>());
        let mut now = 0;
        let looks = self.ends_ms.iter().map(|end| {
            let look_ms = end - GAP_MS / 2;
            let wait_ms = look_ms - now;
            now = look_ms;
            format!("sleep {wait_ms}ms\n{print}")
        });
        format!(
            "process looking_on {{\n{}\n}}",
            looks.collect::<Vec<_>>().join("\n")
        )
    }

    /// Who of these operations has begun and is not through, in order of beginning.
    fn waiting(&self, names: &[&str], lines: &[&Line]) -> Value {
        let through = |tag: &str| {
            lines
                .iter()
                .any(|line| line.tag == tag && line.fields.contains_key("result"))
        };
        let begun = lines
            .iter()
            .filter(|line| line.fields.is_empty() && !through(&line.tag));
        let named = begun.filter(|line| names.contains(&self.name_of(&line.tag)));
        named
            .filter_map(|line| line.tag.parse::<i64>().ok())
            .map(Value::from)
            .collect()
    }

    /// An operation's name by its number; what a `release_then_acquire` begins under a number of its own is an acquire.
    fn name_of(&self, id: &str) -> &str {
        self.operations
            .iter()
            .find(|operation| operation.id.to_string() == id)
            .map_or("acquire", |operation| operation.name)
    }
}

impl<'a> Operation<'a> {
    fn read(fields: &'a Value, at_ms: i64) -> Result<Self, String> {
        knows(
            fields,
            &[
                "id",
                "op",
                "v",
                "target",
                "n",
                "ms",
                "timeout_ms",
                "acq_id",
                "ops",
            ],
        )?;
        let inner = if fields["ops"].is_null() {
            &[][..]
        } else {
            list(&fields["ops"])?
        };
        let inner: Result<Vec<Self>, String> = inner
            .iter()
            .map(|fields| Operation::read(fields, at_ms))
            .collect();
        Ok(Operation {
            id: whole(fields, "id")?,
            name: text_of(fields, "op")?,
            at_ms,
            fields,
            list: inner?,
        })
    }
}

fn list(value: &Value) -> Result<&[Value], String> {
    value
        .as_array()
        .map(Vec::as_slice)
        .ok_or_else(|| format!("{value} is not a list"))
}
