//! Numbers as a person types them: with units, bounds, and what is wrong with them.
//!
//! A form keeps the texts, so that what is half typed stays as it is; the core's own values are
//! read from them. Everything is whole numbers: `0.5` ms is 500 µs, and a percentage becomes the
//! nearest of the 2³² chances that the core knows.

use lockstep_core::cache;
use lockstep_core::lab::Choice;
use lockstep_core::lab::locks::config::{BACK_OFF_US, COLLECT_US, MOST_LOCKERS};
use lockstep_core::lab::numbered::AnySetting;
use lockstep_core::lab::raft::{Field, RaftConfig, Unit};
use lockstep_core::lock;
use lockstep_core::scenario::text::{scaled, unscaled};
use lockstep_core::sim::network::{LinkSettings, MessageId};
use lockstep_core::sim::process::NodeId;
use lockstep_core::sim::time::LONGEST_RUN_US;

use crate::cache_form::CacheBlank;

/// A place to be filled in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Blank {
    /// A number of the configuration.
    Field(Field),
    /// A setting that is a count or a time.
    Setting(AnySetting),
    /// How many clients a lock lab has.
    Lockers,
    /// How often the collector gathers graphs.
    CollectEvery,
    /// How long an aborted client rests.
    BackOff,
    /// A number that only cache labs have.
    Cache(CacheBlank),
    /// How many servers are members at first.
    Voters,
    /// How much longer a message takes.
    DelayBy,
    /// How fast a clock runs, in parts per million of true time.
    ClockRate,
    /// How far a clock jumps, back where negative.
    ClockJump,
}

/// What is wrong with what was typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It is no number.
    NotANumber,
    /// It is not between these.
    OutOfBounds(i64, i64),
    /// It is below the number before it, which is the lower end of the same range.
    BelowItsLower,
    /// It cannot be dealt out to so many groups.
    NotDealtOut(u8),
}

/// How a number is typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// As it is.
    Count,
    /// In milliseconds, and parts of them.
    Time,
    /// In whole milliseconds.
    Milliseconds,
    /// A chance, in percent.
    Chance,
    /// A share of true time, in percent.
    Rate,
    /// In whole percent.
    Percent,
    /// A number with at most two decimals, in hundredths.
    Factor,
}

/// A percentage with eight decimals tells any two chances apart.
const PERCENT_DECIMALS: u32 = 8;
const WHOLE: u128 = 100 * 10_u128.pow(PERCENT_DECIMALS);

impl Measure {
    /// The unit that stands behind the number.
    #[must_use]
    pub const fn unit(self) -> &'static str {
        match self {
            Self::Count | Self::Factor => "",
            Self::Time | Self::Milliseconds => "ms",
            Self::Chance | Self::Rate | Self::Percent => "%",
        }
    }

    fn read(self, text: &str) -> Option<i64> {
        let text = text.trim().replace(',', ".");
        let (sign, digits) = match text.strip_prefix(['-', '−']) {
            Some(digits) => (-1, digits),
            None => (1, &*text),
        };
        let number = match self {
            Self::Count | Self::Milliseconds | Self::Percent => scaled(digits, 0)?,
            Self::Time => scaled(digits, 3)?,
            Self::Rate => scaled(digits, 4)?,
            Self::Factor => scaled(digits, 2)?,
            Self::Chance => {
                let percent = u128::from(scaled(digits, PERCENT_DECIMALS)?);
                u64::try_from(((percent << 32) + WHOLE / 2) / WHOLE).ok()?
            }
        };
        Some(i64::try_from(number).ok()? * sign)
    }

    /// A number as it would be typed.
    #[must_use]
    pub fn write(self, value: i64) -> String {
        let sign = if value < 0 { "-" } else { "" };
        let value = value.unsigned_abs();
        let digits = match self {
            Self::Count | Self::Milliseconds | Self::Percent => value.to_string(),
            Self::Time => unscaled(value, 3),
            Self::Rate => unscaled(value, 4),
            Self::Factor => unscaled(value, 2),
            Self::Chance => percent(value),
        };
        format!("{sign}{digits}")
    }
}

/// The shortest percentage that reads back as so many parts of 2³².
fn percent(parts: u64) -> String {
    let spelling = |decimals: u32| {
        let hundred = 100 * 10_u128.pow(decimals);
        let rounded = (u128::from(parts) * hundred + (1 << 31)) >> 32;
        unscaled(u64::try_from(rounded).unwrap_or(u64::MAX), decimals)
    };
    let reads_back = |text: &String| Measure::Chance.read(text) == i64::try_from(parts).ok();
    let mut spellings = (0..PERCENT_DECIMALS).map(spelling);
    spellings.find(reads_back).unwrap_or_else(|| spelling(PERCENT_DECIMALS))
}

/// Whether a setting of the lock manager is a time, in milliseconds.
const fn is_time(setting: lock::setting::Setting) -> bool {
    use lock::setting::Setting::{DetectEvery, Lease, LongestWait};
    matches!(setting, DetectEvery | Lease | LongestWait)
}

/// Whether a setting of the cache is a time, in milliseconds.
const fn is_cache_time(setting: cache::setting::Setting) -> bool {
    matches!(setting, cache::setting::Setting::Lease | cache::setting::Setting::WriteBackWithin)
}

impl Blank {
    /// How it is typed.
    #[must_use]
    pub const fn measure(self) -> Measure {
        match self {
            Self::Field(field) => match field.unit() {
                Unit::Count => Measure::Count,
                Unit::Time => Measure::Time,
                Unit::Probability => Measure::Chance,
            },
            Self::Setting(AnySetting::Lock(setting)) if is_time(setting) => Measure::Milliseconds,
            Self::Setting(AnySetting::Cache(setting)) if is_cache_time(setting) => {
                Measure::Milliseconds
            }
            Self::Cache(CacheBlank::Writes) => Measure::Percent,
            Self::Cache(CacheBlank::Think) => Measure::Time,
            Self::Cache(CacheBlank::Zipf) => Measure::Factor,
            Self::Setting(_) | Self::Voters | Self::Lockers | Self::Cache(_) => Measure::Count,
            Self::DelayBy | Self::ClockJump | Self::CollectEvery | Self::BackOff => Measure::Time,
            Self::ClockRate => Measure::Rate,
        }
    }

    /// The least and the greatest that it may be.
    #[must_use]
    pub const fn bounds(self) -> (i64, i64) {
        let hour = LONGEST_RUN_US.cast_signed();
        match self {
            Self::Field(field) => {
                let (low, high) = field.bounds();
                (low.cast_signed(), high.cast_signed())
            }
            Self::Setting(setting) => {
                let (low, high) = setting.bounds();
                (low.cast_signed(), high.cast_signed())
            }
            Self::Voters => (1, Field::Servers.bounds().1.cast_signed()),
            Self::Lockers => (1, MOST_LOCKERS as i64),
            Self::CollectEvery => (COLLECT_US.0.cast_signed(), COLLECT_US.1.cast_signed()),
            Self::Cache(blank) => blank.bounds(),
            Self::BackOff => (BACK_OFF_US.0.cast_signed(), BACK_OFF_US.1.cast_signed()),
            Self::DelayBy => (0, hour),
            Self::ClockRate => (1, 100_000_000),
            Self::ClockJump => (-hour, hour),
        }
    }

    /// What was typed, as a number.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn read(self, text: &str) -> Result<i64, Fault> {
        let value = self.measure().read(text).ok_or(Fault::NotANumber)?;
        let (low, high) = self.bounds();
        let bounded = (low..=high).contains(&value);
        if bounded { Ok(value) } else { Err(Fault::OutOfBounds(low, high)) }
    }

    /// A number as it would be typed.
    #[must_use]
    pub fn write(self, value: i64) -> String {
        self.measure().write(value)
    }
}

/// What a few numbers are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// How much longer a message takes.
    Delay(MessageId),
    /// How all links behave from now on.
    Network,
    /// How one link behaves from now on.
    Link {
        /// The sending end.
        from: NodeId,
        /// The receiving end.
        to: NodeId,
        /// Whether the opposite direction behaves so too.
        both_ways: bool,
    },
    /// How a node's clock runs, and how far it jumps.
    Clock(NodeId),
}

/// A few numbers, as far as they are typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NumberForm {
    /// What for.
    pub asked: Asked,
    /// What is typed into each blank.
    pub texts: Vec<String>,
}

/// How much longer a message takes where nobody says more, in microseconds.
const USUAL_DELAY: i64 = 50_000;
/// A clock that keeps true time, in parts per million.
const TRUE_RATE: i64 = 1_000_000;

impl NumberForm {
    /// A form that asks how much longer a message takes.
    #[must_use]
    pub fn delay(message: MessageId) -> Self {
        Self { asked: Asked::Delay(message), texts: vec![Blank::DelayBy.write(USUAL_DELAY)] }
    }

    /// A form that asks how all links behave from now on.
    #[must_use]
    pub fn network(now: LinkSettings) -> Self {
        let config = RaftConfig { network: now, ..RaftConfig::default() };
        let text = |blank: &Blank| match blank {
            Blank::Field(field) => blank.write(field.get(&config).map_or(0, u64::cast_signed)),
            _ => String::new(),
        };
        Self { asked: Asked::Network, texts: Asked::Network.blanks().iter().map(text).collect() }
    }

    /// A form that asks how one link behaves from now on.
    #[must_use]
    pub fn link(from: NodeId, to: NodeId, both_ways: bool, now: LinkSettings) -> Self {
        Self { asked: Asked::Link { from, to, both_ways }, ..Self::network(now) }
    }

    /// A form that asks about a node's clock, which runs at a rate now.
    #[must_use]
    pub fn clock(node: NodeId, rate_ppm: u64) -> Self {
        let rate = Blank::ClockRate.write(rate_ppm.cast_signed());
        Self { asked: Asked::Clock(node), texts: vec![rate, "0".to_owned()] }
    }

    /// What each blank says, or what is wrong with it.
    #[must_use]
    pub fn read(&self) -> Vec<Result<i64, Fault>> {
        let blanks = self.asked.blanks().iter().zip(&self.texts);
        let mut read: Vec<_> = blanks.map(|(blank, text)| blank.read(text)).collect();
        if let (Asked::Network | Asked::Link { .. }, [Ok(low), Ok(high), ..]) =
            (self.asked, &read[..])
            && high < low
        {
            read[1] = Err(Fault::BelowItsLower);
        }
        read
    }

    /// What it comes to; nothing while something is wrong with it.
    #[must_use]
    pub fn choices(&self) -> Option<Vec<Choice>> {
        let values: Vec<i64> = self.read().into_iter().collect::<Result<_, _>>().ok()?;
        Some(match (self.asked, &values[..]) {
            (Asked::Delay(message), [by_us]) => {
                vec![Choice::Delay { message, by_us: by_us.unsigned_abs() }]
            }
            (Asked::Clock(node), [rate, jump]) => {
                let rate_ppm = rate.unsigned_abs();
                let jumps = *jump != 0;
                let jump = jumps.then_some(Choice::ClockJump { node, by_us: *jump });
                let rate =
                    (!jumps || *rate != TRUE_RATE).then_some(Choice::ClockRate { node, rate_ppm });
                rate.into_iter().chain(jump).collect()
            }
            (asked @ (Asked::Network | Asked::Link { .. }), values) => {
                let mut config = RaftConfig::default();
                for (blank, value) in Asked::Network.blanks().iter().zip(values) {
                    if let Blank::Field(field) = blank {
                        field.set(&mut config, value.unsigned_abs());
                    }
                }
                let settings = config.network;
                vec![match asked {
                    Asked::Link { from, to, both_ways } => {
                        Choice::Link { from, to, both_ways, settings }
                    }
                    _ => Choice::Network(settings),
                }]
            }
            _ => return None,
        })
    }
}

impl Asked {
    /// What is to be filled in.
    #[must_use]
    pub const fn blanks(self) -> &'static [Blank] {
        match self {
            Self::Delay(_) => &[Blank::DelayBy],
            Self::Clock(_) => &[Blank::ClockRate, Blank::ClockJump],
            Self::Network | Self::Link { .. } => &[
                Blank::Field(Field::DelayMin),
                Blank::Field(Field::DelayMax),
                Blank::Field(Field::Loss),
                Blank::Field(Field::Duplicate),
                Blank::Field(Field::Reorder),
            ],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lockstep_core::lab::raft::bounds::check_choice;

    #[test]
    fn numbers_are_read_in_their_units_and_written_back() {
        for (blank, text, value) in [
            (Blank::Field(Field::Servers), "7", 7),
            (Blank::Field(Field::Heartbeat), "0.5", 500),
            (Blank::Field(Field::Heartbeat), "50", 50_000),
            (Blank::Field(Field::Loss), "50", 1 << 31),
            (Blank::Field(Field::Loss), "0.1", 4_294_967),
            (Blank::ClockRate, "100", 1_000_000),
            (Blank::ClockJump, "-20", -20_000),
        ] {
            assert_eq!(blank.measure().read(text), Some(value), "{text}");
            assert_eq!(blank.write(value), text, "{value}");
        }
        assert_eq!(Measure::Time.read(" 1,5 "), Some(1_500), "as Indonesian writes it");
        for parts in [1, 3, 429_496_730, (1 << 32) - 1] {
            assert_eq!(Measure::Chance.read(&percent(parts)), Some(parts.cast_signed()));
        }
    }

    #[test]
    fn what_is_no_number_or_out_of_bounds_is_told_apart() {
        let blank = Blank::Field(Field::Servers);
        for text in ["", "a", "1.5", "1e3", "--1"] {
            assert_eq!(blank.read(text), Err(Fault::NotANumber), "{text}");
        }
        for text in ["0", "10", "-3", "999999"] {
            assert_eq!(blank.read(text), Err(Fault::OutOfBounds(1, 9)), "{text}");
        }
        assert_eq!(Blank::DelayBy.read("99999999999999999999"), Err(Fault::NotANumber));
    }

    #[test]
    fn the_network_as_it_is_comes_back_unchanged_and_a_range_ascends() {
        let mut form = NumberForm::network(LinkSettings::default());
        assert_eq!(form.choices(), Some(vec![Choice::Network(LinkSettings::default())]));
        form.texts[1] = "2".to_owned();
        assert_eq!(form.read()[1], Err(Fault::BelowItsLower));
        assert_eq!(form.choices(), None);
    }

    #[test]
    fn a_clock_can_run_otherwise_and_jump() {
        let node = NodeId(2);
        let mut form = NumberForm::clock(node, 1_000_000);
        form.texts[1] = "-250".to_owned();
        let jump = Choice::ClockJump { node, by_us: -250_000 };
        assert_eq!(form.choices(), Some(vec![jump.clone()]));
        form.texts[0] = "90".to_owned();
        let rate = Choice::ClockRate { node, rate_ppm: 900_000 };
        assert_eq!(form.choices(), Some(vec![rate, jump]));
    }

    #[test]
    fn whatever_may_be_typed_the_core_takes() {
        let message = MessageId { from: NodeId(0), to: NodeId(1), count: 1, copy: 0 };
        let link = Asked::Link { from: NodeId(0), to: NodeId(1), both_ways: false };
        for asked in [Asked::Delay(message), Asked::Network, link, Asked::Clock(NodeId(0))] {
            for low in [true, false] {
                let end = |blank: &Blank| {
                    let (least, most) = blank.bounds();
                    blank.write(if low { least } else { most })
                };
                let form = NumberForm { asked, texts: asked.blanks().iter().map(end).collect() };
                let choices = form.choices().unwrap_or_else(|| panic!("{form:?}"));
                assert!(choices.iter().all(|choice| check_choice(choice) == Ok(())), "{form:?}");
            }
        }
    }
}
