//! The gallery of the lock lab: what each scenario asks, and what there is to see in it.

use lockstep_core::scenario::gallery::LockStory;

use super::{Language, choose};

impl Language {
    /// The title of a scenario.
    pub(super) const fn lock_story(self, story: LockStory) -> &'static str {
        match story {
            LockStory::OppositeOrder => choose!(self, "Opposite order", "Urutan berlawanan"),
            LockStory::Ring => choose!(self, "Three in a ring", "Bertiga melingkar"),
            LockStory::BothUpgrade => {
                choose!(self, "Two readers both upgrade", "Dua pembaca sama-sama naik")
            }
            LockStory::SoftCycle => {
                choose!(self, "A cycle without a victim", "Siklus tanpa korban")
            }
            LockStory::ReaderStream => {
                choose!(self, "Readers without end", "Pembaca tanpa henti")
            }
            LockStory::LeaderCrash => {
                choose!(self, "Leader crashes, clients wait", "Pemimpin mati, klien antre")
            }
            LockStory::PausedClient => {
                choose!(self, "The paused client", "Klien yang membeku")
            }
            LockStory::Prevention => {
                choose!(self, "Wait-die and wound-wait", "Wait-die dan wound-wait")
            }
            LockStory::NoDeadlock => {
                choose!(self, "Slow is not stuck", "Lambat bukan macet")
            }
            LockStory::Free => choose!(self, "What a free lock costs", "Harga kunci yang bebas"),
            LockStory::Phantom => choose!(self, "A phantom deadlock", "Kebuntuan hantu"),
            LockStory::BusyShop => choose!(self, "A busy shop", "Toko yang ramai"),
            LockStory::Broken(bug) => self.lock_bug_rule(bug),
        }
    }

    /// What a scenario asks.
    pub(super) const fn lock_question(self, story: LockStory) -> &'static str {
        match story {
            LockStory::OppositeOrder => choose!(
                self,
                "What if two clients lock the same two things in opposite orders?",
                "Bagaimana jika dua klien mengunci dua benda dengan urutan berlawanan?",
            ),
            LockStory::Ring => choose!(
                self,
                "How many must give way when three wait in a ring?",
                "Berapa yang harus mengalah ketika tiga klien menunggu melingkar?",
            ),
            LockStory::BothUpgrade => choose!(
                self,
                "Can two clients block each other over a single thing?",
                "Bisakah dua klien saling menghalangi pada satu benda saja?",
            ),
            LockStory::SoftCycle => choose!(
                self,
                "Must somebody always be aborted to break a deadlock?",
                "Haruskah selalu ada yang dibatalkan untuk memutus kebuntuan?",
            ),
            LockStory::ReaderStream => choose!(
                self,
                "Does a writer ever get its turn when readers keep coming?",
                "Kapan penulis mendapat giliran bila pembaca terus datang?",
            ),
            LockStory::LeaderCrash => choose!(
                self,
                "What becomes of a queue when the leader crashes?",
                "Apa jadinya sebuah antrean ketika pemimpin mati?",
            ),
            LockStory::PausedClient => choose!(
                self,
                "What if a client sleeps past its lease, and does not know?",
                "Bagaimana jika klien tertidur melewati sewanya, tanpa sadar?",
            ),
            LockStory::Prevention => choose!(
                self,
                "How is deadlock prevented, and at what price?",
                "Bagaimana kebuntuan dicegah, dan berapa harganya?",
            ),
            LockStory::NoDeadlock => choose!(
                self,
                "Who is aborted though there is no deadlock?",
                "Siapa yang dibatalkan padahal tak ada kebuntuan?",
            ),
            LockStory::Free => choose!(
                self,
                "How long does a lock take that nobody else wants?",
                "Berapa lama mendapat kunci yang tak diinginkan orang lain?",
            ),
            LockStory::Phantom => choose!(
                self,
                "What if a deadlock is reported that never was?",
                "Bagaimana jika dilaporkan kebuntuan yang tak pernah ada?",
            ),
            LockStory::BusyShop => choose!(
                self,
                "What does a lock manager do all day?",
                "Apa pekerjaan sehari-hari pengelola kunci?",
            ),
            LockStory::Broken(_) => choose!(
                self,
                "What if the lock manager breaks this rule?",
                "Bagaimana jika pengelola kunci melanggar aturan ini?",
            ),
        }
    }

    /// What to look at in a scenario, and what to try.
    pub(super) const fn lock_guide(self, story: LockStory) -> &'static str {
        match story {
            LockStory::OppositeOrder
            | LockStory::Ring
            | LockStory::BothUpgrade
            | LockStory::SoftCycle => self.deadlock_guide(story),
            LockStory::ReaderStream
            | LockStory::LeaderCrash
            | LockStory::PausedClient
            | LockStory::Prevention
            | LockStory::NoDeadlock
            | LockStory::Phantom
            | LockStory::Free
            | LockStory::BusyShop => self.waiting_guide(story),
            LockStory::Broken(_) => choose!(
                self,
                "The captions say what happens; Checks says which promise is broken, and when. \
                 Then begin a new run that keeps these interventions, without the bug: no check \
                 fails.",
                "Keterangannya menjelaskan yang terjadi; Uji menunjukkan janji mana yang \
                 dilanggar, dan kapan. Lalu mulai simulasi baru dengan intervensi ini tanpa \
                 bug-nya: tak ada uji yang gagal.",
            ),
        }
    }

    const fn deadlock_guide(self, story: LockStory) -> &'static str {
        match story {
            LockStory::OppositeOrder => choose!(
                self,
                "Watch the graph of who waits for whom close into a cycle. Then edit c2's script \
                 so that it locks orders first: where all lock in one order, no cycle can arise.",
                "Amati graf siapa menunggu siapa menutup menjadi siklus. Lalu ubah skrip c2 agar \
                 mengunci orders dulu: bila semua mengunci dengan satu urutan, siklus tak bisa \
                 terjadi.",
            ),
            LockStory::Ring => choose!(
                self,
                "A deadlock can be as long as you like; one victim breaks it. Try other rules for \
                 who it is, under Settings: the oldest, who holds least, who has worked least.",
                "Kebuntuan bisa sepanjang apa pun; satu korban memutusnya. Coba aturan lain untuk \
                 memilih korban, di Setelan: yang tertua, yang memegang paling sedikit, yang \
                 bekerja paling sebentar.",
            ),
            LockStory::BothUpgrade => choose!(
                self,
                "Who will write what it reads had better lock exclusively at once. Change both \
                 scripts to lock stock x, without the upgrade: one waits, and nobody is aborted.",
                "Yang akan menulis apa yang dibacanya sebaiknya langsung mengunci eksklusif. Ubah \
                 kedua skrip menjadi lock stock x tanpa upgrade: yang satu menunggu, dan tak ada \
                 yang dibatalkan.",
            ),
            _ => choose!(
                self,
                "A solid edge leads to who holds what I want, a dashed one only to who came before \
                 me. Switch overtaking off in a new run: then somebody is aborted.",
                "Sisi penuh menuju yang memegang keinginanku, sisi putus-putus hanya menuju yang \
                 datang lebih dulu. Matikan pendahuluan di simulasi baru: maka ada yang \
                 dibatalkan.",
            ),
        }
    }

    const fn waiting_guide(self, story: LockStory) -> &'static str {
        match story {
            LockStory::ReaderStream => choose!(
                self,
                "Readers would come in one after the other if they were let in at once, and the \
                 writer would starve: plant that bug, and see.",
                "Bila pembaca langsung diizinkan masuk, mereka datang silih berganti dan penulis \
                 takkan mendapat giliran: pasang bug itu, dan lihat.",
            ),
            LockStory::LeaderCrash => choose!(
                self,
                "Locks and queues are applied from Raft's log, so they outlive any minority. Crash \
                 c1 instead, while it holds the lock: its lease runs out, and the next is woken.",
                "Kunci dan antrean diterapkan dari log Raft, jadi bertahan meski minoritas apa pun \
                 hilang. Matikan c1 saat memegang kunci: sewanya habis, lalu berikutnya bangun.",
            ),
            LockStory::PausedClient => choose!(
                self,
                "The captions say what happens. Then compare with the other branch, in which the \
                 store does not look at tokens: more writes than the value counts.",
                "Keterangannya menjelaskan yang terjadi. Lalu bandingkan dengan cabang lain, di \
                 mana penyimpanan tak melihat token: jumlah tulisan melebihi nilainya.",
            ),
            LockStory::Prevention | LockStory::NoDeadlock => choose!(
                self,
                "The captions say what happens. Then look at the other branches, and compare: the \
                 workload is the same, the rule is another.",
                "Keterangannya menjelaskan yang terjadi. Lalu lihat cabang yang lain, dan \
                 bandingkan: bebannya sama, aturannya berbeda.",
            ),
            LockStory::Phantom => choose!(
                self,
                "Each leader sees only the edges of its own table. Follow the collector's \
                 messages: which answer is from before, and which from after?",
                "Tiap pemimpin hanya melihat sisi di tabelnya sendiri. Ikuti pesan pengumpul: \
                 jawaban mana dari sebelum, dan mana dari sesudahnya?",
            ),
            LockStory::Free => choose!(
                self,
                "Follow the messages of one request. Then make the network slower, or cut the \
                 leader off, and watch what a lock costs.",
                "Ikuti pesan-pesan satu permintaan. Lalu perlambat jaringan, atau putuskan \
                 pemimpinnya, dan amati harga sebuah kunci.",
            ),
            _ => choose!(
                self,
                "Crash servers and clients, pause them, cut links, change the policy while it \
                 runs. The promises are checked all the time.",
                "Matikan server dan klien, bekukan, potong koneksi, ubah kebijakan selagi jalan. \
                 Janji-janjinya diperiksa sepanjang waktu.",
            ),
        }
    }
}
