//! Committing and applying: what the log leads to (Raft §5.3, §5.4.2).

use super::bug::Bug;
use super::log::{Entry, Payload, Proposal};
use super::message::{Message, Reply};
use super::note::Note;
use super::server::{Durable, Role, Server, ServerContext};
use super::session::Seen;
use super::state_machine::StateMachine;

impl<S: StateMachine> Server<S> {
    /// The disk has caught up: a leader counts its own copy only now, and a candidate its own vote.
    pub(super) fn synced(&mut self, durable: &Durable<S>, context: &mut ServerContext<'_, S>) {
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
        if matches!(self.role, Role::Candidate { .. }) {
            self.count_ballots(context);
        }
        self.save(context);
    }

    /// "If there exists an N such that N > commitIndex, a majority of matchIndex[i] ≥ N, and
    /// log[N].term == currentTerm: set commitIndex = N" (§5.3, §5.4.2).
    pub(super) fn advance_commit(&mut self, context: &mut ServerContext<'_, S>) {
        let Role::Leader { progress } = &self.role else { return };
        let index = self.deciding().committed(|member| progress[member.index()].match_index);
        let Some(term) = self.log().term_at(index).filter(|_| index > self.commit_index) else {
            return;
        };
        // "Only log entries from the leader's current term are committed by counting replicas"
        // (§5.4.2).
        if term != self.current_term() && !self.bugs.has(Bug::CommitOldTerm) {
            context.note(|| Note::DidNotCount { index, term });
            return;
        }
        let members = self.configuration().all_voters();
        context.note_because(
            || Note::Committed { index },
            || {
                let stored = members.iter().map(|member| &progress[member.index()]);
                stored.filter(|peer| peer.match_index >= index).map(|peer| peer.event).collect()
            },
        );
        let changed = self.log().configuration_index();
        if (self.commit_index + 1..=index).contains(&changed) {
            context.note(|| Note::ChangeCommitted { index: changed });
        }
        self.commit_index = index;
        self.apply(context);
        self.serve_reads(context);
        self.settle_membership(context);
    }

    /// "If commitIndex > lastApplied: increment lastApplied, apply log[lastApplied] to state
    /// machine" (figure 2). The leader answers the clients whose commands it took (§5.3).
    pub(super) fn apply(&mut self, context: &mut ServerContext<'_, S>) {
        if self.commit_index > self.last_applied {
            self.take_snapshot(context);
        }
        let before = self.last_applied;
        while self.last_applied < self.commit_index {
            let Some(entry) = self.durable.log.entry(self.last_applied + 1).cloned() else { break };
            self.last_applied += 1;
            self.apply_entry(&entry, context);
        }
        let index = self.last_applied;
        if index > before {
            context.note(|| Note::Applied { index });
        }
    }

    fn apply_entry(&mut self, entry: &Entry<S::Command>, context: &mut ServerContext<'_, S>) {
        let Proposal { client, request, in_session, ref payload, .. } = *entry.proposal.as_ref();
        let Payload::Command(command) = payload else { return };
        let session = client.filter(|_| in_session);
        let seen = session.map_or(Seen::Never, |client| self.sessions.seen(client, request));
        // "If it receives a command whose serial number has already been executed, it responds
        // immediately without re-executing the request" (§8).
        let (again, answer) = match seen {
            Seen::Never => (false, None),
            Seen::Last(answer) => (true, Some(answer.clone())),
            Seen::Earlier => (true, None),
        };
        let answer = if again {
            let client = session.expect("only a session remembers");
            context.note(|| Note::Skipped { client, request });
            answer
        } else {
            self.effects += 1;
            let answer = self.machine.apply(command);
            if let Some(client) = session {
                self.sessions.remember(client, request, answer.clone());
            }
            Some(answer)
        };
        if matches!(self.role, Role::Leader { .. })
            && entry.term == self.durable.current_term
            && let (Some(client), Some(answer)) = (client, answer)
        {
            let reply = Reply::Applied(answer);
            context.send(client, Message::Answer { request, attempt: 0, reply });
        }
    }
}
