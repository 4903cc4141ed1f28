//! What participants say about themselves, for narration. No rule and no check depends on a note.

use std::convert::Infallible;

use super::log::{Index, Term};
use super::state_machine::OwnNote;
use crate::sim::process::NodeId;

/// Something worth telling.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Note<N = Infallible> {
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
    /// A server's election timeout elapsed: it asks whether it would be elected (dissertation
    /// §9.6).
    BecamePreCandidate {
        /// The term that the election would be in.
        term: Term,
    },
    /// A server would vote (§9.6).
    PreVoted {
        /// In this term.
        term: Term,
        /// For this server.
        candidate: NodeId,
    },
    /// A server would not vote (§9.6).
    RefusedPreVote {
        /// For this server.
        candidate: NodeId,
        /// Why.
        reason: VoteRefusal,
    },
    /// A leader has not heard from a majority for an election timeout, and steps down (§6.2).
    LostTouch,
    /// A leader that is no member any more steps down (§4.2.2).
    LeftCluster,
    /// A leader begins to hand leadership over (§3.10).
    TransferBegan {
        /// To this server.
        to: NodeId,
    },
    /// A leader tells the server, which has caught up, to campaign at once (§3.10).
    TransferSent {
        /// To this server.
        to: NodeId,
    },
    /// A leader leads on: the other was not elected within an election timeout (§3.10).
    TransferGivenUp {
        /// To this server.
        to: NodeId,
    },
    /// A server does not do what an administrator tells it.
    Unwilling {
        /// Why.
        reason: Unwillingness,
    },
    /// A leader changes the membership: it appended a configuration (§4.1, §4.3).
    ChangeBegan {
        /// Where.
        index: Index,
    },
    /// A configuration is committed (§4.1, §4.3).
    ChangeCommitted {
        /// Where it is in the log.
        index: Index,
    },
    /// A server that is to vote has caught up (§4.2.1).
    CaughtUp {
        /// Which.
        server: NodeId,
    },
    /// A server that was to vote has not caught up in time: the change is given up (§4.2.1).
    FellBehind {
        /// Which.
        server: NodeId,
    },
    /// A server took a snapshot, and dropped its log up to there (paper §7).
    SnapshotTaken {
        /// The last index that it stands for.
        index: Index,
    },
    /// A leader sends its snapshot, having dropped what the follower needs (paper §7).
    SnapshotSent {
        /// To this server.
        to: NodeId,
        /// The last index that it stands for.
        index: Index,
    },
    /// A follower took over the leader's snapshot (paper §7).
    SnapshotInstalled {
        /// The last index that it stands for.
        index: Index,
        /// Whether it kept what its log has after that.
        kept: bool,
    },
    /// A follower knows all that is in the leader's snapshot: it comes late (paper §7).
    SnapshotIgnored {
        /// The last index that it stands for.
        index: Index,
    },
    /// A leader holds a read until it knows that it still leads (§6.4).
    ReadHeld {
        /// Whose.
        client: NodeId,
        /// The client's number for it.
        request: u64,
        /// The commit index that it must see.
        index: Index,
    },
    /// A leader answers a read that is no entry of the log (§6.4).
    ReadServed {
        /// Whose.
        client: NodeId,
        /// The client's number for it.
        request: u64,
        /// The index up to which the state was applied.
        index: Index,
        /// Whether a lease allowed it, and nobody was asked (§6.4.1).
        lease: bool,
    },
    /// A server does not carry out a command again that its client's session has seen (§6.3).
    Skipped {
        /// Whose.
        client: NodeId,
        /// The client's number for it.
        request: u64,
    },
    /// A client got no answer, and asks again.
    Retried {
        /// The operation's number.
        request: u64,
        /// Whom it asks.
        to: NodeId,
    },
    /// A follower lacks what should have come before: the leader goes back to one batch at a time
    /// until they agree (§10.2.2).
    StreamBroken {
        /// The follower.
        follower: NodeId,
    },
    /// What the state machine, its steward or a party has to say.
    Own(N),
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
    /// It hears from a leader, this one, or cannot know yet whether it does because it has just
    /// come up (dissertation §4.2.3, §9.6).
    HearsLeader(Option<NodeId>),
}

impl VoteRefusal {
    /// Its name in results.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::OldTerm => "old_term",
            Self::Voted(_) => "voted",
            Self::StaleLog => "stale_log",
            Self::HearsLeader(_) => "hears_leader",
        }
    }
}

/// Why a server does not do what an administrator tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Unwillingness {
    /// It does not lead.
    NotLeader,
    /// It is doing something of the kind already.
    UnderWay,
    /// It has not committed an entry of its term (the correction of 2015).
    NothingCommitted,
    /// More than one server at a time would begin or cease to vote (§4.1).
    TooMany,
    /// It asks for what cannot be: no voters, a server that does not exist or does not vote.
    Impossible,
    /// It asks for what is so.
    NoChange,
}

impl Unwillingness {
    /// Its name in results.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::NotLeader => "not_leader",
            Self::UnderWay => "under_way",
            Self::NothingCommitted => "nothing_committed",
            Self::TooMany => "too_many",
            Self::Impossible => "impossible",
            Self::NoChange => "no_change",
        }
    }
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
    /// Who belongs to the cluster.
    Membership,
    /// What the state machine is for.
    Own,
}

impl<N: OwnNote> Note<N> {
    /// Its name in results.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::BecameCandidate { .. } => "became_candidate",
            Self::BecameLeader { .. } => "became_leader",
            Self::BecameFollower { .. } => "became_follower",
            Self::Voted { .. } => "voted",
            Self::RefusedVote { .. } => "refused_vote",
            Self::Proposed { .. } => "proposed",
            Self::Stored { .. } => "stored",
            Self::Truncated { .. } => "truncated",
            Self::RefusedEntries { .. } => "refused_entries",
            Self::Committed { .. } => "committed",
            Self::DidNotCount { .. } => "did_not_count",
            Self::Applied { .. } => "applied",
            Self::Invoked { .. } => "invoked",
            Self::Completed { .. } => "completed",
            Self::Redirected { .. } => "redirected",
            Self::GaveUp { .. } => "gave_up",
            Self::BecamePreCandidate { .. } => "became_pre_candidate",
            Self::PreVoted { .. } => "pre_voted",
            Self::RefusedPreVote { .. } => "refused_pre_vote",
            Self::LostTouch => "lost_touch",
            Self::LeftCluster => "left_cluster",
            Self::TransferBegan { .. } => "transfer_began",
            Self::TransferSent { .. } => "transfer_sent",
            Self::TransferGivenUp { .. } => "transfer_given_up",
            Self::Unwilling { .. } => "unwilling",
            Self::ChangeBegan { .. } => "change_began",
            Self::ChangeCommitted { .. } => "change_committed",
            Self::CaughtUp { .. } => "caught_up",
            Self::FellBehind { .. } => "fell_behind",
            Self::SnapshotTaken { .. } => "snapshot_taken",
            Self::SnapshotSent { .. } => "snapshot_sent",
            Self::SnapshotInstalled { .. } => "snapshot_installed",
            Self::SnapshotIgnored { .. } => "snapshot_ignored",
            Self::ReadHeld { .. } => "read_held",
            Self::ReadServed { .. } => "read_served",
            Self::Skipped { .. } => "skipped",
            Self::Retried { .. } => "retried",
            Self::StreamBroken { .. } => "stream_broken",
            Self::Own(note) => note.name(),
        }
    }

    /// What it is about.
    #[must_use]
    pub const fn topic(&self) -> Topic {
        match self {
            Self::BecameCandidate { .. }
            | Self::BecameLeader { .. }
            | Self::BecameFollower { .. }
            | Self::Voted { .. }
            | Self::RefusedVote { .. }
            | Self::BecamePreCandidate { .. }
            | Self::PreVoted { .. }
            | Self::RefusedPreVote { .. }
            | Self::LostTouch
            | Self::TransferBegan { .. }
            | Self::TransferSent { .. }
            | Self::TransferGivenUp { .. } => Topic::Elections,
            Self::LeftCluster
            | Self::Unwilling { .. }
            | Self::ChangeBegan { .. }
            | Self::ChangeCommitted { .. }
            | Self::CaughtUp { .. }
            | Self::FellBehind { .. } => Topic::Membership,
            Self::Proposed { .. }
            | Self::Stored { .. }
            | Self::Truncated { .. }
            | Self::RefusedEntries { .. }
            | Self::Committed { .. }
            | Self::DidNotCount { .. }
            | Self::Applied { .. }
            | Self::SnapshotTaken { .. }
            | Self::SnapshotSent { .. }
            | Self::SnapshotInstalled { .. }
            | Self::SnapshotIgnored { .. }
            | Self::StreamBroken { .. } => Topic::Entries,
            Self::Invoked { .. }
            | Self::Completed { .. }
            | Self::Redirected { .. }
            | Self::GaveUp { .. }
            | Self::ReadHeld { .. }
            | Self::ReadServed { .. }
            | Self::Skipped { .. }
            | Self::Retried { .. } => Topic::Clients,
            Self::Own(_) => Topic::Own,
        }
    }
}
