//! What is said in the form of a new run of the lock lab, and where a script is written.

use lockstep_core::lab::Lab;
use lockstep_core::lab::locks::config::MOST_RESOURCES;
use lockstep_core::lab::raft::Field;

use super::{Language, choose, say};
use crate::lock_form::{NameFault, Snippet};

impl Language {
    /// Which lab a new run is of: what is asked.
    #[must_use]
    pub const fn which_lab(self) -> &'static str {
        choose!(self, "laboratory", "laboratorium")
    }

    /// The name of a lab.
    #[must_use]
    pub const fn lab(self, lab: Lab) -> &'static str {
        match lab {
            Lab::Raft => "Raft",
            Lab::Locks => choose!(self, "Locks", "Kunci"),
            Lab::Cache => "Cache",
        }
    }

    /// What a lab is about.
    #[must_use]
    pub const fn lab_subject(self, lab: Lab) -> &'static str {
        match lab {
            Lab::Raft => {
                choose!(self, "Raft with a key-value store", "Raft dengan penyimpanan kunci-nilai")
            }
            Lab::Locks => choose!(self, "Locks on Raft", "Kunci di atas Raft"),
            Lab::Cache => choose!(self, "A coherent cache", "Cache yang koheren"),
        }
    }

    /// The title of what only lock labs have.
    #[must_use]
    pub const fn lock_lab(self) -> &'static str {
        choose!(self, "Resources and scripts", "Sumber daya dan skrip")
    }

    /// The title of how locks are managed.
    #[must_use]
    pub const fn lock_manager(self) -> &'static str {
        choose!(self, "The lock manager", "Manajer kunci")
    }

    /// What can be locked: its name, and what to write.
    #[must_use]
    pub fn resources(self) -> [String; 2] {
        let name = choose!(self, "resources", "sumber daya").to_owned();
        let effect = say!(
            self,
            "Up to {MOST_RESOURCES} names of small letters and digits, with blanks between them.",
            "Sampai {MOST_RESOURCES} nama dari huruf kecil dan angka, dipisah spasi.",
        );
        [name, effect]
    }

    /// What is wrong with the names of resources.
    #[must_use]
    pub fn name_fault(self, fault: &NameFault) -> String {
        match fault {
            NameFault::Count => {
                say!(self, "Must be 1–{MOST_RESOURCES} names.", "Harus 1–{MOST_RESOURCES} nama.")
            }
            NameFault::NotAName(name) => say!(
                self,
                "“{name}” cannot be a name: a–z, 0–9, - and _, at most 32, and no word of scripts.",
                "“{name}” tak bisa menjadi nama: a–z, 0–9, - dan _, paling banyak 32, dan bukan \
                 kata skrip.",
            ),
            NameFault::Twice(name) => {
                say!(self, "“{name}” is there twice.", "“{name}” ada dua kali.")
            }
        }
    }

    /// Over how many clusters the table is split: its name, and what it does.
    #[must_use]
    pub const fn groups(self) -> [&'static str; 2] {
        [
            choose!(self, "groups", "kelompok"),
            choose!(
                self,
                "With two, each cluster locks half of the resources, and a collector joins their \
                 graphs: it can see a phantom.",
                "Dengan dua, tiap klaster mengunci separuh sumber daya, dan pengumpul \
                 menggabungkan grafnya: ia bisa melihat hantu.",
            ),
        ]
    }

    /// How often graphs are gathered: its name, and what it does.
    #[must_use]
    pub const fn collect_every(self) -> [&'static str; 2] {
        [
            choose!(self, "graphs gathered every", "graf dikumpulkan tiap"),
            choose!(
                self,
                "Rarer is cheaper; what was gathered is older when a cycle is looked for.",
                "Makin jarang makin murah; kumpulannya lebih usang saat siklus dicari.",
            ),
        ]
    }

    /// How long an aborted client rests: its name, and what it does.
    #[must_use]
    pub const fn back_off(self) -> [&'static str; 2] {
        [
            choose!(self, "rest after an abort", "rehat setelah batal"),
            choose!(
                self,
                "At least so long, doubled from one attempt to the next.",
                "Paling tidak selama ini, berlipat dari percobaan ke percobaan.",
            ),
        ]
    }

    /// What a number does in a lock lab, where that is not what it does in Raft's.
    #[must_use]
    pub const fn lock_effect(self, field: Field) -> Option<&'static str> {
        Some(match field {
            Field::Clients => choose!(
                self,
                "They lock resources, and read and write what is protected.",
                "Mereka mengunci sumber daya, lalu membaca dan menulis yang dilindungi.",
            ),
            Field::RequestTimeout => choose!(
                self,
                "Then a client asks again, another server if need be.",
                "Lalu klien bertanya lagi, bila perlu ke server lain.",
            ),
            Field::Load => choose!(
                self,
                "Mean pause before a random transaction of an idle client; empty: only scripts.",
                "Jeda rata-rata sebelum transaksi acak klien yang menganggur; kosong: hanya skrip.",
            ),
            _ => return None,
        })
    }

    /// What a client does from the beginning.
    #[must_use]
    pub fn script_of(self, client: &str) -> String {
        say!(self, "{client} does", "{client} melakukan")
    }

    /// What to write as a script.
    #[must_use]
    pub const fn script_hint(self) -> &'static str {
        choose!(
            self,
            "lock · try · upgrade · downgrade · release · write · read · work · repeat; steps are \
             separated by ; or lines.",
            "lock · try · upgrade · downgrade · release · write · read · work · repeat; langkah \
             dipisah ; atau baris.",
        )
    }

    /// A script that is written names what there is not.
    #[must_use]
    pub fn no_such_resource(self, resource: &str) -> String {
        say!(
            self,
            "There is no resource “{resource}”: it will be refused.",
            "Tidak ada sumber daya “{resource}”: akan ditolak.",
        )
    }

    /// The script of a client, as the name of where it is written.
    #[must_use]
    pub const fn script(self) -> &'static str {
        choose!(self, "Script", "Skrip")
    }

    /// Begins a script at once.
    #[must_use]
    pub const fn run_script(self) -> &'static str {
        choose!(self, "Run", "Jalankan")
    }

    /// Begins a script when what is under way is done.
    #[must_use]
    pub const fn run_after(self) -> &'static str {
        choose!(self, "Run after", "Jalankan sesudahnya")
    }

    /// Gives up what is under way.
    #[must_use]
    pub const fn stop_script(self) -> &'static str {
        choose!(self, "Stop", "Hentikan")
    }

    /// The client has nothing to stop.
    #[must_use]
    pub const fn nothing_to_stop(self) -> &'static str {
        choose!(self, "It does nothing now.", "Ia sedang tidak melakukan apa pun.")
    }

    /// Where a script to begin with is chosen.
    #[must_use]
    pub const fn snippets(self) -> &'static str {
        choose!(self, "Examples", "Contoh")
    }

    /// A script to begin with.
    #[must_use]
    pub const fn snippet(self, snippet: Snippet) -> &'static str {
        match snippet {
            Snippet::Write => choose!(self, "lock and write", "kunci lalu tulis"),
            Snippet::TwoLocks => choose!(self, "two locks", "dua kunci"),
            Snippet::OppositeOrder => choose!(self, "opposite order", "urutan terbalik"),
            Snippet::Read => choose!(self, "shared read", "baca bersama"),
            Snippet::Upgrade => choose!(self, "upgrade", "tingkatkan"),
            Snippet::Downgrade => choose!(self, "downgrade", "turunkan"),
            Snippet::Try => choose!(self, "try, do not wait", "coba tanpa menunggu"),
            Snippet::Within => choose!(self, "wait, but not for long", "menunggu sebentar saja"),
            Snippet::Repeat => choose!(self, "over and over", "berulang-ulang"),
        }
    }
}
