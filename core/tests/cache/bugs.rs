//! Every planted bug breaks something.

use lockstep_core::cache::bug::Bug;
use lockstep_core::cache::node::NodeSettings;
use lockstep_core::sim::choice::Choice;

use crate::bench::{Bench, SMALL, random_operation, shuffle_delays};
use crate::dice::Dice;

/// What goes wrong first with a bug planted, in one of some random runs.
fn conviction(settings: NodeSettings, bug: Bug) -> Option<String> {
    (0..300).find_map(|seed| {
        let mut bench = Bench::new(settings, seed);
        bench.world.apply(&Choice::Plant { bug: bug.number(), planted: true });
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
}

#[test]
fn every_bug_of_the_directory_protocol_breaks_something() {
    let leases = [Bug::LeaseIgnored, Bug::ReclaimTooEarly, Bug::LossNotReported];
    for bug in Bug::ALL.into_iter().filter(|bug| !leases.contains(bug)) {
        let found = conviction(NodeSettings { lines: 1, ..SMALL }, bug);
        assert!(found.is_some(), "{bug:?} breaks nothing");
    }
}
