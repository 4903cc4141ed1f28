//! Preventing deadlock: whether somebody may wait, decided when it asks (Rosenkrantz, Stearns and
//! Lewis 1978).
//!
//! Each transaction has an age, which it keeps when it is tried again. If whoever waits is always
//! older than all that it waits for, nobody can wait for itself in the end: ages fall along every
//! path. That is *wait-die*: who would wait for an older one dies. Turned round, it is
//! *wound-wait*: who waits is always younger, since it would have wounded the younger ones in its
//! way. As the age is kept, whoever dies or is wounded is one day the oldest, and gets through.
//!
//! For whom one would wait: those who hold the lock in conflict with it, *and* those who wait for
//! it in conflict before it, since they will get it first. That this is enough, though others come
//! and go while one waits, needs an argument only for upgrades, which go before those who wait
//! already. Take somebody who waits behind a holder that now asks for an upgrade. If it waits for
//! an exclusive lock, it has waited for that holder all the time. If it waits for a shared one
//! while the lock is shared, then for an exclusive one before it, which waits for the holder. In
//! both cases the ages along the new edge are in order, because they were along the old ones.

use super::command::Cause;
use super::policy::Policy;
use super::queue::Waiter;
use super::step::Step;
use super::{Owner, Place};

impl Step<'_> {
    /// Somebody cannot have a lock at once. Aborts whom it may abort for it, or says why it is
    /// aborted itself.
    pub(super) fn prevent(&mut self, place: Place, asked: &Waiter) -> Option<Cause> {
        match self.rules.policy {
            Policy::Detect | Policy::TimeOut => None,
            Policy::NoWait => Some(Cause::NoWait),
            Policy::WaitDie => self.would_wait_for_older(place, asked).then_some(Cause::Died),
            Policy::WoundWait => {
                for younger in self.younger_in_the_way(place, asked) {
                    self.abort_other(younger, Cause::Wounded, false);
                }
                // Their queues move only when this one stands where it belongs: an upgrade goes
                // before whoever would be woken.
                None
            }
        }
    }

    /// For whom it would wait.
    fn in_the_way(&self, place: Place, asked: Waiter) -> impl Iterator<Item = Owner> {
        let lock = self.table.lock(place).expect("places are those of the list");
        // From the nearest on: among those who wait, whoever decides is likely to be there.
        let ahead = lock.ahead_of_newcomer(asked.upgrade);
        let ahead = ahead.filter(move |other| !other.mode.is_compatible(asked.mode));
        let holders =
            lock.holders().filter(move |(_, grant)| !grant.mode.is_compatible(asked.mode));
        let all = ahead.map(|other| other.owner).chain(holders.map(|(owner, _)| owner));
        all.filter(move |owner| *owner != asked.owner)
    }

    fn age(&self, owner: Owner) -> Option<u64> {
        self.table.session(owner).and_then(|session| session.age)
    }

    fn would_wait_for_older(&self, place: Place, asked: &Waiter) -> bool {
        let own = self.age(asked.owner);
        self.in_the_way(place, *asked).any(|other| self.age(other) < own)
    }

    fn younger_in_the_way(&self, place: Place, asked: &Waiter) -> Vec<Owner> {
        let own = self.age(asked.owner);
        let younger = self.in_the_way(place, *asked).filter(|other| self.age(*other) > own);
        let mut younger: Vec<Owner> = younger.collect();
        younger.sort_unstable();
        younger.dedup();
        younger
    }
}
