//! What the checks check, and what they say.

use lockstep_core::check::Assumption;
use lockstep_core::check::raft::RaftCheck;

use super::{Language, choose};

impl Language {
    /// A check's name.
    #[must_use]
    pub const fn check(self, check: RaftCheck) -> &'static str {
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
        }
    }

    /// What a check says about the run (Raft, figure 3).
    #[must_use]
    pub const fn check_meaning(self, check: RaftCheck) -> &'static str {
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
                "It rests on clocks, and one jumped or strayed further than is allowed for.",
                "Uji ini bertumpu pada jam, dan ada jam yang melompat atau terlalu menyimpang.",
            ),
            Assumption::NetworkLossy => choose!(
                self,
                "It rests on a network that loses and delays too little to keep elections from \
                 succeeding.",
                "Uji ini bertumpu pada jaringan yang kehilangan dan jedanya cukup kecil agar \
                 pemilihan dapat berhasil.",
            ),
        }
    }
}
