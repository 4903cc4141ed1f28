//! Locks: a distributed lock manager, as a state machine that Raft replicates.
//!
//! Many clients want to use the same things, one at a time, or several as long as all of them only
//! read. A lock table decides who may. One that lives on a single server is gone when the server
//! is; this one is applied from Raft's log, so that every server has the same one and any of them
//! can go on with it. Modes and the wait-for graph are those of Gray and Reuter ("Transaction
//! Processing", 1992, chapter 7); sessions, leases and sequencers those of Chubby (Burrows, "The
//! Chubby Lock Service for Loosely-Coupled Distributed Systems", 2006).
//!
//! Three things are harder here than in one process:
//!
//! - *Holders die.* A client's locks belong to its session, which lives as long as its lease is
//!   renewed. Only the leader looks at a clock; that a lease is over becomes an entry of the log
//!   like everything else ([`steward`]), so that all tables agree on when it was.
//! - *Holders do not know that they are dead.* A client that slept past its lease still believes
//!   that it holds the lock. So every grant carries a *fencing token*, a number that only grows,
//!   and whatever the lock protects refuses what comes with too low a number ([`vault`]).
//! - *Holders wait for each other.* Who waits for whom is a graph ([`graph`]), and a cycle in it is
//!   a deadlock. Either it is found and broken, or it is prevented from arising ([`policy`]).
//!
//! - [`mode`] and [`command`]: what can be asked, and what is answered.
//! - [`table`]: the state machine, with [`session`], [`queue`], [`journal`] and [`effects`];
//!   [`graph`] and [`resolution`]: who waits for whom in it, and how a cycle is broken; [`policy`]:
//!   what is done about deadlock; [`steward`]: what the leader proposes by itself.
//! - [`script`] and [`client`]: what a client is told to do, and how it does it; [`vault`]: what
//!   the locks protect; [`collector`]: who joins the graphs of several tables.
//! - [`setting`], [`bug`] and [`note`]: what can be switched, what can be broken, what is told.

pub mod bug;
pub mod client;
pub mod collector;
pub mod command;
mod display;
pub mod effects;
pub mod graph;
pub mod journal;
mod locking;
mod machine;
pub mod mode;
pub mod note;
pub mod parcel;
pub mod party;
pub mod policy;
mod prevention;
pub mod queue;
pub mod resolution;
pub mod script;
pub mod session;
pub mod setting;
mod step;
pub mod steward;
pub mod table;
pub mod vault;

use std::sync::Arc;

use crate::sim::process::NodeId;

/// What is locked, by name.
pub type Resource = Arc<str>;

/// A resource, by its place in the configuration's list.
pub type Place = u16;

/// A fencing token: each grant of a table has a greater one than those before. 0 is none.
pub type Token = u64;

/// Who holds and waits: a client. (A node of a simulation, or one of ten thousand in a benchmark.)
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Owner(pub u32);

impl From<NodeId> for Owner {
    fn from(node: NodeId) -> Self {
        Self(node.0.into())
    }
}

impl Owner {
    /// The node that it is, in a simulation.
    #[must_use]
    pub fn node(self) -> Option<NodeId> {
        u8::try_from(self.0).ok().map(NodeId)
    }
}
