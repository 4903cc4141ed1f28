//! What the network brings to a cache.

use super::super::address::Line;
use super::super::bug::Bug;
use super::super::event::{CacheEvent, CellMark};
use super::super::message::{Message, Request, What};
use super::super::note::Note;
use super::super::outlet::Outlet;
use super::super::state::CacheState;
use super::super::table::Cell;
use super::CacheController;
use crate::sim::process::NodeId;

impl CacheController {
    /// A message has arrived.
    pub fn receive(&mut self, from: NodeId, message: Message, outlet: &mut dyn Outlet) {
        let Message::Coherence { line, transaction, session, what } = message else {
            return self.renewed(from, message, outlet);
        };
        if line.index() >= self.lines.len() {
            return;
        }
        if self.setup.variant().leases && !self.is_timely((from, session), line, transaction, &what)
        {
            return;
        }
        let event = self.event_of(from, line, &what);
        let state = self.line(line).state;
        let cell = event.map_or(Cell::Impossible, |event| self.cell(state, event));
        match (event, cell) {
            (None, _) | (_, Cell::Impossible) => {
                self.unexpected += 1;
                outlet.note(Note::Unexpected { line });
            }
            (_, Cell::Stall) => {
                self.touched |= line.bit();
                self.stalled.push((from, message));
                let cell = event.map(|event| CellMark::Cache(state, event));
                outlet.note(Note::Stalled { line, cell });
            }
            (Some(event), Cell::Do { actions, next }) => {
                self.take_in(line, event, &what);
                self.carry_out(line, event, (actions, next), transaction, outlet);
                if event == CacheEvent::DataFromOwner && next == CacheState::M {
                    // They may be newer than what memory has.
                    self.is_due(line, outlet.now_us());
                }
                if self.setup.variant().leases && state.awaits_copy() && next.is_stable() {
                    self.send_done(line, outlet);
                }
                if next != state {
                    self.settle(line, outlet);
                }
            }
        }
    }

    /// The column of the table that a message falls into.
    fn event_of(&self, from: NodeId, line: Line, what: &What) -> Option<CacheEvent> {
        let acks_to_come = self.line(line).acks;
        Some(match what {
            What::ForwardGetS => CacheEvent::ForwardGetS,
            What::ForwardGetM => CacheEvent::ForwardGetM,
            What::Invalidate => CacheEvent::Invalidate,
            What::PutAck => CacheEvent::PutAck,
            What::Data { .. } if from != self.setup.placement.home_of(line) => {
                CacheEvent::DataFromOwner
            }
            What::Data { acks, .. } if i16::from(*acks) + i16::from(acks_to_come) > 0 => {
                CacheEvent::DataWithAcks
            }
            What::Data { .. } => CacheEvent::Data,
            What::ExclusiveData { .. } => CacheEvent::ExclusiveData,
            What::InvalidateAck if acks_to_come == 1 => CacheEvent::LastInvalidateAck,
            What::InvalidateAck => CacheEvent::InvalidateAck,
            What::Snoop(Request::GetS) => CacheEvent::SnoopGetS,
            What::Snoop(Request::GetM) => CacheEvent::SnoopGetM,
            What::RecoveredData { .. } => CacheEvent::DataFromOwner,
            What::RecoveredAck { .. } if acks_to_come == 1 => CacheEvent::LastInvalidateAck,
            What::RecoveredAck { .. } => CacheEvent::InvalidateAck,
            What::Request(_)
            | What::Snoop(Request::PutS | Request::PutE | Request::PutM(_))
            | What::Snooped { .. }
            | What::Done { .. } => return None,
        })
    }

    /// Fills the copy with what came, and learns how many acknowledgements there are.
    fn take_in(&mut self, line: Line, event: CacheEvent, what: &What) {
        let own = self.of(line);
        match (event, what) {
            (CacheEvent::Data | CacheEvent::DataWithAcks, What::Data { words, acks }) => {
                own.words = *words;
                own.acks = own.acks.saturating_add_unsigned(*acks);
            }
            (
                CacheEvent::ExclusiveData | CacheEvent::DataFromOwner,
                What::ExclusiveData { words }
                | What::Data { words, .. }
                | What::RecoveredData { words },
            ) => own.words = *words,
            _ => {}
        }
    }

    /// The state of a line has changed: the processor is served first, then what was stalled.
    pub(super) fn settle(&mut self, line: Line, outlet: &mut dyn Outlet) {
        self.attempt(line, outlet);
        while let Some(place) = self.next_stalled(line) {
            // What it does may change the state again: then more is taken up on the way.
            let (from, message) = self.stalled.remove(place);
            self.receive(from, message, outlet);
        }
    }

    /// The first that was stalled for a line, if it has to wait no longer.
    fn next_stalled(&self, line: Line) -> Option<usize> {
        if self.stalled.is_empty() || self.setup.bugs.has(Bug::StalledForgotten) {
            return None;
        }
        let about = |held: &Message| match held {
            Message::Coherence { line: other, what, .. } if *other == line => Some(*what),
            _ => None,
        };
        let first = self.stalled.iter().position(|(_, held)| about(held).is_some())?;
        let (from, held) = &self.stalled[first];
        let event = self.event_of(*from, line, &about(held)?)?;
        (self.cell(self.line(line).state, event) != Cell::Stall).then_some(first)
    }
}
