//! The work that the benchmarks measure, without a clock: the command line times it natively, a
//! script in Node times it in WebAssembly.
//!
//! The workload is the Raft lab as people run it, under load: five servers, two clients that ask
//! again a few milliseconds after each answer, the default network and disk, checks on, the digest
//! on, no events collected. Beside it stands [`commits`], which counts what a cluster achieves and
//! not what the kernel does, so that it can be measured against another implementation of Raft.
//! What the lock table does by itself is in [`locks`], what the cache does in [`caches`].

pub mod caches;
pub mod locks;

use crate::lab::machine::Machine;
use crate::lab::raft::RaftConfig;
use crate::lab::raft::config::MOST_CLIENTS;
use crate::lab::{LabMonitor, Session};
use crate::raft::Participant;
use crate::raft::setting::Features;
use crate::raft::store::Operation;
use crate::sim::choice::Choice;
use crate::sim::monitor::Monitor;
use crate::sim::network::LinkSettings;
use crate::sim::process::NodeId;
use crate::sim::random::mix;
use crate::sim::run::{Goal, Run};
use crate::sim::world::{Node, Stepped, World};

/// How long the run is that seeking is measured in, in steps.
pub const LONG_RUN_STEPS: u64 = 1_000_000;

/// How many operations are given to a client of [`commits`] at once, and how few it may have left.
const FEW_WAITING: usize = 400;

/// The configuration of the workload.
#[must_use]
pub fn config() -> RaftConfig {
    RaftConfig { clients: 2, load_us: Some(5_000), ..RaftConfig::default() }
}

/// The same with everything on that Raft can be set to.
#[must_use]
pub fn full_config() -> RaftConfig {
    RaftConfig { features: Features::full(), ..config() }
}

/// Takes so many steps of the workload, with all checks, and returns the digest.
#[must_use]
pub fn steps_with_checks(steps: u64) -> u64 {
    take_steps(config().begin(1, false), steps)
}

/// The same with everything on.
#[must_use]
pub fn full_steps_with_checks(steps: u64) -> u64 {
    take_steps(full_config().begin(1, false), steps)
}

/// The same without checks.
#[must_use]
pub fn steps_without_checks(steps: u64) -> u64 {
    take_steps(unwatched(config().begin(1, false)), steps)
}

fn unwatched<M>(run: Run<Participant<Machine>, M>) -> Run<Participant<Machine>, Unwatched> {
    Run::new(run.world, Unwatched)
}

fn take_steps<M: Monitor<Participant<Machine>>>(
    mut run: Run<Participant<Machine>, M>,
    steps: u64,
) -> u64 {
    while run.step(&[], Goal::Steps(steps)).is_some() {}
    run.world.digest().value()
}

/// A cluster whose commits are counted: one entry a message, messages in order, quick disks. How
/// quick makes no difference to what a commit costs, but that fewer heartbeats fall to it.
#[must_use]
pub fn commit_config(features: Features) -> RaftConfig {
    RaftConfig {
        clients: MOST_CLIENTS,
        most_entries: 1,
        network: LinkSettings { delay_min_us: 100, delay_max_us: 100, ..LinkSettings::default() },
        sync_min_us: 10,
        sync_max_us: 20,
        features,
        ..RaftConfig::default()
    }
}

/// Has every server of [`commit_config`] apply so many commands of eight bytes, asked for by
/// clients each of which asks again as soon as it is answered. Returns the world: the steps that
/// it took, and what need not be thrown away while a clock is running.
#[must_use]
pub fn commits(commands: u64, features: Features, checks: bool) -> World<Participant<Machine>> {
    let run = commit_config(features).begin(1, false);
    if checks { take_commits(run, commands) } else { take_commits(unwatched(run), commands) }
}

fn take_commits<M: Monitor<Participant<Machine>>>(
    mut run: Run<Participant<Machine>, M>,
    commands: u64,
) -> World<Participant<Machine>> {
    let mut asked = 0;
    let is_done = |node: &Node<Participant<Machine>>| {
        node.process.server().is_none_or(|server| server.last_applied() >= commands)
    };
    while !run.world.nodes().iter().all(is_done) {
        ask(&mut run, &mut asked);
        let goal = Goal::Steps(run.world.steps() + FEW_WAITING as u64);
        while run.step(&[], goal).is_some() {}
    }
    run.world
}

/// Gives something to do to each client that has little left.
fn ask<M: Monitor<Participant<Machine>>>(run: &mut Run<Participant<Machine>, M>, asked: &mut u64) {
    let nodes = (0..).map(NodeId).zip(run.world.nodes());
    let has_little = |node: &Node<Participant<Machine>>| {
        node.process.client().is_some_and(|client| client.waiting() < FEW_WAITING)
    };
    let idle: Vec<NodeId> = nodes.filter(|(_, node)| has_little(node)).map(|(id, _)| id).collect();
    for node in idle {
        for _ in 0..FEW_WAITING {
            *asked += 1;
            // A key of one byte, and a value of seven.
            let operation = Operation::Put("x".into(), format!("{asked:07}").into());
            let stepped = run.world.apply(&Choice::Operate { node, operation: operation.into() });
            run.monitor.observe(stepped, &run.world);
        }
    }
}

/// Nobody watches.
#[derive(Clone, Debug)]
struct Unwatched;

impl Monitor<Participant<Machine>> for Unwatched {
    fn begin(&mut self, _: &World<Participant<Machine>>) {}

    fn observe(&mut self, _: Stepped, _: &World<Participant<Machine>>) {}

    fn band(node: &Node<Participant<Machine>>, aspect: u8) -> u8 {
        LabMonitor::band(node, aspect)
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
