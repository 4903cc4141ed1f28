//! Lockstep's core.
pub mod bench;
pub mod check;
pub mod lab;
pub mod raft;
pub mod scenario;
pub mod sim;
