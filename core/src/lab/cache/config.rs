//! What can be set in the cache lab.

use crate::cache::address::{MOST_LINES, MOST_WORDS};
use crate::cache::bug::{Bug, Bugs};
use crate::cache::node::{Node, NodeSettings};
use crate::cache::operation::Operation;
use crate::cache::setting::{Features, Setting};
use crate::cache::workload::Workload;
use crate::lab::Names;
use crate::lab::raft::config::{ConfigProblem, Must};
use crate::sim::time::{MILLISECOND_US, SECOND_US};

/// The fewest and the most caches.
pub const CACHES: (u8, u8) = (2, 8);
/// The most homes.
pub const MOST_HOMES: u8 = 4;
/// How long a processor under a workload can be set to think on average, in microseconds.
pub const EVERY_US: (u64, u64) = (MILLISECOND_US / 10, 10 * SECOND_US);
/// The greatest skew of a workload, in millionths.
pub const MOST_SKEW_PPM: u64 = 3_000_000;

/// What makes a configuration that of a cache lab.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CacheConfig {
    /// How many caches: 2 to 8.
    pub caches: u8,
    /// How many homes the lines are dealt out over: 1 to 4. Without meaning on a bus.
    pub homes: u8,
    /// Whether all share a bus, in place of homes with directories.
    pub bus: bool,
    /// How many lines memory has: 1 to 64.
    pub lines: u8,
    /// How many words a line has: 1 to 8.
    pub words: u8,
    /// Whether nodes keep what they send to each other in order, and send it again, by themselves:
    /// reliable links, over whatever the network is.
    pub reliable: bool,
    /// What processors do by themselves.
    pub workload: Option<Workload>,
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
            bus: false,
            lines: 4,
            words: 1,
            reliable: false,
            workload: None,
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
        few("homes", self.homes, (1, if self.bus { 1 } else { MOST_HOMES }))?;
        few("lines", self.lines, (1, MOST_LINES))?;
        few("words", self.words, (1, MOST_WORDS))?;
        if let Some(workload) = &self.workload {
            let (low, high) = EVERY_US;
            between("every", workload.every_us, low, high, Must::LastBetween)?;
            let skew = workload.skew_ppm;
            between("skew", skew, 0, MOST_SKEW_PPM, Must::BeFactorBetween)?;
        }
        if !self.bugs.is_sorted_by(|one, other| one < other) {
            return Err(ConfigProblem { field: "bugs", must: Must::NameEachOnce });
        }
        for setting in Setting::ALL {
            let (low, high) = setting.bounds();
            between("features", self.features.get(setting), low, high, Must::LieBetween)?;
        }
        Ok(())
    }

    /// What its nodes are called.
    #[must_use]
    pub const fn names(&self) -> Names {
        let (homes, bus) = if self.bus { (0, true) } else { (self.homes, false) };
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

    /// The nodes at the beginning, in order.
    pub(in crate::lab) fn nodes(&self) -> Vec<Node> {
        let mut bugs = Bugs::default();
        self.bugs.iter().for_each(|bug| bugs.set(*bug, true));
        NodeSettings {
            caches: self.caches,
            homes: self.homes,
            bus: self.bus,
            lines: self.lines,
            words: self.words,
            reliable: self.reliable,
            workload: self.workload,
            features: self.features,
            bugs,
        }
        .nodes()
    }
}
