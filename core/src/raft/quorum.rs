//! Quorums: what a majority of the voters has stored, and how an election stands.
//!
//! Everything that Raft promises rests on one fact about sets: two majorities of the same set share
//! a member. An entry that a majority stores is therefore known to somebody in whatever majority
//! elects the next leader (paper, §5.4.3), and two candidates cannot both win one term (§5.2).
//!
//! While a cluster changes its members by joint consensus (dissertation §4.3), a decision needs a
//! majority of the old members *and* a majority of the new ones. That combination is made in
//! [`configuration`](super::configuration); here are the plain majorities that it is made of. An
//! empty set of voters agrees to everything: it stands for the half that a configuration which is
//! not joint does not have.
//!
//! These functions are pure, and called for every answer that a leader hears. They are checked
//! against the cases that etcd's raft publishes, and against a twin that counts every subset.

use super::log::Index;
use crate::sim::node_set::NodeSet;
use crate::sim::process::NodeId;

/// As many as a set of nodes can hold.
const MOST_VOTERS: usize = u64::BITS as usize;

/// How a vote stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum VoteResult {
    /// Enough said yes: no answer that is still to come can change that.
    Won,
    /// Too many said no: no answer that is still to come can change that.
    Lost,
    /// It depends on the answers that are still to come.
    Pending,
}

/// How many of these voters make a majority: more than half of them. One, if there are none.
#[must_use]
pub const fn majority(voters: NodeSet) -> u32 {
    voters.len() / 2 + 1
}

/// Whether a majority of the voters is among these nodes; always, if there are no voters.
#[must_use]
pub const fn reached(voters: NodeSet, nodes: NodeSet) -> bool {
    voters.is_empty() || voters.intersection(nodes).len() >= majority(voters)
}

/// The highest index that a majority of the voters stores, where each stores everything up to its
/// match index; [`Index::MAX`] if there are no voters.
///
/// It is committed only if the entry there is of the leader's own term (paper, §5.4.2): this
/// function knows no terms.
#[must_use]
pub fn committed(voters: NodeSet, match_index: impl Fn(NodeId) -> Index) -> Index {
    // Sorted by insertion, the highest first: for as few as there are, that takes half the time
    // of counting the copies of each index.
    let mut sorted = [0; MOST_VOTERS];
    let mut count = 0;
    for voter in voters.iter() {
        let index = match_index(voter);
        let mut place = count;
        while place > 0 && sorted[place - 1] < index {
            sorted[place] = sorted[place - 1];
            place -= 1;
        }
        sorted[place] = index;
        count += 1;
    }
    if count == 0 { Index::MAX } else { sorted[majority(voters) as usize - 1] }
}

/// How a vote stands: `ballot` says what each voter has answered, if it has. Won if there are no
/// voters.
#[must_use]
pub fn vote(voters: NodeSet, ballot: impl Fn(NodeId) -> Option<bool>) -> VoteResult {
    let (mut granted, mut refused) = (NodeSet::EMPTY, NodeSet::EMPTY);
    for voter in voters.iter() {
        match ballot(voter) {
            Some(true) => granted = granted.with(voter),
            Some(false) => refused = refused.with(voter),
            None => {}
        }
    }
    if reached(voters, granted) {
        VoteResult::Won
    } else if reached(voters, voters.minus(refused)) {
        VoteResult::Pending
    } else {
        VoteResult::Lost
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_majority_is_more_than_half() {
        let sizes = [0, 1, 2, 3, 4, 5, 9, 64].map(|count| majority(NodeSet::first(count)));
        assert_eq!(sizes, [1, 1, 2, 2, 3, 3, 5, 33]);
    }

    /// Nobody left out, however many there are.
    #[test]
    fn sixty_four_voters_are_counted_too() {
        let all = NodeSet::first(64);
        assert_eq!(committed(all, |node| Index::from(node.0)), 31);
        assert_eq!(vote(all, |node| Some(node.0 < 33)), VoteResult::Won);
        assert_eq!(vote(all, |node| (node.0 < 32).then_some(true)), VoteResult::Pending);
        assert_eq!(vote(all, |node| Some(node.0 < 32)), VoteResult::Lost);
    }
}
