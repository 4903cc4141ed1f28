//! Leases: how a home may give up a node that it cannot hear.
//!
//! A home that waits for a node which has crashed waits for ever. It may take the line away from it
//! only if the node, wherever it is, has stopped using its copy: it may be alive, and only cut off.
//! So a cache uses what it has from a home only as long as its *lease* there lasts (Gray and
//! Cheriton, "Leases: an efficient fault-tolerant mechanism for distributed file cache
//! consistency", SOSP 1989). It asks for the lease to be renewed again and again; it counts the
//! time from when it *asked*, and the home counts from when it *heard*, and waits longer than the
//! lease is, since clocks run at different rates: so the cache always stops first. If the cache's
//! clock is a twentieth too slow, its lease lasts 1/0.95 of its time; if the home's is a twentieth
//! too fast as well, the home must see 1.05/0.95 of it pass: a little less than ten ninths.
//!
//! What belongs together is a *session* of a cache with a home. A lease that is over, a crash or a
//! broken connection ends it, and the next has a higher number. Messages between the two say to
//! which session they belong, and those of another are ignored.
//!
//! This, and what a home does about a session that has ended ([`recovery`](super::home)), is our
//! own: the primer knows no failures.

use super::setting::Features;
use crate::sim::clock::{MOST_DRIFT_PPM, TRUE_RATE_PPM};

/// The most homes that there can be.
pub const MOST_HOMES: usize = 4;

/// What the two clocks lose by showing whole microseconds, at most.
const ROUNDED_US: u64 = 4;

/// How long a home waits for a node before it gives it up, in microseconds.
#[must_use]
pub const fn patience_us(features: &Features) -> u64 {
    let fastest_us = features.lease_us * (TRUE_RATE_PPM + MOST_DRIFT_PPM);
    fastest_us.div_ceil(TRUE_RATE_PPM - MOST_DRIFT_PPM) + ROUNDED_US
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::clock::Clock;

    #[test]
    fn the_cache_stops_first_however_wrong_the_clocks_may_be() {
        let rates = [TRUE_RATE_PPM - MOST_DRIFT_PPM, TRUE_RATE_PPM, TRUE_RATE_PPM + MOST_DRIFT_PPM];
        for (cache_ppm, home_ppm) in rates.iter().flat_map(|one| rates.map(|other| (*one, other))) {
            let running = |rate_ppm| {
                let mut clock = Clock::default();
                clock.set_rate(rate_ppm, 0);
                clock
            };
            let (cache, home) = (running(cache_ppm), running(home_ppm));
            for lease_us in [1_000, 60_000, 100_000, 300_000, 600_000_000] {
                let features = Features { lease_us, ..Features::default() };
                for asked_us in (0..100).map(|place| 777_777 + place) {
                    // At once is the soonest that the home can hear.
                    let over_us = cache.reaches_us(cache.shows_us(asked_us) + lease_us, asked_us);
                    let patience_us = patience_us(&features);
                    let given_up_us =
                        home.reaches_us(home.shows_us(asked_us) + patience_us, asked_us);
                    assert!(over_us <= given_up_us, "{cache_ppm} {home_ppm} {lease_us}");
                }
            }
        }
    }
}
