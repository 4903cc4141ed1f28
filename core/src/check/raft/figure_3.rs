//! The five properties of Raft's figure 3.
//!
//! Prefix hashes (see [`Log`]) compare whole logs in one comparison, and a record of every entry
//! that any server ever stored makes a new entry the only work there is.

use imbl::OrdMap;

use super::RaftCheck;
use super::findings::Findings;
use crate::raft::Participant;
use crate::raft::log::{Command, Index, Log, Term};
use crate::raft::server::{MOST_SERVERS, PerServer, Server};
use crate::raft::state_machine::StateMachine;
use crate::sim::process::NodeId;
use crate::sim::shared::SharedList;
use crate::sim::world::World;

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

/// The record of a cluster whose commands are `C`.
#[derive(Clone, Debug)]
pub(super) struct Figure3<C: Clone> {
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
}

impl<C: Clone> Default for Figure3<C> {
    fn default() -> Self {
        Self {
            seen: PerServer::default(),
            leaders: OrdMap::new(),
            successors: OrdMap::new(),
            entries: SharedList::default(),
            rivals: OrdMap::new(),
            committed: SharedList::default(),
            applied: SharedList::default(),
        }
    }
}

impl<C: Command> Figure3<C> {
    /// Whether any server was elected.
    pub(super) fn has_leaders(&self) -> bool {
        !self.leaders.is_empty()
    }

    /// The highest index that any server knew to be committed.
    pub(super) fn committed(&self) -> Index {
        self.committed.len() as Index
    }

    /// Looks at a server that may have changed.
    pub(super) fn observe<S: StateMachine<Command = C>>(
        &mut self,
        server: &Server<S>,
        world: &World<Participant<S>>,
        findings: &mut Findings,
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
                self.check_append_only(server, before, world, findings);
            }
            self.check_matching(server, world, findings);
        }
        if led.is_some() && led != before.led {
            self.check_elected(server, world, findings);
        }
        if server.commit_index() > before.commit_index {
            self.observe_commit(server, world, findings);
        }
        if server.last_applied() > before.last_applied {
            self.check_applied(server, before.last_applied, world, findings);
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
        findings: &mut Findings,
    ) {
        if server.log().prefix_hash(before.last_index) != Some(before.prefix_hash) {
            let place = (Some(server.current_term()), Some(before.last_index));
            findings.fail(RaftCheck::LeaderAppendOnly, vec![server.id()], place, world);
        }
    }

    /// Compares new entries with those that any server ever stored at the same index in the same
    /// term. A prefix hash speaks for everything before it, so the last known entry of the log
    /// decides, and what comes after it is new to the record.
    fn check_matching<S: StateMachine<Command = C>>(
        &mut self,
        server: &Server<S>,
        world: &World<Participant<S>>,
        findings: &mut Findings,
    ) {
        let log = server.log();
        let at = |index| Some((log.term_at(index)?, log.prefix_hash(index)?));
        // What a snapshot has taken over can be compared at its end only, which speaks for it all.
        let first = log.base().index.max(1);
        let last_known = (first..=log.last_index()).rev().find_map(|index| {
            let (term, hash) = at(index)?;
            Some((index, term, hash, self.known(index, term)?))
        });
        if let Some((index, term, hash, known)) = last_known
            && hash != known.prefix_hash
        {
            let nodes = vec![known.by, server.id()];
            findings.fail(RaftCheck::LogMatching, nodes, (Some(term), Some(index)), world);
        }
        let first_new = last_known.map_or(first, |(index, ..)| index + 1);
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
        findings: &mut Findings,
    ) {
        let term = server.current_term();
        let first = *self.leaders.entry(term).or_insert_with(|| server.id());
        if first != server.id() {
            let nodes = vec![first, server.id()];
            findings.fail(RaftCheck::ElectionSafety, nodes, (Some(term), None), world);
        }
        let elected = Elected { leader: server.id(), log: server.log().clone() };
        self.check_complete(term, &elected, world, findings);
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
        findings: &mut Findings,
    ) {
        let committed = |index| self.committed.get(place_of(index));
        let earlier = (1..=self.committed()).rev().find_map(|index| {
            let Committed { in_term, prefix_hash } = *committed(index)?;
            (in_term < term).then_some((index, prefix_hash))
        });
        // What the leader has dropped can be compared at its end only.
        let base = log.base().index;
        let earlier = match earlier {
            Some((index, _)) if index < base => committed(base).map(|at| (base, at.prefix_hash)),
            earlier => earlier,
        };
        if let Some((index, hash)) = earlier
            && log.prefix_hash(index) != Some(hash)
        {
            let missing = (base.max(1)..=index)
                .find(|at| log.prefix_hash(*at) != committed(*at).map(|entry| entry.prefix_hash));
            let place = (Some(term), missing);
            findings.fail(RaftCheck::LeaderCompleteness, vec![*leader], place, world);
        }
    }

    /// A server knows more to be committed than before: the record grows, and the leaders of later
    /// terms must have had it when they were elected.
    fn observe_commit<S: StateMachine<Command = C>>(
        &mut self,
        server: &Server<S>,
        world: &World<Participant<S>>,
        findings: &mut Findings,
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
                self.check_complete(*term, elected, world, findings);
            }
        }
    }

    /// What a server applied is what every other server applied at the same index.
    fn check_applied<S: StateMachine<Command = C>>(
        &mut self,
        server: &Server<S>,
        before: Index,
        world: &World<Participant<S>>,
        findings: &mut Findings,
    ) {
        for index in before + 1..=server.last_applied() {
            // What came with a snapshot was applied elsewhere, and is compared at its end.
            let Some(hash) = server.log().prefix_hash(index) else { continue };
            match self.applied.get(place_of(index)) {
                None if place_of(index) == self.applied.len() => {
                    self.applied.push((hash, server.id()));
                }
                None => {}
                Some((known, _)) if *known == hash => {}
                Some((_, first)) => {
                    let nodes = vec![*first, server.id()];
                    let place = (server.log().term_at(index), Some(index));
                    return findings.fail(RaftCheck::StateMachineSafety, nodes, place, world);
                }
            }
        }
    }
}

/// Where the record of an index is.
fn place_of(index: Index) -> usize {
    usize::try_from(index - 1).unwrap_or(usize::MAX)
}
