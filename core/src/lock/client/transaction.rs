//! A transaction under way: how far it has come, and what went wrong on the way.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::lock::command::{Ask, Cause, Command, Refusal};
use crate::lock::parcel::{Access, Verdict};
use crate::lock::script::{Script, Step};
use crate::lock::{Resource, Token};

/// Why a step did not do what it was to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Why {
    /// A table refused it.
    Refused(Refusal),
    /// It waited in vain.
    TimedOut,
    /// The vault refused it.
    Judged(Verdict),
    /// The attempt was aborted: there is no cause where the table does not remember it.
    Aborted(Option<Cause>),
    /// The session is over, and with it the locks.
    LostSession,
}

impl Why {
    /// Its name in results.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Refused(refusal) => refusal.name(),
            Self::TimedOut => "timed_out",
            Self::Judged(verdict) => verdict.name(),
            Self::Aborted(Some(cause)) => cause.name(),
            Self::Aborted(None) => "aborted",
            Self::LostSession => "lost_session",
        }
    }
}

/// Something that went wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Mishap {
    /// In which transaction.
    pub transaction: u64,
    /// In which attempt.
    pub attempt: u64,
    /// At which step of the script.
    pub place: u8,
    /// Why.
    pub why: Why,
    /// When, in microseconds of true time.
    pub at_us: u64,
}

/// A call that is under way.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Calling {
    /// What is asked.
    pub ask: Ask,
    /// Since when, in microseconds of true time.
    pub since_us: u64,
    /// How many waited before it when it was told last; nothing: it has not been told to wait.
    pub ahead: Option<u32>,
    /// The place of the group.
    pub(super) link: u8,
    pub(super) request: u64,
    pub(super) tries: u32,
    pub(super) command: Arc<Command>,
    /// Whether anything was heard since the last try.
    pub(super) heard: bool,
    /// The last try came to a server that does not lead, and the next was not yet made.
    pub(super) refused: bool,
}

/// An access to the vault that is under way.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Accessing {
    /// What is asked.
    pub access: Access,
    /// Since when, in microseconds of true time.
    pub since_us: u64,
    pub(super) number: u64,
    /// How often the vault had not heard of the token.
    pub(super) unheard: u32,
    /// Whether the token is that of the client's grant: if it is stale, the lock is gone.
    pub(super) own: bool,
}

/// What is being done.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Phase {
    /// A table was asked.
    Calling(Calling),
    /// The vault was asked.
    Accessing(Accessing),
    /// Time passes, as the script says.
    Working,
    /// The transaction was aborted, and will be tried again.
    BackingOff,
    /// The transaction is over, and the next of the script will begin.
    Resting,
}

/// How a transaction ends, once all its locks are let go of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Ending {
    /// It is done.
    Done,
    /// It is given up.
    GivenUp,
    /// It will be tried again.
    Again,
}

/// A transaction, or the pause after one.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Transaction {
    script: Script,
    number: u64,
    attempt: u64,
    place: u8,
    pub(super) phase: Phase,
    pub(super) ending: Option<Ending>,
    /// Whether it is not to be repeated.
    pub(super) stopped: bool,
    /// When the step began, on the client's clock, in microseconds.
    pub(super) step_us: u64,
    /// For how long it has worked in this attempt, in microseconds.
    pub(super) spent_us: u64,
    /// What it knows to stand in the vault, and with which token it came to know.
    pub(super) known: BTreeMap<Resource, (Token, u64)>,
    mishaps: Vec<Mishap>,
}

impl Transaction {
    pub(super) const fn new(script: Script, number: u64) -> Self {
        Self {
            script,
            number,
            attempt: 1,
            place: 0,
            phase: Phase::Resting,
            ending: None,
            stopped: false,
            step_us: 0,
            spent_us: 0,
            known: BTreeMap::new(),
            mishaps: Vec::new(),
        }
    }

    /// The same script again, as a new transaction.
    pub(super) fn renumbered(&mut self, number: u64) {
        assert!(number > self.number && !self.stopped);
        *self = Self::new(self.script.clone(), number);
    }

    /// The same transaction again, as a new attempt.
    pub(super) fn again(&mut self) {
        let attempt = self.attempt + 1;
        *self = Self { attempt, ..Self::new(self.script.clone(), self.number) };
    }

    /// What it is to do.
    #[must_use]
    pub const fn script(&self) -> &Script {
        &self.script
    }

    /// Its client's number for it, from 1.
    #[must_use]
    pub const fn number(&self) -> u64 {
        self.number
    }

    /// Which try, from 1.
    #[must_use]
    pub const fn attempt(&self) -> u64 {
        self.attempt
    }

    /// The place of the step that it is at; past the last once it is through.
    #[must_use]
    pub const fn place(&self) -> u8 {
        self.place
    }

    /// The step that it is at.
    #[must_use]
    pub fn step(&self) -> Option<&Step> {
        self.script.steps().get(usize::from(self.place))
    }

    /// What is being done.
    #[must_use]
    pub const fn phase(&self) -> &Phase {
        &self.phase
    }

    /// How it ends, once it does.
    #[must_use]
    pub const fn ending(&self) -> Option<Ending> {
        self.ending
    }

    /// What went wrong in this attempt, in order.
    #[must_use]
    pub fn mishaps(&self) -> &[Mishap] {
        &self.mishaps
    }

    /// Whether it may hold or ask for anything: it is not in a pause.
    #[must_use]
    pub const fn is_live(&self) -> bool {
        match self.phase {
            Phase::Calling(_) | Phase::Accessing(_) | Phase::Working => true,
            Phase::BackingOff | Phase::Resting => false,
        }
    }

    /// How long the script pauses between transactions; nothing: it does not repeat.
    #[must_use]
    pub(super) fn pause_us(&self) -> Option<u64> {
        match self.script.steps().last() {
            Some(Step::Repeat { after_us }) if !self.stopped => Some(after_us.unwrap_or(0)),
            _ => None,
        }
    }

    /// Goes on to the next step.
    pub(super) fn pass(&mut self) {
        assert!(self.step().is_some() && self.ending.is_none());
        self.place += 1;
    }

    /// Something went wrong.
    pub(super) fn mishap(&mut self, why: Why, at_us: u64) -> Mishap {
        let (transaction, attempt, place) = (self.number, self.attempt, self.place);
        let mishap = Mishap { transaction, attempt, place, why, at_us };
        self.mishaps.push(mishap);
        mishap
    }

    /// The call to this group that is under way, if there is one.
    pub(super) fn calling(&mut self, link: usize) -> Option<&mut Calling> {
        match &mut self.phase {
            Phase::Calling(calling) if usize::from(calling.link) == link => Some(calling),
            Phase::Calling(_)
            | Phase::Accessing(_)
            | Phase::Working
            | Phase::BackingOff
            | Phase::Resting => None,
        }
    }
}
