//! The search: level by level, so that the way to a violation is a shortest one.

use super::state::{State, Violation};
use super::step::Action;
use super::table::Table;
use super::{Cells, Model};

/// What a search has found.
#[derive(Clone, Debug)]
pub struct Report {
    /// How many states there are.
    pub states: u32,
    /// How many times something could happen in one of them.
    pub transitions: u64,
    /// How many things happen on the longest of the shortest ways to a state.
    pub depth: u32,
    /// Which cells of the tables were reached.
    pub cells: Cells,
    /// The first violation and the way to it.
    pub violation: Option<(Violation, Vec<Action>)>,
    /// Whether there are more states than were allowed.
    pub is_cut: bool,
}

/// How a state was reached first: from which, and by what.
type Origin = (u32, Option<Action>);

/// Goes through all states, at most so many, until one is wrong.
#[must_use]
pub fn explore(model: &Model, most: u32) -> Report {
    Search::new(model).run(most)
}

struct Search<'a> {
    model: &'a Model,
    table: Table,
    origins: Vec<Origin>,
    /// Deliveries, and what else happens of itself: to which state, from which.
    deliveries: Vec<(u32, u32)>,
    quiescent: Vec<u32>,
    transitions: u64,
    cells: Cells,
}

impl<'a> Search<'a> {
    fn new(model: &'a Model) -> Self {
        Self {
            model,
            table: Table::new(),
            origins: Vec::new(),
            deliveries: Vec::new(),
            quiescent: Vec::new(),
            transitions: 0,
            cells: Cells::default(),
        }
    }

    fn run(mut self, most: u32) -> Report {
        let initial = State::initial(self.model);
        self.table.enter(self.model.fingerprint(&initial));
        self.origins.push((0, None));
        self.quiescent.push(0);
        let mut level = vec![(0, initial)];
        let (mut depth, mut actions, mut violation) = (0, Vec::new(), None);
        while !level.is_empty() && violation.is_none() && self.table.len() < most {
            let mut next_level = Vec::new();
            'level: for (number, state) in &level {
                actions.clear();
                self.model.actions(state, &mut actions);
                for action in &actions {
                    if let Some((found, wrong)) =
                        self.follow(*number, state, *action, &mut next_level)
                    {
                        violation = Some((wrong, self.way(found)));
                        break 'level;
                    }
                }
            }
            depth += u32::from(!next_level.is_empty());
            level = next_level;
        }
        let is_cut = violation.is_none() && !level.is_empty();
        if violation.is_none() && !is_cut {
            violation = self.stray().map(|state| (Violation::NoQuiescence, self.way(state)));
        }
        Report {
            states: self.table.len(),
            transitions: self.transitions,
            depth,
            cells: self.cells,
            violation,
            is_cut,
        }
    }

    /// Takes one action. Returns the state it leads to, if that is wrong.
    fn follow(
        &mut self,
        number: u32,
        state: &State,
        action: Action,
        level: &mut Vec<(u32, State)>,
    ) -> Option<(u32, Violation)> {
        let next = self.model.next(state, action, &mut self.cells);
        self.transitions += 1;
        let (to, is_new) = self.table.enter(self.model.fingerprint(&next));
        if action.is_of_itself() && to != number {
            self.deliveries.push((to, number));
        }
        if !is_new {
            return None;
        }
        self.origins.push((number, Some(action)));
        if next.is_quiescent() {
            self.quiescent.push(to);
        }
        let wrong = next.violation();
        level.push((to, next));
        wrong.map(|wrong| (to, wrong))
    }

    /// What happened on the way to a state.
    fn way(&self, mut state: u32) -> Vec<Action> {
        let mut way = Vec::new();
        while let (before, Some(action)) = self.origins[state as usize] {
            way.push(action);
            state = before;
        }
        way.reverse();
        way
    }

    /// The first state from which deliveries alone do not lead to quiescence.
    fn stray(&mut self) -> Option<u32> {
        self.deliveries.sort_unstable();
        let mut reaches = vec![false; self.table.len() as usize];
        let mut open = std::mem::take(&mut self.quiescent);
        open.iter().for_each(|state| reaches[*state as usize] = true);
        while let Some(state) = open.pop() {
            let first = self.deliveries.partition_point(|(to, _)| *to < state);
            let into = self.deliveries[first..].iter().take_while(|(to, _)| *to == state);
            for (_, from) in into {
                if !std::mem::replace(&mut reaches[*from as usize], true) {
                    open.push(*from);
                }
            }
        }
        let stray = reaches.iter().position(|reaches| !reaches)?;
        Some(u32::try_from(stray).expect("states have numbers of 32 bits"))
    }
}
