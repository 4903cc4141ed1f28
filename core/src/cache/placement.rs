//! Who is who: which nodes are caches, and where each line is at home.

use super::address::Line;
use super::table::Interconnect;
use crate::sim::process::NodeId;

/// The nodes of a run: caches first, then homes, or the bus.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Placement {
    /// How caches and memory are connected.
    pub interconnect: Interconnect,
    /// How many caches there are.
    pub caches: u8,
    /// How many homes there are: at least one; a bus is one.
    pub homes: u8,
}

impl Placement {
    /// The node that is asked for a line: its home, or the bus.
    #[must_use]
    pub const fn home_of(&self, line: Line) -> NodeId {
        match self.interconnect {
            Interconnect::Directory => NodeId(self.caches + line.home(self.homes)),
            Interconnect::Bus => NodeId(self.caches),
        }
    }

    /// How many nodes there are.
    #[must_use]
    pub const fn nodes(&self) -> u8 {
        match self.interconnect {
            Interconnect::Directory => self.caches + self.homes,
            Interconnect::Bus => self.caches + 1,
        }
    }

    /// Whether a node is a cache.
    #[must_use]
    pub const fn is_cache(&self, node: NodeId) -> bool {
        node.0 < self.caches
    }

    /// The caches, in order.
    pub fn caches(&self) -> impl Iterator<Item = NodeId> + use<> {
        (0..self.caches).map(NodeId)
    }

    /// The homes, or the bus.
    pub fn homes(&self) -> impl Iterator<Item = NodeId> + use<> {
        (self.caches..self.nodes()).map(NodeId)
    }
}
