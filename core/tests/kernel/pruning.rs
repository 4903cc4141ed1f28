//! Taking branches away: only the one that is meant goes.

use lockstep_core::sim::choice::Choice;
use lockstep_core::sim::history::History;
use lockstep_core::sim::run::Goal;
use lockstep_core::sim::time::Moment;

use crate::bench::{A, B, C, PingChoice, lively};
use crate::ping::{Ping, Watch};

/// Four branches: A; B from A at 20 ms; C from B at 40 ms; D from B at 10 ms, which A shares.
fn tree() -> History<Ping, Watch> {
    let mut history = History::new(lively(31), Vec::new());
    let own = |at_us, choice: PingChoice| vec![(Moment::before(at_us), choice)];
    history.grow(0, Moment::before(20_000), own(20_000, Choice::Crash(A)));
    history.grow(1, Moment::before(40_000), own(40_000, Choice::Crash(B)));
    history.grow(1, Moment::before(10_000), own(10_000, Choice::Crash(C)));
    history
}

fn origins(history: &History<Ping, Watch>) -> Vec<Option<(usize, u64)>> {
    let origin = |(parent, at): (usize, Moment)| (parent, at.time_us);
    history.branches().iter().map(|branch| branch.parent.map(origin)).collect()
}

fn choices(history: &History<Ping, Watch>, branch: usize) -> Vec<PingChoice> {
    history.branches()[branch].choices.iter().map(|(_, choice)| choice.clone()).collect()
}

#[test]
fn what_grew_from_a_branch_outlives_it() {
    let mut history = tree();
    let revision = history.revision();
    history.remove(1);
    assert_eq!(origins(&history), [None, Some((0, 20_000)), Some((0, 10_000))]);
    assert_eq!(choices(&history, 1), [Choice::Crash(A), Choice::Crash(B)]);
    assert_eq!(choices(&history, 2), [Choice::Crash(C)]);
    assert_eq!(history.branches()[1].shared, 0, "all of it is its own now");
    assert!(history.revision() > revision);
}

#[test]
fn a_branch_without_children_goes_alone() {
    let mut history = tree();
    history.remove(3);
    assert_eq!(origins(&history), [None, Some((0, 20_000)), Some((1, 40_000))]);
}

#[test]
fn when_the_first_goes_the_oldest_that_grew_from_it_becomes_the_first() {
    let mut history = tree();
    history.go(Goal::Moment(Moment::before(30_000)));
    history.grow(0, Moment::before(25_000), Vec::new());
    history.remove(0);
    // What grew from the old first after the new one did has only the beginning in common with it.
    let expected = [None, Some((0, 40_000)), Some((0, 10_000)), Some((0, 20_000))];
    assert_eq!(origins(&history), expected);
    assert_eq!(choices(&history, 0), [Choice::Crash(A)]);
    while !history.work(100) {}
    assert_eq!((history.current(), history.run().world.now_us()), (0, 30_000));
    assert!(!history.run().world.node(A).up, "the cursor is on the new first branch");
}

#[test]
fn the_cursor_of_a_branch_that_goes_finds_its_moment_on_the_parent() {
    let mut history = tree();
    history.switch(2);
    history.go(Goal::Moment(Moment::before(60_000)));
    history.remove(2);
    while !history.work(100) {}
    assert_eq!((history.current(), history.run().world.now_us()), (1, 60_000));
    assert!(history.run().world.node(B).up && !history.run().world.node(A).up);
}

#[test]
#[should_panic(expected = "a history keeps one branch")]
fn the_last_branch_stays() {
    History::<Ping, Watch>::new(lively(31), Vec::new()).remove(0);
}
