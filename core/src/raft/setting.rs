//! Settings: what of Raft is switched on, and how much of it.
//!
//! The paper's §5 is enough to be safe, and what it leaves out is what makes a cluster pleasant to
//! live with: it does not stop for a server that comes back with a high term, its log does not
//! grow for ever, its members can be exchanged, its reads are cheap, and a command that a client
//! repeats is carried out once. Each of these is a [`Setting`] that is off unless somebody asks for
//! it, so that a student can turn one on and see what it buys, turn it off and see why it exists.
//!
//! A setting is a number ([`Features`] keeps them all): 0 and 1 for a switch, a count for a window.
//! It holds for every server and client alike, and may change in the middle of a run; what must not
//! differ between servers while they apply one log is decided once, by the leader that takes the
//! command, and written into the entry.

/// What can be set. Links name settings by their place in the list: **never reordered, new ones
/// come at the end.**
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Setting {
    /// A server asks whether it would be elected before it raises its term (dissertation §9.6).
    /// Buys: a server that was cut off disturbs nobody when it comes back. Costs: one more round of
    /// messages in an election.
    PreVote,
    /// A leader that does not hear from a majority steps down (§6.2), and a server that hears from
    /// a leader takes no request for a vote (§4.2.3). Buys: a leader that is cut off stops
    /// promising, a removed server cannot disturb, leases can be trusted. Costs: with a majority
    /// that is only slow, a leader steps down in vain.
    CheckQuorum,
    /// A new leader commits a blank entry in its term (paper §8). Buys: what earlier terms left is
    /// committed at once, and reads and changes of membership need not wait for a client. Costs: an
    /// entry a term.
    BlankEntry,
    /// How members change: one at a time (0, §4.1), or any of them at once by joint consensus
    /// (1, §4.3).
    JointConsensus,
    /// A server that is added receives the log as a learner first, and votes once it has caught up
    /// (§4.2.1). Buys: nothing waits for a newcomer. Costs: a second entry, and time.
    CatchUp,
    /// A server that has applied so many entries since its last snapshot takes one and drops them
    /// (§5.1); 0 for never. Buys: a log that stays short. Costs: who lags further behind gets the
    /// whole state.
    SnapshotEvery,
    /// How many batches of entries may be on their way to a follower at once (§10.2.2): 1 to 8.
    /// Buys: throughput over slow links. Costs: more to send again when one is lost.
    Pipeline,
    /// How reads are answered: through the log (0), by a round of heartbeats (1, `ReadIndex`,
    /// §6.4), or while a lease lasts without asking anybody (2, §6.4.1). Each is cheaper than the
    /// one before; the lease trusts clocks.
    Reads,
    /// Servers remember each client's last command and its answer (§6.3). Buys: a command that
    /// arrives twice is carried out once. Costs: a table that is replicated and kept in snapshots.
    Sessions,
    /// A client that gets no answer asks again. Buys: fewer commands of which nothing is known.
    /// Costs: without sessions, some are carried out twice.
    Retries,
}

/// The most batches on their way to one follower.
pub const MOST_IN_FLIGHT: u64 = 8;
/// The longest log that is kept between snapshots, in entries.
pub const MOST_BETWEEN_SNAPSHOTS: u64 = 10_000;

impl Setting {
    /// Every setting, in the order of its number.
    pub const ALL: [Self; 10] = [
        Self::PreVote,
        Self::CheckQuorum,
        Self::BlankEntry,
        Self::JointConsensus,
        Self::CatchUp,
        Self::SnapshotEvery,
        Self::Pipeline,
        Self::Reads,
        Self::Sessions,
        Self::Retries,
    ];

    /// Its number: its place in [`Setting::ALL`].
    #[must_use]
    pub const fn number(self) -> u8 {
        self as u8
    }

    /// Its name in a scenario file.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::PreVote => "pre_vote",
            Self::CheckQuorum => "check_quorum",
            Self::BlankEntry => "blank_entry",
            Self::JointConsensus => "joint_consensus",
            Self::CatchUp => "catch_up",
            Self::SnapshotEvery => "snapshot_every",
            Self::Pipeline => "pipeline",
            Self::Reads => "reads",
            Self::Sessions => "sessions",
            Self::Retries => "retries",
        }
    }

    /// The setting of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|setting| setting.name() == name)
    }

    /// Whether it is only on or off.
    #[must_use]
    pub const fn is_switch(self) -> bool {
        matches!(self.bounds(), (0, 1))
    }

    /// The least and the greatest that it may be. A switch goes from 0, off, to 1, on.
    #[must_use]
    pub const fn bounds(self) -> (u64, u64) {
        match self {
            Self::SnapshotEvery => (0, MOST_BETWEEN_SNAPSHOTS),
            Self::Pipeline => (1, MOST_IN_FLIGHT),
            Self::Reads => (0, 2),
            _ => (0, 1),
        }
    }
}

/// How a read is answered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Reads {
    /// It is an entry of the log like any command.
    #[default]
    Log,
    /// The leader asks a majority whether it still leads (dissertation §6.4).
    ReadIndex,
    /// The leader answers by itself while its lease lasts (§6.4.1).
    Lease,
}

impl Reads {
    /// Whether leases are kept for them.
    #[must_use]
    pub const fn uses_leases(self) -> bool {
        matches!(self, Self::Lease)
    }

    /// Every way, in the order of its number.
    pub const ALL: [Self; 3] = [Self::Log, Self::ReadIndex, Self::Lease];

    /// Its name in a scenario file.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Log => "log",
            Self::ReadIndex => "read_index",
            Self::Lease => "lease",
        }
    }
}

/// What is switched on, and how much of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Features {
    /// [`Setting::PreVote`].
    pub pre_vote: bool,
    /// [`Setting::CheckQuorum`].
    pub check_quorum: bool,
    /// [`Setting::BlankEntry`].
    pub blank_entry: bool,
    /// [`Setting::JointConsensus`].
    pub joint_consensus: bool,
    /// [`Setting::CatchUp`].
    pub catch_up: bool,
    /// [`Setting::SnapshotEvery`], in entries.
    pub snapshot_every: u64,
    /// [`Setting::Pipeline`], in batches.
    pub pipeline: u64,
    /// [`Setting::Reads`].
    pub reads: Reads,
    /// [`Setting::Sessions`].
    pub sessions: bool,
    /// [`Setting::Retries`].
    pub retries: bool,
}

impl Default for Features {
    /// The paper's §5 and no more. Never changes: links leave out what is as here.
    fn default() -> Self {
        Self {
            pre_vote: false,
            check_quorum: false,
            blank_entry: false,
            joint_consensus: false,
            catch_up: false,
            snapshot_every: 0,
            pipeline: 1,
            reads: Reads::Log,
            sessions: false,
            retries: false,
        }
    }
}

impl Features {
    /// Everything on, as a cluster in production would have it.
    #[must_use]
    pub const fn full() -> Self {
        Self {
            pre_vote: true,
            check_quorum: true,
            blank_entry: true,
            joint_consensus: true,
            catch_up: true,
            snapshot_every: 50,
            pipeline: 4,
            reads: Reads::ReadIndex,
            sessions: true,
            retries: true,
        }
    }

    /// The number that a setting is set to.
    #[must_use]
    pub const fn get(&self, setting: Setting) -> u64 {
        match setting {
            Setting::PreVote => self.pre_vote as u64,
            Setting::CheckQuorum => self.check_quorum as u64,
            Setting::BlankEntry => self.blank_entry as u64,
            Setting::JointConsensus => self.joint_consensus as u64,
            Setting::CatchUp => self.catch_up as u64,
            Setting::SnapshotEvery => self.snapshot_every,
            Setting::Pipeline => self.pipeline,
            Setting::Reads => self.reads as u64,
            Setting::Sessions => self.sessions as u64,
            Setting::Retries => self.retries as u64,
        }
    }

    /// Sets a setting. Where the number is out of bounds, it is brought within them.
    pub fn set(&mut self, setting: Setting, value: u64) {
        let (low, high) = setting.bounds();
        let value = value.clamp(low, high);
        let on = value != 0;
        match setting {
            Setting::PreVote => self.pre_vote = on,
            Setting::CheckQuorum => self.check_quorum = on,
            Setting::BlankEntry => self.blank_entry = on,
            Setting::JointConsensus => self.joint_consensus = on,
            Setting::CatchUp => self.catch_up = on,
            Setting::SnapshotEvery => self.snapshot_every = value,
            Setting::Pipeline => self.pipeline = value,
            Setting::Reads => {
                let place = usize::try_from(value).unwrap_or(usize::MAX);
                self.reads = Reads::ALL.get(place).copied().unwrap_or_default();
            }
            Setting::Sessions => self.sessions = on,
            Setting::Retries => self.retries = on,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_numbered_by_their_place() {
        assert!((0..).zip(Setting::ALL).all(|(place, setting)| setting.number() == place));
    }

    #[test]
    fn what_is_set_is_what_is_there_and_nothing_else_changes() {
        for setting in Setting::ALL {
            let (low, high) = setting.bounds();
            for value in [low, high] {
                let mut features = Features::default();
                features.set(setting, value);
                assert_eq!(features.get(setting), value, "{setting:?}");
                let others = Setting::ALL.into_iter().filter(|other| *other != setting);
                for other in others {
                    assert_eq!(features.get(other), Features::default().get(other));
                }
            }
            let mut features = Features::default();
            features.set(setting, u64::MAX);
            assert_eq!(features.get(setting), high, "it is brought within its bounds");
        }
    }
}
