//! Log replication (Raft §5.3), the leader's side.
//!
//! A leader that probes (see [`progress`](super::progress)) has at most one batch of entries on its
//! way to a follower: the next one leaves when the answer is there, or with a heartbeat when it is
//! overdue. The paper leaves this open; it keeps the messages on the screen few. With pipelining it
//! streams: as many batches as the window allows, and where one is lost, the next message shows it.

use std::sync::Arc;

use super::bug::Bug;
use super::log::{Entry, Index, Proposal, Term};
use super::message::{AppendResult, Message, Reply};
use super::note::Note;
use super::progress::Progress;
use super::server::{Role, Server, ServerContext};
use super::session::Seen;
use super::state_machine::{StateMachine, Steward};
use crate::sim::process::NodeId;

impl<S: StateMachine> Server<S> {
    /// A client asks for a command.
    pub(super) fn take_request(
        &mut self,
        client: NodeId,
        (request, attempt): (u64, u32),
        command: Arc<S::Command>,
        context: &mut ServerContext<'_, S>,
    ) {
        // "The prior leader stops accepting new client requests" while it hands over (dissertation
        // §3.10).
        if !self.is_leader() || self.leading.transfer.is_some() {
            let leader = self.leader.filter(|_| !self.is_leader());
            let reply = Reply::NotLeader(leader);
            return context.send(client, Message::Answer { request, attempt, reply });
        }
        if self.settings.features.sessions && !S::remembers(&command) {
            match self.sessions.seen(client, request) {
                Seen::Never => {}
                Seen::Last(answer) => {
                    let reply = Reply::Applied(answer.clone());
                    context.note(|| Note::Skipped { client, request });
                    return context.send(client, Message::Answer { request, attempt, reply });
                }
                Seen::Earlier => return context.note(|| Note::Skipped { client, request }),
            }
        }
        if self.reads_apart(&command) {
            self.hold_read(client, (request, attempt), command, context);
        } else {
            self.propose(client, request, command, context);
        }
    }

    /// "The leader appends the command to its log as a new entry, then issues AppendEntries RPCs in
    /// parallel to each of the other servers to replicate the entry." (§5.3)
    fn propose(
        &mut self,
        client: NodeId,
        request: u64,
        command: Arc<S::Command>,
        context: &mut ServerContext<'_, S>,
    ) {
        let in_session = self.settings.features.sessions && !S::remembers(&command);
        let command = self.steward.stamped(command);
        let proposal = Proposal::new(client, request, command);
        let proposal = if in_session { proposal.in_session() } else { proposal };
        self.append(proposal, context);
        self.save(context);
        self.replicate(false, context);
    }

    /// A leader puts an entry of its term at the end of its log.
    pub(super) fn append(
        &mut self,
        proposal: Proposal<S::Command>,
        context: &mut ServerContext<'_, S>,
    ) -> Index {
        assert!(self.is_leader(), "only a leader appends of its own accord");
        let term = self.current_term();
        let index = self.durable.log.append(Entry { term, proposal: Arc::new(proposal) });
        self.dirty = true;
        context.note(|| Note::Proposed { index });
        index
    }

    /// Sends entries to every member that is not busy with earlier ones; to all of them, with
    /// entries or not, if it is time for heartbeats.
    pub(super) fn replicate(&mut self, heartbeat: bool, context: &mut ServerContext<'_, S>) {
        for server in self.configuration().members().without(self.id).iter() {
            let Role::Leader { progress } = &self.role else { return };
            if heartbeat || !progress[server.index()].awaiting {
                self.send_owed(server, heartbeat, context);
            }
        }
    }

    /// Sends a member what it lacks: a stream where one runs, else one batch. For a heartbeat, at
    /// least one message.
    fn send_owed(&mut self, server: NodeId, heartbeat: bool, context: &mut ServerContext<'_, S>) {
        let Role::Leader { progress } = &self.role else { return };
        if self.settings.features.pipeline > 1 && progress[server.index()].streaming {
            self.stream_entries(server, heartbeat, context);
        } else {
            self.send_entries(server, context);
        }
    }

    /// Asks every member whether it still follows: with what it is owed, or with nothing where that
    /// is on its way.
    pub(super) fn ask_all(&mut self, context: &mut ServerContext<'_, S>) {
        for server in self.configuration().members().without(self.id).iter() {
            let Role::Leader { progress } = &self.role else { return };
            let peer = progress[server.index()];
            let agreed = self.log().term_at(peer.match_index).is_some();
            if peer.awaiting && agreed {
                let message = self.entries_message(peer.match_index, Vec::new());
                context.send(server, message);
            } else {
                self.send_owed(server, true, context);
            }
        }
    }

    fn entries_message(
        &self,
        previous_index: Index,
        entries: Vec<Entry<S::Command>>,
    ) -> Message<S> {
        Message::AppendEntries {
            term: self.durable.current_term,
            previous_index,
            previous_term: self.durable.log.term_at(previous_index).unwrap_or(0),
            entries,
            leader_commit: self.commit_index,
            round: self.leading.round,
        }
    }

    /// One batch from its next index on, or the snapshot if the log does not go back so far.
    fn send_entries(&mut self, server: NodeId, context: &mut ServerContext<'_, S>) {
        let first_index = self.log().first_index();
        let Role::Leader { progress } = &mut self.role else { return };
        let peer = &mut progress[server.index()];
        if peer.streaming {
            // Pipelining was switched off meanwhile.
            peer.probe();
            peer.next_index = peer.match_index + 1;
        }
        if peer.next_index < first_index {
            peer.awaiting = true;
            return self.send_snapshot(server, context);
        }
        let entries = self.durable.log.entries_from(peer.next_index, self.settings.most_entries);
        peer.awaiting = !entries.is_empty();
        let previous_index = peer.next_index - 1;
        let message = self.entries_message(previous_index, entries);
        context.send(server, message);
    }

    /// As many batches as the window has room for; at least one message, if it is time for
    /// heartbeats: it also shows whether an earlier one was lost.
    fn stream_entries(
        &mut self,
        server: NodeId,
        heartbeat: bool,
        context: &mut ServerContext<'_, S>,
    ) {
        let (first_index, last_index) = (self.log().first_index(), self.log().last_index());
        let mut owed = heartbeat;
        if let Role::Leader { progress } = &mut self.role
            && progress[server.index()].next_index < first_index
        {
            // What it would be sent next was dropped since: it needs the snapshot.
            progress[server.index()].probe();
            return self.send_entries(server, context);
        }
        loop {
            let Role::Leader { progress } = &mut self.role else { return };
            let peer = &mut progress[server.index()];
            let previous_index = peer.next_index - 1;
            let room = peer.in_flight.len() < self.settings.features.pipeline;
            let sends = room && previous_index < last_index;
            if !sends && !owed {
                return;
            }
            let most = if sends { self.settings.most_entries } else { 0 };
            let entries = self.durable.log.entries_from(peer.next_index, most);
            if sends {
                peer.next_index += entries.len() as Index;
                peer.in_flight.push(peer.next_index - 1);
            }
            owed = false;
            let message = self.entries_message(previous_index, entries);
            context.send(server, message);
        }
    }

    /// What a leader makes of an answer.
    pub(super) fn hear_append(
        &mut self,
        follower: NodeId,
        (term, round): (Term, u64),
        result: AppendResult,
        context: &mut ServerContext<'_, S>,
    ) {
        let now_us = context.now_us();
        if term < self.current_term() {
            return;
        }
        let Role::Leader { progress } = &mut self.role else { return };
        let peer = &mut progress[follower.index()];
        peer.heard_us = now_us;
        peer.round = peer.round.max(round);
        match result {
            AppendResult::Matched(index) => self.hear_match(follower, index, context),
            AppendResult::Conflict { previous_index, term, index } => {
                self.hear_conflict(follower, (previous_index, term, index), context);
            }
            AppendResult::Stale => {}
        }
        if self.leading.round > 0 {
            self.count_rounds();
            self.serve_reads(context);
        }
    }

    fn hear_match(&mut self, follower: NodeId, index: Index, context: &mut ServerContext<'_, S>) {
        let (first_index, last_index) = (self.log().first_index(), self.log().last_index());
        let pipelines = self.settings.features.pipeline > 1 && index + 1 >= first_index;
        let Role::Leader { progress } = &mut self.role else { return };
        let peer = &mut progress[follower.index()];
        let news = index > peer.match_index;
        if news {
            peer.match_index = index;
            peer.event = context.event();
        }
        if peer.streaming {
            peer.in_flight.arrived(index);
        } else if index >= peer.next_index {
            // An answer to an earlier message does not settle the batch on its way: if it did,
            // every answer that the network doubles would double the messages after it.
            peer.awaiting = false;
        }
        peer.next_index = peer.next_index.max(peer.match_index + 1);
        if pipelines && !peer.streaming && index + 1 == peer.next_index {
            peer.stream();
        }
        let behind = !peer.awaiting && peer.next_index <= last_index;
        if news {
            self.advance_commit(context);
            self.go_on_with_transfer(context);
            self.go_on_with_target(context);
        }
        if behind && self.configuration().members().contains(follower) {
            self.send_owed(follower, false, context);
        }
    }

    /// The follower's log has nothing, or something else, where the leader's entries should join.
    fn hear_conflict(
        &mut self,
        follower: NodeId,
        (previous_index, term, index): (Index, Option<Term>, Index),
        context: &mut ServerContext<'_, S>,
    ) {
        let Role::Leader { progress } = &mut self.role else { return };
        let peer = &mut progress[follower.index()];
        let Progress { next_index, match_index, streaming, .. } = *peer;
        // Else it is late news about a question that was settled since; and a follower that has
        // lost what it had stored (a planted bug) is asked again with a heartbeat.
        let asked =
            if streaming { previous_index < next_index } else { previous_index + 1 == next_index };
        if asked && previous_index > match_index {
            if streaming {
                peer.probe();
                context.note(|| Note::StreamBroken { follower });
            }
            self.back_up(follower, (previous_index, term, index));
            self.send_entries(follower, context);
        }
    }

    /// "The leader can decrement nextIndex to bypass all of the conflicting entries in that term"
    /// (§5.3): to its own last entry of the follower's term, if it has one, else to before that
    /// term.
    fn back_up(&mut self, follower: NodeId, conflict: (Index, Option<Term>, Index)) {
        let (previous_index, term, index) = conflict;
        if self.bugs.has(Bug::LeaderDropsEntries) && index <= self.log().last_index() {
            let first_index = self.log().first_index();
            self.durable.log.truncate_from(index.max(first_index));
            self.dirty = true;
        }
        let shared = term
            .and_then(|term| self.log().last_of_term_before(term, previous_index))
            .map_or(index, |last| last + 1);
        let Role::Leader { progress } = &mut self.role else { return };
        let peer = &mut progress[follower.index()];
        peer.next_index = shared.min(previous_index).max(peer.match_index + 1);
    }
}
