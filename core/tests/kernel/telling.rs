//! What is set on every node, and what one node is told.

use lockstep_core::sim::choice::{Choice, Refusal};
use lockstep_core::sim::event::What;
use lockstep_core::sim::process::NodeId;
use lockstep_core::sim::run::Goal;
use lockstep_core::sim::time::Moment;

use crate::bench::{A, B, Bench, C, DELAY_US, PingChoice, lively, portrait, straight};
use crate::ping::{Bell, CALL, ECHOES, Request, Word};

const ALL: [NodeId; 3] = [A, B, C];

const fn set(value: u64) -> PingChoice {
    Choice::Set { setting: ECHOES, value }
}

const fn call(node: NodeId, operand: u64) -> PingChoice {
    Choice::Instruct { node, instruction: CALL, operand }
}

#[test]
fn a_setting_is_changed_on_every_node_at_once_and_may_change_again() {
    let mut bench = Bench::quiet();
    bench.choose(Choice::Crash(C)).choose(Choice::Pause(B)).choose(set(3));
    assert_eq!(ALL.map(|node| bench.process(node).echoes), [3; 3], "whether it runs or not");
    bench.ask(A, Request::Set { bell: Bell::Beat, delay_us: 1_000 }).through(1_000);
    assert_eq!(bench.departures(A), vec![(1_000, Word::Ping(1)); 6], "three to each neighbour");
    bench.choose(set(0));
    bench.ask(A, Request::Set { bell: Bell::Beat, delay_us: 1_000 }).through(9_000);
    assert_eq!(bench.departures(A).len(), 6);
}

#[test]
fn a_setting_outlives_a_crash_for_it_is_no_part_of_memory() {
    let mut bench = Bench::quiet();
    bench.choose(set(2)).choose(Choice::Crash(A)).choose(Choice::Restart(A));
    assert_eq!(bench.process(A).echoes, 2);
}

#[test]
fn a_setting_that_the_protocol_does_not_have_changes_nothing() {
    let mut bench = Bench::quiet();
    bench.choose(Choice::Set { setting: ECHOES + 1, value: 7 });
    assert_eq!(ALL.map(|node| bench.process(node).echoes), [1; 3]);
    let last = bench.events.last().expect("the choice was an event");
    assert!(matches!(last.what, What::Chosen(Choice::Set { value: 7, .. })));
}

#[test]
fn a_node_that_is_told_does_what_it_is_told_and_nobody_else_does() {
    let mut bench = Bench::quiet();
    bench.choose(call(A, 7)).through(DELAY_US);
    assert_eq!(bench.arrivals(B), [(DELAY_US, Word::Ping(7))]);
    assert_eq!(bench.arrivals(C), [(DELAY_US, Word::Ping(7))]);
    let told = bench.events.iter().find(|event| matches!(event.what, What::Chosen(_)));
    let told = told.expect("the choice was an event").id;
    let sent = bench.events.iter().find(|event| matches!(event.what, What::Sent { .. }));
    assert_eq!(sent.expect("it pinged").causes, [told]);
    assert!(
        bench
            .departures(B)
            .iter()
            .chain(&bench.departures(C))
            .all(|(_, word)| { matches!(word, Word::Answer(7)) })
    );
}

#[test]
fn a_node_that_is_not_willing_says_so_after_it_was_told() {
    let unknown = Choice::Instruct { node: A, instruction: CALL + 1, operand: 7 };
    for choice in [call(C, 7), call(A, u64::MAX), unknown] {
        let mut bench = Bench::quiet();
        bench.choose(choice.clone());
        let [.., chosen, ignored] = &bench.events[..] else { panic!("two events at least") };
        assert_eq!(chosen.what, What::Chosen(choice.clone()));
        assert_eq!(ignored.what, What::Ignored(choice, Refusal::Unwilling));
        assert_eq!(ignored.causes, [chosen.id]);
        assert!(ALL.iter().all(|node| bench.departures(*node).is_empty()));
    }
}

#[test]
fn what_was_set_and_told_is_part_of_the_run_and_replays() {
    let at = |time_us| Moment { time_us, taken: 0 };
    let goal = Goal::Moment(Moment::after(90_000));
    let run = |choices: &[_]| straight(lively(5), choices, goal);
    let choices = [(at(20_000), set(2)), (at(30_000), call(B, 8)), (at(31_000), call(C, 8))];
    let [one, other] = [run(&choices), run(&choices)];
    assert_eq!(portrait(&one), portrait(&other));
    let mut digests = vec![one.world.digest().value()];
    for left_out in 0..choices.len() {
        let mut fewer = choices.to_vec();
        fewer.remove(left_out);
        digests.push(run(&fewer).world.digest().value());
    }
    for (number, value) in [(0, set(3)), (1, call(B, 9)), (1, call(A, 8))] {
        let mut others = choices.to_vec();
        others[number].1 = value;
        digests.push(run(&others).world.digest().value());
    }
    let count = digests.len();
    digests.sort_unstable();
    digests.dedup();
    assert_eq!(digests.len(), count, "each choice, and each word of it, is in the digest");
}
