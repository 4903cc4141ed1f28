//! Where a controller's outputs go.
//!
//! The controllers of caches, homes and the bus are pure: they are told something, change, and say
//! what they want done. In a run, what they say goes straight to the kernel; in a test or a search
//! through all interleavings, into a list ([`Effects`]).

use super::message::Message;
use super::note::Note;
use super::operation::Outcome;
use crate::sim::process::NodeId;

/// What a controller can do to the world, and what it may know of it.
pub trait Outlet {
    /// The node's own clock, in microseconds.
    fn now_us(&self) -> u64;

    /// Sends a message.
    fn send(&mut self, to: NodeId, message: Message);

    /// Says what happened.
    fn note(&mut self, note: Note);

    /// Answers the processor: the operation that it asked for is done.
    fn answer(&mut self, outcome: Outcome);
}

/// Something that a controller wants done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Effect {
    /// A message to send.
    Send(NodeId, Message),
    /// Something worth telling.
    Note(Note),
    /// The processor's answer.
    Answer(Outcome),
}

/// Outputs in a list, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Effects {
    /// What the node's clock shows, in microseconds.
    pub now_us: u64,
    /// What was asked for since the list was emptied last.
    pub list: Vec<Effect>,
}

impl Effects {
    /// The messages, in order.
    pub fn sent(&self) -> impl Iterator<Item = (NodeId, Message)> {
        self.list.iter().filter_map(|effect| match effect {
            Effect::Send(to, message) => Some((*to, *message)),
            Effect::Note(_) | Effect::Answer(_) => None,
        })
    }

    /// The answer to the processor, if there is one.
    #[must_use]
    pub fn answered(&self) -> Option<Outcome> {
        self.list.iter().find_map(|effect| match effect {
            Effect::Answer(outcome) => Some(*outcome),
            Effect::Send(..) | Effect::Note(_) => None,
        })
    }
}

impl Outlet for Effects {
    fn now_us(&self) -> u64 {
        self.now_us
    }

    fn send(&mut self, to: NodeId, message: Message) {
        self.list.push(Effect::Send(to, message));
    }

    fn note(&mut self, note: Note) {
        self.list.push(Effect::Note(note));
    }

    fn answer(&mut self, outcome: Outcome) {
        self.list.push(Effect::Answer(outcome));
    }
}
