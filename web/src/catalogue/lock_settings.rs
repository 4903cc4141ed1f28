//! The settings of the lock manager in words: what each is called, what it buys and what it costs.

use lockstep_core::lock::policy::{Policy, Victim};
use lockstep_core::lock::setting::Setting;

use super::{Language, choose, say};

impl Language {
    pub(super) const fn lock_setting(self, setting: Setting) -> &'static str {
        match setting {
            Setting::Policy => choose!(self, "Deadlock", "Kebuntuan"),
            Setting::Victim => choose!(self, "Victim", "Korban"),
            Setting::DetectEvery => choose!(self, "Look for cycles", "Cari siklus"),
            Setting::Overtaking => choose!(self, "Overtaking", "Menyalip antrean"),
            Setting::Fencing => choose!(self, "Fencing", "Pagar token"),
            Setting::Lease => choose!(self, "Lease of a session", "Sewa sesi"),
            Setting::LongestWait => choose!(self, "Longest wait", "Penantian terlama"),
        }
    }

    pub(super) const fn lock_setting_effect(self, setting: Setting) -> &'static str {
        match setting {
            Setting::Policy => choose!(
                self,
                "Detection lets all wait and breaks cycles; prevention aborts early, often in \
                 vain, and no cycle ever arises.",
                "Deteksi membiarkan semua menunggu lalu memutus siklus; pencegahan membatalkan \
                 lebih awal, sering sia-sia, dan siklus tak pernah muncul.",
            ),
            Setting::Victim => choose!(
                self,
                "Who gives way in a cycle: its locks go, and it tries again. Only by detection.",
                "Siapa yang mengalah dalam siklus: kuncinya lepas, lalu ia mencoba lagi. Hanya \
                 dengan deteksi.",
            ),
            Setting::DetectEvery => choose!(
                self,
                "Rarer is cheaper, and whoever is in a cycle waits longer. 0: at each wait.",
                "Makin jarang makin murah, dan yang terjebak menunggu lebih lama. 0: pada setiap \
                 penantian.",
            ),
            Setting::Overtaking => choose!(
                self,
                "A cycle that goes through a queue is broken without a victim: a shared request \
                 goes before an exclusive one.",
                "Siklus yang melewati antrean diputus tanpa korban: permintaan bersama mendahului \
                 yang eksklusif.",
            ),
            Setting::Fencing => choose!(
                self,
                "The store refuses a token older than one it has seen; off, who slept through its \
                 lease overwrites others.",
                "Penyimpanan menolak token yang lebih tua dari yang pernah dilihat; bila mati, \
                 yang tertidur melewati sewanya menimpa yang lain.",
            ),
            Setting::Lease => choose!(
                self,
                "A session that is not renewed for so long ends and its locks go. Shorter frees \
                 them sooner, and mistakes the slow for the dead.",
                "Sesi yang selama ini tak diperbarui berakhir dan kuncinya lepas. Makin pendek \
                 makin cepat bebas, tetapi yang lambat dikira mati.",
            ),
            Setting::LongestWait => choose!(
                self,
                "Where only time breaks a deadlock: who has waited so long is aborted.",
                "Bila hanya waktu yang memutus kebuntuan: yang menunggu selama ini dibatalkan.",
            ),
        }
    }

    pub(super) fn lock_setting_value(self, setting: Setting, value: u64) -> String {
        let place = usize::try_from(value).unwrap_or(usize::MAX);
        match (setting, value) {
            (Setting::Policy, _) => {
                Policy::ALL.get(place).map_or("", |policy| self.policy(*policy)).to_owned()
            }
            (Setting::Victim, _) => {
                Victim::ALL.get(place).map_or("", |victim| self.victim(*victim)).to_owned()
            }
            (Setting::DetectEvery, 0) => {
                choose!(self, "at each wait", "pada setiap penantian").to_owned()
            }
            (Setting::DetectEvery, _) => say!(self, "every {value} ms", "tiap {value} ms"),
            (Setting::Lease | Setting::LongestWait, _) => format!("{value} ms"),
            (Setting::Overtaking | Setting::Fencing, 0) => choose!(self, "off", "mati").to_owned(),
            (Setting::Overtaking | Setting::Fencing, _) => choose!(self, "on", "hidup").to_owned(),
        }
    }

    /// What is done about deadlock.
    const fn policy(self, policy: Policy) -> &'static str {
        match policy {
            Policy::Detect => choose!(self, "detection", "deteksi"),
            Policy::WaitDie => "wait-die",
            Policy::WoundWait => "wound-wait",
            Policy::NoWait => choose!(self, "nobody waits", "tanpa menunggu"),
            Policy::TimeOut => choose!(self, "timeout only", "timeout saja"),
        }
    }

    /// Who gives way.
    const fn victim(self, victim: Victim) -> &'static str {
        match victim {
            Victim::Youngest => choose!(self, "the youngest", "yang termuda"),
            Victim::Oldest => choose!(self, "the oldest", "yang tertua"),
            Victim::FewestLocks => choose!(self, "fewest locks", "kunci paling sedikit"),
            Victim::LeastWork => choose!(self, "least work", "kerja paling sedikit"),
        }
    }

    /// Which check's assumption is void while a setting of the lock manager is so, if one is.
    pub(super) const fn lock_voids(self, setting: Setting, value: u64) -> &'static str {
        match (setting, value) {
            (Setting::Fencing, 0) => choose!(
                self,
                " ∅ Off, mutual exclusion has its assumption void.",
                " ∅ Bila mati, asumsi saling mengecualikan gugur.",
            ),
            (Setting::Policy, 1..) => choose!(
                self,
                " ∅ Without detection, “Deadlocks are broken” has its assumption void.",
                " ∅ Tanpa deteksi, asumsi “Kebuntuan diputus” gugur.",
            ),
            _ => "",
        }
    }
}
