//! Weather for the cache lab: caches, their homes or a bus, and what the protocol says it survives.
//!
//! What may happen depends on what the nodes talk over, more than in other labs. Streams keep order
//! as long as no connection breaks; reliable links do whatever the network does; only leases help
//! where a node fails, and only where there are homes. So a climate is drawn with all of it, and
//! sound weather then takes out what this run does not promise to bear ([`be_sound`]). In wild
//! weather anything stays, and plain datagrams are drawn as well: then checks must say by
//! themselves what was taken from them.
//!
//! The rest is in the spirit of the other labs: the sizes, what processors do by themselves, how
//! slow the network is and how often what happens. Where processors do nothing by themselves they
//! are asked.
//!
//! [`profile`]: what weather each planted bug needs. [`strike`]: what happens to caches and to
//! nobody else. [`coverage`]: the branches that are counted.

pub(super) mod coverage;
mod profile;
mod strike;

use super::climate::{Climate, Often, USUAL_STEPS, network_of};
use super::dice::Dice;
use super::fault::Fault;
use super::{AnyBug, Demand};
use crate::cache::setting::{Features, Setting};
use crate::cache::table::Interconnect;
use crate::cache::workload::{Pattern, Workload};
use crate::check::MOST_DRIFT_PPM;
use crate::lab::cache::CacheConfig;
use crate::lab::raft::RaftConfig;
use crate::sim::network::{LinkSettings, Transport};
use crate::sim::random::Probability;
use crate::sim::time::MILLISECOND_US;

/// The longest lease that is drawn, in milliseconds.
const LONGEST_LEASE_MS: u64 = 400;
/// The shortest lease, in longest delays: so much is left of it when it has been asked for.
const LEASE_DELAYS: u64 = 12;

/// Draws a climate of the cache lab.
pub(super) fn draw(dice: &mut Dice, demand: Demand) -> Climate {
    let config = draw_config(dice, demand.wild);
    let longest_us = config.network.delay_max_us;
    let lasts_us = (config.network.delay_min_us.max(1), dice.scale(longest_us, 64 * longest_us));
    let mut weights = [0; Fault::ALL.len()];
    for fault in Fault::OF_CACHES {
        weights[fault.place()] = if dice.once_in(2) { 0 } else { dice.scale(1, 64) };
    }
    let calm = dice.once_in(3);
    let mut climate = Climate {
        config,
        weights,
        gap: dice.scale(6, 250),
        steps: if calm { dice.between(1_000, USUAL_STEPS) } else { USUAL_STEPS },
        calm,
        lasts_us,
        drift_ppm: dice.scale(1_000, 1_000_000),
        settable: Vec::new(),
        lock_settable: Vec::new(),
        cache_settable: Vec::new(),
        slowest_us: (longest_us * dice.scale(2, 16)).max(MILLISECOND_US),
        loses: true,
        rests_us: 8 * longest_us,
    };
    draw_settable(&mut climate, dice);
    be_fair(&mut climate);
    if let Some(AnyBug::Cache(bug)) = demand.bug {
        profile::lean(bug, &mut climate, dice);
    }
    if !demand.wild {
        be_sound(&mut climate);
    }
    be_busy(&mut climate, dice);
    climate
}

fn draw_config(dice: &mut Dice, wild: bool) -> RaftConfig {
    let bus = dice.once_in(4);
    let interconnect = if bus { Interconnect::Bus } else { Interconnect::Directory };
    let network = draw_network(dice);
    let cache = CacheConfig {
        caches: if dice.once_in(4) { dice.small(2, 8) } else { dice.pick(&[2, 3, 3, 4, 4, 5]) },
        homes: if !bus && dice.once_in(3) { dice.small(2, 4) } else { 1 },
        interconnect,
        lines: if dice.once_in(6) { dice.small(1, 64) } else { dice.pick(&[1, 1, 2, 3, 4, 6]) },
        words: dice.pick(&[1, 1, 2, 4, 8]),
        reliable: dice.once_in(2),
        workload: draw_workload(dice),
        features: draw_features(dice, &network),
        bugs: Vec::new(),
    };
    // Either keeps order; over datagrams, and nothing else, the protocol promises nothing.
    let transport = match (cache.reliable, wild) {
        (true, _) if !dice.once_in(8) => Transport::Datagrams,
        (false, true) if dice.once_in(2) => Transport::Datagrams,
        _ => Transport::Streams,
    };
    RaftConfig { network, transport, cache: Some(cache), ..RaftConfig::of_cache() }
}

fn draw_network(dice: &mut Dice) -> LinkSettings {
    let often = Often { times: 3, loss: 100 };
    network_of(dice, (MILLISECOND_US / 4, 8 * MILLISECOND_US), often)
}

fn draw_workload(dice: &mut Dice) -> Workload {
    Workload {
        pattern: dice.pick(&Pattern::ALL),
        writes_percent: dice.pick(&[5, 20, 50, 80]),
        think_us: dice.scale(200, 25 * MILLISECOND_US),
        zipf_hundredths: u32::try_from(dice.scale(20, 300)).unwrap_or(100),
    }
}

fn draw_features(dice: &mut Dice, network: &LinkSettings) -> Features {
    let leases = dice.once_in(2);
    let lease_ms = draw_lease_ms(dice, network);
    let within_ms = dice.scale(1, 200);
    Features {
        exclusive: !dice.once_in(3),
        answer_invalidations: dice.once_in(3),
        capacity: if dice.once_in(2) { dice.small(1, 4) } else { dice.small(1, 16) },
        lease_us: if leases { lease_ms * MILLISECOND_US } else { 0 },
        write_back_within_us: if dice.once_in(3) { within_ms * MILLISECOND_US } else { 0 },
    }
}

/// The shortest lease with which anything can be done over a network, in milliseconds.
fn shortest_lease_ms(network: &LinkSettings) -> u64 {
    let LinkSettings { delay_max_us, loss, reorder, .. } = *network;
    let again = loss != Probability::NEVER || reorder != Probability::NEVER;
    let longest_us = delay_max_us * if again { 8 } else { 1 };
    (longest_us * LEASE_DELAYS).div_ceil(MILLISECOND_US)
}

fn draw_lease_ms(dice: &mut Dice, network: &LinkSettings) -> u64 {
    let shortest_ms = shortest_lease_ms(network);
    dice.scale(shortest_ms, LONGEST_LEASE_MS.max(2 * shortest_ms))
}

/// Which settings change in mid-run.
fn draw_settable(climate: &mut Climate, dice: &mut Dice) {
    let shortest_ms = shortest_lease_ms(&climate.config.network);
    for setting in Setting::ALL {
        if dice.once_in(2) {
            let (low, high) = setting.bounds();
            let bounds = match setting {
                Setting::Exclusive | Setting::AnswerInvalidations | Setting::Capacity => {
                    (low, high)
                }
                Setting::Lease => (shortest_ms, LONGEST_LEASE_MS.max(2 * shortest_ms)),
                Setting::WriteBackWithin => (low, 200),
            };
            climate.cache_settable.push((setting, bounds));
        }
    }
}

/// Over datagrams that all take the same time, and of which none is lost, order is kept by chance,
/// and the checks are in earnest: whoever lays hands on one, as a story of the gallery does, takes
/// that away, and it is not for chance to do so.
fn be_fair(climate: &mut Climate) {
    let LinkSettings { delay_min_us, delay_max_us, loss, duplicate, reorder } =
        climate.config.network;
    let is_plain = climate.config.transport == Transport::Datagrams
        && !climate.config.cache.as_ref().is_some_and(|cache| cache.reliable);
    let is_even = is_plain && delay_min_us == delay_max_us;
    if is_even && [loss, duplicate, reorder].iter().all(|chance| *chance == Probability::NEVER) {
        for fault in [Fault::Lose, Fault::Duplicate, Fault::Delay, Fault::Deliver] {
            climate.never(fault);
        }
    }
}

/// Takes out whatever would take away what a check rests on.
fn be_sound(climate: &mut Climate) {
    let Some(cache) = &climate.config.cache else { return };
    let (lease_us, reliable) = (cache.features.lease_us, cache.reliable);
    let leases = lease_us > 0 && !cache.is_bus();
    let streams = climate.config.transport == Transport::Streams;
    assert!(reliable || streams, "sound weather has something that keeps order");
    if leases {
        // Leases trust clocks, and that they are there.
        climate.drift_ppm = climate.drift_ppm.min(MOST_DRIFT_PPM);
        climate.never(Fault::Jump);
        // Storms must leave the time to ask for a lease.
        climate.slowest_us = climate.slowest_us.min(lease_us / 4).max(MILLISECOND_US);
        return;
    }
    climate.cache_settable.retain(|(setting, _)| *setting != Setting::Lease);
    for fault in [
        Fault::Crash,
        Fault::PowerFailure,
        Fault::Cut,
        Fault::Partition,
        Fault::CrashOwner,
        Fault::CrashHome,
        Fault::CutOff,
    ] {
        climate.never(fault);
    }
    if streams {
        // A connection breaks where too much is lost, and what is on its way goes with it.
        climate.never(Fault::Lose);
        climate.loses = false;
        climate.config.network.loss = Probability::NEVER;
    }
}

/// Somebody must want something: where processors do nothing by themselves they are asked, often.
fn be_busy(climate: &mut Climate, dice: &mut Dice) {
    let idle =
        climate.config.cache.as_ref().is_some_and(|cache| cache.workload.pattern == Pattern::None);
    if idle {
        climate.favour(&[Fault::Ask]);
        climate.gap = dice.scale(4, 32);
    }
}
