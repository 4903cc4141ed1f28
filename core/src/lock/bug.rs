//! Planted bugs: rules of the lock manager that can be broken on purpose.
//!
//! As with Raft's, each is convicted by a named check, and no assertion depends on a rule that one
//! of them breaks. Bugs of the table are written into each entry by the leader
//! ([`Directives`](super::setting::Directives)), so that all tables are wrong in the same way.

/// A rule that can be broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Bug {
    /// A release wakes the first in the queue without looking whether others still hold the lock:
    /// an exclusive one is granted beside others.
    GrantBesideHolders,
    /// Tokens are counted anew in each term of the leader.
    TokenPerTerm,
    /// Each server ends sessions by its own clock, instead of by an entry of the log.
    LeaseByOwnClock,
    /// The locks of a victim are not released.
    VictimKeepsLocks,
    /// A release wakes nobody.
    LostWakeUp,
    /// A release wakes only the first in the queue, though its neighbours are compatible.
    WakeOnlyOne,
    /// A shared lock is granted although somebody waits for an exclusive one: writers starve.
    ReadersOvertake,
    /// An end of a lease that was proposed before a renewal is carried out after it.
    ExpireUnchecked,
    /// Soft edges are not looked at: a cycle that goes through a queue is not found.
    BlindToQueues,
    /// Somebody is aborted who only waits for a cycle and is no part of it.
    WrongVictim,
    /// A client that asks again for what it has got is granted it again, with a new token.
    GrantTwice,
    /// An upgrade keeps the token of the shared lock.
    UpgradeKeepsToken,
    /// The vault compares a write only with the tokens of earlier writes, not with those of reads.
    VaultForgetsReads,
    /// A timed-out wait is taken out of the queue, but nobody behind it is woken.
    TimeOutWakesNobody,
    /// A release is carried out though the client does not hold the lock: whoever does loses it.
    ReleaseUnchecked,
    /// A transaction that is tried again gets a new age, and so never becomes the oldest.
    RetryForgetsAge,
}

impl Bug {
    /// Every bug, in the order of its number.
    pub const ALL: [Self; 16] = [
        Self::GrantBesideHolders,
        Self::TokenPerTerm,
        Self::LeaseByOwnClock,
        Self::VictimKeepsLocks,
        Self::LostWakeUp,
        Self::WakeOnlyOne,
        Self::ReadersOvertake,
        Self::ExpireUnchecked,
        Self::BlindToQueues,
        Self::WrongVictim,
        Self::GrantTwice,
        Self::UpgradeKeepsToken,
        Self::VaultForgetsReads,
        Self::TimeOutWakesNobody,
        Self::ReleaseUnchecked,
        Self::RetryForgetsAge,
    ];

    /// Its number: its place in [`Bug::ALL`]. Numbers are never used again.
    #[must_use]
    pub const fn number(self) -> u8 {
        self as u8
    }

    /// Its name in a scenario file.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::GrantBesideHolders => "grant_beside_holders",
            Self::TokenPerTerm => "token_per_term",
            Self::LeaseByOwnClock => "lease_by_own_clock",
            Self::VictimKeepsLocks => "victim_keeps_locks",
            Self::LostWakeUp => "lost_wake_up",
            Self::WakeOnlyOne => "wake_only_one",
            Self::ReadersOvertake => "readers_overtake",
            Self::ExpireUnchecked => "expire_unchecked",
            Self::BlindToQueues => "blind_to_queues",
            Self::WrongVictim => "wrong_victim",
            Self::GrantTwice => "grant_twice",
            Self::UpgradeKeepsToken => "upgrade_keeps_token",
            Self::VaultForgetsReads => "vault_forgets_reads",
            Self::TimeOutWakesNobody => "time_out_wakes_nobody",
            Self::ReleaseUnchecked => "release_unchecked",
            Self::RetryForgetsAge => "retry_forgets_age",
        }
    }
}

/// The bugs that are planted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Bugs(u32);

impl Bugs {
    /// Whether `bug` is planted.
    #[must_use]
    pub const fn has(self, bug: Bug) -> bool {
        self.0 & (1 << bug.number()) != 0
    }

    /// Plants a bug, or mends it.
    pub const fn set(&mut self, bug: Bug, planted: bool) {
        if planted {
            self.0 |= 1 << bug.number();
        } else {
            self.0 &= !(1 << bug.number());
        }
    }

    /// All of them as one number, for the digest.
    #[must_use]
    pub const fn bits(self) -> u32 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bugs_are_numbered_by_their_place() {
        assert!((0..).zip(Bug::ALL).all(|(place, bug)| bug.number() == place));
    }
}
