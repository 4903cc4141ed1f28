//! What goes over the network, and the timers of a node.

use crate::cache::message::Message;
use crate::sim::digest::{Digest, Encode};
use crate::sim::process::TimerKind;
use crate::sim::reliable::Frame;
use crate::sim::resumption::Resume;

/// What goes over the network.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Packet {
    /// A message as it is.
    Plain(Message),
    /// What reliable links have made of it.
    Framed(Frame<Message>),
    /// On a new connection: how much has been handled of what came on those before.
    Resume(Resume),
    /// So many messages have been handled altogether.
    Handled(u32),
}

impl Packet {
    /// What it says; nothing, if it only keeps a link in order.
    #[must_use]
    pub const fn message(&self) -> Option<&Message> {
        match self {
            Self::Plain(message) | Self::Framed(Frame { content: Some((_, message)), .. }) => {
                Some(message)
            }
            Self::Framed(Frame { content: None, .. }) | Self::Resume(_) | Self::Handled(_) => None,
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
            // Nor with these.
            Self::Resume(resume) => {
                digest.word(4);
                resume.encode(digest);
            }
            Self::Handled(handled) => digest.word(5 | u64::from(*handled) << 32),
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
