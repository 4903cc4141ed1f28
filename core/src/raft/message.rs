//! What servers and clients say to each other (Raft, figure 2).
//!
//! The paper's remote procedure calls become pairs of datagrams. Leader and candidate are not named
//! in a message: they are its sender. An answer says which question it answers well enough to be
//! recognised when the network delivers it late, twice or out of order.

use std::sync::Arc;

use super::log::{Command, Entry, Index, Term};
use super::snapshot::Snapshot;
use super::state_machine::StateMachine;
use crate::sim::digest::{Digest, Encode};
use crate::sim::process::NodeId;

/// A datagram.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Message<S: StateMachine> {
    /// A candidate asks for a vote.
    RequestVote {
        /// The candidate's term.
        term: Term,
        /// The index of its last log entry.
        last_log_index: Index,
        /// The term of its last log entry.
        last_log_term: Term,
        /// Whether the leader itself asked for the election (dissertation §3.10): then nobody
        /// sticks to that leader.
        transfer: bool,
    },
    /// The answer to a request for a vote.
    Vote {
        /// The voter's term, for the candidate to update itself.
        term: Term,
        /// The term of the request that is answered: a request that was overtaken by the
        /// candidate's next one must not be answered in its place.
        request_term: Term,
        /// Whether it votes for the candidate.
        granted: bool,
    },
    /// A leader replicates entries; without entries, a heartbeat.
    AppendEntries {
        /// The leader's term.
        term: Term,
        /// The index of the entry that comes before the new ones.
        previous_index: Index,
        /// That entry's term.
        previous_term: Term,
        /// What to store.
        entries: Vec<Entry<S::Command>>,
        /// The leader's commit index.
        leader_commit: Index,
        /// Which round of asking whether it still leads this belongs to (dissertation §6.4); 0
        /// while nobody asks.
        round: u64,
    },
    /// The answer to `AppendEntries`.
    Appended {
        /// The follower's term, for the leader to update itself.
        term: Term,
        /// Whether it stored them.
        result: AppendResult,
        /// The round that is answered.
        round: u64,
    },
    /// A client asks for a command to be carried out.
    Request {
        /// The client's own number for it.
        request: u64,
        /// Which try this is, from 1.
        attempt: u32,
        /// The command.
        command: Arc<S::Command>,
    },
    /// The answer to a client.
    Answer {
        /// The request that is answered.
        request: u64,
        /// The try that is answered.
        attempt: u32,
        /// What became of it.
        reply: Reply<S::Answer>,
    },
    /// Would you vote for me? Nobody's term changes (dissertation §9.6).
    PreVote {
        /// The term that the election would be in: the one after the asking server's.
        term: Term,
        /// The index of its last log entry.
        last_log_index: Index,
        /// The term of its last log entry.
        last_log_term: Term,
    },
    /// The answer to `PreVote`.
    PreVoteAnswer {
        /// The answering server's term.
        term: Term,
        /// The term that the election would be in.
        request_term: Term,
        /// Whether it would vote so.
        granted: bool,
    },
    /// A leader gives a follower the state in place of entries that it no longer has (Raft §7). The
    /// answer is `Appended`.
    InstallSnapshot {
        /// The leader's term.
        term: Term,
        /// The state, and where its log ended.
        snapshot: Arc<Snapshot<S>>,
        /// As in `AppendEntries`.
        round: u64,
    },
    /// A leader asks a follower to campaign at once (dissertation §3.10).
    TimeoutNow {
        /// The leader's term.
        term: Term,
    },
    /// What parties say to each other, and servers to them. Raft only carries it.
    Parcel(S::Parcel),
}

/// What a follower did with `AppendEntries`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AppendResult {
    /// Its log now agrees with the leader's up to this index.
    Matched(Index),
    /// The sender's term has passed.
    Stale,
    /// Its log has no entry at `previous_index` with `previous_term` (Raft §5.3, last paragraphs:
    /// what it says about the conflict saves the leader from trying one index after the other).
    Conflict {
        /// The index that the leader asked about.
        previous_index: Index,
        /// The term of the entry it has there; `None` if its log is too short.
        term: Option<Term>,
        /// The first index it stores for that term; past its end if its log is too short.
        index: Index,
    },
}

/// What became of a client's request.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Reply<A> {
    /// It was committed and carried out.
    Applied(A),
    /// It was refused: this server does not lead, but may know who does. It was not stored.
    NotLeader(Option<NodeId>),
}

impl<S: StateMachine> Encode for Message<S>
where
    S::Command: Command,
{
    fn encode(&self, digest: &mut Digest) {
        match self {
            Self::RequestVote { term, last_log_index, last_log_term, transfer } => {
                digest.word(1 | u64::from(*transfer) << 8);
                digest.word(*term);
                digest.word(*last_log_index);
                digest.word(*last_log_term);
            }
            Self::Vote { term, request_term, granted } => {
                digest.word(2 | u64::from(*granted) << 8);
                digest.word(*term);
                digest.word(*request_term);
            }
            Self::AppendEntries {
                term,
                previous_index,
                previous_term,
                entries,
                leader_commit,
                round,
            } => {
                digest.word(3 | (entries.len() as u64) << 8);
                digest.word(*term);
                digest.word(*previous_index);
                digest.word(*previous_term);
                digest.word(*leader_commit);
                entries.iter().for_each(|entry| entry.encode(digest));
                encode_round(*round, digest);
            }
            Self::Appended { term, result, round } => {
                digest.word(4);
                digest.word(*term);
                result.encode(digest);
                encode_round(*round, digest);
            }
            Self::Request { request, attempt, command } => {
                digest.word(5 | u64::from(*attempt) << 8);
                digest.word(*request);
                command.encode(digest);
            }
            Self::Answer { request, attempt, reply } => {
                digest.word(6 | u64::from(*attempt) << 8);
                digest.word(*request);
                reply.encode(digest);
            }
            Self::PreVote { term, last_log_index, last_log_term } => {
                let words = [7, *term, *last_log_index, *last_log_term];
                words.into_iter().for_each(|word| digest.word(word));
            }
            Self::PreVoteAnswer { term, request_term, granted } => {
                digest.word(8 | u64::from(*granted) << 8);
                digest.word(*term);
                digest.word(*request_term);
            }
            Self::InstallSnapshot { term, snapshot, round } => {
                digest.word(9);
                digest.word(*term);
                snapshot.encode(digest);
                encode_round(*round, digest);
            }
            Self::TimeoutNow { term } => {
                digest.word(10);
                digest.word(*term);
            }
            Self::Parcel(parcel) => {
                digest.word(11);
                parcel.encode(digest);
            }
        }
    }
}

/// Rounds came later than links: where nobody asks, the digest is what it was without them.
const fn encode_round(round: u64, digest: &mut Digest) {
    if round > 0 {
        digest.word(round);
    }
}

impl<A: Encode> Encode for Reply<A> {
    fn encode(&self, digest: &mut Digest) {
        match self {
            Self::Applied(answer) => {
                digest.word(1);
                answer.encode(digest);
            }
            Self::NotLeader(leader) => {
                digest.word(2);
                digest.word(leader.map_or(0, |leader| u64::from(leader.0) + 1));
            }
        }
    }
}

impl Encode for AppendResult {
    fn encode(&self, digest: &mut Digest) {
        match self {
            Self::Matched(index) => {
                digest.word(1);
                digest.word(*index);
            }
            Self::Stale => digest.word(2),
            Self::Conflict { previous_index, term, index } => {
                digest.word(3);
                digest.word(*previous_index);
                digest.word(term.map_or(0, |term| term + 1));
                digest.word(*index);
            }
        }
    }
}

impl<S: StateMachine> Message<S> {
    /// The term that it carries; messages between parties and servers carry none. That of `PreVote`
    /// is one that nobody has yet.
    #[must_use]
    pub const fn term(&self) -> Option<Term> {
        match self {
            Self::RequestVote { term, .. }
            | Self::Vote { term, .. }
            | Self::AppendEntries { term, .. }
            | Self::Appended { term, .. }
            | Self::PreVote { term, .. }
            | Self::PreVoteAnswer { term, .. }
            | Self::InstallSnapshot { term, .. }
            | Self::TimeoutNow { term } => Some(*term),
            Self::Request { .. } | Self::Answer { .. } | Self::Parcel(_) => None,
        }
    }
}
