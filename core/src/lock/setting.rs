//! What can be switched in the lock manager.
//!
//! A setting is a number, in the configuration or in a choice, as with Raft's. What must not differ
//! between servers that apply one log is written into each entry by the leader: see [`Directives`].

use super::bug::Bugs;
use super::policy::{Policy, Victim};
use crate::sim::digest::{Digest, Encode};
use crate::sim::time::MILLISECOND_US;

/// Something that can be switched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Setting {
    /// What is done about deadlock; [`Policy`] by number.
    Policy,
    /// Who gives way; [`Victim`] by number.
    Victim,
    /// How often cycles are looked for, in milliseconds; 0: at each wait.
    DetectEvery,
    /// Whether a cycle is broken by overtaking where that is possible, with no victim.
    Overtaking,
    /// Whether the vault refuses stale tokens.
    Fencing,
    /// How long a session lives without being renewed, in milliseconds.
    Lease,
    /// For how long anybody waits at most under [`Policy::TimeOut`], in milliseconds.
    LongestWait,
}

impl Setting {
    /// Every setting, in the order of its number.
    pub const ALL: [Self; 7] = [
        Self::Policy,
        Self::Victim,
        Self::DetectEvery,
        Self::Overtaking,
        Self::Fencing,
        Self::Lease,
        Self::LongestWait,
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
            Self::Policy => "policy",
            Self::Victim => "victim",
            Self::DetectEvery => "detect_every",
            Self::Overtaking => "overtaking",
            Self::Fencing => "fencing",
            Self::Lease => "lease",
            Self::LongestWait => "longest_wait",
        }
    }

    /// The least and the greatest that it may be.
    #[must_use]
    pub const fn bounds(self) -> (u64, u64) {
        match self {
            Self::Policy => (0, Policy::ALL.len() as u64 - 1),
            Self::Victim => (0, Victim::ALL.len() as u64 - 1),
            Self::DetectEvery => (0, 60_000),
            Self::Overtaking | Self::Fencing => (0, 1),
            Self::Lease => (100, 600_000),
            Self::LongestWait => (1, 600_000),
        }
    }
}

/// How the lock manager is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Features {
    /// [`Setting::Policy`].
    pub policy: Policy,
    /// [`Setting::Victim`].
    pub victim: Victim,
    /// [`Setting::DetectEvery`], in microseconds; 0: at each wait.
    pub detect_every_us: u64,
    /// [`Setting::Overtaking`].
    pub overtaking: bool,
    /// [`Setting::Fencing`].
    pub fencing: bool,
    /// [`Setting::Lease`], in microseconds.
    pub lease_us: u64,
    /// [`Setting::LongestWait`], in microseconds.
    pub longest_wait_us: u64,
}

impl Default for Features {
    /// Never changes: links leave out what is as here.
    fn default() -> Self {
        Self {
            policy: Policy::Detect,
            victim: Victim::Youngest,
            detect_every_us: 0,
            overtaking: true,
            fencing: true,
            lease_us: 2_000 * MILLISECOND_US,
            longest_wait_us: 500 * MILLISECOND_US,
        }
    }
}

impl Features {
    /// The number that a setting is set to.
    #[must_use]
    pub const fn get(&self, setting: Setting) -> u64 {
        match setting {
            Setting::Policy => self.policy as u64,
            Setting::Victim => self.victim as u64,
            Setting::DetectEvery => self.detect_every_us / MILLISECOND_US,
            Setting::Overtaking => self.overtaking as u64,
            Setting::Fencing => self.fencing as u64,
            Setting::Lease => self.lease_us / MILLISECOND_US,
            Setting::LongestWait => self.longest_wait_us / MILLISECOND_US,
        }
    }

    /// Sets a setting. Where the number is out of bounds, it is brought within them.
    pub fn set(&mut self, setting: Setting, value: u64) {
        let (low, high) = setting.bounds();
        let value = value.clamp(low, high);
        let place = usize::try_from(value).unwrap_or(usize::MAX);
        match setting {
            Setting::Policy => self.policy = Policy::ALL[place],
            Setting::Victim => self.victim = Victim::ALL[place],
            Setting::DetectEvery => self.detect_every_us = value * MILLISECOND_US,
            Setting::Overtaking => self.overtaking = value != 0,
            Setting::Fencing => self.fencing = value != 0,
            Setting::Lease => self.lease_us = value * MILLISECOND_US,
            Setting::LongestWait => self.longest_wait_us = value * MILLISECOND_US,
        }
    }
}

/// The rules by which one entry of the log is applied.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Directives {
    /// What is done about deadlock.
    pub policy: Policy,
    /// Which rules are broken.
    pub bugs: Bugs,
}

impl Encode for Directives {
    fn encode(&self, digest: &mut Digest) {
        digest.word(self.policy as u64 | u64::from(self.bugs.bits()) << 8);
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
