//! Raft §5.4, "Safety": one test for each sentence that says what a server does, in the election
//! restriction (§5.4.1), in committing entries from previous terms (§5.4.2) and in the argument
//! (§5.4.3).

use lockstep_core::lab::raft::{Preset, RaftConfig};
use lockstep_core::lab::{Choice, Timed};
use lockstep_core::raft::log::Term;
use lockstep_core::raft::participant::Timer;
use lockstep_core::sim::process::NodeId;
use lockstep_core::sim::time::Moment;
use lockstep_tests::cluster::Cluster;
use lockstep_tests::messages::{
    C1, Message, N1, N2, N3, N4, N5, append, conflict, denied, entries, granted, heartbeat,
    matched, put, request, request_vote, stale,
};
use lockstep_tests::server::TestServer;

/// §5.4.1: "Log entries only flow in one direction, from leaders to followers": nothing but
/// `AppendEntries` carries them, and only a leader sends that.
#[test]
fn entries_flow_only_from_leaders_to_followers() {
    let carries = |message: &Message| matches!(message, Message::AppendEntries { .. });
    let mut follower = TestServer::follower(3, 2, &[1, 1, 2]);
    let mut sent = follower.tell(N2, request_vote(3, (2, 3))).sent;
    sent.extend(follower.tell(N2, heartbeat(3, (2, 3), 1)).sent);
    sent.extend(follower.tell(N2, heartbeat(3, (3, 3), 1)).sent);
    sent.extend(follower.time_out(Timer::Election).sent);
    sent.extend(follower.time_out(Timer::Heartbeat).sent);
    assert_eq!(sent.len(), 3 + 2 + 2);
    assert!(!sent.iter().any(|(_, message)| carries(message)));
}

/// §5.4.1: "Raft uses the voting process to prevent a candidate from winning an election unless its
/// log contains all committed entries."
#[test]
fn a_server_without_the_committed_entries_cannot_win() {
    let (mut cluster, leader) = Cluster::of_five(9);
    let behind = if leader == N1 { N2 } else { N1 };
    cluster.act(Choice::Pause(behind));
    cluster.ask_until_answered(C1, &put("x", "1"));
    cluster.wait("the entry on all others", |cluster| {
        let servers = cluster.view().servers.into_iter();
        servers.filter(|server| server.node != behind).all(|server| server.last_index == 1)
    });
    cluster.act(Choice::Partition(vec![vec![leader], vec![C1]]));
    cluster.act(Choice::Crash(leader));
    // What waits for the server must not reach it: it comes back with an empty log.
    cluster.act(Choice::Crash(behind));
    cluster.act(Choice::Restart(behind));
    for _ in 0..5 {
        cluster.time_out(behind);
        cluster.pass(60_000);
        assert!(!cluster.leaders().contains(&behind));
    }
    let next = cluster.wait_for_leader();
    assert_ne!(next, behind);
}

/// §5.4.1: "A candidate must contact a majority of the cluster in order to be elected."
#[test]
fn a_candidate_in_a_minority_is_not_elected() {
    let config = RaftConfig { clients: 0, ..RaftConfig::default() };
    let mut cluster = Cluster::open(&config, 1);
    cluster.act(Choice::Partition(vec![vec![N1, N2], vec![N3, N4, N5]]));
    cluster.wait("a leader", |cluster| !cluster.leaders().is_empty());
    cluster.pass(3_000_000);
    let leaders = cluster.leaders();
    assert!(leaders.len() == 1 && ![N1, N2].contains(&leaders[0]), "{leaders:?}");
    assert!(cluster.server(N1).current_term > 3, "it campaigned all the time");
}

/// §5.4.1: "The RPC includes information about the candidate's log."
#[test]
fn a_request_for_a_vote_says_where_the_candidates_log_ends() {
    for (log, last) in [(&[][..], (0, 0)), (&[1], (1, 1)), (&[1, 3, 3], (3, 3))] {
        let mut server = TestServer::follower(3, 4, log);
        let campaign = server.time_out(Timer::Election);
        assert_eq!(campaign.sent, [N2, N3].map(|node| (node, request_vote(5, last))));
    }
}

/// Whether a server with this log votes for a candidate whose log ends so (term, index).
fn votes(log: &[Term], last: (Term, u64)) -> bool {
    let mut server = TestServer::follower(3, 8, log);
    let answer = server.tell(N2, request_vote(9, last)).sent;
    assert!(answer == [(N2, granted(9))] || answer == [(N2, denied(9))]);
    assert_eq!(server.server().durable().voted_for.is_some(), answer == [(N2, granted(9))]);
    answer == [(N2, granted(9))]
}

/// §5.4.1: "The voter denies its vote if its own log is more up-to-date than that of the
/// candidate."
#[test]
fn a_voter_denies_its_vote_if_its_own_log_is_more_up_to_date() {
    assert!(!votes(&[1], (0, 0)));
    assert!(votes(&[], (0, 0)));
    assert!(votes(&[], (1, 1)));
}

/// §5.4.1: "If the logs have last entries with different terms, then the log with the later term is
/// more up-to-date."
#[test]
fn the_log_with_the_later_last_term_is_more_up_to_date() {
    assert!(!votes(&[1, 3], (2, 9)));
    assert!(votes(&[1, 2, 2, 2], (3, 1)));
}

/// §5.4.1: "If the logs end with the same term, then whichever log is longer is more up-to-date."
#[test]
fn with_the_same_last_term_the_longer_log_is_more_up_to_date() {
    assert!(!votes(&[1, 2, 2], (2, 2)));
    assert!(votes(&[1, 2, 2], (2, 3)));
    assert!(votes(&[1, 2, 2], (2, 4)));
}

/// A denied candidate leaves the voter free to vote for a better one in the same term.
#[test]
fn a_denied_vote_is_not_a_vote() {
    let mut server = TestServer::follower(3, 2, &[1, 2]);
    assert_eq!(server.tell(N2, request_vote(3, (1, 5))).sent, [(N2, denied(3))]);
    assert_eq!(server.tell(N3, request_vote(3, (2, 2))).sent, [(N3, granted(3))]);
}

/// §5.4.2: "A leader knows that an entry from its current term is committed once that entry is
/// stored on a majority of the servers."
#[test]
fn an_entry_of_the_current_term_is_committed_once_a_majority_stores_it() {
    let mut server = TestServer::leader(5, 2, &[1]);
    server.tell(C1, request(1, put("y", "9")));
    server.tell(N2, matched(2, 2));
    assert_eq!(server.commit_index(), 0);
    server.tell(N3, matched(2, 2));
    assert_eq!(server.commit_index(), 2);
}

/// §5.4.2: "If a leader crashes before committing an entry, future leaders will attempt to finish
/// replicating the entry."
#[test]
fn a_later_leader_finishes_replicating_an_entry() {
    let config = RaftConfig {
        clients: 1,
        presets: presets([&[1, 1], &[1, 1], &[1], &[1], &[1]]),
        ..RaftConfig::default()
    };
    let mut cluster = Cluster::open(&config, 1);
    cluster.act(Choice::Crash(N1));
    cluster.time_out(N2);
    cluster.wait("n2 to lead", |cluster| cluster.leaders() == [N2]);
    cluster.wait("the entry on all that run", |cluster| {
        [N2, N3, N4, N5].iter().all(|node| cluster.log(*node) == [1, 1])
    });
}

/// §5.4.2: "A leader cannot immediately conclude that an entry from a previous term is committed
/// once it is stored on a majority of servers." "Raft never commits log entries from previous terms
/// by counting replicas."
#[test]
fn entries_of_previous_terms_are_not_committed_by_counting_replicas() {
    let mut server = TestServer::leader(5, 4, &[1, 2]);
    for follower in [N2, N3, N4, N5] {
        server.tell(follower, matched(4, 2));
    }
    assert_eq!((server.commit_index(), server.server().last_applied()), (0, 0));
}

/// §5.4.2: "Once an entry from the current term has been committed in this way, then all prior
/// entries are committed indirectly because of the Log Matching Property."
#[test]
fn an_entry_of_the_current_term_commits_all_prior_entries() {
    let mut server = TestServer::leader(5, 4, &[1, 2]);
    server.tell(C1, request(1, put("y", "9")));
    for follower in [N2, N3] {
        server.tell(follower, matched(4, 2));
    }
    assert_eq!(server.commit_index(), 0);
    for follower in [N2, N3] {
        server.tell(follower, matched(4, 3));
    }
    assert_eq!((server.commit_index(), server.value("x").as_deref()), (3, Some("2@2")));
}

/// §5.4.2: "Log entries retain their original term numbers when a leader replicates entries from
/// previous terms."
#[test]
fn replicated_entries_keep_their_original_terms() {
    let mut leader = TestServer::leader(3, 7, &[1, 3, 5]);
    let retry = leader.tell(N2, conflict(7, 3, None, 1));
    let expected = Message::AppendEntries {
        term: 7,
        previous_index: 0,
        previous_term: 0,
        entries: entries(1, &[1, 3, 5]),
        leader_commit: 0,
        round: 0,
    };
    assert_eq!(retry.sent, [(N2, expected.clone())]);
    let mut follower = TestServer::follower(3, 1, &[]);
    follower.tell(N2, expected);
    assert_eq!(follower.log(), [1, 3, 5]);
}

/// §5.4.2, figure 8, (c) to (d): the leader of term 4 has copied an entry of term 2 to a majority,
/// crashes, and the server with an entry of term 3 overwrites it. Nobody had taken it for
/// committed.
#[test]
fn in_figure_8_an_entry_of_an_old_term_on_a_majority_is_overwritten() {
    let mut cluster = figure_8();
    assert!([N1, N2, N3].iter().all(|node| cluster.log(*node)[..2] == [1, 2]));
    assert!([N1, N2, N3].iter().all(|node| cluster.server(*node).commit_index == 0));
    let_n5_campaign_instead(&mut cluster);
    assert_eq!(cluster.leaders(), [N5]);
    cluster.wait("its entry on all that run", |cluster| {
        [N2, N3, N4, N5].iter().all(|node| cluster.log(*node) == [1, 3])
    });
}

/// §5.4.2, figure 8, (e): if the leader of term 4 also copies an entry of its own to a majority,
/// the entry of term 2 is committed with it, and the server with the entry of term 3 cannot win.
#[test]
fn in_figure_8_an_entry_of_the_new_term_on_a_majority_protects_the_old_one() {
    let mut cluster = figure_8();
    cluster.ask(C1, put("y", "4"));
    cluster.wait("n1's own entry committed", |cluster| cluster.server(N1).commit_index == 3);
    let_n5_campaign_instead(&mut cluster);
    let next = cluster.wait_for_leader();
    assert_ne!(next, N5);
    assert_eq!(cluster.log(next), [1, 2, 4]);
}

/// Figure 8 at (c): `n1` leads term 4, its entry of term 2 is on `n2` and `n3`; `n5`, with an entry
/// of term 3, is down, and nothing reaches `n4`.
fn figure_8() -> Cluster {
    let config = RaftConfig {
        presets: presets([&[1, 2], &[1, 2], &[1], &[1], &[1, 3]]),
        ..RaftConfig::default()
    };
    let down: Timed = (Moment::START, Choice::Crash(N5));
    let mut cluster = Cluster::scripted(&config, 1, vec![down]);
    cluster.time_out(N1);
    cluster.wait("n1 to lead", |cluster| cluster.leaders() == [N1]);
    cluster.act(Choice::Partition(vec![vec![N1, N2, N3, C1], vec![N4]]));
    cluster.wait("the entry on a majority", |cluster| {
        let heard = cluster.server(N1).peers.iter().filter(|peer| peer.match_index == 2).count();
        heard == 2
    });
    cluster
}

/// Figure 8 after (c): `n1` crashes, and `n5` comes back and campaigns. It has not heard of term 4,
/// so its first campaign is in vain, and its second one is for term 5.
fn let_n5_campaign_instead(cluster: &mut Cluster) {
    cluster.act(Choice::Crash(N1));
    cluster.act(Choice::Restart(N5));
    cluster.act(Choice::HealAll);
    cluster.time_out(N5);
    cluster.pass(1_000);
    cluster.time_out(N5);
    cluster.pass(40_000);
}

/// Servers in term 3 with these logs.
fn presets<const N: usize>(logs: [&[Term]; N]) -> Vec<(NodeId, Preset)> {
    let preset = |log: &[Term]| Preset {
        term: 3,
        voted_for: None,
        log: log.iter().map(|term| (*term, None)).collect(),
    };
    (0..).map(NodeId).zip(logs.map(preset)).collect()
}

/// §5.4.3: "The voter must have accepted the committed entry from leaderT before voting for
/// leaderU; otherwise it would have rejected the AppendEntries request from leaderT (its current
/// term would have been higher than T)."
#[test]
fn a_voter_rejects_entries_of_an_earlier_leader() {
    let mut server = TestServer::follower(3, 2, &[1]);
    server.tell(N2, request_vote(3, (1, 1)));
    let late = server.tell(N3, append(2, (1, 1), &[2], 2));
    assert_eq!(late.sent, [(N3, stale(3))]);
    assert_eq!((server.log(), server.commit_index()), (vec![1], 0));
}

/// §5.4.3: "Followers only remove entries if they conflict with the leader."
#[test]
fn followers_remove_entries_only_if_they_conflict() {
    let mut server = TestServer::follower(3, 3, &[1, 2, 2]);
    let harmless = [
        heartbeat(3, (0, 0), 0),
        heartbeat(3, (9, 9), 0),
        append(3, (0, 0), &[1], 0),
        append(3, (1, 1), &[2, 2], 0),
        append(3, (3, 2), &[3], 0),
        append(2, (1, 1), &[1], 0),
        request_vote(4, (9, 9)),
    ];
    for message in harmless {
        server.tell(N2, message.clone());
        assert_eq!(server.log(), [1, 2, 2], "{message:?}");
    }
    server.tell(N2, append(4, (1, 1), &[4], 0));
    assert_eq!(server.log(), [1, 4]);
}

/// §5.4.3: "At the time a server applies a log entry to its state machine, its log must be
/// identical to the leader's log up through that entry and the entry must be committed": it applies
/// what the leader has committed, and of that only what was compared (figure 2: the minimum of
/// leaderCommit and the index of the last new entry).
#[test]
fn a_follower_applies_only_what_is_committed_and_was_compared() {
    let mut server = TestServer::follower(3, 3, &[1, 2, 2, 2]);
    server.tell(N2, heartbeat(3, (2, 2), 4));
    assert_eq!((server.commit_index(), server.server().last_applied()), (2, 2));
    server.tell(N2, append(3, (2, 2), &[3], 2));
    assert_eq!((server.commit_index(), server.server().last_applied()), (2, 2));
    server.tell(N2, heartbeat(3, (3, 3), 9));
    assert_eq!((server.commit_index(), server.value("x").as_deref()), (3, Some("3@3")));
}

/// §5.4.3: "Raft requires servers to apply entries in log index order": every state machine sees
/// the same commands in the same order, also one that comes back from a crash.
#[test]
fn servers_apply_the_same_entries_in_the_same_order() {
    let (mut cluster, leader) = Cluster::of_five(10);
    let crashed = if leader == N1 { N2 } else { N1 };
    for number in 0..30_u32 {
        if number == 10 {
            cluster.act(Choice::Crash(crashed));
        }
        if number == 20 {
            cluster.act(Choice::Restart(crashed));
        }
        let letter = number.to_string();
        let append = lockstep_core::raft::store::Operation::Append("x".into(), letter.into());
        cluster.ask_until_answered(C1, &append);
    }
    let expected: String = (0..30_u32).map(|number| number.to_string()).collect();
    cluster.wait("one store on all servers", |cluster| {
        let stores = cluster.view().servers.into_iter().map(|server| server.store);
        stores.into_iter().all(|store| store == [("x".to_owned(), expected.clone())])
    });
}
