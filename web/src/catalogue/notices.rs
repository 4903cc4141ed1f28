//! What the page has to say: notices, reasons, and the meanings of keys.

use lockstep_core::lab::Names;

use super::{AuthorWord, Language, Lens, QuizWord, Word, choose, say};
use crate::command::{Command, Reason};
use crate::keys::{Group, Shortcut};
use crate::model::{Notice, Tab};

impl Language {
    /// A notice.
    #[must_use]
    pub fn notice(self, names: Names, notice: &Notice) -> String {
        match notice {
            Notice::LinkCopied { characters } => say!(
                self,
                "Link copied: {characters} characters that replay this moment anywhere.",
                "Tautan disalin: {characters} karakter yang memutar ulang momen ini di mana saja.",
            ),
            Notice::Meaning(finding) => self.finding(names, finding),
            Notice::CannotDo(reason) => self.reason(*reason).to_owned(),
            Notice::BadLink(problem) => {
                let problem = self.problem(problem);
                say!(
                    self,
                    "This link cannot be opened — {problem}. Your run is still here.",
                    "Tautan ini tidak dapat dibuka — {problem}. Simulasi Anda tetap ada.",
                )
            }
            Notice::BadFile(problem) | Notice::NotWritten(problem) if problem.is_empty() => {
                choose!(
                    self,
                    "The part of the program that reads and writes files could not be loaded. Try \
                 again later.",
                    "Bagian program yang membaca dan menulis berkas tidak dapat dimuat. Coba lagi \
                 nanti.",
                )
                .to_owned()
            }
            Notice::NotWritten(problem) => say!(
                self,
                "This cannot be written as a file — {problem}.",
                "Ini tidak dapat ditulis sebagai berkas — {problem}.",
            ),
            Notice::BadFile(problem) => {
                say!(
                    self,
                    "This file cannot be opened — {problem}. Your run is still here.",
                    "Berkas ini tidak dapat dibuka — {problem}. Simulasi Anda tetap ada.",
                )
            }
            Notice::AtLimit(problem) => {
                let problem = self.problem(problem);
                say!(
                    self,
                    "This run goes no further — {problem}.",
                    "Simulasi ini tidak dapat berlanjut — {problem}.",
                )
            }
            Notice::CannotShare(problem) => {
                let problem = self.problem(problem);
                say!(
                    self,
                    "No link can hold this run — {problem}. Begin a new one to share.",
                    "Tautan tidak dapat memuat simulasi ini — {problem}. Mulai yang baru.",
                )
            }
            Notice::Branched => choose!(
                self,
                "A branch grows here. The other future is kept: B goes there.",
                "Cabang baru tumbuh di sini. Masa depan lama tersimpan: tekan B.",
            )
            .to_owned(),
            Notice::Broken => {
                choose!(self, "A check fails: something is broken.", "Ada uji yang dilanggar.")
                    .to_owned()
            }
            Notice::Keep(said) => self.said(*said).to_owned(),
        }
    }

    /// Why something cannot be done now.
    #[must_use]
    pub const fn reason(self, reason: Reason) -> &'static str {
        match reason {
            Reason::SelectNode => choose!(
                self,
                "Select a server or a client first.",
                "Pilih server atau klien dahulu.",
            ),
            Reason::SelectServer => {
                choose!(self, "Select a server first.", "Pilih server dahulu.")
            }
            Reason::SelectMessage => choose!(
                self,
                "Select a message on its way first.",
                "Pilih pesan yang sedang berjalan dahulu.",
            ),
            Reason::MessageGone => choose!(
                self,
                "This message is no longer on its way.",
                "Pesan ini sudah tidak dalam perjalanan.",
            ),
            Reason::IsDown => {
                choose!(self, "It is down: restart it.", "Sedang mati: hidupkan dulu.")
            }
            Reason::IsUp => choose!(self, "It is up already.", "Sudah hidup."),
            Reason::IsPaused => {
                choose!(self, "It is paused: resume it.", "Sedang beku: cairkan dulu.")
            }
            Reason::NoTimer => choose!(
                self,
                "No timer runs on this server.",
                "Tidak ada timer yang berjalan di server ini.",
            ),
            Reason::NobodyElse => {
                choose!(self, "There is no other node.", "Tidak ada node lain.")
            }
            Reason::NothingCut => choose!(self, "No link is cut.", "Tidak ada tautan yang putus."),
            Reason::NoClients => {
                choose!(self, "This cluster has no client.", "Klaster ini tidak punya klien.")
            }
            Reason::OneSided => choose!(
                self,
                "Choose at least one server, and leave at least one.",
                "Pilih sedikitnya satu server, dan sisakan sedikitnya satu.",
            ),
            Reason::Travelling => {
                choose!(self, "The page is still replaying.", "Pemutaran ulang masih berlangsung.",)
            }
            Reason::AtStart => {
                choose!(self, "This is the beginning.", "Ini awal simulasi.")
            }
            Reason::NobodyLeads => {
                choose!(self, "No server leads now.", "Kini tak ada yang memimpin.")
            }
            Reason::NoBookmark => {
                choose!(self, "No bookmark lies this way.", "Tidak ada penanda ke arah ini.")
            }
            Reason::NothingAhead => choose!(
                self,
                "Nothing more will happen by itself.",
                "Tidak akan terjadi apa-apa lagi dengan sendirinya.",
            ),
        }
    }

    /// What a button of an intervention says.
    #[must_use]
    pub const fn command(self, command: Command) -> &'static str {
        self.word(match command {
            Command::Crash => Word::Crash,
            Command::Restart => Word::Restart,
            Command::Pause => Word::PauseNode,
            Command::TimeOut => Word::TimeOut,
            Command::CutLink => Word::CutLink,
            Command::Partition => Word::Partition,
            Command::Heal => Word::Heal,
            Command::Lose => Word::Lose,
            Command::Duplicate => Word::Duplicate,
            Command::Operate => Word::Operate,
            Command::Delay => return choose!(self, "Delay", "Tunda"),
            Command::Hold => return choose!(self, "Hold", "Tahan"),
            Command::Deliver => return choose!(self, "Deliver", "Antarkan"),
            Command::Network => return choose!(self, "Network", "Jaringan"),
            Command::Clock => return choose!(self, "Clock", "Jam"),
            Command::Settings => return choose!(self, "Settings", "Setelan"),
            Command::Transfer => return choose!(self, "Hand over", "Alihkan"),
            Command::Members => return choose!(self, "Members", "Anggota"),
        })
    }

    /// The name of a page of the side panel.
    #[must_use]
    pub const fn tab(self, tab: Tab) -> &'static str {
        self.word(match tab {
            Tab::Inspect => Word::Inspect,
            Tab::Logs => Word::Logs,
            Tab::Events => Word::Events,
            Tab::Checks => Word::Checks,
            Tab::Clients => Word::Clients,
            Tab::Rules => Word::Rules,
        })
    }

    /// The title of a part of the list of keys.
    #[must_use]
    pub const fn key_group(self, group: Group) -> &'static str {
        self.word(match group {
            Group::Watch => Word::KeysWatch,
            Group::Act => Word::KeysAct,
            Group::Page => Word::KeysPage,
        })
    }

    /// What a key does.
    #[must_use]
    pub const fn shortcut(self, shortcut: Shortcut) -> &'static str {
        match shortcut {
            Shortcut::PlayPause => choose!(self, "Play or pause", "Putar atau jeda"),
            Shortcut::StepForward => self.word(Word::StepForward),
            Shortcut::StepBack => self.word(Word::StepBack),
            Shortcut::JumpForward => choose!(self, "0.1 s forward", "Maju 0,1 s"),
            Shortcut::JumpBack => choose!(self, "0.1 s back", "Mundur 0,1 s"),
            Shortcut::NextTarget => {
                choose!(
                    self,
                    "To the next commit, or what is chosen",
                    "Ke commit (atau pilihan) berikutnya"
                )
            }
            Shortcut::PreviousTarget => {
                choose!(self, "To the previous one", "Ke yang sebelumnya")
            }
            Shortcut::ToStart => choose!(self, "To the beginning", "Ke awal"),
            Shortcut::ToEdge => {
                choose!(self, "To the end of what was run", "Ke ujung yang sudah dijalankan")
            }
            Shortcut::Faster => choose!(self, "Faster", "Lebih cepat"),
            Shortcut::Slower => choose!(self, "Slower", "Lebih lambat"),
            Shortcut::NextBranch => choose!(self, "Next branch", "Cabang berikutnya"),
            Shortcut::ZoomIn => self.lens(Lens::ZoomIn),
            Shortcut::ZoomOut => self.lens(Lens::ZoomOut),
            Shortcut::Whole => self.lens(Lens::Whole),
            Shortcut::PanBack => self.lens(Lens::PanBack),
            Shortcut::PanForward => self.lens(Lens::PanForward),
            Shortcut::EventBefore => self.lens(Lens::EventBefore),
            Shortcut::EventAfter => self.lens(Lens::EventAfter),
            Shortcut::Bookmark => self.author(AuthorWord::Bookmark),
            Shortcut::NextBookmark => self.author(AuthorWord::Next),
            Shortcut::PreviousBookmark => self.author(AuthorWord::Previous),
            Shortcut::Projector => self.author(AuthorWord::Projector),
            Shortcut::SelectServer => choose!(self, "Select a server", "Pilih server"),
            Shortcut::SelectClient => {
                choose!(self, "Select the next client", "Pilih klien berikutnya")
            }
            Shortcut::SelectMessage => {
                choose!(self, "Select the next message", "Pilih pesan berikutnya")
            }
            Shortcut::Do(command) => self.command_meaning(command),
            Shortcut::Confirm => choose!(self, "Confirm the partition", "Terapkan partisi"),
            Shortcut::Share => self.word(Word::ShareMoment),
            Shortcut::Keep => self.word(Word::KeepTitle),
            Shortcut::NewRun => self.word(Word::NewRun),
            Shortcut::Quiz => self.quiz(QuizWord::Title),
            Shortcut::NextTab => {
                choose!(self, "Next page of details", "Halaman rincian berikutnya")
            }
            Shortcut::Language => choose!(self, "Bahasa Indonesia", "English"),
            Shortcut::Theme => choose!(self, "Light or dark", "Terang atau gelap"),
            Shortcut::Help => choose!(self, "This list", "Daftar ini"),
            Shortcut::Escape => {
                choose!(self, "Close, cancel, deselect", "Tutup, batal, lepas pilihan")
            }
        }
    }

    /// What an intervention does, in a few words.
    #[must_use]
    pub const fn command_meaning(self, command: Command) -> &'static str {
        match command {
            Command::Crash => choose!(self, "Crash the selected node", "Matikan node terpilih"),
            Command::Restart => choose!(self, "Restart it", "Hidupkan kembali"),
            Command::Pause => choose!(self, "Pause or resume it", "Bekukan atau cairkan"),
            Command::TimeOut => {
                choose!(self, "Let its timer run out now", "Habiskan timer-nya sekarang")
            }
            Command::CutLink => {
                choose!(self, "Cut a link of the selected node", "Putus tautan node terpilih")
            }
            Command::Partition => choose!(self, "Partition the network", "Partisi jaringan"),
            Command::Heal => choose!(self, "Heal all links", "Pulihkan semua tautan"),
            Command::Lose => choose!(self, "Lose the selected message", "Hilangkan pesan terpilih"),
            Command::Duplicate => choose!(self, "Duplicate it", "Gandakan pesan itu"),
            Command::Operate => {
                choose!(self, "Let a client do an operation", "Minta klien melakukan operasi")
            }
            Command::Delay => choose!(self, "Delay the selected message", "Tunda pesan terpilih"),
            Command::Hold => choose!(self, "Hold it, or let it go", "Tahan, atau lepaskan"),
            Command::Deliver => choose!(self, "Deliver it now", "Antarkan sekarang"),
            Command::Network => {
                choose!(self, "Change how all links behave", "Ubah perilaku semua tautan")
            }
            Command::Clock => {
                choose!(self, "Change the selected node's clock", "Ubah jam node terpilih")
            }
            Command::Settings => choose!(
                self,
                "Switch a feature, or compare with the same run without it",
                "Ubah fitur, atau bandingkan dengan simulasi yang sama tanpanya",
            ),
            Command::Transfer => {
                choose!(self, "Let the leader hand over", "Minta pemimpin mengalihkan jabatan")
            }
            Command::Members => choose!(
                self,
                "Add, remove, promote or demote servers",
                "Tambah, keluarkan, naikkan, atau turunkan server",
            ),
        }
    }
}
