//! The checks where nodes fail: with leases they hold, and each convicts its planted bugs.

use std::collections::BTreeSet;

use lockstep_core::cache::bug::Bug;
use lockstep_core::cache::node::{LinkLayer, NodeSettings};
use lockstep_core::cache::operation::Operation;
use lockstep_core::cache::placement::Placement;
use lockstep_core::cache::setting::Features;
use lockstep_core::check::Verdict;
use lockstep_core::check::cache::CacheCheck;
use lockstep_core::sim::choice::Choice;
use lockstep_core::sim::process::NodeId;
use lockstep_core::sim::time::MILLISECOND_US;

use crate::bench::SMALL;
use crate::checks::Watched;
use crate::dice::Dice;

/// Both layers that see to it that what is said arrives.
pub(crate) const LAYERS: [LinkLayer; 2] = [LinkLayer::Reliable, LinkLayer::Resumption];

fn settings(links: LinkLayer, write_back_within_us: u64) -> NodeSettings {
    let placement = Placement { homes: 2, ..SMALL.placement };
    let features = Features {
        lease_us: 300 * MILLISECOND_US,
        capacity: 2,
        write_back_within_us,
        ..SMALL.features
    };
    NodeSettings { placement, features, links, lines: 3, ..SMALL }
}

/// A world in which caches and homes crash, freeze and are cut off, from homes and from each other,
/// clocks run as fast and as slow as is promised for, and all come back, again and again.
fn stormy(settings: NodeSettings, seed: u64, bug: Option<Bug>) -> Watched {
    let mut watched = Watched::new(settings, seed);
    if let Some(bug) = bug {
        watched.choose(&Choice::Plant { bug: bug.number(), planted: true });
    }
    let nodes = settings.placement.nodes();
    for round in 0..4 {
        // Each clock is as wrong as it may be, one way or the other.
        for node in (0..nodes).map(NodeId).filter(|_| round > 0) {
            let rate_ppm = if watched.dice.one_in(2) { 950_000 } else { 1_050_000 };
            watched.choose(&Choice::ClockRate { node, rate_ppm });
        }
        for _ in 0..20 {
            watched.operate();
        }
        let (node, trouble) = trouble(&mut watched.dice, settings.placement);
        watched.choose(&trouble);
        for _ in 0..30 {
            watched.operate();
            watched.run_for(20 * MILLISECOND_US);
        }
        watched.choose(&Choice::HealAll);
        watched.choose(&Choice::Restart(node));
        watched.choose(&Choice::Resume(node));
        watched.run_for(5_000 * MILLISECOND_US);
    }
    watched
}

/// Something happens to a node.
fn trouble(dice: &mut Dice, placement: Placement) -> (NodeId, Choice<Operation>) {
    let mut draw = |from: u8, below: u8| {
        NodeId(from + u8::try_from(dice.below(u64::from(below))).expect("few"))
    };
    let node = draw(0, placement.caches);
    let home = draw(placement.caches, placement.homes);
    let other = NodeId((node.0 + 1) % placement.caches);
    match draw(0, 8).0 {
        0 => (node, Choice::Crash(node)),
        1 => (home, Choice::Crash(home)),
        2 => (node, Choice::Pause(node)),
        3 => (home, Choice::Pause(home)),
        4 | 5 => (node, Choice::Cut { from: node, to: other, both_ways: true }),
        _ => (node, Choice::Cut { from: node, to: home, both_ways: true }),
    }
}

#[test]
fn with_leases_every_check_holds_though_nodes_fail() {
    for (links, seed) in (0..12).flat_map(|seed| LAYERS.map(|links| (links, seed))) {
        for write_back_within_us in [0, 200 * MILLISECOND_US] {
            let watched = stormy(settings(links, write_back_within_us), seed, None);
            for check in CacheCheck::watched() {
                let verdict = watched.monitor.verdict(check);
                // Where there is no bound, none is kept.
                let unbounded = check == CacheCheck::LossBounded && write_back_within_us == 0;
                let expected = if unbounded { Verdict::NotReached } else { Verdict::Holds };
                assert_eq!(verdict, expected, "{check:?}, {links:?}, seed {seed}");
            }
        }
    }
}

#[test]
fn bugs_of_leases_are_convicted() {
    for (bug, check) in [
        (Bug::LeaseIgnored, CacheCheck::LeaseRespected),
        (Bug::ReclaimTooEarly, CacheCheck::LeaseRespected),
        (Bug::LossNotReported, CacheCheck::LossReported),
        (Bug::WriteBackPostponed, CacheCheck::LossBounded),
    ] {
        let within_us = u64::from(bug == Bug::WriteBackPostponed) * 30 * MILLISECOND_US;
        let mut found = BTreeSet::new();
        for (links, seed) in (0..40).flat_map(|seed| LAYERS.map(|links| (links, seed))) {
            found.extend(stormy(settings(links, within_us), seed, Some(bug)).failed());
            if found.contains(&check) {
                break;
            }
        }
        assert!(found.contains(&check), "{bug:?} is convicted by {found:?}, not {check:?}");
    }
}
