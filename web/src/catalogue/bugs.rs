//! The rules that can be broken on purpose, in words.

use lockstep_core::lab::raft::planted::Area;
use lockstep_core::raft::bug::Bug;

use super::{Language, choose};

impl Language {
    /// A part of Raft.
    #[must_use]
    pub const fn area(self, area: Area) -> &'static str {
        match area {
            Area::Elections => choose!(self, "Elections", "Pemilihan"),
            Area::Replication => choose!(self, "The log", "Log"),
            Area::Commitment => choose!(self, "What is committed", "Yang ter-commit"),
            Area::Reads => choose!(self, "Reads", "Pembacaan"),
            Area::Membership => choose!(self, "Membership", "Keanggotaan"),
            Area::Snapshots => choose!(self, "Snapshots", "Snapshot"),
        }
    }

    /// The rule that a bug breaks.
    #[must_use]
    pub const fn bug_rule(self, bug: Bug) -> &'static str {
        match Area::of(bug) {
            Area::Elections => self.election_bug(bug),
            Area::Replication | Area::Commitment => self.log_bug(bug),
            Area::Reads => self.read_bug(bug),
            Area::Membership | Area::Snapshots => self.member_bug(bug),
        }
    }

    const fn election_bug(self, bug: Bug) -> &'static str {
        match bug {
            Bug::VoteTwice => choose!(
                self,
                "Vote for everybody who asks, in one term (§5.2)",
                "Beri suara kepada semua yang meminta, dalam satu term (§5.2)",
            ),
            Bug::VoteNotPersisted => choose!(
                self,
                "Vote before the vote is on disk (§5.2)",
                "Beri suara sebelum tersimpan di disk (§5.2)",
            ),
            Bug::VoteForStaleLog => choose!(
                self,
                "Vote for a candidate whose log is behind (§5.4.1)",
                "Pilih kandidat yang log-nya tertinggal (§5.4.1)",
            ),
            Bug::NoStepDown => choose!(
                self,
                "Go on leading in a higher term (§5.1)",
                "Tetap memimpin di term yang lebih tinggi (§5.1)",
            ),
            _ => choose!(
                self,
                "Vote though a leader is heard (diss. §4.2.3)",
                "Beri suara meski pemimpin terdengar (dis. §4.2.3)",
            ),
        }
    }

    const fn log_bug(self, bug: Bug) -> &'static str {
        match bug {
            Bug::LeaderDropsEntries => choose!(
                self,
                "A leader drops entries of its own log (§5.3)",
                "Pemimpin membuang entri log-nya sendiri (§5.3)",
            ),
            Bug::NoConsistencyCheck => choose!(
                self,
                "Store entries without comparing what comes before (§5.3)",
                "Simpan entri tanpa mencocokkan yang sebelumnya (§5.3)",
            ),
            Bug::AnswerBeforeSync => choose!(
                self,
                "Answer before entries are on disk (figure 2)",
                "Jawab sebelum entri tersimpan di disk (gambar 2)",
            ),
            Bug::TruncateAlways => choose!(
                self,
                "Cut the log after every AppendEntries (figure 2)",
                "Potong log pada setiap AppendEntries (gambar 2)",
            ),
            Bug::SilentToOldLeader => choose!(
                self,
                "Do not answer the leader of an old term (figure 2)",
                "Tidak menjawab pemimpin term lama (gambar 2)",
            ),
            Bug::CommitUnmatched => choose!(
                self,
                "A follower takes all of its log for committed (figure 2)",
                "Pengikut menganggap seluruh log-nya ter-commit (gambar 2)",
            ),
            Bug::CommitOldTerm => choose!(
                self,
                "Count copies of an old term's entry (§5.4.2)",
                "Hitung salinan entri term lama (§5.4.2)",
            ),
            _ => choose!(
                self,
                "Let the commit index go back (figure 2)",
                "Biarkan commit index mundur (gambar 2)",
            ),
        }
    }

    const fn read_bug(self, bug: Bug) -> &'static str {
        match bug {
            Bug::ReadWithoutQuorum => choose!(
                self,
                "Read without asking a majority (diss. §6.4)",
                "Baca tanpa bertanya ke mayoritas (dis. §6.4)",
            ),
            Bug::ReadBeforeCommit => choose!(
                self,
                "Read before a commit in the own term (diss. §6.4)",
                "Baca sebelum ada commit di term sendiri (dis. §6.4)",
            ),
            _ => choose!(
                self,
                "Trust a lease after a transfer (diss. §6.4.1)",
                "Percaya lease setelah alih kepemimpinan (dis. §6.4.1)",
            ),
        }
    }

    const fn member_bug(self, bug: Bug) -> &'static str {
        match bug {
            Bug::ChangeBeforeCommit => choose!(
                self,
                "Change members before a commit in the term (2015)",
                "Ubah anggota sebelum ada commit di term itu (2015)",
            ),
            Bug::TwoChangesAtOnce => choose!(
                self,
                "Two changes of members at once (diss. §4.1)",
                "Dua perubahan anggota sekaligus (dis. §4.1)",
            ),
            Bug::CountNewMajorityOnly => choose!(
                self,
                "While joint, ask the new majority only (diss. §4.3)",
                "Selama joint, cukup mayoritas baru (dis. §4.3)",
            ),
            Bug::CountLearners => choose!(
                self,
                "Count a learner's copy (diss. §4.2.1)",
                "Hitung salinan milik pelajar (dis. §4.2.1)",
            ),
            Bug::SnapshotForgetsSessions => choose!(
                self,
                "A snapshot without client sessions (diss. §6.3)",
                "Snapshot tanpa sesi klien (dis. §6.3)",
            ),
            Bug::SnapshotForgetsMembers => choose!(
                self,
                "A snapshot without the members (diss. §5.1)",
                "Snapshot tanpa daftar anggota (dis. §5.1)",
            ),
            _ => choose!(
                self,
                "A late snapshot replaces the whole log (figure 13)",
                "Snapshot terlambat mengganti seluruh log (gambar 13)",
            ),
        }
    }
}
