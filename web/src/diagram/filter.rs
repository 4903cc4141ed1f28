//! Which messages are drawn.

use lockstep_core::lab::raft::view::MessageKind;
use lockstep_core::lab::sheet::Arrow;

/// A group of kinds of messages, as a person thinks of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// Requests for votes, and votes.
    Votes,
    /// Entries.
    Entries,
    /// What followers answer to entries.
    Acks,
    /// What clients ask, and what they are told.
    Clients,
    /// Heartbeats, and what agrees with one.
    Beats,
}

impl Group {
    /// Every group, in the order in which they are listed.
    pub const ALL: [Self; 5] = [Self::Votes, Self::Entries, Self::Acks, Self::Clients, Self::Beats];

    /// The group of a message.
    #[must_use]
    pub const fn of(kind: MessageKind, beat: bool) -> Self {
        match kind {
            _ if beat => Self::Beats,
            MessageKind::VoteRequest
            | MessageKind::VoteGranted
            | MessageKind::VoteRefused
            | MessageKind::PreVoteRequest
            | MessageKind::PreVoteGranted
            | MessageKind::PreVoteRefused
            | MessageKind::TimeoutNow => Self::Votes,
            MessageKind::Heartbeat => Self::Beats,
            MessageKind::Entries | MessageKind::Snapshot => Self::Entries,
            MessageKind::Accepted | MessageKind::Refused => Self::Acks,
            MessageKind::Request
            | MessageKind::Answer
            | MessageKind::Redirect
            | MessageKind::Access
            | MessageKind::Allowed
            | MessageKind::Barred => Self::Clients,
            MessageKind::Issued => Self::Acks,
            // In a cache lab the groups are others, and are called otherwise.
            MessageKind::LineRequest | MessageKind::LinePut => Self::Clients,
            MessageKind::Forward | MessageKind::Invalidate | MessageKind::Snoop => Self::Votes,
            MessageKind::Data | MessageKind::Recovery => Self::Entries,
            MessageKind::InvalidateAck | MessageKind::PutAck | MessageKind::Snooped => Self::Acks,
            MessageKind::Lease | MessageKind::LinkAck => Self::Beats,
        }
    }

    /// The kind whose shape stands for the group.
    #[must_use]
    pub const fn emblem(self, of_cache: bool) -> MessageKind {
        match self {
            Self::Votes if of_cache => MessageKind::Invalidate,
            Self::Entries if of_cache => MessageKind::Data,
            Self::Acks if of_cache => MessageKind::InvalidateAck,
            Self::Clients if of_cache => MessageKind::LineRequest,
            Self::Beats if of_cache => MessageKind::Lease,
            Self::Votes => MessageKind::VoteRequest,
            Self::Entries => MessageKind::Entries,
            Self::Acks => MessageKind::Accepted,
            Self::Clients => MessageKind::Request,
            Self::Beats => MessageKind::Heartbeat,
        }
    }
}

/// Which messages are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Filter {
    /// Whether any are.
    pub messages: bool,
    /// One bit for each group that is not.
    hidden: u8,
}

impl Default for Filter {
    /// Heartbeats are folded away: they would hide everything else.
    fn default() -> Self {
        Self { messages: true, hidden: 0 }.toggled(Group::Beats)
    }
}

impl Filter {
    /// Everything is drawn.
    pub const ALL: Self = Self { messages: true, hidden: 0 };

    /// Whether a group is drawn, if messages are.
    #[must_use]
    pub const fn has(self, group: Group) -> bool {
        self.hidden & 1 << group as u8 == 0
    }

    /// With a group drawn that was not, or the other way round.
    #[must_use]
    pub const fn toggled(self, group: Group) -> Self {
        Self { hidden: self.hidden ^ 1 << group as u8, ..self }
    }

    /// Whether a message is drawn.
    #[must_use]
    pub const fn shows(self, arrow: &Arrow) -> bool {
        self.messages && self.has(Group::of(arrow.kind, arrow.beat))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heartbeats_are_folded_at_first_and_everything_else_is_drawn() {
        let filter = Filter::default();
        let drawn: Vec<_> = Group::ALL.into_iter().filter(|group| filter.has(*group)).collect();
        assert_eq!(drawn, [Group::Votes, Group::Entries, Group::Acks, Group::Clients]);
        let all = filter.toggled(Group::Beats);
        assert_eq!(all, Filter::ALL);
        assert!(!all.toggled(Group::Acks).has(Group::Acks));
    }

    #[test]
    fn what_agrees_with_a_heartbeat_belongs_to_it() {
        assert_eq!(Group::of(MessageKind::Accepted, true), Group::Beats);
        assert_eq!(Group::of(MessageKind::Accepted, false), Group::Acks);
        assert_eq!(Group::of(MessageKind::Refused, false), Group::Acks);
    }
}
