//! What the command line prints: events and the result of a run, as JSON.

use serde_json::{Value, json};

use super::json::write_choice;
use crate::check::{Assumption, linearizability};
use crate::lab::linearizability::{BUDGET, judge};
use crate::lab::raft::view::{message_fields, message_kind};
use crate::lab::session::CheckReport;
use crate::lab::{Event, Names, Session, What};
use crate::raft::note::{Note, VoteRefusal};
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

/// What notes say that came with what is switched on beyond the paper's §5.
fn feature_json(note: &Note, names: Names) -> Value {
    let name = |node| names.name(node).to_string();
    match *note {
        Note::BecamePreCandidate { term } => {
            json!({ "note": "became_pre_candidate", "term": term })
        }
        Note::PreVoted { term, candidate } => {
            json!({ "note": "pre_voted", "term": term, "candidate": name(candidate) })
        }
        Note::RefusedPreVote { candidate, reason } => json!({
            "note": "refused_pre_vote",
            "candidate": name(candidate),
            "reason": refusal_json(reason, names),
        }),
        Note::LostTouch => json!({ "note": "lost_touch" }),
        Note::LeftCluster => json!({ "note": "left_cluster" }),
        Note::TransferBegan { to } => json!({ "note": "transfer_began", "to": name(to) }),
        Note::TransferSent { to } => json!({ "note": "transfer_sent", "to": name(to) }),
        Note::TransferGivenUp { to } => json!({ "note": "transfer_given_up", "to": name(to) }),
        Note::Unwilling { reason } => json!({ "note": "unwilling", "reason": reason.name() }),
        Note::ChangeBegan { index } => json!({ "note": "change_began", "index": index }),
        Note::ChangeCommitted { index } => json!({ "note": "change_committed", "index": index }),
        Note::CaughtUp { server } => json!({ "note": "caught_up", "server": name(server) }),
        Note::FellBehind { server } => json!({ "note": "fell_behind", "server": name(server) }),
        Note::SnapshotTaken { index } => json!({ "note": "snapshot_taken", "index": index }),
        Note::SnapshotSent { to, index } => {
            json!({ "note": "snapshot_sent", "to": name(to), "index": index })
        }
        Note::SnapshotInstalled { index, kept } => {
            json!({ "note": "snapshot_installed", "index": index, "kept": kept })
        }
        Note::SnapshotIgnored { index } => json!({ "note": "snapshot_ignored", "index": index }),
        Note::ReadHeld { client, request, index } => json!({
            "note": "read_held", "client": name(client), "request": request, "index": index,
        }),
        Note::ReadServed { client, request, index, lease } => json!({
            "note": "read_served",
            "client": name(client),
            "request": request,
            "index": index,
            "lease": lease,
        }),
        Note::Skipped { client, request } => {
            json!({ "note": "skipped", "client": name(client), "request": request })
        }
        Note::Retried { request, to } => {
            json!({ "note": "retried", "request": request, "to": name(to) })
        }
        Note::StreamBroken { follower } => {
            json!({ "note": "stream_broken", "follower": name(follower) })
        }
        _ => Value::Null,
    }
}

fn note_json(note: &Note, names: Names) -> Value {
    let name = |node| names.name(node).to_string();
    match *note {
        Note::BecameCandidate { term } => json!({ "note": "became_candidate", "term": term }),
        Note::BecameLeader { term, votes } => {
            json!({ "note": "became_leader", "term": term, "votes": votes })
        }
        Note::BecameFollower { term, leader } => {
            json!({ "note": "became_follower", "term": term, "leader": leader.map(name) })
        }
        Note::Voted { term, candidate } => {
            json!({ "note": "voted", "term": term, "candidate": name(candidate) })
        }
        Note::RefusedVote { candidate, reason } => json!({
            "note": "refused_vote",
            "candidate": name(candidate),
            "reason": refusal_json(reason, names),
        }),
        Note::Proposed { index } => json!({ "note": "proposed", "index": index }),
        Note::Stored { index } => json!({ "note": "stored", "index": index }),
        Note::Truncated { from } => json!({ "note": "truncated", "from": from }),
        Note::RefusedEntries { previous_index } => {
            json!({ "note": "refused_entries", "previous_index": previous_index })
        }
        Note::Committed { index } => json!({ "note": "committed", "index": index }),
        Note::DidNotCount { index, term } => {
            json!({ "note": "did_not_count", "index": index, "term": term })
        }
        Note::Applied { index } => json!({ "note": "applied", "index": index }),
        Note::Invoked { request } => json!({ "note": "invoked", "request": request }),
        Note::Completed { request } => json!({ "note": "completed", "request": request }),
        Note::Redirected { request, to } => {
            json!({ "note": "redirected", "request": request, "to": name(to) })
        }
        Note::GaveUp { request } => json!({ "note": "gave_up", "request": request }),
        _ => feature_json(note, names),
    }
}

/// The result of a run up to the cursor: always the last line.
#[must_use]
pub fn result_json(session: &Session) -> Value {
    let names = session.names();
    let judged = judge(session, BUDGET);
    let checks = session.verdicts_with(&judged).into_iter();
    let checks: Vec<Value> = checks.map(|report| check_json(&report, names)).collect();
    json!({
        "type": "result",
        "digest": format!("{:016x}", session.digest()),
        "time_us": session.moment().time_us,
        "steps": session.steps(),
        "state": session.view(u64::MAX),
        "checks": checks,
        "history": session.operations(),
        "linearizable": linearizable_json(&judged),
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
        })
    });
    json!({
        "name": report.check.name(),
        "verdict": verdict.name(),
        "first_failure": first_failure,
        "assumption": verdict.assumption().map(Assumption::name),
    })
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
