//! Reading: events are brought back the same however they are asked for.

use lockstep_core::sim::choice::Choice;
use lockstep_core::sim::event::Event;
use lockstep_core::sim::history::History;
use lockstep_core::sim::process::NodeId;
use lockstep_core::sim::run::Goal;
use lockstep_core::sim::time::Moment;

use crate::bench::lively;
use crate::ping::{Ping, Watch};

const STEPS: u64 = 3_000;

fn seen() -> History<Ping, Watch> {
    let mut history =
        History::new(lively(3), vec![(Moment::before(9_000), Choice::Crash(NodeId(1)))]);
    history.go(Goal::Steps(STEPS));
    history
}

fn in_slices(
    history: &History<Ping, Watch>,
    first: u64,
    last: u64,
    slice: u64,
) -> Vec<Event<Ping>> {
    let mut reader = history.reader(0, first);
    let mut events = Vec::new();
    while reader.steps() < last && !reader.has_ended() {
        events.append(&mut history.read(&mut reader, last, slice));
    }
    assert_eq!(reader.steps(), last);
    events
}

#[test]
fn slices_bring_back_what_one_reading_does() {
    let history = seen();
    for (first, last) in [(0, 10), (1, 700), (257, 300), (1_234, 1_234), (2_900, STEPS)] {
        let whole = history.events(first, last);
        assert!(!whole.is_empty());
        for slice in [1, 7, 1_000] {
            assert_eq!(in_slices(&history, first, last, slice), whole, "{first} to {last}");
        }
    }
}

#[test]
fn what_is_read_in_parts_joins_without_a_gap() {
    let history = seen();
    let mut reader = history.reader(0, 0);
    let mut events = history.read(&mut reader, 500, u64::MAX);
    events.append(&mut history.read(&mut reader, 900, u64::MAX));
    assert_eq!(events, history.events(0, 900));
}

#[test]
fn reading_ahead_tells_what_will_happen_and_leaves_the_cursor() {
    let mut history = seen();
    history.go(Goal::Steps(1_000));
    let before = history.run().world.digest();
    let ahead = in_slices(&history, 2_990, STEPS + 400, 64);
    assert_eq!(history.run().world.digest(), before);
    history.go(Goal::Steps(STEPS + 400));
    assert_eq!(ahead, history.events(2_990, STEPS + 400));
}

#[test]
fn steps_are_counted_at_any_moment_that_was_seen() {
    let mut history = seen();
    let edge = history.edge();
    for steps in [0, 1, 255, 256, 257, 1_500, STEPS] {
        history.go(Goal::Steps(steps));
        let moment = history.run().world.moment();
        assert_eq!(history.steps_before(0, moment), steps);
    }
    assert_eq!(history.steps_before(0, Moment::after(edge.time_us + 1)), STEPS);
}

#[test]
fn a_choice_makes_what_was_read_out_of_date() {
    let mut history = seen();
    let revision = history.revision();
    history.go(Goal::Steps(100));
    assert_eq!(history.revision(), revision, "moving changes nothing");
    history.act(Choice::Crash(NodeId(0)));
    assert_ne!(history.revision(), revision);
}
