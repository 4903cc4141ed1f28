//! Stories of the cache lab: what a coherence protocol does, where it is subtle, and what happens
//! when nodes fail.
//!
//! Their files lie beside those of Raft's, and begin with `cache-`; those about a broken rule,
//! with `cache-bug-`.

use crate::cache::bug::Bug;

/// A story of the cache lab.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CacheStory {
    /// A copy that nobody else has is written without a message: E becomes M.
    SilentUpgrade,
    /// A node reads what another has modified: three messages, and memory is right again.
    ReadModified,
    /// Two sharers both want to write: one of them loses its copy on the way.
    UpgradeRace,
    /// An invalidation overtakes the data that it is about.
    InvalidationRace,
    /// An owner gives its copy up while a request for it is on its way to it.
    EvictionRace,
    /// Nodes that share nothing disturb each other, since their words lie in one line.
    FalseSharing,
    /// The same words, each in a line of its own.
    Padding,
    /// What MESI saves over MSI where nothing is shared.
    PrivateData,
    /// The usual workload: most accesses are hits.
    ReadMostly,
    /// An owner crashes: what it wrote is possibly lost, unless it was written back within a bound.
    OwnerCrash,
    /// A sharer is cut off: it must not read past its lease, and a writer waits that long.
    PartitionedSharer,
    /// The same on a snooping bus: everybody sees every request.
    Bus,
    /// The protocol on a network that loses and reorders: what it rests on.
    Datagrams,
    /// What happens where this rule is broken? A check says so.
    Broken(Bug),
}

impl CacheStory {
    /// Every story, in the order in which they are listed: broken rules come last, in the order of
    /// the bugs' numbers.
    pub const ALL: [Self; 32] = [
        Self::SilentUpgrade,
        Self::ReadModified,
        Self::UpgradeRace,
        Self::InvalidationRace,
        Self::EvictionRace,
        Self::FalseSharing,
        Self::Padding,
        Self::PrivateData,
        Self::ReadMostly,
        Self::OwnerCrash,
        Self::PartitionedSharer,
        Self::Bus,
        Self::Datagrams,
        Self::Broken(Bug::InvalidationsNotAwaited),
        Self::Broken(Bug::InvalidationIgnored),
        Self::Broken(Bug::StaleWriteBack),
        Self::Broken(Bug::AckCountShort),
        Self::Broken(Bug::OwnerKeepsExclusive),
        Self::Broken(Bug::SharerForgotten),
        Self::Broken(Bug::SharedWritten),
        Self::Broken(Bug::WriteBackWithoutData),
        Self::Broken(Bug::EvictionNotAwaited),
        Self::Broken(Bug::ForwardUnanswered),
        Self::Broken(Bug::OwnerNotChanged),
        Self::Broken(Bug::AckSentHome),
        Self::Broken(Bug::MemoryReadWhileOwned),
        Self::Broken(Bug::StalledForgotten),
        Self::Broken(Bug::SwapOnShared),
        Self::Broken(Bug::LeaseIgnored),
        Self::Broken(Bug::ReclaimTooEarly),
        Self::Broken(Bug::LossNotReported),
        Self::Broken(Bug::WriteBackPostponed),
    ];

    /// Its name: that of its file.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::SilentUpgrade => "cache-silent-upgrade",
            Self::ReadModified => "cache-read-modified",
            Self::UpgradeRace => "cache-upgrade-race",
            Self::InvalidationRace => "cache-invalidation-race",
            Self::EvictionRace => "cache-eviction-race",
            Self::FalseSharing => "cache-false-sharing",
            Self::Padding => "cache-padding",
            Self::PrivateData => "cache-private-data",
            Self::ReadMostly => "cache-read-mostly",
            Self::OwnerCrash => "cache-owner-crash",
            Self::PartitionedSharer => "cache-partitioned-sharer",
            Self::Bus => "cache-bus",
            Self::Datagrams => "cache-datagrams",
            Self::Broken(bug) => broken_name(bug),
        }
    }

    /// Its file.
    #[must_use]
    pub const fn json(self) -> &'static str {
        match self {
            Self::SilentUpgrade => include_str!("cache-silent-upgrade.json"),
            Self::ReadModified => include_str!("cache-read-modified.json"),
            Self::UpgradeRace => include_str!("cache-upgrade-race.json"),
            Self::InvalidationRace => include_str!("cache-invalidation-race.json"),
            Self::EvictionRace => include_str!("cache-eviction-race.json"),
            Self::FalseSharing => include_str!("cache-false-sharing.json"),
            Self::Padding => include_str!("cache-padding.json"),
            Self::PrivateData => include_str!("cache-private-data.json"),
            Self::ReadMostly => include_str!("cache-read-mostly.json"),
            Self::OwnerCrash => include_str!("cache-owner-crash.json"),
            Self::PartitionedSharer => include_str!("cache-partitioned-sharer.json"),
            Self::Bus => include_str!("cache-bus.json"),
            Self::Datagrams => include_str!("cache-datagrams.json"),
            Self::Broken(bug) => broken_json(bug),
        }
    }
}

/// The name of the story of a broken rule.
const fn broken_name(bug: Bug) -> &'static str {
    match bug {
        Bug::InvalidationsNotAwaited => "cache-bug-invalidations-not-awaited",
        Bug::InvalidationIgnored => "cache-bug-invalidation-ignored",
        Bug::StaleWriteBack => "cache-bug-stale-write-back",
        Bug::AckCountShort => "cache-bug-ack-count-short",
        Bug::OwnerKeepsExclusive => "cache-bug-owner-keeps-exclusive",
        Bug::SharerForgotten => "cache-bug-sharer-forgotten",
        Bug::SharedWritten => "cache-bug-shared-written",
        Bug::WriteBackWithoutData => "cache-bug-write-back-without-data",
        Bug::EvictionNotAwaited => "cache-bug-eviction-not-awaited",
        Bug::ForwardUnanswered => "cache-bug-forward-unanswered",
        Bug::OwnerNotChanged => "cache-bug-owner-not-changed",
        Bug::AckSentHome => "cache-bug-ack-sent-home",
        Bug::MemoryReadWhileOwned => "cache-bug-memory-read-while-owned",
        Bug::StalledForgotten => "cache-bug-stalled-forgotten",
        Bug::SwapOnShared => "cache-bug-swap-on-shared",
        Bug::LeaseIgnored => "cache-bug-lease-ignored",
        Bug::ReclaimTooEarly => "cache-bug-reclaim-too-early",
        Bug::LossNotReported => "cache-bug-loss-not-reported",
        Bug::WriteBackPostponed => "cache-bug-write-back-postponed",
    }
}

/// The file of the story of a broken rule.
const fn broken_json(bug: Bug) -> &'static str {
    match bug {
        Bug::InvalidationsNotAwaited => include_str!("cache-bug-invalidations-not-awaited.json"),
        Bug::InvalidationIgnored => include_str!("cache-bug-invalidation-ignored.json"),
        Bug::StaleWriteBack => include_str!("cache-bug-stale-write-back.json"),
        Bug::AckCountShort => include_str!("cache-bug-ack-count-short.json"),
        Bug::OwnerKeepsExclusive => include_str!("cache-bug-owner-keeps-exclusive.json"),
        Bug::SharerForgotten => include_str!("cache-bug-sharer-forgotten.json"),
        Bug::SharedWritten => include_str!("cache-bug-shared-written.json"),
        Bug::WriteBackWithoutData => include_str!("cache-bug-write-back-without-data.json"),
        Bug::EvictionNotAwaited => include_str!("cache-bug-eviction-not-awaited.json"),
        Bug::ForwardUnanswered => include_str!("cache-bug-forward-unanswered.json"),
        Bug::OwnerNotChanged => include_str!("cache-bug-owner-not-changed.json"),
        Bug::AckSentHome => include_str!("cache-bug-ack-sent-home.json"),
        Bug::MemoryReadWhileOwned => include_str!("cache-bug-memory-read-while-owned.json"),
        Bug::StalledForgotten => include_str!("cache-bug-stalled-forgotten.json"),
        Bug::SwapOnShared => include_str!("cache-bug-swap-on-shared.json"),
        Bug::LeaseIgnored => include_str!("cache-bug-lease-ignored.json"),
        Bug::ReclaimTooEarly => include_str!("cache-bug-reclaim-too-early.json"),
        Bug::LossNotReported => include_str!("cache-bug-loss-not-reported.json"),
        Bug::WriteBackPostponed => include_str!("cache-bug-write-back-postponed.json"),
    }
}
