//! What is said in the form of a new run: what each number does, and what is unwise.

use lockstep_core::lab::raft::Field;
use lockstep_core::lab::raft::advice::Warning;

use super::{Language, choose, say};
use crate::form::Measure;
use crate::number::duration;

impl Language {
    /// Where the form begins.
    #[must_use]
    pub const fn begins_from(self) -> &'static str {
        choose!(
            self,
            "This begins a new run, from the configuration of the one on the screen.",
            "Ini memulai simulasi baru, dari konfigurasi yang sedang tampil.",
        )
    }

    /// Keeps the interventions.
    #[must_use]
    pub fn keep_interventions(self, all: usize, kept: usize) -> String {
        if kept == all {
            return say!(
                self,
                "Keep this run's seed and its {all} interventions",
                "Pertahankan benih dan {all} intervensi simulasi ini",
            );
        }
        say!(
            self,
            "Keep this run's seed and the {kept} of its {all} interventions that make sense",
            "Pertahankan benih dan {kept} dari {all} intervensi yang masih masuk akal",
        )
    }

    /// The numbers that few people change.
    #[must_use]
    pub const fn more_numbers(self) -> &'static str {
        choose!(
            self,
            "Advanced: network, disk, clients, bugs",
            "Lanjutan: jaringan, disk, klien, bug"
        )
    }

    /// The bugs' title.
    #[must_use]
    pub const fn bugs(self) -> &'static str {
        choose!(self, "Rules to break", "Aturan yang dilanggar")
    }

    /// All numbers as they are at first.
    #[must_use]
    pub const fn defaults(self) -> &'static str {
        choose!(self, "Defaults", "Nilai bawaan")
    }

    /// How much is unwise.
    #[must_use]
    pub fn unwise(self, count: usize) -> String {
        say!(
            self,
            "⚠ {count}: the cluster will not do well. You may begin all the same.",
            "⚠ {count}: klaster tidak akan sehat. Anda tetap boleh memulai.",
        )
    }

    /// From where to where a number goes.
    #[must_use]
    pub fn bounds(self, measure: Measure, low: i64, high: i64) -> String {
        let unit = measure.unit();
        let (low, high) = (measure.write(low), measure.write(high));
        match (measure, &*high) {
            (Measure::Time, "3600000") => say!(self, "{low} ms–1 hour", "{low} ms–1 jam"),
            (Measure::Count | Measure::Factor, _) => format!("{low}–{high}"),
            _ => format!("{low}–{high} {unit}"),
        }
    }

    /// Something is wrong.
    #[must_use]
    pub const fn mend_first(self) -> &'static str {
        choose!(self, "Mend what is marked first.", "Perbaiki dulu yang ditandai.")
    }

    /// What a file gave servers to begin with.
    #[must_use]
    pub fn presets_come_along(self, servers: &str) -> String {
        say!(
            self,
            "{servers} begin with the logs that this run's file gives them.",
            "{servers} mulai dengan log dari berkas simulasi ini.",
        )
    }

    /// What a number does.
    #[must_use]
    pub const fn effect(self, field: Field) -> &'static str {
        match field {
            Field::Servers => choose!(
                self,
                "A majority of them must agree; the others may fail.",
                "Mayoritas harus sepakat; sisanya boleh gagal.",
            ),
            Field::Clients => {
                choose!(self, "They ask the servers for things.", "Mereka meminta ke server.")
            }
            Field::ElectionMin => choose!(
                self,
                "A follower that hears nothing for so long begins an election.",
                "Pengikut yang selama ini tak mendengar apa pun memulai pemilihan.",
            ),
            Field::ElectionMax => choose!(
                self,
                "The wider the range, the rarer are split votes.",
                "Makin lebar rentangnya, makin jarang suara terpecah.",
            ),
            Field::Heartbeat => choose!(
                self,
                "The leader tells the others so often that it lives.",
                "Sesering inilah pemimpin memberi tahu bahwa ia hidup.",
            ),
            Field::MostEntries => choose!(
                self,
                "More of them, and a follower far behind catches up faster.",
                "Makin banyak, makin cepat pengikut yang tertinggal menyusul.",
            ),
            Field::DelayMin | Field::DelayMax => self.delay_effect(field),
            Field::Loss => choose!(
                self,
                "So many messages never arrive; they are sent again later.",
                "Sebanyak ini pesan tak pernah tiba; nanti dikirim lagi.",
            ),
            Field::Duplicate => {
                choose!(self, "So many messages arrive twice.", "Sebanyak ini pesan tiba dua kali.")
            }
            Field::Reorder => choose!(
                self,
                "So many are held up, and others overtake them.",
                "Sebanyak ini tertahan lalu disalip yang lain.",
            ),
            Field::SyncMin | Field::SyncMax => choose!(
                self,
                "Nothing is answered before it is on disk, and that takes so long.",
                "Tak ada jawaban sebelum tersimpan di disk; selama inilah itu.",
            ),
            Field::RequestTimeout => choose!(
                self,
                "Then a client gives up; what became of its request is unknown.",
                "Lalu klien menyerah; hasil permintaannya tidak diketahui.",
            ),
            Field::Retry => choose!(
                self,
                "A client that found no leader waits so long.",
                "Klien yang tak menemukan pemimpin menunggu selama ini.",
            ),
            Field::Load => choose!(
                self,
                "Mean pause of a client between operations; empty: only when told.",
                "Jeda rata-rata klien antaroperasi; kosong: hanya bila diminta.",
            ),
        }
    }

    const fn delay_effect(self, field: Field) -> &'static str {
        match field {
            Field::DelayMin => choose!(
                self,
                "The fastest message takes so long.",
                "Pesan tercepat memerlukan waktu ini.",
            ),
            _ => choose!(
                self,
                "And the slowest; it must be far below the election timeout.",
                "Dan yang terlambat; harus jauh di bawah timeout pemilihan.",
            ),
        }
    }

    /// What is unwise.
    #[must_use]
    pub fn warning(self, warning: Warning) -> String {
        match warning {
            Warning::SlowBroadcast { round_trip_us } => {
                let time = duration(round_trip_us);
                say!(
                    self,
                    "Getting a vote takes {time}, too near the election timeout: elections take \
                     several tries. Raft needs broadcast time ≪ election timeout (§5.6).",
                    "Memperoleh suara butuh {time}, terlalu dekat dengan timeout pemilihan: \
                     pemilihan perlu diulang. Raft perlu waktu siaran ≪ timeout pemilihan (§5.6).",
                )
            }
            Warning::RareHeartbeats { gap_us } => {
                let time = duration(gap_us);
                say!(
                    self,
                    "Heartbeats can be {time} apart, longer than an election timeout: followers \
                     depose a leader that lives.",
                    "Jarak heartbeat bisa {time}, melebihi timeout pemilihan: pengikut menggusur \
                     pemimpin yang masih hidup.",
                )
            }
            Warning::NarrowTimeouts { enough_us } => {
                let time = duration(enough_us);
                say!(
                    self,
                    "The election timeouts lie too close together: votes split. A range of {time} \
                     is enough.",
                    "Timeout pemilihan terlalu berdekatan: suara terpecah. Rentang {time} sudah \
                     cukup.",
                )
            }
            Warning::LossyLinks { a_minute } => say!(
                self,
                "Heartbeats are lost in a row some {a_minute} times a minute: leaders do not last.",
                "Heartbeat hilang beruntun sekitar {a_minute} kali semenit: pemimpin tak bertahan.",
            ),
            Warning::EvenServers { tolerated } => say!(
                self,
                "An even number: only {tolerated} may fail, as with one server less.",
                "Jumlah genap: hanya {tolerated} boleh gagal, sama dengan kurang satu server.",
            ),
            Warning::ShortRequests { answer_us } => {
                let time = duration(answer_us);
                say!(
                    self,
                    "An answer can take {time}: clients give up before it comes.",
                    "Jawaban bisa memakan {time}: klien menyerah sebelum tiba.",
                )
            }
            Warning::DoubledRequests => choose!(
                self,
                "A request that arrives twice is carried out twice: clients have no sessions.",
                "Permintaan yang tiba dua kali dijalankan dua kali: tak ada sesi klien.",
            )
            .to_owned(),
            _ => self.settings_warning(warning).to_owned(),
        }
    }

    /// What is unwise about what is switched on.
    const fn settings_warning(self, warning: Warning) -> &'static str {
        match warning {
            Warning::RepeatedRequests => choose!(
                self,
                "Clients ask again and have no sessions: a command may be carried out twice. \
                 Session exactness has its assumption void.",
                "Klien mengulang tanpa sesi: sebuah perintah bisa dijalankan dua kali. Asumsi \
                 ketepatan sesi gugur.",
            ),
            Warning::UnguardedLease => choose!(
                self,
                "Reads trust a lease, but servers may elect another leader meanwhile. Read \
                 freshness has its assumption void.",
                "Pembacaan mempercayai lease, padahal server bisa memilih pemimpin lain. Asumsi \
                 kesegaran bacaan gugur.",
            ),
            _ => "",
        }
    }
}
