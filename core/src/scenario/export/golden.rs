//! A run as a golden script of the test suite (`tests/golden`).
//!
//! A script opens with its intent and a scenario; then, after a line of dashes, comes what must
//! happen: every election timeout, choice, loss and note, and what becomes of connections, each
//! with its time and node; then where
//! servers and clients end, and what the checks say. Messages that arrive are not listed: what they
//! do is. So the text changes only if the behaviour does.
//!
//! The suite itself writes what must happen by these functions; what is exported is what it reads.

use std::fmt::Write as _;

use serde_json::Value;

use crate::lab::cache::CacheView;
use crate::lab::cache::view::{CacheNodeView, CopyView, LineView};
use crate::lab::locks::LocksView;
use crate::lab::locks::view::{BeliefView, LockerView, ShelfView};
use crate::lab::raft::view::{EntryView, OperationView, ServerView};
use crate::lab::{Event, Names, Session, What};
use crate::raft::participant::Timer;
use crate::scenario::{Cursor, Scenario, event_json, text};

/// The line between the parts of a script.
pub const DASHES: &str = "----";

/// What a script begins with: its intent, and the branch up to the cursor as a scenario of one
/// branch.
pub(super) fn head(session: &mut Session, intent: &str) -> String {
    let at = session.moment();
    // Where something is left to happen at the cursor's time, the time alone would not say where
    // the run ends.
    let is_whole = session.next_time_us().is_none_or(|next_us| next_us > at.time_us);
    let made = session.choices().iter().filter(|(moment, _)| *moment < at);
    let scenario = Scenario {
        config: session.config().clone(),
        seed: session.seed(),
        until_us: at.time_us,
        choices: made.cloned().collect(),
        cursor: (!is_whole).then_some(Cursor { branch: 0, at }),
        ..Scenario::default()
    };
    format!("{}{}{DASHES}\n", super::comment("#", intent), scenario.to_json())
}

/// An event as a line of a script, if it is one that is listed.
#[must_use]
pub fn line(event: &Event, names: Names) -> Option<String> {
    let said = said(event, names)?;
    let time = text::duration(event.time_us);
    let node = names.name(event.node);
    Some(format!("{time:>11} {node} {said}"))
}

/// What an event is in a script, in a few words, if it is one that is listed.
pub(super) fn said(event: &Event, names: Names) -> Option<String> {
    let of_interest = match &event.what {
        What::TimedOut(timer) => matches!(timer, Timer::Election | Timer::RequestTimeout),
        What::Lost { .. } | What::Chosen(_) | What::Ignored(..) | What::Noted(_) => true,
        What::Connected { .. } | What::Disconnected { .. } | What::Unanswered { .. } => true,
        _ => false,
    };
    if !of_interest {
        return None;
    }
    let value = event_json(event, names);
    let word = |name: &str| word(&value[name]);
    Some(match &event.what {
        What::TimedOut(timer) => format!("timed out: {}", timer.name()),
        What::Lost { .. } => {
            format!("never received {} ({}): {}", word("message"), word("kind"), word("reason"))
        }
        What::Chosen(_) => format!("chosen: {}", value["choice"]),
        What::Ignored(..) => format!("ignored: {} ({})", value["choice"], word("reason")),
        What::Connected { epoch, .. } => format!("connected to {}: epoch {epoch}", word("peer")),
        What::Disconnected { epoch, .. } => {
            format!("disconnected from {}: epoch {epoch}", word("peer"))
        }
        What::Unanswered { .. } => format!("unanswered by {}", word("peer")),
        _ => note(&value),
    })
}

/// A note: its name, and what it says besides.
fn note(value: &Value) -> String {
    const OF_EVERY_EVENT: [&str; 7] = ["type", "id", "time_us", "node", "causes", "event", "note"];
    let mut said = word(&value["note"]);
    for (name, value) in value.as_object().into_iter().flatten() {
        if !OF_EVERY_EVENT.contains(&name.as_str()) {
            said = said + " " + name + "=" + &word(value);
        }
    }
    said
}

fn word(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => "nobody".to_owned(),
        value => value.to_string(),
    }
}

/// Where servers and clients are at the cursor, and what the checks say: a script's last part.
#[must_use]
pub fn ending(session: &Session) -> String {
    let mut text = format!("{DASHES}\n");
    // Writing into a string does not fail.
    for server in &session.view(u64::MAX).servers {
        let _ = writeln!(text, "{}", server_line(server));
    }
    for operation in session.operations() {
        let _ = writeln!(text, "{}", operation_line(&operation));
    }
    for line in session.view(0).locks.iter().flat_map(lock_lines) {
        let _ = writeln!(text, "{line}");
    }
    for line in session.view(0).cache.iter().flat_map(cache_lines) {
        let _ = writeln!(text, "{line}");
    }
    for report in session.checks() {
        let _ = writeln!(text, "{}: {}", report.check.name(), report.verdict.name());
    }
    text
}

fn server_line(server: &ServerView) -> String {
    let role = if server.up { format!("{:?}", server.role) } else { "Down".to_owned() };
    let vote = server.voted_for.map_or("nobody".to_owned(), |name| name.to_string());
    let entry = |entry: &EntryView| {
        let open = if entry.committed { "" } else { "?" };
        format!(" {}@{}{open}", entry.operation, entry.term).replace(' ', "_").replacen('_', " ", 1)
    };
    let log: String = server.log.iter().map(entry).collect();
    let (name, term) = (server.name, server.current_term);
    format!("{name} {} term={term} vote={vote} log:{log}", role.to_lowercase())
}

/// Where the clients of a lock table are, and what the vault holds.
fn lock_lines(locks: &LocksView) -> Vec<String> {
    let client = |client: &LockerView| {
        let LockerView { name, ended, aborted, .. } = client;
        let doing = client.doing.name();
        let held = |held: &BeliefView| format!(" {}:{}@{}", held.resource, held.mode, held.token);
        let holds: String = client.holds.iter().map(held).collect();
        format!("{name} {doing} ended={ended} aborted={aborted} holds:{holds}")
    };
    let shelf = |shelf: &ShelfView| {
        let ShelfView { resource, value, writes, lost, .. } = shelf;
        format!("vault {resource}={value} writes={writes} lost={lost}")
    };
    let clients = locks.clients.iter().map(client);
    clients.chain(locks.vault.shelves.iter().map(shelf)).collect()
}

/// What copies the caches have, and what the directory and memory have of each line.
fn cache_lines(cache: &CacheView) -> Vec<String> {
    let node = |node: &CacheNodeView| {
        let copy = |copy: &CopyView| format!(" {}:{}[{}]", copy.name, copy.state, row(&copy.words));
        let copies: String = node.copies.iter().map(copy).collect();
        let up = if node.up { "up" } else { "down" };
        format!("{} {up} copies:{copies}", node.name)
    };
    let line = |line: &LineView| {
        let LineView { name, state, owner, sharers, memory, .. } = line;
        let owner = owner.map_or("nobody".to_owned(), |owner| owner.to_string());
        let state = state.unwrap_or("none");
        let (sharers, memory) = (row(sharers), row(memory));
        format!("{name} state={state} owner={owner} sharers={sharers} memory={memory}")
    };
    cache.caches.iter().map(node).chain(cache.lines.iter().map(line)).collect()
}

/// Things in a row, with commas between them.
fn row(things: &[impl ToString]) -> String {
    things.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
}

fn operation_line(operation: &OperationView) -> String {
    let OperationView { client, operation, outcome, answer, .. } = operation;
    let answer = answer.as_ref().map_or(String::new(), |answer| format!(" {answer}"));
    format!("{client} {operation}: {}{answer}", format!("{outcome:?}").to_lowercase())
}
