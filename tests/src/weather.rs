//! Random weather, as sessions: for tests of what reads a run, whatever the run is.

use lockstep_core::lab::Session;
use lockstep_core::lab::raft::weather::{Demand, Trial, draw};
use lockstep_core::sim::run::Goal;

/// A run in the weather of a seed, at its end.
#[must_use]
pub fn stormy(seed: u64) -> Session {
    played(draw(seed, Demand::default()).trial)
}

/// A trial, played to its end.
#[must_use]
pub fn played(trial: Trial) -> Session {
    let mut session = Session::open(&trial.config, trial.seed, trial.choices);
    session.go(Goal::Moment(trial.end));
    session
}
