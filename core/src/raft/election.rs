//! Leader election (Raft §5.2) and the election restriction (§5.4.1).

use super::bug::Bug;
use super::log::{Index, Term, is_up_to_date};
use super::message::Message;
use super::note::{Note, VoteRefusal};
use super::participant::{ELECTION_LUCK, Timer};
use super::server::{Ballot, Role, Server, ServerContext};
use super::state_machine::StateMachine;
use crate::sim::process::NodeId;

impl<S: StateMachine> Server<S> {
    /// "Election timeouts are chosen randomly from a fixed interval" (§5.2), anew each time.
    pub(super) fn reset_election_timer(&self, context: &mut ServerContext<'_, S>) {
        let delay_us = context.random_between(
            ELECTION_LUCK,
            self.settings.election_min_us,
            self.settings.election_max_us,
        );
        context.set_timer(Timer::Election, delay_us);
    }

    /// Asks every server that has not answered: at first all, later those whose question or answer
    /// may be lost ("Servers retry RPCs if they do not receive a response in a timely manner",
    /// §5.1).
    pub(super) fn request_votes(&self, context: &mut ServerContext<'_, S>) {
        let Role::Candidate { ballots } = &self.role else { return };
        for server in self.settings.others(self.id) {
            if ballots[server.index()].is_none() {
                let message = Message::RequestVote {
                    term: self.current_term(),
                    last_log_index: self.log().last_index(),
                    last_log_term: self.log().last_term(),
                };
                context.send(server, message);
            }
        }
    }

    /// The receiver's side of `RequestVote` (figure 2). `last` is where the candidate's log ends.
    pub(super) fn answer_vote_request(
        &mut self,
        candidate: NodeId,
        term: Term,
        last: (Term, Index),
        context: &mut ServerContext<'_, S>,
    ) {
        let refusal = self.vote_refusal(candidate, term, last);
        if let Some(reason) = refusal {
            context.note(|| Note::RefusedVote { candidate, reason });
        } else {
            if self.durable.voted_for != Some(candidate) {
                self.durable.voted_for = Some(candidate);
                self.dirty = true;
            }
            // "If election timeout elapses without … granting vote to candidate" (figure 2).
            self.reset_election_timer(context);
            context.note(|| Note::Voted { term, candidate });
        }
        let vote = Message::Vote {
            term: self.current_term(),
            request_term: term,
            granted: refusal.is_none(),
        };
        self.answer(candidate, vote, context);
    }

    fn vote_refusal(
        &self,
        candidate: NodeId,
        term: Term,
        last: (Term, Index),
    ) -> Option<VoteRefusal> {
        if term < self.current_term() {
            return Some(VoteRefusal::OldTerm);
        }
        // "Each server will vote for at most one candidate in a given term, on a
        // first-come-first-served basis" (§5.2).
        if let Some(other) = self.durable.voted_for
            && other != candidate
            && (!self.bugs.has(Bug::VoteTwice) || !matches!(self.role, Role::Follower))
        {
            return Some(VoteRefusal::Voted(other));
        }
        // "The voter denies its vote if its own log is more up-to-date than that of the candidate"
        // (§5.4.1).
        let own = (self.log().last_term(), self.log().last_index());
        if !is_up_to_date(last, own) && !self.bugs.has(Bug::VoteForStaleLog) {
            return Some(VoteRefusal::StaleLog);
        }
        None
    }

    pub(super) fn count_vote(
        &mut self,
        voter: NodeId,
        request_term: Term,
        granted: bool,
        context: &mut ServerContext<'_, S>,
    ) {
        // An answer to the request of an earlier term says nothing about this one.
        if request_term != self.current_term() {
            return;
        }
        if let Role::Candidate { ballots } = &mut self.role {
            // A voter that answers twice says the same twice: the first answer stands.
            ballots[voter.index()].get_or_insert(Ballot { granted, event: context.event() });
            self.count_ballots(context);
        }
    }

    /// A candidate's own vote, too, counts only once it is on disk: the only server of a cluster
    /// needs no other, and would lead the same term again after a crash, with another log.
    pub(super) fn count_ballots(&mut self, context: &mut ServerContext<'_, S>) {
        let Role::Candidate { ballots } = self.role else { return };
        let (synced_term, _) = self.synced;
        if synced_term != self.current_term() {
            return;
        }
        let granted = ballots.iter().flatten().filter(|ballot| ballot.granted).count();
        if granted >= usize::from(self.settings.majority()) {
            self.become_leader(&ballots, context);
        }
    }
}
