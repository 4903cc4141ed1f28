//! What happened: one vocabulary for tests, narration, timeline, checks and exports.
//!
//! Every step of the kernel makes one *root* event (a message was delivered, a timer ran out, a
//! choice was applied) and then the events that follow from it within the step (a message was sent,
//! the process noted something). Each names its causes, so that "why?" can be answered by walking
//! back to the choice or the timer that began it.
//!
//! Events are regenerated, not hoarded: a run keeps only its choices and some keyframes, and
//! replays a window to bring its events back. Numbers are therefore counted whether or not anybody
//! listens.

use super::choice::{Choice, Refusal};
use super::network::MessageId;
use super::process::{NodeId, Process};

/// Notes are numbered apart from other events, from here: they are built only if somebody listens,
/// and must not shift the numbers of the rest.
pub(super) const FIRST_NOTE: u32 = 1 << 31;

/// Names an event of a run: the step it belongs to, and its place within that step.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EventId(u64);

impl EventId {
    /// The event at place `ordinal` of step `step`; the root event of a step has ordinal 0.
    #[must_use]
    pub const fn new(step: u64, ordinal: u32) -> Self {
        debug_assert!(step < 1 << 32, "a run has fewer than 2³² steps");
        Self(step << 32 | ordinal as u64)
    }

    /// The step, counted from 1. Zero: before the run.
    #[must_use]
    pub const fn step(self) -> u64 {
        self.0 >> 32
    }

    /// The place within the step.
    #[must_use]
    pub const fn ordinal(self) -> u32 {
        (self.0 & 0xFFFF_FFFF) as u32
    }

    /// For a note, its place among the notes of the step, from 0.
    #[must_use]
    pub const fn note(self) -> Option<u32> {
        self.ordinal().checked_sub(FIRST_NOTE)
    }
}

/// Why a message did not arrive. Its place in the list is part of the digest: **variants are never
/// reordered, new ones come at the end.**
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LossReason {
    /// The network lost it by chance.
    Chance,
    /// Its link was cut, when it was sent or while it was under way.
    Cut,
    /// A choice lost it.
    Choice,
    /// Its receiver was down when it arrived.
    Down,
    /// The connection that it was on broke, or there was none when it was sent.
    Disconnected,
}

impl LossReason {
    /// Its name in results.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Chance => "chance",
            Self::Cut => "cut",
            Self::Choice => "choice",
            Self::Down => "down",
            Self::Disconnected => "disconnected",
        }
    }
}

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event<P: Process> {
    /// Its name.
    pub id: EventId,
    /// When, in microseconds of true time.
    pub time_us: u64,
    /// Where.
    pub node: NodeId,
    /// What.
    pub what: What<P>,
    /// The events that led to it.
    pub causes: Vec<EventId>,
}

/// The kinds of events.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What<P: Process> {
    /// The node came up.
    Started,
    /// A message arrived.
    Delivered {
        /// Its name.
        id: MessageId,
        /// When it was sent, in microseconds.
        sent_us: u64,
        /// What it says.
        message: P::Message,
    },
    /// A message was lost on its way.
    Lost {
        /// Its name.
        id: MessageId,
        /// When it was sent, in microseconds.
        sent_us: u64,
        /// When it would have arrived, in microseconds.
        due_us: u64,
        /// What it said.
        message: P::Message,
        /// Why.
        reason: LossReason,
    },
    /// Something that came for a paused node waits until it resumes.
    Queued,
    /// A timer ran out.
    TimedOut(P::Timer),
    /// Everything persisted up to the request is on disk.
    Synced,
    /// Somebody intervened.
    Chosen(Choice<P::Operation>),
    /// Somebody intervened in a way that makes no sense here.
    Ignored(Choice<P::Operation>, Refusal),
    /// A message left the node.
    Sent {
        /// Its name.
        id: MessageId,
        /// When it will arrive, in microseconds, if nothing intervenes.
        due_us: u64,
        /// What it says.
        message: P::Message,
    },
    /// A write to disk was asked for.
    Persisted,
    /// The process says something about itself.
    Noted(P::Note),
    /// A connection with a peer has opened anew.
    Connected {
        /// The other end.
        peer: NodeId,
        /// Which connection between the two it is, counted from 1.
        epoch: u32,
    },
    /// The node has found out that its connection with a peer is broken.
    Disconnected {
        /// The other end.
        peer: NodeId,
        /// Which connection between the two it was.
        epoch: u32,
    },
    /// A handshake with a peer was lost again and again; it is begun anew.
    Unanswered {
        /// The other end.
        peer: NodeId,
    },
}
