//! Who belongs to a cluster, and what entries ask for, as there is to see.

use std::fmt;

use serde::Serialize;

use crate::lab::locks::fields::command_words;
use crate::lab::machine::Command;
use crate::lab::{Names, NodeName};
use crate::raft::configuration::Configuration;
use crate::raft::log::{Entry, Payload};
use crate::raft::store::Operation;
use crate::sim::node_set::NodeSet;

/// Who the members of a cluster are.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct MembersView {
    /// Who votes; in a joint configuration, the new voters.
    pub voters: Vec<NodeName>,
    /// The old voters of a joint configuration, whose majority is needed too; else nobody.
    pub outgoing: Vec<NodeName>,
    /// Who receives the log and does not vote.
    pub learners: Vec<NodeName>,
    /// Who will be a learner once the joint configuration is left.
    pub learners_next: Vec<NodeName>,
}

/// What a server is in a cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It votes.
    Voter,
    /// It votes among the new members of a joint configuration, but not among the old ones.
    Joining,
    /// It votes among the old ones only.
    Leaving,
    /// It receives the log and does not vote.
    Learner,
    /// It does not belong to the cluster.
    Outside,
}

impl MembersView {
    /// What a server is, by this configuration.
    #[must_use]
    pub fn standing(&self, server: NodeName) -> Standing {
        let has = |list: &[NodeName]| list.contains(&server);
        let joint = !self.outgoing.is_empty();
        match (has(&self.voters), has(&self.outgoing)) {
            (true, false) if joint => Standing::Joining,
            (true, _) => Standing::Voter,
            (_, true) => Standing::Leaving,
            _ if has(&self.learners) => Standing::Learner,
            _ => Standing::Outside,
        }
    }

    /// How many of the voters are counted, and how many it takes; of old and new voters, while they
    /// are joint, of those that lack more.
    pub(super) fn tally(&self, counts: impl Fn(NodeName) -> bool) -> (u8, u8) {
        let lists = [&self.voters, &self.outgoing].into_iter().filter(|list| !list.is_empty());
        let tallies = lists.map(|list| {
            let majority = count(list.iter()) / 2 + 1;
            (count(list.iter().filter(|name| counts(**name))), majority)
        });
        let lacks = |(counted, majority): &(u8, u8)| majority.saturating_sub(*counted);
        tallies.max_by_key(lacks).unwrap_or((0, 1))
    }
}

fn count<T>(items: impl Iterator<Item = T>) -> u8 {
    u8::try_from(items.count()).unwrap_or(u8::MAX)
}

impl fmt::Display for MembersView {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = |names: &[NodeName]| {
            let names: Vec<String> = names.iter().map(ToString::to_string).collect();
            names.join(" ")
        };
        write!(formatter, "{{{}}}", list(&self.voters))?;
        if !self.outgoing.is_empty() {
            write!(formatter, " + {{{}}}", list(&self.outgoing))?;
        }
        let learners = [&*self.learners, &*self.learners_next].concat();
        if learners.is_empty() { Ok(()) } else { write!(formatter, " ({})", list(&learners)) }
    }
}

/// What an entry asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum EntryContent {
    /// Nothing: it opens a term.
    Blank,
    /// From here on the members are these.
    Configuration(MembersView),
    /// A command for a lock table, in words.
    Lock(String),
    /// A command for the store.
    #[serde(untagged)]
    Operation(Operation),
}

impl fmt::Display for EntryContent {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Blank => formatter.write_str("·"),
            Self::Configuration(members) => write!(formatter, "{members}"),
            Self::Lock(command) => formatter.write_str(command),
            Self::Operation(operation) => write!(formatter, "{operation}"),
        }
    }
}

/// What an entry asks for, with the names of servers.
pub(super) fn content(entry: &Entry<Command>, names: Names) -> EntryContent {
    match &entry.proposal.payload {
        Payload::Command(command) => match command.as_ref() {
            Command::Store(operation) => EntryContent::Operation(operation.clone()),
            Command::Lock(command) => {
                EntryContent::Lock(command_words(command, entry.proposal.client, names))
            }
        },
        Payload::Blank => EntryContent::Blank,
        Payload::Configuration(configuration) => {
            EntryContent::Configuration(members_view(configuration))
        }
    }
}

/// The members of a configuration, by name.
#[must_use]
pub fn members_view(configuration: &Configuration) -> MembersView {
    let list = |nodes: NodeSet| nodes.iter().map(|node| NodeName::Server(node.0 + 1)).collect();
    MembersView {
        voters: list(configuration.voters),
        outgoing: list(configuration.outgoing),
        learners: list(configuration.learners),
        learners_next: list(configuration.learners_next),
    }
}
