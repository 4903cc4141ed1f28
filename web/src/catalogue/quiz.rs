//! Finding the planted bug, in words; and why each rule is needed.

use lockstep_core::lab::cache::planted::Area as CacheArea;
use lockstep_core::lab::numbered::AnyBug;
use lockstep_core::lab::raft::planted::Area;
use lockstep_core::raft::bug::Bug;

use super::{Language, choose, say};
use crate::quiz::{End, Quiz};

/// A fixed text about the bug that is to be found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QuizWord {
    /// What it is called.
    Title,
    /// What is to be done.
    Guide,
    /// What is to be done in the cache lab.
    CacheGuide,
    /// The list of rules.
    Which,
    /// Nothing is chosen.
    Choose,
    /// Gives the answer.
    Answer,
    /// Tells what the rule is about.
    Hint,
    /// Tells everything.
    GiveUp,
    /// Begins anew.
    Again,
    /// To where the answer is given.
    Name,
}

impl Language {
    /// A fixed text about the bug that is to be found.
    #[must_use]
    pub const fn quiz(self, word: QuizWord) -> &'static str {
        match word {
            QuizWord::Title => choose!(self, "Find the planted bug", "Temukan bug yang ditanam"),
            QuizWord::Guide => choose!(
                self,
                "One rule of Raft is broken in every server here. Crash, cut, hold and delay until \
                 a check fails; then say which rule is missing.",
                "Satu aturan Raft dilanggar di semua server ini. Matikan, putus, tahan, dan tunda \
                 sampai ada uji yang dilanggar; lalu sebutkan aturan yang hilang.",
            ),
            QuizWord::CacheGuide => choose!(
                self,
                "One rule of the cache is broken in every node here. Read, write and evict, hold \
                 messages back and crash nodes until a check fails; then say which rule is \
                 missing.",
                "Satu aturan cache dilanggar di semua node ini. Baca, tulis, dan evict, tahan \
                 pesan, dan matikan node sampai ada uji yang dilanggar; lalu sebutkan aturan yang \
                 hilang.",
            ),
            QuizWord::Which => choose!(self, "What do they do?", "Apa yang mereka lakukan?"),
            QuizWord::Choose => choose!(self, "choose…", "pilih…"),
            QuizWord::Answer => choose!(self, "That is it", "Itu dia"),
            QuizWord::Hint => choose!(self, "Hint", "Petunjuk"),
            QuizWord::GiveUp => choose!(self, "Give up", "Menyerah"),
            QuizWord::Again => choose!(self, "Another bug", "Bug lain"),
            QuizWord::Name => choose!(self, "Name the rule", "Sebut aturannya"),
        }
    }

    /// How the search stands.
    #[must_use]
    pub fn quiz_status(self, quiz: &Quiz) -> String {
        let tries = quiz.tries;
        match (quiz.end, &quiz.broken) {
            (Some(End::Found), _) => {
                say!(self, "Right! Tries: {tries}.", "Benar! Percobaan: {tries}.")
            }
            (Some(End::GivenUp), _) => {
                choose!(self, "This was the bug:", "Inilah bug-nya:").to_owned()
            }
            (None, None) => {
                choose!(self, "No check has failed yet.", "Belum ada uji yang dilanggar.")
                    .to_owned()
            }
            (None, Some((check, _))) => {
                let check = check.map_or(self.linearizability(), |check| self.check(check));
                let time = quiz.broken_at().unwrap_or_default();
                let mut text =
                    say!(self, "{check} fails at {time} s.", "{check} dilanggar di {time} s.");
                if quiz.wrong.is_some() {
                    text += choose!(self, " No, it is another.", " Bukan, ada yang lain.");
                }
                if tries > 0 {
                    text += &say!(self, " Tries: {tries}.", " Percobaan: {tries}.");
                }
                text
            }
        }
    }

    /// A hint.
    #[must_use]
    pub fn quiz_hint(self, bug: AnyBug) -> String {
        let area = match bug {
            AnyBug::Raft(bug) => self.area(Area::of(bug)),
            AnyBug::Cache(bug) => self.cache_area(CacheArea::of(bug)),
            AnyBug::Lock(_) => "",
        };
        say!(self, "It is about: {area}.", "Ini tentang: {area}.")
    }

    /// The rule that a bug of any protocol breaks.
    #[must_use]
    pub const fn any_bug_rule(self, bug: AnyBug) -> &'static str {
        match bug {
            AnyBug::Raft(bug) => self.bug_rule(bug),
            AnyBug::Lock(bug) => self.lock_bug_rule(bug),
            AnyBug::Cache(bug) => self.cache_bug_rule(bug),
        }
    }

    /// Why the rule is needed that a bug breaks; of those that are to be found.
    #[must_use]
    pub const fn any_bug_lesson(self, bug: AnyBug) -> &'static str {
        match bug {
            AnyBug::Raft(bug) => self.bug_lesson(bug),
            AnyBug::Lock(_) => "",
            AnyBug::Cache(bug) => self.cache_bug_lesson(bug),
        }
    }

    /// What a rule of the cache is about.
    #[must_use]
    pub const fn cache_area(self, area: CacheArea) -> &'static str {
        match area {
            CacheArea::Invalidations => choose!(self, "Invalidations", "Invalidasi"),
            CacheArea::Ownership => choose!(self, "Who may write", "Siapa boleh menulis"),
            CacheArea::Requests => choose!(self, "Requests", "Permintaan"),
            CacheArea::WriteBacks => choose!(self, "Write-backs", "Write-back"),
            CacheArea::Failures => choose!(self, "Nodes that fail", "Node yang gagal"),
        }
    }

    /// Why the rule is needed that a bug of Raft breaks; of those that are to be found.
    #[must_use]
    pub const fn bug_lesson(self, bug: Bug) -> &'static str {
        match bug {
            Bug::VoteTwice => choose!(
                self,
                "One vote a term: two majorities share a server, so two leaders of one term would \
                 need a vote twice.",
                "Satu suara per term: dua mayoritas pasti berbagi server, jadi dua pemimpin satu \
                 term butuh satu suara dua kali.",
            ),
            Bug::VoteNotPersisted => choose!(
                self,
                "A vote must be on disk before it is given, or a server that restarts votes again \
                 in the same term.",
                "Suara harus di disk sebelum diberikan; kalau tidak, server yang hidup lagi \
                 memilih ulang di term yang sama.",
            ),
            Bug::VoteForStaleLog => choose!(
                self,
                "Voters refuse a candidate whose log is behind theirs: so whoever wins has every \
                 committed entry.",
                "Pemilih menolak kandidat yang log-nya tertinggal: maka pemenang memiliki semua \
                 entri ter-commit.",
            ),
            Bug::LeaderDropsEntries => choose!(
                self,
                "A leader only appends. Where a follower's log conflicts, the follower gives way.",
                "Pemimpin hanya menambah. Bila log pengikut bertentangan, pengikut yang mengalah.",
            ),
            Bug::NoConsistencyCheck => choose!(
                self,
                "Entries are taken only where what comes before agrees: so equal entries have \
                 equal histories.",
                "Entri diterima hanya bila yang mendahuluinya cocok: maka entri yang sama punya \
                 riwayat yang sama.",
            ),
            Bug::CommitUnmatched => choose!(
                self,
                "A follower knows as committed only what was compared with the leader's log; the \
                 rest of its own may yet be removed.",
                "Pengikut hanya menganggap ter-commit yang sudah dicocokkan dengan log pemimpin; \
                 sisanya masih bisa dihapus.",
            ),
            Bug::CommitOldTerm => choose!(
                self,
                "Copies of an old term's entry prove nothing: a later leader may overwrite it. \
                 Only an entry of its own term commits what is before.",
                "Salinan entri term lama bukan bukti: pemimpin berikutnya bisa menimpanya. Hanya \
                 entri dari term sendiri yang meng-commit semua sebelumnya.",
            ),
            Bug::AnswerBeforeSync => choose!(
                self,
                "A follower answers once entries are on disk. Else a crash takes copies that the \
                 leader has counted.",
                "Pengikut menjawab setelah entri di disk. Kalau tidak, crash menghapus salinan \
                 yang sudah dihitung pemimpin.",
            ),
            _ => self.further_lesson(bug),
        }
    }

    const fn further_lesson(self, bug: Bug) -> &'static str {
        match bug {
            Bug::NoStepDown => choose!(
                self,
                "Who sees a higher term follows: it was elected in a term that has passed, and \
                 nobody elected it in this one.",
                "Yang melihat term lebih tinggi menjadi pengikut: ia dipilih di term yang sudah \
                 lewat, bukan di term ini.",
            ),
            Bug::TruncateAlways => choose!(
                self,
                "Only an entry that conflicts is removed. A message that comes late says nothing \
                 about what was stored after it was sent.",
                "Hanya entri yang bertentangan dihapus. Pesan yang terlambat tak berkata apa pun \
                 tentang yang disimpan sesudah ia dikirim.",
            ),
            Bug::TwoChangesAtOnce => choose!(
                self,
                "One change of members at a time: majorities of two that are not committed need \
                 not share a server.",
                "Satu perubahan anggota per kali: mayoritas dari dua perubahan yang belum \
                 ter-commit belum tentu berbagi server.",
            ),
            Bug::CountNewMajorityOnly => choose!(
                self,
                "While joint, old and new members must each give a majority: else both could \
                 decide alone.",
                "Selama joint, anggota lama dan baru harus sama-sama memberi mayoritas: kalau \
                 tidak, keduanya bisa memutuskan sendiri.",
            ),
            _ => "",
        }
    }
}
