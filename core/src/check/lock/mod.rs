//! What the lock manager promises.
//!
//! The promises are kept by tables, stewards, clients and the vault together, and watched from
//! outside: the tables' journals say what was granted and when, the vault says what it took.
//!
//! Locks stand on Raft, so Raft's own checks go on beside these.

use super::Kind;

/// A property of the lock manager.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LockCheck {
    /// What the vault takes is in the order of the grants: nothing is written with a token when
    /// something was read or written with a later one, nothing read when something was written with
    /// a later one. It rests on fencing.
    MutualExclusion,
    /// Nobody holds a lock beside somebody who holds it exclusively, in any table.
    Compatibility,
    /// Each grant has a greater token than every one before.
    TokensGrow,
    /// Tables that have applied the same entries are the same.
    TablesAgree,
    /// Nobody waits for a lock that could be granted to it.
    NoLostWakeUp,
    /// Every cycle of the wait-for graph is broken within a bound, where cycles are looked for.
    DeadlockBroken,
    /// Nobody is aborted to break a deadlock who is in none.
    NoNeedlessVictim,
    /// Nobody who waits is overtaken more often than a bound by somebody who asked later.
    Fairness,
    /// A session ends only after its lease: not while its client renews it in time.
    LeaseRespected,
    /// The locks that were asked for and granted could have come from one fenced read-write lock
    /// each, of which an expiry is one more operation. It is judged over a whole history.
    LockHistory,
}

impl LockCheck {
    /// Every check, in the order in which they are shown.
    pub const ALL: [Self; 10] = [
        Self::MutualExclusion,
        Self::Compatibility,
        Self::TokensGrow,
        Self::TablesAgree,
        Self::NoLostWakeUp,
        Self::DeadlockBroken,
        Self::NoNeedlessVictim,
        Self::Fairness,
        Self::LeaseRespected,
        Self::LockHistory,
    ];

    /// What kind of promise it is.
    #[must_use]
    pub const fn kind(self) -> Kind {
        match self {
            Self::DeadlockBroken => Kind::Within,
            Self::MutualExclusion
            | Self::Compatibility
            | Self::TokensGrow
            | Self::TablesAgree
            | Self::NoLostWakeUp
            | Self::NoNeedlessVictim
            | Self::Fairness
            | Self::LeaseRespected
            | Self::LockHistory => Kind::Always,
        }
    }

    /// Its name in scenario files and results.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::MutualExclusion => "mutual_exclusion",
            Self::Compatibility => "lock_compatibility",
            Self::TokensGrow => "tokens_grow",
            Self::TablesAgree => "tables_agree",
            Self::NoLostWakeUp => "no_lost_wake_up",
            Self::DeadlockBroken => "deadlock_broken",
            Self::NoNeedlessVictim => "no_needless_victim",
            Self::Fairness => "fairness",
            Self::LeaseRespected => "lease_respected",
            Self::LockHistory => "lock_history",
        }
    }
}
