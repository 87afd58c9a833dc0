//! Declarations. One whose clauses are wrong is kept as far as it was read, so that its name is known.

use super::clauses::{Form, Takes};
use super::{Failed, Parsed, Parser};
use crate::lang::ast::{
    Clauses, Declaration, DeclarationKind, Expression, Name, Process, Says, ThingKind,
};
use crate::lang::diagnostics::{join, one_of, suggest, unknown};
use crate::lang::foreign;
use crate::lang::lexer::{Kind, Symbol};
use crate::lang::scenario::Span;
use crate::lang::words;

/// A declaration that is a name and clauses.
struct Row {
    word: &'static str,
    kind: ThingKind,
    clauses: &'static [Form],
    /// The clause it cannot do without, what is said if it is not there, and how it is written.
    needs: Option<(&'static str, &'static str, &'static str)>,
}

const IN_MEMORY: Form = ("in", Takes::Name("a memory"));
const PER_KEY: Form = ("per", Takes::OneOf(&["key"]));

const THINGS: &[Row] = &[
    Row {
        word: "channel",
        kind: ThingKind::Channel,
        clauses: &[
            ("capacity", Takes::Quantity),
            ("pages", Takes::Quantity),
            ("unbounded", Takes::Nothing),
            ("high_water", Takes::Quantity),
            ("low_water", Takes::Quantity),
            (
                "overflow",
                Takes::OneOf(&["block", "reject", "drop_newest", "drop_oldest"]),
            ),
            ("barging", Takes::Nothing),
            ("no_handoff", Takes::Nothing),
            ("frees", Takes::OneOf(&["receive", "done"])),
            ("delay", Takes::Quantity),
            IN_MEMORY,
        ],
        needs: None,
    },
    Row {
        word: "topic",
        kind: ThingKind::Topic,
        clauses: &[
            ("partitions", Takes::Quantity),
            ("retention", Takes::Quantity),
            ("partitioner", Takes::OneOf(&["murmur2", "crc32"])),
            IN_MEMORY,
        ],
        needs: Some((
            "partitions",
            "a topic needs its number of partitions",
            "partitions 6",
        )),
    },
    Row {
        word: "group",
        kind: ThingKind::Group,
        clauses: &[
            ("on", Takes::Name("a topic")),
            (
                "assignor",
                Takes::OneOf(&["range", "roundrobin", "sticky", "cooperative"]),
            ),
            ("max_poll_interval", Takes::Quantity),
            ("session_timeout", Takes::Quantity),
            ("commit", Takes::Commit),
            ("from", Takes::OneOf(&["earliest", "latest"])),
        ],
        needs: Some(("on", "a group needs the topic it reads", "on TOPIC")),
    },
    Row {
        word: "queue",
        kind: ThingKind::Queue,
        clauses: &[
            ("visibility", Takes::Quantity),
            ("max_receives", Takes::Quantity),
            ("dead_letter", Takes::Name("a store")),
            ("delay", Takes::Quantity),
            ("fifo", Takes::Nothing),
            IN_MEMORY,
        ],
        needs: Some((
            "visibility",
            "a queue needs its visibility timeout",
            "visibility 30s",
        )),
    },
    Row {
        word: "resource",
        kind: ThingKind::Resource,
        clauses: &[
            ("permits", Takes::Quantity),
            ("when_full", Takes::OneOf(&["refuse"])),
            ("limit_waiting", Takes::Quantity),
            PER_KEY,
        ],
        needs: Some(("permits", "a resource needs its permits", "permits 100")),
    },
    Row {
        word: "cpu",
        kind: ThingKind::Cpu,
        clauses: &[("cores", Takes::Quantity), ("slice", Takes::Quantity)],
        needs: Some(("cores", "a cpu needs its number of cores", "cores 4")),
    },
    Row {
        word: "memory",
        kind: ThingKind::Memory,
        clauses: &[("limit", Takes::Quantity), ("restart", Takes::Quantity)],
        needs: Some(("limit", "a memory needs its limit", "limit 512MiB")),
    },
];

const KNOB: &[Form] = &[
    ("from", Takes::Quantity),
    ("to", Takes::Quantity),
    ("step", Takes::Quantity),
    ("log", Takes::Nothing),
];

const PROCESS: &[Form] = &[
    ("x", Takes::Quantity),
    ("as", Takes::Name("a variable")),
    ("to", Takes::Quantity),
    ("growing", Takes::Rate),
    ("while", Takes::Quantity),
    IN_MEMORY,
    ("holds", Takes::Quantity),
    ("stream", Takes::Name("a stream")),
];
/// Those that a task takes too.
const TASK_FROM: usize = 5;

impl<'a> Parser<'a, '_> {
    pub(super) fn declaration(&mut self) -> Parsed<Declaration> {
        let start = self.peek().span;
        let Some(word) = self.peek_word() else {
            return self.no_declaration();
        };
        let (kind, head) = match word {
            "process" | "task" => self.process(word == "task")?,
            "at" => self.at_block()?,
            _ => {
                let kind = self.simple_declaration(word)?;
                (kind, self.previous())
            }
        };
        let head = join(start, head);
        Ok(Declaration { kind, head })
    }

    fn no_declaration<T>(&mut self) -> Parsed<T> {
        if self.at_symbol(Symbol::BraceClose) {
            let hidden = self.problems.braces_lost;
            let token = self.next();
            if !hidden {
                self.problems
                    .report_syntax(token.span, "this `}` closes nothing", None);
            }
            return Err(Failed);
        }
        let found = self.found();
        self.problems.names_lost = true;
        let help = self.doubled_sign().map(str::to_owned);
        self.fail(format!("expected a declaration, found {found}"), help)
    }

    fn simple_declaration(&mut self, word: &'a str) -> Parsed<DeclarationKind> {
        if !words::DECLARATIONS.contains(&word) {
            return self.unknown_declaration(word);
        }
        self.next();
        match word {
            "scenario" => self.text("the title").map(DeclarationKind::Title),
            "about" => self.text("a paragraph").map(DeclarationKind::About),
            "run" => self.setting("run"),
            "speed" => self.setting("speed"),
            "seed" => self.setting("seed"),
            "expect" => self.expect(),
            _ => self.named_declaration(word),
        }
    }

    fn setting(&mut self, word: &'static str) -> Parsed<DeclarationKind> {
        let value = self.expression()?;
        Ok(DeclarationKind::Setting { word, value })
    }

    /// The name of what cannot be read: the word after the next, or before an `=` the next itself.
    pub(super) fn lose_name(&mut self) {
        let next = self.tokens.get(self.at + 1);
        match next {
            Some(name) if name.kind == Kind::Word => self.problems.lose(name.text(self.source)),
            Some(sign) if sign.is(Symbol::Assign) => {
                self.problems.lose(self.peek().text(self.source))
            }
            _ => self.problems.names_lost = true,
        }
    }

    fn unknown_declaration<T>(&mut self, word: &str) -> Parsed<T> {
        self.lose_name();
        if words::STATEMENTS.contains(&word) {
            let help = match word {
                "let" => "a variable that all see is written `shared x = …`".to_owned(),
                "set" => "a knob begins as it is declared; `at 10s { set … }` moves it".to_owned(),
                _ => format!("such as `process p {{ {word} … }}`"),
            };
            return self.fail(format!("`{word}` is a statement, and statements stand in a process, a task or an `at` block"), Some(help));
        }
        let assigns = self
            .tokens
            .get(self.at + 1)
            .is_some_and(|next| next.is(Symbol::Assign));
        let hint = foreign::declaration(word).or_else(|| foreign::statement(word));
        let all = words::DECLARATIONS.iter().copied();
        let near = suggest(word, all.filter(|_| hint.is_none()));
        let help = match hint {
            _ if assigns => format!("a variable that all see is written `shared {word} = …`"),
            Some(hint) => hint.to_owned(),
            None => format!("a declaration begins with {}", one_of(words::DECLARATIONS)),
        };
        self.fail(unknown("declaration", word, near), Some(help))
    }

    /// `expect CLAIM`, with its text as it stands.
    fn expect(&mut self) -> Parsed<DeclarationKind> {
        if self.at_end() {
            let examples =
                "`expect dropped == 0`, `expect p99 < 500ms`, `expect max_depth(ch) <= 50`";
            return self.nothing_said("a claim", examples);
        }
        let first = self.peek();
        self.in_expect = true;
        let claim = self.expression();
        self.in_expect = false;
        let claim = claim?;
        let last = self.tokens[self.at.saturating_sub(1)];
        let text = self
            .source
            .get(first.start..last.end)
            .unwrap_or("")
            .to_owned();
        Ok(DeclarationKind::Expect { claim, text })
    }

    fn named_declaration(&mut self, word: &str) -> Parsed<DeclarationKind> {
        let article = match word {
            "shared" => "a shared variable".to_owned(),
            _ => format!("a {word}"),
        };
        let name = self.declared_name(&article)?;
        Ok(match THINGS.iter().find(|row| row.word == word) {
            Some(row) => self.thing(row, name),
            None if word == "knob" => self.knob(name),
            None => self.shared(name),
        })
    }

    fn declared_name(&mut self, article: &str) -> Parsed<Name> {
        let name = self.name(article);
        self.problems.names_lost |= name.is_err();
        name
    }

    /// `= VALUE`
    fn initial_value(&mut self, example: &str) -> Parsed<Expression> {
        if !self.accept(Symbol::Assign) {
            let found = self.found();
            return self.fail(
                format!("expected `=` and a value, found {found}"),
                Some(example.to_owned()),
            );
        }
        Ok(self.expression_or_broken())
    }

    fn shared(&mut self, name: Name) -> DeclarationKind {
        let value = self.initial_value("shared balance = 100");
        let has_value = value.is_ok();
        let value = value.unwrap_or_else(|Failed| self.broken_head());
        let mut clauses = Clauses::default();
        if has_value {
            let read = self.clauses(&[PER_KEY], &mut clauses);
            self.head_failed(read);
        }
        DeclarationKind::Shared {
            name,
            value,
            clauses,
        }
    }

    fn knob(&mut self, name: Name) -> DeclarationKind {
        let value = self.initial_value("knob rate = 100/s from 1/s to 1k/s");
        let has_value = value.is_ok();
        let value = value.unwrap_or_else(|Failed| self.broken_head());
        let mut clauses = Clauses::default();
        if has_value {
            let read = self.knob_clauses(&mut clauses);
            if read.is_ok() && !clauses.have(&["from", "to"]) {
                let example = format!("knob {} = … from … to …", name.text);
                self.missing(&name, "a knob needs its range", example);
            }
            self.head_failed(read);
        }
        DeclarationKind::Knob {
            name,
            value,
            clauses,
        }
    }

    /// The label of a knob is a text without a word before it.
    fn knob_clauses(&mut self, clauses: &mut Clauses) -> Parsed<()> {
        let mut forms = KNOB;
        loop {
            let token = self.peek();
            if token.kind == Kind::Text {
                self.next();
                let label = Says::Text(self.unquoted(token).to_owned());
                self.said(clauses, "the label", label, token.span);
            } else if !self.clause(&mut forms, clauses)? {
                return Ok(());
            }
        }
    }

    /// A clause that must be there is not.
    fn missing(&mut self, name: &Name, message: &str, example: String) {
        self.problems
            .report_syntax(name.span, message, Some(example));
    }

    fn thing(&mut self, row: &Row, name: Name) -> DeclarationKind {
        let mut clauses = Clauses::default();
        let read = self.clauses(row.clauses, &mut clauses);
        if read.is_ok() {
            if let Some((needed, message, example)) = row.needs {
                if !clauses.have(&[needed]) {
                    let example = format!("{} {} {example}", row.word, name.text);
                    self.missing(&name, message, example);
                }
            }
            self.agree(row.kind, &name, &clauses);
        }
        self.head_failed(read);
        DeclarationKind::Thing {
            kind: row.kind,
            name,
            clauses,
        }
    }

    /// What some clauses ask of others.
    fn agree(&mut self, kind: ThingKind, name: &Name, clauses: &Clauses) {
        match kind {
            ThingKind::Channel => self.channel_agrees(name, clauses),
            ThingKind::Queue => {
                let both = ["max_receives", "dead_letter"].map(|word| clauses.have(&[word]));
                if both[0] != both[1] {
                    let message = "`max_receives` and `dead_letter` need each other";
                    self.missing(name, message, "max_receives 3 dead_letter dlq".to_owned());
                }
            }
            ThingKind::Resource if clauses.have(&["when_full"]) => self.no_use(
                clauses.quantity("limit_waiting"),
                "`limit_waiting` does not combine with `when_full refuse`: nobody ever waits",
            ),
            _ => {}
        }
    }

    /// A quantity that makes no sense beside what else was said.
    fn no_use(&mut self, quantity: Option<&Expression>, message: &str) {
        if let Some(quantity) = quantity {
            self.problems.report(quantity.span, message, None);
        }
    }

    /// How much it holds is said once, and what depends on a limit has one.
    fn channel_agrees(&mut self, name: &Name, clauses: &Clauses) {
        let said = ["capacity", "unbounded", "high_water"];
        let said: Vec<&str> = (said.into_iter())
            .filter(|word| clauses.have(&[word]))
            .collect();
        match said.len() {
            0 => {
                let help = "`capacity 3`, `unbounded` or `high_water 16KiB`";
                self.missing(
                    name,
                    "a channel needs to say how much it holds",
                    help.to_owned(),
                );
            }
            1 => {}
            _ => {
                let message = "`capacity`, `unbounded` and `high_water` do not combine";
                let help = "a channel has one of them";
                self.problems.report(name.span, message, Some(help.into()));
            }
        }
        if let (Some(overflow), Some(&kind)) = (clauses.get("overflow"), said.first()) {
            if kind != "capacity" {
                let message =
                    format!("`overflow` does not combine with `{kind}`: a send is always accepted");
                self.problems.report(overflow.span, message, None);
            }
        }
        if !clauses.have(&["high_water"]) {
            let message = "`low_water` needs a `high_water`";
            self.no_use(clauses.quantity("low_water"), message);
        }
    }

    fn process(&mut self, is_task: bool) -> Parsed<(DeclarationKind, Span)> {
        let (word, article, forms) = match is_task {
            true => ("task", "a task", &PROCESS[TASK_FROM..]),
            false => ("process", "a process", PROCESS),
        };
        self.next();
        let name = self.declared_name(article)?;
        let mut clauses = Clauses::default();
        let read = self.clauses(forms, &mut clauses);
        let scaled = ["to", "growing", "while"];
        let is_scaled = scaled.iter().any(|word| clauses.have(&[word]));
        if read.is_ok() && is_scaled && !(clauses.have(&scaled) && clauses.have(&["x"])) {
            let message = "an autoscaled process needs `x`, `to`, `growing … per` and `while`";
            let example = "x 5 to 1000 growing 300 per 1m while len(q) > 0";
            self.missing(&name, message, example.to_owned());
        }
        self.head_failed(read);
        let head = self.previous();
        // Without a block the name is still known.
        let body = self.block(word).unwrap_or_else(|Failed| {
            self.skip_statement();
            Default::default()
        });
        let process = Process {
            name,
            is_task,
            clauses,
            body,
        };
        Ok((DeclarationKind::Process(process), head))
    }

    fn at_block(&mut self) -> Parsed<(DeclarationKind, Span)> {
        self.next();
        let time = self.expression_or_broken();
        let head = self.previous();
        let body = self.block("at")?;
        Ok((DeclarationKind::At { time, body }, head))
    }
}
