//! A table as it must be, by what its journal says.
//!
//! The journal tells what a table did, line by line, and a shadow is what follows from the lines
//! alone: who holds what, who waits in which order. It is written in the plainest way there is, and
//! shares no code with the table, so that whatever the two disagree about is worth a look.

use std::collections::BTreeMap;

use crate::lock::mode::Mode;
use crate::lock::queue::Grant;
use crate::lock::table::LockTable;
use crate::lock::{Owner, Place, Token};

/// Somebody who waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Waiting {
    pub owner: Owner,
    /// Its number for what it asks.
    pub request: u64,
    pub mode: Mode,
    /// Whether it holds a shared lock meanwhile.
    pub upgrade: bool,
    /// How often somebody was put before it to break a deadlock.
    pub overtaken: u32,
}

/// One lock.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Lock {
    pub holders: BTreeMap<Owner, Grant>,
    /// From the front.
    pub queue: Vec<Waiting>,
}

impl Lock {
    /// Those who hold it in conflict with somebody else who wants it in this mode.
    pub(super) fn against(&self, owner: Owner, mode: Mode) -> impl Iterator<Item = Owner> {
        let others = self.holders.iter().filter(move |(other, _)| **other != owner);
        let against = others.filter(move |(_, grant)| !grant.mode.is_compatible(mode));
        against.map(|(other, _)| *other)
    }

    /// Where somebody stands in the queue.
    pub(super) fn position(&self, owner: Owner) -> Option<usize> {
        self.queue.iter().position(|waiting| waiting.owner == owner)
    }

    /// Puts somebody into the queue: upgrades before all that are none.
    pub(super) fn enqueue(&mut self, waiting: Waiting) {
        let upgrades = self.queue.iter().take_while(|other| other.upgrade).count();
        let position = if waiting.upgrade { upgrades } else { self.queue.len() };
        self.queue.insert(position, waiting);
    }

    /// Takes somebody out of the queue.
    pub(super) fn dequeue(&mut self, owner: Owner) -> Option<Waiting> {
        self.position(owner).map(|position| self.queue.remove(position))
    }

    /// Who is first in the queue though nobody who holds the lock is in its way.
    pub(super) fn overlooked(&self) -> Option<Owner> {
        let front = self.queue.first()?;
        self.against(front.owner, front.mode).next().is_none().then_some(front.owner)
    }

    /// Whether a table has it so.
    fn is(&self, other: &crate::lock::queue::Lock) -> bool {
        let waits = |waiting: &Waiting| (waiting.owner, waiting.request, waiting.mode);
        let queue = other.queue().map(|waiter| (waiter.owner, waiter.request, waiter.mode));
        let holders = self.holders.iter().map(|(owner, grant)| (*owner, *grant));
        holders.eq(other.holders()) && self.queue.iter().map(waits).eq(queue)
    }
}

/// What is known of a client.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Person {
    /// The client's number for its session, if one is open.
    pub session: Option<u64>,
    /// The number of the last one that has ended.
    pub ended: u64,
    /// Its transaction, and the attempt.
    pub attempt: (u64, u64),
    /// How old the transaction is, if it has begun and was not let go of.
    pub age: Option<u64>,
    /// When its session was last renewed, in microseconds of true time.
    pub renewed_us: u64,
    /// The shortest lease that was in force since, in microseconds.
    pub lease_us: u64,
}

/// A table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Shadow {
    locks: BTreeMap<Place, Lock>,
    pub people: BTreeMap<Owner, Person>,
    pub last_token: Token,
}

impl Shadow {
    pub(super) fn lock(&mut self, place: Place) -> &mut Lock {
        self.locks.entry(place).or_default()
    }

    pub(super) fn person(&mut self, owner: Owner) -> &mut Person {
        self.people.entry(owner).or_default()
    }

    /// Whether somebody holds anything, or waits for anything.
    pub(super) fn has(&self, owner: Owner) -> bool {
        let mut locks = self.locks.values();
        locks.any(|lock| lock.holders.contains_key(&owner) || lock.position(owner).is_some())
    }

    /// Everybody who waits.
    pub(super) fn waiting(&self) -> impl Iterator<Item = Owner> {
        self.locks.values().flat_map(|lock| lock.queue.iter().map(|waiting| waiting.owner))
    }

    /// For whom somebody waits: who holds the lock in conflict with it, and who waits in conflict
    /// before it.
    pub(super) fn waits_for(&self, owner: Owner) -> Vec<Owner> {
        let mut found = Vec::new();
        for lock in self.locks.values() {
            let Some(position) = lock.position(owner) else { continue };
            let (ahead, own) = (&lock.queue[..position], lock.queue[position]);
            let ahead = ahead.iter().filter(|other| !other.mode.is_compatible(own.mode));
            found.extend(ahead.map(|other| other.owner));
            found.extend(lock.against(owner, own.mode));
        }
        found
    }

    /// A place at which a table is not so.
    pub(super) fn difference(&self, table: &LockTable) -> Option<Place> {
        let none = Lock::default();
        let mut locks = table.locks();
        locks.find_map(|(place, lock)| {
            let own = self.locks.get(&place).unwrap_or(&none);
            (!own.is(lock)).then_some(place)
        })
    }
}
