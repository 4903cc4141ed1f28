//! Short names for what the dissertation adds to the paper: messages, configurations, instructions.

use std::sync::Arc;

use lockstep_core::raft::configuration::Configuration;
use lockstep_core::raft::instruction::Instruction;
use lockstep_core::raft::log::{Entry, Index, Payload, Proposal, Term};
use lockstep_core::raft::message::AppendResult;
use lockstep_core::raft::snapshot::Snapshot;
use lockstep_core::raft::store::{Operation, Store};
use lockstep_core::sim::node_set::NodeSet;
use lockstep_core::sim::process::NodeId;

use crate::messages::{Disk, Message};

/// These nodes.
#[must_use]
pub fn set(nodes: &[NodeId]) -> NodeSet {
    nodes.iter().copied().collect()
}

/// These servers vote.
#[must_use]
pub fn voters(nodes: &[NodeId]) -> Configuration {
    Configuration::of(set(nodes))
}

/// The joint configuration between these voters and those.
#[must_use]
pub fn joint(new: &[NodeId], old: &[NodeId]) -> Configuration {
    Configuration { outgoing: set(old), auto_leave: true, ..voters(new) }
}

/// The instruction to let these servers vote, and nobody learn.
#[must_use]
pub fn reconfigure(nodes: &[NodeId]) -> Instruction {
    Instruction::Reconfigure { voters: set(nodes), learners: NodeSet::EMPTY }
}

/// An entry that sets a configuration.
#[must_use]
pub fn configured(term: Term, configuration: Configuration) -> Entry<Operation> {
    Entry { term, proposal: Arc::new(Proposal::own(Payload::Configuration(configuration))) }
}

/// The same disk with one entry more.
#[must_use]
pub fn and_entry(mut disk: Disk, entry: Entry<Operation>) -> Disk {
    disk.log.append(entry);
    disk
}

/// `AppendEntries` with these entries after the entry at `previous` (its term and index).
#[must_use]
pub fn append_these(
    term: Term,
    (previous_term, previous_index): (Term, Index),
    entries: Vec<Entry<Operation>>,
    leader_commit: Index,
) -> Message {
    let round = 0;
    Message::AppendEntries { term, previous_index, previous_term, entries, leader_commit, round }
}

/// A follower's log agrees with the leader's up to `index`: the answer to a message of this round.
#[must_use]
pub const fn matched_in(round: u64, term: Term, index: Index) -> Message {
    Message::Appended { term, result: AppendResult::Matched(index), round }
}

/// The question whether a vote would be granted in `term` to a server whose log ends with an entry
/// of `last_log_term` at `last_log_index`.
#[must_use]
pub const fn pre_vote(term: Term, (last_log_term, last_log_index): (Term, Index)) -> Message {
    Message::PreVote { term, last_log_index, last_log_term }
}

/// The answer of a voter in term `term`: it would vote so in `request_term`.
#[must_use]
pub const fn would_vote(term: Term, request_term: Term) -> Message {
    Message::PreVoteAnswer { term, request_term, granted: true }
}

/// The answer of a voter in term `term`: it would not.
#[must_use]
pub const fn would_not_vote(term: Term, request_term: Term) -> Message {
    Message::PreVoteAnswer { term, request_term, granted: false }
}

/// A request for a vote in an election that the leader asked for.
#[must_use]
pub const fn request_vote_for_transfer(
    term: Term,
    (last_log_term, last_log_index): (Term, Index),
) -> Message {
    Message::RequestVote { term, last_log_index, last_log_term, transfer: true }
}

/// The leader of `term` asks for an election at once.
#[must_use]
pub const fn timeout_now(term: Term) -> Message {
    Message::TimeoutNow { term }
}

/// The leader of `term` sends a snapshot.
#[must_use]
pub fn install(term: Term, snapshot: &Snapshot<Store>) -> Message {
    Message::InstallSnapshot { term, snapshot: Arc::new(snapshot.clone()), round: 0 }
}
