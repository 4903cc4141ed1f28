//! Hostile but well-formed scenarios: each would fill the memory or run for hours, and ends at a
//! limit instead, soon, and with a message.

use lockstep_core::lab::Session;
use lockstep_core::lab::session::{Excess, MOST_UNDER_WAY};
use lockstep_core::scenario::{Problem, Scenario};
use lockstep_core::sim::run::Goal;
use lockstep_core::sim::time::Moment;
use serde_json::{Value, json};

/// Opens a scenario of nine servers under load and goes to its end, or as far as limits let it.
fn run(config: Value) -> Session {
    let mut config_and_load = json!({
        "servers": 9, "clients": 4, "heartbeat": "1ms", "load": { "every": "1ms" },
        "request_timeout": "1ms", "retry": "1ms", "most_entries": 100,
        "start": { "n1": { "log": vec![1; 100] } },
    });
    let Value::Object(config) = config else { panic!("a configuration is an object") };
    config_and_load.as_object_mut().expect("an object").extend(config);
    let file = json!({ "lockstep": 1, "lab": "raft", "until": "3600s", "config": config_and_load,
                       "choices": [{ "at": "1ms", "timeout": "n1" }] });
    let scenario = Scenario::from_json(&file.to_string()).expect("a scenario");
    let mut session = scenario.open();
    session.go(Goal::Moment(scenario.end()));
    session
}

fn is_stopped(session: &Session) {
    assert_eq!(session.excess(), Some(Excess::Messages));
    assert!(!session.is_travelling());
    let problem = Problem::of_run(session).map(|problem| problem.to_string());
    let words =
        format!("run: has more than the {MOST_UNDER_WAY} messages allowed on their way at once");
    assert_eq!(problem, Some(words));
}

#[test]
fn messages_that_take_minutes_do_not_pile_up() {
    is_stopped(&run(json!({
        "election_timeout": ["150s", "300s"],
        "network": { "delay": ["60s", "60s"], "duplicate": 1, "reorder": 1 },
    })));
}

#[test]
fn messages_that_wait_for_a_slow_disk_do_not_pile_up() {
    is_stopped(&run(json!({
        "election_timeout": ["1000s", "1000s"],
        "disk": { "sync": ["200s", "200s"] },
    })));
}

#[test]
fn a_run_at_its_limit_can_still_be_looked_at() {
    let mut session = run(json!({ "network": { "delay": ["60s", "60s"], "duplicate": 1 } }));
    is_stopped(&session);
    session.go(Goal::Moment(Moment::before(500)));
    assert_eq!((session.excess(), session.moment()), (None, Moment::before(500)));
    session.go(Goal::Moment(Moment::before(3_600_000_000)));
    is_stopped(&session);
}

#[test]
fn reads_do_not_pile_up_at_a_leader_that_cannot_know_whether_it_leads() {
    let file = json!({ "lockstep": 1, "lab": "raft", "until": "20s",
        "config": { "servers": 3, "clients": 4, "load": { "every": "1ms" },
                    "request_timeout": "1ms", "retry": "1ms", "election_timeout": ["1s", "2s"],
                    "network": { "delay": ["0.1ms", "0.2ms"] },
                    "features": { "reads": "read_index", "blank_entry": true, "retries": true } },
        "choices": [
            { "at": "1ms", "timeout": "n1" },
            { "at": "20ms", "partition": [["n1", "c1", "c2", "c3", "c4"], ["n2", "n3"]] },
        ] });
    let scenario = Scenario::from_json(&file.to_string()).expect("a scenario");
    let mut run = scenario.config.begin(scenario.seed, false);
    let mut most = 0;
    while run.step(&scenario.choices, Goal::Moment(scenario.end())).is_some() {
        let servers = run.world.nodes().iter().filter_map(|node| node.process.server());
        let held = servers.map(|server| server.leading().reads.len()).max().unwrap_or(0);
        most = most.max(held);
    }
    assert_eq!(most, 4, "one a client");
    let clients = run.world.nodes().iter().filter_map(|node| node.process.client());
    let asked: usize = clients.map(|client| client.record().len()).sum();
    assert!(asked > 10_000, "they kept asking: {asked}");
}
