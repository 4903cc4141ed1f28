//! What Raft replicates: a deterministic state machine (Raft §2), and what comes with one.
//!
//! Raft does not look into commands; it only makes every server apply the same ones in the same
//! order. A key-value store is one such machine, a lock table another.
//!
//! A machine is rarely alone. Around the servers stand [parties](super::party): clients, and
//! whoever else takes part. Beside the machine the leader has a [`Steward`]: some things that a
//! machine needs follow from time passing (a lease is over), and a machine knows no time. The
//! steward looks at the leader's clock, and at the machine, and proposes commands like a client
//! would; by the time they are applied they may be out of date, so the machine looks again.

use std::convert::Infallible;
use std::fmt::Debug;
use std::hash::Hash;
use std::sync::Arc;

use super::log::{Command, Index, Term};
use super::party::Party;
use crate::sim::digest::Encode;
use crate::sim::process::NodeId;

/// Numbers of bugs and settings from here on are the machine's and not Raft's own.
pub const OWN: u8 = 64;

/// Where a command comes from, and where it is in the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The client that asked; nobody, where the leader proposed it by itself.
    pub client: Option<NodeId>,
    /// The client's number for it.
    pub request: u64,
    /// The index of its entry.
    pub index: Index,
    /// The term of its entry.
    pub term: Term,
}

/// What carrying out a command leads to besides the answer to whoever asked. Only a leader acts on
/// it: it does not matter if it is lost.
#[derive(Clone, Debug)]
pub struct Effects<S: StateMachine> {
    /// Later answers to earlier requests: the client, its number for the request, and the answer.
    pub answers: Vec<(NodeId, u64, S::Answer)>,
    /// What others are told.
    pub parcels: Vec<(NodeId, S::Parcel)>,
    /// What is worth telling.
    pub notes: Vec<S::Note>,
}

impl<S: StateMachine> Default for Effects<S> {
    fn default() -> Self {
        Self { answers: Vec::new(), parcels: Vec::new(), notes: Vec::new() }
    }
}

/// What a machine says about itself, for narration.
pub trait OwnNote: Clone + Eq + Hash + Debug {
    /// Its name in results.
    fn name(&self) -> &'static str;
}

impl OwnNote for Infallible {
    fn name(&self) -> &'static str {
        match *self {}
    }
}

/// A deterministic state machine.
pub trait StateMachine: Clone + Eq + Hash + Debug {
    /// What it can be asked to do.
    type Command: Command;
    /// What it says in return.
    type Answer: Clone + Eq + Hash + Debug + Encode;
    /// Who takes part besides servers.
    type Party: Party<Self>;
    /// What a person or a script can ask of a party.
    type Ask: Clone + Eq + Hash + Debug + Encode;
    /// What parties say to each other, and servers to them, without asking for a command.
    type Parcel: Clone + Eq + Hash + Debug + Encode;
    /// Who sees to what follows from time passing.
    type Steward: Steward<Self>;
    /// What it says about itself, for narration.
    type Note: OwnNote;

    /// Carries out a command. Depends on nothing but the machine's state, the command and its
    /// origin.
    fn apply(
        &mut self,
        origin: &Origin,
        command: &Self::Command,
        effects: &mut Effects<Self>,
    ) -> Self::Answer;

    /// Whether a command only reads: then it changes nothing, and need not be replicated.
    fn is_read(_command: &Self::Command) -> bool {
        false
    }

    /// Whether the machine knows by itself a command that comes twice: then it needs no client
    /// session (dissertation §6.3).
    fn remembers(_command: &Self::Command) -> bool {
        false
    }
}

/// A machine whose clients give one command after the other; under load, commands that are made
/// up.
pub trait Sampled: StateMachine {
    /// A command as a client under load would send it. `draw(n)` gives a random number below `n`;
    /// `count` is how many this client has sent before.
    fn sample(count: u64, draw: impl FnMut(u64) -> u64) -> Self::Command;

    /// The command that a client gives when it is asked for this, if it is for such a client.
    fn command(ask: Self::Ask) -> Option<Self::Command>;
}

/// What a steward wants done.
#[derive(Clone, Debug)]
pub struct Duties<S: StateMachine> {
    /// What the leader is to put into the log.
    pub propose: Vec<S::Command>,
    /// What this server's machine is to carry out though it is in no log. Only a planted bug does
    /// this.
    pub alone: Vec<S::Command>,
    /// What is worth telling.
    pub notes: Vec<S::Note>,
    /// When to ask again, in microseconds of the server's clock, if nothing happens before.
    pub next_us: Option<u64>,
}

impl<S: StateMachine> Default for Duties<S> {
    fn default() -> Self {
        Self { propose: Vec::new(), alone: Vec::new(), notes: Vec::new(), next_us: None }
    }
}

/// Sees to what follows from time passing, on the leader. What it knows is not durable and not
/// replicated: each leader begins anew.
pub trait Steward<S: StateMachine>: Clone + Eq + Hash + Debug {
    /// Whether there is ever anything to do.
    const IS_NEEDED: bool;

    /// The steward as it comes back after a crash: as it was set, and no more.
    #[must_use]
    fn recovered(&self) -> Self;

    /// Changes a setting of the machine; numbered from 0.
    fn set(&mut self, setting: u8, value: u64);

    /// Plants a bug of the machine, or mends it; numbered from 0.
    fn plant(&mut self, bug: u8, planted: bool);

    /// A command as it is to stand in the log: the leader writes into it by which rules it is to be
    /// carried out.
    fn stamped(&self, command: Arc<S::Command>) -> Arc<S::Command>;

    /// Its server has come to lead, at this time of its clock in microseconds.
    fn take_office(&mut self, machine: &S, now_us: u64);

    /// Its server leads no more.
    fn leave_office(&mut self);

    /// A command was carried out.
    fn applied(&mut self, machine: &S, origin: &Origin, command: &S::Command, now_us: u64);

    /// What there is to do now. Only a leader is asked, unless [`Self::acts_alone`].
    fn attend(&mut self, machine: &S, now_us: u64) -> Duties<S>;

    /// Whether it acts though its server does not lead. Only a planted bug does.
    fn acts_alone(&self) -> bool {
        false
    }
}

/// Nobody is needed.
impl<S: StateMachine> Steward<S> for () {
    const IS_NEEDED: bool = false;

    fn recovered(&self) -> Self {}

    fn set(&mut self, _: u8, _: u64) {}

    fn plant(&mut self, _: u8, _: bool) {}

    fn stamped(&self, command: Arc<S::Command>) -> Arc<S::Command> {
        command
    }

    fn take_office(&mut self, _: &S, _: u64) {}

    fn leave_office(&mut self) {}

    fn applied(&mut self, _: &S, _: &Origin, _: &S::Command, _: u64) {}

    fn attend(&mut self, _: &S, _: u64) -> Duties<S> {
        Duties::default()
    }
}
