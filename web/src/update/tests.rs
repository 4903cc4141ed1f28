//! The page without a browser: actions in, model and effects out.

use lockstep_core::lab::raft::Field;
use lockstep_core::lab::raft::view::RoleView;
use lockstep_core::scenario::MOST_BRANCHES;
use lockstep_core::scenario::gallery::Story;
use lockstep_core::sim::process::NodeId;

use super::update;
use crate::action::{Action, Open, Page, Play, ToolAction};
use crate::catalogue::Language;
use crate::clerk::carry_out;
use crate::command::{Command, Reason};
use crate::effect::Effect;
use crate::model::{
    Dialog, Model, Notice, Origin, Preferences, Replay, Selection, Surroundings, Tab, Theme, Tool,
};
use crate::speed::Speed;

pub(super) fn page() -> Model {
    Model::new(Preferences::default(), Surroundings::default())
}

pub(super) fn act(model: &mut Model, actions: impl IntoIterator<Item = Action>) -> Vec<Effect> {
    actions.into_iter().flat_map(|action| update(model, action)).collect()
}

/// Opens a file, as the clerk would read it.
pub(super) fn open_file(model: &mut Model, text: &str) {
    for effect in act(model, [Action::Open(Open::File(text.to_owned()))]) {
        let Effect::Ask(errand, language) = effect else { continue };
        let answer = carry_out(language, &errand.parts(), &mut |_| ());
        act(model, [Action::Open(Open::Read(answer))]);
    }
}

/// Goes on frame by frame until nothing moves, as the browser would.
pub(super) fn settle(model: &mut Model) {
    for frame in 0..10_000 {
        if !model.is_moving() {
            return;
        }
        update(model, Action::Frame(f64::from(frame) * 16.0));
    }
    panic!("the page does not come to rest");
}

pub(super) fn seek(model: &mut Model, time_us: u64) {
    act(model, [Action::Play(Play::Seek(time_us))]);
    settle(model);
}

fn leader(model: &Model) -> NodeId {
    let mut servers = model.scene.view.servers.iter();
    servers.find(|server| server.role == RoleView::Leader).expect("somebody leads").node
}

pub(super) fn fragment(effects: &[Effect]) -> String {
    let share = effects.iter().find_map(|effect| match effect {
        Effect::ShareLink(fragment) => Some(fragment.clone()),
        _ => None,
    });
    share.expect("a link is shared")
}

#[test]
fn playing_lets_the_run_pass_in_proportion_to_speed() {
    let mut model = page();
    let effects =
        act(&mut model, [Action::Play(Play::Speed(Speed::near(0.1))), Action::Play(Play::Start)]);
    assert_eq!(effects, [Effect::NextFrame]);
    for frame in 0..=60 {
        update(&mut model, Action::Frame(f64::from(frame) * 16.0));
    }
    // 960 ms of the watcher's time, the first frame only starts the clock.
    assert_eq!(model.scene.moment.time_us, 96_000);
    assert_eq!(act(&mut model, [Action::Play(Play::Stop)]), []);
    assert_eq!(act(&mut model, [Action::Frame(2_000.0)]), [], "a stopped page asks for no frame");
    assert_eq!(model.scene.moment.time_us, 96_000);
}

#[test]
fn time_below_a_microsecond_is_not_lost() {
    let mut model = page();
    act(&mut model, [Action::Play(Play::Speed(Speed::new(0))), Action::Play(Play::Start)]);
    for frame in 0..=1_000 {
        update(&mut model, Action::Frame(f64::from(frame) * 0.3));
    }
    assert_eq!(model.scene.moment.time_us, 300);
}

#[test]
fn a_late_frame_does_not_make_the_run_jump() {
    let mut model = page();
    act(&mut model, [Action::Play(Play::Speed(Speed::near(1.0))), Action::Play(Play::Start)]);
    act(&mut model, [Action::Frame(0.0), Action::Frame(60_000.0)]);
    assert!(model.scene.moment.time_us <= 100_000, "{:?}", model.scene.moment);
}

#[test]
fn playing_stops_once_at_the_end_and_then_goes_beyond() {
    let mut model = page();
    let until_us = model.until_us;
    seek(&mut model, until_us - 10_000);
    act(&mut model, [Action::Play(Play::Speed(Speed::near(1.0))), Action::Play(Play::Start)]);
    act(&mut model, [Action::Frame(0.0), Action::Frame(100.0)]);
    assert_eq!((model.player.playing, model.scene.moment.time_us), (false, until_us));
    act(&mut model, [Action::Play(Play::Start), Action::Frame(0.0), Action::Frame(50.0)]);
    assert!(model.player.playing && model.scene.moment.time_us > until_us);
    assert!(model.horizon_us() > model.scene.moment.time_us);
}

#[test]
fn one_event_back_undoes_one_event_forward() {
    let mut model = page();
    seek(&mut model, 250_000);
    let step = |events| Action::Play(Play::Step(events));
    act(&mut model, [step(1)]);
    let (moment, digest) = (model.scene.moment, model.scene.digest);
    act(&mut model, [step(1), step(1), step(-1), step(-1)]);
    assert_eq!((model.scene.moment, model.scene.digest), (moment, digest));
    assert!(!model.scene.events.is_empty(), "what happened is told");
}

#[test]
fn there_is_nothing_before_the_beginning() {
    let mut model = page();
    let effects = act(&mut model, [Action::Play(Play::Step(-1))]);
    assert_eq!(model.notice, Some(Notice::CannotDo(Reason::AtStart)));
    assert_eq!(effects, [Effect::ExpireNotice]);
}

#[test]
fn an_intervention_without_a_selection_says_what_it_needs() {
    let mut model = page();
    for (command, reason) in [
        (Command::Crash, Reason::SelectNode),
        (Command::TimeOut, Reason::SelectNode),
        (Command::Lose, Reason::SelectMessage),
        (Command::Heal, Reason::NothingCut),
    ] {
        act(&mut model, [Action::Command(command)]);
        assert_eq!(model.notice, Some(Notice::CannotDo(reason)), "{command:?}");
    }
    assert!(model.session.choices().len() == page().session.choices().len(), "nothing was done");
}

#[test]
fn a_crash_in_the_past_grows_a_branch_and_keeps_the_other_future() {
    let mut model = page();
    seek(&mut model, 1_500_000);
    let (edge, digest) = (model.scene.edge, model.scene.digest);
    seek(&mut model, 600_000);
    let old = leader(&model);
    act(&mut model, [Action::Touch(old), Action::Command(Command::Crash)]);
    assert_eq!((model.scene.branch, model.scene.branches.len()), (1, 2));
    assert_eq!(model.notice, Some(Notice::Branched));
    assert!(!model.scene.view.servers[old.index()].up);
    seek(&mut model, 1_500_000);
    assert_ne!(leader(&model), old, "another leads");
    act(&mut model, [Action::NextBranch]);
    settle(&mut model);
    assert_eq!((model.scene.branch, model.scene.edge), (0, edge));
    assert_eq!(model.scene.digest, digest, "the old future is as it was");
}

#[test]
fn a_partition_asks_for_both_sides() {
    let mut model = page();
    seek(&mut model, 600_000);
    act(&mut model, [Action::Command(Command::Partition)]);
    assert_eq!(model.tool, Tool::Partition { side: Vec::new() });
    act(&mut model, [Action::Tool(ToolAction::Confirm)]);
    assert_eq!(model.notice, Some(Notice::CannotDo(Reason::OneSided)));
    let touches = [3, 0, 2, 2].map(|node| Action::Touch(NodeId(node)));
    act(&mut model, touches);
    assert_eq!(model.tool, Tool::Partition { side: vec![NodeId(0), NodeId(3)] });
    act(&mut model, [Action::Tool(ToolAction::Confirm)]);
    // Two servers on one side, three on the other: six links, each cut both ways.
    assert_eq!((model.scene.view.cuts.len(), &model.tool), (12, &Tool::None));
    act(&mut model, [Action::Command(Command::Heal)]);
    assert_eq!(model.scene.view.cuts, []);
}

#[test]
fn a_link_can_be_cut_one_way() {
    let mut model = page();
    seek(&mut model, 100_000);
    act(&mut model, [Action::Touch(NodeId(1)), Action::Command(Command::CutLink)]);
    let one_way = Tool::Cut { from: NodeId(1), both_ways: false, clogs: false };
    act(&mut model, [Action::Tool(ToolAction::Take(one_way)), Action::Touch(NodeId(4))]);
    let cuts: Vec<String> =
        model.scene.view.cuts.iter().map(|(from, to)| format!("{from}>{to}")).collect();
    assert_eq!(cuts, ["n2>n5"]);
}

#[test]
fn a_client_does_what_the_form_says() {
    let mut model = page();
    seek(&mut model, 600_000);
    act(&mut model, [Action::Command(Command::Operate)]);
    let Tool::Operate(mut form) = model.tool.clone() else { panic!("{:?}", model.tool) };
    form.value = "a value that is much too long for the box".to_owned();
    act(&mut model, [Action::Tool(ToolAction::Form(form)), Action::Tool(ToolAction::Confirm)]);
    seek(&mut model, 800_000);
    let last = model.scene.view.clients[0].last.clone().expect("it did something");
    assert_eq!(last.operation.to_string(), "put x a value that is much too");
}

#[test]
fn a_shared_moment_opens_as_the_same_moment() {
    let mut model = page();
    seek(&mut model, 700_000);
    let chosen = leader(&model);
    act(&mut model, [Action::Touch(chosen), Action::Command(Command::Crash)]);
    seek(&mut model, 1_200_000);
    let link = fragment(&act(&mut model, [Action::Share]));
    let mut other = page();
    act(&mut other, [Action::Open(Open::Link(link))]);
    settle(&mut other);
    assert_eq!(other.replay, Replay::Verified(model.scene.digest));
    assert_eq!(other.scene.moment, model.scene.moment);
    assert_eq!(other.origin, Origin::Link);
    assert_eq!(*other.scene.view, *model.scene.view);
}

#[test]
fn a_link_whose_digest_is_another_is_told_apart() {
    let mut model = page();
    seek(&mut model, 700_000);
    let mut scenario = model.scenario();
    scenario.digest = scenario.digest.map(|digest| digest ^ 1);
    act(&mut model, [Action::Open(Open::Link(scenario.encode()))]);
    settle(&mut model);
    assert!(matches!(model.replay, Replay::Differs { .. }), "{:?}", model.replay);
    scenario.engine += 1;
    act(&mut model, [Action::Open(Open::Link(scenario.encode()))]);
    settle(&mut model);
    assert_eq!(model.replay, Replay::OtherEngine);
}

#[test]
fn what_cannot_be_opened_leaves_the_run_as_it_is() {
    let mut model = page();
    seek(&mut model, 700_000);
    let digest = model.scene.digest;
    act(&mut model, [Action::Open(Open::Link("no-link".to_owned()))]);
    assert!(matches!(model.notice, Some(Notice::BadLink(_))), "{:?}", model.notice);
    open_file(&mut model, "{");
    assert!(matches!(model.notice, Some(Notice::BadFile(_))), "{:?}", model.notice);
    seek(&mut model, 600_000);
    seek(&mut model, 700_000);
    assert_eq!(model.scene.digest, digest);
}

#[test]
fn every_story_plays_to_its_end_within_a_frame_budget_at_a_time() {
    for story in Story::ALL {
        let mut model = page();
        act(&mut model, [Action::Open(Open::Story(story))]);
        let until_us = model.until_us;
        seek(&mut model, until_us);
        assert_eq!(model.scene.moment.time_us, until_us, "{story:?}");
    }
}

#[test]
fn a_new_run_is_what_was_set_up() {
    let mut model = page();
    let effects = act(&mut model, [Action::Page(Page::Dialog(Dialog::NewRun))]);
    assert_eq!(effects, [Effect::DrawSeed], "a seed of its own");
    let mut new_run = model.new_run.clone();
    for (field, text) in [(Field::Servers, "9"), (Field::Clients, "4"), (Field::Load, "60")] {
        let place = Field::ALL.iter().position(|other| *other == field).expect("a field");
        text.clone_into(&mut new_run.texts[place]);
    }
    act(&mut model, [Action::Open(Open::Change(new_run)), Action::Open(Open::Seed(77))]);
    act(&mut model, [Action::Open(Open::New)]);
    let view = &model.scene.view;
    assert_eq!((view.servers.len(), view.clients.len()), (9, 4));
    assert_eq!((model.session.seed(), &model.dialog), (77, &None));
}

#[test]
fn a_link_that_was_not_copied_is_shown() {
    let mut model = page();
    let link = "https://a.example/#abc".to_owned();
    act(&mut model, [Action::Copied { link: link.clone(), copied: false }]);
    assert_eq!(model.dialog, Some(Dialog::Link { link: link.clone(), copied: false }));
    act(&mut model, [Action::Copied { link, copied: true }]);
    assert_eq!(model.notice, Some(Notice::LinkCopied { characters: 22 }));
}

#[test]
fn escape_closes_one_thing_at_a_time() {
    let mut model = page();
    act(&mut model, [Action::Touch(NodeId(0)), Action::Command(Command::Partition)]);
    act(&mut model, [Action::Page(Page::Dialog(Dialog::Keys))]);
    model.notice = Some(Notice::Branched);
    let escape = || Action::Page(Page::Escape);
    act(&mut model, [escape()]);
    assert!(model.dialog.is_none() && model.tool != Tool::None);
    act(&mut model, [escape()]);
    assert!(model.tool == Tool::None && model.notice.is_some());
    act(&mut model, [escape()]);
    assert!(model.notice.is_none() && model.selection == Some(Selection::Node(NodeId(0))));
    act(&mut model, [escape()]);
    assert_eq!(model.selection, None);
}

#[test]
fn preferences_are_shown_and_remembered() {
    let mut model = page();
    let effects = act(&mut model, [Action::Page(Page::Language(Language::Indonesian))]);
    let mut preferences = Preferences { language: Language::Indonesian, theme: None };
    assert_eq!(effects, [Effect::Prefer(preferences, Theme::Light)]);
    let effects = act(&mut model, [Action::Page(Page::OtherTheme)]);
    preferences.theme = Some(Theme::Dark);
    assert_eq!(effects, [Effect::Prefer(preferences, Theme::Dark)]);
}

#[test]
fn what_is_selected_is_what_is_inspected() {
    let mut model = page();
    act(&mut model, [Action::Page(Page::Tab(Tab::Checks)), Action::SelectNextClient]);
    assert_eq!((model.selection, model.tab), (Some(Selection::Node(NodeId(5))), Tab::Inspect));
    seek(&mut model, 203_000);
    act(&mut model, [Action::SelectNextMessage]);
    let first = model.scene.view.messages[0].id;
    assert_eq!(model.selection, Some(Selection::Message(first)));
    act(&mut model, [Action::Command(Command::Lose)]);
    seek(&mut model, 204_000);
    act(&mut model, [Action::Command(Command::Lose)]);
    assert_eq!(model.notice, Some(Notice::CannotDo(Reason::MessageGone)));
}

#[test]
fn where_less_motion_is_asked_for_the_stage_steps() {
    let mut model = page();
    act(&mut model, [Action::Page(Page::Calm(true)), Action::Play(Play::Start)]);
    let mut times: Vec<u64> = (0..=120)
        .map(|frame| {
            update(&mut model, Action::Frame(f64::from(frame) * 16.0));
            model.scene.moment.time_us
        })
        .collect();
    times.dedup();
    assert!((3..=6).contains(&times.len()), "two seconds, some pictures: {times:?}");
}

#[test]
fn a_run_that_reaches_a_limit_stops_there_and_says_why() {
    let mut model = page();
    // Every message takes a minute, so that those on their way are ever more.
    let text = r#"{ "lockstep": 1, "lab": "raft", "until": "3600s",
        "config": { "servers": 9, "heartbeat": "1ms", "network": { "delay": ["60s", "60s"] },
                    "election_timeout": ["100ms", "200ms"] } }"#;
    open_file(&mut model, text);
    seek(&mut model, 3_000_000_000);
    assert!(matches!(model.notice, Some(Notice::AtLimit(_))), "{:?}", model.notice);
    assert!(model.scene.moment.time_us < 3_000_000_000);
    act(&mut model, [Action::Page(Page::Dismiss), Action::Play(Play::Start)]);
    settle(&mut model);
    assert!(!model.player.playing);
    assert!(matches!(model.notice, Some(Notice::AtLimit(_))), "{:?}", model.notice);
}

#[test]
fn a_run_with_more_branches_than_a_link_holds_is_not_shared() {
    let mut model = page();
    for _ in 0..MOST_BRANCHES + 2 {
        seek(&mut model, 300_000);
        act(&mut model, [Action::Select(Some(Selection::Node(NodeId(0))))]);
        act(&mut model, [Action::Command(Command::Pause)]);
        seek(&mut model, 310_000);
        act(&mut model, [Action::Branch(0)]);
        settle(&mut model);
    }
    let effects = act(&mut model, [Action::Share]);
    assert!(!effects.iter().any(|effect| matches!(effect, Effect::ShareLink(_))));
    assert!(matches!(model.notice, Some(Notice::CannotShare(_))), "{:?}", model.notice);
}
