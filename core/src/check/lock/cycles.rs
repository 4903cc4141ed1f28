//! Deadlocks: whether each is broken, and how long that takes.
//!
//! Somebody is in a deadlock who waits, over whomever it waits for, for itself. When the committed
//! log brings that about is known exactly; when it must have been broken again is not a matter of
//! time alone, since whoever is to break it may crash, and what it proposed may be lost with it. So
//! the bound is told in what a leader has done. It finds a cycle in the step in which it closes, or
//! when it next looks, and proposes something; once it has applied all that stood in its log by
//! then, the cycle should be gone. It may have come too late, or have broken only one of two, and
//! then the next round begins. A leader that has gone through [`ROUNDS`] rounds has failed. Each
//! new leader begins anew, and so does whoever leads when somebody meddles with the machines.

use std::collections::{BTreeMap, BTreeSet};

use super::monitor::Look;
use super::shadow::Shadow;
use super::{Findings, LockCheck};
use crate::check::Assumption;
use crate::lock::Owner;
use crate::lock::policy::Policy;
use crate::sim::process::NodeId;
use crate::sim::shared::SharedList;

/// How many rounds of proposing and applying a leader has to break a cycle.
pub const ROUNDS: u32 = 8;

/// A deadlock that was broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Broken {
    /// When the wait that closed it was applied first, in microseconds.
    pub closed_us: u64,
    /// When what broke it was applied first, in microseconds.
    pub broken_us: u64,
}

/// Somebody in a deadlock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Stuck {
    since_us: u64,
    /// The index of the entry by which it came into it.
    index: u64,
    /// Whether it was its own wait that closed the cycle.
    closes: bool,
    /// Who is to break it, in which term.
    leader: Option<(NodeId, u64)>,
    /// Since when that one has to, in microseconds.
    begun_us: u64,
    /// Up to which index it must have applied for the round to be over.
    target: Option<u64>,
    rounds: u32,
}

/// The deadlocks of a table.
#[derive(Clone, Debug, Default)]
pub(super) struct Deadlocks {
    stuck: BTreeMap<Owner, Stuck>,
    broken: SharedList<Broken>,
}

/// Everybody who is on a cycle of the graphs of these tables together.
pub(super) fn on_cycles<'a>(tables: impl Iterator<Item = &'a Shadow> + Clone) -> BTreeSet<Owner> {
    let waiting = tables.clone().flat_map(Shadow::waiting);
    waiting.filter(|owner| is_on_cycle(tables.clone(), *owner)).collect()
}

/// Whether somebody waits for itself in the end.
pub(super) fn is_on_cycle<'a>(
    tables: impl Iterator<Item = &'a Shadow> + Clone,
    owner: Owner,
) -> bool {
    let mut seen = BTreeSet::new();
    let mut left = vec![owner];
    while let Some(next) = left.pop() {
        for other in tables.clone().flat_map(|table| table.waits_for(next)) {
            if other == owner {
                return true;
            }
            if seen.insert(other) {
                left.push(other);
            }
        }
    }
    false
}

impl Deadlocks {
    /// Those that were broken, in order.
    pub(super) const fn broken(&self) -> &SharedList<Broken> {
        &self.broken
    }

    /// Whether nobody is in one.
    pub(super) fn is_empty(&self) -> bool {
        self.stuck.is_empty()
    }

    /// An entry was applied for the first time, by which these began to wait.
    pub(super) fn survey(
        &mut self,
        shadow: &Shadow,
        (index, now_us): (u64, u64),
        waits: &BTreeSet<Owner>,
    ) {
        if self.stuck.is_empty() && shadow.waiting().nth(1).is_none() {
            return;
        }
        let locked = on_cycles(std::iter::once(shadow));
        let freed: Vec<Owner> =
            self.stuck.keys().copied().filter(|owner| !locked.contains(owner)).collect();
        for owner in freed {
            let Some(stuck) = self.stuck.remove(&owner) else { continue };
            if stuck.closes {
                self.broken.push(Broken { closed_us: stuck.since_us, broken_us: now_us });
            }
        }
        for owner in locked {
            self.stuck.entry(owner).or_insert_with(|| Stuck {
                since_us: now_us,
                index,
                closes: waits.contains(&owner),
                leader: None,
                begun_us: now_us,
                target: None,
                rounds: 0,
            });
        }
    }

    /// Somebody has meddled with the machines: whoever is to break a deadlock may begin anew.
    pub(super) fn excuse(&mut self) {
        self.stuck.values_mut().for_each(|stuck| stuck.leader = None);
    }

    /// Looks at a server that leads, after a step of it. `applies`: it has applied something.
    pub(super) fn observe(
        &mut self,
        look: &Look<'_>,
        applies: bool,
        missing: Option<Assumption>,
        findings: &mut Findings,
    ) {
        let Some(term) = look.leads else { return };
        let now_us = look.now.moment.time_us;
        let features = look.steward.features();
        if features.policy == Policy::TimeOut {
            self.excuse();
            return;
        }
        let all: Vec<NodeId> = self.stuck.keys().filter_map(|owner| owner.node()).collect();
        for stuck in self.stuck.values_mut() {
            if stuck.leader.is_some_and(|(_, other)| other > term) || look.applied < stuck.index {
                continue;
            }
            if stuck.leader != Some((look.server, term)) {
                stuck.leader = Some((look.server, term));
                (stuck.begun_us, stuck.target, stuck.rounds) = (now_us, None, 0);
            }
            // Whoever looks only every so often has looked by now.
            if now_us < stuck.begun_us + 2 * features.detect_every_us {
                continue;
            }
            match stuck.target {
                None => stuck.target = Some(look.last_index),
                Some(target) if applies && look.applied >= target => {
                    stuck.rounds += 1;
                    stuck.target = Some(look.last_index);
                }
                Some(_) => {}
            }
            if stuck.rounds > ROUNDS {
                let missing = missing.filter(|_| features.detect_every_us > 0);
                let nodes = if all.is_empty() { vec![look.server] } else { all.clone() };
                let place = (Some(term), Some(stuck.index));
                findings.fail_unless(missing, LockCheck::DeadlockBroken, nodes, place, look.now);
            }
        }
    }
}
