//! A server: its state, and the transitions between follower, candidate and leader (Raft §5.1).
//!
//! The names of the state are those of the paper's figure 2. What figure 2 calls persistent is
//! [`Durable`]; the rest is lost in a crash. Each transition is one method that leaves the server
//! consistent and asserts it. The rules of elections are in `election`, those of replication in
//! `replication`.

use super::bug::{Bug, Bugs};
use super::log::{Index, Log, Term};
use super::message::{Message, Reply};
use super::note::Note;
use super::participant::{Participant, Timer};
use super::setting::Features;
use super::state_machine::StateMachine;
use crate::sim::event::EventId;
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
    /// The shortest election timeout, in microseconds (§5.2 randomizes it).
    pub election_min_us: u64,
    /// The longest election timeout, in microseconds.
    pub election_max_us: u64,
    /// How often a leader sends heartbeats, and any server repeats what was not answered, in
    /// microseconds.
    pub heartbeat_us: u64,
    /// How many entries one message carries at most.
    pub most_entries: u32,
    /// What is switched on.
    pub features: Features,
}

impl Settings {
    /// How many servers make a majority.
    #[must_use]
    pub const fn majority(&self) -> u8 {
        self.servers / 2 + 1
    }

    /// Every server but `but`.
    pub fn others(&self, but: NodeId) -> impl Iterator<Item = NodeId> + use<> {
        (0..self.servers).map(NodeId).filter(move |server| *server != but)
    }
}

/// What survives a crash (figure 2, "Persistent state on all servers").
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Durable<C: Clone> {
    /// The latest term the server has seen.
    pub current_term: Term,
    /// The candidate that it voted for in that term.
    pub voted_for: Option<NodeId>,
    /// Its log.
    pub log: Log<C>,
}

impl<C: Clone> Default for Durable<C> {
    fn default() -> Self {
        Self { current_term: 0, voted_for: None, log: Log::default() }
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

/// What a leader knows about a server (figure 2, "Volatile state on leaders").
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Progress {
    /// The next entry to send to it.
    pub next_index: Index,
    /// The highest entry known to be replicated on it.
    pub match_index: Index,
    /// Whether entries were sent that it has not answered.
    pub awaiting: bool,
    /// When it last answered in this term, on the leader's clock, in microseconds; 0 for never.
    pub heard_us: u64,
    /// The event in which its newest match was learned.
    pub event: EventId,
}

/// Follower, candidate or leader (§5.1, figure 4).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::large_enum_variant, reason = "inline, a server is copied without allocating")]
pub enum Role {
    /// Passive: answers requests from leaders and candidates.
    Follower,
    /// Asks for votes.
    Candidate {
        /// The answers so far.
        ballots: PerServer<Option<Ballot>>,
    },
    /// Handles all client requests.
    Leader {
        /// What it knows about each server, itself included.
        progress: PerServer<Progress>,
    },
}

/// A server.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Server<S: StateMachine> {
    pub(super) id: NodeId,
    pub(super) settings: Settings,
    pub(super) bugs: Bugs,
    pub(super) durable: Durable<S::Command>,
    /// Whether `durable` was changed since it was last persisted.
    pub(super) dirty: bool,
    /// What it has heard to be on its disk since it came up: the term, and the last entry's index.
    pub(super) synced: (Term, Index),
    pub(super) role: Role,
    pub(super) leader: Option<NodeId>,
    pub(super) role_since_us: u64,
    pub(super) commit_index: Index,
    pub(super) last_applied: Index,
    pub(super) machine: S,
}

impl<S: StateMachine> Server<S> {
    /// Server `id` of a cluster, with what is on its disk.
    ///
    /// # Panics
    /// If the settings make no cluster with this server: the lab checks them before.
    #[must_use]
    pub fn new(id: NodeId, settings: Settings, durable: Durable<S::Command>) -> Self {
        assert!(id.0 < settings.servers && usize::from(settings.servers) <= MOST_SERVERS);
        assert!(settings.election_min_us <= settings.election_max_us);
        Self {
            id,
            settings,
            bugs: Bugs::default(),
            durable,
            dirty: false,
            synced: (0, 0),
            role: Role::Follower,
            leader: None,
            role_since_us: 0,
            commit_index: 0,
            last_applied: 0,
            machine: S::default(),
        }
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
    pub const fn durable(&self) -> &Durable<S::Command> {
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

    /// The server as it comes back: its disk, its settings and its bugs.
    #[must_use]
    pub(super) fn recovered(&self, durable: Durable<S::Command>) -> Self {
        Self { bugs: self.bugs, ..Self::new(self.id, self.settings, durable) }
    }

    /// "When servers start up, they begin as followers" (§5.2).
    pub(super) fn start(&mut self, context: &mut ServerContext<'_, S>) {
        assert!(matches!(self.role, Role::Follower));
        self.reset_election_timer(context);
    }

    pub(super) fn timeout(&mut self, timer: Timer, context: &mut ServerContext<'_, S>) {
        match timer {
            Timer::Election => self.become_candidate(context),
            Timer::Heartbeat => self.repeat(context),
            Timer::RequestTimeout | Timer::Retry | Timer::Load => {}
        }
        self.save(context);
    }

    pub(super) fn receive(
        &mut self,
        from: NodeId,
        message: Message<S>,
        context: &mut ServerContext<'_, S>,
    ) {
        // "If one server's current term is smaller than the other's, then it updates its current
        // term to the larger value. If a candidate or leader discovers that its term is out of
        // date, it immediately reverts to follower state." (§5.1)
        if let Some(term) = message.term()
            && term > self.current_term()
        {
            self.become_follower(term, None, context);
        }
        match message {
            Message::RequestVote { term, last_log_index, last_log_term } => {
                self.answer_vote_request(from, term, (last_log_term, last_log_index), context);
            }
            Message::Vote { request_term, granted, .. } => {
                self.count_vote(from, request_term, granted, context);
            }
            Message::AppendEntries { .. } => self.append_entries(from, message, context),
            Message::Appended { term, result } => self.hear_append(from, term, result, context),
            Message::Request { request, attempt, command } => {
                if self.is_leader() {
                    self.propose(from, request, command, context);
                } else {
                    let reply = Reply::NotLeader(self.leader);
                    context.send(from, Message::Answer { request, attempt, reply });
                }
            }
            Message::Answer { .. } => {}
        }
        self.save(context);
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

    /// Follows, in `term`: a higher one than its own, or its own with a leader now known.
    pub(super) fn become_follower(
        &mut self,
        term: Term,
        leader: Option<NodeId>,
        context: &mut ServerContext<'_, S>,
    ) {
        assert!(term >= self.current_term(), "terms only grow");
        let was_leader = self.is_leader();
        let changes = !matches!(self.role, Role::Follower) || leader != self.leader;
        if term > self.current_term() {
            self.durable.current_term = term;
            self.durable.voted_for = None;
            self.dirty = true;
        }
        if !matches!(self.role, Role::Follower) {
            self.role = Role::Follower;
            self.role_since_us = context.now_us();
            context.cancel_timer(Timer::Heartbeat);
        }
        self.leader = leader;
        if was_leader {
            // A leader has no election timer: it needs one again.
            self.reset_election_timer(context);
        }
        if changes {
            context.note(|| Note::BecameFollower { term, leader });
        }
        assert!(matches!(self.role, Role::Follower) && self.current_term() == term);
    }

    /// "To begin an election, a follower increments its current term and transitions to candidate
    /// state. It then votes for itself and issues RequestVote RPCs in parallel to each of the other
    /// servers in the cluster." (§5.2)
    pub(super) fn become_candidate(&mut self, context: &mut ServerContext<'_, S>) {
        assert!(!self.is_leader(), "a leader has no election timer");
        let term = self.current_term() + 1;
        let mut ballots = [None; MOST_SERVERS];
        ballots[self.id.index()] = Some(Ballot { granted: true, event: context.event() });
        self.durable.current_term = term;
        self.durable.voted_for = Some(self.id);
        self.dirty = true;
        self.role = Role::Candidate { ballots };
        self.role_since_us = context.now_us();
        self.leader = None;
        context.note(|| Note::BecameCandidate { term });
        self.reset_election_timer(context);
        context.set_timer(Timer::Heartbeat, self.settings.heartbeat_us);
        self.save(context);
        self.request_votes(context);
        assert!(self.current_term() == term && self.durable.voted_for == Some(self.id));
    }

    /// "A candidate wins an election if it receives votes from a majority of the servers in the
    /// full cluster for the same term." (§5.2)
    pub(super) fn become_leader(
        &mut self,
        ballots: &PerServer<Option<Ballot>>,
        context: &mut ServerContext<'_, S>,
    ) {
        let granted = ballots.iter().flatten().filter(|ballot| ballot.granted);
        let votes = u8::try_from(granted.clone().count()).unwrap_or(u8::MAX);
        assert!(votes >= self.settings.majority());
        let term = self.current_term();
        context.note_because(
            || Note::BecameLeader { term, votes },
            || granted.map(|ballot| ballot.event).collect(),
        );
        // "When a leader first comes to power, it initializes all nextIndex values to the index
        // just after the last one in its log." (§5.3)
        let fresh = Progress { next_index: self.log().last_index() + 1, ..Progress::default() };
        let mut progress = [fresh; MOST_SERVERS];
        let (synced_term, synced_index) = self.synced;
        if synced_term == term {
            progress[self.id.index()].match_index = synced_index;
        }
        self.role = Role::Leader { progress };
        self.role_since_us = context.now_us();
        self.leader = Some(self.id);
        context.cancel_timer(Timer::Election);
        context.set_timer(Timer::Heartbeat, self.settings.heartbeat_us);
        self.save(context);
        // "It then sends heartbeat messages to all of the other servers to establish its authority
        // and prevent new elections." (§5.2)
        self.replicate(true, context);
        assert!(self.is_leader() && self.leader == Some(self.id));
    }

    /// The heartbeat timer ran out: a leader sends heartbeats, a candidate asks again.
    fn repeat(&mut self, context: &mut ServerContext<'_, S>) {
        context.set_timer(Timer::Heartbeat, self.settings.heartbeat_us);
        match self.role {
            Role::Leader { .. } => self.replicate(true, context),
            Role::Candidate { .. } => self.request_votes(context),
            Role::Follower => unreachable!("a follower has no heartbeat timer"),
        }
    }
}
