//! What there is to see of a message of the cache on its way.

use serde::Serialize;

use super::fields::words_text;
use crate::cache::message::{Message, What};
use crate::cache::node::Packet;
use crate::lab::machine::{Machine, Parcel};
use crate::lab::raft::view::MessageKind;
use crate::lab::{Names, NodeName};
use crate::raft;

/// Which kind a message of the cache is.
pub(in crate::lab) const fn packet_kind(packet: &Packet) -> MessageKind {
    match packet.message() {
        None => MessageKind::LinkAck,
        Some(Message::Renew { .. } | Message::Renewed { .. }) => MessageKind::Lease,
        Some(Message::Coherence { what, .. }) => match what {
            What::Request(request) if request.is_put() => MessageKind::LinePut,
            What::Request(_) => MessageKind::LineRequest,
            What::ForwardGetS | What::ForwardGetM => MessageKind::Forward,
            What::Invalidate => MessageKind::Invalidate,
            What::PutAck => MessageKind::PutAck,
            What::Data { .. } | What::ExclusiveData { .. } => MessageKind::Data,
            What::InvalidateAck => MessageKind::InvalidateAck,
            What::Snoop(_) => MessageKind::Snoop,
            What::Snooped { .. } => MessageKind::Snooped,
            What::Done { .. } | What::RecoveredData { .. } | What::RecoveredAck { .. } => {
                MessageKind::Recovery
            }
        },
    }
}

/// What a message of the cache is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CoherenceView {
    /// What it says, as the primer calls it.
    pub says: &'static str,
    /// Which line it is about, by its number.
    #[serde(skip)]
    pub line: u8,
    /// The line's name.
    pub name: String,
    /// Who began the transaction that it belongs to.
    pub requester: NodeName,
    /// The requester's number for it.
    pub number: u32,
    /// The words that it carries, if it does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub words: Option<String>,
}

/// What a message is about, if it is of the cache.
pub(in crate::lab) fn coherence_view(
    message: &raft::message::Message<Machine>,
    names: Names,
) -> Option<CoherenceView> {
    let raft::message::Message::Parcel(Parcel::Cache(packet)) = message else { return None };
    match packet.message()? {
        Message::Coherence { line, transaction, what, .. } => Some(CoherenceView {
            says: what.name(),
            line: line.0,
            name: line.to_string(),
            requester: names.name(transaction.requester),
            number: transaction.number,
            words: what.words().map(words_text),
        }),
        Message::Renew { .. } | Message::Renewed { .. } => None,
    }
}
