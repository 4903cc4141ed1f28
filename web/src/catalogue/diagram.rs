//! What the diagram says.

use lockstep_core::lab::Names;
use lockstep_core::lab::sheet::{Arrow, End};

use super::{Language, choose, say};
use crate::diagram::Group;
use crate::number::seconds;

/// A fixed text about how the diagram is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lens {
    /// The row of controls.
    Row,
    /// A switch: whether messages are drawn.
    Messages,
    /// A button.
    ZoomIn,
    /// A button.
    ZoomOut,
    /// A button.
    Whole,
    /// A handle.
    Taller,
    /// A key.
    PanBack,
    /// A key.
    PanForward,
    /// A key.
    EventBefore,
    /// A key.
    EventAfter,
    /// There are too many messages to draw each.
    Dense,
}

impl Language {
    /// A fixed text about how the diagram is looked at.
    #[must_use]
    pub const fn lens(self, lens: Lens) -> &'static str {
        match lens {
            Lens::Row => choose!(self, "What the timeline shows", "Yang ditampilkan lini masa"),
            Lens::Messages => choose!(self, "Messages", "Pesan"),
            Lens::ZoomIn => choose!(self, "Zoom in", "Perbesar"),
            Lens::ZoomOut => choose!(self, "Zoom out", "Perkecil"),
            Lens::Whole => choose!(self, "Whole run", "Seluruhnya"),
            Lens::Taller => choose!(self, "Height of the timeline", "Tinggi lini masa"),
            Lens::PanBack => choose!(self, "Earlier on the timeline", "Geser ke awal"),
            Lens::PanForward => choose!(self, "Later on the timeline", "Geser ke akhir"),
            Lens::EventBefore => {
                choose!(self, "Event before, on this lane", "Kejadian sebelumnya di jalur ini")
            }
            Lens::EventAfter => {
                choose!(self, "Next event, on this lane", "Kejadian berikutnya di jalur ini")
            }
            Lens::Dense => choose!(
                self,
                "Too many messages to draw each: columns show how much happened. Zoom in.",
                "Terlalu banyak pesan: kolom menunjukkan banyaknya kejadian. Perbesar.",
            ),
        }
    }

    /// A group of kinds of messages.
    #[must_use]
    pub const fn message_group(self, group: Group) -> &'static str {
        match group {
            Group::Votes => choose!(self, "votes", "suara"),
            Group::Entries => choose!(self, "entries", "entri"),
            Group::Acks => choose!(self, "acks", "konfirmasi"),
            Group::Clients => choose!(self, "clients", "klien"),
            Group::Beats => choose!(self, "heartbeats", "heartbeat"),
        }
    }

    /// A message of the diagram: which, when it was sent, and what became of it.
    #[must_use]
    pub fn arrow(self, names: Names, arrow: &Arrow) -> String {
        let what = self.message_kind(arrow.kind);
        let name = names.message(arrow.id);
        let (sent, end) = (seconds(arrow.sent_us), seconds(arrow.end_us));
        match arrow.end {
            End::Arrived => say!(
                self,
                "{name}, {what}: sent at {sent} s, arrived at {end} s.",
                "{name}, {what}: dikirim {sent} s, tiba {end} s.",
            ),
            End::Lost(reason) => {
                let why = self.loss_reason(reason);
                say!(
                    self,
                    "{name}, {what}: sent at {sent} s, lost at {end} s: {why}.",
                    "{name}, {what}: dikirim {sent} s, hilang {end} s: {why}.",
                )
            }
            End::UnderWay | End::Held => say!(
                self,
                "{name}, {what}: sent at {sent} s, on its way.",
                "{name}, {what}: dikirim {sent} s, masih di jalan.",
            ),
        }
    }
}
