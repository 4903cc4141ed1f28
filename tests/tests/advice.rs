//! What the lab warns of really happens, and what it does not warn of does not: clusters are run on
//! both sides of each line.

use lockstep_core::check::linearizability::Verdict;
use lockstep_core::lab::Session;
use lockstep_core::lab::linearizability::{BUDGET, judge};
use lockstep_core::lab::raft::advice::{Warning, warnings};
use lockstep_core::lab::raft::view::OutcomeView;
use lockstep_core::lab::raft::{Field, RaftConfig};
use lockstep_core::raft::setting::{Features, Reads};
use lockstep_core::scenario::Scenario;
use lockstep_core::sim::run::Goal;
use lockstep_core::sim::time::Moment;

const RUNS: u64 = 12;
/// By now a healthy cluster has had its leader for long.
const BEGUN_US: u64 = 1_500_000;
const END_US: u64 = 11_500_000;

fn with(numbers: &[(Field, u64)]) -> RaftConfig {
    let mut config = RaftConfig::default();
    for (field, value) in numbers {
        field.set(&mut config, *value);
    }
    assert_eq!(config.check(), Ok(()));
    config
}

const fn percent(share: u64) -> u64 {
    (share << 32) / 100
}

fn term(session: &Session) -> u64 {
    session.view(1).servers.iter().map(|server| server.current_term).max().expect("a server")
}

/// How many elections were begun in all runs: at first, and later, when a leader should stand.
fn elections(config: &RaftConfig) -> (u64, u64) {
    let run = |seed| {
        let mut session = Session::open(config, seed, Vec::new());
        session.go(Goal::Moment(Moment::after(BEGUN_US)));
        let first = term(&session);
        session.go(Goal::Moment(Moment::after(END_US)));
        (first, term(&session) - first)
    };
    (0..RUNS).map(run).fold((0, 0), |(first, later), run| (first + run.0, later + run.1))
}

fn kinds(config: &RaftConfig) -> Vec<&'static str> {
    let kind = |warning: &Warning| match warning {
        Warning::SlowBroadcast { .. } => "slow broadcast",
        Warning::RareHeartbeats { .. } => "rare heartbeats",
        Warning::NarrowTimeouts { .. } => "narrow timeouts",
        Warning::LossyLinks { .. } => "lossy links",
        Warning::EvenServers { .. } => "even servers",
        Warning::ShortRequests { .. } => "short requests",
        Warning::DoubledRequests => "doubled requests",
        Warning::RepeatedRequests => "repeated requests",
        Warning::UnguardedLease => "unguarded lease",
    };
    warnings(config).iter().map(kind).collect()
}

#[test]
fn the_default_is_stable_and_nothing_is_said_of_it() {
    let config = RaftConfig::default();
    assert_eq!(warnings(&config), []);
    assert_eq!(elections(&config), (RUNS, 0));
    for servers in [1, 3, 7, 9] {
        assert_eq!(warnings(&with(&[(Field::Servers, servers)])), []);
    }
}

#[test]
fn where_a_broadcast_takes_as_long_as_the_election_timeout_elections_take_several_tries() {
    let delays =
        |low: u64, high: u64| [(Field::DelayMin, low * 1_000), (Field::DelayMax, high * 1_000)];
    let slow_disk = [(Field::SyncMin, 50_000), (Field::SyncMax, 100_000)];
    for numbers in [delays(40, 80), delays(50, 100), delays(75, 150), slow_disk] {
        let config = with(&numbers);
        assert!(kinds(&config).contains(&"slow broadcast"), "{numbers:?}");
        let (first, _) = elections(&config);
        assert!(first * 10 >= RUNS * 15, "{numbers:?}: {first} elections");
    }
    for numbers in [delays(10, 20), delays(20, 40)] {
        let config = with(&numbers);
        assert!(!kinds(&config).contains(&"slow broadcast"), "{numbers:?}");
        let (first, later) = elections(&config);
        assert!(first * 10 <= RUNS * 12 && later == 0, "{numbers:?}: {first} and {later}");
    }
}

#[test]
fn where_heartbeats_come_too_rarely_leaders_are_deposed_again_and_again() {
    for heartbeat in [170_000, 200_000, 300_000] {
        let config = with(&[(Field::Heartbeat, heartbeat)]);
        assert!(kinds(&config).contains(&"rare heartbeats"));
        let (_, later) = elections(&config);
        assert!(later > RUNS * 10, "{heartbeat}: {later} elections");
    }
    // Just below, and just above by what one message may be later than another.
    for (heartbeat, warns) in [(140_000, false), (145_000, true)] {
        let config = with(&[(Field::Heartbeat, heartbeat)]);
        assert_eq!(kinds(&config).contains(&"rare heartbeats"), warns);
        assert_eq!(elections(&config).1 > 0, warns, "{heartbeat}");
    }
}

#[test]
fn where_timeouts_lie_close_together_votes_split() {
    for servers in [3, 5, 9] {
        let config = |spread: u64| {
            with(&[(Field::Servers, servers), (Field::ElectionMax, 150_000 + spread)])
        };
        for spread in [0, 5_000, 20_000] {
            assert_eq!(kinds(&config(spread)), ["narrow timeouts"], "{servers}, {spread}");
            let (first, _) = elections(&config(spread));
            assert!(first >= RUNS * 2, "{servers}, {spread}: {first} elections");
        }
        for spread in [60_000, 100_000] {
            assert_eq!(warnings(&config(spread)), [], "{servers}, {spread}");
            let (first, later) = elections(&config(spread));
            assert!(first * 10 <= RUNS * 12 && later == 0, "{servers}, {spread}: {first}");
        }
    }
}

#[test]
fn where_heartbeats_are_lost_in_a_row_leaders_are_taken_for_dead() {
    for servers in [3, 5, 9] {
        let config = |share| with(&[(Field::Servers, servers), (Field::Loss, percent(share))]);
        for share in [20, 50, 80, 100] {
            assert_eq!(kinds(&config(share)), ["lossy links"], "{servers}, {share} %");
            let (_, later) = elections(&config(share));
            assert!(later > RUNS, "{servers}, {share} %: {later} elections");
        }
        for share in [1, 5] {
            assert_eq!(warnings(&config(share)), [], "{servers}, {share} %");
            let (_, later) = elections(&config(share));
            assert!(later * 4 < RUNS, "{servers}, {share} %: {later} elections");
        }
    }
}

#[test]
fn an_even_number_of_servers_stands_no_more_failures_than_one_less() {
    for servers in [2, 4, 6, 8] {
        let tolerated = u8::try_from((servers - 1) / 2).expect("a small number");
        let config = with(&[(Field::Servers, servers)]);
        assert_eq!(warnings(&config), [Warning::EvenServers { tolerated }]);
        let spare = RaftConfig {
            servers: 9,
            voters: u8::try_from(servers).expect("a small number"),
            ..RaftConfig::default()
        };
        assert_eq!(warnings(&spare), [Warning::EvenServers { tolerated }], "members count");
    }
}

#[test]
fn where_clients_give_up_too_soon_they_do_not_learn_what_became_of_their_requests() {
    let unknown = |timeout, retries| {
        let load = [(Field::Load, 60_000), (Field::RequestTimeout, timeout)];
        let features = Features { retries, sessions: retries, ..Features::default() };
        let config = RaftConfig { features, ..with(&load) };
        let mut session = Session::open(&config, 3, Vec::new());
        session.go(Goal::Moment(Moment::after(END_US)));
        let operations = session.operations();
        let unknown = operations.iter().filter(|one| one.outcome == OutcomeView::Unknown).count();
        (kinds(&config), unknown * 100 / operations.len())
    };
    let (warned, share) = unknown(30_000, false);
    assert!(warned == ["short requests"] && share > 50, "{share} %");
    // Only before there is a leader; and who asks again waits longer in all.
    for (timeout, retries) in [(70_000, false), (30_000, true)] {
        let (warned, share) = unknown(timeout, retries);
        assert!(warned.is_empty() && share < 5, "{timeout} {retries}: {share} %");
    }
}

/// Whether some history of this configuration under load cannot be explained.
fn convicted(config: &RaftConfig) -> bool {
    (0..RUNS).any(|seed| {
        let mut session = Session::open(config, seed, Vec::new());
        session.go(Goal::Moment(Moment::after(END_US)));
        matches!(judge(&session, BUDGET), Verdict::NotLinearizable(_))
    })
}

#[test]
fn where_requests_come_twice_histories_stop_being_linearizable_unless_there_are_sessions() {
    let mut config =
        with(&[(Field::Clients, 3), (Field::Load, 10_000), (Field::Duplicate, percent(50))]);
    assert_eq!(kinds(&config), ["doubled requests"]);
    assert!(convicted(&config), "some seed shows it");
    config.features.sessions = true;
    assert_eq!(warnings(&config), []);
    assert!(!convicted(&config));
}

#[test]
fn where_clients_ask_again_histories_stop_being_linearizable_unless_there_are_sessions() {
    // Answers are lost now and then, and take about as long as a client waits.
    let mut config = with(&[
        (Field::Clients, 3),
        (Field::Load, 10_000),
        (Field::Loss, percent(5)),
        (Field::RequestTimeout, 70_000),
    ]);
    assert_eq!(warnings(&config), []);
    assert!(!convicted(&config), "what is not asked again is done once at most");
    config.features.retries = true;
    assert_eq!(kinds(&config), ["repeated requests"]);
    assert!(convicted(&config), "some seed shows it");
    config.features.sessions = true;
    assert_eq!(warnings(&config), []);
    assert!(!convicted(&config));
}

/// The leader is cut off with a client while its lease lasts, and somebody campaigns at once.
#[test]
fn where_nobody_guards_a_lease_another_leader_may_be_elected_and_reads_are_stale() {
    let text = r#"{ "lockstep": 1, "lab": "raft", "until": "2s",
      "config": { "servers": 3, "clients": 2, "election_timeout": ["1s", "2s"],
                  "request_timeout": "100ms",
                  "features": { "reads": "lease", "sessions": true, "retries": true } },
      "choices": [ { "at": "10ms", "timeout": "n1" },
                   { "at": "200ms", "client": "c1", "put": ["x", "1"] },
                   { "at": "400ms", "partition": [["n1", "c1"], ["n2", "n3", "c2"]] },
                   { "at": "400ms", "timeout": "n2" },
                   { "at": "450ms", "client": "c2", "put": ["x", "2"] },
                   { "at": "800ms", "client": "c1", "get": "x" } ] }"#;
    let stale = |check_quorum| {
        let mut scenario = Scenario::from_json(text).expect("a scenario");
        scenario.config.features.check_quorum = check_quorum;
        let mut session = scenario.open();
        session.go(Goal::Moment(scenario.end()));
        (kinds(&scenario.config), matches!(judge(&session, BUDGET), Verdict::NotLinearizable(_)))
    };
    assert_eq!(stale(false), (vec!["unguarded lease"], true));
    assert_eq!(stale(true), (vec![], false));
}

#[test]
fn nothing_is_said_of_a_cluster_with_everything_on() {
    for reads in Reads::ALL {
        let features = Features { reads, ..Features::full() };
        let config = RaftConfig { features, load_us: Some(20_000), ..RaftConfig::default() };
        assert_eq!(warnings(&config), []);
        assert_eq!(elections(&config), (RUNS, 0), "{reads:?}");
    }
}
