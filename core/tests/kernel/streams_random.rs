//! Streams, whatever one does: random choices on a lively world, against what a stream promises.
//!
//! Beside the world goes a record made from its events alone: in which epoch each node believes to
//! be connected to each other, and what was sent and delivered in it.

use std::collections::BTreeMap;

use lockstep_core::sim::choice::Choice;
use lockstep_core::sim::connection::Phase;
use lockstep_core::sim::event::{Event, What};
use lockstep_core::sim::history::keep_ascending;
use lockstep_core::sim::network::{LinkSettings, Transport};
use lockstep_core::sim::process::NodeId;
use lockstep_core::sim::run::{Goal, Run, Timed};
use lockstep_core::sim::time::Moment;
use proptest::prelude::*;

use crate::bench::{PingRun, Surroundings, portrait, rough, steady, straight, world};
use crate::ping::{ECHOES, Ping, Request, Watch};
use crate::travel::{LONGEST_US, choices, config};

const NODES: u8 = 3;

/// A run in which three nodes ping each other every 3 to 6 ms on streams over a rough network.
fn lively(seed: u64, narrates: bool) -> PingRun {
    let surroundings = Surroundings { transport: Transport::Streams, ..rough(seed) };
    Run::new(world(NODES, Some(6_000), surroundings, narrates), Watch::default())
}

/// A stream: who speaks, and to whom.
type Stream = (NodeId, NodeId);

/// What can be known from outside.
#[derive(Default)]
struct Record {
    /// In which epoch a node believes to be connected to another; nothing is said of the first.
    believes: BTreeMap<Stream, Option<u32>>,
    /// What was sent in each epoch of a stream, by count.
    sent: BTreeMap<(Stream, u32), Vec<u32>>,
    delivered: BTreeMap<(Stream, u32), Vec<u32>>,
}

impl Record {
    fn belief(&self, node: NodeId, peer: NodeId) -> Option<u32> {
        self.believes.get(&(node, peer)).copied().unwrap_or(Some(1))
    }

    fn take(&mut self, event: &Event<Ping>) {
        let node = event.node;
        match &event.what {
            What::Connected { peer, epoch } => {
                assert_eq!(self.belief(node, *peer), None, "{event:?}: it was told of the end");
                self.believes.insert((node, *peer), Some(*epoch));
            }
            What::Disconnected { peer, epoch } => {
                assert_eq!(self.belief(node, *peer), Some(*epoch), "{event:?}");
                self.believes.insert((node, *peer), None);
            }
            What::Chosen(Choice::Crash(node)) => {
                for peer in (0..NODES).map(NodeId).filter(|peer| peer != node) {
                    self.believes.insert((*node, peer), None);
                }
            }
            What::Sent { id, .. } => {
                if let Some(epoch) = self.belief(id.from, id.to) {
                    self.sent.entry(((id.from, id.to), epoch)).or_default().push(id.count);
                }
            }
            What::Delivered { id, .. } if id.from != id.to => {
                assert_eq!(id.copy, 0);
                let epoch = self.belief(id.to, id.from);
                let epoch = epoch.unwrap_or_else(|| panic!("{event:?}: it is not connected"));
                self.delivered.entry(((id.from, id.to), epoch)).or_default().push(id.count);
            }
            _ => {}
        }
    }

    /// What was delivered in an epoch is what was sent in it, up to some message.
    fn check(&self) {
        for (epoch, delivered) in &self.delivered {
            let sent = self.sent.get(epoch).map_or(&[][..], Vec::as_slice);
            assert!(sent.starts_with(delivered), "{epoch:?}: sent {sent:?}, came {delivered:?}");
        }
    }
}

fn recorded(events: &[Event<Ping>]) -> Record {
    let mut record = Record::default();
    events.iter().for_each(|event| record.take(event));
    record
}

/// Everything that was done to a world is undone.
fn made_whole(at: Moment) -> Vec<Timed<Request>> {
    let nodes = || (0..NODES).map(NodeId);
    let calm = LinkSettings { delay_min_us: 500, ..steady().network };
    let mut all: Vec<Choice<Request>> = nodes().map(Choice::Restart).collect();
    all.extend(nodes().map(Choice::Resume));
    all.extend([Choice::HealAll, Choice::Network(calm)]);
    all.into_iter().map(|choice| (at, choice)).collect()
}

#[test]
fn the_record_sees_messages_of_many_epochs() {
    let at = |time_ms: u64, choice| (Moment::before(time_ms * 1_000), choice);
    let (from, to) = (NodeId(0), NodeId(2));
    let cut =
        |round: u64| at(round * 60, Choice::Cut { from, to, both_ways: round.is_multiple_of(2) });
    let mut script: Vec<Timed<Request>> = (1..6).map(cut).collect();
    script.extend((1..6).map(|round: u64| at(round * 60 + 5, Choice::HealAll)));
    script.push(at(60, Choice::Crash(NodeId(1))));
    script.push(at(90, Choice::Restart(NodeId(1))));
    script.sort_by_key(|(moment, _)| *moment);
    let mut run = straight(lively(3, true), &script, Goal::Moment(Moment::before(400_000)));
    let record = recorded(&run.world.take_events());
    record.check();
    let epochs = |one, other| {
        record
            .delivered
            .keys()
            .filter(|(stream, _)| *stream == (NodeId(one), NodeId(other)))
            .count()
    };
    assert_eq!((epochs(0, 1), epochs(1, 0)), (2, 2));
    assert!(epochs(0, 2) > 3 && epochs(2, 0) > 3);
    assert!(record.delivered.values().map(Vec::len).sum::<usize>() > 300);
}

proptest! {
    #![proptest_config(config(400))]

    #[test]
    fn what_arrives_in_an_epoch_was_sent_in_it_in_order_each_once(
        seed in 0_u64..1_000,
        mut script in choices(16),
    ) {
        keep_ascending(&mut script);
        let goal = Goal::Moment(Moment::before(LONGEST_US));
        let mut run = straight(lively(seed, true), &script, goal);
        recorded(&run.world.take_events()).check();
    }

    #[test]
    fn two_runs_on_streams_have_one_digest_also_by_way_of_a_copy(
        seed in 0_u64..1_000,
        mut script in choices(16),
        cut_us in 0..LONGEST_US,
    ) {
        keep_ascending(&mut script);
        let goal = Goal::Moment(Moment::before(LONGEST_US));
        let one = straight(lively(seed, false), &script, goal);
        let half = straight(lively(seed, false), &script, Goal::Moment(Moment::before(cut_us)));
        let copy = half.clone();
        let _ = straight(half, &[], goal);
        let other = straight(copy, &script, goal);
        prop_assert_eq!(portrait(&one), portrait(&other));
    }
}

proptest! {
    #![proptest_config(config(60))]

    #[test]
    fn once_the_network_is_whole_everybody_is_connected_and_everything_arrives(
        seed in 0_u64..1_000,
        mut script in choices(16),
    ) {
        let longest = script.iter().map(|(moment, _)| moment.time_us).max().unwrap_or(0);
        let at = Moment::before(LONGEST_US.max(longest + 1));
        script.extend(made_whole(at));
        // At last nobody speaks any more, but who has been asked something.
        let silence = Moment::before(at.time_us + 6_000_000);
        script.push((silence, Choice::Set { setting: ECHOES, value: 0 }));
        keep_ascending(&mut script);
        let mut run = straight(lively(seed, true), &script, Goal::Moment(silence));
        let mut events = run.world.take_events();
        for (one, other) in [(0, 1), (0, 2), (1, 2)] {
            let (one, other) = (NodeId(one), NodeId(other));
            let connection = run.world.connection(one, other).expect("these are streams");
            prop_assert_eq!(connection.phase(), Phase::Open);
            let record = recorded(&events);
            prop_assert_eq!(record.belief(one, other), Some(connection.epoch()));
            prop_assert_eq!(record.belief(other, one), Some(connection.epoch()));
        }
        prop_assert!(run.world.nodes().iter().all(|node| node.runs()));
        let held = run.world.flights().any(|flight| flight.held_us.is_some());
        let end = Goal::Moment(Moment::before(at.time_us + 10_000_000));
        let mut run = straight(run, &script, end);
        events.extend(run.world.take_events());
        let record = recorded(&events);
        record.check();
        for (one, other) in [(0, 1), (1, 0), (0, 2), (2, 0), (1, 2), (2, 1)] {
            let stream = (NodeId(one), NodeId(other));
            let last = (stream, record.belief(stream.0, stream.1).expect("it is connected"));
            let delivered = record.delivered.get(&last).map_or(0, Vec::len);
            let sent = record.sent.get(&last).map_or(0, Vec::len);
            prop_assert!(held || delivered == sent, "{:?}: {} of {}", last, delivered, sent);
        }
    }
}
