//! What can be set in the lock lab besides what can be set of any cluster.

use std::sync::Arc;

use crate::lab::NodeName;
use crate::lab::raft::config::{ConfigProblem, Must, RaftConfig};
use crate::lock::Resource;
use crate::lock::bug::{Bug, Bugs};
use crate::lock::client::link::Group;
use crate::lock::client::{Client, ClientSettings};
use crate::lock::collector::{Collector, CollectorSettings};
use crate::lock::party::Party;
use crate::lock::script::{Script, is_name};
use crate::lock::setting::{Features, Setting};
use crate::lock::steward::Steward;
use crate::lock::table::LockTable;
use crate::lock::vault::Vault;
use crate::sim::process::NodeId;
use crate::sim::time::{MILLISECOND_US, SECOND_US};

/// The most resources.
pub const MOST_RESOURCES: usize = 8;
/// The most clients of the lock lab.
pub const MOST_LOCKERS: u8 = 8;
/// The most clusters that the table is split over.
pub const MOST_GROUPS: u8 = 2;
/// How often the collector can be set to gather graphs, in microseconds.
pub const COLLECT_US: (u64, u64) = (10 * MILLISECOND_US, 60 * SECOND_US);
/// How long the first rest of an aborted client can be set to be, in microseconds.
pub const BACK_OFF_US: (u64, u64) = (MILLISECOND_US, 10 * SECOND_US);
/// How many times longer than the first the longest rest of an aborted client is.
const BACK_OFF_GROWS: u64 = 16;

/// What the lock lab adds to the configuration of a cluster.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct LockConfig {
    /// What can be locked: 1 to 8 names, each once.
    pub resources: Vec<Resource>,
    /// What clients do from the beginning: the client, from 0, and its script; in order.
    pub scripts: Vec<(u8, Script)>,
    /// What is switched on.
    pub features: Features,
    /// Bugs that are planted from the beginning, in order.
    pub bugs: Vec<Bug>,
    /// Over how many clusters the table is split: 1 or 2. With two, servers and resources are dealt
    /// out: the first half of the servers, and every other resource, belong to the first.
    pub groups: u8,
    /// How often the collector gathers the graphs of two tables, in microseconds.
    pub collect_us: u64,
    /// How long a client that was aborted rests at least before it tries again, in microseconds; it
    /// doubles from one attempt to the next.
    pub back_off_us: u64,
}

impl Default for LockConfig {
    /// Never changes: links leave out what is as here.
    fn default() -> Self {
        Self {
            resources: ["orders", "stock", "ledger"].map(Resource::from).to_vec(),
            scripts: Vec::new(),
            features: Features::default(),
            bugs: Vec::new(),
            groups: 1,
            collect_us: 200 * MILLISECOND_US,
            back_off_us: 20 * MILLISECOND_US,
        }
    }
}

impl LockConfig {
    /// Whether a lab of so many servers and clients can be made of it.
    ///
    /// # Errors
    /// The first field that is out of bounds.
    pub fn check(&self, servers: u8, clients: u8) -> Result<(), ConfigProblem> {
        let problem = |field, must| Err(ConfigProblem { field, must });
        let between = |field, value: u64, low: u64, high: u64, must: fn(u64, u64) -> Must| {
            if (low..=high).contains(&value) { Ok(()) } else { problem(field, must(low, high)) }
        };
        let (count, most) = (self.resources.len() as u64, MOST_RESOURCES as u64);
        between("resources", count, 1, most, Must::LieBetween)?;
        if !self.resources.iter().all(|name| is_name(name)) {
            return problem("resources", Must::BePlainNames);
        }
        let repeated = |(place, name)| self.resources[..place].contains(name);
        if self.resources.iter().enumerate().any(repeated) {
            return problem("resources", Must::NameEachOnce);
        }
        if !self.scripts.is_sorted_by(|(one, _), (other, _)| one < other)
            || self.scripts.iter().any(|(client, _)| *client >= clients)
        {
            return problem("scripts", Must::NameClients);
        }
        if !self.bugs.is_sorted_by(|one, other| one < other) {
            return problem("bugs", Must::NameEachOnce);
        }
        between("groups", self.groups.into(), 1, MOST_GROUPS.into(), Must::LieBetween)?;
        if !servers.is_multiple_of(self.groups) || servers < self.groups {
            return problem("servers", Must::DivideByGroups);
        }
        let (low, high) = COLLECT_US;
        between("collect_every", self.collect_us, low, high, Must::LastBetween)?;
        let (low, high) = BACK_OFF_US;
        between("back_off", self.back_off_us, low, high, Must::LastBetween)?;
        for setting in Setting::ALL {
            let (low, high) = setting.bounds();
            between("features", self.features.get(setting), low, high, Must::LieBetween)?;
        }
        Ok(())
    }

    /// The script of a client, if it begins with one.
    #[must_use]
    pub fn script(&self, client: u8) -> Option<&Script> {
        self.scripts.iter().find(|(whose, _)| *whose == client).map(|(_, script)| script)
    }

    /// The resources of one of the clusters: dealt out, one to each in turn.
    #[must_use]
    pub fn resources_of(&self, group: u8) -> Arc<[Resource]> {
        let dealt = self.resources.iter().enumerate();
        let own = dealt.filter(|(place, _)| place % usize::from(self.groups) == usize::from(group));
        own.map(|(_, name)| Arc::clone(name)).collect()
    }

    /// The table that the servers of one of the clusters begin with.
    pub(in crate::lab) fn table(&self, config: &RaftConfig, group: u8) -> LockTable {
        let table = LockTable::new(self.resources_of(group));
        match config.names().id(NodeName::Vault) {
            Some(vault) => table.telling(vault),
            None => table,
        }
    }

    /// The steward of a server.
    pub(in crate::lab) fn steward(&self) -> Steward {
        let mut bugs = Bugs::default();
        self.bugs.iter().for_each(|bug| bugs.set(*bug, true));
        Steward::new(self.features, bugs)
    }

    /// Who takes part besides the servers, in the order of their numbers.
    pub(in crate::lab) fn parties(&self, config: &RaftConfig) -> Vec<Party> {
        let names = config.names();
        let count = config.servers / self.groups;
        let group = |group: u8| Group { first: NodeId(group * count), count };
        let settings = ClientSettings {
            groups: (0..self.groups).map(group).collect(),
            resources: self.resources.iter().cloned().collect(),
            vault: names.id(NodeName::Vault),
            script: None,
            request_timeout_us: config.request_timeout_us,
            retry_us: config.retry_us,
            back_off_us: (self.back_off_us, BACK_OFF_GROWS * self.back_off_us),
            load_us: config.load_us,
            features: self.features,
        };
        let client = |client: u8| {
            let settings =
                ClientSettings { script: self.script(client).cloned(), ..settings.clone() };
            Party::Client(Box::new(Client::new(settings)))
        };
        let mut vault = Vault::new(settings.resources.clone(), self.features.fencing);
        self.bugs.iter().for_each(|bug| vault.plant(*bug, true));
        let collector = CollectorSettings {
            groups: settings.groups.clone(),
            every_us: self.collect_us,
            request_timeout_us: config.request_timeout_us,
        };
        let collector = (self.groups > 1).then(|| Party::Collector(Collector::new(collector)));
        (0..config.clients).map(client).chain([Party::Vault(vault)]).chain(collector).collect()
    }
}
