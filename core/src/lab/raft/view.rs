//! What there is to see of a cluster: plain values, made from the state of the run.
//!
//! The page draws these, the command line prints them, and neither can reach past them. Making a
//! view changes nothing.

use serde::Serialize;

pub use super::leader::{ReadView, SessionView, SnapshotView};
use super::leader::{reads_view, sessions_view, snapshot_view};
use super::members::content;
pub use super::members::{EntryContent, MembersView, Standing, members_view};
use super::messages::message_view;
pub use super::messages::{MessageKind, MessageView, message_fields, message_kind};
use super::situation::{Situation, situation};
use crate::lab::cache::tally::Tally;
use crate::lab::cache::{CacheView, cache_view};
use crate::lab::locks::{LocksView, locks_view};
use crate::lab::machine::Machine;
use crate::lab::{Names, NodeName};
use crate::raft::Participant;
use crate::raft::client::{Client, Operated, Outcome};
use crate::raft::configuration::Configuration;
use crate::raft::log::{Index, Term};
use crate::raft::membership::Target;
use crate::raft::participant::Timer;
use crate::raft::server::{Ballot, Role, Server};
use crate::raft::store::{Answer, Operation};
use crate::sim::connection::Phase;
use crate::sim::node_set::NodeSet;
use crate::sim::process::NodeId;
use crate::sim::world::{Node, World};

/// The whole visible state.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RaftView {
    /// True time, in microseconds.
    pub time_us: u64,
    /// Steps since the beginning.
    pub steps: u64,
    /// What is going on.
    pub situation: Situation,
    /// The first index of the window of the logs that is shown.
    pub first_index: Index,
    /// The last index of the longest log.
    pub last_index: Index,
    /// The servers, in order.
    pub servers: Vec<ServerView>,
    /// The clients, in order.
    pub clients: Vec<ClientView>,
    /// The messages on their way.
    pub messages: Vec<MessageView>,
    /// Links that are cut: from, to.
    pub cuts: Vec<(NodeName, NodeName)>,
    /// Links that behave otherwise than the network at large: from, to.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub clogged: Vec<(NodeName, NodeName)>,
    /// Pairs of running nodes whose connection is broken, where there are connections: from, to.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub broken: Vec<(NodeName, NodeName)>,
    /// Those whose connection is being opened anew: from, to.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub opening: Vec<(NodeName, NodeName)>,
    /// The lock manager that the cluster carries, if it does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub locks: Option<LocksView>,
    /// The cache, if that is what runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cache: Option<CacheView>,
}

/// Follower, candidate or leader.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RoleView {
    /// Follows.
    Follower,
    /// Asks for votes.
    Candidate,
    /// Leads.
    Leader,
    /// Asks whether it would be elected.
    PreCandidate,
}

/// A timer that runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Countdown {
    /// When it was set, in microseconds.
    pub set_us: u64,
    /// When it runs out, in microseconds.
    pub due_us: u64,
}

/// A log entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct EntryView {
    /// Its place.
    pub index: Index,
    /// When a leader received it.
    pub term: Term,
    /// What it asks for.
    pub operation: EntryContent,
    /// Whether this server knows it to be committed.
    pub committed: bool,
}

/// What a leader knows about another server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PeerView {
    /// Which server.
    pub name: NodeName,
    /// The next entry to send to it.
    pub next_index: Index,
    /// The highest entry known to be replicated on it.
    pub match_index: Index,
    /// Whether entries are on their way to it, or their answer back.
    pub awaiting: bool,
    /// When it last answered, on the leader's clock, in microseconds.
    pub heard_us: Option<u64>,
    /// Whether batches are sent to it without waiting for answers.
    pub streaming: bool,
    /// How many batches are on their way then.
    pub in_flight: u64,
    /// Whether it lacks what the leader's log no longer has, and is sent a snapshot.
    pub needs_snapshot: bool,
}

/// A server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ServerView {
    /// Its number in the kernel.
    #[serde(skip)]
    pub node: NodeId,
    /// Its name.
    pub name: NodeName,
    /// Whether it runs.
    pub up: bool,
    /// Whether it is frozen.
    pub paused: bool,
    /// Its role.
    pub role: RoleView,
    /// Since when, on its own clock, in microseconds.
    pub role_since_us: u64,
    /// Its term.
    pub current_term: Term,
    /// Whom it voted for in that term.
    pub voted_for: Option<NodeName>,
    /// Whom it follows.
    pub leader: Option<NodeName>,
    /// For a candidate: how many votes it has; of old and new voters, while they are joint, those
    /// of the half that lacks more. Else 0.
    pub votes: u8,
    /// How many make a majority of them.
    pub majority: u8,
    /// The highest index it knows to be committed.
    pub commit_index: Index,
    /// The highest index it has applied.
    pub last_applied: Index,
    /// The index of its last entry.
    pub last_index: Index,
    /// The term of its last entry.
    pub last_term: Term,
    /// Its log, within the window.
    pub log: Vec<EntryView>,
    /// Who votes in its cluster, by the latest configuration in its log.
    pub configuration: Vec<NodeName>,
    /// The same with those who leave and those who learn.
    pub members: MembersView,
    /// Whether that configuration is known to be committed.
    pub members_committed: bool,
    /// The index of the first entry that it keeps, or would keep.
    pub first_index: Index,
    /// What it has in place of the entries before.
    pub snapshot: Option<SnapshotView>,
    /// What it remembers of its clients.
    pub sessions: Vec<SessionView>,
    /// How many commands its state machine has carried out.
    pub effects: u64,
    /// For a leader: whom it hands leadership over to.
    pub transfer: Option<NodeName>,
    /// For a leader: the members that wait for newcomers to catch up.
    pub target: Option<MembersView>,
    /// For a leader with a lease: for how long it lasts, in microseconds of its own clock.
    pub lease_left_us: Option<u64>,
    /// How long a lease lasts from its beginning, in microseconds.
    pub lease_us: u64,
    /// For a leader: the reads that it holds.
    pub reads: Vec<ReadView>,
    /// For a leader: the others.
    pub peers: Vec<PeerView>,
    /// Its election timer.
    pub election: Option<Countdown>,
    /// Its heartbeat timer.
    pub heartbeat: Option<Countdown>,
    /// Whether something persisted is not on its disk yet.
    pub syncing: bool,
    /// Its clock's rate, in parts per million of true time.
    pub clock_rate_ppm: u64,
    /// What its state machine holds.
    pub store: Vec<(String, String)>,
}

/// A client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ClientView {
    /// Its number in the kernel.
    #[serde(skip)]
    pub node: NodeId,
    /// Its name.
    pub name: NodeName,
    /// Whether it runs.
    pub up: bool,
    /// Whether it is frozen.
    pub paused: bool,
    /// The server it believes to lead.
    pub target: NodeName,
    /// How many operations wait for the one under way.
    pub waiting: u64,
    /// Its newest operation.
    pub last: Option<OperationView>,
}

/// An operation of a client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OperationView {
    /// Whose.
    pub client: NodeName,
    /// The client's number for it.
    pub request: u64,
    /// What was asked.
    pub operation: Operation,
    /// When it began, in microseconds.
    pub invoked_us: u64,
    /// When its outcome was known or given up, in microseconds.
    pub completed_us: Option<u64>,
    /// What became of it.
    pub outcome: OutcomeView,
    /// The answer, if there was one.
    pub answer: Option<Answer>,
}

/// What became of an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum OutcomeView {
    /// Not answered yet.
    Pending,
    /// Carried out.
    Ok,
    /// Given up: it may have been carried out.
    Unknown,
}

/// Makes a view. Logs show at most the last `most_entries` indexes, the same for every server.
#[must_use]
pub fn view(
    world: &World<Participant<Machine>>,
    names: Names,
    most_entries: u64,
    tally: Option<&Tally>,
) -> RaftView {
    let servers = || world.nodes().iter().filter_map(|node| node.process.server());
    let last_index = servers().map(|server| server.log().last_index()).max().unwrap_or(0);
    let first_index = last_index.saturating_sub(most_entries) + 1;
    let nodes = || names.nodes().map(|(id, name)| (id, name, world.node(id)));
    let servers: Vec<ServerView> = nodes()
        .filter_map(|(id, name, node)| {
            let server = node.process.server()?;
            Some(server_view(world, names, (id, name, node), server, first_index))
        })
        .collect();
    let clients = nodes()
        .filter_map(|(id, name, node)| {
            Some(client_view(names, (id, name, node), node.process.client()?))
        })
        .collect();
    let cuts = links(names, |from, to| !world.link(from, to).up);
    // Nobody sends to themselves: that link behaves as the network at large.
    let usual = world.link(NodeId(0), NodeId(0)).settings;
    let locks = locks_view(world, names, &servers, &cuts);
    let clogged = links(names, |from, to| world.link(from, to).settings != usual);
    let is_in = |phase: Phase| {
        let up = |node: NodeId| world.node(node).up;
        links(names, |from, to| {
            let connection = world.connection(from, to);
            connection.is_some_and(|it| it.phase() == phase) && up(from) && up(to)
        })
    };
    let (broken, opening) = (is_in(Phase::Broken), is_in(Phase::Opening));
    let messages: Vec<_> = world.flights().map(|flight| message_view(flight, names)).collect();
    let cache = tally.and_then(|tally| cache_view(world, names, &messages, tally));
    RaftView {
        time_us: world.now_us(),
        steps: world.steps(),
        situation: situation(&servers, &cuts),
        first_index,
        last_index,
        servers,
        clients,
        messages,
        cuts,
        clogged,
        broken,
        opening,
        locks,
        cache,
    }
}

/// The links of which something is so.
fn links(names: Names, is_so: impl Fn(NodeId, NodeId) -> bool) -> Vec<(NodeName, NodeName)> {
    let pairs = names.nodes().flat_map(|from| names.nodes().map(move |to| (from, to)));
    pairs
        .filter(|((from, _), (to, _))| from != to && is_so(*from, *to))
        .map(|((_, from), (_, to))| (from, to))
        .collect()
}

type Named<'a> = (NodeId, NodeName, &'a Node<Participant<Machine>>);

fn server_view(
    world: &World<Participant<Machine>>,
    names: Names,
    (id, name, node): Named<'_>,
    server: &Server<Machine>,
    first_index: Index,
) -> ServerView {
    let (role, granted, peers) = role_view(server, names);
    let (log, leading) = (server.log(), server.leading());
    let members = members_view(server.configuration());
    let grants = |name| names.id(name).is_some_and(|voter| granted.contains(voter));
    let (votes, majority) = members.tally(grants);
    ServerView {
        node: id,
        name,
        up: node.up,
        paused: node.paused,
        role,
        role_since_us: server.role_since_us(),
        current_term: server.current_term(),
        voted_for: server.durable().voted_for.map(|to| names.name(to)),
        leader: server.leader().map(|leader| names.name(leader)),
        votes,
        majority,
        commit_index: server.commit_index(),
        last_applied: server.last_applied(),
        last_index: log.last_index(),
        last_term: log.last_term(),
        log: (first_index..=log.last_index())
            .filter_map(|index| entry_view(server, names, index))
            .collect(),
        configuration: members.voters.clone(),
        members,
        members_committed: log.configuration_index() <= server.commit_index(),
        first_index: log.first_index(),
        snapshot: server.snapshot().map(snapshot_view),
        sessions: sessions_view(server, names),
        effects: server.effects(),
        transfer: leading.transfer.map(|transfer| names.name(transfer.to)),
        target: leading.target.map(|target| {
            let Target { voters, learners, .. } = target;
            members_view(&Configuration { learners, ..Configuration::of(voters) })
        }),
        lease_left_us: server
            .lease_until_us()
            .map(|until_us| until_us.saturating_sub(node.clock.shows_us(world.now_us()))),
        lease_us: server.settings().lease_us(),
        reads: reads_view(server, names),
        peers,
        election: countdown(world, id, Timer::Election),
        heartbeat: countdown(world, id, Timer::Heartbeat),
        syncing: node.disk.is_behind(),
        clock_rate_ppm: node.clock.rate_ppm(),
        store: server.machine().store().map_or_else(Vec::new, |store| {
            store.iter().map(|(key, value)| (key.to_string(), value.to_string())).collect()
        }),
    }
}

/// A timer of a node, if it runs.
#[must_use]
pub fn countdown(
    world: &World<Participant<Machine>>,
    node: NodeId,
    timer: Timer,
) -> Option<Countdown> {
    let timer = world.timer(node, timer)?;
    Some(Countdown { set_us: timer.set_us, due_us: timer.due_us })
}

fn entry_view(server: &Server<Machine>, names: Names, index: Index) -> Option<EntryView> {
    let entry = server.log().entry(index)?;
    Some(EntryView {
        index,
        term: entry.term,
        operation: content(entry, names),
        committed: index <= server.commit_index(),
    })
}

fn granted(ballots: &[Option<Ballot>]) -> NodeSet {
    let granted = |ballot: &Option<Ballot>| ballot.is_some_and(|ballot| ballot.granted);
    (0..).map(NodeId).zip(ballots).filter(|(_, ballot)| granted(ballot)).map(|(id, _)| id).collect()
}

fn role_view(server: &Server<Machine>, names: Names) -> (RoleView, NodeSet, Vec<PeerView>) {
    match server.role() {
        Role::Follower => (RoleView::Follower, NodeSet::EMPTY, Vec::new()),
        Role::PreCandidate { ballots } => (RoleView::PreCandidate, granted(ballots), Vec::new()),
        Role::Candidate { ballots, .. } => (RoleView::Candidate, granted(ballots), Vec::new()),
        Role::Leader { progress } => {
            let peer = |other: NodeId| {
                let peer = &progress[other.index()];
                PeerView {
                    name: names.name(other),
                    next_index: peer.next_index,
                    match_index: peer.match_index,
                    awaiting: peer.awaiting,
                    heard_us: (peer.heard_us > 0).then_some(peer.heard_us),
                    streaming: peer.streaming,
                    in_flight: peer.in_flight.len(),
                    needs_snapshot: peer.next_index < server.log().first_index(),
                }
            };
            let others = server.configuration().members().without(server.id());
            let peers = others.iter().map(peer).collect();
            (RoleView::Leader, NodeSet::EMPTY, peers)
        }
    }
}

fn client_view(names: Names, (id, name, node): Named<'_>, client: &Client<Machine>) -> ClientView {
    ClientView {
        node: id,
        name,
        up: node.up,
        paused: node.paused,
        target: names.name(client.target()),
        waiting: client.waiting() as u64,
        last: client.record().last().map(|operated| operation_view(name, operated)),
    }
}

/// What a client has on record of one operation.
#[must_use]
pub fn operation_view(client: NodeName, operated: &Operated<Machine>) -> OperationView {
    let (outcome, answer) = match &operated.outcome {
        Outcome::Pending => (OutcomeView::Pending, None),
        Outcome::Ok(answer) => (OutcomeView::Ok, Some(answer.of_store().clone())),
        Outcome::Unknown => (OutcomeView::Unknown, None),
    };
    OperationView {
        client,
        request: operated.request,
        operation: operated.command.operation().clone(),
        invoked_us: operated.invoked_us,
        completed_us: operated.completed_us,
        outcome,
        answer,
    }
}
