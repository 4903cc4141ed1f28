//! What is said of a history, and what shows it.

use crate::raft::store::Text;

/// What is said of a history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Each location has an order.
    Coherent,
    /// A location has none.
    NotCoherent(Conviction),
    /// The budget was spent before either was known.
    Undecided,
}

impl Verdict {
    /// Its name on the command line and in results.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Coherent => "coherent",
            Self::NotCoherent(_) => "not coherent",
            Self::Undecided => "undecided",
        }
    }
}

/// What shows that a history is not coherent. Operations are named by their places in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conviction {
    /// The location that has no order.
    pub address: Text,
    /// What kind of contradiction it is.
    pub shape: Shape,
    /// Operations each of which must come before the next, and the last before the first, and why.
    /// For [`Shape::Unordered`]: operations that have no order together, in that of the history.
    pub cycle: Vec<Link>,
    /// Operations that are not in the cycle, but wrote what those in it saw; or saw what those in
    /// it wrote, where only that shows that they happened.
    pub sources: Vec<usize>,
    /// Whether nothing shorter of the kind shows it: `false` where the budget was spent before.
    /// (What a refused compare-and-swap did not see is not looked at as long as there is a
    /// contradiction without; where one takes part in a cycle, something shorter may show it.)
    pub is_least: bool,
}

/// An operation of a contradiction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link {
    /// Its place in the history.
    pub operation: usize,
    /// Why it comes before the next, or does not fit.
    pub tie: Tie,
}

/// Why an operation must come before another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tie {
    /// The same process did it before.
    Program,
    /// The other one saw or wrote the same value, or compare-and-swaps lead from the one to the
    /// other: no other write comes between them.
    Together,
    /// It saw what the location began with, or compare-and-swaps that began there: before all else.
    First,
    /// The other one saw what it wrote.
    Source,
    /// A compare-and-swap takes the place right after what it saw, so that this comes before.
    Swap,
    /// Nobody wrote what it saw.
    Nobody,
    /// All of them together have no order.
    Unordered,
}

impl Tie {
    /// Its words on the command line, and its name in results.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Program => "program order",
            Self::Together => "same value",
            Self::First => "initial value",
            Self::Source => "seen by",
            Self::Swap => "swapped",
            Self::Nobody => "written by nobody",
            Self::Unordered => "no order",
        }
    }
}

/// What kind of contradiction it is, named after two operations of one process (the first letter
/// is what it did first).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Shape {
    /// Two writes, in another order than everybody saw.
    CoWW,
    /// A write, and then a read of something older.
    CoWR,
    /// A read of something, and then a write of something older; or a read of one's own later
    /// write.
    CoRW,
    /// Two reads, first of something newer, then of something older.
    CoRR,
    /// Two compare-and-swaps took one value, or took it from each other.
    Atomicity,
    /// A value was seen that nobody had written.
    ThinAir,
    /// A search has found no order.
    Unordered,
}

impl Shape {
    /// Every shape.
    pub const ALL: [Self; 7] = [
        Self::CoWW,
        Self::CoWR,
        Self::CoRW,
        Self::CoRR,
        Self::Atomicity,
        Self::ThinAir,
        Self::Unordered,
    ];

    /// Its name on the command line and in results.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::CoWW => "CoWW",
            Self::CoWR => "CoWR",
            Self::CoRW => "CoRW",
            Self::CoRR => "CoRR",
            Self::Atomicity => "atomicity",
            Self::ThinAir => "thin air",
            Self::Unordered => "unordered",
        }
    }
}
