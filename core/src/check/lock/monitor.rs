//! What watches the lock manager: it shows each line of the journals to every check.
//!
//! All servers of a cluster apply the same entries, and each keeps a journal. The first server to
//! have applied an entry sets the *record*: its lines are [audited](super::audit), once, and every
//! other server is compared with them, line by line, when it has come as far; so is its table with
//! the record's [shadow](super::shadow), where both have applied the same. Tables that disagree
//! have no common history any more: from then on nothing else is said of that cluster's table.

use super::audit::{Audit, Setting};
use super::cycles::{Broken, Deadlocks};
use super::shadow::Shadow;
use super::vault::Guard;
use super::{Findings, LockCheck};
use crate::check::{Assumption, Failure, Now, Verdict};
use crate::lock::command::Command;
use crate::lock::journal::Happening;
use crate::lock::mode::Mode;
use crate::lock::policy::Policy;
use crate::lock::steward::Steward;
use crate::lock::table::LockTable;
use crate::lock::vault::Vault;
use crate::lock::{Owner, Place, Token};
use crate::raft::server::{MOST_SERVERS, PerServer};
use crate::sim::node_set::NodeSet;
use crate::sim::process::NodeId;
use crate::sim::shared::SharedList;

/// An entry of the log.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'a> {
    /// Its term.
    pub term: u64,
    /// The client that asked, if one did.
    pub owner: Option<Owner>,
    /// What is to be done, if that is for the table.
    pub command: Option<&'a Command>,
}

/// A server after a step, as the checks see it.
pub struct Look<'a> {
    /// Which.
    pub server: NodeId,
    /// Whether it runs.
    pub up: bool,
    /// The term that it leads, if it leads.
    pub leads: Option<u64>,
    /// The highest index that it has applied.
    pub applied: u64,
    /// The last index of its log.
    pub last_index: u64,
    /// Its table.
    pub table: &'a LockTable,
    /// Its steward.
    pub steward: &'a Steward,
    /// The entries of its log, as far as it still has them.
    pub entry: &'a dyn Fn(u64) -> Option<Entry<'a>>,
    /// Where the run is.
    pub now: Now,
}

/// What is switched on, and whether clocks are right.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Circumstances {
    /// Whether the vault looks at tokens.
    pub fencing: bool,
    /// What is done about deadlock.
    pub policy: Policy,
    /// How long a session lives without being renewed, in microseconds.
    pub lease_us: u64,
    /// Whether a clock is wrong now.
    pub strays: bool,
}

/// A lock was granted, or taken away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moved {
    /// When, in microseconds: when the entry was applied first.
    pub at_us: u64,
    /// To whom, or from whom.
    pub owner: Owner,
    /// Of what.
    pub place: Place,
    /// What happened.
    pub what: Move,
}

/// What can happen to a lock that its holder need not hear of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Move {
    /// It was granted.
    Given {
        /// The owner's number for what it had asked.
        request: u64,
        /// In which mode.
        mode: Mode,
        /// With which token.
        token: Token,
    },
    /// It was taken away, otherwise than by its holder's own doing.
    Taken,
}

/// How far a server's journal was compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Seen {
    applied: u64,
    lines: usize,
}

/// One cluster.
#[derive(Clone, Debug)]
struct Group {
    servers: NodeSet,
    /// The record.
    journal: SharedList<Happening>,
    /// Up to which index it goes.
    applied: u64,
    /// Who was first to come so far.
    by: NodeId,
    shadow: Shadow,
    deadlocks: Deadlocks,
    moves: SharedList<Moved>,
    seen: PerServer<Seen>,
    /// When its tables were found to disagree, in microseconds.
    torn_us: Option<u64>,
}

impl Group {
    fn new(servers: NodeSet) -> Self {
        Self {
            servers,
            journal: SharedList::default(),
            applied: 0,
            by: NodeId(0),
            shadow: Shadow::default(),
            deadlocks: Deadlocks::default(),
            moves: SharedList::default(),
            seen: PerServer::default(),
            torn_us: None,
        }
    }

    /// Compares what is new in a server's journal with the record, as far as that goes.
    fn agrees(&self, look: &Look<'_>, seen: Seen) -> bool {
        let journal = look.table.journal();
        let common = journal.len().min(self.journal.len());
        let same = |place: &usize| journal.get(*place) == self.journal.get(*place);
        if !(seen.lines.min(common)..common).all(|place| same(&place)) {
            return false;
        }
        // Of what either has beyond, nothing belongs to what both have applied.
        let both = look.applied.min(self.applied);
        let is_later = |line: Option<&Happening>| line.is_none_or(|line| line.index > both);
        is_later(journal.get(common)) && is_later(self.journal.get(common))
    }
}

/// Watches the lock manager.
#[derive(Clone, Debug)]
pub struct LockMonitor {
    groups: Vec<Group>,
    guard: Guard,
    circumstances: Circumstances,
    /// Whether a clock was ever wrong.
    strayed: bool,
    /// Whether something may have changed since the last step that was no choice.
    changed: bool,
    findings: Findings,
}

impl LockMonitor {
    /// Watches the tables of these clusters, and what they protect.
    #[must_use]
    pub fn of(clusters: impl IntoIterator<Item = NodeSet>) -> Self {
        Self {
            groups: clusters.into_iter().map(Group::new).collect(),
            guard: Guard::default(),
            circumstances: Circumstances::default(),
            strayed: false,
            changed: true,
            findings: Findings::default(),
        }
    }

    /// What a check says of the run so far.
    #[must_use]
    pub fn verdict(&self, check: LockCheck) -> Verdict {
        let is_reached = check != LockCheck::DeadlockBroken
            || self.groups.iter().any(|group| !group.deadlocks.broken().is_empty());
        self.findings.verdict(check, is_reached)
    }

    /// The checks that failed, each with its first failure.
    pub fn failures(&self) -> impl Iterator<Item = (LockCheck, &Failure)> {
        self.findings.failures()
    }

    /// The deadlocks within one table that were broken, of each table in order.
    pub fn broken(&self) -> impl Iterator<Item = &SharedList<Broken>> {
        self.groups.iter().map(|group| group.deadlocks.broken())
    }

    /// Of each cluster, which locks were granted and taken away, in order; and when its tables were
    /// found to disagree, in microseconds: nothing is known of what happened in them since.
    pub fn moves(&self) -> impl Iterator<Item = (&SharedList<Moved>, Option<u64>)> {
        self.groups.iter().map(|group| (&group.moves, group.torn_us))
    }

    /// Looks at the world as it begins, or after somebody meddled with it.
    pub fn survey(&mut self, circumstances: Circumstances) {
        self.circumstances = circumstances;
        self.strayed |= circumstances.strays;
        self.changed = true;
        for group in &mut self.groups {
            group.deadlocks.excuse();
            for person in group.shadow.people.values_mut() {
                person.lease_us = person.lease_us.min(circumstances.lease_us);
            }
        }
    }

    /// Time goes on after a change: notes which checks lack what they rest on.
    pub fn settle(&mut self) {
        if !std::mem::take(&mut self.changed) {
            return;
        }
        let findings = &mut self.findings;
        if !self.circumstances.fencing {
            findings.void(LockCheck::MutualExclusion, Assumption::FencingOff);
        }
        if self.circumstances.policy == Policy::TimeOut {
            findings.void(LockCheck::DeadlockBroken, Assumption::NoDetection);
        }
        if self.groups.len() > 1 {
            findings.void(LockCheck::NoNeedlessVictim, Assumption::GraphsApart);
        }
        if self.strayed {
            findings.void(LockCheck::LeaseRespected, Assumption::ClocksStray);
        }
    }

    fn stray(&self) -> Option<Assumption> {
        self.strayed.then_some(Assumption::ClocksStray)
    }

    /// Looks at the vault after a step of it.
    pub fn observe_vault(&mut self, vault: (NodeId, &Vault), now: Now) {
        self.guard.observe(vault, now, &mut self.findings);
    }

    /// Looks at a server after a step of it.
    pub fn observe_server(&mut self, look: &Look<'_>) {
        let place = look.server.index();
        assert!(place < MOST_SERVERS);
        let mut all = self.groups.iter();
        let Some(at) = all.position(|group| group.servers.contains(look.server)) else { return };
        let group = &mut self.groups[at];
        if group.torn_us.is_some() {
            return;
        }
        if !look.up {
            group.seen[place] = Seen::default();
            return;
        }
        let now = Seen { applied: look.applied, lines: look.table.journal().len() };
        let seen = std::mem::replace(&mut group.seen[place], now);
        if now != seen {
            // What it has comes from a snapshot, or from the beginning again.
            let back = now.applied < seen.applied || now.lines < seen.lines;
            let seen = if back { Seen::default() } else { seen };
            self.compare(at, look, seen);
        }
        let stray = self.stray();
        let group = &mut self.groups[at];
        if !group.deadlocks.is_empty() {
            let applies = now.applied > seen.applied;
            group.deadlocks.observe(look, applies, stray, &mut self.findings);
        }
    }

    /// Compares a server with the record, and carries the record on if the server is ahead of it.
    fn compare(&mut self, at: usize, look: &Look<'_>, seen: Seen) {
        let group = &self.groups[at];
        let mut agrees = group.agrees(look, seen);
        if agrees && look.applied > group.applied {
            self.audit(at, look);
        }
        let group = &mut self.groups[at];
        if agrees && look.applied == group.applied {
            agrees = group.shadow.difference(look.table).is_none();
        }
        if !agrees {
            let other = Some(look.server).filter(|server| *server != group.by);
            let nodes = [group.by].into_iter().chain(other).collect();
            let place = (None, Some(look.applied.min(group.applied)));
            group.torn_us = Some(look.now.moment.time_us);
            self.findings.fail(LockCheck::TablesAgree, nodes, place, look.now);
        }
    }

    /// Goes through what a server was the first to apply.
    fn audit(&mut self, at: usize, look: &Look<'_>) {
        let setting = Setting {
            server: look.server,
            now: look.now,
            stray: self.stray(),
            lease_us: self.circumstances.lease_us,
        };
        let mut group = self.groups.remove(at);
        let others: Vec<&Shadow> = self.groups.iter().map(|group| &group.shadow).collect();
        let journal = look.table.journal();
        for index in group.applied + 1..=look.applied {
            let tables = (&mut group.shadow, others.clone());
            let mut audit =
                Audit::new(setting, tables, &mut self.findings, &mut group.moves, index);
            if let Some(entry) = (look.entry)(index) {
                audit.enter(&entry);
            }
            let mut changes = false;
            while let Some(line) = journal.get(group.journal.len())
                && line.index <= index
            {
                audit.line(line);
                group.journal.push(*line);
                changes = true;
            }
            let waits = audit.close();
            if changes {
                let now_us = look.now.moment.time_us;
                group.deadlocks.survey(&group.shadow, (index, now_us), &waits);
            }
        }
        (group.applied, group.by) = (look.applied, look.server);
        self.groups.insert(at, group);
    }
}
