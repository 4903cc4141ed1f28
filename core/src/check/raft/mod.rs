//! The checks of the Raft lab, made after every step.
//!
//! Each step changes one server, so each check looks at that server only and costs little. The
//! checks read states, not notes: a bug that forgets to say what it did is caught all the same.
//!
//! - `figure_3` and `applied`: the five properties of the paper, and that commands are carried out
//!   once.
//! - `elections`, `membership`, `reads`, `liveness`: what the dissertation adds.
//! - `entries`: every entry that was ever stored, which logs may forget.
//! - `circumstances`: what is switched on, and whether clocks are right.
//! - `seen`: a server as it was before a step, and as it is after.
//! - `monitor`: what calls them all.

mod applied;
mod circumstances;
mod elections;
mod entries;
mod figure_3;
mod liveness;
mod membership;
mod monitor;
mod reads;
mod seen;

pub use super::lane::LaneState;
pub use liveness::BOUND;
pub use monitor::RaftMonitor;

use super::Kind;

/// What these checks have found.
type Findings = super::findings::Findings<RaftCheck>;

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
    /// While a leader is in touch with a majority, nobody else is elected, unless it asked for
    /// that. Dissertation §4.2.3
    LeaderStickiness,
    /// The commit index of a server that runs never goes back. Figure 2
    CommitMonotonic,
    /// No command of a client is carried out twice, and none is passed over. Dissertation §6.3
    SessionExactness,
    /// A read that is answered outside the log sees every command that was committed before it was
    /// begun. Dissertation §6.4
    ReadFreshness,
    /// Whoever is elected or commits has a quorum behind it that meets every quorum of the latest
    /// committed configuration. Dissertation, chapter 4
    ConfigurationSafety,
    /// Once faults stop, one leader is followed by all and commits, within [`BOUND`] election
    /// timeouts. §5.6
    Liveness,
    /// What the clients saw is linearizable. It is judged over a whole history, not step by step:
    /// no monitor watches it.
    LinearizableHistory,
}

impl RaftCheck {
    /// Every check, in the order in which they are shown.
    pub const ALL: [Self; 14] = [
        Self::ElectionSafety,
        Self::LeaderAppendOnly,
        Self::LogMatching,
        Self::LeaderCompleteness,
        Self::StateMachineSafety,
        Self::LeaderElected,
        Self::EntryCommitted,
        Self::LeaderStickiness,
        Self::CommitMonotonic,
        Self::SessionExactness,
        Self::ReadFreshness,
        Self::ConfigurationSafety,
        Self::Liveness,
        Self::LinearizableHistory,
    ];

    /// Every check that is made after each step, in the same order.
    pub fn watched() -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(|check| *check != Self::LinearizableHistory)
    }

    /// What kind of promise it is.
    #[must_use]
    pub const fn kind(self) -> Kind {
        match self {
            Self::ElectionSafety
            | Self::LeaderAppendOnly
            | Self::LogMatching
            | Self::LeaderCompleteness
            | Self::StateMachineSafety
            | Self::LeaderStickiness
            | Self::CommitMonotonic
            | Self::SessionExactness
            | Self::ReadFreshness
            | Self::ConfigurationSafety
            | Self::LinearizableHistory => Kind::Always,
            Self::LeaderElected | Self::EntryCommitted => Kind::Sometimes,
            Self::Liveness => Kind::Within,
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
            Self::LeaderStickiness => "leader_stickiness",
            Self::CommitMonotonic => "commit_monotonic",
            Self::SessionExactness => "session_exactness",
            Self::ReadFreshness => "read_freshness",
            Self::ConfigurationSafety => "configuration_safety",
            Self::Liveness => "liveness",
            Self::LinearizableHistory => "linearizable_history",
        }
    }
}
