//! The gallery: what each scenario asks, and what there is to see in it.

use lockstep_core::scenario::gallery::{Section, Story};

use super::{Language, choose};

/// The branches of stories that are not called by a term of the field, which both languages share.
const BRANCHES: [(&str, &str); 7] = [
    ("Detection", "Deteksi"),
    ("No bound", "Tanpa batas"),
    ("No fencing", "Tanpa fencing"),
    ("Sessions", "Sesi"),
    ("Stall", "Tunda"),
    ("Time-out", "Timeout"),
    ("Write back within 20 ms", "Write-back dalam 20 ms"),
];

impl Language {
    /// What a branch of a story is called; any other keeps the name that it was given.
    #[must_use]
    pub fn branch(self, name: &str) -> &str {
        if self == Self::English {
            return name;
        }
        let told = BRANCHES.iter().find(|(english, _)| *english == name);
        told.map_or(name, |(_, indonesian)| indonesian)
    }

    /// The title of a scenario.
    #[must_use]
    pub const fn story(self, story: Story) -> &'static str {
        match story {
            Story::FirstElection => choose!(self, "First election", "Pemilihan pertama"),
            Story::SplitVote => choose!(self, "Split vote", "Suara terpecah"),
            Story::LeaderCrash => {
                choose!(self, "Leader crashes under load", "Pemimpin mati saat sibuk")
            }
            Story::MinorityLeader => {
                choose!(self, "Leader in the minority", "Pemimpin di pihak minoritas")
            }
            Story::ConflictingLog => {
                choose!(self, "Conflicting log (figure 7)", "Log bertentangan (gambar 7)")
            }
            Story::OldTermEntry => {
                choose!(self, "Entry of an old term (figure 8)", "Entri term lama (gambar 8)")
            }
            Story::OldTermCounted => {
                choose!(self, "Figure 8 with a bug", "Gambar 8 dengan bug")
            }
            Story::SmallestCluster => choose!(self, "Smallest cluster", "Klaster terkecil"),
            Story::LostWrite => {
                choose!(self, "A lost write, with a bug", "Tulisan hilang karena bug")
            }
            Story::DisruptiveServer => choose!(self, "A server comes back", "Server yang kembali"),
            Story::RemovedServer => choose!(self, "A removed server", "Server yang dikeluarkan"),
            Story::Membership2015 => {
                choose!(self, "The membership bug of 2015", "Bug keanggotaan 2015")
            }
            Story::JointChange => choose!(self, "Three members at once", "Tiga anggota sekaligus"),
            Story::SnapshotRace => choose!(self, "A late snapshot", "Snapshot yang terlambat"),
            Story::AppliedTwice => choose!(self, "Done twice", "Dikerjakan dua kali"),
            Story::StaleLease => {
                choose!(self, "A lease and fast clocks", "Lease dan jam yang cepat")
            }
            Story::Maintenance => choose!(self, "Leader under repair", "Pemimpin dirawat"),
            Story::Broken(bug) => self.bug_rule(bug),
            Story::Locks(story) => self.lock_story(story),
            Story::Cache(story) => self.cache_story(story),
        }
    }

    /// What a scenario asks.
    #[must_use]
    pub const fn story_question(self, story: Story) -> &'static str {
        match story {
            Story::FirstElection => choose!(
                self,
                "How does a cluster get its first leader?",
                "Bagaimana sebuah klaster mendapat pemimpin pertamanya?",
            ),
            Story::SplitVote => choose!(
                self,
                "What if two servers campaign at once?",
                "Bagaimana jika dua server berkampanye bersamaan?",
            ),
            Story::LeaderCrash => choose!(
                self,
                "What becomes of the clients when the leader crashes?",
                "Apa yang dialami klien ketika pemimpin mati?",
            ),
            Story::MinorityLeader => choose!(
                self,
                "What can a leader do that is cut off with a minority?",
                "Apa yang bisa dilakukan pemimpin yang terputus bersama minoritas?",
            ),
            Story::ConflictingLog => choose!(
                self,
                "How does a follower with a wrong log catch up?",
                "Bagaimana pengikut dengan log yang salah mengejar ketertinggalan?",
            ),
            Story::OldTermEntry => choose!(
                self,
                "Why may a leader not count copies of an old entry?",
                "Mengapa pemimpin tidak boleh menghitung salinan entri lama?",
            ),
            Story::OldTermCounted => choose!(
                self,
                "What if a leader counts them all the same?",
                "Bagaimana jika pemimpin tetap menghitungnya?",
            ),
            Story::SmallestCluster => choose!(
                self,
                "How many servers can three servers lose?",
                "Berapa server yang boleh hilang dari tiga server?",
            ),
            Story::LostWrite => choose!(
                self,
                "Why must a voter compare logs?",
                "Mengapa pemilih harus membandingkan log?",
            ),
            Story::DisruptiveServer
            | Story::RemovedServer
            | Story::Membership2015
            | Story::JointChange
            | Story::SnapshotRace
            | Story::AppliedTwice
            | Story::StaleLease
            | Story::Maintenance => self.settings_question(story),
            Story::Broken(_) => choose!(
                self,
                "What if servers break this rule?",
                "Bagaimana jika server melanggar aturan ini?",
            ),
            Story::Locks(story) => self.lock_question(story),
            Story::Cache(story) => self.cache_question(story),
        }
    }

    const fn settings_question(self, story: Story) -> &'static str {
        match story {
            Story::DisruptiveServer => choose!(
                self,
                "What if a server was cut off for a while, with and without PreVote?",
                "Bagaimana jika sebuah server sempat terputus, dengan dan tanpa PreVote?",
            ),
            Story::RemovedServer => choose!(
                self,
                "What does a server do that does not know it was removed?",
                "Apa yang dilakukan server yang tak tahu bahwa ia dikeluarkan?",
            ),
            Story::Membership2015 => choose!(
                self,
                "Why must a new leader commit something before it changes members?",
                "Mengapa pemimpin baru harus meng-commit dulu sebelum mengubah anggota?",
            ),
            Story::JointChange => choose!(
                self,
                "How are all members replaced while clients go on?",
                "Bagaimana semua anggota diganti sementara klien tetap jalan?",
            ),
            Story::SnapshotRace => choose!(
                self,
                "What if a snapshot comes after the entries that follow it?",
                "Bagaimana jika snapshot tiba setelah entri sesudahnya?",
            ),
            Story::AppliedTwice => choose!(
                self,
                "What becomes of a command that is sent again?",
                "Apa jadinya perintah yang dikirim ulang?",
            ),
            Story::StaleLease => choose!(
                self,
                "What is a lease worth when clocks are wrong?",
                "Apa arti lease ketika jam salah?",
            ),
            _ => choose!(
                self,
                "How is a leader switched off without anybody noticing?",
                "Bagaimana mematikan pemimpin tanpa terasa?",
            ),
        }
    }

    /// What to look at in a scenario, and what to try.
    #[must_use]
    pub const fn story_guide(self, story: Story) -> &'static str {
        match story {
            Story::FirstElection | Story::SplitVote | Story::SmallestCluster => {
                self.election_guide(story)
            }
            Story::LeaderCrash | Story::MinorityLeader => self.fault_guide(story),
            Story::ConflictingLog
            | Story::OldTermEntry
            | Story::OldTermCounted
            | Story::LostWrite => self.log_guide(story),
            Story::JointChange => choose!(
                self,
                "Open the panel of a server and follow its configuration: old, old with learners, \
                 joint, new. Cut links meanwhile: while two majorities are needed, either can be \
                 missing.",
                "Buka panel sebuah server dan ikuti konfigurasinya: lama, lama dengan pelajar, \
                 gabungan, baru. Potong koneksi sementara itu: saat dua mayoritas dibutuhkan, \
                 salah satunya bisa hilang.",
            ),
            Story::DisruptiveServer
            | Story::RemovedServer
            | Story::Membership2015
            | Story::SnapshotRace
            | Story::AppliedTwice
            | Story::StaleLease
            | Story::Maintenance => choose!(
                self,
                "The captions say what happens. Then look at the other branch, and compare the \
                 two: the first event at which they part is marked.",
                "Keterangannya menjelaskan yang terjadi. Lalu lihat cabang yang lain, dan \
                 bandingkan keduanya: peristiwa pertama yang berbeda ditandai.",
            ),
            Story::Broken(_) => choose!(
                self,
                "The captions say what happens; Checks says which promise is broken, and when. \
                 Then begin a new run that keeps these interventions, without the bug: no check \
                 fails.",
                "Keterangannya menjelaskan yang terjadi; Uji menunjukkan janji mana yang \
                 dilanggar, dan kapan. Lalu mulai simulasi baru dengan intervensi ini tanpa \
                 bug-nya: tak ada uji yang gagal.",
            ),
            Story::Locks(story) => self.lock_guide(story),
            Story::Cache(story) => self.cache_guide(story),
        }
    }

    /// The title of a section of the gallery.
    #[must_use]
    pub const fn story_section(self, section: Section) -> &'static str {
        match section {
            Section::Questions => choose!(self, "Questions", "Pertanyaan"),
            Section::Settings => choose!(self, "What settings are for", "Gunanya setelan"),
            Section::BrokenRules => choose!(self, "Broken rules", "Aturan yang dilanggar"),
            Section::Locks => choose!(self, "Locks", "Kunci"),
            Section::BrokenLocks => {
                choose!(self, "Locks: broken on purpose", "Kunci: sengaja dirusak")
            }
            Section::Cache => "Cache",
            Section::BrokenCache => {
                choose!(self, "Cache: broken on purpose", "Cache: sengaja dirusak")
            }
        }
    }

    const fn election_guide(self, story: Story) -> &'static str {
        match story {
            Story::SplitVote => choose!(
                self,
                "Two timers run out so close together that neither candidate gets a majority. \
                 Nobody wins this term. Watch the rings: the next timeouts are random, so one \
                 server is soon far enough ahead.",
                "Dua timer habis hampir bersamaan sehingga tak satu pun kandidat meraih mayoritas. \
                 Tidak ada pemenang pada term ini. Amati lingkarannya: timeout berikutnya acak, \
                 jadi sebentar lagi ada server yang cukup jauh mendahului.",
            ),
            Story::SmallestCluster => choose!(
                self,
                "With one server down, two of three still are a majority. Crash another and \
                 nothing can be committed any more. Restart one: what was durable is still there.",
                "Dengan satu server mati, dua dari tiga masih mayoritas. Matikan satu lagi dan tak \
                 ada yang bisa di-commit. Hidupkan satu: yang tahan crash masih ada.",
            ),
            _ => choose!(
                self,
                "All begin as followers. The ring round a server is its election timer: whoever's \
                 runs out first asks the others for their votes. Then crash the leader (select it \
                 and press K) and watch the next one take over.",
                "Semua mulai sebagai pengikut. Lingkaran di sekeliling server adalah timer \
                 pemilihannya: yang habis lebih dulu meminta suara. Lalu matikan pemimpinnya \
                 (pilih dan tekan K) dan amati penggantinya.",
            ),
        }
    }

    const fn fault_guide(self, story: Story) -> &'static str {
        match story {
            Story::MinorityLeader => choose!(
                self,
                "The old leader cannot see that it has been replaced. It takes commands but \
                 commits none; its log grows with entries that the healed cluster will remove. \
                 To find that moment, run to the end and look for “removes” on the Events page.",
                "Pemimpin lama tidak tahu bahwa ia sudah digantikan. Ia menerima perintah tetapi \
                 tak meng-commit apa pun; entri di log-nya akan dihapus setelah jaringan pulih. \
                 Untuk menemukan saat itu, jalankan sampai akhir lalu cari “menghapus” di halaman \
                 Peristiwa.",
            ),
            _ => choose!(
                self,
                "Clients keep asking while the leader dies. Requests that it held get no answer: \
                 their outcome stays unknown, as the Clients page shows. What was committed \
                 survives.",
                "Klien terus meminta saat pemimpin mati. Permintaan yang sedang ditanganinya tak \
                 terjawab: hasilnya tetap tidak diketahui, lihat halaman Klien. Yang sudah \
                 ter-commit tetap bertahan.",
            ),
        }
    }

    const fn log_guide(self, story: Story) -> &'static str {
        match story {
            Story::ConflictingLog => choose!(
                self,
                "The servers begin with the logs of the paper's figure 7. Open Logs: the leader \
                 finds where each follower's log agrees, and overwrites what comes after.",
                "Semua server mulai dengan log dari gambar 7 di makalah. Buka Log: pemimpin \
                 mencari titik kecocokan log tiap pengikut, lalu menimpa sisanya.",
            ),
            Story::LostWrite => choose!(
                self,
                "The bug: servers vote for a candidate whose log is behind their own (§5.4.1). A \
                 client reads x = 2, and later x = 1. Open Clients: no order of the operations \
                 explains that.",
                "Bug-nya: server memilih kandidat yang log-nya tertinggal (§5.4.1). Klien membaca \
                 x = 2, lalu x = 1. Buka Klien: tak ada urutan operasi yang menjelaskannya.",
            ),
            Story::OldTermCounted => choose!(
                self,
                "The bug: a leader commits an entry of an old term once a majority stores it. \
                 Another leader overwrites it. Open Checks to see which promise is broken, and \
                 when.",
                "Bug-nya: pemimpin meng-commit entri term lama begitu mayoritas menyimpannya. \
                 Pemimpin lain lalu menimpanya. Buka Uji untuk melihat janji mana yang dilanggar, \
                 dan kapan.",
            ),
            _ => choose!(
                self,
                "A majority stores the entry of an old term, and yet a later leader may overwrite \
                 it. So it is committed only together with an entry of the leader's own term \
                 (§5.4.2).",
                "Mayoritas menyimpan entri term lama, namun pemimpin berikutnya masih bisa \
                 menimpanya. Karena itu ia baru ter-commit bersama entri dari term pemimpin \
                 sendiri (§5.4.2).",
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn the_branches_of_stories_have_names_in_every_language_or_are_called_by_a_term() {
        let terms = [
            "A",
            "B",
            "Bug",
            "CheckQuorum",
            "Fencing",
            "IS_D_I",
            "MESI",
            "MSI",
            "No-wait",
            "PreVote",
            "Transfer",
            "Wait-die",
            "Wound-wait",
        ];
        let named = Story::ALL.into_iter().flat_map(|story| {
            let scenario = story.scenario();
            let names = scenario.branches.into_iter().map(|branch| branch.name);
            names.chain([scenario.first]).collect::<Vec<_>>()
        });
        let named: BTreeSet<String> = named.collect();
        let told = BRANCHES.map(|(english, _)| english);
        let known: BTreeSet<String> = told.into_iter().chain(terms).map(str::to_owned).collect();
        assert_eq!(named, known);
        assert_eq!(Language::Indonesian.branch("No bound"), "Tanpa batas");
        assert_eq!(Language::English.branch("No bound"), "No bound");
        assert_eq!(Language::Indonesian.branch("my own"), "my own");
    }
}
