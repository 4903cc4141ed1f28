//! Choices: the only way to act on a world.
//!
//! A button on the page, a line of a scenario file and a byte of a link all become the same
//! [`Choice`], applied by the same code. A run is its seed, its configuration and its choices.
//!
//! In a link a choice is written by its variant's place in the enum: **variants and their fields
//! are never reordered or removed, new ones come at the end.**
//!
//! A choice is small and names things by identity. Names that do not exist are refused when a
//! scenario is read; a choice that makes no sense at its moment (restarting a server that is up,
//! losing a message that has arrived) is noted with a [`Refusal`] and ignored, because on another
//! branch it may well make sense.

use serde::{Deserialize, Serialize};

use super::digest::{Digest, Encode};
use super::network::{LinkSettings, MessageId};
use super::process::NodeId;

/// An intervention. `O` is what a client can be asked to do.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Choice<O> {
    /// The node loses its memory and what it had not synced.
    Crash(NodeId),
    /// A crashed node comes back with what is on its disk.
    Restart(NodeId),
    /// The node freezes, as for a garbage collection; what comes for it waits.
    Pause(NodeId),
    /// A paused node goes on.
    Resume(NodeId),
    /// A timer that runs on the node runs out now.
    Fire {
        /// Where.
        node: NodeId,
        /// The timer's number.
        timer: u8,
    },
    /// A link is cut; what is on it is lost.
    Cut {
        /// The sending end.
        from: NodeId,
        /// The receiving end.
        to: NodeId,
        /// Whether the opposite direction is cut too.
        both_ways: bool,
    },
    /// A cut link passes messages again.
    Heal {
        /// The sending end.
        from: NodeId,
        /// The receiving end.
        to: NodeId,
        /// Whether the opposite direction is healed too.
        both_ways: bool,
    },
    /// All links pass messages again.
    HealAll,
    /// Links between nodes of different groups are cut, links within a group healed; links of nodes
    /// that are in no group stay as they are.
    Partition(Vec<Vec<NodeId>>),
    /// A message on its way is lost. On a stream its connection breaks.
    Lose(MessageId),
    /// A message on its way gets a copy, with a delay of its own.
    Duplicate(MessageId),
    /// A message on its way takes longer; on a stream what is behind it waits for it.
    Delay {
        /// Which.
        message: MessageId,
        /// How much longer, in microseconds.
        by_us: u64,
    },
    /// A message on its way waits until it is delivered by another choice; on a stream what is
    /// behind it waits too.
    Hold(MessageId),
    /// A message on its way, or held, arrives now; on a stream after what is before it.
    Deliver(MessageId),
    /// All links behave so from now on.
    Network(LinkSettings),
    /// A node's clock runs at this rate from now on, in parts per million of true time.
    ClockRate {
        /// Whose.
        node: NodeId,
        /// The new rate; 1 to 100 million.
        rate_ppm: u64,
    },
    /// A node's clock jumps, in microseconds.
    ClockJump {
        /// Whose.
        node: NodeId,
        /// Forward, or back where negative.
        by_us: i64,
    },
    /// A client is asked to do something.
    Operate {
        /// The client.
        node: NodeId,
        /// What to do.
        operation: O,
    },
    /// A rule of the protocol is broken on every node, or mended.
    Plant {
        /// The bug's number in the lab.
        bug: u8,
        /// Broken, or mended.
        planted: bool,
    },
    /// A setting of the protocol is changed on every node.
    Set {
        /// The setting's number in the lab.
        setting: u8,
        /// What it is set to.
        value: u64,
    },
    /// A node is told to do something that no client asks for: what an administrator says.
    Instruct {
        /// The node.
        node: NodeId,
        /// The instruction's number in the lab.
        instruction: u8,
        /// What the instruction is about; the lab says how to read it.
        operand: u64,
    },
    /// One link behaves so from now on, whatever the others do: it is clogged, say.
    Link {
        /// The sending end.
        from: NodeId,
        /// The receiving end.
        to: NodeId,
        /// Whether the opposite direction behaves so too.
        both_ways: bool,
        /// How.
        settings: LinkSettings,
    },
}

/// Why a choice was ignored at its moment. Its place in the list is part of the digest: **variants
/// are never reordered, new ones come at the end.**
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Refusal {
    /// The node is down.
    Down,
    /// The node is up.
    Up,
    /// The node is paused.
    Paused,
    /// The node is not paused.
    NotPaused,
    /// The timer does not run.
    TimerStopped,
    /// No such message is on its way.
    NoSuchMessage,
    /// The message has as many copies as can be named.
    TooManyCopies,
    /// The node takes no operations.
    NoClient,
    /// The node does not do what it is told, or not now.
    Unwilling,
    /// The message is on a stream: nothing arrives twice there.
    OnStream,
}

impl Refusal {
    /// Its name in results.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Down => "down",
            Self::Up => "up",
            Self::Paused => "paused",
            Self::NotPaused => "not_paused",
            Self::TimerStopped => "timer_stopped",
            Self::NoSuchMessage => "no_such_message",
            Self::TooManyCopies => "too_many_copies",
            Self::NoClient => "no_client",
            Self::Unwilling => "unwilling",
            Self::OnStream => "on_stream",
        }
    }
}

impl<O> Choice<O> {
    /// The nodes that it names. Whom an instruction is about is the lab's business.
    #[must_use]
    pub fn nodes(&self) -> Vec<NodeId> {
        match self {
            Self::Crash(node) | Self::Restart(node) | Self::Pause(node) | Self::Resume(node) => {
                vec![*node]
            }
            Self::Fire { node, .. }
            | Self::ClockRate { node, .. }
            | Self::ClockJump { node, .. }
            | Self::Operate { node, .. }
            | Self::Instruct { node, .. } => vec![*node],
            Self::Cut { from, to, .. }
            | Self::Heal { from, to, .. }
            | Self::Link { from, to, .. } => vec![*from, *to],
            Self::Lose(message)
            | Self::Duplicate(message)
            | Self::Hold(message)
            | Self::Deliver(message)
            | Self::Delay { message, .. } => vec![message.from, message.to],
            Self::Partition(groups) => groups.iter().flatten().copied().collect(),
            Self::HealAll | Self::Network(_) | Self::Plant { .. } | Self::Set { .. } => Vec::new(),
        }
    }

    /// Numbers the kinds of choices for the digest. Numbers are never used again.
    const fn kind(&self) -> u64 {
        match self {
            Self::Crash(_) => 1,
            Self::Restart(_) => 2,
            Self::Pause(_) => 3,
            Self::Resume(_) => 4,
            Self::Fire { .. } => 5,
            Self::Cut { .. } => 6,
            Self::Heal { .. } => 7,
            Self::HealAll => 8,
            Self::Partition(_) => 9,
            Self::Lose(_) => 10,
            Self::Duplicate(_) => 11,
            Self::Delay { .. } => 12,
            Self::Hold(_) => 13,
            Self::Deliver(_) => 14,
            Self::Network(_) => 15,
            Self::ClockRate { .. } => 16,
            Self::ClockJump { .. } => 17,
            Self::Operate { .. } => 18,
            Self::Plant { .. } => 19,
            Self::Set { .. } => 20,
            Self::Instruct { .. } => 21,
            Self::Link { .. } => 22,
        }
    }
}

impl<O: Encode> Encode for Choice<O> {
    fn encode(&self, digest: &mut Digest) {
        digest.word(self.kind());
        let mut node = |node: &NodeId| digest.word(u64::from(node.0));
        match self {
            Self::Crash(at) | Self::Restart(at) | Self::Pause(at) | Self::Resume(at) => node(at),
            Self::Fire { node: at, timer } => {
                node(at);
                digest.word(u64::from(*timer));
            }
            Self::Cut { from, to, both_ways } | Self::Heal { from, to, both_ways } => {
                node(from);
                node(to);
                digest.word(u64::from(*both_ways));
            }
            Self::HealAll => {}
            Self::Partition(groups) => {
                digest.word(groups.len() as u64);
                for group in groups {
                    digest.word(group.iter().fold(0, |mask, node| mask | 1 << node.0));
                }
            }
            Self::Lose(message)
            | Self::Duplicate(message)
            | Self::Hold(message)
            | Self::Deliver(message) => message.encode(digest),
            Self::Delay { message, by_us } => {
                message.encode(digest);
                digest.word(*by_us);
            }
            Self::Network(settings) => settings.encode(digest),
            Self::ClockRate { node: at, rate_ppm } => {
                node(at);
                digest.word(*rate_ppm);
            }
            Self::ClockJump { node: at, by_us } => {
                node(at);
                digest.word(by_us.cast_unsigned());
            }
            Self::Operate { node: at, operation } => {
                node(at);
                operation.encode(digest);
            }
            Self::Plant { bug, planted } => {
                digest.word(u64::from(*bug));
                digest.word(u64::from(*planted));
            }
            Self::Set { setting, value } => {
                digest.word(u64::from(*setting));
                digest.word(*value);
            }
            Self::Instruct { node: at, instruction, operand } => {
                node(at);
                digest.word(u64::from(*instruction));
                digest.word(*operand);
            }
            Self::Link { from, to, both_ways, settings } => {
                node(from);
                node(to);
                digest.word(u64::from(*both_ways));
                settings.encode(digest);
            }
        }
    }
}
