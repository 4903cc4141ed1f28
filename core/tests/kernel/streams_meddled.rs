//! Streams, meddled with: what a choice does to one message it does to its stream.

use lockstep_core::sim::choice::{Choice, Refusal};
use lockstep_core::sim::connection::Phase;
use lockstep_core::sim::event::{LossReason, What};
use lockstep_core::sim::network::MessageId;

use crate::bench::{A, B, Bench, C, DELAY_US};
use crate::streams::{pings, streams, told};

/// Pings 1 to 4 leave A for B, a millisecond apart from time zero on.
fn four() -> (Bench, [MessageId; 4]) {
    let mut bench = streams(|_| {});
    let ids = [1, 2, 3, 4].map(|counter| {
        bench.before(u64::from(counter - 1) * 1_000);
        bench.ping(A, B, counter)
    });
    (bench, ids)
}

/// When ping `counter` arrives if nothing happens.
fn due_us(counter: u32) -> u64 {
    DELAY_US + u64::from(counter - 1) * 1_000
}

#[test]
fn delivering_a_message_delivers_what_is_before_it() {
    let (mut bench, ids) = four();
    bench.before(5_000).choose(Choice::Deliver(ids[2])).through(100_000);
    assert_eq!(pings(&bench, B), [(5_000, 1), (5_000, 2), (5_000, 3), (due_us(4), 4)]);
}

#[test]
fn a_message_that_is_held_holds_all_behind_it_and_what_is_sent_later() {
    let (mut bench, ids) = four();
    bench.before(5_000).choose(Choice::Hold(ids[1])).before(6_000);
    let fifth = bench.ping(A, B, 5);
    bench.through(500_000);
    assert_eq!(pings(&bench, B), [(due_us(1), 1)]);
    let held: Vec<_> = bench.world().flights().map(|flight| (flight.id, flight.held_us)).collect();
    let since = |id| held.iter().find(|(held, _)| *held == id).and_then(|(_, since_us)| *since_us);
    assert_eq!([ids[1], ids[3], fifth].map(since), [Some(5_000), Some(5_000), Some(6_000)]);
    // Another stream is not held up.
    bench.ping(B, A, 6);
    bench.through(510_000);
    assert_eq!(pings(&bench, A), [(510_000, 6)]);
    bench.choose(Choice::Deliver(ids[2])).through(510_000);
    assert_eq!(pings(&bench, B)[1..], [2, 3, 4, 5].map(|counter| (510_000, counter)));
}

#[test]
fn a_message_that_is_held_behind_another_is_held_still_when_that_one_goes_on() {
    let (mut bench, ids) = four();
    bench.before(5_000).choose(Choice::Hold(ids[1])).choose(Choice::Hold(ids[3]));
    bench.through(100_000).choose(Choice::Delay { message: ids[1], by_us: 0 }).through(100_000);
    assert_eq!(pings(&bench, B), [(due_us(1), 1), (100_000, 2), (100_000, 3)]);
    bench.choose(Choice::Deliver(ids[3])).through(200_000);
    assert_eq!(pings(&bench, B)[3..], [(100_000, 4)]);
}

#[test]
fn delaying_a_message_delays_those_behind_it_that_would_overtake_it() {
    let (mut bench, ids) = four();
    bench.before(5_000).choose(Choice::Delay { message: ids[1], by_us: 1_500 }).through(100_000);
    let late = due_us(2) + 1_500;
    assert_eq!(pings(&bench, B), [(due_us(1), 1), (late, 2), (late, 3), (due_us(4), 4)]);
}

#[test]
fn what_was_sent_behind_a_delayed_message_comes_behind_it() {
    let (mut bench, ids) = four();
    bench.before(5_000).choose(Choice::Delay { message: ids[3], by_us: 70_000 });
    bench.ping(A, B, 5);
    bench.through(100_000);
    let late = due_us(4) + 70_000;
    assert_eq!(pings(&bench, B)[3..], [(late, 4), (late, 5)]);
}

#[test]
fn losing_a_message_breaks_its_connection() {
    let (mut bench, ids) = four();
    bench.ping(B, A, 9);
    bench.before(5_000).choose(Choice::Lose(ids[2])).through(200_000);
    assert_eq!((pings(&bench, A), pings(&bench, B)), (vec![], vec![]));
    let mut reasons: Vec<_> = bench.losses().into_iter().collect();
    assert!(reasons.iter().all(|(time_us, _)| *time_us == 5_000));
    reasons.retain(|(_, reason)| *reason == LossReason::Choice);
    assert_eq!((reasons.len(), bench.losses().len()), (1, 5));
    // A reset tells each end, while the handshake for the next connection is under way already.
    let told_us = 5_000 + DELAY_US;
    let connected_us = told_us + DELAY_US;
    assert_eq!(told(&bench, A), [(told_us, (B, false, 1)), (connected_us, (B, true, 2))]);
    let later_us = connected_us + DELAY_US;
    assert_eq!(told(&bench, B), [(told_us, (A, false, 1)), (later_us, (A, true, 2))]);
}

#[test]
fn a_message_on_a_stream_cannot_be_doubled() {
    let (mut bench, ids) = four();
    bench.choose(Choice::Duplicate(ids[0]));
    let last = &bench.events.last().expect("the choice was an event").what;
    assert_eq!(*last, What::Ignored(Choice::Duplicate(ids[0]), Refusal::OnStream));
    bench.through(50_000).choose(Choice::Duplicate(ids[0]));
    let last = &bench.events.last().expect("the choice was an event").what;
    assert_eq!(*last, What::Ignored(Choice::Duplicate(ids[0]), Refusal::NoSuchMessage));
}

#[test]
fn what_a_break_has_lost_cannot_be_touched_any_more() {
    let (mut bench, ids) = four();
    bench.choose(Choice::Cut { from: A, to: B, both_ways: true });
    for choice in [Choice::Deliver(ids[0]), Choice::Hold(ids[0]), Choice::Lose(ids[0])] {
        bench.choose(choice.clone());
        let last = &bench.events.last().expect("the choice was an event").what;
        assert_eq!(*last, What::Ignored(choice, Refusal::NoSuchMessage));
    }
}

#[test]
fn a_message_that_would_be_given_up_can_be_delivered() {
    let mut bench = streams(|link| link.loss = crate::bench::one_in(1));
    let id = bench.ping(A, B, 1);
    bench.before(5_000).choose(Choice::Deliver(id)).through(6_000);
    assert_eq!(pings(&bench, B), [(5_000, 1)]);
    assert_eq!(bench.losses(), []);
}

#[test]
fn a_pause_queues_what_comes_and_what_is_due_at_its_end_comes_after_it() {
    let (mut bench, _) = four();
    bench.choose(Choice::Pause(B)).before(due_us(4)).choose(Choice::Resume(B)).through(100_000);
    let resumed_us = due_us(4);
    assert_eq!(pings(&bench, B), [1, 2, 3, 4].map(|counter| (resumed_us, counter)));
}

#[test]
fn a_paused_node_hears_of_its_connections_when_it_resumes_in_order() {
    let (mut bench, _) = four();
    bench.choose(Choice::Pause(B)).through(due_us(2)).choose(Choice::Crash(A));
    bench.through(100_000).choose(Choice::Restart(A)).through(200_000);
    let of_b: Vec<_> = told(&bench, A).into_iter().filter(|(_, (peer, ..))| *peer == B).collect();
    assert_eq!((of_b, told(&bench, B)), (vec![], vec![]), "nobody answers");
    bench.choose(Choice::Resume(B)).through(200_000);
    assert_eq!(pings(&bench, B), [(200_000, 1), (200_000, 2)], "they had arrived");
    assert_eq!(told(&bench, B), [(200_000, (A, false, 1))]);
    bench.through(300_000);
    assert_eq!(told(&bench, A)[1..], [(200_000 + 2 * DELAY_US, (B, true, 2))]);
    assert_eq!(told(&bench, B)[1], (200_000 + 3 * DELAY_US, (A, true, 2)));
}

#[test]
fn a_pause_during_a_handshake_holds_it_up() {
    let mut bench = streams(|_| {});
    bench.choose(Choice::Crash(C)).choose(Choice::Restart(C)).before(5_000);
    bench.choose(Choice::Pause(A)).through(100_000);
    assert_eq!(bench.world().connection(A, C).map(|one| one.phase()), Some(Phase::Opening));
    assert_eq!(told(&bench, A), []);
    bench.choose(Choice::Resume(A)).through(200_000);
    assert_eq!(told(&bench, A), [(100_000, (C, false, 1)), (100_000, (C, true, 2))]);
    assert_eq!(told(&bench, C)[1], (100_000 + DELAY_US, (A, true, 2)));
}

#[test]
fn whatever_breaks_a_connection_ends_a_handshake() {
    for breaking in [Choice::Crash(B), Choice::Cut { from: B, to: A, both_ways: false }] {
        let mut bench = streams(|_| {});
        bench.choose(Choice::Crash(A)).choose(Choice::Restart(A)).before(15_000);
        bench.choose(breaking).through(5_000_000);
        assert_eq!(told(&bench, A), [(2 * DELAY_US, (C, true, 2))]);
        assert_eq!(bench.world().connection(A, B).map(|one| one.phase()), Some(Phase::Broken));
        bench.choose(Choice::Restart(B)).choose(Choice::HealAll).through(6_000_000);
        assert_eq!(bench.world().connection(A, B).map(|one| one.epoch()), Some(2));
    }
}

#[test]
fn a_break_before_the_end_of_the_handshake_leaves_one_end_that_never_heard_of_it() {
    let mut bench = streams(|_| {});
    bench.choose(Choice::Crash(B)).choose(Choice::Restart(B)).before(25_000);
    assert_eq!(told(&bench, A).last(), Some(&(20_000, (B, true, 2))));
    bench.choose(Choice::Cut { from: A, to: B, both_ways: true }).through(5_000_000);
    let of_a: Vec<_> = told(&bench, B).into_iter().filter(|(_, (peer, ..))| *peer == A).collect();
    assert_eq!(of_a, []);
    assert_eq!(told(&bench, A).last().map(|(_, news)| *news), Some((B, false, 2)));
    bench.choose(Choice::HealAll).through(6_000_000);
    assert_eq!(told(&bench, B).last().map(|(_, news)| *news), Some((A, true, 3)));
}
