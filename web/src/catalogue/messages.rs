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
            MessageKind::LineRequest
            | MessageKind::LinePut
            | MessageKind::PutAck
            | MessageKind::Forward
            | MessageKind::Invalidate
            | MessageKind::InvalidateAck
            | MessageKind::Data
            | MessageKind::Snoop
            | MessageKind::Snooped
            | MessageKind::Recovery
            | MessageKind::Lease
            | MessageKind::LinkAck => self.coherence_kind(kind),
        }
    }

    /// What kind a message of the cache is. Its very name, as the primer has it, is that of the
    /// message; this is what several names have in common.
    const fn coherence_kind(self, kind: MessageKind) -> &'static str {
        match kind {
            MessageKind::LineRequest => choose!(self, "request (Get)", "permintaan (Get)"),
            MessageKind::LinePut => choose!(self, "copy given up (Put)", "salinan dilepas (Put)"),
            MessageKind::PutAck => "Put-Ack",
            MessageKind::Forward => choose!(self, "forward (Fwd)", "terusan (Fwd)"),
            MessageKind::Invalidate => choose!(self, "invalidation (Inv)", "invalidasi (Inv)"),
            MessageKind::InvalidateAck => "Inv-Ack",
            MessageKind::Data => choose!(self, "data", "data"),
            MessageKind::Snoop => choose!(self, "shown on the bus", "tampil di bus"),
            MessageKind::Snooped => choose!(self, "snoop answer", "jawaban snoop"),
            MessageKind::Recovery => choose!(self, "recovery", "pemulihan"),
            MessageKind::Lease => choose!(self, "lease renewal", "pembaruan sewa"),
            _ => choose!(self, "link acknowledgement", "konfirmasi tautan"),
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
            LaneState::Invalid => return choose!(self, "I, invalid", "I, invalid"),
            LaneState::Shared => return choose!(self, "S, shared", "S, bersama"),
            LaneState::Exclusive => return choose!(self, "E, exclusive", "E, eksklusif"),
            LaneState::Modified => return choose!(self, "M, modified", "M, berubah"),
            LaneState::AwaitingCopy => {
                return choose!(self, "waits for a copy", "menunggu salinan");
            }
            LaneState::AwaitingWrite => {
                return choose!(self, "waits until it may write", "menunggu boleh menulis");
            }
            LaneState::GivingUp => return choose!(self, "gives its copy up", "melepas salinan"),
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
