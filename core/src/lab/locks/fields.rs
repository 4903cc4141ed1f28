//! What notes and parcels of the lock manager say, field by field.

use crate::lab::Names;
use crate::lock::Owner;
use crate::lock::command::{Action, Command};
use crate::lock::note::Note;
use crate::lock::parcel::{Access, Parcel, Verdict};
use crate::sim::process::NodeId;

/// A field: its name and its value, in words that need no translation.
pub type Field = (&'static str, String);

/// What an owner is called.
#[must_use]
pub fn owner_name(owner: Owner, names: Names) -> String {
    owner.node().map_or_else(|| owner.0.to_string(), |node| names.name(node).to_string())
}

/// What a note says besides its name.
#[must_use]
pub fn note_fields(note: &Note, names: Names) -> Vec<Field> {
    let whose = |owner: &Owner| ("client", owner_name(*owner, names));
    let text = |name, value: &dyn std::fmt::Display| (name, value.to_string());
    match note {
        Note::Granted { owner, resource, mode, token } => vec![
            whose(owner),
            text("resource", resource),
            text("mode", &mode.name()),
            text("token", token),
        ],
        Note::Queued { owner, resource, mode, ahead } => vec![
            whose(owner),
            text("resource", resource),
            text("mode", &mode.name()),
            text("ahead", ahead),
        ],
        Note::Released { owner, resource } | Note::Downgraded { owner, resource } => {
            vec![whose(owner), text("resource", resource)]
        }
        Note::Refused { owner, refusal } => vec![whose(owner), text("reason", &refusal.name())],
        Note::TimedOut { owner } | Note::Expired { owner } | Note::Void { owner } => {
            vec![whose(owner)]
        }
        Note::Aborted { owner, cause } => vec![whose(owner), text("reason", &cause.name())],
        Note::DeadlockFound { length, victim } => {
            let victim = victim.map(|victim| ("victim", owner_name(victim, names)));
            [text("length", length)].into_iter().chain(victim).collect()
        }
        Note::Overtook { owner, before } => {
            vec![whose(owner), ("before", owner_name(*before, names))]
        }
        Note::Began { transaction, attempt } => {
            vec![text("transaction", transaction), text("attempt", attempt)]
        }
        Note::Ended { transaction } | Note::GaveUp { transaction } => {
            vec![text("transaction", transaction)]
        }
        Note::BackedOff { transaction, delay_us } => {
            vec![text("transaction", transaction), text("delay_us", delay_us)]
        }
        Note::Holds { resource, token } => vec![text("resource", resource), text("token", token)],
        Note::LostSession => Vec::new(),
        Note::Wrote { owner, resource, token }
        | Note::Read { owner, resource, token }
        | Note::SharedOnly { owner, resource, token }
        | Note::Unheard { owner, resource, token } => {
            vec![whose(owner), text("resource", resource), text("token", token)]
        }
        Note::Stale { owner, resource, token, seen } => {
            vec![whose(owner), text("resource", resource), text("token", token), text("seen", seen)]
        }
        Note::CycleGathered { length, victim } => {
            vec![text("length", length), ("victim", owner_name(*victim, names))]
        }
    }
}

/// What a parcel says.
#[must_use]
pub fn parcel_fields(parcel: &Parcel) -> Vec<Field> {
    let text = |name, value: &dyn std::fmt::Display| (name, value.to_string());
    match parcel {
        Parcel::Access { number, access } => {
            let Access { resource, token, writes, .. } = access;
            let writes = writes.map(|value| ("writes", value.to_string()));
            let fields =
                [text("request", number), text("resource", resource), text("token", token)];
            fields.into_iter().chain(writes).collect()
        }
        Parcel::Judged { number, verdict } => {
            let detail = match verdict {
                Verdict::Read { value } => Some(("value", value.to_string())),
                Verdict::Stale { seen } => Some(("seen", seen.to_string())),
                Verdict::Unheard { told } => Some(("told", told.to_string())),
                Verdict::Wrote | Verdict::SharedOnly | Verdict::UnknownResource => None,
            };
            let fields = [text("request", number), text("verdict", &verdict.name())];
            fields.into_iter().chain(detail).collect()
        }
        Parcel::Issued { resource, token } => {
            vec![text("resource", resource), text("token", token)]
        }
    }
}

/// A command of the log, and who asked for it or whom it is about.
#[must_use]
pub fn command_words(command: &Command, client: Option<NodeId>, names: Names) -> String {
    let name = |owner: &Owner| owner_name(*owner, names);
    match (&command.action, client) {
        (Action::Call(call), Some(client)) => format!("{} {}", names.name(client), call.ask),
        (Action::Call(call), None) => call.ask.to_string(),
        (Action::Expire { owner, .. }, _) => format!("expire {}", name(owner)),
        (Action::TimeOut { owner, .. }, _) => format!("time out {}", name(owner)),
        (Action::Abort { owner, .. }, _) => format!("abort {}", name(owner)),
        (Action::Overtake { owner, before, .. }, _) => {
            format!("{} overtakes {}", name(owner), name(before))
        }
    }
}
