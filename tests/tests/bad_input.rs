//! What a person is told about a file that cannot be opened: where, and what is wrong.
//!
//! The messages are pinned word by word, because they are what a student reads who has mistyped a
//! name.

use lockstep_core::scenario::json::LONGEST_FILE;
use lockstep_core::scenario::{Kind, Problem, Scenario, Wrong};
use serde_json::{Value, json};

fn of_file(text: &str) -> String {
    Scenario::from_json(text).expect_err(text).to_string()
}

/// A scenario file with these further fields.
fn file(fields: Value) -> String {
    file_of("raft", fields)
}

/// A scenario file of a lab, with these further fields.
fn file_of(lab: &str, fields: Value) -> String {
    let mut file = json!({ "lockstep": 1, "lab": lab });
    let Value::Object(fields) = fields else { panic!("fields are an object") };
    file.as_object_mut().expect("an object").extend(fields);
    file.to_string()
}

#[test]
fn what_is_no_scenario_file_is_refused() {
    let deep = "[".repeat(100_000);
    for (text, expected) in [
        ("", "file: not JSON: EOF while parsing a value at line 1 column 0"),
        ("{", "file: not JSON: EOF while parsing an object at line 1 column 1"),
        ("{}", "lockstep: must be given"),
        ("[1]", "file: must be an object { … }"),
        ("null\0", "file: not JSON: trailing characters at line 1 column 5"),
        (&deep, "file: not JSON: recursion limit exceeded at line 1 column 128"),
        (r#"{"lockstep": 2}"#, "lockstep: version 2 of the format is not known here"),
        (r#"{"lockstep": "1"}"#, "lockstep: must be a whole number"),
        (r#"{"lockstep": 1e0}"#, "lockstep: must be a whole number"),
        (r#"{"lockstep": 1}"#, "lab: must be given"),
        (r#"{"lockstep": 1, "lab": "queue"}"#, "lab: there is no lab called \"queue\""),
        (r#"{"lockstep": 1, "lab": 7}"#, "lab: must be a text"),
        (r#"{"lockstep": 1, "lab": "raft", "sede": 3}"#, "sede: there is no such field"),
        (
            "{\"lockstep\": 1,\n\"seed\": 2, \"seed\": 3}",
            "file: not JSON: the field \"seed\" stands twice at line 2 column 21",
        ),
        (
            r#"{"lockstep": 1, "seed": 1e999}"#,
            "file: not JSON: number out of range at line 1 column 29",
        ),
    ] {
        assert_eq!(of_file(text), expected, "{}", &text[..text.len().min(80)]);
    }
}

/// Goes through a list of mistakes in files of a lab, and counts them.
fn listed(lab: &str, list: &str) -> usize {
    let lines = list.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    let lines: Vec<&str> = lines.collect();
    for case in lines.chunks(2) {
        let [fields, expected] = case else { panic!("a case is two lines: {case:?}") };
        let text = file_of(lab, serde_json::from_str(fields).expect(fields));
        assert_eq!(of_file(&text), expected.trim_start(), "{fields}");
    }
    lines.len() / 2
}

#[test]
fn every_listed_mistake_is_told_where_it_is() {
    assert!(listed("raft", include_str!("../bad_input/files.txt")) > 75, "the list is read");
    assert!(listed("locks", include_str!("../bad_input/locks.txt")) > 40, "the list is read");
    assert!(listed("cache", include_str!("../bad_input/cache.txt")) > 50, "the list is read");
}

#[test]
fn too_much_of_anything_is_refused() {
    let long = |length: usize| "x".repeat(length);
    let crash = |time_ms: u64| json!({ "at": format!("{time_ms}ms"), "crash": "n1" });
    let say = |text: String| json!({ "at": "1s", "say": { "en": text } });
    let put = json!({ "at": "1s", "client": "c1", "put": ["x", long(101)] });
    let preset = |log: Value| json!({ "config": { "start": { "n2": { "log": log } } } });
    for (fields, expected) in [
        (
            json!({ "choices": (0..2_001).map(crash).collect::<Vec<_>>() }),
            "choices: more than the 2000 choices allowed",
        ),
        (
            json!({ "branches": vec![json!({ "at": "1s" }); 201] }),
            "branches: more than the 200 branches allowed",
        ),
        (
            json!({ "choices": vec![say(long(1)); 501] }),
            "captions: more than the 500 captions allowed",
        ),
        (
            json!({ "choices": [say(long(501))] }),
            "choices[0].say.en: more than the 500 characters allowed",
        ),
        (
            json!({ "bookmarks": vec![json!({ "at": "1s" }); 501] }),
            "bookmarks: more than the 500 bookmarks allowed",
        ),
        (
            json!({ "bookmarks": [{ "at": "1s", "say": long(501) }] }),
            "bookmarks[0].say: more than the 500 characters allowed",
        ),
        (
            json!({ "breakpoints": ["leader", "commit", "leader"] }),
            "breakpoints[2]: was named before: once is enough",
        ),
        (
            json!({ "breakpoints": ["role_change n9"] }),
            r#"breakpoints[0]: nothing is called "role_change n9" here"#,
        ),
        (json!({ "choices": [put] }), "choices[0].put[1]: more than the 100 bytes allowed"),
        (
            preset(json!([{ "term": 1, "put": ["x", long(101)] }])),
            "config.start.n2.log[0].put[1]: more than the 100 bytes allowed",
        ),
        (preset(json!(vec![1; 101])), "config.start.n2: must have a log of at most 100 entries"),
    ] {
        assert_eq!(of_file(&file(fields)), expected);
    }
}

#[test]
fn a_file_that_is_too_long_is_refused_unread() {
    let text = " ".repeat(LONGEST_FILE + 1);
    assert_eq!(of_file(&text), "file: more than the 4194304 bytes allowed");
}

#[test]
fn every_kind_of_problem_is_one_line() {
    let kinds = [
        Kind::Object,
        Kind::List,
        Kind::Text,
        Kind::Number,
        Kind::Boolean,
        Kind::Probability,
        Kind::Time,
        Kind::Moment,
        Kind::TimeRange,
        Kind::Node,
        Kind::Message,
        Kind::Link,
        Kind::Choice,
        Kind::Operation,
        Kind::Factor,
        Kind::Digest,
        Kind::Order,
        Kind::Access,
        Kind::Line,
        Kind::Address,
    ];
    for kind in kinds {
        let words = Problem::new("here", Wrong::NotA(kind)).to_string();
        assert!(words.starts_with("here: must be ") && !words.contains('\n'), "{words}");
    }
}
