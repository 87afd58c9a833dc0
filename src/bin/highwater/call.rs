//! What the command line asks for: its words, the options that each command takes, and why a call is refused.

use std::ffi::OsString;

use highwater::lang::scenario::Unit;
use highwater::lang::{self, Diagnostic, units};
use lexopt::prelude::*;

use super::out::{complain, put_json};

pub(crate) const USAGE: &str = "\
highwater run FILE [--until 60s] [--seed 1] [--set rate=200/s]... [--warmup 10s] [--json] [--digest] [--trace FILE]
highwater sweep FILE --over workers=1,2,4,8 [--show throughput]... [--show 'shared/hits per s']... [--points 8]
                     [--until 60s] [--seed 1] [--set rate=200/s]... [--warmup 10s] [--csv | --json]
highwater check FILE... [--json]
highwater fmt FILE... [--check] [--json]

FILE may be - for standard input. `run` plays a scenario and prints what came of it; `sweep` plays it once for each value of a
knob (or for some from A to B: --over workers=1..128) and prints a table; `check` says what is wrong with a text;
`fmt` rewrites it, tidily indented (with --check it only says whether it would). Ctrl-C ends a run early and prints what
came of it so far.
Exit codes: 0 fine, 1 an expectation was missed, 2 the text or the call is wrong, 3 the run was stopped, 130 Ctrl-C.
";

/// What was asked for.
#[derive(Default)]
pub(crate) struct Call {
    pub(crate) command: String,
    pub(crate) files: Vec<OsString>,
    pub(crate) until: Option<u64>,
    pub(crate) warmup: Option<u64>,
    pub(crate) seed: Option<u64>,
    pub(crate) set: Vec<(String, String)>,
    pub(crate) over: Option<(String, String)>,
    pub(crate) points: Option<usize>,
    pub(crate) show: Vec<String>,
    pub(crate) trace: Option<OsString>,
    pub(crate) csv: bool,
    pub(crate) json: bool,
    pub(crate) digest: bool,
    pub(crate) check: bool,
}

/// The options that a command takes.
const OPTIONS: &[(&str, &[&str])] = &[
    (
        "run",
        &["until", "seed", "set", "warmup", "json", "digest", "trace"],
    ),
    (
        "sweep",
        &[
            "over", "show", "points", "until", "seed", "set", "warmup", "csv", "json",
        ],
    ),
    ("check", &["json"]),
    ("fmt", &["check", "json"]),
    ("help", &[]),
    ("version", &[]),
];

/// Why a call was refused.
pub(crate) enum Refusal {
    /// It has not the form of a call: how it is written is said too.
    Form(String),
    /// A sentence about what was asked for.
    Call(String),
    /// What is wrong with a text.
    Text {
        file: String,
        source: String,
        diagnostics: Vec<Diagnostic>,
    },
}

impl Refusal {
    pub(crate) fn show(&self, as_json: bool) {
        if as_json {
            put_json(&serde_json::Value::Array(self.as_json()).to_string());
            return;
        }
        match self {
            Refusal::Form(message) => complain(format_args!("highwater: {message}\n\n{USAGE}")),
            Refusal::Call(message) => complain(format_args!("highwater: {message}\n")),
            Refusal::Text {
                file,
                source,
                diagnostics,
            } => {
                for diagnostic in diagnostics {
                    let rendered = diagnostic.render(file, source);
                    complain(format_args!("{}\n\n", rendered.trim_end()));
                }
            }
        }
    }

    pub(crate) fn as_json(&self) -> Vec<serde_json::Value> {
        let one = |span: lang::scenario::Span, message: &str, help: Option<&String>| {
            serde_json::json!({
                "line": span.line, "column": span.column, "end_line": span.end_line, "end_column": span.end_column,
                "message": message, "help": help,
            })
        };
        match self {
            Refusal::Form(message) | Refusal::Call(message) => {
                vec![one(lang::scenario::Span::default(), message, None)]
            }
            Refusal::Text {
                file, diagnostics, ..
            } => diagnostics
                .iter()
                .map(|found| {
                    let mut error = one(found.span, &found.message, found.help.as_ref());
                    error["file"] = file.as_str().into();
                    error
                })
                .collect(),
        }
    }
}

impl From<serde_json::Error> for Refusal {
    fn from(error: serde_json::Error) -> Self {
        Refusal::Call(error.to_string())
    }
}

impl From<lexopt::Error> for Refusal {
    fn from(error: lexopt::Error) -> Self {
        Refusal::Form(error.to_string())
    }
}

/// Reads the arguments of this process.
pub(crate) fn read_call() -> Result<Call, Refusal> {
    let mut call = Call::default();
    let mut given: Vec<String> = Vec::new();
    let mut arguments = lexopt::Parser::from_env();
    while let Some(argument) = arguments.next()? {
        if let Long(name) = argument {
            given.push(name.to_owned());
        }
        match argument {
            Long("until") => call.until = Some(duration("--until", &mut arguments)?),
            Long("warmup") => call.warmup = Some(duration("--warmup", &mut arguments)?),
            Long("seed") => call.seed = Some(whole("--seed", &mut arguments)?),
            Long("set") => {
                let text = arguments.value()?.string()?;
                call.set.push(assignment("--set", "rate=200/s", &text)?);
            }
            Long("over") => {
                let text = arguments.value()?.string()?;
                let over = assignment("--over", "workers=1,2,4,8", &text)?;
                if call.over.replace(over).is_some() {
                    return Err(Refusal::Call("--over: one knob at a time".to_owned()));
                }
            }
            Long("points") => call.points = Some(whole("--points", &mut arguments)?),
            Long("show") => call.show.push(arguments.value()?.string()?),
            Long("csv") => call.csv = true,
            Long("trace") => call.trace = Some(arguments.value()?),
            Long("json") => call.json = true,
            Long("digest") => call.digest = true,
            Long("check") => call.check = true,
            Short('h') | Long("help") => return Ok(only("help")),
            Short('V') | Long("version") => return Ok(only("version")),
            Value(word) if call.command.is_empty() => call.command = word.string()?,
            Value(file) => call.files.push(file),
            other => return Err(other.unexpected().into()),
        }
    }
    fits(&call, &given)?;
    Ok(call)
}

/// A call that asks about the program itself.
fn only(command: &str) -> Call {
    Call {
        command: command.to_owned(),
        ..Call::default()
    }
}

/// Refuses options that the command would pass over in silence.
fn fits(call: &Call, given: &[String]) -> Result<(), Refusal> {
    let command = &call.command;
    let Some((_, takes)) = OPTIONS.iter().find(|(word, _)| word == command) else {
        return Ok(());
    };
    if let Some(other) = given.iter().find(|name| !takes.contains(&name.as_str())) {
        let takes: Vec<String> = takes.iter().map(|name| format!("--{name}")).collect();
        return Err(Refusal::Form(format!(
            "'{command}' takes no --{other}; it takes {}",
            takes.join(", ")
        )));
    }
    if call.csv && call.json {
        return Err(Refusal::Form(
            "--csv and --json: one of them at a time".to_owned(),
        ));
    }
    Ok(())
}

/// A point in time or a span of it.
fn duration(option: &str, arguments: &mut lexopt::Parser) -> Result<u64, Refusal> {
    let text = arguments.value()?.string()?;
    let refuse = |message: String| Refusal::Call(format!("{option}: {message}"));
    let nanoseconds = units::parse(&text, Unit { time: 1, bytes: 0 }).map_err(refuse)?;
    if nanoseconds < 0.0 {
        return Err(refuse(format!(
            "'{text}' is negative, and a run begins at 0s"
        )));
    }
    Ok(nanoseconds as u64)
}

fn whole<T: std::str::FromStr>(option: &str, arguments: &mut lexopt::Parser) -> Result<T, Refusal> {
    let text = arguments.value()?.string()?;
    text.parse().map_err(|_| {
        Refusal::Call(format!(
            "{option}: '{text}' is not a whole number such as 7, or larger than can be counted"
        ))
    })
}

fn assignment(option: &str, such: &str, text: &str) -> Result<(String, String), Refusal> {
    let parts = text.split_once('=');
    let (name, value) = parts.ok_or_else(|| {
        Refusal::Call(format!(
            "{option} takes KNOB=VALUE, as in {such}; '{text}' has no '='"
        ))
    })?;
    Ok((name.trim().to_owned(), value.trim().to_owned()))
}
