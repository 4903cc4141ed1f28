//! Stories of the lock lab: what locks are for, what goes wrong with them, and what is done about
//! it.
//!
//! Their files lie beside those of Raft's, and begin with `lock-`; those about a broken rule,
//! with `lock-bug-`.

use crate::lock::bug::Bug;

/// A story of the lock lab.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LockStory {
    /// Two clients lock two things in opposite orders.
    OppositeOrder,
    /// Three in a ring, each of whom wants what the next one has.
    Ring,
    /// Two readers of one thing both want to write it.
    BothUpgrade,
    /// A cycle through a queue is resolved with no victim: a reader overtakes.
    SoftCycle,
    /// A writer comes to its turn though readers come without end.
    ReaderStream,
    /// The leader crashes while clients wait: nobody is lost, nobody is granted twice.
    LeaderCrash,
    /// A client sleeps past its lease: what the fencing token is good for.
    PausedClient,
    /// Wait-die and wound-wait on one workload.
    Prevention,
    /// Where no deadlock is: what time-outs, no-wait and detection make of a long wait.
    NoDeadlock,
    /// A collector sees a deadlock that never was.
    Phantom,
    /// How long a free lock takes.
    Free,
    /// Many clients under load, to look around in.
    BusyShop,
    /// What happens where this rule is broken? A check says so.
    Broken(Bug),
}

impl LockStory {
    /// Every story, in the order in which they are listed: broken rules come last, in the order of
    /// the bugs' numbers.
    pub const ALL: [Self; 28] = [
        Self::OppositeOrder,
        Self::Ring,
        Self::BothUpgrade,
        Self::SoftCycle,
        Self::ReaderStream,
        Self::LeaderCrash,
        Self::PausedClient,
        Self::Prevention,
        Self::NoDeadlock,
        Self::Phantom,
        Self::Free,
        Self::BusyShop,
        Self::Broken(Bug::GrantBesideHolders),
        Self::Broken(Bug::TokenPerTerm),
        Self::Broken(Bug::LeaseByOwnClock),
        Self::Broken(Bug::VictimKeepsLocks),
        Self::Broken(Bug::LostWakeUp),
        Self::Broken(Bug::WakeOnlyOne),
        Self::Broken(Bug::ReadersOvertake),
        Self::Broken(Bug::ExpireUnchecked),
        Self::Broken(Bug::BlindToQueues),
        Self::Broken(Bug::WrongVictim),
        Self::Broken(Bug::GrantTwice),
        Self::Broken(Bug::UpgradeKeepsToken),
        Self::Broken(Bug::VaultForgetsReads),
        Self::Broken(Bug::TimeOutWakesNobody),
        Self::Broken(Bug::ReleaseUnchecked),
        Self::Broken(Bug::RetryForgetsAge),
    ];

    /// Its name: that of its file.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::OppositeOrder => "lock-opposite-order",
            Self::Ring => "lock-ring",
            Self::BothUpgrade => "lock-both-upgrade",
            Self::SoftCycle => "lock-soft-cycle",
            Self::ReaderStream => "lock-reader-stream",
            Self::LeaderCrash => "lock-leader-crash",
            Self::PausedClient => "lock-paused-client",
            Self::Prevention => "lock-prevention",
            Self::NoDeadlock => "lock-no-deadlock",
            Self::Phantom => "lock-phantom",
            Self::Free => "lock-free",
            Self::BusyShop => "lock-busy-shop",
            Self::Broken(bug) => broken_name(bug),
        }
    }

    /// Its file.
    #[must_use]
    pub const fn json(self) -> &'static str {
        match self {
            Self::OppositeOrder => include_str!("lock-opposite-order.json"),
            Self::Ring => include_str!("lock-ring.json"),
            Self::BothUpgrade => include_str!("lock-both-upgrade.json"),
            Self::SoftCycle => include_str!("lock-soft-cycle.json"),
            Self::ReaderStream => include_str!("lock-reader-stream.json"),
            Self::LeaderCrash => include_str!("lock-leader-crash.json"),
            Self::PausedClient => include_str!("lock-paused-client.json"),
            Self::Prevention => include_str!("lock-prevention.json"),
            Self::NoDeadlock => include_str!("lock-no-deadlock.json"),
            Self::Phantom => include_str!("lock-phantom.json"),
            Self::Free => include_str!("lock-free.json"),
            Self::BusyShop => include_str!("lock-busy-shop.json"),
            Self::Broken(bug) => broken_json(bug),
        }
    }
}

/// The name of the story of a broken rule.
const fn broken_name(bug: Bug) -> &'static str {
    match bug {
        Bug::GrantBesideHolders => "lock-bug-grant-beside-holders",
        Bug::TokenPerTerm => "lock-bug-token-per-term",
        Bug::LeaseByOwnClock => "lock-bug-lease-by-own-clock",
        Bug::VictimKeepsLocks => "lock-bug-victim-keeps-locks",
        Bug::LostWakeUp => "lock-bug-lost-wake-up",
        Bug::WakeOnlyOne => "lock-bug-wake-only-one",
        Bug::ReadersOvertake => "lock-bug-readers-overtake",
        Bug::ExpireUnchecked => "lock-bug-expire-unchecked",
        Bug::BlindToQueues => "lock-bug-blind-to-queues",
        Bug::WrongVictim => "lock-bug-wrong-victim",
        Bug::GrantTwice => "lock-bug-grant-twice",
        Bug::UpgradeKeepsToken => "lock-bug-upgrade-keeps-token",
        Bug::VaultForgetsReads => "lock-bug-vault-forgets-reads",
        Bug::TimeOutWakesNobody => "lock-bug-time-out-wakes-nobody",
        Bug::ReleaseUnchecked => "lock-bug-release-unchecked",
        Bug::RetryForgetsAge => "lock-bug-retry-forgets-age",
    }
}

/// The file of the story of a broken rule.
const fn broken_json(bug: Bug) -> &'static str {
    match bug {
        Bug::GrantBesideHolders => include_str!("lock-bug-grant-beside-holders.json"),
        Bug::TokenPerTerm => include_str!("lock-bug-token-per-term.json"),
        Bug::LeaseByOwnClock => include_str!("lock-bug-lease-by-own-clock.json"),
        Bug::VictimKeepsLocks => include_str!("lock-bug-victim-keeps-locks.json"),
        Bug::LostWakeUp => include_str!("lock-bug-lost-wake-up.json"),
        Bug::WakeOnlyOne => include_str!("lock-bug-wake-only-one.json"),
        Bug::ReadersOvertake => include_str!("lock-bug-readers-overtake.json"),
        Bug::ExpireUnchecked => include_str!("lock-bug-expire-unchecked.json"),
        Bug::BlindToQueues => include_str!("lock-bug-blind-to-queues.json"),
        Bug::WrongVictim => include_str!("lock-bug-wrong-victim.json"),
        Bug::GrantTwice => include_str!("lock-bug-grant-twice.json"),
        Bug::UpgradeKeepsToken => include_str!("lock-bug-upgrade-keeps-token.json"),
        Bug::VaultForgetsReads => include_str!("lock-bug-vault-forgets-reads.json"),
        Bug::TimeOutWakesNobody => include_str!("lock-bug-time-out-wakes-nobody.json"),
        Bug::ReleaseUnchecked => include_str!("lock-bug-release-unchecked.json"),
        Bug::RetryForgetsAge => include_str!("lock-bug-retry-forgets-age.json"),
    }
}
