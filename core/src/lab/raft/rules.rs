//! The rules of Raft's figure 2, one by one: when each fires, and which code carries it out.
//!
//! A rule fires in an event: a note says what a server decided, a message that leaves says what it
//! asks for. Which rules an event belongs to, and the section of the paper that asks for each, is
//! decided here; the words for them are the page's.

use super::view::{MessageKind, message_kind};
use crate::lab::{Event, What};
use crate::raft::message::{AppendResult, Message, Reply};
use crate::raft::note::{Note, VoteRefusal};
use crate::raft::participant::Timer;

/// A rule. Links name rules by their place in the list: **never reordered, new ones come at the
/// end.**
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rule {
    /// Commands up to the commit index are applied.
    Apply,
    /// A higher term makes a follower.
    HigherTerm,
    /// What is promised is on disk before it is said.
    Persist,
    /// A follower or candidate that hears nothing begins an election.
    StandForElection,
    /// A candidate asks all others for their votes.
    AskForVotes,
    /// A majority makes a leader.
    WinElection,
    /// The leader of the term is followed.
    FollowLeader,
    /// A leader shows that it is there.
    Heartbeat,
    /// A leader takes a command into its log.
    TakeCommand,
    /// A leader sends what a follower lacks.
    SendEntries,
    /// A leader remembers what a follower stores.
    Advance,
    /// A leader goes back where a follower's log differs.
    BackUp,
    /// A majority stores an entry of the leader's term.
    Commit,
    /// Copies of an old term's entry are not counted.
    DoNotCountOldTerm,
    /// No vote for a term that has passed.
    RefuseOldCandidate,
    /// No second vote in a term.
    RefuseSecondVote,
    /// No vote for a log that is behind.
    RefuseStaleLog,
    /// A vote.
    Vote,
    /// Nothing is taken from a leader whose term has passed.
    RefuseOldLeader,
    /// Nothing is taken that does not join the log.
    RefuseGap,
    /// What conflicts with the leader's log goes.
    RemoveConflict,
    /// New entries are stored.
    Store,
    /// Who does not lead sends a client on.
    Redirect,
}

/// Whom a rule is for: the boxes of figure 2.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Every server.
    AllServers,
    /// Followers and candidates: elections.
    Candidates,
    /// Leaders.
    Leaders,
    /// Who receives `RequestVote`.
    RequestVote,
    /// Who receives `AppendEntries`.
    AppendEntries,
}

impl Part {
    /// Every part, in the order in which they are shown.
    pub const ALL: [Self; 5] =
        [Self::AllServers, Self::Candidates, Self::RequestVote, Self::Leaders, Self::AppendEntries];
}

impl Rule {
    /// Every rule, in the order of its number.
    pub const ALL: [Self; 23] = [
        Self::Apply,
        Self::HigherTerm,
        Self::Persist,
        Self::StandForElection,
        Self::AskForVotes,
        Self::WinElection,
        Self::FollowLeader,
        Self::Heartbeat,
        Self::TakeCommand,
        Self::SendEntries,
        Self::Advance,
        Self::BackUp,
        Self::Commit,
        Self::DoNotCountOldTerm,
        Self::RefuseOldCandidate,
        Self::RefuseSecondVote,
        Self::RefuseStaleLog,
        Self::Vote,
        Self::RefuseOldLeader,
        Self::RefuseGap,
        Self::RemoveConflict,
        Self::Store,
        Self::Redirect,
    ];

    /// Whether it fires in an event.
    #[must_use]
    pub const fn fires(self, event: &Event) -> bool {
        match &event.what {
            What::Noted(note) => self.fires_in_note(note),
            What::Persisted => matches!(self, Self::Persist),
            What::Sent { message, .. } => match message {
                Message::RequestVote { .. } => matches!(self, Self::AskForVotes),
                Message::AppendEntries { entries, .. } => match self {
                    Self::Heartbeat => entries.is_empty(),
                    Self::SendEntries => !entries.is_empty(),
                    _ => false,
                },
                Message::Appended { result: AppendResult::Stale, .. } => {
                    matches!(self, Self::RefuseOldLeader)
                }
                Message::Answer { reply: Reply::NotLeader(_), .. } => {
                    matches!(self, Self::Redirect)
                }
                _ => false,
            },
            What::Delivered { message: Message::Appended { result, .. }, .. } => match result {
                AppendResult::Matched(_) => matches!(self, Self::Advance),
                AppendResult::Conflict { .. } => matches!(self, Self::BackUp),
                AppendResult::Stale => false,
            },
            _ => false,
        }
    }

    const fn fires_in_note(self, note: &Note) -> bool {
        let rule = match note {
            Note::BecameCandidate { .. } => Self::StandForElection,
            Note::BecameLeader { .. } => Self::WinElection,
            Note::BecameFollower { leader: None, .. } => Self::HigherTerm,
            Note::BecameFollower { leader: Some(_), .. } => Self::FollowLeader,
            Note::Voted { .. } => Self::Vote,
            Note::RefusedVote { reason, .. } => match reason {
                VoteRefusal::OldTerm => Self::RefuseOldCandidate,
                VoteRefusal::Voted(_) => Self::RefuseSecondVote,
                VoteRefusal::StaleLog => Self::RefuseStaleLog,
                VoteRefusal::HearsLeader(_) => return false,
            },
            Note::Proposed { .. } => Self::TakeCommand,
            Note::Stored { .. } => Self::Store,
            Note::Truncated { .. } => Self::RemoveConflict,
            Note::RefusedEntries { .. } => Self::RefuseGap,
            Note::Committed { .. } => Self::Commit,
            Note::DidNotCount { .. } => Self::DoNotCountOldTerm,
            Note::Applied { .. } => Self::Apply,
            Note::Invoked { .. }
            | Note::Completed { .. }
            | Note::Redirected { .. }
            | Note::GaveUp { .. }
            | Note::BecamePreCandidate { .. }
            | Note::PreVoted { .. }
            | Note::RefusedPreVote { .. }
            | Note::LostTouch
            | Note::LeftCluster
            | Note::TransferBegan { .. }
            | Note::TransferSent { .. }
            | Note::TransferGivenUp { .. }
            | Note::Unwilling { .. }
            | Note::ChangeBegan { .. }
            | Note::ChangeCommitted { .. }
            | Note::CaughtUp { .. }
            | Note::FellBehind { .. }
            | Note::SnapshotTaken { .. }
            | Note::SnapshotSent { .. }
            | Note::SnapshotInstalled { .. }
            | Note::SnapshotIgnored { .. }
            | Note::ReadHeld { .. }
            | Note::ReadServed { .. }
            | Note::Skipped { .. }
            | Note::Retried { .. }
            | Note::StreamBroken { .. } => return false,
        };
        self as u8 == rule as u8
    }

    /// The rule that fires in an event, if one does.
    #[must_use]
    pub fn of(event: &Event) -> Option<Self> {
        Self::ALL.into_iter().find(|rule| rule.fires(event))
    }

    /// Whom it is for.
    #[must_use]
    pub const fn part(self) -> Part {
        match self {
            Self::Apply | Self::HigherTerm | Self::Persist | Self::Redirect => Part::AllServers,
            Self::StandForElection | Self::AskForVotes | Self::WinElection | Self::FollowLeader => {
                Part::Candidates
            }
            Self::Heartbeat
            | Self::TakeCommand
            | Self::SendEntries
            | Self::Advance
            | Self::BackUp
            | Self::Commit
            | Self::DoNotCountOldTerm => Part::Leaders,
            Self::RefuseOldCandidate
            | Self::RefuseSecondVote
            | Self::RefuseStaleLog
            | Self::Vote => Part::RequestVote,
            Self::RefuseOldLeader | Self::RefuseGap | Self::RemoveConflict | Self::Store => {
                Part::AppendEntries
            }
        }
    }

    /// The section of the paper that asks for it.
    #[must_use]
    pub const fn section(self) -> &'static str {
        match self {
            Self::HigherTerm | Self::RefuseOldCandidate | Self::RefuseOldLeader => "5.1",
            Self::StandForElection
            | Self::AskForVotes
            | Self::WinElection
            | Self::FollowLeader
            | Self::Heartbeat
            | Self::RefuseSecondVote
            | Self::Vote => "5.2",
            Self::Apply
            | Self::TakeCommand
            | Self::SendEntries
            | Self::Advance
            | Self::BackUp
            | Self::RefuseGap
            | Self::RemoveConflict
            | Self::Store => "5.3",
            Self::RefuseStaleLog => "5.4.1",
            Self::Commit | Self::DoNotCountOldTerm => "5.4.2",
            Self::Persist => "5.6",
            Self::Redirect => "8",
        }
    }

    /// The file of `core/src/raft` and the function that carry it out.
    #[must_use]
    pub const fn source(self) -> (&'static str, &'static str) {
        const SERVER: &str = "server.rs";
        const ELECTION: &str = "election.rs";
        const REPLICATION: &str = "replication.rs";
        const APPLY: &str = "apply.rs";
        const FOLLOWER: &str = "follower.rs";
        const ROLE: &str = "role.rs";
        match self {
            Self::Apply => (APPLY, "apply"),
            Self::HigherTerm => (ROLE, "become_follower"),
            Self::Persist => (SERVER, "save"),
            Self::StandForElection => (ROLE, "become_candidate"),
            Self::AskForVotes => (ELECTION, "request_votes"),
            Self::WinElection => (ROLE, "become_leader"),
            Self::FollowLeader => (FOLLOWER, "recognizes"),
            Self::Heartbeat => (ROLE, "repeat"),
            Self::TakeCommand => (REPLICATION, "propose"),
            Self::SendEntries => (REPLICATION, "send_entries"),
            Self::Advance => (REPLICATION, "hear_append"),
            Self::BackUp => (REPLICATION, "back_up"),
            Self::Commit | Self::DoNotCountOldTerm => (APPLY, "advance_commit"),
            Self::RefuseOldCandidate | Self::RefuseSecondVote | Self::RefuseStaleLog => {
                (ELECTION, "vote_refusal")
            }
            Self::Vote => (ELECTION, "answer_vote_request"),
            Self::RefuseOldLeader => (FOLLOWER, "recognizes"),
            Self::RefuseGap => (FOLLOWER, "append_entries"),
            Self::RemoveConflict | Self::Store => (FOLLOWER, "store"),
            Self::Redirect => (REPLICATION, "take_request"),
        }
    }
}

/// The section of the paper that an event belongs to, if it belongs to one: that of its rule, or
/// else of what the message or the timer is for. A choice belongs to none.
#[must_use]
pub fn section_of(event: &Event) -> Option<&'static str> {
    if let Some(rule) = Rule::of(event) {
        return Some(rule.section());
    }
    match &event.what {
        What::Delivered { message, .. }
        | What::Lost { message, .. }
        | What::Sent { message, .. } => Some(match message_kind(message) {
            MessageKind::VoteRequest
            | MessageKind::VoteGranted
            | MessageKind::VoteRefused
            | MessageKind::Heartbeat
            | MessageKind::PreVoteRequest
            | MessageKind::PreVoteGranted
            | MessageKind::PreVoteRefused
            | MessageKind::TimeoutNow => Rule::Vote.section(),
            MessageKind::Snapshot => "7",
            MessageKind::Entries | MessageKind::Accepted | MessageKind::Refused => {
                Rule::Store.section()
            }
            MessageKind::Request | MessageKind::Answer | MessageKind::Redirect => {
                Rule::Redirect.section()
            }
        }),
        What::TimedOut(Timer::Election | Timer::Heartbeat) => Some(Rule::Heartbeat.section()),
        What::TimedOut(_) | What::Noted(_) => Some(Rule::Redirect.section()),
        What::Started => Some(Rule::StandForElection.section()),
        What::Synced | What::Persisted => Some(Rule::Persist.section()),
        What::Queued | What::Chosen(_) | What::Ignored(..) => None,
    }
}
