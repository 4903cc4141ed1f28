//! What the lock manager says about itself, for narration. No rule and no check depends on a note.

use super::command::{Cause, Refusal};
use super::mode::Mode;
use super::{Owner, Resource, Token};
use crate::raft::state_machine::OwnNote;

/// Something worth telling.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Note {
    /// A server's table granted a lock; the leader says so.
    Granted {
        /// To whom.
        owner: Owner,
        /// Of what.
        resource: Resource,
        /// In which mode.
        mode: Mode,
        /// The fencing token.
        token: Token,
    },
    /// Somebody waits.
    Queued {
        /// Who.
        owner: Owner,
        /// For what.
        resource: Resource,
        /// In which mode.
        mode: Mode,
        /// How many wait before it.
        ahead: u8,
    },
    /// Somebody let go of a lock.
    Released {
        /// Who.
        owner: Owner,
        /// Of what.
        resource: Resource,
    },
    /// An exclusive lock became shared.
    Downgraded {
        /// Whose.
        owner: Owner,
        /// Of what.
        resource: Resource,
    },
    /// Something was refused.
    Refused {
        /// Whom.
        owner: Owner,
        /// Why.
        refusal: Refusal,
    },
    /// Somebody waited in vain.
    TimedOut {
        /// Who.
        owner: Owner,
    },
    /// A transaction was aborted.
    Aborted {
        /// Whose.
        owner: Owner,
        /// Why.
        cause: Cause,
    },
    /// Somebody's session ended: its lease was over.
    Expired {
        /// Whose.
        owner: Owner,
    },
    /// The leader sees a cycle.
    DeadlockFound {
        /// Of how many.
        length: u8,
        /// Whom it wants aborted, if nobody can overtake.
        victim: Option<Owner>,
    },
    /// A waiting reader went before a waiting writer, which broke a cycle.
    Overtook {
        /// Who.
        owner: Owner,
        /// Before whom.
        before: Owner,
    },
    /// What a leader had proposed is true no more.
    Void {
        /// Whom it was about.
        owner: Owner,
    },
    /// A client begins a transaction, or tries it again.
    Began {
        /// Its number.
        transaction: u64,
        /// Which try.
        attempt: u64,
    },
    /// A client's transaction is done.
    Ended {
        /// Its number.
        transaction: u64,
    },
    /// A client gives a transaction up: it was refused something, or waited in vain.
    GaveUp {
        /// Its number.
        transaction: u64,
    },
    /// A client waits before it tries an aborted transaction again.
    BackedOff {
        /// Its number.
        transaction: u64,
        /// For how long, in microseconds.
        delay_us: u64,
    },
    /// A client has a lock, as far as it knows.
    Holds {
        /// Of what.
        resource: Resource,
        /// The token.
        token: Token,
    },
    /// A client heard that its session is over.
    LostSession,
    /// The vault took a write.
    Wrote {
        /// Whose.
        owner: Owner,
        /// Of what.
        resource: Resource,
        /// With which token.
        token: Token,
    },
    /// The vault answered a read.
    Read {
        /// Whose.
        owner: Owner,
        /// Of what.
        resource: Resource,
        /// With which token.
        token: Token,
    },
    /// The vault refused a token: a later one has been seen.
    Stale {
        /// Whose.
        owner: Owner,
        /// Of what.
        resource: Resource,
        /// The token.
        token: Token,
        /// What it was compared with.
        seen: Token,
    },
    /// The vault refused a write by who holds only a shared lock.
    SharedOnly {
        /// Whose.
        owner: Owner,
        /// Of what.
        resource: Resource,
        /// With which token.
        token: Token,
    },
    /// The vault refused a token that it has not been told of.
    Unheard {
        /// Whose.
        owner: Owner,
        /// Of what.
        resource: Resource,
        /// The token.
        token: Token,
    },
    /// The collector sees a cycle in what it has gathered.
    CycleGathered {
        /// Of how many.
        length: u8,
        /// Whom it wants aborted.
        victim: Owner,
    },
}

impl Note {
    /// Its name in results.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Granted { .. } => "lock_granted",
            Self::Queued { .. } => "lock_queued",
            Self::Released { .. } => "lock_released",
            Self::Downgraded { .. } => "lock_downgraded",
            Self::Refused { .. } => "lock_refused",
            Self::TimedOut { .. } => "lock_timed_out",
            Self::Aborted { .. } => "transaction_aborted",
            Self::Expired { .. } => "session_expired",
            Self::DeadlockFound { .. } => "deadlock_found",
            Self::Overtook { .. } => "overtook",
            Self::Void { .. } => "proposal_void",
            Self::Began { .. } => "transaction_began",
            Self::Ended { .. } => "transaction_ended",
            Self::GaveUp { .. } => "transaction_given_up",
            Self::BackedOff { .. } => "backed_off",
            Self::Holds { .. } => "holds_lock",
            Self::LostSession => "lost_session",
            Self::Wrote { .. } => "vault_wrote",
            Self::Read { .. } => "vault_read",
            Self::Stale { .. } => "vault_refused_stale",
            Self::Unheard { .. } => "vault_refused_unheard",
            Self::SharedOnly { .. } => "vault_refused_shared",
            Self::CycleGathered { .. } => "cycle_gathered",
        }
    }
}

impl OwnNote for Note {
    fn name(&self) -> &'static str {
        Self::name(self)
    }
}
