//! Committing and applying: what the log leads to (Raft §5.3, §5.4.2).

use std::sync::Arc;

use super::bug::Bug;
use super::log::{Entry, Index, Payload, Proposal, Term};
use super::message::{Message, Reply};
use super::note::Note;
use super::participant::Timer;
use super::server::{Durable, Role, Server, ServerContext};
use super::session::Seen;
use super::state_machine::{Duties, Effects, Origin, StateMachine, Steward};
use crate::sim::process::NodeId;

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
            self.attend(context);
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
            let place = (self.last_applied, entry.term);
            let answer = self.carry_out((client, request), place, command, context);
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

    /// Gives a command to the machine. What follows besides the answer is the leader's to see to.
    fn carry_out(
        &mut self,
        (client, request): (Option<NodeId>, u64),
        (index, term): (Index, Term),
        command: &S::Command,
        context: &mut ServerContext<'_, S>,
    ) -> S::Answer {
        let origin = Origin { client, request, index, term };
        let mut effects = Effects::default();
        let answer = self.machine.apply(&origin, command, &mut effects);
        self.steward.applied(&self.machine, &origin, command, context.now_us());
        if self.is_leader() {
            let Effects { answers, parcels, notes } = effects;
            notes.into_iter().for_each(|note| context.note(|| Note::Own(note)));
            for (client, request, answer) in answers {
                let reply = Reply::Applied(answer);
                context.send(client, Message::Answer { request, attempt: 0, reply });
            }
            for (to, parcel) in parcels {
                context.send(to, Message::Parcel(parcel));
            }
        }
        answer
    }

    /// Asks the steward what there is to do, and does it.
    pub(super) fn attend(&mut self, context: &mut ServerContext<'_, S>) {
        if !S::Steward::IS_NEEDED || !(self.is_leader() || self.steward.acts_alone()) {
            return;
        }
        let now_us = context.now_us();
        let Duties { propose, alone, notes, next_us } = self.steward.attend(&self.machine, now_us);
        notes.into_iter().for_each(|note| context.note(|| Note::Own(note)));
        for command in alone {
            let place = (self.last_applied, self.current_term());
            self.carry_out((None, 0), place, &command, context);
        }
        if next_us != self.duty_us {
            self.duty_us = next_us;
            match next_us {
                Some(due_us) => context.set_timer(Timer::Duty, due_us.saturating_sub(now_us)),
                None => context.cancel_timer(Timer::Duty),
            }
        }
        if self.is_leader() && !propose.is_empty() {
            for command in propose {
                let command = self.steward.stamped(Arc::new(command));
                self.append(Proposal::own(Payload::Command(command)), context);
            }
            self.save(context);
            self.replicate(false, context);
        }
    }

    /// The server has come to lead: its steward begins anew.
    pub(super) fn take_office(&mut self, context: &mut ServerContext<'_, S>) {
        assert!(self.is_leader(), "a leader has duties");
        self.steward.take_office(&self.machine, context.now_us());
        self.attend(context);
    }

    /// The server leads no more: nobody waits for what its steward had in mind.
    pub(super) fn leave_office(&mut self, context: &mut ServerContext<'_, S>) {
        self.steward.leave_office();
        if self.duty_us.take().is_some() {
            context.cancel_timer(Timer::Duty);
        }
    }
}
