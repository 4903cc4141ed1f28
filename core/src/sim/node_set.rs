//! A set of nodes.
//!
//! A world has at most 64 nodes, so a set of them is one word: copied, compared and intersected at
//! no cost, and always gone through in order of number.

use std::fmt::{self, Debug};

use super::process::NodeId;

/// A set of nodes.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeSet(u64);

impl NodeSet {
    /// Nobody.
    pub const EMPTY: Self = Self(0);

    /// The nodes whose bits are set.
    #[must_use]
    pub const fn from_bits(bits: u64) -> Self {
        Self(bits)
    }

    /// One bit a node.
    #[must_use]
    pub const fn bits(self) -> u64 {
        self.0
    }

    /// One node.
    ///
    /// # Panics
    /// If its number is 64 or more: no world has such a node.
    #[must_use]
    pub const fn of(node: NodeId) -> Self {
        assert!(node.0 < 64);
        Self(1 << node.0)
    }

    /// The first so many nodes.
    #[must_use]
    pub const fn first(count: u8) -> Self {
        if count >= 64 { Self(u64::MAX) } else { Self((1 << count) - 1) }
    }

    /// How many there are.
    #[must_use]
    pub const fn len(self) -> u32 {
        self.0.count_ones()
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether a node is among them. One that no world has is not.
    #[must_use]
    pub const fn contains(self, node: NodeId) -> bool {
        node.0 < 64 && self.0 >> node.0 & 1 != 0
    }

    /// These and one more.
    #[must_use]
    pub const fn with(self, node: NodeId) -> Self {
        self.union(Self::of(node))
    }

    /// These but one.
    #[must_use]
    pub const fn without(self, node: NodeId) -> Self {
        self.minus(Self::of(node))
    }

    /// Who is in either.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Who is in both.
    #[must_use]
    pub const fn intersection(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Who is in this one only.
    #[must_use]
    pub const fn minus(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Each of them, in order of number.
    pub fn iter(self) -> impl Iterator<Item = NodeId> + Clone {
        let mut left = self.0;
        std::iter::from_fn(move || {
            let node = u8::try_from(left.trailing_zeros()).ok().filter(|node| *node < 64)?;
            left &= left - 1;
            Some(NodeId(node))
        })
    }
}

impl FromIterator<NodeId> for NodeSet {
    fn from_iter<I: IntoIterator<Item = NodeId>>(nodes: I) -> Self {
        nodes.into_iter().fold(Self::EMPTY, Self::with)
    }
}

impl Debug for NodeSet {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_set().entries(self.iter()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_is_gone_through_in_order() {
        let set: NodeSet = [5, 63, 0, 5].into_iter().map(NodeId).collect();
        assert_eq!(set.iter().collect::<Vec<_>>(), [NodeId(0), NodeId(5), NodeId(63)]);
        assert_eq!((set.len(), set.is_empty()), (3, false));
        assert_eq!(NodeSet::from_bits(set.bits()), set);
        assert_eq!(NodeSet::first(3).iter().map(|node| node.0).collect::<Vec<_>>(), [0, 1, 2]);
        assert_eq!((NodeSet::first(64).len(), NodeSet::first(0)), (64, NodeSet::EMPTY));
    }

    #[test]
    fn sets_are_joined_and_parted() {
        let (one, other) = (NodeSet::first(3), NodeSet::first(5).without(NodeId(0)));
        assert_eq!(one.union(other), NodeSet::first(5));
        assert_eq!(one.intersection(other), NodeSet::first(3).without(NodeId(0)));
        assert_eq!(one.minus(other), NodeSet::of(NodeId(0)));
        assert!(one.contains(NodeId(2)) && !one.contains(NodeId(3)) && !one.contains(NodeId(99)));
    }
}
