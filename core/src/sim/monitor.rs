//! Watching a run from outside.
//!
//! Checks must not live in the nodes: a node that forgets its vote would also forget the evidence.
//! A [`Monitor`] is called after every step, keeps its own record, and is copied into keyframes
//! together with the world, so that going back in time takes its memory back too.

use std::fmt::Debug;

use super::process::Process;
use super::world::{Node, Stepped, World};

/// Watches a run of `P`.
pub trait Monitor<P: Process>: Clone + Debug {
    /// Called once for the world as it begins.
    fn begin(&mut self, world: &World<P>);

    /// Called after every step.
    fn observe(&mut self, stepped: Stepped, world: &World<P>);

    /// How many things of a node can be painted, each a lane of its own: at least one. It never
    /// changes.
    fn aspects(_node: &Node<P>) -> u8 {
        1
    }

    /// Which of them may have changed in a step of the node in which nobody intervened: a set of
    /// bits.
    fn changed(_node: &Node<P>) -> u64 {
        1
    }

    /// A small number for the state that one of them is painted with.
    fn band(node: &Node<P>, aspect: u8) -> u8;
}
