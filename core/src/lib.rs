//! Lockstep's core.
pub mod raft;
pub mod sim;
