//! Raft §5.1, "Raft basics": one test for each sentence that says what a server does.
//!
//! Sentences that only define a word are left out. Where a sentence speaks of the cluster, the
//! whole cluster runs; else one server is on the bench.

use lockstep_core::lab::Choice;
use lockstep_core::lab::raft::RaftConfig;
use lockstep_core::lab::raft::view::{OutcomeView, RoleView};
use lockstep_core::raft::participant::Timer;
use lockstep_core::raft::server::Role;
use lockstep_tests::cluster::Cluster;
use lockstep_tests::messages::{
    C1, Message, N1, N2, N3, N4, N5, append, denied, denied_as_stale, disk, granted, heartbeat,
    matched, not_leader, put, request, request_vote, stale,
};
use lockstep_tests::server::{HEARTBEAT_US, TestServer};

/// "Five is a typical number, which allows the system to tolerate two failures."
#[test]
fn five_servers_tolerate_two_failures() {
    let (mut cluster, leader) = Cluster::of_five(1);
    cluster.act(Choice::Crash(leader));
    let next = cluster.wait_for_leader();
    cluster.act(Choice::Crash(next));
    cluster.wait_for_leader();
    cluster.ask_until_answered(C1, &put("x", "1"));
}

/// The other side of the same sentence: three failures of five are too many.
#[test]
fn two_servers_of_five_elect_nobody_and_commit_nothing() {
    let (mut cluster, leader) = Cluster::of_five(1);
    let others: Vec<_> = [N1, N2, N3, N4, N5].into_iter().filter(|node| *node != leader).collect();
    for follower in &others[..3] {
        cluster.act(Choice::Crash(*follower));
    }
    cluster.ask(C1, put("x", "1"));
    cluster.pass(5_000_000);
    assert_eq!(cluster.outcomes(), [OutcomeView::Unknown]);
    cluster.act(Choice::Crash(leader));
    cluster.act(Choice::Restart(others[0]));
    cluster.pass(5_000_000);
    assert_eq!(cluster.leaders(), []);
}

/// "In normal operation there is exactly one leader and all of the other servers are followers."
#[test]
fn in_normal_operation_there_is_one_leader_and_all_others_follow() {
    let (mut cluster, leader) = Cluster::of_five(2);
    for _ in 0..1_000 {
        cluster.pass(5_000);
        let roles = cluster.view().servers.into_iter().map(|server| (server.node, server.role));
        let others: Vec<_> = roles.filter(|(_, role)| *role != RoleView::Follower).collect();
        assert_eq!(others, [(leader, RoleView::Leader)]);
    }
}

/// "Followers are passive: they issue no requests on their own but simply respond to requests from
/// leaders and candidates."
#[test]
fn followers_issue_no_requests_and_respond_to_those_of_leaders_and_candidates() {
    let (mut server, started) = TestServer::lucky(3, disk(1, None, &[1]), 1);
    assert_eq!(started.sent, []);
    let answers = server.tell(N2, append(1, (1, 1), &[1], 0));
    assert_eq!(answers.sent, [(N2, matched(1, 2))]);
    let answers = server.tell(N3, request_vote(2, (1, 2)));
    assert_eq!(answers.sent, [(N3, granted(2))]);
    // What is no request is not answered.
    for answer in [granted(2), denied(2), matched(2, 1), stale(2)] {
        assert_eq!(server.tell(N2, answer).sent, []);
    }
}

/// "The leader handles all client requests (if a client contacts a follower, the follower redirects
/// it to the leader)."
#[test]
fn a_follower_redirects_a_client_to_the_leader() {
    let mut server = TestServer::follower(5, 3, &[]);
    let unknown = server.tell(C1, request(7, put("x", "1")));
    assert_eq!(unknown.sent, [(C1, not_leader(7, None))]);
    server.tell(N4, heartbeat(3, (0, 0), 0));
    let known = server.tell(C1, request(8, put("x", "1")));
    assert_eq!(known.sent, [(C1, not_leader(8, Some(N4)))]);
    assert!(server.log().is_empty());
}

/// The same sentence: a candidate knows no leader, and does not take the command itself.
#[test]
fn a_candidate_refuses_a_client_and_names_no_leader() {
    let mut server = TestServer::candidate(5, 4, &[]);
    let refused = server.tell(C1, request(7, put("x", "1")));
    assert_eq!(refused.sent, [(C1, not_leader(7, None))]);
    assert!(server.log().is_empty());
}

/// The same sentence, as its client sees it: it follows the redirection.
#[test]
fn a_client_that_is_redirected_asks_the_leader() {
    let mut client = TestServer::client();
    let asked = client.operate(put("x", "1"));
    assert_eq!(asked.sent, [(N1, request(1, put("x", "1")))]);
    let asked = client.tell(N1, not_leader(1, Some(N3)));
    assert_eq!(asked.receivers(), [N3]);
}

/// The same sentence: where no leader is named, the client tries another server.
#[test]
fn a_client_that_is_refused_tries_another_server() {
    let mut client = TestServer::client();
    client.operate(put("x", "1"));
    let refused = client.tell(N1, not_leader(1, None));
    assert_eq!(refused.sent, []);
    assert!(refused.delay_us(Timer::Retry).is_some());
    assert_eq!(client.time_out(Timer::Retry).receivers(), [N2]);
}

/// "Terms are numbered with consecutive integers."
#[test]
fn terms_are_numbered_with_consecutive_integers() {
    let mut server = TestServer::of(3);
    for term in 1..=5 {
        server.time_out(Timer::Election);
        assert_eq!(server.server().current_term(), term);
    }
}

/// "Each term begins with an election, in which one or more candidates attempt to become leader."
#[test]
fn each_term_begins_with_an_election() {
    let mut server = TestServer::follower(3, 4, &[]);
    server.time_out(Timer::Election);
    assert_eq!(server.server().current_term(), 5);
    assert!(matches!(server.server().role(), Role::Candidate { .. }));
}

/// "If a candidate wins the election, then it serves as leader for the rest of the term."
#[test]
fn the_winner_of_an_election_leads_for_the_rest_of_the_term() {
    let mut server = TestServer::leader(3, 2, &[]);
    server.time_out(Timer::Heartbeat);
    for from in [N2, N3] {
        for message in [denied(2), granted(2), request_vote(2, (9, 9)), matched(2, 0), stale(2)] {
            server.tell(from, message);
            assert!(server.server().is_leader());
        }
    }
    server.tell(N2, request_vote(3, (0, 0)));
    assert!(!server.server().is_leader());
}

/// "In some situations an election will result in a split vote. In this case the term will end with
/// no leader; a new term (with a new election) will begin shortly."
#[test]
fn after_a_split_vote_a_new_term_begins_with_a_new_election() {
    let config = RaftConfig { servers: 4, clients: 0, ..RaftConfig::default() };
    let mut cluster = Cluster::open(&config, 1);
    // Nobody hears of the two campaigns but one voter each.
    for (from, to) in [(N1, N4), (N2, N3)] {
        cluster.act(Choice::Cut { from, to, both_ways: true });
    }
    cluster.time_out(N1);
    cluster.time_out(N2);
    cluster.wait("two votes for each of two candidates", |cluster| {
        let votes = |node| (cluster.server(node).votes, cluster.server(node).role);
        [N1, N2].map(votes) == [(2, RoleView::Candidate); 2]
    });
    cluster.wait("the end of the term", |cluster| cluster.view().situation.term == 2);
    cluster.act(Choice::HealAll);
    cluster.wait_for_leader();
    assert!(cluster.view().situation.term >= 2);
}

/// "Different servers may observe the transitions between terms at different times, and in some
/// situations a server may not observe an election or even entire terms."
#[test]
fn a_server_may_not_observe_entire_terms() {
    let mut server = TestServer::follower(5, 1, &[]);
    server.tell(N3, heartbeat(7, (0, 0), 0));
    assert_eq!((server.server().current_term(), server.server().leader()), (7, Some(N3)));
}

/// "Each server stores a current term number, which increases monotonically over time."
#[test]
fn the_current_term_never_falls() {
    let old = [request_vote(3, (9, 9)), heartbeat(3, (0, 0), 0), granted(3), matched(3, 0)];
    let servers = [
        TestServer::follower(3, 5, &[]),
        TestServer::candidate(3, 5, &[]),
        TestServer::leader(3, 5, &[]),
    ];
    for mut server in servers {
        for message in old.clone() {
            server.tell(N2, message);
            assert_eq!(server.server().current_term(), 5);
        }
    }
}

/// The same sentence, "stores": the term is on disk before anybody hears of it, and survives a
/// crash.
#[test]
fn the_current_term_survives_a_crash() {
    let mut server = TestServer::follower(3, 1, &[]);
    let before_sync = server.tell_unsynced(N2, heartbeat(6, (0, 0), 0));
    assert_eq!(before_sync.sent, []);
    let terms: Vec<_> = before_sync.persisted.iter().map(|disk| disk.current_term).collect();
    assert_eq!(terms, [6]);
    server.sync();
    server.crash_and_restart();
    assert_eq!(server.server().current_term(), 6);
}

/// "Current terms are exchanged whenever servers communicate": every message between servers
/// carries its sender's.
#[test]
fn every_message_between_servers_carries_the_current_term() {
    let mut follower = TestServer::follower(3, 4, &[]);
    let mut sent = follower.tell(N2, append(4, (0, 0), &[4], 0)).sent;
    sent.extend(follower.tell(N2, append(4, (4, 9), &[4], 0)).sent);
    sent.extend(follower.tell(N2, heartbeat(3, (0, 0), 0)).sent);
    sent.extend(follower.tell(N2, request_vote(3, (9, 9))).sent);
    sent.extend(TestServer::follower(3, 3, &[]).time_out(Timer::Election).sent);
    let (mut leader, elected) = TestServer::elected(3, 4, &[]);
    sent.extend(elected.sent);
    sent.extend(leader.tell(C1, request(1, put("x", "1"))).sent);
    assert_eq!(sent.len(), 4 + 2 + 2 + 2);
    assert!(sent.iter().all(|(_, message)| message.term() == Some(4)), "{sent:?}");
}

/// "If one server's current term is smaller than the other's, then it updates its current term to
/// the larger value."
#[test]
fn a_server_updates_its_term_to_a_larger_one() {
    for message in newer(8) {
        for mut server in [
            TestServer::follower(3, 5, &[]),
            TestServer::candidate(3, 5, &[]),
            TestServer::leader(3, 5, &[]),
        ] {
            server.tell(N2, message.clone());
            assert_eq!(server.server().current_term(), 8, "{message:?}");
        }
    }
}

/// "If a candidate or leader discovers that its term is out of date, it immediately reverts to
/// follower state."
#[test]
fn a_candidate_or_leader_whose_term_is_out_of_date_reverts_to_follower() {
    for message in newer(6) {
        for mut server in [TestServer::candidate(3, 5, &[]), TestServer::leader(3, 5, &[])] {
            let effects = server.tell(N2, message.clone());
            assert_eq!(*server.server().role(), Role::Follower, "{message:?}");
            assert!(effects.stopped.contains(&Timer::Heartbeat), "it repeats nothing any more");
        }
    }
}

/// The same sentence: what was a leader waits for the next one like any follower.
#[test]
fn a_leader_that_reverts_to_follower_has_an_election_timer_again() {
    let (mut server, elected) = TestServer::elected(3, 5, &[]);
    assert!(elected.stopped.contains(&Timer::Election));
    let reverted = server.tell(N2, denied(6));
    assert!(reverted.delay_us(Timer::Election).is_some());
}

/// A new term is a new vote: a server that learns of a term has not voted in it.
#[test]
fn a_server_that_updates_its_term_has_not_voted_in_it() {
    let mut server = TestServer::with_disk(3, disk(5, Some(N2), &[]));
    server.tell(N2, heartbeat(6, (0, 0), 0));
    assert_eq!(server.server().durable().voted_for, None);
    assert_eq!(server.tell(N3, request_vote(6, (0, 0))).sent, [(N3, granted(6))]);
}

/// "If a server receives a request with a stale term number, it rejects the request."
#[test]
fn a_request_with_a_stale_term_is_rejected() {
    let servers = [
        TestServer::follower(3, 5, &[1]),
        TestServer::candidate(3, 5, &[1]),
        TestServer::leader(3, 5, &[1]),
    ];
    for mut server in servers {
        let before = server.server().clone();
        let vote = server.tell(N2, request_vote(4, (9, 9)));
        assert_eq!(vote.sent, [(N2, denied_as_stale(5, 4))]);
        let entries = server.tell(N2, append(4, (1, 1), &[4], 1));
        assert_eq!(entries.sent, [(N2, stale(5))]);
        assert_eq!((vote.timers, entries.timers), (vec![], vec![]));
        assert_eq!(*server.server(), before);
    }
}

/// "RequestVote RPCs are initiated by candidates during elections, and AppendEntries RPCs are
/// initiated by leaders to replicate log entries and to provide a form of heartbeat."
#[test]
fn candidates_request_votes_and_leaders_append_entries() {
    let mut server = TestServer::follower(3, 1, &[1]);
    let campaign = server.time_out(Timer::Election);
    let requests = [(N2, request_vote(2, (1, 1))), (N3, request_vote(2, (1, 1)))];
    assert_eq!(campaign.sent, requests);
    let elected = server.tell(N2, granted(2));
    assert_eq!(elected.sent, [(N2, heartbeat(2, (1, 1), 0)), (N3, heartbeat(2, (1, 1), 0))]);
    let replicated = server.tell(C1, request(1, put("x", "1")));
    let carries_one = |message: &Message| match message {
        Message::AppendEntries { entries, .. } => entries.len() == 1,
        _ => false,
    };
    assert_eq!(replicated.receivers(), [N2, N3]);
    assert!(replicated.sent.iter().all(|(_, message)| carries_one(message)));
}

/// "Servers retry RPCs if they do not receive a response in a timely manner": a candidate asks
/// again those that have not answered, and nobody else.
#[test]
fn a_candidate_asks_again_who_has_not_answered() {
    let mut server = TestServer::follower(5, 1, &[1]);
    let campaign = server.time_out(Timer::Election);
    assert_eq!(campaign.delay_us(Timer::Heartbeat), Some(HEARTBEAT_US));
    server.tell(N3, granted(2));
    server.tell(N4, denied(2));
    let again = server.time_out(Timer::Heartbeat);
    assert_eq!(again.sent, [(N2, request_vote(2, (1, 1))), (N5, request_vote(2, (1, 1)))]);
    assert_eq!(again.delay_us(Timer::Heartbeat), Some(HEARTBEAT_US));
}

/// The same sentence: a leader sends again what was not answered.
#[test]
fn a_leader_sends_again_entries_that_were_not_answered() {
    let mut server = TestServer::leader(3, 2, &[]);
    let first = server.tell(C1, request(1, put("x", "1")));
    assert_eq!(first.receivers(), [N2, N3]);
    server.tell(N3, matched(2, 1));
    let again = server.time_out(Timer::Heartbeat);
    assert_eq!(again.delay_us(Timer::Heartbeat), Some(HEARTBEAT_US));
    let carried: Vec<_> = again
        .sent
        .iter()
        .map(|(to, message)| match message {
            Message::AppendEntries { previous_index, entries, .. } => {
                (*to, *previous_index, entries.len())
            }
            other => panic!("a leader sends AppendEntries, not {other:?}"),
        })
        .collect();
    assert_eq!(carried, [(N2, 0, 1), (N3, 1, 0)]);
}

/// "And they issue RPCs in parallel for best performance."
#[test]
fn requests_are_issued_in_parallel() {
    let everybody = [N2, N3, N4, N5];
    let mut server = TestServer::follower(5, 1, &[]);
    assert_eq!(server.time_out(Timer::Election).receivers(), everybody);
    server.tell(N2, granted(2));
    assert_eq!(server.tell(N3, granted(2)).receivers(), everybody);
    assert_eq!(server.tell(C1, request(1, put("x", "1"))).receivers(), everybody);
}

/// Every kind of message between servers, in `term`.
fn newer(term: u64) -> [Message; 5] {
    [
        request_vote(term, (0, 0)),
        denied(term),
        heartbeat(term, (0, 0), 0),
        matched(term, 0),
        stale(term),
    ]
}
