//! Asking the tables, and what their answers lead to.

use std::sync::Arc;

use super::super::party::{LockContext, Locks};
use super::link::Link;
use super::record::{Operated, Operation, Outcome, complete, queued};
use super::transaction::{Calling, Ending, Phase, Transaction, Why};
use super::{Client, Held};
use crate::lock::Resource;
use crate::lock::command::{Action, Answer, Ask, Call, Cause, Refusal};
use crate::lock::note::Note;
use crate::raft::message::Reply;
use crate::raft::participant::Timer;
use crate::sim::process::NodeId;

impl Client {
    /// What a call says of who calls.
    fn call_of(&self, link: usize, ask: Ask) -> Call {
        let session = self.links[link].session();
        let current = self.current.as_ref();
        let (transaction, attempt, spent_us) = current
            .map_or((self.transactions, 1, 0), |current| {
                (current.number(), current.attempt(), current.spent_us)
            });
        Call { session, transaction, attempt, spent_us, ask }
    }

    /// Asks a table for something.
    pub(super) fn call<S: Locks>(
        &mut self,
        link: usize,
        ask: Ask,
        context: &mut LockContext<'_, S>,
    ) {
        let call = self.call_of(link, ask.clone());
        let (transaction, attempt, session) = (call.transaction, call.attempt, call.session);
        let command = Arc::new(Action::Call(call).into());
        self.links[link].enter(ask != Ask::ReleaseAll);
        let request = self.links[link].next_request();
        let group = u8::try_from(link).expect("there are fewer groups than nodes");
        let since_us = context.true_now_us();
        self.record.push(Operated {
            operation: Operation::Call { group, session, request, ask: ask.clone() },
            transaction,
            attempt,
            invoked_us: since_us,
            queued_us: None,
            completed_us: None,
            outcome: Outcome::Pending,
        });
        let calling = Calling {
            ask,
            since_us,
            ahead: None,
            link: group,
            request,
            tries: 0,
            command,
            heard: false,
            refused: false,
        };
        self.set_phase(Phase::Calling(calling));
        self.keep_alive(context);
        self.send_call(context);
    }

    /// Makes another try of the call that is under way.
    fn send_call<S: Locks>(&mut self, context: &mut LockContext<'_, S>) {
        let Some(current) = &mut self.current else { return };
        let Phase::Calling(calling) = &mut current.phase else { return };
        calling.tries += 1;
        (calling.heard, calling.refused) = (false, false);
        let link = &self.links[usize::from(calling.link)];
        link.send(calling.request, calling.tries, Arc::clone(&calling.command), context);
        context.set_timer(Timer::RequestTimeout, self.settings.request_timeout_us);
    }

    /// Asks again, because there was no answer for long (`late`), or because the answer was that it
    /// had better come again.
    pub(super) fn ask_again<S: Locks>(&mut self, late: bool, context: &mut LockContext<'_, S>) {
        let Some(current) = &self.current else { return };
        match &current.phase {
            Phase::Calling(calling) => {
                if late && !calling.heard {
                    self.links[usize::from(calling.link)].turn_to(None);
                }
                context.cancel_timer(Timer::Retry);
                self.send_call(context);
            }
            Phase::Accessing(_) => {
                context.cancel_timer(Timer::Retry);
                self.send_access(context);
            }
            Phase::Working | Phase::BackingOff | Phase::Resting => {}
        }
    }

    /// A server answers.
    pub(in crate::lock) fn answered<S: Locks>(
        &mut self,
        from: NodeId,
        (request, attempt): (u64, u32),
        reply: Reply<Answer>,
        context: &mut LockContext<'_, S>,
    ) {
        let link = self.links.iter().position(|link| link.group().contains(from));
        let Some(link) = link else { return };
        match reply {
            Reply::NotLeader(leader) => self.redirect(link, (request, attempt), leader, context),
            Reply::Applied(answer) => self.hear(link, request, &answer, context),
        }
    }

    fn redirect<S: Locks>(
        &mut self,
        link: usize,
        (request, attempt): (u64, u32),
        leader: Option<NodeId>,
        context: &mut LockContext<'_, S>,
    ) {
        if self.links[link].renews_by(request, attempt) {
            let call = self.call_of(link, Ask::KeepAlive);
            let tried = (request, attempt);
            if !self.links[link].renew_elsewhere(tried, leader, call, context) {
                context.set_timer(Timer::Renewal, self.settings.retry_us);
            }
            return;
        }
        let calling = self.current.as_mut().and_then(|current| current.calling(link));
        let Some(calling) = calling else { return };
        if (calling.request, calling.tries) != (request, attempt) || calling.refused {
            return;
        }
        (calling.refused, calling.heard) = (true, true);
        self.links[link].turn_to(leader);
        if leader.is_some() {
            self.send_call(context);
        } else {
            context.set_timer(Timer::Retry, self.settings.retry_us);
        }
    }

    fn hear<S: Locks>(
        &mut self,
        link: usize,
        request: u64,
        answer: &Answer,
        context: &mut LockContext<'_, S>,
    ) {
        if self.links[link].renewed(request) {
            self.set_renewal_timer(context);
        }
        let calling = self.current.as_mut().and_then(|current| current.calling(link));
        let calling = calling.filter(|calling| calling.request == request);
        match *answer {
            Answer::Aborted { transaction, attempt, cause } => {
                let is_it = |current: &Transaction| {
                    (current.number(), current.attempt()) == (transaction, attempt)
                };
                if self.current.as_ref().is_some_and(is_it) {
                    self.aborted(link, Some(cause), (request, answer), context);
                }
            }
            Answer::Refused(Refusal::SessionOver) => {
                if self.links[link].is_current(request) {
                    self.lose_session(link, (request, answer), context);
                }
            }
            Answer::Refused(Refusal::AttemptOver) => {
                if calling.is_some() {
                    self.aborted(link, None, (request, answer), context);
                }
            }
            Answer::Queued { ahead } => {
                if let Some(calling) = calling {
                    (calling.ahead, calling.heard) = (Some(ahead), true);
                    queued(&mut self.record, context.true_now_us());
                }
            }
            Answer::Granted { .. }
            | Answer::Downgraded { .. }
            | Answer::Released { .. }
            | Answer::Refused(_)
            | Answer::TimedOut => {
                if let Some(calling) = calling {
                    let ask = calling.ask.clone();
                    let outcome = Outcome::Answered(answer.clone());
                    self.complete(outcome, context);
                    self.conclude(link, &ask, answer, context);
                }
            }
            // No answers to what is asked here, or to what is not awaited.
            Answer::Alive | Answer::Graph(_) | Answer::Done { .. } => {}
        }
    }

    /// What was asked is answered for good.
    fn conclude<S: Locks>(
        &mut self,
        link: usize,
        ask: &Ask,
        answer: &Answer,
        context: &mut LockContext<'_, S>,
    ) {
        match (ask, answer) {
            (Ask::ReleaseAll, _) => {
                self.links[link].untouch();
                self.let_go(context);
            }
            (
                Ask::Acquire { resource, .. } | Ask::Upgrade { resource, .. },
                Answer::Granted { token, mode },
            ) => {
                let since_us = context.true_now_us();
                let held = Held { mode: *mode, token: *token, since_us };
                self.believe(resource, held, context);
                self.pass(context);
            }
            (Ask::Acquire { .. } | Ask::Upgrade { .. }, Answer::TimedOut) => {
                self.mishap(Why::TimedOut, context);
                self.finish(Ending::GivenUp, context);
            }
            (Ask::Acquire { .. } | Ask::Upgrade { .. }, Answer::Refused(refusal)) => {
                self.mishap(Why::Refused(*refusal), context);
                self.finish(Ending::GivenUp, context);
            }
            (_, Answer::Refused(refusal)) => {
                self.mishap(Why::Refused(*refusal), context);
                self.pass(context);
            }
            _ => self.pass(context),
        }
    }

    /// It has a lock, as far as it knows. What it has read under one that it had all the time is
    /// still true.
    fn believe<S: Locks>(
        &mut self,
        resource: &Resource,
        mut held: Held,
        context: &mut LockContext<'_, S>,
    ) {
        if let Some(before) = self.holds.get(resource) {
            held.since_us = before.since_us;
            let known = self.current.as_mut().and_then(|current| current.known.get_mut(resource));
            if let Some((token, _)) = known.filter(|(token, _)| *token == before.token) {
                *token = held.token;
            }
        }
        self.holds.insert(resource.clone(), held);
        let note = Note::Holds { resource: resource.clone(), token: held.token };
        Self::note(note, context);
    }

    /// The table of a group has aborted the attempt that there is: what it held there is gone.
    fn aborted<S: Locks>(
        &mut self,
        link: usize,
        cause: Option<Cause>,
        (request, answer): (u64, &Answer),
        context: &mut LockContext<'_, S>,
    ) {
        if self.is_gone(link, (request, answer), context) {
            self.tally.aborted += 1;
            self.mishap(Why::Aborted(cause), context);
            self.finish(Ending::Again, context);
        }
    }

    /// The session with a group is over: what it held there is gone.
    fn lose_session<S: Locks>(
        &mut self,
        link: usize,
        (request, answer): (u64, &Answer),
        context: &mut LockContext<'_, S>,
    ) {
        let touched = self.links[link].is_touched();
        let releases = self.current.as_mut().and_then(|current| current.calling(link)).is_some();
        Self::note(Note::LostSession, context);
        self.links[link].end_session();
        if (touched || releases) && self.is_gone(link, (request, answer), context) {
            self.tally.lost += 1;
            self.mishap(Why::LostSession, context);
            self.finish(Ending::Again, context);
        }
    }

    /// All that it held in a group is gone, and whatever it asked there is answered by that.
    /// `true`: it cannot go on with its attempt. A transaction that ends lets go of the rest.
    fn is_gone<S: Locks>(
        &mut self,
        link: usize,
        (request, answer): (u64, &Answer),
        context: &mut LockContext<'_, S>,
    ) -> bool {
        let Some(current) = &mut self.current else { return false };
        if !current.is_live() {
            return false;
        }
        let ends = current.ending.is_some();
        let calling = current.calling(link).map(|calling| calling.request);
        self.links[link].untouch();
        if ends && calling.is_none() {
            return false;
        }
        let is_answer = calling == Some(request);
        let outcome = if is_answer { Outcome::Answered(answer.clone()) } else { Outcome::Unknown };
        self.drop_step(outcome, context);
        if ends {
            self.let_go(context);
        }
        !ends
    }

    /// The step is over, whatever became of it.
    pub(super) fn complete<S: Locks>(
        &mut self,
        outcome: Outcome,
        context: &mut LockContext<'_, S>,
    ) {
        complete(&mut self.record, context.true_now_us(), outcome);
        context.cancel_timer(Timer::RequestTimeout);
        context.cancel_timer(Timer::Retry);
    }

    /// The client turns from what is under way to something else.
    pub(super) fn drop_step<S: Locks>(
        &mut self,
        outcome: Outcome,
        context: &mut LockContext<'_, S>,
    ) {
        let Some(current) = &self.current else { return };
        match current.phase {
            Phase::Calling(_) | Phase::Accessing(_) => self.complete(outcome, context),
            Phase::Working | Phase::BackingOff | Phase::Resting => {
                context.cancel_timer(Timer::Work);
            }
        }
    }

    /// Sees to it that sessions are kept alive.
    fn keep_alive<S: Locks>(&mut self, context: &mut LockContext<'_, S>) {
        if !self.renewing {
            self.renewing = true;
            self.set_renewal_timer(context);
        }
    }

    /// Says again that it is there after a third of the lease: two calls can be lost.
    fn set_renewal_timer<S: Locks>(&self, context: &mut LockContext<'_, S>) {
        let third_us = self.settings.features.lease_us / 3;
        let waits = self.links.iter().any(Link::is_renewing);
        let time_us = if waits { third_us.min(self.settings.request_timeout_us) } else { third_us };
        context.set_timer(Timer::Renewal, time_us);
    }

    /// Says now that it is still there: then the leader tells the vault again what it holds.
    pub(super) fn remind<S: Locks>(&mut self, link: usize, context: &mut LockContext<'_, S>) {
        if !self.links[link].is_renewing() {
            let call = self.call_of(link, Ask::KeepAlive);
            self.links[link].renew(call, context);
            self.set_renewal_timer(context);
        }
    }

    /// Says to each table with which it has a session that it is still there.
    pub(super) fn renew<S: Locks>(&mut self, context: &mut LockContext<'_, S>) {
        for link in 0..self.links.len() {
            if self.links[link].is_open() {
                let call = self.call_of(link, Ask::KeepAlive);
                self.links[link].renew(call, context);
            }
        }
        self.renewing = self.links.iter().any(Link::is_open);
        if self.renewing {
            self.set_renewal_timer(context);
        }
    }
}
