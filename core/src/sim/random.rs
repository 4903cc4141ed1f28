//! Luck that is addressed, not consumed.
//!
//! An ordinary random generator hands out numbers in order, so one more draw anywhere changes every
//! draw after it. In a laboratory that is fatal: losing one message would also reshuffle every
//! later election timeout, and a branch would differ from its parent by noise. Here a draw is a
//! pure function of an address: the seed, what the draw is for (this link, that timer), how many
//! came before on the same stream, and a slot for draws that belong together.
//!
//! The function is the output mixer of `SplitMix64` (Steele, Lea and Flood, "Fast splittable
//! pseudorandom number generators", OOPSLA 2014), applied to a counter: its definition is fixed, it
//! needs no state, and it is the same on every platform.

use serde::{Deserialize, Serialize};

/// The odd constant nearest to 2⁶⁴ divided by the golden ratio: `SplitMix64`'s counter increment.
const GOLDEN: u64 = 0x9E37_79B9_7F4A_7C15;

/// The finaliser of `SplitMix64`: a bijection on 64 bits in which every input bit affects every
/// output bit.
#[must_use]
pub const fn mix(value: u64) -> u64 {
    let value = (value ^ (value >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    value ^ (value >> 31)
}

/// A probability as a whole number out of 2³².
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(into = "u64", try_from = "u64")]
pub struct Probability(u64);

impl From<Probability> for u64 {
    fn from(probability: Probability) -> Self {
        probability.0
    }
}

impl TryFrom<u64> for Probability {
    type Error = &'static str;

    fn try_from(parts: u64) -> Result<Self, Self::Error> {
        Self::from_parts(parts).ok_or("a probability is at most one")
    }
}

impl Probability {
    /// What never happens.
    pub const NEVER: Self = Self(0);
    /// What always happens.
    pub const ALWAYS: Self = Self(1 << 32);

    /// `parts` out of 2³²; `None` where that is more than one.
    #[must_use]
    pub const fn from_parts(parts: u64) -> Option<Self> {
        if parts <= Self::ALWAYS.0 { Some(Self(parts)) } else { None }
    }

    /// The numerator over 2³².
    #[must_use]
    pub const fn parts(self) -> u64 {
        self.0
    }
}

/// One addressable stream of luck.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Luck(u64);

impl Luck {
    /// The root of all streams of a run.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self(mix(seed.wrapping_add(GOLDEN)))
    }

    /// The stream for one purpose below this one, for instance "links", and below it "n1 to n3".
    #[must_use]
    pub const fn stream(self, purpose: u64) -> Self {
        Self(mix(self.0 ^ mix(purpose.wrapping_add(1).wrapping_mul(GOLDEN))))
    }

    /// The draw at (`count`, `slot`) of this stream: 64 even bits. Slots are 0 to 7.
    #[must_use]
    pub const fn draw(self, count: u64, slot: u64) -> u64 {
        debug_assert!(slot < 8);
        mix(self.0.wrapping_add((count << 3 | slot).wrapping_mul(GOLDEN)))
    }

    /// A whole number from `low` to `high`, both included. Ranges are below 2³² wide.
    #[must_use]
    pub const fn between(self, count: u64, slot: u64, low: u64, high: u64) -> u64 {
        assert!(low <= high && high - low < 1 << 32);
        low + (((self.draw(count, slot) >> 32) * (high - low + 1)) >> 32)
    }

    /// Whether something of this probability happens at (`count`, `slot`).
    #[must_use]
    pub const fn happens(self, count: u64, slot: u64, probability: Probability) -> bool {
        // What never happens, as most does most of the time, needs no draw: nothing depends on it.
        probability.0 > 0 && self.draw(count, slot) >> 32 < probability.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mixer_is_the_published_one() {
        // The first outputs of SplitMix64 seeded with 1234567, from the authors' reference code.
        let outputs: Vec<u64> =
            (1..=3).map(|n| mix(1_234_567_u64.wrapping_add(GOLDEN.wrapping_mul(n)))).collect();
        assert_eq!(
            outputs,
            [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423]
        );
    }

    #[test]
    fn draws_stay_in_their_range_and_reach_its_ends() {
        let luck = Luck::new(1).stream(2);
        let draws: Vec<u64> = (0..1_000).map(|count| luck.between(count, 0, 5, 8)).collect();
        assert!(draws.iter().all(|draw| (5..=8).contains(draw)));
        assert!((5..=8).all(|value| draws.contains(&value)));
    }

    #[test]
    fn never_and_always_are_certain_and_a_half_is_about_a_half() {
        let luck = Luck::new(9);
        let count = |probability| (0..10_000).filter(|&n| luck.happens(n, 3, probability)).count();
        assert_eq!(count(Probability::NEVER), 0);
        assert_eq!(count(Probability::ALWAYS), 10_000);
        assert!((4_800..5_200).contains(&count(Probability(1 << 31))));
    }

    #[test]
    fn streams_of_different_purposes_differ() {
        let root = Luck::new(7);
        assert_ne!(root.stream(1).draw(0, 0), root.stream(2).draw(0, 0));
        assert_ne!(root.stream(1).stream(2).draw(0, 0), root.stream(2).stream(1).draw(0, 0));
    }
}
