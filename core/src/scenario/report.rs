//! What the command line prints: events and the result of a run, as JSON.

use serde_json::{Value, json};

use super::json::write_choice;
use crate::cache::state::{CacheState, DirectoryState};
use crate::check::cache::Evidence;
use crate::check::coherence::Memory;
use crate::check::linearizability::Operation;
use crate::check::lock::history::FencedLock;
use crate::check::{Assumption, linearizability};
use crate::lab::Note;
use crate::lab::cache::fields::note_fields as cache_fields;
use crate::lab::linearizability::{BUDGET, judge};
use crate::lab::locks::fields::note_fields as lock_fields;
use crate::lab::machine::Own;
use crate::lab::raft::view::{message_fields, message_kind};
use crate::lab::session::CheckReport;
use crate::lab::{Event, Names, Session, What};
use crate::raft::note::VoteRefusal;
use crate::sim::event::EventId;
use crate::sim::network::MessageId;
use crate::sim::process::NodeId;

/// One event, as one JSON object.
#[must_use]
pub fn event_json(event: &Event, names: Names) -> Value {
    let id = event_name;
    let mut value = what_json(&event.what, names);
    value["type"] = "event".into();
    value["id"] = id(&event.id).into();
    value["time_us"] = event.time_us.into();
    value["node"] = names.name(event.node).to_string().into();
    value["causes"] = event.causes.iter().map(id).collect();
    value
}

/// An event's name: its step and its place in it; notes are counted apart.
fn event_name(id: &EventId) -> String {
    match id.note() {
        Some(note) => format!("{}.n{note}", id.step()),
        None => format!("{}.{}", id.step(), id.ordinal()),
    }
}

fn what_json(what: &What, names: Names) -> Value {
    let message_json = |id: &MessageId, message| {
        let fields = message_fields(message, names);
        let fields: serde_json::Map<String, Value> =
            fields.into_iter().map(|(name, text)| (name.to_owned(), text.into())).collect();
        let name = names.message(*id).to_string();
        json!({ "message": name, "kind": message_kind(message), "fields": fields })
    };
    let named = |event: &str, mut value: Value| {
        value["event"] = event.into();
        value
    };
    match what {
        What::Started => json!({ "event": "started" }),
        What::Delivered { id, sent_us, message } => {
            let mut value = named("delivered", message_json(id, message));
            value["sent_us"] = (*sent_us).into();
            value
        }
        What::Lost { id, sent_us, message, reason, .. } => {
            let mut value = named("lost", message_json(id, message));
            value["sent_us"] = (*sent_us).into();
            value["reason"] = reason.name().into();
            value
        }
        What::Queued => json!({ "event": "queued" }),
        What::TimedOut(timer) => json!({ "event": "timed_out", "timer": timer.name() }),
        What::Synced => json!({ "event": "synced" }),
        What::Chosen(choice) => json!({ "event": "chosen", "choice": write_choice(choice, names) }),
        What::Ignored(choice, refusal) => json!({
            "event": "ignored",
            "choice": write_choice(choice, names),
            "reason": refusal.name(),
        }),
        What::Sent { id, due_us, message } => {
            let mut value = named("sent", message_json(id, message));
            value["due_us"] = (*due_us).into();
            value
        }
        What::Persisted => json!({ "event": "persisted" }),
        What::Noted(note) => named("noted", note_json(note, names)),
        What::Connected { peer, epoch } => {
            json!({ "event": "connected", "peer": names.name(*peer), "epoch": epoch })
        }
        What::Disconnected { peer, epoch } => {
            json!({ "event": "disconnected", "peer": names.name(*peer), "epoch": epoch })
        }
        What::Unanswered { peer } => json!({ "event": "unanswered", "peer": names.name(*peer) }),
    }
}

fn refusal_json(reason: VoteRefusal, names: Names) -> Value {
    match reason {
        VoteRefusal::OldTerm => json!("old_term"),
        VoteRefusal::Voted(other) => json!({ "voted_for": names.name(other).to_string() }),
        VoteRefusal::StaleLog => json!("stale_log"),
        VoteRefusal::HearsLeader(leader) => {
            json!({ "hears_leader": leader.map(|leader| names.name(leader).to_string()) })
        }
    }
}

fn note_json(note: &Note, names: Names) -> Value {
    let mut value = note_fields(note, names);
    value["note"] = note.name().into();
    value
}

/// What a note says besides its name.
fn note_fields(note: &Note, names: Names) -> Value {
    let name = |node| names.name(node).to_string();
    match *note {
        Note::LostTouch | Note::LeftCluster => json!({}),
        Note::BecameCandidate { term } | Note::BecamePreCandidate { term } => {
            json!({ "term": term })
        }
        Note::BecameLeader { term, votes } => json!({ "term": term, "votes": votes }),
        Note::BecameFollower { term, leader } => {
            json!({ "term": term, "leader": leader.map(name) })
        }
        Note::Voted { term, candidate } | Note::PreVoted { term, candidate } => {
            json!({ "term": term, "candidate": name(candidate) })
        }
        Note::RefusedVote { candidate, reason } | Note::RefusedPreVote { candidate, reason } => {
            json!({ "candidate": name(candidate), "reason": refusal_json(reason, names) })
        }
        Note::Proposed { index }
        | Note::Stored { index }
        | Note::Committed { index }
        | Note::Applied { index }
        | Note::ChangeBegan { index }
        | Note::ChangeCommitted { index }
        | Note::SnapshotTaken { index }
        | Note::SnapshotIgnored { index } => json!({ "index": index }),
        Note::Truncated { from } => json!({ "from": from }),
        Note::RefusedEntries { previous_index } => json!({ "previous_index": previous_index }),
        Note::DidNotCount { index, term } => json!({ "index": index, "term": term }),
        Note::Invoked { request } | Note::Completed { request } | Note::GaveUp { request } => {
            json!({ "request": request })
        }
        Note::Redirected { request, to } | Note::Retried { request, to } => {
            json!({ "request": request, "to": name(to) })
        }
        Note::TransferBegan { to } | Note::TransferSent { to } | Note::TransferGivenUp { to } => {
            json!({ "to": name(to) })
        }
        Note::Unwilling { reason } => json!({ "reason": reason.name() }),
        Note::CaughtUp { server } | Note::FellBehind { server } => {
            json!({ "server": name(server) })
        }
        Note::SnapshotSent { to, index } => json!({ "to": name(to), "index": index }),
        Note::SnapshotInstalled { index, kept } => json!({ "index": index, "kept": kept }),
        Note::ReadHeld { client, request, index } => {
            json!({ "client": name(client), "request": request, "index": index })
        }
        Note::ReadServed { client, request, index, lease } => {
            json!({ "client": name(client), "request": request, "index": index, "lease": lease })
        }
        Note::Skipped { client, request } => json!({ "client": name(client), "request": request }),
        Note::Own(ref note) => {
            let fields = match note {
                Own::Lock(note) => lock_fields(note, names),
                Own::Cache(note) => cache_fields(note, names),
            };
            fields.into_iter().map(|(name, text)| (name.to_owned(), Value::from(text))).collect()
        }
        Note::StreamBroken { follower } => json!({ "follower": name(follower) }),
    }
}

/// The result of a run up to the cursor: always the last line.
#[must_use]
pub fn result_json(session: &Session) -> Value {
    let names = session.names();
    let judged = judge(session, BUDGET);
    let checks = session.verdicts_with(&judged).into_iter();
    let checks: Vec<Value> = checks.map(|report| check_json(&report, names)).collect();
    let mut value = json!({
        "type": "result",
        "digest": format!("{:016x}", session.digest()),
        "time_us": session.moment().time_us,
        "steps": session.steps(),
        "state": session.view(u64::MAX),
        "checks": checks,
        "history": session.operations(),
        "linearizable": linearizable_json(&judged),
    });
    if let Some(history) = session.lock_history() {
        let lock = |operation| lock_operation_json(operation, names);
        value["lock_history"] = history.iter().map(lock).collect();
    }
    if let Some(history) = session.memory_history() {
        value["memory_history"] = history.iter().map(memory_operation_json).collect();
    }
    value
}

/// A read or a write, as its processor saw it.
fn memory_operation_json(operation: &Operation<Memory>) -> Value {
    json!({
        "client": operation.client,
        "operation": operation.action.to_string(),
        "invoked_us": operation.called,
        "completed_us": operation.returned,
        "answer": operation.answer.map(|answer| answer.to_string()),
    })
}

/// What happened to a lock, as it is judged: that a client asked for it, and when it was answered;
/// or that one lost it.
fn lock_operation_json(operation: &Operation<FencedLock>, names: Names) -> Value {
    let client = operation.action.owner.node().map(|node| names.name(node).to_string());
    json!({
        "client": client,
        "operation": operation.action.to_string(),
        "invoked_us": operation.called,
        "completed_us": operation.returned,
        "answer": operation.answer.map(|answer| answer.to_string()),
    })
}

/// What a check says. `first_failure` is there if the property was broken, convicted or not; and
/// `assumption` is what was taken away, if that is the verdict.
fn check_json(report: &CheckReport, names: Names) -> Value {
    let verdict = &report.verdict;
    let name = |node: &NodeId| names.name(*node).to_string();
    let first_failure = verdict.failure().map(|failure| {
        json!({
            "step": failure.step,
            "time_us": failure.moment.time_us,
            "nodes": failure.nodes.iter().map(name).collect::<Vec<_>>(),
            "term": failure.term,
            "index": failure.index,
            "line": failure.line(report.check).map(|line| line.to_string()),
            "evidence": failure.evidence.as_ref().map(|evidence| evidence_json(evidence, names)),
        })
    });
    json!({
        "name": report.check.name(),
        "verdict": verdict.name(),
        "first_failure": first_failure,
        "assumption": verdict.assumption().map(Assumption::name),
    })
}

/// What contradicts what, where a check of the cache has failed.
fn evidence_json(evidence: &Evidence, names: Names) -> Value {
    let name = |node: &NodeId| names.name(*node).to_string();
    let states = |copies: &[(NodeId, CacheState)]| -> Value {
        let state = |(node, state): &(NodeId, CacheState)| (name(node), state.name().into());
        copies.iter().map(state).collect::<serde_json::Map<String, Value>>().into()
    };
    match evidence {
        Evidence::Value { seen, node, address, found, written } => json!({
            "seen": seen.name(),
            "node": name(node),
            "address": address.to_string(),
            "found": found,
            "written": written,
        }),
        Evidence::States(copies) => json!({ "states": states(copies) }),
        Evidence::Directory { home, state, owner, sharers, copies } => json!({
            "home": name(home),
            "directory": state.map(DirectoryState::name),
            "owner": owner.as_ref().map(name),
            "sharers": sharers.iter().map(|node| name(&node)).collect::<Vec<_>>(),
            "states": states(copies),
        }),
        Evidence::Waits { node, since_us } => {
            json!({ "node": name(node), "waits_since_us": since_us })
        }
    }
}

/// The verdict on the history. Operations are named by their places in it, from 0.
fn linearizable_json(verdict: &linearizability::Verdict) -> Value {
    let mut value = json!({ "verdict": verdict.name(), "window": null });
    if let linearizability::Verdict::NotLinearizable(conviction) = verdict {
        value["window"] = json!({
            "key": conviction.key,
            "from_us": conviction.from,
            "to_us": conviction.to,
            "operations": conviction.operations,
            "unorderable": conviction.unorderable,
            "shortest": conviction.is_least,
        });
    }
    value
}
