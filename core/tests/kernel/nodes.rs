//! Nodes that are down, or paused; timers that are made to fire.

use lockstep_core::sim::choice::{Choice, Refusal};
use lockstep_core::sim::event::{LossReason, What};
use lockstep_core::sim::process::TimerKind;

use crate::bench::{A, B, Bench, C, DELAY_US, SYNC_US, steady, world};
use crate::ping::{Bell, Request, Word};

const BEAT: u8 = Bell::Beat as u8;

fn set(delay_us: u64) -> Request {
    Request::Set { bell: Bell::Beat, delay_us }
}

#[test]
fn what_arrives_at_a_node_that_is_down_is_lost() {
    let mut bench = Bench::quiet();
    bench.ping(A, B, 1);
    bench.choose(Choice::Crash(B)).through(100_000);
    assert_eq!(bench.losses(), [(DELAY_US, LossReason::Down)]);
    assert_eq!(bench.arrivals(B), []);
}

#[test]
fn what_arrives_after_a_restart_is_delivered_even_if_sent_before_the_crash() {
    let mut bench = Bench::quiet();
    bench.ping(A, B, 1);
    bench.choose(Choice::Crash(B)).before(DELAY_US).choose(Choice::Restart(B)).through(DELAY_US);
    assert_eq!(bench.arrivals(B), [(DELAY_US, Word::Ping(1))]);
}

#[test]
fn what_a_node_sent_before_its_crash_goes_on_its_way() {
    let mut bench = Bench::quiet();
    bench.ping(A, B, 1);
    bench.choose(Choice::Crash(A)).through(DELAY_US);
    assert_eq!(bench.arrivals(B), [(DELAY_US, Word::Ping(1))]);
}

#[test]
fn a_crash_stops_every_timer_of_its_node_and_no_other() {
    let mut bench = Bench::quiet();
    for node in [A, B] {
        bench.ask(node, set(5_000));
        bench.ask(node, Request::Set { bell: Bell::Patience, delay_us: 6_000 });
    }
    bench.choose(Choice::Crash(A)).choose(Choice::Restart(A)).through(5_999);
    assert_eq!((bench.bells(A), bench.bells(B)), (vec![], vec![(5_000, Bell::Beat)]));
}

#[test]
fn a_restart_starts_the_process_again() {
    let mut bench = Bench::quiet();
    bench.choose(Choice::Crash(C)).choose(Choice::Restart(C));
    let starts = bench.events.iter().filter(|event| matches!(event.what, What::Started));
    assert_eq!(starts.filter(|event| event.node == C).count(), 2);
}

#[test]
fn what_comes_for_a_paused_node_waits_and_is_delivered_in_order_when_it_resumes() {
    let mut bench = Bench::quiet();
    for counter in 1..=4 {
        bench.before(u64::from(counter) * 100);
        bench.ping(A, B, counter);
    }
    bench.choose(Choice::Pause(B)).through(50_000);
    assert_eq!(bench.arrivals(B), []);
    bench.choose(Choice::Resume(B)).through(50_000);
    let expected: Vec<_> = (1..=4).map(|counter| (50_000, Word::Ping(counter))).collect();
    assert_eq!(bench.arrivals(B), expected);
}

#[test]
fn a_paused_nodes_sync_is_told_when_it_resumes() {
    let mut bench = Bench::quiet();
    bench.ask(A, Request::Write(1)).ask(A, Request::Ping { to: B, counter: 1 });
    bench.choose(Choice::Pause(A)).through(50_000);
    assert_eq!((bench.process(A).syncs, bench.departures(A)), (0, vec![]));
    bench.choose(Choice::Resume(A)).through(50_000);
    assert_eq!((bench.process(A).syncs, bench.departures(A)), (1, vec![(50_000, Word::Ping(1))]));
}

#[test]
fn a_paused_nodes_timers_are_frozen_and_the_overdue_fire_when_it_resumes() {
    let mut bench = Bench::quiet();
    bench.ask(A, set(5_000)).ask(A, Request::Set { bell: Bell::Patience, delay_us: 70_000 });
    bench.choose(Choice::Pause(A)).through(50_000);
    assert_eq!(bench.bells(A), []);
    bench.choose(Choice::Resume(A)).through(50_000);
    assert_eq!(bench.bells(A), [(50_000, Bell::Beat)]);
    bench.through(70_000);
    assert_eq!(bench.bells(A), [(50_000, Bell::Beat), (70_000, Bell::Patience)]);
}

#[test]
fn overdue_timers_fire_in_the_order_in_which_they_were_due() {
    let mut bench = Bench::quiet();
    bench.ask(A, Request::Set { bell: Bell::Patience, delay_us: 6_000 }).ask(A, set(7_000));
    bench.choose(Choice::Pause(A)).through(50_000).choose(Choice::Resume(A));
    // Firing makes them due at one time; the earlier set one is first there.
    bench.through(50_000);
    assert_eq!(bench.bells(A), [(50_000, Bell::Patience), (50_000, Bell::Beat)]);
}

#[test]
fn a_pause_stops_only_its_node() {
    let mut bench = Bench::quiet();
    bench.ask(A, set(5_000)).ask(B, set(5_000)).choose(Choice::Pause(A)).through(5_000);
    assert_eq!((bench.bells(A), bench.bells(B)), (vec![], vec![(5_000, Bell::Beat)]));
}

#[test]
fn a_second_pause_at_the_moment_of_a_resume_keeps_everything_waiting_in_order() {
    let mut bench = Bench::quiet();
    bench.ping(A, B, 1);
    bench.before(100);
    bench.ping(A, B, 2);
    bench.choose(Choice::Pause(B)).through(20_000);
    bench.choose(Choice::Resume(B)).choose(Choice::Pause(B)).through(30_000);
    assert_eq!(bench.arrivals(B), []);
    bench.choose(Choice::Resume(B)).through(30_000);
    assert_eq!(bench.arrivals(B), [(30_000, Word::Ping(1)), (30_000, Word::Ping(2))]);
}

#[test]
fn a_crash_during_a_pause_loses_what_waited() {
    let mut bench = Bench::quiet();
    bench.ping(A, B, 1);
    bench.ask(B, Request::Write(1)).ask(B, set(5_000));
    bench.choose(Choice::Pause(B)).through(50_000).choose(Choice::Crash(B));
    assert_eq!(bench.losses(), [(50_000, LossReason::Down)]);
    bench.choose(Choice::Restart(B)).through(100_000);
    assert!(!bench.world().node(B).paused);
    assert_eq!((bench.arrivals(B), bench.bells(B), bench.process(B).syncs), (vec![], vec![], 0));
    assert_eq!(bench.process(B).notebook.written, 0);
}

#[test]
fn what_waited_for_a_paused_node_has_arrived_and_a_later_cut_does_not_lose_it() {
    let mut bench = Bench::quiet();
    let message = bench.ping(A, B, 1);
    bench.choose(Choice::Pause(B)).through(50_000).choose(Choice::Resume(B));
    bench.choose(Choice::Cut { from: A, to: B, both_ways: true }).choose(Choice::Lose(message));
    let last = &bench.events.last().expect("the choice was an event").what;
    assert_eq!(*last, What::Ignored(Choice::Lose(message), Refusal::NoSuchMessage));
    bench.through(50_000);
    assert_eq!(bench.arrivals(B), [(50_000, Word::Ping(1))]);
}

#[test]
fn a_long_pause_and_a_crash_leave_every_event_a_name_of_its_own() {
    // More messages wait than sixteen bits can count, and all are lost in one step.
    let mut world = world(2, None, steady(), false);
    world.apply(&Choice::Pause(B));
    let waiting = 70_000;
    for counter in 0..waiting {
        world.apply(&Choice::Operate { node: A, operation: Request::Ping { to: B, counter } });
    }
    while world.step().is_some() {}
    world.narrate(true);
    world.apply(&Choice::Crash(B));
    let events = world.take_events();
    let mut ids: Vec<_> = events.iter().map(|event| event.id).collect();
    ids.sort();
    ids.dedup();
    assert_eq!((events.len(), ids.len()), (waiting as usize + 1, waiting as usize + 1));
}

#[test]
fn a_timer_can_be_made_to_fire_now_and_does_not_fire_again() {
    let mut bench = Bench::quiet();
    bench.ask(A, set(5_000)).before(2_000).choose(Choice::Fire { node: A, timer: BEAT });
    bench.through(100_000);
    assert_eq!(bench.bells(A), [(2_000, Bell::Beat)]);
    assert_eq!(bench.process(A).counter, 1);
}

#[test]
fn a_timer_that_is_set_again_fires_at_its_new_time_only() {
    let mut bench = Bench::quiet();
    bench.ask(A, set(5_000)).before(4_000).ask(A, set(5_000)).through(100_000);
    assert_eq!(bench.bells(A), [(9_000, Bell::Beat)]);
}

#[test]
fn a_cancelled_timer_does_not_fire() {
    let mut bench = Bench::quiet();
    bench.ask(A, Request::Set { bell: Bell::Patience, delay_us: 5 * DELAY_US });
    bench.ping(A, B, 1);
    bench.through(2 * DELAY_US + SYNC_US);
    assert!(bench.world().timer(A, Bell::Patience).is_none());
    bench.through(100_000);
    assert_eq!((bench.bells(A), Bell::ALL.len()), (vec![], 2));
}
