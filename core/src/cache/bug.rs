//! Planted bugs: rules of the cache that can be broken on purpose.
//!
//! As with Raft's, each is convicted by a named check, and no assertion depends on a rule that one
//! of them breaks.

/// A rule that can be broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Bug {
    /// A writer writes as soon as it has the data, without waiting for acknowledgements.
    InvalidationsNotAwaited,
    /// An invalidation that comes before the data is acknowledged and forgotten: the data are kept
    /// as a shared copy.
    InvalidationIgnored,
    /// The home takes a write-back from a node that is no longer the owner.
    StaleWriteBack,
    /// The home tells a writer to wait for one acknowledgement too few.
    AckCountShort,
    /// An owner that gave somebody a copy to read goes on as if it had the only one.
    OwnerKeepsExclusive,
    /// The home does not write down who got a shared copy, so nobody will invalidate it.
    SharerForgotten,
    /// A shared copy is written without asking.
    SharedWritten,
    /// The home acknowledges a write-back and does not copy it to memory.
    WriteBackWithoutData,
    /// A copy that is given up is gone at once: a request that is forwarded meanwhile finds
    /// nothing.
    EvictionNotAwaited,
    /// A node that gives up its copy does not answer a request that is forwarded to it.
    ForwardUnanswered,
    /// The home forwards a request to write, and does not write down the new owner.
    OwnerNotChanged,
    /// A sharer acknowledges an invalidation to the home instead of to the writer.
    AckSentHome,
    /// The home answers a reader from memory although there is an owner.
    MemoryReadWhileOwned,
    /// What has to wait in a cache is never taken up again.
    StalledForgotten,
    /// A compare-and-swap reads a shared copy first and asks to write afterwards: not in one go.
    SwapOnShared,
    /// A cache uses what it has though its lease is over.
    LeaseIgnored,
    /// The home gives a silent node up before its lease is over.
    ReclaimTooEarly,
    /// The home says nothing when what a lost owner may have written is gone.
    LossNotReported,
    /// Each write puts off the write-back: the time within which it is due counts from the last
    /// write and not from the first.
    WriteBackPostponed,
}

impl Bug {
    /// Every bug, in the order of its number.
    pub const ALL: [Self; 19] = [
        Self::InvalidationsNotAwaited,
        Self::InvalidationIgnored,
        Self::StaleWriteBack,
        Self::AckCountShort,
        Self::OwnerKeepsExclusive,
        Self::SharerForgotten,
        Self::SharedWritten,
        Self::WriteBackWithoutData,
        Self::EvictionNotAwaited,
        Self::ForwardUnanswered,
        Self::OwnerNotChanged,
        Self::AckSentHome,
        Self::MemoryReadWhileOwned,
        Self::StalledForgotten,
        Self::SwapOnShared,
        Self::LeaseIgnored,
        Self::ReclaimTooEarly,
        Self::LossNotReported,
        Self::WriteBackPostponed,
    ];

    /// Its number: its place in [`Bug::ALL`]. Numbers are never used again.
    #[must_use]
    pub const fn number(self) -> u8 {
        self as u8
    }

    /// Its name in a scenario file.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::InvalidationsNotAwaited => "invalidations_not_awaited",
            Self::InvalidationIgnored => "invalidation_ignored",
            Self::StaleWriteBack => "stale_write_back",
            Self::AckCountShort => "ack_count_short",
            Self::OwnerKeepsExclusive => "owner_keeps_exclusive",
            Self::SharerForgotten => "sharer_forgotten",
            Self::SharedWritten => "shared_written",
            Self::WriteBackWithoutData => "write_back_without_data",
            Self::EvictionNotAwaited => "eviction_not_awaited",
            Self::ForwardUnanswered => "forward_unanswered",
            Self::OwnerNotChanged => "owner_not_changed",
            Self::AckSentHome => "ack_sent_home",
            Self::MemoryReadWhileOwned => "memory_read_while_owned",
            Self::StalledForgotten => "stalled_forgotten",
            Self::SwapOnShared => "swap_on_shared",
            Self::LeaseIgnored => "lease_ignored",
            Self::ReclaimTooEarly => "reclaim_too_early",
            Self::LossNotReported => "loss_not_reported",
            Self::WriteBackPostponed => "write_back_postponed",
        }
    }
}

/// The bugs that are planted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Bugs(u32);

impl Bugs {
    /// Whether nothing is broken.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether `bug` is planted.
    #[must_use]
    pub const fn has(self, bug: Bug) -> bool {
        self.0 & (1 << bug.number()) != 0
    }

    /// Plants a bug, or mends it.
    pub const fn set(&mut self, bug: Bug, planted: bool) {
        if planted {
            self.0 |= 1 << bug.number();
        } else {
            self.0 &= !(1 << bug.number());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bugs_are_numbered_by_their_place() {
        assert!((0..).zip(Bug::ALL).all(|(place, bug)| bug.number() == place));
    }
}
