//! Dissertation §10.2: writing to the leader's disk in parallel, batching and pipelining. One test
//! for each sentence that says what a leader does.

use lockstep_core::lab::Choice;
use lockstep_core::lab::raft::RaftConfig;
use lockstep_core::lab::raft::view::OutcomeView;
use lockstep_core::raft::log::Index;
use lockstep_core::raft::participant::Timer;
use lockstep_core::raft::setting::{Features, Setting};
use lockstep_core::raft::store::Operation;
use lockstep_core::sim::network::LinkSettings;
use lockstep_core::sim::process::NodeId;
use lockstep_tests::cluster::Cluster;
use lockstep_tests::messages::{C1, Message, N2, N3, conflict, matched, put, request};
use lockstep_tests::server::{Effects, MOST_ENTRIES, TestServer};

/// The leader of term 2 whose log is `[1]`, with a window of so many batches, and `n2` in step.
fn leader(window: u64) -> TestServer {
    let mut server = TestServer::leader(3, 2, &[1]).with(Setting::Pipeline, window);
    server.tell(N2, matched(2, 1));
    server
}

/// Where each message to a node begins, and how many entries it carries.
fn batches(effects: &Effects, node: NodeId) -> Vec<(Index, usize)> {
    let batch = |message: &&Message| match message {
        Message::AppendEntries { previous_index, entries, .. } => {
            Some((*previous_index + 1, entries.len()))
        }
        _ => None,
    };
    effects.to(node).iter().filter_map(batch).collect()
}

fn ask(server: &mut TestServer, number: u64) -> Effects {
    server.tell(C1, request(number, put("x", "1")))
}

/// §10.2.1: "The leader may even commit an entry before it has been written to its own disk, if a
/// majority of followers have written it to their disks; this is still safe."
#[test]
fn a_leader_commits_what_a_majority_of_followers_has_written() {
    let mut server = TestServer::leader(3, 2, &[1]);
    let asked = server.tell_unsynced(C1, request(1, put("x", "1")));
    assert_eq!(asked.sent, [], "what it sends waits for its own disk: a departure of ours");
    server.tell_unsynced(N2, matched(2, 2));
    assert_eq!(server.commit_index(), 0, "its own match index is what is on its disk");
    server.tell_unsynced(N3, matched(2, 2));
    assert_eq!(server.commit_index(), 2);
}

/// §10.2.2: "Leaders … send as many entries as are available between the follower's next index and
/// the end of the log, up to" a limit.
#[test]
fn a_batch_carries_what_is_available_up_to_a_limit() {
    let mut server = leader(1);
    ask(&mut server, 1);
    let most = usize::try_from(MOST_ENTRIES).expect("small");
    for number in 2..=20 {
        assert_eq!(batches(&ask(&mut server, number), N2), [], "one batch at a time");
    }
    assert_eq!(batches(&server.tell(N2, matched(2, 2)), N2), [(3, most)]);
    assert_eq!(batches(&server.tell(N2, matched(2, 18)), N2), [(19, 3)]);
}

/// §10.2.2: "To support pipelining, the leader treats the next index for each follower
/// optimistically; it updates the next index to send immediately after sending the previous entry,
/// rather than waiting for the previous entry's acknowledgment."
#[test]
fn a_leader_sends_the_next_batch_before_the_previous_one_is_acknowledged() {
    let mut server = leader(4);
    for number in 1..=4 {
        assert_eq!(batches(&ask(&mut server, number), N2), [(number + 1, 1)]);
    }
    assert_eq!(server.progress(N2).next_index, 6);
    assert_eq!(server.progress(N2).match_index, 1, "nothing is counted before it is acknowledged");
    assert_eq!(server.commit_index(), 0);
}

/// The same: "flow control" bounds how many are on their way; what waits goes out together.
#[test]
fn no_more_batches_are_on_their_way_than_the_window_allows() {
    for window in [2, 3, 8] {
        let mut server = leader(window);
        for number in 1..=window {
            assert_eq!(batches(&ask(&mut server, number), N2).len(), 1);
        }
        for number in 1..=3 {
            assert_eq!(batches(&ask(&mut server, window + number), N2), [], "{window}");
        }
        // One answer makes room for one batch, which carries all that has accumulated.
        let room = server.tell(N2, matched(2, 2));
        assert_eq!(batches(&room, N2), [(window + 2, 3)], "{window}");
        // And one answer may speak for several.
        ask(&mut server, window + 4);
        let more = server.tell(N2, matched(2, window + 1));
        assert_eq!(batches(&more, N2), [(window + 5, 1)], "{window}");
    }
}

/// The same: a follower of which nothing is known yet is asked first; only one that agrees is
/// streamed to.
#[test]
fn a_follower_that_has_not_agreed_gets_one_batch_at_a_time() {
    let mut server = TestServer::leader(3, 2, &[1]).with(Setting::Pipeline, 4);
    assert_eq!(batches(&ask(&mut server, 1), N2), [(2, 1)]);
    assert_eq!(batches(&ask(&mut server, 2), N2), []);
    let agreed = server.tell(N2, matched(2, 2));
    assert_eq!(batches(&agreed, N2), [(3, 1)]);
    assert_eq!(batches(&ask(&mut server, 3), N2), [(4, 1)]);
}

/// §10.2.2: "The AppendEntries consistency check guarantees that pipelining is safe; in fact, the
/// leader can safely send entries in any order." And if it fails, the leader goes back to what the
/// follower has.
#[test]
fn a_leader_goes_back_where_a_batch_was_lost() {
    let mut server = leader(4);
    for number in 1..=3 {
        ask(&mut server, number);
    }
    // The first batch is lost; the second one finds nothing before it.
    let refused = server.tell(N2, conflict(2, 2, None, 2));
    assert_eq!(batches(&refused, N2), [(2, 3)]);
    // The third says the same of an older question: nothing is sent twice for it.
    assert_eq!(server.tell(N2, conflict(2, 3, None, 2)).sent, []);
    let agreed = server.tell(N2, matched(2, 4));
    assert_eq!((batches(&agreed, N2), server.commit_index()), (vec![], 4));
    assert_eq!(batches(&ask(&mut server, 4), N2), [(5, 1)], "it streams again");
    assert_eq!(batches(&ask(&mut server, 5), N2), [(6, 1)]);
}

/// §10.2.2: "If an RPC times out, the leader must decrement its next index back to its original
/// value to retry": a heartbeat after the last batch shows whether it arrived.
#[test]
fn a_heartbeat_shows_whether_the_last_batch_was_lost() {
    let mut server = leader(4);
    ask(&mut server, 1);
    let beat = server.time_out(Timer::Heartbeat);
    assert_eq!(batches(&beat, N2), [(3, 0)]);
    let refused = server.tell(N2, conflict(2, 2, None, 2));
    assert_eq!(batches(&refused, N2), [(2, 1)]);
    assert_eq!(batches(&server.time_out(Timer::Heartbeat), N2), [(2, 1)], "it asks until it knows");
    server.tell(N2, matched(2, 2));
    assert_eq!(server.commit_index(), 2);
}

/// The same where the answers are lost: one of a heartbeat speaks for all batches before it.
#[test]
fn a_heartbeats_answer_stands_for_answers_that_were_lost() {
    let mut server = leader(2);
    for number in 1..=5 {
        ask(&mut server, number);
    }
    let beat = server.time_out(Timer::Heartbeat);
    assert_eq!(batches(&beat, N2), [(4, 0)]);
    assert_eq!(batches(&server.tell(N2, matched(2, 3)), N2), [(4, 3)]);
    assert_eq!(server.commit_index(), 3);
}

/// The leader, to which `n2` has not answered since, now has entries 7 and 8 and a snapshot.
fn compacted(mut server: TestServer) -> TestServer {
    server.set(Setting::SnapshotEvery, 4);
    let last = server.server().log().last_index();
    for number in last..8 {
        ask(&mut server, number);
    }
    for index in [6, 7, 8] {
        server.tell(N3, matched(2, index));
    }
    assert_eq!((server.server().log().first_index(), server.commit_index()), (7, 8));
    server
}

/// A follower that lags behind what was compacted while its batches were lost gets the snapshot
/// (paper, §7): nothing is sent that the log no longer has.
#[test]
fn a_stream_falls_back_to_the_snapshot() {
    let mut server = compacted(leader(2));
    let beat = server.time_out(Timer::Heartbeat);
    let is_snapshot = |message: &&Message| matches!(message, Message::InstallSnapshot { .. });
    assert!(!beat.to(N2).is_empty() && beat.to(N2).iter().all(is_snapshot), "{beat:?}");
    assert_eq!(batches(&server.tell(N2, matched(2, 6)), N2), [(7, 2)]);
    server.tell(N2, matched(2, 8));
    assert_eq!(batches(&ask(&mut server, 8), N2), [(9, 1)]);
    assert_eq!(batches(&ask(&mut server, 9), N2), [(10, 1)], "it streams again");
}

/// The same, as it once was not: a late answer from the time before puts a follower in step that
/// the log no longer reaches back to. What it is sent must join what it has.
#[test]
fn a_late_answer_does_not_make_a_leader_stream_what_it_no_longer_has() {
    let mut server = compacted(TestServer::leader(3, 2, &[]).with(Setting::Pipeline, 4));
    // The follower's log is empty: so it says, and so it once said to the first heartbeat.
    for late in [matched(2, 0), matched(2, 0)] {
        let mut told = server.tell(N2, late);
        told.sent.extend(server.time_out(Timer::Heartbeat).sent);
        told.sent.extend(ask(&mut server, 9).sent);
        let joins_nothing = |(begin, count): &(Index, usize)| *begin <= 6 && *count > 0;
        assert!(!batches(&told, N2).iter().any(joins_nothing), "{:?}", batches(&told, N2));
    }
}

/// "Pipelining … optimizes latency" and throughput over slow links: the same commands are done
/// sooner, and all servers hold the same; also where the network loses, doubles and reorders.
#[test]
fn a_pipeline_is_faster_over_slow_links_and_as_safe() {
    let finish = |pipeline: u64, network: LinkSettings, seed: u64| {
        let features = Features { pipeline, ..Features::default() };
        let config =
            RaftConfig { clients: 4, most_entries: 1, features, network, ..RaftConfig::default() };
        let mut cluster = Cluster::open(&config, seed);
        let leader = cluster.wait_for_leader();
        let began_us = cluster.now_us();
        for number in 0..10_u8 {
            for client in 5..9 {
                let letter = format!("{client}{number} ");
                let append = Operation::Append("x".into(), letter.into());
                cluster.act(Choice::Operate { node: NodeId(client), operation: append.into() });
            }
        }
        cluster.wait("every answer", |cluster| {
            let outcomes = cluster.outcomes();
            let pending = OutcomeView::Pending;
            outcomes.len() == 40 && !outcomes.contains(&pending)
        });
        let took_us = cluster.now_us() - began_us;
        let store = cluster.server(leader).store;
        cluster.wait("one store on all servers", |cluster| {
            cluster.view().servers.into_iter().all(|server| server.store == store)
        });
        took_us
    };
    let slow =
        LinkSettings { delay_min_us: 20_000, delay_max_us: 20_000, ..LinkSettings::default() };
    let (one, four) = (finish(1, slow, 1), finish(4, slow, 1));
    assert!(four * 3 < one * 2, "{four} with a pipeline, {one} without");
    let wild =
        LinkSettings { delay_min_us: 1_000, delay_max_us: 30_000, ..LinkSettings::default() };
    for seed in 0..5 {
        finish(8, wild, seed);
    }
}
