//! Choices that name one message on its way.

use lockstep_core::sim::choice::{Choice, Refusal};
use lockstep_core::sim::event::{Event, LossReason, What};
use lockstep_core::sim::network::{LinkSettings, MessageId};
use lockstep_core::sim::run::{Goal, Timed};
use lockstep_core::sim::time::Moment;

use crate::bench::{A, B, Bench, DELAY_US, Surroundings, lively, one_in, steady, straight, world};
use crate::ping::{Request, Word};

/// Pings 1 and 2 leave A at time zero; the first one is named.
fn two_pings() -> (Bench, MessageId) {
    let mut bench = Bench::quiet();
    let first = bench.ping(A, B, 1);
    bench.ping(A, B, 2);
    (bench, first)
}

#[test]
fn messages_are_counted_on_each_link() {
    let (mut bench, first) = two_pings();
    assert_eq!(first, MessageId { from: A, to: B, count: 1, copy: 0 });
    assert_eq!(bench.ping(A, B, 3).count, 3);
    assert_eq!(bench.ping(B, A, 4).count, 1);
}

#[test]
fn a_message_is_lost_by_name() {
    let (mut bench, first) = two_pings();
    bench.before(6_000).choose(Choice::Lose(first)).through(DELAY_US);
    assert_eq!(bench.losses(), [(6_000, LossReason::Choice)]);
    assert_eq!(bench.arrivals(B), [(DELAY_US, Word::Ping(2))]);
}

#[test]
fn a_message_is_delayed_by_name() {
    let (mut bench, first) = two_pings();
    bench.choose(Choice::Delay { message: first, by_us: 5_000 }).through(50_000);
    assert_eq!(bench.arrivals(B), [(DELAY_US, Word::Ping(2)), (DELAY_US + 5_000, Word::Ping(1))]);
}

#[test]
fn a_delayed_message_that_chance_will_lose_is_lost_later() {
    let network = LinkSettings { loss: one_in(1), ..steady().network };
    let mut bench = Bench::new(world(2, None, Surroundings { network, ..steady() }, true));
    let message = bench.ping(A, B, 1);
    bench.choose(Choice::Delay { message, by_us: 5_000 }).through(50_000);
    assert_eq!(bench.losses(), [(DELAY_US / 2 + 5_000, LossReason::Chance)]);
}

#[test]
fn a_held_message_waits_until_it_is_delivered() {
    let (mut bench, first) = two_pings();
    bench.choose(Choice::Hold(first)).through(500_000);
    assert_eq!(bench.arrivals(B), [(DELAY_US, Word::Ping(2))]);
    assert!(bench.world().flights().any(|flight| flight.id == first && flight.held_us.is_some()));
    bench.choose(Choice::Deliver(first)).through(500_000);
    assert_eq!(bench.arrivals(B)[1..], [(500_000, Word::Ping(1))]);
}

#[test]
fn a_held_message_that_is_delayed_goes_on_from_now() {
    let (mut bench, first) = two_pings();
    bench.choose(Choice::Hold(first)).through(500_000);
    bench.choose(Choice::Delay { message: first, by_us: 3_000 }).through(600_000);
    assert_eq!(bench.arrivals(B)[1..], [(503_000, Word::Ping(1))]);
}

#[test]
fn a_held_message_that_chance_would_have_lost_is_lost_when_it_goes_on() {
    let network = LinkSettings { loss: one_in(1), ..steady().network };
    let mut bench = Bench::new(world(2, None, Surroundings { network, ..steady() }, true));
    let message = bench.ping(A, B, 1);
    bench.choose(Choice::Hold(message)).through(500_000);
    bench.choose(Choice::Delay { message, by_us: 3_000 }).through(600_000);
    assert_eq!(bench.losses(), [(503_000, LossReason::Chance)]);
}

#[test]
fn a_delay_beyond_all_time_is_for_ever_and_breaks_nothing() {
    let (mut bench, first) = two_pings();
    for _ in 0..2 {
        bench.choose(Choice::Delay { message: first, by_us: u64::MAX });
    }
    bench.through(500_000);
    assert_eq!(bench.arrivals(B), [(DELAY_US, Word::Ping(2))]);
}

#[test]
fn a_message_is_delivered_early_by_name() {
    let (mut bench, first) = two_pings();
    bench.before(2_000).choose(Choice::Deliver(first)).through(DELAY_US);
    assert_eq!(bench.arrivals(B), [(2_000, Word::Ping(1)), (DELAY_US, Word::Ping(2))]);
}

#[test]
fn a_held_message_can_be_lost() {
    let (mut bench, first) = two_pings();
    bench.choose(Choice::Hold(first)).through(50_000).choose(Choice::Lose(first)).through(50_000);
    assert_eq!(bench.losses(), [(50_000, LossReason::Choice)]);
}

#[test]
fn a_message_is_duplicated_by_name_and_the_copy_has_a_name_of_its_own() {
    let (mut bench, first) = two_pings();
    bench.before(4_000).choose(Choice::Duplicate(first)).choose(Choice::Duplicate(first));
    let mut copies: Vec<u8> = bench
        .world()
        .flights()
        .filter(|flight| flight.id.count == first.count)
        .map(|flight| flight.id.copy)
        .collect();
    copies.sort_unstable();
    assert_eq!(copies, [0, 1, 2]);
    bench.choose(Choice::Lose(MessageId { copy: 1, ..first })).through(50_000);
    let pings = [(10_000, 1), (10_000, 2), (14_000, 1)].map(|(at, word)| (at, Word::Ping(word)));
    assert_eq!(bench.arrivals(B), pings);
}

#[test]
fn a_copy_is_never_named_like_one_that_has_arrived() {
    let (mut bench, first) = two_pings();
    let copy = MessageId { copy: 1, ..first };
    bench.choose(Choice::Hold(first)).choose(Choice::Duplicate(first)).through(50_000);
    assert!(bench.world().flights().all(|flight| flight.id != copy), "the copy has arrived");
    bench.choose(Choice::Duplicate(first)).choose(Choice::Lose(copy));
    let last = &bench.events.last().expect("the choice was an event").what;
    assert_eq!(*last, What::Ignored(Choice::Lose(copy), Refusal::NoSuchMessage));
    let ids: Vec<_> = bench.world().flights().map(|flight| flight.id.copy).collect();
    assert_eq!(ids.iter().max(), Some(&2));
}

#[test]
fn copies_are_refused_when_their_names_are_used_up() {
    let (mut bench, first) = two_pings();
    for _ in 0..300 {
        bench.choose(Choice::Duplicate(first));
    }
    let last = &bench.events.last().expect("the choice was an event").what;
    assert_eq!(*last, What::Ignored(Choice::Duplicate(first), Refusal::TooManyCopies));
    let mut ids: Vec<_> = bench.world().flights().map(|flight| flight.id).collect();
    ids.sort();
    ids.dedup();
    assert_eq!((ids.len(), bench.world().flights().count()), (257, 257));
}

#[test]
fn a_copy_made_by_chance_keeps_its_name_for_itself() {
    let network = LinkSettings { duplicate: one_in(1), ..steady().network };
    let mut bench = Bench::new(world(2, None, Surroundings { network, ..steady() }, true));
    let message = bench.ping(A, B, 1);
    bench.choose(Choice::Hold(message)).through(50_000).choose(Choice::Duplicate(message));
    let copies: Vec<_> = bench.world().flights().filter(|flight| flight.id.from == A).collect();
    assert_eq!(copies.iter().map(|flight| flight.id.copy).max(), Some(2));
}

#[test]
fn what_becomes_of_a_message_is_also_caused_by_the_choice_that_touched_it() {
    let touched = [Choice::Lose, Choice::Deliver, Choice::Duplicate];
    let cut = |_| Choice::Cut { from: A, to: B, both_ways: false };
    let delay = |message| Choice::Delay { message, by_us: 3 };
    let choices = touched.into_iter().map(|choose| Box::new(choose) as Box<dyn Fn(_) -> _>);
    for choose in choices.chain([Box::new(cut) as _, Box::new(delay) as _]) {
        let mut bench = Bench::quiet();
        let message = bench.ping(A, B, 1);
        bench.before(4_000).choose(choose(message));
        let choice = bench.events.last().expect("the choice was an event").id;
        bench.through(50_000);
        let led_to = bench.events.iter().find(|event| event.causes.contains(&choice));
        let led_to = led_to.expect("the choice had a consequence");
        assert!(matches!(led_to.what, What::Lost { .. } | What::Delivered { .. }));
        assert_eq!(led_to.causes.len(), 2);
    }
}

#[test]
fn what_is_lost_on_a_cut_link_is_caused_by_the_cut() {
    let mut bench = Bench::quiet();
    bench.choose(Choice::Cut { from: A, to: B, both_ways: false });
    let cut = bench.events.last().expect("the choice was an event").id;
    bench.before(4_000).choose(Choice::Partition(vec![vec![A], vec![B]]));
    bench.ping(A, B, 1);
    bench.through(50_000);
    let lost = bench.events.iter().find(|event| matches!(event.what, What::Lost { .. }));
    assert!(lost.expect("it was sent into a cut link").causes.contains(&cut));
}

#[test]
fn a_named_message_is_the_same_one_after_a_replay() {
    let choices: Vec<Timed<Request>> = {
        let alone = straight(lively(8), &[], Goal::Moment(Moment::before(40_000)));
        let named: Vec<MessageId> = alone.world.flights().map(|flight| flight.id).collect();
        assert!(named.len() > 3);
        named.into_iter().map(|id| (Moment::before(40_000), Choice::Lose(id))).collect()
    };
    let goal = Goal::Moment(Moment::before(60_000));
    let mut events = [false, true].map(|late| {
        let start = if late {
            straight(lively(8), &choices, Goal::Moment(Moment::before(30_000)))
        } else {
            lively(8)
        };
        let mut run = straight(start, &choices, Goal::Moment(Moment::before(35_000)));
        run.world.narrate(true);
        straight(run, &choices, goal).world.take_events()
    });
    let lost =
        |event: &&Event<_>| matches!(event.what, What::Lost { reason: LossReason::Choice, .. });
    assert_eq!(events[0].iter().filter(lost).count(), choices.len());
    assert_eq!(std::mem::take(&mut events[0]), events[1]);
}
