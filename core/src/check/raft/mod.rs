//! The checks of the Raft lab, made after every step.
//!
//! Each step changes one server, so each check looks at that server only and costs little. The
//! checks read states, not notes: a bug that forgets to say what it did is caught all the same.
//!
//! - `figure_3`: the five properties of the paper.
//! - `findings`: what was found, and under which assumptions.
//! - `lane`: the state that a node's lane is painted with.
//! - `monitor`: what calls them all.

mod figure_3;
mod findings;
mod lane;
mod monitor;

pub use lane::LaneState;
pub use monitor::RaftMonitor;

use super::Kind;

/// The checks of the Raft lab. Links name them by their place in the list: **never reordered, new
/// ones come at the end.**
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RaftCheck {
    /// "At most one leader can be elected in a given term." §5.2
    ElectionSafety,
    /// "A leader never overwrites or deletes entries in its log; it only appends new entries." §5.3
    LeaderAppendOnly,
    /// "If two logs contain an entry with the same index and term, then the logs are identical in
    /// all entries up through the given index." §5.3
    LogMatching,
    /// "If a log entry is committed in a given term, then that entry will be present in the logs of
    /// the leaders for all higher-numbered terms." §5.4
    LeaderCompleteness,
    /// "If a server has applied a log entry at a given index to its state machine, no other server
    /// will ever apply a different log entry for the same index." §5.4.3
    StateMachineSafety,
    /// Some server was elected: without it the others say little.
    LeaderElected,
    /// Some entry was committed.
    EntryCommitted,
}

impl RaftCheck {
    /// Every check, in the order in which they are shown.
    pub const ALL: [Self; 7] = [
        Self::ElectionSafety,
        Self::LeaderAppendOnly,
        Self::LogMatching,
        Self::LeaderCompleteness,
        Self::StateMachineSafety,
        Self::LeaderElected,
        Self::EntryCommitted,
    ];

    /// What kind of promise it is.
    #[must_use]
    pub const fn kind(self) -> Kind {
        match self {
            Self::ElectionSafety
            | Self::LeaderAppendOnly
            | Self::LogMatching
            | Self::LeaderCompleteness
            | Self::StateMachineSafety => Kind::Always,
            Self::LeaderElected | Self::EntryCommitted => Kind::Sometimes,
        }
    }

    /// Its name in scenario files and results.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::ElectionSafety => "election_safety",
            Self::LeaderAppendOnly => "leader_append_only",
            Self::LogMatching => "log_matching",
            Self::LeaderCompleteness => "leader_completeness",
            Self::StateMachineSafety => "state_machine_safety",
            Self::LeaderElected => "leader_elected",
            Self::EntryCommitted => "entry_committed",
        }
    }
}
