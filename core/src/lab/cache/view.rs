//! What there is to see of the cache: plain values, made from the state of the run.
//!
//! A line has as many faces as there are nodes: what memory holds, what the directory believes, and
//! the copies in the caches, each in a state of its own. The view shows them side by side, and marks
//! what only somebody who sees all of them at once can know: which words are out of date.

use serde::Serialize;

use super::metrics::Metrics;
use super::situation::CacheSituation;
use crate::cache::address::Word;
use crate::lab::{MessageName, NodeName};
use crate::sim::process::NodeId;

/// The cache.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CacheView {
    /// What is going on.
    pub situation: CacheSituation,
    /// How it is built: which tables are the ones to look at.
    pub variant: VariantView,
    /// How many words a line has.
    pub words: u8,
    /// The caches, in order.
    pub caches: Vec<CacheNodeView>,
    /// The homes, in order; nobody on a bus.
    pub homes: Vec<HomeView>,
    /// The bus, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bus: Option<BusView>,
    /// The lines, in order: what memory and the directory have.
    pub lines: Vec<LineView>,
    /// What is under way about a line, oldest first.
    pub transactions: Vec<TransactionView>,
    /// Which cells of the tables have been seen up to here, over all nodes: for each state, by its
    /// number, a set of columns, the bit of each by its number.
    pub seen: SeenView,
    /// How well it goes.
    pub metrics: Metrics,
}

/// How the cache is built.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct VariantView {
    /// Whether there is an exclusive state: MESI, not MSI.
    pub exclusive: bool,
    /// Whether there is a bus in place of homes.
    pub bus: bool,
    /// Whether an invalidation is answered though data are awaited.
    pub answer_invalidations: bool,
    /// Whether there are leases.
    pub leases: bool,
    /// What messages travel over: `datagrams`, `streams` or `reliable`.
    pub transport: &'static str,
}

/// A node with a cache.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CacheNodeView {
    /// Its number in the kernel.
    #[serde(skip)]
    pub node: NodeId,
    /// Its name.
    pub name: NodeName,
    /// Whether it runs.
    pub up: bool,
    /// Whether it is frozen.
    pub paused: bool,
    /// How many lines it has room for.
    pub capacity: u8,
    /// Its copies, by line: all that are not plainly invalid.
    pub copies: Vec<CopyView>,
    /// What its processor does.
    pub operation: Option<OperationView>,
    /// How many operations wait behind it.
    pub waiting: u64,
    /// The last operation that was done.
    pub last: Option<OperationView>,
    /// For how long it may use what it has from each home, in microseconds of its own clock; nothing
    /// where there are no leases.
    pub leases: Vec<LeaseView>,
}

/// A copy of a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CopyView {
    /// Which line, by its number.
    #[serde(skip)]
    pub line: u8,
    /// The line's name.
    pub name: String,
    /// The state's name, as in the primer.
    pub state: &'static str,
    /// Its words; those of no copy are none.
    pub words: Vec<Word>,
    /// Which of its words are out of date: somebody has written them since.
    pub stale: Vec<bool>,
    /// How many acknowledgements it still waits for; nothing where it does not know yet.
    pub acks: Option<u8>,
    /// What has to wait until the line is in another state, by name.
    pub stalled: Vec<&'static str>,
    /// Its place in the order of use: 0 is the next to be replaced.
    pub age: u8,
}

/// An operation of a processor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OperationView {
    /// What was asked.
    pub operation: String,
    /// Which line it is about, by its number.
    #[serde(skip)]
    pub line: u8,
    /// When it was begun, in microseconds.
    pub invoked_us: u64,
    /// When it was done, in microseconds.
    pub completed_us: Option<u64>,
    /// What became of it: `pending`, `read`, `done`, `swapped`, `differed` or `unknown`.
    pub outcome: &'static str,
    /// What was read, or found in place of what was expected.
    pub value: Option<Word>,
    /// Whether the copy that was there served it.
    pub hit: bool,
}

/// For how long a node may use what it has from a home.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct LeaseView {
    /// The home.
    pub home: NodeName,
    /// The number of the session.
    pub session: u32,
    /// How long it lasts, in microseconds of the node's clock; 0 if it is over.
    pub left_us: u64,
    /// How long it lasts from its beginning, in microseconds.
    pub lease_us: u64,
}

/// The home of some lines.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct HomeView {
    /// Its number in the kernel.
    #[serde(skip)]
    pub node: NodeId,
    /// Its name.
    pub name: NodeName,
    /// Whether it runs.
    pub up: bool,
    /// Whether it is frozen.
    pub paused: bool,
    /// What may have been lost with nodes that were given up.
    pub losses: Vec<LossView>,
}

/// The bus.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BusView {
    /// Its number in the kernel.
    #[serde(skip)]
    pub node: NodeId,
    /// Whether it runs.
    pub up: bool,
    /// Whether it is frozen.
    pub paused: bool,
    /// What is on it: who asks for what about which line.
    pub serving: Option<(NodeName, &'static str, String)>,
    /// Who waits for it, in order.
    pub waiting: Vec<NodeName>,
    /// Who has not answered yet.
    pub unanswered: Vec<NodeName>,
}

/// What may have been lost.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LossView {
    /// The line.
    pub line: String,
    /// Who may have written it.
    pub node: NodeName,
    /// When that was found, in microseconds.
    pub time_us: u64,
}

/// A line, as memory and its directory have it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LineView {
    /// Its number.
    #[serde(skip)]
    pub line: u8,
    /// Its name.
    pub name: String,
    /// Its home; nothing on a bus.
    pub home: Option<NodeName>,
    /// The state in the directory; nothing on a bus.
    pub state: Option<&'static str>,
    /// Who has the only copy, by the directory.
    pub owner: Option<NodeName>,
    /// Who may have copies to read, by the directory.
    pub sharers: Vec<NodeName>,
    /// What memory holds.
    pub memory: Vec<Word>,
    /// Which of these words are out of date.
    pub stale: Vec<bool>,
    /// Requests that wait for the directory: who, and for what.
    pub stalled: Vec<(NodeName, &'static str)>,
}

/// A request, and what has followed from it so far.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TransactionView {
    /// Who asked.
    pub requester: NodeName,
    /// The requester's number for it.
    pub number: u32,
    /// Which line it is about, by its number.
    #[serde(skip)]
    pub line: u8,
    /// The line's name.
    pub name: String,
    /// Its messages that are on their way.
    pub messages: Vec<MessageName>,
}

/// Which cells of the tables have been seen.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct SeenView {
    /// In caches.
    pub cache: Vec<u32>,
    /// In directories.
    pub directory: Vec<u32>,
}
