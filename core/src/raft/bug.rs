//! Planted bugs: rules that can be broken on purpose.
//!
//! A check that has never failed proves little. Each bug here breaks one rule of the protocol and
//! is convicted by a named check in a small scenario. No assertion depends on a rule that a bug
//! breaks: a broken rule must show as a failed check, never as a panic.

/// A rule that can be broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Bug {
    /// A server votes for every candidate that asks, though it has voted in this term (§5.2).
    VoteTwice,
    /// A server answers a vote that is not on its disk, and forgets it in a crash (§5.2, figure 2:
    /// "updated on stable storage before responding").
    VoteNotPersisted,
    /// A server votes for a candidate whose log is behind its own (§5.4.1).
    VoteForStaleLog,
    /// A leader gives up its own entries when a follower's log conflicts (§5.3: a leader never
    /// overwrites or deletes entries in its log).
    LeaderDropsEntries,
    /// A follower stores entries without comparing what comes before them (§5.3).
    NoConsistencyCheck,
    /// A follower takes all of its log to be what the leader has committed, though only a part of
    /// it was compared, or none of it matched (figure 2: the minimum of leaderCommit and the index
    /// of last *new* entry).
    CommitUnmatched,
    /// A leader commits an entry of an earlier term once a majority stores it (§5.4.2, figure 8).
    CommitOldTerm,
    /// A follower answers before the entries are on its disk, and forgets them in a crash.
    AnswerBeforeSync,
    /// A leader that sees a higher term takes the term over and goes on leading (§5.1).
    NoStepDown,
    /// A follower removes all that comes after what the leader speaks of, whether it conflicts or
    /// not (figure 2: only an entry that *conflicts* is deleted), so that a late message undoes a
    /// newer one.
    TruncateAlways,
    /// A leader answers a read without asking whether it still leads (dissertation §6.4).
    ReadWithoutQuorum,
    /// A leader answers a read though it has committed nothing in its term, and so may not know
    /// what is committed (§6.4).
    ReadBeforeCommit,
    /// A leader trusts its lease though it told another to campaign at once (§6.4.1 with §3.10).
    LeaseAfterTransfer,
    /// A server votes though it hears from a leader, with check quorum on (§4.2.3).
    VoteDespiteLeader,
    /// A leader changes the membership before it has committed an entry of its term: the error that
    /// was found in 2015.
    ChangeBeforeCommit,
    /// A leader begins a change of membership while another is not committed (§4.1).
    TwoChangesAtOnce,
    /// In a joint configuration the majority of the new members alone decides (§4.3).
    CountNewMajorityOnly,
    /// A learner's copy counts towards a majority (§4.2.1: it does not vote).
    CountLearners,
    /// A snapshot does not hold the table of client sessions (§6.3).
    SnapshotForgetsSessions,
    /// A snapshot does not hold the configuration: who starts from it believes in the first one
    /// (§5.1).
    SnapshotForgetsMembers,
    /// A snapshot that comes late replaces the whole log, also what follows its last entry
    /// (figure 13 of the paper, steps 6 and 7).
    SnapshotDropsLog,
    /// A follower sets its commit index to what a message says, though it knew more (figure 2: only
    /// if leaderCommit > commitIndex).
    CommitGoesBack,
    /// A server that knows a higher term does not answer a leader of an old one, which therefore
    /// never hears of it (figure 2: reply false, with currentTerm).
    SilentToOldLeader,
}

impl Bug {
    /// Every bug, in the order of its number.
    pub const ALL: [Self; 23] = [
        Self::VoteTwice,
        Self::VoteNotPersisted,
        Self::VoteForStaleLog,
        Self::LeaderDropsEntries,
        Self::NoConsistencyCheck,
        Self::CommitUnmatched,
        Self::CommitOldTerm,
        Self::AnswerBeforeSync,
        Self::NoStepDown,
        Self::TruncateAlways,
        Self::ReadWithoutQuorum,
        Self::ReadBeforeCommit,
        Self::LeaseAfterTransfer,
        Self::VoteDespiteLeader,
        Self::ChangeBeforeCommit,
        Self::TwoChangesAtOnce,
        Self::CountNewMajorityOnly,
        Self::CountLearners,
        Self::SnapshotForgetsSessions,
        Self::SnapshotForgetsMembers,
        Self::SnapshotDropsLog,
        Self::CommitGoesBack,
        Self::SilentToOldLeader,
    ];

    /// Its number: its place in [`Bug::ALL`]. Numbers are never used again.
    #[must_use]
    pub const fn number(self) -> u8 {
        self as u8
    }

    /// Its name in a scenario file.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::VoteTwice => "vote_twice",
            Self::VoteNotPersisted => "vote_not_persisted",
            Self::VoteForStaleLog => "vote_for_stale_log",
            Self::LeaderDropsEntries => "leader_drops_entries",
            Self::NoConsistencyCheck => "no_consistency_check",
            Self::CommitUnmatched => "commit_unmatched",
            Self::CommitOldTerm => "commit_old_term",
            Self::AnswerBeforeSync => "answer_before_sync",
            Self::NoStepDown => "no_step_down",
            Self::TruncateAlways => "truncate_always",
            Self::ReadWithoutQuorum => "read_without_quorum",
            Self::ReadBeforeCommit => "read_before_commit",
            Self::LeaseAfterTransfer => "lease_after_transfer",
            Self::VoteDespiteLeader => "vote_despite_leader",
            Self::ChangeBeforeCommit => "change_before_commit",
            Self::TwoChangesAtOnce => "two_changes_at_once",
            Self::CountNewMajorityOnly => "count_new_majority_only",
            Self::CountLearners => "count_learners",
            Self::SnapshotForgetsSessions => "snapshot_forgets_sessions",
            Self::SnapshotForgetsMembers => "snapshot_forgets_members",
            Self::SnapshotDropsLog => "snapshot_drops_log",
            Self::CommitGoesBack => "commit_goes_back",
            Self::SilentToOldLeader => "silent_to_old_leader",
        }
    }
}

/// The bugs that are planted in a server.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Bugs(u32);

impl Bugs {
    /// Whether `bug` is planted.
    #[must_use]
    pub const fn has(self, bug: Bug) -> bool {
        self.0 & (1 << bug.number()) != 0
    }

    /// Plants the bug of this number, or mends it.
    pub const fn set(&mut self, bug: u8, planted: bool) {
        if planted {
            self.0 |= 1 << bug;
        } else {
            self.0 &= !(1 << bug);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bugs_are_numbered_by_their_place() {
        assert!((0..).zip(Bug::ALL).all(|(place, bug)| bug.number() == place));
    }

    #[test]
    fn a_bug_can_be_planted_and_mended() {
        let mut bugs = Bugs::default();
        bugs.set(Bug::CommitOldTerm.number(), true);
        assert!(bugs.has(Bug::CommitOldTerm) && !bugs.has(Bug::VoteTwice));
        bugs.set(Bug::CommitOldTerm.number(), false);
        assert_eq!(bugs, Bugs::default());
    }
}
