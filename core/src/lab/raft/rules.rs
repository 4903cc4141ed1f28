//! The rules of Raft's figure 2 and of what lies beyond it, one by one: when each fires, and which
//! code carries it out.
//!
//! A rule fires in an event: a note says what a server decided, a message that leaves says what it
//! asks for. Which rules an event belongs to, and the section of the paper that asks for each, is
//! decided here; the words for them are the page's.

use super::view::{MessageKind, message_kind};
use crate::lab::Note;
use crate::lab::{Event, What};
use crate::raft::message::{AppendResult, Message, Reply};
use crate::raft::note::VoteRefusal;
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
    /// Who would stand for election first asks whether it would win.
    AskBeforehand,
    /// A server says that it would vote.
    WouldVote,
    /// Who hears from a leader votes for nobody else.
    StickToLeader,
    /// A leader out of touch with a majority steps down.
    StepDown,
    /// A leader is told to hand over: it takes no more commands meanwhile.
    HandOver,
    /// The successor has every entry: it is to campaign at once.
    CampaignNow,
    /// The successor was not elected in time: the old leader leads on.
    LeadOn,
    /// A change of members is an entry of the log, and holds as soon as it is stored.
    ChangeMembers,
    /// A change of members is committed.
    CommitMembers,
    /// A newcomer votes once it has caught up, or is left out.
    CatchUp,
    /// A leader that is no member steps down once that is committed.
    LeaveCluster,
    /// What must not be done now is refused.
    RefuseInstruction,
    /// A long log becomes a snapshot.
    TakeSnapshot,
    /// Who lacks what the leader dropped gets its snapshot.
    SendSnapshot,
    /// A snapshot takes the place of the log up to its end, unless it comes late.
    InstallSnapshot,
    /// A follower missed a batch: one at a time until logs agree.
    StopStreaming,
    /// A read waits until the leader knows that it still leads.
    HoldRead,
    /// A majority has answered: a read is answered from the state.
    ServeRead,
    /// While a lease lasts, a read is answered without asking.
    ServeOnLease,
    /// A command that was carried out is not carried out again.
    SkipRepeated,
    /// A client without an answer asks again.
    AskAgain,
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
    /// Beyond figure 2: asking beforehand, stepping down, handing over.
    Elections,
    /// Beyond figure 2: who belongs to the cluster.
    Membership,
    /// Beyond figure 2: keeping logs short, and sending them fast.
    Snapshots,
    /// Beyond figure 2: reads, and commands that are repeated.
    Clients,
}

impl Part {
    /// Every part, in the order in which they are shown.
    pub const ALL: [Self; 9] = [
        Self::AllServers,
        Self::Candidates,
        Self::RequestVote,
        Self::Leaders,
        Self::AppendEntries,
        Self::Elections,
        Self::Membership,
        Self::Snapshots,
        Self::Clients,
    ];
}

impl Rule {
    /// Every rule, in the order of its number.
    pub const ALL: [Self; 44] = [
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
        Self::AskBeforehand,
        Self::WouldVote,
        Self::StickToLeader,
        Self::StepDown,
        Self::HandOver,
        Self::CampaignNow,
        Self::LeadOn,
        Self::ChangeMembers,
        Self::CommitMembers,
        Self::CatchUp,
        Self::LeaveCluster,
        Self::RefuseInstruction,
        Self::TakeSnapshot,
        Self::SendSnapshot,
        Self::InstallSnapshot,
        Self::StopStreaming,
        Self::HoldRead,
        Self::ServeRead,
        Self::ServeOnLease,
        Self::SkipRepeated,
        Self::AskAgain,
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
        match Self::of_note(note) {
            Some(rule) => self as u8 == rule as u8,
            None => false,
        }
    }

    const fn of_note(note: &Note) -> Option<Self> {
        Some(match note {
            Note::BecameCandidate { .. } => Self::StandForElection,
            Note::BecameLeader { .. } => Self::WinElection,
            Note::BecameFollower { leader: None, .. } => Self::HigherTerm,
            Note::BecameFollower { leader: Some(_), .. } => Self::FollowLeader,
            Note::Voted { .. } => Self::Vote,
            Note::RefusedVote { reason, .. } | Note::RefusedPreVote { reason, .. } => {
                match reason {
                    VoteRefusal::OldTerm => Self::RefuseOldCandidate,
                    VoteRefusal::Voted(_) => Self::RefuseSecondVote,
                    VoteRefusal::StaleLog => Self::RefuseStaleLog,
                    VoteRefusal::HearsLeader(_) => Self::StickToLeader,
                }
            }
            Note::Proposed { .. } => Self::TakeCommand,
            Note::Stored { .. } => Self::Store,
            Note::Truncated { .. } => Self::RemoveConflict,
            Note::RefusedEntries { .. } => Self::RefuseGap,
            Note::Committed { .. } => Self::Commit,
            Note::DidNotCount { .. } => Self::DoNotCountOldTerm,
            Note::Applied { .. } => Self::Apply,
            Note::BecamePreCandidate { .. } => Self::AskBeforehand,
            Note::PreVoted { .. } => Self::WouldVote,
            Note::LostTouch => Self::StepDown,
            Note::TransferBegan { .. } => Self::HandOver,
            Note::TransferSent { .. } => Self::CampaignNow,
            Note::TransferGivenUp { .. } => Self::LeadOn,
            Note::ChangeBegan { .. } => Self::ChangeMembers,
            Note::ChangeCommitted { .. } => Self::CommitMembers,
            Note::CaughtUp { .. } | Note::FellBehind { .. } => Self::CatchUp,
            Note::LeftCluster => Self::LeaveCluster,
            Note::Unwilling { .. } => Self::RefuseInstruction,
            Note::SnapshotTaken { .. } => Self::TakeSnapshot,
            Note::SnapshotSent { .. } => Self::SendSnapshot,
            Note::SnapshotInstalled { .. } | Note::SnapshotIgnored { .. } => Self::InstallSnapshot,
            Note::StreamBroken { .. } => Self::StopStreaming,
            Note::Own(_) => return None,
            Note::ReadHeld { .. } => Self::HoldRead,
            Note::ReadServed { lease: false, .. } => Self::ServeRead,
            Note::ReadServed { lease: true, .. } => Self::ServeOnLease,
            Note::Skipped { .. } => Self::SkipRepeated,
            Note::Retried { .. } => Self::AskAgain,
            Note::Invoked { .. }
            | Note::Completed { .. }
            | Note::Redirected { .. }
            | Note::GaveUp { .. } => return None,
        })
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
            Self::AskBeforehand
            | Self::WouldVote
            | Self::StickToLeader
            | Self::StepDown
            | Self::HandOver
            | Self::CampaignNow
            | Self::LeadOn => Part::Elections,
            Self::ChangeMembers
            | Self::CommitMembers
            | Self::CatchUp
            | Self::LeaveCluster
            | Self::RefuseInstruction => Part::Membership,
            Self::TakeSnapshot
            | Self::SendSnapshot
            | Self::InstallSnapshot
            | Self::StopStreaming => Part::Snapshots,
            Self::HoldRead
            | Self::ServeRead
            | Self::ServeOnLease
            | Self::SkipRepeated
            | Self::AskAgain => Part::Clients,
        }
    }

    /// The section that asks for it: of the paper, or, beyond figure 2, mostly of the dissertation
    /// (`diss.`).
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
            Self::StickToLeader => "diss. 4.2.3",
            Self::StepDown => "diss. 6.2",
            Self::HandOver | Self::CampaignNow | Self::LeadOn => "diss. 3.10",
            Self::ChangeMembers | Self::CommitMembers | Self::RefuseInstruction => "diss. 4.1",
            Self::CatchUp => "diss. 4.2.1",
            Self::LeaveCluster => "diss. 4.2.2",
            Self::TakeSnapshot | Self::SendSnapshot | Self::InstallSnapshot => "7",
            Self::StopStreaming => "diss. 10.2.2",
            Self::HoldRead | Self::ServeRead => "diss. 6.4",
            Self::ServeOnLease => "diss. 6.4.1",
            Self::SkipRepeated | Self::AskAgain => "diss. 6.3",
            Self::AskBeforehand | Self::WouldVote => "diss. 9.6",
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
        const LEADERSHIP: &str = "leadership.rs";
        const MEMBERSHIP: &str = "membership.rs";
        const INSTALL: &str = "install.rs";
        const READS: &str = "reads.rs";
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
            Self::AskBeforehand => (ROLE, "become_pre_candidate"),
            Self::WouldVote => (ELECTION, "answer_pre_vote"),
            Self::StickToLeader => (ELECTION, "sticks_to_leader"),
            Self::StepDown | Self::LeadOn => (LEADERSHIP, "look_around"),
            Self::HandOver => (LEADERSHIP, "transfer"),
            Self::CampaignNow => (LEADERSHIP, "go_on_with_transfer"),
            Self::ChangeMembers => (MEMBERSHIP, "change_to"),
            Self::CommitMembers => (APPLY, "advance_commit"),
            Self::CatchUp => (MEMBERSHIP, "go_on_with_target"),
            Self::LeaveCluster => (MEMBERSHIP, "settle_membership"),
            Self::RefuseInstruction => (MEMBERSHIP, "may_change"),
            Self::TakeSnapshot => (INSTALL, "take_snapshot"),
            Self::SendSnapshot => (INSTALL, "send_snapshot"),
            Self::InstallSnapshot => (INSTALL, "install_snapshot"),
            Self::StopStreaming => (REPLICATION, "hear_conflict"),
            Self::HoldRead | Self::ServeOnLease => (READS, "hold_read"),
            Self::ServeRead => (READS, "serve_reads"),
            Self::SkipRepeated => (APPLY, "apply_entry"),
            Self::AskAgain => ("client.rs", "retry"),
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
            | MessageKind::Heartbeat => Rule::Vote.section(),
            MessageKind::PreVoteRequest
            | MessageKind::PreVoteGranted
            | MessageKind::PreVoteRefused => Rule::AskBeforehand.section(),
            MessageKind::TimeoutNow => Rule::CampaignNow.section(),
            MessageKind::Snapshot => Rule::SendSnapshot.section(),
            MessageKind::Entries | MessageKind::Accepted | MessageKind::Refused => {
                Rule::Store.section()
            }
            MessageKind::Request | MessageKind::Answer | MessageKind::Redirect => {
                Rule::Redirect.section()
            }
            // What is not Raft's is in no section of its paper.
            _ => return None,
        }),
        What::TimedOut(Timer::Election | Timer::Heartbeat) => Some(Rule::Heartbeat.section()),
        What::TimedOut(_) | What::Noted(_) => Some(Rule::Redirect.section()),
        What::Started => Some(Rule::StandForElection.section()),
        What::Synced | What::Persisted => Some(Rule::Persist.section()),
        What::Queued | What::Chosen(_) | What::Ignored(..) => None,
        What::Connected { .. } | What::Disconnected { .. } | What::Unanswered { .. } => None,
    }
}
