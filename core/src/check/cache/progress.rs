//! Progress: whatever a processor asks for is answered.
//!
//! A directory protocol that stalls can deadlock if everybody waits for somebody; one that lets
//! copies be taken away before they were used can livelock (Primer §9.3). While a network does as
//! it likes nothing can be promised; but once it is *whole* (all nodes run, all links are up,
//! nothing is held back), every operation is answered before [`BOUND`] of the longest delays have
//! passed for each cache: a home takes requests in order, so a request waits for one of each other
//! cache at most, each of a few messages in a row, and an operation is of two or three requests.
//!
//! With leases, somebody may have to be given up first; and whoever waits for very long asks again,
//! which begins its turn anew. It keeps its turn, so still one of each other cache at most is
//! served before it, but a turn may take longer than its messages do: as long as somebody waits
//! before it asks again. So several times the lease is added. Where leases are so short that they
//! are over before they are of use, nothing is promised. And where reliable links may have to
//! repeat what is lost, it is added how long they do so, each time after twice as long as before.
//!
//! If nothing is on its way any more and no timer could help, whoever waits does so for ever: that
//! is said at once.

use super::circumstances::Circumstances;

/// How many of the longest delays an operation may take for each cache.
pub const BOUND: u64 = 24;
/// How many times the lease it may take besides: a cache asks again after eight of them at most,
/// and somebody may have been given up before.
const LEASES: u64 = 12;
/// How many messages of an operation may be lost as often in a row as any is.
const REPEATED: u64 = 2;
/// How long it may take besides, in microseconds: what nodes do takes no time, but timers do.
const GRACE_US: u64 = 1_000_000;

/// Since when each cache waits, and when somebody has waited too long.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Progress {
    /// Since when the network is whole, in microseconds; `None`: it is not.
    calm_us: Option<u64>,
    bound_us: u64,
    /// When to look again.
    look_us: u64,
    reached: bool,
}

impl Progress {
    /// Somebody meddled with the world.
    pub(super) fn survey(&mut self, now: &Circumstances, now_us: u64, caches: usize) {
        let is_calm = now.is_whole() && !now.hurries();
        self.calm_us = is_calm.then_some(now_us.max(now.arrived_us));
        self.bound_us = BOUND * caches as u64 * now.slowest_us
            + REPEATED * now.repeats_us
            + LEASES * now.lease_us
            + GRACE_US;
        self.look_us = self.calm_us.unwrap_or(u64::MAX);
    }

    /// Whether to look who has waited too long.
    pub(super) const fn is_due(&self, now_us: u64) -> bool {
        now_us >= self.look_us
    }

    /// Whether the network is whole.
    pub(super) const fn is_calm(&self) -> bool {
        self.calm_us.is_some()
    }

    /// Whether who waits since then has waited since before the network was whole.
    pub(super) fn is_old(&self, since_us: u64) -> bool {
        self.calm_us.is_some_and(|calm_us| since_us < calm_us)
    }

    /// Whether everybody was answered at some time while the network was whole.
    pub(super) const fn is_reached(&self) -> bool {
        self.reached
    }

    /// Something was answered.
    pub(super) const fn answered(&mut self) {
        self.reached |= self.calm_us.is_some();
    }

    /// Looks who waits: since when each does, in microseconds. Who has waited too long?
    pub(super) fn look(
        &mut self,
        now_us: u64,
        waits: impl Iterator<Item = Option<u64>>,
    ) -> Option<usize> {
        let calm_us = self.calm_us?;
        self.look_us = now_us + self.bound_us;
        let mut late = None;
        for (place, since_us) in waits.enumerate() {
            let Some(since_us) = since_us else { continue };
            let until_us = since_us.max(calm_us) + self.bound_us;
            if now_us > until_us {
                late = late.or(Some(place));
            } else {
                self.look_us = self.look_us.min(until_us + 1);
            }
        }
        late
    }
}
