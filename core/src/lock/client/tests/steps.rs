//! What each step of a script does.

use super::*;
use crate::lock::client::record::{Operation, Outcome};
use crate::lock::command::Patience;
use crate::lock::script::Step;

fn acquire(resource: &str, mode: Mode, patience: Patience) -> Ask {
    Ask::Acquire { resource: resource.into(), mode, patience }
}

#[test]
fn a_script_is_worked_through_step_by_step() {
    let mut bench = Bench::running("lock a x; work 5ms; release a; lock b s");
    let [(N0, 1, 1, call)] = &bench.last.calls()[..] else { panic!("{:?}", bench.last) };
    assert_eq!((call.session, call.transaction, call.attempt), (1, 1, 1));
    assert_eq!(call.ask, acquire("a", Mode::Exclusive, Patience::Endless));
    assert_eq!(bench.last.notes, [Note::Began { transaction: 1, attempt: 1 }]);
    assert_eq!(bench.client().doing(), Doing::Asking);

    let wanted = bench.grant(7);
    assert_eq!(wanted.delay_us(Timer::Work), Some(5_000));
    assert_eq!(wanted.notes, [Note::Holds { resource: "a".into(), token: 7 }]);
    assert!(wanted.stopped.contains(&Timer::RequestTimeout));
    assert_eq!(bench.held(), [("a", 7, Mode::Exclusive)]);
    assert_eq!(bench.client().doing(), Doing::Working);

    assert_eq!(bench.time_out(Timer::Work).ask(), Ask::Release { resource: "a".into() });
    assert_eq!(bench.held(), [], "it does not wait to be answered before it stops to believe");
    let ask = bench.reply(RELEASED).ask();
    assert_eq!(ask, acquire("b", Mode::Shared, Patience::Endless));
    assert_eq!(bench.grant(8).ask(), Ask::ReleaseAll, "at the end all is let go of");
    assert_eq!(bench.client().doing(), Doing::LettingGo);
    assert_eq!(bench.reply(RELEASED).notes, [Note::Ended { transaction: 1 }]);
    assert_eq!(bench.client().doing(), Doing::Idle);
    assert_eq!(bench.client().tally(), Tally { ended: 1, ..Tally::default() });
}

#[test]
fn each_step_asks_the_table_for_what_it_says() {
    let table = [
        ("lock a x within 50ms", acquire("a", Mode::Exclusive, Patience::For(50_000))),
        ("try a s", acquire("a", Mode::Shared, Patience::None)),
        ("upgrade a", Ask::Upgrade { resource: "a".into(), patience: Patience::Endless }),
        ("upgrade a within 1s", {
            Ask::Upgrade { resource: "a".into(), patience: Patience::For(1_000_000) }
        }),
        ("downgrade a", Ask::Downgrade { resource: "a".into() }),
        ("release a", Ask::Release { resource: "a".into() }),
        ("release all", Ask::ReleaseAll),
        ("lock nowhere x", acquire("nowhere", Mode::Exclusive, Patience::Endless)),
    ];
    for (script, ask) in table {
        assert_eq!(Bench::running(script).last.ask(), ask, "{script}");
    }
}

#[test]
fn a_downgrade_is_believed_at_once_and_an_upgrade_when_it_is_granted() {
    let mut bench = Bench::holding(7, "lock a x; downgrade a; upgrade a; work 1s");
    assert_eq!(bench.held(), [("a", 7, Mode::Shared)]);
    bench.reply(Answer::Downgraded { token: 7 });
    assert_eq!(bench.held(), [("a", 7, Mode::Shared)]);
    bench.grant(8);
    assert_eq!(bench.held(), [("a", 8, Mode::Exclusive)]);
}

#[test]
fn a_write_reads_first_and_adds_one_to_what_it_found() {
    let mut bench = Bench::holding(7, "lock a x; write; write");
    let access = |writes| Access { resource: "a".into(), token: 7, mode: Mode::Exclusive, writes };
    assert_eq!(bench.last.access(), (1, access(None)));
    assert_eq!(bench.client().doing(), Doing::Reading);
    assert_eq!(bench.judge(Verdict::Read { value: 4 }).access(), (2, access(Some(5))));
    assert_eq!(bench.client().doing(), Doing::Writing);
    let again = bench.judge(Verdict::Wrote).access();
    assert_eq!(again, (3, access(Some(6))), "what it has written it knows");
    assert_eq!(bench.judge(Verdict::Wrote).ask(), Ask::ReleaseAll);
}

#[test]
fn who_has_read_before_writes_one_more_also_after_an_upgrade() {
    let mut bench = Bench::holding(7, "lock a s; read; upgrade a; write");
    let (_, access) = bench.last.access();
    assert_eq!((access.mode, access.writes), (Mode::Shared, None));
    bench.judge(Verdict::Read { value: 4 });
    let (_, access) = bench.grant(9).access();
    assert_eq!((access.token, access.writes), (9, Some(5)), "nobody can have written since");
}

#[test]
fn what_was_read_under_another_grant_is_not_relied_on() {
    let mut bench = Bench::holding(7, "lock a x; read; release a; lock a x; write");
    bench.judge(Verdict::Read { value: 4 });
    bench.reply(RELEASED);
    let (_, access) = bench.grant(9).access();
    assert_eq!((access.token, access.writes), (9, None));
}

#[test]
fn a_token_that_is_named_is_shown_in_place_of_the_grants() {
    let mut bench = Bench::holding(7, "lock a s; write as 3");
    let access = |writes| Access { resource: "a".into(), token: 3, mode: Mode::Exclusive, writes };
    assert_eq!(bench.last.access().1, access(None));
    assert_eq!(bench.judge(Verdict::Read { value: 1 }).access().1, access(Some(2)));
}

#[test]
fn who_has_no_lock_shows_no_token() {
    let mut bench = Bench::running("write a");
    assert_eq!(bench.last.access().1.token, 0);
    let refused = Verdict::Stale { seen: 4 };
    assert_eq!(bench.judge(refused).notes, [Note::Ended { transaction: 1 }]);
    assert_eq!(bench.why(), Some(Why::Judged(refused)));
}

#[test]
fn without_a_vault_reading_and_writing_take_a_moment() {
    let mut bench = Bench::with(ClientSettings { vault: None, ..settings() });
    bench.run("read a; write a");
    for _ in 0..2 {
        assert_eq!(bench.last.timers, [(Timer::Work, 1)]);
        bench.time_out(Timer::Work);
    }
    assert_eq!(bench.last.notes, [Note::Ended { transaction: 1 }]);
}

#[test]
fn the_vault_is_asked_again_with_the_same_number_until_it_answers() {
    let mut bench = Bench::holding(7, "lock a x; read");
    let first = bench.last.access();
    assert_eq!(bench.last.delay_us(Timer::RequestTimeout), Some(TIMEOUT_US));
    assert_eq!(bench.time_out(Timer::RequestTimeout).access(), first);
    assert_eq!(bench.judge_number(first.0 + 1, Verdict::Read { value: 0 }).sent, []);
    assert_eq!(bench.judge_number(first.0, Verdict::Read { value: 0 }).ask(), Ask::ReleaseAll);
    assert_eq!(bench.judge_number(first.0, Verdict::Read { value: 0 }).sent, []);
}

#[test]
fn a_token_unheard_of_is_shown_again_a_few_times() {
    let mut bench = Bench::holding(7, "lock a x; read");
    let (number, unheard) = (1, Verdict::Unheard { told: 6 });
    for time in 1..MOST_UNHEARD {
        let wanted = bench.judge_number(number, unheard);
        assert_eq!(wanted.delay_us(Timer::Retry), Some(RETRY_US));
        let asks: Vec<Ask> = wanted.calls().into_iter().map(|(_, _, _, call)| call.ask).collect();
        let reminds = if time == 1 { &[Ask::KeepAlive][..] } else { &[] };
        assert_eq!(asks, reminds, "the leader is to tell the vault again");
        assert_eq!(bench.time_out(Timer::Retry).access().0, number);
    }
    assert_eq!(bench.judge_number(number, unheard).ask(), Ask::ReleaseAll, "the script goes on");
    assert_eq!(bench.why(), Some(Why::Judged(unheard)));
}

#[test]
fn what_it_worked_is_told_with_the_next_call_and_what_it_waited_is_not() {
    let mut bench = Bench::running("lock a x; work 5ms; lock b x");
    bench.passed_us += 90_000;
    bench.grant(7);
    bench.passed_us += 5_000;
    let calls = bench.time_out(Timer::Work).calls();
    assert_eq!(calls[0].3.spent_us, 5_001, "the bench takes one more for each event");
}

#[test]
fn everything_that_was_asked_is_on_record_with_its_times_and_its_outcome() {
    let mut bench = Bench::running("lock a x; read");
    bench.reply(Answer::Queued { ahead: 1 });
    bench.answer(N0, 1, Answer::Granted { token: 7, mode: Mode::Exclusive });
    bench.judge(Verdict::Read { value: 0 });
    bench.crash();
    let record: Vec<_> = bench.client().record().iter().cloned().collect();
    let times = record
        .iter()
        .map(|operated| (operated.invoked_us, operated.queued_us, operated.completed_us));
    let expected = [(2, Some(3), Some(4)), (4, None, Some(5)), (5, None, None)];
    assert_eq!(times.collect::<Vec<_>>(), expected);
    let granted = Answer::Granted { token: 7, mode: Mode::Exclusive };
    assert_eq!(record[0].outcome, Outcome::Answered(granted));
    assert_eq!(record[1].outcome, Outcome::Judged(Verdict::Read { value: 0 }));
    assert_eq!(record[2].outcome, Outcome::Unknown, "it was under way when the client crashed");
    let call = Operation::Call { group: 0, session: 1, request: 2, ask: Ask::ReleaseAll };
    assert_eq!(record[2].operation, call);
    assert_eq!(Trait::<Nothing>::begun(&bench.party), 3);
}

#[test]
fn load_is_transactions_in_which_all_is_locked_that_is_used() {
    let mut bench = Bench::with(ClientSettings { load_us: Some(10_000), ..settings() });
    assert!(bench.last.delay_us(Timer::Load).is_some_and(|us| (5_000..=15_000).contains(&us)));
    let mut modes = [0, 0];
    for count in 1..=50 {
        bench.time_out(Timer::Load);
        let current = bench.client().current().expect("it has begun");
        assert_eq!(current.number(), count);
        let locks = current.script().steps().iter().filter_map(Step::locks).count();
        assert!((1..=3).contains(&locks), "{}", current.script());
        if let Ask::Acquire { mode, .. } = bench.last.ask() {
            modes[mode as usize] += 1;
        }
        bench.time_out(Timer::Load);
        assert_eq!(bench.last.sent, [], "one after the other");
        bench.order(Order::Stop);
        let wanted = bench.reply(RELEASED);
        assert!(wanted.delay_us(Timer::Load).is_some());
    }
    assert!(modes.into_iter().all(|count| count > 10), "{modes:?}");
}
