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
use crate::sim::time::MILLISECOND_US;

/// Within so many seeds a planted bug is convicted, whatever seed is the first.
pub const MOST_SEEDS: u64 = 2_000;

/// Makes a climate one in which this bug is likely to show.
pub(super) fn lean(bug: Bug, climate: &mut Climate, dice: &mut Dice) {
    match bug {
        Bug::VoteTwice => climate.favour(&[Fault::Campaign]),
        Bug::VoteNotPersisted => {
            climate.favour(&[Fault::Campaign, Fault::PowerFailure, Fault::Crash]);
            climate.quick(dice);
        }
        Bug::VoteForStaleLog => climate.favour(&[Fault::Campaign, Fault::Cut]),
        Bug::LeaderDropsEntries | Bug::NoConsistencyCheck => {
            climate.favour(&[Fault::CrashLeader, Fault::Isolate]);
        }
        Bug::CommitUnmatched => climate.favour(&[Fault::Isolate, Fault::Campaign]),
        Bug::CommitOldTerm => {
            climate.config.features.blank_entry = false;
            climate.favour(&[Fault::CrashLeader, Fault::Campaign, Fault::Cut]);
            climate.config.most_entries = 1;
            climate.quick(dice);
        }
        Bug::AnswerBeforeSync => {
            climate.config.sync_max_us = dice.between(10, 60) * MILLISECOND_US;
            climate.favour(&[Fault::CrashUnsynced, Fault::PowerFailure, Fault::CrashLeader]);
            climate.quick(dice);
        }
        _ => {}
    }
}

impl Climate {
    /// What is down comes back soon: while what was promised before still matters.
    fn quick(&mut self, dice: &mut Dice) {
        let election_us = self.config.election_min_us;
        self.lasts_us = (election_us / 64, dice.scale(election_us / 4, election_us * 2));
    }
}
