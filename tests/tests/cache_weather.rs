//! Random weather in the cache lab: nothing is convicted without a bug, every bug is, and what is
//! found can be handed to anybody.
//!
//! The seeds are fixed, so a failure here happens again; `lockstep random --lab cache --from SEED`
//! shows it.

use lockstep_core::cache::bug::Bug;
use lockstep_core::cache::operation::Outcome;
use lockstep_core::check::Verdict;
use lockstep_core::check::cache::CacheCheck;
use lockstep_core::lab::Lab;
use lockstep_core::lab::linearizability::BUDGET;
use lockstep_core::lab::numbered::AnyBug;
use lockstep_core::lab::weather::{Demand, Drawn, MOST_SEEDS, draw};
use lockstep_core::scenario::Scenario;
use lockstep_core::sim::time::LONGEST_RUN_US;
use lockstep_tests::weather::{comes_again, convicted, never_convicted, never_taken, shrinks};

/// How many runs without a bug.
const SOUND_RUNS: u64 = 1_000;
/// How many of them in wild weather.
const WILD_RUNS: u64 = 400;
/// Within how many runs every branch is taken.
const BRANCH_SEEDS: u64 = 1_000;

/// Runs that were convicted once.
const FOUND: &str = include_str!("../links/cache-convicted.txt");

const SOUND: Demand = Demand { lab: Lab::Cache, wild: false, bug: None };

/// How many operations of a run were answered.
fn answered(drawn: &Drawn) -> usize {
    let nodes = drawn.run.world.nodes().iter();
    let caches = nodes.filter_map(|node| node.process.cache_node()?.cache());
    let is_answered = |outcome| !matches!(outcome, Outcome::Pending | Outcome::Unknown);
    let of_cache = caches.map(|cache| {
        let record = cache.processor().record().iter();
        record.filter(|operated| is_answered(operated.outcome)).count()
    });
    of_cache.sum()
}

#[test]
fn nothing_is_convicted_without_a_bug_and_in_most_runs_much_is_answered() {
    let mut eventful = 0;
    for seed in 0..SOUND_RUNS {
        let drawn = draw(seed, SOUND);
        assert_eq!(convicted(seed, SOUND, &drawn), None);
        eventful += u64::from(answered(&drawn) > 50);
    }
    assert!(eventful > SOUND_RUNS * 8 / 10, "{eventful} of {SOUND_RUNS} came to something");
}

#[test]
fn nothing_is_convicted_in_wild_weather_either() {
    let mut void = 0;
    for seed in 0..WILD_RUNS {
        let demand = Demand { wild: true, ..SOUND };
        let drawn = draw(seed, demand);
        assert_eq!(convicted(seed, demand, &drawn), None);
        let verdict = |check: CacheCheck| drawn.run.monitor.verdict(check.into());
        let mut verdicts = CacheCheck::watched().map(verdict);
        void += u64::from(verdicts.any(|verdict| verdict.assumption().is_some()));
    }
    assert!(void > WILD_RUNS / 2, "in {void} of {WILD_RUNS} something was taken from a check");
}

#[test]
fn a_run_in_which_nothing_can_happen_any_more_comes_to_its_end() {
    let demand = Demand { wild: true, ..SOUND };
    let drawn = draw(924_743_807_526, demand);
    assert_eq!(drawn.run.world.under_way(), 0, "the seed has lost what it was chosen for");
}

#[test]
fn nothing_is_put_down_for_after_the_longest_run() {
    let drawn = draw(707_614_455_956, Demand { wild: true, ..SOUND });
    assert!(drawn.trial.end.time_us > LONGEST_RUN_US * 9 / 10, "{:?}", drawn.trial.end);
}

/// Also says how many seeds convict each bug (`cargo test --test cache_weather -- --nocapture`).
#[test]
fn every_planted_bug_is_convicted_within_a_bounded_number_of_seeds() {
    let bugs = Bug::ALL.into_iter().map(AnyBug::from);
    assert_eq!(never_convicted(bugs, MOST_SEEDS), [], "within {MOST_SEEDS} seeds");
}

/// Also says how often each branch was taken by then.
#[test]
fn every_rare_branch_is_taken_within_a_bounded_number_of_seeds() {
    let missing = never_taken(Lab::Cache, BRANCH_SEEDS);
    assert_eq!(missing, Vec::<&str>::new(), "in {BRANCH_SEEDS} seeds");
}

#[test]
fn a_run_follows_from_its_seed_and_again_from_its_choices() {
    for seed in 0..20 {
        comes_again(seed, Demand { wild: seed % 3 == 0, ..SOUND });
    }
}

/// Each was convicted in earnest once: the protocol has been mended, or the check that claimed too
/// much.
#[test]
fn what_was_mended_stays_so() {
    let mut lines = FOUND.lines().skip(1);
    let mut found = 0;
    while let (Some(what), Some(link)) = (lines.next(), lines.next()) {
        let mut session = Scenario::decode(link).expect("a link").open();
        while !session.work(u64::MAX) {}
        for report in session.verdicts(BUDGET) {
            let is_convicted = matches!(report.verdict, Verdict::Fails(_));
            assert!(!is_convicted, "{}: {what}", report.check.name());
        }
        found += 1;
    }
    assert!(found > 5, "there is something to be mended");
}

#[test]
fn what_is_shrunk_is_smaller_and_convicted_of_the_same() {
    shrinks(Demand::of(Bug::LossNotReported.into()), MOST_SEEDS);
}

#[test]
fn no_planted_bugs_together_make_an_assertion_fail() {
    let mut convicted = 0;
    for seed in 0..150_u64 {
        let mut trial = draw(seed, Demand { wild: true, ..SOUND }).trial;
        let planted = |bug: &Bug| seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> bug.number() & 3 == 3;
        let cache = trial.config.cache.as_mut().expect("it is the cache lab");
        cache.bugs = Bug::ALL.into_iter().filter(planted).collect();
        // That it returns is what is tested.
        convicted += u64::from(trial.conviction().is_some());
    }
    assert!(convicted > 0, "bugs together are convicted of something");
}
