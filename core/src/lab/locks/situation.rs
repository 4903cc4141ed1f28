//! What is going on among the clients of a lock manager, in one line.
//!
//! As with Raft's own [situation](crate::lab::raft::situation): a student who opens the page in the
//! middle of a run should be told first what matters most. That nobody can be granted anything;
//! that some wait in a circle; that somebody was just aborted for it; that somebody believes in a
//! lock that is gone. This module decides what that is, from what there is to see alone; the page's
//! catalogue puts it into words.

use serde::Serialize;

use super::view::{LockerView, LocksView, VictimView};
use crate::lab::NodeName;
use crate::lab::raft::situation::{Remark, Situation};
use crate::lock::Token;
use crate::lock::client::transaction::Why;
use crate::lock::command::Cause;
use crate::lock::setting::Features;
use crate::sim::time::MILLISECOND_US;

/// For how long it is told that somebody was aborted, at least, in microseconds.
const FRESH_US: u64 = 200 * MILLISECOND_US;

/// What is going on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct LockSituation {
    /// How many locks are held, by the tables.
    pub held: u64,
    /// How many clients wait, by the tables.
    pub waiting: u64,
    /// How many writes to the vault were lost.
    pub lost: u64,
    /// What matters most.
    pub going: Going,
    /// How the lock manager is set.
    #[serde(skip)]
    pub features: Features,
}

/// What matters most.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Going {
    /// Nobody leads who could commit anything: nobody is granted anything.
    Undecided {
        /// The place of the table, of several.
        table: u8,
    },
    /// Clients wait for each other in a circle.
    Deadlock {
        /// Who, in the order of waiting.
        cycle: Vec<NodeName>,
        /// Who is to be aborted, once that is committed.
        victim: Option<NodeName>,
        /// Whether one of them only stands before another in a queue, so that it can be overtaken.
        soft: bool,
    },
    /// A client's attempt was aborted, and it has not begun the next one.
    Aborted {
        /// Whose.
        client: NodeName,
        /// Why.
        cause: Cause,
        /// Whether there was no deadlock when it was aborted for one.
        phantom: bool,
    },
    /// A client believes to hold a lock that it does not hold.
    Stale {
        /// Who.
        client: NodeName,
        /// Of what.
        resource: String,
        /// Its token.
        token: Token,
    },
    /// A client sleeps while it holds something.
    Asleep {
        /// Who.
        client: NodeName,
        /// What it holds; one of the things.
        resource: String,
    },
    /// One client waits.
    Waiting {
        /// Who.
        client: NodeName,
        /// For what.
        resource: String,
        /// Who holds it.
        holders: Vec<NodeName>,
    },
    /// Several clients wait.
    Queueing,
    /// Updates were lost, and else there is nothing to tell.
    LostUpdates,
    /// Locks are held, and nobody waits.
    Held,
    /// Nobody holds anything or waits for it.
    #[default]
    Idle,
}

/// Decides what matters most.
pub(super) fn situation(view: &LocksView, features: Features, now_us: u64) -> LockSituation {
    let count = |of: usize| of as u64;
    let held = view.resources.iter().map(|resource| count(resource.holders.len())).sum();
    let waiting = view.resources.iter().map(|resource| count(resource.queue.len())).sum();
    let lost = view.vault.shelves.iter().map(|shelf| shelf.lost).sum();
    let rest = || match (held, waiting) {
        (_, 2..) => Going::Queueing,
        _ if lost > 0 => Going::LostUpdates,
        (1.., _) => Going::Held,
        _ => Going::Idle,
    };
    let going = undecided(view)
        .or_else(|| deadlock(view))
        .or_else(|| aborted(view, now_us))
        .or_else(|| stale(view))
        .or_else(|| asleep(view))
        .or_else(|| waiting_alone(view))
        .unwrap_or_else(rest);
    LockSituation { held, waiting, lost, going, features }
}

/// Whether nobody leads a cluster who could commit anything.
#[must_use]
pub const fn is_undecided(raft: &Situation) -> bool {
    raft.leader.is_none()
        || matches!(raft.remark, Remark::NoMajority { .. } | Remark::MinorityLeader { .. })
}

fn undecided(view: &LocksView) -> Option<Going> {
    let table = view.tables.iter().position(|table| is_undecided(&table.raft))?;
    Some(Going::Undecided { table: u8::try_from(table).unwrap_or(u8::MAX) })
}

fn deadlock(view: &LocksView) -> Option<Going> {
    if view.cycle.is_empty() {
        return None;
    }
    let victim = view.tables.iter().find_map(|table| table.condemned);
    let mut lit = view.edges.iter().filter(|edge| edge.on_cycle);
    let soft = lit.any(|edge| edge.soft);
    Some(Going::Deadlock { cycle: view.cycle.clone(), victim, soft })
}

/// Whether it is worth telling that somebody was aborted: it has not begun anew, or just now.
fn is_fresh(client: &LockerView, victim: &VictimView, now_us: u64) -> bool {
    let same = (client.transaction, client.attempt) == (victim.transaction, victim.attempt);
    let told =
        client.mishap.as_ref().filter(|mishap| mishap.why == Why::Aborted(Some(victim.cause)));
    let just_told = told.is_some_and(|mishap| {
        (mishap.transaction, mishap.attempt) == (victim.transaction, victim.attempt)
            && now_us.saturating_sub(mishap.at_us) < FRESH_US
    });
    client.up && (same && !client.script.is_empty() || just_told)
}

fn aborted(view: &LocksView, now_us: u64) -> Option<Going> {
    let fresh = |victim: &&VictimView| {
        let client = view.clients.iter().find(|client| client.name == victim.client);
        client.is_some_and(|client| is_fresh(client, victim, now_us))
    };
    let victims = view.tables.iter().filter_map(|table| table.victim.as_ref());
    let victim = victims.filter(fresh).max_by_key(|victim| victim.index)?;
    let phantom = victim.cause == Cause::Deadlock && !victim.on_cycle;
    Some(Going::Aborted { client: victim.client, cause: victim.cause, phantom })
}

fn stale(view: &LocksView) -> Option<Going> {
    view.clients.iter().filter(|client| client.up).find_map(|client| {
        // Who has another token of the same thing will hear of it soon.
        let holds = |resource: &str| {
            let found = view.resources.iter().find(|one| one.name == resource);
            found.is_some_and(|one| one.holders.iter().any(|held| held.client == client.name))
        };
        let void = |held: &&super::view::BeliefView| !held.valid && !holds(&held.resource);
        let held = client.holds.iter().find(void)?;
        let (resource, token) = (held.resource.clone(), held.token);
        Some(Going::Stale { client: client.name, resource, token })
    })
}

fn asleep(view: &LocksView) -> Option<Going> {
    view.clients.iter().filter(|client| client.up && client.paused).find_map(|client| {
        let resource = client.holds.first()?.resource.clone();
        Some(Going::Asleep { client: client.name, resource })
    })
}

fn waiting_alone(view: &LocksView) -> Option<Going> {
    let mut waits = view.resources.iter().filter(|resource| !resource.queue.is_empty());
    let (resource, None) = (waits.next()?, waits.next()) else { return None };
    let [waiter] = &resource.queue[..] else { return None };
    let others = resource.holders.iter().map(|holder| holder.client);
    let holders = others.filter(|holder| *holder != waiter.client).collect();
    Some(Going::Waiting { client: waiter.client, resource: resource.name.clone(), holders })
}
