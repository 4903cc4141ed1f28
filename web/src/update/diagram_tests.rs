//! The diagram without a browser: fingers and keys in, what is looked at and selected out.

use lockstep_core::lab::raft::view::MessageKind;
use lockstep_core::lab::sheet::{Arrow, End};

use super::update;
use crate::action::{Action, Play};
use crate::diagram::action::Touch;
use crate::diagram::frame::RULER;
use crate::diagram::picture::ends;
use crate::diagram::{DiagramAction, Group};
use crate::model::{Model, Preferences, Selection, Surroundings};

fn page(time_us: u64) -> Model {
    let mut model = Model::new(Preferences::default(), Surroundings::default());
    act(&mut model, DiagramAction::Measured(1_000));
    seek(&mut model, time_us);
    model
}

fn act(model: &mut Model, action: DiagramAction) {
    update(model, Action::Diagram(action));
    settle(model);
}

fn seek(model: &mut Model, time_us: u64) {
    update(model, Action::Play(Play::Seek(time_us)));
    settle(model);
}

fn settle(model: &mut Model) {
    for frame in 0..1_000 {
        let effects = update(model, Action::Frame(f64::from(frame) * 16.0));
        if effects.is_empty() && !model.is_moving() {
            return;
        }
    }
    panic!("the page does not come to rest");
}

const fn touch(id: i32, (x, y): (f64, f64)) -> Touch {
    Touch { id, x, y, reach: 6.0 }
}

fn ruler(x: f64) -> Touch {
    touch(1, (x, f64::from(RULER) / 2.0))
}

fn press(model: &mut Model, touch: Touch) {
    act(model, DiagramAction::Press(touch, false));
}

/// A vote request that arrived, and the middle of its line.
fn message(model: &Model) -> (Arrow, (f64, f64)) {
    let sheet = model.diagram.reading.sheet().expect("few messages");
    let arrived =
        |arrow: &&Arrow| arrow.kind == MessageKind::VoteRequest && arrow.end == End::Arrived;
    let arrow = *sheet.arrows().iter().find(arrived).expect("there was an election");
    let [from, to] = ends(&arrow, &model.frame(), 0);
    (arrow, (f64::midpoint(from.0, to.0), f64::midpoint(from.1, to.1)))
}

#[test]
fn dragging_scrubs_from_the_press_on() {
    let mut model = page(1_000_000);
    let horizon_us = model.horizon_us();
    press(&mut model, ruler(500.0));
    assert_eq!(model.scene.moment.time_us, horizon_us / 2);
    act(&mut model, DiagramAction::Move(ruler(250.0)));
    assert_eq!(model.scene.moment.time_us, horizon_us / 4);
    act(&mut model, DiagramAction::Move(ruler(-50.0)));
    assert_eq!(model.scene.moment.time_us, 0);
    act(&mut model, DiagramAction::Release(ruler(-50.0)));
    act(&mut model, DiagramAction::Move(ruler(900.0)));
    assert_eq!(model.scene.moment.time_us, 0, "nothing is pressed any more");
}

#[test]
fn a_message_is_selected_where_it_is_pressed_and_a_drag_from_there_scrubs() {
    let mut model = page(1_000_000);
    let (arrow, middle) = message(&model);
    act(&mut model, DiagramAction::Move(touch(1, middle)));
    assert_eq!(model.diagram.lit, Some(arrow.id));
    press(&mut model, touch(1, middle));
    act(&mut model, DiagramAction::Release(touch(1, middle)));
    assert_eq!(model.selection, Some(Selection::Message(arrow.id)));
    assert_eq!(model.scene.moment.time_us, 1_000_000);
    let (gone, fields) = model.diagram.gone.as_ref().expect("what it said is found");
    assert_eq!(gone.id, arrow.id);
    assert!(fields.iter().any(|(name, _)| *name == "lastLogIndex"));
    // The second gesture goes there.
    act(&mut model, DiagramAction::GoTo);
    assert_eq!(model.scene.steps(), arrow.event.step());
    press(&mut model, touch(1, middle));
    act(&mut model, DiagramAction::Move(touch(1, (middle.0 + 100.0, middle.1))));
    let time_us = model.frame().time_us(middle.0 + 100.0);
    assert_eq!(model.scene.moment.time_us, time_us);
}

#[test]
fn the_end_of_a_line_is_the_event_of_its_arrival() {
    let mut model = page(1_000_000);
    let (arrow, _) = message(&model);
    let [_, to] = ends(&arrow, &model.frame(), 0);
    press(&mut model, touch(1, (to.0 + 1.0, to.1 + 1.0)));
    act(&mut model, DiagramAction::Release(touch(1, to)));
    let Some(Selection::Event(event)) = model.selection else { panic!("no event is selected") };
    let selected = model.diagram.selected.as_ref().expect("it is found");
    assert_eq!((selected.id, selected.time_us), (event, model.frame().time_us(to.0)));
}

#[test]
fn two_fingers_zoom_and_leave_the_cursor_alone() {
    let mut model = page(1_000_000);
    let cursor = |model: &Model| model.scene.moment.time_us;
    press(&mut model, touch(1, (400.0, 5.0)));
    let before_us = cursor(&model);
    let under_us = model.frame().time_us(500.0);
    press(&mut model, touch(2, (600.0, 5.0)));
    act(&mut model, DiagramAction::Move(touch(1, (300.0, 5.0))));
    act(&mut model, DiagramAction::Move(touch(2, (700.0, 5.0))));
    let frame = model.frame();
    assert!(frame.span_us().abs_diff(model.horizon_us() / 2) < 10, "{frame:?}");
    assert!(frame.time_us(500.0).abs_diff(under_us) < 10_000);
    assert_eq!(cursor(&model), before_us);
    act(&mut model, DiagramAction::Release(touch(2, (700.0, 5.0))));
    act(&mut model, DiagramAction::Release(touch(1, (300.0, 5.0))));
    assert_eq!(model.diagram.press, None);
}

#[test]
fn a_window_follows_the_cursor_and_not_the_other_way_round() {
    let mut model = page(1_000_000);
    act(&mut model, DiagramAction::Zoom(0.1, None));
    let window = model.window_us();
    assert!(window.0 <= 1_000_000 && 1_000_000 <= window.1);
    act(&mut model, DiagramAction::Pan(2.0));
    assert_eq!(model.scene.moment.time_us, 1_000_000);
    let moved = model.window_us();
    assert!(moved.0 > 1_000_000, "the cursor is out of sight, as was asked for");
    seek(&mut model, 200_000);
    let (from_us, to_us) = model.window_us();
    assert!(from_us <= 200_000 && 200_000 <= to_us, "what is gone to is shown");
    assert_eq!(to_us - from_us, window.1 - window.0);
    act(&mut model, DiagramAction::Whole);
    assert_eq!(model.window_us(), (0, model.horizon_us()));
}

#[test]
fn keys_walk_along_one_lane_and_back() {
    let mut model = page(1_000_000);
    let node = lockstep_core::sim::process::NodeId(2);
    // Heartbeats, too: without them little happens to a follower.
    act(&mut model, DiagramAction::Group(Group::Beats));
    model.selection = Some(Selection::Node(node));
    let mut walked = Vec::new();
    for _ in 0..5 {
        act(&mut model, DiagramAction::Walk(-1));
        let event = model.diagram.selected.as_ref().expect("something happened before");
        assert_eq!(event.node, node);
        walked.push(event.id);
    }
    assert!(walked.is_sorted_by(|one, other| one > other), "{walked:?}");
    for event in walked.iter().rev().skip(1) {
        act(&mut model, DiagramAction::Walk(1));
        assert_eq!(model.selection, Some(Selection::Event(*event)));
    }
}

#[test]
fn switching_a_group_on_shows_messages_too() {
    let mut model = page(300_000);
    act(&mut model, DiagramAction::Messages);
    assert!(!model.diagram.filter.messages);
    act(&mut model, DiagramAction::Group(Group::Beats));
    assert!(model.diagram.filter.messages && model.diagram.filter.has(Group::Beats));
}

#[test]
fn the_diagram_becomes_taller_within_bounds() {
    let mut model = page(0);
    let usual = model.frame().pitch;
    act(&mut model, DiagramAction::Taller(1_000_000));
    let tallest = model.frame().pitch;
    assert!(tallest > usual && model.frame().bottom() < 1_000);
    act(&mut model, DiagramAction::Taller(-2_000_000));
    assert_eq!(model.frame().pitch, usual);
}
