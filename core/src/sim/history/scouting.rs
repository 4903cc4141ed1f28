//! Scouting: sees how a branch goes on that the cursor is not on.
//!
//! Whoever puts two branches side by side wants to see both, though nobody may have been on the
//! other one yet. A *scout* goes there in slices, as the cursor would, and leaves the same behind:
//! keyframes, bands, where the edge is. The cursor stays where it is.

use super::{Goal, History, Moment, Monitor, Process, Run};

/// A run that goes ahead on a branch.
#[derive(Clone, Debug)]
pub(super) struct Scout<P: Process, M> {
    branch: usize,
    /// What it has seen is right for the history as it was.
    revision: u64,
    run: Run<P, M>,
}

impl<P: Process, M: Monitor<P>> History<P, M> {
    /// Sees how a branch goes on up to a moment, by at most `most` steps more, while `may_go_on`
    /// holds. `true`: it is seen up to there, or there is no going on.
    ///
    /// # Panics
    /// If there is no such branch.
    pub fn scout(
        &mut self,
        branch: usize,
        until: Moment,
        most: u64,
        may_go_on: impl Fn(&Run<P, M>) -> bool,
    ) -> bool {
        let (revision, line) = (self.revision, &mut self.branches[branch]);
        if line.edge >= until {
            return true;
        }
        let is_of_now = |scout: &Scout<P, M>| (scout.branch, scout.revision) == (branch, revision);
        let there = self.scout.take().filter(is_of_now);
        let fresh = || Scout { branch, revision, run: line.nearest(|_| true).clone() };
        let mut scout = there.unwrap_or_else(fresh);
        let goal = Goal::Moment(until);
        for _ in 0..most {
            if !may_go_on(&scout.run) {
                return true;
            }
            if !line.step(&mut scout.run, goal) {
                scout.run.settle(goal);
                line.edge = line.edge.max(scout.run.world.moment());
                self.scout = Some(scout);
                return true;
            }
        }
        self.scout = Some(scout);
        false
    }
}
