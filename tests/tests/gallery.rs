//! The gallery keeps its promises: each story shows what its title asks about.
//!
//! A story's title and introduction are words on the page; what they say must be what the run does.
//! Here the claims of each story are checked on its run, so that a change of the engine cannot
//! quietly turn a story into another one.

use lockstep_core::check::Verdict;
use lockstep_core::check::raft::RaftCheck;
use lockstep_core::lab::raft::view::{OutcomeView, RaftView, RoleView, ServerView};
use lockstep_core::lab::{Event, NodeName, Session, What};
use lockstep_core::raft::note::Note;
use lockstep_core::scenario::gallery::Story;
use lockstep_core::scenario::{Cursor, Scenario};
use lockstep_core::sim::run::Goal;
use lockstep_core::sim::time::Moment;

fn at(scenario: &Scenario, time_ms: u64) -> Session {
    let mut session = scenario.open();
    session.go(Goal::Moment(Moment::after(time_ms * 1_000)));
    session
}

fn played(story: Story) -> Session {
    let scenario = story.scenario();
    at(&scenario, scenario.until_us / 1_000)
}

fn server(view: &RaftView, number: u8) -> &ServerView {
    let name = NodeName::Server(number);
    view.servers.iter().find(|server| server.name == name).expect("the server exists")
}

fn terms(server: &ServerView) -> Vec<u64> {
    server.log.iter().map(|entry| entry.term).collect()
}

fn notes(session: &Session) -> Vec<Note> {
    let note = |event: Event| match event.what {
        What::Noted(note) => Some(note),
        _ => None,
    };
    session.events(0, session.steps()).into_iter().filter_map(note).collect()
}

fn failing(session: &Session) -> Vec<RaftCheck> {
    let reports = session.checks().into_iter();
    let failing = reports.filter(|report| matches!(report.verdict, Verdict::Fails(_)));
    failing.map(|report| report.check).collect()
}

#[test]
fn first_election_ends_with_one_leader_and_an_answered_client() {
    let session = played(Story::FirstElection);
    let view = session.view(u64::MAX);
    let leaders = view.servers.iter().filter(|server| server.role == RoleView::Leader);
    assert_eq!(leaders.count(), 1);
    assert!(view.servers.iter().all(|server| server.current_term == 1));
    assert!(session.operations().iter().all(|operation| operation.outcome == OutcomeView::Ok));
}

#[test]
fn split_vote_gives_nobody_a_majority_before_a_later_term_decides() {
    let session = played(Story::SplitVote);
    let candidates = |wanted| {
        let count = |note: &&Note| **note == Note::BecameCandidate { term: wanted };
        notes(&session).iter().filter(count).count()
    };
    let led: Vec<u64> = notes(&session)
        .iter()
        .filter_map(|note| match note {
            Note::BecameLeader { term, .. } => Some(*term),
            _ => None,
        })
        .collect();
    assert_eq!(candidates(2), 2, "two candidates in one term");
    assert_eq!(led, [1, 3], "and no leader in it");
}

#[test]
fn leader_crash_leaves_unknown_outcomes_and_then_goes_on() {
    let scenario = Story::LeaderCrash.scenario();
    let (before, after) = (at(&scenario, 1_100).view(8), at(&scenario, 2_300).view(8));
    assert_eq!(before.situation.leader, Some(NodeName::Server(2)));
    assert!(!server(&after, 2).up);
    assert!(after.situation.leader.is_some() && after.situation.term > before.situation.term);
    let session = played(Story::LeaderCrash);
    let outcomes: Vec<_> = session.operations().iter().map(|operation| operation.outcome).collect();
    assert!(outcomes.contains(&OutcomeView::Unknown));
    let ok_after = session
        .operations()
        .into_iter()
        .any(|operation| operation.outcome == OutcomeView::Ok && operation.invoked_us > 2_000_000);
    assert!(ok_after, "clients find the new leader");
    assert_eq!(server(&session.view(8), 2).role, RoleView::Follower, "the old one follows");
}

#[test]
fn a_minority_leader_commits_nothing_and_gives_up_its_entry_when_healed() {
    let scenario = Story::MinorityLeader.scenario();
    let cut = at(&scenario, 2_100).view(u64::MAX);
    let old = server(&cut, 4);
    assert_eq!((old.role, old.commit_index, old.last_index), (RoleView::Leader, 1, 2));
    let healed = played(Story::MinorityLeader);
    let view = healed.view(u64::MAX);
    assert!(view.servers.iter().all(|server| server.log == view.servers[0].log));
    let said: Vec<String> = healed.operations().iter().map(|op| op.operation.to_string()).collect();
    let outcomes: Vec<_> = healed.operations().iter().map(|op| op.outcome).collect();
    assert_eq!(said, ["put x 1", "put x 2", "put x 3", "get x"]);
    use OutcomeView::{Ok, Unknown};
    assert_eq!(outcomes, [Ok, Unknown, Ok, Ok]);
    assert_eq!(view.servers[0].store, [("x".to_owned(), "3".to_owned())]);
}

#[test]
fn conflicting_log_begins_as_figure_7_and_ends_with_the_leaders_log_everywhere() {
    let scenario = Story::ConflictingLog.scenario();
    let begin = scenario.open().view(u64::MAX);
    assert_eq!(terms(server(&begin, 1)), [1, 1, 1, 4, 4, 5, 5, 6, 6, 6]);
    assert_eq!(terms(server(&begin, 7)), [1, 1, 1, 2, 2, 2, 3, 3, 3, 3, 3]);
    let session = played(Story::ConflictingLog);
    let view = session.view(u64::MAX);
    assert_eq!(server(&view, 1).role, RoleView::Leader);
    for server in &view.servers {
        assert_eq!(terms(server), [1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 8], "{}", server.name);
        assert_eq!(server.commit_index, 11);
    }
}

#[test]
fn old_term_entry_is_lost_on_one_branch_and_kept_on_the_other() {
    let scenario = Story::OldTermEntry.scenario();
    let stored = at(&scenario, 250).view(u64::MAX);
    let copies = stored.servers.iter().filter(|server| terms(server) == [1, 2]).count();
    assert!(copies >= 3, "a majority stores the old term's entry");
    assert_eq!(stored.situation.committed, 0, "and it is not committed");
    let lost = played(Story::OldTermEntry).view(u64::MAX);
    assert!(lost.servers.iter().all(|server| terms(server) == [1, 3, 5]), "figure 8 (d)");
    let cursor = Some(Cursor { branch: 1, at: Moment::before(1_500_000) });
    let mut session = Scenario { cursor, ..scenario }.open();
    while !session.work(1_000) {}
    let kept = session.view(u64::MAX);
    let up: Vec<_> = kept.servers.iter().filter(|server| server.up).collect();
    assert!(up.iter().all(|server| terms(server)[..3] == [1, 2, 4]), "figure 8 (e)");
    assert!(up.iter().all(|server| server.commit_index >= 3));
    assert_eq!(failing(&session), []);
}

#[test]
fn old_term_counted_is_convicted() {
    let session = played(Story::OldTermCounted);
    let expected = [RaftCheck::LeaderCompleteness, RaftCheck::StateMachineSafety];
    assert_eq!(failing(&session), expected);
}

#[test]
fn the_smallest_cluster_works_with_one_down_and_stalls_with_two() {
    let scenario = Story::SmallestCluster.scenario();
    let committed = |time_ms| at(&scenario, time_ms).view(8).situation.committed;
    assert!(committed(1_700) > committed(1_100), "two of three go on");
    assert_eq!(committed(2_900), committed(1_900), "one of three cannot");
    assert!(committed(4_000) > committed(2_900), "and with two again it goes on");
}

#[test]
fn every_story_meets_its_expectations_and_replays_to_one_digest() {
    for story in Story::ALL {
        let scenario = story.scenario();
        let session = played(story);
        let linked = Scenario::decode(&scenario.encode()).expect("its link is right");
        let again = at(&linked, scenario.until_us / 1_000);
        assert_eq!(session.digest(), again.digest(), "{story:?}");
        assert_eq!(session.checks(), again.checks(), "{story:?}");
        assert!(scenario.is_met_by(&session), "{story:?}: {:?}", session.checks());
    }
}
