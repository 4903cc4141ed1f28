//! Comparing: where two branches first go different ways.
//!
//! Up to the first choice that they do not share, two branches are one run. From there on both are
//! replayed side by side, each step against its counterpart. Digests would not do: they are
//! cumulative, so after a choice that only one of the branches has, they differ for ever, whether
//! or not it made a difference. What the steps *tell* is compared instead: when, where and what;
//! not the names of events, which count steps. The choices themselves are set aside (that they
//! differ is why there are two branches): what is looked for is the first thing that came of them.
//!
//! It goes on in slices, and leaves the cursor alone, as a [reader](super::reader) does.

use super::event::{Event, What};
use super::history::History;
use super::monitor::Monitor;
use super::process::Process;
use super::run::{Goal, Run};
use super::time::Moment;

/// How many steps after the first difference are told of on each side, so that what became of a
/// message can be looked up.
const STEPS_AHEAD: usize = 120;

/// Two branches being compared.
#[derive(Clone, Debug)]
pub struct Comparison<P: Process, M> {
    /// Before the fork only the first is moved; both are at the same place.
    runs: [Run<P, M>; 2],
    /// The first moment at which the branches may differ.
    fork: Moment,
    /// Whether the fork has been reached.
    forked: bool,
    until: Moment,
    sides: [Side<P>; 2],
    /// The next step of each side that is no choice; the inner one is nothing where none is left.
    heads: [Option<Option<Vec<Event<P>>>>; 2],
    finding: Option<Finding>,
}

/// What is known of one of the two.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Side<P: Process> {
    /// The branch.
    pub branch: usize,
    /// The events of the choices that it has made since the fork, with what they did at once.
    pub choices: Vec<Event<P>>,
    /// The events from the first difference on: those of the step that differs first, and of the
    /// next ones. Nothing where nothing more happens.
    pub events: Vec<Event<P>>,
}

/// What a comparison came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finding {
    /// But for choices, nothing differs up to where it was to look.
    Alike,
    /// The first step that differs, on whichever side it comes first.
    Differ {
        /// When, in microseconds.
        time_us: u64,
    },
}

impl<P: Process, M: Monitor<P>> Comparison<P, M> {
    /// What is known of the two.
    #[must_use]
    pub const fn sides(&self) -> &[Side<P>; 2] {
        &self.sides
    }

    /// What it came to, once it is known.
    #[must_use]
    pub const fn finding(&self) -> Option<Finding> {
        self.finding
    }
}

impl<P: Process, M: Monitor<P>> History<P, M> {
    /// Begins to compare two branches, up to a moment.
    ///
    /// # Panics
    /// If there is no such branch.
    #[must_use]
    pub fn compare(&self, one: usize, other: usize, until: Moment) -> Comparison<P, M> {
        let [a, b] = [one, other].map(|branch| &self.branches()[branch]);
        let common = a.choices.iter().zip(&b.choices).take_while(|(a, b)| a == b).count();
        let parting = [a, b].map(|line| line.choices.get(common).map(|(moment, _)| *moment));
        let fork = parting.into_iter().flatten().min().unwrap_or(until).min(until);
        let nearest = [a, b].map(|line| line.nearest(|run| run.world.moment() <= fork));
        let nearest = nearest.into_iter().max_by_key(|run| run.world.steps()).expect("two");
        let mut run = Run::clone(nearest);
        run.world.narrate(false);
        let side = |branch| Side { branch, choices: Vec::new(), events: Vec::new() };
        Comparison {
            runs: [run.clone(), run],
            fork,
            forked: false,
            until,
            sides: [one, other].map(side),
            heads: [None, None],
            finding: None,
        }
    }

    /// Goes on comparing, by at most `most` steps. `true`: it is known what it comes to.
    pub fn go_on_comparing(&self, comparison: &mut Comparison<P, M>, most: u64) -> bool {
        for _ in 0..most {
            if comparison.finding.is_some() {
                return true;
            }
            if comparison.forked {
                self.compare_step(comparison);
            } else {
                self.approach_fork(comparison);
            }
        }
        comparison.finding.is_some()
    }

    fn approach_fork(&self, comparison: &mut Comparison<P, M>) {
        let choices = &self.branches()[comparison.sides[0].branch].choices;
        let [run, other] = &mut comparison.runs;
        if run.step(choices, Goal::Moment(comparison.fork)).is_none() {
            comparison.forked = true;
            run.world.narrate(true);
            *other = run.clone();
        }
    }

    /// Takes one step on a side whose next one is not known, or compares the two.
    fn compare_step(&self, comparison: &mut Comparison<P, M>) {
        let Comparison { runs, sides, heads, until, .. } = comparison;
        if let Some(unknown) = heads.iter().position(Option::is_none) {
            let (run, side) = (&mut runs[unknown], &mut sides[unknown]);
            match self.next_events(run, side.branch, Goal::Moment(*until)) {
                Some(mut events) if is_choice(&events) => side.choices.append(&mut events),
                events => heads[unknown] = Some(events),
            }
            return;
        }
        let [one, other] = std::mem::take(heads).map(Option::flatten);
        let times = [&one, &other].map(|head| head.as_ref()?.first().map(|event| event.time_us));
        match (&one, &other) {
            (None, None) => comparison.finding = Some(Finding::Alike),
            (Some(one), Some(other)) if tell_the_same(one, other) => {}
            _ => {
                let time_us = times.into_iter().flatten().min().unwrap_or_default();
                comparison.finding = Some(Finding::Differ { time_us });
                for (nth, head) in [one, other].into_iter().enumerate() {
                    self.look_ahead(comparison, nth, head);
                }
            }
        }
    }

    /// Tells of a side from its next step on.
    fn look_ahead(
        &self,
        comparison: &mut Comparison<P, M>,
        nth: usize,
        head: Option<Vec<Event<P>>>,
    ) {
        let (run, side) = (&mut comparison.runs[nth], &mut comparison.sides[nth]);
        side.events = head.unwrap_or_default();
        for _ in 0..STEPS_AHEAD {
            match self.next_events(run, side.branch, Goal::Moment(comparison.until)) {
                Some(events) => side.events.extend(events),
                None => break,
            }
        }
    }

    fn next_events(&self, run: &mut Run<P, M>, branch: usize, goal: Goal) -> Option<Vec<Event<P>>> {
        run.step(&self.branches()[branch].choices, goal)?;
        Some(run.world.take_events())
    }
}

/// Whether a step is a choice.
fn is_choice<P: Process>(events: &[Event<P>]) -> bool {
    matches!(events.first().map(|root| &root.what), Some(What::Chosen(_) | What::Ignored(..)))
}

/// Whether two steps tell the same, whatever their events are called.
fn tell_the_same<P: Process>(one: &[Event<P>], other: &[Event<P>]) -> bool {
    let same = |(one, other): (&Event<P>, &Event<P>)| {
        (one.time_us, one.node, &one.what) == (other.time_us, other.node, &other.what)
    };
    one.len() == other.len() && one.iter().zip(other).all(same)
}
