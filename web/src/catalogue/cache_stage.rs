//! The stage of the cache lab in words.
//!
//! States, events and messages are called what the primer calls them, in every language.

use lockstep_core::lab::cache::view::CacheView;
use lockstep_core::lab::landmark::CellMark;

use super::{Language, Word, choose, say};
use crate::diagram::filter::Group;

/// A fixed text of the cache lab's stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StageWord {
    /// A head.
    Directory,
    /// A head.
    Memory,
    /// A head of a column.
    WhoHasIt,
    /// A head of a column: requests that the home lets wait.
    Waits,
    /// In the legend.
    Modified,
    /// In the legend.
    Exclusive,
    /// In the legend.
    Shared,
    /// In the legend.
    Invalid,
    /// In the legend.
    Transient,
    /// In the legend: a word that somebody has written since.
    Stale,
    /// The head of the state diagram.
    Diagram,
    /// The head of the list of transactions.
    Underway,
    /// A head in the list of transactions: those that are over.
    Finished,
    /// Nothing is under way.
    Nothing,
    /// The processor does nothing.
    Idle,
    /// The copy served it.
    Hit,
    /// The copy did not serve it.
    Miss,
    /// Who owns the line.
    Owner,
    /// Something has to wait for another state.
    Stalled,
    /// The next to make room.
    NextOut,
    /// Its lease is over.
    LeaseOver,
    /// On the bus.
    Serves,
    /// Not yet heard from.
    Unanswered,
    /// What may be lost.
    MaybeLost,
    /// The table of caches.
    OfCaches,
    /// The table of directories.
    OfDirectories,
    /// A head.
    State,
    /// How a cell looks.
    Seen,
    /// How a cell looks.
    Unseen,
    /// How a cell looks: what came has to wait.
    Stall,
    /// How a cell looks: it does not come to this.
    Never,
    /// Open the table in large.
    Large,
    /// Where a cell comes from.
    Primer,
    /// Where a cell comes from.
    Own,
    /// Go to one.
    EarlierExample,
    /// Go to one.
    LaterExample,
    /// What is done in a cell that does nothing.
    NoAction,
    /// A head: what can be asked of the processor.
    AskIt,
    /// A head.
    Copies,
    /// A head.
    Lease,
    /// A head of figures.
    Accesses,
    /// A figure.
    HitRate,
    /// A figure.
    Misses,
    /// A figure.
    Cold,
    /// A figure.
    Capacity,
    /// A figure.
    Dropped,
    /// A figure.
    Coherence,
    /// A figure.
    FalseSharing,
    /// A figure.
    SilentUpgrades,
    /// A figure.
    Invalidations,
    /// A figure.
    Messages,
    /// A figure.
    WriteBacks,
    /// A head of figures.
    Latency,
    /// A row: all accesses.
    AllAccesses,
    /// A row: those that missed.
    Missed,
    /// A node's last operation.
    Last,
    /// How many operations wait.
    Queued,
    /// How the cache is built.
    Variant,
    /// What a click does.
    Hint,
    /// A page of the side panel.
    TableTab,
    /// A page of the side panel.
    FiguresTab,
}

impl Language {
    /// A fixed text of the cache lab's stage.
    #[must_use]
    pub const fn stage(self, word: StageWord) -> &'static str {
        use StageWord as W;
        match word {
            W::Directory => choose!(self, "directory", "direktori"),
            W::Memory => choose!(self, "memory", "memori"),
            W::WhoHasIt => choose!(self, "owner · sharers", "pemilik · pembaca"),
            W::Waits => choose!(self, "waits", "menunggu"),
            W::Modified => choose!(self, "modified", "diubah"),
            W::Exclusive => choose!(self, "exclusive", "eksklusif"),
            W::Shared => choose!(self, "shared", "bersama"),
            W::Invalid => choose!(self, "invalid", "tak sah"),
            W::Transient => choose!(self, "on its way", "sedang berubah"),
            W::Stale => choose!(self, "stale", "usang"),
            W::Diagram => choose!(self, "states of", "keadaan"),
            W::Underway => choose!(self, "under way", "sedang berjalan"),
            W::Finished => choose!(self, "finished", "selesai"),
            W::Nothing => choose!(self, "nothing", "tidak ada"),
            W::Idle => choose!(self, "idle", "diam"),
            W::Hit => choose!(self, "hit", "kena"),
            W::Miss => choose!(self, "miss", "luput"),
            W::Owner => choose!(self, "owner", "pemilik"),
            W::Stalled => choose!(self, "has to wait", "harus menunggu"),
            W::NextOut => choose!(self, "next to make room", "giliran keluar berikutnya"),
            W::LeaseOver => choose!(self, "lease over", "sewa habis"),
            W::Serves => choose!(self, "serves", "melayani"),
            W::Unanswered => choose!(self, "not yet answered", "belum menjawab"),
            W::MaybeLost => choose!(self, "possibly lost", "mungkin hilang"),
            W::OfCaches => choose!(self, "Cache", "Cache"),
            W::OfDirectories => choose!(self, "Directory", "Direktori"),
            W::State => choose!(self, "state", "keadaan"),
            W::Seen => choose!(self, "seen", "sudah terlihat"),
            W::Unseen => choose!(self, "not yet seen", "belum terlihat"),
            W::Stall => choose!(self, "stall", "stall"),
            W::Never => choose!(self, "no run comes to this", "tak pernah terjadi"),
            W::Large => choose!(self, "Open large", "Buka besar"),
            W::Primer => choose!(self, "the primer's", "dari primer"),
            W::Own => choose!(self, "our own", "buatan kami"),
            W::EarlierExample => choose!(self, "Earlier example", "Contoh sebelumnya"),
            W::LaterExample => choose!(self, "Later example", "Contoh berikutnya"),
            W::NoAction => choose!(self, "nothing is sent", "tak ada yang dikirim"),
            W::AskIt => choose!(self, "Ask its processor", "Minta prosesornya"),
            W::Copies => choose!(self, "Copies", "Salinan"),
            W::Lease => choose!(self, "lease", "sewa"),
            W::Accesses => choose!(self, "Accesses", "Akses"),
            W::HitRate => choose!(self, "hit rate", "rasio kena"),
            W::Misses => choose!(self, "Misses by cause", "Luput menurut sebab"),
            W::Cold => choose!(self, "cold", "pertama kali"),
            W::Capacity => choose!(self, "capacity", "kapasitas"),
            W::Dropped => choose!(self, "dropped", "dilepas"),
            W::Coherence => choose!(self, "coherence", "koherensi"),
            W::FalseSharing => choose!(self, "false sharing", "false sharing"),
            W::SilentUpgrades => choose!(self, "silent upgrades", "naik diam-diam"),
            W::Invalidations => choose!(self, "invalidations", "invalidasi"),
            W::Messages => choose!(self, "messages, with leases", "pesan, termasuk sewa"),
            W::WriteBacks => choose!(self, "write-backs", "tulis balik"),
            W::Latency => choose!(self, "Latency", "Latensi"),
            W::AllAccesses => choose!(self, "all accesses", "semua akses"),
            W::Missed => choose!(self, "misses", "yang luput"),
            W::Last => choose!(self, "last", "terakhir"),
            W::Queued => choose!(self, "queued", "antre"),
            W::Variant => choose!(self, "protocol", "protokol"),
            W::Hint => choose!(
                self,
                "Select a cache, a home or a message to look inside; a line, to follow it.",
                "Pilih cache, home, atau pesan untuk melihat isinya; baris, untuk mengikutinya.",
            ),
            W::TableTab => choose!(self, "Table", "Tabel"),
            W::FiguresTab => choose!(self, "Figures", "Angka"),
        }
    }

    /// A group of kinds of messages.
    #[must_use]
    pub const fn coherence_group(self, group: Group) -> &'static str {
        match group {
            Group::Clients => choose!(self, "requests", "permintaan"),
            Group::Votes => choose!(self, "forwards, Inv", "teruskan, Inv"),
            Group::Entries => choose!(self, "data", "data"),
            Group::Acks => choose!(self, "acks", "ack"),
            Group::Beats => choose!(self, "leases", "sewa"),
        }
    }

    /// How many acknowledgements a copy still waits for.
    #[must_use]
    pub fn acks_left(self, acks: u8) -> String {
        match acks {
            1 => say!(self, "1 ack left", "sisa 1 ack"),
            _ => say!(self, "{acks} acks left", "sisa {acks} ack"),
        }
    }

    /// How much of a table has been seen: in this run, and in all.
    #[must_use]
    pub fn cells_seen(self, here: usize, seen: usize, all: usize) -> String {
        say!(
            self,
            "You have seen {seen} of {all} transitions, {here} of them in this run.",
            "Anda sudah melihat {seen} dari {all} transisi, {here} di antaranya di simulasi ini.",
        )
    }

    /// That a card leaves so many lines out, with where they are and without.
    #[must_use]
    pub fn left_out(self, count: usize) -> (String, String) {
        let short = say!(self, "+{count} more", "+{count} lagi");
        let tab = self.word(Word::Inspect);
        (say!(self, "{short}, under {tab}", "{short}, di {tab}"), short)
    }

    /// How a cell looks that another run has shown.
    #[must_use]
    pub const fn seen_elsewhere(self) -> &'static str {
        choose!(self, "seen in another run", "terlihat di simulasi lain")
    }

    /// How a cell looks that was seen where it does not count.
    #[must_use]
    pub const fn seen_astray(self) -> &'static str {
        choose!(
            self,
            "seen under a broken rule or another protocol: does not count",
            "terlihat saat aturan dilanggar atau protokolnya lain: tak dihitung",
        )
    }

    /// What other runs have shown is to be forgotten.
    #[must_use]
    pub const fn forget_cells(self) -> &'static str {
        choose!(self, "Forget other runs", "Lupakan simulasi lain")
    }

    /// No story shows a cell.
    #[must_use]
    pub const fn no_story(self) -> &'static str {
        choose!(
            self,
            "No story of the gallery comes to it. Other runs may.",
            "Tak ada kisah di galeri yang sampai ke sini. Simulasi lain mungkin.",
        )
    }

    /// The way to a moment of another story.
    #[must_use]
    pub fn shown_in(self, story: &str, time: &str) -> String {
        say!(self, "In “{story}”, at {time} s", "Di “{story}”, pada {time} s")
    }

    /// What the table is good for.
    #[must_use]
    pub const fn press_a_cell(self) -> &'static str {
        choose!(
            self,
            "Press a cell: what is done there, and where in this run. Dashed: not yet seen. ‖: it \
             has to wait.",
            "Tekan sel: apa yang dilakukan, dan di mana dalam simulasi ini. Putus-putus: belum \
             terlihat. ‖: harus menunggu.",
        )
    }

    /// How the cache is built, in a few words.
    #[must_use]
    pub fn variant_name(self, view: &CacheView) -> String {
        let variant = &view.variant;
        let protocol = if variant.exclusive { "MESI" } else { "MSI" };
        let over = if variant.bus {
            choose!(self, "bus", "bus")
        } else {
            choose!(self, "directory", "direktori")
        };
        format!("{protocol} · {over}")
    }
}

/// The name of a cell of a table: a state, and what happens in it.
#[must_use]
pub fn cell_name(mark: CellMark) -> String {
    match mark {
        CellMark::Cache(state, event) => format!("{} × {}", state.name(), event.name()),
        CellMark::Directory(state, event) => format!("{} × {}", state.name(), event.name()),
    }
}
