//! What there is to see of the lock manager: plain values, made from the state of the run.
//!
//! There are as many copies of a table as servers. Shown is the one that says most: that of the
//! leader, or of whoever has applied most, one for each cluster.

use serde::Serialize;

use super::fields::owner_name;
use super::metrics::{Metrics, metrics};
use crate::lab::machine::Machine;
use crate::lab::{Names, NodeName};
use crate::lock::client::Client;
use crate::lock::client::transaction::{Mishap, Transaction};
use crate::lock::command::{Answer, Cause, Edge};
use crate::lock::journal::What;
use crate::lock::table::LockTable;
use crate::lock::vault::Vault;
use crate::lock::{Owner, Token};
use crate::raft::Participant;
use crate::raft::log::Index;
use crate::raft::server::Server;
use crate::sim::process::NodeId;
use crate::sim::world::{Node, World};

/// How many lines of a table's journal are looked at for who was aborted last.
const LATEST_LINES: usize = 64;

/// The lock manager.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LocksView {
    /// Whose table is shown, for each cluster.
    pub tables: Vec<TableView>,
    /// What can be locked, in the order of the configuration.
    pub resources: Vec<ResourceView>,
    /// Who waits for whom.
    pub edges: Vec<EdgeView>,
    /// Who waits in a cycle, in the order of waiting; nobody, if there is none.
    pub cycle: Vec<NodeName>,
    /// The clients, in order.
    pub clients: Vec<LockerView>,
    /// What the locks protect.
    pub vault: VaultView,
    /// How well it goes.
    pub metrics: Metrics,
}

/// One cluster's table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TableView {
    /// The server whose table it is.
    pub server: NodeName,
    /// Up to which index it has applied.
    pub applied: Index,
    /// The token of the last grant; 0 before the first.
    pub last_token: Token,
    /// How many servers of the cluster have applied as much.
    pub agree: u8,
    /// Who was aborted last to break a deadlock or prevent one, and why.
    pub victim: Option<VictimView>,
}

/// Who was aborted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct VictimView {
    /// Who.
    pub client: NodeName,
    /// Why.
    pub cause: Cause,
    /// Its transaction.
    pub transaction: u64,
    /// Its attempt.
    pub attempt: u64,
    /// Whether it waited in a cycle of the table.
    pub on_cycle: bool,
    /// The index of the entry that did it.
    pub index: Index,
}

/// Something that can be locked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ResourceView {
    /// Its name.
    pub name: String,
    /// The place of its cluster.
    pub group: u8,
    /// Who holds it.
    pub holders: Vec<HolderView>,
    /// Who waits, from the front.
    pub queue: Vec<WaiterView>,
}

/// Somebody holds a lock, by the table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct HolderView {
    /// Who.
    pub client: NodeName,
    /// `s` or `x`.
    pub mode: &'static str,
    /// The fencing token.
    pub token: Token,
}

/// Somebody waits for a lock, by the table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct WaiterView {
    /// Who.
    pub client: NodeName,
    /// `s` or `x`.
    pub mode: &'static str,
    /// Whether it holds a shared lock meanwhile.
    pub upgrade: bool,
}

/// Somebody waits for somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct EdgeView {
    /// Who waits.
    pub from: NodeName,
    /// For whom.
    pub to: NodeName,
    /// Whether the other only stands before it in a queue.
    pub soft: bool,
    /// Whether both are on the cycle that is shown, one after the other.
    pub on_cycle: bool,
}

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
    /// What it is doing: see [`crate::lock::client::Doing::name`].
    pub doing: &'static str,
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
    /// Attempts that were aborted.
    pub aborted: u64,
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
}

/// Something went wrong for a client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MishapView {
    /// Why: see [`crate::lock::client::transaction::Why::name`].
    pub why: &'static str,
    /// In which transaction.
    pub transaction: u64,
    /// In which attempt.
    pub attempt: u64,
    /// At which step of its script, from 0.
    pub step: u64,
    /// When, in microseconds.
    pub at_us: u64,
}

/// What the locks protect.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct VaultView {
    /// Its number in the kernel.
    #[serde(skip)]
    pub node: NodeId,
    /// Whether it looks at tokens.
    pub fencing: bool,
    /// What it holds, in the order of the configuration.
    pub shelves: Vec<ShelfView>,
    /// How many accesses it has taken.
    pub accepted: u64,
    /// How many it has refused.
    pub refused: u64,
}

/// One thing in the vault.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ShelfView {
    /// Its name.
    pub resource: String,
    /// Its value: each client that writes adds one to what it has read.
    pub value: u64,
    /// How many writes were taken.
    pub writes: u64,
    /// How many of them were lost: overwritten by somebody who had not seen them.
    pub lost: u64,
    /// The highest token that has come.
    pub seen: Token,
    /// The highest token of an exclusive lock that has come.
    pub seen_exclusive: Token,
    /// The highest token that the vault was told of.
    pub told: Token,
}

type LabNode = Node<Participant<Machine>>;

/// The clients of the lock manager, by name.
pub(super) fn lockers(
    world: &World<Participant<Machine>>,
    names: Names,
) -> impl Iterator<Item = (NodeId, NodeName, &LabNode, &Client)> {
    names.nodes().filter_map(|(id, name)| {
        let node = world.node(id);
        Some((id, name, node, node.process.lock_party()?.client()?))
    })
}

/// Makes a view of the lock manager, if there is one.
#[must_use]
pub fn locks_view(world: &World<Participant<Machine>>, names: Names) -> Option<LocksView> {
    let (vault_id, vault) = names
        .nodes()
        .find_map(|(id, _)| Some((id, world.node(id).process.lock_party()?.vault()?)))?;
    let tables = tables(world);
    let owner = |owner: Owner| owner.node().map_or(NodeName::Vault, |node| names.name(node));
    let edges: Vec<Edge> = tables.iter().flat_map(|(_, table)| table.edges()).collect();
    let cycle = cycle_in(&edges);
    let next = |from: Owner, to: Owner| {
        let place = cycle.iter().position(|one| *one == from);
        place.is_some_and(|place| cycle[(place + 1) % cycle.len()] == to)
    };
    let edge_view = |edge: &Edge| EdgeView {
        from: owner(edge.from),
        to: owner(edge.to),
        soft: edge.soft,
        on_cycle: next(edge.from, edge.to),
    };
    let views = lockers(world, names);
    Some(LocksView {
        resources: resources(&tables, vault, names),
        edges: edges.iter().map(edge_view).collect(),
        cycle: cycle.iter().map(|one| owner(*one)).collect(),
        clients: views
            .map(|(id, name, node, client)| locker_view((id, name, node), client, &tables, names))
            .collect(),
        vault: vault_view(vault_id, vault),
        metrics: metrics(world, names),
        tables: tables
            .iter()
            .map(|(server, table)| table_view(world, names, server, table))
            .collect(),
    })
}

/// For each cluster, the server that says most, and its table.
pub(super) fn tables(world: &World<Participant<Machine>>) -> Vec<(&Server<Machine>, &LockTable)> {
    let mut best: Vec<(&Server<Machine>, &LockTable)> = Vec::new();
    for node in world.nodes() {
        let Some(server) = node.process.server() else { continue };
        let Some(table) = server.machine().locks() else { continue };
        let first = server.settings().first;
        let rank = |server: &Server<Machine>| (server.last_applied(), server.is_leader());
        match best.iter_mut().find(|(other, _)| other.settings().first == first) {
            Some(other) if rank(server) > rank(other.0) => *other = (server, table),
            Some(_) => {}
            None => best.push((server, table)),
        }
    }
    best
}

/// A cycle of a graph, in the order of waiting; nobody, if there is none.
fn cycle_in(edges: &[Edge]) -> Vec<Owner> {
    // Who waits for nobody that waits is on no cycle: take them away until nothing changes.
    let mut left: Vec<&Edge> = edges.iter().collect();
    loop {
        let before = left.len();
        let waits = |owner: Owner, left: &[&Edge]| left.iter().any(|edge| edge.from == owner);
        let kept: Vec<&Edge> = left.iter().copied().filter(|edge| waits(edge.to, &left)).collect();
        left = kept;
        if left.len() == before {
            break;
        }
    }
    let Some(first) = left.first() else { return Vec::new() };
    let mut path = vec![first.from];
    // Everybody who is left waits for somebody who is: the way comes back to itself.
    while let Some(edge) = left.iter().find(|edge| Some(&edge.from) == path.last()) {
        if let Some(place) = path.iter().position(|owner| *owner == edge.to) {
            return path.split_off(place);
        }
        path.push(edge.to);
    }
    Vec::new()
}

fn table_view(
    world: &World<Participant<Machine>>,
    names: Names,
    server: &Server<Machine>,
    table: &LockTable,
) -> TableView {
    let (first, applied) = (server.settings().first, server.last_applied());
    let servers = world.nodes().iter().filter_map(|node| node.process.server());
    let agree = servers
        .filter(|other| other.settings().first == first && other.last_applied() == applied)
        .count();
    let journal = table.journal();
    let lines = (0..journal.len()).rev().take(LATEST_LINES).filter_map(|line| journal.get(line));
    let victim = lines.into_iter().find_map(|line| match line.what {
        What::Aborted { transaction, attempt, cause, on_cycle, .. } => Some(VictimView {
            client: line.owner.node().map_or(NodeName::Vault, |node| names.name(node)),
            cause,
            transaction,
            attempt,
            on_cycle,
            index: line.index,
        }),
        _ => None,
    });
    TableView {
        server: names.name(server.id()),
        applied,
        last_token: table.last_token(),
        agree: u8::try_from(agree).unwrap_or(u8::MAX),
        victim,
    }
}

fn resources(
    tables: &[(&Server<Machine>, &LockTable)],
    vault: &Vault,
    names: Names,
) -> Vec<ResourceView> {
    let name_of = |owner: Owner| owner.node().map_or(NodeName::Vault, |node| names.name(node));
    let all = vault.shelves().map(|(name, _)| name);
    let view = |name: &std::sync::Arc<str>| {
        let found = (0..)
            .zip(tables)
            .find_map(|(group, (_, table))| Some((group, table.lock(table.place(name)?)?)));
        let (group, lock) = found?;
        let holders = lock.holders().map(|(owner, grant)| HolderView {
            client: name_of(owner),
            mode: grant.mode.letter(),
            token: grant.token,
        });
        let queue = lock.queue().map(|waiter| WaiterView {
            client: name_of(waiter.owner),
            mode: waiter.mode.letter(),
            upgrade: waiter.upgrade,
        });
        Some(ResourceView {
            name: name.to_string(),
            group,
            holders: holders.collect(),
            queue: queue.collect(),
        })
    };
    all.filter_map(view).collect()
}

fn locker_view(
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
        doing: client.doing().name(),
        script: current.map_or_else(Vec::new, steps),
        step: current.map_or(0, |current| current.place().into()),
        transaction: current.map_or(0, Transaction::number),
        attempt: current.map_or(0, Transaction::attempt),
        holds: holds.collect(),
        waits: client.awaits().map(|awaited| WaitView {
            resource: awaited.resource.to_string(),
            mode: awaited.mode.letter(),
            since_us: awaited.since_us,
        }),
        queued: client.waiting().count() as u64,
        mishap: client.last_mishap().map(mishap_view),
        ended: client.tally().ended,
        aborted: client.tally().aborted,
        targets: client.links().iter().map(|link| names.name(link.target())).collect(),
    }
}

fn mishap_view(mishap: Mishap) -> MishapView {
    let Mishap { transaction, attempt, place, why, at_us } = mishap;
    MishapView { why: why.name(), transaction, attempt, step: place.into(), at_us }
}

fn vault_view(node: NodeId, vault: &Vault) -> VaultView {
    let shelves = vault.shelves().map(|(resource, shelf)| ShelfView {
        resource: resource.to_string(),
        value: shelf.value,
        writes: shelf.writes,
        lost: shelf.lost(),
        seen: shelf.seen,
        seen_exclusive: shelf.seen_exclusive,
        told: shelf.told,
    });
    let record = vault.record();
    let judged = (0..record.len()).filter_map(|place| record.get(place));
    let accepted = judged.filter(|one| one.verdict.is_accepted()).count();
    VaultView {
        node,
        fencing: vault.fencing(),
        shelves: shelves.collect(),
        accepted: accepted as u64,
        refused: (record.len() - accepted) as u64,
    }
}

/// An answer of a table in words, with the names of clients.
#[must_use]
pub fn answer_words(answer: &Answer, names: Names) -> String {
    match answer {
        Answer::Graph(edges) => {
            let edge = |edge: &Edge| {
                let arrow = if edge.soft { "⇢" } else { "→" };
                format!("{}{arrow}{}", owner_name(edge.from, names), owner_name(edge.to, names))
            };
            edges.iter().map(edge).collect::<Vec<_>>().join(" ")
        }
        other => other.to_string(),
    }
}
