//! The sentence at the top of the stage, and the remark below it.

use lockstep_core::lab::NodeName;
use lockstep_core::lab::raft::situation::{Remark, Situation};

use super::{Language, choose, say};

impl Language {
    /// The headline: the term, who leads it, how much is committed.
    #[must_use]
    pub fn headline(self, situation: &Situation) -> String {
        let Situation { term, leader, committed, .. } = situation;
        let entries = match (self, committed) {
            (Self::English, 1) => "1 entry".to_owned(),
            (Self::English, count) => format!("{count} entries"),
            (Self::Indonesian, count) => format!("{count} entri"),
        };
        match leader {
            Some(leader) => say!(
                self,
                "Term {term} · {leader} leads · {entries} committed",
                "Term {term} · {leader} memimpin · {entries} ter-commit",
            ),
            None => say!(
                self,
                "Term {term} · no leader · {entries} committed",
                "Term {term} · belum ada pemimpin · {entries} ter-commit",
            ),
        }
    }

    /// What matters most at this moment.
    #[must_use]
    pub fn remark(self, remark: &Remark) -> String {
        match remark {
            Remark::NoMajority { .. }
            | Remark::TwoLeaders { .. }
            | Remark::SameTerm { .. }
            | Remark::MinorityLeader { .. }
            | Remark::CutOffCandidate { .. } => self.trouble(remark),
            Remark::SplitVote { .. } | Remark::Electing { .. } | Remark::Waiting { .. } => {
                self.election(remark)
            }
            Remark::Conflict { .. }
            | Remark::OldTermEntry { .. }
            | Remark::Replicating { .. }
            | Remark::Behind { .. } => self.replication(remark),
            Remark::Steady => choose!(
                self,
                "Every server that runs stores what is committed.",
                "Semua server yang hidup menyimpan yang sudah ter-commit.",
            )
            .to_owned(),
            Remark::Idle => choose!(
                self,
                "Nothing runs that could lead.",
                "Tidak ada server hidup yang dapat memimpin.",
            )
            .to_owned(),
        }
    }

    fn trouble(self, remark: &Remark) -> String {
        match remark {
            Remark::NoMajority { up, majority } => say!(
                self,
                "Only {up} of the servers run and a majority is {majority}: nothing can be \
                 committed.",
                "Hanya {up} server yang hidup, mayoritas butuh {majority}: tidak ada yang bisa \
                 di-commit.",
            ),
            Remark::SameTerm { one, other, term } => say!(
                self,
                "{one} and {other} both lead term {term}, which must never be.",
                "{one} dan {other} sama-sama memimpin term {term}; ini tak boleh terjadi.",
            ),
            Remark::TwoLeaders { old, new } => say!(
                self,
                "{old} still believes that it leads, but {new} leads a newer term.",
                "{old} masih mengira dirinya pemimpin, padahal {new} memimpin term yang lebih \
                 baru.",
            ),
            Remark::MinorityLeader { leader, reaches, majority } => say!(
                self,
                "{leader} reaches {reaches} of the {majority} servers it needs: it cannot commit \
                 anything.",
                "{leader} menjangkau {reaches} dari {majority} server yang diperlukan: ia tak \
                 bisa meng-commit.",
            ),
            Remark::CutOffCandidate { candidate, reaches, majority } => say!(
                self,
                "{candidate} is cut off: it reaches {reaches} of the {majority} votes it needs, \
                 and can never win.",
                "{candidate} terputus: hanya {reaches} dari {majority} suara terjangkau, tak \
                 mungkin menang.",
            ),
            _ => String::new(),
        }
    }

    fn election(self, remark: &Remark) -> String {
        match remark {
            Remark::SplitVote { candidates } => {
                let candidates = self.list(candidates);
                say!(
                    self,
                    "{candidates} are candidates of the same term: the vote may be split.",
                    "{candidates} menjadi kandidat pada term yang sama: suara bisa terpecah.",
                )
            }
            Remark::Electing { candidate, votes, majority } => say!(
                self,
                "{candidate} asks for votes: it has {votes} of the {majority} that it needs.",
                "{candidate} meminta suara: terkumpul {votes} dari {majority} yang diperlukan.",
            ),
            Remark::Waiting { next } => say!(
                self,
                "Nobody leads. {next}'s election timer runs out first.",
                "Belum ada yang memimpin. Timer pemilihan {next} akan habis lebih dulu.",
            ),
            _ => String::new(),
        }
    }

    fn replication(self, remark: &Remark) -> String {
        match remark {
            Remark::Conflict { follower, index } => say!(
                self,
                "{follower}'s log differs from the leader's from entry {index} on: it will be \
                 overwritten.",
                "Log {follower} berbeda dari log pemimpin mulai entri {index}: bagian itu akan \
                 ditimpa.",
            ),
            Remark::OldTermEntry { index, term } => say!(
                self,
                "A majority stores entry {index}, but it is of old term {term}: that alone does \
                 not commit it.",
                "Mayoritas menyimpan entri {index}, tetapi dari term lama {term}: itu saja belum \
                 meng-commit.",
            ),
            Remark::Replicating { index, copies, majority } => say!(
                self,
                "Entry {index} is on {copies} of the {majority} servers that commit it.",
                "Entri {index} ada di {copies} dari {majority} server yang diperlukan untuk \
                 commit.",
            ),
            Remark::Behind { follower, lacks: 1 } => say!(
                self,
                "{follower} lacks one committed entry.",
                "{follower} kekurangan satu entri yang sudah ter-commit.",
            ),
            Remark::Behind { follower, lacks } => say!(
                self,
                "{follower} lacks {lacks} committed entries.",
                "{follower} kekurangan {lacks} entri yang sudah ter-commit.",
            ),
            _ => String::new(),
        }
    }

    /// Names in a row: "n1, n2 and n3".
    #[must_use]
    pub fn list(self, names: &[NodeName]) -> String {
        self.listed(&names.iter().map(ToString::to_string).collect::<Vec<_>>())
    }

    /// Texts in a row.
    #[must_use]
    pub fn listed(self, names: &[String]) -> String {
        let and = choose!(self, " and ", " dan ");
        let mut text = String::new();
        for (place, name) in names.iter().enumerate() {
            text.push_str(match place {
                0 => "",
                _ if place + 1 == names.len() => and,
                _ => ", ",
            });
            text.push_str(name);
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const N1: NodeName = NodeName::Server(1);

    #[test]
    fn the_headline_counts_one_entry_as_one() {
        let situation =
            Situation { term: 4, leader: Some(N1), committed: 1, remark: Remark::Steady };
        let headline = Language::English.headline(&situation);
        assert_eq!(headline, "Term 4 · n1 leads · 1 entry committed");
    }

    #[test]
    fn every_remark_is_a_sentence_in_every_language() {
        let remarks = [
            Remark::NoMajority { up: 2, majority: 3 },
            Remark::TwoLeaders { old: N1, new: NodeName::Server(2) },
            Remark::SameTerm { one: N1, other: NodeName::Server(2), term: 4 },
            Remark::MinorityLeader { leader: N1, reaches: 2, majority: 3 },
            Remark::SplitVote { candidates: vec![N1, NodeName::Server(4)] },
            Remark::CutOffCandidate { candidate: N1, reaches: 1, majority: 3 },
            Remark::Electing { candidate: N1, votes: 1, majority: 3 },
            Remark::Waiting { next: N1 },
            Remark::Conflict { follower: N1, index: 4 },
            Remark::OldTermEntry { index: 3, term: 2 },
            Remark::Replicating { index: 3, copies: 1, majority: 3 },
            Remark::Behind { follower: N1, lacks: 3 },
            Remark::Steady,
            Remark::Idle,
        ];
        for remark in remarks {
            for language in Language::ALL {
                assert!(language.remark(&remark).ends_with('.'), "{remark:?}");
            }
        }
    }

    #[test]
    fn names_are_listed_as_people_list_them() {
        let names = [1, 2, 3].map(NodeName::Server);
        assert_eq!(Language::English.list(&names), "n1, n2 and n3");
        assert_eq!(Language::Indonesian.list(&names[..2]), "n1 dan n2");
        assert_eq!(Language::English.list(&[]), "");
    }
}
