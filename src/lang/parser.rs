//! Tokens to a syntax tree, by recursive descent. After a mistake it goes on at the next statement or declaration, so that several
//! mistakes are reported at once; what could not be read is left out or marked broken.
//!
//! This file has what all parts need: looking at tokens, blocks, names and what happens after a mistake. Declarations, statements,
//! clauses and expressions have a file each; most declarations and statements are rows of a table. No name is looked up and no unit is
//! checked here.

mod clauses;
mod declarations;
mod expressions;
mod statements;

use super::ast::{Block, Expression, Name, Tree};
use super::diagnostics::{Problems, join, quoted};
use super::foreign;
use super::lexer::{self, Kind, Symbol, Token};
use super::scenario::Span;
use super::words;

/// Blocks and parentheses may be nested so deep.
pub(super) const NESTING_MAX: u32 = 64;
/// A text may declare so many things.
const DECLARATIONS_MAX: usize = 65_535;

/// Something could not be read, and that was reported.
#[derive(Debug, Clone, Copy)]
struct Failed;

type Parsed<T> = Result<T, Failed>;

/// Reads a text as far as it can be read.
pub(crate) fn parse(source: &str, problems: &mut Problems) -> Tree {
    let mut tokens = lexer::lex(source, problems);
    tokens.retain(|token| token.kind != Kind::Comment);
    let mut parser = Parser::new(source, tokens, problems);
    parser.program()
}

struct Parser<'a, 'p> {
    source: &'a str,
    tokens: Vec<Token>,
    at: usize,
    problems: &'p mut Problems,
    /// Open parentheses: line ends do not count inside.
    parens: u32,
    /// Open blocks and parentheses.
    nesting: u32,
    /// Inside `expect`, where measures have names that are words elsewhere.
    in_expect: bool,
    /// Reserved words that were taken for names: each is reported once.
    misnamed: Vec<String>,
    /// A declaration stands at the start of a line inside a block: all open blocks end there.
    unwinding: bool,
}

impl<'a, 'p> Parser<'a, 'p> {
    fn new(source: &'a str, tokens: Vec<Token>, problems: &'p mut Problems) -> Self {
        Parser {
            source,
            tokens,
            at: 0,
            problems,
            parens: 0,
            nesting: 0,
            in_expect: false,
            misnamed: Vec::new(),
            unwinding: false,
        }
    }

    fn program(&mut self) -> Tree {
        let mut tree = Tree::default();
        if !self.version() {
            return tree;
        }
        loop {
            self.stop_if_full();
            self.skip_separators();
            let token = self.peek();
            if token.kind == Kind::End {
                return tree;
            }
            if tree.declarations.len() >= DECLARATIONS_MAX {
                self.problems.report(
                    token.span,
                    format!("a text declares at most {DECLARATIONS_MAX} things"),
                    None,
                );
                return tree;
            }
            self.unwinding = false;
            let before = self.at;
            match self.declaration() {
                Ok(declaration) => {
                    tree.declarations.push(declaration);
                    self.end_of("declaration");
                }
                Err(Failed) => self.skip_statement(),
            }
            if self.at == before {
                self.next();
            }
        }
    }

    /// `highwater 1`. False if the text is written for another version: then nothing else that could be said about it is true.
    fn version(&mut self) -> bool {
        self.skip_separators();
        if self.peek_word() != Some("highwater") {
            return true;
        }
        let word = self.next();
        let token = self.peek();
        match token.kind {
            Kind::Number(literal) if literal.value == f64::from(super::VERSION) => {
                self.next();
                self.end_of("declaration");
                true
            }
            Kind::Number(_) => {
                let found = token.text(self.source);
                let message = format!(
                    "this text is written for version {found} of the language, and this build speaks version {}",
                    super::VERSION
                );
                self.problems.report(token.span, message, None);
                false
            }
            _ => {
                self.problems.report(
                    word.span,
                    "`highwater` is followed by the version of the language",
                    Some("highwater 1".into()),
                );
                self.skip_statement();
                true
            }
        }
    }

    // Looking at tokens.

    /// The next token. Inside parentheses line ends do not count.
    fn peek(&self) -> Token {
        self.tokens[self.position()]
    }

    /// Where [`Parser::peek`] looks. The last token is never passed.
    fn position(&self) -> usize {
        let last = self.tokens.len() - 1;
        let mut at = self.at.min(last);
        while self.parens > 0 && at < last && self.tokens[at].kind == Kind::Newline {
            at += 1;
        }
        at
    }

    /// The next token that is no line end.
    fn peek_past_lines(&self) -> Token {
        let last = self.tokens.len() - 1;
        let mut at = self.at.min(last);
        while at < last && self.tokens[at].kind == Kind::Newline {
            at += 1;
        }
        self.tokens[at]
    }

    fn peek_word(&self) -> Option<&'a str> {
        let token = self.peek();
        (token.kind == Kind::Word).then(|| token.text(self.source))
    }

    fn next(&mut self) -> Token {
        let at = self.position();
        self.at = (at + 1).min(self.tokens.len());
        self.tokens[at]
    }

    /// The token that was read last.
    fn previous(&self) -> Span {
        self.tokens[self.at.saturating_sub(1).min(self.tokens.len() - 1)].span
    }

    /// From a place to the token that was read last.
    fn since(&self, start: Span) -> Span {
        join(start, self.previous())
    }

    fn at_symbol(&self, symbol: Symbol) -> bool {
        self.peek().is(symbol)
    }

    fn accept(&mut self, symbol: Symbol) -> bool {
        let found = self.at_symbol(symbol);
        if found {
            self.next();
        }
        found
    }

    fn accept_word(&mut self, word: &str) -> bool {
        let found = self.peek_word() == Some(word);
        if found {
            self.next();
        }
        found
    }

    /// Whether a statement or declaration ends here.
    fn at_end(&self) -> bool {
        matches!(
            self.peek().kind,
            Kind::Newline | Kind::End | Kind::Symbol(Symbol::Semicolon | Symbol::BraceClose)
        )
    }

    fn skip_separators(&mut self) {
        while matches!(
            self.peek().kind,
            Kind::Newline | Kind::Symbol(Symbol::Semicolon)
        ) {
            self.next();
        }
    }

    /// The next token, as an error names it.
    fn found(&self) -> String {
        let token = self.peek();
        match token.kind {
            Kind::End => "the end of the text".into(),
            Kind::Newline => "the end of the line".into(),
            Kind::Text => "a text".into(),
            Kind::Word => quoted(token.text(self.source)),
            _ => format!("`{}`", token.text(self.source)),
        }
    }

    // Mistakes.

    /// Reports at the next token.
    fn fail<T>(&mut self, message: impl Into<String>, help: Option<String>) -> Parsed<T> {
        let span = self.peek().span;
        self.problems.report_syntax(span, message, help);
        Err(Failed)
    }

    /// Something else was needed than what comes next.
    fn expected<T>(&mut self, what: &str) -> Parsed<T> {
        let found = self.found();
        self.fail(format!("expected {what}, found {found}"), None)
    }

    /// A word stands alone that needs something behind it.
    fn nothing_said<T>(&mut self, what: &str, examples: &str) -> Parsed<T> {
        let message = format!("expected {what}, found {}", self.found());
        self.fail(message, Some(format!("such as {examples}")))
    }

    /// Passes over the rest of a statement and its blocks, up to where the next begins.
    fn skip_statement(&mut self) {
        self.parens = 0;
        let mut depth = 0u32;
        loop {
            let token = self.peek();
            match token.kind {
                Kind::End => return,
                Kind::Newline if depth == 0 && !self.else_follows() => return,
                Kind::Symbol(Symbol::Semicolon) if depth == 0 => return,
                Kind::Symbol(Symbol::BraceClose) if depth == 0 => return,
                Kind::Symbol(Symbol::BraceOpen) => depth += 1,
                Kind::Symbol(Symbol::BraceClose) => depth -= 1,
                Kind::Word if depth > 0 && self.is_misplaced_declaration(token) => return,
                _ => {}
            }
            self.next();
        }
    }

    /// Passes over what is left of a statement's head, up to its block or its end.
    fn skip_head(&mut self) {
        self.parens = 0;
        while !self.at_end() && !self.at_symbol(Symbol::BraceOpen) {
            self.next();
        }
    }

    fn else_follows(&self) -> bool {
        let token = self.peek_past_lines();
        token.kind == Kind::Word && token.text(self.source) == "else"
    }

    /// A declaration at the very start of a line while blocks are open: one of them was not closed. The place of the first one tells.
    fn is_misplaced_declaration(&self, token: Token) -> bool {
        token.kind == Kind::Word
            && token.span.column == 1
            && words::DECLARATIONS.contains(&token.text(self.source))
    }

    /// A statement or declaration must end here; if not, that is reported and the rest passed over.
    fn end_of(&mut self, what: &str) {
        if self.unwinding || self.at_end() {
            return;
        }
        let found = self.found();
        let help = self.help_behind().map(str::to_owned);
        let _: Parsed<()> = self.fail(
            format!("the {what} should end here, but {found} follows"),
            help,
        );
        self.skip_statement();
    }

    /// What is meant by what follows a whole statement or declaration.
    fn help_behind(&self) -> Option<&'static str> {
        let token = self.peek();
        let word = token.text(self.source);
        match token.kind {
            Kind::Symbol(Symbol::Assign) => Some("two quantities are compared with `==`"),
            Kind::Symbol(Symbol::Comma) => {
                let behind = self.tokens.get(self.position() + 1)?;
                matches!(behind.kind, Kind::Number(_))
                    .then_some("a number is written without commas: `1_000`, `2.5k`")
            }
            Kind::Symbol(Symbol::ParenOpen) => {
                Some("a statement has no parentheses: `done`, `send ch`")
            }
            Kind::Symbol(_) => self.doubled_sign(),
            Kind::Word if words::is_reserved(word) => {
                Some("put it on a line of its own, or after `;`")
            }
            Kind::Word => foreign::statement(word),
            _ => None,
        }
    }

    /// What two signs in a row are meant for, where neither makes sense.
    fn doubled_sign(&self) -> Option<&'static str> {
        let sign = |at: usize| Some(self.tokens.get(at)?.kind);
        let at = self.position();
        match (sign(at)?, sign(at + 1)?) {
            (Kind::Symbol(Symbol::Minus), Kind::Symbol(Symbol::Minus)) => {
                Some("a comment begins with `//`; to count write `n = n - 1`")
            }
            (Kind::Symbol(Symbol::Plus), Kind::Symbol(Symbol::Plus)) => {
                Some("to count write `n = n + 1`")
            }
            (Kind::Symbol(Symbol::Less), Kind::Symbol(Symbol::Minus)) => {
                Some("an item is taken by `receive NAME`, and goes on by `send NAME`")
            }
            _ => None,
        }
    }

    // Parts that many statements share.

    /// Whether a word of the language was taken for a name, which was reported.
    fn is_misnamed(&self, word: &str) -> bool {
        self.misnamed.iter().any(|misnamed| misnamed == word)
    }

    fn name(&mut self, what: &str) -> Parsed<Name> {
        let Some(word) = self.peek_word() else {
            let help = self
                .at_symbol(Symbol::ParenOpen)
                .then(|| "a name stands without parentheses: `send ch`".to_owned());
            let found = self.found();
            return self.fail(format!("expected the name of {what}, found {found}"), help);
        };
        let token = self.next();
        if words::is_reserved(word) && !self.is_misnamed(word) {
            self.misnamed.push(word.to_owned());
            let message =
                format!("'{word}' is a word of the language and cannot be the name of {what}");
            self.problems.report_syntax(
                token.span,
                message,
                Some("choose another name, such as one with a `_`".into()),
            );
        }
        Ok(Name {
            text: word.to_owned(),
            span: token.span,
        })
    }

    fn text(&mut self, what: &str) -> Parsed<String> {
        let token = self.peek();
        if token.kind != Kind::Text {
            let found = self.found();
            return self.fail(
                format!("expected {what} in double quotes, found {found}"),
                None,
            );
        }
        self.next();
        Ok(self.unquoted(token).to_owned())
    }

    fn unquoted(&self, token: Token) -> &'a str {
        let text = token.text(self.source);
        let text = text.strip_prefix('"').unwrap_or(text);
        text.strip_suffix('"').unwrap_or(text)
    }

    fn given_twice(&mut self, word: &str, span: Span) {
        self.problems
            .report(span, format!("`{word}` is given twice"), None);
    }

    /// A head's clauses were not read to the end: the rest of the head is passed over, and its block is read.
    fn head_failed(&mut self, result: Parsed<()>) {
        if result.is_err() {
            self.skip_head();
        }
    }

    fn block(&mut self, of: &str) -> Parsed<Block> {
        if self.peek().kind == Kind::Newline && self.peek_past_lines().is(Symbol::BraceOpen) {
            let help = format!("write `{{` on the line of `{of}`");
            let _: Parsed<()> =
                self.fail(format!("the block of `{of}` opens on its line"), Some(help));
            while self.peek().kind == Kind::Newline {
                self.next();
            }
        }
        if !self.at_symbol(Symbol::BraceOpen) {
            let found = self.found();
            return self.fail(
                format!("expected the block of `{of}`, found {found}"),
                Some(format!("`{of} … {{ … }}`")),
            );
        }
        self.enter()?;
        let open = self.next().span;
        let block = self.block_from(open, of);
        self.nesting -= 1;
        Ok(block)
    }

    /// One level deeper. What is nested too deep ends the reading: nothing sensible can follow.
    fn enter(&mut self) -> Parsed<()> {
        if self.nesting >= NESTING_MAX {
            let result = self.fail(format!("this is nested more than {NESTING_MAX} deep"), None);
            self.stop();
            return result;
        }
        self.nesting += 1;
        Ok(())
    }

    /// Ends the reading: nothing that follows is worth a word.
    fn stop(&mut self) {
        self.at = self.tokens.len() - 1;
        self.parens = 0;
        self.problems.braces_lost = true;
        self.problems.names_lost = true;
    }

    fn stop_if_full(&mut self) {
        if self.problems.is_full() {
            self.stop();
        }
    }

    fn block_from(&mut self, open: Span, of: &str) -> Block {
        let mut statements = Vec::new();
        loop {
            self.stop_if_full();
            self.skip_separators();
            let token = self.peek();
            if token.is(Symbol::BraceClose) {
                return Block {
                    statements,
                    close: self.next().span,
                };
            }
            if token.kind == Kind::End || self.unwinding || self.is_misplaced_declaration(token) {
                self.not_closed(open, of, token);
                return Block {
                    statements,
                    close: token.span,
                };
            }
            let before = self.at;
            match self.statement() {
                Ok(statement) => {
                    statements.push(statement);
                    self.end_of("statement");
                }
                Err(Failed) => self.skip_statement(),
            }
            if self.at == before {
                self.next();
            }
        }
    }

    /// A block goes on to the end of the text or to a declaration. Only the outermost open block is reported: where the missing brace
    /// belongs is a guess anyway.
    fn not_closed(&mut self, open: Span, of: &str, found: Token) {
        self.unwinding = found.kind != Kind::End;
        if self.nesting == 1 && !self.problems.braces_lost {
            let before = match found.kind {
                Kind::End => "the end of the text".to_owned(),
                _ => format!("`{}` on line {}", found.text(self.source), found.span.line),
            };
            self.problems.report_syntax(
                open,
                format!("the block of `{of}` is not closed before {before}"),
                Some("a `}` is missing".into()),
            );
        }
    }

    /// `else { … }`, on this line or the next.
    fn otherwise(&mut self) -> Parsed<Option<Block>> {
        if self.unwinding || !self.else_follows() {
            return Ok(None);
        }
        while self.peek().kind == Kind::Newline {
            self.next();
        }
        self.next();
        self.block("else").map(Some)
    }

    /// An expression, or a broken one in its place, so that what is around it is kept.
    fn expression_or_broken(&mut self) -> Expression {
        self.expression()
            .unwrap_or_else(|Failed| self.broken_head())
    }

    /// Passes over the rest of a head, and stands for what it should have said.
    fn broken_head(&mut self) -> Expression {
        self.skip_head();
        Expression::broken(self.previous())
    }
}
