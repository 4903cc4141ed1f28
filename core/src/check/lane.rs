//! What the lane of a node is painted with: its state, as a small number.

use crate::cache::state::{CacheState, DirectoryState};
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
    /// A cache without a copy of the chosen line.
    Invalid,
    /// A cache with a copy to read; a directory that knows of some.
    Shared,
    /// A cache with the only copy, as memory has it; a directory that knows of one.
    Exclusive,
    /// A cache with the only copy, which differs from memory; a directory that knows of one.
    Modified,
    /// A cache that waits for a copy to read; a directory that waits for the owner's data.
    AwaitingCopy,
    /// A cache that waits until it may write.
    AwaitingWrite,
    /// A cache that gives its copy up.
    GivingUp,
}

impl From<CacheState> for LaneState {
    fn from(state: CacheState) -> Self {
        use CacheState::{
            E, EI_A, I, II_A, IM_A, IM_AD, IS_D, IS_D_I, M, MI_A, S, SI_A, SM_A, SM_AD,
        };
        match state {
            I => Self::Invalid,
            S => Self::Shared,
            E => Self::Exclusive,
            M => Self::Modified,
            IS_D | IS_D_I => Self::AwaitingCopy,
            IM_AD | IM_A | SM_AD | SM_A => Self::AwaitingWrite,
            MI_A | EI_A | SI_A | II_A => Self::GivingUp,
        }
    }
}

impl From<DirectoryState> for LaneState {
    fn from(state: DirectoryState) -> Self {
        match state {
            DirectoryState::I => Self::Invalid,
            DirectoryState::S => Self::Shared,
            DirectoryState::E => Self::Exclusive,
            DirectoryState::M => Self::Modified,
            DirectoryState::S_D => Self::AwaitingCopy,
        }
    }
}

impl LaneState {
    /// Every state, in the order of its number.
    pub const ALL: [Self; 18] = [
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
        Self::Invalid,
        Self::Shared,
        Self::Exclusive,
        Self::Modified,
        Self::AwaitingCopy,
        Self::AwaitingWrite,
        Self::GivingUp,
    ];

    /// The state of this number.
    #[must_use]
    pub fn from_number(number: u8) -> Option<Self> {
        Self::ALL.get(usize::from(number)).copied()
    }

    /// The state of a node, as Raft and its parties have it.
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
