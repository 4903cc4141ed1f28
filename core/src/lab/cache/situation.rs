//! What is going on among the caches, in one line.
//!
//! As with the other labs: whoever opens the page in the middle of a run should be told first what
//! matters most. This module decides what that is, from what there is to see alone; the page's
//! catalogue puts it into words.

use serde::Serialize;

use crate::lab::NodeName;

/// What is going on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct CacheSituation {
    /// What matters most.
    pub going: Going,
    /// How many lines memory is out of date for.
    pub modified: u64,
}

/// What matters most.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Going {
    /// A node that may have written a line is gone, and what it wrote with it.
    Lost {
        /// The line.
        line: String,
        /// Whose.
        node: NodeName,
    },
    /// A node is down or cut off, and a home waits until its lease is over.
    WaitingOut {
        /// Whom for.
        node: NodeName,
        /// Who waits.
        home: NodeName,
    },
    /// A node waits for acknowledgements before it may write.
    Invalidating {
        /// Who wants to write.
        writer: NodeName,
        /// The line.
        line: String,
        /// How many copies are still to go.
        left: u8,
    },
    /// A copy goes from who has it to who wants it.
    Handing {
        /// From whom.
        from: NodeName,
        /// To whom.
        to: NodeName,
        /// The line.
        line: String,
        /// Whether it is to be written.
        to_write: bool,
    },
    /// A node waits for data from memory.
    Fetching {
        /// Who.
        node: NodeName,
        /// The line.
        line: String,
        /// Whether it is to be written.
        to_write: bool,
    },
    /// A node gives a copy up.
    GivingUp {
        /// Who.
        node: NodeName,
        /// The line.
        line: String,
    },
    /// Nothing is under way.
    #[default]
    Quiet,
}
