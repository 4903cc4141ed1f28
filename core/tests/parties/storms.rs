//! Clients under load while nodes crash and sleep and messages are lost: whatever happens, nobody
//! loses an update, and everybody gets on.

use lockstep_core::lock::bug::Bug;
use lockstep_core::lock::client::Doing;
use lockstep_core::lock::mode::Mode;
use lockstep_core::lock::policy::Policy;
use lockstep_core::lock::setting::Features;
use lockstep_core::lock::vault::Accessed;
use lockstep_core::sim::choice::Choice;
use lockstep_core::sim::network::LinkSettings;
use lockstep_core::sim::process::NodeId;
use lockstep_core::sim::random::{Luck, Probability};

use crate::bench::{Bench, MS, Plan, SECOND};

/// How long it storms, in tenths of a second.
const STORM: u64 = 80;

/// One in so many.
fn one_in(count: u64) -> Probability {
    Probability::from_parts((1 << 32) / count).expect("at most one")
}

/// A world of busy clients, through a storm and ten quiet seconds after it.
fn weathered(seed: u64, policy: Policy, groups: u8, bug: Option<Bug>) -> Bench {
    let features = Features { policy, longest_wait_us: 300 * MS, ..Features::default() };
    let network = LinkSettings {
        delay_min_us: MS,
        loss: one_in(50),
        duplicate: one_in(50),
        reorder: one_in(20),
        ..LinkSettings::default()
    };
    let (clients, load_us) = (5, Some(100 * MS));
    let plan = Plan { seed, groups, clients, load_us, features, network, ..Plan::default() };
    let mut bench = plan.begin();
    if let Some(bug) = bug {
        bench.plant(bug);
    }
    let luck = Luck::new(seed).stream(77);
    let nodes = bench.world.nodes().len() as u64;
    for count in 0..STORM {
        bench.pass(100 * MS);
        let draw = luck.between(count, 0, 0, nodes - 1);
        let node = NodeId(u8::try_from(draw).expect("few nodes"));
        let choice = match luck.between(count, 1, 0, 9) {
            0 => Choice::Crash(node),
            1..4 => Choice::Restart(node),
            4 => Choice::Pause(node),
            5..8 => Choice::Resume(node),
            _ => continue,
        };
        bench.do_this(&choice);
    }
    for node in (0..nodes).filter_map(|node| u8::try_from(node).ok()).map(NodeId) {
        bench.do_this(&Choice::Resume(node));
        bench.do_this(&Choice::Restart(node));
    }
    bench.do_this(&Choice::Network(LinkSettings::default()));
    bench.pass(10 * SECOND);
    bench
}

/// Two accesses that were accepted against the order of their tokens.
fn disorder(bench: &Bench) -> Option<(Accessed, Accessed)> {
    let record: Vec<Accessed> = bench.vault().record().iter().cloned().collect();
    let accepted = record.iter().filter(|one| one.verdict.is_accepted()).collect::<Vec<_>>();
    accepted.iter().enumerate().find_map(|(place, later)| {
        let before = accepted[..place].iter().find(|before| {
            let conflict = later.access.writes.is_some() || before.access.mode == Mode::Exclusive;
            before.access.resource == later.access.resource
                && before.access.token > later.access.token
                && conflict
        });
        before.map(|before| ((*before).clone(), (*later).clone()))
    })
}

/// What a client is doing that ends nothing in ten seconds: it has been left behind, with a wait
/// that nobody remembers.
fn left_behind(bench: &mut Bench) -> Option<Doing> {
    let before: Vec<u64> = bench.clients().map(|client| client.tally().ended).collect();
    bench.pass(10 * SECOND);
    let mut clients = bench.clients().zip(before);
    let stuck = clients.find(|(client, before)| client.tally().ended == *before);
    stuck.map(|(client, _)| client.doing())
}

fn assert_weathers(seed: u64, policy: Policy, groups: u8) {
    let mut bench = weathered(seed, policy, groups, None);
    assert_eq!(disorder(&bench), None, "{policy:?} {seed}");
    for (resource, shelf) in bench.vault().shelves() {
        assert_eq!(shelf.lost(), 0, "{policy:?} {seed}: {resource}: {shelf:?}");
        assert!(shelf.value > 0, "{policy:?} {seed}: nobody wrote {resource}");
    }
    assert_eq!(left_behind(&mut bench), None, "{policy:?} {seed}");
    for group in 0..groups {
        let leader = bench.leader(group).expect("somebody leads");
        let sessions = leader.machine().sessions().count();
        assert_eq!(sessions, usize::from(bench.plan().clients), "all are still known");
    }
}

#[test]
fn under_detection_no_update_is_lost_and_all_get_on() {
    (0..6).for_each(|seed| assert_weathers(seed, Policy::Detect, 1));
}

#[test]
fn under_prevention_no_update_is_lost_and_all_get_on() {
    for policy in [Policy::WaitDie, Policy::WoundWait, Policy::NoWait, Policy::TimeOut] {
        (0..3).for_each(|seed| assert_weathers(seed, policy, 1));
    }
}

#[test]
fn over_two_tables_no_update_is_lost_and_all_get_on() {
    (0..4).for_each(|seed| assert_weathers(seed, Policy::Detect, 2));
}

#[test]
fn where_a_release_wakes_nobody_somebody_is_left_behind() {
    let mut bench = weathered(1, Policy::Detect, 1, Some(Bug::LostWakeUp));
    assert_eq!(left_behind(&mut bench), Some(Doing::Waiting));
}

#[test]
fn a_run_is_the_same_when_it_is_run_again() {
    let digest = || weathered(3, Policy::Detect, 2, None).world.digest();
    assert_eq!(digest(), digest());
}
