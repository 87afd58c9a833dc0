//! Scripts: one operation at a time on a channel, a queue or a semaphore, the runtime settled between them.
//!
//! Each operation is a process that starts when it is its turn; an `atomic` list is one process that does not wait in between. The
//! lines `ID|begins` and `ID|result=…` say who waits and who is through; a process that looks on prints the state at the end of each
//! step. What comes from outside, a cancellation or a timeout, is a deadline (`within`) on the operation that it ends.
//!
//! `task_done` and `join` are a count and an `await` on it. tokio's `reserve` is what it is in tokio: an mpsc channel is a semaphore
//! and an unbounded list, so a script that reserves is written as a pool of permits and an unbounded channel.

use serde_json::{Map, Value, json};

use super::run::{Line, Trace, indented};
use super::runtime;
use super::vector::{Vector, knows, text as text_of, whole};

/// Virtual time between two operations, as the slowest recorder waited: timeouts count against it.
const GAP_MS: i64 = 20;

/// The words of a runtime. `{key}` is filled in by the scenario when it prints, `CAPACITY` by the converter.
struct Dialect {
    system: &'static str,
    /// The parameter that bounds it; for semaphores the number of permits.
    bound: &'static str,
    sent: &'static str,
    full: &'static str,
    /// A send that finds the channel closed, or waits when it closes.
    refused: &'static str,
    received: &'static str,
    empty: &'static str,
    /// A receive from what is closed and empty.
    ended: &'static str,
    /// The same without waiting.
    ended_at_once: &'static str,
    closed: &'static str,
    closed_again: &'static str,
    /// Keys of a step, and the expression that each shows.
    state: &'static [(&'static str, &'static str)],
    /// Keys of a step that list who waits, and the operations they list.
    waiting: &'static [(&'static str, &'static [&'static str])],
}

const GO: Dialect = Dialect {
    system: "go-channel-script",
    bound: "cap",
    sent: "result=sent",
    full: "result=would_block",
    refused: "result=panic: send on closed channel",
    received: "result=received|ok=true|v={key}",
    empty: "result=would_block",
    ended: "result=received|ok=false|v=0",
    ended_at_once: "result=received|ok=false|v=0",
    closed: "result=closed",
    closed_again: "result=panic: close of closed channel",
    state: &[("len", "len(ch)")],
    waiting: &[("waiting_send", &["send"]), ("waiting_recv", &["recv"])],
};

const TOKIO: Dialect = Dialect {
    system: "tokio-mpsc-script",
    full: "result=full",
    refused: "result=closed",
    received: "result=received|v={key}",
    empty: "result=empty",
    ended: "result=none",
    ended_at_once: "result=disconnected",
    closed: "result=closed_rx",
    closed_again: "result=closed_rx",
    state: &[("len", "len(ch)"), ("capacity", "CAPACITY - len(ch)")],
    waiting: &[("waiting_send", &["send", "reserve"]), ("waiting_recv", &["recv"])],
    ..GO
};

const STD: Dialect = Dialect {
    system: "rust-std-sync-channel-script",
    refused: "result=disconnected",
    ended: "result=disconnected",
    closed: "result=closed",
    closed_again: "result=closed",
    state: &[],
    ..TOKIO
};

const PYQUEUE: Dialect = Dialect {
    system: "python-queue-script",
    bound: "maxsize",
    sent: "result=put",
    full: "result=Full",
    received: "result=got|v={key}",
    empty: "result=Empty",
    state: &[("qsize", "len(ch)"), ("unfinished_tasks", "unfinished")],
    waiting: &[("waiting_put", &["put"]), ("waiting_get", &["get"]), ("waiting_join", &["join"])],
    ..GO
};

const ASYNCIO: Dialect =
    Dialect { system: "asyncio-queue-script", full: "result=QueueFull", empty: "result=QueueEmpty", ..PYQUEUE };

const TOKIO_SEMAPHORE: Dialect = Dialect {
    system: "tokio-semaphore-script",
    bound: "permits",
    state: &[("available_permits", "free(slots)")],
    waiting: &[("waiting", &["acquire"])],
    ..GO
};

const ASYNCIO_SEMAPHORE: Dialect = Dialect {
    system: "asyncio-semaphore-script",
    state: &[("value", "free(slots)"), ("locked", "free(slots) == 0 or len(slots) > 0")],
    ..TOKIO_SEMAPHORE
};

const DIALECTS: &[Dialect] = &[GO, TOKIO, STD, PYQUEUE, ASYNCIO, TOKIO_SEMAPHORE, ASYNCIO_SEMAPHORE];

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
        lines.push(format!("process op{} {{\nsleep {}ms\n{}\n}}", operation.id, operation.at_ms, script.statements(operation)?));
    }
    lines.push(script.looking_on());
    Ok(indented(&lines.join("\n")))
}

/// The steps, as recorded.
pub(super) fn observe(vector: &Vector, trace: &Trace) -> Result<Value, String> {
    let script = Script::read(vector)?;
    let mut states = trace.tagged("step");
    let steps = script.operations.iter().zip(&script.ends_ms).map(|(operation, &end_ms)| {
        let until = |line: &&Line| line.ms() < end_ms as f64;
        let since = |line: &&Line| line.ms() >= operation.at_ms as f64;
        let mut step = states.next().map(|line| line.fields.clone()).unwrap_or_default();
        step.insert("after_op".to_owned(), operation.id.into());
        step.insert("completed".to_owned(), completed(trace.0.iter().filter(since).filter(until)));
        for (key, names) in script.dialect.waiting {
            let lines: Vec<&Line> = trace.0.iter().filter(until).collect();
            step.insert((*key).to_owned(), script.waiting(names, &lines));
        }
        Value::from(step)
    });
    Ok(json!({ "steps": steps.collect::<Value>(), "cap": script.bound, "max_capacity": script.bound }))
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
        let dialect = DIALECTS.iter().find(|dialect| dialect.system == vector.system);
        let dialect = dialect.ok_or_else(|| format!("no dialect for {}", vector.system))?;
        vector.knows(&[dialect.bound, "ops"])?;
        let mut now = 0;
        let mut ends_ms = Vec::new();
        let operations: Result<Vec<Operation<'a>>, String> = list(&vector.parameters["ops"])?
            .iter()
            .map(|fields| {
                now += GAP_MS;
                let operation = Operation::read(fields, now)?;
                now += if operation.name == "sleep" { whole(fields, "ms")? } else { 0 };
                ends_ms.push(now + GAP_MS);
                Ok(operation)
            })
            .collect();
        Ok(Script { dialect, bound: vector.whole(dialect.bound)?, operations: operations?, ends_ms })
    }

    /// Whether an operation of that name is in it.
    fn has(&self, name: &str) -> bool {
        self.operations.iter().flat_map(|operation| operation.list.iter().chain([operation])).any(|operation| operation.name == name)
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
            lines.push(format!("channel ch {}", runtime::channel(system, self.bound)?));
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
        self.dialect.waiting.iter().any(|(_, names)| names.contains(&"join"))
    }

    /// The process that prints the state at the end of each step.
    fn looking_on(&self) -> String {
        let state = self.dialect.state.iter().map(|&(key, expression)| match key {
            "capacity" if self.reserves() => format!("|{key}={{free(slots)}}"),
            _ => format!("|{key}={{{}}}", expression.replace("CAPACITY", &self.bound.to_string())),
        });
        let print = format!("print \"step{}\"", state.collect::<String>());
        let mut now = 0;
        let looks = self.ends_ms.iter().map(|end| {
            let look_ms = end - GAP_MS / 2;
            let wait_ms = look_ms - now;
            now = look_ms;
            format!("sleep {wait_ms}ms\n{print}")
        });
        format!("process looking_on {{\n{}\n}}", looks.collect::<Vec<_>>().join("\n"))
    }

    /// Who of these operations has begun and is not through, in order of beginning.
    fn waiting(&self, names: &[&str], lines: &[&Line]) -> Value {
        let through = |tag: &str| lines.iter().any(|line| line.tag == tag && line.fields.contains_key("result"));
        let begun = lines.iter().filter(|line| line.fields.is_empty() && !through(&line.tag));
        let named = begun.filter(|line| names.contains(&self.name_of(&line.tag)));
        named.filter_map(|line| line.tag.parse::<i64>().ok()).map(Value::from).collect()
    }

    /// An operation's name by its number; what a `release_then_acquire` begins under a number of its own is an acquire.
    fn name_of(&self, id: &str) -> &str {
        self.operations.iter().find(|operation| operation.id.to_string() == id).map_or("acquire", |operation| operation.name)
    }

    /// An operation as statements.
    fn statements(&self, operation: &Operation) -> Result<String, String> {
        let Operation { id, name, fields, .. } = *operation;
        let dialect = self.dialect;
        let say = |outcome: &str| format!("print \"{id}|{outcome}\"");
        let value = || Ok::<_, String>(format!("produce key {}", whole(fields, "v")?));
        let received = || format!("receive ch\n{}\ndone", say(dialect.received));
        Ok(match (name, self.reserves()) {
            ("atomic", _) => {
                let list: Result<Vec<String>, String> = operation.list.iter().map(|inner| self.statements(inner)).collect();
                list?.join("\n")
            }
            ("sleep", _) => format!("sleep {}ms\n{}", whole(fields, "ms")?, say("result=slept")),
            ("cancel", _) => self.target(operation).map(|_| say("result=cancel_requested"))?,

            ("send" | "put", false) => {
                let sent = format!("{}{}{}", self.counts_task(), self.leaves(operation), say(dialect.sent));
                let refused = format!("{}{}", self.leaves(operation), say(dialect.refused));
                self.waits(operation, &format!("{}\n{}", value()?, either("send ch", &sent, &refused)))?
            }
            ("try_send" | "put_nowait", false) => {
                let sent = format!("{}{}", self.counts_task(), say(dialect.sent));
                let not = format!("discard\n{}", either("if closed == 1", &say(dialect.refused), &say(dialect.full)));
                format!("{}\n{}", value()?, either("offer ch", &sent, &not))
            }
            ("recv" | "get", false) => {
                let received = format!("{}\ndone", say(dialect.received));
                self.waits(operation, &either("receive ch", &received, &say(dialect.ended)))?
            }
            ("try_recv" | "get_nowait", false) => {
                let received = format!("{}\ndone", say(dialect.received));
                let arms = format!("{}\n{}", block("receive ch", &received), block("else", &say(dialect.empty)));
                // A closed channel is ready, as in Go; that there is nothing to receive is then a failure.
                either("try", &block("select", &arms), &say(dialect.ended_at_once))
            }
            ("close", false) => {
                either("try", &format!("close ch\nclosed = 1\n{}", say(dialect.closed)), &say(dialect.closed_again))
            }
            // What is in it is gone with its receiver.
            ("drop_rx", false) => {
                let empties = block("while len(ch) > 0", "receive ch\ndiscard");
                format!("closed = 1\nclose ch\n{}\n{empties}", say("result=dropped_rx"))
            }
            // A sender that waits holds a clone: the channel ends for its receiver when the last of them is through.
            ("drop_tx", false) => format!("{}\nawait sending == 0\nclosed = 1\nclose ch", say("result=dropped_tx")),

            ("send", true) => {
                let sends = format!("acquire slots\n{}\nsend ch\n{}", value()?, say(dialect.sent));
                self.waits(operation, &either("if closed == 1", &say(dialect.refused), &sends))?
            }
            ("reserve", true) => {
                let reserves = format!("acquire slots\nreserved = reserved + 1\n{}", say("result=permit"));
                self.waits(operation, &either("if closed == 1", &say(dialect.refused), &reserves))?
            }
            ("permit_send", true) => format!("{}\nsend ch\nreserved = reserved - 1\n{}", value()?, say(dialect.sent)),
            ("permit_drop", true) => format!("release slots\nreserved = reserved - 1\n{}", say("result=released")),
            ("try_send", true) => {
                let sends = format!("acquire slots\n{}\nsend ch\n{}", value()?, say(dialect.sent));
                let tries = either("if free(slots) > 0", &sends, &say(dialect.full));
                either("if closed == 1", &say(dialect.refused), &tries)
            }
            // There is one receiver. It ends when the channel is closed, empty, and no permit is out.
            ("recv", true) => {
                let receives = format!("{}\nrelease slots", received());
                let looks = either("if len(ch) > 0", &receives, &say(dialect.ended));
                self.waits(operation, &format!("await len(ch) > 0 or (closed == 1 and reserved == 0)\n{looks}"))?
            }
            ("try_recv", true) => {
                let receives = format!("{}\nrelease slots", received());
                let not = either("if closed == 1 and reserved == 0", &say(dialect.ended_at_once), &say(dialect.empty));
                either("if len(ch) > 0", &receives, &not)
            }
            ("close", true) => {
                let closes = format!("closed = 1\n{}", say(dialect.closed));
                either("if closed == 1", &say(dialect.closed_again), &closes)
            }

            ("join", _) => self.waits(operation, &format!("await unfinished == 0\n{}", say("result=joined")))?,
            ("task_done", _) => {
                let counts = format!("unfinished = unfinished - 1\n{}", say("result=ok"));
                either("if unfinished == 0", &say("result=ValueError: task_done() called too many times"), &counts)
            }

            ("acquire", _) => {
                self.waits(operation, &format!("acquire slots {}\n{}", operation.permits()?, say("result=acquired")))?
            }
            ("try_acquire", _) => {
                let permits = operation.permits()?;
                let acquires = format!("acquire slots {permits}\n{}", say("result=acquired"));
                either(&format!("if free(slots) >= {permits}"), &acquires, &say("result=no_permits"))
            }
            ("release", _) => {
                let permits = if fields["target"].is_null() { 1 } else { self.target(operation)?.permits()? };
                format!("release slots {permits}\n{}", say("result=released"))
            }
            ("release_then_acquire", _) => {
                let second = whole(fields, "acq_id")?;
                format!(
                    "release slots\n{}\nprint \"{second}|begins\"\nacquire slots\nprint \"{second}|result=acquired\"",
                    say("result=released")
                )
            }
            _ => return Err(format!("operation `{name}`: no statements of the language are written down for it")),
        })
    }

    /// The operation that this one names.
    fn target(&self, operation: &Operation) -> Result<&Operation<'a>, String> {
        let target = whole(operation.fields, "target")?;
        let found = self.operations.iter().find(|operation| operation.id == target);
        found.ok_or_else(|| format!("operation {} names {target}, which is not there", operation.id))
    }

    /// A statement that may wait: it begins, and what ends it from outside is a deadline around it.
    fn waits(&self, operation: &Operation, statement: &str) -> Result<String, String> {
        let enters = if self.leaves(operation).is_empty() { "" } else { "sending = sending + 1\n" };
        let mut text = format!("{enters}{statement}");
        for (limit_ms, outcome) in self.deadlines(operation)? {
            let gives_up = format!("{}print \"{}|{outcome}\"", self.leaves(operation), operation.id);
            text = either(&format!("within {limit_ms}ms"), &text, &gives_up);
        }
        Ok(format!("print \"{}|begins\"\n{text}", operation.id))
    }

    /// What a put does for `task_done` and `join` to see.
    fn counts_task(&self) -> &'static str {
        if self.counts_tasks() { "unfinished = unfinished + 1\n" } else { "" }
    }

    /// What a sender does when it is through, for `drop_tx` to see.
    fn leaves(&self, operation: &Operation) -> &'static str {
        let sends = matches!(operation.name, "send" | "put");
        if sends && self.has("drop_tx") { "sending = sending - 1\n" } else { "" }
    }

    /// What may end an operation from outside: how long after its beginning, and what it then says.
    fn deadlines(&self, operation: &Operation) -> Result<Vec<(i64, &'static str)>, String> {
        let mut deadlines = Vec::new();
        if !operation.fields["timeout_ms"].is_null() {
            let outcome = if operation.name == "put" { self.dialect.full } else { self.dialect.empty };
            deadlines.push((whole(operation.fields, "timeout_ms")?, outcome));
        }
        for later in self.operations.iter().filter(|later| later.at_ms > operation.at_ms) {
            let wait_ms = later.at_ms - operation.at_ms;
            match later.name {
                "cancel" if whole(later.fields, "target")? == operation.id => deadlines.push((wait_ms, "result=cancelled")),
                // A pool of permits cannot be closed: who waits for one gives up when the channel closes.
                "close" if self.reserves() && operation.name != "recv" => deadlines.push((wait_ms, self.dialect.refused)),
                _ => {}
            }
        }
        Ok(deadlines)
    }
}

impl<'a> Operation<'a> {
    fn read(fields: &'a Value, at_ms: i64) -> Result<Self, String> {
        knows(fields, &["id", "op", "v", "target", "n", "ms", "timeout_ms", "acq_id", "ops"])?;
        let inner = if fields["ops"].is_null() { &[][..] } else { list(&fields["ops"])? };
        let inner: Result<Vec<Self>, String> = inner.iter().map(|fields| Operation::read(fields, at_ms)).collect();
        Ok(Operation { id: whole(fields, "id")?, name: text_of(fields, "op")?, at_ms, fields, list: inner? })
    }

    /// How many permits an acquire asks for.
    fn permits(&self) -> Result<i64, String> {
        if self.fields["n"].is_null() { Ok(1) } else { whole(self.fields, "n") }
    }
}

fn block(head: &str, body: &str) -> String {
    format!("{head} {{\n{body}\n}}")
}

fn either(head: &str, body: &str, otherwise: &str) -> String {
    format!("{head} {{\n{body}\n}} else {{\n{otherwise}\n}}")
}

fn list(value: &Value) -> Result<&[Value], String> {
    value.as_array().map(Vec::as_slice).ok_or_else(|| format!("{value} is not a list"))
}
