//! Log replication (Raft §5.3), the follower's side.

use super::bug::Bug;
use super::log::{Entry, Index, Term};
use super::message::{AppendResult, Message};
use super::note::Note;
use super::server::{Server, ServerContext};
use super::state_machine::StateMachine;
use crate::sim::process::NodeId;

impl<S: StateMachine> Server<S> {
    /// A message of a leader has come: the term must not have passed. `false`: nothing is taken
    /// from it.
    pub(super) fn recognizes(
        &mut self,
        leader: NodeId,
        (term, round): (Term, u64),
        context: &mut ServerContext<'_, S>,
    ) -> bool {
        // "1. Reply false if term < currentTerm" (§5.1).
        if term < self.current_term() {
            if !self.bugs.has(Bug::SilentToOldLeader) {
                let (term, result) = (self.current_term(), AppendResult::Stale);
                self.answer(leader, Message::Appended { term, result, round }, context);
            }
            return false;
        }
        // Two leaders of one term: only a planted bug does this, and a check says so.
        if self.is_leader() {
            return false;
        }
        // "If the leader's term is at least as large as the candidate's current term, then the
        // candidate recognizes the leader as legitimate and returns to follower state." (§5.2)
        self.become_follower(term, Some(leader), context);
        self.heard_us = Some(context.now_us());
        self.reset_election_timer(context);
        true
    }

    /// The receiver's side of `AppendEntries` (figure 2).
    pub(super) fn append_entries(
        &mut self,
        leader: NodeId,
        message: Message<S>,
        context: &mut ServerContext<'_, S>,
    ) {
        let Message::AppendEntries {
            term,
            previous_index,
            previous_term,
            entries,
            leader_commit,
            round,
        } = message
        else {
            return;
        };
        if !self.recognizes(leader, (term, round), context) {
            return;
        }
        // "2. Reply false if log doesn't contain an entry at prevLogIndex whose term matches
        // prevLogTerm" (§5.3). What a snapshot has taken over was committed, and matches.
        let matches = previous_index < self.log().base().index
            || self.log().term_at(previous_index) == Some(previous_term);
        let result = if matches || self.bugs.has(Bug::NoConsistencyCheck) {
            let last_new = previous_index + entries.len() as Index;
            self.store(previous_index, entries, context);
            self.learn_commit(leader_commit, last_new, context);
            AppendResult::Matched(last_new)
        } else {
            context.note(|| Note::RefusedEntries { previous_index });
            if self.bugs.has(Bug::CommitUnmatched) {
                self.learn_commit(leader_commit, previous_index, context);
            }
            self.conflict(previous_index)
        };
        self.answer(leader, Message::Appended { term, result, round }, context);
    }

    /// "3. If an existing entry conflicts with a new one (same index but different terms), delete
    /// the existing entry and all that follow it. 4. Append any new entries not already in the
    /// log."
    fn store(
        &mut self,
        previous_index: Index,
        entries: Vec<Entry<S::Command>>,
        context: &mut ServerContext<'_, S>,
    ) {
        let taken_over = self.log().base().index;
        let last_new = previous_index + entries.len() as Index;
        for (index, entry) in (previous_index + 1..).zip(entries) {
            match self.log().term_at(index) {
                _ if index <= taken_over => continue,
                Some(term) if term == entry.term => continue,
                Some(_) => {
                    self.durable.log.truncate_from(index);
                    context.note(|| Note::Truncated { from: index });
                }
                None => {}
            }
            let index = self.durable.log.append(entry);
            self.dirty = true;
            context.note(|| Note::Stored { index });
        }
        if self.bugs.has(Bug::TruncateAlways)
            && (taken_over..self.log().last_index()).contains(&last_new)
        {
            self.durable.log.truncate_from(last_new + 1);
            self.dirty = true;
            context.note(|| Note::Truncated { from: last_new + 1 });
        }
    }

    /// "The follower can include the term of the conflicting entry and the first index it stores
    /// for that term." (§5.3)
    fn conflict(&self, previous_index: Index) -> AppendResult {
        let term = self.log().term_at(previous_index);
        let index = match term {
            Some(_) => self.log().first_of_term_at(previous_index),
            None => self.log().last_index() + 1,
        };
        AppendResult::Conflict { previous_index, term, index }
    }

    /// "5. If leaderCommit > commitIndex, set commitIndex = min(leaderCommit, index of last new
    /// entry)" (figure 2).
    fn learn_commit(
        &mut self,
        leader_commit: Index,
        last_new: Index,
        context: &mut ServerContext<'_, S>,
    ) {
        let known =
            if self.bugs.has(Bug::CommitUnmatched) { self.log().last_index() } else { last_new };
        let learned = leader_commit.min(known);
        if learned > self.commit_index || self.bugs.has(Bug::CommitGoesBack) {
            self.commit_index = learned;
        }
        self.apply(context);
    }
}
