//! Fixed texts of the lock lab.

use super::{Language, choose};

/// A fixed text of the lock lab.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LockWord {
    /// A head of a column.
    Resource,
    /// A head of a column.
    HeldBy,
    /// A head of a column.
    WaitingInOrder,
    /// The head of the graph.
    Graph,
    /// What the locks protect.
    Vault,
    /// Whether the vault looks at tokens.
    FencingOn,
    /// Whether the vault looks at tokens.
    FencingOff,
    /// Who was chosen to give way.
    Victim,
    /// Who waits holds a shared lock meanwhile.
    Upgrade,
    /// Nobody holds it.
    Free,
    /// How many writes.
    Writes,
    /// How many writes were lost.
    Lost,
    /// The highest token that has come.
    Seen,
    /// The highest token that was heard of.
    Told,
    /// Who joins graphs.
    Collector,
    /// In the legend.
    Holds,
    /// In the legend.
    Waits,
    /// In the legend: who waits for whom, because it holds something.
    HardEdge,
    /// In the legend: who waits for whom, because it stands before it.
    SoftEdge,
    /// In the legend.
    Cycle,
    /// What it is to do.
    Script,
    /// What it believes to hold.
    Believes,
    /// A belief that the table does not share.
    Void,
    /// What it waits for.
    Awaits,
    /// Its session.
    Session,
    /// Its transaction.
    Transaction,
    /// Which try.
    Attempt,
    /// What went wrong last.
    Mishap,
    /// Scripts that wait.
    Queued,
    /// A head of a column.
    Done,
    /// A head of a column.
    GivenUp,
    /// A head of a column.
    Aborted,
    /// A head of a column.
    LostLocks,
    /// The head of the figures.
    Figures,
    /// The head of the clients' figures.
    Transactions,
    /// A row.
    FreeLock,
    /// A row.
    ContendedLock,
    /// A row.
    Detection,
    /// A row.
    Grants,
    /// A row.
    WaitingNow,
    /// A row.
    LongestQueue,
    /// A row.
    Expired,
    /// A row.
    Overtakes,
    /// The head of the aborts, by cause.
    Aborts,
    /// The head of a server's table.
    Table,
    /// What the vault has taken.
    Accepted,
    /// What the vault has refused.
    Refused,
    /// Its value.
    Value,
    /// What the collector knows of a table.
    GraphOf,
    /// A client that has not heard of what the table says, or has forgotten it.
    Unaware,
    /// The switch of labs.
    Labs,
    /// Nothing.
    Nothing,
    /// After how many wait before somebody.
    Ahead,
    /// After how many edges somebody knows of.
    Edges,
}

impl Language {
    /// A fixed text of the lock lab.
    #[must_use]
    pub const fn lock(self, word: LockWord) -> &'static str {
        match word {
            LockWord::Resource => choose!(self, "Resource", "Sumber"),
            LockWord::HeldBy => choose!(self, "Held by", "Dipegang"),
            LockWord::WaitingInOrder => choose!(self, "Waiting, in order", "Antrean"),
            LockWord::Graph => choose!(self, "Wait-for graph", "Graf saling tunggu"),
            LockWord::Vault => choose!(self, "Protected store", "Penyimpanan terlindung"),
            LockWord::FencingOn => choose!(self, "fencing on", "pagar aktif"),
            LockWord::FencingOff => choose!(self, "fencing off", "pagar mati"),
            LockWord::Victim => choose!(self, "victim ✕", "korban ✕"),
            LockWord::Upgrade => choose!(self, "upgrade", "naik"),
            LockWord::Free => choose!(self, "free", "bebas"),
            LockWord::Writes => choose!(self, "writes", "tulisan"),
            LockWord::Lost => choose!(self, "lost", "hilang"),
            LockWord::Seen => choose!(self, "seen", "terlihat"),
            LockWord::Told => choose!(self, "told of", "diberitahu"),
            LockWord::Collector => choose!(self, "collector", "kolektor"),
            LockWord::Holds => choose!(self, "holds", "memegang"),
            LockWord::Waits => choose!(self, "waits", "menunggu"),
            LockWord::HardEdge => choose!(self, "waits for a holder", "menunggu pemegang"),
            LockWord::SoftEdge => choose!(self, "queued behind", "antre di belakang"),
            LockWord::Cycle => choose!(self, "deadlock", "deadlock"),
            LockWord::Script => choose!(self, "Script", "Skrip"),
            LockWord::Believes => choose!(self, "Believes to hold", "Merasa memegang"),
            LockWord::Void => choose!(self, "void", "tak berlaku"),
            LockWord::Awaits => choose!(self, "waits for", "menunggu"),
            LockWord::Session => choose!(self, "session", "sesi"),
            LockWord::Transaction => choose!(self, "transaction", "transaksi"),
            LockWord::Attempt => choose!(self, "attempt", "percobaan"),
            LockWord::Mishap => choose!(self, "went wrong last", "gagal terakhir"),
            LockWord::Queued => choose!(self, "scripts after it", "skrip berikutnya"),
            LockWord::Done => choose!(self, "done", "selesai"),
            LockWord::GivenUp => choose!(self, "given up", "menyerah"),
            LockWord::Aborted => choose!(self, "aborted", "dibatalkan"),
            LockWord::LostLocks => choose!(self, "locks lost", "kunci hilang"),
            LockWord::Figures => choose!(self, "Time to grant", "Waktu sampai dapat"),
            LockWord::Transactions => choose!(self, "Transactions", "Transaksi"),
            LockWord::FreeLock => choose!(self, "free lock", "kunci bebas"),
            LockWord::ContendedLock => choose!(self, "after waiting", "setelah menunggu"),
            LockWord::Detection => choose!(self, "deadlock broken", "deadlock diputus"),
            LockWord::Grants => choose!(self, "grants", "pemberian"),
            LockWord::WaitingNow => choose!(self, "waiting now", "kini menunggu"),
            LockWord::LongestQueue => choose!(self, "longest queue now", "antrean terpanjang"),
            LockWord::Expired => choose!(self, "sessions expired", "sesi kedaluwarsa"),
            LockWord::Overtakes => choose!(self, "overtaken, no victim", "disalip, tanpa korban"),
            LockWord::Aborts => choose!(self, "Aborts by cause", "Pembatalan menurut sebab"),
            LockWord::Table => choose!(self, "Lock table", "Tabel kunci"),
            LockWord::Accepted => choose!(self, "accepted", "diterima"),
            LockWord::Refused => choose!(self, "refused", "ditolak"),
            LockWord::Value => choose!(self, "value", "nilai"),
            LockWord::GraphOf => choose!(self, "graph of", "graf dari"),
            LockWord::Unaware => choose!(self, "has not heard", "belum tahu"),
            LockWord::Labs => choose!(self, "Laboratory", "Laboratorium"),
            LockWord::Nothing => choose!(self, "nothing", "tidak ada"),
            LockWord::Ahead => choose!(self, "ahead", "di depan"),
            LockWord::Edges => choose!(self, "edges", "sisi"),
        }
    }
}
