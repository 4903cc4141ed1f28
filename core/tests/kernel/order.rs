//! One definite list of steps: order, time, identity and causes.

use std::collections::BTreeMap;

use lockstep_core::sim::choice::Choice;
use lockstep_core::sim::event::{Event, EventId, What};
use lockstep_core::sim::network::MessageId;
use lockstep_core::sim::run::Goal;

use crate::bench::{A, B, Bench, C, DELAY_US, lively, rough, straight, world};
use crate::ping::{Bell, Ping, Request};

/// A run in which everything happens at least once.
fn eventful(seed: u64) -> Bench {
    let mut bench = Bench::lively(seed);
    bench.before(20_000).choose(Choice::Pause(A));
    bench.before(50_000).choose(Choice::Partition(vec![vec![A], vec![B, C]]));
    bench.before(70_000).choose(Choice::Resume(A)).choose(Choice::Crash(B));
    bench.before(90_000).choose(Choice::HealAll).choose(Choice::Restart(B));
    bench.before(110_000).ask(A, Request::Write(1)).choose(Choice::Crash(A)).through(150_000);
    bench
}

#[test]
fn time_never_runs_back_and_every_step_opens_with_its_root_event() {
    let bench = eventful(3);
    assert!(bench.events.len() > 500);
    let mut last: Option<&Event<Ping>> = None;
    for event in &bench.events {
        if let Some(last) = last {
            assert!(last.time_us <= event.time_us);
            let (before, now) = (last.id.step(), event.id.step());
            assert!(before == now || before + 1 == now, "steps are counted one by one");
            assert!(before == now || event.id.ordinal() == 0, "a step opens with its root");
        }
        last = Some(event);
    }
    assert_eq!(last.map(|event| event.id.step()), Some(bench.world().steps()));
}

#[test]
fn no_two_events_share_a_name() {
    let mut ids = eventful(3).ids();
    let count = ids.len();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), count);
}

#[test]
fn the_same_seed_makes_the_same_run() {
    let (one, other) = (eventful(3), eventful(3));
    assert_eq!(one.world().digest(), other.world().digest());
    assert_eq!(one.events, other.events);
}

#[test]
fn another_seed_makes_another_run() {
    let (one, other) = (eventful(3), eventful(4));
    assert_ne!(one.world().digest(), other.world().digest());
    assert_ne!(one.times(|_| Some(())), other.times(|_| Some(())));
}

#[test]
fn listening_changes_neither_the_digest_nor_the_names_of_events() {
    let mut heard = Bench::new(world(3, Some(6_000), rough(5), true));
    heard.through(200_000);
    let deaf = straight(lively(5), &[], Goal::Steps(300));
    let mut late = deaf.clone();
    late.world.narrate(true);
    let goal = Goal::Steps(heard.world().steps());
    let (deaf, mut late) = (straight(deaf, &[], goal), straight(late, &[], goal));
    assert_eq!(deaf.world.digest(), heard.world().digest());
    assert_eq!(late.world.digest(), heard.world().digest());
    let tail = heard.events.iter().position(|event| event.id.step() == 301);
    assert_eq!(late.world.take_events(), heard.events[tail.expect("it got so far")..]);
}

#[test]
fn causes_are_earlier_events_that_exist_and_only_starts_and_choices_have_none() {
    let bench = eventful(6);
    let mut places: BTreeMap<EventId, usize> = BTreeMap::new();
    for (place, event) in bench.events.iter().enumerate() {
        for cause in &event.causes {
            let earlier = places.get(cause).unwrap_or_else(|| panic!("{event:?} has no {cause:?}"));
            assert!(*earlier < place);
        }
        let begins = matches!(event.what, What::Started | What::Chosen(_) | What::Ignored(_, _));
        assert!(begins || !event.causes.is_empty(), "{event:?} came from nowhere");
        places.insert(event.id, place);
    }
}

#[test]
fn what_becomes_of_a_message_is_caused_by_its_sending() {
    let bench = eventful(6);
    let mut sendings: BTreeMap<MessageId, EventId> = BTreeMap::new();
    let mut ends = 0;
    for event in &bench.events {
        match &event.what {
            What::Sent { id, .. } => {
                assert_eq!(sendings.insert(*id, event.id), None, "sent twice");
            }
            What::Delivered { id, .. } | What::Lost { id, .. } => {
                ends += 1;
                let sending = sendings[&MessageId { copy: 0, ..*id }];
                assert_eq!(event.causes.first(), Some(&sending));
            }
            _ => {}
        }
    }
    assert!(ends > 200);
}

#[test]
fn a_message_that_waited_for_the_disk_names_the_sync_as_a_cause() {
    let mut bench = Bench::quiet();
    bench.ping(A, B, 1);
    bench.through(100_000);
    let synced = bench.events.iter().find(|event| matches!(event.what, What::Synced));
    let sent = bench.events.iter().rfind(|event| matches!(event.what, What::Sent { .. }));
    let (synced, sent) = (synced.expect("B wrote"), sent.expect("B answered"));
    assert!(sent.causes.contains(&synced.id));
}

#[test]
fn choices_made_at_one_moment_apply_in_order() {
    let mut bench = Bench::quiet();
    bench.before(5_000).choose(Choice::Crash(A)).choose(Choice::Restart(A));
    bench.choose(Choice::Pause(A)).choose(Choice::Resume(A)).choose(Choice::Pause(A));
    assert_eq!((bench.world().moment().time_us, bench.world().moment().taken), (5_000, 5));
    assert!(bench.events.iter().all(|event| !matches!(event.what, What::Ignored(..))));
    assert!(bench.world().node(A).up && bench.world().node(A).paused);
}

#[test]
fn what_is_due_at_one_microsecond_happens_in_the_order_in_which_it_was_set_going() {
    let timer = || Request::Set { bell: Bell::Beat, delay_us: DELAY_US };
    let rings_first = |bench: &mut Bench| {
        bench.through(DELAY_US);
        let roots = bench.events.iter().filter(|event| event.time_us == DELAY_US);
        matches!(roots.map(|event| &event.what).next(), Some(What::TimedOut(_)))
    };
    let (mut timer_first, mut message_first) = (Bench::quiet(), Bench::quiet());
    timer_first.ask(B, timer()).ping(A, B, 1);
    message_first.ping(A, B, 1);
    message_first.ask(B, timer());
    assert!(rings_first(&mut timer_first));
    assert!(!rings_first(&mut message_first));
}
