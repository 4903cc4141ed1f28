//! What can happen in a state, and what follows.

use super::state::{Flight, Memory, State, Violation};
use super::{Cells, Channels, Model};
use crate::cache::address::Line;
use crate::cache::controller::CacheController;
use crate::cache::event::{CacheEvent, DirectoryEvent};
use crate::cache::message::{Message, Request, What};
use crate::cache::note::Note;
use crate::cache::operation::{Operation, Outcome};
use crate::cache::outlet::{Effect, Effects};
use crate::cache::state::CacheState;
use crate::cache::table::{Cell, cache_cell};
use crate::sim::process::NodeId;

/// Something that can happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// This one of the messages on their way arrives: it is first in its channel.
    Deliver(u8),
    /// An idle processor does this.
    Begin(u8, Operation),
    /// A cache gives its copy of a line up.
    Replace(u8, Line),
    /// A cache crashes, for ever.
    Crash(u8),
    /// The lease of a cache is over.
    EndLease(u8),
    /// The home gives a cache up.
    GiveUp(u8),
}

impl Action {
    /// Whether it happens of itself: nobody wants it, and nothing fails.
    pub(super) const fn is_of_itself(self) -> bool {
        matches!(self, Self::Deliver(_) | Self::GiveUp(_))
    }
}

/// The channel of a message, besides its two ends.
const fn network(channels: Channels, message: &Message) -> u8 {
    match (channels, message) {
        (Channels::Pairs, _) => 0,
        (Channels::Networks, Message::Coherence { what, .. }) => match what {
            What::Request(_) => 0,
            What::ForwardGetS | What::ForwardGetM | What::Invalidate | What::PutAck => 1,
            _ => 2,
        },
        (Channels::Networks, _) => 3,
    }
}

impl Model {
    /// The channel that a message is in: ends and network.
    pub(super) const fn channel(&self, flight: &Flight) -> (u8, u8, u8) {
        (flight.from.0, flight.to.0, network(self.channels, &flight.message))
    }

    /// What can happen.
    pub fn actions(&self, state: &State, actions: &mut Vec<Action>) {
        for (place, flight) in (0..).zip(&state.flights) {
            let channel = self.channel(flight);
            let before = &state.flights[..usize::from(place)];
            if !before.iter().any(|other| self.channel(other) == channel) {
                actions.push(Action::Deliver(place));
            }
        }
        for (node, cache) in (0..).zip(&state.caches) {
            if state.down.contains(NodeId(node)) {
                continue;
            }
            if cache.asked().is_none() {
                actions.extend(self.operations.iter().map(|it| Action::Begin(node, *it)));
            }
            for line in state.lines() {
                let copy = cache.line(line).state;
                let cell = cache_cell(cache.setup().variant(), copy, CacheEvent::Replacement);
                if self.replacements && matches!(cell, Cell::Do { .. }) {
                    actions.push(Action::Replace(node, line));
                }
            }
        }
        self.failures(state, actions);
    }

    /// The state that follows; which cells are reached on the way is noted in `cells`.
    #[must_use]
    pub fn next(&self, state: &State, action: Action, cells: &mut Cells) -> State {
        let mut next = state.clone();
        let mut effects = Effects::default();
        match action {
            Action::Deliver(place) => {
                let Flight { from, to, message } = next.flights.remove(usize::from(place));
                if to == next.home() {
                    match &mut next.memory {
                        Memory::Home(home) => home.receive(from, message, &mut effects),
                        Memory::Bus(bus) => bus.receive(from, message, &mut effects),
                    }
                    note_stalled_at_home(&effects, state, message, cells);
                    next.follow_memory(&effects, cells);
                } else {
                    let node = to.0;
                    let cache = next.cache(node);
                    cache.receive(from, message, &mut effects);
                    note_stalled(&effects, &state.caches[to.index()], (from, message), cells);
                    next.follow(node, None, &effects, cells);
                }
            }
            Action::Begin(node, operation) => {
                next.cache(node).begin(operation, &mut effects);
                next.follow(node, Some(operation), &effects, cells);
            }
            Action::Replace(node, line) => {
                next.cache(node).present(line, CacheEvent::Replacement, &mut effects);
                next.follow(node, None, &effects, cells);
            }
            Action::Crash(node) => next.crash(NodeId(node)),
            Action::EndLease(node) => self.end_lease(&mut next, node, cells),
            Action::GiveUp(node) => Self::give_up(&mut next, node, cells),
        }
        next.settle_losses();
        next
    }
}

/// Notes which cell a stalled message fell into: told from the message, not by the controller.
fn note_stalled(
    effects: &Effects,
    cache: &CacheController,
    (from, message): (NodeId, Message),
    cells: &mut Cells,
) {
    let stalls = |effect: &Effect| matches!(effect, Effect::Note(Note::Stalled { .. }));
    let Message::Coherence { line, what, .. } = message else { return };
    if !effects.list.iter().any(stalls) {
        return;
    }
    let event = match what {
        What::ForwardGetS => CacheEvent::ForwardGetS,
        What::ForwardGetM => CacheEvent::ForwardGetM,
        What::Invalidate => CacheEvent::Invalidate,
        What::PutAck => CacheEvent::PutAck,
        What::Data { .. } if cache.setup().placement.is_cache(from) => CacheEvent::DataFromOwner,
        What::Data { .. } => CacheEvent::Data,
        _ => return,
    };
    cells.sees_cache(cache.line(line).state, event);
}

fn note_stalled_at_home(effects: &Effects, state: &State, message: Message, cells: &mut Cells) {
    let stalls = |effect: &Effect| matches!(effect, Effect::Note(Note::Stalled { .. }));
    let (Message::Coherence { line, what, .. }, Memory::Home(home)) = (message, &state.memory)
    else {
        return;
    };
    if !effects.list.iter().any(stalls) {
        return;
    }
    let event = match what {
        What::Request(Request::GetS) => DirectoryEvent::GetS,
        What::Request(Request::GetM) => DirectoryEvent::GetM,
        _ => return,
    };
    cells.sees_directory(home.line(line).state, event);
}

impl State {
    /// A cache, about to do something. Without leases its transactions all have the same number.
    fn cache(&mut self, node: u8) -> &mut CacheController {
        let cache = &mut self.caches[usize::from(node)];
        if !cache.setup().variant().leases {
            cache.number_from(0);
        }
        cache
    }

    fn send(&mut self, from: NodeId, to: NodeId, message: Message) {
        if !self.down.contains(to) {
            self.flights.push(Flight { from, to, message });
        }
    }

    /// Carries out what a home or the bus asked for.
    pub(super) fn follow_memory(&mut self, effects: &Effects, cells: &mut Cells) {
        let node = self.home();
        match &mut self.memory {
            Memory::Home(home) => home.take_touched(),
            Memory::Bus(bus) => bus.take_touched(),
        };
        self.lose(effects);
        for effect in &effects.list {
            match effect {
                Effect::Send(to, message) => self.send(node, *to, *message),
                Effect::Note(Note::DirectoryMoved { from, event, .. }) => {
                    cells.sees_directory(*from, *event);
                }
                Effect::Note(Note::Unexpected { .. }) => {
                    self.wrong = self.wrong.or(Some(Violation::Unexpected));
                }
                Effect::Note(_) | Effect::Answer(_) => {}
            }
        }
    }

    /// Carries out what a cache asked for, and judges what its processor was told.
    pub(super) fn follow(
        &mut self,
        node: u8,
        begun: Option<Operation>,
        effects: &Effects,
        cells: &mut Cells,
    ) {
        let place = usize::from(node);
        for effect in &effects.list {
            match effect {
                Effect::Send(to, message) => self.send(NodeId(node), *to, *message),
                Effect::Note(Note::Moved { from, event, .. }) => cells.sees_cache(*from, *event),
                Effect::Note(Note::Unexpected { .. }) => {
                    self.wrong = self.wrong.or(Some(Violation::Unexpected));
                }
                Effect::Note(_) => {}
                Effect::Answer(outcome) => {
                    let operation = begun.or(self.asked[place]);
                    self.judge(node, operation, *outcome);
                }
            }
        }
        let cache = &mut self.caches[place];
        cache.take_touched();
        self.asked[place] = cache.asked().map(|asked| asked.operation);
        // Where a processor has to wait it asks for nothing else; that is what a stall is for it.
        let variant = cache.setup().variant();
        let mut once = None;
        for (line, copy) in (0..).map(Line).zip(cache.lines()) {
            if copy.state == CacheState::IS_D_I {
                once = self.once[place].or(self.truth[line.index()]);
            }
            for event in [CacheEvent::Load, CacheEvent::Store, CacheEvent::Replacement] {
                if matches!(cache_cell(variant, copy.state, event), Cell::Stall) {
                    cells.sees_cache(copy.state, event);
                }
            }
        }
        self.once[place] = once;
    }

    /// A processor was told something: is it what was written last?
    fn judge(&mut self, node: u8, operation: Option<Operation>, outcome: Outcome) {
        let Some(operation) = operation else { return };
        let line = operation.line();
        let others = |this: &Self| {
            let mut others = this.running(line).filter(|(other, _)| other.0 != node);
            others.any(|(_, copy)| copy.state.may_read())
        };
        let truth = self.truth[line.index()];
        let differs = |value| truth.is_some_and(|truth| truth != value);
        let mut wrong = None;
        match (operation, outcome) {
            (_, Outcome::Read(value) | Outcome::Differed(value)) => {
                let once = self.once[usize::from(node)] == Some(value);
                wrong = (differs(value) && !once).then_some(Violation::StaleRead);
            }
            (Operation::Write(_, value), Outcome::Done) => {
                wrong = others(self).then_some(Violation::TwoWriters);
                self.truth[line.index()] = Some(value);
            }
            (Operation::CompareAndSwap(_, old, new), Outcome::Swapped) => {
                wrong = differs(old).then_some(Violation::StaleRead);
                self.truth[line.index()] = Some(new);
            }
            _ => {}
        }
        self.wrong = self.wrong.or(wrong);
    }
}
