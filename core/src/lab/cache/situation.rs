//! What is going on among the caches, in one line.
//!
//! As with the other labs: whoever opens the page in the middle of a run should be told first what
//! matters most. This module decides what that is, from what there is to see alone; the page's
//! catalogue puts it into words.

use serde::Serialize;

use super::view::{CacheView, CopyView, LeaseView, LineView};
use crate::cache::state::CacheState;
use crate::lab::NodeName;
use crate::lab::raft::view::MessageView;
use crate::sim::time::MILLISECOND_US;

/// For how long it is told that something may have been lost, in microseconds.
const FRESH_US: u64 = 500 * MILLISECOND_US;

/// What is going on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct CacheSituation {
    /// What matters most.
    pub going: Going,
    /// How many lines memory is out of date for.
    pub modified: u64,
}

/// What matters most.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Going {
    /// A node that may have written a line is gone, and what it wrote with it.
    Lost {
        /// The line.
        line: String,
        /// Whose.
        node: NodeName,
    },
    /// A node is down or cut off, and a home waits until its lease is over.
    WaitingOut {
        /// Whom for.
        node: NodeName,
        /// Who waits.
        home: NodeName,
    },
    /// A node waits for acknowledgements before it may write.
    Invalidating {
        /// Who wants to write.
        writer: NodeName,
        /// The line.
        line: String,
        /// How many copies are still to go.
        left: u8,
    },
    /// A copy goes from who has it to who wants it.
    Handing {
        /// From whom.
        from: NodeName,
        /// To whom.
        to: NodeName,
        /// The line.
        line: String,
        /// Whether it is to be written.
        to_write: bool,
    },
    /// A node waits for data from memory.
    Fetching {
        /// Who.
        node: NodeName,
        /// The line.
        line: String,
        /// Whether it is to be written.
        to_write: bool,
    },
    /// A node gives a copy up.
    GivingUp {
        /// Who.
        node: NodeName,
        /// The line.
        line: String,
    },
    /// A processor waits for what it has asked for, though its cache has not asked for the line:
    /// it may have no session.
    Pending {
        /// Who.
        node: NodeName,
        /// What its processor was asked, as scripts write it.
        operation: String,
    },
    /// A message about a line is on its way, though nobody waits for it.
    Travelling {
        /// What it says.
        says: &'static str,
        /// The line.
        line: String,
        /// From whom.
        from: NodeName,
        /// To whom.
        to: NodeName,
    },
    /// Nothing is under way.
    #[default]
    Quiet,
}

/// Decides what is going on.
pub(super) fn situation(view: &CacheView, messages: &[MessageView]) -> CacheSituation {
    let modified = view.lines.iter().filter(|line| line.stale.contains(&true)).count() as u64;
    let going = going(view).or_else(|| pending(view)).or_else(|| travelling(messages));
    CacheSituation { going: going.unwrap_or_default(), modified }
}

/// What a processor waits for.
fn pending(view: &CacheView) -> Option<Going> {
    view.caches.iter().filter(|cache| cache.up).find_map(|cache| {
        let operation = cache.operation.as_ref()?.operation.clone();
        Some(Going::Pending { node: cache.name, operation })
    })
}

/// What is on its way about a line.
fn travelling(messages: &[MessageView]) -> Option<Going> {
    messages.iter().find_map(|message| {
        let about = message.coherence.as_ref()?;
        let (from, to) = (message.from, message.to);
        Some(Going::Travelling { says: about.says, line: about.name.clone(), from, to })
    })
}

fn going(view: &CacheView) -> Option<Going> {
    use CacheState::{E, EI_A, II_A, IM_A, IM_AD, M, MI_A, SI_A, SM_A, SM_AD};
    let mut losses = view.homes.iter().flat_map(|home| &home.losses);
    let fresh = |time_us: u64| view.time_us < time_us + FRESH_US;
    if let Some(lost) = losses.rfind(|loss| fresh(loss.time_us)) {
        return Some(Going::Lost { line: lost.line.clone(), node: lost.node });
    }
    if let Some((node, home)) = waited_out(view) {
        return Some(Going::WaitingOut { node, home });
    }
    let copies = || {
        let running = view.caches.iter().filter(|cache| cache.up);
        running.flat_map(|cache| cache.copies.iter().map(move |copy| (cache.name, copy)))
    };
    let find = |is_so: fn(CacheState) -> bool| copies().find(|(_, copy)| is_so(copy.status));
    if let Some((writer, copy)) = find(|state| matches!(state, IM_A | SM_A)) {
        let left = copy.acks.unwrap_or(0);
        return Some(Going::Invalidating { writer, line: copy.name.clone(), left });
    }
    if let Some((node, copy)) = find(CacheState::awaits_data) {
        let line = copy.name.clone();
        let to_write = matches!(copy.status, IM_AD | SM_AD);
        let holds = |(_, held): &(NodeName, &CopyView)| {
            held.line == copy.line && matches!(held.status, M | E | MI_A | EI_A)
        };
        return Some(match copies().find(holds) {
            Some((from, _)) => Going::Handing { from, to: node, line, to_write },
            None => Going::Fetching { node, line, to_write },
        });
    }
    let (node, copy) = find(|state| matches!(state, MI_A | EI_A | SI_A | II_A))?;
    Some(Going::GivingUp { node, line: copy.name.clone() })
}

/// Who has a line, by its directory, or is to send it, and is down or has no lease any more; and
/// the home that has to wait for the end of that lease on its own clock.
fn waited_out(view: &CacheView) -> Option<(NodeName, NodeName)> {
    let gone = |owner: NodeName, home: NodeName| {
        let mut caches = view.caches.iter().filter(|cache| cache.name == owner);
        caches.any(|cache| {
            let is_over = |lease: &LeaseView| lease.home == home && lease.left_us == 0;
            !cache.up || cache.leases.iter().any(is_over)
        })
    };
    let of_line = |line: &LineView| {
        let home = line.home?;
        let senders = line.sharers.iter().filter(|_| line.awaits_data);
        let mut needed = line.owner.iter().chain(senders);
        needed.find(|node| gone(**node, home)).map(|node| (*node, home))
    };
    view.lines.iter().filter(|_| view.variant.leases).find_map(of_line)
}
