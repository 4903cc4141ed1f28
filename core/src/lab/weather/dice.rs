//! Dice: the kernel's luck, drawn in order.
//!
//! Inside a run luck is addressed, so that an intervention does not reshuffle it. Whoever *makes* a
//! run has no such need: it draws one number after the other from a stream of its own, and the same
//! seed gives the same run.

use crate::sim::random::{Luck, Probability};

/// The stream of luck that weather is drawn from: none of the kernel's has this purpose.
const WEATHER: u64 = 77;

/// A source of numbers that follow from a seed.
#[derive(Clone, Debug)]
pub(super) struct Dice {
    luck: Luck,
    drawn: u64,
}

impl Dice {
    pub(super) const fn new(seed: u64) -> Self {
        Self { luck: Luck::new(seed).stream(WEATHER), drawn: 0 }
    }

    /// From `low` to `high`, both included, all alike.
    pub(super) const fn between(&mut self, low: u64, high: u64) -> u64 {
        self.drawn += 1;
        self.luck.between(self.drawn, 0, low, high)
    }

    pub(super) fn small(&mut self, low: u8, high: u8) -> u8 {
        u8::try_from(self.between(low.into(), high.into())).expect("between two bytes")
    }

    pub(super) const fn once_in(&mut self, times: u64) -> bool {
        self.between(1, times) == 1
    }

    /// From `low` to `high`, where each doubling is as likely as the next: most intensities and
    /// lengths in the world are so.
    pub(super) const fn scale(&mut self, low: u64, high: u64) -> u64 {
        let mut octaves = 0;
        while octaves < 31 && low << (octaves + 1) <= high {
            octaves += 1;
        }
        let bottom = low << self.between(0, octaves);
        let top = if bottom * 2 < high { bottom * 2 } else { high };
        self.between(bottom, top)
    }

    /// One of these.
    ///
    /// # Panics
    /// If there is none.
    pub(super) fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.place(of.len())]
    }

    /// A place in a list of this length, which is not 0.
    pub(super) fn place(&mut self, length: usize) -> usize {
        let last = length.checked_sub(1).expect("there is something to choose from") as u64;
        usize::try_from(self.between(0, last)).expect("a place in a list")
    }

    /// A place in this list, each as likely as it weighs; `None` if nothing weighs anything.
    pub(super) fn weighted(&mut self, weights: &[u64]) -> Option<usize> {
        let last = weights.iter().sum::<u64>().checked_sub(1)?;
        let mut drawn = self.between(0, last);
        weights.iter().position(|weight| match drawn.checked_sub(*weight) {
            Some(rest) => {
                drawn = rest;
                false
            }
            None => true,
        })
    }

    /// A probability of one in a thousand up to `per_mille` of them, each doubling as likely.
    pub(super) fn probability(&mut self, per_mille: u64) -> Probability {
        let parts = (self.scale(1, per_mille) << 32) / 1_000;
        Probability::from_parts(parts).expect("less than one")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_numbers() {
        let numbers = |seed| {
            let mut dice = Dice::new(seed);
            (0..50).map(|_| dice.between(0, 99)).collect::<Vec<_>>()
        };
        assert_eq!(numbers(4), numbers(4));
        assert_ne!(numbers(4), numbers(5));
    }

    #[test]
    fn a_scale_stays_within_its_ends_and_favours_no_octave() {
        let mut dice = Dice::new(1);
        let drawn: Vec<u64> = (0..10_000).map(|_| dice.scale(3, 100)).collect();
        assert!(drawn.iter().all(|one| (3..=100).contains(one)));
        assert!(drawn.contains(&3) && drawn.contains(&100));
        let small = drawn.iter().filter(|one| **one < 12).count();
        assert!((3_000..5_000).contains(&small), "two octaves of five: {small}");
        assert_eq!(dice.scale(7, 7), 7);
    }

    #[test]
    fn what_weighs_nothing_is_never_drawn() {
        let mut dice = Dice::new(2);
        let drawn: Vec<_> = (0..1_000).filter_map(|_| dice.weighted(&[0, 3, 0, 1, 0])).collect();
        let count = |place| drawn.iter().filter(|one| **one == place).count();
        assert_eq!((count(1) + count(3), drawn.len()), (1_000, 1_000));
        assert!((700..800).contains(&count(1)));
        assert_eq!(dice.weighted(&[0, 0]), None);
    }
}
