//! What goes over the network, and the timers of a node.

use crate::cache::message::Message;
use crate::sim::digest::{Digest, Encode};
use crate::sim::process::TimerKind;
use crate::sim::reliable::Frame;

/// What goes over the network.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Packet {
    /// A message as it is.
    Plain(Message),
    /// What reliable links have made of it.
    Framed(Frame<Message>),
}

impl Packet {
    /// What it says; nothing, if it only keeps a reliable link in order.
    #[must_use]
    pub const fn message(&self) -> Option<&Message> {
        match self {
            Self::Plain(message) | Self::Framed(Frame { content: Some((_, message)), .. }) => {
                Some(message)
            }
            Self::Framed(Frame { content: None, .. }) => None,
        }
    }
}

impl Encode for Packet {
    fn encode(&self, digest: &mut Digest) {
        match self {
            Self::Plain(message) => message.encode(digest),
            Self::Framed(frame) => {
                // A word that no message begins with.
                digest.word(0);
                frame.encode(digest);
            }
        }
    }
}

/// The timers of a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Timer {
    /// The processor has thought long enough.
    Load,
    /// A cache has to tell the homes that it is there.
    Renewal,
    /// A cache has to look at what it has to write back, a home at leases.
    Duty,
    /// Reliable links have something to send, again or at last.
    Retransmission,
}

impl TimerKind for Timer {
    const ALL: &'static [Self] = &[Self::Load, Self::Renewal, Self::Duty, Self::Retransmission];

    fn number(self) -> u8 {
        self as u8
    }
}
