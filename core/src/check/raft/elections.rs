//! Leader stickiness: while a leader is in touch with a majority, nobody else is elected
//! (dissertation §4.2.3, §6.2).
//!
//! "If a server receives a `RequestVote` request within the minimum election timeout of hearing
//! from a current leader, it does not update its term or grant its vote." So whoever is elected
//! has the votes of a quorum in which nobody had heard from a leader for so long, in true time and
//! with allowance for clocks that run a little fast. Votes that a server gave though it heard from
//! a leader, or led itself, are taken away here; if what is left is no quorum, the election should
//! not have been. A candidate's own vote stays: it may campaign as much as it likes, alone.
//!
//! An election that the leader asked for is right (§3.10, "the target server's `RequestVote` … can
//! be given a special flag").
//!
//! The votes are also what [`membership`](super::membership) judges an election by.

use imbl::OrdMap;

use super::Findings;
use super::RaftCheck;
use super::circumstances::Circumstances;
use super::seen::Look;
use crate::check::{Assumption, MOST_DRIFT_PPM};
use crate::raft::log::Term;
use crate::raft::server::Role;
use crate::raft::state_machine::StateMachine;
use crate::sim::clock::TRUE_RATE_PPM;
use crate::sim::node_set::NodeSet;
use crate::sim::process::NodeId;

/// The votes that a candidate was given in a term.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Votes {
    /// Whose.
    voters: NodeSet,
    /// Those of them that heard from a leader.
    despite: NodeSet,
    /// What would have kept them from it, and was missing.
    missing: Option<Assumption>,
    /// Whether the leader asked for the election.
    transfer: bool,
}

/// The record.
#[derive(Clone, Debug, Default)]
pub(super) struct Elections {
    votes: OrdMap<(Term, NodeId), Votes>,
}

impl Elections {
    /// Looks at a server that has changed.
    pub(super) fn observe<S: StateMachine>(
        &mut self,
        look: &Look<'_, S>,
        circumstances: &Circumstances,
        findings: &mut Findings,
    ) {
        let Look { before, now, .. } = *look;
        if (now.term, now.voted_for) != (before.term, before.voted_for)
            && now.up
            && let Some(candidate) = now.voted_for
        {
            self.observe_vote(candidate, look, circumstances);
        }
        if let Some(term) = look.elected() {
            self.check_elected(term, look, findings);
        }
    }

    /// Who voted for a server in a term, as far as votes are on record; `None` if it never was a
    /// candidate.
    pub(super) fn voters(&self, term: Term, candidate: NodeId) -> Option<NodeSet> {
        self.votes.get(&(term, candidate)).map(|votes| votes.voters)
    }

    fn observe_vote<S: StateMachine>(
        &mut self,
        candidate: NodeId,
        look: &Look<'_, S>,
        circumstances: &Circumstances,
    ) {
        let voter = look.server.id();
        let hears = hears_leader(look);
        let votes = self.votes.entry((look.now.term, candidate)).or_default();
        if voter == candidate {
            // After a crash that has lost its vote, it may campaign in this term again.
            votes.transfer |= matches!(look.server.role(), Role::Candidate { transfer: true, .. });
        } else if hears && !votes.voters.contains(voter) {
            votes.despite = votes.despite.with(voter);
            votes.missing = votes.missing.or(circumstances.missing_to_stick());
        }
        votes.voters = votes.voters.with(voter);
    }

    fn check_elected<S: StateMachine>(
        &mut self,
        term: Term,
        look: &Look<'_, S>,
        findings: &mut Findings,
    ) {
        let Look { server, world, .. } = *look;
        let Some(votes) = self.votes.get(&(term, server.id())) else { return };
        let Votes { voters, despite, missing, transfer } = *votes;
        let configuration = server.configuration();
        if !transfer
            && configuration.reached(voters)
            && !configuration.reached(voters.minus(despite))
        {
            let nodes = NodeSet::of(server.id()).union(despite).iter().collect();
            let place = (Some(term), None);
            findings.fail_unless(missing, RaftCheck::LeaderStickiness, nodes, place, world);
        }
        // In a term that every server has left, nobody can be elected any more.
        let servers = world.nodes().iter().filter_map(|node| node.process.server());
        if let Some(oldest) = servers.map(|server| server.current_term()).min() {
            self.votes = self.votes.split(&(oldest, NodeId(0))).1;
        }
    }
}

/// Whether a server that votes led before, or had heard from a leader within the shortest election
/// timeout. It knows when by its own clock; what that comes to in true time follows from the rate.
fn hears_leader<S: StateMachine>(look: &Look<'_, S>) -> bool {
    let Look { server, before, world, .. } = *look;
    let clock = world.node(server.id()).clock;
    let since_us = |heard_us| clock.shows_us(world.now_us()).saturating_sub(heard_us);
    let true_us = |since_us: u64| since_us * TRUE_RATE_PPM / clock.rate_ppm();
    let stick_us = server.settings().election_min_us.saturating_sub(1);
    let stick_us = stick_us * TRUE_RATE_PPM / (TRUE_RATE_PPM + MOST_DRIFT_PPM);
    before.led.is_some()
        || server.heard_us().is_some_and(|heard_us| true_us(since_us(heard_us)) < stick_us)
}
