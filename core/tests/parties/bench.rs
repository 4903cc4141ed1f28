//! Worlds of servers, clients, a vault and a collector, and how to look at them.

use std::sync::Arc;

use lockstep_core::lock::Resource;
use lockstep_core::lock::bug::{Bug, Bugs};
use lockstep_core::lock::client::link::Group;
use lockstep_core::lock::client::{Client, ClientSettings, Tally};
use lockstep_core::lock::collector::{Collector, CollectorSettings};
use lockstep_core::lock::parcel::Order;
use lockstep_core::lock::party::Party;
use lockstep_core::lock::setting::Features;
use lockstep_core::lock::steward::Steward;
use lockstep_core::lock::table::LockTable;
use lockstep_core::lock::vault::{Shelf, Vault};
use lockstep_core::raft::Participant;
use lockstep_core::raft::server::{Durable, Server, Settings};
use lockstep_core::raft::setting::Features as RaftFeatures;
use lockstep_core::raft::state_machine::OWN;
use lockstep_core::sim::choice::Choice;
use lockstep_core::sim::network::{LinkSettings, Transport};
use lockstep_core::sim::process::NodeId;
use lockstep_core::sim::world::{Surroundings, World};

/// How many servers a group has.
pub(crate) const SERVERS: u8 = 3;
/// A millisecond, in microseconds.
pub(crate) const MS: u64 = 1_000;
/// A second, in microseconds.
pub(crate) const SECOND: u64 = 1_000_000;

/// What a world is to be like.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    pub(crate) seed: u64,
    pub(crate) groups: u8,
    pub(crate) clients: u8,
    pub(crate) resources: &'static [&'static str],
    pub(crate) load_us: Option<u64>,
    pub(crate) features: Features,
    pub(crate) network: LinkSettings,
}

impl Default for Plan {
    fn default() -> Self {
        Self {
            seed: 1,
            groups: 1,
            clients: 2,
            resources: &["a", "b", "c"],
            load_us: None,
            features: Features::default(),
            network: LinkSettings::default(),
        }
    }
}

/// A world.
pub(crate) struct Bench {
    pub(crate) world: World<Participant<LockTable>>,
    plan: Plan,
}

impl Plan {
    /// The node of a client, from 0.
    pub(crate) const fn client(&self, client: u8) -> NodeId {
        NodeId(self.groups * SERVERS + client)
    }

    const fn vault(&self) -> NodeId {
        self.client(self.clients)
    }

    fn group(group: u8) -> Group {
        Group { first: NodeId(group * SERVERS), count: SERVERS }
    }

    fn named(&self, keep: impl Fn(usize) -> bool) -> Arc<[Resource]> {
        let named = self.resources.iter().enumerate().filter(|(place, _)| keep(*place));
        named.map(|(_, name)| Resource::from(*name)).collect()
    }

    fn server(&self, id: NodeId) -> Participant<LockTable> {
        let group = id.0 / SERVERS;
        let groups = usize::from(self.groups);
        let resources = self.named(|place| place % groups == usize::from(group));
        let table = LockTable::new(resources).telling(self.vault());
        let settings = Settings {
            servers: (group + 1) * SERVERS,
            first: group * SERVERS,
            voters: SERVERS,
            election_min_us: 150 * MS,
            election_max_us: 300 * MS,
            heartbeat_us: 50 * MS,
            most_entries: 64,
            features: RaftFeatures::default(),
        };
        let steward = Steward::new(self.features, Bugs::default());
        Participant::Server(Server::carrying((table, steward), id, settings, Durable::default()))
    }

    /// The world as it begins.
    pub(crate) fn begin(self) -> Bench {
        let groups: Arc<[Group]> = (0..self.groups).map(Self::group).collect();
        let resources = self.named(|_| true);
        let settings = ClientSettings {
            groups: Arc::clone(&groups),
            resources: Arc::clone(&resources),
            vault: Some(self.vault()),
            script: None,
            request_timeout_us: 300 * MS,
            retry_us: 50 * MS,
            back_off_us: (20 * MS, 320 * MS),
            load_us: self.load_us,
            features: self.features,
        };
        let mut nodes: Vec<_> =
            (0..self.groups * SERVERS).map(|server| self.server(NodeId(server))).collect();
        let client = || Party::Client(Box::new(Client::new(settings.clone())));
        nodes.extend((0..self.clients).map(|_| Participant::Party(client())));
        nodes.push(Participant::Party(Party::Vault(Vault::new(resources, self.features.fencing))));
        if self.groups > 1 {
            let (every_us, request_timeout_us) = (100 * MS, 300 * MS);
            let collector = CollectorSettings { groups, every_us, request_timeout_us };
            nodes.push(Participant::Party(Party::Collector(Collector::new(collector))));
        }
        let surroundings = Surroundings {
            seed: self.seed,
            transport: Transport::Datagrams,
            network: self.network,
            sync_min_us: MS,
            sync_max_us: 2 * MS,
        };
        Bench { world: World::new(nodes, surroundings, false), plan: self }
    }
}

impl Bench {
    /// Lets so much time pass.
    pub(crate) fn pass(&mut self, time_us: u64) {
        let until_us = self.world.now_us() + time_us;
        while self.world.next_time_us().is_some_and(|next_us| next_us <= until_us) {
            self.world.step();
        }
        self.world.idle_until(until_us);
    }

    /// Lets time pass until something is so.
    pub(crate) fn pass_until(&mut self, what: &str, is_so: impl Fn(&Self) -> bool) {
        let until_us = self.world.now_us() + 20 * SECOND;
        while !is_so(self) {
            assert!(self.world.now_us() < until_us, "never: {what}");
            self.world.step();
        }
    }

    pub(crate) fn do_this(&mut self, choice: &Choice<Order>) {
        self.world.apply(choice);
    }

    /// Tells a client to do something.
    pub(crate) fn order(&mut self, client: u8, script: &str) {
        let operation = Order::Run(script.parse().expect("it is a script"));
        self.do_this(&Choice::Operate { node: self.plan.client(client), operation });
    }

    pub(crate) fn stop(&mut self, client: u8) {
        let operation = Order::Stop;
        self.do_this(&Choice::Operate { node: self.plan.client(client), operation });
    }

    pub(crate) fn plant(&mut self, bug: Bug) {
        self.do_this(&Choice::Plant { bug: OWN + bug.number(), planted: true });
    }

    pub(crate) const fn plan(&self) -> &Plan {
        &self.plan
    }

    pub(crate) fn client(&self, client: u8) -> &Client {
        let party = self.world.node(self.plan.client(client)).process.party();
        party.and_then(Party::client).expect("it is a client")
    }

    pub(crate) fn clients(&self) -> impl Iterator<Item = &Client> {
        (0..self.plan.clients).map(|client| self.client(client))
    }

    /// What became of the transactions of all clients.
    pub(crate) fn tally(&self) -> Tally {
        let mut sum = Tally::default();
        for Tally { ended, given_up, aborted, lost } in self.clients().map(Client::tally) {
            sum.ended += ended;
            sum.given_up += given_up;
            sum.aborted += aborted;
            sum.lost += lost;
        }
        sum
    }

    pub(crate) fn vault(&self) -> &Vault {
        let party = self.world.node(self.plan.vault()).process.party();
        party.and_then(Party::vault).expect("it is the vault")
    }

    pub(crate) fn shelf(&self, resource: &str) -> Shelf {
        *self.vault().shelf(resource).expect("it is there")
    }

    pub(crate) fn collector(&self) -> &Collector {
        let node = NodeId(self.plan.vault().0 + 1);
        self.world.node(node).process.party().and_then(Party::collector).expect("it collects")
    }

    /// The leader of a group, if one is up: that of the highest term.
    pub(crate) fn leader(&self, group: u8) -> Option<&Server<LockTable>> {
        let nodes = self.world.nodes().iter().filter(|node| node.up && !node.paused);
        let servers = nodes.filter_map(|node| node.process.server());
        let own = servers.filter(|server| Plan::group(group).contains(server.id()));
        own.filter(|server| server.is_leader()).max_by_key(|server| server.current_term())
    }

    /// Lets time pass until every group has a leader.
    pub(crate) fn elect(&mut self) {
        for group in 0..self.plan.groups {
            self.pass_until("a leader", |bench| bench.leader(group).is_some());
        }
    }
}
