//! The processor of a cache node: what it is asked to do, in program order, and its record.
//!
//! It does one operation at a time and begins the next when the last is answered. What a person or
//! a script asks for comes before what its workload makes up.
//!
//! The record is not part of its memory: it stands for what somebody saw who stood beside it, and a
//! crash does not take it.

use std::collections::VecDeque;

use super::operation::{Operated, Operation, Outcome};
use crate::sim::shared::SharedList;

/// How many operations may wait for the one that is under way.
pub const MOST_WAITING: usize = 1_000;

/// A processor.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Processor {
    waiting: VecDeque<Operation>,
    record: SharedList<Operated>,
    /// How many values it has made up: each is written once in a run.
    written: u32,
    busy: bool,
}

impl Processor {
    /// As it comes back after a crash: what was under way may have happened, what waited is
    /// forgotten.
    pub(super) fn recovered(&self) -> Self {
        let mut record = self.record.clone();
        if self.busy {
            let last = record.pop().expect("what is under way is on record");
            record.push(Operated { outcome: Outcome::Unknown, ..last });
        }
        Self { waiting: VecDeque::new(), record, written: self.written, busy: false }
    }

    /// What it was asked and has not begun, in order.
    pub fn waiting(&self) -> impl Iterator<Item = &Operation> {
        self.waiting.iter()
    }

    /// Whatever it has begun, in order.
    #[must_use]
    pub const fn record(&self) -> &SharedList<Operated> {
        &self.record
    }

    /// Whether an operation is under way.
    #[must_use]
    pub const fn is_busy(&self) -> bool {
        self.busy
    }

    /// How many values it has made up.
    #[must_use]
    pub const fn written(&self) -> u32 {
        self.written
    }

    /// Counts one more value.
    pub(super) const fn count_written(&mut self) -> u32 {
        self.written += 1;
        self.written
    }

    /// Puts an operation at the end of what waits. `false`: too much waits already.
    pub(super) fn ask(&mut self, operation: Operation) -> bool {
        let has_room = self.waiting.len() < MOST_WAITING;
        if has_room {
            self.waiting.push_back(operation);
        }
        has_room
    }

    /// What it does next, if it has nothing under way.
    pub(super) fn take_next(&mut self) -> Option<Operation> {
        if self.busy { None } else { self.waiting.pop_front() }
    }

    /// It begins an operation.
    pub(super) fn begin(&mut self, operation: Operation, hit: bool, invoked_us: u64) {
        assert!(!self.busy, "a processor does one thing after the other");
        self.busy = true;
        let (completed_us, outcome) = (None, Outcome::Pending);
        self.record.push(Operated { operation, invoked_us, completed_us, outcome, hit });
    }

    /// What is under way is done. Returns what it was.
    pub(super) fn finish(&mut self, outcome: Outcome, completed_us: u64) -> Operation {
        assert!(self.busy, "only what is under way can be done");
        self.busy = false;
        let last = self.record.pop().expect("what is under way is on record");
        self.record.push(Operated { outcome, completed_us: Some(completed_us), ..last });
        last.operation
    }
}
