//! What there is to see of the cache: plain values, made from the state of the run.
//!
//! A line has as many faces as there are nodes: what memory holds, what the directory believes, and
//! the copies in the caches, each in a state of its own. The view shows them side by side, and marks
//! what only somebody who sees all of them at once can know: which words are out of date.

use serde::Serialize;

pub use super::copies::{CacheNodeView, CopyView, LeaseView, OperationView};
use super::copies::{cache_node_view, latest, stale_words};
use super::metrics::{Metrics, metrics};
use super::situation::{CacheSituation, situation};
use super::tally::Tally;
use crate::cache::address::{Line, Word};
use crate::cache::home::Home;
use crate::cache::state::{CacheState, DirectoryState};
use crate::cache::table::{Interconnect, Variant};
use crate::lab::machine::Machine;
use crate::lab::raft::view::MessageView;
use crate::lab::{MessageName, Names, NodeName};
use crate::raft::Participant;
use crate::sim::process::NodeId;
use crate::sim::world::{Node, World};

/// The cache.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CacheView {
    /// True time, in microseconds.
    #[serde(skip)]
    pub time_us: u64,
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

impl CacheView {
    /// Every node: caches, homes, the bus.
    pub fn nodes(&self) -> impl Iterator<Item = NodeId> {
        let caches = self.caches.iter().map(|one| one.node);
        let homes = self.homes.iter().map(|one| one.node);
        caches.chain(homes).chain(self.bus.iter().map(|bus| bus.node))
    }
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

/// Makes the view; nothing, if there is no cache. `messages` are those on their way.
#[must_use]
pub fn cache_view(
    world: &World<Participant<Machine>>,
    names: Names,
    messages: &[MessageView],
    tally: &Tally,
) -> Option<CacheView> {
    let nodes = || names.nodes().map(|(id, name)| (id, name, world.node(id)));
    let first = world.node(NodeId(0)).process.cache_node()?;
    let (variant, words) = (first.cache()?.controller().variant(), first.cache()?.words());
    let caches: Vec<CacheNodeView> =
        nodes().filter_map(|named| cache_node_view(world, named, words)).collect();
    let homes = || nodes().filter_map(|named| Some((named, named.2.process.cache_node()?.home()?)));
    let lines = (0..first.lines()).filter_map(|line| {
        let line = Line(line);
        let (_, home) = homes().find(|((id, _, _), _)| first.placement().home_of(line) == *id)?;
        Some(line_view(world, names, (line, words), home))
    });
    let lines: Vec<LineView> = lines.collect();
    let is_bus = variant.interconnect == Interconnect::Bus;
    let view_home =
        |((id, name, node), _): ((NodeId, NodeName, &Node<Participant<Machine>>), _)| HomeView {
            node: id,
            name,
            up: node.up,
            paused: node.paused,
            losses: Vec::new(),
        };
    let seen = seen(world);
    let mut view = CacheView {
        time_us: world.now_us(),
        situation: CacheSituation::default(),
        variant: variant_view(variant),
        words,
        caches,
        homes: if is_bus { Vec::new() } else { homes().map(view_home).collect() },
        bus: None,
        lines,
        transactions: transactions(messages),
        seen,
        metrics: metrics(world, tally),
    };
    view.situation = situation(&view);
    Some(view)
}

fn variant_view(variant: Variant) -> VariantView {
    VariantView {
        exclusive: variant.exclusive,
        bus: variant.interconnect == Interconnect::Bus,
        answer_invalidations: variant.answer_invalidations,
        leases: variant.leases,
    }
}

fn line_view(
    world: &World<Participant<Machine>>,
    names: Names,
    (line, words): (Line, u8),
    home: &Home,
) -> LineView {
    let at_home = home.line(line);
    let is_directory = home.variant().interconnect == Interconnect::Directory;
    let waiting = home.stalled().iter().filter_map(|(from, message)| {
        let what = message.about(line)?;
        Some((names.name(*from), what.name()))
    });
    LineView {
        line: line.0,
        name: line.to_string(),
        home: is_directory.then(|| names.name(home.node())),
        state: is_directory.then(|| at_home.state.name()),
        owner: at_home.owner.map(|owner| names.name(owner)),
        sharers: at_home.sharers.iter().map(|sharer| names.name(sharer)).collect(),
        memory: at_home.words.first(words).to_vec(),
        stale: stale_words(&at_home.words, latest(world, line).as_ref(), words),
        stalled: waiting.collect(),
    }
}

/// Which cells have been carried out, over all nodes.
fn seen(world: &World<Participant<Machine>>) -> SeenView {
    let mut seen = SeenView {
        cache: vec![0; CacheState::ALL.len()],
        directory: vec![0; DirectoryState::ALL.len()],
    };
    for process in world.nodes().iter().filter_map(|node| node.process.cache_node()) {
        let rows = if process.cache().is_some() { &mut seen.cache } else { &mut seen.directory };
        rows.iter_mut().zip(process.seen()).for_each(|(row, more)| *row |= more);
    }
    seen
}

/// What is under way, by the messages that belong together, the oldest first.
fn transactions(messages: &[MessageView]) -> Vec<TransactionView> {
    let mut all: Vec<TransactionView> = Vec::new();
    for message in messages {
        let Some(about) = &message.coherence else { continue };
        let same = |one: &&mut TransactionView| {
            (one.requester, one.number) == (about.requester, about.number)
        };
        match all.iter_mut().find(same) {
            Some(transaction) => transaction.messages.push(message.name),
            None => all.push(TransactionView {
                requester: about.requester,
                number: about.number,
                line: about.line,
                name: about.name.clone(),
                messages: vec![message.name],
            }),
        }
    }
    all
}
