//! Dissertation §6.4: reads that are no entries of the log. One test for each sentence that says
//! what a server does.

use lockstep_core::check::raft::RaftCheck;
use lockstep_core::check::{Assumption, Verdict};
use lockstep_core::lab::Choice;
use lockstep_core::lab::raft::RaftConfig;
use lockstep_core::lab::raft::view::OutcomeView;
use lockstep_core::raft::instruction::Instruction;
use lockstep_core::raft::leadership::Leading;
use lockstep_core::raft::message::Reply;
use lockstep_core::raft::participant::Timer;
use lockstep_core::raft::setting::{Features, Reads, Setting};
use lockstep_core::raft::store::Answer;
use lockstep_core::sim::process::NodeId;
use lockstep_tests::cluster::Cluster;
use lockstep_tests::messages::{
    C1, Message, N1, N2, N3, N4, N5, get, granted, heartbeat, matched, not_leader, put, request,
};
use lockstep_tests::server::{ELECTION_MIN_US, Effects, HEARTBEAT_US, TestServer};
use lockstep_tests::thesis::matched_in;

const READ_INDEX: u64 = Reads::ReadIndex as u64;
const LEASE: u64 = Reads::Lease as u64;

/// The leader of term 2 that has committed a blank entry of its term, at index 2, with `n2`.
fn leader(servers: u8, reads: u64) -> TestServer {
    let mut server = TestServer::follower(servers, 1, &[1])
        .with(Setting::BlankEntry, 1)
        .with(Setting::Reads, reads);
    server.time_out(Timer::Election);
    let helpers: Vec<NodeId> = (1..=servers / 2).map(NodeId).collect();
    for helper in &helpers {
        server.tell(*helper, granted(2));
    }
    for helper in &helpers {
        server.tell(*helper, matched(2, 2));
    }
    assert_eq!((server.log(), server.commit_index()), (vec![1, 2], 2));
    server
}

/// The round that the messages to a node belong to.
fn round(effects: &Effects, node: NodeId) -> u64 {
    match effects.to(node).last() {
        Some(Message::AppendEntries { round, .. }) => *round,
        other => panic!("a heartbeat was expected, not {other:?}"),
    }
}

/// The answer to the client's read, if it is there.
fn answer(effects: &Effects) -> Option<&str> {
    effects.to(C1).into_iter().find_map(|message| match message {
        Message::Answer { reply: Reply::Applied(Answer::Value(value)), .. } => {
            Some(value.as_deref().unwrap_or("nothing"))
        }
        _ => None,
    })
}

/// "Thus, it is natural to ask whether these queries can bypass the Raft log": they do, where that
/// is switched on, and nothing is written.
#[test]
fn a_read_bypasses_the_log() {
    for (reads, entries) in [(Reads::Log as u64, 3), (READ_INDEX, 2), (LEASE, 2)] {
        let mut server = leader(3, reads);
        let asked = server.tell(C1, request(1, get("x")));
        assert_eq!(server.log().len(), entries);
        assert_eq!(asked.persisted.is_empty(), entries == 2);
        // A write is an entry, whatever is said of reads.
        server.tell(C1, request(2, put("x", "1")));
        assert_eq!(server.log().len(), entries + 1);
    }
}

/// Step 1: "If the leader has not yet marked an entry from its current term committed, it waits
/// until it has done so."
#[test]
fn a_leader_that_has_committed_nothing_in_its_term_waits() {
    let mut server = TestServer::follower(3, 1, &[1, 1])
        .with(Setting::BlankEntry, 1)
        .with(Setting::Reads, READ_INDEX);
    server.time_out(Timer::Election);
    server.tell(N2, granted(2));
    let asked = server.tell(C1, request(1, get("x")));
    let round = round(&asked, N2);
    // A majority follows it, but what is committed it does not know.
    let confirmed = server.tell(N3, matched_in(round, 2, 2));
    assert_eq!((server.commit_index(), answer(&confirmed)), (0, None));
    let committed = server.tell(N2, matched_in(round, 2, 3));
    assert_eq!((server.commit_index(), answer(&committed)), (3, Some("2@1")));
}

/// The same: "Raft handles this by having each leader commit a blank no-op entry into the log at
/// the start of its term."
#[test]
fn a_leader_begins_its_term_with_a_blank_entry() {
    let mut server = TestServer::follower(3, 1, &[1]).with(Setting::BlankEntry, 1);
    server.time_out(Timer::Election);
    let elected = server.tell(N2, granted(2));
    let blank = server.server().log().entry(2).expect("a second entry");
    assert_eq!((blank.term, blank.proposal.command()), (2, None));
    assert!(matches!(
        elected.to(N3).as_slice(),
        [Message::AppendEntries { previous_index: 1, .. }]
    ));
    server.tell(N2, matched(2, 2));
    // It changes nothing.
    assert_eq!((server.value("x").as_deref(), server.server().effects()), (Some("1@1"), 1));
    assert_eq!(
        TestServer::leader(3, 2, &[1]).log(),
        [1],
        "where that is switched off, it does not"
    );
}

/// Without a blank entry nothing in the leader's term might ever be committed: then a read is an
/// entry, and does that itself.
#[test]
fn the_first_read_of_a_term_without_an_entry_goes_through_the_log() {
    let mut server = TestServer::leader(3, 2, &[1]).with(Setting::Reads, READ_INDEX);
    server.tell(C1, request(1, get("x")));
    assert_eq!(server.log(), [1, 2]);
    assert_eq!(answer(&server.tell(N2, matched(2, 2))), Some("1@1"));
    server.tell(C1, request(2, get("x")));
    assert_eq!(server.log(), [1, 2]);
}

/// Step 3: "It issues a new round of heartbeats and waits for their acknowledgments from a majority
/// of the cluster."
#[test]
fn a_read_waits_for_a_new_round_of_heartbeats() {
    let mut server = leader(5, READ_INDEX);
    let asked = server.tell(C1, request(1, get("x")));
    assert_eq!(answer(&asked), None);
    let mut others: Vec<NodeId> = asked.receivers();
    others.retain(|node| *node != C1);
    assert_eq!(others, [N2, N3, N4, N5]);
    let round = round(&asked, N2);
    assert!(others.iter().all(|node| self::round(&asked, *node) == round));
    // One acknowledgment, however often it comes, is no majority of five.
    for _ in 0..3 {
        assert_eq!(answer(&server.tell(N2, matched_in(round, 2, 2))), None);
    }
    assert_eq!(answer(&server.tell(N5, matched_in(round, 2, 2))), Some("1@1"));
}

/// The same, "new": an acknowledgment of heartbeats from before the read came says nothing about
/// now.
#[test]
fn an_acknowledgment_from_before_the_read_does_not_count() {
    let mut server = leader(3, READ_INDEX);
    let first = server.tell(C1, request(1, get("x")));
    let before = round(&first, N2);
    let second = server.tell(NodeId(6), request(1, get("x")));
    let now = round(&second, N2);
    assert!(now > before, "each read is asked for anew");
    // Messages from before any read, and from before this one.
    assert_eq!(server.tell(N2, matched(2, 2)).sent, []);
    let old = server.tell(N2, matched_in(before, 2, 2));
    assert_eq!((old.to(C1).len(), old.to(NodeId(6)).len()), (1, 0));
    let new = server.tell(N2, matched_in(now, 2, 2));
    assert_eq!((new.to(C1).len(), new.to(NodeId(6)).len()), (0, 1));
}

/// "It can use a single round of heartbeats for any number of read-only queries that it has
/// accumulated": what confirms the last one confirms all before it.
#[test]
fn one_acknowledgment_serves_all_reads_before_it() {
    let mut server = leader(3, READ_INDEX);
    let readers = [C1, NodeId(6), NodeId(7)];
    let rounds = readers.map(|reader| round(&server.tell(reader, request(1, get("x"))), N2));
    let served = server.tell(N2, matched_in(rounds[2], 2, 2));
    assert!(readers.iter().all(|reader| served.to(*reader).len() == 1), "{served:?}");
}

/// Step 1 again: what it waits for may be the leader's own disk.
#[test]
fn a_read_is_served_when_the_leaders_own_disk_has_caught_up() {
    let mut server = TestServer::follower(3, 1, &[1])
        .with(Setting::BlankEntry, 1)
        .with(Setting::Reads, READ_INDEX);
    server.time_out(Timer::Election);
    server.tell_unsynced(N2, granted(2));
    server.tell_unsynced(C1, request(1, get("x")));
    server.tell_unsynced(N2, matched_in(1, 2, 2));
    assert_eq!((server.log(), server.commit_index()), (vec![1, 2], 0));
    assert_eq!(answer(&server.sync()), Some("1@1"));
}

/// Step 3 with an answer that is lost: the round is asked for again with the next heartbeat.
#[test]
fn a_round_is_asked_for_again() {
    let mut server = leader(3, READ_INDEX);
    let asked = server.tell(C1, request(1, get("x")));
    let again = server.time_out(Timer::Heartbeat);
    assert!(round(&again, N3) >= round(&asked, N3));
    assert_eq!(answer(&server.tell(N3, matched_in(round(&again, N3), 2, 2))), Some("1@1"));
}

/// Steps 2 and 4: "The leader saves its current commit index in a local variable readIndex", and
/// "waits for its state machine to advance at least as far": what was committed when the read came
/// is seen, also by a read that came before a write was.
#[test]
fn a_read_sees_at_least_what_was_committed_when_it_came() {
    let mut server = leader(3, READ_INDEX);
    server.tell(C1, request(1, put("x", "new")));
    server.tell(N2, matched(2, 3));
    assert_eq!(server.commit_index(), 3);
    let asked = server.tell(C1, request(2, get("x")));
    let served = server.tell(N2, matched_in(round(&asked, N2), 2, 3));
    assert_eq!(answer(&served), Some("new"));
    let record = server.server().served().expect("it was served");
    assert_eq!((record.client, record.request, record.index), (C1, 2, 3));
}

/// The acknowledgments of a follower's own answers: it says which round it answers, also when it
/// refuses the entries, for it follows all the same.
#[test]
fn a_follower_acknowledges_the_round_it_was_asked_in() {
    let mut server = TestServer::follower(3, 2, &[1]);
    for previous in [(1, 1), (2, 9)] {
        let (previous_term, previous_index) = previous;
        let asked = Message::AppendEntries {
            term: 2,
            previous_index,
            previous_term,
            entries: Vec::new(),
            leader_commit: 0,
            round: 7,
        };
        let answered = server.tell(N2, asked);
        assert!(matches!(answered.to(N2).as_slice(), [Message::Appended { round: 7, .. }]));
    }
}

/// "If the partitioned leader responded to a read-only query without consulting the other servers,
/// it would return stale results": a leader that learns of a later one turns its readers away.
#[test]
fn a_leader_that_is_superseded_turns_its_readers_away() {
    let mut server = leader(3, READ_INDEX);
    server.tell(C1, request(1, get("x")));
    let deposed = server.tell(N3, heartbeat(3, (2, 2), 0));
    assert_eq!(deposed.to(C1).len(), 1);
    assert!(matches!(
        deposed.to(C1).as_slice(),
        [Message::Answer { reply: Reply::NotLeader(_), request: 1, attempt: 1 }]
    ));
    assert_eq!(*server.server().leading(), Leading::default(), "nothing of its lead is left");
    // An acknowledgment of the old round comes late.
    assert_eq!(server.tell(N2, matched_in(1, 2, 2)).sent, []);
    assert_eq!(server.tell(C1, request(1, get("x"))).sent, [(C1, not_leader(1, Some(N3)))]);
}

/// Who asked again meanwhile listens to a refusal of the latest try only, and gets that; a late
/// copy of an earlier request changes nothing.
#[test]
fn a_reader_that_asked_again_is_turned_away_at_its_latest_try() {
    let mut server = leader(3, READ_INDEX);
    let ask = |request, attempt| {
        let command = get("x").into();
        Message::Request { request, attempt, command }
    };
    for (request, attempt) in [(2, 1), (2, 3), (2, 2), (1, 9)] {
        server.tell(C1, ask(request, attempt));
    }
    assert!(matches!(
        server.tell(N3, heartbeat(3, (2, 2), 0)).to(C1).as_slice(),
        [Message::Answer { reply: Reply::NotLeader(_), request: 2, attempt: 3 }]
    ));
}

/// The same in a cluster: the leader is cut off with a client; the others elect a new one, which
/// commits a write; the old one does not answer the read.
#[test]
fn a_leader_that_is_cut_off_answers_no_read() {
    let features = Features { reads: Reads::ReadIndex, blank_entry: true, ..Features::default() };
    let config = RaftConfig { clients: 2, features, ..RaftConfig::default() };
    let (reader, writer) = (NodeId(5), NodeId(6));
    let mut cluster = Cluster::open(&config, 8);
    let old = cluster.wait_for_leader();
    cluster.ask_until_answered(reader, &put("x", "1"));
    let mut others = vec![N1, N2, N3, N4, N5, writer];
    others.retain(|node| *node != old);
    cluster.act(Choice::Partition(vec![others, vec![old, reader]]));
    cluster.wait("another leader", |cluster| cluster.leaders().len() == 2);
    cluster.ask_until_answered(writer, &put("x", "2"));
    cluster.ask(reader, get("x"));
    cluster.pass(400_000);
    let outcome = cluster.outcomes().pop();
    assert_eq!(outcome, Some(OutcomeView::Pending));
    cluster.act(Choice::HealAll);
    cluster.ask_until_answered(reader, &get("x"));
}

/// §6.4.1: "Once the leader's heartbeats were acknowledged by a majority of the cluster, the leader
/// would assume that no other server will become leader for about an election timeout, and it could
/// extend its lease accordingly. The leader would then reply to read-only queries during that
/// period without any additional communication."
#[test]
fn a_leader_with_a_lease_replies_without_communication() {
    let mut server = leader(3, LEASE);
    let beat = server.time_out(Timer::Heartbeat);
    server.pass(20_000);
    server.tell(N2, matched_in(round(&beat, N2), 2, 2));
    let asked = server.tell(C1, request(1, get("x")));
    assert_eq!(answer(&asked), Some("1@1"));
    assert_eq!(asked.receivers(), [C1]);
}

/// The same: without a majority's acknowledgment there is no lease, and the leader asks.
#[test]
fn a_leader_without_a_lease_asks() {
    let mut server = leader(5, LEASE);
    let beat = server.time_out(Timer::Heartbeat);
    server.tell(N2, matched_in(round(&beat, N2), 2, 2));
    let asked = server.tell(C1, request(1, get("x")));
    assert_eq!(answer(&asked), None);
    let later = round(&asked, N2);
    server.tell(N2, matched_in(later, 2, 2));
    assert_eq!(answer(&server.tell(N3, matched_in(later, 2, 2))), Some("1@1"));
}

/// Figure 6.3: the lease is extended "to start + election timeout / clock drift bound": it lasts
/// from when the heartbeats were sent, not from when they were acknowledged.
#[test]
fn a_lease_lasts_from_when_its_heartbeats_were_sent() {
    // Whatever the share for clocks is, it ends before a follower would vote for another, and is of
    // use for longer than the time between two heartbeats.
    for (after_us, leased) in [(HEARTBEAT_US, true), (ELECTION_MIN_US, false)] {
        let mut server = leader(3, LEASE);
        let beat = server.time_out(Timer::Heartbeat);
        server.pass(after_us - 1_000);
        server.tell(N2, matched_in(round(&beat, N2), 2, 2));
        server.pass(1_000);
        let asked = server.tell(C1, request(1, get("x")));
        assert_eq!(answer(&asked).is_some(), leased, "{after_us} after they were sent");
    }
}

/// §6.4.1: "A leader would need to expire its lease before transferring leadership."
#[test]
fn a_leader_that_hands_over_uses_no_lease() {
    let mut server = leader(3, LEASE);
    let beat = server.time_out(Timer::Heartbeat);
    server.tell(N2, matched_in(round(&beat, N2), 2, 2));
    assert!(server.server().lease_until_us().is_some());
    server.instruct(Instruction::Transfer(N2));
    assert_eq!(server.server().lease_until_us(), None);
    // Nor when it has given the transfer up: the message may still come late, and the target win.
    for _ in 0..10 {
        server.pass(ELECTION_MIN_US);
        server.time_out(Timer::Heartbeat);
    }
    let beat = server.time_out(Timer::Heartbeat);
    server.tell(N2, matched_in(round(&beat, N2), 2, 2));
    let asked = server.tell(C1, request(1, get("x")));
    assert_eq!(answer(&asked), None);
    assert_eq!(answer(&server.tell(N2, matched_in(round(&asked, N2), 2, 2))), Some("1@1"));
}

/// §6.4.1: "The lease approach assumes a bound on clock drift across servers … If the assumptions
/// are violated, the system could return arbitrarily stale information." A timer that somebody
/// makes run out early violates them: whoever hears from a leader campaigns, against a lease that
/// lasts. Nobody is convicted of it.
#[test]
fn a_timer_that_runs_out_early_is_a_clock_that_cannot_be_trusted() {
    let features = Features {
        reads: Reads::Lease,
        check_quorum: true,
        blank_entry: true,
        ..Features::default()
    };
    let config = RaftConfig { servers: 3, features, ..RaftConfig::default() };
    let mut stale = 0;
    for seed in 0..10 {
        let (mut cluster, client) = (Cluster::open(&config, seed), N4);
        let old = cluster.wait_for_leader();
        cluster.ask_until_answered(client, &put("x", "1"));
        cluster.pass(500_000);
        let others: Vec<NodeId> = [N1, N2, N3].into_iter().filter(|node| *node != old).collect();
        // One has not heard from the leader for long; the other has, and campaigns all the same.
        cluster.act(Choice::Cut { from: old, to: others[1], both_ways: true });
        cluster.pass(170_000);
        assert_eq!(verdict(&cluster), Verdict::Holds);
        cluster.act(Choice::Cut { from: old, to: others[0], both_ways: true });
        cluster.time_out(others[0]);
        cluster.pass(55_000);
        cluster.ask(client, get("x"));
        cluster.pass(100_000);
        match verdict(&cluster) {
            Verdict::AssumptionVoid(void) => {
                assert_eq!(void.assumption, Assumption::ClocksStray);
                stale += u64::from(void.failure.is_some());
            }
            other => panic!("a lease cannot be trusted here: {other:?}"),
        }
    }
    assert!(stale > 0, "the read was stale in {stale} of ten runs");
}

fn verdict(cluster: &Cluster) -> Verdict {
    let mut reports = cluster.session().checks().into_iter();
    let report = reports.find(|report| report.check == RaftCheck::ReadFreshness);
    report.expect("it is looked at").verdict
}

/// A lease is its leader's alone: the next leader begins without one.
#[test]
fn a_lease_ends_with_its_leader() {
    let mut server = leader(3, LEASE);
    let beat = server.time_out(Timer::Heartbeat);
    server.tell(N2, matched_in(round(&beat, N2), 2, 2));
    server.tell(N3, heartbeat(3, (2, 2), 0));
    assert_eq!(server.server().lease_until_us(), None);
    server.time_out(Timer::Election);
    server.tell(N3, granted(4));
    assert_eq!((server.server().is_leader(), server.server().lease_until_us()), (true, None));
}
