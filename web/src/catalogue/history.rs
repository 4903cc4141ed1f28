//! What is said of the clients' history and its verdict.

use lockstep_core::check::linearizability::Verdict;
use lockstep_core::lab::raft::view::{OperationView, OutcomeView};

use super::{Language, choose, say};
use crate::history::Judged;
use crate::number::seconds;

impl Language {
    /// The name of the property.
    #[must_use]
    pub const fn linearizability(self) -> &'static str {
        choose!(self, "Linearizability", "Linearizability")
    }

    /// The verdict in a word, or that it is not known yet.
    #[must_use]
    pub const fn linearizability_verdict(self, verdict: Option<&Verdict>) -> &'static str {
        match verdict {
            None => choose!(self, "judging…", "menilai…"),
            Some(Verdict::Linearizable) => choose!(self, "holds", "terpenuhi"),
            Some(Verdict::NotLinearizable(_)) => choose!(self, "fails", "dilanggar"),
            Some(Verdict::Undecided) => choose!(self, "undecided", "belum terjawab"),
        }
    }

    /// What the property asks.
    #[must_use]
    pub const fn linearizability_meaning(self) -> &'static str {
        choose!(
            self,
            "Each operation seems to happen at one instant between its call and its answer.",
            "Tiap operasi seolah terjadi pada satu saat antara panggilan dan jawabannya.",
        )
    }

    /// What the verdict says of the history up to a moment by which so many operations are
    /// completed; more of them may have been judged.
    #[must_use]
    pub fn linearizability_finding(self, judged: &Judged, completed: u64) -> String {
        let count = judged.completed().min(completed);
        match &judged.verdict {
            Verdict::Linearizable => say!(
                self,
                "Linearizable: {count} operations fit into one order.",
                "Linearizable: {count} operasi cocok dalam satu urutan.",
            ),
            Verdict::Undecided => say!(
                self,
                "Undecided: the budget was spent on {count} operations.",
                "Belum terjawab: anggaran habis untuk {count} operasi.",
            ),
            Verdict::NotLinearizable(found) => {
                let key = found.key.as_deref().unwrap_or("?");
                let (from, to) = (seconds(found.from), seconds(found.to));
                say!(
                    self,
                    "Not linearizable: no order explains what was seen of {key} from {from} s to \
                     {to} s. These operations cannot be ordered:",
                    "Tidak linearizable: tak ada urutan yang menjelaskan {key} dari {from} s \
                     sampai {to} s. Operasi ini tidak dapat diurutkan:",
                )
            }
        }
    }

    /// An operation with what came of it.
    #[must_use]
    pub fn operated(self, operation: &OperationView) -> String {
        let outcome = self.outcome(operation);
        format!("{} {} → {outcome}", operation.client, operation.operation)
    }

    /// The sign of an outcome, which tells it without colour.
    #[must_use]
    pub const fn outcome_sign(self, outcome: OutcomeView) -> &'static str {
        match outcome {
            OutcomeView::Ok => "✓",
            OutcomeView::Unknown => "?",
            OutcomeView::Pending => "…",
        }
    }

    /// The moment at which an operation was called.
    #[must_use]
    pub const fn to_call(self) -> &'static str {
        choose!(self, "Go to its call", "Ke panggilannya")
    }

    /// The moment at which it was answered.
    #[must_use]
    pub const fn to_answer(self) -> &'static str {
        choose!(self, "Go to its answer", "Ke jawabannya")
    }

    /// The page with the clients' history.
    #[must_use]
    pub const fn see_history(self) -> &'static str {
        choose!(self, "See the history", "Lihat riwayat")
    }

    /// What the picture shows.
    #[must_use]
    pub const fn history(self) -> &'static str {
        choose!(self, "Operations over time", "Operasi menurut waktu")
    }

    /// What the signs mean.
    #[must_use]
    pub const fn signs(self) -> &'static str {
        choose!(
            self,
            "✓\u{a0}answered   ?\u{a0}outcome unknown   …\u{a0}pending   \
             ✗\u{a0}cannot be ordered",
            "✓\u{a0}dijawab   ?\u{a0}hasil tak diketahui   …\u{a0}berjalan   \
             ✗\u{a0}tak dapat diurutkan",
        )
    }
}
