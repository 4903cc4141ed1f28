//! What the lane of a node is painted with: its state, as a small number.

use crate::raft::Participant;
use crate::raft::party::{Activity, Party};
use crate::raft::server::Role;
use crate::raft::state_machine::StateMachine;
use crate::sim::world::Node;

/// What the lane of a node is painted with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LaneState {
    /// A server that follows.
    Follower,
    /// A server that asks for votes.
    Candidate,
    /// A server that leads.
    Leader,
    /// A node that is down.
    Down,
    /// A node that is paused.
    Paused,
    /// A client that runs.
    Client,
    /// A server that asks whether it would be elected.
    PreCandidate,
    /// A client that waits for a lock.
    Waiting,
    /// A client that holds a lock, and waits for none.
    Holding,
    /// A client that was aborted, and waits before it tries again.
    BackingOff,
    /// What others come to: a store, say.
    Serving,
}

impl LaneState {
    /// Every state, in the order of its number.
    pub const ALL: [Self; 11] = [
        Self::Follower,
        Self::Candidate,
        Self::Leader,
        Self::Down,
        Self::Paused,
        Self::Client,
        Self::PreCandidate,
        Self::Waiting,
        Self::Holding,
        Self::BackingOff,
        Self::Serving,
    ];

    /// The state of this number.
    #[must_use]
    pub fn from_number(number: u8) -> Option<Self> {
        Self::ALL.get(usize::from(number)).copied()
    }

    /// The state of a node.
    pub(super) fn of<S: StateMachine>(node: &Node<Participant<S>>) -> Self {
        match &node.process {
            _ if !node.up => Self::Down,
            _ if node.paused => Self::Paused,
            Participant::Party(party) => match party.activity() {
                Activity::Idle => Self::Client,
                Activity::Waiting => Self::Waiting,
                Activity::Holding => Self::Holding,
                Activity::BackingOff => Self::BackingOff,
                Activity::Serving => Self::Serving,
            },
            Participant::Server(server) => match server.role() {
                Role::Follower => Self::Follower,
                Role::PreCandidate { .. } => Self::PreCandidate,
                Role::Candidate { .. } => Self::Candidate,
                Role::Leader { .. } => Self::Leader,
            },
        }
    }
}
