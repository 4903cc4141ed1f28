//! What watches a cluster: it shows each server that has changed to every check.

use super::Findings;
use super::applied::Applied;
use super::circumstances::Circumstances;
use super::elections::Elections;
use super::entries::Entries;
use super::figure_3::Figure3;
use super::liveness::Liveness;
use super::membership;
use super::reads::Reads;
use super::seen::{Look, Seen};
use super::{LaneState, RaftCheck};
use crate::check::{Failure, Verdict};
use crate::raft::Participant;
use crate::raft::log::{Command, Index};
use crate::raft::server::{MOST_SERVERS, PerServer, Server};
use crate::raft::state_machine::StateMachine;
use crate::sim::monitor::Monitor;
use crate::sim::node_set::NodeSet;
use crate::sim::world::{Node, Stepped, World};

/// Watches a cluster whose commands are `C`.
#[derive(Clone, Debug)]
pub struct RaftMonitor<C: Clone> {
    /// The servers of the cluster: several may share a world.
    watched: NodeSet,
    seen: PerServer<Seen>,
    entries: Entries,
    figure_3: Figure3<C>,
    applied: Applied,
    elections: Elections,
    reads: Reads,
    liveness: Liveness,
    circumstances: Circumstances,
    findings: Findings,
}

impl<C: Clone> Default for RaftMonitor<C> {
    fn default() -> Self {
        Self::of(NodeSet::first(u8::MAX))
    }
}

impl<C: Clone> RaftMonitor<C> {
    /// Watches one of several clusters: these servers.
    #[must_use]
    pub fn of(watched: NodeSet) -> Self {
        Self {
            watched,
            seen: PerServer::default(),
            entries: Entries::default(),
            figure_3: Figure3::default(),
            applied: Applied::default(),
            elections: Elections::default(),
            reads: Reads::default(),
            liveness: Liveness::of(watched),
            circumstances: Circumstances::default(),
            findings: Findings::default(),
        }
    }
}

impl<C: Command> RaftMonitor<C> {
    /// What a check says of the run so far.
    #[must_use]
    pub fn verdict(&self, check: RaftCheck) -> Verdict {
        let is_reached = match check {
            RaftCheck::LeaderElected => self.figure_3.has_leaders(),
            RaftCheck::EntryCommitted => self.figure_3.committed() > 0,
            RaftCheck::Liveness => self.liveness.is_reached(),
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

    /// Whether the cluster is left in peace now, and has not settled yet: see
    /// [`RaftCheck::Liveness`].
    #[must_use]
    pub const fn is_settling(&self) -> bool {
        self.liveness.waits()
    }

    fn observe_server<S: StateMachine<Command = C>>(
        &mut self,
        server: &Server<S>,
        up: bool,
        world: &World<Participant<S>>,
    ) {
        let place = server.id().index();
        assert!(place < MOST_SERVERS);
        if self.seen[place].is(server, up) {
            return;
        }
        let (before, now) = (self.seen[place], Seen::of(server, up));
        self.seen[place] = now;
        let look = &Look { server, before, now, world };
        let findings = &mut self.findings;
        self.circumstances.observe(look);
        self.elections.observe(look, &self.circumstances, findings);
        // What it commits is judged by what was committed before.
        let members = *self.figure_3.configuration();
        let known = self.figure_3.committed();
        membership::observe(look, &self.elections, (&members, known), findings);
        self.figure_3.observe(look, &mut self.entries, findings);
        self.applied.observe(look, &self.entries, findings);
        self.reads.observe(look, &self.circumstances, findings);
        // "Monotonically increasing" (figure 2). A crash begins anew, from the snapshot.
        if now.commit_index < before.commit_index && now.up {
            let at = (Some(now.term), Some(before.commit_index));
            findings.fail(RaftCheck::CommitMonotonic, vec![server.id()], at, world);
        }
        if members != *self.figure_3.configuration() {
            self.survey(world);
        }
    }

    /// Looks at what may have changed besides the servers.
    fn survey<S: StateMachine>(&mut self, world: &World<Participant<S>>) {
        let in_force = (self.figure_3.configuration(), self.figure_3.committed());
        self.liveness.survey(world, in_force, &self.circumstances);
    }

    fn observe_servers<S: StateMachine<Command = C>>(&mut self, world: &World<Participant<S>>) {
        for node in world.nodes() {
            if let Some(server) = node.process.server()
                && self.watched.contains(server.id())
            {
                self.observe_server(server, node.up, world);
            }
        }
    }
}

impl<S: StateMachine> Monitor<Participant<S>> for RaftMonitor<S::Command> {
    fn begin(&mut self, world: &World<Participant<S>>) {
        let mut servers = world.nodes().iter().filter_map(|node| node.process.server());
        if let Some(server) = servers.find(|server| self.watched.contains(server.id())) {
            self.figure_3.begin_with(server.settings().first_configuration());
        }
        self.circumstances.survey(world);
        self.observe_servers(world);
        self.survey(world);
    }

    fn observe(&mut self, stepped: Stepped, world: &World<Participant<S>>) {
        if stepped.meddled {
            self.circumstances.survey(world);
        } else if self.circumstances.is_unsettled() {
            self.circumstances.settle(&mut self.findings);
            self.liveness.settle(&mut self.findings);
        }
        let Some(node) = stepped.node else { return self.survey(world) };
        let Node { process, up, .. } = world.node(node);
        match process {
            Participant::Server(server) if self.watched.contains(node) => {
                self.observe_server(server, *up, world);
            }
            Participant::Server(_) => return,
            Participant::Party(party) if self.circumstances.reads_apart() => {
                self.reads.observe_party::<S>(node, party, self.figure_3.committed());
            }
            Participant::Party(_) => {}
        }
        if stepped.meddled {
            self.survey(world);
        } else if self.liveness.waits() {
            let in_force = (self.figure_3.configuration(), self.figure_3.committed());
            self.liveness.observe(world, in_force, &self.circumstances, &mut self.findings);
        }
    }

    fn band(node: &Node<Participant<S>>, _: u8) -> u8 {
        LaneState::of(node) as u8
    }
}
