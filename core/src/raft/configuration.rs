//! Configurations: who the members are, and how they may change (dissertation, chapter 4).
//!
//! Members cannot all learn of a change at once. If some already counted majorities of the new
//! members while others still counted majorities of the old ones, the two kinds might not meet, and
//! two leaders could be elected in one term. There are two ways out, and both are here.
//!
//! - **One server at a time** (§4.1): every majority of `n` servers meets every majority of the
//!   same with one more or one fewer, so such a change may take effect at once:
//!   [`Configuration::simple`].
//! - **Joint consensus** (§4.3): for any change. In between is a *joint* configuration, in which
//!   every decision needs a majority of the old members (here `outgoing`) and a majority of the new
//!   ones (`voters`). It meets both what came before and what comes after:
//!   [`Configuration::enter_joint`] and [`Configuration::leave_joint`].
//!
//! A *learner* (§4.2.1: "a non-voting member") receives the log and counts for nothing. A voter
//! that is to become one while the old members still count it waits in `learners_next` until the
//! joint configuration is left.
//!
//! The rules are those of etcd's raft (its package `confchange`), whose published cases they
//! answer. A configuration is a plain value of a few words; when one takes effect is for the server
//! to decide.

use std::error::Error;
use std::fmt::{self, Display, Formatter};

use super::log::Index;
use super::quorum::{self, VoteResult};
use crate::sim::digest::{Digest, Encode};
use crate::sim::node_set::NodeSet;
use crate::sim::process::NodeId;

/// Who the members are. Joint if there are `outgoing` voters.
///
/// Learners are neither voters nor outgoing; who is in `learners_next` is outgoing and no voter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Configuration {
    /// Who votes; in a joint configuration, who will when it has been left.
    pub voters: NodeSet,
    /// Whose majority is needed as well, while the configuration is joint; else nobody.
    pub outgoing: NodeSet,
    /// Who receives the log and does not vote.
    pub learners: NodeSet,
    /// Who will be a learner when the joint configuration has been left, and still votes until
    /// then.
    pub learners_next: NodeSet,
    /// Whether the leader is to leave the joint configuration by itself once it is committed.
    pub auto_leave: bool,
}

/// A change of one server's part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Change {
    /// It votes from now on.
    Voter(NodeId),
    /// It receives the log and does not vote.
    Learner(NodeId),
    /// It is no member any more.
    Remove(NodeId),
}

/// Why a configuration cannot be changed so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ChangeError {
    /// Nobody would be left to vote.
    NoVoterLeft,
    /// More than one voter would come or go, and majorities of before and after need not meet.
    NotOneAtATime,
    /// A joint configuration can only be left.
    SimpleWhileJoint,
    /// It is joint already.
    AlreadyJoint,
    /// It has no voters whose majority a joint configuration could ask for.
    NoVotersYet,
    /// Only a joint configuration can be left.
    NotJoint,
}

impl Display for ChangeError {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::NoVoterLeft => "removed all voters",
            Self::NotOneAtATime => "more than one voter changed without entering joint config",
            Self::SimpleWhileJoint => "can't apply simple config change in joint config",
            Self::AlreadyJoint => "config is already joint",
            Self::NoVotersYet => "can't make a zero-voter config joint",
            Self::NotJoint => "can't leave a non-joint config",
        })
    }
}

impl Error for ChangeError {}

impl Configuration {
    /// These vote, and there is nobody else.
    #[must_use]
    pub const fn of(voters: NodeSet) -> Self {
        Self {
            voters,
            outgoing: NodeSet::EMPTY,
            learners: NodeSet::EMPTY,
            learners_next: NodeSet::EMPTY,
            auto_leave: false,
        }
    }

    /// Whether decisions need a majority of the old members and one of the new.
    #[must_use]
    pub const fn is_joint(&self) -> bool {
        !self.outgoing.is_empty()
    }

    /// Everybody whom the leader sends the log.
    #[must_use]
    pub const fn members(&self) -> NodeSet {
        self.all_voters().union(self.learners).union(self.learners_next)
    }

    /// Everybody whose vote counts: in a joint configuration, also those who are leaving.
    #[must_use]
    pub const fn all_voters(&self) -> NodeSet {
        self.voters.union(self.outgoing)
    }

    /// Whether the vote of this node counts.
    #[must_use]
    pub const fn is_voter(&self, node: NodeId) -> bool {
        self.all_voters().contains(node)
    }

    /// Whether this node receives the log and does not vote. Who is in `learners_next` still votes.
    #[must_use]
    pub const fn is_learner(&self, node: NodeId) -> bool {
        self.learners.contains(node)
    }

    /// The highest index that a quorum stores: in a joint configuration "agreement … requires
    /// separate majorities from both the old and new configurations" (§4.3). [`Index::MAX`] if
    /// nobody votes.
    #[must_use]
    pub fn committed(&self, match_index: impl Fn(NodeId) -> Index) -> Index {
        let of_new = quorum::committed(self.voters, &match_index);
        if self.is_joint() {
            of_new.min(quorum::committed(self.outgoing, match_index))
        } else {
            of_new
        }
    }

    /// How a vote stands: won once it is won in both halves, lost once it is lost in either.
    #[must_use]
    pub fn vote(&self, ballot: impl Fn(NodeId) -> Option<bool>) -> VoteResult {
        let of_new = quorum::vote(self.voters, &ballot);
        match (of_new, quorum::vote(self.outgoing, ballot)) {
            (VoteResult::Won, VoteResult::Won) => VoteResult::Won,
            (VoteResult::Lost, _) | (_, VoteResult::Lost) => VoteResult::Lost,
            _ => VoteResult::Pending,
        }
    }

    /// Whether these nodes are a quorum, or more.
    #[must_use]
    pub const fn reached(&self, nodes: NodeSet) -> bool {
        quorum::reached(self.voters, nodes) && quorum::reached(self.outgoing, nodes)
    }

    /// Whether every quorum of this configuration meets every quorum of the other. What is decided
    /// under one is safe from what is decided under the other only if so (§4.1).
    ///
    /// It looks at each way to divide the common voters between a quorum of one and a quorum of the
    /// other, up to 2ⁿ for `n` common voters (and a cluster has at most nine).
    #[must_use]
    pub fn overlaps(&self, other: &Self) -> bool {
        let common = self.all_voters().intersection(other.all_voters());
        let mut side = common;
        loop {
            // Who votes on one side only may as well belong to that side's quorum.
            let own = self.all_voters().minus(common).union(side);
            let others = other.all_voters().minus(side);
            if self.reached(own) && other.reached(others) {
                return false;
            }
            if side.is_empty() {
                return true;
            }
            // The next smaller subset.
            side = NodeSet::from_bits(side.bits() - 1).intersection(common);
        }
    }

    /// A change that takes effect at once: one voter comes or goes, and any learners (§4.1).
    ///
    /// # Errors
    /// If the configuration is joint, if more than one voter came or went, or if none were left.
    pub fn simple(&self, changes: &[Change]) -> Result<Self, ChangeError> {
        if self.is_joint() {
            return Err(ChangeError::SimpleWhileJoint);
        }
        let changed = self.with(changes)?;
        let came_or_went =
            self.voters.minus(changed.voters).union(changed.voters.minus(self.voters));
        if came_or_went.len() > 1 {
            return Err(ChangeError::NotOneAtATime);
        }
        Ok(changed)
    }

    /// The joint configuration between this one and the changed one (§4.3). `auto_leave` asks the
    /// leader to leave it by itself.
    ///
    /// # Errors
    /// If the configuration is joint already, if it has no voters, or if none were left.
    pub fn enter_joint(&self, auto_leave: bool, changes: &[Change]) -> Result<Self, ChangeError> {
        if self.is_joint() {
            return Err(ChangeError::AlreadyJoint);
        }
        if self.voters.is_empty() {
            return Err(ChangeError::NoVotersYet);
        }
        Self { outgoing: self.voters, auto_leave, ..*self }.with(changes)
    }

    /// The new configuration alone, after a joint one (§4.3).
    ///
    /// # Errors
    /// If the configuration is not joint.
    pub fn leave_joint(&self) -> Result<Self, ChangeError> {
        if !self.is_joint() {
            return Err(ChangeError::NotJoint);
        }
        let learners = self.learners.union(self.learners_next);
        let left = Self { learners, ..Self::of(self.voters) };
        left.assert_consistent();
        Ok(left)
    }

    /// The changes that lead from here to these voters and these learners: who comes first, then
    /// who goes. None for what is so already; in a joint configuration, none for what will be so.
    #[must_use]
    pub fn changes_to(&self, voters: NodeSet, learners: NodeSet) -> Vec<Change> {
        let new_voters = voters.minus(self.voters);
        let new_learners = learners.minus(self.learners.union(self.learners_next));
        let here = self.voters.union(self.learners).union(self.learners_next);
        let gone = here.minus(voters).minus(learners);
        let coming = new_voters.iter().map(Change::Voter);
        let coming = coming.chain(new_learners.iter().map(Change::Learner));
        coming.chain(gone.iter().map(Change::Remove)).collect()
    }

    /// One change after the other.
    fn with(&self, changes: &[Change]) -> Result<Self, ChangeError> {
        let changed = changes.iter().fold(*self, |configuration, change| match *change {
            Change::Voter(node) => configuration.with_voter(node),
            Change::Learner(node) => configuration.with_learner(node),
            Change::Remove(node) => configuration.without(node),
        });
        changed.assert_consistent();
        if changed.voters.is_empty() { Err(ChangeError::NoVoterLeft) } else { Ok(changed) }
    }

    fn with_voter(self, node: NodeId) -> Self {
        let changed = self.without(node);
        Self { voters: changed.voters.with(node), ..changed }
    }

    fn with_learner(self, node: NodeId) -> Self {
        let changed = self.without(node);
        if self.outgoing.contains(node) {
            Self { learners_next: changed.learners_next.with(node), ..changed }
        } else {
            Self { learners: changed.learners.with(node), ..changed }
        }
    }

    /// Who is outgoing stays so until the joint configuration is left.
    fn without(self, node: NodeId) -> Self {
        Self {
            voters: self.voters.without(node),
            learners: self.learners.without(node),
            learners_next: self.learners_next.without(node),
            ..self
        }
    }

    fn assert_consistent(&self) {
        assert!(self.learners.intersection(self.all_voters()).is_empty(), "learners do not vote");
        assert!(self.learners_next.minus(self.outgoing).is_empty(), "they still vote");
        assert!(self.learners_next.intersection(self.voters).is_empty(), "they will not vote");
        assert!(self.is_joint() || !self.auto_leave, "there is something to leave");
    }
}

impl Encode for Configuration {
    fn encode(&self, digest: &mut Digest) {
        let sets = [self.voters, self.outgoing, self.learners, self.learners_next];
        sets.iter().for_each(|set| digest.word(set.bits()));
        digest.word(u64::from(self.auto_leave));
    }
}

/// Nodes as their names number them: from one.
struct Names(NodeSet);

impl Display for Names {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        let names: Vec<String> =
            self.0.iter().map(|node| (u32::from(node.0) + 1).to_string()).collect();
        write!(formatter, "({})", names.join(" "))
    }
}

/// Like `voters=(2 3)&&(1 2) learners=(4) learners_next=(1) autoleave`: as etcd writes it, with
/// nodes numbered from one, as their names are.
impl Display for Configuration {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        write!(formatter, "voters={}", Names(self.voters))?;
        if self.is_joint() {
            write!(formatter, "&&{}", Names(self.outgoing))?;
        }
        if !self.learners.is_empty() {
            write!(formatter, " learners={}", Names(self.learners))?;
        }
        if !self.learners_next.is_empty() {
            write!(formatter, " learners_next={}", Names(self.learners_next))?;
        }
        if self.auto_leave { formatter.write_str(" autoleave") } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(nodes: &[u8]) -> NodeSet {
        nodes.iter().map(|node| NodeId(*node)).collect()
    }

    /// §4.1, figure 4.2: three servers become five in one step, and majorities need not meet.
    #[test]
    fn majorities_of_three_and_of_five_need_not_meet() {
        let (three, five) =
            (Configuration::of(set(&[0, 1, 2])), Configuration::of(set(&[0, 1, 2, 3, 4])));
        assert!(!three.overlaps(&five));
        let changes = three.changes_to(five.voters, NodeSet::EMPTY);
        assert_eq!(three.simple(&changes), Err(ChangeError::NotOneAtATime));
        let joint = three.enter_joint(true, &changes).expect("three voters");
        assert!(three.overlaps(&joint) && joint.overlaps(&five) && joint.overlaps(&joint));
        assert_eq!(joint.leave_joint(), Ok(five));
    }

    #[test]
    fn a_configuration_is_written_with_the_names_of_its_servers() {
        let joint = Configuration {
            voters: set(&[1, 2]),
            outgoing: set(&[0, 1]),
            learners: set(&[3]),
            learners_next: set(&[0]),
            auto_leave: true,
        };
        let written = "voters=(2 3)&&(1 2) learners=(4) learners_next=(1) autoleave";
        assert_eq!(joint.to_string(), written);
        assert_eq!(Configuration::default().to_string(), "voters=()");
    }

    #[test]
    fn configurations_that_differ_are_encoded_differently() {
        let of = |configuration: Configuration| {
            let mut digest = Digest::new();
            configuration.encode(&mut digest);
            digest.value()
        };
        let (one, base) = (set(&[1]), Configuration::of(set(&[0])));
        let different = [
            base,
            Configuration { voters: one, ..base },
            Configuration { outgoing: one, ..base },
            Configuration { learners: one, ..base },
            Configuration { learners_next: one, ..base },
            Configuration { auto_leave: true, ..base },
        ];
        let mut digests = different.map(of);
        digests.sort_unstable();
        assert!(digests.windows(2).all(|pair| pair[0] != pair[1]));
    }
}
