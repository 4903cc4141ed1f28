//! The sentence at the top of the cache lab's stage, and the remark below it.

use lockstep_core::lab::cache::CacheView;
use lockstep_core::lab::cache::situation::Going;

use super::{Language, choose, say};

impl Language {
    /// The headline of the cache lab.
    #[must_use]
    pub fn cache_headline(self, view: &CacheView) -> String {
        match &view.situation.going {
            Going::Lost { line, node } => say!(
                self,
                "{line} is possibly lost with {node}",
                "{line} mungkin hilang bersama {node}",
            ),
            Going::WaitingOut { node, home } => say!(
                self,
                "{home} waits until {node}'s lease is over",
                "{home} menunggu sampai sewa {node} habis",
            ),
            Going::Invalidating { writer, line, left } => say!(
                self,
                "{writer} wants to write {line}: {left} Inv-Ack to come",
                "{writer} ingin menulis {line}: menunggu {left} Inv-Ack",
            ),
            Going::Handing { from, to, line, .. } => {
                say!(
                    self,
                    "{line} goes from {from} to {to}",
                    "{line} berpindah dari {from} ke {to}"
                )
            }
            Going::Fetching { node, line, .. } => {
                say!(self, "{node} waits for {line}", "{node} menunggu {line}")
            }
            Going::GivingUp { node, line } => {
                say!(self, "{node} gives {line} up", "{node} melepas {line}")
            }
            Going::Pending { node, operation } => {
                say!(self, "{node} waits: {operation}", "{node} menunggu: {operation}")
            }
            Going::Travelling { says, line, from, to } => say!(
                self,
                "{says} {line} is on its way from {from} to {to}",
                "{says} {line} sedang menuju {to} dari {from}",
            ),
            Going::Quiet => {
                choose!(self, "Nothing is under way", "Tak ada yang sedang berlangsung").to_owned()
            }
        }
    }

    /// What matters about it.
    #[must_use]
    pub fn cache_remark(self, view: &CacheView) -> String {
        match &view.situation.going {
            Going::Lost { .. } if view.variant.exclusive => choose!(
                self,
                "E becomes M without a message, so the directory cannot tell whether it was \
                 written.",
                "E menjadi M tanpa pesan, jadi direktori tak bisa tahu apakah sudah ditulis.",
            )
            .to_owned(),
            Going::Lost { .. } => choose!(
                self,
                "It was the owner, and memory has only what was written back.",
                "Ia pemiliknya, dan memori hanya punya yang sudah di-write-back.",
            )
            .to_owned(),
            Going::WaitingOut { node, .. } => say!(
                self,
                "Until then {node} may use its copies: nobody else may write them.",
                "Sampai saat itu {node} boleh memakai salinannya: yang lain tak boleh menulis.",
            ),
            Going::Invalidating { .. } => choose!(
                self,
                "As long as one copy is left, somebody may read the old value.",
                "Selama masih ada satu salinan, nilai lama masih bisa terbaca.",
            )
            .to_owned(),
            Going::Handing { from, to_write: true, .. } => say!(
                self,
                "{from} hands the only copy on, and keeps none: memory is not asked.",
                "{from} menyerahkan satu-satunya salinan: memori tak perlu ditanya.",
            ),
            Going::Handing { from, to_write: false, .. } => say!(
                self,
                "{from} gives a copy to read and one to memory: from then on all have the same.",
                "{from} memberi salinan baca, juga ke memori: sejak itu semua punya nilai sama.",
            ),
            Going::Fetching { to_write: true, .. } => choose!(
                self,
                "It asked to write (GetM): whoever has a copy must give it up first.",
                "Ia minta menulis (GetM): yang punya salinan harus melepasnya dulu.",
            )
            .to_owned(),
            Going::Fetching { to_write: false, .. } => choose!(
                self,
                "It asked to read (GetS): the home or the owner sends the data.",
                "Ia minta membaca (GetS): home atau pemiliknya mengirim data.",
            )
            .to_owned(),
            Going::GivingUp { .. } => choose!(
                self,
                "It stays answerable for the line until the home has acknowledged.",
                "Ia tetap bertanggung jawab atas baris itu sampai home mengonfirmasi.",
            )
            .to_owned(),
            Going::Pending { .. } => choose!(
                self,
                "Its processor waits, and its cache has not asked for the line yet.",
                "Prosesornya menunggu, dan cache-nya belum meminta baris itu.",
            )
            .to_owned(),
            Going::Travelling { .. } | Going::Quiet => self.memory_behind(view.situation.modified),
        }
    }

    /// How far memory is behind.
    fn memory_behind(self, modified: u64) -> String {
        match modified {
            0 => choose!(
                self,
                "Memory is up to date: every copy says what memory says.",
                "Memori mutakhir: setiap salinan sama dengan memori.",
            )
            .to_owned(),
            1 => choose!(
                self,
                "Memory is out of date for one line: its owner has the last write.",
                "Memori usang untuk satu baris: tulisan terakhir ada pada pemiliknya.",
            )
            .to_owned(),
            _ => say!(
                self,
                "Memory is out of date for {modified} lines: their owners have the last writes.",
                "Memori usang untuk {modified} baris: tulisan terakhir ada pada pemiliknya.",
            ),
        }
    }
}
