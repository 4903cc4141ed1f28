//! Streaming: how a world carries messages on connections.
//!
//! What a [connection](super::connection) is, and what may happen to it, is told there. Here it
//! happens: messages are put behind each other, connections break and open, and each end learns of
//! it in a step of its own. None of this is reached where the transport is datagrams.

use super::connection::{Connection, Ending, Journey, Phase, Signal, SignalKind};
use super::event::{EventId, LossReason, What};
use super::handling::{CONNECT, DISCONNECT, QUEUE, UNANSWERED};
use super::network::{MessageId, Transport};
use super::order::arrange;
use super::process::{NodeId, Process};
use super::queue::{HELD, Key};
use super::world::{Flight, Item, World};

impl<P: Process> World<P> {
    /// The connection between two nodes; `None` where the transport is datagrams.
    ///
    /// # Panics
    /// If there are no such nodes.
    #[must_use]
    pub fn connection(&self, one: NodeId, other: NodeId) -> Option<&Connection> {
        assert!(one.index().max(other.index()) < self.nodes.len(), "the nodes exist");
        self.connections.get(Connection::place(one, other))
    }

    /// When the last of what nodes are to learn of their connections comes, in microseconds: that
    /// one is broken, or opens. What was begun over a slow network comes late, though the network
    /// is fast by then. 0: there is nothing to learn.
    #[must_use]
    pub fn connections_settle_us(&self) -> u64 {
        let signals = self.queue.iter().filter(|(_, item)| matches!(item, Item::Signal(_)));
        signals.map(|((due_us, _), _)| due_us).max().unwrap_or(0)
    }

    /// Whether messages travel on connections.
    pub(super) const fn has_streams(&self) -> bool {
        matches!(self.surroundings.transport, Transport::Streams)
    }

    /// A message leaves: it is put behind what left before. If there is no connection it is lost,
    /// half way, so that it can be seen to have been on its way.
    pub(super) fn stream(
        &mut self,
        (from, to): (NodeId, NodeId),
        message: P::Message,
        causes: &[EventId],
    ) {
        let place = self.link_place(from, to);
        let (count, journey) = self.links[place].accept_on_stream(from == to);
        let id = MessageId { from, to, count, copy: 0 };
        let (sent_us, alone_us) = (self.now_us, self.now_us.saturating_add(journey.delay_us));
        let connection = &mut self.connections[Connection::place(from, to)];
        let carried = connection.carries(from);
        let meddling = if carried { None } else { connection.broken_by() };
        let end = connection.end_mut(from);
        let held = carried && end.held;
        let (due_us, breaks) = if carried {
            end.last_us = end.last_us.max(alone_us);
            (end.last_us, journey.given_up.then_some((end.last_us, LossReason::Chance)))
        } else {
            (alone_us, Some((sent_us + journey.delay_us / 2, LossReason::Disconnected)))
        };
        let cause = self.emit(from, causes, || What::Sent { id, due_us, message: message.clone() });
        let sequence = self.next_sequence();
        let key = if held { HELD } else { (breaks.map_or(due_us, |(at_us, _)| at_us), sequence) };
        let held_us = held.then_some(sent_us);
        let (copies, holds) = (0, false);
        let flight = Flight {
            id,
            sent_us,
            due_us,
            breaks,
            message,
            cause,
            meddling,
            copies,
            held_us,
            alone_us,
            holds,
        };
        self.queue.push(key, Item::Flight(Box::new(flight)));
    }

    /// The connection between two nodes breaks, or what was to become one, if there is any. What
    /// is under way on it is lost now, and its ends will learn of it.
    pub(super) fn break_connection(
        &mut self,
        one: NodeId,
        other: NodeId,
        ending: Ending,
        event: EventId,
    ) {
        let place = Connection::place(one, other);
        let (lower, higher) = self.connections[place].nodes();
        self.take_back(|signal| {
            let pair = (signal.node.min(signal.peer), signal.node.max(signal.peer));
            pair == (lower, higher) && signal.kind != SignalKind::Broken
        });
        if !self.connections[place].fall(event) {
            return;
        }
        self.lose_streams(lower, higher, event);
        for (node, peer) in [(lower, higher), (higher, lower)] {
            if self.nodes[node.index()].up && self.connections[place].warn(node) {
                let link = self.link(peer, node).settings;
                let after_us = self.connections[place].notice_us(node, ending, &link);
                self.announce(
                    Signal { node, peer, kind: SignalKind::Broken, cause: event },
                    after_us,
                );
            }
        }
    }

    /// What is under way between two nodes is lost now. What is lost already goes on to where it
    /// breaks.
    fn lose_streams(&mut self, lower: NodeId, higher: NodeId, event: EventId) {
        let Self { queue, sequence, now_us, .. } = self;
        queue.reschedule(|_, item| {
            let Item::Flight(flight) = item else { return None };
            let MessageId { from, to, .. } = flight.id;
            if (from.min(to), from.max(to)) != (lower, higher) || flight.is_lost() {
                return None;
            }
            (flight.held_us, flight.holds) = (None, false);
            flight.breaks = Some((*now_us, LossReason::Disconnected));
            flight.meddling = Some(event);
            *sequence += 1;
            Some((*now_us, *sequence))
        });
    }

    /// A node will learn something, after a while.
    fn announce(&mut self, signal: Signal, after_us: u64) {
        let key = (self.now_us.saturating_add(after_us), self.next_sequence());
        self.queue.push(key, Item::Signal(Box::new(signal)));
    }

    /// What nodes were to learn they will not, where `which` says so.
    fn take_back(&mut self, which: impl Fn(&Signal) -> bool) {
        let stays = |item: &Item<P::Message>| match item {
            Item::Signal(signal) => !which(signal),
            Item::Flight(_) | Item::Arrived(_) | Item::Sync { .. } => true,
        };
        self.queue.retain(stays);
        for node in &mut self.nodes {
            node.backlog.retain(stays);
        }
    }

    /// What a node is to learn of its connections with a peer it learns by `latest_us`, in order.
    pub(super) fn hasten(&mut self, node: NodeId, peer: NodeId, latest_us: u64) {
        for kind in [SignalKind::Broken, SignalKind::Acknowledged] {
            let Self { queue, sequence, .. } = self;
            queue.reschedule(|(due_us, _), item| {
                let Item::Signal(signal) = item else { return None };
                let meant = (signal.node, signal.peer, signal.kind) == (node, peer, kind);
                (meant && due_us > latest_us).then(|| {
                    *sequence += 1;
                    (latest_us, *sequence)
                })
            });
        }
    }

    /// A node that has just lost its memory has no connections any more, and learns nothing of
    /// them. What came while it was paused, and was not handled since, is lost too.
    pub(super) fn disconnect_all(&mut self, node: NodeId, event: EventId) {
        self.take_back(|signal| signal.node == node);
        let Self { queue, sequence, now_us, .. } = self;
        queue.reschedule(|_, item| {
            let Item::Arrived(flight) = item else { return None };
            (flight.id.to == node && flight.breaks.is_none()).then(|| {
                flight.breaks = Some((*now_us, LossReason::Down));
                *sequence += 1;
                (*now_us, *sequence)
            })
        });
        for peer in 0..u8::try_from(self.nodes.len()).expect("at most 64 nodes") {
            let peer = NodeId(peer);
            self.break_connection(node, peer, Ending::Reset, event);
            self.connections[Connection::place(node, peer)].forget(node);
        }
    }

    /// Begins a handshake wherever there is no connection and nothing is in the way of one.
    pub(super) fn reconnect(&mut self, event: EventId) {
        for place in 0..self.connections.len() {
            self.dial(place, event);
        }
    }

    /// Begins a handshake if there is no connection and nothing is in the way of one.
    pub(super) fn dial(&mut self, place: usize, event: EventId) {
        let connection = &self.connections[place];
        let (lower, higher) = connection.nodes();
        let (there, back) = (self.link(lower, higher), self.link(higher, lower));
        let run = [lower, higher].into_iter().all(|node| self.node(node).runs());
        if connection.phase() != Phase::Broken || !run || !there.up || !back.up {
            return;
        }
        let (there, back) = (there.settings, back.settings);
        let Journey { delay_us, given_up } = self.connections[place].dial(&there, &back);
        if !given_up {
            self.hasten(lower, higher, self.now_us.saturating_add(delay_us));
        }
        let kind = if given_up { SignalKind::Unanswered } else { SignalKind::Answered };
        self.announce(Signal { node: lower, peer: higher, kind, cause: event }, delay_us);
    }

    /// A node learns something.
    pub(super) fn learn(&mut self, signal: Box<Signal>) {
        let Signal { node, peer, kind, cause } = *signal;
        if self.nodes[node.index()].paused {
            self.record(QUEUE, node, 1 << 40 | (kind as u64) << 8 | u64::from(peer.0));
            self.emit(node, &[cause], || What::Queued);
            return self.nodes[node.index()].backlog.push(Item::Signal(signal));
        }
        let place = Connection::place(node, peer);
        match kind {
            SignalKind::Broken => {
                let epoch = self.connections[place].tell_broken(node);
                self.record(DISCONNECT, node, u64::from(epoch) << 8 | u64::from(peer.0));
                let event = self.emit(node, &[cause], || What::Disconnected { peer, epoch });
                self.call(node, event, |process, _, context| process.disconnected(peer, context));
            }
            SignalKind::Unanswered => {
                self.record(UNANSWERED, node, u64::from(peer.0));
                let event = self.emit(node, &[cause], || What::Unanswered { peer });
                self.connections[place].give_up_dialling();
                self.dial(place, event);
            }
            SignalKind::Answered => {
                let link = self.link(node, peer).settings;
                let after_us = self.connections[place].establish(&link, self.now_us);
                self.connect(node, peer, cause, Some(after_us));
            }
            SignalKind::Acknowledged => self.connect(node, peer, cause, None),
        }
    }

    /// A node is connected to a peer; and the peer after a while, if it is not.
    fn connect(&mut self, node: NodeId, peer: NodeId, cause: EventId, after_us: Option<u64>) {
        let epoch = self.connections[Connection::place(node, peer)].tell_connected(node);
        self.record(CONNECT, node, u64::from(epoch) << 8 | u64::from(peer.0));
        let event = self.emit(node, &[cause], || What::Connected { peer, epoch });
        if let Some(after_us) = after_us {
            self.hasten(peer, node, self.now_us.saturating_add(after_us));
            let kind = SignalKind::Acknowledged;
            self.announce(Signal { node: peer, peer: node, kind, cause: event }, after_us);
        }
        self.call(node, event, |process, _, context| process.connected(peer, context));
    }

    /// What comes for a node just now, and was to come before sequence number `until`, comes after
    /// what came while it was paused.
    pub(super) fn put_behind_backlog(&mut self, node: NodeId, until: u64) {
        let now_us = self.now_us;
        let is_due = |(due_us, sequence): Key, item: &Item<P::Message>| {
            let here = match item {
                Item::Flight(flight) => flight.id.to == node,
                Item::Signal(signal) => signal.node == node,
                Item::Arrived(_) | Item::Sync { .. } => false,
            };
            here && due_us <= now_us && sequence < until
        };
        let due = self.queue.iter().filter(|(key, item)| is_due(*key, item));
        let mut sequences: Vec<u64> = due.map(|((_, sequence), _)| sequence).collect();
        arrange(&mut sequences, |sequence| (*sequence, 0));
        let first = self.sequence + 1;
        self.sequence += sequences.len() as u64;
        self.queue.reschedule(|key, item| {
            is_due(key, item).then(|| {
                let rank = sequences.partition_point(|other| *other < key.1);
                (now_us, first + rank as u64)
            })
        });
    }
}
