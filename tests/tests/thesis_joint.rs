//! Dissertation §4.3: any change of membership at once, by joint consensus. One test for each
//! sentence that says what a server does.

use lockstep_core::lab::Choice;
use lockstep_core::lab::raft::RaftConfig;
use lockstep_core::raft::instruction::Instruction;
use lockstep_core::raft::participant::Timer;
use lockstep_core::raft::server::Role;
use lockstep_core::raft::setting::{Features, Setting};
use lockstep_core::sim::process::NodeId;
use lockstep_tests::cluster::Cluster;
use lockstep_tests::messages::{
    N1, N2, N3, N4, N5, denied, disk, granted, heartbeat, matched, put, request, request_vote,
};
use lockstep_tests::server::{ELECTION_MAX_US, TestServer};
use lockstep_tests::thesis::{
    and_entry, append_these, configured, joint, reconfigure, set, voters,
};

/// The sixth server.
const N6: NodeId = NodeId(5);
/// The client of a cluster of six.
const C: NodeId = NodeId(6);

/// The leader of term 2 of the first three of six: its log ends with a committed entry of its term,
/// which `n2` has, at index 2.
fn leader() -> TestServer {
    let settings = TestServer::settings(6, 3);
    let mut server = TestServer::set_up(N1, settings, disk(1, None, &[1]), 1).0;
    server.set(Setting::JointConsensus, 1);
    server.time_out(Timer::Election);
    server.tell(N2, granted(2));
    server.tell(C, request(1, put("x", "1")));
    server.tell(N2, matched(2, 2));
    assert_eq!((server.log(), server.commit_index()), (vec![1, 2], 2));
    server
}

/// The leader that was told to put `n4`, `n5` and `n6` in the place of all.
fn in_between() -> TestServer {
    let mut server = leader();
    assert!(server.instruct(reconfigure(&[N4, N5, N6])).0);
    server
}

/// "When the leader receives a request to change the configuration from Cold to Cnew, it stores the
/// configuration for joint consensus as a log entry and replicates that entry using the normal Raft
/// mechanism."
#[test]
fn the_leader_stores_the_joint_configuration_as_an_entry() {
    let mut server = leader();
    let entry = configured(2, joint(&[N4, N5, N6], &[N1, N2, N3]));
    let (willing, told) = server.instruct(reconfigure(&[N4, N5, N6]));
    assert!(willing);
    assert_eq!(server.server().log().entry(3), Some(&entry));
    assert_eq!(told.to(N2), [&append_these(2, (2, 2), vec![entry], 2)]);
}

/// §6.2: "a leader steps down if an election timeout elapses without a successful round of
/// heartbeats to a majority": it elapses from when the new servers were added, too.
#[test]
fn new_servers_have_an_election_timeout_to_answer_for_the_first_time() {
    let mut server = leader();
    server.set(Setting::CheckQuorum, 1);
    server.pass(2 * ELECTION_MAX_US);
    server.tell(N2, matched(2, 2));
    assert!(server.instruct(reconfigure(&[N4, N5, N6])).0);
    server.time_out(Timer::Heartbeat);
    assert!(server.server().is_leader());
    server.pass(ELECTION_MAX_US);
    server.tell(N2, matched(2, 2));
    server.time_out(Timer::Heartbeat);
    assert!(!server.server().is_leader(), "a majority of the old servers is not enough");
}

/// "Log entries are replicated to all servers in both configurations."
#[test]
fn entries_are_replicated_to_the_servers_of_both_configurations() {
    let mut server = in_between();
    assert_eq!(server.time_out(Timer::Heartbeat).receivers(), [N2, N3, N4, N5, N6]);
}

/// "Agreement (for elections and entry commitment) requires separate majorities from both the old
/// and new configurations": for commitment.
#[test]
fn entries_are_committed_by_majorities_of_both_configurations() {
    let mut server = in_between();
    server.tell(N2, matched(2, 3));
    server.tell(N3, matched(2, 3));
    assert_eq!(server.commit_index(), 2, "the old servers alone cannot");
    server.tell(N4, matched(2, 3));
    assert_eq!(server.commit_index(), 2, "one of three is no majority");
    server.tell(N5, matched(2, 3));
    assert_eq!(server.commit_index(), 3);

    let mut server = in_between();
    for node in [N4, N5, N6] {
        server.tell(node, matched(2, 3));
    }
    assert_eq!(server.commit_index(), 2, "nor can the new ones");
    server.tell(N2, matched(2, 3));
    assert_eq!(server.commit_index(), 3);
}

/// The same, for elections; and "any server from either configuration may serve as leader".
#[test]
fn a_leader_of_either_configuration_is_elected_by_majorities_of_both() {
    let between = |me: NodeId| {
        let log =
            and_entry(disk(2, None, &[1, 2]), configured(2, joint(&[N4, N5, N6], &[N1, N2, N3])));
        let mut server = TestServer::set_up(me, TestServer::settings(6, 3), log, 1).0;
        let asked = server.time_out(Timer::Election);
        let others = [N1, N2, N3, N4, N5, N6].into_iter().filter(|node| *node != me);
        let expected = others.map(|node| (node, request_vote(3, (2, 3))));
        assert_eq!(asked.sent, expected.collect::<Vec<_>>());
        server
    };
    for (me, votes) in [(N1, [N2, N3, N4, N5]), (N4, [N5, N6, N1, N2])] {
        let mut server = between(me);
        for (count, voter) in (1..).zip(votes) {
            assert!(!server.server().is_leader(), "{me:?} with {count} votes");
            server.tell(voter, granted(3));
        }
        assert!(server.server().is_leader(), "{me:?}");
    }
    // No matter how many of one side: it is lost on the other.
    let mut server = between(N1);
    for voter in [N2, N3, N4] {
        server.tell(voter, granted(3));
    }
    for voter in [N5, N6] {
        server.tell(voter, denied(3));
    }
    assert!(!server.server().is_leader());
}

/// "Once Cold,new has been committed … it is now safe for the leader to create a log entry
/// describing Cnew and replicate it to the cluster. Again, this configuration will take effect on
/// each server as soon as it is seen."
#[test]
fn the_leader_goes_on_to_the_new_configuration_by_itself() {
    let mut server = leader();
    server.instruct(reconfigure(&[N1, N4, N5]));
    let joint = joint(&[N1, N4, N5], &[N1, N2, N3]);
    assert_eq!(*server.server().configuration(), joint);
    server.tell(N2, matched(2, 3));
    assert_eq!(*server.server().configuration(), joint, "it is not committed yet");
    server.tell(N4, matched(2, 3));
    assert_eq!(*server.server().configuration(), voters(&[N1, N4, N5]));
    let entry = configured(2, voters(&[N1, N4, N5]));
    assert_eq!(server.server().log().entry(4), Some(&entry));
    // "When the Cnew entry has been committed under the rules of Cnew, the old configuration is
    // irrelevant": the others are not even asked.
    server.tell(N2, matched(2, 4));
    assert_eq!(server.commit_index(), 3);
    assert_eq!(server.time_out(Timer::Heartbeat).receivers(), [N4, N5]);
    server.tell(N5, matched(2, 4));
    assert_eq!((server.commit_index(), server.server().is_leader()), (4, true));
}

/// The same: the entry itself must be committed, not only what comes before it.
#[test]
fn the_leader_does_not_go_on_for_an_earlier_entry() {
    let mut server = leader();
    server.tell(C, request(2, put("x", "2")));
    server.instruct(reconfigure(&[N1, N4, N5]));
    for node in [N2, N4] {
        server.tell(node, matched(2, 3));
    }
    assert_eq!(server.commit_index(), 3);
    assert!(server.server().configuration().is_joint());
}

/// §4.2.2 in §4.3: a leader of the old configuration leads until the new one is committed.
#[test]
fn a_leader_that_is_replaced_with_all_others_leads_until_that_is_committed() {
    let mut server = in_between();
    for node in [N2, N4, N5] {
        server.tell(node, matched(2, 3));
    }
    assert_eq!(*server.server().configuration(), voters(&[N4, N5, N6]));
    assert!(server.server().is_leader());
    server.tell(N4, matched(2, 4));
    assert!(server.server().is_leader());
    server.tell(N6, matched(2, 4));
    assert_eq!((server.commit_index(), server.server().is_leader()), (4, false));
}

/// "If the leader crashes, a new leader may be chosen under either Cold or Cold,new"; and that one
/// goes on, once it has committed an entry of its own.
#[test]
fn the_next_leader_finishes_what_was_begun() {
    let log = and_entry(disk(2, None, &[1, 2]), configured(2, joint(&[N1, N4], &[N1, N2, N3])));
    let mut server = TestServer::set_up(N1, TestServer::settings(6, 3), log, 1).0;
    server.time_out(Timer::Election);
    server.tell(N2, granted(3));
    server.tell(N4, granted(3));
    assert!(server.server().is_leader());
    server.tell(C, request(1, put("x", "1")));
    server.tell(N2, matched(3, 4));
    assert!(server.server().configuration().is_joint());
    server.tell(N4, matched(3, 4));
    assert_eq!((server.commit_index(), server.log()), (4, vec![1, 2, 2, 3, 3]));
    assert_eq!(*server.server().configuration(), voters(&[N1, N4]));
}

/// "A leader rejects additional configuration changes when a configuration change is already in
/// progress (when its latest configuration is not committed or is not a simple majority)."
#[test]
fn a_leader_rejects_changes_while_one_is_in_progress() {
    let mut server = leader();
    server.instruct(reconfigure(&[N1, N4, N5]));
    let rejected = |server: &mut TestServer| !server.instruct(reconfigure(&[N1, N2])).0;
    assert!(rejected(&mut server), "the joint configuration is not committed");
    server.tell(N2, matched(2, 3));
    server.tell(N4, matched(2, 3));
    assert!(rejected(&mut server), "the new one is not");
    server.tell(N4, matched(2, 4));
    assert!(!rejected(&mut server), "now it is");
}

/// A single server needs no joint configuration, also where they are allowed (§4.1); a voter that
/// becomes a learner still votes in between.
#[test]
fn one_server_comes_or_goes_without_a_joint_configuration() {
    let mut server = leader();
    server.instruct(reconfigure(&[N1, N2, N3, N4]));
    assert_eq!(*server.server().configuration(), voters(&[N1, N2, N3, N4]));

    let mut server = leader();
    let demote = Instruction::Reconfigure { voters: set(&[N1, N4, N5]), learners: set(&[N2]) };
    assert!(server.instruct(demote).0);
    let between = *server.server().configuration();
    assert!(between.is_voter(N2) && !between.is_learner(N2));
    assert_eq!(between.learners_next, set(&[N2]));
    server.tell(N2, matched(2, 3));
    server.tell(N4, matched(2, 3));
    let after = *server.server().configuration();
    assert_eq!((after.voters, after.learners), (set(&[N1, N4, N5]), set(&[N2])));
}

/// §6.2 in §4.3: a leader that hears from a majority of only one of the two is cut off.
#[test]
fn a_leader_in_between_must_hear_from_both_majorities() {
    for (answers, leads) in
        [(vec![N2, N3], false), (vec![N4, N5, N6], false), (vec![N2, N4, N5], true)]
    {
        let mut server = in_between();
        server.set(Setting::CheckQuorum, 1);
        server.pass(ELECTION_MAX_US);
        for node in &answers {
            server.tell(*node, matched(2, 2));
        }
        server.pass(ELECTION_MAX_US / 2);
        server.time_out(Timer::Heartbeat);
        assert_eq!(server.server().is_leader(), leads, "{answers:?}");
    }
}

/// "All of the servers … can be replaced at once", and "joint consensus allows the cluster to
/// continue servicing client requests throughout the configuration change".
#[test]
fn all_servers_are_replaced_at_once() {
    for (seed, features) in [(1, Features::default()), (2, Features::full()), (3, Features::full())]
    {
        let features = Features { joint_consensus: true, ..features };
        let config = RaftConfig { servers: 6, voters: 3, features, ..RaftConfig::default() };
        let mut cluster = Cluster::open(&config, seed);
        cluster.wait("a leader", |cluster| cluster.leaders().len() == 1);
        cluster.ask_until_answered(C, &put("x", "before"));
        let leader = cluster.leaders()[0];
        cluster.instruct(leader, reconfigure(&[N4, N5, N6]));
        for number in 0..5_u8 {
            cluster.ask_until_answered(C, &put("x", &number.to_string()));
            cluster.pass(200_000);
        }
        for node in [N1, N2, N3] {
            cluster.act(Choice::Crash(node));
        }
        cluster.ask_until_answered(C, &put("x", "after"));
        cluster.pass(500_000);
        for node in [N4, N5, N6] {
            let store = cluster.server(node).store;
            assert_eq!(store, [("x".to_owned(), "after".to_owned())], "{node:?}");
        }
    }
}

/// "In any case, Cnew cannot make unilateral decisions during this period": the leader crashes
/// while the joint configuration is only on the new servers, which elect nobody without the old.
#[test]
fn the_new_servers_alone_decide_nothing_in_between() {
    let features = Features { joint_consensus: true, ..Features::default() };
    let config = RaftConfig { servers: 6, voters: 3, features, ..RaftConfig::default() };
    let mut cluster = Cluster::open(&config, 5);
    cluster.wait("a leader", |cluster| cluster.leaders().len() == 1);
    let leader = cluster.leaders()[0];
    cluster.ask_until_answered(C, &put("x", "1"));
    let old = [N1, N2, N3].into_iter().filter(|node| *node != leader).collect();
    cluster.act(Choice::Partition(vec![vec![leader, N4, N5, N6], old]));
    cluster.instruct(leader, reconfigure(&[N4, N5, N6]));
    cluster.wait("the entry on the new servers", |cluster| {
        [N4, N5, N6].into_iter().all(|node| cluster.log(node).len() == 2)
    });
    cluster.act(Choice::Crash(leader));
    cluster.pass(3_000_000);
    let new = [N4, N5, N6];
    assert!(cluster.leaders().iter().all(|leader| !new.contains(leader)));
    assert!(new.into_iter().any(|node| cluster.server(node).current_term > 1), "they try");
    cluster.act(Choice::HealAll);
    cluster.ask_until_answered(C, &put("x", "2"));
}

/// §4.2.2, "it might still be needed": after a crash it does not know whether it is committed that
/// it was added, and not that it was removed. Then nobody is elected without it, whose log is the
/// longest.
#[test]
fn a_server_that_may_still_be_needed_starts_an_election() {
    let settings = TestServer::settings(3, 1);
    let added = and_entry(disk(1, None, &[1]), configured(1, voters(&[N1, N3])));
    let removed = and_entry(added, configured(1, voters(&[N1])));
    let mut server = TestServer::set_up(N3, settings, removed.clone(), 1).0;
    assert_eq!(server.time_out(Timer::Election).to(N1), [&request_vote(2, (1, 3))]);
    let mut server = TestServer::set_up(N3, settings, removed, 1).0;
    server.tell(N1, heartbeat(1, (1, 3), 3));
    server.time_out(Timer::Election);
    assert!(matches!(server.server().role(), Role::Follower), "it is known to have left");
}
