//! The rules of the table, one a test: sessions, transactions, aborts, prevention.

use lockstep_core::lock::Owner;
use lockstep_core::lock::command::{Answer, Ask, Cause, Refusal};
use lockstep_core::lock::mode::Mode::{Exclusive, Shared};
use lockstep_core::lock::policy::Policy;

use crate::scene::{
    aborted, acquire, exclusive, queued, refused, released, scene, scene_under, shared,
};

#[test]
fn a_session_that_was_not_renewed_ends_and_its_locks_go() {
    let mut scene = scene();
    scene.x(1, "a");
    scene.x(2, "a");
    assert!(scene.expire(1, 1));
    assert_eq!(scene.told, [(2, exclusive(2))]);
    assert!(scene.table.session(Owner(1)).is_none());
    assert_eq!(scene.x(1, "b"), refused(Refusal::SessionOver));
    assert_eq!(scene.ask(1, Ask::KeepAlive), refused(Refusal::SessionOver));
}

#[test]
fn a_session_that_was_renewed_since_lives() {
    let mut scene = scene();
    scene.x(1, "a");
    let renewals = scene.renewals(1);
    assert_eq!(scene.ask(1, Ask::KeepAlive), Answer::Alive);
    assert!(!scene.expire(1, renewals));
    assert_eq!(scene.holders("a"), [(1, Exclusive, 1)]);
}

#[test]
fn that_a_lease_is_over_ends_no_session_that_was_opened_since() {
    let mut scene = scene();
    scene.x(1, "a");
    let renewals = scene.renewals(1);
    scene.session = 2;
    scene.x(1, "a");
    assert!(!scene.expire(1, renewals), "it was said of the one before");
    assert_eq!(scene.holders("a"), [(1, Exclusive, 2)]);
}

#[test]
fn every_call_renews() {
    let mut scene = scene();
    scene.x(1, "a");
    scene.ask_as(1, 1, acquire("a", Exclusive));
    scene.ask_as(1, 0, acquire("a", Exclusive));
    scene.ask(1, Ask::KeepAlive);
    assert_eq!(scene.renewals(1), 4, "one that is answered from memory or refused too");
}

#[test]
fn keeping_alive_is_outside_the_numbering() {
    let mut scene = scene();
    scene.ask_as(1, 5, acquire("a", Exclusive));
    assert_eq!(scene.ask_as(1, 1, Ask::KeepAlive), Answer::Alive);
    assert_eq!(scene.ask_as(1, 9, Ask::KeepAlive), Answer::Alive);
    assert_eq!(scene.ask_as(1, 6, acquire("b", Exclusive)), exclusive(2));
}

#[test]
fn who_waits_when_its_session_ends_is_told() {
    let mut scene = scene();
    scene.x(1, "a");
    scene.x(2, "a");
    assert!(scene.expire(2, 1));
    assert_eq!(scene.told, [(2, refused(Refusal::SessionOver))]);
    assert!(scene.queue("a").is_empty());
}

#[test]
fn a_new_session_ends_the_old_one_and_begins_its_numbers_anew() {
    let mut scene = scene();
    scene.ask_as(1, 7, acquire("a", Exclusive));
    scene.session = 2;
    assert_eq!(scene.ask_as(1, 1, acquire("b", Exclusive)), exclusive(2));
    assert!(scene.holders("a").is_empty());
    scene.session = 1;
    assert_eq!(scene.ask_as(1, 8, acquire("a", Exclusive)), refused(Refusal::SessionOver));
    assert_eq!(scene.holders("b"), [(1, Exclusive, 2)], "what comes late does no harm");
    assert_eq!(scene.table.last_ended_session(Owner(1)), 1);
}

#[test]
fn a_session_that_is_over_stays_so() {
    let mut scene = scene();
    scene.x(1, "a");
    scene.expire(1, 1);
    assert!(!scene.expire(1, 1), "it cannot end twice");
    scene.session = 2;
    assert_eq!(scene.x(1, "a"), exclusive(2));
}

#[test]
fn who_began_earlier_is_older_and_a_retry_keeps_its_age() {
    let mut scene = scene();
    scene.x(1, "a");
    scene.x(2, "b");
    assert_eq!((scene.age(1), scene.age(2)), (Some(1), Some(2)));
    scene.attempt(1, 1, 2);
    scene.x(1, "c");
    assert_eq!(scene.age(1), Some(1));
    assert!(scene.holders("a").is_empty(), "a new attempt begins with nothing");
    scene.release_all(1);
    scene.attempt(1, 2, 1);
    scene.x(1, "a");
    assert_eq!(scene.age(1), Some(3), "a new transaction is young");
}

#[test]
fn a_call_of_an_earlier_attempt_comes_too_late() {
    let mut scene = scene();
    scene.attempt(1, 2, 1);
    scene.x(1, "a");
    scene.attempt(1, 1, 9);
    assert_eq!(scene.x(1, "b"), refused(Refusal::AttemptOver));
    assert_eq!(scene.holders("a"), [(1, Exclusive, 1)]);
}

#[test]
fn a_victim_of_a_cycle_loses_all_and_is_told_and_told_again() {
    let mut scene = scene();
    scene.x(1, "a");
    scene.x(2, "b");
    scene.x(1, "b");
    scene.x(2, "a");
    assert!(scene.abort(2, false));
    let over = aborted(Cause::Deadlock);
    assert_eq!(scene.told, [(2, over.clone()), (1, exclusive(3))]);
    assert_eq!(scene.x(2, "c"), over);
    let release = Ask::Release { resource: "b".into() };
    assert_eq!(scene.ask(2, release), over);
    scene.attempt(2, 1, 2);
    assert_eq!(scene.x(2, "c"), exclusive(4));
}

#[test]
fn who_was_aborted_may_give_its_transaction_up() {
    let mut scene = scene_under(Policy::NoWait);
    scene.x(1, "a");
    assert_eq!(scene.x(2, "a"), aborted(Cause::NoWait));
    assert_eq!(scene.release_all(2), released(0));
    scene.attempt(2, 2, 1);
    assert_eq!(scene.x(2, "b"), exclusive(2));
}

#[test]
fn nobody_is_aborted_for_a_deadlock_that_there_is_not() {
    let mut scene = scene();
    scene.x(1, "a");
    scene.x(2, "a");
    assert!(!scene.abort(2, false), "it only waits");
    assert!(!scene.abort(1, false), "it does not even wait");
    assert!(scene.abort(2, true), "but whoever sees several tables is believed");
}

#[test]
fn an_abort_for_an_earlier_wait_is_void() {
    let mut scene = scene();
    scene.x(1, "a");
    scene.x(2, "b");
    scene.x(1, "b");
    scene.x(2, "a");
    let request = scene.request(2);
    let action = lockstep_core::lock::command::Action::Abort {
        owner: Owner(2),
        request: request - 1,
        claimed: true,
    };
    assert!(!scene.propose(action));
}

#[test]
fn a_wait_of_the_longest_kind_ends_in_an_abort() {
    let mut scene = scene();
    scene.x(1, "a");
    scene.x(2, "b");
    scene.x(2, "a");
    let request = scene.request(2);
    assert!(scene.time_out(2, request, true));
    assert_eq!(scene.told, [(2, aborted(Cause::WaitedTooLong))]);
    assert!(scene.holders("b").is_empty());
}

#[test]
fn wait_die_lets_the_older_wait_and_the_younger_die() {
    let mut scene = scene_under(Policy::WaitDie);
    scene.x(1, "a");
    scene.x(2, "b");
    assert_eq!(scene.x(1, "b"), queued(0));
    assert_eq!(scene.x(2, "a"), aborted(Cause::Died));
    assert_eq!(scene.told, [(1, exclusive(3))]);
}

#[test]
fn wait_die_counts_those_who_wait_too() {
    let mut scene = scene_under(Policy::WaitDie);
    scene.x(1, "a");
    scene.x(2, "b");
    scene.x(3, "c");
    scene.x(1, "c");
    assert_eq!(scene.s(2, "c"), aborted(Cause::Died), "older than who holds, not than who waits");
}

#[test]
fn wound_wait_lets_the_older_take_and_the_younger_wait() {
    let mut scene = scene_under(Policy::WoundWait);
    scene.x(1, "a");
    scene.x(2, "b");
    assert_eq!(scene.x(2, "a"), queued(0));
    assert_eq!(scene.x(1, "b"), exclusive(3));
    assert_eq!(scene.told, [(2, aborted(Cause::Wounded))]);
}

#[test]
fn wound_wait_wounds_those_who_wait_too_and_spares_the_older() {
    let mut scene = scene_under(Policy::WoundWait);
    scene.x(1, "a");
    scene.x(2, "b");
    scene.x(3, "c");
    scene.x(3, "a");
    assert_eq!(scene.x(2, "a"), queued(0));
    assert_eq!(scene.told, [(3, aborted(Cause::Wounded))]);
    assert_eq!(scene.holders("a"), [(1, Exclusive, 1)]);
}

#[test]
fn an_upgrade_that_wounds_is_not_overtaken_by_who_waits_behind_it() {
    let mut scene = scene_under(Policy::WoundWait);
    for owner in 1..=3 {
        scene.s(owner, "a");
    }
    scene.upgrade(3, "a");
    scene.s(4, "a");
    assert_eq!(scene.upgrade(2, "a"), queued(0), "1 is older");
    assert_eq!(scene.told, [(3, aborted(Cause::Wounded))]);
    assert_eq!(scene.holders("a"), [(1, Shared, 1), (2, Shared, 2)]);
    assert_eq!(scene.queue("a"), [2, 4]);
}

#[test]
fn a_try_wounds_nobody_and_does_not_die() {
    for policy in [Policy::WaitDie, Policy::WoundWait, Policy::NoWait] {
        let mut scene = scene_under(policy);
        scene.x(1, "b");
        scene.s(2, "a");
        assert_eq!(scene.try_lock(1, "a", Exclusive), refused(Refusal::WouldWait));
        assert_eq!(scene.holders("a"), [(2, Shared, 2)]);
        assert_eq!(scene.holders("b"), [(1, Exclusive, 1)]);
        assert_eq!(scene.try_lock(1, "a", Shared), shared(3));
    }
}
