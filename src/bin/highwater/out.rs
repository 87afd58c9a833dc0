//! What is written: results on standard output, complaints and progress on standard error.

use std::fmt::{self, Arguments, Write as _};
use std::io::{ErrorKind, Write};

/// Writes to standard output as it stands. `print!` would panic where the reader has gone, as `head` does when it has seen enough: that
/// is no error, and the rest is for nobody.
pub(crate) fn put(text: Arguments<'_>) {
    if let Err(error) = std::io::stdout().write_fmt(text) {
        if error.kind() != ErrorKind::BrokenPipe {
            complain(format_args!("highwater: cannot write: {error}\n"));
            std::process::exit(i32::from(super::WRONG));
        }
    }
}

/// Writes to standard error what holds words of a text or of the call, if anybody still reads it.
pub(crate) fn complain(text: Arguments<'_>) {
    let _ = std::io::stderr().write_all(visible(text).as_bytes());
}

/// Writes over the last line of the terminal that standard error is.
pub(crate) fn status_line(text: &str) {
    let _ = write!(std::io::stderr(), "\r\x1b[K{text}");
}

/// A line on standard output.
macro_rules! say {
    ($($part:tt)*) => {
        $crate::out::put(format_args!("{}\n", $crate::out::visible(format_args!($($part)*))))
    };
}
pub(crate) use say;

/// The same with every character escaped that a terminal would obey instead of showing it: a text that somebody sent may hold any.
pub(crate) fn visible(text: Arguments<'_>) -> String {
    let mut shown = Visible(String::new());
    // Only what is formatted could fail, and nothing here does.
    let _ = shown.write_fmt(text);
    shown.0
}

struct Visible(String);

impl fmt::Write for Visible {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for c in text.chars() {
            if is_obeyed(c) {
                self.0.extend(c.escape_unicode());
            } else {
                self.0.push(c);
            }
        }
        Ok(())
    }
}

/// Control characters but for line ends and tabs, and what turns the direction of the text around it.
fn is_obeyed(c: char) -> bool {
    c.is_control() && !matches!(c, '\n' | '\t')
        || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// A line of JSON on standard output. serde leaves some characters as they are that a terminal obeys; in JSON they have an escape of
/// their own.
pub(crate) fn put_json(json: &str) {
    put(format_args!("{}\n", visible_json(json)));
}

fn visible_json(json: &str) -> String {
    let mut shown = String::with_capacity(json.len());
    for c in json.chars() {
        match is_obeyed(c) {
            // Such characters stand in strings only, and all of them have four digits.
            true => shown.push_str(&format!("\\u{:04x}", u32::from(c))),
            false => shown.push(c),
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_obeys_is_escaped() {
        let shown = visible(format_args!("{}", "a\x1b[31m\tb\r\u{9b}\u{202e}é\n"));
        assert_eq!(shown, "a\\u{1b}[31m\tb\\u{d}\\u{9b}\\u{202e}é\n");
        let json = visible_json("[\"a\u{7f}\u{9b}é\"]");
        assert_eq!(json, "[\"a\\u007f\\u009bé\"]");
    }
}
