//! What shows that a check of the cache has failed: the values or the states that contradict each
//! other, as they were at that step.
//!
//! That two nodes and a line are wrong says where to look, and not what is wrong. A reader was
//! given 1 although 2 was written last; n1 had the line in M while n2 still had it in S: that is
//! what a person would write on the board. It is noted where a check fails, and decides nothing.

use super::monitor::CacheMonitor;
use super::record::LineRecord;
use crate::cache::address::{Address, Line, MOST_WORDS, Word, Words};
use crate::cache::state::{CacheState, DirectoryState};
use crate::cache::table::Interconnect;
use crate::sim::node_set::NodeSet;
use crate::sim::process::NodeId;

/// In which state a cache has a line.
pub(super) type State<'a> = &'a dyn Fn(NodeId, Line) -> CacheState;

/// What contradicts what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Evidence {
    /// A word is not what was written last.
    Value {
        /// Where it was found.
        seen: Seen,
        /// Whose processor, whose copy or whose memory.
        node: NodeId,
        /// Which word.
        address: Address,
        /// What it is.
        found: Word,
        /// What was written last, in coherence order.
        written: Word,
    },
    /// Who had the line in which state at once.
    States(Vec<(NodeId, CacheState)>),
    /// The directory says one thing, and the caches that contradict it another.
    Directory {
        /// Where it is.
        home: NodeId,
        /// Its state; nothing on a bus, which knows the owner only.
        state: Option<DirectoryState>,
        /// Who owns the line, as it says.
        owner: Option<NodeId>,
        /// Who shares the line, as it says.
        sharers: NodeSet,
        /// In which states those have it that contradict it.
        copies: Vec<(NodeId, CacheState)>,
    },
    /// A processor waits, and has not been answered.
    Waits {
        /// Whose.
        node: NodeId,
        /// Since when, in microseconds.
        since_us: u64,
    },
}

/// Where a value was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seen {
    /// A processor was given it.
    Read,
    /// A copy that may be read holds it.
    Copy,
    /// Memory holds it, and nobody owns the line.
    Memory,
}

impl Seen {
    /// Its name in results.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Copy => "copy",
            Self::Memory => "memory",
        }
    }
}

impl LineRecord {
    /// The first word that is not what was written last.
    pub(super) fn differs(
        &self,
        (seen, node): (Seen, NodeId),
        line: Line,
        words: &Words,
    ) -> Option<Evidence> {
        let word = (0..MOST_WORDS).find(|word| words.get(*word) != self.words.get(*word))?;
        let (found, written) = (words.get(word), self.words.get(word));
        Some(Evidence::Value { seen, node, address: Address { line, word }, found, written })
    }
}

/// In which states nodes have a line.
pub(super) fn states(state: State<'_>, line: Line, nodes: &[NodeId]) -> Vec<(NodeId, CacheState)> {
    nodes.iter().map(|node| (*node, state(*node, line))).collect()
}

impl CacheMonitor {
    /// What the directory or the bus says of a line, and what contradicts it.
    pub(super) fn contradiction(
        &self,
        state_of: State<'_>,
        line: Line,
        odd: &[NodeId],
    ) -> Evidence {
        let LineRecord { directory, owner, sharers, .. } = self.lines[line.index()];
        let state = (self.placement.interconnect != Interconnect::Bus).then_some(directory);
        let home = self.placement.home_of(line);
        let copies = states(state_of, line, odd);
        Evidence::Directory { home, state, owner, sharers, copies }
    }
}
