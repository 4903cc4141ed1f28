//! The judge: decides a history, and shows as little as suffices to convict it.
//!
//! It works in stages, each a row of searches.
//!
//! 1. *Deciding.* Is there an order, for each object? If for several there is none, the one whose
//!    search came least far is taken up.
//! 2. *Beginning.* At which return could somebody who had watched so far first say that there is
//!    none? What has an order has one at each of its beginnings, so bisection finds it.
//! 3. *Window.* From which call on would it have been enough to watch, not knowing what came
//!    before? The object may then have held anything that it ever could have held: every state of
//!    every order that the search of stage 2 followed. Calls are tried from the latest to the
//!    earliest, so no window inside the one that is found shows anything.
//! 4. *Core.* Which operations of the window have no order even if all the others are excused (they
//!    may or may not have taken effect, and answered anything)? One after the other is excused, for
//!    good where there is no order without it either. What is left is least: with any one of them
//!    excused there is an order.

use super::history::{Operation, partition};
use super::model::Model;
use super::search::{Outcome, Search};
use crate::raft::store::Text;
use crate::sim::order::ascending;

/// What is said of a history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// There is an order.
    Linearizable,
    /// There is none.
    NotLinearizable(Conviction),
    /// The budget was spent before either was known.
    Undecided,
}

impl Verdict {
    /// Its name on the command line and in results.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Linearizable => "linearizable",
            Self::NotLinearizable(_) => "not linearizable",
            Self::Undecided => "undecided",
        }
    }
}

/// What shows that a history is not linearizable. Operations are named by their places in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conviction {
    /// The object that it is about, where there are several.
    pub key: Option<Text>,
    /// When the window begins, in the history's time.
    pub from: u64,
    /// When it ends.
    pub to: u64,
    /// Every operation on the object that was under way in the window.
    pub operations: Vec<usize>,
    /// Those of them that cannot be ordered, whatever the others did.
    pub unorderable: Vec<usize>,
    /// Whether the window is the shortest and the unorderable are the fewest that show it: `false`
    /// where the budget was spent before.
    pub is_least: bool,
}

/// The operations on one object, and their places in the history.
#[derive(Clone, Debug)]
struct Part<M: Model> {
    key: Option<Text>,
    places: Vec<usize>,
    operations: Vec<Operation<M>>,
}

/// What is known about an object whose history has no order.
#[derive(Clone, Debug)]
struct Case<M: Model> {
    part: usize,
    /// No order gets past the return at this time.
    furthest: u64,
    /// What the object could have held at any time.
    states: Vec<M::State>,
    /// Where the window begins; `None`: at the beginning of the history.
    start: Option<u64>,
    /// Where it ends.
    end: u64,
    /// The operations, by place in the part, that are not excused.
    asked: Vec<usize>,
}

/// What is being searched for.
#[derive(Clone, Debug)]
enum Stage {
    /// An order of this part.
    Deciding(usize),
    /// The shortest beginning: it ends at one of these times, from `low` to `high`.
    Beginning { ends: Vec<u64>, low: usize, probe: usize, high: usize },
    /// The shortest window: it begins at one of these times, the last of which is tried.
    Window(Vec<u64>),
    /// The core: this one of those asked is excused for a try.
    Core(usize),
}

/// Judges a history, in slices.
#[derive(Clone, Debug)]
pub struct Judge<M: Model> {
    parts: Vec<Part<M>>,
    stage: Stage,
    case: Option<Case<M>>,
    search: Search<M>,
    /// How many steps the verdict may cost, and how many the conviction.
    budget: u64,
    left: u64,
    verdict: Option<Verdict>,
}

/// Judges a history at once. It costs at most twice `budget` steps: as many again may go into
/// making a conviction short. A step tries one operation; it is remembered in some hundred bytes.
#[must_use]
pub fn judge<M: Model>(history: &[Operation<M>], budget: u64) -> Verdict {
    let mut judge = Judge::new(history, budget);
    while !judge.work(u64::MAX) {}
    judge.verdict.expect("the work is done")
}

impl<M: Model> Judge<M> {
    /// A judge who has not begun.
    #[must_use]
    pub fn new(history: &[Operation<M>], budget: u64) -> Self {
        let part = |(key, places): (Option<Text>, Vec<usize>)| {
            let operations = places.iter().map(|place| history[*place].clone()).collect();
            Part { key, places, operations }
        };
        let mut judge = Self {
            parts: partition(history).into_iter().map(part).collect(),
            stage: Stage::Deciding(0),
            case: None,
            search: Search::new(Vec::new(), vec![M::State::default()]),
            budget,
            left: budget,
            verdict: None,
        };
        judge.decide(0);
        judge
    }

    /// The verdict, once it is known.
    #[must_use]
    pub const fn verdict(&self) -> Option<&Verdict> {
        self.verdict.as_ref()
    }

    /// Goes on by about so many steps. `true`: the verdict is known.
    pub fn work(&mut self, mut steps: u64) -> bool {
        while self.verdict.is_none() && steps > 0 {
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

    /// Goes on after a search has ended.
    fn conclude(&mut self, outcome: Outcome) {
        match (&mut self.stage, outcome) {
            (Stage::Deciding(part), outcome) => {
                let part = *part;
                if let Outcome::Unordered(furthest) = outcome {
                    self.accuse(part, furthest);
                }
                self.decide(part + 1);
            }
            (Stage::Beginning { low, probe, .. }, Outcome::Ordered) => {
                *low = *probe + 1;
                self.probe();
            }
            (Stage::Beginning { probe, high, .. }, Outcome::Unordered(_)) => {
                *high = *probe;
                let states = self.take_search().states();
                self.known().states = states;
                self.probe();
            }
            (Stage::Window(starts), Outcome::Ordered) => {
                starts.pop();
                self.look_back();
            }
            (Stage::Window(starts), Outcome::Unordered(_)) => {
                let start = starts.pop();
                self.known().start = start;
                self.excuse(0);
            }
            (Stage::Core(tried), Outcome::Ordered) => {
                let next = *tried + 1;
                self.excuse(next);
            }
            (Stage::Core(tried), Outcome::Unordered(_)) => {
                let tried = *tried;
                self.known().asked.remove(tried);
                self.excuse(tried);
            }
        }
    }

    /// The budget is spent.
    fn give_up(&mut self) {
        match &self.stage {
            Stage::Deciding(_) if self.case.is_none() => self.verdict = Some(Verdict::Undecided),
            Stage::Deciding(_) => self.begin_case(),
            Stage::Beginning { ends, high, .. } => {
                let end = ends[*high];
                self.known().end = end;
                self.convict(false);
            }
            Stage::Window(_) | Stage::Core(_) => self.convict(false),
        }
    }

    fn take_search(&mut self) -> Search<M> {
        let none = Search::new(Vec::new(), vec![M::State::default()]);
        std::mem::replace(&mut self.search, none)
    }

    fn known(&mut self) -> &mut Case<M> {
        self.case.as_mut().expect("there is a case after the first stage")
    }

    /// Looks for an order of a part; after the last one, says what was found.
    fn decide(&mut self, part: usize) {
        if let Some(Part { operations, .. }) = self.parts.get(part) {
            self.stage = Stage::Deciding(part);
            self.search = Search::new(operations.clone(), vec![M::State::default()]);
        } else if self.case.is_some() {
            self.begin_case();
        } else {
            self.verdict = Some(Verdict::Linearizable);
        }
    }

    /// Takes up a part that has no order, unless another came to its end sooner.
    fn accuse(&mut self, part: usize, furthest: u64) {
        if self.case.as_ref().is_some_and(|case| case.furthest <= furthest) {
            return;
        }
        let states = self.take_search().states();
        let end = self.parts[part].operations.iter().filter_map(|operation| operation.returned);
        let end = end.max().expect("only what returned can be out of order");
        let asked = Vec::new();
        self.case = Some(Case { part, furthest, states, start: None, end, asked });
    }

    /// Begins the second stage.
    fn begin_case(&mut self) {
        self.left = self.budget;
        let Case { part, furthest, .. } = *self.known();
        let operations = &self.parts[part].operations;
        let ends: Vec<u64> = operations.iter().filter_map(|operation| operation.returned).collect();
        let ends = ascending(&ends);
        // The search for an order of the whole came so far, so up to there is one.
        let low = ends.partition_point(|end| *end < furthest);
        let high = ends.len() - 1;
        self.stage = Stage::Beginning { ends, low, probe: low, high };
        self.probe_at(low);
    }

    /// Goes on with the second stage.
    fn probe(&mut self) {
        let Stage::Beginning { ends, low, probe, high } = &mut self.stage else { return };
        let end = ends[*high];
        if low < high {
            *probe = usize::midpoint(*low, *high);
            let probe = *probe;
            self.probe_at(probe);
        } else {
            let Case { part, .. } = *self.known();
            let operations = &self.parts[part].operations;
            let returned = operations
                .iter()
                .filter(|operation| operation.returned.is_some_and(|returned| returned <= end));
            let mut starts: Vec<u64> = returned.map(|operation| operation.called).collect();
            // From the very first call on, it is known what the object held.
            let first = operations.iter().map(|operation| operation.called).min();
            starts.retain(|start| Some(*start) > first);
            let starts = ascending(&starts);
            self.known().end = end;
            self.stage = Stage::Window(starts);
            self.look_back();
        }
    }

    fn probe_at(&mut self, probe: usize) {
        if let Stage::Beginning { ends, .. } = &self.stage {
            let end = ends[probe];
            self.search_window(None, end, None);
        }
    }

    /// Goes on with the third stage.
    fn look_back(&mut self) {
        let Stage::Window(starts) = &self.stage else { return };
        if let Some(start) = starts.last().copied() {
            let end = self.known().end;
            self.search_window(Some(start), end, None);
        } else {
            // It takes all there was from the beginning on, and what the object began with.
            self.excuse(0);
        }
    }

    /// Goes on with the fourth stage.
    fn excuse(&mut self, tried: usize) {
        if !matches!(self.stage, Stage::Core(_)) {
            let asked = self.returned();
            self.known().asked = asked;
        }
        self.stage = Stage::Core(tried);
        let Case { start, end, .. } = *self.known();
        if let Some(excused) = self.known().asked.get(tried).copied() {
            self.search_window(start, end, Some(excused));
        } else {
            self.convict(true);
        }
    }

    /// The operations of the window that returned in it, by place in the part.
    fn returned(&mut self) -> Vec<usize> {
        let Case { part, start, end, .. } = *self.known();
        let seen = |operation: &Operation<M>| operation.seen(start.unwrap_or(0), end);
        let operations = (0..).zip(&self.parts[part].operations);
        let returned = operations.filter(|(_, operation)| {
            seen(operation).is_some_and(|operation| operation.returned.is_some())
        });
        returned.map(|(place, _)| place).collect()
    }

    /// Looks for an order of what is seen from `start` to `end`. In the fourth stage, where `tried`
    /// is given, operations that are not asked are excused, and so is that one.
    fn search_window(&mut self, start: Option<u64>, end: u64, tried: Option<usize>) {
        let Some(case) = &self.case else { return };
        let is_excused = |place| {
            tried.is_some_and(|tried| place == tried || case.asked.binary_search(&place).is_err())
        };
        let seen = (0..).zip(&self.parts[case.part].operations).filter_map(|(place, operation)| {
            let seen = operation.seen(start.unwrap_or(0), end)?;
            let excused = seen.returned.is_some() && is_excused(place);
            Some(if excused { seen.excused() } else { seen })
        });
        let starts = if start.is_some() { case.states.clone() } else { vec![M::State::default()] };
        self.search = Search::new(seen.collect(), starts);
    }

    fn convict(&mut self, is_least: bool) {
        if !is_least && !matches!(self.stage, Stage::Core(_)) {
            let asked = self.returned();
            self.known().asked = asked;
        }
        let Case { part, start, end, .. } = *self.known();
        let Part { key, places, operations } = &self.parts[part];
        let seen: Vec<usize> = (0..operations.len())
            .filter(|place| operations[*place].seen(start.unwrap_or(0), end).is_some())
            .collect();
        let first = seen.iter().map(|place| operations[*place].called).min();
        let named = |chosen: &[usize]| chosen.iter().map(|place| places[*place]).collect();
        self.verdict = Some(Verdict::NotLinearizable(Conviction {
            key: key.clone(),
            from: start.or(first).unwrap_or(0),
            to: end,
            operations: named(&seen),
            unorderable: named(self.case.as_ref().map_or(&[], |case| &case.asked)),
            is_least,
        }));
    }
}
