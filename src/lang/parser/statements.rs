//! Statements. A head that cannot be read is reported, and its blocks are read all the same.

use super::{Failed, Parsed, Parser};
use crate::lang::ast::{
    Arm, Backoff, Block, Expression, ExpressionKind, Key, Name, PrintPiece, Statement,
    StatementKind,
};
use crate::lang::diagnostics::{join, suggest, unknown};
use crate::lang::lexer::{self, Kind, Symbol, Token};
use crate::lang::scenario::Span;
use crate::lang::words;

/// A statement and where its head ends.
type Headed = (StatementKind, Span);

impl<'a> Parser<'a, '_> {
    pub(super) fn statement(&mut self) -> Parsed<Statement> {
        let start = self.peek().span;
        let Some(word) = self.peek_word() else {
            return self.expected("a statement");
        };
        let next = self.tokens.get(self.at + 1).copied();
        if !words::is_reserved(word)
            || (self.is_misnamed(word) && next.is_some_and(|next| next.is(Symbol::Assign)))
        {
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
        if is(next, Symbol::Assign) {
            let name = self.name("a variable")?;
            self.next();
            let value = self.expression_or_broken();
            return Ok(Statement {
                kind: StatementKind::Assign { name, value },
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
        let near = suggest(word, words::STATEMENTS.iter().copied());
        self.fail(unknown("statement", word, near), None)
    }

    /// The rest of a statement whose word was read.
    fn statement_after(&mut self, word: &str) -> Parsed<Headed> {
        match word {
            "break" => self.plain(StatementKind::Break),
            "stop" => self.plain(StatementKind::Stop),
            "done" => self.plain(StatementKind::Done),
            "discard" => self.plain(StatementKind::Discard),
            "ack" => self.plain(StatementKind::Ack),
            "repeat" => self.repeat(),
            "forever" => self.with_block(word, StatementKind::Forever),
            "while" => self.while_loop(),
            "if" => self.branches(),
            "let" | "set" => self.binding(word),
            "every" => self.every(),
            "for" => self.for_each(),
            "within" => self.within(),
            "retry" => self.retry(),
            "try" => self.attempt(),
            "select" => self.select(),
            "spawn" => self.spawn(),
            "with" => self.with(),
            _ => self.simple(word),
        }
    }

    /// A statement that ends with its line.
    fn simple(&mut self, word: &str) -> Parsed<Headed> {
        match word {
            "sleep" => {
                let time = self.expression()?;
                self.plain(StatementKind::Sleep(time))
            }
            "work" => self.work(),
            "produce" => self.produce(),
            "call" => self.call(),
            "send" => self.send(),
            "offer" => self.offer(),
            "receive" | "poll" => self.receive(word),
            "acquire" | "release" => self.permits(word),
            "nack" => self.nack(),
            "extend" => {
                let time = self.expression()?;
                self.plain(StatementKind::Extend(time))
            }
            "commit" => self.commit(),
            "await" => self.wait_for(),
            "fail" => self.failure(),
            "print" => self.print(),
            "crash" => self.crash(),
            _ => self.naming(word),
        }
    }

    /// `close ch`, `pause g`, `resume g`, `restart p`
    fn naming(&mut self, word: &str) -> Parsed<Headed> {
        let kind = match word {
            "close" => StatementKind::Close(self.name("a channel")?),
            "pause" => StatementKind::Pause(self.name("a group")?),
            "resume" => StatementKind::Resume(self.name("a group")?),
            _ => StatementKind::Restart(self.name("a process")?),
        };
        self.plain(kind)
    }

    fn plain(&mut self, kind: StatementKind) -> Parsed<Headed> {
        Ok((kind, self.previous()))
    }

    fn with_block(
        &mut self,
        word: &str,
        kind: impl FnOnce(Block) -> StatementKind,
    ) -> Parsed<Headed> {
        let head = self.previous();
        Ok((kind(self.block(word)?), head))
    }

    /// An expression in a head with a block. If it cannot be read, the block is read all the same.
    fn head_expression(&mut self) -> (Expression, Span) {
        let expression = self.expression_or_broken();
        if self.at_symbol(Symbol::Assign) {
            let _: Parsed<()> = self.fail(
                "`=` assigns",
                Some("two quantities are compared with `==`".into()),
            );
            self.skip_head();
        }
        (expression, self.previous())
    }

    fn repeat(&mut self) -> Parsed<Headed> {
        let (count, _) = self.head_expression();
        let mut counter = None;
        let clauses = self.counter(&mut counter);
        self.head_failed(clauses);
        let head = self.previous();
        let body = self.block("repeat")?;
        Ok((
            StatementKind::Repeat {
                count,
                counter,
                body,
            },
            head,
        ))
    }

    /// `[as NAME]`
    fn counter(&mut self, place: &mut Option<Name>) -> Parsed<()> {
        while let Some((word, span)) = self.clause(&["as"])? {
            let name = self.name("a counter")?;
            self.once(place, name, word, span);
        }
        Ok(())
    }

    fn while_loop(&mut self) -> Parsed<Headed> {
        let (condition, head) = self.head_expression();
        let body = self.block("while")?;
        Ok((StatementKind::While { condition, body }, head))
    }

    /// `if … { } else if … { } else { }`
    fn branches(&mut self) -> Parsed<Headed> {
        let (condition, head) = self.head_expression();
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
            let (condition, _) = self.head_expression();
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
            Expression {
                kind: ExpressionKind::Broken,
                span: name.span,
                depth: 0,
            }
        };
        self.plain(if word == "let" {
            StatementKind::Let { name, value }
        } else {
            StatementKind::Set { name, value }
        })
    }

    fn every(&mut self) -> Parsed<Headed> {
        let (interval, head) = self.head_expression();
        let body = self.block("every")?;
        Ok((StatementKind::Every { interval, body }, head))
    }

    fn for_each(&mut self) -> Parsed<Headed> {
        if !self.accept_word("each") {
            let found = self.found();
            let help = "`for each { … }` runs once for each item in hand; a loop that counts is `repeat 5 as i { … }`";
            return self.fail(format!("expected `each`, found {found}"), Some(help.into()));
        }
        self.with_block("for each", StatementKind::ForEach)
    }

    fn within(&mut self) -> Parsed<Headed> {
        let (limit, head) = self.head_expression();
        let body = self.block("within")?;
        let otherwise = self.otherwise()?;
        Ok((
            StatementKind::Within {
                limit,
                body,
                otherwise,
            },
            head,
        ))
    }

    fn attempt(&mut self) -> Parsed<Headed> {
        let head = self.previous();
        let body = self.block("try")?;
        let otherwise = self.otherwise()?;
        Ok((StatementKind::Try { body, otherwise }, head))
    }

    fn retry(&mut self) -> Parsed<Headed> {
        let (count, _) = self.head_expression();
        let mut backoff = None;
        let clauses = self.backoff(&mut backoff);
        self.head_failed(clauses);
        let head = self.previous();
        let body = self.block("retry")?;
        let otherwise = self.otherwise()?;
        Ok((
            StatementKind::Retry {
                count,
                backoff,
                body,
                otherwise,
            },
            head,
        ))
    }

    /// `[backoff D [times F] [up to D] [jitter]]`
    fn backoff(&mut self, place: &mut Option<Backoff>) -> Parsed<()> {
        if self.clause(&["backoff"])?.is_none() {
            return Ok(());
        }
        let first = self.expression()?;
        let backoff = place.insert(Backoff {
            first,
            times: None,
            up_to: None,
            jitter: false,
        });
        while let Some((word, span)) = self.clause(&["times", "up", "jitter"])? {
            match word {
                "times" => {
                    let factor = self.expression()?;
                    self.once(&mut backoff.times, factor, word, span);
                }
                "up" => {
                    self.choice_of(&["to"])?;
                    let limit = self.expression()?;
                    self.once(&mut backoff.up_to, limit, "up to", span);
                }
                _ => self.flag(&mut backoff.jitter, word, span),
            }
        }
        Ok(())
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

    fn with(&mut self) -> Parsed<Headed> {
        let resource = self.name("a resource")?;
        let within = self.only_within();
        let head = self.previous();
        let body = self.block("with")?;
        let otherwise = self.otherwise()?;
        Ok((
            StatementKind::With {
                resource,
                within,
                body,
                otherwise,
            },
            head,
        ))
    }

    /// `[within D]` as the only clause of a head.
    fn only_within(&mut self) -> Option<Expression> {
        let mut within = None;
        let read = self.clauses(&["within"], &mut [&mut within]);
        self.head_failed(read);
        within
    }

    /// Clauses of one word and one expression each, in any order. `up` stands for `up to`.
    fn clauses(&mut self, accepted: &[&str], places: &mut [&mut Option<Expression>]) -> Parsed<()> {
        while let Some((word, span)) = self.clause(accepted)? {
            if word == "up" {
                self.choice_of(&["to"])?;
            }
            let value = self.expression()?;
            let place = accepted
                .iter()
                .position(|known| *known == word)
                .and_then(|index| places.get_mut(index));
            if let Some(place) = place {
                self.once(place, value, word, span);
            }
        }
        Ok(())
    }

    fn work(&mut self) -> Parsed<Headed> {
        let time = self.expression()?;
        if !self.accept_word("on") {
            let found = self.found();
            return self.fail(
                format!("expected `on` and a cpu, found {found}"),
                Some(
                    "`work 10ms on cores`; to wait for something outside write `sleep 10ms`".into(),
                ),
            );
        }
        let cpu = self.name("a cpu")?;
        self.plain(StatementKind::Work { time, cpu })
    }

    fn produce(&mut self) -> Parsed<Headed> {
        let (mut size, mut key) = (None, None);
        while let Some((word, span)) = self.clause(&["size", "key"])? {
            if word == "size" {
                let value = self.expression()?;
                self.once(&mut size, value, word, span);
                continue;
            }
            let token = self.peek();
            let value = if token.kind == Kind::Text {
                self.next();
                Key::Literal(self.unquoted(token).to_owned())
            } else {
                Key::Number(self.expression()?)
            };
            self.once(&mut key, value, word, span);
        }
        self.plain(StatementKind::Produce { size, key })
    }

    fn call(&mut self) -> Parsed<Headed> {
        let channel = self.name("a channel")?;
        let (mut size, mut within) = (None, None);
        let read = self.clauses(&["size", "within"], &mut [&mut size, &mut within]);
        self.head_failed(read);
        let head = self.previous();
        let outcomes = self.outcomes("call")?;
        Ok((
            StatementKind::Call {
                channel,
                size,
                within,
                outcomes,
            },
            head,
        ))
    }

    fn send(&mut self) -> Parsed<Headed> {
        let store = self.name("a store")?;
        let within = self.only_within();
        let head = self.previous();
        let outcomes = self.outcomes("send")?;
        Ok((
            StatementKind::Send {
                store,
                within,
                outcomes,
            },
            head,
        ))
    }

    fn offer(&mut self) -> Parsed<Headed> {
        let store = self.name("a store")?;
        if self.peek_word() == Some("within") {
            let _: Parsed<()> = self.fail(
                "an `offer` never waits, so it takes no `within`",
                Some("`send … within D` waits".into()),
            );
            self.skip_head();
        }
        let read = self.clauses(&[], &mut []);
        self.head_failed(read);
        let head = self.previous();
        let outcomes = self.outcomes("offer")?;
        Ok((StatementKind::Offer { store, outcomes }, head))
    }

    fn receive(&mut self, word: &str) -> Parsed<Headed> {
        let store = self.name(if word == "poll" {
            "a group"
        } else {
            "a channel or queue"
        })?;
        let (mut up_to, mut within) = (None, None);
        let read = self.clauses(&["up", "within"], &mut [&mut up_to, &mut within]);
        self.head_failed(read);
        let head = self.previous();
        let outcomes = self.outcomes(word)?;
        Ok(match word {
            "poll" => (
                StatementKind::Poll {
                    group: store,
                    up_to,
                    within,
                    outcomes,
                },
                head,
            ),
            _ => (
                StatementKind::Receive {
                    store,
                    up_to,
                    within,
                    outcomes,
                },
                head,
            ),
        })
    }

    /// `acquire res [N] [within D] [else { }]`, `release res [N]`
    fn permits(&mut self, word: &str) -> Parsed<Headed> {
        let resource = self.name("a resource")?;
        let no_amount = self.at_end()
            || self.at_symbol(Symbol::BraceOpen)
            || matches!(self.peek_word(), Some("within" | "else"));
        let amount = if no_amount {
            None
        } else {
            Some(self.expression()?)
        };
        if word == "release" {
            return self.plain(StatementKind::Release { resource, amount });
        }
        let within = self.only_within();
        let head = self.previous();
        if self.at_symbol(Symbol::BraceOpen) {
            let help = "`with res { … }` returns what it took; `acquire` keeps it until `release`";
            return self.fail("`acquire` has no block", Some(help.into()));
        }
        let outcomes = self.outcomes(word)?;
        Ok((
            StatementKind::Acquire {
                resource,
                amount,
                within,
                outcomes,
            },
            head,
        ))
    }

    fn nack(&mut self) -> Parsed<Headed> {
        let mut after = None;
        self.clauses(&["after"], &mut [&mut after])?;
        self.plain(StatementKind::Nack(after))
    }

    fn commit(&mut self) -> Parsed<Headed> {
        if self
            .peek_word()
            .is_some_and(|word| !words::is_reserved(word))
        {
            let help = "write `commit`: it commits what this activity has polled";
            return self.fail("`commit` names no group", Some(help.into()));
        }
        self.plain(StatementKind::Commit)
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

    fn crash(&mut self) -> Parsed<Headed> {
        let process = self.name("a process")?;
        let mut duration = None;
        self.clauses(&["for"], &mut [&mut duration])?;
        self.plain(StatementKind::Crash { process, duration })
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
                let (deadline, _) = self.head_expression();
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
            }
        }
        Ok(())
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
            return self.text("what to print").and(Err(Failed));
        }
        self.next();
        let pieces = self.pieces(token);
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
        let broken = Expression {
            kind: ExpressionKind::Broken,
            span,
            depth: 0,
        };
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
