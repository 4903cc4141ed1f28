//! Reads that are no entries of the log (dissertation §6.4).
//!
//! A read changes nothing, so it need not be replicated; but a leader must not simply answer from
//! its state. It may have been deposed without knowing it, and another may have committed more. Two
//! things make an answer right: the leader knows everything that was committed when the read came
//! (it has committed an entry *of its term*, §6.4 step 1), and it still led after the read came
//! (a majority answered a round that was begun since, step 3; or a lease lasts).
//!
//! A read is held with the commit index of its moment, the *read index*, and served once both the
//! round is answered and the state has come that far.

use std::sync::Arc;

use super::bug::Bug;
use super::log::Index;
use super::message::{Message, Reply};
use super::note::Note;
use super::server::{Served, Server, ServerContext};
use super::setting::Reads;
use super::state_machine::{Effects, Origin, StateMachine};
use crate::sim::process::NodeId;

/// A read that waits.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct HeldRead<S: StateMachine> {
    /// Whose.
    pub client: NodeId,
    /// The client's number for it.
    pub request: u64,
    /// Which try of the client's this is.
    pub attempt: u32,
    /// What to read.
    pub command: Arc<S::Command>,
    /// What the state must have come to; not known before the leader has committed an entry of its
    /// term.
    pub index: Option<Index>,
    /// The round that must be answered.
    pub round: u64,
}

impl<S: StateMachine> Server<S> {
    /// Whether it has committed an entry of its term, and so knows all that is committed (§6.4).
    pub(super) fn knows_committed(&self) -> bool {
        let term = self.log().term_at(self.commit_index);
        term == Some(self.current_term()) && self.commit_index > 0
    }

    /// Whether a leader answers this command outside the log. Where nothing will be committed in
    /// its term by itself, a read goes through the log and does that.
    pub(super) fn reads_apart(&self, command: &S::Command) -> bool {
        let will_know = self.log().last_term() == self.current_term();
        self.settings.features.reads != Reads::Log
            && S::is_read(command)
            && (will_know || self.bugs.has(Bug::ReadBeforeCommit))
    }

    /// A client wants to read.
    pub(super) fn hold_read(
        &mut self,
        client: NodeId,
        (request, attempt): (u64, u32),
        command: Arc<S::Command>,
        context: &mut ServerContext<'_, S>,
    ) {
        assert!(self.is_leader(), "only a leader answers reads");
        // A client does one thing at a time: what it asked before it has given up, and what it asks
        // again is held already. So no more reads are held than there are clients.
        let reads = &mut self.leading.reads;
        reads.retain(|held| held.client != client || held.request >= request);
        if let Some(held) = reads.iter_mut().find(|held| held.client == client) {
            if held.request == request {
                // A client listens only to a refusal of its latest try.
                held.attempt = held.attempt.max(attempt);
            }
            return;
        }
        let knows = self.knows_committed() || self.bugs.has(Bug::ReadBeforeCommit);
        let index = knows.then_some(self.commit_index);
        let read = HeldRead { client, request, attempt, command, index, round: 0 };
        if let Some(index) = index {
            let leased = self.settings.features.reads == Reads::Lease
                && self.lease_until_us().is_some_and(|until_us| context.now_us() < until_us);
            if (leased || self.bugs.has(Bug::ReadWithoutQuorum)) && index <= self.last_applied {
                return self.serve(&read, leased, context);
            }
        }
        let index = self.commit_index;
        context.note(|| Note::ReadHeld { client, request, index });
        self.begin_round(context);
        let round = self.leading.round;
        self.leading.reads.push(HeldRead { round, ..read });
        self.ask_all(context);
        self.serve_reads(context);
    }

    /// Serves the reads that need not wait any longer: called whenever a round was answered, or the
    /// state has come further.
    pub(super) fn serve_reads(&mut self, context: &mut ServerContext<'_, S>) {
        if self.leading.reads.is_empty() || !self.is_leader() {
            return;
        }
        let confirmed = self.confirmed_round();
        let known = self.knows_committed().then_some(self.commit_index);
        for mut read in std::mem::take(&mut self.leading.reads) {
            read.index = read.index.or(known);
            let applied = read.index.is_some_and(|index| index <= self.last_applied);
            if applied && read.round <= confirmed {
                self.serve(&read, false, context);
            } else {
                self.leading.reads.push(read);
            }
        }
    }

    fn serve(&mut self, read: &HeldRead<S>, lease: bool, context: &mut ServerContext<'_, S>) {
        let &HeldRead { client, request, attempt, .. } = read;
        let index = self.last_applied;
        // A read changes nothing: that it is carried out on a copy only makes sure of it.
        let term = self.current_term();
        let origin = Origin { client: Some(client), request, index, term };
        let answer = self.machine.clone().apply(&origin, &read.command, &mut Effects::default());
        self.served = Some(Served { client, request, index });
        context.note(|| Note::ReadServed { client, request, index, lease });
        let reply = Reply::Applied(answer);
        context.send(client, Message::Answer { request, attempt, reply });
    }

    /// A leader that steps down cannot answer: its clients must ask another.
    pub(super) fn turn_readers_away(&mut self, context: &mut ServerContext<'_, S>) {
        for HeldRead { client, request, attempt, .. } in std::mem::take(&mut self.leading.reads) {
            let reply = Reply::NotLeader(self.leader);
            context.send(client, Message::Answer { request, attempt, reply });
        }
    }
}
