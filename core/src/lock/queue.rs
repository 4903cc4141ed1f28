//! One lock: who holds it, and who waits for it, in which order.
//!
//! The queue is fair: first come, first served, and whoever comes when somebody waits in conflict
//! with it waits too, even if it is compatible with those who hold the lock. Otherwise a stream of
//! readers could keep a writer waiting for ever. There are two ways to go before others. Who holds
//! a shared lock and waits for an exclusive one, an *upgrade*, goes before all but other upgrades:
//! it can let nobody else through, since it would have to let go of its own lock first. And a
//! reader can be put before a writer to break a deadlock ([`super::graph`]).
//!
//! The queue is a map from positions, so that whoever stands in the middle can leave at little
//! cost, and those who wait for an exclusive lock are kept a second time, so that the nearest of
//! them is found without looking at all the readers between.

use std::ops::Bound;

use imbl::{OrdMap, OrdSet};

use super::command::Patience;
use super::mode::Mode;
use super::{Owner, Token};

/// Where somebody stands in a queue: the lower, the nearer to the front.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// Upgrades come first.
    lane: Lane,
    /// In order of arrival.
    serial: u64,
    /// [`LAST`] for who came by itself; those who were put before it have lower numbers.
    nth: u32,
}

/// Of all with the same serial, who came by itself comes last.
const LAST: u32 = u32::MAX;

/// Which of the two parts of a queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Lane {
    Upgrade,
    Ordinary,
}

/// Somebody's lock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Grant {
    /// In which mode.
    pub mode: Mode,
    /// The fencing token.
    pub token: Token,
}

/// Somebody who waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Waiter {
    /// Who.
    pub owner: Owner,
    /// Its number for what it asks.
    pub request: u64,
    /// In which mode.
    pub mode: Mode,
    /// Whether it holds a shared lock meanwhile.
    pub upgrade: bool,
    /// For how long it is ready to wait.
    pub patience: Patience,
}

/// One lock.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Lock {
    holders: OrdMap<Owner, Grant>,
    /// How many of the holders have it exclusively: at most one, as long as no bug is planted.
    exclusive_holders: u32,
    queue: OrdMap<Position, Waiter>,
    /// Those in the queue who wait for it exclusively.
    exclusive: OrdSet<Position>,
    /// How many have ever waited.
    serial: u64,
}

impl Lock {
    /// Who holds it, in order of owners.
    pub fn holders(&self) -> impl Iterator<Item = (Owner, Grant)> {
        self.holders.iter().map(|(owner, grant)| (*owner, *grant))
    }

    /// What somebody holds, if anything.
    #[must_use]
    pub fn grant_of(&self, owner: Owner) -> Option<Grant> {
        self.holders.get(&owner).copied()
    }

    /// Who waits, from the front.
    pub fn queue(&self) -> impl DoubleEndedIterator<Item = &Waiter> {
        self.queue.values()
    }

    /// How many wait.
    #[must_use]
    pub fn queue_length(&self) -> u32 {
        u32::try_from(self.queue.len()).unwrap_or(u32::MAX)
    }

    /// Who stands at a position.
    #[must_use]
    pub fn waiter_at(&self, position: Position) -> Option<&Waiter> {
        self.queue.get(&position)
    }

    /// Who is first in the queue.
    #[must_use]
    pub fn front(&self) -> Option<(Position, &Waiter)> {
        self.queue.get_min().map(|(position, waiter)| (*position, waiter))
    }

    /// Those before a position, from the nearest to the front.
    pub fn ahead_of(&self, position: Position) -> impl Iterator<Item = &Waiter> {
        self.queue.range(..position).rev().map(|(_, waiter)| waiter)
    }

    /// Those behind a position, from the nearest to the end.
    pub fn behind(&self, position: Position) -> impl Iterator<Item = &Waiter> {
        let range = (Bound::Excluded(position), Bound::Unbounded);
        self.queue.range(range).map(|(_, waiter)| waiter)
    }

    /// How many stand before a position.
    #[must_use]
    pub fn count_ahead(&self, position: Position) -> u32 {
        u32::try_from(self.queue.range(..position).count()).unwrap_or(u32::MAX)
    }

    /// The first who waits for an exclusive lock.
    #[must_use]
    pub fn first_exclusive(&self) -> Option<&Waiter> {
        self.exclusive.get_min().and_then(|position| self.queue.get(position))
    }

    /// The nearest before a position who waits for an exclusive lock.
    #[must_use]
    pub fn exclusive_ahead_of(&self, position: Position) -> Option<&Waiter> {
        let nearest = self.exclusive.range(..position).next_back();
        nearest.and_then(|position| self.queue.get(position))
    }

    /// The nearest behind a position who waits for an exclusive lock.
    #[must_use]
    pub fn exclusive_behind(&self, position: Position) -> Option<&Waiter> {
        let nearest = self.exclusive.range((Bound::Excluded(position), Bound::Unbounded)).next();
        nearest.and_then(|position| self.queue.get(position))
    }

    /// Those at the front who wait for a shared lock, up to the first who does not.
    pub fn leading_readers(&self) -> impl Iterator<Item = &Waiter> {
        self.queue.values().take_while(|waiter| waiter.mode == Mode::Shared)
    }

    /// Whether anybody holds it exclusively.
    #[must_use]
    pub const fn is_held_exclusively(&self) -> bool {
        self.exclusive_holders > 0
    }

    /// Whether all others who hold it tolerate that this one has it in this mode.
    #[must_use]
    pub fn is_free_for(&self, owner: Owner, mode: Mode) -> bool {
        let own = self.holders.get(&owner);
        match mode {
            Mode::Exclusive => self.holders.len() == usize::from(own.is_some()),
            Mode::Shared => {
                let own = own.is_some_and(|grant| grant.mode == Mode::Exclusive);
                self.exclusive_holders == u32::from(own)
            }
        }
    }

    /// Whether anybody waits who does not tolerate this mode.
    #[must_use]
    pub fn is_awaited_against(&self, mode: Mode) -> bool {
        match mode {
            Mode::Exclusive => !self.queue.is_empty(),
            Mode::Shared => !self.exclusive.is_empty(),
        }
    }

    /// How many wait for an upgrade.
    #[must_use]
    pub fn waiting_upgrades(&self) -> u32 {
        let upgrades = self.queue.keys().take_while(|position| position.lane == Lane::Upgrade);
        u32::try_from(upgrades.count()).unwrap_or(u32::MAX)
    }

    /// Those who would wait before a newcomer: all, or before an upgrade only what is in its lane.
    pub fn ahead_of_newcomer(&self, upgrade: bool) -> impl Iterator<Item = &Waiter> {
        let end = if upgrade { self.after_upgrades() } else { self.next(Lane::Ordinary) };
        self.ahead_of(end)
    }

    /// Below everything in the ordinary lane.
    const fn after_upgrades(&self) -> Position {
        Position { lane: Lane::Ordinary, serial: 0, nth: 0 }
    }

    const fn next(&self, lane: Lane) -> Position {
        Position { lane, serial: self.serial, nth: LAST }
    }

    /// Puts somebody where it belongs in the queue.
    pub(super) fn enqueue(&mut self, waiter: Waiter) -> Position {
        let position = self.next(if waiter.upgrade { Lane::Upgrade } else { Lane::Ordinary });
        self.serial += 1;
        self.put(position, waiter);
        position
    }

    /// Takes somebody out of the queue.
    pub(super) fn dequeue(&mut self, position: Position) -> Option<Waiter> {
        let waiter = self.queue.remove(&position);
        self.exclusive.remove(&position);
        waiter
    }

    /// Puts who stands at a position right before another, who came by itself.
    pub(super) fn overtake(&mut self, position: Position, before: Position) -> Option<Position> {
        assert!(before < position, "it goes forward");
        let waiter = self.dequeue(position)?;
        let first = Position { nth: 0, ..before };
        let last = self.queue.range(first..before).next_back();
        let nth = last.map_or(0, |(last, _)| last.nth + 1);
        let position = Position { nth, ..before };
        self.put(position, waiter);
        Some(position)
    }

    fn put(&mut self, position: Position, waiter: Waiter) {
        if waiter.mode == Mode::Exclusive {
            self.exclusive.insert(position);
        }
        let before = self.queue.insert(position, waiter);
        assert!(before.is_none(), "one stands at a position");
    }

    /// Gives it to somebody, or makes what it has another mode or token.
    pub(super) fn give(&mut self, owner: Owner, grant: Grant) {
        self.take(owner);
        self.holders.insert(owner, grant);
        self.exclusive_holders += u32::from(grant.mode == Mode::Exclusive);
    }

    /// Takes it away from somebody.
    pub(super) fn take(&mut self, owner: Owner) -> Option<Grant> {
        let grant = self.holders.remove(&owner)?;
        self.exclusive_holders -= u32::from(grant.mode == Mode::Exclusive);
        Some(grant)
    }
}
