//! What parties say to each other past the servers, and what they say of themselves.
//!
//! Sums, as commands and answers are. A note of a part is a note of the whole; the rest of the
//! laboratory asks for the part that it understands.

use crate::cache;
use crate::lock;
use crate::raft::state_machine::OwnNote;
use crate::sim::digest::{Digest, Encode};

/// A message that is for no server, or from a server to a party.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Parcel {
    /// Of the lock manager.
    Lock(lock::parcel::Parcel),
    /// Of the cache.
    Cache(cache::node::Packet),
}

impl Encode for Parcel {
    fn encode(&self, digest: &mut Digest) {
        match self {
            Self::Lock(parcel) => parcel.encode(digest),
            Self::Cache(packet) => packet.encode(digest),
        }
    }
}

/// What a machine or a party says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Own {
    /// The lock manager.
    Lock(lock::note::Note),
    /// The cache.
    Cache(cache::note::Note),
}

impl OwnNote for Own {
    fn name(&self) -> &'static str {
        match self {
            Self::Lock(note) => note.name(),
            Self::Cache(note) => note.name(),
        }
    }
}

impl From<lock::note::Note> for Own {
    fn from(note: lock::note::Note) -> Self {
        Self::Lock(note)
    }
}

impl From<cache::note::Note> for Own {
    fn from(note: cache::note::Note) -> Self {
        Self::Cache(note)
    }
}
