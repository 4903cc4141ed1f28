//! What is switched on and what is broken in a configuration, of any protocol.

use super::RaftConfig;
use super::config::Must;
use crate::lab::Lab;
use crate::lab::locks::LockConfig;
use crate::lab::numbered::{AnyBug, AnySetting};
use crate::raft::setting::Features;
use crate::sim::network::LinkSettings;
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

    /// Which lab it is.
    #[must_use]
    pub const fn lab(&self) -> Lab {
        if self.locks.is_some() { Lab::Locks } else { Lab::Raft }
    }

    /// What a lab is where nothing else is said.
    #[must_use]
    pub fn usual(lab: Lab) -> Self {
        match lab {
            Lab::Raft => Self::default(),
            Lab::Locks => Self::of_locks(),
        }
    }

    /// The number that a setting is set to; `None` if this lab has no such setting.
    #[must_use]
    pub fn setting(&self, setting: AnySetting) -> Option<u64> {
        match setting {
            AnySetting::Raft(setting) => Some(self.features.get(setting)),
            AnySetting::Lock(setting) => Some(self.locks.as_ref()?.features.get(setting)),
        }
    }

    /// Sets a setting, if this lab has it.
    pub fn set(&mut self, setting: AnySetting, value: u64) {
        match (setting, &mut self.locks) {
            (AnySetting::Raft(setting), _) => self.features.set(setting, value),
            (AnySetting::Lock(setting), Some(locks)) => locks.features.set(setting, value),
            (AnySetting::Lock(_), None) => {}
        }
    }

    /// The bugs that are planted from the beginning, in order.
    pub fn all_bugs(&self) -> impl Iterator<Item = AnyBug> {
        let locks = self.locks.iter().flat_map(|locks| &locks.bugs);
        self.bugs.iter().copied().map(AnyBug::Raft).chain(locks.copied().map(AnyBug::Lock))
    }

    /// Puts the bugs in order.
    pub fn sort_bugs(&mut self) {
        self.bugs.sort_unstable();
        self.locks.iter_mut().for_each(|locks| locks.bugs.sort_unstable());
    }

    /// Plants a bug from the beginning, after those that are there; [`Self::sort_bugs`] puts them
    /// in order.
    ///
    /// # Errors
    /// If it is no bug of this lab.
    pub fn plant(&mut self, bug: AnyBug) -> Result<(), Must> {
        match (bug, &mut self.locks) {
            (AnyBug::Raft(bug), _) => self.bugs.push(bug),
            (AnyBug::Lock(bug), Some(locks)) => locks.bugs.push(bug),
            (AnyBug::Lock(_), None) => return Err(Must::BelongToLab),
        }
        Ok(())
    }
}
