//! Reading: the events of a branch, brought back from any step on.
//!
//! A run keeps its choices and some keyframes, not its events. Whoever wants to see a stretch of it
//! (the timeline's window, a search for the next commit, an export) takes a [`Reader`]: a copy of
//! the run at the keyframe before, which is replayed in silence up to the first step that is asked
//! for, and tells what happens from there on. It goes on in slices, so that reading a long run
//! never freezes the page, and it goes its own way: the cursor stays where it is.
//!
//! A reader may read further than anybody has played. What it tells of there is what will happen if
//! nobody intervenes; a choice that is made later makes it out of date. The history counts such
//! changes ([`History::revision`]): what was read under another count is read again.

use super::event::Event;
use super::history::History;
use super::monitor::Monitor;
use super::process::Process;
use super::run::{Goal, Run};
use super::time::Moment;

/// A replay of a branch that tells what happens.
#[derive(Clone, Debug)]
pub struct Reader<P: Process, M> {
    run: Run<P, M>,
    branch: usize,
    /// The first step that is told of.
    first: u64,
    /// Whether it was found that nothing more will happen.
    ended: bool,
}

impl<P: Process, M: Monitor<P>> Reader<P, M> {
    /// The branch that it reads.
    #[must_use]
    pub const fn branch(&self) -> usize {
        self.branch
    }

    /// The run, as far as it has been read.
    #[must_use]
    pub const fn run(&self) -> &Run<P, M> {
        &self.run
    }

    /// Steps up to where it is.
    #[must_use]
    pub const fn steps(&self) -> u64 {
        self.run.world.steps()
    }

    /// Whether nothing more will happen on the branch.
    #[must_use]
    pub const fn has_ended(&self) -> bool {
        self.ended
    }
}

impl<P: Process, M: Monitor<P>> History<P, M> {
    /// A reader of a branch whose first event is that of step `first`. Step 0 is the start of all
    /// nodes.
    ///
    /// # Panics
    /// If there is no such branch.
    #[must_use]
    pub fn reader(&self, branch: usize, first: u64) -> Reader<P, M> {
        let nearest = self.branches()[branch].nearest(|run| run.world.steps() < first);
        let mut run = Run::clone(nearest);
        let serves = branch == self.current()
            && self.run().world.steps() < first
            && self.run().world.steps() > run.world.steps();
        if serves {
            run = self.run().clone();
        }
        run.world.narrate(false);
        Reader { run, branch, first, ended: false }
    }

    /// Reads on, up to step `last` and by at most `most` steps; those that lead to the first one
    /// count too. [`Reader::steps`] and [`Reader::has_ended`] tell how far it came.
    #[must_use]
    pub fn read(&self, reader: &mut Reader<P, M>, last: u64, most: u64) -> Vec<Event<P>> {
        let choices = &self.branches()[reader.branch].choices;
        let mut left = most;
        let beginning = reader.first == 0 && reader.steps() == 0;
        while left > 0 && reader.steps() + 1 < reader.first {
            if reader.run.step(choices, Goal::Steps(reader.first - 1)).is_none() {
                reader.ended = true;
                return Vec::new();
            }
            left -= 1;
        }
        if reader.steps() + 1 < reader.first {
            return Vec::new();
        }
        reader.run.world.narrate(true);
        while left > 0 && reader.steps() < last {
            if reader.run.step(choices, Goal::Steps(last)).is_none() {
                reader.ended = true;
                break;
            }
            left -= 1;
        }
        let mut events = if beginning { self.beginning().to_vec() } else { Vec::new() };
        reader.first = reader.first.max(1);
        events.append(&mut reader.run.world.take_events());
        reader.run.world.narrate(false);
        events
    }

    /// How many steps a branch takes before a moment; of what has not been seen, nothing is known,
    /// and the steps that have been seen are given.
    ///
    /// # Panics
    /// If there is no such branch.
    #[must_use]
    pub fn steps_before(&self, branch: usize, moment: Moment) -> u64 {
        let line = &self.branches()[branch];
        let moment = moment.min(line.edge());
        let mut run = Run::clone(line.nearest(|run| run.world.moment() <= moment));
        while run.step(&line.choices, Goal::Moment(moment)).is_some() {}
        run.world.steps()
    }
}
