//! What is done about deadlock.
//!
//! *Detection* lets everybody wait and looks for cycles; who must give way is chosen among those in
//! the cycle. *Prevention* never lets a cycle arise: whether somebody may wait for somebody follows
//! from their ages (Rosenkrantz, Stearns and Lewis, "System Level Concurrency Control for
//! Distributed Database Systems", 1978), or nobody may wait at all, or nobody may wait for long.

/// What is done about deadlock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Policy {
    /// Cycles are looked for and broken.
    #[default]
    Detect,
    /// Who is older waits; who is younger is aborted: "wait-die".
    WaitDie,
    /// Who is older aborts the younger ones in its way; who is younger waits: "wound-wait".
    WoundWait,
    /// Nobody waits: who would have to is aborted.
    NoWait,
    /// Nobody waits for longer than a time.
    TimeOut,
}

impl Policy {
    /// Every policy, in the order of its number.
    pub const ALL: [Self; 5] =
        [Self::Detect, Self::WaitDie, Self::WoundWait, Self::NoWait, Self::TimeOut];

    /// Its name in a scenario file.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Detect => "detect",
            Self::WaitDie => "wait_die",
            Self::WoundWait => "wound_wait",
            Self::NoWait => "no_wait",
            Self::TimeOut => "time_out",
        }
    }
}

/// Who is aborted to break a cycle. Between equals, the younger one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Victim {
    /// Who began last.
    #[default]
    Youngest,
    /// Who began first.
    Oldest,
    /// Who holds the fewest locks.
    FewestLocks,
    /// Who has worked for the shortest time.
    LeastWork,
}

impl Victim {
    /// Every choice, in the order of its number.
    pub const ALL: [Self; 4] = [Self::Youngest, Self::Oldest, Self::FewestLocks, Self::LeastWork];

    /// Its name in a scenario file.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Youngest => "youngest",
            Self::Oldest => "oldest",
            Self::FewestLocks => "fewest_locks",
            Self::LeastWork => "least_work",
        }
    }
}
