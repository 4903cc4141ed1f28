//! Cause and effect: the cone and the clocks agree with a naive closure of happened-before.
//!
//! The naive side draws every arrow that there is between the events of a run (the one before on
//! the same node, every cause), and follows arrows.

use std::collections::BTreeMap;

use lockstep_core::lab::causality::{Clocks, Cone, Counter, Relation, Stamp, process_of};
use lockstep_core::lab::{Choice, Event, Session, What};
use lockstep_core::scenario::gallery::Story;
use lockstep_core::sim::event::EventId;
use lockstep_core::sim::process::NodeId;
use lockstep_core::sim::run::Goal;
use lockstep_core::sim::time::Moment;
use lockstep_tests::weather::stormy;

fn played(story: Story) -> Session {
    let scenario = story.scenario();
    let mut session = scenario.open();
    session.go(Goal::Moment(Moment::after(scenario.until_us)));
    session
}

/// For each event, all events that happened before it, by place: a bit each.
fn closure(events: &[Event]) -> Vec<Vec<bool>> {
    let places: BTreeMap<EventId, usize> =
        events.iter().enumerate().map(|(place, event)| (event.id, place)).collect();
    let mut newest: BTreeMap<NodeId, usize> = BTreeMap::new();
    let mut before: Vec<Vec<bool>> = Vec::new();
    for (place, event) in events.iter().enumerate() {
        let causes = event.causes.iter().filter_map(|cause| places.get(cause).copied());
        let mut arrows: Vec<usize> = causes.collect();
        if let Some(node) = process_of(event) {
            arrows.extend(newest.insert(node, place));
        }
        let mut all = vec![false; events.len()];
        for arrow in arrows {
            all[arrow] = true;
            for (other, known) in before[arrow].iter().enumerate() {
                all[other] |= known;
            }
        }
        before.push(all);
    }
    before
}

fn assert_cones(session: &Session, first: u64, last: u64) {
    let events = session.events(first, last);
    let before = closure(&events);
    for (origin, event) in events.iter().enumerate() {
        let cone = Cone::of(&events, event.id).expect("the event is in the window");
        let mut counts = [0; 3];
        for (place, other) in events.iter().enumerate() {
            let expected = match (before[origin][place], before[place][origin]) {
                _ if place == origin => Relation::Itself,
                (true, _) => Relation::Past,
                (_, true) => Relation::Future,
                _ => Relation::Concurrent,
            };
            counts[0] += u64::from(expected == Relation::Past);
            counts[1] += u64::from(expected == Relation::Future);
            counts[2] += u64::from(expected == Relation::Concurrent);
            assert_eq!(cone.relation(other.id), Some(expected), "{event:?} and {other:?}");
        }
        let found = cone.counts();
        assert_eq!([found.past, found.future, found.concurrent], counts);
    }
}

#[test]
fn a_cone_is_what_following_every_arrow_gives() {
    for seed in 0..12 {
        let session = stormy(seed);
        let first = 1 + seed * 97 % session.steps();
        assert_cones(&session, first, (first + 60).min(session.steps()));
    }
    for story in Story::ALL {
        let session = played(story);
        assert_cones(&session, 0, 60.min(session.steps()));
    }
}

#[test]
fn an_event_outside_the_window_has_no_cone() {
    let session = stormy(1);
    let events = session.events(10, 20);
    assert_eq!(Cone::of(&events, EventId::new(9, 0)), None);
    let cone = Cone::of(&events, events[0].id).expect("it is in the window");
    assert_eq!(cone.relation(EventId::new(21, 0)), None);
}

/// Every component at most the other's, and some smaller.
fn is_less(one: &Stamp, other: &Stamp) -> bool {
    let mut pairs = one.vector.iter().zip(&other.vector);
    pairs.all(|(one, other)| one <= other) && one.vector != other.vector
}

/// The laws of both clocks, for all events up to a step.
fn assert_clocks(session: &Session, last: u64) {
    let events = session.events(0, last);
    let before = closure(&events);
    let mut counter = Counter::default();
    let stamps: Vec<Stamp> = events.iter().map(|event| counter.count(event)).collect();
    for (place, stamp) in stamps.iter().enumerate() {
        for (other, earlier) in stamps.iter().enumerate() {
            let follows = before[place][other];
            if follows {
                assert!(earlier.lamport < stamp.lamport, "{:?}", events[place]);
            }
            let both = process_of(&events[place]).and(process_of(&events[other]));
            if both.is_some() && place != other {
                assert_eq!(is_less(earlier, stamp), follows, "{:?}", events[place]);
            }
        }
    }
}

#[test]
fn clocks_tell_what_happened_before() {
    for seed in 0..6 {
        assert_clocks(&stormy(seed), 120);
    }
    assert_clocks(&played(Story::MinorityLeader), 120);
}

#[test]
fn clocks_counted_in_slices_forget_only_what_has_arrived() {
    let session = stormy(3);
    let events = session.events(0, session.steps());
    let mut counter = Counter::default();
    let stamps: Vec<Stamp> = events.iter().map(|event| counter.count(event)).collect();
    let every = events.len() / 7;
    for (event, stamp) in events.iter().zip(&stamps).step_by(every) {
        let mut clocks = Clocks::begin(&session, event.id);
        let mut slices = 0;
        while !clocks.work(&session, 50) {
            slices += 1;
            assert!(clocks.progress().0 <= clocks.progress().1);
        }
        assert_eq!(clocks.stamp(), Some(stamp));
        assert!(slices + 1 >= event.id.step() / 50);
    }
}

#[test]
fn clocks_of_what_does_not_happen_are_none() {
    let mut session = played(Story::FirstElection);
    let mut clocks = Clocks::begin(&session, EventId::new(40, 999));
    while !clocks.work(&session, 1_000) {}
    assert_eq!(clocks.stamp(), None);
    let mut clocks = Clocks::begin(&session, EventId::new(session.steps(), 0));
    session.act(Choice::Crash(NodeId(0)));
    assert!(clocks.work(&session, 1), "a choice makes it out of date");
}

#[test]
fn a_crash_belongs_to_its_node_and_a_loss_to_nobody() {
    let session = stormy(2);
    let events = session.events(0, session.steps());
    let crash = |event: &&Event| matches!(event.what, What::Chosen(Choice::Crash(_)));
    let crash = events.iter().find(crash).expect("somebody crashes in this weather");
    assert_eq!(process_of(crash), Some(crash.node));
    let lost = events.iter().find(|event| matches!(event.what, What::Lost { .. }));
    assert_eq!(process_of(lost.expect("something is lost in this weather")), None);
}
