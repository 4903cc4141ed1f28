//! Dissertation §9.6, §6.2, §4.2.3 and §3.10: what keeps elections rare, and how one is asked for.
//! One test for each sentence that says what a server does.

use lockstep_core::lab::Choice;
use lockstep_core::lab::raft::RaftConfig;
use lockstep_core::lab::raft::view::RoleView;
use lockstep_core::raft::instruction::Instruction;
use lockstep_core::raft::participant::Timer;
use lockstep_core::raft::server::Role;
use lockstep_core::raft::setting::{Features, Setting};
use lockstep_core::sim::process::NodeId;
use lockstep_tests::cluster::Cluster;
use lockstep_tests::messages::{
    C1, Message, N1, N2, N3, N4, N5, append, denied, denied_as_stale, granted, heartbeat, matched,
    not_leader, put, request, request_vote,
};
use lockstep_tests::server::{ELECTION_MAX_US, ELECTION_MIN_US, Effects, TestServer};
use lockstep_tests::thesis::{
    pre_vote, request_vote_for_transfer, timeout_now, would_not_vote, would_vote,
};

/// A cluster of five with these features, and its leader.
fn five_with(features: Features, seed: u64) -> (Cluster, NodeId) {
    let config = RaftConfig { features, ..RaftConfig::default() };
    let mut cluster = Cluster::open(&config, seed);
    let leader = cluster.wait_for_leader();
    (cluster, leader)
}

/// A follower of a leader is cut off from all others for three seconds, and comes back.
fn cut_off_and_back(features: Features) -> (Cluster, NodeId, NodeId) {
    let (mut cluster, leader) = five_with(features, 4);
    let cut_off = if leader == N5 { N4 } else { N5 };
    let others = [N1, N2, N3, N4, N5, C1].into_iter().filter(|node| *node != cut_off).collect();
    cluster.act(Choice::Partition(vec![others, vec![cut_off]]));
    cluster.pass(3_000_000);
    (cluster, leader, cut_off)
}

fn told_to_campaign(effects: &Effects, node: NodeId) -> bool {
    effects.to(node).iter().any(|message| matches!(message, Message::TimeoutNow { .. }))
}

/// §9.6: "In the Pre-Vote algorithm, a candidate only increments its term if it first learns from a
/// majority of the cluster that they would be willing to grant the candidate their votes."
#[test]
fn a_candidate_increments_its_term_only_if_a_majority_would_vote_for_it() {
    let mut server = TestServer::follower(5, 2, &[1, 2]).with(Setting::PreVote, 1);
    let asked = server.time_out(Timer::Election);
    assert!(matches!(server.server().role(), Role::PreCandidate { .. }));
    assert_eq!((server.server().current_term(), server.server().durable().voted_for), (2, None));
    assert_eq!(asked.sent, [N2, N3, N4, N5].map(|node| (node, pre_vote(3, (2, 2)))));
    assert_eq!(asked.persisted, []);
    // One of four is no majority, however often it says so, and a refusal is no consent.
    for (from, answer) in
        [(N2, would_vote(2, 3)), (N2, would_vote(2, 3)), (N3, would_not_vote(2, 3))]
    {
        assert_eq!(server.tell(from, answer).sent, []);
        assert_eq!(server.server().current_term(), 2);
    }
    let enough = server.tell(N4, would_vote(2, 3));
    assert!(matches!(server.server().role(), Role::Candidate { .. }));
    assert_eq!(server.server().current_term(), 3);
    let voted = enough.persisted.last().map(|disk| (disk.current_term, disk.voted_for));
    assert_eq!(voted, Some((3, Some(N1))));
    assert_eq!(enough.sent, [N2, N3, N4, N5].map(|node| (node, request_vote(3, (2, 2)))));
    // What they would have done is not yet a vote.
    assert!(!server.server().is_leader());
    server.tell(N2, granted(3));
    server.tell(N4, granted(3));
    assert!(server.server().is_leader());
}

/// The same sentence: who only asks, asks again as long as it has no answer, and begins anew with
/// the next timeout, in the same term.
#[test]
fn a_question_without_an_answer_is_asked_again() {
    let mut server = TestServer::follower(3, 2, &[1]).with(Setting::PreVote, 1);
    server.time_out(Timer::Election);
    server.tell(N2, would_not_vote(2, 3));
    assert_eq!(server.time_out(Timer::Heartbeat).sent, [(N3, pre_vote(3, (1, 1)))]);
    let anew = server.time_out(Timer::Election);
    assert_eq!(anew.sent, [N2, N3].map(|node| (node, pre_vote(3, (1, 1)))));
    assert_eq!(server.server().current_term(), 2);
}

/// The same sentence: consent to another term's election is none to this one's.
#[test]
fn consent_to_an_earlier_election_does_not_count() {
    let mut server = TestServer::follower(3, 2, &[1]).with(Setting::PreVote, 1);
    server.time_out(Timer::Election);
    server.tell(N2, would_vote(1, 2));
    assert!(matches!(server.server().role(), Role::PreCandidate { .. }));
    // It learns of a later term like anybody else, and is a candidate no more.
    server.tell(N2, would_not_vote(7, 3));
    assert_eq!(*server.server().role(), Role::Follower);
    assert_eq!(server.server().current_term(), 7);
    server.tell(N3, would_vote(7, 8));
    assert_eq!(*server.server().role(), Role::Follower);
}

/// The same sentence, in brackets: "if the candidate's log is sufficiently up-to-date".
#[test]
fn nobody_would_vote_for_a_stale_log() {
    for (last, answer) in [
        ((2, 2), would_vote(2, 3)),
        ((2, 3), would_vote(2, 3)),
        ((2, 1), would_not_vote(2, 3)),
        ((1, 9), would_not_vote(2, 3)),
    ] {
        let mut server = TestServer::follower(3, 2, &[1, 2]);
        server.pass(ELECTION_MIN_US);
        assert_eq!(server.tell(N2, pre_vote(3, last)).sent, [(N2, answer)], "{last:?}");
    }
}

/// The same brackets: "and the voters have not received heartbeats from a valid leader for at least
/// a baseline election timeout".
#[test]
fn nobody_would_vote_while_it_hears_from_a_leader() {
    let mut server = TestServer::follower(3, 2, &[1]);
    server.tell(N3, heartbeat(2, (1, 1), 0));
    server.pass(ELECTION_MIN_US - 100);
    assert_eq!(server.tell(N2, pre_vote(3, (1, 1))).sent, [(N2, would_not_vote(2, 3))]);
    server.pass(200);
    assert_eq!(server.tell(N2, pre_vote(3, (1, 1))).sent, [(N2, would_vote(2, 3))]);
    // A leader hears itself.
    let mut leader = TestServer::leader(3, 2, &[1]);
    leader.pass(10 * ELECTION_MAX_US);
    assert_eq!(leader.tell(N2, pre_vote(3, (1, 1))).sent, [(N2, would_not_vote(2, 3))]);
}

/// The same sentence: nor would anybody vote in a term that it has reached already; whoever asks
/// hears which term that is.
#[test]
fn nobody_would_vote_in_a_term_that_has_passed() {
    let mut server = TestServer::follower(3, 5, &[1]);
    server.pass(ELECTION_MIN_US);
    for term in [4, 5] {
        assert_eq!(server.tell(N2, pre_vote(term, (9, 9))).sent, [(N2, would_not_vote(5, term))]);
    }
    assert_eq!(server.tell(N2, pre_vote(6, (1, 1))).sent, [(N2, would_vote(5, 6))]);
}

/// The same sentence: whoever says what it would do, does nothing: it gives no vote, takes over no
/// term and waits no longer for a leader.
#[test]
fn to_be_asked_changes_nothing() {
    let mut server = TestServer::follower(3, 2, &[1]);
    server.pass(ELECTION_MIN_US);
    let before = server.server().clone();
    for candidate in [N2, N3] {
        let asked = server.tell(candidate, pre_vote(9, (1, 1)));
        assert_eq!(asked.sent, [(candidate, would_vote(2, 9))]);
        assert_eq!((asked.persisted, asked.timers), (vec![], vec![]));
    }
    assert_eq!(*server.server(), before);
}

/// §9.6: "While a server is partitioned, it won't be able to increment its term, since it can't
/// receive permission from a majority of the cluster."
#[test]
fn a_server_that_is_cut_off_does_not_increment_its_term() {
    let features = Features { pre_vote: true, ..Features::default() };
    let (cluster, leader, cut_off) = cut_off_and_back(features);
    let server = cluster.server(cut_off);
    assert_eq!(server.current_term, cluster.server(leader).current_term);
    assert_ne!(server.role, RoleView::Follower, "it has been asking");
}

/// §9.6: "Then, when it rejoins the cluster, it still won't be able to increment its term, since
/// the other servers will have been receiving regular heartbeats from the leader. Once the server
/// receives a heartbeat from the leader itself, it will return to the follower state (in the same
/// term)."
#[test]
fn a_server_that_rejoins_returns_to_follower_state_in_the_same_term() {
    let features = Features { pre_vote: true, ..Features::default() };
    let (mut cluster, leader, cut_off) = cut_off_and_back(features);
    let term = cluster.server(leader).current_term;
    // Before the leader's heartbeat reaches it, it asks once more.
    cluster.time_out(cut_off);
    cluster.act(Choice::HealAll);
    cluster.wait("it follows", |cluster| cluster.server(cut_off).role == RoleView::Follower);
    cluster.pass(1_000_000);
    assert_eq!(cluster.leaders(), [leader]);
    assert_eq!(cluster.view().situation.term, term);

    let mut bench = TestServer::follower(3, 2, &[1]).with(Setting::PreVote, 1);
    bench.time_out(Timer::Election);
    bench.tell(N2, heartbeat(2, (1, 1), 0));
    assert_eq!(*bench.server().role(), Role::Follower);
    assert_eq!((bench.server().current_term(), bench.server().leader()), (2, Some(N2)));
}

/// §9.6, of Raft without pre-vote: "When a server is partitioned … it will soon increment its term
/// to start an election", and when it is back, "this will force the cluster leader to step down,
/// and a new election will have to take place".
#[test]
fn without_pre_vote_a_server_that_rejoins_forces_an_election() {
    let (mut cluster, leader, cut_off) = cut_off_and_back(Features::default());
    let term = cluster.server(leader).current_term;
    let raised = cluster.server(cut_off).current_term;
    assert!(raised > term + 3, "{raised} after {term}");
    cluster.act(Choice::HealAll);
    cluster.pass(1_000_000);
    cluster.wait_for_leader();
    assert!(cluster.view().situation.term > raised.min(term + 1));
    assert!(cluster.server(leader).current_term >= raised, "it had to follow into that term");
}

/// §6.2: "A leader in Raft steps down if an election timeout elapses without a successful round of
/// heartbeats to a majority of its cluster."
#[test]
fn a_leader_that_hears_from_no_majority_steps_down() {
    for (check_quorum, answers, leads) in
        [(1, vec![N2, N3], true), (1, vec![N2], false), (1, vec![], false), (0, vec![], true)]
    {
        let mut server = TestServer::leader(5, 2, &[1]).with(Setting::CheckQuorum, check_quorum);
        server.pass(ELECTION_MAX_US / 2);
        let beat = server.time_out(Timer::Heartbeat);
        assert_eq!(beat.receivers(), [N2, N3, N4, N5], "nobody is expected to have answered yet");
        for follower in &answers {
            server.tell(*follower, matched(2, 1));
        }
        server.pass(ELECTION_MAX_US / 2 + 100);
        let later = server.time_out(Timer::Heartbeat);
        let context = format!("{check_quorum}, {answers:?}");
        assert_eq!(server.server().is_leader(), leads, "{context}");
        // Nobody else is in a later term: it steps down in its own, and waits like any follower.
        assert_eq!(server.server().current_term(), 2, "{context}");
        assert_eq!(later.delay_us(Timer::Election).is_some(), !leads, "{context}");
        assert_eq!(later.stopped.contains(&Timer::Heartbeat), !leads, "{context}");
        assert_eq!(later.sent.is_empty(), !leads, "{context}");
    }
}

/// The same sentence: "this allows clients to retry their requests with another server".
#[test]
fn a_leader_that_stepped_down_sends_its_clients_away() {
    let mut server = TestServer::leader(3, 2, &[1]).with(Setting::CheckQuorum, 1);
    server.pass(ELECTION_MAX_US + 100);
    server.time_out(Timer::Heartbeat);
    let refused = server.tell(C1, request(1, put("x", "1")));
    assert_eq!(refused.sent, [(C1, not_leader(1, None))]);
    assert_eq!(server.log(), [1]);
}

/// The same sentence, in a cluster: the leader that was cut off with a client does not keep it
/// waiting, and there are never two leaders for long.
#[test]
fn a_leader_that_is_cut_off_leads_no_longer() {
    for check_quorum in [true, false] {
        let features = Features { check_quorum, ..Features::default() };
        let (mut cluster, leader) = five_with(features, 6);
        let others = [N1, N2, N3, N4, N5].into_iter().filter(|node| *node != leader).collect();
        cluster.act(Choice::Partition(vec![others, vec![leader, C1]]));
        cluster.pass(2_000_000);
        let stepped_down = cluster.server(leader).role != RoleView::Leader;
        assert_eq!(stepped_down, check_quorum);
        assert_eq!(cluster.leaders().len(), if check_quorum { 1 } else { 2 });
    }
}

/// §6.2: "Followers keep track of the leader's identity so that they can redirect or proxy clients.
/// They must discard this information when starting a new election or when the term changes."
#[test]
fn followers_discard_the_leaders_identity_with_its_term() {
    let follower = || {
        let mut server = TestServer::follower(3, 2, &[1]);
        server.tell(N2, heartbeat(2, (1, 1), 0));
        let redirected = server.tell(C1, request(1, put("x", "1")));
        assert_eq!(redirected.sent, [(C1, not_leader(1, Some(N2)))]);
        server
    };
    let mut electing = follower();
    electing.time_out(Timer::Election);
    let mut asking = follower().with(Setting::PreVote, 1);
    asking.time_out(Timer::Election);
    let mut asked = follower();
    asked.tell(N3, request_vote(3, (1, 1)));
    for mut server in [electing, asking, asked] {
        let refused = server.tell(C1, request(1, put("x", "1")));
        assert_eq!(refused.sent, [(C1, not_leader(1, None))]);
    }
}

/// §4.2.3: "If a server receives a RequestVote request within the minimum election timeout of
/// hearing from a current leader, it does not update its term or grant its vote." We let it answer.
#[test]
fn a_server_that_hears_from_a_leader_does_not_update_its_term_or_grant_its_vote() {
    for message in [heartbeat(2, (1, 1), 0), append(2, (1, 1), &[2], 0), append(2, (9, 9), &[9], 0)]
    {
        let mut server = TestServer::follower(3, 2, &[1]).with(Setting::CheckQuorum, 1);
        server.pass(ELECTION_MIN_US);
        server.tell(N2, message);
        server.pass(ELECTION_MIN_US - 100);
        let before = server.server().durable().clone();
        let asked = server.tell(N3, request_vote(7, (7, 7)));
        assert_eq!(asked.sent, [(N3, denied_as_stale(2, 7))]);
        assert_eq!((asked.persisted, asked.timers), (vec![], vec![]));
        assert_eq!(*server.server().durable(), before);
        assert_eq!(server.server().leader(), Some(N2));
    }
}

/// The same sentence, of the leader itself: it does not let itself be deposed so either.
#[test]
fn a_leader_does_not_step_down_for_a_request_for_a_vote() {
    let mut server = TestServer::leader(3, 2, &[1]).with(Setting::CheckQuorum, 1);
    server.pass(ELECTION_MAX_US / 2);
    assert_eq!(server.tell(N3, request_vote(7, (7, 7))).sent, [(N3, denied_as_stale(2, 7))]);
    assert!(server.server().is_leader());
    let mut server = TestServer::leader(3, 2, &[1]);
    server.tell(N3, request_vote(7, (7, 7)));
    assert!(!server.server().is_leader(), "without the rule it would");
}

/// §4.2.3: "This does not affect normal elections, where each server waits at least a minimum
/// election timeout before starting an election."
#[test]
fn a_server_that_has_not_heard_from_a_leader_for_long_votes() {
    let mut server = TestServer::follower(3, 2, &[1]).with(Setting::CheckQuorum, 1);
    server.tell(N2, heartbeat(2, (1, 1), 0));
    server.pass(ELECTION_MIN_US);
    assert_eq!(server.tell(N3, request_vote(3, (1, 1))).sent, [(N3, granted(3))]);
}

/// The same rule across a crash: who comes up cannot know whether it heard from a leader just
/// before, and waits as if it had; or a lease (§6.4.1) would not be safe from a quick restart.
#[test]
fn a_server_that_comes_up_waits_before_it_votes() {
    let mut server = TestServer::follower(3, 2, &[1]).with(Setting::CheckQuorum, 1);
    server.pass(10 * ELECTION_MAX_US);
    server.crash_and_restart();
    assert_eq!(server.tell(N3, request_vote(3, (1, 1))).sent, [(N3, denied_as_stale(2, 3))]);
    server.pass(ELECTION_MIN_US);
    assert_eq!(server.tell(N3, request_vote(3, (1, 1))).sent, [(N3, granted(3))]);
}

/// §4.2.3: "Those RequestVote requests can include a special flag to indicate this behavior": "I
/// have permission to disrupt the leader—it told me to!"
#[test]
fn a_request_that_the_leader_asked_for_is_answered_as_if_there_were_none() {
    let mut follower = TestServer::follower(3, 2, &[1]).with(Setting::CheckQuorum, 1);
    follower.tell(N2, heartbeat(2, (1, 1), 0));
    let leader = TestServer::leader(3, 2, &[1]).with(Setting::CheckQuorum, 1);
    for mut server in [follower, leader] {
        let asked = server.tell(N3, request_vote_for_transfer(3, (1, 1)));
        assert_eq!(asked.sent, [(N3, granted(3))]);
        assert_eq!(*server.server().role(), Role::Follower);
    }
}

/// The same: permission to disrupt is not a vote. The rules of §5.4.1 hold.
#[test]
fn permission_does_not_stand_for_an_up_to_date_log() {
    let mut server = TestServer::follower(3, 2, &[1, 2]).with(Setting::CheckQuorum, 1);
    server.tell(N2, heartbeat(2, (2, 2), 0));
    let asked = server.tell(N3, request_vote_for_transfer(3, (1, 9)));
    assert_eq!(asked.sent, [(N3, denied(3))]);
}

/// §3.10, step 1: "The prior leader stops accepting new client requests."
#[test]
fn a_leader_that_hands_over_takes_no_requests() {
    let mut server = TestServer::leader(3, 2, &[1]);
    let (willing, _) = server.instruct(Instruction::Transfer(N2));
    assert!(willing);
    let refused = server.tell(C1, request(1, put("x", "1")));
    assert_eq!(refused.sent, [(C1, not_leader(1, None))]);
    assert_eq!(server.log(), [1]);
}

/// §3.10, step 2: "The prior leader fully updates the target server's log to match its own, using
/// the normal log replication mechanism", and step 3: "The prior leader sends a TimeoutNow request
/// to the target server."
#[test]
fn a_leader_updates_the_targets_log_and_then_tells_it_to_campaign() {
    let mut server = TestServer::leader(3, 2, &[1]);
    server.tell(C1, request(1, put("x", "1")));
    let (willing, told) = server.instruct(Instruction::Transfer(N2));
    assert!(willing && !told_to_campaign(&told, N2));
    // Whether others are up to date does not matter, and half of the log is not all of it.
    assert!(!told_to_campaign(&server.tell(N3, matched(2, 2)), N2));
    assert!(!told_to_campaign(&server.tell(N2, matched(2, 1)), N2));
    let ready = server.tell(N2, matched(2, 2));
    assert!(ready.to(N2).contains(&&timeout_now(2)));
    assert!(!told_to_campaign(&ready, N3));
    // Once is enough.
    assert!(!told_to_campaign(&server.tell(N2, matched(2, 2)), N2));
    // A target that is up to date already is told at once.
    let mut server = TestServer::leader(3, 2, &[1]);
    server.tell(N2, matched(2, 1));
    let (_, told) = server.instruct(Instruction::Transfer(N2));
    assert!(told.to(N2).contains(&&timeout_now(2)));
    assert!(!told_to_campaign(&server.tell(N3, matched(2, 1)), N2), "whoever else has news");
}

/// §3.10, step 3: "This request has the same effect as the target server's election timer firing:
/// the target server starts a new election (incrementing its term and becoming a candidate)." It
/// does not ask before (§9.6), and says that it was told to (§4.2.3).
#[test]
fn the_target_starts_a_new_election_at_once() {
    let mut server =
        TestServer::follower(3, 2, &[1]).with(Setting::PreVote, 1).with(Setting::CheckQuorum, 1);
    server.tell(N2, heartbeat(2, (1, 1), 0));
    let told = server.tell(N2, timeout_now(2));
    assert!(matches!(server.server().role(), Role::Candidate { .. }));
    assert_eq!(server.server().current_term(), 3);
    assert_eq!(told.sent, [N2, N3].map(|node| (node, request_vote_for_transfer(3, (1, 1)))));
    // Its next election, if it needs one, nobody asked for.
    let next = server.time_out(Timer::Election);
    assert_eq!(next.sent, [N2, N3].map(|node| (node, pre_vote(4, (1, 1)))));
}

/// The same sentence: it is the leader of the present term that may ask, and nobody who leads, or
/// campaigns already, needs to be told.
#[test]
fn a_request_of_an_earlier_term_starts_no_election() {
    let follower = TestServer::follower(3, 2, &[1]);
    let candidate = TestServer::candidate(3, 2, &[1]);
    let leader = TestServer::leader(3, 2, &[1]);
    for (mut server, term) in [(follower, 1), (candidate, 2), (leader, 2)] {
        let told = server.tell(N2, timeout_now(term));
        assert_eq!((told.sent, server.server().current_term()), (vec![], 2));
    }
}

/// §3.10: "Its next message to the prior leader will include its new term number, causing the prior
/// leader to step down. At this point, leadership transfer is complete." In a cluster it takes less
/// than an election timeout, with whatever is switched on.
#[test]
fn a_transfer_moves_leadership_without_an_election_timeout() {
    for features in [Features::default(), Features::full()] {
        for seed in 0..10 {
            let (mut cluster, leader) = five_with(features, seed);
            let term = cluster.view().situation.term;
            // Everybody has the leader's log: the target needs no update.
            cluster.pass(200_000);
            let target = if leader == N2 { N3 } else { N2 };
            let began_us = cluster.now_us();
            cluster.instruct(leader, Instruction::Transfer(target));
            cluster.wait("the target to lead", |cluster| cluster.leaders() == [target]);
            assert_eq!(cluster.view().situation.term, term + 1);
            let took_us = cluster.now_us() - began_us;
            assert!(took_us < ELECTION_MIN_US, "{took_us}");
            assert_eq!(cluster.server(leader).role, RoleView::Follower);
        }
    }
}

/// §3.10: "It is also possible for the target server to fail; in this case, the cluster must resume
/// client operations. If leadership transfer does not complete after about an election timeout, the
/// prior leader aborts the transfer and resumes accepting client requests."
#[test]
fn a_transfer_that_does_not_complete_is_given_up() {
    let mut server = TestServer::leader(3, 2, &[1]);
    server.tell(N2, matched(2, 1));
    server.instruct(Instruction::Transfer(N2));
    server.pass(ELECTION_MAX_US - 1_000);
    server.time_out(Timer::Heartbeat);
    assert_eq!(server.tell(C1, request(1, put("x", "1"))).sent, [(C1, not_leader(1, None))]);
    // One transfer at a time.
    assert!(!server.instruct(Instruction::Transfer(N3)).0);
    server.pass(2_000);
    server.time_out(Timer::Heartbeat);
    server.tell(C1, request(1, put("x", "1")));
    assert_eq!(server.log(), [1, 2]);
    assert!(server.instruct(Instruction::Transfer(N3)).0);
}

/// The same in a cluster: the target is down, and the client is served again by the same leader.
#[test]
fn a_cluster_survives_a_transfer_to_a_server_that_is_down() {
    let (mut cluster, leader) = five_with(Features::default(), 2);
    let target = if leader == N2 { N3 } else { N2 };
    cluster.act(Choice::Crash(target));
    cluster.instruct(leader, Instruction::Transfer(target));
    cluster.ask_until_answered(C1, &put("x", "1"));
    assert_eq!(cluster.leaders(), [leader]);
}

/// §3.10: who cannot lead is no target: the leader itself, and who does not vote. And only a leader
/// can hand over.
#[test]
fn leadership_is_handed_to_another_voter_and_by_the_leader_only() {
    let mut leader = TestServer::leader(3, 2, &[1]);
    for target in [N1, N4] {
        let (willing, effects) = leader.instruct(Instruction::Transfer(target));
        assert_eq!((willing, effects.sent), (false, vec![]), "{target:?}");
    }
    for mut server in [TestServer::follower(3, 2, &[1]), TestServer::candidate(3, 2, &[1])] {
        let (willing, effects) = server.instruct(Instruction::Transfer(N2));
        assert_eq!((willing, effects.sent), (false, vec![]));
    }
}
