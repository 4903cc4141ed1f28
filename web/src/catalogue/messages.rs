//! Names of messages, of what clients do and of what became of it.

use lockstep_core::check::LaneState;
use lockstep_core::lab::raft::view::{MessageKind, OperationView, OutcomeView, RoleView};

use super::{Language, Word, choose};

impl Language {
    /// What kind a message is.
    #[must_use]
    pub const fn message_kind(self, kind: MessageKind) -> &'static str {
        match kind {
            MessageKind::VoteRequest => choose!(self, "vote request", "permintaan suara"),
            MessageKind::VoteGranted => choose!(self, "vote", "suara diberikan"),
            MessageKind::VoteRefused => choose!(self, "vote refused", "suara ditolak"),
            MessageKind::Heartbeat => choose!(self, "heartbeat", "heartbeat"),
            MessageKind::Entries => choose!(self, "entries", "entri"),
            MessageKind::Accepted => choose!(self, "acknowledgement", "konfirmasi"),
            MessageKind::Refused => choose!(self, "entries refused", "entri ditolak"),
            MessageKind::Request => choose!(self, "client request", "permintaan klien"),
            MessageKind::Answer => choose!(self, "answer", "jawaban"),
            MessageKind::Redirect => choose!(self, "redirect", "pengalihan"),
            MessageKind::PreVoteRequest => {
                choose!(self, "pre-vote request", "permintaan pra-suara")
            }
            MessageKind::PreVoteGranted => choose!(self, "pre-vote", "pra-suara diberikan"),
            MessageKind::PreVoteRefused => choose!(self, "pre-vote refused", "pra-suara ditolak"),
            MessageKind::Snapshot => choose!(self, "snapshot", "snapshot"),
            MessageKind::TimeoutNow => choose!(self, "campaign now", "segera berkampanye"),
            MessageKind::Access => choose!(self, "access", "akses"),
            MessageKind::Allowed => choose!(self, "allowed", "diizinkan"),
            MessageKind::Barred => choose!(self, "refused by the store", "ditolak penyimpanan"),
            MessageKind::Issued => choose!(self, "token issued", "token diterbitkan"),
        }
    }

    /// A role, in a word.
    #[must_use]
    pub const fn role(self, role: RoleView) -> &'static str {
        self.word(match role {
            RoleView::Follower => Word::Follower,
            RoleView::Candidate => Word::Candidate,
            RoleView::Leader => Word::Leader,
            RoleView::PreCandidate => Word::PreCandidate,
        })
    }

    /// What a lane is painted with, in a word.
    #[must_use]
    pub const fn lane_state(self, state: LaneState) -> &'static str {
        self.word(match state {
            LaneState::Follower => Word::Follower,
            LaneState::Candidate => Word::Candidate,
            LaneState::PreCandidate => Word::PreCandidate,
            LaneState::Leader => Word::Leader,
            LaneState::Down => Word::Down,
            LaneState::Paused => Word::Paused,
            LaneState::Client => Word::Client,
            LaneState::Waiting => return choose!(self, "waits for a lock", "menunggu kunci"),
            LaneState::Holding => return choose!(self, "holds a lock", "memegang kunci"),
            LaneState::BackingOff => return choose!(self, "backs off", "mundur dulu"),
            LaneState::Serving => {
                return choose!(self, "protected store", "penyimpanan terlindung");
            }
        })
    }

    /// What became of an operation: its answer, or a word.
    #[must_use]
    pub fn outcome(self, operation: &OperationView) -> String {
        match (&operation.outcome, &operation.answer) {
            (OutcomeView::Ok, Some(answer)) => answer.to_string(),
            (OutcomeView::Ok, None) => self.word(Word::Done).to_owned(),
            (OutcomeView::Pending, _) => self.word(Word::Pending).to_owned(),
            (OutcomeView::Unknown, _) => self.word(Word::Unknown).to_owned(),
        }
    }
}
