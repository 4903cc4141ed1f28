//! A run: a world, the monitor that watches it, and the choices that are still to come.
//!
//! A choice is made at a [`Moment`]; the run applies it once the world has got there. This is the
//! only place that decides the order between choices and everything else, so a live run, a replay
//! from the beginning and a replay from a keyframe cannot disagree.

use super::choice::Choice;
use super::monitor::Monitor;
use super::process::Process;
use super::time::{LONGEST_RUN_US, Moment};
use super::world::{Next, Stepped, World};

/// A choice and its moment.
pub type Timed<O> = (Moment, Choice<O>);

/// Where a run should stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Goal {
    /// At a moment.
    Moment(Moment),
    /// After so many steps since the beginning, or when nothing more happens.
    Steps(u64),
}

/// A world in motion.
#[derive(Clone, Debug)]
pub struct Run<P: Process, M> {
    /// The world.
    pub world: World<P>,
    /// What watches it.
    pub monitor: M,
    applied: usize,
}

impl<P: Process, M: Monitor<P>> Run<P, M> {
    /// A run that begins with this world.
    #[must_use]
    pub fn new(world: World<P>, mut monitor: M) -> Self {
        monitor.begin(&world);
        Self { world, monitor, applied: 0 }
    }

    /// How many of the choices have been applied.
    #[must_use]
    pub const fn applied(&self) -> usize {
        self.applied
    }

    /// At which moment the next thing happens, and what: `None` is a choice. Nothing happens after
    /// the longest run: a moment there could be reached, but no link could lead to it.
    fn next(&mut self, choices: &[Timed<P::Operation>]) -> Option<(Moment, Option<Next>)> {
        self.next_ever(choices).filter(|(moment, _)| moment.time_us <= LONGEST_RUN_US)
    }

    fn next_ever(&mut self, choices: &[Timed<P::Operation>]) -> Option<(Moment, Option<Next>)> {
        let next = self.world.next();
        let due = next.map(|Next { time_us, .. }| {
            let taken = self.world.taken_at(time_us);
            Moment { time_us, taken }
        });
        let choice = choices.get(self.applied).map(|(moment, _)| *moment);
        match (due, choice) {
            (Some(due), Some(choice)) if due < choice => Some((due, next)),
            // A choice whose moment has passed (a hand-written file may say so) is made at once.
            (_, Some(choice)) => Some((choice.max(self.world.moment()), None)),
            (due, None) => due.map(|due| (due, next)),
        }
    }

    /// When the next step is due, in microseconds.
    pub fn next_time_us(&mut self, choices: &[Timed<P::Operation>]) -> Option<u64> {
        self.next(choices).map(|(moment, _)| moment.time_us)
    }

    /// Takes the next step that lies before `goal`, if there is one.
    pub fn step(&mut self, choices: &[Timed<P::Operation>], goal: Goal) -> Option<Stepped> {
        let (moment, next) = self.next(choices)?;
        let within = match goal {
            Goal::Moment(goal) => moment < goal,
            Goal::Steps(steps) => self.world.steps() < steps,
        };
        if !within {
            return None;
        }
        let stepped = if let Some(next) = next {
            self.world.take(next)
        } else {
            self.world.idle_until(moment.time_us);
            self.world.skip_to(moment.taken);
            let (_, choice) = &choices[self.applied];
            self.applied += 1;
            self.world.apply(choice)
        };
        self.monitor.observe(stepped, &self.world);
        Some(stepped)
    }

    /// Lets time pass up to the goal, once no step lies before it.
    pub fn settle(&mut self, goal: Goal) {
        if let Goal::Moment(Moment { time_us, .. }) = goal
            && time_us.min(LONGEST_RUN_US) > self.world.now_us()
        {
            self.world.idle_until(time_us.min(LONGEST_RUN_US));
        }
    }
}
