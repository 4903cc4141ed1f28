//! Random faults: what a hostile data centre might do to a cluster, all of it following from a
//! seed.

use lockstep_core::check::raft::RaftMonitor;
use lockstep_core::lab::raft::RaftConfig;
use lockstep_core::lab::{Choice, Timed};
use lockstep_core::raft::Participant;
use lockstep_core::raft::participant::Timer;
use lockstep_core::raft::store::{Operation, Store};
use lockstep_core::sim::network::{LinkSettings, MessageId};
use lockstep_core::sim::process::{NodeId, TimerKind};
use lockstep_core::sim::random::{Luck, Probability};
use lockstep_core::sim::run::{Goal, Run};
use lockstep_core::sim::time::{MILLISECOND_US, Moment};

/// How long a run lasts, in microseconds.
pub const RUN_US: u64 = 3_000 * MILLISECOND_US;
/// How many interventions a run has.
const INTERVENTIONS: u64 = 80;

/// A generator of numbers: the kernel's luck, drawn in order.
struct Dice {
    luck: Luck,
    drawn: u64,
}

impl Dice {
    fn between(&mut self, low: u64, high: u64) -> u64 {
        self.drawn += 1;
        self.luck.between(self.drawn, 0, low, high)
    }

    fn small(&mut self, low: u8, high: u8) -> u8 {
        u8::try_from(self.between(low.into(), high.into())).expect("between two bytes")
    }

    fn once_in(&mut self, times: u64) -> bool {
        self.between(1, times) == 1
    }

    /// A probability of at most `percent`; often zero.
    fn probability(&mut self, percent: u64) -> Probability {
        let parts = if self.once_in(3) { 0 } else { self.between(0, (percent << 32) / 100) };
        Probability::from_parts(parts).expect("less than one")
    }
}

/// A configuration and the choices of a run, from its seed.
#[must_use]
pub fn weather(seed: u64) -> (RaftConfig, Vec<Timed>) {
    let mut dice = Dice { luck: Luck::new(seed).stream(77), drawn: 0 };
    let sync_min_us = dice.between(0, 2) * MILLISECOND_US;
    let config = RaftConfig {
        servers: if dice.once_in(8) { dice.small(1, 9) } else { dice.small(3, 5) },
        clients: dice.small(1, 3),
        election_min_us: 60 * MILLISECOND_US,
        election_max_us: 120 * MILLISECOND_US,
        heartbeat_us: 20 * MILLISECOND_US,
        most_entries: [1, 2, 16][usize::from(dice.small(0, 2))],
        network: LinkSettings {
            delay_min_us: MILLISECOND_US,
            delay_max_us: dice.between(2, 12) * MILLISECOND_US,
            loss: dice.probability(30),
            duplicate: dice.probability(30),
            reorder: dice.probability(30),
        },
        sync_min_us,
        sync_max_us: sync_min_us + dice.between(0, 20) * MILLISECOND_US,
        request_timeout_us: 100 * MILLISECOND_US,
        retry_us: 10 * MILLISECOND_US,
        load_us: Some(dice.between(2, 20) * MILLISECOND_US),
        ..RaftConfig::default()
    };
    let mut choices = Vec::new();
    for _ in 0..INTERVENTIONS {
        let time_us = dice.between(0, RUN_US);
        let choice = intervention(&mut dice, config.servers, config.clients);
        if let Choice::Crash(node) = choice
            && !dice.once_in(3)
        {
            // Most come back at once, while what they promised still matters.
            let later_us = time_us + dice.between(0, 50) * MILLISECOND_US;
            choices.push((Moment::before(later_us), Choice::Restart(node)));
        }
        choices.push((Moment::before(time_us), choice));
    }
    choices.sort_by_key(|(moment, _)| *moment);
    (config, choices)
}

fn intervention(dice: &mut Dice, servers: u8, clients: u8) -> Choice {
    let nodes = servers + clients;
    let mut server = || NodeId(dice.small(0, servers - 1));
    let (node, other) = (server(), server());
    let both_ways = dice.once_in(2);
    match dice.between(0, 24) {
        0..5 => Choice::Crash(node),
        5 => Choice::Restart(node),
        6 => Choice::Pause(node),
        7 | 8 => Choice::Resume(node),
        9 | 10 => Choice::Cut { from: node, to: other, both_ways },
        11 => Choice::Heal { from: node, to: other, both_ways },
        12 => partition(dice, nodes),
        13 | 14 => Choice::HealAll,
        15 => Choice::ClockRate { node, rate_ppm: dice.between(500_000, 2_000_000) },
        16 => Choice::ClockJump {
            node,
            by_us: i64::try_from(dice.between(0, 400_000)).unwrap_or(0) - 200_000,
        },
        17 | 18 => Choice::Fire { node, timer: Timer::Election.number() },
        19 => Choice::Fire { node, timer: Timer::Heartbeat.number() },
        20 => Choice::Operate {
            node: NodeId(servers + dice.small(0, clients - 1)),
            operation: Operation::Append("x".into(), "a".into()),
        },
        _ => meddling(dice, node, other),
    }
}

/// Something done to one message. Often there is none of that name on its way, and nothing happens.
fn meddling(dice: &mut Dice, from: NodeId, to: NodeId) -> Choice {
    let count = u32::try_from(dice.between(1, 300)).expect("a small number");
    let message = MessageId { from, to, count, copy: 0 };
    match dice.between(0, 4) {
        0 => Choice::Lose(message),
        1 => Choice::Duplicate(message),
        2 => Choice::Delay { message, by_us: dice.between(0, 500) * MILLISECOND_US },
        3 => Choice::Hold(message),
        _ => Choice::Deliver(message),
    }
}

/// Two groups of nodes, clients among them.
fn partition(dice: &mut Dice, nodes: u8) -> Choice {
    let (one, other) = (0..nodes).map(NodeId).partition(|_| dice.once_in(2));
    Choice::Partition(vec![one, other])
}

/// Runs the weather of a seed to its end. The choices are made whatever they do.
#[must_use]
pub fn run(
    config: &RaftConfig,
    seed: u64,
    choices: &[Timed],
) -> Run<Participant<Store>, RaftMonitor<Operation>> {
    let mut run = config.begin(seed, false);
    while run.step(choices, Goal::Moment(Moment::after(RUN_US))).is_some() {}
    run
}
