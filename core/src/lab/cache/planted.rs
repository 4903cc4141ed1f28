//! Planted bugs of the cache as a student meets them: what each is about, and what must be switched
//! on for it to show.
//!
//! As with [Raft's](crate::lab::raft::planted), some are to be found by hand: a person asks the
//! processors to read, write and evict, holds messages back and crashes nodes, and sees what a
//! check says. Those are in [`GUESSED`]. Each has a story in the gallery that shows how.

use crate::cache::bug::Bug;
use crate::cache::setting::Features;
use crate::sim::time::MILLISECOND_US;

/// How long a lease lasts in a run in which a bug is to be found, in microseconds: long enough to
/// do something by hand meanwhile.
const LEASE_US: u64 = 500 * MILLISECOND_US;

/// What a rule is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Area {
    /// How copies are taken away from those who read.
    Invalidations,
    /// Who may write.
    Ownership,
    /// Who is asked for a copy, and answers.
    Requests,
    /// How what was written comes to memory.
    WriteBacks,
    /// What is done about nodes that fail.
    Failures,
}

impl Area {
    /// Every one, in the order in which they are shown.
    pub const ALL: [Self; 5] =
        [Self::Invalidations, Self::Ownership, Self::Requests, Self::WriteBacks, Self::Failures];

    /// What a bug's rule is about.
    #[must_use]
    pub const fn of(bug: Bug) -> Self {
        match bug {
            Bug::InvalidationsNotAwaited
            | Bug::InvalidationIgnored
            | Bug::AckCountShort
            | Bug::SharerForgotten
            | Bug::AckSentHome => Self::Invalidations,
            Bug::OwnerKeepsExclusive | Bug::SharedWritten | Bug::SwapOnShared => Self::Ownership,
            Bug::ForwardUnanswered
            | Bug::OwnerNotChanged
            | Bug::MemoryReadWhileOwned
            | Bug::StalledForgotten => Self::Requests,
            Bug::StaleWriteBack
            | Bug::WriteBackWithoutData
            | Bug::EvictionNotAwaited
            | Bug::WriteBackPostponed => Self::WriteBacks,
            Bug::LeaseIgnored | Bug::ReclaimTooEarly | Bug::LossNotReported => Self::Failures,
        }
    }

    /// The bugs that break its rules.
    pub fn bugs(self) -> impl Iterator<Item = Bug> {
        Bug::ALL.into_iter().filter(move |bug| Self::of(*bug) == self)
    }
}

/// What must be switched on for a bug to show; or must not, where `leases` are wanted besides: who
/// has them asks again for what is not answered, and no invalidation overtakes the data.
#[must_use]
pub fn needs(bug: Bug, leases: bool) -> Features {
    let is_hidden = matches!(bug, Bug::InvalidationIgnored | Bug::ForwardUnanswered);
    let leases = Area::of(bug) == Area::Failures || leases && !is_hidden;
    Features { lease_us: if leases { LEASE_US } else { 0 }, ..Features::default() }
}

/// The bugs that can be found by hand.
pub const GUESSED: [Bug; 15] = [
    Bug::InvalidationsNotAwaited,
    Bug::InvalidationIgnored,
    Bug::StaleWriteBack,
    Bug::AckCountShort,
    Bug::OwnerKeepsExclusive,
    Bug::SharerForgotten,
    Bug::SharedWritten,
    Bug::WriteBackWithoutData,
    Bug::ForwardUnanswered,
    Bug::OwnerNotChanged,
    Bug::AckSentHome,
    Bug::MemoryReadWhileOwned,
    Bug::SwapOnShared,
    Bug::LeaseIgnored,
    Bug::LossNotReported,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_bug_is_about_one_thing() {
        let all: usize = Area::ALL.into_iter().map(|area| area.bugs().count()).sum();
        assert_eq!(all, Bug::ALL.len());
        assert!(Area::ALL.into_iter().all(|area| area.bugs().any(|bug| GUESSED.contains(&bug))));
    }

    #[test]
    fn what_is_to_be_found_is_named_once() {
        assert!(GUESSED.map(Bug::number).is_sorted_by(|one, other| one < other));
    }
}
