//! A bench to put a world on: runs it, pokes it, and keeps all its events.

use lockstep_core::sim::choice::Choice;
use lockstep_core::sim::event::{Event, EventId, LossReason, What};
use lockstep_core::sim::monitor::Monitor;
use lockstep_core::sim::network::{LinkSettings, MessageId, Transport};
use lockstep_core::sim::process::NodeId;
use lockstep_core::sim::random::Probability;
use lockstep_core::sim::run::{Goal, Run, Timed};
use lockstep_core::sim::time::Moment;
pub(crate) use lockstep_core::sim::world::Surroundings;
use lockstep_core::sim::world::World;

use crate::ping::{Bell, Ping, Request, Settings, Watch, Word};

/// How long every message takes in a quiet world, in microseconds.
pub(crate) const DELAY_US: u64 = 10_000;
/// How long every sync takes in a quiet world, in microseconds.
pub(crate) const SYNC_US: u64 = 1_000;

pub(crate) const A: NodeId = NodeId(0);
pub(crate) const B: NodeId = NodeId(1);
pub(crate) const C: NodeId = NodeId(2);

pub(crate) type PingChoice = Choice<Request>;
pub(crate) type PingRun = Run<Ping, Watch>;

/// Surroundings in which everything takes a known time and nothing goes wrong.
pub(crate) fn steady() -> Surroundings {
    let network =
        LinkSettings { delay_min_us: DELAY_US, delay_max_us: DELAY_US, ..LinkSettings::default() };
    let transport = Transport::Datagrams;
    Surroundings { seed: 1, transport, network, sync_min_us: SYNC_US, sync_max_us: SYNC_US }
}

/// Surroundings in which everything goes wrong now and then.
pub(crate) fn rough(seed: u64) -> Surroundings {
    let network = LinkSettings {
        delay_min_us: 500,
        delay_max_us: 9_000,
        loss: one_in(20),
        duplicate: one_in(15),
        reorder: one_in(10),
    };
    let transport = Transport::Datagrams;
    Surroundings { seed, transport, network, sync_min_us: 100, sync_max_us: 4_000 }
}

pub(crate) fn one_in(parts: u64) -> Probability {
    Probability::from_parts((1 << 32) / parts).expect("at most one")
}

pub(crate) fn world(
    nodes: u8,
    period_us: Option<u64>,
    surroundings: Surroundings,
    narrates: bool,
) -> World<Ping> {
    let settings = Settings { nodes, period_us, obliging: true };
    // The last node takes no requests: there must be one that does not.
    let obliging = |node| Settings { obliging: node + 1 < nodes || nodes == 1, ..settings };
    let processes = (0..nodes).map(|node| Ping::new(obliging(node))).collect();
    World::new(processes, surroundings, narrates)
}

/// A run in which three nodes ping each other every 3 to 6 ms over a rough network.
pub(crate) fn lively(seed: u64) -> PingRun {
    Run::new(world(3, Some(6_000), rough(seed), false), Watch::default())
}

/// A run from its beginning straight to a goal.
pub(crate) fn straight(mut run: PingRun, choices: &[Timed<Request>], goal: Goal) -> PingRun {
    while run.step(choices, goal).is_some() {}
    run.settle(goal);
    run
}

/// Everything of a run that can be seen or can matter, to be compared.
pub(crate) fn portrait(run: &PingRun) -> impl PartialEq + std::fmt::Debug + use<> {
    let world = &run.world;
    let mut flights: Vec<_> = world.flights().map(|flight| format!("{flight:?}")).collect();
    flights.sort();
    let timers: Vec<_> = (0..)
        .map(NodeId)
        .zip(world.nodes())
        .map(|(node, _)| {
            [Bell::Beat, Bell::Patience].map(|bell| format!("{:?}", world.timer(node, bell)))
        })
        .collect();
    let links: Vec<_> = (0..)
        .map(NodeId)
        .zip(world.nodes())
        .flat_map(|(from, _)| (0..).map(NodeId).zip(world.nodes()).map(move |(to, _)| (from, to)))
        .map(|(from, to)| format!("{:?}", world.link(from, to)))
        .collect();
    let progress = (world.moment(), world.steps(), world.digest(), run.applied());
    (progress, format!("{:?}", world.nodes()), flights, timers, links, run.monitor.clone())
}

/// A world that is run and poked by hand, and its events from the beginning.
#[derive(Clone)]
pub(crate) struct Bench {
    pub(crate) run: PingRun,
    pub(crate) events: Vec<Event<Ping>>,
}

impl Bench {
    pub(crate) fn new(world: World<Ping>) -> Self {
        let mut bench = Self { run: Run::new(world, Watch::default()), events: Vec::new() };
        bench.keep_events();
        bench
    }

    /// Three nodes that do nothing unless asked, in steady surroundings.
    pub(crate) fn quiet() -> Self {
        Self::new(world(3, None, steady(), true))
    }

    /// Three lively nodes in rough surroundings.
    pub(crate) fn lively(seed: u64) -> Self {
        Self::new(world(3, Some(6_000), rough(seed), true))
    }

    pub(crate) const fn world(&self) -> &World<Ping> {
        &self.run.world
    }

    pub(crate) fn process(&self, node: NodeId) -> &Ping {
        &self.world().node(node).process
    }

    fn keep_events(&mut self) {
        self.events.extend(self.run.world.take_events());
    }

    fn go(&mut self, goal: Goal) {
        self.run = straight(self.run.clone(), &[], goal);
        self.keep_events();
    }

    /// Runs up to `time_us`, before any step of that time.
    pub(crate) fn before(&mut self, time_us: u64) -> &mut Self {
        self.go(Goal::Moment(Moment::before(time_us)));
        self
    }

    /// Runs up to `time_us` and through every step of that time.
    pub(crate) fn through(&mut self, time_us: u64) -> &mut Self {
        self.go(Goal::Moment(Moment::after(time_us)));
        self
    }

    /// Makes a choice now.
    pub(crate) fn choose(&mut self, choice: PingChoice) -> &mut Self {
        let stepped = self.run.world.apply(&choice);
        self.run.monitor.observe(stepped, &self.run.world);
        self.keep_events();
        self
    }

    pub(crate) fn ask(&mut self, node: NodeId, request: Request) -> &mut Self {
        self.choose(Choice::Operate { node, operation: request })
    }

    /// Asks `from` to ping `to`; the message's name.
    pub(crate) fn ping(&mut self, from: NodeId, to: NodeId, counter: u32) -> MessageId {
        self.ask(from, Request::Ping { to, counter });
        let Some(What::Sent { id, .. }) = self.events.last().map(|event| &event.what) else {
            panic!("{from:?} sent nothing");
        };
        *id
    }

    /// When each event that `pick` picks happened, with what it makes of it.
    pub(crate) fn times<T>(&self, pick: impl Fn(&Event<Ping>) -> Option<T>) -> Vec<(u64, T)> {
        self.events.iter().filter_map(|event| Some((event.time_us, pick(event)?))).collect()
    }

    /// When each message arrived at `at`, and what it said.
    pub(crate) fn arrivals(&self, at: NodeId) -> Vec<(u64, Word)> {
        self.times(|event| match &event.what {
            What::Delivered { message, .. } if event.node == at => Some(message.clone()),
            _ => None,
        })
    }

    /// When each message left `from`, and what it said.
    pub(crate) fn departures(&self, from: NodeId) -> Vec<(u64, Word)> {
        self.times(|event| match &event.what {
            What::Sent { message, .. } if event.node == from => Some(message.clone()),
            _ => None,
        })
    }

    /// When each timer of `node` ran out.
    pub(crate) fn bells(&self, node: NodeId) -> Vec<(u64, Bell)> {
        self.times(|event| match event.what {
            What::TimedOut(bell) if event.node == node => Some(bell),
            _ => None,
        })
    }

    /// When each message was lost, and why.
    pub(crate) fn losses(&self) -> Vec<(u64, LossReason)> {
        self.times(|event| match event.what {
            What::Lost { reason, .. } => Some(reason),
            _ => None,
        })
    }

    pub(crate) fn ids(&self) -> Vec<EventId> {
        self.events.iter().map(|event| event.id).collect()
    }
}
