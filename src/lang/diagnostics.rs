//! What is wrong with a text, and where: the list of problems every stage reports to, and how one of them is shown.
//!
//! A problem is one sentence about one place. Stages go on after a problem; what they could not understand they mark as broken, so
//! that nothing is reported twice. Nothing here knows the language.

use std::collections::BinaryHeap;

use super::scenario::Span;

/// As many problems are handed out, the first ones of the text.
const SHOWN_MAX: usize = 20;
/// As many are collected: stages do not report in the order of the text. With so many the reading ends.
const KEPT_MAX: usize = 100;
/// Longer words get no suggestion: the comparison takes time with the square of the length.
const SUGGEST_LENGTH_MAX: usize = 32;
/// No more names are compared.
const SUGGEST_CANDIDATES_MAX: usize = 2_000;
/// Longer words are cut where a message names them.
const QUOTED_MAX: usize = 40;
/// A shown line is cut to this many characters around the place.
const SHOWN_WIDTH: usize = 160;

/// One error in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// Where.
    pub span: Span,
    /// What is wrong, in one sentence.
    pub message: String,
    /// What would be right, where that is known.
    pub help: Option<String>,
}

impl Diagnostic {
    /// The error as a terminal shows it: `file:line:column: error: message`, the line, the place underlined, the help.
    #[must_use]
    pub fn render(&self, file: &str, source: &str) -> String {
        let Span { line, column, .. } = self.span;
        let mut shown = format!("{file}:{line}:{column}: error: {}\n", self.message);
        let (text, underline) = self.excerpt(source);
        shown.push_str(&format!("  {text}\n  {underline}\n"));
        if let Some(help) = &self.help {
            shown.push_str(&format!("  help: {help}\n"));
        }
        shown
    }

    /// The line of the place, cut to a window if it is very long, and the line of `^` below it. Tabs stay tabs, so both line up.
    fn excerpt(&self, source: &str) -> (String, String) {
        let line = source
            .split('\n')
            .nth(self.span.line.saturating_sub(1) as usize)
            .unwrap_or("")
            .trim_end_matches('\r');
        let start = self.span.column.saturating_sub(1) as usize;
        let skipped = start.saturating_sub(SHOWN_WIDTH / 2);
        // One sign for each, so that the line below still points at its place.
        let visible = |c: char| match c.is_control() && c != '\t' {
            true => char::REPLACEMENT_CHARACTER,
            false => c,
        };
        let text: String = (line.chars().skip(skipped))
            .take(SHOWN_WIDTH)
            .map(visible)
            .collect();
        let shown = text.chars().count();
        let before = start - skipped;
        let end = if self.span.end_line > self.span.line {
            shown + skipped
        } else {
            self.span.end_column.saturating_sub(1) as usize
        };
        let width = end
            .saturating_sub(start)
            .clamp(1, shown.saturating_sub(before).max(1));
        let padding = text
            .chars()
            .map(|c| if c == '\t' { '\t' } else { ' ' })
            .chain(std::iter::repeat(' '))
            .take(before);
        let underline = padding.chain(std::iter::repeat_n('^', width)).collect();
        (text, underline)
    }
}

/// The problems found so far, by all stages.
#[derive(Debug, Default)]
pub(crate) struct Problems {
    list: Vec<Diagnostic>,
    /// Lines the lexer could not read: what the parser makes of the rest of such a line is no news.
    unreadable: Vec<u32>,
    /// Names of declarations that could not be read: whoever uses them is right to.
    lost: Vec<String>,
    /// Some declaration could not be read at all: any name may be right.
    pub(crate) names_lost: bool,
    /// Braces may be hidden in an open text: one that is missing may well be there.
    pub(crate) braces_lost: bool,
}

impl Problems {
    /// Reports a problem.
    pub(crate) fn report(&mut self, span: Span, message: impl Into<String>, help: Option<String>) {
        if !self.is_full() {
            self.list.push(Diagnostic {
                span,
                message: message.into(),
                help,
            });
        }
    }

    /// Reports characters that are no word of the language, and silences the parser about their line.
    pub(crate) fn report_unreadable(
        &mut self,
        span: Span,
        message: impl Into<String>,
        help: Option<String>,
    ) {
        // Once nothing more is kept, there is nothing to silence.
        if !self.is_full() {
            self.unreadable.push(span.line);
        }
        self.report(span, message, help);
    }

    /// Reports what the grammar does not allow, unless its line could not be read anyway.
    pub(crate) fn report_syntax(
        &mut self,
        span: Span,
        message: impl Into<String>,
        help: Option<String>,
    ) {
        if !self.unreadable.contains(&span.line) {
            self.report(span, message, help);
        }
    }

    /// Whether nothing more is kept.
    pub(crate) fn is_full(&self) -> bool {
        self.list.len() >= KEPT_MAX
    }

    /// A declaration could not be read, but for its name.
    pub(crate) fn lose(&mut self, name: &str) {
        if !self.is_full() {
            self.lost.push(name.to_owned());
        }
    }

    /// Whether it is news that a name is not known: no unread declaration may have it, and there is room.
    pub(crate) fn misses(&self, name: &str) -> bool {
        !self.names_lost && !self.is_full() && !self.lost.iter().any(|lost| lost == name)
    }

    /// Whether nothing was reported.
    pub(crate) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The first problems of the text, in its order, each once.
    pub(crate) fn finish(mut self) -> Vec<Diagnostic> {
        in_order(&mut self.list, |problem| place(problem.span));
        self.list.dedup();
        self.list.truncate(SHOWN_MAX);
        self.list
    }
}

/// Puts a list in the order of keys; what has the same key stays in its order.
pub(crate) fn in_order<T>(list: &mut Vec<T>, key: fn(&T) -> u128) {
    let mut things: Vec<Option<T>> = Vec::with_capacity(list.len());
    let keys = list.iter().map(key).collect();
    things.extend(list.drain(..).map(Some));
    list.extend(ranked(keys).filter_map(|(_, from)| things[from].take()));
}

/// Keys in their order, each with where it stood. The one sort of the language sorts numbers, by a heap: the library's sorts are
/// several times as long, and each kind of thing would have its own.
fn ranked(keys: Vec<u128>) -> impl Iterator<Item = (u128, usize)> {
    let heap: BinaryHeap<(u128, usize)> = keys.into_iter().zip(0..).collect();
    heap.into_sorted_vec().into_iter()
}

/// The order of places as that of numbers.
pub(crate) fn place(span: Span) -> u128 {
    [span.line, span.column, span.end_line, span.end_column]
        .into_iter()
        .fold(0, |key, part| key << 32 | u128::from(part))
}

/// From the start of one place to the end of another.
pub(crate) fn join(first: Span, last: Span) -> Span {
    Span {
        end_line: last.end_line,
        end_column: last.end_column,
        ..first
    }
}

/// The candidate that was probably meant, if one is near enough.
pub(crate) fn suggest<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let letters: Vec<char> = word.chars().take(SUGGEST_LENGTH_MAX + 1).collect();
    if letters.len() > SUGGEST_LENGTH_MAX {
        return None;
    }
    let allowed = (letters.len() / 3)
        .max(1)
        .min(letters.len() - usize::from(!letters.is_empty()));
    let mut best = None;
    let mut least = allowed + 1;
    for candidate in candidates.into_iter().take(SUGGEST_CANDIDATES_MAX) {
        let distance = if word.eq_ignore_ascii_case(candidate) {
            0
        } else {
            distance(&letters, candidate, least)
        };
        if distance < least {
            (best, least) = (Some(candidate), distance);
        }
    }
    best
}

/// How many letters must be changed, inserted, left out or swapped with their neighbour. What is not below `limit` may be anything
/// from there on.
fn distance(a: &[char], b: &str, limit: usize) -> usize {
    let length = b.chars().count();
    if length.abs_diff(a.len()) >= limit {
        return limit;
    }
    let b: Vec<char> = b.chars().collect();
    let [mut earlier, mut before, mut row]: [Vec<usize>; 3] = [
        vec![0; length + 1],
        (0..=length).collect(),
        vec![0; length + 1],
    ];
    for (i, &x) in a.iter().enumerate() {
        row[0] = i + 1;
        for (j, &y) in b.iter().enumerate() {
            let mut best = (before[j] + usize::from(x != y))
                .min(before[j + 1] + 1)
                .min(row[j] + 1);
            if i > 0 && j > 0 && x == b[j - 1] && a[i - 1] == y {
                best = best.min(earlier[j - 1] + 1);
            }
            row[j + 1] = best;
        }
        // No later row gets below the least of this one.
        if row.iter().all(|&least| least >= limit) {
            return limit;
        }
        (earlier, before, row) = (before, row, earlier);
    }
    before[length]
}

/// An unknown word, with the known one that was probably meant.
pub(crate) fn unknown(what: &str, word: &str, near: Option<&str>) -> String {
    doubted(format!("unknown {what} {}", quoted(word)), near)
}

/// A message, with the word that was probably meant.
pub(crate) fn doubted(message: String, near: Option<&str>) -> String {
    match near {
        Some(near) => format!("{message}: did you mean '{near}'?"),
        None => message,
    }
}

/// A word of the text as a message shows it: cut if it is absurdly long.
pub(crate) fn quoted(word: &str) -> String {
    let mut shown: String = word.chars().take(QUOTED_MAX).collect();
    if shown.len() < word.len() {
        shown.push('…');
    }
    format!("'{shown}'")
}

/// `"a, b or c"`, each in backticks.
pub(crate) fn one_of(words: &[&str]) -> String {
    listed(words, "or")
}

/// `"a, b and c"`, each in backticks.
pub(crate) fn and_all(words: &[&str]) -> String {
    listed(words, "and")
}

fn listed(words: &[&str], last_by: &str) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    match quoted.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} {last_by} {last}", rest.join(", ")),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suggestions_are_near() {
        assert_eq!(suggest("chn", ["ch", "other"]), Some("ch"));
        assert_eq!(suggest("recieve", ["repeat", "receive"]), Some("receive"));
        assert_eq!(suggest("KB", ["kB"]), Some("kB"));
        assert_eq!(suggest("x", ["y"]), None);
        assert_eq!(suggest("buffer", ["line"]), None);
    }

    #[test]
    fn a_place_is_underlined() {
        let span = Span {
            line: 2,
            column: 7,
            end_line: 2,
            end_column: 10,
        };
        let diagnostic = Diagnostic {
            span,
            message: "unknown channel 'chn'".into(),
            help: Some("did you mean `ch`?".into()),
        };
        let shown = diagnostic.render("a.hw", "x\n\tsend chn\n");
        assert_eq!(
            shown,
            "a.hw:2:7: error: unknown channel 'chn'\n  \tsend chn\n  \t     ^^^\n  help: did you mean `ch`?\n"
        );
    }

    #[test]
    fn control_characters_take_one_place() {
        let span = Span {
            line: 1,
            column: 4,
            end_line: 1,
            end_column: 5,
        };
        let diagnostic = Diagnostic {
            span,
            message: "m".into(),
            help: None,
        };
        let shown = diagnostic.render("f", "\u{1b}[2\u{9b}x");
        assert_eq!(shown, "f:1:4: error: m\n  \u{fffd}[2\u{fffd}x\n     ^\n");
    }

    #[test]
    fn places_outside_the_text_are_shown_as_empty_lines() {
        let span = Span {
            line: 9,
            column: 90,
            end_line: 9,
            end_column: 90,
        };
        let diagnostic = Diagnostic {
            span,
            message: "m".into(),
            help: None,
        };
        assert!(diagnostic.render("f", "x").contains('^'));
    }
}
