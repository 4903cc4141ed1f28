//! Random configurations, ballots and changes, judged by the naive twin.

use std::collections::BTreeMap;

use lockstep_core::raft::configuration::{Change, Configuration};
use lockstep_core::raft::log::Index;
use lockstep_core::raft::quorum::{self, VoteResult};
use lockstep_core::sim::node_set::NodeSet;
use lockstep_core::sim::process::NodeId;

use crate::dice::Dice;
use crate::naive::{self, Members, Nodes};

impl Dice {
    fn node(&mut self, among: u64) -> NodeId {
        NodeId(u8::try_from(self.below(among)).expect("few nodes"))
    }

    /// Any nodes of the first so many.
    fn nodes(&mut self, among: u64) -> NodeSet {
        NodeSet::from_bits(self.below(1 << among))
    }

    /// Voters, and in half of the cases outgoing ones.
    fn configuration(&mut self, among: u64) -> Configuration {
        let voters = self.nodes(among);
        let outgoing = if self.below(2) == 0 { self.nodes(among) } else { NodeSet::EMPTY };
        Configuration { outgoing, ..Configuration::of(voters) }
    }

    fn change(&mut self, among: u64) -> Change {
        let node = self.node(among);
        match self.below(3) {
            0 => Change::Voter(node),
            1 => Change::Learner(node),
            _ => Change::Remove(node),
        }
    }
}

fn halves(configuration: &Configuration) -> [Nodes; 2] {
    [configuration.voters, configuration.outgoing].map(|half| half.iter().collect())
}

#[test]
fn what_is_committed_is_the_best_of_what_a_quorum_stores() {
    let mut dice = Dice::new(1);
    for _ in 0..5_000 {
        let configuration = dice.configuration(7);
        let stored: BTreeMap<NodeId, Index> =
            (0..7).map(|node| (NodeId(node), dice.below(6))).collect();
        let match_index = |node: NodeId| stored[&node];
        let [new, outgoing] = halves(&configuration);
        let context = format!("{configuration} {stored:?}");
        let plain = naive::committed(std::slice::from_ref(&new), &stored);
        assert_eq!(quorum::committed(configuration.voters, match_index), plain, "{context}");
        let joint = naive::committed(&[new, outgoing], &stored);
        assert_eq!(configuration.committed(match_index), joint, "{context}");
    }
}

#[test]
fn a_vote_stands_as_what_may_still_come_allows() {
    let mut dice = Dice::new(2);
    let mut counts = [0; 3];
    for _ in 0..5_000 {
        let configuration = dice.configuration(7);
        let mut ballots = BTreeMap::new();
        for node in (0..7).map(NodeId) {
            match dice.below(3) {
                0 => _ = ballots.insert(node, true),
                1 => _ = ballots.insert(node, false),
                _ => {}
            }
        }
        let ballot = |node: NodeId| ballots.get(&node).copied();
        let [new, outgoing] = halves(&configuration);
        let context = format!("{configuration} {ballots:?}");
        let plain = naive::vote(std::slice::from_ref(&new), &ballots);
        assert_eq!(quorum::vote(configuration.voters, ballot), plain, "{context}");
        let joint = naive::vote(&[new, outgoing], &ballots);
        assert_eq!(configuration.vote(ballot), joint, "{context}");
        let granted: NodeSet =
            (0..7).map(NodeId).filter(|node| ballot(*node) == Some(true)).collect();
        assert_eq!(configuration.reached(granted), joint == VoteResult::Won, "{context}");
        counts[joint as usize] += 1;
    }
    assert!(counts.iter().all(|count| *count > 500), "each end is met often: {counts:?}");
}

#[test]
fn quorums_overlap_exactly_where_every_pair_of_them_does() {
    let mut dice = Dice::new(3);
    let mut counts = [0; 2];
    for round in 0..4_000 {
        let among = if round % 40 == 0 { 9 } else { 5 };
        let one = dice.configuration(among);
        // What differs by little is what is likely to overlap.
        let mut other = one;
        for _ in 0..dice.below(9) {
            let node = NodeSet::of(dice.node(among));
            let toggled = |half: NodeSet| half.minus(node).union(node.minus(half));
            if dice.below(2) == 0 {
                other.voters = toggled(other.voters);
            } else {
                other.outgoing = toggled(other.outgoing);
            }
        }
        let expected = naive::overlaps(&halves(&one), &halves(&other));
        assert_eq!(one.overlaps(&other), expected, "{one} and {other}");
        assert_eq!(other.overlaps(&one), expected, "{other} and {one}");
        counts[usize::from(expected)] += 1;
    }
    assert!(counts.iter().all(|count| *count > 500), "both are met often: {counts:?}");
}

/// Sequences of changes, allowed or not: the same ones are refused, and the others lead to the same
/// configuration. Whatever is allowed overlaps with what it was before: §4's safety argument.
#[test]
fn changes_lead_where_the_twin_is_led() {
    let mut dice = Dice::new(4);
    let (mut allowed, mut refused) = (0, 0);
    for _ in 0..2_000 {
        let mut configuration = Configuration::default();
        let mut members = Members::default();
        for _ in 0..20 {
            let changes: Vec<Change> = (0..dice.below(4)).map(|_| dice.change(6)).collect();
            let auto_leave = dice.below(2) == 0;
            let (found, expected) = match dice.below(3) {
                0 => (configuration.simple(&changes), members.simple(&changes)),
                1 => (
                    configuration.enter_joint(auto_leave, &changes),
                    members.enter_joint(auto_leave, &changes),
                ),
                _ => (configuration.leave_joint(), members.leave_joint()),
            };
            let context = format!("{configuration}, {changes:?}: {found:?}");
            let (Ok(found), Some(expected)) = (found, &expected) else {
                assert!(found.is_err() && expected.is_none(), "{context}, not {expected:?}");
                refused += 1;
                continue;
            };
            assert!(expected.is(&found), "{context}, not {expected:?}");
            assert!(configuration.voters.is_empty() || configuration.overlaps(&found), "{context}");
            allowed += 1;
            (configuration, members) = (found, expected.clone());
        }
    }
    assert!(allowed > 10_000 && refused > 5_000, "{allowed} allowed, {refused} refused");
}

/// From anywhere, the changes that are computed lead to what was asked for, and none is idle.
#[test]
fn changes_can_be_computed_from_where_they_lead() {
    let mut dice = Dice::new(5);
    for _ in 0..2_000 {
        let voters = dice.nodes(6).with(dice.node(6));
        let here =
            Configuration { learners: dice.nodes(6).minus(voters), ..Configuration::of(voters) };
        let voters = dice.nodes(6).with(dice.node(6));
        let learners = dice.nodes(6).minus(voters);
        let changes = here.changes_to(voters, learners);
        let there = Configuration { learners, ..Configuration::of(voters) };
        let joint = here.enter_joint(true, &changes).expect("there are voters");
        assert_eq!(joint.leave_joint(), Ok(there), "{here} to {there}: {changes:?}");
        assert_eq!(joint.changes_to(voters, learners), [], "it will be so");
        assert_eq!(there.changes_to(voters, learners), [], "it is so");
        for place in 0..changes.len() {
            let mut fewer = changes.clone();
            fewer.remove(place);
            let elsewhere = here.enter_joint(true, &fewer).and_then(|joint| joint.leave_joint());
            assert_ne!(elsewhere, Ok(there), "without change {place} of {changes:?}");
        }
    }
}
