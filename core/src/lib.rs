//! Lockstep's core: real protocols in a simulated world.
//!
//! Everything that can be seen on the page happens here first: this crate holds the kernel, the
//! protocols, the checks, the labs and the scenarios, and no I/O at all. It reads no clock, opens
//! no socket, takes no randomness from outside and knows no browser, so the same code runs
//! natively, in a page and in tests, and a run comes out the same everywhere.
//!
//! Imports go one way: `scenario → lab → check → (cache, lock) → raft → sim`. A protocol never
//! imports a lab or a check, and of another protocol only its public face; the kernel knows no
//! protocol.

#![deny(clippy::float_arithmetic, reason = "results must not depend on the platform")]

pub mod bench;
pub mod cache;
pub mod check;
pub mod lab;
pub mod lock;
pub mod raft;
pub mod scenario;
pub mod sim;
