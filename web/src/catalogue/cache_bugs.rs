//! The rules of the cache that can be broken on purpose, in words.

use lockstep_core::cache::bug::Bug;

use super::{Language, choose};

impl Language {
    /// The rules' title.
    #[must_use]
    pub const fn cache_rules(self) -> &'static str {
        choose!(self, "Coherence", "Koherensi")
    }

    /// What is done wrong where a bug of the cache is planted.
    #[must_use]
    pub const fn cache_bug_rule(self, bug: Bug) -> &'static str {
        match bug {
            Bug::InvalidationsNotAwaited => choose!(
                self,
                "Write as soon as the data are there, without waiting for Inv-Acks",
                "Menulis begitu data tiba, tanpa menunggu Inv-Ack",
            ),
            Bug::InvalidationIgnored => choose!(
                self,
                "Acknowledge an Inv that overtook the data, and keep the data",
                "Jawab Inv yang mendahului data, lalu tetap simpan datanya",
            ),
            Bug::StaleWriteBack => choose!(
                self,
                "Take a write-back from a node that is no longer the owner",
                "Terima write-back dari node yang bukan pemilik lagi",
            ),
            Bug::AckCountShort => choose!(
                self,
                "Tell the writer to wait for one Inv-Ack too few",
                "Suruh penulis menunggu satu Inv-Ack terlalu sedikit",
            ),
            Bug::OwnerKeepsExclusive => choose!(
                self,
                "An owner that gave out a copy stays in E or M",
                "Pemilik yang memberi salinan tetap di E atau M",
            ),
            Bug::SharerForgotten => choose!(
                self,
                "Do not write down who got a shared copy",
                "Tidak mencatat siapa yang mendapat salinan bersama",
            ),
            Bug::SharedWritten => choose!(
                self,
                "Write a shared copy without asking",
                "Tulis salinan bersama tanpa meminta izin",
            ),
            Bug::WriteBackWithoutData => choose!(
                self,
                "Acknowledge a write-back and do not copy it to memory",
                "Konfirmasi write-back tanpa menyalinnya ke memori",
            ),
            Bug::EvictionNotAwaited => choose!(
                self,
                "Forget an evicted line before the Put-Ack has come",
                "Lupakan baris yang digusur sebelum Put-Ack tiba",
            ),
            _ => self.more_cache_bugs(bug),
        }
    }

    const fn more_cache_bugs(self, bug: Bug) -> &'static str {
        match bug {
            Bug::ForwardUnanswered => choose!(
                self,
                "Who evicts a line does not answer a forwarded request for it",
                "Yang sedang menggusur baris tak menjawab permintaan terusan",
            ),
            Bug::OwnerNotChanged => choose!(
                self,
                "Forward a GetM and keep the old owner in the directory",
                "Teruskan GetM tetapi pemilik lama tetap tercatat di direktori",
            ),
            Bug::AckSentHome => choose!(
                self,
                "Send the Inv-Ack to the home instead of to the writer",
                "Kirim Inv-Ack ke home, bukan ke penulis",
            ),
            Bug::MemoryReadWhileOwned => choose!(
                self,
                "Answer a reader from memory although there is an owner",
                "Jawab pembaca dari memori padahal ada pemilik",
            ),
            Bug::StalledForgotten => choose!(
                self,
                "Never take up again what had to wait in a cache",
                "Tak pernah melanjutkan yang harus menunggu di cache",
            ),
            Bug::SwapOnShared => choose!(
                self,
                "A compare-and-swap compares on a shared copy, and asks to write afterwards",
                "Compare-and-swap membandingkan di salinan bersama, baru lalu minta menulis",
            ),
            Bug::LeaseIgnored => choose!(
                self,
                "Go on using copies after the lease has run out",
                "Terus memakai salinan setelah sewa habis",
            ),
            Bug::ReclaimTooEarly => choose!(
                self,
                "The home gives up a silent node before its lease is over",
                "Home menyerah pada node yang diam sebelum sewanya habis",
            ),
            Bug::WriteBackPostponed => choose!(
                self,
                "Count the time for a write-back from the last write, not from the first",
                "Menghitung batas tulis balik dari tulisan terakhir, bukan dari yang pertama",
            ),
            _ => choose!(
                self,
                "Say nothing when what a lost owner may have written is gone",
                "Diam saja ketika tulisan pemilik yang hilang mungkin ikut lenyap",
            ),
        }
    }

    /// Why that goes wrong.
    #[must_use]
    pub const fn cache_bug_lesson(self, bug: Bug) -> &'static str {
        match bug {
            Bug::InvalidationsNotAwaited => choose!(
                self,
                "Until the last Inv-Ack somebody may still read the old value.",
                "Sebelum Inv-Ack terakhir, masih ada yang bisa membaca nilai lama.",
            ),
            Bug::InvalidationIgnored => choose!(
                self,
                "The writer believes that the copy is gone, and it is only just arriving.",
                "Penulis mengira salinan itu sudah hilang, padahal baru akan tiba.",
            ),
            Bug::StaleWriteBack => choose!(
                self,
                "A late PutM brings back a value that has been overwritten since.",
                "PutM yang terlambat menghidupkan nilai yang sudah ditimpa.",
            ),
            Bug::AckCountShort => choose!(
                self,
                "One copy is still there when the writer begins to write.",
                "Satu salinan masih ada ketika penulis mulai menulis.",
            ),
            Bug::OwnerKeepsExclusive => choose!(
                self,
                "A silent write to E or M reaches nobody who reads a shared copy.",
                "Tulisan diam-diam di E atau M tak sampai ke pembaca salinan bersama.",
            ),
            Bug::SharerForgotten => choose!(
                self,
                "Whom the directory does not know, nobody will invalidate.",
                "Yang tak dikenal direktori tak akan pernah diinvalidasi.",
            ),
            Bug::SharedWritten => choose!(
                self,
                "S allows reading: others have the same copy, and keep the old value.",
                "S hanya untuk membaca: yang lain punya salinan sama dengan nilai lama.",
            ),
            Bug::WriteBackWithoutData => choose!(
                self,
                "Put-Ack says that memory has the value; after it nobody else does.",
                "Put-Ack berarti memori sudah punya nilainya; sesudahnya tak ada lagi yang punya.",
            ),
            Bug::EvictionNotAwaited => choose!(
                self,
                "A forward may be on its way to the owner, and only it has the data.",
                "Mungkin ada terusan menuju pemilik, dan hanya ia yang punya datanya.",
            ),
            _ => self.more_cache_lessons(bug),
        }
    }

    const fn more_cache_lessons(self, bug: Bug) -> &'static str {
        match bug {
            Bug::ForwardUnanswered => choose!(
                self,
                "The home believes that the request is served; the requester waits for ever.",
                "Home mengira permintaan sudah dilayani; peminta menunggu selamanya.",
            ),
            Bug::OwnerNotChanged => choose!(
                self,
                "The next request goes to somebody who has nothing any more.",
                "Permintaan berikutnya diteruskan ke node yang sudah tak punya apa-apa.",
            ),
            Bug::AckSentHome => choose!(
                self,
                "The writer counts, not the home: it waits for an ack that never comes.",
                "Yang menghitung adalah penulis: ia menunggu konfirmasi yang tak datang.",
            ),
            Bug::MemoryReadWhileOwned => choose!(
                self,
                "While a line is owned, memory is out of date.",
                "Selama sebuah baris ada pemiliknya, memori usang.",
            ),
            Bug::StalledForgotten => choose!(
                self,
                "To stall is to answer later; not to answer at all is a deadlock.",
                "Stall berarti menjawab nanti; tak menjawab sama sekali adalah deadlock.",
            ),
            Bug::SwapOnShared => choose!(
                self,
                "Between comparing and writing somebody else may write.",
                "Di antara membandingkan dan menulis, yang lain bisa menulis.",
            ),
            Bug::LeaseIgnored => choose!(
                self,
                "Whoever was given up is not told of writes: its copies are stale.",
                "Yang sudah dianggap hilang tak diberi tahu ada tulisan: salinannya usang.",
            ),
            Bug::ReclaimTooEarly => choose!(
                self,
                "Until its lease is over, a silent node may read and write what it has.",
                "Sebelum sewanya habis, node yang diam boleh membaca dan menulis miliknya.",
            ),
            Bug::WriteBackPostponed => choose!(
                self,
                "Who never stops writing never writes back: a crash loses any amount.",
                "Yang terus menulis tak pernah menulis balik: sekali mati, berapa pun bisa hilang.",
            ),
            _ => choose!(
                self,
                "Losing data is bad; losing it without a word is worse.",
                "Kehilangan data itu buruk; kehilangan tanpa pemberitahuan lebih buruk.",
            ),
        }
    }
}
