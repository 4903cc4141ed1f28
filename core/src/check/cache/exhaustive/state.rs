//! A state of the small cache.

use super::{LINES, MOST_CACHES, Model};
use crate::cache::address::{Line, Word};
use crate::cache::bus::Bus;
use crate::cache::controller::{CacheController, CachedLine};
use crate::cache::home::Home;
use crate::cache::message::Message;
use crate::cache::operation::Operation;
use crate::cache::placement::Placement;
use crate::cache::state::{CacheState, DirectoryState};
use crate::cache::table::Interconnect;
use crate::sim::node_set::NodeSet;
use crate::sim::process::NodeId;

/// The only line, or the first.
pub(super) const LINE: Line = Line(0);

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

/// What is behind the caches.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Memory {
    Home(Home),
    Bus(Bus),
}

/// A state: some caches, their home or their bus, and what is on its way between them.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct State {
    /// The caches.
    pub(super) caches: Vec<CacheController>,
    /// What is behind them.
    pub(super) memory: Memory,
    /// What is on its way; of each channel in order.
    pub(super) flights: Vec<Flight>,
    /// What was written last to each line; nothing, while what may be lost was not seen.
    pub(super) truth: [Option<Word>; LINES],
    /// What each processor waits for.
    pub(super) asked: [Option<Operation>; MOST_CACHES],
    /// What each cache may still read once, its copy being invalidated.
    pub(super) once: [Option<Word>; MOST_CACHES],
    /// Who has crashed.
    pub(super) down: NodeSet,
    /// Whose lease is over though it goes on: one that ignores that, being broken.
    pub(super) lapsed: NodeSet,
    /// How many failures may still happen.
    pub(super) failures: u8,
    /// What went wrong on the way here.
    pub(super) wrong: Option<Violation>,
}

impl State {
    /// The state in which everything begins.
    #[must_use]
    pub fn initial(model: &Model) -> Self {
        let Model { interconnect, caches, lines, features, bugs, failures, .. } = *model;
        let placement = Placement { interconnect, caches, homes: 1 };
        let cache = |node| {
            let mut cache = CacheController::new(node, placement, lines, features);
            cache.setup_mut().bugs = bugs;
            cache
        };
        let node = NodeId(caches);
        let memory = match interconnect {
            Interconnect::Directory => {
                let mut home = Home::new(node, placement, lines, features);
                home.setup_mut().bugs = bugs;
                Memory::Home(home)
            }
            Interconnect::Bus => {
                let mut bus = Bus::new(node, placement, lines, features);
                bus.setup_mut().bugs = bugs;
                Memory::Bus(bus)
            }
        };
        let mut state = Self {
            caches: placement.caches().map(cache).collect(),
            memory,
            flights: Vec::new(),
            truth: [Some(0); LINES],
            asked: [None; MOST_CACHES],
            once: [None; MOST_CACHES],
            down: NodeSet::EMPTY,
            lapsed: NodeSet::EMPTY,
            failures,
            wrong: None,
        };
        state.open_sessions();
        state
    }

    /// What is behind the caches, by its number.
    pub(super) fn home(&self) -> NodeId {
        NodeId(u8::try_from(self.caches.len()).expect("few caches"))
    }

    pub(super) fn lines(&self) -> impl Iterator<Item = Line> + use<> {
        (0..u8::try_from(self.caches[0].lines().len()).expect("few lines")).map(Line)
    }

    /// Who runs, and what it has of a line.
    pub(super) fn running(&self, line: Line) -> impl Iterator<Item = (NodeId, &CachedLine)> {
        let all = (0..).map(NodeId).zip(&self.caches);
        let up = all.filter(|(node, _)| !self.down.contains(*node));
        up.map(move |(node, cache)| (node, cache.line(line)))
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
                || cache.lines().iter().any(|line| !line.state.is_stable())
                || !cache.stalled().is_empty()
        };
        let up = |node: &NodeId| !self.down.contains(*node);
        let up = (0..).map(NodeId).zip(&self.caches).filter(|(node, _)| up(node));
        up.map(|(_, cache)| cache).any(waits)
            || match &self.memory {
                Memory::Home(home) => {
                    let blocked = |line| {
                        let line = home.line(line);
                        !line.state.is_stable() || line.open.is_some()
                    };
                    self.lines().any(blocked) || !home.stalled().is_empty()
                }
                Memory::Bus(bus) => bus.serving().is_some() || bus.waiting().next().is_some(),
            }
    }

    /// What memory holds of a line, if that is what was written last.
    pub(super) fn serves(&self, line: Line) -> Option<Word> {
        let words = match &self.memory {
            Memory::Home(home) => {
                let home = home.line(line);
                let serves = matches!(home.state, DirectoryState::I | DirectoryState::S);
                serves.then_some(home.words)
            }
            Memory::Bus(bus) => {
                let behind = bus.line(line);
                let is_busy = bus.serving().is_some_and(|serving| serving.line == line);
                (behind.owner.is_none() && !is_busy).then_some(behind.words)
            }
        };
        words.map(|words| words.get(0))
    }

    /// What is wrong with it, or went wrong on the way to it.
    #[must_use]
    pub fn violation(&self) -> Option<Violation> {
        if self.wrong.is_some() {
            return self.wrong;
        }
        if let Some(wrong) = self.lines().find_map(|line| self.violation_of(line)) {
            return Some(wrong);
        }
        let nothing = self.flights.is_empty() && self.waits() && !self.time_helps();
        nothing.then_some(Violation::Deadlock)
    }

    fn violation_of(&self, line: Line) -> Option<Violation> {
        let copies = || self.running(line).map(|(_, copy)| copy);
        let readers = copies().filter(|copy| copy.state.may_read()).count();
        if readers > 1 && copies().any(|copy| copy.state.may_write()) {
            return Some(Violation::TwoWriters);
        }
        // What may be lost is settled when somebody has it, or nobody can.
        let truth = self.truth[line.index()]?;
        let is_stale = |copy: &CachedLine| copy.state.may_read() && copy.words.get(0) != truth;
        let memory_is_stale = self.serves(line).is_some_and(|word| word != truth);
        (copies().any(is_stale) || memory_is_stale).then_some(Violation::StaleCopy)
    }

    /// What each cache has of the first line, for whoever shows a way to a violation.
    #[must_use]
    pub fn copies(&self) -> Vec<CacheState> {
        self.caches.iter().map(|cache| cache.line(LINE).state).collect()
    }

    /// What the directory says of the first line, if there is one, and what is on its way.
    #[must_use]
    pub fn directory(&self) -> (Option<DirectoryState>, &[Flight]) {
        let state = match &self.memory {
            Memory::Home(home) => Some(home.line(LINE).state),
            Memory::Bus(_) => None,
        };
        (state, &self.flights)
    }
}
