//! What Raft replicates: a deterministic state machine (Raft §2).
//!
//! Raft does not look into commands; it only makes every server apply the same ones in the same
//! order. A key-value store is one such machine, a lock table will be another.

use std::fmt::Debug;
use std::hash::Hash;

use super::log::Command;
use crate::sim::digest::Encode;

/// A deterministic state machine.
pub trait StateMachine: Clone + Eq + Hash + Debug + Default {
    /// What it can be asked to do.
    type Command: Command;
    /// What it says in return.
    type Answer: Clone + Eq + Hash + Debug + Encode;

    /// Carries out a command. Depends on nothing but the machine's state and the command.
    fn apply(&mut self, command: &Self::Command) -> Self::Answer;

    /// Whether a command only reads: then it changes nothing, and need not be replicated.
    fn is_read(_command: &Self::Command) -> bool {
        false
    }

    /// A command as a client under load would send it. `draw(n)` gives a random number below `n`;
    /// `count` is how many this client has sent before.
    fn sample(count: u64, draw: impl FnMut(u64) -> u64) -> Self::Command;
}
