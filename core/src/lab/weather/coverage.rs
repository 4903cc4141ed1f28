//! Coverage: how often the rare branches of the protocol and the kernel were taken.
//!
//! Random runs prove little about code that they never reach. A compiler can count lines; but which
//! line was reached says less than which *case* was: that a snapshot came late, that a change was
//! refused because another is under way, that a lost message was lost at a cut. The cases are named
//! by the events of a run, so a run is counted by playing it again with its events on, and nothing
//! is counted in the hot path.

use std::collections::BTreeMap;

use super::Lab;
use super::caches::coverage as caches;
use super::trial::Trial;
use crate::lab::Note;
use crate::lab::machine::{Own, Parcel};
use crate::lab::raft::messages::message_kind;
use crate::lab::{Event, What};
use crate::lock;
use crate::raft::message::Message;
use crate::sim::run::Goal;

/// How often each branch was taken, by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Coverage {
    counts: BTreeMap<&'static str, u64>,
}

impl Default for Coverage {
    /// Nothing was taken yet, in the Raft lab.
    fn default() -> Self {
        Self::of(Lab::Raft)
    }
}

impl Coverage {
    /// Nothing was taken yet of what is counted in a lab: in the Raft lab the branches of Raft and
    /// of the kernel, in the lock lab those of the lock manager, in the cache lab the cache's.
    #[must_use]
    pub fn of(lab: Lab) -> Self {
        let counts = match lab {
            Lab::Raft => BRANCHES.into_iter().map(|branch| (branch, 0)).collect(),
            Lab::Locks => LOCK_BRANCHES.into_iter().map(|branch| (branch, 0)).collect(),
            Lab::Cache => caches::BRANCHES.into_iter().map(|branch| (branch, 0)).collect(),
        };
        Self { counts }
    }

    /// Counts the branches that a run takes.
    pub fn count(&mut self, trial: &Trial) {
        let mut run = trial.config.begin(trial.seed, true);
        loop {
            for event in run.world.take_events() {
                self.count_event(&event);
            }
            if run.step(&trial.choices, Goal::Moment(trial.end)).is_none() {
                return;
            }
        }
    }

    fn count_event(&mut self, event: &Event) {
        if let Some(branch) = branch(event)
            && let Some(count) = self.counts.get_mut(branch)
        {
            *count += 1;
        }
    }

    /// Adds what was counted elsewhere.
    pub fn add(&mut self, other: &Self) {
        for (branch, count) in other.iter() {
            *self.counts.entry(branch).or_default() += count;
        }
    }

    /// Each branch and how often it was taken, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, u64)> {
        self.counts.iter().map(|(branch, count)| (*branch, *count))
    }

    /// The branches that were never taken.
    pub fn missing(&self) -> impl Iterator<Item = &'static str> {
        self.iter().filter(|(_, count)| *count == 0).map(|(branch, _)| branch)
    }
}

/// Every branch that is counted: those of this list, and no others.
const BRANCHES: [&str; 72] = [
    "became_candidate",
    "became_follower",
    "became_leader",
    "became_pre_candidate",
    "caught_up",
    "change_began",
    "change_committed",
    "committed",
    "copy_arrived",
    "did_not_count",
    "fell_behind",
    "gave_up",
    "ignored:down",
    "ignored:not_paused",
    "ignored:paused",
    "ignored:unwilling",
    "ignored:up",
    "left_cluster",
    "lost:chance",
    "lost:choice",
    "lost:cut",
    "lost:down",
    "lost_touch",
    "message:accepted",
    "message:answer",
    "message:entries",
    "message:heartbeat",
    "message:pre_vote_granted",
    "message:pre_vote_refused",
    "message:pre_vote_request",
    "message:redirect",
    "message:refused",
    "message:request",
    "message:snapshot",
    "message:timeout_now",
    "message:vote_granted",
    "message:vote_refused",
    "message:vote_request",
    "pre_voted",
    "queued",
    "read_held",
    "read_served:lease",
    "read_served:round",
    "redirected",
    "refused_entries",
    "refused_pre_vote:hears_leader",
    "refused_pre_vote:old_term",
    "refused_pre_vote:stale_log",
    "refused_vote:hears_leader",
    "refused_vote:old_term",
    "refused_vote:stale_log",
    "refused_vote:voted",
    "retried",
    "skipped",
    "snapshot_ignored",
    "snapshot_installed:kept",
    "snapshot_installed:whole",
    "snapshot_sent",
    "snapshot_taken",
    "stored",
    "stream_broken",
    "transfer_began",
    "transfer_given_up",
    "transfer_sent",
    "truncated",
    "unwilling:impossible",
    "unwilling:no_change",
    "unwilling:not_leader",
    "unwilling:nothing_committed",
    "unwilling:too_many",
    "unwilling:under_way",
    "voted",
];

/// The same of the lock manager. Two refusals are not among them, since no client of ours ever
/// hears them: that it waits for something else already, and that it has begun another attempt.
const LOCK_BRANCHES: [&str; 31] = [
    "backed_off",
    "cycle_gathered",
    "deadlock_found",
    "lock_downgraded",
    "lock_granted",
    "lock_queued",
    "lock_refused:not_exclusive",
    "lock_refused:not_held",
    "lock_refused:nothing_to_upgrade",
    "lock_refused:overtaken",
    "lock_refused:session_over",
    "lock_refused:would_wait",
    "lock_released",
    "lock_timed_out",
    "lost_session",
    "overtook",
    "proposal_void",
    "session_expired",
    "transaction_aborted:deadlock",
    "transaction_aborted:died",
    "transaction_aborted:no_wait",
    "transaction_aborted:waited_too_long",
    "transaction_aborted:wounded",
    "transaction_began",
    "transaction_ended",
    "transaction_given_up",
    "vault_read",
    "vault_refused_shared",
    "vault_refused_stale",
    "vault_refused_unheard",
    "vault_wrote",
];

/// The branch that an event tells of.
fn branch(event: &Event) -> Option<&'static str> {
    match &event.what {
        What::Noted(note) => note_branch(note),
        What::Delivered { id, .. } if id.copy > 0 => Some("copy_arrived"),
        What::Delivered { message: Message::Parcel(Parcel::Cache(packet)), .. } => {
            caches::packet_branch(packet)
        }
        What::Delivered { message, .. } => prefixed("message", message_kind(message).name()),
        What::Lost { reason, .. } => prefixed("lost", reason.name()),
        What::Queued => Some("queued"),
        What::Ignored(_, refusal) => prefixed("ignored", refusal.name()),
        _ => None,
    }
}

/// That of a note is its name, and the case where there are several.
fn note_branch(note: &Note) -> Option<&'static str> {
    let case = match note {
        Note::RefusedVote { reason, .. } | Note::RefusedPreVote { reason, .. } => reason.name(),
        Note::Unwilling { reason } => reason.name(),
        Note::SnapshotInstalled { kept, .. } => ["whole", "kept"][usize::from(*kept)],
        Note::ReadServed { lease, .. } => ["round", "lease"][usize::from(*lease)],
        // What nearly every run does all the time.
        Note::Proposed { .. } | Note::Applied { .. } => return None,
        Note::Invoked { .. } | Note::Completed { .. } => return None,
        Note::Own(Own::Lock(lock::note::Note::Refused { refusal, .. })) => refusal.name(),
        Note::Own(Own::Lock(lock::note::Note::Aborted { cause, .. })) => cause.name(),
        Note::Own(Own::Cache(note)) => return caches::note_branch(note),
        _ => return Some(note.name()),
    };
    prefixed(note.name(), case)
}

/// The branch of a group with this name, if it is counted.
pub(super) fn prefixed(group: &str, name: &str) -> Option<&'static str> {
    let mut all = BRANCHES.into_iter().chain(LOCK_BRANCHES).chain(caches::BRANCHES);
    all.find(|branch| branch.split_once(':') == Some((group, name)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn branches_are_in_order_and_each_there_once() {
        assert!(BRANCHES.is_sorted_by(|one, other| one < other));
        assert!(LOCK_BRANCHES.is_sorted_by(|one, other| one < other));
        assert!(caches::BRANCHES.is_sorted_by(|one, other| one < other));
    }
}
