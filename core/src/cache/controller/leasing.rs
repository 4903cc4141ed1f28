//! The cache's side of its leases: see [`lease`](super::super::lease).

use super::super::address::Line;
use super::super::bug::Bug;
use super::super::event::CacheEvent;
use super::super::lease::{MOST_IN_VAIN, Session, renewal_us};
use super::super::message::{Message, Transaction, What};
use super::super::note::Note;
use super::super::operation::{Operation, Outcome};
use super::super::outlet::Outlet;
use super::super::state::CacheState;
use super::super::table::Cell;
use super::{CacheController, CachedLine};
use crate::sim::process::NodeId;

/// How often the time is doubled at most after which a processor asks again.
const MOST_DOUBLED: u8 = 2;

impl CacheController {
    /// Its sessions, one with each home, in order.
    pub fn sessions(&self) -> impl Iterator<Item = (NodeId, &Session)> {
        self.setup.placement.homes().zip(&self.sessions)
    }

    /// How many sessions it has begun, with all homes together.
    #[must_use]
    pub fn sessions_begun(&self) -> u64 {
        // Without a home, a place has a session that was never begun.
        self.sessions.iter().map(|session| u64::from(session.number)).sum()
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

    /// When its lease at a home is over, in microseconds of its own clock, if it has one. Leases
    /// are made shorter at once; longer, only when it has looked.
    #[must_use]
    pub fn lease_until_us(&self, home: NodeId) -> Option<u64> {
        Some(self.sessions[self.place(home)].renewed_us? + self.setup.shortest_lease_us)
    }

    /// Whether what it has of a line may be used, and more be asked for.
    #[must_use]
    pub fn may_use(&self, line: Line, now_us: u64) -> bool {
        if !self.setup.variant().leases {
            return true;
        }
        let until_us = self.lease_until_us(self.setup.placement.home_of(line));
        until_us.is_some_and(|until_us| now_us < until_us || self.setup.bugs.has(Bug::LeaseIgnored))
    }

    /// Looks at its leases: to be called before anything else at each event. Returns after how long
    /// they are to be renewed, where that has just begun.
    pub fn attend(&mut self, outlet: &mut dyn Outlet) -> Option<u64> {
        if self.bound_us != self.setup.features.write_back_within_us {
            self.bound(outlet.now_us());
        }
        let leases = self.setup.variant().leases;
        if !leases && !self.leasing {
            return None;
        }
        if leases != self.leasing {
            return self.switch(leases, outlet);
        }
        if !self.setup.bugs.has(Bug::LeaseIgnored) {
            for home in self.setup.placement.homes() {
                let until_us = self.lease_until_us(home);
                if until_us.is_some_and(|until_us| until_us <= outlet.now_us()) {
                    self.end_session(home, outlet);
                }
            }
        }
        self.setup.shortest_lease_us = self.setup.features.lease_us;
        None
    }

    /// The bound on write-backs was changed: it holds for what is modified already, from now on.
    fn bound(&mut self, now_us: u64) {
        self.bound_us = self.setup.features.write_back_within_us;
        let bound_us = self.bound_us;
        for line in self.lines.iter_mut().filter(|line| line.state == CacheState::M) {
            let due_us = line.due_us.unwrap_or(u64::MAX).min(now_us + bound_us);
            line.due_us = (bound_us > 0).then_some(due_us);
        }
    }

    /// The bound on write-backs when it last looked, in microseconds; 0: there is none.
    #[must_use]
    pub const fn bound_us(&self) -> u64 {
        self.bound_us
    }

    /// Leases were switched on or off.
    fn switch(&mut self, leases: bool, outlet: &mut dyn Outlet) -> Option<u64> {
        self.leasing = leases;
        if let Some(asked) = &mut self.asked {
            // What was asked for without leases may be on its way still.
            (asked.since_us, asked.again) = (outlet.now_us(), 0);
        }
        self.setup.shortest_lease_us = self.setup.features.lease_us;
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
                    self.forget(Line(number), outlet);
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
    ///
    /// It may be wrong: perhaps many want the line, and the answer would have come. So each time it
    /// waits twice as long as before, up to a bound, and the home lets it keep its turn.
    pub fn ask_again(&mut self, outlet: &mut dyn Outlet) {
        let Some(asked) = self.asked else { return };
        let waited_us = outlet.now_us().saturating_sub(asked.since_us);
        let line = asked.operation.line();
        let patience_us = (2 * self.setup.features.lease_us) << asked.again;
        if !self.setup.variant().leases || waited_us <= patience_us {
            return;
        }
        let state = self.line(line).state;
        let (since_us, again) = (outlet.now_us(), MOST_DOUBLED.min(asked.again + 1));
        self.asked = Some(super::Asked { since_us, again, compared: None, ..asked });
        if state.is_given_up() && state != CacheState::I {
            self.end_session(self.setup.placement.home_of(line), outlet);
        } else {
            if state.awaits_copy() {
                self.forget(line, outlet);
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
        let (mut dropped, mut is_lost) = (0, false);
        for number in 0..u8::try_from(self.lines.len()).expect("at most 64 lines") {
            let line = Line(number);
            let state = self.line(line).state;
            if state == CacheState::I || !is_from(line) {
                continue;
            }
            self.drop_line(line, outlet);
            dropped += 1;
            is_lost |= self.asked.is_some_and(|asked| asked.operation.line() == line);
        }
        if let Some(asked) = self.asked.filter(|asked| is_from(asked.operation.line())) {
            self.begin_again(asked, is_lost, outlet);
        }
        if had_lease {
            outlet.note(Note::LeaseOver { home, lines: dropped });
        }
        self.say_hello(home, outlet);
        assert!(self.sessions[place].renewed_us.is_none());
    }

    /// The processor's operation begins again after the session in which it was begun. Where it was
    /// to give up a copy, there is no copy any more to do so with: whether the home has taken it
    /// back will not be known.
    fn begin_again(&mut self, asked: super::Asked, is_lost: bool, outlet: &mut dyn Outlet) {
        if is_lost && matches!(asked.operation, Operation::Evict(_) | Operation::Flush(_)) {
            self.asked = None;
            return outlet.answer(Outcome::Unknown);
        }
        let (since_us, again) = (outlet.now_us(), 0);
        let (given_up, compared) = (false, None);
        self.asked = Some(super::Asked { given_up, since_us, again, compared, ..asked });
    }

    /// What is under way for a line is forgotten, and so is what waited for that.
    fn forget(&mut self, line: Line, outlet: &mut dyn Outlet) {
        self.drop_line(line, outlet);
        self.stalled.retain(|(_, held)| held.about(line).is_none());
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
            // It may have waited for a lease, or for one that lasts: several answers may come at
            // once, the first of them too late to be of use.
            if self.setup.placement.home_of(line) == from {
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
