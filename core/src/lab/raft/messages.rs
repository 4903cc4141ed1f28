//! What there is to see of a message on its way.

use serde::Serialize;

use super::members::content;
use crate::lab::cache::fields::packet_fields;
use crate::lab::cache::messages::{CoherenceView, coherence_view, packet_kind};
use crate::lab::locks::fields::parcel_fields;
use crate::lab::machine::{self, Machine};
use crate::lab::{MessageName, Names, NodeName};
use crate::lock::parcel::Parcel;
use crate::raft::log::Term;
use crate::raft::message::{AppendResult, Message, Reply};
use crate::sim::network::MessageId;
use crate::sim::world::Flight;

/// The kinds of messages, as they are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum MessageKind {
    /// `RequestVote`.
    VoteRequest,
    /// A vote.
    VoteGranted,
    /// A refused vote.
    VoteRefused,
    /// `AppendEntries` without entries.
    Heartbeat,
    /// `AppendEntries` with entries.
    Entries,
    /// A follower stored them, or agrees.
    Accepted,
    /// A follower did not.
    Refused,
    /// A client asks.
    Request,
    /// A client is answered.
    Answer,
    /// A client is sent elsewhere.
    Redirect,
    /// `PreVote`.
    PreVoteRequest,
    /// Its answer: there would be a vote.
    PreVoteGranted,
    /// Its answer: there would be none.
    PreVoteRefused,
    /// `InstallSnapshot`.
    Snapshot,
    /// `TimeoutNow`.
    TimeoutNow,
    /// A client comes to the vault.
    Access,
    /// The vault has done what was asked.
    Allowed,
    /// The vault has refused it.
    Barred,
    /// The vault is told that a token was issued.
    Issued,
    /// A cache asks for a line.
    LineRequest,
    /// A cache gives a line up.
    LinePut,
    /// What was given up is given up.
    PutAck,
    /// A home forwards a request to the owner.
    Forward,
    /// A copy is to go.
    Invalidate,
    /// A copy has gone.
    InvalidateAck,
    /// What a line holds.
    Data,
    /// The bus shows a request.
    Snoop,
    /// A cache has seen it.
    Snooped,
    /// What a home does about nodes that are gone, and what it must know for it.
    Recovery,
    /// A lease is renewed.
    Lease,
    /// A reliable link acknowledges what has come.
    LinkAck,
}

impl MessageKind {
    /// Its name in results.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::VoteRequest => "vote_request",
            Self::VoteGranted => "vote_granted",
            Self::VoteRefused => "vote_refused",
            Self::Heartbeat => "heartbeat",
            Self::Entries => "entries",
            Self::Accepted => "accepted",
            Self::Refused => "refused",
            Self::Request => "request",
            Self::Answer => "answer",
            Self::Redirect => "redirect",
            Self::PreVoteRequest => "pre_vote_request",
            Self::PreVoteGranted => "pre_vote_granted",
            Self::PreVoteRefused => "pre_vote_refused",
            Self::Snapshot => "snapshot",
            Self::TimeoutNow => "timeout_now",
            Self::Access => "access",
            Self::Allowed => "allowed",
            Self::Barred => "barred",
            Self::Issued => "issued",
            Self::LineRequest => "line_request",
            Self::LinePut => "line_put",
            Self::PutAck => "put_ack",
            Self::Forward => "forward",
            Self::Invalidate => "invalidate",
            Self::InvalidateAck => "invalidate_ack",
            Self::Data => "data",
            Self::Snoop => "snoop",
            Self::Snooped => "snooped",
            Self::Recovery => "recovery",
            Self::Lease => "lease",
            Self::LinkAck => "link_ack",
        }
    }
}

/// A message on its way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MessageView {
    /// Its identity in the kernel.
    #[serde(skip)]
    pub id: MessageId,
    /// Its name.
    pub name: MessageName,
    /// Who sent it.
    pub from: NodeName,
    /// Whom to.
    pub to: NodeName,
    /// What kind it is.
    pub kind: MessageKind,
    /// How many entries it carries.
    pub entries: u64,
    /// Its term, if it carries one.
    pub term: Option<Term>,
    /// When it left, in microseconds.
    pub sent_us: u64,
    /// When it arrives, in microseconds, if it does.
    pub due_us: u64,
    /// When it breaks on its way, in microseconds, if it does.
    pub breaks_us: Option<u64>,
    /// Whether it is held.
    pub held: bool,
    /// Since when, in microseconds, if it is.
    pub held_us: Option<u64>,
    /// What it is about, if it is of the cache.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub coherence: Option<CoherenceView>,
}

/// Which kind a message is.
#[must_use]
pub const fn message_kind(message: &Message<Machine>) -> MessageKind {
    match message {
        Message::RequestVote { .. } => MessageKind::VoteRequest,
        Message::Vote { granted: true, .. } => MessageKind::VoteGranted,
        Message::Vote { granted: false, .. } => MessageKind::VoteRefused,
        Message::AppendEntries { entries, .. } if entries.is_empty() => MessageKind::Heartbeat,
        Message::AppendEntries { .. } => MessageKind::Entries,
        Message::Appended { result: AppendResult::Matched(_), .. } => MessageKind::Accepted,
        Message::Appended { .. } => MessageKind::Refused,
        Message::Request { .. } => MessageKind::Request,
        Message::Answer { reply: Reply::Applied(_), .. } => MessageKind::Answer,
        Message::Answer { reply: Reply::NotLeader(_), .. } => MessageKind::Redirect,
        Message::PreVote { .. } => MessageKind::PreVoteRequest,
        Message::PreVoteAnswer { granted: true, .. } => MessageKind::PreVoteGranted,
        Message::PreVoteAnswer { granted: false, .. } => MessageKind::PreVoteRefused,
        Message::InstallSnapshot { .. } => MessageKind::Snapshot,
        Message::TimeoutNow { .. } => MessageKind::TimeoutNow,
        Message::Parcel(machine::Parcel::Lock(parcel)) => match parcel {
            Parcel::Access { .. } => MessageKind::Access,
            Parcel::Judged { verdict, .. } if verdict.is_accepted() => MessageKind::Allowed,
            Parcel::Judged { .. } => MessageKind::Barred,
            Parcel::Issued { .. } => MessageKind::Issued,
        },
        Message::Parcel(machine::Parcel::Cache(packet)) => packet_kind(packet),
    }
}

pub(super) fn message_view(flight: &Flight<Message<Machine>>, names: Names) -> MessageView {
    let name = names.message(flight.id);
    let entries = match &flight.message {
        Message::AppendEntries { entries, .. } => entries.len() as u64,
        _ => 0,
    };
    MessageView {
        id: flight.id,
        name,
        from: name.from,
        to: name.to,
        kind: message_kind(&flight.message),
        entries,
        term: flight.message.term(),
        sent_us: flight.sent_us,
        due_us: flight.due_us,
        breaks_us: flight.breaks.map(|(time_us, _)| time_us),
        held: flight.held_us.is_some(),
        held_us: flight.held_us,
        coherence: coherence_view(&flight.message, names),
    }
}

fn round_field(round: u64) -> Option<(&'static str, String)> {
    (round > 0).then(|| ("round", round.to_string()))
}

/// What a message says, field by field, with the names of figures 2 and 13.
#[must_use]
pub fn message_fields(message: &Message<Machine>, names: Names) -> Vec<(&'static str, String)> {
    let text = |value: &dyn std::fmt::Display| value.to_string();
    match message {
        Message::RequestVote { term, last_log_index, last_log_term, transfer } => {
            let mut fields = vec![
                ("term", text(term)),
                ("lastLogIndex", text(last_log_index)),
                ("lastLogTerm", text(last_log_term)),
            ];
            fields.extend(transfer.then(|| ("leadershipTransfer", text(transfer))));
            fields
        }
        Message::PreVote { term, last_log_index, last_log_term } => vec![
            ("term", text(term)),
            ("lastLogIndex", text(last_log_index)),
            ("lastLogTerm", text(last_log_term)),
        ],
        Message::PreVoteAnswer { term, request_term, granted } => vec![
            ("term", text(term)),
            ("requestTerm", text(request_term)),
            ("voteGranted", text(granted)),
        ],
        Message::InstallSnapshot { term, snapshot, round } => {
            let mut fields = vec![
                ("term", text(term)),
                ("lastIncludedIndex", text(&snapshot.base.index)),
                ("lastIncludedTerm", text(&snapshot.base.term)),
                ("configuration", text(&snapshot.base.configuration)),
                ("sessions", text(&snapshot.sessions.iter().count())),
            ];
            fields.extend(round_field(*round));
            fields
        }
        Message::TimeoutNow { term } => vec![("term", text(term))],
        Message::Parcel(machine::Parcel::Lock(parcel)) => parcel_fields(parcel),
        Message::Parcel(machine::Parcel::Cache(packet)) => packet_fields(packet, names),
        Message::Vote { term, granted, .. } => {
            vec![("term", text(term)), ("voteGranted", text(granted))]
        }
        Message::AppendEntries { .. } => entries_fields(message, names),
        Message::Appended { term, result, round } => appended_fields(*term, result, *round),
        Message::Request { request, attempt, command } => {
            vec![("request", text(request)), ("attempt", text(attempt)), ("command", text(command))]
        }
        Message::Answer { request, reply, .. } => {
            let mut fields = vec![("request", text(request))];
            match reply {
                Reply::Applied(answer) => fields.push(("answer", text(answer))),
                Reply::NotLeader(leader) => {
                    let leader = leader.map_or("—".into(), |leader| text(&names.name(leader)));
                    fields.push(("leader", leader));
                }
            }
            fields
        }
    }
}

fn entries_fields(message: &Message<Machine>, names: Names) -> Vec<(&'static str, String)> {
    let Message::AppendEntries {
        term,
        previous_index,
        previous_term,
        entries,
        leader_commit,
        round,
    } = message
    else {
        return Vec::new();
    };
    let text = |value: &dyn std::fmt::Display| value.to_string();
    let entries: Vec<String> =
        entries.iter().map(|entry| format!("{}@{}", content(entry, names), entry.term)).collect();
    let mut fields = vec![
        ("term", text(term)),
        ("prevLogIndex", text(previous_index)),
        ("prevLogTerm", text(previous_term)),
        ("entries", if entries.is_empty() { "—".into() } else { entries.join(", ") }),
        ("leaderCommit", text(leader_commit)),
    ];
    fields.extend(round_field(*round));
    fields
}

fn appended_fields(term: Term, result: &AppendResult, round: u64) -> Vec<(&'static str, String)> {
    let text = |value: &dyn std::fmt::Display| value.to_string();
    let mut fields = vec![("term", text(&term))];
    match result {
        AppendResult::Matched(index) => {
            fields.extend([("success", "true".into()), ("matchIndex", text(index))]);
        }
        AppendResult::Stale => fields.push(("success", "false".into())),
        AppendResult::Conflict { previous_index, term, index } => {
            fields.extend([("success", "false".into()), ("prevLogIndex", text(previous_index))]);
            fields.extend(term.map(|term| ("conflictTerm", text(&term))));
            fields.push(("conflictIndex", text(index)));
        }
    }
    fields.extend(round_field(round));
    fields
}
