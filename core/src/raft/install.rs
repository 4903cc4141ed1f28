//! Snapshots in use: taking, sending and installing them (Raft §7, figure 13).

use std::sync::Arc;

use super::bug::Bug;
use super::log::{Log, Term};
use super::message::{AppendResult, Message};
use super::note::Note;
use super::server::{Server, ServerContext};
use super::session::Sessions;
use super::snapshot::Snapshot;
use super::state_machine::StateMachine;
use crate::sim::process::NodeId;

impl<S: StateMachine> Server<S> {
    /// "Each server takes snapshots independently, covering just the committed entries in its log"
    /// (§7), once it has applied so many since the last, and before it goes on.
    pub(super) fn take_snapshot(&mut self, context: &mut ServerContext<'_, S>) {
        let every = self.settings.features.snapshot_every;
        let (index, base) = (self.last_applied, self.log().base().index);
        // A log that a planted bug has cut may end before what was applied.
        if every == 0 || index < base + every || self.log().entry(index).is_none() {
            return;
        }
        self.durable.log.compact(index);
        if self.bugs.has(Bug::SnapshotForgetsMembers) {
            self.durable.log.misremember(self.settings.first_configuration());
        }
        let forgets = self.bugs.has(Bug::SnapshotForgetsSessions);
        self.durable.snapshot = Some(Arc::new(Snapshot {
            base: *self.log().base(),
            machine: self.machine.clone(),
            sessions: if forgets { Sessions::default() } else { self.sessions.clone() },
            effects: self.effects,
        }));
        self.dirty = true;
        context.note(|| Note::SnapshotTaken { index });
        assert!(self.log().base().index == self.last_applied, "what was applied is in it");
    }

    /// "The leader must occasionally send snapshots to followers that lag behind" (§7).
    pub(super) fn send_snapshot(&mut self, to: NodeId, context: &mut ServerContext<'_, S>) {
        let Some(snapshot) = self.durable.snapshot.clone() else {
            unreachable!("entries are dropped for a snapshot only")
        };
        let index = snapshot.last_index();
        context.note(|| Note::SnapshotSent { to, index });
        let (term, round) = (self.current_term(), self.leading.round);
        context.send(to, Message::InstallSnapshot { term, snapshot, round });
    }

    /// The receiver's side of `InstallSnapshot` (figure 13).
    pub(super) fn install_snapshot(
        &mut self,
        leader: NodeId,
        (term, round): (Term, u64),
        snapshot: Arc<Snapshot<S>>,
        context: &mut ServerContext<'_, S>,
    ) {
        if !self.recognizes(leader, (term, round), context) {
            return;
        }
        let index = snapshot.last_index();
        let drops = self.bugs.has(Bug::SnapshotDropsLog);
        if index <= self.commit_index && !drops {
            context.note(|| Note::SnapshotIgnored { index });
        } else {
            self.take_over(snapshot, drops, context);
        }
        let result = AppendResult::Matched(index);
        self.answer(leader, Message::Appended { term, result, round }, context);
    }

    /// "6. If existing log entry has same index and term as snapshot's last included entry, retain
    /// log entries following it and reply. 7. Discard the entire log. 8. Reset state machine using
    /// snapshot contents."
    fn take_over(
        &mut self,
        snapshot: Arc<Snapshot<S>>,
        drops: bool,
        context: &mut ServerContext<'_, S>,
    ) {
        let base = snapshot.base;
        let kept = self.log().term_at(base.index) == Some(base.term) && !drops;
        if kept {
            self.durable.log.compact(base.index);
        } else {
            self.durable.log = Log::after(base);
        }
        self.machine = snapshot.machine.clone();
        self.sessions = snapshot.sessions.clone();
        self.effects = snapshot.effects;
        (self.commit_index, self.last_applied) = (base.index, base.index);
        self.durable.snapshot = Some(snapshot);
        self.dirty = true;
        context.note(|| Note::SnapshotInstalled { index: base.index, kept });
        assert!(self.log().base().index == base.index && self.log().last_index() >= base.index);
    }
}
