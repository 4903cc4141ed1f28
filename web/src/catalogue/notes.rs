//! What servers and clients say of what they decide: one sentence for each kind of note.

use lockstep_core::lab::Note;
use lockstep_core::lab::machine::Own;
use lockstep_core::lab::{Names, NodeName};
use lockstep_core::raft::note::{Topic, Unwillingness, VoteRefusal};
use lockstep_core::sim::process::NodeId;

use super::{Language, choose, say};

impl Language {
    pub(super) fn note(self, names: Names, node: NodeId, note: &Note) -> String {
        match note.topic() {
            Topic::Own => match note {
                Note::Own(Own::Lock(note)) => self.lock_note(names, names.name(node), note),
                Note::Own(Own::Cache(note)) => self.cache_note(names, names.name(node), note),
                _ => String::new(),
            },
            Topic::Elections => self.election_note(names, node, note),
            Topic::Entries => self.log_note(names, node, note),
            Topic::Clients => self.client_note(names, node, note),
            Topic::Membership => self.member_note(names, node, note),
        }
    }

    fn election_note(self, names: Names, node: NodeId, note: &Note) -> String {
        let node = names.name(node);
        match *note {
            Note::BecameCandidate { term } => say!(
                self,
                "{node} becomes a candidate in term {term} and votes for itself.",
                "{node} menjadi kandidat pada term {term} dan memilih dirinya sendiri.",
            ),
            Note::BecameLeader { term, votes } => say!(
                self,
                "{node} becomes the leader of term {term} with {votes} votes.",
                "{node} menjadi pemimpin term {term} dengan {votes} suara.",
            ),
            Note::BecameFollower { term, leader: Some(leader) } => {
                let leader = names.name(leader);
                say!(
                    self,
                    "{node} follows {leader} in term {term}.",
                    "{node} mengikuti {leader} pada term {term}.",
                )
            }
            Note::BecameFollower { term, leader: None } => say!(
                self,
                "{node} becomes a follower in term {term}.",
                "{node} menjadi pengikut pada term {term}.",
            ),
            Note::Voted { term, candidate } => {
                let candidate = names.name(candidate);
                say!(
                    self,
                    "{node} votes for {candidate} in term {term}.",
                    "{node} memberi suara kepada {candidate} pada term {term}.",
                )
            }
            Note::RefusedVote { candidate, reason } => {
                let candidate = names.name(candidate);
                let why = self.vote_refusal(names, reason);
                say!(
                    self,
                    "{node} refuses {candidate} its vote: {why}.",
                    "{node} menolak memberi suara kepada {candidate}: {why}.",
                )
            }
            _ => self.office_note(names, node, note),
        }
    }

    fn log_note(self, names: Names, node: NodeId, note: &Note) -> String {
        let node = names.name(node);
        match *note {
            Note::Proposed { index } => say!(
                self,
                "{node} takes a command into its log as entry {index}.",
                "{node} mencatat perintah di log-nya sebagai entri {index}.",
            ),
            Note::Stored { index } => say!(
                self,
                "{node} stores entries up to {index}.",
                "{node} menyimpan entri sampai {index}.",
            ),
            Note::Truncated { from } => say!(
                self,
                "{node} removes its entries from {from} on: they conflict with the leader's.",
                "{node} menghapus entrinya mulai {from}: bertentangan dengan log pemimpin.",
            ),
            Note::RefusedEntries { previous_index } => say!(
                self,
                "{node} refuses entries: its log does not match at {previous_index}.",
                "{node} menolak entri: log-nya tidak cocok di {previous_index}.",
            ),
            Note::Committed { index } => say!(
                self,
                "{node} commits up to entry {index}: a majority stores it.",
                "{node} meng-commit sampai entri {index}: mayoritas sudah menyimpannya.",
            ),
            Note::DidNotCount { index, term } => say!(
                self,
                "{node} does not count entry {index}: a majority stores it, but it is of old term \
                 {term}.",
                "{node} tidak menghitung entri {index}: mayoritas menyimpannya, tetapi dari term \
                 lama {term}.",
            ),
            Note::Applied { index } => say!(
                self,
                "{node} applies entries up to {index} to its store.",
                "{node} menerapkan entri sampai {index} ke penyimpanannya.",
            ),
            _ => self.snapshot_note(names, node, note),
        }
    }

    fn client_note(self, names: Names, node: NodeId, note: &Note) -> String {
        let node = names.name(node);
        match *note {
            Note::Invoked { request } => {
                say!(
                    self,
                    "{node} begins operation {request}.",
                    "{node} memulai operasi {request}."
                )
            }
            Note::Completed { request } => say!(
                self,
                "{node} has its answer to operation {request}.",
                "{node} mendapat jawaban operasi {request}.",
            ),
            Note::Redirected { request, to } => {
                let to = names.name(to);
                say!(
                    self,
                    "{node} is refused operation {request} and will ask {to}.",
                    "{node} ditolak untuk operasi {request} dan akan bertanya ke {to}.",
                )
            }
            Note::GaveUp { request } => say!(
                self,
                "{node} gives up waiting for operation {request}.",
                "{node} berhenti menunggu operasi {request}.",
            ),
            _ => self.read_note(names, node, note),
        }
    }

    /// Asking beforehand, and handing over (dissertation §9.6, §6.2, §3.10).
    fn office_note(self, names: Names, node: NodeName, note: &Note) -> String {
        match *note {
            Note::BecamePreCandidate { term } => say!(
                self,
                "{node} asks whether it would be elected in term {term}.",
                "{node} bertanya apakah ia akan terpilih pada term {term}.",
            ),
            Note::PreVoted { term, candidate } => {
                let candidate = names.name(candidate);
                say!(
                    self,
                    "{node} would vote for {candidate} in term {term}.",
                    "{node} bersedia memilih {candidate} pada term {term}.",
                )
            }
            Note::RefusedPreVote { candidate, reason } => {
                let candidate = names.name(candidate);
                let why = self.vote_refusal(names, reason);
                say!(
                    self,
                    "{node} would not vote for {candidate}: {why}.",
                    "{node} tak bersedia memilih {candidate}: {why}.",
                )
            }
            Note::LostTouch => say!(
                self,
                "{node} has not heard from a majority and steps down.",
                "{node} tak mendengar mayoritas dan mundur.",
            ),
            Note::TransferBegan { to } => {
                let to = names.name(to);
                say!(self, "{node} hands over to {to}.", "{node} mengalihkan jabatan kepada {to}.")
            }
            Note::TransferSent { to } => {
                let to = names.name(to);
                say!(
                    self,
                    "{to} has all entries: {node} tells it to campaign at once.",
                    "{to} punya semua entri: {node} memintanya segera berkampanye.",
                )
            }
            Note::TransferGivenUp { to } => {
                let to = names.name(to);
                say!(
                    self,
                    "{node} leads on: {to} was not elected in time.",
                    "{node} tetap memimpin: {to} tak terpilih tepat waktu.",
                )
            }
            _ => String::new(),
        }
    }

    /// Who belongs to the cluster (dissertation §4).
    fn member_note(self, names: Names, node: NodeId, note: &Note) -> String {
        let node = names.name(node);
        match *note {
            Note::LeftCluster => say!(
                self,
                "{node} is no member any more and steps down.",
                "{node} bukan anggota lagi dan mundur.",
            ),
            Note::Unwilling { reason } => {
                let why = self.unwillingness(reason);
                say!(self, "{node} does not: {why}.", "{node} menolak: {why}.")
            }
            Note::ChangeBegan { index } => say!(
                self,
                "{node} changes the members, by entry {index}.",
                "{node} mengubah anggota, lewat entri {index}.",
            ),
            Note::ChangeCommitted { index } => say!(
                self,
                "{node}: the members of entry {index} are committed.",
                "{node}: anggota dalam entri {index} ter-commit.",
            ),
            Note::CaughtUp { server } => {
                let server = names.name(server);
                say!(
                    self,
                    "{node}: {server} has caught up and may vote.",
                    "{node}: {server} sudah menyusul dan boleh bersuara.",
                )
            }
            Note::FellBehind { server } => {
                let server = names.name(server);
                say!(
                    self,
                    "{node}: {server} does not catch up, the change is given up.",
                    "{node}: {server} tak kunjung menyusul, perubahan dibatalkan.",
                )
            }
            _ => String::new(),
        }
    }

    /// Snapshots, and batches on their way (paper §7, dissertation §10.2.2).
    fn snapshot_note(self, names: Names, node: NodeName, note: &Note) -> String {
        match *note {
            Note::SnapshotTaken { index } => say!(
                self,
                "{node} takes a snapshot and drops its log up to {index}.",
                "{node} mengambil snapshot dan membuang log sampai {index}.",
            ),
            Note::SnapshotSent { to, index } => {
                let to = names.name(to);
                say!(
                    self,
                    "{node} no longer has what {to} lacks: it sends its snapshot of {index}.",
                    "{node} tak lagi punya yang kurang di {to}: ia mengirim snapshot {index}.",
                )
            }
            Note::SnapshotInstalled { index, kept: true } => say!(
                self,
                "{node} takes over the snapshot of {index} and keeps what follows.",
                "{node} memakai snapshot {index} dan menyimpan sesudahnya.",
            ),
            Note::SnapshotInstalled { index, kept: false } => say!(
                self,
                "{node} takes over the snapshot of {index} in place of its log.",
                "{node} memakai snapshot {index} sebagai ganti log-nya.",
            ),
            Note::SnapshotIgnored { index } => say!(
                self,
                "{node} knows what the snapshot of {index} says: it comes late.",
                "{node} sudah tahu isi snapshot {index}: datangnya terlambat.",
            ),
            Note::StreamBroken { follower } => {
                let follower = names.name(follower);
                say!(
                    self,
                    "{node}: {follower} missed a batch, so one at a time until they agree.",
                    "{node}: {follower} kehilangan kiriman, jadi satu per satu sampai cocok.",
                )
            }
            _ => String::new(),
        }
    }

    /// Reads outside the log, sessions and retries (dissertation §6.3, §6.4).
    fn read_note(self, names: Names, node: NodeName, note: &Note) -> String {
        match *note {
            Note::ReadHeld { client, request, index } => {
                let client = names.name(client);
                say!(
                    self,
                    "{node} holds read {request} of {client} until it knows that it leads; it must \
                     see entry {index}.",
                    "{node} menahan baca {request} dari {client} sampai yakin ia memimpin; harus \
                     melihat entri {index}.",
                )
            }
            Note::ReadServed { client, request, index, lease: true } => {
                let client = names.name(client);
                say!(
                    self,
                    "{node} answers read {request} of {client} as of entry {index}, on its lease.",
                    "{node} menjawab baca {request} dari {client} per entri {index}, berbekal \
                     lease.",
                )
            }
            Note::ReadServed { client, request, index, lease: false } => {
                let client = names.name(client);
                say!(
                    self,
                    "{node} answers read {request} of {client} as of entry {index}.",
                    "{node} menjawab baca {request} dari {client} per entri {index}.",
                )
            }
            Note::Skipped { client, request } => {
                let client = names.name(client);
                say!(
                    self,
                    "{node} has carried out {client}'s command {request} already: not again.",
                    "{node} sudah menjalankan perintah {request} dari {client}: tidak diulang.",
                )
            }
            Note::Retried { request, to } => {
                let to = names.name(to);
                say!(
                    self,
                    "{node} has no answer to operation {request} and asks {to} again.",
                    "{node} belum mendapat jawaban operasi {request} dan bertanya lagi ke {to}.",
                )
            }
            _ => String::new(),
        }
    }

    fn vote_refusal(self, names: Names, reason: VoteRefusal) -> String {
        match reason {
            VoteRefusal::OldTerm => {
                choose!(self, "its term has passed", "term-nya sudah lewat").to_owned()
            }
            VoteRefusal::Voted(other) => {
                let other = names.name(other);
                say!(
                    self,
                    "it has voted for {other} in this term",
                    "ia sudah memilih {other} pada term ini",
                )
            }
            VoteRefusal::StaleLog => {
                choose!(self, "the candidate's log is not up-to-date", "log kandidat tertinggal",)
                    .to_owned()
            }
            VoteRefusal::HearsLeader(None) => {
                choose!(self, "it hears from a leader", "ia masih mendengar pemimpin").to_owned()
            }
            VoteRefusal::HearsLeader(Some(leader)) => {
                let leader = names.name(leader);
                say!(self, "it hears from {leader}", "ia masih mendengar {leader}")
            }
        }
    }

    const fn unwillingness(self, reason: Unwillingness) -> &'static str {
        match reason {
            Unwillingness::NotLeader => choose!(self, "it does not lead", "ia tidak memimpin"),
            Unwillingness::UnderWay => {
                choose!(self, "one such thing is under way", "hal serupa masih berlangsung")
            }
            Unwillingness::NothingCommitted => choose!(
                self,
                "it has committed nothing in its term yet",
                "belum ada yang ter-commit di term-nya",
            ),
            Unwillingness::TooMany => {
                choose!(self, "one server at a time", "satu server per kali")
            }
            Unwillingness::Impossible => choose!(self, "that cannot be", "itu tidak mungkin"),
            Unwillingness::NoChange => choose!(self, "it is so already", "memang sudah begitu"),
        }
    }
}
