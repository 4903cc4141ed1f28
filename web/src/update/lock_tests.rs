//! What a person can do to a run of the lock lab, without a browser.

use lockstep_core::lab::landmark::{Landmark, LockMark};
use lockstep_core::lab::locks::LocksView;
use lockstep_core::lab::locks::view::LockerView;
use lockstep_core::lab::machine::Own;
use lockstep_core::lab::numbered::AnySetting;
use lockstep_core::lab::raft::{Field, RaftConfig};
use lockstep_core::lab::{Event, Lab, What};
use lockstep_core::lock::note::Note;
use lockstep_core::lock::setting::Setting;
use lockstep_core::raft::note::Note as RaftNote;
use lockstep_core::scenario::Scenario;
use lockstep_core::sim::process::NodeId;

use super::tests::{act, fragment, page, seek, settle};
use crate::action::{Action, Open, Page, Play, ToolAction};
use crate::author::AuthorAction;
use crate::command::{Command, Deed, Reason, deed};
use crate::lab::usual;
use crate::lock_form::ScriptForm;
use crate::meaning::MeaningAction;
use crate::model::{Dialog, Model, Selection, Tool};
use crate::new_run::NewRun;
use crate::speed::Speed;

const CLIENT: NodeId = NodeId(3);

/// Three servers and three clients, one of which goes on and on; seen up to 2 s.
fn locks() -> Model {
    let mut config = RaftConfig::of_locks();
    let script = "lock stock x; work 20ms; repeat after 30ms".parse().expect("it reads");
    config.locks.as_mut().expect("it is a lock lab").scripts = vec![(0, script)];
    let scenario = Scenario { config, until_us: 5_000_000, ..Scenario::default() };
    let mut model = page();
    act(&mut model, [Action::Open(Open::Link(scenario.encode()))]);
    seek(&mut model, 2_000_000);
    model
}

fn view(model: &Model) -> &LocksView {
    model.scene.view.locks.as_ref().expect("it is a lock lab")
}

fn locker(model: &Model, node: NodeId) -> &LockerView {
    view(model).clients.iter().find(|client| client.node == node).expect("there is such a client")
}

fn write(model: &mut Model, client: NodeId, text: &str) {
    act(model, [Action::Select(Some(Selection::Node(client))), Action::Command(Command::Operate)]);
    let form = ScriptForm { client, text: text.to_owned() };
    act(model, [Action::Tool(ToolAction::Script(form))]);
}

#[test]
fn a_client_s_script_is_there_to_be_changed_and_a_wrong_one_is_not_run() {
    let mut model = locks();
    act(&mut model, [Action::Select(Some(Selection::Node(CLIENT)))]);
    act(&mut model, [Action::Command(Command::Operate)]);
    let Tool::Script(form) = &model.tool else { panic!("{:?}", model.tool) };
    assert_eq!(form.text, "lock stock x; work 20ms; repeat after 30ms");
    let before = model.session.choices().len();
    write(&mut model, CLIENT, "lock stock y");
    act(&mut model, [Action::Tool(ToolAction::Confirm), Action::Tool(ToolAction::RunAfter)]);
    assert!(matches!(model.tool, Tool::Script(_)), "it stays to be mended");
    assert_eq!(model.session.choices().len(), before);
}

#[test]
fn a_script_that_is_run_takes_the_place_of_what_is_under_way() {
    let mut model = locks();
    write(&mut model, CLIENT, "lock orders x; write; work 1s");
    act(&mut model, [Action::Tool(ToolAction::Confirm)]);
    assert_eq!(model.tool, Tool::None);
    assert_eq!(model.session.choices().len(), 2, "it is told to stop, and to run");
    seek(&mut model, 2_500_000);
    let client = locker(&model, CLIENT);
    assert_eq!(client.script, ["lock orders x", "write", "work 1s"]);
    assert!(client.holds.iter().any(|held| held.resource == "orders"), "{client:?}");
    seek(&mut model, 4_000_000);
    assert!(locker(&model, CLIENT).script.is_empty(), "it is done, and nothing is repeated");
    assert_eq!(view(&model).vault.accepted, 2, "a write is a read and a write");
    // What it did last is there to be done again.
    act(&mut model, [Action::Command(Command::Operate)]);
    let Tool::Script(form) = &model.tool else { panic!("{:?}", model.tool) };
    assert_eq!(form.text, "lock orders x; write; work 1s");
}

#[test]
fn a_script_can_wait_for_what_is_under_way_and_that_can_be_stopped() {
    let mut model = locks();
    write(&mut model, CLIENT, "lock orders x; work 1s");
    act(&mut model, [Action::Tool(ToolAction::RunAfter)]);
    assert_eq!(locker(&model, CLIENT).queued, 1);
    act(&mut model, [Action::Command(Command::Operate), Action::Tool(ToolAction::Stop(CLIENT))]);
    seek(&mut model, 2_500_000);
    assert_eq!(locker(&model, CLIENT).script, ["lock orders x", "work 1s"], "its turn has come");
}

#[test]
fn a_client_that_is_down_is_given_no_script() {
    let mut model = locks();
    act(&mut model, [Action::Select(Some(Selection::Node(CLIENT)))]);
    act(&mut model, [Action::Command(Command::Crash)]);
    assert_eq!(deed(&model, Command::Operate), Err(Reason::IsDown));
    assert!(matches!(deed(&model, Command::Restart), Ok(Deed::Make(_))));
}

#[test]
fn a_policy_is_changed_from_now_on_or_from_the_beginning_on() {
    let mut model = locks();
    let policy = AnySetting::from(Setting::Policy);
    assert_eq!(model.session.setting(policy), Some(0));
    act(&mut model, [Action::Tool(ToolAction::Set(policy, 2))]);
    assert_eq!(model.session.setting(policy), Some(2));
    act(&mut model, [Action::Author(AuthorAction::CompareWith(policy, 1))]);
    settle(&mut model);
    assert_eq!(model.scene.branch, 1);
    seek(&mut model, 1_000_000);
    assert_eq!(model.session.setting(policy), Some(1), "before it was changed to another");
    let fencing = AnySetting::from(Setting::Fencing);
    act(&mut model, [Action::Tool(ToolAction::Set(fencing, 0))]);
    assert!(!view(&model).vault.fencing, "the store is told too");
    let raft = page();
    assert_eq!(raft.session.setting(policy), None, "a store has no such thing");
}

#[test]
fn playing_stops_where_a_deadlock_is_found() {
    let mut model = page();
    let scenario = Scenario { config: usual(Lab::Locks), ..Scenario::default() };
    act(&mut model, [Action::Open(Open::Link(scenario.encode()))]);
    let deadlock = Landmark::Lock(LockMark::Deadlock);
    act(&mut model, [Action::Meaning(MeaningAction::Breakpoint(deadlock))]);
    act(&mut model, [Action::Play(Play::Speed(Speed::near(10.0))), Action::Play(Play::Start)]);
    settle(&mut model);
    let found = |event: &Event| {
        matches!(&event.what, What::Noted(RaftNote::Own(Own::Lock(Note::DeadlockFound { .. }))))
    };
    let steps = model.session.steps();
    assert!(model.session.events(steps, steps).iter().any(found));
    // It travels in links.
    let link = fragment(&act(&mut model, [Action::Share]));
    let mut other = page();
    act(&mut other, [Action::Open(Open::Link(link))]);
    assert_eq!(other.meaning.breakpoints, [deadlock]);
}

#[test]
fn a_new_run_of_two_groups_begins() {
    let mut model = page();
    act(&mut model, [Action::Page(Page::Dialog(Dialog::NewRun))]);
    let mut new_run = NewRun::of_lab(Lab::Locks, model.session.config());
    let place = Field::ALL.iter().position(|field| *field == Field::Servers).expect("a field");
    "6".clone_into(&mut new_run.texts[place]);
    let locks = new_run.locks.as_mut().expect("it is a lock lab");
    locks.groups = 2;
    locks.scripts.iter_mut().for_each(String::clear);
    "lock orders x; write; lock stock x; write".clone_into(&mut locks.scripts[1]);
    act(&mut model, [Action::Open(Open::Change(new_run)), Action::Open(Open::New)]);
    assert_eq!(model.dialog, None);
    seek(&mut model, 3_000_000);
    assert_eq!(view(&model).tables.len(), 2);
    assert_eq!(view(&model).resources.iter().map(|one| one.group).collect::<Vec<_>>(), [0, 1, 0]);
    assert_eq!(view(&model).vault.shelves[1].writes, 1);
    let link = fragment(&act(&mut model, [Action::Share]));
    let mut other = page();
    act(&mut other, [Action::Open(Open::Link(link))]);
    settle(&mut other);
    assert_eq!(other.session.digest(), model.session.digest());
}

#[test]
fn every_node_is_reached_by_the_key_for_clients() {
    let mut model = locks();
    let mut seen = Vec::new();
    for _ in 0..5 {
        act(&mut model, [Action::SelectNextClient]);
        let Some(Selection::Node(node)) = model.selection else { panic!("nobody is selected") };
        seen.push(model.session.names().name(node).to_string());
    }
    assert_eq!(seen, ["c1", "c2", "c3", "vault", "c1"]);
}
