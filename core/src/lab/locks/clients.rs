//! What there is to see of the clients of the lock manager: what each is doing, what it believes to
//! hold, and whether the table says so too.

use serde::{Serialize, Serializer};

use super::view::LabNode;
use crate::lab::machine::Machine;
use crate::lab::{Names, NodeName};
use crate::lock::client::transaction::{Mishap, Transaction, Why};
use crate::lock::client::{Client, Doing};
use crate::lock::table::LockTable;
use crate::lock::{Owner, Token};
use crate::raft::server::Server;
use crate::sim::process::NodeId;

/// A client of the lock manager.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LockerView {
    /// Its number in the kernel.
    #[serde(skip)]
    pub node: NodeId,
    /// Its name.
    pub name: NodeName,
    /// Whether it runs.
    pub up: bool,
    /// Whether it is frozen.
    pub paused: bool,
    /// What it is doing.
    pub doing: Doing,
    /// The steps of its script, in words; none if it has nothing to do.
    pub script: Vec<String>,
    /// At which of them it is, from 0.
    pub step: u64,
    /// Its transaction, from 1; 0 before the first.
    pub transaction: u64,
    /// Which try of it this is.
    pub attempt: u64,
    /// What it believes to hold.
    pub holds: Vec<BeliefView>,
    /// What it waits for, if it waits.
    pub waits: Option<WaitView>,
    /// How many scripts wait for the one that is under way.
    pub queued: u64,
    /// What went wrong last.
    pub mishap: Option<MishapView>,
    /// Transactions that were done.
    pub ended: u64,
    /// Transactions that were given up.
    pub given_up: u64,
    /// Attempts that were aborted.
    pub aborted: u64,
    /// Attempts that lost their locks otherwise.
    pub lost: u64,
    /// The number of its session with each cluster, and whether it is open.
    pub sessions: Vec<(u64, bool)>,
    /// The server that it believes to lead, for each cluster.
    pub targets: Vec<NodeName>,
}

/// A client believes to hold a lock.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BeliefView {
    /// Of what.
    pub resource: String,
    /// `s` or `x`.
    pub mode: &'static str,
    /// The token.
    pub token: Token,
    /// Whether the table that is shown says so too.
    pub valid: bool,
}

/// A client waits for a lock, or for the answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct WaitView {
    /// For what.
    pub resource: String,
    /// `s` or `x`.
    pub mode: &'static str,
    /// Since when, in microseconds.
    pub since_us: u64,
    /// How many waited before it when it was told last; nothing: it has not been told to wait.
    pub ahead: Option<u32>,
}

/// Something went wrong for a client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MishapView {
    /// Why.
    #[serde(serialize_with = "by_name")]
    pub why: Why,
    /// In which transaction.
    pub transaction: u64,
    /// In which attempt.
    pub attempt: u64,
    /// At which step of its script, from 0.
    pub step: u64,
    /// When, in microseconds.
    pub at_us: u64,
}

/// What there is to see of a client, beside what the tables say.
pub(super) fn locker_view(
    (node, name, seat): (NodeId, NodeName, &LabNode),
    client: &Client,
    tables: &[(&Server<Machine>, &LockTable)],
    names: Names,
) -> LockerView {
    let current = client.current();
    let steps = |one: &Transaction| one.script().steps().iter().map(ToString::to_string).collect();
    let valid = |resource: &str, token: Token| {
        tables.iter().any(|(_, table)| {
            let lock = table.place(resource).and_then(|place| table.lock(place));
            let grant = lock.and_then(|lock| lock.grant_of(Owner::from(node)));
            grant.is_some_and(|grant| grant.token == token)
        })
    };
    let holds = client.holds().map(|(resource, held)| BeliefView {
        resource: resource.to_string(),
        mode: held.mode.letter(),
        token: held.token,
        valid: valid(resource, held.token),
    });
    LockerView {
        node,
        name,
        up: seat.up,
        paused: seat.paused,
        doing: client.doing(),
        script: current.map_or_else(Vec::new, steps),
        step: current.map_or(0, |current| current.place().into()),
        transaction: current.map_or(0, Transaction::number),
        attempt: current.map_or(0, Transaction::attempt),
        holds: holds.collect(),
        waits: client.awaits().map(|awaited| WaitView {
            resource: awaited.resource.to_string(),
            mode: awaited.mode.letter(),
            since_us: awaited.since_us,
            ahead: awaited.ahead,
        }),
        queued: client.waiting().count() as u64,
        mishap: client.last_mishap().map(mishap_view),
        ended: client.tally().ended,
        given_up: client.tally().given_up,
        aborted: client.tally().aborted,
        lost: client.tally().lost,
        sessions: client.links().iter().map(|link| (link.session(), link.is_open())).collect(),
        targets: client.links().iter().map(|link| names.name(link.target())).collect(),
    }
}

fn by_name<S: Serializer>(why: &Why, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(why.name())
}

fn mishap_view(mishap: Mishap) -> MishapView {
    let Mishap { transaction, attempt, place, why, at_us } = mishap;
    MishapView { why, transaction, attempt, step: place.into(), at_us }
}
