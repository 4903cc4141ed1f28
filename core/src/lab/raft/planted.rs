//! Planted bugs as a student meets them: which part of Raft each belongs to, and what must be
//! switched on for it to show.
//!
//! A broken rule shows only where somebody relies on it: who takes no snapshots is never hurt by
//! one that forgets. [`needs`] says what a run needs, and [`GUESSED`] lists the bugs that can be
//! made to show by hand, with the tools of the page, in a cluster of a few servers: one of them is
//! planted where the bug is to be found.

use crate::raft::bug::Bug;
use crate::raft::setting::{Features, Reads};

/// A part of Raft.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Area {
    /// Terms and votes (§5.1, §5.2, §5.4.1).
    Elections,
    /// How logs become alike (§5.3).
    Replication,
    /// When an entry is committed (§5.4.2).
    Commitment,
    /// How reads are answered (dissertation §6.4).
    Reads,
    /// Who belongs to the cluster (dissertation §4).
    Membership,
    /// How logs are kept short (§7, dissertation §5).
    Snapshots,
}

impl Area {
    /// Every part, in the order in which they are shown.
    pub const ALL: [Self; 6] = [
        Self::Elections,
        Self::Replication,
        Self::Commitment,
        Self::Reads,
        Self::Membership,
        Self::Snapshots,
    ];

    /// The part that a bug's rule belongs to.
    #[must_use]
    pub const fn of(bug: Bug) -> Self {
        match bug {
            Bug::VoteTwice
            | Bug::VoteNotPersisted
            | Bug::VoteForStaleLog
            | Bug::NoStepDown
            | Bug::VoteDespiteLeader => Self::Elections,
            Bug::LeaderDropsEntries
            | Bug::NoConsistencyCheck
            | Bug::AnswerBeforeSync
            | Bug::TruncateAlways
            | Bug::SilentToOldLeader => Self::Replication,
            Bug::CommitUnmatched | Bug::CommitOldTerm | Bug::CommitGoesBack => Self::Commitment,
            Bug::ReadWithoutQuorum | Bug::ReadBeforeCommit | Bug::LeaseAfterTransfer => Self::Reads,
            Bug::ChangeBeforeCommit
            | Bug::TwoChangesAtOnce
            | Bug::CountNewMajorityOnly
            | Bug::CountLearners => Self::Membership,
            Bug::SnapshotForgetsSessions | Bug::SnapshotForgetsMembers | Bug::SnapshotDropsLog => {
                Self::Snapshots
            }
        }
    }

    /// The bugs that break its rules.
    pub fn bugs(self) -> impl Iterator<Item = Bug> {
        Bug::ALL.into_iter().filter(move |bug| Self::of(*bug) == self)
    }
}

/// What must be switched on for a bug to show. All else is as it usually is: some bugs need it so
/// (one change of members at a time, no blank entry at the start of a term).
#[must_use]
pub fn needs(bug: Bug) -> Features {
    let usual = Features::default();
    match bug {
        Bug::VoteDespiteLeader => Features { check_quorum: true, ..usual },
        Bug::ReadWithoutQuorum | Bug::ReadBeforeCommit => {
            Features { reads: Reads::ReadIndex, ..usual }
        }
        Bug::LeaseAfterTransfer => {
            Features { check_quorum: true, blank_entry: true, reads: Reads::Lease, ..usual }
        }
        Bug::CountNewMajorityOnly => Features { joint_consensus: true, ..usual },
        Bug::CountLearners => Features { catch_up: true, ..usual },
        Bug::SnapshotForgetsSessions => {
            Features { snapshot_every: 5, sessions: true, retries: true, ..usual }
        }
        Bug::SnapshotForgetsMembers | Bug::SnapshotDropsLog => {
            Features { snapshot_every: 5, ..usual }
        }
        _ => usual,
    }
}

/// The bugs that can be found by hand.
pub const GUESSED: [Bug; 12] = [
    Bug::VoteTwice,
    Bug::VoteNotPersisted,
    Bug::VoteForStaleLog,
    Bug::LeaderDropsEntries,
    Bug::NoConsistencyCheck,
    Bug::CommitUnmatched,
    Bug::CommitOldTerm,
    Bug::AnswerBeforeSync,
    Bug::NoStepDown,
    Bug::TruncateAlways,
    Bug::TwoChangesAtOnce,
    Bug::CountNewMajorityOnly,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_bug_belongs_to_one_part() {
        let all: usize = Area::ALL.into_iter().map(|area| area.bugs().count()).sum();
        assert_eq!(all, Bug::ALL.len());
        assert!(Area::ALL.into_iter().all(|area| area.bugs().next().is_some()));
    }

    #[test]
    fn what_is_to_be_found_is_named_once() {
        let places = GUESSED.map(Bug::number);
        assert!(places.is_sorted_by(|one, other| one < other));
    }
}
