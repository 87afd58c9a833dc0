//! Expressions, by precedence climbing: `or`, `and`, `not`, comparisons, `+ -`, `* / %`, unary `-`, and what stands alone.

use super::{Failed, Parsed, Parser};
use crate::lang::ast::{Expression, ExpressionKind, Name};
use crate::lang::diagnostics::{and_all, join, suggest, unknown};
use crate::lang::foreign;
use crate::lang::lexer::{Kind, Literal, Symbol, Token};
use crate::lang::scenario::{Binary, Span, Unary};
use crate::lang::{measures, units, words};

/// A tree deeper than this is refused, whatever its parentheses: a sum of a thousand terms is deep too.
const DEPTH_MAX: u16 = 256;
/// So is one of more nodes, and so are the holes of one text together: it is worked out at one go.
pub(super) const NODES_MAX: u32 = 4_096;
/// A function has no more arguments, a `choice` no more values.
const ARGUMENTS_MAX: usize = 256;

const OR: u8 = 1;
const AND: u8 = 2;
const NOT: u8 = 3;
const COMPARISON: u8 = 4;
const SUM: u8 = 5;
const PRODUCT: u8 = 6;

/// The binary operator that a token is, and how strongly it binds.
fn operator(token: Token, source: &str) -> Option<(Binary, u8)> {
    Some(match token.kind {
        Kind::Word => match token.text(source) {
            "or" => (Binary::Or, OR),
            "and" => (Binary::And, AND),
            _ => return None,
        },
        Kind::Symbol(symbol) => match symbol {
            Symbol::Equal => (Binary::Equal, COMPARISON),
            Symbol::NotEqual => (Binary::NotEqual, COMPARISON),
            Symbol::Less => (Binary::Less, COMPARISON),
            Symbol::LessOrEqual => (Binary::LessOrEqual, COMPARISON),
            Symbol::Greater => (Binary::Greater, COMPARISON),
            Symbol::GreaterOrEqual => (Binary::GreaterOrEqual, COMPARISON),
            Symbol::Plus => (Binary::Add, SUM),
            Symbol::Minus => (Binary::Subtract, SUM),
            Symbol::Star => (Binary::Multiply, PRODUCT),
            Symbol::Slash => (Binary::Divide, PRODUCT),
            Symbol::Percent => (Binary::Modulo, PRODUCT),
            _ => return None,
        },
        _ => return None,
    })
}

impl<'a> Parser<'a, '_> {
    /// A quantity or a condition.
    pub(super) fn expression(&mut self) -> Parsed<Expression> {
        self.expression_from(OR)
    }

    /// An expression whose operators bind at least so strongly.
    fn expression_from(&mut self, weakest: u8) -> Parsed<Expression> {
        let mut left = self.prefix()?;
        loop {
            let token = self.peek();
            let Some((binary, strength)) = operator(token, self.source) else {
                break;
            };
            if strength < weakest {
                break;
            }
            self.next();
            self.skip_lines_after_operator();
            let right = self.expression_from(strength + 1)?;
            let chained = strength == COMPARISON
                && operator(self.peek(), self.source).is_some_and(|(_, next)| next == COMPARISON);
            left = self.grown(ExpressionKind::Binary(
                binary,
                Box::new(left),
                Box::new(right),
            ))?;
            if chained {
                return self.fail(
                    "comparisons do not chain",
                    Some("write `a < b and b < c`".into()),
                );
            }
        }
        Ok(left)
    }

    /// An expression goes on in the next line after an operator.
    fn skip_lines_after_operator(&mut self) {
        while self.peek().kind == Kind::Newline {
            self.next();
        }
    }

    fn prefix(&mut self) -> Parsed<Expression> {
        let token = self.peek();
        let (unary, strength) = match token.kind {
            Kind::Symbol(Symbol::Minus) => (Unary::Negate, PRODUCT + 1),
            Kind::Word if token.text(self.source) == "not" => (Unary::Not, NOT),
            _ => return self.primary(),
        };
        self.enter()?;
        self.next();
        self.skip_lines_after_operator();
        let operand = self.expression_from(strength);
        self.nesting = self.nesting.saturating_sub(1);
        let operand = operand?;
        let span = join(token.span, operand.span);
        let mut whole = self.grown(ExpressionKind::Unary(unary, Box::new(operand)))?;
        whole.span = span;
        Ok(whole)
    }

    /// A node above others; its span goes from the first to the last of them.
    fn grown(&mut self, kind: ExpressionKind) -> Parsed<Expression> {
        let (span, parts): (Span, Vec<&Expression>) = match &kind {
            ExpressionKind::Binary(_, a, b) => (join(a.span, b.span), vec![a, b]),
            ExpressionKind::Unary(_, a) => (a.span, vec![a]),
            ExpressionKind::Entry { name, key } => (self.since(name.span), vec![key]),
            ExpressionKind::Function { name, arguments } => {
                (self.since(name.span), arguments.iter().collect())
            }
            ExpressionKind::Choice(choices) => {
                let parts = choices.iter().flat_map(|(value, weight)| [value, weight]);
                (self.previous(), parts.collect())
            }
            _ => (self.previous(), Vec::new()),
        };
        let below = parts.iter().map(|part| part.depth).max().unwrap_or(0);
        let nodes = 1 + parts.iter().map(|part| part.nodes).sum::<u32>();
        if below >= DEPTH_MAX || nodes > NODES_MAX {
            self.problems.report_syntax(
                span,
                "this expression is too long",
                Some("work out parts of it with `let`".into()),
            );
            return Err(Failed);
        }
        Ok(Expression {
            kind,
            span,
            depth: below + 1,
            nodes,
        })
    }

    fn primary(&mut self) -> Parsed<Expression> {
        let token = self.peek();
        match token.kind {
            Kind::Number(literal) => {
                self.next();
                self.no_unit_follows(token)?;
                let kind = literal.unit.map_or(ExpressionKind::Broken, |unit| {
                    let Literal {
                        value,
                        percent,
                        per,
                        ..
                    } = literal;
                    ExpressionKind::Number {
                        value,
                        unit,
                        percent,
                        per,
                    }
                });
                Ok(Expression {
                    kind,
                    span: token.span,
                    depth: 0,
                    nodes: 1,
                })
            }
            Kind::Symbol(Symbol::ParenOpen) => self.enclosed(Symbol::ParenClose, "`)`"),
            Kind::Word => self.word(token),
            Kind::Text => self.fail(
                "a text is no quantity",
                Some("texts stand after `print`, `fail` and `key`".into()),
            ),
            Kind::Symbol(Symbol::BracketOpen) => self.fail(
                "expected a quantity, found `[`",
                Some("there are no lists; `balance[k]` is the entry of a table".into()),
            ),
            _ => {
                let message = format!("expected a quantity, found {}", self.found());
                self.fail(message, self.doubled_sign().map(str::to_owned))
            }
        }
    }

    /// `10 ms` is two words.
    fn no_unit_follows(&mut self, number: Token) -> Parsed<()> {
        let next = self.peek();
        let text = next.text(self.source);
        let is_function = words::is_reserved(text) && !self.ends_after_next();
        let unit = units::meant(text).filter(|_| next.kind == Kind::Word && !is_function);
        let Some(unit) = unit else {
            return Ok(());
        };
        let help = format!("write `{}{unit}`", number.text(self.source));
        self.fail("a unit stands right after its number", Some(help))
    }

    /// Whether a statement, or its head, ends behind the next token: `sleep 5 min`, but not `5 min 1`.
    fn ends_after_next(&self) -> bool {
        let behind = self.tokens.get(self.position() + 1);
        behind.is_none_or(|token| match token.kind {
            Kind::Newline | Kind::End => true,
            _ => [Symbol::BraceOpen, Symbol::BraceClose, Symbol::Semicolon]
                .iter()
                .any(|symbol| token.is(*symbol)),
        })
    }

    /// What stands between the sign that comes next and its counterpart.
    pub(super) fn enclosed(&mut self, close: Symbol, what: &str) -> Parsed<Expression> {
        self.enter()?;
        let open = self.next().span;
        self.parens += 1;
        let inner = self.expression();
        let closed = inner.is_ok() && self.at_symbol(close);
        self.parens = self.parens.saturating_sub(1);
        self.nesting = self.nesting.saturating_sub(1);
        let mut inner = inner?;
        if !closed {
            return self.expected(what);
        }
        self.close_paren();
        inner.span = self.since(open);
        Ok(inner)
    }

    /// Passes the closing parenthesis that is known to come next, after line ends that did not count.
    fn close_paren(&mut self) {
        while self.peek().kind == Kind::Newline {
            self.next();
        }
        self.next();
    }

    fn word(&mut self, token: Token) -> Parsed<Expression> {
        let text = token.text(self.source);
        let name = Name {
            text: text.to_owned(),
            span: token.span,
        };
        let next = self.tokens.get(self.position() + 1).copied();
        let followed_by = |symbol| next.is_some_and(|next: Token| next.is(symbol));
        if followed_by(Symbol::ParenOpen) {
            return self.function(name);
        }
        let is_measure = self.in_expect && matches!(text, "done" | "max");
        let known = words::OBSERVATIONS.contains(&text) || self.is_misnamed(text);
        if words::is_reserved(text) && !is_measure && !known {
            return match words::usage(text) {
                Some(usage) => self.fail(
                    format!("`{text}` is a function"),
                    Some(format!("write `{usage}`")),
                ),
                None => self.no_value(text),
            };
        }
        self.next();
        if followed_by(Symbol::BracketOpen) {
            let key = Box::new(self.enclosed(Symbol::BracketClose, "`]`")?);
            let mut whole = self.grown(ExpressionKind::Entry { name, key })?;
            whole.span = self.since(token.span);
            return Ok(whole);
        }
        Ok(Expression {
            kind: ExpressionKind::Name(name.text),
            span: token.span,
            depth: 0,
            nodes: 1,
        })
    }

    /// A word of the language that is no quantity.
    fn no_value<T>(&mut self, word: &str) -> Parsed<T> {
        let help = match word {
            "receive" | "poll" => Some(format!(
                "`{word}` is a statement: what it takes is the item in hand"
            )),
            _ if words::STATEMENTS.contains(&word) => {
                Some(format!("`{word}` is a statement and gives no quantity"))
            }
            _ => None,
        };
        let found = self.found();
        self.fail(format!("expected a quantity, found {found}"), help)
    }

    fn function(&mut self, name: Name) -> Parsed<Expression> {
        if words::usage(&name.text).is_none() && measures::usage(&name.text).is_none() {
            return self.unknown_function(&name.text);
        }
        self.enter()?;
        self.next();
        self.next();
        self.parens += 1;
        let is_choice = name.text == "choice";
        let kind = if is_choice {
            self.choices()
        } else {
            self.arguments(&name)
        };
        let closed = kind.is_ok() && self.at_symbol(Symbol::ParenClose);
        self.parens = self.parens.saturating_sub(1);
        self.nesting = self.nesting.saturating_sub(1);
        let kind = kind?;
        if !closed {
            return self.expected("`,` or `)`");
        }
        self.close_paren();
        let mut whole = self.grown(kind)?;
        whole.span = self.since(name.span);
        Ok(whole)
    }

    fn unknown_function<T>(&mut self, word: &str) -> Parsed<T> {
        if self.in_expect && measures::of_run(word).is_some() {
            let help = format!("write `{word}`");
            return self.fail(
                format!("`{word}` is a measure of the whole run"),
                Some(help),
            );
        }
        if words::OBSERVATIONS.contains(&word)
            || matches!(word, "key" | "size") && self.calls_nothing()
        {
            let help = format!("write `{word}`");
            return self.fail(format!("`{word}` is no function"), Some(help));
        }
        let known = words::FUNCTIONS.iter().map(|(known, _)| *known);
        let mut known: Vec<&str> = known.collect();
        if self.in_expect {
            known.extend(measures::words_of_things());
        }
        let hint = foreign::function(word);
        let near = suggest(word, known.iter().copied().filter(|_| hint.is_none()));
        let help = match hint {
            Some(hint) => hint.to_owned(),
            None => format!("the functions are {}", and_all(&known)),
        };
        self.fail(unknown("function", word, near), Some(help))
    }

    /// Whether `()` follows the word.
    fn calls_nothing(&self) -> bool {
        let behind = self.tokens.get(self.position() + 2);
        behind.is_some_and(|token| token.is(Symbol::ParenClose))
    }

    fn arguments(&mut self, name: &Name) -> Parsed<ExpressionKind> {
        let mut arguments = Vec::new();
        while !self.at_symbol(Symbol::ParenClose) {
            arguments.push(self.expression()?);
            self.argument_limit(arguments.len())?;
            if !self.accept(Symbol::Comma) {
                break;
            }
        }
        Ok(ExpressionKind::Function {
            name: name.clone(),
            arguments,
        })
    }

    fn choices(&mut self) -> Parsed<ExpressionKind> {
        let mut choices = Vec::new();
        while !self.at_symbol(Symbol::ParenClose) {
            let value = self.expression()?;
            if !self.accept(Symbol::Colon) {
                let found = self.found();
                let help = "each value has its weight: `choice(10ms: 90%, 500ms: 10%)`";
                return self.fail(
                    format!("expected `:` and a weight, found {found}"),
                    Some(help.into()),
                );
            }
            choices.push((value, self.expression()?));
            self.argument_limit(choices.len())?;
            if !self.accept(Symbol::Comma) {
                break;
            }
        }
        Ok(ExpressionKind::Choice(choices))
    }

    fn argument_limit(&mut self, count: usize) -> Parsed<()> {
        if count > ARGUMENTS_MAX {
            return self.fail(
                format!("a function takes at most {ARGUMENTS_MAX} arguments"),
                None,
            );
        }
        Ok(())
    }
}
