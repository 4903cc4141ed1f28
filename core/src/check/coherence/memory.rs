//! Memory as a sequential object: words that are read, written, and compared and swapped, each by
//! itself and all 0 at first.

use std::fmt::{self, Display};

use serde::{Deserialize, Serialize};

use crate::check::linearizability::Model;
use crate::raft::store::Text;

/// Memory: independent words of 32 bits.
#[derive(Clone, Debug)]
pub struct Memory;

/// What a processor can ask of memory.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MemoryAction {
    /// Say what this address holds.
    Read(Text),
    /// This address is to hold this.
    Write(Text, u32),
    /// This address is to hold the second, if it holds the first.
    #[serde(rename = "cas")]
    CompareAndSwap(Text, u32, u32),
}

impl MemoryAction {
    /// The address that it is about.
    #[must_use]
    pub const fn address(&self) -> &Text {
        let (Self::Read(address) | Self::Write(address, _) | Self::CompareAndSwap(address, ..)) =
            self;
        address
    }
}

impl Display for MemoryAction {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Read(address) => write!(formatter, "read {address}"),
            Self::Write(address, value) => write!(formatter, "write {address} {value}"),
            Self::CompareAndSwap(address, old, new) => {
                write!(formatter, "cas {address} {old} {new}")
            }
        }
    }
}

/// What memory answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MemoryAnswer {
    /// It was written.
    Done,
    /// What was read.
    Value(u32),
    /// Whether a compare-and-swap found what it expected, and wrote.
    Swapped(bool),
}

impl Display for MemoryAnswer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Done => formatter.write_str("ok"),
            Self::Value(value) => write!(formatter, "{value}"),
            Self::Swapped(swapped) => write!(formatter, "{swapped}"),
        }
    }
}

impl Model for Memory {
    type Action = MemoryAction;
    type Answer = MemoryAnswer;
    /// What one word holds.
    type State = u32;

    fn key(action: &MemoryAction) -> Option<&Text> {
        Some(action.address())
    }

    fn apply(held: &u32, action: &MemoryAction) -> (u32, MemoryAnswer) {
        match action {
            MemoryAction::Read(_) => (*held, MemoryAnswer::Value(*held)),
            MemoryAction::Write(_, value) => (*value, MemoryAnswer::Done),
            MemoryAction::CompareAndSwap(_, old, new) => {
                let found = held == old;
                (if found { *new } else { *held }, MemoryAnswer::Swapped(found))
            }
        }
    }
}
