//! The graph and the breaking of its cycles: by example, and on random tables against petgraph,
//! which is given every edge, while the table looks only along the near ones.

use std::collections::BTreeSet;

use lockstep_core::lock::Owner;
use lockstep_core::lock::bug::{Bug, Bugs};
use lockstep_core::lock::command::Action;
use lockstep_core::lock::graph::{Sight, cycle_within, edge, is_on_cycle, knots, reaches};
use lockstep_core::lock::policy::{Policy, Victim};
use lockstep_core::lock::resolution::{Resolution, Rules, Whose, resolve};
use lockstep_core::lock::table::LockTable;
use petgraph::algo::{has_path_connecting, tarjan_scc};
use petgraph::graphmap::DiGraphMap;

use crate::clients::Clients;
use crate::dice::Dice;
use crate::scene::{Scene, queued, scene};

type Graph = DiGraphMap<Owner, bool>;

fn graph(table: &LockTable, blind: bool) -> Graph {
    let edges = table.edges().into_iter().filter(|edge| !(blind && edge.soft));
    let mut graph = Graph::from_edges(edges.map(|edge| (edge.from, edge.to, edge.soft)));
    for (owner, _) in table.sessions() {
        graph.add_node(owner);
    }
    graph
}

/// Those who can all reach each other, by petgraph.
fn components(graph: &Graph) -> Vec<BTreeSet<Owner>> {
    let all = tarjan_scc(graph).into_iter();
    let mut knots: Vec<BTreeSet<Owner>> =
        all.filter(|knot| knot.len() > 1).map(|knot| knot.into_iter().collect()).collect();
    knots.sort();
    knots
}

/// Whether each in a cycle really waits for the next, nobody is in it twice, and it has no detour.
fn assert_cycle(table: &LockTable, cycle: &[Owner], context: &str) {
    let nexts = cycle.iter().skip(1).chain(cycle.first());
    for (from, to) in cycle.iter().zip(nexts) {
        assert!(edge(table, *from, *to).is_some(), "{context}: {from:?} waits for {to:?}");
    }
    let once: BTreeSet<&Owner> = cycle.iter().collect();
    assert_eq!(once.len(), cycle.len(), "{context}: {cycle:?}");
}

/// Compares all that the table says of its graph with what petgraph says.
fn compare(table: &LockTable, context: &str) -> u64 {
    let everybody: Vec<Owner> = table.sessions().map(|(owner, _)| owner).collect();
    let mut cycles = 0;
    for sight in [Sight::Full, Sight::Blind] {
        let graph = graph(table, sight == Sight::Blind);
        let expected = components(&graph);
        let mut found = knots(table, everybody.iter().copied(), sight);
        found.sort();
        assert_eq!(found, expected, "{context} {sight:?}: {:?}", table.edges());
        for owner in &everybody {
            let on_cycle = expected.iter().any(|knot| knot.contains(owner));
            let cycle = cycle_within(table, *owner, None, sight);
            assert_eq!(cycle.is_some(), on_cycle, "{context} {sight:?}: {owner:?}");
            if sight == Sight::Full {
                assert_eq!(is_on_cycle(table, *owner), on_cycle, "{context}: {owner:?}");
            }
            if let Some(cycle) = cycle {
                assert_cycle(table, &cycle, context);
                cycles += 1;
            }
        }
        if sight == Sight::Full {
            for (from, to) in
                everybody.iter().flat_map(|from| everybody.iter().map(move |to| (from, to)))
            {
                let path = from == to || has_path_connecting(&graph, *from, *to, None);
                let goal = if from == to { on_self(&graph, *from) } else { path };
                assert_eq!(reaches(table, *from, &[*to]), goal, "{context}: {from:?} to {to:?}");
                let known = graph.edge_weight(*from, *to).copied();
                assert_eq!(edge(table, *from, *to).map(|edge| edge.soft), known, "{context}");
            }
        }
    }
    cycles
}

fn on_self(graph: &Graph, owner: Owner) -> bool {
    graph
        .neighbors(owner)
        .any(|next| next == owner || has_path_connecting(graph, next, owner, None))
}

#[test]
fn the_detector_agrees_with_petgraph_on_random_tables() {
    let mut cycles = 0;
    for seed in 0..60 {
        let mut dice = Dice::new(seed);
        // Half of them with a bug under which holders do not tolerate each other.
        let mut bugs = Bugs::default();
        bugs.set(Bug::GrantBesideHolders, seed % 2 == 1);
        bugs.set(Bug::LostWakeUp, seed % 5 == 4);
        let rules = Rules { bugs, ..Rules::default() };
        let count = u32::try_from(3 + dice.below(12)).expect("few");
        let resources = usize::try_from(1 + dice.below(6)).expect("few");
        // Nobody detects, so that cycles pile up.
        let mut clients = Clients::new(count, resources, Policy::Detect, rules);
        for step in 0..150 {
            clients.step(&mut dice);
            cycles += compare(&clients.table, &format!("seed {seed} step {step}"));
        }
    }
    assert!(cycles > 10_000, "there was something to be found: {cycles}");
}

#[test]
fn whatever_is_decided_leaves_no_cycle_and_every_victim_was_on_one() {
    let mut resolved = 0;
    for seed in 0..200 {
        let mut dice = Dice::new(1_000 + seed);
        let rules = Rules {
            victim: *dice.pick(&Victim::ALL),
            overtaking: seed % 3 > 0,
            bugs: Bugs::default(),
        };
        let mut clients = Clients::new(12, 4, Policy::Detect, rules);
        for _ in 0..120 {
            clients.step(&mut dice);
        }
        resolved += resolve(&clients.table, Whose::Everybody, &rules, &[]).len();
        // Each is carried out, and asserted to have had an effect.
        clients.detect(Whose::Everybody);
        assert!(components(&graph(&clients.table, false)).is_empty(), "seed {seed}");
    }
    assert!(resolved > 80, "there was something to be broken: {resolved}");
}

/// 1 has a and waits for b, 2 has b and waits for a. 1 is older, holds more and has worked less.
fn crossed() -> Scene {
    let mut scene = scene();
    scene.x(1, "a");
    scene.x(1, "d");
    scene.x(2, "b");
    scene.spent_us = 5;
    scene.x(1, "b");
    scene.spent_us = 9;
    scene.x(2, "a");
    scene
}

fn victims(scene: &Scene, rules: &Rules) -> Vec<u32> {
    let all = resolve(&scene.table, Whose::Everybody, rules, &[]);
    let aborts = all.into_iter().map(|Resolution { action, .. }| match action {
        Action::Abort { owner, claimed: false, .. } => owner.0,
        other => panic!("{other:?}"),
    });
    aborts.collect()
}

#[test]
fn who_holds_is_waited_for_and_who_waits_before_one_too() {
    let mut scene = scene();
    scene.s(1, "a");
    scene.x(2, "a");
    scene.s(3, "a");
    scene.x(4, "a");
    let edges = [(2, 1, false), (3, 2, true), (4, 1, false), (4, 2, true), (4, 3, true)];
    assert_eq!(scene.edges(), edges);
}

#[test]
fn who_waits_for_an_upgrade_does_not_wait_for_itself_and_is_waited_for_by_hard_edges() {
    let mut scene = scene();
    scene.s(1, "a");
    scene.s(2, "a");
    scene.s(3, "a");
    scene.upgrade(1, "a");
    scene.upgrade(2, "a");
    scene.s(4, "a");
    let upgrades = [(1, 2, false), (1, 3, false), (2, 1, false), (2, 3, false)];
    assert_eq!(scene.edges(), [&upgrades[..], &[(4, 1, true), (4, 2, true)]].concat());
    assert!(!is_on_cycle(&scene.table, Owner(4)), "it only waits for one");
}

#[test]
fn opposite_order_is_a_cycle_and_the_victim_is_chosen_as_told() {
    let scene = crossed();
    let expected = [
        (Victim::Youngest, 2),
        (Victim::Oldest, 1),
        (Victim::FewestLocks, 2),
        (Victim::LeastWork, 1),
    ];
    for (victim, owner) in expected {
        let rules = Rules { victim, ..Rules::default() };
        assert_eq!(victims(&scene, &rules), [owner], "{victim:?}");
    }
}

#[test]
fn between_equals_the_younger_is_the_victim() {
    let mut scene = scene();
    scene.x(2, "b");
    scene.x(1, "a");
    scene.x(1, "b");
    scene.x(2, "a");
    for victim in [Victim::FewestLocks, Victim::LeastWork] {
        assert_eq!(victims(&scene, &Rules { victim, ..Rules::default() }), [1], "{victim:?}");
    }
}

#[test]
fn three_in_a_ring_are_one_cycle_of_three() {
    let mut scene = scene();
    for (owner, first) in [(1, "a"), (2, "b"), (3, "c")] {
        scene.x(owner, first);
    }
    for (owner, second) in [(1, "b"), (2, "c"), (3, "a")] {
        assert_eq!(scene.x(owner, second), queued(0));
    }
    let found = resolve(&scene.table, Whose::Of(Owner(3)), &Rules::default(), &[]);
    let [resolution] = &found[..] else { panic!("{found:?}") };
    assert_eq!(resolution.cycle.len(), 3);
}

#[test]
fn two_readers_who_both_upgrade_are_a_cycle() {
    let mut scene = scene();
    scene.s(1, "a");
    scene.s(2, "a");
    scene.upgrade(1, "a");
    assert!(!is_on_cycle(&scene.table, Owner(1)));
    scene.upgrade(2, "a");
    assert_eq!(victims(&scene, &Rules::default()), [2]);
}

/// 1 and 2 read a; 3 waits to write it; 4 has b and waits, behind 3, to read a; 1 waits for b.
/// So 1 waits for 4, 4 softly for 3, 3 for 1.
fn soft_cycle() -> Scene {
    let mut scene = scene();
    scene.s(1, "a");
    scene.s(2, "a");
    scene.x(4, "b");
    scene.x(3, "a");
    scene.s(4, "a");
    assert!(!is_on_cycle(&scene.table, Owner(4)));
    scene.x(1, "b");
    scene
}

#[test]
fn a_reader_in_a_soft_cycle_overtakes_and_nobody_is_aborted() {
    let mut scene = soft_cycle();
    let rules = Rules { overtaking: true, ..Rules::default() };
    let found = resolve(&scene.table, Whose::Of(Owner(1)), &rules, &[]);
    let [Resolution { action: Action::Overtake { owner, before, .. }, .. }] = &found[..] else {
        panic!("{found:?}")
    };
    assert_eq!((*owner, *before), (Owner(4), Owner(3)));
    assert!(scene.propose(found[0].action.clone()));
    assert!(!is_on_cycle(&scene.table, Owner(1)));
    assert_eq!(scene.holders("a").len(), 3);
}

#[test]
fn without_overtaking_a_soft_cycle_has_a_victim() {
    assert_eq!(victims(&soft_cycle(), &Rules::default()).len(), 1);
}

#[test]
fn nobody_overtakes_where_there_is_no_deadlock() {
    let mut scene = scene();
    scene.s(1, "a");
    scene.x(2, "a");
    scene.s(3, "a");
    assert!(!scene.overtake(3, 2));
    assert_eq!(scene.queue("a"), [2, 3]);
}

#[test]
fn nobody_overtakes_a_reader_or_somebody_behind_it_or_elsewhere() {
    let mut scene = soft_cycle();
    scene.s(5, "a");
    assert!(!scene.overtake(3, 4), "a writer does not");
    assert!(!scene.overtake(4, 5), "not backwards");
    assert!(!scene.overtake(4, 1), "1 waits for something else");
    assert!(scene.overtake(4, 3));
}

#[test]
fn a_queue_in_the_way_of_a_cycle_is_cut_out_of_it() {
    let mut scene = scene();
    scene.x(1, "a");
    scene.x(2, "b");
    // A queue of many for a; the last of them has b.
    for owner in 10..20 {
        scene.x(owner, "a");
    }
    scene.x(2, "a");
    scene.x(1, "b");
    let cycle = cycle_within(&scene.table, Owner(1), None, Sight::Full).expect("a cycle");
    let cycle: BTreeSet<Owner> = cycle.into_iter().collect();
    assert_eq!(cycle, BTreeSet::from([Owner(1), Owner(2)]));
    assert_eq!(victims(&scene, &Rules::default()), [2], "not the youngest in the queue");
}

#[test]
fn what_is_under_way_is_reckoned_with() {
    let scene = crossed();
    let found = resolve(&scene.table, Whose::Everybody, &Rules::default(), &[]);
    let actions: Vec<Action> = found.into_iter().map(|resolution| resolution.action).collect();
    assert_eq!(actions.len(), 1);
    assert!(resolve(&scene.table, Whose::Everybody, &Rules::default(), &actions).is_empty());
}

#[test]
fn two_cycles_that_share_somebody_may_need_one_victim() {
    let mut scene = scene();
    // 3 is the youngest, and holds what both others wait for.
    scene.s(1, "a");
    scene.s(2, "b");
    scene.x(3, "c");
    scene.x(1, "c");
    scene.x(2, "c");
    scene.x(3, "a");
    assert_eq!(victims(&scene, &Rules::default()), [3]);
}

#[test]
fn blind_to_queues_a_soft_cycle_is_not_found() {
    let mut bugs = Bugs::default();
    bugs.set(Bug::BlindToQueues, true);
    let rules = Rules { bugs, ..Rules::default() };
    assert!(victims(&soft_cycle(), &rules).is_empty());
    assert_eq!(victims(&crossed(), &rules), [2]);
}

#[test]
fn the_wrong_victim_only_waits_for_the_cycle() {
    let mut bugs = Bugs::default();
    bugs.set(Bug::WrongVictim, true);
    let mut scene = crossed();
    scene.x(3, "a");
    let rules = Rules { bugs, ..Rules::default() };
    assert_eq!(victims(&scene, &rules), [3, 2]);
}
