//! `lockstep random`'s contract, on the program itself: names, exit codes, shapes.

use std::process::{Command, Stdio};

use lockstep_core::scenario::Scenario;
use serde_json::Value;

fn run(program: &str, arguments: &[&str]) -> (Vec<Value>, Option<i32>) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lockstep"));
    let output = command.stdin(Stdio::null()).arg(program).args(arguments).output();
    let output = output.expect("the program runs");
    assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{arguments:?}");
    let lines = String::from_utf8(output.stdout).expect("UTF-8");
    let parsed = lines.lines().map(|line| serde_json::from_str(line).expect("JSON"));
    (parsed.collect(), output.status.code())
}

fn complaint(arguments: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lockstep"));
    let output = command.stdin(Stdio::null()).arg("random").args(arguments).output();
    let output = output.expect("the program runs");
    assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0), "{arguments:?}");
    String::from_utf8(output.stderr).expect("UTF-8").trim_end().to_owned()
}

#[test]
fn the_seed_comes_first_and_the_result_last() {
    let (lines, code) = run("random", &["--from", "7", "--seeds", "20"]);
    assert_eq!(code, Some(0));
    assert_eq!((&lines[0]["type"], &lines[0]["from"]), (&"random".into(), &7.into()));
    assert_eq!((&lines[0]["mode"], &lines[0]["bug"]), (&"sound".into(), &Value::Null));
    let result = lines.last().expect("a last line");
    assert_eq!((&result["type"], &result["seeds"]), (&"result".into(), &20.into()));
    assert_eq!(result["convicted"], 0);
    for key in ["steps", "elapsed_ms", "seeds_a_second", "steps_a_second", "coverage"] {
        assert!(!result[key].is_null(), "{key}");
    }
}

#[test]
fn a_seed_is_fresh_where_none_is_given() {
    let from = || run("random", &["--seeds", "1"]).0[0]["from"].as_u64().expect("a number");
    let seeds = [from(), from()];
    assert_ne!(seeds[0], seeds[1]);
    assert!(seeds.iter().all(|seed| *seed < 1 << 53), "any reader of JSON knows it: {seeds:?}");
}

#[test]
fn what_is_convicted_is_told_as_a_link_that_shows_it() {
    let options = ["--from", "1", "--bug", "vote_twice"];
    let (lines, code) = run("random", &options);
    assert_eq!(code, Some(1));
    assert_eq!(lines[0]["bug"], "vote_twice");
    let conviction = lines.iter().find(|line| line["type"] == "conviction").expect("a conviction");
    let check = conviction["check"].as_str().expect("a name");
    let (before, after) = (&conviction["choices"], &conviction["shrunk"]["choices"]);
    assert!(after.as_u64() < before.as_u64(), "{before} {after}");
    let link = conviction["link"].as_str().expect("a link");
    assert!(Scenario::decode(link).is_ok());

    let (lines, code) = run("run", &[link]);
    let result = lines.last().expect("a last line");
    assert_eq!((code, &result["replay"]), (Some(1), &"verified".into()));
    let checks = result["checks"].as_array().expect("a list");
    let failed = checks.iter().find(|one| one["name"] == check).expect("the check");
    assert_eq!(failed["verdict"], "fails");
    // However many look at once, the first seed that is convicted is the one that is told.
    let with = |jobs| run("random", &[&options[..], &["--jobs", jobs]].concat()).0;
    let told = |lines: Vec<Value>| lines.into_iter().find(|line| line["type"] == "conviction");
    assert_eq!(told(with("1")), told(with("3")));
}

#[test]
fn a_bug_of_the_cache_is_found_as_any_other() {
    let (lines, code) = run("random", &["--from", "1", "--bug", "shared_written"]);
    assert_eq!((code, &lines[0]["lab"]), (Some(1), &"cache".into()));
    let conviction = lines.iter().find(|line| line["type"] == "conviction").expect("a conviction");
    assert_eq!(conviction["lab"], "cache");
    let link = conviction["link"].as_str().expect("a link");
    let (lines, _) = run("run", &[link]);
    let result = lines.last().expect("a last line");
    let checks = result["checks"].as_array().expect("a list");
    let failed = checks.iter().find(|one| one["name"] == conviction["check"]).expect("the check");
    assert_eq!((&result["replay"], &failed["verdict"]), (&"verified".into(), &"fails".into()));
}

#[test]
fn what_makes_no_sense_is_refused_in_one_line() {
    for (arguments, words) in [
        (&["--bug", "gremlins"][..], "--bug: there is no bug \"gremlins\""),
        (&["--for", "ever"], "--for: must be a time of at most an hour, such as 5s or 150ms"),
        (&["--tame"], "invalid option '--tame'"),
        (&["--lab", "kitchen"], "--lab: there is no lab \"kitchen\""),
    ] {
        assert_eq!(complaint(arguments), format!("lockstep: {words}"));
    }
    assert!(complaint(&["--seeds", "many"]).contains("many"));
}
