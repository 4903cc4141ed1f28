//! What there is to see of a server beyond the paper's figure 2: its snapshot, the sessions of its
//! clients, and the reads that a leader holds.

use serde::Serialize;

use super::members::{MembersView, members_view};
use crate::lab::machine::{Answer, Machine};
use crate::lab::{Names, NodeName};
use crate::raft::log::{Index, Term};
use crate::raft::server::Server;
use crate::raft::snapshot::Snapshot;

/// A read that a leader holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ReadView {
    /// Whose.
    pub client: NodeName,
    /// The client's number for it.
    pub request: u64,
    /// What the state must have come to, once that is known.
    pub index: Option<Index>,
    /// Whether a majority has answered since it came.
    pub confirmed: bool,
}

/// The last command of a client that a server remembers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SessionView {
    /// Whose.
    pub client: NodeName,
    /// The client's number for it.
    pub request: u64,
    /// The answer to it.
    pub answer: Answer,
}

/// A snapshot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SnapshotView {
    /// The index of the last entry that it stands for.
    pub last_index: Index,
    /// That entry's term.
    pub last_term: Term,
    /// The members there.
    pub members: MembersView,
    /// How many sessions it holds.
    pub sessions: u64,
}

pub(super) fn snapshot_view(snapshot: &Snapshot<Machine>) -> SnapshotView {
    SnapshotView {
        last_index: snapshot.base.index,
        last_term: snapshot.base.term,
        members: members_view(&snapshot.base.configuration),
        sessions: snapshot.sessions.iter().count() as u64,
    }
}

pub(super) fn sessions_view(server: &Server<Machine>, names: Names) -> Vec<SessionView> {
    let sessions = server.sessions().iter();
    let view = sessions.map(|(client, session)| SessionView {
        client: names.name(client),
        request: session.request,
        answer: session.answer.clone(),
    });
    view.collect()
}

pub(super) fn reads_view(server: &Server<Machine>, names: Names) -> Vec<ReadView> {
    let confirmed = server.confirmed_round();
    let reads = server.leading().reads.iter();
    let view = reads.map(|read| ReadView {
        client: names.name(read.client),
        request: read.request,
        index: read.index,
        confirmed: read.round <= confirmed,
    });
    view.collect()
}
