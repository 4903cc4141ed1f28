//! Profiles: what weather each planted bug needs.
//!
//! A bug that shows only after a crash in the right millisecond, in a cluster with the right switch
//! on, would hide from even weather for days. Its profile says which switches its rule belongs to
//! and which faults come near it, and makes those frequent; the rest stays as it was drawn. Where
//! and when anything happens is left to chance: a profile is a climate, not a script.

use super::climate::Climate;
use super::dice::Dice;
use super::fault::Fault;
use crate::raft::bug::Bug;
use crate::raft::setting::{Reads, Setting};
use crate::sim::time::MILLISECOND_US;

/// Within so many seeds a planted bug is convicted, whatever seed is the first: most take fewer
/// than twenty, the three that need a leader's whole career some five hundred on average, so that
/// one run of this many in a hundred million shows none.
pub const MOST_SEEDS: u64 = 10_000;

/// Makes a climate one in which this bug is likely to show.
pub(super) fn lean(bug: Bug, climate: &mut Climate, dice: &mut Dice) {
    match bug {
        Bug::VoteTwice | Bug::VoteNotPersisted | Bug::VoteForStaleLog | Bug::VoteDespiteLeader => {
            lean_to_elections(bug, climate, dice);
        }
        Bug::LeaderDropsEntries
        | Bug::NoConsistencyCheck
        | Bug::CommitUnmatched
        | Bug::CommitOldTerm
        | Bug::AnswerBeforeSync
        | Bug::TruncateAlways
        | Bug::CommitGoesBack => lean_to_logs(bug, climate, dice),
        Bug::NoStepDown | Bug::SilentToOldLeader => {
            climate.favour(&[Fault::Isolate, Fault::Campaign, Fault::Partition]);
        }
        Bug::ReadWithoutQuorum | Bug::ReadBeforeCommit | Bug::LeaseAfterTransfer => {
            lean_to_reads(bug, climate, dice);
        }
        Bug::ChangeBeforeCommit
        | Bug::TwoChangesAtOnce
        | Bug::CountNewMajorityOnly
        | Bug::CountLearners => lean_to_changes(bug, climate, dice),
        Bug::SnapshotForgetsSessions | Bug::SnapshotForgetsMembers | Bug::SnapshotDropsLog => {
            lean_to_snapshots(bug, climate, dice);
        }
    }
}

fn lean_to_elections(bug: Bug, climate: &mut Climate, dice: &mut Dice) {
    match bug {
        Bug::VoteNotPersisted => {
            climate.favour(&[Fault::Campaign, Fault::PowerFailure, Fault::Crash]);
            climate.be_quick(dice);
        }
        Bug::VoteDespiteLeader => {
            climate.config.features.check_quorum = true;
            climate.config.features.pre_vote = dice.once_in(4);
            climate.keep(Setting::CheckQuorum);
            climate.favour(&[Fault::Campaign, Fault::Cut]);
        }
        _ => climate.favour(&[Fault::Campaign, Fault::Cut]),
    }
}

fn lean_to_logs(bug: Bug, climate: &mut Climate, dice: &mut Dice) {
    match bug {
        Bug::CommitUnmatched => climate.favour(&[Fault::Isolate, Fault::Campaign]),
        Bug::CommitOldTerm => {
            // Figure 8: leaders that come and go, take an entry each, and never get far.
            let config = &mut climate.config;
            config.features.blank_entry = false;
            config.features.pipeline = 1;
            (config.servers, config.voters) = (dice.pick(&[3, 5, 5]), 0);
            config.clients = 3;
            config.most_entries = 1;
            config.load_us = Some(dice.scale(1, 4) * MILLISECOND_US);
            config.request_timeout_us = dice.scale(16, 64) * MILLISECOND_US;
            climate.keep(Setting::BlankEntry);
            climate.only(&[Fault::CrashLeader, Fault::Campaign, Fault::Isolate, Fault::Ring]);
            climate.gap = dice.scale(4, 64);
            climate.be_quick(dice);
        }
        Bug::AnswerBeforeSync => {
            climate.config.sync_max_us = dice.between(10, 60) * MILLISECOND_US;
            climate.favour(&[Fault::CrashUnsynced, Fault::PowerFailure, Fault::CrashLeader]);
            climate.be_quick(dice);
        }
        Bug::TruncateAlways | Bug::CommitGoesBack => {
            climate.favour(&[Fault::Delay, Fault::Deliver, Fault::CrashLeader]);
            climate.config.network.reorder = dice.probability(500);
        }
        _ => climate.favour(&[Fault::CrashLeader, Fault::Isolate]),
    }
}

fn lean_to_reads(bug: Bug, climate: &mut Climate, dice: &mut Dice) {
    let config = &mut climate.config;
    config.clients = dice.small(2, 3);
    config.load_us = Some(dice.scale(1, 8) * MILLISECOND_US);
    let reads = match bug {
        Bug::LeaseAfterTransfer => Reads::Lease,
        _ => Reads::ReadIndex,
    };
    config.features.reads = reads;
    match bug {
        Bug::LeaseAfterTransfer => {
            // What tells the other to campaign must come late, and who hears of it must not be the
            // leader.
            config.features.check_quorum = true;
            config.features.blank_entry = true;
            config.heartbeat_us = config.election_min_us / 3;
            config.load_us = Some(dice.scale(8, 64) * MILLISECOND_US);
            config.voters = 0;
            climate.keep(Setting::CheckQuorum);
            climate.only(&[Fault::SlowTransfer, Fault::Isolate]);
            climate.gap = dice.scale(64, 512);
            let election_us = climate.config.election_max_us;
            climate.lasts_us = (election_us / 4, election_us);
        }
        Bug::ReadWithoutQuorum => {
            config.features.check_quorum = dice.once_in(4);
            climate.favour(&[Fault::Isolate, Fault::Partition]);
        }
        _ => climate.favour(&[Fault::CrashLeader, Fault::Campaign, Fault::Transfer]),
    }
    climate.keep(Setting::Reads);
}

/// Changes of membership, one after the other, under leaders that come and go.
fn lean_to_changes(bug: Bug, climate: &mut Climate, dice: &mut Dice) {
    let features = &mut climate.config.features;
    features.catch_up = dice.once_in(4);
    features.joint_consensus = bug == Bug::CountNewMajorityOnly || dice.once_in(3);
    climate.config.servers = dice.small(3, 6);
    climate.config.voters = dice.small(2, climate.config.servers);
    climate.keep(Setting::JointConsensus);
    let faults = [Fault::Reconfigure, Fault::Isolate, Fault::Partition, Fault::Campaign];
    if bug == Bug::ChangeBeforeCommit {
        // Leaders that begin a change and get nowhere, and no clients that would help them.
        let features = &mut climate.config.features;
        (features.blank_entry, features.joint_consensus) = (false, false);
        climate.config.voters = dice.small(4, 5).min(climate.config.servers);
        climate.config.load_us = Some(dice.scale(64, 512) * MILLISECOND_US);
        climate.keep(Setting::BlankEntry);
        climate.only(&[Fault::SplitChange, Fault::Campaign]);
        climate.gap = dice.scale(4, 64);
    } else {
        climate.favour(&faults);
    }
}

fn lean_to_snapshots(bug: Bug, climate: &mut Climate, dice: &mut Dice) {
    climate.config.features.snapshot_every = dice.scale(1, 8);
    climate.keep(Setting::SnapshotEvery);
    match bug {
        Bug::SnapshotForgetsSessions => {
            climate.config.features.sessions = true;
            climate.config.features.retries = true;
            climate.config.network.duplicate = dice.probability(500);
            climate.config.network.reorder = dice.probability(500);
            climate.favour(&[Fault::Operate, Fault::CrashLeader, Fault::Duplicate, Fault::Delay]);
        }
        Bug::SnapshotForgetsMembers => {
            climate.config.features.catch_up = dice.once_in(4);
            climate.keep(Setting::JointConsensus);
            climate.favour(&[Fault::Reconfigure, Fault::Crash, Fault::Isolate, Fault::Campaign]);
        }
        _ => {
            climate.config.network.reorder = dice.probability(500);
            climate.favour(&[Fault::Pause, Fault::Delay, Fault::Clog, Fault::CrashLeader]);
        }
    }
}

impl Climate {
    /// What is down comes back soon: while what was promised before still matters.
    fn be_quick(&mut self, dice: &mut Dice) {
        let election_us = self.config.election_min_us;
        self.lasts_us = (election_us / 64, dice.scale(election_us / 4, election_us * 2));
    }

    /// Nothing else happens.
    pub(super) fn only(&mut self, faults: &[Fault]) {
        self.weights = [0; Fault::ALL.len()];
        self.favour(faults);
    }

    /// A setting stays as it is.
    fn keep(&mut self, kept: Setting) {
        self.settable.retain(|(setting, _)| *setting != kept);
    }
}
