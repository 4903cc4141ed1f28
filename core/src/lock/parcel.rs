//! What is said past the servers: between clients and the vault, by the leader to the vault, and by
//! a person to a client.

use serde::{Deserialize, Serialize};

use super::mode::Mode;
use super::script::Script;
use super::{Resource, Token};
use crate::sim::digest::{Digest, Encode};

/// What a person can tell a client.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Order {
    /// Do this, once what was ordered before is done.
    Run(Script),
    /// Give up what is under way: let go of everything, and do not repeat it.
    Stop,
}

/// Somebody comes to the vault, and shows a token.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Access {
    /// For what.
    pub resource: Resource,
    /// The token of its grant; 0 if it has none.
    pub token: Token,
    /// In which mode it believes to hold the lock.
    pub mode: Mode,
    /// What is to be written; nothing: it reads.
    pub writes: Option<u64>,
}

/// What the vault says to an access.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// This is what is there.
    Read {
        /// The value.
        value: u64,
    },
    /// It is written.
    Wrote,
    /// Refused: who comes later by the order of tokens has been there before.
    Stale {
        /// The token that was seen.
        seen: Token,
    },
    /// Refused for now: no such token has been issued, as far as the vault was told.
    Unheard {
        /// The highest token that it was told of.
        told: Token,
    },
    /// Refused: a shared lock is no licence to write.
    SharedOnly,
    /// There is no such resource.
    UnknownResource,
}

impl Verdict {
    /// Whether what was asked was done.
    #[must_use]
    pub const fn is_accepted(self) -> bool {
        matches!(self, Self::Read { .. } | Self::Wrote)
    }

    /// Its name in results.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Read { .. } => "read",
            Self::Wrote => "wrote",
            Self::Stale { .. } => "stale",
            Self::Unheard { .. } => "unheard",
            Self::SharedOnly => "shared_only",
            Self::UnknownResource => "unknown_resource",
        }
    }
}

/// A datagram that no server answers.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Parcel {
    /// A client comes to the vault.
    Access {
        /// The client's number for it.
        number: u64,
        /// What it wants.
        access: Access,
    },
    /// What the vault says.
    Judged {
        /// The number of the access.
        number: u64,
        /// What it says.
        verdict: Verdict,
    },
    /// The leader tells the vault that a token has been issued.
    Issued {
        /// Of what.
        resource: Resource,
        /// The highest so far.
        token: Token,
    },
}

impl Encode for Order {
    fn encode(&self, digest: &mut Digest) {
        match self {
            Self::Run(script) => {
                digest.word(1);
                script.encode(digest);
            }
            Self::Stop => digest.word(2),
        }
    }
}

impl Encode for Access {
    fn encode(&self, digest: &mut Digest) {
        let Self { resource, token, mode, writes } = self;
        digest.word(*mode as u64 | u64::from(writes.is_some()) << 8);
        digest.text(resource);
        digest.word(*token);
        writes.iter().for_each(|value| digest.word(*value));
    }
}

impl Encode for Verdict {
    fn encode(&self, digest: &mut Digest) {
        match self {
            Self::Read { value } => {
                digest.word(1);
                digest.word(*value);
            }
            Self::Wrote => digest.word(2),
            Self::Stale { seen } => {
                digest.word(3);
                digest.word(*seen);
            }
            Self::Unheard { told } => {
                digest.word(4);
                digest.word(*told);
            }
            Self::SharedOnly => digest.word(5),
            Self::UnknownResource => digest.word(6),
        }
    }
}

impl Encode for Parcel {
    fn encode(&self, digest: &mut Digest) {
        match self {
            Self::Access { number, access } => {
                digest.word(1);
                digest.word(*number);
                access.encode(digest);
            }
            Self::Judged { number, verdict } => {
                digest.word(2);
                digest.word(*number);
                verdict.encode(digest);
            }
            Self::Issued { resource, token } => {
                digest.word(3);
                digest.text(resource);
                digest.word(*token);
            }
        }
    }
}
