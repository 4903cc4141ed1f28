//! Intervening: how each choice changes the world.
//!
//! A choice is one step. It either does something or is refused with a reason; both are events, and
//! both are part of the digest.

use super::choice::{Choice, Refusal};
use super::connection::Ending;
use super::digest::Encode;
use super::event::{EventId, LossReason, What};
use super::handling::{CHOOSE, Departure};
use super::network::{Link, LinkSettings, MessageId};
use super::process::{NodeId, Process, TimerKind};
use super::queue::HELD;
use super::world::{Flight, Item, Stepped, World};

impl<P: Process> World<P> {
    /// Applies a choice now, as a step.
    ///
    /// # Panics
    /// If it names a node that does not exist: such a choice is refused when it is read.
    pub fn apply(&mut self, choice: &Choice<P::Operation>) -> Stepped {
        let nodes = choice.nodes();
        let count = self.nodes.len();
        assert!(nodes.iter().all(|node| node.index() < count), "a choice names existing nodes");
        let node = nodes.first().copied().unwrap_or(NodeId(0));
        self.begin_step(self.now_us);
        self.record(CHOOSE, node, 0);
        choice.encode(&mut self.digest);
        let refusal = self.refusal(choice);
        self.digest.word(refusal.map_or(0, |refusal| refusal as u64 + 1));
        let event = self.emit(node, &[], || match refusal {
            None => What::Chosen(choice.clone()),
            Some(refusal) => What::Ignored(choice.clone(), refusal),
        });
        if refusal.is_none() {
            self.intervene(choice, event);
            if self.has_streams() {
                self.reconnect(event);
            }
        }
        let everywhere = matches!(choice, Choice::Plant { .. } | Choice::Set { .. });
        let meddled = !matches!(choice, Choice::Operate { .. });
        Stepped { node: (!everywhere).then_some(node), meddled }
    }

    /// Why the choice makes no sense now.
    fn refusal(&self, choice: &Choice<P::Operation>) -> Option<Refusal> {
        let is_up = |node: &NodeId| (!self.node(*node).up).then_some(Refusal::Down);
        let runs = |node: &NodeId| {
            is_up(node).or_else(|| self.node(*node).paused.then_some(Refusal::Paused))
        };
        match choice {
            Choice::Crash(node) => is_up(node),
            Choice::Restart(node) => self.node(*node).up.then_some(Refusal::Up),
            Choice::Pause(node) => runs(node),
            Choice::Resume(node) => {
                is_up(node).or_else(|| (!self.node(*node).paused).then_some(Refusal::NotPaused))
            }
            Choice::Fire { node, timer } => runs(node).or_else(|| {
                let known = usize::from(*timer) < P::Timer::ALL.len();
                let stopped = !known || self.timers.get(*node, *timer).is_none();
                stopped.then_some(Refusal::TimerStopped)
            }),
            Choice::Operate { node, .. } | Choice::Instruct { node, .. } => runs(node),
            Choice::Lose(id)
            | Choice::Hold(id)
            | Choice::Deliver(id)
            | Choice::Delay { message: id, .. } => {
                self.alterable(*id).is_none().then_some(Refusal::NoSuchMessage)
            }
            Choice::Duplicate(id) => match self.alterable(*id) {
                None => Some(Refusal::NoSuchMessage),
                Some(_) if self.has_streams() => Some(Refusal::OnStream),
                Some(flight) => (flight.copies == u8::MAX).then_some(Refusal::TooManyCopies),
            },
            Choice::Cut { .. }
            | Choice::Heal { .. }
            | Choice::HealAll
            | Choice::Partition(_)
            | Choice::Network(_)
            | Choice::ClockRate { .. }
            | Choice::ClockJump { .. }
            | Choice::Plant { .. }
            | Choice::Set { .. }
            | Choice::Link { .. } => None,
        }
    }

    /// A message that can still be meddled with: what a cut or a choice has lost stays lost, though
    /// it is seen until it breaks.
    fn alterable(&self, id: MessageId) -> Option<&Flight<P::Message>> {
        self.flights().find(|flight| flight.id == id && !flight.is_lost())
    }

    fn intervene(&mut self, choice: &Choice<P::Operation>, event: EventId) {
        match choice {
            Choice::Crash(node) => self.crash(*node, event),
            Choice::Restart(node) => {
                self.nodes[node.index()].up = true;
                self.start(*node, &[event]);
            }
            Choice::Pause(node) => {
                self.nodes[node.index()].paused = true;
                self.timers.freeze(*node, true);
            }
            Choice::Resume(node) => self.resume(*node),
            Choice::Fire { node, timer } => {
                self.timers.stop(*node, *timer);
                self.ring(*node, *timer, event);
            }
            Choice::Cut { from, to, both_ways } => {
                self.set_link(*from, *to, *both_ways, Some(event));
            }
            Choice::Heal { from, to, both_ways } => self.set_link(*from, *to, *both_ways, None),
            Choice::HealAll => self.links.iter_mut().for_each(Link::heal),
            Choice::Partition(groups) => self.partition(groups, event),
            Choice::Lose(_)
            | Choice::Duplicate(_)
            | Choice::Delay { .. }
            | Choice::Hold(_)
            | Choice::Deliver(_)
                if self.has_streams() =>
            {
                self.handle_on_stream(choice, event)
            }
            Choice::Lose(_)
            | Choice::Duplicate(_)
            | Choice::Delay { .. }
            | Choice::Hold(_)
            | Choice::Deliver(_) => self.handle_message(choice, event),
            Choice::Network(settings) => {
                self.links.iter_mut().for_each(|link| link.settings = *settings);
            }
            Choice::ClockRate { node, rate_ppm } => {
                self.nodes[node.index()].clock.set_rate(*rate_ppm, self.now_us);
                self.follow_clock(*node);
            }
            Choice::ClockJump { node, by_us } => {
                self.nodes[node.index()].clock.jump(*by_us, self.now_us);
                self.follow_clock(*node);
            }
            Choice::Operate { node, operation } => self.operate(*node, operation, event),
            Choice::Plant { bug, planted } => {
                for node in &mut self.nodes {
                    node.process.plant(*bug, *planted);
                }
            }
            Choice::Set { setting, value } => {
                for node in &mut self.nodes {
                    node.process.set(*setting, *value);
                }
            }
            Choice::Instruct { node, .. } => self.instruct(*node, choice, event),
            Choice::Link { from, to, both_ways, settings } => {
                self.behave(*from, *to, *settings);
                if *both_ways {
                    self.behave(*to, *from, *settings);
                }
            }
        }
    }

    fn resume(&mut self, at: NodeId) {
        let node = &mut self.nodes[at.index()];
        node.paused = false;
        let backlog = std::mem::take(&mut node.backlog);
        self.timers.freeze(at, false);
        let first = self.sequence + 1;
        for item in backlog {
            let key = (self.now_us, self.next_sequence());
            self.queue.push(key, item);
        }
        if self.has_streams() {
            self.put_behind_backlog(at, first);
        }
    }

    fn follow_clock(&mut self, node: NodeId) {
        let clock = self.nodes[node.index()].clock;
        self.timers.follow(node, &clock, self.now_us);
    }

    fn operate(&mut self, node: NodeId, operation: &P::Operation, event: EventId) {
        let mut taken = false;
        self.call(node, event, |process, _, context| {
            taken = process.operate(operation.clone(), context);
        });
        if !taken {
            let choice = Choice::Operate { node, operation: operation.clone() };
            self.emit(node, &[event], || What::Ignored(choice, Refusal::NoClient));
        }
    }

    /// Tells a node what the choice says. One that is not willing says so only when it is asked.
    fn instruct(&mut self, node: NodeId, choice: &Choice<P::Operation>, event: EventId) {
        let Choice::Instruct { instruction, operand, .. } = *choice else { return };
        let mut willing = false;
        self.call(node, event, |process, _, context| {
            willing = process.instruct(instruction, operand, context);
        });
        if !willing {
            self.emit(node, &[event], || What::Ignored(choice.clone(), Refusal::Unwilling));
        }
    }

    /// What is sent over this link from now on fares so.
    fn behave(&mut self, from: NodeId, to: NodeId, settings: LinkSettings) {
        let place = self.link_place(from, to);
        self.links[place].settings = settings;
    }

    /// Cuts a link because of a choice, or heals it.
    fn set_link(&mut self, from: NodeId, to: NodeId, both_ways: bool, cut_by: Option<EventId>) {
        self.set_one_way(from, to, cut_by);
        if both_ways {
            self.set_one_way(to, from, cut_by);
        }
    }

    fn set_one_way(&mut self, from: NodeId, to: NodeId, cut_by: Option<EventId>) {
        let place = self.link_place(from, to);
        let link = &mut self.links[place];
        match cut_by {
            None => link.heal(),
            Some(event) if link.up => {
                link.cut(event);
                if self.has_streams() {
                    self.break_connection(from, to, Ending::Silence, event);
                } else {
                    self.break_flights(from, to, event);
                }
            }
            Some(_) => {}
        }
    }

    fn partition(&mut self, groups: &[Vec<NodeId>], event: EventId) {
        let group_of = |node: NodeId| groups.iter().position(|group| group.contains(&node));
        for from in groups.iter().flatten() {
            for to in groups.iter().flatten() {
                let together = group_of(*from) == group_of(*to);
                self.set_one_way(*from, *to, (!together).then_some(event));
            }
        }
    }

    /// What is on a link when it is cut breaks there and then.
    fn break_flights(&mut self, from: NodeId, to: NodeId, event: EventId) {
        let Self { queue, sequence, now_us, .. } = self;
        queue.reschedule(|_, item| {
            let Item::Flight(flight) = item else { return None };
            let breaks_now = flight.breaks.is_some_and(|(time_us, _)| time_us <= *now_us);
            if (flight.id.from, flight.id.to) != (from, to)
                || breaks_now && flight.held_us.is_none()
            {
                return None;
            }
            flight.held_us = None;
            flight.breaks = Some((*now_us, LossReason::Cut));
            flight.meddling = Some(event);
            *sequence += 1;
            Some((*now_us, *sequence))
        });
    }

    /// Does what a choice says to one message on its way.
    fn handle_message(&mut self, choice: &Choice<P::Operation>, event: EventId) {
        if let Choice::Duplicate(id) = choice {
            return self.duplicate(*id, event);
        }
        let Self { queue, sequence, now_us, .. } = self;
        queue.reschedule(|_, item| {
            let Item::Flight(flight) = item else { return None };
            match choice {
                Choice::Lose(id) if *id == flight.id => {
                    flight.breaks = Some((*now_us, LossReason::Choice));
                }
                Choice::Delay { message, by_us } if *message == flight.id => {
                    // A message that was held may have been due long ago: it goes on from now.
                    flight.due_us = flight.due_us.max(*now_us).saturating_add(*by_us);
                    if let Some((breaks_us, _)) = &mut flight.breaks {
                        *breaks_us = (*breaks_us).max(*now_us).saturating_add(*by_us);
                    }
                }
                Choice::Hold(id) if *id == flight.id => {
                    flight.held_us = Some(*now_us);
                    flight.meddling = Some(event);
                    return Some(HELD);
                }
                Choice::Deliver(id) if *id == flight.id => {
                    flight.due_us = *now_us;
                    flight.breaks = None;
                }
                _ => return None,
            }
            flight.held_us = None;
            flight.meddling = Some(event);
            *sequence += 1;
            Some((flight.breaks.map_or(flight.due_us, |(time_us, _)| time_us), *sequence))
        });
    }

    /// The copy is sent from where the original was sent, now, and is never copied by chance.
    fn duplicate(&mut self, id: MessageId, event: EventId) {
        let Some(Flight { message, cause, copies, .. }) = self.alterable(id) else { return };
        let (message, cause, copy) = (message.clone(), *cause, copies + 1);
        // Whichever of them is copied next, this name has been given.
        self.queue.reschedule(|_, item| {
            if let Item::Flight(flight) = item
                && same_message(flight.id, id)
            {
                flight.copies = copy;
            }
            None
        });
        let fate = self.link(id.from, id.to).fate_of_copy(id.count, copy);
        let id = MessageId { copy, ..id };
        self.launch(fate, Departure { id, message, cause, meddling: Some(event), copies: copy });
    }
}

fn same_message(one: MessageId, other: MessageId) -> bool {
    MessageId { copy: 0, ..one } == MessageId { copy: 0, ..other }
}
