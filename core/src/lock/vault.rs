//! The vault: what the locks protect.
//!
//! A lock that is only believed in protects nothing. A client that slept past its lease goes on
//! where it was when it wakes, and a message that it sent before may arrive after its lock has gone
//! to somebody else. No check on the client's side helps: a pause can always come after it. So the
//! last word is with the store. Whoever comes shows the *fencing token* of its grant, and the store
//! remembers the highest that it has seen: who comes with a lower one is late (Burrows, "The Chubby
//! Lock Service", 2006, §2.4, where they are sequencers; Kleppmann, "How to do distributed
//! locking", 2016).
//!
//! For each resource, a vault with fencing on refuses
//! - a write with a token lower than any that it has seen: somebody has been granted the lock
//!   since, and has used it;
//! - a read with a token lower than any that it has seen of somebody with an *exclusive* lock:
//!   readers do not shut each other out;
//! - a token higher than those that it was told of: nobody can have it yet, or the leader's word is
//!   still on its way, and the client may come again;
//! - a write by who says itself that its lock is shared, and anything without a token.
//!
//! What it stores for each resource is one number, and a client that writes adds one to what it has
//! read. So whoever overwrites what it has not seen loses an update, and it shows: more writes were
//! accepted than were counted. With fencing switched off, that is what happens.
//!
//! The vault stands for an array of disks: a crash costs it nothing.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::bug::Bug;
use super::mode::Mode;
use super::note::Note;
use super::parcel::{Access, Parcel, Verdict};
use super::party::{LockContext, Locks, own_note};
use super::{Owner, Resource, Token};
use crate::raft::message::Message;
use crate::sim::process::NodeId;
use crate::sim::shared::SharedList;

/// What is kept of one resource.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Shelf {
    /// What is stored.
    pub value: u64,
    /// How many writes were accepted.
    pub writes: u64,
    /// The highest token of an access that was accepted.
    pub seen: Token,
    /// The highest token of an accepted access under an exclusive lock.
    pub seen_exclusive: Token,
    /// The highest token that the vault was told of.
    pub told: Token,
}

impl Shelf {
    /// How many writes were accepted and then overwritten by somebody who had not seen them.
    #[must_use]
    pub const fn lost(&self) -> u64 {
        self.writes.saturating_sub(self.value)
    }
}

/// An access on record.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Accessed {
    /// When, in microseconds of true time.
    pub at_us: u64,
    /// Who came.
    pub owner: Owner,
    /// What it wanted.
    pub access: Access,
    /// What the vault said.
    pub verdict: Verdict,
    /// Whether fencing was on.
    pub fenced: bool,
}

/// The vault.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Vault {
    resources: Arc<[Resource]>,
    /// By the resource's place.
    shelves: Vec<Shelf>,
    /// Whether tokens are looked at.
    fencing: bool,
    /// [`Bug::VaultForgetsReads`].
    forgets_reads: bool,
    /// Each client's number for what it came for last, and what it was told.
    last: BTreeMap<Owner, (u64, Verdict)>,
    record: SharedList<Accessed>,
}

impl Vault {
    /// A vault for these resources, in which each is 0.
    #[must_use]
    pub fn new(resources: Arc<[Resource]>, fencing: bool) -> Self {
        Self {
            shelves: vec![Shelf::default(); resources.len()],
            resources,
            fencing,
            forgets_reads: false,
            last: BTreeMap::new(),
            record: SharedList::default(),
        }
    }

    /// Every resource, in order, and what is kept of it.
    pub fn shelves(&self) -> impl Iterator<Item = (&Resource, &Shelf)> {
        self.resources.iter().zip(&self.shelves)
    }

    /// What is kept of a resource.
    #[must_use]
    pub fn shelf(&self, resource: &str) -> Option<&Shelf> {
        self.place(resource).map(|place| &self.shelves[place])
    }

    /// Whether tokens are looked at.
    #[must_use]
    pub const fn fencing(&self) -> bool {
        self.fencing
    }

    /// Every access that was judged for good, in order: a token that was unheard of may come again.
    #[must_use]
    pub const fn record(&self) -> &SharedList<Accessed> {
        &self.record
    }

    /// Switches fencing on or off.
    pub const fn fence(&mut self, fencing: bool) {
        self.fencing = fencing;
    }

    /// Plants a bug, if it is one of the vault's, or mends it.
    pub fn plant(&mut self, bug: Bug, planted: bool) {
        if bug == Bug::VaultForgetsReads {
            self.forgets_reads = planted;
        }
    }

    fn place(&self, resource: &str) -> Option<usize> {
        self.resources.iter().position(|name| **name == *resource)
    }

    /// What is to be said to an access. Nothing changes.
    #[must_use]
    pub fn judge(&self, access: &Access) -> Verdict {
        let Some(shelf) = self.shelf(&access.resource) else { return Verdict::UnknownResource };
        let refused = if self.fencing { self.refusal(shelf, access) } else { None };
        refused.unwrap_or(match access.writes {
            None => Verdict::Read { value: shelf.value },
            Some(_) => Verdict::Wrote,
        })
    }

    fn refusal(&self, shelf: &Shelf, access: &Access) -> Option<Verdict> {
        let seen = match access.writes {
            Some(_) if !self.forgets_reads => shelf.seen,
            _ => shelf.seen_exclusive,
        };
        if access.token < seen || access.token == 0 {
            Some(Verdict::Stale { seen })
        } else if access.token > shelf.told {
            Some(Verdict::Unheard { told: shelf.told })
        } else if access.writes.is_some() && access.mode == Mode::Shared {
            Some(Verdict::SharedOnly)
        } else {
            None
        }
    }

    /// Judges an access, and does what is accepted.
    pub fn take(&mut self, access: &Access) -> Verdict {
        let verdict = self.judge(access);
        let Some(place) = self.place(&access.resource).filter(|_| verdict.is_accepted()) else {
            return verdict;
        };
        let shelf = &mut self.shelves[place];
        if let Some(value) = access.writes {
            shelf.value = value;
            shelf.writes += 1;
        }
        // Without fencing anybody may come with anything: only what was issued counts as seen.
        let token = access.token.min(shelf.told);
        shelf.seen = shelf.seen.max(token);
        if access.mode == Mode::Exclusive {
            shelf.seen_exclusive = shelf.seen_exclusive.max(token);
        }
        assert!(shelf.seen_exclusive <= shelf.seen && shelf.seen <= shelf.told);
        verdict
    }

    /// It is told that a token has been issued.
    pub fn hear(&mut self, resource: &str, token: Token) {
        if let Some(place) = self.place(resource) {
            self.shelves[place].told = self.shelves[place].told.max(token);
        }
    }

    pub(super) fn receive<S: Locks>(
        &mut self,
        from: NodeId,
        parcel: &Parcel,
        context: &mut LockContext<'_, S>,
    ) {
        match parcel {
            Parcel::Issued { resource, token } => self.hear(resource, *token),
            Parcel::Access { number, access } => {
                if let Some(verdict) = self.answer(from.into(), *number, access, context) {
                    let parcel = Parcel::Judged { number: *number, verdict };
                    context.send(from, Message::Parcel(parcel));
                }
            }
            Parcel::Judged { .. } => {}
        }
    }

    /// What is said to a client, if anything: what comes again is answered as before, what comes
    /// after a later one is not answered.
    fn answer<S: Locks>(
        &mut self,
        owner: Owner,
        number: u64,
        access: &Access,
        context: &mut LockContext<'_, S>,
    ) -> Option<Verdict> {
        if let Some((last, verdict)) = self.last.get(&owner)
            && number <= *last
        {
            return (number == *last).then_some(*verdict);
        }
        let verdict = self.take(access);
        self.tell(owner, access, verdict, context);
        if !matches!(verdict, Verdict::Unheard { .. }) {
            self.last.insert(owner, (number, verdict));
            let (at_us, fenced) = (context.true_now_us(), self.fencing);
            let access = access.clone();
            self.record.push(Accessed { at_us, owner, access, verdict, fenced });
        }
        Some(verdict)
    }

    fn tell<S: Locks>(
        &self,
        owner: Owner,
        access: &Access,
        verdict: Verdict,
        context: &mut LockContext<'_, S>,
    ) {
        let Access { ref resource, token, .. } = *access;
        let resource = resource.clone();
        context.note(|| {
            own_note(match verdict {
                Verdict::Read { .. } => Note::Read { owner, resource, token },
                Verdict::Wrote => Note::Wrote { owner, resource, token },
                Verdict::Stale { seen } => Note::Stale { owner, resource, token, seen },
                Verdict::Unheard { .. } => Note::Unheard { owner, resource, token },
                Verdict::SharedOnly | Verdict::UnknownResource => {
                    Note::SharedOnly { owner, resource, token }
                }
            })
        });
    }
}

#[cfg(test)]
mod tests;
