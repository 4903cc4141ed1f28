//! Landmarks: a search finds what a naive scan of the whole run finds, either way.
//!
//! The naive side plays the run step by step, looks at what there is to see after each, and at the
//! events of each; it knows neither walks nor chunks.

use lockstep_core::check::Check;
use lockstep_core::check::Verdict;
use lockstep_core::check::raft::RaftCheck;
use lockstep_core::lab::Note;
use lockstep_core::lab::landmark::{Landmark, MOST_AHEAD, Progress, Search};
use lockstep_core::lab::raft::Rule;
use lockstep_core::lab::raft::view::RoleView;
use lockstep_core::lab::walk::{Pace, Walk};
use lockstep_core::lab::{Choice, Event, Session, What};
use lockstep_core::scenario::Scenario;
use lockstep_core::scenario::gallery::Story;
use lockstep_core::sim::process::NodeId;
use lockstep_core::sim::run::Goal;
use lockstep_core::sim::time::Moment;
use lockstep_tests::weather::stormy;

fn story(story: Story) -> Session {
    let scenario = story.scenario();
    let mut session = scenario.open();
    session.go(Goal::Moment(Moment::after(scenario.until_us)));
    session
}

/// The first third of a run in random weather.
fn beginning(seed: u64) -> Session {
    let mut session = stormy(seed);
    session.go(Goal::Steps(session.steps() / 3));
    session
}

/// What a scan remembers of a step: its events, the roles before and after, the checks that failed.
struct Scanned {
    events: Vec<Event>,
    roles: [Vec<(bool, RoleView)>; 2],
    failed: Vec<Check>,
}

fn failing(session: &Session) -> Vec<Check> {
    let reports = session.checks().into_iter();
    let failing = reports.filter(|report| matches!(report.verdict, Verdict::Fails(_)));
    failing.map(|report| report.check).collect()
}

fn scan(session: &mut Session) -> Vec<Scanned> {
    let last = session.steps();
    let all = session.events(0, last);
    let roles = |session: &Session| -> Vec<(bool, RoleView)> {
        session.view(0).servers.iter().map(|server| (server.up, server.role)).collect()
    };
    let mut scanned = Vec::new();
    session.go(Goal::Moment(Moment::START));
    let mut before = (roles(session), failing(session));
    for step in 1..=last {
        session.go(Goal::Steps(step));
        let after = (roles(session), failing(session));
        let events = all.iter().filter(|event| event.id.step() == step).cloned().collect();
        let failed =
            after.1.iter().filter(|check| !before.1.contains(check)).copied().collect::<Vec<_>>();
        scanned.push(Scanned { events, roles: [before.0, after.0.clone()], failed });
        before = after;
    }
    scanned
}

fn shows(scanned: &Scanned, landmark: Landmark) -> bool {
    let noted = |is: fn(&Note) -> bool| {
        scanned.events.iter().any(|event| matches!(&event.what, What::Noted(note) if is(note)))
    };
    match landmark {
        Landmark::Event => true,
        Landmark::MessageTo(node) => scanned
            .events
            .iter()
            .any(|event| event.node == node && matches!(event.what, What::Delivered { .. })),
        Landmark::RoleChange(node) => {
            let [before, after] = &scanned.roles;
            let mut pairs = (0..).zip(before.iter().zip(after));
            pairs.any(|(number, (before, after))| {
                after.0 && before.1 != after.1 && node.is_none_or(|node| node == NodeId(number))
            })
        }
        Landmark::Leader => noted(|note| matches!(note, Note::BecameLeader { .. })),
        Landmark::Commit => noted(|note| matches!(note, Note::Committed { .. })),
        Landmark::Fault => scanned.events.iter().any(|event| match &event.what {
            What::Chosen(choice) => !matches!(
                choice,
                Choice::Restart(_)
                    | Choice::Resume(_)
                    | Choice::Fire { .. }
                    | Choice::Heal { .. }
                    | Choice::HealAll
                    | Choice::Deliver(_)
                    | Choice::Operate { .. }
                    | Choice::Set { .. }
                    | Choice::Instruct { .. }
            ),
            _ => false,
        }),
        Landmark::Failure(None) => !scanned.failed.is_empty(),
        Landmark::Failure(Some(check)) => scanned.failed.contains(&check),
        Landmark::Rule(rule) => scanned.events.iter().any(|event| rule.fires(event)),
        Landmark::Lock(_) => unreachable!("these runs have no locks"),
        Landmark::Cell(_) => unreachable!("these runs have no caches"),
    }
}

const WANTED: [Landmark; 11] = [
    Landmark::Event,
    Landmark::MessageTo(NodeId(1)),
    Landmark::RoleChange(None),
    Landmark::RoleChange(Some(NodeId(2))),
    Landmark::Leader,
    Landmark::Commit,
    Landmark::Fault,
    Landmark::Failure(None),
    Landmark::Failure(Some(Check::Raft(RaftCheck::StateMachineSafety))),
    Landmark::Rule(Rule::Vote),
    Landmark::Rule(Rule::RefuseGap),
];

fn go_on(session: &Session, search: &mut Search, slice: u64) -> Option<u64> {
    go_as_far_as(u64::MAX, session, search, slice)
}

fn go_as_far_as(furthest: u64, session: &Session, search: &mut Search, slice: u64) -> Option<u64> {
    loop {
        match search.work(session, slice) {
            Progress::Going if search.steps() > furthest => return None,
            Progress::Going => {}
            Progress::Found(found) => {
                assert_eq!(found.event.step(), found.step);
                return Some(found.step);
            }
            Progress::Nothing => return None,
        }
    }
}

/// Follows each landmark through the run, forwards and backwards. Gives how many were met.
fn compare(mut session: Session) -> usize {
    let scanned = scan(&mut session);
    let last = session.steps();
    let mut met = 0;
    for landmark in WANTED {
        let steps = (1..).zip(&scanned).filter(|(_, scanned)| shows(scanned, landmark));
        let expected: Vec<u64> = steps.map(|(step, _)| step).collect();
        met += expected.len().min(1);
        let places = [0, last / 3, last * 2 / 3, last];
        for (place, slice) in places.into_iter().zip([10_000, 100, 37, 999]) {
            session.go(Goal::Steps(place));
            if place == 0 {
                session.go(Goal::Moment(Moment::START));
            }
            let next = expected.iter().copied().find(|step| *step > place);
            let mut search = Search::forwards(&session, vec![landmark]);
            let found = go_as_far_as(last, &session, &mut search, slice);
            // What lies beyond the scanned part of the run is not compared.
            assert_eq!(found.filter(|step| *step <= last), next, "{landmark:?} after {place}");
            let previous = expected.iter().copied().rfind(|step| *step < place);
            let mut search = Search::backwards(&session, place, vec![landmark]);
            let found = go_on(&session, &mut search, slice);
            let found = found.filter(|step| *step > 0);
            assert_eq!(found, previous, "{landmark:?} before {place}");
        }
    }
    met
}

#[test]
fn a_search_finds_what_a_scan_finds() {
    let mut met = 0;
    for name in [Story::SplitVote, Story::MinorityLeader, Story::OldTermCounted] {
        met += compare(story(name));
    }
    for seed in [1, 4, 9] {
        met += compare(beginning(seed));
    }
    assert!(met > 40, "{met} kinds of landmarks were met");
}

#[test]
fn of_several_landmarks_the_nearest_is_found() {
    let mut session = story(Story::MinorityLeader);
    session.go(Goal::Moment(Moment::START));
    let alone = |landmark| {
        go_on(&session, &mut Search::forwards(&session, vec![landmark]), 500).expect("it happens")
    };
    let (leader, commit) = (alone(Landmark::Leader), alone(Landmark::Commit));
    assert!(leader < commit);
    let mut both = Search::forwards(&session, vec![Landmark::Commit, Landmark::Leader]);
    assert_eq!(go_on(&session, &mut both, 500), Some(leader));
}

#[test]
fn a_search_goes_where_nobody_has_been_and_leaves_the_cursor() {
    let session = Story::FirstElection.scenario().open();
    let (digest, steps) = (session.digest(), session.steps());
    let found = go_on(&session, &mut Search::forwards(&session, vec![Landmark::Leader]), 100);
    assert!(found.is_some());
    assert_eq!((session.digest(), session.steps()), (digest, steps));
}

#[test]
fn a_search_for_what_never_comes_ends() {
    let session = Story::FirstElection.scenario().open();
    let failure = Landmark::Failure(Some(Check::Raft(RaftCheck::ElectionSafety)));
    let mut search = Search::forwards(&session, vec![failure]);
    assert_eq!(go_on(&session, &mut search, 10_000), None);
    assert!(search.steps() <= MOST_AHEAD);
    // A cluster that does nothing: no server, no message, no timer is left after the crash.
    let alone = r#"{ "lockstep": 1, "lab": "raft", "config": { "servers": 1, "clients": 0 },
        "choices": [ { "at": "1ms", "crash": "n1" } ] }"#;
    let session = Scenario::from_json(alone).expect("a scenario").open();
    let mut search = Search::forwards(&session, vec![Landmark::Leader]);
    assert_eq!(go_on(&session, &mut search, 10_000), None);
    assert_eq!(search.steps(), 1);
}

#[test]
fn going_ahead_of_play_stops_at_a_time_and_remembers() {
    let session = Story::FirstElection.scenario().open();
    let all = go_on(&session, &mut Search::forwards(&session, vec![Landmark::Leader]), 1_000);
    let mut ahead = Search::ahead(&session, vec![Landmark::Leader]);
    let mut until_us = 0;
    let found = loop {
        assert!(ahead.leads(&session));
        match ahead.work_until(&session, until_us, 5_000) {
            Progress::Going => {
                assert!(ahead.moment().time_us > until_us);
                until_us += 10_000;
            }
            Progress::Found(found) => break found,
            Progress::Nothing => panic!("a leader is elected"),
        }
    };
    assert_eq!(Some(found.step), all);
    assert_eq!(ahead.work_until(&session, until_us, 5_000), Progress::Found(found));
}

#[test]
fn a_choice_ends_a_walk() {
    let mut session = story(Story::FirstElection);
    session.go(Goal::Steps(5));
    let mut walk = Walk::forwards(&session, 6, 100);
    assert_eq!(walk.work(&session, 10, &mut |_| false), Pace::Going);
    session.act(Choice::Crash(NodeId(0)));
    assert_eq!(walk.work(&session, 10, &mut |_| false), Pace::Ended);
}

#[test]
fn a_walk_back_shows_every_step_once() {
    let session = story(Story::LeaderCrash);
    let last = session.steps();
    let mut walk = Walk::backwards(&session, last);
    let mut seen = Vec::new();
    let mut chunk = Vec::new();
    loop {
        let pace = walk.work(&session, 61, &mut |glance| {
            chunk.push(glance.step);
            assert!(glance.events.iter().all(|event| event.id.step() == glance.step));
            false
        });
        if pace != Pace::Going {
            seen.splice(0..0, chunk.drain(..));
        }
        if pace == Pace::Ended {
            break;
        }
    }
    assert_eq!(seen, (0..=last).collect::<Vec<u64>>());
}
