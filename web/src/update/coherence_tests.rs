//! What a person can look at in the cache lab, without a browser.

use lockstep_core::cache::address::{Address, Line};
use lockstep_core::cache::event::{CacheEvent, DirectoryEvent};
use lockstep_core::cache::message::Transaction;
use lockstep_core::cache::operation::Operation;
use lockstep_core::cache::state::{CacheState, DirectoryState};
use lockstep_core::cache::table::Variant;
use lockstep_core::lab::landmark::{CellMark, Landmark};
use lockstep_core::scenario::gallery::{CacheStory, Story};
use lockstep_core::sim::process::NodeId;

use super::tests::{act, open_file, page, seek, settle};
use crate::action::Action;
use crate::coherence::{LineState, Look};
use crate::command::{Command, Deed, deed};
use crate::effect::Effect;
use crate::meaning::MeaningAction;
use crate::model::{Model, Origin, Selection};
use crate::seen::Seen;

/// Two caches share x; then the first writes it. Every message takes 10 ms.
const UPGRADE: &str = r#"{ "lockstep": 1, "lab": "cache", "until": "200ms",
    "config": { "caches": 3, "lines": 2, "network": { "delay": ["10ms", "10ms"] } },
    "choices": [ { "at": "5ms", "client": "n1", "read": "x" },
                 { "at": "40ms", "client": "n2", "read": "x" },
                 { "at": "80ms", "client": "n1", "write": ["x", 7] } ] }"#;

fn upgrade(time_us: u64) -> Model {
    let mut model = page();
    open_file(&mut model, UPGRADE);
    seek(&mut model, time_us);
    model
}

fn state(model: &Model, node: usize) -> &'static str {
    let cache = model.scene.view.cache.as_ref().expect("it is a cache lab");
    let copy = cache.caches[node].copies.iter().find(|copy| copy.line == 0);
    copy.map_or("I", |copy| copy.state)
}

#[test]
fn a_line_is_chosen_if_there_is_one() {
    let mut model = upgrade(1_000);
    act(&mut model, [Action::Look(Look::Line(1))]);
    assert_eq!(model.coherence.line, 1);
    act(&mut model, [Action::Look(Look::Line(2))]);
    assert_eq!(model.coherence.line, 1, "there are two");
    open_file(&mut model, UPGRADE);
    assert_eq!(model.coherence.line, 0, "another run begins with its first");
}

#[test]
fn what_is_selected_pointed_at_or_followed_stands_out() {
    let mut model = upgrade(95_000);
    assert_eq!(model.lit_transaction(), None);
    let message = model.scene.view.messages[0].id;
    act(&mut model, [Action::Select(Some(Selection::Message(message)))]);
    let write = model.lit_transaction().expect("it belongs to one");
    assert_eq!(write.requester, NodeId(0));
    let other = Transaction { requester: NodeId(1), number: 1 };
    act(&mut model, [Action::Look(Look::Point(Some(other)))]);
    assert_eq!(model.lit_transaction(), Some(other));
    act(&mut model, [Action::Look(Look::Point(None)), Action::Select(None)]);
    act(&mut model, [Action::Look(Look::Follow(write, 0))]);
    seek(&mut model, 105_000);
    assert_eq!(model.lit_transaction(), Some(write), "the acknowledgement belongs to it too");
    act(&mut model, [Action::Look(Look::Follow(write, 0))]);
    assert_eq!(model.lit_transaction(), None, "once more, and it is not followed");
}

#[test]
fn to_follow_a_transaction_is_to_look_at_its_line_and_its_messages_stand_out_on_the_timeline() {
    let mut model = upgrade(150_000);
    settle(&mut model);
    act(&mut model, [Action::Look(Look::Line(1))]);
    let classes = |model: &Model, shade: &str| {
        let strokes = model.picture().strokes.into_iter();
        let of_shade = strokes.filter(|stroke| stroke.class.split(' ').any(|one| one == shade));
        of_shade.filter(|stroke| stroke.class.starts_with("flight")).count()
    };
    assert_eq!((classes(&model, "past"), classes(&model, "concurrent")), (0, 0));
    let write = Transaction { requester: NodeId(0), number: 2 };
    act(&mut model, [Action::Look(Look::Follow(write, 0))]);
    assert_eq!((model.coherence.followed, model.coherence.line), (Some(write), 0));
    // GetM, Inv, Data and the acknowledgement; and what the two reads said steps back.
    assert_eq!(classes(&model, "past"), 4);
    assert!(classes(&model, "concurrent") >= 2);
    act(&mut model, [Action::Look(Look::Follow(write, 0))]);
    assert_eq!((classes(&model, "past"), classes(&model, "concurrent")), (0, 0));
}

#[test]
fn a_cell_leads_back_and_forth_to_where_it_was_carried_out() {
    let mut model = upgrade(150_000);
    let mark = CellMark::Cache(CacheState::S, CacheEvent::Store);
    act(&mut model, [Action::Meaning(MeaningAction::Previous(Landmark::Cell(mark)))]);
    settle(&mut model);
    assert_eq!((model.scene.moment.time_us, state(&model, 0)), (80_000, "SM_AD"));
    let lost_by = CacheEvent::Invalidate;
    let lost = CellMark::Cache(CacheState::S, lost_by);
    act(&mut model, [Action::Meaning(MeaningAction::Next(Landmark::Cell(lost)))]);
    settle(&mut model);
    assert_eq!((model.scene.moment.time_us, state(&model, 1)), (100_000, "I"));
    let last = model.scene.moves.last().expect("something has happened");
    let gone = LineState::Cache(CacheState::I);
    assert_eq!((last.node, last.event, last.to), (NodeId(1), lost_by.name(), gone));
}

#[test]
fn a_write_shows_how_it_became_one_and_not_only_that_it_was_done() {
    let model = upgrade(115_000);
    let mut moves = model.scene.moves.iter();
    let last = moves.find(|one| one.node == NodeId(0)).expect("n1 has written");
    assert_eq!((last.from.name(), last.to.name()), ("SM_A", "M"));
}

#[test]
fn a_processor_does_what_it_is_asked() {
    let mut model = upgrade(1_000);
    let write = Operation::Write(Address { line: Line(0), word: 0 }, 3);
    act(&mut model, [Action::Look(Look::Ask(NodeId(2), write))]);
    assert_eq!(state(&model, 2), "IM_AD");
    // It has the line until n1, which asked for it later, is served.
    seek(&mut model, 22_000);
    assert_eq!(state(&model, 2), "M");
}

#[test]
fn caches_and_homes_are_crashed_paused_and_cut_off_as_servers_are() {
    let mut model = upgrade(1_000);
    let home = NodeId(3);
    for node in [NodeId(1), home] {
        act(&mut model, [Action::Select(Some(Selection::Node(node)))]);
        for command in [Command::CutLink, Command::Partition] {
            assert!(matches!(deed(&model, command), Ok(Deed::Ask(_))), "{command:?} {node:?}");
        }
        act(&mut model, [Action::Command(Command::Crash)]);
        let view = model.scene.view.cache.as_ref().expect("it is a cache lab");
        assert_eq!(view.condition(node), Some((false, false)));
        assert!(matches!(deed(&model, Command::Restart), Ok(Deed::Make(_))));
    }
}

#[test]
fn a_cell_that_this_run_has_not_come_to_opens_the_story_that_has() {
    let mut model = upgrade(1_000);
    let mark = CellMark::Cache(CacheState::MI_A, CacheEvent::ForwardGetM);
    act(&mut model, [Action::Look(Look::Example(mark))]);
    settle(&mut model);
    let story = Story::Cache(CacheStory::EvictionRace);
    assert_eq!(model.origin, Origin::Gallery(story));
    assert_eq!((model.scene.moment.time_us, state(&model, 0)), (48_000, "II_A"));
    assert_eq!(model.selection, Some(Selection::Node(NodeId(0))));
    assert_eq!((model.coherence.line, model.coherence.cell), (0, Some(mark)));
    let never = CellMark::Cache(CacheState::EI_A, CacheEvent::ForwardGetM);
    assert_eq!(act(&mut model, [Action::Look(Look::Example(never))]), [], "no story shows it");
}

#[test]
fn what_was_seen_is_kept_over_runs_until_it_is_to_be_forgotten() {
    let mut model = upgrade(150_000);
    let store = CellMark::Cache(CacheState::S, CacheEvent::Store);
    assert!(model.seen.has(Variant::MESI, store));
    let kept = model.seen.clone();
    seek(&mut model, 1_000);
    open_file(&mut model, UPGRADE);
    assert_eq!(model.seen, kept, "neither going back nor another run takes anything away");
    let effects = act(&mut model, [Action::Look(Look::Forget)]);
    assert_eq!(effects, [Effect::RememberCells(String::new())]);
    assert!(!model.seen.has(Variant::MESI, store));
}

#[test]
fn what_a_broken_rule_has_shown_does_not_count_and_another_protocol_counts_for_itself() {
    let seen = |from: &str, to: &str| {
        let mut model = page();
        open_file(&mut model, &UPGRADE.replace(from, to));
        seek(&mut model, 150_000);
        let cache = model.scene.view.cache.clone().expect("it is a cache lab");
        let store = CacheState::S as usize;
        assert_ne!(cache.seen.cache[store], 0, "this run has come to it");
        model.seen
    };
    let broken = seen("\"caches\": 3", "\"caches\": 3, \"bugs\": [\"shared_written\"]");
    assert_eq!(broken, Seen::default());
    let last = "{ \"at\": \"80ms\"";
    let switch = "{ \"at\": \"60ms\", \"set\": \"exclusive\", \"to\": false }, ";
    let switched = seen(last, &format!("{switch}{last}"));
    let store = CellMark::Cache(CacheState::S, CacheEvent::Store);
    let read = CellMark::Directory(DirectoryState::I, DirectoryEvent::GetS);
    assert!(switched.has(Variant::MSI, store));
    assert!(!switched.has(Variant::MSI, read), "that was MESI's");
    // Where the rule is broken later, what was shown before counts.
    let plant = "{ \"at\": \"60ms\", \"plant\": \"shared_written\" }, ";
    let later = seen(last, &format!("{plant}{last}"));
    assert!(later.has(Variant::MESI, read) && !later.has(Variant::MESI, store));
}
