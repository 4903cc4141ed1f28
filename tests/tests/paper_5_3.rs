//! Raft §5.3, "Log replication": one test for each sentence that says what a server does, up to the
//! consistency check; what follows from it is in `paper_5_3_consistency`.

use lockstep_core::lab::Choice;
use lockstep_core::lab::raft::RaftConfig;
use lockstep_core::lab::raft::view::OutcomeView;
use lockstep_core::raft::client::Outcome;
use lockstep_core::raft::participant::Timer;
use lockstep_core::raft::store::Answer;
use lockstep_core::sim::process::NodeId;
use lockstep_tests::cluster::Cluster;
use lockstep_tests::messages::{
    C1, Message, N1, N2, N3, N4, N5, append, applied, entry, get, heartbeat, matched, put, request,
    request_vote,
};
use lockstep_tests::server::TestServer;

/// "Once a leader has been elected, it begins servicing client requests."
#[test]
fn a_leader_services_client_requests() {
    let (mut cluster, _) = Cluster::of_five(4);
    cluster.ask_until_answered(C1, &put("x", "1"));
    cluster.ask_until_answered(C1, &get("x"));
    let answers = cluster.session().operations();
    assert_eq!(answers[1].answer, Some(Answer::Value(Some("1".into()))));
}

/// "The leader appends the command to its log as a new entry, then issues AppendEntries RPCs in
/// parallel to each of the other servers to replicate the entry."
#[test]
fn a_leader_appends_the_command_and_sends_it_to_all_others() {
    let mut server = TestServer::leader(5, 2, &[1]);
    let effects = server.tell(C1, request(7, put("x", "9")));
    assert_eq!(server.log(), [1, 2]);
    let stored = server.server().log().entry(2).cloned().expect("the new entry");
    assert_eq!(effects.receivers(), [N2, N3, N4, N5]);
    for (_, message) in effects.sent {
        let expected = Message::AppendEntries {
            term: 2,
            previous_index: 1,
            previous_term: 1,
            entries: vec![stored.clone()],
            leader_commit: 0,
            round: 0,
        };
        assert_eq!(message, expected);
    }
}

/// "Each log entry stores a state machine command along with the term number when the entry was
/// received by the leader", and an index that "identifies its position in the log" (and, to answer
/// it, the client and its request).
#[test]
fn an_entry_stores_the_command_and_the_term_at_its_index() {
    let mut server = TestServer::leader(3, 4, &[1, 3]);
    server.tell(C1, request(7, put("x", "9")));
    let entry = server.server().log().entry(3).expect("the new entry has the next index");
    let command = entry.proposal.command().map(|command| &**command);
    assert_eq!((entry.term, command), (4, Some(&put("x", "9"))));
    assert_eq!((entry.proposal.client, entry.proposal.request), (Some(C1), 7));
}

/// "When the entry has been safely replicated, the leader applies the entry to its state machine
/// and returns the result of that execution to the client."
#[test]
fn a_leader_applies_a_replicated_entry_and_answers_the_client() {
    let mut server = TestServer::leader(5, 1, &[]);
    server.tell(C1, request(7, put("x", "9")));
    let early = server.tell(N2, matched(1, 1));
    assert_eq!((early.to(C1), server.value("x")), (vec![], None));
    let safe = server.tell(N3, matched(1, 1));
    assert_eq!(safe.to(C1), [&applied(7, Answer::Done)]);
    assert_eq!((server.value("x").as_deref(), server.server().last_applied()), (Some("9"), 1));
    // Once, and not again when the others follow.
    assert_eq!(server.tell(N4, matched(1, 1)).to(C1), Vec::<&Message>::new());
}

/// The same sentence: "the result of that execution", not of the first one.
#[test]
fn the_answer_is_the_result_of_the_execution() {
    let mut server = TestServer::leader(3, 1, &[]);
    server.tell(C1, request(1, put("x", "9")));
    server.tell(C1, request(2, get("x")));
    server.tell(N2, matched(1, 1));
    let effects = server.tell(N2, matched(1, 2));
    assert_eq!(effects.to(C1), [&applied(2, Answer::Value(Some("9".into())))]);
}

/// The same sentence: only the leader answers.
#[test]
fn a_follower_does_not_answer_clients() {
    let mut server = TestServer::follower(3, 1, &[]);
    let effects = server.tell(N2, append(1, (0, 0), &[1], 1));
    assert_eq!(server.server().last_applied(), 1);
    assert_eq!(effects.receivers(), [N2]);
}

/// The same sentence, as its client sees it.
#[test]
fn a_client_records_the_result_that_the_leader_returns() {
    let mut client = TestServer::client();
    client.operate(get("x"));
    client.tell(N1, applied(1, Answer::Value(None)));
    let record = client.client_state().record();
    assert_eq!(record.last().map(|last| &last.outcome), Some(&Outcome::Ok(Answer::Value(None))));
}

/// "If followers crash or run slowly, or if network packets are lost, the leader retries
/// AppendEntries RPCs indefinitely (even after it has responded to the client) until all followers
/// eventually store all log entries."
#[test]
fn a_leader_retries_until_all_followers_store_all_entries() {
    let (mut cluster, leader) = Cluster::of_five(5);
    let mut followers = [N1, N2, N3, N4, N5].into_iter().filter(|node| *node != leader);
    let (crashed, cut) = (followers.next().expect("four"), followers.next().expect("four"));
    cluster.act(Choice::Crash(crashed));
    cluster.act(Choice::Cut { from: leader, to: cut, both_ways: false });
    // The server that hears nothing campaigns in vain meanwhile, so the leader may change.
    for value in ["1", "2", "3"] {
        cluster.ask_until_answered(C1, &put("x", value));
    }
    cluster.pass(5_000_000);
    let stored = |cluster: &Cluster, node| cluster.server(node).commit_index;
    assert_eq!(stored(&cluster, crashed), 0);
    cluster.act(Choice::HealAll);
    cluster.act(Choice::Restart(crashed));
    cluster.ask_until_answered(C1, &put("x", "4"));
    cluster.wait("all logs alike", |cluster| {
        let lengths = cluster.view().servers.into_iter().map(|server| server.commit_index);
        lengths.collect::<Vec<_>>().iter().all(|length| *length >= 4)
    });
}

/// The same sentence, on the bench: twenty heartbeats without an answer, and it still tries; the
/// answered client makes no difference.
#[test]
fn a_leader_retries_indefinitely_even_after_it_answered_the_client() {
    let mut server = TestServer::leader(3, 1, &[]);
    server.tell(C1, request(1, put("x", "9")));
    assert_eq!(server.tell(N2, matched(1, 1)).to(C1).len(), 1);
    let carries = |message: &Message| match message {
        Message::AppendEntries { entries, .. } => entries.len(),
        _ => 0,
    };
    for _ in 0..20 {
        let beat = server.time_out(Timer::Heartbeat);
        let carried: Vec<_> = beat.to(N3).into_iter().map(carries).collect();
        assert_eq!(carried, [1]);
    }
    server.tell(N3, matched(1, 1));
    let beat = server.time_out(Timer::Heartbeat);
    assert_eq!(beat.to(N3).into_iter().map(carries).collect::<Vec<_>>(), [0]);
}

/// "A log entry is committed once the leader that created the entry has replicated it on a majority
/// of the servers."
#[test]
fn an_entry_is_committed_once_a_majority_stores_it() {
    for servers in 1..=9_u8 {
        let mut server = TestServer::leader(servers, 1, &[]);
        server.tell(C1, request(1, put("x", "9")));
        for copies in 2..=servers / 2 + 1 {
            assert_eq!(server.commit_index(), 0, "{} copies of {servers}", copies - 1);
            server.tell(NodeId(copies - 1), matched(1, 1));
        }
        assert_eq!(server.commit_index(), 1, "of {servers}");
    }
}

/// The same sentence: a follower that answers twice has one copy.
#[test]
fn copies_are_counted_by_server() {
    let mut server = TestServer::leader(5, 1, &[]);
    server.tell(C1, request(1, put("x", "9")));
    for _ in 0..4 {
        server.tell(N2, matched(1, 1));
    }
    assert_eq!(server.commit_index(), 0);
}

/// The same sentence: the leader's own copy is one only when it is on its disk.
#[test]
fn a_leader_counts_its_own_copy_once_it_is_on_disk() {
    let mut server = TestServer::leader(3, 1, &[]);
    server.tell_unsynced(C1, request(1, put("x", "9")));
    server.tell_unsynced(N2, matched(1, 1));
    assert_eq!(server.commit_index(), 0);
    server.sync();
    assert_eq!(server.commit_index(), 1);
}

/// The same sentence, from the follower's side: it answers when the entries are on its disk.
#[test]
fn a_follower_answers_once_the_entries_are_on_disk() {
    let mut server = TestServer::follower(3, 1, &[]);
    let before = server.tell_unsynced(N2, append(1, (0, 0), &[1], 0));
    assert_eq!(before.sent, []);
    assert_eq!(server.sync().sent, [(N2, matched(1, 1))]);
    server.crash_and_restart();
    assert_eq!(server.log(), [1]);
}

/// "This also commits all preceding entries in the leader's log, including entries created by
/// previous leaders."
#[test]
fn committing_an_entry_commits_all_preceding_entries() {
    let mut server = TestServer::leader(3, 3, &[1, 1, 2]);
    server.tell(C1, request(1, put("y", "9")));
    server.tell(N2, matched(3, 4));
    assert_eq!((server.commit_index(), server.server().last_applied()), (4, 4));
    assert_eq!(server.value("x").as_deref(), Some("3@2"));
}

/// "The leader keeps track of the highest index it knows to be committed, and it includes that
/// index in future AppendEntries RPCs (including heartbeats) so that the other servers eventually
/// find out."
#[test]
fn a_leader_includes_its_commit_index_in_all_that_it_sends() {
    let mut server = TestServer::leader(3, 1, &[]);
    server.tell(C1, request(1, put("x", "9")));
    server.tell(N2, matched(1, 1));
    let commit = |message: &Message| match message {
        Message::AppendEntries { leader_commit, entries, .. } => (*leader_commit, entries.len()),
        other => panic!("a leader sends AppendEntries, not {other:?}"),
    };
    let beat = server.time_out(Timer::Heartbeat);
    assert_eq!(beat.to(N2).into_iter().map(commit).collect::<Vec<_>>(), [(1, 0)]);
    let more = server.tell(C1, request(2, put("x", "10")));
    assert_eq!(more.to(N2).into_iter().map(commit).collect::<Vec<_>>(), [(1, 1)]);
}

/// The same sentence: the highest one, which never falls.
#[test]
fn the_commit_index_never_falls() {
    let mut leader = TestServer::leader(5, 1, &[]);
    for number in 1..=2 {
        leader.tell(C1, request(number, put("x", "9")));
    }
    leader.tell(N2, matched(1, 2));
    leader.tell(N3, matched(1, 2));
    leader.tell(N4, matched(1, 1));
    leader.tell(N3, matched(1, 1));
    assert_eq!(leader.commit_index(), 2);
    let mut follower = TestServer::follower(3, 1, &[1, 1]);
    follower.tell(N2, heartbeat(1, (1, 2), 2));
    follower.tell(N2, heartbeat(1, (1, 2), 1));
    follower.tell(N2, heartbeat(1, (1, 1), 2));
    assert_eq!(follower.commit_index(), 2);
}

/// "Once a follower learns that a log entry is committed, it applies the entry to its local state
/// machine (in log order)."
#[test]
fn a_follower_applies_what_it_learns_to_be_committed_in_log_order() {
    let mut server = TestServer::follower(3, 2, &[]);
    server.tell(N2, append(2, (0, 0), &[1, 1, 2], 0));
    assert_eq!((server.server().last_applied(), server.value("x")), (0, None));
    server.tell(N2, heartbeat(2, (2, 3), 2));
    assert_eq!((server.server().last_applied(), server.value("x").as_deref()), (2, Some("2@1")));
    server.tell(N2, heartbeat(2, (2, 3), 3));
    assert_eq!((server.server().last_applied(), server.value("x").as_deref()), (3, Some("3@2")));
}

/// The same sentence: what is applied is not applied again.
#[test]
fn an_entry_is_applied_once() {
    let mut server = TestServer::leader(3, 1, &[]);
    for number in 1..=2 {
        let append = lockstep_core::raft::store::Operation::Append("x".into(), "a".into());
        server.tell(C1, request(number, append));
        server.tell(N2, matched(1, number));
        server.tell(N3, matched(1, number));
    }
    server.time_out(Timer::Heartbeat);
    assert_eq!(server.value("x").as_deref(), Some("aa"));
}

/// "Raft guarantees that committed entries are durable and will eventually be executed by all of
/// the available state machines."
#[test]
fn committed_entries_are_executed_by_all_available_state_machines() {
    let (mut cluster, leader) = Cluster::of_five(6);
    cluster.ask_until_answered(C1, &put("x", "1"));
    cluster.act(Choice::Crash(leader));
    cluster.wait_for_leader();
    // What the new leader found is counted with its first own entry (§5.4.2).
    cluster.ask_until_answered(C1, &put("y", "2"));
    let pairs = [("x".to_owned(), "1".to_owned()), ("y".to_owned(), "2".to_owned())];
    cluster.wait("both entries on all servers that run", |cluster| {
        cluster.view().servers.iter().filter(|server| server.up).all(|server| server.store == pairs)
    });
}

/// The same sentence, "durable": all servers crash, and what was answered is still there.
#[test]
fn committed_entries_survive_a_crash_of_all_servers() {
    let (mut cluster, _) = Cluster::of_five(6);
    cluster.ask_until_answered(C1, &put("x", "1"));
    for choice in [Choice::Crash, Choice::Restart] {
        for node in [N1, N2, N3, N4, N5] {
            cluster.act(choice(node));
        }
    }
    cluster.wait_for_leader();
    cluster.ask_until_answered(C1, &get("x"));
    let last = cluster.session().operations().pop().expect("an operation");
    assert_eq!(last.answer, Some(Answer::Value(Some("1".into()))));
}

/// "A leader creates at most one entry with a given log index in a given term, and log entries
/// never change their position in the log."
#[test]
fn a_leader_creates_one_entry_for_each_index_of_its_term() {
    let mut server = TestServer::leader(3, 2, &[1]);
    let mut logs = vec![server.server().log().clone()];
    for number in 1..=5 {
        server.tell(C1, request(number, put("x", &number.to_string())));
        logs.push(server.server().log().clone());
    }
    for (shorter, longer) in logs.iter().zip(&logs[1..]) {
        let end = shorter.last_index();
        assert_eq!(longer.last_index(), end + 1);
        assert_eq!(longer.prefix_hash(end), shorter.prefix_hash(end));
    }
}

/// The same sentence on a follower: what comes twice is stored once.
#[test]
fn entries_that_come_again_change_nothing() {
    let mut server = TestServer::follower(3, 2, &[]);
    server.tell(N2, append(2, (0, 0), &[1, 2, 2], 0));
    let before = server.server().log().clone();
    // The same again, and an old message that was overtaken: a follower must not shorten its log.
    for late in [append(2, (0, 0), &[1, 2, 2], 0), append(2, (0, 0), &[1], 0)] {
        let effects = server.tell(N2, late);
        assert_eq!(effects.persisted, []);
        assert_eq!(*server.server().log(), before);
    }
    assert_eq!(before.entry(1), Some(&entry(1, 1)));
}

/// "When sending an AppendEntries RPC, the leader includes the index and term of the entry in its
/// log that immediately precedes the new entries."
#[test]
fn a_leader_names_the_entry_that_precedes_the_new_ones() {
    let mut server = TestServer::leader(3, 5, &[1, 4, 4]);
    let sent = server.tell(C1, request(1, put("x", "9")));
    let precedes = |message: &Message| match message {
        Message::AppendEntries { previous_index, previous_term, .. } => {
            (*previous_term, *previous_index)
        }
        other => panic!("a leader sends AppendEntries, not {other:?}"),
    };
    assert_eq!(sent.to(N2).into_iter().map(precedes).collect::<Vec<_>>(), [(4, 3)]);
    server.tell(N2, matched(5, 4));
    let sent = server.tell(C1, request(2, put("x", "10")));
    assert_eq!(sent.to(N2).into_iter().map(precedes).collect::<Vec<_>>(), [(5, 4)]);
}

/// "A new entry can be replicated with a single round of RPCs to a majority of the cluster; and a
/// single slow follower will not impact performance."
#[test]
fn one_round_to_a_majority_commits_and_a_slow_follower_does_not_matter() {
    let config = RaftConfig { servers: 3, ..RaftConfig::default() };
    let mut cluster = Cluster::open(&config, 3);
    let leader = cluster.wait_for_leader();
    let client = NodeId(3);
    cluster.ask_until_answered(client, &put("x", "1"));
    let slow = [N1, N2, N3].into_iter().find(|node| *node != leader).expect("two others");
    cluster.act(Choice::Pause(slow));
    let begun = cluster.outcomes().len();
    for _ in 0..20 {
        cluster.ask(client, put("x", "2"));
    }
    cluster.pass(20 * (4 * 15_000 + 3 * 2_000));
    let outcomes = cluster.outcomes();
    assert_eq!(outcomes[begun..], [OutcomeView::Ok; 20], "a round trip each, and two syncs");
}

/// A vote changes no log, and neither does asking for one.
#[test]
fn votes_do_not_touch_the_log() {
    let mut server = TestServer::follower(3, 1, &[1, 1]);
    server.tell(N2, request_vote(2, (5, 9)));
    server.time_out(Timer::Election);
    assert_eq!(server.log(), [1, 1]);
}
