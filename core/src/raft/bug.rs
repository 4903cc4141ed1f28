//! Planted bugs: rules that can be broken on purpose.
//!
//! A check that has never failed proves little. Each bug here breaks one rule of the protocol and
//! is convicted by a named check in a small scenario. No assertion depends on a rule that a bug
//! breaks: a broken rule must show as a failed check, never as a panic.

/// A rule that can be broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
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
}

impl Bug {
    /// Every bug, in the order of its number.
    pub const ALL: [Self; 8] = [
        Self::VoteTwice,
        Self::VoteNotPersisted,
        Self::VoteForStaleLog,
        Self::LeaderDropsEntries,
        Self::NoConsistencyCheck,
        Self::CommitUnmatched,
        Self::CommitOldTerm,
        Self::AnswerBeforeSync,
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
