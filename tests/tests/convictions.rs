//! Each planted bug, of any protocol, is convicted by a named check in a small story of the
//! gallery, and the very same run without the bug is clean.

use lockstep_core::check::cache::CacheCheck;
use lockstep_core::check::lock::LockCheck;
use lockstep_core::check::{Check, Verdict};
use lockstep_core::lab::Session;
use lockstep_core::lab::linearizability::BUDGET;
use lockstep_core::lab::numbered::AnyBug;
use lockstep_core::lab::raft::view::RoleView;
use lockstep_core::lab::session::CheckReport;
use lockstep_core::scenario::gallery::{CacheStory, LockStory, Section, Story};
use lockstep_core::scenario::{Expected, Scenario};
use lockstep_core::sim::run::Goal;
use lockstep_core::sim::time::{Moment, SECOND_US};

/// The longest of these stories, in microseconds: what is never answered takes as long as a check
/// waits for an answer.
const LONGEST_US: u64 = 5 * SECOND_US;

/// Each bug, and its story.
fn told() -> impl Iterator<Item = (AnyBug, Scenario)> {
    Story::ALL.into_iter().filter_map(|story| match story {
        Story::Broken(bug) => Some((bug.into(), story.scenario())),
        Story::Locks(LockStory::Broken(bug)) => Some((bug.into(), story.scenario())),
        Story::Cache(CacheStory::Broken(bug)) => Some((bug.into(), story.scenario())),
        _ => None,
    })
}

fn played(scenario: &Scenario) -> Session {
    let mut session = scenario.open();
    session.go(Goal::Moment(scenario.end()));
    session
}

/// What every check says of a run, that of the clients' history included.
fn verdicts(session: &Session) -> Vec<CheckReport> {
    session.verdicts(BUDGET)
}

fn failing(session: &Session) -> Vec<Check> {
    let fails = |report: &CheckReport| matches!(report.verdict, Verdict::Fails(_));
    verdicts(session).into_iter().filter(fails).map(|report| report.check).collect()
}

/// The checks that a story expects to fail.
fn expected(scenario: &Scenario) -> Vec<Check> {
    let fails = |(_, expected): &&(Check, Expected)| *expected == Expected::Fails;
    scenario.expect.iter().filter(fails).map(|(check, _)| *check).collect()
}

#[test]
fn every_bug_is_told_of_in_its_order_and_each_story_plants_its_own() {
    assert!(told().map(|(bug, _)| bug).eq(AnyBug::all()));
    for (bug, scenario) in told() {
        assert!(scenario.config.all_bugs().eq([bug]), "{bug:?}");
    }
    let sections: Vec<Section> = Story::ALL.into_iter().map(Story::section).collect();
    assert!(sections.is_sorted_by_key(|one| Section::ALL.iter().position(|two| two == one)));
}

#[test]
fn each_bug_is_convicted_by_the_checks_that_its_story_names_and_by_no_other() {
    for (bug, scenario) in told() {
        let expected = expected(&scenario);
        assert!(!expected.is_empty(), "{bug:?}: a story names the check that convicts");
        assert_eq!(failing(&played(&scenario)), expected, "with {bug:?}");
    }
}

#[test]
fn without_the_bug_the_same_run_is_clean_and_the_check_had_something_to_judge() {
    for (bug, scenario) in told() {
        let named = expected(&scenario);
        let mut mended = scenario.clone();
        mended.config.bugs.clear();
        mended.config.locks.iter_mut().for_each(|locks| locks.bugs.clear());
        mended.config.cache.iter_mut().for_each(|cache| cache.bugs.clear());
        let session = played(&mended);
        assert!(failing(&session).is_empty(), "without {bug:?}: {:?}", failing(&session));
        for report in verdicts(&session) {
            let holds = report.verdict == Verdict::Holds;
            assert!(holds || !named.contains(&report.check), "{bug:?}: {report:?}");
        }
    }
}

#[test]
fn the_stories_convict_by_every_check_of_the_lock_manager_and_of_the_cache() {
    let convicting: Vec<Check> = told().flat_map(|(_, scenario)| expected(&scenario)).collect();
    let locks = LockCheck::ALL.into_iter().map(Check::Lock);
    for check in locks.chain(CacheCheck::ALL.into_iter().map(Check::Cache)) {
        assert!(convicting.contains(&check), "{check:?} convicts nobody");
    }
}

#[test]
fn the_stories_are_short_and_say_what_happens_in_both_languages() {
    for (bug, scenario) in told() {
        assert!(scenario.until_us <= LONGEST_US, "{bug:?}");
        let captions = &scenario.captions;
        assert!((2..=4).contains(&captions.len()), "{bug:?}: {} captions", captions.len());
        assert!(captions.iter().all(|said| said.english != said.indonesian), "{bug:?}");
        assert!(captions.iter().all(|said| said.at.time_us < scenario.until_us), "{bug:?}");
    }
}

/// `n5` leads, and sleeps while answers to it are on their way. The others go on without it, and
/// two members leave. Then it wakes up and counts the answers: rightly, and too late.
const LATE: &str = r#"{
  "lockstep": 1, "lab": "raft", "until": "1s", "seed": 910021054,
  "config": {
    "disk": { "sync": ["2ms", "8ms"] }, "election_timeout": ["77ms", "130.9ms"],
    "heartbeat": "12.833ms", "load": { "every": "8ms" },
    "network": { "delay": ["0.002ms", "7.898ms"] }, "request_timeout": "100ms", "retry": "22ms"
  },
  "choices": [
    { "at": "138ms", "pause": "n5" },
    { "at": "922ms", "reconfigure": "n2", "voters": ["n1", "n2", "n3", "n4"] },
    { "at": "968ms", "reconfigure": "n2", "voters": ["n1", "n3", "n4"] },
    { "at": "987ms", "resume": "n5" }
  ]
}"#;

#[test]
fn a_leader_that_hears_late_what_was_stored_in_its_time_is_not_convicted() {
    let scenario = Scenario::from_json(LATE).expect("it is right");
    let session = played(&scenario);
    assert!(failing(&session).is_empty());
    let resumed = Moment { time_us: 987_000, taken: 3 };
    for (at, commit_index) in [(Moment::before(987_000), 0), (resumed, 1)] {
        let mut session = scenario.open();
        session.go(Goal::Moment(at));
        let leader = &session.view(0).servers[4];
        assert_eq!((leader.role, leader.commit_index), (RoleView::Leader, commit_index));
        assert_eq!(leader.members.voters.len(), 5, "it knows of no change");
    }
}
