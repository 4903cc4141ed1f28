//! Whether what the clients of a lab saw is linearizable, or coherent where no more is promised.
//!
//! The history of a run becomes one that [`check::linearizability`] or [`check::coherence`] judges.
//! A verdict of the second is told in the words of the first, so that whoever shows verdicts knows
//! one kind. Places in a conviction
//! are places in the list of operations that was given.
//!
//! [`check::linearizability`]: crate::check::linearizability
//! [`check::coherence`]: crate::check::coherence

use std::collections::BTreeSet;

use super::cache::history::{as_verdict, history, unexplained};
use super::machine::Machine;
use super::raft::RaftConfig;
use super::raft::view::{OperationView, OutcomeView};
use super::session::{CheckReport, Session};
use super::{Lab, LabMonitor, NodeName};
use crate::check::cache::CacheCheck;
use crate::check::coherence::{self, Memory};
use crate::check::linearizability::{Conviction, Judge, Kv, Operation, Verdict};
use crate::check::lock::LockCheck;
use crate::check::lock::history::{self as lock, FencedLock, Known};
use crate::check::raft::RaftCheck;
use crate::check::{self, Check, Failure, Void};
use crate::lock::Owner;
use crate::raft::{Participant, store};
use crate::sim::process::NodeId;
use crate::sim::time::Moment;
use crate::sim::world::World;

/// How many steps the judgement of a whole run may cost where nobody says more. A linearizable run
/// takes one or two for each operation.
pub const BUDGET: u64 = 200_000;

/// Judges what the clients of a lab saw, in slices.
#[derive(Clone, Debug)]
pub struct HistoryJudge(Subject);

/// What is judged.
#[derive(Clone, Debug)]
enum Subject {
    /// What was asked of a store.
    Store {
        judge: Judge<Kv>,
        /// How many entries stood in the servers' logs at the beginning: they come first in the
        /// history that is judged.
        preset: usize,
    },
    /// What became of locks.
    Locks(Judge<FencedLock>),
    /// What processors saw of memory: coherent, not linearizable.
    Memory { judge: coherence::Judge, history: Vec<Operation<Memory>> },
}

impl HistoryJudge {
    /// A judge of these operations of a store, with at most `budget` steps for the verdict and as
    /// many for what shows it.
    ///
    /// What stands in the servers' logs when the run begins may be committed in it: each such entry
    /// is an open operation, called at the beginning.
    #[must_use]
    pub fn new(config: &RaftConfig, operations: &[OperationView], budget: u64) -> Self {
        let preset = config.preset_operations();
        let begun = preset.iter().map(|action| Operation {
            client: "log".into(),
            action: action.clone(),
            called: 0,
            returned: None,
            answer: None,
        });
        let history: Vec<Operation<Kv>> = begun.chain(operations.iter().map(observed)).collect();
        Self(Subject::Store { judge: Judge::new(&history, budget), preset: preset.len() })
    }

    /// A judge of what became of locks, within the same budget.
    #[must_use]
    pub fn of_locks(history: &[Operation<FencedLock>], budget: u64) -> Self {
        Self(Subject::Locks(Judge::new(history, budget)))
    }

    /// A judge of what processors saw of memory, within the same budget.
    #[must_use]
    pub fn of_memory(history: Vec<Operation<Memory>>, budget: u64) -> Self {
        Self(Subject::Memory { judge: coherence::Judge::new(&history, budget), history })
    }

    /// Goes on by about so many steps. `true`: the verdict is known.
    pub fn work(&mut self, steps: u64) -> bool {
        match &mut self.0 {
            Subject::Store { judge, .. } => judge.work(steps),
            Subject::Locks(judge) => judge.work(steps),
            Subject::Memory { judge, .. } => judge.work(steps),
        }
    }

    /// The verdict, once it is known.
    #[must_use]
    pub fn verdict(&self) -> Option<Verdict> {
        let (verdict, preset) = match &self.0 {
            Subject::Store { judge, preset } => (judge.verdict()?, *preset),
            Subject::Locks(judge) => (judge.verdict()?, 0),
            Subject::Memory { judge, history } => {
                return judge.verdict().map(|verdict| as_verdict(verdict, history));
            }
        };
        let Verdict::NotLinearizable(conviction) = verdict else { return Some(verdict.clone()) };
        let named = |judged: &[usize]| {
            judged.iter().filter_map(|place| place.checked_sub(preset)).collect()
        };
        Some(Verdict::NotLinearizable(Conviction {
            operations: named(&conviction.operations),
            unorderable: named(&conviction.unorderable),
            ..conviction.clone()
        }))
    }

    /// The verdict, however long it takes.
    #[must_use]
    pub fn finished(mut self) -> Verdict {
        while !self.work(u64::MAX) {}
        self.verdict().expect("the work is done")
    }
}

/// Judges a run up to its cursor at once: what was asked of the store, of the locks or of memory.
#[must_use]
pub fn judge(session: &Session, budget: u64) -> Verdict {
    session.history_judge(budget).finished()
}

/// An operation as its client saw it.
fn observed(view: &OperationView) -> Operation<Kv> {
    let (returned, answer) = match view.outcome {
        OutcomeView::Ok => (view.completed_us, view.answer.clone()),
        OutcomeView::Pending | OutcomeView::Unknown => (None, None),
    };
    let client = view.client.to_string().into();
    let action = view.operation.clone();
    Operation { client, action, called: view.invoked_us, returned, answer }
}

impl RaftConfig {
    /// What stands in the logs of the servers when the run begins. The same entry in several logs
    /// counts once.
    fn preset_operations(&self) -> Vec<store::Operation> {
        let mut entries = BTreeSet::new();
        for (_, preset) in &self.presets {
            entries.extend((1_u64..).zip(preset.operations()));
        }
        entries.into_iter().map(|(_, (_, operation))| operation).collect()
    }
}

/// What became of the locks in a run, as its clients know it; nothing where there are none.
pub(in crate::lab) fn lock_history(
    config: &RaftConfig,
    world: &World<Participant<Machine>>,
    monitor: &LabMonitor,
) -> Option<Vec<Operation<FencedLock>>> {
    let locks = config.locks.as_ref()?;
    let resources: Vec<_> = (0..locks.groups).map(|group| locks.resources_of(group)).collect();
    let tables: Vec<Known<'_>> = monitor
        .locks()?
        .moves()
        .zip(&resources)
        .map(|((moves, until_us), resources)| Known { resources, moves, until_us })
        .collect();
    let client = |(node, _)| {
        let client = world.node(node).process.lock_party()?.client()?;
        Some((Owner::from(node), client.record()))
    };
    Some(lock::history(config.names().nodes().filter_map(client), &tables))
}

impl Session {
    /// A judge of what the clients saw up to the cursor.
    #[must_use]
    pub fn history_judge(&self, budget: u64) -> HistoryJudge {
        if let Some(history) = self.memory_history() {
            return HistoryJudge::of_memory(history, budget);
        }
        match self.lock_history() {
            Some(history) => HistoryJudge::of_locks(&history, budget),
            None => HistoryJudge::new(self.config(), &self.operations(), budget),
        }
    }

    /// The check that judges what the clients saw.
    #[must_use]
    pub fn history_check(&self) -> Check {
        match self.config().lab() {
            Lab::Raft => RaftCheck::LinearizableHistory.into(),
            Lab::Locks => LockCheck::LockHistory.into(),
            Lab::Cache => CacheCheck::CacheHistory.into(),
        }
    }

    /// What became of the locks, as the clients know it; nothing where there are none.
    #[must_use]
    pub fn lock_history(&self) -> Option<Vec<Operation<FencedLock>>> {
        let run = self.history().run();
        lock_history(self.config(), &run.world, &run.monitor)
    }

    /// What processors saw of memory; nothing where there are none.
    #[must_use]
    pub fn memory_history(&self) -> Option<Vec<Operation<Memory>>> {
        self.config().cache.as_ref()?;
        Some(history(self.names(), &self.history().run().world))
    }

    /// What the checks say of the run up to the cursor, and what a judgement of the clients'
    /// history says, which may cost `budget` steps.
    #[must_use]
    pub fn verdicts(&self, budget: u64) -> Vec<CheckReport> {
        self.verdicts_with(&judge(self, budget))
    }

    /// What the checks say of the run up to the cursor, with the history judged before.
    pub(crate) fn verdicts_with(&self, judged: &Verdict) -> Vec<CheckReport> {
        let mut reports = self.checks();
        let verdict = match judged {
            Verdict::Linearizable => check::Verdict::Holds,
            Verdict::Undecided => check::Verdict::NotReached,
            Verdict::NotLinearizable(conviction) => match self.config().lab() {
                Lab::Raft => self.history_failure(conviction, &reports),
                Lab::Locks => {
                    let history = self.lock_history().unwrap_or_default();
                    let of = |place: &usize| history.get(*place)?.action.owner.node();
                    let nodes = conviction.unorderable.iter().filter_map(of).collect();
                    check::Verdict::Fails(self.failure_of(conviction, nodes))
                }
                Lab::Cache => self.memory_failure(conviction, &reports),
            },
        };
        reports.push(CheckReport { check: self.history_check(), verdict });
        reports
    }

    /// A history that no order explains, of these nodes.
    fn failure_of(&self, conviction: &Conviction, nodes: BTreeSet<NodeId>) -> Failure {
        let moment = Moment::after(conviction.to);
        Failure {
            step: self.steps_before(self.current_branch(), moment),
            moment,
            nodes: nodes.into_iter().collect(),
            term: None,
            index: None,
            evidence: None,
        }
    }

    /// A history of memory that no order explains. Nobody is convicted of it where a read need not
    /// have given what was written last: the check on that knows, or the home has said of that line
    /// that what was written may be lost.
    fn memory_failure(&self, conviction: &Conviction, reports: &[CheckReport]) -> check::Verdict {
        let view = self.view(0).cache;
        let losses = view.iter().flat_map(|cache| &cache.homes).flat_map(|home| &home.losses);
        let lost = losses.map(|loss| loss.line.clone()).collect();
        let history = self.memory_history().unwrap_or_default();
        let found = unexplained(history.clone(), conviction, &lost, BUDGET);
        let explained = found.is_none().then_some(check::Assumption::LinesLost);
        let (history, conviction) = found.unwrap_or_else(|| (history, conviction.clone()));
        let of = |place: &usize| {
            let name = history.get(*place)?.client.parse::<NodeName>().ok()?;
            self.names().id(name)
        };
        let nodes = conviction.unorderable.iter().filter_map(of).collect();
        let failure = self.failure_of(&conviction, nodes);
        let value =
            reports.iter().find(|report| report.check == Check::from(CacheCheck::DataValue));
        match value.and_then(|report| report.verdict.assumption()).or(explained) {
            Some(assumption) => {
                check::Verdict::AssumptionVoid(Void { assumption, failure: Some(failure) })
            }
            None => check::Verdict::Fails(failure),
        }
    }

    /// A history that no order explains. Nobody is convicted of it where a command was carried out
    /// twice because there was no session, or a read was stale because a lease could not be
    /// trusted: the checks on these know.
    fn history_failure(&self, conviction: &Conviction, reports: &[CheckReport]) -> check::Verdict {
        let operations = self.operations();
        let of = |place: &usize| operations.get(*place).map(|operation| operation.client);
        let clients: BTreeSet<_> = conviction.unorderable.iter().filter_map(of).collect();
        let nodes = self.names().nodes().filter(|(_, name)| clients.contains(name));
        let failure = self.failure_of(conviction, nodes.map(|(node, _)| node).collect());
        let explains = [RaftCheck::SessionExactness, RaftCheck::ReadFreshness];
        let missing = reports
            .iter()
            .filter(|report| {
                explains.iter().any(|check| report.check == *check)
                    && report.verdict.failure().is_some()
            })
            .find_map(|report| report.verdict.assumption());
        match missing {
            Some(assumption) => {
                check::Verdict::AssumptionVoid(Void { assumption, failure: Some(failure) })
            }
            None => check::Verdict::Fails(failure),
        }
    }
}
