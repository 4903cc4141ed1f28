//! A client: it works through scripts, and takes and lets go of locks as they say.
//!
//! It does one thing at a time. What it wants from a table it asks the server that it believes to
//! lead, again and again until it is answered: each question has a number, and a question that
//! comes twice is answered twice and carried out once. If it must wait for a lock it is told so,
//! and the lock comes later by itself; the client asks again from time to time all the same, since
//! an answer can be lost.
//!
//! A client *believes* that it holds what it was granted, until it lets go of it or is told that
//! it is gone: by a table that has ended its session or aborted its transaction, or by the vault.
//! It does not ask its clock whether its lease may be over; it may sleep at any point, and what it
//! would have found out before may be wrong after. Its belief is only that, and what it does in it
//! is judged by the vault.
//!
//! A transaction ends well when its script is through. It is *given up* where a lock was refused
//! or came too late, or where a person says so. And it is *tried again*, after a random time that
//! doubles from attempt to attempt (so that those who collided do not collide again), where it was
//! aborted or has lost its locks. However it ends, all locks are let go of first.
//!
//! Where there are several tables, the resources are dealt out to them in turn, and the client has
//! a session with each: a [`link`].
//!
//! A crash takes all that a client knows: the scripts that it was told to do, what it believes to
//! hold. Its numbers go on (real clients take them from a clock), and it opens a new session, which
//! ends the old one. Its [`record`] is not part of its memory: it stands for what somebody saw who
//! stood beside it.

mod calls;
pub mod link;
mod load;
pub mod record;
mod steps;
pub mod transaction;

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use serde::Serialize;

use link::{Group, Link};
use record::Operated;
use transaction::{Mishap, Phase, Transaction};

use super::command::Ask;
use super::mode::Mode;
use super::note::Note;
use super::parcel::Order;
use super::party::{LockContext, Locks, own_note};
use super::script::Script;
use super::setting::{Features, Setting};
use super::{Resource, Token};
use crate::raft::participant::Timer;
use crate::raft::party::Activity;
use crate::sim::process::NodeId;
use crate::sim::shared::SharedList;

/// How many scripts may wait for the one that is under way.
pub const MOST_WAITING: usize = 1_000;
/// The pause between two transactions of a script that names none, in microseconds.
pub const SHORTEST_PAUSE_US: u64 = 1_000;
/// How often a client comes again with a token of which the vault has not heard.
pub const MOST_UNHEARD: u32 = 5;

/// How a client behaves.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ClientSettings {
    /// The servers of each table: at least one group.
    pub groups: Arc<[Group]>,
    /// What can be locked: the first belongs to the first group, the second to the next, and so on.
    pub resources: Arc<[Resource]>,
    /// Where the vault is, if there is one.
    pub vault: Option<NodeId>,
    /// What it does first whenever it comes up.
    pub script: Option<Script>,
    /// How long it waits for an answer before it asks again, in microseconds.
    pub request_timeout_us: u64,
    /// How long it waits after a refusal that may soon be none, in microseconds.
    pub retry_us: u64,
    /// The longest pause before a second attempt, and before any, in microseconds.
    pub back_off_us: (u64, u64),
    /// Under load, the mean time from one transaction to the next, in microseconds.
    pub load_us: Option<u64>,
    /// How the lock manager is set.
    pub features: Features,
}

/// A lock that a client believes to hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Held {
    /// In which mode.
    pub mode: Mode,
    /// The token of the grant.
    pub token: Token,
    /// Since when, in microseconds of true time.
    pub since_us: u64,
}

/// A lock that a client waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Awaited<'a> {
    /// Of what.
    pub resource: &'a Resource,
    /// In which mode.
    pub mode: Mode,
    /// Since when it has asked, in microseconds of true time.
    pub since_us: u64,
    /// How many waited before it when it was told last; nothing: it has not been told to wait.
    pub ahead: Option<u32>,
}

/// What a client is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Doing {
    /// Nothing.
    Idle,
    /// It has asked a table for something, and has not been answered.
    Asking,
    /// It waits for a lock.
    Waiting,
    /// It reads from the vault.
    Reading,
    /// It writes to the vault.
    Writing,
    /// It works.
    Working,
    /// It lets go of everything.
    LettingGo,
    /// It waits before it tries an aborted transaction again.
    BackingOff,
    /// It waits before the next transaction of a script that repeats.
    Resting,
}

impl Doing {
    /// Its name in results.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Idle => "idle",
            Self::Asking => "asking",
            Self::Waiting => "waiting",
            Self::Reading => "reading",
            Self::Writing => "writing",
            Self::Working => "working",
            Self::LettingGo => "letting_go",
            Self::BackingOff => "backing_off",
            Self::Resting => "resting",
        }
    }
}

/// How often what became of a client's transactions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Tally {
    /// Transactions that were done.
    pub ended: u64,
    /// Transactions that were given up.
    pub given_up: u64,
    /// Attempts that were aborted.
    pub aborted: u64,
    /// Attempts that lost their locks otherwise.
    pub lost: u64,
}

/// A client.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Client {
    settings: ClientSettings,
    /// One for each group.
    links: Vec<Link>,
    waiting: VecDeque<Script>,
    current: Option<Transaction>,
    holds: BTreeMap<Resource, Held>,
    /// Whether the timer of renewals runs.
    renewing: bool,
    /// How many transactions it has begun.
    transactions: u64,
    /// How often it has come to the vault.
    accesses: u64,
    last_mishap: Option<Mishap>,
    tally: Tally,
    record: SharedList<Operated>,
}

impl Client {
    /// A client that has done nothing yet.
    ///
    /// # Panics
    /// If there is no group to ask.
    #[must_use]
    pub fn new(settings: ClientSettings) -> Self {
        assert!(!settings.groups.is_empty(), "a client needs somebody to ask");
        Self {
            links: settings.groups.iter().map(|group| Link::new(*group)).collect(),
            settings,
            waiting: VecDeque::new(),
            current: None,
            holds: BTreeMap::new(),
            renewing: false,
            transactions: 0,
            accesses: 0,
            last_mishap: None,
            tally: Tally::default(),
            record: SharedList::default(),
        }
    }

    /// The client as it comes back after a crash.
    pub(super) fn recovered(&self) -> Self {
        let mut client = Self {
            links: self.links.iter().map(Link::recovered).collect(),
            transactions: self.transactions,
            accesses: self.accesses,
            tally: self.tally,
            record: self.record.clone(),
            ..Self::new(self.settings.clone())
        };
        record::forget(&mut client.record);
        client
    }

    /// How it behaves.
    #[must_use]
    pub const fn settings(&self) -> &ClientSettings {
        &self.settings
    }

    /// Its sessions, one with each group.
    #[must_use]
    pub fn links(&self) -> &[Link] {
        &self.links
    }

    /// What it believes to hold, by name.
    pub fn holds(&self) -> impl Iterator<Item = (&Resource, &Held)> {
        self.holds.iter()
    }

    /// What is under way: a transaction, or the pause before the next one.
    #[must_use]
    pub const fn current(&self) -> Option<&Transaction> {
        self.current.as_ref()
    }

    /// The scripts that wait for the one that is under way, in order.
    pub fn waiting(&self) -> impl Iterator<Item = &Script> {
        self.waiting.iter()
    }

    /// What went wrong last, in whichever transaction.
    #[must_use]
    pub const fn last_mishap(&self) -> Option<Mishap> {
        self.last_mishap
    }

    /// What became of its transactions.
    #[must_use]
    pub const fn tally(&self) -> Tally {
        self.tally
    }

    /// Whatever it has asked a table or the vault, in order.
    #[must_use]
    pub const fn record(&self) -> &SharedList<Operated> {
        &self.record
    }

    /// What it waits for, if it has asked for a lock and was not answered for good.
    #[must_use]
    pub fn awaits(&self) -> Option<Awaited<'_>> {
        let Phase::Calling(calling) = self.current.as_ref()?.phase() else { return None };
        let (resource, mode) = match &calling.ask {
            Ask::Acquire { resource, mode, .. } => (resource, *mode),
            Ask::Upgrade { resource, .. } => (resource, Mode::Exclusive),
            Ask::Downgrade { .. }
            | Ask::Release { .. }
            | Ask::ReleaseAll
            | Ask::KeepAlive
            | Ask::Graph => return None,
        };
        let (since_us, ahead) = (calling.since_us, calling.ahead);
        Some(Awaited { resource, mode, since_us, ahead })
    }

    /// What it is doing.
    #[must_use]
    pub fn doing(&self) -> Doing {
        let Some(current) = &self.current else { return Doing::Idle };
        match current.phase() {
            Phase::Calling(_) if current.ending().is_some() => Doing::LettingGo,
            Phase::Calling(calling) if calling.ahead.is_some() => Doing::Waiting,
            Phase::Calling(_) => Doing::Asking,
            Phase::Accessing(accessing) if accessing.access.writes.is_some() => Doing::Writing,
            Phase::Accessing(_) => Doing::Reading,
            Phase::Working => Doing::Working,
            Phase::BackingOff => Doing::BackingOff,
            Phase::Resting => Doing::Resting,
        }
    }

    /// What it is doing, as its lane shows it.
    #[must_use]
    pub fn activity(&self) -> Activity {
        match self.doing() {
            Doing::Waiting => Activity::Waiting,
            Doing::BackingOff => Activity::BackingOff,
            _ if !self.holds.is_empty() => Activity::Holding,
            Doing::Idle
            | Doing::Asking
            | Doing::Reading
            | Doing::Writing
            | Doing::Working
            | Doing::LettingGo
            | Doing::Resting => Activity::Idle,
        }
    }

    /// The place of a resource in the configuration.
    fn place(&self, resource: &str) -> Option<usize> {
        self.settings.resources.iter().position(|name| **name == *resource)
    }

    /// The place of the group to which a resource belongs. What there is not, the first refuses.
    fn link_of(&self, resource: &str) -> usize {
        self.place(resource).map_or(0, |place| place % self.links.len())
    }

    pub(super) fn start<S: Locks>(&mut self, context: &mut LockContext<'_, S>) {
        match self.settings.script.clone() {
            Some(script) => self.run(script, context),
            None => self.set_load_timer(context),
        }
    }

    pub(super) fn set(&mut self, setting: Setting, value: u64) {
        self.settings.features.set(setting, value);
    }

    /// A person says what to do. `false`: too much waits already.
    pub(super) fn order<S: Locks>(
        &mut self,
        order: Order,
        context: &mut LockContext<'_, S>,
    ) -> bool {
        match order {
            Order::Stop => self.stop(context),
            Order::Run(script) if self.current.is_none() => self.run(script, context),
            Order::Run(script) if self.waiting.len() < MOST_WAITING => {
                self.waiting.push_back(script);
            }
            Order::Run(_) => return false,
        }
        true
    }

    pub(super) fn timeout<S: Locks>(&mut self, timer: Timer, context: &mut LockContext<'_, S>) {
        match timer {
            Timer::RequestTimeout => self.ask_again(true, context),
            Timer::Retry => self.ask_again(false, context),
            Timer::Load => {
                if self.current.is_none() {
                    let script = self.random_script(context);
                    self.run(script, context);
                }
            }
            Timer::Work => self.go_on(context),
            Timer::Renewal => self.renew(context),
            Timer::Election | Timer::Heartbeat | Timer::Duty | Timer::Retransmission => {}
        }
    }

    /// Says that something happened to a lock.
    fn note<S: Locks>(note: Note, context: &mut LockContext<'_, S>) {
        context.note(|| own_note(note));
    }
}

#[cfg(test)]
pub(super) mod tests;
