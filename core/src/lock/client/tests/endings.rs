//! How a transaction ends.

use super::*;
use crate::lock::client::record::Outcome;

/// A client whose transaction was aborted so often.
fn aborted_times(times: u32) -> Bench {
    let mut bench = Bench::running("lock a x; work 1s");
    for time in 1..=times {
        bench.abort();
        if time < times {
            bench.time_out(Timer::Work);
        }
    }
    bench
}

#[test]
fn who_does_not_get_a_lock_gives_the_transaction_up() {
    let refused = |refusal| (Answer::Refused(refusal), Why::Refused(refusal));
    let table = [
        ("try b x", refused(Refusal::WouldWait)),
        ("lock b x within 1ms", (Answer::TimedOut, Why::TimedOut)),
        ("upgrade b", refused(Refusal::NothingToUpgrade)),
        ("upgrade b within 1ms", (Answer::TimedOut, Why::TimedOut)),
        ("lock nowhere x", refused(Refusal::UnknownResource)),
    ];
    for (step, (answer, why)) in table {
        let mut bench = Bench::holding(7, &format!("lock a x; {step}; write a"));
        assert_eq!(bench.reply(answer).ask(), Ask::ReleaseAll, "{step}");
        assert_eq!(bench.held(), []);
        let mishap = bench.client().last_mishap().expect("it is remembered");
        let expected = Mishap { transaction: 1, attempt: 1, place: 1, why, ..mishap };
        assert_eq!(mishap, expected, "{step}");
        assert_eq!(bench.reply(RELEASED).notes, [Note::GaveUp { transaction: 1 }]);
        assert_eq!(bench.client().doing(), Doing::Idle);
    }
}

#[test]
fn another_refusal_is_remembered_and_the_script_goes_on() {
    let table = [("downgrade b", Refusal::NotExclusive), ("release b", Refusal::NotHeld)];
    for (step, refusal) in table {
        let mut bench = Bench::holding(7, &format!("lock a x; {step}; work 1s"));
        assert!(bench.reply(Answer::Refused(refusal)).delay_us(Timer::Work).is_some(), "{step}");
        let mishaps = bench.client().current().map(|current| current.mishaps().to_vec());
        assert_eq!(mishaps.as_deref(), Some(&[bench.client().last_mishap().expect("one")][..]));
        assert_eq!(bench.why(), Some(Why::Refused(refusal)));
        assert_eq!(bench.held(), [("a", 7, Mode::Exclusive)]);
    }
}

#[test]
fn an_aborted_transaction_is_tried_again_as_another_attempt() {
    let mut bench = Bench::holding(7, "lock a x; lock b x; write");
    bench.reply(Answer::Queued { ahead: 0 });
    let wanted = bench.answer(N0, 2, aborted(1, 1));
    assert_eq!(wanted.calls(), [], "its locks are gone already");
    let delay_us = wanted.delay_us(Timer::Work).expect("a pause");
    assert_eq!(wanted.notes, [Note::BackedOff { transaction: 1, delay_us }]);
    assert_eq!((bench.held(), bench.client().doing()), (Vec::new(), Doing::BackingOff));
    assert_eq!(bench.client().activity(), Activity::BackingOff);
    assert_eq!(bench.why(), Some(Why::Aborted(Some(Cause::Deadlock))));
    let wanted = bench.time_out(Timer::Work);
    assert_eq!(wanted.notes, [Note::Began { transaction: 1, attempt: 2 }]);
    let call = &wanted.calls()[0].3;
    assert_eq!((call.transaction, call.attempt, call.session), (1, 2, 1));
    assert!(matches!(&call.ask, Ask::Acquire { resource, .. } if **resource == *"a"));
    assert_eq!(bench.client().tally().aborted, 1);
}

#[test]
fn pauses_between_attempts_double_up_to_a_bound() {
    let (first_us, most_us) = BACK_OFF_US;
    for times in 1..=8 {
        let bound_us = (first_us << (times - 1)).min(most_us);
        let delay_us = aborted_times(times).last.delay_us(Timer::Work).expect("a pause");
        assert!((bound_us / 2..=bound_us).contains(&delay_us), "{times}: {delay_us}");
    }
}

#[test]
fn a_client_that_works_is_told_that_it_was_wounded() {
    let mut bench = Bench::holding(7, "lock a x; work 1s");
    assert!(bench.abort().stopped.contains(&Timer::Work), "it does not work on");
    assert_eq!((bench.held(), bench.client().doing()), (Vec::new(), Doing::BackingOff));
    let again = bench.answer(N0, 1, aborted(1, 1)).clone();
    assert_eq!((again.sent.len(), again.timers.len()), (0, 0), "it was told before");
    bench.time_out(Timer::Work);
    assert_eq!(bench.answer(N0, 1, aborted(1, 1)).timers, [], "that was another attempt");
    assert_eq!(bench.client().doing(), Doing::Asking);
}

#[test]
fn an_access_to_the_vault_is_not_waited_for_after_an_abort() {
    let mut bench = Bench::holding(7, "lock a x; read");
    let (number, _) = bench.last.access();
    assert!(bench.abort().stopped.contains(&Timer::RequestTimeout));
    assert_eq!(bench.client().record().last().map(|last| &last.outcome), Some(&Outcome::Unknown));
    assert_eq!(bench.judge_number(number, Verdict::Read { value: 0 }).sent, []);
    assert_eq!(bench.client().doing(), Doing::BackingOff);
}

#[test]
fn what_is_done_is_done_whatever_became_of_the_locks() {
    for answer in [RELEASED, aborted(1, 1), Answer::Refused(Refusal::SessionOver)] {
        let mut bench = Bench::holding(7, "lock a x");
        assert_eq!(bench.last.ask(), Ask::ReleaseAll);
        let wanted = bench.reply(answer);
        assert_eq!(wanted.notes.last(), Some(&Note::Ended { transaction: 1 }));
        assert_eq!(bench.client().doing(), Doing::Idle);
    }
}

#[test]
fn a_lost_session_is_replaced_and_the_transaction_tried_again() {
    let mut bench = Bench::holding(7, "lock a x; work 1s; write");
    let wanted = bench.answer(N0, 1, Answer::Refused(Refusal::SessionOver));
    assert_eq!(wanted.notes[0], Note::LostSession);
    assert!(wanted.delay_us(Timer::Work).is_some());
    assert_eq!((bench.held(), bench.why()), (Vec::new(), Some(Why::LostSession)));
    let calls = bench.time_out(Timer::Work).calls();
    assert_eq!((calls[0].3.session, calls[0].3.attempt), (2, 2));
    assert_eq!(bench.client().tally(), Tally { lost: 1, ..Tally::default() });
    bench.answer(N0, 1, Answer::Refused(Refusal::SessionOver));
    assert_eq!(bench.client().links()[0].session(), 2, "that was the session before");
}

#[test]
fn a_stale_token_says_that_the_lock_is_gone() {
    let stale = Verdict::Stale { seen: 9 };
    let mut bench = Bench::holding(7, "lock a x; read");
    assert_eq!(bench.judge(stale).ask(), Ask::ReleaseAll);
    assert_eq!((bench.held(), bench.why()), (Vec::new(), Some(Why::Judged(stale))));
    let wanted = bench.reply(Answer::Refused(Refusal::SessionOver));
    assert!(matches!(wanted.notes[..], [Note::LostSession, Note::BackedOff { .. }]));
    let calls = bench.time_out(Timer::Work).calls();
    assert_eq!((calls[0].3.session, calls[0].3.attempt), (2, 2));
}

#[test]
fn a_stale_token_that_was_only_named_says_nothing() {
    let mut bench = Bench::holding(7, "lock a x; read as 3; work 1s");
    let wanted = bench.judge(Verdict::Stale { seen: 7 });
    assert!(wanted.delay_us(Timer::Work).is_some(), "the script goes on");
    assert_eq!(bench.held(), [("a", 7, Mode::Exclusive)]);
}

#[test]
fn a_script_that_repeats_goes_on_with_new_transactions_however_they_end() {
    let mut bench = Bench::running("lock a x within 1ms; repeat after 50ms");
    for (transaction, answer) in (1..).zip([Answer::TimedOut, aborted(2, 1), Answer::TimedOut]) {
        let is_over = answer == Answer::TimedOut;
        bench.reply(answer);
        if !is_over {
            bench.time_out(Timer::Work);
            bench.grant(5);
        }
        assert_eq!(bench.reply(RELEASED).delay_us(Timer::Work), Some(50_000));
        assert_eq!(bench.client().doing(), Doing::Resting);
        let began = Note::Began { transaction: transaction + 1, attempt: 1 };
        assert_eq!(bench.time_out(Timer::Work).notes, [began]);
    }
    let mut bench = Bench::holding(7, "lock a x; repeat");
    assert_eq!(bench.reply(RELEASED).delay_us(Timer::Work), Some(SHORTEST_PAUSE_US));
}

#[test]
fn who_is_told_to_stop_lets_go_and_does_not_repeat() {
    let scripts =
        ["lock a x; work 1s; repeat", "lock a x; lock b x; repeat", "lock a x; read; repeat"];
    for script in scripts {
        let mut bench = Bench::holding(7, script);
        assert!(bench.order(Order::Stop));
        assert_eq!(bench.last.ask(), Ask::ReleaseAll, "{script}");
        assert_eq!(bench.held(), []);
        let wanted = bench.reply(RELEASED);
        assert_eq!(
            (&wanted.notes[..], wanted.timers.len()),
            (&[Note::GaveUp { transaction: 1 }][..], 0)
        );
        assert_eq!(bench.client().doing(), Doing::Idle);
    }
    let mut bench = Bench::new();
    assert!(bench.order(Order::Stop), "there is nothing to give up");
    assert_eq!((bench.last.sent.len(), bench.client().doing()), (0, Doing::Idle));
}

#[test]
fn who_is_told_to_stop_in_a_pause_has_nothing_to_let_go() {
    let mut bench = aborted_times(1);
    bench.order(Order::Stop);
    assert_eq!(bench.last.notes, [Note::GaveUp { transaction: 1 }]);
    assert_eq!(bench.last.stopped, [Timer::Work]);
    let mut bench = Bench::holding(7, "lock a x; repeat");
    bench.reply(RELEASED);
    bench.order(Order::Stop);
    assert_eq!(bench.last.stopped, [Timer::Work]);
    assert_eq!((bench.last.notes.len(), bench.client().doing()), (0, Doing::Idle));
}

#[test]
fn who_is_told_to_stop_while_it_lets_go_does_not_try_again() {
    let mut bench = Bench::holding(7, "lock a x; read; repeat");
    bench.judge(Verdict::Stale { seen: 9 });
    let (to, request, ..) = bench.last.calls().pop().expect("it lets go");
    bench.order(Order::Stop);
    assert_eq!(bench.answer(to, request, RELEASED).notes, [Note::GaveUp { transaction: 1 }]);
    assert_eq!(bench.client().doing(), Doing::Idle);
}

#[test]
fn scripts_are_done_in_the_order_in_which_they_were_ordered() {
    let mut bench = Bench::holding(7, "lock a x");
    assert!(bench.run("lock b x; repeat") && bench.run("lock c x"));
    assert_eq!(bench.last.sent, []);
    assert_eq!(bench.client().waiting().count(), 2);
    let wanted = bench.answer(N0, 2, RELEASED);
    let began = Note::Began { transaction: 2, attempt: 1 };
    assert_eq!(wanted.notes, [Note::Ended { transaction: 1 }, began]);
    bench.order(Order::Stop);
    let ask = bench.reply(RELEASED).ask();
    assert!(matches!(ask, Ask::Acquire { resource, .. } if *resource == *"c"), "the next one");
    (0..MOST_WAITING).for_each(|_| assert!(bench.run("lock d x")));
    assert!(!bench.run("lock d x"), "too much waits already");
}
