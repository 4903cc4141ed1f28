//! Clocks that run at different rates, queues that are long, and cuts that only two nodes feel.

use lockstep_core::cache::address::{Address, Line};
use lockstep_core::cache::node::{LinkLayer, NodeSettings};
use lockstep_core::cache::operation::{Operation, Outcome};
use lockstep_core::cache::placement::Placement;
use lockstep_core::cache::setting::{Features, Setting};
use lockstep_core::cache::state::CacheState;
use lockstep_core::cache::workload::{Pattern, Workload};
use lockstep_core::check::Verdict;
use lockstep_core::check::cache::CacheCheck;
use lockstep_core::sim::choice::Choice;
use lockstep_core::sim::network::LinkSettings;
use lockstep_core::sim::process::NodeId;
use lockstep_core::sim::time::MILLISECOND_US;

use crate::bench::SMALL;
use crate::checks::Watched;
use crate::leases::LAYERS;

/// The first word of the first line.
const X: Address = Address { line: Line(0), word: 0 };

fn last_outcome(watched: &Watched, node: u8) -> Option<Outcome> {
    let cache = watched.world.node(NodeId(node)).process.cache()?;
    cache.processor().record().last().map(|operated| operated.outcome)
}

fn state(watched: &Watched, node: u8) -> CacheState {
    let cache = watched.world.node(NodeId(node)).process.cache().expect("a cache");
    cache.controller().line(X.line).state
}

fn ask(watched: &mut Watched, node: u8, operation: Operation) {
    watched.choose(&Choice::Operate { node: NodeId(node), operation });
}

/// Eight caches that write words of one line all the time, for twenty seconds, on links that take
/// so long.
fn contended(lease_ms: u64, links: LinkLayer, network: LinkSettings) -> Watched {
    let placement = Placement { caches: 8, homes: 1, ..SMALL.placement };
    let features = Features { lease_us: lease_ms * MILLISECOND_US, ..SMALL.features };
    let workload =
        Workload { pattern: Pattern::FalseSharing, writes_percent: 100, ..SMALL.workload };
    let (lines, words) = (1, 8);
    let settings = NodeSettings { placement, lines, words, links, features, workload };
    let mut watched = Watched::new(settings, 1);
    watched.choose(&Choice::Network(network));
    watched.run_for(20_000 * MILLISECOND_US);
    watched
}

#[test]
fn eight_caches_on_one_line_are_all_answered_though_leases_are_short() {
    let usual = LinkSettings::default();
    // Whoever waits for all others waits for four times as long as after what it asks again.
    let slow = LinkSettings { delay_min_us: 15_000, delay_max_us: 25_000, ..usual };
    for (lease_ms, network) in [(60, usual), (100, usual), (60, slow), (80, slow)] {
        for links in LAYERS {
            let watched = contended(lease_ms, links, network);
            for check in CacheCheck::watched() {
                // Of leases that are over before they are of use nothing is promised; still, here
                // everybody is answered.
                let verdict = watched.monitor.verdict(check);
                let failure = verdict.failure();
                assert!(failure.is_none(), "{check:?}, {lease_ms} ms, {links:?}: {failure:?}");
            }
            let caches = watched.world.nodes()[..8].iter().filter_map(|node| node.process.cache());
            let least = caches.map(|cache| cache.processor().record().len()).min();
            assert!(least > Some(100), "{lease_ms} ms, {links:?}: {least:?} were answered");
        }
    }
}

#[test]
fn what_another_cache_takes_over_is_written_back_in_time_too() {
    let features = Features { write_back_within_us: 100 * MILLISECOND_US, ..SMALL.features };
    let mut watched = Watched::new(NodeSettings { features, lines: 1, ..SMALL }, 1);
    ask(&mut watched, 0, Operation::Write(X, 7));
    watched.run_for(50 * MILLISECOND_US);
    ask(&mut watched, 1, Operation::Own(X.line));
    watched.run_for(60 * MILLISECOND_US);
    assert_eq!(state(&watched, 1), CacheState::M, "it has what the other wrote");
    watched.run_for(200 * MILLISECOND_US);
    // Any event will do to be looked at.
    ask(&mut watched, 1, Operation::Read(X));
    watched.run_for(100 * MILLISECOND_US);
    assert_eq!(watched.monitor.verdict(CacheCheck::LossBounded), Verdict::Holds);
    assert_ne!(state(&watched, 1), CacheState::M, "it was written back");
}

#[test]
fn a_bound_that_is_set_later_holds_for_what_is_modified_already() {
    let features = Features { lease_us: 300 * MILLISECOND_US, ..SMALL.features };
    let mut watched = Watched::new(NodeSettings { features, lines: 1, ..SMALL }, 1);
    watched.run_for(100 * MILLISECOND_US);
    ask(&mut watched, 0, Operation::Write(X, 7));
    watched.run_for(100 * MILLISECOND_US);
    assert_eq!(state(&watched, 0), CacheState::M);
    let verdict = watched.monitor.verdict(CacheCheck::LossBounded);
    assert_eq!(verdict, Verdict::NotReached, "there was no bound to keep");
    watched.choose(&Choice::Set { setting: Setting::WriteBackWithin.number(), value: 50 });
    watched.run_for(400 * MILLISECOND_US);
    assert_eq!(watched.monitor.verdict(CacheCheck::LossBounded), Verdict::Holds);
    assert_eq!(state(&watched, 0), CacheState::I, "it was written back");
}

#[test]
fn a_bound_under_which_nothing_is_written_is_not_said_to_hold() {
    let features = Features { write_back_within_us: 100 * MILLISECOND_US, ..SMALL.features };
    let mut watched = Watched::new(NodeSettings { features, lines: 1, ..SMALL }, 1);
    ask(&mut watched, 0, Operation::Read(X));
    watched.run_for(300 * MILLISECOND_US);
    assert_eq!(watched.monitor.verdict(CacheCheck::LossBounded), Verdict::NotReached);
    ask(&mut watched, 0, Operation::Write(X, 7));
    watched.run_for(300 * MILLISECOND_US);
    assert_eq!(watched.monitor.verdict(CacheCheck::LossBounded), Verdict::Holds);
}

#[test]
fn two_caches_that_cannot_hear_each_other_do_not_stop_a_write() {
    for links in LAYERS {
        let features = Features { lease_us: 300 * MILLISECOND_US, ..SMALL.features };
        let mut watched = Watched::new(NodeSettings { features, lines: 1, links, ..SMALL }, 1);
        watched.run_for(100 * MILLISECOND_US);
        for reader in [0, 1] {
            ask(&mut watched, reader, Operation::Read(X));
            watched.run_for(200 * MILLISECOND_US);
        }
        watched.choose(&Choice::Cut { from: NodeId(0), to: NodeId(1), both_ways: true });
        ask(&mut watched, 1, Operation::Write(X, 9));
        watched.run_for(4_000 * MILLISECOND_US);
        assert_eq!(last_outcome(&watched, 1), Some(Outcome::Done), "{links:?}");
        watched.choose(&Choice::HealAll);
        watched.run_for(4_000 * MILLISECOND_US);
        for check in CacheCheck::watched().filter(|check| *check != CacheCheck::LossBounded) {
            assert_eq!(watched.monitor.verdict(check), Verdict::Holds, "{check:?}");
        }
    }
}
