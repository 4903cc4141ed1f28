//! Reliable links over random networks: loss, doubling, reordering, cuts, pauses and crashes.
//!
//! What is promised is checked from outside, from what the hosts note. What a node says to another
//! between two resets is a *series*; what the other hears in one incarnation must be a prefix of
//! one series, and no series is heard in two incarnations.

use std::collections::BTreeMap;

use lockstep_core::sim::choice::Choice;
use lockstep_core::sim::event::{Event, What};
use lockstep_core::sim::history::keep_ascending;
use lockstep_core::sim::monitor::Monitor;
use lockstep_core::sim::network::{LinkSettings, MessageId};
use lockstep_core::sim::process::NodeId;
use lockstep_core::sim::run::{Goal, Run, Timed};
use lockstep_core::sim::time::Moment;
use lockstep_core::sim::world::{Node, Stepped, World};
use proptest::collection::vec;
use proptest::prelude::*;

use crate::bench::{one_in, rough, steady};
use crate::relay::{Note, Relay, Say, Saying};
use crate::travel::config;

const NODES: u8 = 3;
/// When nothing is done to the world any more, in microseconds.
const WHOLE_US: u64 = 1_000_000;
/// When everybody speaks to all, once the network is whole again, in microseconds.
const LAST_US: u64 = 3_000_000;

#[derive(Clone, Debug)]
struct Nobody;

impl Monitor<Relay> for Nobody {
    fn begin(&mut self, _: &World<Relay>) {}

    fn observe(&mut self, _: Stepped, _: &World<Relay>) {}

    fn band(_: &Node<Relay>, _: u8) -> u8 {
        0
    }
}

fn nodes() -> impl Iterator<Item = NodeId> + Clone {
    (0..NODES).map(NodeId)
}

fn run(seed: u64, script: &[Timed<Say>]) -> Run<Relay, Nobody> {
    let processes = nodes().map(|_| Relay::new(NODES)).collect();
    let network = LinkSettings { loss: one_in(6), duplicate: one_in(6), ..rough(seed).network };
    let surroundings = lockstep_core::sim::world::Surroundings { network, ..rough(seed) };
    let mut run = Run::new(World::new(processes, surroundings, true), Nobody);
    let goal = Goal::Moment(Moment::before(LAST_US + 2_000_000));
    while run.step(script, goal).is_some() {}
    run
}

/// What one node said to another between two resets, in one incarnation.
#[derive(Clone, Debug, Default)]
struct Series {
    said: Vec<Saying>,
    heard: Vec<Saying>,
    /// Which of the hearer's incarnations heard it.
    heard_in: Option<u32>,
}

/// Everything that was said and heard, by who said it to whom.
#[derive(Default)]
struct Record {
    incarnations: BTreeMap<NodeId, u32>,
    series: BTreeMap<(NodeId, NodeId), Vec<Series>>,
    resets: u32,
}

impl Record {
    fn of(events: &[Event<Relay>]) -> Self {
        let mut record = Self::default();
        events.iter().for_each(|event| record.take(event));
        record
    }

    fn take(&mut self, event: &Event<Relay>) {
        let node = event.node;
        match &event.what {
            What::Started => {
                *self.incarnations.entry(node).or_default() += 1;
                for to in nodes() {
                    self.series.entry((node, to)).or_default().push(Series::default());
                }
            }
            What::Noted(Note::Said(to, saying)) => {
                let series = self.series.get_mut(&(node, *to)).and_then(|all| all.last_mut());
                series.expect("a node starts first").said.push(*saying);
            }
            What::Noted(Note::Reset(peer)) => {
                self.resets += 1;
                self.series.entry((node, *peer)).or_default().push(Series::default());
            }
            What::Noted(Note::Heard(from, saying)) => {
                let incarnation = self.incarnations[&node];
                let all = self.series.get_mut(&(*from, node)).expect("somebody said it");
                let series = all.iter_mut().find(|series| series.said.contains(saying));
                let series = series.unwrap_or_else(|| panic!("nobody said {saying:?}"));
                assert_eq!(*series.heard_in.get_or_insert(incarnation), incarnation, "{event:?}");
                series.heard.push(*saying);
                assert!(series.said.starts_with(&series.heard), "{series:?}");
            }
            _ => {}
        }
    }

    /// How many things were heard.
    fn heard(&self) -> usize {
        self.series.values().flatten().map(|series| series.heard.len()).sum()
    }
}

fn node() -> impl Strategy<Value = NodeId> {
    (0..NODES).prop_map(NodeId)
}

fn message() -> impl Strategy<Value = MessageId> {
    let names = (node(), node(), 1_u32..80, 0_u8..2);
    names.prop_map(|(from, to, count, copy)| MessageId { from, to, count, copy })
}

fn choice() -> impl Strategy<Value = Choice<Say>> {
    let link = || (node(), node(), any::<bool>());
    prop_oneof![
        12 => (node(), node(), 1_u32..9).prop_map(|(node, to, count)| {
            Choice::Operate { node, operation: Say { to, count } }
        }),
        2 => node().prop_map(Choice::Crash),
        3 => node().prop_map(Choice::Restart),
        1 => node().prop_map(Choice::Pause),
        2 => node().prop_map(Choice::Resume),
        2 => link().prop_map(|(from, to, both_ways)| Choice::Cut { from, to, both_ways }),
        2 => Just(Choice::HealAll),
        1 => message().prop_map(Choice::Lose),
        1 => message().prop_map(Choice::Duplicate),
        1 => (message(), 0_u64..400_000)
            .prop_map(|(message, by_us)| Choice::Delay { message, by_us }),
        1 => (node(), 200_000_u64..4_000_000)
            .prop_map(|(node, rate_ppm)| Choice::ClockRate { node, rate_ppm }),
    ]
}

/// Random choices; then everything is made whole, and later everybody speaks to all, twice.
fn script() -> impl Strategy<Value = Vec<Timed<Say>>> {
    let timed = (0..WHOLE_US).prop_map(Moment::before);
    vec((timed, choice()), 0..60).prop_map(|mut script| {
        keep_ascending(&mut script);
        let whole = nodes().map(Choice::Restart).chain(nodes().map(Choice::Resume));
        let whole = whole.chain([Choice::HealAll, Choice::Network(steady().network)]);
        script.extend(whole.map(|choice| (Moment::before(WHOLE_US), choice)));
        // The first time, somebody may still speak to an earlier incarnation.
        for at_us in [LAST_US, LAST_US + 1_000_000] {
            let pairs = nodes().flat_map(|node| nodes().map(move |to| (node, to)));
            let say = |(node, to)| Choice::Operate { node, operation: Say { to, count: 6 } };
            script.extend(pairs.map(say).map(|choice| (Moment::before(at_us), choice)));
        }
        keep_ascending(&mut script);
        script
    })
}

proptest! {
    #![proptest_config(config(300))]

    #[test]
    fn what_is_heard_is_a_prefix_of_what_was_said_and_all_of_it_once_the_network_is_whole(
        seed in 0_u64..1_000,
        script in script(),
    ) {
        let mut run = run(seed, &script);
        let record = Record::of(&run.world.take_events());
        for ((node, to), all) in &record.series {
            let last = all.last().expect("every node has started");
            prop_assert_eq!(&last.heard, &last.said, "{:?} to {:?}", node, to);
            prop_assert!(last.heard.len() >= 6);
            let links = |node| run.world.node(node).process.links.as_ref();
            let (links, peer) = (links(*node).expect("it runs"), links(*to).expect("it runs"));
            prop_assert_eq!(links.unacknowledged(*to), 0);
            prop_assert_eq!(links.next_wake_us(), None, "and now it is quiet");
            prop_assert_eq!(links.peer_incarnation(*to), Some(peer.incarnation()));
        }
    }
}

#[test]
fn crashes_reset_links_and_much_is_heard() {
    let say = |node| Choice::Operate { node, operation: Say { to: NodeId(1), count: 3 } };
    let mut script: Vec<Timed<Say>> =
        (1..20).map(|round| (Moment::before(round * 40_000), say(NodeId(0)))).collect();
    for round in 1..4 {
        let crash_us = round * 200_000;
        script.push((Moment::before(crash_us), Choice::Crash(NodeId(1))));
        script.push((Moment::before(crash_us + 30_000), Choice::Restart(NodeId(1))));
    }
    script.sort_by_key(|(moment, _)| *moment);
    let mut run = run(5, &script);
    let record = Record::of(&run.world.take_events());
    assert_eq!(record.resets, 3);
    let heard = record.heard();
    assert!((25..57).contains(&heard), "{heard} of 57");
}
