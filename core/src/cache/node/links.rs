//! What carries a node's messages to the others.
//!
//! The protocol rests on messages that come once, in order and surely between the same two nodes.
//! What a network lacks of that is made up for here:
//!
//! - *Streams* lose what is under way when a connection breaks.
//!   [Resumption](crate::sim::resumption) says it again on the next one. While nothing breaks, a
//!   message travels as it is.
//! - *Datagrams* promise nothing. [Reliable links](crate::sim::reliable) number, acknowledge and
//!   repeat everything; they do so over streams as well.
//! - Or nothing is made up for, and the checks show what goes wrong.
//!
//! With either layer a partition is a delay to the protocol, however long. What neither can mend is
//! a crash: what was said to a node's former life is dropped, and who said it is told; what then
//! happens is a matter of leases.

use crate::cache::message::Message;
use crate::sim::process::NodeId;
use crate::sim::reliable::{Action, ReliableLinks, ReliableSettings};
use crate::sim::resumption::ResumableStreams;

/// What makes up for what a network lacks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum LinkLayer {
    /// Nothing: messages fend for themselves.
    #[default]
    Bare,
    /// On streams: what a broken connection has lost is said again on the next one.
    Resumption,
    /// Reliable links, whatever is below.
    Reliable,
}

impl LinkLayer {
    /// Whether every message comes in the end, though links are cut and connections break, as long
    /// as neither end crashes.
    #[must_use]
    pub const fn outlives_cuts(self) -> bool {
        matches!(self, Self::Resumption | Self::Reliable)
    }
}

/// The layer of one node, at work.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Links {
    Bare,
    Resumable(ResumableStreams<Message>),
    Reliable(ReliableLinks<Message>),
}

impl Links {
    /// The layer of a node in this incarnation, among so many nodes.
    pub(super) fn new(layer: LinkLayer, nodes: u8, incarnation: u32) -> Self {
        match layer {
            LinkLayer::Bare => Self::Bare,
            LinkLayer::Resumption => Self::Resumable(ResumableStreams::new(nodes, incarnation)),
            LinkLayer::Reliable => {
                let settings = ReliableSettings::default();
                Self::Reliable(ReliableLinks::new(nodes, incarnation, settings))
            }
        }
    }

    /// The layer of a node that comes back in this incarnation.
    pub(super) fn recovered(&self, nodes: u8, incarnation: u32) -> Self {
        let layer = match self {
            Self::Bare => LinkLayer::Bare,
            Self::Resumable(_) => LinkLayer::Resumption,
            Self::Reliable(_) => LinkLayer::Reliable,
        };
        Self::new(layer, nodes, incarnation)
    }

    /// Says something to another node. `true`: it is to be sent at once, as it is; what reliable
    /// links want done instead is added to `actions`.
    pub(super) fn say(
        &mut self,
        to: NodeId,
        message: Message,
        now_us: u64,
        actions: &mut Vec<Action<Message>>,
    ) -> bool {
        match self {
            Self::Bare => true,
            // There will be a newer one when there is a connection.
            Self::Resumable(streams)
                if matches!(message, Message::Renew { .. }) && !streams.is_open(to) =>
            {
                false
            }
            Self::Resumable(streams) => streams.say(to, message),
            Self::Reliable(links) => {
                links.send(to, message, now_us, actions);
                false
            }
        }
    }

    /// When the layer wants to be woken, in microseconds of the node's clock.
    pub(super) fn next_wake_us(&self) -> Option<u64> {
        match self {
            Self::Bare | Self::Resumable(_) => None,
            Self::Reliable(links) => links.next_wake_us(),
        }
    }
}
