//! Links: cut, partitioned, healed.

use lockstep_core::sim::choice::Choice;
use lockstep_core::sim::event::LossReason;
use lockstep_core::sim::network::LinkSettings;
use lockstep_core::sim::process::NodeId;

use crate::bench::{A, B, Bench, C, DELAY_US, Surroundings, one_in, steady, world};
use crate::ping::Word;

const ALL: [NodeId; 3] = [A, B, C];

fn up(bench: &Bench) -> Vec<(NodeId, NodeId)> {
    let pairs = ALL.into_iter().flat_map(|from| ALL.into_iter().map(move |to| (from, to)));
    pairs.filter(|(from, to)| from != to && bench.world().link(*from, *to).up).collect()
}

#[test]
fn a_one_way_cut_stops_one_direction_only() {
    let mut bench = Bench::quiet();
    bench.choose(Choice::Cut { from: A, to: B, both_ways: false });
    bench.ping(A, B, 1);
    bench.ping(B, A, 2);
    bench.through(DELAY_US);
    assert_eq!((bench.arrivals(B), bench.arrivals(A)), (vec![], vec![(DELAY_US, Word::Ping(2))]));
    assert_eq!(bench.losses(), [(DELAY_US / 2, LossReason::Cut)]);
}

#[test]
fn a_two_way_cut_stops_both_directions_and_no_other_link() {
    let mut bench = Bench::quiet();
    bench.choose(Choice::Cut { from: A, to: B, both_ways: true });
    assert_eq!(up(&bench), [(A, C), (B, C), (C, A), (C, B)]);
}

#[test]
fn a_cut_breaks_what_is_on_the_link_there_and_then_and_nothing_else() {
    let mut bench = Bench::quiet();
    bench.ping(A, B, 1);
    bench.ping(B, A, 2);
    bench.ping(A, C, 3);
    bench.before(4_000).choose(Choice::Cut { from: A, to: B, both_ways: false }).through(DELAY_US);
    assert_eq!(bench.losses(), [(4_000, LossReason::Cut)]);
    assert_eq!((bench.arrivals(A).len(), bench.arrivals(C).len()), (1, 1));
}

#[test]
fn a_cut_also_breaks_there_and_then_what_chance_would_lose_later() {
    let network = LinkSettings { loss: one_in(1), ..steady().network };
    let mut bench = Bench::new(world(2, None, Surroundings { network, ..steady() }, true));
    bench.ping(A, B, 1);
    bench.before(1_000).choose(Choice::Cut { from: A, to: B, both_ways: false }).through(DELAY_US);
    assert_eq!(bench.losses(), [(1_000, LossReason::Cut)]);
}

#[test]
fn a_cut_breaks_a_held_message_whatever_chance_had_in_mind() {
    for loss in [one_in(1), one_in(1 << 32)] {
        let network = LinkSettings { loss, ..steady().network };
        let mut bench = Bench::new(world(2, None, Surroundings { network, ..steady() }, true));
        let message = bench.ping(A, B, 1);
        bench.choose(Choice::Hold(message)).before(70_000);
        bench.choose(Choice::Cut { from: A, to: B, both_ways: false }).through(80_000);
        assert_eq!(bench.losses(), [(70_000, LossReason::Cut)]);
    }
}

#[test]
fn what_is_sent_into_a_cut_link_is_lost_even_if_the_link_heals_meanwhile() {
    let mut bench = Bench::quiet();
    bench.choose(Choice::Cut { from: A, to: B, both_ways: false });
    bench.ping(A, B, 1);
    bench.before(1_000).choose(Choice::Heal { from: A, to: B, both_ways: false });
    bench.ping(A, B, 2);
    bench.through(50_000);
    assert_eq!(bench.losses(), [(DELAY_US / 2, LossReason::Cut)]);
    assert_eq!(bench.arrivals(B), [(1_000 + DELAY_US, Word::Ping(2))]);
}

#[test]
fn a_message_that_a_cut_has_lost_cannot_be_delivered_by_hand() {
    let mut bench = Bench::quiet();
    bench.choose(Choice::Cut { from: A, to: B, both_ways: false });
    bench.choose(Choice::Cut { from: C, to: B, both_ways: false });
    let message = bench.ping(A, B, 1);
    bench.choose(Choice::Deliver(message));
    // Nor does healing another link, or its own, bring it back.
    bench.choose(Choice::Heal { from: C, to: B, both_ways: false });
    bench.choose(Choice::Heal { from: A, to: B, both_ways: false });
    bench.choose(Choice::Deliver(message)).through(50_000);
    let lost = vec![(DELAY_US / 2, LossReason::Cut)];
    assert_eq!((bench.losses(), bench.arrivals(B)), (lost, vec![]));
}

#[test]
fn healing_heals_one_way_or_both() {
    let mut bench = Bench::quiet();
    let cut = Choice::Cut { from: A, to: B, both_ways: true };
    bench.choose(cut.clone()).choose(Choice::Heal { from: B, to: A, both_ways: false });
    assert_eq!(up(&bench), [(A, C), (B, A), (B, C), (C, A), (C, B)]);
    bench.choose(cut).choose(Choice::Heal { from: B, to: A, both_ways: true });
    assert_eq!(up(&bench).len(), 6);
}

#[test]
fn a_partition_cuts_between_groups_and_heals_within_them() {
    let mut bench = Bench::quiet();
    bench.choose(Choice::Cut { from: B, to: C, both_ways: true });
    bench.choose(Choice::Partition(vec![vec![A], vec![B, C]]));
    assert_eq!(up(&bench), [(B, C), (C, B)]);
    bench.choose(Choice::HealAll);
    assert_eq!(up(&bench).len(), 6);
}

#[test]
fn a_partition_leaves_nodes_alone_that_it_does_not_name() {
    let mut bench = Bench::quiet();
    bench.choose(Choice::Cut { from: A, to: C, both_ways: false });
    bench.choose(Choice::Partition(vec![vec![A], vec![B]]));
    assert_eq!(up(&bench), [(B, C), (C, A), (C, B)]);
}

#[test]
fn a_partition_breaks_what_is_on_the_links_it_cuts() {
    let mut bench = Bench::quiet();
    bench.ping(A, B, 1);
    bench.ping(B, C, 2);
    bench.before(3_000).choose(Choice::Partition(vec![vec![A], vec![B, C]])).through(DELAY_US);
    assert_eq!(bench.losses(), [(3_000, LossReason::Cut)]);
    assert_eq!(bench.arrivals(C), [(DELAY_US, Word::Ping(2))]);
}

#[test]
fn changed_links_change_what_is_sent_from_then_on() {
    let mut bench = Bench::quiet();
    bench.ping(A, B, 1);
    let slow = LinkSettings { delay_min_us: 30_000, delay_max_us: 30_000, ..steady().network };
    bench.choose(Choice::Network(slow));
    bench.ping(A, B, 2);
    bench.through(100_000);
    assert_eq!(bench.arrivals(B), [(DELAY_US, Word::Ping(1)), (30_000, Word::Ping(2))]);
}

#[test]
fn a_link_s_own_behaviour_concerns_that_link_and_no_other() {
    let slow = LinkSettings { delay_min_us: 30_000, delay_max_us: 30_000, ..steady().network };
    let link = |both_ways| Choice::Link { from: A, to: B, both_ways, settings: slow };
    for (both_ways, back_us) in [(false, DELAY_US), (true, 30_000)] {
        let mut bench = Bench::quiet();
        bench.ping(A, B, 1);
        bench.choose(link(both_ways));
        bench.ping(A, B, 2);
        bench.ping(B, A, 3);
        bench.ping(A, C, 4);
        bench.through(30_000);
        let arrived = |at, word: Word| {
            let arrivals = bench.arrivals(at);
            arrivals.into_iter().find(|(_, other)| *other == word).map(|(time_us, _)| time_us)
        };
        assert_eq!(arrived(B, Word::Ping(1)), Some(DELAY_US), "it was on its way");
        assert_eq!(arrived(B, Word::Ping(2)), Some(30_000));
        assert_eq!(arrived(A, Word::Ping(3)), Some(back_us));
        assert_eq!(arrived(C, Word::Ping(4)), Some(DELAY_US));
    }
}

#[test]
fn a_link_s_own_behaviour_outlives_a_cut_and_ends_when_the_whole_network_changes() {
    let lossy = LinkSettings { loss: one_in(1), ..steady().network };
    let mut bench = Bench::quiet();
    bench.choose(Choice::Link { from: A, to: B, both_ways: false, settings: lossy });
    bench.choose(Choice::Cut { from: A, to: B, both_ways: true }).choose(Choice::HealAll);
    bench.ping(A, B, 1);
    bench.through(DELAY_US);
    assert_eq!(bench.losses(), [(DELAY_US / 2, LossReason::Chance)]);
    bench.choose(Choice::Network(steady().network));
    bench.ping(A, B, 2);
    bench.through(2 * DELAY_US);
    assert_eq!(bench.arrivals(B), [(2 * DELAY_US, Word::Ping(2))]);
}
