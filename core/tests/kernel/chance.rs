//! Chance: rates are what was asked for, and an intervention in one place reshuffles nothing
//! elsewhere.

use std::collections::{BTreeMap, BTreeSet};

use lockstep_core::sim::choice::Choice;
use lockstep_core::sim::event::{LossReason, What};
use lockstep_core::sim::network::{LinkSettings, MessageId};
use lockstep_core::sim::process::NodeId;
use lockstep_core::sim::random::Probability;

use crate::bench::{A, B, Bench, Surroundings, one_in, rough, world};
use crate::ping::{Bell, Ping};

/// How a few thousand messages between two nodes fared.
fn fares(change: impl Fn(&mut LinkSettings)) -> Bench {
    let mut surroundings = rough(21);
    surroundings.network = LinkSettings::default();
    change(&mut surroundings.network);
    let mut bench = Bench::new(world(2, Some(2_000), surroundings, true));
    bench.through(2_000_000);
    bench
}

fn count(bench: &Bench, pick: impl Fn(&What<Ping>) -> bool) -> u64 {
    bench.events.iter().filter(|event| pick(&event.what)).count() as u64
}

fn sent(bench: &Bench) -> u64 {
    count(bench, |what| matches!(what, What::Sent { .. }))
}

fn assert_about(part: u64, whole: u64, one_in: u64) {
    let expected = whole / one_in;
    assert!(whole > 4_000, "too few to judge: {whole}");
    assert!((expected * 8 / 10..expected * 12 / 10).contains(&part), "{part} of {whole}");
}

#[test]
fn messages_are_lost_at_about_the_rate_asked_for() {
    let bench = fares(|link| link.loss = one_in(8));
    let lost = bench.losses();
    assert!(lost.iter().all(|(_, reason)| *reason == LossReason::Chance));
    assert_about(lost.len() as u64, sent(&bench), 8);
}

#[test]
fn messages_are_doubled_at_about_the_rate_asked_for() {
    let bench = fares(|link| link.duplicate = one_in(8));
    let copies = count(&bench, |what| matches!(what, What::Delivered { id, .. } if id.copy > 0));
    assert_about(copies, sent(&bench), 8);
}

#[test]
fn messages_are_held_up_at_about_the_rate_asked_for() {
    let bench = fares(|link| {
        (link.delay_min_us, link.delay_max_us) = (10_000, 10_000);
        link.reorder = one_in(8);
    });
    let late = bench.times(|event| match event.what {
        What::Delivered { sent_us, .. } => (event.time_us > sent_us + 10_000).then_some(()),
        _ => None,
    });
    assert_about(late.len() as u64, sent(&bench), 8);
    let longest = bench.times(|event| match event.what {
        What::Delivered { sent_us, .. } => Some(event.time_us - sent_us),
        _ => None,
    });
    assert!(longest.iter().all(|(_, delay_us)| (10_000..=50_000).contains(delay_us)));
}

#[test]
fn a_calm_network_loses_doubles_and_reorders_nothing() {
    let bench = fares(|link| (link.delay_min_us, link.delay_max_us) = (10_000, 10_000));
    assert_eq!(bench.losses(), []);
    let mut last: BTreeMap<(NodeId, NodeId), u32> = BTreeMap::new();
    for event in &bench.events {
        if let What::Delivered { id: MessageId { from, to, count, copy }, .. } = event.what {
            assert_eq!((last.insert((from, to), count).unwrap_or(0), copy), (count - 1, 0));
        }
    }
}

#[test]
fn a_probability_of_one_is_certain() {
    let bench = fares(|link| link.loss = Probability::ALWAYS);
    assert_eq!(count(&bench, |what| matches!(what, What::Delivered { .. })), 0);
}

/// The delay of each message and the times of the timers, but for what concerns A and B.
fn elsewhere(bench: &Bench) -> (BTreeMap<MessageId, u64>, Vec<(u64, Bell)>) {
    let delays = bench.times(|event| match event.what {
        What::Sent { id, due_us, .. } if id.from > B && id.to > B => {
            Some((id, due_us - event.time_us))
        }
        _ => None,
    });
    let delays = delays.into_iter().map(|(_, delay)| delay).collect();
    (delays, bench.bells(NodeId(2)))
}

#[test]
fn losing_a_message_between_two_nodes_leaves_luck_between_two_others_as_it_was() {
    let four = || {
        let surroundings = Surroundings { network: LinkSettings::default(), ..rough(22) };
        Bench::new(world(4, Some(6_000), surroundings, true))
    };
    let (mut calm, mut meddled) = (four(), four());
    meddled.before(30_000);
    let victim = meddled.world().flights().find(|flight| (flight.id.from, flight.id.to) == (A, B));
    let victim = victim.expect("A talks to B all the time").id;
    meddled.choose(Choice::Lose(victim));
    calm.through(300_000);
    meddled.through(300_000);
    assert_ne!(calm.world().digest(), meddled.world().digest());
    assert_ne!(calm.arrivals(B), meddled.arrivals(B));
    let ((calm, beats), (meddled, meddled_beats)) = (elsewhere(&calm), elsewhere(&meddled));
    assert_eq!(beats, meddled_beats);
    let both = calm.iter().filter_map(|(id, delay_us)| Some((delay_us, meddled.get(id)?)));
    assert!(both.clone().count() > 100);
    assert!(both.clone().all(|(calm_us, meddled_us)| calm_us == meddled_us));
}

#[test]
fn a_cut_link_draws_as_much_luck_as_one_that_is_up() {
    let (mut calm, mut cut) = (Bench::lively(23), Bench::lively(23));
    cut.choose(Choice::Cut { from: A, to: B, both_ways: false });
    let delays = |bench: &mut Bench| {
        for counter in 0..50 {
            bench.ping(A, B, counter);
        }
        bench.choose(Choice::Heal { from: A, to: B, both_ways: false });
        for counter in 50..100 {
            bench.ping(A, B, counter);
        }
        let due = bench.times(|event| match event.what {
            What::Sent { id, due_us, .. } if id.count > 50 => Some(due_us),
            _ => None,
        });
        due.into_iter().map(|(_, due_us)| due_us).collect::<Vec<_>>()
    };
    assert_eq!(delays(&mut calm), delays(&mut cut));
}

#[test]
fn a_node_never_draws_the_same_luck_twice_not_even_after_a_crash() {
    let gaps = |bench: &Bench| {
        let beats: Vec<u64> = bench.bells(A).into_iter().map(|(time_us, _)| time_us).collect();
        beats.windows(2).map(|pair| pair[1] - pair[0]).collect::<Vec<_>>()
    };
    let mut bench = Bench::lively(24);
    bench.through(200_000);
    let before = gaps(&bench);
    bench.choose(Choice::Crash(A)).choose(Choice::Restart(A)).through(400_000);
    let after = gaps(&bench)[before.len() + 1..].to_vec();
    let distinct: BTreeSet<u64> = before.iter().chain(&after).copied().collect();
    assert!(distinct.len() * 10 > (before.len() + after.len()) * 9, "3000 gaps are possible");
    assert_ne!(before[..10], after[..10]);
}
