//! The numbers that can be set in the Raft lab, one by one: what each is called, what it counts and
//! its bounds.
//!
//! Whoever checks a configuration, reads it from a file or draws a form of it asks the same table,
//! so that they agree about what may be set.

use super::config::{
    ConfigProblem, MOST_CLIENTS, MOST_ENTRIES, Must, RaftConfig, SHORTEST_TIMER_US,
};
use crate::raft::server::MOST_SERVERS;
use crate::sim::random::Probability;
use crate::sim::time::{LONGEST_RUN_US, SECOND_US};

/// The longest delay of a message, in microseconds: a minute each way is enough.
pub const LONGEST_DELAY_US: u64 = 60 * SECOND_US;

/// A number of a configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// How many servers.
    Servers,
    /// How many clients.
    Clients,
    /// The shortest election timeout.
    ElectionMin,
    /// The longest election timeout.
    ElectionMax,
    /// The time between heartbeats.
    Heartbeat,
    /// How many entries one message carries at most.
    MostEntries,
    /// The shortest delay of a message.
    DelayMin,
    /// The longest delay of a message that nothing holds up.
    DelayMax,
    /// How likely a message is lost.
    Loss,
    /// How likely a message arrives twice.
    Duplicate,
    /// How likely a message is held up, so that others overtake it.
    Reorder,
    /// The shortest sync of a disk.
    SyncMin,
    /// The longest sync of a disk.
    SyncMax,
    /// How long a client waits for an answer.
    RequestTimeout,
    /// How long a client waits after a refusal that names no leader.
    Retry,
    /// Under load, the mean time from an answer to the client's next operation.
    Load,
}

/// What a number counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Things.
    Count,
    /// Microseconds.
    Time,
    /// Parts of 2³².
    Probability,
}

impl Field {
    /// Every number.
    pub const ALL: [Self; 16] = [
        Self::Servers,
        Self::Clients,
        Self::ElectionMin,
        Self::ElectionMax,
        Self::Heartbeat,
        Self::MostEntries,
        Self::DelayMin,
        Self::DelayMax,
        Self::Loss,
        Self::Duplicate,
        Self::Reorder,
        Self::SyncMin,
        Self::SyncMax,
        Self::RequestTimeout,
        Self::Retry,
        Self::Load,
    ];

    /// What a scenario file calls it. The two ends of a range have one name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Servers => "servers",
            Self::Clients => "clients",
            Self::ElectionMin | Self::ElectionMax => "election_timeout",
            Self::Heartbeat => "heartbeat",
            Self::MostEntries => "most_entries",
            Self::DelayMin | Self::DelayMax => "network.delay",
            Self::Loss => "network.loss",
            Self::Duplicate => "network.duplicate",
            Self::Reorder => "network.reorder",
            Self::SyncMin | Self::SyncMax => "disk.sync",
            Self::RequestTimeout => "request_timeout",
            Self::Retry => "retry",
            Self::Load => "load.every",
        }
    }

    /// What it counts.
    #[must_use]
    pub const fn unit(self) -> Unit {
        match self {
            Self::Servers | Self::Clients | Self::MostEntries => Unit::Count,
            Self::Loss | Self::Duplicate | Self::Reorder => Unit::Probability,
            _ => Unit::Time,
        }
    }

    /// The least and the greatest that it may be.
    #[must_use]
    pub const fn bounds(self) -> (u64, u64) {
        match self {
            Self::Servers => (1, MOST_SERVERS as u64),
            Self::Clients => (0, MOST_CLIENTS as u64),
            Self::MostEntries => (1, MOST_ENTRIES as u64),
            // A delay of nothing could keep a run at one moment for ever.
            Self::DelayMin | Self::DelayMax => (1, LONGEST_DELAY_US),
            Self::Loss | Self::Duplicate | Self::Reorder => (0, Probability::ALWAYS.parts()),
            Self::SyncMin | Self::SyncMax => (0, LONGEST_RUN_US),
            _ => (SHORTEST_TIMER_US, LONGEST_RUN_US),
        }
    }

    /// Whether it may be so.
    ///
    /// # Errors
    /// What it must be.
    pub fn check(self, value: u64) -> Result<(), ConfigProblem> {
        let (low, high) = self.bounds();
        let must = match self.unit() {
            Unit::Time => Must::LastBetween(low, high),
            Unit::Count | Unit::Probability => Must::LieBetween(low, high),
        };
        let problem = ConfigProblem { field: self.name(), must };
        if (low..=high).contains(&value) { Ok(()) } else { Err(problem) }
    }

    /// What it is. `None`: there is no load.
    #[must_use]
    pub fn get(self, config: &RaftConfig) -> Option<u64> {
        let network = &config.network;
        Some(match self {
            Self::Servers => config.servers.into(),
            Self::Clients => config.clients.into(),
            Self::ElectionMin => config.election_min_us,
            Self::ElectionMax => config.election_max_us,
            Self::Heartbeat => config.heartbeat_us,
            Self::MostEntries => config.most_entries.into(),
            Self::DelayMin => network.delay_min_us,
            Self::DelayMax => network.delay_max_us,
            Self::Loss => network.loss.parts(),
            Self::Duplicate => network.duplicate.parts(),
            Self::Reorder => network.reorder.parts(),
            Self::SyncMin => config.sync_min_us,
            Self::SyncMax => config.sync_max_us,
            Self::RequestTimeout => config.request_timeout_us,
            Self::Retry => config.retry_us,
            Self::Load => return config.load_us,
        })
    }

    /// Sets it. Where it is out of bounds, it is brought within them.
    pub fn set(self, config: &mut RaftConfig, value: u64) {
        let (low, high) = self.bounds();
        let value = value.clamp(low, high);
        let small = || u8::try_from(value).unwrap_or(u8::MAX);
        let chance = || Probability::from_parts(value).unwrap_or_default();
        let network = &mut config.network;
        match self {
            Self::Servers => config.servers = small(),
            Self::Clients => config.clients = small(),
            Self::ElectionMin => config.election_min_us = value,
            Self::ElectionMax => config.election_max_us = value,
            Self::Heartbeat => config.heartbeat_us = value,
            Self::MostEntries => config.most_entries = small().into(),
            Self::DelayMin => network.delay_min_us = value,
            Self::DelayMax => network.delay_max_us = value,
            Self::Loss => network.loss = chance(),
            Self::Duplicate => network.duplicate = chance(),
            Self::Reorder => network.reorder = chance(),
            Self::SyncMin => config.sync_min_us = value,
            Self::SyncMax => config.sync_max_us = value,
            Self::RequestTimeout => config.request_timeout_us = value,
            Self::Retry => config.retry_us = value,
            Self::Load => config.load_us = Some(value),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_set_is_what_is_there_and_nothing_else_changes() {
        for field in Field::ALL {
            let (low, high) = field.bounds();
            for value in [low, high] {
                let mut config = RaftConfig::default();
                field.set(&mut config, value);
                assert_eq!(field.get(&config), Some(value), "{field:?}");
                let others = Field::ALL.into_iter().filter(|other| *other != field);
                for other in others {
                    assert_eq!(other.get(&config), other.get(&RaftConfig::default()));
                }
            }
        }
    }

    #[test]
    fn the_bounds_are_those_that_a_configuration_is_checked_against() {
        for field in Field::ALL {
            let (low, high) = field.bounds();
            assert_eq!((field.check(low), field.check(high)), (Ok(()), Ok(())), "{field:?}");
            for value in [low.checked_sub(1), high.checked_add(1)].into_iter().flatten() {
                let problem = field.check(value).expect_err("it is out of bounds");
                assert_eq!(problem.field, field.name());
            }
            let mut config = RaftConfig::default();
            field.set(&mut config, 0);
            assert_eq!(field.get(&config), Some(low), "it is brought within");
        }
    }
}
