//! Failures: a cache crashes, or its lease runs out, at any moment.
//!
//! Time is what a search through all interleavings does not have. Of leases it keeps what they
//! *promise*, and lets the rest happen at any moment:
//!
//! - A lease is over when it likes, on a cache that runs: it drops what it has from the home, and
//!   says hello with the next session. How long the lease was, and what the clocks did, is left
//!   out.
//! - A home gives a cache up at any moment at which that cache has no lease of the session that the
//!   home knows: it has crashed, or its lease is over. That is the promise of the two clocks; that
//!   they keep it is not searched here, but watched in random runs.
//! - Nobody asks for a renewal, since no lease is over before it likes; but where a home has given
//!   a cache up too early, being broken, that lease ends some time. No processor asks a second time
//!   after two leases: without a restart no message is lost that it would wait for.
//! - A crash is for ever, and what is on its way from and to the node is lost with it, as on
//!   streams. What had arrived before it may be anything, since it may happen at any moment.
//!
//! So a search with failures covers what becomes of a line whatever a lost cache was doing, and not
//! restarts, nor wrong clocks, nor what a home keeps over a crash of its own.

use super::state::{Memory, State};
use super::step::Action;
use super::{Cells, Model};
use crate::cache::bug::Bug;
use crate::cache::controller::CacheController;
use crate::cache::home::Home;
use crate::cache::note::Note;
use crate::cache::outlet::{Effect, Effects};
use crate::sim::node_set::NodeSet;
use crate::sim::process::NodeId;

impl State {
    const fn leases(&self) -> Option<&Home> {
        match &self.memory {
            Memory::Home(home) if home.setup().variant().leases => Some(home),
            Memory::Home(_) | Memory::Bus(_) => None,
        }
    }

    /// Where there are leases, every cache has one when everything begins.
    pub(super) fn open_sessions(&mut self) {
        if self.leases().is_none() {
            return;
        }
        let (mut effects, node) = (Effects::default(), self.home());
        let Memory::Home(home) = &mut self.memory else { return };
        home.attend(&mut effects);
        for cache in &mut self.caches {
            cache.attend(&mut effects);
        }
        let hellos: Vec<_> = (0..).map(NodeId).zip(effects.sent()).collect();
        assert_eq!(hellos.len(), self.caches.len(), "each says hello");
        for (from, (_, hello)) in hellos {
            let mut answer = Effects::default();
            home.receive(from, hello, &mut answer);
            for (to, message) in answer.sent() {
                self.caches[to.index()].receive(node, message, &mut effects);
            }
        }
        assert!(self.caches.iter().all(has_lease), "each has its lease");
    }

    /// Whether the home may give a node up: it has no lease of the session that the home knows.
    fn may_be_given_up(&self, node: NodeId) -> bool {
        let Some(home) = self.leases() else { return false };
        let tenancy = home.tenancies()[node.index()];
        let cache = &self.caches[node.index()];
        let (_, session) = cache.sessions().next().expect("there is one home");
        let is_over = self.down.contains(node)
            || self.lapsed.contains(node)
            || session.number != tenancy.number;
        let early = home.setup().bugs.has(Bug::ReclaimTooEarly);
        tenancy.heard_us.is_some() && (is_over || early)
    }

    /// Whether a node's lease ends of itself: it was given up too early, and nobody renews it.
    fn is_forsaken(&self, node: NodeId) -> bool {
        let Some(home) = self.leases() else { return false };
        let (tenancy, cache) = (home.tenancies()[node.index()], &self.caches[node.index()]);
        let (_, session) = cache.sessions().next().expect("there is one home");
        let is_known = tenancy.heard_us.is_some() || tenancy.number != session.number;
        !is_known && self.may_end_lease(node)
    }

    fn may_end_lease(&self, node: NodeId) -> bool {
        let runs = !self.down.contains(node) && !self.lapsed.contains(node);
        runs && has_lease(&self.caches[node.index()])
    }

    /// Whether the home has somebody to give up, or a lease ends, of itself.
    pub(super) fn time_helps(&self) -> bool {
        let helps = |node| self.may_be_given_up(node) || self.is_forsaken(node);
        self.leases().is_some() && (0..self.home().0).map(NodeId).any(helps)
    }

    /// A cache, and all that is on its way from it and to it, is gone for ever.
    pub(super) fn crash(&mut self, node: NodeId) {
        let place = node.index();
        self.failures -= 1;
        self.down = self.down.with(node);
        self.lapsed = self.lapsed.without(node);
        self.flights.retain(|flight| flight.from != node && flight.to != node);
        self.caches[place] = self.caches[place].recovered();
        (self.asked[place], self.once[place]) = (None, None);
    }

    /// What was taken for lost turns out to be what somebody has; or nobody has it.
    pub(super) fn settle_losses(&mut self) {
        for line in self.lines() {
            if self.truth[line.index()].is_some() {
                continue;
            }
            let found = self
                .running(line)
                .find(|(_, copy)| copy.state.may_read())
                .map(|(_, copy)| copy.words.get(0));
            let is_open = match &self.memory {
                Memory::Home(home) => home.line(line).open.is_some(),
                Memory::Bus(_) => false,
            };
            let left = if is_open { None } else { self.serves(line) };
            self.truth[line.index()] = found.or(left);
        }
    }

    /// A home says that something may be lost.
    pub(super) fn lose(&mut self, effects: &Effects) {
        for effect in &effects.list {
            if let Effect::Note(Note::PossiblyLost { line, .. }) = effect {
                self.truth[line.index()] = None;
            }
        }
    }
}

fn has_lease(cache: &CacheController) -> bool {
    cache.sessions().all(|(_, session)| session.renewed_us.is_some())
}

impl Model {
    /// What can fail, and what a home does about it.
    pub(super) fn failures(&self, state: &State, actions: &mut Vec<Action>) {
        if state.leases().is_none() {
            return;
        }
        for node in 0..state.home().0 {
            let cache = NodeId(node);
            if state.may_be_given_up(cache) {
                actions.push(Action::GiveUp(node));
            }
            let may_fail = state.failures > 0;
            if may_fail && !state.down.contains(cache) {
                actions.push(Action::Crash(node));
            }
            if may_fail && state.may_end_lease(cache) || state.is_forsaken(cache) {
                actions.push(Action::EndLease(node));
            }
        }
    }

    /// A cache's lease is over.
    pub(super) fn end_lease(&self, next: &mut State, node: u8, cells: &mut Cells) {
        if !next.is_forsaken(NodeId(node)) {
            next.failures -= 1;
        }
        if self.bugs.has(Bug::LeaseIgnored) {
            next.lapsed = NodeSet::of(NodeId(node)).union(next.lapsed);
            return;
        }
        let mut effects = Effects::default();
        let home = next.home();
        next.caches[usize::from(node)].end_session(home, &mut effects);
        next.follow(node, None, &effects, cells);
    }

    /// The home gives a cache up.
    pub(super) fn give_up(next: &mut State, node: u8, cells: &mut Cells) {
        let mut effects = Effects::default();
        let Memory::Home(home) = &mut next.memory else { return };
        home.give_up(NodeId(node), &mut effects);
        next.follow_memory(&effects, cells);
    }
}
