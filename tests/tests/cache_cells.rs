//! The transition table leads into the gallery: which story shows which cell is found by playing
//! them all.
//!
//! `LOCKSTEP_REGENERATE=1 cargo test -p lockstep-tests --test cache_cells` writes down where.

use std::path::Path;

use lockstep_core::cache::event::{CacheEvent, CellMark, DirectoryEvent};
use lockstep_core::cache::note::Note as CacheNote;
use lockstep_core::cache::state::{CacheState, DirectoryState};
use lockstep_core::cache::table::{
    Interconnect, Variant, cache_cell_is_reached, directory_cell_is_reached, is_same_cell,
};
use lockstep_core::lab::machine::Own;
use lockstep_core::lab::walk::Walk;
use lockstep_core::lab::{Event, Note, Session, What};
use lockstep_core::scenario::gallery::{CacheStory, CellExample, Story};
use lockstep_core::scenario::{Cursor, Scenario};
use lockstep_core::sim::run::Goal;
use lockstep_core::sim::time::Moment;

fn at(story: CacheStory, branch: u8, at: Moment) -> Session {
    let cursor = Some(Cursor { branch: branch.into(), at });
    let mut session = Scenario { cursor, ..Story::Cache(story).scenario() }.open();
    while !session.work(1_000) {}
    session
}

fn variant(session: &Session) -> Variant {
    let view = session.view(8).cache.expect("it is a cache lab").variant;
    Variant {
        interconnect: if view.bus { Interconnect::Bus } else { Interconnect::Directory },
        exclusive: view.exclusive,
        answer_invalidations: view.answer_invalidations,
        leases: view.leases,
    }
}

/// The cell that an event tells of, and the line.
fn cell(event: &Event) -> Option<(CellMark, u8)> {
    let What::Noted(Note::Own(Own::Cache(note))) = &event.what else { return None };
    let (CacheNote::Moved { line, .. }
    | CacheNote::DirectoryMoved { line, .. }
    | CacheNote::Stalled { line, .. }) = *note
    else {
        return None;
    };
    Some((note.cell()?, line.0))
}

/// The first example of each cell on a branch of a story, and how many steps it has.
fn of_branch(story: CacheStory, branch: u8) -> (u64, Vec<CellExample>) {
    let until_us = Story::Cache(story).scenario().until_us;
    let mut session = at(story, branch, Moment::START);
    let mut found: Vec<(u64, CellExample)> = Vec::new();
    let mut walk = Walk::forwards(&session, 1, u64::MAX);
    walk.work(&session, u64::MAX, &mut |glance| {
        if glance.moment.time_us > until_us {
            return true;
        }
        for event in glance.events {
            let Some((mark, line)) = cell(event) else { continue };
            if found.iter().all(|(_, other)| other.mark != mark) {
                let (node, at) = (event.node, glance.moment);
                let variant = Variant::default();
                let example = CellExample { mark, variant, story, branch, at, node, line };
                found.push((glance.step, example));
            }
        }
        false
    });
    let steps = walk.steps();
    for (step, example) in &mut found {
        session.go(Goal::Steps(*step));
        example.variant = variant(&session);
    }
    (steps, found.into_iter().map(|(_, example)| example).collect())
}

/// For each cell, and each of the things that variants do in it, the shortest run that shows it.
fn found() -> Vec<CellExample> {
    let mut runs = Vec::new();
    for story in CacheStory::ALL {
        let branches = Story::Cache(story).scenario().branches.len();
        for branch in 0..=u8::try_from(branches).expect("few branches") {
            let (steps, examples) = of_branch(story, branch);
            // What breaks a rule, or what the rules rest on, is the last to learn from.
            let rank = match story {
                CacheStory::Broken(_) => 2,
                CacheStory::Datagrams => 1,
                _ => 0,
            };
            runs.push((rank, steps, examples));
        }
    }
    runs.sort_by_key(|(rank, steps, _)| (*rank, *steps));
    let mut all: Vec<CellExample> = Vec::new();
    for example in runs.into_iter().flat_map(|(.., examples)| examples) {
        let CellExample { mark, variant, .. } = example;
        let known =
            |one: &CellExample| one.mark == mark && is_same_cell(mark, one.variant, variant);
        if is_same_cell(mark, variant, variant) && !all.iter().any(known) {
            all.push(example);
        }
    }
    all.sort_by_key(CellExample::bytes);
    all
}

#[test]
fn the_page_has_the_examples_that_the_gallery_gives() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../core/src/scenario/gallery/cells.bin");
    let found = found();
    let bytes: Vec<u8> = found.iter().flat_map(CellExample::bytes).collect();
    if std::env::var_os("LOCKSTEP_REGENERATE").is_some() {
        std::fs::write(&path, &bytes).expect("the examples are written");
    }
    let held = std::fs::read(&path).expect("the examples that the page has");
    assert!(held == bytes, "to be written anew, as the head of this file says");
}

/// Every cell in which something happens that runs come to.
fn cells(variant: Variant) -> Vec<CellMark> {
    let cache = CacheState::ALL.into_iter().flat_map(|state| {
        let on = CacheEvent::ALL.into_iter();
        let reached = move |event: &CacheEvent| {
            use CacheEvent::{Load, Replacement, Store};
            let asks = matches!(event, Load | Store | Replacement);
            cache_cell_is_reached(state, *event) && !(asks && state.awaits_copy())
        };
        on.filter(reached).map(move |event| CellMark::Cache(state, event))
    });
    let directory = DirectoryState::ALL.into_iter().flat_map(|state| {
        let on = DirectoryEvent::ALL.into_iter();
        let reached = move |event: &DirectoryEvent| directory_cell_is_reached(state, *event);
        on.filter(reached).map(move |event| CellMark::Directory(state, event))
    });
    cache.chain(directory).filter(|mark| is_same_cell(*mark, variant, variant)).collect()
}

#[test]
fn an_example_shows_its_cell_on_its_line_and_in_its_node() {
    for example in CellExample::all() {
        let CellExample { mark, story, branch, at: moment, node, line, .. } = example;
        let session = at(story, branch, moment);
        let step = session.steps();
        let shows = |event: Event| event.node == node && cell(&event) == Some((mark, line));
        assert!(session.events(step, step).into_iter().any(shows), "{example:?}");
    }
}

#[test]
fn more_than_half_of_mesi_is_shown_and_nothing_that_is_not_in_a_table() {
    for number in 0..16 {
        let variant = Variant::numbered(number);
        assert_eq!(variant.number(), number);
        let impossible = |example: &CellExample| {
            let CellExample { mark, variant, .. } = *example;
            !is_same_cell(mark, variant, variant)
        };
        assert!(!CellExample::all().any(|example| impossible(&example)));
        for mark in cells(variant) {
            if let Some(example) = CellExample::of(variant, mark) {
                assert!(is_same_cell(mark, example.variant, variant), "{example:?}");
            }
        }
    }
    let all = cells(Variant::MESI);
    let shown = all.iter().filter(|mark| CellExample::of(Variant::MESI, **mark).is_some()).count();
    assert!(shown * 2 > all.len(), "{shown} of {}", all.len());
    let upgrade = CellMark::Cache(CacheState::E, CacheEvent::Store);
    let example = CellExample::of(Variant::MESI, upgrade).expect("a story is about it");
    assert_eq!((example.story, example.line), (CacheStory::SilentUpgrade, 0));
    assert_eq!(CellExample::of(Variant::MSI, upgrade), None, "MSI has no such state");
}
