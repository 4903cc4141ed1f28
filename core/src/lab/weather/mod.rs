//! Random weather: a whole run from one seed.
//!
//! People break a cluster where they expect it to break. Chance has no such prejudice, is not
//! tired after the tenth run, and finds what nobody thought of; but only if it is drawn with some
//! care. A run begins with its `climate`: the cluster, what is switched on, and which
//! kinds of faults come how often. Then a `director` takes the run forward and now and
//! then looks at it and does something to it: it crashes the server that leads, loses a message
//! that is on its way, cuts a cluster into a ring of majorities. What it did is a list of choices
//! like any other: a run that shows something is written down as a link, opened in the page and
//! played again, and nothing of this module is needed for that.
//!
//! A run that convicts a check is [shrunk](shrink) before it is shown: whatever can be left out
//! without losing the conviction is left out (Zeller and Hildebrandt, "Simplifying and isolating
//! failure-inducing input", TSE 2002). That works because luck is addressed: what is left out does
//! not reshuffle the rest.
//!
//! In the lock lab the cluster carries a lock table, and more can happen: see `lockers`. In the
//! cache lab there is no cluster: see `caches`.
//!
//! *Sound* weather takes away nothing that a check rests on: in it no check may ever fail, unless a
//! bug is planted. *Wild* weather knows no such bounds.

mod caches;
mod climate;
mod coverage;
mod dice;
mod director;
mod fault;
mod lockers;
mod profile;
pub mod shrink;
mod strike;
mod trial;

pub use climate::USUAL_STEPS;
pub use coverage::Coverage;
pub use fault::Fault;
pub use profile::MOST_SEEDS;
pub use trial::{Conviction, Trial};

use crate::lab::machine::Machine;
use crate::lab::numbered::AnyBug;
use crate::lab::{Lab, LabMonitor, Timed};
use crate::raft::Participant;
use crate::sim::run::Run;
use climate::Climate;
use dice::Dice;
use director::Director;

/// What kind of weather is asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Demand {
    /// In which lab.
    pub lab: Lab,
    /// Whether what checks rest on may be taken away.
    pub wild: bool,
    /// A bug to plant, in weather in which it is likely to show.
    pub bug: Option<AnyBug>,
}

impl Demand {
    /// Sound weather in which this bug is likely to show, in the lab that it belongs to.
    #[must_use]
    pub const fn of(bug: AnyBug) -> Self {
        Self { lab: bug.lab(), wild: false, bug: Some(bug) }
    }
}

/// A run that was drawn, at its end.
#[derive(Clone, Debug)]
pub struct Drawn {
    /// What it follows from.
    pub trial: Trial,
    /// The run itself.
    pub run: Run<Participant<Machine>, LabMonitor>,
}

/// Draws the run of a seed. It ends early where a check fails.
#[must_use]
pub fn draw(seed: u64, demand: Demand) -> Drawn {
    let mut dice = Dice::new(seed);
    let climate = Climate::draw(&mut dice, demand);
    let config = climate.config.clone();
    let mut run = config.begin(seed, false);
    let choices: Vec<Timed> = Director::new(climate, dice).direct(&mut run);
    let end = run.world.moment();
    Drawn { trial: Trial { config, seed, choices, end }, run }
}

impl Drawn {
    /// What the run is convicted of, if anything: the check that failed first.
    #[must_use]
    pub fn conviction(&self) -> Option<Conviction> {
        trial::first_failure(&self.run)
            .or_else(|| trial::judge_history(&self.trial.config, &self.run))
    }
}
