//! Raft's rules (figure 2), in our own words.

use lockstep_core::lab::raft::Rule;
use lockstep_core::lab::raft::rules::Part;

use super::{Language, choose};

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
            _ => "",
        }
    }
}
