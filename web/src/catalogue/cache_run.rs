//! What is said in the form of a new run of the cache lab, and where a processor is asked for
//! something.

use lockstep_core::cache::table::Interconnect;
use lockstep_core::cache::workload::Pattern;
use lockstep_core::lab::raft::Field;
use lockstep_core::sim::network::Transport;

use super::{Language, choose};
use crate::cache_form::{AccessKind, CacheBlank};

impl Language {
    /// The title of what only cache labs have.
    #[must_use]
    pub const fn cache_lab(self) -> &'static str {
        choose!(self, "Caches and memory", "Cache dan memori")
    }

    /// The title of how coherence is kept.
    #[must_use]
    pub const fn cache_protocol(self) -> &'static str {
        choose!(self, "The protocol", "Protokolnya")
    }

    /// The title of what processors do by themselves.
    #[must_use]
    pub const fn cache_workload(self) -> &'static str {
        choose!(self, "What processors do", "Pekerjaan prosesor")
    }

    /// A number that only cache labs have: its name, and what it does.
    #[must_use]
    pub const fn cache_number(self, blank: CacheBlank) -> [&'static str; 2] {
        match blank {
            CacheBlank::Caches => [
                choose!(self, "caches", "cache"),
                choose!(
                    self,
                    "Nodes with a processor and a cache: n1, n2, …",
                    "Node dengan prosesor dan cache: n1, n2, …",
                ),
            ],
            CacheBlank::Homes => [
                choose!(self, "homes", "home"),
                choose!(
                    self,
                    "Each keeps the directory and the memory of the lines that hash to it.",
                    "Masing-masing menyimpan direktori dan memori baris yang di-hash ke sana.",
                ),
            ],
            CacheBlank::Lines => [
                choose!(self, "lines", "baris"),
                choose!(
                    self,
                    "How many lines memory has: x, y, z, w, a, b, …",
                    "Banyaknya baris memori: x, y, z, w, a, b, …",
                ),
            ],
            CacheBlank::Words => [
                choose!(self, "words of a line", "word per baris"),
                choose!(
                    self,
                    "With more than one, nodes that share nothing can disturb each other: false \
                     sharing.",
                    "Bila lebih dari satu, node yang tak berbagi apa pun bisa saling mengganggu: \
                     false sharing.",
                ),
            ],
            CacheBlank::Writes | CacheBlank::Think | CacheBlank::Zipf => {
                self.workload_number(blank)
            }
        }
    }

    const fn workload_number(self, blank: CacheBlank) -> [&'static str; 2] {
        match blank {
            CacheBlank::Writes => [
                choose!(self, "writes", "tulisan"),
                choose!(
                    self,
                    "So many accesses are writes; the others read.",
                    "Sebanyak ini akses menulis; sisanya membaca.",
                ),
            ],
            CacheBlank::Think => [
                choose!(self, "an access every", "akses tiap"),
                choose!(
                    self,
                    "Mean pause of a processor between two accesses.",
                    "Jeda rata-rata prosesor di antara dua akses.",
                ),
            ],
            _ => [
                choose!(self, "skew", "kemiringan"),
                choose!(
                    self,
                    "The s of Zipf's law: 0 is even; the greater, the more go to the first lines.",
                    "Nilai s pada hukum Zipf: 0 berarti merata; makin besar, makin banyak ke baris \
                     pertama.",
                ),
            ],
        }
    }

    /// What a number of the network does here, where that differs from other labs.
    #[must_use]
    pub const fn cache_effect(self, field: Field) -> Option<&'static str> {
        match field {
            Field::DelayMax => Some(choose!(
                self,
                "And the slowest: one that is asked first may answer last.",
                "Dan yang terlambat: yang pertama ditanya bisa terakhir menjawab.",
            )),
            _ => None,
        }
    }

    /// Over what nodes ask each other: its name, and what it does.
    #[must_use]
    pub const fn interconnect(self) -> [&'static str; 2] {
        [
            choose!(self, "interconnect", "interkoneksi"),
            choose!(
                self,
                "A directory knows who has what and asks only them; on a bus everybody sees every \
                 request, one after the other.",
                "Direktori tahu siapa punya apa dan hanya bertanya ke mereka; di bus semua melihat \
                 setiap permintaan, satu per satu.",
            ),
        ]
    }

    /// One of the interconnects.
    #[must_use]
    pub const fn interconnect_kind(self, interconnect: Interconnect) -> &'static str {
        match interconnect {
            Interconnect::Directory => choose!(self, "directory", "direktori"),
            Interconnect::Bus => choose!(self, "snooping bus", "bus snooping"),
        }
    }

    /// What messages travel over: its name, and what it does.
    #[must_use]
    pub const fn transport(self) -> [&'static str; 2] {
        [
            choose!(self, "messages travel over", "pesan dikirim lewat"),
            choose!(
                self,
                "Streams keep what is sent between two nodes in order, as TCP does. Datagrams \
                 fend for themselves: they overtake each other, and what is lost is lost.",
                "Stream menjaga urutan pesan di antara dua node, seperti TCP. Datagram berjalan \
                 sendiri-sendiri: bisa saling menyalip, dan yang hilang tetap hilang.",
            ),
        ]
    }

    /// One of the transports.
    #[must_use]
    pub const fn transport_kind(self, transport: Transport) -> &'static str {
        match transport {
            Transport::Streams => choose!(self, "streams, like TCP", "stream, seperti TCP"),
            Transport::Datagrams => choose!(self, "datagrams, like UDP", "datagram, seperti UDP"),
        }
    }

    /// Links that nodes keep reliable by themselves: the name, and what it does.
    #[must_use]
    pub const fn reliable_links(self) -> [&'static str; 2] {
        [
            choose!(self, "reliable links", "tautan andal"),
            choose!(
                self,
                "Nodes number what they send, acknowledge it and send it again. The protocol needs \
                 order and no loss between two nodes: take this away over datagrams, and the \
                 checks show what goes wrong.",
                "Node memberi nomor pada kiriman, mengonfirmasi, dan mengirim ulang. Protokol \
                 perlu urutan tanpa kehilangan di antara dua node: tanpa ini di atas datagram, uji \
                 menunjukkan yang salah.",
            ),
        ]
    }

    /// Who reads and writes what, as the name of where it is chosen.
    #[must_use]
    pub const fn pattern_row(self) -> &'static str {
        choose!(self, "pattern", "pola")
    }

    /// A pattern of a workload.
    #[must_use]
    pub const fn pattern(self, pattern: Pattern) -> &'static str {
        match pattern {
            Pattern::None => choose!(self, "none", "tanpa"),
            Pattern::Uniform => choose!(self, "uniform", "merata"),
            Pattern::Zipf => "Zipf",
            Pattern::ReadMostly => {
                choose!(self, "read-mostly, Zipf", "kebanyakan baca, Zipf")
            }
            Pattern::ProducerConsumer => {
                choose!(self, "producer and consumers", "produsen dan konsumen")
            }
            Pattern::Migratory => choose!(self, "migratory", "berpindah-pindah"),
            Pattern::FalseSharing => "false sharing",
            Pattern::Padded => {
                choose!(self, "the same, padded", "sama, diberi padding")
            }
        }
    }

    /// What a pattern does.
    #[must_use]
    pub const fn pattern_effect(self, pattern: Pattern) -> &'static str {
        match pattern {
            Pattern::None => choose!(self, "Only what you ask for.", "Hanya yang Anda minta.",),
            Pattern::Uniform => choose!(
                self,
                "Every line is as likely as every other.",
                "Semua baris sama peluangnya.",
            ),
            Pattern::Zipf => choose!(
                self,
                "A few lines are used often, many seldom: the k-th in proportion to 1/k^s.",
                "Sedikit baris sering dipakai, banyak yang jarang: yang ke-k sebanding 1/k^s.",
            ),
            Pattern::ReadMostly => choose!(
                self,
                "As Zipf's law has it, and at most 3 of 100 accesses write.",
                "Menurut hukum Zipf, dan paling banyak 3 dari 100 akses menulis.",
            ),
            Pattern::ProducerConsumer => choose!(
                self,
                "One node writes, the others read what it wrote.",
                "Satu node menulis, yang lain membaca tulisannya.",
            ),
            Pattern::Migratory => choose!(
                self,
                "Each node in turn reads a line and then writes it.",
                "Setiap node bergiliran membaca sebuah baris lalu menulisnya.",
            ),
            Pattern::FalseSharing => choose!(
                self,
                "Each node writes a word of its own, but the words share lines.",
                "Setiap node menulis word-nya sendiri, tetapi word-word itu sebaris.",
            ),
            Pattern::Padded => choose!(
                self,
                "Each node writes a word of its own, in a line of its own.",
                "Setiap node menulis word-nya sendiri, di barisnya sendiri.",
            ),
        }
    }

    /// What a processor can be asked for.
    #[must_use]
    pub const fn access(self, kind: AccessKind) -> &'static str {
        match kind {
            AccessKind::Read => choose!(self, "read", "read (baca)"),
            AccessKind::Write => choose!(self, "write", "write (tulis)"),
            AccessKind::CompareAndSwap => "cas",
            AccessKind::Own => choose!(self, "own (read for ownership)", "own (minta kepemilikan)"),
            AccessKind::Evict => choose!(self, "evict", "evict (gusur)"),
            AccessKind::Flush => choose!(self, "flush", "flush (tulis balik)"),
            AccessKind::Invalidate => choose!(self, "invalidate", "invalidate (batalkan semua)"),
        }
    }

    /// A value that is typed is none.
    #[must_use]
    pub const fn not_a_value(self) -> &'static str {
        choose!(
            self,
            "A value is a whole number below 2³².",
            "Nilainya bilangan bulat di bawah 2³².",
        )
    }

    /// Which cache is asked.
    #[must_use]
    pub const fn which_cache(self) -> &'static str {
        choose!(self, "Cache", "Cache")
    }

    /// Which line.
    #[must_use]
    pub const fn which_line(self) -> &'static str {
        choose!(self, "Line", "Baris")
    }

    /// Which word of the line.
    #[must_use]
    pub const fn which_word(self) -> &'static str {
        choose!(self, "Word", "Word")
    }
}
