//! Connections: what messages travel on where the transport is streams.
//!
//! On datagrams a message fends for itself. On streams, as over TCP (RFC 9293), every two nodes
//! have a *connection*, and messages between them arrive in the order in which they were sent, each
//! once, or not at all. What a stream does to a message follows from that:
//!
//! - **Loss shows as delay.** What the network loses is sent again, after a *retransmission
//!   timeout*: between two and four times the longest delay of the link (a round trip and a margin,
//!   as RFC 6298 would measure), and twice as long after each further loss. All of it is drawn when
//!   the message is sent. The first transmission is lost by the very luck that would lose a
//!   datagram, so a run can be compared with itself over the other transport.
//! - **What is held up holds up all behind it**; nothing arrives twice, and nothing overtakes.
//! - **A connection breaks**, and what is under way on it is lost in both directions, when one of
//!   its links is cut, when a node at its end crashes, when a choice loses one of its messages, or
//!   when a message was lost [`MOST_TRANSMISSIONS`] times in a row. What is sent while there is no
//!   connection is lost.
//! - **Each end finds out by itself** ([`Process::disconnected`]). Where the links are up a *reset*
//!   tells it, after the delay of one message. Where one is cut nothing tells it but silence: it
//!   gives up when as many retransmissions as above would have been in vain. Until then what it
//!   sends is lost without its knowing.
//! - **It opens anew** by a handshake as soon as both links are up and both nodes run. The end with
//!   the lower number asks, is answered, and is connected after a round trip; what it then sends
//!   comes behind its acknowledgement, by which the other end is connected
//!   ([`Process::connected`]). The new connection has a new *epoch*: nothing of an earlier one
//!   arrives on it. An end that has not found out about the old one is told just before. If the
//!   network loses the handshake as often as above it is begun again.
//!
//! When a run begins every connection is open, in epoch 1, and nobody is told: what nodes say in
//! [`Process::start`] travels. A node's words to itself come in order too; they are never lost but
//! by a crash or a choice.
//!
//! [`Process::start`]: super::process::Process::start
//! [`Process::connected`]: super::process::Process::connected
//! [`Process::disconnected`]: super::process::Process::disconnected

use super::event::EventId;
use super::network::{DELAY, HOLD_UP, LOSS, LinkSettings, REORDER};
use super::process::NodeId;
use super::random::Luck;

/// How often a message is sent before the connection is given up.
pub const MOST_TRANSMISSIONS: u32 = 6;

/// Streams of luck from here on belong to the transmissions of one message; those below belong to
/// copies, which there are none of on a stream.
const TRANSMISSION: u64 = 256;
/// The slot of a retransmission timeout in the luck of a transmission.
const TIMEOUT: u64 = 1;

/// What becomes of a message on a stream, if nothing is before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Journey {
    /// After how long it arrives, or is given up, in microseconds.
    pub(super) delay_us: u64,
    /// Whether every transmission is lost.
    pub(super) given_up: bool,
}

impl Journey {
    /// Draws the journey of message `count` from the luck of its link.
    pub(super) fn draw(luck: Luck, count: u64, settings: &LinkSettings) -> Self {
        let mut waited_us = 0;
        for transmission in 0..MOST_TRANSMISSIONS {
            let own = match transmission {
                0 => luck,
                later => luck.stream(TRANSMISSION + u64::from(later)),
            };
            if !own.happens(count, LOSS, settings.loss) {
                let delay_us = waited_us + plain_delay_us(luck, count, settings);
                return Self { delay_us, given_up: false };
            }
            waited_us += timeout_us(luck, count, transmission, settings);
        }
        Self { delay_us: waited_us, given_up: true }
    }
}

/// The delay of a message that is not lost, as of a datagram.
pub(super) fn plain_delay_us(luck: Luck, count: u64, settings: &LinkSettings) -> u64 {
    let LinkSettings { delay_min_us, delay_max_us, reorder, .. } = *settings;
    let delay_us = luck.between(count, DELAY, delay_min_us, delay_max_us);
    if luck.happens(count, REORDER, reorder) {
        delay_us + luck.between(count, HOLD_UP, 0, delay_max_us * 4)
    } else {
        delay_us
    }
}

/// How long it takes to give a silent peer up: as long as a message that is always lost.
fn patience_us(luck: Luck, count: u64, settings: &LinkSettings) -> u64 {
    (0..MOST_TRANSMISSIONS).map(|lost| timeout_us(luck, count, lost, settings)).sum()
}

/// How long is waited after a transmission, counted from 0, before the next.
fn timeout_us(luck: Luck, count: u64, transmission: u32, settings: &LinkSettings) -> u64 {
    let longest_us = settings.delay_max_us;
    let luck = luck.stream(TRANSMISSION + u64::from(transmission));
    luck.between(count, TIMEOUT, longest_us * 2, longest_us * 4) << transmission
}

/// What a node's end of a connection learns. Its place in the list is part of the digest:
/// **variants are never reordered, new ones come at the end.**
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SignalKind {
    /// The connection is broken: a reset has come, or nothing for too long.
    Broken,
    /// The handshake is given up, and begun again.
    Unanswered,
    /// The handshake is answered: the end that asked is connected.
    Answered,
    /// The answer is acknowledged: the end that was asked is connected.
    Acknowledged,
}

/// That a node's end of a connection learns something.
#[derive(Clone, Copy, Debug)]
pub(super) struct Signal {
    /// Who learns it.
    pub(super) node: NodeId,
    /// Of its connection with whom.
    pub(super) peer: NodeId,
    pub(super) kind: SignalKind,
    /// The event that led to it.
    pub(super) cause: EventId,
}

/// Why a connection breaks: whether its ends can be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    /// A link is cut: nothing tells them but silence.
    Silence,
    /// Anything else: whoever is left is sent a reset.
    Reset,
}

/// Where a connection is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Phase {
    /// Messages travel. (The end that was asked may not have been told yet.)
    Open,
    /// There is none, and something is in the way of a new one.
    Broken,
    /// A handshake is under way.
    Opening,
}

/// One end of a connection, and the stream that begins there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct End {
    /// The epoch in which the node here is connected, as far as it knows.
    pub(super) believes: Option<u32>,
    /// Whether it will be told that this is over.
    pub(super) warned: bool,
    /// Nothing that is sent here arrives before this, in microseconds: the last message that was,
    /// or the handshake.
    pub(super) last_us: u64,
    /// When the acknowledgement that ends the handshake arrives, in microseconds.
    pub(super) opens_us: u64,
    /// Whether what is sent here waits behind something that is held.
    pub(super) held: bool,
}

/// The connection between two nodes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Connection {
    lower: NodeId,
    higher: NodeId,
    epoch: u32,
    phase: Phase,
    /// Of the lower and the higher node.
    ends: [End; 2],
    luck: Luck,
    /// How many handshakes were begun.
    attempts: u32,
    /// How often it broke.
    breaks: u32,
    broken_by: Option<EventId>,
}

// What the luck of a connection is for.
const HANDSHAKE: u64 = 0;
const BREAK: u64 = 1;

impl Connection {
    /// An open connection, with a stream of luck of its own.
    pub(super) const fn new(lower: NodeId, higher: NodeId, luck: Luck) -> Self {
        assert!(lower.0 <= higher.0);
        let believes = Some(1);
        let end = End { believes, warned: false, last_us: 0, opens_us: 0, held: false };
        Self {
            lower,
            higher,
            epoch: 1,
            phase: Phase::Open,
            ends: [end; 2],
            luck,
            attempts: 0,
            breaks: 0,
            broken_by: None,
        }
    }

    /// Its place among all connections of a world.
    pub(super) const fn place(one: NodeId, other: NodeId) -> usize {
        let (lower, higher) = if one.0 < other.0 { (one, other) } else { (other, one) };
        higher.index() * (higher.index() + 1) / 2 + lower.index()
    }

    /// Its two nodes, the lower number first.
    #[must_use]
    pub const fn nodes(&self) -> (NodeId, NodeId) {
        (self.lower, self.higher)
    }

    /// Which connection between its nodes it is, counted from 1; while there is none, the last.
    #[must_use]
    pub const fn epoch(&self) -> u32 {
        self.epoch
    }

    /// Where it is.
    #[must_use]
    pub const fn phase(&self) -> Phase {
        self.phase
    }

    /// Whether one of its nodes thinks that it is connected to the other.
    #[must_use]
    pub fn is_believed_by(&self, node: NodeId) -> bool {
        self.end(node).believes.is_some()
    }

    /// What broke it last.
    pub(super) const fn broken_by(&self) -> Option<EventId> {
        self.broken_by
    }

    /// Whether what a node sends now travels on it.
    pub(super) fn carries(&self, from: NodeId) -> bool {
        self.phase == Phase::Open && self.end(from).believes == Some(self.epoch)
    }

    const fn is_with_itself(&self) -> bool {
        self.lower.0 == self.higher.0
    }

    fn end(&self, node: NodeId) -> &End {
        &self.ends[usize::from(node != self.lower)]
    }

    pub(super) fn end_mut(&mut self, node: NodeId) -> &mut End {
        &mut self.ends[usize::from(node != self.lower)]
    }

    /// It breaks. `true`: there was one, whose messages are lost; `false`: there was none.
    pub(super) fn fall(&mut self, event: EventId) -> bool {
        let was_open = self.phase == Phase::Open;
        for end in &mut self.ends {
            *end = End { last_us: 0, opens_us: 0, held: false, ..*end };
        }
        if !self.is_with_itself() {
            self.phase = Phase::Broken;
            if was_open {
                self.breaks += 1;
                self.broken_by = Some(event);
            }
            assert!(!self.carries(self.lower) && !self.carries(self.higher));
        }
        was_open
    }

    /// A node at its end forgets it.
    pub(super) fn forget(&mut self, node: NodeId) {
        if !self.is_with_itself() {
            let end = self.end_mut(node);
            (end.believes, end.warned) = (None, false);
        }
    }

    /// Whether a node must still be told that it is broken, which it is from now on.
    pub(super) fn warn(&mut self, node: NodeId) -> bool {
        let is_with_itself = self.is_with_itself();
        let end = self.end_mut(node);
        let must = end.believes.is_some() && !end.warned && !is_with_itself;
        end.warned |= must;
        must
    }

    /// After how long a node finds out that it is broken, in microseconds, over the link to it.
    pub(super) fn notice_us(&self, node: NodeId, ending: Ending, link: &LinkSettings) -> u64 {
        let count = u64::from(self.breaks) * 2 + u64::from(node != self.lower);
        let luck = self.luck.stream(BREAK);
        match ending {
            Ending::Silence => patience_us(luck, count, link),
            Ending::Reset => plain_delay_us(luck, count, link),
        }
    }

    /// A node is told that it is broken. The epoch that is over.
    pub(super) fn tell_broken(&mut self, node: NodeId) -> u32 {
        let end = self.end_mut(node);
        end.warned = false;
        end.believes.take().expect("a node that is told had been connected")
    }

    /// A handshake begins. After how long the lower end is connected, or the attempt has failed.
    pub(super) fn dial(&mut self, there: &LinkSettings, back: &LinkSettings) -> Journey {
        assert_eq!(self.phase, Phase::Broken, "a connection opens where there is none");
        self.phase = Phase::Opening;
        self.attempts += 1;
        let [there, back] = [(0, there), (1, back)].map(|(leg, link)| self.leg(leg, link));
        let given_up = there.given_up || back.given_up;
        Journey { delay_us: there.delay_us + back.delay_us, given_up }
    }

    /// The handshake has failed.
    pub(super) fn give_up_dialling(&mut self) {
        assert_eq!(self.phase, Phase::Opening);
        self.phase = Phase::Broken;
    }

    /// The lower end is connected, in a new epoch. After how long the other one is, too: every
    /// message repeats the acknowledgement, so that is never given up.
    pub(super) fn establish(&mut self, there: &LinkSettings, now_us: u64) -> u64 {
        assert_eq!(self.phase, Phase::Opening);
        self.phase = Phase::Open;
        self.epoch += 1;
        let after_us = self.leg(2, there).delay_us;
        let end = self.end_mut(self.lower);
        end.opens_us = now_us.saturating_add(after_us);
        end.last_us = end.opens_us;
        after_us
    }

    fn leg(&self, leg: u64, link: &LinkSettings) -> Journey {
        Journey::draw(self.luck.stream(HANDSHAKE), u64::from(self.attempts) * 4 + leg, link)
    }

    /// A node is told that it is connected. The epoch.
    pub(super) fn tell_connected(&mut self, node: NodeId) -> u32 {
        assert_eq!(self.phase, Phase::Open, "a break takes the news of a connection back");
        let epoch = self.epoch;
        let end = self.end_mut(node);
        assert!(end.believes.is_none(), "it was told that the one before is over");
        end.believes = Some(epoch);
        epoch
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::network::Link;
    use crate::sim::random::Probability;

    const SETTINGS: LinkSettings = LinkSettings {
        delay_min_us: 1_000,
        delay_max_us: 2_000,
        loss: Probability::NEVER,
        duplicate: Probability::NEVER,
        reorder: Probability::NEVER,
    };

    fn journeys(settings: LinkSettings) -> Vec<Journey> {
        (1..=2_000).map(|count| Journey::draw(Luck::new(5), count * 2, &settings)).collect()
    }

    #[test]
    fn on_a_quiet_link_a_message_takes_as_long_as_a_datagram() {
        let mut link = Link::new(SETTINGS, Luck::new(5));
        for journey in journeys(SETTINGS) {
            let (_, fate, _) = link.accept();
            assert_eq!((journey.delay_us, journey.given_up), (fate.delay_us, false));
        }
    }

    #[test]
    fn what_would_lose_a_datagram_delays_a_message_by_a_timeout_at_least() {
        let loss = Probability::from_parts(1 << 30).expect("a quarter");
        let lossy = LinkSettings { loss, ..SETTINGS };
        let mut link = Link::new(lossy, Luck::new(5));
        let mut lost = 0;
        for (journey, quiet) in journeys(lossy).into_iter().zip(journeys(SETTINGS)) {
            let (_, fate, _) = link.accept();
            let delayed_us = journey.delay_us - quiet.delay_us;
            assert_eq!(fate.breaks_us.is_some(), delayed_us > 0);
            assert!(delayed_us == 0 || delayed_us >= 4_000, "{delayed_us}");
            lost += u32::from(delayed_us > 0);
        }
        assert!((400..600).contains(&lost), "{lost} of 2000");
    }

    #[test]
    fn timeouts_double_and_the_last_one_gives_up() {
        let hopeless = LinkSettings { loss: Probability::ALWAYS, ..SETTINGS };
        for journey in journeys(hopeless) {
            assert!(journey.given_up);
            // 1 + 2 + 4 + … + 32 timeouts of 4 to 8 ms.
            assert!((63 * 4_000..=63 * 8_000).contains(&journey.delay_us));
        }
        let luck = Luck::new(1);
        for transmission in 0..MOST_TRANSMISSIONS {
            let timeout_us = timeout_us(luck, 1, transmission, &SETTINGS);
            assert!((4_000 << transmission..=8_000 << transmission).contains(&timeout_us));
        }
    }

    #[test]
    fn every_pair_has_a_place_of_its_own() {
        let nodes = || (0..64).map(NodeId);
        let pairs = nodes().flat_map(|higher| (0..=higher.0).map(move |one| (NodeId(one), higher)));
        let places: Vec<usize> = pairs.map(|(one, other)| Connection::place(one, other)).collect();
        assert!(places.iter().copied().eq(0..64 * 65 / 2));
        assert_eq!(
            Connection::place(NodeId(3), NodeId(1)),
            Connection::place(NodeId(1), NodeId(3))
        );
    }
}
