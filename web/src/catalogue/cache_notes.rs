//! What the nodes of the cache say of what they do: one sentence for each kind of note.
//!
//! States, requests and columns of the tables keep the primer's names in every language.

use lockstep_core::cache::note::Note;
use lockstep_core::cache::operation::{Operation, Outcome};
use lockstep_core::lab::{Names, NodeName};

use super::{Language, choose, say};

impl Language {
    pub(super) fn cache_note(self, names: Names, node: NodeName, note: &Note) -> String {
        match note {
            Note::Moved { .. }
            | Note::DirectoryMoved { .. }
            | Note::Stalled { .. }
            | Note::Unexpected { .. } => self.transition_note(names, node, note),
            Note::Began { .. } | Note::Finished { .. } => self.processor_note(node, note),
            Note::Replaced { line } => say!(
                self,
                "{node} has no room: {line}, the least recently used, must go.",
                "{node} penuh: {line}, yang paling lama tak dipakai, harus digusur.",
            ),
            Note::WriteBackDue { line } => say!(
                self,
                "{node} writes {line} back: it was modified for as long as it may be.",
                "{node} melakukan write-back {line}: batas lamanya berubah sudah habis.",
            ),
            Note::LeaseOver { .. }
            | Note::GivenUp { .. }
            | Note::PossiblyLost { .. }
            | Note::SessionBegan { .. } => self.failure_note(names, node, note),
        }
    }

    fn transition_note(self, names: Names, node: NodeName, note: &Note) -> String {
        match note {
            Note::Moved { line, from, event, to } if from == to => {
                let (from, event) = (from.name(), event.name());
                say!(
                    self,
                    "{node}: {line} stays in {from} on {event}.",
                    "{node}: {line} tetap di {from} setelah {event}.",
                )
            }
            Note::Moved { line, from, event, to } => {
                let (from, event, to) = (from.name(), event.name(), to.name());
                say!(
                    self,
                    "{node}: {line} goes {from} → {to} on {event}.",
                    "{node}: {line} berpindah {from} → {to} karena {event}.",
                )
            }
            Note::DirectoryMoved { line, from, event, to, transaction } => {
                let (from, event, to) = (from.name(), event.name(), to.name());
                let of = match transaction {
                    Some(transaction) => {
                        let requester = names.name(transaction.requester);
                        say!(self, ", for {requester}", ", demi {requester}")
                    }
                    None => String::new(),
                };
                match from == to {
                    true => say!(
                        self,
                        "{node}'s directory: {line} stays in {from} on {event}{of}.",
                        "Direktori {node}: {line} tetap di {from} setelah {event}{of}.",
                    ),
                    false => say!(
                        self,
                        "{node}'s directory: {line} goes {from} → {to} on {event}{of}.",
                        "Direktori {node}: {line} berpindah {from} → {to} karena {event}{of}.",
                    ),
                }
            }
            Note::Stalled { line, cell: Some(cell) } => {
                let cell = super::cell_name(*cell);
                say!(
                    self,
                    "{node} cannot answer about {line} yet: {cell} has to wait (a stall).",
                    "{node} belum bisa menjawab soal {line}: {cell} harus menunggu (stall).",
                )
            }
            Note::Stalled { line, cell: None } => say!(
                self,
                "{node} cannot answer about {line} yet: the message has to wait.",
                "{node} belum bisa menjawab soal {line}: pesannya harus menunggu (stall).",
            ),
            Note::Unexpected { line } => say!(
                self,
                "{node} gets something about {line} for which its table has no entry, and drops \
                 it.",
                "{node} menerima sesuatu tentang {line} yang tak ada di tabelnya, lalu \
                 membuangnya.",
            ),
            _ => String::new(),
        }
    }

    fn processor_note(self, node: NodeName, note: &Note) -> String {
        match note {
            Note::Began { operation, hit: true } => say!(
                self,
                "{node} begins {operation}: a hit, its copy serves it.",
                "{node} memulai {operation}: hit, dilayani salinannya sendiri.",
            ),
            Note::Began { operation, hit: false } => match operation.address() {
                Some(_) => say!(
                    self,
                    "{node} begins {operation}: a miss, it must ask.",
                    "{node} memulai {operation}: miss, ia harus meminta.",
                ),
                None => say!(self, "{node} begins {operation}.", "{node} memulai {operation}."),
            },
            Note::Finished { operation, outcome } => self.finished(node, *operation, *outcome),
            _ => String::new(),
        }
    }

    fn finished(self, node: NodeName, operation: Operation, outcome: Outcome) -> String {
        match outcome {
            Outcome::Read(value) => {
                say!(
                    self,
                    "{node}: {operation} gives {value}.",
                    "{node}: {operation} memberi {value}."
                )
            }
            Outcome::Done => {
                say!(self, "{node}: {operation} is done.", "{node}: {operation} selesai.")
            }
            Outcome::Swapped => say!(
                self,
                "{node}: {operation} has swapped.",
                "{node}: {operation} berhasil menukar.",
            ),
            Outcome::Differed(value) => say!(
                self,
                "{node}: {operation} found {value}, and changes nothing.",
                "{node}: {operation} menemukan {value}, dan tak mengubah apa pun.",
            ),
            Outcome::Unknown => say!(
                self,
                "{node} was lost in the middle of {operation}: nobody knows whether it happened.",
                "{node} hilang di tengah {operation}: tak ada yang tahu apakah itu terjadi.",
            ),
            Outcome::Pending => {
                say!(self, "{node}: {operation} is under way.", "{node}: {operation} berlangsung.")
            }
        }
    }

    fn failure_note(self, names: Names, node: NodeName, note: &Note) -> String {
        match note {
            Note::LeaseOver { home, lines } => {
                let (home, lines) = (names.name(*home), self.lines_counted(*lines));
                say!(
                    self,
                    "{node}'s lease at {home} has run out: it drops {lines}.",
                    "Sewa {node} di {home} habis: ia membuang {lines}.",
                )
            }
            Note::GivenUp { node: given_up } => {
                let given_up = names.name(*given_up);
                say!(
                    self,
                    "{node} gives {given_up} up: its lease is over, and its copies do not count.",
                    "{node} menyerah pada {given_up}: sewanya habis, salinannya tak dihitung lagi.",
                )
            }
            Note::PossiblyLost { line, node: owner } => {
                let owner = names.name(*owner);
                say!(
                    self,
                    "{node} reports {line} as possibly lost: {owner} owned it and may have written \
                     it.",
                    "{node} melaporkan {line} mungkin hilang: pemiliknya, {owner}, mungkin sudah \
                     menulisnya.",
                )
            }
            Note::SessionBegan { with, session } => {
                let with = names.name(*with);
                say!(
                    self,
                    "{node} and {with} know each other again: session {session}.",
                    "{node} dan {with} saling mengenal lagi: sesi {session}.",
                )
            }
            _ => String::new(),
        }
    }

    /// So many lines.
    fn lines_counted(self, lines: u8) -> String {
        match lines {
            0 => choose!(
                self,
                "nothing, it has none of its lines",
                "tak satu pun, karena memang kosong"
            )
            .to_owned(),
            1 => choose!(self, "its line", "satu barisnya").to_owned(),
            _ => say!(self, "its {lines} lines", "{lines} barisnya"),
        }
    }
}
