//! What watches a cluster: it shows each server that may have changed to every check.

use super::figure_3::Figure3;
use super::findings::Findings;
use super::{LaneState, RaftCheck};
use crate::check::{Failure, Verdict};
use crate::raft::Participant;
use crate::raft::log::{Command, Index};
use crate::raft::server::Server;
use crate::raft::state_machine::StateMachine;
use crate::sim::monitor::Monitor;
use crate::sim::world::{Node, Stepped, World};

/// Watches a cluster whose commands are `C`.
#[derive(Clone, Debug)]
pub struct RaftMonitor<C: Clone> {
    figure_3: Figure3<C>,
    findings: Findings,
}

impl<C: Clone> Default for RaftMonitor<C> {
    fn default() -> Self {
        Self { figure_3: Figure3::default(), findings: Findings::default() }
    }
}

impl<C: Command> RaftMonitor<C> {
    /// What a check says of the run so far.
    #[must_use]
    pub fn verdict(&self, check: RaftCheck) -> Verdict {
        let is_reached = match check {
            RaftCheck::LeaderElected => self.figure_3.has_leaders(),
            RaftCheck::EntryCommitted => self.figure_3.committed() > 0,
            _ => true,
        };
        self.findings.verdict(check, is_reached)
    }

    /// The checks that failed, each with its first failure.
    pub fn failures(&self) -> impl Iterator<Item = (RaftCheck, &Failure)> {
        self.findings.failures()
    }

    /// The highest index that any server knew to be committed.
    #[must_use]
    pub fn committed(&self) -> Index {
        self.figure_3.committed()
    }

    fn observe_server<S: StateMachine<Command = C>>(
        &mut self,
        server: &Server<S>,
        world: &World<Participant<S>>,
    ) {
        self.figure_3.observe(server, world, &mut self.findings);
    }
}

impl<S: StateMachine> Monitor<Participant<S>> for RaftMonitor<S::Command> {
    fn begin(&mut self, world: &World<Participant<S>>) {
        for node in world.nodes() {
            if let Some(server) = node.process.server() {
                self.observe_server(server, world);
            }
        }
    }

    fn observe(&mut self, stepped: Stepped, world: &World<Participant<S>>) {
        let Some(node) = stepped.node else { return };
        if let Some(server) = world.node(node).process.server() {
            self.observe_server(server, world);
        }
    }

    fn band(node: &Node<Participant<S>>) -> u8 {
        LaneState::of(node) as u8
    }
}
