//! Characters to tokens. Every character of the text is in one token or is white space; comments and line ends are tokens, so that the
//! formatter can work on the same list. Knows how quantities are written, and no grammar.

use super::decimal;
use super::diagnostics::{Diagnostic, Problems, one_of, quoted, suggest, unknown};
use super::foreign;
use super::scenario::{Span, Unit};
use super::units;

/// How a duration of several parts is written.
const COMPOUND: &str = "a duration of several parts goes from the largest unit to the smallest, each once, and only the last has a point: \
    `1h30m`, `1m30s500ms`, `1m2.5s`";

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Kind {
    /// A name or a word of the language.
    Word,
    /// A number with its unit.
    Number(Literal),
    /// `"…"`
    Text,
    /// A sign.
    Symbol(Symbol),
    /// The end of a line.
    Newline,
    /// `// …` to the end of its line.
    Comment,
    /// The end of the text.
    End,
}

/// A number as a text writes it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Literal {
    /// Canonical.
    pub(crate) value: f64,
    /// `None` if that could not be read.
    pub(crate) unit: Option<Unit>,
    /// Written with a percent sign.
    pub(crate) percent: bool,
    /// What its digits were divided by: 60 for `50/m`.
    pub(crate) per: f64,
}

/// The signs of the language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Symbol {
    BraceOpen,
    BraceClose,
    ParenOpen,
    ParenClose,
    BracketOpen,
    BracketClose,
    Comma,
    Semicolon,
    Colon,
    Assign,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Plus,
    Minus,
    Star,
    Slash,
    Percent,
}

/// All signs, the longer ones first.
const SYMBOLS: &[(&str, Symbol)] = &[
    ("==", Symbol::Equal),
    ("!=", Symbol::NotEqual),
    ("<=", Symbol::LessOrEqual),
    (">=", Symbol::GreaterOrEqual),
    ("{", Symbol::BraceOpen),
    ("}", Symbol::BraceClose),
    ("(", Symbol::ParenOpen),
    (")", Symbol::ParenClose),
    ("[", Symbol::BracketOpen),
    ("]", Symbol::BracketClose),
    (",", Symbol::Comma),
    (";", Symbol::Semicolon),
    (":", Symbol::Colon),
    ("=", Symbol::Assign),
    ("<", Symbol::Less),
    (">", Symbol::Greater),
    ("+", Symbol::Plus),
    ("-", Symbol::Minus),
    ("*", Symbol::Star),
    ("/", Symbol::Slash),
    ("%", Symbol::Percent),
];

/// A token and where it stands.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Token {
    pub(crate) kind: Kind,
    pub(crate) span: Span,
    /// First byte in the source.
    pub(crate) start: usize,
    /// The byte after the last.
    pub(crate) end: usize,
}

impl Token {
    /// As it stands in the source.
    pub(crate) fn text<'a>(&self, source: &'a str) -> &'a str {
        source.get(self.start..self.end).unwrap_or("")
    }

    /// Whether it is that sign.
    pub(crate) fn is(&self, symbol: Symbol) -> bool {
        self.kind == Kind::Symbol(symbol)
    }
}

/// All tokens of a text, the last one being [`Kind::End`].
pub(crate) fn lex(source: &str, problems: &mut Problems) -> Vec<Token> {
    let start = if source.starts_with('\u{feff}') {
        '\u{feff}'.len_utf8()
    } else {
        0
    };
    let from = Token {
        kind: Kind::End,
        span: Span {
            line: 1,
            column: 1,
            end_line: 1,
            end_column: 1,
        },
        start,
        end: start,
    };
    lex_within(source, from, source.len(), problems)
}

/// The tokens of a part of a text, from the end of a token up to a byte.
pub(crate) fn lex_within(
    source: &str,
    from: Token,
    end: usize,
    problems: &mut Problems,
) -> Vec<Token> {
    let mut lexer = Lexer {
        source,
        at: from.end,
        end,
        line: from.span.end_line,
        column: from.span.end_column,
        problems,
    };
    let mut tokens = Vec::new();
    while let Some(token) = lexer.token() {
        tokens.push(token);
    }
    tokens.push(lexer.finish(Kind::End, lexer.mark()));
    tokens
}

/// The only literal of a text, if it is one and nothing else, and what is wrong with it.
pub(crate) fn single_literal(text: &str) -> Option<(Literal, Option<Diagnostic>)> {
    let mut problems = Problems::default();
    match lex(text, &mut problems).as_slice() {
        [
            Token {
                kind: Kind::Number(literal),
                ..
            },
            Token {
                kind: Kind::End, ..
            },
        ] => Some((*literal, problems.finish().into_iter().next())),
        _ => None,
    }
}

/// Whether a name may begin with it.
pub(crate) fn begins_word(c: char) -> bool {
    c.is_alphabetic() || c == '_'
}

/// Whether a name may go on with it.
fn continues_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// A place to begin a token at.
#[derive(Clone, Copy)]
struct Mark {
    at: usize,
    line: u32,
    column: u32,
}

struct Lexer<'a, 'p> {
    source: &'a str,
    at: usize,
    end: usize,
    line: u32,
    column: u32,
    problems: &'p mut Problems,
}

impl<'a> Lexer<'a, '_> {
    fn rest(&self) -> &'a str {
        self.source.get(self.at..self.end).unwrap_or("")
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn advance(&mut self) {
        if let Some(c) = self.peek() {
            self.at += c.len_utf8();
            if c == '\n' {
                self.line += 1;
                self.column = 1;
            } else {
                self.column += 1;
            }
        }
    }

    fn advance_while(&mut self, accepted: impl Fn(char) -> bool) -> &'a str {
        let start = self.at;
        while self.peek().is_some_and(&accepted) {
            self.advance();
        }
        self.source.get(start..self.at).unwrap_or("")
    }

    /// Passes over a text that is known to come next and holds no line end.
    fn skip(&mut self, text: &str) {
        for _ in text.chars() {
            self.advance();
        }
    }

    fn mark(&self) -> Mark {
        Mark {
            at: self.at,
            line: self.line,
            column: self.column,
        }
    }

    /// From a mark to here. A line end belongs to its line.
    fn span(&self, mark: Mark) -> Span {
        let (end_line, end_column) = if self.line > mark.line {
            (mark.line, mark.column + 1)
        } else {
            (self.line, self.column)
        };
        Span {
            line: mark.line,
            column: mark.column,
            end_line,
            end_column,
        }
    }

    fn finish(&self, kind: Kind, mark: Mark) -> Token {
        Token {
            kind,
            span: self.span(mark),
            start: mark.at,
            end: self.at,
        }
    }

    /// The next token, or `None` at the end. What cannot be read is reported and passed over.
    fn token(&mut self) -> Option<Token> {
        loop {
            self.advance_while(|c| c != '\n' && c.is_whitespace());
            let mark = self.mark();
            let kind = match self.peek()? {
                '\n' => {
                    self.advance();
                    Kind::Newline
                }
                '"' => self.text(mark),
                c if c.is_ascii_digit() => Kind::Number(self.number(mark)),
                c if begins_word(c) => {
                    self.advance_while(continues_word);
                    Kind::Word
                }
                _ if self.rest().starts_with("//") => {
                    self.advance_while(|c| c != '\n');
                    Kind::Comment
                }
                _ => match self.symbol(mark) {
                    Some(symbol) => Kind::Symbol(symbol),
                    None => continue,
                },
            };
            return Some(self.finish(kind, mark));
        }
    }

    fn text(&mut self, mark: Mark) -> Kind {
        self.advance();
        self.advance_while(|c| c != '"' && c != '\n');
        if self.peek() == Some('"') {
            self.advance();
        } else {
            let help = "a text ends on its line with `\"`".to_owned();
            let span = self.span(mark);
            self.problems
                .report_unreadable(span, "this text is not closed", Some(help));
            self.problems.braces_lost = true;
        }
        Kind::Text
    }

    fn symbol(&mut self, mark: Mark) -> Option<Symbol> {
        let rest = self.rest();
        let before = self.source.get(..self.at).unwrap_or("").chars().next_back();
        let behind_word = before.is_some_and(|c| begins_word(c) || c == ')' || c == ']');
        let foreign = foreign::sign(rest, behind_word);
        let known = SYMBOLS.iter().find(|(sign, _)| rest.starts_with(sign));
        match (known, foreign) {
            (Some((sign, symbol)), None) => {
                self.skip(sign);
                return Some(*symbol);
            }
            // `!=` begins like the foreign `!`.
            (Some((sign, symbol)), Some((other, _))) if sign.len() > other.len() => {
                self.skip(sign);
                return Some(*symbol);
            }
            (_, Some((sign, _))) => self.skip(sign),
            (None, None) => self.advance(),
        }
        let sign = visible(self.source.get(mark.at..self.at).unwrap_or(""));
        let span = self.span(mark);
        self.problems.report_unreadable(
            span,
            format!("`{sign}` means nothing here"),
            foreign.map(|(_, help)| help.to_owned()),
        );
        None
    }

    /// Digits, then what stands right after them: a percent sign, or a unit, then `/s`, `/m` or `/h`.
    fn number(&mut self, mark: Mark) -> Literal {
        let digits = self.digits();
        if self.peek() == Some('%') {
            self.advance();
            let value = decimal::read(&digits, 1.0) / 100.0;
            return self.checked(
                mark,
                Literal {
                    value,
                    unit: Some(units::NUMBER),
                    percent: true,
                    per: 1.0,
                },
            );
        }
        let (factor, unit) = match self.suffix(mark) {
            Some((factor, units::DURATION)) if self.peek().is_some_and(|c| c.is_ascii_digit()) => {
                return self.compound(mark, &digits, factor);
            }
            Some((factor, unit)) => (factor, Some(unit)),
            None => (1.0, None),
        };
        self.rated(mark, decimal::read(&digits, factor), unit)
    }

    /// The unit right behind digits, with its factor. An unknown one is reported.
    fn suffix(&mut self, mark: Mark) -> Option<(f64, Unit)> {
        let start = self.at;
        let word = self.advance_while(|c| continues_word(c) && !c.is_ascii_digit());
        let suffix = match word {
            "" => Some((1.0, units::NUMBER)),
            _ => units::suffix(word),
        };
        // Another number may follow in a duration only: `1m30s`, but not `5k3`.
        let ends = matches!(suffix, Some((_, units::DURATION)))
            || !self.peek().is_some_and(continues_word);
        if suffix.is_some() && ends {
            return suffix;
        }
        self.advance_while(continues_word);
        let word = self.source.get(start..self.at).unwrap_or("");
        self.unknown_suffix(mark, word);
        None
    }

    /// The rest of a duration of several parts, `1h30m`, whose first was read.
    fn compound(&mut self, mark: Mark, first: &str, factor: f64) -> Literal {
        let (mut value, mut least) = (decimal::read(first, factor), factor);
        let mut is_whole = !first.contains('.');
        while self.peek().is_some_and(|c| c.is_ascii_digit()) {
            let digits = self.digits();
            let Some((factor, unit)) = self.suffix(mark) else {
                return self.rated(mark, 1.0, None);
            };
            if unit != units::DURATION || factor >= least || !is_whole {
                self.advance_while(continues_word);
                let written = self.source.get(mark.at..self.at).unwrap_or("");
                let message = format!("{} is no duration", quoted(written));
                let span = self.span(mark);
                self.problems
                    .report_unreadable(span, message, Some(COMPOUND.into()));
                return self.rated(mark, 1.0, None);
            }
            (value, least) = (value + decimal::read(&digits, factor), factor);
            is_whole = !digits.contains('.');
        }
        self.rated(mark, value, Some(units::DURATION))
    }

    /// A quantity, per second, minute or hour if that follows.
    fn rated(&mut self, mark: Mark, value: f64, unit: Option<Unit>) -> Literal {
        let (per, rated) = self.per(unit.unwrap_or_default());
        let literal = Literal {
            value: value / per,
            unit: unit.map(|_| rated),
            percent: false,
            per,
        };
        self.checked(mark, literal)
    }

    fn digits(&mut self) -> String {
        let mut digits = self
            .advance_while(|c| c.is_ascii_digit() || c == '_')
            .replace('_', "");
        let mut after = self.rest().chars();
        if after.next() == Some('.') && after.next().is_some_and(|c| c.is_ascii_digit()) {
            self.advance();
            digits.push('.');
            digits.push_str(
                &self
                    .advance_while(|c| c.is_ascii_digit() || c == '_')
                    .replace('_', ""),
            );
        }
        digits
    }

    /// `/s`, `/m`, `/h`: what the number is divided by, and the unit it then has. `5ms/s` is a plain number.
    fn per(&mut self, unit: Unit) -> (f64, Unit) {
        let mut after = self.rest().chars();
        let (slash, word, next) = (after.next(), after.next(), after.next());
        let seconds = match word {
            Some('s') => 1.0,
            Some('m') => 60.0,
            Some('h') => 3600.0,
            _ => return (1.0, unit),
        };
        if slash != Some('/') || next.is_some_and(continues_word) {
            return (1.0, unit);
        }
        self.advance();
        self.advance();
        let canonical = if unit == units::DURATION {
            units::SECOND
        } else {
            1.0
        };
        (
            seconds * canonical,
            Unit {
                time: unit.time - 1,
                ..unit
            },
        )
    }

    fn unknown_suffix(&mut self, mark: Mark, word: &str) {
        let names: Vec<&str> = units::SUFFIXES.iter().map(|(name, ..)| *name).collect();
        let exponent = word.trim_end_matches(|c: char| c.is_ascii_digit());
        let hint = match word {
            _ if matches!(exponent, "e" | "E") => {
                Some("there are no exponents: `1M`, `2.5k`, `1_000_000`")
            }
            "rps" | "qps" | "tps" | "Hz" => Some("a rate is written `200/s` or `50k/m`"),
            "bps" | "kbps" | "Kbps" | "Mbps" | "Gbps" | "Mbit" | "Gbit" => {
                Some("a bandwidth counts bytes: `10MB/s`")
            }
            _ => None,
        };
        let near = || {
            let full = |name: &&str| name.len() > 1 || name.eq_ignore_ascii_case(word);
            suggest(word, names.iter().copied().filter(full))
        };
        let known = match hint {
            Some(_) => None,
            None => units::meant(word).or_else(near),
        };
        let help = match (hint, known) {
            (Some(hint), _) => Some(hint.to_owned()),
            (None, Some(_)) => None,
            (None, None) => Some(format!(
                "what may stand right after a number: {}",
                one_of(&names)
            )),
        };
        let span = self.span(mark);
        self.problems
            .report_unreadable(span, unknown("unit", word, known), help);
    }

    /// Refuses what is too large to count with.
    fn checked(&mut self, mark: Mark, literal: Literal) -> Literal {
        if literal.value <= units::LARGEST {
            return literal;
        }
        let span = self.span(mark);
        self.problems.report_unreadable(
            span,
            "this number is too large",
            Some("at most 10^18 in nanoseconds, bytes or pieces".into()),
        );
        Literal {
            value: 1.0,
            ..literal
        }
    }
}

/// A sign as a message can show it. The standard library's `escape_debug` knows more signs that cannot be seen, from large tables.
fn visible(sign: &str) -> String {
    let mut shown = String::new();
    for c in sign.chars() {
        let blank = matches!(c, '\u{80}'..='\u{a0}' | '\u{ad}' | '\u{2000}'..='\u{200f}' | '\u{2028}'..='\u{202f}'
            | '\u{205f}'..='\u{206f}' | '\u{3000}' | '\u{e000}'..='\u{f8ff}' | '\u{feff}');
        if c.is_ascii_control() || blank {
            shown.extend(c.escape_default());
        } else {
            shown.push(c);
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    fn literal(text: &str) -> (f64, Unit) {
        let (literal, _) = single_literal(text).unwrap_or_else(|| panic!("{text}"));
        (literal.value, literal.unit.expect(text))
    }

    #[test]
    fn quantities() {
        assert_eq!(literal("1_000"), (1000.0, units::NUMBER));
        assert_eq!(literal("2.5"), (2.5, units::NUMBER));
        assert_eq!(literal("5%"), (0.05, units::NUMBER));
        assert_eq!(literal("12.5%"), (0.125, units::NUMBER));
        assert_eq!(literal("1M"), (1e6, units::NUMBER));
        assert_eq!(literal("1.5s"), (1.5e9, units::DURATION));
        assert_eq!(literal("1.2ms"), (1.2e6, units::DURATION));
        assert_eq!(literal("50k/m"), (50e3 / 60.0, units::RATE));
        assert_eq!(literal("10/h"), (10.0 / 3600.0, units::RATE));
        assert_eq!(literal("10MB/s"), (1e7, units::BANDWIDTH));
        assert_eq!(literal("5ms/s"), (0.005, units::NUMBER));
        assert_eq!(literal("16KiB"), (16384.0, units::SIZE));
    }

    #[test]
    fn durations_of_several_parts() {
        for (text, nanoseconds) in [
            ("1m30s", 90e9),
            ("1h30m", 5400e9),
            ("1m30s500ms", 90.5e9),
            ("1m1.5s", 61.5e9),
            ("0h90m", 5400e9),
            ("1s1ns", 1_000_000_001.0),
            ("1_0s5us", 10_000_005_000.0),
        ] {
            assert_eq!(literal(text), (nanoseconds, units::DURATION), "{text}");
        }
        assert_eq!(literal("1m30s/s"), (90.0, units::NUMBER));
        for text in [
            "30s1m", "1m1m", "1.5m30s", "1m30", "1m30k", "1m30KB", "5k3", "1m_30s",
        ] {
            let problem = single_literal(text).and_then(|(_, problem)| problem);
            assert!(problem.is_some(), "{text} is read");
        }
    }

    #[test]
    fn percent_and_modulo() {
        let mut problems = Problems::default();
        let source = "x%3 7 % 3 10/second";
        let shown: Vec<&str> = lex(source, &mut problems)
            .iter()
            .map(|token| token.text(source))
            .collect();
        assert_eq!(
            shown,
            ["x", "%", "3", "7", "%", "3", "10", "/", "second", ""]
        );
        assert!(problems.is_empty());
    }

    #[test]
    fn places_count_characters() {
        let mut problems = Problems::default();
        let tokens = lex("é \"ü\" // x\n  }", &mut problems);
        let places: Vec<(u32, u32, u32)> = tokens
            .iter()
            .map(|t| (t.span.line, t.span.column, t.span.end_column))
            .collect();
        assert_eq!(
            places,
            [
                (1, 1, 2),
                (1, 3, 6),
                (1, 7, 11),
                (1, 11, 12),
                (2, 3, 4),
                (2, 4, 4)
            ]
        );
    }
}
