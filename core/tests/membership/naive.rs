//! A naive twin: quorums and configurations by their definitions, with ordered sets, counting every
//! subset. It shares no code with what it judges and is not in a hurry.

use std::collections::{BTreeMap, BTreeSet};

use lockstep_core::raft::configuration::{Change, Configuration};
use lockstep_core::raft::log::Index;
use lockstep_core::raft::quorum::VoteResult;
use lockstep_core::sim::process::NodeId;

/// Some nodes.
pub(crate) type Nodes = BTreeSet<NodeId>;

/// Every subset of these nodes, the empty one included.
pub(crate) fn subsets(nodes: &Nodes) -> Vec<Nodes> {
    let mut found = vec![Nodes::new()];
    for node in nodes {
        let with: Vec<Nodes> =
            found.iter().map(|subset| subset.iter().copied().chain([*node]).collect()).collect();
        found.extend(with);
    }
    found
}

/// More than half of each half of the voters; of an empty half there is nothing to ask.
pub(crate) fn is_quorum(halves: &[Nodes], nodes: &Nodes) -> bool {
    halves.iter().all(|half| half.is_empty() || half.intersection(nodes).count() * 2 > half.len())
}

/// Every quorum among the voters of these halves.
pub(crate) fn quorums(halves: &[Nodes]) -> Vec<Nodes> {
    let voters: Nodes = halves.iter().flatten().copied().collect();
    subsets(&voters).into_iter().filter(|nodes| is_quorum(halves, nodes)).collect()
}

/// The highest index that some quorum stores: the best of what each quorum's slowest member has.
pub(crate) fn committed(halves: &[Nodes], stored: &BTreeMap<NodeId, Index>) -> Index {
    let slowest = |quorum: Nodes| {
        let indexes = quorum.iter().map(|node| stored.get(node).copied().unwrap_or(0));
        indexes.min().unwrap_or(Index::MAX)
    };
    quorums(halves).into_iter().map(slowest).max().unwrap_or(0)
}

/// Won if it is won whatever the silent voters say, lost if it is not won whatever they say.
pub(crate) fn vote(halves: &[Nodes], ballots: &BTreeMap<NodeId, bool>) -> VoteResult {
    let voters: Nodes = halves.iter().flatten().copied().collect();
    let granted: Nodes =
        voters.iter().filter(|voter| ballots.get(voter) == Some(&true)).copied().collect();
    let silent: Nodes =
        voters.iter().filter(|voter| !ballots.contains_key(voter)).copied().collect();
    let ends: BTreeSet<bool> = subsets(&silent)
        .into_iter()
        .map(|more| is_quorum(halves, &granted.union(&more).copied().collect()))
        .collect();
    match (ends.contains(&true), ends.contains(&false)) {
        (true, false) => VoteResult::Won,
        (false, _) => VoteResult::Lost,
        (true, true) => VoteResult::Pending,
    }
}

/// Every quorum of the one against every quorum of the other.
pub(crate) fn overlaps(one: &[Nodes], other: &[Nodes]) -> bool {
    let others = quorums(other);
    quorums(one).iter().all(|quorum| others.iter().all(|found| !quorum.is_disjoint(found)))
}

/// What a node is told to become.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Voter,
    Learner,
    Nobody,
}

/// A configuration as one line for each node: what it is and, while joint, what it was.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Members {
    parts: BTreeMap<NodeId, Part>,
    /// Who voted before, while joint.
    before: Option<Nodes>,
    auto_leave: bool,
}

impl Members {
    fn voters(&self) -> Nodes {
        let voters = self.parts.iter().filter(|(_, part)| **part == Part::Voter);
        voters.map(|(node, _)| *node).collect()
    }

    /// The last word on a node is what it becomes.
    fn told(&self, changes: &[Change]) -> Option<Self> {
        let mut told = self.clone();
        for change in changes {
            let (node, part) = match *change {
                Change::Voter(node) => (node, Part::Voter),
                Change::Learner(node) => (node, Part::Learner),
                Change::Remove(node) => (node, Part::Nobody),
            };
            told.parts.insert(node, part);
        }
        (!told.voters().is_empty()).then_some(told)
    }

    pub(crate) fn simple(&self, changes: &[Change]) -> Option<Self> {
        if self.before.is_some() {
            return None;
        }
        let told = self.told(changes)?;
        let (before, after) = (self.voters(), told.voters());
        (before.symmetric_difference(&after).count() <= 1).then_some(told)
    }

    pub(crate) fn enter_joint(&self, auto_leave: bool, changes: &[Change]) -> Option<Self> {
        if self.before.is_some() || self.voters().is_empty() {
            return None;
        }
        let before = Some(self.voters());
        Some(Self { before, auto_leave, ..self.told(changes)? })
    }

    pub(crate) fn leave_joint(&self) -> Option<Self> {
        self.before.as_ref()?;
        Some(Self { before: None, auto_leave: false, ..self.clone() })
    }

    /// The same as what it is compared with.
    pub(crate) fn is(&self, configuration: &Configuration) -> bool {
        let before = self.before.clone().unwrap_or_default();
        let learners = self.parts.iter().filter(|(_, part)| **part == Part::Learner);
        let (next, now): (Nodes, Nodes) =
            learners.map(|(node, _)| *node).partition(|node| before.contains(node));
        self.voters() == configuration.voters.iter().collect()
            && before == configuration.outgoing.iter().collect()
            && now == configuration.learners.iter().collect()
            && next == configuration.learners_next.iter().collect()
            && self.auto_leave == configuration.auto_leave
    }
}
