//! Comparing branches: what is found in slices is what a naive comparison of all events finds.

use lockstep_core::sim::choice::Choice;
use lockstep_core::sim::compare::Finding;
use lockstep_core::sim::event::{Event, LossReason, What};
use lockstep_core::sim::history::History;
use lockstep_core::sim::process::NodeId;
use lockstep_core::sim::run::{Goal, Timed};
use lockstep_core::sim::time::Moment;
use proptest::prelude::*;

use crate::bench::{A, B, lively};
use crate::ping::{Ping, Request, Watch};
use crate::travel::{choices, config};

type PingHistory = History<Ping, Watch>;

/// The steps of a branch up to a moment, without those that are choices.
fn steps_of(history: &PingHistory, branch: usize, until: Moment) -> Vec<Vec<Event<Ping>>> {
    let last = {
        let mut there = history.clone();
        there.switch(branch);
        there.go(Goal::Moment(until));
        there.run().world.steps()
    };
    let mut reader = history.reader(branch, 1);
    let mut steps: Vec<Vec<Event<Ping>>> = Vec::new();
    for event in history.read(&mut reader, last, u64::MAX) {
        match steps.last_mut() {
            Some(step) if step[0].id.step() == event.id.step() => step.push(event),
            _ => steps.push(vec![event]),
        }
    }
    steps.retain(|step| !matches!(step[0].what, What::Chosen(_) | What::Ignored(..)));
    steps
}

/// Without the names of events, which count steps.
fn told(step: &[Event<Ping>]) -> Vec<String> {
    let line = |event: &Event<Ping>| format!("{} {} {:?}", event.time_us, event.node.0, event.what);
    step.iter().map(line).collect()
}

/// What a comparison of everything finds: the time of the first difference, and the step that
/// comes next on either side.
fn naive(
    history: &PingHistory,
    branches: [usize; 2],
    until: Moment,
) -> Option<(u64, [Vec<String>; 2])> {
    let [one, other] = branches.map(|branch| steps_of(history, branch, until));
    let longest = one.len().max(other.len());
    let place = (0..longest).find(|place| {
        one.get(*place).map(|step| told(step)) != other.get(*place).map(|step| told(step))
    })?;
    let heads = [&one, &other].map(|steps| steps.get(place).cloned().unwrap_or_default());
    let times = heads.iter().filter_map(|head| head.first().map(|event| event.time_us));
    let time_us = times.min().expect("one is there");
    Some((time_us, heads.map(|head| told(&head))))
}

/// What the comparison under test finds, in slices.
fn found(
    history: &PingHistory,
    branches: [usize; 2],
    until: Moment,
    slice: u64,
) -> Option<(u64, [Vec<String>; 2])> {
    let mut comparison = history.compare(branches[0], branches[1], until);
    while !history.go_on_comparing(&mut comparison, slice) {}
    let heads = comparison.sides().each_ref().map(|side| {
        let first = side.events.first().map(|event| event.id.step());
        let of_first = side.events.iter().filter(|event| Some(event.id.step()) == first);
        told(&of_first.cloned().collect::<Vec<_>>())
    });
    match comparison.finding().expect("it is known") {
        Finding::Alike => None,
        Finding::Differ { time_us } => Some((time_us, heads)),
    }
}

proptest! {
    #![proptest_config(config(150))]

    #[test]
    fn a_comparison_finds_what_comparing_everything_finds(
        script in choices(4),
        grown_us in 0..200_000_u64,
        own in choices(3),
        seen_us in (0..300_000_u64, 0..300_000_u64),
        until_us in 0..300_000_u64,
        slice in 1..2_000_u64,
    ) {
        let mut history = History::new(lively(41), script);
        let mut own: Vec<Timed<Request>> = own;
        own.iter_mut().for_each(|(moment, _)| moment.time_us += grown_us);
        own.sort_by_key(|(moment, _)| *moment);
        history.grow(0, Moment::before(grown_us), own);
        // Keyframes of either, or neither, are there to begin from.
        history.go(Goal::Moment(Moment::before(seen_us.0)));
        history.switch(1);
        history.go(Goal::Moment(Moment::before(seen_us.1)));
        let until = Moment::after(until_us);
        let expected = naive(&history, [0, 1], until);
        let cursor = (history.current(), history.run().world.digest());
        prop_assert_eq!(found(&history, [0, 1], until, slice), expected.clone());
        let swapped = expected.map(|(time_us, [one, other])| (time_us, [other, one]));
        prop_assert_eq!(found(&history, [1, 0], until, slice), swapped);
        prop_assert_eq!((history.current(), history.run().world.digest()), cursor);
    }
}

fn grown(choice: Choice<Request>) -> PingHistory {
    let mut history = History::new(lively(41), Vec::new());
    let at = Moment::before(50_000);
    history.grow(0, at, vec![(at, choice)]);
    history
}

#[test]
fn a_choice_that_changes_nothing_makes_no_difference() {
    let until = Moment::before(200_000);
    assert_eq!(found(&grown(Choice::Restart(A)), [0, 1], until, 99), None);
    assert_eq!(found(&grown(Choice::HealAll), [0, 1], until, 99), None);
    let same = grown(Choice::Crash(A));
    assert_eq!(found(&same, [1, 1], until, 99), None);
}

#[test]
fn what_came_of_a_choice_is_found_and_the_choice_is_told_beside_it() {
    let history = grown(Choice::Crash(B));
    let mut comparison = history.compare(0, 1, Moment::before(200_000));
    while !history.go_on_comparing(&mut comparison, 10) {}
    let Some(Finding::Differ { time_us }) = comparison.finding() else { panic!("{comparison:?}") };
    assert!((50_000..60_000).contains(&time_us), "{time_us}");
    let [one, other] = comparison.sides();
    assert_eq!(one.choices, []);
    assert_eq!(other.choices[0].what, What::Chosen(Choice::Crash(B)));
    // What B received, or did by itself, on the one side; on the other it does nothing ever again.
    assert_eq!(one.events[0].node, NodeId(1));
    let by_b = |event: &&Event<Ping>| event.node == B;
    let down = LossReason::Down;
    let lost = |what: &What<Ping>| matches!(what, What::Lost { reason, .. } if *reason == down);
    assert!(other.events.iter().filter(by_b).all(|event| lost(&event.what)));
    assert!(other.events.len() > 50, "what comes after is told too");
}
