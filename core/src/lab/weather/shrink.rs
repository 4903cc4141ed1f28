//! Shrinking: leaving out of a run whatever its conviction does not need.
//!
//! The choices are shrunk by delta debugging (Zeller and Hildebrandt, TSE 2002): halves are left
//! out, then quarters, down to single choices, until no single one can go. Then the cluster is made
//! plainer, piece by piece: no loss, fewer servers, a switch off. Each attempt is a replay, which
//! is cheap, and is kept if the run is still convicted *of the same*: a shrunk run that breaks
//! something else would answer another question.

use super::trial::{Conviction, Trial};
use crate::cache;
use crate::cache::workload::Workload;
use crate::check::Check;
use crate::lab::Names;
use crate::lab::cache::CacheConfig;
use crate::lab::raft::RaftConfig;
use crate::lab::renaming::renamed;
use crate::lock;
use crate::raft::setting::{Features, Setting};
use crate::sim::random::Probability;
use crate::sim::time::{MILLISECOND_US, Moment};

/// How many replays a run is shrunk with, at most.
pub const MOST_REPLAYS: u32 = 3_000;

/// Shrinks a run that is convicted. What is left is convicted of the same, at its end.
#[must_use]
pub fn shrink(trial: Trial, conviction: Conviction) -> Trial {
    let mut shrinker = Shrinker { best: trial, check: conviction.check, left: MOST_REPLAYS };
    shrinker.end_at(conviction.moment);
    loop {
        let before = shrinker.best.clone();
        shrinker.shrink_choices();
        shrinker.shrink_cluster();
        shrinker.round_moments();
        if shrinker.best == before || shrinker.left == 0 {
            return shrinker.best;
        }
    }
}

struct Shrinker {
    best: Trial,
    check: Check,
    /// How many replays are left.
    left: u32,
}

impl Shrinker {
    /// Keeps an attempt if it is still convicted of the same.
    fn keep_if_convicted(&mut self, attempt: Trial) -> bool {
        if self.left == 0 || attempt == self.best || attempt.config.check().is_err() {
            return false;
        }
        self.left -= 1;
        match attempt.is_convicted_by(self.check) {
            Some(moment) => {
                self.best = attempt;
                self.end_at(moment);
                true
            }
            None => false,
        }
    }

    /// What comes after the conviction has no part in it.
    fn end_at(&mut self, moment: Moment) {
        self.best.end = moment;
        self.best.choices.retain(|(at, _)| *at < moment);
    }

    fn shrink_choices(&mut self) {
        let mut length = self.best.choices.len().div_ceil(2);
        while length > 0 {
            let mut shrunk = false;
            // From the end: what comes late is most likely to be in vain.
            let mut end = self.best.choices.len();
            while end > 0 && self.left > 0 {
                let start = end.saturating_sub(length);
                let mut attempt = self.best.clone();
                attempt.choices.drain(start..end);
                shrunk |= self.keep_if_convicted(attempt);
                end = start.min(self.best.choices.len());
            }
            // With single choices, again until none can go.
            length = if length == 1 && shrunk { 1 } else { length / 2 };
        }
    }

    fn shrink_cluster(&mut self) {
        if self.best.config.cache.is_some() {
            return self.shrink_caches();
        }
        while self.best.config.clients > 1 && self.try_size(0, 1) {}
        while self.best.config.servers > 1 && self.try_size(1, 0) {}
        for change in PLAINER {
            let mut attempt = self.best.clone();
            change(&mut attempt.config);
            self.keep_if_convicted(attempt);
        }
        self.shrink_locks();
        for setting in Setting::ALL {
            let mut attempt = self.best.clone();
            let usual = Features::default().get(setting);
            attempt.config.features.set(setting, usual);
            self.keep_if_convicted(attempt);
        }
    }

    /// Makes the lock manager plainer: everything as usual, and as little as possible to lock.
    fn shrink_locks(&mut self) {
        let usual = lock::setting::Features::default();
        for setting in lock::setting::Setting::ALL {
            let mut attempt = self.best.clone();
            let Some(locks) = &mut attempt.config.locks else { return };
            locks.features.set(setting, usual.get(setting));
            self.keep_if_convicted(attempt);
        }
        while let Some(locks) = &self.best.config.locks
            && locks.resources.len() > 1
        {
            let mut attempt = self.best.clone();
            attempt
                .config
                .locks
                .iter_mut()
                .for_each(|locks| locks.resources.truncate(locks.resources.len() - 1));
            if !self.keep_if_convicted(attempt) {
                return;
            }
        }
    }

    /// Makes the caches plainer: fewer of everything, nothing that they do by themselves, and
    /// everything as usual.
    fn shrink_caches(&mut self) {
        for change in PLAINER {
            let mut attempt = self.best.clone();
            change(&mut attempt.config);
            self.keep_if_convicted(attempt);
        }
        while self.try_caches(|cache| cache.caches -= 1) {}
        while self.try_caches(|cache| cache.homes -= 1) {}
        while self.try_caches(|cache| cache.lines /= 2) {}
        while self.try_caches(|cache| cache.lines -= 1) {}
        while self.try_caches(|cache| cache.words /= 2) {}
        let usual = CacheConfig::default();
        self.try_caches(|cache| cache.workload = usual.workload);
        self.try_caches(|cache| {
            cache.workload = Workload { pattern: cache.workload.pattern, ..usual.workload }
        });
        self.try_caches(|cache| cache.reliable = false);
        for setting in cache::setting::Setting::ALL {
            self.try_caches(|cache| cache.features.set(setting, usual.features.get(setting)));
        }
    }

    /// Tries with other caches. What choices say of what is gone goes too.
    fn try_caches(&mut self, change: impl FnOnce(&mut CacheConfig)) -> bool {
        let mut attempt = self.best.clone();
        let Some(cache) = &mut attempt.config.cache else { return false };
        let from = cache.names();
        change(cache);
        let to = cache.names();
        let kept = attempt.choices.into_iter();
        let kept = kept.filter_map(|(at, choice)| Some((at, renamed(&choice, from, to)?)));
        attempt.choices = kept.filter(|(_, choice)| attempt.config.allows(choice)).collect();
        self.keep_if_convicted(attempt)
    }

    /// Tries with fewer servers and clients. What choices say of those that are gone goes too.
    fn try_size(&mut self, servers: u8, clients: u8) -> bool {
        let mut attempt = self.best.clone();
        // Each cluster gets the same share.
        let servers = servers * attempt.config.groups();
        let from = attempt.config.names();
        if from.servers <= servers && servers > 0 {
            return false;
        }
        let to = Names { servers: from.servers - servers, clients: from.clients - clients, ..from };
        attempt.config.servers = to.servers;
        attempt.config.clients = to.clients;
        attempt.config.voters = attempt.config.voters.min(to.servers);
        if let Some(locks) = &mut attempt.config.locks {
            locks.scripts.retain(|(client, _)| *client < to.clients);
        }
        let kept = attempt.choices.into_iter();
        attempt.choices =
            kept.filter_map(|(at, choice)| Some((at, renamed(&choice, from, to)?))).collect();
        self.keep_if_convicted(attempt)
    }

    /// Whole milliseconds are easier to read, and make a shorter link.
    fn round_moments(&mut self) {
        for place in 0..self.best.choices.len() {
            let Some((at, _)) = self.best.choices.get(place) else { return };
            let floor = at.time_us / MILLISECOND_US * MILLISECOND_US;
            for rounded in [floor, floor + MILLISECOND_US, at.time_us].map(Moment::before) {
                let mut attempt = self.best.clone();
                attempt.choices[place].0 = rounded;
                let ascends = attempt.choices.is_sorted_by(|(one, _), (other, _)| one < other);
                if ascends && self.keep_if_convicted(attempt) {
                    break;
                }
            }
        }
    }
}

/// What makes a cluster plainer, one thing at a time.
const PLAINER: [fn(&mut RaftConfig); 10] = [
    |config| config.network.loss = Probability::NEVER,
    |config| config.network.duplicate = Probability::NEVER,
    |config| config.network.reorder = Probability::NEVER,
    |config| config.network = RaftConfig::usual(config.lab()).network,
    |config| {
        let usual = RaftConfig::default();
        (config.sync_min_us, config.sync_max_us) = (usual.sync_min_us, usual.sync_max_us);
    },
    |config| config.load_us = None,
    |config| config.most_entries = RaftConfig::default().most_entries,
    |config| config.voters = 0,
    |config| config.retry_us = RaftConfig::default().retry_us,
    |config| config.request_timeout_us = RaftConfig::default().request_timeout_us,
];
