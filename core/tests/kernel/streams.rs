//! Streams, left to themselves: order, delay in place of loss, connections that break and open.

use lockstep_core::sim::choice::Choice;
use lockstep_core::sim::connection::Phase;
use lockstep_core::sim::event::{LossReason, What};
use lockstep_core::sim::network::{LinkSettings, Transport};
use lockstep_core::sim::process::NodeId;
use lockstep_core::sim::random::Probability;

use crate::bench::{A, B, Bench, C, DELAY_US, Surroundings, one_in, steady, world};
use crate::ping::{GREETING, Word};

/// Timeouts lie between the first and the second, in microseconds, and then double.
pub(crate) const TIMEOUTS_US: (u64, u64) = (2 * DELAY_US, 4 * DELAY_US);
/// How many first timeouts go by until a silent peer is given up: 1 + 2 + 4 + … + 32.
pub(crate) const PATIENCE: u64 = 63;

/// Three quiet nodes on streams, in steady surroundings but for what `change` says.
pub(crate) fn streams(change: impl Fn(&mut LinkSettings)) -> Bench {
    let mut surroundings = Surroundings { transport: Transport::Streams, ..steady() };
    change(&mut surroundings.network);
    Bench::new(world(3, None, surroundings, true))
}

/// What each node was told of its connections, and when: with whom, and whether it has one.
pub(crate) fn told(bench: &Bench, node: NodeId) -> Vec<(u64, (NodeId, bool, u32))> {
    bench.times(|event| match event.what {
        What::Connected { peer, epoch } if event.node == node => Some((peer, true, epoch)),
        What::Disconnected { peer, epoch } if event.node == node => Some((peer, false, epoch)),
        _ => None,
    })
}

/// The pings that arrived at a node, but for greetings: when, and their counters.
pub(crate) fn pings(bench: &Bench, at: NodeId) -> Vec<(u64, u32)> {
    let arrivals = bench.arrivals(at).into_iter();
    let pings = arrivals.filter_map(|(time_us, word)| match word {
        Word::Ping(counter) if counter != GREETING => Some((time_us, counter)),
        _ => None,
    });
    pings.collect()
}

/// Lets A ping B so many times, a millisecond apart, and runs on.
fn series(bench: &mut Bench, count: u32) {
    for counter in 1..=count {
        bench.before(u64::from(counter) * 1_000);
        bench.ping(A, B, counter);
    }
    bench.through(20_000_000);
}

fn counters(bench: &Bench) -> Vec<u32> {
    pings(bench, B).into_iter().map(|(_, counter)| counter).collect()
}

#[test]
fn messages_arrive_in_the_order_in_which_they_were_sent() {
    let mut bench = streams(|link| link.delay_min_us = 10);
    series(&mut bench, 300);
    assert!(counters(&bench).into_iter().eq(1..=300));
    assert_eq!(bench.losses(), []);
}

#[test]
fn a_loss_shows_as_delay_and_holds_up_all_behind_it() {
    let mut bench = streams(|link| link.loss = one_in(6));
    series(&mut bench, 300);
    assert!(counters(&bench).into_iter().eq(1..=300));
    assert_eq!(bench.losses(), []);
    let late = |(time_us, counter): &(u64, u32)| *time_us >= u64::from(*counter) * 1_000 + DELAY_US;
    assert!(pings(&bench, B).iter().all(late));
    // At 1 ms apart, what a timeout holds up arrives with at least 20 others at one time.
    let at_once = |time_us| pings(&bench, B).iter().filter(|(at_us, _)| *at_us == time_us).count();
    assert!(pings(&bench, B).iter().any(|(time_us, _)| at_once(*time_us) > 20));
}

#[test]
fn nothing_arrives_twice() {
    let mut bench = streams(|link| link.duplicate = Probability::ALWAYS);
    series(&mut bench, 100);
    assert!(counters(&bench).into_iter().eq(1..=100));
}

#[test]
fn a_message_that_is_held_up_is_not_overtaken() {
    let mut bench = streams(|link| link.reorder = one_in(3));
    series(&mut bench, 300);
    assert!(counters(&bench).into_iter().eq(1..=300));
}

#[test]
fn datagrams_know_no_connections() {
    let bench = Bench::quiet();
    assert!(bench.world().connection(A, B).is_none());
}

#[test]
fn a_run_begins_connected_and_nobody_is_told() {
    let mut bench = streams(|_| {});
    let connection = bench.world().connection(B, A).expect("these are streams");
    assert_eq!((connection.phase(), connection.epoch()), (Phase::Open, 1));
    assert_eq!(connection.nodes(), (A, B));
    assert!(connection.is_believed_by(A) && connection.is_believed_by(B));
    bench.through(1_000_000);
    assert_eq!(told(&bench, A), []);
    assert_eq!(bench.process(A).connected, 0);
}

#[test]
fn a_cut_one_way_loses_what_is_under_way_both_ways_and_nothing_else() {
    let mut bench = streams(|_| {});
    bench.ping(A, B, 1);
    bench.ping(B, A, 2);
    bench.ping(A, NodeId(2), 3);
    bench.before(4_000).choose(Choice::Cut { from: A, to: B, both_ways: false });
    bench.through(50_000);
    let lost = (4_000, LossReason::Disconnected);
    assert_eq!(bench.losses(), [lost, lost]);
    assert_eq!((pings(&bench, A), pings(&bench, B)), (vec![], vec![]));
    assert_eq!(pings(&bench, C), [(DELAY_US, 3)]);
    let cut =
        bench.events.iter().find(|event| matches!(event.what, What::Chosen(Choice::Cut { .. })));
    let cut = cut.expect("it was chosen").id;
    let lost = bench.events.iter().filter(|event| matches!(event.what, What::Lost { .. }));
    assert!(lost.clone().count() == 2 && lost.into_iter().all(|event| event.causes.contains(&cut)));
}

#[test]
fn what_is_sent_without_a_connection_is_lost_half_way() {
    let mut bench = streams(|_| {});
    bench.choose(Choice::Cut { from: B, to: A, both_ways: false });
    bench.ping(A, B, 1);
    bench.through(50_000);
    assert_eq!(bench.losses(), [(DELAY_US / 2, LossReason::Disconnected)]);
}

#[test]
fn after_a_cut_each_end_finds_out_by_silence() {
    let mut bench = streams(|_| {});
    bench.choose(Choice::Cut { from: A, to: B, both_ways: true });
    bench.through(10_000_000);
    let silence = PATIENCE * TIMEOUTS_US.0..=PATIENCE * TIMEOUTS_US.1;
    for (node, other) in [(A, B), (B, A)] {
        let [(time_us, news)] = told(&bench, node)[..] else { panic!("once, and no more") };
        assert!(silence.contains(&time_us), "{time_us}");
        assert_eq!(news, (other, false, 1));
        assert_eq!(bench.process(node).disconnected, 1);
    }
    assert_eq!(told(&bench, C), []);
}

#[test]
fn a_healed_link_is_used_after_a_handshake_and_in_a_new_epoch() {
    let mut bench = streams(|_| {});
    bench.choose(Choice::Cut { from: A, to: B, both_ways: true }).through(50_000);
    bench.choose(Choice::Heal { from: A, to: B, both_ways: false }).through(60_000);
    assert_eq!(bench.world().connection(A, B).map(|one| one.phase()), Some(Phase::Broken));
    bench.choose(Choice::Heal { from: B, to: A, both_ways: false });
    assert_eq!(bench.world().connection(A, B).map(|one| one.phase()), Some(Phase::Opening));
    bench.through(500_000);
    // A round trip, and half of another. Who had not found out yet is told just before.
    let at_a = 60_000 + 2 * DELAY_US;
    let at_b = at_a + DELAY_US;
    assert_eq!(told(&bench, A), [(at_a, (B, false, 1)), (at_a, (B, true, 2))]);
    assert_eq!(told(&bench, B), [(at_b, (A, false, 1)), (at_b, (A, true, 2))]);
    assert_eq!((bench.process(A).connected, bench.process(A).disconnected), (1, 1));
    let connection = bench.world().connection(A, B).expect("these are streams");
    assert_eq!((connection.phase(), connection.epoch()), (Phase::Open, 2));
    // Each greets the other at once; what A says comes behind the end of the handshake.
    let greeted_us = |node| {
        let arrivals = bench.arrivals(node).into_iter();
        let greetings = arrivals.filter(|(_, word)| *word == Word::Ping(GREETING));
        greetings.map(|(at_us, _)| at_us).next_back()
    };
    assert_eq!((greeted_us(B), greeted_us(A)), (Some(at_b), Some(at_b + DELAY_US)));
}

#[test]
fn who_has_found_out_about_a_break_is_not_told_again() {
    let mut bench = streams(|_| {});
    bench.choose(Choice::Cut { from: A, to: B, both_ways: true }).through(5_000_000);
    bench.choose(Choice::HealAll).through(6_000_000);
    let news = |node| told(&bench, node).into_iter().map(|(_, (_, up, _))| up).collect::<Vec<_>>();
    assert_eq!((news(A), news(B)), (vec![false, true], vec![false, true]));
}

#[test]
fn a_crash_loses_what_is_under_way_both_ways_and_the_others_are_told_by_a_reset() {
    let mut bench = streams(|_| {});
    bench.ping(A, B, 1);
    bench.ping(B, A, 2);
    bench.before(4_000).choose(Choice::Crash(A)).through(100_000);
    let lost = (4_000, LossReason::Disconnected);
    assert_eq!(bench.losses(), [lost, lost]);
    assert_eq!(told(&bench, B), [(4_000 + DELAY_US, (A, false, 1))]);
    assert_eq!(told(&bench, C), [(4_000 + DELAY_US, (A, false, 1))]);
    assert_eq!(told(&bench, A), []);
}

#[test]
fn a_node_that_comes_up_is_connected_anew_and_was_never_told_of_the_break() {
    let mut bench = streams(|_| {});
    bench.choose(Choice::Crash(B)).through(50_000).choose(Choice::Restart(B)).through(200_000);
    // The lower number asks, whoever it was that crashed.
    let (round_trip, and_back) = (50_000 + 2 * DELAY_US, 50_000 + 3 * DELAY_US);
    assert_eq!(told(&bench, A), [(DELAY_US, (B, false, 1)), (round_trip, (B, true, 2))]);
    assert_eq!(told(&bench, B), [(round_trip, (C, true, 2)), (and_back, (A, true, 2))]);
    assert_eq!(told(&bench, C), [(DELAY_US, (B, false, 1)), (and_back, (B, true, 2))]);
}

#[test]
fn a_crash_and_a_restart_at_once_leave_nothing_of_the_old_epoch() {
    let mut bench = streams(|_| {});
    bench.ping(A, B, 1);
    bench.choose(Choice::Pause(B)).through(20_000);
    // It has arrived, and is about to be handled.
    bench.choose(Choice::Resume(B)).choose(Choice::Crash(B)).choose(Choice::Restart(B));
    bench.through(200_000);
    assert_eq!(pings(&bench, B), []);
    assert_eq!(bench.losses(), [(20_000, LossReason::Down)]);
}

#[test]
fn a_message_that_is_lost_too_often_breaks_the_connection_and_handshakes_are_tried_again() {
    let mut bench = streams(|link| link.loss = Probability::ALWAYS);
    bench.ping(A, B, 1);
    bench.ping(A, B, 2);
    bench.ping(B, A, 3);
    bench.through(10_000_000);
    let losses = bench.losses();
    let [(gave_up_us, first), (second_us, second), (third_us, third)] = losses[..] else {
        panic!("{losses:?}");
    };
    assert!((PATIENCE * TIMEOUTS_US.0..=PATIENCE * TIMEOUTS_US.1).contains(&gave_up_us));
    assert_eq!((second_us, third_us), (gave_up_us, gave_up_us));
    assert_eq!(first, LossReason::Chance);
    assert_eq!([second, third], [LossReason::Disconnected; 2]);
    let down = |node, peer| (gave_up_us + DELAY_US, (node, false, peer));
    assert_eq!((told(&bench, A), told(&bench, B)), (vec![down(B, 1)], vec![down(A, 1)]));
    let unanswered = bench.times(|event| match event.what {
        What::Unanswered { peer } => Some((event.node, peer)),
        _ => None,
    });
    assert!((1..=5).contains(&unanswered.len()), "{unanswered:?}");
    assert!(unanswered.iter().all(|(_, pair)| *pair == (A, B)));
    bench.choose(Choice::Network(steady().network)).through(30_000_000);
    assert_eq!(bench.world().connection(A, B).map(|one| one.phase()), Some(Phase::Open));
}

#[test]
fn a_node_speaks_to_itself_in_order_and_chance_loses_nothing() {
    let mut bench = streams(|link| link.loss = Probability::ALWAYS);
    for counter in 1..=20 {
        bench.ping(A, A, counter);
    }
    bench.through(1_000_000);
    let said: Vec<u32> = pings(&bench, A).into_iter().map(|(_, counter)| counter).collect();
    assert!(said.into_iter().eq(1..=20));
    bench.ping(A, A, 21);
    bench.choose(Choice::Crash(A)).choose(Choice::Restart(A)).through(2_000_000);
    assert_eq!(pings(&bench, A).len(), 20);
    assert_eq!(told(&bench, A).iter().filter(|(_, (peer, ..))| *peer == A).count(), 0);
    bench.ping(A, A, 22);
    bench.through(3_000_000);
    assert_eq!(pings(&bench, A).last().map(|(_, counter)| *counter), Some(22));
}
