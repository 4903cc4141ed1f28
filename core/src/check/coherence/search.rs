//! The search for an order of one location, where the graph does not say it.
//!
//! The memory holds a value, each process has come so far. Whatever a process does next that fits
//! and changes nothing (a read of what is there, a compare-and-swap that is refused with reason)
//! may as well be done at once: any order that does it later is an order still if it is moved here.
//! So only writes are chosen, those that returned first being tried first, since real histories are
//! nearly in that order. Two ways to the same state have the same future, so it is followed once
//! (Lowe, "Testing for linearizability", CCPE 2017). When a value is overwritten that somebody is
//! yet to see and nobody is yet to write, there is no going on.

use std::collections::{BTreeMap, BTreeSet};

use super::location::{Effect, Event};
use crate::sim::order::arrange;

/// How a search ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// There is an order.
    Ordered,
    /// There is none.
    Unordered,
}

/// Where a search is: how far each process has come, which open events are done, what is held.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct State {
    at: Vec<u32>,
    open: Vec<u64>,
    held: u32,
}

/// What can be done next.
#[derive(Clone, Copy, Debug)]
enum Next {
    /// The next event of this process.
    Line(usize),
    /// This one of the open events.
    Open(usize),
}

/// A state, and what is to be tried from it, the last first.
#[derive(Clone, Debug)]
struct Frame {
    state: State,
    choices: Vec<Next>,
}

/// A search in depth.
#[derive(Clone, Debug)]
pub(super) struct Search {
    lines: Vec<Vec<Event>>,
    /// Open events, each with how many of its process' others come before it.
    open: Vec<(Event, u32)>,
    seen: BTreeSet<State>,
    frames: Vec<Frame>,
    outcome: Option<Outcome>,
}

impl Search {
    /// A search that has not begun. Events of one process are in its order.
    pub(super) fn new(events: impl IntoIterator<Item = Event>, processes: usize) -> Self {
        let mut lines = vec![Vec::new(); processes];
        let mut open = Vec::new();
        for event in events {
            let line = &mut lines[event.process];
            if event.is_open {
                let before = u32::try_from(line.len()).expect("histories are shorter");
                open.push((event, before));
            } else {
                line.push(event);
            }
        }
        let state =
            State { at: vec![0; lines.len()], open: vec![0; open.len().div_ceil(64)], held: 0 };
        let mut this =
            Self { lines, open, seen: BTreeSet::new(), frames: Vec::new(), outcome: None };
        this.enter(state);
        this
    }

    /// How many events it is about.
    pub(super) fn size(&self) -> u64 {
        let answered: usize = self.lines.iter().map(Vec::len).sum();
        (answered + self.open.len()) as u64
    }

    /// Goes on by at most so many steps: how many are left, and the outcome once it is known.
    pub(super) fn work(&mut self, mut steps: u64) -> (u64, Option<Outcome>) {
        while self.outcome.is_none() && steps > 0 {
            steps -= 1;
            self.step();
        }
        (steps, self.outcome)
    }

    fn step(&mut self) {
        let Some(frame) = self.frames.last_mut() else {
            self.outcome = Some(Outcome::Unordered);
            return;
        };
        let Some(choice) = frame.choices.pop() else {
            self.frames.pop();
            return;
        };
        let mut state = frame.state.clone();
        let effect = match choice {
            Next::Line(process) => {
                let at = &mut state.at[process];
                *at += 1;
                self.lines[process][*at as usize - 1].effect
            }
            Next::Open(number) => {
                state.open[number / 64] |= 1 << (number % 64);
                self.open[number].0.effect
            }
        };
        match effect {
            Effect::Write(value) => state.held = value,
            Effect::Swap { old, new } | Effect::Maybe { old, new } => {
                if state.held == old {
                    state.held = new;
                }
            }
            Effect::Read(_) | Effect::Refused(_) => {}
        }
        self.enter(state);
    }

    /// Comes to a state.
    fn enter(&mut self, mut state: State) {
        self.advance(&mut state);
        if self.is_done(&state) {
            self.outcome = Some(Outcome::Ordered);
            return;
        }
        if self.is_dead(&state) || !self.seen.insert(state.clone()) {
            return;
        }
        let choices = self.choices(&state);
        self.frames.push(Frame { state, choices });
    }

    /// Does all that fits and changes nothing.
    fn advance(&self, state: &mut State) {
        let held = state.held;
        for (line, at) in self.lines.iter().zip(&mut state.at) {
            let fits = |event: &&Event| match event.effect {
                Effect::Read(value) => value == held,
                Effect::Refused(old) => old != held,
                Effect::Write(_) | Effect::Swap { .. } | Effect::Maybe { .. } => false,
            };
            *at += u32::try_from(line[*at as usize..].iter().take_while(fits).count())
                .expect("histories are shorter");
        }
    }

    fn is_done(&self, state: &State) -> bool {
        self.lines.iter().zip(&state.at).all(|(line, at)| *at as usize == line.len())
    }

    fn is_unused(&self, state: &State, number: usize) -> bool {
        state.open[number / 64] & (1 << (number % 64)) == 0
    }

    /// Whether a process waits for a value that nobody is yet to write.
    fn is_dead(&self, state: &State) -> bool {
        let waits: BTreeSet<u32> = (0..self.lines.len())
            .filter_map(|process| self.next(state, process))
            .filter_map(|event| event.effect.saw())
            .filter(|value| *value != state.held)
            .collect();
        if waits.is_empty() {
            return false;
        }
        let mut missing = waits;
        for (line, at) in self.lines.iter().zip(&state.at) {
            for event in &line[*at as usize..] {
                if let Some(value) = event.effect.wrote() {
                    missing.remove(&value);
                }
                if missing.is_empty() {
                    return false;
                }
            }
        }
        for (number, (event, _)) in self.open.iter().enumerate() {
            if let Some(value) = event.effect.wrote()
                && self.is_unused(state, number)
            {
                missing.remove(&value);
            }
        }
        !missing.is_empty()
    }

    /// The next event of a process.
    fn next(&self, state: &State, process: usize) -> Option<&Event> {
        self.lines[process].get(state.at[process] as usize)
    }

    /// What can be tried, the most hopeful last. Of open events that would do the same, one is
    /// tried.
    fn choices(&self, state: &State) -> Vec<Next> {
        let mut choices: Vec<(u64, usize, Next)> = Vec::new();
        for process in 0..self.lines.len() {
            let Some(event) = self.next(state, process) else { continue };
            let fits = match event.effect {
                Effect::Write(_) | Effect::Maybe { .. } => true,
                Effect::Swap { old, .. } => old == state.held,
                Effect::Read(_) | Effect::Refused(_) => false,
            };
            if fits {
                choices.push((event.returned, event.place, Next::Line(process)));
            }
        }
        let mut open: BTreeMap<(u32, Option<u32>), usize> = BTreeMap::new();
        for (number, (event, before)) in self.open.iter().enumerate() {
            let may = self.is_unused(state, number) && state.at[event.process] >= *before;
            let writes = match event.effect {
                Effect::Maybe { old, new } if old == state.held => Some((new, Some(old))),
                Effect::Write(value) => Some((value, None)),
                _ => None,
            };
            if let Some(writes) = writes.filter(|(value, _)| may && *value != state.held) {
                open.entry(writes).or_insert(number);
            }
        }
        for number in open.into_values() {
            choices.push((u64::MAX, self.open[number].0.place, Next::Open(number)));
        }
        arrange(&mut choices, |(returned, place, _)| (*returned, *place as u64));
        choices.into_iter().rev().map(|(.., choice)| choice).collect()
    }
}
