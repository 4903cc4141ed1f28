//! The properties of Raft's figure 3 that are about logs and leaders; the fifth, on what is
//! applied, is in `applied`.
//!
//! Prefix hashes (see [`Log`]) compare whole logs in one comparison, and a record of every entry
//! that any server ever stored makes a new entry the only work there is. Of a log whose beginning a
//! snapshot has taken over, the hash at its base speaks for that beginning.

use imbl::OrdMap;

use super::Findings;
use super::RaftCheck;
use super::entries::{Entries, place_of};
use super::seen::Look;
use crate::raft::Participant;
use crate::raft::configuration::Configuration;
use crate::raft::log::{Command, Index, Log, Term};
use crate::raft::server::Server;
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

/// A leader as it was elected.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Elected<C: Clone> {
    leader: NodeId,
    log: Log<C>,
}

/// The record of a cluster whose commands are `C`.
#[derive(Clone, Debug)]
pub(super) struct Figure3<C: Clone> {
    /// Who led each term.
    leaders: OrdMap<Term, NodeId>,
    /// The leaders that were elected while one of an earlier term still leads: that one may yet
    /// commit what they should have had.
    successors: OrdMap<Term, Elected<C>>,
    committed: SharedList<Committed>,
    /// The latest configuration that is committed.
    configuration: Configuration,
}

impl<C: Clone> Default for Figure3<C> {
    fn default() -> Self {
        Self {
            leaders: OrdMap::new(),
            successors: OrdMap::new(),
            committed: SharedList::default(),
            configuration: Configuration::default(),
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

    /// The latest configuration that any server knew to be committed.
    pub(super) const fn configuration(&self) -> &Configuration {
        &self.configuration
    }

    /// The configuration that the cluster is set up with.
    pub(super) const fn begin_with(&mut self, configuration: Configuration) {
        self.configuration = configuration;
    }

    /// Looks at a server that has changed.
    pub(super) fn observe<S: StateMachine<Command = C>>(
        &mut self,
        look: &Look<'_, S>,
        entries: &mut Entries,
        findings: &mut Findings,
    ) {
        let Look { server, before, now, world } = *look;
        if (now.last_index, now.prefix_hash) != (before.last_index, before.prefix_hash) {
            check_append_only(look, findings);
            check_matching(look, entries, findings);
        }
        if look.elected().is_some() {
            self.check_elected(server, world, findings);
        }
        if now.commit_index > before.commit_index {
            self.observe_commit(server, entries, world, findings);
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

    fn committed_hash(&self, index: Index) -> Option<u64> {
        self.committed.get(place_of(index)?).map(|committed| committed.prefix_hash)
    }

    /// A leader, as elected, had every entry that was committed in an earlier term.
    fn check_complete<S: StateMachine<Command = C>>(
        &self,
        term: Term,
        Elected { leader, log }: &Elected<C>,
        world: &World<Participant<S>>,
        findings: &mut Findings,
    ) {
        let earlier = (1..=self.committed()).rev().find(|index| {
            let committed = place_of(*index).and_then(|place| self.committed.get(place));
            committed.is_some_and(|committed| committed.in_term < term)
        });
        // What a snapshot has taken over is compared where it ends.
        let Some(index) = earlier.map(|index| index.max(log.base().index)) else { return };
        let known = self.committed_hash(index);
        if known.is_some() && log.prefix_hash(index) != known {
            let differs = |at: &Index| log.prefix_hash(*at) != self.committed_hash(*at);
            let missing = (log.base().index.max(1)..=index).find(differs);
            let place = (Some(term), missing);
            findings.fail(RaftCheck::LeaderCompleteness, vec![*leader], place, world);
        }
    }

    /// A server knows more to be committed than before: the record grows, and the leaders of later
    /// terms must have had it when they were elected.
    fn observe_commit<S: StateMachine<Command = C>>(
        &mut self,
        server: &Server<S>,
        entries: &Entries,
        world: &World<Participant<S>>,
        findings: &mut Findings,
    ) {
        let (log, in_term) = (server.log(), server.current_term());
        let known = self.committed();
        if server.commit_index() <= known {
            return;
        }
        let Self { committed, configuration, .. } = self;
        entries.of_log(log, (known + 1, server.commit_index()), |index, stored| {
            if place_of(index) == Some(committed.len()) {
                committed.push(Committed { prefix_hash: stored.prefix_hash, in_term });
                if let Some(changed) = entries.configuration(index, stored.term) {
                    *configuration = *changed;
                }
            }
        });
        if self.committed() > known {
            for (term, elected) in self.successors.range(in_term + 1..) {
                self.check_complete(*term, elected, world, findings);
            }
        }
    }
}

/// What the leader had before is still the beginning of what it has.
fn check_append_only<S: StateMachine>(look: &Look<'_, S>, findings: &mut Findings) {
    let Look { server, before, now, world } = *look;
    if now.led.is_none() || now.led != before.led || before.last_index < server.log().base().index {
        return;
    }
    if server.log().prefix_hash(before.last_index) != Some(before.prefix_hash) {
        let place = (Some(now.term), Some(before.last_index));
        findings.fail(RaftCheck::LeaderAppendOnly, vec![server.id()], place, world);
    }
}

/// Compares new entries with those that any server ever stored at the same index in the same term.
/// A prefix hash speaks for everything before it, so the last known entry of the log decides, and
/// what comes after it is new to the record.
fn check_matching<S: StateMachine>(
    look: &Look<'_, S>,
    entries: &mut Entries,
    findings: &mut Findings,
) {
    let (server, log) = (look.server, look.server.log());
    let last_known = entries.last_known(log);
    if let Some((index, known)) = last_known
        && log.prefix_hash(index) != Some(known.prefix_hash)
    {
        let nodes = vec![known.by, server.id()];
        let place = (Some(known.term), Some(index));
        findings.fail(RaftCheck::LogMatching, nodes, place, look.world);
    }
    let first_new = last_known.map_or(1, |(index, _)| index + 1);
    entries.record(first_new, log, server.id());
}
