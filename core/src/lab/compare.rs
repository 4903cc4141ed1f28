//! Comparing two branches of a run, behind the lab's closed interface: see [`crate::sim::compare`].

use super::session::excess;
use super::{LabMonitor, Session};
use crate::lab::machine::Machine;
use crate::raft::Participant;
use crate::sim::compare;
pub use crate::sim::compare::Finding;
use crate::sim::time::Moment;

/// What is known of one of two branches that are compared.
pub type Side = compare::Side<Participant<Machine>>;

/// Two branches being compared. What it finds holds for the session as it was
/// ([`Session::revision`]).
#[derive(Clone, Debug)]
pub struct Comparison(compare::Comparison<Participant<Machine>, LabMonitor>);

impl Comparison {
    /// What is known of the two.
    #[must_use]
    pub const fn sides(&self) -> &[Side; 2] {
        self.0.sides()
    }

    /// What it came to, once it is known.
    #[must_use]
    pub const fn finding(&self) -> Option<Finding> {
        self.0.finding()
    }
}

impl Session {
    /// Begins to compare two branches, up to a time in microseconds.
    ///
    /// # Panics
    /// If there is no such branch.
    #[must_use]
    pub fn compare(&self, one: usize, other: usize, until_us: u64) -> Comparison {
        Comparison(self.history().compare(one, other, Moment::after(until_us)))
    }

    /// Sees how a branch goes on up to a time in microseconds, by at most `most` steps more; the
    /// cursor stays where it is. `true`: it is seen up to there, or a limit of runs is reached.
    ///
    /// # Panics
    /// If there is no such branch.
    pub fn scout(&mut self, branch: usize, until_us: u64, most: u64) -> bool {
        let until = Moment::after(until_us);
        self.history.scout(branch, until, most, |run| excess(run).is_none())
    }

    /// Goes on comparing, by at most `most` steps. `true`: it is known what it comes to.
    pub fn go_on_comparing(&self, comparison: &mut Comparison, most: u64) -> bool {
        self.history().go_on_comparing(&mut comparison.0, most)
    }
}
