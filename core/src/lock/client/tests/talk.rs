//! How a client finds the leader, keeps its sessions, and comes back.

use super::*;

#[test]
fn an_unanswered_call_goes_to_the_next_server_with_the_same_number() {
    let mut bench = Bench::running("lock a x");
    let (_, _, _, call) = bench.last.calls().remove(0);
    assert_eq!(bench.last.delay_us(Timer::RequestTimeout), Some(TIMEOUT_US));
    for (attempt, server) in [(2, 1), (3, 2), (4, 0)] {
        let wanted = bench.time_out(Timer::RequestTimeout);
        assert_eq!(wanted.calls(), [(NodeId(server), 1, attempt, call.clone())]);
        assert_eq!(wanted.delay_us(Timer::RequestTimeout), Some(TIMEOUT_US));
    }
    assert_eq!(bench.client().links()[0].target(), N0);
}

#[test]
fn who_is_sent_to_the_leader_goes_there_at_once() {
    let mut bench = Bench::running("lock a x");
    let calls = bench.redirect((1, 1), Some(NodeId(2))).calls();
    assert_eq!((calls[0].0, calls[0].1, calls[0].2), (NodeId(2), 1, 2));
    assert_eq!(bench.redirect((1, 1), Some(N1)).sent, [], "that was the try before");
}

#[test]
fn where_nobody_knows_a_leader_the_next_server_is_asked_after_a_pause() {
    let mut bench = Bench::running("lock a x");
    let wanted = bench.redirect((1, 1), None);
    assert_eq!((wanted.sent.len(), wanted.delay_us(Timer::Retry)), (0, Some(RETRY_US)));
    let calls = bench.time_out(Timer::Retry).calls();
    assert_eq!((calls[0].0, calls[0].1, calls[0].2), (N1, 1, 2));
}

#[test]
fn who_waits_asks_the_same_server_from_time_to_time() {
    let mut bench = Bench::running("lock a s");
    assert_eq!(bench.client().awaits().map(|awaited| awaited.ahead), Some(None));
    assert_eq!(bench.reply(Answer::Queued { ahead: 2 }).sent, []);
    let awaited = bench.client().awaits().expect("it waits");
    assert_eq!((&**awaited.resource, awaited.mode, awaited.ahead), ("a", Mode::Shared, Some(2)));
    assert_eq!((bench.client().doing(), bench.client().activity()), {
        (Doing::Waiting, Activity::Waiting)
    });
    let calls = bench.time_out(Timer::RequestTimeout).calls();
    assert_eq!((calls[0].0, calls[0].1), (N0, 1), "it was heard of: nobody else is asked");
    let calls = bench.time_out(Timer::RequestTimeout).calls();
    assert_eq!((calls[0].0, calls[0].1), (N1, 1), "now it was not");
    bench.reply(Answer::Queued { ahead: 1 });
    assert_eq!(bench.client().awaits().and_then(|awaited| awaited.ahead), Some(1));
}

#[test]
fn a_grant_may_come_unasked_and_twice() {
    let mut bench = Bench::running("lock a x; work 1s");
    bench.reply(Answer::Queued { ahead: 0 });
    let granted = Answer::Granted { token: 7, mode: Mode::Exclusive };
    assert!(bench.answer(N1, 1, granted.clone()).delay_us(Timer::Work).is_some());
    let again = bench.answer(N1, 1, granted);
    assert_eq!((again.timers.len(), again.notes.len()), (0, 0));
    assert_eq!(bench.held(), [("a", 7, Mode::Exclusive)]);
    assert_eq!(bench.client().activity(), Activity::Holding);
}

#[test]
fn a_session_is_kept_alive_from_the_first_call_on() {
    let mut bench = Bench::new();
    assert_eq!(bench.last.delay_us(Timer::Renewal), None, "there is none yet");
    bench.run("lock a x; work 1s");
    let third_us = Features::default().lease_us / 3;
    assert_eq!(bench.last.delay_us(Timer::Renewal), Some(third_us));
    bench.grant(7);
    let wanted = bench.time_out(Timer::Renewal).clone();
    assert_eq!((wanted.calls()[0].0, wanted.ask()), (N0, Ask::KeepAlive));
    assert_eq!(wanted.delay_us(Timer::Renewal), Some(TIMEOUT_US), "an answer is awaited");
    assert_eq!(bench.reply(Answer::Alive).delay_us(Timer::Renewal), Some(third_us));
    let calls = bench.time_out(Timer::Renewal).calls();
    assert_eq!((calls[0].0, calls[0].1), (N0, 3), "each has a number of its own");
    let calls = bench.time_out(Timer::Renewal).calls();
    assert_eq!((calls[0].0, calls[0].1), (N1, 4), "the other does not answer");
    assert_eq!(bench.client().record().len(), 1, "that it lives is not on record");
}

#[test]
fn who_is_still_there_says_so_to_the_leader() {
    let mut bench = Bench::holding(7, "lock a x; work 1s");
    bench.time_out(Timer::Renewal);
    let calls = bench.redirect((2, 1), Some(NodeId(2))).calls();
    assert_eq!((calls[0].0, calls[0].1, calls[0].2), (NodeId(2), 2, 2));
    assert_eq!(bench.redirect((2, 1), Some(N1)).sent, [], "that was the try before");
    let wanted = bench.redirect((2, 2), None);
    assert_eq!((wanted.sent.len(), wanted.delay_us(Timer::Renewal)), (0, Some(RETRY_US)));
}

#[test]
fn who_is_still_there_may_hear_that_it_is_not() {
    let mut bench = Bench::holding(7, "lock a x; work 1s");
    bench.time_out(Timer::Renewal);
    let wanted = bench.reply(Answer::Refused(Refusal::SessionOver));
    assert_eq!(wanted.notes[0], Note::LostSession);
    assert_eq!((bench.held(), bench.client().doing()), (Vec::new(), Doing::BackingOff));
    let wanted = bench.time_out(Timer::Renewal);
    assert_eq!((wanted.sent.len(), wanted.timers.len()), (0, 0), "there is no session");
    assert!(bench.time_out(Timer::Work).delay_us(Timer::Renewal).is_some(), "now there is");
}

#[test]
fn a_session_that_ends_between_transactions_costs_nothing_but_its_number() {
    let mut bench = Bench::holding(7, "lock a x");
    bench.reply(RELEASED);
    bench.time_out(Timer::Renewal);
    let wanted = bench.reply(Answer::Refused(Refusal::SessionOver));
    assert_eq!(wanted.notes, [Note::LostSession]);
    bench.run("lock a x");
    assert_eq!(bench.last.calls()[0].3.session, 2);
    assert_eq!(bench.client().tally(), Tally { ended: 1, ..Tally::default() });
}

#[test]
fn a_setting_holds_from_the_next_time_on() {
    let mut bench = Bench::running("lock a x");
    Trait::<Nothing>::set(&mut bench.party, OWN + Setting::Lease.number(), 300);
    Trait::<Nothing>::set(&mut bench.party, Setting::Lease.number(), 9_000);
    Trait::<Nothing>::plant(&mut bench.party, OWN + Bug::LostWakeUp.number(), true);
    bench.time_out(Timer::Renewal);
    assert_eq!(bench.reply(Answer::Alive).delay_us(Timer::Renewal), Some(100_000));
}

#[test]
fn a_crash_takes_what_a_client_knows_and_its_numbers_go_on() {
    let mut bench = Bench::holding(7, "lock a x; work 1s");
    bench.run("lock b x");
    bench.crash();
    assert_eq!((bench.held(), bench.client().doing()), (Vec::new(), Doing::Idle));
    assert_eq!(bench.client().waiting().count(), 0);
    assert_eq!(bench.answer(N0, 1, aborted(1, 1)).timers, [], "it knows nothing of that");
    bench.run("lock c x; read");
    let (_, request, _, call) = bench.last.calls().remove(0);
    assert_eq!((request, call.session, call.transaction, call.attempt), (2, 2, 2, 1));
    assert!(bench.last.delay_us(Timer::Renewal).is_some());
}

#[test]
fn what_it_was_set_up_to_do_it_does_whenever_it_comes_up() {
    let script = Some("lock a x; work 1s".parse().expect("it is a script"));
    let mut bench = Bench::with(ClientSettings { script, ..settings() });
    for attempt in 1..=2 {
        let began = Note::Began { transaction: attempt, attempt: 1 };
        assert_eq!(bench.last.notes, [began]);
        bench.grant(7);
        bench.crash();
    }
}

/// Two groups: `a` and `c` belong to the first, `b` and `d` to the second.
fn split(script: &str) -> Bench {
    let second = Group { first: NodeId(3), count: 3 };
    let groups = [Group { first: N0, count: 3 }, second].into();
    let mut bench = Bench::with(ClientSettings { groups, ..settings() });
    bench.run(script);
    bench
}

#[test]
fn each_table_is_asked_for_what_it_has_and_told_when_it_is_over() {
    let mut bench = split("lock b x; lock a x; lock d x");
    let asked = |bench: &Bench| {
        let (to, request, ..) = bench.last.calls().remove(0);
        (to.0, request)
    };
    assert_eq!(asked(&bench), (3, 1));
    bench.grant(1);
    assert_eq!(asked(&bench), (0, 1), "each table has numbers of its own");
    bench.grant(1);
    assert_eq!(asked(&bench), (3, 2));
    bench.grant(2);
    assert_eq!((asked(&bench), bench.last.ask()), ((0, 2), Ask::ReleaseAll));
    bench.reply(RELEASED);
    assert_eq!((asked(&bench), bench.last.ask()), ((3, 3), Ask::ReleaseAll));
    assert_eq!(bench.reply(RELEASED).notes, [Note::Ended { transaction: 1 }]);
    let wanted = bench.time_out(Timer::Renewal);
    let told: Vec<u8> = wanted.calls().iter().map(|(to, ..)| to.0).collect();
    assert_eq!(told, [0, 3], "both are to know that it lives");
}

#[test]
fn all_is_let_go_of_in_every_table_also_in_the_middle() {
    let mut bench = split("lock a x; lock b x; release all; lock a x");
    bench.grant(1);
    bench.grant(1);
    for _ in 0..2 {
        assert_eq!(bench.last.ask(), Ask::ReleaseAll);
        bench.reply(RELEASED);
    }
    assert!(matches!(bench.last.ask(), Ask::Acquire { .. }));
}

#[test]
fn who_was_aborted_in_one_table_lets_go_in_the_other() {
    let mut bench = split("lock a x; lock b x");
    bench.grant(1);
    bench.reply(Answer::Queued { ahead: 0 });
    let wanted = bench.answer(NodeId(3), 1, aborted(1, 1));
    assert_eq!((wanted.calls()[0].0, wanted.ask()), (N0, Ask::ReleaseAll));
    assert!(matches!(bench.reply(RELEASED).notes[..], [Note::BackedOff { .. }]));
    assert_eq!(bench.time_out(Timer::Work).calls()[0].3.attempt, 2);
}

#[test]
fn a_session_lost_in_one_table_leaves_the_other_one() {
    let mut bench = split("lock a x; lock b x; work 1s");
    bench.grant(1);
    bench.grant(1);
    let wanted = bench.answer(NodeId(3), 1, Answer::Refused(Refusal::SessionOver));
    assert_eq!((wanted.calls()[0].0, wanted.ask()), (N0, Ask::ReleaseAll));
    let sessions: Vec<u64> = bench.client().links().iter().map(Link::session).collect();
    assert_eq!(sessions, [1, 2]);
}
