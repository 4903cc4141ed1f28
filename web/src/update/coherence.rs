//! The cache lab: which line is chosen, what is followed, what a processor is asked to do.

use lockstep_core::lab::Choice;

use super::intervene;
use crate::coherence::{Coherence, Look};
use crate::effect::Effect;
use crate::model::{Model, Tab};

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
        Look::Ask(node, operation) => {
            return intervene::make(model, Choice::Operate { node, operation: operation.into() });
        }
    }
    Vec::new()
}

/// Another run has come: nothing is followed in it, and its first line is the chosen one.
pub(super) fn forget(model: &mut Model) {
    model.coherence = Coherence::default();
}
