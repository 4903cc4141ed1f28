//! The judge: goes from location to location, and shows as little as suffices to convict one.
//!
//! The graph is asked of every location, and of all contradictions the one with the fewest
//! operations counts. Only if there is none are the ambiguous locations searched. What a search
//! convicts is thinned out: operations are excused (a read may have seen anything, a write may not
//! have happened), first by halves, then by ever smaller parts, and at last one by one, as long as
//! the rest has no order still.

use super::blocks::{Answer, Contradiction, ask};
use super::location::{Effect, Event, Location, locations};
use super::memory::Memory;
use super::search::{Outcome, Search};
use super::verdict::{Conviction, Link, Shape, Tie, Verdict};
use crate::check::linearizability::Operation;

/// What is left of a location that has no order, while it is thinned out.
#[derive(Clone, Debug)]
struct Thinning {
    /// The events, by place in the location, that are not excused.
    asked: Vec<usize>,
    /// How many are excused at a time.
    size: usize,
    /// Which are tried: so many from here on.
    from: usize,
}

/// What the judge is at.
#[derive(Clone, Debug)]
enum Stage {
    /// Asking the graph of this location.
    Asking(usize),
    /// Searching this one of the ambiguous locations.
    Searching(usize),
    /// Thinning out a location.
    Thinning(usize, Thinning),
}

/// Judges a history, in slices.
#[derive(Clone, Debug)]
pub struct Judge {
    locations: Vec<Location>,
    ambiguous: Vec<usize>,
    least: Option<Conviction>,
    stage: Stage,
    search: Search,
    budget: u64,
    left: u64,
    verdict: Option<Verdict>,
}

/// Judges a history at once. Where a search has to decide, it costs at most twice `budget` steps,
/// of which each tries one write: as many again may go into making a conviction short.
#[must_use]
pub fn judge(history: &[Operation<Memory>], budget: u64) -> Verdict {
    let mut judge = Judge::new(history, budget);
    while !judge.work(u64::MAX) {}
    judge.verdict.expect("the work is done")
}

impl Judge {
    /// A judge who has not begun.
    #[must_use]
    pub fn new(history: &[Operation<Memory>], budget: u64) -> Self {
        Self {
            locations: locations(history),
            ambiguous: Vec::new(),
            least: None,
            stage: Stage::Asking(0),
            search: Search::new([], 0),
            budget,
            left: budget,
            verdict: None,
        }
    }

    /// The verdict, once it is known.
    #[must_use]
    pub const fn verdict(&self) -> Option<&Verdict> {
        self.verdict.as_ref()
    }

    /// Goes on by about so many steps. `true`: the verdict is known.
    pub fn work(&mut self, mut steps: u64) -> bool {
        while self.verdict.is_none() && steps > 0 {
            if let Stage::Asking(number) = self.stage {
                steps = steps.saturating_sub(self.ask(number));
                continue;
            }
            let slice = steps.min(self.left);
            let (unused, outcome) = self.search.work(slice);
            self.left -= slice - unused;
            steps -= slice - unused;
            match outcome {
                Some(outcome) => {
                    self.conclude(outcome);
                    // Setting up a search costs as much as some steps.
                    let cost = self.search.size();
                    self.left = self.left.saturating_sub(cost);
                    steps = steps.saturating_sub(cost);
                }
                None if self.left == 0 => self.give_up(),
                None => {}
            }
        }
        self.verdict.is_some()
    }

    /// Asks the graph of a location; how many steps that was worth.
    fn ask(&mut self, number: usize) -> u64 {
        let Some(location) = self.locations.get(number) else {
            match self.least.take() {
                Some(conviction) => self.verdict = Some(Verdict::NotCoherent(conviction)),
                None => self.begin(0),
            }
            return 1;
        };
        match ask(location) {
            Answer::Ordered => {}
            Answer::Ambiguous => self.ambiguous.push(number),
            Answer::Contradiction(contradiction) => {
                let most = self.least.as_ref().map_or(usize::MAX, |least| least.cycle.len());
                if contradiction.cycle.len() < most {
                    self.least = Some(convict(location, contradiction));
                }
            }
        }
        self.stage = Stage::Asking(number + 1);
        1 + location.events.len() as u64
    }

    /// Begins to search the next ambiguous location.
    fn begin(&mut self, next: usize) {
        self.stage = Stage::Searching(next);
        match self.ambiguous.get(next) {
            Some(number) => {
                let Location { events, processes, .. } = &self.locations[*number];
                self.search = Search::new(events.iter().copied(), *processes);
            }
            None => self.verdict = Some(Verdict::Coherent),
        }
    }

    /// Goes on after a search has ended.
    fn conclude(&mut self, outcome: Outcome) {
        match (&mut self.stage, outcome) {
            (Stage::Asking(_), _) => unreachable!("nothing is searched yet"),
            (Stage::Searching(next), Outcome::Ordered) => {
                let next = *next + 1;
                self.begin(next);
            }
            (Stage::Searching(next), Outcome::Unordered) => {
                let number = self.ambiguous[*next];
                let events = &self.locations[number].events;
                let asked: Vec<usize> =
                    (0..events.len()).filter(|at| !events[*at].is_open).collect();
                let size = asked.len().div_ceil(2);
                let from = asked.len().saturating_sub(size);
                self.left = self.budget;
                self.stage = Stage::Thinning(number, Thinning { asked, size, from });
                self.thin();
            }
            (Stage::Thinning(_, thinning), outcome) => {
                if outcome == Outcome::Unordered {
                    let to = (thinning.from + thinning.size).min(thinning.asked.len());
                    thinning.asked.drain(thinning.from..to);
                }
                if thinning.from == 0 && thinning.size > 1 {
                    thinning.size = thinning.size.div_ceil(2);
                    thinning.from = thinning.asked.len();
                } else if thinning.from == 0 {
                    self.unordered(true);
                    return;
                }
                thinning.from = thinning.from.saturating_sub(thinning.size);
                self.thin();
            }
        }
    }

    /// Looks whether there is an order if some are excused.
    fn thin(&mut self) {
        let Stage::Thinning(number, thinning) = &self.stage else { return };
        let Location { events, processes, .. } = &self.locations[*number];
        let to = (thinning.from + thinning.size).min(thinning.asked.len());
        let is_asked = |at: &usize| {
            let place = thinning.asked.binary_search(at);
            place.is_ok_and(|place| !(thinning.from..to).contains(&place))
        };
        let excused = |(at, event): (usize, &Event)| {
            if event.is_open || is_asked(&at) { Some(*event) } else { excuse(*event, *processes) }
        };
        self.search = Search::new(events.iter().enumerate().filter_map(excused), *processes + 1);
    }

    /// The budget is spent.
    fn give_up(&mut self) {
        if let Stage::Thinning(..) = self.stage {
            self.unordered(false);
        } else {
            self.verdict = Some(Verdict::Undecided);
        }
    }

    /// Convicts the location that was thinned out.
    fn unordered(&mut self, is_least: bool) {
        let Stage::Thinning(number, thinning) = &self.stage else { return };
        let location = &self.locations[*number];
        let link = |at: &usize| Link { operation: location.events[*at].place, tie: Tie::Unordered };
        self.verdict = Some(Verdict::NotCoherent(Conviction {
            address: location.address.clone(),
            shape: Shape::Unordered,
            cycle: thinning.asked.iter().map(link).collect(),
            sources: Vec::new(),
            is_least,
        }));
    }
}

/// What is left of an event of which nothing is asked: a write that may have happened at any time,
/// as if nobody's.
const fn excuse(event: Event, process: usize) -> Option<Event> {
    let effect = match event.effect {
        Effect::Read(_) | Effect::Refused(_) => return None,
        Effect::Swap { old, new } => Effect::Maybe { old, new },
        Effect::Write(_) | Effect::Maybe { .. } => event.effect,
    };
    Some(Event { effect, is_open: true, process, ..event })
}

/// Says of what shape a contradiction is.
fn convict(location: &Location, contradiction: Contradiction) -> Conviction {
    let Contradiction { mut cycle, shape, sources, is_least } = contradiction;
    let first = (0..cycle.len()).min_by_key(|at| cycle[*at].0);
    cycle.rotate_left(first.unwrap_or(0));
    let event = |at: usize| &location.events[at];
    let pair = |at: usize| (cycle[at].0, cycle[(at + 1) % cycle.len()].0);
    let pairs = (0..cycle.len()).filter(|at| cycle[*at].1 == Tie::Program).map(pair);
    // That which came last does not fit to what was before.
    let last = pairs.max_by_key(|(_, second)| event(*second).place);
    let shape = shape.unwrap_or_else(|| {
        let (first, second) = last.expect("a cycle without a name goes through a process");
        let writes = |at: usize| event(at).effect.wrote().is_some();
        match (writes(first), writes(second)) {
            (true, true) => Shape::CoWW,
            (true, false) => Shape::CoWR,
            (false, true) => Shape::CoRW,
            (false, false) => Shape::CoRR,
        }
    });
    let link = |(at, tie): &(usize, Tie)| Link { operation: event(*at).place, tie: *tie };
    Conviction {
        address: location.address.clone(),
        shape,
        cycle: cycle.iter().map(link).collect(),
        sources: sources.iter().map(|at| event(*at).place).collect(),
        is_least,
    }
}
