//! Fixed texts.

use super::Language;

/// Makes the enumeration of fixed texts and their table. A line without its translation does not
/// parse.
macro_rules! words {
    ($($name:ident: $english:literal, $indonesian:literal;)*) => {
        /// A fixed text of the page.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Word {
            $(#[doc = $english] $name,)*
        }

        impl Word {
            /// The text in a language.
            #[must_use]
            pub const fn text(self, language: Language) -> &'static str {
                match self {
                    $(Self::$name => match language {
                        Language::English => $english,
                        Language::Indonesian => $indonesian,
                    },)*
                }
            }

            #[cfg(test)]
            const ALL: &[Self] = &[$(Self::$name),*];
        }
    };
}

words! {
    // The header.
    Tagline: "A laboratory for distributed synchronization",
        "Laboratorium sinkronisasi terdistribusi";
    Lab: "Raft", "Raft";
    Scenario: "Scenario", "Skenario";
    FromLink: "From a link", "Dari tautan";
    FromFile: "From a file", "Dari berkas";
    OwnRun: "Your own run", "Simulasi Anda sendiri";
    NewRun: "New run", "Simulasi baru";
    Language: "Language", "Bahasa";
    Theme: "Theme", "Tema";
    ThemeLight: "Light theme", "Tema terang";
    ThemeDark: "Dark theme", "Tema gelap";
    Keys: "Keys", "Tombol pintas";
    Share: "Share", "Bagikan";
    ShareMoment: "Share this moment", "Bagikan momen ini";

    // The stage.
    Stage: "Stage", "Panggung";
    Legend: "Legend", "Legenda";
    Follower: "follower", "pengikut";
    Candidate: "candidate", "kandidat";
    Leader: "leader", "pemimpin";
    PreCandidate: "pre-candidate", "pra-kandidat";
    Down: "down", "mati";
    Paused: "paused", "beku";
    Client: "client", "klien";
    Server: "server", "server";
    Term: "term", "term";
    Idle: "idle", "menganggur";
    WritingToDisk: "writing to disk", "menulis ke disk";
    Actions: "Interventions", "Intervensi";

    // Interventions.
    Crash: "Crash", "Matikan";
    Restart: "Restart", "Hidupkan";
    PauseNode: "Pause", "Bekukan";
    ResumeNode: "Resume", "Cairkan";
    TimeOut: "Time out", "Timeout";
    CutLink: "Cut link", "Putus";
    Partition: "Partition", "Partisi";
    Heal: "Heal", "Pulihkan";
    Lose: "Lose", "Hilangkan";
    Duplicate: "Duplicate", "Gandakan";
    Operate: "Operation", "Operasi";
    Cancel: "Cancel", "Batal";
    BothWays: "Both ways", "Dua arah";
    OneWay: "One way", "Satu arah";
    Split: "Split here", "Pisahkan";
    Send: "Send", "Kirim";
    Operation: "Operation", "Operasi";
    Key: "Key", "Kunci";
    Value: "Value", "Nilai";
    OldValue: "Expected value", "Nilai yang diharapkan";
    NewValue: "New value", "Nilai baru";

    // The timeline.
    Timeline: "Timeline", "Lini masa";
    Play: "Play", "Putar";
    Pause: "Pause", "Jeda";
    StepBack: "One event back", "Mundur satu peristiwa";
    StepForward: "One event forward", "Maju satu peristiwa";
    Step: "step", "langkah";
    Speed: "Speed", "Kecepatan";
    Moment: "Moment", "Momen";
    Branch: "Branch", "Cabang";
    Unexplored: "not yet run", "belum dijalankan";
    ReplayVerified: "Replay verified", "Pemutaran ulang cocok";
    ReplayDiffers: "Replay differs", "Pemutaran ulang berbeda";
    OtherEngine: "Made by another engine version", "Dibuat oleh versi mesin lain";
    Replaying: "Replaying…", "Memutar ulang…";
    Digest: "digest", "digest";

    // The side panel.
    Panel: "Details", "Rincian";
    Inspect: "Inspect", "Inspeksi";
    Logs: "Logs", "Log";
    Events: "Events", "Peristiwa";
    Checks: "Checks", "Uji";
    Clients: "Clients", "Klien";
    Rules: "Rules", "Aturan";
    OpenPanel: "Open details", "Buka rincian";
    ClosePanel: "Close details", "Tutup rincian";
    ClearSelection: "Clear selection", "Hapus pilihan";
    Durable: "durable", "di disk";
    Log: "log", "log";
    Empty: "empty", "kosong";
    Nobody: "nobody", "belum ada";
    Peers: "Peers", "Rekan";
    Match: "match", "match";
    Next: "next", "next";
    LastHeard: "last heard", "kabar terakhir";
    Never: "never", "belum";
    Store: "Store", "Isi penyimpanan";
    Votes: "votes", "suara";
    Target: "asks", "bertanya ke";
    Now: "now", "sekarang";
    Waiting: "waiting", "menunggu";
    Last: "last", "terakhir";
    OnItsWay: "on its way", "dalam perjalanan";
    WillBreak: "will be lost", "akan hilang";
    Held: "held back", "ditahan";
    Gone: "No longer on its way.", "Sudah tidak dalam perjalanan.";
    Sent: "sent", "dikirim";
    Due: "due", "tiba";
    About: "About this scenario", "Tentang skenario ini";
    AboutRun: "This run", "Simulasi ini";
    Hint: "Select a server, a client or a message to look inside.",
        "Pilih server, klien, atau pesan untuk melihat isinya.";
    ElectionTimeout: "election timeout", "timeout pemilihan";
    HeartbeatInterval: "heartbeat every", "heartbeat tiap";
    Delay: "message delay", "jeda pesan";
    Committed: "committed", "ter-commit";
    NotCommitted: "not committed", "belum ter-commit";
    Missing: "missing", "tidak ada";
    NoEntries: "No server has an entry yet.", "Belum ada server yang memiliki entri.";
    NoOperations: "No client has asked for anything yet.", "Belum ada klien yang meminta apa pun.";
    NoEvents: "Nothing has happened yet. Press play, or step forward.",
        "Belum ada yang terjadi. Tekan putar, atau maju satu peristiwa.";
    ChecksIntro: "Checked after every step, from outside the nodes.",
        "Diuji setelah setiap langkah, dari luar node.";
    Holds: "holds", "terpenuhi";
    Fails: "fails", "dilanggar";
    NotReached: "not reached", "belum tercapai";
    AssumptionVoid: "assumption void", "asumsi gugur";
    ShowFailure: "Show the moment", "Lihat momennya";
    Pending: "pending", "berjalan";
    Unknown: "unknown", "tidak diketahui";
    Done: "done", "selesai";
    SaveFile: "Save as a file", "Simpan sebagai berkas";
    OpenFile: "Open a file", "Buka berkas";

    // Dialogs and notices.
    Close: "Close", "Tutup";
    Dismiss: "Dismiss", "Tutup pesan";
    KeysTitle: "Keys", "Tombol pintas";
    KeysWatch: "Watch", "Mengamati";
    KeysAct: "Intervene", "Mengintervensi";
    KeysPage: "Page", "Halaman";
    ShareTitle: "A link to this moment", "Tautan ke momen ini";
    Link: "Link", "Tautan";
    NewRunTitle: "A new run", "Simulasi baru";
    Loss: "messages lost", "pesan hilang";
    Seed: "seed", "benih";
    OtherSeed: "Another seed", "Benih lain";
    Begin: "Begin", "Mulai";
    TableTitle: "The table of transitions", "Tabel transisi";
    SettingsTitle: "Same seed, one switch", "Benih sama, satu sakelar";
    HandOver: "Hand over to", "Alihkan kepada";
    Member: "member", "anggota";
    Learner: "learner", "pelajar";
    Outside: "outside", "di luar";
    Joining: "joins", "masuk";
    Leaving: "leaves", "keluar";
    Members: "members", "anggota";
    Snapshot: "snapshot", "snapshot";
    BlankEntry: "blank", "kosong";
    Lease: "lease", "lease";
    HeldReads: "reads held", "baca tertahan";
    WaitsFor: "then members", "lalu anggota";
    Effects: "commands done", "perintah jalan";
    SessionTable: "Sessions", "Sesi";
    CutIt: "Cut", "Putus";
    Clog: "Slow down", "Perlambat";
    KeepTitle: "Save, open, export", "Simpan, buka, ekspor";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_says_something_in_every_language() {
        for word in Word::ALL {
            for language in Language::ALL {
                let text = word.text(language);
                assert!(!text.is_empty() && text.trim() == text, "{word:?}");
            }
        }
    }
}
