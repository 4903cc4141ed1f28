//! What notes and messages of the cache say, field by field.

use crate::cache::address::Words;
use crate::cache::event::CellMark;
use crate::cache::message::{Message, What};
use crate::cache::node::Packet;
use crate::cache::note::Note;
use crate::cache::operation::Outcome;
use crate::lab::Names;
use crate::lab::locks::fields::Field;

/// What a line holds, up to its last word that is not 0.
#[must_use]
pub fn words_text(words: Words) -> String {
    let all = words.first(crate::cache::address::MOST_WORDS);
    let last = all.iter().rposition(|word| *word != 0).unwrap_or(0);
    all[..=last].iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}

/// The name of an outcome in results.
#[must_use]
pub const fn outcome_name(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Pending => "pending",
        Outcome::Read(_) => "read",
        Outcome::Done => "done",
        Outcome::Swapped => "swapped",
        Outcome::Differed(_) => "differed",
        Outcome::Unknown => "unknown",
    }
}

/// What a note says besides its name.
#[must_use]
pub fn note_fields(note: &Note, names: Names) -> Vec<Field> {
    let text = |name, value: &dyn std::fmt::Display| (name, value.to_string());
    match note {
        Note::Moved { line, from, event, to } => vec![
            text("line", line),
            text("from", &from.name()),
            text("on", &event.name()),
            text("to", &to.name()),
        ],
        Note::DirectoryMoved { line, from, event, to, transaction } => {
            let asked = transaction
                .map(|of| ("transaction", format!("{}#{}", names.name(of.requester), of.number)));
            let moved = [
                text("line", line),
                text("from", &from.name()),
                text("on", &event.name()),
                text("to", &to.name()),
            ];
            moved.into_iter().chain(asked).collect()
        }
        Note::Stalled { line, cell } => {
            let cell = cell.map(|cell| match cell {
                CellMark::Cache(state, event) => (state.name(), event.name()),
                CellMark::Directory(state, event) => (state.name(), event.name()),
            });
            let cell = cell.map(|(state, event)| [text("in", &state), text("on", &event)]);
            [text("line", line)].into_iter().chain(cell.into_iter().flatten()).collect()
        }
        Note::Unexpected { line } | Note::Replaced { line } | Note::WriteBackDue { line } => {
            vec![text("line", line)]
        }
        Note::Began { operation, hit } => vec![text("operation", operation), text("hit", hit)],
        Note::Finished { operation, outcome } => {
            let value = match outcome {
                Outcome::Read(value) | Outcome::Differed(value) => Some(text("value", value)),
                _ => None,
            };
            let done = [text("operation", operation), text("outcome", &outcome_name(*outcome))];
            done.into_iter().chain(value).collect()
        }
        Note::LeaseOver { home, lines } => {
            vec![text("home", &names.name(*home)), text("lines", lines)]
        }
        Note::GivenUp { node } => vec![text("whom", &names.name(*node))],
        Note::PossiblyLost { line, node } => {
            vec![text("line", line), text("whose", &names.name(*node))]
        }
        Note::SessionBegan { with, session } => {
            vec![text("with", &names.name(*with)), text("session", session)]
        }
    }
}

/// What a message says.
#[must_use]
pub fn packet_fields(packet: &Packet, names: Names) -> Vec<Field> {
    let text = |name, value: &dyn std::fmt::Display| (name, value.to_string());
    let Some(message) = packet.message() else { return Vec::new() };
    match message {
        Message::Coherence { line, transaction, session, what } => {
            let mut fields = vec![
                text("message", &what.name()),
                text("line", line),
                (
                    "transaction",
                    format!("{}#{}", names.name(transaction.requester), transaction.number),
                ),
            ];
            fields.extend(what.words().map(|words| ("words", words_text(words))));
            match what {
                What::Data { acks, .. } => fields.push(text("acks", acks)),
                What::Snooped { shares, .. } => fields.push(text("shares", shares)),
                What::RecoveredAck { sharer } => fields.push(text("sharer", &names.name(*sharer))),
                _ => {}
            }
            fields.extend((*session > 0).then(|| text("session", session)));
            fields
        }
        Message::Renew { session, sent_us: _ } | Message::Renewed { session, sent_us: _ } => {
            vec![text("session", session)]
        }
    }
}
