//! What was done to one location, as far as it says anything about the order.

use std::collections::BTreeMap;

use super::memory::{Memory, MemoryAction, MemoryAnswer};
use crate::check::linearizability::Operation;
use crate::raft::store::Text;

/// What an operation did to its location, as far as that is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Effect {
    /// It saw this.
    Read(u32),
    /// It wrote this.
    Write(u32),
    /// It saw the one and wrote the other, with nothing between. The two differ.
    Swap { old: u32, new: u32 },
    /// It saw something other than this.
    Refused(u32),
    /// A compare-and-swap of which nobody knows whether it found what it expected. The two differ.
    Maybe { old: u32, new: u32 },
}

impl Effect {
    /// What it saw, if that is known.
    pub(super) const fn saw(self) -> Option<u32> {
        match self {
            Self::Read(value) | Self::Swap { old: value, .. } => Some(value),
            Self::Write(_) | Self::Refused(_) | Self::Maybe { .. } => None,
        }
    }

    /// What it wrote or may have written.
    pub(super) const fn wrote(self) -> Option<u32> {
        match self {
            Self::Write(value) | Self::Swap { new: value, .. } | Self::Maybe { new: value, .. } => {
                Some(value)
            }
            Self::Read(_) | Self::Refused(_) => None,
        }
    }
}

/// An operation on the location.
#[derive(Clone, Copy, Debug)]
pub(super) struct Event {
    /// Its place in the history.
    pub place: usize,
    /// Who did it.
    pub process: usize,
    /// What it did.
    pub effect: Effect,
    /// Whether it was never answered: it may have taken effect at any later time, or never.
    pub is_open: bool,
    /// When it returned; the end of time, if it did not.
    pub returned: u64,
}

/// What was done to one location.
#[derive(Clone, Debug)]
pub(super) struct Location {
    pub address: Text,
    /// In the order of the history, so that those of one process are in its program's order.
    pub events: Vec<Event>,
    pub processes: usize,
}

/// What is known of an operation; `None`: it says nothing.
fn effect(operation: &Operation<Memory>, is_open: bool) -> Option<Effect> {
    let answer = operation.answer.filter(|_| !is_open);
    match (&operation.action, answer) {
        (MemoryAction::Write(_, value), _) => Some(Effect::Write(*value)),
        (MemoryAction::Read(_), Some(MemoryAnswer::Value(value))) => Some(Effect::Read(value)),
        (MemoryAction::Read(_), _) => None,
        (MemoryAction::CompareAndSwap(_, old, _), Some(MemoryAnswer::Swapped(false))) => {
            Some(Effect::Refused(*old))
        }
        (MemoryAction::CompareAndSwap(_, old, new), Some(MemoryAnswer::Swapped(true))) => {
            let changes = old != new;
            Some(if changes { Effect::Swap { old: *old, new: *new } } else { Effect::Read(*old) })
        }
        (MemoryAction::CompareAndSwap(_, old, new), _) => {
            (old != new).then_some(Effect::Maybe { old: *old, new: *new })
        }
    }
}

/// The locations of a history, in the order of their addresses.
pub(super) fn locations(history: &[Operation<Memory>]) -> Vec<Location> {
    let mut locations: BTreeMap<&Text, (Vec<Event>, BTreeMap<&Text, usize>)> = BTreeMap::new();
    for (place, operation) in history.iter().enumerate() {
        let is_open = operation.returned.is_none();
        let Some(effect) = effect(operation, is_open) else { continue };
        let (events, processes) = locations.entry(operation.action.address()).or_default();
        let next = processes.len();
        let process = *processes.entry(&operation.client).or_insert(next);
        let returned = operation.returned.unwrap_or(u64::MAX);
        events.push(Event { place, process, effect, is_open, returned });
    }
    let locations = locations.into_iter();
    let location = |(address, (events, processes)): (&Text, (_, BTreeMap<_, _>))| Location {
        address: address.clone(),
        events,
        processes: processes.len(),
    };
    locations.map(location).collect()
}
