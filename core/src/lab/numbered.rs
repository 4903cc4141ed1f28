//! Bugs and settings of all protocols, by one number and one name each.
//!
//! A choice names a bug or a setting by a number, a scenario file by a name. Raft's come first;
//! from [`OWN`] on they are those of the machine that it carries, and from [`CACHE`] on those of
//! the cache.

use crate::cache;
use crate::lab::Lab;
use crate::lock;
use crate::raft;
use crate::raft::state_machine::OWN;

/// From this number on, bugs and settings are those of the cache.
pub const CACHE: u8 = 128;

/// A bug of any protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AnyBug {
    /// One of Raft.
    Raft(raft::bug::Bug),
    /// One of the lock manager.
    Lock(lock::bug::Bug),
    /// One of the cache.
    Cache(cache::bug::Bug),
}

impl AnyBug {
    /// Every bug, in the order of its number.
    pub fn all() -> impl Iterator<Item = Self> {
        let raft = raft::bug::Bug::ALL.into_iter().map(Self::Raft);
        let lock = lock::bug::Bug::ALL.into_iter().map(Self::Lock);
        raft.chain(lock).chain(cache::bug::Bug::ALL.into_iter().map(Self::Cache))
    }

    /// Its number in choices.
    #[must_use]
    pub const fn number(self) -> u8 {
        match self {
            Self::Raft(bug) => bug.number(),
            Self::Lock(bug) => OWN + bug.number(),
            Self::Cache(bug) => CACHE + bug.number(),
        }
    }

    /// The bug of a number.
    #[must_use]
    pub fn numbered(number: u8) -> Option<Self> {
        Self::all().find(|bug| bug.number() == number)
    }

    /// The bug of a name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::all().find(|bug| bug.name() == name)
    }

    /// The lab that it belongs to: the one that is about the protocol whose rule it breaks.
    #[must_use]
    pub const fn lab(self) -> Lab {
        match self {
            Self::Raft(_) => Lab::Raft,
            Self::Lock(_) => Lab::Locks,
            Self::Cache(_) => Lab::Cache,
        }
    }

    /// Whether it can be planted in a lab: whatever stands on Raft has Raft's too.
    #[must_use]
    pub fn is_of(self, lab: Lab) -> bool {
        match self {
            Self::Raft(_) => lab != Lab::Cache,
            Self::Lock(_) => lab == Lab::Locks,
            Self::Cache(_) => lab == Lab::Cache,
        }
    }

    /// Its name in scenario files.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Raft(bug) => bug.name(),
            Self::Lock(bug) => bug.name(),
            Self::Cache(bug) => bug.name(),
        }
    }
}

/// A setting of any protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AnySetting {
    /// One of Raft.
    Raft(raft::setting::Setting),
    /// One of the lock manager.
    Lock(lock::setting::Setting),
    /// One of the cache.
    Cache(cache::setting::Setting),
}

impl AnySetting {
    /// Every setting, in the order of its number.
    pub fn all() -> impl Iterator<Item = Self> {
        let raft = raft::setting::Setting::ALL.into_iter().map(Self::Raft);
        let lock = lock::setting::Setting::ALL.into_iter().map(Self::Lock);
        raft.chain(lock).chain(cache::setting::Setting::ALL.into_iter().map(Self::Cache))
    }

    /// The settings that make a difference in a lab, the lab's own first: clients of the lock
    /// manager have sessions of their own, always ask again, and never read past the log.
    pub fn of_lab(lab: Lab) -> impl Iterator<Item = Self> {
        use raft::setting::Setting::{Reads, Retries, Sessions};
        let of_store = |setting| matches!(setting, Reads | Retries | Sessions);
        let has = move |setting: &Self| match (lab, setting) {
            (Lab::Raft, Self::Raft(_)) | (Lab::Locks, Self::Lock(_)) => true,
            (Lab::Locks, Self::Raft(setting)) => !of_store(*setting),
            (Lab::Cache, Self::Cache(_)) => true,
            _ => false,
        };
        let raft = raft::setting::Setting::ALL.into_iter().map(Self::Raft);
        let lock = lock::setting::Setting::ALL.into_iter().map(Self::Lock);
        let cache = cache::setting::Setting::ALL.into_iter().map(Self::Cache);
        lock.chain(raft).chain(cache).filter(has)
    }

    /// Its number in choices.
    #[must_use]
    pub const fn number(self) -> u8 {
        match self {
            Self::Raft(setting) => setting.number(),
            Self::Lock(setting) => OWN + setting.number(),
            Self::Cache(setting) => CACHE + setting.number(),
        }
    }

    /// The setting of a number.
    #[must_use]
    pub fn numbered(number: u8) -> Option<Self> {
        Self::all().find(|setting| setting.number() == number)
    }

    /// The setting of a name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::all().find(|setting| setting.name() == name)
    }

    /// Whether it is a setting in a lab: whatever stands on Raft has Raft's too.
    #[must_use]
    pub fn is_of(self, lab: Lab) -> bool {
        match self {
            Self::Raft(_) => lab != Lab::Cache,
            Self::Lock(_) => lab == Lab::Locks,
            Self::Cache(_) => lab == Lab::Cache,
        }
    }

    /// Its name in scenario files.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Raft(setting) => setting.name(),
            Self::Lock(setting) => setting.name(),
            Self::Cache(setting) => setting.name(),
        }
    }

    /// The least and the greatest that it may be.
    #[must_use]
    pub const fn bounds(self) -> (u64, u64) {
        match self {
            Self::Raft(setting) => setting.bounds(),
            Self::Lock(setting) => setting.bounds(),
            Self::Cache(setting) => setting.bounds(),
        }
    }
}

impl From<raft::bug::Bug> for AnyBug {
    fn from(bug: raft::bug::Bug) -> Self {
        Self::Raft(bug)
    }
}

impl From<lock::bug::Bug> for AnyBug {
    fn from(bug: lock::bug::Bug) -> Self {
        Self::Lock(bug)
    }
}

impl From<cache::bug::Bug> for AnyBug {
    fn from(bug: cache::bug::Bug) -> Self {
        Self::Cache(bug)
    }
}

impl From<cache::setting::Setting> for AnySetting {
    fn from(setting: cache::setting::Setting) -> Self {
        Self::Cache(setting)
    }
}

impl From<raft::setting::Setting> for AnySetting {
    fn from(setting: raft::setting::Setting) -> Self {
        Self::Raft(setting)
    }
}

impl From<lock::setting::Setting> for AnySetting {
    fn from(setting: lock::setting::Setting) -> Self {
        Self::Lock(setting)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn numbers_and_names_lead_back() {
        assert!(AnyBug::all().all(|bug| AnyBug::numbered(bug.number()) == Some(bug)));
        assert!(AnyBug::all().all(|bug| AnyBug::named(bug.name()) == Some(bug)));
        assert!(AnySetting::all().all(|one| AnySetting::numbered(one.number()) == Some(one)));
        assert!(AnySetting::all().all(|one| AnySetting::named(one.name()) == Some(one)));
    }

    #[test]
    fn no_name_is_used_twice() {
        let names: BTreeSet<&str> = AnyBug::all().map(AnyBug::name).collect();
        assert_eq!(names.len(), AnyBug::all().count());
        let names: BTreeSet<&str> = AnySetting::all().map(AnySetting::name).collect();
        assert_eq!(names.len(), AnySetting::all().count());
    }
}
