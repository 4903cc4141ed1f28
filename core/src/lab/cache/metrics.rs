//! How well the caches serve: hits, misses by their cause, and how long it takes.

use serde::Serialize;

use super::tally::Tally;
use crate::lab::locks::metrics::Times;
use crate::lab::machine::Machine;
use crate::raft::Participant;
use crate::sim::world::World;

/// Of how many operations of a node, the latest, times are looked at.
const LATEST: usize = 1_000;

/// How well it goes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Metrics {
    /// Reads and writes that were begun.
    pub accesses: u64,
    /// Of these, how many the copy that was there served.
    pub hits: u64,
    /// Misses, by their cause.
    pub misses: Misses,
    /// Exclusive copies that were written without asking.
    pub silent_upgrades: u64,
    /// Copies that somebody else's request has taken away.
    pub invalidations: u64,
    /// Modified copies that were given up.
    pub write_backs: u64,
    /// Messages that were sent.
    pub messages: u64,
    /// How long reads and writes took, hits too.
    pub access: Times,
    /// How long those took that missed.
    pub miss: Times,
}

/// Misses, by their cause: see [`tally`](super::tally).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Misses {
    /// The node had never had the line.
    pub cold: u64,
    /// It had given the line up to make room for another.
    pub capacity: u64,
    /// It had dropped the line on demand, or to write it back in time, or its lease was over.
    pub dropped: u64,
    /// Somebody else has written the very word, or the copy did not allow a write.
    pub coherence: u64,
    /// Somebody else's request has taken the copy away, for the sake of another word.
    pub false_sharing: u64,
}

/// The figures of a run up to now.
pub(super) fn metrics(world: &World<Participant<Machine>>, tally: &Tally) -> Metrics {
    let (mut all, mut missed) = (Vec::new(), Vec::new());
    let caches = world.nodes().iter().filter_map(|node| node.process.cache_node()?.cache());
    for cache in caches {
        let record = cache.processor().record();
        for place in record.len().saturating_sub(LATEST)..record.len() {
            let Some(operated) = record.get(place) else { continue };
            let (Some(_), Some(completed_us)) =
                (operated.operation.address(), operated.completed_us)
            else {
                continue;
            };
            let took_us = completed_us - operated.invoked_us;
            all.push(took_us);
            if !operated.hit {
                missed.push(took_us);
            }
        }
    }
    Metrics {
        accesses: tally.accesses,
        hits: tally.hits,
        misses: tally.misses,
        silent_upgrades: tally.silent_upgrades,
        invalidations: tally.invalidations,
        write_backs: tally.write_backs,
        messages: world.sent(),
        access: Times::of(all),
        miss: Times::of(missed),
    }
}
