//! History: every run that was tried, as a tree, any moment of which can be reached.
//!
//! A branch is a list of choices with their moments, nothing more: worlds follow from it. To reach
//! a moment quickly, copies of the run are kept along the way (*keyframes*), and the rest is
//! replayed. When there are too many keyframes every other one is dropped and they are kept twice
//! as far apart, so memory is bounded and a short run has them close together.
//!
//! Acting where the future has already been seen starts a new branch there: what had been seen
//! stays where it was. Acting at the edge of what has been seen extends the branch; choices of its
//! script that are still ahead stay ahead.
//!
//! Some things are needed of a whole run at once and are therefore recorded as the edge moves: the
//! state of each node over time ([`Band`]s), how much happened when ([`Density`]), and where the
//! edge is.

mod scouting;

use std::sync::Arc;

use scouting::Scout;

use super::choice::Choice;
use super::density::Density;
use super::event::Event;
use super::monitor::Monitor;
use super::process::{NodeId, Process};
use super::run::{Goal, Run, Timed};
use super::time::Moment;

/// How many keyframes a branch keeps at most.
const MOST_KEYFRAMES: usize = 256;
/// How many messages on their way the keyframes of a branch hold together at most: a run that is
/// full of them keeps fewer keyframes.
const MOST_KEPT_MESSAGES: usize = 100_000;
/// How many steps apart keyframes are at first.
const FIRST_SPACING: u64 = 256;

/// A stretch of time in which a state of a node, as the monitor sees it, did not change. It lasts
/// until the next band of the same aspect of the node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Band {
    /// When it begins, in microseconds.
    pub from_us: u64,
    /// The step after which it begins.
    pub step: u64,
    /// The state.
    pub state: u8,
}

/// One line of time.
#[derive(Clone, Debug)]
pub struct Branch<P: Process, M> {
    /// The branch that it grew from, and where; `None` for the first.
    pub parent: Option<(usize, Moment)>,
    /// Every choice from the beginning of the run on, in order.
    pub choices: Vec<Timed<P::Operation>>,
    /// How many of the choices it shares with its parent.
    pub shared: usize,
    keyframes: Vec<Arc<Run<P, M>>>,
    spacing: u64,
    edge: Moment,
    edge_steps: u64,
    /// For each node, and for each of its aspects.
    bands: Vec<Vec<Vec<Band>>>,
    density: Density,
}

/// The first band of each aspect of a node.
fn first_of(aspects: &[Vec<Band>]) -> Vec<Vec<Band>> {
    aspects.iter().map(|bands| bands[..1].to_vec()).collect()
}

/// The tree, and the run at the cursor.
#[derive(Clone, Debug)]
pub struct History<P: Process, M> {
    branches: Vec<Branch<P, M>>,
    current: usize,
    run: Run<P, M>,
    goal: Option<Goal>,
    /// The events of before the first step, which no replay of steps brings back.
    beginning: Vec<Event<P>>,
    /// How often what has been tried was changed.
    revision: u64,
    /// What goes ahead on another branch, where somebody wants to see it.
    scout: Option<Scout<P, M>>,
}

impl<P: Process, M: Monitor<P>> History<P, M> {
    /// A history with one branch, at its beginning. If the run's world narrates, the events of its
    /// beginning can be had from [`Self::events`]; later ones are regenerated in any case.
    #[must_use]
    pub fn new(mut run: Run<P, M>, mut choices: Vec<Timed<P::Operation>>) -> Self {
        keep_ascending(&mut choices);
        let beginning = run.world.take_events();
        run.world.narrate(false);
        let bands = |node| {
            let state = |aspect| M::band(node, aspect);
            let first = |aspect| vec![Band { from_us: 0, step: 0, state: state(aspect) }];
            (0..M::aspects(node)).map(first).collect()
        };
        let branch = Branch {
            parent: None,
            choices,
            shared: 0,
            keyframes: vec![Arc::new(run.clone())],
            spacing: FIRST_SPACING,
            edge: Moment::START,
            edge_steps: 0,
            bands: run.world.nodes().iter().map(bands).collect(),
            density: Density::new(run.world.nodes().len()),
        };
        let (branches, goal, scout) = (vec![branch], None, None);
        Self { branches, current: 0, run, goal, beginning, revision: 0, scout }
    }

    /// The run at the cursor.
    #[must_use]
    pub const fn run(&self) -> &Run<P, M> {
        &self.run
    }

    /// All branches, oldest first.
    #[must_use]
    pub fn branches(&self) -> &[Branch<P, M>] {
        &self.branches
    }

    /// The branch that the cursor is on.
    #[must_use]
    pub const fn current(&self) -> usize {
        self.current
    }

    /// How often a choice was made, or a branch grew or was taken away: what was read of the
    /// history under another count may have become different.
    #[must_use]
    pub const fn revision(&self) -> u64 {
        self.revision
    }

    /// Counts a change that is not the history's own.
    pub const fn revise(&mut self) {
        self.revision += 1;
    }

    /// The events of before the first step.
    pub(super) fn beginning(&self) -> &[Event<P>] {
        &self.beginning
    }

    fn branch(&self) -> &Branch<P, M> {
        &self.branches[self.current]
    }

    /// The furthest moment that has been seen of this branch.
    #[must_use]
    pub fn edge(&self) -> Moment {
        self.branch().edge.max(self.run.world.moment())
    }

    /// What an aspect of a node went through on this branch, as far as it has been seen.
    #[must_use]
    pub fn bands(&self, node: NodeId, aspect: u8) -> &[Band] {
        self.branch().bands(node, aspect)
    }

    /// When the next step is due, in microseconds.
    pub fn next_time_us(&mut self) -> Option<u64> {
        self.run.next_time_us(&self.branches[self.current].choices)
    }

    /// Sets out for a place of this branch, forwards or backwards. [`Self::work`] goes there.
    pub fn seek(&mut self, goal: Goal) {
        let lies_behind = |run: &Run<P, M>| match goal {
            Goal::Moment(goal) => run.world.moment() <= goal,
            Goal::Steps(steps) => run.world.steps() <= steps,
        };
        let nearest = self.branch().nearest(lies_behind);
        let current_serves =
            lies_behind(&self.run) && nearest.world.steps() <= self.run.world.steps();
        if !current_serves {
            self.run = Run::clone(nearest);
        }
        self.goal = Some(goal);
    }

    /// Goes on towards the place set out for, by at most `most` steps. `true`: it is reached.
    pub fn work(&mut self, most: u64) -> bool {
        let Some(goal) = self.goal else { return true };
        for _ in 0..most {
            if !self.step_towards(goal) {
                self.run.settle(goal);
                self.extend_edge();
                self.goal = None;
                return true;
            }
        }
        false
    }

    /// Gives up the place set out for, and stays where the cursor is.
    pub fn halt(&mut self) {
        self.goal = None;
        self.extend_edge();
    }

    /// Whether the cursor is still on its way.
    #[must_use]
    pub const fn is_travelling(&self) -> bool {
        self.goal.is_some()
    }

    /// The events of the steps `first` to `last` of this branch: a keyframe and a replay bring them
    /// back. The cursor stays where it is.
    #[must_use]
    pub fn events(&self, first: u64, last: u64) -> Vec<Event<P>> {
        let mut reader = self.reader(self.current, first);
        self.read(&mut reader, last, u64::MAX)
    }

    /// Goes to a place at once, however far it is.
    pub fn go(&mut self, goal: Goal) {
        self.seek(goal);
        while !self.work(u64::MAX) {}
    }

    fn step_towards(&mut self, goal: Goal) -> bool {
        self.branches[self.current].step(&mut self.run, goal)
    }

    fn extend_edge(&mut self) {
        let moment = self.run.world.moment();
        let branch = &mut self.branches[self.current];
        branch.edge = branch.edge.max(moment);
    }

    /// Makes a choice at the cursor; where the future has been seen, or is shared with another
    /// branch, on a new branch.
    ///
    /// # Panics
    /// If the cursor is still on its way.
    pub fn act(&mut self, choice: Choice<P::Operation>) {
        assert!(self.goal.is_none(), "a choice is made where the cursor is");
        self.revision += 1;
        let moment = self.run.world.moment();
        let applied = self.run.applied();
        if self.is_shared(moment) || moment < self.branch().edge {
            let branch = self.branch().fork(self.current, &self.run);
            self.branches.push(branch);
            self.current = self.branches.len() - 1;
        }
        let branch = &mut self.branches[self.current];
        branch.choices.insert(applied, (moment, choice));
        keep_ascending(&mut branch.choices[applied..]);
        self.go(Goal::Steps(self.run.world.steps() + 1));
    }

    /// Whether another branch has this moment too: the one that this one grew from, before it did;
    /// or one that grew from this one later, though neither may have been seen.
    fn is_shared(&self, at: Moment) -> bool {
        let with_parent = self.branch().parent.is_some_and(|(_, grown)| at < grown);
        let mut parents = self.branches.iter().filter_map(|branch| branch.parent);
        with_parent || parents.any(|(parent, grown)| parent == self.current && at < grown)
    }

    /// Grows a branch without going there: from `parent` at `moment`, with these choices after
    /// those made up to then. The scenario of a link is rebuilt with this.
    ///
    /// # Panics
    /// If there is no such parent.
    pub fn grow(&mut self, parent: usize, moment: Moment, choices: Vec<Timed<P::Operation>>) {
        self.revision += 1;
        let shared = self.branches[parent].choices_before(moment);
        let mut branch = Branch {
            parent: Some((parent, moment)),
            choices: self.branches[parent].choices[..shared].to_vec(),
            shared,
            keyframes: self.branches[0].keyframes[..1].to_vec(),
            spacing: FIRST_SPACING,
            edge: Moment::START,
            edge_steps: 0,
            bands: self.branches[0].bands.iter().map(|node| first_of(node)).collect(),
            density: Density::new(self.run.world.nodes().len()),
        };
        branch.choices.extend(choices);
        keep_ascending(&mut branch.choices);
        self.branches.push(branch);
    }

    /// Takes a branch away, and only that one. What grew from it stays, with every choice that it
    /// has: it grows from the branch's own parent now, no later than this one did. The first branch
    /// has no parent: the oldest branch that grew from it becomes the first. The others keep their
    /// order. A cursor on the branch sets out for its moment on the one that took its place.
    ///
    /// # Panics
    /// If there is no such branch, or no other.
    pub fn remove(&mut self, gone: usize) {
        assert!(self.branches.len() > 1, "a history keeps one branch");
        self.revision += 1;
        // A parent is older than what grew from it, so the second branch grew from the first.
        let (heir, source) = match self.branches[gone].parent {
            Some((parent, _)) => (parent, gone),
            None => (1, 1),
        };
        // What grew later than this was told apart from the heir by a choice of the branch itself.
        let Branch { parent: origin, shared: most, .. } = &self.branches[source];
        let (most, (_, latest)) = (*most, origin.expect("all but the first have a parent"));
        for branch in &mut self.branches {
            if let Some((parent, grown)) = &mut branch.parent
                && *parent == gone
            {
                (*parent, *grown) = (heir, latest.min(*grown));
                branch.shared = branch.shared.min(most);
            }
        }
        if gone == 0 {
            (self.branches[heir].parent, self.branches[heir].shared) = (None, 0);
        }
        self.branches.remove(gone);
        let renumbered = |branch: usize| branch - usize::from(branch > gone);
        for (parent, _) in self.branches.iter_mut().filter_map(|branch| branch.parent.as_mut()) {
            *parent = renumbered(*parent);
        }
        if self.current == gone {
            self.switch(renumbered(heir));
        } else {
            self.current = renumbered(self.current);
        }
    }

    /// Sets out for the cursor's moment on another branch, or, if the cursor is on its way already,
    /// for where it was going.
    ///
    /// # Panics
    /// If there is no such branch.
    pub fn switch(&mut self, branch: usize) {
        let goal = self.goal.unwrap_or(Goal::Moment(self.run.world.moment()));
        self.current = branch;
        self.run = Run::clone(&self.branch().keyframes[0]);
        self.seek(goal);
    }
}

/// No two choices share a moment: one that would is made after the step of the one before it.
pub fn keep_ascending<O>(choices: &mut [Timed<O>]) {
    for place in 1..choices.len() {
        let before = choices[place - 1].0;
        let (moment, _) = &mut choices[place];
        if *moment <= before {
            *moment = Moment { taken: before.taken.saturating_add(1), ..before };
        }
    }
}

impl<P: Process, M: Monitor<P>> Branch<P, M> {
    /// The furthest moment that has been seen.
    #[must_use]
    pub const fn edge(&self) -> Moment {
        self.edge
    }

    /// Steps up to the furthest moment that has been seen.
    #[must_use]
    pub const fn edge_steps(&self) -> u64 {
        self.edge_steps
    }

    /// What an aspect of a node went through, as far as it has been seen; the node's first where it
    /// has no such aspect.
    #[must_use]
    pub fn bands(&self, node: NodeId, aspect: u8) -> &[Band] {
        let aspects = &self.bands[node.index()];
        aspects.get(usize::from(aspect)).unwrap_or(&aspects[0])
    }

    /// How much happened when, as far as it has been seen.
    #[must_use]
    pub const fn density(&self) -> &Density {
        &self.density
    }

    /// How many keyframes are kept.
    #[must_use]
    pub fn keyframe_count(&self) -> usize {
        self.keyframes.len()
    }

    /// The last keyframe for which `lies_behind` holds; it holds for the first.
    pub(super) fn nearest(&self, lies_behind: impl Fn(&Run<P, M>) -> bool) -> &Run<P, M> {
        let place = self.keyframes.partition_point(|frame| lies_behind(frame));
        &self.keyframes[place.saturating_sub(1)]
    }

    /// Takes a step of a run along this branch, and records what is seen for the first time.
    /// `false`: there is none before the goal.
    #[inline(never)]
    fn step(&mut self, run: &mut Run<P, M>, goal: Goal) -> bool {
        let Some(stepped) = run.step(&self.choices, goal) else { return false };
        let steps = run.world.steps();
        if steps > self.edge_steps {
            self.edge_steps = steps;
            self.edge = run.world.moment();
            self.density.note(run.world.now_us(), steps, stepped.node);
            match stepped.node {
                Some(node) if stepped.meddled => self.observe(run, node.index(), u64::MAX),
                Some(node) => {
                    let changed = M::changed(run.world.node(node));
                    self.observe(run, node.index(), changed);
                }
                None => (0..self.bands.len()).for_each(|node| self.observe(run, node, u64::MAX)),
            }
            if steps.is_multiple_of(self.spacing) {
                self.keep(run);
            }
        }
        true
    }

    /// Looks at those aspects of a node that may have changed: a set of bits.
    fn observe(&mut self, run: &Run<P, M>, node: usize, mut changed: u64) {
        let (from_us, step) = (run.world.now_us(), run.world.steps());
        let aspects = &mut self.bands[node];
        while changed != 0 {
            let aspect = changed.trailing_zeros();
            changed &= changed - 1;
            let Some(bands) = aspects.get_mut(aspect as usize) else { return };
            #[expect(clippy::cast_possible_truncation, reason = "it is the place of a bit")]
            let state = M::band(&run.world.nodes()[node], aspect as u8);
            if bands.last().is_none_or(|band| band.state != state) {
                bands.push(Band { from_us, step, state });
            }
        }
    }

    fn keep(&mut self, run: &Run<P, M>) {
        self.keyframes.push(Arc::new(run.clone()));
        while self.keyframes.len() > 1 && self.keeps_too_much() {
            self.spacing *= 2;
            let spacing = self.spacing;
            self.keyframes.retain(|frame| frame.world.steps().is_multiple_of(spacing));
        }
        assert!(self.keyframes.is_sorted_by_key(|frame| frame.world.steps()));
    }

    fn keeps_too_much(&self) -> bool {
        let messages = self.keyframes.iter().map(|frame| frame.world.under_way());
        self.keyframes.len() > MOST_KEYFRAMES || messages.sum::<usize>() > MOST_KEPT_MESSAGES
    }

    /// How many choices are made before a moment.
    fn choices_before(&self, moment: Moment) -> usize {
        self.choices.partition_point(|(at, _)| *at < moment)
    }

    /// A branch that shares everything up to where `run` is, and nothing after.
    fn fork(&self, own: usize, run: &Run<P, M>) -> Self {
        let steps = run.world.steps();
        let mut branch = self.clone();
        branch.parent = Some((own, run.world.moment()));
        branch.choices.truncate(run.applied());
        branch.shared = run.applied();
        branch.keyframes.retain(|frame| frame.world.steps() <= steps);
        let aspects = branch.bands.iter_mut().flatten();
        aspects.for_each(|bands| bands.retain(|band| band.step <= steps));
        branch.density.truncate(run.world.now_us(), steps);
        branch.edge = run.world.moment();
        branch.edge_steps = steps;
        branch
    }
}
