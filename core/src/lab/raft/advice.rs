//! What is unwise about a configuration: it can be run, but the cluster will not do well.
//!
//! Raft asks that *broadcastTime ≪ electionTimeout ≪ MTBF* (§5.6), where a broadcast takes as long
//! as messages to everybody and back, with what must be written to disk in between. What "much
//! less" comes to in this lab was found by running it: `tests/tests/advice.rs` runs clusters on
//! both sides of each line that is drawn here.
//!
//! All arithmetic is on whole numbers, and on means where a mean decides: a single slow message
//! does no harm.

use super::config::RaftConfig;
use super::fields::Field;
use crate::raft::client::MOST_TRIES;
use crate::raft::setting::{Features, Reads, Setting};
use crate::sim::network::LinkSettings;
use crate::sim::time::SECOND_US;

/// Something unwise about a configuration. Times are in microseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Warning {
    /// Votes come back about when the candidate gives up: elections take several tries (§5.6).
    SlowBroadcast {
        /// How long it takes to ask for a vote and to get it, on the average.
        round_trip_us: u64,
    },
    /// Followers may wait longer for a heartbeat than their election timeout (§5.2).
    RareHeartbeats {
        /// The longest time from one heartbeat's arrival to the next's.
        gap_us: u64,
    },
    /// Election timeouts lie so close together that votes split (§9.3).
    NarrowTimeouts {
        /// The width that would be enough.
        enough_us: u64,
    },
    /// So many heartbeats in a row are lost that followers take the leader for dead.
    LossyLinks {
        /// How often that will happen in a minute, on the average.
        a_minute: u64,
    },
    /// One server less would stand as many failures.
    EvenServers {
        /// How many servers may fail.
        tolerated: u8,
    },
    /// Clients give up before they can be answered: what became of their requests stays unknown.
    ShortRequests {
        /// How long an answer may take.
        answer_us: u64,
    },
    /// A request that arrives twice is carried out twice: clients have no sessions (§8).
    DoubledRequests,
    /// A request that is asked again may be carried out twice: clients have no sessions (§8).
    RepeatedRequests,
    /// A lease holds only while no other leader can be elected, and nobody sees to that
    /// (dissertation §6.4.1: followers must not vote while they hear from a leader).
    UnguardedLease,
}

impl Warning {
    /// The number that is best changed, if it is one of these.
    #[must_use]
    pub const fn field(self) -> Option<Field> {
        match self {
            Self::SlowBroadcast { .. } => Some(Field::ElectionMin),
            Self::NarrowTimeouts { .. } => Some(Field::ElectionMax),
            Self::RareHeartbeats { .. } => Some(Field::Heartbeat),
            Self::LossyLinks { .. } => Some(Field::Loss),
            Self::EvenServers { .. } => Some(Field::Servers),
            Self::ShortRequests { .. } => Some(Field::RequestTimeout),
            Self::DoubledRequests => Some(Field::Duplicate),
            Self::RepeatedRequests | Self::UnguardedLease => None,
        }
    }

    /// The setting that is best changed, if it is one of these.
    #[must_use]
    pub const fn setting(self) -> Option<Setting> {
        match self {
            Self::RepeatedRequests => Some(Setting::Sessions),
            Self::UnguardedLease => Some(Setting::CheckQuorum),
            _ => None,
        }
    }
}

/// How long a message takes on the average, in microseconds.
fn mean_delay_us(network: &LinkSettings) -> u64 {
    let LinkSettings { delay_min_us, delay_max_us, reorder, .. } = *network;
    // One that is held up takes up to four times the longest delay more.
    let held_up = (u128::from(delay_max_us) * 2 * u128::from(reorder.parts())) >> 32;
    u64::midpoint(delay_min_us, delay_max_us) + u64::try_from(held_up).unwrap_or(u64::MAX)
}

/// How often somebody loses so many heartbeats in a row that its timer may run out, in a minute.
fn false_alarms_a_minute(config: &RaftConfig) -> u64 {
    let in_a_row = config.election_min_us / config.heartbeat_us.max(1);
    let loss = u128::from(config.network.loss.parts());
    // Beyond 64 the product is nothing, or the loss is all but certain.
    let all_lost = (0..in_a_row.min(64)).fold(1_u128 << 32, |parts, _| (parts * loss) >> 32);
    let chances = u128::from(config.servers - 1) * u128::from(60 * SECOND_US);
    let alarms = chances * all_lost / u128::from(config.heartbeat_us.max(1));
    u64::try_from(alarms >> 32).unwrap_or(u64::MAX)
}

/// What is unwise about a configuration. It was checked.
#[must_use]
pub fn warnings(config: &RaftConfig) -> Vec<Warning> {
    let network = &config.network;
    let mut found = Vec::new();
    let delay_us = mean_delay_us(network);
    let sync_us = u64::midpoint(config.sync_min_us, config.sync_max_us);
    // Alone, a server needs nobody's vote.
    if config.servers > 1 {
        // A candidate writes its own vote down, asks, and each voter writes its vote down.
        let round_trip_us = 2 * (delay_us + sync_us);
        if round_trip_us * 3 >= config.election_min_us * 2 {
            found.push(Warning::SlowBroadcast { round_trip_us });
        }
        let gap_us = config.heartbeat_us + network.delay_max_us - network.delay_min_us;
        if gap_us > config.election_min_us {
            found.push(Warning::RareHeartbeats { gap_us });
        }
        let enough_us = 4 * (delay_us + sync_us);
        if config.election_max_us - config.election_min_us < enough_us {
            found.push(Warning::NarrowTimeouts { enough_us });
        }
        let a_minute = false_alarms_a_minute(config);
        if a_minute >= 6 && gap_us <= config.election_min_us {
            found.push(Warning::LossyLinks { a_minute });
        }
    }
    // Of each cluster, where the servers are dealt out to several.
    let share = config.servers / config.groups();
    let members = if config.voters == 0 { share } else { config.voters.min(share) };
    if members.is_multiple_of(2) {
        found.push(Warning::EvenServers { tolerated: (members - 1) / 2 });
    }
    if config.clients > 0 {
        // To the leader, to the followers and back, and to the client; written once on the way.
        let answer_us = 4 * network.delay_max_us + config.sync_max_us;
        // Clients of the lock manager always ask again, and the table knows them.
        let locks = config.locks.is_some();
        let tries = if config.features.retries || locks { MOST_TRIES } else { 1 };
        if config.request_timeout_us.saturating_mul(tries.into()) < answer_us {
            found.push(Warning::ShortRequests { answer_us });
        }
        if network.duplicate.parts() > 0 && !config.features.sessions && !locks {
            found.push(Warning::DoubledRequests);
        }
    }
    found.extend(of_features(config));
    found
}

/// What is unwise about what is switched on.
fn of_features(config: &RaftConfig) -> impl Iterator<Item = Warning> {
    let Features { check_quorum, reads, sessions, retries, .. } = config.features;
    let asked = config.clients > 0 && config.locks.is_none();
    let others = config.servers > 1;
    let found = [
        (asked && retries && !sessions, Warning::RepeatedRequests),
        (asked && others && reads == Reads::Lease && !check_quorum, Warning::UnguardedLease),
    ];
    found.into_iter().filter(|(unwise, _)| *unwise).map(|(_, warning)| warning)
}
