//! Profiles: what weather each planted bug of the cache needs.
//!
//! As with Raft's: which switches its rule belongs to, and which faults come near it. Some rules
//! are those of homes, and there are none on a bus; a race needs links of which one is slow, and
//! what is never answered shows when all else is at rest.

use super::super::climate::Climate;
use super::super::dice::Dice;
use super::super::fault::Fault;
use super::shortest_lease_ms;
use crate::cache::bug::Bug;
use crate::cache::setting::Setting;
use crate::cache::table::Interconnect;
use crate::cache::workload::Pattern;
use crate::sim::time::MILLISECOND_US;

/// Makes a climate one in which this bug is likely to show.
pub(super) fn lean(bug: Bug, climate: &mut Climate, dice: &mut Dice) {
    let Some(cache) = &mut climate.config.cache else { return };
    cache.bugs = vec![bug];
    match bug {
        Bug::StaleWriteBack
        | Bug::OwnerKeepsExclusive
        | Bug::SharerForgotten
        | Bug::SharedWritten
        | Bug::WriteBackWithoutData
        | Bug::EvictionNotAwaited => be_crowded(climate, dice),
        Bug::InvalidationsNotAwaited
        | Bug::AckCountShort
        | Bug::OwnerNotChanged
        | Bug::AckSentHome
        | Bug::MemoryReadWhileOwned => {
            cache.interconnect = Interconnect::Directory;
            be_crowded(climate, dice);
        }
        Bug::InvalidationIgnored => {
            // With leases an invalidation never overtakes the data.
            cache.interconnect = Interconnect::Directory;
            without_leases(climate);
            be_crowded(climate, dice);
        }
        Bug::ForwardUnanswered | Bug::StalledForgotten => {
            // With leases, what is not answered is asked for again.
            cache.interconnect = Interconnect::Directory;
            without_leases(climate);
            be_crowded(climate, dice);
            be_calm(climate, dice);
        }
        Bug::SwapOnShared => {
            be_crowded(climate, dice);
            climate.favour(&[Fault::Ask]);
        }
        Bug::LeaseIgnored | Bug::ReclaimTooEarly | Bug::LossNotReported => {
            with_leases(climate, dice);
            be_crowded(climate, dice);
            climate.favour(&[Fault::CrashOwner, Fault::CutOff, Fault::Nap]);
        }
        Bug::WriteBackPostponed => {
            let within_ms = dice.scale(2, 64);
            cache.features.write_back_within_us = within_ms * MILLISECOND_US;
            cache.workload.pattern = dice.pick(&[Pattern::Padded, Pattern::Uniform]);
            cache.workload.writes_percent = 80;
            cache.workload.think_us =
                dice.scale(MILLISECOND_US / 2, within_ms * MILLISECOND_US / 2);
            climate.cache_settable.retain(|(setting, _)| *setting != Setting::WriteBackWithin);
        }
    }
}

/// Many processors, and few lines for them: copies come and go.
fn be_crowded(climate: &mut Climate, dice: &mut Dice) {
    let Some(cache) = &mut climate.config.cache else { return };
    cache.caches = dice.small(3, 6);
    cache.lines = dice.small(1, 4);
    cache.features.capacity = dice.small(1, 3);
    if dice.once_in(2) {
        cache.workload.pattern = Pattern::Uniform;
        cache.workload.writes_percent = dice.pick(&[20, 50]);
    }
    climate.cache_settable.retain(|(setting, _)| *setting != Setting::Capacity);
    climate.favour(&[Fault::Ask, Fault::Clog]);
}

/// The weather passes, and who waits then is seen to wait.
fn be_calm(climate: &mut Climate, dice: &mut Dice) {
    climate.calm = true;
    climate.steps = dice.between(200, 2_000);
}

fn without_leases(climate: &mut Climate) {
    let Some(cache) = &mut climate.config.cache else { return };
    cache.features.lease_us = 0;
    climate.cache_settable.retain(|(setting, _)| *setting != Setting::Lease);
}

fn with_leases(climate: &mut Climate, dice: &mut Dice) {
    let shortest_ms = shortest_lease_ms(&climate.config.network);
    let Some(cache) = &mut climate.config.cache else { return };
    cache.interconnect = Interconnect::Directory;
    cache.features.lease_us = dice.scale(shortest_ms, 4 * shortest_ms) * MILLISECOND_US;
}
