//! What the lock table can be asked, and what it answers.
//!
//! A client does one thing at a time and numbers what it asks; asking again with the same number is
//! answered again and changes nothing. It works in *transactions*: it takes locks as it goes and
//! lets go of all of them at the end. A transaction that was aborted can be tried again: the same
//! transaction, another *attempt*, so that it keeps its age.
//!
//! What a leader proposes by itself (a lease is over, a wait has lasted too long, somebody must be
//! aborted) was true when it was proposed and may not be when it is applied. So each says exactly
//! what it is about, and is looked at again then.

use serde::{Deserialize, Serialize};

use super::mode::Mode;
use super::setting::Directives;
use super::{Owner, Resource, Token};
use crate::sim::digest::{Digest, Encode};

/// How long somebody is ready to wait for a lock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Patience {
    /// As long as it takes.
    #[default]
    Endless,
    /// Not at all.
    None,
    /// So long, in microseconds of the leader's clock.
    For(u64),
}

/// What a client asks of the table.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Ask {
    /// A lock. Who has as much or more gets the same grant again; who has a shared lock and asks
    /// for an exclusive one asks for an upgrade.
    Acquire {
        /// Of what.
        resource: Resource,
        /// In which mode.
        mode: Mode,
        /// How long it may take.
        patience: Patience,
    },
    /// A shared lock that it holds is to become exclusive. It goes before all who wait.
    Upgrade {
        /// Of what.
        resource: Resource,
        /// How long it may take.
        patience: Patience,
    },
    /// An exclusive lock that it holds is to become shared. The token stays.
    Downgrade {
        /// Of what.
        resource: Resource,
    },
    /// It lets go of a lock.
    Release {
        /// Of what.
        resource: Resource,
    },
    /// It lets go of all its locks: its transaction has ended.
    ReleaseAll,
    /// It is still there.
    KeepAlive,
    /// Who waits for whom? It changes nothing.
    Graph,
}

impl Ask {
    /// What it is about, if it is about one resource.
    #[must_use]
    pub const fn resource(&self) -> Option<&Resource> {
        match self {
            Self::Acquire { resource, .. }
            | Self::Upgrade { resource, .. }
            | Self::Downgrade { resource }
            | Self::Release { resource } => Some(resource),
            Self::ReleaseAll | Self::KeepAlive | Self::Graph => None,
        }
    }
}

/// What a client asks, and as part of what.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Call {
    /// The client's number for its session: a new one after it was told that the old one is over.
    pub session: u64,
    /// The client's number for its transaction, from 1.
    pub transaction: u64,
    /// Which try of this transaction, from 1.
    pub attempt: u64,
    /// For how long it has worked in this attempt, in microseconds: what an abort would cost.
    pub spent_us: u64,
    /// What it asks.
    pub ask: Ask,
}

/// Why a transaction was aborted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// It was chosen to break a deadlock.
    Deadlock,
    /// Wait-die: it would have waited for an older one.
    Died,
    /// Wound-wait: an older one wanted what it has, or is waiting for.
    Wounded,
    /// No-wait: it would have waited.
    NoWait,
    /// It waited for longer than anybody may.
    WaitedTooLong,
}

impl Cause {
    /// Every cause.
    pub const ALL: [Self; 5] =
        [Self::Deadlock, Self::Died, Self::Wounded, Self::NoWait, Self::WaitedTooLong];

    /// Its name in results.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Deadlock => "deadlock",
            Self::Died => "died",
            Self::Wounded => "wounded",
            Self::NoWait => "no_wait",
            Self::WaitedTooLong => "waited_too_long",
        }
    }
}

/// Something to be done with the table.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Action {
    /// A client asks.
    Call(Call),
    /// A client's lease is over: unless it was renewed since, its session ends.
    Expire {
        /// Whose.
        owner: Owner,
        /// How often it had been renewed.
        renewals: u64,
    },
    /// A client has waited for as long as it was ready to, or as anybody may.
    TimeOut {
        /// Who.
        owner: Owner,
        /// Its number for what it waits for.
        request: u64,
        /// Whether its transaction is aborted; else it is only told that it waited in vain.
        aborts: bool,
    },
    /// A transaction is to be aborted, to break a deadlock.
    Abort {
        /// Whose.
        owner: Owner,
        /// Its number for what it waits for.
        request: u64,
        /// Whether whoever says so sees only parts of several tables: then this table cannot know
        /// whether there is a cycle, and believes it.
        claimed: bool,
    },
    /// Who waits for a shared lock goes before somebody who waits for an exclusive one, because
    /// that breaks a deadlock.
    Overtake {
        /// Who.
        owner: Owner,
        /// Its number for what it waits for.
        request: u64,
        /// Before whom.
        before: Owner,
    },
}

/// What is written into the log: what to do, and by which rules. The rules are the leader's; as
/// they stand in the log, all tables go by the same ones.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Command {
    /// By which rules.
    pub directives: Directives,
    /// What to do.
    pub action: Action,
}

impl From<Action> for Command {
    fn from(action: Action) -> Self {
        Self { directives: Directives::default(), action }
    }
}

impl From<Call> for Command {
    fn from(call: Call) -> Self {
        Action::Call(call).into()
    }
}

/// Why something was not done. The table is as it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// It holds no such lock.
    NotHeld,
    /// There is nothing to upgrade: it holds no such lock.
    NothingToUpgrade,
    /// There is nothing to downgrade: its lock is shared, or it holds none.
    NotExclusive,
    /// There is no such resource.
    UnknownResource,
    /// It would have had to wait, and is not ready to.
    WouldWait,
    /// Its session is over, and with it all its locks.
    SessionOver,
    /// This attempt of its transaction was aborted.
    AttemptOver,
    /// It waits for something else already.
    Waiting,
    /// It has asked for something else since.
    Overtaken,
}

impl Refusal {
    /// Every refusal.
    pub const ALL: [Self; 9] = [
        Self::NotHeld,
        Self::NothingToUpgrade,
        Self::NotExclusive,
        Self::UnknownResource,
        Self::WouldWait,
        Self::SessionOver,
        Self::AttemptOver,
        Self::Waiting,
        Self::Overtaken,
    ];

    /// Its name in results.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::NotHeld => "not_held",
            Self::NothingToUpgrade => "nothing_to_upgrade",
            Self::NotExclusive => "not_exclusive",
            Self::UnknownResource => "unknown_resource",
            Self::WouldWait => "would_wait",
            Self::SessionOver => "session_over",
            Self::AttemptOver => "attempt_over",
            Self::Waiting => "waiting",
            Self::Overtaken => "overtaken",
        }
    }
}

/// Somebody waits for somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Edge {
    /// Who waits.
    pub from: Owner,
    /// For whom.
    pub to: Owner,
    /// The waiting one's number for what it waits for.
    pub request: u64,
    /// Whether the other only waits before it, and does not hold what it waits for.
    pub soft: bool,
}

/// What the table answers.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Answer {
    /// It has the lock.
    Granted {
        /// The grant's fencing token.
        token: Token,
        /// In which mode.
        mode: Mode,
    },
    /// It waits; another answer will follow.
    Queued {
        /// How many wait before it.
        ahead: u32,
    },
    /// Its lock is shared now.
    Downgraded {
        /// The grant's token, the same as before.
        token: Token,
    },
    /// It has let go of so many locks.
    Released {
        /// How many.
        locks: u32,
    },
    /// Its session lives.
    Alive,
    /// Not done.
    Refused(Refusal),
    /// It waited for as long as it was ready to, in vain. It keeps what it holds.
    TimedOut,
    /// The attempt was aborted: all its locks are gone.
    Aborted {
        /// Which transaction.
        transaction: u64,
        /// Which attempt.
        attempt: u64,
        /// Why.
        cause: Cause,
    },
    /// Who waits for whom.
    Graph(Vec<Edge>),
    /// What a leader proposed was done, or found to be true no more.
    Done {
        /// Whether it was done.
        effective: bool,
    },
}

impl Encode for Patience {
    fn encode(&self, digest: &mut Digest) {
        match self {
            Self::Endless => digest.word(1),
            Self::None => digest.word(2),
            Self::For(time_us) => {
                digest.word(3);
                digest.word(*time_us);
            }
        }
    }
}

impl Encode for Ask {
    fn encode(&self, digest: &mut Digest) {
        match self {
            Self::Acquire { resource, mode, patience } => {
                digest.word(1 | (*mode as u64) << 8);
                digest.text(resource);
                patience.encode(digest);
            }
            Self::Upgrade { resource, patience } => {
                digest.word(2);
                digest.text(resource);
                patience.encode(digest);
            }
            Self::Downgrade { resource } => {
                digest.word(3);
                digest.text(resource);
            }
            Self::Release { resource } => {
                digest.word(4);
                digest.text(resource);
            }
            Self::ReleaseAll => digest.word(5),
            Self::KeepAlive => digest.word(6),
            Self::Graph => digest.word(7),
        }
    }
}

impl Encode for Command {
    fn encode(&self, digest: &mut Digest) {
        self.directives.encode(digest);
        match &self.action {
            Action::Call(Call { session, transaction, attempt, spent_us, ask }) => {
                digest.word(1);
                for number in [session, transaction, attempt, spent_us] {
                    digest.word(*number);
                }
                ask.encode(digest);
            }
            Action::Expire { owner, renewals } => {
                digest.word(2 | u64::from(owner.0) << 8);
                digest.word(*renewals);
            }
            Action::TimeOut { owner, request, aborts } => {
                digest.word(3 | u64::from(owner.0) << 8 | u64::from(*aborts) << 40);
                digest.word(*request);
            }
            Action::Abort { owner, request, claimed } => {
                digest.word(4 | u64::from(owner.0) << 8 | u64::from(*claimed) << 40);
                digest.word(*request);
            }
            Action::Overtake { owner, request, before } => {
                digest.word(5 | u64::from(owner.0) << 8);
                digest.word(*request);
                digest.word(before.0.into());
            }
        }
    }
}

impl Encode for Answer {
    fn encode(&self, digest: &mut Digest) {
        match self {
            Self::Granted { token, mode } => {
                digest.word(1 | (*mode as u64) << 8);
                digest.word(*token);
            }
            Self::Queued { ahead } => digest.word(2 | u64::from(*ahead) << 8),
            Self::Downgraded { token } => {
                digest.word(3);
                digest.word(*token);
            }
            Self::Released { locks } => digest.word(4 | u64::from(*locks) << 8),
            Self::Alive => digest.word(5),
            Self::Refused(refusal) => digest.word(6 | (*refusal as u64) << 8),
            Self::TimedOut => digest.word(7),
            Self::Aborted { transaction, attempt, cause } => {
                digest.word(8 | (*cause as u64) << 8);
                digest.word(*transaction);
                digest.word(*attempt);
            }
            Self::Graph(edges) => {
                digest.word(9 | (edges.len() as u64) << 8);
                for Edge { from, to, request, soft } in edges {
                    digest.word(u64::from(from.0) | u64::from(to.0) << 32);
                    digest.word(*request << 1 | u64::from(*soft));
                }
            }
            Self::Done { effective } => digest.word(10 | u64::from(*effective) << 8),
        }
    }
}
