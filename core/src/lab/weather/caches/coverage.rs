//! The branches of the cache that are counted: what was said, which transient states were entered,
//! in which state a forwarded request or an invalidation found a copy, what a home was asked, and
//! what became of leases.
//!
//! Most cells of the tables are carried out in every run. What is counted by its state is where two
//! things meet: those are the cells that a protocol is wrong in.

use super::super::coverage::prefixed;
use crate::cache::event::CacheEvent;
use crate::cache::message::Message;
use crate::cache::node::Packet;
use crate::cache::note::Note;
use crate::cache::operation::Outcome;
use crate::cache::state::CacheState;

/// Every branch that is counted in the cache lab.
pub(in super::super) const BRANCHES: [&str; 86] = [
    "copy_arrived",
    "differed",
    "dropped:E",
    "dropped:EI_A",
    "dropped:II_A",
    "dropped:IM_A",
    "dropped:IM_AD",
    "dropped:IS_D",
    "dropped:M",
    "dropped:MI_A",
    "dropped:S",
    "dropped:SI_A",
    "dropped:SM_A",
    "dropped:SM_AD",
    "entered:EI_A",
    "entered:IM_A",
    "entered:IM_AD",
    "entered:IS_D",
    "entered:MI_A",
    "entered:SI_A",
    "entered:SM_A",
    "entered:SM_AD",
    "forwarded:E",
    "forwarded:EI_A",
    "forwarded:M",
    "forwarded:MI_A",
    "given_up",
    "home:Data",
    "home:GetM",
    "home:GetS",
    "home:PutE, other",
    "home:PutE, owner",
    "home:PutM, other",
    "home:PutM, owner",
    "home:PutS, last",
    "home:PutS, not last",
    "home:owner lost",
    "home:sharer lost",
    "invalidated:IS_D",
    "invalidated:S",
    "invalidated:SI_A",
    "invalidated:SM_AD",
    "lease_over",
    "lost:chance",
    "lost:choice",
    "lost:cut",
    "lost:disconnected",
    "lost:down",
    "message:Data",
    "message:Done",
    "message:Exclusive data",
    "message:Fwd-GetM",
    "message:Fwd-GetS",
    "message:GetM",
    "message:GetS",
    "message:Inv",
    "message:Inv-Ack",
    "message:Put-Ack",
    "message:PutE",
    "message:PutM",
    "message:PutS",
    "message:Recovered ack",
    "message:Recovered data",
    "message:Snooped",
    "message:link acknowledgement",
    "message:renew",
    "message:renewed",
    "possibly_lost",
    "queued",
    "replaced",
    "session_began",
    "silent_upgrade",
    "snooped:E",
    "snooped:EI_A",
    "snooped:I",
    "snooped:II_A",
    "snooped:IM_AD",
    "snooped:IS_D",
    "snooped:M",
    "snooped:MI_A",
    "snooped:S",
    "snooped:SI_A",
    "snooped:SM_AD",
    "stalled",
    "swapped",
    "write_back_due",
];

/// That of a message that arrives.
pub(in super::super) fn packet_branch(packet: &Packet) -> Option<&'static str> {
    let name = match packet.message() {
        None => "link acknowledgement",
        Some(Message::Coherence { what, .. }) => what.name(),
        Some(Message::Renew { .. }) => "renew",
        Some(Message::Renewed { .. }) => "renewed",
    };
    prefixed("message", name)
}

/// That of what a node says about itself.
pub(in super::super) fn note_branch(note: &Note) -> Option<&'static str> {
    match note {
        Note::Moved { from, event, to, .. } => move_branch(*from, *event, *to),
        Note::DirectoryMoved { event, .. } => prefixed("home", event.name()),
        Note::Finished { outcome: Outcome::Swapped, .. } => Some("swapped"),
        Note::Finished { outcome: Outcome::Differed(_), .. } => Some("differed"),
        // Every run is full of it, or none has it where nothing is wrong.
        Note::Began { .. } | Note::Finished { .. } | Note::Unexpected { .. } => None,
        Note::Stalled { .. }
        | Note::Replaced { .. }
        | Note::WriteBackDue { .. }
        | Note::LeaseOver { .. }
        | Note::GivenUp { .. }
        | Note::PossiblyLost { .. }
        | Note::SessionBegan { .. } => Some(note.name()),
    }
}

fn move_branch(from: CacheState, event: CacheEvent, to: CacheState) -> Option<&'static str> {
    match event {
        CacheEvent::ForwardGetS | CacheEvent::ForwardGetM => prefixed("forwarded", from.name()),
        CacheEvent::Invalidate => prefixed("invalidated", from.name()),
        CacheEvent::LeaseOver => prefixed("dropped", from.name()),
        CacheEvent::SnoopGetS | CacheEvent::SnoopGetM => prefixed("snooped", from.name()),
        CacheEvent::Store if from == CacheState::E => Some("silent_upgrade"),
        _ if from != to && !to.is_stable() => prefixed("entered", to.name()),
        _ => None,
    }
}
