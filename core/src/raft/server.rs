//! A server: its state, and the transitions between follower, candidate and leader (Raft §5.1).
//!
//! The names of the state are those of the paper's figure 2. What figure 2 calls persistent is
//! [`Durable`]; the rest is lost in a crash. Here is what a server is and what it does with what
//! comes to it; each transition between roles is a method of `role`. The rules of elections are in
//! `election`, those of replication in `replication` and `follower`, what a leader does beyond that
//! in `leadership`, `reads` and `membership`, and what a log leads to in `apply` and `install`.

use std::sync::Arc;

use super::bug::{Bug, Bugs};
use super::configuration::Configuration;
use super::leadership::Leading;
use super::log::{Index, Log, Term};
use super::message::Message;
use super::participant::{Participant, Timer};
use super::progress::Progress;
use super::session::Sessions;
use super::setting::Features;
use super::snapshot::Snapshot;
use super::state_machine::{StateMachine, Steward};
use crate::sim::event::EventId;
use crate::sim::node_set::NodeSet;
use crate::sim::process::{Context, NodeId};

/// The largest cluster.
pub const MOST_SERVERS: usize = 9;

/// One value for each server, by number; those past the cluster's size are not used.
pub type PerServer<T> = [T; MOST_SERVERS];

/// The context that participants run in.
pub type ServerContext<'a, S> = Context<'a, Participant<S>>;

/// How a cluster is set up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Settings {
    /// How many servers there are: 1 to [`MOST_SERVERS`], numbered from 0.
    pub servers: u8,
    /// The number of its first member: not 0 where several clusters share a world.
    pub first: u8,
    /// How many of them, from the first on, are members of the cluster to begin with.
    pub voters: u8,
    /// The shortest election timeout, in microseconds (§5.2 randomizes it).
    pub election_min_us: u64,
    /// The longest election timeout, in microseconds.
    pub election_max_us: u64,
    /// How often a leader sends heartbeats, and any server repeats what was not answered, in
    /// microseconds.
    pub heartbeat_us: u64,
    /// How many entries one message carries at most.
    pub most_entries: u32,
    /// What is switched on beyond §5.
    pub features: Features,
}

impl Settings {
    /// The configuration that a cluster begins with.
    #[must_use]
    pub const fn first_configuration(&self) -> Configuration {
        let (before, all) = (NodeSet::first(self.first), NodeSet::first(self.first + self.voters));
        Configuration::of(all.minus(before))
    }

    /// How long a lease lasts, in microseconds: as long as nobody votes who has heard from the
    /// leader, less a tenth for clocks that run at different rates (dissertation §6.4.1).
    #[must_use]
    pub const fn lease_us(&self) -> u64 {
        self.election_min_us - self.election_min_us / 10
    }
}

/// What survives a crash (figure 2, "Persistent state on all servers", and §7).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Durable<S: StateMachine> {
    /// The latest term the server has seen.
    pub current_term: Term,
    /// The candidate that it voted for in that term.
    pub voted_for: Option<NodeId>,
    /// Its log.
    pub log: Log<S::Command>,
    /// What the part of the log led to that it has dropped, if it has dropped any.
    pub snapshot: Option<Arc<Snapshot<S>>>,
}

impl<S: StateMachine> Default for Durable<S> {
    fn default() -> Self {
        Self { current_term: 0, voted_for: None, log: Log::default(), snapshot: None }
    }
}

/// A vote that a candidate has heard of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Ballot {
    /// Whether it was granted.
    pub granted: bool,
    /// The event in which it arrived.
    pub event: EventId,
}

/// Follower, candidate or leader (§5.1, figure 4).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::large_enum_variant, reason = "inline, a server is copied without allocating")]
pub enum Role {
    /// Passive: answers requests from leaders and candidates.
    Follower,
    /// Asks whether it would be elected (dissertation §9.6).
    PreCandidate {
        /// The answers so far.
        ballots: PerServer<Option<Ballot>>,
    },
    /// Asks for votes.
    Candidate {
        /// The answers so far.
        ballots: PerServer<Option<Ballot>>,
        /// Whether the leader asked for this election (§3.10).
        transfer: bool,
    },
    /// Handles all client requests.
    Leader {
        /// What it knows about each server, itself included.
        progress: PerServer<Progress>,
    },
}

/// A read that was answered outside the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Served {
    /// Whose.
    pub client: NodeId,
    /// The client's number for it.
    pub request: u64,
    /// Up to which index the state was applied that it saw.
    pub index: Index,
}

/// A server.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Server<S: StateMachine> {
    pub(super) id: NodeId,
    pub(super) settings: Settings,
    pub(super) bugs: Bugs,
    pub(super) durable: Durable<S>,
    /// Whether `durable` was changed since it was last persisted.
    pub(super) dirty: bool,
    /// What it has heard to be on its disk since it came up: the term, and the last entry's index.
    pub(super) synced: (Term, Index),
    pub(super) role: Role,
    /// What only a leader has, besides what it knows of the others; empty else.
    pub(super) leading: Leading<S>,
    pub(super) leader: Option<NodeId>,
    pub(super) role_since_us: u64,
    /// When it last heard from a leader, on its own clock; or came up, not knowing whether it had.
    pub(super) heard_us: Option<u64>,
    pub(super) commit_index: Index,
    pub(super) last_applied: Index,
    /// The machine as it was before the first entry.
    blank: S,
    pub(super) machine: S,
    pub(super) steward: S::Steward,
    /// When the steward wants to be asked again, on the server's clock, in microseconds.
    pub(super) duty_us: Option<u64>,
    pub(super) sessions: Sessions<S::Answer>,
    pub(super) effects: u64,
    pub(super) served: Option<Served>,
}

impl<S: StateMachine> Server<S> {
    /// Server `id` of a cluster, with what is on its disk. The machine is one that has done nothing
    /// yet, and the steward is set as it is to be.
    ///
    /// # Panics
    /// If the settings make no cluster with this server: the lab checks them before.
    #[must_use]
    pub fn carrying(
        (blank, steward): (S, S::Steward),
        id: NodeId,
        settings: Settings,
        mut durable: Durable<S>,
    ) -> Self {
        let Settings { servers, first, voters, .. } = settings;
        assert!(id.0 < servers && usize::from(servers) <= MOST_SERVERS);
        assert!(first < servers && (1..=servers - first).contains(&voters));
        assert!(settings.election_min_us <= settings.election_max_us);
        if durable.log.base().index == 0 {
            durable.log.begin_with(settings.first_configuration());
        }
        let base = durable.snapshot.as_deref().cloned();
        let (machine, sessions, effects) = match base {
            Some(snapshot) => (snapshot.machine, snapshot.sessions, snapshot.effects),
            None => (blank.clone(), Sessions::default(), 0),
        };
        let applied = durable.log.base().index;
        Self {
            id,
            settings,
            bugs: Bugs::default(),
            durable,
            dirty: false,
            synced: (0, 0),
            role: Role::Follower,
            leading: Leading::default(),
            leader: None,
            role_since_us: 0,
            heard_us: None,
            commit_index: applied,
            last_applied: applied,
            blank,
            machine,
            steward,
            duty_us: None,
            sessions,
            effects,
            served: None,
        }
    }

    /// Server `id` of a cluster whose machine begins with nothing.
    ///
    /// # Panics
    /// As [`Self::carrying`].
    #[must_use]
    pub fn new(id: NodeId, settings: Settings, durable: Durable<S>) -> Self
    where
        S: Default,
        S::Steward: Default,
    {
        Self::carrying((S::default(), S::Steward::default()), id, settings, durable)
    }

    /// Plants a bug, or mends it.
    pub const fn plant(&mut self, bug: Bug, planted: bool) {
        self.bugs.set(bug.number(), planted);
    }

    /// As which it was numbered.
    #[must_use]
    pub const fn id(&self) -> NodeId {
        self.id
    }

    /// How its cluster is set up.
    #[must_use]
    pub const fn settings(&self) -> &Settings {
        &self.settings
    }

    /// What it holds in memory of its durable state: ahead of its disk while a sync runs.
    #[must_use]
    pub const fn durable(&self) -> &Durable<S> {
        &self.durable
    }

    /// Its current term.
    #[must_use]
    pub const fn current_term(&self) -> Term {
        self.durable.current_term
    }

    /// Its log.
    #[must_use]
    pub const fn log(&self) -> &Log<S::Command> {
        &self.durable.log
    }

    /// Follower, candidate or leader.
    #[must_use]
    pub const fn role(&self) -> &Role {
        &self.role
    }

    /// Since when it has its role, on its own clock, in microseconds.
    #[must_use]
    pub const fn role_since_us(&self) -> u64 {
        self.role_since_us
    }

    /// Whether it leads its term.
    #[must_use]
    pub const fn is_leader(&self) -> bool {
        matches!(self.role, Role::Leader { .. })
    }

    /// The leader of its term, as far as it knows.
    #[must_use]
    pub const fn leader(&self) -> Option<NodeId> {
        self.leader
    }

    /// The highest index that it knows to be committed.
    #[must_use]
    pub const fn commit_index(&self) -> Index {
        self.commit_index
    }

    /// The highest index that it has applied.
    #[must_use]
    pub const fn last_applied(&self) -> Index {
        self.last_applied
    }

    /// Its state machine.
    #[must_use]
    pub const fn machine(&self) -> &S {
        &self.machine
    }

    /// The latest configuration in its log, committed or not: the one it goes by (§6).
    #[must_use]
    pub fn configuration(&self) -> &Configuration {
        self.durable.log.configuration()
    }

    /// The configuration that holds at its commit index.
    #[must_use]
    pub fn committed_configuration(&self) -> &Configuration {
        self.durable.log.configuration_at(self.commit_index)
    }

    /// Who sees to what its machine needs.
    #[must_use]
    pub const fn steward(&self) -> &S::Steward {
        &self.steward
    }

    /// What it knows of its clients' last commands.
    #[must_use]
    pub const fn sessions(&self) -> &Sessions<S::Answer> {
        &self.sessions
    }

    /// How many commands its state machine has carried out, those before its snapshot included.
    #[must_use]
    pub const fn effects(&self) -> u64 {
        self.effects
    }

    /// The last read that it answered outside the log since it came up.
    #[must_use]
    pub const fn served(&self) -> Option<Served> {
        self.served
    }

    /// Its snapshot, if it has one.
    #[must_use]
    pub fn snapshot(&self) -> Option<&Snapshot<S>> {
        self.durable.snapshot.as_deref()
    }

    /// What it has as a leader; empty where it does not lead.
    #[must_use]
    pub const fn leading(&self) -> &Leading<S> {
        &self.leading
    }

    /// When it last heard from a leader, on its own clock, in microseconds; or came up, not knowing
    /// whether it had.
    #[must_use]
    pub const fn heard_us(&self) -> Option<u64> {
        self.heard_us
    }

    /// The server as it comes back: its disk, its settings and its bugs.
    #[must_use]
    pub(super) fn recovered(&self, durable: Durable<S>) -> Self {
        let carried = (self.blank.clone(), self.steward.recovered());
        Self { bugs: self.bugs, ..Self::carrying(carried, self.id, self.settings, durable) }
    }

    /// "When servers start up, they begin as followers" (§5.2).
    pub(super) fn start(&mut self, context: &mut ServerContext<'_, S>) {
        assert!(matches!(self.role, Role::Follower));
        // Who has never been in a term has heard from nobody; whoever has may have, just before.
        self.heard_us = (self.current_term() > 0).then(|| context.now_us());
        self.reset_election_timer(context);
    }

    pub(super) fn timeout(&mut self, timer: Timer, context: &mut ServerContext<'_, S>) {
        match timer {
            Timer::Election => self.stand_for_election(context),
            Timer::Heartbeat => self.repeat(context),
            Timer::Duty => self.attend(context),
            Timer::RequestTimeout
            | Timer::Retry
            | Timer::Load
            | Timer::Work
            | Timer::Renewal
            | Timer::Retransmission => {}
        }
        self.save(context);
    }

    pub(super) fn receive(
        &mut self,
        from: NodeId,
        message: Message<S>,
        context: &mut ServerContext<'_, S>,
    ) {
        if !self.sticks_to_leader(from, &message, context) {
            self.observe_term(&message, context);
            self.handle(from, message, context);
        }
        self.save(context);
    }

    /// "If one server's current term is smaller than the other's, then it updates its current term
    /// to the larger value. If a candidate or leader discovers that its term is out of date, it
    /// immediately reverts to follower state." (§5.1) A pre-vote speaks of a term that nobody has.
    fn observe_term(&mut self, message: &Message<S>, context: &mut ServerContext<'_, S>) {
        let Some(term) = message.term().filter(|term| *term > self.current_term()) else { return };
        if matches!(message, Message::PreVote { .. }) {
            return;
        }
        if self.is_leader() && self.bugs.has(Bug::NoStepDown) {
            self.durable.current_term = term;
            self.durable.voted_for = None;
            self.dirty = true;
        } else {
            self.become_follower(term, None, context);
        }
    }

    fn handle(&mut self, from: NodeId, message: Message<S>, context: &mut ServerContext<'_, S>) {
        match message {
            Message::RequestVote { term, last_log_index, last_log_term, .. } => {
                self.answer_vote_request(from, term, (last_log_term, last_log_index), context);
            }
            Message::Vote { request_term, granted, .. } => {
                self.count_vote(from, (request_term, false), granted, context);
            }
            Message::PreVote { term, last_log_index, last_log_term } => {
                self.answer_pre_vote(from, term, (last_log_term, last_log_index), context);
            }
            Message::PreVoteAnswer { request_term, granted, .. } => {
                self.count_vote(from, (request_term, true), granted, context);
            }
            Message::AppendEntries { .. } => self.append_entries(from, message, context),
            Message::Appended { term, result, round } => {
                self.hear_append(from, (term, round), result, context);
            }
            Message::InstallSnapshot { term, snapshot, round } => {
                self.install_snapshot(from, (term, round), snapshot, context);
            }
            Message::TimeoutNow { term } => self.campaign_now(term, context),
            Message::Request { request, attempt, command } => {
                self.take_request(from, (request, attempt), command, context);
            }
            Message::Answer { .. } | Message::Parcel(_) => {}
        }
    }

    /// Persists the durable state if it was changed. Must come before anything that depends on it
    /// is sent: "updated on stable storage before responding to RPCs" (figure 2).
    pub(super) fn save(&mut self, context: &mut ServerContext<'_, S>) {
        if !self.dirty {
            return;
        }
        self.dirty = false;
        let mut durable = self.durable.clone();
        if self.bugs.has(Bug::VoteNotPersisted) {
            durable.voted_for = None;
        }
        context.persist(durable);
    }

    /// Sends a message that only the durable state justifies.
    pub(super) fn answer(
        &mut self,
        to: NodeId,
        message: Message<S>,
        context: &mut ServerContext<'_, S>,
    ) {
        self.save(context);
        if self.bugs.has(Bug::AnswerBeforeSync) {
            context.send_without_sync(to, message);
        } else {
            context.send(to, message);
        }
    }
}
