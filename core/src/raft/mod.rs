//! Raft: a consensus algorithm for managing a replicated log.
//!
//! Written from Diego Ongaro and John Ousterhout, "In Search of an Understandable Consensus
//! Algorithm (Extended Version)", 2014, and from Ongaro's dissertation, "Consensus: Bridging Theory
//! and Practice", of the same year. A rule in the code names its section.
//!
//! - [`log`]: entries, terms and indexes; which log is more up-to-date.
//! - [`server`] and `role`: a server's state and its transitions between follower, candidate and
//!   leader.
//! - `election`, `replication` with [`progress`], `follower` and `apply`: the rules of §5.2, §5.3
//!   and §5.4.
//! - [`leadership`] and [`reads`]: how a leader knows that it leads, hands over, and answers reads.
//! - [`configuration`] and [`quorum`]: who the members are, and what a majority of them decides;
//!   [`membership`]: how they change.
//! - [`snapshot`] and `install`: the state in place of a log.
//! - [`message`]: figure 2's remote procedure calls as datagrams.
//! - [`client`] and [`session`]: who asks, what it may conclude, and what is remembered of it.
//! - [`state_machine`] and [`party`]: what is replicated, and who stands around it; [`store`]: one
//!   such machine.
//! - [`setting`], [`instruction`] and [`bug`]: what can be switched on, what an administrator can
//!   ask for, and rules that can be broken on purpose.
//!
//! Where we depart from the paper: remote procedure calls are pairs of datagrams, so an answer says
//! what it answers. Unless a setting says otherwise, a leader has one batch of entries at a time on
//! its way to each follower, and commits no blank entry at the start of its term (§8), so that
//! figure 8 can be played.

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
pub mod party;
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
