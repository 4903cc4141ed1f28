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
            LockCheck::GrantsStand => choose!(self, "Grants stand", "Pemberian kunci bertahan"),
            LockCheck::NothingLeftBehind => {
                choose!(self, "Nothing left behind", "Tak ada yang tertinggal")
            }
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
            LockCheck::AgeKept => choose!(self, "Age is kept", "Umur tetap"),
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
                "Yang diterima penyimpanan mengikuti urutan pemberian kunci, berkat token pagar.",
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
            LockCheck::GrantsStand => choose!(
                self,
                "A granted lock stands until its holder lets go, is aborted, or loses its session.",
                "Kunci tetap dimiliki sampai dilepas, transaksi dibatalkan, atau sesi berakhir.",
            ),
            LockCheck::NothingLeftBehind => choose!(
                self,
                "Whoever was aborted, or has lost its session, holds and awaits nothing more.",
                "Yang dibatalkan atau sesinya berakhir tak lagi memegang atau menunggu apa pun.",
            ),
            LockCheck::NoLostWakeUp => choose!(
                self,
                "Nobody waits for a lock that could be granted.",
                "Tak ada yang menunggu kunci yang sebenarnya bisa diberikan.",
            ),
            LockCheck::DeadlockBroken => choose!(
                self,
                "Every cycle of waiting is broken within a bound, where cycles are looked for.",
                "Setiap siklus saling tunggu diputus dalam batas tertentu, bila siklus dicari.",
            ),
            LockCheck::NoNeedlessVictim => choose!(
                self,
                "In one table, nobody is aborted for a deadlock who is in none.",
                "Dalam satu tabel, tak ada yang dibatalkan karena kebuntuan bila tidak terlibat.",
            ),
            LockCheck::Fairness => choose!(
                self,
                "Nobody who waits is overtaken, but a bounded number of times to break a deadlock.",
                "Tak ada penunggu yang didahului, kecuali sesekali untuk memutus kebuntuan.",
            ),
            LockCheck::AgeKept => choose!(
                self,
                "A transaction that is tried again after an abort is as old as it was.",
                "Transaksi yang dicoba lagi setelah dibatalkan tetap setua semula.",
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
