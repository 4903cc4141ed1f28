//! What processors saw, as a history that can be judged.
//!
//! Memory promises coherence and not linearizability: of each address there is one order of all
//! reads and writes that agrees with each processor's own order ([`check::coherence`]). What only
//! moves copies about (a read for ownership, an eviction) is no part of it.
//!
//! [`check::coherence`]: crate::check::coherence

use std::collections::BTreeSet;

use crate::cache::operation::{Operated, Operation as Asked, Outcome};
use crate::check::coherence::{self, Memory, MemoryAction, MemoryAnswer};
use crate::check::linearizability::{Conviction, Operation, Verdict};
use crate::lab::machine::Machine;
use crate::lab::{Names, NodeName};
use crate::raft::Participant;
use crate::raft::store::Text;
use crate::sim::order::arrange;
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
    // What one processor began at the same time stays in its order.
    arrange(&mut all, |operation| (operation.called, 0));
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

/// Whether an address is a word of one of these lines, by their names.
fn is_of(lines: &BTreeSet<String>, address: &Text) -> bool {
    let address = address.to_string();
    address.split('.').next().is_some_and(|line| lines.contains(line))
}

/// A contradiction in a history that the loss of these lines does not explain, and the history that
/// shows it: what is lost of one line is no excuse for another.
pub(in crate::lab) fn unexplained(
    history: Vec<Operation<Memory>>,
    conviction: &Conviction,
    lost: &BTreeSet<String>,
    budget: u64,
) -> Option<(Vec<Operation<Memory>>, Conviction)> {
    let is_explained = conviction.key.as_ref().is_some_and(|address| is_of(lost, address));
    if !is_explained {
        return Some((history, conviction.clone()));
    }
    let mut rest = history;
    rest.retain(|operation| !is_of(lost, operation.action.address()));
    match as_verdict(&coherence::judge(&rest, budget), &rest) {
        Verdict::NotLinearizable(conviction) => Some((rest, conviction)),
        Verdict::Linearizable | Verdict::Undecided => None,
    }
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
    arrange(&mut operations, |place| (*place as u64, 0));
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

#[cfg(test)]
mod tests {
    use super::*;

    /// One processor reads what it wrote to each address, and then what was there before.
    fn history() -> Vec<Operation<Memory>> {
        let does = |address: &str| {
            let at = || Text::from(address.to_owned());
            [
                (MemoryAction::Write(at(), 1), MemoryAnswer::Done),
                (MemoryAction::Read(at()), MemoryAnswer::Value(1)),
                (MemoryAction::Read(at()), MemoryAnswer::Value(0)),
            ]
        };
        let all = ["x.1", "y"].into_iter().flat_map(does);
        let operation = |(time_us, (action, answer))| Operation {
            client: Text::from("n1".to_owned()),
            action,
            called: time_us,
            returned: Some(time_us),
            answer: Some(answer),
        };
        (0..).zip(all).map(operation).collect()
    }

    #[test]
    fn what_is_lost_of_one_line_is_no_excuse_for_another() {
        let convicted = |lost: &[&str]| {
            let history = history();
            let verdict = as_verdict(&coherence::judge(&history, 1_000), &history);
            let Verdict::NotLinearizable(conviction) = verdict else { panic!("it contradicts") };
            let lost = lost.iter().map(|line| (*line).to_owned()).collect();
            let (_, conviction) = unexplained(history, &conviction, &lost, 1_000)?;
            conviction.key.map(|address| address.to_string())
        };
        assert_eq!(convicted(&[]).as_deref(), Some("x.1"));
        assert_eq!(convicted(&["y"]).as_deref(), Some("x.1"));
        assert_eq!(convicted(&["x"]).as_deref(), Some("y"));
        assert_eq!(convicted(&["x", "y"]), None);
    }
}
