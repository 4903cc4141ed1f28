//! What a leader sees to by itself, because time passes: leases, waits, deadlocks.
//!
//! The table knows no time. The steward keeps the leader's: for each session, since when it has not
//! been renewed; for each that waits, since when. When something is over it *proposes* to say so in
//! the log, like a client would; what it proposed may have come too late by the time it is applied,
//! and then the table does nothing. What the steward knows is in no log and on no disk. A new
//! leader cannot know what the old one's clock said, and so gives everybody its full time again: a
//! lease may last longer than it is long, never shorter (Burrows 2006, §2.9).
//!
//! It also looks for deadlocks: at each wait, since a cycle closes only when somebody begins to
//! wait, or every so often. Under prevention there is nothing to be found, except what was let in
//! under another policy, before the setting was changed. Under time-outs nobody looks: that is what
//! they are for.
//!
//! Each thing is proposed once. What is under way to break a deadlock is reckoned with when the
//! next one is looked for; if it came too late, whoever still waits is looked at again.

use std::collections::BTreeMap;

use imbl::{OrdMap, OrdSet};

use super::Owner;
use super::bug::{Bug, Bugs};
use super::command::{Action, Ask, Call, Command, Patience};
use super::effects::Origin;
use super::journal::What;
use super::note::Note;
use super::policy::Policy;
use super::resolution::{Resolution, Rules, Whose, resolve};
use super::session::Session;
use super::setting::{Directives, Features, Setting};
use super::table::LockTable;

/// Times in order, each with an owner; of each owner at most one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
struct Times {
    of: OrdMap<Owner, u64>,
    in_order: OrdSet<(u64, Owner)>,
}

impl Times {
    fn set(&mut self, owner: Owner, time_us: u64) {
        self.remove(owner);
        self.of.insert(owner, time_us);
        self.in_order.insert((time_us, owner));
    }

    fn remove(&mut self, owner: Owner) {
        if let Some(time_us) = self.of.remove(&owner) {
            self.in_order.remove(&(time_us, owner));
        }
    }

    /// The earliest, so much later.
    fn first(&self, later_us: u64) -> Option<u64> {
        self.in_order.get_min().map(|(time_us, _)| time_us.saturating_add(later_us))
    }

    /// Takes out whoever's time, so much later, has come.
    fn take_due(&mut self, later_us: u64, now_us: u64) -> Vec<Owner> {
        let mut due = Vec::new();
        while self.first(later_us).is_some_and(|first_us| first_us <= now_us) {
            due.extend(self.in_order.remove_min().map(|(_, owner)| owner));
        }
        for owner in &due {
            self.of.remove(owner);
        }
        due
    }
}

/// What a leader sees to.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Steward {
    features: Features,
    bugs: Bugs,
    /// Whether its server leads.
    in_office: bool,
    /// When each session was renewed last.
    renewed: Times,
    /// When each wait began.
    waiting: Times,
    /// Until when each wait may last, where who waits has said so.
    patience: Times,
    /// Who has begun to wait since deadlocks were looked for.
    suspects: OrdSet<Owner>,
    /// Whether everybody is to be looked at.
    suspects_all: bool,
    /// When deadlocks are looked for next, if that is done every so often and anybody waits.
    detection_us: Option<u64>,
    /// What was proposed to break deadlocks, and is not applied yet.
    under_way: Vec<Action>,
    /// How much of the table's journal it has read.
    read: u64,
}

/// What there is to do.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Duties {
    /// What is to be put into the log.
    pub propose: Vec<Command>,
    /// What this server's table is to carry out by itself: [`Bug::LeaseByOwnClock`].
    pub alone: Vec<Command>,
    /// What is worth telling.
    pub notes: Vec<Note>,
    /// When to ask again, if nothing happens before.
    pub next_us: Option<u64>,
}

impl Steward {
    /// A steward that is not in office.
    #[must_use]
    pub fn new(features: Features, bugs: Bugs) -> Self {
        Self {
            features,
            bugs,
            in_office: false,
            renewed: Times::default(),
            waiting: Times::default(),
            patience: Times::default(),
            suspects: OrdSet::new(),
            suspects_all: false,
            detection_us: None,
            under_way: Vec::new(),
            read: 0,
        }
    }

    /// As it comes back after a crash: as it was set, and no more.
    #[must_use]
    pub fn recovered(&self) -> Self {
        Self::new(self.features, self.bugs)
    }

    /// How it is set.
    #[must_use]
    pub const fn features(&self) -> &Features {
        &self.features
    }

    /// Which rules are broken.
    #[must_use]
    pub const fn bugs(&self) -> Bugs {
        self.bugs
    }

    /// Changes a setting. A deadlock that was let be under the old ones may have to be broken.
    pub fn set(&mut self, setting: Setting, value: u64) {
        self.features.set(setting, value);
        (self.suspects_all, self.detection_us) = (true, None);
    }

    /// Plants a bug, or mends it.
    pub fn plant(&mut self, bug: Bug, planted: bool) {
        self.bugs.set(bug, planted);
        self.suspects_all = true;
    }

    /// Whether it acts though its server does not lead.
    #[must_use]
    pub const fn acts_alone(&self) -> bool {
        self.bugs.has(Bug::LeaseByOwnClock)
    }

    /// A command as it is to stand in the log.
    #[must_use]
    pub fn stamped(&self, command: &Command) -> Command {
        let directives = Directives { policy: self.features.policy, bugs: self.bugs };
        Command { directives, action: command.action.clone() }
    }

    /// When a session's lease is over, by the clock of this server, if it keeps it.
    #[must_use]
    pub fn lease_until(&self, owner: Owner) -> Option<u64> {
        self.renewed.of.get(&owner).map(|renewed_us| renewed_us + self.features.lease_us)
    }

    /// Its server has come to lead: everybody has its full time again.
    pub fn take_office(&mut self, table: &LockTable, now_us: u64) {
        let own_clock = self.acts_alone().then(|| self.renewed.clone());
        *self = Self { in_office: true, suspects_all: true, ..self.recovered() };
        self.renewed = own_clock.unwrap_or_default();
        self.read = table.journal().len() as u64;
        for (owner, session) in table.sessions() {
            if !self.renewed.of.contains_key(&owner) {
                self.renewed.set(owner, now_us);
            }
            if session.waiting.is_some() {
                self.begin_wait(table, owner, now_us);
            }
        }
    }

    /// Its server leads no more.
    pub fn leave_office(&mut self) {
        let renewed = std::mem::take(&mut self.renewed);
        *self = self.recovered();
        if self.acts_alone() {
            self.renewed = renewed;
        }
    }

    fn begin_wait(&mut self, table: &LockTable, owner: Owner, now_us: u64) {
        let Some((_, waiter)) = table.waiting(owner) else { return };
        self.waiting.set(owner, now_us);
        match waiter.patience {
            Patience::Endless | Patience::None => {}
            Patience::For(time_us) => self.patience.set(owner, now_us.saturating_add(time_us)),
        }
        self.suspects.insert(owner);
    }

    fn end_wait(&mut self, owner: Owner) {
        self.waiting.remove(owner);
        self.patience.remove(owner);
        self.suspects.remove(&owner);
    }

    /// A command was carried out.
    pub fn applied(&mut self, table: &LockTable, origin: Origin, command: &Command, now_us: u64) {
        if !self.in_office && !self.acts_alone() {
            return;
        }
        if let (Action::Call(call), Some(owner)) = (&command.action, origin.owner) {
            self.hear_from(table, owner, call, now_us);
        }
        if !self.in_office {
            return;
        }
        let journal = table.journal();
        while let Some(happening) = usize::try_from(self.read).ok().and_then(|at| journal.get(at)) {
            self.read += 1;
            let owner = happening.owner;
            match happening.what {
                What::Queued { .. } => self.begin_wait(table, owner, now_us),
                What::Granted { waited: true, .. } | What::Withdrew { .. } => self.end_wait(owner),
                What::Expired { .. } => self.renewed.remove(owner),
                What::Began { .. }
                | What::Granted { waited: false, .. }
                | What::Released { .. }
                | What::Downgraded { .. }
                | What::TimedOut { .. }
                | What::Aborted { .. }
                | What::Overtook { .. } => {}
            }
        }
        self.arrives(table, &command.action);
    }

    /// A client has called: if that was within its session, it is renewed.
    fn hear_from(&mut self, table: &LockTable, owner: Owner, call: &Call, now_us: u64) {
        match table.session(owner).map(|session| session.number) {
            None => self.renewed.remove(owner),
            Some(number) if number == call.session && call.ask != Ask::Graph => {
                self.renewed.set(owner, now_us);
            }
            Some(_) => {}
        }
    }

    /// What was proposed to break a deadlock is under way no more. If who it was about still waits,
    /// it came too late, or did not help.
    fn arrives(&mut self, table: &LockTable, action: &Action) {
        let (Action::Abort { owner, .. } | Action::Overtake { owner, .. }) = action else { return };
        self.under_way.retain(|other| other != action);
        if table.waiting(*owner).is_some() {
            self.suspects.insert(*owner);
        }
    }

    /// What there is to do now.
    pub fn attend(&mut self, table: &LockTable, now_us: u64) -> Duties {
        let mut duties = Duties::default();
        if !self.in_office && !self.acts_alone() {
            return duties;
        }
        self.end_leases(table, now_us, &mut duties);
        if self.in_office {
            self.end_waits(table, now_us, &mut duties);
            self.detect(table, now_us, &mut duties);
        }
        duties.next_us = self.next();
        duties
    }

    fn end_leases(&mut self, table: &LockTable, now_us: u64, duties: &mut Duties) {
        for owner in self.renewed.take_due(self.features.lease_us, now_us) {
            let Some(&Session { renewals, .. }) = table.session(owner) else { continue };
            let command = self.stamped(&Action::Expire { owner, renewals }.into());
            let alone = self.acts_alone();
            (if alone { &mut duties.alone } else { &mut duties.propose }).push(command);
        }
    }

    fn end_waits(&mut self, table: &LockTable, now_us: u64, duties: &mut Duties) {
        let impatient = self.patience.take_due(0, now_us);
        let mut ends: BTreeMap<Owner, bool> =
            impatient.into_iter().map(|owner| (owner, false)).collect();
        if self.features.policy == Policy::TimeOut {
            for owner in self.waiting.take_due(self.features.longest_wait_us, now_us) {
                ends.entry(owner).or_insert(true);
            }
        }
        for (owner, aborts) in ends {
            let Some((_, waiter)) = table.waiting(owner) else { continue };
            let request = waiter.request;
            duties.propose.push(self.stamped(&Action::TimeOut { owner, request, aborts }.into()));
        }
    }

    /// Looks for deadlocks, if it is time to.
    fn detect(&mut self, table: &LockTable, now_us: u64, duties: &mut Duties) {
        let every_us = self.features.detect_every_us;
        if self.features.policy == Policy::TimeOut {
            self.detection_us = None;
            return;
        }
        if every_us > 0 {
            if self.waiting.of.is_empty() {
                self.detection_us = None;
                return;
            }
            let at_us = *self.detection_us.get_or_insert(now_us.saturating_add(every_us));
            if now_us < at_us {
                return;
            }
            self.detection_us = Some(now_us.saturating_add(every_us));
            self.suspects_all = true;
        }
        let suspects = std::mem::take(&mut self.suspects);
        if std::mem::take(&mut self.suspects_all) {
            self.look(table, Whose::Everybody, duties);
        } else {
            for owner in suspects {
                self.look(table, Whose::Of(owner), duties);
            }
        }
    }

    fn look(&mut self, table: &LockTable, whose: Whose, duties: &mut Duties) {
        let rules = Rules::new(&self.features, self.bugs);
        for Resolution { cycle, action } in resolve(table, whose, &rules, &self.under_way) {
            let victim = match &action {
                Action::Abort { owner, .. } => Some(*owner),
                Action::Call(_)
                | Action::Expire { .. }
                | Action::TimeOut { .. }
                | Action::Overtake { .. } => None,
            };
            let length = u8::try_from(cycle.len()).unwrap_or(u8::MAX);
            duties.notes.push(Note::DeadlockFound { length, victim });
            duties.propose.push(self.stamped(&action.clone().into()));
            self.under_way.push(action);
        }
    }

    /// When there may be something to do again.
    fn next(&self) -> Option<u64> {
        let lease = self.renewed.first(self.features.lease_us);
        if !self.in_office {
            return lease;
        }
        let longest = match self.features.policy {
            Policy::TimeOut => self.waiting.first(self.features.longest_wait_us),
            Policy::Detect | Policy::WaitDie | Policy::WoundWait | Policy::NoWait => None,
        };
        [lease, self.patience.first(0), longest, self.detection_us].into_iter().flatten().min()
    }
}
