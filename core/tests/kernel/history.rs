//! History, case by case: going back, acting in the past, branches.

use lockstep_core::sim::choice::Choice;
use lockstep_core::sim::event::What;
use lockstep_core::sim::history::History;
use lockstep_core::sim::process::NodeId;
use lockstep_core::sim::run::{Goal, Run, Timed};
use lockstep_core::sim::time::Moment;

use crate::bench::{A, B, DELAY_US, PingRun, lively, portrait, rough, steady, straight, world};
use crate::ping::{DOWN, Ping, Request, Watch};

type PingHistory = History<Ping, Watch>;

fn history(choices: &[Timed<Request>]) -> PingHistory {
    History::new(lively(31), choices.to_vec())
}

fn before(time_us: u64) -> Goal {
    Goal::Moment(Moment::before(time_us))
}

fn ping(from: NodeId, to: NodeId, counter: u32) -> Choice<Request> {
    Choice::Operate { node: from, operation: Request::Ping { to, counter } }
}

/// A quiet world in which A pings B twice at time zero, so that two steps are due at one moment.
fn two_due() -> PingHistory {
    let choices = [(0, 1), (1, 2)]
        .map(|(taken, counter)| (Moment { time_us: 0, taken }, ping(A, B, counter)));
    let run = Run::new(world(3, None, steady(), false), Watch::default());
    History::new(run, choices.to_vec())
}

/// The cursor is where a straight run of this branch's choices would be at its moment.
#[track_caller]
fn assert_straight(history: &PingHistory, beginning: PingRun) {
    let choices = &history.branches()[history.current()].choices;
    let goal = Goal::Moment(history.run().world.moment());
    assert_eq!(portrait(history.run()), portrait(&straight(beginning, choices, goal)));
}

#[test]
fn a_step_back_and_a_step_forward_lead_where_one_was() {
    let mut history = history(&[]);
    history.go(before(90_000));
    let steps = history.run().world.steps();
    history.go(Goal::Steps(steps));
    history.go(Goal::Steps(steps - 1));
    assert_eq!(history.run().world.steps(), steps - 1);
    let there = portrait(history.run());
    history.go(Goal::Steps(steps));
    history.go(Goal::Steps(steps - 1));
    assert_eq!(portrait(history.run()), there);
    assert_straight(&history, lively(31));
}

#[test]
fn a_step_back_after_idle_time_undoes_one_step() {
    let mut history = two_due();
    history.go(before(500_000));
    let steps = history.run().world.steps();
    history.go(Goal::Steps(steps - 1));
    assert_eq!(history.run().world.steps(), steps - 1);
    assert!(history.run().world.now_us() < 500_000);
    assert_eq!(history.edge(), Moment::before(500_000));
}

#[test]
fn to_act_in_the_past_grows_a_branch_and_changes_nothing_on_the_old_one() {
    let mut history = history(&[(Moment::before(60_000), Choice::Pause(A))]);
    history.go(before(100_000));
    let (old, edge) = (portrait(history.run()), history.edge());
    let bands = history.bands(B, 0).to_vec();
    history.go(before(50_000));
    let moment = history.run().world.moment();
    history.act(Choice::Crash(B));
    assert_eq!((history.branches().len(), history.current()), (2, 1));
    assert_eq!(history.branches()[1].parent, Some((0, moment)));
    assert_eq!(history.branches()[1].choices, [(moment, Choice::Crash(B))]);
    history.go(before(100_000));
    assert_straight(&history, lively(31));
    assert_eq!(history.bands(B, 0).last().expect("it began").state, DOWN);
    history.switch(0);
    history.go(before(100_000));
    assert_eq!((portrait(history.run()), history.edge()), (old, edge));
    assert_eq!(history.bands(B, 0), bands);
}

#[test]
fn to_act_at_the_edge_extends_the_branch_and_keeps_what_is_ahead() {
    let ahead = (Moment::before(60_000), Choice::Pause(A));
    let mut history = history(std::slice::from_ref(&ahead));
    history.go(before(50_000));
    let moment = history.run().world.moment();
    history.act(Choice::Crash(B));
    assert_eq!(history.branches().len(), 1);
    assert_eq!(history.branches()[0].choices, [(moment, Choice::Crash(B)), ahead]);
    history.go(before(100_000));
    assert!(history.run().world.node(A).paused);
    assert_straight(&history, lively(31));
}

#[test]
fn idle_time_that_was_seen_is_a_future_too() {
    let mut history = two_due();
    history.go(before(500_000));
    history.go(before(400_000));
    history.act(Choice::Crash(A));
    assert_eq!(history.branches().len(), 2);
    assert_eq!(history.branches()[0].edge(), Moment::before(500_000));
}

#[test]
fn two_acts_at_one_moment_are_two_moments() {
    let mut history = history(&[]);
    history.go(before(50_000));
    let first = history.run().world.moment();
    history.act(Choice::Crash(A));
    let second = history.run().world.moment();
    history.act(Choice::Restart(A));
    assert_eq!(second, Moment { taken: first.taken + 1, ..first });
    let choices = [(first, Choice::Crash(A)), (second, Choice::Restart(A))];
    assert_eq!((history.branches().len(), &history.branches()[0].choices[..]), (1, &choices[..]));
    history.go(Goal::Moment(second));
    assert!(!history.run().world.node(A).up);
    history.go(Goal::Moment(first));
    assert!(history.run().world.node(A).up);
    history.go(before(90_000));
    assert_straight(&history, lively(31));
}

#[test]
fn to_act_between_two_choices_of_one_moment_keeps_the_first_and_drops_the_second() {
    let mut history = history(&[]);
    history.go(before(50_000));
    history.act(Choice::Crash(A));
    let between = history.run().world.moment();
    history.act(Choice::Restart(A));
    history.go(Goal::Moment(between));
    history.act(Choice::Crash(B));
    let kinds: Vec<_> = history.branches()[1].choices.iter().map(|(_, choice)| choice).collect();
    assert_eq!(kinds, [&Choice::Crash(A), &Choice::Crash(B)]);
    assert_eq!(history.branches()[1].shared, 1);
}

#[test]
fn to_act_at_time_zero_is_possible_before_and_after_the_future_was_seen() {
    let mut history = history(&[]);
    history.act(Choice::Crash(A));
    assert_eq!(history.branches().len(), 1);
    history.go(before(50_000));
    assert_straight(&history, lively(31));
    history.go(Goal::Moment(Moment::START));
    history.act(Choice::Crash(B));
    assert_eq!(history.branches()[1].choices, [(Moment::START, Choice::Crash(B))]);
    history.go(before(50_000));
    assert_straight(&history, lively(31));
}

#[test]
fn to_act_before_and_between_steps_that_are_due_at_one_microsecond() {
    for taken in 0..=2 {
        let mut history = two_due();
        history.go(Goal::Moment(Moment { time_us: DELAY_US, taken }));
        assert_eq!(history.run().world.moment().taken, taken);
        history.act(Choice::Crash(B));
        let lost = |history: &PingHistory| {
            let events = history.events(1, history.run().world.steps());
            events.iter().filter(|event| matches!(event.what, What::Lost { .. })).count()
        };
        history.go(before(100_000));
        assert_eq!(lost(&history), 2 - taken as usize, "after {taken} of the two");
        let beginning = Run::new(world(3, None, steady(), false), Watch::default());
        assert_straight(&history, beginning);
    }
}

#[test]
fn whoever_travels_can_set_out_for_somewhere_else() {
    let mut history = history(&[]);
    history.seek(before(400_000));
    assert!(!history.work(700));
    for goal in [before(20_000), before(300_000), Goal::Steps(10), before(90_000)] {
        history.seek(goal);
        assert!(!history.work(3) && history.is_travelling());
    }
    while !history.work(50) {}
    assert!(!history.is_travelling());
    assert_eq!(history.run().world.now_us(), 90_000);
    assert_straight(&history, lively(31));
}

#[test]
fn on_a_branch_whose_edge_is_nearer_the_cursor_finds_its_time_all_the_same() {
    let mut history = history(&[]);
    history.go(before(50_000));
    history.go(before(40_000));
    history.act(Choice::Crash(A));
    assert!(history.edge().time_us < 50_000);
    history.switch(0);
    history.go(before(100_000));
    history.switch(1);
    while !history.work(7) {}
    assert_eq!(history.run().world.moment(), Moment::before(100_000));
    assert_eq!(history.edge(), Moment::before(100_000));
    assert_straight(&history, lively(31));
}

#[test]
fn whoever_switches_twice_while_travelling_still_gets_where_they_were_going() {
    let mut history = history(&[]);
    history.go(before(90_000));
    history.go(before(40_000));
    history.act(Choice::Crash(A));
    history.go(before(300_000));
    history.switch(0);
    assert!(!history.work(5));
    history.switch(1);
    while !history.work(500) {}
    assert_eq!(history.run().world.moment(), Moment::before(300_000));
    assert_straight(&history, lively(31));
}

#[test]
fn a_choice_whose_moment_lies_before_its_predecessors_is_made_right_after_it() {
    let late = [(60_000, Choice::Crash(A)), (20_000, Choice::Restart(A)), (5, Choice::Pause(A))];
    let mut history = history(&late.map(|(at, choice)| (Moment::before(at), choice)));
    history.go(before(60_000));
    assert!(history.run().world.node(A).up);
    let steps = history.run().world.steps();
    history.go(Goal::Moment(Moment { time_us: 60_000, taken: 3 }));
    assert_eq!(history.run().applied(), 3);
    assert_eq!(history.run().world.steps(), steps + 3);
    let moments: Vec<_> = history.branches()[0].choices.iter().map(|(at, _)| *at).collect();
    assert_eq!(moments, [0, 1, 2].map(|taken| Moment { time_us: 60_000, taken }));
    history.go(before(90_000));
    assert_straight(&history, lively(31));
}

#[test]
fn a_choice_after_more_steps_than_its_time_has_is_made_after_the_last_of_them() {
    let choices = [(Moment { time_us: DELAY_US, taken: 9 }, Choice::Crash(B))];
    let run = Run::new(world(3, None, steady(), false), Watch::default());
    let mut history = History::new(run.clone(), choices.to_vec());
    history.go(before(5_000));
    history.act(ping(A, B, 1));
    history.go(before(20_000));
    assert!(!history.run().world.node(B).up);
    // What follows comes after its moment all the same: a branch that grows there shares it.
    let after = Moment { time_us: DELAY_US, taken: 10 };
    history.go(Goal::Moment(after));
    assert_eq!(history.run().world.moment(), after);
    history.act(Choice::Restart(B));
    assert_eq!(history.branches()[1].parent, Some((0, after)));
    let own = history.branches()[1].choices[history.branches()[1].shared..].to_vec();
    let mut rebuilt = History::new(run, history.branches()[0].choices.clone());
    rebuilt.grow(0, after, own);
    assert_eq!(rebuilt.branches()[1].choices, history.branches()[1].choices);
}

#[test]
fn a_branch_that_was_grown_shares_the_choices_made_before_it() {
    let choices = [20_000, 40_000].map(|at| (Moment::before(at), ping(A, B, 1)));
    let mut history = history(&choices);
    for (at, shared) in [(20_000, 0), (20_001, 1), (40_000, 1), (50_000, 2)] {
        history.grow(0, Moment::before(at), vec![(Moment::before(at), Choice::Crash(A))]);
        let branch = history.branches().last().expect("it grew");
        assert_eq!((branch.shared, branch.choices.len()), (shared, shared + 1));
    }
    history.switch(3);
    history.go(before(90_000));
    assert_straight(&history, lively(31));
}

#[test]
fn to_act_on_a_grown_branch_before_it_grew_leaves_it_as_it_is() {
    let mut history = history(&[(Moment::before(30_000), Choice::Pause(A))]);
    let own = (Moment::before(50_000), Choice::Crash(B));
    history.grow(0, Moment::before(50_000), vec![own.clone()]);
    history.switch(1);
    history.go(before(10_000));
    history.act(ping(A, B, 9));
    let [_, grown, new] = history.branches() else { panic!("a branch grew from the branch") };
    assert_eq!(grown.choices[grown.shared..], [own]);
    assert_eq!(new.parent, Some((1, Moment::before(10_000))));
    assert_eq!((new.shared, new.choices.len()), (0, 1));
}

#[test]
fn to_act_on_a_branch_before_another_grew_from_it_leaves_what_they_share_as_it_is() {
    let mut history = history(&[]);
    history.grow(0, Moment::before(50_000), vec![(Moment::before(60_000), Choice::Crash(B))]);
    history.go(before(10_000));
    history.act(ping(A, B, 9));
    assert_eq!((history.branches().len(), history.current()), (3, 2));
    assert!(history.branches()[0].choices.is_empty());
    history.switch(0);
    history.go(before(50_000));
    history.act(ping(A, B, 9));
    assert_eq!(
        (history.branches().len(), history.current()),
        (3, 0),
        "after it, nothing is shared"
    );
}

#[test]
fn the_events_of_the_beginning_can_be_had_too() {
    let narrated = Run::new(world(3, Some(6_000), rough(31), true), Watch::default());
    let mut history = History::new(narrated, Vec::new());
    history.go(before(50_000));
    let starts = history.events(0, 0);
    assert_eq!(starts.iter().filter(|event| event.what == What::Started).count(), 3);
    let all = history.events(0, 40);
    assert_eq!(
        (&all[..starts.len()], &all[starts.len()..]),
        (&starts[..], &history.events(1, 40)[..])
    );
}

#[test]
fn many_steps_leave_few_keyframes_and_every_moment_can_still_be_reached() {
    let beginning = Run::new(world(2, Some(1_000), rough(33), false), Watch::default());
    let mut history = History::new(beginning.clone(), Vec::new());
    let mut marks = Vec::new();
    for mark in 1..=40 {
        history.go(Goal::Steps(mark * 5_003));
        marks.push((history.run().world.moment(), history.run().world.digest()));
        assert!(history.branches()[0].keyframe_count() <= 257);
    }
    assert!(history.branches()[0].keyframe_count() > 100, "and not too few");
    for place in (0..40).map(|place| place * 17 % 40) {
        let (moment, digest) = marks[place];
        history.seek(Goal::Moment(moment));
        // A seek replays little: keyframes are at most 1024 steps apart by now.
        assert!(history.work(1_100), "a seek is a short replay");
        assert_eq!(history.run().world.digest(), digest);
    }
    let (moment, digest) = marks[11];
    let run = straight(beginning, &[], Goal::Moment(moment));
    assert_eq!(run.world.digest(), digest);
}

#[test]
fn a_scout_leaves_behind_what_the_cursor_would() {
    let crash = vec![(Moment::before(30_000), Choice::Crash(A))];
    let (mut scouted, mut visited) = (history(&[]), history(&[]));
    for tree in [&mut scouted, &mut visited] {
        tree.go(before(20_000));
        tree.grow(0, Moment::before(10_000), crash.clone());
    }
    let here = (scouted.run().world.moment(), scouted.run().world.digest());
    let until = Moment::before(90_000);
    let slices = (1..1_000).find(|_| scouted.scout(1, until, 3, |_| true)).expect("it ends");
    assert!(slices > 3, "it took several slices");
    assert_eq!((scouted.run().world.moment(), scouted.run().world.digest()), here);
    assert!(scouted.scout(1, until, 0, |_| true), "it has been seen");
    visited.switch(1);
    visited.go(Goal::Moment(until));
    let [one, other] = [&scouted, &visited].map(|tree| &tree.branches()[1]);
    assert_eq!((one.edge(), one.edge_steps()), (other.edge(), other.edge_steps()));
    assert_eq!(one.bands(A, 0), other.bands(A, 0));
    assert!(one.bands(A, 0).len() > 1, "it was seen to crash");
    // What grew meanwhile, or may not go on, is not taken for what was seen.
    scouted.grow(0, Moment::before(10_000), crash);
    assert!(scouted.scout(2, until, 100, |_| false) && scouted.branches()[2].edge() < until);
}
