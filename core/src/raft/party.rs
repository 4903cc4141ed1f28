//! Who takes part in a cluster besides the servers.
//!
//! A machine says who its parties are: for a key-value store they are clients; a lock table also
//! has a store that the locks protect. Raft gives them a node to live on and carries what they say.

use std::fmt::Debug;
use std::hash::Hash;

use super::message::Message;
use super::participant::Timer;
use super::server::ServerContext;
use super::state_machine::StateMachine;
use crate::sim::process::NodeId;
#[cfg(doc)]
use crate::sim::process::Process;

/// What a party is doing, as far as others can see.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Activity {
    /// Nothing that has a name.
    #[default]
    Idle,
    /// It waits for a lock.
    Waiting,
    /// It holds a lock.
    Holding,
    /// It was aborted, and waits before it tries again.
    BackingOff,
    /// It is no client: others come to it.
    Serving,
}

/// Somebody who takes part in a cluster that carries `S`.
pub trait Party<S: StateMachine>: Clone + Eq + Hash + Debug {
    /// Its node comes up.
    fn start(&mut self, context: &mut ServerContext<'_, S>);

    /// A message arrives.
    fn receive(&mut self, from: NodeId, message: Message<S>, context: &mut ServerContext<'_, S>);

    /// A timer that it set has run out.
    fn timeout(&mut self, timer: Timer, context: &mut ServerContext<'_, S>);

    /// A connection with `peer` has opened anew; as [`Process::connected`].
    fn connected(&mut self, _peer: NodeId, _context: &mut ServerContext<'_, S>) {}

    /// The connection with `peer` is broken; as [`Process::disconnected`].
    fn disconnected(&mut self, _peer: NodeId, _context: &mut ServerContext<'_, S>) {}

    /// A person or a script asks it to do something. `false`: it does not do that.
    fn operate(&mut self, ask: S::Ask, context: &mut ServerContext<'_, S>) -> bool;

    /// Changes a setting: Raft's, or from [`OWN`](super::state_machine::OWN) on the machine's.
    fn set(&mut self, setting: u8, value: u64);

    /// Plants a bug, or mends it: numbered as settings are.
    fn plant(&mut self, _bug: u8, _planted: bool) {}

    /// The party as it comes back after a crash.
    #[must_use]
    fn recovered(&self) -> Self;

    /// Its number for the operation that it began last; 0 before the first.
    fn begun(&self) -> u64;

    /// What it is doing.
    fn activity(&self) -> Activity;
}
