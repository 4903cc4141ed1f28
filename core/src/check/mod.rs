//! Properties of runs.
//!
//! Nothing is taken on trust: named properties are checked after every step, from outside the
//! nodes, by code that knows what the protocol promises and not how it keeps the promise. A check
//! keeps a record of its own, which travels with keyframes, and gives a [`Verdict`].
//!
//! Some promises rest on more than the protocol: that a clock runs true, that a switch is on. Such
//! an [`Assumption`] is watched as well. A protocol that breaks its promise after somebody took
//! away what the promise rests on is not convicted; what would have been said of it is kept.
//!
//! - [`raft`]: the five properties of Raft's figure 3, and what the rest of Raft promises.
//! - [`lock`]: what the lock manager promises, which stands on it.
//! - [`cache`]: what the coherent cache promises.
//! - [`linearizability`]: whether what clients saw could have come from one object that does one
//!   thing at a time. It judges a whole history at once, and not step by step.
//! - [`coherence`]: whether each location of what they saw could have been one memory; less than
//!   linearizable, and what a coherent cache promises.

pub mod cache;
pub mod coherence;
mod findings;
mod lane;
pub mod linearizability;
pub mod lock;
pub mod raft;

use cache::{CacheCheck, Evidence};
pub use findings::Now;
pub use lane::LaneState;
use lock::LockCheck;
use raft::RaftCheck;

use crate::cache::address::Line;
use crate::sim::process::NodeId;
use crate::sim::time::Moment;

/// A property of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Check {
    /// One of Raft.
    Raft(RaftCheck),
    /// One of the lock manager.
    Lock(LockCheck),
    /// One of the cache.
    Cache(CacheCheck),
}

/// From this number on, checks are those of the lock manager.
const LOCK: u8 = 64;
/// From this number on, checks are those of the cache.
const CACHE: u8 = 128;

impl Check {
    /// Every check, in the order of its number.
    pub fn all() -> impl Iterator<Item = Self> {
        let raft = RaftCheck::ALL.into_iter().map(Self::Raft);
        let raft_and_locks = raft.chain(LockCheck::ALL.into_iter().map(Self::Lock));
        raft_and_locks.chain(CacheCheck::ALL.into_iter().map(Self::Cache))
    }

    /// Its number in links. Numbers are never used again.
    #[must_use]
    pub const fn number(self) -> u8 {
        match self {
            Self::Raft(check) => check as u8,
            Self::Lock(check) => LOCK + check as u8,
            Self::Cache(check) => CACHE + check as u8,
        }
    }

    /// The check of a number.
    #[must_use]
    pub fn numbered(number: u8) -> Option<Self> {
        Self::all().find(|check| check.number() == number)
    }

    /// The check of a name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::all().find(|check| check.name() == name)
    }

    /// What kind of promise it is.
    #[must_use]
    pub const fn kind(self) -> Kind {
        match self {
            Self::Raft(check) => check.kind(),
            Self::Lock(check) => check.kind(),
            Self::Cache(check) => check.kind(),
        }
    }

    /// Its name in scenario files and results.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Raft(check) => check.name(),
            Self::Lock(check) => check.name(),
            Self::Cache(check) => check.name(),
        }
    }
}

impl From<RaftCheck> for Check {
    fn from(check: RaftCheck) -> Self {
        Self::Raft(check)
    }
}

impl From<LockCheck> for Check {
    fn from(check: LockCheck) -> Self {
        Self::Lock(check)
    }
}

impl From<CacheCheck> for Check {
    fn from(check: CacheCheck) -> Self {
        Self::Cache(check)
    }
}

impl PartialEq<RaftCheck> for Check {
    fn eq(&self, other: &RaftCheck) -> bool {
        *self == Self::Raft(*other)
    }
}

impl PartialEq<LockCheck> for Check {
    fn eq(&self, other: &LockCheck) -> bool {
        *self == Self::Lock(*other)
    }
}

impl PartialEq<CacheCheck> for Check {
    fn eq(&self, other: &CacheCheck) -> bool {
        *self == Self::Cache(*other)
    }
}

/// A leader's lease lasts for nine tenths of the time for which servers stick to their leader; that
/// much is right if one clock is a twentieth too slow and another a twentieth too fast.
pub use crate::sim::clock::MOST_DRIFT_PPM;

/// What kind of promise a property is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// It must hold after every step.
    Always,
    /// It must come to hold at some step: without it, the others say little.
    Sometimes,
    /// It must come to hold within a bound, once faults stop.
    Within,
}

/// What a promise may rest on besides the protocol. Each is named after what takes it away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Assumption {
    /// Client sessions were off: nobody remembers which commands were carried out.
    SessionsOff,
    /// Check quorum was off: a leader that is cut off goes on leading, and servers vote though they
    /// hear from a leader.
    CheckQuorumOff,
    /// A clock jumped, or ran faster or slower than is allowed for; or a timer was made to run out
    /// early, which to whoever relies on it is the same.
    ClocksStray,
    /// The network loses, delays or reorders so much that elections may fail for ever.
    NetworkLossy,
    /// Fencing was off: what the locks protect takes stale tokens.
    FencingOff,
    /// The graphs of several tables were gathered at different times, so that a cycle may have been
    /// seen that never was.
    GraphsApart,
    /// Cycles are not looked for: the policy is another one.
    NoDetection,
    /// Messages between two nodes might get lost, doubled or overtaken by each other.
    LinksDisorderly,
    /// A node failed or a link was cut, and there were no leases.
    NodesFailed,
    /// What a lost node had written was given up, and its home said so.
    LinesLost,
    /// Leases were so short, or the network so slow, that they may be over before they are of use.
    LeasesShort,
    /// Leases were switched on or off while something was under way.
    LeasesSwitched,
}

impl Assumption {
    /// Every assumption.
    pub const ALL: [Self; 12] = [
        Self::SessionsOff,
        Self::CheckQuorumOff,
        Self::ClocksStray,
        Self::NetworkLossy,
        Self::FencingOff,
        Self::GraphsApart,
        Self::NoDetection,
        Self::LinksDisorderly,
        Self::NodesFailed,
        Self::LinesLost,
        Self::LeasesShort,
        Self::LeasesSwitched,
    ];

    /// Its name in results.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::SessionsOff => "sessions_off",
            Self::CheckQuorumOff => "check_quorum_off",
            Self::ClocksStray => "clocks_stray",
            Self::NetworkLossy => "network_lossy",
            Self::FencingOff => "fencing_off",
            Self::GraphsApart => "graphs_apart",
            Self::NoDetection => "no_detection",
            Self::LinksDisorderly => "links_disorderly",
            Self::NodesFailed => "nodes_failed",
            Self::LinesLost => "lines_lost",
            Self::LeasesShort => "leases_short",
            Self::LeasesSwitched => "leases_switched",
        }
    }
}

/// Whether a property holds of the run so far.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It held after every step; or, if that is what it is about, it has happened.
    Holds,
    /// It was broken; here for the first time.
    Fails(Failure),
    /// What should happen sometimes has not happened yet.
    NotReached,
    /// What it rests on was taken away.
    AssumptionVoid(Void),
}

impl Verdict {
    /// Its name in scenario files and results.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Holds => "holds",
            Self::Fails(_) => "fails",
            Self::NotReached => "not reached",
            Self::AssumptionVoid(_) => "assumption void",
        }
    }

    /// Where the property was broken first, if it was: whether or not its assumptions held then.
    #[must_use]
    pub const fn failure(&self) -> Option<&Failure> {
        match self {
            Self::Fails(failure) => Some(failure),
            Self::AssumptionVoid(void) => void.failure.as_ref(),
            Self::Holds | Self::NotReached => None,
        }
    }

    /// The assumption that was taken away, if that is the verdict.
    #[must_use]
    pub const fn assumption(&self) -> Option<Assumption> {
        match self {
            Self::AssumptionVoid(void) => Some(void.assumption),
            Self::Holds | Self::Fails(_) | Self::NotReached => None,
        }
    }
}

/// Why nothing can be said of a property.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Void {
    /// What it rests on and did not have, at some step.
    pub assumption: Assumption,
    /// Where it was broken first after that, if it was: nobody is convicted for it.
    pub failure: Option<Failure>,
}

/// The first step at which a property was broken, and what shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The step, counted from 1; 0 if it was broken as the run began.
    pub step: u64,
    /// The moment after it.
    pub moment: Moment,
    /// The nodes that contradict each other or themselves.
    pub nodes: Vec<NodeId>,
    /// The term it happened in, where that says something.
    pub term: Option<u64>,
    /// The log index it is about, where there is one; for the checks of the cache the number of the
    /// line: see [`Failure::line`].
    pub index: Option<u64>,
    /// What contradicts what, where the check tells: those of the cache do.
    pub evidence: Option<Evidence>,
}

impl Failure {
    /// The line of memory that a failure of this check is about, if it is about one.
    #[must_use]
    pub fn line(&self, check: Check) -> Option<Line> {
        let Check::Cache(_) = check else { return None };
        u8::try_from(self.index?).ok().map(Line)
    }
}
