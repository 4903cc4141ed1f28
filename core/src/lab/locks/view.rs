//! What there is to see of the lock manager: plain values, made from the state of the run.
//!
//! There are as many copies of a table as servers. Shown is the one that says most: that of the
//! leader, or of whoever has applied most, one for each cluster.

use serde::Serialize;

use super::clients::locker_view;
pub use super::clients::{BeliefView, LockerView, MishapView, WaitView};
use super::fields::owner_name;
use super::metrics::{Metrics, metrics};
use super::situation::{LockSituation, situation};
use crate::lab::machine::{Command, Machine};
use crate::lab::raft::situation::{Situation, situation as raft_situation};
use crate::lab::raft::view::ServerView;
use crate::lab::{Names, NodeName};
use crate::lock::client::Client;
use crate::lock::collector::cycle_in;
use crate::lock::command::{Action, Answer, Cause, Edge};
use crate::lock::journal::What;
use crate::lock::table::LockTable;
use crate::lock::vault::Vault;
use crate::lock::{Owner, Token};
use crate::raft::Participant;
use crate::raft::log::{Index, Payload};
use crate::raft::server::Server;
use crate::sim::process::NodeId;
use crate::sim::world::{Node, World};

/// How many lines of a table's journal are looked at for who was aborted last.
const LATEST_LINES: usize = 64;

/// The lock manager.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LocksView {
    /// What is going on.
    pub situation: LockSituation,
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
    /// Who joins the graphs of several tables.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub collector: Option<CollectorView>,
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
    /// Who is to be aborted, by an entry of the server's log that it has not applied yet.
    pub condemned: Option<NodeName>,
    /// What is going on in the cluster, as far as Raft is concerned.
    pub raft: Situation,
    /// The servers of the cluster.
    pub servers: Vec<NodeName>,
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
    /// Whether it believes so too: it may not have heard yet, or have forgotten in a crash.
    pub believed: bool,
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

/// Who joins the graphs of several tables.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CollectorView {
    /// Its number in the kernel.
    #[serde(skip)]
    pub node: NodeId,
    /// Whether it runs.
    pub up: bool,
    /// Whether it is frozen.
    pub paused: bool,
    /// For each table, when its last answer came, in microseconds, and who waited for whom then.
    pub gathered: Vec<(Option<u64>, Vec<EdgeView>)>,
    /// How many victims it has named.
    pub found: u64,
}

/// What the locks protect.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct VaultView {
    /// Its number in the kernel.
    #[serde(skip)]
    pub node: NodeId,
    /// Whether it runs.
    pub up: bool,
    /// Whether it is frozen.
    pub paused: bool,
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

impl LocksView {
    /// Whether a node that is no server is up, and whether it is paused.
    #[must_use]
    pub fn condition(&self, node: NodeId) -> Option<(bool, bool)> {
        let clients = self.clients.iter().map(|one| (one.node, one.up, one.paused));
        let vault = (self.vault.node, self.vault.up, self.vault.paused);
        let collector = self.collector.iter().map(|one| (one.node, one.up, one.paused));
        let mut all = clients.chain([vault]).chain(collector);
        all.find(|(other, ..)| *other == node).map(|(_, up, paused)| (up, paused))
    }
}

pub(super) type LabNode = Node<Participant<Machine>>;

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
pub fn locks_view(
    world: &World<Participant<Machine>>,
    names: Names,
    servers: &[ServerView],
    cuts: &[(NodeName, NodeName)],
) -> Option<LocksView> {
    let (vault_id, vault) = names
        .nodes()
        .find_map(|(id, _)| Some((id, world.node(id).process.lock_party()?.vault()?)))?;
    let tables = tables(world);
    let owner = |owner: Owner| owner.node().map_or(NodeName::Vault, |node| names.name(node));
    let groups = (0..).zip(&tables);
    let edges: Vec<(u8, Edge)> = groups
        .flat_map(|(group, (_, table))| table.edges().into_iter().map(move |edge| (group, edge)))
        .collect();
    let cycle = cycle_in(&edges, |_| true).unwrap_or_default();
    let edge_view = |edge: &(u8, Edge)| EdgeView {
        from: owner(edge.1.from),
        to: owner(edge.1.to),
        soft: edge.1.soft,
        on_cycle: cycle.contains(edge),
    };
    let clients: Vec<LockerView> = lockers(world, names)
        .map(|(id, name, node, client)| locker_view((id, name, node), client, &tables, names))
        .collect();
    let features = lockers(world, names).next().map(|(.., client)| client.settings().features);
    let mut view = LocksView {
        situation: LockSituation::default(),
        resources: resources(&tables, vault, &clients, names),
        edges: edges.iter().map(edge_view).collect(),
        cycle: cycle.iter().map(|(_, edge)| owner(edge.from)).collect(),
        clients,
        collector: collector_view(world, names),
        vault: vault_view((vault_id, world.node(vault_id)), vault),
        metrics: metrics(world, names),
        tables: tables
            .iter()
            .map(|table| table_view(world, names, *table, (servers, cuts)))
            .collect(),
    };
    view.situation = situation(&view, features.unwrap_or_default(), world.now_us());
    Some(view)
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

fn table_view(
    world: &World<Participant<Machine>>,
    names: Names,
    (server, table): (&Server<Machine>, &LockTable),
    (servers, cuts): (&[ServerView], &[(NodeName, NodeName)]),
) -> TableView {
    let (applied, first) = (server.last_applied(), server.settings().first);
    let belongs = |other: &&ServerView| {
        let other = world.node(other.node).process.server();
        other.is_some_and(|other| other.settings().first == first)
    };
    let cluster: Vec<ServerView> = servers.iter().filter(belongs).cloned().collect();
    let agree = cluster.iter().filter(|other| other.last_applied == applied).count();
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
        condemned: condemned(server, names),
        raft: raft_situation(&cluster, cuts),
        servers: cluster.iter().map(|server| server.name).collect(),
    }
}

/// Whom an entry that the server has not applied yet is to abort.
fn condemned(server: &Server<Machine>, names: Names) -> Option<NodeName> {
    let log = server.log();
    (server.last_applied() + 1..=log.last_index()).find_map(|index| {
        let Payload::Command(command) = &log.entry(index)?.proposal.payload else { return None };
        let Command::Lock(command) = command.as_ref() else { return None };
        let Action::Abort { owner, .. } = command.action else { return None };
        owner.node().map(|node| names.name(node))
    })
}

fn resources(
    tables: &[(&Server<Machine>, &LockTable)],
    vault: &Vault,
    clients: &[LockerView],
    names: Names,
) -> Vec<ResourceView> {
    let name_of = |owner: Owner| owner.node().map_or(NodeName::Vault, |node| names.name(node));
    let all = vault.shelves().map(|(name, _)| name);
    let believed = |client: NodeName, resource: &str, token: Token| {
        let mut beliefs =
            clients.iter().filter(|one| one.name == client).flat_map(|one| &one.holds);
        beliefs.any(|held| held.resource == resource && held.token == token)
    };
    let view = |name: &std::sync::Arc<str>| {
        let found = (0..)
            .zip(tables)
            .find_map(|(group, (_, table))| Some((group, table.lock(table.place(name)?)?)));
        let (group, lock) = found?;
        let holders = lock.holders().map(|(owner, grant)| HolderView {
            client: name_of(owner),
            mode: grant.mode.letter(),
            token: grant.token,
            believed: believed(name_of(owner), name, grant.token),
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

fn collector_view(world: &World<Participant<Machine>>, names: Names) -> Option<CollectorView> {
    let node = names.id(NodeName::Collector)?;
    let seat = world.node(node);
    let collector = seat.process.lock_party()?.collector()?;
    let name = |owner: Owner| owner.node().map_or(NodeName::Vault, |node| names.name(node));
    let edge = |edge: &Edge| EdgeView {
        from: name(edge.from),
        to: name(edge.to),
        soft: edge.soft,
        on_cycle: false,
    };
    let gathered = collector.gathered().iter();
    let gathered = gathered.map(|one| (one.at_us(), one.edges().iter().map(edge).collect()));
    Some(CollectorView {
        node,
        up: seat.up,
        paused: seat.paused,
        gathered: gathered.collect(),
        found: collector.record().len() as u64,
    })
}

fn vault_view((node, seat): (NodeId, &LabNode), vault: &Vault) -> VaultView {
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
        up: seat.up,
        paused: seat.paused,
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
