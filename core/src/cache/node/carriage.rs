//! How a node's messages come and go, through the layer that carries them.
//!
//! What each layer does about a connection that breaks, or a peer that has crashed:
//!
//! - With *resumption*, a break loses nothing. What is said meanwhile waits; on the next connection
//!   both ends say how much they have handled, and the rest is said again. A lease may run out
//!   before that: then its session is over, as ever, and what is said of it later is ignored. So
//!   that a lease is not lost for want of a word, a cache asks for it to be renewed as soon as a
//!   home can be heard again.
//! - With *reliable links*, a break is nothing to the node: they repeat what is not acknowledged.
//! - With *neither*, what was under way is lost. With leases the cache ends its session with the
//!   home: it cannot know what the home takes it to have. What another cache had to say to it is
//!   asked for again after two leases. Without leases, whoever waits may do so for ever.
//!
//! With either layer a node is told when a peer has lost its memory (*reset*): what was said and
//! not handled is dropped, as it was meant for a former life. A cache then ends its session with
//! the home, if it was one. A home need do nothing: a cache that comes back begins a new session,
//! or its old one is given up.

use super::kernel::Kernel;
use super::links::Links;
use super::packet::Packet;
use super::{BusNode, Common, HomeNode, Node};
use crate::cache::message::Message;
use crate::sim::process::{Context, NodeId};
use crate::sim::reliable::Action;
use crate::sim::resumption::{Resume, Resumption};

impl Node {
    /// A packet has arrived.
    pub(super) fn take(&mut self, from: NodeId, packet: Packet, context: &mut Context<'_, Self>) {
        let Common { links, actions, .. } = self.common_mut();
        match (packet, links) {
            (Packet::Plain(message), Links::Resumable(streams)) => {
                if let Some(handled) = streams.handles(from) {
                    context.send(from, Packet::Handled(handled));
                }
                self.deliver(from, message, context);
            }
            (Packet::Plain(message), _) => self.deliver(from, message, context),
            (Packet::Framed(frame), Links::Reliable(links)) => {
                links.receive(from, frame, context.now_us(), actions);
            }
            (Packet::Resume(resume), _) => self.resume(from, resume, context),
            (Packet::Handled(handled), Links::Resumable(streams)) => streams.learn(from, handled),
            // All nodes of a run have the same layer.
            (Packet::Framed(_) | Packet::Handled(_), _) => {}
        }
    }

    /// A connection with a peer is broken.
    pub(super) fn cut_off(&mut self, peer: NodeId, context: &mut Context<'_, Self>) {
        match &mut self.common_mut().links {
            Links::Bare => self.lose_touch(peer, context),
            Links::Resumable(streams) => streams.disconnected(peer),
            Links::Reliable(_) => {}
        }
    }

    /// There is a connection with a peer again.
    pub(super) fn greet(&mut self, peer: NodeId, context: &mut Context<'_, Self>) {
        match &mut self.common_mut().links {
            Links::Resumable(streams) => {
                let resume = streams.connected(peer);
                context.send(peer, Packet::Resume(resume));
            }
            Links::Bare => self.ask_for_lease(peer, context),
            Links::Reliable(_) => {}
        }
    }

    /// A peer has said how much it has handled: what it has not is said again.
    fn resume(&mut self, from: NodeId, resume: Resume, context: &mut Context<'_, Self>) {
        let Links::Resumable(streams) = &mut self.common_mut().links else { return };
        let Resumption { is_reset, again } = streams.resume(from, resume);
        for message in again {
            context.send(from, Packet::Plain(message));
        }
        if is_reset {
            self.lose_touch(from, context);
        } else {
            self.ask_for_lease(from, context);
        }
    }

    /// A home can be heard again.
    fn ask_for_lease(&mut self, peer: NodeId, context: &mut Context<'_, Self>) {
        if let Self::Cache(cache) = self {
            cache.ask_for_lease(peer, context);
        }
    }

    /// Does what reliable links want done. It may lead to more.
    pub(super) fn follow_links(&mut self, context: &mut Context<'_, Self>) {
        while !self.common().actions.is_empty() {
            for action in std::mem::take(&mut self.common_mut().actions) {
                match action {
                    Action::Send { to, frame } => context.send(to, Packet::Framed(frame)),
                    Action::Deliver { from, message } => self.deliver(from, message, context),
                    Action::Reset { peer } => self.lose_touch(peer, context),
                }
            }
            if let Self::Cache(cache) = self {
                cache.conclude(context);
            }
        }
    }

    fn deliver(&mut self, from: NodeId, message: Message, context: &mut Context<'_, Self>) {
        match self {
            Self::Cache(cache) => cache.receive(from, message, context),
            Self::Home(HomeNode { home, common }) => {
                home.receive(from, message, &mut Kernel::new(context, common));
            }
            Self::Bus(BusNode { bus, common }) => {
                bus.receive(from, message, &mut Kernel::new(context, common));
            }
        }
    }

    /// What was under way between this node and another is lost.
    fn lose_touch(&mut self, peer: NodeId, context: &mut Context<'_, Self>) {
        if let Self::Cache(cache) = self {
            cache.disconnected(peer, context);
        }
    }
}
