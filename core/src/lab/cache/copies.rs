//! What there is to see of the caches: their copies, their processors, their leases.

use serde::Serialize;

use super::fields::outcome_name;
use crate::cache::address::{Line, Word, Words};
use crate::cache::message::Message;
use crate::cache::node::CacheNode;
use crate::cache::operation::{Operated, Outcome};
use crate::cache::state::{CacheState, DirectoryState};
use crate::lab::machine::{Machine, Parcel};
use crate::lab::{Names, NodeName};
use crate::raft::{self, Participant};
use crate::sim::process::NodeId;
use crate::sim::world::{Node, World};

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
    /// For how long it may use what it has from each home, in microseconds of its own clock;
    /// nothing where there are no leases.
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
    /// The state itself.
    #[serde(skip)]
    pub status: CacheState,
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

/// What a line holds by the last write, as far as somebody has it now: who may have written it, or
/// memory if nobody may; and while an owner hands it on, what is on its way.
pub(super) fn latest(world: &World<Participant<Machine>>, line: Line) -> Option<Words> {
    use CacheState::{E, EI_A, M, MI_A};
    let nodes = || world.nodes().iter().filter_map(|node| Some((node, node.process.cache_node()?)));
    let owned = nodes().find_map(|(node, process)| {
        let copy = process.cache()?.controller().line(line);
        let owns = node.up && matches!(copy.state, M | E | MI_A | EI_A);
        owns.then_some(copy.words)
    });
    let at_home = || {
        let placement = world.node(NodeId(0)).process.cache_node()?.setup().placement;
        let at_home = world.node(placement.home_of(line)).process.cache_node()?;
        if let Some(bus) = at_home.bus() {
            let in_memory = bus.line(line);
            return in_memory.owner.is_none().then_some(in_memory.words);
        }
        let in_memory = at_home.home()?.line(line);
        let right = matches!(in_memory.state, DirectoryState::I | DirectoryState::S);
        right.then_some(in_memory.words)
    };
    owned.or_else(at_home).or_else(|| on_its_way(world, line))
}

/// The words of a line that were sent last, of those that are on their way.
fn on_its_way(world: &World<Participant<Machine>>, line: Line) -> Option<Words> {
    let carried = world.flights().filter_map(|flight| {
        let raft::message::Message::Parcel(Parcel::Cache(packet)) = &flight.message else {
            return None;
        };
        match packet.message()? {
            Message::Coherence { line: about, what, .. } if *about == line => {
                what.words().map(|words| (flight.sent_us, words))
            }
            _ => None,
        }
    });
    carried.max_by_key(|(sent_us, _)| *sent_us).map(|(_, words)| words)
}

/// Which of the words differ from what they should be.
pub(super) fn stale_words(words: &Words, latest: Option<&Words>, count: u8) -> Vec<bool> {
    let differs = |word| latest.is_some_and(|latest| latest.get(word) != words.get(word));
    (0..count).map(differs).collect()
}

pub(super) type Named<'a> = (NodeId, NodeName, &'a Node<Participant<Machine>>);

pub(super) fn cache_node_view(
    world: &World<Participant<Machine>>,
    names: Names,
    (id, name, node): Named<'_>,
    words: u8,
) -> Option<CacheNodeView> {
    let process = node.process.cache_node()?;
    let cache = process.cache()?;
    let record = cache.processor().record();
    let current = record.last().filter(|_| cache.processor().is_busy());
    let done = record.len() - usize::from(current.is_some());
    let last = done.checked_sub(1).and_then(|place| record.get(place));
    let copies =
        (0..process.lines()).filter_map(|line| copy_view(world, cache, (Line(line), words)));
    let features = &cache.controller().setup().features;
    let shown_us = node.clock.shows_us(world.now_us());
    let controller = cache.controller();
    let left_us = |home| {
        let until_us = controller.lease_until_us(home)?;
        Some(until_us.saturating_sub(shown_us))
    };
    let sessions = controller.sessions().filter(|_| controller.setup().variant().leases);
    let leases = sessions.map(|(home, session)| LeaseView {
        home: names.name(home),
        session: session.number,
        left_us: left_us(home).unwrap_or(0),
        lease_us: features.lease_us,
    });
    Some(CacheNodeView {
        node: id,
        name,
        up: node.up,
        paused: node.paused,
        capacity: features.capacity,
        copies: copies.collect(),
        operation: current.map(operation_view),
        waiting: cache.processor().waiting().count() as u64,
        last: last.map(operation_view),
        leases: leases.collect(),
    })
}

fn copy_view(
    world: &World<Participant<Machine>>,
    cache: &CacheNode,
    (line, words): (Line, u8),
) -> Option<CopyView> {
    let controller = cache.controller();
    let copy = controller.line(line);
    let stalled = controller.stalled().iter();
    let stalled: Vec<_> = stalled.filter_map(|(_, said)| Some(said.about(line)?.name())).collect();
    use CacheState::{I, II_A, IM_AD, IS_D, IS_D_I};
    if copy.state == I && stalled.is_empty() {
        return None;
    }
    let holds = !matches!(copy.state, I | IS_D | IS_D_I | IM_AD | II_A);
    let awaits = matches!(copy.state, CacheState::IM_A | CacheState::SM_A);
    let used = controller.recency().lines();
    let age = used.iter().position(|held| *held == line).unwrap_or(0);
    Some(CopyView {
        line: line.0,
        name: line.to_string(),
        state: copy.state.name(),
        status: copy.state,
        words: if holds { copy.words.first(words).to_vec() } else { Vec::new() },
        stale: if holds {
            stale_words(&copy.words, latest(world, line).as_ref(), words)
        } else {
            Vec::new()
        },
        acks: awaits.then(|| u8::try_from(copy.acks).unwrap_or(0)),
        stalled,
        age: u8::try_from(age).expect("a cache holds few lines"),
    })
}

fn operation_view(operated: &Operated) -> OperationView {
    let Operated { operation, invoked_us, completed_us, outcome, hit } = *operated;
    let value = match outcome {
        Outcome::Read(value) | Outcome::Differed(value) => Some(value),
        Outcome::Pending | Outcome::Done | Outcome::Swapped | Outcome::Unknown => None,
    };
    OperationView {
        operation: operation.to_string(),
        line: operation.line().0,
        invoked_us,
        completed_us,
        outcome: outcome_name(outcome),
        value,
        hit,
    }
}
