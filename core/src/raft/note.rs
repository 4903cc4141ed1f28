//! What participants say about themselves, for narration. No rule and no check depends on a note.

use super::log::{Index, Term};
use crate::sim::process::NodeId;

/// Something worth telling.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Note {
    /// A server's election timeout elapsed: it begins an election (§5.2).
    BecameCandidate {
        /// The new term.
        term: Term,
    },
    /// A candidate has votes from a majority (§5.2).
    BecameLeader {
        /// Its term.
        term: Term,
        /// How many votes it has.
        votes: u8,
    },
    /// A server follows: it saw a higher term, or its term's leader (§5.1, §5.2).
    BecameFollower {
        /// Its term.
        term: Term,
        /// Whom it follows, if it knows.
        leader: Option<NodeId>,
    },
    /// A server voted (§5.2).
    Voted {
        /// In this term.
        term: Term,
        /// For this candidate.
        candidate: NodeId,
    },
    /// A server refused to vote.
    RefusedVote {
        /// To this candidate.
        candidate: NodeId,
        /// Why.
        reason: VoteRefusal,
    },
    /// A leader took a client's command into its log (§5.3).
    Proposed {
        /// Where.
        index: Index,
    },
    /// A follower stored entries (§5.3).
    Stored {
        /// Up to this index.
        index: Index,
    },
    /// A follower removed entries that conflict with the leader's (§5.3).
    Truncated {
        /// From this index on.
        from: Index,
    },
    /// A follower refused entries: what comes before them is not in its log (§5.3).
    RefusedEntries {
        /// The index the leader asked about.
        previous_index: Index,
    },
    /// A leader learned that a majority stores an entry of its term, and committed it (§5.3,
    /// §5.4.2).
    Committed {
        /// Up to this index.
        index: Index,
    },
    /// A leader sees a majority store an entry of an earlier term, and does not count it (§5.4.2).
    DidNotCount {
        /// The entry's index.
        index: Index,
        /// The entry's term.
        term: Term,
    },
    /// A server applied entries to its state machine (§5.3).
    Applied {
        /// Up to this index.
        index: Index,
    },
    /// A client began an operation.
    Invoked {
        /// Its number.
        request: u64,
    },
    /// A client has its answer.
    Completed {
        /// The operation's number.
        request: u64,
    },
    /// A client was refused for sure, and tries elsewhere.
    Redirected {
        /// The operation's number.
        request: u64,
        /// Where it tries next.
        to: NodeId,
    },
    /// A client gave up waiting: what became of the operation stays unknown.
    GaveUp {
        /// The operation's number.
        request: u64,
    },
}

/// Why a server did not vote for a candidate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum VoteRefusal {
    /// The candidate's term has passed (§5.1).
    OldTerm,
    /// It voted for another in this term (§5.2).
    Voted(NodeId),
    /// The candidate's log is not up-to-date (§5.4.1).
    StaleLog,
}

/// What a note is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Topic {
    /// Terms, votes and roles (§5.1, §5.2).
    Elections,
    /// Logs (§5.3, §5.4).
    Entries,
    /// Clients' operations.
    Clients,
}

impl Note {
    /// What it is about.
    #[must_use]
    pub const fn topic(&self) -> Topic {
        match self {
            Self::BecameCandidate { .. }
            | Self::BecameLeader { .. }
            | Self::BecameFollower { .. }
            | Self::Voted { .. }
            | Self::RefusedVote { .. } => Topic::Elections,
            Self::Proposed { .. }
            | Self::Stored { .. }
            | Self::Truncated { .. }
            | Self::RefusedEntries { .. }
            | Self::Committed { .. }
            | Self::DidNotCount { .. }
            | Self::Applied { .. } => Topic::Entries,
            Self::Invoked { .. }
            | Self::Completed { .. }
            | Self::Redirected { .. }
            | Self::GaveUp { .. } => Topic::Clients,
        }
    }
}
