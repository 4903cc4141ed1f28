//! What the whole-system tests stand on; the tests themselves are in the `tests` folder beside this
//! one.
//!
//! - [`server`]: one Raft server (or client) on a bench: tell it something, see what it asks for.
//! - [`messages`]: short names for nodes, messages, entries and disks.
//! - [`thesis`]: the same for what the dissertation adds to the paper.
//! - [`cluster`]: a whole simulated cluster, driven through the same session as the page.
//! - [`scenarios`]: scenarios out of nothing, for tests of what comes in by a file or a link.
//! - [`weather`]: random faults that follow from a seed.
//! - [`tidy`]: what the tidy test looks for in source text.

pub mod cluster;
pub mod messages;
pub mod scenarios;
pub mod server;
pub mod thesis;
pub mod tidy;
pub mod weather;
