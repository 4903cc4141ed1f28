//! The first thing that the page says is what matters most at that moment.

use lockstep_core::lab::NodeName::Server;
use lockstep_core::lab::raft::situation::{Remark, Situation};
use lockstep_core::raft::bug::Bug;
use lockstep_core::scenario::Scenario;
use lockstep_core::scenario::gallery::Story;
use lockstep_core::sim::run::Goal;
use lockstep_core::sim::time::Moment;

fn situation(scenario: &Scenario, time_ms: u64) -> Situation {
    let mut session = scenario.open();
    session.go(Goal::Moment(Moment::after(time_ms * 1_000)));
    session.view(24).situation
}

fn remark(story: Story, time_ms: u64) -> Remark {
    situation(&story.scenario(), time_ms).remark
}

#[test]
fn before_an_election_it_says_whose_timer_runs_out_first() {
    assert_eq!(remark(Story::FirstElection, 0), Remark::Waiting { next: Server(5) });
}

#[test]
fn during_an_election_it_counts_votes() {
    let expected = Remark::Electing { candidate: Server(5), votes: 1, majority: 3 };
    assert_eq!(remark(Story::FirstElection, 195), expected);
}

#[test]
fn a_split_vote_is_called_one() {
    let candidates = vec![Server(1), Server(2)];
    assert_eq!(remark(Story::SplitVote, 700), Remark::SplitVote { candidates });
}

#[test]
fn a_leader_without_a_majority_is_called_one_until_another_leads() {
    let expected = Remark::MinorityLeader { leader: Server(4), reaches: 2, majority: 3 };
    assert_eq!(remark(Story::MinorityLeader, 900), expected);
    let expected = Remark::TwoLeaders { old: Server(4), new: Server(3) };
    assert_eq!(remark(Story::MinorityLeader, 1_200), expected);
}

#[test]
fn too_few_servers_are_too_few() {
    let expected = Remark::NoMajority { up: 1, majority: 2 };
    assert_eq!(remark(Story::SmallestCluster, 2_500), expected);
}

#[test]
fn a_conflict_is_pointed_at() {
    assert_eq!(
        remark(Story::ConflictingLog, 90),
        Remark::Conflict { follower: Server(6), index: 6 }
    );
}

#[test]
fn an_old_terms_entry_that_must_not_be_counted_is_pointed_at() {
    assert_eq!(remark(Story::OldTermEntry, 250), Remark::OldTermEntry { index: 2, term: 2 });
}

#[test]
fn an_entry_on_its_way_is_counted_and_a_quiet_cluster_is_called_steady() {
    let remark_at = |time_ms| remark(Story::FirstElection, time_ms);
    assert!(matches!(remark_at(940), Remark::Replicating { index: 1, majority: 3, .. }));
    assert_eq!(remark_at(1_300), Remark::Steady);
}

#[test]
fn a_candidate_that_is_cut_off_does_not_hide_the_leader_of_the_rest() {
    let text = r#"{ "lockstep": 1, "lab": "raft", "choices": [
        { "at": "50ms", "timeout": "n1" },
        { "at": "500ms", "partition": [["n5"], ["n1", "n2", "n3", "n4"]] } ] }"#;
    let scenario = Scenario::from_json(text).expect("a scenario");
    let Situation { term, leader, remark, .. } = situation(&scenario, 2_000);
    assert_eq!((term, leader), (1, Some(Server(1))));
    let expected = Remark::CutOffCandidate { candidate: Server(5), reaches: 1, majority: 3 };
    assert_eq!(remark, expected);
}

#[test]
fn two_leaders_of_one_term_are_not_called_old_and_new() {
    let expected = Remark::SameTerm { one: Server(1), other: Server(2), term: 1 };
    let named = |remark| match remark {
        Remark::SameTerm { one, other, term } => {
            Remark::SameTerm { one: one.min(other), other: one.max(other), term }
        }
        other => other,
    };
    assert_eq!(named(remark(Story::Broken(Bug::VoteTwice), 500)), expected);
}

#[test]
fn a_leader_that_lacks_a_committed_entry_is_said_to_lack_it() {
    let expected = Remark::Behind { follower: Server(3), lacks: 1 };
    assert_eq!(remark(Story::Broken(Bug::VoteForStaleLog), 700), expected);
}

#[test]
fn a_majority_is_one_of_the_members_whoever_else_runs() {
    // n4, n5 and n6 have replaced n1, n2 and n3, which are down.
    let after = situation(&Story::JointChange.scenario(), 1_400);
    assert!(!matches!(after.remark, Remark::NoMajority { .. } | Remark::MinorityLeader { .. }));
    assert!(after.leader.is_some_and(|leader| leader > Server(3)), "{after:?}");

    // Two of three members are down; that two spare servers run helps nobody.
    let text = r#"{ "lockstep": 1, "lab": "raft", "config": { "voters": 3 },
        "choices": [ { "at": "900ms", "crash": "n2" }, { "at": "900ms", "crash": "n3" } ] }"#;
    let scenario = Scenario::from_json(text).expect("a scenario");
    let expected = Remark::NoMajority { up: 1, majority: 2 };
    assert_eq!(situation(&scenario, 1_000).remark, expected);
}

#[test]
fn while_joint_the_votes_are_counted_that_lack_most() {
    // n2 has heard that n3, n4 and n5 are to follow n1, n2 and n3. With n3's vote it has two of the
    // old, and one of the new.
    let text = r#"{ "lockstep": 1, "lab": "raft",
        "config": { "voters": 3, "clients": 0, "election_timeout": ["2s", "3s"],
                    "features": { "joint_consensus": true, "blank_entry": true } },
        "choices": [
            { "at": "50ms", "timeout": "n1" },
            { "at": "200ms", "pause": "n4" }, { "at": "200ms", "pause": "n5" },
            { "at": "200ms", "reconfigure": "n1", "voters": ["n3", "n4", "n5"] },
            { "at": "300ms", "crash": "n1" }, { "at": "300ms", "timeout": "n2" } ] }"#;
    let scenario = Scenario::from_json(text).expect("a scenario");
    let electing = |votes| Remark::Electing { candidate: Server(2), votes, majority: 2 };
    assert_eq!(situation(&scenario, 301).remark, electing(0));
    assert_eq!(situation(&scenario, 400).remark, electing(1));
}

#[test]
fn logs_are_compared_by_index_where_one_is_compacted() {
    let text = r#"{ "lockstep": 1, "lab": "raft",
        "config": { "load": { "every": "20ms" }, "features": { "snapshot_every": 3 } },
        "choices": [
            { "at": "50ms", "timeout": "n1" }, { "at": "1s", "transfer": "n1", "to": "n2" } ] }"#;
    // The target of a transfer has every entry: no log ever conflicts.
    let mut session = Scenario::from_json(text).expect("a scenario").open();
    for time_ms in 300..2_000 {
        session.go(Goal::Moment(Moment::after(time_ms * 1_000)));
        let situation = session.view(24).situation;
        let conflict = matches!(situation.remark, Remark::Conflict { .. });
        assert!(!conflict, "at {time_ms} ms: {situation:?}");
    }
    assert_eq!(session.view(24).situation.leader, Some(Server(2)), "and terms did change");
}
