//! Looking for meaning without a browser: actions in, model out.

use lockstep_core::check::Verdict;
use lockstep_core::check::raft::RaftCheck;
use lockstep_core::lab::landmark::Landmark;
use lockstep_core::lab::raft::Rule;
use lockstep_core::lab::{Event, What};
use lockstep_core::raft::note::Note;
use lockstep_core::scenario::gallery::Story;
use lockstep_core::sim::process::NodeId;

use super::tests::{act, page, seek, settle};
use super::update;
use crate::action::{Action, Open, Page, Play};
use crate::author::AuthorAction;
use crate::command::{Command, Reason};
use crate::hands::Hand;
use crate::meaning::{Filter, Finding, MeaningAction, Target, failure_of};
use crate::model::{Model, Notice, Selection, Tab};
use crate::speed::Speed;

fn meaning(model: &mut Model, action: MeaningAction) {
    act(model, [Action::Meaning(action)]);
    settle(model);
}

fn story(story: Story) -> Model {
    let mut model = page();
    act(&mut model, [Action::Open(Open::Story(story))]);
    model
}

fn steps_with(model: &Model, is: impl Fn(&What) -> bool) -> Vec<u64> {
    let events = model.session.events(0, 5_000);
    let is = |event: &&Event| is(&event.what);
    let mut steps: Vec<u64> = events.iter().filter(is).map(|event| event.id.step()).collect();
    steps.dedup();
    steps
}

const fn commits(what: &What) -> bool {
    matches!(what, What::Noted(Note::Committed { .. }))
}

const fn elects(what: &What) -> bool {
    matches!(what, What::Noted(Note::BecameLeader { .. }))
}

const ON: MeaningAction = MeaningAction::Step { backwards: false };
const BACK: MeaningAction = MeaningAction::Step { backwards: true };

#[test]
fn steps_with_meaning_go_from_commit_to_commit_and_back() {
    let mut model = story(Story::LeaderCrash);
    let steps = steps_with(&model, commits);
    for step in &steps[..4] {
        meaning(&mut model, ON);
        assert_eq!(model.scene.steps(), *step);
        assert!(matches!(&model.notice, Some(Notice::Meaning(Finding::Found(event)))
            if commits(&event.what)));
    }
    meaning(&mut model, BACK);
    assert_eq!(model.scene.steps(), steps[2]);
    seek(&mut model, 0);
    meaning(&mut model, BACK);
    let nothing = Finding::Nothing { backwards: true };
    assert_eq!(model.notice, Some(Notice::Meaning(nothing)));
    assert_eq!(model.scene.steps(), 0);
}

#[test]
fn an_aim_at_a_node_asks_for_one() {
    let mut model = story(Story::FirstElection);
    meaning(&mut model, MeaningAction::Target(Target::Message));
    meaning(&mut model, ON);
    assert_eq!(model.notice, Some(Notice::CannotDo(Reason::SelectNode)));
    act(&mut model, [Action::Touch(NodeId(1))]);
    meaning(&mut model, ON);
    let arrives = |event: &Event| matches!(event.what, What::Delivered { .. });
    let events = model.session.events(model.scene.steps(), model.scene.steps());
    assert!(events.iter().any(|event| arrives(event) && event.node.0 == 1));
    assert!(matches!(model.selection, Some(Selection::Node(_))), "the node stays selected");
}

#[test]
fn a_search_that_takes_long_can_be_stopped() {
    let mut model = story(Story::FirstElection);
    meaning(&mut model, MeaningAction::Target(Target::Failure));
    act(&mut model, [Action::Meaning(ON)]);
    assert!(matches!(model.notice, Some(Notice::Meaning(Finding::Searching { .. }))));
    assert!(model.is_moving());
    act(&mut model, [Action::Frame(16.0), Action::Page(Page::Escape)]);
    assert!(!model.is_moving() && model.notice.is_none());
    assert_eq!(model.scene.steps(), 0, "the cursor stays where it was");
}

#[test]
fn playing_stops_at_the_very_step_of_a_breakpoint_and_goes_on() {
    for speed in [0.05, 1.0, 20.0] {
        let mut model = story(Story::MinorityLeader);
        let elected = steps_with(&model, elects);
        meaning(&mut model, MeaningAction::Breakpoint(Landmark::Leader));
        act(&mut model, [Action::Play(Play::Speed(Speed::near(speed)))]);
        for step in &elected[..2] {
            act(&mut model, [Action::Play(Play::Start)]);
            settle(&mut model);
            assert_eq!(model.scene.steps(), *step, "at {speed}");
            assert!(matches!(&model.notice,
                Some(Notice::Meaning(Finding::Stopped(Landmark::Leader, Some(event))))
                    if elects(&event.what)));
        }
    }
}

#[test]
fn a_breakpoint_of_a_check_stops_where_it_fails() {
    let mut model = story(Story::OldTermCounted);
    let check = RaftCheck::LeaderCompleteness;
    meaning(&mut model, MeaningAction::Breakpoint(failure_of(check.into())));
    act(&mut model, [Action::Play(Play::Speed(Speed::near(10.0))), Action::Play(Play::Start)]);
    settle(&mut model);
    let report = model.scene.checks.iter().find(|report| report.check == check);
    let Verdict::Fails(failure) = &report.expect("it is checked").verdict else {
        panic!("the check fails in this story")
    };
    assert_eq!(model.scene.steps(), failure.step);
    // Taken away, it stops nobody.
    meaning(&mut model, MeaningAction::Breakpoint(failure_of(check.into())));
    seek(&mut model, 0);
    act(&mut model, [Action::Play(Play::Start)]);
    settle(&mut model);
    assert_eq!(model.scene.moment.time_us, model.until_us);
}

#[test]
fn going_back_meets_the_same_breakpoint_again() {
    let mut model = story(Story::FirstElection);
    meaning(&mut model, MeaningAction::Breakpoint(Landmark::Leader));
    for _ in 0..2 {
        seek(&mut model, 0);
        act(&mut model, [Action::Play(Play::Start)]);
        settle(&mut model);
        assert_eq!(model.scene.steps(), steps_with(&model, elects)[0]);
    }
}

#[test]
fn an_event_that_is_selected_says_why() {
    let mut model = story(Story::FirstElection);
    meaning(&mut model, ON);
    let Some(Notice::Meaning(Finding::Found(event))) = model.notice.clone() else {
        panic!("a commit is found")
    };
    act(&mut model, [Action::Select(Some(Selection::Event(event.id)))]);
    settle(&mut model);
    let reason = model.meaning.reason.clone().expect("a reason");
    assert_eq!(reason.members.len(), 3);
    meaning(&mut model, MeaningAction::Clocks);
    let stamp = model.meaning.clocks.as_ref().and_then(|clocks| clocks.stamp().copied());
    assert!(stamp.expect("clocks").lamport > 10);
    meaning(&mut model, MeaningAction::Cone(true));
    let counts = model.meaning.cone.as_ref().expect("a cone").counts();
    assert!(counts.past > 0 && counts.concurrent > 0);
    act(&mut model, [Action::Select(None)]);
    assert!(model.meaning.reason.is_none() && model.meaning.cone.is_none());
}

#[test]
fn a_server_says_why_it_leads() {
    let mut model = story(Story::FirstElection);
    seek(&mut model, 600_000);
    let leader = model.scene.view.situation.leader.expect("somebody leads");
    let node = model.session.names().id(leader).expect("it exists");
    let before = model.scene.moment;
    meaning(&mut model, MeaningAction::WhyRole(node));
    assert_eq!(model.scene.moment, before, "the cursor stays");
    let reason = model.meaning.reason.clone().expect("a reason");
    let last = &reason.chain.links.last().expect("a link").event;
    assert!(elects(&last.what) && last.node == node);
}

#[test]
fn the_list_follows_the_cursor_and_its_rows_lead_to_events() {
    let mut model = story(Story::FirstElection);
    act(&mut model, [Action::Page(Page::Tab(Tab::Events))]);
    seek(&mut model, 600_000);
    let filter = Filter { text: "becomes the leader".to_owned(), ..Filter::default() };
    meaning(&mut model, MeaningAction::Filter(filter));
    let rows: Vec<_> = model.meaning.listing.rows().iter().map(|event| event.id).collect();
    assert_eq!(rows.len(), 1);
    meaning(&mut model, MeaningAction::Visit(rows[0]));
    assert_eq!(model.scene.steps(), rows[0].step());
    assert_eq!((model.selection, model.tab), (Some(Selection::Event(rows[0])), Tab::Events));
    seek(&mut model, 1_000);
    assert!(model.meaning.listing.rows().is_empty(), "nobody has been elected by then");
}

#[test]
fn a_rule_goes_to_its_next_firing() {
    let mut model = story(Story::FirstElection);
    let rule = Rule::Vote;
    for _ in 0..2 {
        let before = model.scene.steps();
        meaning(&mut model, MeaningAction::Next(Landmark::Rule(rule)));
        assert!(model.scene.steps() > before);
        assert!(model.scene.events.iter().any(|event| rule.fires(event)));
    }
}

#[test]
fn breakpoints_travel_in_a_link() {
    let mut model = story(Story::FirstElection);
    meaning(&mut model, MeaningAction::Breakpoint(Landmark::Commit));
    let link = model.scenario().encode();
    let mut other = page();
    act(&mut other, [Action::Open(Open::Link(link))]);
    assert_eq!(other.meaning.breakpoints, [Landmark::Commit]);
}

#[test]
fn another_run_forgets_what_was_found() {
    let mut model = story(Story::FirstElection);
    meaning(&mut model, MeaningAction::Breakpoint(Landmark::Commit));
    meaning(&mut model, ON);
    model.meaning.listing.filter.node = Some(NodeId(8));
    update(&mut model, Action::Open(Open::Story(Story::SplitVote)));
    assert_eq!(model.meaning.listing.filter.node, None, "there is no such node");
    assert!(model.meaning.breakpoints.is_empty() && model.meaning.reason.is_none());
}

#[test]
fn a_search_of_a_run_that_has_become_another_says_nothing() {
    let mut model = story(Story::FirstElection);
    meaning(&mut model, MeaningAction::Target(Target::Failure));
    act(&mut model, [Action::Meaning(ON)]);
    act(&mut model, [Action::Author(AuthorAction::Rename)]);
    act(&mut model, [Action::Author(AuthorAction::Draft("calm".to_owned()))]);
    act(&mut model, [Action::Author(AuthorAction::Enter), Action::Frame(16.0)]);
    assert!(model.meaning.quest.is_none() && model.notice.is_none(), "{:?}", model.notice);
}

#[test]
fn an_event_stays_selected_only_on_a_branch_that_has_it() {
    let mut model = story(Story::LeaderCrash);
    seek(&mut model, 2_000_000);
    seek(&mut model, 500_000);
    act(&mut model, [Action::Touch(NodeId(1)), Action::Command(Command::Pause)]);
    seek(&mut model, 2_000_000);
    let at = |model: &Model, time_us| {
        let events = model.session.events(0, model.session.steps());
        events.into_iter().find(|event| event.time_us > time_us).expect("something happens").id
    };
    for (time_us, stays) in [(300_000, true), (600_000, false)] {
        let event = Selection::Event(at(&model, time_us));
        act(&mut model, [Action::Select(Some(event)), Action::NextBranch]);
        settle(&mut model);
        assert_eq!(model.selection == Some(event), stays, "at {time_us} us");
    }
    // Where a choice grows a branch, what was ahead is not of that one either.
    let event = Selection::Event(at(&model, 1_000_000));
    act(&mut model, [Action::Select(Some(event))]);
    seek(&mut model, 700_000);
    assert_eq!(model.selection, Some(event));
    let heal = Hand::Heal { from: NodeId(0), to: NodeId(1), both_ways: true };
    act(&mut model, [Action::Hand(heal)]);
    assert_eq!(model.selection, None);
}

#[test]
fn what_stays_to_be_read_outlasts_the_notice_before_it() {
    let mut model = story(Story::FirstElection);
    act(&mut model, [Action::Meaning(BACK), Action::Open(Open::Link("x".to_owned()))]);
    act(&mut model, [Action::Page(Page::Expire)]);
    assert!(matches!(model.notice, Some(Notice::BadLink(_))), "{:?}", model.notice);
    act(&mut model, [Action::Page(Page::Dismiss), Action::Meaning(BACK)]);
    act(&mut model, [Action::Page(Page::Expire)]);
    assert_eq!(model.notice, None);
}
