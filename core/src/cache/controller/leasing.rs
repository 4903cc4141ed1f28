//! The cache's side of its leases: see [`lease`](super::super::lease).

use super::super::address::Line;
use super::super::bug::Bug;
use super::super::event::CacheEvent;
use super::super::lease::{MOST_IN_VAIN, Session, renewal_us};
use super::super::message::{Message, Transaction, What};
use super::super::note::Note;
use super::super::outlet::Outlet;
use super::super::state::CacheState;
use super::super::table::Cell;
use super::{CacheController, CachedLine};
use crate::sim::process::NodeId;

impl CacheController {
    /// Its sessions, one with each home, in order.
    pub fn sessions(&self) -> impl Iterator<Item = (NodeId, &Session)> {
        self.setup.placement.homes().zip(&self.sessions)
    }

    fn place(&self, home: NodeId) -> usize {
        usize::from(home.0 - self.setup.placement.caches)
    }

    /// The session that a message to `to` belongs to; 0 where there is none.
    pub(super) fn session_with(&self, to: NodeId) -> u32 {
        if self.setup.placement.is_cache(to) {
            return 0;
        }
        self.sessions[self.place(to)].number
    }

    /// Whether what it has of a line may be used, and more be asked for.
    #[must_use]
    pub fn may_use(&self, line: Line, now_us: u64) -> bool {
        if !self.setup.variant().leases {
            return true;
        }
        let session = &self.sessions[self.place(self.setup.placement.home_of(line))];
        let until_us = session.until_us(&self.setup.features);
        until_us.is_some_and(|until_us| now_us < until_us || self.setup.bugs.has(Bug::LeaseIgnored))
    }

    /// Looks at its leases: to be called before anything else at each event. Returns after how long
    /// they are to be renewed, where that has just begun.
    pub fn attend(&mut self, outlet: &mut dyn Outlet) -> Option<u64> {
        let leases = self.setup.variant().leases;
        if !leases && !self.leasing {
            return None;
        }
        if leases != self.leasing {
            return self.switch(leases, outlet);
        }
        if self.setup.bugs.has(Bug::LeaseIgnored) {
            return None;
        }
        for home in self.setup.placement.homes() {
            let until_us = self.sessions[self.place(home)].until_us(&self.setup.features);
            if until_us.is_some_and(|until_us| until_us <= outlet.now_us()) {
                self.end_session(home, outlet);
            }
        }
        None
    }

    /// Leases were switched on or off.
    fn switch(&mut self, leases: bool, outlet: &mut dyn Outlet) -> Option<u64> {
        self.leasing = leases;
        if leases {
            // What is here is used again when the homes have answered.
            for home in self.setup.placement.homes() {
                let place = self.place(home);
                self.sessions[place].renewed_us = None;
                self.say_hello(home, outlet);
            }
            // Without leases an invalidation may overtake the data, with them it never does: who
            // waits to read asks again.
            for number in 0..u8::try_from(self.lines.len()).expect("at most 64 lines") {
                let state = self.line(Line(number)).state;
                if matches!(state, CacheState::IS_D | CacheState::IS_D_I) {
                    self.drop_line(Line(number), outlet);
                    self.stalled.retain(|(_, held)| held.about(Line(number)).is_none());
                }
            }
            return Some(renewal_us(&self.setup.features));
        }
        if let Some(asked) = self.asked {
            self.attempt(asked.operation.line(), outlet);
        }
        None
    }

    /// Asks every home to renew its lease. Returns after how long to do so again.
    pub fn renew(&mut self, outlet: &mut dyn Outlet) -> Option<u64> {
        if !self.setup.variant().leases {
            return None;
        }
        for home in self.setup.placement.homes() {
            let session = &mut self.sessions[usize::from(home.0 - self.setup.placement.caches)];
            if session.renewed_us.is_none() {
                session.in_vain += 1;
            }
            if session.in_vain > MOST_IN_VAIN {
                self.end_session(home, outlet);
            } else {
                self.say_hello(home, outlet);
            }
        }
        Some(renewal_us(&self.setup.features))
    }

    /// A processor that has waited for longer than any lease lasts takes it that something was
    /// lost, and asks again: a peer that had not heard of this node's restart has spoken to the one
    /// that it was before, say. The home drops what it had granted.
    pub fn ask_again(&mut self, outlet: &mut dyn Outlet) {
        let Some(asked) = self.asked else { return };
        let waited_us = outlet.now_us().saturating_sub(asked.since_us);
        let line = asked.operation.line();
        if !self.setup.variant().leases || waited_us <= 2 * self.setup.features.lease_us {
            return;
        }
        let state = self.line(line).state;
        self.asked = Some(super::Asked { since_us: outlet.now_us(), compared: None, ..asked });
        if state.is_given_up() && state != CacheState::I {
            self.end_session(self.setup.placement.home_of(line), outlet);
        } else {
            if state.awaits_copy() {
                self.drop_line(line, outlet);
            }
            // There may be no copy and no request: the lease was over when it was last tried.
            self.attempt(line, outlet);
        }
    }

    /// Asks a home to renew its lease, or for the first of a session.
    pub fn say_hello(&self, home: NodeId, outlet: &mut dyn Outlet) {
        let session = self.sessions[self.place(home)].number;
        outlet.send(home, Message::Renew { session, sent_us: outlet.now_us() });
    }

    /// Drops everything that is from a home, and begins the next session with it.
    pub fn end_session(&mut self, home: NodeId, outlet: &mut dyn Outlet) {
        let place = self.place(home);
        let had_lease = self.sessions[place].renewed_us.is_some();
        self.sessions[place] = self.sessions[place].ended();
        let placement = self.setup.placement;
        let is_from = |line: Line| placement.home_of(line) == home;
        self.stalled.retain(|(_, held)| match held {
            Message::Coherence { line, .. } => !is_from(*line),
            Message::Renew { .. } | Message::Renewed { .. } => false,
        });
        let mut dropped = 0;
        for number in 0..u8::try_from(self.lines.len()).expect("at most 64 lines") {
            let line = Line(number);
            let state = self.line(line).state;
            if state == CacheState::I || !is_from(line) {
                continue;
            }
            self.drop_line(line, outlet);
            dropped += 1;
        }
        if let Some(asked) = &mut self.asked {
            asked.compared = None;
        }
        if had_lease {
            outlet.note(Note::LeaseOver { home, lines: dropped });
        }
        self.say_hello(home, outlet);
        assert!(self.sessions[place].renewed_us.is_none());
    }

    fn drop_line(&mut self, line: Line, outlet: &mut dyn Outlet) {
        let event = CacheEvent::LeaseOver;
        if let Cell::Do { actions, next } = self.cell(self.line(line).state, event) {
            let number = self.line(line).transaction;
            let transaction = Transaction { requester: self.setup.node, number };
            self.carry_out(line, event, (actions, next), transaction, outlet);
        }
        assert_eq!(self.line(line).state, CacheState::I, "whose lease is over has no copy");
    }

    /// A home has heard that this node is there.
    pub(super) fn renewed(&mut self, from: NodeId, message: Message, outlet: &mut dyn Outlet) {
        let Message::Renewed { session: number, sent_us } = message else { return };
        if !self.setup.variant().leases || !self.setup.placement.homes().any(|home| home == from) {
            return;
        }
        let place = self.place(from);
        let session = &mut self.sessions[place];
        if session.number != number {
            return;
        }
        let begins = session.renewed_us.is_none();
        session.renewed_us = session.renewed_us.max(Some(sent_us));
        session.in_vain = 0;
        if begins {
            outlet.note(Note::SessionBegan { with: from, session: number });
        }
        if let Some(asked) = self.asked {
            let line = asked.operation.line();
            // Several answers may come at once, the first of them too late to be of use.
            if self.setup.placement.home_of(line) == from && self.line(line).state == CacheState::I
            {
                self.attempt(line, outlet);
            }
        }
    }

    /// Whether a message belongs to the session and to what is under way. If not it is late, and
    /// what it was about is over.
    pub(super) fn is_timely(
        &mut self,
        (from, session): (NodeId, u32),
        line: Line,
        transaction: Transaction,
        what: &What,
    ) -> bool {
        let is_of_session =
            self.setup.placement.is_cache(from) || session == self.session_with(from);
        let own = self.line(line);
        let is_own =
            transaction == Transaction { requester: self.setup.node, number: own.transaction };
        let sharer = match what {
            What::Data { .. } | What::ExclusiveData { .. } | What::RecoveredData { .. } => {
                return is_of_session && is_own && own.state.awaits_data();
            }
            What::InvalidateAck => from,
            What::RecoveredAck { sharer } => *sharer,
            _ => return is_of_session,
        };
        // Acknowledgements are counted by who sent them: one may have been made up for.
        let counts = is_of_session && is_own && own.state.awaits_acks();
        let is_new = counts && !own.acknowledged.contains(sharer);
        if is_new {
            let own = self.of(line);
            own.acknowledged = own.acknowledged.with(sharer);
        }
        is_new
    }

    /// Tells the home that what was asked for is here.
    pub(super) fn send_done(&self, line: Line, outlet: &mut dyn Outlet) {
        let CachedLine { words, transaction, .. } = *self.line(line);
        let transaction = Transaction { requester: self.setup.node, number: transaction };
        self.send(
            self.setup.placement.home_of(line),
            line,
            transaction,
            What::Done { words },
            outlet,
        );
    }

    /// When the first modified line has to be written back, in microseconds of the node's clock.
    #[must_use]
    pub fn next_due_us(&self) -> Option<u64> {
        if self.setup.features.write_back_within_us == 0 {
            return None;
        }
        self.lines.iter().filter_map(|line| line.due_us).min()
    }

    /// Writes back what is due.
    pub fn write_back(&mut self, outlet: &mut dyn Outlet) {
        for number in 0..u8::try_from(self.lines.len()).expect("at most 64 lines") {
            let line = Line(number);
            let is_due = |due_us: u64| due_us <= outlet.now_us();
            if self.line(line).due_us.is_some_and(is_due) {
                outlet.note(Note::WriteBackDue { line });
                self.present(line, CacheEvent::Replacement, outlet);
            }
        }
    }
}
