//! The cache over streams whose connections really break: with resumption a break is a delay, and
//! in the end everybody is answered; with leases, that also holds though nodes crash.

use lockstep_core::cache::node::{LinkLayer, NodeSettings};
use lockstep_core::cache::operation::{Operation, Outcome};
use lockstep_core::cache::placement::Placement;
use lockstep_core::cache::setting::Features;
use lockstep_core::cache::table::Interconnect;
use lockstep_core::check::Verdict;
use lockstep_core::check::cache::CacheCheck;
use lockstep_core::sim::choice::Choice;
use lockstep_core::sim::connection::Phase;
use lockstep_core::sim::network::{LinkSettings, Transport};
use lockstep_core::sim::process::NodeId;
use lockstep_core::sim::random::Probability;
use lockstep_core::sim::time::{MILLISECOND_US, SECOND_US};
use lockstep_core::sim::world::World;

use crate::bench::{Bench, SMALL, random_operation};
use crate::checks::Watched;
use crate::dice::Dice;
use crate::failures::{X, last_outcome, later, leased, losses, owned, repair, run_until, storm};

/// Four caches and two homes, or a bus, without leases.
fn plain(interconnect: Interconnect, exclusive: bool) -> NodeSettings {
    let homes = if interconnect == Interconnect::Bus { 1 } else { 2 };
    let placement = Placement { interconnect, caches: 4, homes };
    let features = Features { exclusive, capacity: 2, ..Features::default() };
    NodeSettings { placement, lines: 3, links: LinkLayer::Resumption, features, ..SMALL }
}

/// How many connections there have been besides the first ones.
fn reopened<P: lockstep_core::sim::process::Process>(world: &World<P>) -> u32 {
    let count = u8::try_from(world.nodes().len()).expect("few nodes");
    let pairs = (0..count).flat_map(|one| (0..one).map(move |other| (NodeId(one), NodeId(other))));
    pairs.filter_map(|(one, other)| world.connection(one, other)).map(|it| it.epoch() - 1).sum()
}

/// Something that breaks connections, or holds things up, and crashes nobody.
fn breakage(dice: &mut Dice, nodes: u8) -> Choice<Operation> {
    let mut node = || NodeId(u8::try_from(dice.below(u64::from(nodes))).expect("few nodes"));
    let (one, other) = (node(), node());
    match dice.below(7) {
        0 | 1 if one != other => Choice::Cut { from: one, to: other, both_ways: dice.one_in(2) },
        2 => {
            let others = (0..nodes).map(NodeId).filter(|node| *node != one).collect();
            Choice::Partition(vec![vec![one], others])
        }
        3 => Choice::Pause(one),
        4 => Choice::Resume(one),
        _ => Choice::HealAll,
    }
}

/// One of the messages on their way is lost, which breaks its connection.
fn loss(
    world: &World<lockstep_core::cache::node::Node>,
    dice: &mut Dice,
) -> Option<Choice<Operation>> {
    let flights: Vec<_> = world.flights().map(|flight| flight.id).collect();
    let place = dice.below(flights.len().max(1) as u64);
    flights.get(usize::try_from(place).expect("few")).map(|id| Choice::Lose(*id))
}

/// Random operations while connections break again and again; then the network is whole, and so on.
fn broken(bench: &mut Bench, settings: NodeSettings, seed: u64, only_losses: bool) {
    let mut dice = Dice::new(seed ^ 0x57EA);
    let nodes = settings.placement.nodes();
    let mut count = 0;
    for _ in 0..5 {
        for _ in 0..60 {
            let node = u8::try_from(dice.below(u64::from(settings.placement.caches))).unwrap();
            bench.ask(node, random_operation(&mut dice, &settings, &mut count));
            let time_us = bench.world.now_us() + dice.below(20_000);
            run_until(bench, time_us);
            if dice.one_in(5)
                && let Some(choice) = loss(&bench.world, &mut dice)
            {
                bench.world.apply(&choice);
            }
            if !only_losses && dice.one_in(8) {
                bench.world.apply(&breakage(&mut dice, nodes));
            }
        }
        repair(bench, nodes);
        let time_us = bench.world.now_us() + 20 * SECOND_US;
        run_until(bench, time_us);
        bench.judge_quiet();
        if !bench.faults.is_empty() {
            break;
        }
    }
}

#[test]
fn a_break_is_a_delay_and_no_more() {
    let mut reopenings = 0;
    for seed in 0..12 {
        for interconnect in [Interconnect::Directory, Interconnect::Bus] {
            for exclusive in [false, true] {
                let settings = plain(interconnect, exclusive);
                let mut bench = Bench::new(settings, seed);
                broken(&mut bench, settings, seed, false);
                assert!(bench.faults.is_empty(), "{settings:?}, {seed}: {:#?}", bench.faults);
                reopenings += reopened(&bench.world);
            }
        }
    }
    assert!(reopenings > 1_000, "connections do break: {reopenings}");
}

#[test]
fn so_it_is_where_the_network_loses_so_much_that_connections_break_by_themselves() {
    let loss = Probability::from_parts(5 << 29).expect("five eighths");
    let mut reopenings = 0;
    for seed in 0..6 {
        let settings = plain(Interconnect::Directory, true);
        let mut bench = Bench::new(settings, seed);
        let (delay_min_us, delay_max_us) = (100, 400);
        let network = LinkSettings { delay_min_us, delay_max_us, loss, ..LinkSettings::default() };
        bench.world.apply(&Choice::Network(network));
        broken(&mut bench, settings, seed, true);
        assert!(bench.faults.is_empty(), "{seed}: {:#?}", bench.faults);
        reopenings += reopened(&bench.world);
    }
    assert!(reopenings > 100, "connections do break: {reopenings}");
}

/// Taken away, the layer is missed: without leases, what a break has lost is waited for for ever.
#[test]
fn without_resumption_a_break_leaves_somebody_waiting() {
    let waits = (0..20).filter(|seed| {
        let settings =
            NodeSettings { links: LinkLayer::Bare, ..plain(Interconnect::Directory, true) };
        let mut bench = Bench::over(Transport::Streams, settings, *seed);
        broken(&mut bench, settings, *seed, true);
        bench.faults.iter().any(|fault| fault.contains("waits"))
    });
    assert!(waits.count() > 10);
}

#[test]
fn with_leases_a_break_that_is_over_in_time_loses_nothing() {
    let mut reopenings = 0;
    for (seed, exclusive) in (0..12).flat_map(|seed| [(seed, false), (seed, true)]) {
        let settings = leased(exclusive, LinkLayer::Resumption);
        let mut bench = Bench::new(settings, seed);
        broken(&mut bench, settings, seed, true);
        assert!(bench.faults.is_empty(), "{seed}: {:#?}", bench.faults);
        assert_eq!(losses(&bench), 0, "{seed}: nobody was given up");
        reopenings += reopened(&bench.world);
    }
    assert!(reopenings > 200, "connections do break: {reopenings}");
}

#[test]
fn crashes_and_cuts_over_streams_leave_nothing_stale_and_nothing_unsaid() {
    let mut lost = 0;
    for (seed, exclusive) in (0..30).flat_map(|seed| [(seed, false), (seed, true)]) {
        let bench = storm(leased(exclusive, LinkLayer::Resumption), seed, true);
        assert!(bench.faults.is_empty(), "seed {seed}, {exclusive}: {:#?}", bench.faults);
        lost += losses(&bench);
    }
    assert!(lost > 50, "there was something to lose: {lost}");
}

/// Without the layer, leases alone see to it that everybody is answered: at the price of what the
/// caches held.
#[test]
fn leases_alone_bear_breaks_too() {
    let mut lost = 0;
    for seed in 0..12 {
        let settings = leased(true, LinkLayer::Bare);
        let mut bench = Bench::over(Transport::Streams, settings, seed);
        broken(&mut bench, settings, seed, false);
        assert!(bench.faults.is_empty(), "{seed}: {:#?}", bench.faults);
        lost += losses(&bench);
    }
    assert!(lost > 10, "a session that ends with a connection takes its lines along: {lost}");
}

#[test]
fn a_writer_that_was_cut_off_for_a_moment_still_has_what_it_wrote() {
    let mut bench = owned(leased(true, LinkLayer::Resumption));
    let home = leased(true, LinkLayer::Resumption).placement.home_of(X.line);
    let cut = Choice::Cut { from: NodeId(0), to: home, both_ways: true };
    bench.world.apply(&cut);
    bench.ask(1, Operation::Read(X));
    later(&mut bench, 100_000);
    assert_eq!(last_outcome(&bench, 1), Some(Outcome::Pending), "the forward cannot arrive");
    bench.world.apply(&Choice::HealAll);
    later(&mut bench, 150_000);
    assert_eq!(last_outcome(&bench, 1), Some(Outcome::Read(7)));
    let connection = bench.world.connection(NodeId(0), home).expect("on streams");
    assert_eq!((connection.epoch(), connection.phase()), (2, Phase::Open));
    assert_eq!(losses(&bench), 0);
    assert!(bench.faults.is_empty(), "{:#?}", bench.faults);
}

#[test]
fn where_nothing_breaks_resumption_cannot_be_seen() {
    let digest = |links| {
        let settings = NodeSettings { links, ..plain(Interconnect::Directory, true) };
        let mut bench = Bench::over(Transport::Streams, settings, 3);
        let mut dice = Dice::new(3);
        let mut count = 0;
        for node in [0, 1, 2, 3, 1, 0, 2] {
            bench.ask(node, random_operation(&mut dice, &settings, &mut count));
            bench.settle(1_000);
        }
        bench.world.digest()
    };
    assert_eq!(digest(LinkLayer::Bare), digest(LinkLayer::Resumption));
}

/// A world that is partitioned, frozen and made whole again, and what the laboratory's checks say.
fn watched(settings: NodeSettings, seed: u64) -> Watched {
    let mut watched = Watched::new(settings, seed);
    let nodes = settings.placement.nodes();
    for _ in 0..4 {
        for _ in 0..30 {
            watched.operate();
            watched.run_for(10 * MILLISECOND_US);
            if watched.dice.one_in(6) {
                let choice = breakage(&mut watched.dice, nodes);
                watched.choose(&choice);
            }
            if watched.dice.one_in(6)
                && let Some(choice) = loss(&watched.world, &mut watched.dice)
            {
                watched.choose(&choice);
            }
        }
        watched.choose(&Choice::HealAll);
        (0..nodes).for_each(|node| watched.choose(&Choice::Resume(NodeId(node))));
        watched.run_for(8 * SECOND_US);
    }
    watched
}

#[test]
fn every_check_holds_over_streams_that_break() {
    for seed in 0..16 {
        for settings in [
            plain(Interconnect::Directory, false),
            plain(Interconnect::Directory, true),
            plain(Interconnect::Bus, true),
            leased(true, LinkLayer::Resumption),
        ] {
            let watched = watched(settings, seed);
            assert!(reopened(&watched.world) > 0, "connections do break");
            // There is no bound to keep.
            for check in CacheCheck::watched().filter(|check| *check != CacheCheck::LossBounded) {
                let verdict = watched.monitor.verdict(check);
                assert_eq!(verdict, Verdict::Holds, "{check:?}, seed {seed}, {settings:?}");
            }
        }
    }
}
