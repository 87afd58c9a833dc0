//! Damaged texts: everything that is written in the language, with lines and words taken out, doubled and swapped, numbers blown up, units changed,
//! ends cut off. What compiles must run in bounds; the rest must be refused.

use std::path::Path;

use proptest::prelude::*;
use proptest::sample::{Index, select};

/// One thing that is done to a text. An index says where, whatever its length.
#[derive(Debug, Clone)]
enum Blow {
    LineGone(Index),
    LineTwice(Index),
    LinesSwapped(Index, Index),
    WordGone(Index),
    WordTwice(Index),
    WordsSwapped(Index, Index),
    WordFrom(Index, Index),
    Number(Index, &'static str),
    Unit(Index, &'static str),
    Cut(Index),
    Nested(Index, &'static str, usize),
    Put(Index, &'static str),
}

const NUMBERS: &[&str] = &[
    "0",
    "1",
    "-1",
    "65535",
    "65536",
    "1000000",
    "1000001",
    "4294967296",
    "18446744073709551616",
    "9007199254740993",
    "1e308",
    "0.000000001",
    "99999999999999999999999999",
];
const UNITS: &[&str] = &[
    "", "ns", "us", "ms", "s", "m", "h", "B", "KB", "MiB", "GB", "TB", "/s", "k/m", "MB/s", "%",
    "k", "M",
];
const PIECES: &[&str] = &[
    "\0",
    "\u{feff}",
    "\u{202e}",
    "é",
    "日本",
    "\u{1f4a5}",
    "\r\n",
    "\r",
    "\t",
    "\u{2028}",
    "\"",
    "{",
    "}",
    "{{",
    "(",
    ")",
    "[",
    "]",
    ";",
    "//",
    "/*",
    "\\",
    "\u{7f}",
    "\u{1b}[2J",
    "per key",
    " in heap",
    " x 1000000",
    " forever { }",
    " knob",
    "else",
    "= =",
    "%%",
    "0 / 0",
    "-",
];
const NESTS: &[&str] = &[
    "(",
    "[",
    "{ ",
    "if 1 { ",
    "forever { ",
    "-",
    "not ",
    "1 + (",
    "with db { ",
    "spawn { ",
    "select { ",
];

fn blow() -> BoxedStrategy<Blow> {
    let at = any::<Index>;
    prop_oneof![
        3 => at().prop_map(Blow::LineGone),
        2 => at().prop_map(Blow::LineTwice),
        2 => (at(), at()).prop_map(|(a, b)| Blow::LinesSwapped(a, b)),
        3 => at().prop_map(Blow::WordGone),
        2 => at().prop_map(Blow::WordTwice),
        2 => (at(), at()).prop_map(|(a, b)| Blow::WordsSwapped(a, b)),
        3 => (at(), at()).prop_map(|(a, b)| Blow::WordFrom(a, b)),
        8 => (at(), select(NUMBERS)).prop_map(|(at, number)| Blow::Number(at, number)),
        4 => (at(), select(UNITS)).prop_map(|(at, unit)| Blow::Unit(at, unit)),
        1 => at().prop_map(Blow::Cut),
        1 => (at(), select(NESTS), 1..3_000_usize).prop_map(|(at, nest, depth)| Blow::Nested(at, nest, depth)),
        2 => (at(), select(PIECES)).prop_map(|(at, piece)| Blow::Put(at, piece)),
    ]
    .boxed()
}

/// A text of the corpus, or one of the random programs, after a few blows.
pub(crate) fn damaged(programs: BoxedStrategy<String>) -> BoxedStrategy<String> {
    let whole = prop_oneof![3 => select(corpus()).boxed(), 2 => programs];
    (whole, prop::collection::vec(blow(), 1..6))
        .prop_map(|(text, blows)| blows.iter().fold(text, |text, blow| hit(&text, blow)))
        .boxed()
}

/// Presets, examples, every fenced block of the documentation, and the text that has every word.
pub(crate) fn corpus() -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut texts = Vec::new();
    for folder in ["www/presets", "www/examples", "www/docs", "tests/it"] {
        collect(&root.join(folder), &mut texts);
    }
    texts
}

fn collect(folder: &Path, texts: &mut Vec<String>) {
    let entries =
        std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut paths: Vec<_> = entries
        .map(|entry| entry.expect("an entry").path())
        .collect();
    paths.sort();
    for path in paths {
        let extension = path.extension().unwrap_or_default();
        let read = || {
            std::fs::read_to_string(&path)
                .unwrap_or_else(|error| panic!("{}: {error}", path.display()))
        };
        if path.is_dir() {
            collect(&path, texts);
        } else if extension == "hw" {
            texts.push(read());
        } else if extension == "md" {
            let page = read();
            let blocks = page.split("\n```hw").skip(1);
            texts.extend(
                blocks
                    .filter_map(|block| block.split_once('\n')?.1.split("\n```").next())
                    .map(str::to_owned),
            );
        }
    }
}

/// Where a text can be taken apart: words, numbers with their units, single signs, and the blanks between.
fn words(text: &str) -> Vec<&str> {
    let kind = |sign: char| match sign {
        'a'..='z' | 'A'..='Z' | '0'..='9' | '_' | '.' => 0,
        ' ' | '\n' => 1,
        _ => 2,
    };
    let mut words = Vec::new();
    let (mut from, mut before) = (0, 2);
    for (at, sign) in text.char_indices() {
        let this = kind(sign);
        if at > from && (this != before || this == 2) {
            words.push(&text[from..at]);
            from = at;
        }
        before = this;
    }
    words.push(&text[from..]);
    words
}

fn hit(text: &str, blow: &Blow) -> String {
    match blow {
        Blow::LineGone(at) => pieces(text.split('\n').collect(), "\n", |lines| gone(lines, at)),
        Blow::LineTwice(at) => pieces(text.split('\n').collect(), "\n", |lines| twice(lines, at)),
        Blow::LinesSwapped(a, b) => pieces(text.split('\n').collect(), "\n", |lines| {
            swapped(lines, a, b)
        }),
        Blow::WordGone(at) => pieces(words(text), "", |words| gone(words, at)),
        Blow::WordTwice(at) => pieces(words(text), "", |words| twice(words, at)),
        Blow::WordsSwapped(a, b) => pieces(words(text), "", |words| swapped(words, a, b)),
        Blow::WordFrom(a, b) => pieces(words(text), "", |words| {
            let other = words[b.index(words.len())];
            let at = a.index(words.len());
            words[at] = other;
        }),
        Blow::Number(at, number) => at_number(text, at, |_, unit| format!("{number}{unit}")),
        Blow::Unit(at, unit) => at_number(text, at, |digits, _| format!("{digits}{unit}")),
        Blow::Cut(at) => text[..boundary(text, at)].to_owned(),
        Blow::Nested(at, nest, depth) => put(text, at, &nest.repeat(*depth)),
        Blow::Put(at, piece) => put(text, at, piece),
    }
}

fn pieces<'a>(
    mut all: Vec<&'a str>,
    between: &str,
    change: impl FnOnce(&mut Vec<&'a str>),
) -> String {
    change(&mut all);
    all.join(between)
}

fn gone(all: &mut Vec<&str>, at: &Index) {
    let _ = all.remove(at.index(all.len()));
}

fn twice(all: &mut Vec<&str>, at: &Index) {
    let at = at.index(all.len());
    all.insert(at, all[at]);
}

fn swapped(all: &mut [&str], a: &Index, b: &Index) {
    all.swap(a.index(all.len()), b.index(all.len()));
}

/// Changes one of the numbers of a text, given as its digits and its unit.
fn at_number(text: &str, at: &Index, change: impl FnOnce(&str, &str) -> String) -> String {
    let mut all = words(text);
    let numbers: Vec<usize> = (0..all.len())
        .filter(|&word| all[word].starts_with(|sign: char| sign.is_ascii_digit()))
        .collect();
    if numbers.is_empty() {
        return text.to_owned();
    }
    let word = numbers[at.index(numbers.len())];
    let digits = all[word].trim_end_matches(|sign: char| sign.is_ascii_alphabetic());
    let changed = change(digits, &all[word][digits.len()..]);
    all[word] = &changed;
    all.concat()
}

fn boundary(text: &str, at: &Index) -> usize {
    let ends: Vec<usize> = text
        .char_indices()
        .map(|(at, _)| at)
        .chain([text.len()])
        .collect();
    ends[at.index(ends.len())]
}

fn put(text: &str, at: &Index, piece: &str) -> String {
    let (before, after) = text.split_at(boundary(text, at));
    format!("{before}{piece}{after}")
}
