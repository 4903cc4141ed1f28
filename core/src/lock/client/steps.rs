//! Working through a script, step by step, and ending a transaction.

use super::super::party::{LockContext, Locks};
use super::link::Link;
use super::record::{Operated, Operation, Outcome};
use super::transaction::{Accessing, Ending, Phase, Transaction, Why};
use super::{Client, MOST_UNHEARD, SHORTEST_PAUSE_US};
use crate::lock::Token;
use crate::lock::command::{Ask, Patience};
use crate::lock::mode::Mode;
use crate::lock::note::Note;
use crate::lock::parcel::{Access, Parcel, Verdict};
use crate::lock::script::{Script, Step};
use crate::raft::message::Message;
use crate::raft::participant::Timer;

/// The stream of luck of the times between attempts.
const BACK_OFF_LUCK: usize = 2;
/// However often a transaction was aborted, the bound of its pause doubles only so often.
const MOST_DOUBLINGS: u64 = 20;

impl Client {
    pub(super) fn set_phase(&mut self, phase: Phase) {
        let current = self.current.as_mut().expect("something is done as part of a transaction");
        current.phase = phase;
    }

    /// Begins with a script.
    pub(super) fn run<S: Locks>(&mut self, script: Script, context: &mut LockContext<'_, S>) {
        assert!(self.current.is_none(), "a client does one thing at a time");
        context.cancel_timer(Timer::Load);
        self.transactions += 1;
        self.current = Some(Transaction::new(script, self.transactions));
        self.begin(context);
    }

    /// Begins with an attempt.
    fn begin<S: Locks>(&mut self, context: &mut LockContext<'_, S>) {
        assert!(self.holds.is_empty(), "an attempt begins with nothing");
        if let Some(current) = &self.current {
            let (transaction, attempt) = (current.number(), current.attempt());
            Self::note(Note::Began { transaction, attempt }, context);
        }
        self.advance(context);
    }

    /// A step is done.
    pub(super) fn pass<S: Locks>(&mut self, context: &mut LockContext<'_, S>) {
        if let Some(current) = &mut self.current {
            current.pass();
        }
        self.advance(context);
    }

    /// Begins with the step that it is at.
    fn advance<S: Locks>(&mut self, context: &mut LockContext<'_, S>) {
        let Some(current) = &mut self.current else { return };
        current.step_us = context.now_us();
        let Some(step) = current.step().cloned() else {
            return self.finish(Ending::Done, context);
        };
        let patience = |within_us: Option<u64>| within_us.map_or(Patience::Endless, Patience::For);
        match step {
            Step::Lock { resource, mode, within_us } => {
                let (link, patience) = (self.link_of(&resource), patience(within_us));
                self.call(link, Ask::Acquire { resource, mode, patience }, context);
            }
            Step::Try { resource, mode } => {
                let link = self.link_of(&resource);
                let patience = Patience::None;
                self.call(link, Ask::Acquire { resource, mode, patience }, context);
            }
            Step::Upgrade { resource, within_us } => {
                let (link, patience) = (self.link_of(&resource), patience(within_us));
                self.call(link, Ask::Upgrade { resource, patience }, context);
            }
            // It does not wait to be answered before it stops to believe.
            Step::Downgrade { resource } => {
                if let Some(held) = self.holds.get_mut(&resource) {
                    held.mode = Mode::Shared;
                }
                self.call(self.link_of(&resource), Ask::Downgrade { resource }, context);
            }
            Step::Release { resource } => {
                self.holds.remove(&resource);
                self.call(self.link_of(&resource), Ask::Release { resource }, context);
            }
            Step::ReleaseAll => {
                self.holds.clear();
                let touched = self.links.iter().position(Link::is_touched);
                self.call(touched.unwrap_or(0), Ask::ReleaseAll, context);
            }
            Step::Write { token, .. } => self.access(true, token, context),
            Step::Read { token, .. } => self.access(false, token, context),
            Step::Work { time_us } => self.work(time_us, context),
            Step::Repeat { .. } => self.finish(Ending::Done, context),
        }
    }

    /// Time passes.
    fn work<S: Locks>(&mut self, time_us: u64, context: &mut LockContext<'_, S>) {
        self.set_phase(Phase::Working);
        context.set_timer(Timer::Work, time_us);
    }

    /// Time has passed.
    pub(super) fn go_on<S: Locks>(&mut self, context: &mut LockContext<'_, S>) {
        let Some(current) = &mut self.current else { return };
        match current.phase {
            Phase::Working => {
                self.spend(context);
                self.pass(context);
            }
            Phase::BackingOff => {
                current.again();
                self.begin(context);
            }
            Phase::Resting => {
                self.transactions += 1;
                current.renumbered(self.transactions);
                self.begin(context);
            }
            Phase::Calling(_) | Phase::Accessing(_) => {}
        }
    }

    /// What the step took was work.
    fn spend<S: Locks>(&mut self, context: &LockContext<'_, S>) {
        if let Some(current) = &mut self.current {
            current.spent_us += context.now_us().saturating_sub(current.step_us);
        }
    }

    /// Comes to the vault, as the step says. Who writes without knowing what is there reads first.
    fn access<S: Locks>(
        &mut self,
        writes: bool,
        shown: Option<Token>,
        context: &mut LockContext<'_, S>,
    ) {
        let Some(current) = &self.current else { return };
        let place = usize::from(current.place());
        let resource = current.script().subject(place).expect("it says what is used");
        let held = self.holds.get(resource);
        if self.settings.vault.is_none() {
            // There is nothing to come to; going there takes its time all the same.
            return self.work(1, context);
        }
        let token = shown.or(held.map(|held| held.token)).unwrap_or(0);
        let mode = held.filter(|_| shown.is_none()).map_or(Mode::Exclusive, |held| held.mode);
        let known = current.known.get(resource).filter(|(by, _)| *by == token);
        let writes = known.filter(|_| writes).map(|(_, value)| value + 1);
        let own = shown.is_none() && held.is_some();
        let access = Access { resource: resource.clone(), token, mode, writes };
        self.begin_access(access, own, context);
    }

    fn begin_access<S: Locks>(
        &mut self,
        access: Access,
        own: bool,
        context: &mut LockContext<'_, S>,
    ) {
        self.accesses += 1;
        let number = self.accesses;
        let since_us = context.true_now_us();
        let current = self.current.as_ref().expect("an access is part of a transaction");
        self.record.push(Operated {
            operation: Operation::Access { number, access: access.clone() },
            transaction: current.number(),
            attempt: current.attempt(),
            invoked_us: since_us,
            queued_us: None,
            completed_us: None,
            outcome: Outcome::Pending,
        });
        let accessing = Accessing { access, since_us, number, unheard: 0, own };
        self.set_phase(Phase::Accessing(accessing));
        self.send_access(context);
    }

    pub(super) fn send_access<S: Locks>(&self, context: &mut LockContext<'_, S>) {
        let Some(Phase::Accessing(accessing)) = self.current.as_ref().map(Transaction::phase)
        else {
            return;
        };
        let Some(vault) = self.settings.vault else { return };
        let (number, access) = (accessing.number, accessing.access.clone());
        context.send(vault, Message::Parcel(Parcel::Access { number, access }));
        context.set_timer(Timer::RequestTimeout, self.settings.request_timeout_us);
    }

    /// The vault answers.
    pub(in crate::lock) fn judged<S: Locks>(
        &mut self,
        number: u64,
        verdict: Verdict,
        context: &mut LockContext<'_, S>,
    ) {
        let Some(current) = &mut self.current else { return };
        let Phase::Accessing(accessing) = &mut current.phase else { return };
        if accessing.number != number {
            return;
        }
        if matches!(verdict, Verdict::Unheard { .. }) && accessing.unheard + 1 < MOST_UNHEARD {
            accessing.unheard += 1;
            context.set_timer(Timer::Retry, self.settings.retry_us);
            if accessing.own {
                let resource = accessing.access.resource.clone();
                self.remind(self.link_of(&resource), context);
            }
            return;
        }
        let Accessing { access, own, .. } = accessing.clone();
        self.complete(Outcome::Judged(verdict), context);
        self.spend(context);
        match verdict {
            Verdict::Read { value } => self.found(access, value, context),
            Verdict::Wrote => self.wrote(access, context),
            Verdict::Stale { .. } if own => {
                self.tally.lost += 1;
                self.mishap(Why::Judged(verdict), context);
                self.finish(Ending::Again, context);
            }
            Verdict::Stale { .. }
            | Verdict::Unheard { .. }
            | Verdict::SharedOnly
            | Verdict::UnknownResource => {
                self.mishap(Why::Judged(verdict), context);
                self.pass(context);
            }
        }
    }

    /// This is what is there; the step may be to write.
    fn found<S: Locks>(&mut self, access: Access, value: u64, context: &mut LockContext<'_, S>) {
        let Some(current) = &mut self.current else { return };
        current.known.insert(access.resource, (access.token, value));
        if let Some(Step::Write { token, .. }) = current.step() {
            let shown = *token;
            current.step_us = context.now_us();
            self.access(true, shown, context);
        } else {
            self.pass(context);
        }
    }

    fn wrote<S: Locks>(&mut self, access: Access, context: &mut LockContext<'_, S>) {
        if let (Some(current), Some(value)) = (&mut self.current, access.writes) {
            current.known.insert(access.resource, (access.token, value));
        }
        self.pass(context);
    }

    pub(super) fn mishap<S: Locks>(&mut self, why: Why, context: &LockContext<'_, S>) {
        if let Some(current) = &mut self.current {
            self.last_mishap = Some(current.mishap(why, context.true_now_us()));
        }
    }

    /// The transaction, or this attempt of it, ends: all locks are let go of.
    pub(super) fn finish<S: Locks>(&mut self, ending: Ending, context: &mut LockContext<'_, S>) {
        let current = self.current.as_mut().expect("what ends is under way");
        assert!(current.ending.is_none(), "it ends once");
        current.ending = Some(ending);
        self.holds.clear();
        self.let_go(context);
    }

    /// Lets go of what it has in the next group where it may have something.
    pub(super) fn let_go<S: Locks>(&mut self, context: &mut LockContext<'_, S>) {
        if let Some(link) = self.links.iter().position(Link::is_touched) {
            return self.call(link, Ask::ReleaseAll, context);
        }
        match self.current.as_mut().and_then(|current| current.ending.take()) {
            Some(ending) => self.close(ending, context),
            None => self.pass(context),
        }
    }

    /// The transaction, or this attempt of it, has ended, and nothing is left of it.
    fn close<S: Locks>(&mut self, ending: Ending, context: &mut LockContext<'_, S>) {
        let Some(current) = &self.current else { return };
        let transaction = current.number();
        match ending {
            Ending::Again => return self.back_off(context),
            Ending::Done => {
                self.tally.ended += 1;
                Self::note(Note::Ended { transaction }, context);
            }
            Ending::GivenUp => {
                self.tally.given_up += 1;
                Self::note(Note::GaveUp { transaction }, context);
            }
        }
        if let Some(pause_us) = current.pause_us() {
            self.set_phase(Phase::Resting);
            context.set_timer(Timer::Work, pause_us.max(SHORTEST_PAUSE_US));
        } else {
            self.current = None;
            self.take_next(context);
        }
    }

    fn take_next<S: Locks>(&mut self, context: &mut LockContext<'_, S>) {
        match self.waiting.pop_front() {
            Some(script) => self.run(script, context),
            None => self.set_load_timer(context),
        }
    }

    /// Waits for a random time, of which the bound doubles from attempt to attempt.
    fn back_off<S: Locks>(&mut self, context: &mut LockContext<'_, S>) {
        let Some(current) = &self.current else { return };
        let transaction = current.number();
        let doublings = (current.attempt() - 1).min(MOST_DOUBLINGS);
        let (first_us, most_us) = self.settings.back_off_us;
        let bound_us = first_us.saturating_mul(1 << doublings).min(most_us).max(1);
        let delay_us = context.random_between(BACK_OFF_LUCK, bound_us / 2, bound_us);
        Self::note(Note::BackedOff { transaction, delay_us }, context);
        self.set_phase(Phase::BackingOff);
        context.set_timer(Timer::Work, delay_us);
    }

    /// A person wants what is under way to be given up.
    pub(super) fn stop<S: Locks>(&mut self, context: &mut LockContext<'_, S>) {
        let Some(current) = &mut self.current else { return };
        current.stopped = true;
        if current.is_live() {
            match current.ending {
                None => {
                    self.drop_step(Outcome::Unknown, context);
                    self.finish(Ending::GivenUp, context);
                }
                Some(Ending::Again) => current.ending = Some(Ending::GivenUp),
                Some(Ending::Done | Ending::GivenUp) => {}
            }
            return;
        }
        context.cancel_timer(Timer::Work);
        if matches!(current.phase, Phase::BackingOff) {
            self.close(Ending::GivenUp, context);
        } else {
            self.current = None;
            self.take_next(context);
        }
    }
}
