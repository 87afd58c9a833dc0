//! Statements. A head that cannot be read is reported, and its blocks are read all the same.

use super::clauses::{Form, Takes};
use super::expressions::NODES_MAX;
use super::{Failed, Parsed, Parser};
use crate::lang::ast::{
    Act, Action, Arm, Block, Clauses, Expression, Name, PrintPiece, Statement, StatementKind,
};
use crate::lang::diagnostics::{join, one_of, suggest, unknown};
use crate::lang::foreign;
use crate::lang::lexer::{self, Kind, Symbol, Token};
use crate::lang::scenario::Span;
use crate::lang::words;

/// The most values in a text: all are filled in at one go.
const HOLES_MAX: u32 = 1_000;
/// The most arms of a `select` that receive or send: all are looked at at one go.
const ARMS_MAX: usize = 256;

/// A statement and where its head ends.
type Headed = (StatementKind, Span);

/// A statement of the usual form, as `Act` has its parts.
struct Row {
    action: Action,
    word: &'static str,
    /// What is named first.
    subject: Option<&'static str>,
    amount: Amount,
    /// Which clauses may follow; `None`: whatever follows is no clause.
    clauses: Option<&'static [Form]>,
    blocks: Blocks,
}

#[derive(PartialEq, Eq)]
enum Amount {
    Never,
    Always,
    /// It may be left out.
    Optional,
    /// If it cannot be read, what follows is read all the same.
    InHead,
}

#[derive(PartialEq, Eq)]
enum Blocks {
    Never,
    Always,
    /// And one behind `else`, which may be left out.
    AlwaysWithElse,
    /// Both may be left out.
    Outcomes,
}

const WITHIN: Form = ("within", Takes::Quantity);
const UP_TO: Form = ("up", Takes::UpTo);
const SIZE: Form = ("size", Takes::Quantity);
const KEY: Form = ("key", Takes::Key);
/// What may have an own one for each key.
const RESOURCE: &str = "a resource";

/// A word alone; the rows below say what is different.
const fn row(action: Action, word: &'static str) -> Row {
    Row {
        action,
        word,
        subject: None,
        amount: Amount::Never,
        clauses: None,
        blocks: Blocks::Never,
    }
}

const fn block(action: Action, word: &'static str, amount: Amount, blocks: Blocks) -> Row {
    Row {
        amount,
        blocks,
        ..row(action, word)
    }
}

const fn naming(action: Action, word: &'static str, subject: &'static str) -> Row {
    Row {
        subject: Some(subject),
        ..row(action, word)
    }
}

const fn passing(
    action: Action,
    word: &'static str,
    subject: &'static str,
    clauses: &'static [Form],
) -> Row {
    Row {
        clauses: Some(clauses),
        blocks: Blocks::Outcomes,
        ..naming(action, word, subject)
    }
}

const ACTIONS: &[Row] = &[
    row(Action::Break, "break"),
    row(Action::Stop, "stop"),
    row(Action::Done, "done"),
    row(Action::Discard, "discard"),
    row(Action::Ack, "ack"),
    row(Action::Commit, "commit"),
    naming(Action::Close, "close", "a channel"),
    naming(Action::Pause, "pause", "a group"),
    naming(Action::Resume, "resume", "a group"),
    naming(Action::Restart, "restart", "a process"),
    block(Action::Forever, "forever", Amount::Never, Blocks::Always),
    block(Action::While, "while", Amount::InHead, Blocks::Always),
    block(Action::Every, "every", Amount::InHead, Blocks::Always),
    block(
        Action::Within,
        "within",
        Amount::InHead,
        Blocks::AlwaysWithElse,
    ),
    block(Action::Try, "try", Amount::Never, Blocks::AlwaysWithElse),
    Row {
        clauses: Some(&[("as", Takes::Name("a counter"))]),
        ..block(Action::Repeat, "repeat", Amount::InHead, Blocks::Always)
    },
    Row {
        clauses: Some(&[("backoff", Takes::Then(BACKOFF))]),
        ..block(
            Action::Retry,
            "retry",
            Amount::InHead,
            Blocks::AlwaysWithElse,
        )
    },
    Row {
        subject: Some(RESOURCE),
        clauses: Some(&[WITHIN]),
        ..block(Action::With, "with", Amount::Never, Blocks::AlwaysWithElse)
    },
    passing(Action::Call, "call", "a channel", &[SIZE, KEY, WITHIN]),
    passing(Action::Send, "send", "a store", &[WITHIN]),
    passing(Action::Offer, "offer", "a store", &[]),
    passing(
        Action::Receive,
        "receive",
        "a channel or queue",
        &[UP_TO, WITHIN],
    ),
    passing(Action::Poll, "poll", "a group", &[UP_TO, WITHIN]),
    Row {
        amount: Amount::Optional,
        ..passing(Action::Acquire, "acquire", RESOURCE, &[WITHIN])
    },
    Row {
        amount: Amount::Optional,
        ..naming(Action::Release, "release", RESOURCE)
    },
    Row {
        clauses: Some(&[("for", Takes::Quantity)]),
        ..naming(Action::Crash, "crash", "a process")
    },
    Row {
        amount: Amount::Always,
        ..row(Action::Sleep, "sleep")
    },
    Row {
        amount: Amount::Always,
        ..row(Action::Work, "work")
    },
    Row {
        amount: Amount::Always,
        ..row(Action::Extend, "extend")
    },
    Row {
        clauses: Some(&[SIZE, KEY]),
        ..row(Action::Produce, "produce")
    },
    Row {
        clauses: Some(&[("after", Takes::Quantity)]),
        ..row(Action::Nack, "nack")
    },
];

const BACKOFF: &[Form] = &[
    ("times", Takes::Quantity),
    UP_TO,
    ("jitter", Takes::Nothing),
];

impl<'a> Parser<'a, '_> {
    pub(super) fn statement(&mut self) -> Parsed<Statement> {
        let start = self.peek().span;
        let Some(word) = self.peek_word() else {
            let message = format!("expected a statement, found {}", self.found());
            return self.fail(message, self.doubled_sign().map(str::to_owned));
        };
        let next = self.tokens.get(self.at + 1).copied();
        let assigns =
            next.is_some_and(|next| next.is(Symbol::Assign) || next.is(Symbol::BracketOpen));
        if !words::is_reserved(word) || (self.is_misnamed(word) && assigns) {
            return self.assignment(word, start);
        }
        if !words::STATEMENTS.contains(&word) {
            return self.no_statement(word);
        }
        if word == "else" {
            return self.fail(
                "this `else` belongs to no statement",
                Some("`else` follows the `}` it belongs to".into()),
            );
        }
        self.next();
        let (kind, end) = self.statement_after(word)?;
        Ok(Statement {
            kind,
            head: join(start, end),
        })
    }

    fn no_statement<T>(&mut self, word: &str) -> Parsed<T> {
        if words::DECLARATIONS.contains(&word) {
            self.lose_name();
            return self.fail(
                format!("`{word}` is a declaration and stands outside of all blocks"),
                None,
            );
        }
        self.fail(format!("'{word}' does not begin a statement"), None)
    }

    fn assignment(&mut self, word: &str, start: Span) -> Parsed<Statement> {
        let next = self.tokens.get(self.at + 1).copied();
        let after = self.tokens.get(self.at + 2).copied();
        let is = |token: Option<Token>, symbol: Symbol| token.is_some_and(|token| token.is(symbol));
        if is(next, Symbol::Assign) || is(next, Symbol::BracketOpen) {
            let name = self.name("a variable")?;
            let key = self.key_of()?;
            if !self.accept(Symbol::Assign) {
                let help = format!("write `{word}[…] = …`");
                let message = format!("expected `=` and a value, found {}", self.found());
                return self.fail(message, Some(help));
            }
            let value = self.expression_or_broken();
            return Ok(Statement {
                kind: StatementKind::Assign { name, key, value },
                head: self.since(start),
            });
        }
        let operator = next.filter(|token| {
            [Symbol::Plus, Symbol::Minus, Symbol::Star, Symbol::Slash]
                .iter()
                .any(|symbol| token.is(*symbol))
        });
        if is(next, Symbol::Equal) {
            return self.fail(
                "`==` compares, and a comparison is no statement",
                Some(format!("to assign write `{word} = …`")),
            );
        }
        if let Some(sign) = operator.map(|token| token.text(self.source)) {
            if is(after, Symbol::Assign) || is(after, Symbol::Plus) || is(after, Symbol::Minus) {
                return self.fail(
                    "there is no such assignment",
                    Some(format!("write `{word} = {word} {sign} …`")),
                );
            }
        }
        let sends = is(next, Symbol::Less) && is(after, Symbol::Minus);
        self.unknown_statement(word, sends)
    }

    /// `sends`: an arrow follows, `ch <- item`.
    fn unknown_statement<T>(&mut self, word: &str, sends: bool) -> Parsed<T> {
        let all = words::STATEMENTS.iter().copied();
        let hint = foreign::statement(word);
        let near = suggest(word, all.filter(|_| hint.is_none() && !sends));
        let help = match (hint, near) {
            _ if sends => Some(format!("an item goes into a channel by `send {word}`")),
            (Some(hint), _) => Some(hint.to_owned()),
            (None, Some(_)) => None,
            (None, None) => {
                let list = one_of(words::STATEMENTS);
                Some(format!("a statement begins with {list}"))
            }
        };
        self.fail(unknown("statement", word, near), help)
    }

    /// The rest of a statement whose word was read.
    fn statement_after(&mut self, word: &str) -> Parsed<Headed> {
        if let Some(row) = ACTIONS.iter().find(|row| row.word == word) {
            return self.act(row);
        }
        match word {
            "if" => self.branches(),
            "let" | "set" => self.binding(word),
            "for" => self.for_each(),
            "select" => self.select(),
            "spawn" => self.spawn(),
            "await" => self.wait_for(),
            "fail" => self.failure(),
            _ => self.print(),
        }
    }

    /// A statement of the table.
    fn act(&mut self, row: &Row) -> Parsed<Headed> {
        let subject = row.subject.map(|what| self.name(what)).transpose()?;
        let key = match row.subject {
            Some(RESOURCE) => self.key_of()?,
            _ => None,
        };
        let mut act = Act {
            action: row.action,
            word: row.word,
            subject: subject.unwrap_or_default(),
            key,
            amount: self.amount(&row.amount)?,
            clauses: Clauses::default(),
            then: None,
            otherwise: None,
        };
        self.before_clauses(&mut act)?;
        if let Some(forms) = row.clauses {
            let read = self.clauses(forms, &mut act.clauses);
            if row.blocks == Blocks::Never {
                read?;
            } else {
                self.head_failed(read);
            }
        }
        let head = self.previous();
        self.blocks(row, &mut act)?;
        Ok((StatementKind::Act(act), head))
    }

    fn amount(&mut self, amount: &Amount) -> Parsed<Option<Expression>> {
        let is_left_out = || {
            self.at_end()
                || self.at_symbol(Symbol::BraceOpen)
                || matches!(self.peek_word(), Some("within" | "else"))
        };
        match amount {
            Amount::Never => Ok(None),
            Amount::InHead => Ok(Some(self.head_expression())),
            Amount::Optional if is_left_out() => Ok(None),
            Amount::Optional | Amount::Always => self.expression().map(Some),
        }
    }

    /// What only one statement has, or is often thought to have.
    fn before_clauses(&mut self, act: &mut Act) -> Parsed<()> {
        let next = self.peek_word();
        match act.action {
            Action::Work => act.subject = self.cpu_of_work()?,
            Action::Offer if next == Some("within") => {
                let _: Parsed<()> = self.fail(
                    "an `offer` never waits, so it takes no `within`",
                    Some("`send … within D` waits".into()),
                );
                self.skip_head();
            }
            Action::Commit if next.is_some_and(|word| !words::is_reserved(word)) => {
                let help = "write `commit`: it commits what this activity has polled";
                return self.fail("`commit` names no group", Some(help.into()));
            }
            _ => {}
        }
        Ok(())
    }

    /// `on CPU`
    fn cpu_of_work(&mut self) -> Parsed<Name> {
        if !self.accept_word("on") {
            let found = self.found();
            let help = "`work 10ms on cores`; to wait for something outside write `sleep 10ms`";
            return self.fail(
                format!("expected `on` and a cpu, found {found}"),
                Some(help.into()),
            );
        }
        self.name("a cpu")
    }

    fn blocks(&mut self, row: &Row, act: &mut Act) -> Parsed<()> {
        let opens = self.at_symbol(Symbol::BraceOpen);
        if opens && row.action == Action::Acquire {
            let help = "`with res { … }` returns what it took; `acquire` keeps it until `release`";
            return self.fail("`acquire` has no block", Some(help.into()));
        }
        if matches!(row.blocks, Blocks::Always | Blocks::AlwaysWithElse)
            || opens && row.blocks == Blocks::Outcomes
        {
            act.then = Some(self.block(row.word)?);
        }
        if matches!(row.blocks, Blocks::AlwaysWithElse | Blocks::Outcomes) {
            act.otherwise = self.otherwise()?;
        }
        Ok(())
    }

    /// `[key]`, if it follows.
    fn key_of(&mut self) -> Parsed<Option<Expression>> {
        if self.at_symbol(Symbol::BracketOpen) {
            self.enclosed(Symbol::BracketClose, "`]`").map(Some)
        } else {
            Ok(None)
        }
    }

    fn plain(&mut self, kind: StatementKind) -> Parsed<Headed> {
        Ok((kind, self.previous()))
    }

    /// An expression in a head with a block. If it cannot be read, the block is read all the same.
    fn head_expression(&mut self) -> Expression {
        let expression = self.expression_or_broken();
        if self.at_symbol(Symbol::Assign) {
            let _: Parsed<()> = self.fail(
                "`=` assigns",
                Some("two quantities are compared with `==`".into()),
            );
            self.skip_head();
        }
        expression
    }

    /// `if … { } else if … { } else { }`
    fn branches(&mut self) -> Parsed<Headed> {
        let condition = self.head_expression();
        let head = self.previous();
        let mut arms = vec![(condition, self.block("if")?)];
        while !self.unwinding && self.else_follows() {
            while self.peek().kind == Kind::Newline {
                self.next();
            }
            self.next();
            if !self.accept_word("if") {
                let otherwise = Some(self.block("else")?);
                return Ok((StatementKind::If { arms, otherwise }, head));
            }
            let condition = self.head_expression();
            arms.push((condition, self.block("if")?));
        }
        Ok((
            StatementKind::If {
                arms,
                otherwise: None,
            },
            head,
        ))
    }

    fn binding(&mut self, word: &str) -> Parsed<Headed> {
        let name = self.name(if word == "let" {
            "a variable"
        } else {
            "a knob"
        })?;
        let value = if self.accept(Symbol::Assign) {
            self.expression_or_broken()
        } else {
            let found = self.found();
            let help = format!("{word} {} = …", name.text);
            let _: Parsed<()> = self.fail(
                format!("expected `=` and a value, found {found}"),
                Some(help),
            );
            self.skip_head();
            Expression::broken(name.span)
        };
        self.plain(if word == "let" {
            StatementKind::Let { name, value }
        } else {
            StatementKind::Set { name, value }
        })
    }

    fn for_each(&mut self) -> Parsed<Headed> {
        if !self.accept_word("each") {
            let help = "a loop that counts is `repeat 5 as i { … }`, one over the items in hand `for each { … }`";
            let message = format!("expected `each`, found {}", self.found());
            let failed = self.fail(message, Some(help.into()));
            // Elsewhere semicolons stand in such a head.
            while !matches!(self.peek().kind, Kind::Newline | Kind::End)
                && !self.at_symbol(Symbol::BraceOpen)
            {
                self.next();
            }
            return failed;
        }
        let head = self.previous();
        Ok((StatementKind::ForEach(self.block("for each")?), head))
    }

    fn spawn(&mut self) -> Parsed<Headed> {
        if self.at_symbol(Symbol::BraceOpen) {
            let head = self.previous();
            let body = self.block("spawn")?;
            let with_item = self.with_item()?;
            return Ok((StatementKind::Spawn { body, with_item }, head));
        }
        let task = self.name("a task")?;
        let with_item = self.with_item()?;
        self.plain(StatementKind::SpawnTask { task, with_item })
    }

    fn with_item(&mut self) -> Parsed<bool> {
        if self.unwinding || !self.accept_word("with") {
            return Ok(false);
        }
        self.choice_of(&["item"]).map(|_| true)
    }

    /// `await all` or `await CONDITION`. A variable may be called `all`: then something follows it.
    fn wait_for(&mut self) -> Parsed<Headed> {
        let after = self.tokens.get(self.at + 1).map(|token| token.kind);
        let alone = matches!(
            after,
            Some(Kind::Newline | Kind::End | Kind::Symbol(Symbol::Semicolon | Symbol::BraceClose))
        );
        if self.peek_word() == Some("all") && alone {
            self.next();
            return self.plain(StatementKind::AwaitAll);
        }
        if self.at_end() {
            return self.nothing_said("a condition", "`await len(ch) < 5`, `await all`");
        }
        let condition = self.expression()?;
        self.plain(StatementKind::Await(condition))
    }

    fn failure(&mut self) -> Parsed<Headed> {
        let token = self.peek();
        let (mut why, mut share) = (None, None);
        if token.kind == Kind::Text {
            self.next();
            why = Some(self.unquoted(token).to_owned());
        } else if !self.at_end() {
            share = Some(self.expression()?);
        }
        self.plain(StatementKind::Fail { why, share })
    }

    /// Arms end with their block; what follows on the line is the next arm.
    fn select(&mut self) -> Parsed<Headed> {
        let head = self.previous();
        if !self.at_symbol(Symbol::BraceOpen) {
            return self.expected("`{`");
        }
        self.enter()?;
        let open = self.next().span;
        let (mut arms, mut after, mut otherwise, mut failed) = (Vec::new(), None, None, false);
        loop {
            self.skip_separators();
            let token = self.peek();
            if token.kind == Kind::End || self.unwinding || self.is_misplaced_declaration(token) {
                self.not_closed(open, "select", token);
                break;
            }
            if self.accept(Symbol::BraceClose) {
                break;
            }
            let before = self.at;
            if self.arm(&mut arms, &mut after, &mut otherwise).is_err() {
                failed = true;
                self.skip_statement();
            }
            if self.at == before {
                self.next();
            }
        }
        self.nesting = self.nesting.saturating_sub(1);
        if !failed && arms.is_empty() && after.is_none() && otherwise.is_none() {
            self.problems.report_syntax(
                join(head, open),
                "this `select` has nothing to wait for",
                Some("select { receive a { } send b { } }".into()),
            );
        }
        Ok((
            StatementKind::Select {
                arms,
                after,
                otherwise,
            },
            head,
        ))
    }

    fn arm(
        &mut self,
        arms: &mut Vec<Arm>,
        after: &mut Option<(Expression, Block)>,
        otherwise: &mut Option<Block>,
    ) -> Parsed<()> {
        let span = self.peek().span;
        match self.choice_of(&["receive", "send", "after", "else"])? {
            "after" => {
                let deadline = self.head_expression();
                let block = self.arm_block()?;
                self.once(after, (deadline, block), "after", span);
            }
            "else" => {
                let block = self.block("else")?;
                self.once(otherwise, block, "else", span);
            }
            word => {
                let sends = word == "send";
                let store = self.name("a channel or queue")?;
                if matches!(self.peek_word(), Some("within" | "up")) {
                    let help =
                        "a deadline for the whole `select` is an arm of its own: `after 1s { }`";
                    let _: Parsed<()> =
                        self.fail("an arm of `select` has no clauses", Some(help.into()));
                    self.skip_head();
                }
                let body = self.arm_block()?;
                arms.push(Arm { store, sends, body });
                if arms.len() == ARMS_MAX + 1 {
                    let message = format!("a `select` has at most {ARMS_MAX} arms");
                    self.problems.report_syntax(span, message, None);
                    return Err(Failed);
                }
            }
        }
        Ok(())
    }

    /// Keeps what an arm says, unless it was said before.
    fn once<T>(&mut self, place: &mut Option<T>, value: T, word: &str, span: Span) {
        if place.is_some() {
            self.given_twice(word, span);
        } else {
            *place = Some(value);
        }
    }

    /// The block of an arm, which may be left out.
    fn arm_block(&mut self) -> Parsed<Block> {
        if self.at_end() {
            Ok(Block {
                statements: Vec::new(),
                close: self.previous(),
            })
        } else {
            self.block("select")
        }
    }

    fn print(&mut self) -> Parsed<Headed> {
        let token = self.peek();
        if token.kind != Kind::Text {
            let message = format!(
                "expected what to print in double quotes, found {}",
                self.found()
            );
            return self.fail(
                message,
                Some("such as `print \"there are {len(ch)}\"`".into()),
            );
        }
        self.next();
        let pieces = self.pieces(token);
        let holes = pieces.iter().filter_map(|piece| match piece {
            PrintPiece::Value(value) => Some(value.nodes),
            PrintPiece::Literal(_) => None,
        });
        let (count, nodes) = holes.fold((0, 0), |(count, sum), nodes| (count + 1, sum + nodes));
        if count > HOLES_MAX || nodes > NODES_MAX {
            self.problems.report_syntax(
                token.span,
                format!("a text has at most {HOLES_MAX} holes, and expressions of {NODES_MAX} parts in them"),
                Some("print some of it with another `print`".into()),
            );
        }
        self.plain(StatementKind::Print(pieces))
    }

    /// The parts of a text: `{expr}` is a value, `{{` and `}}` are braces.
    fn pieces(&mut self, token: Token) -> Vec<PrintPiece> {
        let (mut pieces, mut literal) = (Vec::new(), String::new());
        // The place after the opening quote, then after each character.
        let mut at = Place {
            byte: token.start + 1,
            column: token.span.column + 1,
            line: token.span.line,
        };
        let end = at.byte + self.unquoted(token).len();
        while let Some(c) = self
            .source
            .get(at.byte..end)
            .and_then(|rest| rest.chars().next())
        {
            let brace = at;
            at = at.after(c);
            let doubled = self
                .source
                .get(at.byte..end)
                .is_some_and(|rest| rest.starts_with(c));
            if (c == '{' || c == '}') && doubled {
                literal.push(c);
                at = at.after(c);
            } else if c == '{' {
                if !literal.is_empty() {
                    pieces.push(PrintPiece::Literal(std::mem::take(&mut literal)));
                }
                let rest = self.source.get(at.byte..end).unwrap_or("");
                let inner = rest.split('}').next().unwrap_or("");
                let closed = inner.len() < rest.len();
                pieces.push(PrintPiece::Value(self.filled_in(
                    brace,
                    inner.len(),
                    closed,
                )));
                at = inner.chars().fold(at, Place::after);
                at = if closed { at.after('}') } else { at };
            } else {
                literal.push(c);
            }
        }
        if !literal.is_empty() {
            pieces.push(PrintPiece::Literal(literal));
        }
        pieces
    }

    /// The expression of so many bytes behind a brace in a text.
    fn filled_in(&mut self, brace: Place, length: usize, closed: bool) -> Expression {
        let span = Span {
            line: brace.line,
            column: brace.column,
            end_line: brace.line,
            end_column: brace.column + 1,
        };
        let open = Token {
            kind: Kind::Symbol(Symbol::BraceOpen),
            span,
            start: brace.byte,
            end: brace.byte + 1,
        };
        let broken = Expression::broken(span);
        if !closed {
            let help = "a brace that shall be printed is written `{{`";
            self.problems.report_syntax(
                span,
                "this `{` is not closed in its text",
                Some(help.into()),
            );
            return broken;
        }
        let tokens = lexer::lex_within(self.source, open, open.end + length, self.problems);
        let mut inner = Parser::new(self.source, tokens, self.problems);
        inner.nesting = self.nesting;
        let Ok(expression) = inner.expression() else {
            return broken;
        };
        if inner.peek().kind != Kind::End {
            let found = inner.found();
            let _: Parsed<()> = inner.fail(
                format!("expected `}}` after the quantity, found {found}"),
                None,
            );
            return broken;
        }
        expression
    }
}

/// A place in a text.
#[derive(Debug, Clone, Copy)]
struct Place {
    byte: usize,
    line: u32,
    column: u32,
}

impl Place {
    /// The place behind a character of the line.
    fn after(self, c: char) -> Place {
        Place {
            byte: self.byte + c.len_utf8(),
            column: self.column + 1,
            ..self
        }
    }
}
