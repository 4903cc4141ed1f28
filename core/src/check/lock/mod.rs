//! What the lock manager promises.
//!
//! The promises are kept by tables, stewards, clients and the vault together, and watched from
//! outside: the tables' journals say what was granted and when, the vault says what it took.
//!
//! Locks stand on Raft, so Raft's own checks go on beside these.
//!
//! - `shadow`: a table as it must be, by what its journal says.
//! - `audit`: whether each line of a journal may follow on those before.
//! - `cycles`: whether each deadlock is broken.
//! - `vault`: mutual exclusion, as what the locks protect sees it.
//! - [`history`]: whether what the clients were told could have come from fenced locks.
//! - `monitor`: what shows every line to them, and compares the servers.

mod audit;
mod cycles;
pub mod history;
mod monitor;
mod shadow;
mod vault;

pub use audit::MOST_OVERTAKEN;
pub use cycles::{Broken, ROUNDS};
pub use monitor::{Circumstances, Entry, LockMonitor, Look, Move, Moved};

use super::Kind;

/// What these checks have found.
type Findings = super::findings::Findings<LockCheck>;

/// A property of the lock manager. Links name them by their place in the list: **never reordered,
/// new ones come at the end.**
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
    /// What was granted stands, with its token, until its holder lets go of it, upgrades it, is
    /// aborted, or its session ends. Nobody else lets go of it, and it is not granted twice.
    GrantsStand,
    /// Whoever was aborted and whoever's session has ended holds nothing more and waits for nothing
    /// more.
    NothingLeftBehind,
    /// Nobody waits for a lock that could be granted to it.
    NoLostWakeUp,
    /// Nobody who waits is overtaken by somebody who asked later, but to break a deadlock, and so
    /// at most [`MOST_OVERTAKEN`] times.
    Fairness,
    /// A transaction that is tried again after it was aborted is as old as it was.
    AgeKept,
    /// Every cycle of a table's wait-for graph is broken, where cycles are looked for: before the
    /// leader has gone [`ROUNDS`] times through what it had in its log.
    DeadlockBroken,
    /// Nobody is aborted to break a deadlock who is in none. If the table is split, its parts know
    /// of each other's waits only what somebody has gathered before, and nothing is promised.
    NoNeedlessVictim,
    /// A session ends only after its lease: not while its client renews it in time.
    LeaseRespected,
    /// The locks that were asked for and granted could have come from one fenced read-write lock
    /// each, of which an expiry is one more operation. It is judged over a whole history.
    LockHistory,
}

impl LockCheck {
    /// Every check, in the order in which they are shown.
    pub const ALL: [Self; 13] = [
        Self::MutualExclusion,
        Self::Compatibility,
        Self::TokensGrow,
        Self::TablesAgree,
        Self::GrantsStand,
        Self::NothingLeftBehind,
        Self::NoLostWakeUp,
        Self::Fairness,
        Self::AgeKept,
        Self::DeadlockBroken,
        Self::NoNeedlessVictim,
        Self::LeaseRespected,
        Self::LockHistory,
    ];

    /// Every check that is made after each step, in the same order.
    pub fn watched() -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(|check| *check != Self::LockHistory)
    }

    /// What kind of promise it is.
    #[must_use]
    pub const fn kind(self) -> Kind {
        match self {
            Self::DeadlockBroken => Kind::Within,
            Self::MutualExclusion
            | Self::Compatibility
            | Self::TokensGrow
            | Self::TablesAgree
            | Self::GrantsStand
            | Self::NothingLeftBehind
            | Self::NoLostWakeUp
            | Self::Fairness
            | Self::AgeKept
            | Self::NoNeedlessVictim
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
            Self::GrantsStand => "grants_stand",
            Self::NothingLeftBehind => "nothing_left_behind",
            Self::NoLostWakeUp => "no_lost_wake_up",
            Self::Fairness => "fairness",
            Self::AgeKept => "age_kept",
            Self::DeadlockBroken => "deadlock_broken",
            Self::NoNeedlessVictim => "no_needless_victim",
            Self::LeaseRespected => "lease_respected",
            Self::LockHistory => "lock_history",
        }
    }
}
