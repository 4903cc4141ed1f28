//! The command line's contract, on the program itself: names, exit codes, shapes.
//!
//! Other programs drive it. Whatever is asserted here may be added to and never changed.

use std::io::Read;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use lockstep_core::cache::bug::Bug;
use lockstep_core::scenario::gallery::{CacheStory, Story};
use lockstep_core::scenario::{ENGINE_VERSION, Scenario};
use serde_json::{Value, json};

fn lockstep() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lockstep"));
    command.stdin(Stdio::null());
    command
}

fn run(arguments: &[&str]) -> Output {
    lockstep().args(arguments).output().expect("the program runs")
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).expect("UTF-8")
}

fn code(output: &Output) -> Option<i32> {
    output.status.code()
}

/// Its standard output, where it ends well and says nothing on standard error.
fn printed(arguments: &[&str]) -> String {
    let output = run(arguments);
    assert_eq!((code(&output), text(&output.stderr)), (Some(0), ""), "{arguments:?}");
    text(&output.stdout).to_owned()
}

/// What it says where it ends with 2: one line on standard error, nothing on standard output.
fn complaint(arguments: &[&str]) -> String {
    let output = run(arguments);
    assert_eq!((code(&output), text(&output.stdout)), (Some(2), ""), "{arguments:?}");
    let words = text(&output.stderr);
    assert_eq!(words.lines().count(), 1, "{words}");
    words.trim_end().strip_prefix("lockstep: ").expect(words).to_owned()
}

/// The last line of a run, and its exit code.
fn result(arguments: &[&str]) -> (Value, Option<i32>) {
    let output = run(&[&["run"], arguments].concat());
    assert_eq!(text(&output.stderr), "", "{arguments:?}");
    let last = text(&output.stdout).lines().last().expect("a last line").to_owned();
    (serde_json::from_str(&last).expect("JSON"), code(&output))
}

/// A file of the tests' own, with a name of its own.
fn written(name: &str, content: &str) -> PathBuf {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::write(&path, content).expect("the file is written");
    path
}

fn file(name: &str, scenario: &Value) -> String {
    written(name, &scenario.to_string()).to_string_lossy().into_owned()
}

fn first_election() -> String {
    Story::FirstElection.scenario().encode()
}

fn keys(value: &Value) -> Vec<&str> {
    value.as_object().expect("an object").keys().map(String::as_str).collect()
}

#[test]
fn the_last_line_of_a_run_is_its_result() {
    let output = printed(&["run", &first_election()]);
    assert_eq!(output.lines().count(), 1);
    let result: Value = serde_json::from_str(&output).expect("JSON");
    assert_eq!(result["type"], "result");
    for key in ["type", "digest", "time_us", "steps", "state", "checks", "history", "linearizable"]
    {
        assert!(keys(&result).contains(&key), "{key}");
    }
    let digest = result["digest"].as_str().expect("a text");
    assert!(digest.len() == 16 && u64::from_str_radix(digest, 16).is_ok(), "{digest}");
    let scenario = Story::FirstElection.scenario();
    assert_eq!(result["time_us"], scenario.end().time_us);
    assert!(result["steps"].as_u64() > Some(100));
}

#[test]
fn every_check_has_a_name_a_verdict_and_a_first_failure() {
    let (result, _) = result(&[&Story::OldTermCounted.scenario().encode()]);
    let checks = result["checks"].as_array().expect("a list");
    assert!(checks.len() >= 5);
    for check in checks {
        for key in ["name", "verdict", "first_failure", "assumption"] {
            assert!(keys(check).contains(&key), "{key}");
        }
        let verdict = check["verdict"].as_str().expect("a text");
        assert!(["holds", "fails", "not reached", "assumption void"].contains(&verdict));
        let shows = check["first_failure"]["step"].is_u64();
        assert!(shows == (verdict == "fails") || verdict == "assumption void", "{check}");
        assert_eq!(verdict == "assumption void", check["assumption"].is_string(), "{check}");
    }
    assert!(checks.iter().any(|check| check["verdict"] == "fails"));
}

#[test]
fn a_check_of_the_cache_that_fails_names_its_line() {
    let story = Story::Cache(CacheStory::Broken(Bug::InvalidationsNotAwaited));
    let (result, _) = result(&[&story.scenario().encode()]);
    let checks = result["checks"].as_array().expect("a list");
    let failed = |name: &str| {
        let check = checks.iter().find(|check| check["name"] == name).expect("it is there");
        check["first_failure"].clone()
    };
    for name in ["single_writer", "data_value", "directory_agrees"] {
        assert_eq!((&failed(name)["line"], &failed(name)["index"]), (&json!("x"), &json!(0)));
    }
}

#[test]
fn the_state_is_all_that_is_to_be_seen_of_each_server() {
    let (result, _) = result(&[&first_election()]);
    let servers = result["state"]["servers"].as_array().expect("a list");
    assert_eq!(servers.len(), 5);
    for server in servers {
        for key in [
            "name",
            "up",
            "role",
            "current_term",
            "voted_for",
            "log",
            "commit_index",
            "last_applied",
            "configuration",
        ] {
            assert!(keys(server).contains(&key), "{key}");
        }
        let entry = &server["log"][0];
        assert_eq!((&entry["index"], &entry["term"]), (&json!(1), &json!(1)));
        assert_eq!(entry["operation"], json!({ "put": ["x", "9"] }));
    }
    let history = result["history"].as_array().expect("a list");
    assert_eq!(history[0]["operation"], json!({ "put": ["x", "9"] }));
    assert_eq!(history[0]["outcome"], "ok");
}

#[test]
fn events_come_one_a_line_before_the_result() {
    let output = printed(&["run", &first_election(), "--events"]);
    let lines: Vec<Value> =
        output.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let (last, events) = lines.split_last().expect("a last line");
    assert_eq!(last["type"], "result");
    assert!(events.len() > 200, "{}", events.len());
    for event in events {
        assert_eq!(event["type"], "event");
        for key in ["id", "time_us", "node", "event", "causes"] {
            assert!(keys(event).contains(&key), "{key} in {event}");
        }
    }
    assert!(events.is_sorted_by_key(|event| event["time_us"].as_u64()));
    assert!(events.iter().any(|event| event["note"] == "became_leader"));
    assert_eq!(*last, result(&[&first_election()]).0, "looking on changes nothing");
}

#[test]
fn a_run_ends_where_until_says() {
    let (result, code) = result(&[&first_election(), "--until", "0.1s"]);
    assert_eq!((&result["time_us"], code), (&json!(100_000), Some(1)));
    let leader = |check: &Value| check["name"] == "leader_elected";
    let checks = result["checks"].as_array().expect("a list");
    let verdict = checks.iter().find(|check| leader(check)).map(|check| &check["verdict"]);
    assert_eq!(verdict, Some(&json!("not reached")), "which the scenario does not expect");
}

#[test]
fn another_seed_is_another_run() {
    let (usual, _) = result(&[&first_election()]);
    let (other, _) = result(&[&first_election(), "--seed", "12345"]);
    let (again, _) = result(&["--seed", "12345", &first_election()]);
    assert_ne!(usual["digest"], other["digest"]);
    assert_eq!(other, again);
}

#[test]
fn a_link_is_read_with_and_without_its_sign_and_address() {
    let link = first_election();
    let plain = result(&[&link]);
    assert_eq!(result(&[&format!("#{link}")]), plain);
    assert_eq!(result(&[&format!("https://example.org/lockstep/#{link}")]), plain);
}

#[test]
fn link_and_decode_are_each_others_inverse() {
    let scenario = Story::MinorityLeader.scenario();
    let path = file("inverse.json", &serde_json::from_str(&scenario.to_json()).expect("JSON"));
    let link = printed(&["link", &path]);
    assert_eq!(link, format!("#{}\n", scenario.encode()));
    assert_eq!(printed(&["decode", link.trim()]), scenario.to_json());
    assert_eq!(printed(&["decode", link.trim().trim_start_matches('#')]), scenario.to_json());
}

#[test]
fn a_file_is_preferred_to_a_link_of_the_same_name() {
    let link = first_election();
    let scenario = Scenario { seed: 77, ..Scenario::default() };
    let path = written(&link, &scenario.to_json());
    let folder = path.parent().expect("a folder");
    let output = lockstep().current_dir(folder).args(["decode", &link]).output();
    let output = output.expect("the program runs");
    assert_eq!(text(&output.stdout), scenario.to_json());
}

#[test]
fn the_exit_code_tells_whether_exactly_the_expected_checks_fail() {
    let with = |name: &str, expect: Value| {
        let mut value: Value =
            serde_json::from_str(&Story::OldTermCounted.scenario().to_json()).expect("JSON");
        value["expect"] = expect;
        result(&[&file(name, &value)]).1
    };
    let story: Value =
        serde_json::from_str(&Story::OldTermCounted.scenario().to_json()).expect("JSON");
    assert_eq!(with("as-expected.json", story["expect"].clone()), Some(0));
    assert_eq!(with("unexpected.json", json!({})), Some(1));
    let mut too_many = story["expect"].clone();
    too_many["election_safety"] = json!("fails");
    assert_eq!(with("too-many.json", too_many), Some(1), "a check that should fail and does not");
    let healthy = json!({ "lockstep": 1, "lab": "raft", "until": "1s" });
    assert_eq!(result(&[&file("healthy.json", &healthy)]).1, Some(0));
}

#[test]
fn a_shared_moment_says_whether_it_was_replayed() {
    let mut session = Story::FirstElection.scenario().open();
    session.go(lockstep_core::sim::run::Goal::Steps(150));
    let shared = Scenario::capture(&session, 2_000_000);
    let replay = |scenario: &Scenario| result(&[&scenario.encode()]).0["replay"].clone();
    assert_eq!(replay(&shared), "verified");
    let digest = shared.digest.map(|digest| digest ^ 1);
    assert_eq!(replay(&Scenario { digest, ..shared.clone() }), "differs");
    let engine = ENGINE_VERSION + 1;
    assert_eq!(replay(&Scenario { digest, engine, ..shared.clone() }), "other engine");
    assert_eq!(replay(&Scenario { digest: None, ..shared }), Value::Null);
}

#[test]
fn bad_input_is_one_clear_line_and_exit_code_2() {
    let unknown_node = json!({ "lockstep": 1, "lab": "raft",
                               "choices": [{ "at": "1s", "crash": "n9" }] });
    let path = file("unknown-node.json", &unknown_node);
    let nobody = format!("{path}: choices[0].crash: no node here is called \"n9\"");
    let help = "`lockstep help` says what there is";
    for (arguments, expected) in [
        (vec![], format!("what should be done? {help}")),
        (vec!["dance"], format!("there is no command \"dance\"; {help}")),
        (vec!["run"], format!("run what? {help}")),
        (vec!["decode"], format!("of what? {help}")),
        (vec!["run", &path], nobody.clone()),
        (vec!["link", &path], nobody),
        (
            vec!["run", "no-such-file.json"],
            "link, character 13: not a Lockstep link (and no file of that name exists)".to_owned(),
        ),
        (
            vec!["run", &first_election()[..20]],
            "link: the link is incomplete or was altered".to_owned(),
        ),
        (
            vec!["run", &path, "--until", "2h"],
            "--until: must be a time of at most an hour, such as 5s or 150ms".to_owned(),
        ),
        (vec!["run", &path, "--frobnicate"], "invalid option '--frobnicate'".to_owned()),
        (vec!["link", &path, "twice"], "unexpected argument \"twice\"".to_owned()),
    ] {
        assert_eq!(complaint(&arguments), expected, "{arguments:?}");
    }
    let seed = complaint(&["run", &path, "--seed", "one"]);
    assert!(seed.contains("\"one\""), "{seed}");
    assert!(complaint(&["run", env!("CARGO_TARGET_TMPDIR")]).contains("directory"));
}

#[test]
fn a_file_without_end_is_not_read_to_its_end() {
    if PathBuf::from("/dev/zero").exists() {
        assert_eq!(
            complaint(&["run", "/dev/zero"]),
            "/dev/zero: file: more than the 4194304 bytes allowed"
        );
    }
}

#[test]
fn help_tells_every_command() {
    for arguments in [["help"], ["--help"], ["-h"]] {
        let help = printed(&arguments);
        for command in ["run", "link", "decode", "check", "random", "bench"] {
            assert!(help.contains(&format!("lockstep {command}")), "{command}");
        }
    }
}

#[test]
fn whoever_stops_reading_is_not_told_off() {
    let link = first_election();
    let mut child = lockstep()
        .args(["run", &link, "--events", "--until", "60s"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program runs");
    let mut output = child.stdout.take().expect("a pipe");
    let mut beginning = [0; 64];
    output.read_exact(&mut beginning).expect("a beginning");
    drop(output);
    let ended = child.wait_with_output().expect("it ends");
    assert_eq!((code(&ended), text(&ended.stderr)), (Some(0), ""));
}

#[test]
fn a_run_is_exported_for_other_programs() {
    let link = first_election();
    let output = run(&["run", &link, "--until", "700ms", "--events"]);
    let events = text(&output.stdout);
    let (events, _result) = events.trim_end().rsplit_once('\n').expect("events, then the result");
    let exported = printed(&["export", &link, "--until", "700ms", "--format", "ndjson"]);
    assert_eq!(exported.trim_end(), events);
    let diagram = printed(&["export", &link, "--format", "mermaid", "--until", "700ms"]);
    assert!(diagram.starts_with("sequenceDiagram\n%% From ") && diagram.contains("n1->>n"));
    let script = printed(&["export", &link, "--format", "golden"]);
    assert!(script.starts_with("# From ") && script.contains("\n----\n"), "{script}");
    for arguments in [
        vec!["export"],
        vec!["export", &link],
        vec!["export", &link, "--format", "pdf"],
        vec!["export", &link, "--until", "1m", "--format", "golden"],
    ] {
        complaint(&arguments);
    }
}
