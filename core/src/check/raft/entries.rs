//! Every entry that any server ever stored, as it was first stored.
//!
//! Logs forget: what a snapshot has taken over is dropped, in the very step that applied it if need
//! be. This record does not. Where a log still has an entry, the log is asked; where it has dropped
//! it, the record is followed back from the log's base, since each entry knows the term of the one
//! before it, and index and term name an entry (the Log Matching Property).

use imbl::OrdMap;

use crate::raft::configuration::Configuration;
use crate::raft::log::{Command, Index, Log, Payload, Proposal, Term};
use crate::sim::process::NodeId;
use crate::sim::shared::SharedList;

/// What an entry asks for, as far as the checks care.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asks {
    /// Nothing of the state machine.
    Nothing,
    /// A command that the log began with.
    Preset,
    /// A command of a client.
    Client {
        client: NodeId,
        request: u64,
        /// Whether its leader took it as part of the client's session.
        in_session: bool,
    },
}

impl Asks {
    fn of<C>(proposal: &Proposal<C>) -> Self {
        let Proposal { client, request, in_session, ref payload, .. } = *proposal;
        match (payload, client) {
            (Payload::Blank | Payload::Configuration(_), _) => Self::Nothing,
            (Payload::Command(_), None) => Self::Preset,
            (Payload::Command(_), Some(client)) => Self::Client { client, request, in_session },
        }
    }
}

/// An entry as it was first stored anywhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stored {
    pub term: Term,
    /// One number for everything up to it.
    pub prefix_hash: u64,
    /// The term of the entry before it.
    previous_term: Term,
    /// Who stored it first.
    pub by: NodeId,
    pub asks: Asks,
}

/// The record.
#[derive(Clone, Debug, Default)]
pub(super) struct Entries {
    /// For each index, the first entry that any server stored there.
    first: SharedList<Stored>,
    /// The same for every further term at that index: rare, since it takes a conflict.
    rivals: OrdMap<(Index, Term), Stored>,
    /// The configurations among them.
    configurations: OrdMap<(Index, Term), Configuration>,
}

impl Entries {
    /// The entry that is known by this index and term.
    pub(super) fn known(&self, index: Index, term: Term) -> Option<&Stored> {
        let first = self.first.get(place_of(index)?)?;
        if first.term == term { Some(first) } else { self.rivals.get(&(index, term)) }
    }

    /// The configuration that the entry of this index and term sets, if it sets one.
    pub(super) fn configuration(&self, index: Index, term: Term) -> Option<&Configuration> {
        self.configurations.get(&(index, term))
    }

    /// The last entry of a log that is known by its index and term, also the last one that a
    /// snapshot took over.
    pub(super) fn last_known<C: Command>(&self, log: &Log<C>) -> Option<(Index, &Stored)> {
        (log.base().index.max(1)..=log.last_index())
            .rev()
            .find_map(|index| Some((index, self.known(index, log.term_at(index)?)?)))
    }

    /// Records the entries of a server's log from `from` on, which are not known yet.
    pub(super) fn record<C: Command>(&mut self, from: Index, log: &Log<C>, by: NodeId) {
        for index in from.max(log.first_index())..=log.last_index() {
            let entry = log.entry(index).zip(log.prefix_hash(index));
            let Some(((entry, prefix_hash), previous_term)) = entry.zip(log.term_at(index - 1))
            else {
                return;
            };
            let (term, asks) = (entry.term, Asks::of(&entry.proposal));
            if let Payload::Configuration(configuration) = entry.proposal.payload {
                self.configurations.insert((index, term), configuration);
            }
            let stored = Stored { term, prefix_hash, previous_term, by, asks };
            if place_of(index) == Some(self.first.len()) {
                self.first.push(stored);
            } else {
                self.rivals.insert((index, term), stored);
            }
        }
    }

    /// Goes through the entries of a log from `from` to `to`, with their indexes, whether it still
    /// has them or not. Those before a gap in the record are left out: only a broken rule makes
    /// one.
    pub(super) fn of_log<C: Command>(
        &self,
        log: &Log<C>,
        (from, to): (Index, Index),
        mut each: impl FnMut(Index, &Stored),
    ) {
        if from < log.first_index() {
            self.dropped(log, (from, to)).iter().rev().for_each(|(index, at)| each(*index, at));
        }
        for index in from.max(log.first_index())..=to.min(log.last_index()) {
            let known = log.term_at(index).and_then(|term| self.known(index, term));
            let Some((stored, prefix_hash)) = known.zip(log.prefix_hash(index)) else { break };
            each(index, &Stored { prefix_hash, ..*stored });
        }
    }

    /// The same of what a snapshot has taken over, the last first.
    fn dropped<C: Command>(
        &self,
        log: &Log<C>,
        (from, to): (Index, Index),
    ) -> Vec<(Index, Stored)> {
        let mut index = log.base().index;
        let mut next = self.known(index, log.base().term);
        let mut found = Vec::new();
        while let Some(stored) = next.filter(|_| index >= from) {
            if index <= to {
                found.push((index, *stored));
            }
            index -= 1;
            next = self.known(index, stored.previous_term);
        }
        found
    }
}

/// Where the record of an index is.
pub(super) fn place_of(index: Index) -> Option<usize> {
    usize::try_from(index.checked_sub(1)?).ok()
}
