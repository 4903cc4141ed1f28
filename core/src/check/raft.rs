//! The five properties of Raft's figure 3, checked after every step.
//!
//! Each step changes one server, so each check looks at that server only and costs little: prefix
//! hashes (see [`Log`]) compare whole logs in one comparison, and a record
//! of every entry that any server ever stored makes a new entry the only work there is.
//!
//! The checks read states, not notes: a bug that forgets to say what it did is caught all the same.

use std::collections::BTreeMap;

use imbl::OrdMap;

use super::{Failure, Kind, Verdict};
use crate::raft::Participant;
use crate::raft::log::{Command, Index, Log, Term};
use crate::raft::server::{MOST_SERVERS, PerServer, Role, Server};
use crate::raft::state_machine::StateMachine;
use crate::sim::monitor::Monitor;
use crate::sim::process::NodeId;
use crate::sim::shared::SharedList;
use crate::sim::world::{Node, Stepped, World};

/// The checks of the Raft lab. Links name them by their place in the list: **never reordered, new
/// ones come at the end.**
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RaftCheck {
    /// "At most one leader can be elected in a given term." §5.2
    ElectionSafety,
    /// "A leader never overwrites or deletes entries in its log; it only appends new entries." §5.3
    LeaderAppendOnly,
    /// "If two logs contain an entry with the same index and term, then the logs are identical in
    /// all entries up through the given index." §5.3
    LogMatching,
    /// "If a log entry is committed in a given term, then that entry will be present in the logs of
    /// the leaders for all higher-numbered terms." §5.4
    LeaderCompleteness,
    /// "If a server has applied a log entry at a given index to its state machine, no other server
    /// will ever apply a different log entry for the same index." §5.4.3
    StateMachineSafety,
    /// Some server was elected: without it the others say little.
    LeaderElected,
    /// Some entry was committed.
    EntryCommitted,
}

impl RaftCheck {
    /// Every check, in the order in which they are shown.
    pub const ALL: [Self; 7] = [
        Self::ElectionSafety,
        Self::LeaderAppendOnly,
        Self::LogMatching,
        Self::LeaderCompleteness,
        Self::StateMachineSafety,
        Self::LeaderElected,
        Self::EntryCommitted,
    ];

    /// What kind of promise it is.
    #[must_use]
    pub const fn kind(self) -> Kind {
        match self {
            Self::ElectionSafety
            | Self::LeaderAppendOnly
            | Self::LogMatching
            | Self::LeaderCompleteness
            | Self::StateMachineSafety => Kind::Always,
            Self::LeaderElected | Self::EntryCommitted => Kind::Sometimes,
        }
    }

    /// Its name in scenario files and results.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::ElectionSafety => "election_safety",
            Self::LeaderAppendOnly => "leader_append_only",
            Self::LogMatching => "log_matching",
            Self::LeaderCompleteness => "leader_completeness",
            Self::StateMachineSafety => "state_machine_safety",
            Self::LeaderElected => "leader_elected",
            Self::EntryCommitted => "entry_committed",
        }
    }
}

/// What the lane of a node is painted with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LaneState {
    /// A server that follows.
    Follower,
    /// A server that asks for votes.
    Candidate,
    /// A server that leads.
    Leader,
    /// A node that is down.
    Down,
    /// A node that is paused.
    Paused,
    /// A client that runs.
    Client,
    /// A server that asks whether it would be elected.
    PreCandidate,
}

impl LaneState {
    /// Every state, in the order of its number.
    pub const ALL: [Self; 7] = [
        Self::Follower,
        Self::Candidate,
        Self::Leader,
        Self::Down,
        Self::Paused,
        Self::Client,
        Self::PreCandidate,
    ];

    /// The state of this number.
    #[must_use]
    pub fn from_number(number: u8) -> Option<Self> {
        Self::ALL.get(usize::from(number)).copied()
    }
}

/// An entry that is committed: everything up to it, and the term of the server that first knew.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Committed {
    prefix_hash: u64,
    in_term: Term,
}

/// What is remembered of a server since it was last looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Seen {
    /// The term that it led, if it led.
    led: Option<Term>,
    last_index: Index,
    /// The prefix hash at `last_index`.
    prefix_hash: u64,
    commit_index: Index,
    last_applied: Index,
}

/// An entry as it was first stored anywhere: the hash of everything up to it, and who stored it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Stored {
    prefix_hash: u64,
    by: NodeId,
}

/// A leader as it was elected.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Elected<C: Clone> {
    leader: NodeId,
    log: Log<C>,
}

/// Watches a cluster whose commands are `C`.
#[derive(Clone, Debug)]
pub struct RaftMonitor<C: Clone> {
    seen: PerServer<Seen>,
    /// Who led each term.
    leaders: OrdMap<Term, NodeId>,
    /// The leaders that were elected while one of an earlier term still leads: that one may yet
    /// commit what they should have had.
    successors: OrdMap<Term, Elected<C>>,
    /// For each index, the first entry that any server stored there, and its term.
    entries: SharedList<(Term, Stored)>,
    /// The same for every further term at that index: rare, since it takes a conflict.
    rivals: OrdMap<(Index, Term), Stored>,
    committed: SharedList<Committed>,
    /// For each index, the hash of everything up to the entry that was first applied there.
    applied: SharedList<(u64, NodeId)>,
    failures: BTreeMap<RaftCheck, Failure>,
}

impl<C: Clone> Default for RaftMonitor<C> {
    fn default() -> Self {
        Self {
            seen: PerServer::default(),
            leaders: OrdMap::new(),
            successors: OrdMap::new(),
            entries: SharedList::default(),
            rivals: OrdMap::new(),
            committed: SharedList::default(),
            applied: SharedList::default(),
            failures: BTreeMap::new(),
        }
    }
}

impl<C: Command> RaftMonitor<C> {
    /// What a check says of the run so far.
    #[must_use]
    pub fn verdict(&self, check: RaftCheck) -> Verdict {
        let missing = match check {
            RaftCheck::LeaderElected => self.leaders.is_empty(),
            RaftCheck::EntryCommitted => self.committed.is_empty(),
            _ => false,
        };
        match check.kind() {
            Kind::Sometimes if missing => Verdict::NotReached,
            Kind::Sometimes | Kind::Always => {
                self.failures.get(&check).cloned().map_or(Verdict::Holds, Verdict::Fails)
            }
        }
    }

    /// The checks that failed, each with its first failure.
    pub fn failures(&self) -> impl Iterator<Item = (RaftCheck, &Failure)> {
        self.failures.iter().map(|(check, failure)| (*check, failure))
    }

    /// The highest index that any server knew to be committed.
    #[must_use]
    pub fn committed(&self) -> Index {
        self.committed.len() as Index
    }

    fn observe_server<S: StateMachine<Command = C>>(
        &mut self,
        server: &Server<S>,
        world: &World<Participant<S>>,
    ) {
        let place = server.id().index();
        assert!(place < MOST_SERVERS);
        let before = self.seen[place];
        let log = server.log();
        let last_index = log.last_index();
        let prefix_hash = log.prefix_hash(last_index).unwrap_or(0);
        let led = server.is_leader().then(|| server.current_term());
        if (last_index, prefix_hash) != (before.last_index, before.prefix_hash) {
            if led.is_some() && led == before.led {
                self.check_append_only(server, before, world);
            }
            self.check_matching(server, world);
        }
        if led.is_some() && led != before.led {
            self.check_elected(server, world);
        }
        if server.commit_index() > before.commit_index {
            self.observe_commit(server, world);
        }
        if server.last_applied() > before.last_applied {
            self.check_applied(server, before.last_applied, world);
        }
        self.seen[place] = Seen {
            led,
            last_index,
            prefix_hash,
            commit_index: server.commit_index(),
            last_applied: server.last_applied(),
        };
    }

    /// What the leader had before is still the beginning of what it has.
    fn check_append_only<S: StateMachine<Command = C>>(
        &mut self,
        server: &Server<S>,
        before: Seen,
        world: &World<Participant<S>>,
    ) {
        if server.log().prefix_hash(before.last_index) != Some(before.prefix_hash) {
            let place = (Some(server.current_term()), Some(before.last_index));
            self.fail(RaftCheck::LeaderAppendOnly, vec![server.id()], place, world);
        }
    }

    /// Compares new entries with those that any server ever stored at the same index in the same
    /// term. A prefix hash speaks for everything before it, so the last known entry of the log
    /// decides, and what comes after it is new to the record.
    fn check_matching<S: StateMachine<Command = C>>(
        &mut self,
        server: &Server<S>,
        world: &World<Participant<S>>,
    ) {
        let log = server.log();
        let at = |index| Some((log.term_at(index)?, log.prefix_hash(index)?));
        let last_known = (1..=log.last_index()).rev().find_map(|index| {
            let (term, hash) = at(index)?;
            Some((index, term, hash, self.known(index, term)?))
        });
        if let Some((index, term, hash, known)) = last_known
            && hash != known.prefix_hash
        {
            let nodes = vec![known.by, server.id()];
            self.fail(RaftCheck::LogMatching, nodes, (Some(term), Some(index)), world);
        }
        let first_new = last_known.map_or(1, |(index, ..)| index + 1);
        for index in first_new..=log.last_index() {
            let Some((term, prefix_hash)) = at(index) else { return };
            let stored = Stored { prefix_hash, by: server.id() };
            if place_of(index) == self.entries.len() {
                self.entries.push((term, stored));
            } else {
                self.rivals.insert((index, term), stored);
            }
        }
    }

    fn known(&self, index: Index, term: Term) -> Option<Stored> {
        match self.entries.get(place_of(index)) {
            Some((known_term, stored)) if *known_term == term => Some(*stored),
            Some(_) => self.rivals.get(&(index, term)).copied(),
            None => None,
        }
    }

    /// A server leads a term that it did not lead before.
    fn check_elected<S: StateMachine<Command = C>>(
        &mut self,
        server: &Server<S>,
        world: &World<Participant<S>>,
    ) {
        let term = server.current_term();
        let first = *self.leaders.entry(term).or_insert_with(|| server.id());
        if first != server.id() {
            let nodes = vec![first, server.id()];
            self.fail(RaftCheck::ElectionSafety, nodes, (Some(term), None), world);
        }
        let elected = Elected { leader: server.id(), log: server.log().clone() };
        self.check_complete(term, &elected, world);
        self.successors.insert(term, elected);
        // Only a leader commits: who was elected before the oldest of them will not be asked again.
        let servers = world.nodes().iter().filter_map(|node| node.process.server());
        let oldest = servers.filter(|server| server.is_leader()).map(Server::current_term).min();
        self.successors = self.successors.split(&oldest.unwrap_or(term)).1;
    }

    /// A leader, as elected, had every entry that was committed in an earlier term.
    fn check_complete<S: StateMachine<Command = C>>(
        &mut self,
        term: Term,
        Elected { leader, log }: &Elected<C>,
        world: &World<Participant<S>>,
    ) {
        let committed = |index| self.committed.get(place_of(index));
        let earlier = (1..=self.committed()).rev().find_map(|index| {
            let Committed { in_term, prefix_hash } = *committed(index)?;
            (in_term < term).then_some((index, prefix_hash))
        });
        if let Some((index, hash)) = earlier
            && log.prefix_hash(index) != Some(hash)
        {
            let missing = (1..=index)
                .find(|at| log.prefix_hash(*at) != committed(*at).map(|entry| entry.prefix_hash));
            let place = (Some(term), missing);
            self.fail(RaftCheck::LeaderCompleteness, vec![*leader], place, world);
        }
    }

    /// A server knows more to be committed than before: the record grows, and the leaders of later
    /// terms must have had it when they were elected.
    fn observe_commit<S: StateMachine<Command = C>>(
        &mut self,
        server: &Server<S>,
        world: &World<Participant<S>>,
    ) {
        let (log, in_term) = (server.log(), server.current_term());
        let known = self.committed();
        for index in known + 1..=server.commit_index().min(log.last_index()) {
            let prefix_hash = log.prefix_hash(index).unwrap_or(0);
            self.committed.push(Committed { prefix_hash, in_term });
        }
        if self.committed() > known {
            let successors = self.successors.clone();
            for (term, elected) in successors.range(in_term + 1..) {
                self.check_complete(*term, elected, world);
            }
        }
    }

    /// What a server applied is what every other server applied at the same index.
    fn check_applied<S: StateMachine<Command = C>>(
        &mut self,
        server: &Server<S>,
        before: Index,
        world: &World<Participant<S>>,
    ) {
        for index in before + 1..=server.last_applied() {
            let Some(hash) = server.log().prefix_hash(index) else { break };
            match self.applied.get(place_of(index)) {
                None => self.applied.push((hash, server.id())),
                Some((known, _)) if *known == hash => {}
                Some((_, first)) => {
                    let nodes = vec![*first, server.id()];
                    let place = (server.log().term_at(index), Some(index));
                    return self.fail(RaftCheck::StateMachineSafety, nodes, place, world);
                }
            }
        }
    }

    /// Records a failure; only the first of each check counts.
    fn fail<S: StateMachine<Command = C>>(
        &mut self,
        check: RaftCheck,
        nodes: Vec<NodeId>,
        (term, index): (Option<Term>, Option<Index>),
        world: &World<Participant<S>>,
    ) {
        let (step, moment) = (world.steps(), world.moment());
        self.failures.entry(check).or_insert(Failure { step, moment, nodes, term, index });
    }
}

/// Where the record of an index is.
fn place_of(index: Index) -> usize {
    usize::try_from(index - 1).unwrap_or(usize::MAX)
}

impl<S: StateMachine> Monitor<Participant<S>> for RaftMonitor<S::Command> {
    fn begin(&mut self, world: &World<Participant<S>>) {
        for node in world.nodes() {
            if let Some(server) = node.process.server() {
                self.observe_server(server, world);
            }
        }
    }

    fn observe(&mut self, stepped: Stepped, world: &World<Participant<S>>) {
        let Some(node) = stepped.node else { return };
        if let Some(server) = world.node(node).process.server() {
            self.observe_server(server, world);
        }
    }

    fn band(node: &Node<Participant<S>>) -> u8 {
        let state = match &node.process {
            _ if !node.up => LaneState::Down,
            _ if node.paused => LaneState::Paused,
            Participant::Client(_) => LaneState::Client,
            Participant::Server(server) => match server.role() {
                Role::Follower => LaneState::Follower,
                Role::PreCandidate { .. } => LaneState::PreCandidate,
                Role::Candidate { .. } => LaneState::Candidate,
                Role::Leader { .. } => LaneState::Leader,
            },
        };
        state as u8
    }
}
