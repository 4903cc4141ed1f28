//! Faults: the kinds of things that random weather does to a cluster.
//!
//! A kind is as fine as a switch should be: the swarm turns whole kinds off, so that a run may be
//! all crashes and no loss, or all loss and no crashes. What a kind comes to in [`Choice`]s, the
//! [director](super::director) decides when it looks at the run.
//!
//! [`Choice`]: crate::lab::Choice

/// A kind of fault, or of anything else that comes from outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// A server crashes, and mostly comes back.
    Crash,
    /// A server crashes whose disk is behind: what it had not synced is lost.
    CrashUnsynced,
    /// The server that leads crashes.
    CrashLeader,
    /// Several servers crash at the same moment, and come back.
    PowerFailure,
    /// A node freezes for a while.
    Pause,
    /// One link is cut, one way or both.
    Cut,
    /// The nodes fall apart into two groups.
    Partition,
    /// Servers stand in a ring, and each sees another majority.
    Ring,
    /// The server that leads is cut off, from all or from all but a few, one way or both.
    Isolate,
    /// One link becomes very slow, or loses much.
    Clog,
    /// All links change for a while: they are lossy, say, or slow.
    Storm,
    /// A message is lost.
    Lose,
    /// A message comes twice.
    Duplicate,
    /// A message takes much longer.
    Delay,
    /// A message arrives before those that were sent earlier.
    Deliver,
    /// A server's election timeout runs out.
    Campaign,
    /// Another timer runs out.
    Fire,
    /// A clock runs fast or slow.
    Drift,
    /// A clock jumps.
    Jump,
    /// A client asks for something more.
    Operate,
    /// The leader is told to hand over to another.
    Transfer,
    /// The leader is told to change the members.
    Reconfigure,
    /// A setting changes for all.
    Set,
    /// The leader is told to hand over, and its word to the other takes long.
    SlowTransfer,
    /// The leader is cut off with some of the others, and told to change the members.
    SplitChange,
    /// A client of the lock manager sleeps past its lease.
    Sleep,
    /// One sleeps until about when its lease is over.
    Doze,
    /// One crashes, and comes back.
    CrashClient,
    /// One is told to do something more.
    Order,
    /// One is told to stop.
    Stop,
    /// A setting of the lock manager changes for all.
    SetLocks,
    /// Processors are asked for something more.
    Ask,
    /// A cache crashes that has the only copy of a line.
    CrashOwner,
    /// A home crashes, and comes back.
    CrashHome,
    /// A cache that has copies does not hear its home any more, or is not heard.
    CutOff,
    /// A cache that has copies sleeps until about when its lease is over.
    Nap,
    /// A setting of the cache changes for all.
    SetCaches,
}

impl Fault {
    /// Every kind.
    pub const ALL: [Self; 37] = [
        Self::Crash,
        Self::CrashUnsynced,
        Self::CrashLeader,
        Self::PowerFailure,
        Self::Pause,
        Self::Cut,
        Self::Partition,
        Self::Ring,
        Self::Isolate,
        Self::Clog,
        Self::Storm,
        Self::Lose,
        Self::Duplicate,
        Self::Delay,
        Self::Deliver,
        Self::Campaign,
        Self::Fire,
        Self::Drift,
        Self::Jump,
        Self::Operate,
        Self::Transfer,
        Self::Reconfigure,
        Self::Set,
        Self::SlowTransfer,
        Self::SplitChange,
        Self::Sleep,
        Self::Doze,
        Self::CrashClient,
        Self::Order,
        Self::Stop,
        Self::SetLocks,
        Self::Ask,
        Self::CrashOwner,
        Self::CrashHome,
        Self::CutOff,
        Self::Nap,
        Self::SetCaches,
    ];

    /// How many of them happen in every lab that stands on Raft: the first of all.
    pub(super) const OF_RAFT: usize = 25;

    /// Those that only happen in the lock lab: they come next.
    pub(super) const OF_LOCKS: std::ops::Range<usize> =
        Self::Sleep as usize..Self::SetLocks as usize + 1;

    /// What happens in the cache lab.
    pub(super) const OF_CACHES: [Self; 20] = [
        Self::Crash,
        Self::PowerFailure,
        Self::Pause,
        Self::Cut,
        Self::Partition,
        Self::Clog,
        Self::Storm,
        Self::Lose,
        Self::Duplicate,
        Self::Delay,
        Self::Deliver,
        Self::Fire,
        Self::Drift,
        Self::Jump,
        Self::Ask,
        Self::CrashOwner,
        Self::CrashHome,
        Self::CutOff,
        Self::Nap,
        Self::SetCaches,
    ];

    /// Its place in [`Fault::ALL`].
    #[must_use]
    pub const fn place(self) -> usize {
        self as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_stand_at_their_places() {
        assert!((0..).zip(Fault::ALL).all(|(place, fault)| fault.place() == place));
    }
}
