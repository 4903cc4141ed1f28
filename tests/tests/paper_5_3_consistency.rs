//! Raft §5.3, "Log replication", from the consistency check on: how logs that differ become alike
//! again.

use lockstep_core::lab::Choice;
use lockstep_core::lab::raft::{Preset, RaftConfig};
use lockstep_core::raft::log::{Index, Term};
use lockstep_core::raft::participant::Timer;
use lockstep_core::sim::process::NodeId;
use lockstep_tests::cluster::Cluster;
use lockstep_tests::messages::{
    C1, Message, N1, N2, N3, append, command, conflict, heartbeat, matched, put, request, stale,
};
use lockstep_tests::server::{Effects, MOST_ENTRIES, TestServer};

/// Figure 7: the log of the leader for term 8.
const LEADER: &[Term] = &[1, 1, 1, 4, 4, 5, 5, 6, 6, 6];
/// Figure 7: the logs that followers may have, (a) to (f).
const FOLLOWERS: [&[Term]; 6] = [
    &[1, 1, 1, 4, 4, 5, 5, 6, 6],
    &[1, 1, 1, 4],
    &[1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 6],
    &[1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 7, 7],
    &[1, 1, 1, 4, 4, 4, 4],
    &[1, 1, 1, 2, 2, 2, 3, 3, 3, 3, 3],
];

/// What the only message to a server carries: where it begins (term, index) and how many entries.
fn sent_to(effects: &Effects, node: NodeId) -> ((Term, Index), usize) {
    match effects.to(node).as_slice() {
        [Message::AppendEntries { previous_term, previous_index, entries, .. }] => {
            ((*previous_term, *previous_index), entries.len())
        }
        other => panic!("one AppendEntries was expected, not {other:?}"),
    }
}

/// "If the follower does not find an entry in its log with the same index and term, then it refuses
/// the new entries."
#[test]
fn a_follower_refuses_entries_whose_predecessor_it_does_not_have() {
    for previous in [(2, 2), (1, 3), (2, 3), (3, 7)] {
        let mut server = TestServer::follower(3, 3, &[1, 1]);
        let effects = server.tell(N2, append(3, previous, &[3], 9));
        assert_eq!(server.log(), [1, 1], "{previous:?}");
        assert_eq!(effects.persisted, []);
        let refused = matches!(effects.to(N2).as_slice(), [Message::Appended { result, .. }]
            if *result != lockstep_core::raft::message::AppendResult::Matched(3));
        assert!(refused, "{effects:?}");
        // What was not compared is not known to be committed either.
        assert_eq!(server.commit_index(), 0);
    }
}

/// The other side of the same sentence: where it finds the entry, it takes the new ones.
#[test]
fn a_follower_takes_entries_whose_predecessor_it_has() {
    for (previous, last) in [((0, 0), 1), ((1, 1), 2), ((1, 2), 3)] {
        let mut server = TestServer::follower(3, 3, &[1, 1]);
        let effects = server.tell(N2, append(3, previous, &[3], 0));
        assert_eq!(effects.sent, [(N2, matched(3, last))]);
        assert_eq!(server.log().last(), Some(&3));
        assert_eq!(server.log().len() as Index, last);
    }
}

/// "Whenever AppendEntries returns successfully, the leader knows that the follower's log is
/// identical to its own log up through the new entries."
#[test]
fn after_a_success_the_leader_knows_that_the_follower_has_the_entries() {
    let mut server = TestServer::leader(3, 2, &[1, 1]);
    assert_eq!((server.progress(N2).match_index, server.progress(N2).next_index), (0, 3));
    server.tell(N2, matched(2, 2));
    assert_eq!((server.progress(N2).match_index, server.progress(N2).next_index), (2, 3));
    // An older answer, or one of another term, takes nothing back and adds nothing.
    server.tell(N2, matched(2, 1));
    server.tell(N3, matched(1, 2));
    assert_eq!((server.progress(N2).match_index, server.progress(N3).match_index), (2, 0));
}

/// "Up through the new entries": a follower says how far it was compared, not how long its log is.
#[test]
fn a_follower_answers_for_what_was_compared_only() {
    let mut server = TestServer::follower(3, 3, &[1, 1, 2, 2]);
    assert_eq!(server.tell(N2, heartbeat(3, (1, 1), 0)).sent, [(N2, matched(3, 1))]);
    assert_eq!(server.tell(N2, append(3, (1, 1), &[1], 0)).sent, [(N2, matched(3, 2))]);
}

/// "The leader handles inconsistencies by forcing the followers' logs to duplicate its own. This
/// means that conflicting entries in follower logs will be overwritten with entries from the
/// leader's log."
#[test]
fn conflicting_entries_in_a_followers_log_are_overwritten() {
    let mut server = TestServer::follower(3, 4, &[1, 1, 2, 2, 3]);
    let effects = server.tell(N2, append(4, (1, 2), &[4, 4], 0));
    assert_eq!(server.log(), [1, 1, 4, 4]);
    assert_eq!(effects.sent, [(N2, matched(4, 4))]);
    let written = effects.persisted.last().expect("the new log goes to disk");
    assert_eq!(written.log.last_term(), 4);
}

/// "Delete any entries in the follower's log after that point" where they conflict; and only there
/// (figure 2: "if an existing entry conflicts with a new one").
#[test]
fn entries_that_do_not_conflict_are_kept() {
    let mut server = TestServer::follower(3, 3, &[1, 1, 2, 2]);
    server.tell(N2, append(3, (1, 1), &[1, 2], 0));
    assert_eq!(server.log(), [1, 1, 2, 2]);
    server.tell(N2, heartbeat(3, (1, 1), 0));
    assert_eq!(server.log(), [1, 1, 2, 2]);
}

/// Figure 7: "A follower may be missing entries that are present on the leader, it may have extra
/// entries that are not present on the leader, or both. Missing and extraneous entries in a log may
/// span multiple terms." The leader for term 8 makes all of them like its own, and needs no special
/// action to do so: "It just begins normal operation, and the logs automatically converge in
/// response to failures of the AppendEntries consistency check."
#[test]
fn all_logs_of_figure_7_converge_to_the_leaders() {
    let preset = |log: &[Term]| Preset {
        term: 7,
        voted_for: None,
        log: log.iter().map(|term| (*term, None)).collect(),
    };
    let logs = [LEADER].into_iter().chain(FOLLOWERS);
    let presets = (0..7).map(NodeId).zip(logs.map(preset)).collect();
    let config = RaftConfig { servers: 7, clients: 1, presets, ..RaftConfig::default() };
    let mut cluster = Cluster::open(&config, 1);
    cluster.time_out(N1);
    cluster.wait("the leader of term 8", |cluster| cluster.leaders() == [N1]);
    cluster.wait("logs like the leader's", |cluster| {
        (1..7).all(|follower| {
            // What is past the leader's end goes when a new entry takes its place.
            cluster.log(NodeId(follower)).starts_with(LEADER)
        })
    });
    assert_eq!(cluster.log(N1), LEADER);
    cluster.ask_until_answered(NodeId(7), &put("x", "9"));
    let longer: Vec<Term> = LEADER.iter().copied().chain([8]).collect();
    cluster.wait("logs that are the leader's", |cluster| {
        (0..7).all(|server| cluster.log(NodeId(server)) == longer)
    });
}

/// "The leader maintains a nextIndex for each follower, which is the index of the next log entry
/// the leader will send to that follower."
#[test]
fn a_leader_sends_each_follower_the_entries_from_its_next_index_on() {
    let mut server = TestServer::leader(3, 2, &[1, 1]);
    server.tell(N2, conflict(2, 2, None, 1));
    assert_eq!((server.progress(N2).next_index, server.progress(N3).next_index), (1, 3));
    let sent = server.tell(C1, request(1, put("x", "9")));
    assert_eq!(sent_to(&sent, N3), ((1, 2), 1));
    let beat = server.time_out(Timer::Heartbeat);
    assert_eq!(sent_to(&beat, N2), ((0, 0), 3));
    assert_eq!(sent_to(&beat, N3), ((1, 2), 1));
}

/// "When a leader first comes to power, it initializes all nextIndex values to the index just after
/// the last one in its log."
#[test]
fn a_new_leader_sets_every_next_index_just_after_its_last_entry() {
    let mut server = TestServer::leader(3, 5, &[1, 4, 4]);
    for follower in [N2, N3] {
        let progress = server.progress(follower);
        assert_eq!((progress.next_index, progress.match_index), (4, 0));
    }
    // Also where it led before and knew otherwise.
    server.tell(N2, conflict(5, 3, None, 1));
    server.tell(N3, matched(5, 3));
    server.tell(N3, stale(6));
    server.time_out(Timer::Election);
    server.tell(N2, Message::Vote { term: 7, request_term: 7, granted: true });
    for follower in [N2, N3] {
        let progress = server.progress(follower);
        assert_eq!((progress.next_index, progress.match_index), (4, 0));
    }
}

/// "After a rejection, the leader decrements nextIndex and retries the AppendEntries RPC."
#[test]
fn after_a_rejection_the_leader_lowers_next_index_and_retries() {
    let mut server = TestServer::leader(3, 5, &[1, 4, 4]);
    let retry = server.tell(N2, conflict(5, 3, None, 3));
    assert_eq!(sent_to(&retry, N2), ((4, 2), 1));
    assert_eq!(server.progress(N2).next_index, 3);
    let retry = server.tell(N2, conflict(5, 2, Some(2), 2));
    assert_eq!(sent_to(&retry, N2), ((1, 1), 2));
    assert_eq!(server.progress(N2).next_index, 2);
}

/// The same sentence: each rejection counts once, however often the network delivers it.
#[test]
fn a_rejection_that_comes_again_is_ignored() {
    let mut server = TestServer::leader(3, 5, &[1, 4, 4]);
    server.tell(N2, conflict(5, 3, None, 3));
    let again = server.tell(N2, conflict(5, 3, None, 3));
    assert_eq!((again.sent, server.progress(N2).next_index), (vec![], 3));
    // And one of a question that was answered since takes nothing back.
    server.tell(N2, matched(5, 3));
    server.tell(N2, conflict(5, 2, None, 1));
    assert_eq!((server.progress(N2).next_index, server.progress(N2).match_index), (4, 3));
}

/// A server that refuses because the leader's term has passed says nothing about its log.
#[test]
fn a_refusal_because_of_the_term_lowers_nothing() {
    let mut server = TestServer::leader(3, 5, &[1, 4, 4]);
    let effects = server.tell(N2, stale(5));
    assert_eq!((effects.sent, server.progress(N2).next_index), (vec![], 4));
}

/// "Eventually nextIndex will reach a point where the leader and follower logs match. When this
/// happens, AppendEntries will succeed, which removes any conflicting entries in the follower's log
/// and appends entries from the leader's log (if any)."
#[test]
fn next_index_reaches_the_point_where_the_logs_match() {
    for log in FOLLOWERS {
        let mut leader = TestServer::leader(7, 8, LEADER);
        let mut follower = TestServer::follower(7, 7, log);
        exchange(&mut leader, &mut follower);
        assert!(follower.log().starts_with(LEADER), "{log:?} became {:?}", follower.log());
        assert_eq!(leader.progress(N2).match_index, 10);
    }
}

/// Lets a leader and a follower (who is `n2` to it) talk until they have no more to say, and counts
/// the leader's messages.
fn exchange(leader: &mut TestServer, follower: &mut TestServer) -> usize {
    let beat = leader.time_out(Timer::Heartbeat);
    let mut questions: Vec<Message> = beat.to(N2).into_iter().cloned().collect();
    let mut count = 0;
    while let Some(question) = questions.pop() {
        count += 1;
        assert!(count < 100, "an exchange that does not end");
        // Each is `n1` on its own bench; the leader is `n3` to its follower.
        for (_, answer) in follower.tell(N3, question).sent {
            let more = leader.tell(N2, answer);
            questions.extend(more.to(N2).into_iter().cloned());
        }
    }
    count
}

/// "Once AppendEntries succeeds, the follower's log is consistent with the leader's, and it will
/// remain that way for the rest of the term."
#[test]
fn a_follower_stays_consistent_for_the_rest_of_the_term() {
    let mut leader = TestServer::leader(7, 8, LEADER);
    let mut follower = TestServer::follower(7, 7, FOLLOWERS[5]);
    exchange(&mut leader, &mut follower);
    for number in 1..=30 {
        leader.tell(C1, request(number, put("x", &number.to_string())));
        exchange(&mut leader, &mut follower);
        assert_eq!(follower.server().log(), leader.server().log());
    }
}

/// "When rejecting an AppendEntries request, the follower can include the term of the conflicting
/// entry and the first index it stores for that term."
#[test]
fn a_rejection_names_the_conflicting_term_and_its_first_index() {
    let mut server = TestServer::follower(3, 5, &[1, 2, 2, 2, 3]);
    let rejected = server.tell(N2, heartbeat(5, (4, 4), 0));
    assert_eq!(rejected.sent, [(N2, conflict(5, 4, Some(2), 2))]);
    let rejected = server.tell(N2, heartbeat(5, (4, 5), 0));
    assert_eq!(rejected.sent, [(N2, conflict(5, 5, Some(3), 5))]);
}

/// Where the log is too short there is no conflicting entry: the rejection says where it ends.
#[test]
fn a_rejection_by_a_log_that_is_too_short_says_where_it_ends() {
    let mut server = TestServer::follower(3, 5, &[1, 2]);
    let rejected = server.tell(N2, heartbeat(5, (4, 9), 0));
    assert_eq!(rejected.sent, [(N2, conflict(5, 9, None, 3))]);
}

/// "With this information, the leader can decrement nextIndex to bypass all of the conflicting
/// entries in that term": to the follower's first entry of it, where the leader has none.
#[test]
fn a_leader_bypasses_all_entries_of_a_term_that_it_does_not_have() {
    let mut server = TestServer::leader(3, 8, LEADER);
    let retry = server.tell(N2, conflict(8, 10, Some(3), 7));
    assert_eq!(sent_to(&retry, N2), ((5, 6), 4));
    let retry = server.tell(N2, conflict(8, 6, Some(2), 4));
    assert_eq!(sent_to(&retry, N2), ((1, 3), 7));
}

/// The same sentence: to just after its own last entry of that term, where it has some.
#[test]
fn a_leader_bypasses_to_its_own_last_entry_of_the_conflicting_term() {
    let mut server = TestServer::leader(3, 8, LEADER);
    let retry = server.tell(N2, conflict(8, 10, Some(5), 2));
    assert_eq!(sent_to(&retry, N2), ((5, 7), 3));
    // A question further back than its last entry of that term always leads further back still.
    let retry = server.tell(N2, conflict(8, 7, Some(6), 7));
    assert_eq!(sent_to(&retry, N2), ((5, 6), 4));
}

/// "One AppendEntries RPC will be required for each term with conflicting entries, rather than one
/// RPC per entry."
#[test]
fn one_message_for_each_term_with_conflicting_entries() {
    let rounds = FOLLOWERS.map(|log| {
        let mut leader = TestServer::leader(7, 8, LEADER);
        let mut follower = TestServer::follower(7, 7, log);
        exchange(&mut leader, &mut follower)
    });
    // (a) and (b) are short: one question is refused, the next one answered. (c) and (d) match at
    // once. (e) is short, then conflicts in term 4; (f) conflicts in terms 3 and 2.
    assert_eq!(rounds, [2, 2, 1, 1, 3, 3]);
}

/// "The follower's log … send the follower all of the leader's entries after that point": in
/// batches, the next one when the last was answered.
#[test]
fn a_follower_far_behind_is_sent_all_entries_batch_by_batch() {
    let long = vec![1; 2 * MOST_ENTRIES as usize + 3];
    let mut server = TestServer::leader(3, 2, &long);
    let retry = server.tell(N2, conflict(2, 35, None, 1));
    assert_eq!(sent_to(&retry, N2), ((0, 0), 16));
    let next = server.tell(N2, matched(2, 16));
    assert_eq!(sent_to(&next, N2), ((1, 16), 16));
    let next = server.tell(N2, matched(2, 32));
    assert_eq!(sent_to(&next, N2), ((1, 32), 3));
    assert_eq!(server.tell(N2, matched(2, 35)).sent, []);
    assert_eq!(server.progress(N2).match_index, 35);
}

/// What follows from the network's doubling an answer: nothing. Each message that answered a copy
/// would be doubled in its turn, and a cluster under load would drown in its own messages.
#[test]
fn an_answer_that_comes_twice_is_answered_once() {
    let mut server = TestServer::leader(3, 2, &[1; 40]);
    server.tell(N2, conflict(2, 40, None, 1));
    assert_eq!(server.tell(N2, matched(2, 16)).to(N2).len(), 1);
    assert_eq!(server.tell(N2, matched(2, 16)).sent, []);
    assert_eq!(server.tell(N2, matched(2, 32)).to(N2).len(), 1);
    // A rejection of what the follower has accepted since is late, too.
    assert_eq!(server.tell(N2, conflict(2, 32, None, 9)).sent, []);
    assert_eq!(server.tell(N2, matched(2, 40)).sent, []);
}

/// Our departure (see `raft/mod.rs`): one batch at a time is on its way, so a command that comes
/// while one is does not leave at once.
#[test]
fn a_leader_has_one_batch_at_a_time_on_its_way_to_a_follower() {
    let mut server = TestServer::leader(3, 1, &[]);
    assert_eq!(sent_to(&server.tell(C1, request(1, put("x", "1"))), N2), ((0, 0), 1));
    let second = server.tell(C1, request(2, put("x", "2")));
    let third = server.tell(C1, request(3, put("x", "3")));
    assert_eq!((second.to(N2).len(), third.to(N2).len()), (0, 0));
    assert_eq!(sent_to(&server.tell(N2, matched(1, 1)), N2), ((1, 1), 2));
}

/// "A leader never overwrites or deletes entries in its own log."
#[test]
fn a_leader_never_overwrites_or_deletes_entries_in_its_own_log() {
    let mut server = TestServer::leader(3, 5, &[1, 4, 4]);
    let attempts = [
        append(5, (0, 0), &[5], 0),
        append(4, (0, 0), &[2], 0),
        append(5, (4, 2), &[5, 5], 3),
        conflict(5, 3, Some(2), 2),
        conflict(5, 1, None, 1),
        stale(5),
    ];
    for message in attempts {
        server.tell(N2, message.clone());
        assert_eq!(server.log(), [1, 4, 4], "{message:?}");
    }
    let first = server.server().log().entry(1).expect("still there");
    assert_eq!(first.proposal.command().map(|held| &**held), Some(&command(1, 1)));
}

/// The same sentence over a whole run with a follower whose log conflicts.
#[test]
fn a_leader_keeps_its_log_while_it_repairs_anothers() {
    let (mut cluster, old) = Cluster::of_five(8);
    let island = if old == N1 { vec![old, N2] } else { vec![old, N1] };
    let rest = (0..5).map(NodeId).filter(|node| !island.contains(node)).chain([C1]).collect();
    cluster.ask_until_answered(C1, &put("x", "0"));
    cluster.act(Choice::Partition(vec![island, rest]));
    cluster.wait("a second leader", |cluster| cluster.leaders().len() == 2);
    let new = cluster.leaders().into_iter().find(|leader| *leader != old).expect("another");
    for value in ["1", "2"] {
        cluster.ask_until_answered(C1, &put("x", value));
    }
    let before = cluster.log(new);
    cluster.act(Choice::HealAll);
    cluster.wait("the old leader's log repaired", |cluster| cluster.log(old) == before);
    assert_eq!((cluster.leaders(), cluster.log(new)), (vec![new], before));
}
