//! The lock table: the state machine that Raft replicates.
//!
//! It knows who holds what, who waits for what, and nothing of time: that a lease is over, or that
//! somebody has waited for long enough, is for it a command like any other ([`super::steward`] says
//! who proposes it). So two tables that were given the same commands are the same.
//!
//! - A client's locks belong to its *session* ([`super::session`]). Each call of the session renews
//!   it. It ends when its lease is over or when the client opens another one.
//! - A client asks one thing at a time, with growing numbers. Asked again with the same number, the
//!   table answers again, by how things stand now, and does nothing.
//! - Each lock has a fair queue ([`super::queue`]). Whoever holds a lock and asks for as much or
//!   less of it is granted it again, with the same token: one release releases it.
//! - Each grant carries a *fencing token* of a counter of the whole table, also one that follows
//!   from a release of somebody else, and an upgrade. A downgrade keeps its token.
//! - Whether somebody may wait, or is aborted so that no deadlock can arise, is decided here
//!   (`prevention`); who waits for whom is read off ([`super::graph`]).
//!
//! What a command does is in `step`.

use std::collections::BTreeMap;
use std::sync::Arc;

use imbl::OrdMap;

use super::command::{Action, Answer, Command, Edge};
use super::effects::{Effects, Origin};
use super::graph;
use super::journal::Happening;
use super::queue::{Lock, Waiter};
use super::session::{Clients, Session};
use super::step::Step;
use super::{Owner, Place, Resource, Token};
use crate::sim::process::NodeId;
use crate::sim::shared::SharedList;

/// A lock table.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct LockTable {
    pub(super) resources: Arc<[Resource]>,
    pub(super) places: Arc<BTreeMap<Resource, Place>>,
    pub(super) locks: OrdMap<Place, Lock>,
    pub(super) clients: Clients,
    /// The token of the last grant.
    pub(super) last_token: Token,
    /// The term of the last grant's entry.
    pub(super) last_term: u64,
    /// The age of the youngest transaction.
    pub(super) last_age: u64,
    pub(super) journal: SharedList<Happening>,
    /// What the locks protect, if it is to be told which tokens are issued.
    pub(super) vault: Option<NodeId>,
}

impl LockTable {
    /// A table in which nobody holds anything.
    ///
    /// # Panics
    /// If there are more than 65,536 resources, or one twice: a configuration does not allow it.
    #[must_use]
    pub fn new(resources: Arc<[Resource]>) -> Self {
        let place = |place: usize| Place::try_from(place).expect("few resources");
        let named = resources.iter().enumerate().map(|(at, name)| (name.clone(), place(at)));
        let places: BTreeMap<Resource, Place> = named.collect();
        assert_eq!(places.len(), resources.len(), "each resource once");
        let locks = places.values().map(|place| (*place, Lock::default())).collect();
        Self { resources, places: Arc::new(places), locks, ..Self::default() }
    }

    /// Does what a command says, by the rules that are written into it.
    pub fn carry_out(
        &mut self,
        origin: Origin,
        command: &Command,
        effects: &mut Effects,
    ) -> Answer {
        let mut step = Step::new(self, effects, origin, command.directives);
        let effective = match &command.action {
            Action::Call(call) => match origin.owner {
                Some(owner) => return step.call(owner, origin.request, call),
                // Nobody asks: there is nobody to whom it could be done.
                None => false,
            },
            Action::Expire { owner, renewals } => step.expire(*owner, *renewals),
            Action::TimeOut { owner, request, aborts } => step.time_out(*owner, *request, *aborts),
            Action::Abort { owner, request, claimed } => {
                step.break_cycle(*owner, *request, *claimed)
            }
            Action::Overtake { owner, request, before } => step.overtake(*owner, *request, *before),
        };
        Answer::Done { effective }
    }

    /// The names of all resources, in the order of the configuration.
    #[must_use]
    pub const fn resources(&self) -> &Arc<[Resource]> {
        &self.resources
    }

    /// The place of a resource in the configuration's list.
    #[must_use]
    pub fn place(&self, resource: &str) -> Option<Place> {
        self.places.get(resource).copied()
    }

    /// All locks, in the order of the configuration.
    pub fn locks(&self) -> impl Iterator<Item = (Place, &Lock)> {
        self.locks.iter().map(|(place, lock)| (*place, lock))
    }

    /// One lock.
    #[must_use]
    pub fn lock(&self, place: Place) -> Option<&Lock> {
        self.locks.get(&place)
    }

    /// All open sessions, in order of owners.
    pub fn sessions(&self) -> impl Iterator<Item = (Owner, &Session)> {
        self.clients.sessions()
    }

    /// The open session of a client.
    #[must_use]
    pub fn session(&self, owner: Owner) -> Option<&Session> {
        self.clients.get(owner)
    }

    /// The number of the last session of a client that has ended; 0 if none has.
    #[must_use]
    pub fn last_ended_session(&self, owner: Owner) -> u64 {
        self.clients.ended(owner)
    }

    /// What a client waits for, and how.
    #[must_use]
    pub fn waiting(&self, owner: Owner) -> Option<(Place, &Waiter)> {
        let (place, position) = self.session(owner)?.waiting?;
        Some((place, self.lock(place)?.waiter_at(position)?))
    }

    /// The token of the last grant; 0 before the first.
    #[must_use]
    pub const fn last_token(&self) -> Token {
        self.last_token
    }

    /// All that has happened.
    #[must_use]
    pub const fn journal(&self) -> &SharedList<Happening> {
        &self.journal
    }

    /// Who waits for whom: see [`graph::edges_of`]. In a long queue they are very many.
    #[must_use]
    pub fn edges(&self) -> Vec<Edge> {
        self.sessions().flat_map(|(owner, _)| self.edges_of(owner)).collect()
    }

    /// For whom somebody waits.
    #[must_use]
    pub fn edges_of(&self, owner: Owner) -> Vec<Edge> {
        graph::edges_of(self, owner)
    }
}
