//! Verdicts on runs in which a node is lost at an awkward moment: each is played message by
//! message, on links that all take five milliseconds.

use lockstep_core::cache::address::{Address, Line};
use lockstep_core::cache::bug::Bug;
use lockstep_core::cache::node::NodeSettings;
use lockstep_core::cache::operation::Operation;
use lockstep_core::cache::placement::Placement;
use lockstep_core::cache::setting::Features;
use lockstep_core::check::cache::CacheCheck;
use lockstep_core::sim::choice::Choice;
use lockstep_core::sim::network::LinkSettings;
use lockstep_core::sim::process::NodeId;
use lockstep_core::sim::time::MILLISECOND_US;

use crate::bench::SMALL;
use crate::checks::Watched;

/// Who owns the line first.
const OWNER: NodeId = NodeId(0);
/// Who asks for it.
const REQUESTER: NodeId = NodeId(1);
/// Where it is at home.
const HOME: NodeId = NodeId(2);
/// The words of the first line.
const X: [Address; 2] = [Address { line: Line(0), word: 0 }, Address { line: Line(0), word: 1 }];

fn after(watched: &mut Watched, time_ms: u64) {
    watched.run_for(time_ms * MILLISECOND_US);
}

fn write(watched: &mut Watched, node: NodeId, at: Address, value: u32) {
    watched.choose(&Choice::Operate { node, operation: Operation::Write(at, value) });
}

fn takes(watched: &mut Watched, from: NodeId, to: NodeId, delay_ms: u64) {
    let delay_us = delay_ms * MILLISECOND_US;
    let settings =
        LinkSettings { delay_min_us: delay_us, delay_max_us: delay_us, ..LinkSettings::default() };
    watched.choose(&Choice::Link { from, to, both_ways: false, settings });
}

/// What is on its way from one to the other is lost.
fn loses(watched: &mut Watched, from: NodeId, to: NodeId) {
    watched.choose(&Choice::Cut { from, to, both_ways: false });
    watched.choose(&Choice::HealAll);
}

fn dies_and_comes_back(watched: &mut Watched, node: NodeId) {
    watched.choose(&Choice::Crash(node));
    watched.choose(&Choice::Restart(node));
}

/// Two caches and a home; the first has written 6 to the last word of the first line.
fn owned() -> Watched {
    let placement = Placement { caches: 2, homes: 1, ..SMALL.placement };
    let features = Features { lease_us: 600 * MILLISECOND_US, ..SMALL.features };
    let mut watched = Watched::new(NodeSettings { placement, features, ..SMALL }, 1);
    for (from, to) in (0..3).flat_map(|from| (0..3).map(move |to| (NodeId(from), NodeId(to)))) {
        takes(&mut watched, from, to, 5);
    }
    after(&mut watched, 50);
    write(&mut watched, OWNER, X[1], 6);
    after(&mut watched, 50);
    watched
}

/// What a check says, or would say: that datagrams get lost voids it, and it still says the truth.
fn fails(watched: &Watched, check: CacheCheck) -> bool {
    watched.monitor.verdict(check).failure().is_some()
}

fn assert_none_fails(watched: &Watched) {
    for check in CacheCheck::watched() {
        assert!(!fails(watched, check), "{check:?}");
    }
}

#[test]
fn a_loss_that_is_reported_before_the_owners_words_come_home_is_reported() {
    let mut watched = owned();
    takes(&mut watched, OWNER, HOME, 500);
    write(&mut watched, REQUESTER, X[0], 9);
    // After 15 ms it has written, and says so; that is lost, and so is what it wrote.
    after(&mut watched, 17);
    loses(&mut watched, REQUESTER, HOME);
    dies_and_comes_back(&mut watched, REQUESTER);
    after(&mut watched, 100);
    let home = watched.world.node(HOME).process.home().expect("the home");
    assert_eq!(home.losses().len(), 1);
    after(&mut watched, 1_000);
    assert_none_fails(&watched);
}

#[test]
fn what_was_taken_for_lost_may_be_written_before_it_comes_to_light() {
    let mut watched = owned();
    write(&mut watched, REQUESTER, X[0], 9);
    after(&mut watched, 7);
    takes(&mut watched, REQUESTER, HOME, 300);
    after(&mut watched, 5);
    // The owner has handed over; what it sent home is lost with it.
    loses(&mut watched, OWNER, HOME);
    dies_and_comes_back(&mut watched, OWNER);
    after(&mut watched, 50);
    let home = watched.world.node(HOME).process.home().expect("the home");
    assert_eq!(home.losses().len(), 1);
    write(&mut watched, REQUESTER, X[1], 7);
    after(&mut watched, 1_000);
    assert_none_fails(&watched);
}

#[test]
fn who_was_given_up_once_does_not_explain_what_is_stale_later() {
    let mut watched = owned();
    dies_and_comes_back(&mut watched, OWNER);
    after(&mut watched, 2_000);
    let bug = Bug::WriteBackWithoutData.number();
    watched.choose(&Choice::Plant { bug, planted: true });
    write(&mut watched, REQUESTER, X[0], 9);
    after(&mut watched, 100);
    let operation = Operation::Evict(X[0].line);
    watched.choose(&Choice::Operate { node: REQUESTER, operation });
    after(&mut watched, 100);
    assert!(fails(&watched, CacheCheck::DataValue));
    assert!(!fails(&watched, CacheCheck::LossReported));
}
