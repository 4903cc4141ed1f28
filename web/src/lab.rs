//! The labs of the page, and what each begins with.

use lockstep_core::lab::Session;
use lockstep_core::lab::locks::LockConfig;
use lockstep_core::lab::raft::RaftConfig;
use lockstep_core::lock::script::Script;
use lockstep_core::scenario::Scenario;
use lockstep_core::scenario::gallery::{Section, Story};

use crate::catalogue::LockWord;

/// What clients of a lock lab do where nobody says anything else: two that lock the same things in
/// opposite order, and one that reads.
const SCRIPTS: [&str; 3] = [
    "lock orders x; write; work 60ms; lock stock x; write; repeat after 150ms",
    "lock stock x; write; work 60ms; lock orders x; write; repeat after 150ms",
    "lock orders s; read; work 40ms; lock ledger x; write; repeat after 100ms",
];
/// How long that is worth watching, in microseconds.
const UNTIL_US: u64 = 5_000_000;

/// A lab.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lab {
    /// Raft, and a store on it.
    Raft,
    /// A lock manager on Raft.
    Locks,
}

impl Lab {
    /// Every lab, in the order of the switch.
    pub const ALL: [Self; 2] = [Self::Raft, Self::Locks];

    /// The lab of a run.
    #[must_use]
    pub const fn of(session: &Session) -> Self {
        if session.config().locks.is_some() { Self::Locks } else { Self::Raft }
    }

    /// What it is called.
    #[must_use]
    pub const fn word(self) -> LockWord {
        match self {
            Self::Raft => LockWord::Raft,
            Self::Locks => LockWord::Locks,
        }
    }

    /// The first story of the gallery that plays in it.
    #[must_use]
    pub fn first_story(self) -> Option<Story> {
        Story::ALL.into_iter().find(|story| self.has(story.section()))
    }

    /// Whether the stories of a section play in it.
    #[must_use]
    pub fn has(self, section: Section) -> bool {
        let locks = matches!(section, Section::Locks | Section::BrokenLocks);
        locks == (self == Self::Locks)
    }

    /// A run of it that is in no gallery.
    #[must_use]
    pub fn usual(self) -> Scenario {
        let config = match self {
            Self::Raft => RaftConfig { servers: 3, clients: 3, ..RaftConfig::default() },
            Self::Locks => {
                let scripts = SCRIPTS.iter().filter_map(|text| text.parse::<Script>().ok());
                let scripts = (0..).zip(scripts).collect();
                let locks = Some(LockConfig { scripts, ..LockConfig::default() });
                RaftConfig { locks, ..RaftConfig::of_locks() }
            }
        };
        Scenario { config, seed: 1, until_us: UNTIL_US, ..Scenario::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_lab_begins_with_plays_in_it() {
        for lab in Lab::ALL {
            let scenario = lab.usual();
            assert_eq!(scenario.check(), Ok(()));
            assert_eq!(Lab::of(&scenario.open()), lab);
            for story in Story::ALL.into_iter().filter(|story| lab.has(story.section())) {
                assert_eq!(Lab::of(&story.scenario().open()), lab, "{story:?}");
            }
            assert!(lab.first_story().is_some());
        }
        let scripts = Lab::Locks.usual().config.locks.map(|locks| locks.scripts.len());
        assert_eq!(scripts, Some(SCRIPTS.len()), "all of them can be read");
    }
}
