//! What can be set in a lab, with its defaults and bounds: Raft's part of it, to which the lock lab
//! adds its own, and in whose place the cache lab puts its own.

use std::sync::Arc;

use super::bounds::check_texts;
use super::fields::Field;
use crate::lab::cache::CacheConfig;
use crate::lab::locks::LockConfig;
use crate::lab::locks::config::MOST_LOCKERS;
use crate::lab::machine::{Command, Machine, Party, Steward};
use crate::lab::{Choice, LabMonitor, Names};
use crate::raft::Participant;
use crate::raft::bug::Bug;
use crate::raft::client::{Client, ClientSettings};
use crate::raft::instruction::Instruction;
use crate::raft::log::{Entry, Log, Proposal, Term};
use crate::raft::server::{Durable, Server, Settings};
use crate::raft::setting::{Features, Setting};
use crate::raft::store::{Operation, Store};
use crate::sim::network::{LinkSettings, Transport};
use crate::sim::node_set::NodeSet;
use crate::sim::process::NodeId;
use crate::sim::run::Run;
use crate::sim::time::{MILLISECOND_US, SECOND_US};
use crate::sim::world::{Surroundings, World};

/// The most clients.
pub const MOST_CLIENTS: u8 = 4;
/// The longest log that a server can be given to begin with.
pub const MOST_PRESET_ENTRIES: usize = 100;
/// The most entries that one message can be set to carry.
pub const MOST_ENTRIES: u32 = 100;
/// The longest key or value, in bytes.
pub const LONGEST_TEXT: u64 = 100;
/// The shortest timer that repeats by itself, in microseconds: shorter ones would only burn steps.
pub const SHORTEST_TIMER_US: u64 = MILLISECOND_US;

/// What a server has on its disk when the run begins.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Preset {
    /// Its current term; at least the term of its last entry.
    pub term: Term,
    /// Whom it voted for in that term.
    pub voted_for: Option<NodeId>,
    /// Its log: the term of each entry, and what it asks for. Where nothing is said it is a put
    /// that names its place, so that the same place of two logs holds the same entry.
    pub log: Vec<(Term, Option<Operation>)>,
}

/// The configuration of the Raft lab.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RaftConfig {
    /// How many servers: 1 to 9.
    pub servers: u8,
    /// How many clients: 0 to 4; 0 to 8 of a lock lab.
    pub clients: u8,
    /// The shortest election timeout, in microseconds.
    pub election_min_us: u64,
    /// The longest election timeout, in microseconds.
    pub election_max_us: u64,
    /// The time between heartbeats, in microseconds.
    pub heartbeat_us: u64,
    /// How many entries one message carries at most: 1 to 100.
    pub most_entries: u32,
    /// What carries messages.
    pub transport: Transport,
    /// How every link behaves.
    pub network: LinkSettings,
    /// The shortest sync of a disk, in microseconds.
    pub sync_min_us: u64,
    /// The longest sync of a disk, in microseconds.
    pub sync_max_us: u64,
    /// How long a client waits for an answer, in microseconds.
    pub request_timeout_us: u64,
    /// How long a client waits after a refusal that names no leader, in microseconds.
    pub retry_us: u64,
    /// Under load, the mean time from an answer to the client's next operation, in microseconds.
    pub load_us: Option<u64>,
    /// Servers that begin with something on their disk, by number.
    pub presets: Vec<(NodeId, Preset)>,
    /// Bugs that are planted from the beginning.
    pub bugs: Vec<Bug>,
    /// What is switched on.
    pub features: Features,
    /// How many of the servers, from the first on, are members at first; 0 for all. The others run,
    /// know who the members are, and wait to be added.
    pub voters: u8,
    /// What makes it a lock lab, if it is one.
    pub locks: Option<LockConfig>,
    /// What makes it a cache lab, if it is one. There are no servers and no clients then, and what
    /// is said of them has no meaning: it stays as it is where nothing is said.
    pub cache: Option<CacheConfig>,
}

impl Default for RaftConfig {
    /// Never changes: links leave out what is as here.
    fn default() -> Self {
        Self {
            servers: 5,
            clients: 1,
            election_min_us: 150 * MILLISECOND_US,
            election_max_us: 300 * MILLISECOND_US,
            heartbeat_us: 50 * MILLISECOND_US,
            most_entries: 16,
            transport: Transport::Datagrams,
            network: LinkSettings::default(),
            sync_min_us: MILLISECOND_US / 2,
            sync_max_us: 2 * MILLISECOND_US,
            request_timeout_us: SECOND_US,
            retry_us: 50 * MILLISECOND_US,
            load_us: None,
            presets: Vec::new(),
            bugs: Vec::new(),
            features: Features::default(),
            voters: 0,
            locks: None,
            cache: None,
        }
    }
}

/// What is wrong with a configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConfigProblem {
    /// The field, as a scenario file calls it.
    pub field: &'static str,
    /// What it must be.
    pub must: Must,
}

/// What a field must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Must {
    /// A number from the first to the second.
    LieBetween(u64, u64),
    /// A time from the first to the second, in microseconds.
    LastBetween(u64, u64),
    /// Its first value not above its second.
    Ascend,
    /// Name servers of this cluster, each once.
    NameServers,
    /// Terms that never fall along the log, from 1, and a current term not below them.
    HaveRisingTerms,
    /// Each name at most once.
    NameEachOnce,
    /// Two nodes, not one twice.
    NameTwoNodes,
    /// A text of at most so many bytes.
    BeShort(u64),
    /// A factor from the first to the second, in millionths.
    BeFactorBetween(u64, u64),
    /// Groups with somebody in each.
    HaveNoEmptyGroup,
    /// A log of at most so many entries.
    HaveEntries(u64),
    /// Names of at most 32 letters from a to z, digits, `-` and `_`, and no word of scripts.
    BePlainNames,
    /// Name clients that exist, each once.
    NameClients,
    /// A number of which each group gets the same share.
    DivideByGroups,
    /// Something that this lab has.
    BelongToLab,
    /// Terms of at most this number.
    HaveTerms(u64),
}

impl RaftConfig {
    /// What its nodes are called.
    #[must_use]
    pub const fn names(&self) -> Names {
        if let Some(cache) = &self.cache {
            return cache.names();
        }
        let locks = self.locks.is_some();
        let collector = matches!(&self.locks, Some(locks) if locks.groups > 1);
        let (homes, bus) = (0, false);
        Names { servers: self.servers, clients: self.clients, vault: locks, collector, homes, bus }
    }

    /// Whether a run can be made of it.
    ///
    /// # Errors
    /// The first field that is out of bounds.
    pub fn check(&self) -> Result<(), ConfigProblem> {
        use Field::{Clients, Heartbeat, Load, MostEntries, RequestTimeout, Retry, Servers};
        [Servers, Clients, MostEntries, Heartbeat, RequestTimeout, Retry, Load]
            .into_iter()
            .try_for_each(|field| self.check_field(field))?;
        self.check_range(Field::ElectionMin, Field::ElectionMax)?;
        check_network(&self.network)?;
        self.check_range(Field::SyncMin, Field::SyncMax)?;
        self.check_features()?;
        self.check_presets()?;
        if let Some(cache) = &self.cache {
            // What has no meaning is not said: every run has one configuration.
            let (network, transport, cache_too) =
                (self.network, self.transport, self.cache.clone());
            let cache_only = Self { network, transport, cache: cache_too, ..Self::of_cache() };
            return if *self == cache_only {
                cache.check()
            } else {
                Err(ConfigProblem { field: "lab", must: Must::BelongToLab })
            };
        }
        if let Some(locks) = &self.locks {
            locks.check(self.servers, self.clients)?;
        }
        if !self.bugs.is_sorted_by(|one, other| one.number() < other.number()) {
            return Err(ConfigProblem { field: "bugs", must: Must::NameEachOnce });
        }
        Ok(())
    }

    fn check_field(&self, field: Field) -> Result<(), ConfigProblem> {
        let Some(value) = field.get(self) else { return Ok(()) };
        // A lock lab has room for more clients.
        let most = u64::from(MOST_LOCKERS);
        if field == Field::Clients && self.locks.is_some() {
            let must = Must::LieBetween(0, most);
            return if value <= most {
                Ok(())
            } else {
                Err(ConfigProblem { field: field.name(), must })
            };
        }
        field.check(value)
    }

    fn check_range(&self, low: Field, high: Field) -> Result<(), ConfigProblem> {
        self.check_field(low)?;
        self.check_field(high)?;
        let problem = ConfigProblem { field: low.name(), must: Must::Ascend };
        if low.get(self) <= high.get(self) { Ok(()) } else { Err(problem) }
    }

    fn check_features(&self) -> Result<(), ConfigProblem> {
        if self.voters > self.servers {
            let must = Must::LieBetween(0, self.servers.into());
            return Err(ConfigProblem { field: "voters", must });
        }
        let bounded = |setting: &Setting| {
            let (low, high) = setting.bounds();
            (low..=high).contains(&self.features.get(*setting))
        };
        match Setting::ALL.into_iter().find(|setting| !bounded(setting)) {
            None => Ok(()),
            Some(setting) => {
                let (low, high) = setting.bounds();
                Err(ConfigProblem { field: "features", must: Must::LieBetween(low, high) })
            }
        }
    }

    fn check_presets(&self) -> Result<(), ConfigProblem> {
        let problem = |must| ConfigProblem { field: "start", must };
        if !self.presets.is_sorted_by(|(one, _), (other, _)| one < other)
            || self.presets.iter().any(|(server, _)| server.0 >= self.servers)
        {
            return Err(problem(Must::NameServers));
        }
        // What a log can be given to begin with are operations of a store.
        let has_log = |(_, preset): &(_, Preset)| !preset.log.is_empty();
        if self.locks.is_some() && self.presets.iter().any(has_log) {
            return Err(problem(Must::BelongToLab));
        }
        self.presets.iter().try_for_each(|(_, preset)| preset.check(self.servers)).map_err(problem)
    }

    /// A run of this configuration at its beginning. The configuration was checked.
    #[must_use]
    pub fn begin(&self, seed: u64, narrates: bool) -> Run<Participant<Machine>, LabMonitor> {
        assert_eq!(self.check(), Ok(()), "a configuration is checked before it runs");
        let surroundings = Surroundings {
            seed,
            transport: self.transport,
            network: self.network,
            sync_min_us: self.sync_min_us,
            sync_max_us: self.sync_max_us,
        };
        let servers = if self.cache.is_some() { 0 } else { self.servers };
        let servers = (0..servers).map(|server| self.server(NodeId(server)));
        let nodes = servers.chain(self.parties().into_iter().map(Participant::Party));
        let world = World::new(nodes.collect(), surroundings, narrates);
        Run::new(world, LabMonitor::new(self))
    }

    /// Who takes part besides the servers, in the order of their numbers.
    fn parties(&self) -> Vec<Party> {
        if let Some(cache) = &self.cache {
            let nodes = cache.nodes(self.transport).into_iter();
            return nodes.map(|node| Party::Cache(Box::new(node))).collect();
        }
        match &self.locks {
            None => (0..self.clients).map(|_| Party::Client(Client::new(self.client()))).collect(),
            Some(locks) => locks.parties(self).into_iter().map(Party::Locks).collect(),
        }
    }

    /// Over how many clusters the servers are dealt out.
    #[must_use]
    pub fn groups(&self) -> u8 {
        self.locks.as_ref().map_or(1, |locks| locks.groups)
    }

    /// What a server carries at the beginning.
    fn carried(&self, group: u8) -> (Machine, Steward) {
        match &self.locks {
            None => (Machine::Store(Store::default()), Steward::Store),
            Some(locks) => {
                (Machine::Locks(locks.table(self, group)), Steward::Locks(locks.steward()))
            }
        }
    }

    fn server(&self, id: NodeId) -> Participant<Machine> {
        let share = self.servers / self.groups();
        let group = id.0 / share;
        let settings = Settings {
            servers: self.servers,
            first: group * share,
            voters: if self.voters == 0 { share } else { self.voters.min(share) },
            election_min_us: self.election_min_us,
            election_max_us: self.election_max_us,
            heartbeat_us: self.heartbeat_us,
            most_entries: self.most_entries,
            features: self.features,
        };
        let preset = self.presets.iter().find(|(server, _)| *server == id);
        let durable = preset.map_or_else(Durable::default, |(_, preset)| preset.durable());
        let mut server = Server::carrying(self.carried(group), id, settings, durable);
        for bug in &self.bugs {
            server.plant(*bug, true);
        }
        Participant::Server(server)
    }

    const fn client(&self) -> ClientSettings {
        ClientSettings {
            servers: self.servers,
            request_timeout_us: self.request_timeout_us,
            retry_us: self.retry_us,
            load_us: self.load_us,
            features: self.features,
        }
    }

    /// Whether a choice names only what exists here; and an instruction, servers only.
    #[must_use]
    pub fn allows(&self, choice: &Choice) -> bool {
        let nodes = self.names().count();
        let exist = choice.nodes().iter().all(|node| node.0 < nodes) && self.has(choice);
        let Choice::Instruct { node, instruction, operand } = *choice else { return exist };
        let names = Instruction::from_numbers(instruction, operand).map(Instruction::names);
        let servers = NodeSet::first(self.servers);
        let are_servers = names.is_some_and(|names| names.minus(servers).is_empty());
        exist && servers.contains(node) && are_servers
    }
}

/// Whether a link can behave so.
///
/// # Errors
/// The first field that is out of bounds.
pub fn check_network(network: &LinkSettings) -> Result<(), ConfigProblem> {
    let config = RaftConfig { network: *network, ..RaftConfig::default() };
    config.check_range(Field::DelayMin, Field::DelayMax)
}

impl Preset {
    /// Whether a server of a cluster of so many can begin with it.
    ///
    /// # Errors
    /// What it must be.
    pub fn check(&self, servers: u8) -> Result<(), Must> {
        if self.voted_for.is_some_and(|to| to.0 >= servers) {
            return Err(Must::NameServers);
        }
        if self.log.len() > MOST_PRESET_ENTRIES {
            return Err(Must::HaveEntries(MOST_PRESET_ENTRIES as u64));
        }
        let terms = self.log.iter().map(|(term, _)| *term).chain([self.term]);
        if !terms.is_sorted() || self.log.iter().any(|(term, _)| *term == 0) {
            return Err(Must::HaveRisingTerms);
        }
        if self.term > u64::from(u32::MAX) {
            return Err(Must::HaveTerms(u32::MAX.into()));
        }
        self.log.iter().filter_map(|(_, said)| said.as_ref()).try_for_each(check_texts)
    }

    /// The term of each entry of its log, and what it asks for.
    pub(in crate::lab) fn operations(&self) -> impl Iterator<Item = (Term, Operation)> {
        (1..).zip(&self.log).map(|(index, (term, operation)): (u64, _)| {
            let named = || Operation::Put("x".into(), format!("{index}@{term}").into());
            (*term, operation.clone().unwrap_or_else(named))
        })
    }

    fn durable(&self) -> Durable<Machine> {
        let mut log = Log::default();
        for (term, command) in self.operations() {
            let proposal = Arc::new(Proposal::preset(Command::Store(command)));
            log.append(Entry { term, proposal });
        }
        Durable { current_term: self.term, voted_for: self.voted_for, log, snapshot: None }
    }
}
