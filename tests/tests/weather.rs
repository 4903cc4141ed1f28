//! Random weather: nothing is convicted without a bug, every bug is, and a run that shows something
//! can be handed to anybody.
//!
//! The seeds are fixed, so a failure here happens again; each message names its seed, and
//! `lockstep random --from SEED` shows it. Fresh seeds are drawn by `cargo xtask test --only
//! random`.

use std::collections::BTreeMap;

use lockstep_core::lab::Lab;
use lockstep_core::lab::numbered::AnyBug;
use lockstep_core::lab::weather::shrink::shrink;
use lockstep_core::lab::weather::{Demand, MOST_SEEDS, USUAL_STEPS, draw};
use lockstep_core::raft::bug::Bug;
use lockstep_core::scenario::Scenario;
use lockstep_tests::weather::{comes_again, convicted, never_convicted, never_taken};

/// How many runs without a bug.
const SOUND_RUNS: u64 = 1_200;
/// How many of them in wild weather.
const WILD_RUNS: u64 = 400;

/// Within how many runs every branch is taken.
const BRANCH_SEEDS: u64 = 1_000;

#[test]
fn nothing_is_convicted_without_a_bug_and_most_runs_come_to_something() {
    let (mut steps, mut eventful) = (0, 0);
    for seed in 0..SOUND_RUNS {
        let demand = Demand::default();
        let drawn = draw(seed, demand);
        assert_eq!(convicted(seed, demand, &drawn), None);
        steps += drawn.run.world.steps();
        eventful += u64::from(drawn.run.monitor.committed() > 0);
    }
    let usual = USUAL_STEPS * 9 / 10..=USUAL_STEPS * 11 / 10;
    assert!(usual.contains(&(steps / SOUND_RUNS)), "{} steps a run", steps / SOUND_RUNS);
    // Weather in which nothing is ever committed would prove nothing.
    assert!(eventful > SOUND_RUNS * 8 / 10, "{eventful} of {SOUND_RUNS} committed something");
}

#[test]
fn nothing_is_convicted_in_wild_weather_either() {
    for seed in 0..WILD_RUNS {
        let demand = Demand { wild: true, ..Demand::default() };
        assert_eq!(convicted(seed, demand, &draw(seed, demand)), None);
    }
}

/// Also says how many seeds convict each bug (`cargo test --test weather -- --nocapture`).
#[test]
fn every_planted_bug_is_convicted_within_a_bounded_number_of_seeds() {
    let bugs = Bug::ALL.into_iter().map(AnyBug::from);
    assert_eq!(never_convicted(bugs, MOST_SEEDS), [], "within {MOST_SEEDS} seeds");
}

/// Also says how often each branch was taken by then.
#[test]
fn every_rare_branch_is_taken_within_a_bounded_number_of_seeds() {
    let missing = never_taken(Lab::Raft, BRANCH_SEEDS);
    assert_eq!(missing, Vec::<&str>::new(), "in {BRANCH_SEEDS} seeds");
}

#[test]
fn a_run_follows_from_its_seed_and_again_from_its_choices() {
    for (seed, bug) in (0..40).zip([None, Some(Bug::VoteTwice.into())].into_iter().cycle()) {
        comes_again(seed, Demand { wild: seed % 3 == 0, bug, ..Demand::default() });
    }
}

#[test]
fn what_is_shrunk_is_smaller_and_convicted_of_the_same() {
    for bug in [Bug::VoteTwice, Bug::LeaderDropsEntries, Bug::NoConsistencyCheck] {
        let demand = Demand::of(bug.into());
        let (trial, conviction) = (0..MOST_SEEDS)
            .find_map(|seed| {
                let drawn = draw(seed, demand);
                let conviction = drawn.conviction()?;
                (drawn.trial.choices.len() > 20).then_some((drawn.trial, conviction))
            })
            .expect("some run with many choices is convicted");
        let shrunk = shrink(trial.clone(), conviction);
        assert_eq!(shrunk.is_convicted_by(conviction.check), Some(shrunk.end));
        assert!(shrunk.choices.len() <= 12, "{bug:?}: {:?}", shrunk.choices);
        // No single choice can be left out any more.
        for place in 0..shrunk.choices.len() {
            let mut without = shrunk.clone();
            without.choices.remove(place);
            assert_eq!(without.is_convicted_by(conviction.check), None, "{bug:?} {place}");
        }
        assert_eq!(Scenario::of_trial(&shrunk).check(), Ok(()));
    }
}

#[test]
fn no_planted_bugs_together_make_an_assertion_fail() {
    let mut convicted = BTreeMap::<_, u64>::new();
    for seed in 0..300_u64 {
        let mut trial = draw(seed, Demand { wild: true, ..Demand::default() }).trial;
        let planted = |bug: &Bug| seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> bug.number() & 3 == 3;
        trial.config.bugs = Bug::ALL.into_iter().filter(planted).collect();
        // That it returns is what is tested.
        if let Some(conviction) = trial.conviction() {
            *convicted.entry(conviction.check.name()).or_default() += 1;
        }
    }
    assert!(!convicted.is_empty(), "bugs together are convicted of something");
}
