//! What there is to see of memory and of who keeps order there: homes with directories, or the bus.

use serde::Serialize;

use super::copies::{Named, latest, stale_words};
use crate::cache::address::{Line, Word};
use crate::cache::node::Node;
use crate::lab::machine::Machine;
use crate::lab::{Names, NodeName};
use crate::raft::Participant;
use crate::sim::process::NodeId;
use crate::sim::world::World;

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
    /// Whether the home waits for the data of somebody who had the only copy: one of the sharers.
    #[serde(skip)]
    pub awaits_data: bool,
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

/// What there is to see of a home; nothing, if it is none.
pub(super) fn home_view(names: Names, (id, name, node): Named<'_>) -> Option<HomeView> {
    let home = node.process.cache_node()?.home()?;
    let losses = home.losses().iter().map(|loss| LossView {
        line: loss.line.to_string(),
        node: names.name(loss.node),
        time_us: loss.at_us,
    });
    Some(HomeView { node: id, name, up: node.up, paused: node.paused, losses: losses.collect() })
}

/// What there is to see of a bus; nothing, if it is none.
pub(super) fn bus_view(names: Names, (id, _, node): Named<'_>) -> Option<BusView> {
    let bus = node.process.cache_node()?.bus()?;
    let serving = bus.serving();
    Some(BusView {
        node: id,
        up: node.up,
        paused: node.paused,
        serving: serving.map(|serving| {
            let requester = names.name(serving.transaction.requester);
            (requester, serving.request.name(), serving.line.to_string())
        }),
        waiting: bus.waiting().map(|(from, _)| names.name(*from)).collect(),
        unanswered: serving.map_or_else(Vec::new, |serving| {
            serving.unanswered.iter().map(|node| names.name(node)).collect()
        }),
    })
}

/// What memory and the directory have of a line. `home` is the line's home, or the bus.
pub(super) fn line_view(
    world: &World<Participant<Machine>>,
    names: Names,
    (line, words): (Line, u8),
    home: &Node,
) -> LineView {
    let directory = home.home().map(|home| (home, home.line(line)));
    let on_bus = home.bus().map(|bus| bus.line(line));
    let in_memory = directory
        .map(|(_, entry)| entry.words)
        .or(on_bus.map(|entry| entry.words))
        .unwrap_or_default();
    let owner = directory.map_or_else(|| on_bus?.owner, |(_, entry)| entry.owner);
    let waiting = |(home, _): (&crate::cache::home::Home, _)| {
        let stalled = home.stalled().iter();
        let about = |(from, message): &(NodeId, crate::cache::message::Message)| {
            Some((names.name(*from), message.about(line)?.name()))
        };
        stalled.filter_map(about).collect::<Vec<_>>()
    };
    LineView {
        line: line.0,
        name: line.to_string(),
        home: directory.map(|(home, _)| names.name(home.setup().node)),
        state: directory.map(|(_, entry)| entry.state.name()),
        awaits_data: directory.is_some_and(|(_, entry)| !entry.state.is_stable()),
        owner: owner.map(|owner| names.name(owner)),
        sharers: directory.map_or_else(Vec::new, |(_, entry)| {
            entry.sharers.iter().map(|sharer| names.name(sharer)).collect()
        }),
        memory: in_memory.first(words).to_vec(),
        stale: stale_words(&in_memory, latest(world, line).as_ref(), words),
        stalled: directory.map_or_else(Vec::new, waiting),
    }
}
