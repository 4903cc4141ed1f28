//! Find the planted bug: a rule of Raft, or of the cache, is broken, and a person is to find out
//! which.
//!
//! The bug is planted in the run like any other, and so in its link; the page only keeps silent
//! about it until the person has named the missing rule, or has given up. To name it they must
//! first break the cluster: a check has to fail.

use lockstep_core::check::Check;
use lockstep_core::lab::Lab;
use lockstep_core::lab::cache::{CacheConfig, planted as cache};
use lockstep_core::lab::numbered::AnyBug;
use lockstep_core::lab::raft::RaftConfig;
use lockstep_core::lab::raft::planted::{self as raft, GUESSED};
use lockstep_core::raft::bug::Bug;
use lockstep_core::scenario::Scenario;

use crate::number::seconds;

/// How long such a run is worth watching, in microseconds.
const UNTIL_US: u64 = 20_000_000;

/// A search for a planted bug.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quiz {
    planted: Vec<AnyBug>,
    /// The check that failed first, or none where it was the clients' history; and when, in
    /// microseconds.
    pub broken: Option<(Option<Check>, u64)>,
    /// The rule that is chosen.
    pub picked: Option<AnyBug>,
    /// The last wrong answer.
    pub wrong: Option<AnyBug>,
    /// How many answers were given.
    pub tries: u32,
    /// Whether it is told what the rule is about.
    pub hinted: bool,
    /// How it ended, if it did.
    pub end: Option<End>,
}

/// How a search ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The rule was named.
    Found,
    /// The person gave up.
    GivenUp,
}

/// Something about the search.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QuizAction {
    /// A new one is wanted.
    Begin,
    /// This was drawn for it.
    Drawn(u64),
    /// Where the answer is given is to be seen.
    Show,
    /// A rule is chosen, or none.
    Pick(Option<AnyBug>),
    /// It is the answer.
    Answer,
    /// A hint is wanted.
    Hint,
    /// The person gives up.
    GiveUp,
}

impl Quiz {
    /// The search that a scenario asks for, if it does, and its bugs are among those that can be
    /// named in answer.
    #[must_use]
    pub fn of(scenario: &Scenario) -> Option<Self> {
        let planted: Vec<AnyBug> = scenario.config.all_bugs().collect();
        let can_be_named = planted.iter().all(|bug| Self::guessed(bug.lab()).contains(bug));
        (scenario.quiz && can_be_named && !planted.is_empty()).then_some(Self {
            planted,
            broken: None,
            picked: None,
            wrong: None,
            tries: 0,
            hinted: false,
            end: None,
        })
    }

    /// The bugs that can be named in answer, in a lab: locks stand on Raft, and none of their own
    /// is to be found.
    #[must_use]
    pub fn guessed(lab: Lab) -> Vec<AnyBug> {
        match lab {
            Lab::Raft | Lab::Locks => GUESSED.into_iter().map(AnyBug::Raft).collect(),
            Lab::Cache => cache::GUESSED.into_iter().map(AnyBug::Cache).collect(),
        }
    }

    /// A run to search in: one bug at random.
    #[must_use]
    pub fn scenario(lab: Lab, drawn: u64) -> Scenario {
        let guessed = Self::guessed(lab);
        let all = guessed.len() as u64;
        let bug = guessed[usize::try_from(drawn % all).unwrap_or(0)];
        let seed = drawn / all;
        let config = match bug {
            AnyBug::Cache(bug) => Self::caches(bug, seed),
            AnyBug::Raft(bug) => Self::cluster(bug, seed),
            AnyBug::Lock(_) => RaftConfig::default(),
        };
        Scenario { config, seed, until_us: UNTIL_US, quiz: true, ..Scenario::default() }
    }

    /// A cluster with what the bug needs to show, under load; and a disk slow enough to be caught
    /// in the middle of a write.
    fn cluster(bug: Bug, seed: u64) -> RaftConfig {
        let mut features = raft::needs(bug);
        // What is switched on is to be seen. Were it never on otherwise, it would name the bug.
        features.joint_consensus |= bug != Bug::TwoChangesAtOnce && seed.is_multiple_of(2);
        RaftConfig {
            clients: 2,
            load_us: Some(150_000),
            sync_min_us: 4_000,
            sync_max_us: 12_000,
            features,
            bugs: vec![bug],
            ..RaftConfig::default()
        }
    }

    /// Few caches and lines, and processors that do only what they are asked: under load most of
    /// these bugs show at once.
    fn caches(bug: lockstep_core::cache::bug::Bug, seed: u64) -> RaftConfig {
        let features = cache::needs(bug, seed.is_multiple_of(2));
        let cache = CacheConfig {
            caches: 3,
            lines: 2,
            features,
            bugs: vec![bug],
            ..CacheConfig::default()
        };
        RaftConfig { cache: Some(cache), ..RaftConfig::usual(Lab::Cache) }
    }

    /// The lab whose bugs can be named.
    #[must_use]
    pub fn lab(&self) -> Lab {
        self.planted.first().map_or(Lab::Raft, |bug| bug.lab())
    }

    /// The bug, once it may be told.
    #[must_use]
    pub fn told(&self) -> Option<AnyBug> {
        self.end.and(self.planted.first().copied())
    }

    /// The bug of which a hint tells what it is about.
    #[must_use]
    pub fn hint(&self) -> Option<AnyBug> {
        self.planted.first().copied().filter(|_| self.hinted)
    }

    /// The chosen rule is the answer.
    pub fn answer(&mut self) {
        let Some(picked) = self.picked.filter(|_| self.end.is_none() && self.broken.is_some())
        else {
            return;
        };
        self.tries += 1;
        if self.planted.contains(&picked) {
            self.end = Some(End::Found);
        } else {
            self.wrong = Some(picked);
        }
    }

    /// When it was broken, as it is written.
    #[must_use]
    pub fn broken_at(&self) -> Option<String> {
        self.broken.map(|(_, time_us)| seconds(time_us))
    }
}
