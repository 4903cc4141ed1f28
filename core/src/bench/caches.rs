//! What the cache does: the laboratory's steps, eight caches under a workload with all checks; and
//! the search through all interleavings of a small cache, in states.

use super::{take_steps, unwatched};
use crate::cache::setting::Features;
use crate::cache::workload::{Pattern, Workload};
use crate::check::cache::exhaustive::{Model, Report, explore};
use crate::lab::cache::config::CacheConfig;
use crate::lab::raft::RaftConfig;
use crate::sim::network::Transport;

/// The configuration of the workload: eight caches, two homes, sixteen lines, a fifth of the
/// operations write.
#[must_use]
pub fn config() -> RaftConfig {
    let workload = Workload { pattern: Pattern::Zipf, think_us: 1_000, ..Workload::default() };
    let cache = CacheConfig { caches: 8, homes: 2, lines: 16, workload, ..CacheConfig::default() };
    RaftConfig { cache: Some(cache), transport: Transport::Streams, ..RaftConfig::default() }
}

/// Takes so many steps of the workload, with all checks, and returns the digest.
#[must_use]
pub fn steps_with_checks(steps: u64) -> u64 {
    take_steps(config().begin(1, false), steps)
}

/// The same without checks.
#[must_use]
pub fn steps_without_checks(steps: u64) -> u64 {
    take_steps(unwatched(config().begin(1, false)), steps)
}

/// Goes through every interleaving of three caches, one home, one line and two values.
#[must_use]
pub fn every_interleaving(exclusive: bool) -> Report {
    explore(&Model::of(Features { exclusive, ..Features::default() }), u32::MAX)
}
