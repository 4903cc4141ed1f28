//! What a processor is asked to do, and what became of it.
//!
//! A processor does one thing after the other, in the order in which it was asked: each node's
//! operations are in *program order*. Its record of them is what a history is judged by.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::address::{Address, Line, Word};
use crate::sim::digest::{Digest, Encode};

/// What a processor can be asked to do. In links it is written by its place: **never reordered, new
/// ones come last.**
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Operation {
    /// Read a word.
    Read(Address),
    /// Write a word.
    Write(Address, Word),
    /// Write the second if the word is the first, in one go.
    CompareAndSwap(Address, Word, Word),
    /// Get the only copy, to write it later: a read for ownership.
    Own(Line),
    /// Give up this node's copy.
    Evict(Line),
    /// Write the line back, if this node's copy is modified; the copy goes.
    Flush(Line),
    /// Get the only copy and give it up: nobody has one then, and memory is right.
    Invalidate(Line),
}

impl Operation {
    /// The line that it is about.
    #[must_use]
    pub const fn line(self) -> Line {
        match self {
            Self::Read(address) | Self::Write(address, _) | Self::CompareAndSwap(address, _, _) => {
                address.line
            }
            Self::Own(line) | Self::Evict(line) | Self::Flush(line) | Self::Invalidate(line) => {
                line
            }
        }
    }

    /// The word that it reads or writes, if it does.
    #[must_use]
    pub const fn address(self) -> Option<Address> {
        match self {
            Self::Read(address) | Self::Write(address, _) | Self::CompareAndSwap(address, _, _) => {
                Some(address)
            }
            Self::Own(_) | Self::Evict(_) | Self::Flush(_) | Self::Invalidate(_) => None,
        }
    }

    /// Its name in scenario files.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Read(_) => "read",
            Self::Write(..) => "write",
            Self::CompareAndSwap(..) => "cas",
            Self::Own(_) => "own",
            Self::Evict(_) => "evict",
            Self::Flush(_) => "flush",
            Self::Invalidate(_) => "invalidate",
        }
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.name();
        match self {
            Self::Read(address) => write!(formatter, "{name} {address}"),
            Self::Write(address, value) => write!(formatter, "{name} {address} {value}"),
            Self::CompareAndSwap(address, old, new) => {
                write!(formatter, "{name} {address} {old} {new}")
            }
            Self::Own(line) | Self::Evict(line) | Self::Flush(line) | Self::Invalidate(line) => {
                write!(formatter, "{name} {line}")
            }
        }
    }
}

impl Encode for Operation {
    fn encode(&self, digest: &mut Digest) {
        let (number, old, new) = match self {
            Self::Read(_) => (1, 0, 0),
            Self::Write(_, value) => (2, 0, *value),
            Self::CompareAndSwap(_, old, new) => (3, *old, *new),
            Self::Own(_) => (4, 0, 0),
            Self::Evict(_) => (5, 0, 0),
            Self::Flush(_) => (6, 0, 0),
            Self::Invalidate(_) => (7, 0, 0),
        };
        let word = self.address().map_or(0, |address| address.word);
        digest.word(number | u64::from(self.line().0) << 8 | u64::from(word) << 16);
        digest.word(u64::from(old) << 32 | u64::from(new));
    }
}

/// What became of an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// It is under way.
    Pending,
    /// A read gave this.
    Read(Word),
    /// It is done.
    Done,
    /// The word was what was expected, and has been swapped.
    Swapped,
    /// The word was another.
    Differed(Word),
    /// The node crashed before it was done, or lost touch with the home while it gave a copy up: it
    /// may have taken effect.
    Unknown,
}

/// One operation on record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Operated {
    /// What was asked.
    pub operation: Operation,
    /// When it was begun, in microseconds of true time.
    pub invoked_us: u64,
    /// When it was done, in microseconds of true time.
    pub completed_us: Option<u64>,
    /// What became of it.
    pub outcome: Outcome,
    /// Whether the copy that was there served it, with no request.
    pub hit: bool,
}
