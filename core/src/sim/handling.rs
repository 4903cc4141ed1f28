//! Handling: what one step does.
//!
//! A message arrives, breaks or waits for a paused node; a timer runs out; a sync completes; a node
//! crashes. Each calls the process, then carries out what it asked for, in order. The rule that no
//! message leaves before earlier writes are on disk lives here ([`World::carry_out`] puts it in the
//! outbox, [`World::release`] lets it go).

use super::connection::{Connection, Ending};
use super::digest::Encode;
use super::event::{EventId, LossReason, What};
use super::network::{Fate, MessageId};
use super::process::{Context, NodeId, Output, Process, TimerKind};
use super::timers::Setting;
use super::world::{Flight, Item, Node, Outgoing, Stepped, Surroundings, World};

// The kinds of steps in the digest. Numbers are never used again.
const DELIVER: u64 = 1;
const LOSE: u64 = 2;
pub(super) const QUEUE: u64 = 3;
const TIME_OUT: u64 = 4;
const SYNC: u64 = 5;
pub(super) const CHOOSE: u64 = 6;
pub(super) const CONNECT: u64 = 7;
pub(super) const DISCONNECT: u64 = 8;
pub(super) const UNANSWERED: u64 = 9;

/// A copy of a message that sets out: see [`Flight`].
pub(super) struct Departure<M> {
    pub(super) id: MessageId,
    pub(super) message: M,
    pub(super) cause: EventId,
    pub(super) meddling: Option<EventId>,
    pub(super) copies: u8,
}

impl<P: Process> World<P> {
    pub(super) fn start(&mut self, node: NodeId, causes: &[EventId]) {
        let event = self.emit(node, causes, || What::Started);
        self.call(node, event, |process, _, context| process.start(context));
    }

    pub(super) fn time_out(&mut self, time_us: u64) -> Stepped {
        self.begin_step(time_us);
        let (node, timer, cause) = self.timers.take_next();
        self.record(TIME_OUT, node, u64::from(timer));
        self.ring(node, timer, cause);
        Stepped { node: Some(node), meddled: false }
    }

    /// A timer runs out.
    pub(super) fn ring(&mut self, node: NodeId, timer: u8, cause: EventId) {
        assert!(self.nodes[node.index()].up, "timers of a node that is down are stopped");
        let timer = P::Timer::ALL[usize::from(timer)];
        let event = self.emit(node, &[cause], || What::TimedOut(timer));
        self.call(node, event, |process, _, context| process.timeout(timer, context));
    }

    pub(super) fn arrive(&mut self, flight: Box<Flight<P::Message>>) {
        let to = flight.id.to;
        if let Some((_, reason)) = flight.breaks {
            self.record(LOSE, to, reason as u64);
            let event = self.lose(&flight, reason);
            if reason == LossReason::Chance && self.has_streams() {
                // It was sent again and again, in vain.
                let from = flight.id.from;
                self.break_connection(from, to, Ending::Reset, event);
                self.dial(Connection::place(from, to), event);
            }
            return;
        }
        let node = &mut self.nodes[to.index()];
        if !node.up {
            self.record(LOSE, to, LossReason::Down as u64);
            self.lose(&flight, LossReason::Down);
        } else if node.paused {
            self.record(QUEUE, to, 0);
            flight.id.encode(&mut self.digest);
            self.emit_on_the_way(&flight, || What::Queued);
            self.nodes[to.index()].backlog.push(Item::Arrived(flight));
        } else {
            self.record(DELIVER, to, 0);
            flight.id.encode(&mut self.digest);
            flight.message.encode(&mut self.digest);
            let event = self.emit_on_the_way(&flight, || {
                let Flight { id, sent_us, ref message, .. } = *flight;
                What::Delivered { id, sent_us, message: message.clone() }
            });
            let Flight { id, message, .. } = *flight;
            self.call(to, event, |process, _, context| process.receive(id.from, message, context));
        }
    }

    pub(super) fn lose(&mut self, flight: &Flight<P::Message>, reason: LossReason) -> EventId {
        flight.id.encode(&mut self.digest);
        self.emit_on_the_way(flight, || {
            let Flight { id, sent_us, due_us, ref message, .. } = *flight;
            What::Lost { id, sent_us, due_us, message: message.clone(), reason }
        })
    }

    /// An event of a message on its way: its sending led to it, and what a choice did to it since.
    fn emit_on_the_way(
        &mut self,
        flight: &Flight<P::Message>,
        what: impl FnOnce() -> What<P>,
    ) -> EventId {
        let Flight { id, cause, meddling, .. } = flight;
        match meddling {
            Some(meddling) => self.emit(id.to, &[*cause, *meddling], what),
            None => self.emit(id.to, &[*cause], what),
        }
    }

    /// Calls a process, with what is on its disk, and carries out what it asks for.
    pub(super) fn call(
        &mut self,
        node: NodeId,
        event: EventId,
        handle: impl FnOnce(&mut P, &P::Durable, &mut Context<'_, P>),
    ) {
        let narrates = self.events.is_some();
        let mut outputs = std::mem::take(&mut self.outputs);
        let Node { process, disk, clock, luck, .. } = &mut self.nodes[node.index()];
        let times_us = (clock.shows_us(self.now_us), self.now_us);
        let mut context = Context::new(node, times_us, event, luck, &mut outputs, narrates);
        handle(process, disk.synced(), &mut context);
        for output in outputs.drain(..) {
            self.carry_out(node, event, output);
        }
        self.outputs = outputs;
    }

    fn carry_out(&mut self, node: NodeId, event: EventId, output: Output<P>) {
        match output {
            Output::Send { to, message, waits } => {
                let Node { disk, outbox, .. } = &mut self.nodes[node.index()];
                if waits && disk.is_behind() {
                    let needs = disk.requested();
                    outbox.push_back(Outgoing { to, message, needs, cause: event });
                } else {
                    self.send(node, to, message, &[event]);
                }
            }
            Output::SetTimer { timer, delay_us } => {
                let sequence = self.next_sequence();
                let setting = Setting { now_us: self.now_us, delay_us, sequence, cause: event };
                let clock = &self.nodes[node.index()].clock;
                self.timers.set(node, timer.number(), clock, setting);
            }
            Output::CancelTimer(timer) => self.timers.stop(node, timer.number()),
            Output::Persist(durable) => {
                let cause = self.emit(node, &[event], || What::Persisted);
                if self.nodes[node.index()].disk.persist(durable, cause) {
                    self.begin_sync(node);
                }
            }
            Output::Note { note, mut causes } => {
                causes.insert(0, event);
                let id = EventId::new(self.steps, self.note_ordinal);
                self.note_ordinal += 1;
                self.keep(id, node, &causes, || What::Noted(note));
            }
        }
    }

    fn send(&mut self, from: NodeId, to: NodeId, message: P::Message, causes: &[EventId]) {
        if self.has_streams() {
            return self.stream((from, to), message, causes);
        }
        let place = self.link_place(from, to);
        let (count, fate, doubled) = self.links[place].accept();
        let id = MessageId { from, to, count, copy: 0 };
        let due_us = self.now_us + fate.delay_us;
        let cause = self.emit(from, causes, || What::Sent { id, due_us, message: message.clone() });
        let meddling = self.links[place].cut_by;
        let copies = u8::from(doubled.is_some());
        if let Some(fate) = doubled {
            let id = MessageId { copy: 1, ..id };
            let message = message.clone();
            self.launch(fate, Departure { id, message, cause, meddling, copies });
        }
        self.launch(fate, Departure { id, message, cause, meddling, copies });
    }

    pub(super) fn launch(&mut self, fate: Fate, departure: Departure<P::Message>) {
        let Departure { id, message, cause, meddling, copies } = departure;
        let sent_us = self.now_us;
        let due_us = sent_us + fate.delay_us;
        let reason =
            if self.link(id.from, id.to).up { LossReason::Chance } else { LossReason::Cut };
        let breaks = fate.breaks_us.map(|after_us| (sent_us + after_us, reason));
        let key = (breaks.map_or(due_us, |(time_us, _)| time_us), self.next_sequence());
        let (held_us, alone_us, holds) = (None, due_us, false);
        let flight = Flight {
            id,
            sent_us,
            due_us,
            breaks,
            message,
            cause,
            meddling,
            copies,
            held_us,
            alone_us,
            holds,
        };
        self.queue.push(key, Item::Flight(Box::new(flight)));
    }

    fn begin_sync(&mut self, node: NodeId) {
        let Surroundings { sync_min_us, sync_max_us, .. } = self.surroundings;
        let Node { disk, sync_luck, .. } = &self.nodes[node.index()];
        let number = disk.running().expect("a sync begins with a write");
        let delay_us = sync_luck.between(number, 0, sync_min_us, sync_max_us);
        let key = (self.now_us + delay_us, self.next_sequence());
        self.queue.push(key, Item::Sync { node, number });
    }

    pub(super) fn complete_sync(&mut self, at: NodeId, number: u64) {
        let node = &mut self.nodes[at.index()];
        assert_eq!(node.disk.running(), Some(number), "a crash takes its syncs out of the queue");
        if node.paused {
            let cause = node.disk.cause();
            node.backlog.push(Item::Sync { node: at, number });
            self.record(QUEUE, at, number);
            self.emit(at, cause.as_slice(), || What::Queued);
            return;
        }
        let cause = node.disk.complete();
        self.record(SYNC, at, number);
        let event = self.emit(at, &[cause], || What::Synced);
        if self.nodes[at.index()].disk.running().is_some() {
            self.begin_sync(at);
        }
        self.release(at, event);
        self.call(at, event, |process, durable, context| process.synced(durable, context));
    }

    /// Lets the messages go whose writes are on disk.
    fn release(&mut self, at: NodeId, event: EventId) {
        loop {
            let Node { disk, outbox, .. } = &mut self.nodes[at.index()];
            let synced = disk.synced_number();
            if outbox.front().is_none_or(|outgoing| outgoing.needs > synced) {
                return;
            }
            let Some(Outgoing { to, message, cause, .. }) = outbox.pop_front() else { return };
            self.send(at, to, message, &[cause, event]);
        }
    }

    /// A node loses everything but its disk.
    pub(super) fn crash(&mut self, at: NodeId, event: EventId) {
        let node = &mut self.nodes[at.index()];
        node.up = false;
        node.paused = false;
        node.outbox.clear();
        node.disk.lose_unsynced();
        node.process = node.process.recover(node.disk.synced());
        let backlog = std::mem::take(&mut node.backlog);
        self.timers.stop_all(at);
        self.queue.retain(|item| !matches!(item, Item::Sync { node, .. } if *node == at));
        for item in backlog {
            if let Item::Arrived(flight) = item {
                self.lose(&flight, LossReason::Down);
            }
        }
        if self.has_streams() {
            self.disconnect_all(at, event);
        }
    }
}
