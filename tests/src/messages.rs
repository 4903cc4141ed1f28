//! Short names for nodes, messages, entries and disks, so that a test reads like its sentence.

use std::sync::Arc;

use lockstep_core::raft::log::{Entry, Index, Log, Proposal, Term};
use lockstep_core::raft::message::{AppendResult, Reply};
use lockstep_core::raft::server::Durable;
use lockstep_core::raft::store::{Answer, Operation, Store};
use lockstep_core::sim::process::NodeId;

/// The first server: the one on the bench.
pub const N1: NodeId = NodeId(0);
/// The second server.
pub const N2: NodeId = NodeId(1);
/// The third server.
pub const N3: NodeId = NodeId(2);
/// The fourth server.
pub const N4: NodeId = NodeId(3);
/// The fifth server.
pub const N5: NodeId = NodeId(4);
/// The client of a cluster of five.
pub const C1: NodeId = NodeId(5);

/// A datagram of the key-value store's cluster.
pub type Message = lockstep_core::raft::message::Message<Store>;
/// What is on a server's disk.
pub type Disk = Durable<Store>;

/// The command that every test entry of this place holds: the same place, the same command.
#[must_use]
pub fn command(index: Index, term: Term) -> Operation {
    Operation::Put("x".into(), format!("{index}@{term}").into())
}

/// The test entry of this place.
#[must_use]
pub fn entry(index: Index, term: Term) -> Entry<Operation> {
    Entry { term, proposal: Arc::new(Proposal::preset(command(index, term))) }
}

/// Test entries of these terms, the first one at index `first`.
#[must_use]
pub fn entries(first: Index, terms: &[Term]) -> Vec<Entry<Operation>> {
    (first..).zip(terms).map(|(index, term)| entry(index, *term)).collect()
}

/// A disk with this current term, a vote in it, and a log of test entries of these terms.
#[must_use]
pub fn disk(current_term: Term, voted_for: Option<NodeId>, terms: &[Term]) -> Disk {
    let mut log = Log::default();
    for entry in entries(1, terms) {
        log.append(entry);
    }
    Durable { current_term, voted_for, log, snapshot: None }
}

/// A request for a vote by a candidate whose log ends with an entry of `last_log_term` at
/// `last_log_index`.
#[must_use]
pub fn request_vote(term: Term, (last_log_term, last_log_index): (Term, Index)) -> Message {
    Message::RequestVote { term, last_log_index, last_log_term, transfer: false }
}

/// A vote for the candidate.
#[must_use]
pub fn granted(term: Term) -> Message {
    Message::Vote { term, request_term: term, granted: true }
}

/// A vote denied to a candidate whose request was of an earlier term than the voter's.
#[must_use]
pub fn denied_as_stale(term: Term, request_term: Term) -> Message {
    Message::Vote { term, request_term, granted: false }
}

/// A vote denied to the candidate.
#[must_use]
pub fn denied(term: Term) -> Message {
    Message::Vote { term, request_term: term, granted: false }
}

/// `AppendEntries` with test entries of `terms` after the entry at `previous` (its term and index).
#[must_use]
pub fn append(
    term: Term,
    (previous_term, previous_index): (Term, Index),
    terms: &[Term],
    leader_commit: Index,
) -> Message {
    let entries = entries(previous_index + 1, terms);
    Message::AppendEntries { term, previous_index, previous_term, entries, leader_commit, round: 0 }
}

/// A heartbeat after the entry at `previous` (its term and index).
#[must_use]
pub fn heartbeat(term: Term, previous: (Term, Index), leader_commit: Index) -> Message {
    append(term, previous, &[], leader_commit)
}

/// A follower's log agrees with the leader's up to `index`.
#[must_use]
pub fn matched(term: Term, index: Index) -> Message {
    Message::Appended { term, result: AppendResult::Matched(index), round: 0 }
}

/// A server of term `term` refuses `AppendEntries` of an older one.
#[must_use]
pub fn stale(term: Term) -> Message {
    Message::Appended { term, result: AppendResult::Stale, round: 0 }
}

/// A follower has no entry like the leader's at `previous_index`, but one of `conflict_term`, of
/// which `index` is the first.
#[must_use]
pub fn conflict(
    term: Term,
    previous_index: Index,
    conflict_term: Option<Term>,
    index: Index,
) -> Message {
    let result = AppendResult::Conflict { previous_index, term: conflict_term, index };
    Message::Appended { term, result, round: 0 }
}

/// A client's first try of its `request`th operation.
#[must_use]
pub fn request(request: u64, operation: Operation) -> Message {
    Message::Request { request, attempt: 1, command: Arc::new(operation) }
}

/// The answer to a command that was carried out.
#[must_use]
pub fn applied(request: u64, answer: Answer) -> Message {
    Message::Answer { request, attempt: 0, reply: Reply::Applied(answer) }
}

/// The answer of a server that does not lead.
#[must_use]
pub fn not_leader(request: u64, leader: Option<NodeId>) -> Message {
    Message::Answer { request, attempt: 1, reply: Reply::NotLeader(leader) }
}

/// A write.
#[must_use]
pub fn put(key: &str, value: &str) -> Operation {
    Operation::Put(key.into(), value.into())
}

/// A read.
#[must_use]
pub fn get(key: &str) -> Operation {
    Operation::Get(key.into())
}
