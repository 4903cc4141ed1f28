//! What the coherent cache promises.
//!
//! The promises are kept by controllers and directories together, and watched from outside: after
//! each step of a node, the lines that it touched are looked at, and what its processor was told is
//! compared with what was written last, *in coherence order*. That order is known here, since a
//! right protocol lets only one write at a time: a store is ordered when it is carried out.
//!
//! - `record`: what is remembered of each line and each node.
//! - `circumstances`: what the promises rest on: links in order, nobody who fails without leases,
//!   clocks that run true.
//! - `progress`: whether every request is answered in time.
//! - `evidence`: what shows that a check has failed.
//! - `monitor`: what compares copies; `memory`: what compares homes and the bus; `leasing`: what
//!   leases promise.
//! - [`exhaustive`]: all interleavings of a small cache, by a search.

mod circumstances;
mod evidence;
pub mod exhaustive;
mod leasing;
mod memory;
mod monitor;
mod progress;
mod record;

pub use circumstances::Circumstances;
pub use evidence::{Evidence, Seen};
pub use monitor::{CacheMonitor, Look};
pub use progress::BOUND;

use super::Kind;

/// What these checks have found.
type Findings = super::findings::Findings<CacheCheck>;

/// A property of the cache. Links name them by their place in the list: **never reordered, new ones
/// come at the end.**
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CacheCheck {
    /// While a node may write a line, no other may read or write it (Primer §2.3, the
    /// single-writer-multiple-readers invariant).
    SingleWriter,
    /// A read gives what was written last in coherence order, every copy that may be read holds it,
    /// and so does memory where nobody owns the line (Primer §2.3, the data-value invariant). The
    /// one load that an invalidated copy may still serve counts at its place: before the writes
    /// that invalidated it.
    DataValue,
    /// When nothing is under way for a line, the directory says who has copies of it.
    DirectoryAgrees,
    /// Whatever a processor asks for is answered in bounded time, once the network is whole.
    Answered,
    /// Nothing comes that the tables have no entry for.
    NoUnexpected,
    /// A cache uses what it has only while its lease lasts, and no home gives a cache up before.
    LeaseRespected,
    /// When what a lost node may have written is gone, the home says so.
    LossReported,
    /// What is written is written back within the bound that is set. Nothing is said of it before
    /// a cache that has a bound has something to write back.
    LossBounded,
    /// There is one order of all reads and writes of each address that agrees with what each
    /// processor did in its order. It is judged over a whole history.
    CacheHistory,
}

impl CacheCheck {
    /// Every check, in the order in which they are shown.
    pub const ALL: [Self; 9] = [
        Self::SingleWriter,
        Self::DataValue,
        Self::DirectoryAgrees,
        Self::Answered,
        Self::NoUnexpected,
        Self::LeaseRespected,
        Self::LossReported,
        Self::LossBounded,
        Self::CacheHistory,
    ];

    /// Every check that is made after each step, in the same order.
    pub fn watched() -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(|check| *check != Self::CacheHistory)
    }

    /// What kind of promise it is.
    #[must_use]
    pub const fn kind(self) -> Kind {
        match self {
            Self::Answered => Kind::Within,
            Self::SingleWriter
            | Self::DataValue
            | Self::DirectoryAgrees
            | Self::NoUnexpected
            | Self::LeaseRespected
            | Self::LossReported
            | Self::LossBounded
            | Self::CacheHistory => Kind::Always,
        }
    }

    /// Its name in scenario files and results.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::SingleWriter => "single_writer",
            Self::DataValue => "data_value",
            Self::DirectoryAgrees => "directory_agrees",
            Self::Answered => "answered",
            Self::NoUnexpected => "no_unexpected",
            Self::LeaseRespected => "cache_lease_respected",
            Self::LossReported => "loss_reported",
            Self::LossBounded => "loss_bounded",
            Self::CacheHistory => "cache_history",
        }
    }
}
