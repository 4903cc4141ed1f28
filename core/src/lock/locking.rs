//! Granting, waiting, waking: what a step does at one lock.

use super::bug::Bug;
use super::command::{Answer, Patience, Refusal};
use super::journal::{Ending, What};
use super::mode::Mode;
use super::note::Note;
use super::queue::{Grant, Waiter};
use super::step::{Step, Stir};
use super::{Owner, Place, Token};

impl Waiter {
    pub(super) const fn new(owner: Owner, request: u64, mode: Mode, patience: Patience) -> Self {
        Self { owner, request, mode, upgrade: false, patience }
    }
}

impl Step<'_> {
    /// Somebody asks for a lock. What it has already, it gets again.
    pub(super) fn acquire(&mut self, owner: Owner, place: Place, asked: Waiter) -> Answer {
        match self.lock(place).grant_of(owner) {
            Some(grant) if grant.mode.covers(asked.mode) => {
                if self.has(Bug::GrantTwice) {
                    return self.grant(owner, place, grant.mode, asked.request, false);
                }
                Answer::Granted { token: grant.token, mode: grant.mode }
            }
            Some(_) => self.grant_or_queue(place, Waiter { upgrade: true, ..asked }),
            None => self.grant_or_queue(place, asked),
        }
    }

    /// Somebody who holds a lock wants it exclusively.
    pub(super) fn upgrade(&mut self, owner: Owner, place: Place, asked: Waiter) -> Answer {
        if self.lock(place).grant_of(owner).is_none() {
            return self.refused(owner, Refusal::NothingToUpgrade);
        }
        self.acquire(owner, place, asked)
    }

    fn grant_or_queue(&mut self, place: Place, asked: Waiter) -> Answer {
        let owner = asked.owner;
        if !self.is_to_be_had(place, &asked) {
            if asked.patience == Patience::None {
                return self.refused(owner, Refusal::WouldWait);
            }
            if let Some(cause) = self.prevent(place, &asked) {
                return self.abort(owner, cause, false);
            }
            // Whoever was aborted for its sake may have been all that was in its way.
            if !self.is_to_be_had(place, &asked) {
                return self.queue(place, asked);
            }
        }
        self.grant(owner, place, asked.mode, asked.request, false)
    }

    /// Whether a lock can be granted at once: all who hold it tolerate it, and so do all who wait
    /// before it. An upgrade waits for nobody who only waits.
    fn is_to_be_had(&mut self, place: Place, asked: &Waiter) -> bool {
        let pushes = asked.mode == Mode::Shared && self.has(Bug::ReadersOvertake);
        let lock = self.lock(place);
        let turn = asked.upgrade || pushes || !lock.is_awaited_against(asked.mode);
        turn && lock.is_free_for(asked.owner, asked.mode)
    }

    fn queue(&mut self, place: Place, asked: Waiter) -> Answer {
        let Waiter { owner, request, mode, upgrade, .. } = asked;
        let lock = self.lock(place);
        let ahead = if upgrade { lock.waiting_upgrades() } else { lock.queue_length() };
        let position = lock.enqueue(asked);
        self.session(owner).waiting = Some((place, position));
        self.write_down(owner, What::Queued { place, mode, request, upgrade });
        self.note_at(place, |resource| {
            let ahead = u8::try_from(ahead).unwrap_or(u8::MAX);
            Note::Queued { owner, resource, mode, ahead }
        });
        Answer::Queued { ahead }
    }

    /// Gives somebody a lock, with the next token.
    pub(super) fn grant(
        &mut self,
        owner: Owner,
        place: Place,
        mode: Mode,
        request: u64,
        waited: bool,
    ) -> Answer {
        let held = self.lock(place).grant_of(owner);
        let token = match held {
            Some(grant) if self.has(Bug::UpgradeKeepsToken) => grant.token,
            Some(_) | None => self.next_token(),
        };
        self.lock(place).give(owner, Grant { mode, token });
        self.session(owner).held.insert(place);
        self.write_down(owner, What::Granted { place, mode, token, request, waited });
        self.note_at(place, |resource| Note::Granted { owner, resource, mode, token });
        Answer::Granted { token, mode }
    }

    fn next_token(&mut self) -> Token {
        let term = self.origin.term;
        if self.has(Bug::TokenPerTerm) && term != self.table.last_term {
            self.table.last_token = 0;
        }
        self.table.last_term = term;
        self.table.last_token += 1;
        self.table.last_token
    }

    /// An exclusive lock becomes shared, and keeps its token.
    pub(super) fn downgrade(&mut self, owner: Owner, place: Place) -> Answer {
        let token = match self.lock(place).grant_of(owner) {
            Some(Grant { mode: Mode::Exclusive, token }) => token,
            Some(Grant { mode: Mode::Shared, .. }) | None => {
                return self.refused(owner, Refusal::NotExclusive);
            }
        };
        self.lock(place).give(owner, Grant { mode: Mode::Shared, token });
        self.write_down(owner, What::Downgraded { place, token });
        self.note_at(place, |resource| Note::Downgraded { owner, resource });
        self.stir(place, Stir::Other);
        Answer::Downgraded { token }
    }

    /// Somebody lets go of a lock.
    pub(super) fn release(&mut self, owner: Owner, place: Place) -> Answer {
        let holder = match self.lock(place).grant_of(owner) {
            Some(_) => Some(owner),
            // Whoever has it loses it.
            None if self.has(Bug::ReleaseUnchecked) => {
                self.lock(place).holders().next().map(|(holder, _)| holder)
            }
            None => None,
        };
        let Some(holder) = holder else { return self.refused(owner, Refusal::NotHeld) };
        if self.table.waiting(owner).is_some_and(|(at, _)| at == place) {
            self.withdraw(owner);
        }
        self.let_go(owner, holder, place, Ending::Released);
        Answer::Released { locks: 1 }
    }

    /// Somebody's locks all go. How many they were.
    pub(super) fn release_all(&mut self, owner: Owner, ending: Ending) -> u32 {
        let held: Vec<Place> = self.session(owner).held.iter().copied().collect();
        for place in &held {
            self.let_go(owner, owner, *place, ending);
        }
        u32::try_from(held.len()).unwrap_or(u32::MAX)
    }

    /// A lock goes: `owner` says so, and it is `holder`'s, which without a bug is the same.
    fn let_go(&mut self, owner: Owner, holder: Owner, place: Place, ending: Ending) {
        self.session(holder).held.remove(&place);
        let Some(Grant { mode, token }) = self.lock(place).take(holder) else { return };
        self.write_down(owner, What::Released { place, mode, token, ending });
        self.note_at(place, |resource| Note::Released { owner, resource });
        let itself = matches!(ending, Ending::Released | Ending::Ended);
        if !(itself && self.has(Bug::LostWakeUp)) {
            self.stir(place, if itself { Stir::Release } else { Stir::Other });
        }
    }

    /// Somebody waits no more. For what it waited.
    pub(super) fn withdraw(&mut self, owner: Owner) -> Option<(Place, Waiter)> {
        let (place, position) = self.session(owner).waiting.take()?;
        let waiter = self.lock(place).dequeue(position)?;
        self.write_down(owner, What::Withdrew { place, request: waiter.request });
        self.stir(place, Stir::Other);
        Some((place, waiter))
    }

    /// A queue may be able to move.
    pub(super) fn stir(&mut self, place: Place, why: Stir) {
        let stirred = self.stirred.entry(place).or_insert(why);
        *stirred = why.min(*stirred);
    }

    /// Lets all queues move that have been stirred.
    pub(super) fn settle(&mut self) {
        while let Some((place, why)) = self.stirred.pop_first() {
            self.wake(place, why);
        }
    }

    /// Grants a lock to those at the front of its queue, as long as it is free for them.
    fn wake(&mut self, place: Place, why: Stir) {
        let released = why == Stir::Release;
        let mut at_once = released && self.has(Bug::GrantBesideHolders);
        while let Some((position, waiter)) = self.lock(place).front() {
            let Waiter { owner, request, mode, .. } = *waiter;
            if !at_once && !self.lock(place).is_free_for(owner, mode) {
                break;
            }
            at_once = false;
            self.lock(place).dequeue(position);
            self.session(owner).waiting = None;
            let answer = self.grant(owner, place, mode, request, true);
            self.tell(owner, request, answer);
            if released && self.has(Bug::WakeOnlyOne) {
                break;
            }
        }
    }
}
