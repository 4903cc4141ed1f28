//! Scenes of a few clients that have something to do.

use lockstep_core::lock::bug::Bug;
use lockstep_core::lock::client::Doing;
use lockstep_core::lock::client::transaction::Why;
use lockstep_core::lock::mode::Mode;
use lockstep_core::lock::policy::Policy;
use lockstep_core::lock::setting::Features;
use lockstep_core::lock::vault::Shelf;
use lockstep_core::sim::choice::Choice;

use crate::bench::{Bench, MS, Plan, SECOND};

/// A world in which somebody leads.
fn led(plan: Plan) -> Bench {
    let mut bench = plan.begin();
    bench.elect();
    bench
}

fn all_idle(bench: &Bench) -> bool {
    bench.clients().all(|client| client.doing() == Doing::Idle)
}

#[test]
fn two_clients_in_opposite_order_both_get_done_under_every_policy() {
    for policy in Policy::ALL {
        let mut features = Features { policy, ..Features::default() };
        features.longest_wait_us = 100 * MS;
        let mut bench = led(Plan { features, ..Plan::default() });
        bench.order(0, "lock a x; write; work 20ms; lock b x; write");
        bench.order(1, "lock b x; write; work 20ms; lock a x; write");
        bench.pass_until("both are done", all_idle);
        let tally = bench.tally();
        assert_eq!((tally.ended, tally.given_up, tally.lost), (2, 0, 0), "{policy:?}");
        assert!(tally.aborted >= 1, "{policy:?}: somebody had to give way");
        for resource in ["a", "b"] {
            assert_eq!(bench.shelf(resource).lost(), 0, "{policy:?}");
            assert!(bench.shelf(resource).value >= 2, "{policy:?}");
        }
    }
}

#[test]
fn who_has_all_to_itself_is_done_without_waiting() {
    let mut bench = led(Plan::default());
    bench.order(0, "lock a s; read; upgrade a; write; downgrade a; read; release a; release all");
    bench.pass_until("it is done", all_idle);
    assert_eq!(bench.tally().ended, 1);
    assert_eq!(bench.client(0).last_mishap(), None);
    assert_eq!((bench.shelf("a").value, bench.shelf("a").writes), (1, 1));
}

/// A client that sleeps past its lease after it has read, while another one writes; and what is in
/// the vault when both are done.
fn sleeper(fencing: bool) -> (Bench, Shelf) {
    let features = Features { fencing, ..Features::default() };
    let mut bench = led(Plan { features, ..Plan::default() });
    bench.order(0, "lock a x; read; work 20ms; write");
    bench.pass_until("it has read", |bench| bench.client(0).doing() == Doing::Working);
    let sleeper = bench.plan().client(0);
    bench.do_this(&Choice::Pause(sleeper));
    bench.order(1, "lock a x; write");
    bench.pass_until("the other is done", |bench| bench.client(1).tally().ended == 1);
    assert_eq!(bench.client(0).holds().count(), 1, "it believes that it holds the lock");
    bench.do_this(&Choice::Resume(sleeper));
    bench.pass_until("it is done too", all_idle);
    let shelf = bench.shelf("a");
    (bench, shelf)
}

#[test]
fn who_slept_past_its_lease_is_refused_and_tries_again() {
    let (bench, shelf) = sleeper(true);
    assert_eq!((shelf.value, shelf.writes), (2, 2));
    let tally = bench.client(0).tally();
    assert_eq!((tally.ended, tally.lost), (1, 1));
    let why = bench.client(0).last_mishap().map(|mishap| mishap.why);
    assert!(matches!(why, Some(Why::Judged(_) | Why::LostSession)), "{why:?}");
}

#[test]
fn without_fencing_who_slept_past_its_lease_overwrites_what_it_has_not_seen() {
    let (_, shelf) = sleeper(false);
    assert_eq!((shelf.value, shelf.writes, shelf.lost()), (1, 2, 1));
}

#[test]
fn nobody_who_waits_is_forgotten_when_the_leader_crashes() {
    let mut bench = led(Plan { clients: 4, ..Plan::default() });
    bench.order(0, "lock a x; write; work 400ms");
    bench.pass_until("it holds", |bench| bench.client(0).holds().count() == 1);
    for client in 1..4 {
        bench.order(client, "lock a x; write");
    }
    bench.pass_until("three wait", |bench| {
        bench.clients().filter(|client| client.doing() == Doing::Waiting).count() == 3
    });
    let leader = bench.leader(0).expect("somebody leads").id();
    bench.do_this(&Choice::Crash(leader));
    bench.pass_until("all are done", all_idle);
    assert_eq!(bench.tally().ended, 4);
    assert_eq!((bench.shelf("a").value, bench.shelf("a").lost()), (4, 0));
}

#[test]
fn locks_of_a_client_that_crashed_go_to_who_waits_once_its_lease_is_over() {
    let mut bench = led(Plan::default());
    bench.order(0, "lock a x; work 10s");
    bench.pass_until("it holds", |bench| bench.client(0).holds().count() == 1);
    let dead = bench.plan().client(0);
    bench.do_this(&Choice::Crash(dead));
    let begun_us = bench.world.now_us();
    bench.order(1, "lock a x; write");
    bench.pass_until("the other is done", |bench| bench.client(1).tally().ended == 1);
    let lease_us = Features::default().lease_us;
    let took_us = bench.world.now_us() - begun_us;
    assert!((lease_us * 6 / 10..lease_us * 13 / 10).contains(&took_us), "{took_us}");
}

#[test]
fn a_client_that_comes_back_ends_what_it_had_before() {
    let mut bench = led(Plan::default());
    bench.order(0, "lock a x; work 10s");
    bench.pass_until("it holds", |bench| bench.client(0).holds().count() == 1);
    let node = bench.plan().client(0);
    bench.do_this(&Choice::Crash(node));
    bench.do_this(&Choice::Restart(node));
    bench.order(1, "lock a x; write");
    bench.pass_until("the other waits", |bench| bench.client(1).doing() == Doing::Waiting);
    let begun_us = bench.world.now_us();
    bench.order(0, "lock b x");
    bench.pass_until("the other is done", |bench| bench.client(1).tally().ended == 1);
    assert!(bench.world.now_us() - begun_us < 300 * MS, "nobody waited for the lease");
}

#[test]
fn who_is_told_to_stop_while_it_waits_is_in_nobodys_way() {
    let mut bench = led(Plan { clients: 3, ..Plan::default() });
    bench.order(0, "lock a s; work 3s");
    bench.pass_until("it holds", |bench| bench.client(0).holds().count() == 1);
    bench.order(1, "lock a x; repeat");
    bench.pass_until("it waits", |bench| bench.client(1).doing() == Doing::Waiting);
    bench.order(2, "lock a s; read");
    bench.pass_until("so does a reader", |bench| bench.client(2).doing() == Doing::Waiting);
    bench.stop(1);
    bench.pass_until("the reader is done", |bench| bench.client(2).tally().ended == 1);
    assert_eq!(bench.client(1).doing(), Doing::Idle);
    assert_eq!(bench.client(0).holds().next().map(|(_, held)| held.mode), Some(Mode::Shared));
}

#[test]
fn what_makes_no_sense_gets_its_answer_and_nothing_is_lost() {
    let script = "release a; downgrade a; lock a x; read; read as 999; write as 1; write";
    let mut bench = led(Plan::default());
    bench.order(1, "lock a x; write");
    bench.pass_until("there are tokens", all_idle);
    bench.order(0, script);
    let mut names = Vec::new();
    while !all_idle(&bench) {
        bench.world.step();
        let current = bench.client(0).current();
        let mishaps = current.map(|current| current.mishaps().to_vec()).unwrap_or_default();
        if mishaps.len() > names.len() {
            names = mishaps.iter().map(|mishap| mishap.why.name()).collect();
        }
    }
    assert_eq!(names, ["not_held", "not_exclusive", "unheard", "stale"]);
    assert_eq!(bench.tally().ended, 2);
    assert_eq!((bench.shelf("a").value, bench.shelf("a").writes), (2, 2));
}

/// Two clients in opposite order, of which each table sees one half.
const OPPOSITE: [&str; 2] =
    ["lock a x; write; work 50ms; lock b x; write", "lock b x; write; work 50ms; lock a x; write"];

#[test]
fn a_deadlock_over_two_tables_is_found_by_the_collector() {
    let mut bench = led(Plan { groups: 2, ..Plan::default() });
    bench.order(0, OPPOSITE[0]);
    bench.order(1, OPPOSITE[1]);
    bench.pass_until("both are done", all_idle);
    assert_eq!((bench.tally().ended, bench.tally().aborted), (2, 1));
    let found = bench.collector().record().last().expect("it was found").clone();
    assert_eq!((found.cycle.len(), bench.collector().record().len()), (2, 1));
    assert_ne!(found.cycle[0].0, found.cycle[1].0, "each edge is of another table");
}

#[test]
fn a_vault_that_forgets_reads_takes_a_write_of_who_has_slept() {
    let run = |bug: bool| {
        let mut bench = led(Plan::default());
        if bug {
            bench.plant(Bug::VaultForgetsReads);
        }
        bench.order(0, "lock a x; read; work 20ms; write");
        bench.pass_until("it has read", |bench| bench.client(0).doing() == Doing::Working);
        let sleeper = bench.plan().client(0);
        bench.do_this(&Choice::Pause(sleeper));
        bench.order(1, "lock a s; read; work 1s");
        bench.pass_until("the other has read", |bench| bench.client(1).doing() == Doing::Working);
        bench.do_this(&Choice::Resume(sleeper));
        bench.pass(SECOND / 2);
        bench.shelf("a").writes
    };
    assert_eq!((run(false), run(true)), (0, 1));
}
