//! Each operation as statements of the language.
//!
//! DIVERGES: a sender that tokio woke puts its message in when its task runs; here the item of the oldest waiting sender is in the
//! channel within the step that made room. So of two `try_recv` back to back the second finds nothing in tokio and that item here.
//! None of the recordings does that; a scenario that minds is written as the reserving scripts are, with permits and a list.

use super::{Operation, Script, whole};

impl<'a> Script<'a> {
    /// What an operation's process does when it is its turn.
    pub(super) fn statements(&self, operation: &Operation) -> Result<String, String> {
        match operation.name {
            "atomic" => {
                let list = operation.list.iter();
                let each: Result<Vec<String>, String> =
                    list.map(|inner| self.statements(inner)).collect();
                Ok(each?.join("\n"))
            }
            "sleep" => {
                let ms = whole(operation.fields, "ms")?;
                Ok(lines([
                    format!("sleep {ms}ms"),
                    operation.say("result=slept"),
                ]))
            }
            "cancel" => self
                .target(operation)
                .map(|_| operation.say("result=cancel_requested")),
            "join" | "task_done" => self.on_tasks(operation),
            "acquire" | "try_acquire" | "release" | "release_then_acquire" => {
                self.on_semaphore(operation)
            }
            _ if self.reserves() => self.on_permits_and_list(operation),
            _ => self.on_channel(operation),
        }
    }

    fn on_channel(&self, operation: &Operation) -> Result<String, String> {
        let dialect = self.dialect;
        let say = |outcome: &str| operation.say(outcome);
        Ok(match operation.name {
            "send" | "put" => {
                let sent = lines([
                    self.counts_task(),
                    self.leaves(operation),
                    say(dialect.sent),
                ]);
                let refused = lines([self.leaves(operation), say(dialect.refused)]);
                let sends = lines([operation.item()?, either("send ch", sent, refused)]);
                self.waits(operation, sends)?
            }
            "try_send" | "put_nowait" => {
                let sent = lines([self.counts_task(), say(dialect.sent)]);
                let why = either("if closed", say(dialect.refused), say(dialect.full));
                lines([
                    operation.item()?,
                    either("offer ch", sent, lines(["discard".into(), why])),
                ])
            }
            "recv" | "get" => {
                let received = lines([say(dialect.received), "done".into()]);
                self.waits(
                    operation,
                    either("receive ch", received, say(dialect.ended)),
                )?
            }
            "try_recv" | "get_nowait" => {
                let received = block("receive ch", lines([say(dialect.received), "done".into()]));
                let looks = block(
                    "select",
                    lines([received, block("else", say(dialect.empty))]),
                );
                // A closed channel is ready, as in Go; that there is nothing to receive is then a failure.
                either("try", looks, say(dialect.ended_at_once))
            }
            "close" => {
                let closes = lines(["close ch".into(), "closed = 1".into(), say(dialect.closed)]);
                either("try", closes, say(dialect.closed_again))
            }
            // What is in it is gone with its receiver.
            "drop_rx" => lines([
                closes_once(),
                say("result=dropped_rx"),
                block("while len(ch) > 0", "receive ch\ndiscard".into()),
            ]),
            // A sender that waits holds a clone: the channel ends for its receiver when the last of them is through.
            "drop_tx" => lines([
                say("result=dropped_tx"),
                "await sending == 0".into(),
                closes_once(),
            ]),
            _ => return operation.unsaid(),
        })
    }

    /// A channel that can be reserved: places are permits, and the list behind them has no bound.
    fn on_permits_and_list(&self, operation: &Operation) -> Result<String, String> {
        let dialect = self.dialect;
        let say = |outcome: &str| operation.say(outcome);
        let unless_closed = |then: String| either("if closed", say(dialect.refused), then);
        let sends = || {
            Ok::<_, String>(lines([
                "acquire slots".into(),
                operation.item()?,
                "send ch".into(),
                say(dialect.sent),
            ]))
        };
        let receives = lines([
            "receive ch".into(),
            say(dialect.received),
            "done".into(),
            "release slots".into(),
        ]);
        Ok(match operation.name {
            "send" => self.waits(operation, unless_closed(sends()?))?,
            "try_send" => unless_closed(either("if free(slots) > 0", sends()?, say(dialect.full))),
            "reserve" => {
                let reserves = lines([
                    "acquire slots".into(),
                    "reserved = reserved + 1".into(),
                    say("result=permit"),
                ]);
                self.waits(operation, unless_closed(reserves))?
            }
            "permit_send" => lines([
                operation.item()?,
                "send ch".into(),
                "reserved = reserved - 1".into(),
                say(dialect.sent),
            ]),
            "permit_drop" => lines([
                "release slots".into(),
                "reserved = reserved - 1".into(),
                say("result=released"),
            ]),
            // There is one receiver. It ends when the channel is closed, empty, and no permit is out.
            "recv" => {
                let looks = either("if len(ch) > 0", receives, say(dialect.ended));
                self.waits(
                    operation,
                    lines([
                        "await len(ch) > 0 or (closed and reserved == 0)".into(),
                        looks,
                    ]),
                )?
            }
            "try_recv" => {
                let why = either(
                    "if closed and reserved == 0",
                    say(dialect.ended_at_once),
                    say(dialect.empty),
                );
                either("if len(ch) > 0", receives, why)
            }
            "close" => {
                let closes = lines(["closed = 1".into(), say(dialect.closed)]);
                either("if closed", say(dialect.closed_again), closes)
            }
            _ => return operation.unsaid(),
        })
    }

    fn on_semaphore(&self, operation: &Operation) -> Result<String, String> {
        let acquires = |permits: i64| {
            lines([
                format!("acquire slots {permits}"),
                operation.say("result=acquired"),
            ])
        };
        Ok(match operation.name {
            "acquire" => self.waits(operation, acquires(operation.permits()?))?,
            "try_acquire" => {
                let permits = operation.permits()?;
                let head = format!("if free(slots) >= {permits}");
                either(&head, acquires(permits), operation.say("result=no_permits"))
            }
            "release" => {
                let gives_all_back = !operation.fields["target"].is_null();
                let permits = if gives_all_back {
                    self.target(operation)?.permits()?
                } else {
                    1
                };
                lines([
                    format!("release slots {permits}"),
                    operation.say("result=released"),
                ])
            }
            // One task does both; the acquire has a number of its own.
            _ => {
                let second = whole(operation.fields, "acq_id")?;
                lines([
                    "release slots".into(),
                    operation.say("result=released"),
                    format!("print \"{second}|begins\""),
                    "acquire slots".into(),
                    format!("print \"{second}|result=acquired\""),
                ])
            }
        })
    }

    /// Python's count of what was put and is not yet done with.
    fn on_tasks(&self, operation: &Operation) -> Result<String, String> {
        if operation.name == "join" {
            let joins = lines([
                "await unfinished == 0".into(),
                operation.say("result=joined"),
            ]);
            return self.waits(operation, joins);
        }
        let counts = lines([
            "unfinished = unfinished - 1".into(),
            operation.say("result=ok"),
        ]);
        let too_often = operation.say("result=ValueError: task_done() called too many times");
        Ok(either("if unfinished == 0", too_often, counts))
    }

    /// The operation that this one names.
    fn target(&self, operation: &Operation) -> Result<&Operation<'a>, String> {
        let target = whole(operation.fields, "target")?;
        let found = self
            .operations
            .iter()
            .find(|operation| operation.id == target);
        found.ok_or_else(|| {
            format!(
                "operation {} names {target}, which is not there",
                operation.id
            )
        })
    }

    /// A statement that may wait: it begins, and what ends it from outside is a deadline around it.
    fn waits(&self, operation: &Operation, statement: String) -> Result<String, String> {
        let mut text = lines([self.enters(operation), statement]);
        for (limit_ms, outcome) in self.deadlines(operation)? {
            let gives_up = lines([self.leaves(operation), operation.say(outcome)]);
            text = either(&format!("within {limit_ms}ms"), text, gives_up);
        }
        Ok(lines([operation.say("begins"), text]))
    }

    /// What may end an operation from outside: how long after its beginning, and what it then says.
    fn deadlines(&self, operation: &Operation) -> Result<Vec<(i64, &'static str)>, String> {
        let mut deadlines = Vec::new();
        if !operation.fields["timeout_ms"].is_null() {
            let puts = operation.name == "put";
            let outcome = if puts {
                self.dialect.full
            } else {
                self.dialect.empty
            };
            deadlines.push((whole(operation.fields, "timeout_ms")?, outcome));
        }
        for later in self
            .operations
            .iter()
            .filter(|later| later.at_ms > operation.at_ms)
        {
            let wait_ms = later.at_ms - operation.at_ms;
            match later.name {
                "cancel" if whole(later.fields, "target")? == operation.id => {
                    deadlines.push((wait_ms, "result=cancelled"))
                }
                // A pool of permits cannot be closed: who waits for one gives up when the channel closes.
                "close" if self.reserves() && operation.name != "recv" => {
                    deadlines.push((wait_ms, self.dialect.refused))
                }
                _ => {}
            }
        }
        Ok(deadlines)
    }

    /// What a put does for `task_done` and `join` to see.
    fn counts_task(&self) -> String {
        if self.counts_tasks() {
            "unfinished = unfinished + 1".into()
        } else {
            String::new()
        }
    }

    /// What a sender does before it waits, for `drop_tx` to see.
    fn enters(&self, operation: &Operation) -> String {
        if self.tracks(operation) {
            "sending = sending + 1".into()
        } else {
            String::new()
        }
    }

    /// What it does when it is through.
    fn leaves(&self, operation: &Operation) -> String {
        if self.tracks(operation) {
            "sending = sending - 1".into()
        } else {
            String::new()
        }
    }

    fn tracks(&self, operation: &Operation) -> bool {
        matches!(operation.name, "send" | "put") && self.has("drop_tx")
    }
}

impl Operation<'_> {
    fn say(&self, outcome: &str) -> String {
        format!("print \"{}|{outcome}\"", self.id)
    }

    /// Makes the item that it sends: its value is the key.
    fn item(&self) -> Result<String, String> {
        Ok(format!("produce key {}", whole(self.fields, "v")?))
    }

    /// How many permits an acquire asks for.
    fn permits(&self) -> Result<i64, String> {
        if self.fields["n"].is_null() {
            Ok(1)
        } else {
            whole(self.fields, "n")
        }
    }

    fn unsaid(&self) -> Result<String, String> {
        Err(format!(
            "no statements are written down for `{}` in such a script",
            self.name
        ))
    }
}

/// Closes the channel if nobody has: to close it again would be a failure.
fn closes_once() -> String {
    block("if not closed", "closed = 1\nclose ch".into())
}

/// One below the other; those that say nothing leave no line.
fn lines<const N: usize>(statements: [String; N]) -> String {
    statements.join("\n")
}

fn block(head: &str, body: String) -> String {
    format!("{head} {{\n{body}\n}}")
}

fn either(head: &str, body: String, otherwise: String) -> String {
    format!("{head} {{\n{body}\n}} else {{\n{otherwise}\n}}")
}
