//! What there is to see of the cache: plain values, made from the state of the run.
//!
//! A line has as many faces as there are nodes: what memory holds, what the directory believes, and
//! the copies in the caches, each in a state of its own. The view shows them side by side, and
//! marks what only somebody who sees all of them at once can know: which words are out of date.

use serde::Serialize;

use super::copies::cache_node_view;
pub use super::copies::{CacheNodeView, CopyView, LeaseView, OperationView};
pub use super::memory::{BusView, HomeView, LineView, LossView};
use super::memory::{bus_view, home_view, line_view};
use super::metrics::{Metrics, metrics};
use super::situation::{CacheSituation, situation};
use super::tally::Tally;
use crate::cache::address::Line;
use crate::cache::controller::CachedLine;
use crate::cache::state::{CacheState, DirectoryState};
use crate::cache::table::{Interconnect, Variant};
use crate::lab::machine::Machine;
use crate::lab::raft::view::MessageView;
use crate::lab::{MessageName, Names, NodeName};
use crate::raft::Participant;
use crate::sim::process::NodeId;
use crate::sim::world::World;

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

    /// Whether a node is up, and whether it is paused.
    #[must_use]
    pub fn condition(&self, node: NodeId) -> Option<(bool, bool)> {
        let caches = self.caches.iter().map(|one| (one.node, one.up, one.paused));
        let homes = self.homes.iter().map(|one| (one.node, one.up, one.paused));
        let bus = self.bus.iter().map(|one| (one.node, one.up, one.paused));
        let mut all = caches.chain(homes).chain(bus);
        all.find(|(other, ..)| *other == node).map(|(_, up, paused)| (up, paused))
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
    /// Those of them that caches have come to while nothing was broken, in this very variant.
    pub sound_cache: Vec<u32>,
    /// And directories.
    pub sound_directory: Vec<u32>,
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
    let (variant, words) = (first.cache()?.controller().setup().variant(), first.cache()?.words());
    let caches: Vec<CacheNodeView> =
        nodes().filter_map(|named| cache_node_view(world, names, named, words)).collect();
    let lines = (0..first.lines()).filter_map(|line| {
        let home = world.node(first.setup().placement.home_of(Line(line))).process.cache_node()?;
        Some(line_view(world, names, (Line(line), words), home))
    });
    let lines: Vec<LineView> = lines.collect();
    let homes = nodes().filter_map(|named| home_view(names, named)).collect();
    let bus = nodes().find_map(|named| bus_view(names, named));
    let seen = seen(world);
    let mut view = CacheView {
        time_us: world.now_us(),
        situation: CacheSituation::default(),
        variant: variant_view(variant),
        words,
        caches,
        homes,
        bus,
        lines,
        transactions: transactions(world, names, messages),
        seen,
        metrics: metrics(world, tally),
    };
    view.situation = situation(&view, messages);
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

/// Which cells have been carried out, over all nodes.
fn seen(world: &World<Participant<Machine>>) -> SeenView {
    let caches = || vec![0; CacheState::ALL.len()];
    let directories = || vec![0; DirectoryState::ALL.len()];
    let mut seen = SeenView {
        cache: caches(),
        directory: directories(),
        sound_cache: caches(),
        sound_directory: directories(),
    };
    let add = |rows: &mut [u32], more: &[u32]| {
        rows.iter_mut().zip(more).for_each(|(row, more)| *row |= more);
    };
    for process in world.nodes().iter().filter_map(|node| node.process.cache_node()) {
        let (rows, sound) = match process.cache() {
            Some(_) => (&mut seen.cache, &mut seen.sound_cache),
            None => (&mut seen.directory, &mut seen.sound_directory),
        };
        add(rows, process.seen());
        add(sound, process.seen_sound());
    }
    seen
}

/// What is under way: requests of caches that are still waiting for something, and messages that
/// belong together, though nobody waits for them any more.
fn transactions(
    world: &World<Participant<Machine>>,
    names: Names,
    messages: &[MessageView],
) -> Vec<TransactionView> {
    let caches = names.nodes().filter_map(|(node, name)| {
        let cache = world.node(node).process.cache_node()?.cache()?;
        Some((name, cache.controller().lines()))
    });
    let of_cache = |(name, lines): (NodeName, _)| {
        let lines = (0..).map(Line).zip::<&[CachedLine]>(lines);
        let open = lines.filter(|(_, copy)| !copy.state.is_stable());
        open.map(move |(line, copy)| TransactionView {
            requester: name,
            number: copy.transaction,
            line: line.0,
            name: line.to_string(),
            messages: Vec::new(),
        })
    };
    let mut all: Vec<TransactionView> = caches.flat_map(of_cache).collect();
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
