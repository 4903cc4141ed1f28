//! The gallery: scenarios on questions that are worth asking.
//!
//! Each is a scenario file beside this module. Titles and introductions are the page's business:
//! its catalogue has them in every language, and does not compile while one is missing.

use super::Scenario;

/// A scenario of the gallery.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Story {
    /// How does a cluster get its first leader?
    FirstElection,
    /// What if two servers campaign at once?
    SplitVote,
    /// What happens to clients when the leader crashes under load?
    LeaderCrash,
    /// What can a leader do that is cut off with a minority?
    MinorityLeader,
    /// How does a follower far behind, with a conflicting log, catch up? (Figure 7.)
    ConflictingLog,
    /// Why may a leader not count copies of an old term's entry? (Figure 8.)
    OldTermEntry,
    /// What if a leader counts them all the same? The bug is planted, and convicted.
    OldTermCounted,
    /// How many servers can the smallest cluster lose?
    SmallestCluster,
    /// Why must a voter compare logs? The bug is planted, and shows to the clients.
    LostWrite,
}

impl Story {
    /// Every story, in the order in which they are listed.
    pub const ALL: [Self; 9] = [
        Self::FirstElection,
        Self::SplitVote,
        Self::LeaderCrash,
        Self::MinorityLeader,
        Self::ConflictingLog,
        Self::OldTermEntry,
        Self::OldTermCounted,
        Self::SmallestCluster,
        Self::LostWrite,
    ];

    /// Its name: that of its file.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::FirstElection => "first-election",
            Self::SplitVote => "split-vote",
            Self::LeaderCrash => "leader-crash",
            Self::MinorityLeader => "minority-leader",
            Self::ConflictingLog => "conflicting-log",
            Self::OldTermEntry => "old-term-entry",
            Self::OldTermCounted => "old-term-counted",
            Self::SmallestCluster => "smallest-cluster",
            Self::LostWrite => "lost-write",
        }
    }

    const fn json(self) -> &'static str {
        match self {
            Self::FirstElection => include_str!("first-election.json"),
            Self::SplitVote => include_str!("split-vote.json"),
            Self::LeaderCrash => include_str!("leader-crash.json"),
            Self::MinorityLeader => include_str!("minority-leader.json"),
            Self::ConflictingLog => include_str!("conflicting-log.json"),
            Self::OldTermEntry => include_str!("old-term-entry.json"),
            Self::OldTermCounted => include_str!("old-term-counted.json"),
            Self::SmallestCluster => include_str!("smallest-cluster.json"),
            Self::LostWrite => include_str!("lost-write.json"),
        }
    }

    /// The scenario.
    ///
    /// # Panics
    /// If a file of the gallery is wrong, which a test would have found.
    #[must_use]
    pub fn scenario(self) -> Scenario {
        Scenario::from_json(self.json()).expect("the gallery's files are right")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_story_can_be_read_and_its_link_leads_back_to_it() {
        for story in Story::ALL {
            let scenario = story.scenario();
            assert_eq!(Scenario::decode(&scenario.encode()).as_ref(), Ok(&scenario), "{story:?}");
            assert_eq!(Scenario::from_json(&scenario.to_json()).as_ref(), Ok(&scenario));
        }
    }
}
