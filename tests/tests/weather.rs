//! Random faults: without a planted bug no check of figure 3 ever fails, and whatever is planted,
//! nothing panics.
//!
//! The seeds are fixed, so a failure here happens again; each message names its seed.

use std::collections::BTreeMap;

use lockstep_core::check::Verdict;
use lockstep_core::check::raft::{RaftCheck, RaftMonitor};
use lockstep_core::lab::raft::RaftConfig;
use lockstep_core::raft::bug::Bug;
use lockstep_core::raft::store::Operation;
use lockstep_tests::cluster::FIGURE_3;
use lockstep_tests::weather::{run, weather};

/// How many runs without a bug.
const SOUND_RUNS: u64 = 4_000;
/// How many runs with each bug.
const PLANTED_RUNS: u64 = 1_000;

fn failed(monitor: &RaftMonitor<Operation>) -> Vec<RaftCheck> {
    let fails = |check: &RaftCheck| matches!(monitor.verdict(*check), Verdict::Fails(_));
    FIGURE_3.into_iter().filter(fails).collect()
}

#[test]
fn no_weather_breaks_a_property_of_figure_3() {
    let mut eventful = 0;
    for seed in 0..SOUND_RUNS {
        let (config, choices) = weather(seed);
        assert_eq!(config.check(), Ok(()), "seed {seed}");
        let run = run(&config, seed, &choices);
        assert_eq!(failed(&run.monitor), [], "seed {seed}");
        let committed = run.monitor.verdict(RaftCheck::EntryCommitted) == Verdict::Holds;
        eventful += u64::from(committed);
    }
    // Weather in which nothing is ever committed would prove nothing.
    assert!(eventful > SOUND_RUNS * 8 / 10, "{eventful} of {SOUND_RUNS} committed something");
}

/// Also says how many seeds convict each bug (`cargo test --test weather -- --nocapture`): not
/// every bug shows in random weather, which is why `figure_3` has a run made by hand for each.
#[test]
#[expect(clippy::print_stdout, reason = "the counts are for people to read")]
fn no_planted_bug_makes_an_assertion_fail() {
    for bug in Bug::ALL {
        let mut convicted = 0;
        let mut by = BTreeMap::<_, u64>::new();
        for seed in 0..PLANTED_RUNS {
            let (config, choices) = weather(seed);
            let config = RaftConfig { bugs: vec![bug], ..config };
            let failed = failed(&run(&config, seed, &choices).monitor);
            convicted += u64::from(!failed.is_empty());
            failed.into_iter().for_each(|check| *by.entry(check.name()).or_default() += 1);
        }
        println!("{}: {convicted} of {PLANTED_RUNS} seeds convict it, {by:?}", bug.name());
    }
}

#[test]
fn no_planted_bugs_together_make_an_assertion_fail() {
    for seed in 0..PLANTED_RUNS {
        let (config, choices) = weather(seed);
        let planted = |bug: &Bug| (seed + 1) >> bug.number() & 1 == 1;
        let bugs = Bug::ALL.into_iter().filter(planted).collect();
        let config = RaftConfig { bugs, ..config };
        // That it returns is what is tested.
        let run = run(&config, seed, &choices);
        assert!(run.world.steps() > 0, "seed {seed}");
    }
}
