//! Climates: what kind of weather a run has, drawn before it begins.
//!
//! Weather in which everything happens a little is all alike: crashes hide what a partition would
//! have shown, and what needs twenty of one kind and none of another never comes. So each run has a
//! climate of its own: whole kinds of faults are switched off by a coin, the rest get weights that
//! differ by orders of magnitude (swarm testing: Groce, Zhang, Eide, Chen and Regehr, ISSTA 2012).
//! The cluster is drawn in the same spirit: its size, its timeouts, what is switched on.
//!
//! Nothing here looks at a run.

use super::dice::Dice;
use super::fault::Fault;
use super::profile::lean;
use super::{Demand, Lab, caches, lockers};
use crate::cache;
use crate::lab::numbered::AnyBug;
use crate::lab::raft::RaftConfig;
use crate::lock;
use crate::raft::setting::{Features, Reads, Setting};
use crate::sim::network::LinkSettings;
use crate::sim::random::Probability;
use crate::sim::time::MILLISECOND_US;

/// How many steps a run takes, more or less.
pub const USUAL_STEPS: u64 = 4_000;

/// What the weather of one run is like.
#[derive(Clone, Debug)]
pub(super) struct Climate {
    pub(super) config: RaftConfig,
    /// How often each kind of fault comes, by its place, relative to the others.
    pub(super) weights: [u64; Fault::ALL.len()],
    /// How many steps lie between two faults, on average.
    pub(super) gap: u64,
    /// How many steps the weather lasts.
    pub(super) steps: u64,
    /// Whether a calm stretch follows, so that it can be seen whether the cluster comes to itself.
    pub(super) calm: bool,
    /// How long a fault lasts that passes by itself, at least and at most, in microseconds.
    pub(super) lasts_us: (u64, u64),
    /// By how much a clock may run fast or slow, in parts per million; the slow side is capped.
    pub(super) drift_ppm: u64,
    /// Which settings change in mid-run, and the greatest value of each.
    pub(super) settable: Vec<(Setting, u64)>,
    /// The same of the lock manager's.
    pub(super) lock_settable: Vec<(lock::setting::Setting, u64)>,
    /// The same of the cache's, with the least value of each.
    pub(super) cache_settable: Vec<(cache::setting::Setting, (u64, u64))>,
    /// How long a message takes at most where a link is clogged, in microseconds.
    pub(super) slowest_us: u64,
    /// Whether the network may lose messages in this run.
    pub(super) loses: bool,
    /// How long a run goes on in peace once all has settled, in microseconds.
    pub(super) rests_us: u64,
}

/// How long a run goes on once the cluster has settled, in election timeouts.
const CALM_TIMEOUTS: u64 = 2;

impl Climate {
    pub(super) fn draw(dice: &mut Dice, demand: Demand) -> Self {
        if demand.lab == Lab::Cache {
            return caches::draw(dice, demand);
        }
        let config = draw_config(dice);
        let mut weights = [0; Fault::ALL.len()];
        for weight in weights.iter_mut().take(Fault::OF_RAFT) {
            *weight = if dice.once_in(2) { 0 } else { dice.scale(1, 64) };
        }
        let calm = dice.once_in(3);
        let heartbeat_us = config.heartbeat_us;
        let longest_us = dice.scale(config.election_max_us / 2, config.election_max_us * 8);
        let mut climate = Self {
            weights,
            gap: dice.scale(6, 250),
            steps: if calm { dice.between(1_000, USUAL_STEPS) } else { USUAL_STEPS },
            calm,
            lasts_us: (heartbeat_us / 8, longest_us),
            drift_ppm: dice.scale(1_000, 1_000_000),
            settable: Vec::new(),
            lock_settable: Vec::new(),
            cache_settable: Vec::new(),
            slowest_us: 4 * config.election_max_us,
            loses: true,
            rests_us: CALM_TIMEOUTS * config.election_max_us,
            config,
        };
        climate.draw_settable(dice);
        if demand.lab == Lab::Locks {
            lockers::draw(&mut climate, dice);
            lockers::draw_settable(&mut climate, dice);
        }
        match demand.bug {
            Some(AnyBug::Raft(bug)) => {
                climate.config.bugs = vec![bug];
                lean(bug, &mut climate, dice);
            }
            Some(AnyBug::Lock(bug)) => lockers::lean(bug, &mut climate, dice),
            Some(AnyBug::Cache(_)) | None => {}
        }
        if !demand.wild {
            climate.be_sound();
        }
        climate
    }

    fn draw_settable(&mut self, dice: &mut Dice) {
        for setting in Setting::ALL {
            if dice.once_in(2) {
                let most = match setting {
                    Setting::SnapshotEvery => 60,
                    _ => setting.bounds().1,
                };
                self.settable.push((setting, most));
            }
        }
    }

    /// Takes out whatever would take away what a check rests on.
    fn be_sound(&mut self) {
        lockers::be_sound(self);
        let features = &mut self.config.features;
        if features.reads == Reads::Lease {
            // A lease trusts clocks, and that nobody votes while the leader is heard (§6.4.1).
            features.check_quorum = true;
            self.never(Fault::Drift);
            self.never(Fault::Jump);
        }
        let features = self.config.features;
        if !features.sessions {
            // A command that arrives twice is carried out twice (§6.3).
            self.config.features.retries = false;
            self.config.network.duplicate = Probability::NEVER;
            self.never(Fault::Duplicate);
        }
        let leases = features.reads == Reads::Lease;
        self.settable.retain_mut(|(setting, most)| match setting {
            Setting::CheckQuorum => !leases,
            Setting::Reads => {
                *most = if leases { 2 } else { 1 };
                true
            }
            Setting::Sessions => false,
            Setting::Retries => features.sessions,
            _ => true,
        });
    }

    /// Switches a kind of fault off.
    pub(super) const fn never(&mut self, fault: Fault) {
        self.weights[fault.place()] = 0;
    }

    /// Makes some kinds of faults about as frequent as all others together.
    pub(super) fn favour(&mut self, faults: &[Fault]) {
        let others: u64 = self.weights.iter().sum();
        for fault in faults {
            self.weights[fault.place()] = 4 + others / faults.len() as u64;
        }
    }

    /// Whether the network may double messages in this run.
    pub(super) fn doubles(&self) -> bool {
        self.weights[Fault::Duplicate.place()] > 0
    }
}

fn draw_config(dice: &mut Dice) -> RaftConfig {
    let servers = if dice.once_in(8) { dice.small(1, 9) } else { dice.pick(&[3, 3, 4, 5, 5, 5]) };
    let election_min_us = dice.between(40, 120) * MILLISECOND_US;
    let election_max_us = election_min_us + election_min_us * dice.between(50, 100) / 100;
    let sync_min_us = dice.between(0, 2) * MILLISECOND_US;
    // A slow disk, now and then.
    let slowest_ms = if dice.once_in(6) { 60 } else { 8 };
    let sync_span_us = dice.scale(1, slowest_ms) * MILLISECOND_US;
    RaftConfig {
        servers,
        clients: dice.small(1, 3),
        election_min_us,
        election_max_us,
        heartbeat_us: election_min_us / dice.between(3, 8),
        most_entries: dice.pick(&[1, 2, 16]),
        network: draw_network(dice, election_min_us),
        sync_min_us,
        sync_max_us: sync_min_us + sync_span_us,
        request_timeout_us: dice.scale(50, 400) * MILLISECOND_US,
        retry_us: dice.scale(4, 32) * MILLISECOND_US,
        load_us: Some(dice.scale(1, 128) * MILLISECOND_US),
        features: draw_features(dice),
        voters: if dice.once_in(3) { dice.small(1, servers) } else { 0 },
        ..RaftConfig::default()
    }
}

/// A network that lets a cluster live, most of the time.
fn draw_network(dice: &mut Dice, election_min_us: u64) -> LinkSettings {
    let often = Often { times: 2, loss: 250 };
    network_of(dice, (MILLISECOND_US, election_min_us / 4), often)
}

/// How often a network has each weakness, once in so many, and how much it may lose.
pub(super) struct Often {
    pub(super) times: u64,
    /// The most that is lost, in thousandths.
    pub(super) loss: u64,
}

/// A network whose delays are spread by so much, in microseconds.
pub(super) fn network_of(dice: &mut Dice, spread_us: (u64, u64), often: Often) -> LinkSettings {
    let delay_min_us = dice.scale(1, 2 * MILLISECOND_US);
    let delay_max_us = delay_min_us + dice.scale(spread_us.0, spread_us.1);
    // Where all delays are alike, much happens in the same microsecond.
    let delay_max_us = if dice.once_in(12) { delay_min_us } else { delay_max_us };
    let mut maybe = |most| {
        if dice.once_in(often.times) { dice.probability(most) } else { Probability::NEVER }
    };
    LinkSettings {
        delay_min_us,
        delay_max_us,
        loss: maybe(often.loss),
        duplicate: maybe(250),
        reorder: maybe(250),
    }
}

fn draw_features(dice: &mut Dice) -> Features {
    // The plain protocol, everything, or each by a coin of its own.
    match dice.between(0, 5) {
        0 => Features::default(),
        1 => Features { snapshot_every: dice.scale(3, 64), ..Features::full() },
        _ => Features {
            pre_vote: dice.once_in(2),
            check_quorum: dice.once_in(2),
            blank_entry: dice.once_in(2),
            joint_consensus: dice.once_in(2),
            catch_up: dice.once_in(2),
            snapshot_every: if dice.once_in(2) { dice.scale(2, 64) } else { 0 },
            pipeline: if dice.once_in(2) { dice.between(2, 8) } else { 1 },
            reads: dice.pick(&[Reads::Log, Reads::ReadIndex, Reads::Lease]),
            sessions: dice.once_in(2),
            retries: dice.once_in(2),
        },
    }
}
