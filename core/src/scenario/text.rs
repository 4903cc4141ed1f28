//! How times, moments and fractions are written: by people, and back again.
//!
//! All arithmetic is on whole numbers: `"1.2s"` is exactly 1,200,000 microseconds on every
//! platform. Each value has one canonical spelling, which the writers use; the readers take any.

use crate::sim::random::Probability;
use crate::sim::time::Moment;

/// Units, longest name first where one ends with another.
const UNITS: [(&str, u32); 4] = [("ms", 3), ("us", 0), ("µs", 0), ("s", 6)];

/// How many decimals tell any two probabilities apart: 10¹⁰ is more than 2³².
const DECIMALS: u32 = 10;

/// Reads a decimal fraction as a whole number of units, `decimals` of which make a one: exact, or
/// nothing. `"1.25"` with 3 decimals is 1250.
#[must_use]
pub fn scaled(text: &str, decimals: u32) -> Option<u64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !digits(whole) || !digits(fraction) || text.ends_with('.') {
        return None;
    }
    let fraction = fraction.trim_end_matches('0');
    let missing = decimals.checked_sub(u32::try_from(fraction.len()).ok()?)?;
    let fraction: u64 = if fraction.is_empty() { 0 } else { fraction.parse().ok()? };
    let whole: u64 = whole.parse().ok()?;
    whole.checked_mul(10_u64.checked_pow(decimals)?)?.checked_add(fraction * 10_u64.pow(missing))
}

/// Writes a whole number of units, `decimals` of which make a one.
#[must_use]
pub fn unscaled(value: u64, decimals: u32) -> String {
    let one = 10_u64.pow(decimals);
    let (whole, fraction) = (value / one, value % one);
    if fraction == 0 {
        return whole.to_string();
    }
    let fraction = format!("{fraction:0width$}", width = decimals as usize);
    format!("{whole}.{}", fraction.trim_end_matches('0'))
}

/// Reads a time such as `"1.2s"`, `"150ms"` or `"20us"`, in microseconds.
#[must_use]
pub fn parse_duration(text: &str) -> Option<u64> {
    UNITS.iter().find_map(|(unit, decimals)| scaled(text.strip_suffix(unit)?, *decimals))
}

/// Writes a time in seconds or, below one, in milliseconds.
#[must_use]
pub fn duration(time_us: u64) -> String {
    if time_us == 0 || time_us >= 1_000_000 {
        format!("{}s", unscaled(time_us, 6))
    } else {
        format!("{}ms", unscaled(time_us, 3))
    }
}

/// Reads a moment such as `"1.2s"` or `"1.2s+3"`.
#[must_use]
pub fn parse_moment(text: &str) -> Option<Moment> {
    let (time, taken) = text.split_once('+').unwrap_or((text, "0"));
    if taken.starts_with('+') {
        return None;
    }
    Some(Moment { time_us: parse_duration(time)?, taken: taken.parse().ok()? })
}

/// Writes a moment.
#[must_use]
pub fn moment(moment: Moment) -> String {
    let time = duration(moment.time_us);
    if moment.taken == 0 { time } else { format!("{time}+{}", moment.taken) }
}

/// Reads a probability from its decimal spelling: the nearest whole number out of 2³².
#[must_use]
pub fn parse_probability(text: &str) -> Option<Probability> {
    // More digits could not make a difference.
    let short = text.split_once('.').map_or(text.to_owned(), |(whole, fraction)| {
        format!("{whole}.{}", fraction.get(..DECIMALS as usize).unwrap_or(fraction))
    });
    let one = 10_u64.pow(DECIMALS);
    let decimal = scaled(&short, DECIMALS).filter(|parts| *parts <= one)?;
    let parts = ((u128::from(decimal) << 32) + u128::from(one / 2)) / u128::from(one);
    Probability::from_parts(u64::try_from(parts).ok()?)
}

/// Writes a probability: the shortest decimal that reads back as the same.
#[must_use]
pub fn probability(probability: Probability) -> String {
    let spelling = |decimals| {
        let one = u128::from(10_u64.pow(decimals));
        let rounded = (u128::from(probability.parts()) * one + (1 << 31)) >> 32;
        unscaled(u64::try_from(rounded).expect("at most 10¹⁰"), decimals)
    };
    let reads_back = |spelling: &String| parse_probability(spelling) == Some(probability);
    (0..DECIMALS).map(spelling).find(reads_back).unwrap_or_else(|| spelling(DECIMALS))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_exactly_in_any_unit() {
        for (text, time_us) in [
            ("1.2s", 1_200_000),
            ("150ms", 150_000),
            ("0.5ms", 500),
            ("20us", 20),
            ("20µs", 20),
            ("0s", 0),
            ("3600s", 3_600_000_000),
            ("1.200000s", 1_200_000),
        ] {
            assert_eq!(parse_duration(text), Some(time_us), "{text}");
        }
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for text in ["", "s", "1", "1.s", ".5s", "-1s", "+1s", "1e3ms", "1 s", "0.0000001s", "1m"] {
            assert_eq!(parse_duration(text), None, "{text:?}");
        }
        assert_eq!(parse_duration("99999999999999999999s"), None);
        assert_eq!(parse_moment("1s++1"), None);
    }

    #[test]
    fn every_time_has_one_spelling_that_reads_back() {
        for time_us in (0..3_000_000).step_by(997).chain([1, 999_999, 1_000_000, 3_600_000_000]) {
            let text = duration(time_us);
            assert_eq!(parse_duration(&text), Some(time_us), "{text}");
        }
        assert_eq!(duration(1_200_000), "1.2s");
        assert_eq!(duration(150_000), "150ms");
        assert_eq!(duration(500), "0.5ms");
    }

    #[test]
    fn moments_name_the_steps_taken() {
        let at = Moment { time_us: 1_200_000, taken: 3 };
        assert_eq!(moment(at), "1.2s+3");
        assert_eq!(parse_moment("1.2s+3"), Some(at));
        assert_eq!(parse_moment("1.2s"), Some(Moment::before(1_200_000)));
    }

    #[test]
    fn probabilities_read_back_as_themselves() {
        for text in ["0", "1", "0.5", "0.05", "0.1", "0.001", "0.333", "0.999999"] {
            let read = parse_probability(text).expect("a probability");
            assert_eq!(probability(read), text);
        }
        assert_eq!(parse_probability("1"), Some(Probability::ALWAYS));
        assert_eq!(parse_probability("0.0"), Some(Probability::NEVER));
        assert_eq!(parse_probability("1.1"), None);
        assert_eq!(parse_probability("-0.1"), None);
    }

    #[test]
    fn every_probability_has_a_spelling_that_reads_back() {
        for parts in (0..1_u64 << 32).step_by(98_765_432).chain([1, 2, 3, (1 << 32) - 1]) {
            let asked = Probability::from_parts(parts).expect("at most one");
            let text = probability(asked);
            assert_eq!(parse_probability(&text), Some(asked), "{text}");
        }
    }
}
