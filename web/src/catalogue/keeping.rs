//! Keeping runs, and handing them on.

use super::{Language, choose, say};
use crate::keeping::{Inside, LONGEST_LINK, Said};
use crate::number::grouped;

/// A fixed text of the dialogs for keeping and sharing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeepWord {
    /// The button in the header.
    Button,
    /// Keep in this browser.
    InBrowser,
    /// Where it is kept, and who sees it.
    InBrowserHint,
    /// Name.
    Name,
    /// Save.
    Save,
    /// Save in place of the one with this name.
    Overwrite,
    /// Nothing is kept yet.
    NothingKept,
    /// Rename.
    Rename,
    /// Delete.
    Delete,
    /// Delete for good.
    ReallyDelete,
    /// Files.
    Files,
    /// Files can be dropped.
    DropHint,
    /// Exports.
    Exports,
    /// Events as NDJSON.
    Ndjson,
    /// The timeline as a picture.
    Svg,
    /// Mermaid.
    Mermaid,
    /// Golden script.
    Golden,
    /// Stop writing.
    Stop,
    /// Link and embed code.
    Details,
    /// Copy.
    Copy,
    /// The link is in the clipboard.
    IsCopied,
    /// The link is to be copied by hand.
    CopyYourself,
    /// The link is long.
    TooLong,
    /// For slides and course pages.
    Embed,
    /// What the code can be told.
    EmbedHint,
    /// Open in Lockstep.
    OpenAlone,
}

impl Language {
    /// A fixed text of the dialogs for keeping and sharing.
    #[must_use]
    pub const fn keeping(self, word: KeepWord) -> &'static str {
        match word {
            KeepWord::Button => choose!(self, "Save…", "Simpan…"),
            KeepWord::InBrowser => choose!(self, "Keep in this browser", "Simpan di peramban ini"),
            KeepWord::InBrowserHint => choose!(
                self,
                "On this machine only: nobody else sees it.",
                "Hanya di mesin ini: tidak terlihat oleh orang lain.",
            ),
            KeepWord::Name => choose!(self, "Name", "Nama"),
            KeepWord::Save => choose!(self, "Save", "Simpan"),
            KeepWord::Overwrite => choose!(self, "Overwrite", "Timpa"),
            KeepWord::NothingKept => {
                choose!(self, "No run is kept yet.", "Belum ada simulasi yang disimpan.")
            }
            KeepWord::Rename => choose!(self, "Rename", "Ganti nama"),
            KeepWord::Delete => choose!(self, "Delete", "Hapus"),
            KeepWord::ReallyDelete => choose!(self, "Delete for good", "Hapus selamanya"),
            KeepWord::Files => choose!(self, "Scenario files", "Berkas skenario"),
            KeepWord::DropHint => choose!(
                self,
                "A file can also be dropped anywhere on the page.",
                "Berkas juga dapat dijatuhkan di mana saja pada halaman.",
            ),
            KeepWord::Exports => {
                choose!(self, "Export this run up to here", "Ekspor simulasi sampai di sini")
            }
            KeepWord::Ndjson => choose!(self, "Events (NDJSON)", "Peristiwa (NDJSON)"),
            KeepWord::Svg => choose!(self, "Timeline (SVG)", "Lini masa (SVG)"),
            KeepWord::Mermaid => choose!(self, "Diagram (Mermaid)", "Diagram (Mermaid)"),
            KeepWord::Golden => choose!(self, "Copy as golden script", "Salin sebagai skrip uji"),
            KeepWord::Stop => choose!(self, "Stop", "Hentikan"),
            KeepWord::Details => choose!(self, "Link and embed code", "Tautan dan kode sematan"),
            KeepWord::Copy => choose!(self, "Copy", "Salin"),
            KeepWord::IsCopied => choose!(
                self,
                "The link is in your clipboard.",
                "Tautan sudah ada di papan klip Anda.",
            ),
            KeepWord::CopyYourself => choose!(
                self,
                "The browser would not copy it: select the link and copy it yourself.",
                "Peramban menolak menyalin: pilih tautan ini lalu salin sendiri.",
            ),
            KeepWord::TooLong => choose!(
                self,
                "Some programs cut links of this length. Send the file instead.",
                "Sebagian program memotong tautan sepanjang ini. Kirim berkasnya saja.",
            ),
            KeepWord::Embed => {
                choose!(self, "For slides and course pages", "Untuk salindia dan laman kuliah")
            }
            KeepWord::EmbedHint => choose!(
                self,
                "After ?embed may follow &play and &controls=play,step,speed,branch,act.",
                "Setelah ?embed boleh ada &play dan &controls=play,step,speed,branch,act.",
            ),
            KeepWord::OpenAlone => choose!(self, "Open in Lockstep", "Buka di Lockstep"),
        }
    }

    /// What there is to say of keeping runs.
    #[must_use]
    pub const fn said(self, said: Said) -> &'static str {
        match said {
            Said::Kept => choose!(self, "Saved in this browser.", "Tersimpan di peramban ini."),
            Said::Refused => choose!(
                self,
                "The browser keeps no more for this page. Delete a run, or save a file.",
                "Peramban tidak dapat menyimpan lagi. Hapus simulasi lain, atau simpan berkas.",
            ),
            Said::NameTaken => {
                choose!(self, "Another run has this name.", "Nama ini sudah dipakai yang lain.")
            }
            Said::Copied => choose!(self, "Copied.", "Disalin."),
            Said::NotCopied => {
                choose!(self, "The browser would not copy it.", "Peramban menolak menyalin.",)
            }
        }
    }

    /// How long a link is, of those that travel everywhere.
    #[must_use]
    pub fn link_length(self, characters: usize) -> String {
        let [characters, most] = [characters, LONGEST_LINK].map(|count| grouped(count as u64));
        say!(
            self,
            "{characters} characters; up to {most} travel everywhere.",
            "{characters} karakter; sampai {most} aman dikirim ke mana saja.",
        )
    }

    /// What is in a link.
    #[must_use]
    pub fn inside(self, inside: Inside) -> String {
        let Inside { choices, branches, bookmarks, captions } = inside;
        say!(
            self,
            "Inside: interventions {choices}, branches {branches}, bookmarks {bookmarks}, \
             captions {captions}.",
            "Isinya: intervensi {choices}, cabang {branches}, penanda {bookmarks}, \
             keterangan {captions}.",
        )
    }

    /// How long the link of a kept run is.
    #[must_use]
    pub fn size(self, characters: usize) -> String {
        let characters = grouped(characters as u64);
        say!(self, "{characters} characters", "{characters} karakter")
    }
}
