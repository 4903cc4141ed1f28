//! What can be switched in the cache.
//!
//! A setting is a number, in the configuration or in a choice. What cannot be changed in mid-run
//! (how many nodes there are, what they talk over) is part of the configuration alone.

use super::table::{Interconnect, Variant};
use crate::sim::time::MILLISECOND_US;

/// Something that can be switched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Setting {
    /// Whether a copy that nobody else has is *exclusive*, so that it is written without asking:
    /// MESI. Without: MSI.
    Exclusive,
    /// Whether a node that waits for data to read answers an invalidation at once (`IS_D_I`),
    /// instead of letting it wait.
    AnswerInvalidations,
    /// How many lines a cache holds.
    Capacity,
    /// How long a cache may use what it has without hearing from the home, in milliseconds; 0: for
    /// ever, and nobody is given up.
    Lease,
    /// After how long a modified line is written back at the latest, in milliseconds; 0: when it
    /// must.
    WriteBackWithin,
}

impl Setting {
    /// Every setting, in the order of its number.
    pub const ALL: [Self; 5] = [
        Self::Exclusive,
        Self::AnswerInvalidations,
        Self::Capacity,
        Self::Lease,
        Self::WriteBackWithin,
    ];

    /// Its number: its place in [`Setting::ALL`]. Numbers are never used again.
    #[must_use]
    pub const fn number(self) -> u8 {
        self as u8
    }

    /// Its name in a scenario file.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Exclusive => "exclusive",
            Self::AnswerInvalidations => "answer_invalidations",
            Self::Capacity => "capacity",
            Self::Lease => "cache_lease",
            Self::WriteBackWithin => "write_back_within",
        }
    }

    /// The least and the greatest that it may be.
    #[must_use]
    pub const fn bounds(self) -> (u64, u64) {
        match self {
            Self::Exclusive | Self::AnswerInvalidations => (0, 1),
            Self::Capacity => (1, 16),
            Self::Lease | Self::WriteBackWithin => (0, 600_000),
        }
    }
}

/// How the cache is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Features {
    /// [`Setting::Exclusive`].
    pub exclusive: bool,
    /// [`Setting::AnswerInvalidations`].
    pub answer_invalidations: bool,
    /// [`Setting::Capacity`].
    pub capacity: u8,
    /// [`Setting::Lease`], in microseconds; 0: there are no leases.
    pub lease_us: u64,
    /// [`Setting::WriteBackWithin`], in microseconds; 0: there is no bound.
    pub write_back_within_us: u64,
}

impl Default for Features {
    /// Never changes: links leave out what is as here.
    fn default() -> Self {
        Self {
            exclusive: true,
            answer_invalidations: false,
            capacity: 4,
            lease_us: 0,
            write_back_within_us: 0,
        }
    }
}

impl Features {
    /// Which protocol is spoken, over what the nodes are connected by.
    #[must_use]
    pub const fn variant(&self, interconnect: Interconnect) -> Variant {
        Variant {
            interconnect,
            exclusive: self.exclusive,
            answer_invalidations: self.answer_invalidations,
            // A bus knows no failures.
            leases: self.lease_us > 0 && matches!(interconnect, Interconnect::Directory),
        }
    }

    /// The number that a setting is set to.
    #[must_use]
    pub const fn get(&self, setting: Setting) -> u64 {
        match setting {
            Setting::Exclusive => self.exclusive as u64,
            Setting::AnswerInvalidations => self.answer_invalidations as u64,
            Setting::Capacity => self.capacity as u64,
            Setting::Lease => self.lease_us / MILLISECOND_US,
            Setting::WriteBackWithin => self.write_back_within_us / MILLISECOND_US,
        }
    }

    /// Sets a setting. Where the number is out of bounds, it is brought within them.
    pub fn set(&mut self, setting: Setting, value: u64) {
        let (low, high) = setting.bounds();
        let value = value.clamp(low, high);
        match setting {
            Setting::Exclusive => self.exclusive = value != 0,
            Setting::AnswerInvalidations => self.answer_invalidations = value != 0,
            Setting::Capacity => self.capacity = u8::try_from(value).expect("it is within bounds"),
            Setting::Lease => self.lease_us = value * MILLISECOND_US,
            Setting::WriteBackWithin => self.write_back_within_us = value * MILLISECOND_US,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_numbered_by_their_place() {
        assert!((0..).zip(Setting::ALL).all(|(place, setting)| setting.number() == place));
    }

    #[test]
    fn what_is_set_is_what_is_there_and_nothing_else_changes() {
        for setting in Setting::ALL {
            let (low, high) = setting.bounds();
            for value in [low, high] {
                let mut features = Features::default();
                features.set(setting, value);
                assert_eq!(features.get(setting), value, "{setting:?}");
                let others = Setting::ALL.into_iter().filter(|other| *other != setting);
                for other in others {
                    assert_eq!(features.get(other), Features::default().get(other));
                }
            }
            let mut features = Features::default();
            features.set(setting, u64::MAX);
            assert_eq!(features.get(setting), high, "it is brought within its bounds");
        }
    }
}
