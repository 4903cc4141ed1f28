//! Nodes crash and are cut off: with leases and reliable links, nothing stale is read, whatever may
//! be lost is reported, and in the end everybody is answered.

use lockstep_core::cache::address::{Address, Line};
use lockstep_core::cache::bug::Bug;
use lockstep_core::cache::node::{LinkLayer, NodeSettings};
use lockstep_core::cache::operation::{Operation, Outcome};
use lockstep_core::cache::placement::Placement;
use lockstep_core::cache::setting::{Features, Setting};
use lockstep_core::cache::state::CacheState;
use lockstep_core::cache::table::Interconnect;
use lockstep_core::sim::choice::Choice;
use lockstep_core::sim::process::NodeId;
use lockstep_core::sim::time::SECOND_US;

use crate::bench::{Bench, SMALL, random_operation};
use crate::dice::Dice;

pub(crate) fn leased(exclusive: bool, links: LinkLayer) -> NodeSettings {
    let placement = Placement { interconnect: Interconnect::Directory, caches: 4, homes: 2 };
    let features = Features { exclusive, lease_us: 300_000, capacity: 2, ..Features::default() };
    NodeSettings { placement, lines: 4, links, features, ..SMALL }
}

/// Takes steps up to a time.
pub(crate) fn run_until(bench: &mut Bench, time_us: u64) {
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

pub(crate) fn repair(bench: &mut Bench, nodes: u8) {
    bench.world.apply(&Choice::HealAll);
    for node in (0..nodes).map(NodeId) {
        bench.world.apply(&Choice::Restart(node));
        bench.world.apply(&Choice::Resume(node));
    }
}

pub(crate) fn storm(settings: NodeSettings, seed: u64, troubles: bool) -> Bench {
    broken_storm(settings, seed, troubles, None)
}

fn broken_storm(settings: NodeSettings, seed: u64, troubles: bool, bug: Option<Bug>) -> Bench {
    let mut bench = Bench::new(settings, seed);
    if let Some(bug) = bug {
        bench.world.apply(&Choice::Plant { bug: bug.number(), planted: true });
    }
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

pub(crate) fn losses(bench: &Bench) -> u32 {
    let homes = bench.world.nodes().iter().filter_map(|node| node.process.home());
    homes.map(|home| home.losses_count()).sum()
}

#[test]
fn leases_change_nothing_where_nothing_fails() {
    for (seed, exclusive) in (0..6).flat_map(|seed| [(seed, false), (seed, true)]) {
        for links in [LinkLayer::Bare, LinkLayer::Resumption, LinkLayer::Reliable] {
            let bench = storm(leased(exclusive, links), seed, false);
            assert!(bench.faults.is_empty(), "{seed} {links:?}: {:#?}", bench.faults);
            assert_eq!(losses(&bench), 0, "nothing was lost");
        }
    }
}

#[test]
fn crashes_and_cuts_leave_nothing_stale_and_nothing_unsaid() {
    let mut lost = 0;
    for (seed, exclusive) in (0..30).flat_map(|seed| [(seed, false), (seed, true)]) {
        let bench = storm(leased(exclusive, LinkLayer::Reliable), seed, true);
        assert!(bench.faults.is_empty(), "seed {seed}, {exclusive}: {:#?}", bench.faults);
        lost += losses(&bench);
    }
    assert!(lost > 50, "there was something to lose: {lost}");
}

#[test]
fn every_bug_of_leases_breaks_something() {
    for bug in [Bug::LeaseIgnored, Bug::ReclaimTooEarly, Bug::LossNotReported] {
        let found = (0..40).any(|seed| {
            !broken_storm(leased(true, LinkLayer::Reliable), seed, true, Some(bug))
                .faults
                .is_empty()
        });
        assert!(found, "{bug:?} breaks nothing");
    }
}

/// The first word of the first line.
pub(crate) const X: Address = Address { line: Line(0), word: 0 };

pub(crate) fn last_outcome(bench: &Bench, node: u8) -> Option<Outcome> {
    let cache = bench.world.node(NodeId(node)).process.cache()?;
    cache.processor().record().last().map(|operated| operated.outcome)
}

pub(crate) fn later(bench: &mut Bench, by_us: u64) {
    let time_us = bench.world.now_us() + by_us;
    run_until(bench, time_us);
}

/// A world in which the first node has written 7 to x, and nobody else has a copy.
pub(crate) fn owned(settings: NodeSettings) -> Bench {
    let mut bench = Bench::new(settings, 1);
    later(&mut bench, 100_000);
    bench.ask(0, Operation::Write(X, 7));
    later(&mut bench, 200_000);
    assert_eq!(last_outcome(&bench, 0), Some(Outcome::Done));
    bench
}

#[test]
fn what_a_crashed_owner_wrote_is_reported_and_memory_serves() {
    let mut bench = owned(leased(true, LinkLayer::Reliable));
    bench.world.apply(&Choice::Crash(NodeId(0)));
    bench.ask(1, Operation::Read(X));
    later(&mut bench, 200_000);
    assert_eq!(last_outcome(&bench, 1), Some(Outcome::Pending), "the lease is not over");
    later(&mut bench, 800_000);
    assert_eq!(last_outcome(&bench, 1), Some(Outcome::Read(0)), "what memory has");
    assert_eq!(losses(&bench), 1);
    assert!(bench.faults.is_empty(), "{:#?}", bench.faults);
}

/// Its owner gave a copy to a reader and was given up before its data came home: the home reports
/// what it wrote. If the reader turns out to have it, it is not lost; so if the reader is given up
/// as well, that is a loss of its own.
#[test]
fn what_the_last_reader_of_a_lost_owner_had_is_reported_too() {
    for links in [LinkLayer::Reliable, LinkLayer::Resumption] {
        let settings = leased(true, links);
        let mut bench = owned(settings);
        bench.ask(1, Operation::Read(X));
        let state = |bench: &Bench| {
            let cache = bench.world.node(NodeId(0)).process.cache().expect("a cache");
            cache.controller().line(X.line).state
        };
        while state(&bench) == CacheState::M {
            bench.settle(1);
        }
        let home = settings.placement.home_of(X.line);
        for cache in [0, 1] {
            bench.world.apply(&Choice::Cut { from: NodeId(cache), to: home, both_ways: true });
        }
        later(&mut bench, 100_000);
        assert_eq!(last_outcome(&bench, 1), Some(Outcome::Read(7)), "the owner's data came");
        later(&mut bench, SECOND_US);
        assert_eq!(losses(&bench), 2, "the owner, and its reader");
        bench.ask(2, Operation::Read(X));
        later(&mut bench, SECOND_US);
        assert_eq!(last_outcome(&bench, 2), Some(Outcome::Read(0)), "what memory has");
        assert!(bench.faults.is_empty(), "{:#?}", bench.faults);
        let home = bench.world.node(home).process.home().expect("a home");
        let kept: Vec<_> = home.losses().iter().map(|loss| (loss.number, loss.node)).collect();
        assert_eq!(kept, [(2, NodeId(1))], "of each line the newest");
    }
}

#[test]
fn what_is_written_back_in_time_is_not_lost() {
    let mut settings = leased(true, LinkLayer::Reliable);
    settings.features.write_back_within_us = 50_000;
    let mut bench = owned(settings);
    let state = |bench: &Bench| {
        bench
            .world
            .node(NodeId(0))
            .process
            .cache()
            .expect("a cache")
            .controller()
            .line(X.line)
            .state
    };
    assert_eq!(state(&bench), CacheState::I, "it was written back and the copy is gone");
    bench.world.apply(&Choice::Crash(NodeId(0)));
    bench.ask(1, Operation::Read(X));
    later(&mut bench, 200_000);
    assert_eq!(last_outcome(&bench, 1), Some(Outcome::Read(7)));
    assert_eq!(losses(&bench), 0);
}

#[test]
fn who_is_cut_off_reads_what_it_has_as_long_as_its_lease_lasts() {
    let mut bench = owned(leased(true, LinkLayer::Reliable));
    bench.ask(1, Operation::Read(X));
    later(&mut bench, 100_000);
    let others = vec![NodeId(0), NodeId(2), NodeId(3), NodeId(4), NodeId(5)];
    bench.world.apply(&Choice::Partition(vec![vec![NodeId(1)], others]));
    bench.ask(0, Operation::Write(X, 8));
    bench.ask(1, Operation::Read(X));
    assert_eq!(last_outcome(&bench, 1), Some(Outcome::Read(7)), "nobody can have written");
    later(&mut bench, SECOND_US);
    assert_eq!(last_outcome(&bench, 0), Some(Outcome::Done), "the home has given it up");
    bench.ask(1, Operation::Read(X));
    later(&mut bench, SECOND_US);
    assert_eq!(last_outcome(&bench, 1), Some(Outcome::Pending), "its lease is over");
    bench.world.apply(&Choice::HealAll);
    later(&mut bench, 5 * SECOND_US);
    assert_eq!(last_outcome(&bench, 1), Some(Outcome::Read(8)));
    assert!(bench.faults.is_empty(), "{:#?}", bench.faults);
}

#[test]
fn leases_can_be_switched_on_and_off_in_mid_run() {
    for seed in 0..10 {
        let mut settings = leased(true, LinkLayer::Reliable);
        settings.features.lease_us = 0;
        let mut bench = Bench::new(settings, seed);
        let mut dice = Dice::new(seed);
        let mut count = 0;
        for round in 0..8 {
            let value = if round % 2 == 0 { 300 } else { 0 };
            let setting = Setting::Lease.number();
            bench.world.apply(&Choice::Set { setting, value });
            for _ in 0..30 {
                let node = u8::try_from(dice.below(4)).unwrap();
                bench.ask(node, random_operation(&mut dice, &settings, &mut count));
                later(&mut bench, dice.below(20_000));
            }
        }
        later(&mut bench, 10 * SECOND_US);
        assert!(bench.faults.is_empty(), "{seed}: {:#?}", bench.faults);
        bench.judge_quiet();
        assert!(bench.faults.is_empty(), "{seed}: {:#?}", bench.faults);
    }
}
