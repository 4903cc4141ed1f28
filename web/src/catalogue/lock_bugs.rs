//! The rules of the lock manager that can be broken on purpose, in words.

use lockstep_core::lock::bug::Bug;

use super::{Language, choose};

impl Language {
    /// The rules' title.
    #[must_use]
    pub const fn lock_rules(self) -> &'static str {
        choose!(self, "Locks", "Kunci")
    }

    /// What is done wrong where a bug of the lock manager is planted.
    #[must_use]
    pub const fn lock_bug_rule(self, bug: Bug) -> &'static str {
        match bug {
            Bug::GrantBesideHolders => choose!(
                self,
                "Wake the first in the queue, whoever still holds the lock",
                "Bangunkan yang pertama di antrean meski kunci masih dipegang",
            ),
            Bug::TokenPerTerm => choose!(
                self,
                "Count tokens anew in each term",
                "Hitung token dari awal di setiap term",
            ),
            Bug::LeaseByOwnClock => choose!(
                self,
                "Each server ends sessions by its own clock",
                "Setiap server mengakhiri sesi menurut jamnya sendiri",
            ),
            Bug::VictimKeepsLocks => choose!(
                self,
                "A victim's locks are not released",
                "Kunci milik korban tidak dilepas",
            ),
            Bug::LostWakeUp => {
                choose!(self, "A release wakes nobody", "Pelepasan tidak membangunkan siapa pun")
            }
            Bug::WakeOnlyOne => choose!(
                self,
                "A release wakes one only, though its neighbours could share",
                "Pelepasan hanya membangunkan satu, padahal tetangganya bisa berbagi",
            ),
            Bug::ReadersOvertake => choose!(
                self,
                "Readers overtake a waiting writer",
                "Pembaca mendahului penulis yang menunggu",
            ),
            _ => self.more_lock_bugs(bug),
        }
    }

    const fn more_lock_bugs(self, bug: Bug) -> &'static str {
        match bug {
            Bug::ExpireUnchecked => choose!(
                self,
                "End a session though it was renewed meanwhile",
                "Akhiri sesi meski sudah diperbarui sementara itu",
            ),
            Bug::BlindToQueues => choose!(
                self,
                "Look for cycles without looking at queues",
                "Cari siklus tanpa melihat antrean",
            ),
            Bug::WrongVictim => choose!(
                self,
                "Abort somebody who only waits for a cycle",
                "Batalkan yang sekadar menunggu sebuah siklus",
            ),
            Bug::GrantTwice => choose!(
                self,
                "Grant again, with a new token, what was asked again",
                "Beri lagi dengan token baru bila permintaan diulang",
            ),
            Bug::UpgradeKeepsToken => choose!(
                self,
                "An upgrade keeps the token of the shared lock",
                "Peningkatan memakai token kunci bersama yang lama",
            ),
            Bug::VaultForgetsReads => choose!(
                self,
                "The store compares writes with writes only, not with reads",
                "Penyimpanan membandingkan tulisan hanya dengan tulisan, bukan dengan bacaan",
            ),
            Bug::TimeOutWakesNobody => choose!(
                self,
                "Who gives up waiting leaves the queue, and nobody behind is woken",
                "Yang berhenti menunggu keluar antrean, tetapi di belakangnya tak dibangunkan",
            ),
            Bug::ReleaseUnchecked => choose!(
                self,
                "Release a lock for somebody who does not hold it",
                "Lepaskan kunci demi seseorang yang tidak memegangnya",
            ),
            _ => choose!(
                self,
                "Who tries again is new, and never becomes the oldest",
                "Yang mencoba lagi dianggap baru dan tak pernah menjadi tertua",
            ),
        }
    }

    /// Why that goes wrong.
    #[must_use]
    pub const fn lock_bug_lesson(self, bug: Bug) -> &'static str {
        match bug {
            Bug::GrantBesideHolders => choose!(
                self,
                "An exclusive lock that somebody else holds too excludes nobody.",
                "Kunci eksklusif yang juga dipegang orang lain tidak mengecualikan siapa pun.",
            ),
            Bug::TokenPerTerm => choose!(
                self,
                "A token fences only if it grows for ever: what an old holder shows looks new.",
                "Token hanya memagari bila selalu naik: token pemegang lama tampak baru.",
            ),
            Bug::LeaseByOwnClock => choose!(
                self,
                "Servers that apply the same entries must do the same: time comes in by the log.",
                "Server yang menerapkan entri sama harus berbuat sama: waktu masuk lewat log.",
            ),
            Bug::VictimKeepsLocks => choose!(
                self,
                "A deadlock is broken by locks that are let go, not by a victim that is told.",
                "Kebuntuan diputus oleh kunci yang lepas, bukan oleh korban yang diberi tahu.",
            ),
            Bug::LostWakeUp => choose!(
                self,
                "Who waits asks no more: unless somebody wakes it, it waits for a free lock.",
                "Yang menunggu tak bertanya lagi: tanpa dibangunkan, ia menunggu kunci bebas.",
            ),
            Bug::WakeOnlyOne => choose!(
                self,
                "Readers who could go together wait for each other in vain.",
                "Pembaca yang bisa berjalan bersama saling menunggu sia-sia.",
            ),
            Bug::ReadersOvertake => choose!(
                self,
                "While readers keep coming, a writer never gets its turn.",
                "Selama pembaca terus datang, penulis tak pernah mendapat giliran.",
            ),
            _ => self.more_lock_lessons(bug),
        }
    }

    const fn more_lock_lessons(self, bug: Bug) -> &'static str {
        match bug {
            Bug::ExpireUnchecked => choose!(
                self,
                "Between proposing and applying things change: look again when applying.",
                "Antara usul dan penerapan keadaan berubah: periksa lagi saat menerapkan.",
            ),
            Bug::BlindToQueues => choose!(
                self,
                "Who stands before me in a queue blocks me, too, as long as queues are fair.",
                "Yang antre di depan saya juga menghalangi saya, selama antrean adil.",
            ),
            Bug::WrongVictim => choose!(
                self,
                "The cycle stays, and the work of somebody outside it is lost.",
                "Siklus tetap ada, dan kerja orang di luarnya hilang.",
            ),
            Bug::GrantTwice => choose!(
                self,
                "A request that comes again must get the answer that it had.",
                "Permintaan yang datang lagi harus mendapat jawaban yang sama.",
            ),
            Bug::UpgradeKeepsToken => choose!(
                self,
                "Somebody may have read since: the writer must come after them.",
                "Mungkin ada yang membaca sejak itu: penulis harus datang sesudahnya.",
            ),
            Bug::VaultForgetsReads => choose!(
                self,
                "A late write under a reader's feet changes what the reader relies on.",
                "Tulisan terlambat mengubah yang sedang diandalkan pembaca.",
            ),
            Bug::TimeOutWakesNobody => choose!(
                self,
                "A place in the queue that falls free is a release like any other.",
                "Tempat antrean yang kosong sama saja dengan pelepasan.",
            ),
            Bug::ReleaseUnchecked => choose!(
                self,
                "A late release takes the lock away from its next holder.",
                "Pelepasan yang terlambat merampas kunci dari pemegang berikutnya.",
            ),
            _ => choose!(
                self,
                "Prevention is fair only because everybody is the oldest some day.",
                "Pencegahan adil hanya karena setiap orang suatu saat menjadi yang tertua.",
            ),
        }
    }
}
