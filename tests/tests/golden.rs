//! Golden scripts: small behaviours, each a file that can be read beside the paper.
//!
//! A file of the folder `golden` is named after a behaviour. It opens with its intent and the
//! sentences that ask for it. Then comes a scenario (or the name of a story of the gallery) and,
//! after a line of dashes, what must happen: every election timeout, choice, loss and note, with
//! its time and node; then where servers and clients end, and what the checks say. Messages that
//! arrive are not listed: what they do is.
//!
//! A run that takes another course fails, and shows the difference. If the new course is right,
//! `LOCKSTEP_REGENERATE=1 cargo test -p lockstep-tests --test golden` writes it down, to be read
//! again.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use lockstep_core::lab::raft::view::{OperationView, ServerView};
use lockstep_core::lab::{Event, Session, What};
use lockstep_core::raft::participant::Timer;
use lockstep_core::scenario::gallery::Story;
use lockstep_core::scenario::{Scenario, event_json, text};
use lockstep_core::sim::run::Goal;
use serde_json::Value;
use similar::TextDiff;

const DASHES: &str = "----";

fn scripts() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("golden");
    let entries = std::fs::read_dir(folder).expect("the folder of golden scripts");
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("a file").path()).collect();
    paths.sort();
    paths
}

#[test]
fn every_script_goes_as_it_is_written() {
    let scripts = scripts();
    assert!(scripts.len() >= 10, "the scripts are found");
    let differing: Vec<String> = scripts.iter().filter_map(|path| difference(path)).collect();
    assert!(differing.is_empty(), "{}", differing.join("\n"));
}

/// How a script's run differs from what is written, if it does; or writes it anew.
fn difference(path: &Path) -> Option<String> {
    let name = path.file_name().expect("a name").to_string_lossy().into_owned();
    let written = std::fs::read_to_string(path).expect("a script");
    let head = written.split_once(DASHES).map_or(written.as_str(), |(head, _)| head).trim_end();
    assert!(head.starts_with("# "), "{name} opens with its intent");
    let scenario = scenario(head).unwrap_or_else(|problem| panic!("{name}: {problem}"));
    let happened = format!("{head}\n{DASHES}\n{}", trace(&scenario));
    if std::env::var_os("LOCKSTEP_REGENERATE").is_some() {
        std::fs::write(path, happened).expect("the script is written");
        return None;
    }
    let difference = TextDiff::from_lines(&written, &happened);
    let mut unified = difference.unified_diff();
    unified.context_radius(2).header(&format!("{name}, as written"), "as it happened");
    (written != happened).then(|| unified.to_string())
}

fn scenario(head: &str) -> Result<Scenario, String> {
    let lines = head.lines().filter(|line| !line.starts_with('#'));
    let said = lines.collect::<Vec<_>>().join("\n");
    let Some(name) = said.trim().strip_prefix("story: ") else {
        return Scenario::from_json(&said).map_err(|problem| problem.to_string());
    };
    let story = Story::ALL.into_iter().find(|story| story.name() == name);
    story.map(Story::scenario).ok_or_else(|| format!("there is no story {name:?}"))
}

/// What happens, as text that changes only if the behaviour does.
fn trace(scenario: &Scenario) -> String {
    let mut session = scenario.open();
    session.go(Goal::Moment(scenario.end()));
    let mut trace = String::new();
    for event in session.events(0, session.steps()) {
        if let Some(said) = said(&event, &session) {
            let time = text::duration(event.time_us);
            let node = session.names().name(event.node).to_string();
            writeln!(trace, "{time:>11} {node} {said}").expect("memory");
        }
    }
    writeln!(trace, "{DASHES}").expect("memory");
    for server in &session.view(u64::MAX).servers {
        writeln!(trace, "{}", server_line(server)).expect("memory");
    }
    for operation in session.operations() {
        writeln!(trace, "{}", operation_line(&operation)).expect("memory");
    }
    for report in session.checks() {
        let verdict = report.verdict.name();
        writeln!(trace, "{}: {verdict}", report.check.name()).expect("memory");
    }
    trace
}

/// An event in a few words, if it is one that is listed.
fn said(event: &Event, session: &Session) -> Option<String> {
    let value = event_json(event, session.names());
    match &event.what {
        What::TimedOut(timer @ (Timer::Election | Timer::RequestTimeout)) => {
            Some(format!("timed out: {}", timer.name()))
        }
        What::Lost { .. } => {
            let (message, kind) = (word(&value["message"]), word(&value["kind"]));
            Some(format!("never received {message} ({kind}): {}", word(&value["reason"])))
        }
        What::Chosen(_) => Some(format!("chosen: {}", value["choice"])),
        What::Ignored(..) => {
            Some(format!("ignored: {} ({})", value["choice"], word(&value["reason"])))
        }
        What::Noted(_) => Some(note(&value)),
        _ => None,
    }
}

/// A note: its name, and what it says besides.
fn note(value: &Value) -> String {
    const OF_EVERY_EVENT: [&str; 7] = ["type", "id", "time_us", "node", "causes", "event", "note"];
    let fields = value.as_object().expect("an event is an object");
    let own = fields.iter().filter(|(name, _)| !OF_EVERY_EVENT.contains(&name.as_str()));
    let own = own.map(|(name, value)| format!(" {name}={}", word(value)));
    word(&value["note"]) + &own.collect::<String>()
}

fn word(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => "nobody".to_owned(),
        value => value.to_string(),
    }
}

fn server_line(server: &ServerView) -> String {
    let role = if server.up { format!("{:?}", server.role) } else { "Down".to_owned() };
    let vote = server.voted_for.map_or("nobody".to_owned(), |name| name.to_string());
    let entry = |entry: &lockstep_core::lab::raft::view::EntryView| {
        let open = if entry.committed { "" } else { "?" };
        format!(" {}@{}{open}", entry.operation, entry.term).replace(' ', "_").replacen('_', " ", 1)
    };
    let log: String = server.log.iter().map(entry).collect();
    let (name, term) = (server.name, server.current_term);
    format!("{name} {} term={term} vote={vote} log:{log}", role.to_lowercase())
}

fn operation_line(operation: &OperationView) -> String {
    let OperationView { client, operation, outcome, answer, .. } = operation;
    let answer = answer.as_ref().map_or(String::new(), |answer| format!(" {answer}"));
    format!("{client} {operation}: {}{answer}", format!("{outcome:?}").to_lowercase())
}
