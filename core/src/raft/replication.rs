//! Log replication (Raft §5.3) and the commit rule (§5.4.2).
//!
//! A leader has at most one batch of entries on its way to each follower: the next one leaves when
//! the answer is there, or with a heartbeat when it is overdue. The paper leaves this open; it
//! keeps the messages on the screen few, and pipelining comes later as a switch.

use std::sync::Arc;

use super::bug::Bug;
use super::log::{Entry, Index, Proposal, Term};
use super::message::{AppendResult, Message, Reply};
use super::note::Note;
use super::server::{Durable, Role, Server, ServerContext};
use super::state_machine::StateMachine;
use crate::sim::process::NodeId;

impl<S: StateMachine> Server<S> {
    /// "The leader appends the command to its log as a new entry, then issues AppendEntries RPCs in
    /// parallel to each of the other servers to replicate the entry." (§5.3)
    pub(super) fn propose(
        &mut self,
        client: NodeId,
        request: u64,
        command: Arc<S::Command>,
        context: &mut ServerContext<'_, S>,
    ) {
        assert!(self.is_leader(), "only a leader takes commands");
        let term = self.current_term();
        let proposal = Arc::new(Proposal::new(client, request, command));
        let index = self.durable.log.append(Entry { term, proposal });
        self.dirty = true;
        context.note(|| Note::Proposed { index });
        self.save(context);
        self.replicate(false, context);
    }

    /// Sends entries to every follower that is not busy with earlier ones; to all of them, with
    /// entries or not, if it is time for heartbeats.
    pub(super) fn replicate(&mut self, heartbeat: bool, context: &mut ServerContext<'_, S>) {
        for server in self.settings.others(self.id) {
            let Role::Leader { progress } = &self.role else { return };
            if heartbeat || !progress[server.index()].awaiting {
                self.send_entries(server, context);
            }
        }
    }

    fn send_entries(&mut self, server: NodeId, context: &mut ServerContext<'_, S>) {
        let Role::Leader { progress } = &mut self.role else { return };
        let peer = &mut progress[server.index()];
        let previous_index = peer.next_index - 1;
        let entries = self.durable.log.entries_from(peer.next_index, self.settings.most_entries);
        peer.awaiting = !entries.is_empty();
        let message = Message::AppendEntries {
            term: self.durable.current_term,
            previous_index,
            previous_term: self.durable.log.term_at(previous_index).unwrap_or(0),
            entries,
            leader_commit: self.commit_index,
        };
        context.send(server, message);
    }

    /// The receiver's side of `AppendEntries` (figure 2).
    pub(super) fn append_entries(
        &mut self,
        leader: NodeId,
        message: Message<S>,
        context: &mut ServerContext<'_, S>,
    ) {
        let Message::AppendEntries { term, previous_index, previous_term, entries, leader_commit } =
            message
        else {
            return;
        };
        // "1. Reply false if term < currentTerm" (§5.1).
        if term < self.current_term() {
            let stale =
                Message::Appended { term: self.current_term(), result: AppendResult::Stale };
            return self.answer(leader, stale, context);
        }
        // Two leaders of one term: only a planted bug does this, and a check says so.
        if self.is_leader() {
            return;
        }
        // "If the leader's term is at least as large as the candidate's current term, then the
        // candidate recognizes the leader as legitimate and returns to follower state." (§5.2)
        self.become_follower(term, Some(leader), context);
        self.reset_election_timer(context);
        // "2. Reply false if log doesn't contain an entry at prevLogIndex whose term matches
        // prevLogTerm" (§5.3).
        let matches = self.log().term_at(previous_index) == Some(previous_term);
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
        self.answer(leader, Message::Appended { term, result }, context);
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
        for (index, entry) in (previous_index + 1..).zip(entries) {
            match self.log().term_at(index) {
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
        self.commit_index = self.commit_index.max(leader_commit.min(known));
        self.apply(context);
    }

    /// What a leader makes of an answer.
    pub(super) fn hear_append(
        &mut self,
        follower: NodeId,
        term: Term,
        result: AppendResult,
        context: &mut ServerContext<'_, S>,
    ) {
        let now_us = context.now_us();
        let last_index = self.log().last_index();
        if term < self.current_term() {
            return;
        }
        let Role::Leader { progress } = &mut self.role else { return };
        let peer = &mut progress[follower.index()];
        peer.heard_us = now_us;
        match result {
            AppendResult::Matched(index) => {
                let news = index > peer.match_index;
                if news {
                    peer.match_index = index;
                    peer.event = context.event();
                }
                // An answer to an earlier message does not settle the batch on its way: if it did,
                // every answer that the network doubles would double the messages after it.
                if index >= peer.next_index {
                    peer.awaiting = false;
                }
                peer.next_index = peer.next_index.max(peer.match_index + 1);
                let behind = !peer.awaiting && peer.next_index <= last_index;
                if news {
                    self.advance_commit(context);
                }
                if behind {
                    self.send_entries(follower, context);
                }
            }
            AppendResult::Conflict { previous_index, term, index } => {
                // Else it is late news about a question that was settled since; and a follower that
                // has lost what it had stored (a planted bug) is asked again with a heartbeat.
                if previous_index + 1 == peer.next_index && previous_index > peer.match_index {
                    self.back_up(follower, (previous_index, term, index));
                    self.send_entries(follower, context);
                }
            }
            AppendResult::Stale => {}
        }
    }

    /// "The leader can decrement nextIndex to bypass all of the conflicting entries in that term"
    /// (§5.3): to its own last entry of the follower's term, if it has one, else to before that
    /// term.
    fn back_up(&mut self, follower: NodeId, conflict: (Index, Option<Term>, Index)) {
        let (previous_index, term, index) = conflict;
        if self.bugs.has(Bug::LeaderDropsEntries) && index <= self.log().last_index() {
            self.durable.log.truncate_from(index.max(1));
            self.dirty = true;
        }
        let shared = term
            .and_then(|term| self.log().last_of_term_before(term, previous_index))
            .map_or(index, |last| last + 1);
        let Role::Leader { progress } = &mut self.role else { return };
        let peer = &mut progress[follower.index()];
        peer.next_index = shared.min(previous_index).max(peer.match_index + 1);
    }

    /// The disk has caught up: a leader counts its own copy only now, and a candidate its own vote.
    pub(super) fn synced(
        &mut self,
        durable: &Durable<S::Command>,
        context: &mut ServerContext<'_, S>,
    ) {
        let (term, index) = (durable.current_term, durable.log.last_index());
        self.synced = (term, index);
        if let Role::Leader { progress } = &mut self.role
            && term == self.durable.current_term
        {
            let own = &mut progress[self.id.index()];
            own.match_index = own.match_index.max(index);
            own.event = context.event();
            self.advance_commit(context);
        }
        self.count_ballots(context);
        self.save(context);
    }

    /// "If there exists an N such that N > commitIndex, a majority of matchIndex[i] ≥ N, and
    /// log[N].term == currentTerm: set commitIndex = N" (§5.3, §5.4.2).
    fn advance_commit(&mut self, context: &mut ServerContext<'_, S>) {
        let Role::Leader { progress } = &self.role else { return };
        let members = &progress[..usize::from(self.settings.servers)];
        let copies = |index| members.iter().filter(|member| member.match_index >= index).count();
        let stored = |index: &Index| copies(*index) >= usize::from(self.settings.majority());
        // The highest of them is among what members store; few as they are, each is counted.
        let index = members.iter().map(|member| member.match_index).filter(stored).max();
        let index = index.unwrap_or(0);
        let Some(term) = self.log().term_at(index).filter(|_| index > self.commit_index) else {
            return;
        };
        // "Only log entries from the leader's current term are committed by counting replicas"
        // (§5.4.2).
        if term != self.current_term() && !self.bugs.has(Bug::CommitOldTerm) {
            context.note(|| Note::DidNotCount { index, term });
            return;
        }
        context.note_because(
            || Note::Committed { index },
            || {
                let stored = members.iter().filter(|member| member.match_index >= index);
                stored.map(|member| member.event).collect()
            },
        );
        self.commit_index = index;
        self.apply(context);
    }

    /// "If commitIndex > lastApplied: increment lastApplied, apply log[lastApplied] to state
    /// machine" (figure 2). The leader answers the clients whose commands it took (§5.3).
    fn apply(&mut self, context: &mut ServerContext<'_, S>) {
        let before = self.last_applied;
        while self.last_applied < self.commit_index {
            let Some(entry) = self.durable.log.entry(self.last_applied + 1) else { break };
            let answer = self.machine.apply(&entry.proposal.command);
            self.last_applied += 1;
            let Proposal { client, request, .. } = *entry.proposal.as_ref();
            if matches!(self.role, Role::Leader { .. })
                && entry.term == self.durable.current_term
                && let Some(client) = client
            {
                let reply = Reply::Applied(answer);
                context.send(client, Message::Answer { request, attempt: 0, reply });
            }
        }
        let index = self.last_applied;
        if index > before {
            context.note(|| Note::Applied { index });
        }
    }
}
