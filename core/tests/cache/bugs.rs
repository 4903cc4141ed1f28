//! Every planted bug breaks something.

use lockstep_core::cache::bug::Bug;
use lockstep_core::cache::node::{LinkLayer, NodeSettings};
use lockstep_core::cache::placement::Placement;
use lockstep_core::cache::table::Interconnect;
use lockstep_core::sim::choice::Choice;
use lockstep_core::sim::network::LinkSettings;
use lockstep_core::sim::random::Probability;

use crate::bench::{Bench, SMALL, random_operation, shuffle_delays};
use crate::dice::Dice;

/// In how many random runs a bug has to show.
const RUNS: u64 = 300;

/// What goes wrong first, with a bug planted or without, in one of some random runs.
fn conviction(settings: NodeSettings, bug: Option<Bug>, runs: u64) -> Option<String> {
    (0..runs).find_map(|seed| {
        let mut bench = Bench::new(settings, seed);
        if let Some(bug) = bug {
            bench.world.apply(&Choice::Plant { bug: bug.number(), planted: true });
        }
        let mut dice = Dice::new(seed);
        let mut count = 0;
        for _ in 0..300 {
            let node = u8::try_from(dice.below(u64::from(settings.placement.caches))).unwrap();
            bench.ask(node, random_operation(&mut dice, &settings, &mut count));
            bench.settle(dice.below(10));
            if dice.one_in(40) {
                bench.settle(10_000);
                bench.judge_quiet();
                shuffle_delays(&mut bench.world, &mut dice);
            }
        }
        bench.faults.first().cloned()
    })
}

#[test]
fn without_a_bug_nothing_goes_wrong() {
    let mended = (0..40).all(|seed| crate::calm::storm(SMALL, seed, 400).faults.is_empty());
    assert!(mended);
    // What convicts bugs convicts nobody without one.
    let bus = Placement { interconnect: Interconnect::Bus, caches: 3, homes: 1 };
    for placement in [SMALL.placement, bus] {
        let found = conviction(NodeSettings { placement, lines: 1, ..SMALL }, None, RUNS);
        assert_eq!(found, None, "{placement:?}");
    }
}

#[test]
fn every_bug_of_the_directory_protocol_breaks_something() {
    let leases =
        [Bug::LeaseIgnored, Bug::ReclaimTooEarly, Bug::LossNotReported, Bug::WriteBackPostponed];
    for bug in Bug::ALL.into_iter().filter(|bug| !leases.contains(bug)) {
        let found = conviction(NodeSettings { lines: 1, ..SMALL }, Some(bug), RUNS);
        assert!(found.is_some(), "{bug:?} breaks nothing");
    }
}

#[test]
fn bugs_of_write_backs_and_forwards_break_the_bus_too() {
    let placement = Placement { interconnect: Interconnect::Bus, caches: 3, homes: 1 };
    let settings = NodeSettings { placement, lines: 1, ..SMALL };
    for bug in [
        Bug::StaleWriteBack,
        Bug::OwnerKeepsExclusive,
        Bug::SharerForgotten,
        Bug::SharedWritten,
        Bug::WriteBackWithoutData,
        Bug::EvictionNotAwaited,
        Bug::ForwardUnanswered,
        Bug::OwnerNotChanged,
        Bug::SwapOnShared,
    ] {
        assert!(conviction(settings, Some(bug), RUNS).is_some(), "{bug:?} breaks nothing on a bus");
    }
}

#[test]
fn datagrams_that_overtake_each_other_break_the_protocol() {
    // The protocol needs order between the same two nodes. Without it, something comes that no
    // table has an entry for, or worse.
    let found = (0..20).any(|seed| {
        let mut bench = Bench::new(SMALL, seed);
        let network =
            LinkSettings { delay_min_us: 1, delay_max_us: 9_000, ..LinkSettings::default() };
        bench.world.apply(&Choice::Network(network));
        let mut dice = Dice::new(seed);
        let mut count = 0;
        for _ in 0..300 {
            let node = u8::try_from(dice.below(3)).unwrap();
            bench.ask(node, random_operation(&mut dice, &SMALL, &mut count));
            bench.settle(dice.below(10));
        }
        !bench.faults.is_empty()
    });
    assert!(found);
}

#[test]
fn reliable_links_keep_it_right_over_datagrams_that_are_lost_and_doubled() {
    let settings = NodeSettings { links: LinkLayer::Reliable, ..SMALL };
    for seed in 0..10 {
        let mut bench = Bench::new(settings, seed);
        let rarely = Probability::from_parts(1 << 28).expect("a sixteenth");
        let network = LinkSettings {
            delay_min_us: 1,
            delay_max_us: 9_000,
            loss: rarely,
            duplicate: rarely,
            reorder: rarely,
        };
        bench.world.apply(&Choice::Network(network));
        let mut dice = Dice::new(seed);
        let mut count = 0;
        for _ in 0..300 {
            let node = u8::try_from(dice.below(3)).unwrap();
            bench.ask(node, random_operation(&mut dice, &settings, &mut count));
            bench.settle(dice.below(30));
        }
        bench.settle(100_000);
        bench.judge_quiet();
        assert!(bench.faults.is_empty(), "{seed}: {:#?}", bench.faults);
    }
}
