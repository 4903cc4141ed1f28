//! Intervening: how each choice changes the world.
//!
//! A choice is one step. It either does something or is refused with a reason; both are events, and
//! both are part of the digest.

use super::choice::{Choice, Refusal};
use super::digest::Encode;
use super::event::{EventId, LossReason, What};
use super::handling::CHOOSE;
use super::network::MessageId;
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
        let event = self.emit(node, &[], || match refusal {
            None => What::Chosen(choice.clone()),
            Some(refusal) => What::Ignored(choice.clone(), refusal),
        });
        if refusal.is_none() {
            self.intervene(choice, event);
        }
        let everywhere = matches!(choice, Choice::Plant { .. });
        Stepped { node: (!everywhere).then_some(node) }
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
            Choice::Operate { node, .. } => runs(node),
            Choice::Lose(id)
            | Choice::Duplicate(id)
            | Choice::Hold(id)
            | Choice::Deliver(id)
            | Choice::Delay { message: id, .. } => {
                let under_way = self.flights().any(|flight| flight.id == *id);
                (!under_way).then_some(Refusal::NoSuchMessage)
            }
            Choice::Cut { .. }
            | Choice::Heal { .. }
            | Choice::HealAll
            | Choice::Partition(_)
            | Choice::Network(_)
            | Choice::ClockRate { .. }
            | Choice::ClockJump { .. }
            | Choice::Plant { .. } => None,
        }
    }

    fn intervene(&mut self, choice: &Choice<P::Operation>, event: EventId) {
        match choice {
            Choice::Crash(node) => self.crash(*node),
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
            Choice::Cut { from, to, both_ways } => self.set_link(*from, *to, *both_ways, false),
            Choice::Heal { from, to, both_ways } => self.set_link(*from, *to, *both_ways, true),
            Choice::HealAll => self.links.iter_mut().for_each(|link| link.up = true),
            Choice::Partition(groups) => self.partition(groups),
            Choice::Lose(_)
            | Choice::Duplicate(_)
            | Choice::Delay { .. }
            | Choice::Hold(_)
            | Choice::Deliver(_) => self.handle_message(choice),
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
        }
    }

    fn resume(&mut self, at: NodeId) {
        let node = &mut self.nodes[at.index()];
        node.paused = false;
        let backlog = std::mem::take(&mut node.backlog);
        self.timers.freeze(at, false);
        for item in backlog {
            let key = (self.now_us, self.next_sequence());
            self.queue.push(key, item);
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

    fn set_link(&mut self, from: NodeId, to: NodeId, both_ways: bool, up: bool) {
        let (there, back) = (self.link_place(from, to), self.link_place(to, from));
        self.links[there].up = up;
        if both_ways {
            self.links[back].up = up;
        }
        self.break_flights_on_cut_links();
    }

    fn partition(&mut self, groups: &[Vec<NodeId>]) {
        let group_of = |node: NodeId| groups.iter().position(|group| group.contains(&node));
        for from in groups.iter().flatten() {
            for to in groups.iter().flatten() {
                let place = self.link_place(*from, *to);
                self.links[place].up = group_of(*from) == group_of(*to);
            }
        }
        self.break_flights_on_cut_links();
    }

    /// What is on a link when it is cut breaks there and then.
    fn break_flights_on_cut_links(&mut self) {
        let Self { queue, links, nodes, sequence, now_us, .. } = self;
        queue.reschedule(|_, item| {
            let Item::Flight(flight) = item else { return None };
            let place = flight.id.from.index() * nodes.len() + flight.id.to.index();
            if links[place].up || flight.breaks.is_some() {
                return None;
            }
            flight.held = false;
            flight.breaks = Some((*now_us, LossReason::Cut));
            *sequence += 1;
            Some((*now_us, *sequence))
        });
    }

    /// Does what a choice says to one message on its way.
    fn handle_message(&mut self, choice: &Choice<P::Operation>) {
        if let Choice::Duplicate(id) = choice {
            return self.duplicate(*id);
        }
        let Self { queue, sequence, now_us, .. } = self;
        queue.reschedule(|_, item| {
            let Item::Flight(flight) = item else { return None };
            match choice {
                Choice::Lose(id) if *id == flight.id => {
                    flight.breaks = Some((*now_us, LossReason::Choice));
                }
                Choice::Delay { message, by_us } if *message == flight.id => {
                    flight.due_us = flight.due_us.saturating_add(*by_us);
                    if let Some((breaks_us, _)) = &mut flight.breaks {
                        *breaks_us = breaks_us.saturating_add(*by_us);
                    }
                }
                Choice::Hold(id) if *id == flight.id => {
                    flight.held = true;
                    return Some(HELD);
                }
                Choice::Deliver(id) if *id == flight.id => {
                    flight.due_us = *now_us;
                    flight.breaks = None;
                }
                _ => return None,
            }
            flight.held = false;
            *sequence += 1;
            Some((flight.breaks.map_or(flight.due_us, |(time_us, _)| time_us), *sequence))
        });
    }

    /// The copy is sent from where the original was sent, now, and is never copied by chance.
    fn duplicate(&mut self, id: MessageId) {
        let copies = self.flights().filter(|flight| same_message(flight.id, id));
        let copy = copies.map(|flight| flight.id.copy).max().unwrap_or(0).saturating_add(1);
        let Some(Flight { message, cause, .. }) = self.flights().find(|flight| flight.id == id)
        else {
            return;
        };
        let (message, cause) = (message.clone(), *cause);
        let fate = self.link(id.from, id.to).fate_of_copy(id.count, copy);
        self.launch(MessageId { copy, ..id }, fate, message, cause);
    }
}

fn same_message(one: MessageId, other: MessageId) -> bool {
    MessageId { copy: 0, ..one } == MessageId { copy: 0, ..other }
}
