//! Resumption: what was under way when a stream's connection broke is said again on the next one.
//!
//! A [stream](super::connection) keeps order and loses nothing as long as its connection lasts.
//! When that breaks, neither end knows how much of what it said has arrived. A protocol that rests
//! on messages which come once, in order and surely needs a thin layer above, which outlives
//! connections: as XMPP has one over TCP (XEP-0198, "Stream Management"), and MQTT in its sessions.
//! That is what this is. It is much thinner than [reliable links](super::reliable), since the
//! stream does most of the work: there are no numbers on messages, no timers, and nothing comes
//! twice or early.
//!
//! - **Both ends count.** A stream is in order, so the third message that was sent is the third
//!   that arrives: nothing need be written on it. The sender keeps what it has said until it knows
//!   that it was handled; the receiver says so after every [`HANDLED_EVERY`] messages.
//! - **A new connection begins with a [`Resume`]** in each direction: who speaks, whom it takes the
//!   other for, and how many of that one's messages it has handled. Nothing else is said before the
//!   peer's has come. Then each end says again what the other has not handled, in order, and goes
//!   on.
//! - **A crash forgets the counts.** As with reliable links, an *incarnation* makes that safe: a
//!   number that the host raises with each start. If the peer turns out to be in a new one, what it
//!   had not handled is dropped, since nobody can know whether it was handled before the crash, and
//!   the host is told: it alone knows what is worth saying again.
//!
//! What is promised, then: between two incarnations, what is handled is a prefix of what was said,
//! in order, each once; and all of it, if neither end crashes and there is a connection for long
//! enough. Delay is all that a partition leaves behind.
//!
//! The layer asks for nothing by itself: the host, a process, calls it and sends what it returns.

use std::collections::VecDeque;

use super::digest::{Digest, Encode};
use super::process::NodeId;

/// After how many messages of a peer it is told that they are handled.
pub const HANDLED_EVERY: u32 = 32;

/// The first words of a node on a new connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Resume {
    /// The sender's incarnation.
    pub from: u32,
    /// The incarnation that the sender knows of the receiver; 0: none.
    pub to: u32,
    /// How many messages of that incarnation the sender has handled.
    pub handled: u32,
}

impl Encode for Resume {
    fn encode(&self, digest: &mut Digest) {
        digest.word(u64::from(self.from) << 32 | u64::from(self.to));
        digest.word(u64::from(self.handled));
    }
}

/// What follows from a peer's [`Resume`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resumption<M> {
    /// Whether the peer has lost its memory: what it had not handled is dropped.
    pub is_reset: bool,
    /// What is to be said to it now, in order: it has not handled it.
    pub again: Vec<M>,
}

/// What one node knows of its stream with another, across connections.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Peer<M> {
    /// The peer's incarnation; 0: not known yet.
    incarnation: u32,
    /// Whether what is said now may be sent at once.
    is_open: bool,
    /// What was said and is not known to be handled, in order.
    unhandled: VecDeque<M>,
    /// How many messages the peer has handled of all that were said to this incarnation of it.
    handled_there: u32,
    /// How many of the peer's messages were handled here.
    handled_here: u32,
    /// How many of them the peer was told of.
    told: u32,
}

impl<M> Peer<M> {
    const fn new(incarnation: u32, is_open: bool) -> Self {
        let unhandled = VecDeque::new();
        Self { incarnation, is_open, unhandled, handled_there: 0, handled_here: 0, told: 0 }
    }

    /// The peer has handled so many messages altogether.
    fn learn(&mut self, handled: u32) {
        let news = handled.saturating_sub(self.handled_there) as usize;
        let news = news.min(self.unhandled.len());
        self.unhandled.drain(..news);
        self.handled_there = self.handled_there.max(handled);
    }
}

/// The layer of one node, for all its peers. `M` is what the hosts say to each other.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ResumableStreams<M> {
    incarnation: u32,
    /// By number of node; the node itself is among them.
    peers: Vec<Peer<M>>,
}

impl<M: Clone> ResumableStreams<M> {
    /// The layer of a node in this incarnation, among so many nodes. A run begins with every node
    /// in incarnation 1 and every connection open; a node that is started again has a higher one,
    /// and knows nobody.
    ///
    /// # Panics
    /// If the incarnation is 0.
    #[must_use]
    pub fn new(nodes: u8, incarnation: u32) -> Self {
        assert!(incarnation > 0, "incarnation 0 is what nobody has");
        let is_first = incarnation == 1;
        let peers = (0..nodes).map(|_| Peer::new(u32::from(is_first), is_first)).collect();
        Self { incarnation, peers }
    }

    /// How many messages to a peer are not known to be handled.
    ///
    /// # Panics
    /// If there is no such node.
    #[must_use]
    pub fn unhandled(&self, peer: NodeId) -> usize {
        self.peers[peer.index()].unhandled.len()
    }

    /// Whether what is said to a peer now is sent at once.
    ///
    /// # Panics
    /// If there is no such node.
    #[must_use]
    pub fn is_open(&self, peer: NodeId) -> bool {
        self.peers[peer.index()].is_open
    }

    /// Keeps what is said to a peer. `true`: the host sends it now; else it will be told to.
    ///
    /// # Panics
    /// If there is no such node.
    pub fn say(&mut self, to: NodeId, message: M) -> bool {
        let peer = &mut self.peers[to.index()];
        peer.unhandled.push_back(message);
        peer.is_open
    }

    /// A message of a peer has come, and is handled by the host in this step. Returns how many have
    /// been, if it is time to tell the peer.
    ///
    /// # Panics
    /// If there is no such node.
    pub fn handles(&mut self, from: NodeId) -> Option<u32> {
        let peer = &mut self.peers[from.index()];
        peer.handled_here += 1;
        if peer.handled_here - peer.told < HANDLED_EVERY {
            return None;
        }
        peer.told = peer.handled_here;
        Some(peer.handled_here)
    }

    /// A peer says how many messages it has handled.
    ///
    /// # Panics
    /// If there is no such node.
    pub fn learn(&mut self, from: NodeId, handled: u32) {
        self.peers[from.index()].learn(handled);
    }

    /// The connection with a peer is broken: what is said to it waits.
    ///
    /// # Panics
    /// If there is no such node.
    pub fn disconnected(&mut self, peer: NodeId) {
        self.peers[peer.index()].is_open = false;
    }

    /// There is a connection with a peer again. What is to be sent first on it.
    ///
    /// # Panics
    /// If there is no such node.
    pub fn connected(&mut self, peer: NodeId) -> Resume {
        let there = &mut self.peers[peer.index()];
        // A node that was paused may have heard a peer's first words of a connection that was
        // broken before the node was told of it. What it said on that is lost, and kept here.
        there.is_open = false;
        there.told = there.handled_here;
        Resume { from: self.incarnation, to: there.incarnation, handled: there.handled_here }
    }

    /// A peer's first words on a new connection have come.
    ///
    /// # Panics
    /// If there is no such node.
    pub fn resume(&mut self, from: NodeId, resume: Resume) -> Resumption<M> {
        let own = self.incarnation;
        let peer = &mut self.peers[from.index()];
        let is_new = resume.from != peer.incarnation;
        // What was said before anything was known of it is for whoever comes.
        let is_reset = is_new && peer.incarnation != 0;
        if is_new {
            let unhandled = std::mem::take(&mut peer.unhandled);
            *peer = Peer::new(resume.from, false);
            if !is_reset {
                peer.unhandled = unhandled;
            }
        }
        // One that takes this node for what it was before a crash has handled nothing of it.
        if resume.to == own {
            peer.learn(resume.handled);
        }
        peer.is_open = true;
        Resumption { is_reset, again: peer.unhandled.iter().cloned().collect() }
    }
}

#[cfg(test)]
mod tests;
