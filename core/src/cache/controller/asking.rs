//! What the processor asks for, and how it is served.

use super::super::address::{Address, Line, Word};
use super::super::bug::Bug;
use super::super::event::{CacheEvent, CellMark};
use super::super::message::Transaction;
use super::super::note::Note;
use super::super::operation::{Operation, Outcome};
use super::super::outlet::Outlet;
use super::super::state::CacheState;
use super::super::table::Cell;
use super::{Asked, CacheController};

/// What became of an event that the processor caused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presented {
    /// The copy may be read or written.
    Served,
    /// Something has been asked for, or given up.
    Begun,
    /// It has to wait.
    Waits,
}

/// How far an operation has come.
enum Step {
    Done(Outcome),
    /// Something happened to the line: look again.
    Again,
    Wait,
}

impl CacheController {
    /// Whether the copies that are here serve an operation.
    #[must_use]
    pub fn serves(&self, operation: Operation) -> bool {
        let state = self.line(operation.line()).state;
        match operation {
            Operation::Read(_) => state.may_read(),
            Operation::Write(..) | Operation::CompareAndSwap(..) | Operation::Own(_) => {
                state.may_write()
            }
            Operation::Evict(_) | Operation::Flush(_) | Operation::Invalidate(_) => {
                state == CacheState::I
            }
        }
    }

    /// The processor asks for something. It is answered now or later.
    ///
    /// # Panics
    /// If it waits for something else: a processor does one thing after the other.
    pub fn begin(&mut self, operation: Operation, outlet: &mut dyn Outlet) {
        assert!(self.asked.is_none(), "a processor does one thing after the other");
        let since_us = if self.setup.variant().leases { outlet.now_us() } else { 0 };
        self.asked = Some(Asked { operation, given_up: false, since_us, again: 0, compared: None });
        self.tell_stall(operation, outlet);
        self.attempt(operation.line(), outlet);
    }

    /// Tells that the processor asks for a line which is still being given up. (While it waits for
    /// a line it asks for nothing else: that the table lets it wait then, too, is not worth
    /// telling.)
    fn tell_stall(&self, operation: Operation, outlet: &mut dyn Outlet) {
        let line = operation.line();
        let state = self.line(line).state;
        let event = match operation {
            Operation::Read(_) => CacheEvent::Load,
            Operation::Evict(_) | Operation::Flush(_) => CacheEvent::Replacement,
            _ => CacheEvent::Store,
        };
        if state.is_given_up() && self.cell(state, event) == Cell::Stall {
            let cell = Some(CellMark::Cache(state, event));
            outlet.note(Note::Stalled { line, cell });
        }
    }

    /// Does as much as can be done now of what the processor asked for, if it is about this line.
    pub(super) fn attempt(&mut self, line: Line, outlet: &mut dyn Outlet) {
        if !self.may_use(line, outlet.now_us()) {
            return;
        }
        while let Some(asked) = self.asked.filter(|asked| asked.operation.line() == line) {
            match self.step(asked, outlet) {
                Step::Done(outcome) => {
                    self.asked = None;
                    outlet.answer(outcome);
                    return;
                }
                Step::Again => {}
                Step::Wait => return,
            }
        }
    }

    fn step(&mut self, asked: Asked, outlet: &mut dyn Outlet) -> Step {
        let line = asked.operation.line();
        let state = self.line(line).state;
        match asked.operation {
            Operation::Read(address) => match self.present(line, CacheEvent::Load, outlet) {
                Presented::Served => Step::Done(Outcome::Read(self.read(address))),
                Presented::Begun | Presented::Waits => Step::Wait,
            },
            Operation::Write(address, value) => {
                match self.present(line, CacheEvent::Store, outlet) {
                    Presented::Served => {
                        self.write(address, value, outlet.now_us());
                        Step::Done(Outcome::Done)
                    }
                    Presented::Begun | Presented::Waits => Step::Wait,
                }
            }
            Operation::CompareAndSwap(address, old, new) => {
                self.swap(asked, (address, old, new), outlet)
            }
            Operation::Own(_) if state.may_write() => Step::Done(Outcome::Done),
            Operation::Own(_) => self.wait_after(CacheEvent::Store, line, outlet),
            Operation::Flush(_) if state != CacheState::M && !state.is_given_up() => {
                Step::Done(Outcome::Done)
            }
            Operation::Evict(_) | Operation::Flush(_) => self.give_up(asked, outlet),
            Operation::Invalidate(_) if asked.given_up || state.may_write() => {
                self.give_up(asked, outlet)
            }
            Operation::Invalidate(_) => self.wait_after(CacheEvent::Store, line, outlet),
        }
    }

    fn wait_after(&mut self, event: CacheEvent, line: Line, outlet: &mut dyn Outlet) -> Step {
        match self.present(line, event, outlet) {
            Presented::Served => Step::Again,
            Presented::Begun | Presented::Waits => Step::Wait,
        }
    }

    /// A compare-and-swap reads and writes in one go, on the only copy.
    fn swap(
        &mut self,
        asked: Asked,
        (address, old, new): (Address, Word, Word),
        outlet: &mut dyn Outlet,
    ) -> Step {
        if self.setup.bugs.has(Bug::SwapOnShared) && asked.compared.is_none() {
            if self.present(address.line, CacheEvent::Load, outlet) != Presented::Served {
                return Step::Wait;
            }
            let found = self.read(address);
            if found != old {
                return Step::Done(Outcome::Differed(found));
            }
            self.asked = Some(Asked { compared: Some(true), ..asked });
            return Step::Again;
        }
        if self.present(address.line, CacheEvent::Store, outlet) != Presented::Served {
            return Step::Wait;
        }
        let found = self.read(address);
        if found != old && asked.compared.is_none() {
            return Step::Done(Outcome::Differed(found));
        }
        self.write(address, new, outlet.now_us());
        Step::Done(Outcome::Swapped)
    }

    /// Gives the copy up, and is done when the home has said so.
    fn give_up(&mut self, asked: Asked, outlet: &mut dyn Outlet) -> Step {
        let line = asked.operation.line();
        if self.line(line).state == CacheState::I {
            return Step::Done(Outcome::Done);
        }
        if self.present(line, CacheEvent::Replacement, outlet) == Presented::Waits {
            return Step::Wait;
        }
        self.asked = Some(Asked { given_up: true, ..asked });
        Step::Again
    }

    /// Tells the table what the processor does to a line.
    ///
    /// This is public for searches through all interleavings; in a run the controller does it
    /// itself, for what [`CacheController::begin`] was given.
    pub fn present(&mut self, line: Line, event: CacheEvent, outlet: &mut dyn Outlet) -> Presented {
        let state = self.line(line).state;
        let Cell::Do { actions, next } = self.cell(state, event) else { return Presented::Waits };
        let is_use = matches!(event, CacheEvent::Load | CacheEvent::Store);
        if is_use && state == CacheState::I {
            self.make_room(outlet);
        }
        let number = self.line(line).transaction;
        let transaction = Transaction { requester: self.setup.node, number };
        let hit = self.carry_out(line, event, (actions, next), transaction, outlet);
        if is_use && !self.line(line).state.is_given_up() {
            self.recency.uses(line);
        }
        if hit { Presented::Served } else { Presented::Begun }
    }

    /// Replaces the least recently used lines until there is room for one more. What is under way
    /// is not replaced; the processor waits for one line at a time, so there is always another.
    fn make_room(&mut self, outlet: &mut dyn Outlet) {
        while !self.recency.has_room(self.setup.features.capacity) {
            let is_stable = |line: &&Line| self.line(**line).state.is_stable();
            let Some(line) = self.recency.lines().iter().find(is_stable).copied() else { return };
            outlet.note(Note::Replaced { line });
            self.present(line, CacheEvent::Replacement, outlet);
        }
    }

    pub(super) fn read(&self, address: Address) -> Word {
        self.line(address.line).words.get(address.word)
    }

    fn write(&mut self, address: Address, value: Word, now_us: u64) {
        let postpones = self.setup.bugs.has(Bug::WriteBackPostponed);
        self.touched |= address.line.bit();
        let own = self.of(address.line);
        own.words.set(address.word, value);
        own.due_us = own.due_us.filter(|_| !postpones);
        self.is_due(address.line, now_us);
    }

    /// From now on a line holds what memory may not have: it is to be written back in time, unless
    /// it is already.
    pub(super) fn is_due(&mut self, line: Line, now_us: u64) {
        let within_us = self.setup.features.write_back_within_us;
        if within_us > 0 {
            let own = self.of(line);
            // A clock that was set back would put off what is due, and what is written now is due
            // in time by the clock as it goes now.
            let due_us = own.due_us.unwrap_or(u64::MAX).min(now_us + within_us);
            own.due_us = Some(due_us);
        }
    }

    /// The load that an invalidated copy may still serve.
    pub(super) fn load_once(&mut self, line: Line, outlet: &mut dyn Outlet) {
        let asked = self.asked.filter(|asked| asked.operation.line() == line);
        if let Some(Operation::Read(address)) = asked.map(|asked| asked.operation) {
            self.asked = None;
            outlet.answer(Outcome::Read(self.read(address)));
        }
    }
}
