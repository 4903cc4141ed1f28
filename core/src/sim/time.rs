//! Simulated time.
//!
//! Time is a whole number of microseconds since the run began. There is no wall clock anywhere in
//! this crate: two things that happen at the same microsecond are ordered by the kernel's sequence
//! numbers, so a run is one definite list of steps.
//!
//! Because several steps may share a microsecond, a time alone does not name a place in a run. A
//! [`Moment`] does: it is a time together with the number of steps already taken at that time.

/// Microseconds in a millisecond.
pub const MILLISECOND_US: u64 = 1_000;
/// Microseconds in a second.
pub const SECOND_US: u64 = 1_000_000;
/// The longest run that the kernel accepts, in microseconds: one hour.
pub const LONGEST_RUN_US: u64 = 3_600 * SECOND_US;

/// A place between two steps of a run: before any step at a later time, and after `taken` steps at
/// exactly `time_us`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment {
    /// Microseconds since the run began.
    pub time_us: u64,
    /// Steps already taken at exactly that time.
    pub taken: u32,
}

impl Moment {
    /// The beginning of every run.
    pub const START: Self = Self { time_us: 0, taken: 0 };

    /// The moment at `time_us` before any step of that time.
    #[must_use]
    pub const fn before(time_us: u64) -> Self {
        Self { time_us, taken: 0 }
    }

    /// The moment at `time_us` after every step of that time.
    #[must_use]
    pub const fn after(time_us: u64) -> Self {
        Self { time_us, taken: u32::MAX }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_ordered_by_time_and_then_by_steps_taken() {
        assert!(Moment::after(4) < Moment::before(5));
        assert!(Moment::before(5) < Moment { time_us: 5, taken: 1 });
        assert!(Moment { time_us: 5, taken: 9 } < Moment::after(5));
    }
}
