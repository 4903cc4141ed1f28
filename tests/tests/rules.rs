//! The rules beside the run: each fires somewhere, and each names code that exists.

use std::collections::BTreeMap;
use std::path::Path;

use lockstep_core::lab::raft::rules::{Part, section_of};
use lockstep_core::lab::raft::{RaftConfig, Rule};
use lockstep_core::lab::{Choice, Session, What};
use lockstep_core::raft::instruction::Instruction;
use lockstep_core::raft::setting::{Features, Reads};
use lockstep_core::scenario::gallery::Story;
use lockstep_core::sim::network::LinkSettings;
use lockstep_core::sim::node_set::NodeSet;
use lockstep_core::sim::process::NodeId;
use lockstep_core::sim::random::Probability;
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

/// A run with everything on, in which servers join, leave, lag, are cut off and hand over.
fn beyond_the_basics(reads: Reads) -> Session {
    let features = Features { reads, snapshot_every: 5, ..Features::full() };
    let network = LinkSettings {
        loss: Probability::from_parts(1 << 28).expect("a chance"),
        ..LinkSettings::default()
    };
    let config = RaftConfig {
        features,
        network,
        voters: 3,
        clients: 2,
        load_us: Some(20_000),
        request_timeout_us: 100_000,
        ..RaftConfig::default()
    };
    let mut session = Session::open(&config, 3, Vec::new());
    let set = |nodes: &[u8]| nodes.iter().copied().map(NodeId).collect::<NodeSet>();
    let mut time_us = 1_000_000;
    let mut act = |session: &mut Session, choose: &dyn Fn(NodeId) -> Choice| {
        time_us += 700_000;
        session.go(Goal::Moment(Moment::after(time_us)));
        let leader = session.view(1).situation.leader;
        let leader = leader.and_then(|name| session.names().id(name)).unwrap_or(NodeId(0));
        session.act(choose(leader));
    };
    let tell = |instruction: Instruction| {
        move |leader: NodeId| {
            let (instruction, operand) = instruction.numbers();
            Choice::Instruct { node: leader, instruction, operand }
        }
    };
    let members =
        |voters: &[u8]| Instruction::Reconfigure { voters: set(voters), learners: NodeSet::EMPTY };
    act(&mut session, &tell(members(&[0, 1, 2, 3, 4])));
    for server in [0, 1, 2] {
        act(&mut session, &tell(Instruction::Transfer(NodeId(server))));
    }
    act(&mut session, &|leader| tell(Instruction::Transfer(leader))(leader));
    act(&mut session, &|leader| Choice::Pause(NodeId((leader.0 + 1) % 5)));
    act(&mut session, &|leader| {
        let to = NodeId((leader.0 + 1) % 5);
        tell(Instruction::Transfer(to))(leader)
    });
    act(&mut session, &|leader| Choice::Resume(NodeId((leader.0 + 1) % 5)));
    act(&mut session, &|leader| {
        Choice::Partition(vec![vec![leader], (0..5).map(NodeId).filter(|n| *n != leader).collect()])
    });
    act(&mut session, &|_| Choice::HealAll);
    act(&mut session, &|leader| {
        let others: Vec<u8> = (0..5).filter(|node| *node != leader.0).collect();
        tell(members(&others))(leader)
    });
    act(&mut session, &|_| Choice::HealAll);
    session
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
    sessions.extend([Reads::ReadIndex, Reads::Lease].map(beyond_the_basics));
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
