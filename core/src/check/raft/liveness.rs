//! Liveness: once faults stop, the cluster settles within a bound.
//!
//! No protocol can promise to decide while the network does as it likes (Fischer, Lynch and
//! Paterson); what Raft promises is that it will as soon as it is left in peace long enough (§5.6).
//! A run is *calm* while nobody intervenes but to ask clients, every member of the latest committed
//! configuration runs, and whoever a change under way makes a voter, all links between them are up,
//! and nobody campaigns who is no member any more or whom a change under way removes, or the others
//! stick to their leader. From the moment it became so, and the last message that was sent before
//! has arrived, the cluster has [`BOUND`] election timeouts until
//!
//! - one server leads, and all members follow it in its term;
//! - it has committed what it had of its term when they had all come to follow it, and all members
//!   store that; what a member lacks by then it may take its time to receive, batch by batch.
//!
//! It must come to that once in each calm; what comes after (a lossy network may well cost a leader
//! its place) is another election, which may take as long.
//!
//! The promise rests on clocks and on a network that gives elections a chance. The line is drawn
//! by the slowest link between members, with three election timeouts to reason with:
//!
//! - asking for votes and getting them, with what must be written on the way, takes at most two
//!   thirds of the shortest timeout;
//! - no heartbeat is late by more than the shortest timeout, unless it was lost or held up;
//! - the timeouts are spread by at least the time of such a round trip;
//! - at most one message in ten is lost, and one in ten held up.

use super::Findings;
use super::RaftCheck;
use super::circumstances::Circumstances;
use crate::check::Assumption;
use crate::raft::Participant;
use crate::raft::configuration::Configuration;
use crate::raft::log::{Index, Log, Term};
use crate::raft::server::{Role, Server, Settings};
use crate::raft::state_machine::StateMachine;
use crate::sim::node_set::NodeSet;
use crate::sim::process::NodeId;
use crate::sim::random::Probability;
use crate::sim::world::{Node, World};

/// How long a cluster may take, in longest election timeouts.
pub const BOUND: u64 = 30;
/// One message in so many may be lost, and one in so many held up.
const RARELY: u64 = 10;

/// A calm that has not led to what it should yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Calm {
    /// By when it should, in microseconds.
    until_us: u64,
    /// What is missing, so that it need not.
    missing: Option<Assumption>,
    /// The leader that all follow, its term, and what it should commit.
    target: Option<(NodeId, Term, Index)>,
}

/// The record.
#[derive(Clone, Copy, Debug)]
pub(super) struct Liveness {
    /// The servers of the cluster: several may share a world.
    watched: NodeSet,
    calm: Option<Calm>,
    reached: bool,
}

impl Liveness {
    /// Of the cluster of these servers.
    pub(super) const fn of(watched: NodeSet) -> Self {
        Self { watched, calm: None, reached: false }
    }

    /// Whether a cluster that was left in peace, with all assumptions, has settled at least once.
    pub(super) const fn is_reached(&self) -> bool {
        self.reached
    }

    /// Whether a step of a server is of interest.
    pub(super) const fn waits(&self) -> bool {
        self.calm.is_some()
    }

    /// Looks at the world as it begins, after somebody meddled with it, or after its members have
    /// changed.
    pub(super) fn survey<S: StateMachine>(
        &mut self,
        world: &World<Participant<S>>,
        (configuration, committed): (&Configuration, Index),
        circumstances: &Circumstances,
    ) {
        let members = configuration.members();
        self.calm = self.is_in_peace(world, (members, committed), circumstances).then(|| {
            let settings = settings(world);
            let bound_us = settings.map_or(0, |settings| BOUND * settings.election_max_us);
            // What was sent before may yet disturb.
            let flights = world.flights().filter(|flight| flight.held_us.is_none());
            let since_us = flights.map(|flight| flight.due_us).max().unwrap_or(0);
            let sound = settings.is_some_and(|settings| is_sound(world, members, settings));
            let lossy = (!sound).then_some(Assumption::NetworkLossy);
            let missing = circumstances.stray().or(lossy);
            Calm { until_us: since_us.max(world.now_us()) + bound_us, missing, target: None }
        });
    }

    /// Whether nothing keeps the cluster from settling: what is in force is given.
    fn is_in_peace<S: StateMachine>(
        &self,
        world: &World<Participant<S>>,
        (members, committed): (NodeSet, Index),
        circumstances: &Circumstances,
    ) -> bool {
        let needed = members.union(coming(world, members, committed));
        let staying = members.minus(leaving(world, members, committed));
        is_calm(world, (self.watched.minus(staying), needed), circumstances)
    }

    /// Looks at the world after a step of a server.
    pub(super) fn observe<S: StateMachine>(
        &mut self,
        world: &World<Participant<S>>,
        (configuration, committed): (&Configuration, Index),
        circumstances: &Circumstances,
        findings: &mut Findings,
    ) {
        let Some(mut calm) = self.calm else { return };
        let members = configuration.members();
        if has_settled(&mut calm, world, (self.watched, members)) {
            self.reached |= calm.missing.is_none();
            self.calm = None;
        } else if world.now_us() <= calm.until_us {
            self.calm = Some(calm);
        } else if !self.is_in_peace(world, (members, committed), circumstances) {
            // A leader began a change meanwhile, and whom it removes disturbs the others.
            self.calm = None;
        } else {
            let leader = leader(world, self.watched);
            let (term, place) = (leader.map(Server::current_term), calm.missing);
            let stray = |member: &NodeId| leader.is_none_or(|of| !follows(world, *member, of));
            let nodes: Vec<NodeId> = members.iter().filter(stray).collect();
            let nodes = if nodes.is_empty() { members.iter().collect() } else { nodes };
            findings.fail_unless(place, RaftCheck::Liveness, nodes, (term, None), world);
            self.calm = None;
        }
    }

    /// Notes that a calm has nothing to promise.
    pub(super) fn settle(&self, findings: &mut Findings) {
        if let Some(missing) = self.calm.and_then(|calm| calm.missing) {
            findings.void(RaftCheck::Liveness, missing);
        }
    }
}

fn settings<S: StateMachine>(world: &World<Participant<S>>) -> Option<&Settings> {
    world.nodes().iter().find_map(|node| node.process.server()).map(Server::settings)
}

/// Who votes by a change of membership that a member has in its log and that is not committed yet:
/// it may take their votes to commit it.
fn coming<S: StateMachine>(
    world: &World<Participant<S>>,
    members: NodeSet,
    committed: Index,
) -> NodeSet {
    let voters =
        changing(world, members, committed).map(|server| server.configuration().all_voters());
    voters.fold(NodeSet::EMPTY, NodeSet::union)
}

/// Who is a member no more by a change that a member has in its log and that is not committed yet.
/// No leader that has it sends them anything, not even the change (§6: the servers that are
/// removed may disrupt the cluster): so they campaign, and can keep it from being committed.
fn leaving<S: StateMachine>(
    world: &World<Participant<S>>,
    members: NodeSet,
    committed: Index,
) -> NodeSet {
    let leaving = changing(world, members, committed)
        .map(|server| members.minus(server.configuration().members()));
    leaving.fold(NodeSet::EMPTY, NodeSet::union)
}

/// The members that have a change of membership in their log which is not committed yet.
fn changing<S: StateMachine>(
    world: &World<Participant<S>>,
    members: NodeSet,
    committed: Index,
) -> impl Iterator<Item = &Server<S>> {
    let servers = members.iter().filter_map(|member| world.node(member).process.server());
    servers.filter(move |server| server.log().configuration_index() > committed)
}

/// Whether everybody runs who should, and can reach each other. A server that is no member any
/// more, or will not be, and does not know it disturbs the others, unless they stick to their
/// leader.
fn is_calm<S: StateMachine>(
    world: &World<Participant<S>>,
    (others, needed): (NodeSet, NodeSet),
    circumstances: &Circumstances,
) -> bool {
    let runs = |node: &Node<Participant<S>>| node.up && !node.paused;
    let mut links = needed.iter().flat_map(|from| needed.iter().map(move |to| (from, to)));
    let disturbs = |node: &Node<Participant<S>>| {
        let server = node.process.server().filter(|_| node.up);
        server.is_some_and(|server| others.contains(server.id()) && server.may_campaign())
    };
    needed.iter().all(|member| runs(world.node(member)))
        && links.all(|(from, to)| world.link(from, to).up)
        && (circumstances.features.check_quorum || !world.nodes().iter().any(disturbs))
}

/// Whether the network gives elections a chance.
fn is_sound<S: StateMachine>(
    world: &World<Participant<S>>,
    members: NodeSet,
    settings: &Settings,
) -> bool {
    let Settings { election_min_us, election_max_us, heartbeat_us, .. } = *settings;
    let sync_us = world.surroundings().sync_max_us;
    let rarely = |chance: Probability| chance.parts() * RARELY <= 1 << 32;
    let links = || members.iter().flat_map(|from| members.iter().map(move |to| (from, to)));
    let links = || links().filter(|(from, to)| from != to).map(|ends| world.link(ends.0, ends.1));
    let delay_us = links().map(|link| link.settings.delay_max_us).max().unwrap_or(0);
    let quickest_us = links().map(|link| link.settings.delay_min_us).min().unwrap_or(0);
    let round_trip_us = 2 * (delay_us + sync_us);
    let alone = members.len() == 1;
    alone
        || round_trip_us * 3 <= election_min_us * 2
            && heartbeat_us + delay_us - quickest_us <= election_min_us
            && election_max_us - election_min_us >= round_trip_us
            && links().all(|link| rarely(link.settings.loss) && rarely(link.settings.reorder))
}

/// The server of a cluster that leads the highest term, if any leads.
fn leader<S: StateMachine>(world: &World<Participant<S>>, watched: NodeSet) -> Option<&Server<S>> {
    let running = world.nodes().iter().filter(|node| node.up);
    let leads = running.filter_map(|node| node.process.server()).filter(|one| one.is_leader());
    leads.filter(|server| watched.contains(server.id())).max_by_key(|server| server.current_term())
}

fn follows<S: StateMachine>(
    world: &World<Participant<S>>,
    member: NodeId,
    leader: &Server<S>,
) -> bool {
    member == leader.id()
        || world.node(member).process.server().is_some_and(|server| {
            server.current_term() == leader.current_term()
                && server.leader() == Some(leader.id())
                && matches!(server.role(), Role::Follower)
        })
}

fn has_settled<S: StateMachine>(
    calm: &mut Calm,
    world: &World<Participant<S>>,
    (watched, members): (NodeSet, NodeSet),
) -> bool {
    let Some(leader) = leader(world, watched) else { return false };
    if !members.iter().all(|member| follows(world, member, leader)) {
        return false;
    }
    let (id, term, log) = (leader.id(), leader.current_term(), leader.log());
    let target = match calm.target {
        Some((of, in_term, index)) if (of, in_term) == (id, term) => index,
        _ => {
            let own = log.last_term() == term;
            let index = if own { log.last_index() } else { leader.commit_index() };
            calm.target = Some((id, term, index));
            let catching_up_us = catching_up_us(world, members, leader, index);
            calm.until_us = calm.until_us.max(world.now_us() + catching_up_us);
            index
        }
    };
    let stores = |member: NodeId| {
        let server = world.node(member).process.server();
        server.is_some_and(|server| agree(server.log(), log, target))
    };
    leader.commit_index() >= target && members.iter().all(stores)
}

/// How long it may take until every member stores what a leader has up to an index, in
/// microseconds: what a member has committed it need not be sent; the rest goes batch by batch,
/// each of which may be lost once and is sent again with a heartbeat.
fn catching_up_us<S: StateMachine>(
    world: &World<Participant<S>>,
    members: NodeSet,
    leader: &Server<S>,
    index: Index,
) -> u64 {
    let Settings { most_entries, heartbeat_us, election_max_us, .. } = *leader.settings();
    let servers = members.iter().filter_map(|member| world.node(member).process.server());
    let known = servers.map(Server::commit_index).min().unwrap_or(index);
    let batches = index.saturating_sub(known).div_ceil(u64::from(most_entries.max(1)));
    let links = members.iter().map(|member| world.link(leader.id(), member).settings.delay_max_us);
    let back = members.iter().map(|member| world.link(member, leader.id()).settings.delay_max_us);
    let delay_us = links.chain(back).max().unwrap_or(0);
    let a_batch_us = 2 * (delay_us + world.surroundings().sync_max_us) + heartbeat_us;
    BOUND * election_max_us + 2 * batches * a_batch_us
}

/// Whether a log has what the leader's has at an index, as far as both still have it.
fn agree<C: Clone>(log: &Log<C>, leading: &Log<C>, index: Index) -> bool {
    match (log.prefix_hash(index), leading.prefix_hash(index)) {
        (Some(own), Some(other)) => own == other,
        _ => log.last_index() >= index,
    }
}
