//! The checks beyond figure 3: each convicts a bug that breaks what it is about, and none convicts
//! a cluster from which somebody has taken what it rests on.
//!
//! The bugs are found in random weather, so that nothing here depends on one run; the very same
//! weather without the bug is clean.

use lockstep_core::check::raft::{BOUND, RaftCheck};
use lockstep_core::check::{Assumption, Verdict};
use lockstep_core::lab::linearizability::BUDGET;
use lockstep_core::lab::raft::RaftConfig;
use lockstep_core::lab::weather::{Demand, Trial, draw};
use lockstep_core::lab::{Choice, Session, Timed};
use lockstep_core::raft::bug::Bug;
use lockstep_core::raft::setting::{Features, Reads, Setting};
use lockstep_core::raft::store::Operation;
use lockstep_core::scenario::Scenario;
use lockstep_core::sim::network::LinkSettings;
use lockstep_core::sim::process::NodeId;
use lockstep_core::sim::random::Probability;
use lockstep_core::sim::run::Goal;
use lockstep_core::sim::time::{MILLISECOND_US, Moment, SECOND_US};
use lockstep_tests::cluster::Cluster;

/// How many seeds a bug may take to be convicted by the check of its own.
const MOST_SEEDS: u64 = 600;

fn verdict(session: &Session, check: RaftCheck) -> Verdict {
    let reports = session.verdicts(BUDGET);
    let report = reports.into_iter().find(|report| report.check == check);
    report.expect("every check reports").verdict
}

fn at(time_us: u64, choice: Choice) -> Timed {
    (Moment::before(time_us), choice)
}

fn set(setting: Setting, value: u64) -> Choice {
    Choice::Set { setting: setting.number(), value }
}

/// A run of this configuration and these choices, played up to a time.
fn played(config: &RaftConfig, choices: Vec<Timed>, until_us: u64) -> Session {
    let mut session = Session::open(config, 1, choices);
    session.go(Goal::Moment(Moment::after(until_us)));
    session
}

fn replayed(trial: Trial) -> Session {
    let Trial { config, seed, choices, end } = trial;
    let mut session = Session::open(&config, seed, choices);
    session.go(Goal::Moment(end));
    session
}

/// Finds weather in which the check convicts the bug, and plays it again without the bug.
fn convicts(check: RaftCheck, bug: Bug) {
    let demand = Demand::of(bug.into());
    let found = (0..MOST_SEEDS)
        .map(|seed| draw(seed, demand))
        .find(|drawn| drawn.run.monitor.failures().any(|(failed, _)| failed == check));
    let found = found.unwrap_or_else(|| panic!("{} does not convict {bug:?}", check.name()));
    let Verdict::Fails(failure) = verdict(&replayed(found.trial.clone()), check) else {
        panic!("a replay of what {} has convicted is not convicted", check.name());
    };
    assert!(failure.step > 0 && !failure.nodes.is_empty(), "{failure:?}");
    let mut mended = found.trial;
    mended.config.bugs.retain(|planted| *planted != bug);
    let sound = verdict(&replayed(mended), check);
    assert!(!matches!(sound, Verdict::Fails(_)), "{}: {sound:?}", check.name());
}

#[test]
fn leader_stickiness_convicts_a_vote_despite_a_leader() {
    convicts(RaftCheck::LeaderStickiness, Bug::VoteDespiteLeader);
}

#[test]
fn commit_monotonic_convicts_a_commit_index_that_goes_back() {
    convicts(RaftCheck::CommitMonotonic, Bug::CommitGoesBack);
    convicts(RaftCheck::CommitMonotonic, Bug::SnapshotDropsLog);
}

#[test]
fn session_exactness_convicts_a_snapshot_that_forgets_the_sessions() {
    convicts(RaftCheck::SessionExactness, Bug::SnapshotForgetsSessions);
}

#[test]
fn read_freshness_convicts_a_read_before_anything_is_committed() {
    convicts(RaftCheck::ReadFreshness, Bug::ReadBeforeCommit);
}

/// A leader is cut off with one client, and the other client writes where the majority is. What
/// read freshness says once the first has read.
fn read_from_a_leader_that_is_cut_off(bugs: Vec<Bug>) -> Verdict {
    let features = Features { reads: Reads::ReadIndex, blank_entry: true, ..Features::default() };
    let config = RaftConfig { features, bugs, clients: 2, ..RaftConfig::default() };
    let mut cluster = Cluster::open(&config, 1);
    let leader = cluster.wait_for_leader();
    let (here, there) = (NodeId(5), NodeId(6));
    let put = |value: &str| Operation::Put("x".into(), value.into());
    // Both clients learn who leads.
    cluster.ask_until_answered(here, &put("1"));
    cluster.ask_until_answered(there, &put("2"));
    let others = (0..5).map(NodeId).filter(|server| *server != leader).chain([there]).collect();
    cluster.act(Choice::Partition(vec![vec![leader, here], others]));
    cluster.pass(SECOND_US);
    cluster.ask_until_answered(there, &put("3"));
    cluster.ask(here, Operation::Get("x".into()));
    cluster.pass(SECOND_US);
    verdict(cluster.session(), RaftCheck::ReadFreshness)
}

#[test]
fn read_freshness_convicts_a_read_that_asks_nobody() {
    let stale = read_from_a_leader_that_is_cut_off(vec![Bug::ReadWithoutQuorum]);
    let Verdict::Fails(failure) = stale else { panic!("{stale:?}") };
    assert_eq!(failure.nodes.last(), Some(&NodeId(5)), "the client is named");
    assert_eq!(read_from_a_leader_that_is_cut_off(Vec::new()), Verdict::Holds);
}

#[test]
fn liveness_convicts_silence_towards_a_leader_of_an_old_term() {
    convicts(RaftCheck::Liveness, Bug::SilentToOldLeader);
}

#[test]
fn configuration_safety_convicts_wrong_quorums_and_wrong_members() {
    convicts(RaftCheck::ConfigurationSafety, Bug::CountLearners);
    convicts(RaftCheck::ConfigurationSafety, Bug::CountNewMajorityOnly);
    convicts(RaftCheck::ConfigurationSafety, Bug::TwoChangesAtOnce);
    convicts(RaftCheck::ConfigurationSafety, Bug::SnapshotForgetsMembers);
}

#[test]
fn a_quiet_cluster_holds_all_that_its_switches_let_it_promise() {
    let features = Features { reads: Reads::Lease, ..Features::full() };
    let config = RaftConfig {
        features,
        clients: 2,
        load_us: Some(20 * MILLISECOND_US),
        ..RaftConfig::default()
    };
    let session = played(&config, Vec::new(), 3 * SECOND_US);
    for report in session.verdicts(BUDGET) {
        assert_eq!(report.verdict, Verdict::Holds, "{}", report.check.name());
    }
}

#[test]
fn a_switch_that_is_off_voids_the_checks_that_rest_on_it() {
    let features = Features { reads: Reads::Lease, ..Features::default() };
    let config = RaftConfig { features, ..RaftConfig::default() };
    let session = played(&config, Vec::new(), SECOND_US);
    for (check, assumption) in [
        (RaftCheck::LeaderStickiness, Assumption::CheckQuorumOff),
        (RaftCheck::SessionExactness, Assumption::SessionsOff),
        (RaftCheck::ReadFreshness, Assumption::CheckQuorumOff),
    ] {
        assert_eq!(verdict(&session, check).assumption(), Some(assumption), "{}", check.name());
    }
}

#[test]
fn a_switch_that_is_turned_as_the_run_begins_was_never_otherwise() {
    let on = [Setting::CheckQuorum, Setting::Sessions].map(|setting| at(0, set(setting, 1)));
    let choices = (0..).zip(on).map(|(taken, (_, choice))| (Moment { time_us: 0, taken }, choice));
    let session = played(&RaftConfig::default(), choices.collect(), SECOND_US);
    for check in [RaftCheck::LeaderStickiness, RaftCheck::SessionExactness] {
        assert_eq!(verdict(&session, check), Verdict::Holds, "{}", check.name());
    }
    // Off in the middle of a run, it is missing, and being on again does not undo that.
    let choices = vec![
        at(0, set(Setting::Sessions, 1)),
        at(SECOND_US, set(Setting::Sessions, 0)),
        at(2 * SECOND_US, set(Setting::Sessions, 1)),
    ];
    let session = played(&RaftConfig::default(), choices, 3 * SECOND_US);
    let verdict = verdict(&session, RaftCheck::SessionExactness);
    assert_eq!(verdict.assumption(), Some(Assumption::SessionsOff));
}

#[test]
fn what_is_carried_out_twice_without_a_session_is_kept_and_convicts_nobody() {
    let duplicate = LinkSettings { duplicate: Probability::ALWAYS, ..LinkSettings::default() };
    let config = RaftConfig {
        network: duplicate,
        clients: 2,
        load_us: Some(10 * MILLISECOND_US),
        ..RaftConfig::default()
    };
    let session = played(&config, Vec::new(), 5 * SECOND_US);
    let verdict_of = |check| verdict(&session, check);
    let exact = verdict_of(RaftCheck::SessionExactness);
    assert_eq!(exact.assumption(), Some(Assumption::SessionsOff));
    assert!(exact.failure().is_some_and(|failure| failure.index.is_some()));
    // What the clients saw of it is explained by the same.
    let history = verdict_of(RaftCheck::LinearizableHistory);
    assert!(!matches!(history, Verdict::Fails(_)), "{history:?}");
    assert!(Scenario::default().is_met_by(&session));
    // In sessions, the same weather does no harm.
    let sessions = Features { sessions: true, ..Features::default() };
    let session = played(&RaftConfig { features: sessions, ..config }, Vec::new(), 5 * SECOND_US);
    for check in [RaftCheck::SessionExactness, RaftCheck::LinearizableHistory] {
        assert_eq!(verdict(&session, check), Verdict::Holds, "{}", check.name());
    }
}

#[test]
fn a_clock_that_jumps_or_runs_too_fast_voids_what_rests_on_clocks() {
    let features = Features { reads: Reads::Lease, ..Features::full() };
    let config = RaftConfig { features, ..RaftConfig::default() };
    let node = NodeId(1);
    for (strays, choice) in [
        (true, Choice::ClockJump { node, by_us: 1 }),
        (true, Choice::ClockRate { node, rate_ppm: 1_200_000 }),
        (false, Choice::ClockRate { node, rate_ppm: 1_040_000 }),
    ] {
        let session = played(&config, vec![at(SECOND_US, choice)], 2 * SECOND_US);
        let missing = strays.then_some(Assumption::ClocksStray);
        for check in [RaftCheck::LeaderStickiness, RaftCheck::ReadFreshness] {
            assert_eq!(verdict(&session, check).assumption(), missing, "{}", check.name());
        }
    }
}

#[test]
fn liveness_is_not_reached_while_faults_go_on_and_holds_after() {
    let crash = vec![at(0, Choice::Crash(NodeId(0)))];
    let session = played(&RaftConfig::default(), crash.clone(), 20 * SECOND_US);
    assert_eq!(verdict(&session, RaftCheck::Liveness), Verdict::NotReached);
    let mended = [crash, vec![at(SECOND_US, Choice::Restart(NodeId(0)))]].concat();
    let session = played(&RaftConfig::default(), mended, 3 * SECOND_US);
    assert_eq!(verdict(&session, RaftCheck::Liveness), Verdict::Holds);
}

/// A run that `lockstep random` found: n2 is being removed, and neither leads nor follows; before
/// the change is committed, it deposes whoever is about to commit it.
const LEAVER_CAMPAIGNS: &str = "\
    AaFoxNUYAAEBk-6M6NMIAo6OvAMPBrjnDwARAwQAC3dyaXRlIHN0b2NrqLoEABMFKOgHAAABiNJFAAEB\
    uPsyABQAAQOA3AsADjSEEAAAABsABAYFyNYFttoJBtK1AQcBCDTebQAAy-6kDAnoB6hGCoC1GAvIZQyI\
    oQIYAAAYAQAYAgAYQAIYRcYBHAQGb3JkZXJzBXN0b2NrBmxlZGdlcgVhdWRpdB_o7AgguJQBEQCOjrwD\
    ARLUwQrgKdvPFw";

#[test]
fn liveness_does_not_count_a_calm_that_somebody_disturbs_who_is_being_removed() {
    let scenario = Scenario::decode(LEAVER_CAMPAIGNS).expect("a link");
    let mut session = scenario.open();
    session.go(Goal::Moment(Moment::after(20 * SECOND_US)));
    assert!(verdict(&session, RaftCheck::Liveness).failure().is_none());
}

#[test]
fn liveness_rests_on_a_network_that_gives_elections_a_chance() {
    let network = LinkSettings { loss: Probability::ALWAYS, ..LinkSettings::default() };
    let config = RaftConfig { network, ..RaftConfig::default() };
    let until_us = (BOUND + 5) * config.election_max_us;
    let session = played(&config, Vec::new(), until_us);
    let verdict = verdict(&session, RaftCheck::Liveness);
    assert_eq!(verdict.assumption(), Some(Assumption::NetworkLossy));
    assert!(verdict.failure().is_some(), "what it would have said is kept");
}
