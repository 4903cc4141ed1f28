//! Raft: a consensus algorithm for managing a replicated log.
//!
//! Written from Diego Ongaro and John Ousterhout, "In Search of an Understandable Consensus
//! Algorithm (Extended Version)", 2014. A rule in the code names its section.
//!
//! - [`log`]: entries, terms and indexes; which log is more up-to-date.
//! - [`server`]: a server's state and its transitions between follower, candidate and leader.
//! - `election` and `replication`: the rules of §5.2 and of §5.3 and §5.4.
//! - [`configuration`] and [`quorum`]: who the members are, and what a majority of them decides.
//! - [`message`]: figure 2's remote procedure calls as datagrams.
//! - [`client`]: who asks, and what it may conclude.
//! - [`state_machine`] and [`store`]: what is replicated.
//! - [`bug`]: rules that can be broken on purpose.
//!
//! Where we depart from the paper: remote procedure calls are pairs of datagrams, so an answer says
//! what it answers; a leader has one batch of entries at a time on its way to each follower; and no
//! blank entry is committed at the start of a term (§8), so that figure 8 can be played.

mod apply;
pub mod bug;
pub mod client;
pub mod configuration;
mod election;
mod follower;
mod install;
pub mod instruction;
pub mod leadership;
pub mod log;
pub mod membership;
pub mod message;
pub mod note;
pub mod participant;
pub mod progress;
pub mod quorum;
pub mod reads;
mod replication;
mod role;
pub mod server;
pub mod session;
pub mod setting;
pub mod snapshot;
pub mod state_machine;
pub mod store;

pub use participant::Participant;
