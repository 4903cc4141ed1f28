//! Leader election (Raft §5.2), the election restriction (§5.4.1), and what keeps elections rare.
//!
//! The paper's rules are safe, but a server that hears nothing raises its term again and again, and
//! when it is back everybody has to follow it into that term: the leader that all were content with
//! must go. Two rules mend that, each behind a switch. With *pre-vote* (dissertation §9.6) a server
//! first asks whether it would be elected, in a term that nobody takes over; with *check quorum*
//! (§6.2, §4.2.3) a server that hears from a leader takes no request for a vote, nor its term.
//!
//! Where we depart from the dissertation: it lets a server drop such a request; ours is denied, so
//! that it can be seen. A server that has just come up cannot know whether it heard from a leader a
//! moment before its crash, and so waits for as long as if it had: leases depend on it (§6.4.1).

use super::bug::Bug;
use super::log::{Index, Term, is_up_to_date};
use super::message::Message;
use super::note::{Note, VoteRefusal};
use super::participant::{ELECTION_LUCK, Timer};
use super::quorum::VoteResult;
use super::server::{Ballot, PerServer, Role, Server, ServerContext};
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

    /// Whether an election timeout makes it campaign. Who does not vote does not; but "a server
    /// that is not part of its own latest configuration should still start new elections, as it
    /// might still be needed until the Cnew entry is committed" (dissertation §4.2.2). The one
    /// before the latest is committed; its own commit index may not tell, if it has just come up.
    #[must_use]
    pub fn may_campaign(&self) -> bool {
        let (log, index) = (self.log(), self.log().configuration_index());
        let before = || log.configuration_at(index.saturating_sub(1));
        log.configuration().is_voter(self.id)
            || index > self.commit_index && before().is_voter(self.id)
    }

    /// Whether it has heard from a leader so lately that no other can be elected rightly: "within
    /// the minimum election timeout of hearing from a current leader" (§4.2.3).
    #[must_use]
    pub fn hears_leader(&self, now_us: u64) -> bool {
        let since_us = |heard_us: u64| now_us.saturating_sub(heard_us);
        self.is_leader()
            || self.heard_us.is_some_and(|heard| since_us(heard) < self.settings.election_min_us)
    }

    /// Asks every server that has not answered: at first all, later those whose question or answer
    /// may be lost ("Servers retry RPCs if they do not receive a response in a timely manner",
    /// §5.1).
    pub(super) fn request_votes(&self, context: &mut ServerContext<'_, S>) {
        let (ballots, pre_vote, transfer) = match &self.role {
            Role::PreCandidate { ballots } => (ballots, true, false),
            Role::Candidate { ballots, transfer } => (ballots, false, *transfer),
            Role::Follower | Role::Leader { .. } => return,
        };
        let (last_log_index, last_log_term) = (self.log().last_index(), self.log().last_term());
        let term = self.current_term();
        for server in self.configuration().all_voters().without(self.id).iter() {
            if ballots[server.index()].is_none() {
                let message = if pre_vote {
                    Message::PreVote { term: term + 1, last_log_index, last_log_term }
                } else {
                    Message::RequestVote { term, last_log_index, last_log_term, transfer }
                };
                context.send(server, message);
            }
        }
    }

    /// "If a server receives a RequestVote request within the minimum election timeout of hearing
    /// from a current leader, it does not update its term or grant its vote." (§4.2.3) `true`: it
    /// was such a request. One that the leader asked for is none (§3.10).
    pub(super) fn sticks_to_leader(
        &self,
        candidate: NodeId,
        message: &Message<S>,
        context: &mut ServerContext<'_, S>,
    ) -> bool {
        let &Message::RequestVote { term: request_term, transfer: false, .. } = message else {
            return false;
        };
        // It may have learned of the term otherwise, from a late answer to a pre-vote, say.
        let undecided = request_term == self.current_term() && self.durable.voted_for.is_none();
        let sticks = self.settings.features.check_quorum
            && (request_term > self.current_term() || undecided)
            && self.hears_leader(context.now_us())
            && !self.bugs.has(Bug::VoteDespiteLeader);
        if sticks {
            let reason = VoteRefusal::HearsLeader(self.leader);
            context.note(|| Note::RefusedVote { candidate, reason });
            let term = self.current_term();
            context.send(candidate, Message::Vote { term, request_term, granted: false });
        }
        sticks
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
        self.log_refusal(last)
    }

    /// "The voter denies its vote if its own log is more up-to-date than that of the candidate"
    /// (§5.4.1).
    fn log_refusal(&self, last: (Term, Index)) -> Option<VoteRefusal> {
        let own = (self.log().last_term(), self.log().last_index());
        let stale = !is_up_to_date(last, own) && !self.bugs.has(Bug::VoteForStaleLog);
        stale.then_some(VoteRefusal::StaleLog)
    }

    /// The receiver's side of `PreVote`: it says what it would do, and does nothing (dissertation
    /// §9.6).
    pub(super) fn answer_pre_vote(
        &self,
        candidate: NodeId,
        term: Term,
        last: (Term, Index),
        context: &mut ServerContext<'_, S>,
    ) {
        let refusal = if term <= self.current_term() {
            Some(VoteRefusal::OldTerm)
        } else if self.hears_leader(context.now_us()) {
            Some(VoteRefusal::HearsLeader(self.leader))
        } else {
            self.log_refusal(last)
        };
        match refusal {
            Some(reason) => context.note(|| Note::RefusedPreVote { candidate, reason }),
            None => context.note(|| Note::PreVoted { term, candidate }),
        }
        let answer = Message::PreVoteAnswer {
            term: self.current_term(),
            request_term: term,
            granted: refusal.is_none(),
        };
        context.send(candidate, answer);
    }

    /// An answer to a request for a vote, or to the question whether there would be one.
    pub(super) fn count_vote(
        &mut self,
        voter: NodeId,
        (request_term, pre_vote): (Term, bool),
        granted: bool,
        context: &mut ServerContext<'_, S>,
    ) {
        // An answer to the request of an earlier term says nothing about this one.
        let asked = self.current_term() + u64::from(pre_vote);
        let ballots = match &mut self.role {
            Role::PreCandidate { ballots } if pre_vote => ballots,
            Role::Candidate { ballots, .. } if !pre_vote => ballots,
            _ => return,
        };
        if request_term == asked {
            // The first answer stands. A voter that refused because it heard from a leader may have
            // thought better of it since: then this election was too early, and the next will do.
            ballots[voter.index()].get_or_insert(Ballot { granted, event: context.event() });
            self.count_ballots(context);
        }
    }

    /// A candidate's own vote, too, counts only once it is on disk: the only server of a cluster
    /// needs no other, and would lead the same term again after a crash, with another log.
    pub(super) fn count_ballots(&mut self, context: &mut ServerContext<'_, S>) {
        let elected = |ballots: &PerServer<Option<Ballot>>| {
            let ballot = |voter: NodeId| Some(ballots[voter.index()]?.granted);
            self.deciding().vote(ballot) == VoteResult::Won
        };
        match self.role {
            Role::PreCandidate { ballots } if elected(&ballots) => {
                self.become_candidate(false, context);
            }
            Role::Candidate { ballots, .. } => {
                let (synced_term, _) = self.synced;
                if synced_term == self.current_term() && elected(&ballots) {
                    self.become_leader(&ballots, context);
                }
            }
            _ => {}
        }
    }
}
