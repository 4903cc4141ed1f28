//! What is wrong with a link or a file, and where.

use lockstep_core::lab::raft::Must;
use lockstep_core::scenario::text::unscaled;
use lockstep_core::scenario::{Kind, Problem, Unit, Wrong};

use super::{Language, choose, say};
use crate::number::duration;

impl Language {
    /// What is wrong with something that came from outside, and where in it.
    #[must_use]
    pub fn problem(self, problem: &Problem) -> String {
        let (place, wrong) = (self.place(&problem.place), self.wrong(&problem.wrong));
        if place.is_empty() { wrong } else { format!("{place}: {wrong}") }
    }

    /// A place in a file is a path and needs no translation; a place in a link is said in words.
    fn place(self, place: &str) -> String {
        if place == "run" {
            return choose!(self, "the run", "simulasi").to_owned();
        }
        match place.strip_prefix("link") {
            Some("") => choose!(self, "the link", "tautan").to_owned(),
            Some(rest) => match rest.strip_prefix(", character ") {
                Some(number) => {
                    say!(self, "the link, character {number}", "tautan, karakter ke-{number}")
                }
                None => place.to_owned(),
            },
            None => place.to_owned(),
        }
    }

    fn wrong(self, wrong: &Wrong) -> String {
        match wrong {
            Wrong::NotJson(words) => say!(self, "not JSON: {words}", "bukan JSON: {words}"),
            Wrong::Missing => choose!(self, "must be given", "harus diisi").to_owned(),
            Wrong::UnknownField => {
                choose!(self, "there is no such field", "kolom ini tidak dikenal").to_owned()
            }
            Wrong::NotA(kind) => {
                let kind = self.kind(*kind);
                say!(self, "must be {kind}", "harus berupa {kind}")
            }
            Wrong::UnknownVersion(version) => say!(
                self,
                "version {version} of the format is not known here",
                "versi format {version} tidak dikenal di sini",
            ),
            Wrong::UnknownLab(name) => {
                say!(self, "there is no lab called “{name}”", "tidak ada lab bernama “{name}”")
            }
            Wrong::NoSuchNode(name) => {
                say!(self, "no node here is called “{name}”", "tidak ada node bernama “{name}”")
            }
            Wrong::NoSuchName(name) => {
                say!(self, "nothing here is called “{name}”", "tidak ada yang bernama “{name}”")
            }
            Wrong::BadScript(error) => self.script_error(*error),
            Wrong::OutOfBounds(must) => self.must(*must),
            Wrong::OutOfOrder => choose!(
                self,
                "must come after what stands before it",
                "harus sesudah yang ditulis sebelumnya",
            )
            .to_owned(),
            Wrong::Repeated => {
                choose!(self, "was named before: once is enough", "sudah disebut: cukup sekali")
                    .to_owned()
            }
            Wrong::TooLong(most, unit) => {
                let unit = self.unit(*unit);
                say!(self, "more than the {most} {unit} allowed", "melebihi batas {most} {unit}")
            }
            Wrong::TooManySteps(most) => say!(
                self,
                "takes more than the {most} steps allowed",
                "memerlukan lebih dari {most} langkah yang diizinkan",
            ),
            Wrong::TooManyMessages(most) => say!(
                self,
                "has more than the {most} messages allowed on their way at once",
                "memiliki lebih dari {most} pesan yang diizinkan dalam perjalanan sekaligus",
            ),
            Wrong::NotALink | Wrong::Cut | Wrong::Altered | Wrong::Newer => {
                self.broken_link(wrong).to_owned()
            }
        }
    }

    const fn unit(self, unit: Unit) -> &'static str {
        match unit {
            Unit::Bytes => choose!(self, "bytes", "bita"),
            Unit::Characters => choose!(self, "characters", "karakter"),
            Unit::Choices => choose!(self, "choices", "tindakan"),
            Unit::Branches => choose!(self, "branches", "cabang"),
            Unit::Captions => choose!(self, "captions", "keterangan"),
            Unit::Bookmarks => choose!(self, "bookmarks", "penanda"),
        }
    }

    const fn broken_link(self, wrong: &Wrong) -> &'static str {
        match wrong {
            Wrong::Cut => choose!(
                self,
                "the link ends too early: a part of it is missing",
                "tautan terpotong: ada bagian yang hilang",
            ),
            Wrong::Altered => choose!(
                self,
                "the link is incomplete or was altered",
                "tautan tidak lengkap atau telah berubah",
            ),
            Wrong::Newer => choose!(
                self,
                "made by a newer version of Lockstep",
                "dibuat oleh versi Lockstep yang lebih baru",
            ),
            _ => choose!(self, "this is not a Lockstep link", "ini bukan tautan Lockstep"),
        }
    }

    fn must(self, must: Must) -> String {
        match must {
            Must::LieBetween(low, high) => {
                say!(self, "must lie between {low} and {high}", "harus antara {low} dan {high}")
            }
            Must::LastBetween(low_us, high_us) => {
                let (low, high) = (duration(low_us), duration(high_us));
                say!(
                    self,
                    "must last between {low} and {high}",
                    "lamanya harus antara {low} dan {high}",
                )
            }
            Must::BeShort(most) => say!(
                self,
                "must have texts of at most {most} bytes",
                "teksnya harus paling banyak {most} bita",
            ),
            Must::BeFactorBetween(low, high) => {
                let (low, high) = (unscaled(low, 6), unscaled(high, 6));
                say!(self, "must lie between {low} and {high}", "harus antara {low} dan {high}")
            }
            Must::HaveEntries(most) => say!(
                self,
                "must have a log of at most {most} entries",
                "lognya harus berisi paling banyak {most} entri",
            ),
            Must::HaveTerms(most) => say!(
                self,
                "must have terms of at most {most}",
                "term-nya harus paling banyak {most}",
            ),
            other => self.must_be(other).to_owned(),
        }
    }

    /// What something must be, where there is no number in it.
    const fn must_be(self, must: Must) -> &'static str {
        match must {
            Must::Ascend => choose!(
                self,
                "must have its smaller value first",
                "nilai yang lebih kecil harus di depan",
            ),
            Must::NameServers => choose!(
                self,
                "must name servers that exist, each once",
                "harus menyebut server yang ada, masing-masing sekali",
            ),
            Must::HaveRisingTerms => choose!(
                self,
                "must have terms from 1 that never fall, and none above its own",
                "term harus mulai dari 1, tidak pernah turun, dan tidak melebihi term servernya",
            ),
            Must::NameEachOnce => choose!(
                self,
                "must name each thing once, in order",
                "harus menyebut masing-masing sekali, berurutan",
            ),
            Must::NameTwoNodes => {
                choose!(self, "must name two different nodes", "harus menyebut dua node berbeda")
            }
            Must::HaveNoEmptyGroup => choose!(
                self,
                "must have somebody in every group",
                "setiap kelompok harus berisi setidaknya satu node",
            ),
            Must::BePlainNames => choose!(
                self,
                "must be names of at most 32 letters a–z, digits, - and _, none a word of scripts",
                "harus nama dari paling banyak 32 huruf a–z, angka, - dan _, bukan kata skrip",
            ),
            Must::NameClients => choose!(
                self,
                "must name clients that exist, each once",
                "harus menyebut klien yang ada, masing-masing sekali",
            ),
            Must::DivideByGroups => choose!(
                self,
                "must be a number of which each group gets the same share",
                "harus bilangan yang dapat dibagi rata ke setiap grup",
            ),
            Must::BelongToLab => choose!(
                self,
                "must be something that this lab has",
                "harus sesuatu yang dimiliki lab ini",
            ),
            Must::LieBetween(..)
            | Must::LastBetween(..)
            | Must::BeShort(_)
            | Must::BeFactorBetween(..)
            | Must::HaveEntries(_)
            | Must::HaveTerms(_) => choose!(self, "must be otherwise", "harus lain"),
        }
    }

    const fn kind(self, kind: Kind) -> &'static str {
        match kind {
            Kind::Object => choose!(self, "an object { … }", "objek { … }"),
            Kind::List => choose!(self, "a list [ … ]", "daftar [ … ]"),
            Kind::Text => choose!(self, "a text", "teks"),
            Kind::Number => choose!(self, "a whole number", "bilangan bulat"),
            Kind::Boolean => choose!(self, "true or false", "true atau false"),
            Kind::Probability => {
                choose!(self, "a probability from 0 to 1", "peluang dari 0 sampai 1")
            }
            Kind::Time => choose!(
                self,
                "a time such as “150ms” or “1.2s”",
                "waktu seperti “150ms” atau “1.2s”",
            ),
            Kind::Moment => choose!(
                self,
                "a moment such as “1.2s” or “1.2s+3”",
                "momen seperti “1.2s” atau “1.2s+3”",
            ),
            Kind::TimeRange => choose!(
                self,
                "two times such as [“5ms”, “15ms”]",
                "dua waktu seperti [“5ms”, “15ms”]",
            ),
            Kind::Node => {
                choose!(self, "the name of a node, such as “n1”", "nama node, misalnya “n1”")
            }
            Kind::Message => choose!(
                self,
                "the name of a message, such as “n1>n3#17”",
                "nama pesan, misalnya “n1>n3#17”",
            ),
            Kind::Link => {
                choose!(self, "two nodes such as [“n1”, “n3”]", "dua node seperti [“n1”, “n3”]",)
            }
            Kind::Choice => choose!(self, "exactly one thing to do", "tepat satu tindakan"),
            Kind::Operation => choose!(
                self,
                "one of put, get, append, cas, with its texts",
                "salah satu dari put, get, append, cas, beserta teksnya",
            ),
            Kind::Factor => choose!(self, "a factor such as 1.5", "faktor seperti 1.5"),
            Kind::Digest => {
                choose!(self, "sixteen hexadecimal digits", "enam belas digit heksadesimal")
            }
            Kind::Order => choose!(self, "one of run, stop", "salah satu dari run, stop"),
            Kind::Access => choose!(
                self,
                "one of read, write, cas, own, evict, flush, invalidate",
                "salah satu dari read, write, cas, own, evict, flush, invalidate",
            ),
            Kind::Line => choose!(self, "a line such as “x”", "baris seperti “x”"),
            Kind::Address => choose!(
                self,
                "a word such as “x”, or “x.1” for the second of its line",
                "word seperti “x”, atau “x.1” untuk yang kedua di barisnya",
            ),
        }
    }
}
