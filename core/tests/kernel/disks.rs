//! The disk: what waits for it, and what it keeps.

use lockstep_core::sim::choice::Choice;
use lockstep_core::sim::event::What;
use lockstep_core::sim::world::Surroundings;

use crate::bench::{A, B, Bench, C, DELAY_US, SYNC_US, steady, world};
use crate::ping::{HASTY, Request, Word};

fn syncs(bench: &Bench) -> Vec<u64> {
    bench
        .times(|event| matches!(event.what, What::Synced).then_some(()))
        .into_iter()
        .map(|(at, ())| at)
        .collect()
}

#[test]
fn an_answer_leaves_only_when_what_it_answers_is_on_disk() {
    let mut bench = Bench::quiet();
    bench.ping(A, B, 7);
    bench.through(DELAY_US);
    assert_eq!(bench.departures(B), []);
    assert_eq!(bench.world().node(B).disk.synced().heard.get(&A), None);
    bench.through(DELAY_US + SYNC_US);
    assert_eq!(bench.departures(B), [(DELAY_US + SYNC_US, Word::Answer(7))]);
    assert_eq!(bench.world().node(B).disk.synced().heard.get(&A), Some(&7));
}

#[test]
fn a_message_of_a_later_step_waits_for_the_writes_of_earlier_ones() {
    let mut bench = Bench::quiet();
    bench.ask(A, Request::Write(1));
    bench.before(SYNC_US / 2).ask(A, Request::Ping { to: B, counter: 2 });
    assert_eq!(bench.departures(A), []);
    bench.through(SYNC_US);
    assert_eq!(bench.departures(A), [(SYNC_US, Word::Ping(2))]);
}

#[test]
fn a_message_waits_for_every_earlier_write_and_for_no_later_one() {
    let mut bench = Bench::quiet();
    bench.ask(A, Request::Write(1)).ask(A, Request::Ping { to: B, counter: 1 });
    bench.before(100).ask(A, Request::Write(2)).ask(A, Request::Ping { to: B, counter: 2 });
    bench.before(200).ask(A, Request::Write(3)).through(SYNC_US);
    assert_eq!(bench.departures(A), [(SYNC_US, Word::Ping(1))]);
    bench.through(2 * SYNC_US);
    assert_eq!(bench.departures(A)[1..], [(2 * SYNC_US, Word::Ping(2))]);
}

#[test]
fn messages_leave_in_the_order_in_which_they_were_sent() {
    let mut bench = Bench::quiet();
    bench.ask(A, Request::Write(1));
    for counter in 1..=5 {
        bench.ask(A, Request::Ping { to: B, counter });
    }
    bench.through(100_000);
    let sent: Vec<Word> = bench.departures(A).into_iter().map(|(_, word)| word).collect();
    assert_eq!(sent, (1..=5).map(Word::Ping).collect::<Vec<_>>());
}

#[test]
fn another_nodes_disk_is_not_waited_for() {
    let mut bench = Bench::quiet();
    bench.ask(A, Request::Write(1)).ask(B, Request::Ping { to: A, counter: 1 });
    assert_eq!(bench.departures(B), [(0, Word::Ping(1))]);
}

#[test]
fn a_hasty_process_sends_before_its_disk_has_synced() {
    let mut bench = Bench::quiet();
    bench.choose(Choice::Plant { bug: HASTY, planted: true });
    bench.ping(A, B, 7);
    bench.through(DELAY_US);
    assert_eq!(bench.departures(B), [(DELAY_US, Word::Answer(7))]);
    assert_eq!(bench.run.monitor.premature, 1);
}

#[test]
fn over_a_rough_run_no_answer_is_premature_unless_the_bug_is_planted() {
    let premature = |planted| {
        let mut bench = Bench::lively(11);
        bench.choose(Choice::Plant { bug: HASTY, planted });
        for round in 1..20 {
            let at = 20_000 * round;
            bench.before(at).choose(Choice::Crash(C));
            bench.before(at + 5_000).choose(Choice::Restart(C));
        }
        bench.run.monitor.premature
    };
    assert_eq!(premature(false), 0);
    assert!(premature(true) > 0);
}

#[test]
fn a_crash_loses_what_was_not_synced_and_what_waited_to_be_sent() {
    let mut bench = Bench::quiet();
    bench.ask(A, Request::Write(1)).ask(A, Request::Ping { to: B, counter: 1 });
    bench.before(SYNC_US).choose(Choice::Crash(A)).through(100_000);
    assert_eq!(bench.process(A).notebook.written, 0);
    bench.choose(Choice::Restart(A)).through(200_000);
    assert_eq!(bench.process(A).notebook.written, 0);
    assert_eq!((bench.departures(A), syncs(&bench)), (vec![], vec![]));
}

#[test]
fn a_crash_keeps_what_was_synced() {
    let mut bench = Bench::quiet();
    bench.ask(A, Request::Write(1)).through(SYNC_US);
    bench.ask(A, Request::Write(2)).choose(Choice::Crash(A));
    assert_eq!(bench.process(A).notebook.written, 1);
    bench.choose(Choice::Restart(A));
    assert_eq!(bench.process(A).notebook.written, 1);
}

#[test]
fn a_crash_loses_memory() {
    let mut bench = Bench::quiet();
    bench.ping(A, B, 1);
    bench.through(100_000);
    assert_eq!(bench.process(A).answers, 1);
    bench.choose(Choice::Crash(A)).choose(Choice::Restart(A));
    assert_eq!(bench.process(A).answers, 0);
}

#[test]
fn a_sync_of_before_a_crash_does_not_complete_a_write_of_after_it() {
    let mut bench = Bench::quiet();
    bench.ask(A, Request::Write(1));
    bench.before(600).choose(Choice::Crash(A)).choose(Choice::Restart(A)).ask(A, Request::Write(2));
    bench.through(SYNC_US);
    assert_eq!(bench.world().node(A).disk.synced().written, 0);
    bench.through(600 + SYNC_US);
    assert_eq!(
        (bench.world().node(A).disk.synced().written, syncs(&bench)),
        (2, vec![600 + SYNC_US])
    );
}

#[test]
fn after_a_restart_messages_wait_for_no_write_that_was_lost() {
    let mut bench = Bench::quiet();
    bench.ask(A, Request::Write(1)).choose(Choice::Crash(A)).choose(Choice::Restart(A));
    bench.ping(A, B, 1);
    assert_eq!(bench.departures(A), [(0, Word::Ping(1))]);
}

#[test]
fn writes_that_come_during_a_sync_share_the_next_one() {
    let mut bench = Bench::quiet();
    for number in 1..=9 {
        bench.before(u64::from(number) * 100).ask(A, Request::Write(number));
    }
    bench.through(100_000);
    assert_eq!(syncs(&bench), [100 + SYNC_US, 100 + 2 * SYNC_US]);
    assert_eq!(bench.process(A).syncs, 2);
    assert_eq!(bench.world().node(A).disk.synced().written, 9);
}

#[test]
fn a_write_on_a_disk_that_takes_no_time_is_still_a_step_of_its_own() {
    let surroundings = Surroundings { sync_min_us: 0, sync_max_us: 0, ..steady() };
    let mut bench = Bench::new(world(2, None, surroundings, true));
    bench.ask(A, Request::Write(1)).ask(A, Request::Ping { to: B, counter: 1 });
    assert_eq!(bench.departures(A), []);
    bench.through(0);
    assert_eq!(bench.departures(A), [(0, Word::Ping(1))]);
}
