//! The kernel, tested through a protocol that is not Raft.
//!
//! Nothing here names anything of the core but `sim`: what passes here holds for any protocol. The
//! protocol is [`ping`]; worlds are run on a [`bench`].

mod bench;
mod chance;
mod clocks;
mod comparing;
mod disks;
mod history;
mod links;
mod messages;
mod nodes;
mod order;
mod ping;
mod pruning;
mod reading;
mod refusals;
mod relay;
mod reliable;
mod streams;
mod streams_meddled;
mod streams_random;
mod telling;
mod travel;
