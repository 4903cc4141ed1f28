//! Each bug of the lock manager that can be planted is convicted by a named check in a small story
//! of the gallery, and the very same run without the bug is clean.

use lockstep_core::check::lock::LockCheck;
use lockstep_core::check::{Check, Verdict};
use lockstep_core::lab::Session;
use lockstep_core::lab::linearizability::BUDGET;
use lockstep_core::lab::session::CheckReport;
use lockstep_core::lock::bug::Bug;
use lockstep_core::scenario::gallery::{LockStory, Story};
use lockstep_core::scenario::{Expected, Scenario};
use lockstep_core::sim::run::Goal;
use lockstep_core::sim::time::SECOND_US;

/// The longest of these stories, in microseconds.
const LONGEST_US: u64 = 3 * SECOND_US;

/// Each bug, and its story.
fn told() -> impl Iterator<Item = (Bug, Scenario)> {
    LockStory::ALL.into_iter().filter_map(|story| match story {
        LockStory::Broken(bug) => Some((bug, Story::Locks(story).scenario())),
        _ => None,
    })
}

/// What every check says of a run, that of the clients' history included.
fn verdicts(scenario: &Scenario) -> Vec<CheckReport> {
    let mut session: Session = scenario.open();
    session.go(Goal::Moment(scenario.end()));
    session.verdicts(BUDGET)
}

fn failing(scenario: &Scenario) -> Vec<Check> {
    let fails = |report: &CheckReport| matches!(report.verdict, Verdict::Fails(_));
    verdicts(scenario).into_iter().filter(fails).map(|report| report.check).collect()
}

/// The checks that a story expects to fail.
fn expected(scenario: &Scenario) -> Vec<Check> {
    let fails = |(_, expected): &&(Check, Expected)| *expected == Expected::Fails;
    scenario.expect.iter().filter(fails).map(|(check, _)| *check).collect()
}

fn mended(scenario: &Scenario) -> Scenario {
    let mut mended = scenario.clone();
    let locks = mended.config.locks.as_mut().expect("it is a lock lab");
    locks.bugs.clear();
    mended
}

#[test]
fn every_bug_is_told_of_in_its_order_and_each_story_plants_its_own() {
    let bugs: Vec<Bug> = told().map(|(bug, _)| bug).collect();
    assert_eq!(bugs, Bug::ALL);
    for (bug, scenario) in told() {
        assert_eq!(scenario.config.locks.expect("it is a lock lab").bugs, [bug]);
        assert_eq!(scenario.config.bugs, []);
    }
}

#[test]
fn each_bug_is_convicted_by_the_checks_that_its_story_names_and_by_no_other() {
    for (bug, scenario) in told() {
        let expected = expected(&scenario);
        assert!(!expected.is_empty(), "{bug:?}: a story names the check that convicts");
        assert_eq!(failing(&scenario), expected, "with {bug:?}");
    }
}

#[test]
fn without_the_bug_the_same_run_is_clean_and_the_check_had_something_to_judge() {
    for (bug, scenario) in told() {
        let named = expected(&scenario);
        for report in verdicts(&mended(&scenario)) {
            let holds = report.verdict == Verdict::Holds;
            assert!(holds || !named.contains(&report.check), "{bug:?}: {report:?}");
            assert!(!matches!(report.verdict, Verdict::Fails(_)), "{bug:?}: {report:?}");
        }
    }
}

#[test]
fn the_stories_convict_by_every_check_of_the_lock_manager() {
    let convicting: Vec<Check> = told().flat_map(|(_, scenario)| expected(&scenario)).collect();
    for check in LockCheck::ALL {
        assert!(convicting.contains(&Check::Lock(check)), "{check:?} convicts nobody");
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
