//! Stories of the lock lab: what locks are for, what goes wrong with them, and what is done about
//! it.
//!
//! Their files lie beside those of Raft's, and begin with `lock-`.

/// A story of the lock lab.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LockStory {
    /// Two clients lock two things in opposite orders.
    OppositeOrder,
    /// Three in a ring, each of whom wants what the next one has.
    Ring,
    /// Two readers of one thing both want to write it.
    BothUpgrade,
    /// A cycle through a queue is resolved with no victim: a reader overtakes.
    SoftCycle,
    /// A writer comes to its turn though readers come without end.
    ReaderStream,
    /// The leader crashes while clients wait: nobody is lost, nobody is granted twice.
    LeaderCrash,
    /// A client sleeps past its lease: what the fencing token is good for.
    PausedClient,
    /// Wait-die and wound-wait on one workload.
    Prevention,
    /// Where no deadlock is: what time-outs, no-wait and detection make of a long wait.
    NoDeadlock,
    /// How long a free lock takes.
    Free,
    /// Many clients under load, to look around in.
    BusyShop,
}

impl LockStory {
    /// Every story, in the order in which they are listed.
    pub const ALL: [Self; 11] = [
        Self::OppositeOrder,
        Self::Ring,
        Self::BothUpgrade,
        Self::SoftCycle,
        Self::ReaderStream,
        Self::LeaderCrash,
        Self::PausedClient,
        Self::Prevention,
        Self::NoDeadlock,
        Self::Free,
        Self::BusyShop,
    ];

    /// Its name: that of its file.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::OppositeOrder => "lock-opposite-order",
            Self::Ring => "lock-ring",
            Self::BothUpgrade => "lock-both-upgrade",
            Self::SoftCycle => "lock-soft-cycle",
            Self::ReaderStream => "lock-reader-stream",
            Self::LeaderCrash => "lock-leader-crash",
            Self::PausedClient => "lock-paused-client",
            Self::Prevention => "lock-prevention",
            Self::NoDeadlock => "lock-no-deadlock",
            Self::Free => "lock-free",
            Self::BusyShop => "lock-busy-shop",
        }
    }

    /// Its file.
    #[must_use]
    pub const fn json(self) -> &'static str {
        match self {
            Self::OppositeOrder => include_str!("lock-opposite-order.json"),
            Self::Ring => include_str!("lock-ring.json"),
            Self::BothUpgrade => include_str!("lock-both-upgrade.json"),
            Self::SoftCycle => include_str!("lock-soft-cycle.json"),
            Self::ReaderStream => include_str!("lock-reader-stream.json"),
            Self::LeaderCrash => include_str!("lock-leader-crash.json"),
            Self::PausedClient => include_str!("lock-paused-client.json"),
            Self::Prevention => include_str!("lock-prevention.json"),
            Self::NoDeadlock => include_str!("lock-no-deadlock.json"),
            Self::Free => include_str!("lock-free.json"),
            Self::BusyShop => include_str!("lock-busy-shop.json"),
        }
    }
}
