//! The settings of the cache in words: what each is called, what it buys and what it costs.

use lockstep_core::cache::setting::Setting;

use super::{Language, choose, say};

impl Language {
    pub(super) const fn cache_setting(self, setting: Setting) -> &'static str {
        match setting {
            Setting::Exclusive => choose!(self, "Protocol", "Protokol"),
            Setting::AnswerInvalidations => {
                choose!(self, "Inv while waiting for data", "Inv saat menunggu data")
            }
            Setting::Capacity => choose!(self, "Capacity of a cache", "Kapasitas cache"),
            Setting::Lease => choose!(self, "Lease", "Sewa"),
            Setting::WriteBackWithin => choose!(self, "Write back within", "Write-back dalam"),
        }
    }

    pub(super) const fn cache_setting_effect(self, setting: Setting) -> &'static str {
        match setting {
            Setting::Exclusive => choose!(
                self,
                "MESI knows E: who alone has a line writes it without a message, E → M. With MSI \
                 the first write after a read always asks.",
                "MESI mengenal E: yang sendirian punya sebuah baris menulis tanpa pesan, E → M. \
                 Pada MSI tulisan pertama setelah membaca selalu bertanya.",
            ),
            Setting::AnswerInvalidations => choose!(
                self,
                "Stalled: an Inv that comes before the data waits for them, as in the primer. \
                 Answered (IS_D_I): the writer goes on sooner, and the data serve one load.",
                "Ditunda: Inv yang datang sebelum data menunggu data itu, seperti di buku. \
                 Dijawab (IS_D_I): penulis lebih cepat lanjut, dan datanya melayani satu load.",
            ),
            Setting::Capacity => choose!(
                self,
                "How many lines fit. Where there is no room, the least recently used one goes \
                 (LRU), and the next access to it misses.",
                "Banyaknya baris yang muat. Bila penuh, yang paling lama tak dipakai digusur \
                 (LRU), dan akses berikutnya ke sana miss.",
            ),
            Setting::Lease => choose!(
                self,
                "A cache uses its copies only so long after it was last heard; then the home may \
                 give it up. Shorter finds a crash sooner, and costs messages. 0: no leases, and a \
                 crash blocks its lines.",
                "Cache hanya memakai salinannya selama ini sejak terakhir terdengar; lalu home \
                 boleh menyerah padanya. Makin pendek, crash makin cepat ketahuan, tetapi pesannya \
                 bertambah. 0: tanpa sewa, dan crash memblokir barisnya.",
            ),
            Setting::WriteBackWithin => choose!(
                self,
                "A modified line goes back to memory at the latest so long after its first write: \
                 a crash loses no more than that. 0: only when it must.",
                "Baris yang berubah kembali ke memori paling lambat selama ini sejak tulisan \
                 pertama: crash tak menghilangkan lebih dari itu. 0: hanya bila terpaksa.",
            ),
        }
    }

    pub(super) fn cache_setting_value(self, setting: Setting, value: u64) -> String {
        match (setting, value) {
            (Setting::Exclusive, 0) => "MSI".to_owned(),
            (Setting::Exclusive, _) => "MESI".to_owned(),
            (Setting::AnswerInvalidations, 0) => choose!(self, "stalled", "ditunda").to_owned(),
            (Setting::AnswerInvalidations, _) => {
                choose!(self, "answered (IS_D_I)", "dijawab (IS_D_I)").to_owned()
            }
            (Setting::Capacity, 1) => choose!(self, "1 line", "1 baris").to_owned(),
            (Setting::Capacity, _) => say!(self, "{value} lines", "{value} baris"),
            (Setting::Lease, 0) => choose!(self, "none", "tidak ada").to_owned(),
            (Setting::WriteBackWithin, 0) => choose!(self, "no bound", "tanpa batas").to_owned(),
            (Setting::Lease | Setting::WriteBackWithin, _) => format!("{value} ms"),
        }
    }

    /// Of which check nothing is said while a setting of the cache is so, if there is one.
    pub(super) const fn cache_voids(self, setting: Setting, value: u64) -> &'static str {
        match (setting, value) {
            (Setting::WriteBackWithin, 0) => choose!(
                self,
                " Without a bound, “Losses are bounded” is not reached: nothing is promised.",
                " Tanpa batas, “Kehilangan terbatas” belum tercapai: tak ada yang dijanjikan.",
            ),
            _ => "",
        }
    }
}
