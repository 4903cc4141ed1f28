//! Leases: how a home may give up a node that it cannot hear.
//!
//! A home that waits for a node which has crashed waits for ever. It may take the line away from it
//! only if the node, wherever it is, has stopped using its copy: it may be alive, and only cut off.
//! So a cache uses what it has from a home only as long as its *lease* there lasts (Gray and
//! Cheriton, "Leases: an efficient fault-tolerant mechanism for distributed file cache
//! consistency", SOSP 1989). It asks for the lease to be renewed again and again; it counts the
//! time from when it *asked*, and the home counts from when it *heard*, and waits a little longer
//! than the lease is, since clocks run at different rates: so the cache always stops first.
//!
//! What belongs together is a *session* of a cache with a home. A lease that is over, a crash or a
//! broken connection ends it, and the next has a higher number. Messages between the two say to
//! which session they belong, and those of another are ignored.
//!
//! This, and what a home does about a session that has ended ([`recovery`](super::home)), is our
//! own: the primer knows no failures.

use super::setting::Features;

/// The most homes that there can be.
pub const MOST_HOMES: usize = 4;

/// The home waits longer than the lease by this part of it: clocks whose rates differ by less than
/// 5 % do no harm.
const DRIFT_PART: u64 = 20;

/// How long a home waits for a node before it gives it up, in microseconds.
#[must_use]
pub const fn patience_us(features: &Features) -> u64 {
    features.lease_us + features.lease_us / DRIFT_PART
}

/// How often a cache asks for its lease to be renewed, and a home looks at leases, in microseconds.
#[must_use]
pub const fn renewal_us(features: &Features) -> u64 {
    let third = features.lease_us / 3;
    if third == 0 { 1 } else { third }
}

/// A cache's session with one home.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Session {
    /// Its number, from 1.
    pub number: u32,
    /// When the cache asked for the lease that it has, in microseconds of its own clock.
    pub renewed_us: Option<u64>,
    /// How often it has asked for a first lease in vain.
    pub in_vain: u8,
}

/// How often a cache asks for a session's first lease before it takes it that the home has given
/// the session up.
pub(super) const MOST_IN_VAIN: u8 = 4;

impl Default for Session {
    fn default() -> Self {
        Self { number: 1, renewed_us: None, in_vain: 0 }
    }
}

impl Session {
    /// The next session.
    pub(super) const fn ended(self) -> Self {
        Self { number: self.number + 1, renewed_us: None, in_vain: 0 }
    }

    /// When its lease is over, in microseconds of the cache's clock, if it has one.
    #[must_use]
    pub const fn until_us(&self, features: &Features) -> Option<u64> {
        match self.renewed_us {
            Some(renewed_us) => Some(renewed_us + features.lease_us),
            None => None,
        }
    }
}

/// A home's session with one cache.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Tenancy {
    /// The number of the last session that it has heard of.
    pub number: u32,
    /// When it heard from the cache last, in microseconds of its own clock; nothing, if the session
    /// is over or there are no leases.
    pub heard_us: Option<u64>,
}

impl Default for Tenancy {
    fn default() -> Self {
        Self { number: Session::default().number, heard_us: None }
    }
}
