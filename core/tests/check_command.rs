//! `lockstep check` on the program itself: verdicts, exit codes, windows, and what is said of files
//! that are wrong.

use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use lockstep_core::scenario::gallery::Story;
use serde_json::{Value, json};

fn lockstep(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lockstep"));
    command.args(arguments).stdin(Stdio::null()).output().expect("the program runs")
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).expect("UTF-8")
}

/// A file of the tests' own, with a name of its own.
fn file(name: &str, content: &str) -> String {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("check-{name}"));
    std::fs::write(&path, content).expect("the file is written");
    path.to_string_lossy().into_owned()
}

/// What is printed about a history, and the exit code.
fn check(model: &str, format: &str, path: &str, more: &[&str]) -> (String, Option<i32>) {
    let arguments = ["check", "--model", model, "--format", format, path];
    let output = lockstep(&[&arguments[..], more].concat());
    assert_eq!(text(&output.stderr), "", "{arguments:?}");
    (text(&output.stdout).to_owned(), output.status.code())
}

/// What it says where it ends with 2: one line on standard error, nothing on standard output.
fn complaint(arguments: &[&str]) -> String {
    let output = lockstep(&[&["check"], arguments].concat());
    let (printed, said) = (text(&output.stdout), text(&output.stderr));
    assert_eq!((output.status.code(), printed), (Some(2), ""), "{arguments:?}");
    assert_eq!(said.lines().count(), 1, "{said}");
    said.trim_end().strip_prefix("lockstep: ").expect(said).to_owned()
}

const WRITTEN_AND_READ: &str = "\
INFO  jepsen.util - 0\t:invoke\t:write\t1
INFO  jepsen.util - 1\t:invoke\t:read\tnil
INFO  jepsen.util - :nemesis\t:info\t:start\tnil
INFO  jepsen.util - 0\t:ok\t:write\t1
INFO  jepsen.util - 1\t:ok\t:read\tnil
";

#[test]
fn a_linearizable_history_is_called_so() {
    let path = file("good.log", WRITTEN_AND_READ);
    assert_eq!(check("register", "jepsen", &path, &[]), ("linearizable\n".to_owned(), Some(0)));
}

#[test]
fn the_window_shows_what_cannot_be_ordered() {
    let stale = "\
INFO  jepsen.util - 2\t:invoke\t:cas\t[5 6]
INFO  jepsen.util - 2\t:info\t:cas\t:timed-out
INFO  jepsen.util - 2\t:invoke\t:read\tnil
INFO  jepsen.util - 2\t:ok\t:read\tnil
";
    let path = file("bad.log", &format!("{WRITTEN_AND_READ}{stale}"));
    let (printed, code) = check("register", "jepsen", &path, &[]);
    let expected = "\
not linearizable
lines 1 to 9; those with * cannot be ordered
* 1–4  0  write 1 → ok
  2–5  1  read → nil
  6–…  2  cas 5 6 → unknown
* 8–9  2  read → nil
";
    assert_eq!((printed.as_str(), code), (expected, Some(1)));
}

#[test]
fn a_store_is_judged_by_key() {
    let event = |kind: &str, key: &str, value: &str| {
        format!("{{:process 0, :type :{kind}, :f :append, :key \"{key}\", :value \"{value}\"}}\n")
    };
    let get = |key: &str, value: &str| {
        format!(
            "{{:process 0, :type :invoke, :f :get, :key \"{key}\", :value nil}}\n\
             {{:process 0, :type :ok, :f :get, :key \"{key}\", :value \"{value}\"}}\n"
        )
    };
    let append = |key: &str| event("invoke", key, "a") + &event("ok", key, "a");
    let good = append("x") + &append("y") + &append("x") + &get("x", "aa") + &get("z", "");
    let path = file("good.txt", &good);
    assert_eq!(check("kv", "porcupine-kv", &path, &[]), ("linearizable\n".to_owned(), Some(0)));
    let path = file("bad.txt", &(good + &get("y", "aa")));
    let (printed, code) = check("kv", "porcupine-kv", &path, &[]);
    assert_eq!(code, Some(1));
    assert!(printed.starts_with("not linearizable\nkey \"y\", lines 11 to 12; "), "{printed}");
    assert!(printed.ends_with("\n* 11–12  0  get y → aa\n"), "{printed}");
}

/// A JSON history of one client, an operation every ten microseconds.
fn one_client(operations: &[(Value, Value)]) -> String {
    let operation = |(place, (operation, answer)): (usize, &(Value, Value))| {
        json!({ "client": "c", "operation": operation, "answer": answer,
                "invoked_us": 10 * place, "completed_us": 10 * place + 5 })
    };
    Value::Array(operations.iter().enumerate().map(operation).collect()).to_string()
}

#[test]
fn every_model_is_judged_from_json() {
    let (done, swapped) = (|| json!("done"), |swapped: bool| json!({ "swapped": swapped }));
    let value = |value: Value| json!({ "value": value });
    let good_and_bad = [
        (
            "register",
            vec![
                (json!("read"), value(Value::Null)),
                (json!({ "cas": [null, 1] }), swapped(true)),
                (json!({ "write": 2 }), done()),
                (json!({ "cas": [1, 3] }), swapped(false)),
            ],
            (json!("read"), value(json!("2"))),
        ),
        (
            "kv",
            vec![
                (json!({ "put": ["x", "1"] }), done()),
                (json!({ "append": ["x", "2"] }), done()),
                (json!({ "get": "x" }), value(json!("12"))),
                (json!({ "cas": ["x", "12", "3"] }), swapped(true)),
            ],
            (json!({ "get": "x" }), value(json!("12"))),
        ),
        (
            "mutex",
            vec![(json!("acquire"), done()), (json!("acquire"), json!("refused"))],
            (json!("acquire"), done()),
        ),
        (
            "queue",
            vec![
                (json!({ "enqueue": 1 }), done()),
                (json!({ "enqueue": 2 }), done()),
                (json!("dequeue"), value(json!(1))),
            ],
            (json!("dequeue"), value(Value::Null)),
        ),
    ];
    for (model, mut operations, bad) in good_and_bad {
        let path = file(&format!("{model}-good.json"), &one_client(&operations));
        let good = check(model, "json", &path, &[]);
        assert_eq!(good, ("linearizable\n".to_owned(), Some(0)), "{model}");
        operations.push(bad);
        let path = file(&format!("{model}-bad.json"), &one_client(&operations));
        let (printed, code) = check(model, "json", &path, &[]);
        assert!(printed.starts_with("not linearizable\n"), "{model}: {printed}");
        assert_eq!(code, Some(1), "{model}");
    }
}

/// Operations of several clients on addresses, an operation every ten microseconds.
fn memory(operations: &[(&str, Value, Value)]) -> String {
    let operation = |(place, (client, operation, answer)): (usize, &(&str, Value, Value))| {
        json!({ "client": client, "operation": operation, "answer": answer,
                "invoked_us": 10 * place, "completed_us": 10 * place + 5 })
    };
    Value::Array(operations.iter().enumerate().map(operation).collect()).to_string()
}

#[test]
fn coherence_is_judged_by_address_and_shows_the_contradiction() {
    let write = |client, value| (client, json!({ "write": ["x", value] }), json!("done"));
    let read = |client, value: u32| (client, json!({ "read": "x" }), json!({ "value": value }));
    let swap = ("n1", json!({ "cas": ["x.1", 0, 7] }), json!({ "swapped": true }));
    // Not linearizable, but coherent: a read of something old.
    let mut operations = vec![write("n1", 1), read("n2", 0), read("n2", 1), swap];
    let path = file("coherent.json", &memory(&operations));
    assert_eq!(check("coherence", "json", &path, &[]), ("coherent\n".to_owned(), Some(0)));
    operations.push(read("n2", 0));
    let path = file("incoherent.json", &memory(&operations));
    let (printed, code) = check("coherence", "json", &path, &[]);
    let expected = "\
not coherent
address \"x\", CoRR; each with * comes before the next, and the last before the first
* 20–25  n2  read x → 1  (program order)
* 40–45  n2  read x → 0  (initial value)
  0–5  n1  write x 1 → ok
";
    assert_eq!((printed.as_str(), code), (expected, Some(1)));
    // A value that was written twice makes it a search.
    let operations = [write("n1", 1), write("n2", 1), read("n3", 1), read("n3", 0)];
    let path = file("searched.json", &memory(&operations));
    let (printed, code) = check("coherence", "json", &path, &[]);
    assert!(printed.starts_with("not coherent\naddress \"x\", unordered; "), "{printed}");
    assert_eq!(code, Some(1));
    let operations = [write("n1", 1), write("n2", 1), read("n3", 1), write("n1", 2)];
    let path = file("budget.json", &memory(&operations));
    let expected = "undecided\na budget of 1 steps was spent (--budget)\n".to_owned();
    assert_eq!(check("coherence", "json", &path, &["--budget", "1"]), (expected, Some(3)));
}

#[test]
fn a_spent_budget_is_said() {
    let path = file("budget.log", WRITTEN_AND_READ);
    let expected = "undecided\na budget of 2 steps was spent (--budget)\n".to_owned();
    assert_eq!(check("register", "jepsen", &path, &["--budget", "2"]), (expected, Some(3)));
}

#[test]
fn the_result_of_a_run_is_a_history() {
    let link = Story::FirstElection.scenario().encode();
    let output = lockstep(&["run", &link, "--events"]);
    let path = file("run.ndjson", text(&output.stdout));
    assert_eq!(check("kv", "json", &path, &[]), ("linearizable\n".to_owned(), Some(0)));

    let last = text(&output.stdout).lines().last().expect("a last line");
    let mut result: Value = serde_json::from_str(last).expect("JSON");
    assert_eq!(result["linearizable"], json!({ "verdict": "linearizable", "window": null }));
    result["history"].as_array_mut().expect("a list").push(json!({
        "client": "c9", "operation": { "get": "x" }, "outcome": "ok",
        "answer": { "value": "never put" }, "invoked_us": 9_000_000, "completed_us": 9_000_001,
    }));
    let path = file("altered.json", &result.to_string());
    let (printed, code) = check("kv", "json", &path, &[]);
    assert!(printed.contains("\n* 9000000–9000001  c9  get x → never put\n"), "{printed}");
    assert_eq!(code, Some(1));
}

#[test]
fn a_run_says_what_its_clients_saw() {
    let link = Story::OldTermCounted.scenario().encode();
    let result: Value = serde_json::from_slice(&lockstep(&["run", &link]).stdout).expect("JSON");
    let verdict = &result["linearizable"]["verdict"];
    assert!(["linearizable", "not linearizable"].map(Value::from).contains(verdict), "{result}");
}

#[test]
fn bad_arguments_are_one_clear_line_and_exit_code_2() {
    let path = file("any.log", WRITTEN_AND_READ);
    let help = "`lockstep help` says what there is";
    for (arguments, expected) in [
        (vec![], format!("--model is missing; {help}")),
        (vec!["--model", "kv", &path], format!("--format is missing; {help}")),
        (vec!["--model", "kv", "--format", "json"], format!("check what?; {help}")),
        (
            vec!["--model", "stack"],
            "--model: no \"stack\" here: there are register, kv, mutex, queue, coherence"
                .to_owned(),
        ),
        (
            vec!["--format", "edn"],
            "--format: no \"edn\" here: there are jepsen, porcupine-kv, json".to_owned(),
        ),
        (
            vec!["--model", "kv", "--format", "jepsen", &path],
            "--format: jepsen has register, mutex and queue only".to_owned(),
        ),
        (
            vec!["--model", "queue", "--format", "porcupine-kv", &path],
            "--format: porcupine-kv has kv only".to_owned(),
        ),
        (vec!["--quickly"], "invalid option '--quickly'".to_owned()),
    ] {
        assert_eq!(complaint(&arguments), expected, "{arguments:?}");
    }
    let missing = complaint(&["--model", "kv", "--format", "json", "no-such-history.json"]);
    assert!(missing.starts_with("no-such-history.json: "), "{missing}");
}

#[test]
fn a_bad_history_is_one_line_that_says_where_and_why() {
    let invoke = "INFO  jepsen.util - 0 :invoke :write 1\n";
    let line = |rest: &str| format!("{invoke}INFO  jepsen.util - {rest}\n");
    let get = "{:process 0, :type :invoke, :f :get, :key \"7\", :value nil}\n";
    for (number, (model, format, content, expected)) in [
        ("register", "jepsen", String::new(), "no operation stands in it"),
        (
            "register",
            "jepsen",
            format!("{invoke}\nsomething else\n"),
            "line 3: no event: expected `INFO jepsen.util - PROCESS :invoke :FUNCTION VALUE`",
        ),
        (
            "register",
            "jepsen",
            line("0 :invoke :read nil"),
            "line 2: process 0 has not returned from its last call",
        ),
        (
            "register",
            "jepsen",
            line("1 :ok :read 1"),
            "line 2: process 1 has called nothing that could end",
        ),
        (
            "mutex",
            "jepsen",
            invoke.to_owned(),
            "line 1: no write like this here: there are `:acquire nil` and `:release nil`",
        ),
        ("register", "jepsen", line("1 :invoke :cas [1"), "line 2: ']' is missing"),
        ("register", "jepsen", line("1 :wait :read nil"), "line 2: no event is called :wait"),
        (
            "kv",
            "porcupine-kv",
            "{:process 0, :type :invoke, :f :get, :value nil}".to_owned(),
            "line 1: :key is missing",
        ),
        (
            "kv",
            "porcupine-kv",
            format!("{get}{{:process 0, :type :ok, :f :get, :key \"7\", :value 1}}"),
            "line 2: :value must be a text",
        ),
        ("kv", "json", "[\n{]".to_owned(), "line 2: column 2: key must be a string"),
        (
            "kv",
            "json",
            "[{\"client\": \"c\",\n\"operation\": {\"pop\": 1}}]".to_owned(),
            "line 2: column 19: unknown variant `pop`, expected one of `put`, `get`, `append`, \
             `cas`",
        ),
        ("kv", "json", "{}".to_owned(), "no list of operations, nor an object with `history`"),
        (
            "queue",
            "json",
            "[{\"client\": \"c\", \"operation\": \"dequeue\",\n \"invoked_us\": 5, \
             \"completed_us\": 4}]"
                .to_owned(),
            "line 2: column 37: `completed_us` is before `invoked_us`",
        ),
    ]
    .into_iter()
    .enumerate()
    {
        let path = file(&format!("wrong-{number}"), &content);
        let said = complaint(&["--model", model, "--format", format, &path]);
        assert_eq!(said, format!("{path}: {expected}"), "{content}");
    }
}

#[test]
fn brackets_without_end_are_refused() {
    let deep = format!("INFO jepsen.util - 0 :invoke :cas {}", "[".repeat(1_000_000));
    let path = file("deep.log", &deep);
    let said = complaint(&["--model", "register", "--format", "jepsen", &path]);
    assert!(said.ends_with("line 1: brackets stand too deep in each other"), "{said}");
}
