//! A table with a few resources, told step by step what happens.

use std::collections::BTreeMap;
use std::sync::Arc;

use lockstep_core::lock::bug::{Bug, Bugs};
use lockstep_core::lock::command::{Action, Answer, Ask, Call, Cause, Command, Patience, Refusal};
use lockstep_core::lock::effects::{Effects, Origin};
use lockstep_core::lock::mode::Mode;
use lockstep_core::lock::policy::Policy;
use lockstep_core::lock::setting::Directives;
use lockstep_core::lock::table::LockTable;
use lockstep_core::lock::{Owner, Token};

/// A table, and how it is spoken to.
pub(crate) struct Scene {
    pub(crate) table: LockTable,
    pub(crate) policy: Policy,
    pub(crate) bugs: Bugs,
    pub(crate) term: u64,
    /// What others were told with the last command.
    pub(crate) told: Vec<(u32, Answer)>,
    requests: BTreeMap<u32, u64>,
    attempts: BTreeMap<u32, (u64, u64)>,
    pub(crate) spent_us: u64,
    pub(crate) session: u64,
    index: u64,
}

/// A table of the resources `a` to `d`.
pub(crate) fn scene() -> Scene {
    scene_under(Policy::Detect)
}

pub(crate) fn scene_under(policy: Policy) -> Scene {
    let names: Vec<Arc<str>> = ["a", "b", "c", "d"].map(Into::into).into();
    Scene {
        table: LockTable::new(names.into()),
        policy,
        bugs: Bugs::default(),
        term: 1,
        told: Vec::new(),
        requests: BTreeMap::new(),
        attempts: BTreeMap::new(),
        spent_us: 0,
        session: 1,
        index: 0,
    }
}

pub(crate) const fn granted(mode: Mode, token: Token) -> Answer {
    Answer::Granted { token, mode }
}

/// An exclusive grant.
pub(crate) const fn exclusive(token: Token) -> Answer {
    granted(Mode::Exclusive, token)
}

/// A shared grant.
pub(crate) const fn shared(token: Token) -> Answer {
    granted(Mode::Shared, token)
}

pub(crate) const fn queued(ahead: u32) -> Answer {
    Answer::Queued { ahead }
}

pub(crate) const fn released(locks: u32) -> Answer {
    Answer::Released { locks }
}

pub(crate) const fn refused(refusal: Refusal) -> Answer {
    Answer::Refused(refusal)
}

/// The first attempt of the first transaction is aborted.
pub(crate) const fn aborted(cause: Cause) -> Answer {
    Answer::Aborted { transaction: 1, attempt: 1, cause }
}

pub(crate) fn acquire(resource: &str, mode: Mode) -> Ask {
    Ask::Acquire { resource: resource.into(), mode, patience: Patience::Endless }
}

pub(crate) fn upgrade(resource: &str) -> Ask {
    Ask::Upgrade { resource: resource.into(), patience: Patience::Endless }
}

impl Scene {
    pub(crate) fn with(mut self, bug: Bug) -> Self {
        self.bugs.set(bug, true);
        self
    }

    /// Carries out a command.
    pub(crate) fn carry_out(&mut self, origin: Origin, action: Action) -> Answer {
        self.index += 1;
        let directives = Directives { policy: self.policy, bugs: self.bugs };
        let origin = Origin { index: self.index, term: self.term, ..origin };
        let mut effects = Effects::default();
        let command = Command { directives, action };
        let answer = self.table.carry_out(origin, &command, &mut effects);
        let told = effects.answers.into_iter();
        self.told = told.map(|(owner, _, answer)| (owner.0, answer)).collect();
        answer
    }

    /// The leader proposes something. Whether it was done.
    pub(crate) fn propose(&mut self, action: Action) -> bool {
        self.carry_out(Origin::default(), action) == Answer::Done { effective: true }
    }

    /// The number of the last request of somebody.
    pub(crate) fn request(&self, owner: u32) -> u64 {
        self.requests.get(&owner).copied().unwrap_or(0)
    }

    /// Somebody asks something new.
    pub(crate) fn ask(&mut self, owner: u32, ask: Ask) -> Answer {
        let request = self.requests.entry(owner).or_default();
        *request += 1;
        let request = *request;
        self.ask_as(owner, request, ask)
    }

    /// Somebody asks something with a number of its choice.
    pub(crate) fn ask_as(&mut self, owner: u32, request: u64, ask: Ask) -> Answer {
        let (transaction, attempt) = self.attempts.get(&owner).copied().unwrap_or((1, 1));
        let call =
            Call { session: self.session, transaction, attempt, spent_us: self.spent_us, ask };
        let origin = Origin { owner: Some(Owner(owner)), request, ..Origin::default() };
        self.carry_out(origin, Action::Call(call))
    }

    /// From now on, what somebody asks belongs to this attempt of this transaction.
    pub(crate) fn attempt(&mut self, owner: u32, transaction: u64, attempt: u64) {
        self.attempts.insert(owner, (transaction, attempt));
    }

    pub(crate) fn lock(&mut self, owner: u32, resource: &str, mode: Mode) -> Answer {
        self.ask(owner, acquire(resource, mode))
    }

    /// Locks exclusively.
    pub(crate) fn x(&mut self, owner: u32, resource: &str) -> Answer {
        self.lock(owner, resource, Mode::Exclusive)
    }

    /// Locks shared.
    pub(crate) fn s(&mut self, owner: u32, resource: &str) -> Answer {
        self.lock(owner, resource, Mode::Shared)
    }

    pub(crate) fn upgrade(&mut self, owner: u32, resource: &str) -> Answer {
        self.ask(owner, upgrade(resource))
    }

    pub(crate) fn downgrade(&mut self, owner: u32, resource: &str) -> Answer {
        self.ask(owner, Ask::Downgrade { resource: resource.into() })
    }

    pub(crate) fn release(&mut self, owner: u32, resource: &str) -> Answer {
        self.ask(owner, Ask::Release { resource: resource.into() })
    }

    pub(crate) fn release_all(&mut self, owner: u32) -> Answer {
        self.ask(owner, Ask::ReleaseAll)
    }

    /// How somebody is granted a lock without waiting for it.
    pub(crate) fn try_lock(&mut self, owner: u32, resource: &str, mode: Mode) -> Answer {
        let patience = Patience::None;
        self.ask(owner, Ask::Acquire { resource: resource.into(), mode, patience })
    }

    pub(crate) fn expire(&mut self, owner: u32, renewals: u64) -> bool {
        self.propose(Action::Expire { owner: Owner(owner), renewals })
    }

    pub(crate) fn renewals(&self, owner: u32) -> u64 {
        self.table.session(Owner(owner)).expect("it has a session").renewals
    }

    /// Whom the leader wants aborted: for what it asked last.
    pub(crate) fn abort(&mut self, owner: u32, claimed: bool) -> bool {
        let request = self.request(owner);
        self.propose(Action::Abort { owner: Owner(owner), request, claimed })
    }

    pub(crate) fn time_out(&mut self, owner: u32, request: u64, aborts: bool) -> bool {
        self.propose(Action::TimeOut { owner: Owner(owner), request, aborts })
    }

    pub(crate) fn overtake(&mut self, owner: u32, before: u32) -> bool {
        let request = self.request(owner);
        self.propose(Action::Overtake { owner: Owner(owner), request, before: Owner(before) })
    }

    /// Who holds a resource.
    pub(crate) fn holders(&self, resource: &str) -> Vec<(u32, Mode, Token)> {
        let place = self.table.place(resource).expect("it is there");
        let lock = self.table.lock(place).expect("it is there");
        lock.holders().map(|(owner, grant)| (owner.0, grant.mode, grant.token)).collect()
    }

    /// Who waits for a resource, from the front.
    pub(crate) fn queue(&self, resource: &str) -> Vec<u32> {
        let place = self.table.place(resource).expect("it is there");
        let lock = self.table.lock(place).expect("it is there");
        lock.queue().map(|waiter| waiter.owner.0).collect()
    }

    pub(crate) fn age(&self, owner: u32) -> Option<u64> {
        self.table.session(Owner(owner)).and_then(|session| session.age)
    }

    /// Who waits for whom: softly, or not.
    pub(crate) fn edges(&self) -> Vec<(u32, u32, bool)> {
        self.table.edges().iter().map(|edge| (edge.from.0, edge.to.0, edge.soft)).collect()
    }
}
