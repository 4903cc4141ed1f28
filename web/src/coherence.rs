//! What a person looks at in the cache lab: a line, a transaction, a cell of a table.
//!
//! A cache lab has as many faces as it has lines. One line is the chosen one: its states paint the
//! lanes of the timeline and stand in the state diagram. One transaction can be followed: all that
//! belongs to it stays lit, and the rest is dimmed, from the request to the last acknowledgement.

use lockstep_core::cache::event::CacheEvent;
use lockstep_core::cache::message::Transaction;
use lockstep_core::cache::note::Note;
use lockstep_core::cache::operation::Operation;
use lockstep_core::cache::state::{CacheState, DirectoryState};
use lockstep_core::cache::table::{Cell, Interconnect, Variant, cache_cell};
use lockstep_core::lab::cache::view::VariantView;
use lockstep_core::lab::landmark::CellMark;
use lockstep_core::lab::machine::Own;
use lockstep_core::lab::{Event, What};
use lockstep_core::raft;
use lockstep_core::sim::order::arrange;
use lockstep_core::sim::process::NodeId;

use crate::model::{Model, Selection};

/// What is looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Coherence {
    /// The chosen line.
    pub line: u8,
    /// The transaction that is followed.
    pub followed: Option<Transaction>,
    /// The transaction that is pointed at.
    pub pointed: Option<Transaction>,
    /// Whether the directory's table and diagram are shown, and not those of caches.
    pub of_directory: bool,
    /// The cell of a table that is looked at.
    pub cell: Option<CellMark>,
}

/// Something that a person does in the cache lab.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// A line is chosen.
    Line(u8),
    /// A transaction about this line is followed; once more, and it is no longer.
    Follow(Transaction, u8),
    /// A transaction is pointed at, or none.
    Point(Option<Transaction>),
    /// The table and the diagram of caches are shown, or those of directories.
    Table {
        /// That of directories.
        of_directory: bool,
    },
    /// A cell is looked at.
    Cell(CellMark),
    /// The story of the gallery is wanted that shows a cell.
    Example(CellMark),
    /// What other runs have shown of the tables is to be forgotten.
    Forget,
    /// A processor is asked to do something.
    Ask(NodeId, Operation),
}

/// A state of a line, in a cache or in its directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineState {
    /// In a cache.
    Cache(CacheState),
    /// In the directory.
    Directory(DirectoryState),
}

impl LineState {
    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Cache(state) => state.name(),
            Self::Directory(state) => state.name(),
        }
    }

    /// Whether nothing is under way.
    #[must_use]
    pub const fn is_stable(self) -> bool {
        match self {
            Self::Cache(state) => state.is_stable(),
            Self::Directory(state) => state.is_stable(),
        }
    }
}

/// Something that has happened to a line in a cache, or in its directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Move {
    /// In which step.
    pub step: u64,
    /// In which cache, or at which home.
    pub node: NodeId,
    /// To which line.
    pub line: u8,
    /// The state before.
    pub from: LineState,
    /// What happened.
    pub event: &'static str,
    /// The state after.
    pub to: LineState,
    /// What the home has said in the name of a cache that is lost, if that is what it came of.
    pub recovered: Option<&'static str>,
}

impl Move {
    /// What an event says of a line, if it does.
    #[must_use]
    pub fn of(event: &Event) -> Option<Self> {
        let What::Noted(raft::note::Note::Own(Own::Cache(note))) = &event.what else { return None };
        let (line, from, column, to) = match *note {
            Note::Moved { line, from, event, to } => {
                (line, LineState::Cache(from), event.name(), LineState::Cache(to))
            }
            Note::DirectoryMoved { line, from, event, to, .. } => {
                (line, LineState::Directory(from), event.name(), LineState::Directory(to))
            }
            _ => return None,
        };
        let step = event.id.step();
        let (node, recovered) = (event.node, None);
        Some(Self { step, node, line: line.0, from, event: column, to, recovered })
    }
}

/// The line in which an event carries a cell of a table out, or lets something wait.
#[must_use]
pub const fn line_of(event: &Event) -> Option<u8> {
    let What::Noted(raft::note::Note::Own(Own::Cache(note))) = &event.what else { return None };
    match note {
        Note::Moved { line, .. }
        | Note::DirectoryMoved { line, .. }
        | Note::Stalled { line, .. } => Some(line.0),
        _ => None,
    }
}

/// Which tables are the ones to look at.
#[must_use]
pub const fn variant(view: &VariantView) -> Variant {
    Variant {
        interconnect: if view.bus { Interconnect::Bus } else { Interconnect::Directory },
        exclusive: view.exclusive,
        answer_invalidations: view.answer_invalidations,
        leases: view.leases,
    }
}

/// The states that a line in a cache can come to, in the order of their numbers.
#[must_use]
pub fn states(variant: Variant) -> Vec<CacheState> {
    let mut reached = vec![CacheState::I];
    let mut place = 0;
    while let Some(state) = reached.get(place).copied() {
        for event in CacheEvent::ALL {
            if let Cell::Do { next, .. } = cache_cell(variant, state, event)
                && !reached.contains(&next)
            {
                reached.push(next);
            }
        }
        place += 1;
    }
    arrange(&mut reached, |state| (*state as u64, 0));
    reached
}

/// The state of this name.
#[must_use]
pub fn state_named(name: &str) -> CacheState {
    CacheState::ALL.into_iter().find(|state| state.name() == name).unwrap_or_default()
}

impl Model {
    /// The transaction that stands out: what is pointed at, or what the message that is selected or
    /// pointed at belongs to, or what is followed.
    #[must_use]
    pub fn lit_transaction(&self) -> Option<Transaction> {
        let selected = match self.selection {
            Some(Selection::Message(id)) => Some(id),
            _ => None,
        };
        let of_message = || {
            let id = self.diagram.lit.or(selected)?;
            let message = self.scene.view.messages.iter().find(|message| message.id == id)?;
            let about = message.coherence.as_ref()?;
            let requester = self.session.names().id(about.requester)?;
            Some(Transaction { requester, number: about.number })
        };
        self.coherence.pointed.or_else(of_message).or(self.coherence.followed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_states_of_a_variant_are_the_rows_of_its_table() {
        let msi = states(Variant::MSI);
        let mesi = states(Variant::MESI);
        assert_eq!((msi.len(), mesi.len()), (11, 13));
        assert!(!msi.contains(&CacheState::E) && mesi.contains(&CacheState::EI_A));
        let own = states(Variant { answer_invalidations: true, ..Variant::MESI });
        assert!(own.contains(&CacheState::IS_D_I));
    }

    #[test]
    fn every_state_is_found_by_its_name() {
        assert!(CacheState::ALL.into_iter().all(|state| state_named(state.name()) == state));
    }
}
