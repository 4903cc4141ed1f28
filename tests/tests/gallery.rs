//! The gallery keeps its promises: each story shows what its title asks about.
//!
//! A story's title and introduction are words on the page; what they say must be what the run does.
//! Here the claims of each story are checked on its run, so that a change of the engine cannot
//! quietly turn a story into another one.

use std::path::Path;

use lockstep_core::check::raft::RaftCheck;
use lockstep_core::check::{Assumption, Verdict};
use lockstep_core::lab::Note;
use lockstep_core::lab::raft::view::{OutcomeView, RaftView, RoleView, ServerView};
use lockstep_core::lab::{Event, NodeName, Session, What};
use lockstep_core::raft::note::Unwillingness;
use lockstep_core::raft::store::Answer;
use lockstep_core::scenario::gallery::{self, Story};
use lockstep_core::scenario::{Cursor, Scenario};
use lockstep_core::sim::run::Goal;
use lockstep_core::sim::time::Moment;
use lockstep_tests::cluster::raft_check;

fn at(scenario: &Scenario, time_ms: u64) -> Session {
    let mut session = scenario.open();
    session.go(Goal::Moment(Moment::after(time_ms * 1_000)));
    session
}

fn played(story: Story) -> Session {
    let scenario = story.scenario();
    at(&scenario, scenario.until_us / 1_000)
}

/// A story on another of its branches, at its end.
fn grown(story: Story, branch: usize) -> Session {
    let scenario = story.scenario();
    let cursor = Some(Cursor { branch, at: Moment::after(scenario.until_us) });
    let mut session = Scenario { cursor, ..scenario }.open();
    while !session.work(1_000) {}
    session
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
    failing.filter_map(|report| raft_check(report.check)).collect()
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

/// Who was elected, in order, and in which terms.
fn elections(session: &Session) -> Vec<(NodeName, u64)> {
    let elected = |event: Event| match event.what {
        What::Noted(Note::BecameLeader { term, .. }) => Some((event.node, term)),
        _ => None,
    };
    let events = session.events(0, session.steps()).into_iter().filter_map(elected);
    events.map(|(node, term)| (NodeName::Server(node.0 + 1), term)).collect()
}

/// What a check says, and of which assumption it complains, if of one.
fn void(session: &Session, check: RaftCheck) -> Option<Assumption> {
    let mut reports = session.verdicts(100_000).into_iter();
    let report = reports.find(|report| report.check == check);
    match report.expect("every check reports").verdict {
        Verdict::AssumptionVoid(void) => Some(void.assumption),
        _ => None,
    }
}

/// The longest that a client waited for an answer to what it asked after a time, in milliseconds.
fn longest_wait_ms(session: &Session, after_ms: u64) -> u64 {
    let operations = session.operations().into_iter();
    let waits = operations.filter(|asked| asked.invoked_us >= after_ms * 1_000);
    waits.filter_map(|asked| Some((asked.completed_us? - asked.invoked_us) / 1_000)).max().unwrap()
}

#[test]
fn a_server_that_comes_back_deposes_the_leader_unless_it_asks_first() {
    let [plain, asking] = [0, 1].map(|branch| grown(Story::DisruptiveServer, branch));
    assert_eq!(elections(&plain), [(NodeName::Server(1), 1), (NodeName::Server(3), 8)]);
    assert_eq!(elections(&asking), [(NodeName::Server(1), 1)]);
    let longest = |session| longest_wait_ms(session, 400);
    assert!(longest(&plain) > 2 * longest(&asking), "and a client feels it");
    assert!(asking.view(8).servers.iter().all(|server| server.current_term == 1));
}

#[test]
fn a_removed_server_disturbs_unless_the_others_stick_to_their_leader() {
    let [plain, sticking, asking] = [0, 1, 2].map(|branch| grown(Story::RemovedServer, branch));
    let leaders = elections(&plain);
    assert!(leaders.len() > 2 && leaders.iter().all(|(node, _)| *node != NodeName::Server(4)));
    for session in [&sticking, &asking] {
        assert_eq!(elections(session), [(NodeName::Server(1), 1)]);
        let view = session.view(8);
        assert_eq!(server(&view, 1).members.voters.len(), 3);
        assert_eq!(server(&view, 4).members.voters.len(), 4, "n4 does not know");
    }
    assert!(server(&sticking.view(8), 4).current_term > 1, "nobody listens to it");
    assert_eq!(server(&asking.view(8), 4).current_term, 1, "it gets no leave to campaign");
}

#[test]
fn the_bug_of_2015_makes_two_majorities_that_do_not_meet_and_its_correction_refuses() {
    let [right, wrong] = [0, 1].map(|branch| grown(Story::Membership2015, branch));
    assert!(notes(&right).contains(&Note::Unwilling { reason: Unwillingness::NothingCommitted }));
    assert_eq!(failing(&right), []);
    let expected = [RaftCheck::LeaderCompleteness, RaftCheck::ConfigurationSafety];
    assert_eq!(failing(&wrong), expected);
    let view = wrong.view(8);
    let voters = |number| server(&view, number).members.voters.clone();
    assert_eq!((voters(1).len(), voters(2).len()), (5, 3));
    let leads = |number| server(&view, number).role == RoleView::Leader;
    assert!(leads(1) && leads(2), "each has a majority of its own configuration");
}

#[test]
fn three_members_are_replaced_at_once_by_way_of_a_joint_configuration() {
    let scenario = Story::JointChange.scenario();
    let members = |time_ms| server(&at(&scenario, time_ms).view(8), 1).members.clone();
    let servers = |numbers: [u8; 3]| numbers.map(NodeName::Server).to_vec();
    let (old, new) = (servers([1, 2, 3]), servers([4, 5, 6]));
    assert_eq!((members(499).voters, members(499).learners), (old.clone(), vec![]));
    assert_eq!((members(530).voters, members(530).learners), (old.clone(), new.clone()));
    assert_eq!((members(560).outgoing, members(560).voters), (old, new.clone()));
    assert_eq!((members(600).outgoing, members(600).voters), (vec![], new));
    let session = played(Story::JointChange);
    assert!(notes(&session).contains(&Note::LeftCluster), "n1 leads the change, and leaves");
    let last = elections(&session).pop();
    assert!(last.is_some_and(|(node, _)| node == NodeName::Server(6)));
    let answered = session.operations().into_iter().filter(|asked| asked.invoked_us > 1_100_000);
    assert!(answered.filter(|asked| asked.outcome == OutcomeView::Ok).count() > 3);
}

#[test]
fn a_late_snapshot_undoes_nothing_unless_it_replaces_the_log() {
    let [right, wrong] = [0, 1].map(|branch| grown(Story::SnapshotRace, branch));
    assert!(notes(&right).contains(&Note::SnapshotIgnored { index: 2 }));
    assert_eq!(server(&right.view(8), 3).role, RoleView::Leader);
    let x = |session: &Session| server(&session.view(8), 3).store.clone();
    assert_eq!(x(&right), [("x".to_owned(), "4".to_owned())]);
    assert_eq!(failing(&right), []);
    assert_eq!(x(&wrong), [("x".to_owned(), "3".to_owned())], "x = 4 had been answered");
    assert!(failing(&wrong).contains(&RaftCheck::LeaderCompleteness));
}

#[test]
fn a_command_that_is_sent_again_is_done_twice_without_sessions_and_once_with_them() {
    let [without, with] = [0, 1].map(|branch| grown(Story::AppliedTwice, branch));
    let read = |session: &Session| session.operations().pop().and_then(|asked| asked.answer);
    assert_eq!(read(&without), Some(Answer::Value(Some("11".into()))));
    assert_eq!(read(&with), Some(Answer::Value(Some("1".into()))));
    for session in [&without, &with] {
        let retried = notes(session).into_iter().filter(|n| matches!(n, Note::Retried { .. }));
        assert_eq!(retried.count(), 1);
    }
    let off = Some(Assumption::SessionsOff);
    for check in [RaftCheck::SessionExactness, RaftCheck::LinearizableHistory] {
        assert_eq!((void(&without, check), void(&with, check)), (off, None));
    }
}

#[test]
fn a_lease_gives_a_stale_answer_only_while_clocks_are_wrong() {
    let [fast, right] = [0, 1].map(|branch| grown(Story::StaleLease, branch));
    let said = |session: &Session, client| {
        let of_client = session.operations().into_iter().filter(|asked| asked.client == client);
        of_client.last().expect("it asked something")
    };
    let (c1, c2) = (NodeName::Client(1), NodeName::Client(2));
    let (read, written) = (said(&fast, c1), said(&fast, c2));
    assert_eq!(read.answer, Some(Answer::Value(Some("1".into()))));
    assert!(written.completed_us.is_some_and(|at_us| at_us < read.invoked_us));
    let strays = Some(Assumption::ClocksStray);
    for check in [RaftCheck::ReadFreshness, RaftCheck::LinearizableHistory] {
        assert_eq!((void(&fast, check), void(&right, check)), (strays, None));
    }
    assert_eq!(said(&right, c1).answer, read.answer);
    assert_eq!(said(&right, c2).outcome, OutcomeView::Pending, "nobody else leads yet");
}

#[test]
fn a_leader_that_hands_over_first_leaves_no_gap() {
    let [crashed, handed_over] = [0, 1].map(|branch| grown(Story::Maintenance, branch));
    let second = |session: &Session| elections(session)[1];
    assert_eq!((second(&crashed).1, second(&handed_over)), (2, (NodeName::Server(2), 2)));
    let done = |session: &Session| {
        let operations = session.operations().into_iter();
        operations.filter(|asked| asked.outcome == OutcomeView::Ok).count()
    };
    assert!(done(&handed_over) > done(&crashed));
}

#[test]
fn the_page_has_the_stories_that_their_files_tell() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../core/src/scenario/gallery");
    let path = path.join("stories.bin");
    if std::env::var_os("LOCKSTEP_REGENERATE").is_some() {
        std::fs::write(&path, gallery::stories()).expect("the stories are written");
    }
    let held = std::fs::read(&path).expect("the stories that the page has");
    assert!(held == gallery::stories(), "to be written anew, as the gallery's module says");
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
