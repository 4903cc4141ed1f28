//! Properties of runs.
//!
//! Nothing is taken on trust: named properties are checked after every step, from outside the
//! nodes, by code that knows what the protocol promises and not how it keeps the promise. A check
//! keeps a record of its own, which travels with keyframes, and gives a [`Verdict`].
//!
//! - [`raft`]: the five properties of Raft's figure 3.
//! - [`linearizability`]: whether what clients saw could have come from one object that does one
//!   thing at a time. It judges a whole history at once, and not step by step.

pub mod linearizability;
pub mod raft;

use crate::sim::process::NodeId;
use crate::sim::time::Moment;

/// What kind of promise a property is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// It must hold after every step.
    Always,
    /// It must come to hold at some step: without it, the others say little.
    Sometimes,
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
}

impl Verdict {
    /// Its name in scenario files and results.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Holds => "holds",
            Self::Fails(_) => "fails",
            Self::NotReached => "not reached",
        }
    }
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
    /// The log index it is about, where there is one.
    pub index: Option<u64>,
}
