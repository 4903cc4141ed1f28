//! What a person adds to a run, beside interventions: names of branches, bookmarks, a comparison;
//! and whether it is shown to a room.

use std::rc::Rc;

use lockstep_core::check::raft::RaftCheck;
use lockstep_core::scenario::{Bookmark, Expected, Scenario};

/// What a person adds to a run.
#[derive(Clone, Debug, Default)]
pub struct Author {
    /// Places worth going to, in order.
    pub bookmarks: Rc<[Bookmark]>,
    /// The verdicts that the scenario expects; the page only passes them on.
    pub expect: Vec<(RaftCheck, Expected)>,
}

impl Author {
    /// What the author of a scenario has added to it.
    #[must_use]
    pub fn of(scenario: &Scenario) -> Self {
        let bookmarks = scenario.bookmarks.clone().into();
        Self { bookmarks, expect: scenario.expect.clone() }
    }
}
