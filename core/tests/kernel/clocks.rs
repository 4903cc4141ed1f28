//! Clocks that are wrong: timers follow them.

use lockstep_core::sim::choice::Choice;

use crate::bench::{A, B, Bench};
use crate::ping::{Bell, Request};

const SET: Request = Request::Set { bell: Bell::Beat, delay_us: 10_000 };

fn beats(bench: &Bench) -> Vec<u64> {
    bench.bells(A).into_iter().map(|(time_us, _)| time_us).collect()
}

#[test]
fn a_fast_clock_makes_a_running_timer_fire_early() {
    let mut bench = Bench::quiet();
    bench.ask(A, SET).before(4_000).choose(Choice::ClockRate { node: A, rate_ppm: 2_000_000 });
    bench.through(100_000);
    assert_eq!(beats(&bench), [7_000]);
}

#[test]
fn a_slow_clock_makes_a_later_timer_fire_late() {
    let mut bench = Bench::quiet();
    bench.choose(Choice::ClockRate { node: A, rate_ppm: 250_000 }).ask(A, SET).through(100_000);
    assert_eq!(beats(&bench), [40_000]);
}

#[test]
fn a_clock_that_is_set_right_again_fires_in_between() {
    let mut bench = Bench::quiet();
    bench.ask(A, SET).choose(Choice::ClockRate { node: A, rate_ppm: 500_000 });
    bench.before(4_000).choose(Choice::ClockRate { node: A, rate_ppm: 1_000_000 });
    bench.through(100_000);
    assert_eq!(beats(&bench), [12_000]);
}

#[test]
fn a_jump_forward_brings_a_timer_nearer_and_one_over_it_makes_it_fire_at_once() {
    let mut bench = Bench::quiet();
    bench.ask(A, SET).choose(Choice::ClockJump { node: A, by_us: 3_000 }).through(6_999);
    assert!(beats(&bench).is_empty());
    bench.through(7_000);
    assert_eq!(beats(&bench), [7_000]);
    bench.ask(A, SET).choose(Choice::ClockJump { node: A, by_us: 30_000 }).through(7_000);
    assert_eq!(beats(&bench), [7_000, 7_000]);
}

#[test]
fn a_jump_back_puts_a_timer_off() {
    let mut bench = Bench::quiet();
    bench.before(5_000).ask(A, SET).choose(Choice::ClockJump { node: A, by_us: -2_000 });
    bench.through(100_000);
    assert_eq!(beats(&bench), [17_000]);
}

#[test]
fn another_nodes_timers_run_as_before() {
    let mut bench = Bench::quiet();
    bench.ask(A, SET).ask(B, SET).choose(Choice::ClockRate { node: B, rate_ppm: 5_000_000 });
    bench.choose(Choice::ClockJump { node: B, by_us: 4_000 }).through(100_000);
    assert_eq!(beats(&bench), [10_000]);
    assert_eq!(bench.bells(B), [(1_200, Bell::Beat)]);
}

#[test]
fn a_clock_touched_during_a_pause_moves_timers_and_fires_nothing_before_the_resume() {
    let mut bench = Bench::quiet();
    bench.ask(A, SET).choose(Choice::Pause(A)).before(5_000);
    bench.choose(Choice::ClockJump { node: A, by_us: 50_000 }).through(6_000);
    assert!(beats(&bench).is_empty());
    bench.choose(Choice::Resume(A)).through(6_000);
    assert_eq!(beats(&bench), [6_000]);
}
