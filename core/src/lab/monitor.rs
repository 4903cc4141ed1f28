//! What watches a lab: the checks of Raft for each of its clusters, those of the lock manager where
//! there is one, and those of the cache, with a tally of its misses, where that is what runs.

use crate::cache;
use crate::cache::address::Line;
use crate::cache::table::Interconnect;
use crate::check::cache::CacheMonitor;
use crate::check::lock::{Circumstances, Entry, LockMonitor, Look};
use crate::check::raft::RaftMonitor;
use crate::check::{Check, Failure, LaneState, MOST_DRIFT_PPM, Now, Verdict};
use crate::lab::cache::tally::Tally;
use crate::lab::machine::{Command, Machine, Steward};
use crate::lab::raft::RaftConfig;
use crate::raft::Participant;
use crate::raft::log::Index;
use crate::raft::server::Server;
use crate::sim::monitor::Monitor;
use crate::sim::node_set::NodeSet;
use crate::sim::process::NodeId;
use crate::sim::world::{Node, Stepped, World};

/// Watches a lab.
#[derive(Clone, Debug)]
pub struct LabMonitor {
    /// One for each cluster: none where there is no Raft.
    clusters: Vec<RaftMonitor<Command>>,
    locks: Option<Box<LockMonitor>>,
    tally: Option<Tally>,
    cache: Option<Box<CacheMonitor>>,
}

impl LabMonitor {
    /// Watches a lab that is set up so.
    #[must_use]
    pub(super) fn new(config: &RaftConfig) -> Self {
        let (groups, share) = (config.groups(), config.servers / config.groups());
        let servers =
            |group: u8| NodeSet::first((group + 1) * share).minus(NodeSet::first(group * share));
        let on_raft = if config.cache.is_some() { 0 } else { groups };
        let clusters = (0..on_raft).map(|group| RaftMonitor::of(servers(group))).collect();
        let locks = config.locks.is_some();
        let locks = locks.then(|| Box::new(LockMonitor::of((0..groups).map(servers))));
        let tally = config.cache.as_ref().map(|cache| Tally::new(cache.caches));
        let cache = config.cache.as_ref().map(|cache| {
            let links = cache.links(config.transport);
            Box::new(CacheMonitor::new(cache.placement(), cache.lines, links))
        });
        Self { clusters, locks, tally, cache }
    }

    /// What a check says of the run so far. Where there are several clusters, the worse of what it
    /// says of each.
    #[must_use]
    pub fn verdict(&self, check: Check) -> Verdict {
        match check {
            Check::Raft(check) => {
                let verdicts = self.clusters.iter().map(|cluster| cluster.verdict(check));
                verdicts.reduce(worse).unwrap_or(Verdict::NotReached)
            }
            Check::Lock(check) => match &self.locks {
                None => Verdict::NotReached,
                Some(locks) => locks.verdict(check),
            },
            Check::Cache(check) => match &self.cache {
                None => Verdict::NotReached,
                Some(cache) => cache.verdict(check),
            },
        }
    }

    /// The checks that failed, each with its first failure, once for each cluster.
    pub fn failures(&self) -> impl Iterator<Item = (Check, &Failure)> {
        let raft = self.clusters.iter().flat_map(RaftMonitor::failures);
        let locks = self.locks.iter().flat_map(|locks| locks.failures());
        let raft = raft.map(|(check, failure)| (Check::Raft(check), failure));
        let locks = locks.map(|(check, failure)| (Check::Lock(check), failure));
        let cache = self.cache.iter().flat_map(|cache| cache.failures());
        raft.chain(locks).chain(cache.map(|(check, failure)| (Check::Cache(check), failure)))
    }

    /// What watches the lock manager, if there is one.
    #[must_use]
    pub fn locks(&self) -> Option<&LockMonitor> {
        self.locks.as_deref()
    }

    /// What watches the cache, if there is one.
    #[must_use]
    pub fn cache(&self) -> Option<&CacheMonitor> {
        self.cache.as_deref()
    }

    /// Why reads and writes of caches missed, if there are any.
    #[must_use]
    pub const fn tally(&self) -> Option<&Tally> {
        self.tally.as_ref()
    }

    /// The highest index that any server knew to be committed, of all clusters.
    #[must_use]
    pub fn committed(&self) -> Index {
        self.clusters.iter().map(RaftMonitor::committed).max().unwrap_or(0)
    }

    /// Whether a cluster is left in peace now, and has not settled yet; or the caches are, and
    /// somebody waits still.
    #[must_use]
    pub fn is_settling(&self) -> bool {
        let waits = || self.cache.as_ref().is_some_and(|cache| cache.is_settling());
        self.clusters.iter().any(RaftMonitor::is_settling) || waits()
    }
}

/// The worse of two verdicts; of two failures, the earlier.
fn worse(one: Verdict, other: Verdict) -> Verdict {
    let rank = |verdict: &Verdict| {
        let place = match verdict {
            Verdict::Fails(_) => 0,
            Verdict::AssumptionVoid(void) if void.failure.is_some() => 1,
            Verdict::AssumptionVoid(_) => 2,
            Verdict::NotReached => 3,
            Verdict::Holds => 4,
        };
        (place, verdict.failure().map_or(0, |failure| failure.step))
    };
    if rank(&other) < rank(&one) { other } else { one }
}

/// Shows the lock manager's monitor what has changed.
fn observe_locks(locks: &mut LockMonitor, stepped: Stepped, world: &World<Participant<Machine>>) {
    if stepped.meddled {
        locks.survey(circumstances(world));
    } else {
        locks.settle();
    }
    match stepped.node {
        Some(node) => observe_node(locks, node, world),
        None => {
            for node in 0..world.nodes().len() {
                observe_node(locks, NodeId(u8::try_from(node).expect("at most 64 nodes")), world);
            }
        }
    }
}

fn observe_node(locks: &mut LockMonitor, id: NodeId, world: &World<Participant<Machine>>) {
    let node = world.node(id);
    match &node.process {
        Participant::Server(server) => {
            observe_server(locks, (server, node.up), world);
        }
        Participant::Party(_) => {
            let party = node.process.lock_party();
            if let Some(vault) = party.and_then(|party| party.vault()) {
                locks.observe_vault((id, vault), world.into());
            }
        }
    }
}

fn observe_server(
    locks: &mut LockMonitor,
    (server, up): (&Server<Machine>, bool),
    world: &World<Participant<Machine>>,
) {
    let (Machine::Locks(table), Steward::Locks(steward)) = (server.machine(), server.steward())
    else {
        return;
    };
    let entry = |index| {
        let entry = server.log().entry(index)?;
        let command = match entry.proposal.command().map(AsRef::as_ref) {
            Some(Command::Lock(command)) => Some(command),
            Some(Command::Store(_)) | None => None,
        };
        Some(Entry { term: entry.term, owner: entry.proposal.client.map(Into::into), command })
    };
    locks.observe_server(&Look {
        server: server.id(),
        up,
        leads: server.is_leader().then(|| server.current_term()),
        applied: server.last_applied(),
        last_index: server.log().last_index(),
        table,
        steward,
        entry: &entry,
        now: Now::from(world),
    });
}

/// What a line is painted as on the lane of a node of the cache. Whoever has nothing to do with it
/// only serves.
fn lane_of(process: &cache::node::Node, line: Line) -> LaneState {
    if let Some(cache) = process.cache() {
        return cache.controller().line(line).state.into();
    }
    let home = process.home().filter(|home| {
        let is_bus = home.setup().placement.interconnect == Interconnect::Bus;
        !is_bus && process.setup().placement.home_of(line) == home.setup().node
    });
    home.map_or(LaneState::Serving, |home| home.line(line).state.into())
}

/// What is switched on, and whether clocks are right. A setting is that of all servers.
fn circumstances(world: &World<Participant<Machine>>) -> Circumstances {
    let nodes = world.nodes();
    let strays = nodes.iter().any(|node| node.clock.strays(MOST_DRIFT_PPM));
    let steward = nodes.iter().find_map(|node| match node.process.server()?.steward() {
        Steward::Locks(steward) => Some(steward.features()),
        Steward::Store => None,
    });
    let vault = nodes.iter().find_map(|node| node.process.lock_party()?.vault());
    Circumstances {
        fencing: vault.is_none_or(|vault| vault.fencing()),
        policy: steward.map(|features| features.policy).unwrap_or_default(),
        lease_us: steward.map_or(0, |features| features.lease_us),
        strays,
    }
}

impl Monitor<Participant<Machine>> for LabMonitor {
    fn begin(&mut self, world: &World<Participant<Machine>>) {
        self.clusters.iter_mut().for_each(|cluster| cluster.begin(world));
        if let Some(locks) = &mut self.locks {
            observe_locks(locks, Stepped { node: None, meddled: true }, world);
        }
        if let Some(tally) = &mut self.tally {
            tally.observe(Stepped { node: None, meddled: true }, world);
        }
        if let Some(cache) = &mut self.cache {
            cache.begin(world, |process| process.cache_node());
        }
    }

    fn observe(&mut self, stepped: Stepped, world: &World<Participant<Machine>>) {
        self.clusters.iter_mut().for_each(|cluster| cluster.observe(stepped, world));
        if let Some(locks) = &mut self.locks {
            observe_locks(locks, stepped, world);
        }
        if let Some(tally) = &mut self.tally {
            tally.observe(stepped, world);
        }
        if let Some(cache) = &mut self.cache {
            cache.observe(stepped, world, |process| process.cache_node());
        }
    }

    /// For a node of the cache: its lines.
    fn aspects(node: &Node<Participant<Machine>>) -> u8 {
        node.process.cache_node().map_or(1, |node| node.lines())
    }

    fn changed(node: &Node<Participant<Machine>>) -> u64 {
        node.process.cache_node().map_or(1, |node| node.touched())
    }

    fn band(node: &Node<Participant<Machine>>, aspect: u8) -> u8 {
        match node.process.cache_node() {
            Some(process) if node.up && !node.paused => lane_of(process, Line(aspect)) as u8,
            _ => RaftMonitor::<Command>::band(node, 0),
        }
    }
}
