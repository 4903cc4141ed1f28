//! Reliable links: each message once, in order and surely, over a network that promises nothing.
//!
//! A protocol that assumes order and no loss between two nodes can stand on the stream transport,
//! as most do on TCP; or it can bring what it needs along and stand on datagrams. This is what it
//! then brings: the plainest *sliding window* (Cerf and Kahn, "A protocol for packet network
//! intercommunication", 1974), written sans I/O like everything else. So loss and duplication show
//! up as delay, every acknowledgement can be watched, and a student can take the layer away.
//!
//! The host, a process, has one [`ReliableLinks`] for all its peers. It hands over what it wants to
//! say ([`send`](ReliableLinks::send)), every [`Frame`] that arrives
//! ([`receive`](ReliableLinks::receive)), and wakes the layer at the time that it asks for
//! ([`next_wake_us`](ReliableLinks::next_wake_us), [`woken`](ReliableLinks::woken)): one timer
//! serves all peers. In return it is told what to do, in order: the [`Action`]s.
//!
//! - **Numbers.** What a node says to a peer is numbered from 1. The receiver delivers in order of
//!   number; what comes early waits, what comes twice is dropped.
//! - **Acknowledgements** are cumulative: "I have delivered everything up to this number". Every
//!   frame carries one, so an answer acknowledges what it answers. Where there is no answer, an
//!   empty frame says so after a short while; after a duplicate at once, since the one before was
//!   evidently lost.
//! - **Retransmission.** If the oldest message is not acknowledged within a timeout, it is sent
//!   again, and the timeout is doubled up to a limit. An acknowledgement that shows that the next
//!   one is missing too has that sent again at once (the partial acknowledgement of RFC 6582).
//! - **A window** says how many messages may be under way to a peer at a time; the others wait.
//! - **Epochs.** A node that crashes forgets all numbers. What makes it safe is an *incarnation*: a
//!   number that the host keeps on disk and raises with each start, before it says anything. A
//!   frame names the incarnation of its sender and the one of the receiver that it is meant for.
//!   Numbers belong to the pair of incarnations, the *epoch*; a frame of another epoch delivers and
//!   acknowledges nothing. So a node must learn of its peer's incarnation before it can say
//!   anything: it begins with a *hello*, a frame to incarnation 0, which costs a round trip once.
//! - **Reset.** When a peer turns out to have a new incarnation, a new epoch begins at number 1 on
//!   both sides. What was not acknowledged in the old one is dropped, for nobody can know whether
//!   it was delivered before the crash; the host is told, and it alone knows what to say again.
//!
//! What is promised, then: in each epoch, what is delivered is a prefix of what was said, in order,
//! each once; and all of it, if neither end crashes and the network is whole for long enough.

mod peer;

use super::digest::{Digest, Encode};
use super::process::NodeId;
use peer::Peer;

/// How a layer goes about it. Both ends have the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ReliableSettings {
    /// How many messages may be under way to one peer at a time; at least 1.
    pub window: u32,
    /// After how long an unacknowledged message is sent again first, in microseconds: more than a
    /// round trip.
    pub timeout_us: u64,
    /// The longest that this grows to, doubled each time, in microseconds.
    pub longest_timeout_us: u64,
    /// How long an acknowledgement waits for something to travel with, in microseconds.
    pub ack_delay_us: u64,
}

impl Default for ReliableSettings {
    /// For links of 5 to 15 ms.
    fn default() -> Self {
        Self { window: 32, timeout_us: 60_000, longest_timeout_us: 1_000_000, ack_delay_us: 5_000 }
    }
}

impl ReliableSettings {
    /// How long it takes, in microseconds, until a message has been sent again so many times.
    #[must_use]
    pub fn repeating_us(&self, times: u32) -> u64 {
        let timeout_us = |time: u32| (self.timeout_us << time).min(self.longest_timeout_us);
        (0..times).map(timeout_us).sum()
    }
}

/// What travels between two layers, as a datagram.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Frame<M> {
    /// The sender's incarnation.
    pub from: u32,
    /// The incarnation of the receiver that it is meant for; 0: the sender does not know it.
    pub to: u32,
    /// The sender has delivered everything up to this number, in this epoch.
    pub acknowledged: u32,
    /// A message and its number, if it carries one.
    pub content: Option<(u32, M)>,
}

impl<M: Encode> Encode for Frame<M> {
    fn encode(&self, digest: &mut Digest) {
        digest.word(u64::from(self.from) << 32 | u64::from(self.to));
        let number = self.content.as_ref().map_or(0, |(number, _)| *number);
        digest.word(u64::from(self.acknowledged) << 32 | u64::from(number));
        if let Some((_, message)) = &self.content {
            message.encode(digest);
        }
    }
}

/// What the layer asks of its host.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Action<M> {
    /// Send a frame, as a datagram.
    Send {
        /// To whom.
        to: NodeId,
        /// What.
        frame: Frame<M>,
    },
    /// A message has come, and everything before it in its epoch.
    Deliver {
        /// From whom.
        from: NodeId,
        /// What.
        message: M,
    },
    /// A peer has lost its memory: what it had not acknowledged is dropped. What is said from now
    /// on, and what is delivered from now on, belongs to a new epoch.
    Reset {
        /// Which.
        peer: NodeId,
    },
}

/// The layer of one node, for all its peers. `M` is what the hosts say to each other.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ReliableLinks<M> {
    incarnation: u32,
    settings: ReliableSettings,
    /// By number of node; the node itself is among them.
    peers: Vec<Peer<M>>,
}

impl<M: Clone> ReliableLinks<M> {
    /// A layer that has said nothing, among so many nodes. No earlier run of this node had this
    /// `incarnation`, and it is not 0.
    ///
    /// # Panics
    /// If the incarnation is 0, or the window.
    #[must_use]
    pub fn new(nodes: u8, incarnation: u32, settings: ReliableSettings) -> Self {
        assert!(incarnation > 0, "incarnation 0 is what nobody has");
        assert!(settings.window > 0, "a window of nothing passes nothing");
        Self { incarnation, settings, peers: (0..nodes).map(|_| Peer::new()).collect() }
    }

    /// This node's incarnation.
    #[must_use]
    pub const fn incarnation(&self) -> u32 {
        self.incarnation
    }

    /// How it goes about it.
    #[must_use]
    pub const fn settings(&self) -> &ReliableSettings {
        &self.settings
    }

    /// The incarnation of a peer, as far as it is known: with this node's it names the epoch.
    ///
    /// # Panics
    /// If there is no such node.
    #[must_use]
    pub fn peer_incarnation(&self, peer: NodeId) -> Option<u32> {
        Some(self.peers[peer.index()].incarnation()).filter(|incarnation| *incarnation > 0)
    }

    /// How many messages to a peer have not been acknowledged: under way, or waiting to be.
    ///
    /// # Panics
    /// If there is no such node.
    #[must_use]
    pub fn unacknowledged(&self, peer: NodeId) -> u32 {
        self.peers[peer.index()].unacknowledged()
    }

    /// When it wants to be woken next, in microseconds of the clock that `now_us` is read from.
    #[must_use]
    pub fn next_wake_us(&self) -> Option<u64> {
        self.peers.iter().filter_map(Peer::next_wake_us).min()
    }

    /// Says something to a peer. What is to be done is added to `actions`.
    ///
    /// # Panics
    /// If there is no such node.
    pub fn send(&mut self, to: NodeId, message: M, now_us: u64, actions: &mut Vec<Action<M>>) {
        let (peer, mut desk) = self.desk(to, now_us, actions);
        peer.say(message, &mut desk);
    }

    /// Takes a frame that has arrived. What is to be done is added to `actions`.
    ///
    /// # Panics
    /// If there is no such node.
    pub fn receive(
        &mut self,
        from: NodeId,
        frame: Frame<M>,
        now_us: u64,
        actions: &mut Vec<Action<M>>,
    ) {
        let (peer, mut desk) = self.desk(from, now_us, actions);
        peer.take(frame, &mut desk);
    }

    /// Does what is due. Being woken early does no harm. What is to be done is added to `actions`.
    pub fn woken(&mut self, now_us: u64, actions: &mut Vec<Action<M>>) {
        for number in 0..self.peers.len() {
            if self.peers[number].next_wake_us().is_some_and(|due_us| due_us <= now_us) {
                let node = NodeId(u8::try_from(number).expect("nodes are numbered by bytes"));
                let (peer, mut desk) = self.desk(node, now_us, actions);
                peer.wake(&mut desk);
            }
        }
    }

    fn desk<'a>(
        &'a mut self,
        node: NodeId,
        now_us: u64,
        actions: &'a mut Vec<Action<M>>,
    ) -> (&'a mut Peer<M>, Desk<'a, M>) {
        let Self { incarnation, settings, peers } = self;
        let desk = Desk { incarnation: *incarnation, settings, node, now_us, actions };
        (&mut peers[node.index()], desk)
    }
}

/// What a peer's part of the layer works with, during one call.
struct Desk<'a, M> {
    /// This node's own incarnation.
    incarnation: u32,
    settings: &'a ReliableSettings,
    /// The peer.
    node: NodeId,
    now_us: u64,
    actions: &'a mut Vec<Action<M>>,
}

impl<M> Desk<'_, M> {
    fn send(&mut self, frame: Frame<M>) {
        self.actions.push(Action::Send { to: self.node, frame });
    }
}

#[cfg(test)]
mod tests;
