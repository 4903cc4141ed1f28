//! The checks where nodes fail: with leases they hold, and each convicts its planted bugs.

use std::collections::BTreeSet;

use lockstep_core::cache::bug::Bug;
use lockstep_core::cache::node::{LinkLayer, NodeSettings};
use lockstep_core::cache::placement::Placement;
use lockstep_core::cache::setting::Features;
use lockstep_core::check::Verdict;
use lockstep_core::check::cache::CacheCheck;
use lockstep_core::sim::choice::Choice;
use lockstep_core::sim::process::NodeId;
use lockstep_core::sim::time::MILLISECOND_US;

use crate::bench::SMALL;
use crate::checks::Watched;

/// Both layers that see to it that what is said arrives.
const LAYERS: [LinkLayer; 2] = [LinkLayer::Reliable, LinkLayer::Resumption];

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

/// A world in which nodes crash, freeze and are cut off, and come back, again and again.
fn stormy(settings: NodeSettings, seed: u64, bug: Option<Bug>) -> Watched {
    let mut watched = Watched::new(settings, seed);
    if let Some(bug) = bug {
        watched.choose(&Choice::Plant { bug: bug.number(), planted: true });
    }
    let caches = settings.placement.caches;
    for _ in 0..4 {
        for _ in 0..20 {
            watched.operate();
        }
        let mut draw =
            |below: u8| NodeId(u8::try_from(watched.dice.below(u64::from(below))).expect("few"));
        let (node, kind) = (draw(caches), draw(4));
        let trouble = match kind.0 {
            0 => Choice::Crash(node),
            1 => Choice::Pause(node),
            _ => Choice::Cut { from: node, to: NodeId(caches), both_ways: true },
        };
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

#[test]
fn with_leases_every_check_holds_though_nodes_fail() {
    for (links, seed) in (0..12).flat_map(|seed| LAYERS.map(|links| (links, seed))) {
        for write_back_within_us in [0, 200 * MILLISECOND_US] {
            let watched = stormy(settings(links, write_back_within_us), seed, None);
            for check in CacheCheck::watched() {
                let verdict = watched.monitor.verdict(check);
                assert_eq!(verdict, Verdict::Holds, "{check:?}, {links:?}, seed {seed}");
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
