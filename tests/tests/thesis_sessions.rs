//! Dissertation §6.3: a command that arrives twice is carried out once. One test for each sentence
//! that says what a server or a client does.

use lockstep_core::lab::Choice;
use lockstep_core::lab::raft::RaftConfig;
use lockstep_core::raft::client::{MOST_TRIES, Outcome};
use lockstep_core::raft::message::Reply;
use lockstep_core::raft::participant::Timer;
use lockstep_core::raft::setting::{Features, Setting};
use lockstep_core::raft::store::{Answer, Operation};
use lockstep_core::sim::process::NodeId;
use lockstep_tests::cluster::Cluster;
use lockstep_tests::messages::{
    C1, Message, N1, N2, N3, applied, granted, heartbeat, matched, request,
};
use lockstep_tests::server::TestServer;
use lockstep_tests::thesis::append_these;

fn append_a() -> Operation {
    Operation::Append("y".into(), "a".into())
}

/// Writes if it is the first: the second time, the answer would be another.
fn swap() -> Operation {
    Operation::CompareAndSet("x".into(), "1@1".into(), "mine".into())
}

fn leader(sessions: u64) -> TestServer {
    TestServer::leader(3, 2, &[1]).with(Setting::Sessions, sessions)
}

/// "As described so far, Raft provides at-least-once semantics for clients; the replicated state
/// machine may apply a command multiple times … Although the client intended for the command to be
/// executed once, it is executed twice."
#[test]
fn without_sessions_a_command_that_arrives_twice_is_executed_twice() {
    let mut server = leader(0);
    server.tell(C1, request(1, append_a()));
    server.tell(C1, request(1, append_a()));
    server.tell(N2, matched(2, 3));
    assert_eq!(server.value("y").as_deref(), Some("aa"));
    assert_eq!(server.server().effects(), 3);
}

/// "If a server receives a command whose serial number has already been executed, it responds
/// immediately without re-executing the request." The answer is the one that was given: "the
/// session tracks the latest serial number processed for the client, along with the associated
/// response".
#[test]
fn a_command_that_was_executed_is_answered_at_once_and_as_before() {
    let mut server = leader(1);
    server.tell(C1, request(1, swap()));
    let first = server.tell(N2, matched(2, 2));
    assert_eq!(first.to(C1), [&applied(1, Answer::Swapped(true))]);
    let again = server.tell(C1, request(1, swap()));
    let reply = Reply::Applied(Answer::Swapped(true));
    assert_eq!(again.sent, [(C1, Message::Answer { request: 1, attempt: 1, reply })]);
    assert_eq!((server.log().len(), server.server().effects()), (2, 2));
}

/// "Commands take effect instantaneously and exactly once according to their first appearance in
/// the Raft log, since any subsequent appearances are filtered out by the state machines": also
/// where both are in the log before either is applied.
#[test]
fn a_command_takes_effect_with_its_first_appearance_in_the_log() {
    let mut server = leader(1);
    server.tell(C1, request(1, swap()));
    server.tell(C1, request(1, swap()));
    server.tell(C1, request(1, append_a()));
    assert_eq!(server.log().len(), 4);
    let committed = server.tell(N2, matched(2, 4));
    assert_eq!(server.server().effects(), 2);
    assert_eq!(server.value("x").as_deref(), Some("mine"));
    assert_eq!(server.value("y"), None, "the serial number says which command it is");
    let all =
        committed.to(C1).into_iter().all(|message| *message == applied(1, Answer::Swapped(true)));
    assert!(all && !committed.to(C1).is_empty(), "{committed:?}");
}

/// The same on the followers, and on the next leader: "each server's state machine maintains a
/// session for each client".
#[test]
fn the_next_leader_knows_what_was_executed() {
    let mut old = leader(1);
    let sent = old.tell(C1, request(1, append_a()));
    old.tell(N2, matched(2, 2));
    let beat = old.time_out(Timer::Heartbeat);
    let mut next = TestServer::follower(3, 2, &[1]).with(Setting::Sessions, 1);
    for message in sent.to(N2).into_iter().chain(beat.to(N2)) {
        next.tell(N2, message.clone());
    }
    assert_eq!((next.commit_index(), next.value("y").as_deref()), (2, Some("a")));
    assert_eq!(next.server().sessions(), old.server().sessions());
    next.time_out(Timer::Election);
    next.tell(N3, granted(3));
    let again = next.tell(C1, request(1, append_a()));
    assert_eq!((again.to(C1).len(), next.log().len()), (1, 2));
    assert_eq!(next.value("y").as_deref(), Some("a"));
}

/// "Each client is given a unique identifier": what one has asked is another's question too.
#[test]
fn clients_do_not_share_their_numbers() {
    let mut server = leader(1);
    for client in [C1, NodeId(6)] {
        server.tell(client, request(1, append_a()));
    }
    server.tell(N2, matched(2, 3));
    assert_eq!(server.value("y").as_deref(), Some("aa"));
}

/// "The state machine then discards all responses for lower sequence numbers": a command from
/// before the client's last one comes late, is not executed, and nobody waits for its answer.
#[test]
fn a_command_from_before_the_clients_last_one_is_not_executed() {
    let mut server = leader(1);
    server.tell(C1, request(1, append_a()));
    server.tell(C1, request(2, append_a()));
    server.tell(N2, matched(2, 3));
    let late = server.tell(C1, request(1, append_a()));
    assert_eq!((late.sent, server.log().len()), (vec![], 3));
    assert_eq!(server.value("y").as_deref(), Some("aa"));
}

/// The same where it is in the log already when the last one is applied.
#[test]
fn a_command_from_before_the_clients_last_one_is_skipped_in_the_log() {
    let mut server = leader(1);
    for number in [1, 2, 1] {
        server.tell(C1, request(number, append_a()));
    }
    assert_eq!(server.log().len(), 4);
    let committed = server.tell(N2, matched(2, 4));
    assert_eq!((server.value("y").as_deref(), server.server().effects()), (Some("aa"), 3));
    assert_eq!(committed.to(C1), [&applied(1, Answer::Done), &applied(2, Answer::Done)]);
}

/// Sessions are part of what the log leads to: a restart forgets them with the state machine, and
/// the log brings both back.
#[test]
fn sessions_come_back_with_the_log() {
    let mut server = leader(1);
    server.tell(C1, request(1, append_a()));
    server.tell(N2, matched(2, 2));
    let before = server.server().sessions().clone();
    server.crash_and_restart();
    assert_eq!(server.server().sessions().iter().count(), 0);
    server.tell(N2, heartbeat(3, (2, 2), 2));
    assert_eq!(*server.server().sessions(), before);
}

/// Whether a command belongs to a session is in the log: a server where sessions are switched
/// differently comes to the same state.
#[test]
fn servers_agree_however_their_switches_stand() {
    let mut leading = leader(1);
    leading.tell(C1, request(1, append_a()));
    leading.tell(C1, request(1, append_a()));
    leading.tell(N2, matched(2, 3));
    let entries = leading.server().log().entries_from(2, 9);
    for sessions in [0, 1] {
        let mut server = TestServer::follower(3, 2, &[1]).with(Setting::Sessions, sessions);
        server.tell(N2, append_these(2, (1, 1), entries.clone(), 3));
        assert_eq!(server.server().machine(), leading.server().machine());
        assert_eq!(server.server().sessions(), leading.server().sessions());
    }
}

/// The client's side: "since the client receives no acknowledgment, it resubmits the command", to
/// another server, and with the same serial number.
#[test]
fn a_client_without_an_answer_resubmits_with_the_same_number() {
    let mut client = TestServer::client().with(Setting::Retries, 1);
    let asked = client.operate(append_a());
    assert_eq!(asked.receivers(), [N1]);
    let again = client.time_out(Timer::RequestTimeout);
    match again.sent.as_slice() {
        [(to, Message::Request { request: 1, attempt: 2, command })] => {
            assert_eq!((*to, &**command), (N2, &append_a()));
        }
        other => panic!("the same request was expected, not {other:?}"),
    }
    // An answer to either try is an answer.
    client.tell(N1, applied(1, Answer::Done));
    assert_eq!(client.client_state().record().len(), 1);
    assert_eq!(client.time_out(Timer::RequestTimeout).sent, []);
}

/// The same: it does not ask for ever, and what it then knows is nothing.
#[test]
fn a_client_gives_up_after_some_tries() {
    let mut client = TestServer::client().with(Setting::Retries, 1);
    client.operate(append_a());
    for _ in 1..MOST_TRIES {
        assert_eq!(client.time_out(Timer::RequestTimeout).sent.len(), 1);
    }
    assert_eq!(client.time_out(Timer::RequestTimeout).sent, []);
    let outcomes = client.client_state().record().iter().map(|operated| operated.outcome.clone());
    assert_eq!(outcomes.collect::<Vec<_>>(), [Outcome::Unknown]);
}

/// The same switched off: the outcome stays unknown, and nothing is sent twice.
#[test]
fn a_client_that_does_not_retry_sends_nothing_twice() {
    let mut client = TestServer::client();
    client.operate(append_a());
    assert_eq!(client.time_out(Timer::RequestTimeout).sent, []);
}

/// The story in a cluster: the answer is lost with the leader that gave it. The client asks the
/// next one; with sessions its command is executed once, without them twice.
#[test]
fn a_command_whose_answer_was_lost_is_executed_once_with_sessions_and_twice_without() {
    for sessions in [false, true] {
        let features = Features { sessions, retries: true, ..Features::default() };
        let config = RaftConfig { features, ..RaftConfig::default() };
        let mut cluster = Cluster::open(&config, 9);
        let leader = cluster.wait_for_leader();
        cluster.act(Choice::Cut { from: leader, to: C1, both_ways: false });
        cluster.ask(C1, append_a());
        let holds_it = |cluster: &Cluster| !cluster.server(leader).store.is_empty();
        for _ in 0..5 {
            cluster.pass(300_000);
        }
        assert!(holds_it(&cluster) || cluster.outcomes().len() == 1);
        cluster.act(Choice::Crash(leader));
        cluster.pass(8_000_000);
        let next = cluster.wait_for_leader();
        let store = cluster.server(next).store;
        let value = store.iter().find(|(key, _)| key == "y").map(|(_, value)| value.as_str());
        if sessions {
            assert_eq!(value, Some("a"));
        } else {
            assert!(value.is_some_and(|value| value.len() > 1), "{value:?}");
        }
    }
}
