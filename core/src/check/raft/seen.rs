//! A server as it was, and as it is: what the checks compare.

use crate::raft::Participant;
use crate::raft::log::{Index, Term};
use crate::raft::server::{Served, Server};
use crate::raft::state_machine::StateMachine;
use crate::sim::process::NodeId;
use crate::sim::world::World;

/// What the checks remember of a server from one step to the next. As long as none of it changes,
/// no check has anything to look at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Seen {
    /// Whether it runs.
    pub up: bool,
    /// The term that it leads, if it leads.
    pub led: Option<Term>,
    pub term: Term,
    pub voted_for: Option<NodeId>,
    pub last_index: Index,
    /// The prefix hash at `last_index`.
    pub prefix_hash: u64,
    pub commit_index: Index,
    pub last_applied: Index,
    /// How many commands its state machine has carried out.
    pub effects: u64,
    /// The last read that it answered outside the log.
    pub served: Option<Served>,
}

impl Seen {
    /// A server as it is now.
    pub(super) fn of<S: StateMachine>(server: &Server<S>, up: bool) -> Self {
        let log = server.log();
        Self {
            up,
            led: server.is_leader().then(|| server.current_term()),
            term: server.current_term(),
            voted_for: server.durable().voted_for,
            last_index: log.last_index(),
            prefix_hash: log.last_hash(),
            commit_index: server.commit_index(),
            last_applied: server.last_applied(),
            effects: server.effects(),
            served: server.served(),
        }
    }

    /// Whether a server is still as it was: after most steps it is, so this is asked first.
    pub(super) fn is<S: StateMachine>(&self, server: &Server<S>, up: bool) -> bool {
        let log = server.log();
        self.last_index == log.last_index()
            && self.prefix_hash == log.last_hash()
            && self.commit_index == server.commit_index()
            && self.last_applied == server.last_applied()
            && self.term == server.current_term()
            && self.voted_for == server.durable().voted_for
            && self.led.is_some() == server.is_leader()
            && self.led.is_none_or(|term| term == self.term)
            && self.up == up
            && self.effects == server.effects()
            && self.served == server.served()
    }
}

/// A server after a step in which it changed.
#[derive(Debug)]
pub(super) struct Look<'a, S: StateMachine> {
    pub server: &'a Server<S>,
    pub before: Seen,
    pub now: Seen,
    pub world: &'a World<Participant<S>>,
}

impl<S: StateMachine> Look<'_, S> {
    /// The term that it has come to lead in this step, if it has.
    pub(super) fn elected(&self) -> Option<Term> {
        self.now.led.filter(|_| self.now.led != self.before.led)
    }
}
