//! Numbers, drawn in order: what random tests of several kinds share.

use lockstep_core::sim::random::Luck;

/// A stream of numbers.
pub(crate) struct Dice {
    luck: Luck,
    drawn: u64,
}

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self { luck: Luck::new(seed), drawn: 0 }
    }

    /// A number below `sides`.
    pub(crate) fn below(&mut self, sides: u64) -> u64 {
        self.drawn += 1;
        self.luck.between(self.drawn, 0, 0, sides - 1)
    }

    /// True in one of so many cases.
    pub(crate) fn one_in(&mut self, cases: u64) -> bool {
        self.below(cases) == 0
    }

    /// One of these.
    #[allow(dead_code, reason = "not every kind of test needs it")]
    pub(crate) fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[usize::try_from(self.below(from.len() as u64)).expect("a short list")]
    }
}
