//! Under which circumstances a cluster runs: what is switched on, and whether clocks are right.
//!
//! Some promises are only made under assumptions. They are watched here, from outside: settings
//! and clocks change by choices alone, so there is something to look at only after one.
//!
//! A clock that jumped, or ran too fast or too slow, may have been believed, and what was believed
//! may come to light much later: from then on nothing is promised that rests on clocks. A switch
//! that was off and is on again protects only after everything has passed that began without it.
//!
//! A timer that somebody makes run out early is a clock that jumped, for whoever relies on it: a
//! lease trusts that who hears from a leader does not campaign (dissertation §6.4.1). Whom others
//! vote for does not depend on it.

use super::Findings;
use super::RaftCheck;
use super::seen::Look;
use crate::check::{Assumption, MOST_DRIFT_PPM};
use crate::raft::Participant;
use crate::raft::server::{Role, Settings};
use crate::raft::setting::{Features, Reads};
use crate::raft::state_machine::StateMachine;
use crate::sim::world::World;

/// What is switched on, and since when; and whether a clock has strayed.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Circumstances {
    pub features: Features,
    /// Since when check quorum is on, in microseconds of true time.
    guarded_since_us: Option<u64>,
    /// For how long it must have been on, in microseconds.
    guard_us: u64,
    strayed: bool,
    /// Whether a server has campaigned by itself though it heard from a leader.
    hurried: bool,
    /// Whether something may have changed since the last step that was no choice.
    changed: bool,
}

impl Circumstances {
    /// Looks at the world as it begins, or after somebody meddled with it.
    pub(super) fn survey<S: StateMachine>(&mut self, world: &World<Participant<S>>) {
        let nodes = world.nodes();
        if let Some(server) = nodes.iter().find_map(|node| node.process.server()) {
            let Settings { features, election_max_us, .. } = *server.settings();
            self.features = features;
            self.guard_us = 2 * election_max_us;
        }
        if !self.features.check_quorum {
            self.guarded_since_us = None;
        } else if self.guarded_since_us.is_none() {
            self.guarded_since_us = Some(world.now_us());
        }
        self.strayed |= nodes.iter().any(|node| node.clock.strays(MOST_DRIFT_PPM));
        self.changed = true;
    }

    /// Looks at a server that has changed.
    pub(super) fn observe<S: StateMachine>(&mut self, look: &Look<'_, S>) {
        let Look { server, before, now, world } = *look;
        let campaigns = matches!(server.role(), Role::Candidate { transfer: false, .. });
        if campaigns && now.term > before.term {
            let clock = &world.node(server.id()).clock;
            let hurries = server.hears_leader(clock.shows_us(world.now_us()));
            self.changed |= hurries && !self.hurried;
            self.hurried |= hurries;
        }
    }

    /// Whether [`Self::settle`] has something to do.
    pub(super) const fn is_unsettled(&self) -> bool {
        self.changed
    }

    /// Whether reads are answered outside the log.
    pub(super) fn reads_apart(&self) -> bool {
        self.features.reads != Reads::Log
    }

    /// Notes which checks lack what they rest on, once time goes on after a change.
    pub(super) fn settle(&mut self, findings: &mut Findings) {
        self.changed = false;
        if !self.features.sessions {
            findings.void(RaftCheck::SessionExactness, Assumption::SessionsOff);
        }
        let unguarded = (!self.features.check_quorum).then_some(Assumption::CheckQuorumOff);
        if let Some(missing) = unguarded.or(self.stray()) {
            findings.void(RaftCheck::LeaderStickiness, missing);
        }
        if self.features.reads == Reads::Lease
            && let Some(missing) = unguarded.or(self.mistimed())
        {
            findings.void(RaftCheck::ReadFreshness, missing);
        }
    }

    /// What is missing if clocks must be right.
    pub(super) fn stray(&self) -> Option<Assumption> {
        self.strayed.then_some(Assumption::ClocksStray)
    }

    /// What is missing if timers must be right, too.
    fn mistimed(&self) -> Option<Assumption> {
        (self.strayed || self.hurried).then_some(Assumption::ClocksStray)
    }

    /// What is missing for a server to stick to its leader now.
    pub(super) fn missing_to_stick(&self) -> Option<Assumption> {
        if self.features.check_quorum { self.stray() } else { Some(Assumption::CheckQuorumOff) }
    }

    /// What is missing for reads that are answered outside the log to be fresh.
    pub(super) fn missing_to_read(&self, now_us: u64) -> Option<Assumption> {
        if self.features.reads != Reads::Lease {
            return None;
        }
        let lasts = |since_us: u64| since_us == 0 || now_us - since_us >= self.guard_us;
        if self.guarded_since_us.is_some_and(lasts) {
            self.mistimed()
        } else {
            Some(Assumption::CheckQuorumOff)
        }
    }
}
