//! Whether what the clients of a lab saw is linearizable.
//!
//! The history of a run becomes one that [`check::linearizability`] judges. Places in a conviction
//! are places in the list of operations that was given.
//!
//! [`check::linearizability`]: crate::check::linearizability

use std::collections::BTreeSet;

use super::raft::RaftConfig;
use super::raft::view::{OperationView, OutcomeView};
use super::session::Session;
use crate::check::linearizability::{Conviction, Judge, Kv, Operation, Verdict};
use crate::raft::store;

/// How many steps the judgement of a whole run may cost where nobody says more. A linearizable run
/// takes one or two for each operation.
pub const BUDGET: u64 = 200_000;

/// Judges what the clients of a lab saw, in slices.
#[derive(Clone, Debug)]
pub struct HistoryJudge {
    judge: Judge<Kv>,
    /// The place among the given operations of each that is judged; of what was in the servers'
    /// logs from the beginning there is none.
    places: Vec<Option<usize>>,
}

impl HistoryJudge {
    /// A judge of these operations, with at most `budget` steps for the verdict and as many for
    /// what shows it.
    ///
    /// What stands in the servers' logs when the run begins may be committed in it: each such entry
    /// is an open operation, called at the beginning.
    #[must_use]
    pub fn new(config: &RaftConfig, operations: &[OperationView], budget: u64) -> Self {
        let preset = config.preset_operations().into_iter().map(|action| {
            let client = "log".into();
            (None, Operation { client, action, called: 0, returned: None, answer: None })
        });
        let seen = operations
            .iter()
            .enumerate()
            .filter_map(|(place, operation)| Some((Some(place), observed(operation)?)));
        let (places, history): (Vec<_>, Vec<_>) = preset.chain(seen).unzip();
        Self { judge: Judge::new(&history, budget), places }
    }

    /// Goes on by about so many steps. `true`: the verdict is known.
    pub fn work(&mut self, steps: u64) -> bool {
        self.judge.work(steps)
    }

    /// The verdict, once it is known.
    #[must_use]
    pub fn verdict(&self) -> Option<Verdict> {
        let verdict = self.judge.verdict()?;
        let Verdict::NotLinearizable(conviction) = verdict else { return Some(verdict.clone()) };
        let named =
            |judged: &[usize]| judged.iter().filter_map(|place| self.places[*place]).collect();
        Some(Verdict::NotLinearizable(Conviction {
            operations: named(&conviction.operations),
            unorderable: named(&conviction.unorderable),
            ..conviction.clone()
        }))
    }
}

/// Judges a run up to its cursor at once.
#[must_use]
pub fn judge(session: &Session, budget: u64) -> Verdict {
    let mut judge = HistoryJudge::new(session.config(), &session.operations(), budget);
    while !judge.work(u64::MAX) {}
    judge.verdict().expect("the work is done")
}

/// An operation as its client saw it; `None`: it was never carried out.
fn observed(view: &OperationView) -> Option<Operation<Kv>> {
    let (returned, answer) = match view.outcome {
        OutcomeView::Failed => return None,
        OutcomeView::Ok => (view.completed_us, view.answer.clone()),
        OutcomeView::Pending | OutcomeView::Unknown => (None, None),
    };
    let client = view.client.to_string().into();
    let action = view.operation.clone();
    Some(Operation { client, action, called: view.invoked_us, returned, answer })
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
