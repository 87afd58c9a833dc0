//! Numbers as the printed report shows them. One rule: four significant digits (whole numbers keep all of theirs), one unit for all
//! quantities of a line, `-` where there is no figure. Times of the log are exact, in one unit for its column.

use highwater::lang::scenario::Unit;
use highwater::lang::units;

const DURATION: Unit = Unit { time: 1, bytes: 0 };
const SIZE: Unit = Unit { time: 0, bytes: 1 };
const NOTHING: &str = "-";
const DIGITS: i32 = 4;

/// A number with four significant digits, of which no whole one is cut off.
pub(crate) fn number(value: f64) -> String {
    if value == value.trunc() || !value.is_finite() {
        return format!("{value}");
    }
    let scientific = format!("{value:.*e}", DIGITS as usize - 1);
    let exponent = scientific.split_once('e').map_or("0", |(_, power)| power);
    let decimals = DIGITS - 1 - exponent.parse::<i32>().unwrap_or(0);
    without_zeros(format!("{value:.*}", decimals.max(0) as usize))
}

/// The same of what there may not be.
pub(crate) fn figure(value: Option<f64>) -> String {
    value.map_or_else(|| NOTHING.to_owned(), number)
}

/// A share, in percent.
pub(crate) fn percent(share: Option<f64>) -> String {
    match share {
        Some(share) => format!("{} %", number(share * 100.0)),
        None => NOTHING.to_owned(),
    }
}

fn without_zeros(digits: String) -> String {
    match digits.contains('.') {
        true => digits
            .trim_end_matches('0')
            .trim_end_matches('.')
            .to_owned(),
        false => digits,
    }
}

/// A unit that quantities of one line or column share.
pub(crate) struct Scale {
    word: String,
    /// In canonical units: nanoseconds or bytes.
    factor: f64,
}

impl Scale {
    /// For durations of about that many seconds.
    pub(crate) fn of_seconds(seconds: f64) -> Self {
        const UNITS: [(&str, f64); 5] = [
            ("h", 7200e9),
            ("m", 120e9),
            ("s", 1e9),
            ("ms", 1e6),
            ("us", 1e3),
        ];
        let ns = seconds * 1e9;
        let fits = UNITS.iter().find(|&&(_, from)| ns >= from);
        let word = match fits {
            Some((word, _)) => word,
            None if ns == 0.0 => "s",
            None => "ns",
        };
        Scale::named(word, DURATION)
    }

    /// For times of a clock that goes on to that: never minutes or hours, of which many nanoseconds are no short part.
    pub(crate) fn of_clock(seconds: f64) -> Self {
        Scale::of_seconds(seconds.min(1.0))
    }

    /// For sizes, as a text would say this one.
    pub(crate) fn of_bytes(bytes: u64) -> Self {
        let shown = units::format(bytes as f64, SIZE);
        Scale::named(shown.trim_start_matches(|c: char| !c.is_alphabetic()), SIZE)
    }

    fn named(word: &str, unit: Unit) -> Self {
        Scale {
            word: word.to_owned(),
            factor: units::parse(&format!("1{word}"), unit).unwrap_or(1.0),
        }
    }

    /// A duration in seconds.
    pub(crate) fn seconds(&self, seconds: Option<f64>) -> String {
        match seconds {
            Some(seconds) => self.canonical(seconds * 1e9),
            None => NOTHING.to_owned(),
        }
    }

    /// A size.
    pub(crate) fn bytes(&self, bytes: u64) -> String {
        self.canonical(bytes as f64)
    }

    fn canonical(&self, value: f64) -> String {
        format!("{}{}", number(value / self.factor), self.word)
    }

    /// A time, to the nanosecond.
    pub(crate) fn exact(&self, seconds: f64) -> String {
        let time = (seconds * 1e9).round() / self.factor;
        format!("{}{}", without_zeros(format!("{time:.9}")), self.word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_digits_and_no_whole_one_lost() {
        let cases = [
            (0.0, "0"),
            (62.5, "62.5"),
            (0.000_416_73, "0.0004167"),
            (1_722.281_885, "1722"),
            (19.112_604, "19.11"),
            (9.999_96, "10"),
            (123_456.7, "123457"),
            (12_000_000.0, "12000000"),
            (-0.123_456, "-0.1235"),
            (1e-9, "0.000000001"),
        ];
        for (value, shown) in cases {
            assert_eq!(number(value), shown, "{value}");
        }
        assert_eq!(figure(None), "-");
        assert_eq!(percent(Some(0.998_94)), "99.89 %");
    }

    #[test]
    fn a_line_has_one_unit() {
        let minutes = Scale::of_seconds(19.112_604 * 60.0);
        let shown = [19.112_604 * 60.0, 1_722.281_885].map(|s| minutes.seconds(Some(s)));
        assert_eq!(shown, ["19.11m", "28.7m"]);
        assert_eq!(Scale::of_seconds(0.0).seconds(Some(0.0)), "0s");
        assert_eq!(Scale::of_seconds(2.5e-7).seconds(Some(1.25e-7)), "125ns");
        assert_eq!(Scale::of_clock(9000.0).exact(0.000_000_5), "0.0000005s");
        let half = Scale::of_bytes(512 << 20);
        assert_eq!(
            [half.bytes(512 << 20), half.bytes(1 << 18)],
            ["512MiB", "0.25MiB"]
        );
        assert_eq!(Scale::of_bytes(60).bytes(61), "61B");
    }
}
