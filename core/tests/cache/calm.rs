//! Nothing fails: the protocol by itself, in every variant.

use lockstep_core::cache::node::NodeSettings;
use lockstep_core::cache::placement::Placement;
use lockstep_core::cache::setting::Features;
use lockstep_core::cache::table::Interconnect;

use crate::bench::{Bench, SMALL, random_operation, shuffle_delays};
use crate::dice::Dice;

/// Random operations of all nodes over links whose delays change when nothing is under way.
pub(crate) fn storm(settings: NodeSettings, seed: u64, operations: u64) -> Bench {
    let mut bench = Bench::new(settings, seed);
    let mut dice = Dice::new(seed ^ 0xC0FFEE);
    let mut count = 0;
    for _ in 0..operations / 40 {
        for _ in 0..40 {
            let node = u8::try_from(dice.below(u64::from(settings.placement.caches))).unwrap();
            bench.ask(node, random_operation(&mut dice, &settings, &mut count));
            bench.settle(dice.below(12));
        }
        bench.settle(100_000);
        bench.judge_quiet();
        if !bench.faults.is_empty() {
            break;
        }
        shuffle_delays(&mut bench.world, &mut dice);
    }
    bench
}

fn assert_calm(settings: NodeSettings) {
    for seed in 0..12 {
        for capacity in 1..=4 {
            let features = Features { capacity, ..settings.features };
            let settings = NodeSettings { features, ..settings };
            let bench = storm(settings, seed, 400);
            assert!(bench.faults.is_empty(), "{settings:?}, seed {seed}: {:#?}", bench.faults);
        }
    }
}

fn with(exclusive: bool, answer_invalidations: bool) -> NodeSettings {
    let placement = Placement { interconnect: Interconnect::Directory, caches: 4, homes: 2 };
    let features = Features { exclusive, answer_invalidations, ..Features::default() };
    NodeSettings { placement, lines: 5, features, ..SMALL }
}

#[test]
fn msi_is_coherent_over_any_delays() {
    assert_calm(with(false, false));
}

#[test]
fn mesi_is_coherent_over_any_delays() {
    assert_calm(with(true, false));
}

#[test]
fn so_are_both_when_invalidations_are_answered_at_once() {
    assert_calm(with(false, true));
    assert_calm(with(true, true));
}

#[test]
fn two_lines_of_one_cache_in_each_others_way() {
    assert_calm(NodeSettings { lines: 2, ..with(true, false) });
    assert_calm(NodeSettings { lines: 1, ..with(true, true) });
}

#[test]
fn the_bus_is_coherent_with_msi_and_mesi() {
    for exclusive in [false, true] {
        let placement = Placement { interconnect: Interconnect::Bus, caches: 4, homes: 1 };
        assert_calm(NodeSettings { placement, ..with(exclusive, false) });
    }
}

#[test]
fn the_same_seed_gives_the_same_digest() {
    let digest = |seed| storm(with(true, false), seed, 200).world.digest();
    assert_eq!(digest(1), digest(1));
    assert_ne!(digest(1), digest(2));
}
