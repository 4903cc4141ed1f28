//! What one command does to the table: calls of clients, and what a leader proposes by itself.
//!
//! A step collects which queues it has stirred and lets them move only when it has done all it came
//! for ([`Step::settle`]): who loses all its locks at once must not be granted another in between.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use super::bug::Bug;
use super::command::{Answer, Ask, Call, Cause, Refusal};
use super::effects::{Effects, Origin};
use super::graph;
use super::journal::{Ending, Happening, What};
use super::mode::Mode;
use super::note::Note;
use super::queue::{Lock, Waiter};
use super::session::{Entry, Session};
use super::setting::Directives;
use super::table::LockTable;
use super::{Owner, Place, Resource};

/// One command being carried out.
pub(super) struct Step<'a> {
    pub(super) table: &'a mut LockTable,
    pub(super) effects: &'a mut Effects,
    pub(super) origin: Origin,
    pub(super) rules: Directives,
    /// The queues that may move now, and why.
    pub(super) stirred: BTreeMap<Place, Stir>,
}

/// Why a queue may move.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Stir {
    /// Somebody let go of the lock.
    Release,
    /// Something else happened: a lock was taken away or became shared, a wait ended.
    Other,
}

impl<'a> Step<'a> {
    pub(super) const fn new(
        table: &'a mut LockTable,
        effects: &'a mut Effects,
        origin: Origin,
        rules: Directives,
    ) -> Self {
        Self { table, effects, origin, rules, stirred: BTreeMap::new() }
    }

    pub(super) const fn has(&self, bug: Bug) -> bool {
        self.rules.bugs.has(bug)
    }

    pub(super) fn lock(&mut self, place: Place) -> &mut Lock {
        self.table.locks.get_mut(&place).expect("places are those of the list")
    }

    pub(super) fn session(&mut self, owner: Owner) -> &mut Session {
        self.table.clients.get_mut(owner).expect("who is dealt with has a session")
    }

    pub(super) fn write_down(&mut self, owner: Owner, what: What) {
        self.table.journal.push(Happening { index: self.origin.index, owner, what });
    }

    /// Tells of something about a resource.
    pub(super) fn note_at(&mut self, place: Place, note: impl FnOnce(Resource) -> Note) {
        let resource = self.table.resources[usize::from(place)].clone();
        self.effects.notes.push(note(resource));
    }

    /// A client asks.
    pub(super) fn call(&mut self, owner: Owner, request: u64, call: &Call) -> Answer {
        if call.ask == Ask::Graph {
            return Answer::Graph(self.table.edges());
        }
        match self.table.clients.entry(owner, call.session) {
            Entry::Current => {}
            Entry::Over => return self.refused(owner, Refusal::SessionOver),
            Entry::New => self.table.clients.open(owner, call.session),
            Entry::Supersedes => {
                self.end_session(owner, Ending::Superseded);
                self.settle();
                self.table.clients.open(owner, call.session);
            }
        }
        let session = self.session(owner);
        session.renewals += 1;
        if call.ask == Ask::KeepAlive {
            return Answer::Alive;
        }
        match session.last.as_ref().map(|(last, _)| request.cmp(last)) {
            Some(Ordering::Less) => return self.refused(owner, Refusal::Overtaken),
            Some(Ordering::Equal) => return self.again(owner, &call.ask),
            Some(Ordering::Greater) | None => {}
        }
        if !self.may_ask(owner, &call.ask) {
            return self.refused(owner, Refusal::Waiting);
        }
        let answer = self.do_ask(owner, request, call);
        self.session(owner).last = Some((request, answer.clone()));
        self.settle();
        answer
    }

    pub(super) fn refused(&mut self, owner: Owner, refusal: Refusal) -> Answer {
        self.effects.notes.push(Note::Refused { owner, refusal });
        Answer::Refused(refusal)
    }

    /// Whether it may ask this: who waits can only give up.
    fn may_ask(&self, owner: Owner, ask: &Ask) -> bool {
        let Some((place, waiter)) = self.table.waiting(owner) else { return true };
        match ask {
            Ask::ReleaseAll => true,
            Ask::Release { resource } => {
                waiter.upgrade && self.table.place(resource) == Some(place)
            }
            Ask::Acquire { .. }
            | Ask::Upgrade { .. }
            | Ask::Downgrade { .. }
            | Ask::KeepAlive
            | Ask::Graph => false,
        }
    }

    /// The last request is answered again, by how things stand now.
    fn again(&mut self, owner: Owner, ask: &Ask) -> Answer {
        let session = self.session(owner);
        let waiting = session.waiting;
        let (request, answer) = session.last.clone().expect("it was compared with");
        match (&answer, waiting) {
            (Answer::Queued { .. }, Some((place, position))) => {
                Answer::Queued { ahead: self.lock(place).count_ahead(position) }
            }
            (Answer::Granted { .. }, _) if self.has(Bug::GrantTwice) => {
                let Some(place) = ask.resource().and_then(|name| self.table.place(name)) else {
                    return answer;
                };
                let Some(held) = self.lock(place).grant_of(owner) else { return answer };
                let answer = self.grant(owner, place, held.mode, request, false);
                self.session(owner).last = Some((request, answer.clone()));
                answer
            }
            _ => answer,
        }
    }

    fn do_ask(&mut self, owner: Owner, request: u64, call: &Call) -> Answer {
        if call.ask == Ask::ReleaseAll {
            return self.end_transaction(owner, call);
        }
        if let Err(answer) = self.begin(owner, call) {
            return answer;
        }
        match &call.ask {
            Ask::Acquire { resource, mode, patience } => self.at(owner, resource, |step, place| {
                step.acquire(owner, place, Waiter::new(owner, request, *mode, *patience))
            }),
            Ask::Upgrade { resource, patience } => self.at(owner, resource, |step, place| {
                let mode = Mode::Exclusive;
                step.upgrade(owner, place, Waiter::new(owner, request, mode, *patience))
            }),
            Ask::Downgrade { resource } => {
                self.at(owner, resource, |step, place| step.downgrade(owner, place))
            }
            Ask::Release { resource } => {
                self.at(owner, resource, |step, place| step.release(owner, place))
            }
            Ask::ReleaseAll | Ask::KeepAlive | Ask::Graph => unreachable!("done before"),
        }
    }

    /// Does something at a resource, if there is one of that name.
    fn at(
        &mut self,
        owner: Owner,
        resource: &str,
        act: impl FnOnce(&mut Self, Place) -> Answer,
    ) -> Answer {
        match self.table.place(resource) {
            Some(place) => act(self, place),
            None => self.refused(owner, Refusal::UnknownResource),
        }
    }

    /// A call belongs to an attempt of a transaction: begins it, if it is new.
    fn begin(&mut self, owner: Owner, call: &Call) -> Result<(), Answer> {
        let session = self.session(owner);
        let current = (session.transaction, session.attempt);
        let (transaction, attempt) = (call.transaction, call.attempt);
        match (transaction, attempt).cmp(&current) {
            Ordering::Less => return Err(self.refused(owner, Refusal::AttemptOver)),
            Ordering::Equal => {
                if let Some(cause) = session.over {
                    return Err(Answer::Aborted { transaction, attempt, cause });
                }
            }
            Ordering::Greater => {
                // It begins with nothing.
                if !self.has(Bug::VictimKeepsLocks) {
                    self.release_all(owner, Ending::Superseded);
                    self.settle();
                }
                let forgets = transaction > current.0 || self.has(Bug::RetryForgetsAge);
                let session = self.session(owner);
                (session.transaction, session.attempt) = (transaction, attempt);
                session.over = None;
                if forgets {
                    session.age = None;
                }
            }
        }
        let oldest = self.table.last_age + 1;
        let session = self.session(owner);
        session.spent_us = call.spent_us;
        let age = *session.age.get_or_insert(oldest);
        self.table.last_age = self.table.last_age.max(age);
        if (transaction, attempt) != current || age == oldest {
            self.write_down(owner, What::Began { transaction, attempt, age });
        }
        Ok(())
    }

    /// It lets go of all it has, and does not wait any more.
    fn end_transaction(&mut self, owner: Owner, call: &Call) -> Answer {
        self.withdraw(owner);
        let locks = self.release_all(owner, Ending::Ended);
        let session = self.session(owner);
        let current = (session.transaction, session.attempt);
        (session.transaction, session.attempt) = current.max((call.transaction, call.attempt));
        (session.age, session.over) = (None, None);
        Answer::Released { locks }
    }

    /// A client's lease is over, says the leader; unless it was renewed since, its session ends.
    pub(super) fn expire(&mut self, owner: Owner, found: u64) -> bool {
        let Some(session) = self.table.session(owner) else { return self.void(owner) };
        let Session { renewals, number: session, .. } = *session;
        if renewals != found && !self.has(Bug::ExpireUnchecked) {
            return self.void(owner);
        }
        let waited = self.table.waiting(owner).map(|(_, waiter)| waiter.request);
        self.write_down(owner, What::Expired { session, renewals, found });
        self.effects.notes.push(Note::Expired { owner });
        self.end_session(owner, Ending::Expired);
        if let Some(request) = waited {
            let answer = Answer::Refused(Refusal::SessionOver);
            self.effects.answers.push((owner, request, answer));
        }
        self.settle();
        true
    }

    fn end_session(&mut self, owner: Owner, ending: Ending) {
        self.withdraw(owner);
        self.release_all(owner, ending);
        self.table.clients.end(owner);
    }

    /// What a leader proposed is true no more.
    fn void(&mut self, owner: Owner) -> bool {
        self.effects.notes.push(Note::Void { owner });
        false
    }

    /// Whether somebody still waits with this request.
    fn still_waits(&self, owner: Owner, request: u64) -> bool {
        self.table.waiting(owner).is_some_and(|(_, waiter)| waiter.request == request)
    }

    /// A client has waited for as long as it was ready to, or as anybody may.
    pub(super) fn time_out(&mut self, owner: Owner, request: u64, aborts: bool) -> bool {
        if !self.still_waits(owner, request) {
            return self.void(owner);
        }
        if aborts {
            self.abort_other(owner, Cause::WaitedTooLong, false);
        } else {
            let stirs = !self.has(Bug::TimeOutWakesNobody);
            let Some((place, _)) = self.withdraw(owner) else { return false };
            if !stirs {
                self.stirred.remove(&place);
            }
            self.write_down(owner, What::TimedOut { place, request });
            self.effects.notes.push(Note::TimedOut { owner });
            self.tell(owner, request, Answer::TimedOut);
        }
        self.settle();
        true
    }

    /// A transaction is aborted to break a deadlock, if there still is one.
    pub(super) fn break_cycle(&mut self, owner: Owner, request: u64, claimed: bool) -> bool {
        let believed = claimed || self.has(Bug::WrongVictim);
        let still = self.still_waits(owner, request);
        if !still || !(believed || graph::is_on_cycle(self.table, owner)) {
            return self.void(owner);
        }
        self.abort_other(owner, Cause::Deadlock, claimed);
        self.settle();
        true
    }

    /// A waiting reader goes before a waiting writer, if that still breaks a deadlock.
    pub(super) fn overtake(&mut self, owner: Owner, request: u64, before: Owner) -> bool {
        let waits = |owner: Owner| self.table.session(owner).and_then(|session| session.waiting);
        let (Some((place, behind)), Some((other, ahead))) = (waits(owner), waits(before)) else {
            return self.void(owner);
        };
        let mode_at = |position| {
            self.table.lock(place).and_then(|lock| lock.waiter_at(position)).map(|it| it.mode)
        };
        let in_order = place == other
            && ahead < behind
            && mode_at(behind) == Some(Mode::Shared)
            && mode_at(ahead) == Some(Mode::Exclusive);
        let locked = || [owner, before].iter().all(|one| graph::is_on_cycle(self.table, *one));
        if !(self.still_waits(owner, request) && in_order && locked()) {
            return self.void(owner);
        }
        let position = self.lock(place).overtake(behind, ahead);
        self.session(owner).waiting = position.map(|position| (place, position));
        self.write_down(owner, What::Overtook { place, before });
        self.effects.notes.push(Note::Overtook { owner, before });
        self.stir(place, Stir::Other);
        self.settle();
        true
    }

    /// Answers an earlier request anew: the client is told, and the session remembers.
    pub(super) fn tell(&mut self, owner: Owner, request: u64, answer: Answer) {
        self.session(owner).last = Some((request, answer.clone()));
        self.effects.answers.push((owner, request, answer));
    }

    /// Aborts somebody other than who asks.
    pub(super) fn abort_other(&mut self, owner: Owner, cause: Cause, claimed: bool) {
        let request = self.session(owner).last.as_ref().map(|(request, _)| *request);
        let answer = self.abort(owner, cause, claimed);
        if let Some(request) = request {
            self.tell(owner, request, answer);
        }
    }

    /// An attempt is over: all its locks go, and it does not wait any more.
    pub(super) fn abort(&mut self, owner: Owner, cause: Cause, claimed: bool) -> Answer {
        let on_cycle = graph::is_on_cycle(self.table, owner);
        let session = self.session(owner);
        session.over = Some(cause);
        let Session { transaction, attempt, .. } = *session;
        self.write_down(owner, What::Aborted { transaction, attempt, cause, on_cycle, claimed });
        self.effects.notes.push(Note::Aborted { owner, cause });
        self.withdraw(owner);
        if !self.has(Bug::VictimKeepsLocks) {
            self.release_all(owner, Ending::Aborted);
        }
        Answer::Aborted { transaction, attempt, cause }
    }
}
