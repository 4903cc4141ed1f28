//! The gallery of the cache lab: what each scenario asks, and what there is to see in it.

use lockstep_core::scenario::gallery::CacheStory;

use super::{Language, choose};

impl Language {
    /// The title of a scenario.
    pub(super) const fn cache_story(self, story: CacheStory) -> &'static str {
        match story {
            CacheStory::SilentUpgrade => choose!(self, "A silent upgrade", "Naik diam-diam"),
            CacheStory::ReadModified => {
                choose!(self, "Reading a modified line", "Membaca baris yang berubah")
            }
            CacheStory::UpgradeRace => {
                choose!(self, "Two sharers both write", "Dua pembagi sama-sama menulis")
            }
            CacheStory::InvalidationRace => {
                choose!(self, "Invalidation races data", "Invalidasi berpacu dengan data")
            }
            CacheStory::EvictionRace => {
                choose!(self, "Eviction races a forward", "Penggusuran berpacu dengan terusan")
            }
            CacheStory::FalseSharing => choose!(self, "False sharing", "False sharing"),
            CacheStory::Padding => {
                choose!(self, "False sharing, padded", "False sharing setelah padding")
            }
            CacheStory::PrivateData => {
                choose!(self, "MESI against MSI", "MESI melawan MSI")
            }
            CacheStory::ReadMostly => choose!(self, "A day of reading", "Sehari penuh membaca"),
            CacheStory::OwnerCrash => choose!(self, "The owner crashes", "Pemiliknya mati"),
            CacheStory::PartitionedSharer => {
                choose!(self, "A sharer is cut off", "Pembagi terputus")
            }
            CacheStory::Bus => choose!(self, "A snooping bus", "Bus snooping"),
            CacheStory::Datagrams => choose!(self, "Over datagrams", "Di atas datagram"),
            CacheStory::Broken(bug) => self.cache_bug_rule(bug),
        }
    }

    /// What a scenario asks.
    pub(super) const fn cache_question(self, story: CacheStory) -> &'static str {
        match story {
            CacheStory::SilentUpgrade => choose!(
                self,
                "When may a node write without telling anybody?",
                "Kapan sebuah node boleh menulis tanpa memberi tahu siapa pun?",
            ),
            CacheStory::ReadModified => choose!(
                self,
                "Where does a reader get a value that memory does not have?",
                "Dari mana pembaca mendapat nilai yang tak ada di memori?",
            ),
            CacheStory::UpgradeRace => choose!(
                self,
                "What if two that share a line want to write it at once?",
                "Bagaimana jika dua node yang berbagi baris ingin menulis bersamaan?",
            ),
            CacheStory::InvalidationRace => choose!(
                self,
                "What if a copy is to go before it has come?",
                "Bagaimana jika salinan harus dibuang sebelum ia tiba?",
            ),
            CacheStory::EvictionRace => choose!(
                self,
                "Who answers for a line that its owner is giving up?",
                "Siapa yang menjawab untuk baris yang sedang dilepas pemiliknya?",
            ),
            CacheStory::FalseSharing => choose!(
                self,
                "Why is a program slow whose threads share nothing?",
                "Mengapa program lambat padahal thread-nya tak berbagi apa pun?",
            ),
            CacheStory::Padding => choose!(
                self,
                "What do a few unused bytes buy?",
                "Apa untungnya beberapa bita yang tak terpakai?",
            ),
            CacheStory::PrivateData => {
                choose!(self, "What is the state E good for?", "Apa gunanya keadaan E?",)
            }
            CacheStory::ReadMostly => choose!(
                self,
                "How often does a cache help, and why not always?",
                "Seberapa sering cache menolong, dan mengapa tak selalu?",
            ),
            _ => self.failure_question(story),
        }
    }

    /// What a scenario asks in which something fails, or is another network.
    const fn failure_question(self, story: CacheStory) -> &'static str {
        match story {
            CacheStory::OwnerCrash => choose!(
                self,
                "What is lost with the only copy?",
                "Apa yang hilang bersama satu-satunya salinan?",
            ),
            CacheStory::PartitionedSharer => choose!(
                self,
                "How long may somebody read whom nobody can reach?",
                "Berapa lama node yang tak terjangkau masih boleh membaca?",
            ),
            CacheStory::Bus => choose!(
                self,
                "How is it done if everybody hears everything?",
                "Bagaimana caranya bila semua mendengar semuanya?",
            ),
            CacheStory::Datagrams => choose!(
                self,
                "What does the protocol need from its network?",
                "Apa yang dituntut protokol dari jaringannya?",
            ),
            // The list of scenarios has no room for all of it.
            CacheStory::Broken(bug) => self.cache_bug_rule(bug),
            _ => "",
        }
    }

    /// What to look at in a scenario, and what to try.
    pub(super) const fn cache_guide(self, story: CacheStory) -> &'static str {
        match story {
            CacheStory::SilentUpgrade | CacheStory::ReadModified | CacheStory::PrivateData => {
                self.states_guide(story)
            }
            CacheStory::UpgradeRace
            | CacheStory::InvalidationRace
            | CacheStory::EvictionRace
            | CacheStory::Bus => self.race_guide(story),
            CacheStory::FalseSharing | CacheStory::Padding | CacheStory::ReadMostly => {
                self.figures_guide(story)
            }
            CacheStory::OwnerCrash | CacheStory::PartitionedSharer | CacheStory::Datagrams => {
                self.failure_guide(story)
            }
            CacheStory::Broken(_) => choose!(
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

    const fn states_guide(self, story: CacheStory) -> &'static str {
        match story {
            CacheStory::SilentUpgrade => choose!(
                self,
                "Watch n1's line go I → IS_D → E → M, and the directory: it says E all along. \
                 Then compare with MSI, under Settings: the write asks.",
                "Amati baris n1 berpindah I → IS_D → E → M, dan direktorinya: tetap E. Lalu \
                 bandingkan dengan MSI, di Setelan: tulisannya bertanya dulu.",
            ),
            CacheStory::ReadModified => choose!(
                self,
                "Follow one transaction: GetS to the home, Fwd-GetS to the owner, and data to two. \
                 While the home waits for its data it is in S_D, and holds others up.",
                "Ikuti satu transaksi: GetS ke home, Fwd-GetS ke pemilik, lalu data ke dua tujuan. \
                 Selama menunggu datanya, home berada di S_D dan menahan yang lain.",
            ),
            _ => choose!(
                self,
                "The captions say what happens. Then look at the other branch, and compare the \
                 number of messages: the work is the same, the protocol is another.",
                "Keterangannya menjelaskan yang terjadi. Lalu lihat cabang yang lain, dan \
                 bandingkan jumlah pesan: pekerjaannya sama, protokolnya berbeda.",
            ),
        }
    }

    const fn race_guide(self, story: CacheStory) -> &'static str {
        match story {
            CacheStory::UpgradeRace => choose!(
                self,
                "The home decides by which GetM comes first. Watch the other one: SM_AD becomes \
                 IM_AD when its copy is invalidated, and it writes all the same, later.",
                "Home memutuskan menurut GetM yang tiba lebih dulu. Amati yang lain: SM_AD menjadi \
                 IM_AD ketika salinannya diinvalidasi, dan ia tetap menulis, belakangan.",
            ),
            CacheStory::InvalidationRace => choose!(
                self,
                "Order holds between the same two nodes only; these two messages come from \
                 different ones. Compare with the setting that answers at once: IS_D_I.",
                "Urutan hanya berlaku di antara dua node yang sama; dua pesan ini dari node \
                 berbeda. Bandingkan dengan setelan yang langsung menjawab: IS_D_I.",
            ),
            CacheStory::EvictionRace => choose!(
                self,
                "MI_A is not I: the owner keeps the line until its PutM is acknowledged. Plant \
                 “Forget an evicted line”, and see who waits in vain.",
                "MI_A bukan I: pemilik menyimpan baris itu sampai PutM-nya dikonfirmasi. Pasang \
                 bug “Lupakan baris yang digusur”, dan lihat siapa yang menunggu sia-sia.",
            ),
            _ => choose!(
                self,
                "One transaction at a time, shown to all: no races, and no directory. Count the \
                 messages of one miss, and compare with the same run over a directory.",
                "Satu transaksi setiap kali, tampil ke semua: tanpa balapan, tanpa direktori. \
                 Hitung pesan sebuah miss, dan bandingkan dengan simulasi yang sama lewat \
                 direktori.",
            ),
        }
    }

    const fn figures_guide(self, story: CacheStory) -> &'static str {
        match story {
            CacheStory::FalseSharing => choose!(
                self,
                "Each node uses a word of its own. Look at the misses by cause, and then at the \
                 next story, in which only the layout of memory differs.",
                "Setiap node memakai word-nya sendiri. Lihat miss menurut sebabnya, lalu lihat \
                 cerita berikutnya: hanya tata letak memorinya yang berbeda.",
            ),
            CacheStory::Padding => choose!(
                self,
                "The same accesses as in the story before. After the first of each node there is \
                 no message any more.",
                "Akses yang sama dengan cerita sebelumnya. Setelah akses pertama tiap node, tak \
                 ada lagi pesan.",
            ),
            _ => choose!(
                self,
                "Nine of ten accesses or so are hits. Make the caches smaller, let more accesses \
                 write, make the use more even: which misses grow?",
                "Sekitar sembilan dari sepuluh akses hit. Perkecil cache, perbanyak tulisan, \
                 ratakan pemakaian: miss mana yang bertambah?",
            ),
        }
    }

    const fn failure_guide(self, story: CacheStory) -> &'static str {
        match story {
            CacheStory::OwnerCrash => choose!(
                self,
                "The home cannot know what a dead owner wrote. In the other branch every write \
                 goes back within a bound: compare what memory has.",
                "Home tak mungkin tahu apa yang ditulis pemilik yang mati. Di cabang lain setiap \
                 tulisan kembali dalam batas waktu: bandingkan isi memorinya.",
            ),
            CacheStory::PartitionedSharer => choose!(
                self,
                "Neither side asks the other: each looks at its own clock. Make the lease longer \
                 in a new run: the writer waits longer.",
                "Kedua pihak tak saling bertanya: masing-masing melihat jamnya sendiri. \
                 Perpanjang sewa di simulasi baru: penulis menunggu lebih lama.",
            ),
            _ => choose!(
                self,
                "Checks says what has failed, and what rests on a network that keeps order. Then \
                 begin the same run over streams: it goes through.",
                "Uji menunjukkan apa yang gagal, dan apa yang bertumpu pada jaringan yang menjaga \
                 urutan. Lalu mulai simulasi yang sama di atas stream: berjalan lancar.",
            ),
        }
    }
}
