//! What the checks of the cache check.

use lockstep_core::check::cache::CacheCheck;

use super::{Language, choose};

impl Language {
    /// The name of a check of the cache.
    pub(super) const fn cache_check(self, check: CacheCheck) -> &'static str {
        match check {
            CacheCheck::SingleWriter => {
                choose!(self, "Single writer or many readers", "Satu penulis atau banyak pembaca")
            }
            CacheCheck::DataValue => choose!(self, "Data value", "Nilai data"),
            CacheCheck::DirectoryAgrees => {
                choose!(self, "The directory agrees", "Direktori sesuai")
            }
            CacheCheck::Answered => {
                choose!(self, "Every request is answered", "Setiap permintaan dijawab")
            }
            CacheCheck::NoUnexpected => {
                choose!(self, "Nothing unexpected", "Tak ada yang tak terduga")
            }
            CacheCheck::LeaseRespected => choose!(self, "Leases respected", "Sewa dihormati"),
            CacheCheck::LossReported => {
                choose!(self, "Losses are reported", "Kehilangan dilaporkan")
            }
            CacheCheck::LossBounded => choose!(self, "Losses are bounded", "Kehilangan terbatas"),
            CacheCheck::CacheHistory => choose!(self, "Coherent history", "Riwayat yang koheren"),
        }
    }

    /// What a check of the cache says about the run.
    pub(super) const fn cache_check_meaning(self, check: CacheCheck) -> &'static str {
        match check {
            CacheCheck::SingleWriter => choose!(
                self,
                "While one may write a line, nobody else may read or write it.",
                "Selama satu simpul boleh menulis sebuah baris, tak ada yang lain boleh membaca \
                 atau menulisnya.",
            ),
            CacheCheck::DataValue => choose!(
                self,
                "A read gives what was written last, and every readable copy holds it.",
                "Bacaan memberi yang terakhir ditulis, dan setiap salinan yang boleh dibaca \
                 memuatnya.",
            ),
            CacheCheck::DirectoryAgrees => choose!(
                self,
                "When nothing is under way for a line, the directory knows who has copies.",
                "Bila tak ada yang berjalan untuk sebuah baris, direktori tahu siapa yang \
                 memiliki salinan.",
            ),
            CacheCheck::Answered => choose!(
                self,
                "Whatever a processor asks for is answered in bounded time, once all nodes run \
                 and reach each other.",
                "Semua yang diminta prosesor dijawab dalam waktu terbatas, begitu semua simpul \
                 berjalan dan saling terhubung.",
            ),
            CacheCheck::NoUnexpected => choose!(
                self,
                "Nothing comes for which the tables have no entry.",
                "Tak ada yang datang tanpa sel di tabel protokol.",
            ),
            CacheCheck::LeaseRespected => choose!(
                self,
                "A cache uses its copies only while its lease lasts, and is not given up before.",
                "Cache memakai salinannya hanya selama sewanya berlaku, dan tidak dianggap hilang \
                 sebelum itu.",
            ),
            CacheCheck::LossReported => choose!(
                self,
                "When what a lost node may have written is gone, the home says so.",
                "Bila yang mungkin ditulis simpul yang hilang lenyap, rumahnya melaporkannya.",
            ),
            CacheCheck::LossBounded => choose!(
                self,
                "What is written is written back within the bound that is set. Not reached \
                 before something was to be.",
                "Yang ditulis dikembalikan ke memori dalam batas waktu yang disetel. Belum \
                 tercapai sebelum ada yang harus dikembalikan.",
            ),
            CacheCheck::CacheHistory => choose!(
                self,
                "Each address has one order of all reads and writes that fits what every \
                 processor did.",
                "Setiap alamat punya satu urutan semua bacaan dan tulisan yang cocok dengan yang \
                 dilakukan setiap prosesor.",
            ),
        }
    }
}
