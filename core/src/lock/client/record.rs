//! What a client has seen: whatever it asked, when, and what became of it.
//!
//! Metrics read it, and so does whoever judges the history. It has all that was asked of a table
//! but for what only keeps a session alive, and all that was asked of the vault. As a client does
//! one thing at a time, only the last can be under way.

use crate::lock::command::{Answer, Ask};
use crate::lock::parcel::{Access, Verdict};
use crate::sim::shared::SharedList;

/// What was asked.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Operation {
    /// A call of a table.
    Call {
        /// The place of its group.
        group: u8,
        /// In which session.
        session: u64,
        /// The client's number for it there.
        request: u64,
        /// What.
        ask: Ask,
    },
    /// An access to the vault.
    Access {
        /// The client's number for it.
        number: u64,
        /// What, and with which token.
        access: Access,
    },
}

/// What became of it, as far as the client knows.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// It has not been answered for good.
    Pending,
    /// A table's answer.
    Answered(Answer),
    /// The vault's verdict.
    Judged(Verdict),
    /// The client has turned to something else, or has forgotten it: it may have been done, or may
    /// yet be.
    Unknown,
}

/// One operation on record.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Operated {
    /// What was asked.
    pub operation: Operation,
    /// In which transaction.
    pub transaction: u64,
    /// In which attempt.
    pub attempt: u64,
    /// When it was begun, in microseconds of true time.
    pub invoked_us: u64,
    /// When it was first told to wait, in microseconds of true time.
    pub queued_us: Option<u64>,
    /// When its outcome was known or it was dropped, in microseconds of true time; nothing after a
    /// crash.
    pub completed_us: Option<u64>,
    /// What became of it.
    pub outcome: Outcome,
}

/// The last operation was told to wait.
pub(super) fn queued(record: &mut SharedList<Operated>, at_us: u64) {
    if record.last().is_some_and(|last| last.queued_us.is_none()) {
        let last = record.pop().expect("there is a last one");
        assert!(last.outcome == Outcome::Pending, "only what is under way waits");
        record.push(Operated { queued_us: Some(at_us), ..last });
    }
}

/// The outcome of the last operation is known.
pub(super) fn complete(record: &mut SharedList<Operated>, at_us: u64, outcome: Outcome) {
    let last = record.pop().expect("what is under way is on record");
    assert!(last.outcome == Outcome::Pending, "an operation has one outcome");
    assert!(outcome != Outcome::Pending, "which is one");
    record.push(Operated { completed_us: Some(at_us), outcome, ..last });
}

/// Nobody knows of the last operation any more, if it was under way.
pub(super) fn forget(record: &mut SharedList<Operated>) {
    if record.last().is_some_and(|last| last.outcome == Outcome::Pending) {
        let last = record.pop().expect("there is a last one");
        record.push(Operated { outcome: Outcome::Unknown, ..last });
    }
}
