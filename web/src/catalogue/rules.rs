//! Raft's rules (figure 2), in our own words.

use lockstep_core::lab::raft::Rule;
use lockstep_core::lab::raft::rules::Part;

use super::{Language, choose, say};

impl Language {
    /// Whom rules are for.
    #[must_use]
    pub const fn rule_part(self, part: Part) -> &'static str {
        match part {
            Part::AllServers => choose!(self, "Every server", "Setiap server"),
            Part::Candidates => choose!(self, "Followers and candidates", "Pengikut dan kandidat"),
            Part::Leaders => choose!(self, "Leaders", "Pemimpin"),
            Part::RequestVote => choose!(self, "Asked for a vote", "Saat diminta suara"),
            Part::AppendEntries => choose!(self, "Sent entries", "Saat dikirimi entri"),
            Part::Elections => choose!(self, "Beyond: elections", "Lanjutan: pemilihan"),
            Part::Membership => choose!(self, "Beyond: membership", "Lanjutan: keanggotaan"),
            Part::Snapshots => choose!(self, "Beyond: the log", "Lanjutan: log"),
            Part::Clients => choose!(self, "Beyond: clients", "Lanjutan: klien"),
        }
    }

    /// A rule.
    #[must_use]
    pub const fn rule(self, rule: Rule) -> &'static str {
        match rule {
            Rule::Apply => choose!(
                self,
                "Committed but not applied: apply it, in order.",
                "Sudah ter-commit, belum diterapkan: terapkan, berurutan.",
            ),
            Rule::HigherTerm => choose!(
                self,
                "A higher term is seen: take it, and follow.",
                "Ada term lebih tinggi: pakai, dan jadi pengikut.",
            ),
            Rule::Persist => choose!(
                self,
                "Term, vote and log are on disk before anybody hears of them.",
                "Term, suara, dan log ada di disk sebelum siapa pun mendengarnya.",
            ),
            Rule::Redirect => choose!(
                self,
                "Not the leader: send the client to who is.",
                "Bukan pemimpin: arahkan klien ke pemimpin.",
            ),
            Rule::StandForElection => choose!(
                self,
                "No word from a leader in time: next term, candidate, own vote.",
                "Tak ada kabar pemimpin: term berikutnya, jadi kandidat, pilih diri.",
            ),
            Rule::AskForVotes => choose!(
                self,
                "A candidate asks everybody for a vote.",
                "Kandidat meminta suara dari semua.",
            ),
            Rule::WinElection => {
                choose!(self, "Votes from a majority: lead.", "Suara mayoritas: jadi pemimpin.")
            }
            Rule::FollowLeader => choose!(
                self,
                "The term's leader speaks up: follow it.",
                "Pemimpin term ini berkabar: ikuti.",
            ),
            _ => self.log_rule(rule),
        }
    }

    const fn log_rule(self, rule: Rule) -> &'static str {
        match rule {
            Rule::Heartbeat => choose!(
                self,
                "Send heartbeats, so that nobody else stands.",
                "Kirim heartbeat agar tak ada kandidat baru.",
            ),
            Rule::TakeCommand => choose!(
                self,
                "A client's command: put it into the log.",
                "Perintah klien: tulis ke log.",
            ),
            Rule::SendEntries => choose!(
                self,
                "A follower lacks entries: send them.",
                "Pengikut kekurangan entri: kirim.",
            ),
            Rule::Advance => choose!(
                self,
                "A follower agrees: remember how far its log matches.",
                "Pengikut setuju: catat sejauh mana log-nya cocok.",
            ),
            Rule::BackUp => choose!(
                self,
                "A follower's log differs: go back and try again.",
                "Log pengikut berbeda: mundur dan coba lagi.",
            ),
            Rule::Commit => choose!(
                self,
                "A majority stores an entry of this term: it is committed.",
                "Mayoritas menyimpan entri term ini: ter-commit.",
            ),
            Rule::DoNotCountOldTerm => choose!(
                self,
                "Copies of an older term's entry do not count.",
                "Salinan entri term lama tidak dihitung.",
            ),
            Rule::RefuseOldCandidate => {
                choose!(self, "The term has passed: no.", "Term sudah lewat: tolak.")
            }
            Rule::RefuseSecondVote => choose!(
                self,
                "Voted for another in this term: no.",
                "Sudah memilih yang lain di term ini: tolak.",
            ),
            Rule::RefuseStaleLog => choose!(
                self,
                "The candidate's log is behind: no.",
                "Log kandidat tertinggal: tolak.",
            ),
            Rule::Vote => choose!(self, "Otherwise: vote for it.", "Selain itu: beri suara."),
            Rule::RefuseOldLeader => choose!(
                self,
                "The leader's term has passed: no.",
                "Term pemimpin sudah lewat: tolak.",
            ),
            Rule::RefuseGap => choose!(
                self,
                "What comes before does not match the log: no.",
                "Yang mendahului tidak cocok dengan log: tolak.",
            ),
            Rule::RemoveConflict => choose!(
                self,
                "An entry conflicts: remove it and all after it.",
                "Entri bertentangan: hapus beserta sesudahnya.",
            ),
            Rule::Store => choose!(self, "Store what is new.", "Simpan yang baru."),
            _ => self.further_rule(rule),
        }
    }

    /// Rules beyond figure 2.
    const fn further_rule(self, rule: Rule) -> &'static str {
        match rule {
            Rule::AskBeforehand => choose!(
                self,
                "No word from a leader: ask first whether it would win.",
                "Tak ada kabar pemimpin: tanya dulu apakah akan menang.",
            ),
            Rule::WouldVote => choose!(
                self,
                "Would vote: say so; no term changes.",
                "Bersedia memilih: katakan; term tidak berubah.",
            ),
            Rule::StickToLeader => choose!(
                self,
                "A leader is heard: no vote for anybody else.",
                "Pemimpin terdengar: jangan memilih yang lain.",
            ),
            Rule::StepDown => choose!(
                self,
                "Out of touch with a majority: step down.",
                "Tak terhubung dengan mayoritas: mundur.",
            ),
            Rule::HandOver => choose!(
                self,
                "Told to hand over: take no more commands, bring the successor up to date.",
                "Diminta mengalihkan: tolak perintah baru, lengkapi penerus.",
            ),
            Rule::CampaignNow => choose!(
                self,
                "The successor has every entry: let it campaign at once.",
                "Penerus punya semua entri: minta segera berkampanye.",
            ),
            Rule::LeadOn => choose!(
                self,
                "Not elected in time: lead on.",
                "Tak terpilih tepat waktu: tetap memimpin.",
            ),
            Rule::ChangeMembers => choose!(
                self,
                "New members: an entry that holds as soon as it is stored.",
                "Anggota baru: entri yang berlaku begitu disimpan.",
            ),
            Rule::CommitMembers => choose!(
                self,
                "The new members are committed: the next change may come.",
                "Anggota baru ter-commit: perubahan berikutnya boleh.",
            ),
            Rule::CatchUp => choose!(
                self,
                "A newcomer votes once it has caught up; one that never does is left out.",
                "Pendatang bersuara setelah menyusul; yang tak kunjung menyusul ditinggal.",
            ),
            Rule::LeaveCluster => choose!(
                self,
                "No member any more, and that is committed: step down.",
                "Bukan anggota lagi, dan itu ter-commit: mundur.",
            ),
            Rule::RefuseInstruction => choose!(
                self,
                "Not the leader, a change under way, nothing committed in the term: refuse.",
                "Bukan pemimpin, ada perubahan berjalan, belum ada commit di term: tolak.",
            ),
            _ => self.client_rule(rule),
        }
    }

    const fn client_rule(self, rule: Rule) -> &'static str {
        match rule {
            Rule::TakeSnapshot => choose!(
                self,
                "Many entries applied: keep their outcome, drop them.",
                "Banyak entri diterapkan: simpan hasilnya, buang entrinya.",
            ),
            Rule::SendSnapshot => choose!(
                self,
                "A follower lacks what was dropped: send the snapshot.",
                "Pengikut kurang yang sudah dibuang: kirim snapshot.",
            ),
            Rule::InstallSnapshot => choose!(
                self,
                "A snapshot comes: it replaces the log up to its end, unless it is late.",
                "Snapshot datang: menggantikan log sampai akhirnya, kecuali terlambat.",
            ),
            Rule::StopStreaming => choose!(
                self,
                "A batch is missing: one at a time until logs agree.",
                "Ada kiriman hilang: satu per satu sampai log cocok.",
            ),
            Rule::HoldRead => choose!(
                self,
                "A read: wait until a majority says that it still leads.",
                "Baca: tunggu mayoritas memastikan ia masih memimpin.",
            ),
            Rule::ServeRead => choose!(
                self,
                "The majority answered, the state is there: answer.",
                "Mayoritas menjawab, keadaan sudah ada: jawab.",
            ),
            Rule::ServeOnLease => choose!(
                self,
                "The lease lasts: answer without asking.",
                "Lease masih berlaku: jawab tanpa bertanya.",
            ),
            Rule::SkipRepeated => choose!(
                self,
                "A command comes again: give the old answer.",
                "Perintah datang lagi: beri jawaban lama.",
            ),
            Rule::AskAgain => choose!(
                self,
                "A client without an answer asks again.",
                "Klien tanpa jawaban bertanya lagi.",
            ),
            _ => "",
        }
    }

    /// A section of the paper, or of the dissertation.
    #[must_use]
    pub fn section(self, section: &str) -> String {
        match section.strip_prefix("diss. ") {
            Some(section) => say!(self, "diss. §{section}", "dis. §{section}"),
            None => format!("§{section}"),
        }
    }
}
