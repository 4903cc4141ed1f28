//! The network: directed links, and datagrams over them.
//!
//! Between every two nodes there are two links, one each way, because real networks fail one way
//! too. A link has a distribution of delays, probabilities of losing, duplicating and overtaking,
//! and is up or cut. A message's fate and delay are drawn when it leaves, so where it is on the
//! screen is a function of time, and it is known from the start whether it will break on the way.
//!
//! Datagrams promise nothing: they may be lost, come twice, or overtake each other. Protocols that
//! need more build it on top ([`reliable`](super::reliable)), or run where the [`Transport`] is
//! streams ([`connection`](super::connection)).

use serde::{Deserialize, Serialize};

use super::connection::{Journey, plain_delay_us};
use super::digest::{Digest, Encode};
use super::event::EventId;
use super::process::NodeId;
use super::random::{Luck, Probability};

/// Names a message: sender, receiver, which one on that link, which copy. A choice that names a
/// message still names the same one after a replay.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct MessageId {
    /// Who sent it.
    pub from: NodeId,
    /// Whom to.
    pub to: NodeId,
    /// Which message on this link, counted from 1.
    pub count: u32,
    /// 0 for the original, 1 and up for duplicates.
    pub copy: u8,
}

impl Encode for MessageId {
    fn encode(&self, digest: &mut Digest) {
        digest.word(
            u64::from(self.from.0) << 48
                | u64::from(self.to.0) << 40
                | u64::from(self.copy) << 32
                | u64::from(self.count),
        );
    }
}

/// What carries messages: a world has one or the other. Links hold it by its place in the list:
/// **variants are never reordered, new ones come at the end.**
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Transport {
    /// Each message fends for itself, as over UDP.
    #[default]
    Datagrams,
    /// Messages of a pair keep their order on a connection that can break, as over TCP.
    Streams,
}

impl Transport {
    /// Every transport.
    pub const ALL: [Self; 2] = [Self::Datagrams, Self::Streams];

    /// Its name in scenario files.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Datagrams => "datagrams",
            Self::Streams => "streams",
        }
    }
}

/// How a link behaves while it is up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct LinkSettings {
    /// The shortest delay, in microseconds.
    pub delay_min_us: u64,
    /// The longest delay of a message that nothing holds up, in microseconds. Delays are even
    /// between the two.
    pub delay_max_us: u64,
    /// How likely a message is lost.
    pub loss: Probability,
    /// How likely a message arrives twice, the second time after a delay of its own.
    pub duplicate: Probability,
    /// How likely a message is held up, for up to four times the longest delay more, so that others
    /// overtake it.
    pub reorder: Probability,
}

impl Default for LinkSettings {
    /// Never changes: links leave out what is as here.
    fn default() -> Self {
        Self {
            delay_min_us: 5_000,
            delay_max_us: 15_000,
            loss: Probability::NEVER,
            duplicate: Probability::NEVER,
            reorder: Probability::NEVER,
        }
    }
}

impl Encode for LinkSettings {
    fn encode(&self, digest: &mut Digest) {
        digest.word(self.delay_min_us);
        digest.word(self.delay_max_us);
        digest.word(self.loss.parts());
        digest.word(self.duplicate.parts());
        digest.word(self.reorder.parts());
    }
}

/// What the network has decided about one copy of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Fate {
    /// When it arrives, if it does, in microseconds after it left.
    pub delay_us: u64,
    /// When it breaks on its way, in microseconds after it left.
    pub breaks_us: Option<u64>,
}

/// One direction between two nodes.
#[derive(Clone, Debug)]
pub struct Link {
    /// Whether messages pass.
    pub up: bool,
    /// How it behaves while up.
    pub settings: LinkSettings,
    /// The choice that cut it, while it is cut.
    pub(super) cut_by: Option<EventId>,
    sent: u32,
    luck: Luck,
}

// The draws that belong to one message: the original's and its duplicate's differ by `COPY`.
pub(super) const LOSS: u64 = 0;
pub(super) const DELAY: u64 = 1;
pub(super) const REORDER: u64 = 2;
pub(super) const HOLD_UP: u64 = 3;
const COPY: u64 = 4;

impl Link {
    /// A link that is up, with a stream of luck of its own.
    #[must_use]
    pub const fn new(settings: LinkSettings, luck: Luck) -> Self {
        Self { up: true, settings, cut_by: None, sent: 0, luck }
    }

    /// Cuts it because of a choice.
    pub(super) const fn cut(&mut self, by: EventId) {
        self.up = false;
        self.cut_by = Some(by);
    }

    /// Lets messages pass again.
    pub(super) const fn heal(&mut self) {
        self.up = true;
        self.cut_by = None;
    }

    /// How many messages it has taken in.
    #[must_use]
    pub const fn sent(&self) -> u32 {
        self.sent
    }

    /// Takes a message in: its number on this link, what becomes of it and, if the network doubles
    /// it, of its copy.
    pub fn accept(&mut self) -> (u32, Fate, Option<Fate>) {
        self.sent += 1;
        let count = u64::from(self.sent) * 2;
        let original = self.fate(count, 0);
        let doubled = self.up && self.luck.happens(count + 1, LOSS, self.settings.duplicate);
        (self.sent, original, doubled.then(|| self.fate(count, COPY)))
    }

    /// Takes a message of a stream in: its number on this link, and what becomes of it if nothing
    /// is before it. What a node says to itself is not lost by chance.
    pub(super) fn accept_on_stream(&mut self, to_itself: bool) -> (u32, Journey) {
        self.sent += 1;
        let count = u64::from(self.sent) * 2;
        let journey = if to_itself {
            let delay_us = plain_delay_us(self.luck, count, &self.settings);
            Journey { delay_us, given_up: false }
        } else {
            Journey::draw(self.luck, count, &self.settings)
        };
        (self.sent, journey)
    }

    /// What becomes of a copy that somebody makes by hand of message `count`: a delay of its own,
    /// and no chance of loss while the link is up.
    #[must_use]
    pub const fn fate_of_copy(&self, count: u32, copy: u8) -> Fate {
        let LinkSettings { delay_min_us, delay_max_us, .. } = self.settings;
        let luck = self.luck.stream(copy as u64);
        let delay_us = luck.between(count as u64, DELAY, delay_min_us, delay_max_us);
        let breaks_us = if self.up { None } else { Some(delay_us / 2) };
        Fate { delay_us, breaks_us }
    }

    fn fate(&self, count: u64, slots: u64) -> Fate {
        let LinkSettings { delay_min_us, delay_max_us, loss, reorder, .. } = self.settings;
        let mut delay_us = self.luck.between(count, slots + DELAY, delay_min_us, delay_max_us);
        if self.luck.happens(count, slots + REORDER, reorder) {
            delay_us += self.luck.between(count, slots + HOLD_UP, 0, delay_max_us * 4);
        }
        // A lost message breaks half way, so that it can be seen to have been on its way.
        let lost = !self.up || self.luck.happens(count, slots + LOSS, loss);
        Fate { delay_us, breaks_us: lost.then_some(delay_us / 2) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link(settings: LinkSettings) -> Link {
        Link::new(settings, Luck::new(3))
    }

    #[test]
    fn a_quiet_link_delivers_everything_once_within_its_delays() {
        let mut link = link(LinkSettings::default());
        for expected in 1..=500 {
            let (count, fate, copy) = link.accept();
            assert_eq!(count, expected);
            assert!((5_000..=15_000).contains(&fate.delay_us));
            assert_eq!((fate.breaks_us, copy), (None, None));
        }
    }

    #[test]
    fn a_cut_link_loses_everything_and_copies_nothing() {
        let settings = LinkSettings { duplicate: Probability::ALWAYS, ..LinkSettings::default() };
        let mut link = link(settings);
        link.up = false;
        let (_, fate, copy) = link.accept();
        assert_eq!(fate.breaks_us, Some(fate.delay_us / 2));
        assert_eq!(copy, None);
    }

    #[test]
    fn a_copy_has_a_delay_of_its_own() {
        let settings = LinkSettings { duplicate: Probability::ALWAYS, ..LinkSettings::default() };
        let mut link = link(settings);
        let differing = (0..100).filter(|_| {
            let (_, fate, copy) = link.accept();
            copy.expect("every message is doubled").delay_us != fate.delay_us
        });
        assert!(differing.count() > 90);
    }

    #[test]
    fn a_held_up_message_is_overtaken() {
        let settings = LinkSettings { reorder: Probability::ALWAYS, ..LinkSettings::default() };
        let mut link = link(settings);
        assert!((0..100).any(|_| link.accept().1.delay_us > 60_000));
    }

    #[test]
    fn losing_one_message_does_not_change_the_delay_of_the_next() {
        let mut calm = link(LinkSettings::default());
        let mut cut = calm.clone();
        cut.up = false;
        let _ = (calm.accept(), cut.accept());
        cut.up = true;
        assert_eq!(calm.accept(), cut.accept());
    }
}
