//! History, whatever one does: random journeys against a straight run.
//!
//! A journey is a list of moves: seek forwards and backwards, in slices, interrupted; act; switch;
//! grow. Beside the history goes a naive model, which keeps the choices of each branch and nothing
//! else. Wherever the journey leads, the cursor must be where a run from the beginning, straight
//! through the model's choices, would be.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use lockstep_core::sim::choice::Choice;
use lockstep_core::sim::history::{Band, History, keep_ascending};
use lockstep_core::sim::monitor::Monitor;
use lockstep_core::sim::network::{LinkSettings, MessageId};
use lockstep_core::sim::process::NodeId;
use lockstep_core::sim::run::{Goal, Run, Timed};
use lockstep_core::sim::time::Moment;

use crate::bench::{PingChoice, PingRun, lively, one_in, portrait, rough, straight, world};
use crate::ping::{Bell, HASTY, Ping, Request, Watch};

const SEED: u64 = 41;
pub(crate) const LONGEST_US: u64 = 250_000;

pub(crate) fn config(cases: u32) -> ProptestConfig {
    let rng_seed = RngSeed::Fixed(7);
    ProptestConfig { cases, rng_seed, failure_persistence: None, ..ProptestConfig::default() }
}

fn node() -> impl Strategy<Value = NodeId> {
    (0_u8..3).prop_map(NodeId)
}

fn message() -> impl Strategy<Value = MessageId> {
    (node(), node(), 1_u32..60, 0_u8..3).prop_map(|(from, to, count, copy)| MessageId {
        from,
        to,
        count,
        copy,
    })
}

fn request() -> impl Strategy<Value = Request> {
    prop_oneof![
        (node(), 0_u32..9).prop_map(|(to, counter)| Request::Ping { to, counter }),
        (0_u32..99).prop_map(Request::Write),
        (0_u64..9_000).prop_map(|delay_us| Request::Set { bell: Bell::Beat, delay_us }),
    ]
}

fn choice() -> impl Strategy<Value = PingChoice> {
    let link = || (node(), node(), any::<bool>());
    let network = LinkSettings { loss: one_in(3), ..rough(0).network };
    prop_oneof![
        4 => node().prop_map(Choice::Crash),
        6 => node().prop_map(Choice::Restart),
        4 => node().prop_map(Choice::Pause),
        6 => node().prop_map(Choice::Resume),
        1 => (node(), 0_u8..3).prop_map(|(node, timer)| Choice::Fire { node, timer }),
        1 => link().prop_map(|(from, to, both_ways)| Choice::Cut { from, to, both_ways }),
        1 => link().prop_map(|(from, to, both_ways)| Choice::Heal { from, to, both_ways }),
        1 => Just(Choice::HealAll),
        1 => vec(vec(node(), 0..3), 0..3).prop_map(Choice::Partition),
        2 => message().prop_map(Choice::Lose),
        2 => message().prop_map(Choice::Duplicate),
        2 => message().prop_map(Choice::Hold),
        2 => message().prop_map(Choice::Deliver),
        2 => (message(), 0_u64..50_000)
            .prop_map(|(message, by_us)| Choice::Delay { message, by_us }),
        1 => Just(Choice::Network(network)),
        1 => (node(), 1_u64..4_000_000)
            .prop_map(|(node, rate_ppm)| Choice::ClockRate { node, rate_ppm }),
        1 => (node(), -20_000_i64..20_000)
            .prop_map(|(node, by_us)| Choice::ClockJump { node, by_us }),
        4 => (node(), request())
            .prop_map(|(node, operation)| Choice::Operate { node, operation }),
        1 => any::<bool>().prop_map(|planted| Choice::Plant { bug: HASTY, planted }),
        1 => (0_u8..2, 0_u64..3).prop_map(|(setting, value)| Choice::Set { setting, value }),
        2 => (node(), 0_u8..2, 0_u64..99).prop_map(|(node, instruction, operand)| {
            Choice::Instruct { node, instruction, operand }
        }),
        1 => link().prop_map(move |(from, to, both_ways)| {
            Choice::Link { from, to, both_ways, settings: network }
        }),
    ]
}

fn moment() -> impl Strategy<Value = Moment> {
    let time = prop_oneof![Just(0), 0..LONGEST_US, (0..25_u64).prop_map(|ten| ten * 10_000)];
    let taken = prop_oneof![4 => Just(0), 2 => 0_u32..4, 1 => 0_u32..1_000_000];
    (time, taken).prop_map(|(time_us, taken)| Moment { time_us, taken })
}

pub(crate) fn choices(most: usize) -> impl Strategy<Value = Vec<Timed<Request>>> {
    vec((moment(), choice()), 0..most)
}

fn goal() -> impl Strategy<Value = Goal> {
    prop_oneof![
        6 => moment().prop_map(Goal::Moment),
        1 => (0..LONGEST_US).prop_map(|time_us| Goal::Moment(Moment::after(time_us))),
        6 => (0_u64..1_500).prop_map(Goal::Steps),
    ]
}

#[derive(Clone, Debug)]
enum Move {
    /// Go there in slices of so many steps.
    Travel(Goal, u64),
    /// Set out for a place, and for another after so many steps.
    Reconsider(Goal, u64, Goal),
    /// Take one step back or forward.
    Nudge(bool),
    Act(PingChoice),
    /// Switch to a branch, modulo their number.
    Switch(usize),
    /// Grow a branch from one, modulo their number.
    Grow(usize, u64, Vec<Timed<Request>>),
    /// Take a branch away, modulo their number, if there are two.
    Remove(usize),
}

fn moves() -> impl Strategy<Value = Vec<Move>> {
    let one = prop_oneof![
        3 => (goal(), 1_u64..400).prop_map(|(goal, slice)| Move::Travel(goal, slice)),
        1 => (goal(), 0_u64..300, goal())
            .prop_map(|(first, after, second)| Move::Reconsider(first, after, second)),
        2 => any::<bool>().prop_map(Move::Nudge),
        5 => choice().prop_map(Move::Act),
        1 => any::<usize>().prop_map(Move::Switch),
        1 => (any::<usize>(), 0..LONGEST_US, choices(3))
            .prop_map(|(parent, at_us, choices)| Move::Grow(parent, at_us, choices)),
        1 => any::<usize>().prop_map(Move::Remove),
    ];
    vec(one, 1..14)
}

/// What the model knows of a branch: its choices, and how far it has been seen.
#[derive(Clone, Debug, Default)]
struct Line {
    choices: Vec<Timed<Request>>,
    /// Where it grew from its parent.
    grew_at: Moment,
    seen: Moment,
    /// The last moment where another branch grew from it.
    bore_at: Moment,
}

impl Line {
    /// Up to here its choices are for ever.
    fn settled(&self) -> Moment {
        self.grew_at.max(self.seen).max(self.bore_at)
    }
}

struct Journey {
    history: History<Ping, Watch>,
    lines: Vec<Line>,
}

impl Journey {
    fn new(mut choices: Vec<Timed<Request>>) -> Self {
        keep_ascending(&mut choices);
        let line = Line { choices: choices.clone(), ..Line::default() };
        Self { history: History::new(lively(SEED), choices), lines: vec![line] }
    }

    fn line(&mut self) -> &mut Line {
        &mut self.lines[self.history.current()]
    }

    fn straight(&self, goal: Goal) -> PingRun {
        straight(lively(SEED), &self.lines[self.history.current()].choices, goal)
    }

    fn take(&mut self, step: Move) {
        match step {
            Move::Travel(goal, slice) => {
                self.history.seek(goal);
                while !self.history.work(slice) {}
                self.assert_reached(goal);
            }
            Move::Reconsider(first, after, second) => {
                self.history.seek(first);
                self.history.work(after);
                let seen = self.history.edge();
                self.line().seen = self.line().seen.max(seen);
                self.history.go(second);
                self.assert_reached(second);
            }
            Move::Nudge(forward) => {
                let steps = self.history.run().world.steps();
                let steps = if forward { steps + 1 } else { steps.saturating_sub(1) };
                self.history.go(Goal::Steps(steps));
                self.assert_reached(Goal::Steps(steps));
            }
            Move::Act(choice) => self.act(choice),
            Move::Switch(branch) => {
                let moment = self.history.run().world.moment();
                self.history.switch(branch % self.lines.len());
                while !self.history.work(100) {}
                self.assert_reached(Goal::Moment(moment));
            }
            Move::Grow(parent, at_us, choices) => self.grow(parent, at_us, choices),
            Move::Remove(_) if self.lines.len() < 2 => {}
            Move::Remove(branch) => self.remove(branch % self.lines.len()),
        }
        let moment = self.history.run().world.moment();
        self.line().seen = self.line().seen.max(moment);
    }

    fn act(&mut self, choice: PingChoice) {
        let (moment, applied) = (self.history.run().world.moment(), self.history.run().applied());
        self.history.act(choice.clone());
        let current = self.history.current();
        let mut line = self.lines[self.lines.len().min(current + 1) - 1].clone();
        if current == self.lines.len() {
            let parent = self.history.branches()[current].parent.expect("it grew").0;
            line = self.lines[parent].clone();
            assert!(moment < line.settled(), "no branch without need");
            self.lines[parent].bore_at = line.bore_at.max(moment);
            line.choices.truncate(applied);
            line = Line { choices: line.choices, grew_at: moment, seen: moment, ..Line::default() };
            self.lines.push(line.clone());
        } else {
            assert!(moment >= line.settled(), "what is settled is not changed");
        }
        line.choices.insert(applied, (moment, choice));
        keep_ascending(&mut line.choices[applied..]);
        self.lines[current] = line;
    }

    fn grow(&mut self, parent: usize, at_us: u64, mut choices: Vec<Timed<Request>>) {
        let parent = parent % self.lines.len();
        let at = Moment::before(at_us).max(self.lines[parent].grew_at);
        choices.iter_mut().for_each(|(moment, _)| moment.time_us += at.time_us + 1);
        choices.sort_by_key(|(moment, _)| *moment);
        let run = straight(lively(SEED), &self.lines[parent].choices, Goal::Moment(at));
        let mut line = self.lines[parent].clone();
        line.choices.truncate(run.applied());
        line.choices.extend(choices.clone());
        keep_ascending(&mut line.choices);
        line = Line { choices: line.choices, grew_at: at, ..Line::default() };
        self.lines[parent].bore_at = self.lines[parent].bore_at.max(at);
        self.history.grow(parent, at, choices);
        self.lines.push(line);
    }

    fn remove(&mut self, gone: usize) {
        let (current, moment) = (self.history.current(), self.history.run().world.moment());
        self.history.remove(gone);
        self.lines.remove(gone);
        if current == gone {
            while !self.history.work(100) {}
            self.assert_reached(Goal::Moment(moment));
        } else {
            let expected = current - usize::from(current > gone);
            assert_eq!(self.history.current(), expected, "the cursor stays on its branch");
            assert_eq!(self.history.run().world.moment(), moment);
        }
        // The choices and edges of the rest are the model's; only where they grew has changed.
        for (branch, line) in self.history.branches().iter().zip(&mut self.lines) {
            let grew_at = branch.parent.map_or(Moment::START, |(_, grown)| grown);
            assert!(grew_at <= line.grew_at, "a branch shares no more than it did");
            *line = Line { grew_at, bore_at: Moment::START, ..line.clone() };
        }
        for (place, branch) in self.history.branches().iter().enumerate() {
            assert_eq!(
                branch.parent.is_none(),
                place == 0,
                "the first has no parent, all others do"
            );
            if let Some((parent, grown)) = branch.parent {
                assert!(parent < place, "a parent is older");
                self.lines[parent].bore_at = self.lines[parent].bore_at.max(grown);
            }
        }
    }

    /// The cursor is where the straight run to the same goal is.
    fn assert_reached(&self, goal: Goal) {
        let (run, expected) = (self.history.run(), self.straight(goal));
        assert!(!self.history.is_travelling());
        match goal {
            Goal::Moment(_) => assert_eq!(run.world.moment(), expected.world.moment()),
            // Time may have passed since that step.
            Goal::Steps(_) => assert_eq!(run.world.steps(), expected.world.steps()),
        }
    }

    fn assert_straight(&self) {
        let run = self.history.run();
        let expected = self.straight(Goal::Moment(run.world.moment()));
        assert_eq!(portrait(run), portrait(&expected));
        assert_eq!(run.monitor.observed, run.world.steps());
    }

    /// Every branch has its model's choices, in order, and its edge.
    fn assert_lines(&self) {
        assert_eq!(self.history.branches().len(), self.lines.len());
        for (branch, line) in self.history.branches().iter().zip(&self.lines) {
            assert_eq!(branch.choices, line.choices);
            assert_eq!(branch.edge(), line.seen);
            if let Some((parent, _)) = branch.parent {
                let shared = &branch.choices[..branch.shared];
                let of_parent = &self.history.branches()[parent].choices[..branch.shared];
                assert_eq!(shared, of_parent);
            }
        }
    }

    fn assert_bands(&self) {
        let edge = self.history.edge();
        let mut run = lively(SEED);
        let first = |node: &_| vec![Band { from_us: 0, step: 0, state: Watch::band(node, 0) }];
        let mut bands: Vec<Vec<Band>> = run.world.nodes().iter().map(first).collect();
        while run.step(&self.lines[self.history.current()].choices, Goal::Moment(edge)).is_some() {
            for (node, bands) in run.world.nodes().iter().zip(&mut bands) {
                let (from_us, step) = (run.world.now_us(), run.world.steps());
                let state = Watch::band(node, 0);
                if bands.last().is_some_and(|band| band.state != state) {
                    bands.push(Band { from_us, step, state });
                }
            }
        }
        for (node, bands) in (0..).map(NodeId).zip(&bands) {
            assert_eq!(self.history.bands(node, 0), bands);
        }
    }
}

proptest! {
    #![proptest_config(config(120))]

    #[test]
    fn any_journey_leads_where_a_straight_run_leads(script in choices(5), moves in moves()) {
        let mut journey = Journey::new(script);
        for step in moves {
            journey.take(step);
            journey.assert_straight();
            journey.assert_lines();
        }
        for branch in 0..journey.lines.len() {
            for goal in [u64::from(u16::MAX), LONGEST_US / 3, LONGEST_US] {
                journey.take(Move::Switch(branch));
                journey.take(Move::Travel(Goal::Moment(Moment::before(goal)), 333));
                journey.assert_straight();
            }
            journey.assert_bands();
        }
        journey.assert_lines();
    }
}

proptest! {
    #![proptest_config(config(60))]

    #[test]
    fn a_tree_that_is_rebuilt_from_its_choices_is_the_same_tree(moves in moves()) {
        let mut journey = Journey::new(Vec::new());
        for step in moves.into_iter().filter(|step| !matches!(step, Move::Grow(..))) {
            journey.take(step);
        }
        let branches = journey.history.branches();
        let mut rebuilt = History::new(lively(SEED), branches[0].choices.clone());
        for branch in &branches[1..] {
            let (parent, at) = branch.parent.expect("all but the first have a parent");
            let own = branch.choices[branch.shared..].to_vec();
            prop_assert!(own.iter().all(|(moment, _)| *moment >= at), "own choices come later");
            rebuilt.grow(parent, at, own);
        }
        for (branch, original) in branches.iter().enumerate() {
            prop_assert_eq!(&rebuilt.branches()[branch].choices, &original.choices);
            rebuilt.switch(branch);
            rebuilt.go(Goal::Moment(original.edge()));
            let run = straight(lively(SEED), &original.choices, Goal::Moment(original.edge()));
            prop_assert_eq!(rebuilt.run().world.digest(), run.world.digest());
        }
    }

    #[test]
    fn regenerated_events_are_those_that_a_live_run_told(
        script in choices(6),
        first in 1_u64..900,
        count in 0_u64..300,
        cursor in goal(),
    ) {
        let told = world(3, Some(6_000), rough(SEED), true);
        let mut told = straight(
            Run::new(told, Watch::default()),
            &script,
            Goal::Steps(first + count),
        );
        let expected: Vec<_> = told
            .world
            .take_events()
            .into_iter()
            .filter(|event| event.id.step() >= first)
            .collect();
        let mut history = History::new(lively(SEED), script);
        history.go(cursor);
        let here = portrait(history.run());
        prop_assert_eq!(history.events(first, first + count), expected);
        prop_assert_eq!(portrait(history.run()), here, "the cursor stays");
    }

    #[test]
    fn two_runs_of_the_same_choices_have_one_digest(script in choices(12), cut in goal()) {
        let goal = Goal::Moment(Moment::before(LONGEST_US));
        let one = straight(lively(SEED), &script, goal);
        let half = straight(lively(SEED), &script, cut);
        let half_way = half.world.now_us() < LONGEST_US;
        let other = if half_way { straight(half, &script, goal) } else { lively(SEED) };
        prop_assume!(half_way);
        prop_assert_eq!(portrait(&one), portrait(&other));
    }
}
