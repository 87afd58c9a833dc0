//! `highwater fmt`: the same text with tidy indentation and spacing; columns that were lined up with blanks stay lined up. Works on
//! tokens, so comments stay where they are, and never joins or splits lines. What it changes is white space only, so the meaning cannot
//! change, and doing it twice does no more.

use super::diagnostics::{Diagnostic, Problems};
use super::lexer::{Kind, Symbol, Token, lex};
use super::{measures, parser, readable, words};

/// A level of indentation.
const INDENT: &str = "  ";
/// Clause words that a sign may follow.
const BEFORE_SIGN: &[&str] = &["from", "to", "step", "x", "up", "times", "key", "size"];

/// Formats a text.
///
/// # Errors
/// What is wrong with its syntax; names and units are not looked at.
///
/// ```
/// let tidy = highwater::lang::format("process  p{\nforever{sleep 1/rate}}").expect("it can be read");
/// assert_eq!(tidy, "process  p {\n  forever { sleep 1/rate } }\n");
/// ```
pub fn format(source: &str) -> Result<String, Vec<Diagnostic>> {
    let mut problems = readable(source)?;
    parser::parse(source, &mut problems);
    if !problems.is_empty() {
        return Err(problems.finish());
    }
    let tokens = lex(source, &mut Problems::default());
    let mut formatter = Formatter {
        source,
        shown: String::new(),
        braces: 0,
        parens: 0,
        continues: false,
    };
    for line in tokens.split(|token| matches!(token.kind, Kind::Newline | Kind::End)) {
        formatter.line(line);
    }
    let text = formatter.shown.trim_matches('\n');
    Ok(if text.is_empty() {
        String::new()
    } else {
        format!("{text}\n")
    })
}

/// Whether a parenthesis behind the word belongs to it: `min(`, `len(`, `max_depth(`.
fn is_function(word: &str) -> bool {
    words::usage(word).is_some() || measures::usage(word).is_some()
}

struct Formatter<'a> {
    source: &'a str,
    shown: String,
    /// Open braces at the start of the line.
    braces: usize,
    /// Open parentheses at the start of the line.
    parens: usize,
    /// The line before ended with an operator.
    continues: bool,
}

impl Formatter<'_> {
    fn line(&mut self, tokens: &[Token]) {
        if tokens.is_empty() {
            // At most one empty line in a row.
            if !self.shown.ends_with("\n\n") {
                self.shown.push('\n');
            }
            return;
        }
        let closing = tokens
            .iter()
            .take_while(|token| token.is(Symbol::BraceClose))
            .count();
        let continued = usize::from(self.parens > 0 || self.continues) * 2;
        self.shown
            .push_str(&INDENT.repeat(self.braces.saturating_sub(closing) + continued));
        for (index, token) in tokens.iter().enumerate() {
            let before = index.checked_sub(1).and_then(|before| tokens.get(before));
            let earlier = index.checked_sub(2).and_then(|before| tokens.get(before));
            if let Some(before) = before {
                let typed = token.start.saturating_sub(before.end);
                match self.space(earlier, before, token) {
                    // Columns that somebody lined up stay lined up; `1/rate` stays as tight as it was typed.
                    " " | "  " if typed > 1 => self.shown.push_str(&" ".repeat(typed)),
                    " " if typed == 0 && (is_factor(before) || is_factor(token)) => {}
                    space => self.shown.push_str(space),
                }
            }
            self.shown.push_str(token.text(self.source).trim_end());
            self.count(token);
        }
        let last = tokens
            .iter()
            .rev()
            .find(|token| token.kind != Kind::Comment);
        self.continues = last.map_or(self.continues, |last| is_operator(last, self.source));
        self.shown.push('\n');
    }

    fn count(&mut self, token: &Token) {
        match token.kind {
            Kind::Symbol(Symbol::BraceOpen) => self.braces += 1,
            Kind::Symbol(Symbol::BraceClose) => self.braces = self.braces.saturating_sub(1),
            Kind::Symbol(Symbol::ParenOpen | Symbol::BracketOpen) => self.parens += 1,
            Kind::Symbol(Symbol::ParenClose | Symbol::BracketClose) => {
                self.parens = self.parens.saturating_sub(1);
            }
            _ => {}
        }
    }

    /// What stands between two tokens of a line.
    fn space(&self, earlier: Option<&Token>, before: &Token, token: &Token) -> &'static str {
        if token.kind == Kind::Comment {
            return "  ";
        }
        let closes = [
            Symbol::Comma,
            Symbol::Semicolon,
            Symbol::Colon,
            Symbol::ParenClose,
            Symbol::BracketOpen,
            Symbol::BracketClose,
        ]
        .iter()
        .any(|symbol| token.is(*symbol));
        let calls = token.is(Symbol::ParenOpen)
            && before.kind == Kind::Word
            && is_function(before.text(self.source));
        let signed = before.is(Symbol::Minus) && self.is_sign(earlier);
        let opened = before.is(Symbol::ParenOpen) || before.is(Symbol::BracketOpen);
        if closes || calls || signed || opened {
            ""
        } else {
            " "
        }
    }

    /// Whether a minus after this token is a sign. (In doubt it is not: that is a matter of looks only.)
    fn is_sign(&self, before: Option<&Token>) -> bool {
        before.is_none_or(|before| match before.kind {
            Kind::Word => {
                let word = before.text(self.source);
                words::is_reserved(word) && !words::OBSERVATIONS.contains(&word)
                    || BEFORE_SIGN.contains(&word)
            }
            Kind::Number(_) | Kind::Text => false,
            Kind::Symbol(symbol) => ![Symbol::ParenClose, Symbol::BracketClose].contains(&symbol),
            _ => true,
        })
    }
}

/// Whether the token is an operator that binds closely.
fn is_factor(token: &Token) -> bool {
    token.is(Symbol::Star) || token.is(Symbol::Slash)
}

/// Whether an expression goes on behind the token.
fn is_operator(token: &Token, source: &str) -> bool {
    match token.kind {
        Kind::Word => words::OPERATORS.contains(&token.text(source)),
        Kind::Symbol(symbol) => {
            use Symbol::{
                Equal, Greater, GreaterOrEqual, Less, LessOrEqual, Minus, NotEqual, Percent, Plus,
                Slash, Star,
            };
            [
                Plus,
                Minus,
                Star,
                Slash,
                Percent,
                Equal,
                NotEqual,
                Less,
                LessOrEqual,
                Greater,
                GreaterOrEqual,
            ]
            .contains(&symbol)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::format;

    #[test]
    fn white_space_is_tidied() {
        let source = "\n\n//  a  \nknob a=-5 from -10 to 10   \"A\"//b\n\n\nchannel c capacity max( 1,2 )\n\
            process p{\nif (a>2)and not full( c ) {\nsend c\n}\n else { sleep 2ms*\na }; sleep  1m30s\n}\n\
            expect max_depth (c)<=2 and failures(  p )==0\n\n";
        let expected = "//  a\nknob a = -5 from -10 to 10   \"A\"  //b\n\nchannel c capacity max(1, 2)\n\
            process p {\n  if (a > 2) and not full(c) {\n    send c\n  }\n  else { sleep 2ms*\n        a }; sleep  1m30s\n}\n\
            expect max_depth(c) <= 2 and failures(p) == 0\n";
        assert_eq!(format(source).as_deref(), Ok(expected));
    }

    #[test]
    fn an_unreadable_text_is_left_alone() {
        assert!(format("process p {").is_err());
        assert_eq!(format(" \n\n"), Ok(String::new()));
    }
}
