//! Ranking: what a choice that names one message does to the stream that it is on.
//!
//! A message on a stream is never altered alone: what is behind it must not overtake it. So after
//! each change the stream is ranked anew, in the order in which its messages were sent. A message
//! arrives when it would alone, but not before the one in front of it; and if that is held, so is
//! everything behind it.

use super::choice::Choice;
use super::connection::{Connection, Ending};
use super::event::{EventId, LossReason};
use super::network::MessageId;
use super::order::arrange;
use super::process::{NodeId, Process};
use super::queue::HELD;
use super::world::{Flight, Item, World};

/// Where a message on a stream stands.
struct Rank {
    count: u32,
    due_us: u64,
    held: bool,
}

impl<P: Process> World<P> {
    /// Does what a choice says to one message on a stream.
    pub(super) fn handle_on_stream(&mut self, choice: &Choice<P::Operation>, event: EventId) {
        match *choice {
            Choice::Lose(id) => {
                self.lose_on_stream(id, event);
                self.break_connection(id.from, id.to, Ending::Reset, event);
            }
            Choice::Delay { message: id, by_us } => {
                self.alter(id, event, |flight, now_us| {
                    // A message that was held may have been due long ago: it goes on from now.
                    flight.alone_us = flight.due_us.max(now_us).saturating_add(by_us);
                    flight.holds = false;
                });
                self.rank(id.from, id.to, id.count, event);
            }
            Choice::Hold(id) => {
                self.alter(id, event, |flight, _| flight.holds = true);
                self.rank(id.from, id.to, id.count, event);
            }
            Choice::Deliver(id) => {
                self.deliver_up_to(id, event);
                self.rank(id.from, id.to, 0, event);
            }
            _ => unreachable!("the other choices name no message on a stream"),
        }
    }

    /// Changes the flights of the stream of `id` that are not lost, as `change` says.
    fn alter_stream(&mut self, id: MessageId, change: impl Fn(&mut Flight<P::Message>, u64)) {
        let now_us = self.now_us;
        self.queue.reschedule(|_, item| {
            if let Item::Flight(flight) = item
                && (flight.id.from, flight.id.to) == (id.from, id.to)
                && !flight.is_lost()
            {
                change(flight, now_us);
            }
            None
        });
    }

    fn alter(
        &mut self,
        id: MessageId,
        event: EventId,
        change: impl Fn(&mut Flight<P::Message>, u64),
    ) {
        self.alter_stream(id, |flight, now_us| {
            if flight.id == id {
                flight.meddling = Some(event);
                change(flight, now_us);
            }
        });
    }

    /// A message arrives now, and what is before it: the end of the handshake, too.
    fn deliver_up_to(&mut self, id: MessageId, event: EventId) {
        let now_us = self.now_us;
        self.hasten(id.to, id.from, now_us);
        let end = self.connections[Connection::place(id.from, id.to)].end_mut(id.from);
        end.opens_us = end.opens_us.min(now_us);
        self.alter_stream(id, |flight, now_us| {
            if flight.id.count <= id.count {
                flight.alone_us = now_us;
                (flight.breaks, flight.holds) = (None, false);
                flight.meddling = Some(event);
            }
        });
    }

    /// A message is lost now.
    fn lose_on_stream(&mut self, id: MessageId, event: EventId) {
        let Self { queue, sequence, now_us, .. } = self;
        queue.reschedule(|_, item| {
            let Item::Flight(flight) = item else { return None };
            if flight.id != id || flight.is_lost() {
                return None;
            }
            (flight.held_us, flight.holds) = (None, false);
            flight.breaks = Some((*now_us, LossReason::Choice));
            flight.meddling = Some(event);
            *sequence += 1;
            Some((*now_us, *sequence))
        });
    }

    /// Ranks a stream anew, from message `since` on.
    fn rank(&mut self, from: NodeId, to: NodeId, since: u32, event: EventId) {
        let place = Connection::place(from, to);
        let opens_us = self.connections[place].end_mut(from).opens_us;
        let on_stream = self
            .flights()
            .filter(|flight| (flight.id.from, flight.id.to) == (from, to) && !flight.is_lost());
        let mut flights: Vec<&Flight<P::Message>> = on_stream.collect();
        arrange(&mut flights, |flight| (flight.id.count.into(), 0));
        let (mut last_us, mut held) = (opens_us.max(self.now_us), false);
        let mut ranks = Vec::with_capacity(flights.len());
        for flight in flights {
            let count = flight.id.count;
            held |= flight.holds;
            let own_us = if count < since { flight.due_us } else { flight.alone_us };
            last_us = last_us.max(own_us);
            ranks.push(Rank { count, due_us: last_us, held });
        }
        ranks.retain(|rank| rank.count >= since);
        let end = self.connections[place].end_mut(from);
        (end.last_us, end.held) = (last_us, held);
        self.put_in_order(from, to, &ranks, event);
    }

    fn put_in_order(&mut self, from: NodeId, to: NodeId, ranks: &[Rank], event: EventId) {
        let (now_us, first) = (self.now_us, self.sequence + 1);
        self.sequence += ranks.len() as u64;
        self.queue.reschedule(|_, item| {
            let Item::Flight(flight) = item else { return None };
            if (flight.id.from, flight.id.to) != (from, to) || flight.is_lost() {
                return None;
            }
            let place = ranks.binary_search_by_key(&flight.id.count, |rank| rank.count).ok()?;
            let Rank { due_us, held, .. } = ranks[place];
            if (flight.due_us, flight.held_us.is_some()) != (due_us, held) {
                flight.meddling = Some(event);
            }
            if held {
                flight.held_us.get_or_insert(now_us);
                return Some(HELD);
            }
            flight.held_us = None;
            flight.due_us = due_us;
            if let Some((breaks_us, _)) = &mut flight.breaks {
                *breaks_us = due_us;
            }
            Some((due_us, first + place as u64))
        });
    }
}
