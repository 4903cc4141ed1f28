//! How the nodes of the cache, which know no Raft, take part in a world of the laboratory.
//!
//! They are parties of a world without servers. The cache is written for a world of its own; what
//! its nodes ask of the kernel is translated here, word by word.

use super::{Machine, Own, Parcel};
use crate::cache::node::{Node, Timer};
use crate::raft::message::Message;
use crate::raft::note::Note;
use crate::raft::{Participant, participant};
use crate::sim::process::Output;

/// What a node of the cache asks of the kernel.
#[inline]
pub(super) fn output(output: Output<Node>) -> Output<Participant<Machine>> {
    match output {
        Output::Send { to, message, waits } => {
            Output::Send { to, message: Message::Parcel(Parcel::Cache(message)), waits }
        }
        Output::SetTimer { timer, delay_us } => Output::SetTimer { timer: shared(timer), delay_us },
        Output::CancelTimer(timer) => Output::CancelTimer(shared(timer)),
        Output::Persist(()) => unreachable!("a node of the cache has no disk"),
        Output::Note { note, causes } => Output::Note { note: Note::Own(Own::Cache(note)), causes },
    }
}

/// What a timer is called among those of all participants.
const fn shared(timer: Timer) -> participant::Timer {
    match timer {
        Timer::Load => participant::Timer::Load,
        Timer::Renewal => participant::Timer::Renewal,
        Timer::Duty => participant::Timer::Duty,
        Timer::Retransmission => participant::Timer::Retransmission,
    }
}

/// The timer of a node of the cache that is called so.
pub(super) const fn timer(timer: participant::Timer) -> Option<Timer> {
    match timer {
        participant::Timer::Load => Some(Timer::Load),
        participant::Timer::Renewal => Some(Timer::Renewal),
        participant::Timer::Duty => Some(Timer::Duty),
        participant::Timer::Retransmission => Some(Timer::Retransmission),
        _ => None,
    }
}
