//! What the checks have found so far.
//!
//! Only the first failure of each check counts.

use std::collections::BTreeMap;

use super::RaftCheck;
use crate::check::{Failure, Verdict};
use crate::sim::process::{NodeId, Process};
use crate::sim::world::World;

/// The first failures.
#[derive(Clone, Debug, Default)]
pub(super) struct Findings {
    failures: BTreeMap<RaftCheck, Failure>,
}

impl Findings {
    /// What a check says that has come to hold, or has yet to.
    pub(super) fn verdict(&self, check: RaftCheck, is_reached: bool) -> Verdict {
        if let Some(failure) = self.failures.get(&check) {
            return Verdict::Fails(failure.clone());
        }
        if is_reached { Verdict::Holds } else { Verdict::NotReached }
    }

    /// The checks that failed, each with its first failure.
    pub(super) fn failures(&self) -> impl Iterator<Item = (RaftCheck, &Failure)> {
        self.failures.iter().map(|(check, failure)| (*check, failure))
    }

    /// Records a failure, of these nodes, in a term and at an index where that says something.
    pub(super) fn fail<P: Process>(
        &mut self,
        check: RaftCheck,
        nodes: Vec<NodeId>,
        place: (Option<u64>, Option<u64>),
        world: &World<P>,
    ) {
        self.failures.entry(check).or_insert_with(|| failure(nodes, place, world));
    }
}

/// A failure that is seen now.
fn failure<P: Process>(
    nodes: Vec<NodeId>,
    (term, index): (Option<u64>, Option<u64>),
    world: &World<P>,
) -> Failure {
    Failure { step: world.steps(), moment: world.moment(), nodes, term, index }
}
