//! Each property of figure 3 is convicted of failing by a planted bug, in a small run made by hand;
//! the same run without the bug is sound.
//!
//! Every run is a story of a few choices, told in its doc comment. Between them they plant the bugs
//! that break the paper's own rules; the gallery has a story for every bug (see `convictions`).

use lockstep_core::check::Verdict;
use lockstep_core::check::raft::RaftCheck;
use lockstep_core::lab::raft::{Preset, RaftConfig};
use lockstep_core::lab::{Choice, Session, Timed};
use lockstep_core::raft::bug::Bug;
use lockstep_core::raft::log::Term;
use lockstep_core::raft::participant::Timer;
use lockstep_core::scenario::Scenario;
use lockstep_core::sim::process::{NodeId, TimerKind};
use lockstep_core::sim::run::Goal;
use lockstep_core::sim::time::{MILLISECOND_US, Moment};
use lockstep_tests::cluster::{FIGURE_3, convicted};
use lockstep_tests::messages::{N1, N2, N3, N4, N5, put};

/// A run, and how long it lasts.
struct Story {
    config: RaftConfig,
    choices: Vec<Timed>,
    until_ms: u64,
}

impl Story {
    /// A cluster of three and a client.
    fn of_three(until_ms: u64) -> Self {
        let config = RaftConfig { servers: 3, ..RaftConfig::default() };
        Self { config, choices: Vec::new(), until_ms }
    }

    /// Servers that begin in `term` with logs of these terms.
    fn starting(mut self, term: Term, logs: &[&[Term]]) -> Self {
        let preset = |log: &&[Term]| Preset {
            term,
            voted_for: None,
            log: log.iter().map(|term| (*term, None)).collect(),
        };
        self.config.presets = (0..).map(NodeId).zip(logs.iter().map(preset)).collect();
        self
    }

    fn at(mut self, time_ms: u64, choice: Choice) -> Self {
        self.choices.push((Moment::before(time_ms * MILLISECOND_US), choice));
        self
    }

    fn campaign(self, time_ms: u64, node: NodeId) -> Self {
        self.at(time_ms, Choice::Fire { node, timer: Timer::Election.number() })
    }

    fn reboot(self, time_ms: u64, node: NodeId) -> Self {
        self.at(time_ms, Choice::Crash(node)).at(time_ms, Choice::Restart(node))
    }

    fn write(self, time_ms: u64) -> Self {
        let node = NodeId(self.config.servers);
        self.at(time_ms, Choice::Operate { node, operation: put("y", "9").into() })
    }

    /// The checks that fail when these bugs are planted.
    fn convicted(&self, bugs: &[Bug]) -> Vec<RaftCheck> {
        let config = RaftConfig { bugs: bugs.to_vec(), ..self.config.clone() };
        let mut session = Session::open(&config, 1, self.choices.clone());
        session.go(Goal::Moment(Moment::after(self.until_ms * MILLISECOND_US)));
        convicted(&session)
    }

    /// `check` fails with `bug`, then also those of `besides`; and none fails without it, though
    /// all of them had something to judge.
    fn convicts(&self, bug: Bug, check: RaftCheck, besides: &[RaftCheck]) {
        let mut expected: Vec<RaftCheck> = besides.iter().copied().chain([check]).collect();
        expected.sort_unstable();
        let mut found = self.convicted(&[bug]);
        found.sort_unstable();
        assert_eq!(found, expected, "with {}", bug.name());
        assert_eq!(self.convicted(&[]), [], "without {}", bug.name());
        let mut session = Session::open(&self.config, 1, self.choices.clone());
        session.go(Goal::Moment(Moment::after(self.until_ms * MILLISECOND_US)));
        for report in session.checks() {
            let holds = report.verdict == Verdict::Holds;
            assert!(holds || !FIGURE_3.iter().any(|check| report.check == *check), "{report:?}");
        }
    }
}

/// `n1` and `n2` do not hear each other and campaign at once; `n3` votes for both.
#[test]
fn election_safety_convicts_a_server_that_votes_twice() {
    Story::of_three(100)
        .at(0, Choice::Cut { from: N1, to: N2, both_ways: true })
        .campaign(0, N1)
        .campaign(0, N2)
        .convicts(Bug::VoteTwice, RaftCheck::ElectionSafety, &[]);
}

/// `n3` votes for `n1`, crashes, comes back without its vote, and votes for `n2` in the same term.
#[test]
fn election_safety_convicts_a_server_that_does_not_persist_its_vote() {
    Story::of_three(130)
        .at(0, Choice::Cut { from: N1, to: N2, both_ways: true })
        .campaign(0, N1)
        .reboot(60, N3)
        .campaign(61, N2)
        .convicts(Bug::VoteNotPersisted, RaftCheck::ElectionSafety, &[]);
}

/// Syncs take 50 ms. `n3` answers `n1` before its vote is on disk, crashes, and votes for `n2`.
#[test]
fn election_safety_convicts_a_server_that_answers_before_it_synced() {
    let mut story = Story::of_three(200);
    (story.config.sync_min_us, story.config.sync_max_us) = (50_000, 50_000);
    story
        .at(0, Choice::Cut { from: N1, to: N2, both_ways: true })
        .campaign(0, N1)
        .reboot(67, N3)
        .campaign(68, N2)
        .convicts(Bug::AnswerBeforeSync, RaftCheck::ElectionSafety, &[]);
}

/// The log of `n2` is shorter than its leader's, which takes that for a reason to shorten its own.
#[test]
fn leader_append_only_convicts_a_leader_that_drops_its_entries() {
    Story::of_three(100).starting(1, &[&[1, 1], &[1], &[1]]).campaign(0, N1).convicts(
        Bug::LeaderDropsEntries,
        RaftCheck::LeaderAppendOnly,
        &[],
    );
}

/// `n3` has another second entry than its leader, and takes the third all the same.
#[test]
fn log_matching_convicts_a_follower_that_does_not_compare() {
    Story::of_three(80)
        .starting(2, &[&[1, 2], &[1, 2], &[1, 1]])
        .campaign(0, N1)
        .write(45)
        .convicts(Bug::NoConsistencyCheck, RaftCheck::LogMatching, &[]);
}

/// `n3` is down while an entry is committed; then `n1` crashes, and `n2` votes for `n3`, whose log
/// is empty. (The first campaign of `n3` is for a term in which `n2` has voted.)
#[test]
fn leader_completeness_convicts_a_vote_for_a_stale_log() {
    Story::of_three(200)
        .at(0, Choice::Crash(N3))
        .campaign(0, N1)
        .write(50)
        .at(110, Choice::Crash(N1))
        .at(110, Choice::Restart(N3))
        .campaign(111, N3)
        .campaign(112, N3)
        .convicts(Bug::VoteForStaleLog, RaftCheck::LeaderCompleteness, &[]);
}

/// The leader that should have had the entry may be elected and down again before the entry is
/// committed: `n1`, paused in term 1 with acknowledgements under way, commits after `n4` led term
/// 2.
#[test]
fn leader_completeness_convicts_a_leader_that_is_gone_when_the_entry_is_committed() {
    let text = r#"{ "lockstep": 1, "lab": "raft", "seed": 1, "until": "600ms",
      "config": { "election_timeout": ["2s", "3s"], "heartbeat": "1s",
                  "bugs": ["vote_for_stale_log"] },
      "choices": [ { "at": "10ms", "timeout": "n1" },
                   { "at": "59ms", "cut": ["n1", "n4"] },
                   { "at": "59ms", "cut": ["n1", "n5"] },
                   { "at": "60ms", "client": "c1", "put": ["x", "1"] },
                   { "at": "80ms", "pause": "n1" },
                   { "at": "120ms", "timeout": "n4" },
                   { "at": "121ms", "cut": ["n4", "n1"] },
                   { "at": "160ms", "crash": "n4" },
                   { "at": "200ms", "resume": "n1" } ] }"#;
    let scenario = Scenario::from_json(text).expect("a scenario");
    let mut session = scenario.open();
    session.go(Goal::Moment(scenario.end()));
    assert_eq!(convicted(&session), [RaftCheck::LeaderCompleteness]);
    assert_eq!(session.view(8).situation.committed, 1);
}

/// Figure 8: `n1` has its entry of term 2 on a majority and counts it; `n5`, with an entry of term
/// 3, is elected without it.
#[test]
fn leader_completeness_convicts_the_commitment_of_an_old_terms_entry() {
    let mut story = Story::of_three(140);
    story.config.servers = 5;
    story
        .starting(3, &[&[1, 2], &[1, 2], &[1], &[1], &[1, 3]])
        .at(0, Choice::Crash(N5))
        .at(0, Choice::Partition(vec![vec![N1, N2, N3], vec![N4]]))
        .campaign(0, N1)
        .at(80, Choice::Crash(N1))
        .at(80, Choice::Restart(N5))
        .at(80, Choice::HealAll)
        .campaign(81, N5)
        .campaign(82, N5)
        .convicts(Bug::CommitOldTerm, RaftCheck::LeaderCompleteness, &[]);
}

/// `n3`, with entries of its own, is cut off while the others commit theirs; then it hears how far
/// they are, and applies what it has.
#[test]
fn state_machine_safety_convicts_a_follower_that_commits_what_was_not_compared() {
    Story::of_three(180)
        .starting(2, &[&[1, 2, 2], &[1, 2, 2], &[1, 1, 1]])
        .at(0, Choice::Partition(vec![vec![N1, N2], vec![N3]]))
        .campaign(0, N1)
        .write(45)
        .at(100, Choice::HealAll)
        .convicts(Bug::CommitUnmatched, RaftCheck::StateMachineSafety, &[]);
}
