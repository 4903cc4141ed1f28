//! Nodes crash and are cut off: with leases and reliable links, nothing stale is read, whatever may
//! be lost is reported, and in the end everybody is answered.

use lockstep_core::cache::node::NodeSettings;
use lockstep_core::cache::placement::Placement;
use lockstep_core::cache::setting::Features;
use lockstep_core::cache::table::Interconnect;
use lockstep_core::sim::choice::Choice;
use lockstep_core::sim::process::NodeId;
use lockstep_core::sim::time::SECOND_US;

use crate::bench::{Bench, SMALL, random_operation};
use crate::dice::Dice;

fn leased(exclusive: bool, reliable: bool) -> NodeSettings {
    let placement = Placement { interconnect: Interconnect::Directory, caches: 4, homes: 2 };
    let features = Features { exclusive, lease_us: 300_000, capacity: 2, ..Features::default() };
    NodeSettings { placement, lines: 4, reliable, features, ..SMALL }
}

/// Takes steps up to a time.
fn run_until(bench: &mut Bench, time_us: u64) {
    while bench.world.next_time_us().is_some_and(|next_us| next_us <= time_us) {
        bench.settle(1);
    }
}

fn trouble(bench: &mut Bench, dice: &mut Dice, nodes: u8) {
    let mut node = || NodeId(u8::try_from(dice.below(u64::from(nodes))).expect("few nodes"));
    let (one, other) = (node(), node());
    let choice = match dice.below(8) {
        0 => Choice::Crash(one),
        1 | 2 => Choice::Restart(one),
        3 if one != other => Choice::Cut { from: one, to: other, both_ways: dice.one_in(2) },
        4 => Choice::Partition(vec![
            vec![one],
            (0..nodes).map(NodeId).filter(|node| *node != one).collect(),
        ]),
        5 => Choice::Pause(one),
        6 => Choice::Resume(one),
        _ => Choice::HealAll,
    };
    bench.world.apply(&choice);
}

fn repair(bench: &mut Bench, nodes: u8) {
    bench.world.apply(&Choice::HealAll);
    for node in (0..nodes).map(NodeId) {
        bench.world.apply(&Choice::Restart(node));
        bench.world.apply(&Choice::Resume(node));
    }
}

fn storm(settings: NodeSettings, seed: u64, troubles: bool) -> Bench {
    let mut bench = Bench::new(settings, seed);
    let mut dice = Dice::new(seed ^ 0xBAD);
    let nodes = settings.placement.nodes();
    let mut count = 0;
    for _ in 0..6 {
        for _ in 0..60 {
            let node = u8::try_from(dice.below(u64::from(settings.placement.caches))).unwrap();
            bench.ask(node, random_operation(&mut dice, &settings, &mut count));
            let time_us = bench.world.now_us() + dice.below(40_000);
            run_until(&mut bench, time_us);
            if troubles && dice.one_in(6) {
                trouble(&mut bench, &mut dice, nodes);
            }
        }
        repair(&mut bench, nodes);
        let time_us = bench.world.now_us() + 20 * SECOND_US;
        run_until(&mut bench, time_us);
        bench.judge_quiet();
        if !bench.faults.is_empty() {
            break;
        }
    }
    bench
}

fn losses(bench: &Bench) -> usize {
    let homes = bench.world.nodes().iter().filter_map(|node| node.process.home());
    homes.map(|home| home.losses().len()).sum()
}

#[test]
fn leases_change_nothing_where_nothing_fails() {
    for (seed, exclusive) in (0..6).flat_map(|seed| [(seed, false), (seed, true)]) {
        for reliable in [false, true] {
            let bench = storm(leased(exclusive, reliable), seed, false);
            assert!(bench.faults.is_empty(), "{seed} {reliable}: {:#?}", bench.faults);
            assert_eq!(losses(&bench), 0, "nothing was lost");
        }
    }
}

#[test]
fn crashes_and_cuts_leave_nothing_stale_and_nothing_unsaid() {
    let mut lost = 0;
    for (seed, exclusive) in (0..30).flat_map(|seed| [(seed, false), (seed, true)]) {
        let bench = storm(leased(exclusive, true), seed, true);
        assert!(bench.faults.is_empty(), "seed {seed}, {exclusive}: {:#?}", bench.faults);
        lost += losses(&bench);
    }
    assert!(lost > 50, "there was something to lose: {lost}");
}
