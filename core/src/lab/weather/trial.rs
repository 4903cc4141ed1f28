//! Trials: a run as what it follows from, played again to see what it is convicted of.

use crate::cache::home::Home;
use crate::check::Check;
use crate::check::cache::CacheCheck;
use crate::check::linearizability::{self, Verdict};
use crate::check::lock::LockCheck;
use crate::check::raft::RaftCheck;
use crate::lab::cache::history::{history, unexplained};
use crate::lab::linearizability::{BUDGET, HistoryJudge, lock_history};
use crate::lab::machine::Machine;
use crate::lab::raft::RaftConfig;
use crate::lab::raft::view::{OperationView, operation_view};
use crate::lab::{LabMonitor, Timed};
use crate::raft::Participant;
use crate::sim::run::{Goal, Run};
use crate::sim::time::Moment;

/// What a run is convicted of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Conviction {
    /// The check that failed.
    pub check: Check,
    /// The moment at which it first shows.
    pub moment: Moment,
}

/// All that a run follows from, and where it ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trial {
    /// The configuration.
    pub config: RaftConfig,
    /// The seed.
    pub seed: u64,
    /// Every choice.
    pub choices: Vec<Timed>,
    /// Where it ends.
    pub end: Moment,
}

impl Trial {
    /// Plays it. What it is convicted of, if anything: the check that failed first.
    #[must_use]
    pub fn conviction(&self) -> Option<Conviction> {
        let run = self.play(|run| first_failure(run).is_some());
        first_failure(&run).or_else(|| judge_history(&self.config, &run))
    }

    /// Plays it, to see whether this check fails, and when.
    #[must_use]
    pub fn is_convicted_by(&self, check: Check) -> Option<Moment> {
        let of_history = [
            RaftCheck::LinearizableHistory.into(),
            LockCheck::LockHistory.into(),
            CacheCheck::CacheHistory.into(),
        ];
        if of_history.contains(&check) {
            let run = self.play(|_| false);
            return judge_history(&self.config, &run).map(|conviction| conviction.moment);
        }
        let run = self.play(|run| failure_of(check, run).is_some());
        failure_of(check, &run)
    }

    fn play(
        &self,
        is_enough: impl Fn(&Run<Participant<Machine>, LabMonitor>) -> bool,
    ) -> Run<Participant<Machine>, LabMonitor> {
        let mut run = self.config.begin(self.seed, false);
        while !is_enough(&run) && run.step(&self.choices, Goal::Moment(self.end)).is_some() {}
        run
    }
}

fn failure_of(check: Check, run: &Run<Participant<Machine>, LabMonitor>) -> Option<Moment> {
    run.monitor.failures().find(|(failed, _)| *failed == check).map(|(_, failure)| failure.moment)
}

/// The check that failed first.
pub(super) fn first_failure(run: &Run<Participant<Machine>, LabMonitor>) -> Option<Conviction> {
    let (check, failure) = run.monitor.failures().min_by_key(|(_, failure)| failure.step)?;
    Some(Conviction { check, moment: failure.moment })
}

/// Whether what the clients saw convicts the run. It does not where a check knows that a command
/// was carried out twice for want of a session, or a read was stale because a lease could not be
/// trusted.
pub(super) fn judge_history(
    config: &RaftConfig,
    run: &Run<Participant<Machine>, LabMonitor>,
) -> Option<Conviction> {
    let (check, judge) = match lock_history(config, &run.world, &run.monitor) {
        Some(history) => (LockCheck::LockHistory.into(), HistoryJudge::of_locks(&history, BUDGET)),
        None if config.cache.is_some() => return judge_memory(config, run),
        None if is_explained(run) => return None,
        None => {
            let judge = HistoryJudge::new(config, &operations(config, run), BUDGET);
            (RaftCheck::LinearizableHistory.into(), judge)
        }
    };
    match judge.finished() {
        Verdict::NotLinearizable(conviction) => Some(at_the_end_of(check, &conviction)),
        Verdict::Linearizable | Verdict::Undecided => None,
    }
}

const fn at_the_end_of(check: Check, conviction: &linearizability::Conviction) -> Conviction {
    Conviction { check, moment: Moment::before(conviction.to + 1) }
}

/// Whether what processors saw of memory convicts the run. It does not where something was missing
/// that a read of what was written last rests on; nor of a line that a home reports as possibly
/// lost.
fn judge_memory(
    config: &RaftConfig,
    run: &Run<Participant<Machine>, LabMonitor>,
) -> Option<Conviction> {
    if run.monitor.verdict(CacheCheck::DataValue.into()).assumption().is_some() {
        return None;
    }
    let history = history(config.names(), &run.world);
    let judge = HistoryJudge::of_memory(history.clone(), BUDGET);
    let Verdict::NotLinearizable(conviction) = judge.finished() else { return None };
    let homes = run.world.nodes().iter().filter_map(|node| node.process.cache_node()?.home());
    let lost = homes.flat_map(Home::losses).map(|loss| loss.line.to_string()).collect();
    let (_, conviction) = unexplained(history, &conviction, &lost, BUDGET)?;
    Some(at_the_end_of(CacheCheck::CacheHistory.into(), &conviction))
}

/// Whether a check knows why no order explains what the clients saw.
fn is_explained(run: &Run<Participant<Machine>, LabMonitor>) -> bool {
    let explains = [RaftCheck::SessionExactness, RaftCheck::ReadFreshness];
    explains.into_iter().any(|check| {
        let verdict = run.monitor.verdict(check.into());
        verdict.assumption().is_some() && verdict.failure().is_some()
    })
}

fn operations(
    config: &RaftConfig,
    run: &Run<Participant<Machine>, LabMonitor>,
) -> Vec<OperationView> {
    let names = config.names();
    let nodes = names.nodes().map(|(id, name)| (name, run.world.node(id)));
    let clients = nodes.filter_map(|(name, node)| Some((name, node.process.client()?)));
    clients
        .flat_map(|(name, client)| {
            client.record().iter().map(move |operated| operation_view(name, operated))
        })
        .collect()
}
