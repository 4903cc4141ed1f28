//! What is switched on and what is broken in a configuration, of any protocol.

use super::RaftConfig;
use super::config::Must;
use crate::lab::cache::CacheConfig;
use crate::lab::locks::LockConfig;
use crate::lab::machine::Ask;
use crate::lab::numbered::{AnyBug, AnySetting};
use crate::lab::{Choice, Lab};
use crate::raft::setting::Features;
use crate::sim::network::{LinkSettings, Transport};
use crate::sim::time::MILLISECOND_US;

impl RaftConfig {
    /// What a lock lab is where nothing else is said: three servers close to each other, with what
    /// a cluster in production has switched on, and three clients. Never changes: links leave out
    /// what is as here.
    #[must_use]
    pub fn of_locks() -> Self {
        let features = Features {
            pre_vote: true,
            check_quorum: true,
            blank_entry: true,
            ..Features::default()
        };
        Self {
            servers: 3,
            clients: 3,
            network: LinkSettings {
                delay_min_us: 2 * MILLISECOND_US,
                delay_max_us: 6 * MILLISECOND_US,
                ..LinkSettings::default()
            },
            request_timeout_us: 300 * MILLISECOND_US,
            features,
            locks: Some(LockConfig::default()),
            ..Self::default()
        }
    }

    /// What a cache lab is where nothing else is said: close nodes, and a network that keeps what
    /// is sent between two in order. Never changes: links leave out what is as here.
    #[must_use]
    pub fn of_cache() -> Self {
        Self {
            network: LinkSettings {
                delay_min_us: 2 * MILLISECOND_US,
                delay_max_us: 6 * MILLISECOND_US,
                ..LinkSettings::default()
            },
            transport: Transport::Streams,
            cache: Some(CacheConfig::default()),
            ..Self::default()
        }
    }

    /// Which lab it is.
    #[must_use]
    pub const fn lab(&self) -> Lab {
        if self.cache.is_some() {
            Lab::Cache
        } else if self.locks.is_some() {
            Lab::Locks
        } else {
            Lab::Raft
        }
    }

    /// What a lab is where nothing else is said.
    #[must_use]
    pub fn usual(lab: Lab) -> Self {
        match lab {
            Lab::Raft => Self::default(),
            Lab::Locks => Self::of_locks(),
            Lab::Cache => Self::of_cache(),
        }
    }

    /// Whether what a choice is about is part of this lab.
    #[must_use]
    pub fn has(&self, choice: &Choice) -> bool {
        let lab = self.lab();
        match choice {
            Choice::Operate { operation, .. } => match operation {
                Ask::Store(_) => lab == Lab::Raft,
                Ask::Lock(_) => lab == Lab::Locks,
                Ask::Cache(operation) => {
                    self.cache.as_ref().is_some_and(|cache| cache.has(*operation))
                }
            },
            Choice::Plant { bug, .. } => AnyBug::numbered(*bug).is_none_or(|bug| bug.is_of(lab)),
            Choice::Set { setting, .. } => {
                AnySetting::numbered(*setting).is_none_or(|setting| setting.is_of(lab))
            }
            Choice::Instruct { .. } => lab != Lab::Cache,
            _ => true,
        }
    }

    /// The number that a setting is set to; `None` if this lab has no such setting.
    #[must_use]
    pub fn setting(&self, setting: AnySetting) -> Option<u64> {
        match setting {
            AnySetting::Raft(_) if self.cache.is_some() => None,
            AnySetting::Raft(setting) => Some(self.features.get(setting)),
            AnySetting::Lock(setting) => Some(self.locks.as_ref()?.features.get(setting)),
            AnySetting::Cache(setting) => Some(self.cache.as_ref()?.features.get(setting)),
        }
    }

    /// Sets a setting, if this lab has it.
    pub fn set(&mut self, setting: AnySetting, value: u64) {
        match setting {
            AnySetting::Raft(_) if self.cache.is_some() => {}
            AnySetting::Raft(setting) => self.features.set(setting, value),
            AnySetting::Lock(setting) => {
                self.locks.iter_mut().for_each(|locks| locks.features.set(setting, value));
            }
            AnySetting::Cache(setting) => {
                self.cache.iter_mut().for_each(|cache| cache.features.set(setting, value));
            }
        }
    }

    /// The bugs that are planted from the beginning, in order.
    pub fn all_bugs(&self) -> impl Iterator<Item = AnyBug> {
        let locks = self.locks.iter().flat_map(|locks| &locks.bugs);
        let cache = self.cache.iter().flat_map(|cache| &cache.bugs);
        let raft = self.bugs.iter().copied().map(AnyBug::Raft);
        raft.chain(locks.copied().map(AnyBug::Lock)).chain(cache.copied().map(AnyBug::Cache))
    }

    /// Puts the bugs in order.
    pub fn sort_bugs(&mut self) {
        self.bugs.sort_unstable();
        self.locks.iter_mut().for_each(|locks| locks.bugs.sort_unstable());
        self.cache.iter_mut().for_each(|cache| cache.bugs.sort_unstable());
    }

    /// Plants a bug from the beginning, after those that are there; [`Self::sort_bugs`] puts them
    /// in order.
    ///
    /// # Errors
    /// If it is no bug of this lab.
    pub fn plant(&mut self, bug: AnyBug) -> Result<(), Must> {
        match bug {
            AnyBug::Raft(bug) if self.cache.is_none() => self.bugs.push(bug),
            AnyBug::Lock(bug) => self.locks.as_mut().ok_or(Must::BelongToLab)?.bugs.push(bug),
            AnyBug::Cache(bug) => self.cache.as_mut().ok_or(Must::BelongToLab)?.bugs.push(bug),
            AnyBug::Raft(_) => return Err(Must::BelongToLab),
        }
        Ok(())
    }
}
