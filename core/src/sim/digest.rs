//! The digest of a run: one number that two runs share only if they took the same steps.
//!
//! Every step is written as 64-bit words in a fixed order (its time, its kind, who acted, what was
//! delivered) and folded into the digest. The definition is spelled out here and never derived:
//! Rust's `Hash` may change between compilers, and words on the page or notes for the narrator must
//! not break a link that somebody saved last year. For each word `w`:
//!
//! ```text
//! h ← (h xor w) × 9E3779B97F4A7C15 (mod 2⁶⁴);  h ← h xor (h >> 32)
//! ```
//!
//! This guards against accident, not against malice: anyone can make two runs with one digest on
//! purpose, and gains nothing by it.

use std::convert::Infallible;

/// A running digest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Digest(u64);

impl Default for Digest {
    fn default() -> Self {
        Self::new()
    }
}

impl Digest {
    /// The digest of nothing.
    #[must_use]
    pub const fn new() -> Self {
        Self(0xCBF2_9CE4_8422_2325)
    }

    /// Folds one word in.
    #[inline]
    pub const fn word(&mut self, word: u64) {
        let hash = (self.0 ^ word).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        self.0 = hash ^ (hash >> 32);
    }

    /// Folds a text in: its length in bytes, then its bytes, eight to a little-endian word.
    pub fn text(&mut self, text: &str) {
        self.word(text.len() as u64);
        for chunk in text.as_bytes().chunks(8) {
            let mut bytes = [0; 8];
            bytes[..chunk.len()].copy_from_slice(chunk);
            self.word(u64::from_le_bytes(bytes));
        }
    }

    /// The digest so far.
    #[must_use]
    pub const fn value(self) -> u64 {
        self.0
    }
}

/// What can be written into a digest, field by field, in an order that never changes.
pub trait Encode {
    /// Folds this value in.
    fn encode(&self, digest: &mut Digest);
}

/// What cannot be has nothing to write.
impl Encode for Infallible {
    fn encode(&self, _: &mut Digest) {
        match *self {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_definition_is_pinned() {
        // A changed number here means that every published link would fail its verification.
        let mut digest = Digest::new();
        digest.word(1);
        digest.word(2);
        digest.text("lockstep!");
        assert_eq!(digest.value(), 0x0B67_FE47_2FDD_6988);
    }

    #[test]
    fn texts_that_concatenate_alike_differ() {
        let of = |parts: &[&str]| {
            let mut digest = Digest::new();
            parts.iter().for_each(|part| digest.text(part));
            digest.value()
        };
        assert_ne!(of(&["ab", "c"]), of(&["a", "bc"]));
    }
}
