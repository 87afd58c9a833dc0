//! Quantities: the words for units, how a literal becomes a canonical number, how a number is shown, and what units are called.
//!
//! Canonical numbers are those of [`scenario`](super::scenario): nanoseconds, bytes, per second. A literal is exact as long as its digits
//! times its factor stay below 2^53: `1.5s` is 1,500,000,000.

use super::decimal::show as number;
use super::diagnostics::quoted;
use super::lexer::{self, Literal};
use super::scenario::Unit;

/// No dimension: counts, shares, truth.
pub(crate) const NUMBER: Unit = Unit { time: 0, bytes: 0 };
/// Nanoseconds.
pub(crate) const DURATION: Unit = Unit { time: 1, bytes: 0 };
/// Bytes.
pub(crate) const SIZE: Unit = Unit { time: 0, bytes: 1 };
/// Per second.
pub(crate) const RATE: Unit = Unit { time: -1, bytes: 0 };
/// Bytes per second.
pub(crate) const BANDWIDTH: Unit = Unit { time: -1, bytes: 1 };

/// A second in nanoseconds.
pub(crate) const SECOND: f64 = 1e9;
/// No literal is larger than that many nanoseconds, bytes or pieces.
pub(crate) const LARGEST: f64 = 1e18;
/// Powers of a unit beyond this are refused.
const POWER_MAX: i8 = 4;

/// The words that may stand right after a number, with what they multiply it by.
pub(crate) const SUFFIXES: &[(&str, f64, Unit)] = &[
    ("k", 1e3, NUMBER),
    ("M", 1e6, NUMBER),
    ("ns", 1.0, DURATION),
    ("us", 1e3, DURATION),
    ("ms", 1e6, DURATION),
    ("s", SECOND, DURATION),
    ("m", 60.0 * SECOND, DURATION),
    ("h", 3600.0 * SECOND, DURATION),
    ("B", 1.0, SIZE),
    ("KB", 1e3, SIZE),
    ("MB", 1e6, SIZE),
    ("GB", 1e9, SIZE),
    ("KiB", 1024.0, SIZE),
    ("MiB", 1_048_576.0, SIZE),
    ("GiB", 1_073_741_824.0, SIZE),
];

/// What a suffix means.
pub(crate) fn suffix(word: &str) -> Option<(f64, Unit)> {
    SUFFIXES
        .iter()
        .find(|(name, ..)| *name == word)
        .map(|&(_, factor, unit)| (factor, unit))
}

/// The suffix that a word is, or is another spelling of.
pub(crate) fn meant(word: &str) -> Option<&'static str> {
    let usual = match word.to_ascii_lowercase().as_str() {
        "sec" | "secs" | "second" | "seconds" => "s",
        "min" | "mins" | "minute" | "minutes" => "m",
        "hr" | "hrs" | "hour" | "hours" => "h",
        "msec" | "msecs" | "millis" | "millisecond" | "milliseconds" => "ms",
        "\u{b5}s" | "\u{3bc}s" | "usec" | "micros" | "microsecond" | "microseconds" => "us",
        _ => word,
    };
    let found = SUFFIXES.iter().find(|(name, ..)| *name == usual);
    found.map(|(name, ..)| *name)
}

/// The unit of a product, or `None` if a power is absurd.
pub(crate) fn product(a: Unit, b: Unit) -> Option<Unit> {
    let unit = Unit {
        time: a.time + b.time,
        bytes: a.bytes + b.bytes,
    };
    (unit.time.abs() <= POWER_MAX && unit.bytes.abs() <= POWER_MAX).then_some(unit)
}

/// One over a unit.
pub(crate) fn inverse(unit: Unit) -> Unit {
    Unit {
        time: -unit.time,
        bytes: -unit.bytes,
    }
}

/// The power of 10^9 in which the canonical number of a unit differs from seconds: durations count nanoseconds, rates seconds.
pub(crate) fn scale_power(unit: Unit) -> i8 {
    unit.time.max(0)
}

/// `"a duration"`, `"a size"` …
pub(crate) fn describe(unit: Unit) -> String {
    match unit {
        NUMBER => "a plain number".into(),
        DURATION => "a duration".into(),
        SIZE => "a size".into(),
        RATE => "a rate".into(),
        BANDWIDTH => "a bandwidth".into(),
        Unit { time, bytes: 0 } => format!("a time to the power of {time}"),
        Unit { time: 0, bytes } => format!("a size to the power of {bytes}"),
        Unit { time, bytes } => {
            format!("a size to the power of {bytes} times a time to the power of {time}")
        }
    }
}

/// What was probably meant where one unit was needed and another stands.
pub(crate) fn mend(needed: Unit, given: Unit) -> Option<&'static str> {
    Some(match (needed, given) {
        (DURATION, RATE) => "one over a rate is a duration: `1/rate`",
        (RATE, DURATION) => "one over a duration is a rate: `1/duration`",
        (DURATION, SIZE) => "a size divided by a bandwidth is a duration: `1KiB / (10MB/s)`",
        (DURATION, NUMBER) => "a duration has its unit right after the number: `10ms`, `1.5s`",
        (SIZE, NUMBER) => "a size has its unit right after the number: `400B`, `16KiB`",
        (RATE, NUMBER) => "a rate says per what: `200/s`, `50k/m`",
        (BANDWIDTH, NUMBER | SIZE) => "a bandwidth is a size per time: `10MB/s`",
        (SIZE, BANDWIDTH) => "a bandwidth times a duration is a size",
        (NUMBER, RATE) => "a rate times a duration is a number: `rate * 10s`",
        (NUMBER, DURATION) => "a duration divided by a duration is a number: `d / 1s`",
        (NUMBER, SIZE) => "a size divided by a size is a number: `size / 1B`",
        _ => return None,
    })
}

/// A quantity as a reader writes it: in its natural unit, no longer than needed.
///
/// Durations are rounded to whole nanoseconds, everything else to 15 significant digits.
///
/// ```
/// use highwater::lang::{scenario::Unit, units};
/// assert_eq!(units::format(1.5e9, Unit { time: 1, bytes: 0 }), "1.5s");
/// assert_eq!(units::format(16384.0, Unit { time: 0, bytes: 1 }), "16KiB");
/// assert_eq!(units::format(62.5, Unit { time: -1, bytes: 0 }), "62.5/s");
/// assert_eq!(units::format(5.0, Unit::default()), "5");
/// ```
#[must_use]
pub fn format(value: f64, unit: Unit) -> String {
    if value < 0.0 {
        return format!("-{}", format(-value, unit));
    }
    if !value.is_finite() {
        return if value.is_nan() {
            "undefined".into()
        } else {
            "infinite".into()
        };
    }
    match unit {
        NUMBER => number(value),
        DURATION => format_duration(value),
        SIZE => format_size(value),
        RATE => format_rate(value),
        BANDWIDTH => format!("{}/s", format_size(value)),
        Unit { time, bytes } => format!("{} {}", number(value), describe_powers(time, bytes)),
    }
}

/// `ns^2 B` and the like, for products that have no name.
fn describe_powers(time: i8, bytes: i8) -> String {
    let power = |name: &str, power: i8| match power {
        0 => None,
        1 => Some(name.to_owned()),
        _ => Some(format!("{name}^{power}")),
    };
    let clock = if time > 0 { "ns" } else { "s" };
    [power("B", bytes), power(clock, time)]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(" ")
}

/// In the largest unit up to seconds that is not larger than the value; in minutes or hours if that is shorter.
fn format_duration(value: f64) -> String {
    let value = value.round();
    let natural = match value {
        v if v == 0.0 || v >= SECOND => ("s", SECOND),
        v if v >= 1e6 => ("ms", 1e6),
        v if v >= 1e3 => ("us", 1e3),
        _ => ("ns", 1.0),
    };
    let shown = format!("{}{}", number(value / natural.1), natural.0);
    let long = [("m", 60.0 * SECOND), ("h", 3600.0 * SECOND)];
    long.into_iter()
        .filter(|(_, factor)| value >= *factor)
        .map(|(word, factor)| format!("{}{word}", number(value / factor)))
        .fold(shown, shorter)
}

/// In the unit, decimal or binary, that makes the shortest text.
fn format_size(value: f64) -> String {
    SUFFIXES
        .iter()
        .filter(|(_, factor, unit)| *unit == SIZE && (value >= *factor || *factor == 1.0))
        .map(|(word, factor, _)| format!("{}{word}", number(value / factor)))
        .reduce(|best, next| {
            if next.len() <= best.len() && !(best.len() == next.len() && next.contains('i')) {
                next
            } else {
                best
            }
        })
        .unwrap_or_default()
}

/// Per second if that is a short number, else per minute or hour if that is shorter.
fn format_rate(value: f64) -> String {
    let shown = format!("{}/s", number(value));
    if shown.len() <= "0.125/s".len() {
        return shown;
    }
    [("m", 60.0), ("h", 3600.0)]
        .into_iter()
        .map(|(word, factor)| format!("{}/{word}", number(value * factor)))
        .fold(shown, shorter)
}

/// The shorter text; of equal ones the first.
fn shorter(best: String, next: String) -> String {
    if next.len() < best.len() { next } else { best }
}

/// Reads a quantity as a text would write it, such as the `200/s` of `--set rate=200/s`.
///
/// # Errors
/// A sentence that says what is wrong, and what would be right.
pub fn parse(text: &str, expected: Unit) -> Result<f64, String> {
    let trimmed = text.trim();
    let (digits, sign) = trimmed
        .strip_prefix('-')
        .map_or((trimmed, 1.0), |rest| (rest, -1.0));
    let literal = lexer::single_literal(digits);
    let (value, unit) = match literal {
        Some((
            Literal {
                value,
                unit: Some(unit),
                ..
            },
            None,
        )) => (value, unit),
        Some((
            Literal {
                unit: Some(unit), ..
            },
            Some(_),
        )) => {
            let most = format(LARGEST, unit);
            return Err(format!(
                "{} is too large: {most} is the most that can be counted",
                quoted(trimmed)
            ));
        }
        wrong => {
            let why = wrong
                .and_then(|(_, wrong)| wrong)
                .map_or(String::new(), |wrong| {
                    let help = wrong
                        .help
                        .map_or(String::new(), |help| format!(" ({help})"));
                    format!(", {}{help}", wrong.message)
                });
            let example = example(expected);
            return Err(format!(
                "{} is not a quantity{why}: write {example}",
                quoted(trimmed)
            ));
        }
    };
    if unit == expected {
        return Ok(sign * value);
    }
    let trimmed = quoted(trimmed);
    let help = mend(expected, unit).map_or(String::new(), |help| format!(" ({help})"));
    Err(format!(
        "{trimmed} is {}, and {} is needed{help}",
        describe(unit),
        describe(expected)
    ))
}

/// How a quantity of a unit is written.
fn example(unit: Unit) -> &'static str {
    match unit {
        DURATION => "a duration such as 10ms, 1.5s or 1m30s",
        SIZE => "a size such as 400B or 16KiB",
        RATE => "a rate such as 200/s or 50k/m",
        BANDWIDTH => "a bandwidth such as 10MB/s",
        _ => "a number such as 12, 2.5, 10k or 5%",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantities_are_shown_in_their_natural_unit() {
        let cases = [
            (10e6, DURATION, "10ms"),
            (1.5e9, DURATION, "1.5s"),
            (0.0, DURATION, "0s"),
            (60e9, DURATION, "1m"),
            (90e9, DURATION, "90s"),
            (14_400e9, DURATION, "4h"),
            (999_999_999.0, DURATION, "999.999999ms"),
            (1_234_567.4, DURATION, "1.234567ms"),
            (5.0, DURATION, "5ns"),
            (-5e6, DURATION, "-5ms"),
            (16_384.0, SIZE, "16KiB"),
            (2e6, SIZE, "2MB"),
            (400.0, SIZE, "400B"),
            (1.4e9, SIZE, "1.4GB"),
            (0.0, SIZE, "0B"),
            (536_870_912.0, SIZE, "512MiB"),
            (62.5, RATE, "62.5/s"),
            (0.5, RATE, "0.5/s"),
            (50.0 / 60.0, RATE, "50/m"),
            (10_000.0, RATE, "10000/s"),
            (1e7, BANDWIDTH, "10MB/s"),
            (5.0, NUMBER, "5"),
            (0.1 + 0.2, NUMBER, "0.3"),
            (2.5, NUMBER, "2.5"),
            (1e6, NUMBER, "1000000"),
            (f64::NAN, NUMBER, "undefined"),
        ];
        for (value, unit, shown) in cases {
            assert_eq!(format(value, unit), shown);
        }
    }

    #[test]
    fn settings_are_read_in_their_unit() {
        assert_eq!(parse("200/s", RATE), Ok(200.0));
        assert_eq!(parse(" 80% ", NUMBER), Ok(0.8));
        assert_eq!(parse("-2", NUMBER), Ok(-2.0));
        assert_eq!(parse("1_000", NUMBER), Ok(1000.0));
        assert_eq!(parse("1m30s", DURATION), Ok(90e9));
        assert!(
            parse("3000000h", DURATION).is_err_and(|e| e.contains("too large: 1000000000s is"))
        );
        assert!(parse("1m1m", DURATION).is_err_and(|e| e.contains("1h30m")));
        assert!(parse("200", RATE).is_err_and(|e| e.contains("200/s")));
        assert!(
            parse("5ms", RATE).is_err_and(|e| e.contains("a duration") && e.contains("a rate"))
        );
        for broken in ["", "x", "5 5", "5ms x", "1//s", "5zs", "\"5\"", "--5"] {
            assert!(parse(broken, NUMBER).is_err(), "{broken}");
        }
    }
}
