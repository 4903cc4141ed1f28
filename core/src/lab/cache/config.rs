//! What can be set in the cache lab.

use crate::cache::address::{MOST_LINES, MOST_WORDS};
use crate::cache::bug::Bug;
use crate::cache::node::{LinkLayer, Node, NodeSettings};
use crate::cache::operation::Operation;
use crate::cache::placement::Placement;
use crate::cache::setting::{Features, Setting};
use crate::cache::table::Interconnect;
use crate::cache::workload::Workload;
use crate::lab::Names;
use crate::lab::raft::config::{ConfigProblem, Must};
use crate::sim::network::Transport;
use crate::sim::process::Process;
use crate::sim::time::{MILLISECOND_US, SECOND_US};

/// The fewest and the most caches.
pub const CACHES: (u8, u8) = (2, 8);
/// The most homes.
pub const MOST_HOMES: u8 = 4;
/// How long a processor under a workload can be set to think on average, in microseconds.
pub const THINK_US: (u64, u64) = (MILLISECOND_US / 10, 10 * SECOND_US);
/// The greatest exponent of Zipf's law, in hundredths.
pub const MOST_ZIPF_HUNDREDTHS: u32 = 300;

/// What makes a configuration that of a cache lab.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CacheConfig {
    /// How many caches: 2 to 8.
    pub caches: u8,
    /// How many homes the lines are dealt out over: 1 to 4. Without meaning on a bus.
    pub homes: u8,
    /// Whether all share a bus, in place of homes with directories.
    pub interconnect: Interconnect,
    /// How many lines memory has: 1 to 64.
    pub lines: u8,
    /// How many words a line has: 1 to 8.
    pub words: u8,
    /// Whether nodes keep what they send to each other in order, and send it again, by themselves:
    /// reliable links, over whatever the network is.
    pub reliable: bool,
    /// What processors do by themselves.
    pub workload: Workload,
    /// What is switched on.
    pub features: Features,
    /// Bugs that are planted from the beginning, in order.
    pub bugs: Vec<Bug>,
}

impl Default for CacheConfig {
    /// Never changes: links leave out what is as here.
    fn default() -> Self {
        Self {
            caches: 4,
            homes: 1,
            interconnect: Interconnect::Directory,
            lines: 4,
            words: 1,
            reliable: false,
            workload: Workload::default(),
            features: Features::default(),
            bugs: Vec::new(),
        }
    }
}

impl CacheConfig {
    /// Whether a lab can be made of it.
    ///
    /// # Errors
    /// The first field that is out of bounds.
    pub fn check(&self) -> Result<(), ConfigProblem> {
        let between = |field, value: u64, low: u64, high: u64, must: fn(u64, u64) -> Must| {
            let problem = ConfigProblem { field, must: must(low, high) };
            if (low..=high).contains(&value) { Ok(()) } else { Err(problem) }
        };
        let few = |field, value: u8, (low, high): (u8, u8)| {
            between(field, value.into(), low.into(), high.into(), Must::LieBetween)
        };
        few("caches", self.caches, CACHES)?;
        // One memory is behind a bus: how many homes there are has no meaning, and is not said.
        few("homes", self.homes, (1, if self.is_bus() { 1 } else { MOST_HOMES }))?;
        few("lines", self.lines, (1, MOST_LINES))?;
        few("words", self.words, (1, MOST_WORDS))?;
        let Workload { pattern: _, writes_percent, think_us, zipf_hundredths } = self.workload;
        few("writes_percent", writes_percent, (0, 100))?;
        let (low, high) = THINK_US;
        between("think", think_us, low, high, Must::LastBetween)?;
        let most = MOST_ZIPF_HUNDREDTHS.into();
        between("zipf_hundredths", zipf_hundredths.into(), 0, most, Must::LieBetween)?;
        if !self.bugs.is_sorted_by(|one, other| one < other) {
            return Err(ConfigProblem { field: "bugs", must: Must::NameEachOnce });
        }
        for setting in Setting::ALL {
            let (low, high) = setting.bounds();
            between("features", self.features.get(setting), low, high, Must::LieBetween)?;
        }
        Ok(())
    }

    /// Whether there is a bus in place of homes.
    #[must_use]
    pub const fn is_bus(&self) -> bool {
        matches!(self.interconnect, Interconnect::Bus)
    }

    /// What its nodes are called.
    #[must_use]
    pub const fn names(&self) -> Names {
        let bus = self.is_bus();
        let homes = if bus { 0 } else { self.homes };
        Names { servers: self.caches, clients: 0, vault: false, collector: false, homes, bus }
    }

    /// Whether what a processor is asked is about a line, and a word of it, that exists.
    #[must_use]
    pub const fn has(&self, operation: Operation) -> bool {
        let word = match operation.address() {
            Some(address) => address.word,
            None => 0,
        };
        operation.line().0 < self.lines && word < self.words
    }

    /// Who is who.
    #[must_use]
    pub const fn placement(&self) -> Placement {
        let Self { caches, homes, interconnect, .. } = *self;
        Placement { interconnect, caches, homes }
    }

    /// What makes up for what the network lacks.
    pub(in crate::lab) const fn links(&self, transport: Transport) -> LinkLayer {
        match transport {
            _ if self.reliable => LinkLayer::Reliable,
            Transport::Streams => LinkLayer::Resumption,
            Transport::Datagrams => LinkLayer::Bare,
        }
    }

    /// The nodes at the beginning, in order.
    pub(in crate::lab) fn nodes(&self, transport: Transport) -> Vec<Node> {
        let Self { lines, words, features, workload, .. } = *self;
        let (placement, links) = (self.placement(), self.links(transport));
        let mut nodes = NodeSettings { placement, lines, words, links, features, workload }.nodes();
        for bug in &self.bugs {
            nodes.iter_mut().for_each(|node| node.plant(bug.number(), true));
        }
        nodes
    }
}
