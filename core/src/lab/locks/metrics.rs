//! How well the lock manager does: the figures that people ask for.
//!
//! A client's record says when it asked for a lock and when it had it; the time between is what it
//! waited, on the true clock. So a free lock costs what Raft costs: the way to the leader, a
//! majority, and the way back.

use serde::Serialize;

use super::view::{lockers, tables};
use crate::check::lock::LockMonitor;
use crate::lab::Names;
use crate::lab::machine::Machine;
use crate::lock::client::record::{Operated, Operation, Outcome};
use crate::lock::command::{Answer, Ask, Cause};
use crate::lock::journal::What;
use crate::raft::Participant;
use crate::sim::order::arrange;
use crate::sim::world::World;

/// How many of the latest operations of a client, and lines of a journal, are counted: a figure of
/// what goes on now, at a cost that does not grow.
const LATEST: usize = 2_000;

/// A distribution of times.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Times {
    /// How many were counted.
    pub count: u64,
    /// Half of them were not longer, in microseconds.
    pub p50_us: u64,
    /// 95 of 100 were not longer.
    pub p95_us: u64,
    /// 99 of 100 were not longer.
    pub p99_us: u64,
    /// The longest.
    pub longest_us: u64,
}

impl Times {
    /// The distribution of these.
    #[must_use]
    pub fn of(mut times_us: Vec<u64>) -> Self {
        arrange(&mut times_us, |time_us| (*time_us, 0));
        let Some(longest_us) = times_us.last().copied() else { return Self::default() };
        // The smallest that so many of a hundred do not exceed.
        let percentile = |percent: usize| {
            let rank = (times_us.len() * percent).div_ceil(100).max(1);
            times_us[rank - 1]
        };
        Self {
            count: times_us.len() as u64,
            p50_us: percentile(50),
            p95_us: percentile(95),
            p99_us: percentile(99),
            longest_us,
        }
    }
}

/// How well it goes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Metrics {
    /// From asking for a lock to having it, where it was free.
    pub free: Times,
    /// The same where somebody was in the way.
    pub contended: Times,
    /// How many wait now.
    pub waiting: u64,
    /// The longest queue now.
    pub longest_queue: u64,
    /// How many grants there were.
    pub grants: u64,
    /// How many attempts were aborted, by cause, in the order of [`Cause::ALL`].
    pub aborts: [u64; Cause::ALL.len()],
    /// How many sessions ended because their leases were over.
    pub expired: u64,
    /// How often somebody overtook somebody, so that nobody had to be aborted.
    pub overtakes: u64,
    /// From the wait that closed a cycle to what broke it, on the true clock: whatever watches the
    /// run has noted that.
    pub detection: Times,
}

/// How long an operation took that was a lock that was got, and whether somebody was in the way.
fn got(operated: &Operated) -> Option<(u64, bool)> {
    let Operation::Call { ask: Ask::Acquire { .. } | Ask::Upgrade { .. }, .. } = operated.operation
    else {
        return None;
    };
    let Outcome::Answered(Answer::Granted { .. }) = operated.outcome else { return None };
    let took_us = operated.completed_us? - operated.invoked_us;
    Some((took_us, operated.queued_us.is_some()))
}

/// The figures of a run up to now.
pub(super) fn metrics(world: &World<Participant<Machine>>, names: Names) -> Metrics {
    let mut times: [Vec<u64>; 2] = Default::default();
    for (_, _, _, client) in lockers(world, names) {
        let record = client.record();
        for place in record.len().saturating_sub(LATEST)..record.len() {
            if let Some((took_us, waited)) = record.get(place).and_then(got) {
                times[usize::from(waited)].push(took_us);
            }
        }
    }
    let [free, contended] = times.map(Times::of);
    let mut metrics = Metrics { free, contended, ..Metrics::default() };
    for (_, table) in tables(world) {
        let queues = table.locks().map(|(_, lock)| u64::from(lock.queue_length()));
        for length in queues {
            metrics.waiting += length;
            metrics.longest_queue = metrics.longest_queue.max(length);
        }
        let journal = table.journal();
        for line in journal.len().saturating_sub(LATEST)..journal.len() {
            let Some(line) = journal.get(line) else { continue };
            match line.what {
                What::Granted { .. } => metrics.grants += 1,
                What::Aborted { cause, .. } => metrics.aborts[cause as usize] += 1,
                What::Expired { .. } => metrics.expired += 1,
                What::Overtook { .. } => metrics.overtakes += 1,
                _ => {}
            }
        }
    }
    metrics
}

/// How long it took until deadlocks were broken.
pub(in crate::lab) fn detection(monitor: &LockMonitor) -> Times {
    let tables = monitor.broken().flat_map(|broken| {
        let latest = broken.len().saturating_sub(LATEST)..broken.len();
        latest.filter_map(|place| broken.get(place))
    });
    Times::of(tables.map(|broken| broken.broken_us - broken.closed_us).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_times_that_were_measured() {
        assert_eq!(Times::of(Vec::new()), Times::default());
        let times = Times::of((1..=100).rev().collect());
        let Times { count, p50_us, p95_us, p99_us, longest_us } = times;
        assert_eq!((count, p50_us, p95_us, p99_us, longest_us), (100, 50, 95, 99, 100));
        let one = Times::of(vec![7]);
        assert_eq!((one.p50_us, one.p99_us), (7, 7));
    }
}
