//! Breaking deadlocks: who overtakes, or else who is aborted.
//!
//! A cycle that leads through a queue may be broken with no victim. A reader in it waits only
//! because a writer came before it; other readers hold the lock. If it is put before the first
//! writer, it is granted the lock, and waits no more. No other cycle can come of it, though the
//! writers that it overtakes now wait for it: it waits for nobody. (If it still had to wait, for
//! others before it, those whom it overtook would have waited for these anyway.)
//!
//! Otherwise somebody in the cycle must give way. Whatever is decided is decided for the table as
//! it is here and now, and is proposed; when it is applied, the table looks again whether there is
//! still a cycle. Decisions that belong together are tried out, one after the other, on a copy of
//! the table, so that two cycles with a common victim need only one.

use std::cmp::Reverse;
use std::collections::{BTreeSet, VecDeque};

use super::Owner;
use super::bug::{Bug, Bugs};
use super::command::{Action, Answer, Command};
use super::effects::{Effects, Origin};
use super::graph::{self, Sight};
use super::mode::Mode;
use super::policy::{Policy, Victim};
use super::setting::{Directives, Features};
use super::table::LockTable;

/// A deadlock that was found, and what is to be done about it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Resolution {
    /// Each waits for the next, and the last for the first.
    pub cycle: Vec<Owner>,
    /// What breaks it.
    pub action: Action,
}

/// By which rules a deadlock is broken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Rules {
    /// Who is aborted.
    pub victim: Victim,
    /// Whether a reader may overtake instead, where that helps.
    pub overtaking: bool,
    /// Which rules are broken.
    pub bugs: Bugs,
}

impl Rules {
    /// As it is set.
    #[must_use]
    pub const fn new(features: &Features, bugs: Bugs) -> Self {
        Self { victim: features.victim, overtaking: features.overtaking, bugs }
    }

    const fn sight(&self) -> Sight {
        if self.bugs.has(Bug::BlindToQueues) { Sight::Blind } else { Sight::Full }
    }
}

/// Which deadlocks are looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    /// Those that somebody is part of. Of a table in which there was none before it began to wait,
    /// these are all.
    Of(Owner),
    /// All.
    Everybody,
}

/// Finds deadlocks, and what breaks them. `under_way` has been proposed before, and is reckoned
/// with as if it were done.
#[must_use]
pub fn resolve(
    table: &LockTable,
    whose: Whose,
    rules: &Rules,
    under_way: &[Action],
) -> Vec<Resolution> {
    let mut trial = Trial { table: table.clone(), rules: *rules, found: Vec::new() };
    for action in under_way {
        trial.act(action);
    }
    match whose {
        Whose::Of(owner) => trial.resolve_around(owner, None),
        Whose::Everybody => trial.resolve_all(),
    }
    trial.found
}

/// A copy of a table, on which decisions are tried out.
struct Trial {
    table: LockTable,
    rules: Rules,
    found: Vec<Resolution>,
}

impl Trial {
    /// Does what is proposed. Whether it had an effect.
    fn act(&mut self, action: &Action) -> bool {
        let directives = Directives { policy: Policy::Detect, bugs: self.rules.bugs };
        let command = Command { directives, action: action.clone() };
        let answer = self.table.carry_out(Origin::default(), &command, &mut Effects::default());
        answer == Answer::Done { effective: true }
    }

    fn resolve_all(&mut self) {
        let sight = self.rules.sight();
        let everybody: Vec<Owner> = self.table.sessions().map(|(owner, _)| owner).collect();
        let mut knots = VecDeque::from(graph::knots(&self.table, everybody, sight));
        while let Some(knot) = knots.pop_front() {
            let before = self.found.len();
            if let Some(owner) = knot.first() {
                self.resolve_once(*owner, Some(&knot));
            }
            // What is left of it may hold more. If nothing could be done, nothing is gained.
            if self.found.len() > before {
                knots.extend(graph::knots(&self.table, knot, sight));
            }
        }
    }

    /// Breaks cycles until somebody is on none.
    fn resolve_around(&mut self, owner: Owner, within: Option<&BTreeSet<Owner>>) {
        while graph::is_on_cycle_seen(&self.table, owner, self.rules.sight()) {
            let before = self.found.len();
            self.resolve_once(owner, within);
            if self.found.len() == before {
                break;
            }
        }
    }

    /// Breaks one cycle, and whatever the way leads through before.
    fn resolve_once(&mut self, owner: Owner, within: Option<&BTreeSet<Owner>>) {
        let sight = self.rules.sight();
        let Some(cycle) = graph::cycle_within(&self.table, owner, within, sight) else { return };
        let overtaking = if self.rules.overtaking { self.overtaking(&cycle) } else { None };
        let bystander = || self.rules.bugs.has(Bug::WrongVictim).then(|| self.bystander(&cycle));
        let action = overtaking.or_else(|| {
            let victim = bystander().flatten().or_else(|| self.victim(&cycle))?;
            let (_, waiter) = self.table.waiting(victim)?;
            Some(Action::Abort { owner: victim, request: waiter.request, claimed: false })
        });
        let Some(action) = action else { return };
        if self.act(&action) {
            self.found.push(Resolution { cycle, action });
        }
    }

    /// A reader of the cycle that waits only for writers that wait themselves, and so is helped by
    /// going before the first of them.
    fn overtaking(&self, cycle: &[Owner]) -> Option<Action> {
        let waits = cycle.iter().filter_map(|owner| self.table.waiting(*owner));
        let mut readers = waits.filter(|(_, waiter)| waiter.mode == Mode::Shared);
        readers.find_map(|(place, waiter)| {
            let lock = self.table.lock(place)?;
            let writer = lock.first_exclusive()?;
            lock.is_free_for(waiter.owner, Mode::Shared).then_some(Action::Overtake {
                owner: waiter.owner,
                request: waiter.request,
                before: writer.owner,
            })
        })
    }

    /// Who in the cycle is to be aborted.
    fn victim(&self, cycle: &[Owner]) -> Option<Owner> {
        let sessions = cycle.iter().filter_map(|owner| {
            let session = self.table.session(*owner)?;
            Some((*owner, session.age, session.held.len() as u64, session.spent_us))
        });
        let cost = |(_, age, locks, spent_us): &(Owner, Option<u64>, u64, u64)| {
            let first = match self.rules.victim {
                Victim::Youngest => 0,
                Victim::Oldest => age.unwrap_or(0),
                Victim::FewestLocks => *locks,
                Victim::LeastWork => *spent_us,
            };
            (first, Reverse(*age))
        };
        sessions.min_by_key(cost).map(|(owner, ..)| owner)
    }

    /// Somebody who waits for the cycle and is not on one.
    fn bystander(&self, cycle: &[Owner]) -> Option<Owner> {
        let waiting = self.table.sessions().filter(|(_, session)| session.waiting.is_some());
        let others = waiting.map(|(owner, _)| owner).filter(|owner| !cycle.contains(owner));
        let mut others = others.filter(|owner| !graph::is_on_cycle(&self.table, *owner));
        others.find(|owner| graph::reaches(&self.table, *owner, cycle))
    }
}
