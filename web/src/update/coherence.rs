//! The cache lab: which line is chosen, what is followed, what a processor is asked to do.

use lockstep_core::lab::Choice;
use lockstep_core::lab::landmark::CellMark;
use lockstep_core::scenario::gallery::{CellExample, Story};
use lockstep_core::scenario::{Cursor, Scenario};

use super::{intervene, open};
use crate::coherence::{Coherence, Look, variant};
use crate::effect::Effect;
use crate::model::{Model, Origin, Selection, Tab};
use crate::seen::Seen;

pub(super) fn look(model: &mut Model, look: Look) -> Vec<Effect> {
    let lines = model.session.config().cache.as_ref().map_or(0, |cache| cache.lines);
    let coherence = &mut model.coherence;
    match look {
        Look::Line(line) if line < lines => coherence.line = line,
        Look::Line(_) => {}
        Look::Follow(transaction, _) if coherence.followed == Some(transaction) => {
            coherence.followed = None;
        }
        Look::Follow(transaction, line) => {
            coherence.followed = Some(transaction);
            // The diagram and the lanes are about its line, the side panel tells its messages.
            coherence.line = line;
            model.tab = Tab::Inspect;
        }
        Look::Point(transaction) => coherence.pointed = transaction,
        Look::Table { of_directory } => {
            coherence.of_directory = of_directory;
            coherence.cell = None;
        }
        Look::Cell(cell) => coherence.cell = Some(cell),
        Look::Example(cell) => return example(model, cell),
        Look::Forget => {
            model.seen = Seen::default();
            return vec![Effect::RememberCells(String::new())];
        }
        Look::Ask(node, operation) => {
            return intervene::make(model, Choice::Operate { node, operation: operation.into() });
        }
    }
    Vec::new()
}

/// Opens the story that shows a cell, at that moment, with the line and the node that it is about.
fn example(model: &mut Model, cell: CellMark) -> Vec<Effect> {
    let Some(cache) = &model.scene.view.cache else { return Vec::new() };
    let Some(example) = CellExample::of(variant(&cache.variant), cell) else { return Vec::new() };
    let story = Story::Cache(example.story);
    let cursor = Some(Cursor { branch: example.branch.into(), at: example.at });
    let scenario = Scenario { cursor, ..story.scenario() };
    let effects = open::install(model, &scenario, Origin::Gallery(story));
    model.dialog = None;
    model.selection = Some(Selection::Node(example.node));
    let of_directory = matches!(cell, CellMark::Directory(..));
    let (line, cell) = (example.line, Some(cell));
    model.coherence = Coherence { line, of_directory, cell, ..Coherence::default() };
    effects
}

/// What this run has shown up to the cursor is remembered.
pub(super) fn remember(model: &mut Model) -> Option<Effect> {
    let cache = model.scene.view.cache.as_ref()?;
    let is_new = model.seen.add(variant(&cache.variant), &cache.seen);
    is_new.then(|| Effect::RememberCells(model.seen.text()))
}

/// Another run has come: nothing is followed in it, and its first line is the chosen one.
pub(super) fn forget(model: &mut Model) {
    model.coherence = Coherence::default();
}
