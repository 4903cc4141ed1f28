//! What processors saw, as a history that can be judged.
//!
//! Memory promises coherence and not linearizability: of each address there is one order of all
//! reads and writes that agrees with each processor's own order ([`check::coherence`]). What only
//! moves copies about (a read for ownership, an eviction) is no part of it.
//!
//! [`check::coherence`]: crate::check::coherence

use crate::cache::operation::{Operated, Operation as Asked, Outcome};
use crate::check::coherence::{self, Memory, MemoryAction, MemoryAnswer};
use crate::check::linearizability::{Conviction, Operation, Verdict};
use crate::lab::machine::Machine;
use crate::lab::{Names, NodeName};
use crate::raft::Participant;
use crate::raft::store::Text;
use crate::sim::world::World;

/// The reads and writes of every processor: each one's in its order, those of all by when they were
/// begun.
pub(in crate::lab) fn history(
    names: Names,
    world: &World<Participant<Machine>>,
) -> Vec<Operation<Memory>> {
    let of_node = |(node, name): (_, NodeName)| {
        let cache = world.node(node).process.cache_node()?.cache()?;
        let client = Text::from(name.to_string());
        let observed = |operated: &Operated| observed(&client, operated);
        Some(cache.processor().record().iter().filter_map(observed).collect::<Vec<_>>())
    };
    let mut all: Vec<_> = names.nodes().filter_map(of_node).flatten().collect();
    // A stable sort: what one processor began at the same time stays in its order.
    all.sort_by_key(|operation| operation.called);
    all
}

/// An operation as its processor saw it, if it is one of memory.
fn observed(client: &Text, operated: &Operated) -> Option<Operation<Memory>> {
    let at = Text::from(operated.operation.address()?.to_string());
    let action = match operated.operation {
        Asked::Read(_) => MemoryAction::Read(at),
        Asked::Write(_, value) => MemoryAction::Write(at, value),
        Asked::CompareAndSwap(_, old, new) => MemoryAction::CompareAndSwap(at, old, new),
        Asked::Own(_) | Asked::Evict(_) | Asked::Flush(_) | Asked::Invalidate(_) => return None,
    };
    let answer = match operated.outcome {
        Outcome::Pending | Outcome::Unknown => None,
        Outcome::Read(value) => Some(MemoryAnswer::Value(value)),
        Outcome::Done => Some(MemoryAnswer::Done),
        Outcome::Swapped => Some(MemoryAnswer::Swapped(true)),
        Outcome::Differed(_) => Some(MemoryAnswer::Swapped(false)),
    };
    let returned = operated.completed_us.filter(|_| answer.is_some());
    Some(Operation {
        client: client.clone(),
        action,
        called: operated.invoked_us,
        returned,
        answer,
    })
}

/// A verdict in the words of the other histories: what has no order is unorderable, within the time
/// that it took.
pub(in crate::lab) fn as_verdict(
    verdict: &coherence::Verdict,
    history: &[Operation<Memory>],
) -> Verdict {
    let conviction = match verdict {
        coherence::Verdict::Coherent => return Verdict::Linearizable,
        coherence::Verdict::Undecided => return Verdict::Undecided,
        coherence::Verdict::NotCoherent(conviction) => conviction,
    };
    let unorderable: Vec<usize> = conviction.cycle.iter().map(|link| link.operation).collect();
    let mut operations: Vec<usize> =
        unorderable.iter().chain(&conviction.sources).copied().collect();
    operations.sort_unstable();
    operations.dedup();
    let begun = operations.iter().map(|place| history[*place].called);
    let ended = operations.iter().map(|place| {
        let operation = &history[*place];
        operation.returned.unwrap_or(operation.called)
    });
    Verdict::NotLinearizable(Conviction {
        key: Some(conviction.address.clone()),
        from: begun.min().unwrap_or(0),
        to: ended.max().unwrap_or(0),
        operations,
        unorderable,
        is_least: conviction.is_least,
    })
}
