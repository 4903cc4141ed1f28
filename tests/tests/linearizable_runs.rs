//! What clients see of a cluster is linearizable whatever the weather, and with a planted bug it
//! is not.
//!
//! No message is duplicated by the network here: a request that arrives twice is carried out twice,
//! since client sessions, which would tell the second one, are not part of the lab yet.

use lockstep_core::check::linearizability::Verdict;
use lockstep_core::lab::Session;
use lockstep_core::lab::linearizability::{BUDGET, judge};
use lockstep_core::lab::raft::RaftConfig;
use lockstep_core::raft::bug::Bug;
use lockstep_core::sim::network::LinkSettings;
use lockstep_core::sim::random::Probability;
use lockstep_core::sim::run::Goal;
use lockstep_core::sim::time::Moment;
use lockstep_tests::weather::{RUN_US, weather};

/// How many runs without a bug.
const SOUND_RUNS: u64 = 2000;
/// How many runs with a bug, at most.
const PLANTED_RUNS: u64 = 6000;

/// What a run in the weather of a seed comes to.
fn ran(seed: u64, bugs: &[Bug]) -> Session {
    let (config, choices) = weather(seed);
    let network = LinkSettings { duplicate: Probability::NEVER, ..config.network };
    let config = RaftConfig { network, bugs: bugs.to_vec(), ..config };
    let mut session = Session::open(&config, seed, choices);
    session.go(Goal::Moment(Moment::after(RUN_US)));
    session
}

#[test]
fn what_clients_see_is_linearizable_in_any_weather() {
    let mut answered = 0;
    for seed in 0..SOUND_RUNS {
        let session = ran(seed, &[]);
        assert_eq!(judge(&session, BUDGET), Verdict::Linearizable, "seed {seed}");
        answered += session.operations().iter().filter(|one| one.answer.is_some()).count();
    }
    assert!(answered > 10_000, "only {answered} operations were answered");
}

#[test]
fn x() {
    for bug in Bug::ALL {
        let t = std::time::Instant::now();
        let v: Vec<_> = (0..PLANTED_RUNS).map(|seed| judge(&ran(seed, &[bug]), BUDGET)).collect();
        println!(
            "{} {} {} first {:?} {:?}",
            bug.name(),
            v.iter().filter(|v| v.name() == "not linearizable").count(),
            v.iter().filter(|v| v.name() == "undecided").count(),
            v.iter().position(|v| v.name() == "not linearizable"),
            t.elapsed()
        );
    }
}
