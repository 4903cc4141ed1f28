//! The laboratory's checks: each convicts its planted bugs in a small world, and holds without.

use std::collections::BTreeSet;

use lockstep_core::cache::bug::Bug;
use lockstep_core::cache::node::{Node, NodeSettings};
use lockstep_core::cache::setting::Features;
use lockstep_core::check::cache::{CacheCheck, CacheMonitor};
use lockstep_core::check::{Assumption, Verdict};
use lockstep_core::sim::choice::Choice;
use lockstep_core::sim::network::LinkSettings;
use lockstep_core::sim::process::NodeId;
use lockstep_core::sim::world::{Surroundings, World};

use crate::bench::{SMALL, random_operation, shuffle_delays, transport_of};
use crate::dice::Dice;

/// Every process of this world is a node of the cache.
const fn itself(node: &Node) -> Option<&Node> {
    Some(node)
}

/// A world and what watches it.
pub(crate) struct Watched {
    pub(crate) world: World<Node>,
    pub(crate) monitor: CacheMonitor,
    settings: NodeSettings,
    pub(crate) dice: Dice,
    written: u32,
}

impl Watched {
    pub(crate) fn new(settings: NodeSettings, seed: u64) -> Self {
        let (network, transport) = (LinkSettings::default(), transport_of(settings.links));
        let surroundings =
            Surroundings { seed, network, transport, sync_min_us: 1, sync_max_us: 1 };
        let mut world = World::new(settings.nodes(), surroundings, false);
        let mut dice = Dice::new(seed);
        shuffle_delays(&mut world, &mut dice);
        let mut monitor = CacheMonitor::new(settings.placement, settings.lines, settings.links);
        monitor.begin(&world, itself);
        Self { world, monitor, settings, dice, written: 0 }
    }

    pub(crate) fn choose(&mut self, choice: &Choice<lockstep_core::cache::operation::Operation>) {
        let stepped = self.world.apply(choice);
        self.monitor.observe(stepped, &self.world, itself);
    }

    fn steps(&mut self, most: u64) {
        for _ in 0..most {
            let Some(stepped) = self.world.step() else { return };
            self.monitor.observe(stepped, &self.world, itself);
        }
    }

    /// Lets so much time pass.
    pub(crate) fn run_for(&mut self, time_us: u64) {
        let until_us = self.world.now_us() + time_us;
        while self.world.next_time_us().is_some_and(|next_us| next_us <= until_us) {
            self.steps(1);
        }
        self.world.idle_until(until_us);
    }

    /// Somebody does something, and some time passes.
    pub(crate) fn operate(&mut self) {
        let caches = u64::from(self.settings.placement.caches);
        let node = NodeId(u8::try_from(self.dice.below(caches)).expect("few"));
        let operation = random_operation(&mut self.dice, &self.settings, &mut self.written);
        self.choose(&Choice::Operate { node, operation });
        let steps = self.dice.below(10);
        self.steps(steps);
    }

    fn run(mut self, rounds: u32) -> Self {
        for _ in 0..rounds {
            for _ in 0..40 {
                self.operate();
            }
            self.steps(100_000);
            shuffle_delays(&mut self.world, &mut self.dice);
            let meddled = lockstep_core::sim::world::Stepped { node: None, meddled: true };
            self.monitor.observe(meddled, &self.world, itself);
        }
        self
    }

    pub(crate) fn failed(&self) -> BTreeSet<CacheCheck> {
        self.monitor.failures().map(|(check, _)| check).collect()
    }
}

fn settings(exclusive: bool) -> NodeSettings {
    NodeSettings { lines: 1, features: Features { exclusive, ..SMALL.features }, ..SMALL }
}

/// Which checks convict a bug, in some random runs.
fn convictions(bug: Bug) -> BTreeSet<CacheCheck> {
    let mut found = BTreeSet::new();
    for (seed, exclusive) in (0..60).flat_map(|seed| [(seed, false), (seed, true)]) {
        let mut watched = Watched::new(settings(exclusive), seed);
        watched.choose(&Choice::Plant { bug: bug.number(), planted: true });
        found.extend(watched.run(4).failed());
    }
    found
}

#[test]
fn without_a_bug_every_check_holds() {
    for seed in 0..20 {
        for (exclusive, answer_invalidations) in
            [(false, false), (true, false), (false, true), (true, true)]
        {
            let features =
                Features { exclusive, answer_invalidations, capacity: 1, ..SMALL.features };
            let watched = Watched::new(NodeSettings { features, ..SMALL }, seed).run(6);
            // There is no bound to keep.
            for check in CacheCheck::watched().filter(|check| *check != CacheCheck::LossBounded) {
                let verdict = watched.monitor.verdict(check);
                assert_eq!(verdict, Verdict::Holds, "{check:?}, seed {seed}, {features:?}");
            }
        }
    }
}

#[test]
fn each_check_convicts_its_bugs() {
    use CacheCheck::{Answered, DataValue, DirectoryAgrees, NoUnexpected, SingleWriter};
    for (bug, checks) in [
        (Bug::InvalidationsNotAwaited, &[SingleWriter][..]),
        (Bug::InvalidationIgnored, &[SingleWriter, DirectoryAgrees]),
        (Bug::StaleWriteBack, &[DataValue]),
        (Bug::AckCountShort, &[SingleWriter, NoUnexpected]),
        (Bug::OwnerKeepsExclusive, &[SingleWriter]),
        (Bug::SharerForgotten, &[SingleWriter, DirectoryAgrees]),
        (Bug::SharedWritten, &[SingleWriter]),
        (Bug::WriteBackWithoutData, &[DataValue]),
        (Bug::EvictionNotAwaited, &[NoUnexpected, Answered]),
        (Bug::ForwardUnanswered, &[Answered]),
        (Bug::OwnerNotChanged, &[NoUnexpected]),
        (Bug::AckSentHome, &[Answered, NoUnexpected]),
        (Bug::MemoryReadWhileOwned, &[SingleWriter, DataValue]),
        (Bug::StalledForgotten, &[Answered]),
        (Bug::SwapOnShared, &[DataValue]),
    ] {
        let found = convictions(bug);
        for check in checks {
            assert!(found.contains(check), "{bug:?} is convicted by {found:?}, not {check:?}");
        }
    }
}

#[test]
fn the_masks_of_touched_lines_are_true() {
    for seed in 0..10 {
        let mut watched = Watched::new(NodeSettings { lines: 5, ..SMALL }, seed);
        for _ in 0..200 {
            watched.operate();
            assert!(watched.monitor.is_true_to(&watched.world, itself), "seed {seed}");
        }
        let node = NodeId(1);
        watched.choose(&Choice::Crash(node));
        assert!(watched.monitor.is_true_to(&watched.world, itself), "a crash");
        watched.choose(&Choice::Restart(node));
        assert!(watched.monitor.is_true_to(&watched.world, itself), "a restart");
    }
}

#[test]
fn what_the_plain_protocol_rests_on_is_said_where_it_is_missing() {
    let network = LinkSettings::default();
    let mut watched = Watched::new(SMALL, 1);
    watched.choose(&Choice::Network(network));
    watched.operate();
    watched.steps(10);
    let verdict = watched.monitor.verdict(CacheCheck::NoUnexpected);
    assert_eq!(verdict.assumption(), Some(Assumption::LinksDisorderly));

    let mut watched = Watched::new(SMALL, 1);
    watched.choose(&Choice::Crash(NodeId(0)));
    watched.operate();
    watched.steps(10);
    let verdict = watched.monitor.verdict(CacheCheck::Answered);
    assert_eq!(verdict.assumption(), Some(Assumption::NodesFailed));
}
