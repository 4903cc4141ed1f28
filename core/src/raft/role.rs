//! The transitions between roles (Raft §5.1, figure 4).
//!
//! Each is one method that leaves the server consistent and asserts it.

use super::leadership::Leading;
use super::log::{Payload, Proposal, Term};
use super::note::Note;
use super::participant::Timer;
use super::progress::Progress;
use super::server::{Ballot, MOST_SERVERS, PerServer, Role, Server, ServerContext};
use super::state_machine::StateMachine;
use crate::sim::process::NodeId;

impl<S: StateMachine> Server<S> {
    /// Follows, in `term`: a higher one than its own, or its own with a leader now known.
    pub(super) fn become_follower(
        &mut self,
        term: Term,
        leader: Option<NodeId>,
        context: &mut ServerContext<'_, S>,
    ) {
        assert!(term >= self.current_term(), "terms only grow");
        let was_leader = self.is_leader();
        let changes = !matches!(self.role, Role::Follower) || leader != self.leader;
        if term > self.current_term() {
            self.durable.current_term = term;
            self.durable.voted_for = None;
            self.dirty = true;
        }
        if !matches!(self.role, Role::Follower) {
            self.role = Role::Follower;
            self.role_since_us = context.now_us();
            context.cancel_timer(Timer::Heartbeat);
        }
        self.leader = leader;
        if was_leader {
            self.turn_readers_away(context);
            self.leave_office(context);
            self.leading = Leading::default();
            // A leader has no election timer: it needs one again.
            self.reset_election_timer(context);
        }
        if changes {
            context.note(|| Note::BecameFollower { term, leader });
        }
        assert!(matches!(self.role, Role::Follower) && self.current_term() == term);
    }

    /// The election timeout elapsed.
    pub(super) fn stand_for_election(&mut self, context: &mut ServerContext<'_, S>) {
        if self.is_leader() {
            // It has no election timer. One that votes for others (a planted bug) has.
        } else if !self.may_campaign() {
            self.reset_election_timer(context);
        } else if self.settings.features.pre_vote {
            self.become_pre_candidate(context);
        } else {
            self.become_candidate(false, context);
        }
    }

    /// "In the Pre-Vote algorithm, a candidate only increments its term if it first learns from a
    /// majority of the cluster that they would be willing to grant the candidate their votes"
    /// (dissertation §9.6).
    fn become_pre_candidate(&mut self, context: &mut ServerContext<'_, S>) {
        let (before, term) = (self.current_term(), self.current_term() + 1);
        self.role = Role::PreCandidate { ballots: self.own_ballot(context) };
        self.role_since_us = context.now_us();
        self.leader = None;
        context.note(|| Note::BecamePreCandidate { term });
        self.reset_election_timer(context);
        context.set_timer(Timer::Heartbeat, self.settings.heartbeat_us);
        self.request_votes(context);
        self.count_ballots(context);
        assert!(self.current_term() >= before, "terms only grow");
    }

    fn own_ballot(&self, context: &ServerContext<'_, S>) -> PerServer<Option<Ballot>> {
        let mut ballots = [None; MOST_SERVERS];
        ballots[self.id.index()] = Some(Ballot { granted: true, event: context.event() });
        ballots
    }

    /// "To begin an election, a follower increments its current term and transitions to candidate
    /// state. It then votes for itself and issues RequestVote RPCs in parallel to each of the other
    /// servers in the cluster." (§5.2) With `transfer`, the leader asked for it.
    pub(super) fn become_candidate(&mut self, transfer: bool, context: &mut ServerContext<'_, S>) {
        assert!(!self.is_leader(), "a leader has no election timer");
        let term = self.current_term() + 1;
        self.durable.current_term = term;
        self.durable.voted_for = Some(self.id);
        self.dirty = true;
        self.role = Role::Candidate { ballots: self.own_ballot(context), transfer };
        self.role_since_us = context.now_us();
        self.leader = None;
        context.note(|| Note::BecameCandidate { term });
        self.reset_election_timer(context);
        context.set_timer(Timer::Heartbeat, self.settings.heartbeat_us);
        self.save(context);
        self.request_votes(context);
        assert!(self.current_term() == term && self.durable.voted_for == Some(self.id));
    }

    /// "A candidate wins an election if it receives votes from a majority of the servers in the
    /// full cluster for the same term." (§5.2)
    pub(super) fn become_leader(
        &mut self,
        ballots: &PerServer<Option<Ballot>>,
        context: &mut ServerContext<'_, S>,
    ) {
        let granted = ballots.iter().flatten().filter(|ballot| ballot.granted);
        let votes = u8::try_from(granted.clone().count()).unwrap_or(u8::MAX);
        let term = self.current_term();
        context.note_because(
            || Note::BecameLeader { term, votes },
            || granted.map(|ballot| ballot.event).collect(),
        );
        // "When a leader first comes to power, it initializes all nextIndex values to the index
        // just after the last one in its log." (§5.3)
        let mut progress = [Progress::unknown(self.log().last_index()); MOST_SERVERS];
        let (synced_term, synced_index) = self.synced;
        if synced_term == term {
            progress[self.id.index()].match_index = synced_index;
        }
        self.role = Role::Leader { progress };
        self.leading = Leading::default();
        self.role_since_us = context.now_us();
        self.leader = Some(self.id);
        context.cancel_timer(Timer::Election);
        context.set_timer(Timer::Heartbeat, self.settings.heartbeat_us);
        // "Each leader commits a blank no-op entry into the log at the start of its term." (§8)
        if self.settings.features.blank_entry {
            self.append(Proposal::own(Payload::Blank), context);
        }
        self.save(context);
        // "It then sends heartbeat messages to all of the other servers to establish its authority
        // and prevent new elections." (§5.2)
        self.beat(context);
        self.take_office(context);
        assert!(self.is_leader() && self.leader == Some(self.id));
    }

    /// The heartbeat timer ran out: a leader sends heartbeats, a candidate asks again.
    pub(super) fn repeat(&mut self, context: &mut ServerContext<'_, S>) {
        context.set_timer(Timer::Heartbeat, self.settings.heartbeat_us);
        match self.role {
            Role::Leader { .. } => {
                self.look_around(context);
                if self.is_leader() {
                    self.beat(context);
                }
            }
            Role::PreCandidate { .. } | Role::Candidate { .. } => self.request_votes(context),
            Role::Follower => unreachable!("a follower has no heartbeat timer"),
        }
    }
}
