//! A naive auditor: replays the journal and compares it with what the rules say, and with the
//! table. It shares nothing with the table but the words.

use std::collections::BTreeMap;

use lockstep_core::lock::command::Cause;
use lockstep_core::lock::journal::{Happening, What};
use lockstep_core::lock::mode::Mode;
use lockstep_core::lock::table::LockTable;
use lockstep_core::lock::{Owner, Place, Token};
use petgraph::algo::is_cyclic_directed;
use petgraph::graphmap::DiGraphMap;

/// Somebody in the replayed queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Queued {
    owner: Owner,
    mode: Mode,
    request: u64,
    upgrade: bool,
}

/// What a journal tells, so far.
#[derive(Default)]
pub(crate) struct Auditor {
    read: usize,
    holders: BTreeMap<Place, BTreeMap<Owner, (Mode, Token)>>,
    queues: BTreeMap<Place, Vec<Queued>>,
    ages: BTreeMap<(Owner, u64), u64>,
    last_token: Token,
    last_index: u64,
}

type Verdict = Result<(), String>;

fn ensure(holds: bool, broken: &str, happening: &Happening) -> Verdict {
    if holds { Ok(()) } else { Err(format!("{broken}: {happening:?}")) }
}

impl Auditor {
    /// Reads on in the journal and looks at the table, after a command.
    pub(crate) fn audit(&mut self, table: &LockTable) -> Verdict {
        let journal = table.journal();
        while let Some(happening) = journal.get(self.read) {
            self.read += 1;
            ensure(happening.index >= self.last_index, "the journal goes forward", happening)?;
            self.last_index = happening.index;
            self.replay(happening)?;
        }
        self.compare(table)?;
        self.rest(table)
    }

    fn replay(&mut self, happening: &Happening) -> Verdict {
        let owner = happening.owner;
        match happening.what {
            What::Began { transaction, attempt, age } => {
                let first = attempt == 1 || !self.ages.contains_key(&(owner, transaction));
                let known = *self.ages.entry((owner, transaction)).or_insert(age);
                ensure(first || known == age, "a retry keeps its age", happening)
            }
            What::Granted { .. } => self.replay_grant(happening),
            What::Queued { place, mode, request, upgrade } => {
                let queue = self.queues.entry(place).or_default();
                let upgrades = queue.iter().take_while(|it| it.upgrade).count();
                let at = if upgrade { upgrades } else { queue.len() };
                queue.insert(at, Queued { owner, mode, request, upgrade });
                Ok(())
            }
            What::Withdrew { place, request } => {
                let left = self.leave(place, owner);
                let same = left.is_some_and(|(_, it)| it.request == request);
                ensure(same, "only who waits stops waiting", happening)
            }
            What::Released { place, mode, token, .. } => {
                let held = self.holders.entry(place).or_default().remove(&owner);
                ensure(held == Some((mode, token)), "a lock is let go of by its holder", happening)
            }
            What::Downgraded { place, token } => {
                let mode = (Mode::Shared, token);
                let held = self.holders.entry(place).or_default().insert(owner, mode);
                let exclusive = held == Some((Mode::Exclusive, token));
                ensure(exclusive, "what becomes shared was exclusive", happening)
            }
            What::TimedOut { .. } => Ok(()),
            What::Aborted { cause, on_cycle, claimed, .. } => {
                let needed = cause != Cause::Deadlock || on_cycle || claimed;
                ensure(needed, "no victim without a cycle", happening)
            }
            What::Expired { renewals, found, .. } => {
                self.ages.retain(|(other, _), _| *other != owner);
                ensure(renewals == found, "a renewed session lives", happening)
            }
            What::Overtook { place, before } => {
                let left = self.leave(place, owner);
                let queue = self.queues.entry(place).or_default();
                let at = queue.iter().position(|other| other.owner == before);
                let (Some((from, it)), Some(at)) = (left, at) else {
                    return ensure(false, "who overtakes waits, and so does the other", happening);
                };
                queue.insert(at, it);
                ensure(at < from, "who overtakes goes forward", happening)
            }
        }
    }

    fn replay_grant(&mut self, happening: &Happening) -> Verdict {
        let owner = happening.owner;
        let What::Granted { place, mode, token, request, waited } = happening.what else {
            return Ok(());
        };
        ensure(token > self.last_token, "tokens strictly grow", happening)?;
        self.last_token = token;
        let had = self.holders.entry(place).or_default().get(&owner).copied();
        let covered = had.is_some_and(|(had, _)| had.covers(mode));
        ensure(!covered, "nobody is granted twice what it has", happening)?;
        if waited {
            let left = self.leave(place, owner);
            let same = left.is_some_and(|(_, it)| it.request == request && it.mode == mode);
            ensure(same, "who is woken waited for just this", happening)?;
            ensure(left.is_some_and(|(at, _)| at == 0), "first come, first served", happening)?;
        } else if had.is_none() {
            let mut queue = self.queues.entry(place).or_default().iter();
            let patient = queue.all(|other| other.mode.is_compatible(mode));
            ensure(patient, "nobody goes before who waits in conflict", happening)?;
        }
        let holders = self.holders.entry(place).or_default();
        holders.insert(owner, (mode, token));
        let mut others = holders.iter().filter(|(other, _)| **other != owner);
        let compatible = others.all(|(_, (other, _))| other.is_compatible(mode));
        ensure(compatible, "holders tolerate each other", happening)
    }

    /// Takes somebody out of a replayed queue.
    fn leave(&mut self, place: Place, owner: Owner) -> Option<(usize, Queued)> {
        let queue = self.queues.entry(place).or_default();
        let at = queue.iter().position(|other| other.owner == owner)?;
        Some((at, queue.remove(at)))
    }

    /// Whether the table is what the journal says.
    fn compare(&self, table: &LockTable) -> Verdict {
        for (place, lock) in table.locks() {
            let none = BTreeMap::new();
            let told = self.holders.get(&place).unwrap_or(&none);
            let told: Vec<_> = told.iter().map(|(owner, held)| (*owner, *held)).collect();
            let held: Vec<_> =
                lock.holders().map(|(owner, it)| (owner, (it.mode, it.token))).collect();
            let waiting = lock.queue().map(|it| {
                let (owner, mode, request, upgrade) = (it.owner, it.mode, it.request, it.upgrade);
                Queued { owner, mode, request, upgrade }
            });
            let queue = self.queues.get(&place).map_or(&[][..], Vec::as_slice);
            if held != told || !waiting.eq(queue.iter().copied()) {
                return Err(format!("the journal tells something else of lock {place}"));
            }
            for (owner, _) in &held {
                let session = table.session(*owner);
                if session.is_none_or(|session| !session.held.contains(&place)) {
                    return Err(format!("{owner:?} holds {place} and does not know it"));
                }
            }
        }
        Ok(())
    }

    /// What holds between commands.
    fn rest(&self, table: &LockTable) -> Verdict {
        for (place, queue) in &self.queues {
            let none = BTreeMap::new();
            let holders = self.holders.get(place).unwrap_or(&none);
            let Some(front) = queue.first() else { continue };
            let mut others = holders.iter().filter(|(owner, _)| **owner != front.owner);
            if others.all(|(_, (mode, _))| mode.is_compatible(front.mode)) {
                return Err(format!("no lost wake-up: {front:?} waits for {place}, which is free"));
            }
        }
        for (owner, session) in table.sessions() {
            if session.over.is_some() && !session.held.is_empty() {
                return Err(format!("who was aborted holds nothing: {owner:?}"));
            }
            let known = session.held.iter().all(|place| {
                self.holders.get(place).is_some_and(|holders| holders.contains_key(&owner))
            });
            if !known {
                return Err(format!("{owner:?} thinks it holds what it does not"));
            }
        }
        Ok(())
    }
}

/// Whether anybody waits for itself, by an independent library.
pub(crate) fn has_cycle(table: &LockTable) -> bool {
    let edges = table.edges();
    let graph = DiGraphMap::<Owner, ()>::from_edges(edges.iter().map(|edge| (edge.from, edge.to)));
    is_cyclic_directed(&graph)
}
