//! What is remembered of each line, and of each cache.

use crate::cache::address::{Line, Word, Words};
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
    /// The other of two things that the line may hold, where its home has reported it as possibly
    /// lost: what memory has, and what was written last. Which it is, whoever writes next
    /// shows; until then what was lost may come to light again, and be lost again.
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
    /// What memory holds.
    pub memory: Words,
    /// Who has a copy that was modified and may not be in memory, and since when, in microseconds
    /// of its clock.
    pub unsaved: Option<(NodeId, u64)>,
    /// Who may have the only copy, as its home knew when it was looked at last: the owner, and both
    /// sides of a grant that is open.
    pub parties: NodeSet,
    /// Whether one of these was given up, and memory has not served since.
    pub gave_up: bool,
    /// Whether a loss was reported while the home waited for words: memory will tell what is left.
    pub awaits_memory: bool,
}

impl LineRecord {
    /// Somebody has this: if it is what was taken for lost, it is not lost, so far.
    pub(super) fn recalls(&mut self, is_it: impl Fn(&Words) -> bool) {
        if let Some(words) = self.before_loss
            && is_it(&words)
            && !is_it(&self.words)
        {
            (self.words, self.before_loss) = (words, Some(self.words));
        }
    }

    /// A node has written a word. Of the rest of the line nothing new is known.
    pub(super) fn is_written(&mut self, node: NodeId, word: u8, value: Word) {
        self.words.set(word, value);
        self.writer = Some(node);
        if let Some(words) = &mut self.before_loss {
            words.set(word, value);
        }
        self.before_loss = self.before_loss.filter(|words| *words != self.words);
    }

    /// A copy holds what memory may not. The first time counts: what is due does not become due
    /// later.
    pub(super) fn is_unsaved(&mut self, node: NodeId, clock_us: u64) {
        if self.unsaved.is_none_or(|(other, _)| other != node) {
            self.unsaved = Some((node, clock_us));
        }
    }

    /// A copy is modified no longer: it is on its way to memory, or gone.
    pub(super) fn is_let_go(&mut self, node: NodeId) {
        if self.unsaved.is_some_and(|(other, _)| other == node) {
            self.unsaved = None;
        }
    }

    /// Memory holds this now.
    pub(super) fn remembers(&mut self, words: Words) {
        self.memory = words;
        if words == self.words {
            self.unsaved = None;
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
    /// The bound on write-backs that it keeps, in microseconds; 0: none.
    pub bound_us: u64,
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
}
