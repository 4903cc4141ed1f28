//! Lockstep's core.
pub mod check;
pub mod lab;
pub mod raft;
pub mod sim;
