//! Choices that make no sense at their moment: noted, and otherwise without effect.

use lockstep_core::sim::choice::{Choice, Refusal};
use lockstep_core::sim::event::What;
use lockstep_core::sim::network::MessageId;

use crate::bench::{A, B, Bench, C, DELAY_US, PingChoice};
use crate::ping::{Bell, CALL, Request};

/// Asserts that a choice is refused so, in one step that changes no state and calls no process.
fn assert_refused(bench: &mut Bench, choice: PingChoice, refusal: Refusal) {
    let (before, steps) = (bench.clone(), bench.world().steps());
    bench.choose(choice.clone());
    let last = bench.events.last().expect("the choice was an event");
    assert_eq!(last.what, What::Ignored(choice, refusal));
    assert_eq!(bench.events.len(), before.events.len() + 1);
    assert_eq!(bench.world().steps(), steps + 1);
    assert_ne!(bench.world().digest(), before.world().digest(), "it is part of the run");
    let nodes = |bench: &Bench| format!("{:?}", bench.world().nodes());
    let flights = |bench: &Bench| format!("{:?}", bench.world().flights().collect::<Vec<_>>());
    assert_eq!((nodes(bench), flights(bench)), (nodes(&before), flights(&before)));
}

#[test]
fn a_node_that_is_down_can_only_be_restarted() {
    let mut bench = Bench::quiet();
    bench.choose(Choice::Crash(A));
    let choices = [
        Choice::Crash(A),
        Choice::Pause(A),
        Choice::Resume(A),
        Choice::Fire { node: A, timer: 0 },
        Choice::Operate { node: A, operation: Request::Write(1) },
        Choice::Instruct { node: A, instruction: CALL, operand: 1 },
    ];
    for choice in choices {
        assert_refused(&mut bench, choice, Refusal::Down);
    }
}

#[test]
fn a_node_that_is_up_cannot_be_restarted() {
    let mut bench = Bench::quiet();
    assert_refused(&mut bench, Choice::Restart(A), Refusal::Up);
    bench.choose(Choice::Pause(A));
    assert_refused(&mut bench, Choice::Restart(A), Refusal::Up);
}

#[test]
fn a_paused_node_cannot_be_paused_fired_asked_or_told() {
    let mut bench = Bench::quiet();
    bench.ask(A, Request::Set { bell: Bell::Beat, delay_us: 5_000 }).choose(Choice::Pause(A));
    assert_refused(&mut bench, Choice::Pause(A), Refusal::Paused);
    assert_refused(&mut bench, Choice::Fire { node: A, timer: 0 }, Refusal::Paused);
    let request = Choice::Operate { node: A, operation: Request::Write(1) };
    assert_refused(&mut bench, request, Refusal::Paused);
    let told = Choice::Instruct { node: A, instruction: CALL, operand: 1 };
    assert_refused(&mut bench, told, Refusal::Paused);
}

#[test]
fn a_node_that_runs_cannot_be_resumed() {
    assert_refused(&mut Bench::quiet(), Choice::Resume(A), Refusal::NotPaused);
}

#[test]
fn a_timer_that_does_not_run_or_does_not_exist_cannot_be_fired() {
    let mut bench = Bench::quiet();
    for timer in [0, 1, 2, u8::MAX] {
        assert_refused(&mut bench, Choice::Fire { node: A, timer }, Refusal::TimerStopped);
    }
}

#[test]
fn a_message_that_has_arrived_or_was_never_sent_cannot_be_touched() {
    let mut bench = Bench::quiet();
    let arrived = bench.ping(A, B, 1);
    bench.through(DELAY_US);
    for id in [arrived, MessageId { count: 9, ..arrived }, MessageId { copy: 1, ..arrived }] {
        let choices = [
            Choice::Lose(id),
            Choice::Duplicate(id),
            Choice::Hold(id),
            Choice::Deliver(id),
            Choice::Delay { message: id, by_us: 1 },
        ];
        for choice in choices {
            assert_refused(&mut bench, choice, Refusal::NoSuchMessage);
        }
    }
}

#[test]
fn a_node_that_takes_no_requests_says_so_after_it_was_asked() {
    let mut bench = Bench::quiet();
    bench.ask(C, Request::Write(1));
    let [.., chosen, ignored] = &bench.events[..] else { panic!("two events at least") };
    let choice = Choice::Operate { node: C, operation: Request::Write(1) };
    assert_eq!(chosen.what, What::Chosen(choice.clone()));
    assert_eq!(ignored.what, What::Ignored(choice, Refusal::NoClient));
    assert_eq!(ignored.causes, [chosen.id]);
    assert_eq!(bench.process(C).notebook.written, 0);
}
