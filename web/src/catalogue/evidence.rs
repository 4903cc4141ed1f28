//! That a check has failed: in one sentence, with what shows it.

use lockstep_core::cache::address::{Line, Word};
use lockstep_core::cache::state::CacheState;
use lockstep_core::check::cache::{Evidence, Seen};
use lockstep_core::check::{Check, Failure, Verdict};
use lockstep_core::lab::session::CheckReport;
use lockstep_core::lab::{Names, NodeName};
use lockstep_core::sim::process::NodeId;

use super::{Language, StageWord, choose, say};
use crate::number::seconds;

impl Language {
    /// The check that failed first, if one has: what the situation begins with.
    #[must_use]
    pub fn first_failure(self, reports: &[CheckReport], names: Names) -> Option<String> {
        let failed = reports.iter().filter_map(|report| match &report.verdict {
            Verdict::Fails(failure) => Some((failure.step, report.check, failure)),
            _ => None,
        });
        let (_, check, failure) = failed.min_by_key(|(step, ..)| *step)?;
        Some(self.failed(check, failure, names))
    }

    /// That a check does not hold, and what shows it.
    #[must_use]
    pub fn failed(self, check: Check, failure: &Failure, names: Names) -> String {
        let shown = self.shown(check, failure, names);
        let shown = shown.unwrap_or_else(|| self.concerned(check, failure, names));
        let check = self.check(check);
        let text = say!(self, "“{check}” does not hold", "“{check}” dilanggar");
        if shown.is_empty() { text } else { format!("{text}: {shown}") }
    }

    /// What shows a failure, where its check tells.
    #[must_use]
    pub fn shown(self, check: Check, failure: &Failure, names: Names) -> Option<String> {
        let evidence = failure.evidence.as_ref()?;
        Some(self.evidence(failure.line(check), evidence, names))
    }

    /// The nodes that a failure is about, and its term and line or entry, as far as there are any.
    #[must_use]
    pub fn concerned(self, check: Check, failure: &Failure, names: Names) -> String {
        let nodes: Vec<_> = failure.nodes.iter().map(|node| names.name(*node)).collect();
        let mut text = self.list(&nodes);
        if let Some(term) = failure.term {
            add(&mut text, &format!("{} {term}", self.word(super::Word::Term)));
        }
        if let Some(line) = failure.line(check) {
            add(&mut text, &format!("{} {line}", choose!(self, "line", "baris")));
        } else if let Some(index) = failure.index {
            add(&mut text, &format!("{} {index}", choose!(self, "entry", "entri")));
        }
        text
    }

    /// What contradicts what.
    fn evidence(self, line: Option<Line>, evidence: &Evidence, names: Names) -> String {
        let line = line.map_or_else(String::new, |line| line.to_string());
        let name = |node: NodeId| names.name(node);
        match evidence {
            Evidence::Value { seen, node, address, found, written } => {
                self.value(*seen, name(*node), &format!("{address} = {found}"), *written)
            }
            Evidence::States(copies) => {
                let copies = self.copies(copies, names);
                say!(self, "{line} is {copies} at once", "{line} sekaligus {copies}")
            }
            Evidence::Directory { home, state, owner, sharers, copies } => {
                let (home, copies) = (name(*home), self.copies(copies, names));
                let mut known = state.map_or_else(String::new, |state| state.name().to_owned());
                if let Some(owner) = owner {
                    let owner = name(*owner);
                    add(&mut known, &format!("{} {owner}", self.stage(StageWord::Owner)));
                }
                for sharer in sharers.iter() {
                    add(&mut known, &name(sharer).to_string());
                }
                if known.is_empty() {
                    known.push('–');
                }
                say!(
                    self,
                    "{home} says of {line}: {known}; but it is {copies}",
                    "kata {home} tentang {line}: {known}; padahal {copies}",
                )
            }
            Evidence::Waits { node, since_us } => {
                let (node, since) = (name(*node), seconds(*since_us));
                say!(self, "{node} has waited since {since} s", "{node} menunggu sejak {since} s")
            }
        }
    }

    /// That a word is not what was written last.
    fn value(self, seen: Seen, node: NodeName, found: &str, written: Word) -> String {
        let (before, says) = match seen {
            Seen::Read => ("", choose!(self, " read ", " membaca ")),
            Seen::Copy => {
                (choose!(self, "", "salinan "), choose!(self, "'s copy says ", " memuat "))
            }
            Seen::Memory => {
                (choose!(self, "memory at ", "memori "), choose!(self, " says ", " memuat "))
            }
        };
        let last = choose!(self, ", the last write was ", ", tulisan terakhir ");
        [before, &node.to_string(), says, found, last, &written.to_string()].concat()
    }

    /// Who has a line in which state.
    fn copies(self, copies: &[(NodeId, CacheState)], names: Names) -> String {
        let place = |(node, state): &(NodeId, CacheState)| {
            let (state, node) = (state.name(), names.name(*node));
            say!(self, "{state} in {node}", "{state} di {node}")
        };
        let places: Vec<String> = copies.iter().map(place).collect();
        self.listed(&places)
    }
}

/// Adds another part, after a comma where there are some.
fn add(text: &mut String, part: &str) {
    if !text.is_empty() {
        text.push_str(", ");
    }
    text.push_str(part);
}

#[cfg(test)]
mod tests {
    use super::*;
    use lockstep_core::cache::bug::Bug;
    use lockstep_core::lab::Session;
    use lockstep_core::scenario::gallery::{CacheStory, Story};
    use lockstep_core::sim::run::Goal;
    use lockstep_core::sim::time::Moment;

    /// A story at its end.
    fn at_end(story: Story) -> Session {
        let scenario = story.scenario();
        let mut session = scenario.open();
        session.go(Goal::Moment(Moment::after(scenario.until_us)));
        session
    }

    #[test]
    fn a_story_of_a_broken_rule_tells_the_values_or_states_that_show_it() {
        let told = |bug: Bug, language: Language| {
            let session = at_end(Story::Cache(CacheStory::Broken(bug)));
            language.first_failure(&session.checks(), session.names()).expect("a check fails")
        };
        let english = |bug: Bug| told(bug, Language::English);
        assert_eq!(
            english(Bug::SwapOnShared),
            "“Data value” does not hold: n2 read x = 0, the last write was 1"
        );
        assert_eq!(
            english(Bug::MemoryReadWhileOwned),
            "“Single writer or many readers” does not hold: x is M in n1 and S in n2 at once"
        );
        assert_eq!(
            english(Bug::ReclaimTooEarly),
            "“The directory agrees” does not hold: h1 says of x: I; but it is M in n1"
        );
        assert_eq!(
            told(Bug::StalledForgotten, Language::Indonesian),
            "“Setiap permintaan dijawab” dilanggar: n2 menunggu sejak 0.061 s"
        );
        assert_eq!(
            english(Bug::WriteBackPostponed),
            "“Losses are bounded” does not hold: n1, line x",
            "where there is no evidence, who it is about"
        );
    }

    #[test]
    fn the_first_check_that_failed_is_told_and_a_sound_run_has_nothing_to_tell() {
        let told = |story: Story| {
            let session = at_end(story);
            Language::English.first_failure(&session.checks(), session.names())
        };
        let text = "“Leader completeness” does not hold: n5, term 5, entry 2";
        assert_eq!(told(Story::OldTermCounted).as_deref(), Some(text));
        assert_eq!(told(Story::FirstElection), None);
    }
}
