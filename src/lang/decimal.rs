//! Decimals to numbers and back, for what a text writes and a reader is shown: no exponents in, fifteen digits out.
//!
//! The standard library does more, shortest texts and the nearest number for any decimal, and for that carries 10 KB of tables that no
//! compressor makes smaller, and as much code: a sixth of what a browser would have to fetch. Nothing here knows units.

/// As many significant digits are shown: any more would show how a fraction was rounded to binary.
const DIGITS: i32 = 15;
/// A mantissa from here on takes no further digit.
const MANTISSA_FULL: u128 = u128::MAX / 10 - 1;

/// Digits with an optional point, times a factor. Whole steps first and one division last, so that nothing is rounded on the way.
/// Digits after the 37th significant one count as 0.
pub(crate) fn read(digits: &str, factor: f64) -> f64 {
    let (mut mantissa, mut decimals, mut dropped, mut pointed) = (0_u128, 0, 0, false);
    for byte in digits.bytes() {
        if byte == b'.' {
            pointed = true;
        } else if mantissa < MANTISSA_FULL {
            mantissa = mantissa * 10 + u128::from(byte - b'0');
            decimals += i32::from(pointed);
        } else {
            dropped += i32::from(!pointed);
        }
    }
    mantissa as f64 * 10f64.powi(dropped) * factor / 10f64.powi(decimals)
}

/// The shortest text for a number, 0 or more, that has its first fifteen digits. What is too small or too large for them is 0 or the
/// largest number.
///
/// The digits are exact from 10^-17 to 10^45; beyond, the last of them may be off by a few.
pub(crate) fn show(value: f64) -> String {
    if value < f64::MIN_POSITIVE {
        return "0".to_owned();
    }
    let (mut digits, mut power) = leading(value.min(f64::MAX));
    while digits % 10 == 0 {
        (digits, power) = (digits / 10, power + 1);
    }
    let mut text = digits.to_string();
    // Where the point stands, counted from before the first digit.
    let point = text.len() as i32 + power;
    if !(-8..=21).contains(&point) {
        if text.len() > 1 {
            text.insert(1, '.');
        }
        text.push('e');
        text.push_str(&(point - 1).to_string());
    } else if point <= 0 {
        text.insert_str(0, &"0.000000000"[..(2 - point) as usize]);
    } else if power < 0 {
        text.insert(point as usize, '.');
    } else {
        (0..power).for_each(|_| text.push('0'));
    }
    text
}

/// The fifteen leading digits as a whole number, and the power of ten that belongs to it.
fn leading(value: f64) -> (u64, i32) {
    // The place of the first digit by the power of two: too low by one at times.
    let exponent = (value.to_bits() >> 52) as i32 - 1023;
    let mut power = (f64::from(exponent) * std::f64::consts::LOG10_2).floor() as i32 + 1 - DIGITS;
    loop {
        let digits = rounded(value, power);
        if digits < 10_u64.pow(DIGITS as u32) {
            return (digits, power);
        }
        power += 1;
    }
}

/// `value / 10^power`, of not many more than fifteen digits, to the nearest whole number, and to the even one of two.
fn rounded(value: f64, power: i32) -> u64 {
    // What the whole numbers below cannot reach is moved to where they can, and pays with its last digit.
    if power < -31 {
        return rounded(value * 1e16, power + 16);
    }
    if power > 31 {
        return rounded(value / 1e16, power - 16);
    }
    const FRACTION: u64 = (1 << 52) - 1;
    let mantissa = value.to_bits() & FRACTION | (FRACTION + 1);
    let exponent = (value.to_bits() >> 52) as i32 - 1075;
    // The value is mantissa * 2^exponent, and 10^power is 5^power * 2^power.
    let fives = 5_u128.pow(power.unsigned_abs());
    let (mut over, mut under) = (u128::from(mantissa), 1);
    if power < 0 {
        over *= fives;
    } else {
        under = fives;
    }
    let twos = exponent - power;
    if twos < 0 {
        under <<= -twos;
    } else {
        over <<= twos;
    }
    let (whole, rest) = (over / under, over % under);
    let up = 2 * rest > under || (2 * rest == under && whole % 2 == 1);
    whole as u64 + u64::from(up)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A few thousand words without pattern.
    fn words() -> impl Iterator<Item = u64> {
        let mut word = 1_u64;
        std::iter::repeat_with(move || {
            word =
                (word ^ (word >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9) ^ 0x5851_f42d_4c95_7f2d;
            word
        })
        .take(20_000)
    }

    /// What the standard library makes of a number: fifteen digits, then the shortest text of those.
    fn standard(value: f64) -> String {
        let rounded: f64 = format!("{value:.14e}").parse().unwrap_or(value);
        if rounded >= 1e21 || (rounded != 0.0 && rounded < 1e-9) {
            format!("{rounded:e}")
        } else {
            format!("{rounded}")
        }
    }

    #[test]
    fn numbers_are_shown_as_the_standard_library_does() {
        for word in words() {
            let mantissa = 1.0 + (word >> 12) as f64 / (1_u64 << 52) as f64;
            for power in [
                -56, -31, -30, -3, -1, 0, 1, 5, 20, 49, 50, 52, 53, 70, 71, 148,
            ] {
                let value = mantissa * 2f64.powi(power);
                assert_eq!(show(value), standard(value), "{value:e}");
            }
            let few = (word >> 44) as f64;
            for value in [
                few,
                few / 8.0,
                few / 1e3,
                few / 1e6,
                few * 1e6,
                few / 1e13,
                few * 1e16,
            ] {
                assert_eq!(show(value), standard(value), "{value:e}");
            }
        }
    }

    #[test]
    fn the_ends_of_the_range_are_shown() {
        for value in [
            0.0,
            1e-9,
            9.99e-10,
            1e21,
            9.999_999_999_999_999e20,
            0.1 + 0.2,
            0.5,
            2.5,
        ] {
            assert_eq!(show(value), standard(value));
        }
        assert_eq!(show(1e300), "1e300");
        assert_eq!(show(5e-324), "0");
        assert!(show(f64::MAX).starts_with("1.7976931348623"));
        assert!(show(f64::MIN_POSITIVE).starts_with("2.2250738585072"));
    }

    #[test]
    fn literals_are_exact() {
        for (digits, factor, value) in [
            ("1.5", 1e9, 1_500_000_000.0),
            ("4.35", 1e3, 4350.0),
            ("0.07", 1e6, 70_000.0),
            ("1.4", 1e9, 1_400_000_000.0),
            ("66", 1e3, 66_000.0),
        ] {
            assert_eq!(read(digits, factor), value, "{digits} * {factor}");
        }
    }

    #[test]
    fn literals_are_read_as_the_standard_library_does() {
        for word in words() {
            for point in [1, 2, 5, 9] {
                let (whole, decimals) = (word % 10_u64.pow(point), word / 10_u64.pow(point));
                let digits: f64 = format!("{whole}{decimals}").parse().unwrap_or(f64::NAN);
                let places = decimals.to_string().len() as i32;
                assert_eq!(
                    read(&format!("{whole}.{decimals}"), 1e6),
                    digits * 1e6 / 10f64.powi(places)
                );
            }
            assert_eq!(read(&word.to_string(), 1.0), word as f64);
        }
    }

    #[test]
    fn absurd_literals_are_near() {
        let long = "3".repeat(300);
        assert!((read(&long, 1.0) / 3.333_333_333e299 - 1.0).abs() < 1e-9);
        assert!((read(&format!("0.{long}"), 3.0) - 1.0).abs() < 1e-9);
        assert_eq!(read(&"9".repeat(400), 1.0), f64::INFINITY);
        assert_eq!(read(&format!("0.{}1", "0".repeat(400)), 1.0), 0.0);
    }
}
