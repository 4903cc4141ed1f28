//! What the checks check, and what they say.

use lockstep_core::check::raft::RaftCheck;
use lockstep_core::check::{Assumption, Check};

use super::{Language, choose};

impl Language {
    /// A check's name.
    #[must_use]
    pub const fn check(self, check: Check) -> &'static str {
        match check {
            Check::Raft(check) => self.raft_check(check),
            Check::Lock(check) => self.lock_check(check),
            Check::Cache(check) => self.cache_check(check),
        }
    }

    /// What a check says about the run.
    #[must_use]
    pub const fn check_meaning(self, check: Check) -> &'static str {
        match check {
            Check::Raft(check) => self.raft_check_meaning(check),
            Check::Lock(check) => self.lock_check_meaning(check),
            Check::Cache(check) => self.cache_check_meaning(check),
        }
    }

    const fn raft_check(self, check: RaftCheck) -> &'static str {
        match check {
            RaftCheck::ElectionSafety => choose!(self, "Election safety", "Keamanan pemilihan"),
            RaftCheck::LeaderAppendOnly => {
                choose!(self, "Leader append-only", "Pemimpin hanya menambah")
            }
            RaftCheck::LogMatching => choose!(self, "Log matching", "Kecocokan log"),
            RaftCheck::LeaderCompleteness => {
                choose!(self, "Leader completeness", "Kelengkapan pemimpin")
            }
            RaftCheck::StateMachineSafety => {
                choose!(self, "State machine safety", "Keamanan mesin keadaan")
            }
            RaftCheck::LeaderElected => choose!(self, "A leader was elected", "Pemimpin terpilih"),
            RaftCheck::EntryCommitted => {
                choose!(self, "An entry was committed", "Ada entri ter-commit")
            }
            RaftCheck::LeaderStickiness => {
                choose!(self, "Leader stickiness", "Kesetiaan pada pemimpin")
            }
            RaftCheck::CommitMonotonic => {
                choose!(self, "Commit index never goes back", "Indeks commit tak pernah mundur")
            }
            RaftCheck::SessionExactness => {
                choose!(self, "Session exactness", "Ketepatan sesi")
            }
            RaftCheck::ReadFreshness => choose!(self, "Read freshness", "Kesegaran bacaan"),
            RaftCheck::ConfigurationSafety => {
                choose!(self, "Configuration safety", "Keamanan konfigurasi")
            }
            RaftCheck::Liveness => choose!(self, "Liveness", "Kelangsungan"),
            RaftCheck::LinearizableHistory => self.linearizability(),
        }
    }

    /// What a check says about the run (Raft, figure 3).
    const fn raft_check_meaning(self, check: RaftCheck) -> &'static str {
        match check {
            RaftCheck::ElectionSafety => choose!(
                self,
                "At most one leader in a term. §5.2",
                "Paling banyak satu pemimpin dalam satu term. §5.2",
            ),
            RaftCheck::LeaderAppendOnly => choose!(
                self,
                "A leader never overwrites or deletes entries of its log. §5.3",
                "Pemimpin tidak pernah menimpa atau menghapus entri log-nya. §5.3",
            ),
            RaftCheck::LogMatching => choose!(
                self,
                "Logs with the same entry agree in all entries before it. §5.3",
                "Log dengan entri yang sama cocok di semua entri sebelumnya. §5.3",
            ),
            RaftCheck::LeaderCompleteness => choose!(
                self,
                "A committed entry is in the log of every later leader. §5.4",
                "Entri ter-commit ada di log setiap pemimpin sesudahnya. §5.4",
            ),
            RaftCheck::StateMachineSafety => choose!(
                self,
                "No two servers apply different entries at one index. §5.4.3",
                "Tak ada dua server yang menerapkan entri berbeda di satu indeks. §5.4.3",
            ),
            RaftCheck::LeaderElected => choose!(
                self,
                "Without this, the others say little.",
                "Tanpa ini, uji lainnya tidak banyak berarti.",
            ),
            RaftCheck::EntryCommitted => {
                choose!(self, "Something was agreed on.", "Ada sesuatu yang disepakati.",)
            }
            other => self.further_check_meaning(other),
        }
    }

    /// What a check says that goes beyond the paper (dissertation).
    const fn further_check_meaning(self, check: RaftCheck) -> &'static str {
        match check {
            RaftCheck::LeaderStickiness => choose!(
                self,
                "While a leader is in touch with a majority, nobody else is elected, unless it \
                 hands over. Dissertation §4.2.3",
                "Selama pemimpin terhubung dengan mayoritas, tak ada yang lain terpilih, kecuali \
                 ia menyerahkan kepemimpinan. Disertasi §4.2.3",
            ),
            RaftCheck::CommitMonotonic => choose!(
                self,
                "A server that runs never knows less to be committed than before. Figure 2",
                "Server yang berjalan tak pernah mengetahui lebih sedikit yang ter-commit \
                 daripada sebelumnya. Gambar 2",
            ),
            RaftCheck::SessionExactness => choose!(
                self,
                "No command of a client is carried out twice, and none is passed over. \
                 Dissertation §6.3",
                "Tak ada perintah klien yang dijalankan dua kali, dan tak ada yang terlewat. \
                 Disertasi §6.3",
            ),
            RaftCheck::ReadFreshness => choose!(
                self,
                "A read answered outside the log saw everything committed before it was begun. \
                 Dissertation §6.4",
                "Bacaan yang dijawab di luar log melihat semua yang ter-commit sebelum bacaan \
                 itu dimulai. Disertasi §6.4",
            ),
            RaftCheck::ConfigurationSafety => choose!(
                self,
                "Who is elected or commits has a quorum that meets every quorum of the latest \
                 committed configuration. Dissertation §4",
                "Yang terpilih atau meng-commit memiliki kuorum yang bertemu setiap kuorum dari \
                 konfigurasi ter-commit terbaru. Disertasi §4",
            ),
            RaftCheck::Liveness => choose!(
                self,
                "Once faults stop, all follow one leader that commits, within 30 election \
                 timeouts. §5.6",
                "Setelah gangguan berhenti, semua mengikuti satu pemimpin yang meng-commit, \
                 dalam 30 timeout pemilihan. §5.6",
            ),
            _ => self.linearizability_meaning(),
        }
    }

    /// What was taken away that a check rests on.
    #[must_use]
    pub const fn assumption(self, assumption: Assumption) -> &'static str {
        match assumption {
            Assumption::SessionsOff => choose!(
                self,
                "It rests on client sessions, which were off.",
                "Uji ini bertumpu pada sesi klien, yang sedang mati.",
            ),
            Assumption::CheckQuorumOff => choose!(
                self,
                "It rests on check quorum, which was off.",
                "Uji ini bertumpu pada check quorum, yang sedang mati.",
            ),
            Assumption::ClocksStray => choose!(
                self,
                "It rests on clocks, and one jumped or strayed further than is allowed for, or a \
                 timer was made to run out early.",
                "Uji ini bertumpu pada jam, dan ada jam yang melompat atau terlalu menyimpang, \
                 atau timer yang dibuat habis terlalu dini.",
            ),
            Assumption::NetworkLossy => choose!(
                self,
                "It rests on a network that loses and delays too little to keep elections from \
                 succeeding.",
                "Uji ini bertumpu pada jaringan yang kehilangan dan jedanya cukup kecil agar \
                 pemilihan dapat berhasil.",
            ),
            Assumption::FencingOff => choose!(
                self,
                "It rests on fencing, which was off.",
                "Uji ini bertumpu pada pemagaran token, yang sedang mati.",
            ),
            Assumption::GraphsApart => choose!(
                self,
                "It rests on one graph; here parts of it are gathered at different times.",
                "Uji ini bertumpu pada satu graf; di sini bagian-bagiannya dikumpulkan pada waktu \
                 yang berbeda.",
            ),
            Assumption::NoDetection => choose!(
                self,
                "It rests on cycles being looked for; here deadlock is dealt with otherwise.",
                "Uji ini bertumpu pada pencarian siklus; di sini kebuntuan ditangani dengan cara \
                 lain.",
            ),
            _ => self.cache_assumption(assumption),
        }
    }

    /// The same, of what the cache rests on.
    const fn cache_assumption(self, assumption: Assumption) -> &'static str {
        match assumption {
            Assumption::LinksDisorderly => choose!(
                self,
                "It rests on links that lose nothing and keep the order of messages.",
                "Uji ini bertumpu pada tautan yang tak kehilangan pesan dan menjaga urutannya.",
            ),
            Assumption::NodesFailed => choose!(
                self,
                "A node failed or was cut off, and without leases nobody can be given up.",
                "Sebuah simpul gagal atau terputus, dan tanpa sewa tak ada yang dapat dianggap \
                 hilang.",
            ),
            Assumption::LinesLost => choose!(
                self,
                "What a lost node had written was given up, and its home said so.",
                "Yang ditulis simpul yang hilang dilepaskan, dan rumahnya melaporkannya.",
            ),
            Assumption::LeasesShort => choose!(
                self,
                "It rests on leases that last longer than the network needs to renew them.",
                "Uji ini bertumpu pada sewa yang lebih lama daripada waktu jaringan untuk \
                 memperbaruinya.",
            ),
            Assumption::LeasesSwitched => choose!(
                self,
                "It rests on leases that are not switched on or off while something is under way.",
                "Uji ini bertumpu pada sewa yang tidak dinyalakan atau dimatikan selagi ada yang \
                 sedang berjalan.",
            ),
            _ => "",
        }
    }
}
