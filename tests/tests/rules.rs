//! The rules beside the run: each fires somewhere, and each names code that exists.

use std::collections::BTreeMap;
use std::path::Path;

use lockstep_core::lab::raft::Rule;
use lockstep_core::lab::raft::rules::{Part, section_of};
use lockstep_core::lab::{Session, What};
use lockstep_core::scenario::gallery::Story;
use lockstep_core::sim::run::Goal;
use lockstep_core::sim::time::Moment;
use lockstep_tests::weather::stormy;

#[test]
fn every_rule_names_a_function_that_exists() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../core/src/raft");
    for rule in Rule::ALL {
        let (file, function) = rule.source();
        let text = std::fs::read_to_string(folder.join(file)).expect("the file exists");
        let is_there = text.contains(&format!("fn {function}("));
        assert!(is_there, "{rule:?} is said to be in {function} of {file}");
    }
}

#[test]
fn rules_are_listed_in_the_order_of_their_numbers() {
    for (number, rule) in Rule::ALL.into_iter().enumerate() {
        assert_eq!(rule as usize, number);
        assert!(Part::ALL.contains(&rule.part()));
    }
}

/// In stormy weather and in the gallery every rule fires, and no event belongs to two.
#[test]
fn every_rule_fires_somewhere_and_one_at_a_time() {
    let mut sessions: Vec<Session> = Story::ALL
        .into_iter()
        .map(|story| {
            let scenario = story.scenario();
            let mut session = scenario.open();
            session.go(Goal::Moment(Moment::after(scenario.until_us)));
            session
        })
        .collect();
    sessions.extend((0..12).map(stormy));
    let mut counts: BTreeMap<Rule, u64> = BTreeMap::new();
    for session in sessions {
        for event in session.events(0, session.steps()) {
            let fires = Rule::ALL.into_iter().filter(|rule| rule.fires(&event)).collect::<Vec<_>>();
            assert!(fires.len() <= 1, "{fires:?} fire in {event:?}");
            assert_eq!(Rule::of(&event), fires.first().copied());
            if let Some(rule) = fires.first() {
                *counts.entry(*rule).or_default() += 1;
            }
            let is_root_of_nothing = matches!(event.what, What::Synced | What::TimedOut(_));
            assert!(!is_root_of_nothing || fires.is_empty());
        }
    }
    for rule in Rule::ALL {
        assert!(counts.contains_key(&rule), "{rule:?} never fires: {counts:?}");
    }
}

#[test]
fn what_a_protocol_does_belongs_to_a_section_and_a_choice_to_none() {
    let scenario = Story::SplitVote.scenario();
    let mut session = scenario.open();
    session.go(Goal::Moment(Moment::after(scenario.until_us)));
    for event in session.events(0, session.steps()) {
        let is_choice = matches!(event.what, What::Chosen(_) | What::Ignored(..) | What::Queued);
        let section = section_of(&event);
        assert_eq!(section.is_none(), is_choice, "{event:?}");
        if let Some(rule) = Rule::of(&event) {
            assert_eq!(section, Some(rule.section()));
        }
    }
}
