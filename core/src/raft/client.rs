//! A client: asks one thing at a time, finds the leader, and keeps a record of what it saw.
//!
//! A command may be carried out twice if it is sent twice, so a client sends again only after a
//! *definite* refusal ("I do not lead, and did not store it"). If no answer comes, the outcome
//! stays *unknown*: the command may be carried out now, later or never. With [`Setting::Retries`]
//! it asks again instead, some times: without [`Setting::Sessions`] on the servers, a command may
//! then be carried out twice; with them, it is safe (dissertation §6.3).
//!
//! The record is what linearizability is judged by. It is not part of the client's memory: it
//! stands for what the person at the client saw, and survives its crashes.
//!
//! [`Setting::Retries`]: super::setting::Setting::Retries
//! [`Setting::Sessions`]: super::setting::Setting::Sessions

use std::collections::VecDeque;
use std::sync::Arc;

use super::message::{Message, Reply};
use super::note::Note;
use super::participant::{LOAD_LUCK, Timer};
use super::party::{Activity, Party};
use super::server::ServerContext;
use super::setting::{Features, Setting};
use super::state_machine::{Sampled, StateMachine};
use crate::sim::process::NodeId;
use crate::sim::shared::SharedList;

/// How often a client that gets no answer asks in all, where it asks again.
pub const MOST_TRIES: u32 = 5;
/// How many operations may wait for the one that is under way.
pub const MOST_WAITING: usize = 1_000;

/// How a client behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ClientSettings {
    /// How many servers there are to ask.
    pub servers: u8,
    /// How long it waits for an answer, in microseconds.
    pub request_timeout_us: u64,
    /// How long it waits after a refusal that names no leader, in microseconds.
    pub retry_us: u64,
    /// Under load, the mean time from one answer to the next operation, in microseconds.
    pub load_us: Option<u64>,
    /// What is switched on.
    pub features: Features,
}

/// What became of an operation, as far as its client knows.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Outcome<A> {
    /// It has not been answered yet.
    Pending,
    /// It was carried out, with this answer.
    Ok(A),
    /// It may have been carried out, or may yet be.
    Unknown,
}

/// One operation on record.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Operated<S: StateMachine> {
    /// The client's number for it.
    pub request: u64,
    /// What was asked.
    pub command: Arc<S::Command>,
    /// When it was begun, in microseconds of true time.
    pub invoked_us: u64,
    /// When its outcome was known (or given up), in microseconds of true time.
    pub completed_us: Option<u64>,
    /// What became of it.
    pub outcome: Outcome<S::Answer>,
}

/// An operation under way.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Current<C> {
    request: u64,
    attempt: u32,
    command: Arc<C>,
    /// The last try was refused and the next not yet made: nobody stored it.
    refused: bool,
    /// How many tries got no answer in time.
    unanswered: u32,
}

/// A client.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Client<S: StateMachine> {
    pub(super) settings: ClientSettings,
    /// The server that it believes to lead.
    target: NodeId,
    requests: u64,
    current: Option<Current<S::Command>>,
    waiting: VecDeque<S::Command>,
    record: SharedList<Operated<S>>,
}

impl<S: Sampled> Client<S> {
    /// A client that has done nothing yet.
    #[must_use]
    pub fn new(settings: ClientSettings) -> Self {
        Self {
            settings,
            target: NodeId(0),
            requests: 0,
            current: None,
            waiting: VecDeque::new(),
            record: SharedList::default(),
        }
    }

    /// The server that it will ask next.
    #[must_use]
    pub const fn target(&self) -> NodeId {
        self.target
    }

    /// Every operation that it began, in order.
    #[must_use]
    pub const fn record(&self) -> &SharedList<Operated<S>> {
        &self.record
    }

    /// How many operations wait for the one that is under way.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.waiting.len()
    }

    /// The client as it comes back after a crash: what was under way stays unknown.
    pub(super) fn recovered(&self) -> Self {
        let mut client = Self {
            target: self.target,
            requests: self.requests,
            record: self.record.clone(),
            ..Self::new(self.settings)
        };
        if self.current.is_some()
            && let Some(last) = client.record.pop()
        {
            client.record.push(Operated { outcome: Outcome::Unknown, ..last });
        }
        client
    }

    pub(super) fn start(&self, context: &mut ServerContext<'_, S>) {
        self.set_load_timer(context);
    }

    /// Asks for a command, once those asked for earlier are done. `false`: too many wait already.
    pub(super) fn invoke(
        &mut self,
        command: S::Command,
        context: &mut ServerContext<'_, S>,
    ) -> bool {
        if self.current.is_none() {
            self.begin(command, context);
            return true;
        }
        let room = self.waiting.len() < MOST_WAITING;
        if room {
            self.waiting.push_back(command);
        }
        room
    }

    fn begin(&mut self, command: S::Command, context: &mut ServerContext<'_, S>) {
        assert!(self.current.is_none(), "a client does one thing at a time");
        self.requests += 1;
        let request = self.requests;
        let command = Arc::new(command);
        self.record.push(Operated {
            request,
            command: Arc::clone(&command),
            invoked_us: context.true_now_us(),
            completed_us: None,
            outcome: Outcome::Pending,
        });
        let current = Current { request, attempt: 0, command, refused: true, unanswered: 0 };
        self.current = Some(current);
        context.note(|| Note::Invoked { request });
        context.set_timer(Timer::RequestTimeout, self.settings.request_timeout_us);
        self.attempt(context);
    }

    fn attempt(&mut self, context: &mut ServerContext<'_, S>) {
        let Some(current) = &mut self.current else { return };
        let again = current.refused || current.unanswered > 0;
        assert!(again, "a client sends again only after a refusal, or if it is to retry");
        current.attempt += 1;
        current.refused = false;
        let Current { request, attempt, .. } = *current;
        let command = Arc::clone(&current.command);
        context.send(self.target, Message::Request { request, attempt, command });
    }

    pub(super) fn receive(&mut self, message: Message<S>, context: &mut ServerContext<'_, S>) {
        let Message::Answer { request, attempt, reply } = message else { return };
        let Some(current) = &self.current else { return };
        if current.request != request {
            return;
        }
        match reply {
            Reply::Applied(answer) => self.complete(Outcome::Ok(answer), context),
            Reply::NotLeader(leader) => {
                if current.attempt == attempt && !current.refused {
                    self.redirect(leader, context);
                }
            }
        }
    }

    fn redirect(&mut self, leader: Option<NodeId>, context: &mut ServerContext<'_, S>) {
        let Some(current) = &mut self.current else { return };
        current.refused = true;
        let request = current.request;
        let to = leader.unwrap_or_else(|| self.next_target());
        self.target = to;
        context.note(|| Note::Redirected { request, to });
        if leader.is_some() {
            self.attempt(context);
        } else {
            context.set_timer(Timer::Retry, self.settings.retry_us);
        }
    }

    const fn next_target(&self) -> NodeId {
        NodeId((self.target.0 + 1) % self.settings.servers)
    }

    pub(super) fn timeout(&mut self, timer: Timer, context: &mut ServerContext<'_, S>) {
        match timer {
            Timer::RequestTimeout => {
                self.target = self.next_target();
                if !self.retry(context) {
                    self.complete(Outcome::Unknown, context);
                }
            }
            Timer::Retry => self.attempt(context),
            Timer::Load => {
                let count = self.requests;
                let command = S::sample(count, |below| {
                    context.random_between(LOAD_LUCK, 0, below.saturating_sub(1))
                });
                self.invoke(command, context);
            }
            Timer::Election
            | Timer::Heartbeat
            | Timer::Duty
            | Timer::Work
            | Timer::Renewal
            | Timer::Retransmission => {}
        }
    }

    /// Asks again, if it is to and has not done so too often.
    fn retry(&mut self, context: &mut ServerContext<'_, S>) -> bool {
        let Some(current) = &mut self.current else { return false };
        let retries = self.settings.features.retries && current.unanswered + 1 < MOST_TRIES;
        if retries {
            current.unanswered += 1;
            let (request, to) = (current.request, self.target);
            context.note(|| Note::Retried { request, to });
            context.cancel_timer(Timer::Retry);
            context.set_timer(Timer::RequestTimeout, self.settings.request_timeout_us);
            self.attempt(context);
        }
        retries
    }

    fn complete(&mut self, outcome: Outcome<S::Answer>, context: &mut ServerContext<'_, S>) {
        let Some(current) = self.current.take() else { return };
        let request = current.request;
        context.cancel_timer(Timer::RequestTimeout);
        context.cancel_timer(Timer::Retry);
        match outcome {
            Outcome::Ok(_) => context.note(|| Note::Completed { request }),
            _ => context.note(|| Note::GaveUp { request }),
        }
        let last = self.record.pop().expect("what is under way is on record");
        assert!(last.request == request && last.outcome == Outcome::Pending);
        let completed_us = Some(context.true_now_us());
        self.record.push(Operated { completed_us, outcome, ..last });
        if let Some(command) = self.waiting.pop_front() {
            self.begin(command, context);
        } else {
            self.set_load_timer(context);
        }
    }

    /// Under load the next operation comes after half to one and a half times the mean.
    fn set_load_timer(&self, context: &mut ServerContext<'_, S>) {
        if let Some(load_us) = self.settings.load_us {
            let delay_us = context.random_between(LOAD_LUCK, load_us / 2, load_us + load_us / 2);
            context.set_timer(Timer::Load, delay_us);
        }
    }
}

impl<S: Sampled> Party<S> for Client<S> {
    fn start(&mut self, context: &mut ServerContext<'_, S>) {
        Self::start(self, context);
    }

    fn receive(&mut self, _from: NodeId, message: Message<S>, context: &mut ServerContext<'_, S>) {
        Self::receive(self, message, context);
    }

    fn timeout(&mut self, timer: Timer, context: &mut ServerContext<'_, S>) {
        Self::timeout(self, timer, context);
    }

    fn operate(&mut self, ask: S::Ask, context: &mut ServerContext<'_, S>) -> bool {
        S::command(ask).is_some_and(|command| self.invoke(command, context))
    }

    fn set(&mut self, setting: u8, value: u64) {
        if let Some(setting) = Setting::ALL.get(usize::from(setting)) {
            self.settings.features.set(*setting, value);
        }
    }

    fn recovered(&self) -> Self {
        Self::recovered(self)
    }

    fn begun(&self) -> u64 {
        self.requests
    }

    fn activity(&self) -> Activity {
        Activity::Idle
    }
}
