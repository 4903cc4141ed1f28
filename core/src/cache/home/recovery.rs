//! What a home does when a node is gone: see [`lease`](super::super::lease).
//!
//! With leases, a home sees each transaction through: it keeps the *grant* that is open on a line
//! until the requester has said that it is served ([`What::Done`]), and blocks the line so long. So
//! when a node is gone, there is at most one transaction on each line that it may have left
//! unfinished, and the home knows what was its part in it:
//!
//! - It was to *acknowledge* an invalidation: its copy is gone, so the home acknowledges.
//! - It was to *supply* the data: the home supplies what memory has. If the requester has the
//!   owner's data after all, it says so in its `Done`, and the home copies them.
//! - It was the *requester*: the grant is dropped. Those it was to hear from are sharers again, who
//!   will acknowledge a second time; and if an owner hands its copy over to nobody, that copy still
//!   comes home.
//!
//! What is lost on its way is made up for in the same way. A requester that has waited for too long
//! asks again, and its grant is dropped and opened anew. An owner's data come home and go from
//! there to it; and whoever has acknowledged before tells the home as well the second time, which
//! passes it on. So a cut between two caches that both reach the home stops nobody for good.
//!
//! And if it simply *owned* the line, what memory has is the last that is known. The directory
//! cannot tell whether the owner wrote: it had the right to, also after a silent `E` to `M`. So it
//! reports the line as possibly lost.

use super::super::address::Line;
use super::super::bug::Bug;
use super::super::event::DirectoryEvent;
use super::super::lease::{Tenancy, patience_us, renewal_us};
use super::super::message::{Message, Transaction, What};
use super::super::note::Note;
use super::super::outlet::Outlet;
use super::super::state::DirectoryState;
use super::super::table::Cell;
use super::{Home, HomeLine, Matter};
use crate::sim::node_set::NodeSet;
use crate::sim::process::NodeId;

/// A transaction that is not known to be served.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Grant {
    /// Whose, and which.
    pub transaction: Transaction,
    /// Whether it is to write.
    pub writes: bool,
    /// Who is to supply the data; nobody: the home has done so.
    pub supplier: Option<NodeId>,
    /// Whether the supplier's data have come home.
    pub is_home: bool,
    /// Who is to acknowledge.
    pub sharers: NodeSet,
    /// Whether the requester is gone, and only the supplier's data are waited for.
    pub orphaned: bool,
}

/// What may be lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Loss {
    /// How many losses the home had found out with this one.
    pub number: u32,
    /// Which line.
    pub line: Line,
    /// What this node may have written to it, or may have been the last to have.
    pub node: NodeId,
    /// When the home found out, in microseconds of its clock.
    pub at_us: u64,
}

impl Home {
    /// What may have been lost, in order: of each line the newest.
    #[must_use]
    pub fn losses(&self) -> &[Loss] {
        &self.losses
    }

    /// How many losses it has found out.
    #[must_use]
    pub fn losses_count(&self) -> u32 {
        self.losses.last().map_or(0, |loss| loss.number)
    }

    /// What it knows of each cache's session, in order of the caches.
    #[must_use]
    pub fn tenancies(&self) -> &[Tenancy] {
        &self.tenancies
    }

    /// The home comes up again. Everybody has its full time: it may have renewed its lease while
    /// nobody listened.
    pub fn restart(&mut self, outlet: &mut dyn Outlet) {
        for tenancy in &mut self.tenancies {
            tenancy.heard_us = tenancy.heard_us.map(|_| outlet.now_us());
        }
    }

    /// Looks whether leases were switched on or off: to be called before anything else at each
    /// event. Returns after how long to look at leases first, where that has just begun.
    pub fn attend(&mut self, outlet: &mut dyn Outlet) -> Option<u64> {
        let leases = self.setup.variant().leases;
        if leases == self.leasing {
            return None;
        }
        self.leasing = leases;
        self.has_leased = true;
        for tenancy in &mut self.tenancies {
            tenancy.heard_us = leases.then(|| outlet.now_us());
        }
        if leases {
            return Some(renewal_us(&self.setup.features));
        }
        for line in self.own_lines() {
            // Nobody says any more that it is served.
            if let Some(grant) = self.of(line).open.take()
                && grant.supplier.is_none()
                && self.line(line).state == DirectoryState::S_D
            {
                self.of(line).state = DirectoryState::S;
            }
            self.settle(line, outlet);
        }
        None
    }

    /// Gives up the nodes that it has not heard from for too long. Returns after how long to look
    /// again.
    pub fn look_at_leases(&mut self, outlet: &mut dyn Outlet) -> Option<u64> {
        if !self.setup.variant().leases {
            return None;
        }
        let patience_us = if self.setup.bugs.has(Bug::ReclaimTooEarly) {
            self.setup.features.lease_us / 4
        } else {
            patience_us(&self.setup.features)
        };
        for node in self.setup.placement.caches() {
            let heard_us = self.tenancies[node.index()].heard_us;
            if heard_us.is_some_and(|heard_us| outlet.now_us() >= heard_us + patience_us) {
                self.give_up(node, outlet);
            }
        }
        Some(renewal_us(&self.setup.features))
    }

    /// Gives a node up: its lease must be over.
    ///
    /// This is public for searches through all interleavings; in a run the home looks at its clock
    /// itself.
    pub fn give_up(&mut self, node: NodeId, outlet: &mut dyn Outlet) {
        self.tenancies[node.index()].heard_us = None;
        outlet.note(Note::GivenUp { node });
        self.end_session(node, outlet);
    }

    /// A cache says that it is there.
    pub(super) fn renew(&mut self, from: NodeId, message: Message, outlet: &mut dyn Outlet) {
        let Message::Renew { session, sent_us } = message else { return };
        if !self.setup.variant().leases || !self.setup.placement.is_cache(from) {
            return;
        }
        let Tenancy { number, heard_us } = self.tenancies[from.index()];
        if session < number || session == number && heard_us.is_none() {
            return;
        }
        self.tenancies[from.index()] = Tenancy { number: session, heard_us: Some(outlet.now_us()) };
        if session > number {
            // It has dropped what it had: it has said so by the new number.
            self.end_session(from, outlet);
            outlet.note(Note::SessionBegan { with: from, session });
        }
        outlet.send(from, Message::Renewed { session, sent_us });
    }

    /// Without leases a message belongs to whatever session it says.
    pub(super) fn learns_session(&mut self, from: NodeId, session: u32) {
        if let Some(tenancy) = self.tenancies.get_mut(from.index()) {
            tenancy.number = session;
        }
    }

    /// Whether a message from a cache belongs to its session.
    pub(super) fn is_of_session(&self, from: NodeId, session: u32) -> bool {
        let tenancy = self.tenancies.get(from.index());
        tenancy.is_some_and(|it| it.number == session && it.heard_us.is_some())
    }

    fn own_lines(&self) -> impl Iterator<Item = Line> + use<> {
        let (placement, node) = (self.setup.placement, self.setup.node);
        let lines = u8::try_from(self.lines.len()).expect("a memory has at most 64 lines");
        (0..lines).map(Line).filter(move |line| placement.home_of(*line) == node)
    }

    /// Opens the grant of a request that was just taken.
    pub(super) fn open(&mut self, matter: Matter<'_>, before: HomeLine) {
        let Matter { line, from, event, transaction, .. } = matter;
        let writes = event == DirectoryEvent::GetM;
        let sharers = if writes { before.sharers.without(from) } else { NodeSet::EMPTY };
        let supplier = before.owner;
        let (is_home, orphaned) = (false, false);
        self.of(line).open =
            Some(Grant { transaction, writes, supplier, is_home, sharers, orphaned });
    }

    /// What an owner handed over has come home. `false`: it is late, and what it was about is over.
    pub(super) fn hears_data(&mut self, line: Line, transaction: Transaction) -> bool {
        let own = self.of(line);
        // Without a grant, it was asked for when there were no leases.
        let is_awaited = own.state == DirectoryState::S_D;
        let Some(grant) = own.open.as_mut() else { return is_awaited };
        let is_due = grant.transaction == transaction && !grant.is_home;
        grant.is_home |= is_due;
        is_due
    }

    /// After data have come home: if the requester is gone, that was all.
    pub(super) fn close_orphan(&mut self, line: Line, outlet: &mut dyn Outlet) {
        if self.line(line).open.is_some_and(|grant| grant.orphaned) {
            self.of(line).open = None;
            self.settle(line, outlet);
        }
    }

    /// A requester is served.
    pub(super) fn done(
        &mut self,
        line: Line,
        transaction: Transaction,
        what: &What,
        outlet: &mut dyn Outlet,
    ) {
        let is_open = |grant: Grant| grant.transaction == transaction && !grant.orphaned;
        if !self.line(line).open.is_some_and(is_open) {
            return;
        }
        self.touched |= line.bit();
        let own = self.of(line);
        own.open = None;
        own.words = what.words().unwrap_or(own.words);
        if own.state == DirectoryState::S_D {
            // The supplier's own copy need not be waited for.
            own.state = DirectoryState::S;
        }
        self.settle(line, outlet);
    }

    /// A node's session is over: whatever it had from here it has no more.
    fn end_session(&mut self, node: NodeId, outlet: &mut dyn Outlet) {
        self.stalled.retain(|(from, _)| *from != node);
        for line in self.own_lines() {
            let own = *self.line(line);
            let grant = own.open.filter(|grant| grant.concerns(node));
            if grant.is_none() && own.owner != Some(node) && !own.sharers.contains(node) {
                continue;
            }
            self.touched |= line.bit();
            match grant {
                Some(grant) if grant.transaction.requester == node && !grant.orphaned => {
                    // It may have been served, and have written; or it may have been the last that
                    // had what somebody who was given up had written.
                    let was_last = grant.supplier.is_none() && own.state == DirectoryState::S_D;
                    if grant.writes || own.owner == Some(node) || was_last {
                        self.report(line, node, outlet);
                    }
                    self.lose_requester(line, grant);
                }
                Some(grant) if grant.supplier == Some(node) => {
                    self.lose_supplier(line, grant, outlet);
                }
                Some(grant) if !grant.orphaned => self.acknowledge_for(line, node, grant, outlet),
                Some(_) => {}
                None => {}
            }
            self.lose(line, node, outlet);
            self.settle(line, outlet);
        }
    }

    /// The node owns and shares nothing: the table's columns for that.
    fn lose(&mut self, line: Line, node: NodeId, outlet: &mut dyn Outlet) {
        let own = *self.line(line);
        let event = if own.owner == Some(node) {
            DirectoryEvent::OwnerLost
        } else if own.sharers.contains(node) {
            DirectoryEvent::SharerLost
        } else {
            return;
        };
        let number = own.open.map_or(0, |grant| grant.transaction.number);
        let transaction = Transaction { requester: node, number };
        let what = &What::Invalidate;
        if let Cell::Do { actions, next } = self.cell(own.state, event) {
            let matter = Matter { line, from: node, event, transaction, what };
            self.carry_out(matter, (actions, next), outlet);
        }
    }

    /// The grant of one that is gone is dropped.
    fn lose_requester(&mut self, line: Line, grant: Grant) {
        let requester = grant.transaction.requester;
        let own = self.of(line);
        own.sharers = own.sharers.without(requester);
        let awaits_data = grant.supplier.is_some() && !grant.is_home;
        own.open = awaits_data.then_some(Grant { orphaned: true, ..grant });
        if own.owner == Some(requester) {
            own.owner = None;
            // Whoever was to acknowledge may have its copy still.
            own.sharers = own.sharers.union(grant.sharers);
            own.state = if own.sharers.is_empty() { DirectoryState::I } else { DirectoryState::S };
        }
        if awaits_data {
            own.state = DirectoryState::S_D;
        } else if own.state == DirectoryState::S_D {
            own.state = DirectoryState::S;
        }
    }

    /// A cache asks, and asks for a line that was granted to it already: something was lost, and it
    /// has not been served. What it asked before is superseded.
    ///
    /// Returns its turn, as a place among what is stalled: that which it had, or the first if it
    /// was being served. Else, where many want one line, nobody might be served before it asks
    /// again. `None`: the last.
    pub(super) fn supersede(
        &mut self,
        from: NodeId,
        line: Line,
        outlet: &mut dyn Outlet,
    ) -> Option<usize> {
        let is_old = |(other, held): &(NodeId, Message)| {
            let is_request = |what: &What| matches!(what, What::Request(_));
            *other == from && held.about(line).is_some_and(is_request)
        };
        let turn = self.stalled.iter().position(is_old);
        self.stalled.retain(|held| !is_old(held));
        let HomeLine { open, owner, .. } = *self.line(line);
        match open {
            Some(grant) if grant.transaction.requester == from && !grant.orphaned => {
                self.lose_requester(line, grant);
                return Some(0);
            }
            // It was taken for the owner, and asks: what comes from it comes in order, so it has
            // not supplied anything and will not.
            Some(grant) if grant.supplier == Some(from) && !grant.is_home => {
                self.lose_supplier(line, grant, outlet);
            }
            // It was given the line when there were no leases, and has not got it.
            None if owner == Some(from) => self.lose(line, from, outlet),
            Some(_) | None => {}
        }
        turn
    }

    /// One whose copy has been gone for longer tells the home so too: it has told a requester
    /// before, in vain perhaps. The home passes it on.
    pub(super) fn relay(
        &mut self,
        from: NodeId,
        line: Line,
        transaction: Transaction,
        outlet: &mut dyn Outlet,
    ) {
        let is_awaited = |grant: &Grant| {
            grant.transaction == transaction && !grant.orphaned && grant.sharers.contains(from)
        };
        if let Some(grant) = self.line(line).open.filter(is_awaited) {
            self.acknowledge_for(line, from, grant, outlet);
        }
    }

    /// What one that is gone was to supply, memory supplies.
    fn lose_supplier(&mut self, line: Line, grant: Grant, outlet: &mut dyn Outlet) {
        let node = grant.supplier.expect("somebody was to supply");
        if !grant.is_home {
            self.report(line, node, outlet);
        }
        let words = self.line(line).words;
        let own = self.of(line);
        if grant.orphaned {
            own.open = None;
            if own.state == DirectoryState::S_D {
                own.state = DirectoryState::S;
            }
            return;
        }
        own.open = Some(Grant { supplier: None, ..grant });
        let transaction = grant.transaction;
        self.say(transaction.requester, line, transaction, What::RecoveredData { words }, outlet);
    }

    fn acknowledge_for(&mut self, line: Line, node: NodeId, grant: Grant, outlet: &mut dyn Outlet) {
        self.of(line).open = Some(Grant { sharers: grant.sharers.without(node), ..grant });
        let transaction = grant.transaction;
        let what = What::RecoveredAck { sharer: node };
        self.say(transaction.requester, line, transaction, what, outlet);
    }

    /// Says that what a node may have written to a line is lost. Whoever wants to know of every
    /// loss is told by the note; what is kept is bounded by the lines, not by the length of a run.
    pub(super) fn report(&mut self, line: Line, node: NodeId, outlet: &mut dyn Outlet) {
        if self.setup.bugs.has(Bug::LossNotReported) {
            return;
        }
        let number = self.losses_count() + 1;
        self.losses.retain(|loss| loss.line != line);
        self.losses.push(Loss { number, line, node, at_us: outlet.now_us() });
        assert!(self.losses.len() <= self.lines.len(), "of each line there is one at most");
        outlet.note(Note::PossiblyLost { line, node });
    }
}

impl Grant {
    /// Whether a node has a part in it.
    const fn concerns(&self, node: NodeId) -> bool {
        let supplies = match self.supplier {
            Some(supplier) => supplier.0 == node.0,
            None => false,
        };
        self.transaction.requester.0 == node.0 || supplies || self.sharers.contains(node)
    }
}
