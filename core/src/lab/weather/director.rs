//! The director: takes a run forward and, now and then, does something to it.
//!
//! It sees the whole world, as somebody does who means ill: it can crash the server that leads, or
//! one whose disk is behind, and lose the very message that is on its way. Faults come between any
//! two steps, also in the middle of a microsecond. What passes by itself (a server comes back, a
//! link heals) is put down for later when it begins.
//!
//! What it did is all that it leaves behind: choices in the order of their moments, from which the
//! same run follows again.

use super::climate::Climate;
use super::dice::Dice;
use super::fault::Fault;
use super::trial::first_failure;
use crate::lab::machine::Machine;
use crate::lab::{Choice, LabMonitor, Timed};
use crate::raft::Participant;
use crate::sim::clock::TRUE_RATE_PPM;
use crate::sim::network::{LinkSettings, MessageId, Transport};
use crate::sim::process::NodeId;
use crate::sim::random::Probability;
use crate::sim::run::{Goal, Run as AnyRun};
use crate::sim::time::{LONGEST_RUN_US, MILLISECOND_US, Moment};

/// The most choices of a run, while the weather lasts.
const MOST_CHOICES: usize = 600;
/// How many troubles in a row may come to nothing in a run in which nothing else is left to happen.
const MOST_IN_VAIN: u32 = 100;
/// The most steps of a calm stretch: more than a cluster may take to settle.
const MOST_CALM_STEPS: u64 = 100_000;

pub(super) type Run = AnyRun<Participant<Machine>, LabMonitor>;

/// Why a run stopped for the director.
enum Stop {
    /// It has taken the steps it was to take, or nothing is left to happen.
    Steps,
    /// Something that was put down for later is due.
    Due,
    /// A check failed.
    Failed,
}

pub(super) struct Director {
    pub(super) climate: Climate,
    pub(super) dice: Dice,
    choices: Vec<Timed>,
    /// What is to be done later, and when, in microseconds.
    later: Vec<(u64, Choice)>,
    /// When the first of that is due; `u64::MAX` for never.
    due_us: u64,
}

impl Director {
    pub(super) const fn new(climate: Climate, dice: Dice) -> Self {
        Self { climate, dice, choices: Vec::new(), later: Vec::new(), due_us: u64::MAX }
    }

    /// Takes a run from its beginning to its end; gives every choice that was made.
    pub(super) fn direct(mut self, run: &mut Run) -> Vec<Timed> {
        let weather = self.climate.steps;
        let mut next = self.gap();
        let mut in_vain = 0;
        while run.world.steps() < weather {
            let before = run.world.steps();
            match self.go(run, next.min(weather)) {
                Stop::Failed => return self.choices,
                Stop::Due => self.catch_up(run),
                Stop::Steps if self.choices.len() < MOST_CHOICES && in_vain < MOST_IN_VAIN => {
                    if run.world.steps() < weather {
                        self.trouble(run);
                    }
                    in_vain = if run.world.steps() == before { in_vain + 1 } else { 0 };
                    next = run.world.steps() + self.gap();
                }
                Stop::Steps if run.world.steps() < next => break,
                Stop::Steps => next = weather,
            }
        }
        if self.climate.calm && first_failure(run).is_none() {
            self.be_calm(run);
        }
        self.choices
    }

    /// How many steps pass until the next fault. Troubles do not come singly.
    fn gap(&mut self) -> u64 {
        let mean = if self.dice.once_in(3) { 4 } else { self.climate.gap };
        self.dice.between(1, 2 * mean)
    }

    /// Takes the run forward to this many steps.
    fn go(&self, run: &mut Run, steps: u64) -> Stop {
        let goal = Goal::Moment(Moment::before(self.due_us));
        while run.world.steps() < steps {
            if run.step(&self.choices, goal).is_none() {
                return if self.due_us < u64::MAX { Stop::Due } else { Stop::Steps };
            }
            if first_failure(run).is_some() {
                return Stop::Failed;
            }
        }
        Stop::Steps
    }

    /// Makes a choice now.
    pub(super) fn act(&mut self, run: &mut Run, choice: Choice) {
        self.act_at(run, Moment::START, choice);
    }

    fn act_at(&mut self, run: &mut Run, moment: Moment, choice: Choice) {
        let moment = moment.max(run.world.moment());
        self.choices.push((moment, choice));
        let stepped = run.step(&self.choices, Goal::Moment(Moment::after(moment.time_us)));
        assert!(stepped.is_some() && run.applied() == self.choices.len(), "a choice is made now");
    }

    /// Puts a choice down for later, if the run will come so far.
    pub(super) fn later(&mut self, run: &Run, after_us: u64, choice: Choice) {
        let due_us = run.world.now_us() + after_us;
        if due_us > LONGEST_RUN_US {
            return;
        }
        self.due_us = self.due_us.min(due_us);
        self.later.push((due_us, choice));
    }

    /// Puts a choice down for when something that begins now has passed.
    pub(super) fn passes(&mut self, run: &Run, choice: Choice) {
        let after_us = self.lasts_us();
        self.later(run, after_us, choice);
    }

    pub(super) fn lasts_us(&mut self) -> u64 {
        let (low, high) = self.climate.lasts_us;
        self.dice.scale(low.max(1), high.max(low).max(1))
    }

    /// Makes the choices that are due.
    fn catch_up(&mut self, run: &mut Run) {
        let due_us = self.due_us;
        while let Some(place) = self.later.iter().position(|(at_us, _)| *at_us <= due_us) {
            let (_, choice) = self.later.remove(place);
            self.act_at(run, Moment::before(due_us), choice);
        }
        self.due_us = self.later.iter().map(|(at_us, _)| *at_us).min().unwrap_or(u64::MAX);
    }

    /// Something happens to the run, if what was drawn can happen now.
    fn trouble(&mut self, run: &mut Run) {
        let Some(place) = self.dice.weighted(&self.climate.weights) else { return };
        self.strike(run, Fault::ALL[place]);
    }

    /// Undoes all that was done to the run, and lets it go on: whether the cluster comes to itself
    /// is judged by how it does then.
    fn be_calm(&mut self, run: &mut Run) {
        self.later.clear();
        self.due_us = u64::MAX;
        let held: Vec<MessageId> = run
            .world
            .flights()
            .filter(|flight| flight.held_us.is_some())
            .map(|flight| flight.id)
            .collect();
        // A connection would break.
        let streams = self.climate.config.transport == Transport::Streams;
        for id in held {
            self.act(run, if streams { Choice::Deliver(id) } else { Choice::Lose(id) });
        }
        self.act(run, Choice::HealAll);
        self.act(run, Choice::Network(self.calm_network()));
        for node in (0..self.nodes()).map(NodeId) {
            let state = run.world.node(node);
            let (up, paused) = (state.up, state.paused);
            if state.clock.rate_ppm() != TRUE_RATE_PPM {
                self.act(run, Choice::ClockRate { node, rate_ppm: TRUE_RATE_PPM });
            }
            if !up {
                self.act(run, Choice::Restart(node));
            } else if paused {
                self.act(run, Choice::Resume(node));
            }
        }
        self.settle(run);
    }

    /// Takes the run forward until the cluster has settled, or was found not to, and some more.
    fn settle(&self, run: &mut Run) {
        let most = run.world.steps() + MOST_CALM_STEPS;
        let longer_us = self.climate.rests_us;
        let mut until_us = run.world.now_us() + longer_us;
        while run.world.steps() < most && first_failure(run).is_none() {
            if run.monitor.is_settling() {
                until_us = run.world.now_us() + longer_us;
            }
            if run.step(&self.choices, Goal::Moment(Moment::before(until_us))).is_none() {
                return;
            }
        }
    }

    fn calm_network(&self) -> LinkSettings {
        let delay_min_us = self.climate.config.network.delay_min_us;
        LinkSettings {
            delay_min_us,
            delay_max_us: delay_min_us + 2 * MILLISECOND_US,
            loss: Probability::NEVER,
            duplicate: Probability::NEVER,
            reorder: Probability::NEVER,
        }
    }

    /// How many nodes there are.
    pub(super) const fn nodes(&self) -> u8 {
        self.climate.config.names().count()
    }
}
