//! What the cache says about itself, for narration. No rule and no check depends on a note.

use super::address::Line;
use super::event::{CacheEvent, CellMark, DirectoryEvent};
use super::message::Transaction;
use super::operation::{Operation, Outcome};
use super::state::{CacheState, DirectoryState};
use crate::sim::process::NodeId;

/// Something worth telling.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Note {
    /// Something happened to a line in a cache: a cell of its table was carried out.
    Moved {
        /// Which line.
        line: Line,
        /// The state before.
        from: CacheState,
        /// What happened.
        event: CacheEvent,
        /// The state after; it may be the same.
        to: CacheState,
    },
    /// Something happened to a line in a directory.
    DirectoryMoved {
        /// Which line.
        line: Line,
        /// The state before.
        from: DirectoryState,
        /// What happened.
        event: DirectoryEvent,
        /// The state after; it may be the same.
        to: DirectoryState,
        /// As a part of what.
        transaction: Option<Transaction>,
    },
    /// Something has to wait until the line is in another state.
    Stalled {
        /// Which line.
        line: Line,
        /// The cell of the table that says so; `None`: none does, but a grant is open on the line
        /// (with leases).
        cell: Option<CellMark>,
    },
    /// Something came that the table has no entry for; it was dropped.
    Unexpected {
        /// About which line.
        line: Line,
    },
    /// A processor begins an operation.
    Began {
        /// Which.
        operation: Operation,
        /// Whether the copy that is there serves it.
        hit: bool,
    },
    /// A processor's operation is done.
    Finished {
        /// Which.
        operation: Operation,
        /// What became of it.
        outcome: Outcome,
    },
    /// A line has to go to make room for another.
    Replaced {
        /// Which.
        line: Line,
    },
    /// A modified line is written back because it is due.
    WriteBackDue {
        /// Which.
        line: Line,
    },
    /// A cache's lease at a home is over: it drops what it has from there.
    LeaseOver {
        /// The home.
        home: NodeId,
        /// How many lines it drops.
        lines: u8,
    },
    /// A home gives up a node that it has not heard from.
    GivenUp {
        /// Whom.
        node: NodeId,
    },
    /// What a node may have written to a line is lost.
    PossiblyLost {
        /// Which line.
        line: Line,
        /// Whose.
        node: NodeId,
    },
    /// A node and a home know each other again.
    SessionBegan {
        /// The other end.
        with: NodeId,
        /// Its number.
        session: u32,
    },
}

impl Note {
    /// The cell of a table that was carried out, or in which something has to wait.
    #[must_use]
    pub const fn cell(&self) -> Option<CellMark> {
        match *self {
            Self::Moved { from, event, .. } => Some(CellMark::Cache(from, event)),
            Self::DirectoryMoved { from, event, .. } => Some(CellMark::Directory(from, event)),
            Self::Stalled { cell, .. } => cell,
            _ => None,
        }
    }

    /// Its name in results.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Moved { .. } => "line_moved",
            Self::DirectoryMoved { .. } => "directory_moved",
            Self::Stalled { .. } => "stalled",
            Self::Unexpected { .. } => "unexpected",
            Self::Began { .. } => "operation_began",
            Self::Finished { .. } => "operation_finished",
            Self::Replaced { .. } => "replaced",
            Self::WriteBackDue { .. } => "write_back_due",
            Self::LeaseOver { .. } => "lease_over",
            Self::GivenUp { .. } => "given_up",
            Self::PossiblyLost { .. } => "possibly_lost",
            Self::SessionBegan { .. } => "session_began",
        }
    }
}
