//! The gallery: scenarios on questions that are worth asking.
//!
//! Each is a scenario file beside this module, for people to read and write. What runs is what a
//! link of it would hold, in `stories.bin`: the page can read that anyway, and so does without a
//! reader of files. (Links themselves are deflated one by one; stories are much alike, and the page
//! is compressed as a whole.) A test holds the two together, and writes it anew:
//!
//! ```text
//! LOCKSTEP_REGENERATE=1 cargo test -p lockstep-tests --test gallery
//! ```
//!
//! A story is either about a question, or about a rule that is broken: for each bug that can be
//! planted there is a small run in which a check convicts it, and whose captions say what happens.
//! Those of the lock lab are [`LockStory`]s, those of the cache lab [`CacheStory`]s.
//!
//! Titles and introductions are the page's business: its catalogue has them in every language, and
//! does not compile while one is missing.

mod cache;
mod cells;
mod locks;

pub use cache::CacheStory;
pub use cells::CellExample;
pub use locks::LockStory;

use super::Scenario;
use crate::lab::Lab;
use crate::raft::bug::Bug;

/// What the links of the stories hold, in their order: how many bytes, in two, and then these.
const STORIES: &[u8] = include_bytes!("stories.bin");

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
    /// Whom does a server disturb that comes back after a while? With pre-vote, and without.
    DisruptiveServer,
    /// What does a server do that was removed, and does not know? Three answers.
    RemovedServer,
    /// What was wrong with changes by one server until 2015? The correction, and the bug.
    Membership2015,
    /// How are all members replaced at once?
    JointChange,
    /// What if a snapshot comes later than the entries that follow it?
    SnapshotRace,
    /// What becomes of a command that a client sends twice? With sessions, and without.
    AppliedTwice,
    /// What is a lease worth when clocks are wrong?
    StaleLease,
    /// How is a leader switched off without anybody noticing?
    Maintenance,
    /// What happens where this rule is broken? A check says so.
    Broken(Bug),
    /// A story of the lock lab.
    Locks(LockStory),
    /// A story of the cache lab.
    Cache(CacheStory),
}

/// What a story is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Section {
    /// A question.
    Questions,
    /// What is to be had beyond the heart of Raft, and what it is good for: most of them are two
    /// branches that differ in one setting.
    Settings,
    /// A rule that is broken.
    BrokenRules,
    /// Locks.
    Locks,
    /// A rule of the lock manager that is broken.
    BrokenLocks,
    /// The cache.
    Cache,
    /// A rule of the cache that is broken.
    BrokenCache,
}

impl Section {
    /// Every section, in the order in which they are listed.
    pub const ALL: [Self; 7] = [
        Self::Questions,
        Self::Settings,
        Self::BrokenRules,
        Self::Locks,
        Self::BrokenLocks,
        Self::Cache,
        Self::BrokenCache,
    ];

    /// In which lab its stories play.
    #[must_use]
    pub const fn lab(self) -> Lab {
        match self {
            Self::Questions | Self::Settings | Self::BrokenRules => Lab::Raft,
            Self::Locks | Self::BrokenLocks => Lab::Locks,
            Self::Cache | Self::BrokenCache => Lab::Cache,
        }
    }
}

impl Story {
    /// Every story, in the order in which they are listed: section by section, and broken rules in
    /// the order of the bugs' numbers.
    pub const ALL: [Self; Self::BEFORE_CACHE + CacheStory::ALL.len()] = {
        let mut all = [Self::FirstElection; Self::BEFORE_CACHE + CacheStory::ALL.len()];
        let mut place = 0;
        while place < all.len() {
            all[place] = if place < Self::OF_RAFT.len() {
                Self::OF_RAFT[place]
            } else if place < Self::BEFORE_CACHE {
                Self::Locks(LockStory::ALL[place - Self::OF_RAFT.len()])
            } else {
                Self::Cache(CacheStory::ALL[place - Self::BEFORE_CACHE])
            };
            place += 1;
        }
        all
    };

    /// How many stories are listed before those of the cache lab.
    const BEFORE_CACHE: usize = Self::OF_RAFT.len() + LockStory::ALL.len();

    const OF_RAFT: [Self; 40] = [
        Self::FirstElection,
        Self::SplitVote,
        Self::LeaderCrash,
        Self::MinorityLeader,
        Self::ConflictingLog,
        Self::OldTermEntry,
        Self::OldTermCounted,
        Self::SmallestCluster,
        Self::LostWrite,
        Self::DisruptiveServer,
        Self::RemovedServer,
        Self::Membership2015,
        Self::JointChange,
        Self::SnapshotRace,
        Self::AppliedTwice,
        Self::StaleLease,
        Self::Maintenance,
        Self::Broken(Bug::VoteTwice),
        Self::Broken(Bug::VoteNotPersisted),
        Self::Broken(Bug::VoteForStaleLog),
        Self::Broken(Bug::LeaderDropsEntries),
        Self::Broken(Bug::NoConsistencyCheck),
        Self::Broken(Bug::CommitUnmatched),
        Self::Broken(Bug::CommitOldTerm),
        Self::Broken(Bug::AnswerBeforeSync),
        Self::Broken(Bug::NoStepDown),
        Self::Broken(Bug::TruncateAlways),
        Self::Broken(Bug::ReadWithoutQuorum),
        Self::Broken(Bug::ReadBeforeCommit),
        Self::Broken(Bug::LeaseAfterTransfer),
        Self::Broken(Bug::VoteDespiteLeader),
        Self::Broken(Bug::ChangeBeforeCommit),
        Self::Broken(Bug::TwoChangesAtOnce),
        Self::Broken(Bug::CountNewMajorityOnly),
        Self::Broken(Bug::CountLearners),
        Self::Broken(Bug::SnapshotForgetsSessions),
        Self::Broken(Bug::SnapshotForgetsMembers),
        Self::Broken(Bug::SnapshotDropsLog),
        Self::Broken(Bug::CommitGoesBack),
        Self::Broken(Bug::SilentToOldLeader),
    ];

    /// What it is about.
    #[must_use]
    pub const fn section(self) -> Section {
        match self {
            Self::Broken(_) => Section::BrokenRules,
            Self::Locks(LockStory::Broken(_)) => Section::BrokenLocks,
            Self::Locks(_) => Section::Locks,
            Self::Cache(CacheStory::Broken(_)) => Section::BrokenCache,
            Self::Cache(_) => Section::Cache,
            Self::DisruptiveServer
            | Self::RemovedServer
            | Self::Membership2015
            | Self::JointChange
            | Self::SnapshotRace
            | Self::AppliedTwice
            | Self::StaleLease
            | Self::Maintenance => Section::Settings,
            _ => Section::Questions,
        }
    }

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
            Self::DisruptiveServer => "disruptive-server",
            Self::RemovedServer => "removed-server",
            Self::Membership2015 => "membership-2015",
            Self::JointChange => "joint-change",
            Self::SnapshotRace => "snapshot-race",
            Self::AppliedTwice => "applied-twice",
            Self::StaleLease => "stale-lease",
            Self::Maintenance => "maintenance",
            Self::Broken(bug) => broken_name(bug),
            Self::Locks(story) => story.name(),
            Self::Cache(story) => story.name(),
        }
    }

    /// Its file.
    #[must_use]
    pub const fn json(self) -> &'static str {
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
            Self::DisruptiveServer => include_str!("disruptive-server.json"),
            Self::RemovedServer => include_str!("removed-server.json"),
            Self::Membership2015 => include_str!("membership-2015.json"),
            Self::JointChange => include_str!("joint-change.json"),
            Self::SnapshotRace => include_str!("snapshot-race.json"),
            Self::AppliedTwice => include_str!("applied-twice.json"),
            Self::StaleLease => include_str!("stale-lease.json"),
            Self::Maintenance => include_str!("maintenance.json"),
            Self::Broken(bug) => broken_json(bug),
            Self::Locks(story) => story.json(),
            Self::Cache(story) => story.json(),
        }
    }

    /// The scenario.
    ///
    /// # Panics
    /// If what the page has of the gallery is wrong, which a test would have found.
    #[must_use]
    pub fn scenario(self) -> Scenario {
        let place = Self::ALL.iter().position(|story| *story == self);
        let payload = place.and_then(|place| payloads().nth(place));
        Scenario::of_payload(payload.expect("every story is there")).expect("and is right")
    }
}

/// The payloads of the stories, in order.
fn payloads() -> impl Iterator<Item = &'static [u8]> {
    let mut rest = STORIES;
    std::iter::from_fn(move || {
        let (length, more) = rest.split_first_chunk()?;
        let (payload, more) = more.split_at_checked(u16::from_le_bytes(*length).into())?;
        rest = more;
        Some(payload)
    })
}

/// What `stories.bin` should hold, by the files.
///
/// # Panics
/// If a file is wrong, or far too long.
#[must_use]
pub fn stories() -> Vec<u8> {
    let mut bytes = Vec::new();
    for story in Story::ALL {
        let scenario = Scenario::from_json(story.json());
        let payload = scenario.expect("the gallery's files are right").payload();
        let length = u16::try_from(payload.len()).expect("stories are short");
        bytes.extend(length.to_le_bytes());
        bytes.extend(payload);
    }
    bytes
}

/// The name of the story of a broken rule.
const fn broken_name(bug: Bug) -> &'static str {
    match bug {
        Bug::VoteTwice => "bug-vote-twice",
        Bug::VoteNotPersisted => "bug-vote-not-persisted",
        Bug::VoteForStaleLog => "bug-vote-for-stale-log",
        Bug::LeaderDropsEntries => "bug-leader-drops-entries",
        Bug::NoConsistencyCheck => "bug-no-consistency-check",
        Bug::CommitUnmatched => "bug-commit-unmatched",
        Bug::CommitOldTerm => "bug-commit-old-term",
        Bug::AnswerBeforeSync => "bug-answer-before-sync",
        Bug::NoStepDown => "bug-no-step-down",
        Bug::TruncateAlways => "bug-truncate-always",
        Bug::ReadWithoutQuorum => "bug-read-without-quorum",
        Bug::ReadBeforeCommit => "bug-read-before-commit",
        Bug::LeaseAfterTransfer => "bug-lease-after-transfer",
        Bug::VoteDespiteLeader => "bug-vote-despite-leader",
        Bug::ChangeBeforeCommit => "bug-change-before-commit",
        Bug::TwoChangesAtOnce => "bug-two-changes-at-once",
        Bug::CountNewMajorityOnly => "bug-count-new-majority-only",
        Bug::CountLearners => "bug-count-learners",
        Bug::SnapshotForgetsSessions => "bug-snapshot-forgets-sessions",
        Bug::SnapshotForgetsMembers => "bug-snapshot-forgets-members",
        Bug::SnapshotDropsLog => "bug-snapshot-drops-log",
        Bug::CommitGoesBack => "bug-commit-goes-back",
        Bug::SilentToOldLeader => "bug-silent-to-old-leader",
    }
}

/// The file of the story of a broken rule.
const fn broken_json(bug: Bug) -> &'static str {
    match bug {
        Bug::VoteTwice => include_str!("bug-vote-twice.json"),
        Bug::VoteNotPersisted => include_str!("bug-vote-not-persisted.json"),
        Bug::VoteForStaleLog => include_str!("bug-vote-for-stale-log.json"),
        Bug::LeaderDropsEntries => include_str!("bug-leader-drops-entries.json"),
        Bug::NoConsistencyCheck => include_str!("bug-no-consistency-check.json"),
        Bug::CommitUnmatched => include_str!("bug-commit-unmatched.json"),
        Bug::CommitOldTerm => include_str!("bug-commit-old-term.json"),
        Bug::AnswerBeforeSync => include_str!("bug-answer-before-sync.json"),
        Bug::NoStepDown => include_str!("bug-no-step-down.json"),
        Bug::TruncateAlways => include_str!("bug-truncate-always.json"),
        Bug::ReadWithoutQuorum => include_str!("bug-read-without-quorum.json"),
        Bug::ReadBeforeCommit => include_str!("bug-read-before-commit.json"),
        Bug::LeaseAfterTransfer => include_str!("bug-lease-after-transfer.json"),
        Bug::VoteDespiteLeader => include_str!("bug-vote-despite-leader.json"),
        Bug::ChangeBeforeCommit => include_str!("bug-change-before-commit.json"),
        Bug::TwoChangesAtOnce => include_str!("bug-two-changes-at-once.json"),
        Bug::CountNewMajorityOnly => include_str!("bug-count-new-majority-only.json"),
        Bug::CountLearners => include_str!("bug-count-learners.json"),
        Bug::SnapshotForgetsSessions => include_str!("bug-snapshot-forgets-sessions.json"),
        Bug::SnapshotForgetsMembers => include_str!("bug-snapshot-forgets-members.json"),
        Bug::SnapshotDropsLog => include_str!("bug-snapshot-drops-log.json"),
        Bug::CommitGoesBack => include_str!("bug-commit-goes-back.json"),
        Bug::SilentToOldLeader => include_str!("bug-silent-to-old-leader.json"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_story_is_its_file_and_its_link_leads_back_to_it() {
        assert!(stories() == STORIES, "stories.bin is to be written anew, as is said above");
        for story in Story::ALL {
            let scenario =
                Scenario::from_json(story.json()).expect("the gallery's files are right");
            assert_eq!(story.scenario(), scenario);
            assert_eq!(Scenario::decode(&scenario.encode()).as_ref(), Ok(&scenario), "{story:?}");
            assert_eq!(Scenario::from_json(&scenario.to_json()).as_ref(), Ok(&scenario));
        }
    }
}
