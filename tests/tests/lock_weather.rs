//! Random weather in the lock lab: nothing is convicted without a bug, every bug is, and what is
//! found can be handed to anybody.
//!
//! The seeds are fixed, so a failure here happens again; `lockstep random --lab locks --from SEED`
//! shows it.

use lockstep_core::check::lock::LockCheck;
use lockstep_core::lab::Lab;
use lockstep_core::lab::numbered::AnyBug;
use lockstep_core::lab::weather::{Demand, draw};
use lockstep_core::lock::bug::Bug;
use lockstep_tests::weather::{comes_again, convicted, never_convicted, never_taken, shrinks};

/// How many runs without a bug.
const SOUND_RUNS: u64 = 400;
/// How many of them in wild weather.
const WILD_RUNS: u64 = 200;
/// Within how many seeds a bug is convicted.
const MOST_SEEDS: u64 = 600;
/// Within how many runs every branch is taken.
const BRANCH_SEEDS: u64 = 600;

const SOUND: Demand = Demand { lab: Lab::Locks, wild: false, bug: None };

#[test]
fn nothing_is_convicted_without_a_bug_and_most_runs_grant_locks() {
    let mut eventful = 0;
    for seed in 0..SOUND_RUNS {
        let drawn = draw(seed, SOUND);
        assert_eq!(convicted(seed, SOUND, &drawn), None);
        let locks = drawn.run.monitor.locks().expect("it is the lock lab");
        eventful += u64::from(locks.moves().any(|(moves, _)| moves.len() > 1));
    }
    assert!(eventful > SOUND_RUNS * 8 / 10, "{eventful} of {SOUND_RUNS} granted locks");
}

#[test]
fn nothing_is_convicted_in_wild_weather_either() {
    for seed in 0..WILD_RUNS {
        let demand = Demand { wild: true, ..SOUND };
        assert_eq!(convicted(seed, demand, &draw(seed, demand)), None);
    }
}

/// Also says how many seeds convict each bug (`cargo test --test lock_weather -- --nocapture`).
#[test]
fn every_planted_bug_is_convicted_within_a_bounded_number_of_seeds() {
    let bugs = Bug::ALL.into_iter().map(AnyBug::from);
    assert_eq!(never_convicted(bugs, MOST_SEEDS), [], "within {MOST_SEEDS} seeds");
}

/// Also says how often each branch was taken by then.
#[test]
fn every_rare_branch_is_taken_within_a_bounded_number_of_seeds() {
    let missing = never_taken(Lab::Locks, BRANCH_SEEDS);
    assert_eq!(missing, Vec::<&str>::new(), "in {BRANCH_SEEDS} seeds");
}

#[test]
fn a_run_follows_from_its_seed_and_again_from_its_choices() {
    for seed in 0..20 {
        comes_again(seed, Demand { wild: seed % 3 == 0, ..SOUND });
    }
}

#[test]
fn what_is_shrunk_is_smaller_and_convicted_of_the_same() {
    let conviction = shrinks(Demand::of(Bug::TokenPerTerm.into()), MOST_SEEDS);
    assert_eq!(conviction.check, LockCheck::TokensGrow);
}

#[test]
fn no_planted_bugs_together_make_an_assertion_fail() {
    let mut convicted = 0;
    for seed in 0..150_u64 {
        let mut trial = draw(seed, Demand { wild: true, ..SOUND }).trial;
        let planted = |bug: &Bug| seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> bug.number() & 3 == 3;
        let locks = trial.config.locks.as_mut().expect("it is the lock lab");
        locks.bugs = Bug::ALL.into_iter().filter(planted).collect();
        // That it returns is what is tested.
        convicted += u64::from(trial.conviction().is_some());
    }
    assert!(convicted > 0, "bugs together are convicted of something");
}
