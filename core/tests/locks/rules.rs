//! The rules of the table, one a test: locks, queues, tokens.

use lockstep_core::lock::Owner;
use lockstep_core::lock::bug::Bug;
use lockstep_core::lock::command::{Action, Answer, Ask, Refusal};
use lockstep_core::lock::effects::Origin;
use lockstep_core::lock::mode::Mode::{Exclusive, Shared};

use crate::scene::{acquire, exclusive, queued, refused, released, scene, shared};

#[test]
fn a_free_lock_is_granted_at_once() {
    let mut scene = scene();
    assert_eq!(scene.x(1, "a"), exclusive(1));
    assert_eq!(scene.holders("a"), [(1, Exclusive, 1)]);
    assert!(scene.told.is_empty());
}

#[test]
fn readers_hold_together_and_a_writer_waits_for_all_of_them() {
    let mut scene = scene();
    assert_eq!(scene.s(1, "a"), shared(1));
    assert_eq!(scene.s(2, "a"), shared(2));
    assert_eq!(scene.x(3, "a"), queued(0));
    assert_eq!(scene.release(1, "a"), released(1));
    assert_eq!(scene.holders("a"), [(2, Shared, 2)]);
    scene.release(2, "a");
    assert_eq!(scene.told, [(3, exclusive(3))]);
}

#[test]
fn a_reader_waits_behind_a_writer_that_waits() {
    let mut scene = scene();
    scene.s(1, "a");
    scene.x(2, "a");
    assert_eq!(scene.s(3, "a"), queued(1), "or a stream of readers would starve the writer");
    scene.release(1, "a");
    assert_eq!(scene.told, [(2, exclusive(2))]);
}

#[test]
fn first_come_first_served_and_compatible_neighbours_together() {
    let mut scene = scene();
    scene.x(1, "a");
    scene.s(2, "a");
    scene.s(3, "a");
    scene.x(4, "a");
    assert_eq!(scene.s(5, "a"), queued(3));
    scene.release(1, "a");
    assert_eq!(scene.told, [(2, shared(2)), (3, shared(3))]);
    assert_eq!(scene.queue("a"), [4, 5]);
}

#[test]
fn who_has_it_gets_the_same_grant_again_and_one_release_releases_it() {
    let mut scene = scene();
    scene.x(1, "a");
    assert_eq!(scene.x(1, "a"), exclusive(1));
    assert_eq!(scene.s(1, "a"), exclusive(1), "it has more than it asks for");
    assert_eq!(scene.release(1, "a"), released(1));
    assert!(scene.holders("a").is_empty());
}

#[test]
fn each_grant_has_a_greater_token_whatever_it_is_of() {
    let mut scene = scene();
    assert_eq!(scene.x(1, "a"), exclusive(1));
    assert_eq!(scene.x(1, "b"), exclusive(2));
    scene.x(2, "a");
    scene.term = 7;
    scene.release(1, "a");
    assert_eq!(scene.told, [(2, exclusive(3))], "in another term too");
    assert_eq!(scene.table.last_token(), 3);
}

#[test]
fn a_sole_reader_upgrades_at_once_and_gets_a_new_token() {
    let mut scene = scene();
    scene.s(1, "a");
    assert_eq!(scene.upgrade(1, "a"), exclusive(2));
    assert_eq!(scene.upgrade(1, "a"), exclusive(2), "there is nothing left to upgrade");
}

#[test]
fn asking_for_more_than_one_has_is_an_upgrade() {
    let mut scene = scene();
    scene.s(1, "a");
    assert_eq!(scene.x(1, "a"), exclusive(2));
}

#[test]
fn an_upgrade_goes_before_all_who_wait_and_keeps_its_lock_meanwhile() {
    let mut scene = scene();
    scene.s(1, "a");
    scene.s(2, "a");
    scene.x(3, "a");
    assert_eq!(scene.upgrade(1, "a"), queued(0));
    assert_eq!(scene.queue("a"), [1, 3]);
    assert_eq!(scene.holders("a"), [(1, Shared, 1), (2, Shared, 2)]);
    scene.release(2, "a");
    assert_eq!(scene.told, [(1, exclusive(3))]);
}

#[test]
fn a_second_upgrade_waits_behind_the_first() {
    let mut scene = scene();
    scene.s(1, "a");
    scene.s(2, "a");
    scene.x(3, "a");
    scene.upgrade(2, "a");
    assert_eq!(scene.upgrade(1, "a"), queued(1));
    assert_eq!(scene.queue("a"), [2, 1, 3]);
}

#[test]
fn without_a_lock_there_is_nothing_to_upgrade_to_downgrade_or_to_release() {
    let mut scene = scene();
    scene.x(2, "a");
    assert_eq!(scene.upgrade(1, "a"), refused(Refusal::NothingToUpgrade));
    assert_eq!(scene.downgrade(1, "a"), refused(Refusal::NotExclusive));
    assert_eq!(scene.release(1, "a"), refused(Refusal::NotHeld));
    assert_eq!(scene.release_all(1), released(0));
    assert_eq!(scene.holders("a"), [(2, Exclusive, 1)], "nothing is lost");
}

#[test]
fn a_downgrade_keeps_its_token_and_lets_readers_in() {
    let mut scene = scene();
    scene.x(1, "a");
    scene.s(2, "a");
    scene.x(3, "a");
    scene.s(4, "a");
    assert_eq!(scene.downgrade(1, "a"), Answer::Downgraded { token: 1 });
    assert_eq!(scene.told, [(2, shared(2))]);
    assert_eq!(scene.downgrade(1, "a"), refused(Refusal::NotExclusive));
}

#[test]
fn what_is_not_in_the_list_is_unknown() {
    let mut scene = scene();
    assert_eq!(scene.x(1, "zebra"), refused(Refusal::UnknownResource));
    assert_eq!(scene.release(1, "zebra"), refused(Refusal::UnknownResource));
}

#[test]
fn who_is_not_ready_to_wait_is_told_so_and_nothing_changes() {
    let mut scene = scene();
    scene.s(1, "a");
    assert_eq!(scene.try_lock(2, "a", Exclusive), refused(Refusal::WouldWait));
    assert!(scene.queue("a").is_empty());
    assert_eq!(scene.try_lock(2, "a", Shared), shared(2));
    assert_eq!(scene.try_lock(1, "a", Exclusive), refused(Refusal::WouldWait), "an upgrade too");
}

#[test]
fn releasing_all_releases_all_and_withdraws_a_wait() {
    let mut scene = scene();
    scene.x(1, "a");
    scene.x(1, "b");
    scene.x(2, "c");
    scene.x(1, "c");
    scene.x(3, "c");
    assert_eq!(scene.release_all(1), released(2));
    assert_eq!(scene.queue("c"), [3]);
    scene.release(2, "c");
    assert_eq!(scene.told, [(3, exclusive(4))]);
}

#[test]
fn who_releases_what_it_waits_to_upgrade_waits_no_more() {
    let mut scene = scene();
    scene.s(1, "a");
    scene.s(2, "a");
    scene.upgrade(1, "a");
    scene.s(3, "a");
    assert_eq!(scene.release(1, "a"), released(1));
    assert_eq!(scene.told, [(3, shared(3))]);
}

#[test]
fn a_request_that_comes_twice_is_done_once_and_answered_twice() {
    let mut scene = scene();
    assert_eq!(scene.ask_as(1, 1, acquire("a", Exclusive)), exclusive(1));
    assert_eq!(scene.ask_as(1, 1, acquire("a", Exclusive)), exclusive(1));
    assert_eq!(scene.table.last_token(), 1);
    let release = Ask::Release { resource: "a".into() };
    assert_eq!(scene.ask_as(1, 2, release.clone()), released(1));
    assert_eq!(scene.ask_as(1, 2, release), released(1), "not refused");
}

#[test]
fn who_asks_again_is_answered_by_how_things_stand_now() {
    let mut scene = scene();
    scene.x(1, "a");
    scene.x(2, "a");
    assert_eq!(scene.ask_as(3, 1, acquire("a", Exclusive)), queued(1));
    scene.release(1, "a");
    assert_eq!(scene.ask_as(3, 1, acquire("a", Exclusive)), queued(0));
    scene.release(2, "a");
    assert_eq!(scene.ask_as(3, 1, acquire("a", Exclusive)), exclusive(3));
}

#[test]
fn a_request_that_was_overtaken_by_a_later_one_is_refused() {
    let mut scene = scene();
    scene.ask_as(1, 5, acquire("a", Exclusive));
    let late = scene.ask_as(1, 4, acquire("b", Exclusive));
    assert_eq!(late, refused(Refusal::Overtaken));
    assert!(scene.holders("b").is_empty());
}

#[test]
fn who_waits_can_ask_for_nothing_else_and_that_is_not_remembered() {
    let mut scene = scene();
    scene.x(1, "a");
    scene.ask_as(2, 1, acquire("a", Exclusive));
    let other = scene.ask_as(2, 2, acquire("b", Exclusive));
    assert_eq!(other, refused(Refusal::Waiting));
    scene.release(1, "a");
    assert_eq!(scene.ask_as(2, 2, acquire("b", Exclusive)), exclusive(3));
}

#[test]
fn a_wait_that_timed_out_is_withdrawn_and_lets_others_through() {
    let mut scene = scene();
    scene.s(1, "a");
    scene.x(2, "a");
    scene.s(3, "a");
    let request = scene.request(2);
    assert!(scene.time_out(2, request, false));
    assert_eq!(scene.told, [(2, Answer::TimedOut), (3, shared(2))]);
    let again = scene.ask_as(2, request, acquire("a", Exclusive));
    assert_eq!(again, Answer::TimedOut);
}

#[test]
fn who_timed_out_keeps_what_it_holds() {
    let mut scene = scene();
    scene.x(1, "a");
    scene.x(2, "b");
    scene.x(2, "a");
    let request = scene.request(2);
    assert!(scene.time_out(2, request, false));
    assert_eq!(scene.holders("b"), [(2, Exclusive, 2)]);
}

#[test]
fn a_time_out_that_comes_after_the_grant_is_void() {
    let mut scene = scene();
    scene.x(1, "a");
    scene.x(2, "a");
    let request = scene.request(2);
    scene.release(1, "a");
    assert!(!scene.time_out(2, request, false));
    assert_eq!(scene.holders("a"), [(2, Exclusive, 2)]);
    scene.x(1, "a");
    assert!(!scene.time_out(1, 1, false), "it waits for something else now");
}

#[test]
fn asking_for_the_graph_changes_nothing() {
    let mut scene = scene();
    scene.x(1, "a");
    scene.x(2, "a");
    let before = scene.table.clone();
    let Answer::Graph(edges) = scene.ask_as(9, 0, Ask::Graph) else { panic!("a graph") };
    assert_eq!(edges, scene.table.edges());
    assert_eq!(edges.len(), 1);
    assert_eq!(scene.table, before);
}

#[test]
fn a_call_of_nobody_does_nothing() {
    let mut scene = scene();
    let call = lockstep_core::lock::command::Call {
        session: 1,
        transaction: 1,
        attempt: 1,
        spent_us: 0,
        ask: acquire("a", Exclusive),
    };
    let before = scene.table.clone();
    let answer = scene.carry_out(Origin::default(), Action::Call(call));
    assert_eq!(answer, Answer::Done { effective: false });
    assert_eq!(scene.table, before);
}

#[test]
fn two_tables_that_were_given_the_same_commands_are_the_same() {
    let run = || {
        let mut scene = scene();
        scene.x(1, "a");
        scene.s(2, "a");
        scene.s(3, "a");
        scene.release_all(1);
        scene.table
    };
    assert_eq!(run(), run());
    assert!(run().session(Owner(2)).is_some());
}

#[test]
fn a_duplicate_release_under_the_bug_takes_somebody_elses_lock() {
    let mut scene = scene().with(Bug::ReleaseUnchecked);
    scene.x(1, "a");
    scene.x(2, "a");
    scene.release(1, "a");
    assert_eq!(scene.release(1, "a"), released(1));
    assert!(scene.holders("a").is_empty());
}
