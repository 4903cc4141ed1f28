//! The work that the benchmarks measure, without a clock: the command line times it natively, a
//! script in Node times it in WebAssembly.
//!
//! The workload is the Raft lab as people run it, under load: five servers, two clients that ask
//! again a few milliseconds after each answer, the default network and disk, checks on, the digest
//! on, no events collected.

use crate::lab::raft::RaftConfig;
use crate::lab::{RaftMonitor, Session};
use crate::raft::Participant;
use crate::raft::store::Store;
use crate::sim::monitor::Monitor;
use crate::sim::random::mix;
use crate::sim::run::{Goal, Run};
use crate::sim::world::{Node, Stepped, World};

/// How long the run is that seeking is measured in, in steps.
pub const LONG_RUN_STEPS: u64 = 1_000_000;

/// The configuration of the workload.
#[must_use]
pub fn config() -> RaftConfig {
    RaftConfig { clients: 2, load_us: Some(5_000), ..RaftConfig::default() }
}

/// Takes so many steps of the workload, with all checks, and returns the digest.
#[must_use]
pub fn steps_with_checks(steps: u64) -> u64 {
    take_steps(config().begin(1, false), steps)
}

/// The same without checks.
#[must_use]
pub fn steps_without_checks(steps: u64) -> u64 {
    take_steps(Run::new(config().begin(1, false).world, Unwatched), steps)
}

fn take_steps<M: Monitor<Participant<Store>>>(
    mut run: Run<Participant<Store>, M>,
    steps: u64,
) -> u64 {
    while run.step(&[], Goal::Steps(steps)).is_some() {}
    run.world.digest().value()
}

/// Nobody watches.
#[derive(Clone, Debug)]
struct Unwatched;

impl Monitor<Participant<Store>> for Unwatched {
    fn begin(&mut self, _: &World<Participant<Store>>) {}

    fn observe(&mut self, _: Stepped, _: &World<Participant<Store>>) {}

    fn band(node: &Node<Participant<Store>>) -> u8 {
        RaftMonitor::band(node)
    }
}

/// A session that has seen [`LONG_RUN_STEPS`] steps.
#[must_use]
pub fn long_run() -> Session {
    let mut session = Session::open(&config(), 1, Vec::new());
    session.go(Goal::Steps(LONG_RUN_STEPS));
    session
}

/// Seeks to the `number`th of a fixed list of places all over the long run.
pub fn seek(session: &mut Session, number: u64) {
    session.go(Goal::Steps(mix(number) % LONG_RUN_STEPS));
}
