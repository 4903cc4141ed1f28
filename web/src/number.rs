//! Numbers for the screen: lengths of a drawing and times that people read.
//!
//! Drawings are computed in floating point, which is fine here: nothing on the page decides what a
//! run does. They are written with one decimal, by whole-number arithmetic: finer differences
//! cannot be seen, equal texts let Yew skip an attribute, and the float formatter stays out of the
//! program.

/// A length with one decimal, as an SVG attribute takes it.
#[must_use]
pub fn tenths(length: f64) -> String {
    let tenths = whole(length * 10.0);
    let sign = if tenths < 0 { "-" } else { "" };
    let tenths = tenths.unsigned_abs();
    match (tenths / 10, tenths % 10) {
        (units, 0) => format!("{sign}{units}"),
        (units, rest) => format!("{sign}{units}.{rest}"),
    }
}

/// The nearest whole number.
#[must_use]
#[expect(clippy::cast_possible_truncation, reason = "`as` saturates, and no drawing is that large")]
pub const fn whole(number: f64) -> i64 {
    number.round() as i64
}

/// A count of microseconds as a number to draw with. Runs last an hour at most: it is exact.
#[must_use]
#[expect(
    clippy::cast_precision_loss,
    reason = "an hour in microseconds fits 32 bits, a double has 53"
)]
pub const fn real(microseconds: u64) -> f64 {
    microseconds as f64
}

/// The nearest whole number of microseconds, none below zero.
#[must_use]
pub fn microseconds(number: f64) -> u64 {
    u64::try_from(whole(number)).unwrap_or(0)
}

/// How far `now` is from `from` to `to`: 0 to 1.
#[must_use]
pub fn fraction(from: u64, to: u64, now: u64) -> f64 {
    if to <= from {
        return 1.0;
    }
    (real(now.saturating_sub(from)) / real(to - from)).min(1.0)
}

/// Seconds with three decimals: `3.018`.
#[must_use]
pub fn seconds(time_us: u64) -> String {
    let milliseconds = time_us / 1_000;
    format!("{}.{:03}", milliseconds / 1_000, milliseconds % 1_000)
}

/// What `seconds` leaves out: microseconds, three digits.
#[must_use]
pub fn rest_of_seconds(time_us: u64) -> String {
    format!("{:03}", time_us % 1_000)
}

/// A duration as a person would say it: `640 µs`, `12 ms`, `1.8 s`.
#[must_use]
pub fn duration(time_us: u64) -> String {
    match time_us {
        0..1_000 => format!("{time_us} µs"),
        1_000..10_000 if time_us % 1_000 >= 100 => {
            format!("{}.{} ms", time_us / 1_000, time_us % 1_000 / 100)
        }
        1_000..1_000_000 => format!("{} ms", time_us / 1_000),
        _ => format!("{}.{} s", time_us / 1_000_000, time_us % 1_000_000 / 100_000),
    }
}

/// A count with its thousands set apart by thin spaces: `4 812`.
#[must_use]
pub fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3 * 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push('\u{2009}');
        }
        text.push(digit);
    }
    text
}

/// A digest in full, as the command line prints it.
#[must_use]
pub fn digest(value: u64) -> String {
    format!("{value:016x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_keep_one_decimal_and_no_more() {
        let texts = [0.0, 12.0, 12.34, -0.26, -7.0, 0.04].map(tenths);
        assert_eq!(texts, ["0", "12", "12.3", "-0.3", "-7", "0"]);
    }

    #[test]
    fn a_fraction_stays_between_nothing_and_all() {
        let shares = [(0, 10), (10, 20), (15, 20), (99, 20)].map(|(now, to)| fraction(10, to, now));
        assert_eq!(shares, [1.0, 0.0, 0.5, 1.0]);
    }

    #[test]
    fn times_read_as_people_write_them() {
        assert_eq!(seconds(3_018_204), "3.018");
        assert_eq!(rest_of_seconds(3_018_204), "204");
        let durations = [640, 1_250, 5_000, 12_900, 1_860_000].map(duration);
        assert_eq!(durations, ["640 µs", "1.2 ms", "5 ms", "12 ms", "1.8 s"]);
        assert_eq!(grouped(1_004_812), "1\u{2009}004\u{2009}812");
        assert_eq!(grouped(812), "812");
    }
}
