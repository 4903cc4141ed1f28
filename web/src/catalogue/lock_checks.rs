//! What the checks of the lock manager check.

use lockstep_core::check::lock::LockCheck;

use super::{Language, choose};

impl Language {
    /// The name of a check of the lock manager.
    pub(super) const fn lock_check(self, check: LockCheck) -> &'static str {
        match check {
            LockCheck::MutualExclusion => {
                choose!(self, "Mutual exclusion", "Saling mengecualikan")
            }
            LockCheck::Compatibility => {
                choose!(self, "Compatible holders", "Pemegang yang cocok")
            }
            LockCheck::TokensGrow => choose!(self, "Tokens grow", "Token selalu naik"),
            LockCheck::TablesAgree => choose!(self, "Tables agree", "Tabel-tabel sama"),
            LockCheck::NoLostWakeUp => {
                choose!(self, "No lost wake-up", "Tak ada yang lupa dibangunkan")
            }
            LockCheck::DeadlockBroken => {
                choose!(self, "Deadlocks are broken", "Kebuntuan diputus")
            }
            LockCheck::NoNeedlessVictim => {
                choose!(self, "No needless victim", "Tak ada korban sia-sia")
            }
            LockCheck::Fairness => choose!(self, "Fairness", "Keadilan antrean"),
            LockCheck::LeaseRespected => choose!(self, "Leases respected", "Sewa dihormati"),
            LockCheck::LockHistory => {
                choose!(self, "Linearizable locks", "Kunci yang linearizable")
            }
        }
    }

    /// What a check of the lock manager says about the run.
    pub(super) const fn lock_check_meaning(self, check: LockCheck) -> &'static str {
        match check {
            LockCheck::MutualExclusion => choose!(
                self,
                "What the store takes is in the order of the grants. It rests on fencing.",
                "Yang diterima penyimpanan mengikuti urutan pemberian kunci. Bertumpu pada token \
                 pagar.",
            ),
            LockCheck::Compatibility => choose!(
                self,
                "In no table does anybody hold a lock beside an exclusive holder.",
                "Di tabel mana pun tak ada yang memegang kunci di samping pemegang eksklusif.",
            ),
            LockCheck::TokensGrow => choose!(
                self,
                "Each grant has a greater token than every one before.",
                "Setiap pemberian memiliki token lebih besar daripada semua sebelumnya.",
            ),
            LockCheck::TablesAgree => choose!(
                self,
                "Servers that have applied the same entries have the same table.",
                "Server yang telah menerapkan entri yang sama memiliki tabel yang sama.",
            ),
            LockCheck::NoLostWakeUp => choose!(
                self,
                "Nobody waits for a lock that could be granted.",
                "Tak ada yang menunggu kunci yang sebenarnya bisa diberikan.",
            ),
            LockCheck::DeadlockBroken => choose!(
                self,
                "Every cycle of waiting is broken within a bound, where cycles are looked for.",
                "Setiap siklus saling tunggu diputus dalam batas waktu, bila siklus dicari.",
            ),
            LockCheck::NoNeedlessVictim => choose!(
                self,
                "Nobody is aborted for a deadlock who is in none.",
                "Tak ada yang dibatalkan karena kebuntuan padahal tidak terlibat.",
            ),
            LockCheck::Fairness => choose!(
                self,
                "Nobody who waits is overtaken without bound.",
                "Tak ada penunggu yang terus-menerus didahului.",
            ),
            LockCheck::LeaseRespected => choose!(
                self,
                "No session ends while its client renews it in time.",
                "Tak ada sesi yang berakhir selama kliennya memperbaruinya tepat waktu.",
            ),
            LockCheck::LockHistory => choose!(
                self,
                "What was asked and granted could come from one fenced read-write lock each.",
                "Permintaan dan pemberian dapat berasal dari satu kunci baca-tulis berpagar \
                 masing-masing.",
            ),
        }
    }
}
