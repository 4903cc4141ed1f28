//! Random weather: as sessions, for tests of what reads a run, whatever the run is; and what every
//! lab's weather must keep.

use lockstep_core::lab::numbered::AnyBug;
use lockstep_core::lab::weather::shrink::shrink;
use lockstep_core::lab::weather::{Conviction, Coverage, Demand, Drawn, Trial, draw};
use lockstep_core::lab::{Lab, Session};
use lockstep_core::scenario::Scenario;
use lockstep_core::sim::run::Goal;

/// A run in the weather of a seed, at its end.
#[must_use]
pub fn stormy(seed: u64) -> Session {
    played(draw(seed, Demand::default()).trial)
}

/// A trial, played to its end.
#[must_use]
pub fn played(trial: Trial) -> Session {
    let mut session = Session::open(&trial.config, trial.seed, trial.choices);
    session.go(Goal::Moment(trial.end));
    session
}

/// What convicts a run of this seed, said so that it can be opened.
#[must_use]
pub fn convicted(seed: u64, demand: Demand, drawn: &Drawn) -> Option<String> {
    let conviction = drawn.conviction()?;
    let shrunk = shrink(drawn.trial.clone(), conviction);
    let link = Scenario::of_trial(&shrunk).encode();
    Some(format!("seed {seed}, {demand:?}: {}\n#{link}", conviction.check.name()))
}

/// The bugs that no seed below `most_seeds` convicts. Prints how many seeds each of the others
/// took.
#[must_use]
#[expect(clippy::print_stdout, reason = "the counts are for people to read")]
pub fn never_convicted(bugs: impl Iterator<Item = AnyBug>, most_seeds: u64) -> Vec<AnyBug> {
    println!("{:<26} {:>5}  check", "bug", "seeds");
    let missed = bugs.filter(|bug| {
        let demand = Demand::of(*bug);
        let found = (0..most_seeds)
            .find_map(|seed| Some((seed, draw(seed, demand).conviction()?.check.name())));
        match found {
            Some((seed, check)) => println!("{:<26} {:>5}  {check}", bug.name(), seed + 1),
            None => println!("{:<26} {:>5}", bug.name(), "never"),
        }
        found.is_none()
    });
    missed.collect()
}

/// The rare branches that no run of a lab takes within so many seeds. Prints how often each was
/// taken until all were.
#[must_use]
#[expect(clippy::print_stdout, reason = "the counts are for people to read")]
pub fn never_taken(lab: Lab, most_seeds: u64) -> Vec<&'static str> {
    let mut coverage = Coverage::of(lab);
    let mut seeds = 0;
    while seeds < most_seeds && coverage.missing().next().is_some() {
        coverage.count(&draw(seeds, Demand { lab, ..Demand::default() }).trial);
        seeds += 1;
    }
    println!("after {seeds} seeds:");
    coverage.iter().for_each(|(branch, count)| println!("{count:>9}  {branch}"));
    coverage.missing().collect()
}

/// A run follows from its seed, and comes again from its choices and from its link.
///
/// # Panics
/// If it does not.
pub fn comes_again(seed: u64, demand: Demand) {
    let (one, other) = (draw(seed, demand), draw(seed, demand));
    assert_eq!(one.trial, other.trial, "seed {seed}");
    let digest = one.run.world.digest().value();
    assert_eq!(digest, other.run.world.digest().value(), "seed {seed}");
    assert_eq!(one.trial.conviction(), one.conviction(), "seed {seed}");

    let scenario = Scenario::of_trial(&one.trial);
    assert_eq!(scenario.check(), Ok(()), "seed {seed}");
    let opened = Scenario::decode(&scenario.encode()).expect("a link that was just made");
    assert_eq!(opened, scenario);
    assert_eq!(opened.digest, Some(digest), "seed {seed}");
    assert_eq!(played(one.trial).digest(), digest, "seed {seed}");
}

/// The first run that a demand convicts, within so many seeds, is convicted of the same with fewer
/// choices. Of what.
///
/// # Panics
/// If it is not, or none is convicted.
#[expect(clippy::must_use_candidate, reason = "that it returns is what is tested")]
pub fn shrinks(demand: Demand, most_seeds: u64) -> Conviction {
    let found = (0..most_seeds).map(|seed| draw(seed, demand));
    let mut found = found.filter_map(|drawn| Some((drawn.conviction()?, drawn.trial)));
    let (conviction, trial) = found.next().expect("some run is convicted");
    let shrunk = shrink(trial.clone(), conviction);
    assert_eq!(shrunk.is_convicted_by(conviction.check), Some(shrunk.end));
    assert!(shrunk.choices.len() < trial.choices.len(), "{:?}", shrunk.choices);
    assert_eq!(Scenario::of_trial(&shrunk).check(), Ok(()));
    conviction
}
