//! Raft §7 and figure 13: the state in place of the log. One test for each sentence that says what
//! a server does.
//!
//! A server takes its snapshot when it is about to apply more, so each log here has one entry more
//! than is in the snapshot.

use lockstep_core::lab::Choice;
use lockstep_core::lab::raft::RaftConfig;
use lockstep_core::raft::log::{Index, Term};
use lockstep_core::raft::message::Reply;
use lockstep_core::raft::participant::Timer;
use lockstep_core::raft::setting::{Features, Setting};
use lockstep_core::raft::snapshot::Snapshot;
use lockstep_core::raft::store::{Answer, Operation, Store};
use lockstep_core::sim::process::NodeId;
use lockstep_tests::cluster::Cluster;
use lockstep_tests::messages::{
    C1, Message, N1, N2, N3, append, conflict, denied, disk, entry, granted, heartbeat, matched,
    put, request, request_vote, stale,
};
use lockstep_tests::server::{Effects, TestServer};
use lockstep_tests::thesis::{append_these, configured, install, set, voters};

/// The snapshot of a server whose log began with entries of these terms, all of them in it.
fn snapshot_of(terms: &[Term]) -> Snapshot<Store> {
    let last = terms.len() as Index;
    let log = [terms, &[9]].concat();
    let mut server = TestServer::follower(3, 9, &log).with(Setting::SnapshotEvery, 1);
    for commit in [last, last + 1] {
        server.tell(N2, heartbeat(9, (9, last + 1), commit));
    }
    let snapshot = server.server().snapshot().expect("it has applied enough").clone();
    assert_eq!(snapshot.last_index(), last);
    snapshot
}

/// The terms of the entries that a server still has, and the index before them.
fn kept(server: &TestServer) -> (Index, Vec<Term>) {
    (server.server().log().base().index, server.log())
}

fn snapshot_sent(effects: &Effects, node: NodeId) -> Option<Index> {
    effects.to(node).into_iter().find_map(|message| match message {
        Message::InstallSnapshot { snapshot, .. } => Some(snapshot.last_index()),
        _ => None,
    })
}

/// "In snapshotting, the entire current system state is written to a snapshot on stable storage,
/// then the entire log up to that point is discarded."
#[test]
fn the_state_is_written_and_the_log_up_to_that_point_discarded() {
    let log = [1, 1, 2, 2, 2];
    let mut server = TestServer::follower(3, 2, &log).with(Setting::SnapshotEvery, 3);
    for commit in [2, 3] {
        server.tell(N2, heartbeat(2, (2, 5), commit));
        assert_eq!(kept(&server), (0, log.to_vec()), "two entries are not enough");
    }
    let before = server.server().machine().clone();
    let taken = server.tell(N2, heartbeat(2, (2, 5), 4));
    assert_eq!(kept(&server), (3, vec![2, 2]));
    let snapshot = server.server().snapshot().expect("it was written");
    assert_eq!((snapshot.last_index(), &snapshot.machine), (3, &before));
    // The one does not reach the disk without the other.
    let written = taken.persisted.last().expect("on stable storage");
    assert_eq!(written.snapshot.as_deref(), Some(snapshot));
    assert_eq!(written.log.base().index, 3);
}

/// "Each server takes snapshots independently, covering just the committed entries in its log."
#[test]
fn a_snapshot_covers_just_the_committed_entries() {
    let log = [1, 1, 2, 2, 2, 2];
    let mut server = TestServer::follower(3, 2, &log).with(Setting::SnapshotEvery, 3);
    for commit in [3, 4] {
        server.tell(N2, heartbeat(2, (2, 6), commit));
    }
    assert_eq!(kept(&server), (3, vec![2, 2, 2]));
    assert_eq!(server.value("x").as_deref(), Some("4@2"), "what it applied since is in its state");
    // What follows goes on from there, and counts from there.
    server.tell(N2, append(2, (2, 6), &[2], 5));
    assert_eq!((kept(&server), server.commit_index()), ((3, vec![2, 2, 2, 2]), 5));
    for commit in [6, 7] {
        server.tell(N2, heartbeat(2, (2, 7), commit));
    }
    assert_eq!(kept(&server), (6, vec![2]));
}

/// Without the setting, a log is never cut.
#[test]
fn without_the_setting_nothing_is_discarded() {
    let mut server = TestServer::follower(3, 2, &[1, 1, 2, 2, 2]);
    for commit in 1..=5 {
        server.tell(N2, heartbeat(2, (2, 5), commit));
    }
    assert_eq!((kept(&server), server.server().snapshot()), ((0, vec![1, 1, 2, 2, 2]), None));
}

/// "Raft also includes a small amount of metadata in the snapshot: the last included index …, and
/// the last included term …. These are preserved to support the AppendEntries consistency check for
/// the first log entry following the snapshot, since that entry needs a previous log index and
/// term."
#[test]
fn the_first_entry_after_a_snapshot_is_checked_against_it() {
    // Its log ends where the snapshot that it was sent does.
    let compacted = || {
        let mut server = TestServer::follower(3, 3, &[]);
        server.tell(N2, install(9, &snapshot_of(&[1, 2])));
        assert_eq!(kept(&server), (2, vec![]));
        server
    };
    let mut server = compacted();
    assert_eq!(server.tell(N2, append(9, (2, 2), &[9], 2)).sent, [(N2, matched(9, 3))]);
    let mut server = compacted();
    let refused = server.tell(N2, append(9, (9, 3), &[9], 2));
    assert_eq!(refused.sent, [(N2, conflict(9, 3, None, 3))]);
    // And so is a candidate's log (§5.4.1).
    assert_eq!(compacted().tell(N3, request_vote(10, (2, 1))).sent, [(N3, denied(10))]);
    assert_eq!(compacted().tell(N3, request_vote(10, (2, 2))).sent, [(N3, granted(10))]);
    assert_eq!(compacted().time_out(Timer::Election).to(N2), [&request_vote(10, (2, 2))]);
}

/// The same: a message that came late may begin before the snapshot's end. What that covers was
/// committed, and is the leader's too; what follows is new.
#[test]
fn entries_that_a_snapshot_covers_are_not_stored_again() {
    let mut server = TestServer::follower(3, 3, &[1, 2, 3]).with(Setting::SnapshotEvery, 2);
    for commit in [2, 3] {
        server.tell(N2, heartbeat(3, (3, 3), commit));
    }
    assert_eq!(kept(&server), (2, vec![3]));
    let late = server.tell(N2, append(3, (0, 0), &[1, 2, 3, 3], 2));
    assert_eq!(late.sent, [(N2, matched(3, 4))]);
    assert_eq!((kept(&server), server.commit_index()), ((2, vec![3, 3]), 3));
    assert_eq!(server.tell(N2, append(3, (0, 0), &[1], 2)).sent, [(N2, matched(3, 1))]);
    assert_eq!(kept(&server), (2, vec![3, 3]));
}

/// "To enable cluster membership changes (Section 6), the snapshot also includes the latest
/// configuration in the log as of last included index."
#[test]
fn a_snapshot_includes_the_latest_configuration_up_to_its_end() {
    let two = voters(&[N1, N2]);
    let mut server = TestServer::follower(3, 2, &[1]).with(Setting::SnapshotEvery, 2);
    let later = configured(2, voters(&[N1, N2, N3]));
    let entries = vec![configured(2, two), entry(3, 2), later];
    server.tell(N2, append_these(2, (1, 1), entries, 2));
    server.tell(N2, heartbeat(2, (2, 4), 3));
    assert_eq!(server.server().snapshot().map(|snapshot| snapshot.base.configuration), Some(two));
    assert_eq!(*server.server().configuration(), voters(&[N1, N2, N3]), "a later entry says so");
    server.tell(N2, append(3, (2, 3), &[3], 3));
    assert_eq!(*server.server().configuration(), two, "and without it, the snapshot");
    server.crash_and_restart();
    assert_eq!(server.time_out(Timer::Election).receivers(), [N2]);
}

/// Dissertation §5.1: "State machines must also serialize the information they keep for providing
/// linearizability to clients".
#[test]
fn a_snapshot_includes_what_the_sessions_know() {
    let mut leader =
        TestServer::leader(3, 2, &[1]).with(Setting::Sessions, 1).with(Setting::SnapshotEvery, 2);
    let append_a = Operation::Append("y".into(), "a".into());
    leader.tell(C1, request(1, append_a.clone()));
    leader.tell(C1, request(2, put("z", "1")));
    leader.tell(N2, matched(2, 2));
    leader.tell(N2, matched(2, 3));
    let snapshot = leader.server().snapshot().expect("two entries are applied").clone();

    let mut next = TestServer::follower(3, 2, &[]).with(Setting::Sessions, 1);
    next.tell(N2, install(2, &snapshot));
    next.time_out(Timer::Election);
    next.tell(N2, granted(3));
    let again = next.tell(C1, request(1, append_a));
    let reply = Reply::Applied(Answer::Done);
    assert_eq!(again.sent, [(C1, Message::Answer { request: 1, attempt: 1, reply })]);
    assert_eq!((next.value("y").as_deref(), next.server().effects()), (Some("a"), 2));
}

/// A restart begins with the snapshot (dissertation §3.8: a volatile state machine is "recovered
/// after restarts by reapplying log entries (after applying the latest snapshot)").
#[test]
fn a_restart_begins_with_the_snapshot() {
    let mut server = TestServer::follower(3, 2, &[1, 1, 2, 2]).with(Setting::SnapshotEvery, 3);
    for commit in [3, 4] {
        server.tell(N2, heartbeat(2, (2, 4), commit));
    }
    server.crash_and_restart();
    assert_eq!(kept(&server), (3, vec![2]));
    assert_eq!((server.value("x").as_deref(), server.server().effects()), (Some("3@2"), 3));
    // What a snapshot covers is committed (§5.4.3): it is all that the server still knows to be.
    assert_eq!((server.commit_index(), server.server().last_applied()), (3, 3));
    server.tell(N2, heartbeat(2, (2, 4), 4));
    assert_eq!((server.value("x").as_deref(), server.server().effects()), (Some("4@2"), 4));
}

/// The leader of term 3 whose snapshot holds its first six entries of seven; `n2` has them all.
fn compacted_leader() -> TestServer {
    let mut server = TestServer::leader(3, 3, &[1, 1, 2, 2, 2]).with(Setting::SnapshotEvery, 6);
    for number in 1..=2 {
        server.tell(C1, request(number, put("x", "1")));
    }
    for index in 6..=7 {
        server.tell(N2, matched(3, index));
    }
    assert_eq!(kept(&server), (6, vec![3]));
    server
}

/// "The leader must occasionally send snapshots to followers that lag behind. This happens when the
/// leader has already discarded the next log entry that it needs to send to a follower."
#[test]
fn a_leader_sends_a_snapshot_where_it_has_discarded_the_next_entry() {
    for length in [0, 1, 4] {
        let mut server = compacted_leader();
        let told = server.tell(N3, conflict(3, 5, None, length + 1));
        assert_eq!(snapshot_sent(&told, N3), Some(6), "a log of {length}");
    }
    // Who lacks nothing that was discarded gets entries.
    let mut server = compacted_leader();
    let told = server.tell(N3, matched(3, 6));
    assert_eq!(snapshot_sent(&told, N3), None);
    assert!(matches!(told.to(N3).as_slice(), [Message::AppendEntries { previous_index: 6, .. }]));
}

/// The same: once the follower has it, the leader goes on with what comes after it.
#[test]
fn after_a_snapshot_the_leader_goes_on_with_entries() {
    let mut server = compacted_leader();
    server.tell(N3, conflict(3, 5, None, 1));
    // It is sent again if no answer comes.
    assert_eq!(snapshot_sent(&server.time_out(Timer::Heartbeat), N3), Some(6));
    let next = server.tell(N3, matched(3, 6));
    match next.to(N3).as_slice() {
        [Message::AppendEntries { previous_index, previous_term, entries, .. }] => {
            assert_eq!((*previous_index, *previous_term, entries.len()), (6, 3, 1));
        }
        other => panic!("entries were expected, not {other:?}"),
    }
}

/// "Usually the snapshot will contain new information not already in the recipient's log. In this
/// case, the follower discards its entire log; it is all superseded by the snapshot and may
/// possibly have uncommitted entries that conflict with the snapshot."
#[test]
fn a_follower_discards_its_log_for_a_snapshot_that_is_news() {
    let snapshot = snapshot_of(&[1, 1, 3, 3]);
    for log in [&[] as &[Term], &[1], &[1, 1, 2], &[1, 1, 2, 2], &[1, 1, 2, 2, 2, 2]] {
        let mut server = TestServer::follower(3, 9, log);
        let effects = server.tell(N2, install(9, &snapshot));
        assert_eq!(effects.sent, [(N2, matched(9, 4))], "{log:?}");
        assert_eq!(kept(&server), (4, vec![]), "{log:?}");
        assert_eq!((server.commit_index(), server.server().last_applied()), (4, 4), "{log:?}");
        assert_eq!(server.value("x").as_deref(), Some("4@3"), "{log:?}");
        let written = effects.persisted.last().and_then(|disk| disk.snapshot.as_deref());
        assert_eq!(written, Some(&snapshot), "before it answers");
    }
}

/// "If instead the follower receives a snapshot that describes a prefix of its log (due to
/// retransmission or by mistake), then log entries covered by the snapshot are deleted but entries
/// following the snapshot are still valid and must be retained." (Figure 13, step 6.)
#[test]
fn a_follower_retains_what_follows_a_snapshot_that_describes_a_prefix() {
    let snapshot = snapshot_of(&[1, 1, 3]);
    let mut server = TestServer::follower(3, 9, &[1, 1, 3, 3, 5]);
    let effects = server.tell(N2, install(9, &snapshot));
    assert_eq!(effects.sent, [(N2, matched(9, 3))]);
    assert_eq!(kept(&server), (3, vec![3, 5]));
    assert_eq!((server.commit_index(), server.value("x").as_deref()), (3, Some("3@3")));
}

/// The same: "covered" is about index *and* term (figure 13, step 6): the entry there may be
/// another one's.
#[test]
fn a_follower_does_not_retain_what_follows_another_entry() {
    let mut server = TestServer::follower(3, 9, &[1, 1, 2, 2, 2]);
    server.tell(N2, install(9, &snapshot_of(&[1, 1, 3])));
    assert_eq!(kept(&server), (3, vec![]));
}

/// The same, "due to retransmission": a snapshot that comes late takes nothing back.
#[test]
fn a_snapshot_that_comes_late_takes_nothing_back() {
    let snapshot = snapshot_of(&[1, 1, 3]);
    let mut server = TestServer::follower(3, 9, &[1, 1, 3, 3, 5]);
    server.tell(N2, heartbeat(9, (5, 5), 4));
    let before = (kept(&server), server.commit_index(), server.value("x"));
    let late = server.tell(N2, install(9, &snapshot));
    assert_eq!((kept(&server), server.commit_index(), server.value("x")), before);
    assert_eq!(late.persisted, []);
    assert_eq!(late.sent, [(N2, matched(9, 3))]);
}

/// Figure 13: "1. Reply immediately if term < currentTerm"; else it is a leader's message like any
/// other: the election timer begins anew, and a candidate returns to follower state (§5.2).
#[test]
fn a_snapshot_of_an_earlier_term_is_refused_and_any_other_is_a_leaders() {
    let snapshot = snapshot_of(&[1, 1, 3]);
    let mut server = TestServer::follower(3, 9, &[1]);
    let refused = server.tell(N2, install(8, &snapshot));
    assert_eq!((refused.sent, refused.timers), (vec![(N2, stale(9))], vec![]));
    assert_eq!(kept(&server), (0, vec![1]));
    let mut server = TestServer::candidate(3, 9, &[1]);
    let taken = server.tell(N2, install(9, &snapshot));
    assert!(taken.delay_us(Timer::Election).is_some());
    assert_eq!(server.server().leader(), Some(N2));
}

/// Figure 13, step 8: "Reset state machine using snapshot contents (and load snapshot's cluster
/// configuration)".
#[test]
fn a_follower_loads_the_snapshots_configuration() {
    let mut other = TestServer::follower(3, 9, &[1]).with(Setting::SnapshotEvery, 2);
    let two = voters(&[N1, N2]);
    other.tell(N2, append_these(9, (1, 1), vec![configured(9, two), entry(3, 9)], 2));
    other.tell(N2, heartbeat(9, (9, 3), 3));
    let snapshot = other.server().snapshot().expect("two are applied").clone();
    let mut server = TestServer::with_disk(3, disk(9, None, &[]));
    assert_eq!(server.server().configuration().voters, set(&[N1, N2, N3]));
    server.tell(N2, install(9, &snapshot));
    assert_eq!(*server.server().configuration(), two);
    assert_eq!(server.time_out(Timer::Election).receivers(), [N2]);
}

/// §7 in a cluster: a server that was away for long gets a snapshot, and holds what all hold; the
/// logs stay short.
#[test]
fn a_server_that_was_away_for_long_catches_up_by_a_snapshot() {
    for (seed, pipeline) in [(1, 1), (2, 4), (3, 4)] {
        let features = Features { snapshot_every: 10, pipeline, ..Features::default() };
        let config = RaftConfig { features, ..RaftConfig::default() };
        let mut cluster = Cluster::open(&config, seed);
        let leader = cluster.wait_for_leader();
        let away = if leader == N1 { N2 } else { N1 };
        cluster.act(Choice::Crash(away));
        for number in 0..40_u8 {
            let letter = format!("{number} ");
            cluster.ask_until_answered(C1, &Operation::Append("x".into(), letter.into()));
        }
        cluster.act(Choice::Restart(away));
        let expected: String = (0..40_u8).map(|number| format!("{number} ")).collect();
        cluster.wait("one store on all servers", |cluster| {
            let stores = cluster.view().servers.into_iter().map(|server| server.store);
            stores.into_iter().all(|store| store == [("x".to_owned(), expected.clone())])
        });
        for server in cluster.view().servers {
            assert!(server.log.len() < 20, "{} keeps {}", server.name, server.log.len());
        }
    }
}
