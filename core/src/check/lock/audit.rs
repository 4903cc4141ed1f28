//! Going through a table's journal: whether each line may follow on those before.
//!
//! An entry of the log is audited once, when the first server has applied it: what the others make
//! of it is compared line by line ([`super::monitor`]). First comes what the entry itself says (a
//! call renews the session of who calls; a client that lets go of everything ends its transaction),
//! then each line that it led to, and at its end what must be true between entries.

use std::collections::BTreeSet;

use super::cycles;
use super::monitor::{Entry, Move, Moved};
use super::shadow::{Person, Shadow, Waiting};
use super::{Findings, LockCheck};
use crate::check::{Assumption, Now};
use crate::lock::command::{Action, Ask, Call, Cause};
use crate::lock::journal::{Ending, Happening, What};
use crate::lock::mode::Mode;
use crate::lock::queue::Grant;
use crate::lock::{Owner, Place, Token};
use crate::sim::process::NodeId;
use crate::sim::shared::SharedList;

/// How often somebody who waits may be overtaken to break a deadlock. Nothing keeps it from
/// happening again, to somebody who always waits where others deadlock; but each time takes another
/// cycle, through it.
pub const MOST_OVERTAKEN: u32 = 16;

/// By how much of itself a lease may seem too short on true clocks, when the leader's runs fast as
/// far as that is allowed for: one part in so many.
const LEASE_TOLERANCE: u64 = 16;

/// The circumstances of an audit.
#[derive(Clone, Copy, Debug)]
pub(super) struct Setting {
    /// The server whose journal it is.
    pub server: NodeId,
    pub now: Now,
    /// What is missing if clocks must be right.
    pub stray: Option<Assumption>,
    /// The lease that is in force, in microseconds.
    pub lease_us: u64,
}

/// One entry being audited.
pub(super) struct Audit<'a> {
    pub setting: Setting,
    pub shadow: &'a mut Shadow,
    /// The other tables, if it is split.
    pub others: Vec<&'a Shadow>,
    pub findings: &'a mut Findings,
    /// What is noted for whoever judges the clients' history.
    pub moves: &'a mut SharedList<Moved>,
    pub index: u64,
    pub term: Option<u64>,
    /// What changed.
    places: BTreeSet<Place>,
    /// Who must have nothing at its end.
    emptied: BTreeSet<Owner>,
    /// Who has begun to wait.
    waits: BTreeSet<Owner>,
}

impl<'a> Audit<'a> {
    pub(super) fn new(
        setting: Setting,
        (shadow, others): (&'a mut Shadow, Vec<&'a Shadow>),
        findings: &'a mut Findings,
        moves: &'a mut SharedList<Moved>,
        index: u64,
    ) -> Self {
        Self {
            setting,
            shadow,
            others,
            findings,
            moves,
            index,
            term: None,
            places: BTreeSet::new(),
            emptied: BTreeSet::new(),
            waits: BTreeSet::new(),
        }
    }

    /// These contradict what a check says.
    fn fail(&mut self, check: LockCheck, owners: &[Owner]) {
        self.fail_unless(None, check, owners);
    }

    fn fail_unless(&mut self, missing: Option<Assumption>, check: LockCheck, owners: &[Owner]) {
        let owners = owners.iter().filter_map(|owner| owner.node());
        let nodes = [self.setting.server].into_iter().chain(owners).collect();
        let place = (self.term, Some(self.index));
        self.findings.fail_unless(missing, check, nodes, place, self.setting.now);
    }

    /// What an entry says by itself.
    pub(super) fn enter(&mut self, entry: &Entry<'_>) {
        self.term = Some(entry.term);
        let Some(owner) = entry.owner else { return };
        let Some(Action::Call(Call { session, ask, .. })) = entry.command.map(|it| &it.action)
        else {
            return;
        };
        let Setting { now, lease_us, .. } = self.setting;
        let person = self.shadow.person(owner);
        if *ask == Ask::Graph || *session <= person.ended {
            return;
        }
        match person.session {
            Some(open) if *session < open => return,
            Some(open) if *session == open => {}
            // What it had before is over.
            Some(open) => *person = Person { ended: open, ..Person::default() },
            None => *person = Person { ended: person.ended, ..Person::default() },
        }
        person.session = Some(*session);
        (person.renewed_us, person.lease_us) = (now.moment.time_us, lease_us);
        if *ask == Ask::ReleaseAll {
            person.age = None;
        }
    }

    /// A line that the entry led to.
    pub(super) fn line(&mut self, line: &Happening) {
        let owner = line.owner;
        match line.what {
            What::Began { transaction, attempt, age } => {
                self.begin(owner, (transaction, attempt), age);
            }
            What::Granted { place, mode, token, request, waited } => {
                self.moved(owner, place, Move::Given { request, mode, token });
                self.grant(owner, place, Grant { mode, token }, waited);
            }
            What::Queued { place, mode, request, upgrade } => {
                let waiting = Waiting { owner, request, mode, upgrade, overtaken: 0 };
                self.shadow.lock(place).enqueue(waiting);
                self.places.insert(place);
                self.waits.insert(owner);
            }
            What::Withdrew { place, .. } => {
                self.shadow.lock(place).dequeue(owner);
                self.places.insert(place);
            }
            What::Released { place, token, ending, .. } => {
                self.release(owner, place, token, ending);
            }
            What::Downgraded { place, token } => self.downgrade(owner, place, token),
            What::TimedOut { .. } => {}
            What::Aborted { cause, claimed, .. } => {
                if cause == Cause::Deadlock {
                    self.judge_victim(owner, claimed);
                }
                self.emptied.insert(owner);
            }
            What::Expired { session, .. } => self.expire(owner, session),
            What::Overtook { place, before } => self.overtake(owner, place, before),
        }
    }

    fn moved(&mut self, owner: Owner, place: Place, what: Move) {
        let at_us = self.setting.now.moment.time_us;
        self.moves.push(Moved { at_us, owner, place, what });
    }

    fn begin(&mut self, owner: Owner, attempt: (u64, u64), age: u64) {
        if self.shadow.has(owner) {
            self.fail(LockCheck::NothingLeftBehind, &[owner]);
        }
        let person = self.shadow.person(owner);
        let same = person.attempt.0 == attempt.0;
        let kept = !same || person.age.is_none_or(|before| before == age);
        (person.attempt, person.age) = (attempt, Some(age));
        if !kept {
            self.fail(LockCheck::AgeKept, &[owner]);
        }
    }

    fn grant(&mut self, owner: Owner, place: Place, grant: Grant, waited: bool) {
        self.places.insert(place);
        let before = self.shadow.last_token;
        self.shadow.last_token = grant.token.max(before);
        if grant.token <= before {
            self.fail(LockCheck::TokensGrow, &[owner]);
        }
        let lock = self.shadow.lock(place);
        let held = lock.holders.insert(owner, grant);
        let against: Vec<Owner> = lock.against(owner, grant.mode).collect();
        let position = lock.position(owner).filter(|_| waited);
        let ahead = &lock.queue[..position.unwrap_or(lock.queue.len())];
        // Who holds the lock already asks for more of it, and does not come later.
        let passed = ahead.iter().filter(|_| held.is_none());
        let passed = passed.filter(|other| !other.mode.is_compatible(grant.mode));
        let passed: Vec<Owner> = passed.map(|other| other.owner).collect();
        if waited {
            lock.dequeue(owner);
        }
        if let Some(other) = against.first() {
            self.fail(LockCheck::Compatibility, &[owner, *other]);
        }
        if held.is_some_and(|held| held.mode.covers(grant.mode)) {
            self.fail(LockCheck::GrantsStand, &[owner]);
        }
        if let Some(other) = passed.first() {
            self.fail(LockCheck::Fairness, &[owner, *other]);
        }
    }

    fn release(&mut self, owner: Owner, place: Place, token: Token, ending: Ending) {
        self.places.insert(place);
        let lock = self.shadow.lock(place);
        let own = lock.holders.get(&owner).is_some_and(|grant| grant.token == token);
        let with_token = lock.holders.iter().find(|(_, grant)| grant.token == token);
        let holder = if own { Some(owner) } else { with_token.map(|(other, _)| *other) };
        if let Some(holder) = holder {
            lock.holders.remove(&holder);
        }
        if holder != Some(owner) {
            let owners: Vec<Owner> = [owner].into_iter().chain(holder).collect();
            self.fail(LockCheck::GrantsStand, &owners);
        }
        match ending {
            Ending::Released | Ending::Ended => {}
            Ending::Aborted | Ending::Expired | Ending::Superseded => {
                self.moved(holder.unwrap_or(owner), place, Move::Taken);
            }
        }
    }

    fn downgrade(&mut self, owner: Owner, place: Place, token: Token) {
        self.places.insert(place);
        let exclusive = Grant { mode: Mode::Exclusive, token };
        let shared = Grant { mode: Mode::Shared, token };
        let before = self.shadow.lock(place).holders.insert(owner, shared);
        if before != Some(exclusive) {
            self.fail(LockCheck::GrantsStand, &[owner]);
        }
    }

    /// Somebody is aborted to break a deadlock. It must be in one.
    fn judge_victim(&mut self, owner: Owner, claimed: bool) {
        let tables = || std::iter::once(&*self.shadow).chain(self.others.iter().copied());
        if !cycles::is_on_cycle(tables(), owner) {
            let missing = (claimed && !self.others.is_empty()).then_some(Assumption::GraphsApart);
            self.fail_unless(missing, LockCheck::NoNeedlessVictim, &[owner]);
        }
    }

    /// A lease is over. That is a matter of time, which is measured here on a true clock, from when
    /// the last renewal was applied first: no leader can have begun to count before.
    fn expire(&mut self, owner: Owner, session: u64) {
        let Setting { now, stray, .. } = self.setting;
        let person = self.shadow.person(owner);
        let lasted_us = now.moment.time_us - person.renewed_us;
        let short = person.session == Some(session)
            && lasted_us < person.lease_us - person.lease_us / LEASE_TOLERANCE;
        *person = Person { ended: session, ..Person::default() };
        if short {
            self.fail_unless(stray, LockCheck::LeaseRespected, &[owner]);
        }
        self.emptied.insert(owner);
    }

    fn overtake(&mut self, owner: Owner, place: Place, before: Owner) {
        self.places.insert(place);
        let lock = self.shadow.lock(place);
        let (Some(from), Some(to)) = (lock.position(owner), lock.position(before)) else { return };
        if to >= from {
            return;
        }
        let waiting = lock.queue.remove(from);
        let mode = waiting.mode;
        lock.queue.insert(to, waiting);
        let mut over = None;
        let passed = lock.queue[to + 1..=from].iter_mut();
        for other in passed.filter(|other| !other.mode.is_compatible(mode)) {
            other.overtaken += 1;
            if other.overtaken > MOST_OVERTAKEN {
                over = Some(other.owner);
            }
        }
        if let Some(other) = over {
            self.fail(LockCheck::Fairness, &[owner, other]);
        }
    }

    /// What must be true once an entry was carried out. Who has begun to wait by it.
    pub(super) fn close(mut self) -> BTreeSet<Owner> {
        for place in std::mem::take(&mut self.places) {
            if let Some(owner) = self.shadow.lock(place).overlooked() {
                self.fail(LockCheck::NoLostWakeUp, &[owner]);
            }
        }
        for owner in std::mem::take(&mut self.emptied) {
            if self.shadow.has(owner) {
                self.fail(LockCheck::NothingLeftBehind, &[owner]);
            }
        }
        self.waits
    }
}
