//! What goes into the table with a command, and what comes out beside its answer.

use super::Owner;
use super::command::Answer;
use super::note::Note;

/// Where a command comes from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Origin {
    /// Which client asks; nobody where the leader proposes something by itself.
    pub owner: Option<Owner>,
    /// The client's number for it.
    pub request: u64,
    /// The index of its entry in the log.
    pub index: u64,
    /// The term of its entry.
    pub term: u64,
}

/// What a command brings about beside its answer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Effects {
    /// Answers to earlier requests: to whom, its number for what it had asked, and the answer.
    pub answers: Vec<(Owner, u64, Answer)>,
    /// What is worth telling.
    pub notes: Vec<Note>,
}
