//! What the checks have found so far.
//!
//! Only the first failure of each check counts. A check that rests on an assumption which did not
//! hold when it failed is not convicted, then or later for that step: the failure is kept aside,
//! and the verdict says which assumption it was.

use std::collections::BTreeMap;

use super::cache::Evidence;
use super::{Assumption, Check, Failure, Kind, Verdict, Void};
use crate::sim::process::{NodeId, Process};
use crate::sim::time::Moment;
use crate::sim::world::World;

/// How far a run is when something is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Now {
    /// Steps taken since the beginning.
    pub step: u64,
    /// The moment.
    pub moment: Moment,
}

impl<P: Process> From<&World<P>> for Now {
    fn from(world: &World<P>) -> Self {
        Self { step: world.steps(), moment: world.moment() }
    }
}

/// What a failure is about, besides nodes: each as far as it says something.
#[derive(Clone, Debug, Default)]
pub(super) struct Place {
    /// A term.
    pub(super) term: Option<u64>,
    /// An index of the log, or the number of a line of memory.
    pub(super) index: Option<u64>,
    /// What contradicts what.
    pub(super) evidence: Option<Evidence>,
}

impl From<(Option<u64>, Option<u64>)> for Place {
    fn from((term, index): (Option<u64>, Option<u64>)) -> Self {
        Self { term, index, evidence: None }
    }
}

/// The first failures of the checks `C`, and the assumptions that were taken away.
#[derive(Clone, Debug)]
pub(super) struct Findings<C> {
    failures: BTreeMap<C, Failure>,
    voids: BTreeMap<C, Void>,
}

impl<C> Default for Findings<C> {
    fn default() -> Self {
        Self { failures: BTreeMap::new(), voids: BTreeMap::new() }
    }
}

impl<C: Copy + Ord + Into<Check>> Findings<C> {
    /// What a check says that has come to hold, or has yet to. What must come to hold in a bound
    /// is judged by the times when its assumptions held, if there were any.
    pub(super) fn verdict(&self, check: C, is_reached: bool) -> Verdict {
        if let Some(failure) = self.failures.get(&check) {
            return Verdict::Fails(failure.clone());
        }
        match self.voids.get(&check) {
            Some(_) if is_reached && check.into().kind() == Kind::Within => Verdict::Holds,
            Some(void) => Verdict::AssumptionVoid(void.clone()),
            None if is_reached => Verdict::Holds,
            None => Verdict::NotReached,
        }
    }

    /// The checks that failed, each with its first failure.
    pub(super) fn failures(&self) -> impl Iterator<Item = (C, &Failure)> {
        self.failures.iter().map(|(check, failure)| (*check, failure))
    }

    /// Records a failure, of these nodes, and what it is about.
    pub(super) fn fail(
        &mut self,
        check: C,
        nodes: Vec<NodeId>,
        place: impl Into<Place>,
        now: impl Into<Now>,
    ) {
        self.failures.entry(check).or_insert_with(|| failure(nodes, place.into(), now.into()));
    }

    /// An assumption of a check does not hold now. Only the first of them is kept.
    pub(super) fn void(&mut self, check: C, assumption: Assumption) {
        self.voids.entry(check).or_insert(Void { assumption, failure: None });
    }

    /// What would be a failure if all assumptions held; `missing` does not.
    pub(super) fn fail_unless(
        &mut self,
        missing: Option<Assumption>,
        check: C,
        nodes: Vec<NodeId>,
        place: impl Into<Place>,
        now: impl Into<Now>,
    ) {
        let Some(assumption) = missing else { return self.fail(check, nodes, place, now) };
        self.void(check, assumption);
        if let Some(void) = self.voids.get_mut(&check)
            && void.failure.is_none()
        {
            *void = Void { assumption, failure: Some(failure(nodes, place.into(), now.into())) };
        }
    }
}

/// A failure that is seen now.
fn failure(nodes: Vec<NodeId>, place: Place, now: Now) -> Failure {
    let Place { term, index, evidence } = place;
    Failure { step: now.step, moment: now.moment, nodes, term, index, evidence }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::raft::RaftCheck;
    use crate::raft::Participant;
    use crate::raft::store::Store;
    use crate::sim::network::{LinkSettings, Transport};
    use crate::sim::world::Surroundings;

    const CHECK: RaftCheck = RaftCheck::SessionExactness;
    const MISSING: Assumption = Assumption::SessionsOff;

    fn world() -> World<Participant<Store>> {
        let network = LinkSettings::default();
        let transport = Transport::Datagrams;
        let (sync_min_us, sync_max_us) = (1, 1);
        let surroundings = Surroundings { seed: 1, transport, network, sync_min_us, sync_max_us };
        World::new(Vec::new(), surroundings, false)
    }

    #[test]
    fn who_lacks_an_assumption_is_not_convicted_and_what_happened_is_kept() {
        let world = world();
        let mut findings = Findings::default();
        assert_eq!(findings.verdict(CHECK, true), Verdict::Holds);
        findings.void(CHECK, MISSING);
        let verdict = findings.verdict(CHECK, true);
        assert_eq!((verdict.assumption(), verdict.failure()), (Some(MISSING), None));
        for index in [7, 8] {
            let place = (None, Some(index));
            findings.fail_unless(Some(MISSING), CHECK, vec![NodeId(1)], place, &world);
        }
        let verdict = findings.verdict(CHECK, true);
        assert_eq!(verdict.assumption(), Some(MISSING));
        let failure = verdict.failure().expect("what happened is kept");
        assert_eq!((failure.index, &failure.nodes), (Some(7), &vec![NodeId(1)]), "the first");
        assert_eq!(findings.failures().count(), 0);
    }

    #[test]
    fn a_failure_while_all_assumptions_hold_convicts_whatever_was_missing_before() {
        let world = world();
        let mut findings = Findings::default();
        findings.fail_unless(Some(MISSING), CHECK, vec![NodeId(1)], (None, Some(1)), &world);
        findings.fail_unless(None, CHECK, vec![NodeId(2)], (None, Some(2)), &world);
        let verdict = findings.verdict(CHECK, true);
        assert_eq!(verdict.name(), "fails");
        assert_eq!(verdict.failure().map(|failure| failure.index), Some(Some(2)));
    }

    #[test]
    fn what_came_to_hold_within_its_bound_holds_though_there_were_times_without_assumptions() {
        let mut findings = Findings::default();
        findings.void(RaftCheck::Liveness, Assumption::NetworkLossy);
        assert_eq!(findings.verdict(RaftCheck::Liveness, false).name(), "assumption void");
        assert_eq!(findings.verdict(RaftCheck::Liveness, true), Verdict::Holds);
    }
}
