//! How well the caches serve: hits, and misses by their cause.

use serde::Serialize;

/// How well it goes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Metrics {
    /// Reads and writes that were done.
    pub accesses: u64,
    /// Of these, how many the copy that was there served.
    pub hits: u64,
    /// Misses, by their cause.
    pub misses: Misses,
    /// Writes to a copy that nobody else had and memory agreed with: no message was needed.
    pub silent_upgrades: u64,
    /// Copies that somebody else's write has cost.
    pub invalidations: u64,
    /// Messages that were sent about lines.
    pub messages: u64,
    /// Modified lines that were written back.
    pub write_backs: u64,
    /// Half of the accesses took at most so long, in microseconds.
    pub median_us: Option<u64>,
    /// 95 of 100 took at most so long, in microseconds.
    pub p95_us: Option<u64>,
    /// 99 of 100 took at most so long, in microseconds.
    pub p99_us: Option<u64>,
}

/// Misses, by their cause.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Misses {
    /// The node had never had the line.
    pub cold: u64,
    /// It had given the line up to make room for another.
    pub capacity: u64,
    /// Somebody else has written the very word, or the copy did not allow a write.
    pub coherence: u64,
    /// Somebody else has written another word of the line.
    pub false_sharing: u64,
}
