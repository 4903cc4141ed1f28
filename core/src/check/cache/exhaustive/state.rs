//! A state of the small cache.

use super::{CACHES, Model};
use crate::cache::address::{Line, Word, Words};
use crate::cache::controller::CacheController;
use crate::cache::home::Home;
use crate::cache::message::Message;
use crate::cache::operation::Operation;
use crate::cache::placement::Placement;
use crate::cache::state::{CacheState, DirectoryState};
use crate::cache::table::Interconnect;
use crate::sim::process::NodeId;

/// The only line.
pub(super) const LINE: Line = Line(0);
/// The home.
pub(super) const HOME: NodeId = NodeId(CACHES);

/// A message on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Flight {
    /// Who sent it.
    pub from: NodeId,
    /// To whom.
    pub to: NodeId,
    /// What it says.
    pub message: Message,
}

/// What must not be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Violation {
    /// A writer, and somebody else who may read or write.
    TwoWriters,
    /// A copy that may be read, or memory that nobody owns, does not hold what was written last.
    StaleCopy,
    /// A processor was told something else than what was written last.
    StaleRead,
    /// Something came that the tables have no entry for.
    Unexpected,
    /// Somebody waits, and nothing is on its way.
    Deadlock,
    /// Deliveries alone do not lead to where everybody is answered.
    NoQuiescence,
}

/// A state: three caches, their home, and what is on its way between them.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct State {
    /// The caches.
    pub(super) caches: Vec<CacheController>,
    /// The home.
    pub(super) home: Home,
    /// What is on its way; of each channel in order.
    pub(super) flights: Vec<Flight>,
    /// What was written last.
    pub(super) truth: Word,
    /// What each processor waits for.
    pub(super) asked: [Option<Operation>; CACHES as usize],
    /// What each cache may still read once, its copy being invalidated.
    pub(super) once: [Option<Word>; CACHES as usize],
    /// What went wrong on the way here.
    pub(super) wrong: Option<Violation>,
}

impl State {
    /// The state in which everything begins.
    #[must_use]
    pub fn initial(model: &Model) -> Self {
        let placement =
            Placement { interconnect: Interconnect::Directory, caches: CACHES, homes: 1 };
        let cache = |node| {
            let mut cache = CacheController::new(NodeId(node), placement, 1, model.features);
            cache.setup_mut().bugs = model.bugs;
            cache
        };
        let mut home = Home::new(HOME, placement, 1, model.features);
        home.setup_mut().bugs = model.bugs;
        let caches = (0..CACHES).map(cache).collect();
        Self {
            caches,
            home,
            flights: Vec::new(),
            truth: 0,
            asked: [None; 3],
            once: [None; 3],
            wrong: None,
        }
    }

    /// Whether everybody is answered and nothing is under way.
    #[must_use]
    pub fn is_quiescent(&self) -> bool {
        self.flights.is_empty() && !self.waits()
    }

    /// Whether somebody waits for something.
    fn waits(&self) -> bool {
        let waits = |cache: &CacheController| {
            cache.asked().is_some()
                || !cache.line(LINE).state.is_stable()
                || !cache.stalled().is_empty()
        };
        self.caches.iter().any(waits)
            || !self.home.line(LINE).state.is_stable()
            || !self.home.stalled().is_empty()
    }

    /// What is wrong with it, or went wrong on the way to it.
    #[must_use]
    pub fn violation(&self) -> Option<Violation> {
        if self.wrong.is_some() {
            return self.wrong;
        }
        let copies = || self.caches.iter().map(|cache| cache.line(LINE));
        let readers = copies().filter(|copy| copy.state.may_read()).count();
        if readers > 1 && copies().any(|copy| copy.state.may_write()) {
            return Some(Violation::TwoWriters);
        }
        let is_stale = |words: &Words| words.get(0) != self.truth;
        let home = self.home.line(LINE);
        let serves = matches!(home.state, DirectoryState::I | DirectoryState::S);
        if copies().any(|copy| copy.state.may_read() && is_stale(&copy.words))
            || serves && is_stale(&home.words)
        {
            return Some(Violation::StaleCopy);
        }
        (self.flights.is_empty() && self.waits()).then_some(Violation::Deadlock)
    }

    /// What each cache has of the line, for whoever shows a way to a violation.
    #[must_use]
    pub fn copies(&self) -> [CacheState; CACHES as usize] {
        std::array::from_fn(|cache| self.caches[cache].line(LINE).state)
    }

    /// What the directory says, and what is on its way.
    #[must_use]
    pub fn directory(&self) -> (DirectoryState, &[Flight]) {
        (self.home.line(LINE).state, &self.flights)
    }
}
