//! Raft §5.2, "Leader election": one test for each sentence that says what a server does.

use std::collections::BTreeSet;

use lockstep_core::lab::Choice;
use lockstep_core::lab::raft::RaftConfig;
use lockstep_core::lab::raft::view::RoleView;
use lockstep_core::raft::participant::Timer;
use lockstep_core::raft::server::Role;
use lockstep_core::sim::network::LinkSettings;
use lockstep_core::sim::process::NodeId;
use lockstep_tests::cluster::Cluster;
use lockstep_tests::messages::{
    C1, N1, N2, N3, N4, N5, append, denied, denied_as_stale, disk, granted, heartbeat, matched,
    put, request, request_vote, stale,
};
use lockstep_tests::server::{ELECTION_MAX_US, ELECTION_MIN_US, HEARTBEAT_US, TestServer};

/// "Raft uses a heartbeat mechanism to trigger leader election": they come, and nobody campaigns;
/// they stop, and somebody does.
#[test]
fn no_election_while_heartbeats_come_and_one_when_they_stop() {
    let (mut cluster, leader) = Cluster::of_five(3);
    cluster.pass(5_000_000);
    assert_eq!(cluster.view().situation.term, cluster.server(leader).current_term);
    assert_eq!(cluster.leaders(), [leader]);
    let term = cluster.view().situation.term;
    cluster.act(Choice::Crash(leader));
    cluster.wait("a new term", |cluster| cluster.view().situation.term > term);
    let next = cluster.wait_for_leader();
    assert_ne!(next, leader);
}

/// "When servers start up, they begin as followers": the first time, and after a crash, whatever
/// they were.
#[test]
fn servers_start_up_as_followers() {
    let (server, started) = TestServer::lucky(3, disk(4, Some(N1), &[1, 4]), 1);
    assert_eq!(*server.server().role(), Role::Follower);
    assert!(started.delay_us(Timer::Election).is_some());
    for mut server in [TestServer::candidate(3, 5, &[1]), TestServer::leader(3, 5, &[1])] {
        let started = server.crash_and_restart();
        assert_eq!(*server.server().role(), Role::Follower);
        assert_eq!((server.server().current_term(), server.log()), (5, vec![1]));
        assert!(started.delay_us(Timer::Election).is_some());
    }
}

/// "A server remains in follower state as long as it receives valid RPCs from a leader or
/// candidate": each such message sets its election timer anew.
#[test]
fn valid_requests_of_a_leader_or_candidate_set_the_election_timer_anew() {
    let valid = [
        heartbeat(3, (1, 1), 0),
        append(3, (1, 1), &[3], 0),
        // A leader whose entries do not fit is a leader all the same.
        append(3, (2, 7), &[3], 0),
        request_vote(3, (1, 1)),
        request_vote(4, (1, 1)),
    ];
    for message in valid {
        let mut server = TestServer::follower(3, 3, &[1]);
        let effects = server.tell(N2, message.clone());
        assert!(effects.delay_us(Timer::Election).is_some(), "{message:?}");
        assert_eq!(*server.server().role(), Role::Follower);
    }
}

/// The same sentence, "valid": an old leader, a candidate that gets no vote, or an answer to
/// nobody's question does not keep a follower waiting (figure 2: "without receiving AppendEntries
/// RPC from current leader or granting vote to candidate").
#[test]
fn other_messages_do_not_set_the_election_timer_anew() {
    let invalid = [
        heartbeat(2, (1, 1), 0),
        request_vote(2, (1, 1)),
        request_vote(3, (0, 0)),
        request_vote(4, (0, 0)),
        granted(3),
        matched(3, 1),
        stale(4),
    ];
    for message in invalid {
        let mut server = TestServer::follower(3, 3, &[1]);
        assert_eq!(server.tell(N2, message.clone()).timers, [], "{message:?}");
    }
    let mut voted = TestServer::with_disk(3, disk(3, Some(N3), &[1]));
    assert_eq!(voted.tell(N2, request_vote(3, (1, 1))).timers, []);
}

/// "Leaders send periodic heartbeats (AppendEntries RPCs that carry no log entries) to all
/// followers in order to maintain their authority."
#[test]
fn a_leader_sends_periodic_heartbeats_to_all_followers() {
    let (mut server, elected) = TestServer::elected(5, 2, &[1]);
    assert_eq!(elected.delay_us(Timer::Heartbeat), Some(HEARTBEAT_US));
    for _ in 0..3 {
        let beat = server.time_out(Timer::Heartbeat);
        let expected = [N2, N3, N4, N5].map(|node| (node, heartbeat(2, (1, 1), 0)));
        assert_eq!(beat.sent, expected);
        assert_eq!(beat.delay_us(Timer::Heartbeat), Some(HEARTBEAT_US));
    }
}

/// "If a follower receives no communication over a period of time called the election timeout, then
/// it assumes there is no viable leader and begins an election to choose a new leader."
#[test]
fn a_follower_that_hears_nothing_begins_an_election() {
    let mut server = TestServer::follower(3, 2, &[]);
    server.tell(N3, heartbeat(2, (0, 0), 0));
    server.time_out(Timer::Election);
    assert!(matches!(server.server().role(), Role::Candidate { .. }));
    assert_eq!(server.server().leader(), None);
}

/// "To begin an election, a follower increments its current term and transitions to candidate
/// state."
#[test]
fn to_begin_an_election_a_follower_increments_its_term_and_becomes_a_candidate() {
    let mut server = TestServer::follower(3, 2, &[]);
    let effects = server.time_out(Timer::Election);
    assert_eq!(server.server().current_term(), 3);
    assert!(matches!(server.server().role(), Role::Candidate { .. }));
    let written = effects.persisted.last().map(|disk| (disk.current_term, disk.voted_for));
    assert_eq!(written, Some((3, Some(N1))));
}

/// "It then votes for itself and issues RequestVote RPCs in parallel to each of the other servers
/// in the cluster."
#[test]
fn a_candidate_votes_for_itself_and_requests_the_votes_of_all_others() {
    let mut server = TestServer::follower(5, 2, &[1, 2]);
    let effects = server.time_out(Timer::Election);
    assert_eq!(server.server().durable().voted_for, Some(N1));
    let expected = [N2, N3, N4, N5].map(|node| (node, request_vote(3, (2, 2))));
    assert_eq!(effects.sent, expected);
    assert_eq!(server.tell(N2, request_vote(3, (2, 9))).sent, [(N2, denied(3))]);
}

/// "A candidate continues in this state until one of three things happens": (a) and (b) below end
/// it; votes that are no majority and what comes from the past do not.
#[test]
fn a_candidate_stays_one_until_the_election_is_decided() {
    let mut server = TestServer::candidate(5, 5, &[1]);
    let undecided = [
        (N2, granted(5)),
        (N3, denied(5)),
        (N4, denied(5)),
        (N3, request_vote(5, (1, 1))),
        (N4, granted(4)),
        (N4, heartbeat(4, (1, 1), 0)),
        (N4, matched(5, 1)),
    ];
    for (from, message) in undecided {
        server.tell(from, message.clone());
        assert!(matches!(server.server().role(), Role::Candidate { .. }), "{message:?}");
        assert_eq!(server.server().current_term(), 5);
    }
}

/// "A candidate wins an election if it receives votes from a majority of the servers in the full
/// cluster for the same term."
#[test]
fn a_candidate_wins_with_the_votes_of_a_majority() {
    for servers in 1..=9_u8 {
        let majority = servers / 2 + 1;
        let mut server = TestServer::follower(servers, 0, &[]);
        server.time_out(Timer::Election);
        for votes in 2..=majority {
            assert!(!server.server().is_leader(), "{votes} of {servers} are one too few");
            server.tell(NodeId(votes - 1), granted(1));
        }
        assert!(server.server().is_leader(), "{majority} of {servers}");
    }
}

/// The same sentence: one voter's vote counts once, however often it arrives, and a denial never.
#[test]
fn votes_are_counted_by_voter() {
    let mut server = TestServer::candidate(5, 1, &[]);
    for _ in 0..4 {
        server.tell(N2, granted(1));
    }
    for voter in [N3, N4, N5] {
        server.tell(voter, denied(1));
    }
    assert!(!server.server().is_leader());
}

/// The same sentence, "for the same term": a vote of an earlier campaign does not count.
#[test]
fn a_vote_of_an_earlier_term_does_not_count() {
    let mut server = TestServer::candidate(3, 1, &[]);
    server.time_out(Timer::Election);
    server.tell(N2, granted(1));
    assert!(!server.server().is_leader());
    server.tell(N2, granted(2));
    assert!(server.server().is_leader());
}

/// The same sentence: the refusal of an earlier request, which comes late from a voter that has
/// seen the new term, is no answer to the new request, whose vote still counts.
#[test]
fn the_answer_to_an_earlier_request_does_not_stand_for_the_present_one() {
    let mut server = TestServer::candidate(3, 1, &[]);
    server.time_out(Timer::Election);
    server.tell(N2, denied_as_stale(2, 1));
    assert!(!server.server().is_leader());
    server.tell(N2, granted(2));
    assert!(server.server().is_leader());
}

/// The same sentence: whoever alone makes the majority still counts its own vote only once it is on
/// disk (figure 2: "updated on stable storage before responding"), else it could lead its term a
/// second time after a crash, with another log.
#[test]
fn the_only_server_leads_once_its_own_vote_is_on_disk() {
    let config = RaftConfig { servers: 1, clients: 1, ..RaftConfig::default() };
    let mut cluster = Cluster::open(&config, 1);
    cluster.time_out(N1);
    assert_eq!(cluster.leaders(), []);
    cluster.act(Choice::Crash(N1));
    cluster.act(Choice::Restart(N1));
    cluster.time_out(N1);
    cluster.wait("its vote on disk", |cluster| !cluster.server(N1).syncing);
    assert_eq!((cluster.leaders(), cluster.server(N1).current_term), (vec![N1], 1));
}

/// The same: the sync of an earlier campaign's vote says nothing about this one's.
#[test]
fn the_only_server_does_not_lead_on_an_earlier_vote() {
    let config = RaftConfig {
        servers: 1,
        sync_min_us: 100_000,
        sync_max_us: 100_000,
        election_min_us: 1_000_000,
        election_max_us: 1_000_000,
        ..RaftConfig::default()
    };
    let mut cluster = Cluster::open(&config, 1);
    cluster.time_out(N1);
    cluster.pass(10_000);
    cluster.time_out(N1);
    // The first vote is on disk after 100 ms, the second one, which waited for it, after 200.
    cluster.pass(100_000);
    assert_eq!((cluster.leaders(), cluster.server(N1).current_term), (vec![], 2));
    cluster.pass(100_000);
    assert_eq!((cluster.leaders(), cluster.server(N1).current_term), (vec![N1], 2));
}

/// "Each server will vote for at most one candidate in a given term, on a first-come-first-served
/// basis."
#[test]
fn a_server_votes_for_the_first_candidate_of_a_term_and_for_no_other() {
    let mut server = TestServer::follower(5, 1, &[1]);
    assert_eq!(server.tell(N2, request_vote(2, (1, 1))).sent, [(N2, granted(2))]);
    assert_eq!(server.tell(N3, request_vote(2, (1, 1))).sent, [(N3, denied(2))]);
    // However good the second candidate's log is.
    assert_eq!(server.tell(N3, request_vote(2, (9, 9))).sent, [(N3, denied(2))]);
    // The first one's question may have come twice: the answer is the same.
    assert_eq!(server.tell(N2, request_vote(2, (1, 1))).sent, [(N2, granted(2))]);
    assert_eq!(server.tell(N3, request_vote(3, (1, 1))).sent, [(N3, granted(3))]);
}

/// The same sentence, across a crash: the vote is on disk before the candidate hears of it.
#[test]
fn a_vote_is_remembered_across_a_crash() {
    // Whether the server learns of the term together with the candidate, or knew it before.
    for known_term in [1, 2] {
        let mut server = TestServer::follower(5, known_term, &[]);
        assert_eq!(server.tell_unsynced(N2, request_vote(2, (0, 0))).sent, []);
        assert_eq!(server.sync().sent, [(N2, granted(2))]);
        server.crash_and_restart();
        assert_eq!(server.tell(N3, request_vote(2, (0, 0))).sent, [(N3, denied(2))]);
        assert_eq!(server.tell(N2, request_vote(2, (0, 0))).sent, [(N2, granted(2))]);
    }
}

/// The same sentence: a crash before the vote is on disk takes the answer with it.
#[test]
fn a_vote_that_was_not_on_disk_was_never_sent() {
    let mut server = TestServer::follower(5, 1, &[]);
    server.tell_unsynced(N2, request_vote(2, (0, 0)));
    server.crash_and_restart();
    assert_eq!(server.sync().sent, []);
    assert_eq!(server.tell(N3, request_vote(2, (0, 0))).sent, [(N3, granted(2))]);
}

/// "The majority rule ensures that at most one candidate can win the election for a particular
/// term": two candidates of one term, and only one wins.
#[test]
fn at_most_one_candidate_wins_a_term() {
    for seed in 0..20 {
        let config = RaftConfig { clients: 0, ..RaftConfig::default() };
        let mut cluster = Cluster::open(&config, seed);
        cluster.time_out(N1);
        cluster.time_out(N2);
        cluster.wait("a winner", |cluster| !cluster.leaders().is_empty());
        let term = cluster.view().situation.term;
        let rival = if cluster.leaders() == [N1] { N2 } else { N1 };
        cluster.pass(100_000);
        if term == 1 {
            assert_eq!(cluster.server(rival).role, RoleView::Follower);
        }
    }
}

/// "Once a candidate wins an election, it becomes leader. It then sends heartbeat messages to all
/// of the other servers to establish its authority and prevent new elections."
#[test]
fn a_new_leader_sends_heartbeats_to_all_others_at_once() {
    let mut server = TestServer::candidate(5, 3, &[1, 2]);
    server.tell(N2, granted(3));
    let elected = server.tell(N5, granted(3));
    assert_eq!(server.server().leader(), Some(N1));
    assert_eq!(elected.sent, [N2, N3, N4, N5].map(|node| (node, heartbeat(3, (2, 2), 0))));
}

/// "While waiting for votes, a candidate may receive an AppendEntries RPC from another server
/// claiming to be leader. If the leader's term (included in its RPC) is at least as large as the
/// candidate's current term, then the candidate recognizes the leader as legitimate and returns to
/// follower state."
#[test]
fn a_candidate_recognizes_a_leader_of_its_own_or_a_later_term() {
    for term in [5, 6] {
        let mut server = TestServer::candidate(3, 5, &[1]);
        let effects = server.tell(N3, append(term, (1, 1), &[term], 0));
        assert_eq!(*server.server().role(), Role::Follower);
        assert_eq!(server.server().leader(), Some(N3));
        assert_eq!(effects.sent, [(N3, matched(term, 2))]);
        assert!(effects.stopped.contains(&Timer::Heartbeat));
        // The votes that come late elect nobody.
        server.tell(N2, granted(5));
        assert_eq!(*server.server().role(), Role::Follower);
    }
}

/// "If the term in the RPC is smaller than the candidate's current term, then the candidate rejects
/// the RPC and continues in candidate state."
#[test]
fn a_candidate_rejects_a_leader_of_an_earlier_term_and_goes_on() {
    let mut server = TestServer::candidate(3, 5, &[1]);
    let effects = server.tell(N3, append(4, (1, 1), &[4], 0));
    assert_eq!(effects.sent, [(N3, stale(5))]);
    assert_eq!(server.log(), [1]);
    server.tell(N2, granted(5));
    assert!(server.server().is_leader());
}

/// "If many followers become candidates at the same time, votes could be split so that no candidate
/// obtains a majority."
#[test]
fn candidates_of_the_same_time_split_the_vote() {
    let config = RaftConfig { servers: 3, clients: 0, ..RaftConfig::default() };
    let mut cluster = Cluster::open(&config, 1);
    for node in [N1, N2, N3] {
        cluster.time_out(node);
    }
    cluster.pass(50_000);
    let servers = cluster.view().servers;
    assert!(servers.iter().all(|server| server.role == RoleView::Candidate && server.votes == 1));
}

/// "When this happens, each candidate will time out and start a new election by incrementing its
/// term and initiating another round of RequestVote RPCs."
#[test]
fn a_candidate_without_a_majority_times_out_and_starts_a_new_election() {
    let mut server = TestServer::candidate(5, 5, &[1]);
    server.tell(N2, granted(5));
    server.tell(N3, denied(5));
    let effects = server.time_out(Timer::Election);
    assert_eq!(server.server().current_term(), 6);
    assert_eq!(effects.sent, [N2, N3, N4, N5].map(|node| (node, request_vote(6, (1, 1)))));
    // It begins again to count.
    server.tell(N4, granted(6));
    assert!(!server.server().is_leader());
}

/// "Raft uses randomized election timeouts to ensure that split votes are rare and that they are
/// resolved quickly": three campaigns at once, and still a leader soon.
#[test]
fn a_split_vote_is_resolved_quickly() {
    let mut terms = Vec::new();
    for seed in 0..50 {
        let config = RaftConfig { servers: 3, clients: 0, ..RaftConfig::default() };
        let mut cluster = Cluster::open(&config, seed);
        for node in [N1, N2, N3] {
            cluster.time_out(node);
        }
        cluster.wait_for_leader();
        terms.push(cluster.view().situation.term);
    }
    // The first term is lost for all; most need one more, and none needs ten.
    terms.sort_unstable();
    assert!(terms[25] == 2 && terms[49] < 10, "{terms:?}");
}

/// "Election timeouts are chosen randomly from a fixed interval (e.g., 150–300ms)."
#[test]
fn election_timeouts_are_random_within_the_interval() {
    let mut server = TestServer::follower(3, 1, &[]);
    let delays: BTreeSet<u64> = (0..1_000)
        .filter_map(|_| server.tell(N2, heartbeat(1, (0, 0), 0)).delay_us(Timer::Election))
        .collect();
    assert!(delays.len() > 900, "each is drawn anew");
    let (first, last) = (delays.first().copied(), delays.last().copied());
    let near = |value: Option<u64>, end: u64| value.is_some_and(|us| us.abs_diff(end) < 2_000);
    assert!(near(first, ELECTION_MIN_US) && near(last, ELECTION_MAX_US), "{first:?} {last:?}");
    let inside = ELECTION_MIN_US..=ELECTION_MAX_US;
    assert!(delays.iter().all(|delay_us| inside.contains(delay_us)));
}

/// "This spreads out the servers so that in most cases only a single server will time out; it wins
/// the election and sends heartbeats before any other servers time out."
#[test]
fn in_most_cases_a_single_server_times_out_and_wins() {
    // As in §9.3 a round trip is short beside the spread of the timeouts.
    let network = LinkSettings { delay_min_us: 500, delay_max_us: 2_000, ..Default::default() };
    let config = RaftConfig { clients: 0, network, ..RaftConfig::default() };
    let first_term = (0..100).filter(|seed| {
        let mut cluster = Cluster::open(&config, *seed);
        cluster.wait_for_leader();
        cluster.view().situation.term == 1
    });
    let count = first_term.count();
    assert!(count > 80, "{count} of 100 first elections were decided in term 1");
}

/// "Each candidate restarts its randomized election timeout at the start of an election, and it
/// waits for that timeout to elapse before starting the next election."
#[test]
fn a_candidate_restarts_its_election_timeout_at_the_start_of_each_election() {
    let mut server = TestServer::follower(3, 1, &[]);
    let mut delays = BTreeSet::new();
    for _ in 0..10 {
        let delay_us = server.time_out(Timer::Election).delay_us(Timer::Election);
        delays.insert(delay_us.expect("an election has a timeout"));
        // To ask again is not to begin again.
        let term = server.server().current_term();
        assert_eq!(server.time_out(Timer::Heartbeat).delay_us(Timer::Election), None);
        assert_eq!(server.server().current_term(), term);
    }
    assert!(delays.len() > 5, "each is drawn anew: {delays:?}");
}

/// The heartbeat that a leader owes is not put off by the entries that it sends.
#[test]
fn a_leader_that_takes_commands_does_not_put_its_heartbeats_off() {
    let mut server = TestServer::leader(3, 1, &[]);
    assert_eq!(server.tell(C1, request(1, put("x", "1"))).timers, []);
}
