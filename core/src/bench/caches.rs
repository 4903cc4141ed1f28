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

/// The small caches that are searched, each with its name.
#[must_use]
pub fn small_caches() -> Vec<(String, Model)> {
    let of = |(name, exclusive)| {
        let features = Features { exclusive, ..Features::default() };
        let failing = Model::with_failures(features, 1);
        [
            ("one line, three caches", Model::of(features)),
            ("bus, three caches", Model::on_bus(features)),
            ("two lines, two caches", Model::of_two_lines(features)),
            ("a failure, two caches", Model { caches: 2, ..failing.clone() }),
            ("a failure, three caches", Model { replacements: false, ..failing }),
        ]
        .map(|(what, model)| (format!("{name}, {what}"), model))
    };
    [("MSI", false), ("MESI", true)].into_iter().flat_map(of).collect()
}

/// Goes through every interleaving of a small cache.
#[must_use]
pub fn every_interleaving(model: &Model) -> Report {
    explore(model, u32::MAX)
}
