//! Dissertation §4.1 and §4.2: one server comes or goes at a time. One test for each sentence that
//! says what a server does.

use lockstep_core::lab::Choice;
use lockstep_core::lab::raft::RaftConfig;
use lockstep_core::lab::raft::view::RoleView;
use lockstep_core::raft::configuration::Configuration;
use lockstep_core::raft::instruction::Instruction;
use lockstep_core::raft::participant::Timer;
use lockstep_core::raft::server::Role;
use lockstep_core::raft::setting::{Features, Setting};
use lockstep_core::sim::process::NodeId;
use lockstep_tests::cluster::Cluster;
use lockstep_tests::messages::{
    C1, N1, N2, N3, N4, N5, append, conflict, disk, entries, entry, granted, heartbeat, matched,
    put, request, request_vote,
};
use lockstep_tests::server::{ELECTION_MAX_US, TestServer};
use lockstep_tests::thesis::{and_entry, append_these, configured, reconfigure, set, voters};

/// The leader of term 2 of three voters among five servers: its log ends with a committed entry of
/// its term, which `n2` has, at index 2.
fn leader() -> TestServer {
    leader_with(&[])
}

fn leader_with(settings: &[Setting]) -> TestServer {
    let bench = TestServer::settings(5, 3);
    let mut server = TestServer::set_up(N1, bench, disk(1, None, &[1]), 1).0;
    settings.iter().for_each(|setting| server.set(*setting, 1));
    server.time_out(Timer::Election);
    server.tell(N2, granted(2));
    server.tell(C1, request(1, put("x", "1")));
    server.tell(N2, matched(2, 2));
    assert_eq!((server.log(), server.commit_index()), (vec![1, 2], 2));
    server
}

/// §4.1: "Raft restricts the types of changes that are allowed: only one server can be added or
/// removed from the cluster at a time."
#[test]
fn only_one_server_is_added_or_removed_at_a_time() {
    for (asked, willing) in [
        (vec![N1, N2, N3, N4, N5], false),
        (vec![N1], false),
        (vec![N1, N2, N4], false),
        (vec![N1, N2, N3, N4], true),
        (vec![N1, N2], true),
        (vec![N1, N2, N3], false),
    ] {
        let mut server = leader();
        assert_eq!(server.instruct(reconfigure(&asked)).0, willing, "{asked:?}");
        assert_eq!(server.log().len(), if willing { 3 } else { 2 }, "{asked:?}");
        let expected = if willing { voters(&asked) } else { voters(&[N1, N2, N3]) };
        assert_eq!(*server.server().configuration(), expected);
    }
}

/// The same: a change names servers that exist, and leaves somebody to vote.
#[test]
fn who_does_not_exist_cannot_be_added() {
    let mut server = leader();
    assert!(!server.instruct(reconfigure(&[N1, N2, N3, NodeId(5)])).0);
    let learner = Instruction::Reconfigure { voters: set(&[N1, N2, N3]), learners: set(&[C1]) };
    assert!(!server.instruct(learner).0);
    assert_eq!(server.log(), [1, 2]);
}

/// §4.1: "When the leader receives a request to add or remove a server from its current
/// configuration (Cold), it appends the new configuration (Cnew) as an entry in its log and
/// replicates that entry using the normal Raft mechanism."
#[test]
fn a_leader_appends_the_new_configuration_and_replicates_it() {
    let mut server = leader();
    let entry = configured(2, voters(&[N1, N2, N3, N4]));
    let (_, told) = server.instruct(reconfigure(&[N1, N2, N3, N4]));
    assert_eq!(server.server().log().entry(3), Some(&entry));
    assert_eq!(told.persisted.last().and_then(|disk| disk.log.entry(3)), Some(&entry));
    let sent = append_these(2, (2, 2), vec![entry.clone()], 2);
    assert_eq!(told.to(N2), [&sent]);
    // The newcomer is asked where its log stands, as a new leader would ask, and gets all of it.
    assert_eq!(told.to(N4), [&heartbeat(2, (2, 3), 2)]);
    let empty = conflict(2, 3, None, 1);
    let mut all = entries(1, &[1]);
    all.push(server.server().log().entry(2).cloned().expect("the client's"));
    all.push(entry);
    assert_eq!(server.tell(N4, empty).to(N4), [&append_these(2, (0, 0), all, 2)]);
}

/// Who does not lead changes nothing (§4.1: "when the leader receives a request").
#[test]
fn only_the_leader_changes_the_configuration() {
    for mut server in [TestServer::follower(3, 2, &[1]), TestServer::candidate(3, 2, &[1])] {
        assert!(!server.instruct(reconfigure(&[N1, N2])).0);
        assert_eq!(*server.server().configuration(), voters(&[N1, N2, N3]));
    }
}

/// §4.1: "The new configuration takes effect on each server as soon as it is added to that server's
/// log": on the leader, "a majority of the new configuration is used to determine the Cnew entry's
/// commitment".
#[test]
fn a_majority_of_the_new_configuration_commits_it() {
    let mut server = leader();
    server.instruct(reconfigure(&[N1, N2, N3, N4]));
    server.tell(N2, matched(2, 3));
    assert_eq!(server.commit_index(), 2, "two are no majority of four");
    server.tell(N4, matched(2, 3));
    assert_eq!(server.commit_index(), 3);
    // Of two, both are needed; of those who left, nobody.
    let mut server = leader();
    server.instruct(reconfigure(&[N1, N2]));
    server.tell(N3, matched(2, 3));
    assert_eq!(server.commit_index(), 2);
    server.tell(N2, matched(2, 3));
    assert_eq!(server.commit_index(), 3);
}

/// The same sentence: "the Cnew entry is replicated to the Cnew servers". Who was removed hears no
/// more.
#[test]
fn a_removed_server_no_longer_receives_heartbeats() {
    let mut server = leader();
    server.instruct(reconfigure(&[N1, N2]));
    assert_eq!(server.time_out(Timer::Heartbeat).receivers(), [N2]);
    let mut server = leader();
    server.instruct(reconfigure(&[N1, N2, N3, N4]));
    assert_eq!(server.time_out(Timer::Heartbeat).receivers(), [N2, N3, N4]);
}

/// The same sentence, on a follower: "servers do not wait for configuration entries to be
/// committed, and each server always uses the latest configuration found in its log".
#[test]
fn a_follower_uses_the_latest_configuration_in_its_log() {
    let mut server = TestServer::follower(5, 2, &[1]);
    let changes =
        vec![configured(2, voters(&[N1, N2, N3, N4])), configured(2, voters(&[N1, N2, N3]))];
    server.tell(N2, append_these(2, (1, 1), changes, 0));
    assert_eq!(server.commit_index(), 0);
    assert_eq!(*server.server().configuration(), voters(&[N1, N2, N3]));
    let campaign = server.time_out(Timer::Election);
    assert_eq!(campaign.receivers(), [N2, N3]);
    server.tell(N4, granted(3));
    assert!(!server.server().is_leader(), "the vote of a server that has left counts for nothing");
    server.tell(N3, granted(3));
    assert!(server.server().is_leader());
}

/// The same sentence, across a crash: the configuration is in the log, and the log on disk.
#[test]
fn a_configuration_is_remembered_across_a_crash() {
    let mut server = TestServer::follower(5, 2, &[1]);
    let change = vec![configured(2, voters(&[N1, N2, N3]))];
    server.tell(N2, append_these(2, (1, 1), change, 0));
    server.crash_and_restart();
    assert_eq!(server.time_out(Timer::Election).receivers(), [N2, N3]);
}

/// §4.1: "Further configuration changes can be started" once "the Cnew entry is committed": leaders
/// "avoid overlapping configuration changes … by not beginning a new change until the previous
/// change's entry has committed".
#[test]
fn no_change_begins_before_the_one_before_it_is_committed() {
    let mut server = leader();
    assert!(server.instruct(reconfigure(&[N1, N2, N3, N4])).0);
    for asked in [vec![N1, N2, N3, N4, N5], vec![N1, N2, N3]] {
        assert!(!server.instruct(reconfigure(&asked)).0, "{asked:?}");
    }
    assert_eq!(server.log(), [1, 2, 2]);
    server.tell(N2, matched(2, 3));
    server.tell(N3, matched(2, 3));
    assert!(server.instruct(reconfigure(&[N1, N2, N3, N4, N5])).0);
}

/// §4.1: "A log entry for a configuration change can be removed (if leadership changes); in this
/// case, a server must be prepared to fall back to the previous configuration in its log."
#[test]
fn a_server_falls_back_to_the_previous_configuration_in_its_log() {
    let mut server = TestServer::follower(5, 2, &[1]);
    let (four, three) = (voters(&[N1, N2, N3, N4]), voters(&[N1, N2, N3]));
    let changes = vec![configured(2, four), configured(2, three)];
    server.tell(N2, append_these(2, (1, 1), changes, 0));
    // The leader of term 3 never heard of the second change, that of term 4 of neither.
    server.tell(N3, append(3, (2, 2), &[3], 0));
    assert_eq!(*server.server().configuration(), four);
    server.tell(N3, append(4, (1, 1), &[4], 0));
    assert_eq!(*server.server().configuration(), voters(&[N1, N2, N3, N4, N5]));
}

/// A machine that is no member: of four, the first three vote.
fn spare() -> TestServer {
    TestServer::set_up(N4, TestServer::settings(4, 3), disk(0, None, &[]), 1).0
}

/// §4.1: "A server accepts AppendEntries requests from a leader that is not part of the server's
/// latest configuration. Otherwise, a new server could never be added to the cluster."
#[test]
fn a_server_accepts_entries_from_a_leader_outside_its_configuration() {
    let mut server = spare();
    let stored = server.tell(N1, append(3, (0, 0), &[1, 3], 1));
    assert_eq!(stored.sent, [(N1, matched(3, 2))]);
    assert_eq!((server.log(), server.commit_index()), (vec![1, 3], 1));
    let mut server =
        TestServer::with_disk(3, and_entry(disk(2, None, &[1]), configured(2, voters(&[N1, N2]))));
    assert_eq!(server.tell(N3, append(3, (2, 2), &[3], 0)).sent, [(N3, matched(3, 3))]);
}

/// §4.1: "A server also grants its vote to a candidate that is not part of the server's latest
/// configuration (if the candidate has a sufficiently up-to-date log and a current term)."
#[test]
fn a_server_votes_for_a_candidate_outside_its_configuration() {
    let mut server =
        TestServer::with_disk(3, and_entry(disk(2, None, &[1]), configured(2, voters(&[N1, N2]))));
    assert_eq!(server.tell(N3, request_vote(3, (2, 2))).sent, [(N3, granted(3))]);
    // And one that is itself no member: its vote may be needed.
    assert_eq!(spare().tell(N1, request_vote(3, (0, 0))).sent, [(N1, granted(3))]);
}

/// A machine that is no member does not campaign: nobody waits for its vote.
#[test]
fn a_server_that_never_was_a_member_does_not_campaign() {
    let mut server = spare();
    for _ in 0..3 {
        let waited = server.time_out(Timer::Election);
        assert_eq!((waited.sent.len(), server.server().current_term()), (0, 0));
        assert!(waited.delay_us(Timer::Election).is_some(), "it goes on waiting");
    }
}

/// The same of a learner, whether or not it knows that it was made one for good.
#[test]
fn a_learner_does_not_campaign() {
    let learner = Configuration { learners: set(&[N4]), ..voters(&[N1, N2, N3]) };
    for commit in [1, 2] {
        let mut server = spare();
        let told = append_these(2, (0, 0), vec![entry(1, 1), configured(2, learner)], commit);
        server.tell(N1, told);
        assert_eq!((server.commit_index(), server.server().configuration()), (commit, &learner));
        assert_eq!(server.time_out(Timer::Election).sent, []);
        assert_eq!(*server.server().role(), Role::Follower);
    }
}

/// The correction of 2015: "a leader may not append a new configuration entry until it has
/// committed an entry from its current term" (Ongaro on raft-dev, 10 July 2015).
#[test]
fn a_leader_changes_nothing_before_it_has_committed_an_entry_of_its_term() {
    let mut server = TestServer::leader(4, 3, &[1]);
    // What earlier terms left is committed, but nothing of this term.
    assert!(!server.instruct(reconfigure(&[N1, N2, N3])).0);
    server.tell(C1, request(1, put("x", "1")));
    assert!(!server.instruct(reconfigure(&[N1, N2, N3])).0, "it is not committed yet");
    server.tell(N2, matched(3, 2));
    server.tell(N3, matched(3, 2));
    assert_eq!(server.commit_index(), 2);
    assert!(server.instruct(reconfigure(&[N1, N2, N3])).0);
}

/// The same: a blank entry at the start of the term (paper, §8) makes it so without a client.
#[test]
fn a_blank_entry_opens_the_way_for_a_change() {
    let mut server = TestServer::follower(3, 2, &[1]).with(Setting::BlankEntry, 1);
    server.time_out(Timer::Election);
    server.tell(N2, granted(3));
    assert_eq!(server.log(), [1, 3]);
    assert!(!server.instruct(reconfigure(&[N1, N2])).0);
    server.tell(N2, matched(3, 2));
    assert!(server.instruct(reconfigure(&[N1, N2])).0);
}

/// §4.2.1: "A new server joins the cluster as a non-voting member. The leader replicates log
/// entries to it, but it is not yet counted towards majorities for voting or commitment purposes."
#[test]
fn a_new_server_joins_as_a_non_voting_member() {
    let mut server = leader_with(&[Setting::CatchUp]);
    let (willing, told) = server.instruct(reconfigure(&[N1, N2, N3, N4]));
    assert!(willing);
    let configuration = *server.server().configuration();
    assert_eq!((configuration.voters, configuration.learners), (set(&[N1, N2, N3]), set(&[N4])));
    assert_eq!(told.to(N4).len(), 1);
    server.tell(N4, matched(2, 3));
    assert_eq!(server.commit_index(), 2, "its copy does not count");
    // It has caught up, but one change is made after the other (§4.1).
    assert_eq!(server.server().configuration().voters, set(&[N1, N2, N3]));
    server.tell(N2, matched(2, 3));
    assert!(server.commit_index() >= 3);
}

/// §4.2.1: "Once the new server has caught up with the rest of the cluster, the reconfiguration can
/// proceed."
#[test]
fn a_new_server_votes_once_it_has_caught_up() {
    let mut server = leader_with(&[Setting::CatchUp]);
    for number in 2..40 {
        server.tell(C1, request(number, put("x", "1")));
    }
    server.tell(N2, matched(2, 40));
    server.instruct(reconfigure(&[N1, N2, N3, N4]));
    server.tell(N2, matched(2, 41));
    assert_eq!(server.commit_index(), 41);
    // It has the beginning only: what is left is more than one message carries.
    server.tell(N4, matched(2, 16));
    assert_eq!(server.server().configuration().voters, set(&[N1, N2, N3]));
    server.tell(N4, matched(2, 32));
    assert_eq!(*server.server().configuration(), voters(&[N1, N2, N3, N4]));
    assert_eq!(server.server().log().last_index(), 42);
}

/// §4.2.1: "The leader should also abort the change if the new server is unavailable or is so slow
/// that it will never catch up."
#[test]
fn a_change_is_given_up_if_the_new_server_does_not_catch_up() {
    let mut server = leader_with(&[Setting::CatchUp]);
    server.instruct(reconfigure(&[N1, N2, N3, N4]));
    server.tell(N2, matched(2, 3));
    assert!(!server.instruct(reconfigure(&[N1, N2])).0, "another change is under way");
    for _ in 0..40 {
        server.pass(ELECTION_MAX_US);
        server.time_out(Timer::Heartbeat);
    }
    assert!(server.server().configuration().is_learner(N4));
    // It comes too late: nobody waits for it any longer.
    server.tell(N4, matched(2, 3));
    assert_eq!(server.server().configuration().voters, set(&[N1, N2, N3]));
    assert!(server.instruct(reconfigure(&[N1, N2])).0, "and another change may begin");
}

/// Figure 4.4(a): "S4 is added, then S3 fails. The cluster should be able to operate normally after
/// one failure, but it loses availability: it needs three of the four servers to commit a new
/// entry, but S3 has failed and S4's log is too far behind to append new entries." Caught up first,
/// it puts nothing at risk.
#[test]
fn a_new_server_that_lags_behind_puts_availability_at_risk_unless_it_catches_up_first() {
    for catch_up in [false, true] {
        let features = Features { catch_up, ..Features::default() };
        let config = RaftConfig { servers: 4, voters: 3, features, ..RaftConfig::default() };
        let mut cluster = Cluster::open(&config, 4);
        cluster.wait("a leader", |cluster| cluster.leaders().len() == 1);
        let (leader, client) = (cluster.leaders()[0], NodeId(4));
        cluster.ask_until_answered(client, &put("x", "1"));
        // "Too far behind": nothing reaches it at all.
        cluster.act(Choice::Partition(vec![vec![N1, N2, N3, client], vec![N4]]));
        cluster.instruct(leader, reconfigure(&[N1, N2, N3, N4]));
        cluster.act(Choice::Crash(if leader == N3 { N2 } else { N3 }));
        let before = cluster.server(leader).commit_index;
        cluster.ask(client, put("x", "2"));
        cluster.pass(700_000);
        assert_eq!(cluster.server(leader).commit_index > before, catch_up);
        // "Neither cluster will be available until the new servers' logs are caught up."
        cluster.act(Choice::HealAll);
        cluster.ask_until_answered(client, &put("x", "3"));
    }
}

/// §4.2.2: "A leader that is removed from the configuration steps down once the Cnew entry is
/// committed"; until then, "it replicates log entries but does not count itself in majorities".
#[test]
fn a_leader_that_is_removed_leads_until_that_is_committed() {
    let mut server = leader();
    let (willing, told) = server.instruct(reconfigure(&[N2, N3]));
    assert!(willing);
    // The other one has not yet answered what it was sent before.
    assert_eq!(told.receivers(), [N2]);
    server.tell(N2, matched(2, 3));
    assert_eq!((server.commit_index(), server.server().is_leader()), (2, true));
    assert_eq!(server.time_out(Timer::Heartbeat).receivers(), [N2, N3]);
    server.tell(N3, matched(2, 3));
    assert_eq!((server.commit_index(), server.server().is_leader()), (3, false));
    assert_eq!(server.server().current_term(), 2);
    // It is needed no more, and disturbs nobody.
    assert_eq!(server.time_out(Timer::Election).sent, []);
    assert_eq!(*server.server().role(), Role::Follower);
}

/// The same of a leader that is to learn only: who does not vote does not lead.
#[test]
fn a_leader_that_is_to_learn_only_steps_down() {
    let mut server = leader();
    let learn = Instruction::Reconfigure { voters: set(&[N2, N3]), learners: set(&[N1]) };
    assert!(server.instruct(learn).0);
    server.tell(N2, matched(2, 3));
    assert!(server.server().is_leader());
    server.tell(N3, matched(2, 3));
    assert_eq!((server.commit_index(), server.server().is_leader()), (3, false));
    assert_eq!(server.time_out(Timer::Election).sent, []);
}

/// The same, "the Cnew entry": what comes before it may be committed without it.
#[test]
fn a_leader_that_is_removed_does_not_step_down_for_an_earlier_entry() {
    let mut server = leader();
    server.tell(C1, request(2, put("x", "2")));
    server.instruct(reconfigure(&[N2, N3]));
    server.tell(N2, matched(2, 3));
    server.tell(N3, matched(2, 3));
    assert_eq!((server.commit_index(), server.server().is_leader()), (3, true));
    server.tell(N2, matched(2, 4));
    server.tell(N3, matched(2, 4));
    assert_eq!((server.commit_index(), server.server().is_leader()), (4, false));
}

/// §4.2.2: "A server that is not part of its own latest configuration should still start new
/// elections, as it might still be needed until the Cnew entry is committed … It does not count its
/// own vote in elections unless it is part of its latest configuration."
#[test]
fn a_removed_server_campaigns_until_that_is_committed_without_counting_its_vote() {
    let removed = and_entry(disk(2, None, &[1, 2]), configured(2, voters(&[N2, N3])));
    let mut server = TestServer::with_disk(3, removed.clone());
    let campaign = server.time_out(Timer::Election);
    assert_eq!(campaign.sent, [N2, N3].map(|node| (node, request_vote(3, (2, 3)))));
    server.tell(N2, granted(3));
    assert!(!server.server().is_leader(), "one of two is no majority");
    server.tell(N3, granted(3));
    assert!(server.server().is_leader());

    let mut server = TestServer::with_disk(3, removed);
    server.tell(N2, heartbeat(3, (2, 3), 3));
    assert_eq!(server.commit_index(), 3);
    assert_eq!(server.time_out(Timer::Election).sent, [], "once it is committed, it does not");
}

/// Figure 4.6, the removal of the leader of two: "S1 should not step down quite yet; it is still
/// needed as leader", and afterwards the other one serves alone.
#[test]
fn the_leader_of_two_is_removed() {
    for seed in 0..10 {
        let config = RaftConfig { servers: 2, ..RaftConfig::default() };
        let mut cluster = Cluster::open(&config, seed);
        let leader = cluster.wait_for_leader();
        let (other, client) = (if leader == N1 { N2 } else { N1 }, N3);
        cluster.ask_until_answered(client, &put("x", "1"));
        cluster.instruct(leader, reconfigure(&[other]));
        cluster.wait("the other to lead", |cluster| cluster.leaders() == [other]);
        cluster.act(Choice::Crash(leader));
        cluster.ask_until_answered(client, &put("x", "2"));
        assert_eq!(cluster.server(other).store, [("x".to_owned(), "2".to_owned())]);
    }
}

/// §4.2.3: "Without additional mechanism, servers not in Cnew can disrupt the cluster"; with it,
/// "while a leader is able to get heartbeats to its cluster, it will not be deposed by larger term
/// numbers".
#[test]
fn a_removed_server_disrupts_the_cluster_unless_servers_stick_to_their_leader() {
    for check_quorum in [false, true] {
        let features = Features { check_quorum, ..Features::default() };
        let config = RaftConfig { servers: 4, features, ..RaftConfig::default() };
        let mut cluster = Cluster::open(&config, 3);
        let leader = cluster.wait_for_leader();
        let removed = if leader == N4 { N3 } else { N4 };
        cluster.ask_until_answered(NodeId(4), &put("x", "1"));
        let term = cluster.server(leader).current_term;
        let rest: Vec<NodeId> =
            [N1, N2, N3, N4].into_iter().filter(|node| *node != removed).collect();
        cluster.instruct(leader, reconfigure(&rest));
        cluster.pass(5_000_000);
        // It was not told, so it campaigns again and again.
        assert!(cluster.server(removed).current_term > term + 5);
        let after = cluster.server(leader).current_term;
        if check_quorum {
            assert_eq!((cluster.leaders(), after), (vec![leader], term));
        } else {
            assert!(after > term + 5, "{after} after {term}");
        }
        assert!(cluster.server(removed).role != RoleView::Leader);
    }
}

/// §4.1 in a cluster: servers are added one by one, and removed one by one, while clients are
/// served, and those that are left at the end hold everything.
#[test]
fn a_cluster_is_moved_to_other_machines_one_by_one() {
    for (seed, features) in [(1, Features::default()), (2, Features::full())] {
        let features = Features { joint_consensus: false, ..features };
        let config = RaftConfig { servers: 5, voters: 2, features, ..RaftConfig::default() };
        let mut cluster = Cluster::open(&config, seed);
        let steps: [&[NodeId]; 6] =
            [&[N1, N2, N3], &[N2, N3], &[N2, N3, N4], &[N3, N4], &[N3, N4, N5], &[N4, N5]];
        for (number, members) in steps.into_iter().enumerate() {
            cluster.ask_until_answered(C1, &put("x", &number.to_string()));
            let leader = cluster.leaders()[0];
            cluster.instruct(leader, reconfigure(members));
            cluster.pass(1_500_000);
        }
        for node in [N1, N2, N3] {
            cluster.act(Choice::Crash(node));
        }
        cluster.ask_until_answered(C1, &put("x", "last"));
        cluster.pass(500_000);
        for node in [N4, N5] {
            let store = cluster.server(node).store;
            assert_eq!(store, [("x".to_owned(), "last".to_owned())], "{node:?}");
        }
    }
}
