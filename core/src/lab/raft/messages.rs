//! What there is to see of a message on its way.

use serde::Serialize;

use crate::lab::{MessageName, Names, NodeName};
use crate::raft::log::Term;
use crate::raft::message::{AppendResult, Message, Reply};
use crate::raft::store::Store;
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
}

/// Which kind a message is.
#[must_use]
pub const fn message_kind(message: &Message<Store>) -> MessageKind {
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
    }
}

pub(super) fn message_view(flight: &Flight<Message<Store>>, names: Names) -> MessageView {
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
    }
}

/// What a message says, field by field, with the names of figure 2.
#[must_use]
pub fn message_fields(message: &Message<Store>, names: Names) -> Vec<(&'static str, String)> {
    let text = |value: &dyn std::fmt::Display| value.to_string();
    match message {
        Message::RequestVote { term, last_log_index, last_log_term } => vec![
            ("term", text(term)),
            ("lastLogIndex", text(last_log_index)),
            ("lastLogTerm", text(last_log_term)),
        ],
        Message::Vote { term, granted, .. } => {
            vec![("term", text(term)), ("voteGranted", text(granted))]
        }
        Message::AppendEntries { term, previous_index, previous_term, entries, leader_commit } => {
            let entries: Vec<String> = entries
                .iter()
                .map(|entry| format!("{}@{}", entry.proposal.command, entry.term))
                .collect();
            vec![
                ("term", text(term)),
                ("prevLogIndex", text(previous_index)),
                ("prevLogTerm", text(previous_term)),
                ("entries", if entries.is_empty() { "—".into() } else { entries.join(", ") }),
                ("leaderCommit", text(leader_commit)),
            ]
        }
        Message::Appended { term, result } => {
            let mut fields = vec![("term", text(term))];
            match result {
                AppendResult::Matched(index) => {
                    fields.extend([("success", "true".into()), ("matchIndex", text(index))]);
                }
                AppendResult::Stale => fields.push(("success", "false".into())),
                AppendResult::Conflict { previous_index, term, index } => {
                    fields.extend([
                        ("success", "false".into()),
                        ("prevLogIndex", text(previous_index)),
                    ]);
                    fields.extend(term.map(|term| ("conflictTerm", text(&term))));
                    fields.push(("conflictIndex", text(index)));
                }
            }
            fields
        }
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
