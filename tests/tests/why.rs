//! Why: chains lead from a timer or a choice to the event, each link by one of its causes; a
//! majority shows all its members.

use lockstep_core::lab::why::{Inquiry, MOST_LINKS, Reason};
use lockstep_core::lab::{Choice, Event, Session, What};
use lockstep_core::raft::note::Note;
use lockstep_core::scenario::gallery::Story;
use lockstep_core::sim::event::EventId;
use lockstep_core::sim::run::Goal;
use lockstep_core::sim::time::Moment;
use lockstep_tests::weather::stormy;

fn played(story: Story) -> Session {
    let scenario = story.scenario();
    let mut session = scenario.open();
    session.go(Goal::Moment(Moment::after(scenario.until_us)));
    session
}

fn reason(session: &Session, event: EventId, slice: u64) -> Reason {
    let mut inquiry = Inquiry::begin(session, event);
    while !inquiry.work(session, slice) {}
    inquiry.reason()
}

fn first(session: &Session, is: impl Fn(&What) -> bool) -> Event {
    let events = session.events(0, session.steps());
    events.into_iter().find(|event| is(&event.what)).expect("it happens")
}

const fn begins_by_itself(what: &What) -> bool {
    matches!(what, What::TimedOut(_) | What::Chosen(_) | What::Started)
}

#[test]
fn a_commit_shows_every_member_of_its_majority() {
    let session = played(Story::FirstElection);
    let commit = first(&session, |what| matches!(what, What::Noted(Note::Committed { .. })));
    let reason = reason(&session, commit.id, u64::MAX);
    let links = &reason.chain.links;
    assert_eq!(links.last().map(|link| link.event.id), Some(commit.id));
    let begin = &links.first().expect("a chain").event.what;
    assert!(matches!(begin, What::Chosen(Choice::Operate { .. })), "a client's wish: {begin:?}");
    assert!(!reason.chain.is_cut);
    assert_eq!(reason.members.len(), 3, "a majority of five");
    let mut stored_by: Vec<_> = reason
        .members
        .iter()
        .map(|chain| match &chain.links.last().expect("a member's part").event {
            Event { what: What::Delivered { id, .. }, .. } => id.from,
            event => event.node,
        })
        .collect();
    stored_by.sort_unstable();
    stored_by.dedup();
    assert_eq!(stored_by.len(), 3, "three different servers");
    for chain in &reason.members {
        assert!(begins_by_itself(&chain.links.first().expect("an origin").event.what));
    }
}

#[test]
fn a_leader_shows_who_voted_and_what_they_said() {
    let session = played(Story::FirstElection);
    let leader = first(&session, |what| matches!(what, What::Noted(Note::BecameLeader { .. })));
    let reason = reason(&session, leader.id, u64::MAX);
    assert!(matches!(reason.chain.links[0].event.what, What::TimedOut(_)));
    assert_eq!(reason.members.len(), 3);
    let voted = reason.members.iter().filter(|chain| {
        let notes = chain.links.iter().flat_map(|link| &link.notes);
        notes.into_iter().any(|note| matches!(note.what, What::Noted(Note::Voted { .. })))
    });
    assert_eq!(voted.count(), 2, "two others voted; the candidate's own vote needs no message");
    let also = reason.members.iter().flat_map(|chain| &chain.links).flat_map(|link| &link.also);
    assert!(
        also.into_iter().any(|event| matches!(event.what, What::Synced)),
        "a vote leaves only once it is on disk"
    );
}

#[test]
fn a_timer_that_was_made_to_run_out_was_made_by_a_choice() {
    let session = played(Story::SplitVote);
    let fired = first(&session, |what| matches!(what, What::Chosen(Choice::Fire { .. })));
    let events = session.events(fired.id.step(), fired.id.step());
    let candidate = events
        .iter()
        .find(|event| matches!(event.what, What::Noted(Note::BecameCandidate { .. })))
        .expect("its election timer ran out");
    let links = reason(&session, candidate.id, u64::MAX).chain.links;
    let [choice, timer, last] = &links[..] else { panic!("three links: {links:?}") };
    assert_eq!((choice.event.id, last.event.id), (fired.id, candidate.id));
    assert!(matches!(timer.event.what, What::TimedOut(_)));
}

/// Whether `effect` names `cause` as a cause, or something that only stands between them does.
fn leads_to(events: &[Event], cause: EventId, effect: &Event) -> bool {
    let between = |id: &EventId| {
        let event = events.iter().find(|event| event.id == *id);
        let event = event.filter(|event| matches!(event.what, What::Sent { .. } | What::Persisted));
        event.is_some_and(|event| leads_to(events, cause, event))
    };
    effect.causes.contains(&cause) || effect.causes.iter().any(between)
}

#[test]
fn in_any_weather_each_link_is_a_cause_of_the_next() {
    for seed in [2, 5, 8] {
        let session = stormy(seed);
        let events = session.events(0, session.steps());
        for event in events.iter().step_by(events.len() / 60) {
            let whole = reason(&session, event.id, u64::MAX);
            assert_eq!(reason(&session, event.id, 7), whole, "in slices");
            for chain in std::iter::once(&whole.chain).chain(&whole.members) {
                assert!(chain.links.len() <= MOST_LINKS);
                for pair in chain.links.windows(2) {
                    assert!(leads_to(&events, pair[0].event.id, &pair[1].event), "{pair:?}");
                }
                let begin = &chain.links.first().expect("at least the event").event;
                let unexplained = begin.causes.is_empty() || begins_by_itself(&begin.what);
                assert!(unexplained || chain.is_cut, "{begin:?}");
            }
        }
    }
}

#[test]
fn what_does_not_happen_has_no_reason() {
    let session = played(Story::FirstElection);
    assert_eq!(reason(&session, EventId::new(3, 99), u64::MAX), Reason::default());
    let beyond = EventId::new(session.steps() + 50, 0);
    assert!(!reason(&session, beyond, 100).chain.links.is_empty(), "what will happen has");
}
