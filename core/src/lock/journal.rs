//! What has happened in a lock table, for whoever audits it.
//!
//! A table that only knows who holds and waits now cannot be asked whether it was right. So it
//! keeps a journal, part of the state that the log produces: one line for each thing that changed,
//! with the place in the log at which it did. The checks read it, and the steward, to see what is
//! new. No rule of the table looks back.

use super::command::Cause;
use super::mode::Mode;
use super::{Owner, Place, Token};

/// Something that happened in a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Happening {
    /// The index of the log's entry that made it happen.
    pub index: u64,
    /// To whom, or by whom.
    pub owner: Owner,
    /// What.
    pub what: What,
}

/// What can happen in a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum What {
    /// An attempt of a transaction was heard of for the first time.
    Began {
        /// The transaction.
        transaction: u64,
        /// The attempt.
        attempt: u64,
        /// The transaction's age: the lower, the older.
        age: u64,
    },
    /// A lock was granted.
    Granted {
        /// Of what.
        place: Place,
        /// In which mode.
        mode: Mode,
        /// With which fencing token.
        token: Token,
        /// The owner's number for what it had asked.
        request: u64,
        /// Whether it had to wait for it.
        waited: bool,
    },
    /// Somebody began to wait.
    Queued {
        /// For what.
        place: Place,
        /// In which mode.
        mode: Mode,
        /// The owner's number for what it asks.
        request: u64,
        /// Whether it holds a shared lock of it meanwhile.
        upgrade: bool,
    },
    /// Somebody waits no more, and has not got what it waited for.
    Withdrew {
        /// For what it waited.
        place: Place,
        /// The owner's number for it.
        request: u64,
    },
    /// A lock was let go of, or taken away.
    Released {
        /// Of what.
        place: Place,
        /// In which mode.
        mode: Mode,
        /// With which token it had been granted.
        token: Token,
        /// Why.
        ending: Ending,
    },
    /// An exclusive lock became shared.
    Downgraded {
        /// Of what.
        place: Place,
        /// Its token, which it keeps.
        token: Token,
    },
    /// Somebody had waited for as long as it was ready to.
    TimedOut {
        /// For what.
        place: Place,
        /// The owner's number for it.
        request: u64,
    },
    /// An attempt of a transaction was aborted.
    Aborted {
        /// The transaction.
        transaction: u64,
        /// The attempt.
        attempt: u64,
        /// Why.
        cause: Cause,
        /// Whether the owner waited in a cycle of this table's graph at that moment.
        on_cycle: bool,
        /// Whether somebody said so who sees more than this table.
        claimed: bool,
    },
    /// A session ended, because its lease was over.
    Expired {
        /// The session.
        session: u64,
        /// How often it had been renewed.
        renewals: u64,
        /// How often it had been renewed when the lease was found to be over.
        found: u64,
    },
    /// Who waits for a shared lock went before somebody who waits for an exclusive one.
    Overtook {
        /// Of what.
        place: Place,
        /// Before whom.
        before: Owner,
    },
}

/// Why somebody holds a lock no more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Ending {
    /// It let go of this one.
    Released,
    /// It let go of all: its transaction ended.
    Ended,
    /// Its attempt was aborted.
    Aborted,
    /// Its lease was over.
    Expired,
    /// It has begun something new, a session, a transaction or an attempt, and begins with nothing.
    Superseded,
}
