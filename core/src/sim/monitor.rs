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

    /// A small number for the state that a node's lane is painted with.
    fn band(node: &Node<P>) -> u8;
}
