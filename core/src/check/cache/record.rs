//! What is remembered of each line, and of each cache.

use crate::cache::address::{Line, Words};
use crate::cache::lease::Tenancy;
use crate::cache::state::{CacheState, DirectoryState};
use crate::sim::node_set::NodeSet;
use crate::sim::process::NodeId;

/// A line, as all caches together have it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct LineRecord {
    /// What was written last, in coherence order.
    pub words: Words,
    /// Who wrote it.
    pub writer: Option<NodeId>,
    /// What was written before what its home has reported as possibly lost. It may come to light
    /// that it is not.
    pub before_loss: Option<Words>,
    /// Whether the bus serves a request for it, or its home waits for word that one is served.
    pub busy: bool,
    /// Who may read its copy.
    pub readers: NodeSet,
    /// Who may write its copy.
    pub writers: NodeSet,
    /// Where something is under way.
    pub unstable: NodeSet,
    /// What its directory says, when its home was looked at last.
    pub directory: DirectoryState,
    /// Who owns it, as the directory says.
    pub owner: Option<NodeId>,
    /// Who shares it, as the directory says.
    pub sharers: NodeSet,
    /// Who has modified it, and when that was to be written back at first, on its clock, in
    /// microseconds.
    pub deadline: Option<(NodeId, u64)>,
}

impl LineRecord {
    /// Somebody has this: if it is what was taken for lost, it is not lost.
    pub(super) fn recalls(&mut self, is_it: impl Fn(&Words) -> bool) {
        if let Some(words) = self.before_loss
            && is_it(&words)
            && !is_it(&self.words)
        {
            (self.words, self.before_loss) = (words, None);
        }
    }

    /// A cache says when it has to write the line back, or that it need not. What it says first
    /// counts: what is due does not become due later.
    pub(super) fn is_due(&mut self, node: NodeId, due_us: Option<u64>) {
        let is_its = self.deadline.is_some_and(|(other, _)| other == node);
        match due_us {
            Some(due_us) if !is_its => self.deadline = Some((node, due_us)),
            None if is_its => self.deadline = None,
            Some(_) | None => {}
        }
    }

    /// A cache has the line in this state now.
    pub(super) fn enters(&mut self, node: NodeId, state: CacheState) {
        let put = |set: &mut NodeSet, within: bool| {
            *set = if within { set.with(node) } else { set.without(node) };
        };
        put(&mut self.readers, state.may_read());
        put(&mut self.writers, state.may_write());
        put(&mut self.unstable, !state.is_stable());
    }
}

/// What was seen of a cache.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct CacheRecord {
    /// Whether it ran.
    pub up: bool,
    /// How many of its processor's operations are accounted for.
    pub done: usize,
    /// How many messages had come to it that its table has no entry for.
    pub unexpected: u32,
    /// The line of which an invalidated copy may serve one load still, and what that may give.
    pub once: Option<(Line, Words)>,
}

/// What was seen of a home, or of the bus.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct HomeRecord {
    /// How many messages had come to it that its table has no entry for.
    pub unexpected: u32,
    /// How many losses it had reported.
    pub losses: u32,
    /// What it knew of each cache's session.
    pub tenancies: Vec<Tenancy>,
    /// Whether it ever gave a cache up.
    pub gave_up: bool,
}
